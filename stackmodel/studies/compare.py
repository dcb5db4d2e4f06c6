"""Compare choices of layers and values: every combination, ranked, with reasons."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from stackmodel.errors import InputError, StackModelError, shorten
from stackmodel.experiments import metrics as table
from stackmodel.experiments.metrics import Asked, MetricLike
from stackmodel.kinds.device import CONDITIONS
from stackmodel.materials.material import Material
from stackmodel.output.progress import tracked
from stackmodel.results.comparison import Candidate, Comparison
from stackmodel.structure.layer import Layer

#: A comparison is read by a person; more than this is a sweep.
MOST = 2000


def compare(
    device: Any, choices: Mapping[str, Sequence[Any]], metrics: Sequence[MetricLike] | None = None
) -> Comparison:
    """Return all combinations of `choices`, ranked by the first metric, ties by the next.

    Parameters
    ----------
    device : Device
        Where the choices are made.
    choices : mapping
        From a layer's name or role to materials (a bare one keeps the layer's thickness and role), or from an
        address such as "ETL.thickness" to values.
    metrics : sequence of str or callable, optional
        Figures to compare by, see `stackmodel.experiments.metrics`; the alignment's set otherwise.
    """
    wanted = table.metrics(metrics, getattr(device, "kind", ""))
    if not isinstance(choices, Mapping):
        raise InputError(f"compare: {shorten(choices)} is no mapping; expected one from layer or address to choices")
    if not choices:
        raise InputError('compare: no choices; expected e.g. {"ETL": ["ZnO", "SnO2"]}')
    for where, options in choices.items():
        if not isinstance(where, str):
            raise InputError(f'compare: {shorten(where)} is no layer and no address; expected e.g. "ETL"')
        if not isinstance(options, list | tuple) or not options:
            raise InputError(f'compare: choices for "{shorten(where)}" are {shorten(options)!r}; expected a list')
    count = 1
    for options in choices.values():
        count *= len(options)
    if count > MOST:
        raise InputError(f"compare: {count} combinations; expected at most {MOST}")
    combinations = itertools.product(*choices.values())
    found = [
        _candidate(device, dict(zip(choices, each, strict=True)), wanted, lenient=metrics is None)
        for each in tracked(combinations, count, "comparing")
    ]
    found.sort(key=lambda each: _rank(each, wanted))
    notes = tuple(
        f"{m.head}: {m.metric.meaning}; {'more' if m.metric.higher_is_better else 'less'} is better" for m in wanted
    )
    title = f"{' x '.join(choices)} of {device.stack.notation}"
    return Comparison(title=title, candidates=tuple(found), metric_notes=notes)


def _candidate(device: Any, chosen: dict[str, Any], wanted: Sequence[Asked], *, lenient: bool) -> Candidate:
    """Return one choice with its figures.

    Nobody asked for the figures of the default set: there a solved one that lacks a value stays empty (`lenient`), and
    only the first decides whether the choice can be answered.
    """
    names = {where: _shown(what) for where, what in chosen.items()}
    figures: dict[str, float | None] = {metric.head: None for metric in wanted}
    try:
        changed = _changed(device, chosen)
        answers: dict[Any, Any] = {}
        for metric in wanted:
            try:
                if metric.key not in answers:
                    answers[metric.key] = _answer(metric, changed)
                figures[metric.head] = _figure(metric, answers[metric.key])
            except StackModelError:
                if not lenient or metric is wanted[0]:
                    raise
    except StackModelError as error:
        reason = str(error).partition("\n")[0]
        return Candidate(choice=names, figures=figures, limited_by="", error=reason, device=None, answer=None)
    first = answers[wanted[0].key]
    try:
        limited_by = getattr(first, "limited_by", "") or ""
    except StackModelError:  # an estimate that lacks a value says so where the figure is asked for
        limited_by = ""
    shown = first if hasattr(first, "picture") else None
    return Candidate(choice=names, figures=figures, limited_by=limited_by, error="", device=changed, answer=shown)


def _answer(metric: Asked, device: Any) -> Any:
    if _is_known(metric):
        return metric.ask(device)
    try:
        return metric.ask(device)
    except StackModelError:
        raise
    except Exception as error:  # whatever a user's own function raises is that choice's error
        raise InputError(f"{metric.label}: {type(error).__name__}: {error}") from error


def _figure(metric: Asked, answer: Any) -> float | None:
    found: Any = metric.read(answer)
    if found is None and _is_known(metric):
        return None  # the device has no such figure
    if isinstance(found, bool) or not isinstance(found, Real) or math.isnan(found):
        raise InputError(f"{metric.label}: the metric returns {shorten(found)}; expected a number")
    return float(found)


def _is_known(metric: Asked) -> bool:
    return table.METRICS.get(metric.metric.name) is metric.metric


def _changed(device: Any, chosen: Mapping[str, Any]) -> Any:
    """Return the device with layers replaced first, then values, so that a value holds for the new layer."""
    layers = {where: what for where, what in chosen.items() if _is_layer_choice(device, where)}
    values = {where: what for where, what in chosen.items() if where not in layers}
    positions = {device.stack.position(where): what for where, what in layers.items()}
    for position, what in positions.items():  # names may change with every layer; places do not
        device = device.with_layer(device.stack.names[position], what)
    return device.with_values(values) if values else device


def _is_layer_choice(device: Any, where: str) -> bool:
    return where in (*device.stack.names, *device.stack.roles) or ("." not in where and where not in CONDITIONS)


def _shown(what: Any) -> str:
    if isinstance(what, Layer):
        return what.name or what.material.name
    return what.name if isinstance(what, Material) else str(what)


def _rank(each: Candidate, wanted: Sequence[Asked]) -> tuple[Any, ...]:
    keys = [round(metric.sort_key(each.figures[metric.head]), 9) for metric in wanted]
    return (bool(each.error), *keys)
