"""A light-emitting diode of a FAPbI3 film for 800 nm (Zhao and Tan, Nature Photonics 14, 215 (2020)).

Not dots: a film of the bulk's gap, in which free pairs emit. PEIE on the ZnO stands here as the dipole that it is.
"""

import numpy

import stackmodel as sm

CITATION = "Zhao and Tan, Nature Photonics 14, 215 (2020); DOI not checked"

film = sm.Material(
    name="FAPbI3 (passivated)",
    source="gap: emission at 800 nm, read; rates of films, 1e6 /s, 1e-10 cm^3/s and 1e-28 cm^6/s, recalled, typical; "
    "permittivity of the library's FAPbI3, recalled; mobilities, affinity, states and index assumed",
    optical_gap=1.552, electron_affinity=4.0, band_gap=1.552, relative_permittivity=9.4, optical_permittivity=5.3,
    conduction_band_dos=2.2e18, valence_band_dos=2.2e18, electron_mobility=1.0, hole_mobility=1.0,
    electron_lifetime=5e-7, hole_lifetime=5e-7, radiative_coefficient=1e-10,
    electron_auger_coefficient=5e-29, hole_auger_coefficient=5e-29,
)  # fmt: skip

device = sm.QLED(
    sm.Stack(
        [
            *sm.Stack.parse("ITO 100nm / ZnO 30nm"),
            sm.Interface(dipole=-0.5),
            sm.Active(film, "50 nm"),
            *sm.Stack.parse("poly-TPD 40nm / MoO3 10nm [work_function=5.1eV] / Al 100nm"),
        ]
    ),
    temperature=300,
)

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "electroluminescence_efficiency": (
        0.202,
        "",
        "799 nm, external, peak",
        "second-hand: review, Sci. China Inf. Sci. 68, 181401 (2025)",
    ),
    "electroluminescence_efficiency_of_large_area": (0.121, "", "900 mm^2", "recalled"),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "PEIE: a dipole of -0.5 eV between ZnO and the film, so that ZnO stands at the 3.7 eV that is reported for it",
    "levels and states of the film; mobility of 1 cm^2/Vs, lower than in single grains; index 2.3",
    "rates: of passivated films of the class, not of this film",
    "thicknesses: not in the public text",
    "work function of MoO3: 5.1 eV, pinned 0.1 eV above the valence edge of poly-TPD",
    "miss: a plane film of index 2.3 lets 9.4 % out; scattering and photons that are emitted anew are left out",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print(device.estimate(2.4))
    print("saved", alignment.save("out/zhao2020_fapbi3_alignment.svg"))
    print("saved", device.efficiency_curve(numpy.logspace(-6, 1, 71)).save("out/zhao2020_fapbi3_efficiency.svg"))
