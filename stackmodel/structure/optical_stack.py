"""The one door from a stack to the arrays of its optics."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from stackmodel.arrays import ComplexArray, FloatArray, IntArray
from stackmodel.errors import InputError
from stackmodel.materials.dot_film import films_between
from stackmodel.materials.material import Material
from stackmodel.materials.optical_constants import OpticalConstants
from stackmodel.structure.layer import Layer
from stackmodel.structure.stack import Stack

#: From this thickness on a layer adds intensities, not amplitudes: its fringes lie closer than instruments resolve, and
#: no such layer is flat to a fraction of a wavelength. A substrate always does. [nm]
INCOHERENT_FROM = 10_000.0
#: Index of what light comes from and goes to.
AIR = 1.0
#: Slabs of one index each that stand for a graded layer; four times as many move its absorptance by less than 1e-3.
GRADED_SLABS = 24


@attrs.frozen(eq=False, kw_only=True)
class OpticalStack:
    """All layers of a stack, in the order in which light meets them; air before and behind.

    A layer is one slab, a graded one `GRADED_SLABS` of them. In a film of dots of growing size each slab has dots of
    its own size; in any other grading n + i k go linearly from end to end, as in a blend.

    Attributes
    ----------
    illuminated : str
        "front" or "back": light meets the last layer as written first.
    names : tuple of str
        Names of the layers.
    positions : tuple of int
        Where each stands in the stack as written.
    constants : tuple of tuples of OpticalConstants
        Of each layer: its own; those of both ends of a blend; or those of each slab of dots of growing size, in the
        order as written. At the temperature of the device.
    first : ndarray of int, shape (n_layers + 1,)
        Where the slabs of each layer begin.
    thickness : ndarray, shape (n_slabs,)
        [nm]
    coherent : ndarray of bool, shape (n_slabs,)
        As the layer says, otherwise false for substrates and for layers of `INCOHERENT_FROM` and more.
    """

    illuminated: str
    names: tuple[str, ...]
    positions: tuple[int, ...]
    constants: tuple[tuple[OpticalConstants, ...], ...]
    first: IntArray
    thickness: FloatArray
    coherent: NDArray[np.bool_]

    @classmethod
    def of(cls, stack: Stack, *, illuminated: str, temperature: float) -> OpticalStack:
        """Return the optics of a stack that light enters through its "front" or its "back".

        Raises
        ------
        InputError
            If a layer has no thickness, electrodes and substrates included.
        DataError
            If no optical constants of a layer are known.
        """
        positions = tuple(range(len(stack)) if illuminated == "front" else range(len(stack) - 1, -1, -1))
        layers = [stack.layers[i] for i in positions]
        names = tuple(stack.names[i] for i in positions)
        thickness = np.array([_thickness(layer, name) for layer, name in zip(layers, names, strict=True)])
        coherent = np.array([
            stack.roles[i] != "substrate" and depth < INCOHERENT_FROM if layer.coherent is None else layer.coherent
            for i, layer, depth in zip(positions, layers, thickness, strict=True)
        ])  # fmt: skip
        slabs = np.array([1 if layer.graded_to is None else GRADED_SLABS for layer in layers])
        return cls(
            illuminated=illuminated, names=names, positions=positions,
            constants=tuple(_constants(stack, i, temperature) for i in positions),
            first=np.append(0, np.cumsum(slabs)), thickness=np.repeat(thickness / slabs, slabs),
            coherent=np.repeat(coherent, slabs),
        )  # fmt: skip

    def known(self, wavelengths: FloatArray) -> NDArray[np.bool_]:
        """Return whether n and k of every layer are known at wavelengths [nm]."""
        found = np.ones(wavelengths.shape, dtype=bool)
        for constants in (each for ends in self.constants for each in ends):
            found &= np.any([part.has(wavelengths) for part in constants.parts], axis=0)
        return found

    def index(self, wavelengths: ArrayLike) -> ComplexArray:
        """Return complex indices at wavelengths [nm], shape (n_wavelengths, n_slabs + 2), air at both ends."""
        wavelength = np.asarray(wavelengths, dtype=np.float64)
        index = np.full((wavelength.size, self.thickness.size + 2), AIR, dtype=np.complex128)
        for j, (parts, name) in enumerate(zip(self.constants, self.names, strict=True)):
            slabs = np.stack([constants.at(wavelength, whose=name) for constants in parts], axis=1)
            count = self.first[j + 1] - self.first[j]
            if len(parts) == 2:
                fraction = (np.arange(count) + 0.5) / count
                slabs = slabs[:, :1] + fraction * (slabs[:, 1:] - slabs[:, :1])
            if self.illuminated == "back":
                slabs = slabs[:, ::-1]
            index[:, 1 + self.first[j] : 1 + self.first[j + 1]] = slabs
        return index

    def depth(self, positions: Sequence[int]) -> FloatArray:
        """Return the thickness of layers, by their positions in the stack as written [nm]."""
        place = np.argsort(self.positions)[list(positions)]
        found: FloatArray = np.add.reduceat(self.thickness, self.first[:-1])[place]
        return found

    def pieces(
        self, layer: IntArray, start: FloatArray, width: FloatArray
    ) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
        """Cut cells at the ends of slabs.

        Parameters
        ----------
        layer : ndarray of int, shape (n_cells,)
            Position in the stack as written of the layer that each cell lies in.
        start, width : ndarray, shape (n_cells,)
            Where it begins in its layer as written, and how wide it is. [nm]

        Returns
        -------
        cell, slab : ndarray of int, shape (n_pieces,)
            The cell that each piece is of, and the slab that it lies in.
        at, wide : ndarray, shape (n_pieces,)
            Where in the slab it begins, from the side of the light, and how wide it is. [nm]
        """
        place = np.argsort(self.positions)[layer]
        count = np.diff(self.first)[place]
        thick = self.thickness[self.first[place]]
        low = np.clip(np.floor(start / thick).astype(np.int64), 0, count - 1)
        high = np.clip(np.ceil((start + width) / thick).astype(np.int64) - 1, low, count - 1)
        parts = high - low + 1
        cell = np.repeat(np.arange(layer.size), parts)
        number = low[cell] + np.arange(cell.size) - np.repeat(np.cumsum(parts) - parts, parts)
        begin = np.maximum(start[cell], number * thick[cell])
        end = np.minimum((start + width)[cell], (number + 1) * thick[cell])
        # A cell that lies in one slab keeps its width, however small beside its distance from the face.
        wide = np.where(parts[cell] == 1, width[cell], np.maximum(end - begin, 0.0))
        at = begin - number * thick[cell]
        if self.illuminated == "back":
            at, number = thick[cell] - at - wide, count[cell] - 1 - number
        return cell, self.first[place[cell]] + number, at, wide

    @property
    def named_constants(self) -> list[tuple[str, OpticalConstants]]:
        """Constants of each layer under its name, of a graded one the first and the last."""
        pairs = zip(self.names, self.constants, strict=True)
        return [
            (name, each)
            for name, parts in pairs
            for each in (parts[:1] if len(parts) == 1 else parts[:: len(parts) - 1])
        ]

    @property
    def ranges(self) -> tuple[tuple[float, float], ...]:
        """Ranges of wavelengths in which n and k of every layer are known [nm]."""
        found = [(0.0, np.inf)]
        for constants in (each for ends in self.constants for each in ends):
            found = [
                (max(low, part.low), min(high, part.high))
                for low, high in found for part in constants.parts if max(low, part.low) < min(high, part.high)
            ]  # fmt: skip
        return tuple(found)

    @property
    def incoherent(self) -> tuple[str, ...]:
        """Names of the layers in which intensities add."""
        coherent = self.coherent[self.first[:-1]]
        return tuple(name for name, adds in zip(self.names, coherent, strict=True) if not adds)


def _thickness(layer: Layer, name: str) -> float:
    if layer.thickness is None:
        usual = "1.1mm" if layer.material.kind == "substrate" else "100nm"
        raise InputError(f'{name}: thickness is missing, which optics need; expected e.g. "{name} {usual}"')
    return layer.thickness


def _constants(stack: Stack, i: int, temperature: float) -> tuple[OpticalConstants, ...]:
    """Return the constants of layer `i`, see `OpticalStack.constants`."""
    key = ("optical constants", i, temperature, GRADED_SLABS)
    if key not in stack.memory:
        stack.memory[key] = tuple(
            each.optical_constants(temperature=temperature) for each in _materials(stack.layers[i])
        )
    found: tuple[OpticalConstants, ...] = stack.memory[key]
    return found


def _materials(layer: Layer) -> tuple[Material, ...]:
    if layer.graded_to is None:
        return (layer.material,)
    fractions = (np.arange(GRADED_SLABS) + 0.5) / GRADED_SLABS
    return films_between(*layer.ends, fractions.tolist()) or layer.ends
