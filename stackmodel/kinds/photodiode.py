"""Photodiodes: a junction read in reverse."""

from __future__ import annotations

from typing import ClassVar

import attrs

from stackmodel.kinds.device import Device
from stackmodel.quantities import checked
from stackmodel.results.jv import DarkCurrent
from stackmodel.structure.levels import ends
from stackmodel.units import Value


@attrs.frozen(init=False, kw_only=True, repr=False)
class Photodiode(Device):
    """A photodiode; see `Device` for what it takes."""

    kind: ClassVar[str] = "photodiode"

    def dark_current(self, voltage: Value) -> DarkCurrent:
        """Return the solved dark current at `voltage` [V] by mechanism, with its activation energy.

        Dark means a cold shield: no radiation of the surroundings enters.
        """
        from stackmodel.experiments.jv import dark_current, temperatures

        self._refuse_unmodelled(None)
        both = {T: ends(self.stack, self.front, self.back, T) for T in temperatures(self.temperature)}
        return dark_current(
            self.stack, both, checked("voltage", voltage, self.kind), anode=self._anode[0],
            temperature=self.temperature, assumed=self._assumed,
        )  # fmt: skip
