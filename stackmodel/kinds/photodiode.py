"""Photodiodes: a junction read in reverse."""

from __future__ import annotations

from typing import ClassVar

import attrs

from stackmodel.kinds.device import Device


@attrs.frozen(init=False, kw_only=True)
class Photodiode(Device):
    """A photodiode; see `Device` for what it takes."""

    kind: ClassVar[str] = "photodiode"
