"""Interfaces: what stands between two layers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from stackmodel.errors import InputError, did_you_mean, reject_unknown, shorten
from stackmodel.materials.parameter import user_parameter
from stackmodel.quantities import INTERFACE_FAMILIES, QUANTITIES, TRAP_LEVELS, checked, plain
from stackmodel.units import Value, shortest

TRANSFERS = ("continuous", "thermionic", "thermionic-field")
_VELOCITIES = ("electron_recombination_velocity", "hole_recombination_velocity")
_SIDES = ("left", "right")
#: Fields by the quantity that measures them; `transfer` is a word.
QUANTITY_OF = {
    **{name: name for name in ("dipole", "pinning", "fixed_charge", *_VELOCITIES)},
    **{f"{side}_{name}": name for side in _SIDES for name in _VELOCITIES},
    "trap_level": "trap_level",
    **{name: name for name in ("electron_transfer_velocity", "hole_transfer_velocity")},
}
#: Words between the name of a family of levels and what is said of it.
_OF_FAMILY = (
    "density", "level", "width", "tail_energy",
    *(f"{c}_{what}" for c in ("electron", "hole") for what in ("capture", "capture_cross_section", "capture_energy")),
)  # fmt: skip
_FAMILY = re.compile(rf"({'|'.join(INTERFACE_FAMILIES)})(_\d+)?_({'|'.join(_OF_FAMILY)})")
#: Densities that also say the charge of the level that recombination velocities stand for.
_HELD = ("interface_donor_density", "interface_acceptor_density")


def quantity_of(field: str) -> str | None:
    """Return the quantity that measures a field of an interface; None of `transfer`, which is a word."""
    if field in QUANTITY_OF:
        return QUANTITY_OF[field]
    return plain(field) if _FAMILY.fullmatch(field) else None


def _fields() -> tuple[str, ...]:
    """Return the names that an interface may be given, of the first family of each kind."""
    return (*QUANTITY_OF, *(f"{name}_{what}" for name in INTERFACE_FAMILIES for what in _OF_FAMILY), "transfer")


@attrs.frozen(kw_only=True)
class Family:
    """Levels at an interface that are given by their density.

    Attributes
    ----------
    name : str
        "interface_donor", "interface_acceptor_2", ...
    sign : float
        1 of donors, which are charged when empty, -1 of acceptors, charged when full, 0 of neutral levels.
    density : float
        [cm^-2]
    level : float or str
        As `Interface.trap_level`.
    shape, captures : mapping
        What is said of the distribution ("width", "tail_energy") and of captures ("electron_capture", ...).
    """

    name: str
    sign: float
    density: float
    level: float | str
    shape: Mapping[str, float]
    captures: Mapping[str, float]

    @property
    def reference(self) -> str:
        """What the level counts from, see `Parameter`."""
        return user_parameter("trap_level", self.level, self.name).reference


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
    interface_donor_..., interface_acceptor_..., interface_trap_... : float or str, optional
        Levels by their density, as many families as needed (``interface_donor_2_density``): ``_density`` [cm^-2],
        ``_level`` (as trap_level, which it is otherwise), ``_width`` or ``_tail_energy`` of a distribution [eV], and of
        either carrier ``_electron_capture`` [cm^3/s] or ``_electron_capture_cross_section`` [cm^2], which takes the
        electron_thermal_velocity of the layers, with ``_electron_capture_energy`` where capture is activated [eV].
        Their recombination velocities follow, S = density x capture. Donors and acceptors carry their charge;
        interface_trap, as the neutral defects of SCAPS, and levels given by a velocity are quasi-static.
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
    electron_transfer_velocity: float | None = None
    hole_transfer_velocity: float | None = None
    transfer: str = "continuous"
    #: What is said of families of levels, by field.
    levels: Mapping[str, float | str] = attrs.field(factory=dict, hash=False)

    def __init__(self, **values: Value) -> None:
        reject_unknown("interface", map(plain, values), _fields())
        transfer = values.pop("transfer", None)
        given: dict[str, Any] = {}
        levels: dict[str, float | str] = {}
        for key, value in values.items():
            measured, of_family = quantity_of(key), key not in QUANTITY_OF
            if measured is None:
                raise InputError(
                    f"interface: {shorten(key)} is numbered below 2; expected e.g. interface_donor_2_density"
                )
            if measured in TRAP_LEVELS and value is not None:
                level = user_parameter(measured, value, "interface")
                number: float | str | None = level.text if level.reference else level.value
            else:
                number = None if value is None else checked(measured, value, "interface")
            if not of_family:
                given[key] = number
            elif number or (number is not None and measured in TRAP_LEVELS):
                levels[key] = number
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
        if given.get("trap_level", 0.0) is None:
            del given["trap_level"]
        self.__attrs_init__(**given, transfer=transfer, levels=levels)
        self._check_levels()

    def _check_levels(self) -> None:
        """Refuse what is said of levels and does nothing, or says two things at once."""
        if self.trap_level and not self.has_traps:
            raise InputError(
                "interface: trap_level says where traps are, but nothing how fast they take carriers; expected "
                "electron_recombination_velocity and hole_recombination_velocity too"
            )
        for key in self.levels:
            name = _family_of(key)
            if f"{name}_density" not in self.levels:
                raise InputError(f"interface: {key} does nothing without {name}_density; give both, or leave it out")
        if (
            self.trap_level
            and not self.by_velocity
            and all(f"{each.name}_level" in self.levels for each in self.families)
        ):
            raise InputError("interface: trap_level does nothing, every family of levels has its own; leave it out")
        if self.by_velocity and all(density in self.levels for density in _HELD):
            raise InputError(
                "interface: interface_donor_density and interface_acceptor_density are both given; expected one"
            )
        velocities = [name for name in QUANTITY_OF if name.endswith("recombination_velocity") and getattr(self, name)]
        for density in _HELD:
            captures = [key for key in self.levels if _family_of(f"{key}") == _family_of(density) and "capture" in key]
            if velocities and captures:
                raise InputError(
                    f"interface: {velocities[0]} and {captures[0]} are both given; expected one of them, S = density x "
                    f"capture. A family of its own has a number: {_family_of(density)}_2_density"
                )

    def with_values(self, values: Mapping[str, Value]) -> Interface:
        """Return the interface with `values` replaced."""
        return Interface(**{**self.given, **values})

    @property
    def has_traps(self) -> bool:
        """Whether carriers recombine here, or levels hold charge."""
        return self.by_velocity or bool(self.families)

    @property
    def by_velocity(self) -> bool:
        """Whether a level is given by recombination velocities; they fill and empty densities without a capture."""
        velocities = (getattr(self, name) for name in QUANTITY_OF if name.endswith("recombination_velocity"))
        return any(velocities) or bool(self.interface_donor_density or self.interface_acceptor_density)

    @property
    def interface_donor_density(self) -> float:
        """Charge of the level that velocities stand for, over q, when it is empty [cm^-2]."""
        return self._held("interface_donor")

    @property
    def interface_acceptor_density(self) -> float:
        """The same when it is full [cm^-2]."""
        return self._held("interface_acceptor")

    def _held(self, name: str) -> float:
        captures = any(_family_of(key) == name and "capture" in key for key in self.levels)
        return 0.0 if captures else float(self.levels.get(f"{name}_density", 0.0))

    @property
    def families(self) -> tuple[Family, ...]:
        """Levels by their density, other than those that recombination velocities fill."""
        names = dict.fromkeys(_family_of(key) for key in self.levels)
        held = [_family_of(density) for density in _HELD if self._held(_family_of(density))]
        return tuple(self._family(name) for name in names if name not in held)

    def _family(self, name: str) -> Family:
        said = {key.removeprefix(f"{name}_"): value for key, value in self.levels.items() if _family_of(key) == name}
        level, density = said.pop("level", self.trap_level), float(said.pop("density"))
        shape: dict[str, float] = {key: float(said.pop(key)) for key in ("width", "tail_energy") if key in said}
        captures = {key: float(value) for key, value in said.items()}
        sign = INTERFACE_FAMILIES[_kind_of(name)]
        return Family(name=name, sign=sign, density=density, level=level, shape=shape, captures=captures)

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

    def level(
        self, level: float | str, lowest_E_C: float, highest_E_V: float, intrinsic: float, where: str,
        name: str = "trap_level",
    ) -> float:  # fmt: skip
        """Return the energy of a level, from the edges of the interface gap and from its intrinsic level [eV].

        Raises
        ------
        InputError
            If it lies outside the interface gap.
        """
        given = user_parameter("trap_level", level, where)
        origins = {"E_C": lowest_E_C, "E_V": highest_E_V, "intrinsic": intrinsic}
        middle = 0.5 * (lowest_E_C + highest_E_V)
        energy = origins.get(given.reference, middle) + given.value
        # Where both gaps have nothing in common a level can only lie between the two edges.
        half = 0.5 * abs(lowest_E_C - highest_E_V)
        if abs(energy - middle) > half + 1e-9:
            raise InputError(
                f"{where}: {name} is {energy - middle:+.4g} eV from the middle of the interface gap (the lower E_C "
                f"minus the higher E_V, {lowest_E_C - highest_E_V:.4g} eV), outside it; expected {-half:.4g} to "
                f'{half:.4g} eV, or e.g. "0.2 eV below E_C"'
            )
        return energy

    @property
    def given(self) -> dict[str, Any]:
        """Values that differ from a plain interface."""
        plain_one = {field.name: field.default for field in attrs.fields(Interface)}
        fields = {k: getattr(self, k) for k in (*QUANTITY_OF, "transfer") if getattr(self, k) != plain_one[k]}
        transfer = {"transfer": fields.pop("transfer")} if "transfer" in fields else {}
        return {**fields, **self.levels, **transfer}

    @property
    def notation(self) -> str:
        """How the stack notation writes it: "" for a plain interface."""
        pairs = [f"{k}={_text(k, v)}" for k, v in self.given.items()]
        return f"[{', '.join(pairs)}] " if pairs else ""


def _text(name: str, value: Any) -> str:
    measured = quantity_of(name)
    if measured is None or isinstance(value, str):
        return str(value)
    unit = QUANTITIES[measured].unit
    return f"{shortest(value)} {unit}".rstrip()


def _family_of(field: str) -> str:
    """Return the family, with its number, that a field of `Interface.levels` belongs to."""
    found = _FAMILY.fullmatch(field)
    return "" if found is None else found[1] + (found[2] or "")


def _kind_of(family: str) -> str:
    return next(name for name in INTERFACE_FAMILIES if family == name or family.startswith(f"{name}_"))
