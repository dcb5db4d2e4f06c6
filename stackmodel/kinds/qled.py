"""Light-emitting diodes: a junction that turns current into light."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from stackmodel.errors import InputError, shorten
from stackmodel.estimates.emission import (
    emission,
    emission_assumptions,
    emitter_of,
    outcoupling_of,
    pair_ceiling_of,
    solved_internal,
)
from stackmodel.kinds.device import Device
from stackmodel.light.spectrum import Light
from stackmodel.materials.material import optical_gap
from stackmodel.quantities import ACCURACY, all_checked, checked
from stackmodel.results.emission import EfficiencyCurve, Emitter, LightEmission
from stackmodel.structure.levels import Assumed, electrical_material
from stackmodel.structure.record import record
from stackmodel.units import Value

if TYPE_CHECKING:
    from stackmodel.structure.stack import Stack


@attrs.frozen(init=False, kw_only=True, repr=False)
class QLED(Device):
    """A light-emitting diode of quantum dots or of a film; see `Device` for what it takes.

    The active layer emits by its `radiative_coefficient` (free pairs), or, where `photoluminescence_yield` is given, as
    excitons of that yield, which `biexciton_lifetime` and `dot_density` make roll off (the coefficients of free pairs
    then serve `jv` only); `outcoupling_efficiency` of the active layer says how many photons get out.
    """

    kind: ClassVar[str] = "QLED"

    def __init__(self, stack: Stack | str, **values: Any) -> None:
        super().__init__(stack, **values)
        if self.stack.roles.count("active") != 1:
            raise InputError(
                f"{self.kind}: the stack has {self.stack.roles.count('active')} active layers; expected one"
            )

    def estimate(self, voltage: Value = 0.0, light: Light | None = None) -> LightEmission:
        """Return the closed-form answers at a voltage: barriers, injection, balance, efficiency, radiance.

        Injection needs a voltage above the built-in potential, and light does not matter to it.

        Parameters
        ----------
        voltage : float or str
            Anode minus cathode. [V]
        light : Light, optional
            As for any device: adds the photocurrent.
        """
        base = super().estimate(voltage, light)
        layers, alignment, _ = self._estimate_basis
        return emission(layers, self._ends, alignment, base, anode=self._anode[0])

    def efficiency_curve(self, current_densities: Sequence[Value], *, balance: Value | None = None) -> EfficiencyCurve:
        """Return the efficiency against current density in closed form, with the roll-off by Auger recombination.

        Parameters
        ----------
        current_densities : sequence of float or str
            Rising, above 0. [A cm^-2]
        balance : float, optional
            Recombining pairs per electron that flows; 1 otherwise, which is an assumption and an upper bound.
        """
        asked = self._current_densities(current_densities)
        gamma = 1.0 if balance is None else checked("current_efficiency", balance, self.kind)
        emitter = self._emitter
        more = () if balance is not None else (
            Assumed(whose="efficiency_curve", what="gamma = 1", rule="balanced_injection"),
        )  # fmt: skip
        internal = gamma * emitter.emitting_share * emitter.internal_efficiency(gamma * asked)
        return EfficiencyCurve(
            current_density=asked, internal_efficiency=internal, outcoupling=emitter.outcoupling,
            photon_energy=emitter.optical_gap, source="closed form",
            balance=f"gamma = {gamma:g}" + (" (assumed)" if more else ""),
            ceiling=emitter.emitting_share * emitter.ceiling * emitter.outcoupling, temperature=self.temperature,
            provenance=record(
                "Efficiency against current density", self.stack, self.temperature, (*self._assumed, *more)
            ),
        )  # fmt: skip

    def solved_efficiency(self, voltages: Sequence[Value], *, accuracy: Value = ACCURACY) -> EfficiencyCurve:
        """Return the efficiency that the solved current-voltage curve implies, to set beside `efficiency_curve`.

        Internal efficiency is the radiative recombination in the active layer over the current of the stack, so the
        balance of both carriers comes with it. Needs `radiative_coefficient`; excitons are no part of the solver.

        Parameters
        ----------
        voltages : sequence of float or str
            In forward. [V]
        accuracy : float or str
            Largest estimated error that the mesh may leave in a current, "0.1 %" to "2 %".
        """
        layers, _, _ = self._estimate_basis
        i = self._active_number
        if layers.materials[i].value("radiative_coefficient") == 0.0:
            name = layers.name(i)
            raise InputError(
                f"solved_efficiency: {name} has a radiative_coefficient of 0, so no light is solved; give "
                f"{name}.radiative_coefficient=... [cm^3/s]"
            )
        curve = self.jv(voltages, accuracy=accuracy)
        points = sorted(curve.points, key=lambda point: point.current_density)
        if points[0].current_density <= 0.0:
            raise InputError(
                f"solved_efficiency: at {points[0].voltage:g} V no forward current flows; expected voltages above 0"
            )
        internal = [solved_internal(p.by_mechanism, p.current_density, layers.name(i)) for p in points]
        return EfficiencyCurve(
            current_density=np.array([point.current_density for point in points]),
            internal_efficiency=np.array(internal), outcoupling=outcoupling_of(layers.materials[i]),
            photon_energy=optical_gap(layers.materials[i]), source="solved", balance="solved",
            ceiling=pair_ceiling_of(layers, i) * outcoupling_of(layers.materials[i]),
            voltage=np.array([point.voltage for point in points]), temperature=self.temperature,
            provenance=curve.provenance,
        )  # fmt: skip

    def _current_densities(self, given: Sequence[Value]) -> np.ndarray[Any, np.dtype[np.float64]]:
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise InputError(
                f"efficiency_curve: current_densities are {shorten(given)}; "
                "expected a list such as numpy.logspace(-6, 1)"
            )
        example = "numpy.logspace(-6, 1)"
        what = "current_densities"
        asked = all_checked("current_density", given, "efficiency_curve", what=what, example=example)
        if not np.all(np.diff(asked) > 0.0):
            raise InputError("efficiency_curve: current_densities do not rise; expected e.g. numpy.logspace(-6, 1)")
        return asked

    @property
    def _active_number(self) -> int:
        """Number of the active layer among the electrical ones."""
        layers, _, _ = self._estimate_basis
        return [self.stack.roles[i] for i in layers.positions].index("active")

    @cached_property
    def _emitter(self) -> Emitter:
        layers, _, _ = self._estimate_basis
        return emitter_of(layers, self._active_number)

    @property
    def _assumed(self) -> tuple[Assumed, ...]:
        i = self.stack.roles.index("active")
        material = electrical_material(self.stack, i, self.temperature)
        return (*super()._assumed, *emission_assumptions(self.stack.names[i], material))
