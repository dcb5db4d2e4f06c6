"""How the current answers to a change of anything: one transposed solve of the last Newton system."""

from __future__ import annotations

import math

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.errors import ConvergenceError
from stackmodel.physics import double_double, transport
from stackmodel.physics.line import INSULATOR, FloatArray, IntArray
from stackmodel.physics.transport import BEFORE, BEHIND, OWN
from stackmodel.solvers.state import Point, Problem, contact_rows
from stackmodel.structure.mesh import Mesh
from stackmodel.structure.profile import ProfileOnMesh

#: Weights beyond which plain elimination leaves too few digits.
_LARGEST_PLAIN = 1e11


@attrs.frozen(eq=False, kw_only=True)
class Adjoint:
    """d ln|J| / d(residual) at a solved point.

    `weights`, shape (n_nodes, 3), belong to rows that were divided by exp(`ln_scale`). The current is read off element
    `edge`.
    """

    weights: FloatArray
    ln_scale: FloatArray
    edge: int

    def change(self, residual: FloatArray, ln_scale: FloatArray) -> FloatArray:
        """Return what each row of a residual, divided by exp(ln_scale), takes from ln|J|, shape (n_nodes, 3)."""
        return _taken(self.weights, self.ln_scale, residual, ln_scale)


def _taken(weights: FloatArray, own: FloatArray, residual: FloatArray, ln_scale: FloatArray) -> FloatArray:
    """Return weights x residual where the rows of either were divided by their own exp(ln scale)."""
    return weights * residual * np.exp(np.clip(ln_scale - own, -700.0, 700.0))


def adjoint(task: Problem, point: Point) -> Adjoint:
    """Return the adjoint of the total current.

    Raises
    ------
    ConvergenceError
        If the current is zero or the transposed system is singular.
    """
    total = point.currents.sum(axis=0)
    # Where both currents are small beside their sum, the sum has most digits.
    size = np.abs(point.currents).sum(axis=0)
    # What levels of an interface carry across is no flux over its element.
    size[list(point.grid.mesh.interfaces)] = math.inf
    edge = 1 + int(np.argmin(size[1:-1])) if total.size > 2 else 0
    current = float(total[edge])
    if current == 0.0:
        raise ConvergenceError(f"sensitivity: the current at {point.voltage:g} V is zero and has no logarithm")
    # What a level hangs on may be lost in the weights where it was not in the solution: large ones are solved again.
    for extended in (True,) if point.extended else (False, True):
        system, _ = assembled(task, attrs.evolve(point, extended=extended))
        lines = transport.empty_system(point.y.size)
        load = lines.residual
        gradient(task, point, edge, load)
        load *= -1.0
        for turned, origin in ((lines.jacobian, system.jacobian), (lines.low, system.low)):
            turned[OWN] = origin[OWN].transpose(0, 2, 1)
            turned[BEFORE, 1:] = origin[BEHIND, :-1].transpose(0, 2, 1)
            turned[BEHIND, :-1] = origin[BEFORE, 1:].transpose(0, 2, 1)
        step, step_low = np.zeros_like(load), np.zeros_like(load)
        if extended:
            solved = double_double.eliminate(load, lines.jacobian, lines.low, step, step_low)
        else:
            solved = transport.eliminate(load, lines.jacobian, step)
        if solved and np.all(np.isfinite(step)) and (extended or np.abs(step).max() < _LARGEST_PLAIN):
            break
    else:
        raise ConvergenceError(f"sensitivity: the system at {point.voltage:g} V is singular")
    return Adjoint(weights=step, ln_scale=system.ln_scale, edge=edge)


def assembled(task: Problem, point: Point) -> tuple[transport.System, transport.Flows]:
    """Return the system of equations of `task` at the state of `point`."""
    system, flows = transport.empty_system(point.y.size), transport.empty_flows(point.y.size)
    transport.assemble(
        point.y, point.u, point.v, point.lows, point.voltage / task.kT, point.grid.scaled, point.generation,
        contact_rows(task, point.voltage), system, flows, point.extended,
    )  # fmt: skip
    return system, flows


