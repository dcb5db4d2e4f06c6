"""Meshes: nodes along x with every interface on a node."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.errors import InputError

#: Width of the element that stands for an interface: no field drops anything over it. [cm]
INTERFACE_WIDTH = 1e-12
#: Elements of a first mesh from one end of a layer to its middle, each wider than the last by `_GROWTH`.
_HALF, _GROWTH = 11, 1.6


@attrs.frozen(eq=False)
class Mesh:
    """Element widths and the layer that each element lies in.

    `width` holds the truth; nodes follow by summing. Shapes: (n_elements,). [cm] Elements in `interfaces` stand for the
    interface at the end of their layer, which carriers cross by emission; they are never cut.
    """

    width: FloatArray
    layer: IntArray
    interfaces: tuple[int, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.width.size < 2 or not np.all(self.width > 0):
            raise InputError("a mesh needs at least two elements, each wider than nothing")

    @cached_property
    def nodes(self) -> FloatArray:
        """Positions of the nodes, shape (n_elements + 1,) [cm]."""
        return np.concatenate([[0.0], np.cumsum(self.width)])

    @cached_property
    def halves(self) -> IntArray:
        """Into how many parts `refined` cuts each element."""
        parts = np.full(self.width.size, 2, dtype=np.int64)
        parts[list(self.interfaces)] = 1
        return parts

    def starts(self, parts: IntArray) -> IntArray:
        """Return which node each of these becomes where element e is cut into `parts[e]`, shape (n_elements + 1,)."""
        return np.concatenate([[0], np.cumsum(parts)])

    def split(self, parts: IntArray) -> Mesh:
        """Return the mesh with element e cut into `parts[e]` equal ones."""
        parts = parts.copy()
        parts[list(self.interfaces)] = 1
        starts = self.starts(parts)
        interfaces = tuple(int(starts[e]) for e in self.interfaces)
        return Mesh(np.repeat(self.width / parts, parts), np.repeat(self.layer, parts), interfaces)

    def with_interfaces(self, after: Sequence[int]) -> Mesh:
        """Return the mesh with an element of its own for the interface behind each of the layers `after`."""
        width, layer = list(self.width), list(self.layer)
        found: list[int] = []
        for i in sorted(after, reverse=True):
            at = int(np.searchsorted(self.layer, i, side="right"))
            width.insert(at, INTERFACE_WIDTH)
            layer.insert(at, i)
            found = [at, *(e + 1 for e in found)]
        return Mesh(np.array(width), np.array(layer, dtype=np.int64), tuple(found))

    def refined(self) -> Mesh:
        """Return the mesh with every element halved."""
        return self.split(self.halves)

    def coarsened(self) -> Mesh:
        """Return the mesh with the elements of each layer joined by twos, from both ends; interfaces are left out."""
        inside = np.ones(self.width.size, dtype=bool)
        inside[list(self.interfaces)] = False
        width, counts = self.width[inside], np.bincount(self.layer[inside])
        joined = [_joined(int(count)) for count in counts]
        starts = np.concatenate([[0], np.cumsum(np.concatenate(joined))[:-1]])
        return Mesh(np.add.reduceat(width, starts), np.repeat(np.arange(counts.size), [each.size for each in joined]))


def _joined(count: int) -> IntArray:
    """Return how many of `count` elements to join, the same from either end."""
    half, odd = divmod(count, 2)
    pairs = np.full(half // 2 if odd else half, 2, dtype=np.int64)
    return np.concatenate([pairs, [1 + 2 * (half % 2)], pairs]) if odd else pairs


def first_mesh(thicknesses: Sequence[float]) -> Mesh:
    """Return a mesh that is fine at both ends of every layer.

    Parameters
    ----------
    thicknesses : sequence of float
        Layer thicknesses. [cm]
    """
    half = _GROWTH ** np.arange(_HALF)
    shape = np.concatenate([half, half[::-1]])
    shape /= shape.sum()
    width = np.concatenate([shape * thickness for thickness in thicknesses])
    return Mesh(width, np.repeat(np.arange(len(thicknesses), dtype=np.int64), shape.size))


def uniform_mesh(thicknesses: Sequence[float], elements: int) -> Mesh:
    """Return a mesh of `elements` equal elements a layer; thicknesses in cm."""
    width = np.concatenate([np.full(elements, thickness / elements) for thickness in thicknesses])
    return Mesh(width, np.repeat(np.arange(len(thicknesses), dtype=np.int64), elements))
