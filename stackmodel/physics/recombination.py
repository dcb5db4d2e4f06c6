"""Recombination: every rate carries 1 - exp(-d), d = (F_n - F_p)/kT, and so vanishes exactly at equilibrium."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.physics.exponential import exponentials
from stackmodel.physics.kernel import inlined, kernel, woven
from stackmodel.physics.line import (
    CHARGE,
    CUBE_N,
    CUBE_P,
    DEPTH_N,
    KANE_FIELD,
    LN_AUGER_N,
    LN_AUGER_P,
    LN_KANE,
    LN_LANGEVIN,
    LN_N_1,
    LN_N_I,
    LN_P_1,
    LN_RADIATIVE,
    LN_TAU_N,
    LN_TAU_P,
    NONE,
    FloatArray,
)
from stackmodel.physics.tunnelling import N_INTEGRAL, N_POINTS, begin, finish, tunnels

#: Mechanisms of recombination, rows of `rates`; trap-assisted tunnelling is what the field adds to SRH.
SRH, TRAP_TUNNELLING, RADIATIVE, LANGEVIN, AUGER, BAND_TUNNELLING = range(6)
MECHANISMS = ("SRH", "trap-assisted tunnelling", "radiative", "Langevin", "Auger", "band-to-band tunnelling")
N_MECHANISMS = len(MECHANISMS)
#: Columns of what a field does to a level: ln(1 + Gamma), its derivative to ln F and Gamma / (1 + Gamma), each for
#: electrons and holes, and (1 + Gamma_n) / (1 + Gamma_p).
LN_FASTER, RISE, ADDED, RATIO, N_FASTER = 0, 2, 4, 6, 7
#: Logarithms up to which products of densities and coefficients are formed as such.
TAME = 150.0


@woven
def at_layer(table: FloatArray, k: int, column: int, fraction: float) -> float:
    """Return row `k` of a table of layers or traps, between the left and the right end of the layer."""
    left: float = table[k, 0, column]
    right: float = table[k, 1, column]
    return left + fraction * (right - left)


@kernel
def beside(ln_x: float, top: float) -> float:
    """Return exp(ln_x - top) for the terms of a sum whose largest is exp(top): 1 for that, 0 where nothing is left."""
    if ln_x == top:
        return 1.0
    return math.exp(ln_x - top) if ln_x > top - 745.0 else 0.0


@inlined
def srh(
    ln_n: float, ln_p: float, ln_n_1: float, ln_p_1: float, ln_tau_n: float, ln_tau_p: float
) -> tuple[float, float, float, float, float, float]:
    """Return K of Shockley-Read-Hall, R = K n p (1 - e^-d), as ln and factor, and the shares of four terms in 1/K.

    Parameters
    ----------
    ln_n, ln_p : float
        Densities [ln cm^-3].
    ln_n_1, ln_p_1 : float
        Densities with the Fermi level at the trap [ln cm^-3].
    ln_tau_n, ln_tau_p : float
        Lifetimes [ln s].

    Returns
    -------
    ln_k, factor, by_n, by_n_1, by_p, by_p_1 : float
        K is exp(ln_k) times factor; d ln K / d ln n is minus the share of n, and so on.

    Notes
    -----
    Eq. (R1) of docs/method.md: K = 1 / (tau_p (n + n_1) + tau_n (p + p_1)); Shockley and Read, Phys. Rev. 87, 835
    (1952). By logarithms, so that nothing underflows in the cold.
    """
    a, b = ln_tau_p + ln_n, ln_tau_p + ln_n_1
    c, d = ln_tau_n + ln_p, ln_tau_n + ln_p_1
    top = max(max(a, b), max(c, d))
    ea, eb, ec, ed = beside(a, top), beside(b, top), beside(c, top), beside(d, top)
    over = 1.0 / (ea + eb + ec + ed)
    return -top, over, ea * over, eb * over, ec * over, ed * over


@inlined
def trap_charge(
    ln_n: float, ln_p: float, ln_n_1: float, ln_p_1: float, ln_tau_n: float, ln_tau_p: float, charge: float,
    slope_n: float, slope_p: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the charge of a level over q, and its derivatives to eta_n and eta_p [cm^-3].

    `slope_n` is d ln n / d eta_n; n_1 follows n / exp(eta_n), see `local_rate`.

    Notes
    -----
    Eq. (R3) of docs/method.md: occupation f = (n/tau_n + p_1/tau_p) / ((n + n_1)/tau_n + (p + p_1)/tau_p). `charge` is
    the density of a donor, which is charged when empty, or minus that of an acceptor, charged when full.
    """
    a, b, c, d = ln_n - ln_tau_n, ln_n_1 - ln_tau_n, ln_p - ln_tau_p, ln_p_1 - ln_tau_p
    top = max(max(a, b), max(c, d))
    ea, eb, ec, ed = math.exp(a - top), math.exp(b - top), math.exp(c - top), math.exp(d - top)
    total = ea + eb + ec + ed
    full, empty = (ea + ed) / total, (eb + ec) / total
    # Each charge from its own sum: 1 - f would lose a nearly full donor.
    rho = charge * empty if charge > 0.0 else charge * full
    size = abs(charge)
    by_n = (ea * slope_n * empty - eb * (slope_n - 1.0) * full) / total
    by_p = (ed * (slope_p - 1.0) * empty - ec * slope_p * full) / total
    return rho, -size * by_n, -size * by_p


