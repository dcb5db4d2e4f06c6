"""Reading the library's own TOML files, and where in one a fault stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return the content of materials/data/`name`."""
    return tomllib.loads(files("stackmodel.materials").joinpath("data", name).read_text("utf-8"))


def line_at(text: str, where: Sequence[str | int], message: str) -> str:
    """Return ", line N" of a place in a TOML file, "" where it cannot be told.

    `where` is the path to it, such as ("layers", 2, "material"). What the message names within it comes first, then
    the place itself, then the nearest table around it.
    """
    places: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        key = re.match(r'\s*("[^"]*"|[\w-]+)\s*=', line)
        if key:
            places.setdefault((*table, key[1].strip('"')), number)
        elif line.lstrip().startswith("["):
            table = _table_path(line, counts) or table
            places.setdefault(table, number)
    words = [*re.findall(r'"([\w-]+)"', message), *re.findall(r"\w+", message)]
    inner = [(*where, word) for word in words]
    around = [tuple(where[:n]) for n in range(len(where), 0, -1)]
    found = next((places[place] for place in (*inner, *around) if place in places), None)
    return "" if found is None else f", line {found}"


def _table_path(line: str, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """Return the path that a table's head opens, elements of arrays by number; () where it is no head."""
    try:
        inner: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    path: tuple[str | int, ...] = ()
    while inner:
        if isinstance(inner, list):
            counts[path] = counts.get(path, -1) + 1
            return (*path, counts[path])
        ((key, inner),) = inner.items()
        path = (*path, key)
        if path in counts and not isinstance(inner, list):
            path = (*path, counts[path])
    return path
