"""Devices written as TOML and JSON files, lossless, own materials included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stackmodel.errors import InputError
from stackmodel.materials.optical_constants import OpticalConstants
from stackmodel.materials.optical_files import as_plain
from stackmodel.output.strict_json import to_json
from stackmodel.results.base import version
from stackmodel.structure.circuit import OUTSIDE
from stackmodel.structure.contact import Contact
from stackmodel.text_files import as_path

if TYPE_CHECKING:
    from stackmodel.kinds.device import Device

#: Conditions of a whole device that a file holds.
CONDITIONS = ("anode", "illuminated", "area", "temperature", *OUTSIDE)


def save_device(device: Device, path: str | Path) -> Path:
    """Write a device; the suffix picks the form, see `WRITERS`."""
    path = as_path(path, "save")
    if path.suffix not in WRITERS:
        raise InputError(f'save: no writer for "{path.suffix}"; a device is saved as {" or ".join(WRITERS)}')
    text = WRITERS[path.suffix](to_dict(device))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _toml(content: Mapping[str, Any]) -> str:
    import tomli_w

    return tomli_w.dumps(content)


#: What makes the text of a file, by its suffix; `loading.READERS` reads the same ones.
WRITERS: dict[str, Callable[[Mapping[str, Any]], str]] = {".toml": _toml, ".json": to_json}


def to_dict(device: Device) -> dict[str, Any]:
    """Return a device as plain dicts, lists, numbers and text."""
    named = zip(device.stack.layers, device.stack.roles, strict=True)
    conditions = {key: getattr(device, key) for key in CONDITIONS}
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
                "coherent": layer.coherent,
            }
            for layer, role in named
        ],
        "interfaces": [interface.given for interface in device.stack.interfaces],
    }
    cleaned: dict[str, Any] = _without_none(content)
    return cleaned


@cache
def _converter() -> Any:
    """Return the cattrs converter that writes materials and contacts as dicts."""
    import cattrs

    converter = cattrs.Converter(omit_if_default=True)
    converter.register_unstructure_hook(OpticalConstants | None, lambda given: given and as_plain(given))
    return converter


def _record(contact: Contact | None) -> dict[str, Any] | None:
    return None if contact is None else dict(_converter().unstructure(contact))


def _without_none(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {str(k): _without_none(v) for k, v in content.items() if v is not None}
    if isinstance(content, list | tuple):
        return [_without_none(v) for v in content]
    return content
