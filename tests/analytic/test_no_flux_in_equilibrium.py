"""Fluxes and rates vanish exactly where the quasi-Fermi level is flat; each derivative against a finite difference."""

import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stackmodel.physics.band_filling import Statistics
from stackmodel.physics.constants import NONE
from stackmodel.physics.exact_sums import added, splitting
from stackmodel.physics.exponential import LARGEST, LEAST, exponentials
from stackmodel.physics.flux import bernoulli, exponents, flux
from stackmodel.physics.line import (
    CUBE_N,
    LN_N_1,
    LN_P_1,
    LN_TAU_N,
    LN_TAU_P,
    N_TRAP_VALUES,
    N_VALUES,
)
from stackmodel.physics.mechanisms.auger import LN_AUGER_N, LN_AUGER_P
from stackmodel.physics.mechanisms.band_tunnelling import LN_KANE
from stackmodel.physics.mechanisms.carriers import Carriers
from stackmodel.physics.mechanisms.every import local_rate, numbers, plain_rate
from stackmodel.physics.mechanisms.radiative import LN_RADIATIVE
from stackmodel.physics.mechanisms.srh import srh
from stackmodel.physics.mechanisms.table import N_MECHANISMS
from stackmodel.physics.mechanisms.trap_tunnelling import N_FASTER
from stackmodel.physics.statistics import TABLE_LENGTH, gaussian_table, ln_density

FINITE = {"allow_nan": False, "allow_infinity": False}


def edge(code, band_i, band_j, level_i, level_j, drop=None, disorder=2.0):
    table = gaussian_table(disorder) if code == Statistics.GAUSSIAN else np.zeros(TABLE_LENGTH)
    eta = (level_i - band_i, level_j - band_j)
    (ln_i, s_i), (ln_j, s_j) = (ln_density(int(code), e, table) for e in eta)
    ends = (*eta, ln_i, ln_j, s_i, s_j, level_j - level_i if drop is None else drop)
    falls_z, falls_x, ln_c = exponents(code == Statistics.BOLTZMANN, 0.0, *ends)
    factors = (math.exp(falls_z), math.expm1(falls_z), math.exp(falls_x), math.expm1(falls_x))
    return ln_c, *flux(code == Statistics.BOLTZMANN, *ends, *factors)


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
    factor, derivative = bernoulli(z, math.exp(-abs(z)), math.expm1(-abs(z)))
    assert math.log(factor) - max(z, 0.0) == pytest.approx(float(exact), rel=1e-13, abs=1e-13)
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


def exponentials_of(x):
    grown, change = np.empty_like(x), np.empty_like(x)
    exponentials(x, grown, change)
    return grown, change


@pytest.mark.parametrize("size", [1e-300, 1e-17, 1e-9, 1e-3, 0.1, 0.34657, 0.34658, 1.0, 7.0, 50.0, 690.0])
def test_exponentials_against_fifty_digits(size):
    mp.mp.dps = 50
    x = np.random.default_rng(1).uniform(-size, size, 200)
    for found, exact in zip(exponentials_of(x), (mp.exp, mp.expm1), strict=True):
        off = [abs((mp.mpf(a) - exact(mp.mpf(b))) / exact(mp.mpf(b))) for a, b in zip(found, x, strict=True)]
        assert max(off) < 4e-16


def test_exponentials_at_their_bounds():
    x = np.array([0.0, -0.0, LEAST, -750.0, -math.inf, LARGEST, 1e300, math.inf, math.nan])
    grown, change = exponentials_of(x)
    assert grown[:5] == pytest.approx([1.0, 1.0, math.exp(LEAST), 0.0, 0.0], rel=1e-13)
    assert change[:5].tolist() == [0.0, 0.0, -1.0, -1.0, -1.0]
    assert grown[5:8] == pytest.approx(math.exp(LARGEST), rel=1e-13)
    assert math.isnan(grown[8])
    assert math.isnan(change[8])


@settings(deadline=None)
@given(
    st.tuples(*[st.floats(-100.0, 60.0)] * 2), st.tuples(*[st.floats(0.05, 1.0)] * 2),
    st.tuples(*[st.one_of(st.just(NONE), st.floats(-70.0, -10.0))] * 4), st.integers(0, 3), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_rates_by_numbers_are_those_by_logarithms(ln_densities, slopes, ln_values, n_traps, seed):
    random = np.random.default_rng(seed)
    values, traps = np.zeros((N_VALUES, 2, 1)), np.zeros((N_TRAP_VALUES, 2, n_traps))
    values[LN_RADIATIVE : LN_AUGER_P + 1, :, 0], values[LN_KANE] = np.array(ln_values)[:, None], NONE
    traps[[LN_TAU_N, LN_TAU_P]] = random.uniform(-25.0, -8.0, (2, 1, n_traps))
    traps[[LN_N_1, LN_P_1]] = random.uniform(-60.0, 50.0, (2, 1, n_traps))
    of_values, of_traps = np.empty((4, 1)), np.empty((4, n_traps))
    assert numbers(values, traps, 0, n_traps, 0, of_values, of_traps)
    (ln_n, ln_p), (thin_n, thin_p) = ln_densities, random.uniform(-3.0, 0.0, 2)
    by_numbers, by_logarithms = np.empty(N_MECHANISMS), np.empty(N_MECHANISMS)
    total, *derivatives = plain_rate(
        math.exp(ln_n), math.exp(ln_p), Carriers(ln_n, ln_p, math.exp(thin_n), math.exp(thin_p), *slopes), of_values,
        of_traps, 0, n_traps, 0, by_numbers,
    )  # fmt: skip
    ln_K, factor, by_n, by_p, by_field = local_rate(
        Carriers(ln_n, ln_p, thin_n, thin_p, *slopes), 0.0, values, traps, np.zeros((n_traps, N_FASTER)), 0, n_traps, 0,
        0.5, by_logarithms,
    )  # fmt: skip
    assert total == pytest.approx(math.exp(ln_K) * factor, rel=1e-12, abs=0.0)
    assert by_field == 0.0
    assert derivatives == pytest.approx([by_n, by_p], rel=1e-11, abs=1e-13)
    assert by_numbers == pytest.approx(by_logarithms, rel=1e-11, abs=1e-13)


def test_rates_by_numbers_know_where_they_end():
    values, traps = np.full((N_VALUES, 2, 1), NONE), np.zeros((N_TRAP_VALUES, 2, 1))
    tables = np.empty((4, 1)), np.empty((4, 1))
    assert numbers(values, traps, 0, 1, 0, *tables)
    in_values = [
        (values, LN_RADIATIVE, (-20.0, -21.0)),
        (values, LN_AUGER_N, (2e2, 2e2)),
        (values, LN_KANE, (40.0, 40.0)),
    ]
    in_traps = [(traps, LN_N_1, (-200.0, -200.0)), (traps, LN_TAU_N, (-9.0, -10.0)), (traps, CUBE_N, (1e6, 1e6))]
    for table, row, pair in in_values + in_traps:
        before = table.copy()
        table[row, :, 0] = pair
        assert not numbers(values, traps, 0, 1, 0, *tables)
        table[:] = before
