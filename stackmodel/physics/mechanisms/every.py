"""The sum of all mechanisms of recombination at one place of a layer."""

from __future__ import annotations

import math

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import NONE, UNBOUND
from stackmodel.physics.kernel import inlined, kernel
from stackmodel.physics.line import CUBE_N, CUBE_P, LN_TAU_N
from stackmodel.physics.mechanisms.auger import AUGER, LN_AUGER_N, LN_AUGER_P
from stackmodel.physics.mechanisms.band_tunnelling import BAND_TUNNELLING, LN_KANE, kane_rate
from stackmodel.physics.mechanisms.carriers import Carriers, at_layer, relative
from stackmodel.physics.mechanisms.langevin import LANGEVIN, LN_LANGEVIN
from stackmodel.physics.mechanisms.radiative import LN_RADIATIVE, RADIATIVE
from stackmodel.physics.mechanisms.srh import SRH, levels_rate
from stackmodel.physics.mechanisms.table import N_MECHANISMS
from stackmodel.physics.mechanisms.trap_tunnelling import TRAP_TUNNELLING

#: Logarithms up to which products of densities and coefficients are formed as such.
TAME = 150.0
#: Columns of `Line.values` that `plain_rate` takes as numbers, in this order.
_PLAIN = (LN_RADIATIVE, LN_LANGEVIN, LN_AUGER_N, LN_AUGER_P)


@kernel
def numbers(
    values: FloatArray, traps: FloatArray, first: int, end: int, layer: int, of_values: FloatArray, of_traps: FloatArray
) -> bool:
    """Write what `plain_rate` needs of a layer as numbers; False where it does not hold: grading, fields, extremes.

    Columns of `of_values`, shape (4, n_layers), are B, Langevin's coefficient and both of Auger; those of `of_traps`,
    shape (4, n_traps), tau_n, tau_p, n_1 and p_1.
    """
    for k, row in enumerate(_PLAIN):
        ln_value = values[row, 0, layer]
        if ln_value != values[row, 1, layer] or ln_value > TAME:
            return False
        of_values[k, layer] = math.exp(ln_value) if ln_value > -TAME else 0.0
        if -TAME >= ln_value > NONE:
            return False
    for t in range(first, end):
        if traps[CUBE_N, 0, t] > 0.0 or traps[CUBE_P, 0, t] > 0.0:
            return False
        for k in range(4):
            ln_value = traps[LN_TAU_N + k, 0, t]
            if ln_value != traps[LN_TAU_N + k, 1, t]:
                return False
            unbound = k < 2 and ln_value >= UNBOUND
            if abs(ln_value) > TAME and not unbound:
                return False
            of_traps[k, t] = math.inf if unbound else math.exp(ln_value)
    ln_kane: float = values[LN_KANE, 0, layer]
    return ln_kane <= NONE


@inlined
def plain_rate(
    n: float, p: float, carriers: Carriers, of_values: FloatArray, of_traps: FloatArray, first: int, end: int,
    layer: int, shares: FloatArray,
) -> tuple[float, float, float]:  # fmt: skip
    """Return K of `local_rate` and d ln K / d eta_n, / d eta_p, where no field acts and numbers need no logarithm.

    Of `carriers` the slopes count, and `thin_n` is F(eta_n) / exp(eta_n) itself; the rest as there and in `numbers`.
    """
    traps, by_n, by_p = 0.0, 0.0, 0.0
    slope_n, slope_p = carriers.slope_n, carriers.slope_p
    for t in range(first, end):
        tau_n, tau_p = of_traps[0, t], of_traps[1, t]
        n_1, p_1 = of_traps[2, t] * carriers.thin_n, of_traps[3, t] * carriers.thin_p
        if tau_n == math.inf or tau_p == math.inf:
            continue
        K = 1.0 / (tau_p * (n + n_1) + tau_n * (p + p_1))
        traps += K
        by_n -= K * K * tau_p * (n * slope_n + n_1 * (slope_n - 1.0))
        by_p -= K * K * tau_n * (p * slope_p + p_1 * (slope_p - 1.0))
    radiative, langevin = of_values[0, layer], of_values[1, layer]
    auger_n, auger_p = of_values[2, layer] * n, of_values[3, layer] * p
    total = traps + radiative + langevin + auger_n + auger_p
    over = 1.0 / total if total > 0.0 else 0.0
    shares[SRH], shares[TRAP_TUNNELLING] = traps * over, 0.0
    shares[RADIATIVE], shares[LANGEVIN] = radiative * over, langevin * over
    shares[AUGER], shares[BAND_TUNNELLING] = (auger_n + auger_p) * over, 0.0
    return total, (by_n + auger_n * slope_n) * over, (by_p + auger_p * slope_p) * over


