"""Text of csv files that a spreadsheet reads as data: no cell of text runs as a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from stackmodel.units import NUMBER

#: How text begins that spreadsheets take for a formula, in the wide letters of East Asia too.
_FORMULA = re.compile(r"[=+\-@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}].")
_NUMBER = re.compile(rf"(?:{NUMBER}|[+-]?inf)")
#: The same in a comment, whose commas a spreadsheet takes for the ends of cells.
_FORMULA_INSIDE = re.compile(r"([,;\t]\s*)(?=[=+\-@](?![\d.\s]))")


def csv_text(frame: Any) -> str:
    """Return a DataFrame as csv; text that begins as a formula does has an apostrophe before it, numbers do not."""
    guarded = frame.rename(columns=_guarded)
    texts = guarded.select_dtypes(exclude="number").columns
    guarded = guarded.assign(**{name: guarded[name].map(_guarded) for name in texts})
    return str(guarded.to_csv(index=False, lineterminator="\n"))


def comment_lines(lines: Iterable[str]) -> str:
    """Return lines as comments of a csv, each on a line of its own."""
    return "".join(f"# {_FORMULA_INSIDE.sub(_quoted, ' '.join(line.split()))}\n" for line in lines)


def _guarded(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _quoted(match: re.Match[str]) -> str:
    return f"{match[1]}'"
