"""Block elimination of Newton's system: real and complex, in double and in double-double.

Where a layer has no contact of its own for its majority carriers, its level hangs on a leak that is 1e-16 of its
conductance and less: plain elimination loses the leak, and with it the answer, while every residual looks fine. The
complex ones are for small signals, (J + i w M') dx = drive. Real and complex kernels are two of one body each, because
numba keeps the machine code of one signature a kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stackmodel.arrays import ComplexArray, FloatArray
from stackmodel.physics.double_double import over, over_complex, plus, plus_complex, times, times_complex
from stackmodel.physics.kernel import kernel, woven
from stackmodel.physics.system import BEFORE, BEHIND, OWN

#: Arithmetic of `double_double` with (high, low) parts.
_Arithmetic = Callable[..., tuple[Any, Any]]


@kernel
def eliminate(residual: FloatArray, jacobian: FloatArray, step: FloatArray) -> bool:
    """Write the Newton step -J^-1 F by block elimination with row exchange, shape (n_nodes, 3); False if singular.

    The blocks are used up.
    """
    return _eliminate(residual, jacobian, step)


@kernel
def eliminate_complex(residual: ComplexArray, jacobian: ComplexArray, step: ComplexArray) -> bool:
    """Do as `eliminate` with complex numbers."""
    return _eliminate(residual, jacobian, step)


@kernel
def eliminate_extended(
    residual: FloatArray, jacobian: FloatArray, low: FloatArray, step: FloatArray, step_low: FloatArray
) -> bool:
    """Write the Newton step in double-double, with low parts `low` of the Jacobian and `step_low` of the step.

    The blocks are kept.
    """
    return _eliminate_extended(residual, jacobian, low, step, step_low, plus, times, over)


@kernel
def eliminate_complex_extended(
    residual: ComplexArray, jacobian: ComplexArray, low: ComplexArray, step: ComplexArray, step_low: ComplexArray
) -> bool:
    """Do as `eliminate_extended` with complex numbers."""
    return _eliminate_extended(residual, jacobian, low, step, step_low, plus_complex, times_complex, over_complex)


@woven
def _eliminate(residual: NDArray[Any], jacobian: NDArray[Any], step: NDArray[Any]) -> bool:
    nodes = residual.shape[0]
    # Of each node: its own block, the one behind, and the right-hand side, side by side.
    work = np.empty((3, 7), jacobian.dtype)
    for i in range(nodes):
        for r in range(3):
            for c in range(3):
                work[r, c] = jacobian[OWN, i, r, c]
                work[r, 3 + c] = jacobian[BEHIND, i, r, c]
            work[r, 6] = -residual[i, r]
        if i > 0:
            for r in range(3):
                for m in range(3):
                    a = jacobian[BEFORE, i, r, m]
                    if a != 0.0:
                        for c in range(3):
                            work[r, c] -= a * jacobian[BEHIND, i - 1, m, c]
                        work[r, 6] -= a * step[i - 1, m]
        for k in range(3):
            best = k
            for r in range(k + 1, 3):
                if abs(work[r, k]) > abs(work[best, k]):
                    best = r
            if work[best, k] == 0.0:
                return False
            if best != k:
                for c in range(7):
                    work[k, c], work[best, c] = work[best, c], work[k, c]
            over = 1.0 / work[k, k]
            for r in range(k + 1, 3):
                factor = work[r, k] * over
                if factor != 0.0:
                    for c in range(k + 1, 7):
                        work[r, c] -= factor * work[k, c]
        for k in range(2, -1, -1):
            over = 1.0 / work[k, k]
            for c in range(3, 7):
                total = work[k, c]
                for m in range(k + 1, 3):
                    total -= work[k, m] * work[m, c]
                work[k, c] = total * over
            for c in range(3):
                jacobian[BEHIND, i, k, c] = work[k, 3 + c]
            step[i, k] = work[k, 6]
    for i in range(nodes - 2, -1, -1):
        for r in range(3):
            for c in range(3):
                step[i, r] -= jacobian[BEHIND, i, r, c] * step[i + 1, c]
    return True


@woven
def _eliminate_extended(
    residual: NDArray[Any], jacobian: NDArray[Any], low: NDArray[Any], step: NDArray[Any], step_low: NDArray[Any],
    plus: _Arithmetic, times: _Arithmetic, over: _Arithmetic,
) -> bool:  # fmt: skip
    nodes = residual.shape[0]
    # Of each node: three columns that couple to the next node, and the right-hand side; high and low.
    done = np.zeros((nodes, 3, 4, 2), jacobian.dtype)
    matrix, rhs = np.zeros((3, 3, 2), jacobian.dtype), np.zeros((3, 4, 2), jacobian.dtype)
    for i in range(nodes):
        for r in range(3):
            for c in range(3):
                matrix[r, c, 0], matrix[r, c, 1] = jacobian[OWN, i, r, c], low[OWN, i, r, c]
                rhs[r, c, 0], rhs[r, c, 1] = jacobian[BEHIND, i, r, c], low[BEHIND, i, r, c]
            rhs[r, 3, 0], rhs[r, 3, 1] = -residual[i, r], 0.0
        if i > 0:
            for r in range(3):
                for m in range(3):
                    a, a_low = -jacobian[BEFORE, i, r, m], -low[BEFORE, i, r, m]
                    if a == 0.0:
                        continue
                    for c in range(3):
                        p, q = times(a, a_low, done[i - 1, m, c, 0], done[i - 1, m, c, 1])
                        matrix[r, c, 0], matrix[r, c, 1] = plus(matrix[r, c, 0], matrix[r, c, 1], p, q)
                    p, q = times(a, a_low, done[i - 1, m, 3, 0], done[i - 1, m, 3, 1])
                    rhs[r, 3, 0], rhs[r, 3, 1] = plus(rhs[r, 3, 0], rhs[r, 3, 1], p, q)
        if not _solve_three(matrix, rhs, plus, times, over):
            return False
        for r in range(3):
            for c in range(4):
                done[i, r, c, 0], done[i, r, c, 1] = rhs[r, c, 0], rhs[r, c, 1]
    for i in range(nodes - 1, -1, -1):
        for r in range(3):
            value, value_low = done[i, r, 3, 0], done[i, r, 3, 1]
            if i < nodes - 1:
                for c in range(3):
                    p, q = times(done[i, r, c, 0], done[i, r, c, 1], done[i + 1, c, 3, 0], done[i + 1, c, 3, 1])
                    value, value_low = plus(value, value_low, -p, -q)
            done[i, r, 3, 0], done[i, r, 3, 1] = value, value_low
            step[i, r], step_low[i, r] = value, value_low
    return True


@woven
def _solve_three(
    matrix: NDArray[Any], rhs: NDArray[Any], plus: _Arithmetic, times: _Arithmetic, over: _Arithmetic
) -> bool:
    """Solve three equations with four right-hand sides in place; False if singular."""
    for k in range(3):
        best = k
        for r in range(k + 1, 3):
            if abs(matrix[r, k, 0]) > abs(matrix[best, k, 0]):
                best = r
        if matrix[best, k, 0] == 0.0:
            return False
        if best != k:
            for part in range(2):
                for c in range(3):
                    matrix[k, c, part], matrix[best, c, part] = matrix[best, c, part], matrix[k, c, part]
                for c in range(4):
                    rhs[k, c, part], rhs[best, c, part] = rhs[best, c, part], rhs[k, c, part]
        for r in range(k + 1, 3):
            if matrix[r, k, 0] == 0.0 and matrix[r, k, 1] == 0.0:
                continue
            f, f_low = over(matrix[r, k, 0], matrix[r, k, 1], matrix[k, k, 0], matrix[k, k, 1])
            for c in range(k + 1, 3):
                p, q = times(f, f_low, matrix[k, c, 0], matrix[k, c, 1])
                matrix[r, c, 0], matrix[r, c, 1] = plus(matrix[r, c, 0], matrix[r, c, 1], -p, -q)
            for c in range(4):
                p, q = times(f, f_low, rhs[k, c, 0], rhs[k, c, 1])
                rhs[r, c, 0], rhs[r, c, 1] = plus(rhs[r, c, 0], rhs[r, c, 1], -p, -q)
    for k in range(2, -1, -1):
        for c in range(4):
            value, value_low = rhs[k, c, 0], rhs[k, c, 1]
            for m in range(k + 1, 3):
                p, q = times(matrix[k, m, 0], matrix[k, m, 1], rhs[m, c, 0], rhs[m, c, 1])
                value, value_low = plus(value, value_low, -p, -q)
            rhs[k, c, 0], rhs[k, c, 1] = over(value, value_low, matrix[k, k, 0], matrix[k, k, 1])
    return True
