"""The detailed-balance limit of a solar cell."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.output.picture import COLORS, PLAIN, Line, Picture, Style
from stackmodel.results.base import Provenance, Result


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Limit(Result):
    """Figures at the limit of detailed balance; the power conversion efficiency states what it is referred to."""

    band_gap: float  # [eV]
    short_circuit_current_density: float  # [A cm^-2]
    open_circuit_voltage: float  # [V]
    fill_factor: float
    efficiency: float
    power_density: float  # [W cm^-2]
    dark_current_density: float  # [A cm^-2]
    light: str
    incident_irradiance: float  # [W cm^-2]
    reference_irradiance: float  # [W cm^-2]
    pairs_per_photon: int
    temperature: float
    voltage: NDArray[np.float64]  # [V]
    current_density: NDArray[np.float64]  # [A cm^-2]
    provenance: Provenance
    multiplication: tuple[float, float] | None = None  # threshold and slope

    index_name = "point"

    def columns(self) -> dict[str, Any]:
        """Return the current-voltage curve by column head."""
        return {
            "point": np.arange(self.voltage.size),
            "voltage [V]": self.voltage,
            "current_density [A/cm^2]": self.current_density,
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures."""
        figures: dict[str, Any] = {
            "band_gap [eV]": self.band_gap,
            "light": self.light,
            "efficiency": self.efficiency,
            "reference_irradiance [W/cm^2]": self.reference_irradiance,
            "incident_irradiance [W/cm^2]": self.incident_irradiance,
            "short_circuit_current_density [A/cm^2]": self.short_circuit_current_density,
            "open_circuit_voltage [V]": self.open_circuit_voltage,
            "fill_factor": self.fill_factor,
            "dark_current_density [A/cm^2]": self.dark_current_density,
            "pairs_per_photon": self.pairs_per_photon,
            "temperature [K]": self.temperature,
        }
        if self.multiplication is not None:
            figures["multiplication_threshold"], figures["multiplication_slope"] = self.multiplication
        return figures

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the current-voltage curve; photocurrent is negative."""
        line = Line(self.voltage.tolist(), (self.current_density * 1e3).tolist(), COLORS["blue"], 1.3, name="limit")
        zero = Line((0.0, float(self.voltage[-1])), (0.0, 0.0), COLORS["grey"], 0.6)
        return Picture(
            elements=(zero, line), x_label="Voltage (V)", y_label="Current density (mA cm$^{-2}$)",
            title="Detailed-balance limit",
        )  # fmt: skip
