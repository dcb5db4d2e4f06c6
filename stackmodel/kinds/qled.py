"""Light-emitting diodes: a junction that turns current into light."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from stackmodel.errors import InputError, shorten
from stackmodel.estimates.emission import emission, emission_assumptions
from stackmodel.kinds.device import Device
from stackmodel.kinds.registry import registered
from stackmodel.light.spectrum import Light
from stackmodel.quantities import ACCURACY, all_checked, checked
from stackmodel.results.emission import EfficiencyCurve, LightEmission
from stackmodel.structure.levels import electrical_material
from stackmodel.structure.setup import Setup
from stackmodel.units import Value

if TYPE_CHECKING:
    from stackmodel.structure.stack import Stack


@registered
@attrs.frozen(init=False, kw_only=True, repr=False)
class QLED(Device):
    """A light-emitting diode of quantum dots or of a film; see `Device` for what it takes.

    The active layer emits by its `radiative_coefficient` (free pairs), or, where `photoluminescence_yield` is given, as
    excitons of that yield, which `biexciton_lifetime` and `dot_density` make roll off (the coefficients of free pairs
    then serve `jv` only); `outcoupling_efficiency` of the active layer says how many photons get out.
    """

    kind: ClassVar[str] = "QLED"
    default_metrics: ClassVar[tuple[str, ...]] = (
        "estimate.injection_barrier", "blocking_barrier", "estimate.turn_on_voltage", "estimate.balance@3V",
    )  # fmt: skip

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
        return emission(self._layers, self.setup, self._alignment, super().estimate(voltage, light))

    def efficiency_curve(self, current_densities: Sequence[Value], *, balance: Value | None = None) -> EfficiencyCurve:
        """Return the efficiency against current density in closed form, with the roll-off by Auger recombination.

        Parameters
        ----------
        current_densities : sequence of float or str
            Rising, above 0. [A cm^-2]
        balance : float, optional
            Recombining pairs per electron that flows; 1 otherwise, which is an assumption and an upper bound.
        """
        from stackmodel.experiments.efficiency import efficiency_curve

        asked = self._current_densities(current_densities)
        gamma = None if balance is None else checked("current_efficiency", balance, self.kind)
        return efficiency_curve(self.setup, self._layers, asked, gamma)

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
        from stackmodel.experiments.efficiency import solved_efficiency

        return solved_efficiency(self._asked(accuracy), self._layers, voltages)

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

    def _made(self) -> Setup:
        made = super()._made()
        i = self.stack.roles.index("active")
        material = electrical_material(self.stack, i, self.temperature)
        return attrs.evolve(made, assumed=(*made.assumed, *emission_assumptions(self.stack.names[i], material)))
