"""A PbS photodiode for the near infrared with LiF and MoOx at its electrodes (Gong et al., IEEE TED 70, 3668 (2023)).

The abstract states a dark current without its bias, so that it can be quoted and not compared.
"""

import stackmodel as sm

CITATION = "Gong et al., IEEE Trans. Electron Devices 70, 3668 (2023), doi:10.1109/TED.2023.3276730"

device = sm.Photodiode(
    """
    ITO 100nm
    / ZnO 80nm                      # the paper's LiF layer is thin and insulating: left out
    / PbS(peak=1100nm, halide) 300nm
    / PbS(3.0nm, EDT) 40nm
    / MoO3 10nm [work_function=5.5eV] / Au 100nm
    """,
    temperature=300,
)

_ABSTRACT = "abstract at bohrium.dp.tech (6494c859d68f896efadfb574)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "dark_current_density": (70e-9, "A/cm^2", "'about 70', bias not in the abstract", _ABSTRACT),
    "responsivity": (0.61, "A/W", "1100 nm, bias not in the abstract", _ABSTRACT),
    "external_quantum_efficiency": (0.688, "", "1100 nm", "derived: 0.61 A/W x 1239.84 nm eV / 1100 nm"),
    "detectivity": (1.42e12, "cm Hz^1/2/W", "wavelength and frequency not in the abstract", _ABSTRACT),
}

DARK = "no dark data"  # 70 nA/cm^2 is read, its bias is not

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "work function of MoO3: 5.5 eV, middle of the 5.3 to 5.7 eV after air; 6.9 eV in vacuum",
    "layers: the abstract names n-type inks, a p-type dot film, LiF and MoOx 'in the electrode interfaces' only",
    "LiF: left out; where it stands and how thick it is are not in the abstract",
    "1S peak: 1100 nm, at which the responsivity is stated",
    "all thicknesses, ligands and the electron transport layer: typical of PbS photodiodes",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/gong2023_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/gong2023_pbs_bands.svg"))