def gradient(task: Problem, point: Point, edge: int, into: FloatArray) -> None:
    """Write d ln|J| / d(y, u, v) of the total current over one element, shape (n_nodes, 3)."""
    size, nodes = math.log(abs(float(point.currents[:, edge].sum()))), point.y.size
    sign = math.copysign(1.0, float(point.currents[:, edge].sum()))
    eta, ln_f, slope = (np.zeros((2, 2, nodes - 1)) for _ in range(3))
    bias, line = point.voltage / task.kT, point.grid.scaled
    transport.densities(point.y, point.u + point.lows[0, 0], point.v + point.lows[1, 0], bias, line, eta, ln_f, slope)
    into[:] = 0.0
    for carrier in range(2):
        ln_c, _, conductance, level_i, level_j, band_i, band_j = transport.element_flux(
            point.y, point.u, point.v, point.lows, bias, carrier, edge, line, eta, ln_f, slope
        )
        strength = sign * math.exp(min(ln_c - size, 700.0))
        into[edge, 1 + carrier] += strength * (level_i - conductance)
        into[edge + 1, 1 + carrier] += strength * (level_j + conductance)
        into[edge, 0] += strength * band_i
        into[edge + 1, 0] += strength * band_j


def held_rows(task: Problem, point: Point) -> NDArray[np.bool_]:
    """Return which rows hold a value instead of balancing a flux, shape (n_nodes, 3)."""
    held = np.zeros((point.y.size, 3), dtype=bool)
    contacts = contact_rows(task, point.voltage)
    for end, i in ((0, 0), (1, -1)):
        held[i] = [True, *(contacts[end, 3:5] > 1e299)]
    insulating = point.grid.code == INSULATOR
    inside = np.concatenate([[True], insulating]) & np.concatenate([insulating, [True]])
    held[inside, 1:] = True
    return held


def stretched(mesh: Mesh, before: FloatArray, after: FloatArray) -> Mesh:
    """Return the mesh with the elements of each layer as much wider as the layer is thicker."""
    ratio = (after / before)[mesh.layer]
    ratio[list(mesh.interfaces)] = 1.0
    return attrs.evolve(mesh, width=mesh.width * ratio)


def log_current(task: Problem, point: Point, found: Adjoint, moved: Problem) -> float:
    """Return ln|J| of a problem close to `task`, to first order, from the point and the adjoint of `task`.

    The mesh is stretched with the layers. One assembly.
    """
    grid = moved.profile.on(stretched(point.grid.mesh, task.profile.thickness, moved.profile.thickness))
    there = attrs.evolve(point, grid=grid, generation=moved.generation(grid.mesh))
    system, flows = assembled(moved, there)
    explicit = math.log(abs(float(flows.currents[:, found.edge].sum())))
    return explicit - float(found.change(system.residual, system.ln_scale).sum())


def _halves(mesh: Mesh) -> tuple[IntArray, IntArray]:
    """Return where the nodes stand on the refined mesh, and which elements were halved: interfaces are not."""
    parts = np.full(mesh.width.size, 2)
    parts[list(mesh.interfaces)] = 1
    return np.concatenate([[0], np.cumsum(parts)]), np.flatnonzero(parts == 2)


