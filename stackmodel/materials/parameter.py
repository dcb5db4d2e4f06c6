"""A value with its source: the smallest record of the library."""

from __future__ import annotations

import re
from typing import Any

import attrs

from stackmodel.errors import DataError, reject_unknown
from stackmodel.quantities import TRAP_LEVELS, checked, plain, quantity
from stackmodel.units import shortest

#: found: read in a paper, table or code; recalled: from the literature by memory, not re-checked; seed: stated by
#: a review; derived: computed from other values; user: given by whoever built the object; assumed: by a named rule.
PROVENANCES = ("found", "recalled", "seed", "derived", "user", "assumed")
CONFIDENCES = ("high", "medium", "low")


@attrs.frozen(kw_only=True)
class Parameter:
    """One quantity of a material with where it comes from.

    `value` is in the unit of the quantity's row in `quantities`; `low` and `high` bound what is reported.
    `assumption` names the rule of assumptions.toml that the value rests on, if any.
    """

    quantity: str
    value: float
    source: str
    provenance: str
    confidence: str
    doi: str = ""
    note: str = ""
    low: float | None = None
    high: float | None = None
    assumption: str = ""
    #: What a trap level counts from where that is not midgap: "E_C", "E_V" or "intrinsic", see `Material.parameter`.
    reference: str = ""

    def __attrs_post_init__(self) -> None:
        for field, allowed in (("provenance", PROVENANCES), ("confidence", CONFIDENCES)):
            value = getattr(self, field)
            if value not in allowed:
                raise DataError(f'{self.quantity}: {field} is "{value}"; expected one of {", ".join(allowed)}')

    @property
    def unit(self) -> str:
        """Unit of `value`."""
        return quantity(self.quantity).unit

    @property
    def text(self) -> str:
        """The value as the stack notation writes it, e.g. ``1e+17 cm^-3`` or ``0.3 eV below E_C``."""
        if self.reference == "intrinsic":
            return self.reference
        place = {"E_C": " below E_C", "E_V": " above E_V"}.get(self.reference, "")
        size = -self.value if self.reference == "E_C" else self.value
        return f"{shortest(size)} {self.unit}".rstrip() + place

    def as_row(self) -> dict[str, object]:
        """Return the parameter as a row of a table (parameter, value, unit, source, ...)."""
        return {
            "parameter": self.quantity,
            "value": self.value,
            "unit": self.unit,
            "source": self.source + (f" doi:{self.doi}" if self.doi else ""),
            "provenance": self.provenance,
            "confidence": self.confidence,
            "assumption": self.assumption,
            "note": self.note,
        }


def user_parameter(name: str, value: object, whose: str, source: str = "given by the user") -> Parameter:
    """Return a parameter that the user gave, checked against the table."""
    number, reference = _trap_level(value) if plain(name) in TRAP_LEVELS else (value, "")
    size = checked(name, number, whose)
    return Parameter(
        quantity=name, value=-size if reference == "E_C" else size, source=source, provenance="user",
        confidence="high", reference=reference,
    )  # fmt: skip


def _trap_level(value: object) -> tuple[object, str]:
    """Return the number of a trap level, and what it counts from: "0.3 eV below E_C", "intrinsic"."""
    if isinstance(value, str):
        if value.strip() == "intrinsic":
            return 0.0, "intrinsic"
        for words, edge in ((r"below\s+E_C", "E_C"), (r"above\s+E_V", "E_V")):
            found = re.fullmatch(rf"(.*\S)\s+{words}\s*", value, re.DOTALL)
            if found:
                return found[1], edge
    return value, ""


def counts_from_an_edge(value: object) -> bool:
    """Whether a trap level is written from a band edge, or as intrinsic, and not from midgap."""
    return bool(_trap_level(value)[1])


_ENTRY_KEYS = ("value", "unit", "source", "provenance", "confidence", "note", "low", "high", "assumption")


def parameter_from_entry(
    name: str, entry: dict[str, object], sources: dict[str, dict[str, str]], whose: str
) -> Parameter:
    """Return the parameter that a TOML table describes; `source` is a key of the sources table."""
    reject_unknown(f"{whose}: {name}", entry, _ENTRY_KEYS)
    missing = [key for key in ("value", "unit", "provenance", "confidence") if key not in entry]
    if missing:
        raise DataError(
            f"{whose}: {name} has no {missing[0]}; a value carries value, unit, source, provenance, confidence"
        )
    key, assumption = str(entry.get("source", "")), str(entry.get("assumption", ""))
    if not key and not assumption:
        raise DataError(f"{whose}: {name} has neither source nor assumption")
    if key and key not in sources:
        raise DataError(f'{whose}: {name} names the source "{key}", which sources.toml does not list')
    unit = str(entry["unit"])
    if unit != quantity(name).unit:
        raise DataError(f'{whose}: {name} is in "{unit}"; the library writes it in "{quantity(name).unit}"')
    bounds: dict[str, Any] = {side: entry[side] for side in ("low", "high") if side in entry}
    return Parameter(
        quantity=name,
        value=checked(name, entry["value"], whose),
        source=sources[key]["citation"] if key else f"rule {assumption}",
        doi=sources[key].get("doi", "") if key else "",
        provenance=str(entry["provenance"]),
        confidence=str(entry["confidence"]),
        note=str(entry.get("note", "")),
        assumption=assumption,
        **bounds,
    )
