"""Detailed balance: the limit of a solar cell (Shockley and Queisser, J. Appl. Phys. 32, 510 (1961))."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from stackmodel.errors import InputError
from stackmodel.light.spectrum import Light
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, PLANCK, SPEED_OF_LIGHT
from stackmodel.physics.multiexcitons import multiplication_yield

#: Steps by which a yield that rises with photon energy is followed, in gaps, and where sunlight has ended [eV].
_STEP, _LAST = 0.02, 6.0


@attrs.frozen(kw_only=True)
class Balance:
    """Figures of a cell at the limit; current densities in A cm^-2, powers in W cm^-2."""

    band_gap: float
    short_circuit_current_density: float
    dark_current_density: float
    open_circuit_voltage: float
    fill_factor: float
    power_density: float
    voltage: float
    emission: tuple[tuple[float, float], ...]
    temperature: float

    def current(self, voltage: float) -> float:
        """Return what the cell delivers at `voltage` [A cm^-2]."""
        kT = BOLTZMANN_EV * self.temperature
        lost = sum(k * share * math.expm1(min(k * voltage / kT, 700.0)) for k, share in self.emission)
        return self.short_circuit_current_density - lost


def blackbody_photons_above(energy: float, temperature: float) -> float:
    """Return the photons that a black body radiates above `energy` into a hemisphere [cm^-2 s^-1].

    Notes
    -----
    Eq. (L1) of docs/method.md: (2 pi / (h^3 c^2)) int_E^inf E^2 / (exp(E/kT) - 1) dE
    = (2 pi (kT)^3 / (h^3 c^2)) sum_m e^(-m x) (x^2/m + 2 x/m^2 + 2/m^3), x = E/kT.
    """
    kT = BOLTZMANN_EV * temperature * ELEMENTARY_CHARGE
    x = energy / (BOLTZMANN_EV * temperature)
    total = 0.0
    for m in range(1, 2000):
        term = math.exp(-m * x) * (x * x / m + 2.0 * x / m**2 + 2.0 / m**3)
        total += term
        if term < 1e-16 * total:
            break
    return 2.0 * math.pi * kT**3 / (PLANCK**3 * SPEED_OF_LIGHT**2) * total * 1e-4


def multiplication_of(material: Any, whose: str) -> tuple[float, float] | None:
    """Return threshold and slope of multiple exciton generation in a material, None where neither is given."""
    names = ("multiplication_threshold", "multiplication_slope")
    given = [name in material.parameters for name in names]
    if not any(given):
        return None
    if not all(given):
        raise InputError(f"{whose}: {names[given.index(True)]} needs {names[given.index(False)]} too")
    return material.value(names[0]), material.value(names[1])


def pair_steps(
    band_gap: float, pairs_per_photon: int, multiplication: tuple[float, float] | None
) -> list[tuple[float, float]]:
    """Return photon energies [eV] and how many pairs a photon makes from each to the next."""
    if multiplication is None:
        return [(k * band_gap, float(k)) for k in range(1, pairs_per_photon + 1)]
    threshold, slope = multiplication
    edges = np.arange(threshold, max(threshold + 1.0, _LAST / band_gap), _STEP)
    pairs = multiplication_yield(edges + 0.5 * _STEP, band_gap=1.0, threshold=threshold, slope=slope)
    return [(band_gap, 1.0), *((float(e) * band_gap, float(p)) for e, p in zip(edges, pairs, strict=True))]


def pairs_made(light: Light, steps: Sequence[tuple[float, float]]) -> float:
    """Return the pairs that `light` makes by the steps of `pair_steps` [cm^-2 s^-1]."""
    before = [0.0, *(pairs for _, pairs in steps)]
    return math.fsum(
        (pairs - less) * light.photons_above(edge) for (edge, pairs), less in zip(steps, before, strict=False)
    )


def detailed_balance(
    band_gap: float,
    light: Light,
    temperature: float,
    *,
    pairs_per_photon: int = 1,
    emission: float = 1.0,
    multiplication: tuple[float, float] | None = None,
) -> Balance:
    """Return the limit of a cell with a step absorber of `band_gap` [eV] under `light`.

    Parameters
    ----------
    band_gap : float
        [eV]
    light : Light
    temperature : float
        Of the cell. [K]
    pairs_per_photon : int
        Multiple exciton generation: a photon of k gaps makes min(k, pairs_per_photon) pairs.
    emission : float
        Emitting hemispheres over the front one: 1 with a mirror behind, 1 + n_r^2 on a substrate of index n_r.
    multiplication : tuple of float, optional
        Threshold and slope of (X1), in place of the staircase.

    Notes
    -----
    Eq. (L2): J = J_sc - q int f(E) M(E) phi dE, emission of M pairs at the chemical potential M q V; with one pair
    J = J_sc - J_0 (exp(qV/kT) - 1). The maximum of J V is found by Brent's bounded search.
    """
    if not 0.0 < band_gap < 12.0:
        raise InputError(f"limit: a band gap of {band_gap:.4g} eV; expected 0 to 12 eV")
    q = ELEMENTARY_CHARGE
    steps = pair_steps(band_gap, pairs_per_photon, multiplication)
    J_sc = q * pairs_made(light, steps)
    above = [q * emission * blackbody_photons_above(edge, temperature) for edge, _ in steps]
    # Photons between one step and the next are made of so many pairs, after the last step all.
    shares = [(k, one - other) for (_, k), one, other in zip(steps, above, [*above[1:], 0.0], strict=True)]
    if J_sc <= 0.0:
        raise InputError(f"limit: {light.name} has no photon above {band_gap:.4g} eV")
    return balanced(band_gap, J_sc, shares, temperature)


def balanced(band_gap: float, J_sc: float, shares: Sequence[tuple[float, float]], temperature: float) -> Balance:
    """Return the figures of a cell by (L2) from its currents.

    Parameters
    ----------
    band_gap : float
        [eV]
    J_sc : float
        [A cm^-2]
    shares : sequence of pairs of float
        Pairs that a photon is made of, and the current q Phi of such photons in equilibrium. [A cm^-2]
    temperature : float
        [K]
    """
    J_0 = sum(k * share for k, share in shares)
    cell = Balance(
        band_gap=band_gap, short_circuit_current_density=J_sc, dark_current_density=J_0, open_circuit_voltage=0.0,
        fill_factor=0.0, power_density=0.0, voltage=0.0, emission=tuple(shares), temperature=temperature,
    )  # fmt: skip
    V_oc = _root(cell.current, 0.0, band_gap + 40.0 * BOLTZMANN_EV * temperature)
    V = _maximum(lambda voltage: voltage * cell.current(voltage), 0.0, V_oc)
    power = V * cell.current(V)
    return attrs.evolve(
        cell, open_circuit_voltage=V_oc, fill_factor=power / (J_sc * V_oc), power_density=power, voltage=V
    )


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=1e-14, rtol=1e-14))


def _maximum(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(lambda x: -function(x), bounds=(low, high), method="bounded", options={"xatol": 1e-12})
    return float(found.x)
