"""Files of an answer, one writer a suffix; each carries the record of what made it."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, Protocol

from stackmodel.output.csv_text import comment_lines, csv_text
from stackmodel.output.picture import Picture, paper_width
from stackmodel.output.strict_json import to_json


class Answer(Protocol):
    """What a writer needs of an answer."""

    provenance: Any

    def columns(self) -> dict[str, Any]: ...  # noqa: D102 - see results.base.Result
    def attributes(self) -> dict[str, Any]: ...  # noqa: D102
    def drawn(self, **options: Any) -> Picture: ...  # noqa: D102
    def to_dataframe(self) -> Any: ...  # noqa: D102
    def to_xarray(self) -> Any: ...  # noqa: D102


def write_picture(answer: Answer, path: Path, *, width: str = "86 mm", **options: Any) -> None:
    """Write svg, pdf or png with matplotlib, `width` wide on paper."""
    from stackmodel.output.with_matplotlib import save

    save(answer.drawn(**options), path, width, to_json(answer.provenance.as_dict(), indent=None, ascii_only=True))


def write_html(answer: Answer, path: Path, *, width: str = "86 mm", **options: Any) -> None:
    """Write one self-contained page: interactive picture, data, and the record; `width` scales the picture."""
    from stackmodel.output.report import page, provenance_html
    from stackmodel.output.with_plotly import div

    pixels = paper_width(width) * 96.0 * 2.0  # twice the paper width reads well on a screen
    picture = answer.drawn(**options)
    figures = "".join(f"<li>{escape(f'{name}: {_shown(value)}')}</li>" for name, value in answer.attributes().items())
    table = answer.to_dataframe().to_html(index=False, border=0, float_format="%.6g")
    body = [div(picture, with_script=True, width=pixels), f"<ul>{figures}</ul>", table]
    page(path, picture.title or answer.provenance.question, [*body, provenance_html(answer.provenance)])


def write_csv(answer: Answer, path: Path, **options: Any) -> None:
    """Write the columns, after comment lines with the figures and the record."""
    record = answer.provenance
    lines = [record.question, f"stack: {record.notation}", f"stackmodel {record.version}"]
    lines += [f"{name}: {_shown(value)}" for name, value in answer.attributes().items()]
    lines += [f"convergence {name}: {value:.6g}" for name, value in record.convergence.items()]
    lines += [f"assumed: {to_json(row, indent=None)}" for row in record.assumptions]
    lines += [f"parameter: {to_json(row, indent=None)}" for row in record.parameters]
    path.write_text(comment_lines(lines) + csv_text(answer.to_dataframe()), encoding="utf-8")


def write_json(answer: Answer, path: Path, **options: Any) -> None:
    """Write figures, columns and the record."""
    content = {"figures": answer.attributes(), "columns": answer.columns(), "provenance": answer.provenance.as_dict()}
    path.write_text(to_json(content), encoding="utf-8")


def write_netcdf(answer: Answer, path: Path, **options: Any) -> None:
    """Write a netCDF file by xarray."""
    write_dataset(answer.to_xarray(), path)


def write_dataset(data: Any, path: Path) -> None:
    r"""Write an xarray Dataset as netCDF version 3, names and attributes in ASCII.

    Other letters are escapes there, \uXXXX, with _ in place of the backslash in names; a variable whose name has some
    keeps it with backslashes in its attribute `called`.
    """
    names = {name: _name(name) for name in (*data.variables, *data.dims)}
    data = data.rename({name: new for name, new in names.items() if new != name})
    for name, new in names.items():
        if new in data.variables:
            called = {"called": _ascii(name)} if new != name else {}
            data[new].attrs = {_name(k): _ascii(v) for k, v in data[new].attrs.items()} | called
    data.attrs = {_name(key): _ascii(value) for key, value in data.attrs.items()}
    data.to_netcdf(path, engine="scipy")


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


def _name(text: Any) -> str:
    return str(_ascii(str(text))).replace("\\", "_")


def _ascii(value: Any) -> Any:
    return value.encode("ascii", "backslashreplace").decode() if isinstance(value, str) else value


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
