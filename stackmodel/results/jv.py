"""Current-voltage curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, attributed
from stackmodel.figures_of_merit.curve_readings import (
    Reading,
    crossing,
    distinct,
    ideality,
    largest_power,
    slope_at,
    value_at,
)
from stackmodel.output.picture import COLORS, PLAIN, Picture, Polyline, Style
from stackmodel.physics.constants import BOLTZMANN_EV
from stackmodel.quantities import checked
from stackmodel.results.base import Provenance, Result
from stackmodel.results.estimate import apart
from stackmodel.results.loss import Loss
from stackmodel.results.notices import notices_of, with_notices
from stackmodel.results.operating_point import OperatingPoint
from stackmodel.units import Value

T = TypeVar("T")
#: Units of the figures of a curve that are no pure numbers, and of the slope that R0A is read from.
_UNITS = {
    "short_circuit_current_density": "A/cm^2", "open_circuit_voltage": "V", "power_density": "W/cm^2",
    "r0a": "ohm cm^2", "1/R0A": "S/cm^2",
}  # fmt: skip
#: Error that reading between points may leave: of the fill factor, and of the other figures as a share of themselves.
ALLOWED_IN_FILL_FACTOR = ALLOWED = 3e-3
#: The same of a slope at 0 V, and of a ratio of currents that is quoted by its decades.
ALLOWED_IN_R0A = ALLOWED_IN_RECTIFICATION = 0.03
#: Points that R0A is read from well, over kT/q.
_NEAR = 0.4
#: An ideality is read where the current back to equilibrium is no longer seen, over kT/q.
_FORWARD = 3.0


@attrs.frozen(eq=False, kw_only=True)
class CurveFigures:
    """Figures of a curve, whatever the order of its points; what these do not hold is an error that says so.

    Between points the current goes as a + b exp(kV); `figures_of_merit.curve_readings` judges the error that leaves.
    """

    voltage: FloatArray  #: [V]
    current_density: FloatArray  #: [A cm^-2]
    temperature: float  #: [K]
    illuminated: bool
    irradiance: float | None  #: [W cm^-2]

    @property
    def short_circuit_current_density(self) -> float:
        """Photocurrent at 0 V, a positive magnitude [A cm^-2]."""
        return self._allowed("short_circuit_current_density", self._short_circuit())

    @property
    def open_circuit_voltage(self) -> float:
        """Voltage of zero current [V]."""
        return self._allowed("open_circuit_voltage", self._open_circuit())

    @property
    def fill_factor(self) -> float:
        """Largest power over the product of short-circuit current and open-circuit voltage."""
        short, opened, most = self._short_circuit(), self._open_circuit(), self._most()
        value = most.value / (short.value * opened.value)
        error = value * sum(abs(each.error / each.value) for each in (short, opened, most))
        return self._allowed("fill_factor", Reading(value, error), ALLOWED_IN_FILL_FACTOR / abs(value))

    @property
    def power_density(self) -> float:
        """Largest power delivered [W cm^-2]."""
        return self._allowed("power_density", self._most())

    @property
    def efficiency(self) -> float:
        """Largest power over the incident one; needs light of known irradiance."""
        self._needs_light()
        if self.irradiance is None:
            raise DataError(
                "jv: generation was given, not light, so there is no incident power to refer to; give light=..., or "
                "ask performance(generation=..., irradiance=...) of a SolarCell"
            )
        return self.power_density / self.irradiance

    @property
    def ideality(self) -> FloatArray:
        """Ideality factor against voltage, from the slope of ln J; NaN where the current is not forward."""
        with attributed("jv"):
            return ideality(self.voltage, self.current_density, BOLTZMANN_EV * self.temperature)

    def ideality_between(self, start: Value, stop: Value) -> float:
        """Ideality factor of a dark curve between two forward voltages [V], by least squares of ln J."""
        self._needs_dark("ideality")
        with attributed("jv"):
            V, J = distinct(self.voltage, self.current_density)
        kT = BOLTZMANN_EV * self.temperature
        low, high = sorted(checked("voltage", value, "ideality_between") for value in (start, stop))
        inside = (low <= V) & (high >= V)
        if low < _FORWARD * kT or low < V[0] or high > V[-1] or inside.sum() < 3 or not (J[inside] > 0.0).all():
            raise DataError(
                f"jv: an ideality between {low:g} and {high:g} V needs three points with a forward current there, "
                f"above 3 kT/q = {_FORWARD * kT:.3g} V, on a curve that covers both voltages; this one has "
                f"{int(inside.sum())} there and runs from {V[0]:g} to {V[-1]:g} V. Add voltages, or ask between others"
            )
        return float(1.0 / (np.polyfit(V[inside], np.log(J[inside]), 1)[0] * kT))

    @property
    def r0a(self) -> float:
        """Zero-bias resistance times area, from the slope of a dark curve at 0 V, points on both sides [ohm cm^2]."""
        self._needs_dark("R0A")
        kT = BOLTZMANN_EV * self.temperature
        with attributed("jv"):
            V, J = distinct(self.voltage, self.current_density)
            below, above = V[V < 0.0], V[V > 0.0]
            if not (below.size and above.size and max(-below[-1], above[0]) <= kT * (1.0 + 1e-9)):
                raise DataError(
                    f"R0A is the slope at 0 V; it needs a point on each side within kT/q = {kT:.3g} V. Add "
                    f"{-_NEAR * kT:.1g} and {_NEAR * kT:.1g} V, or ask device.r0a()"
                )
            found = slope_at(V, J, 0.0) or _chord(V, J, kT)
        if found.value <= 0.0:
            raise DataError(f"jv: the slope at 0 V is {found.value:.3g} S/cm^2, which is no resistance")
        return 1.0 / self._allowed("1/R0A", found, ALLOWED_IN_R0A, "give smaller steps at 0 V, or ask device.r0a()")

    def rectification(self, voltage: Value) -> float:
        """Forward over reverse current of a dark curve at plus and minus `voltage` [V]."""
        self._needs_dark("rectification")
        size = abs(checked("voltage", voltage, "rectification"))
        forward, reverse = (self._at(sign * size, "rectification") for sign in (1.0, -1.0))
        if not (forward.value > 0.0 > reverse.value):
            raise DataError(
                f"jv: rectification at {size:g} V compares a forward with a reverse current; the curve has "
                f"{forward.value:.3g} and {reverse.value:.3g} A/cm^2"
            )
        ratio = -forward.value / reverse.value
        error = ratio * (forward.error / forward.value - reverse.error / reverse.value)
        return self._allowed("rectification", Reading(ratio, error), ALLOWED_IN_RECTIFICATION)

    def _short_circuit(self) -> Reading:
        self._needs_light()
        found = self._at(0.0, "short_circuit_current_density")
        return Reading(-found.value, found.error)

    def _open_circuit(self) -> Reading:
        self._needs_light()
        with attributed("jv"):
            found = crossing(self.voltage, self.current_density)
        if found is None:
            raise DataError(
                f"jv: the current does not change sign between {self.voltage.min():g} and {self.voltage.max():g} V; "
                "go further"
            )
        return found

    def _most(self) -> Reading:
        self._needs_light()
        with attributed("jv"):
            found = largest_power(self.voltage, self.current_density)
        if found is None:
            raise DataError(
                "jv: the device delivers no power at any point of this curve; give points between 0 V and open circuit"
            )
        return Reading(found.power, found.error)

    def _at(self, voltage: float, what: str) -> Reading:
        with attributed("jv"):
            found = value_at(self.voltage, self.current_density, voltage)
        if found is None:
            raise DataError(
                f"jv: {what} needs the current at {voltage:g} V; the curve has {self.voltage.size} points from "
                f"{self.voltage.min():g} to {self.voltage.max():g} V. Add one there"
            )
        return found

    def _allowed(self, name: str, found: Reading, share: float = ALLOWED, remedy: str = "give smaller steps") -> float:
        """Return what was read; DataError where reading it leaves more than a share of it."""
        if abs(found.error) > share * abs(found.value):
            unit = _unit(name)
            raise DataError(
                f"jv: between its points the curve leaves {name} at {found.value:.4g} +- {found.error:.1g}{unit} "
                f"(allowed: {share * abs(found.value):.2g}{unit}); {remedy}"
            )
        return found.value

    def _needs_light(self) -> None:
        if not self.illuminated:
            raise DataError("jv: a dark curve has no photovoltaic figures; give light, or a generation above 0")

    def _needs_dark(self, what: str) -> None:
        if self.illuminated:
            raise DataError(f"jv: {what} is a figure of the dark curve")

    def as_dict(self) -> dict[str, float]:
        """Return those figures that the curve has."""
        return self._sorted_out()[0]

    def refused(self) -> dict[str, str]:
        """Return why the curve has not the other figures of its kind, by name."""
        return self._sorted_out()[1]

    def _sorted_out(self) -> tuple[dict[str, float], dict[str, str]]:
        names = ["r0a"]
        if self.illuminated:
            names = ["short_circuit_current_density", "open_circuit_voltage", "fill_factor", "power_density"]
            names += [] if self.irradiance is None else ["efficiency"]
        found: dict[str, float] = {}
        refused: dict[str, str] = {}
        for name in names:
            try:
                found[name] = float(getattr(self, name))
            except DataError as error:
                refused[name] = str(error).removeprefix("jv: ")
        return found, refused


def _unit(name: str) -> str:
    """Return the unit of a figure as it stands behind a number."""
    return f" {_UNITS[name]}" if name in _UNITS else ""


def _chord(voltage: FloatArray, current: FloatArray, kT: float) -> Reading:
    """Return the slope of the chord across 0 V, which an exponential bends by no more than its error."""
    i = int(np.searchsorted(voltage, 0.0))
    (V, after), (J, next_J) = voltage[i - 1 : i + 1], current[i - 1 : i + 1]
    slope = float((next_J - J) / (after - V))
    return Reading(slope, abs(slope) * 0.5 * float(max(-V, after)) / kT)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class CurrentVoltage(Result):
    """A current-voltage curve: positive in forward, photocurrent negative."""

    voltage: FloatArray  #: [V]
    current_density: FloatArray  #: [A cm^-2]
    points: Sequence[OperatingPoint]
    illumination: str
    irradiance: float | None  #: [W cm^-2]
    anode: str
    temperature: float  #: [K]
    provenance: Provenance
    beside: Mapping[str, float] = attrs.field(factory=dict)  #: conductances that are no part of the stack [S cm^-2]
    series: float = 0.0  #: resistance in series with the stack [ohm cm^2]

    index_name = "voltage"

    @property
    def figures(self) -> CurveFigures:
        """Figures of the curve: Jsc, Voc, fill factor, efficiency, ideality, R0A."""
        return CurveFigures(
            voltage=self.voltage, current_density=self.current_density, temperature=self.temperature,
            illuminated=self.illumination != "dark", irradiance=self.irradiance,
        )  # fmt: skip

    def columns(self) -> dict[str, Any]:
        """Return voltage, current and each mechanism by column head."""
        names = list(dict.fromkeys(name for point in self.points for name in point.by_mechanism))
        shares = {
            f"{name} [A/cm^2]": np.array([point.by_mechanism.get(name, 0.0) for point in self.points]) for name in names
        }
        inner = np.array([point.voltage for point in self.points])
        shares |= {f"{name} [A/cm^2]": conductance * inner for name, conductance in self.beside.items()}
        return {"voltage [V]": self.voltage, "current_density [A/cm^2]": self.current_density, **shares}

    def attributes(self) -> dict[str, Any]:
        """Return the figures and the conditions."""
        return {
            "illumination": self.illumination,
            "anode": self.anode,
            "temperature [K]": self.temperature,
            **self.figures.as_dict(),
            **{f"without {name}": why for name, why in self.figures.refused().items()},
            **({"series [ohm cm^2]": self.series} if self.series else {}),
            **{f"{name} [S/cm^2]": conductance for name, conductance in self.beside.items()},
            "conservation": max(point.conservation for point in self.points),
        }

    def __str__(self) -> str:
        """Return curve and figures as plain text."""
        figures = "\n".join(
            f"{k}: {v:.5g}{_unit(k)}" if isinstance(v, float) else f"{k}: {v}" for k, v in self.attributes().items()
        )
        curve = "\n".join(f"{v:8.4f}  {j: .6e}" for v, j in zip(self.voltage, self.current_density, strict=True))
        return f"{figures}\n\n   V (V)   J (A/cm^2)\n{curve}"

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return log abs(J) of a dark curve (reverse dashed), or J of an illuminated one."""
        V, J = self.voltage, self.current_density
        if self.illumination != "dark":
            line = Polyline(V.tolist(), (J * 1e3).tolist(), COLORS["blue"], 1.3)
            zero = Polyline((float(V.min()), float(V.max())), (0.0, 0.0), COLORS["grey"], 0.6)
            elements: tuple[Polyline, ...] = (zero, line)
            return Picture(elements=elements, x_label="Voltage (V)", y_label="Current density (mA cm$^{-2}$)")
        forward, reverse = (J > 0.0), (J < 0.0)
        marker = "o" if V.size < 12 else ""  # a branch may be one point
        elements = tuple(
            Polyline(V[which].tolist(), np.abs(J[which]).tolist(), color, 1.3, style, name, marker=marker)
            for which, color, style, name in (
                (forward, COLORS["blue"], "solid", "forward"), (reverse, COLORS["vermillion"], "dashed", "reverse, |J|")
            )
            if which.any()
        )  # fmt: skip
        return Picture(
            elements=elements, x_label="Voltage (V)", y_label="Current density, magnitude (A cm$^{-2}$)", log_y=True,
            legend=True,
        )  # fmt: skip


