"""Operating points along a curve, each guessed from the last ones."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.kernel import kernel
from stackmodel.physics.line import Line
from stackmodel.physics.mechanisms.table import N_MECHANISMS
from stackmodel.physics.newton import SETTLED, Effort, newton, total_current
from stackmodel.physics.state import Drive, Flows, State

#: Points through which the next one is guessed, at most, and about how many nodes tell how many are best.
MEMORY, SAMPLES = 10, 16
#: Columns of `Walk.figures`: Newton's steps, the figure of `conservation`, and the total current [cm^-2 s^-1].
STEPS, CONSERVATION, CURRENT = range(3)


class Walk(NamedTuple):
    """Operating points along a curve: arrays of `State` and `Flows` with the point as first index.

    Attributes
    ----------
    levels : ndarray, shape (n_points, 3, n_nodes)
        y, u and v.
    figures : ndarray, shape (n_points, 3)
        Columns `STEPS`, `CONSERVATION`, `CURRENT`.
    """

    levels: FloatArray
    lows: FloatArray
    currents: FloatArray
    rates: FloatArray
    trapped: FloatArray
    lost: FloatArray
    figures: FloatArray


def empty_walk(points: int, nodes: int) -> Walk:
    """Return the arrays for `points` operating points on `nodes` nodes."""
    edges = nodes - 1
    return Walk(
        np.empty((points, 3, nodes)), np.zeros((points, 2, 2, nodes)), np.zeros((points, 2, edges)),
        np.zeros((points, N_MECHANISMS, 2, edges)), np.zeros((points, 2, edges)), np.zeros((points, 2, nodes)),
        np.zeros((points, 3)),
    )  # fmt: skip


@kernel
def lagrange(biases: FloatArray, first: int, point: int, weights: FloatArray) -> None:
    """Write the weights of the points `first` to `point` - 1 in the polynomial through them, at `point`."""
    for i in range(first, point):
        weight = 1.0
        for j in range(first, point):
            if j != i:
                weight *= (biases[point] - biases[j]) / (biases[i] - biases[j])
        weights[i - first] = weight


@kernel
def trusted(biases: FloatArray, levels: FloatArray, point: int, weights: FloatArray) -> int:
    """Return through how many points before `point` to draw a polynomial: what would have led to the last one best.

    Where a level turns, as at 0 V, few do; along a straight branch many. Judged on some nodes; `weights` are used up.
    """
    last, nodes = point - 1, levels.shape[2]
    best, smallest, apart = min(point, 2), math.inf, max(1, nodes // SAMPLES)
    for count in range(2, min(last, MEMORY) + 1):
        first, worst = last - count, 0.0
        lagrange(biases, first, last, weights)
        for k in range(3):
            for node in range(apart // 2, nodes, apart):
                guess = 0.0
                for i in range(first, last):
                    guess += weights[i - first] * levels[i, k, node]
                worst = max(worst, abs(guess - levels[last, k, node]))
        if worst < smallest:
            best, smallest = count, worst
    return best


@kernel
def walk(biases: FloatArray, known: int, guessed: int, line: Line, drive: Drive, effort: Effort, along: Walk) -> int:
    """Solve for the points behind the first `known` ones; return how many there are then.

    It stops before a point that Newton's method does not reach. Of the first `guessed` ones `along` holds the levels or
    a guess of them; the guess of another is Lagrange's polynomial through the last points, at most `MEMORY`.

    Parameters
    ----------
    biases : ndarray, shape (n_points,)
        q V / kT.
    along : Walk
        Written from `known` on.
    """
    levels, all_lows, figures = along.levels, along.lows, along.figures
    currents, rates, trapped, lost = along.currents, along.rates, along.trapped, along.lost
    nodes, weights = levels.shape[2], np.empty(MEMORY)
    front, back = drive.contacts.levels[0, 0], drive.contacts.levels[1, 0]
    by_front, by_back = drive.contacts.by_bias[0, 0], drive.contacts.by_bias[1, 0]
    for point in range(known, biases.size):
        y, u, v, bias = levels[point, 0], levels[point, 1], levels[point, 2], biases[point]
        if point >= guessed:
            first = point - trusted(biases, levels, point, weights)
            lagrange(biases, first, point, weights)
            for k in range(3):
                for node in range(nodes):
                    guess = 0.0
                    for i in range(first, point):
                        guess += weights[i - first] * levels[i, k, node]
                    levels[point, k, node] = guess
        y[0], y[nodes - 1] = front + bias * by_front, back + bias * by_back
        flows = Flows(currents[point], rates[point], trapped[point], lost[point])
        state = State(y, u, v, all_lows[point], bias)
        steps, update, figure = newton(state, line, drive, flows, effort)
        figures[point, STEPS], figures[point, CONSERVATION], figures[point, CURRENT] = (
            steps,
            figure,
            total_current(flows),
        )
        if not (figure <= effort.gate and update < SETTLED):
            return point
    return biases.size
