"""Models of the refractive index and of the permittivity, and the relation of Kramers and Kronig between its parts.

Wavelengths are in um where a formula of n has its coefficients in um, photon energies in eV. exp(-i w t): eps_2 > 0
absorbs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]


def _pairs(coefficients: Sequence[float]) -> zip[tuple[float, float]]:
    return zip(coefficients[::2], coefficients[1::2], strict=True)


def sellmeier(wavelength: FloatArray, coefficients: Sequence[float]) -> FloatArray:
    """Index of a transparent material by undamped oscillators.

    Parameters
    ----------
    wavelength : ndarray
        [um]
    coefficients : sequence of float
        A, then B_j and the wavelength C_j of each oscillator [um].

    Notes
    -----
    Eq. (O1) of docs/method.md: n^2 = 1 + A + sum_j B_j lambda^2 / (lambda^2 - C_j^2); formula 1 of
    refractiveindex.info.

    References
    ----------
    .. [1] W. Sellmeier, Ann. Phys. 219, 272 (1871).
    """
    squared = [c if i == 0 or i % 2 else c * c for i, c in enumerate(coefficients)]
    return sellmeier_squared(wavelength, squared)


def sellmeier_squared(wavelength: FloatArray, coefficients: Sequence[float]) -> FloatArray:
    """As `sellmeier`, with C_j^2 in place of C_j [um^2]; formula 2 of refractiveindex.info."""
    x = np.asarray(wavelength, dtype=float) ** 2
    n_squared = 1.0 + coefficients[0] + sum(b * x / (x - c) for b, c in _pairs(coefficients[1:]))
    found: FloatArray = np.sqrt(n_squared)
    return found


def polynomial(wavelength: FloatArray, coefficients: Sequence[float]) -> FloatArray:
    """Index by n^2 = A + sum_j B_j lambda^p_j, `wavelength` in um; formula 3 of refractiveindex.info."""
    found: FloatArray = np.sqrt(cauchy(wavelength, coefficients))
    return found


def resonances(wavelength: FloatArray, coefficients: Sequence[float]) -> FloatArray:
    """Index by two resonances and powers, formula 4 of refractiveindex.info.

    Notes
    -----
    n^2 = A + sum_(j=1,2) B_j lambda^p_j / (lambda^2 - C_j^q_j) + sum_k D_k lambda^r_k, `wavelength` in um.
    """
    x = np.asarray(wavelength, dtype=float)
    head = [*coefficients[:9], *[0.0] * (9 - len(coefficients))]
    n_squared = cauchy(x, (head[0], *coefficients[9:]))
    for b, p, c, q in (head[1:5], head[5:9]):
        n_squared = n_squared + b * x**p / (x * x - c**q)
    found: FloatArray = np.sqrt(n_squared)
    return found


def cauchy(wavelength: FloatArray, coefficients: Sequence[float]) -> FloatArray:
    """Index of a transparent material by powers of wavelength.

    Parameters
    ----------
    wavelength : ndarray
        [um]
    coefficients : sequence of float
        A, then B_j and the power p_j of each term; Cauchy's own powers are -2 and -4.

    Notes
    -----
    Eq. (O2) of docs/method.md: n = A + sum_j B_j lambda^p_j. Formula 5 of refractiveindex.info.

    References
    ----------
    .. [1] A. L. Cauchy, Bull. Sci. Math. 14, 6 (1830).
    """
    x = np.asarray(wavelength, dtype=float)
    found: FloatArray = np.full_like(x, coefficients[0])
    for b, p in _pairs(coefficients[1:]):
        found = found + b * x**p
    return found


#: Formulas of refractiveindex.info by number; the others describe gases and single crystals that the library lacks.
FORMULAS: dict[int, Callable[[FloatArray, Sequence[float]], FloatArray]] = {
    1: sellmeier,
    2: sellmeier_squared,
    3: polynomial,
    4: resonances,
    5: cauchy,
}
