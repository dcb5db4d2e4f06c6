"""The detailed-balance limit of a solar cell."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.output.picture import COLORS, PLAIN, Picture, Polyline, Style
from stackmodel.physics.reciprocity import thermal_photons_per_nm
from stackmodel.results.base import Provenance, Result
from stackmodel.results.reciprocity import absorbed_and_emitted


@attrs.frozen(eq=False, kw_only=True, repr=False)
class LimitSpectrum(Result):
    """What the layers that make pairs absorb, and what they emit by it in equilibrium."""

    wavelength: FloatArray  #: [nm]
    absorptance: FloatArray  #: of light along the normal
    lit: FloatArray  #: share of a black body's light that leaves through the lit face
    far: FloatArray  #: and through the far one
    temperature: float  #: [K]
    gaps: tuple[tuple[float, float], ...]  #: where the optics are not known [nm]
    provenance: Provenance

    index_name = "wavelength"

    @property
    def emission(self) -> FloatArray:
        """Photons emitted through both faces in equilibrium [cm^-2 s^-1 nm^-1]."""
        return thermal_photons_per_nm(self.wavelength, self.temperature) * (self.lit + self.far)

    def columns(self) -> dict[str, Any]:
        """Return the arrays by column head."""
        return {
            "wavelength [nm]": self.wavelength, "absorptance": self.absorptance, "emittance of the lit side": self.lit,
            "emittance of the far side": self.far, "emission [cm^-2 s^-1 nm^-1]": self.emission,
        }  # fmt: skip

    def attributes(self) -> dict[str, Any]:
        """Return the temperature, and the wavelength at which most is emitted."""
        top = int(np.argmax(self.emission))
        at_end = top in (0, self.wavelength.size - 1)
        name = "emission_peak [nm]" if not at_end else "emission largest where the optics end [nm]"
        return {"temperature [K]": self.temperature, name: float(self.wavelength[top])}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return absorptance and emission, the latter over its largest, against wavelength."""
        return absorbed_and_emitted(self.wavelength, self.absorptance, self.emission, "absorptance", self.gaps)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Limit(Result):
    """Figures at the limit of detailed balance; the power conversion efficiency states what it is referred to."""

    band_gap: float  #: [eV]
    short_circuit_current_density: float  #: [A cm^-2]
    open_circuit_voltage: float  #: [V]
    fill_factor: float
    efficiency: float
    power_density: float  #: [W cm^-2]
    dark_current_density: float  #: [A cm^-2]
    light: str
    incident_irradiance: float  #: [W cm^-2]
    reference_irradiance: float  #: [W cm^-2]
    pairs_per_photon: int
    temperature: float  #: [K]
    voltage: FloatArray  #: [V]
    current_density: FloatArray  #: [A cm^-2]
    provenance: Provenance
    multiplication: tuple[float, float] | None = None  #: threshold and slope
    absorptance: str = "step"  #: or "computed", by the optics of the stack
    spectrum: LimitSpectrum | None = None  #: where computed
    emitted_at_far_side: float = 0.0  #: share of the emission
    left_out_of_light: float = 0.0  #: share of the pairs that n and k which are not known leave out
    left_out_of_emission: float = 0.0
    notices: tuple[str, ...] = ()

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
        if self.absorptance != "step":
            figures |= {
                "absorptance": self.absorptance, "emitted_at_far_side": self.emitted_at_far_side,
                "left_out_of_light": self.left_out_of_light, "left_out_of_emission": self.left_out_of_emission,
                "notices": "; ".join(self.notices),
            }  # fmt: skip
        if self.multiplication is not None:
            figures["multiplication_threshold"], figures["multiplication_slope"] = self.multiplication
        return figures

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the current-voltage curve; photocurrent is negative."""
        line = Polyline(self.voltage.tolist(), (self.current_density * 1e3).tolist(), COLORS["blue"], 1.3, name="limit")
        zero = Polyline((0.0, float(self.voltage[-1])), (0.0, 0.0), COLORS["grey"], 0.6)
        return Picture(
            elements=(zero, line), x_label="Voltage (V)", y_label="Current density (mA cm$^{-2}$)",
            title="Detailed-balance limit",
        )  # fmt: skip
