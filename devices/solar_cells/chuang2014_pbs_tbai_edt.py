"""The PbS-TBAI / PbS-EDT solar cell (Chuang et al., Nature Materials 13, 796 (2014)).

Run it to see its parameters with their sources and to draw its band alignment.
"""

import stackmodel as sm

CITATION = "Chuang et al., Nature Materials 13, 796 (2014), doi:10.1038/nmat3984"

device = sm.SolarCell(
    """
    glass 1.1mm / ITO 150nm
    / ZnO 120nm
    / PbS(1.33eV, TBAI) 220nm       # 1S peak at 935 nm
    / PbS(1.33eV, EDT) 45nm
    / Au 100nm
    """,
    area="1.24 mm^2",
    temperature=300,
)

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "open_circuit_voltage": (0.5546, "V", "AM1.5G", "paper, recalled"),
    "short_circuit_current_density": (24.2e-3, "A/cm^2", "AM1.5G", "paper, recalled"),
    "fill_factor": (0.638, "", "AM1.5G", "paper, recalled"),
    "efficiency": (0.0855, "", "AM1.5G, certified", "paper, recalled"),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not from the paper.
ASSUMED = (
    "ZnO thickness: 120 nm, introduction of doi:10.1007/s40820-016-0124-2",
    "thicknesses of dots and electrodes: the paper's, recalled",
    "dopings, mobilities, permittivities: typical of the class, not of this device",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/chuang2014_alignment.svg"))