@inlined
def local_rate(
    carriers: Carriers, field: float, values: FloatArray, traps: FloatArray, faster: FloatArray, first: int, end: int,
    layer: int, fraction: float, shares: FloatArray,
) -> tuple[float, float, float, float, float]:  # fmt: skip
    """Return K of R = K n p (1 - e^-d) over all mechanisms.

    Parameters
    ----------
    field : float
        Electric field. [V/cm]
    values, traps : ndarray
        Of `Line`, of which the column `layer` and the levels `first` to `end` count.
    faster : ndarray, shape (n_traps, N_FASTER)
        What the field does to each level, see `trap_tunnelling.tunnelling_from_levels`.
    fraction : float
        Where in the layer, 0 at its left end and 1 at its right one.
    shares : ndarray, shape (N_MECHANISMS,)
        Written with each mechanism's share of K.

    Returns
    -------
    ln_K, factor, by_n, by_p, by_field : float
        K is exp(ln_K) times factor, so that no logarithm is taken which the caller would only take back; ln_K is `NONE`
        where nothing recombines. The others are d ln K / d eta_n, / d eta_p and / d ln F.

    Notes
    -----
    Eqs. (R1), (R2), (R4), (R5) of docs/method.md.
    """
    ln_levels, plain, tunnelled, by_n, by_p, by_field = levels_rate(carriers, traps, faster, first, end, fraction)
    ln_radiative = at_layer(values, LN_RADIATIVE, layer, fraction)
    ln_langevin = at_layer(values, LN_LANGEVIN, layer, fraction)
    ln_auger_n = at_layer(values, LN_AUGER_N, layer, fraction) + carriers.ln_n
    ln_auger_p = at_layer(values, LN_AUGER_P, layer, fraction) + carriers.ln_p
    ln_kane, filled, kane_by_field = kane_rate(carriers, field, values, layer, fraction)
    top = max(max(ln_levels, ln_radiative), max(max(ln_langevin, ln_auger_n), max(ln_auger_p, ln_kane)))
    if top <= NONE:
        for k in range(N_MECHANISMS):
            shares[k] = 0.0
        return NONE, 0.0, 0.0, 0.0, 0.0
    levels, radiative, langevin = relative(ln_levels, top), relative(ln_radiative, top), relative(ln_langevin, top)
    auger_n, auger_p, kane = relative(ln_auger_n, top), relative(ln_auger_p, top), relative(ln_kane, top)
    total = levels * (plain + tunnelled) + radiative + langevin + auger_n + auger_p + kane
    over = 1.0 / total
    shares[SRH], shares[TRAP_TUNNELLING] = levels * plain * over, levels * tunnelled * over
    shares[RADIATIVE], shares[LANGEVIN] = radiative * over, langevin * over
    shares[AUGER], shares[BAND_TUNNELLING] = (auger_n + auger_p) * over, kane * over
    by_n = levels * by_n + auger_n * carriers.slope_n
    by_p = levels * by_p + auger_p * carriers.slope_p
    by_field = levels * by_field
    if kane > 0.0:
        by_n -= kane * carriers.slope_n * filled
        by_p -= kane * carriers.slope_p * filled
        by_field += kane * kane_by_field
    return top, total, by_n * over, by_p * over, by_field * over
