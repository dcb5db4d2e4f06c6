"""Steady state under bias and light: Poisson with electron and hole continuity, on a mesh that adapts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.errors import ConvergenceError, InputError
from stackmodel.physics.constants import ELEMENTARY_CHARGE
from stackmodel.physics.line import INSULATOR, INTERFACE
from stackmodel.physics.mechanisms.table import MECHANISMS
from stackmodel.physics.newton import Effort
from stackmodel.physics.state import steady
from stackmodel.physics.walk import CONSERVATION, CURRENT, MEMORY, STEPS, empty_walk, lagrange, walk
from stackmodel.results.loss import GENERATION, Loss
from stackmodel.solvers import equilibrium
from stackmodel.solvers.adjoint import mesh_errors
from stackmodel.solvers.state import Generation, Point, Problem, blocked_ends
from stackmodel.structure.mesh import Mesh
from stackmodel.structure.profile import Profile, ProfileOnMesh
from stackmodel.structure.setup import Setup

#: Conservation of current that every answer meets (DESIGN: the gate).
GATE = 1e-9
#: Share of the accuracy at which the mesh aims, so that voltages between the judged ones meet it too. Above the second
#: number a larger accuracy makes no coarser mesh, because the estimate of its error would mean little.
_AIM, _COARSEST = 1.0 / 1.4, 5e-3
#: Ratio of the stated error to its estimate.
_SURE = 1.5
#: Largest ratio of the sum of absolute element errors to the error at which the mesh aims: errors of opposite signs may
#: cancel in the current.
CANCELLING = 4.0
MOST_NODES = 6000
_MOST_STEPS = 60
_MOST_ROUNDS = 16
_RELAXING = 100  #: Steps of Poisson's equation alone, at most.
_ATTEMPTS = tuple(
    Effort(_MOST_STEPS, GATE, extended, relaxing) for relaxing in (0, _RELAXING) for extended in (False, True)
)
#: Ratio of the errors that the mesh of the equilibrium may leave when a curve starts from it, to those of an answer.
LOOSENED = 70.0
_NEAREST = 6  #: Number of nearest points from which a point between them is guessed.
_PROBES = 7  #: Number of points of a curve on which the mesh adapts.
#: Least and largest number of parts into which the steps between the probes are cut, to choose the voltages at which
#: the mesh is compared with its halves. The probes are among them, because they are solved already.
_FINER = (2, 4)
_WORST = 2  #: Number of the worst of these voltages at which a second halving is estimated, as it is at both ends.
#: Near open circuit the error counts relative to this share of the light's current.
OF_LIGHT, _NOTHING_OF_LIGHT = 0.02, 1e-7
_RELIABLE = 0.1  #: Estimated error above which the estimate only tells where the mesh is worst.
#: Share of the allowed error at which a cut aims.
_MARGIN = 0.7
#: Largest step of the march in voltage, over kT; halved where Newton does not follow.
_STRIDE = 4.0
_LEAST_STRIDE = 0.03


def problem(setup: Setup, generation: Sequence[Generation] | None = None) -> Problem:
    """Return the problem of a setup; `generation` is per electrical layer."""
    for end in setup.ends:
        velocities = (end.contact.electron_recombination_velocity, end.contact.hole_recombination_velocity)
        if end.contact.image_force and all(velocity is None or math.isinf(velocity) for velocity in velocities):
            raise InputError(
                f"{end.name}: the image force acts on emission, which needs electron_recombination_velocity or "
                "hole_recombination_velocity; Richardson's is A* T^2 / (q N_C)"
            )
    profile = Profile(setup.stack, setup.temperature, transport=True)
    return Problem(setup=setup, profile=profile, light=tuple(generation or ()))


def solve(task: Problem, voltages: Sequence[float]) -> tuple[Point, ...]:
    """Return the operating points at `voltages` [V], in their order.

    The mesh starts from that of the equilibrium. It is refined until its halves are estimated to be good enough at a
    few voltages. All points are solved on the halves. They are judged by what this halving changed and by what another
    one would change, eq. (T5). Points are reached from 0 V by continuation, with guesses from the last ones.

    Raises
    ------
    ConvergenceError
        If current is not conserved to `GATE` somewhere, or the mesh leaves more than the setup's accuracy; `partial`
        holds the points solved on the last mesh.
    """
    _compile_first()
    wanted = sorted({float(voltage) for voltage in voltages})
    if not any(wanted) and not task.light:
        # Without voltage and light no current flows to which the mesh could adapt: the mesh of the equilibrium is used.
        point = _curve(task, _resting(task, 1.0), wanted, {})[0.0]
        point.mesh_error = 0.0
        return (point,) * len(voltages)
    probes = _spread(wanted, _PROBES)
    mesh = _resting(task, LOOSENED).coarsened().with_interfaces(task.profile.emitting)
    try:
        adapted = _adapted(task, mesh, probes)
    except ConvergenceError:  # on a mesh this coarse a layer may not hold its charge
        adapted = None
    mesh, coarse = adapted or _adapted(task, mesh.refined(), probes)
    points = _curve(task, mesh.refined(), wanted, coarse)
    for _ in range(_MOST_ROUNDS):
        parts, error = _judged(task, mesh, coarse, points, wanted)
        if error <= task.setup.accuracy or 2 * (mesh.width.size + int((parts - 1).sum())) > MOST_NODES:
            break
        mesh, coarse = mesh.split(parts), {}
        points = _curve(task, mesh.refined(), wanted, points)
    if error > task.setup.accuracy:
        raise ConvergenceError(
            f"the mesh of {points[wanted[0]].y.size} nodes leaves an error of {error:.1%} in the current (asked: "
            f"accuracy={task.setup.accuracy:.2g}, and at most 0.02 may be asked for); the points are in error.partial",
            partial=tuple(points[voltage] for voltage in wanted),
        )
    for point in points.values():
        point.mesh_error = stated(task, error)
    return tuple(points[float(voltage)] for voltage in voltages)


def stated(task: Problem, error: float) -> float:
    """Return the error that an answer states: the estimate with a margin, but no more than what was asked for."""
    return min(_SURE * error, task.setup.accuracy)


def glimpse(task: Problem) -> Point:
    """Return the lit point at 0 V on the mesh of the equilibrium, from which `march` may explore a curve."""
    _compile_first()
    mesh = _resting(task, LOOSENED)
    return _curve(task, mesh, [0.0], {})[0.0]


def _compile_first() -> None:
    from stackmodel.solvers.warmup import compile_first  # which asks questions of this module

    compile_first()


def _resting(task: Problem, loosened: float) -> Mesh:
    """Return the mesh of the equilibrium; for a lit problem it is solved only once."""
    if "resting" not in task.memory or not task.light:
        resting = equilibrium.solve(task.profile, task.setup.ends, loosened=loosened)
        task.memory["resting"] = resting.grid.mesh, resting.psi
    return task.memory["resting"][0].with_interfaces(task.profile.emitting)


def between(task: Problem, points: Sequence[Point], voltage: float) -> Point:
    """Return the point at `voltage` [V] on the mesh of some points: guessed from the nearest, or step by step."""
    near = sorted(points, key=lambda point: abs(point.voltage - voltage))[:_NEAREST]
    point = _newton(task, near[0].grid, voltage, _extrapolated(task, near, voltage)) if len(near) > 1 else None
    if point is None:
        found: dict[float, Point] = {}
        march(task, near[0].grid, near[0], [voltage], found)
        point = found[voltage]
    point.mesh_error = near[0].mesh_error
    return point


def on_mesh(task: Problem, point: Point, mesh: Mesh | None = None) -> Point:
    """Return the point of another problem with the same layers, at the voltage of `point` and on its mesh or `mesh`."""
    mesh = point.grid.mesh if mesh is None else mesh
    return _curve(task, mesh, [point.voltage], {point.voltage: point})[point.voltage]


def _spread(values: Sequence[float], count: int) -> list[float]:
    """Return at most `count` of the values, the first and the last among them."""
    return [values[i] for i in sorted({round(k) for k in np.linspace(0, len(values) - 1, count)})]


def _adapted(task: Problem, mesh: Mesh, voltages: Sequence[float]) -> tuple[Mesh, dict[float, Point]]:
    """Return a mesh whose halves are estimated to be good enough at all `voltages`, and the points there."""
    before, points = math.inf, _curve(task, mesh, voltages, {})
    aim = _aim(task)
    asked: Sequence[float] = voltages
    for _ in range(_MOST_ROUNDS):
        counts, counted = _counted(task, mesh, [points[V] for V in asked])
        if not counted:
            break
        errors, shares = mesh_errors(task, counted)
        # Error and shares fall fourfold with each halving, so all halvings to come change ln J by 4/3 of the next one.
        errors, sizes = counts * np.abs(errors) / 3.0, counts[:, None] * np.abs(shares) / 4.0
        together = float(sizes.sum(axis=1).max())
        parts = _parts(task, sizes, errors)
        # Errors that cancel each other and do not fall with finer elements are rounding of the estimate.
        settled = float(errors.max()) <= aim and together > 0.7 * before
        if parts.max() == 1 or settled or 2 * (mesh.width.size + int((parts - 1).sum())) > MOST_NODES:
            break
        before = together
        mesh = mesh.split(parts)
        points = _curve(task, mesh, voltages, points)
        # Finer elements make no error larger, so voltages with a small error are not asked again.
        large = (errors > 0.5 * aim) | (sizes.sum(axis=1) > 0.5 * CANCELLING * aim)
        asked = [point.voltage for point, again in zip(counted, large, strict=True) if again]
    return mesh, points


def _judged(
    task: Problem, mesh: Mesh, coarse: dict[float, Point], points: dict[float, Point], voltages: Sequence[float]
) -> tuple[IntArray, float]:  # fmt: skip
    """Return into how many parts to cut each element of `mesh`, and the error of the points on its halves, eq. (T5).

    `coarse` are the points on `mesh` itself that are known already.
    """
    finer = min(max(len(voltages) // (2 * (_PROBES - 1)), _FINER[0]), _FINER[1])
    asked = {
        *_spread(voltages, finer * (_PROBES - 1) + 1),
        *_about_open_circuit(points, voltages),
        *coarse,
    } & points.keys()
    counts, counted = _counted(task, mesh, [points[V] for V in sorted(asked)])
    if not counted:
        return np.ones(mesh.width.size, dtype=np.int64), 0.0
    unknown = [point for point in counted if point.voltage not in coarse]
    if unknown:
        levels = _interpolated(unknown, mesh)
        found = _newtons(task, task.profile.on(mesh), [point.voltage for point in unknown], levels)
        coarse = coarse | {point.voltage: point for point in found if point is not None}
    # The change by halving is three times the error that is left. Where it is not known, the estimate is used.
    halved = counts * np.array(
        [
            abs(coarse[point.voltage].current / point.current - 1.0) / 3.0 if point.voltage in coarse else math.inf
            for point in counted
        ]
    )
    last = len(counted) - 1
    worst = sorted({0, last, *np.argsort(-halved)[:_WORST].tolist()})
    errors, shares = mesh_errors(task, [counted[k] for k in worst])
    errors = counts[worst] * np.abs(errors) * 4.0 / 3.0
    sizes = counts[worst, None] * np.add.reduceat(np.abs(shares), mesh.starts(mesh.halves)[:-1], axis=1)
    error = max(float(errors.max()), float(np.max(halved, where=np.isfinite(halved), initial=0.0)))
    parts = _parts(task, sizes, errors)
    return (mesh.halves if parts.max() == 1 else parts), error


def _about_open_circuit(points: dict[float, Point], voltages: Sequence[float]) -> list[float]:
    """Return the neighbouring voltages between which the current of a lit curve changes its sign."""
    signs = np.sign([points[V].current for V in voltages])
    return [V for k in np.flatnonzero(signs[1:] != signs[:-1]).tolist() for V in (voltages[k], voltages[k + 1])]


def _counted(task: Problem, mesh: Mesh, points: Sequence[Point]) -> tuple[FloatArray, list[Point]]:
    """Return the points whose error counts, and the weight of a relative error at each of them.

    Near open circuit the current is a small difference of large currents. There the error counts relative to a share of
    the light's current.
    """
    light = float((0.5 * mesh.width * task.generation(mesh).sum(axis=0)).sum()) if task.light else 0.0
    counted = [point for point in points if point.current != 0.0 and abs(point.current) >= _NOTHING_OF_LIGHT * light]
    current = np.abs([point.current for point in counted])
    return current / np.maximum(current, OF_LIGHT * light), counted


def _curve(task: Problem, mesh: Mesh, voltages: Sequence[float], before: dict[float, Point]) -> dict[float, Point]:
    """Return the points at all voltages on `mesh`, from the points `before` on a coarser mesh where there are any.

    The point at 0 V is returned too where it was solved: a longer curve may start from it.
    """
    grid = task.profile.on(mesh)
    found: dict[float, Point] = {}
    wanted = sorted({float(voltage) for voltage in voltages})
    if before.keys() >= set(wanted):
        known = list(before) if len(wanted) > 1 else wanted
        levels = _interpolated([before[voltage] for voltage in known], mesh)
        found = {point.voltage: point for point in _newtons(task, grid, known, levels) if point is not None}
        if found.keys() >= set(wanted):
            return found
    zero = None
    if 0.0 in before:
        zero = _newton(task, grid, 0.0, _interpolated([before[0.0]], mesh)[0])
    if zero is None:
        zero = _at_zero(task, grid)
    for side in ([v for v in wanted if v >= 0.0], [v for v in reversed(wanted) if v < 0.0]):
        march(task, grid, zero, side, found)
    return {0.0: zero} | found


def _at_zero(task: Problem, grid: ProfileOnMesh) -> Point:
    """Return the point at 0 V: the equilibrium, then the light brought up to its strength."""
    top = task.profile.layers.vacuum_level
    psi_ends = (top[0] + task.setup.ends[0].fermi_level, top[-1] + task.setup.ends[1].fermi_level)
    start = None
    if "resting" in task.memory:
        mesh, psi = task.memory["resting"]
        start = np.interp(grid.mesh.nodes, mesh.nodes, psi)
    y = equilibrium.solve_on(grid, psi_ends, start).psi / task.kT
    light = task.generation(grid.mesh)
    point = _newton(task, grid, 0.0, np.array([y, 0.0 * y, 0.0 * y]), 0.0 * light)
    if point is None:
        raise _no_steady_state(0.0, {})
    if not light.any():
        return point
    share, ratio = 1e-3, 1e2
    while share < 1.0:
        wanted = min(1.0, share * ratio)
        lit = _newton(task, grid, 0.0, point.levels, wanted * light)
        if lit is None and point.generation.max() == 0.0 and share > 1e-60:
            # The first light moves the levels of a layer behind barriers most: begin with less of it.
            share *= 1e-2
            continue
        if lit is None:
            ratio = math.sqrt(ratio)
            if ratio < 1.02:
                raise _no_steady_state(0.0, {})
            continue
        point, share, ratio = lit, wanted, min(ratio * 2.0, 1e2)
    return point


def march(
    task: Problem, grid: ProfileOnMesh, zero: Point, voltages: Sequence[float], found: dict[float, Point]
) -> None:
    """Walk from the point `zero` through `voltages`, which lie in order away from it; add the points to `found`.

    Points that are known on the other side of `zero` help to guess the first steps.
    """
    stops = [zero.voltage]
    for target in voltages:
        parts = max(1, math.ceil(abs(target - stops[-1]) / (_STRIDE * task.kT)))
        start = stops[-1]
        stops += [start + (target - start) * k / parts for k in range(1, parts)]
        if target != zero.voltage:
            stops.append(target)
    if zero.voltage in voltages:
        found[zero.voltage] = zero
    history, wanted = _leading_to(task, zero, found), set(voltages)
    while len(stops) > 1:
        # The kernel goes as far as full steps lead. Where it stops, smaller steps follow.
        levels = [point.levels for point in history]
        if len(levels) == 1:
            levels.append(_shifted(task, zero, stops[1]))
        along = [*(point.voltage for point in history), *stops[1:]]
        solved = _walked(task, grid, along, len(history), np.array(levels))
        if not solved:
            target = next(voltage for voltage in stops[1:] if voltage in wanted)
            solved = _approached(task, grid, history, stops[1], target, found)
        for point in solved:
            if point.voltage in wanted:
                found[point.voltage] = point
        reached = solved[-1].voltage
        stops = stops[stops.index(reached) :]
        history = [*history, *solved][-MEMORY:]


def _leading_to(task: Problem, zero: Point, found: Mapping[float, Point]) -> list[Point]:
    """Return known points close enough together to extrapolate from; `zero` comes last."""
    near = [zero]
    for point in sorted(found.values(), key=lambda point: abs(point.voltage - zero.voltage)):
        if len(near) == MEMORY or abs(point.voltage - near[-1].voltage) > _STRIDE * task.kT:
            break
        if point.grid is zero.grid and point.voltage != zero.voltage:
            near.append(point)
    return near[::-1]


def _walked(
    task: Problem, grid: ProfileOnMesh, voltages: Sequence[float], known: int, levels: FloatArray,
    generation: FloatArray | None = None, effort: Effort = _ATTEMPTS[0],
) -> list[Point]:  # fmt: skip
    """Return the points at `voltages` after the first `known` ones, as far as one call of `physics.walk.walk` goes.

    `levels` are those at the first voltages, shape (n, 3, n_nodes); after the first `known` they are guesses.
    """
    along = empty_walk(len(voltages), grid.mesh.width.size + 1)
    along.levels[: len(levels)] = levels
    generation = task.generation(grid.mesh) if generation is None else generation
    drive = steady(generation, task.contacts)
    count = walk(np.array(voltages) / task.kT, known, len(levels), grid.line, drive, effort, along)
    figures = along.figures.tolist()
    return [
        Point(
            voltage=voltages[k], grid=grid, levels=along.levels[k], lows=along.lows[k], currents=along.currents[k],
            rates=along.rates[k], trapped=along.trapped[k], lost=along.lost[k], current=figures[k][CURRENT],
            generation=generation, iterations=int(figures[k][STEPS]), conservation=figures[k][CONSERVATION],
            extended=effort.extended,
        )
        for k in range(known, count)
    ]  # fmt: skip


def _approached(
    task: Problem, grid: ProfileOnMesh, history: Sequence[Point], stop: float, target: float,
    found: Mapping[float, Point],
) -> list[Point]:  # fmt: skip
    """Return the points on the way to `stop`, in steps as small as Newton's method needs.

    If no step is small enough, `target`, the next voltage that was asked for, is tried at once.
    """
    way: list[Point] = []
    history, stride = list(history), _STRIDE * task.kT
    while (now := history[-1].voltage) != stop:
        ahead = stop - now
        step = math.copysign(min(abs(ahead), stride), ahead)
        voltage = stop if abs(step) >= abs(ahead) * (1 - 1e-12) else now + step
        point = _newton(task, grid, voltage, _extrapolated(task, history[-4:], voltage))
        if point is None and len(history) > 1:
            point = _newton(task, grid, voltage, _shifted(task, history[-1], voltage))
        if point is None:
            stride = 0.5 * abs(step)
            if stride >= _LEAST_STRIDE * task.kT:
                continue
            # Near 0 V a current may be below rounding while it is well above it further on: try there.
            point = _newton(task, grid, target, _shifted(task, history[-1], target))
            if point is None:
                raise _no_steady_state(target, found)
            return [*way, point]
        history.append(point)
        way.append(point)
        stride = min(1.5 * stride, _STRIDE * task.kT)
    return way


def _no_steady_state(voltage: float, found: Mapping[float, Point]) -> ConvergenceError:
    return ConvergenceError(
        f"no steady state found at {voltage:.4g} V: current is not conserved to {GATE:g}, as happens where it is below "
        "1e-30 A/cm^2, where carriers are caught between barriers, or where light or fields are beyond what the layers "
        "bear; equilibrium() and estimate() still answer. "
        f"{len(found)} points are in error.partial",
        partial=tuple(found.values()),
    )


def _extrapolated(task: Problem, history: Sequence[Point], voltage: float) -> FloatArray:
    """Return the levels at `voltage` by Lagrange's polynomial through some points, shape (3, n_nodes)."""
    if len(history) == 1:
        return _shifted(task, history[0], voltage)
    at, weights = np.array([*(point.voltage for point in history), voltage]), np.empty(len(history))
    lagrange(at, 0, len(history), weights)
    return np.tensordot(weights, np.array([point.levels for point in history]), 1)


