"""An inverted silicon / PbS photodiode for 1540 nm (Xu et al., ACS Appl. Mater. Interfaces 12, 15414 (2020)).

N-type silicon with p-type dots, whose offsets are smaller than those of the usual p-type silicon with n-type dots.
"""

import stackmodel as sm

CITATION = (
    "Xu et al., Inverted Si:PbS Colloidal Quantum Dot Heterojunction-Based Infrared Photodetector, "
    "ACS Applied Materials & Interfaces 12, 15414 (2020), doi:10.1021/acsami.0c01744"
)

device = sm.Photodiode(
    """
    Au 20nm
    / active: PbS(peak=1540nm, EDT) 200nm
    / ETL: Si 10um [donor_density=1e15 cm^-3, electron_lifetime=1e-5 s, hole_lifetime=1e-5 s]
    / Al 100nm
    """,
    front=sm.Contact.ohmic(),
    temperature=300,
)

_ABSTRACT = "abstract at acs.figshare.com (12017460)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "detectivity": (1.47e11, "cm Hz^1/2/W", "1540 nm, 0 V", _ABSTRACT),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "volume, page and doi of the journal: recalled, not re-checked; the page as stored has title, authors and abstract",
    "ligand EDT, usual of p-type films; 1S peak 1540 nm, at which the detectivity is stated; both thicknesses",
    "silicon: 10 um instead of the wafer: deeper than its depletion, and so thick that its fringes are not resolved",
    "silicon: 1e15 donors, 10 us, Al as an ohmic contact",
    "surface of the silicon: taken as perfectly passivated; gold: semitransparent, ohmic to the dots",
    "levels, dopings, mobilities, lifetimes of the films: typical of the class, not of this device",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/xu2020_pbs_silicon_alignment.svg"))
    print("saved", device.equilibrium().save("out/xu2020_pbs_silicon_bands.svg"))
