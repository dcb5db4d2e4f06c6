"""Devices that turn light into current: the dark current that detectors and solar cells have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from stackmodel.errors import InputError, StackModelError, shorten
from stackmodel.kinds.device import Device
from stackmodel.quantities import ACCURACY, all_checked, checked
from stackmodel.results.jv import Arrhenius, DarkCurrent, WhenAsked
from stackmodel.structure.stack import Stack
from stackmodel.units import Value

#: By how much levels are uncertain whose source reports no range. [eV]
LEVEL_UNCERTAINTY = 0.1


@attrs.frozen(init=False, kw_only=True, repr=False)
class Detector(Device):
    """A device with a dark current; photodiode, photoconductor and solar cell derive from it."""

    def dark_current(
        self,
        voltage: Value,
        *,
        background: Value | None = None,
        fov: Value | None = None,
        ranges: bool = False,
        accuracy: Value = ACCURACY,
    ) -> DarkCurrent:
        """Return the solved dark current at `voltage` [V] by mechanism, with its activation energy.

        Parameters
        ----------
        voltage : float or str
            Anode minus cathode. [V]
        background : float or str, optional
            Temperature of surroundings that shine on the device; without it dark means a cold shield. [K]
        fov : float or str, optional
            Full angle through which the surroundings are seen; needed with `background`, 180 for a hemisphere. [deg]
        ranges : bool
            Whether `.range` is solved too: what the uncertainty of the levels leaves, each affinity and gap moved by
            what its source reports or by 0.1 eV. Takes four more solutions a layer.
        accuracy : float or str
            Largest estimated error that the mesh may leave in a current, "0.1 %" to "2 %".
        """
        from stackmodel.experiments.background import background as of_surroundings
        from stackmodel.experiments.jv import dark_current, ranged

        if not isinstance(ranges, bool):
            raise InputError(f"dark_current: ranges is {shorten(ranges)}; expected True or False")
        volts, setup = checked("voltage", voltage, self.kind), self._asked(accuracy)
        answer = dark_current(setup, volts, of_surroundings(setup, background, fov, self.kind))
        if background is None and setup.circuit.bare:
            answer = attrs.evolve(answer, closed=WhenAsked(lambda: self._closed_form(volts)))
        if not ranges or answer.total == 0.0:
            return answer

        def ask(stack: Stack) -> DarkCurrent:
            return self.with_stack(stack).dark_current(volts, background=background, fov=fov, accuracy=accuracy)

        return ranged(answer, setup, ask, LEVEL_UNCERTAINTY)

    def arrhenius(
        self,
        voltage: Value,
        temperatures: Sequence[Value],
        *,
        background: Value | None = None,
        fov: Value | None = None,
        accuracy: Value = ACCURACY,
    ) -> Arrhenius:
        """Return the dark current at `voltage` [V] at each of the `temperatures` [K]; its picture is Arrhenius's."""
        from stackmodel.experiments.arrhenius import arrhenius

        if isinstance(temperatures, str) or not isinstance(temperatures, Iterable):
            raise InputError(f"arrhenius: temperatures are {shorten(temperatures)}; expected a list such as [300, 250]")
        asked = all_checked(
            "temperature", temperatures, "arrhenius", what="temperatures", example="[300, 250, 200]"
        ).tolist()
        if checked("voltage", voltage, self.kind) == 0.0 and background is None:
            raise InputError("arrhenius: at 0 V no dark current flows; expected another voltage, such as -0.5")

        def ask(temperature: float) -> DarkCurrent:
            there = self.with_values({"temperature": temperature})
            return there.dark_current(voltage, background=background, fov=fov, accuracy=accuracy)

        return arrhenius(self.setup, asked, ask)

    def _closed_form(self, voltage: float) -> float | None:
        """Return the dark current in closed form [A cm^-2], None where there is none."""
        try:
            found: float = self.estimate(voltage).dark_current
        except StackModelError:
            return None
        return found
