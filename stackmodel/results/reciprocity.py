"""Emission of a device by reciprocity with its quantum efficiency."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, InputError
from stackmodel.output.picture import COLORS, PLAIN, Picture, Polyline, Style
from stackmodel.physics import reciprocity as physics
from stackmodel.quantities import checked
from stackmodel.results.base import Provenance, Result
from stackmodel.units import Value

#: Points of a picture, which show the peak of an emission between two wavelengths of a table.
POINTS = 1000
#: What can be seen in it, as a share of its height.
_SEEN = 2e-3


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Reciprocity(Result):
    """What a device emits, and what that says of its voltage, from its external quantum efficiency.

    A figure that needs a current or a voltage which was not given is an InputError.
    """

    wavelength: FloatArray  #: [nm]
    eqe: FloatArray
    temperature: float  #: [K]
    radiative_saturation_current: float  #: J_0,rad [A cm^-2]
    given_short_circuit_current: float | None  #: [A cm^-2]
    given_open_circuit_voltage: float | None  #: [V]
    light: str  #: that the short-circuit current is of, "" where it was given or is not known
    notices: tuple[str, ...]
    provenance: Provenance

    index_name = "wavelength"

    @property
    def short_circuit_current_density(self) -> float:
        """Under the light, or as given [A cm^-2]."""
        return _known(self.given_short_circuit_current, "short_circuit_current_density=... [A/cm^2] or light=...")

    @property
    def open_circuit_voltage(self) -> float:
        """As given [V]."""
        return _known(self.given_open_circuit_voltage, "open_circuit_voltage=... [V]")

    @property
    def radiative_open_circuit_voltage(self) -> float:
        """What the cell would have if all recombination made light that gets out [V]."""
        return physics.radiative_voltage(
            short_circuit=self.short_circuit_current_density, saturation=self.radiative_saturation_current,
            temperature=self.temperature,
        )  # fmt: skip

    @property
    def external_luminescence_yield(self) -> float:
        """Photons out per electron in at open circuit, where the current J_sc recombines."""
        return physics.external_yield(
            open_circuit_voltage=self.open_circuit_voltage, short_circuit=self.short_circuit_current_density,
            saturation=self.radiative_saturation_current, temperature=self.temperature,
        )  # fmt: skip

    @property
    def nonradiative_voltage_loss(self) -> float:
        """-(kT/q) ln(yield) [V]."""
        return physics.nonradiative_loss(self.external_luminescence_yield, self.temperature)

    @property
    def emission_peak(self) -> float:
        """Wavelength at which most photons are emitted [nm]; DataError where the EQE ends there."""
        x, _, emitted = self._fine
        i = int(np.argmax(emitted))
        if i in (0, x.size - 1):
            raise DataError(
                f"reciprocity: at {x[i]:.5g} nm, where the EQE ends, the emission is largest, so its peak is not "
                f"known; give the EQE {'below' if i == 0 else 'beyond'} that too"
            )
        return float(x[i])

    def electroluminescence(self, voltage: Value) -> FloatArray:
        """Return photons emitted at a voltage [V] beyond those of equilibrium, by wavelength [cm^-2 s^-1 nm^-1]."""
        V = checked("voltage", voltage, "reciprocity")
        return physics.electroluminescence(self.wavelength, self.eqe, temperature=self.temperature, voltage=V)

    @property
    def _fine(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Wavelengths as close as a picture needs, the efficiency and the emission in equilibrium there."""
        x = np.union1d(self.wavelength, np.linspace(self.wavelength[0], self.wavelength[-1], POINTS))
        eqe = np.interp(x, self.wavelength, self.eqe)
        return x, eqe, eqe * physics.thermal_photons_per_nm(x, self.temperature)

    def columns(self) -> dict[str, Any]:
        """Return efficiency and emission by column head, the latter at open circuit where its voltage is known."""
        found = {
            "wavelength [nm]": self.wavelength, "eqe": self.eqe,
            "emission in equilibrium [cm^-2 s^-1 nm^-1]":
                self.eqe * physics.thermal_photons_per_nm(self.wavelength, self.temperature),
        }  # fmt: skip
        if self.given_open_circuit_voltage is not None:
            head = "electroluminescence at open_circuit_voltage [cm^-2 s^-1 nm^-1]"
            found[head] = self.electroluminescence(self.given_open_circuit_voltage)
        return found

    def attributes(self) -> dict[str, Any]:
        """Return the figures that what was given allows."""
        found: dict[str, Any] = {
            "temperature [K]": self.temperature,
            "radiative_saturation_current [A/cm^2]": self.radiative_saturation_current,
        }
        try:
            found["emission_peak [nm]"] = self.emission_peak
        except DataError as error:
            found["without emission_peak"] = str(error)
        if self.light:
            found["light"] = self.light
        has_current = self.given_short_circuit_current is not None
        has_voltage = self.given_open_circuit_voltage is not None
        if has_current:
            found["short_circuit_current_density [A/cm^2]"] = self.short_circuit_current_density
            found["radiative_open_circuit_voltage [V]"] = self.radiative_open_circuit_voltage
        if has_voltage:
            found["open_circuit_voltage [V]"] = self.open_circuit_voltage
        if has_current and has_voltage:
            found["external_luminescence_yield"] = self.external_luminescence_yield
            found["nonradiative_voltage_loss [V]"] = self.nonradiative_voltage_loss
        return found | {"notices": "; ".join(self.notices)}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return quantum efficiency and emission, the latter over its largest, against wavelength."""
        return absorbed_and_emitted(*self._fine, "EQE", ())


def _known(value: float | None, remedy: str) -> float:
    if value is None:
        raise InputError(f"reciprocity: this figure needs {remedy}")
    return value


def absorbed_and_emitted(
    wavelength: FloatArray, share: FloatArray, emission: FloatArray, name: str, gaps: Sequence[tuple[float, float]]
) -> Picture:
    """Return a share of light that is taken beside the emission over its largest; no line spans a gap."""
    lines = []
    edges = [-np.inf, *(0.5 * (low + high) for low, high in gaps), np.inf]
    over = emission / float(emission.max())
    for number, (low, high) in enumerate(pairwise(edges)):
        inside = (wavelength > low) & (wavelength < high)
        for values, color, dash, label in ((share, "blue", "solid", name), (over, "vermillion", "dashed", "emission")):
            text = "" if number else label
            lines.append(Polyline(wavelength[inside].tolist(), values[inside].tolist(), COLORS[color], 1.3, dash, text))
    seen = wavelength[(share > _SEEN) | (over > _SEEN)]
    title = f"{name[0].upper()}{name[1:]}"
    return Picture(
        elements=tuple(lines), x_label="Wavelength (nm)", y_label=f"{title}, emission over its maximum", legend=True,
        x_limits=(float(seen[0]), min(1.05 * float(seen[-1]), float(wavelength[-1]))),
        y_limits=(0.0, 1.05 * max(1.0, float(share.max()))),
    )  # fmt: skip
