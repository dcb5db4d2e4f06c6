"""Newton's system of equations: residual and Jacobian in blocks of three, and the scale of its rows."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import NONE
from stackmodel.physics.kernel import inlined, kernel, woven


class System(NamedTuple):
    """One set of equations.

    Attributes
    ----------
    residual : ndarray, shape (n_nodes, 3)
        Rows are Poisson, electrons, holes.
    jacobian : ndarray, shape (3, n_nodes, 3, 3)
        Blocks couple a node to the one before it (`BEFORE`), to itself (`OWN`) and to the one behind it (`BEHIND`).
    low : ndarray, shape of `jacobian`
        What rounding takes off the sums of the Jacobian; written only at the depth `EXTENDED`.
    ln_scale : ndarray, shape (n_nodes, 3)
        ln of what each row was divided by.
    """

    residual: FloatArray
    jacobian: FloatArray
    low: FloatArray
    ln_scale: FloatArray


BEFORE, OWN, BEHIND = range(3)
#: How much `assemble` writes; each depth includes those before it.
FLOWS, RESIDUAL, JACOBIAN, EXTENDED = range(4)
LN_2 = math.log(2.0)
#: Logarithms up to which exponentials and their products are formed as such.
FAR = 300.0


def empty_system(nodes: int) -> System:
    """Return an empty system of equations."""
    return System(np.zeros((nodes, 3)), np.zeros((3, nodes, 3, 3)), np.zeros((3, nodes, 3, 3)), np.zeros((nodes, 3)))


@woven
def put(
    jacobian: FloatArray, low: FloatArray, extended: bool, block: int, node: int, row: int, column: int, value: float
) -> None:
    """Add `value` to an entry of the Jacobian; where `extended`, as high and low part (Knuth's exact sum)."""
    before = jacobian[block, node, row, column]
    total = before + value
    jacobian[block, node, row, column] = total
    if extended:
        b = total - before
        low[block, node, row, column] += (before - (total - b)) + (value - b)


@kernel
def exponent_of(x: float) -> int:
    """Return the exponent of 2 in a positive normal number, as IEEE 754 stores it: numba's frexp is a slow call."""
    return (int(np.float64(x).view(np.int64)) >> 52) - 1023


@kernel
def power_of_two(exponent: int) -> float:
    """Return 2 to an exponent between -1022 and 1023."""
    return float(np.int64((exponent + 1023) << 52).view(np.float64))


@woven
def round_scales(scale: FloatArray, shrink: FloatArray) -> None:
    """Round each scale to ln of a power of two, and write 1 over that power as `shrink`; 0 where it may overflow."""
    for carrier in range(2):
        for i in range(scale.shape[1]):
            if scale[carrier, i] > NONE:
                exponent = round(scale[carrier, i] / LN_2)
                scale[carrier, i] = exponent * LN_2
                if abs(scale[carrier, i]) < FAR:
                    shrink[carrier, i] = power_of_two(-exponent)


@inlined
def shrunk(ln_x: float, x: float, scale: float, shrink: float) -> float:
    """Return exp(ln_x - scale), by one product where x = exp(ln_x) and exp(-scale) are far from over- and underflow."""
    if shrink > 0.0 and abs(ln_x) < FAR:
        return x * shrink
    return math.exp(min(ln_x - scale, 700.0))


@woven
def scale_rows(system: System, scale: FloatArray, extended: bool) -> None:
    """Divide each row by about its largest entry. `scale` is ln of what continuity rows were divided by already."""
    residual, jacobian, low, ln_scale = system.residual, system.jacobian, system.low, system.ln_scale
    for i in range(residual.shape[0]):
        for k in range(3):
            largest = 0.0
            for block in range(3):
                for m in range(3):
                    largest = max(largest, abs(jacobian[block, i, k, m]))
            if 1e-300 < largest < 1e300:
                exponent = exponent_of(largest)
                size = power_of_two(-exponent)  # so that nothing is rounded
                ln_scale[i, k] = exponent * LN_2 + (scale[k - 1, i] if k > 0 else 0.0)
                residual[i, k] *= size
                for block in range(3):
                    for m in range(3):
                        jacobian[block, i, k, m] *= size
                        if extended:
                            low[block, i, k, m] *= size