@attrs.frozen(eq=False, slots=False)
class WhenAsked(Generic[T]):
    """What costs more than the answer that it belongs to, found when it is first asked for."""

    find: Callable[[], T] = attrs.field(repr=False)

    @cached_property
    def found(self) -> T:
        """The value itself."""
        return self.find()

    def __reduce__(self) -> tuple[Any, ...]:
        return _when_asked, (self.found,)


def _when_asked(found: T) -> WhenAsked[T]:
    return WhenAsked(lambda: found)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class DarkCurrent(Result):
    """The dark current at one voltage, by mechanism; `illumination` says whether surroundings shine on the device."""

    voltage: float  #: [V]
    current_density: float  #: [A cm^-2], positive in forward
    by_mechanism: Mapping[Loss, float]  #: [A cm^-2], sums to total: what flows against the current is negative
    activation: float | None  #: [eV], from solutions 2 % in temperature apart; None where no current flows
    temperature: float  #: [K]
    mechanism_difference: float  #: by how much the sum of mechanisms differs from the current, relative
    point: OperatingPoint  #: bands and currents at the voltage
    provenance: Provenance
    #: What blocks extraction, "" where nothing does, and the radiative limit of its own EQE [A cm^-2].
    judged: WhenAsked[tuple[str, float | None]]
    gap_at_zero: float  #: of the active layers, by its slope at the temperature extrapolated to 0 K [eV]
    illumination: str = "dark (cold shield)"
    #: What uncertain levels leave of `total`, where it was asked for [A cm^-2].
    range: tuple[float, float] | None = None
    not_in_range: tuple[str, ...] = ()  #: what could not be solved for the range, with the reason
    closed: WhenAsked[float | None] = attrs.field(factory=lambda: _when_asked(None))

    index_name = "mechanism"

    @property
    def total(self) -> float:
        """Magnitude of the dark current density [A cm^-2]."""
        return abs(self.current_density)

    @property
    def closed_form(self) -> float | None:
        """The same in closed form, None where there is none [A cm^-2]."""
        return self.closed.found

    @property
    def activation_energy(self) -> float:
        """-d ln J / d(1/kT) [eV]."""
        if self.activation is None:
            raise DataError(f"dark_current: no current flows at {self.voltage:g} V, so it has no activation energy")
        return self.activation

    @property
    def largest_mechanism(self) -> Loss:
        """Key of the largest share of the current."""
        if self.current_density == 0.0:
            raise DataError(f"dark_current: no current flows at {self.voltage:g} V, so nothing limits it")
        return max(self.by_mechanism, key=lambda name: self.by_mechanism[name])

    @property
    def limited_by(self) -> str:
        """Largest mechanism, and what it does not say by itself: see `notices`."""
        if self.current_density == 0.0 and self.blocked:
            return self.blocked
        return with_notices(self.largest_mechanism, self.notices, self.blocked)

    @property
    def blocked(self) -> str:
        """What keeps carriers from being extracted, "" where the device collects them."""
        return self.judged.found[0]

    @property
    def notices(self) -> tuple[str, ...]:
        """What to know of the current: blocked extraction, an activation energy above the gap, less than radiates."""
        blocked, least = self.judged.found
        return notices_of(
            blocked, activation=self.activation, gap=self.gap_at_zero, temperature=self.temperature,
            current=self.total, least=least,
        )  # fmt: skip

    def columns(self) -> dict[str, Any]:
        """Return mechanisms and their currents by column head."""
        return {
            "mechanism": list(self.by_mechanism),
            "current_density [A/cm^2]": np.array(list(self.by_mechanism.values())),
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures."""
        return {
            "voltage [V]": self.voltage,
            "total [A/cm^2]": self.total,
            **({"limited_by": self.limited_by} if self.current_density or self.blocked else {}),
            **({} if self.activation is None else {"activation_energy [eV]": self.activation}),
            "temperature [K]": self.temperature,
            "illumination": self.illumination,
            **({} if self.range is None else {"range [A/cm^2]": f"{self.range[0]:.3g} to {self.range[1]:.3g}"}),
            **({} if self.closed_form is None else {"closed_form [A/cm^2]": self.closed_form}),
            **({"closed_form": said} if (said := apart(self.closed_form, self.total)) else {}),
            "mechanism_difference": self.mechanism_difference,
            "conservation": self.point.conservation,
        }

    def __str__(self) -> str:
        """Return the figures and the mechanisms as plain text."""
        both = self.attributes() | {f"{name} [A/cm^2]": value for name, value in self.by_mechanism.items()}
        return "\n".join(f"{k}: {v:.5g}" if isinstance(v, float) else f"{k}: {v}" for k, v in both.items())

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the band diagram of the point."""
        return self.point.picture(style)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Arrhenius(Result):
    """Dark current against temperature at one voltage."""

    voltage: float  #: [V]
    temperature: FloatArray  #: [K]
    currents: tuple[DarkCurrent, ...]
    provenance: Provenance

    index_name = "temperature"

    @property
    def total(self) -> FloatArray:
        """Magnitude of the dark current density at each temperature [A cm^-2]."""
        return np.array([each.total for each in self.currents])

    @property
    def activation_energy(self) -> FloatArray:
        """Of each temperature, -d ln J / d(1/kT) [eV]."""
        return np.array([each.activation_energy for each in self.currents])

    @property
    def limited_by(self) -> tuple[str, ...]:
        """Largest mechanism at each temperature, with what it does not say by itself."""
        return tuple(each.limited_by for each in self.currents)

    def columns(self) -> dict[str, Any]:
        """Return temperature, current, activation energy and largest mechanism by column head."""
        return {
            "temperature [K]": self.temperature,
            "total [A/cm^2]": self.total,
            "activation_energy [eV]": self.activation_energy,
            "limited_by": list(self.limited_by),
        }

    def attributes(self) -> dict[str, Any]:
        """Return the conditions."""
        return {"voltage [V]": self.voltage, "illumination": self.currents[0].illumination}

    def __str__(self) -> str:
        """Return the table as plain text."""
        rows = [
            f"{T:8.1f} {J:13.4e} {E:10.4f}  {by}"
            for T, J, E, by in zip(self.temperature, self.total, self.activation_energy, self.limited_by, strict=True)
        ]
        head = f"{'T (K)':>8s} {'J (A/cm^2)':>13s} {'E_a (eV)':>10s}  limited by"
        return "\n".join([super().__str__(), "", head, *rows])

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the Arrhenius picture: the current and its largest mechanisms against 1000/T."""
        x = (1e3 / self.temperature).tolist()
        marker = "o" if len(x) < 12 else ""
        elements = [Polyline(x, self.total.tolist(), COLORS["black"], 1.5, name="total", marker=marker)]
        names = list(dict.fromkeys(each.largest_mechanism for each in self.currents))
        for name, color in zip(names[:4], ("blue", "vermillion", "green", "orange"), strict=False):
            shares = [abs(each.by_mechanism.get(name, 0.0)) for each in self.currents]
            kept = [(a, b) for a, b in zip(x, shares, strict=True) if b > 0.0]
            if kept:
                elements.append(Polyline(
                    [a for a, _ in kept], [b for _, b in kept], COLORS[color], 1.1, "dashed", name=name
                ))  # fmt: skip
        return Picture(
            elements=tuple(elements), x_label="1000 / T (K$^{-1}$)", log_y=True, legend=True,
            y_label="Dark current density (A cm$^{-2}$)",
        )  # fmt: skip
