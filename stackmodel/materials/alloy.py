"""Alloys by composition, ``In0.53Ga0.47As``: two elements share a site, and quantities lie between the ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import attrs

from stackmodel.errors import DataError, InputError, reject_unknown
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.material import Material
from stackmodel.materials.parameter import CONFIDENCES, Parameter
from stackmodel.materials.temperature import ROOM_TEMPERATURE, TemperatureLaw
from stackmodel.physics.constants import BAND_DOS
from stackmodel.quantities import checked
from stackmodel.units import shortest

_AMOUNT = r"(1-x|\d+\.?\d*|\.\d+|x|)"
_PART = re.compile(rf"([A-Z][a-z]?){_AMOUNT}")
_LINEAR = "linear_in_composition"
#: What goes as one over a mass does not lie on a line.
_NOT_ADDITIVE = ("exciton_bohr_radius",)
#: alpha and beta of the laws that an end's gap may have: a straight line is Varshni's with beta = 0.
_VARSHNI: dict[str, Callable[[Mapping[str, float]], tuple[float, float]]] = {
    "varshni": lambda c: (c["alpha"], c["beta"]),
    "linear": lambda c: (-c["slope"], 0.0),
}


@attrs.frozen(kw_only=True)
class Alloy:
    """One entry of alloys.toml.

    `ends` are the materials at x = 0 and x = 1, or the host alone where the other end is no material of the library;
    `values` has quantities with a law of their own: ``bowing`` b in x A_1 + (1 - x) A_0 - b x (1 - x), or
    ``polynomial`` in x at 0 K, with ``per_kelvin``, a polynomial too. With `valleys`, densities of states follow from
    the masses. What has no law of its own here moves with temperature as the ends do.
    """

    formula: str
    ends: tuple[str, ...]
    range: tuple[float, float]
    example: float
    values: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, float] = attrs.field(factory=dict)
    valleys: int | None = None
    note: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """Elements with their amounts as the formula writes them, "x" and "1-x" among these."""
        return dict(_PART.findall(self.formula))

    def written(self, x: float) -> str:
        """Return the one spelling of the alloy of composition `x`."""
        amounts = {"x": shortest(x), "1-x": shortest(round(1.0 - x, 10))}
        return "".join(element + amounts.get(amount, amount) for element, amount in self.parts.items())


@cache
def alloys() -> tuple[Alloy, ...]:
    """Return the alloys that the library knows."""
    found = []
    for formula, entry in read_toml("alloys.toml").items():
        fields: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
        found.append(Alloy(formula=formula, **fields))
    return tuple(found)


def composition(text: str) -> tuple[Alloy, float] | None:
    """Return the alloy that `text` spells, in any order of its elements, and x; None where it spells none."""
    parts: list[tuple[str, str]] = _PART.findall(text)
    written = dict(parts)
    if "".join(element + amount for element, amount in parts) != text or len(written) < len(parts):
        return None
    for alloy in alloys():
        if text in alloy.names:
            return alloy, alloy.names[text]
        sharing = {element for element, amount in alloy.parts.items() if "x" in amount}
        if written.keys() == alloy.parts.keys() and all(
            element in sharing or written[element] == amount for element, amount in alloy.parts.items()
        ):
            return alloy, _x(text, alloy, written)
    return None


def _x(text: str, alloy: Alloy, written: Mapping[str, str]) -> float:
    """Return the composition, with the two shares checked against one and the range."""
    amounts = {amount: written[element] for element, amount in alloy.parts.items() if "x" in amount}
    if any(not value or "x" in value for value in amounts.values()):
        raise InputError(f"{text} is an alloy; give its composition, such as {alloy.written(alloy.example)}")
    x, rest = float(amounts["x"]), float(amounts["1-x"])
    if abs(x + rest - 1.0) > 1e-6:
        raise InputError(
            f"{text}: the two shares add up to {x + rest:.6g}; expected 1, such as {alloy.written(alloy.example)}"
        )
    low, high = alloy.range
    if not low <= x <= high:
        raise InputError(f"{text}: x of {alloy.formula} is {x:.6g}; expected {low:g} to {high:g}, where its laws hold")
    return x


def alloy_of(alloy: Alloy, x: float, find: Callable[[str], Material]) -> Material:
    """Return the alloy of composition `x`, between ends that `find` gives by name."""
    ends = tuple(find(name) for name in alloy.ends)
    shares = (1.0 - x, x) if len(ends) == 2 else (1.0,)
    name = alloy.written(x)
    given = [key for key in ends[0].parameters if key not in _NOT_ADDITIVE]
    shared = [key for key in given if all(key in end.parameters for end in ends)]
    parameters = {key: _between(key, ends, shares) for key in shared}
    laws = {key: law for key in shared if (law := _mixed(key, ends, shares)) is not None}
    for key, entry in alloy.values.items():
        parameters[key], law = _own(key, entry, name, x, parameters.get(key))
        laws = laws if law is None else laws | {key: law}
    if alloy.valleys is not None:
        parameters |= _states(parameters, alloy.valleys)
    return Material(
        name=name, role=ends[0].role, statistics=ends[0].statistics, parameters=parameters, laws=laws,
        contains=tuple(alloy.parts), note=alloy.note,
    )  # fmt: skip


def _between(key: str, ends: tuple[Material, ...], shares: tuple[float, ...]) -> Parameter:
    """Return what lies on the line between the ends (rule linear_in_composition), or is the host's."""
    found = [end.parameters[key] for end in ends]
    names, trust = [end.name for end in ends], "medium" if len(ends) == 2 else "low"
    return Parameter(
        quantity=key, value=sum(share * p.value for share, p in zip(shares, found, strict=True)),
        source="; ".join(dict.fromkeys(_cited(p.source, p.doi) for p in found)), provenance="derived",
        confidence=_least(trust, *(p.confidence for p in found)),
        note=f"on the line from {names[0]} to {names[1]}" if len(ends) == 2 else f"that of {names[0]}",
        assumption=_LINEAR,
    )  # fmt: skip


