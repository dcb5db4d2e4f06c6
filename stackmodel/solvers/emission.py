"""What layers of a stack emit: by Kirchhoff's law the share of a black body's light that they would absorb."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import BOLTZMANN_EV, HC_EV_NM
from stackmodel.physics.reciprocity import thermal_photons
from stackmodel.solvers.optics import absorb, absorb_hemisphere
from stackmodel.structure.optical_stack import OpticalStack

#: Points of the first grid to one kT, what halving an interval may still move the emission by, and most halvings.
_PER_KT, _CLOSE, _HALVINGS = 4.0, 1e-7, 24


@attrs.frozen(eq=False, kw_only=True)
class Emission:
    """Absorptance and emittance of some layers over one unbroken range of wavelengths.

    Attributes
    ----------
    wavelength : ndarray, shape (n_wavelengths,)
        Increasing, so close that straight lines serve in between. [nm]
    absorptance : ndarray, shape (n_wavelengths, n_layers)
        Of light along the normal, from the lit side.
    lit, far : ndarray, shape (n_wavelengths, n_layers)
        Share of a black body's light that leaves through the lit face and through the far one.
    """

    wavelength: FloatArray
    absorptance: FloatArray
    lit: FloatArray
    far: FloatArray


def emission(
    lit: OpticalStack, far: OpticalStack, positions: Sequence[int], *, edges: Sequence[float], temperature: float
) -> tuple[Emission, ...]:
    """Return what layers emit into the air on both sides, for each range in which all of the stack is known.

    Parameters
    ----------
    lit, far : OpticalStack
        The stack as light meets it, and as it does from the other side.
    positions : sequence of int
        Positions in the stack as written of the layers that emit.
    edges : sequence of float
        Photon energies that must be points of the grid. [eV]
    temperature : float
        [K]
    """
    layers = list(positions)

    def both(energy: FloatArray) -> FloatArray:
        wavelength = HC_EV_NM / energy
        return np.stack([absorb_hemisphere(each, wavelength)[:, layers] for each in (lit, far)], axis=1)

    found = []
    for low, high in lit.ranges:
        first, last = HC_EV_NM / high, HC_EV_NM / low
        count = int(np.ceil((last - first) * _PER_KT / (BOLTZMANN_EV * temperature))) + 2
        grid = np.union1d(np.linspace(first, last, count), [edge for edge in edges if first < edge < last])
        energy, share = _sampled(both, grid, temperature)
        wavelength, share = (HC_EV_NM / energy)[::-1], share[::-1]
        found.append(Emission(
            wavelength=wavelength, absorptance=absorb(lit, wavelength).absorptance[:, layers],
            lit=share[:, 0], far=share[:, 1],
        ))  # fmt: skip
    return tuple(found)


def _sampled(
    share: Callable[[FloatArray], FloatArray], energy: FloatArray, temperature: float
) -> tuple[FloatArray, FloatArray]:
    """Return photon energies and shares so close that no middle moves the thermal emission any more."""
    value, fresh = share(energy), np.ones(energy.size - 1, dtype=bool)
    for _ in range(_HALVINGS):
        middle = 0.5 * (energy[1:] + energy[:-1])
        photons = thermal_photons(middle, temperature) * np.diff(energy)
        mean = 0.5 * (value[1:] + value[:-1])
        limit = _CLOSE * float(photons @ mean.reshape(mean.shape[0], -1).sum(axis=1))
        at = np.flatnonzero(fresh & (photons > limit))
        if not at.size:
            break
        found = share(middle[at])
        apart = np.abs(found - mean[at]).reshape(at.size, -1).sum(axis=1) * photons[at] > limit
        fresh = np.insert(np.zeros_like(fresh), at, False)
        place = at + np.arange(at.size)
        fresh[place], fresh[place + 1] = apart, apart
        energy, value = np.insert(energy, at + 1, middle[at]), np.insert(value, at + 1, found, axis=0)
    return energy, value
