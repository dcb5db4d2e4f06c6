"""What a field adds: tunnelling out of traps, through the top of a barrier, and from band to band."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import ELECTRON_MASS, ELEMENTARY_CHARGE, REDUCED_PLANCK
from stackmodel.physics.exponential import exponentials
from stackmodel.physics.kernel import inlined, kernel, woven

#: Points and weights of Gauss and Legendre with which ln(1 + Gamma) is right to 1e-7 for barriers up to 300 kT.
N_POINTS = 20
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(N_POINTS)
#: Columns of what `begin` writes of an integral: K, the lower end in w and half the width from there to the upper one,
#: the exponent at the maximum, and the depth.
N_INTEGRAL = 5


@woven
def begin(depth: float, cube: float, field: float, m: int, integrals: FloatArray, exponent: FloatArray) -> None:
    """Write row `m` of `integrals`, what `finish` needs of an integral of `field_enhancement`, and its exponents.

    These are as many as there are points, `m` times as many behind the first.
    """
    K = cube / field
    # In w = sqrt(u) the integrand 2 w exp(d w^2 - K w^3) is smooth, and bends by 2 d at its maximum.
    peak = min(1.0, 2.0 * depth / (3.0 * K))
    top = (depth - K * peak) * peak * peak
    high = min(1.0, peak + min(4.2 / math.sqrt(depth), (22.0 / K) ** (1.0 / 3.0)))
    low = max(0.0, peak - 5.2 / math.sqrt(depth))
    if peak == 1.0:
        # Down from the end the exponent falls with its slope 2 d - 3 K there, and with its bend 3 K - d.
        low = max(0.0, 1.0 - 27.0 / max(2.0 * depth - 3.0 * K, 1e-300))
        if depth < 3.0 * K:
            low = max(low, 1.0 - math.sqrt(27.0 / (3.0 * K - depth)))
    half = 0.5 * (high - low)
    for k in range(N_POINTS):
        w = low + half * (1.0 + _POINTS[k])
        exponent[m * N_POINTS + k] = (depth - K * w) * w * w - top
    integrals[m, 0], integrals[m, 1], integrals[m, 2], integrals[m, 3], integrals[m, 4] = K, low, half, top, depth


@woven
def finish(m: int, integrals: FloatArray, grown: FloatArray) -> tuple[float, float]:
    """Return the two figures of `field_enhancement`; `grown` are the exponentials of what `begin` wrote."""
    K, low, half, top, depth = integrals[m, 0], integrals[m, 1], integrals[m, 2], integrals[m, 3], integrals[m, 4]
    total, first, at = 0.0, 0.0, m * N_POINTS
    for k in range(N_POINTS // 2):
        # In pairs: each addition waits for the one before it.
        v, w = low + half * (1.0 - _POINTS[k]), low + half * (1.0 + _POINTS[k])
        at_v, at_w = v * grown[at + N_POINTS - 1 - k], w * grown[at + k]
        total += _WEIGHTS[k] * (at_v + at_w)
        first += _WEIGHTS[k] * (at_v * v * v * v + at_w * w * w * w)
    ln_gamma = math.log(2.0 * depth * half * total) + top
    if ln_gamma > 0.0:
        ln_sum = ln_gamma + math.log1p(math.exp(-ln_gamma))
    else:
        ln_sum = math.log1p(math.exp(ln_gamma))
    return ln_sum, K * first / total * math.exp(ln_gamma - ln_sum)


@kernel
def field_enhancement(depth: float, cube: float, field: float) -> tuple[float, float]:
    """Return ln(1 + Gamma) of a triangular barrier, and d ln(1 + Gamma) / d ln F.

    Parameters
    ----------
    depth : float
        Height of the barrier over kT.
    cube : float
        Tunnelling exponent at the full height times the field, see `tunnelling_exponent`. [V/cm]
    field : float
        [V/cm]

    Notes
    -----
    Eq. (R4) of docs/method.md: Gamma = d int_0^1 exp(d u - K u^(3/2)) du with K = cube / F; G. A. M. Hurkx et al., IEEE
    Trans. Electron Devices 39, 331 (1992). The integral is taken over what the exponential leaves of it.
    """
    if not tunnels(depth, cube, field):
        return 0.0, 0.0
    integral, room = np.empty((1, N_INTEGRAL)), np.empty((3, N_POINTS))
    begin(depth, cube, field, 0, integral, room[0])
    exponentials(room[0], room[1], room[2])
    return finish(0, integral, room[1])


@inlined
def tunnels(depth: float, cube: float, field: float) -> bool:
    """Whether a field helps over a barrier at all."""
    return depth > 0.0 and field > 0.0 and cube > 0.0


def tunnelling_exponent(height: float, mass: float) -> float:
    """Return (4/3) sqrt(2 m) E^(3/2) / (q hbar): what a triangular barrier of `height` [eV] takes, times field [V/cm].

    `mass` is the tunnelling mass over the free electron's.
    """
    joule = height * ELEMENTARY_CHARGE
    metres = (4.0 / 3.0) * math.sqrt(2.0 * mass * ELECTRON_MASS) * joule**1.5 / (ELEMENTARY_CHARGE * REDUCED_PLANCK)
    return float(metres * 1e-2)


def kane(band_gap: float, mass: float) -> tuple[float, float]:
    """Return A [cm^-1 s^-1 V^-2] and F_0 [V/cm] of band-to-band tunnelling, G = A F^2 exp(-F_0 / F).

    Notes
    -----
    Eq. (R5) of docs/method.md; E. O. Kane, J. Phys. Chem. Solids 12, 181 (1959), direct gap of `band_gap` [eV] with the
    reduced mass `mass` over the free electron's.
    """
    gap, m = band_gap * ELEMENTARY_CHARGE, mass * ELECTRON_MASS
    q, hbar = ELEMENTARY_CHARGE, REDUCED_PLANCK
    strength = q**2 * math.sqrt(m) / (18.0 * math.pi * hbar**2 * math.sqrt(gap))  # m^-1 s^-1 V^-2
    field = math.pi * math.sqrt(m) * gap**1.5 / (2.0 * q * hbar)  # V/m
    return strength * 1e-2, field * 1e-2
