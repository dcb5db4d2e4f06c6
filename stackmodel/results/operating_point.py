"""The solved state at one voltage: bands, quasi-Fermi levels, carriers, currents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.output.picture import COLORS, PLAIN, Picture, Style
from stackmodel.results.band_picture import BandEdges, LayerSpan, Level, band_picture
from stackmodel.results.base import Provenance, Result
from stackmodel.results.loss import Loss


@attrs.frozen(eq=False, kw_only=True, repr=False)
class OperatingPoint(Result):
    """Bands and currents under bias and light; an interface has two points.

    Energies refer to the Fermi level of the cathode.
    """

    voltage: float  #: [V]
    current_density: float  #: [A cm^-2], positive in forward
    by_mechanism: Mapping[Loss, float]
    position: FloatArray  #: [nm]
    layer: tuple[str, ...]
    potential: FloatArray  #: [V]
    conduction_band: FloatArray  #: [eV]
    valence_band: FloatArray  #: [eV]
    vacuum_level: FloatArray  #: [eV]
    electron_level: FloatArray  #: quasi-Fermi level [eV]
    hole_level: FloatArray  #: [eV]
    electron_density: FloatArray  #: [cm^-3]
    hole_density: FloatArray  #: [cm^-3]
    recombination_rate: FloatArray  #: [cm^-3 s^-1]
    generation_rate: FloatArray  #: [cm^-3 s^-1]
    layers: tuple[LayerSpan, ...]
    contacts: tuple[tuple[str, float], ...]
    anode: str
    temperature: float  #: [K]
    conservation: float  #: largest difference of the current along x, relative
    mesh_size: int
    provenance: Provenance

    index_name = "point"

    def columns(self) -> dict[str, Any]:
        """Return position, levels and densities by column head."""
        return {
            "point": np.arange(self.position.size),
            "x [nm]": self.position,
            "layer": list(self.layer),
            "psi [V]": self.potential,
            "E_C [eV]": self.conduction_band,
            "E_V [eV]": self.valence_band,
            "F_n [eV]": self.electron_level,
            "F_p [eV]": self.hole_level,
            "E_vac [eV]": self.vacuum_level,
            "n [cm^-3]": self.electron_density,
            "p [cm^-3]": self.hole_density,
            "R [cm^-3 s^-1]": self.recombination_rate,
            "G [cm^-3 s^-1]": self.generation_rate,
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the point."""
        return {
            "voltage [V]": self.voltage,
            "current_density [A/cm^2]": self.current_density,
            "anode": self.anode,
            "temperature [K]": self.temperature,
            "mesh_size": self.mesh_size,
            "conservation": self.conservation,
        } | {f"{name} [A/cm^2]": value for name, value in self.by_mechanism.items()}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the band diagram with both quasi-Fermi levels."""
        return band_picture(
            edges=BandEdges(
                self.position, self.layer, self.conduction_band, self.valence_band, self.vacuum_level
            ),
            layers=self.layers,
            levels=[
                Level(text="$F_n$", energy=self.electron_level, color=COLORS["blue"]),
                Level(text="$F_p$", energy=self.hole_level, color=COLORS["vermillion"]),
            ],
            contacts=self.contacts, depletion=None, style=style,
            title=f"Band diagram at {self.voltage:g} V",
        )  # fmt: skip


class PointsOnDemand(Sequence[OperatingPoint]):
    """The points of a curve, each made when it is first looked at: a sweep that reads currents makes none."""

    def __init__(self, count: int, make: Callable[[int], OperatingPoint]) -> None:
        self._made: list[OperatingPoint | None] = [None] * count
        self._make = make

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, which: int) -> OperatingPoint: ...

    @overload
    def __getitem__(self, which: slice) -> Sequence[OperatingPoint]: ...

    def __getitem__(self, which: int | slice) -> OperatingPoint | Sequence[OperatingPoint]:
        if isinstance(which, slice):
            return tuple(self[k] for k in range(*which.indices(len(self))))
        k = range(len(self))[which]
        point = self._made[k]
        if point is None:
            point = self._made[k] = self._make(k)
        return point

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)
