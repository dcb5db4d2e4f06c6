"""Interfaces: what stands between two layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from stackmodel.errors import reject_unknown
from stackmodel.quantities import QUANTITIES, checked
from stackmodel.units import Value, shortest

FIELDS = ("dipole", "pinning", "fixed_charge", "electron_recombination_velocity", "hole_recombination_velocity")


@attrs.frozen(init=False, kw_only=True)
class Interface:
    """One interface between a left and a right layer.

    Parameters
    ----------
    dipole : float or str
        Step of the vacuum level from the left to the right layer, positive where it rises. [eV]
    pinning : float, optional
        Slope parameter S between charge-neutrality levels: 1 leaves Anderson's rule, 0 aligns the levels. Needs
        `charge_neutrality_level` of both layers. []
    fixed_charge : float or str
        Fixed charge over the elementary charge. [cm^-2]
    electron_recombination_velocity, hole_recombination_velocity : float or str, optional
        Recombination at the interface. [cm/s]
    """

    dipole: float = 0.0
    pinning: float | None = None
    fixed_charge: float = 0.0
    electron_recombination_velocity: float | None = None
    hole_recombination_velocity: float | None = None

    def __init__(self, **values: Value) -> None:
        reject_unknown("interface", values, FIELDS)
        given: dict[str, Any] = {k: None if v is None else checked(k, v, "interface") for k, v in values.items()}
        self.__attrs_init__(**given)

    def with_values(self, values: Mapping[str, Value]) -> Interface:
        """Return the interface with `values` replaced."""
        return Interface(**{**self.given, **values})

    @property
    def given(self) -> dict[str, float]:
        """Values that differ from a plain interface."""
        plain = {"dipole": 0.0, "fixed_charge": 0.0}
        return {k: getattr(self, k) for k in FIELDS if getattr(self, k) != plain.get(k)}

    @property
    def notation(self) -> str:
        """How the stack notation writes it: "" for a plain interface."""
        pairs = [
            f"{k}={shortest(v)}{' ' + QUANTITIES[k].unit if QUANTITIES[k].unit else ''}" for k, v in self.given.items()
        ]
        return f"[{', '.join(pairs)}] " if pairs else ""
