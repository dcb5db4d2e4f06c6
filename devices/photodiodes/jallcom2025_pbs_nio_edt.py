"""An inverted PbS photodiode with NiO and PbS-EDT as hole layers (J. Alloys Compd. 1036, 181671 (2025)).

The abstract states a dark current with its bias. Its detectivity is that of shot noise: the three figures close.
"""

import stackmodel as sm

CITATION = (
    "High-performance PbS quantum dots photodetector based on NiOx/PbS-EDT heterojunction hole transport layer, "
    "Journal of Alloys and Compounds 1036, 181671 (2025), doi:10.1016/j.jallcom.2025.181671"
)

device = sm.Photodiode(
    """
    ITO 100nm
    / NiO 30nm
    / PbS(3.0nm, EDT) 40nm
    / PbS(peak=940nm, halide) 300nm
    / ZnO 60nm
    / Al 100nm
    """,
    temperature=300,
)

_ABSTRACT = "abstract at scholar.xjtu.edu.cn (authors are not on the stored page)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "detectivity": (6.70e11, "cm Hz^1/2/W", "wavelength and frequency not in the abstract", _ABSTRACT),
    "largest_responsivity": (0.487, "A/W", "wavelength and bias not in the abstract", _ABSTRACT),
    "detectivity_of_shot_noise": (
        6.8e11, "cm Hz^1/2/W", "-1 V", "derived: R / (2 q J)^1/2 of the responsivity and the dark current at -1 V",
    ),
}  # fmt: skip

#: Measured dark current: voltage [V], magnitude of the current density [A/cm^2], temperature [K], where read.
DARK = [(-1.0, 1.6e-6, 300.0, _ABSTRACT + "; temperature not stated, room temperature taken")]

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "doi: made from the journal's article number, not re-checked; the page as stored names no authors",
    "1S peak of the absorber: 940 nm; the abstract says near infrared only",
    "electron side: ZnO and Al; the abstract names the hole layers only",
    "all thicknesses; size of the EDT dots 3.0 nm",
    "levels, dopings, mobilities, lifetimes: typical of the class, not of this device",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/jallcom2025_pbs_nio_alignment.svg"))
    print("saved", device.equilibrium().save("out/jallcom2025_pbs_nio_bands.svg"))