def _shifted(task: Problem, point: Point, voltage: float) -> FloatArray:
    """Return a guess from one point: levels stay with their own contacts, the potential follows the anode linearly."""
    change = (voltage - point.voltage) / task.kT
    x = point.grid.mesh.nodes
    share = x / x[-1] if task.setup.sign < 0 else 1.0 - x / x[-1]
    levels = np.array([point.y + change * share, point.u, point.v])
    if not task.light:
        _hold_where_nothing_flows(task, point, voltage / task.kT, levels)
    return levels


def _hold_where_nothing_flows(task: Problem, point: Point, bias: float, levels: FloatArray) -> None:
    """Where no dark current can flow, set the levels exactly to those of the contact that feeds them."""

    def hold(nodes: slice, end: int) -> None:
        at_anode = task.setup.ends[end].terminal == task.setup.anode
        levels[1, nodes], levels[2, nodes] = (-bias, 0.0) if at_anode else (0.0, bias)

    blocked, insulating = blocked_ends(task), np.flatnonzero(point.grid.code == INSULATOR)
    if insulating.size:
        hold(slice(0, int(insulating[0]) + 1), 0)
        hold(slice(int(insulating[0]) + 1, None), 1)
    elif any(blocked):
        hold(slice(None), 1 if blocked[0] else 0)


