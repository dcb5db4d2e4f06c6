"""A silver telluride photodiode for the short-wave infrared (Wang et al., Advanced Materials (2025)).

Two films of the same dots, with and without ethanedithiol. Its dark current is stated with its bias.
"""

import stackmodel as sm

CITATION = "Wang et al., Advanced Materials (2025), doi:10.1002/adma.202500977"

_CLASS = (
    "levels, permittivity, mobilities and dopings assumed: nothing of this film was found; states: 4.5 nm dots, "
    "0.6 nm apart, two states each"
)
_FILM = {
    "optical_gap": 0.9184,  # 1350 nm, where the responsivity peaks
    "electron_affinity": 4.2, "band_gap": 0.918, "relative_permittivity": 12.0,
    "conduction_band_dos": 2.1e19, "valence_band_dos": 2.1e19,
    "electron_mobility": 1e-3, "hole_mobility": 1e-3, "electronic_disorder": 0.0,
    "optical": sm.OpticalConstants.of_edge(
        (700, 2000), edge=1350.0, absorption_coefficient=1e4, index=2.5, name="Ag2Te film", rules=("film_absorption",),
        source="assumed: no absorption of such films was found; index of films of dots, 2.3 to 2.8",
    ),
}  # fmt: skip
absorber = sm.Material(
    name="Ag2Te(AgNO3)", kind="dot film", statistics="gaussian", source=_CLASS, donor_density=1e16, **_FILM
)
hole_layer = sm.Material(
    name="Ag2Te(EDT)", kind="dot film", statistics="gaussian", source=_CLASS, acceptor_density=1e17, **_FILM
)

device = sm.Photodiode(
    sm.Stack.parse("ITO 100nm / SnO2 20nm") / sm.Active(absorber, "100 nm") / sm.HTL(hole_layer, "30 nm") / "Au 100nm",
    temperature=300,
)

_ATLAS = "second-hand: github.com/Shlok-Joseph-Paul/cQD-Detector-Compiler-and-Verifier (MIT), "
_SCAN = "data/reprocessing/extended-metrics-candidate-inventory.json, sentences of PDF pages 2 and 5"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.30, "", "'over 30 %', wavelength and bias not in the sentence", _ATLAS + _SCAN),
    "responsivity": (0.25, "A/W", "1350 nm, read off figure 4 by the atlas", _ATLAS + "metrics review"),
    "detectivity": (1.1e11, "cm Hz^1/2/W", "1450 nm, read off figure 4c by the atlas", _ATLAS + "wang-2025-m1"),
    "response_time": (25e-9, "s", "1e4 um^2", _ATLAS + _SCAN),
}

#: Measured dark current: voltage [V], magnitude of the current density [A/cm^2], temperature [K], where read.
DARK = [(-0.5, 450e-9, 300.0, _ATLAS + _SCAN + "; temperature not stated, room temperature taken")]

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "order of layers: of the atlas; thicknesses: of the group's 2024 device there, hole layer 30 nm assumed",
    "Ag2Te films: all electrical values; p-doping of the EDT layer is inferred from its place in the stack",
    "n and k of the films: 2.5, and 1e4 cm^-1 up to 1350 nm, as of PbS films",
    "no area: not assigned to these figures in the atlas",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/wang2025_ag2te_alignment.svg"))
    print("saved", device.equilibrium().save("out/wang2025_ag2te_bands.svg"))
