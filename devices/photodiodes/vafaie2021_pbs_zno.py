"""A PbS / ZnO photodiode for 1550 nm (Vafaie et al., Matter 4, 1042 (2021)).

Run it to see its parameters with their sources and to draw its band alignment.
"""

import stackmodel as sm

CITATION = "Vafaie et al., Matter 4, 1042 (2021), doi:10.1016/j.matt.2020.12.017"

device = sm.Photodiode(
    """
    ITO 100nm                       # transparent electrode
    / ZnO 80nm
    / PbS(peak=1550nm, halide) 300nm    # 0.8 eV
    / PbS(3.0nm, EDT) 45nm
    / Au 100nm
    """,
    area="0.1 cm^2",
    temperature=300,
)

_ATLAS = "second-hand: github.com/Shlok-Joseph-Paul/cQD-Detector-Compiler-and-Verifier (MIT), data/measurements.csv"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.80, "", "1550 nm, 0 V", "title and abstract; bias: " + _ATLAS),
    "responsivity": (1.00, "A/W", "1550 nm, 0 V", _ATLAS + "; 0.80 x 1550 nm / 1239.84 nm eV gives the same"),
    "detectivity": (8e11, "cm Hz^1/2/W", "1550 nm, 0 V, 500 kHz", _ATLAS),
    "response_time": (10e-9, "s", "", "title and abstract"),
    "optical_gap": (0.8, "eV", "", "abstract"),
}

DARK = "no dark data"  # a commentator calls the dark current high, without a number

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "order of layers and area: second-hand, data/devices.csv of the same atlas",
    "all thicknesses: typical of PbS photodiodes",
    "diameter of the EDT dots: 3.0 nm, usual for hole transport layers",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/vafaie2021_alignment.svg"))
