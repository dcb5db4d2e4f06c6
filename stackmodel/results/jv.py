"""Current-voltage curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.errors import DataError
from stackmodel.figures_of_merit.curve import ideality, largest_power, zero_crossing
from stackmodel.output.picture import COLORS, PLAIN, Line, Picture, Style
from stackmodel.physics.constants import BOLTZMANN_EV
from stackmodel.results.base import Provenance, Result
from stackmodel.results.estimate import apart
from stackmodel.results.operating_point import OperatingPoint

FloatArray = NDArray[np.float64]


@attrs.frozen(eq=False, kw_only=True)
class CurveFigures:
    """Figures of a curve; what the curve does not reach is an error that says so."""

    voltage: FloatArray
    current_density: FloatArray
    temperature: float
    illuminated: bool
    irradiance: float | None  # [W cm^-2]

    @property
    def short_circuit_current_density(self) -> float:
        """Photocurrent at 0 V, a positive magnitude [A cm^-2]."""
        self._needs_light()
        if not self.voltage.min() <= 0.0 <= self.voltage.max():
            raise DataError("jv: the curve does not reach 0 V, so it has no short-circuit current")
        return -float(np.interp(0.0, self.voltage, self.current_density))

    @property
    def open_circuit_voltage(self) -> float:
        """Voltage of zero current [V]."""
        self._needs_light()
        found = zero_crossing(self.voltage, self.current_density)
        if found is None:
            raise DataError(f"jv: the current does not change sign up to {self.voltage.max():g} V; go further")
        return found

    @property
    def fill_factor(self) -> float:
        """Largest power over the product of short-circuit current and open-circuit voltage."""
        product = self.open_circuit_voltage * self.short_circuit_current_density
        return self.power_density / product

    @property
    def power_density(self) -> float:
        """Largest power delivered [W cm^-2]."""
        found = largest_power(self.voltage, self.current_density)
        if found is None:
            raise DataError("jv: the device delivers no power on this curve")
        return found[0]

    @property
    def efficiency(self) -> float:
        """Largest power over the incident one; needs light of known irradiance."""
        if self.irradiance is None:
            raise DataError(
                "jv: generation was given, not light, so there is no incident power to refer to; give light=..., or "
                "ask performance(generation=..., irradiance=...) of a SolarCell"
            )
        return self.power_density / self.irradiance

    @property
    def ideality(self) -> FloatArray:
        """Ideality factor against voltage, from the slope of ln J; NaN where the current is not forward."""
        return ideality(self.voltage, self.current_density, BOLTZMANN_EV * self.temperature)

    @property
    def r0a(self) -> float:
        """Zero-bias resistance times area of a dark curve, from the points nearest to 0 V [ohm cm^2]."""
        if self.illuminated:
            raise DataError("jv: R0A is a figure of the dark curve")
        order = np.argsort(np.abs(self.voltage))[:2]
        V, J = self.voltage[order], self.current_density[order]
        if order.size < 2 or J[0] == J[1] or np.abs(V).max() > BOLTZMANN_EV * self.temperature:
            raise DataError("jv: R0A needs two points within kT/q of 0 V; give some")
        return float((V[1] - V[0]) / (J[1] - J[0]))

    def rectification(self, voltage: float) -> float:
        """Forward over reverse current at plus and minus `voltage` [V]."""
        forward, reverse = (np.interp(v, self.voltage, self.current_density) for v in (abs(voltage), -abs(voltage)))
        return float(-forward / reverse)

    def _needs_light(self) -> None:
        if not self.illuminated:
            raise DataError("jv: a dark curve has no photovoltaic figures; give light, or a generation above 0")

    def as_dict(self) -> dict[str, float]:
        """Return those figures that the curve has."""
        found = {}
        names = (
            "short_circuit_current_density",
            "open_circuit_voltage",
            "fill_factor",
            "power_density",
            "efficiency",
            "r0a",
        )
        for name in names:
            try:
                found[name] = float(getattr(self, name))
            except DataError:
                continue
        return found


@attrs.frozen(eq=False, kw_only=True, repr=False)
class CurrentVoltage(Result):
    """A current-voltage curve: positive in forward, photocurrent negative."""

    voltage: FloatArray  # [V]
    current_density: FloatArray  # [A cm^-2]
    points: Sequence[OperatingPoint]
    illumination: str
    irradiance: float | None
    anode: str
    temperature: float
    provenance: Provenance
    beside: Mapping[str, float] = attrs.field(factory=dict)  # conductances that are no part of the stack [S cm^-2]
    series: float = 0.0  # resistance in series with the stack [ohm cm^2]

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
            **({"series [ohm cm^2]": self.series} if self.series else {}),
            **{f"{name} [S/cm^2]": conductance for name, conductance in self.beside.items()},
            "conservation": max(point.conservation for point in self.points),
        }

    def __str__(self) -> str:
        """Return curve and figures as plain text."""
        figures = "\n".join(
            f"{k}: {v:.5g}" if isinstance(v, float) else f"{k}: {v}" for k, v in self.attributes().items()
        )
        curve = "\n".join(f"{v:8.4f}  {j: .6e}" for v, j in zip(self.voltage, self.current_density, strict=True))
        return f"{figures}\n\n   V (V)   J (A/cm^2)\n{curve}"

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return log |J| of a dark curve (reverse dashed), or J of an illuminated one."""
        V, J = self.voltage, self.current_density
        if self.illumination != "dark":
            line = Line(V.tolist(), (J * 1e3).tolist(), COLORS["blue"], 1.3)
            zero = Line((float(V.min()), float(V.max())), (0.0, 0.0), COLORS["grey"], 0.6)
            elements: tuple[Line, ...] = (zero, line)
            return Picture(elements=elements, x_label="Voltage (V)", y_label="Current density (mA cm$^{-2}$)")
        forward, reverse = (J > 0.0), (J < 0.0)
        marker = "o" if V.size < 12 else ""  # a branch may be one point
        elements = tuple(
            Line(V[which].tolist(), np.abs(J[which]).tolist(), color, 1.3, style, name, marker=marker)
            for which, color, style, name in (
                (forward, COLORS["blue"], "solid", "forward"), (reverse, COLORS["vermillion"], "dashed", "reverse, |J|")
            )
            if which.any()
        )  # fmt: skip
        return Picture(
            elements=elements, x_label="Voltage (V)", y_label="Current density, magnitude (A cm$^{-2}$)", log_y=True,
            legend=True,
        )  # fmt: skip


