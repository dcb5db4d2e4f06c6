"""Photodiodes: a junction read in reverse."""

from __future__ import annotations

from typing import ClassVar

import attrs

from stackmodel.kinds.detector import Detector


@attrs.frozen(init=False, kw_only=True, repr=False)
class Photodiode(Detector):
    """A photodiode; see `Device` for what it takes."""

    kind: ClassVar[str] = "photodiode"
