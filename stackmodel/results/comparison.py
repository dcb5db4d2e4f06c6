"""Choices side by side: a ranked table with reasons, pictures, and one report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from stackmodel.errors import InputError, did_you_mean, shorten
from stackmodel.output.csv_text import comment_lines, csv_text
from stackmodel.output.strict_json import to_json
from stackmodel.output.table import Table
from stackmodel.results.base import Result
from stackmodel.text_files import as_path


@attrs.frozen(eq=False, kw_only=True)
class Candidate:
    """One choice: what was chosen, its figures, what limits it, or why it could not be answered."""

    choice: dict[str, str]  #: what was exchanged, by place
    figures: dict[str, float | None]  #: metrics by name
    limited_by: str
    blocked: bool  #: whether it collects nothing, by the answer that ranks
    error: str
    device: object  #: the device, None where it could not be made
    answer: Result | None  #: the answer that ranks
    notes: tuple[str, ...] = ()  #: closed forms far from their own solution


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Comparison:
    """Choices in the order of their rank; those that could not be answered stand last with their error."""

    title: str
    candidates: tuple[Candidate, ...]
    metric_notes: tuple[str, ...]

    @property
    def table(self) -> Any:
        """One row a choice, best first (pandas DataFrame)."""
        import pandas as pd

        return pd.DataFrame(self._rows())

    @property
    def best(self) -> Any:
        """The device that ranks first."""
        if self.candidates[0].error:
            raise InputError(f"compare: no choice could be answered; the first says: {self.candidates[0].error}")
        return self.candidates[0].device

    def _rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for rank, each in enumerate(self.candidates, start=1):
            row: dict[str, Any] = {"rank": rank, **each.choice, **each.figures, "limited by": each.limited_by}
            if any(c.notes for c in self.candidates):
                row["notes"] = "; ".join(each.notes)
            if any(c.error for c in self.candidates):
                row["error"] = each.error
            rows.append(row)
        return rows

    def __repr__(self) -> str:
        return f"<Comparison {shorten(self.title, 100)}: {len(self.candidates)} choices>"

    def __str__(self) -> str:
        """Return the ranked table as plain text."""
        rows = [{head: _cell(value) for head, value in row.items()} for row in self._rows()]
        return str(Table.from_rows(rows, list(rows[0])))

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, border=0, float_format="%.4g"))

    def save(self, path: str | Path) -> Path:
        """Write the comparison: .html is one self-contained report, .csv and .json the ranked table."""
        path = as_path(path, "save")
        writers = {".html": self._write_html, ".csv": self._write_csv, ".json": self._write_json}
        if path.suffix not in writers:
            hint = did_you_mean(path.suffix, writers)
            raise InputError(f'save: no writer for "{shorten(path.suffix)}"; expected .html, .csv or .json.{hint}')
        path.parent.mkdir(parents=True, exist_ok=True)
        writers[path.suffix](path)
        return path

    def _write_csv(self, path: Path) -> None:
        path.write_text(comment_lines([self.title]) + csv_text(self.table), encoding="utf-8")

    def _write_json(self, path: Path) -> None:
        answers = [each.answer.provenance.as_dict() if each.answer else None for each in self.candidates]
        content = {"title": self.title, "metrics": self.metric_notes, "table": self._rows(), "provenance": answers}
        path.write_text(to_json(content), encoding="utf-8")

    def _write_html(self, path: Path) -> None:
        from html import escape

        from stackmodel.output.report import page, provenance_html
        from stackmodel.output.with_plotly import div

        notes = "".join(f"<li>{escape(note)}</li>" for note in self.metric_notes)
        pictures, first = [], True
        for rank, each in enumerate(self.candidates, start=1):
            if each.answer is None:
                continue
            caption = f"{rank}. {', '.join(each.choice.values())}: {'; '.join((each.limited_by, *each.notes))}"
            picture = div(each.answer.drawn(), with_script=first, width=520.0)
            pictures.append(f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>")
            first = False
        table = self.table.to_html(index=False, border=0, float_format="%.4g", na_rep="-")
        best = self.candidates[0].answer
        parts = [
            f"<ul>{notes}</ul>",
            table,
            "<h2>Side by side</h2>",
            f'<div class="pictures">{"".join(pictures)}</div>',
        ]
        if best is not None:
            parts += [
                "<p>Record of the first in rank; the json file holds that of every choice.</p>",
                provenance_html(best.provenance),
            ]
        page(path, self.title, parts)


def _cell(value: Any) -> str:
    return "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
