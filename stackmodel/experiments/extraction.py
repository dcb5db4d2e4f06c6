"""What a solved dark current does not say by itself: blocked extraction, and the radiative limit of its own EQE."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import ConvergenceError, DataError, InputError
from stackmodel.experiments.thermal import thermal_grid
from stackmodel.figures_of_merit.highest_climb import highest_climb
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, NM
from stackmodel.physics.line import INSULATOR
from stackmodel.results.alignment import Wall
from stackmodel.results.operating_point import OperatingPoint
from stackmodel.solvers.optics import absorb, pairs_of
from stackmodel.solvers.response import Collection, by_nodes, collection
from stackmodel.solvers.state import Point, Problem
from stackmodel.structure.levels import electrical_positions

#: A device is blocked that collects less than this share of the pairs of its active layers, behind a climb of at least
#: so many kT, at whose foot it collects less than the other share. Where pairs at the foot get over the climb, the rest
#: is lost on the way to it.
_COLLECTS, _CLIMBS, _COLLECTS_AT_FOOT = 0.1, 6.0, 0.5


def collected(task: Problem, point: Point) -> Collection | None:
    """Return what becomes of one more pair; None where barriers leave a layer without a contact of its own."""
    try:
        return collection(task, point)
    except ConvergenceError:
        return None


def blocked(task: Problem, point: Point, answer: OperatingPoint, found: Collection | None) -> str:
    """Return what keeps carriers from being extracted at a point, "" where the device collects.

    Parameters
    ----------
    task, point
        In reverse or at 0 V: in forward the voltage itself holds carriers back.
    answer : OperatingPoint
        The same point in the units of the field.
    found : Collection, optional
        None where it could not be found.
    """
    if found is not None and _share(task, point, found.collected) >= _COLLECTS:
        return ""
    walls = [
        wall for wall, foot in _walls(task, point, answer)
        if wall.height >= _CLIMBS * task.kT
        and (found is None or math.isinf(wall.height) or _at(point, found.collected, foot) < _COLLECTS_AT_FOOT)
    ]  # fmt: skip
    return str(max(walls, key=lambda wall: wall.height)) if walls else ""


def _at(point: Point, by_node: FloatArray, foot: tuple[float, int]) -> float:
    """Return a value at a position [nm] in a layer, just inside it where the position is an end."""
    mesh, (position, layer) = point.grid.mesh, foot
    start, end = (float(point.grid.mesh.nodes[point.grid.boundary[layer + k]]) for k in (0, 1))
    inside = 1e-3 * (end - start)
    return abs(float(np.interp(min(max(position * NM, start + inside), end - inside), mesh.nodes, by_node)))


def _share(task: Problem, point: Point, by_node: FloatArray) -> float:
    """Return the mean over the active layer, over the whole where none is active.

    Of several the largest counts, in either direction: of a dual band one layer collects at each polarity.
    """
    mesh, roles = point.grid.mesh, task.profile.roles
    which = [np.flatnonzero(mesh.layer == i) for i, role in enumerate(roles) if role == "active"]
    cells = 0.5 * (by_node[1:] + by_node[:-1]) * mesh.width
    shares = [cells[e].sum() / mesh.width[e].sum() for e in which or [np.arange(mesh.width.size)]]
    return float(np.abs(shares).max())


def _walls(task: Problem, point: Point, answer: OperatingPoint) -> list[tuple[Wall, tuple[float, int]]]:
    """Return, for each carrier, the highest climb on the way from the active layers to its own contact, and its foot.

    A foot is a position [nm] and the number of its layer.
    """
    active = [name for name, role in zip(task.profile.names, task.profile.roles, strict=True) if role == "active"]
    inside = np.flatnonzero(np.isin(answer.layer, active or task.profile.names))
    insulating = {task.profile.names[i] for i in point.grid.mesh.layer[point.grid.code == INSULATOR]}
    found = []
    for carrier, energy in (("electrons", answer.conduction_band), ("holes", -answer.valence_band)):
        end = task.setup.anode_end if carrier == "holes" else task.setup.cathode_end
        to_back = end is task.setup.ends[1]
        way = np.arange(inside[0], energy.size) if to_back else np.arange(inside[-1], -1, -1)
        names = [answer.layer[k] for k in way]
        into = next((name for name in names if name in insulating), end.name if end.takes_no(carrier) else "")
        if into:
            found.append((Wall(carrier=carrier, height=math.inf, where=into, into=into), (0.0, 0)))
            continue
        climb = highest_climb(energy[way])
        foot = float(answer.position[way[climb.foot]]), task.profile.names.index(names[climb.foot])
        before, after = names[climb.before], names[climb.after]
        if before == after == names[-1] and climb.top == way.size - 1:
            after = end.name  # bands bend up towards the contact
        where = before if before == after else f"{before}|{after}" if to_back else f"{after}|{before}"
        found.append((Wall(carrier=carrier, height=climb.height, where=where, into=after), foot))
    return found


def radiative_limit(task: Problem, point: Point, found: Collection | None) -> float | None:
    """Return the radiative dark current density of the device's own EQE at a point [A cm^-2].

    None where its n and k are not known near the gap, or nothing is collected.

    Notes
    -----
    Eq. (L5) of docs/method.md with (exp(qV/kT) - 1): q int EQE(E) Phi_bb(E) dE, the EQE of the point's own mesh by the
    transfer matrices along the normal. What lies beyond known n and k is left out, so the limit stays one from below.
    """
    if found is None:
        return None
    stack, temperature = task.setup.stack, task.setup.temperature
    positions = electrical_positions(stack)
    try:
        wavelength, photons = thermal_grid(stack, temperature)
        optical = task.setup.optical
        known = optical.known(wavelength)
        pairs = pairs_of(stack, positions, wavelength[known], temperature)
        absorption = absorb(optical, wavelength[known]) if known.any() else None
    except (DataError, InputError):
        return None
    if absorption is None:
        return None
    mesh = point.grid.mesh
    eqe = by_nodes(absorption.on(mesh, positions) * pairs[:, mesh.layer]) @ found.collected
    saturation = ELEMENTARY_CHARGE * float(np.maximum(eqe, 0.0) @ photons[known])
    return saturation * abs(math.expm1(min(point.voltage / (BOLTZMANN_EV * temperature), 600.0)))
