"""Detector figures in closed form: check values of textbook relations."""

import math

import numpy as np
import pytest

import stackmodel as sm

HC = 1239.841984332
Q, K = 1.602176634e-19, 1.380649e-23
STACK = "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au"


def test_mechanisms_sum_to_the_dark_current():
    answer = sm.Photodiode(STACK).estimate(-0.5)
    assert sum(answer.by_mechanism.values()) == answer.dark_current
    assert answer.limited_by in answer.by_mechanism
    assert all(value >= 0 for value in answer.by_mechanism.values())


def test_responsivity_is_eqe_times_wavelength():
    answer = sm.Photodiode(STACK).estimate(-0.5)
    assert answer.responsivity(940) == pytest.approx(answer.eqe(940) * 940 / 1239.8419843, rel=1e-9)
    assert 0 < answer.eqe(1300) < 1e-7  # six widths of the 1S peak beyond the optical gap of 1.21 eV
    assert 0 < answer.eqe(1020) <= answer.absorber.absorptance


def test_johnson_detectivity_at_zero_bias():
    answer = sm.Photodiode(STACK).estimate(0.0)
    expected = answer.responsivity(940) * math.sqrt(answer.r0a / (4 * K * 300))
    assert answer.detectivity(940) == pytest.approx(expected, rel=1e-9)


def test_shot_detectivity_in_deep_reverse():
    answer = sm.Photodiode(STACK).estimate(-1.0)
    expected = answer.responsivity(940) / math.sqrt(2 * Q * answer.dark_current)
    assert answer.detectivity(940) == pytest.approx(expected, rel=1e-6)


def test_background_limit_of_a_photoconductor_is_sqrt2_lower():
    answer = sm.Photodiode(STACK).estimate(-0.5)
    diode, conductor = answer.background_limit(940), answer.background_limit(940, photoconductor=True)
    assert diode / conductor == pytest.approx(math.sqrt(2), rel=1e-12)


def test_zero_bias_resistance_is_the_slope_of_the_current():
    device = sm.Photodiode(STACK)
    # The depletion edges move with the voltage, the closed form's slope keeps them: second order in V.
    slope = sum(device.estimate(1e-5).by_mechanism.values()) / 1e-5
    assert 1 / device.estimate(0.0).r0a == pytest.approx(slope, rel=2e-3)


def test_dark_current_rises_with_temperature_by_the_stated_activation():
    device = sm.Photodiode(STACK)
    k = K / Q
    colder, warmer = (device.with_values({"temperature": T}).estimate(-0.5) for T in (290.0, 310.0))
    slope = math.log(warmer.dark_current / colder.dark_current) / (1 / (k * 290) - 1 / (k * 310))
    assert slope == pytest.approx(device.estimate(-0.5).activation_energy, rel=0.1)


def test_photocurrent_under_light():
    device = sm.Photodiode(STACK)
    answer = device.estimate(-0.5, light=sm.Light.monochromatic(940, "1 mW/cm^2"))
    assert answer.photocurrent == pytest.approx(1e-3 * answer.responsivity(940), rel=1e-9)


STEP = STACK.replace("PbS(3.4nm, TBAI)", "active: InGaAs")


def test_radiative_limit_is_the_black_body_above_the_gap():
    from stackmodel.estimates.detailed_balance import blackbody_photons_above

    answer = sm.Photodiode(STEP).with_values({"active.absorption_coefficient": 1e4}).estimate(-0.5)
    photons = blackbody_photons_above(answer.absorber.optical_gap, 300.0)
    assert answer.absorber.absorptance == pytest.approx(-math.expm1(-1e4 * 250e-7), rel=1e-12)
    assert answer.radiative_limit == pytest.approx(Q * photons * answer.absorber.absorptance, rel=1e-6, abs=0.0)


def _absorptance(device, energy):
    """Of the active film by its own spectrum, at photon energies [eV]."""
    alpha = device.stack["active"].material.absorption(HC / energy).absorption_coefficient
    return -np.expm1(-alpha * device.stack["active"].thickness * 1e-7)


def test_radiative_limit_follows_the_spectrum_of_the_dots():
    device = sm.Photodiode(STACK)
    answer, kT = device.estimate(-0.5), K * 300.0 / Q
    E = np.linspace(answer.absorber.optical_gap, answer.absorber.optical_gap + 1.2, 20001)
    photons = 2.0 * math.pi * Q**3 / (6.62607015e-34**3 * 299792458.0**2) * 1e-4 * E**2 / np.expm1(E / kT)
    expected = Q * np.trapezoid(photons * _absorptance(device, E), E)
    assert answer.radiative_limit == pytest.approx(expected, rel=1e-5, abs=0.0)


def test_closed_forms_ask_the_spectrum_at_the_wavelength():
    device = sm.Photodiode(STACK).with_values({"active.electron_lifetime": math.inf, "active.hole_lifetime": math.inf})
    answer = device.estimate(-0.5)
    for nm in (500.0, 800.0, 940.0, 1026.0, 1080.0):
        alpha = float(device.stack["active"].material.absorption([nm]).absorption_coefficient[0])
        assert answer.absorber.coefficient(np.array(HC / nm)) == pytest.approx(alpha, rel=1e-9)
    assert answer.eqe(500) > 2.0 * answer.eqe(1026) > 4.0 * answer.eqe(940)
    with pytest.raises(sm.InputError, match=r"no absorption below 400 nm is known \(asked: 350 nm\)"):
        answer.eqe(350)


