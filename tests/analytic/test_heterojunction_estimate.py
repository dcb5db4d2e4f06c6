"""Dark currents over band steps in closed form against the first integral of Poisson's equation and solutions."""

from __future__ import annotations

import math

import pytest

import stackmodel as sm

Q, EPS0, K = 1.602176634e-19, 8.8541878128e-14, 8.617333262e-5


def material(name: str, affinity: float, gap: float, **values: float) -> sm.Material:
    common = {
        "relative_permittivity": 12.0, "conduction_band_dos": 1e19, "valence_band_dos": 1e19, "electron_mobility": 20.0,
        "hole_mobility": 5.0, "electron_lifetime": 3e-8, "hole_lifetime": 3e-8,
    }  # fmt: skip
    return sm.Material(name=name, electron_affinity=affinity, band_gap=gap, **(common | values))


def diode(layers: list[sm.Layer], temperature: float = 300.0, *, turned: bool = False, **options: str) -> sm.Photodiode:
    stack = sm.Stack(layers[::-1] if turned else layers)
    ends = {"front": sm.Contact.ohmic(), "back": sm.Contact.ohmic()}
    return sm.Photodiode(stack, temperature=temperature, **ends, **options)


def narrow_n_on_wide_p(step: float) -> list[sm.Layer]:
    """Return an n side whose holes meet a step on their way to the anode."""
    n = sm.Layer(material("narrow", 4.3, 0.6), 250, name="n", role="ETL", donor_density=2e17)
    p = sm.Layer(material("wide", 4.2, 0.7 + step), 800, name="p", role="active", acceptor_density=2e16)
    return [n, p]


def narrow_p_on_wide_n(step: float) -> list[sm.Layer]:
    """Return a p side whose electrons meet a step on their way to the cathode."""
    p = sm.Layer(material("narrow", 4.3, 0.6), 250, name="p", role="active", acceptor_density=2e17)
    n = sm.Layer(material("wide", 4.3 - step, 0.7 + step), 800, name="n", role="ETL", donor_density=2e16)
    return [p, n]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("layers", [narrow_n_on_wide_p, narrow_p_on_wide_n])
@pytest.mark.parametrize(("step", "temperature"), [(0.0, 300.0), (0.25, 300.0), (0.4, 350.0), (0.35, 200.0)])
def test_a_step_for_minority_carriers_of_either_side(layers, step, temperature, turned):
    device = diode(layers(step), temperature, turned=turned)
    ratio = device.estimate(-0.4).dark_current / device.dark_current(-0.4).total
    assert ratio == pytest.approx(1.0, abs=0.3)


def test_what_passes_a_step_is_what_the_first_integral_says():
    # Holes of the n side that generates much: n_i^2/n of them at the interface, exp(-step/kT) of which drift on.
    step, V, kT = 0.45, 0.4, K * 300.0
    device = diode(narrow_n_on_wide_p(step))
    N_D, N_A, eps = 2e17, 2e16, 12.0 * EPS0
    ln_n_i2 = 2.0 * math.log(1e19) - 0.6 / kT
    built_in = device.band_alignment().built_in_potential
    # eps F^2/2 = q N (psi - kT/q) on either side of the interface, and both add to built-in potential and voltage
    F = math.sqrt(2.0 * Q * (built_in + V - 2.0 * kT) / eps / (1.0 / N_D + 1.0 / N_A))
    psi_n = eps * F**2 / (2.0 * Q * N_D) + kT
    n = N_D * math.exp(-psi_n / kT)
    passes = Q * 5.0 * F * math.exp(ln_n_i2) / n * math.exp(-step / kT)
    answer = device.estimate(-V).by_mechanism
    of_n = sum(
        J for name, J in answer.items() if name in ("diffusion in n", "generation in n", "contact injection at front")
    )
    assert of_n == pytest.approx(passes, rel=0.15)


@pytest.mark.parametrize("anode", ["front", "back"])
def test_the_anode_only_names_the_sign(anode):
    device = diode(narrow_n_on_wide_p(0.2), anode=anode)
    V = -0.3 if anode == "back" else 0.3
    assert device.estimate(V).dark_current == pytest.approx(diode(narrow_n_on_wide_p(0.2)).estimate(-0.3).dark_current)
    # All shares flow along the current, which by_mechanism counts as positive.
    assert all(J >= 0.0 for J in device.estimate(V).by_mechanism.values())


