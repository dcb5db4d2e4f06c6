"""A plain table: rows of a question whose answer is text and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from stackmodel.errors import InputError
from stackmodel.output.csv_text import csv_text
from stackmodel.output.strict_json import to_json
from stackmodel.text_files import as_path


@attrs.frozen(eq=False)
class Table:
    """Rows with the same columns; prints itself, becomes a DataFrame, saves as csv, json or html."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    title: str = ""

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str = "") -> Table:
        """Return the table of `rows`, each a mapping with a value for every one of `columns`."""
        return cls(tuple(columns), tuple(tuple(row[c] for c in columns) for row in rows), title)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame, one row a row."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns))

    def save(self, path: str | Path) -> Path:
        """Write the table; the suffix (.csv, .json, .html) picks the writer."""
        path = as_path(path, "save")
        frame = self.to_dataframe()
        writers: dict[str, Any] = {
            ".csv": lambda: path.write_text(csv_text(frame), encoding="utf-8"),
            ".json": lambda: path.write_text(to_json(list(self)), encoding="utf-8"),
            ".html": lambda: path.write_text(self.html(), encoding="utf-8"),
        }
        if path.suffix not in writers:
            raise InputError(f'save: no writer for "{path.suffix}"; expected one of {", ".join(writers)}')
        path.parent.mkdir(parents=True, exist_ok=True)
        writers[path.suffix]()
        return path

    def __str__(self) -> str:
        """Return the table as aligned plain text."""
        cells = [list(self.columns), *([format_cell(v) for v in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]
        lines.insert(1, "  ".join("-" * w for w in widths))
        return "\n".join([self.title, *lines] if self.title else lines)

    def __repr__(self) -> str:
        title = f"{self.title}: " if self.title else ""
        return f"<Table {title}{len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        return self.html()

    def html(self) -> str:
        """Return the table in HTML."""
        from html import escape

        head = "".join(f"<th>{escape(c)}</th>" for c in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(format_cell(v))}</td>" for v in row) + "</tr>" for row in self.rows
        )
        caption = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def format_cell(value: object) -> str:
    """Return the text of one cell: six significant digits for numbers."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)
