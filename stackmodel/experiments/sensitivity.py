"""What limits a figure of a device: its derivative with respect to every address."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from stackmodel.errors import InputError, StackModelError
from stackmodel.experiments.metrics import MetricLike, metric
from stackmodel.output.progress import tracked
from stackmodel.quantities import quantity as named
from stackmodel.results.sensitivity import Sensitivity, Slope
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.adjoint import adjoint, log_current
from stackmodel.structure.interface import QUANTITY_OF
from stackmodel.structure.levels import electrical_ends, electrical_positions
from stackmodel.structure.record import record

#: Steps of central differences: of energies [eV], of everything else relative.
_ENERGY, _RELATIVE, _TEMPERATURE = 2e-5, 2e-4, 2e-5
#: Metrics that are not exact: their differences need larger steps.
_COARSE = 20.0
#: Quantities that a law of temperature still scales when they were given.
_SCALED = ("conduction_band_dos", "valence_band_dos", "electron_mobility", "hole_mobility")
#: Material quantities that no electrical question sees.
_SILENT = ("optical_gap", "absorption_coefficient", "optical_permittivity", "ionization_potential", "work_function",
           "charge_neutrality_level", "sheet_resistance", "typical_thickness")  # fmt: skip


def addresses(device: Any) -> Iterator[tuple[str, str, float]]:
    """Yield address, quantity and value of all that the electrical answers of a device hang on."""
    stack = device.stack
    for i in electrical_positions(stack):
        name = stack.names[i]
        yield f"{name}.thickness", "thickness", stack.layers[i].thickness
        for parameter in electrical_ends(stack, i, device.temperature)[0].explained():
            if parameter.quantity not in _SILENT:
                yield f"{name}.{parameter.quantity}", parameter.quantity, parameter.value
    for i, interface in enumerate(stack.interfaces):
        for field, value in interface.given.items():
            if field in QUANTITY_OF:
                yield f"{stack.names[i]}|{stack.names[i + 1]}.{field}", QUANTITY_OF[field], value
    for end in device._ends:
        for field in ("work_function", "electron_recombination_velocity", "hole_recombination_velocity"):
            value = getattr(end.contact, field)
            if value is not None:
                yield f"{end.terminal}.{field}", field, value
    yield "temperature", "temperature", device.temperature


def sensitivity(device: Any, wanted: MetricLike) -> Sensitivity:
    """Return the derivatives of a metric, see `kinds.device.Device.sensitivity`."""
    asked = metric(wanted)
    if asked.metric.name == "dark_current" and not device.has_circuit:
        value, log_metric, count = _by_adjoint(device, asked.conditions["voltage"])
        method, coarse = "adjoint", 1.0
    else:
        value = _figure(asked, device)
        count = [0]
        method, coarse = "central differences", _COARSE

        def log_metric(moved: Any) -> float:
            count[0] += 1
            return math.log(abs(_figure(asked, moved)))

    slopes, skipped = [], {}
    if value == 0.0:
        raise InputError(f"sensitivity: {asked.label} is zero, so nothing relative can be said of it")
    listed = list(addresses(device))
    for address, quantity, size in tracked(listed, len(listed), "differentiating"):
        found = _slope(device, address, quantity, size, value, log_metric, coarse)
        if isinstance(found, str):
            skipped[address] = found
        else:
            slopes.append(found)
    answer = Sensitivity(
        metric=asked.label, unit=asked.metric.unit, value=value, slopes=tuple(slopes), method=method,
        assemblies=count[0], skipped=skipped, roles=_roles(device.stack),
        provenance=record(f"Sensitivity of {asked.label}", device.stack, device.temperature, device._assumed),
    )  # fmt: skip
    ranked = sorted(slopes, key=lambda slope: -abs(answer.effect(slope)))
    import attrs

    return attrs.evolve(answer, slopes=tuple(ranked))


def _roles(stack: Any) -> dict[str, str]:
    return {role: name for role, name in zip(stack.roles, stack.names, strict=True) if stack.roles.count(role) == 1}


def _figure(asked: Any, device: Any) -> float:
    found = asked.read(asked.ask(device))
    if found is None:
        raise InputError(f"sensitivity: {asked.label} has no value for this device")
    return float(found)


def _by_adjoint(device: Any, voltage: float) -> tuple[float, Callable[[Any], float], list[int]]:
    """Return the dark current, ln of it for devices close by, and the count of assemblies."""
    task = device._problem()
    point = solver.solve(task, [voltage])[0]
    found, count = adjoint(task, point), [1]
    current = abs(solver.current_density(task, point))
    shift = math.log(current) - log_current(task, point, found, task)

    def log_metric(moved: Any) -> float:
        count[0] += 1
        return log_current(task, point, found, moved._problem()) + shift

    return current, log_metric, count


def _slope(
    device: Any, address: str, quantity: str, size: float | None, value: float, log_metric: Callable[[Any], float],
    coarse: float,
) -> Slope | str:  # fmt: skip
    """Return the derivative by central differences of ln|metric|, or why there is none."""
    unit = named(quantity).unit
    if size is None or (size == 0.0 and unit != "eV"):
        return "it is zero, or not given"
    if math.isinf(size):
        return "it is infinite"
    # All levels count in kT: a step of temperature moves them all.
    relative = _TEMPERATURE if quantity == "temperature" and coarse == 1.0 else _RELATIVE
    step = coarse * (_ENERGY if unit == "eV" else relative * abs(size))
    logs = []
    for sign in (1.0, -1.0):
        try:
            logs.append(log_metric(device.with_values({address: at_300(device, address, size + sign * step)})))
        except StackModelError as error:
            return str(error).partition("\n")[0]
    slope = (logs[0] - logs[1]) / (2.0 * step)
    return Slope(
        address=address, quantity=quantity, unit=unit, value=size, derivative=slope * value, elasticity=slope * size
    )


def at_300(device: Any, address: str, size: float) -> float:
    """Return what has to be given at an address, which means 300 K, to have `size` at the device's temperature."""
    whose, _, quantity = address.rpartition(".")
    if device.temperature == 300.0 or "|" in whose or quantity not in _SCALED:
        return size
    moved = device.with_values({address: size}).stack
    there = electrical_ends(moved, moved.position(whose), device.temperature)[0].value(quantity)
    return size * (size / there)
