"""Solar cells: a junction that delivers power."""

from __future__ import annotations

from typing import ClassVar

import attrs

from stackmodel.kinds.device import Device


@attrs.frozen(init=False, kw_only=True)
class SolarCell(Device):
    """A solar cell; see `Device` for what it takes."""

    kind: ClassVar[str] = "solar cell"
