"""A light-emitting diode of In(Zn)As / In(Zn)P / GaP / ZnS dots for 850 nm (Wijaya et al., 2020).

Free of lead, cadmium and mercury. The public text gives no layers; those here are usual for such dots.
"""

import numpy

import stackmodel as sm

CITATION = "Wijaya et al., Advanced Functional Materials 30, 1906483 (2020), doi:10.1002/adfm.201906483"

dots = sm.Material(
    name="InAs@InP@GaP@ZnS",
    kind="dot film",
    statistics="gaussian",
    source="gap: emission at 850 nm, read; levels: bulk affinity 4.90 eV (Vurgaftman 2001) less 95 % of the "
    "confinement of 1.10 eV, derived from the masses 0.026 and 0.41 m0; states: two a dot of 7 nm with its shells; "
    "the rest assumed",
    optical_gap=1.4586, electron_affinity=3.85, band_gap=1.46, relative_permittivity=8.0,
    conduction_band_dos=8e18, valence_band_dos=8e18,
    electron_mobility=1e-4, hole_mobility=1e-5, electron_lifetime=2e-8, hole_lifetime=2e-8, electronic_disorder=0.0,
    photoluminescence_yield=0.4, biexciton_lifetime=6e-11, dot_density=4e18,
)  # fmt: skip

device = sm.QLED(
    sm.Stack.parse("ITO 100nm / Zn0.9Mg0.1O 40nm") / sm.Active(dots, "20 nm")
    / "poly-TPD 40nm / MoO3 10nm [work_function=5.1eV] / Al 100nm",
    temperature=300,
)  # fmt: skip

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "electroluminescence_efficiency": (0.046, "", "850 nm, external, peak", "recalled; the title gives the dots"),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "all layers but the dots, and every thickness: no public text gives them",
    "photoluminescence yield of the film: 0.4, half of what such dots have in solution",
    "mobilities, lifetimes, permittivity, states: typical of dots with thick shells",
    "work function of MoO3: 5.1 eV, pinned 0.1 eV above the valence edge of poly-TPD",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print(device.estimate(3.0))
    print("saved", alignment.save("out/wijaya2020_inas_inp_alignment.svg"))
    print("saved", device.efficiency_curve(numpy.logspace(-6, 1, 71)).save("out/wijaya2020_inas_inp_efficiency.svg"))
