"""The solved band diagram at thermal equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.errors import InputError
from stackmodel.output.picture import COLORS, ROLE_COLORS, Box, Label, Line, Picture
from stackmodel.results.base import Provenance, Result

FloatArray = NDArray[np.float64]
REFERENCES = ("fermi", "vacuum")


@attrs.frozen(kw_only=True)
class LayerSpan:
    """Where one layer lies [nm], and how a picture names it."""

    name: str
    role: str
    label: str
    start: float
    end: float


@attrs.frozen(eq=False, kw_only=True)
class Equilibrium(Result):
    """Potential, bands and carriers at thermal equilibrium.

    Arrays run over the points of the mesh, shape (n_points,); an interface has two points, one on each side. Energies
    refer to the Fermi level.
    """

    position: FloatArray  #: [nm]
    layer: tuple[str, ...]
    potential: FloatArray  #: [V]
    field: FloatArray  #: [V cm^-1]
    conduction_band: FloatArray  #: [eV]
    valence_band: FloatArray  #: [eV]
    vacuum_level: FloatArray  #: [eV]
    electron_density: FloatArray  #: [cm^-3]
    hole_density: FloatArray  #: [cm^-3]
    net_doping: FloatArray  #: [cm^-3]
    charge_density: FloatArray  #: [C cm^-3]
    relative_permittivity: FloatArray
    fermi_level: float = 0.0
    layers: tuple[LayerSpan, ...]
    built_in_potential: float
    by_interface: Mapping[str, float]
    potential_drop: Mapping[str, float]
    depletion_regions: tuple[tuple[float, float], ...]
    fully_depleted: tuple[str, ...]
    image_force_lowering: Mapping[str, float]
    anode: str
    anode_reason: str
    contacts: tuple[tuple[str, float], ...]
    temperature: float
    mesh_size: int
    iterations: int
    charge_balance: float
    provenance: Provenance

    index_name = "point"

    @property
    def depletion_edges(self) -> tuple[float, float] | None:
        """Edges of the widest depleted region, None without one [nm]."""
        regions = self.depletion_regions
        return max(regions, key=lambda region: region[1] - region[0]) if regions else None

    @property
    def depletion_width(self) -> float:
        """Width of the widest depleted region, 0 without one [nm]."""
        edges = self.depletion_edges
        return 0.0 if edges is None else edges[1] - edges[0]

    @property
    def peak_field(self) -> float:
        """Largest magnitude of the field [V cm^-1]."""
        return float(np.abs(self.field).max())

    def columns(self) -> dict[str, Any]:
        """Return position, levels, field and densities by column head."""
        return {
            "point": np.arange(self.position.size),
            "x [nm]": self.position,
            "layer": list(self.layer),
            "psi [V]": self.potential,
            "field [V/cm]": self.field,
            "E_C [eV]": self.conduction_band,
            "E_V [eV]": self.valence_band,
            "E_F [eV]": np.full(self.position.size, self.fermi_level),
            "E_vac [eV]": self.vacuum_level,
            "n [cm^-3]": self.electron_density,
            "p [cm^-3]": self.hole_density,
            "net_doping [cm^-3]": self.net_doping,
            "rho [C/cm^3]": self.charge_density,
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the equilibrium."""
        edges = self.depletion_edges
        return {
            "built_in_potential [V]": self.built_in_potential,
            "depletion_width [nm]": self.depletion_width,
            "depletion_edges [nm]": None if edges is None else f"{edges[0]:.4g} to {edges[1]:.4g}",
            "fully_depleted": ", ".join(self.fully_depleted),
            "peak_field [V/cm]": self.peak_field,
            "anode": f"{self.anode} ({self.anode_reason})",
            "temperature [K]": self.temperature,
            "mesh_size": self.mesh_size,
            "iterations": self.iterations,
            "charge_balance": self.charge_balance,
        } | {f"built_in {name} [V]": value for name, value in self.by_interface.items()}

    def __str__(self) -> str:
        """Return the figures as plain text."""
        return "\n".join(f"{k}: {v:.5g}" if isinstance(v, float) else f"{k}: {v}" for k, v in self.attributes().items())

    def picture(
        self,
        *,
        labels: Mapping[str, str] | None = None,
        colors: Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> Picture:
        """Return the band diagram: E_C, E_V, E_F, vacuum level, layers by colour and name, depletion marked."""
        reference = reference or "fermi"
        if reference not in REFERENCES:
            raise InputError(f'band diagram: reference is "{reference}"; expected "fermi" or "vacuum"')
        shift = 0.0 if reference == "fermi" else -float(self.vacuum_level[0])
        labels, colors = labels or {}, colors or {}
        x = self.position
        span = x[-1] - x[0]
        margin = 0.06 * span
        levels = np.concatenate([self.conduction_band, self.valence_band, self.vacuum_level, [0.0]]) + shift
        low, high = float(levels.min()), float(levels.max())
        height = high - low
        y_limits = (low - 0.14 * height, high + 0.06 * height)
        elements: list[Line | Box | Label] = []
        for layer in self.layers:
            color = colors.get(layer.name) or ROLE_COLORS.get(layer.role, "#D9D9D9")
            hover = f"{layer.name} ({layer.role})"
            elements.append(Box(layer.start, layer.end, *y_limits, color, layer.name, hover, alpha=0.3, outline=False))
            name = labels.get(layer.name, layer.label)
            elements.append(Label(0.5 * (layer.start + layer.end), 0.0, name, above=True))
        bands = (("E_C", self.conduction_band, COLORS["blue"]), ("E_V", self.valence_band, COLORS["vermillion"]))
        right = float(x[-1]) + 0.25 * margin
        for symbol, values, color in bands:
            for layer in self.layers:
                inside = [name == layer.name for name in self.layer]
                hover = f"{symbol} %{{y:.3f}} eV"
                elements.append(Line(x[inside].tolist(), (values[inside] + shift).tolist(), color, 1.3, hover=hover))
            moves = "up" if symbol == "E_C" else "down"
            elements.append(Label(right, float(values[-1]) + shift, f"${symbol}$", moves, size=6.0, left=True))
        vacuum = (self.vacuum_level + shift).tolist()
        elements.append(Line(x.tolist(), vacuum, COLORS["grey"], 0.8, "dotted", hover="E_vac %{y:.3f} eV"))
        elements.append(
            Label(float(x[0]) + 0.35 * span, min(vacuum), "vacuum level", "down", size=5.5, color="#555555")
        )
        elements.append(Line((x[0], x[-1]), (shift, shift), COLORS["black"], 0.8, "dashed", hover="E_F"))
        for start, (name, _) in zip((x[0] - margin, x[-1]), self.contacts, strict=True):
            ends = (float(start), float(start + margin))
            elements.append(Line(ends, (shift, shift), COLORS["black"], 2.0, hover=name))
            elements.append(Label(float(start) + 0.5 * margin, 0.0, labels.get(name, name), above=True))
        elements.append(Label(right + 0.9 * margin, shift, "$E_F$", size=6.0, left=True))
        elements += self._depletion_marks(y_limits)
        return Picture(
            elements=tuple(elements),
            x_label="Position (nm)",
            y_label=f"Energy relative to {'the Fermi level' if reference == 'fermi' else 'vacuum'} (eV)",
            title="Band diagram at equilibrium",
            x_limits=(float(x[0]) - 1.2 * margin, float(x[-1]) + 2.2 * margin),
            y_limits=y_limits,
            aspect=0.78,
        )

    def _depletion_marks(self, y_limits: tuple[float, float]) -> list[Line | Box | Label]:
        marks: list[Line | Box | Label] = []
        height = y_limits[0] + 0.035 * (y_limits[1] - y_limits[0])
        if self.depletion_edges is None:
            return marks
        edges = self.depletion_edges
        marks.append(Line(edges, (height, height), COLORS["black"], 1.0, marker="|", hover="depletion"))
        text = f"depleted {self.depletion_width:.3g} nm"
        marks.append(Label(0.5 * (edges[0] + edges[1]), height, text, moves="up", size=6.0))
        return marks