@inlined
def layer_charge(
    ln_n: float, ln_p: float, thin_n: float, thin_p: float, slope_n: float, slope_p: float, traps: FloatArray,
    first: int, end: int, fraction: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the charge of the traps `first` to `end` over q, and its derivatives to eta_n and eta_p [cm^-3]."""
    rho, by_n, by_p = 0.0, 0.0, 0.0
    for t in range(first, end):
        charge = at_layer(traps, CHARGE, t, fraction)
        if charge == 0.0:
            continue
        part, part_n, part_p = trap_charge(
            ln_n, ln_p, at_layer(traps, LN_N_1, t, fraction) + thin_n, at_layer(traps, LN_P_1, t, fraction) + thin_p,
            at_layer(traps, LN_TAU_N, t, fraction), at_layer(traps, LN_TAU_P, t, fraction), charge, slope_n, slope_p,
        )  # fmt: skip
        rho += part
        by_n += part_n
        by_p += part_p
    return rho, by_n, by_p


@kernel
def room_for(levels: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return empty `faster`, `integrals` and `room` of `tunnelling_from_levels` for so many levels."""
    return np.zeros((levels, N_FASTER)), np.empty((2 * levels, N_INTEGRAL)), np.empty((3, 2 * levels * N_POINTS))


@kernel
def tunnelling_from_levels(
    field: float, traps: FloatArray, first: int, end: int, fraction: float, faster: FloatArray, integrals: FloatArray,
    room: FloatArray,
) -> None:  # fmt: skip
    """Write what a field [V/cm] does to the levels `first` to `end` as `faster`, shape (n_traps, N_FASTER).

    `integrals` and `room` of `room_for` are used up. One field holds for a whole element, and so does what it does to a
    level.
    """
    # All exponentials of an element at once.
    exponent, grown, count = room[0], room[1], 0
    for t in range(first, end):
        for k in range(2):
            depth, cube = at_layer(traps, DEPTH_N + k, t, fraction), at_layer(traps, CUBE_N + k, t, fraction)
            if tunnels(depth, cube, field):
                begin(depth, cube, field, count, integrals, exponent)
                count += 1
    exponentials(exponent[: count * N_POINTS], grown, room[2])
    count = 0
    for t in range(first, end):
        for k in range(2):
            depth, cube = at_layer(traps, DEPTH_N + k, t, fraction), at_layer(traps, CUBE_N + k, t, fraction)
            ln_sum, rise = 0.0, 0.0
            if tunnels(depth, cube, field):
                ln_sum, rise = finish(count, integrals, grown)
                count += 1
            faster[t, LN_FASTER + k], faster[t, RISE + k] = ln_sum, rise
            faster[t, ADDED + k] = -math.expm1(-ln_sum)
        faster[t, RATIO] = math.exp(min(faster[t, LN_FASTER] - faster[t, LN_FASTER + 1], 700.0))


@kernel
def numbers(
    values: FloatArray, traps: FloatArray, first: int, end: int, layer: int, of_values: FloatArray, of_traps: FloatArray
) -> bool:
    """Write what `plain_rate` needs of a layer as numbers; False where it does not hold: grading, fields, extremes.

    Columns of `of_values`, shape (4, n_layers), are B, Langevin's coefficient and both of Auger; those of `of_traps`,
    shape (4, n_traps), tau_n, tau_p, n_1 and p_1.
    """
    for k in range(4):
        ln_value = values[LN_RADIATIVE + k, 0, layer]
        if ln_value != values[LN_RADIATIVE + k, 1, layer] or ln_value > TAME:
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
            unbound = k < 2 and ln_value > 1e299
            if abs(ln_value) > TAME and not unbound:
                return False
            of_traps[k, t] = math.inf if unbound else math.exp(ln_value)
    ln_kane: float = values[LN_KANE, 0, layer]
    return ln_kane <= NONE


@inlined
def plain_rate(
    n: float, p: float, thin_n: float, thin_p: float, slope_n: float, slope_p: float, of_values: FloatArray,
    of_traps: FloatArray, first: int, end: int, layer: int, shares: FloatArray,
) -> tuple[float, float, float]:  # fmt: skip
    """Return K of `local_rate` and its two derivatives d ln K, where no field acts and numbers need no logarithm.

    `thin_n` is F(eta_n) / exp(eta_n), the rest as there and in `numbers`.
    """
    traps, by_n, by_p = 0.0, 0.0, 0.0
    for t in range(first, end):
        tau_n, tau_p, n_1, p_1 = of_traps[0, t], of_traps[1, t], of_traps[2, t] * thin_n, of_traps[3, t] * thin_p
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
    ln_n: float, ln_p: float, thin_n: float, thin_p: float, slope_n: float, slope_p: float, field: float,
    values: FloatArray, traps: FloatArray, faster: FloatArray, first: int, end: int, layer: int, fraction: float,
    shares: FloatArray,
) -> tuple[float, float, float, float, float]:  # fmt: skip
    """Return K of R = K n p (1 - e^-d) over all mechanisms, and d ln K / d eta_n, / d eta_p and / d ln F.

    K is exp(first) times second, so that no logarithm is taken which the caller would only take back.

    `values` and `traps` are those of `Line`, of which the levels `first` to `end` and the column `layer` count. `field`
    is the electric field [V/cm], `faster` what it does to the levels, see `tunnelling_from_levels`. `shares`, shape
    (N_MECHANISMS,), is written with each mechanism's share of K. The first is `NONE` where nothing recombines.

    `thin_n` is ln F(eta_n) - eta_n, 0 for Boltzmann statistics, and `slope_n` is d ln n / d eta_n. Emission balances
    capture at equilibrium, where the level is filled as Fermi says, only with n_1 = n exp((E_t - F_n)/kT): in a
    degenerate band n_1 thins out with n / exp(eta).

    Notes
    -----
    Eqs. (R1), (R2), (R4), (R5) of docs/method.md.
    """
    # Traps: sums over exp(ln_traps), so that nothing underflows.
    ln_traps, plain, tunnelled, by_n, by_p, by_field = NONE, 0.0, 0.0, 0.0, 0.0, 0.0
    for t in range(first, end):
        ln_tau_n, ln_tau_p = at_layer(traps, LN_TAU_N, t, fraction), at_layer(traps, LN_TAU_P, t, fraction)
        if ln_tau_n > 1e299 or ln_tau_p > 1e299:
            continue
        ln_n_1, ln_p_1 = at_layer(traps, LN_N_1, t, fraction) + thin_n, at_layer(traps, LN_P_1, t, fraction) + thin_p
        faster_n, faster_p = faster[t, LN_FASTER], faster[t, LN_FASTER + 1]
        ln_k, weight, of_n, of_n_1, of_p, of_p_1 = srh(
            ln_n, ln_p, ln_n_1, ln_p_1, ln_tau_n - faster_n, ln_tau_p - faster_p
        )
        if ln_k > ln_traps:
            factor = beside(ln_traps, ln_k)
            plain *= factor
            tunnelled *= factor
            by_n *= factor
            by_p *= factor
            by_field *= factor
            ln_traps = ln_k
        else:
            weight *= beside(ln_k, ln_traps)
        by_n -= weight * (of_n * slope_n + of_n_1 * (slope_n - 1.0))
        by_p -= weight * (of_p * slope_p + of_p_1 * (slope_p - 1.0))
        added = 0.0
        if faster_n > 0.0 or faster_p > 0.0:
            # What tau_p (n + n_1) is of the sum with the field, and of the sum without.
            with_field = of_n + of_n_1
            share = 1.0 / (1.0 + faster[t, RATIO] * (of_p + of_p_1) / with_field) if with_field > 0.0 else 0.0
            added = faster[t, ADDED + 1] * share + faster[t, ADDED] * (1.0 - share)
            by_field += weight * (with_field * faster[t, RISE + 1] + (of_p + of_p_1) * faster[t, RISE])
        plain += weight * (1.0 - added)
        tunnelled += weight * added
    ln_2, ln_3 = at_layer(values, LN_RADIATIVE, layer, fraction), at_layer(values, LN_LANGEVIN, layer, fraction)
    ln_4 = at_layer(values, LN_AUGER_N, layer, fraction) + ln_n
    ln_5 = at_layer(values, LN_AUGER_P, layer, fraction) + ln_p
    ln_6, critical, beyond, rarer = at_layer(values, LN_KANE, layer, fraction), 0.0, 0.0, 0.0
    if ln_6 > -1e299 and field > 0.0:
        critical, ln_i = at_layer(values, KANE_FIELD, layer, fraction), at_layer(values, LN_N_I, layer, fraction)
        # (n p - n_i^2) / (n p + n_i^2) = tanh(d/2): what the occupation of both bands leaves to tunnel, -1 in reverse.
        ln_6 += 2.0 * math.log(field) - critical / field
        beyond = ln_n + ln_p - 2.0 * ln_i
        rarer = math.exp(-abs(beyond))
        ln_6 -= max(ln_n + ln_p, 2.0 * ln_i) + math.log1p(rarer)
    else:
        ln_6 = NONE
    top = max(max(ln_traps, ln_2), max(max(ln_3, ln_4), max(ln_5, ln_6)))
    if top < -1e299:
        for k in range(N_MECHANISMS):
            shares[k] = 0.0
        return NONE, 0.0, 0.0, 0.0, 0.0
    w_1 = beside(ln_traps, top)
    w_2 = beside(ln_2, top)
    w_3 = beside(ln_3, top)
    w_4 = beside(ln_4, top)
    w_5 = beside(ln_5, top)
    w_6 = beside(ln_6, top)
    total = w_1 * (plain + tunnelled) + w_2 + w_3 + w_4 + w_5 + w_6
    over = 1.0 / total
    shares[SRH], shares[TRAP_TUNNELLING] = w_1 * plain * over, w_1 * tunnelled * over
    shares[RADIATIVE], shares[LANGEVIN] = w_2 * over, w_3 * over
    shares[AUGER], shares[BAND_TUNNELLING] = (w_4 + w_5) * over, w_6 * over
    by_n, by_p, by_field = w_1 * by_n + w_4 * slope_n, w_1 * by_p + w_5 * slope_p, w_1 * by_field
    if w_6 > 0.0:
        filled = (1.0 if beyond > 0.0 else rarer) / (1.0 + rarer)
        by_n -= w_6 * slope_n * filled
        by_p -= w_6 * slope_p * filled
        by_field += w_6 * (2.0 + critical / field)
    return top, total, by_n * over, by_p * over, by_field * over
