"""Light on a device as its solver takes it: what each layer makes of it, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.errors import DataError, InputError
from stackmodel.light.spectrum import Light
from stackmodel.materials.material import optical_gap
from stackmodel.physics.constants import NM
from stackmodel.solvers.optics import Absorption, TwoPasses, absorb, pairs_of
from stackmodel.solvers.state import Absorbed
from stackmodel.structure.levels import Assumed, electrical_ends, electrical_positions
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.setup import Setup
from stackmodel.structure.stack import Stack

#: Share of what layers could absorb to make pairs which a spectrum may have where some n or k is not known.
LEFT_OUT = 0.1
#: Depths of a layer between which generation is told apart, closest at its faces, and the wavelengths that tell their
#: shares: how much a layer absorbs in all is summed over the whole table.
_DEPTHS, _SPACING = 241, 6.0  # [nm]


@attrs.frozen(eq=False, kw_only=True)
class Usable:
    """What of a light counts: wavelengths at which every n and k is known and some layer makes pairs.

    Attributes
    ----------
    wavelength, photons : ndarray, shape (n_wavelengths,)
        [nm], [cm^-2 s^-1].
    pairs : ndarray, shape (n_wavelengths, n_layers)
        Pairs for each photon absorbed in each electrical layer.
    left_out : float
        What two passes through the layers that make pairs would take at wavelengths at which some layer has no n or
        k, over what they would take of all.
    """

    wavelength: FloatArray
    photons: FloatArray
    pairs: FloatArray
    left_out: float


@attrs.frozen(eq=False, kw_only=True)
class Illumination:
    """Light on a stack: the pairs that it makes in each electrical layer, in depth, and what was assumed."""

    light: Light
    optical: OpticalStack
    layers: tuple[Absorbed, ...]
    assumed: tuple[Assumed, ...]
    used: Usable
    absorption: Absorption  # at the wavelengths of `used`


def usable(setup: Setup, optical: OpticalStack, light: Light) -> Usable:
    """Return what of a light counts.

    Raises
    ------
    DataError
        If n or k is not known for a line, or for more than `LEFT_OUT` of a spectrum.
    """
    stack, temperature = setup.written, setup.temperature
    wavelength, photons = light.photons
    shining = photons > 0.0
    if not shining.any():
        raise InputError(f"light: {light.name} has no photons")
    wavelength, photons = wavelength[shining], photons[shining]
    pairs = pairs_of(stack, electrical_positions(stack), wavelength, temperature)
    making: NDArray[np.bool_] = pairs.max(axis=1) > 0.0
    if not making.any():
        making = np.ones(wavelength.shape, dtype=bool)  # too little energy: absorbed where it is, it makes nothing
    known = optical.known(wavelength)
    left_out = _left_out(stack, optical, wavelength, photons, known, temperature)
    if left_out > (0.0 if light.line is not None else LEFT_OUT):
        try:
            optical.index(wavelength[making])
        except DataError as error:
            if light.line is not None:
                raise
            raise DataError(
                f"{error} {left_out:.0%} of what the layers that make pairs could absorb of {light.name} lies there "
                f"(allowed: {LEFT_OUT:.0%}); or cut it by longpass() and shortpass()"
            ) from error
    kept = making & known
    if not kept.any():
        optical.index(wavelength[making])  # raises: which layer, and to where it is known
    return Usable(wavelength=wavelength[kept], photons=photons[kept], pairs=pairs[kept], left_out=left_out)


def _left_out(
    stack: Stack, optical: OpticalStack, wavelength: FloatArray, photons: FloatArray, known: NDArray[np.bool_],
    temperature: float,
) -> float:  # fmt: skip
    """Return the share of what layers could make pairs of that lies where n or k of some layer is not known."""
    if known.all():
        return 0.0
    positions = electrical_positions(stack)
    gaps = [min(map(optical_gap, electrical_ends(stack, i, temperature))) for i in positions]
    bound = TwoPasses.of(optical, positions, gaps, lambda at: pairs_of(stack, positions, at, temperature))
    taken = photons * bound(wavelength)
    total = float(taken.sum())
    return float(taken[~known].sum()) / total if total else 0.0


def illumination(setup: Setup, light: Light) -> Illumination:
    """Return what the layers of the written stack make of light at normal incidence."""
    memory, key = setup.written.memory, ("illumination", light, setup.illuminated, setup.temperature)
    if key not in memory:
        memory[key] = _illumination(setup, light)
    known: Illumination = memory[key]
    return known


def _illumination(setup: Setup, light: Light) -> Illumination:
    stack, optical = setup.written, setup.optical
    used = usable(setup, optical, light)
    positions = electrical_positions(stack)
    pairs = used.photons[:, None] * used.pairs
    absorption = absorb(optical, used.wavelength)
    made = (pairs * absorption.absorptance[:, list(positions)]).sum(axis=0)
    thin = _thinned(used.wavelength)
    shape = _in_depth(absorption.at(thin), positions, _gathered(used.wavelength, pairs, thin))
    layers = tuple(
        Absorbed(depth=depth, pairs=total * share / share[-1] if share[-1] > 0.0 else share)
        for (depth, share), total in zip(shape, made, strict=True)
    )
    return Illumination(
        light=light, optical=optical, layers=layers, assumed=assumptions(stack, light, used), used=used,
        absorption=absorption,
    )  # fmt: skip


def _thinned(wavelength: FloatArray) -> IntArray:
    """Return which wavelengths to keep, the first and the last among them, no closer than need be."""
    steps = np.floor((wavelength - wavelength[0]) / _SPACING)
    keep = np.flatnonzero(np.diff(steps, prepend=-1.0) > 0)
    found: IntArray = np.unique(np.append(keep, wavelength.size - 1))
    return found


def _gathered(wavelength: FloatArray, weights: FloatArray, at: IntArray) -> FloatArray:
    """Return the weights, shape (n_wavelengths, n_layers), shared between the wavelengths `at` on either side."""
    if at.size == 1:
        return np.asarray(weights.sum(axis=0, keepdims=True))
    right = np.clip(np.searchsorted(wavelength[at], wavelength, side="right"), 1, at.size - 1)
    low, high = wavelength[at][right - 1], wavelength[at][right]
    share = ((wavelength - low) / (high - low))[:, None]
    found = np.zeros((at.size, weights.shape[1]))
    np.add.at(found, right - 1, (1.0 - share) * weights)
    np.add.at(found, right, share * weights)
    return found


def _in_depth(
    absorption: Absorption, positions: tuple[int, ...], pairs: FloatArray
) -> list[tuple[FloatArray, FloatArray]]:
    """Return depths in each layer [cm], and the pairs made up to each."""
    found = []
    for i, thickness, made in zip(positions, absorption.optical.depth(positions), pairs.T, strict=True):
        depth = thickness * 0.5 * (1.0 - np.cos(np.linspace(0.0, np.pi, _DEPTHS)))
        depth[-1] = thickness
        layer = np.full(_DEPTHS - 1, i, dtype=np.int64)
        cells = made @ absorption.in_cells(layer, depth[:-1], np.diff(depth))
        found.append((depth * NM, np.append(0.0, np.cumsum(cells))))
    return found


def assumptions(stack: Stack, light: Light, used: Usable) -> tuple[Assumed, ...]:
    """Return what is taken for granted of a light on a stack."""
    found = idle(stack, electrical_positions(stack), used.wavelength, used.pairs, f"light of {light.name}")
    if used.left_out > 0.0:
        what = (
            f"{used.left_out:.2%} of what layers that make pairs could absorb lies outside {used.wavelength[0]:.0f} to "
            f"{used.wavelength[-1]:.0f} nm"
        )
        found = (*found, Assumed(whose=light.name, what=what, rule="light_left_out"))
    return found


def idle(
    stack: Stack, positions: Sequence[int], wavelengths: FloatArray, pairs: FloatArray, what: str = "light"
) -> tuple[Assumed, ...]:
    """Return which layers make no pairs of what they absorb, and from which wavelength on.

    `pairs`, shape (n_wavelengths, n_layers), are those of each photon absorbed in the layers at `positions`.
    """
    return tuple(
        Assumed(
            whose=stack.names[i], rule="pairs_above_gap",
            what=f"absorbed {what} beyond {wavelengths[made == 0.0].min():.0f} nm makes no pairs",
        )
        for i, made in zip(positions, pairs.T, strict=True) if (made == 0.0).any()
    )  # fmt: skip
