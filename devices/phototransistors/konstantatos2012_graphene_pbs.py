"""A phototransistor of graphene with PbS dots on top (Konstantatos et al., Nature Nanotechnology (2012)).

Electrons stay in the dots, holes go into the graphene and pass it many times before they recombine.
"""

import stackmodel as sm

CITATION = "Konstantatos et al., Nature Nanotechnology 7, 363 (2012), doi:10.1038/nnano.2012.60"

device = sm.Phototransistor(
    "gate: Si [work_function=4.1 eV] / SiO2 285nm / graphene 0.335nm [source=Au, drain=Au, length=10um, width=10um] / "
    "PbS(peak=950nm, EDT) 80nm [electron_trap_lifetime=20ms]"
)
#: At which the figures are compared. [V]
GATE_VOLTAGE = -20.0

_ABSTRACT = "abstract (PubMed 22562036)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "gain": (1e8, "", "5 V, 300 K", _ABSTRACT + "; drain voltage recalled"),
    "responsivity_of_the_abstract": (1e7, "A/W", "wavelength not in the abstract, 5 V, 300 K", _ABSTRACT),
    "detectivity_of_the_abstract": (7e13, "cm Hz^1/2/W", "wavelength not in the abstract, 5 V, 300 K", _ABSTRACT),
}

DARK = "no dark data"

#: The trap lifetime was chosen so that the textbook tau mu V / L^2 is 1e8.
STATUS = "calibrated"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "electrons stay in the dots for 20 ms: what a gain of 1e8 asks for at 1000 cm^2/(V s), 5 V and 10 um",
    "channel of 10 um by 10 um; gate at -20 V; silicon gate with n-type doping, 4.1 eV",
    "dots with a peak at 950 nm; thickness, mobility and drain voltage recalled from the paper",
    "at the dots' peak the closed form has 1.2e6 A/W, a tenth of the abstract's 1e7",
    "why: 80 nm absorb 8 %, and a fifth of the holes reach the graphene within the class's lifetime",
    "no doping of the graphene by the dots, and no puddles beyond the thermal carriers at the Dirac point",
    "the figures are those of weak light: a film of such gain saturates at picowatts",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    print(device.estimate(5.0, gate_voltage=GATE_VOLTAGE))
    gates = [2.0 * k for k in range(-30, 31)]
    print("saved", device.band_alignment().save("out/konstantatos2012_graphene_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/konstantatos2012_graphene_pbs_bands.svg"))
    print("saved", device.transfer_curve(gates, 0.1).save("out/konstantatos2012_graphene_pbs_transfer.svg"))
