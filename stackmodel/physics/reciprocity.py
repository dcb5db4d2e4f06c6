"""Emission by reciprocity: what absorbs, or collects, emits the same share of a black body's photons."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, HC_EV_NM, PLANCK, SPEED_OF_LIGHT

#: Widest panel of the quadrature, in kT, and its nodes: the spectrum in it is smooth, so that this is exact to 1e-12.
_PANEL = 0.5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)


def thermal_photons(energy: ArrayLike, temperature: float) -> FloatArray:
    """Return the photons of a black body into a hemisphere, per photon energy.

    Parameters
    ----------
    energy : array_like
        [eV]
    temperature : float
        [K]

    Returns
    -------
    ndarray
        [cm^-2 s^-1 eV^-1]

    Notes
    -----
    Phi_bb of eq. (L3) of docs/method.md: (2 pi / (h^3 c^2)) E^2 / (exp(E/kT) - 1).
    """
    E = np.asarray(energy, dtype=np.float64)
    # Beyond 700 no photon is left that a float could count.
    occupied = np.expm1(np.minimum(E / (BOLTZMANN_EV * temperature), 700.0))
    return np.asarray(2e-4 * math.pi * ELEMENTARY_CHARGE**3 / (PLANCK**3 * SPEED_OF_LIGHT**2) * E**2 / occupied)


def thermal_photons_per_nm(wavelength: FloatArray, temperature: float) -> FloatArray:
    """Return the same per wavelength [nm], Phi_bb E/lambda [cm^-2 s^-1 nm^-1]."""
    energy = HC_EV_NM / wavelength
    return thermal_photons(energy, temperature) * energy / wavelength


def thermal_nodes(wavelength: FloatArray, temperature: float) -> tuple[FloatArray, FloatArray]:
    """Return photon energies [eV] and a black body's photons that stand at each [cm^-2 s^-1].

    Sums over them are integrals over all wavelengths of the table of whatever is smooth between its points.

    Parameters
    ----------
    wavelength : ndarray, shape (n_wavelengths,)
        Increasing. [nm]
    temperature : float
        [K]
    """
    edges = HC_EV_NM / wavelength[::-1]
    parts = np.maximum(np.ceil(np.diff(edges) / (_PANEL * BOLTZMANN_EV * temperature)), 1.0).astype(np.int64)
    width = np.repeat(np.diff(edges) / parts, parts)
    number = np.arange(width.size) - np.repeat(np.cumsum(parts) - parts, parts)
    start = np.repeat(edges[:-1], parts) + number * width
    energy = (start[:, None] + 0.5 * width[:, None] * (1.0 + _NODES)).ravel()
    weight = (0.5 * width[:, None] * _WEIGHTS).ravel()
    return energy, weight * thermal_photons(energy, temperature)


def radiative_saturation_current(wavelength: FloatArray, share: FloatArray, temperature: float) -> float:
    """Return the dark saturation current density of radiative recombination.

    Parameters
    ----------
    wavelength : ndarray, shape (n_wavelengths,)
        Increasing. [nm]
    share : ndarray, shape (n_wavelengths,)
        EQE, or absorptance where every pair is collected; straight lines between.
    temperature : float
        [K]

    Returns
    -------
    float
        [A cm^-2]

    Notes
    -----
    Eq. (L5) of docs/method.md: J_0,rad = q int EQE(E) Phi_bb(E, T) dE. What shines beyond the table is not in it.

    References
    ----------
    .. [1] U. Rau, Physical Review B 76, 085303 (2007).
    """
    energy, photons = thermal_nodes(wavelength, temperature)
    return ELEMENTARY_CHARGE * float(photons @ np.interp(HC_EV_NM / energy, wavelength, share))


def electroluminescence(wavelength: FloatArray, share: FloatArray, *, temperature: float, voltage: float) -> FloatArray:
    """Return the photons emitted in excess of equilibrium at a voltage, per wavelength.

    Eq. (L6) of docs/method.md: EQE Phi_bb (exp(qV/kT) - 1), into the hemisphere [cm^-2 s^-1 nm^-1].
    """
    above = math.expm1(voltage / (BOLTZMANN_EV * temperature))
    return np.asarray(share * thermal_photons_per_nm(wavelength, temperature) * above)


def radiative_voltage(*, short_circuit: float, saturation: float, temperature: float) -> float:
    """Return the open-circuit voltage at the radiative limit [V], eq. (L7): (kT/q) ln(J_sc/J_0,rad + 1)."""
    return BOLTZMANN_EV * temperature * math.log1p(short_circuit / saturation)


def external_yield(
    *, open_circuit_voltage: float, short_circuit: float, saturation: float, temperature: float
) -> float:
    """Return photons out per electron in at the current J_sc, eq. (L8): J_0,rad (exp(q V_oc/kT) - 1)/J_sc."""
    return saturation * math.expm1(open_circuit_voltage / (BOLTZMANN_EV * temperature)) / short_circuit


def nonradiative_loss(photon_yield: float, temperature: float) -> float:
    """Return the voltage that recombination without light costs [V], eq. (L9): -(kT/q) ln(yield)."""
    return -BOLTZMANN_EV * temperature * math.log(photon_yield)
