"""Newton's method for one operating point, and how well its answer conserves current."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.elimination import eliminate, eliminate_extended
from stackmodel.physics.exact_sums import added
from stackmodel.physics.kernel import inlined, kernel, variable, woven
from stackmodel.physics.line import Line
from stackmodel.physics.rows import assemble
from stackmodel.physics.state import Drive, Flows, State
from stackmodel.physics.system import BEFORE, BEHIND, EXTENDED, FLOWS, JACOBIAN, OWN, System

#: Size of Newton's last step at which the next one would change nothing. [kT]
SETTLED = 3e-5
#: Size of a step after which the equations are all but surely solved. [kT]
RESTED = 1e-6


class Effort(NamedTuple):
    """How hard Newton's method tries.

    Attributes
    ----------
    most : int
        Steps, at most.
    gate : float
        Figure of `conservation` that an answer meets.
    extended : bool
        Whether the elimination is done in double-double.
    relaxing : int
        Steps, at most, in which the potential alone comes to rest first.
    """

    most: int
    gate: float
    extended: bool
    relaxing: int


@kernel
def _tamed(step: float) -> float:
    """Return a Newton step that grows with the logarithm beyond one kT: there the exponentials rule."""
    if abs(step) <= 1.0:
        return step
    return math.copysign(1.0 + math.log(abs(step)), step)


@woven
def relax(state: State, line: Line, drive: Drive, system: System, flows: Flows, most: int) -> None:
    """Let the potential alone follow the levels as they are: Poisson's equation, which is convex, by damped steps."""
    y = state.y
    nodes = y.size
    pivot, load = np.empty(nodes), np.empty(nodes)
    for _ in range(most):
        assemble(state, line, drive, system, flows, variable(JACOBIAN))
        jacobian, residual = system.jacobian, system.residual
        for i in range(nodes):
            pivot[i], load[i] = jacobian[OWN, i, 0, 0], -residual[i, 0]
            if i > 0:
                factor = jacobian[BEFORE, i, 0, 0] / pivot[i - 1]
                pivot[i] -= factor * jacobian[BEHIND, i - 1, 0, 0]
                load[i] -= factor * load[i - 1]
        largest = 0.0
        for i in range(nodes - 1, -1, -1):
            step = load[i] / pivot[i]
            load[i] = step
            if i > 0:
                load[i - 1] -= jacobian[BEHIND, i - 1, 0, 0] * step
            if not math.isfinite(step):
                return
            largest = max(largest, abs(step))
            y[i] += _tamed(step)
        if largest < 1e-3:
            return


@woven
def newton(state: State, line: Line, drive: Drive, flows: Flows, effort: Effort) -> tuple[int, float, float]:
    """Solve in place; return the number of steps, the last update [kT], and the figure of `conservation`, eq. (T4).

    The loop ends when the figure meets the gate and the update is small, or when rounding lets the update shrink no
    more, or after the most steps.
    """
    y, u, v, lows, extended = state.y, state.u, state.v, state.lows, effort.extended
    nodes, full = y.size, EXTENDED if extended else JACOBIAN
    step, step_low = np.zeros((nodes, 3)), np.zeros((nodes, 3))
    system = System(
        np.empty((nodes, 3)), np.empty((3, nodes, 3, 3)), np.empty((3, nodes if extended else 1, 3, 3)),
        np.zeros((nodes, 3)),
    )  # fmt: skip
    if effort.relaxing > 0:
        relax(state, line, drive, system, flows, effort.relaxing)
    largest, figure, last, last_figure, stalls = math.inf, math.inf, math.inf, math.inf, 0
    for count in range(effort.most + 1):
        # Newton's next step would be about the square of this one: where that is nothing, only flows are looked at.
        rested = largest < RESTED
        assemble(state, line, drive, system, flows, FLOWS if rested else full)
        figure = conservation(flows, drive.generation, line.width)
        # Sums over many nodes are to meet the gate too.
        if largest < SETTLED and figure <= 0.1 * effort.gate:
            return count, largest, figure
        # At the limit of rounding the update shrinks no more; in double-double the figure may still.
        if largest < 1e-6 and (figure >= 0.5 * last_figure if extended else largest >= 0.5 * last):
            stalls += 1
            if stalls > (2 if extended else 0):
                return count, largest, figure
        last_figure = figure
        if count == effort.most:
            return count, largest, figure
        if rested:
            assemble(state, line, drive, system, flows, full)
        if extended:
            solved = eliminate_extended(system.residual, system.jacobian, system.low, step, step_low)
        else:
            solved = eliminate(system.residual, system.jacobian, step)
        if not solved:
            return count, math.inf, math.inf
        last, largest = largest, 0.0
        for i in range(nodes):
            for k in range(3):
                if not math.isfinite(step[i, k]):
                    return count, math.inf, math.inf
                largest = max(largest, abs(step[i, k]))
        for i in range(nodes):
            y[i] += _tamed(step[i, 0])
            u[i], lows[0, 0, i], lows[0, 1, i] = added(u[i], lows[0, 0, i], lows[0, 1, i], _tamed(step[i, 1]))
            v[i], lows[1, 0, i], lows[1, 1, i] = added(v[i], lows[1, 0, i], lows[1, 1, i], _tamed(step[i, 2]))
            if extended and largest <= 1.0:
                u[i], lows[0, 0, i], lows[0, 1, i] = added(u[i], lows[0, 0, i], lows[0, 1, i], step_low[i, 1])
                v[i], lows[1, 0, i], lows[1, 1, i] = added(v[i], lows[1, 0, i], lows[1, 1, i], step_low[i, 2])
    return effort.most, largest, figure


