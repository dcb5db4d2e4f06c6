"""Where layers lie along x, and the values that an answer has at its nodes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import NM
from stackmodel.results.band_picture import LayerSpan
from stackmodel.structure.mesh import Mesh
from stackmodel.structure.profile import Profile, ProfileOnMesh
from stackmodel.structure.stack import Stack


def spans(stack: Stack, positions: Sequence[int]) -> tuple[LayerSpan, ...]:
    """Return where layers of a stack lie, the first of them at 0."""
    bounds = np.cumsum([0.0, *(float(stack.layers[i].thickness or 0.0) for i in positions)])
    return _spans(stack, positions, bounds)


def spans_on(profile: Profile, grid: ProfileOnMesh, stack: Stack) -> tuple[LayerSpan, ...]:
    """Return where the electrical layers of a stack lie on a mesh."""
    return _spans(stack, profile.positions, grid.mesh.nodes[grid.boundary] / NM)


def _spans(stack: Stack, positions: Sequence[int], bounds: FloatArray) -> tuple[LayerSpan, ...]:
    """Return the spans between neighbouring `bounds` [nm]."""
    return tuple(
        LayerSpan(name=stack.names[i], role=stack.roles[i], label=stack.layers[i].label, start=float(a), end=float(b))
        for i, a, b in zip(positions, bounds[:-1], bounds[1:], strict=True)
    )


def band_points(mesh: Mesh, values: FloatArray) -> FloatArray:
    """Return values at both ends of each element, shape (2, n_elements), as one a node and two at an interface."""
    keep = np.ones(values.shape, dtype=bool)
    keep[1, :-1] = mesh.layer[:-1] != mesh.layer[1:]
    # The element of an interface has no inside: what it joins stands on either side of it.
    for e in mesh.interfaces:
        keep[:, e], keep[1, e - 1] = False, True
    return np.ascontiguousarray(values.T[keep.T])
