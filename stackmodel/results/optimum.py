"""The best device that a search found, and every point it asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from stackmodel.errors import InputError, did_you_mean, shorten
from stackmodel.output.csv_text import comment_lines, csv_text
from stackmodel.output.strict_json import to_json
from stackmodel.results.base import Provenance
from stackmodel.text_files import as_path


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Optimum:
    """The best of all points that a search within bounds has asked."""

    metric: str
    unit: str
    higher_is_better: bool
    value: float  #: [unit]
    by_address: Mapping[str, float]  #: in the units of `units`
    units: Mapping[str, str]
    device: object
    evaluations: int
    message: str
    blocked: str  #: what keeps the carriers of the best device from being extracted, "" where nothing does
    rows: tuple[Mapping[str, Any], ...]
    provenance: Provenance

    @property
    def history(self) -> Any:
        """One row a point in the order asked: values, figure, and the reason where there is none (DataFrame)."""
        import pandas as pd

        return pd.DataFrame([dict(row) for row in self.rows])

    def __repr__(self) -> str:
        return f"<Optimum of {self.metric}: {self.value:.6g} {self.unit}".rstrip() + ">"

    def __str__(self) -> str:
        """Return where the optimum lies and how it was found as plain text."""
        places = [f"{address} = {self.by_address[address]:.6g} {self.units[address]}" for address in self.by_address]
        direction = "largest" if self.higher_is_better else "smallest"
        head = f"{direction} {self.metric}: {self.value:.6g} {self.unit}"
        said = [f"{self.evaluations} evaluations; {self.message}", *([self.blocked] if self.blocked else [])]
        return "\n".join(line.rstrip() for line in (head, *places, *said))

    def save(self, path: str | Path) -> Path:
        """Write the search: .csv is its history, .json everything."""
        path = as_path(path, "save")
        writers = {".csv": self._write_csv, ".json": self._write_json}
        if path.suffix not in writers:
            hint = did_you_mean(path.suffix, writers)
            raise InputError(f'save: no writer for "{shorten(path.suffix)}"; expected .csv or .json.{hint}')
        path.parent.mkdir(parents=True, exist_ok=True)
        writers[path.suffix](path)
        return path

    def _write_csv(self, path: Path) -> None:
        record = self.provenance
        lines = [record.question, f"stack: {record.notation}", f"stackmodel {record.version}", *str(self).splitlines()]
        lines += [f"assumed: {to_json(row, indent=None)}" for row in record.assumptions]
        lines += [f"parameter: {to_json(row, indent=None)}" for row in record.parameters]
        path.write_text(comment_lines(lines) + csv_text(self.history), encoding="utf-8")

    def _write_json(self, path: Path) -> None:
        content = {
            "metric": self.metric, "unit": self.unit, "higher_is_better": self.higher_is_better, "value": self.value,
            "by_address": self.by_address, "units": self.units, "evaluations": self.evaluations,
            "message": self.message, "blocked": self.blocked, "history": self.rows,
            "provenance": self.provenance.as_dict(),
        }  # fmt: skip
        path.write_text(to_json(content), encoding="utf-8")
