"""Find the values within bounds at which a metric is best: a coarse scan, then a local search from its best point."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import attrs
import numpy as np

from stackmodel.errors import InputError, Interrupted, shorten
from stackmodel.experiments.metrics import Asked, MetricLike
from stackmodel.kinds.device import Device
from stackmodel.output.progress import undisturbed
from stackmodel.results.optimum import Optimum
from stackmodel.studies.asking import (
    Axis,
    Reply,
    answer,
    axis_of,
    blocked_extraction,
    changed,
    is_layer_choice,
    metrics_of,
    provenance_of,
    refuse_empty,
    refuse_unusable,
    replies,
    reply,
)

#: Points of the scan along each address, by the number of addresses; more addresses take a Sobol sequence.
GRID = {1: 9, 2: 5, 3: 3}
SOBOL = 32
#: The search ends when it knows the place to this part of the range.
PRECISION = 1e-5
#: Evaluations of the local search, for each address.
MOST = 100


def optimise(
    device: Device,
    bounds: Mapping[str, tuple[Any, Any]],
    metric: MetricLike,
    executor: Executor | None = None,
) -> Optimum:
    """Return the device, with values at addresses within `bounds`, of which `metric` is best.

    Parameters
    ----------
    device : Device
        Where the values are set.
    bounds : mapping
        From an address such as "ETL.thickness" to its lowest and highest value, numbers or texts with unit. A
        positive quantity whose bounds lie more than a decade apart is searched by its logarithm.
    metric : str or callable
        One figure, see `stackmodel.experiments.metrics`, which also says whether more or less of it is better; of a
        function of a device more is better.
    executor : concurrent.futures.Executor, optional
        What computes the points of the scan; threads, one more than cores, otherwise.

    Raises
    ------
    InputError
        For bounds that are no range, an unknown address or metric, and where no point of the scan has a figure.
    Interrupted
        At Ctrl-C. Its `partial` is the Optimum of the points that were asked, None where none has a figure.

    Notes
    -----
    One address: a scan of 9 points, so that a local bump is not taken, then Brent's bounded search between the
    neighbours of the best. Several: a grid or Sobol sequence of at most 32 points, then a bounded simplex (Nelder and
    Mead), started anew once from where it ends. Points that cannot be answered are passed over.
    """
    refuse_empty("optimise", device, bounds, '{"ETL.thickness": (20, 100)}')
    if not isinstance(metric, str) and not callable(metric):
        raise InputError(f"optimise: metric is {shorten(metric)}; expected one name or one function of a device")
    wanted, (asked,) = metrics_of("optimise", metric, device)
    ranges = [_range(device, address, ends) for address, ends in bounds.items()]
    refuse_unusable(device, [each.axis for each in ranges], "optimise")
    search = _Search(device, ranges, wanted, asked)
    try:
        search.scan(executor)
        ended = search.along_one() if len(ranges) == 1 else search.along_several()
    except KeyboardInterrupt:
        said = f"interrupted after {len(search.places)} evaluations"
        with undisturbed():
            partial = search.optimum(said) if search.heights() else None
        raise Interrupted(f"optimise: {said}", partial) from None
    return search.optimum("" if not ended else f"steps below {PRECISION:g} of the range")


@attrs.frozen
class _Range:
    """Bounds at one address; u from 0 to 1 is the place between them."""

    axis: Axis
    low: float
    high: float

    @property
    def logarithmic(self) -> bool:
        return self.low > 0.0 and self.high > 10.0 * self.low

    def at(self, u: float) -> float:
        if u <= 0.0 or u >= 1.0:
            return self.low if u <= 0.0 else self.high
        if self.logarithmic:
            return float(self.low * (self.high / self.low) ** u)
        return self.low + u * (self.high - self.low)


def _range(device: Device, address: object, ends: Any) -> _Range:
    axis = axis_of(device, address, ends, "optimise")
    if is_layer_choice(device, axis.address):
        raise InputError(f'optimise: "{axis.address}" is a layer and has no bounds; sm.compare ranks choices of layers')
    if axis.quantity is None:
        refuse_unusable(device, [axis], "optimise")
        raise InputError(
            f'optimise: "{shorten(axis.address)}" is no address of a number; expected e.g. "ETL.thickness"'
        )
    unit = f" {axis.quantity.unit}" if axis.quantity.unit else ""
    numbers = ", ".join(f"{value:.6g}{unit}" for value in axis.values)
    if len(axis.values) != 2 or not axis.values[0] < axis.values[1]:
        raise InputError(f"optimise: bounds of {axis.address} are ({numbers}); expected a lower and a higher value")
    for value in axis.values:
        if not math.isfinite(value):
            raise InputError(f"optimise: bounds of {axis.address} are ({numbers}); expected finite ones")
        if not axis.quantity.holds(value):  # the layer may hold it nonetheless, a substrate is thicker than a film
            refuse_unusable(device, [attrs.evolve(axis, values=(value,))], "optimise")
    return _Range(axis, *axis.values)


class _Search:
    """Points asked so far, and what a minimiser sees of them: places u in the unit cube, smaller is better."""

    def __init__(self, device: Device, ranges: Sequence[_Range], wanted: list[MetricLike], asked: Asked) -> None:
        self.device, self.ranges, self.wanted, self.asked = device, ranges, wanted, asked
        self.places: list[tuple[float, ...]] = []
        self.found: dict[tuple[float, ...], Reply] = {}
        self.scale = 1.0

    def values(self, u: tuple[float, ...]) -> dict[str, float]:
        return {each.axis.address: each.at(part) for each, part in zip(self.ranges, u, strict=True)}

    def scan(self, executor: Executor | None) -> None:
        places = _scan_places(len(self.ranges))
        try:
            answers = replies(self.device, [self.values(u) for u in places], self.wanted, executor, "scanning")
        except Interrupted as stop:
            for u, each in zip(places, stop.partial, strict=True):
                if each is not None:
                    self._keep(u, each)
            raise
        for u, each in zip(places, answers, strict=True):
            self._keep(u, each)
        figures = [self.found[u].figures[self.asked.label] for u in places]
        sizes = [abs(figure) for figure in figures if figure is not None and figure != 0.0 and math.isfinite(figure)]
        if all(figure is None for figure in figures):
            raise InputError(
                f"optimise: no point of the scan has a figure; the first says: {self.found[places[0]].error}"
            )
        self.scale = min(sizes, default=1.0)

    def _keep(self, u: tuple[float, ...], each: Reply) -> None:
        self.places.append(u)
        self.found[u] = each

    def objective(self, u: Any) -> float:
        """Return what a minimiser minimises: asinh of the figure, as a dark current's size spans decades."""
        place = tuple(float(part) for part in np.clip(np.atleast_1d(u), 0.0, 1.0))
        if place not in self.found:
            self._keep(place, reply(self.device, self.values(place), self.wanted))
        height = self.height(place)
        return self._worse_than_all() if height is None else height

    def height(self, place: tuple[float, ...]) -> float | None:
        figure = self.found[place].figures[self.asked.label]
        if figure is None:
            return None
        return math.asinh(max(-1e300, min(1e300, self.asked.sort_key(figure) / self.scale)))  # infinity has no slope

    def heights(self) -> list[float]:
        return [height for height in map(self.height, self.places) if height is not None]

    def _worse_than_all(self) -> float:
        """Return a finite height for a point without figure, so that the minimiser turns back."""
        heights = self.heights()
        return 2.0 * max(heights) - min(heights) + 1.0

    @property
    def best(self) -> tuple[float, ...]:
        """Place of the best figure; of several alike the one asked first."""
        return min(self.places, key=lambda u: (self.height(u) is None, self.height(u)))

    def along_one(self) -> bool:
        from scipy.optimize import minimize_scalar

        step = 1.0 / (GRID[1] - 1)
        (u,) = self.best
        between = (max(0.0, u - step), min(1.0, u + step))
        found = minimize_scalar(
            self.objective, bounds=between, method="bounded", options={"xatol": PRECISION, "maxiter": MOST}
        )
        return bool(found.success)

    def along_several(self) -> bool:
        from scipy.optimize import minimize

        count = len(self.ranges)
        step, done = 0.5 / (GRID.get(count, 3) - 1), False
        for size in (step, 0.1 * step):
            start = np.array(self.best)
            # away from the nearer bound, so that the simplex has a volume
            corners = [start + size * (1.0 if u <= 0.5 else -1.0) * np.eye(count)[i] for i, u in enumerate(start)]
            found = minimize(
                self.objective, start, method="Nelder-Mead", bounds=[(0.0, 1.0)] * count,
                options={
                    "initial_simplex": np.array([start, *corners]), "xatol": PRECISION, "fatol": 1e-9,
                    "maxfev": MOST * count // 2, "adaptive": count > 3,
                },
            )  # fmt: skip
            done = bool(found.success)
        return done

    def optimum(self, ended: str) -> Optimum:
        """Return the best of what was asked; `ended` says why the search ended, "" where it ran out of evaluations."""
        place, asked = self.best, self.asked
        values = self.values(place)
        addresses = " x ".join(values)
        direction = "Largest" if asked.metric.higher_is_better else "Smallest"
        axes = [each.axis for each in self.ranges]
        device = changed(self.device, values)
        return Optimum(
            metric=asked.label,
            unit=asked.metric.unit,
            higher_is_better=asked.metric.higher_is_better,
            value=float(self.found[place].figures[asked.label] or 0.0),
            by_address=values,
            units={axis.address: axis.quantity.unit if axis.quantity else "" for axis in axes},
            device=device,
            blocked=blocked_extraction(device, answer(asked, device) if asked.of_the_table else None),
            evaluations=len(self.places),
            message=self._message(place, ended),
            rows=tuple(self._row(u) for u in self.places),
            provenance=provenance_of(self.device, axes, f"{direction} {asked.label} over {addresses}"),
        )

    def _row(self, u: tuple[float, ...]) -> dict[str, Any]:
        values = {each.axis.head: each.at(part) for each, part in zip(self.ranges, u, strict=True)}
        return {**values, self.asked.head: self.found[u].figures[self.asked.label], "error": self.found[u].error}

    def _message(self, place: tuple[float, ...], ended: str) -> str:
        said = [ended or f"stopped at {len(self.places)} evaluations"]
        heights = self.heights()
        if len(heights) > 1 and max(heights) == min(heights):
            said = ["the metric is the same at every point"]
        else:
            for each, u in zip(self.ranges, place, strict=True):
                if u in (0.0, 1.0):
                    end = "lower" if u == 0.0 else "upper"
                    said.append(f"{each.axis.address} lies at its {end} bound, a better value may lie beyond")
        failed = [self.found[u].error for u in self.places if self.found[u].error]
        if failed:
            said.append(f"{len(failed)} points have no figure, the first says: {failed[0]}")
        return "; ".join(said)


def _scan_places(count: int) -> list[tuple[float, ...]]:
    """Return the places of the scan in the unit cube of `count` dimensions."""
    if count in GRID:
        along = np.linspace(0.0, 1.0, GRID[count])
        grid = np.stack(np.meshgrid(*[along] * count, indexing="ij"), axis=-1).reshape(-1, count)
    else:
        from scipy.stats import qmc

        grid = qmc.Sobol(count, scramble=False).random(SOBOL)
    return [tuple(float(part) for part in u) for u in grid]
