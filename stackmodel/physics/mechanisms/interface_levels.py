"""Recombination through a level at an interface, which sees the carriers of both sides, and the charge it holds."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import NONE
from stackmodel.physics.kernel import kernel
from stackmodel.physics.line import LEVEL_CHARGE, LN_NA_1, LN_S_NA

#: Species at an interface: electrons left and right, holes left and right.
N_SPECIES = 4
#: Pairs that exchange carriers: recombination on either side and across, and transfer of each carrier.
PAIRS = ((0, 2), (0, 3), (1, 2), (1, 3), (0, 1), (2, 3))
#: Number of pairs that recombine, the first ones of the list.
RECOMBINING = 4


@kernel
def interface_exchange(
    ln_density: FloatArray, thin: FloatArray, slope: FloatArray, values: FloatArray, ln_rate: FloatArray,
    shares: FloatArray,
) -> tuple[float, float, float, float, float]:  # fmt: skip
    """Write what a level of an interface exchanges; return its charge and the four derivatives of it.

    Parameters
    ----------
    ln_density : ndarray, shape (N_SPECIES,)
        Densities at the interface [ln cm^-3], `NONE` in an insulator.
    thin, slope : ndarray, shape (N_SPECIES,)
        ln F(eta) - eta and d ln F / d eta of each, see `carriers.Carriers`.
    values : ndarray, shape (N_LEVEL_VALUES,)
        A column of `Line.interface_levels`.
    ln_rate : ndarray, shape (6,)
        Written: ln W of each of `PAIRS`, exchange = W (1 - exp(-d)) [ln cm^-2 s^-1], with d the splitting of the two
        levels over kT.
    shares : ndarray, shape (N_SPECIES,)
        Written: d ln D / d eta; d ln W of a pair (a, b) is d ln a + d ln b (of n_1 or p_1 for transfer) - d ln D.

    Returns
    -------
    rho, by_0, by_1, by_2, by_3 : float
        Charge over q [cm^-2] and its derivatives to each eta.

    Notes
    -----
    Eq. (R6) of docs/method.md: D = sum over species of S (c + c_1); electron c_a and hole c_b recombine at the rate
    S_a c_a S_b c_b / D. Each side has its own levels, so a pair across a type-II interface counts too.
    """
    captured, emitted = np.empty(N_SPECIES), np.empty(N_SPECIES)
    top = NONE
    for k in range(N_SPECIES):
        velocity = values[LN_S_NA + k]
        there = velocity > NONE and ln_density[k] > NONE
        captured[k] = velocity + ln_density[k] if there else NONE
        emitted[k] = velocity + values[LN_NA_1 + k] + thin[k] if there else NONE
        top = max(top, max(captured[k], emitted[k]))
    for pair in range(6):
        ln_rate[pair] = NONE
    shares[:] = 0.0
    if top <= NONE:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    total, full = 0.0, 0.0
    fills = np.zeros(N_SPECIES)
    for k in range(N_SPECIES):
        c = math.exp(captured[k] - top) if captured[k] > NONE else 0.0
        e = math.exp(emitted[k] - top) if emitted[k] > NONE else 0.0
        shares[k] = c * slope[k] + e * (slope[k] - 1.0)
        fills[k] = c * slope[k] if k < 2 else e * (slope[k] - 1.0)
        total += c + e
        full += c if k < 2 else e
    ln_D = top + math.log(total)
    for k in range(N_SPECIES):
        shares[k] /= total
        fills[k] /= total
    for pair in range(6):
        a, b = PAIRS[pair]
        other = captured[b] if pair < 4 else emitted[b]
        if captured[a] > NONE and other > NONE:
            ln_rate[pair] = captured[a] + other - ln_D
    charge = values[LEVEL_CHARGE]
    if charge == 0.0:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    full /= total
    empty = 1.0 - full
    rho, size = charge * (empty if charge > 0.0 else full), abs(charge)
    for k in range(N_SPECIES):
        fills[k] = -size * (fills[k] - full * shares[k])
    return rho, fills[0], fills[1], fills[2], fills[3]
