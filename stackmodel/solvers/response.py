"""Linear response to light: what becomes of one more pair, generated anywhere, at an operating point."""

from __future__ import annotations

import math
from itertools import pairwise

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import ConvergenceError
from stackmodel.physics import adjoint as kernels
from stackmodel.physics import response as derivatives
from stackmodel.physics.constants import UNBOUND
from stackmodel.physics.line import INTERFACE
from stackmodel.physics.mechanisms.table import MECHANISMS
from stackmodel.physics.state import steady
from stackmodel.results.loss import Loss
from stackmodel.solvers.state import Point, Problem

#: Share of the generated pairs to which the collected and the lost ones must add up.
CLOSED = 1e-5


@attrs.frozen(eq=False, kw_only=True)
class Collection:
    """What becomes of one pair generated at each node, by the transposed system of an operating point.

    Attributes
    ----------
    collected : ndarray, shape (n_nodes,)
        Electrons through the contacts for each pair, positive where light drives the current of a reverse voltage:
        between 0 and 1 in a photodiode, more where there is gain.
    lost : dict of Loss to ndarray, shape (n_nodes,)
        Pairs lost for each generated, by mechanism, layer, interface and contact. With `collected` they sum to 1.
    closure : float
        Largest deviation of that sum from 1.
    """

    collected: FloatArray
    lost: dict[Loss, FloatArray]
    closure: float


def by_nodes(cells: FloatArray) -> FloatArray:
    """Return the generation at the nodes, (..., n_nodes): half of each element's, (..., n_elements), at either end."""
    nodes = np.zeros((*cells.shape[:-1], cells.shape[-1] + 1))
    nodes[..., :-1] += 0.5 * cells
    nodes[..., 1:] += 0.5 * cells
    return nodes


def collection(task: Problem, point: Point) -> Collection:
    """Return what becomes of one more pair.

    Notes
    -----
    Eqs. (S1) to (S3) of docs/method.md. One transposed solve for the current; one more for each way to be lost, with
    derivatives exact to 1e-10: by formulas at interfaces, by differences elsewhere.

    Raises
    ------
    ConvergenceError
        If a transposed system is singular, or what is collected and lost does not add up to `CLOSED`.
    """
    found = _solved(task, point)
    if found is None:
        raise ConvergenceError(f"spectral_response: the system at {point.voltage:g} V is singular")
    if found.closure < CLOSED:
        return found
    raise ConvergenceError(
        f"spectral_response: at {point.voltage:g} V what is collected and lost is off by {found.closure:.1e} of "
        f"what is generated (needs {CLOSED:g}), as happens where a dielectric or a barrier "
        "leaves a layer without a contact of its own; give light=..., which sets its level"
    )


def _solved(task: Problem, point: Point) -> Collection | None:
    grid, nodes = point.grid, point.y.size
    names = task.profile.names
    state, line, drive = point.state, grid.line, steady(point.generation, task.contacts)
    beside = np.full(nodes, -1, dtype=np.int64)
    for i, at in enumerate(grid.boundary[1:-1]):
        beside[at - 1 if grid.code[at - 1] == INTERFACE else at : at + 1] = i
    ways = len(MECHANISMS) * len(names) + len(names) - 1
    loads = np.zeros((1 + ways + derivatives.N_ENDS, nodes, 3))
    edge = kernels.least_steep(state, line)
    # The unit for the derivatives of its current [cm^-2 s^-1].
    unit = math.exp(min(float(grid.ln_conductance[:, edge].max()), 600.0))
    kernels.gradient(state, line, unit, edge, loads[0])
    derivatives.derivatives(state, line, drive, beside, len(names), loads[1:])
    # A contact takes what arrives: the currents that count are electrons into the anode, holes into the cathode.
    forward = float(task.setup.sign)
    electrons_front, holes_front, electrons_back, holes_back = loads[1 + ways :]
    wrong = (electrons_front, holes_back) if forward > 0.0 else (electrons_back, holes_front)
    loads = np.concatenate([loads[: 1 + ways], forward * np.stack(wrong)])
    weights, ln_scale = np.zeros_like(loads), np.zeros((nodes, 3))
    keep = loads.any(axis=(1, 2))
    solved = np.zeros((int(keep.sum()), nodes, 3))
    # In double-double: plain elimination may be off by 1e-4 in what is collected and in what is lost while both still
    # add up.
    largest = kernels.solve_transposed(state, line, drive, True, np.ascontiguousarray(loads[keep]), solved, ln_scale)
    if not math.isfinite(largest):
        return None
    weights[keep] = solved
    # A pair enters both continuity equations, where a contact does not hold them.
    enters = np.exp(-ln_scale[:, 1:])
    for end, i in ((0, 0), (1, -1)):
        enters[i, task.contacts.ln_velocity[end] >= UNBOUND] = 0.0
    answers = -(weights[:, :, 1:] * enters).sum(axis=2)
    collected = -forward * unit * answers[0]
    anode, cathode = (0, 1) if forward > 0.0 else (1, 0)
    labels = [Loss(mechanism, layer) for mechanism in MECHANISMS for layer in names]
    labels += [Loss("recombination", f"{a}|{b}") for a, b in pairwise(names)]
    at_contacts = (Loss("electrons", task.setup.anode_end.name), Loss("holes", task.setup.cathode_end.name))
    lost = dict(zip((*labels, *at_contacts), answers[1:], strict=True))
    for label, end in zip(at_contacts, (anode, cathode), strict=True):
        lost[label][-end] += 1.0  # what is made in a contact's own half cell counts as its current at once
    lost = {label: share for label, share in lost.items() if share.any()}
    total = collected + sum(lost.values())
    return Collection(collected=collected, lost=lost, closure=float(np.abs(total - 1.0).max()))
