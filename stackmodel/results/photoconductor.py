"""Closed-form answers about a photoconductor at one voltage."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError
from stackmodel.output.picture import COLORS, PLAIN, Picture, Polyline, Style
from stackmodel.physics.constants import BOLTZMANN, ELEMENTARY_CHARGE, HC_EV_NM, NM, UM
from stackmodel.quantities import checked
from stackmodel.results.base import Provenance, Result
from stackmodel.results.estimate import Absorber
from stackmodel.units import Value


@attrs.frozen(eq=False, kw_only=True, repr=False)
class PhotoconductorEstimate(Result):
    """Dark conduction, gain, bandwidth and detector figures of a film between two contacts."""

    voltage: float  #: over the whole path [V]
    film: str
    geometry: str  #: "vertical" or "lateral"
    length: float  #: of the way that carriers drift [um]
    depth: float  #: of the film under the light [nm]
    cross_section: float | None  #: that the current goes through [cm^2]
    lit_area: float | None  #: that the light falls on [cm^2]
    voltage_share: float  #: of the voltage that drops over the film
    electron_density: float  #: in the dark [cm^-3]
    hole_density: float  #: [cm^-3]
    electron_mobility: float  #: [cm^2/(V s)]
    hole_mobility: float  #: [cm^2/(V s)]
    conductivity: float  #: of the film in the dark [S cm^-1]
    specific_conductance: float  #: of the path, per cross section [S cm^-2]
    bulk_lifetime: float  #: of excess pairs [s]
    effective_lifetime: float  #: with what contacts take [s]
    trap_lifetime: float | None  #: of minority carriers, where they are trapped [s]
    gain: float  #: carriers through the circuit for each absorbed photon, eq. (G3) of docs/method.md
    voltages: FloatArray  #: [V]
    gains: FloatArray  #: at `voltages`
    dielectric_relaxation_time: float  #: [s]
    absorber: Absorber | None
    photocurrent: float | None  #: under the light asked for, per lit area [A cm^-2]
    temperature: float
    notes: tuple[str, ...]
    provenance: Provenance

    index_name = "point"

    @property
    def dark_current(self) -> float:
        """Magnitude of the dark current density at the voltage, per cross section [A cm^-2]."""
        return self.specific_conductance * abs(self.voltage)

    @property
    def conductance(self) -> float:
        """Conductance in the dark [S]."""
        return self.specific_conductance * self._known(self.cross_section)

    @property
    def terminal_current(self) -> float:
        """Magnitude of the dark current [A]."""
        return self.conductance * abs(self.voltage)

    @property
    def electron_transit_time(self) -> float:
        """Time in which an electron drifts from contact to contact, L^2/(mu V) [s]."""
        return self._transit_time(self.electron_mobility)

    @property
    def hole_transit_time(self) -> float:
        """Time in which a hole drifts from contact to contact, L^2/(mu V) [s]."""
        return self._transit_time(self.hole_mobility)

    @property
    def response_time(self) -> float:
        """Time in which the photocurrent decays: the longest that a carrier goes on conducting [s]."""
        return self.effective_lifetime if self.trap_lifetime is None else self.trap_lifetime

    @property
    def bandwidth(self) -> float:
        """Frequency at which the response has fallen by 3 dB, 1/(2 pi tau) [Hz]."""
        return 1.0 / (2.0 * math.pi * self.response_time)

    @property
    def gain_bandwidth(self) -> float:
        """Product of gain and bandwidth: no longer lifetime raises it, only a shorter transit time [Hz]."""
        return self.gain * self.bandwidth

    @property
    def limited_by(self) -> str:
        """Return what ends the gain: traps, recombination in the film, or the contacts."""
        if self.trap_lifetime is not None:
            return "lifetime of trapped carriers"
        if self.effective_lifetime < 0.5 * self.bulk_lifetime:
            return "recombination at the contacts"
        return f"recombination in {self.film}"

    def eqe(self, wavelength: Value) -> float:
        """Return carriers through the circuit for each incident photon: absorbed share times gain, so it may pass 1.

        One pass by Beer-Lambert, without reflection.
        """
        return self._absorber().share_at(wavelength) * self.gain

    def responsivity(self, wavelength: Value) -> float:
        """Responsivity, EQE q lambda / (h c) [A W^-1]."""
        return self.eqe(wavelength) * checked("wavelength", wavelength, "estimate") / HC_EV_NM

    @property
    def noise(self) -> float:
        """Generation-recombination and Johnson noise at low frequency, per root of the cross section [A Hz^-1/2 cm^-1].

        Eq. (G4) of docs/method.md, i^2 = 4 q G I + 4 kT g. 1/f noise comes on top; a film whose carriers come from
        dopants, which do not fluctuate, may lie below.
        """
        recombination = 4.0 * ELEMENTARY_CHARGE * self.gain * self.dark_current
        return math.sqrt(recombination + 4.0 * BOLTZMANN * self.temperature * self.specific_conductance)

    def detectivity(self, wavelength: Value) -> float:
        """D* of the responsivity and `noise`, R sqrt(lit area) / i [cm Hz^1/2 W^-1]; 1/f noise is left out."""
        lit_over_cross = 1.0 if self.geometry == "vertical" else self.length * UM / (self.depth * NM)
        return self.responsivity(wavelength) * math.sqrt(lit_over_cross) / self.noise

    def background_limit(self, wavelength: Value) -> float:
        """D* limited by a 300 K background from the hemisphere, sqrt(2) below that of a photodiode [cm Hz^1/2 W^-1]."""
        return self._absorber().background_limit(wavelength) / math.sqrt(2.0)

    def _transit_time(self, mobility: float) -> float:
        if self.voltage == 0.0:
            raise DataError("estimate: at 0 V carriers do not drift, so there is no transit time; give a voltage")
        return (self.length * UM) ** 2 / (mobility * abs(self.voltage) * self.voltage_share)

    def _known(self, area: float | None) -> float:
        if area is None:
            what = "area=... [cm^2]" if self.geometry == "vertical" else f"{self.film}.width=... [um]"
            raise DataError(f"estimate: a current in A needs what it goes through; give {what}")
        return area

    def _absorber(self) -> Absorber:
        if self.absorber is None:
            raise DataError(f"estimate: {self.film} has no absorption_coefficient; give it [cm^-1]")
        return self.absorber

    def columns(self) -> dict[str, Any]:
        """Return gain and dark current density against voltage, from 0 to twice the voltage asked for."""
        return {
            "point": np.arange(self.voltages.size),
            "voltage [V]": self.voltages,
            "gain": self.gains,
            "dark_current_density [A/cm^2]": self.specific_conductance * self.voltages,
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the estimate."""
        figures: dict[str, Any] = {
            "voltage [V]": self.voltage,
            "temperature [K]": self.temperature,
            "film": f"{self.film} ({self.geometry})",
            "length [um]": self.length,
            "electron_density [cm^-3]": self.electron_density,
            "hole_density [cm^-3]": self.hole_density,
            "conductivity [S/cm]": self.conductivity,
            "dark_current [A/cm^2]": self.dark_current,
        }
        if self.cross_section is not None:
            figures |= {"conductance [S]": self.conductance, "terminal_current [A]": self.terminal_current}
        if self.voltage_share < 0.999:
            figures["voltage_share"] = self.voltage_share
        if self.voltage != 0.0:
            figures |= {
                "electron_transit_time [s]": self.electron_transit_time,
                "hole_transit_time [s]": self.hole_transit_time,
            }
        figures |= {
            "bulk_lifetime [s]": self.bulk_lifetime,
            "effective_lifetime [s]": self.effective_lifetime,
            "trap_lifetime [s]": self.trap_lifetime,
            "gain": self.gain,
            "bandwidth [Hz]": self.bandwidth,
            "gain_bandwidth [Hz]": self.gain_bandwidth,
            "limited_by": self.limited_by,
            "dielectric_relaxation_time [s]": self.dielectric_relaxation_time,
        }
        if self.photocurrent is not None:
            figures["photocurrent [A/cm^2]"] = self.photocurrent
        if self.absorber is not None:
            peak = math.floor(HC_EV_NM / self.absorber.optical_gap)  # what is printed is what was asked
            figures |= {
                f"eqe at {peak:g} nm": self.eqe(peak),
                f"responsivity at {peak:g} nm [A/W]": self.responsivity(peak),
                f"detectivity at {peak:g} nm, without 1/f noise [cm Hz^1/2/W]": self.detectivity(peak),
                f"background_limit at {peak:g} nm [cm Hz^1/2/W]": self.background_limit(peak),
            }
        figures |= {f"note {i}": text for i, text in enumerate(self.notes, start=1)}
        return {name: value for name, value in figures.items() if value is not None}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the gain against voltage, with the voltage asked for as a mark."""
        columns = self.columns()
        line = Polyline(columns["voltage [V]"].tolist(), columns["gain"].tolist(), COLORS["blue"], 1.3)
        mark = Polyline((self.voltage,), (self.gain,), COLORS["vermillion"], 0.0, marker="D")
        return Picture(
            elements=(line, mark), x_label="Voltage (V)", y_label="Photoconductive gain",
            title=f"{self.film}, closed form",
        )  # fmt: skip
