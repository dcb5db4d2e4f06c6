"""Yields, roll-off and injection against closed forms and tabulated check values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from stackmodel.physics import injection, luminescence
from stackmodel.physics.constants import ELEMENTARY_CHARGE

A, B, C = 1e6, 1e-11, 1e-30
PAIRS = {"linear": A, "radiative": B, "cubic": C}


def test_abc_check_value() -> None:
    """A = 1e6 /s, B = 1e-17 m^3/s, C = 1e-42 m^6/s at 1e24 m^-3: 10/12."""
    found = luminescence.pair_efficiency(1e18, linear=1e6, radiative=1e-11, cubic=1e-30)
    assert found == pytest.approx(0.8333333333, rel=1e-9)


def test_external_efficiency_check_value() -> None:
    found = luminescence.external_efficiency(balance=0.9, emitting_share=1.0, internal=0.8, outcoupling=0.2)
    assert found == pytest.approx(0.144, rel=1e-12)


def test_outcoupling_check_value() -> None:
    assert luminescence.planar_outcoupling(1.7) == pytest.approx(0.17301, rel=1e-5)


def test_outcoupling_is_the_escape_cone_at_large_index() -> None:
    """Both halves of a cone 1 - cos(theta_c), of 4 pi, reach the front with a mirror behind."""
    n = 30.0
    cone = 1.0 - math.cos(math.asin(1.0 / n))
    assert luminescence.planar_outcoupling(n) == pytest.approx(cone, rel=1e-3)  # next order 1/(4 n^2)


@pytest.mark.parametrize("factors", [(1e6, 1e-11, 1e-30), (0.0, 1e-11, 0.0), (1e7, 0.0, 1e-28), (1e5, 0.0, 0.0)])
def test_density_inverts_the_rate(factors: tuple[float, float, float]) -> None:
    given = dict(zip(("linear", "quadratic", "cubic"), factors, strict=True))
    n = np.logspace(8, 21, 27)
    assert luminescence.density_at(luminescence.rate(n, **given), **given) == pytest.approx(n, rel=1e-12)


def test_no_current_no_pairs() -> None:
    assert luminescence.density_at(0.0, linear=A, quadratic=B, cubic=C) == 0.0


def test_peak_and_half_of_pairs() -> None:
    def loss(ln_n: float) -> float:
        return -float(luminescence.pair_efficiency(math.exp(ln_n), **PAIRS))

    best = minimize_scalar(loss, bounds=(math.log(1e14), math.log(1e22)), method="bounded", options={"xatol": 1e-10})
    peak = luminescence.pair_peak(**PAIRS)
    assert peak == pytest.approx(-best.fun, rel=1e-10)
    half = luminescence.pair_half_density(**PAIRS)
    numeric = brentq(lambda x: -loss(x) - 0.5 * peak, best.x, math.log(1e24), xtol=1e-14)
    assert math.log(half) == pytest.approx(numeric, rel=1e-10)
    assert half > math.sqrt(A / C)


def test_half_without_traps_is_where_auger_equals_radiation() -> None:
    assert luminescence.pair_half_density(linear=0.0, radiative=B, cubic=C) == pytest.approx(B / C, rel=1e-12)


G = np.logspace(-3, 4, 15)


def test_excitons_without_auger_follow_poisson() -> None:
    mean = luminescence.excitons_per_dot(G * 1e6, exciton_rate=1e6, biexciton_rate=0.0)
    assert mean == pytest.approx(G, rel=1e-9)
    given = {"exciton_rate": 1e6, "biexciton_rate": 0.0, "photon_yield": 0.6}
    assert luminescence.exciton_efficiency(G * 1e6, **given) == pytest.approx(0.6, rel=1e-9)
    assert luminescence.exciton_half_rate(exciton_rate=1e6, biexciton_rate=0.0) == math.inf


def test_excitons_with_instant_auger_take_turns() -> None:
    """No dot holds two: eta / (1 + g/K), half at one exciton a lifetime."""
    given = {"exciton_rate": 1e6, "biexciton_rate": 1e30, "photon_yield": 0.6}
    assert luminescence.exciton_efficiency(G * 1e6, **given) == pytest.approx(0.6 / (1.0 + G), rel=1e-9)
    half = luminescence.exciton_half_rate(exciton_rate=1e6, biexciton_rate=1e30)
    assert half == pytest.approx(1e6, rel=1e-9)


def test_excitons_solve_their_master_equation() -> None:
    K, auger, g, count = 1e6, 3e7, 5e6, 60
    N = np.arange(count + 1)
    death = N * K + 0.25 * N**2 * (N - 1.0) * auger
    matrix = np.diag(-(death + g * (count > N))) + np.diag(death[1:], 1) + np.diag(np.full(count, g), -1)
    matrix[-1] = 1.0
    P = np.linalg.solve(matrix, np.eye(count + 1)[-1])
    found = luminescence.excitons_per_dot(g, exciton_rate=K, biexciton_rate=auger)
    assert found == pytest.approx(P @ N, rel=1e-9)


def test_half_of_excitons() -> None:
    rates = {"exciton_rate": 1e6, "biexciton_rate": 1e8}
    g = luminescence.exciton_half_rate(**rates)
    assert g > 1e6
    assert luminescence.exciton_efficiency(g, **rates, photon_yield=0.6) == pytest.approx(0.3, rel=1e-9)


def test_charged_dots_between_their_limits() -> None:
    rates = {"radiative_rate": 1e7, "nonradiative_rate": 1e7}
    neutral = luminescence.photoluminescence_yield(**rates)
    assert neutral == 0.5
    assert luminescence.charged_dot_yield(**rates, trion_rate=1e10, charged_share=0.0) == neutral
    dark = luminescence.charged_dot_yield(**rates, trion_rate=1e30, charged_share=0.3)
    assert dark == pytest.approx(0.7 * neutral, rel=1e-12)  # Auger much faster than light: charged dots are dark
    bright = luminescence.charged_dot_yield(**rates, trion_rate=0.0, charged_share=1.0)
    assert bright == pytest.approx(2.0 / 3.0, rel=1e-12)  # no Auger: the second way to emit helps


def test_lambertian_radiance() -> None:
    """10 mA/cm2, 10 % and 1.55 eV: 1.55 mW/cm2 into the hemisphere."""
    found = luminescence.radiance(0.01, efficiency=0.1, photon_energy=1.55)
    assert math.pi * found == pytest.approx(1.55e-3, rel=1e-12)


def test_sun2023_exitance() -> None:
    """33 mA/cm2 at 23.8 % and 1.55 eV are 12.2 mW/cm2 (reference table)."""
    found = math.pi * luminescence.radiance(0.033, efficiency=0.238, photon_energy=1.55)
    assert found == pytest.approx(12.2e-3, rel=5e-3)


def test_mott_gurney_check_value() -> None:
    """eps 15, mu 1e-7 m^2/Vs, 1 V, 300 nm: 553.387 A/m^2."""
    b = injection.space_charge_coefficient(mobility=1e-3, relative_permittivity=15.0, thickness=3e-5)
    assert b * 1e4 == pytest.approx(553.387, rel=1e-5)
    assert injection.series_current(1.0, [(0.0, b)]) == pytest.approx(b, rel=1e-12)


def test_two_halves_of_an_ohmic_layer() -> None:
    whole = injection.ohmic_coefficient(mobility=0.1, density=1e17, thickness=1e-5)
    assert injection.series_current(0.7, [(2 * whole, 0.0)] * 2) == pytest.approx(0.7 * whole, rel=1e-12)


def test_series_voltages_add_up() -> None:
    layers = [(1.0, 0.3), (0.0, 2.0), (50.0, 0.0)]
    J = injection.series_current(2.5, layers)
    assert sum(injection.layer_voltage(J, ohmic=a, space_charge=b) for a, b in layers) == pytest.approx(2.5, rel=1e-10)
    for a, b in layers:
        V = injection.layer_voltage(J, ohmic=a, space_charge=b)
        assert a * V + b * V * V == pytest.approx(J, rel=1e-12)


def test_barrier_takes_a_decade_each_60_meV() -> None:
    kT = 0.025852
    low, high = (
        injection.barrier_current(states=1e19, velocity=1e3, barrier=phi, kT=kT)
        for phi in (0.3, 0.3 + kT * math.log(10))
    )
    assert low / high == pytest.approx(10.0, rel=1e-12)
    assert injection.barrier_current(states=1e19, velocity=1e3, barrier=-0.4, kT=kT) == pytest.approx(
        ELEMENTARY_CHARGE * 1e22, rel=1e-12
    )