def prolonged(task: Problem, point: Point, fine: ProfileOnMesh) -> Point:
    """Return the state of `point` on a mesh of which every element is a half of one of its own.

    In the middle of an element the potential bends with the charge, and the levels are those of a constant flux.
    """
    grid, kT = point.grid, task.kT
    at, inside = _halves(grid.mesh)
    eta, ln_f, slope = (np.zeros((2, 2, grid.mesh.width.size)) for _ in range(3))
    transport.densities(point.y, point.u, point.v, point.voltage / kT, grid.scaled, eta, ln_f, slope)
    carries = grid.code >= 0
    rho = np.where(carries, np.exp(grid.ln_N_V + ln_f[1]) - np.exp(grid.ln_N_C + ln_f[0]), 0.0)
    rho += grid.doping + point.trapped
    bend = grid.mesh.width**2 * rho.mean(axis=0) / (8.0 * grid.permittivity * kT)
    span = 0.5 * np.abs(np.diff(point.y)) + 1.0
    made = {}
    lows = np.zeros((2, 2, at[-1] + 1))
    lows[:, :, at] = point.lows
    for name, turn in (("y", 0.0), ("u", 1.0), ("v", -1.0)):
        values = getattr(point, name)
        new = np.empty(at[-1] + 1)
        new[at] = values
        if turn == 0.0:
            middle = 0.5 * (values[1:] + values[:-1]) + np.clip(bend, -span, span)
        else:
            carrier = 0 if turn > 0.0 else 1
            drop = turn * (np.diff(values) + (np.diff(point.lows[carrier, 0]) + np.diff(point.lows[carrier, 1])))
            rise = np.diff(eta[carrier], axis=0)[0] - drop  # of the band against the carrier
            # exp(level) in the middle is the mean of both ends with weights 1 / (1 + exp(+- rise / 2)).
            near, far = -np.logaddexp(0.0, 0.5 * rise), -np.logaddexp(0.0, -0.5 * rise)
            small = np.clip(drop, -1.0, 1.0)
            change = np.where(
                np.abs(drop) < 1.0, np.log1p(np.exp(far) * np.expm1(small)), np.logaddexp(near, far + drop)
            )
            middle = values[:-1]
            # What is added to a level may be less than its rounding.
            lows[carrier, 0, at[:-1][inside] + 1] = (point.lows[carrier, 0, :-1] + turn * change)[inside]
            lows[carrier, 1, at[:-1][inside] + 1] = point.lows[carrier, 1, :-1][inside]
        new[at[:-1][inside] + 1] = middle[inside]
        made[name] = new
    return attrs.evolve(
        point, grid=fine, y=made["y"], u=made["u"], v=made["v"], lows=lows, generation=task.generation(fine.mesh)
    )  # fmt: skip


def mesh_error(task: Problem, point: Point, fine: ProfileOnMesh | None = None) -> tuple[float, FloatArray]:
    """Return ln(J on the halved mesh / J), and the share of each element in it, shape (n_elements,).

    `fine` is the stack on the halved mesh, where it is known already.
    """
    found = adjoint(task, point)
    fine = task.profile.on(point.grid.mesh.refined()) if fine is None else fine
    state = prolonged(task, point, fine)
    system, flows = assembled(task, state)
    at, inside = _halves(point.grid.mesh)
    taken = np.zeros(at[-1] + 1)
    taken[at] = found.change(system.residual[at], system.ln_scale[at]).sum(axis=1)
    middle = at[:-1][inside] + 1
    # A held value takes nothing, whatever its row says.
    weights = np.where(held_rows(task, point), 0.0, found.weights)
    for side in (0, 1):
        near = weights[inside + side], found.ln_scale[inside + side]
        # A source before the element whose current is read adds nothing there, one behind it does: no mean of the two.
        weight = np.where(inside == found.edge, float(side), 0.5)
        taken[middle] += weight * _taken(*near, system.residual[middle], system.ln_scale[middle]).sum(axis=1)
    shares = np.zeros(point.grid.mesh.width.size)
    shares[inside] = taken[middle]
    # What a node takes comes from both cells beside it by their widths.
    width, nodes = point.grid.mesh.width, taken[at]
    both = np.concatenate([width[:1], width[:-1] + width[1:], width[-1:]])
    shares += width * (nodes[:-1] / both[:-1] + nodes[1:] / both[1:])
    total = point.currents[:, found.edge].sum()
    first = flows.currents[:, at[found.edge]].sum() / total - 1.0
    shares[found.edge] -= first
    # A node between a wide and a narrow element leaves opposite shares on both, which are one.
    beside = np.concatenate([shares[:1], shares, shares[-1:]])
    return float(-shares.sum()), -(0.25 * beside[:-2] + 0.5 * shares + 0.25 * beside[2:])
