"""An infrared photoconductor of InAs dots in GaAs (Wang, Lin, Wu & Lee, Applied Physics Letters (2001)).

Light of 6.5 um lifts electrons out of the dots into the conduction band of the GaAs around them. They drift until a dot
catches one again; for so long the dot that lost its electron stays charged, and the contacts supply another. The film
is written as one material: GaAs with the electrons and the absorption of the dots.
"""

import stackmodel as sm

CITATION = "Wang, Lin, Wu & Lee, Applied Physics Letters 78, 1023 (2001), doi:10.1063/1.1347006"

#: Electrons by thermal emission from the dots at 77 K are written as donors, their capture as a lifetime.
FILM = sm.Material(
    name="InAs dots in GaAs", statistics="boltzmann",
    source="bands of GaAs at 77 K, textbook; peak at 6.5 um, read; electrons, capture, absorption: class of devices",
    electron_affinity=4.07, band_gap=1.51, optical_gap=0.1907, relative_permittivity=12.9, conduction_band_dos=5.7e16,
    valence_band_dos=1.2e18, electron_mobility=1000.0, hole_mobility=100.0, electron_lifetime=1e-9, hole_lifetime=1e-9,
    hole_trap_lifetime=2e-10, donor_density=1e11, absorption_coefficient=5e2,
)  # fmt: skip
CONTACT = sm.Material(
    name="n-GaAs", source="bands of GaAs at 77 K, textbook; heavily doped contact, class of devices",
    electron_affinity=4.07, band_gap=1.51, relative_permittivity=12.9, conduction_band_dos=5.7e16,
    valence_band_dos=1.2e18, electron_mobility=2000.0, hole_mobility=100.0, electron_lifetime=1e-9, hole_lifetime=1e-9,
    donor_density=1e16, statistics="fermi-dirac",
)  # fmt: skip

device = sm.Photoconductor(
    sm.Stack([
        sm.Layer(CONTACT, "200 nm", name="bottom contact", role="interlayer"),
        sm.Active(FILM, "500 nm"),
        sm.Layer(CONTACT, "200 nm", name="top contact", role="interlayer"),
    ]),
    front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), temperature=77,
)  # fmt: skip

_ABSTRACT = "abstract, in the repository of the authors' university (hdl.handle.net/11536/29836)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "responsivity": (0.08, "A/W", "6500 nm, 0.5 V, 77 K", _ABSTRACT),
    "detectivity": (2.5e9, "cm Hz^1/2/W", "6500 nm, 0.5 V, 77 K", _ABSTRACT),
    "eqe_with_gain": (0.0153, "", "6500 nm, 0.5 V, 77 K", "derived: 0.08 A/W x 1239.84 nm eV / 6500 nm"),
}  # fmt: skip

DARK = "no dark data"  # the abstract says by how much the blocking layer lowers it, not to what

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "film of 500 nm (ten layers of dots are usual), contacts of 200 nm",
    "AlGaAs blocking layer: left out, the closed form has no emission over a barrier, so the responsivity is missed",
    "electrons that are free at 77 K: 1e11 cm^-3; time until a dot catches one: 0.2 ns",
    "D* comes out near the measured one by chance: responsivity and noise are both too large",
    "mobility 1000 cm^2/(V s): 1e7 cm/s at 0.5 V, where electrons in GaAs saturate",
    "absorption 5e2 cm^-1, about a per mille for each layer of dots",
    "contacts: 1e16 cm^-3, so that the solver meets no degenerate gas; real ones have 1e18",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    print(device.estimate(0.5))
    print("saved", device.band_alignment().save("out/wang2001_inas_gaas_qdip_alignment.svg"))
    print("saved", device.equilibrium().save("out/wang2001_inas_gaas_qdip_bands.svg"))
    print("saved", device.estimate(0.5).save("out/wang2001_inas_gaas_qdip_gain.svg"))
