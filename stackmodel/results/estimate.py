"""Closed-form answers about one operating point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError
from stackmodel.output.picture import COLORS, PLAIN, ROLE_COLORS, Box, Label, Picture, Polyline, Style
from stackmodel.physics.constants import BOLTZMANN, BOLTZMANN_EV, ELEMENTARY_CHARGE, HC_EV_NM
from stackmodel.physics.multiexcitons import multiplication_yield
from stackmodel.quantities import checked
from stackmodel.results.alignment import Wall
from stackmodel.results.band_picture import LayerSpan
from stackmodel.results.base import Provenance, Result
from stackmodel.results.film_absorption import Spectrum
from stackmodel.results.loss import Loss
from stackmodel.results.notices import notices_of, with_notices
from stackmodel.units import Value

#: A closed form further from its own solution than this factor does not describe the device.
APART = 3.0


def apart(closed: float | None, solved: float | None) -> str:
    """Return what to say of a closed form beside its solution; nothing where they are within a factor of `APART`."""
    if not closed or not solved or 1.0 / APART <= abs(closed / solved) <= APART:
        return ""
    return f"the closed form is {abs(closed / solved):.2g} times the solution, so it does not describe this device"


@attrs.frozen
class Mechanism:
    """One share of the dark current [A cm^-2], with its conductance at zero bias [S cm^-2] and activation [eV]."""

    name: Loss
    current_density: float  #: [A cm^-2]
    zero_bias_conductance: float  #: [S cm^-2]
    activation_energy: float  #: [eV]


@attrs.frozen(eq=False, kw_only=True)
class Absorber:
    """What Beer-Lambert optics and collection need of the active layer.

    With a `spectrum` the coefficient goes with photon energy; without one it is that of the peak above the optical gap,
    and nothing is absorbed below.
    """

    name: str
    optical_gap: float  #: [eV]
    absorption_coefficient: float  #: at the optical gap [cm^-1]
    thickness: float  #: [cm]
    collected: FloatArray  #: collected over absorbed carriers in each of equal slices, from the lit face on
    background: float = 0.0  #: collected carriers by 300 K from the hemisphere, above the optical gap [cm^-2 s^-1]
    multiplication: tuple[float, float] | None = None  #: threshold and slope of multiple exciton generation
    spectrum: Spectrum | None = None

    @property
    def absorptance(self) -> float:
        """Absorbed share at the optical gap of the light that enters, one pass: 1 - exp(-alpha d)."""
        return -math.expm1(-self.absorption_coefficient * self.thickness)

    @property
    def collection(self) -> float:
        """Collected over absorbed carriers at the optical gap, weighted with the absorption profile."""
        return float(self.collected_share(np.array(self.optical_gap))) / self.absorptance

    def coefficient(self, energy: FloatArray) -> FloatArray:
        """Return the absorption coefficient at photon energies, beyond the last known that of the last [cm^-1]."""
        if self.spectrum is None:
            return np.where(energy >= self.optical_gap * (1 - 1e-12), self.absorption_coefficient, 0.0)
        return self.spectrum.coefficient(np.minimum(energy, self.spectrum.anchor))

    def collected_share(self, energy: FloatArray) -> FloatArray:
        """Return carriers collected for each photon of `energy` [eV] that enters.

        Eq. (D6) of docs/method.md, exact for slices that each collect one share P_k of what they absorb: with
        z = exp(-alpha d/n), (1 - z) sum_k P_k z^k.
        """
        depth = self.coefficient(energy) * (self.thickness / self.collected.size)
        if depth.size > self.collected.size:  # power by power: faster than a large table of them
            return np.asarray(-np.expm1(-depth) * np.polynomial.polynomial.polyval(np.exp(-depth), self.collected))
        powers = np.exp(-np.multiply.outer(depth, np.arange(self.collected.size)))
        return np.asarray(-np.expm1(-depth) * (powers @ self.collected))

    def pairs(self, energy: FloatArray) -> FloatArray:
        """Return the pairs that an absorbed photon of `energy` [eV] makes."""
        if self.multiplication is None:
            return np.ones_like(energy)
        threshold, slope = self.multiplication
        above = np.maximum(energy, self.optical_gap) * (1 + 1e-12)  # what the tail absorbs makes one pair too
        return multiplication_yield(above, band_gap=self.optical_gap, threshold=threshold, slope=slope)

    def share_at(self, wavelength: Value) -> float:
        """Return `collected_share` at one wavelength [nm]; InputError where the spectrum is not known there."""
        asked = checked("wavelength", wavelength, "estimate")
        if self.spectrum is not None:
            self.spectrum.refuse_beyond(asked, self.name)
        return float(self.collected_share(np.array(HC_EV_NM / asked)))

    def background_limit(self, wavelength: Value) -> float:
        """D* of a photodiode limited by the background, lambda/(h c) eta / sqrt(2 eta_B Q_B) [cm Hz^1/2 W^-1]."""
        photon = ELEMENTARY_CHARGE * HC_EV_NM / checked("wavelength", wavelength, "estimate")
        share = self.share_at(wavelength)
        return share / math.sqrt(2.0 * self.background) / photon if share else 0.0


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Estimate(Result):
    """Depletion, dark current and detector figures in closed form.

    What a missing value keeps from being answered is in `missing` and is raised when it is asked for.
    """

    voltage: float  #: [V]
    built_in_potential: float  #: [V]
    depletion_edges: tuple[float, float] | None  #: [nm]
    depletion_regions: tuple[tuple[float, float], ...]  #: [nm]
    fully_depleted: tuple[str, ...]
    depletion_by_layer: Mapping[str, float]  #: [nm]
    mechanisms: tuple[Mechanism, ...]
    missing: tuple[str, ...]
    doubts: tuple[str, ...]  #: where the closed form of the dark current leaves the range in which it holds
    absorber: Absorber | None
    wall: Wall | None  #: that blocks extraction
    gap_at_zero: float | None  #: of the active layers, or extrapolated to 0 K where that is larger [eV]
    least_current: float | None  #: radiative dark current density of the device's own EQE [A cm^-2]
    radiative_limit: float | None  #: dark current density at the radiative limit, at 0 V its saturation [A cm^-2]
    photocurrent: float | None  #: under the light asked for [A cm^-2]
    anode: str
    anode_reason: str
    temperature: float  #: [K]
    area: float | None
    layers: tuple[LayerSpan, ...]
    without_absorber: str  #: why there is no absorber, empty where there is one
    position: FloatArray  #: [nm]
    conduction_band: FloatArray  #: [eV]
    valence_band: FloatArray  #: [eV]
    provenance: Provenance

    index_name = "point"

    @property
    def depletion_width(self) -> float:
        """Width of the main depleted region, 0 without one [nm]."""
        return 0.0 if self.depletion_edges is None else self.depletion_edges[1] - self.depletion_edges[0]

    @property
    def by_mechanism(self) -> dict[Loss, float]:
        """Dark current density by mechanism and place; sums to `dark_current`, with its sign [A cm^-2]."""
        self._complete()
        direction = math.copysign(1.0, sum(each.current_density for each in self.mechanisms))
        return {each.name: direction * each.current_density + 0.0 for each in self.mechanisms}

    @property
    def dark_current(self) -> float:
        """Magnitude of the dark current density at the voltage [A cm^-2]."""
        return sum(self.by_mechanism.values())

    @property
    def limited_by(self) -> str:
        """Largest mechanism of the dark current, and what it does not say by itself: see `notices`."""
        return "; ".join([self._limits(), *(f"in doubt: {doubt}" for doubt in self.doubts)])

    def _limits(self) -> str:
        return with_notices(self._largest().name, self.notices, self.blocked)

    @property
    def blocked(self) -> str:
        """What keeps carriers from being extracted, "" where nothing does.

        A wall blocks where it lets through less than a hundredth of what the mechanisms make: the solution, which
        knows how carriers pile up before it, then collects less than a tenth.
        """
        return "" if self.wall is None else str(self.wall)

    @property
    def notices(self) -> tuple[str, ...]:
        """What to know of the dark current: blocked extraction, an activation above the gap, less than radiates."""
        return notices_of(
            self.blocked, activation=self._largest().activation_energy, gap=self.gap_at_zero,
            temperature=self.temperature, current=self.dark_current, least=self.least_current,
        )  # fmt: skip

    @property
    def activation_energy(self) -> float:
        """Activation energy of the largest mechanism [eV]."""
        return self._largest().activation_energy

    @property
    def r0a(self) -> float:
        """Zero-bias resistance times area [ohm cm^2]."""
        self._complete()
        conductance = sum(each.zero_bias_conductance for each in self.mechanisms)
        if conductance <= 0.0:
            raise DataError("estimate: no mechanism conducts at zero bias, so R0A is unbounded; give a lifetime")
        return 1.0 / conductance

    def eqe(self, wavelength: Value) -> float:
        """External quantum efficiency by Beer-Lambert absorption and collection; reflection is taken as none.

        With multiple exciton generation, multiplication_threshold and multiplication_slope of the active layer, it
        counts the pairs and may exceed 1.
        """
        absorber = self._absorber()
        energy = np.array([HC_EV_NM / checked("wavelength", wavelength, "estimate")])
        return absorber.share_at(wavelength) * float(absorber.pairs(energy)[0])

    def responsivity(self, wavelength: Value) -> float:
        """Responsivity, EQE q lambda / (h c) [A W^-1]."""
        return self.eqe(wavelength) * checked("wavelength", wavelength, "estimate") / HC_EV_NM

    def detectivity(self, wavelength: Value) -> float:
        """D* from shot and Johnson noise, an upper bound: real devices add 1/f noise [cm Hz^1/2 W^-1]."""
        noise = 2.0 * ELEMENTARY_CHARGE * self.dark_current + 4.0 * BOLTZMANN * self.temperature / self.r0a * (
            math.exp(-abs(self.voltage) / (BOLTZMANN_EV * self.temperature))
        )
        return self.responsivity(wavelength) / math.sqrt(noise)

    def background_limit(self, wavelength: Value, *, photoconductor: bool = False) -> float:
        """D* limited by a 300 K background from the hemisphere [cm Hz^1/2 W^-1].

        lambda/(h c) eta / sqrt(2 eta_B Q_B) for a photodiode; a photoconductor's is sqrt(2) lower, because carriers
        also recombine at random. Pairs of one photon do not arrive at random, so shares of photons count.
        """
        photodiode = self._absorber().background_limit(wavelength)
        return photodiode / math.sqrt(2.0) if photoconductor else photodiode

    def _absorber(self) -> Absorber:
        if self.absorber is None:
            raise DataError(f"estimate: {self.without_absorber}")
        return self.absorber

    def _complete(self) -> None:
        if lacks := self._lacks():
            raise DataError(f"estimate: {lacks}")

    def _lacks(self) -> str:
        """Return why there is no dark current, "" where there is one."""
        if self.missing:
            return self.missing[0]
        if self.mechanisms:
            return ""
        return f"nothing is depleted at {self.voltage:g} V, where the closed forms of a junction end; jv() solves it"

    def _largest(self) -> Mechanism:
        self._complete()
        return max(self.mechanisms, key=lambda each: (abs(each.current_density), each.zero_bias_conductance))

    def columns(self) -> dict[str, Any]:
        """Return the bands of the depletion approximation by column head."""
        return {
            "point": np.arange(self.position.size),
            "x [nm]": self.position,
            "E_C [eV]": self.conduction_band,
            "E_V [eV]": self.valence_band,
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the estimate; those that a missing value forbids are named with the reason."""
        edges = self.depletion_edges
        figures: dict[str, Any] = {
            "voltage [V]": self.voltage,
            "temperature [K]": self.temperature,
            "anode": f"{self.anode} ({self.anode_reason})",
            "built_in_potential [V]": self.built_in_potential,
            "depletion_width [nm]": self.depletion_width,
            "depletion_edges [nm]": None if edges is None else f"{edges[0]:.4g} to {edges[1]:.4g}",
            "fully_depleted": ", ".join(self.fully_depleted),
        }
        figures |= {f"missing {i}": text for i, text in enumerate(self.missing, start=1)}
        if not self.missing and (lacks := self._lacks()):
            figures["without dark_current"] = lacks
        figures |= {f"in doubt {i}": text for i, text in enumerate(self.doubts, start=1)}
        if not self.missing and self.mechanisms:
            figures |= {
                "dark_current [A/cm^2]": self.dark_current,
                "limited_by": self._limits(),  # the doubts have lines of their own
                "activation_energy [eV]": self.activation_energy,
                "r0a [ohm cm^2]": self.r0a,
            }
            figures |= {f"{name} [A/cm^2]": value for name, value in self.by_mechanism.items()}
        if self.radiative_limit is not None:
            figures["radiative_limit [A/cm^2]"] = self.radiative_limit
        if self.photocurrent is not None:
            figures["photocurrent [A/cm^2]"] = self.photocurrent
        if self.absorber is not None:
            peak = math.floor(HC_EV_NM / self.absorber.optical_gap)  # what is printed is what was asked
            figures |= {
                f"eqe at {peak:g} nm": self.eqe(peak),
                f"responsivity at {peak:g} nm [A/W]": self.responsivity(peak),
                f"background_limit at {peak:g} nm [cm Hz^1/2/W]": self.background_limit(peak),
            }
            if not self.missing and self.mechanisms:
                figures[f"detectivity at {peak:g} nm, upper bound [cm Hz^1/2/W]"] = self.detectivity(peak)
        return figures

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the bands of the depletion approximation, dashed, to lie over the solved ones."""
        labels, colors = style.labels, style.colors
        levels = np.concatenate([self.conduction_band, self.valence_band, [0.0]])
        low, high = float(levels.min()), float(levels.max())
        y_limits = (low - 0.1 * (high - low), high + 0.1 * (high - low))
        elements: list[Polyline | Box | Label] = []
        for layer in self.layers:
            color = colors.get(layer.name) or ROLE_COLORS.get(layer.role, "#D9D9D9")
            elements.append(Box(layer.start, layer.end, *y_limits, color, layer.name, alpha=0.3, outline=False))
            name = labels.get(layer.name, layer.label)
            elements.append(Label(0.5 * (layer.start + layer.end), 0.0, name, above=True))
        for values, color in ((self.conduction_band, COLORS["blue"]), (self.valence_band, COLORS["vermillion"])):
            elements.append(Polyline(self.position.tolist(), values.tolist(), color, 1.0, "dashed"))
        if self.voltage == 0.0:
            elements.append(Polyline((self.position[0], self.position[-1]), (0.0, 0.0), COLORS["black"], 0.6, "dotted"))
        return Picture(
            elements=tuple(elements), x_label="Position (nm)", y_label="Energy relative to the Fermi level (eV)",
            title="Depletion approximation", y_limits=y_limits,
            x_limits=(float(self.position[0]), float(self.position[-1])),
        )  # fmt: skip
