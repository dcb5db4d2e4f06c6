"""The library: materials by name, with aliases and nearest-name errors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stackmodel.errors import (
    DataError,
    InputError,
    StackModelError,
    did_you_mean,
    reject_unknown,
    shorten,
)
from stackmodel.materials.alloy import alloys, composition
from stackmodel.materials.data_files import line_at, read_toml
from stackmodel.materials.dot_core import dot_cores
from stackmodel.materials.dot_film import QuantumDotFilm, elements_of, film_of
from stackmodel.materials.entries import (
    ENTRY_KEYS,
    add_entries,
    entries,
    known_names,
    law_from_entry,
    material_from_entry,
    written,
)
from stackmodel.materials.ligand import films_of, structures
from stackmodel.materials.material import Material
from stackmodel.materials.optical_constants import OpticalConstants, Part
from stackmodel.materials.optical_files import data_set, from_file
from stackmodel.materials.optical_library import at_temperature, is_file_name, of_material, tabled
from stackmodel.materials.parameter import parameter_from_entry
from stackmodel.materials.recipe import NUMBER_START, recipe_of, split_recipe
from stackmodel.materials.temperature import ROOM_TEMPERATURE
from stackmodel.output.table import Table
from stackmodel.quantities import MATERIAL_QUANTITIES, QUANTITIES, plain
from stackmodel.text_files import as_path, read_text

#: Roles that a material may have; an absorber becomes the active layer, or a transport layer, by its place.
ROLES = (
    "substrate", "electrode", "ETL", "HTL", "active", "interlayer", "dielectric", "channel", "gate", "absorber",
)  # fmt: skip
TERMINALS = ("front", "back", "source", "drain")
_PERIODIC_TABLE = """
H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc
Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi
Po At Rn Fr Ra Ac Th Pa U
"""
ELEMENTS = frozenset(_PERIODIC_TABLE.split())
_EXAMPLE = '"ZnO" or "PbS(3.4nm, TBAI)"'
_LEVELS = ("electron_affinity", "band_gap", "ionization_potential", "work_function")


def add_materials(path: str | Path) -> tuple[str, ...]:
    """Add the materials of a TOML file to the library of this session and return their names.

    The file is written like the library's own (``stackmodel materials --new NAME`` prints one): a table a material,
    and ``[sources.KEY]`` tables with citation and doi. Nothing is added unless the whole file is right.
    """
    text, path = read_text(path, "add_materials"), as_path(path, "add_materials")
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"add_materials: {path}: {shorten(error, 200)}") from None
    new: dict[str, Material] = {}
    where: list[str] = []
    try:
        sources = _with_sources(content.pop("sources", {}), where)
        if not content:
            where[:] = []
            raise InputError("the file holds no material; expected a table each, see stackmodel materials --new NAME")
        for name, entry in content.items():
            where[:] = [name]
            new[name] = _own(name, entry, sources, where)
            for word in (name, *new[name].aliases):
                known = [each for other in new.values() if other is not new[name] for each in _names(other)]
                if word in (*known_names(), *known):
                    raise InputError(f"{name}: {word} is in the library already; give another name, or with_values")
    except StackModelError as error:
        raise type(error)(f"add_materials: {path}{line_at(text, where, str(error))}: {error}") from error
    add_entries(new)
    return tuple(new)


def _names(entry: Material) -> tuple[str, ...]:
    return (entry.name, *entry.aliases)


def _with_sources(own: Any, where: list[str]) -> dict[str, dict[str, str]]:
    """Return the library's sources and those of a file; a key of the library keeps its meaning."""
    sources: dict[str, dict[str, str]] = dict(read_toml("sources.toml"))
    where[:] = ["sources"]
    for key, source in _table("sources", own).items():
        where[:] = ["sources", key]
        _table(f"source {key}", source)
        for field in ("citation", "doi"):
            value = source.get(field, "")
            if not isinstance(value, str) or (field == "citation" and not value.strip()):
                raise InputError(f"source {key}: {field} is {_shown(value)}; expected text such as author and year")
        if key in sources and source != sources[key]:
            raise InputError(f"source {key} is another in the library; expected a key of its own")
        sources[key] = source
    return sources


