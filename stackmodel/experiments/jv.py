"""Current-voltage experiments on a device: curves, one point, the dark current by mechanism."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import attrs
import numpy as np

from stackmodel.errors import ConvergenceError, InputError, StackModelError, shorten
from stackmodel.experiments.illumination import Illumination
from stackmodel.experiments.moving import moved
from stackmodel.output.progress import tracked
from stackmodel.physics.constants import BOLTZMANN_EV, NM
from stackmodel.physics.fluxes import fill_bands
from stackmodel.physics.state import empty_bands
from stackmodel.quantities import all_checked, as_numbers, checked, quantity
from stackmodel.results.band_picture import LayerSpan
from stackmodel.results.base import Provenance
from stackmodel.results.jv import CurrentVoltage, DarkCurrent, WhenAsked
from stackmodel.results.loss import GENERATION, Loss
from stackmodel.results.operating_point import OperatingPoint, PointsOnDemand
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.circuit import solve_in
from stackmodel.solvers.state import Absorbed, Generation, Point, Problem, Profiled
from stackmodel.structure.circuit import Circuit
from stackmodel.structure.levels import Assumed, End, electrical_ends, electrical_positions, gap_at_zero
from stackmodel.structure.mesh import FloatArray
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.record import record
from stackmodel.structure.stack import Stack
from stackmodel.units import Value

#: Voltage on either side of 0 at which a slope is taken [V], and to what share of it both sides have to agree.
NEAR_ZERO, _ALIKE = 1e-6, 1e-3
#: Steps of temperature, relative, from which an activation energy is taken.
_STEP = 0.01


#: What a layer's generation may be: a rate, or depths in the layer [nm] with the rate at each.
Given: TypeAlias = "Value | tuple[Sequence[float], Sequence[float]] | Callable[[FloatArray], FloatArray]"
#: Depths at which a function of depth is read, and the share of its pairs that every other one may miss.
_DEPTHS, _UNREAD = 4001, 1e-3


def generation_by_layer(stack: Stack, generation: Given | Mapping[str, Given] | None) -> list[Generation] | None:
    """Return the generation of each electrical layer.

    A plain number [cm^-3 s^-1] is in the active layer; a mapping goes from names or roles of layers to numbers, to
    pairs of depths in the layer [nm] and rates, or to functions of depth.
    """
    if generation is None:
        return None
    given = generation if isinstance(generation, Mapping) else {"active": generation}
    positions = electrical_positions(stack)
    rates: list[Generation] = [0.0] * len(positions)
    named: set[int] = set()
    for whose, value in given.items():
        i = stack.position(whose)
        if i not in positions:
            names = ", ".join(stack.names[k] for k in positions)
            raise InputError(f"generation: {stack.names[i]} carries no current; expected one of {names}")
        if i in named:
            raise InputError(f"generation: {stack.names[i]} is given twice, by name and by role; expected it once")
        named.add(i)
        rates[positions.index(i)] = _generation_in(stack, i, value)
    return rates


def _generation_in(stack: Stack, i: int, value: Given) -> Generation:
    name, thickness = stack.names[i], float(stack.layers[i].thickness or 0.0)
    if not callable(value) and (isinstance(value, str) or not hasattr(value, "__len__")):
        return checked("generation", value, name)
    expected = "depths in the layer [nm], rising, and as many rates [cm^-3 s^-1], or a function of an array of depths"
    try:
        if callable(value):
            depth = np.linspace(0.0, thickness, _DEPTHS)
            rate = as_numbers(value(depth), name)
        else:
            depth, rate = (as_numbers(each, name) for each in value)
    except (TypeError, ValueError):
        raise InputError(f"{name}: generation is {shorten(value)}; expected a rate, or {expected}") from None
    if depth.ndim != 1 or depth.size < 2 or depth.shape != rate.shape or not np.all(np.diff(depth) > 0.0):
        raise InputError(
            f"{name}: a profile of generation has {depth.size} depths and {rate.size} rates; expected {expected}"
        )
    pairs, fewer = (float(np.trapezoid(rate[::k], depth[::k])) for k in (1, 2))
    if callable(value) and not abs(fewer - pairs) <= _UNREAD * abs(pairs):
        raise InputError(
            f"{name}: generation changes too fast to be read at {_DEPTHS} depths; expected a smoother function, or "
            "depths [nm] and rates [cm^-3 s^-1] that follow it"
        )
    slack = 1e-6 * thickness
    if depth[0] < -slack or depth[-1] > thickness + slack:
        raise InputError(
            f"{name}: depths of generation go from {depth[0]:g} to {depth[-1]:g} nm; expected 0 to {thickness:g} nm, "
            "counted within the layer"
        )
    low, high = 0.0, quantity("generation").high
    for each in rate[~((rate >= low) & (rate <= high))]:
        checked("generation", float(each), name)
    depth = np.clip(depth, 0.0, thickness)
    # Nothing is generated where nothing is given.
    before, behind = depth[0] > slack, depth[-1] < thickness - slack
    edge = 1e-9 * thickness
    first, last = [0.0, depth[0] - edge] if before else [], [depth[-1] + edge, thickness] if behind else []
    depth[0], depth[-1] = depth[0] if before else 0.0, depth[-1] if behind else thickness
    rate = np.concatenate([[0.0] * len(first), rate, [0.0] * len(last)])
    return Profiled(np.concatenate([first, depth, last]) * NM, rate)


def curve(
    stack: Stack, ends: tuple[End, End], voltages: Sequence[Value], *, anode: str, temperature: float,
    generation: Given | Mapping[str, Given] | None, assumed: tuple[Assumed, ...], circuit: Circuit, accuracy: float,
    light: Illumination | None = None,
) -> CurrentVoltage:  # fmt: skip
    """Return the curve at `voltages` [V]; see `kinds.device.Device.jv`."""
    asked = all_checked("voltage", voltages, "jv", what="voltages", example="numpy.linspace(-1, 1, 41)")
    # A grid of voltages that misses zero by rounding means zero, where the current is exactly 0.
    wanted = np.where(np.abs(asked) < 1e-12, 0.0, asked).tolist()
    rates = generation_by_layer(stack, generation) if light is None else light.layers
    task = solver.problem(stack, ends, anode=anode, temperature=temperature, generation=rates, accuracy=accuracy)
    shines = "generation given" if light is None else light.light.name
    if not rates or not any(isinstance(rate, Profiled | Absorbed) or rate for rate in rates):
        shines = "dark"
    question = f"Current-voltage curve, {'dark' if shines == 'dark' else 'illuminated'}"
    recorded = recorder(question, stack, temperature, assumed, light)
    try:
        points = solve_in(circuit, task, wanted)
    except ConvergenceError as error:
        error.partial = tuple(point_of(stack, task, point, recorded([point])) for point in error.partial or ())
        raise
    return collected(
        stack,
        ends,
        task,
        wanted,
        points,
        circuit=circuit,
        light=light,
        illumination=shines,
        provenance=recorded(points),
    )


def recorder(
    question: str, stack: Stack, temperature: float, assumed: tuple[Assumed, ...], light: Illumination | None
) -> Callable[[Sequence[Point]], Provenance]:
    """Return what makes the record of solved points."""
    more = (*assumed, *(() if light is None else light.assumed))
    optical = None if light is None else light.optical
    return lambda points: _record(question, stack, temperature, more, points, optical)


def collected(
    stack: Stack, ends: tuple[End, End], task: Problem, voltages: Sequence[float], points: Sequence[Point], *,
    circuit: Circuit, light: Illumination | None, illumination: str, provenance: Provenance,
) -> CurrentVoltage:  # fmt: skip
    """Return the curve of solved points at the `voltages` of the terminals [V]."""
    return CurrentVoltage(
        voltage=np.array(voltages),
        current_density=np.array([_with_leaks(task, point, circuit) for point in points]),
        points=PointsOnDemand(len(points), lambda k: point_of(stack, task, points[k], provenance)),
        illumination=illumination,
        beside=dict(circuit.beside),
        series=circuit.series,
        irradiance=None if light is None else light.light.irradiance,
        anode=_name(ends, task.anode),
        temperature=task.profile.temperature,
        provenance=provenance,
    )


def point_of(stack: Stack, task: Problem, point: Point, provenance: Provenance) -> OperatingPoint:
    """Return a solved point with its arrays in the units of the field."""
    grid, kT = point.grid, task.kT
    nodes = grid.mesh.nodes
    layer = grid.mesh.layer

    def points(values: FloatArray) -> FloatArray:
        keep = np.ones(values.shape, dtype=bool)
        keep[1, :-1] = layer[:-1] != layer[1:]
        # The element of an interface has no inside: what it joins stands on either side of it.
        for e in grid.mesh.interfaces:
            keep[:, e], keep[1, e - 1] = False, True
        return np.ascontiguousarray(values.T[keep.T])

    def both(values: FloatArray) -> FloatArray:
        return np.stack([values[:-1], values[1:]])

    psi = both(point.y * kT)
    bands = empty_bands(layer.size)
    fill_bands(point.state, grid.line, bands)
    carries = np.where(grid.code >= 0, 1.0, 0.0)
    boundary = nodes[grid.boundary] / NM
    which = points(np.stack([layer, layer]).astype(float)).astype(int)
    grounded = -point.voltage  # the anode's Fermi level [eV]
    return OperatingPoint(
        voltage=point.voltage,
        current_density=solver.current_density(task, point),
        by_mechanism=solver.by_mechanism(task, point),
        position=points(both(nodes)) / NM,
        layer=tuple(task.profile.names[i] for i in which),
        potential=points(psi),
        conduction_band=points(grid.edge_C - psi),
        valence_band=points(grid.edge_V - psi),
        vacuum_level=points(grid.vacuum_level - psi),
        electron_level=points(both(point.u * kT)),
        hole_level=points(both(point.v * kT)) + grounded,
        electron_density=points(carries * np.exp(np.minimum(grid.ln_N_C + bands.ln_F[0], 700.0))),
        hole_density=points(carries * np.exp(np.minimum(grid.ln_N_V + bands.ln_F[1], 700.0))),
        recombination_rate=points(point.rates.sum(axis=0)),
        generation_rate=points(point.generation),
        layers=tuple(
            LayerSpan(name=name, role=role, label=stack.layers[i].label, start=float(a), end=float(b))
            for i, name, role, a, b in zip(
                task.profile.positions, task.profile.names, task.profile.roles, boundary[:-1], boundary[1:], strict=True
            )
        ),
        contacts=tuple((end.name, grounded if end.terminal == task.anode else 0.0) for end in task.ends),
        anode=_name(task.ends, task.anode),
        temperature=task.profile.temperature,
        conservation=point.conservation,
        mesh_size=nodes.size,
        provenance=provenance,
    )


def _with_leaks(task: Problem, point: Point, circuit: Circuit) -> float:
    """Return the current density at the terminals: that of the stack, and what flows beside it [A cm^-2]."""
    return solver.current_density(task, point) + circuit.conductance * point.voltage


def dark_current(
    stack: Stack, both_ends: Mapping[float, tuple[End, End]], voltage: float, *, anode: str, temperature: float,
    assumed: tuple[Assumed, ...], circuit: Circuit, background: Background | None, illuminated: str, junction: bool,
    accuracy: float,
) -> DarkCurrent:  # fmt: skip
    """Return the dark current at `voltage` [V] by mechanism, with its activation energy.

    `both_ends` has the ends at the device's temperature and a little below and above it; the energy is
    -d ln|J| / d(1/kT) between the two, at the voltage that is left for the stack. Where there is a `junction` the
    solution is judged too, when that is asked: whether it collects, and what its own EQE radiates.
    """
    rates = None if background is None else generation_by_layer(stack, background.generation)
    task = solver.problem(
        stack, both_ends[temperature], anode=anode, temperature=temperature, generation=rates, accuracy=accuracy
    )
    solved = solve_in(circuit, task, [voltage])[0]
    provenance = _record("Dark current", stack, temperature, assumed, [solved])
    answer = point_of(stack, task, solved, provenance)
    logs: dict[float, float | None] = {}
    for T, ends in both_ends.items():
        there, point = task, solved
        if temperature != T:
            # All temperatures on one mesh: its error is common to them.
            there = solver.problem(stack, ends, anode=anode, temperature=T, generation=rates)
            point = solver.on_mesh(there, solved)
        current = _with_leaks(there, point, circuit)
        logs[T] = math.log(abs(current)) if current else None
    low, high = min(logs), max(logs)
    slope, (cold, hot) = None, (logs[low], logs[high])
    if cold is not None and hot is not None:
        slope = -(hot - cold) / (1.0 / (BOLTZMANN_EV * high) - 1.0 / (BOLTZMANN_EV * low))
    total = _with_leaks(task, solved, circuit)
    shares = dict(answer.by_mechanism)
    if background is not None:
        shares[Loss(background.name)] = shares.pop(GENERATION, 0.0)
    shares |= {Loss(name): conductance * answer.voltage for name, conductance in circuit.beside}
    direction = math.copysign(1.0, total)
    shares = {loss: direction * share + 0.0 for loss, share in shares.items()}
    difference = abs(sum(shares.values()) - abs(total)) / abs(total) if total else 0.0
    judge = partial(_judge, stack, task, solved, illuminated=illuminated, shone_on=background is not None)
    return DarkCurrent(
        voltage=voltage, current_density=total, by_mechanism=shares, activation=slope,
        temperature=temperature, mechanism_difference=difference, point=answer, provenance=provenance,
        judged=WhenAsked(judge if junction else lambda: ("", None)), gap_at_zero=gap_at_zero(stack, temperature),
        illumination="dark (cold shield)" if background is None else background.name,
    )  # fmt: skip


def _judge(stack: Stack, task: Problem, point: Point, *, illuminated: str, shone_on: bool) -> tuple[str, float | None]:
    """Return what blocks extraction, and the radiative limit of the device's own EQE [A cm^-2].

    In forward carriers are extracted at 0 V. Under a background the current is not that of the dark, and has no limit.
    """
    from stackmodel.experiments.extraction import blocked, collected, radiative_limit

    found = collected(task, point)
    at, collects = point, found
    if point.voltage > 0.0:
        at = solver.glimpse(task)
        collects = collected(task, at)
    shown = point_of(stack, task, at, _record("Extraction", stack, task.profile.temperature, (), [at]))
    limit = None if shone_on else radiative_limit(stack, task, point, found, illuminated=illuminated)
    return blocked(task, at, shown, collects), limit


@attrs.frozen(kw_only=True)
class Background:
    """Radiation of the surroundings: its name, and the generation that it makes in the active layer [cm^-3 s^-1]."""

    name: str
    generation: Mapping[str, float]


def ranged(answer: DarkCurrent, device: Any, ask: Callable[[Any], DarkCurrent], uncertainty: float) -> DarkCurrent:
    """Return the dark current with the range that uncertain levels leave, see `kinds.detector.Detector`.

    Each affinity and gap of a semiconductor is moved by what its source reports, or by `uncertainty` [eV], one at a
    time and solved anew; the changes of ln J up and down add as squares.
    """
    moves, refused = [], []
    for i in electrical_positions(device.stack):
        material = electrical_ends(device.stack, i, device.temperature)[0]
        for name in ("electron_affinity", "band_gap"):
            parameter = material.parameter(name)
            low = -uncertainty if parameter.low is None else parameter.low - parameter.value
            high = uncertainty if parameter.high is None else parameter.high - parameter.value
            moves += [(i, name, change) for change in (low, high) if change != 0.0]
    up, down = 0.0, 0.0
    for i, name, by in tracked(moves, len(moves), "moving levels"):
        try:
            change = math.log(ask(moved(device, i, name, by.__add__)).total / answer.total)
        except StackModelError as error:
            refused.append(f"{device.stack.names[i]}.{name} {by:+g} eV: {str(error).partition(chr(10))[0]}")
            continue
        up, down = up + max(change, 0.0) ** 2, down + min(change, 0.0) ** 2
    found = (answer.total * math.exp(-math.sqrt(down)), answer.total * math.exp(math.sqrt(up)))
    return attrs.evolve(answer, range=found, not_in_range=tuple(refused))


def zero_bias_resistance(curve: CurrentVoltage) -> float:
    """Return dV/dJ at 0 V [ohm cm^2] of a curve at -+`NEAR_ZERO`; see `kinds.device.Device.r0a`."""
    below, above = curve.current_density
    slopes = np.array([-below, above]) / NEAR_ZERO
    if not (slopes.min() > 0.0 and np.ptp(slopes) <= _ALIKE * slopes.max()):
        raise ConvergenceError(
            f"r0a: the slope of the current is {slopes[0]:.4g} S/cm^2 below 0 V and {slopes[1]:.4g} above (needs to "
            f"agree to {_ALIKE:g}), as where so little flows that it drowns in rounding; ask figures.r0a of a curve"
        )
    return float(1.0 / slopes.mean())


def temperatures(temperature: float) -> tuple[float, float, float]:
    """Return the temperatures at which a dark current is solved for its activation energy [K]."""
    return (1.0 - _STEP) * temperature, temperature, (1.0 + _STEP) * temperature


def _name(ends: tuple[End, End], anode: str) -> str:
    return next(end.name for end in ends if end.terminal == anode)


def _record(
    question: str, stack: Stack, temperature: float, assumed: tuple[Assumed, ...], points: Sequence[Point],
    optical: OpticalStack | None = None,
) -> Provenance:  # fmt: skip
    convergence = {
        "conservation": max(point.conservation for point in points),
        "newton_steps_per_point": float(np.mean([point.iterations for point in points])),
        "mesh_size": float(points[0].y.size),
        "mesh_error": max(point.mesh_error for point in points),
    }
    return record(question, stack, temperature, assumed, convergence, optical)
