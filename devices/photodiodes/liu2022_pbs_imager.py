"""A top-illuminated PbS photodiode for 970 nm on a read-out circuit (Liu et al., Nature Electronics 5, 443 (2022)).

Layers with thicknesses were read in a public atlas of detectors, sentences of the paper in its text scan. The dark
curve is a figure there, without numbers.
"""

import stackmodel as sm

CITATION = "Liu et al., Nature Electronics 5, 443 (2022), doi:10.1038/s41928-022-00779-x"

C60 = sm.Material(
    name="C60",
    role="ETL",
    source="typical of the class, recalled; gap from affinity and ionisation potential",
    electron_affinity=4.0, band_gap=2.2, relative_permittivity=4.2, electron_mobility=0.05,
    conduction_band_dos=8e19, valence_band_dos=8e19,
)  # fmt: skip

device = sm.Photodiode(
    sm.Stack.parse("Au 50nm / NiO 50nm / PbS(3.0nm, EDT) 35nm / PbS(peak=970nm, halide) 550nm")
    / sm.ETL(C60, "15 nm")
    / "ZnO 120nm / ITO 100nm",
    illuminated="back",
    temperature=300,
)

_ATLAS = "second-hand: github.com/Shlok-Joseph-Paul/cQD-Detector-Compiler-and-Verifier (MIT), "

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "responsivity": (0.46, "A/W", "970 nm, -0.5 V", _ATLAS + "text scan of PDF page 4; bias in its metrics review"),
    "external_quantum_efficiency": (0.63, "", "970 nm, -0.5 V", _ATLAS + "text scan of PDF page 4"),
    "detectivity": (2.1e12, "cm Hz^1/2/W", "1000 nm, 0 V", _ATLAS + "data/measurements.csv, liu-2022-m2"),
    "detectivity_in_reverse": (1.5e11, "cm Hz^1/2/W", "1000 nm, -0.5 V", _ATLAS + "data/measurements.csv, liu-2022-m1"),
    "bandwidth": (140e3, "Hz", "-0.5 V", _ATLAS + "text scan of PDF page 4"),
}

DARK = "no dark data"  # figure 2 of the paper has the curve; no number of it is in the public text

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "0.46 A/W and 63 % at 970 nm do not close: 63 % would be 0.49 A/W",
    "volume and page of the journal: recalled, not re-checked",
    "middle of the stated ranges: PbS-EDT 30-40 nm, PbS 400-700 nm; 3.0 nm EDT dots; electrode thicknesses",
    "peak of the absorber: 970 nm, where the responsivity is stated; the response reaches 1300 nm",
    "C60, levels, dopings, mobilities, lifetimes: typical of the class, not of this device",
    "no area: not assigned to these figures in the atlas",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/liu2022_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/liu2022_pbs_bands.svg"))
