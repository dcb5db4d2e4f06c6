"""A mid-infrared photodiode of HgTe dots against temperature (Ackerman, Tang & Guyot-Sionnest, ACS Nano (2018)).

Silver telluride with mercury chloride on top dopes the film p-type. Between 200 and 295 K the bounds on R0A fall with
0.17 eV, half of the gap.
"""

import stackmodel as sm
from stackmodel.materials.temperature import TemperatureLaw

CITATION = "Ackerman, Tang & Guyot-Sionnest, ACS Nano 12, 7264 (2018), doi:10.1021/acsnano.8b03425"

_SLOPE = TemperatureLaw("linear", {"slope": 3e-4}, "0.2 to 0.4 meV/K, abstract of doi:10.1088/0957-4484/23/17/175705")
_DOTS = sm.material("HgTe(peak=3700nm, EDT)").with_values(
    {"optical_permittivity": 6.25}, source="index of 2.5, the upper end of 2.35 +- 0.15 measured on films of HgTe dots"
)
_FILM = {
    "kind": "dot film",
    "statistics": "gaussian",
    "laws": {"band_gap": _SLOPE, "optical_gap": _SLOPE},
    "source": "gap: 3.7 um, read, taken at 200 K; affinity of bulk HgTe, permittivity and mobility of EDT/HCl films, "
    "recalled; states: 8.6 nm dots 0.6 nm apart, two states each; dopings assumed",
    "electron_affinity": 4.5, "band_gap": 0.365, "optical_gap": 0.365, "relative_permittivity": 7.0,
    "conduction_band_dos": 3.6e18, "valence_band_dos": 3.6e18,
    "electron_mobility": 1e-3, "hole_mobility": 1e-3, "electronic_disorder": 0.0,
    "absorption_coefficient": 3.6e3,
    "optical": _DOTS.optical_constants(),
}  # fmt: skip


def film(name: str, **doping: float) -> sm.Material:
    return sm.Material(name=name, **doping, **_FILM)


device = sm.Photodiode(
    sm.Stack.parse("ITO 50nm [optical=ITO Drude]")
    / sm.Active(film("HgTe", donor_density=1e16), "400 nm")
    / sm.HTL(film("HgTe:Ag", acceptor_density=2e17), "50 nm")
    / "Au 50nm",
    front=sm.Contact.ohmic(),
    temperature=200,
)

_TABLE = "table 1 of Xue et al. 2023 (its reference 18), nature.com/articles/s41377-022-01014-0/tables/1"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "responsivity": (0.46, "A/W", "3700 nm, 200 K, 0 V", _TABLE),
    "detectivity": (1e10, "cm Hz^1/2/W", "3700 nm, 200 K, 0 V", _TABLE),
    "external_quantum_efficiency": (0.154, "", "3700 nm, 200 K", "derived: 0.46 A/W x 1239.84 nm eV / 3700 nm"),
    "activation_energy_of_bounds": (0.167, "eV", "200 to 295 K", "derived: slope of the bounds on R0A below"),
}

#: At 0 V: temperature [K], responsivity [A/W], D* [cm Hz^1/2/W], least R0A [ohm cm^2] that this D* allows (derived,
#: 4 k T (D*/R)^2, because no noise is below the Johnson noise of R0), where read.
AGAINST_TEMPERATURE = [
    (80.0, 0.40, 1e11, 276.0, _TABLE),
    (200.0, 0.46, 1e10, 5.22, _TABLE),
    (295.0, 0.08, 3e8, 0.229, _TABLE),
]

DARK = "no dark data"  # only the bounds on R0A above; the 85 K curve of a review's figure 20 has no numbers

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "thickness of the film: 400 nm, of the group's 2020 device; of the doped layer: 50 nm",
    "Ag2Te/HgCl2: written as p-doped HgTe, since silver goes into the film; its doping assumed",
    "ITO: ohmic to the film; the film's donors assumed",
    "gap: 3.7 um at 200 K with +0.3 meV/K; the table gives one wavelength for all temperatures",
    "n and k: of HgTe dots with a peak at 3.7 um and an index of 2.5 beyond, at all temperatures",
    "absorption at the peak: 3.6e3 cm^-1 by the cross section of the dots; films are reported with 0.5 to 1e4 there",
    "n and k of ITO: a Drude model, fitted below 1.7 um",
    "no area: not in the table",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/ackerman2018_hgte_alignment.svg"))
    print("saved", device.equilibrium().save("out/ackerman2018_hgte_bands.svg"))
