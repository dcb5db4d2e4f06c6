"""A FAPbI3 light-emitting diode with little roll-off (Miao et al., Nature Communications 10, 3624 (2019)).

External efficiency and energy conversion at two currents, from which the voltage follows: what a roll-off is read off.
"""

import numpy

import stackmodel as sm

CITATION = "Miao et al., Nature Communications 10, 3624 (2019), doi:10.1038/s41467-019-11567-1"

film = sm.Material(
    name="FAPbI3 (passivated)",
    source="gap: emission at 800 nm, read; rates of films, 1e6 /s, 1e-10 cm^3/s and 1e-28 cm^6/s, recalled, typical; "
    "permittivity of the library's FAPbI3, recalled; mobilities, affinity, states and index assumed",
    optical_gap=1.55, electron_affinity=4.0, band_gap=1.55, relative_permittivity=9.4, optical_permittivity=5.3,
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
            *sm.Stack.parse("TFB 40nm / MoO3 10nm [work_function=5.2eV] / Au 80nm"),
        ]
    ),
    temperature=300,
)

_ABSTRACT = "abstract, PMC6689020"

#: What the paper reports: value, unit, condition, where it was read.
REPORTED = {
    "electroluminescence_efficiency": (0.142, "", "800 nm, external, peak", _ABSTRACT),
    "electroluminescence_efficiency_at_high_current": (0.140, "", "800 nm, 300 mA/cm^2", _ABSTRACT),
    "electrical_to_optical_efficiency": (0.107, "", "peak", _ABSTRACT),
    "electrical_to_optical_efficiency_at_high_current": (0.083, "", "300 mA/cm^2", _ABSTRACT),
    "voltage_at_high_current": (2.61, "V", "300 mA/cm^2", "derived: 1.55 eV times the ratio of both efficiencies"),
}

DARK = "no dark data"

#: No parameter was fitted to this device.
STATUS = "predicted"

#: What is not in the public text and was taken from devices of the same class.
ASSUMED = (
    "layers around the film: recalled, usual of this group",
    "PEIE: a dipole of -0.5 eV between ZnO and the film, so that ZnO stands at the 3.7 eV that is reported for it",
    "levels and states of the film; mobility of 1 cm^2/Vs, lower than in single grains; index 2.3",
    "rates: of passivated films of the class, not of this film",
    "thicknesses: not in the public text",
    "work function of MoO3: 5.2 eV, pinned 0.1 eV above the valence edge of TFB",
    "miss: 300 mA/cm^2 flow at 1.4 V when solved, 1.2 V less than reported: mobilities and contacts are too good here",
    "miss: a plane film of index 2.3 lets 9.4 % out; scattering and photons that are emitted anew are left out",
)

if __name__ == "__main__":
    print(CITATION)
    print(device.explain())
    alignment = device.band_alignment()
    print(alignment)
    print(device.estimate(2.6))
    print("saved", alignment.save("out/miao2019_fapbi3_droop_alignment.svg"))
    print("saved", device.efficiency_curve(numpy.logspace(-6, 1, 71)).save("out/miao2019_fapbi3_droop_efficiency.svg"))
