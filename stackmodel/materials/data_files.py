"""Reading the library's own TOML files."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return the content of materials/data/`name`."""
    return tomllib.loads(files("stackmodel.materials").joinpath("data", name).read_text("utf-8"))
