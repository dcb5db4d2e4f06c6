"""Light out of carriers: yields from rates, roll-off by Auger recombination, outcoupling, radiance."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import ELEMENTARY_CHARGE


def photoluminescence_yield(*, radiative_rate: float, nonradiative_rate: float) -> float:
    """Return photons per exciton, eq. (W1) of docs/method.md: k_r / (k_r + k_nr), rates in s^-1."""
    return radiative_rate / (radiative_rate + nonradiative_rate)


def charged_dot_yield(
    *, radiative_rate: float, nonradiative_rate: float, trion_rate: float, charged_share: float
) -> float:
    """Return photons per exciton in a film some of whose dots hold one carrier too many.

    Parameters
    ----------
    radiative_rate, nonradiative_rate : float
        Of the exciton. [s^-1]
    trion_rate : float
        Auger rate of the exciton beside the extra carrier. [s^-1]
    charged_share : float
        Share of the dots that are charged, 0 to 1.

    Returns
    -------
    float

    Notes
    -----
    Eq. (W2) of docs/method.md: (1 - c) k_r/(k_r + k_nr) + c 2 k_r/(2 k_r + k_nr + k_T). A trion has two ways to emit.
    Every dot gets excitons alike: no transfer from charged to neutral dots.

    References
    ----------
    .. [1] V. I. Klimov, Annual Review of Condensed Matter Physics 5, 285 (2014).
    """
    neutral = photoluminescence_yield(radiative_rate=radiative_rate, nonradiative_rate=nonradiative_rate)
    charged = photoluminescence_yield(
        radiative_rate=2.0 * radiative_rate, nonradiative_rate=nonradiative_rate + trion_rate
    )
    return (1.0 - charged_share) * neutral + charged_share * charged


def excitons_per_dot(injected: ArrayLike, *, exciton_rate: float, biexciton_rate: float) -> FloatArray:
    """Return the mean number of excitons in a dot that is given excitons at random.

    Parameters
    ----------
    injected : array_like
        Excitons brought to each dot per time, whatever it holds. [s^-1]
    exciton_rate : float
        K, at which one exciton goes, with or without light. [s^-1]
    biexciton_rate : float
        Auger rate of two excitons, 1/tau_2; 0 without Auger. [s^-1]

    Returns
    -------
    ndarray
        Mean over dots and time.

    Notes
    -----
    Eq. (W3) of docs/method.md: the steady state of births at rate g and deaths at rate
    k_N = N K + N^2 (N - 1)/(4 tau_2) is P_N = P_0 prod_i (g/k_i). Without Auger that is Poisson's distribution of mean
    g/K; with Auger much faster than all else no dot holds two, and the mean is g/(g + K). Immobile excitons: none moves
    on to an empty dot.

    References
    ----------
    .. [1] V. I. Klimov, Annual Review of Condensed Matter Physics 5, 285 (2014), for the rates of N excitons.
    """
    g = np.asarray(injected, dtype=float)
    largest = float(g.max(initial=0.0))
    likely = largest / exciton_rate
    if biexciton_rate > 0.0:
        likely = min(likely, (4.0 * largest / biexciton_rate) ** (1.0 / 3.0) + 1.0)
    N = np.arange(1, int(4.0 * likely) + 60)
    ln_k = np.log(N * exciton_rate + 0.25 * N**2 * (N - 1.0) * biexciton_rate)
    ln_g = np.log(np.maximum(g, 1e-300))
    ln_P = ln_g[..., None] * N - np.cumsum(ln_k)
    top = np.maximum(ln_P.max(axis=-1, keepdims=True), 0.0)
    weight = np.exp(ln_P - top)
    return np.asarray((weight * N).sum(axis=-1) / (np.exp(-top[..., 0]) + weight.sum(axis=-1)))


def rate(n: ArrayLike, *, linear: float, quadratic: float, cubic: float) -> FloatArray:
    """Return A n + B n^2 + C n^3 [cm^-3 s^-1] of n pairs [cm^-3], eq. (W4) of docs/method.md."""
    n = np.asarray(n, dtype=float)
    return n * (linear + n * (quadratic + n * cubic))


def density_at(wanted: ArrayLike, *, linear: float, quadratic: float, cubic: float) -> FloatArray:
    """Return the density of pairs that recombine at a rate: the inverse of `rate` [cm^-3].

    Newton's method on a convex, growing function from above: the smallest of the densities that one term alone would
    need lies above the root, so that every step falls and none overshoots.
    """
    wanted = np.asarray(wanted, dtype=float)
    alone = [
        (wanted / factor) ** (1.0 / power)
        for power, factor in ((1, linear), (2, quadratic), (3, cubic))
        if factor > 0.0
    ]
    n = np.asarray(np.min(alone, axis=0))
    for _ in range(60):
        excess = rate(n, linear=linear, quadratic=quadratic, cubic=cubic) - wanted
        slope = linear + n * (2.0 * quadratic + 3.0 * n * cubic)
        step = np.divide(excess, slope, out=np.zeros_like(n), where=slope > 0.0)
        n = n - step
        if np.all(np.abs(step) <= 1e-14 * n):
            break
    return n


def pair_efficiency(n: ArrayLike, *, linear: float, radiative: float, cubic: float) -> FloatArray:
    """Return photons per recombining pair of free carriers, eq. (W5): B n / (A + B n + C n^2)."""
    n = np.asarray(n, dtype=float)
    if linear == 0.0:  # without traps the first pair emits
        return np.asarray(radiative / (radiative + n * cubic))
    return np.asarray(radiative * n / (linear + n * (radiative + n * cubic)))


def exciton_efficiency(
    injected: ArrayLike, *, exciton_rate: float, biexciton_rate: float, photon_yield: float
) -> FloatArray:
    """Return photons per exciton injected into a dot, eq. (W6): eta K <N> / g; parameters as for `excitons_per_dot`."""
    g = np.maximum(np.asarray(injected, dtype=float), 1e-12 * exciton_rate)  # of which the limit is the yield itself
    mean = excitons_per_dot(g, exciton_rate=exciton_rate, biexciton_rate=biexciton_rate)
    return np.asarray(photon_yield * exciton_rate * mean / g)


def pair_peak(*, linear: float, radiative: float, cubic: float) -> float:
    """Return the largest `pair_efficiency`, eq. (W7): B / (B + 2 sqrt(A C)), at n = sqrt(A/C)."""
    return radiative / (radiative + 2.0 * math.sqrt(linear * cubic))


def pair_ceiling(
    *, radiative: float, tau_n: float, tau_p: float, n_1: float, p_1: float, auger_n: float, auger_p: float
) -> float:
    """Return what share of recombining pairs can emit at most, whatever the densities of electrons and holes.

    Parameters
    ----------
    radiative : float
        Coefficient B. [cm^3 s^-1]
    tau_n, tau_p : float
        SRH lifetimes; may be infinite. [s]
    n_1, p_1 : float
        Densities with the Fermi level at the trap. [cm^-3]
    auger_n, auger_p : float
        Coefficients C_n, C_p. [cm^6 s^-1]

    Notes
    -----
    Eq. (W7b) of docs/method.md: with rates over n p, B / (B + 1/(s + s_1) + C_n n + C_p p), s = tau_p n + tau_n p. For
    a given s the better of the two carriers costs k s, k = min(C_n/tau_p, C_p/tau_n); 1/(s + s_1) + k s is least,
    2 sqrt(k) - k s_1, at s = 1/sqrt(k) - s_1. With n = p it is `pair_peak`, which is never higher.
    """
    if math.isinf(tau_n) or math.isinf(tau_p):
        return 1.0
    k, s_1 = min(auger_n / tau_p, auger_p / tau_n), tau_p * n_1 + tau_n * p_1
    least = 2.0 * math.sqrt(k) - k * s_1 if math.sqrt(k) * s_1 < 1.0 else 1.0 / s_1
    return radiative / (radiative + least)


def pair_half_density(*, linear: float, radiative: float, cubic: float) -> float:
    """Return the density above the peak at which `pair_efficiency` is half of it, infinite without Auger [cm^-3].

    Eq. (W8) of docs/method.md: the larger root of C n^2 - (B + 4 s) n + A = 0, s = sqrt(A C).
    """
    if cubic == 0.0:
        return math.inf
    s = math.sqrt(linear * cubic)
    b = radiative + 4.0 * s
    return (b + math.sqrt(b * b - 4.0 * s * s)) / (2.0 * cubic)


def exciton_half_rate(*, exciton_rate: float, biexciton_rate: float) -> float:
    """Return the excitons per dot and time at which `exciton_efficiency` is half of its start, infinite without Auger.

    Eq. (W8): with Auger much faster than all else it is K itself, one exciton a lifetime and dot. [s^-1]
    """
    if biexciton_rate == 0.0:
        return math.inf
    rates = {"exciton_rate": exciton_rate, "biexciton_rate": biexciton_rate, "photon_yield": 1.0}
    low = high = exciton_rate
    while exciton_efficiency(high, **rates) > 0.5:
        high *= 4.0
    for _ in range(60):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if exciton_efficiency(middle, **rates) > 0.5 else (low, middle)
    return high


def planar_outcoupling(refractive_index: float) -> float:
    """Return the share of photons that leave a plane layer with a mirror behind it, eq. (W9): 1/(2 n^2).

    The escape cone of an isotropic emitter at large n, both directions; no cavity, no scattering, no reabsorption.
    """
    return 1.0 / (2.0 * refractive_index**2)


def external_efficiency(*, balance: float, emitting_share: float, internal: float, outcoupling: float) -> float:
    """Return photons out per electron in, eq. (W10): gamma eta_S eta_int eta_out."""
    return balance * emitting_share * internal * outcoupling


def radiance(current_density: ArrayLike, *, efficiency: ArrayLike, photon_energy: float) -> FloatArray:
    """Return the radiance of a Lambertian surface [W cm^-2 sr^-1], eq. (W11): EQE (J/q) E / pi.

    J in A cm^-2 and the photon energy in eV, so that J times energy is a power.
    """
    power = np.asarray(efficiency, dtype=float) * np.asarray(current_density, dtype=float) * photon_energy
    return np.asarray(power / math.pi)


def pair_rate(current_density: ArrayLike, thickness: float) -> FloatArray:
    """Return the pairs that a current brings to a layer per volume and time: J / (q d) [cm^-3 s^-1], d in cm."""
    return np.asarray(current_density, dtype=float) / (ELEMENTARY_CHARGE * thickness)
