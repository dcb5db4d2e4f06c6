"""Materials that are written down in the library: entries with their aliases, and alloys between two of them.

Films of dots are made of these, and come with them through `library.material`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stackmodel.errors import DataError, attributed, reject_unknown, shorten
from stackmodel.materials.alloy import alloy_of, alloys, composition
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.material import Material
from stackmodel.materials.parameter import parameter_from_entry
from stackmodel.materials.temperature import TemperatureLaw

FILES = ("transport_layers.toml", "dielectrics.toml", "electrodes.toml", "bulk.toml")
ENTRY_KEYS = ("role", "kind", "statistics", "aliases", "contains", "note", "values", "temperature")


@cache
def entries() -> dict[str, Material]:
    """Return the library's materials by name, alloys and films of dots apart."""
    sources = read_toml("sources.toml")
    return {
        name: material_from_entry(name, entry, sources) for file in FILES for name, entry in read_toml(file).items()
    }


@cache
def aliases() -> Mapping[str, str]:
    """Return the names that aliases stand for."""
    return {alias: name for name, entry in entries().items() for alias in entry.aliases}


def known_names() -> tuple[str, ...]:
    """Return every canonical name and alias, alloys that go by a name among these."""
    return (*entries(), *aliases(), *(name for alloy in alloys() for name in alloy.names))


def material_from_entry(name: str, entry: dict[str, Any], sources: dict[str, dict[str, str]]) -> Material:
    """Return the material of an entry of a data file."""
    reject_unknown(name, entry, ENTRY_KEYS)
    values = {key: parameter_from_entry(key, value, sources, name) for key, value in entry.get("values", {}).items()}
    laws = {key: law_from_entry(name, key, law, sources) for key, law in entry.get("temperature", {}).items()}
    with attributed("library"):
        return Material(
            name=name, role=entry.get("role"), kind=entry.get("kind", "semiconductor"),
            statistics=statistics_of(entry), parameters=values, laws=laws,
            aliases=tuple(entry.get("aliases", ())), contains=tuple(entry.get("contains", ())),
            note=entry.get("note", ""),
        )  # fmt: skip


def statistics_of(entry: Mapping[str, Any]) -> str:
    """Return the statistics of an entry of the library: unless it says, a band fills by Fermi and Dirac's."""
    by_kind = "fermi-dirac" if entry.get("kind", "semiconductor") == "semiconductor" else "boltzmann"
    return str(entry.get("statistics", by_kind))


def law_from_entry(name: str, key: str, law: dict[str, Any], sources: dict[str, dict[str, str]]) -> TemperatureLaw:
    """Return the law of temperature of a quantity of an entry."""
    for field in ("law", "source"):
        if not isinstance(law.get(field), str):
            raise DataError(f"{name}: {key}: the law of temperature has no {field}; expected law, source, coefficients")
    if law["source"] not in sources:
        raise DataError(f'{name}: {key} names the source "{shorten(law["source"])}", which no [sources] table lists')
    with attributed(f"{name}: {key}"):
        coefficients = {k: v for k, v in law.items() if k not in ("law", "source")}
        return TemperatureLaw(law["law"], coefficients, sources[law["source"]]["citation"])


def add_entries(new: Mapping[str, Material]) -> None:
    """Add materials to the library of this session."""
    entries().update(new)
    aliases.cache_clear()


def written(name: str) -> Material | None:
    """Return the entry or alloy of that name, exact case, then alias; None where there is none."""
    if name in entries():
        return entries()[name]
    if name in aliases():
        return entries()[aliases()[name]]
    spelled = composition(name)
    if spelled is None:
        return None
    alloy, x = spelled
    return entries().get(alloy.written(x)) or alloy_of(alloy, x, entries().__getitem__)
