"""Carrier flux along one element, zero exactly where the quasi-Fermi level is flat."""

from __future__ import annotations

import math

from stackmodel.physics.kernel import inlined, kernel


@inlined
def bernoulli(z: float, decay: float, change: float) -> tuple[float, float]:
    """Return B(z) / exp(-max(z, 0)) and d ln B / dz of B(z) = z / (exp(z) - 1).

    `decay` is exp(-|z|) and `change` exp(-|z|) - 1, exact where z is small. Exact to rounding for every z: series next
    to zero, no exponential alone far from it, and no logarithm that the caller would only take back.
    """
    size = abs(z)
    if size < 1e-2:
        z2 = z * z
        return 1.0 + 0.5 * size + z2 * (1.0 / 12.0 - z2 / 720.0), -0.5 - z * (1.0 / 12.0 - z2 / 720.0)
    over = -1.0 / change
    return size * over, 1.0 / z + (decay * over if z < 0.0 else -over)


@inlined
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


@inlined
def exponents(
    boltzmann: bool, ln_strength: float, eta_i: float, eta_j: float, ln_i: float, ln_j: float, slope_i: float,
    slope_j: float, drop: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Return the three numbers whose exponentials `flux` needs: -|z|, -|x| and ln_c, with its z and x."""
    g, _, _ = mean_diffusion(boltzmann, eta_i, eta_j, ln_i, ln_j, slope_i, slope_j)
    over_g = 1.0 if boltzmann else 1.0 / g
    z, x = (drop - (eta_j - eta_i)) * over_g, drop * over_g
    return -abs(z), -abs(x), ln_strength + ln_i - max(z, 0.0) + max(x, 0.0)


@inlined
def flux(
    boltzmann: bool, eta_i: float, eta_j: float, ln_i: float, ln_j: float, slope_i: float, slope_j: float, drop: float,
    decay_z: float, change_z: float, decay_x: float, change_x: float,
) -> tuple[float, float, float, float, float, float]:  # fmt: skip
    """Return the flux of carriers down their quasi-Fermi level, and its derivatives, over exp(ln_c) of `exponents`.

    Parameters
    ----------
    boltzmann : bool
        Whether the statistics are Boltzmann's.
    eta_i, eta_j : float
        Level above the band edge over kT, at both ends.
    ln_i, ln_j, slope_i, slope_j : float
        ln F(eta) and its derivative at both ends.
    drop : float
        Quasi-Fermi level at j minus that at i over kT, exact where it is small.
    decay_z, change_z, decay_x, change_x : float
        exp and exp - 1 of -|z| and -|x|, see `exponents`, whose ln_strength is ln(mu kT N / h) [ln cm^-2 s^-1].

    Returns
    -------
    phi, conductance, at_level_i, at_level_j, at_band_i, at_band_j : float
        The flux is exp(ln_c) phi, positive towards i where the level rises to j; its derivatives are exp(ln_c) times
        at_level_i - conductance and at_level_j + conductance to the levels, at_band_i and at_band_j to the bands.
        The conductance stands apart because it cancels where both levels move together.

    Notes
    -----
    Eq. (T1) of docs/method.md, Scharfetter and Gummel, IEEE Trans. Electron Devices 16, 64 (1969), in quasi-Fermi
    form: flux = (mu kT N g / h) F_i B(z) (exp(x) - 1), x = drop / g, z = x - (eta_j - eta_i) / g. No derivative is the
    difference of large numbers; where exp(x) is large it goes into ln_c.
    """
    g, g_i, g_j = mean_diffusion(boltzmann, eta_i, eta_j, ln_i, ln_j, slope_i, slope_j)
    over_g = 1.0 if boltzmann else 1.0 / g
    delta = (eta_j - eta_i) - drop
    factor, beta = bernoulli(-delta * over_g, decay_z, change_z)
    x = drop * over_g
    # exp(x) - 1 and 1, both over exp(max(x, 0)) which is in ln_c
    phi, unit = (-change_x, decay_x) if x > 0.0 else (change_x, 1.0)
    size = factor * g
    unit, phi = size * unit, size * phi
    grown = phi + unit  # exp(x)
    bent = phi * beta * over_g
    by_g = 0.0 if boltzmann else (phi + bent * delta - grown * x) * over_g
    at_level_j = phi * over_g + by_g * g_j
    at_level_i = phi * (slope_i - over_g) + by_g * g_i
    at_band_j = -bent + by_g * g_j
    at_band_i = bent + phi * slope_i + by_g * g_i
    return phi, unit * over_g, at_level_i, at_level_j, at_band_i, at_band_j


@kernel
def emission(
    ln_strength: float, slope: float, right: bool, drop: float
) -> tuple[float, float, float, float, float, float, float]:
    """Return ln_c, and the flux over a barrier that both sides emit across in the form of `flux`.

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
