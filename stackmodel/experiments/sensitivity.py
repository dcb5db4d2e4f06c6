"""What limits a figure of a device: its derivative with respect to every address."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import attrs

from stackmodel.errors import InputError, Interrupted, StackModelError
from stackmodel.experiments.metrics import Asked
from stackmodel.materials.parameter import Parameter, user_parameter
from stackmodel.output.progress import tracked
from stackmodel.quantities import ACCURACY
from stackmodel.quantities import quantity as named
from stackmodel.results.sensitivity import Sensitivity, Slope, is_level
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.adjoint import adjoint, log_current
from stackmodel.solvers.circuit import solve_in_circuit
from stackmodel.structure.interface import quantity_of
from stackmodel.structure.levels import electrical_ends, electrical_positions
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup, moved_stack
from stackmodel.structure.stack import Stack
from stackmodel.units import Value

#: Steps of central differences: of levels [eV], of all else relative, and of temperature, which moves all levels.
_EXACT = {"level": 2e-5, "ratio": 2e-4, "temperature": 2e-5}
#: The same for metrics that are solved anew each time, on a mesh of their own.
_WHOLE = {"level": 5e-3, "ratio": 5e-2, "temperature": 5e-3}
#: Material quantities that no electrical question sees, or that are bounded on both sides as truncation is: what it
#: moves stands there itself.
_SILENT = ("optical_gap", "absorption_coefficient", "optical_permittivity", "ionization_potential", "work_function",
           "charge_neutrality_level", "sheet_resistance", "typical_thickness", "urbach_energy",
           "multiplication_threshold", "multiplication_slope",
           "truncation")  # fmt: skip
#: Inputs of recipes: what follows from them is derived again.
_RECIPE = ("diameter", "redshift", "interdot_spacing", "size_dispersion", "tunnel_barrier", "unpassivated_fraction")


class Change(NamedTuple):
    """What makes another device of one: another written stack, or values at addresses."""

    stack: Stack
    values: Mapping[str, Value]


@attrs.frozen
class Address:
    """One value that a device hangs on: its address, quantity and size, and the change to another size."""

    name: str
    quantity: str
    size: float | None
    change: Callable[[float], Change]


def addresses(setup: Setup) -> Iterator[Address]:
    """Yield all that the electrical answers of a device hang on."""
    stack, temperature = setup.written, setup.temperature

    def at(name: str, quantity: str, size: float | None) -> Address:
        return Address(name, quantity, size, lambda new: Change(stack, {name: new}))

    for i in electrical_positions(stack):
        name = stack.names[i]
        yield at(f"{name}.thickness", "thickness", stack.layers[i].thickness)
        for parameter in electrical_ends(stack, i, temperature)[0].explained():
            quantity, size = parameter.quantity, parameter.value
            if quantity not in _SILENT:
                yield Address(f"{name}.{quantity}", quantity, size, _mover(setup, i, quantity, size))
    for i, interface in enumerate(stack.interfaces):
        for field, value in interface.given.items():
            measured = quantity_of(field)
            if measured is not None:
                name = f"{stack.names[i]}|{stack.names[i + 1]}.{field}"
                yield _of_interface(stack, name, user_parameter(measured, value, name))
    for end in setup.ends:
        for field in ("work_function", "electron_recombination_velocity", "hole_recombination_velocity"):
            value = getattr(end.contact, field)
            if value is not None:
                yield at(f"{end.terminal}.{field}", field, value)
    for field, size in setup.circuit.given.items():
        yield at(field, field, size)
    yield at("temperature", "temperature", temperature)


def _of_interface(stack: Stack, name: str, given: Parameter) -> Address:
    """Return the address of a value of an interface; a level that counts from an edge moves with it."""
    size = None if given.reference == "intrinsic" else given.value
    return Address(name, given.quantity, size, lambda new: Change(stack, {name: attrs.evolve(given, value=new).text}))


def _mover(setup: Setup, i: int, quantity: str, size: float) -> Callable[[float], Change]:
    """Return what moves a quantity of layer `i` from `size` at its left end, and at its right end alike."""
    stack, temperature = setup.written, setup.temperature
    if quantity in _RECIPE:
        return lambda new: Change(stack, {f"{stack.names[i]}.{quantity}": new})
    if is_level(quantity) or size == 0.0:
        return lambda new: Change(moved_stack(stack, i, temperature, quantity, lambda value: value + (new - size)), {})
    return lambda new: Change(moved_stack(stack, i, temperature, quantity, lambda value: value * (new / size)), {})


def sensitivity(
    setup: Setup, asked: Asked, figure: Callable[[Change], float | None], *, accuracy: float | None
) -> Sensitivity:
    """Return the derivatives of a metric, see `kinds.device.Device.sensitivity`.

    Parameters
    ----------
    setup : Setup
        With a `remake`, which turns a `Change` into another setup.
    asked : Asked
    figure : callable
        The metric of a changed device.
    accuracy : float, optional
        Of the dark current's mesh.
    """
    if asked.metric.name == "dark_current":
        setup = attrs.evolve(setup, accuracy=accuracy or ACCURACY)
        value, log_metric, count, convergence = _by_adjoint(setup, asked.conditions["voltage"])
        method, steps = "adjoint", _EXACT
    elif accuracy is not None:
        raise InputError(
            f"sensitivity: accuracy is that of the dark current's mesh, and {asked.label} is asked; leave it out, or "
            "give a function that asks with an accuracy of its own"
        )
    else:
        value, count, convergence = _finite(asked, figure(Change(setup.written, {}))), [0], {}
        method, steps = "central differences", _WHOLE

        def log_metric(there: Change) -> float:
            count[0] += 1
            return math.log(abs(_finite(asked, figure(there))))

    if value == 0.0:
        raise InputError(f"sensitivity: {asked.label} is zero, so nothing relative can be said of it")
    slopes: list[Slope] = []
    skipped: dict[str, str] = {}
    listed = list(addresses(setup))
    done = 0
    try:
        for address in tracked(listed, len(listed), "differentiating"):
            found = _slope(address, value, log_metric, steps)
            if isinstance(found, str):
                skipped[address.name] = found
            else:
                slopes.append(found)
            done += 1
    except KeyboardInterrupt:
        skipped |= {address.name: "interrupted before this address" for address in listed[done:]}
    answer = Sensitivity(
        metric=asked.label, unit=asked.metric.unit, value=value, slopes=tuple(slopes), method=method,
        assemblies=count[0], skipped=skipped, roles=_roles(setup.written),
        provenance=record(f"Sensitivity of {asked.label}", setup.as_written, convergence),
    )  # fmt: skip
    answer = attrs.evolve(answer, slopes=tuple(sorted(slopes, key=lambda slope: -abs(answer.effect(slope)))))
    if done < len(listed):
        raise Interrupted(
            f"sensitivity: interrupted after {done} of {len(listed)} addresses", answer if slopes else None
        )
    return answer


def _roles(stack: Stack) -> dict[str, str]:
    return {role: name for role, name in zip(stack.roles, stack.names, strict=True) if stack.roles.count(role) == 1}


def _finite(asked: Asked, figure: float | None) -> float:
    if figure is None:
        raise InputError(f"sensitivity: {asked.label} has no value for this device")
    if not math.isfinite(figure):
        raise InputError(f"sensitivity: {asked.label} is {figure:g}; expected a finite number")
    return float(figure)


def _by_adjoint(setup: Setup, voltage: float) -> tuple[float, Callable[[Change], float], list[int], dict[str, float]]:
    """Return the dark current, ln of it for devices close by, the count of assemblies, and figures of convergence.

    With resistances around the stack its own voltage moves too: to first order by what Kirchhoff's law leaves over its
    own slope.
    """
    remake = setup.remake
    if remake is None:
        raise InputError("sensitivity: a setup that no device made cannot be changed; ask a device")
    task, circuit = solver.problem(setup), setup.circuit
    point = solve_in_circuit(task, [voltage])[0]
    inside = solver.current_density(task, point)
    if inside == 0.0:
        raise InputError(f"sensitivity: no current flows at {voltage:g} V, so nothing relative can be said of it")
    found, count = adjoint(task, point), [1]
    shift = math.log(abs(inside)) - log_current(task, point, found, task)
    slope = 0.0
    if circuit.series:
        step = 1e-4 * task.kT
        logs = [
            log_current(task, attrs.evolve(point, voltage=point.voltage + sign * step), found, task) for sign in (1, -1)
        ]
        slope = inside * (logs[0] - logs[1]) / (2.0 * step)

    def log_metric(change: Change) -> float:
        count[0] += 1
        there = solver.problem(remake(*change))
        current = math.copysign(math.exp(log_current(task, point, found, there) + shift), inside)
        near = there.setup.circuit
        outside = current + near.conductance * point.voltage
        rise = slope + near.conductance
        left = (voltage - point.voltage - near.series * outside) / (1.0 + near.series * rise)
        return math.log(abs(outside + rise * left))

    convergence = {"conservation": point.conservation, "mesh_size": point.y.size, "mesh_error": point.mesh_error}
    return abs(inside + circuit.conductance * point.voltage), log_metric, count, convergence


def _slope(
    address: Address, value: float, log_metric: Callable[[Change], float], steps: dict[str, float]
) -> Slope | str:
    """Return the derivative by central differences of ln|metric|, or why there is none."""
    size, level = address.size, is_level(address.quantity)
    if size is None or (size == 0.0 and not level):
        return "it is zero, or not given"
    if math.isinf(size):
        return "it is infinite"
    kind = "level" if level else "temperature" if address.quantity == "temperature" else "ratio"
    step = steps[kind] * (1.0 if level else abs(size))
    logs = []
    for sign in (1.0, -1.0):
        try:
            logs.append(log_metric(address.change(size + sign * step)))
        except StackModelError as error:
            return str(error).partition("\n")[0]
    slope = (logs[0] - logs[1]) / (2.0 * step)
    return Slope(
        address=address.name, quantity=address.quantity, unit=named(address.quantity).unit, value=size,
        derivative=slope * value, elasticity=slope * size,
    )  # fmt: skip
