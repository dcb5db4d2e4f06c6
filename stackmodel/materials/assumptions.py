"""Named rules for values that no source gives; each is applied visibly and listed with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from stackmodel.errors import DataError, did_you_mean
from stackmodel.materials.parameter import Parameter
from stackmodel.output.table import Table
from stackmodel.quantities import quantity


@attrs.frozen(kw_only=True)
class Rule:
    """One rule of assumptions.toml.

    A rule fills `quantities` with `value`, or with what the material has for `same_as`; rules that a recipe
    applies by itself (how a film's edges move with size, say) carry `formula` as text only.
    """

    name: str
    reason: str
    formula: str
    quantities: tuple[str, ...] = ()
    value: float | None = None
    same_as: Mapping[str, str] = attrs.field(factory=dict)
    roles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    min_gap: float = 0.0

    def fits(self, role: str | None, kind: str, gap: float | None) -> bool:
        """Whether the rule is meant for a material of this role, kind and band gap [eV]."""
        wide_enough = self.min_gap == 0.0 or (gap is not None and gap >= self.min_gap)
        return wide_enough and (not self.roles or role in self.roles) and (not self.kinds or kind in self.kinds)


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rules by name."""
    text = files("stackmodel.materials").joinpath("data", "assumptions.toml").read_text("utf-8")
    found = {}
    for name, entry in tomllib.loads(text).items():
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
        found[name] = Rule(name=name, **fields)
    return found


@cache
def _rules_of(name: str) -> tuple[Rule, ...]:
    """Return the rules that can give a quantity, in their order."""
    return tuple(entry for entry in rules().values() if name in entry.quantities)


def rule(name: str) -> Rule:
    """Return one rule; DataError with the nearest name otherwise."""
    try:
        return rules()[name]
    except KeyError:
        raise DataError(f'no rule "{name}" in assumptions.toml.{did_you_mean(name, rules())}') from None


def assumed(name: str, role: str | None, kind: str, given: Mapping[str, Parameter]) -> Parameter | None:
    """Return `name` as the first fitting rule gives it, or None if no rule covers it."""
    gap = given["band_gap"].value if "band_gap" in given else None
    for entry in _rules_of(name):
        if not entry.fits(role, kind, gap):
            continue
        twin = entry.same_as.get(name)
        if twin is None and entry.value is not None:
            return by_rule(name, entry.value, entry.name)
        if twin is not None and twin in given:
            return by_rule(name, given[twin].value, entry.name)
    return None


def by_rule(name: str, value: float, rule_name: str, note: str = "") -> Parameter:
    """Return a parameter whose value rests on a named rule."""
    quantity(name)
    return Parameter(
        quantity=name,
        value=value,
        source=f"rule {rule_name}",
        provenance="assumed",
        confidence="low",
        note=note or rule(rule_name).formula,
        assumption=rule_name,
    )


def rules_table(whose: str, names: Iterable[str]) -> Table:
    """Return rules that `whose` rests on, as saved answers list them."""
    rows = [{"whose": whose, "what": rule(name).formula, "rule": name, "reason": rule(name).reason} for name in names]
    return Table.from_rows(rows, ("whose", "what", "rule", "reason"), "Assumptions")
