"""Numbers of twice the precision, held as a high and a low part, and the elimination that needs them.

Where a layer has no contact of its own for its majority carriers, its level hangs on a leak that is 1e-16 of its
conductance and less: plain elimination loses the leak, and with it the answer, while every residual looks fine.
"""

from __future__ import annotations

import numpy as np

from stackmodel.physics.kernel import kernel
from stackmodel.physics.statistics import FloatArray

_SPLIT = 134217729.0  # 2^27 + 1


@kernel
def plus(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return a + b."""
    total = a + b
    part = total - a
    rest = (a - (total - part)) + (b - part) + (a_low + b_low)
    high = total + rest
    return high, rest - (high - total)


@kernel
def times(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return a b (Dekker's product)."""
    product = a * b
    t = _SPLIT * a
    a_1 = t - (t - a)
    a_2 = a - a_1
    t = _SPLIT * b
    b_1 = t - (t - b)
    b_2 = b - b_1
    rest = ((a_1 * b_1 - product) + a_1 * b_2 + a_2 * b_1) + a_2 * b_2
    rest += a * b_low + a_low * b
    high = product + rest
    return high, rest - (high - product)


@kernel
def over(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return a / b."""
    first = a / b
    p, p_low = times(first, 0.0, b, b_low)
    r, r_low = plus(a, a_low, -p, -p_low)
    second = r / b
    p, p_low = times(second, 0.0, b, b_low)
    r, _ = plus(r, r_low, -p, -p_low)
    high, low = plus(first, 0.0, second, 0.0)
    return plus(high, low, r / b, 0.0)


@kernel
def eliminate(
    residual: FloatArray, jacobian: FloatArray, low: FloatArray, step: FloatArray, step_low: FloatArray
) -> bool:
    """Write the Newton step by block elimination in double-double; shapes as for `transport.eliminate`.

    `low` holds the low parts of the Jacobian, and has its shape; `step_low` takes the step's.
    """
    nodes = residual.shape[0]
    # Of each node: three columns that couple to the next node, and the right-hand side; high and low.
    done = np.zeros((nodes, 3, 4, 2))
    matrix, rhs = np.zeros((3, 3, 2)), np.zeros((3, 4, 2))
    for i in range(nodes):
        for r in range(3):
            for c in range(3):
                matrix[r, c, 0], matrix[r, c, 1] = jacobian[1, i, r, c], low[1, i, r, c]
                rhs[r, c, 0], rhs[r, c, 1] = jacobian[2, i, r, c], low[2, i, r, c]
            rhs[r, 3, 0], rhs[r, 3, 1] = -residual[i, r], 0.0
        if i > 0:
            for r in range(3):
                for m in range(3):
                    a, a_low = -jacobian[0, i, r, m], -low[0, i, r, m]
                    if a == 0.0:
                        continue
                    for c in range(3):
                        p, q = times(a, a_low, done[i - 1, m, c, 0], done[i - 1, m, c, 1])
                        matrix[r, c, 0], matrix[r, c, 1] = plus(matrix[r, c, 0], matrix[r, c, 1], p, q)
                    p, q = times(a, a_low, done[i - 1, m, 3, 0], done[i - 1, m, 3, 1])
                    rhs[r, 3, 0], rhs[r, 3, 1] = plus(rhs[r, 3, 0], rhs[r, 3, 1], p, q)
        if not _solve_three(matrix, rhs):
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


@kernel
def _solve_three(matrix: FloatArray, rhs: FloatArray) -> bool:
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
