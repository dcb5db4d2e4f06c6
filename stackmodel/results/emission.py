"""What a light-emitting diode does with current: injection, efficiency, radiance."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, InputError, attributed
from stackmodel.figures_of_merit.curve_readings import crossing, distinct, value_at
from stackmodel.output.picture import COLORS, PLAIN, Label, Picture, Polyline, Style
from stackmodel.physics import luminescence
from stackmodel.physics.constants import ELEMENTARY_CHARGE, HC_EV_NM
from stackmodel.results.base import Provenance, Result
from stackmodel.results.estimate import Estimate

#: Error that reading between the points of a curve may leave, of its peak, and of the logarithm of a current.
ALLOWED_OF_PEAK, ALLOWED_IN_CURRENT = 0.01, 0.05


@attrs.frozen(kw_only=True)
class Barrier:
    """One step on the way of a carrier: uphill is positive, downhill negative [eV].

    `kind` is "injection" on the way from the carrier's own contact into the active layer, "blocking" beyond it, where
    the height counts from the active layer.
    """

    carrier: str
    kind: str
    where: str
    role: str  #: of the layer that the carrier enters
    height: float


@attrs.frozen(kw_only=True)
class Emitter:
    """Rates of the active layer, eqs. (W4) to (W6) of docs/method.md, and how its photons leave.

    Free pairs emit with B n^2 out of A n + B n^2 + C n^3; excitons, where a photoluminescence yield is given, with that
    share of their rate, and are lost where two meet in a dot.
    """

    name: str
    optical_gap: float  #: [eV]
    thickness: float  #: [cm]
    linear: float  #: A of pairs, or the whole rate of an exciton [s^-1]
    radiative: float = 0.0  #: B [cm^3 s^-1]
    cubic: float = 0.0  #: C [cm^6 s^-1]
    photon_yield: float | None = None  #: of excitons; None where free pairs emit
    biexciton_rate: float = 0.0  #: [s^-1]
    dot_density: float = 0.0  #: [cm^-3]
    emitting_share: float
    outcoupling: float
    pair_ceiling: float = 1.0  #: of free pairs at any densities of electrons and holes, eq. (W7b)

    @property
    def ceiling(self) -> float:
        """Largest internal efficiency whatever the densities of both carriers."""
        return self.pair_ceiling if self.photon_yield is None else self.photon_yield

    @property
    def kind(self) -> str:
        """Free pairs or excitons."""
        return "free pairs" if self.photon_yield is None else "excitons"

    @property
    def peak(self) -> float:
        """Largest internal efficiency with as many electrons as holes, eq. (W7)."""
        if self.photon_yield is not None:
            return self.photon_yield
        return luminescence.pair_peak(linear=self.linear, radiative=self.radiative, cubic=self.cubic)

    @property
    def half_current_density(self) -> float:
        """Current density of recombination at which Auger has halved the peak, eq. (W8) [A cm^-2]."""
        if self.photon_yield is None:
            n = luminescence.pair_half_density(linear=self.linear, radiative=self.radiative, cubic=self.cubic)
            per_volume = float(luminescence.rate(n, **self._rates)) if np.isfinite(n) else n
        else:
            g = luminescence.exciton_half_rate(exciton_rate=self.linear, biexciton_rate=self.biexciton_rate)
            per_volume = self.dot_density * g if np.isfinite(g) else g
        if not np.isfinite(per_volume):
            raise DataError(
                f"{self.name}: no Auger rate is known, so the efficiency does not roll off; give "
                + (
                    f"{self.name}.electron_auger_coefficient=... [cm^6/s]" if self.photon_yield is None
                    else f"{self.name}.biexciton_lifetime=... [s] and {self.name}.dot_density=... [cm^-3]"
                )
            )  # fmt: skip
        return ELEMENTARY_CHARGE * self.thickness * per_volume

    @property
    def _rates(self) -> dict[str, float]:
        return {"linear": self.linear, "quadratic": self.radiative, "cubic": self.cubic}

    def internal_efficiency(self, current_density: ArrayLike) -> FloatArray:
        """Return photons made per recombining pair at a current of recombination [A cm^-2]."""
        wanted = luminescence.pair_rate(current_density, self.thickness)
        if self.photon_yield is None:
            n = luminescence.density_at(wanted, **self._rates)
            return luminescence.pair_efficiency(n, linear=self.linear, radiative=self.radiative, cubic=self.cubic)
        if self.biexciton_rate == 0.0:
            return np.full_like(wanted, self.photon_yield)
        return luminescence.exciton_efficiency(
            wanted / self.dot_density, exciton_rate=self.linear, biexciton_rate=self.biexciton_rate,
            photon_yield=self.photon_yield,
        )  # fmt: skip


@attrs.frozen(kw_only=True)
class Injection:
    """What one carrier's contact, barriers and layers let into the active layer at a voltage [A cm^-2]."""

    carrier: str
    limits: tuple[tuple[str, float], ...]  #: each with the current that it would let through alone
    passes: float  #: share that gets over the blocking wall
    crosses: float  #: share that the field carries through the active layer before it recombines

    @property
    def current_density(self) -> float:
        """Smallest of the limits."""
        return min(value for _, value in self.limits)

    @property
    def limited_by(self) -> str:
        """What sets the smallest limit."""
        return min(self.limits, key=lambda limit: limit[1])[0]


