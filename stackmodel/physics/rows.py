"""The rows of Newton's system: Poisson, continuity, interface levels, contacts."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.physics.constants import NONE, UNBOUND
from stackmodel.physics.exact_sums import difference, splitting, summed
from stackmodel.physics.fluxes import (
    BY_BAND_I,
    BY_BAND_J,
    BY_LEVEL_I,
    BY_LEVEL_J,
    CONDUCTANCE,
    LN_C,
    N_EDGE_VALUES,
    PHI,
    C,
    all_fluxes,
    fill_bands,
)
from stackmodel.physics.kernel import kernel, woven
from stackmodel.physics.line import INTERFACE, Line
from stackmodel.physics.mechanisms.interface_levels import N_SPECIES, PAIRS, interface_exchange
from stackmodel.physics.rates import (
    BY_ETA_N,
    BY_ETA_P,
    BY_FIELD,
    BY_N,
    BY_P,
    FACTOR,
    LN_RATE,
    MISSING,
    N_END_VALUES,
    NET,
    RATE,
    TRAPPED,
    TRAPPED_N,
    TRAPPED_P,
    N,
    P,
    all_rates,
)
from stackmodel.physics.state import Bands, Drive, Flows, State
from stackmodel.physics.system import (
    BEFORE,
    BEHIND,
    EXTENDED,
    FLOWS,
    JACOBIAN,
    OWN,
    System,
    put,
    round_scales,
    scale_rows,
    shrunk,
)


class Terms(NamedTuple):
    """What the rows are made of.

    Attributes
    ----------
    edges : ndarray, shape (n_elements, 2, N_EDGE_VALUES)
        Fluxes of both carriers, see `fluxes.all_fluxes`.
    at, ends : ndarray
        Rates at the ends of the elements, see `rates.all_rates`.
    scale, shrink : ndarray, shape (2, n_nodes)
        ln of what the continuity rows of each carrier are divided by, and exp(-scale), or 0 where that is out of range.
    """

    edges: FloatArray
    at: IntArray
    ends: FloatArray
    scale: FloatArray
    shrink: FloatArray


@kernel
def missing_and_net(d: float) -> tuple[float, float, float]:
    """Return exp(-d) and 1 - exp(-d), both over exp(lift), and lift = max(-d, 0)."""
    if d > 1.0:
        missing = math.exp(-d)
        return missing, 1.0 - missing, 0.0
    if d >= 0.0:
        net = -math.expm1(-d)
        return 1.0 - net, net, 0.0
    return 1.0, math.expm1(d), -d


@kernel
def assemble(state: State, line: Line, drive: Drive, system: System, flows: Flows, depth: int) -> None:
    """Write residual and Jacobian of the steady state in blocks of three, each row divided by about its largest entry.

    Parameters
    ----------
    state : State
    line : Line
    drive : Drive
        Its generation and contacts; what changes in time is added by `storage.add_change`.
    system, flows
        Written.
    depth : int
        How much of it: `FLOWS` alone, the `RESIDUAL` (Poisson's rows not divided), the `JACOBIAN`, or with `EXTENDED`
        its `low` parts too.

    Notes
    -----
    Eqs. (T3) of docs/method.md: dJ_n/dx = q (R - G), dJ_p/dx = -q (R - G), with fluxes of eq. (T1).
    """
    y, u, v = state.y, state.u, state.v
    nodes, elements = y.size, y.size - 1
    bands = Bands(np.zeros((2, 2, elements)), np.zeros((2, 2, elements)), np.zeros((2, 2, elements)))
    fill_bands(state, line, bands)
    scale, shrink, edges = np.empty((2, nodes)), np.zeros((2, nodes)), np.empty((elements, 2, N_EDGE_VALUES))
    all_fluxes(state, line, bands, edges, scale, flows.currents)
    round_scales(scale, shrink)
    at, ends = np.empty((2, elements), np.int64), np.empty((2 * elements, N_END_VALUES))
    all_rates(state, line, bands, at, ends, flows)
    terms = Terms(edges, at, ends, scale, shrink)
    if depth > FLOWS:
        _poisson_rows(y, line, at, ends, system, depth)
        for carrier in range(2):
            _continuity_rows(carrier, y, line, drive.generation, terms, system, depth)
    lost, at_interface = flows.lost, line.interface
    for i in range(nodes):
        lost[0, i], lost[1, i] = 0.0, 0.0
    for i in range(nodes):
        if at_interface[i] >= 0:
            interface_rows(i, state, line, bands, scale, system, lost, depth, len(PAIRS))
    if depth == FLOWS:
        return
    for end in range(2):
        _contact_rows(end, state, line, drive, bands, scale, system, depth)
    # Inside an insulator no carrier moves: its levels follow those of the neighbours.
    residual, jacobian, ln_scale = system.residual, system.jacobian, system.ln_scale
    for i in range(1, nodes - 1):
        for carrier in range(2):
            if scale[carrier, i] <= NONE:
                k = 1 + carrier
                level = u if carrier == 0 else v
                residual[i, k] = level[i] - level[i - 1]
                scale[carrier, i] = 0.0
                if depth >= JACOBIAN:
                    jacobian[OWN, i, k, k] = 1.0
                    jacobian[BEFORE, i, k, k] = -1.0
    if depth >= JACOBIAN:
        scale_rows(system, scale, depth >= EXTENDED)
    else:
        for i in range(nodes):
            ln_scale[i, 0], ln_scale[i, 1], ln_scale[i, 2] = 0.0, scale[0, i], scale[1, i]


@kernel
def interface_species(
    node: int, line: Line, bands: Bands, ln_c: FloatArray, thin: FloatArray, steep: FloatArray
) -> None:
    """Write the densities beside the interface at `node`, with statistics as `interface_exchange` takes them."""
    left, right = node - 1, node + 1 if line.code[node] == INTERFACE else node
    for k in range(N_SPECIES):
        carrier, e, end = k // 2, (left if k % 2 == 0 else right), 1 - k % 2
        ln_c[k], thin[k], steep[k] = NONE, 0.0, 1.0
        if line.code[e] >= 0:
            ends = line.ln_N_C if carrier == 0 else line.ln_N_V
            ln_c[k], steep[k] = ends[end, e] + bands.ln_F[carrier, end, e], bands.slope[carrier, end, e]
            thin[k] = bands.ln_F[carrier, end, e] - bands.eta[carrier, end, e]


@woven
def interface_rows(
    node: int, state: State, line: Line, bands: Bands, scale: FloatArray, system: System, lost: FloatArray, depth: int,
    pairs: int,
) -> None:  # fmt: skip
    """Add what the first `pairs` of `PAIRS` exchange by the levels of the interface at `node`, and their charge."""
    derivatives, extended = depth >= JACOBIAN, depth >= EXTENDED
    u, v, lows, bias = state.u, state.v, state.lows, state.bias
    jacobian, low = system.jacobian, system.low
    twin = node + 1 if line.code[node] == INTERFACE else node
    at = (node, twin, node, twin)
    ln_c, thin, steep = np.empty(N_SPECIES), np.empty(N_SPECIES), np.empty(N_SPECIES)
    interface_species(node, line, bands, ln_c, thin, steep)
    ln_rate, shares = np.empty(6), np.empty(N_SPECIES)
    interface = line.interface[node]
    for level in range(line.first_level[interface], line.first_level[interface + 1]):
        rho, q_0, q_1, q_2, q_3 = interface_exchange(
            ln_c, thin, steep, line.interface_levels[:, level], ln_rate, shares
        )
        charged = (q_0, q_1, q_2, q_3)
        # Half of the charge on each of two nodes, so that the mirrored stack is the same problem.
        for held in (node, twin):
            system.residual[held, 0] -= 0.5 * rho
            for k in range(N_SPECIES):
                turn = 1.0 if k < 2 else -1.0
                if derivatives and charged[k] != 0.0:
                    by = -0.5 * charged[k] * turn
                    put(jacobian, low, False, OWN + at[k] - held, held, 0, 0, by)
                    put(jacobian, low, False, OWN + at[k] - held, held, 0, 1 + k // 2, by)
        for pair in range(pairs):
            if ln_rate[pair] <= NONE:
                continue
            a, b = PAIRS[pair]
            i, j = at[a], at[b]
            if pair < 4:
                d = splitting(u[i], v[j], bias) + ((lows[0, 0, i] - lows[1, 0, j]) + (lows[0, 1, i] - lows[1, 1, j]))
            elif i == j:
                continue
            elif pair == 4:
                d = difference(u[i], u[j], lows[0, 0, i], lows[0, 0, j], lows[0, 1, i], lows[0, 1, j])
            else:
                d = difference(v[j], v[i], lows[1, 0, j], lows[1, 0, i], lows[1, 1, j], lows[1, 1, i])
            missing, net, lift = missing_and_net(d)
            ln_w = ln_rate[pair] + lift
            exchanged = net * math.exp(min(ln_w, 700.0))
            # Electron and hole vanish together; a transferred carrier goes from a to b.
            for end in range(2):
                k, sign = (a, 1.0) if end == 0 else (b, 1.0 if pair < 4 else -1.0)
                carrier, row, node_k = k // 2, 1 + k // 2, at[k]
                lost[carrier, node_k] += sign * exchanged
                weight = sign * math.exp(min(ln_w - scale[carrier, node_k], 700.0))
                system.residual[node_k, row] -= weight * net
                if not derivatives:
                    continue
                # d moves with the levels of a and b.
                level_a, level_b = (1, 2) if pair < 4 else ((1, 1) if pair == 4 else (2, 2))
                by_a = weight * missing if pair < 5 else -weight * missing
                put(jacobian, low, extended, OWN + i - node_k, node_k, row, level_a, -by_a)
                put(jacobian, low, extended, OWN + j - node_k, node_k, row, level_b, by_a)
                for m in range(N_SPECIES):
                    moves = -shares[m]
                    if m == a or (m == b and pair < 4):
                        moves += steep[m]
                    elif m == b:
                        moves += steep[m] - 1.0  # from there it is emitted
                    if moves != 0.0 and ln_c[m] > NONE:
                        by = weight * net * moves * (1.0 if m < 2 else -1.0)
                        put(jacobian, low, False, OWN + at[m] - node_k, node_k, row, 0, -by)
                        put(jacobian, low, extended, OWN + at[m] - node_k, node_k, row, 1 + m // 2, -by)


@woven
def _poisson_rows(y: FloatArray, line: Line, at: IntArray, ends: FloatArray, system: System, depth: int) -> None:
    """Write Poisson's rows, without what interfaces hold but for their fixed charge."""
    elements, kT, width, permittivity, doping = y.size - 1, line.kT, line.width, line.permittivity, line.doping
    fixed_charge, residual, jacobian, low = line.fixed_charge, system.residual, system.jacobian, system.low
    for i in range(elements + 1):
        rest, own, by_n, by_p, before, behind = -fixed_charge[i], 0.0, 0.0, 0.0, 0.0, 0.0
        for side in range(2):
            # The right end of the element before the node, the left end of the one behind it.
            e = i - side
            if not 0 <= e < elements:
                continue
            stiffness, half, k = permittivity[e] * kT / width[e], 0.5 * width[e], at[side, e]
            rest += stiffness * (y[i] - y[e + 1 - side]) - half * doping[side, e]
            own += stiffness
            if side == 1:
                before = -stiffness
            else:
                behind = -stiffness
            if k >= 0:
                n, p = ends[k, N], ends[k, P]
                rest -= half * (p - n + ends[k, TRAPPED])
                by_n += half * (n * ends[k, BY_ETA_N] - ends[k, TRAPPED_N])
                by_p += half * (p * ends[k, BY_ETA_P] + ends[k, TRAPPED_P])
        residual[i, 0] = rest
        if depth >= JACOBIAN:
            for k in range(3):
                jacobian[BEFORE, i, 0, k], jacobian[BEHIND, i, 0, k] = 0.0, 0.0
            jacobian[BEFORE, i, 0, 0], jacobian[BEHIND, i, 0, 0] = before, behind
            jacobian[OWN, i, 0, 0], jacobian[OWN, i, 0, 1], jacobian[OWN, i, 0, 2] = own + (by_n + by_p), by_n, by_p
            if depth >= EXTENDED:
                for block in range(3):
                    for k in range(3):
                        low[block, i, 0, k] = 0.0


@woven
def _continuity_rows(
    carrier: int, y: FloatArray, line: Line, generation: FloatArray, terms: Terms, system: System, depth: int
) -> None:
    """Write the rows of a carrier, divided by exp(`scale`), without contacts and levels of interfaces."""
    derivatives, extended = depth >= JACOBIAN, depth >= EXTENDED
    edges, at, ends, scale, shrink = terms.edges, terms.at, terms.ends, terms.scale, terms.shrink
    elements, width, residual, jacobian, low = y.size - 1, line.width, system.residual, system.jacobian, system.low
    # The band moves with y for electrons and against it for holes, whose level counts as -v.
    turn = 1.0 if carrier == 0 else -1.0
    row, across = 1 + carrier, 2 - carrier
    for i in range(elements + 1):
        ln_unit, unit = scale[carrier, i], shrink[carrier, i]
        rest, own_low, other_low, by_y_before, by_y, by_y_behind = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        before, before_low, behind, behind_low, own, other, last = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1
        for side in range(1, -1, -1):
            e = i - side
            if not 0 <= e < elements:
                continue
            ln_c = edges[e, carrier, LN_C]
            if ln_c > NONE:
                factor = shrunk(ln_c, edges[e, carrier, C], ln_unit, unit)
                if side == 1:
                    factor = -factor
                rest += factor * edges[e, carrier, PHI]
                if derivatives:
                    factor *= turn
                    # The same rounded conductance enters the diagonal and its neighbour, so that it cancels exactly.
                    between = edges[e, carrier, CONDUCTANCE] * factor
                    at_level_i, at_level_j = (
                        edges[e, carrier, BY_LEVEL_I] * factor,
                        edges[e, carrier, BY_LEVEL_J] * factor,
                    )
                    at_band_i, at_band_j = edges[e, carrier, BY_BAND_I] * factor, edges[e, carrier, BY_BAND_J] * factor
                    if side == 1:
                        by_y_before += at_band_i
                        by_y += at_band_j
                        before, before_low = summed(-between, 0.0, at_level_i, extended)
                        own, own_low = summed(between, 0.0, at_level_j, extended)
                    else:
                        by_y += at_band_i
                        by_y_behind += at_band_j
                        own, own_low = summed(own, own_low, -between, extended)
                        own, own_low = summed(own, own_low, at_level_i, extended)
                        behind, behind_low = summed(between, 0.0, at_level_j, extended)
            half, k = 0.5 * width[e], at[side, e]
            if generation[side, e] != 0.0:
                rest += half * generation[side, e] * shrunk(0.0, 1.0, ln_unit, unit)
            if k < 0 or k == last:
                continue
            if side == 1 and e + 1 < elements and at[0, e + 1] == k:
                # Both elements end alike here.
                last = k
                half += 0.5 * width[e + 1]
            if ends[k, FACTOR] == 0.0:
                continue
            weight = half * ends[k, FACTOR] * shrunk(ends[k, LN_RATE], ends[k, RATE], ln_unit, unit)
            net = ends[k, NET]
            rest -= weight * net
            if not derivatives:
                continue
            exchange = weight * ends[k, MISSING]
            by_u = weight * net * (ends[k, BY_ETA_N] + ends[k, BY_N])
            by_v = weight * net * (ends[k, BY_ETA_P] + ends[k, BY_P])
            by_y -= by_u - by_v
            own, own_low = summed(own, own_low, -turn * exchange, extended)
            own, own_low = summed(own, own_low, -by_u if carrier == 0 else by_v, extended)
            other, other_low = summed(other, other_low, turn * exchange, extended)
            other, other_low = summed(other, other_low, by_v if carrier == 0 else -by_u, extended)
            if ends[k, BY_FIELD] != 0.0 and y[e + 1] != y[e]:
                bent = weight * net * ends[k, BY_FIELD] / (y[e + 1] - y[e])
                if side == 1:
                    by_y_before += bent
                    by_y -= bent
                else:
                    by_y += bent
                    by_y_behind -= bent
        residual[i, row] = rest
        if derivatives:
            for block in range(3):
                jacobian[block, i, row, across] = 0.0
            jacobian[BEFORE, i, row, 0], jacobian[BEFORE, i, row, row] = by_y_before, before
            jacobian[OWN, i, row, 0], jacobian[OWN, i, row, row], jacobian[OWN, i, row, across] = by_y, own, other
            jacobian[BEHIND, i, row, 0], jacobian[BEHIND, i, row, row] = by_y_behind, behind
            if extended:
                for block in range(3):
                    for k in range(3):
                        low[block, i, row, k] = 0.0
                low[BEFORE, i, row, row], low[BEHIND, i, row, row] = before_low, behind_low
                low[OWN, i, row, row], low[OWN, i, row, across] = own_low, other_low


@woven
def _contact_rows(
    end: int, state: State, line: Line, drive: Drive, bands: Bands, scale: FloatArray, system: System, depth: int
) -> None:
    """Write the rows of the front (0) or back (1) node: the potential is held, carriers pass with their velocity."""
    derivatives, extended = depth >= JACOBIAN, depth >= EXTENDED
    y, u, v, lows, contacts = state.y, state.u, state.v, state.lows, drive.contacts
    held = contacts.levels[end] + state.bias * contacts.by_bias[end]
    residual, jacobian = system.residual, system.jacobian
    nodes = y.size
    i, inner, e = (0, 1, 0) if end == 0 else (nodes - 1, nodes - 2, nodes - 2)
    towards = BEHIND if end == 0 else BEFORE
    stiffness = line.permittivity[e] * line.kT / line.width[e]
    residual[i, 0] = (y[i] - held[0]) * stiffness
    if derivatives:
        # One by one: numba compiles an assignment to a slice for seconds.
        for m in range(3):
            jacobian[towards, i, 0, m] = 0.0
            jacobian[OWN, i, 0, m] = stiffness if m == 0 else 0.0
    for carrier in range(2):
        k, turn = 1 + carrier, 1.0 if carrier == 0 else -1.0
        level, rest = (u[i] if carrier == 0 else v[i]), lows[carrier, 0, i]
        ln_S = contacts.ln_velocity[end, carrier]
        if ln_S >= UNBOUND or line.code[e] < 0:
            residual[i, k] = (level - held[k]) + rest
            scale[carrier, i] = 0.0
            if not derivatives:
                continue
            for block in range(3):
                for m in range(3):
                    jacobian[block, i, k, m] = 0.0
                    if extended:
                        system.low[block, i, k, m] = 0.0
            jacobian[OWN, i, k, k] = 1.0
        elif ln_S > NONE:
            ends = line.ln_N_C if carrier == 0 else line.ln_N_V
            # The image force lowers the barrier where the field draws carriers away from the contact.
            away = turn * (y[inner] - y[i])
            lowered = contacts.lowering[end] * math.sqrt(away * line.kT / line.width[e]) if away > 0.0 else 0.0
            weight = math.exp(
                min(ln_S + lowered + ends[end, e] + bands.ln_F[carrier, end, e] - scale[carrier, i], 700.0)
            )
            above = turn * ((level - held[k]) + rest)
            net = -math.expm1(-above)
            residual[i, k] -= weight * net
            if not derivatives:
                continue
            jacobian[OWN, i, k, k] -= turn * weight * (net * bands.slope[carrier, end, e] + math.exp(-above))
            jacobian[OWN, i, k, 0] -= turn * weight * net * bands.slope[carrier, end, e]
            if lowered > 0.0:
                by = turn * weight * net * 0.5 * lowered / away
                jacobian[OWN, i, k, 0] += by
                jacobian[towards, i, k, 0] -= by
