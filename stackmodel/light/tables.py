"""Two columns against wavelength, from a file or from arrays: a spectrum, or the transmittance of a filter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, attributed, shorten
from stackmodel.quantities import as_numbers
from stackmodel.text_files import as_path, read_blocks, read_text
from stackmodel.units import conversion_factor, shortest

_HEAD_UNIT = re.compile(r"[^\[(]*[\[(](.*)[\])]\s*")


def read_table(path: str | Path, wanted: Sequence[str], units: Sequence[str] | None, whose: str) -> list[FloatArray]:
    """Return the two columns of a text file, in the units `wanted`.

    Parameters
    ----------
    path : str or Path
        See `text_files.read_blocks`.
    wanted : sequence of str
        Units to convert to, e.g. ("nm", "W cm^-2 nm^-1").
    units : sequence of str, optional
        Units of the columns; otherwise the line above the numbers has them in brackets, "wavelength [um]".
    whose : str
        Name that error messages start with.
    """
    text, path = read_text(path, whose), as_path(path, whose)
    with attributed(f"{whose}: {path.name}"):
        blocks = read_blocks(text)
        if len(blocks) != 1:
            found = f"{len(blocks)} tables" if blocks else "no rows of numbers"
            raise InputError(f"{found}; expected one of two columns")
        heads = blocks[0].heads[-1].cells if blocks[0].heads else ()
        column_units = _units_of(heads, units, wanted)
        table = blocks[0].numbers(2)
        factors = [
            conversion_factor(unit, want) if unit != want else 1.0
            for unit, want in zip(column_units, wanted, strict=True)
        ]
        with np.errstate(over="ignore"):  # infinity is refused below
            columns = table.T * np.array(factors)[:, np.newaxis]
    return increasing(*columns, whose=f"{whose}: {path.name}")


def increasing(wavelength: Any, values: Any, *, whose: str) -> list[FloatArray]:
    """Return both columns sorted by wavelength; InputError unless each wavelength has exactly one value."""
    with attributed(f"{whose}: expected numbers against wavelength [nm]"):
        x, y = as_numbers(wavelength, "wavelengths"), as_numbers(values, "values")
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


def _units_of(heads: Sequence[str], units: Sequence[str] | None, wanted: Sequence[str]) -> Sequence[str]:
    if units is not None:
        if isinstance(units, str) or len(units) != 2:
            raise InputError(f'units is {shorten(units)}; expected two, such as ("nm", "{wanted[1]}")')
        return units
    if not heads:
        raise InputError(
            f'no column heads with units; expected e.g. "wavelength [{wanted[0]}]", or '
            f'units=("{wanted[0]}", "{wanted[1]}")'
        )
    column_units = []
    for head, want in zip(heads, wanted, strict=False):
        match = _HEAD_UNIT.fullmatch(head)
        if match is None and want:
            raise InputError(f'column "{shorten(head)}" has no unit; expected e.g. "{shorten(head)} [{want}]"')
        column_units.append(match[1].strip() if match else "")
    if len(column_units) != 2:
        raise InputError(f"{len(column_units)} column heads; expected two")
    return column_units
