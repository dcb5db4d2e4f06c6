"""Carrier statistics against closed forms, tables of the literature and mpmath."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stackmodel.errors import InputError, UnsupportedError
from stackmodel.physics.band_filling import Statistics
from stackmodel.physics.statistics import (
    TABLE_LENGTH,
    eta_of_ln_density,
    gaussian_table,
    ln_density,
    neutral_level,
)

BOLTZMANN, FERMI_DIRAC, GAUSSIAN, DIRAC = (int(code) for code in Statistics)
NO_TABLE = np.zeros(TABLE_LENGTH)

#: eta, F_1/2, F_-1/2, normalised by Gamma(j + 1): McDougall and Stoner (1938), Blakemore (1982), more digits.
MCDOUGALL_STONER = [
    (-10.0, 4.539920105264133e-05, 4.5398472360805494e-05),
    (-4.0, 0.01819820350836711, 0.018081922991399386),
    (-2.0, 0.12929851332007558, 0.12366562180120995),
    (-1.0, 0.32779515926071157, 0.29402761761145124),
    (0.0, 0.765147024625408, 0.6048986434216304),
    (1.0, 1.5756407761513003, 1.0270571254743508),
    (2.0, 2.8237212774015843, 1.464294589087629),
    (4.0, 6.511567592754791, 2.1858696906238118),
    (6.0, 11.446599782570889, 2.727148551441318),
    (8.0, 17.355020120423223, 3.169124756495931),
    (10.0, 24.084656964637652, 3.5527792395366173),
    (20.0, 67.49151222165892, 5.041018507535329),
    (40.0, 190.45339037568928, 7.134657233550764),
]
#: Beside round values, both sides of every seam between the fits.
ETAS = [-700.0, -50.0, -2.0001, -1.9999, -0.2501, -0.25, 0.1, 1.4999, 1.5, 3.7499, 3.75, 3.9]
ETAS += [6.9999, 7.0, 12.4999, 12.5, 15.0, 22.4999, 22.5, 37.9999, 38.0, 80.0, 1000.0]


@lru_cache(maxsize=32)
def table_of(disorder: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return gaussian_table(disorder)


def polylog_fermi_dirac(order: str, eta: float) -> Any:
    """F_j(eta) = -Li_{j+1}(-exp(eta)); `order` is "-0.5", "0", "0.5" or "1"."""
    if order == "0":
        return mp.log1p(mp.exp(mp.mpf(eta)))
    return -mp.re(mp.polylog(mp.mpf(order) + 1, -mp.exp(mp.mpf(eta))))


@pytest.mark.parametrize(("eta", "f_half", "f_minus_half"), MCDOUGALL_STONER)
def test_mcdougall_stoner1938_fermi_dirac_integrals(eta: float, f_half: float, f_minus_half: float) -> None:
    ln_f, slope = ln_density(FERMI_DIRAC, eta, NO_TABLE)
    assert math.exp(ln_f) == pytest.approx(f_half, rel=2e-14, abs=0.0)
    assert slope == pytest.approx(f_minus_half / f_half, rel=1e-11, abs=0.0)


@pytest.mark.parametrize("eta", ETAS)
@pytest.mark.parametrize(("code", "order", "below"), [(FERMI_DIRAC, "0.5", "-0.5"), (DIRAC, "1", "0")])
def test_fermi_dirac_integrals_are_polylogarithms(code: int, order: str, below: str, eta: float) -> None:
    ln_f, slope = ln_density(code, eta, NO_TABLE)
    with mp.workdps(50):
        f, df = polylog_fermi_dirac(order, eta), polylog_fermi_dirac(below, eta)
        assert abs(mp.mpf(ln_f) - mp.log(f)) < 1e-14 + 2.3e-16 * abs(eta)
        assert abs(mp.mpf(slope) * f / df - 1) < 1e-11


@pytest.mark.parametrize("eta", [1e4, 1e6])
def test_sommerfeld1928_degenerate_limit(eta: float) -> None:
    ln_f, slope = ln_density(FERMI_DIRAC, eta, NO_TABLE)
    series = 1 + mp.pi**2 / (8 * mp.mpf(eta) ** 2) + 7 * mp.pi**4 / (640 * mp.mpf(eta) ** 4)
    assert abs(ln_f - mp.log(mp.mpf(eta) ** 1.5 / mp.gamma(2.5) * series)) < 1e-14
    assert slope == pytest.approx(1.5 / eta * (1.0 - math.pi**2 / (6.0 * eta**2)), rel=1e-13)
    ln_f, slope = ln_density(DIRAC, eta, NO_TABLE)
    assert ln_f == pytest.approx(math.log(eta**2 / 2.0 + math.pi**2 / 6.0), abs=1e-14)
    assert slope == pytest.approx(eta / (eta**2 / 2.0 + math.pi**2 / 6.0), rel=1e-14)


@pytest.mark.parametrize("code", [BOLTZMANN, FERMI_DIRAC, DIRAC])
@pytest.mark.parametrize("eta", [-1e5, -800.0, -300.0])
def test_far_below_the_band_edge_is_boltzmann(code: int, eta: float) -> None:
    assert ln_density(code, eta, NO_TABLE) == (eta, 1.0)
    assert eta_of_ln_density(code, eta, NO_TABLE) == eta


def quadrature(disorder: float, eta: float) -> tuple[Any, Any]:
    """F and F' of the whole Gaussian density of states, by mpmath's adaptive quadrature."""
    s, eta = mp.mpf(disorder), mp.mpf(eta)
    if s == 0:
        f = 1 / (1 + mp.exp(-eta))
        return f, f * (1 - f)
    # In standard deviations; the Fermi function steps at eta/s within a few 1/s, and few carriers sit around -s.
    end = s + 12
    inner = [t for t in (eta / s + k / s for k in (-16, -4, 0, 4, 16)) if -end < t < end]
    limits = sorted({mp.mpf(k) for k in (-end, *(-s + 2 * k for k in range(-5, 6)), -2, 0, 2, end)} | set(inner))

    # mpmath stops at an absolute error: the integrand is brought to about 1.
    size = mp.exp(eta + s * s / 2 if eta < -s * s else -(min(eta, mp.mpf(0)) ** 2) / (2 * s * s))

    def weighted(t: Any) -> Any:
        # Both integrals at once: F is of order F' or larger, so the parts of a complex number do not disturb.
        filled = 1 / (1 + mp.exp(s * t - eta))
        return mp.exp(-t * t / 2) / size * mp.mpc(filled, filled * filled * mp.exp(s * t - eta))

    both = mp.quad(weighted, limits, maxdegree=5) * size / mp.sqrt(2 * mp.pi)
    return both.real, both.imag


@pytest.mark.parametrize("fraction", [-1.3, -0.9, -0.5, -0.11, 0.0, 0.3, 0.8, 1.2])
@pytest.mark.parametrize("disorder", [0.0, 0.5, 2.0, 4.0, 10.0, 20.0])
def test_gaussian_against_quadrature(disorder: float, fraction: float) -> None:
    eta = fraction * ((disorder + 4.0) * disorder + 12.0)
    ln_f, slope = ln_density(GAUSSIAN, eta, table_of(disorder))
    with mp.workdps(25):
        f, df = quadrature(disorder, eta)
        assert abs(mp.mpf(ln_f) - mp.log(f)) < 1e-9
        assert abs(mp.mpf(slope) * f / df - 1) < 1e-7


@pytest.mark.parametrize("eta", [-60.0, -15.2, -12.5, -8.3, -3.2, 0.0, 0.7, 8.0, 40.0])
def test_gaussian_of_no_width_is_the_fermi_function(eta: float) -> None:
    ln_fermi = -math.log1p(math.exp(-eta))
    for disorder, tolerance in ((0.0, 1e-12), (1e-6, 2e-12)):  # the difference is s^2/2 at most
        ln_f, slope = ln_density(GAUSSIAN, eta, table_of(disorder))
        assert ln_f == pytest.approx(ln_fermi, rel=tolerance, abs=0.0)
        assert slope == pytest.approx(1.0 / (1.0 + math.exp(eta)), rel=1e-11, abs=0.0)


@pytest.mark.parametrize("disorder", [0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 12.0, 20.0])
def test_gaussian_boltzmann_limit_is_shifted_by_half_the_variance(disorder: float) -> None:
    """Paasch and Scheinert 2010: ln F -> eta + s^2/2, with the carriers at -s^2 and not at any cut."""
    eta = -(disorder + 8.0) * disorder - 50.0
    ln_f, slope = ln_density(GAUSSIAN, eta, table_of(disorder))
    assert ln_f - eta == pytest.approx(disorder**2 / 2.0, rel=1e-12, abs=1e-12)
    assert slope == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("disorder", [0.0, 1.0, 7.0, 20.0])
def test_gaussian_saturates_as_its_empty_fraction(disorder: float) -> None:
    table = table_of(disorder)
    for eta in np.linspace(0.1, 4.0 * disorder + 100.0, 23):
        ln_filled, slope = ln_density(GAUSSIAN, float(eta), table)
        ln_empty, slope_empty = ln_density(GAUSSIAN, float(-eta), table)
        empty = math.exp(ln_empty)
        assert ln_filled == pytest.approx(math.log1p(-empty), rel=1e-15, abs=0.0)
        assert slope * (1.0 - empty) == pytest.approx(slope_empty * empty, rel=1e-14, abs=0.0)
    ln_f, slope = ln_density(GAUSSIAN, 1e5, table)
    assert ln_f == 0.0
    assert 0.0 < slope < 1e-300


def test_gaussian_reads_a_row_of_stacked_tables() -> None:
    stacked = np.vstack([gaussian_table(s) for s in (0.0, 3.0, 20.0)])
    assert stacked.shape == (3, TABLE_LENGTH)
    for row, disorder in enumerate((0.0, 3.0, 20.0)):
        assert ln_density(GAUSSIAN, -1.7, stacked[row]) == ln_density(GAUSSIAN, -1.7, table_of(disorder))
    scratch = gaussian_table(3.0)
    scratch[:] = math.nan
    assert np.isfinite(gaussian_table(3.0)).all()


def test_gaussian_refuses_a_width_beyond_its_table() -> None:
    with pytest.raises(UnsupportedError, match=r"sigma/kT is 20\.5"):
        gaussian_table(20.5)
    with pytest.raises(UnsupportedError):
        gaussian_table(math.inf)
    for bad in (-0.1, math.nan):
        with pytest.raises(InputError):
            gaussian_table(bad)


codes = st.sampled_from([BOLTZMANN, FERMI_DIRAC, GAUSSIAN, DIRAC])
disorders = st.sampled_from([0.0, 0.4, 1.5, 4.0, 9.0, 20.0])


@settings(deadline=None)
@given(code=codes, disorder=disorders, eta=st.floats(-200.0, 200.0))
def test_slope_is_the_derivative(code: int, disorder: float, eta: float) -> None:
    step, table = 1e-4, table_of(disorder)
    above, below = eta + step, eta - step
    difference = ln_density(code, above, table)[0] - ln_density(code, below, table)[0]
    # Rounding of ln F over the step, of its parts up to disorder^2/2, and step^2/6 of the third derivative.
    rounding = 4.0 * np.spacing(max(abs(ln_density(code, below, table)[0]), disorder**2 / 2.0)) / step
    slope = ln_density(code, eta, table)[1]
    assert difference / (above - below) == pytest.approx(slope, rel=1e-8, abs=rounding)


@pytest.mark.parametrize("disorder", [0.0, 1.5, 4.0, 20.0])
@pytest.mark.parametrize("code", list(Statistics))
def test_monotone_and_concave(code: Statistics, disorder: float) -> None:
    eta = np.linspace(-4.0 * disorder - 30.0, 4.0 * disorder + 60.0, 4001)
    pairs = np.array([ln_density(int(code), float(x), table_of(disorder)) for x in eta])
    assert (np.diff(pairs[:, 0]) >= 0.0).all()
    assert pairs[-1, 0] > pairs[0, 0]
    assert (np.diff(pairs[:, 1]) <= 0.0).all()
    assert (pairs[:, 1] > 0.0).all()
    assert (pairs[:, 1] <= 1.0).all()


@pytest.mark.parametrize("seam", [-2.0, -0.25, 1.5, 3.75, 7.0, 12.5, 22.5, 38.0])
@pytest.mark.parametrize("code", [FERMI_DIRAC, DIRAC])
def test_fits_meet_at_their_seams(code: int, seam: float) -> None:
    below = ln_density(code, math.nextafter(seam, -math.inf), NO_TABLE)
    above = ln_density(code, seam, NO_TABLE)
    assert below[0] == pytest.approx(above[0], abs=2e-14)
    assert below[1] == pytest.approx(above[1], rel=3e-12)


@settings(deadline=None)
@given(code=st.sampled_from([BOLTZMANN, FERMI_DIRAC, DIRAC]), eta=st.floats(-1e5, 1e6))
def test_inverse_returns_the_level(code: int, eta: float) -> None:
    ln_f, slope = ln_density(code, eta, NO_TABLE)
    # ln F is rounded, which no inverse can undo: two units in its last place over the slope.
    lost = 2.0 * np.spacing(abs(ln_f)) / slope
    assert eta_of_ln_density(code, ln_f, NO_TABLE) == pytest.approx(eta, rel=1e-12, abs=1e-12 + lost)


@settings(deadline=None)
@given(disorder=disorders, fraction=st.floats(-3.0, 3.0))
def test_inverse_of_gaussian_returns_the_level(disorder: float, fraction: float) -> None:
    eta, table = fraction * (4.0 * disorder + 15.0), table_of(disorder)
    ln_f, slope = ln_density(GAUSSIAN, eta, table)
    lost = 2.0 * np.spacing(abs(ln_f)) / slope
    # ln F carries rounding of the table's numbers, of the order of ln M (up to 69), besides its own.
    assert eta_of_ln_density(GAUSSIAN, ln_f, table) == pytest.approx(eta, rel=1e-12, abs=1e-12 + 40.0 * lost)


@settings(deadline=None)
@given(code=codes, disorder=disorders, ln_f=st.floats(-2000.0, 20.0))
def test_inverse_gives_back_the_density(code: int, disorder: float, ln_f: float) -> None:
    table = table_of(disorder)
    eta = eta_of_ln_density(code, ln_f, table)
    if code == GAUSSIAN and ln_f >= 0.0:
        assert math.isnan(eta)
    else:
        assert ln_density(code, eta, table)[0] == pytest.approx(ln_f, rel=1e-13, abs=2e-14)


def test_no_level_is_nan() -> None:
    assert math.isnan(eta_of_ln_density(GAUSSIAN, 0.0, table_of(4.0)))
    assert math.isnan(eta_of_ln_density(FERMI_DIRAC, math.nan, NO_TABLE))
    assert eta_of_ln_density(DIRAC, -math.inf, NO_TABLE) == -math.inf
    assert np.isnan(ln_density(7, 0.0, NO_TABLE)).all()
    for code in Statistics:
        assert math.isnan(ln_density(int(code), math.nan, table_of(4.0))[0])
    few_sites = math.log(1e18), table_of(4.0)
    assert math.isnan(neutral_level(GAUSSIAN, *few_sites, BOLTZMANN, 40.0, NO_TABLE, 40.0, 2e18))
    assert math.isnan(neutral_level(BOLTZMANN, 40.0, NO_TABLE, GAUSSIAN, *few_sites, 40.0, -2e18))
    assert math.isfinite(neutral_level(GAUSSIAN, *few_sites, BOLTZMANN, 40.0, NO_TABLE, 40.0, -2e18))


ln_states = st.floats(math.log(1e10), math.log(1e22))
gaps = st.one_of(st.floats(-20.0, 200.0), st.floats(-20.0, 6000.0), st.just(0.0))
signs = st.sampled_from([-1.0, 1.0])
dopings = st.one_of(st.just(0.0), st.builds(lambda sign, x: sign * 10.0**x, signs, st.floats(0.0, 21.0)))


@settings(deadline=None, max_examples=300)
@given(
    code_n=codes, code_p=codes, disorder_n=disorders, disorder_p=disorders,
    ln_N_C=ln_states, ln_N_V=ln_states, gap=gaps, doping=dopings,
)  # fmt: skip
def test_neutral_level_is_neutral(
    code_n: int, code_p: int, disorder_n: float, disorder_p: float,
    ln_N_C: float, ln_N_V: float, gap: float, doping: float,
) -> None:  # fmt: skip
    electrons, holes = (code_n, ln_N_C, table_of(disorder_n)), (code_p, ln_N_V, table_of(disorder_p))
    u = neutral_level(*electrons, *holes, gap, doping)
    majority = electrons if doping > 0.0 else holes
    if doping != 0.0 and majority[0] == GAUSSIAN and math.log(abs(doping)) >= majority[1]:
        assert math.isnan(u)
        return
    with mp.workdps(25):
        n = mp.exp(mp.mpf(ln_N_C) + ln_density(code_n, u, electrons[2])[0])
        p = mp.exp(mp.mpf(ln_N_V) + ln_density(code_p, -gap - u, holes[2])[0])
        assert abs(n - p - doping) <= 1e-12 * max(n, p)


@settings(deadline=None)
@given(ln_N_C=ln_states, ln_N_V=ln_states, gap=gaps)
def test_boltzmann_intrinsic_level(ln_N_C: float, ln_N_V: float, gap: float) -> None:
    u = neutral_level(BOLTZMANN, ln_N_C, NO_TABLE, BOLTZMANN, ln_N_V, NO_TABLE, gap, 0.0)
    assert u == -gap / 2.0 + 0.5 * (ln_N_V - ln_N_C)


@settings(deadline=None)
@given(code=codes, disorder=disorders, ln_n=ln_states, gap=gaps)
def test_equal_bands_have_the_intrinsic_level_at_midgap(code: int, disorder: float, ln_n: float, gap: float) -> None:
    band = code, ln_n, table_of(disorder)
    assert neutral_level(*band, *band, gap, 0.0) == -gap / 2.0


@settings(deadline=None)
@given(code_n=codes, code_p=codes, ln_N_C=ln_states, ln_N_V=ln_states, gap=gaps, doping=st.floats(1e5, 1e20))
def test_swapping_the_bands_mirrors_the_level(
    code_n: int, code_p: int, ln_N_C: float, ln_N_V: float, gap: float, doping: float
) -> None:
    electrons, holes = (code_n, ln_N_C, table_of(4.0)), (code_p, ln_N_V, table_of(1.5))
    u = neutral_level(*electrons, *holes, gap, doping)
    mirrored = neutral_level(*holes, *electrons, gap, -doping)
    assert mirrored == -gap - u or (math.isnan(u) and math.isnan(mirrored))


@pytest.mark.parametrize("doping", [-3e17, -1e9, -1e3, 1e3, 1e9, 2e10, 3e17])
def test_shockley1950_neutral_level(doping: float) -> None:
    """Boltzmann, equal bands: E_F - E_i = kT asinh(doping/(2 n_i))."""
    ln_n, gap = math.log(2.8e19), 43.3
    n_i = math.exp(ln_n - gap / 2.0)
    u = neutral_level(BOLTZMANN, ln_n, NO_TABLE, BOLTZMANN, ln_n, NO_TABLE, gap, doping)
    assert u + gap / 2.0 == pytest.approx(math.asinh(doping / (2.0 * n_i)), rel=1e-12, abs=1e-14)
