"""A CuInSe2 dot cell with a large voltage (Panthani et al., J. Phys. Chem. Lett. 4, 2030 (2013)).

The figure is recalled from the abstract. Photodiodes of these dots are known (Li et al., ACS Nano 17, 20013 (2023)),
but none of their figures was found in public text.
"""

import stackmodel as sm

CITATION = "Panthani et al., Journal of Physical Chemistry Letters 4, 2030 (2013), doi:10.1021/jz4010015"

CuInSe2_film = sm.Material(
    name="CuInSe2 dots",
    kind="dot film",
    statistics="gaussian",
    source="levels: bulk affinity 4.5 eV (commonly quoted) less the electron's 0.37 of the 0.42 eV of confinement, by "
    "the masses 0.09 and 0.73 m0; states: 5 nm dots 0.5 nm apart, two states each; the rest assumed",
    optical_gap=1.46,
    electron_affinity=4.13, band_gap=1.46, relative_permittivity=8.0,
    conduction_band_dos=1.7e19, valence_band_dos=1.7e19,
    electron_mobility=1e-3, hole_mobility=1e-3, acceptor_density=1e16, electronic_disorder=0.0,
    optical=sm.OpticalConstants.of_edge(
        (300, 1200), edge=850.0, absorption_coefficient=1e4, index=2.14, name="CuInSe2 dots",
        source="assumed: no spectrum was found; index of 0.56 dots (eps 8.1) by volume in ligand, (F2)",
        rules=("film_absorption",),
    ),
)  # fmt: skip

device = sm.SolarCell(
    sm.Stack.parse("ITO 200nm / ZnO 50nm / CdS film 40nm") / sm.Active(CuInSe2_film, "200 nm") / "Au 60nm",
    back=sm.Contact.ohmic(),
    temperature=300,
)

_RECALLED = "abstract, recalled, not re-checked; confidence low"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "open_circuit_voltage": (0.849, "V", "AM1.5G", _RECALLED),
    "optical_gap": (1.46, "eV", "", _RECALLED),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "journal reference, doi and both figures: recalled, not re-checked",
    "order of layers: the group's spray-cast cells (Au below, CdS, ZnO, ITO on top), recalled; all thicknesses",
    "gold: ohmic to the dots; CuInSe2 film: all electrical values",
    "n and k of the film: 2.14, and 1e4 cm^-1 from the gap up: far above it films of dots absorb several times more",
    "no area: not known",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/panthani2013_cuinse2_alignment.svg"))
    print("saved", device.equilibrium().save("out/panthani2013_cuinse2_bands.svg"))
