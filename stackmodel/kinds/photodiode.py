"""Photodiodes: a junction read in reverse."""

from __future__ import annotations

from typing import ClassVar

import attrs

from stackmodel.experiments.metrics import DEFAULT_METRICS
from stackmodel.kinds.detector import Detector
from stackmodel.kinds.registry import registered


@registered
@attrs.frozen(init=False, kw_only=True, repr=False)
class Photodiode(Detector):
    """A photodiode; see `Device` for what it takes."""

    kind: ClassVar[str] = "photodiode"
    default_metrics: ClassVar[tuple[str, ...]] = (*DEFAULT_METRICS, "dark_current@-0.5V")
