"""HgTe and CdTe photodiodes back to back, by polarity 2100 or 700 nm (Zhao et al., J. Mater. Chem. C (2023)).

One stack, p-n-p with ZnO between the two films, which keeps holes of one film from the other. The abstract states
responsivity and detectivity at both polarities.
"""

import stackmodel as sm

CITATION = "Zhao et al., Journal of Materials Chemistry C (2023), doi:10.1039/D3TC00066D"

CdTe_film = sm.Material(
    name="CdTe dots",
    kind="dot film",
    statistics="gaussian",
    source="levels: bulk affinity 4.30 eV (Swank 1967) less the electron's 0.233 of the 0.296 eV of confinement, the "
    "hole taking 0.063 (0.66 m0, 6.0 nm); 0.5 nm apart, two states each; the rest assumed, typical of the class",
    optical_gap=1.7712,  # 700 nm
    electron_affinity=4.067, band_gap=1.771, relative_permittivity=7.0,
    conduction_band_dos=1.03e19, valence_band_dos=1.03e19,
    electron_mobility=1e-2, hole_mobility=1e-2, acceptor_density=1e16, electronic_disorder=0.0,
    optical=sm.OpticalConstants.of_edge(
        (400, 3000), edge=700.0, absorption_coefficient=1e4, index=2.10, name="CdTe dots", rules=("film_absorption",),
        source="assumed: no spectrum of such films was found; index of 0.58 dots (eps 7.1) by volume in ligand, (F2)",
    ),
)  # fmt: skip
HgTe_film = sm.Material(
    name="HgTe dots",
    kind="dot film",
    statistics="gaussian",
    source="affinity of bulk HgTe at 0.348 eV, recalled, less what is left of the change of gap to 0.590 eV after the "
    "heavy hole's 0.071 eV (0.5 m0); states: 5.3 nm dots 0.6 nm apart, two states each; mobility and permittivity of "
    "polar inks, recalled; doping assumed",
    optical_gap=0.5904,  # 2100 nm
    electron_affinity=4.33, band_gap=0.59, relative_permittivity=8.0,
    conduction_band_dos=1.38e19, valence_band_dos=1.38e19,
    electron_mobility=1.0, hole_mobility=1.0, acceptor_density=1e16, electronic_disorder=0.0,
    absorption_coefficient=1.6e4,
    optical=sm.material("HgTe(peak=2100nm, EDT)").optical_constants(),
)  # fmt: skip

device = sm.Photodiode(
    sm.Stack.parse("ITO 50nm [optical=ITO Drude]")
    / sm.Layer(CdTe_film, "300 nm", role="active")
    / sm.ETL("ZnO", "40 nm")
    / sm.Layer(HgTe_film, "400 nm", role="active")
    / "Au 50nm",
    front=sm.Contact.ohmic(),
    back=sm.Contact.ohmic(),
    anode="back",
    temperature=300,
)

#: Layer in which light of each band is absorbed, with a wavelength of the band.
LIT = {"visible": ("CdTe dots", 700.0), "SWIR": ("HgTe dots", 2100.0)}

_ABSTRACT = "abstract, pubs.rsc.org (d3tc00066d)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "responsivity": (1.1, "A/W", "2100 nm, -2 V", _ABSTRACT),
    "external_quantum_efficiency": (0.649, "", "2100 nm, -2 V", "derived: 1.1 A/W x 1239.84 nm eV / 2100 nm"),
    "detectivity": (4.5e11, "cm Hz^1/2/W", "2100 nm, -2 V", _ABSTRACT),
    "dark_current_density_bound": (
        1.9e-5, "A/cm^2", "-2 V, at most",
        "derived: shot noise 2 q J is no larger than the noise (R / D*)^2 of the figures read",
    ),
    "responsivity_visible": (0.5, "A/W", "700 nm, 3 V", _ABSTRACT),
    "detectivity_visible": (1.1e11, "cm Hz^1/2/W", "700 nm, 3 V", _ABSTRACT),
}  # fmt: skip

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "electrodes and their order, all thicknesses, dopings; both electrodes ohmic",
    "which electrode the voltage is counted from: so that, as stated, 3 V gives the visible band",
    "temperature: room temperature",
    "films: mobility, permittivity, states, lifetime: typical of the class, not of this device",
    "absorption of HgTe at the peak: 1.6e4 cm^-1 by the cross section of the dots; films of larger ones 0.5 to 1e4",
    "n and k: of HgTe dots with a peak at 2.1 um; of CdTe 2.10, and 1e4 cm^-1 from 700 nm on, as of PbS films",
    "n and k of ITO beyond 1.7 um: a Drude model, fitted below",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/zhao2023_hgte_cdte_dual_band_alignment.svg"))
    print("saved", device.equilibrium().save("out/zhao2023_hgte_cdte_dual_band_bands.svg"))
