"""Devices from files. Reading a .toml or .json file runs no code; a Python file is run."""

from __future__ import annotations

import json
import runpy
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from stackmodel.errors import (
    DataError,
    InputError,
    StackModelError,
    attributed,
    did_you_mean,
    line_of,
    reject_unknown,
    shorten,
)
from stackmodel.kinds.device import Device
from stackmodel.kinds.registry import kinds
from stackmodel.kinds.saving import CONDITIONS
from stackmodel.materials.data_files import line_at
from stackmodel.materials.dot_core import core_entry
from stackmodel.materials.dot_film import CURVE, FURTHER_INPUTS, SIZE_UNITS, QuantumDotFilm, Recipe
from stackmodel.materials.ligand import ligand_of
from stackmodel.materials.material import KINDS as MATERIAL_KINDS
from stackmodel.materials.material import STATISTICS, Material, check_levels, rebuild
from stackmodel.materials.optical_files import from_plain
from stackmodel.materials.parameter import Parameter
from stackmodel.materials.sizing import sizing_curve
from stackmodel.materials.temperature import TemperatureLaw
from stackmodel.quantities import MATERIAL_QUANTITIES, checked, plain
from stackmodel.structure.contact import Contact
from stackmodel.structure.directions import SIDES
from stackmodel.structure.interface import Interface
from stackmodel.structure.layer import LATERAL, Layer
from stackmodel.structure.notation import ROLES
from stackmodel.structure.stack import Stack
from stackmodel.text_files import as_path, read_text

#: Where in a file an error came up.
_Place: TypeAlias = "tuple[str | int, ...]"
_TOP = ("stackmodel", "kind", "notation", "conditions", "front", "back", "layers", "interfaces")
_LAYER = ("name", "role", "own_role", "thickness", "lateral", "material", "graded_to", "coherent")
#: What a trap level may count from, see `Parameter`.
REFERENCES = ("", "E_C", "E_V", "intrinsic")


def load(path: str | Path) -> Device:
    """Return a device from a file: the `device` that a Python file (which is run) defines, or a .toml or .json."""
    path = as_path(path, "load")
    if path.suffix not in READERS:
        raise InputError(
            f'load: no reader for "{path.suffix}" ({path.name}); expected .toml, .json, or a .py file with a device'
        )
    return READERS[path.suffix](path)


def _of_python(path: Path) -> Device:
    if not path.is_file():
        raise InputError(f"load: there is no file {path}")
    try:
        with attributed(f"load: {path}"):
            names: dict[str, Any] = runpy.run_path(str(path), run_name="stackmodel_device")
    except StackModelError:
        raise
    except (Exception, SystemExit) as error:
        raise InputError(f"load: {path} fails with {type(error).__name__}: {shorten(error, 200)}") from error
    device = names.get("device")
    if not isinstance(device, Device):
        raise InputError(f'load: {path} defines no device; expected "device = sm.Photodiode(...)" or another kind')
    return device


def _of_text(parse: Callable[[str], Any], line: Callable[[str, _Place, str], str]) -> Callable[[Path], Device]:
    """Return a reader of files that `parse` turns into dicts; errors name file, key and the `line` of the fault."""

    def read(path: Path) -> Device:
        text = read_text(path, "load")
        try:
            content = parse(text)
        except (ValueError, RecursionError) as error:  # a number of very many digits is a ValueError too
            raise InputError(f"load: {path}: {error}") from None
        if not isinstance(content, dict):
            raise InputError(f"load: {path} holds no table; expected one with kind and layers")
        try:
            return _device(content)
        except _Fault as fault:
            message = str(fault.error)
            raise type(fault.error)(f"load: {path}{line(text, fault.where, message)}: {message}") from fault.error

    return read


#: What reads a file, by its suffix.
READERS: dict[str, Callable[[Path], Device]] = {
    ".py": _of_python,
    ".toml": _of_text(tomllib.loads, line_at),
    ".json": _of_text(json.loads, lambda text, where, message: line_of(text, message)),
}


class _Fault(Exception):
    """An error with the path to the place in the file that it is about."""

    def __init__(self, error: StackModelError, where: tuple[str | int, ...]) -> None:
        super().__init__(str(error))
        self.error, self.where = error, where


@contextmanager
def _at(*where: str | int) -> Iterator[None]:
    """Say of an error from inside at which place of the file it came up; a raw error becomes an InputError."""
    try:
        yield
    except _Fault as fault:
        raise _Fault(fault.error, (*where, *fault.where)) from fault.error
    except StackModelError as error:
        raise _Fault(error, where) from error
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        whose = ".".join(map(str, where)) or "device"
        raise _Fault(InputError(f"{whose} cannot be read: {shorten(error)}"), where) from error


