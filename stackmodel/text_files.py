"""Text files that a user names: their text, and the tables of numbers that instruments write."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, shorten
from stackmodel.units import read_number

#: Larger files are no tables, spectra or devices. [bytes]
LARGEST = 32_000_000
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_COMMENTS = ("#", "%", "!", "//")
_LIKE_A_NUMBER = re.compile(r"[+-]?[.,]*\d[\d.,]*(?:[eE][+-]?\d+)?")
#: Number of rows from which the form of a file is told.
_SAMPLE = 50


def as_path(path: object, whose: str) -> Path:
    """Return a path that a user gave as text or Path; InputError for what cannot name a file."""
    if not isinstance(path, str | os.PathLike) or isinstance(os.fspath(path), bytes):
        raise InputError(f"{whose}: path is {shorten(path)}; expected text, the name of a file")
    text = os.fspath(path)
    if not text or not text.strip("\0") or "\0" in text:
        raise InputError(f'{whose}: path is "{shorten(text)}"; expected the name of a file')
    try:
        os.fsencode(text)
        return Path(text).expanduser()
    except (ValueError, RuntimeError) as error:  # half of a surrogate pair, the home of nobody
        raise InputError(f'{whose}: path is "{shorten(text)}": {shorten(error)}; expected the name of a file') from None


def read_text(path: object, whose: str) -> str:
    """Return the text of a file, UTF-8 with or without byte order mark; errors name file, fault and remedy."""
    file = as_path(path, whose)
    try:
        if not file.exists():
            raise InputError(f"{whose}: there is no file {shorten(file, 200)}")
        if not file.is_file():
            raise InputError(f"{whose}: {shorten(file, 200)} is no file; expected one with text")
        if file.stat().st_size > LARGEST:
            raise InputError(
                f"{whose}: {file} has {file.stat().st_size / 1e6:.0f} MB; expected at most {LARGEST / 1e6:.0f} MB"
            )
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{whose}: cannot read {shorten(file, 200)}: {error.strerror or error}") from None
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), "")
    fault = f"is {encoding}"
    if not encoding:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            fault = f"is not UTF-8: byte 0x{content[error.start]:02x} in line {line}"
            if not any(0x80 <= byte < 0xA0 for byte in content):
                fault += " (Latin-1?)"
    raise InputError(f"{whose}: {shorten(file, 200)} {fault}; save it as UTF-8 text")


# -- tables ------------------------------------------------------------------------------------------------------------


@attrs.frozen
class Form:
    """How a table is written: what parts its cells (blanks where None), and its decimal mark."""

    separator: str | None
    mark: str

    def cells(self, line: str) -> tuple[str, ...]:
        """Return the cells of a line without quotes; empty ones at its end are none."""
        try:
            parts = line.split() if self.separator is None else next(csv.reader([line], delimiter=self.separator))
        except csv.Error:  # a cell beyond csv's limit
            parts = [line]
        cells = [part.strip().strip('"').strip() for part in parts]
        while len(cells) > 1 and not cells[-1]:
            cells.pop()
        return tuple(cells)

    def number(self, cell: str) -> float | None:
        """Return the number in a cell, None where it is none."""
        if self.mark == ",":
            if "." in cell:
                return None
            cell = cell.replace(",", ".")
        try:
            return read_number(cell)
        except InputError:
            return None

    def row(self, line: int, cells: tuple[str, ...]) -> Row:
        """Return the row in line number `line`."""
        return Row(line, cells, tuple(map(self.number, cells)))

    def fits(self, lines: list[str]) -> int:
        """Return how many lines are two numbers or more."""
        split = [self.cells(line) for line in lines]
        return sum(len(cells) > 1 and all(self.number(cell) is not None for cell in cells) for cells in split)


#: In the order they are tried: the first under which most rows are numbers is the file's. Decimal commas come last.
FORMS = [Form(separator, mark) for mark in ".," for separator in (";", "\t", ",", None)]


@attrs.frozen
class Row:
    """One line of a table."""

    line: int
    cells: tuple[str, ...]
    values: tuple[float | None, ...] = ()

    @property
    def text(self) -> str:
        """The cells, for an error."""
        return shorten(" ".join(self.cells), 40)


@attrs.define
class Block:
    """Rows that follow each other, and the lines of text above them, the nearest last."""

    heads: list[Row] = attrs.field(factory=list)
    rows: list[Row] = attrs.field(factory=list)

    @property
    def width(self) -> int:
        """Columns that most rows have."""
        return Counter(len(row.cells) for row in self.rows).most_common(1)[0][0]

    def numbers(self, width: int) -> FloatArray:
        """Return the rows as an array of `width` columns; InputError with the row where one is none."""
        for row in self.rows:
            if len(row.cells) != width:
                columns = f"{len(row.cells)} column{'s' * (len(row.cells) > 1)}"
                raise InputError(f'row {row.line} is "{row.text}", {columns}; expected {width} numbers')
            if None in row.values:
                odd = shorten(row.cells[row.values.index(None)], 20)
                raise InputError(f'row {row.line} is "{row.text}"; expected {width} numbers, "{odd}" is none')
        if len(self.rows) < 2:
            raise InputError("the file holds fewer than two rows of numbers; expected two or more")
        return np.array([row.values for row in self.rows], dtype=float)


def read_blocks(text: str) -> list[Block]:
    """Return the tables in a text, one after the other.

    Cells are apart by semicolon, tab, comma or blanks. Numbers have a decimal point, or a comma where that parts no
    cells. A line whose first cell is like a number is a row. Any other is a head; the first one below rows opens the
    next table. Comments (#, %, !, //) and blank lines may stand anywhere; a comment above the first row is a head too.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    sample = [line for _, line in lines if re.match(r"[\"'+\-.,]*\d", line)][:_SAMPLE]
    form = max(FORMS, key=lambda form: form.fits(sample))
    blocks = [Block()]
    for number, line in lines:
        comment = line.startswith(_COMMENTS)
        cells = form.cells(line.lstrip("#%!/").strip() if comment else line)
        if not comment and _LIKE_A_NUMBER.fullmatch(cells[0]):
            blocks[-1].rows.append(form.row(number, cells))
            continue
        if blocks[-1].rows and not comment:
            blocks.append(Block())
        if not blocks[-1].rows:
            blocks[-1].heads.append(Row(number, cells))
    last = blocks[-1]
    if len(blocks) > 1 and not last.rows:
        raise InputError(f'row {last.heads[0].line} is "{last.heads[0].text}"; expected numbers')
    return [block for block in blocks if block.rows]
