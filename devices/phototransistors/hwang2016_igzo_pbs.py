"""A phototransistor of IGZO with PbS dots on top (Hwang et al., NPG Asia Materials (2016)).

Light leaves holes in the dots while electrons flow in the oxide: the threshold moves, and the current with it.
"""

import stackmodel as sm

CITATION = "Hwang et al., NPG Asia Materials 8, e233 (2016), doi:10.1038/am.2015.137"

device = sm.Phototransistor(
    "gate: Mo / SiO2 200nm / channel: IGZO 30nm [source=Mo, drain=Mo, length=10um, width=100um] / "
    "PbS(peak=1000nm, EDT) 50nm [hole_trap_lifetime=1s, trap_density=1e18 cm^-3]"
)
#: At which the figures are compared. [V]
GATE_VOLTAGE = 10.0

_ABSTRACT = "abstract (concepedia.org, W2229125349)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "responsivity": (1e6, "A/W", "1000 nm, 5 V, 300 K", _ABSTRACT + ": over 1e6; the drain voltage is assumed"),
    "detectivity": (1e13, "cm Hz^1/2/W", "1000 nm, 5 V, 300 K", _ABSTRACT + ": of the order of 1e13"),
}

DARK = "no dark data"

#: No parameter was fitted to the responsivity; the trap lifetime is that of the imager's frame.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "insulator: 200 nm of SiO2; channel 30 nm, 10 um long and 100 um wide; electrodes Mo",
    "drain at 5 V, gate at 10 V",
    "holes stay in the dots for 1 s, as the frame rate of the paper's imager, 1 Hz, suggests",
    "dots: 50 nm with the EDT film's levels and lifetime; the figures are those of weak light",
    "traps: 1e18 per cm^3, one in ten to twenty dots; under the light of the picture they fill, the figures need none",
    "the depletion of the channel by the dots does not move the closed threshold; equilibrium() shows it",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    print(device.estimate(5.0, gate_voltage=GATE_VOLTAGE))
    gates = [0.5 * k for k in range(-10, 41)]
    light = sm.Light.monochromatic(1000, "1 uW/cm^2")
    print("saved", device.band_alignment().save("out/hwang2016_igzo_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/hwang2016_igzo_pbs_bands.svg"))
    print("saved", device.transfer_curve(gates, 5.0, light).save("out/hwang2016_igzo_pbs_transfer.svg"))
