"""The points of a lit junction that its figures need: short circuit, open circuit, largest power."""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs
import numpy as np

from stackmodel.errors import DataError
from stackmodel.figures_of_merit.curve_readings import zero_crossing
from stackmodel.solvers.drift_diffusion import between, current_density, glimpse, march, solve
from stackmodel.solvers.state import Point, Problem
from stackmodel.structure.circuit import Circuit

#: Steps of the search for the open circuit, and where it ends. [V]
_STEP, _FURTHEST = 0.15, 5.0
#: Where the curve is solved: shares of the open-circuit voltage, closest at the knee.
_SHARES = (0.15, 0.3, 0.45, 0.58, 0.68, 0.76, 0.82, 0.87, 0.91, 0.95, 1.0, 1.05)
#: Those at which the mesh is adapted, near where the figures are read.
_PROBES = (0.0, 0.58, 0.87, 1.0)
#: Voltages of short and open circuit are known to the first share; that of the largest power, which is flat there, to
#: the second, of the open circuit's.
_ROOT, _TOP = 1e-9, 2e-4
#: Where the logarithm of a current that is to pass zero is cut off.
_LEAST = -0.9999


@attrs.frozen(kw_only=True)
class Marks:
    """Where the figures of a curve lie, by the voltage of the stack itself [V]."""

    short: float
    best: float
    open: float


@attrs.frozen(eq=False, kw_only=True)
class LitCurve:
    """Solved points under light by the stack's own voltage, all on one mesh; more are solved as they are asked for.

    A voltage of the stack says that of the terminals, by eq. (T8) of docs/method.md, whatever stands around it: so one
    set of points has the figures with each resistance and without.
    """

    task: Problem
    points: dict[float, Point]

    def current(self, inner: float) -> float:
        """Return the current density of the stack at its voltage `inner` [A cm^-2]."""
        if inner not in self.points:
            self.points[inner] = between(self.task, list(self.points.values()), inner)
        return current_density(self.task, self.points[inner])

    def outside(self, inner: float, circuit: Circuit) -> tuple[float, float]:
        """Return voltage [V] and current density [A cm^-2] at the terminals."""
        current = self.current(inner) + circuit.conductance * inner
        return inner + circuit.series * current, current

    def power(self, inner: float, circuit: Circuit) -> float:
        """Return the power that the terminals deliver [W cm^-2]."""
        voltage, current = self.outside(inner, circuit)
        return -voltage * current

    def fill_factor(self, marks: Marks, circuit: Circuit) -> float:
        """Return the largest power over the product of short-circuit current and open-circuit voltage."""
        return self.power(marks.best, circuit) / (-self.outside(marks.short, circuit)[1] * marks.open)

    def opened(self, circuit: Circuit) -> float:
        """Return the stack's voltage at which no current flows through the terminals [V]."""
        largest = 1.001 * max(-self.current(inner) for inner in self.points)
        # ln(1 + J/J_L) is nearly straight in voltage where the current grows exponentially.
        return self._root(
            lambda inner: math.log1p(max(self.outside(inner, circuit)[1] / largest, _LEAST)), "open circuit"
        )

    def about_opened(self) -> float:
        """Return about where no current flows through the stack, found in steps [V]."""
        while self.current(max(self.points)) < 0.0:
            self._further("open circuit")
        voltage = np.array(sorted(self.points))
        found = zero_crossing(voltage, np.array([self.current(inner) for inner in voltage]))
        return float(voltage[-1]) if found is None else found

    def marks(self, circuit: Circuit) -> Marks:
        """Return where the figures lie with `circuit` around the stack."""
        from scipy.optimize import minimize_scalar

        opened = self.opened(circuit)
        short = self._root(lambda inner: self.outside(inner, circuit)[0], "short circuit") if circuit.series else 0.0
        inside = sorted(inner for inner in self.points if short <= inner <= opened)
        k = int(np.argmax([self.power(inner, circuit) for inner in inside]))
        low, high = inside[max(k - 1, 0)], inside[min(k + 1, len(inside) - 1)]
        found = minimize_scalar(
            lambda inner: -self.power(float(inner), circuit), bounds=(low, high), method="bounded",
            options={"xatol": _TOP * opened},
        )  # fmt: skip
        best = max((float(found.x), inside[k]), key=lambda inner: self.power(inner, circuit))
        return Marks(short=short, best=best, open=opened)

    def _root(self, function: Callable[[float], float], what: str) -> float:
        """Return the stack's voltage at which a function that is negative at 0 V passes zero, solved there."""
        from scipy.optimize import brentq

        while function(max(self.points)) < 0.0:
            self._further(what)
        known = sorted(inner for inner in self.points if inner >= 0.0)
        above = next(k for k, inner in enumerate(known) if function(inner) >= 0.0)
        if function(known[above]) == 0.0:
            return known[above]
        root = float(brentq(function, known[above - 1], known[above], xtol=1e-16, rtol=_ROOT))
        self.current(root)
        return root

    def _further(self, what: str) -> None:
        """Solve one point more, a step beyond the last."""
        last = max(self.points)
        if last > _FURTHEST:
            raise DataError(f"performance: no {what} up to {_FURTHEST:g} V")
        self.current(last + _STEP)


def lit_curve(task: Problem) -> LitCurve:
    """Return the curve of a lit stack from 0 V to beyond its open circuit.

    The open circuit is sought on a first mesh; then the mesh is adapted near the figures.

    Raises
    ------
    DataError
        If no current is delivered at 0 V, or none of this sign is left by 5 V.
    """
    first = LitCurve(task=task, points={0.0: glimpse(task)})
    if first.current(0.0) >= 0.0:
        raise DataError(
            f"performance: at 0 V {first.current(0.0):.3g} A/cm^2 flow in forward, so the cell delivers no power; "
            "expected a photocurrent out of the anode. Is the anode right, and does a barrier part the carriers?"
        )
    opened = first.about_opened()
    probes = solve(task, [share * opened for share in _PROBES])
    found = {point.voltage: point for point in probes}
    march(task, probes[0].grid, probes[0], [share * opened for share in _SHARES if share not in _PROBES], found)
    for point in found.values():
        point.mesh_error = probes[0].mesh_error
    return LitCurve(task=task, points=found)
