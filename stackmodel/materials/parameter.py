"""A value with its source: the smallest record of the library."""

from __future__ import annotations

import attrs

from stackmodel.errors import DataError, reject_unknown
from stackmodel.quantities import checked, quantity

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

    def __attrs_post_init__(self) -> None:
        for field, allowed in (("provenance", PROVENANCES), ("confidence", CONFIDENCES)):
            value = getattr(self, field)
            if value not in allowed:
                raise DataError(f'{self.quantity}: {field} is "{value}"; expected one of {", ".join(allowed)}')

    @property
    def unit(self) -> str:
        """Unit of `value`."""
        return quantity(self.quantity).unit

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
    return Parameter(
        quantity=name, value=checked(name, value, whose), source=source, provenance="user", confidence="high"
    )


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
    bounds = {side: float(entry[side]) for side in ("low", "high") if side in entry}  # type: ignore[arg-type]
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
