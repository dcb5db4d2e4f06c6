"""Fermi level of a neutral layer under Boltzmann statistics, in closed form."""

from __future__ import annotations

import math

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
