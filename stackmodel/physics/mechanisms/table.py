"""The list of the mechanisms of recombination in a layer."""

from __future__ import annotations

import math
from collections.abc import Container
from typing import Protocol

from stackmodel.physics.constants import NONE, UNBOUND

#: One row a mechanism: its name, and the columns of `Line.values` that it reads. The order is that of `Flows.rates`.
TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("SRH", ()),
    ("trap-assisted tunnelling", ()),
    ("radiative", ("LN_RADIATIVE",)),
    ("Langevin", ("LN_LANGEVIN",)),
    ("Auger", ("LN_AUGER_N", "LN_AUGER_P")),
    ("band-to-band tunnelling", ("LN_KANE", "KANE_FIELD", "LN_N_I")),
)
MECHANISMS = tuple(name for name, _ in TABLE)
N_MECHANISMS = len(MECHANISMS)
#: Columns of `Line.values` that transport itself reads: ln of mobilities, then what depends on the field [V/cm]; half
#: the length of a hop over kT [cm/V] last.
TRANSPORT = (
    "LN_MU_N", "LN_MU_P", "POOLE_N", "POOLE_P", "LN_SATURATION_N", "LN_SATURATION_P", "BETA_N", "BETA_P", "HOP",
)  # fmt: skip
#: Names of all columns of `Line.values`, in their order.
COLUMNS = (*TRANSPORT, *(name for _, columns in TABLE for name in columns))
CARRIERS = ("electron", "hole")


class Values(Protocol):
    """Where a mechanism reads its quantities: a material at its temperature."""

    @property
    def temperature(self) -> float:
        """Temperature [K]."""

    @property
    def parameters(self) -> Container[str]:
        """Names of what the material has."""

    def value(self, name: str) -> float:
        """Return a quantity in its unit; an error where the material has none."""


def index(mechanism: str) -> int:
    """Return the row of a mechanism in `Flows.rates`."""
    return MECHANISMS.index(mechanism)


def column(name: str) -> int:
    """Return the number of a column of `Line.values`."""
    return COLUMNS.index(name)


def ln(value: float) -> float:
    """Return ln of a coefficient: `NONE` of 0, `UNBOUND` of infinity."""
    return math.log(value) if 0.0 < value < math.inf else UNBOUND if value > 0.0 else NONE