def _table(whose: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{whose} is {_shown(value)}; expected a table")
    return value


def _shown(value: Any) -> str:
    return f'"{shorten(value)}"' if isinstance(value, str) else shorten(value)


def check_name(name: str, whose: str = "material") -> None:
    """Refuse a name that the stack notation could not write or read, or that means something else there."""
    words = name.split()
    if (
        not words or name != " ".join(words) or not name.isprintable() or re.search(r'[/()\[\],|=#"\\]|->', name)
        or NUMBER_START.match(words[-1]) or name in (*ROLES, *TERMINALS) or name.partition(":")[0].strip() in ROLES
    ):  # fmt: skip
        raise InputError(
            f'{whose}: name is "{shorten(name)}"; expected text without / ( ) [ ] , | = # " that does not end in a '
            "number and is neither a role nor a terminal"
        )
    if name in dot_cores() and films_of(name):
        raise InputError(f'{whose}: name is "{name}", which has a sizing curve in the library; expected another name')


def _own(name: str, entry: Any, sources: dict[str, dict[str, str]], where: list[str]) -> Material:
    """Return the material of an entry that a user wrote: every type is checked first."""
    if not isinstance(entry, dict):
        raise InputError(f"{name} is no table; expected [{name}] with [{name}.values]")
    check_name(name)
    reject_unknown(name, entry, ENTRY_KEYS)
    for field in ("role", "kind", "statistics", "note"):
        if not isinstance(entry.get(field, ""), str):
            raise InputError(f"{name}: {field} is {_shown(entry[field])}; expected text")
    if "role" in entry and entry["role"] not in ROLES:
        hint = did_you_mean(entry["role"], ROLES)
        raise InputError(f'{name}: role is "{shorten(entry["role"])}"; expected one of {", ".join(ROLES)}.{hint}')
    for field in ("aliases", "contains"):
        listed = entry.get(field, [])
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise InputError(f"{name}: {field} is {_shown(listed)}; expected a list of texts")
    for alias in entry.get("aliases", []):
        check_name(alias, f"{name}: aliases")
    for part in ("values", "temperature"):
        for key, value in _table(f"{name}: {part}", entry.get(part, {})).items():
            where[:] = [name, part, key]
            reject_unknown(name, [plain(key)], MATERIAL_QUANTITIES)
            _table(f"{name}: {key}", value)
            for field in ("value", "low", "high"):
                number = value.get(field, 0.0)
                if isinstance(number, bool) or not isinstance(number, int | float):
                    raise InputError(f"{name}: {key}: {field} is {_shown(number)}; expected a plain number")
            if part == "values":
                parameter_from_entry(key, value, sources, name)
            else:
                law_from_entry(name, key, value, sources)
        where[:] = [name]
    if not entry.get("values"):
        raise DataError(f"{name} has no values; expected [{name}.values] with one quantity at least")
    return material_from_entry(name, entry, sources)


def template(name: str) -> str:
    """Return a file for `add_materials` to fill in, with every quantity and its unit."""
    check_name(name)
    if name in known_names():
        raise InputError(f"{name} is in the library already; give another name")
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


def material(name: str) -> Material:
    """Return the library's material of that name: exact case, then alias, else an error with the nearest name.

    Dot films by recipe, such as ``PbS(3.4nm, TBAI)``, and alloys by composition, such as ``In0.53Ga0.47As``, are
    understood as in the stack notation.
    """
    if not isinstance(name, str):
        raise InputError(f"material is {shorten(name)}; expected its name, such as {_EXAMPLE}")
    text = name.strip()
    entry = written(text)
    if entry is not None:
        return entry
    if text in dot_cores():
        _refuse_bare(text)
    if "->" in text:
        raise InputError(f'"{shorten(text)}" is graded; expected one material. A layer may be graded')
    core, args = split_recipe(text)
    if args not in {split_recipe(name)[1] for name in known_names()}:
        if core in known_names() and core not in dot_cores():
            raise InputError(f"{core} takes no arguments; {text} is not in the library")
        return film_of(recipe_of(core, args))
    bulk = f"{text}(bulk)"
    choices = (*known_names(), *(alloy.written(alloy.example) for alloy in alloys()))
    near = did_you_mean(bulk if bulk in choices else text, choices)
    raise InputError(f'unknown material "{shorten(text)}".{near}  (stackmodel materials lists all)')


def own_statistics(material: Material) -> str | None:
    """Return the statistics that the material's name, or recipe, has by itself; None of a material of a user's own."""
    if isinstance(material, QuantumDotFilm):
        return "gaussian"
    known = entries().get(material.name)
    if known is None and composition(material.name) is not None:
        return "fermi-dirac"
    return None if known is None else known.statistics


def _refuse_bare(core: str) -> None:
    """Refuse a core without size and ligand, where it could be a film of dots or the bulk."""
    ways = [f"size and ligand, {core}(3.4nm, {ligand})" for ligand in films_of(core)[:1]]
    if f"{core}(bulk)" in known_names():
        ways.append(f"{core}(bulk)")
    if ways:
        raise InputError(f'"{core}" has a sizing curve: give {", or ".join(ways)}?')


def materials(
    role: str | None = None, *, contains: str | Iterable[str] = (), without: str | Iterable[str] = ()
) -> Table:
    """Return the library as a table: name, role, levels, what it contains.

    Parameters
    ----------
    role : str, optional
        Only materials of this role.
    contains : str or iterable of str
        Only materials that contain all these elements, e.g. "Pb" or ["Hg", "Te"].
    without : str or iterable of str
        Only materials that contain none of these, e.g. ["Pb", "Cd", "Hg"].
    """
    listed = list(_rows())
    roles = sorted({row["role"] for row, _ in listed if row["role"]})
    if role is not None and role not in roles:
        raise InputError(
            f'unknown role "{shorten(role)}".{did_you_mean(role, roles)} Expected one of: {", ".join(roles)}.'
        )
    wanted, unwanted = _elements("contains", contains), _elements("without", without)
    rows = [
        row | {"contains": " ".join(elements)}
        for row, elements in listed
        if role in (None, row["role"]) and wanted <= {*elements} and not unwanted & {*elements}
    ]
    columns = ("name", "role", "kind", *_LEVELS, "contains", "note")
    return Table.from_rows(rows, columns, "Levels in eV below vacuum")


def _rows() -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    """Yield a row and the elements of every material, alloy and core of dots."""
    for name, entry in entries().items():
        levels = {key: entry.value(key) if entry.has(key) else None for key in _LEVELS}
        yield {"name": name, "role": entry.role, "kind": entry.kind, **levels, "note": entry.note}, entry.contains
    blank: dict[str, Any] = dict.fromkeys(_LEVELS)
    for alloy in alloys():
        host, (low, high) = entries()[alloy.ends[0]], alloy.range
        note = f"give x as a number from {low:g} to {high:g}: {alloy.written(alloy.example)}"
        yield blank | {"name": alloy.formula, "role": host.role, "kind": host.kind, "note": note}, tuple(alloy.parts)
    for structure in structures():
        note = f"give size and ligand; ligands: {', '.join(films_of(structure))}"
        row = {"name": f"{structure}(SIZE, LIGAND)", "kind": "dot film", "note": note, "role": "active"}
        yield blank | row, elements_of(structure.split("@"))


def _elements(field: str, given: str | Iterable[str]) -> set[str]:
    """Return chemical elements; InputError for what is none, as every material would lack it."""
    listed = [given] if isinstance(given, str) or not isinstance(given, Iterable) else given
    found = {str(element) for element in listed}
    for element in found - ELEMENTS:
        hint = f' Did you mean "{element.title()}"?' if element.title() in ELEMENTS else ""
        raise InputError(f'materials: {field} is "{shorten(element)}"; expected elements such as "Pb".{hint}')
    return found


def optical_constants(name: str | Path, *, temperature: float = ROOM_TEMPERATURE) -> OpticalConstants:
    """Return n + i k of a material of the library, of a file, or of a data set of refractiveindex.info.

    Parameters
    ----------
    name : str or Path
        A material as the notation writes it ("ZnO", "PbS(3.4nm, TBAI)"), a file (csv with columns wavelength [nm], n,
        k, or YAML of refractiveindex.info), or the path of a data set there, "main/ZnO/nk/Aguilar.yml".
    temperature : float
        Of the layer. Tables stay as they were measured, and say so. [K]
    """
    if not isinstance(name, str | Path):
        raise InputError(f"optical constants: {shorten(name)} is no name; expected a material, a file or a data set")
    text = str(name)
    if tabled(text):
        return at_temperature(of_material(text), temperature)
    if not is_file_name(text):
        return material(text).optical_constants(temperature=temperature)
    if not text.startswith(("main/", "other/", "glass/", "organic/")) or as_path(name, "optical constants").is_file():
        return from_file(name)
    found = data_set(text)
    if found.n is None or found.k is None:
        have, lack = ("n", "k") if found.k is None else ("k", "n")
        raise DataError(f"{text}: the data set has {have} and no {lack}; expected both. Choose another or give a csv")
    return OpticalConstants(
        name=text, parts=(Part.of(found.n, found.k),), source=found.source, why=found.comments, notices=found.notices
    )
