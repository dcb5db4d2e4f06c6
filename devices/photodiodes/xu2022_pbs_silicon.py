"""A PbS / silicon heterojunction photodiode for 1280 nm (Xu et al., ACS Photonics (2022)).

PbS ink on p-type silicon with a thin film of EDT dots between them; light comes through the ITO on the other side.
"""

import stackmodel as sm

CITATION = "Xu et al., ACS Photonics (2022), doi:10.1021/acsphotonics.2c00587"

device = sm.Photodiode(
    """
    ITO 120nm
    / ZnO 50nm
    / active: PbS(peak=1280nm, halide) 300nm
    / interlayer: PbS(3.0nm, EDT) 20nm
    / HTL: Si 10um [acceptor_density=1e15 cm^-3, electron_lifetime=1e-5 s, hole_lifetime=1e-5 s]
    / Al 100nm
    """,
    temperature=300,
)

_ATLAS = "second-hand: github.com/Shlok-Joseph-Paul/cQD-Detector-Compiler-and-Verifier (MIT), data/measurements.csv"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.44, "", "1280 nm, -2 V", _ATLAS),
    "responsivity": (0.454, "A/W", "1280 nm, -2 V", "derived: 0.44 x 1280 nm / 1239.84 nm eV"),
    "detectivity": (2.58e11, "cm Hz^1/2/W", "1280 nm, -1 V, shot noise alone", _ATLAS),
    "dark_current_density_bound": (
        9.7e-6, "A/cm^2", "-1 V, at most",
        "derived: D* = R / (2 q J)^1/2 as the paper computes it, with R at -1 V no larger than the 0.454 A/W at -2 V",
    ),
    "linear_dynamic_range": (46.0, "dB", "bias not in the atlas", _ATLAS),
    "rise_time": (3.8e-6, "s", "-4 V, 0.2 cm^2", _ATLAS),
    "fall_time": (3.6e-6, "s", "-4 V, 0.2 cm^2", _ATLAS),
}  # fmt: skip

DARK = "no dark data"  # an upper bound is derived above

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "1S peak of the absorber: 1280 nm, at which the quantum efficiency is stated",
    "thicknesses of PbS (300 nm), ZnO (50 nm), Al; 20 nm of EDT dots and 120 nm of ITO are from the atlas",
    "silicon: 10 um instead of the wafer: deeper than its depletion, and so thick that its fringes are not resolved",
    "silicon: 1e15 acceptors, 10 us, Al as an ohmic contact",
    "surface of the silicon: its methyl groups are taken as perfect passivation",
    "levels, dopings, mobilities, lifetimes of the films: typical of the class, not of this device",
    "no area: not assigned to these figures in the atlas",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/xu2022_pbs_silicon_alignment.svg"))
    print("saved", device.equilibrium().save("out/xu2022_pbs_silicon_bands.svg"))