@inlined
def total_current(flows: Flows) -> float:
    """Return the total current along +x over q, the mean over the elements [cm^-2 s^-1].

    Over an interface of two nodes the levels carry current too: what goes in on one side comes out on the other.
    """
    currents, lost = flows.currents, flows.lost
    by_levels, total = 0.0, 0.0
    for e in range(currents.shape[1]):
        by_levels += lost[1, e] - lost[0, e]
        total += currents[0, e] + currents[1, e] + by_levels
    return total / float(currents.shape[1])


@kernel
def conservation(flows: Flows, generation: FloatArray, width: FloatArray) -> float:
    """Return how far current is from conserved, over |J| + int (|R| + G) dx; 0 where all of it is 0.

    Two figures, the larger counts: (max J - min J) over the edges, and at each node the current of either carrier that
    neither recombination nor generation accounts for. The second tells a state with huge rates from an answer.
    """
    currents, rates, by_interfaces = flows.currents, flows.rates, flows.lost
    low, high, total, middle, loose = math.inf, -math.inf, 0.0, 0.0, 0.0
    edges = width.size
    net_before, by_levels = 0.0, 0.0
    for e in range(edges):
        # Over an interface of two nodes its levels carry current too: what goes in on one side comes out on the other.
        by_levels += by_interfaces[1, e] - by_interfaces[0, e]
        current = currents[0, e] + currents[1, e] + by_levels
        low, high = min(low, current), max(high, current)
        middle += abs(current) / edges
        net_0, net_1 = -generation[0, e], -generation[1, e]
        rate = abs(generation[0, e]) + abs(generation[1, e])
        for mechanism in range(rates.shape[0]):
            rate_0, rate_1 = rates[mechanism, 0, e], rates[mechanism, 1, e]
            rate += abs(rate_0) + abs(rate_1)
            net_0 += rate_0
            net_1 += rate_1
        total += 0.5 * width[e] * rate
        if e > 0:
            total += abs(by_interfaces[0, e])
            made = net_before + 0.5 * width[e] * net_0
            for carrier in range(2):
                rise = currents[carrier, e] - currents[carrier, e - 1]
                lost = made + by_interfaces[carrier, e]
                # Where both currents are large and opposite their difference is rounding, and no fault.
                size = 1e-12 * (abs(currents[carrier, e]) + abs(currents[carrier, e - 1]))
                loose = max(loose, abs(rise - (lost if carrier == 0 else -lost)) - size)
        net_before = 0.5 * width[e] * net_1
    scale = middle + total
    return max(high - low, loose) / scale if scale > 0.0 else 0.0
