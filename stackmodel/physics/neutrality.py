"""Fermi level of a neutral layer: in closed form under Boltzmann statistics, else without compiled code."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from stackmodel.errors import InputError
from stackmodel.physics.constants import BOLTZMANN_EV


def asinh_of_exp(log_x: float) -> float:
    """Return asinh(exp(log_x)) without overflow: log_x + ln 2 where the square root has nothing to add."""
    if log_x > 20.0:
        return log_x + math.log1p(math.sqrt(1.0 + math.exp(-2.0 * log_x)))
    return math.asinh(math.exp(log_x))


def neutral_fermi_level(
    *, band_gap: float, conduction_band_dos: float, valence_band_dos: float, net_doping: float, temperature: float
) -> float:
    """Return the Fermi level of a neutral layer above its conduction band edge (negative inside the gap).

    Parameters
    ----------
    band_gap : float
        E_C - E_V. [eV]
    conduction_band_dos, valence_band_dos : float
        Effective densities of states. [cm^-3]
    net_doping : float
        Donors minus acceptors, fully ionised. [cm^-3]
    temperature : float
        [K]

    Returns
    -------
    float
        E_F - E_C. [eV]

    Notes
    -----
    Eq. (A6) of docs/method.md: n - p = N_D - N_A with n p = n_i^2 has the solution
    E_F = E_i + kT asinh((N_D - N_A) / (2 n_i)), E_i - E_C = -E_g/2 + kT/2 ln(N_V/N_C).
    Boltzmann statistics; for degenerate layers use the statistics of the layer.
    """
    kT = BOLTZMANN_EV * temperature
    intrinsic = -0.5 * band_gap + 0.5 * kT * math.log(valence_band_dos / conduction_band_dos)
    if net_doping == 0.0:
        return intrinsic
    ln_n_i = 0.5 * math.log(conduction_band_dos * valence_band_dos) - 0.5 * band_gap / kT
    shift = asinh_of_exp(math.log(abs(net_doping) / 2.0) - ln_n_i)
    return intrinsic + math.copysign(kT * shift, net_doping)


def neutral_level_of(
    ln_filled: Callable[[float], float], *, band_gap: float, conduction_band_dos: float, valence_band_dos: float,
    net_doping: float, temperature: float,
) -> float:  # fmt: skip
    """Return the Fermi level of a neutral layer above its conduction level (see `neutral_fermi_level`) [eV].

    `ln_filled` is ln F(eta) of both bands, n = N_C F(u) with u = (E_F - E_C)/kT, and p likewise; it bends downward with
    a slope of 1 at most. Solved for ln(n + N_A) = ln(p + N_D) to rounding.
    """
    kT = BOLTZMANN_EV * temperature
    gap, ln_C, ln_V = band_gap / kT, math.log(conduction_band_dos), math.log(valence_band_dos)
    donors, acceptors = max(net_doping, 0.0), max(-net_doping, 0.0)

    def imbalance(u: float) -> float:
        """ln(n + N_A) - ln(p + N_D): by logarithms, so that nothing underflows."""
        return _ln_add(ln_C + ln_filled(u), _ln(acceptors)) - _ln_add(ln_V + ln_filled(-gap - u), _ln(donors))

    low, high = -gap - 1.0, 1.0
    for _ in range(12):
        at_low, at_high = imbalance(low), imbalance(high)
        if at_low <= 0.0 <= at_high:
            return kT * _root(imbalance, low, high, at_low, at_high)
        low, high = low - (high - low) * (at_low > 0.0), high + (high - low) * (at_high < 0.0)
    raise InputError(
        f"a net doping of {net_doping:.3g} cm^-3 fills all of {conduction_band_dos:.3g} and {valence_band_dos:.3g} "
        "states per cm^3; expected less doping than states"
    )


def ln_site(eta: float) -> float:
    """Return ln F of a single level that holds one carrier at most, F = 1 / (1 + exp(-eta))."""
    return -max(-eta, 0.0) - math.log1p(math.exp(-abs(eta)))


def ln_fermi_dirac(eta: float) -> float:
    """Return ln F_1/2(eta) of a parabolic band, without compiled code; see `statistics.ln_density`.

    Eq.: F = (4/sqrt(pi)) int_0^inf t^2 / (1 + exp(t^2 - eta)) dt by the trapezoidal rule, which converges like
    exp(-2 pi d/h) with d the distance of the poles t^2 = eta +- i pi from the axis.
    """
    top = max(eta, 0.0)
    step = 0.08 / math.sqrt(1.0 + 0.25 * top)
    t = step * np.arange(1, math.ceil(math.sqrt(top + 42.0) / step))
    exponent = t * t - eta
    shift = max(-eta, 0.0)  # so that exp(eta) is not lost
    total = float((t * t * np.exp(shift - np.logaddexp(0.0, exponent))).sum())
    return math.log(4.0 / math.sqrt(math.pi) * step * total) - shift


def _root(f: Callable[[float], float], low: float, high: float, at_low: float, at_high: float) -> float:
    """Return where a rising function is zero, by false position that halves what stands still (Illinois)."""
    side = 0
    for _ in range(200):
        if at_low == 0.0 or high - low <= 4e-16 * max(abs(low), abs(high), 1.0):
            return low
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        at = f(middle)
        if at == 0.0 or middle in (low, high):
            return middle
        if at < 0.0:
            low, at_low, at_high = middle, at, at_high * (0.5 if side < 0 else 1.0)
            side = -1
        else:
            high, at_high, at_low = middle, at, at_low * (0.5 if side > 0 else 1.0)
            side = 1
        if abs(at) <= 2e-14 + 4e-16 * abs(middle):
            return middle
    return 0.5 * (low + high)


def _ln(x: float) -> float:
    return math.log(x) if x > 0.0 else -math.inf


def _ln_add(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
