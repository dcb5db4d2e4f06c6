"""A PbS photodiode at 1320 nm with a dark current at a stated bias (Fang et al. (2025)).

A CdS shell reconstructs the surface of the dots before the halide exchange. The figures were read in a public
extract of the paper, a file of a repository, not in the paper itself.
"""

import stackmodel as sm

CITATION = (
    "Fang et al., Core-shell structure induced surface reconstruction of PbS quantum dots toward high-detectivity "
    "photodiodes (2025), doi:10.1002/inc2.70003"
)

device = sm.Photodiode(
    """
    ITO 100nm
    / ZnO 80nm
    / PbS(peak=1320nm, halide) 300nm
    / PbS(3.0nm, EDT) 40nm
    / MoO3 10nm [work_function=5.5eV] / Ag 100nm
    """,
    area="0.04 cm^2",
    temperature=298,
)

_EXTRACT = "second-hand: github.com/uosakana/curve-fitting, docs/LITERATURE_PRIORS_PBS_CQD_NORMAL_PD.md, record 1"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.48, "", "0 V, wavelength not given (1320 nm taken)", _EXTRACT),
    "detectivity": (5.06e12, "cm Hz^1/2/W", "0 V", _EXTRACT),
    "optical_gap": (0.94, "eV", "", _EXTRACT),
    "noise_current": (1.85e-14, "A/Hz^1/2", "1 Hz", _EXTRACT),
    "dark_current_density_of_control": (6.47e-7, "A/cm^2", "-0.5 V, dots without reconstruction", _EXTRACT),
}

#: Measured dark current: voltage [V], magnitude of the current density [A/cm^2], temperature [K], where read.
DARK = [(-0.5, 1.92e-7, 298.0, _EXTRACT + "; room temperature is the extract's assumption")]

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "work function of MoO3: 5.5 eV, middle of the 5.3 to 5.7 eV after air; 6.9 eV in vacuum",
    "all thicknesses: the extract has none; typical of PbS photodiodes",
    "ligand of the hole transport layer: EDT, 'likely' in the extract; size of its dots 3.0 nm",
    "levels, dopings, mobilities, lifetimes: typical of the class, not of this device",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/fang2025_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/fang2025_pbs_bands.svg"))
