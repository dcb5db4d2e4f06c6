"""How full the bands are, and the flux of carriers along each element and over each interface."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.band_filling import BOLTZMANN
from stackmodel.physics.constants import NONE, UNBOUND
from stackmodel.physics.exact_sums import difference
from stackmodel.physics.exponential import exponentials
from stackmodel.physics.flux import emission, exponents, flux
from stackmodel.physics.kernel import kernel, woven
from stackmodel.physics.line import (
    BETA_N,
    BY_DENSITY_N,
    HOP,
    INTERFACE,
    LN_EMISSION_N,
    LN_MU_N,
    LN_SATURATION_N,
    POOLE_N,
    SIDE_N,
    SPIKE_N,
    Line,
)
from stackmodel.physics.mechanisms.carriers import at_layer
from stackmodel.physics.mobility import mobility_factor
from stackmodel.physics.state import Bands, State
from stackmodel.physics.statistics import ln_density
from stackmodel.physics.tunnelling import field_enhancement

#: Columns of what `all_fluxes` writes for each element and carrier: what `element_flux` returns, and exp(ln c).
LN_C, PHI, CONDUCTANCE, BY_LEVEL_I, BY_LEVEL_J, BY_BAND_I, BY_BAND_J, C = range(8)
N_EDGE_VALUES = 8


@kernel
def fill_bands(state: State, line: Line, bands: Bands) -> None:
    """Write how full both bands are at both ends of every element."""
    y, u, v, lows, bias = state.y, state.u, state.v, state.lows, state.bias
    eta, ln_F, slope = bands.eta, bands.ln_F, bands.slope
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
                ln_F[carrier, 0, e] = ln_F[carrier, 1, e - 1]
                slope[carrier, 0, e] = slope[carrier, 1, e - 1]
        for side in range(first, 2):
            i = e + side
            eta_n = y[i] + (u[i] + lows[0, 0, i]) - edge_C[side, e]
            eta_p = edge_V[side, e] - y[i] - (v[i] + lows[1, 0, i]) + bias
            eta[0, side, e], eta[1, side, e] = eta_n, eta_p
            if code == BOLTZMANN:
                ln_F[0, side, e], ln_F[1, side, e] = eta_n, eta_p
                slope[0, side, e], slope[1, side, e] = 1.0, 1.0
            else:
                table = tables[rows[e]]
                ln_F[0, side, e], slope[0, side, e] = ln_density(code, eta_n, table)
                ln_F[1, side, e], slope[1, side, e] = ln_density(code, eta_p, table)


@kernel
def field_of(y: FloatArray, e: int, line: Line) -> float:
    """Return the size of the field in element `e` [V/cm]."""
    field: float = abs(y[e + 1] - y[e]) * line.kT / line.width[e]
    return field


@woven
def level_drop(levels: FloatArray, lows: FloatArray, a: int, b: int) -> float:
    """Return the level of a carrier at node `a` minus that at node `b`; `lows` are its own, shape (2, n_nodes)."""
    return difference(levels[a], levels[b], lows[0, a], lows[0, b], lows[1, a], lows[1, b])


@kernel
def element_flux(
    state: State, carrier: int, e: int, line: Line, bands: Bands
) -> tuple[float, float, float, float, float, float, float]:
    """Return ln c and the flux of a carrier along an element, or over the interface that it stands for, see `flux`."""
    y, lows, eta, ln_F, slope = state.y, state.lows, bands.eta, bands.ln_F, bands.slope
    if carrier == 0:
        drop = level_drop(state.u, lows[0], e + 1, e)
    else:
        drop = level_drop(state.v, lows[1], e, e + 1)
    if line.code[e] == INTERFACE:
        values = line.interfaces[:, line.interface[e]]
        right = values[SIDE_N + carrier] > 0.0
        own, end = (e + 1, 0) if right else (e - 1, 1)
        strength, steep = values[LN_EMISSION_N + carrier], 1.0
        if values[BY_DENSITY_N + carrier] > 0.0:
            ends = line.ln_N_C if carrier == 0 else line.ln_N_V
            strength += ends[end, own] + ln_F[carrier, end, own]
            steep = slope[carrier, end, own]
        else:
            strength += eta[carrier, end, own]
        if values[SPIKE_N + carrier] > 0.0:
            strength += spike(y, carrier, e, line)
        return emission(strength, steep, right, drop)
    strength, by_field = line.ln_conductance[carrier, e], 0.0
    middle = 0.5 * (line.fraction[0, e] + line.fraction[1, e])
    if drifts(line.values, line.row[e], carrier):
        rise, by_field = drift(line.values, line.row[e], carrier, middle, field_of(y, e, line))
        strength += rise
    boltzmann = line.code[e] == BOLTZMANN
    eta_i, eta_j, ln_i, ln_j = eta[carrier, 0, e], eta[carrier, 1, e], ln_F[carrier, 0, e], ln_F[carrier, 1, e]
    slope_i, slope_j = slope[carrier, 0, e], slope[carrier, 1, e]
    falls_z, falls_x, ln_c = exponents(boltzmann, strength, eta_i, eta_j, ln_i, ln_j, slope_i, slope_j, drop)
    phi, conductance, by_level_i, by_level_j, by_band_i, by_band_j = flux(
        boltzmann=boltzmann, eta_i=eta_i, eta_j=eta_j, ln_i=ln_i, ln_j=ln_j, slope_i=slope_i, slope_j=slope_j,
        drop=drop, decay_z=math.exp(falls_z), change_z=math.expm1(falls_z), decay_x=math.exp(falls_x),
        change_x=math.expm1(falls_x),
    )  # fmt: skip
    if by_field != 0.0 and y[e + 1] != y[e]:
        # The band of holes moves against y.
        by_y = by_field / (y[e + 1] - y[e]) * (phi if carrier == 0 else -phi)
        by_band_i -= by_y
        by_band_j += by_y
    return ln_c, phi, conductance, by_level_i, by_level_j, by_band_i, by_band_j


@woven
def drifts(values: FloatArray, layer: int, carrier: int) -> bool:
    """Return whether the mobility of a carrier in a layer depends on the field."""
    hop, poole_frenkel = values[HOP, 0, layer], values[POOLE_N + carrier, 0, layer]
    by_field: bool = hop != 0.0 or poole_frenkel != 0.0 or values[LN_SATURATION_N + carrier, 0, layer] < UNBOUND
    return by_field


@woven
def drift(values: FloatArray, layer: int, carrier: int, fraction: float, field: float) -> tuple[float, float]:
    """Return ln(mu(F) / mu(0)) of a carrier in a layer and its derivative to ln F."""
    return mobility_factor(
        field, at_layer(values, LN_MU_N + carrier, layer, fraction),
        at_layer(values, POOLE_N + carrier, layer, fraction),
        at_layer(values, LN_SATURATION_N + carrier, layer, fraction),
        at_layer(values, BETA_N + carrier, layer, fraction), at_layer(values, HOP, layer, fraction),
    )  # fmt: skip


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


@woven
def all_fluxes(
    state: State, line: Line, bands: Bands, edges: FloatArray, scale: FloatArray, currents: FloatArray
) -> None:
    """Write the flux of each carrier along each element with its derivatives, `edges` of shape (n_elements, 2, 8).

    `currents` are those of `Flows`; `scale`, shape (2, n_nodes), is ln of the larger c beside each node, or `NONE`.
    """
    y, u, v, lows = state.y, state.u, state.v, state.lows
    eta, ln_F, slope = bands.eta, bands.ln_F, bands.slope
    elements, code, row, width, fraction = y.size - 1, line.code, line.row, line.width, line.fraction
    values, ln_conductance = line.values, line.ln_conductance
    layers = values.shape[2]
    by_drift = np.zeros(layers, np.bool_)
    for layer in range(layers):
        by_drift[layer] = drifts(values, layer, 0) or drifts(values, layer, 1)
    drops, by_fields = np.zeros((elements, 2)), np.zeros((elements, 2))
    exponent, grown, change = np.zeros(6 * elements), np.empty(6 * elements), np.empty(6 * elements)
    for e in range(elements):
        if code[e] < 0:
            continue
        layer, middle = row[e], 0.5 * (fraction[0, e] + fraction[1, e])
        drops[e, 0] = difference(u[e + 1], u[e], lows[0, 0, e + 1], lows[0, 0, e], lows[0, 1, e + 1], lows[0, 1, e])
        drops[e, 1] = difference(v[e], v[e + 1], lows[1, 0, e], lows[1, 0, e + 1], lows[1, 1, e], lows[1, 1, e + 1])
        for carrier in range(2):
            strength = ln_conductance[carrier, e]
            if by_drift[layer]:
                field = abs(y[e + 1] - y[e]) * line.kT / width[e]
                rise, by_fields[e, carrier] = drift(values, layer, carrier, middle, field)
                strength += rise
            k = 6 * e + 3 * carrier
            exponent[k], exponent[k + 1], exponent[k + 2] = exponents(
                code[e] == BOLTZMANN, strength, eta[carrier, 0, e], eta[carrier, 1, e], ln_F[carrier, 0, e],
                ln_F[carrier, 1, e], slope[carrier, 0, e], slope[carrier, 1, e], drops[e, carrier],
            )  # fmt: skip
    exponentials(exponent, grown, change)
    for i in range(elements + 1):
        scale[0, i], scale[1, i] = NONE, NONE
    for e in range(elements):
        if code[e] < 0 and code[e] != INTERFACE:
            for carrier in range(2):
                edges[e, carrier, LN_C] = NONE
                currents[carrier, e] = 0.0
            continue
        rises = y[e + 1] - y[e]
        for carrier in range(2):
            # `element_flux` knows every case; all but interfaces stand here too, for one call of `exponentials`.
            if code[e] == INTERFACE:
                over_interface = element_flux(state, carrier, e, line, bands)
                for m in range(7):
                    edges[e, carrier, m] = over_interface[m]
                edges[e, carrier, C] = math.exp(min(over_interface[LN_C], 700.0))
            else:
                k = 6 * e + 3 * carrier
                along = flux(
                    boltzmann=code[e] == BOLTZMANN, eta_i=eta[carrier, 0, e], eta_j=eta[carrier, 1, e],
                    ln_i=ln_F[carrier, 0, e], ln_j=ln_F[carrier, 1, e], slope_i=slope[carrier, 0, e],
                    slope_j=slope[carrier, 1, e], drop=drops[e, carrier], decay_z=grown[k], change_z=change[k],
                    decay_x=grown[k + 1], change_x=change[k + 1],
                )  # fmt: skip
                for m in range(6):
                    edges[e, carrier, PHI + m] = along[m]
                edges[e, carrier, LN_C], edges[e, carrier, C] = exponent[k + 2], grown[k + 2]
                if by_fields[e, carrier] != 0.0 and rises != 0.0:
                    # The band of holes moves against y.
                    by_y = by_fields[e, carrier] / rises * (along[0] if carrier == 0 else -along[0])
                    edges[e, carrier, BY_BAND_I] -= by_y
                    edges[e, carrier, BY_BAND_J] += by_y
            scale[carrier, e] = max(scale[carrier, e], edges[e, carrier, LN_C])
            scale[carrier, e + 1] = max(scale[carrier, e + 1], edges[e, carrier, LN_C])
            current = edges[e, carrier, PHI] * edges[e, carrier, C]
            currents[carrier, e] = current if carrier == 0 else -current
