"""An InSb photodiode with its dark current stated (Peng et al., Advanced Science (2025)).

Dots that do not fuse have no tail states; the abstract states dark current, quantum efficiency and speed.
"""

import stackmodel as sm

CITATION = (
    "Peng et al., Suppressing Colloidal Quantum Dot Multimer Fusion Leads to High-Performance InSb Infrared "
    "Photodetectors, Advanced Science (2025), doi:10.1002/advs.202502775"
)

dots = sm.material("InSb(peak=1240nm, sulfide)").with_values({"absorption_coefficient": 1e4}, source="assumed")
InSb_film = sm.Material(
    name="InSb@InP film",
    kind="dot film",
    statistics="gaussian",
    source="levels: bulk affinity 4.59 eV (NSM archive) less the electron's 0.72 of the 0.826 eV of confinement, by "
    "the two-band model with masses 0.0135 and 0.43 m0 at 5.6 nm; 0.5 nm apart, two states each; the rest assumed, "
    "typical of III-V dot films",
    optical_gap=0.99987,  # 1S peak at 1240 nm
    electron_affinity=3.87, band_gap=1.0, relative_permittivity=9.0,
    conduction_band_dos=1.24e19, valence_band_dos=1.24e19,
    electron_mobility=1e-2, hole_mobility=1e-3, donor_density=1e16, electronic_disorder=0.0,
    optical=dots.optical_constants(),
)  # fmt: skip

device = sm.Photodiode(
    sm.Stack.parse("ITO 100nm / TiO2 40nm")
    / sm.Active(InSb_film, "150 nm")
    / "MoO3 10nm [work_function=5.5eV] / Au 100nm",
    temperature=300,
)

_ABSTRACT = "abstract in the library record doaj-art-d763951276d1421daec19108085501f4"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "external_quantum_efficiency": (0.20, "", "1240 nm taken, -1 V, 'about 20 %'", _ABSTRACT),
    "linear_dynamic_range": (140.0, "dB", "'over 140 dB'", _ABSTRACT),
    "response_time": (90e-9, "s", "", _ABSTRACT),
}

#: Measured dark current: voltage [V], magnitude of the current density [A/cm^2], temperature [K], where read.
DARK = [(-1.0, 4e-6, 300.0, _ABSTRACT + "; bias: the -1 V beside it in the sentence; room temperature taken")]

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "n and k of the film: of InSb dots with this peak and 1e4 cm^-1 there, the coefficient of PbS films",
    "stack: of the group's device of 2024 (ITO / TiO2 40 nm / InSb-InP / MoOx 10 nm / Au 100 nm, second-hand)",
    "1S peak 1240 nm: of that device; wavelength of the quantum efficiency: the same",
    "InSb film: all electrical values and its thickness, 150 nm; a shell of InP is left out",
    "work function of MoO3: 5.5 eV, middle of the 5.3 to 5.7 eV after air",
    "no area: not in the abstract",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print("saved", alignment.save("out/peng2025_insb_alignment.svg"))
    print("saved", device.equilibrium().save("out/peng2025_insb_bands.svg"))
