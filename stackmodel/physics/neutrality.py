"""Fermi level of a neutral layer under Boltzmann statistics (closed form), or with a finite number of sites."""

from __future__ import annotations

import math

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


def neutral_site_level(
    *, band_gap: float, conduction_band_dos: float, valence_band_dos: float, net_doping: float, temperature: float
) -> float:
    """Return the Fermi level of a neutral film of sites above its conduction level (see `neutral_fermi_level`) [eV].

    Each of `conduction_band_dos` and `valence_band_dos` counts sites of one energy that hold one carrier at most,
    n = N_C / (1 + exp(-u)) with u = (E_F - E_C)/kT, and p likewise. Solved by bisection to rounding.
    """
    kT = BOLTZMANN_EV * temperature
    gap, ln_C, ln_V = band_gap / kT, math.log(conduction_band_dos), math.log(valence_band_dos)
    if abs(net_doping) >= (conduction_band_dos if net_doping > 0 else valence_band_dos):
        raise InputError(
            f"a net doping of {net_doping:.3g} cm^-3 fills all of {conduction_band_dos:.3g} and {valence_band_dos:.3g} "
            "sites per cm^3; expected less doping than sites"
        )

    def imbalance(u: float) -> float:
        """Sign of n - p - doping, by logarithms so that nothing underflows."""
        ln_n = ln_C - _softplus(-u)
        ln_p = ln_V - _softplus(u + gap)
        if net_doping > 0:
            return ln_n - _ln_add(ln_p, math.log(net_doping))
        return (ln_n if net_doping == 0 else _ln_add(ln_n, math.log(-net_doping))) - ln_p

    low, high = -gap - 800.0, 800.0
    while high - low > 1e-15 * max(abs(low), abs(high), 1.0):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if imbalance(middle) < 0 else (low, middle)
    return 0.5 * (low + high) * kT


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _ln_add(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
