"""Devices from files."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from stackmodel.errors import InputError, StackModelError, attributed, shorten
from stackmodel.kinds.device import Device
from stackmodel.kinds.files import SUFFIXES, load_device
from stackmodel.text_files import as_path


def load(path: str | Path) -> Device:
    """Return a device from a file: the `device` that a Python file (which is run) defines, or a .toml or .json."""
    path = as_path(path, "load")
    if path.suffix in SUFFIXES:
        return load_device(path)
    if path.suffix != ".py":
        raise InputError(
            f'load: no reader for "{path.suffix}" ({path.name}); expected .toml, .json, or a .py file with a device'
        )
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
