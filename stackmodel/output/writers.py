"""Files of an answer, one writer a suffix; each carries the record of what made it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

from stackmodel.output.picture import Picture
from stackmodel.units import to_unit


class Answer(Protocol):
    """What a writer needs of an answer."""

    provenance: Any

    def columns(self) -> dict[str, Any]: ...  # noqa: D102 - see results.base.Result
    def attributes(self) -> dict[str, Any]: ...  # noqa: D102
    def picture(self) -> Picture: ...  # noqa: D102
    def to_dataframe(self) -> Any: ...  # noqa: D102
    def to_xarray(self) -> Any: ...  # noqa: D102


def write_picture(answer: Answer, path: Path, *, width: str = "86 mm", **options: Any) -> None:
    """Write svg, pdf or png with matplotlib, `width` wide on paper."""
    from stackmodel.output.with_matplotlib import save

    save(_picture(answer, options), path, width, json.dumps(answer.provenance.as_dict(), default=str))


def write_html(answer: Answer, path: Path, *, width: str = "86 mm", **options: Any) -> None:
    """Write one self-contained page: interactive picture, data, and the record; `width` scales the picture."""
    from stackmodel.output.report import page, provenance_html
    from stackmodel.output.with_plotly import div

    pixels = to_unit(width, "mm") * 96.0 / 25.4 * 2.0  # twice the paper width reads well on a screen
    picture = _picture(answer, options)
    figures = "".join(f"<li>{name}: {_shown(value)}</li>" for name, value in answer.attributes().items())
    table = answer.to_dataframe().to_html(index=False, border=0, float_format="%.6g")
    body = [div(picture, with_script=True, width=pixels), f"<ul>{figures}</ul>", table]
    page(path, picture.title or answer.provenance.question, [*body, provenance_html(answer.provenance)])


def write_csv(answer: Answer, path: Path, **options: Any) -> None:
    """Write the columns, after comment lines with the figures and the record."""
    record = answer.provenance
    lines = [f"# {record.question}", f"# stack: {record.notation}", f"# stackmodel {record.version}"]
    lines += [f"# {name}: {_shown(value)}" for name, value in answer.attributes().items()]
    lines += [f"# convergence {name}: {value:.6g}" for name, value in record.convergence.items()]
    lines += [f"# assumed: {json.dumps(row, default=str, ensure_ascii=False)}" for row in record.assumptions]
    lines += [f"# parameter: {json.dumps(row, default=str, ensure_ascii=False)}" for row in record.parameters]
    data = answer.to_dataframe().to_csv(index=False, lineterminator="\n")
    path.write_text("\n".join(lines) + "\n" + data, encoding="utf-8")


def write_json(answer: Answer, path: Path, **options: Any) -> None:
    """Write figures, columns and the record."""
    columns = {head: [_plain(v) for v in values] for head, values in answer.columns().items()}
    content = {"figures": answer.attributes(), "columns": columns, "provenance": answer.provenance.as_dict()}
    path.write_text(json.dumps(content, indent=2, default=_plain, ensure_ascii=False), encoding="utf-8")


def write_netcdf(answer: Answer, path: Path, **options: Any) -> None:
    """Write a netCDF file by xarray."""
    answer.to_xarray().to_netcdf(path, engine="scipy")


PICTURES = (".svg", ".pdf", ".png", ".html")
WRITERS = {
    ".svg": write_picture,
    ".pdf": write_picture,
    ".png": write_picture,
    ".html": write_html,
    ".csv": write_csv,
    ".json": write_json,
    ".nc": write_netcdf,
}


def _picture(answer: Answer, options: dict[str, Any]) -> Picture:
    defaults: dict[str, Any] = {"labels": {}, "colors": {}, "reference": None}
    return answer.picture(**{**defaults, **options})


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value if isinstance(value, str | int | float) else str(value)


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
