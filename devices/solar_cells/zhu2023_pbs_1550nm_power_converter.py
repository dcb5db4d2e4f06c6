"""A PbS cell that converts the power of a 1550 nm laser (Zhu et al., Frontiers of Optoelectronics 16, 15 (2023)).

Two operating points of one device: monochromatic light and the sun.
"""

import stackmodel as sm

CITATION = "Zhu et al., Frontiers of Optoelectronics 16, 15 (2023), doi:10.1007/s12200-023-00069-0"

device = sm.SolarCell(
    """
    ITO 100nm [optical=ITO Drude]   # the paper's is of high transmittance in the infrared
    / ZnO 100nm
    / PbS(peak=1550nm, halide) 400nm
    / PbS(3.0nm, EDT) 40nm
    / Au 100nm
    """,
    temperature=300,
)

_ABSTRACT = "abstract (globalauthorid, ouci)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "short_circuit_current_density": (11.91e-3, "A/cm^2", "1550 nm, 17.3 mW/cm^2", _ABSTRACT),
    "efficiency": (0.1029, "", "1550 nm, 17.3 mW/cm^2", _ABSTRACT),
    "external_quantum_efficiency": (0.551, "", "1550 nm, 17.3 mW/cm^2", "derived: 11.91 / 17.3 A/W x 1239.84 / 1550"),
    "voltage_times_fill_factor": (0.1495, "V", "1550 nm, 17.3 mW/cm^2", "derived: 0.1029 x 17.3 / 11.91 V"),
    "short_circuit_current_density_one_sun": (37.65e-3, "A/cm^2", "AM1.5G", _ABSTRACT),
    "efficiency_one_sun": (0.0717, "", "AM1.5G", _ABSTRACT),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "order of layers: the usual n-i-p stack, recalled, not re-checked",
    "all thicknesses: typical of PbS cells (PbS 300 to 450 nm); size of the EDT dots 3.0 nm",
    "optics of the electrode: an ITO of the usual carrier density absorbs at 1550 nm, the paper's does not",
    "levels, dopings, mobilities, lifetimes: typical of the class, not of this device",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/zhu2023_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/zhu2023_pbs_bands.svg"))
