"""A mid-infrared light-emitting diode of HgTe dots, 4 um at 300 K (Shen et al., ACS Nano 16, 7301 (2022)).

A p-n junction of one kind of dots: silver telluride dopes one side. The efficiency is that of the film's weak emission.
"""

import numpy

import stackmodel as sm

CITATION = "Shen, Peterson, Guyot-Sionnest, ACS Nano 16, 7301 (2022); DOI not checked"

_FILM = {
    "kind": "dot film",
    "statistics": "gaussian",
    "source": "gap: emission at 4 um, read; mobility and permittivity of the class, affinity of bulk HgTe, recalled; "
    "states: 8 nm dots 0.6 nm apart, two states each; dopings, lifetimes and yield assumed",
    "optical_gap": 0.31, "electron_affinity": 4.5, "band_gap": 0.31, "relative_permittivity": 10.0,
    "conduction_band_dos": 4.4e18, "valence_band_dos": 4.4e18,
    "electron_mobility": 1.0, "hole_mobility": 1.0, "electronic_disorder": 0.0,
}  # fmt: skip


def film(name: str, **values: float) -> sm.Material:
    return sm.Material(name=name, **values, **_FILM)


light = {
    "photoluminescence_yield": 0.01, "electron_lifetime": 1e-8, "hole_lifetime": 1e-8,
    "biexciton_lifetime": 1e-10, "dot_density": 2.2e18,
}  # fmt: skip

device = sm.QLED(
    sm.Stack.parse("ITO 50nm")
    / sm.ETL(film("HgTe n", donor_density=1e17), "100 nm")
    / sm.Active(film("HgTe", **light), "200 nm")
    / sm.HTL(film("HgTe p", acceptor_density=1e17), "100 nm")
    / "Au 50nm",
    temperature=300,
)

_REVIEW = (
    "second-hand: review, Sci. China Inf. Sci. 68, 181401 (2025); about 0.1 % is called typical of such diodes in the "
    "abstract of doi:10.1038/s41566-023-01270-5"
)

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "electroluminescence_efficiency": (1e-3, "", "4000 nm, 300 K, external", _REVIEW),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "photoluminescence yield of the film: 1 %, an order of magnitude",
    "thicknesses, dopings, mobilities, lifetimes: not in the public text",
    "the ITO of the paper is a grid; here it is a film, which matters to no closed form",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print(device.estimate(0.6))
    print("saved", alignment.save("out/shen2022_hgte_alignment.svg"))
    print("saved", device.efficiency_curve(numpy.logspace(-6, 1, 71)).save("out/shen2022_hgte_efficiency.svg"))
