"""Two columns against wavelength, from a file or from arrays: a spectrum, or the transmittance of a filter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stackmodel.errors import InputError, attributed, shorten
from stackmodel.units import conversion_factor, read_number, shortest

FloatArray = NDArray[np.float64]
_SEPARATOR = re.compile(r"\s*[,;\t]\s*")
_HEAD_UNIT = re.compile(r"[^\[(]*[\[(](.*)[\])]\s*")


def read_table(path: str | Path, wanted: Sequence[str], units: Sequence[str] | None, whose: str) -> list[FloatArray]:
    """Return the two columns of a text file, in the units `wanted`.

    Parameters
    ----------
    path : str or Path
        Columns apart by comma, semicolon or tab; lines that begin with # are left out.
    wanted : sequence of str
        Units to convert to, e.g. ("nm", "W cm^-2 nm^-1").
    units : sequence of str, optional
        Units of the columns; otherwise the first line has them in brackets, "wavelength [um]".
    whose : str
        Who an error is about.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{whose}: there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{whose}: cannot read {path}: {shorten(error)}") from error
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), start=1)]
    lines = [(n, line) for n, line in lines if line and not line.startswith("#")]
    heads = _SEPARATOR.split(lines[0][1]) if lines else []
    if heads and not _is_number(heads[0]):
        lines = lines[1:]
    elif units is None:
        raise InputError(
            f'{whose}: {path.name} has no column heads with units; expected e.g. "wavelength [{wanted[0]}]", or '
            f'units=("{wanted[0]}", "{wanted[1]}")'
        )
    rows = [_row(line, f"{whose}: {path.name}, row {n}") for n, line in lines]
    if not rows:
        raise InputError(f"{whose}: {path.name} has no rows of numbers; expected two columns")
    given = _units_of(heads, units, wanted, f"{whose}: {path.name}")
    columns = np.array(rows).T
    found = []
    for column, unit, want in zip(columns, given, wanted, strict=True):
        with attributed(f"{whose}: {path.name}"):
            found.append(column * (conversion_factor(unit, want) if unit != want else 1.0))
    return increasing(*found, whose=f"{whose}: {path.name}")


def increasing(wavelength: Any, values: Any, *, whose: str) -> list[FloatArray]:
    """Return the columns by rising wavelength; InputError where they are no table of one value a wavelength."""
    try:
        x, y = np.array(wavelength, dtype=np.float64), np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{whose}: expected numbers against wavelength [nm]") from None
    if x.ndim != 1 or x.shape != y.shape or x.size < 2:
        raise InputError(f"{whose}: {x.shape} wavelengths and {y.shape} values; expected as many of both, two or more")
    if not (np.isfinite(x).all() and np.isfinite(y).all() and (x > 0).all()):
        raise InputError(f"{whose}: a wavelength or a value is no finite number; expected wavelengths above 0 nm")
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    same = np.flatnonzero(np.diff(x) == 0)
    if same.size:
        raise InputError(f"{whose}: {shortest(x[same[0]])} nm is there twice; expected one value a wavelength")
    return [x, y]


def _is_number(text: str) -> bool:
    try:
        read_number(text)
    except InputError:
        return False
    return True


def _row(line: str, where: str) -> list[float]:
    parts = _SEPARATOR.split(line)
    if len(parts) != 2:
        raise InputError(f'{where}: "{shorten(line)}" has {len(parts)} columns; expected two')
    with attributed(where):
        return [read_number(part) for part in parts]


def _units_of(heads: list[str], units: Sequence[str] | None, wanted: Sequence[str], whose: str) -> Sequence[str]:
    if units is not None:
        if isinstance(units, str) or len(units) != 2:
            raise InputError(f'{whose}: units is {shorten(units)}; expected two, such as ("nm", "{wanted[1]}")')
        return units
    found = []
    for head, want in zip(heads, wanted, strict=False):
        match = _HEAD_UNIT.fullmatch(head)
        if match is None and want:
            raise InputError(f'{whose}: column "{shorten(head)}" has no unit; expected e.g. "{shorten(head)} [{want}]"')
        found.append(match[1].strip() if match else "")
    if len(found) != 2:
        raise InputError(f"{whose}: {len(found)} column heads; expected two")
    return found
