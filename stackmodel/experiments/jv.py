"""Current-voltage experiments on a device: curves, one point, the dark current by mechanism."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import ConvergenceError, InputError, StackModelError, shorten
from stackmodel.experiments.background import Background
from stackmodel.experiments.extraction import blocked, collected, radiative_limit
from stackmodel.experiments.illumination import Illumination
from stackmodel.experiments.spans import band_points, spans_on
from stackmodel.output.progress import tracked
from stackmodel.physics.constants import BOLTZMANN_EV, NM
from stackmodel.physics.fluxes import fill_bands
from stackmodel.physics.state import empty_bands
from stackmodel.quantities import all_checked, as_numbers, checked, quantity
from stackmodel.results.base import Provenance
from stackmodel.results.jv import CurrentVoltage, DarkCurrent, WhenAsked
from stackmodel.results.loss import GENERATION, Loss
from stackmodel.results.operating_point import OperatingPoint, PointsOnDemand
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.circuit import solve_in_circuit
from stackmodel.solvers.state import Absorbed, Generation, Point, Problem, Profiled
from stackmodel.structure.levels import electrical_ends, electrical_positions, gap_at_zero
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup, moved_stack
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
    setup: Setup, voltages: Sequence[Value], *, generation: Given | Mapping[str, Given] | None,
    light: Illumination | None = None,
) -> CurrentVoltage:  # fmt: skip
    """Return the curve at `voltages` [V]; see `kinds.device.Device.jv`."""
    asked = all_checked("voltage", voltages, "jv", what="voltages", example="numpy.linspace(-1, 1, 41)")
    # A grid of voltages that misses zero by rounding means zero, where the current is exactly 0.
    wanted = np.where(np.abs(asked) < 1e-12, 0.0, asked).tolist()
    rates = generation_by_layer(setup.stack, generation) if light is None else light.layers
    task = solver.problem(setup, rates)
    shines = "generation given" if light is None else light.light.name
    if not rates or not any(isinstance(rate, Profiled | Absorbed) or rate for rate in rates):
        shines = "dark"
    recorded = recorder(f"Current-voltage curve, {'dark' if shines == 'dark' else 'illuminated'}", setup, light)
    try:
        points = solve_in_circuit(task, wanted)
    except ConvergenceError as error:
        error.partial = tuple(point_of(task, point, recorded([point])) for point in error.partial or ())
        raise
    return curve_of(task, wanted, points, light=light, illumination=shines, provenance=recorded(points))


def recorder(question: str, setup: Setup, light: Illumination | None = None) -> Callable[[Sequence[Point]], Provenance]:
    """Return what makes the record of solved points."""
    more = () if light is None else light.assumed
    optical = None if light is None else light.optical
    return lambda points: record(question, setup, _convergence(points), optical, more)


def _convergence(points: Sequence[Point]) -> dict[str, float]:
    return {
        "conservation": max(point.conservation for point in points),
        "newton_steps_per_point": float(np.mean([point.iterations for point in points])),
        "mesh_size": float(points[0].y.size),
        "mesh_error": max(point.mesh_error for point in points),
    }


def curve_of(
    task: Problem, voltages: Sequence[float], points: Sequence[Point], *, light: Illumination | None,
    illumination: str, provenance: Provenance,
) -> CurrentVoltage:  # fmt: skip
    """Return the curve of solved points at the `voltages` of the terminals [V]."""
    circuit = task.setup.circuit
    return CurrentVoltage(
        voltage=np.array(voltages),
        current_density=np.array([_with_leaks(task, point) for point in points]),
        points=PointsOnDemand(len(points), lambda k: point_of(task, points[k], provenance)),
        illumination=illumination,
        beside=dict(circuit.beside),
        series=circuit.series,
        irradiance=None if light is None else light.light.irradiance,
        anode=task.setup.anode_end.name,
        temperature=task.setup.temperature,
        provenance=provenance,
    )


def point_of(task: Problem, point: Point, provenance: Provenance) -> OperatingPoint:
    """Return a solved point with its arrays in the units of the field."""
    grid, kT, setup = point.grid, task.kT, task.setup
    layer = grid.mesh.layer

    def points(values: FloatArray) -> FloatArray:
        return band_points(grid.mesh, values)

    def both(values: FloatArray) -> FloatArray:
        return np.stack([values[:-1], values[1:]])

    psi = both(point.y * kT)
    bands = empty_bands(layer.size)
    fill_bands(point.state, grid.line, bands)
    carries = np.where(grid.code >= 0, 1.0, 0.0)
    which = points(np.stack([layer, layer]).astype(float)).astype(int)
    grounded = -point.voltage  # the anode's Fermi level [eV]
    return OperatingPoint(
        voltage=point.voltage,
        current_density=solver.current_density(task, point),
        by_mechanism=solver.by_mechanism(task, point),
        position=points(both(grid.mesh.nodes)) / NM,
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
        layers=spans_on(task.profile, grid, setup.stack),
        contacts=tuple((end.name, grounded if end.terminal == setup.anode else 0.0) for end in setup.ends),
        anode=setup.anode_end.name,
        temperature=task.profile.temperature,
        conservation=point.conservation,
        mesh_size=grid.mesh.nodes.size,
        provenance=provenance,
    )


def _with_leaks(task: Problem, point: Point) -> float:
    """Return the current density at the terminals: that of the stack, and what flows beside it [A cm^-2]."""
    return solver.current_density(task, point) + task.setup.circuit.conductance * point.voltage


def dark_current(setup: Setup, voltage: float, background: Background | None = None) -> DarkCurrent:
    """Return the dark current at `voltage` [V] by mechanism, with its activation energy.

    The energy is -d ln|J| / d(1/kT) between temperatures a little below and above, at the voltage that is left for the
    stack. Where there is a junction the solution is judged too, when that is asked: whether it collects, and what its
    own EQE radiates.
    """
    rates = None if background is None else generation_by_layer(setup.stack, background.generation)
    task = solver.problem(setup, rates)
    solved = solve_in_circuit(task, [voltage])[0]
    provenance = recorder("Dark current", setup)([solved])
    answer = point_of(task, solved, provenance)
    total = _with_leaks(task, solved)
    shares = dict(answer.by_mechanism)
    if background is not None:
        shares[Loss(background.name)] = shares.pop(GENERATION, 0.0)
    shares |= {Loss(name): conductance * answer.voltage for name, conductance in setup.circuit.beside}
    direction = math.copysign(1.0, total)
    shares = {loss: direction * share + 0.0 for loss, share in shares.items()}
    difference = abs(sum(shares.values()) - abs(total)) / abs(total) if total else 0.0
    judge = partial(_judge, task, solved, shone_on=background is not None)
    return DarkCurrent(
        voltage=voltage, current_density=total, by_mechanism=shares, activation=_activation(task, solved, rates),
        temperature=setup.temperature, mechanism_difference=difference, point=answer, provenance=provenance,
        judged=WhenAsked((lambda: ("", None)) if setup.along_bias else judge),
        gap_at_zero=gap_at_zero(setup.stack, setup.temperature),
        illumination="dark (cold shield)" if background is None else background.name,
    )  # fmt: skip


def _activation(task: Problem, solved: Point, rates: list[Generation] | None) -> float | None:
    """Return the activation energy of the current [eV], None where none flows."""
    logs, temperature = [], task.setup.temperature
    for T in ((1.0 - _STEP) * temperature, (1.0 + _STEP) * temperature):
        # All temperatures on one mesh: its error is common to them.
        there = solver.problem(task.setup.at(T), rates)
        current = _with_leaks(there, solver.on_mesh(there, solved))
        if not current:
            return None
        logs.append((math.log(abs(current)), 1.0 / (BOLTZMANN_EV * T)))
    (cold, at_cold), (hot, at_hot) = logs
    return -(hot - cold) / (at_hot - at_cold)


def _judge(task: Problem, point: Point, *, shone_on: bool) -> tuple[str, float | None]:
    """Return what blocks extraction, and the radiative limit of the device's own EQE [A cm^-2].

    In forward carriers are extracted at 0 V. Under a background the current is not that of the dark, and has no limit.
    """
    response = collected(task, point)
    at, collects = point, response
    if point.voltage > 0.0:
        at = solver.glimpse(task)
        collects = collected(task, at)
    shown = point_of(task, at, recorder("Extraction", attrs.evolve(task.setup, assumed=()))([at]))
    limit = None if shone_on else radiative_limit(task, point, response)
    return blocked(task, at, shown, collects), limit


def ranged(answer: DarkCurrent, setup: Setup, ask: Callable[[Stack], DarkCurrent], uncertainty: float) -> DarkCurrent:
    """Return the dark current with the range that uncertain levels leave, see `kinds.detector.Detector`.

    Each affinity and gap of a semiconductor is moved by what its source reports, or by `uncertainty` [eV], one at a
    time and solved anew by `ask`; the changes of ln J up and down add as squares.
    """
    moves, refused = [], []
    stack, temperature = setup.stack, setup.temperature
    for i in electrical_positions(stack):
        material = electrical_ends(stack, i, temperature)[0]
        for name in ("electron_affinity", "band_gap"):
            parameter = material.parameter(name)
            low = -uncertainty if parameter.low is None else parameter.low - parameter.value
            high = uncertainty if parameter.high is None else parameter.high - parameter.value
            moves += [(i, name, change) for change in (low, high) if change != 0.0]
    up, down = 0.0, 0.0
    for i, name, by in tracked(moves, len(moves), "moving levels"):
        try:
            change = math.log(ask(moved_stack(stack, i, temperature, name, by.__add__)).total / answer.total)
        except StackModelError as error:
            refused.append(f"{stack.names[i]}.{name} {by:+g} eV: {str(error).partition(chr(10))[0]}")
            continue
        up, down = up + max(change, 0.0) ** 2, down + min(change, 0.0) ** 2
    between = (answer.total * math.exp(-math.sqrt(down)), answer.total * math.exp(math.sqrt(up)))
    return attrs.evolve(answer, range=between, not_in_range=tuple(refused))


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
