"""A PbS photodiode whose dark current was described by a diode law (Zhong et al. (2026)).

A public extract of the paper has saturation current and ideality of the dark fit, not the curve; a fit is not a
measurement at a bias.
"""

import stackmodel as sm

CITATION = (
    "Zhong et al., Decoupling the Impact of Deep-Trap and Band-Tail States on PbS Quantum Dot Photodiodes (2026), "
    "doi:10.1002/admt.70952"
)

device = sm.Photodiode(
    """
    ITO 100nm
    / ZnO 80nm                      # sol-gel, 200 C
    / PbS(peak=1309nm, halide) 300nm
    / PbS(3.0nm, EDT) 40nm
    / MoO3 10nm [work_function=5.5eV] / Ag 100nm
    """,
    area="0.045 cm^2",
    temperature=298,
)

_EXTRACT = "second-hand: github.com/uosakana/curve-fitting, docs/LITERATURE_PRIORS_PBS_CQD_NORMAL_PD.md, record 2"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "dark_saturation_current_density": (6.8e-7, "A/cm^2", "parameter of the paper's fit of the dark curve", _EXTRACT),
    "ideality_factor": (1.71, "", "parameter of the paper's fit of the dark curve", _EXTRACT),
    "responsivity": (0.76, "A/W", "1309 nm, bias not given", _EXTRACT),
    "external_quantum_efficiency": (0.72, "", "1309 nm, bias not given", _EXTRACT),
    "detectivity": (3.7e11, "cm Hz^1/2/W", "", _EXTRACT),
    "noise_current": (4.32e-13, "A/Hz^1/2", "1 Hz", _EXTRACT),
}

DARK = "no dark data"  # a fit's parameters, no point of the curve

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "work function of MoO3: 5.5 eV, middle of the 5.3 to 5.7 eV after air; 6.9 eV in vacuum",
    "wavelength of the peak: 1309 nm, derived from 0.76 A/W and 72 %; the extract's 4.4 nm dots are near it",
    "thicknesses but MoO3 10 nm and Ag 100 nm: typical of PbS photodiodes; size of the EDT dots 3.0 nm",
    "temperature: room temperature, the extract's assumption",
    "levels, dopings, mobilities, lifetimes: typical of the class, not of this device",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/zhong2026_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/zhong2026_pbs_bands.svg"))
