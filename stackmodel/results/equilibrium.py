"""The solved band diagram at thermal equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.output.picture import COLORS, PLAIN, Picture, Style
from stackmodel.results.band_picture import BandEdges, LayerSpan, Level, band_picture
from stackmodel.results.base import Provenance, Result


@attrs.frozen(eq=False, kw_only=True, repr=False)
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
    built_in_potential: float  #: [V]
    by_interface: Mapping[str, float]  #: built-in potential of each interface [V]
    potential_drop: Mapping[str, float]
    depletion_regions: tuple[tuple[float, float], ...]  #: [nm]
    fully_depleted: tuple[str, ...]
    image_force_lowering: Mapping[str, float]  #: of each contact [eV]
    anode: str
    anode_reason: str
    contacts: tuple[tuple[str, float], ...]
    temperature: float  #: [K]
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

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the band diagram: E_C, E_V, E_F, vacuum level, layers by colour and name, depletion marked."""
        flat = np.zeros_like(self.position)
        return band_picture(
            edges=BandEdges(
                self.position, self.layer, self.conduction_band, self.valence_band, self.vacuum_level
            ),
            layers=self.layers,
            levels=[Level(text="$E_F$", energy=flat, color=COLORS["black"])],
            contacts=[(name, 0.0) for name, _ in self.contacts], depletion=self.depletion_edges, style=style,
            title="Band diagram at equilibrium",
        )  # fmt: skip
