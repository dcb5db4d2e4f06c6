"""Sweep values and layers: every combination, as one array a metric."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from stackmodel.errors import InputError, Interrupted
from stackmodel.experiments.metrics import Asked, MetricLike
from stackmodel.kinds.device import Device
from stackmodel.output.progress import undisturbed
from stackmodel.output.strict_json import to_json
from stackmodel.structure.layer import Layer
from stackmodel.studies.asking import (
    Axis,
    Reply,
    axis_of,
    metrics_of,
    provenance_of,
    refuse_empty,
    refuse_unusable,
    replies,
    shown,
)

if TYPE_CHECKING:
    import xarray as xr

#: Beyond this many points an axis was meant otherwise.
MOST = 1_000_000
ERROR = "error"
#: What `ERROR` says of a point that was not solved before Ctrl-C.
INTERRUPTED = "interrupted before this point"


def sweep(
    device: Device,
    values: Mapping[str, Sequence[Any]],
    metrics: Sequence[MetricLike] | MetricLike | None = None,
    executor: Executor | None = None,
) -> xr.Dataset:
    """Return the metrics at every combination of `values`.

    Parameters
    ----------
    device : Device
        Where the values are set.
    values : mapping
        From an address such as "ETL.thickness" or "temperature" to numbers or texts with unit, or from a layer's name
        or role to materials (a bare one keeps the layer's thickness and role).
    metrics : sequence of str or callable, optional
        Figures to ask for, see `stackmodel.experiments.metrics`; the set of the kind otherwise.
    executor : concurrent.futures.Executor, optional
        What computes the points; threads, one more than cores, otherwise.

    Returns
    -------
    xarray.Dataset
        A dimension an address, a variable a metric, with units. The variable "error" has the reason where a figure is
        missing, and is "" elsewhere; the figure is NaN there and nowhere else.

    Raises
    ------
    InputError
        Before anything is solved: an unknown address or metric, a value of another unit, an axis without one
        value that makes a device.
    Interrupted
        At Ctrl-C. Its `partial` is the Dataset of the points that were done, the others say so in "error"; points in
        work are waited for, unless a second Ctrl-C comes.
    """
    refuse_empty("sweep", device, values, '{"ETL.thickness": [20, 40, 60]}')
    wanted, asked = metrics_of("sweep", metrics, device)
    axes = [axis_of(device, address, options, "sweep") for address, options in values.items()]
    count = math.prod(len(axis.values) for axis in axes)
    if count > MOST:
        raise InputError(f"sweep: {count} points; expected at most {MOST}")
    for label in (metric.label for metric in asked):
        if label == ERROR or label in values:
            raise InputError(f'sweep: a metric is called "{label}", which names something else here; rename it')
    refuse_unusable(device, axes, "sweep")
    combinations = itertools.product(*(axis.values for axis in axes))
    points = [dict(zip(values, each, strict=True)) for each in combinations]
    try:
        return _dataset(device, axes, asked, replies(device, points, wanted, executor, "sweeping"))
    except Interrupted as stop:
        unsolved, partial = Reply({metric.label: None for metric in asked}, INTERRUPTED), None
        if any(stop.partial):
            with undisturbed():
                partial = _dataset(device, axes, asked, [each or unsolved for each in stop.partial])
            partial.attrs["interrupted"] = str(stop)
        raise Interrupted(f"sweep: {stop}", partial) from None


def _dataset(device: Device, axes: Sequence[Axis], asked: Sequence[Asked], found: Sequence[Reply]) -> xr.Dataset:
    import numpy as np
    import xarray as xr

    dimensions = tuple(axis.address for axis in axes)
    shape = tuple(len(axis.values) for axis in axes)
    variables: dict[str, Any] = {}
    for metric in asked:
        figures = [reply.figures[metric.label] for reply in found]
        numbers = np.array([math.nan if figure is None else figure for figure in figures]).reshape(shape)
        notes = {
            "units": metric.metric.unit,
            "long_name": metric.metric.meaning,
            "better": "more" if metric.metric.higher_is_better else "less",
        }
        variables[metric.label] = (dimensions, numbers, notes)
    reasons = np.array([reply.error for reply in found], dtype=str).reshape(shape)
    variables[ERROR] = (dimensions, reasons, {"long_name": "why a figure is missing"})
    record = provenance_of(device, axes, f"Sweep of {' x '.join(dimensions)}")
    attributes = {
        "notation": record.notation,
        "version": record.version,
        "provenance": to_json(record.as_dict(), indent=None, ascii_only=True),
    }
    return xr.Dataset(variables, {axis.address: _coordinate(axis) for axis in axes}, attributes)


def _coordinate(axis: Axis) -> Any:
    """Return the coordinate of an axis: numbers in the table's unit, or the texts of its choices."""
    import numpy as np

    if axis.quantity is not None:
        notes = {"units": axis.quantity.unit, "long_name": axis.quantity.meaning}
        return (axis.address,), np.array(axis.values, dtype=float), notes
    texts = [shown(value) for value in axis.values]
    if len(set(texts)) < len(texts):  # layers of one name: written out, their difference shows
        texts = [v.notation_with(None) if isinstance(v, Layer) else t for v, t in zip(axis.values, texts, strict=True)]
    return (axis.address,), np.array(texts, dtype=str), {}