def _newton(
    task: Problem, grid: ProfileOnMesh, voltage: float, levels: FloatArray, generation: FloatArray | None = None
) -> Point | None:
    """Return the point at `voltage` from a guess of its levels, or None where Newton does not conserve current."""
    return _newtons(task, grid, [voltage], levels[None], generation)[0]


def _newtons(
    task: Problem, grid: ProfileOnMesh, voltages: Sequence[float], levels: FloatArray,
    generation: FloatArray | None = None,
) -> list[Point | None]:  # fmt: skip
    """Return the points at `voltages`, each from its own guess, shape (n_points, 3, n_nodes); None as in `_newton`."""
    found: list[Point | None] = []
    while (here := len(found)) < len(voltages):
        # Plain elimination comes first. Where a leak below rounding sets a level, double-double follows. Where the
        # guess was far off, both are tried again after the potential has relaxed between fixed levels.
        found += _walked(task, grid, voltages[here:], 0, levels[here:], generation)
        if (here := len(found)) < len(voltages):
            again = (
                _walked(task, grid, [voltages[here]], 0, levels[here : here + 1], generation, effort)
                for effort in _ATTEMPTS[1:]
            )
            found += next((solved for solved in again if solved), [None])
    return found


def _interpolated(points: Sequence[Point], mesh: Mesh) -> FloatArray:
    """Return the levels of points on one mesh at the nodes of another, shape (n_points, 3, n_nodes)."""
    old, new = points[0].grid.mesh.nodes, mesh.nodes
    levels = np.array([point.levels for point in points])
    left = np.clip(np.searchsorted(old, new, side="right") - 1, 0, old.size - 2)
    share = (new - old[left]) / (old[left + 1] - old[left])
    found: FloatArray = (1.0 - share) * levels[..., left] + share * levels[..., left + 1]
    return found


