"""Drift and diffusion of electrons and holes with Poisson's equation on one line of elements: assembly and elimination.

Unknowns of a node are the potential y = psi/kT, the electron level u = (F_n - F_cathode)/kT and the hole level
v = (F_p - F_anode)/kT: a level is exact only near zero, and each carrier is measured from the contact that feeds it.
At zero bias in the dark u = v = 0 and every flux and rate is exactly zero. Currents count in carriers, cm^-2 s^-1.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stackmodel.physics import double_double
from stackmodel.physics.exponential import exponentials
from stackmodel.physics.flux import emission, exponents, flux
from stackmodel.physics.interface import N_SPECIES, PAIRS, interface_exchange
from stackmodel.physics.kernel import inlined, kernel, variable, woven
from stackmodel.physics.line import (
    BETA_N,
    BY_DENSITY_N,
    CHARGE,
    CUBE_N,
    CUBE_P,
    HOP,
    INTERFACE,
    LN_EMISSION_N,
    LN_KANE,
    LN_MU_N,
    LN_SATURATION_N,
    NONE,
    POOLE_N,
    SIDE_N,
    SPIKE_N,
    FloatArray,
    IntArray,
    Line,
)
from stackmodel.physics.mobility import mobility_factor
from stackmodel.physics.recombination import (
    N_MECHANISMS,
    TAME,
    at_layer,
    layer_charge,
    local_rate,
    numbers,
    plain_rate,
    room_for,
    tunnelling_from_levels,
)
from stackmodel.physics.statistics import ln_density
from stackmodel.physics.tunnelling import field_enhancement

#: Columns of `contacts`: y, u and v of the contact, ln S_n, ln S_p [ln cm/s] (1e300 pins the level, -1e300 blocks), and
#: what the image force takes off the barrier over kT, per root of the field [(cm/V)^1/2].
N_CONTACT_VALUES = 6


class System(NamedTuple):
    """Residual, shape (n_nodes, 3), and Jacobian in blocks of three, shape (3, n_nodes, 3, 3).

    Blocks couple a node to the one before it (`BEFORE`), itself (`OWN`) and the one behind it (`BEHIND`); rows are
    Poisson, electrons, holes. `low`, of the shape of `jacobian`, holds what rounding takes off its sums; it is written
    only where it is asked for. `ln_scale`, shape (n_nodes, 3), is ln of what each row was divided by.
    """

    residual: FloatArray
    jacobian: FloatArray
    low: FloatArray
    ln_scale: FloatArray


BEFORE, OWN, BEHIND = range(3)
#: How much `assemble` writes, each with all before it.
FLOWS, RESIDUAL, JACOBIAN, EXTENDED = range(4)
LN_2 = math.log(2.0)
#: Size of Newton's last step at which the next one would change nothing. [kT]
SETTLED = 3e-5
#: The same, so small that the equations are all but surely solved. [kT]
RESTED = 1e-6
#: Points through which the next one is guessed, at most, and about how many nodes tell how many are best.
MEMORY, SAMPLES = 10, 16
#: Logarithms up to which exponentials and their products are formed as such.
FAR = 300.0


class Flows(NamedTuple):
    """What flows and what is lost.

    `currents`, shape (2, n_elements): J_n/q and J_p/q along +x [cm^-2 s^-1]. `rates`, shape (N_MECHANISMS, 2,
    n_elements): recombination at the ends of the elements [cm^-3 s^-1]. `trapped`, shape (2, n_elements): charge of the
    levels there over q [cm^-3]. `lost`, shape (2, n_nodes): electrons and holes that go into levels of an interface
    [cm^-2 s^-1].
    """

    currents: FloatArray
    rates: FloatArray
    trapped: FloatArray
    lost: FloatArray


def empty_system(nodes: int) -> System:
    """Return an empty system of equations."""
    return System(np.zeros((nodes, 3)), np.zeros((3, nodes, 3, 3)), np.zeros((3, nodes, 3, 3)), np.zeros((nodes, 3)))


def empty_flows(nodes: int) -> Flows:
    """Return the arrays for what flows on `nodes` nodes."""
    currents, trapped = np.zeros((2, nodes - 1)), np.zeros((2, nodes - 1))
    return Flows(currents, np.zeros((N_MECHANISMS, 2, nodes - 1)), trapped, np.zeros((2, nodes)))


@inlined
def splitting(u: float, v: float, bias: float) -> float:
    """Return u - v + bias with the rounding of both operations put back (Knuth's exact sum)."""
    first = u - v
    b = first - u
    lost = (u - (first - b)) - (v + b)
    total = first + bias
    b = total - first
    return total + (((first - (total - b)) + (bias - b)) + lost)


@inlined
def added(high: float, low: float, rest: float, step: float) -> tuple[float, float, float]:
    """Return the number high + low + rest, plus step, again in three parts of falling size.

    A level that hangs on a leak can differ from its neighbour's by 1e-27 while it is 4 kT from its contact.
    """
    total = high + step
    b = total - high
    carry = (high - (total - b)) + (step - b)
    middle = low + carry
    b = middle - low
    rest += (low - (middle - b)) + (carry - b)
    high = total + middle
    middle -= high - total
    low = middle + rest
    return high, low, rest - (low - middle)


@kernel
def densities(
    y: FloatArray, u: FloatArray, v: FloatArray, bias: float, line: Line, eta: FloatArray, ln_f: FloatArray,
    slope: FloatArray,
) -> None:  # fmt: skip
    """Write eta, ln F and d ln F/d eta of electrons (index 0) and holes (1) at both ends of every element.

    Shapes of the last three: (2, 2, n_elements), carrier and end. Energies are over kT; `bias` is q V / kT.
    """
    codes, rows, edge_C, edge_V, tables = line.code, line.row, line.edge_C, line.edge_V, line.tables
    goes_on = line.goes_on
    for e in range(y.size - 1):
        code = codes[e]
        if code < 0:
            continue
        # Inside an ungraded layer the right end of one element is the left end of the next.
        first = 1 if goes_on[e] else 0
        if first:
            for carrier in range(2):
                eta[carrier, 0, e] = eta[carrier, 1, e - 1]
                ln_f[carrier, 0, e] = ln_f[carrier, 1, e - 1]
                slope[carrier, 0, e] = slope[carrier, 1, e - 1]
        for side in range(first, 2):
            i = e + side
            eta_n = y[i] + u[i] - edge_C[side, e]
            eta_p = edge_V[side, e] - y[i] - v[i] + bias
            eta[0, side, e], eta[1, side, e] = eta_n, eta_p
            if code == 0:
                ln_f[0, side, e], ln_f[1, side, e] = eta_n, eta_p
                slope[0, side, e], slope[1, side, e] = 1.0, 1.0
            else:
                table = tables[rows[e]]
                ln_f[0, side, e], slope[0, side, e] = ln_density(code, eta_n, table)
                ln_f[1, side, e], slope[1, side, e] = ln_density(code, eta_p, table)


@woven
def put(
    jacobian: FloatArray, low: FloatArray, extended: bool, block: int, node: int, row: int, column: int, value: float
) -> None:
    """Add `value` to an entry of the Jacobian, held as high and low part (Knuth's exact sum) where `extended`."""
    before = jacobian[block, node, row, column]
    total = before + value
    jacobian[block, node, row, column] = total
    if extended:
        b = total - before
        low[block, node, row, column] += (before - (total - b)) + (value - b)


@kernel
def field_of(y: FloatArray, e: int, line: Line) -> float:
    """Return the size of the field in element `e` [V/cm]."""
    field: float = abs(y[e + 1] - y[e]) * line.kT / line.width[e]
    return field


@kernel
def element_flux(
    y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, carrier: int, e: int, line: Line,
    eta: FloatArray, ln_f: FloatArray, slope: FloatArray,
) -> tuple[float, float, float, float, float, float, float]:  # fmt: skip
    """Return the flux of a carrier along an element, or over the interface that it stands for, see `flux`."""
    if carrier == 0:
        drop = (u[e + 1] - u[e]) + ((lows[0, 0, e + 1] - lows[0, 0, e]) + (lows[0, 1, e + 1] - lows[0, 1, e]))
    else:
        drop = (v[e] - v[e + 1]) + ((lows[1, 0, e] - lows[1, 0, e + 1]) + (lows[1, 1, e] - lows[1, 1, e + 1]))
    if line.code[e] == INTERFACE:
        values = line.interfaces[:, line.interface[e]]
        right = values[SIDE_N + carrier] > 0.0
        own, end = (e + 1, 0) if right else (e - 1, 1)
        strength, steep = values[LN_EMISSION_N + carrier], 1.0
        if values[BY_DENSITY_N + carrier] > 0.0:
            ends = line.ln_N_C if carrier == 0 else line.ln_N_V
            strength += ends[end, own] + ln_f[carrier, end, own]
            steep = slope[carrier, end, own]
        else:
            strength += eta[carrier, end, own]
        if values[SPIKE_N + carrier] > 0.0:
            strength += spike(y, carrier, e, line)
        return emission(strength, steep, right, drop)
    values, layer, t = line.values, line.row[e], 0.5 * (line.fraction[0, e] + line.fraction[1, e])
    strength = line.ln_conductance[carrier, e]
    by_y = 0.0
    poole, ln_saturation = (
        at_layer(values, POOLE_N + carrier, layer, t),
        at_layer(values, LN_SATURATION_N + carrier, layer, t),
    )
    hop = at_layer(values, HOP, layer, t)
    if poole != 0.0 or ln_saturation < 1e299 or hop != 0.0:
        rise, by_field = mobility_factor(
            field_of(y, e, line), at_layer(values, LN_MU_N + carrier, layer, t), poole, ln_saturation,
            at_layer(values, BETA_N + carrier, layer, t), hop,
        )  # fmt: skip
        strength += rise
        if y[e + 1] != y[e]:
            by_y = by_field / (y[e + 1] - y[e])
    both = (
        eta[carrier, 0, e], eta[carrier, 1, e], ln_f[carrier, 0, e], ln_f[carrier, 1, e], slope[carrier, 0, e],
        slope[carrier, 1, e],
    )  # fmt: skip
    boltzmann = line.code[e] == 0
    falls_z, falls_x, ln_c = exponents(boltzmann, strength, *both, drop)
    phi, conductance, level_i, level_j, band_i, band_j = flux(
        boltzmann, *both, drop, math.exp(falls_z), math.expm1(falls_z), math.exp(falls_x), math.expm1(falls_x)
    )
    if by_y != 0.0:
        # The band of holes moves against y.
        by_y *= phi if carrier == 0 else -phi
        band_i -= by_y
        band_j += by_y
    return ln_c, phi, conductance, level_i, level_j, band_i, band_j


@kernel
def spike(y: FloatArray, carrier: int, e: int, line: Line) -> float:
    """Return ln(1 + Gamma) of tunnelling through the top of the barrier beside interface element `e`.

    The barrier is a triangle in the field of the next element on its side, as deep as the band falls there, and no
    deeper than to the edge of the other side. The derivative is left out of Newton's Jacobian, for the gate judges the
    state; `adjoint.spike_slopes` has it.
    """
    values = line.interfaces[:, line.interface[e]]
    edges = line.edge_C if carrier == 0 else line.edge_V
    turn = 1.0 if carrier == 0 else -1.0
    right = values[SIDE_N + carrier] > 0.0
    own, other = (e + 1, e - 1) if right else (e - 1, e + 1)
    if right:
        inner, outer, fall = edges[0, own], edges[1, other], turn * (y[own + 1] - y[own])
    else:
        inner, outer, fall = edges[1, own], edges[0, other], turn * (y[own] - y[own + 1])
    if fall <= 0.0:
        return 0.0
    # As far as the band goes on falling within the layer.
    depth, at = 0.0, own
    while 0 <= at < line.width.size and line.row[at] == line.row[own] and line.code[at] == line.code[own]:
        step = turn * (y[at + 1] - y[at]) * (1.0 if right else -1.0)
        if step <= 0.0:
            break
        depth += step
        at += 1 if right else -1
    depth = min(depth, turn * (inner - outer))
    cube = values[SPIKE_N + carrier] * (depth * line.kT) ** 1.5
    return field_enhancement(depth, cube, field_of(y, own, line))[0]


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
def exponent_of(x: float) -> int:
    """Return the exponent of 2 in a positive normal number, as IEEE 754 stores it: numba's frexp is a slow call."""
    return (int(np.float64(x).view(np.int64)) >> 52) - 1023


@kernel
def power_of_two(exponent: int) -> float:
    """Return 2 to an exponent between -1022 and 1023."""
    return float(np.int64((exponent + 1023) << 52).view(np.float64))


@woven
def _round_scales(scale: FloatArray, shrink: FloatArray) -> None:
    """Make each scale ln of a power of two, and write what to multiply with instead; 0 where that may overflow."""
    for carrier in range(2):
        for i in range(scale.shape[1]):
            if scale[carrier, i] > NONE:
                exponent = round(scale[carrier, i] / LN_2)
                scale[carrier, i] = exponent * LN_2
                if abs(scale[carrier, i]) < FAR:
                    shrink[carrier, i] = power_of_two(-exponent)


@inlined
def shrunk(ln_x: float, x: float, scale: float, shrink: float) -> float:
    """Return exp(ln_x - scale), by one product where x = exp(ln_x) and exp(-scale) are far from over- and underflow."""
    if shrink > 0.0 and abs(ln_x) < FAR:
        return x * shrink
    return math.exp(min(ln_x - scale, 700.0))


@woven
def interface_rows(
    node: int, y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, line: Line, eta: FloatArray,
    ln_f: FloatArray, slope: FloatArray, scale: FloatArray, system: System, lost: FloatArray, extended: bool,
    derivatives: bool, pairs: int,
) -> None:  # fmt: skip
    """Add what the first `pairs` of `PAIRS` exchange by the levels of the interface at `node`, and their charge."""
    jacobian, low = system.jacobian, system.low
    twin = node + 1 if line.code[node] == INTERFACE else node
    left, right = node - 1, twin
    ln_c, thin, steep = np.full(N_SPECIES, NONE), np.zeros(N_SPECIES), np.ones(N_SPECIES)
    at = (node, twin, node, twin)
    for k in range(N_SPECIES):
        carrier, e, end = k // 2, (left if k % 2 == 0 else right), 1 - k % 2
        if line.code[e] >= 0:
            ends = line.ln_N_C if carrier == 0 else line.ln_N_V
            ln_c[k], steep[k] = ends[end, e] + ln_f[carrier, end, e], slope[carrier, end, e]
            thin[k] = ln_f[carrier, end, e] - eta[carrier, end, e]
    ln_rate, shares = np.empty(6), np.empty(N_SPECIES)
    rho, q_0, q_1, q_2, q_3 = interface_exchange(
        ln_c, thin, steep, line.interfaces[:, line.interface[node]], ln_rate, shares
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
        if ln_rate[pair] < -1e299:
            continue
        a, b = PAIRS[pair]
        i, j = at[a], at[b]
        if pair < 4:
            d = splitting(u[i], v[j], bias) + ((lows[0, 0, i] - lows[1, 0, j]) + (lows[0, 1, i] - lows[1, 1, j]))
        elif i == j:
            continue
        elif pair == 4:
            d = (u[i] - u[j]) + ((lows[0, 0, i] - lows[0, 0, j]) + (lows[0, 1, i] - lows[0, 1, j]))
        else:
            d = (v[j] - v[i]) + ((lows[1, 0, j] - lows[1, 0, i]) + (lows[1, 1, j] - lows[1, 1, i]))
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
                if moves != 0.0 and ln_c[m] > -1e299:
                    by = weight * net * moves * (1.0 if m < 2 else -1.0)
                    put(jacobian, low, False, OWN + at[m] - node_k, node_k, row, 0, -by)
                    put(jacobian, low, extended, OWN + at[m] - node_k, node_k, row, 1 + m // 2, -by)


@woven
def _fluxes(
    y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, line: Line, eta: FloatArray,
    ln_f: FloatArray, slope: FloatArray, edges: FloatArray, scale: FloatArray, currents: FloatArray,
) -> None:  # fmt: skip
    """Write ln c, phi, conductance and four derivatives of each carrier's flux, and c: `edges`, (n_elements, 2, 8).

    `currents` are those of `Flows`; `scale`, shape (2, n_nodes), is ln of the larger c beside each node, or `NONE`.
    """
    elements, code, row, width, fraction = y.size - 1, line.code, line.row, line.width, line.fraction
    values, ln_conductance = line.values, line.ln_conductance
    layers = values.shape[2]
    drifts = np.zeros(layers, np.bool_)
    for layer in range(layers):
        drifts[layer] = values[HOP, 0, layer] != 0.0
        for carrier in range(2):
            saturates = values[LN_SATURATION_N + carrier, 0, layer] < 1e299
            drifts[layer] = drifts[layer] or saturates or values[POOLE_N + carrier, 0, layer] != 0.0
    drops, by_fields = np.zeros((elements, 2)), np.zeros((elements, 2))
    exponent, grown, change = np.zeros(6 * elements), np.empty(6 * elements), np.empty(6 * elements)
    for e in range(elements):
        if code[e] < 0:
            continue
        layer, middle = row[e], 0.5 * (fraction[0, e] + fraction[1, e])
        drops[e, 0] = (u[e + 1] - u[e]) + ((lows[0, 0, e + 1] - lows[0, 0, e]) + (lows[0, 1, e + 1] - lows[0, 1, e]))
        drops[e, 1] = (v[e] - v[e + 1]) + ((lows[1, 0, e] - lows[1, 0, e + 1]) + (lows[1, 1, e] - lows[1, 1, e + 1]))
        for carrier in range(2):
            strength = ln_conductance[carrier, e]
            if drifts[layer]:
                faster_by, by_fields[e, carrier] = mobility_factor(
                    abs(y[e + 1] - y[e]) * line.kT / width[e], at_layer(values, LN_MU_N + carrier, layer, middle),
                    at_layer(values, POOLE_N + carrier, layer, middle),
                    at_layer(values, LN_SATURATION_N + carrier, layer, middle),
                    at_layer(values, BETA_N + carrier, layer, middle), at_layer(values, HOP, layer, middle),
                )  # fmt: skip
                strength += faster_by
            k = 6 * e + 3 * carrier
            exponent[k], exponent[k + 1], exponent[k + 2] = exponents(
                code[e] == 0, strength, eta[carrier, 0, e], eta[carrier, 1, e], ln_f[carrier, 0, e],
                ln_f[carrier, 1, e], slope[carrier, 0, e], slope[carrier, 1, e], drops[e, carrier],
            )  # fmt: skip
    exponentials(exponent, grown, change)
    for i in range(elements + 1):
        scale[0, i], scale[1, i] = NONE, NONE
    for e in range(elements):
        if code[e] < 0 and code[e] != INTERFACE:
            for carrier in range(2):
                edges[e, carrier, 0] = NONE
                currents[carrier, e] = 0.0
            continue
        rises = y[e + 1] - y[e]
        for carrier in range(2):
            # `element_flux` knows every case; all but interfaces stand here too, to spare the call with all arrays.
            if code[e] == INTERFACE:
                found = element_flux(y, u, v, lows, bias, carrier, e, line, eta, ln_f, slope)
                for m in range(7):
                    edges[e, carrier, m] = found[m]
                edges[e, carrier, 7] = math.exp(min(found[0], 700.0))
            else:
                k = 6 * e + 3 * carrier
                moved = flux(
                    code[e] == 0, eta[carrier, 0, e], eta[carrier, 1, e], ln_f[carrier, 0, e], ln_f[carrier, 1, e],
                    slope[carrier, 0, e], slope[carrier, 1, e], drops[e, carrier], grown[k], change[k], grown[k + 1],
                    change[k + 1],
                )  # fmt: skip
                for m in range(6):
                    edges[e, carrier, 1 + m] = moved[m]
                edges[e, carrier, 0], edges[e, carrier, 7] = exponent[k + 2], grown[k + 2]
                if by_fields[e, carrier] != 0.0 and rises != 0.0:
                    # The band of holes moves against y.
                    by_y = by_fields[e, carrier] / rises * (moved[0] if carrier == 0 else -moved[0])
                    edges[e, carrier, 5] -= by_y
                    edges[e, carrier, 6] += by_y
            scale[carrier, e] = max(scale[carrier, e], edges[e, carrier, 0])
            scale[carrier, e + 1] = max(scale[carrier, e + 1], edges[e, carrier, 0])
            current = edges[e, carrier, 1] * edges[e, carrier, 7]
            currents[carrier, e] = current if carrier == 0 else -current


#: Columns of what `_ends` writes: densities, d ln n / d eta; ln and number of n p exp(max(-d, 0)) and the factor to
#: that, the relative derivatives of this and to ln F; exp(-d) and 1 - exp(-d), both over exp(max(-d, 0)); charge of
#: levels and its derivatives.
(N, P, BY_ETA_N, BY_ETA_P, LN_RATE, RATE, FACTOR, BY_N, BY_P, BY_FIELD, MISSING, NET, TRAPPED, TRAPPED_N,
 TRAPPED_P) = range(15)  # fmt: skip
N_END_VALUES = 15


@woven
def _ends(
    y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, line: Line, eta: FloatArray,
    ln_f: FloatArray, slope: FloatArray, at: IntArray, ends: FloatArray, rates: FloatArray, charge: FloatArray,
) -> None:  # fmt: skip
    """Write what is at the ends of the elements: densities, recombination, and charge of levels.

    `rates` and `charge` are those of `Flows`. End `side` of element e is row at[side, e] of `ends`, shape
    (2 n_elements, N_END_VALUES), the same one as that of its neighbour where these are alike; -1 without carriers.
    """
    elements, code, row, width, fraction = y.size - 1, line.code, line.row, line.width, line.fraction
    values, traps, first_trap, goes_on = line.values, line.traps, line.first_trap, line.goes_on
    ln_N_C, ln_N_V = line.ln_N_C, line.ln_N_V
    # What a layer has of the mechanisms that most have not.
    layers = values.shape[2]
    tunnels, charged, tame = np.zeros(layers, np.bool_), np.zeros(layers, np.bool_), np.zeros(layers, np.bool_)
    of_values, of_traps = np.empty((4, layers)), np.empty((4, traps.shape[2]))
    for layer in range(layers):
        tunnels[layer] = values[LN_KANE, 0, layer] > -1e299
        for t in range(first_trap[layer], first_trap[layer + 1]):
            tunnels[layer] = tunnels[layer] or traps[CUBE_N, 0, t] > 0.0 or traps[CUBE_P, 0, t] > 0.0
            charged[layer] = charged[layer] or traps[CHARGE, 0, t] != 0.0 or traps[CHARGE, 1, t] != 0.0
        tame[layer] = numbers(values, traps, first_trap[layer], first_trap[layer + 1], layer, of_values, of_traps)
    exponent, grown, change = np.empty(8 * elements), np.empty(8 * elements), np.empty(8 * elements)
    count = 0
    for e in range(elements):
        for side in range(2):
            at[side, e] = -1
            if code[e] < 0:
                continue
            if side == 0 and goes_on[e] and not tunnels[row[e]]:
                at[0, e] = count - 1
                continue
            i, k = e + side, 4 * count
            below = (lows[0, 0, i] - lows[1, 0, i]) + (lows[0, 1, i] - lows[1, 1, i])
            d = splitting(u[i], v[i], bias) + below
            ln_n, ln_p = ln_N_C[side, e] + ln_f[0, side, e], ln_N_V[side, e] + ln_f[1, side, e]
            exponent[k], exponent[k + 1], exponent[k + 2] = ln_n, ln_p, ln_n + ln_p + max(-d, 0.0)
            exponent[k + 3] = -abs(d)
            ends[count, NET] = d
            at[side, e] = count
            count += 1
    exponentials(exponent[: 4 * count], grown, change)
    shares, here, rate = np.zeros(N_MECHANISMS), -1, 0.0
    faster, integrals, room = room_for(traps.shape[2])
    for e in range(elements):
        layer, field = row[e], 0.0
        if code[e] >= 0 and tunnels[layer]:
            field = abs(y[e + 1] - y[e]) * line.kT / width[e]
            middle = 0.5 * (fraction[0, e] + fraction[1, e])
            tunnelling_from_levels(
                field, traps, first_trap[layer], first_trap[layer + 1], middle, faster, integrals, room
            )  # fmt: skip
        for side in range(2):
            if at[side, e] < 0:
                charge[side, e] = 0.0
                for mechanism in range(N_MECHANISMS):
                    rates[mechanism, side, e] = 0.0
                continue
            if at[side, e] != here:
                here = at[side, e]
                k = 4 * here
                ln_n, ln_p, n, p = exponent[k], exponent[k + 1], grown[k], grown[k + 1]
                s_n, s_p = slope[0, side, e], slope[1, side, e]
                thin_n, thin_p = ln_f[0, side, e] - eta[0, side, e], ln_f[1, side, e] - eta[1, side, e]
                if tame[layer] and abs(ln_n) < TAME and abs(ln_p) < TAME:
                    dilute, by_field = code[e] == 0, 0.0
                    factor, by_n, by_p = plain_rate(
                        n, p, 1.0 if dilute else math.exp(thin_n), 1.0 if dilute else math.exp(thin_p), s_n, s_p,
                        of_values, of_traps, first_trap[layer], first_trap[layer + 1], layer, shares,
                    )  # fmt: skip
                    ln_rate, pairs = exponent[k + 2], grown[k + 2]
                else:
                    ln_K, factor, by_n, by_p, by_field = local_rate(
                        ln_n, ln_p, thin_n, thin_p, s_n, s_p, field, values, traps, faster, first_trap[layer],
                        first_trap[layer + 1], layer, fraction[side, e], shares,
                    )  # fmt: skip
                    ln_rate = exponent[k + 2] + ln_K
                    pairs = math.exp(min(ln_rate, 700.0)) if factor > 0.0 else 0.0
                missing, net = (grown[k + 3], -change[k + 3]) if ends[here, NET] >= 0.0 else (1.0, change[k + 3])
                rate = net * pairs * factor
                ends[here, N], ends[here, P], ends[here, BY_ETA_N], ends[here, BY_ETA_P] = n, p, s_n, s_p
                ends[here, LN_RATE], ends[here, RATE], ends[here, FACTOR] = ln_rate, pairs, factor
                ends[here, BY_N], ends[here, BY_P], ends[here, BY_FIELD] = by_n, by_p, by_field
                ends[here, MISSING], ends[here, NET] = missing, net
                trapped, trapped_n, trapped_p = 0.0, 0.0, 0.0
                if charged[layer]:
                    trapped, trapped_n, trapped_p = layer_charge(
                        ln_n, ln_p, thin_n, thin_p, s_n, s_p, traps, first_trap[layer], first_trap[layer + 1],
                        fraction[side, e],
                    )  # fmt: skip
                ends[here, TRAPPED], ends[here, TRAPPED_N], ends[here, TRAPPED_P] = trapped, trapped_n, trapped_p
            charge[side, e] = ends[here, TRAPPED]
            for mechanism in range(N_MECHANISMS):
                rates[mechanism, side, e] = shares[mechanism] * rate


@inlined
def summed(total: float, low: float, value: float, extended: bool) -> tuple[float, float]:
    """Return total + value, and `low` with what its rounding took off where `extended` (Knuth's exact sum)."""
    after = total + value
    if extended:
        b = after - total
        low += (total - (after - b)) + (value - b)
    return after, low


@kernel
def assemble(
    y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, line: Line, generation: FloatArray,
    contacts: FloatArray, system: System, flows: Flows, depth: int,
) -> None:  # fmt: skip
    """Write residual and Jacobian in blocks of three, each row scaled by its own largest conductance.

    Parameters
    ----------
    y, u, v : ndarray, shape (n_nodes,)
        Potential, electron and hole level over kT.
    lows : ndarray, shape (2, 2, n_nodes)
        What rounding took off the levels of electrons and holes, in two parts of falling size: along a good conductor
        the last digits are the current.
    bias : float
        q V / kT, anode minus cathode.
    line : Line
        Band edges over kT.
    generation : ndarray, shape (2, n_elements)
        [cm^-3 s^-1]
    contacts : ndarray, shape (2, N_CONTACT_VALUES)
        Of front and back.
    system, flows
        Written.
    depth : int
        How much of it: `FLOWS` alone, the `RESIDUAL` (Poisson's rows not divided), the `JACOBIAN`, or with `EXTENDED`
        its `low` parts too.

    Notes
    -----
    Eqs. (T3) of docs/method.md: dJ_n/dx = q (R - G), dJ_p/dx = -q (R - G), with fluxes of eq. (T1).
    """
    nodes, elements = y.size, y.size - 1
    eta, ln_f, slope = np.zeros((2, 2, elements)), np.zeros((2, 2, elements)), np.zeros((2, 2, elements))
    densities(y, u + lows[0, 0], v + lows[1, 0], bias, line, eta, ln_f, slope)
    scale, shrink, edges = np.empty((2, nodes)), np.zeros((2, nodes)), np.empty((elements, 2, 8))
    _fluxes(y, u, v, lows, bias, line, eta, ln_f, slope, edges, scale, flows.currents)
    _round_scales(scale, shrink)
    at, ends = np.empty((2, elements), np.int64), np.empty((2 * elements, N_END_VALUES))
    _ends(y, u, v, lows, bias, line, eta, ln_f, slope, at, ends, flows.rates, flows.trapped)
    derivatives, extended = depth >= JACOBIAN, depth >= EXTENDED
    if depth > FLOWS:
        _poisson_rows(y, line, at, ends, system, extended, derivatives)
        for carrier in range(2):
            _continuity_rows(
                carrier, y, line, generation, edges, at, ends, scale, shrink, system, extended, derivatives
            )  # fmt: skip
    lost, at_interface = flows.lost, line.interface
    for i in range(nodes):
        lost[0, i], lost[1, i] = 0.0, 0.0
    for i in range(nodes):
        if at_interface[i] >= 0:
            interface_rows(
                i, y, u, v, lows, bias, line, eta, ln_f, slope, scale, system, lost, extended, derivatives, len(PAIRS)
            )  # fmt: skip
    if depth == FLOWS:
        return
    for end in range(2):
        _contact_rows(end, y, u, v, lows, line, contacts, ln_f, slope, scale, system, extended, derivatives)
    # Inside an insulator no carrier moves: its levels follow those of the neighbours.
    residual, jacobian, ln_scale = system.residual, system.jacobian, system.ln_scale
    for i in range(1, nodes - 1):
        for carrier in range(2):
            if scale[carrier, i] <= NONE:
                k = 1 + carrier
                level = u if carrier == 0 else v
                residual[i, k] = level[i] - level[i - 1]
                scale[carrier, i] = 0.0
                if derivatives:
                    jacobian[OWN, i, k, k] = 1.0
                    jacobian[BEFORE, i, k, k] = -1.0
    if derivatives:
        _scale_rows(system, scale, extended)
    else:
        for i in range(nodes):
            ln_scale[i, 0], ln_scale[i, 1], ln_scale[i, 2] = 0.0, scale[0, i], scale[1, i]


@woven
def _poisson_rows(
    y: FloatArray, line: Line, at: IntArray, ends: FloatArray, system: System, extended: bool, derivatives: bool
) -> None:
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
        if derivatives:
            for k in range(3):
                jacobian[BEFORE, i, 0, k], jacobian[BEHIND, i, 0, k] = 0.0, 0.0
            jacobian[BEFORE, i, 0, 0], jacobian[BEHIND, i, 0, 0] = before, behind
            jacobian[OWN, i, 0, 0], jacobian[OWN, i, 0, 1], jacobian[OWN, i, 0, 2] = own + (by_n + by_p), by_n, by_p
            if extended:
                for block in range(3):
                    for k in range(3):
                        low[block, i, 0, k] = 0.0


@woven
def _continuity_rows(
    carrier: int, y: FloatArray, line: Line, generation: FloatArray, edges: FloatArray, at: IntArray, ends: FloatArray,
    scale: FloatArray, shrink: FloatArray, system: System, extended: bool, derivatives: bool,
) -> None:  # fmt: skip
    """Write the rows of a carrier, divided by exp(`scale`), without contacts and levels of interfaces.

    `shrink` is exp(-scale), or 0 where that is out of range; both have the shape (2, n_nodes).
    """
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
            ln_c = edges[e, carrier, 0]
            if ln_c > NONE:
                factor = shrunk(ln_c, edges[e, carrier, 7], ln_unit, unit)
                if side == 1:
                    factor = -factor
                rest += factor * edges[e, carrier, 1]
                if derivatives:
                    factor *= turn
                    # The same rounded conductance enters the diagonal and its neighbour, so that it cancels exactly.
                    between = edges[e, carrier, 2] * factor
                    at_level_i, at_level_j = edges[e, carrier, 3] * factor, edges[e, carrier, 4] * factor
                    at_band_i, at_band_j = edges[e, carrier, 5] * factor, edges[e, carrier, 6] * factor
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
    end: int, y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, line: Line, contacts: FloatArray,
    ln_f: FloatArray, slope: FloatArray, scale: FloatArray, system: System, extended: bool, derivatives: bool,
) -> None:  # fmt: skip
    """Write the rows of the front (0) or back (1) node: the potential is held, carriers pass with their velocity."""
    residual, jacobian = system.residual, system.jacobian
    nodes = y.size
    i, inner, e = (0, 1, 0) if end == 0 else (nodes - 1, nodes - 2, nodes - 2)
    towards = BEHIND if end == 0 else BEFORE
    stiffness = line.permittivity[e] * line.kT / line.width[e]
    residual[i, 0] = (y[i] - contacts[end, 0]) * stiffness
    if derivatives:
        # One by one: numba compiles an assignment to a slice for seconds.
        for m in range(3):
            jacobian[towards, i, 0, m] = 0.0
            jacobian[OWN, i, 0, m] = stiffness if m == 0 else 0.0
    for carrier in range(2):
        k, turn = 1 + carrier, 1.0 if carrier == 0 else -1.0
        level, rest = (u[i] if carrier == 0 else v[i]), lows[carrier, 0, i]
        ln_S = contacts[end, 3 + carrier]
        if ln_S > 1e299 or line.code[e] < 0:
            residual[i, k] = (level - contacts[end, k]) + rest
            scale[carrier, i] = 0.0
            if not derivatives:
                continue
            for block in range(3):
                for m in range(3):
                    jacobian[block, i, k, m] = 0.0
                    if extended:
                        system.low[block, i, k, m] = 0.0
            jacobian[OWN, i, k, k] = 1.0
        elif ln_S > -1e299:
            ends = line.ln_N_C if carrier == 0 else line.ln_N_V
            # The image force lowers the barrier where the field draws carriers away from the contact.
            away = turn * (y[inner] - y[i])
            lowered = contacts[end, 5] * math.sqrt(away * line.kT / line.width[e]) if away > 0.0 else 0.0
            weight = math.exp(min(ln_S + lowered + ends[end, e] + ln_f[carrier, end, e] - scale[carrier, i], 700.0))
            above = turn * ((level - contacts[end, k]) + rest)
            net = -math.expm1(-above)
            residual[i, k] -= weight * net
            if not derivatives:
                continue
            jacobian[OWN, i, k, k] -= turn * weight * (net * slope[carrier, end, e] + math.exp(-above))
            jacobian[OWN, i, k, 0] -= turn * weight * net * slope[carrier, end, e]
            if lowered > 0.0:
                by = turn * weight * net * 0.5 * lowered / away
                jacobian[OWN, i, k, 0] += by
                jacobian[towards, i, k, 0] -= by


@woven
def _scale_rows(system: System, scale: FloatArray, extended: bool) -> None:
    """Divide each row by about its largest entry; `scale` says by what continuity was divided already."""
    residual, jacobian, low, ln_scale = system.residual, system.jacobian, system.low, system.ln_scale
    for i in range(residual.shape[0]):
        for k in range(3):
            largest = 0.0
            for block in range(3):
                for m in range(3):
                    largest = max(largest, abs(jacobian[block, i, k, m]))
            if 1e-300 < largest < 1e300:
                exponent = exponent_of(largest)
                size = power_of_two(-exponent)  # so that nothing is rounded
                ln_scale[i, k] = exponent * LN_2 + (scale[k - 1, i] if k > 0 else 0.0)
                residual[i, k] *= size
                for block in range(3):
                    for m in range(3):
                        jacobian[block, i, k, m] *= size
                        if extended:
                            low[block, i, k, m] *= size


@kernel
def eliminate(residual: FloatArray, jacobian: FloatArray, step: FloatArray) -> bool:
    """Write the Newton step -J^-1 F by block elimination with row exchange, shape (n_nodes, 3); False if singular.

    The blocks are used up.
    """
    nodes = residual.shape[0]
    # Of each node: its own block, the one behind, and the right-hand side, side by side.
    work = np.empty((3, 7))
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


@kernel
def _tamed(step: float) -> float:
    """Return a Newton step that grows with the logarithm beyond one kT: there the exponentials rule."""
    if abs(step) <= 1.0:
        return step
    return math.copysign(1.0 + math.log(abs(step)), step)


@woven
def relax(
    y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, line: Line, generation: FloatArray,
    contacts: FloatArray, system: System, flows: Flows, most: int,
) -> None:  # fmt: skip
    """Let the potential alone follow the levels as they are: Poisson's equation, which is convex, by damped steps."""
    nodes = y.size
    pivot, load = np.empty(nodes), np.empty(nodes)
    for _ in range(most):
        assemble(y, u, v, lows, bias, line, generation, contacts, system, flows, variable(JACOBIAN))
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
def newton(
    y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, line: Line, generation: FloatArray,
    contacts: FloatArray, flows: Flows, most: int, gate: float, extended: bool, relaxing: int,
) -> tuple[int, float, float]:  # fmt: skip
    """Solve in place; return the number of steps, the last update [kT], and the conservation figure.

    The figure is that of `conservation`, eq. (T4); the loop ends when it meets
    `gate` and the update is small, or when rounding lets the update shrink no more, or after `most` steps. With
    `extended` the elimination is done in double-double. At most `relaxing` steps let the potential alone come to rest
    first.
    """
    nodes, full = y.size, EXTENDED if extended else JACOBIAN
    step, step_low = np.zeros((nodes, 3)), np.zeros((nodes, 3))
    system = System(
        np.empty((nodes, 3)), np.empty((3, nodes, 3, 3)), np.empty((3, nodes if extended else 1, 3, 3)),
        np.zeros((nodes, 3)),
    )  # fmt: skip
    if relaxing > 0:
        relax(y, u, v, lows, bias, line, generation, contacts, system, flows, relaxing)
    largest, figure, last, last_figure, stalls = math.inf, math.inf, math.inf, math.inf, 0
    for count in range(most + 1):
        # Newton's next step would be about the square of this one: where that is nothing, only flows are looked at.
        rested = largest < RESTED
        assemble(y, u, v, lows, bias, line, generation, contacts, system, flows, FLOWS if rested else full)
        figure = conservation(flows, generation, line.width)
        # Sums over many nodes are to meet the gate too.
        if largest < SETTLED and figure <= 0.1 * gate:
            return count, largest, figure
        # At the limit of rounding the update shrinks no more; in double-double the figure may still.
        if largest < 1e-6 and (figure >= 0.5 * last_figure if extended else largest >= 0.5 * last):
            stalls += 1
            if stalls > (2 if extended else 0):
                return count, largest, figure
        last_figure = figure
        if count == most:
            return count, largest, figure
        if rested:
            assemble(y, u, v, lows, bias, line, generation, contacts, system, flows, full)
        if extended:
            solved = double_double.eliminate(system.residual, system.jacobian, system.low, step, step_low)
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
    return most, largest, figure


class Walk(NamedTuple):
    """Operating points along a curve: arrays of `newton` with the point as first index."""

    levels: FloatArray  # y, u, v; shape (n_points, 3, n_nodes)
    lows: FloatArray
    currents: FloatArray
    rates: FloatArray
    trapped: FloatArray
    lost: FloatArray
    figures: FloatArray  # steps, conservation and total current, shape (n_points, 3)


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


@inlined
def bring_to(held: FloatArray, contacts: FloatArray, by_bias: FloatArray, bias: float) -> None:
    """Write the contacts' rows at a bias [kT/q]: those at 0 V, and what each kT adds, shape (2, N_CONTACT_VALUES)."""
    for end in range(2):
        for k in range(N_CONTACT_VALUES):
            held[end, k] = contacts[end, k] + bias * by_bias[end, k]


@kernel
def walk(
    biases: FloatArray, known: int, guessed: int, line: Line, generation: FloatArray, contacts: FloatArray,
    by_bias: FloatArray, most: int, gate: float, extended: bool, relaxing: int, along: Walk,
) -> int:  # fmt: skip
    """Solve for the points behind the first `known` ones; return how many there are then.

    It stops before a point that Newton's method does not reach. Of the first `guessed` ones `along` holds the levels or
    a guess of them; the guess of another is Lagrange's polynomial through the last points, at most `MEMORY`.

    Parameters
    ----------
    biases : ndarray, shape (n_points,)
        q V / kT.
    contacts, by_bias : ndarray, shape (2, N_CONTACT_VALUES)
        Of front and back without bias, and what one kT of bias adds.
    most, gate, extended, relaxing
        Of `newton`; a literal here would compile all that hangs on it once more.
    along : Walk
        Written from `known` on.
    """
    levels, all_lows, figures = along.levels, along.lows, along.figures
    currents, rates, trapped, lost = along.currents, along.rates, along.trapped, along.lost
    nodes, held, weights = levels.shape[2], np.empty((2, N_CONTACT_VALUES)), np.empty(MEMORY)
    for point in range(known, biases.size):
        state = levels[point]
        if point >= guessed:
            first = point - trusted(biases, levels, point, weights)
            lagrange(biases, first, point, weights)
            for k in range(3):
                for node in range(nodes):
                    guess = 0.0
                    for i in range(first, point):
                        guess += weights[i - first] * levels[i, k, node]
                    state[k, node] = guess
        bring_to(held, contacts, by_bias, biases[point])
        state[0, 0], state[0, nodes - 1] = held[0, 0], held[1, 0]
        flows = Flows(currents[point], rates[point], trapped[point], lost[point])
        steps, update, figure = newton(
            state[0], state[1], state[2], all_lows[point], biases[point], line, generation, held, flows, most, gate,
            extended, relaxing,
        )  # fmt: skip
        figures[point, 0], figures[point, 1], figures[point, 2] = steps, figure, total_current(flows)
        if not (figure <= gate and update < SETTLED):
            return point
    return biases.size


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
