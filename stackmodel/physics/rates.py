"""Densities, recombination and charge of levels at the ends of the elements."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stackmodel.arrays import BoolArray, FloatArray, IntArray
from stackmodel.physics.band_filling import BOLTZMANN
from stackmodel.physics.constants import NONE
from stackmodel.physics.exact_sums import splitting
from stackmodel.physics.exponential import exponentials
from stackmodel.physics.kernel import kernel, woven
from stackmodel.physics.line import CHARGE, CUBE_N, CUBE_P, Line
from stackmodel.physics.mechanisms.band_tunnelling import LN_KANE
from stackmodel.physics.mechanisms.carriers import Carriers
from stackmodel.physics.mechanisms.every import TAME, local_rate, numbers, plain_rate
from stackmodel.physics.mechanisms.srh import layer_charge
from stackmodel.physics.mechanisms.table import N_MECHANISMS
from stackmodel.physics.mechanisms.trap_tunnelling import room_for, tunnelling_from_levels
from stackmodel.physics.state import Bands, Flows, State

#: Columns of what `all_rates` writes: densities, d ln n / d eta; ln and number of n p exp(max(-d, 0)) and the factor to
#: that, the relative derivatives of this and to ln F; exp(-d) and 1 - exp(-d), both over exp(max(-d, 0)); charge of
#: levels and its derivatives.
(N, P, BY_ETA_N, BY_ETA_P, LN_RATE, RATE, FACTOR, BY_N, BY_P, BY_FIELD, MISSING, NET, TRAPPED, TRAPPED_N,
 TRAPPED_P) = range(15)  # fmt: skip
N_END_VALUES = 15


class LayerKinds(NamedTuple):
    """What each layer has of the mechanisms that most have not, shape (n_layers,) each.

    Attributes
    ----------
    tunnels : ndarray of bool
        Whether the field moves carriers through levels or from band to band.
    charged : ndarray of bool
        Whether levels hold charge.
    tame : ndarray of bool
        Whether `plain_rate` holds, with its numbers `of_values` and `of_traps`.
    """

    tunnels: BoolArray
    charged: BoolArray
    tame: BoolArray
    of_values: FloatArray
    of_traps: FloatArray


@kernel
def kinds_of(line: Line) -> LayerKinds:
    """Return what each layer has."""
    values, traps, first_trap = line.values, line.traps, line.first_trap
    layers = values.shape[2]
    tunnels, charged, tame = np.zeros(layers, np.bool_), np.zeros(layers, np.bool_), np.zeros(layers, np.bool_)
    of_values, of_traps = np.empty((4, layers)), np.empty((4, traps.shape[2]))
    for layer in range(layers):
        tunnels[layer] = values[LN_KANE, 0, layer] > NONE
        for t in range(first_trap[layer], first_trap[layer + 1]):
            tunnels[layer] = tunnels[layer] or traps[CUBE_N, 0, t] > 0.0 or traps[CUBE_P, 0, t] > 0.0
            charged[layer] = charged[layer] or traps[CHARGE, 0, t] != 0.0 or traps[CHARGE, 1, t] != 0.0
        tame[layer] = numbers(values, traps, first_trap[layer], first_trap[layer + 1], layer, of_values, of_traps)
    return LayerKinds(tunnels, charged, tame, of_values, of_traps)


@woven
def number_ends(
    state: State, line: Line, bands: Bands, tunnels: BoolArray, at: IntArray, ends: FloatArray, exponent: FloatArray
) -> int:
    """Number the ends of elements that differ, and write four exponents of each; return how many there are.

    The exponents are ln n, ln p, ln n p exp(max(-d, 0)) and -|d|, with the splitting d as column `NET`.
    """
    u, v, lows, bias, ln_F = state.u, state.v, state.lows, state.bias, bands.ln_F
    code, row, goes_on, ln_N_C, ln_N_V = line.code, line.row, line.goes_on, line.ln_N_C, line.ln_N_V
    count = 0
    for e in range(u.size - 1):
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
            ln_n, ln_p = ln_N_C[side, e] + ln_F[0, side, e], ln_N_V[side, e] + ln_F[1, side, e]
            exponent[k], exponent[k + 1], exponent[k + 2] = ln_n, ln_p, ln_n + ln_p + max(-d, 0.0)
            exponent[k + 3] = -abs(d)
            ends[count, NET] = d
            at[side, e] = count
            count += 1
    return count


@woven
def all_rates(state: State, line: Line, bands: Bands, at: IntArray, ends: FloatArray, flows: Flows) -> None:
    """Write what is at the ends of the elements: densities, recombination, and charge of levels.

    End `side` of element e is row at[side, e] of `ends`, shape (2 n_elements, N_END_VALUES): the same row as its
    neighbour's where both are alike, -1 without carriers. `rates` and `trapped` of `flows` are written.
    """
    y, eta, ln_F, slope, rates, charge = state.y, bands.eta, bands.ln_F, bands.slope, flows.rates, flows.trapped
    elements, code, row, width, fraction = y.size - 1, line.code, line.row, line.width, line.fraction
    values, traps, first_trap = line.values, line.traps, line.first_trap
    kinds = kinds_of(line)
    tunnels, charged, tame, of_values, of_traps = (
        kinds.tunnels, kinds.charged, kinds.tame, kinds.of_values, kinds.of_traps
    )  # fmt: skip
    exponent, grown, change = np.empty(8 * elements), np.empty(8 * elements), np.empty(8 * elements)
    count = number_ends(state, line, bands, tunnels, at, ends, exponent)
    exponentials(exponent[: 4 * count], grown, change)
    shares, here, rate = np.zeros(N_MECHANISMS), -1, 0.0
    faster, integrals, room = room_for(traps.shape[2])
    for e in range(elements):
        layer, field = row[e], 0.0
        first, end = first_trap[layer], first_trap[layer + 1]
        if code[e] >= 0 and tunnels[layer]:
            field = abs(y[e + 1] - y[e]) * line.kT / width[e]
            middle = 0.5 * (fraction[0, e] + fraction[1, e])
            tunnelling_from_levels(field, traps, first, end, middle, faster, integrals, room)
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
                thin_n, thin_p = ln_F[0, side, e] - eta[0, side, e], ln_F[1, side, e] - eta[1, side, e]
                carriers = Carriers(ln_n, ln_p, thin_n, thin_p, s_n, s_p)
                if tame[layer] and abs(ln_n) < TAME and abs(ln_p) < TAME:
                    dilute, by_field = code[e] == BOLTZMANN, 0.0
                    thinned = Carriers(
                        ln_n, ln_p, 1.0 if dilute else math.exp(thin_n), 1.0 if dilute else math.exp(thin_p), s_n, s_p
                    )
                    factor, by_n, by_p = plain_rate(n, p, thinned, of_values, of_traps, first, end, layer, shares)
                    ln_rate, pairs = exponent[k + 2], grown[k + 2]
                else:
                    ln_K, factor, by_n, by_p, by_field = local_rate(
                        carriers=carriers, field=field, values=values, traps=traps, faster=faster, first=first, end=end,
                        layer=layer, fraction=fraction[side, e], shares=shares,
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
                    trapped, trapped_n, trapped_p = layer_charge(carriers, traps, first, end, fraction[side, e])
                ends[here, TRAPPED], ends[here, TRAPPED_N], ends[here, TRAPPED_P] = trapped, trapped_n, trapped_p
            charge[side, e] = ends[here, TRAPPED]
            for mechanism in range(N_MECHANISMS):
                rates[mechanism, side, e] = shares[mechanism] * rate