def _mixed(key: str, ends: tuple[Material, ...], shares: tuple[float, ...]) -> TemperatureLaw | None:
    """Return the law by which the ends' own laws, Varshni's or linear, move the value in their shares."""
    laws = [(share, end.laws[key]) for share, end in zip(shares, ends, strict=True) if key in end.laws]
    if not laws:
        return None
    coefficients = dict.fromkeys(("alpha_0", "beta_0", "alpha_1", "beta_1"), 0.0)
    for n, (share, law) in enumerate(laws):
        alpha, beta = _VARSHNI[law.law](law.coefficients)
        coefficients |= {f"alpha_{n}": share * alpha, f"beta_{n}": beta}
    return TemperatureLaw("mixed", coefficients, "; ".join(dict.fromkeys(law.source for _, law in laws)))


def _own(
    key: str, entry: Mapping[str, Any], name: str, x: float, line: Parameter | None
) -> tuple[Parameter, TemperatureLaw | None]:
    """Return a quantity that has a law of its own in the composition, and its law of temperature where it gives one."""
    known = ("bowing", "polynomial", "per_kelvin", "source", "confidence", "note")
    reject_unknown(f"{name}: {key}", entry, known)
    source = read_toml("sources.toml")[entry["source"]]
    sources, law = [_cited(source["citation"], source.get("doi", ""))], None
    if "bowing" in entry:
        if line is None:
            raise DataError(f"{name}: {key} has a bowing, but not both ends have the quantity")
        value = line.value - entry["bowing"] * x * (1.0 - x)
        sources += line.source.split("; ")
        how = f"between the ends, bowing {entry['bowing']:g}"
    else:
        slope = _polynomial(entry.get("per_kelvin", ()), x)
        value = _polynomial(entry["polynomial"], x) + slope * ROOM_TEMPERATURE
        law = TemperatureLaw("linear", {"slope": slope}, source["citation"]) if "per_kelvin" in entry else None
        how = f"polynomial in x at x = {x:g}"
    note = f"{how}; {entry['note']}" if "note" in entry else how
    parameter = Parameter(
        quantity=key, value=checked(key, value, name), source="; ".join(dict.fromkeys(sources)),
        provenance="derived", confidence=entry["confidence"], note=note,
    )  # fmt: skip
    return parameter, law


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    return float(sum(c * x**k for k, c in enumerate(coefficients)))


def _states(parameters: Mapping[str, Parameter], valleys: int) -> dict[str, Parameter]:
    """Return the densities of states of parabolic bands with the alloy's masses: N ~ m^1.5, bent where m is."""
    found = {}
    for band, carrier, count in (("conduction", "electron", valleys), ("valence", "hole", 1)):
        mass = parameters.get(f"{carrier}_effective_mass")
        if mass is not None:
            found[f"{band}_band_dos"] = Parameter(
                quantity=f"{band}_band_dos", value=count * BAND_DOS * mass.value**1.5, source=mass.source,
                provenance="derived", confidence=_least("medium", mass.confidence),
                note=f"2.509e19 m^1.5, mass {mass.value:.4g}", assumption=mass.assumption,
            )  # fmt: skip
    return found


def _cited(source: str, doi: str) -> str:
    return f"{source} doi:{doi}" if doi else source


def _least(*confidences: str) -> str:
    return max(confidences, key=CONFIDENCES.index)
