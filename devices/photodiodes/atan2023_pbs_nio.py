"""A fast inverted PbS photodiode for 1370 nm on NiO (Atan et al., Nano Letters 23, 4298 (2023)).

The abstract gives fall times with NiO and with EDT dots as hole layer: a controlled pair.
"""

import stackmodel as sm

CITATION = "Atan et al., Nano Letters 23, 4298 (2023), doi:10.1021/acs.nanolett.3c00491"

device = sm.Photodiode(
    """
    ITO 100nm
    / NiO 30nm
    / PbS(peak=1370nm, halide) 300nm
    / ZnO 60nm
    / Al 100nm
    """,
    temperature=300,
)

_ABSTRACT = "abstract page of the journal"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "fall_time": (200e-9, "s", "1370 nm, NiO as hole layer, 'about'", _ABSTRACT),
    "fall_time_with_edt_dots": (800e-9, "s", "1370 nm, PbS-EDT as hole layer, 'about'", _ABSTRACT),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "layers but NiO and PbS: 'inverted' is what is known; ZnO and Al are of the class",
    "all thicknesses, ligand of the absorber",
    "levels, dopings, mobilities, lifetimes: typical of the class, not of this device",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/atan2023_pbs_nio_alignment.svg"))
    print("saved", device.equilibrium().save("out/atan2023_pbs_nio_bands.svg"))