def test_holes_that_pile_up_before_a_step_screen_the_field():
    n = sm.Layer(material("narrow", 4.2, 0.6), 400, name="n", role="ETL", donor_density=3e15)
    p = sm.Layer(material("wide", 3.95, 1.4), 70, name="p", role="active", acceptor_density=2e15)
    device = diode([n, p], 250.0)
    assert 1 / 3 < device.estimate(-0.2).dark_current / device.dark_current(-0.2).total < 3


def test_a_well_between_two_steps_keeps_both_carriers():
    n = sm.Layer(material("a", 4.0, 1.1), 100, name="n", role="ETL", donor_density=2e17)
    i = sm.Layer(material("b", 4.3, 0.5), 100, name="i", role="active")
    p = sm.Layer(material("c", 4.0, 1.1), 100, name="p", role="HTL", acceptor_density=2e17)
    device = diode([n, i, p])
    assert 1 / 3 < device.estimate(-0.2).dark_current / device.dark_current(-0.2).total < 3


def test_a_carrier_that_piles_up_elsewhere_is_said():
    n = sm.Layer(material("a", 4.2, 0.52), 750, name="n", role="ETL", donor_density=2e15)
    i = sm.Layer(material("b", 4.56, 0.39), 75, name="i", role="active", acceptor_density=5e14)
    p = sm.Layer(material("c", 4.18, 1.24), 350, name="p", role="HTL", acceptor_density=2e16)
    device = diode([n, i, p], 250.0)
    answer, solved = device.estimate(-0.33), device.dark_current(-0.33)
    assert any("holes pile up in i before the step into p" in doubt for doubt in answer.doubts)
    assert "in doubt" in answer.limited_by
    assert "in doubt 1" in answer.attributes()
    assert "in doubt" not in answer.attributes()["limited_by"]
    assert solved.closed_form == answer.dark_current
    assert "times the solution" in solved.attributes()["closed_form"]


def test_a_step_that_draws_carriers_in_depletes_nothing():
    a = sm.Layer(material("a", 4.2, 0.5), 300, name="n", role="ETL", donor_density=5e16)
    b = sm.Layer(material("b", 3.81, 0.55), 100, name="p", role="active", acceptor_density=1e16)
    with pytest.raises(sm.DataError, match=r"nothing is depleted.*jv\(\) solves it"):
        _ = diode([a, b]).estimate(-0.3).dark_current


@pytest.mark.parametrize("values", [{"radiative_coefficient": 1e-9}, {"hole_auger_coefficient": 1e-26}])
def test_light_and_auger_count(values):
    n = sm.Layer(material("x", 4.2, 0.35, **values), 300, name="n", role="ETL", donor_density=1e17)
    p = sm.Layer(material("x", 4.2, 0.35, **values), 2000, name="p", role="active", acceptor_density=5e16)
    device = diode([n, p]).with_values({f"{layer}.{c}_lifetime": "inf" for layer in "np" for c in ("electron", "hole")})
    assert device.estimate(-0.2).dark_current == pytest.approx(device.dark_current(-0.2).total, rel=0.3)


def test_one_sided_doping_is_within_a_tenth():
    # The uniform field of the textbook's integral, eq. (D3), is 37 % off here.
    x = material(
        "x", 4.2, 1.0, electron_lifetime=1e-8, hole_lifetime=1e-8, electron_mobility=1000.0, hole_mobility=400.0
    )
    n = sm.Layer(x, 1000, name="n", role="ETL", donor_density=1e18)
    p = sm.Layer(x, 3000, name="p", role="active", acceptor_density=1e16)
    device = diode([n, p])
    assert device.estimate(-0.5).dark_current == pytest.approx(device.dark_current(-0.5).total, rel=0.1)


def test_a_mechanism_that_two_quantities_switch_on_is_left_out_once():
    traps = "[electron_tunnelling_mass=0.1, hole_tunnelling_mass=0.1]"
    stack = f"ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm {traps} / PbS(3.0nm, EDT) 45nm / Au"
    doubts = sm.Photodiode(stack).estimate(-0.5).doubts
    assert sum("tunnelling into traps" in doubt for doubt in doubts) == 1
