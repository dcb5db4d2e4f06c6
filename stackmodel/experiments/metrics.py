"""The one table of metrics: name, question, unit, which way is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import attrs

from stackmodel.errors import InputError, did_you_mean, shorten

#: What compare and sweeps take for a metric: its name, or a function of a device.
MetricLike: TypeAlias = "str | Callable[[Any], float]"


@attrs.frozen(kw_only=True)
class Metric:
    """One figure of a device: how it is asked for, its unit, and whether more of it is better."""

    name: str
    unit: str
    higher_is_better: bool
    meaning: str
    question: Callable[[Any], Any]
    figure: Callable[[Any], float | None]
    #: Values below this rank alike: a step of less than 3 kT at 300 K is passed by thermal energy.
    indifferent_below: float | None = None

    @property
    def head(self) -> str:
        """Column head."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def sort_key(self, value: float | None) -> float:
        """Return a number that sorts better values first; a missing one comes last."""
        if value is None or value != value:
            return float("inf")
        if self.indifferent_below is not None:
            value = max(value, self.indifferent_below)
        return -value if self.higher_is_better else value


def _alignment(device: Any) -> Any:
    return device.band_alignment()


def _attribute(name: str, answer: Any) -> Any:
    return getattr(answer, name)


def _of_alignment(name: str, unit: str, higher: bool, meaning: str) -> Metric:
    floor = 0.078 if name.endswith("extraction_barrier") else None
    if floor is not None:
        meaning += f"; steps below 3 kT ({floor} eV) rank alike"
    return Metric(
        name=name, unit=unit, higher_is_better=higher, meaning=meaning, question=_alignment,
        figure=partial(_attribute, name), indifferent_below=floor,
    )  # fmt: skip


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _of_alignment("extraction_barrier", "eV", False, "Highest step that a carrier meets on its way out"),
        _of_alignment(
            "electron_extraction_barrier", "eV", False, "Highest step that electrons meet on their way to the cathode"
        ),
        _of_alignment("hole_extraction_barrier", "eV", False, "Highest step that holes meet on their way to the anode"),
        _of_alignment("blocking_barrier", "eV", True, "Lowest wall between the active layer and a wrong contact"),
        _of_alignment("electron_blocking_barrier", "eV", True, "Wall that keeps electrons from the anode"),
        _of_alignment("hole_blocking_barrier", "eV", True, "Wall that keeps holes from the cathode"),
        _of_alignment("built_in_potential", "V", True, "Potential drop between the contacts at equilibrium"),
    )
}
#: The set that compare uses when none is asked for, by kind of device.
DEFAULT_METRICS = ("extraction_barrier", "blocking_barrier", "built_in_potential")


def metric(wanted: MetricLike) -> Metric:
    """Return the metric of that name, or one made of a function of a device (higher is better)."""
    if callable(wanted):
        name = getattr(wanted, "__name__", "metric")
        return Metric(
            name=name, unit="", higher_is_better=True, meaning="given by the user", question=wanted, figure=_itself
        )
    if wanted not in METRICS:
        raise InputError(
            f'unknown metric "{shorten(wanted)}".{did_you_mean(wanted, METRICS)} Expected one of: {", ".join(METRICS)}.'
        )
    return METRICS[wanted]


def metrics(wanted: Sequence[MetricLike] | None) -> tuple[Metric, ...]:
    """Return the metrics asked for, or the default set."""
    if isinstance(wanted, str) or callable(wanted):
        wanted = [wanted]
    if wanted is not None and not wanted:
        raise InputError("metrics is empty; leave it out for the default set")
    return tuple(metric(name) for name in (DEFAULT_METRICS if wanted is None else wanted))


def _itself(answer: Any) -> Any:
    return answer
