"""Devices as TOML and JSON files, lossless, own materials included. Reading one runs no code."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from stackmodel.errors import DataError, InputError, StackModelError, did_you_mean, line_of, reject_unknown
from stackmodel.kinds.device import Device
from stackmodel.kinds.photodiode import Photodiode
from stackmodel.kinds.solar_cell import SolarCell
from stackmodel.materials.dot_film import QuantumDotFilm
from stackmodel.materials.material import Material, rebuild
from stackmodel.output.strict_json import to_json
from stackmodel.structure.contact import Contact
from stackmodel.structure.interface import Interface
from stackmodel.structure.layer import Layer
from stackmodel.structure.record import version
from stackmodel.structure.stack import Stack

KINDS: dict[str, type[Device]] = {cls.kind: cls for cls in (Photodiode, SolarCell)}
_TOP = ("stackmodel", "kind", "notation", "conditions", "front", "back", "layers", "interfaces")
_LAYER = ("name", "role", "own_role", "thickness", "lateral", "material", "graded_to")
SUFFIXES = (".toml", ".json")


def save_device(device: Device, path: str | Path) -> Path:
    """Write a device; the suffix, .toml or .json, picks the form."""
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise InputError(f'save: no writer for "{path.suffix}"; a device is saved as .toml or .json')
    content = to_dict(device)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".toml":
        import tomli_w

        path.write_text(tomli_w.dumps(content), encoding="utf-8")
    else:
        path.write_text(to_json(content), encoding="utf-8")
    return path


def load_device(path: str | Path) -> Device:
    """Return the device of a .toml or .json file; errors name file, line and key."""
    path = Path(path)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise InputError(f"load: there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"load: {path} cannot be read as text: {error}") from None
    try:
        content = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"load: {path}: {error}") from None
    if not isinstance(content, dict):
        raise InputError(f"load: {path} holds no table; expected one with kind and layers")
    try:
        return from_dict(content)
    except StackModelError as error:
        raise type(error)(f"load: {path}{line_of(text, str(error))}: {error}") from error


def to_dict(device: Device) -> dict[str, Any]:
    """Return a device as plain dicts, lists, numbers and text."""
    named = zip(device.stack.layers, device.stack.roles, strict=True)
    conditions = {
        key: getattr(device, key)
        for key in ("area", "temperature", "anode", "illuminated", "series_resistance", "shunt_resistance")
    }
    content = {
        "stackmodel": version(),
        "kind": device.kind,
        "notation": device.stack.notation,
        "conditions": conditions,
        "front": _record(device.front),
        "back": _record(device.back),
        "layers": [
            {
                "name": layer.name,
                "role": role,
                "own_role": layer.role,
                "thickness": layer.thickness,
                "lateral": dict(layer.lateral),
                "material": _converter().unstructure(layer.material),
                "graded_to": None if layer.graded_to is None else _converter().unstructure(layer.graded_to),
            }
            for layer, role in named
        ],
        "interfaces": [interface.given for interface in device.stack.interfaces],
    }
    cleaned: dict[str, Any] = _without_none(content)
    return cleaned


def from_dict(content: Mapping[str, Any]) -> Device:
    """Return the device that `to_dict` made the content of."""
    reject_unknown("device", content, _TOP)
    kind = content.get("kind")
    if kind not in KINDS:
        hint = did_you_mean(str(kind), KINDS)
        raise InputError(f'kind is "{kind}"; expected one of {", ".join(KINDS)}.{hint}')
    if "layers" not in content and "notation" not in content:
        raise InputError('layers is missing; expected [[layers]] tables, or notation = "ITO / ..."')
    stack = _stack(content) if "layers" in content else Stack.parse(content["notation"])
    ends = {
        side: _structure(content[side], Contact, side) for side in ("front", "back") if content.get(side) is not None
    }
    return KINDS[kind](stack, **content.get("conditions", {}), **ends)


def _stack(content: Mapping[str, Any]) -> Stack:
    layers, roles = [], []
    for i, entry in enumerate(content["layers"]):
        whose = f"layers[{i}]"
        reject_unknown(whose, entry, _LAYER)
        if "material" not in entry or "role" not in entry:
            raise InputError(f"{whose}: material or role is missing")
        material, end = (_material(entry.get(key), whose) for key in ("material", "graded_to"))
        layers.append(
            Layer(
                material, entry.get("thickness"), name=entry.get("name"), role=entry.get("own_role"),
                lateral=entry.get("lateral"), graded_to=end,
            )
        )  # fmt: skip
        roles.append(entry["role"])
    interfaces = [Interface(**entry) for entry in content.get("interfaces", [])]
    if len(interfaces) != len(layers) - 1:
        raise InputError(f"interfaces: {len(interfaces)} for {len(layers)} layers; expected {len(layers) - 1}")
    return Stack.of(layers, interfaces, roles)


def _material(entry: Any, whose: str) -> Any:
    if entry is None or isinstance(entry, str):
        return entry  # a library name or recipe, written by hand
    cls = QuantumDotFilm if "recipe" in entry else Material
    return _structure(entry, cls, f"{whose}.material")


def _structure(entry: Any, cls: type, whose: str) -> Any:
    import cattrs

    try:
        return _converter().structure(entry, cls)
    except StackModelError:
        raise
    except Exception as error:
        reasons = "; ".join(cattrs.transform_error(error, path=whose))
        raise DataError(f"{whose}: {reasons}") from error


@cache
def _converter() -> Any:
    """Return the cattrs converter: unknown keys are errors, materials are rebuilt past their people's constructor."""
    import cattrs

    converter = cattrs.Converter(forbid_extra_keys=True, omit_if_default=True)
    converter.register_structure_hook(float, lambda value, _: _number(value))
    for cls in (Material, QuantumDotFilm):
        fields = {field.name: field.type for field in attrs.fields(attrs.resolve_types(cls))}

        def structure(entry: Mapping[str, Any], _: type, cls: Any = cls, fields: Any = fields) -> Any:
            reject_unknown(str(entry.get("name", "material")), entry, fields)
            defaults = {f.name: f.default for f in attrs.fields(cls) if f.default is not attrs.NOTHING}
            given = {key: converter.structure(value, fields[key]) for key, value in entry.items()}
            empty: dict[str, Any] = {"parameters": {}, "laws": {}}
            return rebuild(cls, {**empty, **defaults, **given})

        converter.register_structure_hook(cls, structure)
    return converter


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise DataError(f"{value!r} is not a number")
    return float(value)


def _record(contact: Contact | None) -> dict[str, Any] | None:
    return None if contact is None else dict(_converter().unstructure(contact))


def _without_none(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {str(k): _without_none(v) for k, v in content.items() if v is not None}
    if isinstance(content, list | tuple):
        return [_without_none(v) for v in content]
    return content