@attrs.frozen(eq=False, kw_only=True, repr=False)
class LightEmission(Estimate):
    """The estimate of a light-emitting diode: barriers, injection, efficiency, radiance, in closed form."""

    barriers: tuple[Barrier, ...]
    emitter: Emitter | None
    without_emitter: str  #: why there is none
    injection: tuple[Injection, Injection] | None  #: of electrons and of holes
    without_injection: str
    turn_on: float | None  #: [V]
    turn_on_reason: str  #: what makes it, or why there is none

    # -- barriers ------------------------------------------------------------------------------------------------------

    def _highest(self, carrier: str) -> Barrier | None:
        steps = [b for b in self.barriers if b.kind == "injection" and b.carrier == carrier]
        return max(steps, key=lambda barrier: barrier.height, default=None)

    @property
    def electron_injection_barrier(self) -> float:
        """Highest step of electrons on the way into the active layer, 0 where all lead down [eV]."""
        highest = self._highest("electrons")
        return 0.0 if highest is None else max(highest.height, 0.0)

    @property
    def hole_injection_barrier(self) -> float:
        """Highest step of holes on the way into the active layer, 0 where all lead down [eV]."""
        highest = self._highest("holes")
        return 0.0 if highest is None else max(highest.height, 0.0)

    @property
    def injection_barrier(self) -> float:
        """Highest step of either carrier on the way into the active layer [eV]."""
        return max(self.electron_injection_barrier, self.hole_injection_barrier)

    @property
    def turn_on_voltage(self) -> float:
        """Voltage of the optical gap, and what barriers demand beyond it, eq. (W16) [V]."""
        if self.turn_on is None:
            raise DataError(f"estimate: {self.turn_on_reason}")
        return self.turn_on

    # -- injection -----------------------------------------------------------------------------------------------------

    def _injected(self) -> tuple[Injection, Injection]:
        if self.injection is None:
            raise DataError(f"estimate: {self.without_injection}")
        return self.injection

    @property
    def electron_current(self) -> float:
        """Electrons that could be injected into the active layer [A cm^-2]."""
        return self._injected()[0].current_density

    @property
    def hole_current(self) -> float:
        """Holes that could be injected into the active layer [A cm^-2]."""
        return self._injected()[1].current_density

    @property
    def balance(self) -> float:
        """Balance index: the smaller of both injection currents over the larger, 1 where they are equal."""
        currents = sorted((self.electron_current, self.hole_current))
        return currents[0] / currents[1]

    @property
    def leakage(self) -> float:
        """Share of the current that leaves over the blocking walls without recombining, eq. (W15)."""
        return self._leaking() / self.current_density

    def _leaking(self) -> float:
        paired = min(self.electron_current, self.hole_current)
        return sum(each.passes * (each.current_density - paired + each.crosses * paired) for each in self._injected())

    @property
    def recombining_current(self) -> float:
        """Current of the pairs that meet in the active layer, eq. (W15) [A cm^-2]."""
        lost = max(each.passes * each.crosses for each in self._injected())
        return min(self.electron_current, self.hole_current) * (1.0 - lost)

    @property
    def current_density(self) -> float:
        """Injection-limited current: what recombines and what leaks [A cm^-2]."""
        return self.recombining_current + self._leaking()

    @property
    def current_efficiency(self) -> float:
        """gamma: recombining pairs per electron that flows."""
        return self.recombining_current / self.current_density

    @property
    def limited_by(self) -> str:
        """The carrier that is short, and what holds it back; without a forward voltage, the highest barrier."""
        if self.injection is None:
            highest = max((b for b in self.barriers if b.kind == "injection"), key=lambda barrier: barrier.height)
            if highest.height <= 0.0:
                return "no barrier impedes injection"
            return f"injection: {highest.height:.2f} eV barrier for {highest.carrier} at {highest.where}"
        scarce = min(self._injected(), key=lambda each: each.current_density)
        return f"{scarce.carrier}: {scarce.limited_by}"

    # -- light ---------------------------------------------------------------------------------------------------------

    def _emitting(self) -> Emitter:
        if self.emitter is None:
            raise DataError(f"estimate: {self.without_emitter}")
        return self.emitter

    @property
    def emission_energy(self) -> float:
        """Photon energy: the optical gap of the active layer, without a Stokes shift [eV]."""
        return self._emitting().optical_gap

    @property
    def emission_wavelength(self) -> float:
        """Wavelength of the optical gap [nm]."""
        return HC_EV_NM / self.emission_energy

    @property
    def peak_internal_efficiency(self) -> float:
        """Largest photons per pair at any current, with as many electrons as holes."""
        return self._emitting().peak

    @property
    def outcoupling(self) -> float:
        """Share of the photons that get out."""
        return self._emitting().outcoupling

    @property
    def eqe_ceiling(self) -> float:
        """Largest external efficiency: eta_S eta_PL eta_out with every electron meeting a hole, eq. (W10).

        At any densities of electrons and holes, so that no solution lies above it.
        """
        return self._external(1.0, self._emitting().ceiling)

    @property
    def half_current_density(self) -> float:
        """J_50: current density at which roll-off has halved the peak, for balanced injection [A cm^-2]."""
        return self._emitting().half_current_density

    @property
    def internal_efficiency(self) -> float:
        """Photons made per pair at this voltage."""
        return float(self._emitting().internal_efficiency(self.recombining_current))

    @property
    def external_efficiency(self) -> float:
        """Photons out per electron in at this voltage, from the turn-on voltage up.

        Below it emission falls as exp(qV/kT), whatever the efficiency of the pairs.
        """
        if self.voltage < self.turn_on_voltage:
            raise DataError(
                f"estimate: {self.voltage:g} V is below the turn-on voltage of {self.turn_on_voltage:.4g} V, where the "
                "closed form has no bound on light; give a higher voltage, or ask solved_efficiency()"
            )
        return self._external(self.current_efficiency, self.internal_efficiency)

    def _external(self, balance: float, internal: float) -> float:
        emitter = self._emitting()
        return luminescence.external_efficiency(
            balance=balance, emitting_share=emitter.emitting_share, internal=internal, outcoupling=emitter.outcoupling
        )

    @property
    def radiance(self) -> float:
        """Radiance of a Lambertian surface at this voltage [W cm^-2 sr^-1]."""
        efficiency, energy = self.external_efficiency, self.emission_energy
        return float(luminescence.radiance(self.current_density, efficiency=efficiency, photon_energy=energy))

    @property
    def optical_power(self) -> float:
        """Power that leaves the device at this voltage [W]."""
        if self.area is None:
            raise DataError("estimate: optical_power needs the area of the device; give area=... [cm^2]")
        return np.pi * self.radiance * self.area

    @property
    def wall_plug_efficiency(self) -> float:
        """Optical over electrical power at this voltage."""
        return self.external_efficiency * self.emission_energy / self.voltage

    def attributes(self) -> dict[str, Any]:
        """Return the figures; those that a missing value forbids are named with the reason."""
        figures: dict[str, Any] = {
            "voltage [V]": self.voltage,
            "temperature [K]": self.temperature,
            "anode": f"{self.anode} ({self.anode_reason})",
            "built_in_potential [V]": self.built_in_potential,
            "turn_on_voltage [V]": self.turn_on,
            "turn_on": self.turn_on_reason,
        }
        for barrier in self.barriers:
            figures[f"{barrier.kind} of {barrier.carrier} at {barrier.where}, into {barrier.role} [eV]"] = (
                barrier.height + 0.0
            )
        figures |= self._figures_of_injection() | self._figures_of_light()
        return figures | ({"area [cm^2]": self.area} if self.area is not None else {})

    def _figures_of_injection(self) -> dict[str, Any]:
        if self.injection is None:
            return {"without injection": self.without_injection}
        limits = {f"{each.carrier}, {name} [A/cm^2]": J for each in self.injection for name, J in each.limits}
        return limits | {
            "electron_current [A/cm^2]": self.electron_current,
            "hole_current [A/cm^2]": self.hole_current,
            "balance": self.balance,
            "leakage": self.leakage,
            "current_density [A/cm^2]": self.current_density,
            "limited_by": self.limited_by,
        }

    def _figures_of_light(self) -> dict[str, Any]:
        if self.emitter is None:
            return {"without light": self.without_emitter}
        figures: dict[str, Any] = {
            "emission_wavelength [nm]": self.emission_wavelength,
            "emitter": self.emitter.kind,
            "peak_internal_efficiency": self.peak_internal_efficiency,
            "outcoupling": self.outcoupling,
            "eqe_ceiling": self.eqe_ceiling,
        }
        try:
            figures["half_current_density [A/cm^2]"] = self.half_current_density
        except DataError as error:
            figures["without roll-off"] = str(error)
        if self.injection is not None and self.voltage >= self.turn_on_voltage:
            figures |= {
                "internal_efficiency": self.internal_efficiency,
                "external_efficiency": self.external_efficiency,
                "radiance [W/(cm^2 sr)]": self.radiance,
                "wall_plug_efficiency": self.wall_plug_efficiency,
            }
            figures |= {"optical_power [W]": self.optical_power} if self.area is not None else {}
        return figures


