"""Detector figures in closed form: check values of textbook relations."""

import math

import pytest

import stackmodel as sm

Q, K = 1.602176634e-19, 1.380649e-23
STACK = "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au"


def test_mechanisms_sum_to_the_dark_current():
    answer = sm.Photodiode(STACK).estimate(-0.5)
    assert abs(sum(answer.by_mechanism.values())) == answer.dark_current
    assert answer.limited_by in answer.by_mechanism
    assert all(value <= 0 for value in answer.by_mechanism.values())


def test_responsivity_is_eqe_times_wavelength():
    answer = sm.Photodiode(STACK).estimate(-0.5)
    assert answer.responsivity(940) == pytest.approx(answer.eqe(940) * 940 / 1239.8419843, rel=1e-9)
    assert answer.eqe(1300) == 0.0  # beyond the optical gap of 1.21 eV
    assert 0 < answer.eqe(940) <= answer.absorber.absorptance


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


def test_radiative_limit_is_the_black_body_above_the_gap():
    from stackmodel.estimates.detailed_balance import blackbody_photons_above

    answer = sm.Photodiode(STACK).estimate(-0.5)
    photons = blackbody_photons_above(answer.absorber.optical_gap, 300.0)
    assert answer.radiative_limit == pytest.approx(Q * photons * answer.absorber.absorptance, rel=1e-6)


def test_far_in_forward_nothing_is_depleted() -> None:
    """An undoped layer between flat bands: no field to divide by, and the reason instead of a number."""
    stack = "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 100nm [donor_density=0 cm^-3] / PbS(3.0nm, EDT) 45nm / Au"
    found = sm.Photodiode(stack).estimate(2.0)
    assert found.depletion_width == 0.0
    with pytest.raises(sm.DataError, match="nothing is depleted"):
        _ = found.dark_current


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
