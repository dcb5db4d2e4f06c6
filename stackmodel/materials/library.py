"""The library: materials by name, with aliases and nearest-name errors."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from stackmodel.errors import InputError, StackModelError, attributed, did_you_mean, line_of, reject_unknown, shorten
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.dot_film import film_of
from stackmodel.materials.material import Material
from stackmodel.materials.parameter import parameter_from_entry
from stackmodel.materials.quantum_dot import dot_cores
from stackmodel.materials.recipe import recipe_of, split_recipe
from stackmodel.materials.temperature import TemperatureLaw
from stackmodel.output.table import Table
from stackmodel.quantities import MATERIAL_QUANTITIES, QUANTITIES

FILES = ("transport_layers.toml", "electrodes.toml", "bulk.toml")
_ENTRY_KEYS = ("role", "kind", "statistics", "aliases", "contains", "note", "values", "temperature")


@cache
def _library() -> dict[str, Material]:
    sources = read_toml("sources.toml")
    return {name: _from_entry(name, entry, sources) for file in FILES for name, entry in read_toml(file).items()}


def add_materials(path: str | Path) -> tuple[str, ...]:
    """Add the materials of a TOML file to the library of this session and return their names.

    The file is written like the library's own (``stackmodel materials --new NAME`` prints one): a table a material,
    and ``[sources.KEY]`` tables with citation and doi. Nothing is added unless the whole file is right.
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        raise InputError(f"add_materials: there is no file {path}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"add_materials: {path}: {error}") from None
    sources = {**read_toml("sources.toml"), **content.pop("sources", {})}
    new: dict[str, Material] = {}
    for name, entry in content.items():
        try:
            if not isinstance(entry, dict):
                raise InputError(f"{name} is no table; expected [{name}] with [{name}.values]")
            if name in known_names():
                raise InputError(f"{name} is in the library already; give another name, or with_values")
            new[name] = _from_entry(name, entry, sources)
        except StackModelError as error:
            raise type(error)(f"add_materials: {path}{line_of(text, str(error))}: {error}") from error
    _library().update(new)
    _aliases.cache_clear()
    return tuple(new)


def template(name: str) -> str:
    """Return a file for `add_materials` to fill in, with every quantity and its unit."""
    rows = []
    for quantity in MATERIAL_QUANTITIES:
        row = QUANTITIES[quantity]
        entry = (
            f'{{ value = 0.0, unit = "{row.unit}", source = "smith2026", provenance = "found", confidence = "medium" }}'
        )
        rows.append(f"# {quantity} = {entry}  # {row.meaning}")
    head = f'[sources.smith2026]\ncitation = "Smith et al., Journal 1, 1 (2026)"\ndoi = ""\n\n["{name}"]\n'
    return (
        head + f'role = "ETL"\naliases = []\ncontains = []\nnote = ""\n\n["{name}".values]\n' + "\n".join(rows) + "\n"
    )


@cache
def _aliases() -> Mapping[str, str]:
    return {alias: name for name, entry in _library().items() for alias in entry.aliases}


def _from_entry(name: str, entry: dict[str, Any], sources: dict[str, dict[str, str]]) -> Material:
    reject_unknown(name, entry, _ENTRY_KEYS)
    values = {key: parameter_from_entry(key, value, sources, name) for key, value in entry.get("values", {}).items()}
    laws = {
        key: TemperatureLaw(
            law["law"],
            {k: float(v) for k, v in law.items() if k not in ("law", "source")},
            sources[law["source"]]["citation"],
        )
        for key, law in entry.get("temperature", {}).items()
    }
    with attributed("library"):
        return Material(
            name=name, role=entry.get("role"), kind=entry.get("kind", "semiconductor"),
            statistics=entry.get("statistics", "boltzmann"), parameters=values, laws=laws,
            aliases=tuple(entry.get("aliases", ())), contains=tuple(entry.get("contains", ())),
            note=entry.get("note", ""),
        )  # fmt: skip


def material(name: str) -> Material:
    """Return the library's material of that name: exact case, then alias, else an error with the nearest name.

    Dot films by recipe, such as ``PbS(3.4nm, TBAI)``, are understood as in the stack notation.
    """
    text = str(name).strip()
    if text in _library():
        return _library()[text]
    if text in _aliases():
        return _library()[_aliases()[text]]
    if text in dot_cores():
        raise InputError(f'"{text}" has a sizing curve: give size and ligand, {text}(3.4nm, TBAI), or {text}(bulk)?')
    if "->" in text:
        raise InputError(f'"{shorten(text)}" is graded; expected one material. A layer may be graded')
    core, args = split_recipe(text)
    if args and args != ("bulk",):
        if core in known_names():
            raise InputError(f"{core} takes no arguments; {text} is not in the library")
        return film_of(recipe_of(core, args))
    # Letters that look alike: "zno", "ZNO"
    raise InputError(
        f'unknown material "{shorten(text)}".{did_you_mean(text, known_names())}  (stackmodel materials lists all)'
    )


def known_names() -> tuple[str, ...]:
    """Return every canonical name and alias."""
    return (*_library(), *_aliases())


def materials(role: str | None = None) -> Table:
    """Return the library as a table, of one role if asked: name, role, levels, what it contains."""
    roles = sorted({m.role for m in _library().values() if m.role})
    if role is not None and role not in roles:
        raise InputError(
            f'unknown role "{shorten(role)}".{did_you_mean(role, roles)} Expected one of: {", ".join(roles)}.'
        )
    shown = ("electron_affinity", "band_gap", "ionization_potential", "work_function")
    rows = []
    for name, entry in _library().items():
        if role is not None and entry.role != role:
            continue
        values = {key: entry.value(key) if entry.has(key) else None for key in shown}
        rows.append({"name": name, "role": entry.role, "kind": entry.kind, **values, "note": entry.note})
    for core in dot_cores():
        if role is None:
            films = ", ".join(read_toml("ligands.toml").get(core, {}))
            note = f"give size and ligand; ligands: {films}"
            rows.append({"name": f"{core}(SIZE, LIGAND)", "role": "active", "kind": "dot film", "note": note}
                        | dict.fromkeys(shown))  # fmt: skip
    return Table.from_rows(rows, ("name", "role", "kind", *shown, "note"), "Levels in eV below vacuum")
