"""The kinds of device, which register themselves."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from stackmodel.experiments.metrics import DEFAULTS_OF_KIND

if TYPE_CHECKING:
    from stackmodel.kinds.device import Device

K = TypeVar("K", bound="type[Device]")

_KINDS: dict[str, type[Device]] = {}


def registered(cls: K) -> K:
    """Enter a class under its `kind`, with the metrics that compare uses for it; a decorator."""
    _KINDS[cls.kind] = cls
    DEFAULTS_OF_KIND[cls.kind] = cls.default_metrics
    return cls


def kinds() -> dict[str, type[Device]]:
    """Return all kinds by the name that files use."""
    import stackmodel.kinds as room

    for module in pkgutil.iter_modules(room.__path__):
        import_module(f"{room.__name__}.{module.name}")
    return dict(_KINDS)


def command_name(kind: str) -> str:
    """Return how the command line writes a kind: "solar cell" as solar_cell."""
    return kind.lower().replace(" ", "_")
