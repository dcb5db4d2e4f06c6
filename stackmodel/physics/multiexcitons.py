"""What a dot does with more than one exciton: carrier multiplication and gain."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError
from stackmodel.physics.constants import BOLTZMANN_EV


def multiplication_yield(energy: FloatArray, *, band_gap: float, threshold: float, slope: float) -> FloatArray:
    """Pairs that a photon makes by multiple exciton generation.

    Parameters
    ----------
    energy : ndarray
        Photon energy. [eV]
    band_gap : float
        [eV]
    threshold : float
        Photon energy over the gap where it sets in; 2 at least, by conservation of energy.
    slope : float
        Pairs by photon energy over gap above the threshold; 1 is ideal.

    Returns
    -------
    ndarray
        0 below the gap, 1 up to the threshold.

    Notes
    -----
    Eq. (X1) of docs/method.md: 1 + slope (E / E_g - threshold), never above E / E_g pairs. Not to be confused with
    gain by biexcitons, which are two photons' excitons in one dot.

    References
    ----------
    .. [1] M. C. Beard et al., Nano Lett. 10, 3019 (2010).
    .. [2] M. C. Hanna and A. J. Nozik, J. Appl. Phys. 100, 074510 (2006).
    """
    for name, value, least in (("threshold", threshold, 2.0), ("slope", slope, 0.0)):
        if not least <= value < math.inf:
            raise InputError(f"multiplication: {name} is {value:g}; expected {least:g} at least")
    ratio = np.asarray(energy, dtype=float) / band_gap
    more = np.clip(slope * (ratio - threshold), 0.0, None)
    pairs: FloatArray = np.where(ratio < 1.0, 0.0, np.minimum(1.0 + more, np.maximum(ratio, 1.0)))
    return pairs


def gain_occupation(*, degeneracy: float, stokes_shift: float = 0.0, temperature: float = 300.0) -> float:
    """Excitons in each dot beyond which the band edge amplifies, all dots alike.

    Parameters
    ----------
    degeneracy : float
        States of the band edge, the same for electrons and holes: 2 in CdSe at its simplest, 8 in lead salts.
    stokes_shift : float
        From absorption to emission. [eV]
    temperature : float
        [K]

    Notes
    -----
    Eq. (X2) of docs/method.md: emission (N/g)^2 outweighs absorption (1 - N/g)^2 exp(-Delta/kT) from
    N = g / (1 + exp(Delta / (2 kT))) on; g/2 without a shift. One exciton is the threshold for g = 2 only.

    References
    ----------
    .. [1] Y.-S. Park et al., Nat. Rev. Mater. 6, 382 (2021).
    """
    return degeneracy / (1.0 + math.exp(0.5 * stokes_shift / (BOLTZMANN_EV * temperature)))


def gain_threshold(
    *, degeneracy: int, hole_degeneracy: int | None = None, stokes_shift: float = 0.0, temperature: float = 300.0
) -> float:
    """Mean number of excitons <N> at which an ensemble amplifies, its dots filled at random.

    Parameters
    ----------
    degeneracy : int
        States of the first electron level.
    hole_degeneracy : int, optional
        Those of the first hole level, where they are another number.
    stokes_shift, temperature : float
        See `gain_occupation`. [eV], [K]

    Notes
    -----
    Eq. (X3) of docs/method.md: numbers N follow Poisson's law, the edge holds g at most, and the root of
    sum P_N [f_e f_h - (1 - f_e)(1 - f_h) exp(-Delta/kT)] = 0, f = min(N, g)/g of either carrier, is found by bisection.
    For g = 2 without a shift that is exp<N> = 2 + <N>, <N> = 1.146.

    References
    ----------
    .. [1] V. I. Klimov et al., Nature 447, 441 (2007).
    """
    absorbing = math.exp(-stokes_shift / (BOLTZMANN_EV * temperature))

    levels = (degeneracy, hole_degeneracy or degeneracy)
    filled = [[min(N, g) / g for g in levels] for N in range(max(levels))]
    each = [f_e * f_h - (1.0 - f_e) * (1.0 - f_h) * absorbing for f_e, f_h in filled]

    def gain(mean: float) -> float:
        shares = [math.exp(-mean) * mean**N / math.factorial(N) for N in range(max(levels))]
        return math.fsum(p * net for p, net in zip(shares, each, strict=True)) + 1.0 - math.fsum(shares)

    low, high = 0.0, 4.0 * max(levels)
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if gain(middle) < 0.0 else (low, middle)
    return 0.5 * (low + high)
