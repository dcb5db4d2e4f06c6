"""Closed-form answers about a phototransistor: an operating point, and its two families of curves."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError
from stackmodel.output.picture import COLORS, PLAIN, Picture, Polyline, Style
from stackmodel.physics.constants import BOLTZMANN, ELEMENTARY_CHARGE, HC_EV_NM, UM
from stackmodel.quantities import checked
from stackmodel.results.base import Provenance, Result
from stackmodel.results.estimate import Absorber
from stackmodel.units import Value

_TURN = ("blue", "vermillion", "green", "purple", "orange", "sky", "black", "grey")


@attrs.frozen(eq=False, kw_only=True, repr=False)
class PhototransistorEstimate(Result):
    """Threshold, current, transconductance and photogating gain at one gate and drain voltage.

    What a missing value keeps from being answered is in `missing` and is raised when it is asked for.
    """

    voltage: float  #: drain minus source [V]
    gate_voltage: float  #: gate minus source [V]
    channel: str
    carrier: str  #: "electron", "hole" or "both"
    carrier_reason: str
    capacitance: float  #: of the gate's insulators [F cm^-2]
    flat_band_voltage: float  #: [V]
    threshold_voltage: float  #: in the dark; the Dirac voltage of graphene [V]
    swing: float | None  #: [V per decade]
    mobility: float  #: [cm^2/(V s)]
    length: float  #: [um]
    width: float  #: [um]
    drain_current: float  #: in the dark, into the drain [A]
    transconductance: float  #: dI/dV_G [S]
    output_conductance: float  #: dI/dV_D [S]
    absorber: Absorber | None
    trapped_carrier: str | None
    trap_lifetime: float | None  #: [s]
    transfer_efficiency: float | None
    threshold_shift: float | None  #: under the light asked for [V]
    photocurrent: float | None  #: under the light asked for, light less dark [A]
    missing: str
    temperature: float  #: [K]
    sweep: FloatArray  #: gate voltages of the picture [V]
    swept: FloatArray  #: drain current at these [A]
    provenance: Provenance

    index_name = "point"

    @property
    def subthreshold_swing(self) -> float:
        """Gate voltage for a decade of current below threshold, without interface states the thermal limit [V]."""
        if self.swing is None:
            raise DataError(f"estimate: {self.channel} has no gap, so it never turns off and has no subthreshold swing")
        return self.swing

    @property
    def transit_time(self) -> float:
        """Time from source to drain, C w L / g_m: L^2/(mu V_D) below pinch-off [s]."""
        if self.transconductance == 0.0:
            raise DataError(
                "estimate: the gate does not move the current here, so there is no transit time; raise |V_D|"
            )
        return self.capacitance * self._area / abs(self.transconductance)

    @property
    def gain(self) -> float:
        """Carriers through the channel for each trapped one, tau_trap / t_transit: eq. (P11) of docs/method.md."""
        self._complete()
        return float(self.trap_lifetime or 0.0) / self.transit_time if self.transconductance else 0.0

    @property
    def bandwidth(self) -> float:
        """Frequency at which the response has fallen by 3 dB, 1/(2 pi tau_trap) [Hz]."""
        self._complete()
        return 1.0 / (2.0 * math.pi * float(self.trap_lifetime or math.inf))

    @property
    def gain_bandwidth(self) -> float:
        """Product of gain and bandwidth, 1/(2 pi t_transit) [Hz]."""
        return self.gain * self.bandwidth

    @property
    def limited_by(self) -> str:
        """Return what ends the gain."""
        return f"lifetime of {self.trapped_carrier}s in {self._absorber().name}"

    def eqe(self, wavelength: Value) -> float:
        """Return carriers through the channel for each photon that falls on it, for weak light."""
        return self._absorber().share_at(wavelength) * float(self.transfer_efficiency or 0.0) * self.gain

    def responsivity(self, wavelength: Value) -> float:
        """Responsivity for weak light, EQE q lambda / (h c) [A W^-1]."""
        return self.eqe(wavelength) * checked("wavelength", wavelength, "estimate") / HC_EV_NM

    def detectivity(self, wavelength: Value) -> float:
        """D* from the shot noise of the dark current and Johnson noise, an upper bound: 1/f noise is left out."""
        noise = 2.0 * ELEMENTARY_CHARGE * abs(self.drain_current)
        noise += 4.0 * BOLTZMANN * self.temperature * abs(self.output_conductance)
        return self.responsivity(wavelength) * math.sqrt(self._area / noise)

    @property
    def _area(self) -> float:
        return self.length * self.width * UM**2

    def _absorber(self) -> Absorber:
        self._complete()
        if self.absorber is None:
            raise DataError("estimate: no film beside the channel absorbs")
        return self.absorber

    def _complete(self) -> None:
        if self.missing:
            raise DataError(f"estimate: {self.missing}")

    def columns(self) -> dict[str, Any]:
        """Return the transfer curve about the operating point by column head."""
        return {
            "point": np.arange(self.sweep.size),
            "gate_voltage [V]": self.sweep,
            "drain_current [A]": self.swept,
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the estimate; what a missing value forbids is named with the reason."""
        name = "dirac_voltage [V]" if self.carrier == "both" else "threshold_voltage [V]"
        figures: dict[str, Any] = {
            "gate_voltage [V]": self.gate_voltage,
            "drain_voltage [V]": self.voltage,
            "temperature [K]": self.temperature,
            "channel": f"{self.channel}: {self.carrier} ({self.carrier_reason})",
            "capacitance [F/cm^2]": self.capacitance,
            "flat_band_voltage [V]": self.flat_band_voltage,
            name: self.threshold_voltage,
            "subthreshold_swing [V/decade]": self.swing,
            "drain_current [A]": self.drain_current,
            "transconductance [S]": self.transconductance,
            "output_conductance [S]": self.output_conductance,
        }
        if self.transconductance:
            figures["transit_time [s]"] = self.transit_time
        if self.missing:
            figures["missing"] = self.missing
        elif self.absorber is not None:
            peak = math.floor(HC_EV_NM / self.absorber.optical_gap)  # what is printed is what was asked
            figures |= {
                f"trap_lifetime of {self.trapped_carrier}s [s]": self.trap_lifetime,
                "transfer_efficiency": self.transfer_efficiency,
                "gain": self.gain,
                "bandwidth [Hz]": self.bandwidth,
                "gain_bandwidth [Hz]": self.gain_bandwidth,
                f"responsivity at {peak:g} nm [A/W]": self.responsivity(peak),
                f"detectivity at {peak:g} nm, upper bound [cm Hz^1/2/W]": self.detectivity(peak),
                "threshold_shift [V]": self.threshold_shift,
                "photocurrent [A]": self.photocurrent,
            }
        return {key: value for key, value in figures.items() if value is not None}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the transfer curve with the operating point as a mark."""
        exponent, prefix = _scale(np.append(self.swept, self.drain_current))
        line = Polyline(self.sweep.tolist(), (self.swept / exponent).tolist(), COLORS["blue"], 1.3)
        mark = Polyline((self.gate_voltage,), (self.drain_current / exponent,), COLORS["vermillion"], 0.0, marker="D")
        return Picture(
            elements=(line, mark), x_label="Gate voltage (V)", y_label=f"Drain current ({prefix}A)",
            title=f"{self.channel} at {self.voltage:g} V, closed form",
        )  # fmt: skip


@attrs.frozen(eq=False, kw_only=True, repr=False)
class TransferCurve(Result):
    """Drain current against gate voltage, in the dark and, where light was given, under it."""

    gate_voltage: FloatArray  #: [V]
    drain_voltage: float  #: [V]
    drain_current: FloatArray  #: under the light, in the dark without one [A]
    dark_current: FloatArray  #: [A]
    threshold_voltage: float  #: in the dark; the Dirac voltage of graphene [V]
    threshold_shift: float | None  #: by the light [V]
    temperature: float
    provenance: Provenance

    index_name = "point"

    def columns(self) -> dict[str, Any]:
        """Return the curves by column head."""
        found: dict[str, Any] = {
            "point": np.arange(self.gate_voltage.size),
            "gate_voltage [V]": self.gate_voltage,
            "drain_current [A]": self.drain_current,
        }
        return found if self.threshold_shift is None else found | {"dark_current [A]": self.dark_current}

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the curve."""
        figures = {
            "drain_voltage [V]": self.drain_voltage,
            "threshold_voltage [V]": self.threshold_voltage,
            "threshold_shift [V]": self.threshold_shift,
            "temperature [K]": self.temperature,
        }
        return {key: value for key, value in figures.items() if value is not None}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the magnitude of the drain current over the gate voltage, logarithmic, its upper twelve decades."""
        lit = self.threshold_shift is not None
        volts = self.gate_voltage.tolist()
        lines = [Polyline(volts, np.abs(self.dark_current).tolist(), COLORS["blue"], 1.3, name="dark" if lit else "")]
        if lit:
            currents = np.abs(self.drain_current).tolist()
            lines.append(Polyline(volts, currents, COLORS["vermillion"], 1.3, "dashed", name="light"))
        drawn = np.abs(np.concatenate([self.dark_current, self.drain_current]))
        top = max(float(drawn.max()), 1e-290)
        return Picture(
            elements=tuple(lines), x_label="Gate voltage (V)", y_label="Drain current (A)",
            title=f"Transfer at {self.drain_voltage:g} V, closed form", legend=lit, log_y=True,
            y_limits=(max(1e-12 * top, 0.5 * float(drawn.min())), 2.0 * top),
        )  # fmt: skip


@attrs.frozen(eq=False, kw_only=True, repr=False)
class OutputCurve(Result):
    """Drain current against drain voltage, one curve a gate voltage."""

    drain_voltage: FloatArray  #: shape (n_drain,) [V]
    gate_voltage: FloatArray  #: shape (n_gate,) [V]
    drain_current: FloatArray  #: shape (n_gate, n_drain) [A]
    threshold_voltage: float  #: in the dark [V]
    threshold_shift: float | None  #: by the light [V]
    temperature: float
    provenance: Provenance

    index_name = "point"

    def columns(self) -> dict[str, Any]:
        """Return all curves one after the other by column head."""
        return {
            "point": np.arange(self.drain_current.size),
            "gate_voltage [V]": np.repeat(self.gate_voltage, self.drain_voltage.size),
            "drain_voltage [V]": np.tile(self.drain_voltage, self.gate_voltage.size),
            "drain_current [A]": self.drain_current.ravel(),
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the curves."""
        figures = {
            "threshold_voltage [V]": self.threshold_voltage,
            "threshold_shift [V]": self.threshold_shift,
            "temperature [K]": self.temperature,
        }
        return {key: value for key, value in figures.items() if value is not None}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the curves, each with its gate voltage."""
        exponent, prefix = _scale(self.drain_current)
        lines = tuple(
            Polyline(
                self.drain_voltage.tolist(), (row / exponent).tolist(), COLORS[_TURN[k % len(_TURN)]], 1.2,
                ("solid", "dashed", "dotted")[k // len(_TURN) % 3], name=f"{volts:g} V",
            )
            for k, (volts, row) in enumerate(zip(self.gate_voltage, self.drain_current, strict=True))
        )  # fmt: skip
        light = ", under light" if self.threshold_shift is not None else ""
        return Picture(
            elements=lines, x_label="Drain voltage (V)", y_label=f"Drain current ({prefix}A)", legend=True,
            title=f"Output{light}, by gate voltage",
        )  # fmt: skip


def _scale(amperes: FloatArray) -> tuple[float, str]:
    """Return a power of a thousand and its prefix, so that the largest current has few digits."""
    top = float(np.abs(amperes).max())
    steps = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"))
    return next(((each, prefix) for each, prefix in steps if top >= each), steps[-1])
