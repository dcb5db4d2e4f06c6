"""Models of the refractive index and of the permittivity, and the relation of Kramers and Kronig between its parts.

Wavelengths are in um where a formula of n has its coefficients in um, photon energies in eV. exp(-i w t): eps_2 > 0
absorbs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from stackmodel.arrays import ComplexArray, FloatArray
from stackmodel.physics.constants import HC_EV_NM


def coefficient_of(k: FloatArray, wavelength: FloatArray | float) -> FloatArray:
    """Absorption coefficient 4 pi k / lambda [cm^-1] of the extinction coefficient k at a wavelength [nm]."""
    return 4e7 * np.pi * k / wavelength


def extinction_of(alpha: FloatArray, energy: FloatArray | float) -> FloatArray:
    """Extinction coefficient k = alpha lambda / (4 pi) of an absorption coefficient [cm^-1] at a photon energy [eV]."""
    return alpha * 1e-7 * HC_EV_NM / (4.0 * np.pi * energy)


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
    Eq. (N1) of docs/method.md: n^2 = 1 + A + sum_j B_j lambda^2 / (lambda^2 - C_j^2); formula 1 of
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
    Eq. (N2) of docs/method.md: n = A + sum_j B_j lambda^p_j. Formula 5 of refractiveindex.info.

    References
    ----------
    .. [1] A. L. Cauchy, Bull. Sci. Math. 14, 6 (1830).
    """
    x = np.asarray(wavelength, dtype=float)
    found: FloatArray = np.full_like(x, coefficients[0])
    for b, p in _pairs(coefficients[1:]):
        found = found + b * x**p
    return found


def drude_lorentz(
    energy: FloatArray, *, oscillators: Sequence[tuple[float, float, float]], eps_inf: float = 1.0
) -> ComplexArray:
    """Permittivity of damped oscillators; one at 0 eV is that of free carriers.

    Parameters
    ----------
    energy : ndarray
        Photon energies above 0. [eV]
    oscillators : sequence of (float, float, float)
        Strength S [eV^2], energy E_0 [eV] and damping Gamma [eV] of each; with E_0 = 0, S is the square of the plasma
        energy and Gamma is hbar over the time between collisions.
    eps_inf : float
        What all that lies at higher energies adds, with the vacuum.

    Returns
    -------
    ndarray of complex

    Notes
    -----
    Eq. (N3) of docs/method.md: eps = eps_inf + sum_j S_j / (E_j^2 - E^2 - i Gamma_j E).

    References
    ----------
    .. [1] P. Drude, Ann. Phys. 306, 566 (1900); H. A. Lorentz, The Theory of Electrons (1909).
    """
    E = np.asarray(energy, dtype=float)
    eps: ComplexArray = np.full(E.shape, eps_inf, dtype=complex)
    for strength, centre, damping in oscillators:
        eps = eps + strength / (centre**2 - E**2 - 1j * damping * E)
    return eps


def tauc_lorentz(
    energy: FloatArray, *, strength: float, peak: float, broadening: float, gap: float, eps_inf: float = 1.0
) -> ComplexArray:
    """Permittivity of an amorphous semiconductor: a Lorentz oscillator under Tauc's edge.

    Parameters
    ----------
    energy : ndarray
        Photon energies above 0. [eV]
    strength : float
        A. [eV]
    peak, broadening : float
        E_0 and C, C < 2 E_0. [eV]
    gap : float
        E_g, no absorption below. [eV]
    eps_inf : float
        eps_1 at infinite energy.

    Returns
    -------
    ndarray of complex

    Notes
    -----
    Eq. (N4) of docs/method.md: eps_2 = A E_0 C (E - E_g)^2 / (((E^2 - E_0^2)^2 + C^2 E^2) E) above E_g, else 0; eps_1
    is its integral by Kramers and Kronig in closed form, with the erratum. At E = E_g the two logarithms cancel.

    References
    ----------
    .. [1] G. E. Jellison and F. A. Modine, Appl. Phys. Lett. 69, 371 (1996); erratum 69, 2137 (1996).
    """
    E = np.asarray(energy, dtype=float)
    A, E_0, C, E_g = strength, peak, broadening, gap
    above = np.clip(E - E_g, 0.0, None)
    eps_2 = A * E_0 * C * above**2 / (((E**2 - E_0**2) ** 2 + C**2 * E**2) * E)
    alpha = np.sqrt(4.0 * E_0**2 - C**2)
    gamma_2 = E_0**2 - 0.5 * C**2
    zeta_4 = (E**2 - gamma_2) ** 2 + 0.25 * alpha**2 * C**2
    a_ln = (E_g**2 - E_0**2) * E**2 + E_g**2 * C**2 - E_0**2 * (E_0**2 + 3.0 * E_g**2)
    a_atan = (E**2 - E_0**2) * (E_0**2 + E_g**2) + E_g**2 * C**2
    sides = (E_0**2 + E_g**2 + alpha * E_g) / (E_0**2 + E_g**2 - alpha * E_g)
    away = np.maximum(np.abs(E - E_g), 1e-12)
    eps_1 = (
        A * C * a_ln / (2.0 * alpha * E_0) * np.log(sides)
        - A * a_atan / E_0 * (np.pi - np.arctan((2.0 * E_g + alpha) / C) + np.arctan((alpha - 2.0 * E_g) / C))
        + 2.0 * A * E_0 * E_g / alpha * (E**2 - gamma_2)
        * (np.pi + 2.0 * np.arctan(2.0 * (gamma_2 - E_g**2) / (alpha * C)))
        - A * E_0 * C * (E**2 + E_g**2) / E * np.log(away / (E + E_g))
        + 2.0 * A * E_0 * C * E_g * np.log(away * (E + E_g) / np.sqrt((E_0**2 - E_g**2) ** 2 + E_g**2 * C**2))
    )  # fmt: skip
    found: ComplexArray = eps_inf + eps_1 / (np.pi * zeta_4) + 1j * eps_2
    return found


