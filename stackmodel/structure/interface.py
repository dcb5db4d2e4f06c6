"""Interfaces: what stands between two layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from stackmodel.errors import InputError, did_you_mean, reject_unknown, shorten
from stackmodel.materials.parameter import user_parameter
from stackmodel.quantities import QUANTITIES, checked
from stackmodel.units import Value, shortest

TRANSFERS = ("continuous", "thermionic", "thermionic-field")
_VELOCITIES = ("electron_recombination_velocity", "hole_recombination_velocity")
_SIDES = ("left", "right")
#: Fields by the quantity that measures them; `transfer` is a word.
QUANTITY_OF = {
    **{name: name for name in ("dipole", "pinning", "fixed_charge", *_VELOCITIES)},
    **{f"{side}_{name}": name for side in _SIDES for name in _VELOCITIES},
    "trap_level": "trap_level",
    **{
        name: name
        for name in (
            "interface_donor_density",
            "interface_acceptor_density",
            "electron_transfer_velocity",
            "hole_transfer_velocity",
        )
    },
}
FIELDS = (*QUANTITY_OF, "transfer")


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
        Recombination at the interface, of carriers of either side; ``left_...`` and ``right_...`` give the sides their
        own velocity, 0 where a side's carriers do not reach the level. Carriers of both sides count, so that within one
        material S n of each side adds up to 2 S n. [cm/s]
    trap_level : float or str
        Level of these traps above the middle of the interface gap, from the higher E_V to the lower E_C of both sides,
        or text such as "0.3 eV below E_C", "0.3 eV above E_V" (of that gap) or "intrinsic". [eV]
    interface_donor_density, interface_acceptor_density : float or str
        Charge of these traps when empty, or when full, over the elementary charge. [cm^-2]
    transfer : str
        "continuous" (quasi-Fermi levels, default), "thermionic" (emission over the step, A* T^2 with the smaller A*) or
        "thermionic-field" (with tunnelling through the spike).
    electron_transfer_velocity, hole_transfer_velocity : float or str, optional
        Velocity with which the density on the higher side crosses, in place of Richardson's emission, as films of dots
        need it. [cm/s]
    """

    dipole: float = 0.0
    pinning: float | None = None
    fixed_charge: float = 0.0
    electron_recombination_velocity: float | None = None
    hole_recombination_velocity: float | None = None
    left_electron_recombination_velocity: float | None = None
    left_hole_recombination_velocity: float | None = None
    right_electron_recombination_velocity: float | None = None
    right_hole_recombination_velocity: float | None = None
    trap_level: float | str = 0.0
    interface_donor_density: float = 0.0
    interface_acceptor_density: float = 0.0
    electron_transfer_velocity: float | None = None
    hole_transfer_velocity: float | None = None
    transfer: str = "continuous"

    def __init__(self, **values: Value) -> None:
        reject_unknown("interface", values, FIELDS)
        transfer = values.pop("transfer", None)
        given: dict[str, Any] = {
            k: None if v is None else checked(QUANTITY_OF[k], v, "interface")
            for k, v in values.items() if k != "trap_level"
        }  # fmt: skip
        if "trap_level" in values:
            level = user_parameter("trap_level", values["trap_level"], "interface")
            given["trap_level"] = level.text if level.reference else level.value
        moved = [given.get(f"{carrier}_transfer_velocity") for carrier in ("electron", "hole")]
        if transfer is None:
            transfer = "continuous" if moved == [None, None] else "thermionic"
        if transfer not in TRANSFERS:
            hint = did_you_mean(str(transfer), TRANSFERS) or f" Expected one of: {', '.join(TRANSFERS)}."
            raise InputError(f'interface: unknown transfer "{shorten(transfer)}".{hint}')
        if transfer == "continuous" and moved != [None, None]:
            raise InputError(
                'interface: transfer is "continuous", but a transfer velocity is given; expected one of the two'
            )
        self.__attrs_init__(**given, transfer=transfer)
        if self.trap_level and not self.has_traps:
            raise InputError(
                "interface: trap_level says where traps are, but nothing how fast they take carriers; expected "
                "electron_recombination_velocity and hole_recombination_velocity too"
            )
        if self.interface_donor_density and self.interface_acceptor_density:
            raise InputError(
                "interface: interface_donor_density and interface_acceptor_density are both given; expected one"
            )

    def with_values(self, values: Mapping[str, Value]) -> Interface:
        """Return the interface with `values` replaced."""
        return Interface(**{**self.given, **values})

    @property
    def has_traps(self) -> bool:
        """Whether carriers recombine here, or levels hold charge."""
        return bool(self.interface_donor_density or self.interface_acceptor_density) or any(
            getattr(self, name) for name in QUANTITY_OF if name.endswith("recombination_velocity")
        )

    def velocity(self, carrier: str, side: int, where: str) -> float:
        """Return the recombination velocity of a carrier of the left (0) or right (1) side [cm/s].

        Raises
        ------
        InputError
            If it is infinite, or missing where another is given.
        """
        name = f"{carrier}_recombination_velocity"
        own = getattr(self, f"{_SIDES[side]}_{name}")
        value = getattr(self, name) if own is None else own
        if value is None:
            raise InputError(
                f"{where}: {name} is missing (or {_SIDES[side]}_{name}): traps of an interface take electrons and "
                "holes; expected a velocity, 0 cm/s where the side's carriers do not reach them"
            )
        if value == float("inf"):
            raise InputError(f"{where}: {name} is infinite; expected at most 1e9 cm/s between two layers")
        return float(value)

    def level(self, lowest_E_C: float, highest_E_V: float, intrinsic: float, where: str) -> float:
        """Return the energy of its traps, from the edges of the interface gap and from its intrinsic level [eV].

        Raises
        ------
        InputError
            If it lies outside the interface gap.
        """
        given = user_parameter("trap_level", self.trap_level, where)
        origins = {"E_C": lowest_E_C, "E_V": highest_E_V, "intrinsic": intrinsic}
        middle = 0.5 * (lowest_E_C + highest_E_V)
        level = origins.get(given.reference, middle) + given.value
        # Where both gaps have nothing in common a level can only lie between the two edges.
        half = 0.5 * abs(lowest_E_C - highest_E_V)
        if abs(level - middle) > half + 1e-9:
            raise InputError(
                f"{where}: trap_level is {level - middle:+.4g} eV from the middle of the interface gap (the lower E_C "
                f"minus the higher E_V, {lowest_E_C - highest_E_V:.4g} eV), outside it; expected {-half:.4g} to "
                f'{half:.4g} eV, or e.g. "0.2 eV below E_C"'
            )
        return level

    @property
    def given(self) -> dict[str, Any]:
        """Values that differ from a plain interface."""
        plain = {field.name: field.default for field in attrs.fields(Interface)}
        return {k: getattr(self, k) for k in FIELDS if getattr(self, k) != plain[k]}

    @property
    def notation(self) -> str:
        """How the stack notation writes it: "" for a plain interface."""
        pairs = [f"{k}={_text(k, v)}" for k, v in self.given.items()]
        return f"[{', '.join(pairs)}] " if pairs else ""


def _text(name: str, value: Any) -> str:
    if name not in QUANTITY_OF or isinstance(value, str):
        return str(value)
    unit = QUANTITIES[QUANTITY_OF[name]].unit
    return f"{shortest(value)} {unit}".rstrip()