def test_a_coefficient_that_is_given_is_that_of_the_peak():
    device = sm.Photodiode(STACK).with_values({"active.absorption_coefficient": 3e4})
    answer, peak = device.estimate(-0.5), HC / device.stack["active"].material.optical_gap
    assert answer.absorber.absorptance == pytest.approx(-math.expm1(-3e4 * 250e-7), rel=1e-12)
    at_peak = answer.absorber.absorptance * answer.absorber.collection
    assert answer.eqe(peak) == pytest.approx(at_peak, rel=1e-6)
    assert 0.0 < answer.eqe(940) < 0.7 * at_peak


def test_light_of_many_wavelengths_is_the_sum_of_its_lines():
    device, narrow = sm.Photodiode(STACK), sm.Light.am15g().longpass(500).shortpass(1000)
    lines = [
        device.estimate(-0.5, light=sm.Light.monochromatic(nm, 1e-3)).photocurrent / 1e-3
        for nm in narrow.wavelength.tolist()
    ]
    expected = np.trapezoid(np.array(lines) * narrow.spectral_irradiance, narrow.wavelength)
    assert device.estimate(-0.5, light=narrow).photocurrent == pytest.approx(expected, rel=1e-9)


def test_far_in_forward_nothing_is_depleted() -> None:
    """An undoped layer between flat bands: no field to divide by, and the reason instead of a number."""
    stack = "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 100nm [donor_density=0 cm^-3] / PbS(3.0nm, EDT) 45nm / Au"
    found = sm.Photodiode(stack).estimate(2.0)
    assert found.depletion_width == 0.0
    assert found.background_limit(940) == found.eqe(940) == 0.0  # nothing is collected
    assert found.attributes()["background_limit at 1026 nm [cm Hz^1/2/W]"] == 0.0
    with pytest.raises(sm.DataError, match="nothing is depleted"):
        _ = found.dark_current


def test_a_printed_estimate_says_why_it_has_no_dark_current() -> None:
    printed = str(sm.Photodiode(STACK).estimate(0.9))
    assert "without dark_current: nothing is depleted at 0.9 V" in printed
    assert "None" not in printed
    assert not any(line.endswith(": ") for line in printed.splitlines())


def test_two_junctions_that_face_each_other_have_no_closed_form() -> None:
    """The voltage divides between them as only a solver knows; one junction's form gave 8e16 A/cm^2."""
    film = {"electron_affinity": 4.4, "band_gap": 0.5, "relative_permittivity": 15.0, "conduction_band_dos": 1e19,
            "valence_band_dos": 1e19, "electron_mobility": 0.1, "hole_mobility": 0.1, "electron_lifetime": 1e-7,
            "hole_lifetime": 1e-7}  # fmt: skip
    material = sm.Material(name="film", **film)
    device = sm.Photodiode(
        sm.Stack([
            sm.Layer(material, 200, name="one", role="active", donor_density=1e16),
            sm.Layer(material, 50, name="between", role="interlayer", acceptor_density=1e17),
            sm.Layer(material, 200, name="two", role="interlayer", donor_density=1e16),
        ]),
        front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), anode="back",
    )  # fmt: skip
    with pytest.raises(sm.DataError, match="two junctions that face each other"):
        _ = device.estimate(0.5).dark_current
    assert device.dark_current(0.5).total > 0.0


def test_what_is_absorbed_by_a_rule_is_listed():
    def rules(device):
        return {(row["whose"], row["rule"]) for row in device.assumptions()}

    dots, step = sm.Photodiode(STACK), sm.Photodiode(STEP).with_values({"active.absorption_coefficient": 1e4})
    film = "PbS(3.4nm, TBAI)"
    assert {(film, "absorption_continuum"), (film, "absorption_held")} <= rules(dots)
    assert ("PbS(3nm, EDT)", "absorption_held") not in rules(dots)  # no closed form asks it
    assert (step.stack.names[step.stack.position("active")], "step_absorption") in rules(step)
    assert (film, "step_absorption") not in rules(dots)


def test_cold_dots_say_that_their_gap_stays():
    device = sm.Photodiode(STACK)
    assert "dots_without_temperature" not in {row["rule"] for row in device.assumptions()}
    listed = {row["whose"]: row for row in device.with_values({"temperature": 77}).assumptions()
              if row["rule"] == "dots_without_temperature"}  # fmt: skip
    assert set(listed) == {"PbS(3.4nm, TBAI)", "PbS(3nm, EDT)"}
    assert "as at 300 K; that of PbS(bulk) moves by -0.116 eV" in listed["PbS(3.4nm, TBAI)"]["what"]  # 0.52 meV/K


@pytest.mark.parametrize(
    ("stack", "says"),
    [
        ("ITO / active: HgTe(8nm, EDT) 300nm / ZnO 40nm / active: PbS(3.4nm, EDT) 300nm / Au",
         r"2 layers are active \(HgTe\(8nm, EDT\), PbS\(3.4nm, EDT\)\).*interlayer"),
        (STEP, r"has no known absorption coefficient; give In0.53Ga0.47As\.absorption_coefficient="),
    ],
)  # fmt: skip
def test_without_one_absorber_the_reason_is_said(stack, says):
    with pytest.raises(sm.DataError, match=says):
        sm.Photodiode(stack).estimate(-0.5).eqe(940)
