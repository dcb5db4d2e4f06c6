"""Shockley-Read-Hall recombination through levels in the gap, and the charge that they hold."""

from __future__ import annotations

import math

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import NONE, UNBOUND
from stackmodel.physics.kernel import inlined
from stackmodel.physics.line import CHARGE, LN_N_1, LN_P_1, LN_TAU_N, LN_TAU_P
from stackmodel.physics.mechanisms.carriers import Carriers, at_layer, relative
from stackmodel.physics.mechanisms.table import index
from stackmodel.physics.mechanisms.trap_tunnelling import ADDED, LN_FASTER, RATIO, RISE

SRH = index("SRH")


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
    ea, eb, ec, ed = relative(a, top), relative(b, top), relative(c, top), relative(d, top)
    over = 1.0 / (ea + eb + ec + ed)
    return -top, over, ea * over, eb * over, ec * over, ed * over


@inlined
def one_way_rates(
    carriers: Carriers, ln_n_1: float, ln_p_1: float, ln_tau_n: float, ln_tau_p: float
) -> tuple[float, float, float, float]:
    """Return the four one-way rates of a level whose occupation is stationary [cm^-3 s^-1]; their shot noise adds up.

    Returns
    -------
    electrons_captured, electrons_emitted, holes_captured, holes_emitted : float
        n (1 - f)/tau_n, n_1 f/tau_n, p f/tau_p and p_1 (1 - f)/tau_p with f of `trap_charge`. Captured minus emitted is
        the net rate R, for either carrier.
    """
    a, b, c, d = carriers.ln_n - ln_tau_n, ln_n_1 - ln_tau_n, carriers.ln_p - ln_tau_p, ln_p_1 - ln_tau_p
    top = max(max(a, b), max(c, d))
    ea, eb, ec, ed = math.exp(a - top), math.exp(b - top), math.exp(c - top), math.exp(d - top)
    total, size = ea + eb + ec + ed, math.exp(top)
    full, empty = (ea + ed) / total, (eb + ec) / total
    return size * ea * empty, size * eb * full, size * ec * full, size * ed * empty


@inlined
def trap_charge(
    carriers: Carriers, ln_n_1: float, ln_p_1: float, ln_tau_n: float, ln_tau_p: float, charge: float
) -> tuple[float, float, float]:
    """Return the charge of a level over q, and its derivatives to eta_n and eta_p [cm^-3].

    `ln_n_1` and `ln_p_1` follow n / exp(eta_n) and p / exp(eta_p), see `Carriers`.

    Notes
    -----
    Eq. (R3) of docs/method.md: occupation f = (n/tau_n + p_1/tau_p) / ((n + n_1)/tau_n + (p + p_1)/tau_p). `charge` is
    the density of a donor, which is charged when empty, or minus that of an acceptor, charged when full.
    """
    a, b, c, d = carriers.ln_n - ln_tau_n, ln_n_1 - ln_tau_n, carriers.ln_p - ln_tau_p, ln_p_1 - ln_tau_p
    top = max(max(a, b), max(c, d))
    ea, eb, ec, ed = math.exp(a - top), math.exp(b - top), math.exp(c - top), math.exp(d - top)
    total = ea + eb + ec + ed
    full, empty = (ea + ed) / total, (eb + ec) / total
    # Each charge from its own sum: 1 - f would lose a nearly full donor.
    rho = charge * empty if charge > 0.0 else charge * full
    size = abs(charge)
    by_n = (ea * carriers.slope_n * empty - eb * (carriers.slope_n - 1.0) * full) / total
    by_p = (ed * (carriers.slope_p - 1.0) * empty - ec * carriers.slope_p * full) / total
    return rho, -size * by_n, -size * by_p


@inlined
def layer_charge(
    carriers: Carriers, traps: FloatArray, first: int, end: int, fraction: float
) -> tuple[float, float, float]:
    """Return the charge of the levels `first` to `end` over q, and its derivatives to eta_n and eta_p [cm^-3]."""
    rho, by_n, by_p = 0.0, 0.0, 0.0
    for t in range(first, end):
        charge = at_layer(traps, CHARGE, t, fraction)
        if charge == 0.0:
            continue
        part, part_n, part_p = trap_charge(
            carriers, at_layer(traps, LN_N_1, t, fraction) + carriers.thin_n,
            at_layer(traps, LN_P_1, t, fraction) + carriers.thin_p, at_layer(traps, LN_TAU_N, t, fraction),
            at_layer(traps, LN_TAU_P, t, fraction), charge,
        )  # fmt: skip
        rho += part
        by_n += part_n
        by_p += part_p
    return rho, by_n, by_p


@inlined
def levels_rate(
    carriers: Carriers, traps: FloatArray, faster: FloatArray, first: int, end: int, fraction: float
) -> tuple[float, float, float, float, float, float]:
    """Return K of the levels `first` to `end` of a layer: R = K n p (1 - e^-d) by emission and by tunnelling.

    Parameters
    ----------
    traps, faster : ndarray
        Of `Line`, and what the field does to each level, see `trap_tunnelling.tunnelling_from_levels`.

    Returns
    -------
    ln_K, plain, tunnelled, by_n, by_p, by_field : float
        K is exp(ln_K) (plain + tunnelled); the second part is what the field adds. d K / d eta_n, / d eta_p and
        / d ln F are exp(ln_K) times the last three. ln_K is `NONE` where nothing recombines.
    """
    # Sums over exp(ln_K), so that nothing underflows.
    ln_K, plain, tunnelled, by_n, by_p, by_field = NONE, 0.0, 0.0, 0.0, 0.0, 0.0
    for t in range(first, end):
        ln_tau_n, ln_tau_p = at_layer(traps, LN_TAU_N, t, fraction), at_layer(traps, LN_TAU_P, t, fraction)
        if ln_tau_n >= UNBOUND or ln_tau_p >= UNBOUND:
            continue
        ln_n_1 = at_layer(traps, LN_N_1, t, fraction) + carriers.thin_n
        ln_p_1 = at_layer(traps, LN_P_1, t, fraction) + carriers.thin_p
        faster_n, faster_p = faster[t, LN_FASTER], faster[t, LN_FASTER + 1]
        ln_level, weight, of_n, of_n_1, of_p, of_p_1 = srh(
            carriers.ln_n, carriers.ln_p, ln_n_1, ln_p_1, ln_tau_n - faster_n, ln_tau_p - faster_p
        )
        if ln_level > ln_K:
            factor = relative(ln_K, ln_level)
            plain *= factor
            tunnelled *= factor
            by_n *= factor
            by_p *= factor
            by_field *= factor
            ln_K = ln_level
        else:
            weight *= relative(ln_level, ln_K)
        by_n -= weight * (of_n * carriers.slope_n + of_n_1 * (carriers.slope_n - 1.0))
        by_p -= weight * (of_p * carriers.slope_p + of_p_1 * (carriers.slope_p - 1.0))
        added = 0.0
        if faster_n > 0.0 or faster_p > 0.0:
            # What tau_p (n + n_1) is of the sum with the field, and of the sum without.
            with_field = of_n + of_n_1
            share = 1.0 / (1.0 + faster[t, RATIO] * (of_p + of_p_1) / with_field) if with_field > 0.0 else 0.0
            added = faster[t, ADDED + 1] * share + faster[t, ADDED] * (1.0 - share)
            by_field += weight * (with_field * faster[t, RISE + 1] + (of_p + of_p_1) * faster[t, RISE])
        plain += weight * (1.0 - added)
        tunnelled += weight * added
    return ln_K, plain, tunnelled, by_n, by_p, by_field
