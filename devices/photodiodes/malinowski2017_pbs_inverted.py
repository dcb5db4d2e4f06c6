"""An inverted PbS photodiode for 1440 nm on a pixel stack (Malinowski et al., Sensors 17, 2867 (2017)).

The abstract states absorber thickness, dark current with its bias, and quantum efficiency; not the other layers.
"""

import stackmodel as sm

CITATION = "Malinowski et al., Sensors 17, 2867 (2017), doi:10.3390/s17122867"

device = sm.Photodiode(
    """
    ITO 100nm
    / PbS(3.0nm, EDT) 40nm
    / PbS(peak=1440nm, halide) 150nm
    / ZnO 60nm
    / Al 100nm
    """,
    temperature=300,
)

_ABSTRACT = "abstract at biocloudy.com (literatureDetail/NDE0NzMyMQ==)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.20, "", "1440 nm, 'above 20 %', bias not in the abstract", _ABSTRACT),
    "absorber_thickness": (150.0, "nm", "", _ABSTRACT),
}

#: Measured dark current: voltage [V], magnitude of the current density [A/cm^2], temperature [K], where read.
DARK = [(-2.0, 1e-6, 300.0, _ABSTRACT + "; an order of magnitude; temperature not stated, room temperature taken")]

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "journal reference and DOI: recalled, not re-checked; the abstract page prints title and text only",
    "every layer but the absorber: 'inverted architecture' is all the abstract says; the class's p-i-n is written",
    "thicknesses but the absorber's, ligands, electrodes: typical of PbS photodiodes",
    "levels, dopings, mobilities, lifetimes: typical of the class, not of this device",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/malinowski2017_pbs_alignment.svg"))
    print("saved", device.equilibrium().save("out/malinowski2017_pbs_bands.svg"))
