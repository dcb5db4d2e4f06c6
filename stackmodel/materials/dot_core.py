"""What the library knows of the cores of quantum dots: entries, values with sources, measured points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from stackmodel.errors import DataError, InputError, did_you_mean, reject_unknown, shorten
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.entries import known_names, written
from stackmodel.materials.material import Material
from stackmodel.materials.parameter import Parameter, parameter_from_entry

MASSES = ("electron_effective_mass", "hole_effective_mass")


@attrs.frozen(kw_only=True)
class MeasuredPoint:
    """One measured dot: diameter [nm], energy [eV], and the relative scatter expected of the energy."""

    diameter: float
    energy: float
    spread: float
    method: str
    source: str
    doi: str
    provenance: str
    confidence: str
    note: str


@attrs.frozen(kw_only=True)
class DotEntry:
    """What quantum_dots.toml says of one core.

    Attributes
    ----------
    core : str
    contains : tuple of str
        Chemical elements.
    bands : str
        "symmetric", "heavy hole", "inverted", or "indirect".
    curves : mapping
        Tables of the sizing curves by name, in the order of trust; `sizing` makes laws of them.
    points : tuple of MeasuredPoint
        Sizes and energies beside the curves.
    values : mapping of str to Parameter
        The core's own quantities.
    """

    core: str
    contains: tuple[str, ...] = ()
    bands: str = "indirect"
    curves: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    points: tuple[MeasuredPoint, ...] = ()
    values: Mapping[str, Parameter] = attrs.field(factory=dict)


@cache
def dot_cores() -> Mapping[str, DotEntry]:
    """Return the entries of quantum_dots.toml by core, read once."""
    return {core: _of_entry(core, entry) for core, entry in read_toml("quantum_dots.toml").items()}


def _of_entry(core: str, entry: Mapping[str, Any]) -> DotEntry:
    known = [field.name for field in attrs.fields(DotEntry) if field.name != "core"]
    reject_unknown(core, entry, known)
    sources = read_toml("sources.toml")
    made: dict[str, Any] = dict(entry)
    made["contains"] = tuple(entry.get("contains", ()))
    made["points"] = tuple(MeasuredPoint(**{**point, **cited(point)}) for point in entry.get("points", ()))
    values = entry.get("values", {})
    made["values"] = {key: parameter_from_entry(key, value, sources, core) for key, value in values.items()}
    return DotEntry(core=core, **made)


def core_entry(core: str) -> DotEntry:
    """Return the entry of one core; InputError with the nearest otherwise."""
    try:
        return dot_cores()[core]
    except KeyError:
        raise InputError(
            f'no sizing curve for "{shorten(core)}".{did_you_mean(core, dot_cores())} '
            f"Cores with a sizing curve: {', '.join(dot_cores())}."
        ) from None


def bulk_of(name: str) -> Material:
    """Return the library's bulk material of a core or a shell: ``PbS(bulk)`` for PbS, else that of the name itself."""
    entry = written(f"{name}(bulk)") or written(name)
    if entry is None:
        raise DataError(
            f"{shorten(name)}: the library has no bulk material of that name.{did_you_mean(name, known_names())} "
            "Add one with add_materials"
        )
    return entry


def core_parameter(core: str, quantity: str) -> Parameter:
    """Return a quantity of `core`: its own entry in quantum_dots.toml, else that of its bulk; DataError otherwise."""
    own = core_entry(core).values
    return own[quantity] if quantity in own else bulk_of(core).parameter(quantity)


def cited(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return citation and DOI of the source that an entry names."""
    source = read_toml("sources.toml")[entry["source"]]
    return {"source": source["citation"], "doi": source.get("doi", "")}


def measured_points(core: str) -> tuple[MeasuredPoint, ...]:
    """Return the measured sizes and energies of `core` that the library has beside its curves."""
    return core_entry(core).points
