"""What limits a figure of a device: its derivative with respect to every address."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import attrs

from stackmodel.errors import InputError, Interrupted, StackModelError
from stackmodel.experiments.metrics import MetricLike, metric
from stackmodel.experiments.moving import moved
from stackmodel.materials.parameter import Parameter, user_parameter
from stackmodel.output.progress import tracked
from stackmodel.quantities import ACCURACY
from stackmodel.quantities import quantity as named
from stackmodel.results.sensitivity import Sensitivity, Slope, is_level
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.adjoint import adjoint, log_current
from stackmodel.solvers.circuit import solve_in
from stackmodel.structure.interface import QUANTITY_OF
from stackmodel.structure.levels import electrical_ends, electrical_positions
from stackmodel.structure.record import record

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
_CIRCUIT = ("series_resistance", "shunt_resistance", "perimeter_resistance", "perimeter")


@attrs.frozen
class Address:
    """One value that a device hangs on: its address, quantity and size, and the device with another size."""

    name: str
    quantity: str
    size: float | None
    device: Callable[[float], Any]


def addresses(device: Any) -> Iterator[Address]:
    """Yield all that the electrical answers of a device hang on."""
    stack = device.stack

    def at(name: str, quantity: str, size: float | None) -> Address:
        return Address(name, quantity, size, lambda new: device.with_values({name: new}))

    for i in electrical_positions(stack):
        name = stack.names[i]
        yield at(f"{name}.thickness", "thickness", stack.layers[i].thickness)
        for parameter in electrical_ends(stack, i, device.temperature)[0].explained():
            quantity, size = parameter.quantity, parameter.value
            if quantity not in _SILENT:
                yield Address(f"{name}.{quantity}", quantity, size, _mover(device, i, quantity, size))
    for i, interface in enumerate(stack.interfaces):
        for field, value in interface.given.items():
            if field in QUANTITY_OF:
                name = f"{stack.names[i]}|{stack.names[i + 1]}.{field}"
                yield _of_interface(device, name, user_parameter(QUANTITY_OF[field], value, name))
    for end in device._ends:
        for field in ("work_function", "electron_recombination_velocity", "hole_recombination_velocity"):
            value = getattr(end.contact, field)
            if value is not None:
                yield at(f"{end.terminal}.{field}", field, value)
    for field in _CIRCUIT:
        if getattr(device, field):
            yield at(field, field, getattr(device, field))
    yield at("temperature", "temperature", device.temperature)


def _of_interface(device: Any, name: str, given: Parameter) -> Address:
    """Return the address of a value of an interface; a level that counts from an edge moves with it."""
    size = None if given.reference == "intrinsic" else given.value
    return Address(
        name, given.quantity, size, lambda new: device.with_values({name: attrs.evolve(given, value=new).text})
    )


def _mover(device: Any, i: int, quantity: str, size: float) -> Callable[[float], Any]:
    """Return what moves a quantity of layer `i` from `size` at its left end, and at its right end alike."""
    if quantity in _RECIPE:
        return lambda new: device.with_values({f"{device.stack.names[i]}.{quantity}": new})
    if is_level(quantity) or size == 0.0:
        return lambda new: moved(device, i, quantity, lambda value: value + (new - size))
    return lambda new: moved(device, i, quantity, lambda value: value * (new / size))


def sensitivity(device: Any, wanted: MetricLike, accuracy: float | None) -> Sensitivity:
    """Return the derivatives of a metric, see `kinds.device.Device.sensitivity`."""
    asked = metric(wanted)
    if asked.metric.name == "dark_current":
        value, log_metric, count, convergence = _by_adjoint(device, asked.conditions["voltage"], accuracy or ACCURACY)
        method, steps = "adjoint", _EXACT
    elif accuracy is not None:
        raise InputError(
            f"sensitivity: accuracy is that of the dark current's mesh, and {asked.label} is asked; leave it out, or "
            "give a function that asks with an accuracy of its own"
        )
    else:
        value, count, convergence = _figure(asked, device), [0], {}
        method, steps = "central differences", _WHOLE

        def log_metric(there: Any) -> float:
            count[0] += 1
            return math.log(abs(_figure(asked, there)))

    if value == 0.0:
        raise InputError(f"sensitivity: {asked.label} is zero, so nothing relative can be said of it")
    slopes: list[Slope] = []
    skipped: dict[str, str] = {}
    listed = list(addresses(device))
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
        assemblies=count[0], skipped=skipped, roles=_roles(device.stack),
        provenance=record(
            f"Sensitivity of {asked.label}", device.stack, device.temperature, device._assumed, convergence
        ),
    )  # fmt: skip
    answer = attrs.evolve(answer, slopes=tuple(sorted(slopes, key=lambda slope: -abs(answer.effect(slope)))))
    if done < len(listed):
        raise Interrupted(
            f"sensitivity: interrupted after {done} of {len(listed)} addresses", answer if slopes else None
        )
    return answer


def _roles(stack: Any) -> dict[str, str]:
    return {role: name for role, name in zip(stack.roles, stack.names, strict=True) if stack.roles.count(role) == 1}


def _figure(asked: Any, device: Any) -> float:
    found = asked.read(asked.ask(device))
    if found is None:
        raise InputError(f"sensitivity: {asked.label} has no value for this device")
    if not math.isfinite(found):
        raise InputError(f"sensitivity: {asked.label} is {found:g}; expected a finite number")
    return float(found)


def _by_adjoint(
    device: Any, voltage: float, accuracy: float
) -> tuple[float, Callable[[Any], float], list[int], dict[str, float]]:
    """Return the dark current, ln of it for devices close by, the count of assemblies, and figures of convergence.

    With resistances around the stack its own voltage moves too: to first order by what Kirchhoff's law leaves over its
    own slope.
    """
    task, circuit = device._problem(accuracy), device._circuit
    point = solve_in(circuit, task, [voltage])[0]
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

    def log_metric(there: Any) -> float:
        count[0] += 1
        current = math.copysign(math.exp(log_current(task, point, found, there._problem()) + shift), inside)
        near = there._circuit
        outside = current + near.conductance * point.voltage
        rise = slope + near.conductance
        left = (voltage - point.voltage - near.series * outside) / (1.0 + near.series * rise)
        return math.log(abs(outside + rise * left))

    convergence = {"conservation": point.conservation, "mesh_size": point.y.size, "mesh_error": point.mesh_error}
    return abs(inside + circuit.conductance * point.voltage), log_metric, count, convergence


def _slope(address: Address, value: float, log_metric: Callable[[Any], float], steps: dict[str, float]) -> Slope | str:
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
            logs.append(log_metric(address.device(size + sign * step)))
        except StackModelError as error:
            return str(error).partition("\n")[0]
    slope = (logs[0] - logs[1]) / (2.0 * step)
    return Slope(
        address=address.name, quantity=address.quantity, unit=named(address.quantity).unit, value=size,
        derivative=slope * value, elasticity=slope * size,
    )  # fmt: skip
