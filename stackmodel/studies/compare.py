"""Compare choices of layers and values: every combination, ranked, with reasons."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from stackmodel.errors import InputError, Interrupted, StackModelError, shorten
from stackmodel.experiments import metrics as table
from stackmodel.experiments.metrics import Asked, MetricLike
from stackmodel.kinds.device import Device
from stackmodel.output.progress import tracked, undisturbed
from stackmodel.results.comparison import Candidate, Comparison
from stackmodel.results.estimate import apart
from stackmodel.studies.asking import answer, blocked_extraction, changed, reason, shown

#: A comparison is read by a person; more than this is a sweep.
MOST = 2000
#: How the names of metrics in closed form begin; the rest is the name of the solved one.
CLOSED = "estimate."


def compare(
    device: Device, choices: Mapping[str, Sequence[Any]], metrics: Sequence[MetricLike] | None = None
) -> Comparison:
    """Return all combinations of `choices`, ranked by the first metric, ties by the next.

    Devices that collect nothing stand behind those that do, and say so in "limited by".

    Parameters
    ----------
    device : Device
        Where the choices are made.
    choices : mapping
        From a layer's name or role to materials (a bare one keeps the layer's thickness and role), or from an
        address such as "ETL.thickness" to values.
    metrics : sequence of str or callable, optional
        Figures to compare by, see `stackmodel.experiments.metrics`; the alignment's set otherwise.

    Raises
    ------
    Interrupted
        At Ctrl-C. Its `partial` is the Comparison of the combinations that were done.
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
    found: list[Candidate] = []
    title = f"{' x '.join(choices)} of {device.stack.notation}"
    try:
        for each in tracked(combinations, count, "comparing"):
            chosen = dict(zip(choices, each, strict=True))
            found += [_candidate(device, chosen, wanted, lenient=metrics is None)]
    except KeyboardInterrupt:
        said = f"interrupted after {len(found)} of {count} combinations"
        with undisturbed():
            partial = _ranked(f"{title}, {said}", found, wanted) if found else None
        raise Interrupted(f"compare: {said}", partial) from None
    return _ranked(title, found, wanted)


def _ranked(title: str, found: Sequence[Candidate], wanted: Sequence[Asked]) -> Comparison:
    notes = tuple(
        f"{m.head}: {m.metric.meaning}; {'more' if m.metric.higher_is_better else 'less'} is better" for m in wanted
    )
    ranked = sorted(found, key=lambda each: _rank(each, wanted))
    return Comparison(title=title, candidates=tuple(ranked), metric_notes=notes)


def _candidate(device: Device, chosen: dict[str, Any], wanted: Sequence[Asked], *, lenient: bool) -> Candidate:
    """Return one choice with its figures.

    Nobody asked for the figures of the default set: there a solved one that lacks a value stays empty (`lenient`), and
    only the first decides whether the choice can be answered.
    """
    names = {where: shown(what) for where, what in chosen.items()}
    figures: dict[str, float | None] = {metric.head: None for metric in wanted}
    try:
        made = changed(device, chosen)
        answers: dict[Any, Any] = {}
        for metric in wanted:
            try:
                if metric.key not in answers:
                    answers[metric.key] = answer(metric, made)
                figures[metric.head] = metric.read(answers[metric.key])
            except StackModelError:
                if not lenient or metric is wanted[0]:
                    raise
    except StackModelError as error:
        return Candidate(
            choice=names, figures=figures, limited_by="", blocked=False, error=reason(error), device=None,
            answer=None,
        )  # fmt: skip
    first = answers[wanted[0].key]
    blocked = blocked_extraction(made, first)
    try:
        limited_by = getattr(first, "limited_by", blocked) or ""
    except StackModelError:  # an estimate that lacks a value says so where the figure is asked for
        limited_by = blocked
    drawn = first if hasattr(first, "picture") else None
    return Candidate(
        choice=names, figures=figures, limited_by=limited_by, blocked=bool(blocked), error="", device=made,
        answer=drawn, notes=_apart(figures, wanted),
    )  # fmt: skip


def _apart(figures: Mapping[str, float | None], wanted: Sequence[Asked]) -> tuple[str, ...]:
    """Return what to say of closed forms whose own solution is among the figures."""
    solved = {(metric.metric.name, tuple(sorted(metric.conditions.items()))): metric.head for metric in wanted}
    found = []
    for metric in wanted:
        own = solved.get((metric.metric.name.removeprefix(CLOSED), tuple(sorted(metric.conditions.items()))))
        if own is not None and metric.metric.name.startswith(CLOSED):
            said = apart(figures[metric.head], figures[own])
            found += [f"{metric.label}: {said}"] if said else []
    return tuple(found)


def _rank(each: Candidate, wanted: Sequence[Asked]) -> tuple[Any, ...]:
    """Return what sorts candidates: a diode that collects nothing has little dark current, and no rank for it."""
    keys = [round(metric.sort_key(each.figures[metric.head]), 9) for metric in wanted]
    return (bool(each.error), each.blocked, *keys)
