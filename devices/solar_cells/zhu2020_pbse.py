"""A PbSe cell on SnO2 (ACS Applied Materials & Interfaces 12, 2566 (2020)).

Dots in one step from an ink with PbI2; the abstract states all four figures, and they close.
"""

import stackmodel as sm

CITATION = (
    "Zhu et al., Efficient PbSe Colloidal Quantum Dot Solar Cells Using SnO2 as a Buffer Layer, "
    "ACS Applied Materials & Interfaces 12, 2566 (2020), doi:10.1021/acsami.9b19651"
)

dots = sm.material("PbSe(peak=954nm, EDT, curve=allan_delerue2004)").with_values(
    {"absorption_coefficient": 1e4}, source="assumed"
)
PbSe_film = sm.Material(
    name="PbSe(PbI2)",
    kind="dot film",
    statistics="gaussian",
    source="levels: bulk affinity 4.70 eV (Madelung) less half of the confinement of 1.02 eV, both masses being nearly "
    "equal (0.047 and 0.041 m0); states: 3 nm dots 0.5 nm apart, eight states each; mobility, permittivity and doping "
    "of halide films of PbS, recalled",
    optical_gap=1.3,
    electron_affinity=4.19, band_gap=1.3, relative_permittivity=20.0,
    conduction_band_dos=2.6e20, valence_band_dos=2.6e20,
    electron_mobility=0.05, hole_mobility=0.05, donor_density=1e16, electronic_disorder=0.0,
    optical=dots.optical_constants(),
)  # fmt: skip

clear = sm.OpticalConstants.from_arrays([280, 3000], [2.0, 2.0], [0, 0], name="SnO2", source="assumed: gap of 3.6 eV")

device = sm.SolarCell(
    sm.Stack.parse("FTO 400nm [optical=ITO]")
    / sm.ETL("SnO2", "40 nm", optical=clear)
    / sm.Active(PbSe_film, "300 nm")
    / "PbS(3.0nm, EDT) 40nm / Au 100nm",
    temperature=300,
)

_ABSTRACT = "abstract at colab.ws (10.1021/acsami.9b19651)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "open_circuit_voltage": (0.5771, "V", "AM1.5G", _ABSTRACT),
    "short_circuit_current_density": (24.87e-3, "A/cm^2", "AM1.5G", _ABSTRACT),
    "fill_factor": (0.67, "", "AM1.5G", _ABSTRACT),
    "efficiency": (0.0967, "", "AM1.5G", _ABSTRACT),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "first author: recalled; the page as stored has title, journal and doi",
    "light: AM1.5G is not written in the abstract, but usual",
    "gap: 1.3 eV, usual of PbSe cells, recalled; above the measured sizing curve, which ends at 3 nm with 1.10 eV",
    "PbSe film: all electrical values; all thicknesses; size of the EDT dots 3.0 nm",
    "n and k of the film: of PbSe dots with this gap and 1e4 cm^-1 at the peak, the coefficient of PbS films",
    "n and k of FTO: those of ITO; both lose some per cent in the visible, texture and haze are left out",
    "n and k of SnO2: 2.0, clear",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/zhu2020_pbse_alignment.svg"))
    print("saved", device.equilibrium().save("out/zhu2020_pbse_bands.svg"))
