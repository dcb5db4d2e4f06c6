"""An InAs photodiode for 940 nm with a thick absorber (Shin et al., Advanced Optical Materials (2024)).

Layers were read in a public atlas of detectors, figures in its scan of the paper's text. The paper's D* is computed
from the dark current, which bounds that current though the public text does not state it.
"""

import stackmodel as sm

CITATION = "Shin et al., Advanced Optical Materials (2024), doi:10.1002/adom.202401931"

InAs_film = sm.Material(
    name="InAs(InBr3)",
    kind="dot film",
    statistics="gaussian",
    source="levels: bulk affinity 4.90 eV (Vurgaftman 2001) less 95 % of the confinement of 0.97 eV, derived from the "
    "masses 0.026 and 0.41 m0; 3.5 nm dots, 0.5 nm apart, two states each; the rest assumed, typical of the class",
    optical_gap=1.3189,  # 1S peak at 940 nm
    electron_affinity=3.98, band_gap=1.32, relative_permittivity=8.0,
    conduction_band_dos=4.4e19, valence_band_dos=4.4e19,
    electron_mobility=0.01, hole_mobility=0.001, donor_density=1e16, electronic_disorder=0.0,
    optical=sm.material("InAs(peak=940nm, Cu7S4, interdot_spacing=0.5nm)").optical_constants(),
)  # fmt: skip

device = sm.Photodiode(
    sm.Stack.parse("ITO 100nm / ZnO 50nm")
    / sm.Active(InAs_film, "290 nm")
    / "MoO3 10nm [work_function=5.5eV] / Au 80nm",
    temperature=300,
)

_ATLAS = "second-hand: github.com/Shlok-Joseph-Paul/cQD-Detector-Compiler-and-Verifier (MIT), "

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.79, "", "940 nm, -3 V", "title; " + _ATLAS + "text scan of PDF pages 2 and 6"),
    "responsivity": (0.60, "A/W", "940 nm, -3 V", _ATLAS + "text scan of PDF pages 2 and 6"),
    "detectivity": (3.1e11, "cm Hz^1/2/W", "940 nm, -1 V, shot noise alone", _ATLAS + "text scan of PDF page 6"),
    "dark_current_density_bound": (
        1.2e-5, "A/cm^2", "-1 V, at most",
        "derived: D* = R / (2 q J)^1/2 as the paper computes it, with R at -1 V no larger than the 0.60 A/W at -3 V",
    ),
    "fall_time": (46e-9, "s", "940 nm, -3 V", _ATLAS + "text scan of PDF page 6"),
}  # fmt: skip

DARK = "no dark data"  # an upper bound is derived above

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "InAs film: levels from bulk and confinement, permittivity, mobilities, donors; InAs dots are n-type (reported)",
    "n and k of the film: of InAs dots with this peak, 0.5 nm apart, whatever the ligand",
    "work function of MoO3: 5.5 eV, middle of the 5.3 to 5.7 eV after air; 6.9 eV in vacuum",
    "no area: 0.6 mm^2 belongs to the speed test",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/shin2024_inas_alignment.svg"))
    print("saved", device.equilibrium().save("out/shin2024_inas_bands.svg"))
