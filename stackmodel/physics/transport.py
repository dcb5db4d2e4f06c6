"""Drift and diffusion of electrons and holes with Poisson's equation on one line of elements: assembly and elimination.

Unknowns of a node are the potential y = psi/kT, the electron level u = (F_n - F_cathode)/kT and the hole level
v = (F_p - F_anode)/kT: a level is exact only near zero, and each carrier is measured from the contact that feeds it.
At zero bias in the dark u = v = 0 and every flux and rate is exactly zero. Currents count in carriers, cm^-2 s^-1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stackmodel.physics import double_double
from stackmodel.physics.flux import flux
from stackmodel.physics.kernel import kernel
from stackmodel.physics.recombination import ln_srh
from stackmodel.physics.statistics import FloatArray, ln_density

IntArray = NDArray[np.int64]
#: Rows of `layer_values` (shape (N_VALUES, n_layers)).
LN_MU_N, LN_MU_P, LN_TAU_N, LN_TAU_P, LN_N_1, LN_P_1, LN_RADIATIVE, LN_AUGER_N, LN_AUGER_P = range(9)
N_VALUES = 9
#: Mechanisms of recombination, rows of `rates`.
SRH, RADIATIVE, AUGER = range(3)
N_MECHANISMS = 3
_EMPTY = -1e300


@kernel
def local_rate(ln_n: float, ln_p: float, values: FloatArray, shares: FloatArray) -> tuple[float, float, float]:
    """Return ln K of R = K n p (1 - e^-d) over all mechanisms, d ln K / d ln n and d ln K / d ln p.

    `values` has shape (N_VALUES,), see `LN_TAU_N` and its neighbours; `shares`, shape (N_MECHANISMS,), is written with
    each mechanism's share of K. ln K is -1e300 where nothing recombines.
    """
    ln_1, by_n, by_p = _EMPTY, 0.0, 0.0
    if values[LN_TAU_N] < 1e299:
        ln_1, by_n, by_p = ln_srh(ln_n, ln_p, values[LN_N_1], values[LN_P_1], values[LN_TAU_N], values[LN_TAU_P])
    ln_2 = values[LN_RADIATIVE]
    ln_3, ln_4 = values[LN_AUGER_N] + ln_n, values[LN_AUGER_P] + ln_p
    if max(ln_2, max(ln_3, ln_4)) < -1e299:
        shares[SRH], shares[RADIATIVE], shares[AUGER] = 1.0, 0.0, 0.0
        return ln_1, -by_n, -by_p
    top = max(max(ln_1, ln_2), max(ln_3, ln_4))
    if top < -1e299:
        shares[:] = 0.0
        return _EMPTY, 0.0, 0.0
    k_1, k_2 = math.exp(ln_1 - top), math.exp(ln_2 - top)
    k_3, k_4 = math.exp(ln_3 - top), math.exp(ln_4 - top)
    total = k_1 + k_2 + k_3 + k_4
    shares[SRH], shares[RADIATIVE], shares[AUGER] = k_1 / total, k_2 / total, (k_3 + k_4) / total
    return top + math.log(total), (k_3 - k_1 * by_n) / total, (k_4 - k_1 * by_p) / total


@kernel
def splitting(u: float, v: float, bias: float) -> float:
    """Return u - v + bias with the rounding of both operations put back (Knuth's exact sum)."""
    first = u - v
    b = first - u
    lost = (u - (first - b)) - (v + b)
    total = first + bias
    b = total - first
    return total + (((first - (total - b)) + (bias - b)) + lost)


@kernel
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
def continues(e: int, code: IntArray, row: IntArray, edge_C: FloatArray, edge_V: FloatArray) -> bool:
    """Whether element `e` goes on where the one before it ends: the same layer and the same band edges."""
    return bool(
        row[e] == row[e - 1]
        and code[e] == code[e - 1]
        and edge_C[0, e] == edge_C[1, e - 1]
        and edge_V[0, e] == edge_V[1, e - 1]
    )


@kernel
def densities(
    y: FloatArray, u: FloatArray, v: FloatArray, bias: float, code: IntArray, row: IntArray, tables: FloatArray,
    edge_C: FloatArray, edge_V: FloatArray, eta: FloatArray, ln_f: FloatArray, slope: FloatArray,
) -> None:  # fmt: skip
    """Write eta, ln F and d ln F/d eta of electrons (index 0) and holes (1) at both ends of every element.

    Shapes of the last three: (2, 2, n_elements), carrier and end. Energies are over kT; `bias` is q V / kT.
    """
    for e in range(y.size - 1):
        if code[e] < 0:
            continue
        table = tables[row[e]]
        # Inside an ungraded layer the right end of one element is the left end of the next.
        first = 1 if e > 0 and continues(e, code, row, edge_C, edge_V) else 0
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
            ln_f[0, side, e], slope[0, side, e] = ln_density(code[e], eta_n, table)
            ln_f[1, side, e], slope[1, side, e] = ln_density(code[e], eta_p, table)


@kernel
def gather(high: FloatArray, low: FloatArray, node: int, row: int, column: int, value: float) -> None:
    """Add `value` to an entry held as high and low part (Knuth's exact sum)."""
    before = high[node, row, column]
    total = before + value
    b = total - before
    low[node, row, column] += (before - (total - b)) + (value - b)
    high[node, row, column] = total


@kernel
def assemble(
    y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, kT: float,
    width: FloatArray, permittivity: FloatArray,
    code: IntArray, row: IntArray, tables: FloatArray, edge_C: FloatArray, edge_V: FloatArray, ln_N_C: FloatArray,
    ln_N_V: FloatArray, doping: FloatArray, fixed_charge: FloatArray, layer_values: FloatArray, generation: FloatArray,
    contacts: FloatArray, residual: FloatArray, diagonal: FloatArray, lower: FloatArray, upper: FloatArray,
    low: FloatArray, currents: FloatArray, rates: FloatArray,
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
    layer_values : ndarray, shape (N_VALUES, n_layers)
        ln of mobilities, lifetimes (1e300 for none), n_1, p_1, radiative and Auger coefficients (-1e300 for none).
    generation : ndarray, shape (2, n_elements)
        [cm^-3 s^-1]
    contacts : ndarray, shape (2, 6)
        For front and back: y, u and v of the contact, ln S_n, ln S_p [ln cm/s] (1e300 pins the level, -1e300 blocks).
    residual : ndarray, shape (n_nodes, 3); diagonal, lower, upper : ndarray, shape (n_nodes, 3, 3)
        Written. Rows are Poisson, electrons, holes.
    low : ndarray, shape (3, n_nodes, 3, 3)
        Written: what rounding takes off the sums in diagonal, lower and upper.
    currents : ndarray, shape (2, n_elements)
        Written: J_n/q and J_p/q along +x [cm^-2 s^-1].
    rates : ndarray, shape (N_MECHANISMS, 2, n_elements)
        Written: recombination rates at the ends of the elements [cm^-3 s^-1].

    Notes
    -----
    Eqs. (T3) of docs/method.md: dJ_n/dx = q (R - G), dJ_p/dx = -q (R - G), with fluxes of eq. (T1).
    """
    nodes = y.size
    eta, ln_f, slope = np.zeros((2, 2, nodes - 1)), np.zeros((2, 2, nodes - 1)), np.zeros((2, 2, nodes - 1))
    densities(y, u + lows[0, 0], v + lows[1, 0], bias, code, row, tables, edge_C, edge_V, eta, ln_f, slope)
    # ln c, phi, conductance and four derivatives of each carrier's flux
    edge = np.zeros((2, 7, nodes - 1))
    scale = np.full((2, nodes), _EMPTY)
    for e in range(nodes - 1):
        if code[e] < 0:
            edge[0, 0, e] = _EMPTY
            edge[1, 0, e] = _EMPTY
            continue
        ln_h = math.log(kT / width[e])
        for carrier in range(2):
            if carrier == 0:
                drop = (u[e + 1] - u[e]) + ((lows[0, 0, e + 1] - lows[0, 0, e]) + (lows[0, 1, e + 1] - lows[0, 1, e]))
            else:
                drop = (v[e] - v[e + 1]) + ((lows[1, 0, e] - lows[1, 0, e + 1]) + (lows[1, 1, e] - lows[1, 1, e + 1]))
            ln_N = 0.5 * (ln_N_C[0, e] + ln_N_C[1, e]) if carrier == 0 else 0.5 * (ln_N_V[0, e] + ln_N_V[1, e])
            strength = layer_values[carrier, row[e]] + ln_h + ln_N
            found = flux(
                code[e] == 0, strength, eta[carrier, 0, e], eta[carrier, 1, e], ln_f[carrier, 0, e],
                ln_f[carrier, 1, e], slope[carrier, 0, e], slope[carrier, 1, e], drop,
            )  # fmt: skip
            for k in range(7):
                edge[carrier, k, e] = found[k]
            scale[carrier, e] = max(scale[carrier, e], found[0])
            scale[carrier, e + 1] = max(scale[carrier, e + 1], found[0])
            sign = 1.0 if carrier == 0 else -1.0
            currents[carrier, e] = sign * found[1] * math.exp(min(found[0], 700.0))
    residual[:] = 0.0
    diagonal[:] = 0.0
    lower[:] = 0.0
    upper[:] = 0.0
    low[:] = 0.0
    rates[:] = 0.0
    shares = np.zeros(N_MECHANISMS)
    n, p, ln_K, by_n, by_p, missing, net, ln_rate, rate = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for e in range(nodes - 1):
        stiffness = permittivity[e] * kT / width[e]
        i, j = e, e + 1
        rise = stiffness * (y[j] - y[i])
        residual[i, 0] -= rise
        residual[j, 0] += rise
        diagonal[i, 0, 0] += stiffness
        diagonal[j, 0, 0] += stiffness
        upper[i, 0, 0] -= stiffness
        lower[j, 0, 0] -= stiffness
        half = 0.5 * width[e]
        if code[e] < 0:
            residual[i, 0] -= half * doping[0, e]
            residual[j, 0] -= half * doping[1, e]
            continue
        values = layer_values[:, row[e]]
        for carrier in range(2):
            # The band moves with y for electrons and against it for holes, whose level counts as -v.
            turn = 1.0 if carrier == 0 else -1.0
            k = 1 + carrier
            ln_c, phi = edge[carrier, 0, e], edge[carrier, 1, e]
            for end in range(2):
                node, sign = (i, 1.0) if end == 0 else (j, -1.0)
                behind = ln_c - scale[carrier, node]
                factor = sign * math.exp(behind) if behind < 0.0 else sign
                residual[node, k] += factor * phi
                # The same rounded conductance enters the diagonal and its neighbour, so that it cancels exactly.
                between = turn * edge[carrier, 2, e] * factor
                by_level_i, by_level_j = turn * edge[carrier, 3, e] * factor, turn * edge[carrier, 4, e] * factor
                by_band_i, by_band_j = turn * edge[carrier, 5, e] * factor, turn * edge[carrier, 6, e] * factor
                if end == 0:
                    gather(diagonal, low[0], node, k, k, -between)
                    gather(diagonal, low[0], node, k, k, by_level_i)
                    gather(upper, low[2], node, k, k, between)
                    gather(upper, low[2], node, k, k, by_level_j)
                    diagonal[node, k, 0] += by_band_i
                    upper[node, k, 0] += by_band_j
                else:
                    gather(lower, low[1], node, k, k, -between)
                    gather(lower, low[1], node, k, k, by_level_i)
                    gather(diagonal, low[0], node, k, k, between)
                    gather(diagonal, low[0], node, k, k, by_level_j)
                    lower[node, k, 0] += by_band_i
                    diagonal[node, k, 0] += by_band_j
        for side in range(2):
            node = e + side
            known = side == 0 and e > 0 and continues(e, code, row, edge_C, edge_V)
            if not (known and ln_N_C[0, e] == ln_N_C[1, e - 1] and ln_N_V[0, e] == ln_N_V[1, e - 1]):
                known = False
                ln_n, ln_p = ln_N_C[side, e] + ln_f[0, side, e], ln_N_V[side, e] + ln_f[1, side, e]
                n, p = math.exp(min(ln_n, 700.0)), math.exp(min(ln_p, 700.0))
                ln_K, by_n, by_p = local_rate(ln_n, ln_p, values, shares)
                below = (lows[0, 0, node] - lows[1, 0, node]) + (lows[0, 1, node] - lows[1, 1, node])
                d = splitting(u[node], v[node], bias) + below
                # exp(-d) over exp(max(-d, 0)), which goes into the logarithm
                lift = max(-d, 0.0)
                missing = math.exp(-d - lift)
                net = -math.expm1(-d) if lift == 0.0 else math.expm1(d)
                ln_rate = ln_n + ln_p + ln_K + lift
                rate = net * math.exp(min(ln_rate, 700.0)) if ln_K > -1e299 else 0.0
            s_n, s_p = slope[0, side, e], slope[1, side, e]
            residual[node, 0] -= half * (p - n + doping[side, e])
            diagonal[node, 0, 0] += half * (n * s_n + p * s_p)
            diagonal[node, 0, 1] += half * n * s_n
            diagonal[node, 0, 2] += half * p * s_p
            if ln_K > -1e299:
                for mechanism in range(N_MECHANISMS):
                    rates[mechanism, side, e] = shares[mechanism] * rate
                by_u = net * (1.0 + by_n) * s_n
                by_v = -net * (1.0 + by_p) * s_p
                by_y = net * ((1.0 + by_n) * s_n - (1.0 + by_p) * s_p)
                for carrier in range(2):
                    weight = half * math.exp(min(ln_rate - scale[carrier, node], 700.0))
                    k = 1 + carrier
                    residual[node, k] -= weight * net
                    exchange = weight * missing
                    gather(diagonal, low[0], node, k, 1, -exchange)
                    gather(diagonal, low[0], node, k, 1, -weight * by_u)
                    gather(diagonal, low[0], node, k, 2, exchange)
                    gather(diagonal, low[0], node, k, 2, -weight * by_v)
                    diagonal[node, k, 0] -= weight * by_y
            if generation[side, e] != 0.0:
                for carrier in range(2):
                    residual[node, 1 + carrier] += (
                        half * generation[side, e] * math.exp(min(-scale[carrier, node], 700.0))
                    )
    for i in range(nodes):
        residual[i, 0] -= fixed_charge[i]
    for end in range(2):
        i = 0 if end == 0 else nodes - 1
        e = 0 if end == 0 else nodes - 2
        residual[i, 0] = (y[i] - contacts[end, 0]) * diagonal[i, 0, 0]
        for k in range(1, 3):
            diagonal[i, 0, k] = 0.0
        upper[i, 0, :] = 0.0
        lower[i, 0, :] = 0.0
        for carrier in range(2):
            k = 1 + carrier
            level, rest = (u[i] if carrier == 0 else v[i]), lows[carrier, 0, i]
            ln_S = contacts[end, 3 + carrier]
            if ln_S > 1e299 or code[e] < 0:
                residual[i, k] = (level - contacts[end, k]) + rest
                diagonal[i, k, :] = 0.0
                diagonal[i, k, k] = 1.0
                upper[i, k, :] = 0.0
                lower[i, k, :] = 0.0
                low[:, i, k, :] = 0.0
            elif ln_S > -1e299:
                ln_N = ln_N_C[end, e] if carrier == 0 else ln_N_V[end, e]
                weight = math.exp(min(ln_S + ln_N + ln_f[carrier, end, e] - scale[carrier, i], 700.0))
                turn = 1.0 if carrier == 0 else -1.0
                above = turn * ((level - contacts[end, k]) + rest)
                net = -math.expm1(-above)
                residual[i, k] -= weight * net
                diagonal[i, k, k] -= turn * weight * (net * slope[carrier, end, e] + math.exp(-above))
                diagonal[i, k, 0] -= turn * weight * net * slope[carrier, end, e]
    # Inside an insulator no carrier moves: its levels follow those of the neighbours.
    for i in range(1, nodes - 1):
        for carrier in range(2):
            if scale[carrier, i] <= _EMPTY:
                k = 1 + carrier
                level = u if carrier == 0 else v
                residual[i, k] = level[i] - level[i - 1]
                diagonal[i, k, k] = 1.0
                lower[i, k, k] = -1.0
    for i in range(nodes):
        size = 1.0 / diagonal[i, 0, 0]
        residual[i, 0] *= size
        for k in range(3):
            diagonal[i, 0, k] *= size
            upper[i, 0, k] *= size
            lower[i, 0, k] *= size
        for k in range(1, 3):
            largest = 0.0
            for m in range(3):
                largest = max(largest, max(abs(diagonal[i, k, m]), max(abs(upper[i, k, m]), abs(lower[i, k, m]))))
            if largest > 0.0:
                size = math.ldexp(1.0, -math.frexp(largest)[1])  # a power of two, so that nothing is rounded
                residual[i, k] *= size
                for m in range(3):
                    diagonal[i, k, m] *= size
                    upper[i, k, m] *= size
                    lower[i, k, m] *= size
                    for block in range(3):
                        low[block, i, k, m] *= size


@kernel
def _solve_three(matrix: FloatArray, rhs: FloatArray, columns: int) -> bool:
    """Solve a 3 x 3 system for several right-hand sides in place, with row exchange; False if it is singular."""
    for k in range(3):
        best = k
        for r in range(k + 1, 3):
            if abs(matrix[r, k]) > abs(matrix[best, k]):
                best = r
        if matrix[best, k] == 0.0:
            return False
        if best != k:
            for c in range(3):
                matrix[k, c], matrix[best, c] = matrix[best, c], matrix[k, c]
            for c in range(columns):
                rhs[k, c], rhs[best, c] = rhs[best, c], rhs[k, c]
        for r in range(k + 1, 3):
            factor = matrix[r, k] / matrix[k, k]
            for c in range(k + 1, 3):
                matrix[r, c] -= factor * matrix[k, c]
            for c in range(columns):
                rhs[r, c] -= factor * rhs[k, c]
    for k in range(2, -1, -1):
        for c in range(columns):
            total = rhs[k, c]
            for m in range(k + 1, 3):
                total -= matrix[k, m] * rhs[m, c]
            rhs[k, c] = total / matrix[k, k]
    return True


@kernel
def eliminate(
    residual: FloatArray, diagonal: FloatArray, lower: FloatArray, upper: FloatArray, step: FloatArray
) -> bool:
    """Write the Newton step -J^-1 F by block elimination, shape (n_nodes, 3); the blocks are used up."""
    nodes = residual.shape[0]
    work = np.zeros((3, 4))
    for i in range(nodes):
        for r in range(3):
            for c in range(3):
                work[r, c] = upper[i, r, c]
            work[r, 3] = -residual[i, r]
        if i > 0:
            for r in range(3):
                for m in range(3):
                    a = lower[i, r, m]
                    if a != 0.0:
                        for c in range(3):
                            diagonal[i, r, c] -= a * upper[i - 1, m, c]
                        work[r, 3] -= a * step[i - 1, m]
        if not _solve_three(diagonal[i], work, 4):
            return False
        for r in range(3):
            for c in range(3):
                upper[i, r, c] = work[r, c]
            step[i, r] = work[r, 3]
    for i in range(nodes - 2, -1, -1):
        for r in range(3):
            for c in range(3):
                step[i, r] -= upper[i, r, c] * step[i + 1, c]
    return True


@kernel
def _tamed(step: float) -> float:
    """Return a Newton step that grows with the logarithm beyond one kT: there the exponentials rule."""
    if abs(step) <= 1.0:
        return step
    return math.copysign(1.0 + math.log(abs(step)), step)


@kernel
def newton(
    y: FloatArray, u: FloatArray, v: FloatArray, lows: FloatArray, bias: float, kT: float,
    width: FloatArray, permittivity: FloatArray,
    code: IntArray, row: IntArray, tables: FloatArray, edge_C: FloatArray, edge_V: FloatArray, ln_N_C: FloatArray,
    ln_N_V: FloatArray, doping: FloatArray, fixed_charge: FloatArray, layer_values: FloatArray, generation: FloatArray,
    contacts: FloatArray, currents: FloatArray, rates: FloatArray, most: int, gate: float, extended: bool,
) -> tuple[int, float, float]:  # fmt: skip
    """Solve in place; return the number of steps, the last update [kT], and the conservation figure.

    The figure is that of `conservation`, eq. (T4); the loop ends when it meets
    `gate` and the update is small, or when rounding lets the update shrink no more, or after `most` steps. With
    `extended` the elimination is done in double-double.
    """
    nodes = y.size
    residual, step, step_low = np.empty((nodes, 3)), np.zeros((nodes, 3)), np.zeros((nodes, 3))
    diagonal, lower, upper = np.empty((nodes, 3, 3)), np.empty((nodes, 3, 3)), np.empty((nodes, 3, 3))
    low = np.empty((3, nodes, 3, 3))
    largest, figure, last, last_figure, stalls = math.inf, math.inf, math.inf, math.inf, 0
    for count in range(most + 1):
        assemble(
            y, u, v, lows, bias, kT, width, permittivity, code, row, tables, edge_C, edge_V, ln_N_C, ln_N_V,
            doping, fixed_charge, layer_values, generation, contacts, residual, diagonal, lower, upper, low, currents,
            rates,
        )  # fmt: skip
        figure = conservation(currents, rates, generation, width)
        # After a step of 1e-5 kT Newton's next one would be 1e-10: what is left is below the gate.
        if largest < 1e-5 and figure <= gate:
            return count, largest, figure
        # At the limit of rounding the update shrinks no more; in double-double the figure may still.
        if largest < 1e-6 and (figure >= 0.5 * last_figure if extended else largest >= 0.5 * last):
            stalls += 1
            if stalls > (2 if extended else 0):
                return count, largest, figure
        last_figure = figure
        if count == most:
            return count, largest, figure
        if extended:
            solved = double_double.eliminate(residual, diagonal, lower, upper, low, step, step_low)
        else:
            solved = eliminate(residual, diagonal, lower, upper, step)
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


@kernel
def conservation(currents: FloatArray, rates: FloatArray, generation: FloatArray, width: FloatArray) -> float:
    """Return how far current is from conserved, over |J| + int (|R| + G) dx; 0 where all of it is 0.

    Two figures, the larger counts: (max J - min J) over the edges, and at each node the electron current that neither
    recombination nor generation accounts for. The second tells a state with huge rates from an answer.
    """
    low, high, total, middle, loose = math.inf, -math.inf, 0.0, 0.0, 0.0
    edges = width.size
    net_before = 0.0
    for e in range(edges):
        current = currents[0, e] + currents[1, e]
        low, high = min(low, current), max(high, current)
        middle += abs(current) / edges
        net = np.zeros(2)
        for side in range(2):
            rate = abs(generation[side, e])
            net[side] = -generation[side, e]
            for mechanism in range(rates.shape[0]):
                rate += abs(rates[mechanism, side, e])
                net[side] += rates[mechanism, side, e]
            total += 0.5 * width[e] * rate
        if e > 0:
            made = net_before + 0.5 * width[e] * net[0]
            # Where both currents are large and opposite their difference is rounding, and no fault.
            size = 1e-12 * (abs(currents[0, e]) + abs(currents[0, e - 1]))
            loose = max(loose, abs(currents[0, e] - currents[0, e - 1] - made) - size)
        net_before = 0.5 * width[e] * net[1]
    scale = middle + total
    return max(high - low, loose) / scale if scale > 0.0 else 0.0
