"""Figures read off a current-voltage curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def zero_crossing(x: FloatArray, y: FloatArray) -> float | None:
    """Return where y passes zero upwards; None if it does not.

    Between the points y + c grows exponentially, with c the largest negative current (that of a short circuit): so
    the dark current of a cell rises above its photocurrent.
    """
    rises = np.flatnonzero((y[:-1] < 0.0) & (y[1:] >= 0.0))
    if not rises.size:
        return None
    i = int(rises[0])
    if y[i + 1] == 0.0:
        return float(x[i + 1])
    offset = -1.001 * float(y.min())
    below, above = np.log((y[i : i + 2] + offset) / offset)
    return float(x[i] - below * (x[i + 1] - x[i]) / (above - below))


def largest_power(voltage: FloatArray, current: FloatArray) -> tuple[float, float] | None:
    """Return the largest -V J and the voltage there; None without any.

    By a parabola through the best three points where these lie close together; on a coarse curve along chords of J,
    which never promise more than a convex curve holds.
    """
    power = -voltage * current
    i = int(np.argmax(power))
    if power[i] <= 0.0:
        return None
    if i in (0, power.size - 1):
        return float(power[i]), float(voltage[i])
    if min(power[i - 1], power[i + 1]) < 0.5 * power[i]:
        return max((_along_chord(voltage[k : k + 2], current[k : k + 2]) for k in (i - 1, i)), key=lambda best: best[0])
    a, b, c = np.polyfit(voltage[i - 1 : i + 2], power[i - 1 : i + 2], 2)
    at = -b / (2.0 * a) if a < 0.0 else voltage[i]
    return float(max(a * at * at + b * at + c, power[i])), float(at)


def _along_chord(voltage: FloatArray, current: FloatArray) -> tuple[float, float]:
    """Return the largest -V J and the voltage there along one chord of J."""
    slope = float((current[1] - current[0]) / (voltage[1] - voltage[0]))
    inside = 0.5 * (voltage[0] - current[0] / slope) if slope else voltage[0]
    at = np.clip([inside, *voltage], voltage[0], voltage[1])
    power = -at * (current[0] + slope * (at - voltage[0]))
    k = int(np.argmax(power))
    return float(power[k]), float(at[k])


def ideality(voltage: FloatArray, current: FloatArray, kT: float) -> FloatArray:
    """Return the local ideality dV / d ln J / kT of a dark forward curve; NaN where J is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ln = np.log(np.where(current > 0.0, current, np.nan))
    return np.asarray(np.gradient(voltage) / np.gradient(ln) / kT)
