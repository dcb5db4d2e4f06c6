"""What the studies share: a device changed at addresses, metrics asked of it, and many points by an executor."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from typing import Any

import attrs

from stackmodel.errors import InputError, Interrupted, StackModelError, did_you_mean, shorten
from stackmodel.experiments import metrics as table
from stackmodel.experiments.metrics import Asked, MetricLike
from stackmodel.kinds.device import CONDITIONS, Device
from stackmodel.materials.material import Material
from stackmodel.materials.parameter import counts_from_an_edge
from stackmodel.output.progress import tracked
from stackmodel.output.table import Table
from stackmodel.quantities import QUANTITIES, Quantity, checked, plain
from stackmodel.results.base import Provenance
from stackmodel.structure.layer import Layer
from stackmodel.units import Value, to_unit

#: How long an interrupt may have to wait. [s]
_LISTENS = 0.1

# -- one device --------------------------------------------------------------------------------------------------------


def is_layer_choice(device: Device, where: str) -> bool:
    """Whether `where` names a layer to be replaced, not an address of a value."""
    return where in (*device.stack.names, *device.stack.roles) or ("." not in where and where not in CONDITIONS)


def changed(device: Device, chosen: Mapping[str, Any]) -> Device:
    """Return the device with layers replaced first, then values, so that a value holds for the new layer."""
    layers = {where: what for where, what in chosen.items() if is_layer_choice(device, where)}
    values = {where: what for where, what in chosen.items() if where not in layers}
    positions = {device.stack.position(where): what for where, what in layers.items()}
    for position, what in positions.items():  # names may change with every layer; places do not
        device = device.with_layer(device.stack.names[position], what)
    return device.with_values(values) if values else device


def shown(what: Any) -> str:
    """Return the text of a choice for a table."""
    if isinstance(what, Layer):
        return what.name or what.material.name
    return what.name if isinstance(what, Material) else str(what)


def answer(metric: Asked, device: Device) -> Any:
    """Return the device's answer, from which the metric reads; any failure of a user's function is an InputError."""
    try:
        return metric.ask(device)
    except StackModelError:
        raise
    except Exception as error:  # whatever a user's own function raises is that point's error
        if metric.of_the_table:
            raise
        raise InputError(f"{metric.label}: {type(error).__name__}: {shorten(error, 200)}") from error


def reason(error: StackModelError) -> str:
    """Return the first line of an error, which says all that a table has room for."""
    return str(error).partition("\n")[0] or type(error).__name__


def blocked_extraction(device: Device, answered: Any) -> str:
    """Return what the answer says of blocked extraction; of an answer that does not judge it, the closed form.

    Where no closed form judges it, as between two junctions that face each other, the solution at 0 V does.
    """
    if hasattr(type(answered), "blocked"):
        try:
            return str(answered.blocked)
        except StackModelError as error:
            return f"extraction not judged: {reason(error)}"
    if hasattr(type(answered), "limited_by") or "limited_by" in getattr(type(answered), "__annotations__", {}):
        return ""  # what is collected, or the barrier itself, is in its figures
    try:
        closed: Any = device.estimate()
        judge = (
            device.dark_current(0.0) if getattr(closed, "missing", ()) and hasattr(device, "dark_current") else closed
        )
        return str(getattr(judge, "blocked", ""))
    except StackModelError:  # what the closed form lacks was not asked for
        return ""


# -- one point ---------------------------------------------------------------------------------------------------------


@attrs.frozen
class Reply:
    """Figures of one point by metric label, None where there is none, and then the reason in `error`."""

    figures: dict[str, float | None]
    error: str = ""


def reply(device: Device, chosen: Mapping[str, Any], wanted: Sequence[MetricLike]) -> Reply:
    """Return the figures of `device` under `chosen`; one answer serves all metrics that ask the same question.

    Takes metrics as given, not as parsed, so that a point can be sent to another process.
    """
    asked = table.metrics(wanted)
    try:
        device = changed(device, chosen)
    except StackModelError as error:
        return Reply({metric.label: None for metric in asked}, reason(error))
    answers: dict[Any, Any] = {}
    figures: dict[str, float | None] = {}
    reasons: dict[str, str] = {}
    for metric in asked:
        figures[metric.label] = None
        try:
            if metric.key not in answers:
                answers[metric.key] = _answer_or_error(metric, device)
            if isinstance(answers[metric.key], StackModelError):
                reasons[metric.label] = reason(answers[metric.key])
                continue
            found = metric.read(answers[metric.key])
        except StackModelError as error:
            reasons[metric.label] = reason(error)
            continue
        figures[metric.label] = found
        if found is None:
            reasons[metric.label] = "the device has no such figure"
    return Reply(figures, _in_one_line(reasons, len(asked)))


def _answer_or_error(metric: Asked, device: Device) -> Any:
    try:
        return answer(metric, device)
    except StackModelError as error:
        return error


def _in_one_line(reasons: Mapping[str, str], metrics: int) -> str:
    by_reason: dict[str, list[str]] = {}
    for label, why in reasons.items():
        by_reason.setdefault(why, []).append(label)
    return "; ".join(
        why if len(labels) == metrics > 1 or why.startswith(f"{labels[0]}: ") else f"{', '.join(labels)}: {why}"
        for why, labels in by_reason.items()
    )


# -- many points -------------------------------------------------------------------------------------------------------


def replies(
    device: Device,
    points: Sequence[Mapping[str, Any]],
    wanted: Sequence[MetricLike],
    executor: Executor | None,
    what: str,
) -> list[Reply]:
    """Return the reply of each point in order, computed by `executor`, by threads where there is none.

    Whatever ends the work early (an interrupt, an error) cancels the points that wait. After an interrupt those in work
    are waited for, unless a second one comes; `Interrupted.partial` then has the replies, None where there is none.
    """
    if executor is not None and not hasattr(executor, "submit"):
        raise InputError(f"executor is {shorten(executor)}; expected one of concurrent.futures")
    # One thread more than cores: one of them mostly waits for the interpreter's lock.
    workers = executor or ThreadPoolExecutor(min((os.cpu_count() or 1) + 1, len(points)))
    futures: list[Future[Reply]] = []
    patient = True
    try:
        _submit(workers, futures, device, points, wanted)
        return [_waited(future) for future in tracked(futures, len(futures), what)]
    except KeyboardInterrupt:
        for future in futures:
            future.cancel()
        try:
            for future in futures:
                _until_done(future)
        except KeyboardInterrupt:
            patient = False
        found: list[Reply | None] = [_finished(future) for future in futures]
        found += [None] * (len(points) - len(found))
        count = sum(each is not None for each in found)
        raise Interrupted(f"interrupted after {count} of {len(points)} points", found) from None
    finally:
        for future in futures:
            future.cancel()
        if executor is None:
            workers.shutdown(wait=patient, cancel_futures=True)


def _submit(
    workers: Executor,
    futures: list[Future[Reply]],
    device: Device,
    points: Sequence[Mapping[str, Any]],
    wanted: Sequence[MetricLike],
) -> None:
    """Append the future of each point."""
    from concurrent.futures import ProcessPoolExecutor  # loads multiprocessing

    processes = isinstance(workers, ProcessPoolExecutor)
    for point in points:
        with deaf_children() if processes else nullcontext():
            futures.append(workers.submit(_reply_of_child if processes else reply, device, point, wanted))


def _reply_of_child(device: Device, chosen: Mapping[str, Any], wanted: Sequence[MetricLike]) -> Reply:
    """Return the reply, in a process that leaves Ctrl-C to the one that asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return reply(device, chosen, wanted)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Let processes that are started meanwhile not hear Ctrl-C, which a terminal sends to all of them.

    They would die with a traceback each, and break their pool. POSIX: the mask of blocked signals goes on to a child;
    an interrupt meanwhile is held back and comes at the end. Windows: so does the flag that a console's Ctrl-C is
    ignored, and there an interrupt meanwhile is lost.
    """
    if sys.platform == "win32":
        from ctypes import windll

        windll.kernel32.SetConsoleCtrlHandler(None, True)
        try:
            yield
        finally:
            windll.kernel32.SetConsoleCtrlHandler(None, False)
    else:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _waited(future: Future[Reply]) -> Reply:
    _until_done(future)
    return future.result()


def _until_done(future: Future[Reply]) -> None:
    """Wait in short pieces: on Windows nothing interrupts the wait for a lock."""
    while not future.done():
        wait((future,), timeout=_LISTENS)


def _finished(future: Future[Reply]) -> Reply | None:
    return future.result() if future.done() and not future.cancelled() and future.exception() is None else None


def refuse_empty(whose: str, device: object, given: object, example: str) -> None:
    """Raise InputError unless `device` is one and `given` is a mapping with something in it."""
    if not isinstance(device, Device):
        raise InputError(f"{whose}: device is {type(device).__name__}; expected one such as a Photodiode")
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"{whose}: values are {shorten(given)}; expected e.g. {example}")


def metrics_of(
    whose: str, metrics: Sequence[MetricLike] | MetricLike | None, device: Device
) -> tuple[list[MetricLike], list[Asked]]:
    """Return the metrics as given (the default set of the device's kind by name) and as parsed, no two of one name."""
    asked = list(table.metrics(metrics, device.kind))
    if metrics is None:
        metrics = [metric.label for metric in asked]
    wanted: list[MetricLike] = [metrics] if isinstance(metrics, str) or callable(metrics) else list(metrics)
    labels = [metric.label for metric in asked]
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(
                f'{whose}: {labels.count(label)} metrics are called "{shorten(label)}"; give each a name of its own'
            )
    return wanted, asked


# -- addresses ---------------------------------------------------------------------------------------------------------


@attrs.frozen
class Axis:
    """One address with its values: numbers in the table's unit where `quantity` is known, else choices."""

    address: str
    values: tuple[Any, ...]
    quantity: Quantity | None

    @property
    def head(self) -> str:
        """Column head."""
        return f"{self.address} [{self.quantity.unit}]" if self.quantity and self.quantity.unit else self.address


def axis_of(device: Device, address: object, options: Any, whose: str) -> Axis:
    """Return the axis of `options` at `address`, its values in the unit of the table."""
    if not isinstance(address, str):
        raise InputError(f'{whose}: {shorten(address)} is no layer and no address; expected e.g. "ETL.thickness"')
    if isinstance(options, str | bytes | Mapping | set | frozenset) or not _has_length(options):
        raise InputError(f'{whose}: values of "{shorten(address)}" are {shorten(options)!r}; expected a list')
    values = tuple(options)
    if not values:
        raise InputError(f'{whose}: values of "{shorten(address)}" are an empty list; expected at least one')
    if is_layer_choice(device, address):
        _layer_known(device, address, whose)
        return Axis(address, values, None)
    row = quantity_at(address)
    if row is not None and row.name.endswith("trap_level") and any(counts_from_an_edge(value) for value in values):
        return Axis(address, values, None)
    if row is not None:
        values = tuple(_number(row, value, f"{whose}: {address}") for value in values)
    return Axis(address, values, row)


def _has_length(options: Any) -> bool:
    return hasattr(options, "__len__") and getattr(options, "ndim", 1) > 0  # a single number of NumPy has none


def quantity_at(address: str) -> Quantity | None:
    """Return the quantity that an address names; None where the table has no such row."""
    field = address.rpartition(".")[2]
    return QUANTITIES.get("wavelength" if field == "peak" else plain(field))


def _number(row: Quantity, value: Value, whose: str) -> float:
    try:
        return checked(row.name, value, whose)
    except InputError:
        try:
            return to_unit(value, row.unit)  # a number, if an implausible one: the point will say so
        except InputError as error:
            raise InputError(f"{whose}: {error}") from None


def _layer_known(device: Device, address: str, whose: str) -> None:
    try:
        device.stack.position(address)
    except InputError as error:
        meant = did_you_mean(address, (*CONDITIONS, *device.stack.names, *device.stack.roles))
        if any(f'"{condition}"' in meant for condition in CONDITIONS):
            raise InputError(f'{whose}: no layer and no condition "{shorten(address)}".{meant}') from None
        raise InputError(f"{whose}: {error}") from None


def refuse_unusable(device: Device, axes: Sequence[Axis], whose: str) -> None:
    """Raise InputError, before anything is solved, for an axis of which no value makes a device.

    That is so for a misspelt address. A name may come with a choice of layer, so those devices are tried too.
    """
    _refuse_twins(device, axes, whose)
    layers = [axis for axis in axes if is_layer_choice(device, axis.address)]
    replaced = [{axis.address: value} for axis in layers for value in axis.values]
    for axis in axes:
        error = _first_error(device, axis, [{}] if axis in layers else [{}, *replaced])
        if error is not None:
            raise InputError(f"{whose}: {axis.address}: {error}") from error


def _first_error(device: Device, axis: Axis, others: Sequence[Mapping[str, Any]]) -> StackModelError | None:
    """Return why no value of the axis can be set, with each of `others` set beside it; None if one can."""
    first: StackModelError | None = None
    for other in others:
        for value in axis.values:
            try:
                changed(device, {**other, axis.address: value})
            except StackModelError as error:
                first = first or error
            else:
                return None
    return first


def _refuse_twins(device: Device, axes: Sequence[Axis], whose: str) -> None:
    seen: dict[Any, str] = {}
    for axis in axes:
        place, _, field = axis.address.rpartition(".")
        if is_layer_choice(device, axis.address):
            place, field = axis.address, ""
        try:
            key: Any = (device.stack.position(place), field)
        except InputError:  # a condition, a contact, an interface, or a name that comes with a choice of layer
            key = axis.address
        if key in seen:
            raise InputError(f'{whose}: "{seen[key]}" and "{axis.address}" are the same; give one of them')
        seen[key] = axis.address


# -- record ------------------------------------------------------------------------------------------------------------


def provenance_of(device: Device, axes: Sequence[Axis], question: str) -> Provenance:
    """Return what made a study: parameters and assumptions of the device, and of each layer that was put into it."""
    devices = [device]
    for axis in axes:
        if is_layer_choice(device, axis.address):
            for value in axis.values:
                try:
                    devices.append(changed(device, {axis.address: value}))
                except StackModelError:  # the points with this layer carry the reason
                    continue
    made = (
        device.stack.notation, _merged(each.explain for each in devices), _merged(each.assumptions for each in devices)
    )  # fmt: skip
    return Provenance(question, lambda: made)


def _merged(tables: Iterable[Callable[[], Table]]) -> Table:
    found: list[Table] = []
    for made in tables:
        try:
            found.append(made())
        except StackModelError:  # a device that cannot be described cannot be solved; its points say why
            continue
    if not found:
        return Table((), ())
    return Table(found[0].columns, tuple(dict.fromkeys(row for each in found for row in each.rows)), found[0].title)