@attrs.frozen(eq=False, kw_only=True, repr=False)
class DarkCurrent(Result):
    """The dark current at one voltage, by mechanism; `illumination` says whether surroundings shine on the device."""

    voltage: float  # [V]
    current_density: float  # [A cm^-2], positive in forward
    by_mechanism: Mapping[str, float]  # [A cm^-2], sums to current_density
    activation: float | None  # [eV], from solutions 2 % in temperature apart; None where no current flows
    temperature: float
    mechanism_difference: float
    point: OperatingPoint
    provenance: Provenance
    illumination: str = "dark (cold shield)"
    #: What uncertain levels leave of `total`, where it was asked for [A cm^-2].
    range: tuple[float, float] | None = None
    not_in_range: tuple[str, ...] = ()  # what could not be solved for the range, with the reason
    #: The same in closed form, where there is one [A cm^-2].
    closed_form: float | None = None

    index_name = "mechanism"

    @property
    def total(self) -> float:
        """Magnitude of the dark current density [A cm^-2]."""
        return abs(self.current_density)

    @property
    def activation_energy(self) -> float:
        """-d ln J / d(1/kT) [eV]."""
        if self.activation is None:
            raise DataError(f"dark_current: no current flows at {self.voltage:g} V, so it has no activation energy")
        return self.activation

    @property
    def limited_by(self) -> str:
        """Largest mechanism."""
        if self.current_density == 0.0:
            raise DataError(f"dark_current: no current flows at {self.voltage:g} V, so nothing limits it")
        return max(self.by_mechanism, key=lambda name: abs(self.by_mechanism[name]))

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
            **({"limited_by": self.limited_by} if self.current_density else {}),
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

    voltage: float  # [V]
    temperature: FloatArray  # [K]
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
        """Largest mechanism at each temperature."""
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
        elements = [Line(x, self.total.tolist(), COLORS["black"], 1.5, name="total", marker=marker)]
        names = list(dict.fromkeys(self.limited_by))
        for name, color in zip(names[:4], ("blue", "vermillion", "green", "orange"), strict=False):
            shares = [abs(each.by_mechanism.get(name, 0.0)) for each in self.currents]
            kept = [(a, b) for a, b in zip(x, shares, strict=True) if b > 0.0]
            if kept:
                elements.append(Line(
                    [a for a, _ in kept], [b for _, b in kept], COLORS[color], 1.1, "dashed", name=name
                ))  # fmt: skip
        return Picture(
            elements=tuple(elements), x_label="1000 / T (K$^{-1}$)", log_y=True, legend=True,
            y_label="Dark current density (A cm$^{-2}$)",
        )  # fmt: skip
