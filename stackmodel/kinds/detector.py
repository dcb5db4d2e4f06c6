"""Devices that turn light into current: the dark current that detectors and solar cells have in common."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from stackmodel.errors import ConvergenceError, DataError, InputError, Interrupted, StackModelError, shorten
from stackmodel.kinds.device import Device
from stackmodel.quantities import ACCURACY, all_checked, checked
from stackmodel.results.jv import Arrhenius, DarkCurrent, WhenAsked
from stackmodel.structure.circuit import Circuit
from stackmodel.structure.levels import ends
from stackmodel.units import Value

if TYPE_CHECKING:
    from stackmodel.experiments.jv import Background

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
        from stackmodel.experiments.jv import dark_current, ranged, temperatures

        if not isinstance(ranges, bool):
            raise InputError(f"dark_current: ranges is {shorten(ranges)}; expected True or False")
        given = checked("voltage", voltage, self.kind)
        shining = self._background(background, fov)
        both = {T: ends(self.stack, self.front, self.back, T) for T in temperatures(self.temperature)}
        answer = dark_current(
            self.stack, both, given, anode=self._anode[0], temperature=self.temperature, assumed=self._assumed,
            circuit=self._circuit, background=shining, illuminated=self.illuminated, junction=not self._along_bias,
            accuracy=checked("accuracy", accuracy, self.kind),
        )  # fmt: skip
        if background is None and self._circuit == Circuit():
            answer = attrs.evolve(answer, closed=WhenAsked(lambda: self._closed_form(given)))
        if not ranges or answer.total == 0.0:
            return answer
        return ranged(
            answer,
            self,
            lambda moved: moved.dark_current(given, background=background, fov=fov, accuracy=accuracy),
            LEVEL_UNCERTAINTY,
        )

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
        from stackmodel.output.progress import tracked

        if isinstance(temperatures, str) or not isinstance(temperatures, Iterable):
            raise InputError(f"arrhenius: temperatures are {shorten(temperatures)}; expected a list such as [300, 250]")
        asked = all_checked(
            "temperature", temperatures, "arrhenius", what="temperatures", example="[300, 250, 200]"
        ).tolist()
        if checked("voltage", voltage, self.kind) == 0.0 and background is None:
            raise InputError("arrhenius: at 0 V no dark current flows; expected another voltage, such as -0.5")
        currents: list[DarkCurrent] = []
        for T in tracked(asked, len(asked), "temperatures"):
            try:
                there = self.with_values({"temperature": T})
                currents.append(there.dark_current(voltage, background=background, fov=fov, accuracy=accuracy))
            except ConvergenceError as error:
                raise ConvergenceError(
                    f"arrhenius: {T:g} K: {error} {len(currents)} temperatures are in this error's partial",
                    partial=tuple(currents),
                ) from error
            except KeyboardInterrupt:
                said = f"arrhenius: interrupted after {len(currents)} of {len(asked)} temperatures"
                raise Interrupted(said, self._against_temperature(asked, currents) if currents else None) from None
        return self._against_temperature(asked, currents)

    def _against_temperature(self, temperatures: Sequence[float], currents: Sequence[DarkCurrent]) -> Arrhenius:
        """Return the answer for the first temperatures, as many as there are currents."""
        from stackmodel.structure.record import record

        each = [current.provenance.convergence for current in currents]
        worst = {name: max(figures[name] for figures in each) for name in each[0]}
        return Arrhenius(
            voltage=currents[0].voltage, temperature=np.array(temperatures[: len(currents)]), currents=tuple(currents),
            provenance=record("Dark current against temperature", self.stack, self.temperature, self._assumed, worst),
        )  # fmt: skip

    def _closed_form(self, voltage: float) -> float | None:
        """Return the dark current in closed form [A cm^-2], None where there is none."""
        try:
            found: float = self.estimate(voltage).dark_current
        except StackModelError:
            return None
        return found

    def _background(self, temperature: Value | None, fov: Value | None) -> Background | None:
        """Return what the surroundings generate in the active layer, absorbed in one pass above its optical gap."""
        if temperature is None:
            if fov is not None:
                raise InputError("dark_current: fov without background; give background=300 too, in K")
            return None
        if fov is None:
            raise InputError("dark_current: background needs fov=, the full angle in degrees; 180 is the hemisphere")
        from stackmodel.estimates.absorption import absorber_of, deciding_end, graded_materials, thermal_carriers
        from stackmodel.experiments.jv import Background
        from stackmodel.structure.paths import thickness

        source, angle = checked("source_temperature", temperature, self.kind), checked("field_of_view", fov, self.kind)
        i = self.stack.position("active")
        material, depth = deciding_end(self.stack, i, self.temperature), thickness(self.stack, i)
        between = graded_materials(self.stack, i, self.temperature)
        absorber = absorber_of(self.stack.names[i], material, depth, between=between)
        if absorber is None:
            raise DataError(
                f"{self.stack.names[i]}: no absorption_coefficient is known, which background needs; give it"
            )
        pairs = thermal_carriers(absorber, source) * math.sin(math.radians(0.5 * angle)) ** 2
        return Background(
            name=f"background of {source:g} K through {angle:g} deg",
            generation={self.stack.names[i]: pairs / depth},
        )
