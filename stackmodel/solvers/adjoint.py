"""How the current answers to a change of anything: one transposed solve of the last Newton system."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import ConvergenceError
from stackmodel.physics import adjoint as kernels
from stackmodel.physics.rows import assemble
from stackmodel.physics.state import State, empty_flows, steady
from stackmodel.physics.system import RESIDUAL, empty_system
from stackmodel.solvers.state import Point, Problem
from stackmodel.structure.mesh import Mesh


@attrs.frozen(eq=False, kw_only=True)
class Adjoint:
    """d ln|J| / d(residual) at a solved point.

    `weights`, shape (n_nodes, 3), belong to rows that were divided by exp(`ln_scale`). The current is read at element
    `edge`.
    """

    weights: FloatArray
    ln_scale: FloatArray
    edge: int

    def change(self, residual: FloatArray, ln_scale: FloatArray) -> FloatArray:
        """Return by how much each row of a residual, divided by exp(ln_scale), lowers ln|J|, shape (n_nodes, 3)."""
        return self.weights * residual * np.exp(np.clip(ln_scale - self.ln_scale, -700.0, 700.0))


def adjoint(task: Problem, point: Point) -> Adjoint:
    """Return the adjoint of the total current.

    Raises
    ------
    ConvergenceError
        If the current is zero or the transposed system is singular.
    """
    edge = kernels.plainest(point.currents, np.array(point.grid.mesh.interfaces, dtype=np.int64))
    current = float(point.currents[0, edge] + point.currents[1, edge])
    if current == 0.0:
        raise ConvergenceError(f"sensitivity: the current at {point.voltage:g} V is zero and has no logarithm")
    state, line, drive = point.state, point.grid.line, steady(point.generation, task.contacts)
    load, weights, ln_scale = (np.zeros((1, point.y.size, 3)) for _ in range(3))
    kernels.gradient(state, line, current, edge, load[0])
    # A leak that sets a level may be lost in the weights though it was not in the solution: large weights are solved
    # again in double-double.
    for extended in (True,) if point.extended else (False, True):
        largest = kernels.solve_transposed(state, line, drive, extended, load, weights, ln_scale[0])
        if largest < (math.inf if extended else kernels.LARGEST_PLAIN):
            break
    else:
        raise ConvergenceError(f"sensitivity: the system at {point.voltage:g} V is singular")
    return Adjoint(weights=weights[0], ln_scale=ln_scale[0], edge=edge)


def stretched(mesh: Mesh, before: FloatArray, after: FloatArray) -> Mesh:
    """Return the mesh with the elements of each layer scaled as the thickness of the layer."""
    ratio = (after / before)[mesh.layer]
    ratio[list(mesh.interfaces)] = 1.0
    return attrs.evolve(mesh, width=mesh.width * ratio)


def log_current(task: Problem, point: Point, found: Adjoint, moved: Problem) -> float:
    """Return ln|J| of a problem close to `task`, to first order, from the point and the adjoint of `task`.

    The mesh is stretched with the layers. It costs one assembly.
    """
    grid = moved.profile.on(stretched(point.grid.mesh, task.profile.thickness, moved.profile.thickness))
    system, flows = empty_system(point.y.size), empty_flows(point.y.size)
    state = State(point.y, point.u, point.v, point.lows, point.voltage / moved.kT)
    assemble(state, grid.line, moved.drive(grid.mesh), system, flows, RESIDUAL)
    explicit = math.log(abs(float(flows.currents[:, found.edge].sum())))
    return explicit - float(found.change(system.residual, system.ln_scale).sum())


def mesh_errors(task: Problem, points: Sequence[Point]) -> tuple[FloatArray, FloatArray]:
    """Return ln(J on the halved mesh / J) of points on one mesh, and the share of each element in it.

    Shapes are (n_points,) and (n_points, n_elements). Interfaces are not halved.

    Raises
    ------
    ConvergenceError
        If a current is zero or a transposed system is singular.
    """
    grid, mesh = points[0].grid, points[0].grid.mesh
    fine = task.profile.on(mesh.refined())
    errors, shares = np.empty(len(points)), np.empty((len(points), mesh.width.size))
    voltage, *arrays = (
        np.array([getattr(point, name) for point in points])
        for name in ("voltage", "levels", "lows", "currents", "trapped", "extended")
    )
    kernels.mesh_errors(
        points=kernels.Points(voltage / task.kT, *arrays), line=grid.line, fine=fine.line,
        drive=steady(points[0].generation, task.contacts), fine_drive=task.drive(fine.mesh),
        interfaces=np.array(mesh.interfaces, dtype=np.int64), at=mesh.starts(mesh.halves), errors=errors, shares=shares,
    )  # fmt: skip
    for point, error in zip(points, errors, strict=True):
        if not math.isfinite(error):
            raise ConvergenceError(
                f"the mesh at {point.voltage:g} V cannot be judged: its current is zero or its system singular"
            )
    return errors, shares
