"""Carrier flux along one element, zero exactly where the quasi-Fermi level is flat."""

from __future__ import annotations

import math

from stackmodel.physics.kernel import kernel


@kernel
def bernoulli(z: float) -> tuple[float, float, float]:
    """Return B(z) = z / (exp(z) - 1) as ln of an exponential and a factor, and d ln B / dz.

    B is exp(first) times second. Exact to rounding for every z: series next to zero, no exponential alone far from it,
    and no logarithm that the caller would only take back.
    """
    if abs(z) < 1e-2:
        z2 = z * z
        return 0.0, 1.0 - 0.5 * z + z2 * (1.0 / 12.0 - z2 / 720.0), -0.5 - z * (1.0 / 12.0 - z2 / 720.0)
    if z > 0.0:
        rest = -math.expm1(-z)
        over = 1.0 / rest
        return -z, z * over, 1.0 / z - over
    rest = -math.expm1(z)
    over = 1.0 / rest
    return 0.0, -z * over, 1.0 / z + (1.0 - rest) * over


@kernel
def mean_diffusion(
    boltzmann: bool, eta_i: float, eta_j: float, ln_i: float, ln_j: float, slope_i: float, slope_j: float
) -> tuple[float, float, float]:
    """Return the enhancement of diffusion over the element and its derivatives to eta_i and eta_j.

    Notes
    -----
    Eq. (T2) of docs/method.md: g = (eta_j - eta_i) / ln(F_j/F_i), 1 for Boltzmann statistics, after
    M. Bessemoulin-Chatard, Numer. Math. 121, 637 (2012) and T. Koprucki et al., Opt. Quantum Electron. 47, 1327 (2015).
    """
    if boltzmann:
        return 1.0, 0.0, 0.0
    rise = ln_j - ln_i
    if abs(rise) < 1e-6 or abs(eta_j - eta_i) < 1e-6:
        return 2.0 / (slope_i + slope_j), 0.0, 0.0
    g = (eta_j - eta_i) / rise
    return g, -(1.0 - g * slope_i) / rise, (1.0 - g * slope_j) / rise


@kernel
def flux(
    boltzmann: bool,
    ln_strength: float,
    eta_i: float,
    eta_j: float,
    ln_i: float,
    ln_j: float,
    slope_i: float,
    slope_j: float,
    drop: float,
) -> tuple[float, float, float, float, float, float, float]:
    """Return the flux of carriers down their quasi-Fermi level, and its derivatives, by logarithm and factors.

    Parameters
    ----------
    boltzmann : bool
        Whether the statistics are Boltzmann's.
    ln_strength : float
        ln(mu kT N / h) [ln cm^-2 s^-1].
    eta_i, eta_j : float
        Level above the band edge over kT, at both ends.
    ln_i, ln_j, slope_i, slope_j : float
        ln F(eta) and its derivative at both ends.
    drop : float
        Quasi-Fermi level at j minus that at i over kT, exact where it is small.

    Returns
    -------
    ln_c, phi, conductance, at_level_i, at_level_j, at_band_i, at_band_j : float
        The flux is exp(ln_c) phi, positive towards i where the level rises to j; its derivatives are exp(ln_c) times
        at_level_i - conductance and at_level_j + conductance to the levels, at_band_i and at_band_j to the bands.
        The conductance stands apart because it cancels where both levels move together.

    Notes
    -----
    Eq. (T1) of docs/method.md, Scharfetter and Gummel, IEEE Trans. Electron Devices 16, 64 (1969), in quasi-Fermi
    form: flux = (mu kT N g / h) F_i B(-Delta/g) (exp(drop/g) - 1), Delta = (eta_j - eta_i) - drop. No derivative is the
    difference of large numbers; where exp(drop/g) is large it goes into ln_c.
    """
    g, g_i, g_j = mean_diffusion(boltzmann, eta_i, eta_j, ln_i, ln_j, slope_i, slope_j)
    over_g = 1.0 if boltzmann else 1.0 / g
    delta = (eta_j - eta_i) - drop
    ln_b, factor, beta = bernoulli(-delta * over_g)
    x = drop * over_g
    ln_c = ln_strength + ln_i + ln_b
    # exp(x) - 1 and 1, both over exp(max(x, 0)) which moves into ln_c
    if x > 1.0:
        ln_c += x
        unit = math.exp(-x)
        phi = 1.0 - unit
    elif x > 0.0:
        ln_c += x
        phi = -math.expm1(-x)
        unit = 1.0 - phi
    else:
        unit, phi = 1.0, math.expm1(x)
    size = factor * g
    unit, phi = size * unit, size * phi
    grown = phi + unit  # exp(x)
    bent = phi * beta * over_g
    by_g = 0.0 if boltzmann else (phi + bent * delta - grown * x) * over_g
    at_level_j = phi * over_g + by_g * g_j
    at_level_i = phi * (slope_i - over_g) + by_g * g_i
    at_band_j = -bent + by_g * g_j
    at_band_i = bent + phi * slope_i + by_g * g_i
    return ln_c, phi, unit * over_g, at_level_i, at_level_j, at_band_i, at_band_j


@kernel
def emission(
    ln_strength: float, slope: float, right: bool, drop: float
) -> tuple[float, float, float, float, float, float, float]:
    """Return the flux over a barrier that both sides emit across, in the form of `flux`.

    Parameters
    ----------
    ln_strength : float
        ln of what the side of the barrier sends at its own quasi-Fermi level [ln cm^-2 s^-1].
    slope : float
        Its derivative to that level over kT.
    right : bool
        Whether the barrier stands at j.
    drop : float
        As for `flux`.

    Notes
    -----
    Eq. (T7) of docs/method.md: X (exp(drop) - 1) with the barrier at i, X (1 - exp(-drop)) with it at j. X is
    A* T^2 / q exp(eta), thermionic emission over the higher of two edges, or v n with a velocity.
    """
    if drop > 0.0:
        phi = -math.expm1(-drop)
        unit = math.exp(-drop)
    else:
        phi, unit = math.expm1(drop), 1.0
    if right:
        return ln_strength - min(drop, 0.0), phi, unit, 0.0, slope * phi, 0.0, slope * phi
    return ln_strength + max(drop, 0.0), phi, unit, (slope - 1.0) * phi, phi, slope * phi, 0.0
