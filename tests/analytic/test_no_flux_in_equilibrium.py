"""Fluxes and rates vanish exactly where the quasi-Fermi level is flat; each derivative against a finite difference."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stackmodel.physics.flux import bernoulli, flux
from stackmodel.physics.recombination import srh
from stackmodel.physics.statistics import TABLE_LENGTH, Statistics, gaussian_table, ln_density
from stackmodel.physics.transport import added, splitting

FINITE = {"allow_nan": False, "allow_infinity": False}


def edge(code, band_i, band_j, level_i, level_j, drop=None, disorder=2.0):
    table = gaussian_table(disorder) if code == Statistics.GAUSSIAN else np.zeros(TABLE_LENGTH)
    eta = (level_i - band_i, level_j - band_j)
    (ln_i, s_i), (ln_j, s_j) = (ln_density(int(code), e, table) for e in eta)
    return flux(
        code == Statistics.BOLTZMANN, 0.0, *eta, ln_i, ln_j, s_i, s_j, level_j - level_i if drop is None else drop
    )


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(Statistics)), st.floats(-60, 30), st.floats(-60, 30))
def test_flat_level_carries_nothing(code, band_i, band_j):
    assert edge(code, band_i, band_j, 0.0, 0.0)[1] == 0.0


@pytest.mark.parametrize("code", list(Statistics))
@pytest.mark.parametrize(
    "case", [(3.0, -2.0, 0.4, 0.1), (10.0, 12.0, -3.0, 5.0), (-4.0, -4.5, 0.0, 1e-3), (2.0, 2.0, 1.0, 0.5)]
)
def test_derivatives(code, case):
    band_i, band_j, level_i, level_j = case
    ln_c, _, conductance, *derivatives = edge(code, *case)
    derivatives[0] -= conductance
    derivatives[1] += conductance
    # Levels enter eta and the drop, bands (as they move with the potential) eta alone.
    exact = [math.exp(ln_c) * d for d in derivatives]
    h = 1e-5

    def value(l_i=0.0, l_j=0.0, b_i=0.0, b_j=0.0):
        got = edge(code, band_i - b_i, band_j - b_j, level_i + l_i, level_j + l_j)
        return math.exp(got[0]) * got[1]

    shifts = [{"l_i": 1}, {"l_j": 1}, {"b_i": 1}, {"b_j": 1}]
    for shift, expected in zip(shifts, exact, strict=True):
        up, down = (dict.fromkeys(shift, s * h) for s in (1, -1))
        found = (value(**up) - value(**down)) / (2 * h)
        scale = max(abs(e) for e in exact)
        assert found == pytest.approx(expected, abs=2e-6 * scale)


@pytest.mark.parametrize("z", [0.0, 1e-9, 9.9e-3, 1.01e-2, -0.5, 3.0, -40.0, 60.0, 700.0, -700.0])
def test_bernoulli_against_fifty_digits(z):
    mp.mp.dps = 50
    x = mp.mpf(z)
    exact = mp.log(x / mp.expm1(x)) if z else mp.mpf(0)
    slope = mp.diff(lambda t: mp.log(t / mp.expm1(t)), x) if z else mp.mpf(-0.5)
    ln_part, factor, derivative = bernoulli(z)
    assert ln_part + math.log(factor) == pytest.approx(float(exact), rel=1e-13, abs=1e-13)
    assert derivative == pytest.approx(float(slope), rel=1e-11)


def test_boltzmann_flux_is_scharfetter_gummel():
    band_i, band_j, level_i, level_j = 5.0, 3.2, 0.3, -0.4
    ln_c, phi, *_ = edge(Statistics.BOLTZMANN, band_i, band_j, level_i, level_j)
    n_i, n_j = math.exp(level_i - band_i), math.exp(level_j - band_j)
    delta = band_i - band_j

    def B(x):
        return x / math.expm1(x)

    assert math.exp(ln_c) * phi == pytest.approx(n_j * B(delta) - n_i * B(-delta), rel=1e-13)


def test_srh_coefficient_and_its_derivatives():
    ln_K, factor, by_n, by_n_1, by_p, by_p_1 = srh(20.0, 25.0, 18.0, 22.0, -14.0, -15.0)
    n, p, n_1, p_1, tau_n, tau_p = (math.exp(x) for x in (20.0, 25.0, 18.0, 22.0, -14.0, -15.0))
    total = tau_p * (n + n_1) + tau_n * (p + p_1)
    assert math.exp(ln_K) * factor == pytest.approx(1 / total, rel=1e-13)
    assert by_n == pytest.approx(tau_p * n / total, rel=1e-12)
    assert by_p == pytest.approx(tau_n * p / total, rel=1e-12)
    assert (by_n_1, by_p_1) == pytest.approx((tau_p * n_1 / total, tau_n * p_1 / total), rel=1e-12)


@settings(deadline=None)  # the first call compiles
@given(st.floats(-1e3, 1e3, **FINITE), st.floats(-1e3, 1e3, **FINITE), st.floats(-1e-9, 1e-9, **FINITE))
def test_levels_keep_what_rounding_takes_off(u, v, step):
    assert splitting(u, v, v - u) == pytest.approx(float(mp.mpf(u) - mp.mpf(v) + mp.mpf(v - u)), abs=1e-28)
    parts = added(u, 0.0, 0.0, step)
    assert sum(mp.mpf(part) for part in parts) == mp.mpf(u) + mp.mpf(step)


def test_a_level_keeps_steps_of_very_different_size():
    parts = (-3.9, 0.0, 0.0)
    steps = (1e-17, -3e-27, 1e-33)
    for step in steps:
        parts = added(*parts, step)
    mp.mp.dps = 60
    assert abs(sum(mp.mpf(part) for part in parts) - sum(mp.mpf(s) for s in (-3.9, *steps))) < 1e-45
