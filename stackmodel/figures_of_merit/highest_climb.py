"""The highest climb of a carrier along its way out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stackmodel.arrays import FloatArray


class Climb(NamedTuple):
    """Height [eV], and numbers of points: between which the energy rises most at once, of the top, and of the foot."""

    height: float
    before: int
    after: int
    top: int
    foot: int


def highest_climb(energy: FloatArray) -> Climb:
    """Return the largest rise of an energy [eV] from any point to a later one; 0 where it falls throughout."""
    lowest = np.minimum.accumulate(energy)
    top = int(np.argmax(energy - lowest))
    foot = int(np.argmin(energy[: top + 1]))
    if top == foot:
        return Climb(0.0, top, top, top, top)
    steepest = foot + int(np.argmax(np.diff(energy[foot : top + 1])))
    return Climb(float(energy[top] - energy[foot]), steepest, steepest + 1, top, foot)
