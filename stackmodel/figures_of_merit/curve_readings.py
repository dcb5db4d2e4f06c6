"""Figures read off the points of a curve, each with the error that reading between points leaves.

Notes
-----
Eq. (T9) of docs/method.md: between two points y goes as a + b exp(k x), as the current of a diode does whatever its
photocurrent and its ideality. The three constants follow from the two points and a third: the one before gives one arc,
the one behind another. The arcs lie on either side of a smooth curve (their leading errors differ in sign), so their
mean, weighted by nearness, is the reading and their distance bounds its error. At an end of the points, where one arc
is missing, the other is compared with the arc that leaves its third point out for the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError

#: Points nearer than this are one: a voltage that is written in two ways. [V]
_SAME_X = 1e-9
#: Two values at one point are the same up to these shares of themselves, and of the largest on the curve.
_SAME_Y, _SAME_OF_ALL = 1e-6, 1e-12
#: Halvings that find a root to rounding, and points of a zoom that finds a maximum.
_HALVINGS, _ZOOM = 60, 65
#: Points between two of the curve at which its arcs are compared.
_AROUND = 17


class Reading(NamedTuple):
    """A number read off a curve, and the error that reading it leaves."""

    value: float
    error: float


class Power(NamedTuple):
    """Largest power, where it lies, and the error that reading it leaves."""

    power: float
    voltage: float
    error: float


def distinct(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the points of a curve once each, x rising: it may be listed in any order, there and back.

    Raises
    ------
    DataError
        If the curve has two values at one x, as where it was measured there and back and the ways differ.
    """
    order = np.argsort(x, kind="stable")
    x, y = np.asarray(x, dtype=float)[order], np.asarray(y, dtype=float)[order]
    again = np.flatnonzero(np.diff(x) <= _SAME_X)
    allowed = _SAME_Y * np.maximum(np.abs(y[again]), np.abs(y[again + 1])) + _SAME_OF_ALL * np.abs(y).max(initial=0.0)
    differing = again[np.abs(y[again + 1] - y[again]) > allowed]
    if differing.size:
        i = int(differing[0])
        raise DataError(
            f"the curve has two values at {x[i]:g}: {y[i]:.5g} and {y[i + 1]:.5g}; its ways there and back differ, so "
            "that it has two sets of figures. Take the points of one way"
        )
    keep = np.ones(x.size, dtype=bool)
    keep[again + 1] = False
    return x[keep], y[keep]


class _Arc(NamedTuple):
    """y = y_0 + m t expm1(k t)/(k t) + c t^2 with t = x - x_0, through three points."""

    x_0: float
    y_0: float
    m: float
    k: float
    c: float

    def at(self, x: FloatArray) -> FloatArray:
        t = x - self.x_0
        a = self.k * t
        grown = np.where(a == 0.0, t, t * np.expm1(a) / np.where(a == 0.0, 1.0, a))
        return np.asarray(self.y_0 + self.m * grown + self.c * t * t)

    def slope(self, x: float) -> float:
        t = x - self.x_0
        return self.m * math.exp(min(self.k * t, 700.0)) + 2.0 * self.c * t


def _ln_mean_growth(a: float) -> float:
    """Return ln((exp(a) - 1)/a)."""
    if a == 0.0:
        return 0.0
    return max(a, 0.0) + math.log(-math.expm1(-abs(a)) / abs(a))