def _aim(task: Problem) -> float:
    """Return the error at which the mesh aims."""
    return _AIM * min(task.setup.accuracy, _COARSEST)


def _parts(task: Problem, sizes: FloatArray, errors: FloatArray) -> IntArray:
    """Return into how many parts each element has to be cut for the accuracy that is aimed at.

    `sizes`, shape (n_points, n_elements), are the absolute errors of the elements on the halved mesh; they may cancel
    in the current. `errors`, shape (n_points,), are those of the currents.
    """
    aim, totals = _aim(task), sizes.sum(axis=1)
    # An element cut into k parts has 1/k^2 of its error. k proportional to the cube root of the error needs fewest
    # elements.
    allowed = _MARGIN * aim * np.minimum(np.maximum(totals, 1e-300) / np.maximum(errors, 1e-300), CANCELLING)
    roots = np.cbrt(sizes)
    cuts = roots * np.sqrt(roots.sum(axis=1) / allowed)[:, None]
    # Where the mesh is too coarse for the estimate to be reliable, only the worst elements are halved.
    worst = np.where(sizes > 0.02 * sizes.max(axis=1)[:, None], 2.0, 1.0)
    cuts = np.where(((errors > _RELIABLE) | (totals > 1.0))[:, None], worst, cuts)
    cuts[(errors <= aim) & (totals <= CANCELLING * aim)] = 1.0
    parts: IntArray = np.clip(np.ceil(cuts.max(axis=0) - 0.2), 1, 3).astype(np.int64)
    return parts


