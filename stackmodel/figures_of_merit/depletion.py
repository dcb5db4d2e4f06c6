"""Depletion: where the majority carriers of doped layers have left."""

from __future__ import annotations

import math

import attrs
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@attrs.frozen(eq=False, kw_only=True)
class Depletion:
    """Depleted regions along x.

    Attributes
    ----------
    regions : tuple of (start, end)
        All depleted regions, in order [cm].
    full : tuple of int
        Doped layers that are depleted throughout.
    """

    regions: tuple[tuple[float, float], ...]
    full: tuple[int, ...]

    @property
    def widest(self) -> tuple[float, float] | None:
        """Edges of the widest region, None if no layer is depleted anywhere."""
        return max(self.regions, key=lambda region: region[1] - region[0]) if self.regions else None


def depletion(
    x: FloatArray, layer: IntArray, ln_n: FloatArray, ln_p: FloatArray, doping: FloatArray, carries: NDArray[np.bool_]
) -> Depletion:
    """Return the depleted regions.

    Parameters
    ----------
    x : ndarray, shape (n_elements + 1,)
        Nodes [cm].
    layer : ndarray of int64, shape (n_elements,)
        Layer of each element.
    ln_n, ln_p, doping : ndarray, shape (2, n_elements)
        Densities [ln cm^-3] and net doping [cm^-3] at both ends of each element.
    carries : ndarray of bool, shape (n_elements,)
        False in insulators.

    Notes
    -----
    A doped layer is depleted where its majority density is below half of |doping|; the edge is where ln(density) passes
    ln(|doping|/2), linearly between nodes. An undoped layer belongs where it lies between two edges, or between an
    edge and an end of the device. A region without any depleted doping is none.
    """
    pieces: list[tuple[float, float, bool]] = []
    whole: dict[int, bool] = {}
    for e in range(layer.size):
        mean = 0.5 * (doping[0, e] + doping[1, e])
        if mean == 0.0 or not carries[e]:
            pieces.append((x[e], x[e + 1], False))
            continue
        majority = ln_n if mean > 0 else ln_p
        margin = [float(majority[s, e]) - math.log(max(abs(doping[s, e]), 1e-300) / 2.0) for s in (0, 1)]
        start, end = _below_zero(margin, float(x[e]), float(x[e + 1]))
        whole[int(layer[e])] = whole.get(int(layer[e]), True) and margin[0] < 0.0 and margin[1] < 0.0
        if end > start:
            pieces.append((start, end, True))
    return Depletion(regions=_merged(pieces), full=tuple(i for i, full in whole.items() if full))


def _below_zero(margin: list[float], left: float, right: float) -> tuple[float, float]:
    """Return the part of an element in which a linear function with these end values is negative."""
    a, b = margin
    if a >= 0.0 and b >= 0.0:
        return left, left
    if a < 0.0 and b < 0.0:
        return left, right
    share = a / (a - b) if math.isfinite(a - b) else (0.0 if a < b else 1.0)
    cut = left + (right - left) * min(max(share, 0.0), 1.0)
    return (left, cut) if a < 0.0 else (cut, right)


def _merged(pieces: list[tuple[float, float, bool]]) -> tuple[tuple[float, float], ...]:
    """Return runs of touching pieces that hold depleted doping."""
    runs: list[list[float]] = []
    depleted: list[bool] = []
    for start, end, doped in pieces:
        if runs and start <= runs[-1][1] * (1.0 + 1e-12):
            runs[-1][1] = end
            depleted[-1] = depleted[-1] or doped
        else:
            runs.append([start, end])
            depleted.append(doped)
    return tuple((a, b) for (a, b), is_depleted in zip(runs, depleted, strict=True) if is_depleted)
