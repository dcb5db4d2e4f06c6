"""What a solar cell delivers under light, and where the rest is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from stackmodel.errors import DataError, InputError, did_you_mean, shorten
from stackmodel.output.picture import COLORS, PLAIN, Box, Label, Picture, Polyline, Style
from stackmodel.results.base import Provenance, Result
from stackmodel.results.jv import CurrentVoltage
from stackmodel.results.loss import Loss
from stackmodel.results.operating_point import OperatingPoint

#: Names of the trees of losses, as pictures call them, and the factor and unit in which these state them.
_TITLES = {
    "short_circuit_current_density": ("Short-circuit current density", 1e3, "mA cm$^{-2}$"),
    "open_circuit_voltage": ("Open-circuit voltage", 1.0, "V"),
    "fill_factor": ("Fill factor", 100.0, "%"),
}
#: Losses below this share of the start of a tree are drawn together.
_SMALL = 0.01
#: Height of a row of a waterfall over the width of the picture.
_ROW = 0.062
#: Width of the names beside a waterfall, in shares of a start as it is drawn. [%]
_NAMES = 92.0


@attrs.frozen(eq=False, kw_only=True)
class LossTree:
    """A figure from what it could be to what it is: `start` less all `losses` is `result`."""

    figure: str
    unit: str
    start_name: str
    start: float  #: in `unit`
    losses: Mapping[Loss, float]  #: a gain is negative
    result: float

    def __getitem__(self, loss: str) -> float:
        if loss not in self.losses:
            raise InputError(f'{self.figure}: no loss is called "{shorten(loss)}".{did_you_mean(loss, self.losses)}')
        return self.losses[Loss(loss)]

    @property
    def limited_by(self) -> str:
        """Largest loss."""
        return max(self.losses, key=lambda name: self.losses[name])

    @property
    def closure(self) -> float:
        """By how much the losses do not lead from start to result, over the start."""
        return abs(self.start - sum(self.losses.values()) - self.result) / abs(self.start)

    def rows(self) -> Iterator[tuple[str, str, float]]:
        """Yield kind, name and value of each item: start, losses, result."""
        yield "start", self.start_name, self.start
        for name, value in self.losses.items():
            yield "loss", name, value
        yield "result", self.figure, self.result


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Losses(Result):
    """The trees of losses of a solar cell's figures, by figure."""

    trees: tuple[LossTree, ...]
    provenance: Provenance

    index_name = "item"

    def __getitem__(self, figure: str) -> LossTree:
        """Return the tree of a figure, such as "open_circuit_voltage"."""
        names = [tree.figure for tree in self.trees]
        if figure not in names:
            hint = did_you_mean(str(figure), names)
            raise InputError(f'losses: no tree of "{shorten(figure)}".{hint} Expected one of: {", ".join(names)}')
        return self.trees[names.index(figure)]

    def of(self, figure: str) -> Losses:
        """Return the tree of one figure alone, for a picture of its own."""
        return attrs.evolve(self, trees=(self[figure],))

    def columns(self) -> dict[str, Any]:
        """Return the items of all trees by column head, with the share of each tree's start."""
        rows = [(tree, *row) for tree in self.trees for row in tree.rows()]
        return {
            "item": np.arange(len(rows)), "figure": [tree.figure for tree, *_ in rows],
            "kind": [kind for _, kind, _, _ in rows], "name": [name for _, _, name, _ in rows],
            "value": np.array([value for *_, value in rows]), "unit": [tree.unit for tree, *_ in rows],
            "share": np.array([value / tree.start for tree, *_, value in rows]),
        }  # fmt: skip

    def attributes(self) -> dict[str, Any]:
        """Return the largest loss of each figure, and how well the trees close."""
        found: dict[str, Any] = {f"{tree.figure} limited by": tree.limited_by for tree in self.trees if tree.losses}
        return found | {"closure": max(tree.closure for tree in self.trees)}

    def __str__(self) -> str:
        """Return the trees as plain text."""
        lines = []
        for tree in self.trees:
            lines.append(f"{tree.start_name}: {tree.start:.5g}{_spaced(tree.unit)}")
            lines += [f"  {-value:+.4g}  {name}" for name, value in tree.losses.items()]
            lines += [f"{tree.figure}: {tree.result:.5g}{_spaced(tree.unit)}", ""]
        return "\n".join(lines[:-1])

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return a waterfall from what could be to what is, each tree in shares of its start."""
        elements: list[Polyline | Box | Label] = []
        row = 0
        for tree in self.trees:
            title, factor, unit = _TITLES[tree.figure]
            elements.append(Label(-_NAMES, row, f"{title} ({unit})", left=True, size=6.5))
            row += 1
            bars = _steps(tree)
            elements.append(Polyline((0.0, 0.0), (row - 0.5, row + len(bars) - 0.5), COLORS["black"], 0.6))
            for kind, name, low, high, value in bars:
                color = {"start": COLORS["grey"], "loss": COLORS["vermillion"], "gain": COLORS["sky"]}
                elements.append(Box(
                    100.0 * low, 100.0 * high, row - 0.38, row + 0.38, color.get(kind, COLORS["blue"]),
                    alpha=1.0, outline=False, hover=f"{name}: {value:.4g}{_spaced(tree.unit)}",
                ))  # fmt: skip
                elements.append(Label(-_NAMES, row, style.labels.get(name, name), left=True, size=5.5, literal=True))
                sign = "\N{MINUS SIGN}" if kind == "loss" else "+" if kind == "gain" else ""
                text = f"{sign}{_two_digits(abs(value) * factor)}"
                elements.append(Label(100.0 * max(low, high) + 1.5, row, text, left=True, size=5.5))
                row += 1
        count = float(row)
        return Picture(
            elements=tuple(elements), x_label="", y_label="", x_limits=(-_NAMES, 116.0), y_limits=(count, -0.9),
            x_ticks=False, y_ticks=False, frame=False, aspect=_ROW * (count + 1.0), title="Losses",
        )  # fmt: skip


def _spaced(unit: str) -> str:
    return f" {unit}" if unit else ""


def _two_digits(value: float) -> str:
    """Return a number with two significant digits."""
    if value == 0.0:
        return "0"
    digits = max(0, 1 - int(np.floor(np.log10(value))))
    return f"{value:.{digits}f}" if digits < 6 else f"{value:.1e}"


def _steps(tree: LossTree) -> list[tuple[str, str, float, float, float]]:
    """Return kind, name, both ends over the start, and value of each bar; what is small stands together."""
    small = {name: value for name, value in tree.losses.items() if abs(value) < _SMALL * abs(tree.start)}
    shown = (
        dict(tree.losses)
        if len(small) < 2
        else {name: value for name, value in tree.losses.items() if name not in small}
    )
    if len(small) > 1:
        shown[Loss(f"{len(small)} smaller ones")] = sum(small.values())
    found = [("start", tree.start_name, 0.0, 1.0, tree.start)]
    at = 1.0
    for name, value in shown.items():
        to = at - value / tree.start
        found.append(("loss" if value >= 0.0 else "gain", name, to, at, value))
        at = to
    return [*found, ("result", tree.figure.replace("_", " "), 0.0, tree.result / tree.start, tree.result)]


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Performance(Result):
    """The figures of a solar cell under light, each from a solved point, and where the rest is lost."""

    short_circuit_current_density: float  #: [A cm^-2]
    open_circuit_voltage: float  #: [V]
    fill_factor: float
    power_density: float  #: largest power [W cm^-2]
    maximum_power_voltage: float  #: [V]
    maximum_power_current_density: float  #: [A cm^-2]
    light: str
    incident_irradiance: float | None  #: of the light; None where a generation was given [W cm^-2]
    reference_irradiance: float | None  #: what the efficiency is referred to [W cm^-2]
    illuminated: str
    temperature: float  #: [K]
    curve: CurrentVoltage
    losses: Losses
    radiative_limit: str  #: how the voltage of the radiative limit was found
    provenance: Provenance

    index_name = "voltage"

    @property
    def efficiency(self) -> float:
        """Largest power over `reference_irradiance`; DataError where a generation was given without one."""
        if self.reference_irradiance is None:
            raise DataError(
                "performance: generation was given, which has no power to refer to; give the irradiance that makes it "
                'too, performance(generation=..., irradiance="100 mW/cm^2")'
            )
        return self.power_density / self.reference_irradiance

    @property
    def at_maximum_power(self) -> OperatingPoint:
        """Bands, carriers and mechanisms at the largest power; its voltage is that of the stack itself."""
        return self._at(self.maximum_power_voltage)

    @property
    def at_short_circuit(self) -> OperatingPoint:
        """Bands, carriers and mechanisms at short circuit."""
        return self._at(0.0)

    @property
    def at_open_circuit(self) -> OperatingPoint:
        """Bands, carriers and mechanisms at open circuit."""
        return self._at(self.open_circuit_voltage)

    def _at(self, voltage: float) -> OperatingPoint:
        return self.curve.points[int(np.argmin(np.abs(self.curve.voltage - voltage)))]

    @property
    def limited_by(self) -> str:
        """Largest loss among those of all figures, as a share of their starts."""
        tree = max(self.losses.trees, key=lambda each: each[each.limited_by] / each.start)
        return f"{tree.limited_by} ({tree.figure})"

    def columns(self) -> dict[str, Any]:
        """Return the curve by column head."""
        V, J = self.curve.voltage, self.curve.current_density
        return {"voltage [V]": V, "current_density [A/cm^2]": J, "power_density [W/cm^2]": -V * J}

    def attributes(self) -> dict[str, Any]:
        """Return the figures, what they refer to, and the losses."""
        losses = {
            f"{tree.figure}: {name}" + (f" [{tree.unit}]" if tree.unit else ""): value
            for tree in self.losses.trees for _, name, value in list(tree.rows())[:-1]
        }  # fmt: skip
        return {
            "light": self.light,
            "short_circuit_current_density [A/cm^2]": self.short_circuit_current_density,
            "open_circuit_voltage [V]": self.open_circuit_voltage,
            "fill_factor": self.fill_factor,
            **self._efficiency(),
            "power_density [W/cm^2]": self.power_density,
            "maximum_power_voltage [V]": self.maximum_power_voltage,
            "maximum_power_current_density [A/cm^2]": self.maximum_power_current_density,
            "limited_by": self.limited_by,
            "illuminated": self.illuminated,
            "temperature [K]": self.temperature,
            "radiative_limit": self.radiative_limit,
            **losses,
            "closure": max(tree.closure for tree in self.losses.trees),
        }

    def _efficiency(self) -> dict[str, float]:
        """Return the efficiency and what it refers to, as far as these are known."""
        figures = {} if self.reference_irradiance is None else {"efficiency": self.efficiency}
        for name in ("reference_irradiance", "incident_irradiance"):
            if getattr(self, name) is not None:
                figures[f"{name} [W/cm^2]"] = getattr(self, name)
        return figures

    def __str__(self) -> str:
        """Return the figures and the trees of losses as plain text."""
        skip = {key for key in self.attributes() if ": " in key}
        figures = [
            f"{name}: {value:z.5g}" if isinstance(value, float) else f"{name}: {value}"
            for name, value in self.attributes().items() if name not in skip
        ]  # fmt: skip
        return "\n".join([*figures, "", str(self.losses)])

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the delivered current against voltage with the rectangle of the largest power and the figures."""
        from scipy.interpolate import PchipInterpolator

        # Between the solved points without a wiggle: the interpolation is monotonic where they are.
        V = np.linspace(0.0, self.curve.voltage[-1], 201)
        J = -1e3 * PchipInterpolator(self.curve.voltage, self.curve.current_density)(V)
        kept = -0.08 * self.short_circuit_current_density * 1e3 <= J
        top, right = 1e3 * self.short_circuit_current_density, self.open_circuit_voltage
        V_m, J_m = self.maximum_power_voltage, 1e3 * self.maximum_power_current_density
        figures = [
            f"$J_{{sc}}$ {_two_digits(top)} mA cm$^{{-2}}$",
            f"$V_{{oc}}$ {_two_digits(right)} V",
            f"FF {_two_digits(100.0 * self.fill_factor)} %",
        ]
        if self.reference_irradiance is not None:
            figures.append(f"PCE {_two_digits(100.0 * self.efficiency)} %")
        lines = (
            Box(0.0, V_m, 0.0, J_m, COLORS["sky"], alpha=0.35, outline=False, hover="largest power"),
            Polyline((0.0, 1.12 * right), (0.0, 0.0), COLORS["grey"], 0.6),
            Polyline(V[kept].tolist(), J[kept].tolist(), COLORS["blue"], 1.3),
            Polyline((V_m,), (J_m,), COLORS["vermillion"], 1.0, hover="largest power", marker="o"),
        )
        # Within the rectangle where it is large; else the curve leaves the corner above free.
        x, y = (0.06 * right, 0.55 * top) if self.fill_factor > 0.35 else (0.68 * right, 1.05 * top)
        labels = tuple(Label(x, y - 0.11 * k * top, text, left=True, size=7.0) for k, text in enumerate(figures))
        return Picture(
            elements=(*lines, *labels), x_label="Voltage (V)", y_label="Current density delivered (mA cm$^{-2}$)",
            x_limits=(0.0, 1.12 * right), y_limits=(-0.08 * top, 1.15 * top), title=self.light,
        )  # fmt: skip
