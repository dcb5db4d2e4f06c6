"""A PbS photodiode for 940 nm under a transparent MXene electrode (Di et al., Advanced Science 11, 2307169 (2024)).

The Ti3C2Tx film is the top electrode through which light enters.
"""

import stackmodel as sm

CITATION = "Di et al., Advanced Science 11, 2307169 (2024), doi:10.1002/advs.202307169"

Ti3C2Tx = sm.Material(
    name="Ti3C2Tx",
    role="electrode",
    kind="electrode",
    source="a TiO2/Ti3C2Tx paper (Adv. Funct. Mater. 2023, page at aminer): 4.41 eV, 5.14 eV after Au; not this paper",
    work_function=4.41,
)

device = sm.Photodiode(
    sm.Stack.parse("ITO 100nm / ZnO 80nm / PbS(peak=940nm, halide) 300nm") / sm.Electrode(Ti3C2Tx, "20 nm"),
    illuminated="back",
    temperature=300,
)

_ABSTRACT = "abstract, pmc.ncbi.nlm.nih.gov/articles/PMC10853715"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "detectivity": (5.51e12, "cm Hz^1/2/W", "940 nm, 0 V; printed as cm W^-1 Hz^1/2", _ABSTRACT),
    "linear_dynamic_range": (140.0, "dB", "940 nm, 0 V", _ABSTRACT),
    "bandwidth": (0.76e6, "Hz", "940 nm, 0 V", _ABSTRACT),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "layers below the MXene: ITO/ZnO/PbS, the order of a review's figure 4(g), not re-checked; no hole transport layer",
    "work function 4.41 eV: of another paper; with it the built-in potential is small, 5.1 eV would raise it",
    "ligand and all thicknesses: typical of PbS photodiodes",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/di2024_mxene_alignment.svg"))
    print("saved", device.equilibrium().save("out/di2024_mxene_bands.svg"))