def current_density(task: Problem, point: Point) -> float:
    """Return the terminal current density, positive in forward: the mean over the elements [A/cm^2]."""
    return task.setup.sign * ELEMENTARY_CHARGE * point.current + 0.0


def by_mechanism(task: Problem, point: Point) -> dict[Loss, float]:
    """Return the shares of the terminal current density [A/cm^2], each from its own integral, eq. (T6).

    J = J_n(anode) + J_p(cathode) - q int R + q int G in the direction of forward current: recombination by mechanism
    and layer, minority carriers that reach the wrong contact, and the photogeneration.
    """
    q, grid, width = ELEMENTARY_CHARGE, point.grid, point.grid.mesh.width
    found: dict[Loss, float] = {}
    names = task.profile.names
    for k, mechanism in enumerate(MECHANISMS):
        if not point.rates[k].any():
            continue
        charge = q * 0.5 * width * point.rates[k].sum(axis=0)
        for layer, total in zip(names, np.bincount(grid.mesh.layer, charge, len(names)), strict=True):
            if total != 0.0:
                found[Loss(mechanism, layer)] = float(total)
    for i in range(len(names) - 1):
        at = grid.boundary[i + 1]
        total = q * float(point.lost[0, at - 1 if grid.code[at - 1] == INTERFACE else at : at + 1].sum())
        if total != 0.0:
            found[Loss("recombination", f"{names[i]}|{names[i + 1]}")] = total
    net = 0.5 * width * (point.rates.sum(axis=0) - point.generation)
    # Along +x, at the contacts themselves: half a cell beyond the first and last edge.
    at_front = [point.currents[0, 0] - net[0, 0], point.currents[1, 0] + net[0, 0]]
    at_back = [point.currents[0, -1] + net[1, -1], point.currents[1, -1] - net[1, -1]]
    anode, cathode = (at_front, at_back) if task.setup.sign > 0 else (at_back, at_front)
    forward = task.setup.sign * q
    found[Loss("electrons", task.setup.anode_end.name)] = forward * float(anode[0])
    found[Loss("holes", task.setup.cathode_end.name)] = forward * float(cathode[1])
    photo = q * float((0.5 * width * point.generation.sum(axis=0)).sum())
    if photo:
        found[GENERATION] = -photo
    return found
