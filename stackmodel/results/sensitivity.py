"""What a figure of a device hangs on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from stackmodel.errors import DataError, InputError, did_you_mean, shorten
from stackmodel.output.picture import COLORS, PLAIN, Box, Label, Picture, Polyline, Style
from stackmodel.quantities import checked, quantity
from stackmodel.results.base import Provenance, Result
from stackmodel.units import Value

#: What a bar of the picture changes: energies by 0.1 eV, as levels are known; lengths and temperature by a tenth;
#: everything else by a factor of two.
_ENERGY, _FACTOR, _FACTORS = 0.1, 2.0, {"nm": 1.1, "K": 1.1}
_BARS = 12


def is_level(name: str) -> bool:
    """Whether a quantity is a level or a gap, and no width or decay of one."""
    return quantity(name).unit == "eV" and not name.endswith(("width", "tail_energy", "activation", "disorder"))


@attrs.frozen(kw_only=True)
class Slope:
    """How the figure follows one address: d figure / d value and d ln|figure| / d ln value."""

    address: str
    quantity: str
    unit: str
    value: float
    derivative: float
    elasticity: float

    @property
    def is_energy(self) -> bool:
        """Whether the value is a level, which counts by differences and not by ratios as the width of one does."""
        return is_level(self.quantity)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Sensitivity(Result):
    """Derivatives of one metric with respect to every address, largest effect first."""

    metric: str
    unit: str
    value: float
    slopes: tuple[Slope, ...]
    method: str  #: "adjoint" or "central differences"
    assemblies: int  #: of the system of equations, beyond those of the solution itself
    skipped: Mapping[str, str]  #: addresses that have no derivative, with the reason
    roles: Mapping[str, str]  #: names of the layers whose role no other has
    provenance: Provenance

    index_name = "address"

    def __getitem__(self, address: str) -> Slope:
        """Return the slope of one address, ``"<layer name or role>.<quantity>"``."""
        whose, _, quantity = address.rpartition(".")
        sides = [self.roles.get(side.strip(), side.strip()) for side in whose.split("|")]
        address = f"{'|'.join(sides)}.{quantity}" if whose else address
        for slope in self.slopes:
            if slope.address == address:
                return slope
        if address in self.skipped:
            raise DataError(f"sensitivity: {address} has no derivative: {self.skipped[address]}")
        hint = did_you_mean(address, [slope.address for slope in self.slopes])
        raise InputError(f'sensitivity: no address "{shorten(address)}".{hint}')

    def effect(self, slope: Slope) -> float:
        """Return by how many decades the metric moves for 0.1 eV, a tenth of a length, or a factor of two."""
        if slope.is_energy:
            return slope.derivative / self.value * _ENERGY / math.log(10.0)
        return slope.elasticity * math.log10(_FACTORS.get(slope.unit, _FACTOR))

    def inverse(self, address: str, wanted: Value) -> float:
        """Return the value at `address` that would give the metric `wanted`, to first order: one step, no iteration.

        Energies move linearly with ln of the metric, all other values by ln against ln.
        """
        slope = self[address]
        from stackmodel.units import to_unit

        target = to_unit(wanted, self.unit)
        if target * self.value <= 0.0:
            raise InputError(f"sensitivity: {self.metric} is {self.value:.4g} {self.unit}; expected the same sign")
        if slope.derivative == 0.0:
            raise DataError(f"sensitivity: {address} does not move {self.metric}")
        change = math.log(target / self.value)
        if slope.is_energy:
            found = slope.value + change * self.value / slope.derivative
        else:
            found = slope.value * math.exp(change / slope.elasticity)
        return checked(slope.quantity, found, f"{address} for {target:.4g} {self.unit}")

    def columns(self) -> dict[str, Any]:
        """Return addresses with value, derivative, elasticity and effect."""
        return {
            "address": [slope.address for slope in self.slopes],
            "value": np.array([slope.value for slope in self.slopes]),
            "unit": [slope.unit for slope in self.slopes],
            f"derivative [{self.unit}/unit]": np.array([slope.derivative for slope in self.slopes]),
            "elasticity": np.array([slope.elasticity for slope in self.slopes]),
            "effect [decades]": np.array([self.effect(slope) for slope in self.slopes]),
        }

    def attributes(self) -> dict[str, Any]:
        """Return the metric and how it was differentiated."""
        return {
            self.metric + (f" [{self.unit}]" if self.unit else ""): self.value,
            "method": self.method,
            "assemblies": self.assemblies,
            "largest": self.slopes[0].address if self.slopes else "none",
        }

    def __str__(self) -> str:
        """Return the table as plain text."""
        rows = [
            f"{each.address:36s} {each.value:12.4g} {each.unit:14s} {each.elasticity:10.3f} {self.effect(each):9.3f}"
            for each in self.slopes
        ]
        head = f"{'address':36s} {'value':>12s} {'unit':14s} {'elasticity':>10s} {'decades*':>9s}"
        note = "* of the metric for +0.1 eV of an energy, +10 % of a length or temperature, twice any other value"
        return "\n".join([super().__str__(), "", head, *rows, note])

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the tornado: decades of the metric for energies moved by 0.1 eV, other values doubled or halved."""
        shown = self.slopes[:_BARS]
        elements: list[Polyline | Box | Label] = []
        effects = [self.effect(slope) for slope in shown]
        widest = max((abs(effect) for effect in effects), default=1.0) or 1.0
        for i, (slope, effect) in enumerate(zip(shown, effects, strict=True)):
            y = float(len(shown) - 1 - i)
            factor = _FACTORS.get(slope.unit, _FACTOR)
            for sign, color in ((1.0, COLORS["vermillion"]), (-1.0, COLORS["blue"])):
                ends = sorted((0.0, sign * effect))
                change = f"{sign * _ENERGY:+g} eV" if slope.is_energy else f"x {factor**sign:.3g}"
                hover = f"{slope.address} {change}: {sign * effect:+.2g} decades"
                elements.append(Box(ends[0], ends[1], y - 0.36, y + 0.36, color, hover=hover, alpha=0.8))
            elements.append(Label(-3.8 * widest, y - 0.14, f"{slope.address}", left=True, literal=True))
        elements.append(Polyline((0.0, 0.0), (-0.6, len(shown) - 0.4), COLORS["black"], 0.8))
        rises, falls = "+0.1 eV; +10 % (nm, K); x 2", "-0.1 eV; -10 %; / 2"
        for color, name in ((COLORS["vermillion"], rises), (COLORS["blue"], falls)):
            elements.append(Polyline((0.0, 0.0), (0.0, 0.0), color, 4.0, name=name))
        return Picture(
            elements=tuple(elements), x_label=f"Change of {self.metric} (decades)", y_label="", aspect=0.9,
            x_limits=(-3.9 * widest, 1.15 * widest), y_limits=(-3.2, len(shown) - 0.3), legend=True, y_ticks=False,
        )  # fmt: skip
