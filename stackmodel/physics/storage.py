"""What a node holds: electrons, holes, charge of levels, and the displacement between nodes, with all derivatives.

Small signals, i w M', and steps in time, M/dt, both read it here. The steady state asks for none of it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import UNBOUND
from stackmodel.physics.kernel import kernel
from stackmodel.physics.line import INTERFACE, Line
from stackmodel.physics.mechanisms.carriers import Carriers
from stackmodel.physics.mechanisms.interface_levels import N_SPECIES, interface_exchange
from stackmodel.physics.mechanisms.srh import layer_charge
from stackmodel.physics.rows import interface_species
from stackmodel.physics.state import ELECTRONS, HOLES, N_STORED, OF_LEVELS, Bands, Drive, State
from stackmodel.physics.system import OWN, System


class Storage(NamedTuple):
    """What is held at one state.

    Attributes
    ----------
    held : ndarray, shape (n_nodes, N_STORED)
        Electrons and holes of the bands, and charge over q of the levels of layers and interfaces, whose occupation
        follows the carriers at once. [cm^-2]
    slopes : ndarray, shape (3, n_nodes, N_STORED, 3)
        d held / d(y, u, v) in the blocks of `System.jacobian`: a level of an interface sees both its nodes.
    displacement : ndarray, shape (n_elements,)
        eps E / q along +x. [cm^-2]
    stiffness : ndarray, shape (n_elements,)
        d displacement / d(y_left - y_right).
    """

    held: FloatArray
    slopes: FloatArray
    displacement: FloatArray
    stiffness: FloatArray


def empty_storage(nodes: int) -> Storage:
    """Return the arrays for what `nodes` nodes hold."""
    return Storage(
        np.zeros((nodes, N_STORED)), np.zeros((3, nodes, N_STORED, 3)), np.zeros(nodes - 1), np.zeros(nodes - 1)
    )


@kernel
def store(state: State, line: Line, bands: Bands, storage: Storage) -> None:
    """Write what a state holds; `bands` are those of the state, see `fluxes.fill_bands`.

    Notes
    -----
    Half of an element's width belongs to each of its nodes, as in the rows of `rows.assemble`: d held / dt is the rest
    of eqs. (T3) of docs/method.md.
    """
    held, slopes, y = storage.held, storage.slopes, state.y
    eta, ln_F, slope = bands.eta, bands.ln_F, bands.slope
    held[:] = 0.0
    slopes[:] = 0.0
    for e in range(y.size - 1):
        stiffness = line.permittivity[e] * line.kT / line.width[e]
        storage.stiffness[e], storage.displacement[e] = stiffness, stiffness * (y[e] - y[e + 1])
        if line.code[e] < 0:
            continue
        layer, half = line.row[e], 0.5 * line.width[e]
        first, end = line.first_trap[layer], line.first_trap[layer + 1]
        for side in range(2):
            i = e + side
            ln_n, ln_p = line.ln_N_C[side, e] + ln_F[0, side, e], line.ln_N_V[side, e] + ln_F[1, side, e]
            n, p = half * math.exp(min(ln_n, 700.0)), half * math.exp(min(ln_p, 700.0))
            slope_n, slope_p = slope[0, side, e], slope[1, side, e]
            held[i, ELECTRONS] += n
            held[i, HOLES] += p
            _add_slopes(slopes, OWN, i, ELECTRONS, n * slope_n, 0.0)
            _add_slopes(slopes, OWN, i, HOLES, 0.0, p * slope_p)
            thin_n, thin_p = ln_F[0, side, e] - eta[0, side, e], ln_F[1, side, e] - eta[1, side, e]
            carriers = Carriers(ln_n, ln_p, thin_n, thin_p, slope_n, slope_p)
            charge, by_n, by_p = layer_charge(carriers, line.traps, first, end, line.fraction[side, e])
            held[i, OF_LEVELS] += half * charge
            _add_slopes(slopes, OWN, i, OF_LEVELS, half * by_n, half * by_p)
    ln_c, thin, steep = np.empty(N_SPECIES), np.empty(N_SPECIES), np.empty(N_SPECIES)
    ln_rate, shares = np.empty(6), np.empty(N_SPECIES)
    for i in range(y.size):
        column = line.interface[i]
        if column < 0:
            continue
        interface_species(i, line, bands, ln_c, thin, steep)
        twin = i + 1 if line.code[i] == INTERFACE else i
        at = (i, twin, i, twin)
        for level in range(line.first_level[column], line.first_level[column + 1]):
            charge, by_0, by_1, by_2, by_3 = interface_exchange(
                ln_c, thin, steep, line.interface_levels[:, level], ln_rate, shares
            )
            by = (by_0, by_1, by_2, by_3)
            for node in (i, twin):
                held[node, OF_LEVELS] += 0.5 * charge
                for k in range(N_SPECIES):
                    by_n, by_p = (0.5 * by[k], 0.0) if k < 2 else (0.0, 0.5 * by[k])
                    _add_slopes(slopes, OWN + at[k] - node, node, OF_LEVELS, by_n, by_p)


@kernel
def _add_slopes(slopes: FloatArray, block: int, node: int, held: int, by_n: float, by_p: float) -> None:
    """Add derivatives to eta_n = y + u and eta_p = -y - v as those to y, u and v."""
    slopes[block, node, held, 0] += by_n - by_p
    slopes[block, node, held, 1] += by_n
    slopes[block, node, held, 2] -= by_p


@kernel
def mass(line: Line, drive: Drive, storage: Storage, ln_scale: FloatArray, into: FloatArray) -> None:
    """Write M', what the Jacobian of `rows.assemble` gains for each 1/dt or i w, shape (3, n_nodes, 3, 3).

    Rows are divided by exp(`ln_scale`) as those of `System`. Only the carriers of the bands count. A row that pins a
    level holds no continuity equation and gains nothing.
    """
    slopes, last = storage.slopes, storage.held.shape[0] - 1
    into[:] = 0.0
    for i in range(last + 1):
        for carrier in range(2):
            if pinned(line, drive, carrier, i, last):
                continue
            size = math.exp(-ln_scale[i, 1 + carrier])
            for block in range(3):
                for k in range(3):
                    into[block, i, 1 + carrier, k] = -size * slopes[block, i, ELECTRONS + carrier, k]


@kernel
def pinned(line: Line, drive: Drive, carrier: int, node: int, last: int) -> bool:
    """Return whether the contact at a node pins the level of a carrier."""
    if 0 < node < last:
        return False
    end, e = (0, 0) if node == 0 else (1, last - 1)
    held: bool = line.code[e] < 0 or drive.contacts.ln_velocity[end, carrier] >= UNBOUND
    return held


@kernel
def add_change(line: Line, drive: Drive, storage: Storage, system: System, matrix: FloatArray) -> None:
    """Add an implicit step in time to an assembled system: minus (held - stored) / dt, and M'/dt to the Jacobian.

    `matrix`, of the shape of `system.jacobian`, takes M'.
    """
    residual, jacobian, last = system.residual, system.jacobian, storage.held.shape[0] - 1
    mass(line, drive, storage, system.ln_scale, matrix)
    for i in range(last + 1):
        for carrier in range(2):
            if pinned(line, drive, carrier, i, last):
                continue
            change = storage.held[i, ELECTRONS + carrier] - drive.stored[i, ELECTRONS + carrier]
            residual[i, 1 + carrier] -= drive.per_time * change * math.exp(-system.ln_scale[i, 1 + carrier])
        for block in range(3):
            for r in range(3):
                for k in range(3):
                    jacobian[block, i, r, k] += drive.per_time * matrix[block, i, r, k]