@attrs.frozen(eq=False, kw_only=True, repr=False)
class EfficiencyCurve(Result):
    """Efficiency against current density, in closed form or from solved points."""

    current_density: FloatArray  #: [A cm^-2]
    internal_efficiency: FloatArray  #: photons made over electrons that flow
    outcoupling: float
    photon_energy: float  #: [eV]
    source: str  #: "closed form" or "solved"
    balance: str
    ceiling: float | None  #: external efficiency that the curve cannot exceed
    voltage: FloatArray | None = None  #: [V], of solved points
    temperature: float
    provenance: Provenance

    index_name = "current_density"

    @property
    def external_efficiency(self) -> FloatArray:
        """Photons out over electrons in."""
        return self.internal_efficiency * self.outcoupling

    @property
    def radiance(self) -> FloatArray:
        """Radiance of a Lambertian surface [W cm^-2 sr^-1]."""
        return luminescence.radiance(
            self.current_density, efficiency=self.external_efficiency, photon_energy=self.photon_energy
        )

    @property
    def peak_efficiency(self) -> float:
        """Largest external efficiency; DataError where it still rises at an end of the curve."""
        return float(self._rising[1][self._peak])

    @property
    def peak_current_density(self) -> float:
        """Current density of the peak [A cm^-2]."""
        return math.exp(self._rising[0][self._peak])

    @property
    def half_current_density(self) -> float:
        """Current density beyond the peak at which half of it is left [A cm^-2]."""
        (ln_J, eta), top = self._rising, self._peak
        J = np.exp(ln_J)
        below = np.flatnonzero(eta[top:] <= 0.5 * eta[top])
        if below.size == 0:
            raise DataError(
                f"efficiency_curve: the efficiency does not fall to half of its peak up to {J.max():.3g} A/cm^2; go on"
            )
        found = crossing(ln_J[top:], 0.5 * eta[top] - eta[top:])
        assert found is not None
        if found.error > ALLOWED_IN_CURRENT:
            raise DataError(
                f"efficiency_curve: between its points the curve leaves half_current_density at "
                f"{math.exp(found.value):.3g} A/cm^2 to a factor of {math.exp(found.error):.2g} (allowed: "
                f"{math.exp(ALLOWED_IN_CURRENT):.2g}); give more points from {J[top + below[0] - 1]:.3g} to "
                f"{J[top + below[0]]:.3g} A/cm^2"
            )
        return math.exp(found.value)

    def at(self, current_density: float) -> float:
        """Return the external efficiency at a current density on the curve [A cm^-2]."""
        (ln_J, eta), J = self._rising, self.current_density
        if not J.min() <= current_density <= J.max():
            raise InputError(
                f"efficiency_curve: {current_density:.3g} A/cm^2 is not on the curve; "
                f"expected {J.min():.3g} to {J.max():.3g} A/cm^2"
            )
        found = value_at(ln_J, eta, float(np.log(current_density)))
        if found is None or found.error > ALLOWED_OF_PEAK * eta.max():
            raise DataError(
                f"efficiency_curve: {J.size} points do not hold the efficiency at {current_density:.3g} A/cm^2; give "
                "more about it"
            )
        return found.value

    @property
    def _rising(self) -> tuple[FloatArray, FloatArray]:
        """Logarithm of the current density, each once and rising, and the external efficiency there."""
        with attributed("efficiency_curve"):
            return distinct(np.log(self.current_density), self.external_efficiency)

    @property
    def _peak(self) -> int:
        """Number of the point with the largest efficiency: within the curve, or on a plateau at its end."""
        ln_J, eta = self._rising
        top = int(eta.argmax())
        if top in (0, eta.size - 1):
            beside = eta[min(1, eta.size - 1)] if top == 0 else eta[-2]
            if eta.size == 1 or eta[top] - beside > ALLOWED_OF_PEAK * eta[top]:
                raise DataError(
                    f"efficiency_curve: the efficiency is largest at {math.exp(ln_J[top]):.3g} A/cm^2, where the curve "
                    f"ends, so its peak is not on it; go {'lower' if top == 0 else 'further'}"
                )
        return top

    def columns(self) -> dict[str, Any]:
        """Return the curve by column head."""
        voltage = {} if self.voltage is None else {"voltage [V]": self.voltage}
        return {
            "current_density [A/cm^2]": self.current_density,
            **voltage,
            "internal_efficiency": self.internal_efficiency,
            "external_efficiency": self.external_efficiency,
            "radiance [W/(cm^2 sr)]": self.radiance,
        }

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the curve."""
        figures: dict[str, Any] = {
            "source": self.source,
            "balance": self.balance,
            "outcoupling": self.outcoupling,
            "emission_wavelength [nm]": HC_EV_NM / self.photon_energy,
            "temperature [K]": self.temperature,
        }
        try:
            figures |= {
                "peak_efficiency": self.peak_efficiency,
                "peak_current_density [A/cm^2]": self.peak_current_density,
            }
            figures["half_current_density [A/cm^2]"] = self.half_current_density
        except DataError as error:
            figures["without roll-off" if "peak_efficiency" in figures else "without peak"] = str(error)
        return figures

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the external efficiency in per cent against the current density on a log axis."""
        J, eta = self.current_density * 1e3, self.external_efficiency * 100.0
        marker = "o" if J.size < 12 else ""
        elements: list[Polyline | Label] = [
            Polyline(J.tolist(), eta.tolist(), COLORS["blue"], 1.3, name=self.source, marker=marker)
        ]
        top = float(eta.max())
        if self.ceiling is not None:
            ends = (float(J.min()), float(J.max()))
            top = max(top, 100.0 * self.ceiling)
            elements.append(Polyline(ends, (100.0 * self.ceiling,) * 2, COLORS["grey"], 0.8, "dashed", name="ceiling"))
        return Picture(
            elements=tuple(elements), x_label="Current density (mA cm$^{-2}$)", log_x=True, legend=True,
            y_label="External quantum efficiency (%)", y_limits=(0.0, 1.25 * top),
        )  # fmt: skip