def kramers_kronig(energy: FloatArray, absorbing: FloatArray, at: FloatArray) -> FloatArray:
    """What absorption on a grid adds to the real part, of the permittivity or of the index alike.

    Parameters
    ----------
    energy : ndarray, shape (n,)
        Rising photon energies. [eV]
    absorbing : ndarray, shape (n,)
        eps_2, or k; linear between the energies and 0 outside them.
    at : ndarray
        Photon energies at which the real part is asked. [eV]

    Returns
    -------
    ndarray, shape of `at`
        eps_1 - 1, or n - 1.

    Notes
    -----
    Eq. (N5) of docs/method.md: eps_1(E) - 1 = (2/pi) P int x eps_2(x) / (x^2 - E^2) dx, over each straight piece
    eps_2 = a + b x exactly: [a/2 ln|x^2 - E^2| + b (x + E/2 ln|(x - E)/(x + E)|)]. The logarithms of two pieces that
    meet at E cancel. Where eps_2 does not vanish at an end of the grid, eps_1 diverges there, as it should of a step.

    References
    ----------
    .. [1] H. A. Kramers, Atti Congr. Int. Fis. Como 2, 545 (1927); R. de L. Kronig, J. Opt. Soc. Am. 12, 547 (1926).
    """
    x, y = np.asarray(energy, dtype=float), np.asarray(absorbing, dtype=float)
    E = np.asarray(at, dtype=float)[..., np.newaxis]
    slope = np.diff(y) / np.diff(x)
    start = y[:-1] - slope * x[:-1]
    minus, plus = np.log(np.maximum(np.abs(x - E), 1e-300)), np.log(np.maximum(x + E, 1e-300))
    even, odd = 0.5 * (minus + plus), x + 0.5 * E * (minus - plus)
    found: FloatArray = 2.0 / np.pi * (np.diff(even) @ start + np.diff(odd) @ slope)
    return found


class DispersionFormula(NamedTuple):
    """A formula of n: the least number of coefficients, further ones come in pairs, and its poles [um]."""

    n: Callable[[FloatArray, Sequence[float]], FloatArray]
    least: int
    poles: Callable[[Sequence[float]], Sequence[float]]


def _no_poles(coefficients: Sequence[float]) -> Sequence[float]:
    return ()


def _sellmeier_poles(coefficients: Sequence[float]) -> Sequence[float]:
    return [abs(c) for b, c in _pairs(coefficients[1:]) if b]


def _squared_poles(coefficients: Sequence[float]) -> Sequence[float]:
    return [c**0.5 for b, c in _pairs(coefficients[1:]) if b and c > 0.0]


def _resonance_poles(coefficients: Sequence[float]) -> Sequence[float]:
    terms = (coefficients[1:5], coefficients[5:9])
    return [float(np.float64(c) ** (0.5 * q)) for b, _, c, q in terms if b and c > 0.0]


#: Formulas of refractiveindex.info by number; the others describe gases and single crystals that the library lacks.
FORMULAS: dict[int, DispersionFormula] = {
    1: DispersionFormula(sellmeier, 1, _sellmeier_poles),
    2: DispersionFormula(sellmeier_squared, 1, _squared_poles),
    3: DispersionFormula(polynomial, 1, _no_poles),
    4: DispersionFormula(resonances, 9, _resonance_poles),
    5: DispersionFormula(cauchy, 1, _no_poles),
}
