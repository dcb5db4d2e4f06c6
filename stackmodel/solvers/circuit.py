"""A stack with resistances around it: the voltage that is left for the stack itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stackmodel.solvers.drift_diffusion import current_density, march, solve
from stackmodel.solvers.state import Point, Problem

#: Tolerance of the voltage over the stack. [V]
_TOLERANCE = 1e-12
#: Step of voltage for a slope. [kT/q]
_PROBE = 1e-2


def solve_in_circuit(task: Problem, voltages: Sequence[float]) -> tuple[Point, ...]:
    """Return the points of the stack at the terminal `voltages` [V], in their order.

    Notes
    -----
    Eq. (T8) of docs/method.md: V = V_stack + R (J(V_stack) + G V_stack), which rises with V_stack.
    """
    circuit = task.setup.circuit
    if circuit.series == 0.0:
        return solve(task, voltages)
    known = {point.voltage: point for point in solve(task, sorted({0.0, *voltages}))}

    def terminal(inner: float) -> float:
        if inner not in known:
            nearest = known[min(known, key=lambda each: abs(each - inner))]
            found: dict[float, Point] = {}
            march(task, nearest.grid, nearest, [inner], found)
            known[inner] = found[inner]
            known[inner].mesh_error = nearest.mesh_error
        current = current_density(task, known[inner]) + circuit.conductance * inner
        return inner + circuit.series * current

    found = {voltage: known[_inner(terminal, known, voltage)] for voltage in dict.fromkeys(voltages)}
    return tuple(found[voltage] for voltage in voltages)


def _inner(terminal: Callable[[float], float], known: dict[float, Point], voltage: float) -> float:
    """Return the voltage over the stack at which the terminals have `voltage`; it is a key of `known` afterwards."""
    from scipy.optimize import brentq

    # The terminal voltage rises with that over the stack, so known points bracket it, or a step beyond them does.
    low = max((each for each in known if terminal(each) <= voltage), default=None)
    high = min((each for each in known if terminal(each) >= voltage), default=None)
    step = 0.05
    while low is None or high is None:
        edge = min(known) - step if low is None else max(known) + step
        if low is None and terminal(edge) <= voltage:
            low = edge
        elif high is None and terminal(edge) >= voltage:
            high = edge
        step *= 2.0
    if low == high or terminal(low) == voltage:
        return low
    if terminal(high) == voltage:
        return high
    inner = float(brentq(lambda each: terminal(each) - voltage, low, high, xtol=_TOLERANCE, rtol=1e-14))
    terminal(inner)
    return inner


def differential_conductance(task: Problem, point: Point) -> float:
    """Return dJ/dV of the stack at an operating point, by a central difference on its mesh [S cm^-2]."""
    sides = []
    for step in (-_PROBE * task.kT, _PROBE * task.kT):
        found: dict[float, Point] = {}
        march(task, point.grid, point, [point.voltage + step], found)
        sides.append(current_density(task, found[point.voltage + step]))
    return (sides[1] - sides[0]) / (2.0 * _PROBE * task.kT)
