"""What the library knows of the cores of quantum dots: entries, values with sources, measured points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from stackmodel.errors import DataError, InputError, did_you_mean, shorten
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


@cache
def dot_cores() -> Mapping[str, Mapping[str, Any]]:
    """Return the entries of quantum_dots.toml by core."""
    return read_toml("quantum_dots.toml")


def core_entry(core: str) -> Mapping[str, Any]:
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
    own = core_entry(core).get("values", {})
    if quantity in own:
        return parameter_from_entry(quantity, own[quantity], read_toml("sources.toml"), core)
    return bulk_of(core).parameter(quantity)


def cited(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return citation and DOI of the source that an entry names."""
    source = read_toml("sources.toml")[entry["source"]]
    return {"source": source["citation"], "doi": source.get("doi", "")}


def measured_points(core: str) -> tuple[MeasuredPoint, ...]:
    """Return the measured sizes and energies of `core` that the library has beside its curves."""
    entries = core_entry(core).get("points", ())
    return tuple(MeasuredPoint(**{**entry, **cited(entry)}) for entry in entries)
