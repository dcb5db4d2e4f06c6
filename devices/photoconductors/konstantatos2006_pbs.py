"""A lateral PbS photoconductor with gain (Konstantatos et al., Nature (2006)).

Holes run from electrode to electrode while electrons sit in traps at the surfaces of the dots: each photon moves as
many charges as transit times pass before they recombine. What is gained in responsivity is lost in speed.
"""

import stackmodel as sm

CITATION = "Konstantatos et al., Nature 442, 180 (2006), doi:10.1038/nature04855"

# 18 Hz are a decay of 8.8 ms. Levels, spacing and doping are those of the library's EDT film of this gap; the paper's
# dots were exchanged to butylamine, which the library does not hold.
device = sm.Photoconductor(
    "glass / channel: PbS(0.95eV, EDT) 800nm [electron_trap_lifetime=8.84ms, source=Au, drain=Au, length=5um]"
)

_TABLE = "recalled from the paper; more than 1e3 A/W and 1e13 Jones confirmed by an abstract of its authors (SPIE)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "responsivity": (1000.0, "A/W", "1300 nm, 40 V, 300 K", _TABLE),
    "detectivity": (1.8e13, "cm Hz^1/2/W", "1300 nm, 40 V, 300 K", _TABLE),
    "gain": (1000.0, "", "40 V, 300 K", _TABLE),
    "bandwidth": (18.0, "Hz", "40 V, 300 K", _TABLE),
}

DARK = "no dark data"

#: The trap lifetime was taken from the measured bandwidth, so the bandwidth is no prediction; the gain is one.
STATUS = "calibrated"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "ligand: levels, mobility 1e-3 cm^2/(V s) and acceptors of an EDT film in place of butylamine",
    "absorption 1e4 cm^-1 at 1300 nm, no reflection",
    "no width: figures in A need one, those printed here do not",
    "the noise has no 1/f part; 1e17 acceptors per cm^3 make the film's dark current, and so its noise, too large",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    print(device.estimate(40.0))
    print("saved", device.band_alignment().save("out/konstantatos2006_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/konstantatos2006_pbs_bands.svg"))
    print("saved", device.estimate(40.0).save("out/konstantatos2006_pbs_gain.svg"))
