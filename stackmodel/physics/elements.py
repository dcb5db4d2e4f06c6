"""From values of layers to values on the elements of a mesh."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.physics.constants import ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY
from stackmodel.physics.kernel import short_kernel, woven
from stackmodel.physics.line import INTERFACE

#: Rows of what changes from the left to the right end of a graded layer.
GRADED = ("affinity", "band_gap", "permittivity", "ln_N_C", "ln_N_V", "doping", "neutral")
AFFINITY, BAND_GAP, PERMITTIVITY, LN_N_C, LN_N_V, DOPING, NEUTRAL = range(7)
_EPSILON = VACUUM_PERMITTIVITY / ELEMENTARY_CHARGE


class Elements(NamedTuple):
    """What `spread` writes; see `physics.line.Line` for most of it.

    Attributes
    ----------
    over_kT : ndarray, shape (2, 2, n_elements)
        Edges of both bands over kT.
    vacuum_level : ndarray, shape (n_elements,)
        Of the element's layer. [eV]
    neutral : ndarray, shape (2, n_elements)
        Fermi level of the neutral layer relative to its own vacuum level. [eV]
    boundary : ndarray of int64, shape (n_layers + 1,)
        Node at which each layer begins, and the last node.
    """

    code: IntArray
    row: IntArray
    goes_on: NDArray[np.bool_]
    permittivity: FloatArray
    edge_C: FloatArray
    edge_V: FloatArray
    over_kT: FloatArray
    ln_N_C: FloatArray
    ln_N_V: FloatArray
    doping: FloatArray
    neutral: FloatArray
    ln_conductance: FloatArray
    fixed_charge: FloatArray
    fraction: FloatArray
    interface: IntArray
    vacuum_level: FloatArray
    boundary: IntArray


def empty_elements(elements: int, layers: int) -> Elements:
    """Return the arrays for the values of some layers on some elements."""

    def both() -> FloatArray:
        return np.empty((2, elements))

    return Elements(
        code=np.empty(elements, np.int64), row=np.empty(elements, np.int64), goes_on=np.zeros(elements, np.bool_),
        permittivity=np.empty(elements), edge_C=both(), edge_V=both(), over_kT=np.empty((2, 2, elements)),
        ln_N_C=both(), ln_N_V=both(), doping=both(), neutral=both(), ln_conductance=both(),
        fixed_charge=np.zeros(elements + 1), fraction=both(), interface=np.full(elements + 1, -1, np.int64),
        vacuum_level=np.empty(elements), boundary=np.zeros(layers + 1, np.int64),
    )  # fmt: skip


@short_kernel
def spread(
    width: FloatArray, layer: IntArray, interfaces: IntArray, kT: float, thickness: FloatArray, codes: IntArray,
    vacuum_level: FloatArray, graded: FloatArray, mobilities: FloatArray, fixed_charge: FloatArray, acting: IntArray,
    into: Elements,
) -> None:  # fmt: skip
    """Write the values of the layers on the elements, linear between the ends of a graded layer.

    Parameters
    ----------
    width, layer : ndarray, shape (n_elements,)
        Of the mesh; the elements `interfaces` stand for interfaces and hold nothing.
    thickness, codes, vacuum_level : ndarray, shape (n_layers,)
        [cm], statistics, [eV].
    graded : ndarray, shape (7, 2, n_layers)
        Rows of `GRADED` at the left and right end of each layer.
    mobilities : ndarray, shape (2, 2, n_layers)
        ln of the mobility of electrons and holes at the left and right end. [ln cm^2 V^-1 s^-1]
    fixed_charge : ndarray, shape (n_layers + 1,)
        At the front, the interfaces and the back. [cm^-2]
    acting : ndarray of int64, shape (n_layers,)
        Column of `Line.interfaces` of the interface behind each layer, -1 for none.
    into : Elements
        Written; of `empty_elements`. (To hand new arrays over would take numba longer than to fill them.)
    """
    elements, layers = width.size, thickness.size
    code, row, goes_on, permittivity, vacuum = into.code, into.row, into.goes_on, into.permittivity, into.vacuum_level
    edge_C, edge_V, over_kT, ln_N_C, ln_N_V = into.edge_C, into.edge_V, into.over_kT, into.ln_N_C, into.ln_N_V
    doping, neutral, ln_conductance, fraction = into.doping, into.neutral, into.ln_conductance, into.fraction
    boundary, charge, interface = into.boundary, into.fixed_charge, into.interface
    start, origin, before = 0.0, 0.0, 0
    for e in range(elements):
        i = layer[e]
        if i != before:
            origin, before, boundary[i] = origin + thickness[before], i, e
        end = start + width[e]
        code[e], row[e], vacuum[e] = codes[i], i, vacuum_level[i]
        for side in range(2):
            part = min(max(((start if side == 0 else end) - origin) / thickness[i], 0.0), 1.0)
            fraction[side, e] = part
            edge_C[side, e] = vacuum[e] - _between(graded, AFFINITY, i, part)
            edge_V[side, e] = edge_C[side, e] - _between(graded, BAND_GAP, i, part)
            over_kT[0, side, e], over_kT[1, side, e] = edge_C[side, e] / kT, edge_V[side, e] / kT
            ln_N_C[side, e], ln_N_V[side, e] = _between(graded, LN_N_C, i, part), _between(graded, LN_N_V, i, part)
            doping[side, e], neutral[side, e] = _between(graded, DOPING, i, part), _between(graded, NEUTRAL, i, part)
        middle = 0.5 * (fraction[0, e] + fraction[1, e])
        permittivity[e] = _between(graded, PERMITTIVITY, i, middle) * _EPSILON
        ln_N = 0.5 * (ln_N_C[0, e] + ln_N_C[1, e]), 0.5 * (ln_N_V[0, e] + ln_N_V[1, e])
        for carrier in range(2):
            ln_conductance[carrier, e] = _between(mobilities, carrier, i, middle) + ln_N[carrier]
            ln_conductance[carrier, e] += math.log(kT / width[e])
        start = end
    boundary[layers] = elements
    for i in range(layers + 1):
        charge[boundary[i]] = fixed_charge[i]
        if 0 < i < layers:
            interface[boundary[i]] = acting[i - 1]
    for e in interfaces:
        # Of its two nodes each holds half the charge, and the left one the levels.
        charge[e] = charge[e + 1] = 0.5 * charge[e + 1]
        interface[e], interface[e + 1] = interface[e + 1], -1
        code[e] = INTERFACE
        doping[0, e] = doping[1, e] = 0.0
    for e in range(1, elements):
        goes_on[e] = (
            layer[e] == layer[e - 1] and code[e] == code[e - 1] and edge_C[0, e] == edge_C[1, e - 1]
            and edge_V[0, e] == edge_V[1, e - 1] and ln_N_C[0, e] == ln_N_C[1, e - 1]
            and ln_N_V[0, e] == ln_N_V[1, e - 1]
        )  # fmt: skip


@woven
def _between(ends: FloatArray, row: int, layer: int, part: float) -> float:
    """Return a value of a layer at a part of its way from the left to the right end."""
    left, right = ends[row, 0, layer], ends[row, 1, layer]
    return float(left + part * (right - left))