def _arc(x: FloatArray, y: FloatArray) -> _Arc:
    """Return the exponential through three points; a parabola where they do not rise or fall throughout."""
    before, after = float(x[1] - x[0]), float(x[2] - x[1])
    s, r = float(y[1] - y[0]) / before, float(y[2] - y[1]) / after
    if s * r <= 0.0:
        c = (r - s) / (before + after)
        return _Arc(float(x[1]), float(y[1]), (s * after + r * before) / (before + after), 0.0, c)
    wanted = math.log(r / s)
    low, high = (-2.0 * abs(wanted) / min(before, after), 2.0 * abs(wanted) / min(before, after))
    k = _root(lambda k: _ln_mean_growth(k * after) - _ln_mean_growth(-k * before) - wanted, low, high)
    return _Arc(float(x[1]), float(y[1]), s * math.exp(-_ln_mean_growth(-k * before)), k, 0.0)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function that is negative at `low` and not at `high` passes zero."""
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if function(middle) < 0.0 else (low, middle)
    return 0.5 * (low + high)


class _Between(NamedTuple):
    """What is known between the points i and i + 1: an arc from either side, and their weights."""

    start: float
    end: float
    left: _Arc
    right: _Arc
    both: bool  # whether `right` is that of a point behind; else it only judges `left`

    def weight(self, x: FloatArray | float) -> FloatArray:
        return np.asarray((x - self.start) / (self.end - self.start) if self.both else np.zeros_like(x))

    def at(self, x: FloatArray) -> FloatArray:
        share = self.weight(x)
        return np.asarray((1.0 - share) * self.left.at(x) + share * self.right.at(x))

    def slope(self, x: float) -> float:
        share = float(self.weight(x))
        apart = float(self.right.at(np.array(x)) - self.left.at(np.array(x)))
        bent = apart / (self.end - self.start) * self.both
        return (1.0 - share) * self.left.slope(x) + share * self.right.slope(x) + bent

    def error(self, x: FloatArray) -> FloatArray:
        """Return what reading at x leaves; where the arcs happen to cross, as much as their distance around says."""
        t = (x - self.start) / (self.end - self.start)
        around = np.linspace(self.start, self.end, _AROUND)
        return np.asarray(np.maximum(self._apart(x), 2.0 * t * (1.0 - t) * self._apart(around).max()))

    def _apart(self, x: FloatArray) -> FloatArray:
        # Third points on one side err alike: of a cubic, the nearer arc by up to twice the distance between both.
        share = self.weight(x)
        factor = np.maximum(share, 1.0 - share) if self.both else 2.0
        return np.asarray(factor * np.abs(self.left.at(x) - self.right.at(x)))


def _between(x: FloatArray, y: FloatArray, i: int) -> _Between | None:
    """Return what is known between the points i and i + 1; None of fewer than four points."""

    def arc(*third: int) -> _Arc | None:
        known = sorted({i, i + 1, *third})
        return _arc(x[known], y[known]) if known[0] >= 0 and known[-1] < x.size else None

    before, behind = arc(i - 1), arc(i + 2)
    left = before or behind
    right = behind if before else arc(i + 3)
    if before and not behind:
        right = arc(i - 2)
    if left is None or right is None:
        return None
    return _Between(float(x[i]), float(x[i + 1]), left, right, before is not None and behind is not None)


def value_at(x: FloatArray, y: FloatArray, at: float) -> Reading | None:
    """Return y at `at`; None beyond the points, or where too few say what lies between them."""
    x, y = distinct(x, y)
    same = np.flatnonzero(np.abs(x - at) <= _SAME_X)
    if same.size:
        return Reading(float(y[same[0]]), 0.0)
    i = int(np.searchsorted(x, at)) - 1
    between = _between(x, y, i) if 0 <= i < x.size - 1 else None
    return None if between is None else Reading(float(between.at(np.array(at))), float(between.error(np.array(at))))


def crossing(x: FloatArray, y: FloatArray) -> Reading | None:
    """Return where y passes zero upwards; None if it does not.

    Raises
    ------
    DataError
        If it does so more than once.
    """
    x, y = distinct(x, y)
    rises = np.flatnonzero((y[:-1] < 0.0) & (y[1:] >= 0.0))
    if rises.size > 1:
        raise DataError(f"the curve passes zero {rises.size} times, near {x[rises[0]]:g} and {x[rises[1]]:g}")
    if not rises.size:
        return None
    i = int(rises[0])
    if y[i + 1] == 0.0:
        return Reading(float(x[i + 1]), 0.0)
    between = _between(x, y, i)
    if between is None:
        # y + c grows exponentially, with c the largest negative current (that of a short circuit).
        offset = -1.001 * float(y.min())
        below, above = np.log((y[i : i + 2] + offset) / offset)
        return Reading(float(x[i] - below * (x[i + 1] - x[i]) / (above - below)), float(x[i + 1] - x[i]))

    def root(function: Callable[[FloatArray], FloatArray]) -> float:
        return _root(lambda at: float(function(np.array(at))), float(x[i]), float(x[i + 1]))

    roots = [root(each) for each in (between.at, between.left.at, between.right.at)]
    left = float(between.error(np.array(roots[0]))) / abs(between.slope(roots[0]))
    return Reading(roots[0], max(left, *(abs(root - roots[0]) for root in roots)))


def zero_crossing(x: FloatArray, y: FloatArray) -> float | None:
    """Return where y passes zero upwards, see `crossing`; None if it does not."""
    found = crossing(x, y)
    return None if found is None else found.value


def largest_power(voltage: FloatArray, current: FloatArray) -> Power | None:
    """Return the largest -V J; None without any.

    Raises
    ------
    DataError
        If it lies at the first or the last point, so that the curve does not hold it, or if there are too few points.
    """
    V, J = distinct(voltage, current)
    power = -V * J
    i = int(np.argmax(power))
    if power[i] <= 0.0:
        return None
    if i in (0, power.size - 1):
        side = "start lower" if i == 0 else "go further"
        raise DataError(f"the power still rises at {V[i]:g} V, where the curve ends; {side}")
    found = []
    for k in (i - 1, i):
        between = _between(V, J, k)
        if between is None:
            raise DataError(f"{V.size} points do not say what lies between them; give more")
        at = np.linspace(V[k], V[k + 1], _ZOOM)
        # The arcs lie on either side; where they happen to cross, the rest of the interval still says how far apart.
        error = 0.5 * float(np.abs(at * between.error(at)).max())
        for _ in range(2):
            best = int(np.argmax(-at * between.at(at)))
            at = np.linspace(at[max(best - 1, 0)], at[min(best + 1, _ZOOM - 1)], _ZOOM)
        top = at[int(np.argmax(-at * between.at(at)))]
        found.append(Power(float(-top * between.at(top)), float(top), error))
    return max(found)


def slope_at(x: FloatArray, y: FloatArray, at: float) -> Reading | None:
    """Return dy/dx at `at` from points on both sides; None where the curve has none."""
    x, y = distinct(x, y)
    i = int(np.argmin(np.abs(x - at)))
    if abs(x[i] - at) > _SAME_X:
        i = int(np.searchsorted(x, at)) - 1
        between = _between(x, y, i) if 0 <= i < x.size - 1 else None
        if between is None:
            return None
        return Reading(between.slope(at), abs(between.left.slope(at) - between.right.slope(at)))
    if not 0 < i < x.size - 1:
        return None
    centred = _arc(x[i - 1 : i + 2], y[i - 1 : i + 2]).slope(at)
    sides = [_arc(x[k : k + 3], y[k : k + 3]).slope(at) for k in (i - 2, i) if k >= 0 and k + 3 <= x.size]
    if len(sides) < 2:
        chord = float((y[i + 1] - y[i - 1]) / (x[i + 1] - x[i - 1]))
        return Reading(centred, abs((sides or [chord])[0] - centred))
    # The leading error of an arc from one side is twice that of the centred one, and of the other sign.
    correction = (0.5 * sum(sides) - centred) / 3.0
    return Reading(centred + correction, max(abs(correction), abs(sides[1] - sides[0]) / 6.0))


def ideality(voltage: FloatArray, current: FloatArray, kT: float) -> FloatArray:
    """Return the local ideality dV / d ln J / kT of a dark forward curve, in the order of its points.

    NaN where the current is not forward.
    """
    V, J = distinct(voltage, current)
    forward = np.flatnonzero(J > 0.0)
    local = np.full(V.size, np.nan)
    if forward.size > 1:
        local[forward] = 1.0 / (np.gradient(np.log(J[forward]), V[forward]) * kT)
    return np.asarray(local[np.abs(np.subtract.outer(voltage, V)).argmin(axis=1)])
