"""A PbS cell for the infrared on a gradient of ZnO (Liu et al., Advanced Optical Materials 12, 2303256 (2024)).

A thin film of ZnO with caesium on plain ZnO puts a step between electrode and dots. Two lights, one device: the sun,
and the sun behind a filter at 1100 nm.
"""

import stackmodel as sm

CITATION = "Liu et al., Advanced Optical Materials 12, 2303256 (2024), doi:10.1002/adom.202303256"

Cs_ZnO = sm.Material(
    name="Cs:ZnO",
    role="ETL",
    source="edge assumed 0.1 eV above that of ZnO: the abstract says that levels are realigned, not by how much; gap, "
    "permittivity, states and mobility of the library's ZnO, doping a tenth of it, assumed",
    electron_affinity=4.1, band_gap=3.35, relative_permittivity=8.5,
    conduction_band_dos=3.7e18, valence_band_dos=1.8e19, electron_mobility=0.1, donor_density=1e17,
    optical=sm.optical_constants("ZnO"),
)  # fmt: skip

device = sm.SolarCell(
    sm.Stack.parse("ITO 100nm [optical=ITO Drude] / ZnO 80nm")
    / sm.ETL(Cs_ZnO, "20 nm")
    / "PbS(peak=1200nm, halide) 400nm / PbS(3.0nm, EDT) 40nm / Au 100nm",
    temperature=300,
)

_ABSTRACT = "abstract at aminer.org (660cf4ee13fb2c6cf61fe81d)"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "open_circuit_voltage": (0.507, "V", "AM1.5G", _ABSTRACT),
    "efficiency": (0.1104, "", "AM1.5G", _ABSTRACT),
    "open_circuit_voltage_infrared": (0.446, "V", "AM1.5G above 1100 nm", _ABSTRACT),
    "efficiency_infrared": (0.0127, "", "AM1.5G above 1100 nm, referred to 100 mW/cm^2", _ABSTRACT),
    "current_density_times_fill_factor": (21.8e-3, "A/cm^2", "AM1.5G", "derived: 0.1104 x 100 mW/cm^2 / 0.507 V"),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "1S peak: 1200 nm; the abstract says infrared",
    "affinity and doping of Cs:ZnO: in its source text; its n and k: those of ZnO",
    "n and k of ITO beyond 1.7 um: a Drude model, fitted below",
    "order of layers: the usual n-i-p stack, recalled, not re-checked; all thicknesses; size of the EDT dots 3.0 nm",
    "reference of the infrared efficiency: 100 mW/cm^2, which makes the figures plausible; the abstract does not say",
    "levels, dopings, mobilities, lifetimes: typical of the class, not of this device",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/liu2024_pbs_gradient_etl_alignment.svg"))
    print("saved", device.equilibrium().save("out/liu2024_pbs_gradient_etl_bands.svg"))
