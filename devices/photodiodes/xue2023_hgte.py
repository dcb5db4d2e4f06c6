"""A gradient homojunction of HgTe dots for 3.5 to 4.4 um, 80 to 300 K (Xue et al., Light: Sci. Appl. 12, 2 (2023)).

Five films of the same dots, doped from strongly n to strongly p. Gap and responsivity change with temperature;
``device.with_values({"temperature": 300})`` warms it.
"""

import stackmodel as sm
from stackmodel.materials.temperature import TemperatureLaw

CITATION = "Xue et al., Light: Science & Applications 12, 2 (2023), doi:10.1038/s41377-022-01014-0"

_SLOPE = TemperatureLaw("linear", {"slope": 3e-4}, "0.2 to 0.4 meV/K, abstract of doi:10.1088/0957-4484/23/17/175705")
_DOTS = sm.material("HgTe(peak=4400nm, EDT)").with_values(
    {"optical_permittivity": 6.25}, source="index of 2.5, the upper end of 2.35 +- 0.15 measured on films of HgTe dots"
)
_FILM = {
    "kind": "dot film",
    "statistics": "gaussian",
    "laws": {"band_gap": _SLOPE, "optical_gap": _SLOPE},
    "source": "gap: cut-off 4.4 um at 80 K, read; mobility and permittivity of the class, affinity of bulk HgTe, "
    "recalled; states: 8.9 nm dots 0.6 nm apart, two states each; dopings assumed",
    "electron_affinity": 4.5, "band_gap": 0.3475, "optical_gap": 0.3475, "relative_permittivity": 10.0,
    "conduction_band_dos": 3.3e18, "valence_band_dos": 3.3e18,
    "electron_mobility": 1.0, "hole_mobility": 1.0, "electronic_disorder": 0.0,
    "absorption_coefficient": 2.2e3,
    "optical": _DOTS.optical_constants(),
}  # fmt: skip


def film(name: str, **doping: float) -> sm.Material:
    return sm.Material(name=name, **doping, **_FILM)


device = sm.Photodiode(
    sm.Stack.parse("ITO 50nm [optical=ITO Drude]")
    / sm.ETL(film("HgTe n+", donor_density=2e17), "60 nm")
    / sm.Layer(film("HgTe n", donor_density=5e16), "40 nm", role="interlayer")
    / sm.Active(film("HgTe i"), "300 nm")
    / sm.Layer(film("HgTe p", acceptor_density=5e16), "40 nm", role="interlayer")
    / sm.HTL(film("HgTe p+", acceptor_density=2e17), "60 nm")
    / "Au 50nm",
    area="4e-4 cm^2",
    temperature=80,
)

_TABLE = "table 1 of the paper, nature.com/articles/s41377-022-01014-0/tables/1"
_ATLAS = "; layers and area second-hand: github.com/Shlok-Joseph-Paul/cQD-Detector-Compiler-and-Verifier (MIT)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.77, "", "4400 nm, 80 K, 0 V, 'more than 77 %'", "abstract, PMC9805449"),
    "responsivity": (2.7, "A/W", "4400 nm, 80 K, 0 V", _TABLE),
    "detectivity": (2.7e11, "cm Hz^1/2/W", "4200 nm, 80 K, 0 V", _TABLE + _ATLAS),
}

#: At 0 V: temperature [K], responsivity [A/W], D* [cm Hz^1/2/W], least R0A [ohm cm^2] that this D* allows (derived,
#: 4 k T (D*/R)^2, because no noise is below the Johnson noise of R0), where read.
AGAINST_TEMPERATURE = [
    (80.0, 2.7, 2.7e11, 44.2, _TABLE),
    (200.0, 2.0, 1.0e11, 27.6, _TABLE),
    (280.0, 0.60, 1.0e10, 4.30, _TABLE),
    (300.0, 0.58, 7.6e9, 2.84, _TABLE),
]

DARK = "no dark data"  # only the bounds on R0A above

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "not this device when warm: R0A of the estimate is 9 (200 K) to 85 (300 K) times below what the D* needs",
    "doping of the five films, states, permittivity, mobility, lifetime: not measured values of this device",
    "gap at 300 K: 0.282 eV at 80 K plus 0.3 meV/K; the paper's 3.5 um at 300 K agrees",
    "absorption at the peak: 2.2e3 cm^-1 by the cross section of the dots; films are reported with 0.5 to 1e4 there",
    "n and k: of HgTe dots with a peak at 4.4 um and an index of 2.5 beyond, at all temperatures",
    "n and k of ITO: a Drude model, fitted below 1.7 um",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/xue2023_hgte_alignment.svg"))
    print("saved", device.equilibrium().save("out/xue2023_hgte_bands.svg"))
