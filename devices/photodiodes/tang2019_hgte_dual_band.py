"""Two HgTe photodiodes back to back, SWIR and MWIR by polarity (Tang et al., Nature Photonics 13, 277 (2019)).

One stack, n-p-n: in forward the MWIR junction at the back is in reverse and gives the current, in reverse the SWIR
junction at the front is; the other junction passes it on.
"""

import numpy as np

import stackmodel as sm
from stackmodel.materials.temperature import TemperatureLaw

CITATION = "Tang, Ackerman, Chen & Guyot-Sionnest, Nature Photonics 13, 277 (2019), doi:10.1038/s41566-019-0362-1"

_SLOPE = TemperatureLaw("linear", {"slope": 3e-4}, "0.2 to 0.4 meV/K, abstract of doi:10.1088/0957-4484/23/17/175705")
_FILM = {
    "kind": "dot film",
    "statistics": "gaussian",
    "laws": {"band_gap": _SLOPE, "optical_gap": _SLOPE},
    "source": "affinity of bulk HgTe at 4.4 um, recalled, less what is left of the change of gap to 2.5 um after the "
    "heavy hole's 0.06 eV (0.5 m0); permittivity and mobility of EDT/HCl films, recalled; states: 8.9 and 5.5 nm dots "
    "0.6 nm apart, two states each; gaps and dopings assumed",
    "relative_permittivity": 7.0, "electron_mobility": 1e-3, "hole_mobility": 1e-3, "electronic_disorder": 0.0,
}  # fmt: skip
_LARGE = sm.material("HgTe(peak=4400nm, EDT)").with_values(
    {"optical_permittivity": 6.25}, source="index of 2.5, the upper end of 2.35 +- 0.15 measured on films of HgTe dots"
)
_DOTS = sm.material("HgTe(peak=2500nm, EDT)").optical_constants()
_NM = np.linspace(600.0, 3750.0, 1261)  # and from there, clear, to the light of the other band
_SWIR_OPTICS = sm.OpticalConstants.from_arrays(
    [*_NM, 5000.0], [*_DOTS.at(_NM).real, _DOTS.at(3750.0).real], [*_DOTS.at(_NM).imag, 0.0], name="HgTe SWIR",
    source=_DOTS.source, notices=_DOTS.notices, rules=_DOTS.rules,
)  # fmt: skip
_SWIR = {
    "electron_affinity": 4.346, "band_gap": 0.562, "optical_gap": 0.562,  # 0.496 eV at 80 K, 2.5 um
    "conduction_band_dos": 1.25e19, "valence_band_dos": 1.25e19,
    "absorption_coefficient": 1.0e4,
    "optical": _SWIR_OPTICS,
}  # fmt: skip
_MWIR = {
    "electron_affinity": 4.5, "band_gap": 0.348, "optical_gap": 0.348,  # 0.282 eV at 80 K, 4.4 um
    "conduction_band_dos": 3.3e18, "valence_band_dos": 3.3e18,
    "absorption_coefficient": 2.2e3,
    "optical": _LARGE.optical_constants(),
}  # fmt: skip

device = sm.Photodiode(
    sm.Stack.parse("ITO 50nm [optical=ITO Drude]")
    / sm.Layer(sm.Material(name="HgTe SWIR", donor_density=1e16, **_SWIR, **_FILM), "400 nm", role="active")
    / sm.Layer(sm.Material(name="HgTe:Ag", acceptor_density=2e17, **_SWIR, **_FILM), "50 nm", role="interlayer")
    / sm.Layer(sm.Material(name="HgTe MWIR", donor_density=1e16, **_MWIR, **_FILM), "400 nm", role="active")
    / "Au 50nm",
    front=sm.Contact.ohmic(),
    back=sm.Contact.ohmic(),
    anode="back",
    temperature=80,
)

#: Layer in which light of each band is absorbed, with a wavelength of the band.
LIT = {"SWIR": ("HgTe SWIR", 2400.0), "MWIR": ("HgTe MWIR", 4200.0)}

_ABSTRACT = "abstract, nature.com/articles/s41566-019-0362-1"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "detectivity": (1e10, "cm Hz^1/2/W", "'above', cryogenic, both bands, wavelengths not in the abstract", _ABSTRACT),
    "switching_frequency": (1e5, "Hz", "'up to', between the bands", _ABSTRACT),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "order of layers n-p-n with silver-doped HgTe in the middle: caption of a figure in a review, recalled",
    "cut-offs 2.5 and 4.4 um at 80 K: the abstract names the bands, not the wavelengths",
    "all thicknesses, dopings; both electrodes ohmic; which electrode the voltage is counted from",
    "films: mobility, permittivity, states, lifetime: typical of the class, not of this device",
    "n and k: of HgTe dots with peaks at the cut-offs, the SWIR film clear beyond 3.75 um",
    "absorption at the peaks: 1.0e4 and 2.2e3 cm^-1 by the cross section of the dots; films have 0.5 to 1e4",
    "index of the MWIR film below its gap: 2.5, the upper end of what was measured",
    "n and k of ITO: a Drude model, fitted below 1.7 um",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/tang2019_hgte_dual_band_alignment.svg"))
    print("saved", device.equilibrium().save("out/tang2019_hgte_dual_band_bands.svg"))
