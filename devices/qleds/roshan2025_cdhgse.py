"""A light-emitting diode of CdHgSe / ZnCdS nanoplatelets, 1280 nm (Roshan et al., ACS Photonics 12, 40 (2025)).

Mercury exchanged into platelets of CdSe moves their emission to 1280 to 1550 nm. The public text gives no layers.
"""

import numpy

import stackmodel as sm

CITATION = "Roshan et al., ACS Photonics 12, 40 (2025), doi:10.1021/acsphotonics.4c01944"

platelets = sm.Material(
    name="CdHgSe@ZnCdS",
    kind="dot film",
    statistics="gaussian",
    source="gap: emission at 1280 nm, read; affinity: 4.9 eV of bulk CdSe and HgSe less two thirds of the gap's excess "
    "over 0.1 eV of the alloy, assumed; states, mobilities, permittivity, lifetimes typical of platelets, assumed",
    optical_gap=0.9686, electron_affinity=4.32, band_gap=0.97, relative_permittivity=9.0,
    conduction_band_dos=1e19, valence_band_dos=1e19,
    electron_mobility=1e-3, hole_mobility=1e-4, electron_lifetime=2e-8, hole_lifetime=2e-8, electronic_disorder=0.0,
    photoluminescence_yield=0.4, biexciton_lifetime=1e-10, dot_density=5e18,
)  # fmt: skip

device = sm.QLED(
    sm.Stack.parse("ITO 100nm / ZnO 40nm") / sm.Active(platelets, "30 nm")
    / "poly-TPD 40nm / MoO3 10nm [work_function=5.1eV] / Al 100nm",
    temperature=300,
)  # fmt: skip

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "electroluminescence_efficiency": (0.075, "", "1280 nm, external", "abstract, pubmed 39830855"),
    "electroluminescence_efficiency_at_longest": (0.038, "", "1550 nm, other platelets", "abstract, pubmed 39830855"),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "all layers but the platelets, and every thickness: no public text gives them",
    "photoluminescence yield of the film: 0.4",
    "work function of MoO3: 5.1 eV, pinned 0.1 eV above the valence edge of poly-TPD",
    "levels, states, mobilities, lifetimes, permittivity: assumed, see the film's source",
    "platelets lie flat and so send more light out than an isotropic emitter: left out",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print(device.estimate(3.0))
    print("saved", alignment.save("out/roshan2025_cdhgse_alignment.svg"))
    print("saved", device.efficiency_curve(numpy.logspace(-6, 1, 71)).save("out/roshan2025_cdhgse_efficiency.svg"))
