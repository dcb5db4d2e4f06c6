"""The densities at one place, as every rate takes them."""

from __future__ import annotations

import math
from typing import NamedTuple

from stackmodel.arrays import FloatArray
from stackmodel.physics.kernel import inlined, kernel, woven


class Carriers(NamedTuple):
    """Electrons and holes at one place.

    Attributes
    ----------
    ln_n, ln_p : float
        Densities. [ln cm^-3]
    thin_n, thin_p : float
        ln F(eta) - eta, 0 for Boltzmann statistics. At equilibrium a level is filled as Fermi says, and emission
        balances capture only with n_1 = n exp((E_t - F_n)/kT): in a degenerate band n_1 thins out with n / exp(eta).
    slope_n, slope_p : float
        d ln n / d eta_n and d ln p / d eta_p.
    """

    ln_n: float
    ln_p: float
    thin_n: float
    thin_p: float
    slope_n: float
    slope_p: float


@woven
def at_layer(table: FloatArray, k: int, column: int, fraction: float) -> float:
    """Return row `k` of a table of layers or levels, between the left and the right end of the layer."""
    left: float = table[k, 0, column]
    right: float = table[k, 1, column]
    return left + fraction * (right - left)


@kernel
def relative(ln_x: float, top: float) -> float:
    """Return exp(ln_x - top) for the terms of a sum whose largest is exp(top): 1 for that, 0 where nothing is left."""
    if ln_x == top:
        return 1.0
    return math.exp(ln_x - top) if ln_x > top - 745.0 else 0.0


@inlined
def pair_rates(ln_K: float, carriers: Carriers, d: float) -> tuple[float, float]:
    """Return both one-way rates of a process that takes or makes a pair, K n p and K n p exp(-d) [cm^-3 s^-1].

    Their difference is the net rate, and the shot noise of both adds up. They are equal at equilibrium, d = 0.
    """
    ln_rate = ln_K + carriers.ln_n + carriers.ln_p
    return math.exp(ln_rate), math.exp(ln_rate - d)