def from_dict(content: Mapping[str, Any]) -> Device:
    """Return the device that `to_dict` made the content of."""
    try:
        return _device(content)
    except _Fault as fault:
        raise fault.error from None


def _device(content: Mapping[str, Any]) -> Device:
    with _at():
        reject_unknown("device", content, _TOP)
    with _at("kind"):
        known = kinds()
        kind = _one_of("kind", content.get("kind"), tuple(known))
    with _at():
        if "stackmodel" in content and not {"layers", "interfaces"} <= content.keys():
            raise InputError("layers or interfaces are missing; a file that was saved has both, so it is not whole")
        if "layers" not in content and "notation" not in content:
            raise InputError('layers is missing; expected [[layers]] tables, or notation = "ITO / ..."')
    if "layers" in content:
        stack = _stack(content)
    else:
        with _at("notation"):
            stack = Stack.parse(content["notation"])
    ends = {side: _contact(content[side], side) for side in SIDES if content.get(side) is not None}
    with _at("conditions"):
        conditions = _table("conditions", {} if content.get("conditions") is None else content["conditions"])
        reject_unknown("conditions", conditions, CONDITIONS)
        return known[kind](stack, **conditions, **ends)


def _table(whose: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"{whose} is {shorten(value)}; expected a table")
    return value


