"""An InSb photodiode for 1380 nm (Imran et al., Advanced Materials (2025)).

Layers and figures were read in a public atlas of detectors. The noise bounds the dark current, which the public text
does not state.
"""

import stackmodel as sm

CITATION = "Imran et al., Advanced Materials (2025), doi:10.1002/adma.202420273"

dots = sm.material("InSb(peak=1380nm, sulfide)").with_values({"absorption_coefficient": 1e4}, source="assumed")
InSb_film = sm.Material(
    name="InSb(NH4I)",
    kind="dot film",
    statistics="gaussian",
    source="levels: bulk affinity 4.59 eV (NSM archive) less the electron's 0.63 of the 0.725 eV of confinement, by "
    "the two-band model with masses 0.0135 and 0.43 m0 at 6.2 nm; 0.5 nm apart, two states each; the rest assumed, "
    "typical of III-V dot films",
    optical_gap=0.8984,  # 1S peak at 1380 nm
    electron_affinity=3.96, band_gap=0.898, relative_permittivity=9.0,
    conduction_band_dos=9.4e18, valence_band_dos=9.4e18,
    electron_mobility=1e-2, hole_mobility=1e-3, donor_density=1e16, electronic_disorder=0.0,
    optical=dots.optical_constants(),
)  # fmt: skip

device = sm.Photodiode(
    sm.Stack.parse("ITO 100nm / ZnO 50nm")
    / sm.Active(InSb_film, "280 nm")
    / "MoO3 14nm [work_function=5.5eV] / Ag 140nm",
    area="0.049 cm^2",
    temperature=300,
)

_ATLAS = "second-hand: github.com/Shlok-Joseph-Paul/cQD-Detector-Compiler-and-Verifier (MIT), data/measurements.csv"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.33, "", "1380 nm, -1 V", _ATLAS),
    "responsivity": (0.35, "A/W", "1380 nm, -1 V", _ATLAS),
    "detectivity": (1.0e12, "cm Hz^1/2/W", "1380 nm, -1 V, 2 kHz", _ATLAS),
    "noise_current": (1.17e-13, "A/Hz^1/2", "plateau near 2 kHz", _ATLAS),
    "dark_current_density_bound": (
        8.7e-7, "A/cm^2", "-1 V, at most", "derived: shot noise 2 q J A is no larger than the square of the noise read",
    ),
}  # fmt: skip

DARK = "no dark data"  # an upper bound is derived above

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "n and k of the film: of InSb dots with this peak and 1e4 cm^-1 there, the coefficient of PbS films",
    "bias: the atlas has 1 V without a sign; reverse is taken",
    "figures that do not close: 0.35 A/W, 0.049 cm^2 and the noise would be 6.6e11 Jones",
    "InSb film: all electrical values; the two-band model gives larger dots than measured gaps do",
    "thickness of ZnO: 50 nm; work function of MoO3: 5.5 eV, middle of the 5.3 to 5.7 eV after air",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/imran2025_insb_alignment.svg"))
    print("saved", device.equilibrium().save("out/imran2025_insb_bands.svg"))
