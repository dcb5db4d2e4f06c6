"""Depletion: where the majority carriers of doped layers have left."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.arrays import FloatArray, IntArray


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
    edge and an end of the device. A region without any depleted doping is none; an insulator ends
    one.
    """
    mean = 0.5 * (doping[0] + doping[1])
    doped: NDArray[np.bool_] = np.asarray(carries & (mean != 0.0))
    with np.errstate(divide="ignore"):
        half = np.log(np.where(doped, np.abs(doping), 1.0) / 2.0)
    margin = np.where(doped, np.where(mean > 0.0, ln_n, ln_p) - half, -1.0)
    start, end = _below_zero(margin, x[:-1], x[1:])
    # Undoped elements count whole; insulators do not count.
    start, end = np.where(doped, start, x[:-1]), np.where(doped, end, x[1:])
    kept = carries & (end > start)
    pieces = zip(start[kept].tolist(), end[kept].tolist(), doped[kept].tolist(), strict=True)
    lost: NDArray[np.bool_] = np.asarray((margin < 0.0).all(axis=0))
    layers = np.unique(layer[doped]).tolist()
    full = tuple(i for i in layers if bool(lost[doped & (layer == i)].all()))
    return Depletion(regions=_merged(pieces), full=full)


def _below_zero(margin: FloatArray, left: FloatArray, right: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the part of each element in which a linear function with these end values is negative."""
    a, b = margin
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.isfinite(a - b), a / (a - b), np.where(a < b, 0.0, 1.0))
    cut = left + (right - left) * np.clip(np.nan_to_num(share), 0.0, 1.0)
    start = np.where(a < 0.0, left, np.where(b < 0.0, cut, left))
    end = np.where(b < 0.0, right, np.where(a < 0.0, cut, left))
    return start, end


def _merged(pieces: Iterable[tuple[float, float, bool]]) -> tuple[tuple[float, float], ...]:
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
