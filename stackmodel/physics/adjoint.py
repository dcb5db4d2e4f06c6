"""One transposed solve of Newton's last system: how the current answers, and what finer elements would change."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.physics.elimination import eliminate, eliminate_extended
from stackmodel.physics.exact_sums import difference
from stackmodel.physics.fluxes import element_flux, fill_bands, spike
from stackmodel.physics.kernel import kernel, variable, woven
from stackmodel.physics.line import INSULATOR, INTERFACE, SPIKE_N, Line
from stackmodel.physics.mechanisms.table import N_MECHANISMS
from stackmodel.physics.rows import assemble
from stackmodel.physics.state import Bands, Drive, Flows, State
from stackmodel.physics.system import BEFORE, BEHIND, EXTENDED, JACOBIAN, OWN, System

#: Change of the potential [kT] over which the derivative of a spike is taken, a power of two.
_STEP = 2.0**-13
#: Weights beyond which plain elimination leaves too few digits.
LARGEST_PLAIN = 1e11


class Points(NamedTuple):
    """Solved points on one mesh: arrays of `State` and `Flows` with the point as first index.

    Attributes
    ----------
    biases : ndarray, shape (n_points,)
    levels : ndarray, shape (n_points, 3, n_nodes)
        y, u and v.
    lows, currents, trapped : ndarray
    extended : ndarray of bool, shape (n_points,)
        Whether a point was solved in double-double.
    """

    biases: FloatArray
    levels: FloatArray
    lows: FloatArray
    currents: FloatArray
    trapped: FloatArray
    extended: NDArray[np.bool_]


class Influence(NamedTuple):
    """How ln|J| answers to the residual.

    Attributes
    ----------
    weights, ln_scale : ndarray, shape (n_nodes, 3)
        See `solve_transposed`.
    edge : int
        Element at which the current is read.
    current : float
        The current there. [cm^-2 s^-1]
    """

    weights: FloatArray
    ln_scale: FloatArray
    edge: int
    current: float


@kernel
def plainest(currents: FloatArray, interfaces: IntArray) -> int:
    """Return the element at which the total current has most digits: the sum of absolute currents is smallest there.

    `currents`, shape (2, n_elements), are those of `Flows`. Where many elements are equally good, the middle one is
    taken, so that rounding does not choose. The first and the last element and `interfaces` do not count: current that
    levels of an interface carry is no flux over its element.
    """
    elements = currents.shape[1]
    size = np.abs(currents[0]) + np.abs(currents[1])
    for e in interfaces:
        size[e] = math.inf
    least, count = math.inf, 0
    for e in range(1, elements - 1):
        least = min(least, size[e])
    for e in range(1, elements - 1):
        count += size[e] <= (1.0 + 1e-6) * least
    left = count // 2
    for e in range(1, elements - 1):
        if size[e] <= (1.0 + 1e-6) * least:
            if left == 0:
                return e
            left -= 1
    return 0


@kernel
def gradient(state: State, line: Line, unit: float, edge: int, into: FloatArray) -> None:
    """Write d J / d(y, u, v) of the total current at element `edge` over `unit` [cm^-2 s^-1], shape (n_nodes, 3).

    With the current itself as the unit it is the gradient of ln|J|.
    """
    size, elements = math.log(abs(unit)), state.y.size - 1
    bands = Bands(np.zeros((2, 2, elements)), np.zeros((2, 2, elements)), np.zeros((2, 2, elements)))
    fill_bands(state, line, bands)
    into[:] = 0.0
    for carrier in range(2):
        ln_c, _, conductance, level_i, level_j, band_i, band_j = element_flux(state, carrier, edge, line, bands)
        strength = math.copysign(math.exp(min(ln_c - size, 700.0)), unit)
        into[edge, 1 + carrier] += strength * (level_i - conductance)
        into[edge + 1, 1 + carrier] += strength * (level_j + conductance)
        into[edge, 0] += strength * band_i
        into[edge + 1, 0] += strength * band_j


@kernel
def least_steep(state: State, line: Line) -> int:
    """Return the element whose current has the smallest derivatives: there a small change of it keeps most digits.

    Where densities are large a current may be small only because its terms cancel, and so do its derivatives. The first
    and the last element and interfaces do not count. An insulator comes first, because nothing flows through it.
    """
    elements = state.y.size - 1
    bands = Bands(np.zeros((2, 2, elements)), np.zeros((2, 2, elements)), np.zeros((2, 2, elements)))
    fill_bands(state, line, bands)
    least, best = math.inf, 0
    for e in range(1, elements - 1):
        if line.code[e] == INSULATOR:
            return e
        if line.code[e] == INTERFACE:
            continue
        steepest = -math.inf
        for carrier in range(2):
            ln_c, _, conductance, level_i, level_j, band_i, band_j = element_flux(state, carrier, e, line, bands)
            size = abs(level_i - conductance) + abs(level_j + conductance) + abs(band_i) + abs(band_j)
            if size > 0.0:
                steepest = max(steepest, ln_c + math.log(size))
        if steepest < least:
            least, best = steepest, e
    return best


@woven
def solve_transposed(
    state: State, line: Line, drive: Drive, extended: bool, loads: FloatArray, weights: FloatArray, ln_scale: FloatArray
) -> float:
    """Write the derivatives of some quantities with respect to the residual; return the largest of them, or infinity.

    `loads`, shape (n_quantities, n_nodes, 3), are the derivatives of the quantities with respect to y, u and v at a
    solved point. `weights` of the same shape are those with respect to the residual, whose rows are divided by
    exp(ln_scale): when the residual changes and the state follows, a quantity changes by minus the sum of weights x
    change of the residual.
    """
    nodes, rows_low = state.y.size, state.y.size if extended else 1
    system = System(np.empty((nodes, 3)), np.empty((3, nodes, 3, 3)), np.empty((3, rows_low, 3, 3)), ln_scale)
    flows = Flows(
        np.empty((2, nodes - 1)), np.empty((N_MECHANISMS, 2, nodes - 1)), np.empty((2, nodes - 1)), np.empty((2, nodes))
    )
    assemble(state, line, drive, system, flows, EXTENDED if extended else JACOBIAN)
    jacobian, low, load = system.jacobian, system.low, system.residual
    asked, spikes = loads.shape[0], count_spikes(line)
    slopes, through, beyond = np.zeros((spikes, nodes, 3)), np.zeros((spikes, nodes, 3)), np.empty((spikes, nodes, 3))
    if spikes > 0:
        spike_slopes(state.y, line, flows.currents, ln_scale, slopes, through)
    turned, turned_low = np.empty((3, nodes, 3, 3)), np.zeros((3, rows_low, 3, 3))
    largest = 0.0
    for q in range(asked + spikes):
        source, target = (loads[q], weights[q]) if q < asked else (slopes[q - asked], beyond[q - asked])
        for i in range(nodes):
            for r in range(3):
                load[i, r] = -source[i, r]
                for c in range(3):
                    turned[OWN, i, r, c] = jacobian[OWN, i, c, r]
                    turned[BEFORE, i, r, c] = jacobian[BEHIND, i - 1, c, r] if i > 0 else 0.0
                    turned[BEHIND, i, r, c] = jacobian[BEFORE, i + 1, c, r] if i < nodes - 1 else 0.0
                    if extended:
                        turned_low[OWN, i, r, c] = low[OWN, i, c, r]
                        turned_low[BEFORE, i, r, c] = low[BEHIND, i - 1, c, r] if i > 0 else 0.0
                        turned_low[BEHIND, i, r, c] = low[BEFORE, i + 1, c, r] if i < nodes - 1 else 0.0
        if extended:
            solved = eliminate_extended(load, turned, turned_low, target, np.zeros((nodes, 3)))
        else:
            solved = eliminate(load, turned, target)
        if not solved:
            return math.inf
    # A spike depends on the potential of a whole layer, which three blocks a row cannot hold: the Sherman-Morrison
    # formula adds it.
    for m in range(spikes):
        over = 1.0 / (1.0 + _product(through[m], beyond[m]))
        for q in range(asked + spikes - m - 1):
            target = weights[q] if q < asked else beyond[q - asked + m + 1]
            by = _product(through[m], target) * over
            for i in range(nodes):
                for k in range(3):
                    target[i, k] -= by * beyond[m, i, k]
    for q in range(asked):
        for i in range(nodes):
            for k in range(3):
                if not math.isfinite(weights[q, i, k]):
                    return math.inf
                largest = max(largest, abs(weights[q, i, k]))
    return largest


@kernel
def _product(a: FloatArray, b: FloatArray) -> float:
    """Return the sum of a x b over all nodes and rows."""
    total = 0.0
    for i in range(a.shape[0]):
        for k in range(3):
            total += a[i, k] * b[i, k]
    return total


@kernel
def count_spikes(line: Line) -> int:
    """Return the number of barriers at interfaces through which carriers tunnel."""
    count = 0
    for e in range(line.code.size):
        if line.code[e] == INTERFACE:
            for carrier in range(2):
                count += line.interfaces[SPIKE_N + carrier, line.interface[e]] > 0.0
    return count


@kernel
def spike_slopes(
    y: FloatArray, line: Line, currents: FloatArray, ln_scale: FloatArray, slopes: FloatArray, through: FloatArray
) -> None:
    """Write the derivatives that `assemble` leaves out: of each spike by y, and of the residual by the spike.

    d ln(1 + Gamma) / dy and d residual / d ln(1 + Gamma) both have the shape (n_spikes, n_nodes, 3); their outer
    product is the rest of the Jacobian. `currents` are those of `Flows`, and `ln_scale` that of `System`.
    """
    moved, m = y.copy(), 0
    for e in range(line.code.size):
        if line.code[e] != INTERFACE:
            continue
        for carrier in range(2):
            if not line.interfaces[SPIKE_N + carrier, line.interface[e]] > 0.0:
                continue
            for i in range(y.size):
                moved[i] = y[i] + _STEP
                higher = spike(moved, carrier, e, line)
                moved[i] = y[i] - _STEP
                slopes[m, i, 0] = (higher - spike(moved, carrier, e, line)) / (2.0 * _STEP)
                moved[i] = y[i]
            # The flux over the interface is proportional to 1 + Gamma; it leaves the left node and enters the right.
            flux = currents[carrier, e] if carrier == 0 else -currents[carrier, e]
            through[m, e, 1 + carrier] = flux * math.exp(-ln_scale[e, 1 + carrier])
            through[m, e + 1, 1 + carrier] = -flux * math.exp(-ln_scale[e + 1, 1 + carrier])
            m += 1


@kernel
def ln_sum(a: float, b: float) -> float:
    """Return ln(exp(a) + exp(b))."""
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


@kernel
def prolong(state: State, line: Line, trapped: FloatArray, at: IntArray, fine: State) -> None:
    """Write the state on the mesh of halved elements into the arrays of `fine`.

    Old node i is number at[i] there. In the middle of an element the potential bends with the charge, and the levels
    are those of a constant flux: exp(level) is the mean of both ends with weights 1 / (1 + exp(+- rise / 2)), `rise`
    being that of the band against the carrier.
    """
    width, permittivity, kT, code = line.width, line.permittivity, line.kT, line.code
    ln_N_C, ln_N_V, doping = line.ln_N_C, line.ln_N_V, line.doping
    y, u, v, lows, fine_y, fine_lows = state.y, state.u, state.v, state.lows, fine.y, fine.lows
    elements = width.size
    bands = Bands(np.zeros((2, 2, elements)), np.zeros((2, 2, elements)), np.zeros((2, 2, elements)))
    fill_bands(state, line, bands)
    eta, ln_F = bands.eta, bands.ln_F
    for i in range(y.size):
        fine_y[at[i]], fine.u[at[i]], fine.v[at[i]] = y[i], u[i], v[i]
        for carrier in range(2):
            for part in range(2):
                fine_lows[carrier, part, at[i]] = lows[carrier, part, i]
    for e in range(elements):
        if at[e + 1] - at[e] == 1:
            continue
        middle, rho = at[e] + 1, 0.0
        for end in range(2):
            rho += 0.5 * (doping[end, e] + trapped[end, e])
            if code[e] >= 0:
                rho += 0.5 * math.exp(min(ln_N_V[end, e] + ln_F[1, end, e], 700.0))
                rho -= 0.5 * math.exp(min(ln_N_C[end, e] + ln_F[0, end, e], 700.0))
        span = 0.5 * abs(y[e + 1] - y[e]) + 1.0
        bend = width[e] * width[e] * rho / (8.0 * permittivity[e] * kT)
        fine_y[middle] = 0.5 * (y[e] + y[e + 1]) + min(max(bend, -span), span)
        for carrier in range(2):
            turn, level, fine_level = 1.0 - 2.0 * carrier, u if carrier == 0 else v, fine.u if carrier == 0 else fine.v
            drop = turn * difference(
                level[e + 1], level[e], lows[carrier, 0, e + 1], lows[carrier, 0, e], lows[carrier, 1, e + 1],
                lows[carrier, 1, e],
            )  # fmt: skip
            half = 0.5 * ((eta[carrier, 1, e] - eta[carrier, 0, e]) - drop)
            near, far = -ln_sum(0.0, half), -ln_sum(0.0, -half)
            if abs(drop) < 1.0:
                change = math.log1p(math.exp(far) * math.expm1(drop))
            else:
                change = ln_sum(near, far + drop)
            # The change of a level may be less than the rounding of the level.
            fine_level[middle] = level[e]
            fine_lows[carrier, 0, middle] = lows[carrier, 0, e] + turn * change
            fine_lows[carrier, 1, middle] = lows[carrier, 1, e]


@kernel
def taken(weight: float, own: float, residual: float, ln_scale: float) -> float:
    """Return weight x residual, both taken from rows that were divided by their own exp(ln scale)."""
    return weight * residual * math.exp(min(max(ln_scale - own, -700.0), 700.0))


@kernel
def weights_between(
    weights: FloatArray, ln_scale: FloatArray, left: int, middle: int, load: FloatArray, system: System,
    into: FloatArray,
) -> None:  # fmt: skip
    """Write the weights of the three rows of a new node in the middle of an element, shape (3,).

    They solve the new node's own columns of the transposed system, with the weights of old node `left` and the next one
    unchanged. So they follow weights that vary exponentially from node to node, which a mean would not. `load` is
    the derivative of the quantity at the new node, shape (3,); `system` is of the halved mesh.
    """
    jacobian, fine_scale = system.jacobian, system.ln_scale
    block, right = np.empty((3, 4)), middle + 1
    for c in range(3):
        total = load[c]
        for r in range(3):
            total -= taken(
                weights[left, r], ln_scale[left, r], jacobian[BEHIND, middle - 1, r, c], fine_scale[middle - 1, r]
            )
            total -= taken(
                weights[left + 1, r], ln_scale[left + 1, r], jacobian[BEFORE, right, r, c], fine_scale[right, r]
            )
            block[c, r] = jacobian[OWN, middle, r, c]
        block[c, 3] = total
    for k in range(3):
        best = k
        for r in range(k + 1, 3):
            if abs(block[r, k]) > abs(block[best, k]):
                best = r
        for c in range(4):
            block[k, c], block[best, c] = block[best, c], block[k, c]
        for r in range(k + 1, 3):
            factor = block[r, k] / block[k, k]
            for c in range(k, 4):
                block[r, c] -= factor * block[k, c]
    for k in range(2, -1, -1):
        total = block[k, 3]
        for m in range(k + 1, 3):
            total -= block[k, m] * into[m]
        into[k] = total / block[k, k]


@kernel
def shares_of_error(
    influence: Influence, loads: FloatArray, line: Line, at: IntArray, system: System, flows: Flows, shares: FloatArray
) -> None:
    """Write the change of ln|J| by halving each element, from the residual of the old state on the halved mesh.

    `influence` is that on the mesh `line`; `loads`, `system` and `flows` are of the halved mesh, of which old node i is
    number at[i].
    """
    weights, ln_scale, edge = influence.weights, influence.ln_scale, influence.edge
    residual, fine_scale, width = system.residual, system.ln_scale, line.width
    nodes = weights.shape[0]
    at_node, between = np.zeros(nodes), np.zeros(3)
    for i in range(nodes):
        for k in range(3):
            at_node[i] += taken(weights[i, k], ln_scale[i, k], residual[at[i], k], fine_scale[at[i], k])
    for e in range(nodes - 1):
        shares[e] = 0.0
        if at[e + 1] - at[e] == 1:
            continue
        middle = at[e] + 1
        weights_between(weights, ln_scale, e, middle, loads[middle], system, between)
        for k in range(3):
            shares[e] += between[k] * residual[middle, k]
    # The contribution of a node is shared between the elements beside it by their widths.
    for i in range(nodes):
        before, behind = width[i - 1] if i > 0 else 0.0, width[i] if i < nodes - 1 else 0.0
        if i > 0:
            shares[i - 1] += at_node[i] * before / (before + behind)
        if i < nodes - 1:
            shares[i] += at_node[i] * behind / (before + behind)
    there = flows.currents[0, at[edge]] + flows.currents[1, at[edge]]
    shares[edge] -= there / influence.current - 1.0


@woven
def by_halving(
    state: State, line: Line, fine: Line, drive: Drive, trapped: FloatArray, influence: Influence, at: IntArray,
    shares: FloatArray,
) -> float:  # fmt: skip
    """Return ln(J on the halved mesh / J), and write the share of each element in it, shape (n_elements,).

    `fine` and `drive` are of the halved mesh, everything else of the mesh `line`.
    """
    nodes = at[state.y.size - 1] + 1
    edges = nodes - 1
    levels = np.empty((3, nodes))
    halved = State(levels[0], levels[1], levels[2], np.empty((2, 2, nodes)), state.bias)
    prolong(state, line, trapped, at, halved)
    system = System(np.empty((nodes, 3)), np.empty((3, nodes, 3, 3)), np.empty((3, 1, 3, 3)), np.empty((nodes, 3)))
    flows = Flows(np.zeros((2, edges)), np.empty((N_MECHANISMS, 2, edges)), np.empty((2, edges)), np.empty((2, nodes)))
    assemble(halved, fine, drive, system, flows, variable(JACOBIAN))
    own, loads = np.empty(shares.size), np.empty((nodes, 3))
    gradient(halved, fine, influence.current, at[influence.edge], loads)
    shares_of_error(influence, loads, line, at, system, flows, own)
    error, last = 0.0, shares.size - 1
    for e in range(shares.size):
        error -= own[e]
        # A node between a wide and a narrow element gives both of them large shares of opposite signs: smooth them.
        shares[e] = -(0.25 * own[max(e - 1, 0)] + 0.5 * own[e] + 0.25 * own[min(e + 1, last)])
    return error


@kernel
def mesh_errors(
    points: Points, line: Line, fine: Line, drive: Drive, fine_drive: Drive, interfaces: IntArray, at: IntArray,
    errors: FloatArray, shares: FloatArray,
) -> None:  # fmt: skip
    """Write `by_halving` of some points on one mesh: shapes (n_points,) and (n_points, n_elements).

    The error is infinite where the current is zero or the transposed system singular. `fine` and `fine_drive` are of
    the halved mesh, of which old node i is number at[i]; `interfaces` are elements, see `plainest`.
    """
    levels, all_lows, currents, trapped = points.levels, points.lows, points.currents, points.trapped
    nodes = levels.shape[2]
    load, weights, ln_scale = np.empty((1, nodes, 3)), np.empty((1, nodes, 3)), np.empty((nodes, 3))
    for k in range(points.biases.size):
        state = State(levels[k, 0], levels[k, 1], levels[k, 2], all_lows[k], points.biases[k])
        errors[k] = math.inf
        edge = plainest(currents[k], interfaces)
        current = currents[k, 0, edge] + currents[k, 1, edge]
        if current == 0.0:
            continue
        gradient(state, line, current, edge, load[0])
        # A leak that sets a level may be lost in the weights though it was not in the solution: large weights are
        # solved again in double-double.
        for attempt in range(1 if points.extended[k] else 0, 2):
            largest = solve_transposed(state, line, drive, attempt > 0, load, weights, ln_scale)
            if largest < (math.inf if attempt > 0 else LARGEST_PLAIN):
                influence = Influence(weights[0], ln_scale, edge, current)
                errors[k] = by_halving(state, line, fine, fine_drive, trapped[k], influence, at, shares[k])
                break
