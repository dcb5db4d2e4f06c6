"""Gap against diameter: the sizing curves of a core, its models, measured dots, and one dot among them."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.output.picture import COLORS, PLAIN, Label, Picture, Polyline, Style
from stackmodel.results.base import Provenance, Result

#: How a curve is drawn by its kind: dashes, width, and the colours taken in turn.
LOOKS = {
    "measured": ("solid", 1.3, ("blue", "green", "sky")),
    "calculated": ("dashed", 1.0, ("purple", "yellow")),
    "model": ("dotted", 1.0, ("black", "vermillion", "orange", "grey")),
}


@attrs.frozen(eq=False, kw_only=True)
class Branch:
    """One curve between the ends of its validity."""

    name: str
    kind: str
    label: str  #: short, for the legend
    text: str
    diameter: FloatArray  #: [nm]
    gap: FloatArray  #: [eV]
    dot_gap: float | None  #: of the dot that was asked about; None beyond the curve's validity [eV]


@attrs.frozen(eq=False, kw_only=True, repr=False)
class SizingPlot(Result):
    """The curves that tie gap to diameter for one core, with measured dots and the dot that was asked about."""

    core: str
    branches: tuple[Branch, ...]
    point_diameter: tuple[float, ...]  #: [nm]
    point_energy: tuple[float, ...]  #: [eV]
    dot_diameter: float  #: [nm]
    dot_gap: float  #: [eV]
    provenance: Provenance

    index_name = "point"

    def columns(self) -> dict[str, Any]:
        """Return all curves one after the other, and the measured dots, by column head."""
        parts = [(each.name, each.diameter, each.gap) for each in self.branches]
        parts.append(("measured dots", np.array(self.point_diameter), np.array(self.point_energy)))
        diameter = np.concatenate([each for _, each, _ in parts])
        return {
            "point": np.arange(diameter.size),
            "curve": np.concatenate([np.full(each.size, name, dtype="U32") for name, each, _ in parts]),
            "diameter [nm]": diameter,
            "gap [eV]": np.concatenate([each for _, _, each in parts]),
        }

    def attributes(self) -> dict[str, Any]:
        """Return the dot, and the gap of each curve at its diameter."""
        found: dict[str, Any] = {
            "core": self.core, "diameter [nm]": self.dot_diameter, "band_gap [eV]": self.dot_gap,
        }  # fmt: skip
        return found | {f"{each.text} [eV]": each.dot_gap for each in self.branches if each.dot_gap is not None}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return gap against diameter: measured solid, calculated dashed, models dotted, the dot a diamond."""
        turn = dict.fromkeys(LOOKS, 0)
        elements: list[Polyline | Label] = []
        for each in self.branches:
            dashes, width, colors = LOOKS[each.kind]
            color = COLORS[colors[turn[each.kind] % len(colors)]]
            turn[each.kind] += 1
            hover = f"{each.text}, {each.diameter[0]:g} to {each.diameter[-1]:g} nm"
            elements.append(
                Polyline(each.diameter.tolist(), each.gap.tolist(), color, width, dashes, name=each.label, hover=hover)
            )
        if self.point_diameter:
            elements.append(
                Polyline(self.point_diameter, self.point_energy, COLORS["black"], 0.0, name="measured dots", marker="o")
            )
        elements.append(
            Polyline((self.dot_diameter,), (self.dot_gap,), COLORS["vermillion"], 0.0, name="this dot", marker="D")
        )
        return Picture(
            elements=tuple(elements), x_label="Diameter (nm)", y_label="Gap (eV)", title=self.core, legend=True,
            y_limits=(0.0, self._top()), aspect=0.85,
        )  # fmt: skip

    def _top(self) -> float:
        """Return where the picture ends: the box of a narrow gap would dwarf all that was measured."""
        published = [each for each in self.branches if each.kind != "model"] or self.branches[:1]
        return 1.25 * max(self.dot_gap, *self.point_energy, *(float(each.gap.max()) for each in published))