def _list(whose: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InputError(f"{whose} is {shorten(value)}; expected a list")
    return list(value)


def _text(whose: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InputError(f"{whose} is {shorten(value)}; expected text")
    return value


def _one_of(whose: str, value: Any, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        hint = did_you_mean(str(value), allowed)
        raise InputError(f'{whose} is "{shorten(value)}"; expected one of {", ".join(allowed)}.{hint}')
    return value


def _contact(entry: Any, side: str) -> Contact:
    with _at(side):
        known = [field.name for field in attrs.fields(Contact)]
        reject_unknown(side, _table(side, entry), known)
        given: dict[str, Any] = {key: value for key, value in entry.items() if value is not None}
        if "kind" not in given:
            raise InputError(f"{side}: kind is missing; expected ohmic, schottky or blocking")
        for key in given.keys() - {"kind", "image_force"}:
            given[key] = checked(key, given[key], side)
        if not isinstance(given.get("image_force", False), bool):
            raise InputError(f"{side}: image_force is {shorten(given['image_force'])}; expected true or false")
        return Contact(**given)


def _stack(content: Mapping[str, Any]) -> Stack:
    layers, roles, interfaces = [], [], []
    with _at("layers"):
        entries = _list("layers", content["layers"])
    for i, entry in enumerate(entries):
        with _at("layers", i):
            layers.append(_layer(entry, f"layers[{i}]"))
            roles.append(entry["role"])
    with _at("interfaces"):
        listed = _list("interfaces", content.get("interfaces", [{}] * (len(layers) - 1)))
        for i, entry in enumerate(listed):
            interfaces.append(Interface(**_table(f"interfaces[{i}]", entry)))
        if len(interfaces) != len(layers) - 1:
            raise InputError(f"interfaces: {len(interfaces)} for {len(layers)} layers; expected {len(layers) - 1}")
    with _at("layers"):
        return Stack.of(layers, interfaces, roles)


def _layer(entry: Any, whose: str) -> Layer:
    reject_unknown(whose, _table(whose, entry), _LAYER)
    if entry.get("material") is None or "role" not in entry:
        raise InputError(f"{whose}: material or role is missing")
    with _at("role"):
        _one_of(f"{whose}: role", entry["role"], ROLES)
    with _at("lateral"):
        lateral = _table(f"{whose}: lateral", entry.get("lateral") or {})
        reject_unknown(f"{whose}: lateral", lateral, LATERAL)
    made = {}
    for key in ("material", "graded_to"):
        with _at(key):
            made[key] = _material(entry.get(key), f"{whose}: {key}")
    return Layer(
        made["material"], entry.get("thickness"), name=entry.get("name"), role=entry.get("own_role"),
        lateral=lateral, graded_to=made["graded_to"], coherent=entry.get("coherent"),
    )  # fmt: skip


def _material(entry: Any, whose: str) -> Any:
    if entry is None or isinstance(entry, str):
        return entry  # a library name or recipe, written by hand
    cls = QuantumDotFilm if "recipe" in _table(whose, entry) else Material
    name = _text(f"{whose}: name", entry.get("name"))
    given = [field for field in attrs.fields(cls) if field.init]
    reject_unknown(name, entry, [field.name for field in given])
    fields: dict[str, Any] = {f.name: f.default for f in given if f.default is not attrs.NOTHING}
    fields |= {"name": name, "parameters": _parameters(entry, name), "laws": _laws(entry, name)}
    for key, allowed in (("kind", MATERIAL_KINDS), ("statistics", STATISTICS), ("role", (*ROLES, "absorber"))):
        if key in entry and not (key == "role" and entry[key] is None):
            with _at(key):
                fields[key] = _one_of(f"{name}: {key}", entry[key], allowed)
    for key in ("aliases", "contains"):
        with _at(key):
            fields[key] = tuple(_text(f"{name}: {key}", each) for each in _list(f"{name}: {key}", entry.get(key, [])))
    with _at("note"):
        fields["note"] = _text(f"{name}: note", entry.get("note", ""))
    if "temperature" in entry:
        fields["temperature"] = checked("temperature", entry["temperature"], name)
    if entry.get("optical") is not None:
        with _at("optical"):
            fields["optical"] = from_plain(entry["optical"], f"{name}: optical")
    if cls is QuantumDotFilm:
        with _at("recipe"):
            fields["recipe"] = _recipe(entry["recipe"], f"{name}: recipe")
    check_levels(name, fields["parameters"])
    return rebuild(cls, fields)


def _parameters(entry: Mapping[str, Any], name: str) -> dict[str, Parameter]:
    found = {}
    known = {field.name: field for field in attrs.fields(Parameter)}
    with _at("parameters"):
        given = _table(f"{name}: parameters", entry.get("parameters", {}))
        reject_unknown(name, map(plain, given), MATERIAL_QUANTITIES)
        for key, row in given.items():
            whose = f"{name}: {key}"
            with _at(key):
                reject_unknown(whose, _table(whose, row), known)
                missing = [n for n, f in known.items() if f.default is attrs.NOTHING and n not in row]
                if missing:
                    raise DataError(f"{whose} has no {missing[0]}; a value carries value, source, provenance, ...")
                if row["quantity"] != key:
                    raise DataError(f'{whose}: quantity is "{shorten(row["quantity"])}"; expected {key}')
                fields: dict[str, Any] = {"value": checked(key, row["value"], name)}
                for n in row.keys() - {"value"}:
                    fields[n] = (_number if n in ("low", "high") else _text)(f"{whose}: {n}", row[n])
                if fields.get("reference", "") not in REFERENCES:
                    raise DataError(f'{whose}: reference is "{shorten(fields["reference"])}"; expected E_C or E_V')
                found[key] = Parameter(**fields)
    return found


def _laws(entry: Mapping[str, Any], name: str) -> dict[str, TemperatureLaw]:
    found = {}
    with _at("laws"):
        given = _table(f"{name}: laws", entry.get("laws", {}))
        reject_unknown(name, map(plain, given), MATERIAL_QUANTITIES)
        for key, row in given.items():
            whose = f"{name}: {key}"
            with _at(key):
                reject_unknown(whose, _table(whose, row), [field.name for field in attrs.fields(TemperatureLaw)])
                coefficients = dict(_table(f"{whose}: coefficients", row.get("coefficients")))
                source = _text(f"{whose}: source", row.get("source"))
                found[key] = TemperatureLaw(_text(f"{whose}: law", row.get("law")), coefficients, source)
    return found


def _recipe(entry: Any, whose: str) -> Recipe:
    reject_unknown(whose, _table(whose, entry), [field.name for field in attrs.fields(Recipe)])
    core, ligand = (_text(f"{whose}: {key}", entry.get(key)) for key in ("core", "ligand"))
    core_entry(core)
    shells = tuple(_shell(f"{whose}: shells", each) for each in entry.get("shells", ()))
    ligand_of("@".join((core, *(name for name, _ in shells))), ligand)
    kind = _one_of(f"{whose}: size_kind", entry.get("size_kind"), tuple(SIZE_UNITS))
    size = checked("wavelength" if kind == "peak" else kind, entry.get("size"), whose)
    given = _table(f"{whose}: inputs", entry.get("inputs", {}))
    reject_unknown(f"{whose}: inputs", given, FURTHER_INPUTS)
    inputs = {key: checked(key, value, whose) for key, value in given.items()}
    curve = None if entry.get(CURVE) is None else sizing_curve(core, _text(f"{whose}: {CURVE}", entry[CURVE])).name
    return Recipe(core=core, size=size, size_kind=kind, ligand=ligand, inputs=inputs, shells=shells, curve=curve)


def _shell(whose: str, entry: Any) -> tuple[str, float]:
    if not isinstance(entry, list) or len(entry) != 2:
        raise DataError(f"{whose}: {shorten(entry)}; expected material and thickness each")
    return _text(whose, entry[0]), checked("shell_thickness", _number(whose, entry[1]), whose)


def _number(whose: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise DataError(f"{whose} is {shorten(value)}; expected a number")
    return float(value)
