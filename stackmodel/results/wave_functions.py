"""Envelopes of electron and hole in a dot, over the band edges of its layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from stackmodel.arrays import FloatArray
from stackmodel.output.picture import COLORS, PLAIN, Label, Picture, Polyline, Style
from stackmodel.results.base import Provenance, Result

Array = FloatArray
#: So much of the surroundings is drawn. [nm]
_SHOWN = 1.0


@attrs.frozen(eq=False, kw_only=True, repr=False)
class WaveFunctions(Result):
    """Ground states from the centre outwards; energies against vacuum.

    A sphere's density is that in a shell, r^2 R^2, which sums to the probability; a platelet's is R^2 of its half.
    """

    name: str
    position: Array  #: nodes [nm]
    conduction_band: Array  #: on nodes [eV]
    valence_band: Array  #: [eV]
    electron_density: Array  #: [nm^-1]
    hole_density: Array  #: [nm^-1]
    electron_energy: float  #: [eV]
    hole_energy: float  #: [eV]
    interfaces: tuple[float, ...]  #: [nm]
    names: tuple[str, ...]  #: of the layers from within
    electron_probability: Mapping[str, float]
    hole_probability: Mapping[str, float]
    overlap: float
    band_type: str
    provenance: Provenance

    index_name = "position"

    def columns(self) -> dict[str, Any]:
        """Return edges and densities by column head."""
        return {
            "position [nm]": self.position,
            "E_C [eV]": self.conduction_band,
            "E_V [eV]": self.valence_band,
            "electron_density [1/nm]": self.electron_density,
            "hole_density [1/nm]": self.hole_density,
        }

    def attributes(self) -> dict[str, Any]:
        """Return levels, overlap, type, and where the carriers are."""
        found: dict[str, Any] = {
            "dot": self.name,
            "electron_energy [eV]": self.electron_energy,
            "hole_energy [eV]": self.hole_energy,
            "overlap": self.overlap,
            "band_type": self.band_type,
        }
        found |= {f"electron in {name}": value for name, value in self.electron_probability.items()}
        return found | {f"hole in {name}": value for name, value in self.hole_probability.items()}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return band edges with the densities of electron and hole standing on their levels."""
        x = self.position.tolist()
        dot = self.position < self.interfaces[-1] - 1e-9  # the node on the surface is half outside
        low, high = float(self.valence_band[dot].min()), float(self.conduction_band[dot].max())
        low, high = min(low, self.hole_energy), max(high, self.electron_energy)
        span = high - low
        top, bottom = high + 0.3 * span, low - 0.3 * span
        scale = 0.25 * span / max(float(self.electron_density.max()), float(self.hole_density.max()))
        elements: list[Polyline | Label] = [
            Polyline(x, self.conduction_band.tolist(), COLORS["black"], 1.2, name="band edges"),
            Polyline(x, self.valence_band.tolist(), COLORS["black"], 1.2),
        ]
        for name, energy, density, color, sign in (
            ("electron", self.electron_energy, self.electron_density, COLORS["blue"], 1.0),
            ("hole", self.hole_energy, self.hole_density, COLORS["vermillion"], -1.0),
        ):
            elements.append(Polyline((x[0], x[-1]), (energy, energy), color, 0.6, "dashed"))
            elements.append(
                Polyline(x, (energy + sign * scale * density).tolist(), color, 1.2, name=f"{name}, {energy:.2f} eV")
            )
        walls = ((place, place) for place in self.interfaces)
        elements += [Polyline(wall, (bottom, top), COLORS["grey"], 0.5, "dotted") for wall in walls]
        end = min(x[-1], self.interfaces[-1] + _SHOWN)
        ends = (0.0, *self.interfaces, end)
        elements += [
            Label(0.5 * (a + b), top, text, above=True)
            for a, b, text in zip(ends[:-1], ends[1:], self.names, strict=True)
        ]  # fmt: skip
        return Picture(
            elements=tuple(elements), x_label="Distance from the centre (nm)", y_label="Energy against vacuum (eV)",
            title=self.name, legend=True, x_limits=(0.0, end), y_limits=(bottom, top),
        )  # fmt: skip
