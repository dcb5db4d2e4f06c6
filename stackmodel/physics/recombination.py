"""Recombination: every rate carries 1 - exp(-d), d = (F_n - F_p)/kT, and so vanishes exactly at equilibrium."""

from __future__ import annotations

import math

from stackmodel.physics.kernel import kernel


@kernel
def ln_srh(
    ln_n: float, ln_p: float, ln_n_1: float, ln_p_1: float, ln_tau_n: float, ln_tau_p: float
) -> tuple[float, float, float]:
    """Return ln K of Shockley-Read-Hall, R = K n p (1 - e^-d), and -d ln K / d ln n, -d ln K / d ln p.

    Parameters
    ----------
    ln_n, ln_p : float
        Densities [ln cm^-3].
    ln_n_1, ln_p_1 : float
        Densities with the Fermi level at the trap [ln cm^-3].
    ln_tau_n, ln_tau_p : float
        Lifetimes [ln s].

    Notes
    -----
    Eq. (R1) of docs/method.md: K = 1 / (tau_p (n + n_1) + tau_n (p + p_1)); Shockley and Read, Phys. Rev. 87, 835
    (1952). By logarithms, so that nothing underflows in the cold.
    """
    a, b = ln_tau_p + ln_n, ln_tau_p + ln_n_1
    c, d = ln_tau_n + ln_p, ln_tau_n + ln_p_1
    top = max(max(a, b), max(c, d))
    ea, ec = math.exp(a - top), math.exp(c - top)
    total = ea + math.exp(b - top) + ec + math.exp(d - top)
    return -(top + math.log(total)), ea / total, ec / total
