"""What all answers share: tables, pictures, files, and the record of what made them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import attrs

from stackmodel.errors import InputError, did_you_mean, reject_unknown, shorten
from stackmodel.output.picture import PLAIN, Picture, Style
from stackmodel.output.strict_json import to_json
from stackmodel.output.table import Table
from stackmodel.text_files import as_path


@cache
def version() -> str:
    """Return the installed version of stackmodel."""
    from importlib.metadata import version as installed

    return installed("stackmodel")


@attrs.frozen(eq=False, slots=False)
class Provenance:
    """What made an answer: the question, the stack, every parameter with its source, assumptions, version.

    `made` gives the notation, the parameters and the assumptions. It is asked when these are first looked at: in a
    sweep they would cost as much as the answers.
    """

    question: str  #: what was asked
    made: Callable[[], tuple[str, Table, Table]] = attrs.field(repr=False)
    convergence: Mapping[str, float] = attrs.field(factory=dict)  #: figures of convergence, such as the mesh error
    version: str = attrs.field(factory=version)  #: of stackmodel

    @cached_property
    def _made(self) -> tuple[str, Table, Table]:
        return self.made()

    @property
    def notation(self) -> str:
        """The stack as it would be written."""
        return self._made[0]

    @property
    def parameters(self) -> Table:
        """Every parameter with its source."""
        return self._made[1]

    @property
    def assumptions(self) -> Table:
        """What no source gave, and the rule that stepped in."""
        return self._made[2]

    def __reduce__(self) -> tuple[Any, ...]:
        return _as_made, (self.question, self._made, dict(self.convergence), self.version)

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain dicts and lists."""
        return {
            "question": self.question,
            "stack": self.notation,
            "stackmodel": self.version,
            "convergence": dict(self.convergence),
            "assumptions": list(self.assumptions),
            "parameters": list(self.parameters),
        }


def _as_made(
    question: str, made: tuple[str, Table, Table], convergence: Mapping[str, float], version: str
) -> Provenance:
    return Provenance(question, lambda: made, convergence, version)


class Result:
    """Base of the answers: subclasses give `columns`, `attributes`, `index_name` and `picture`."""

    provenance: Provenance
    #: Name of the first column, along which the others run.
    index_name: str = "layer"

    def columns(self) -> dict[str, Any]:
        """Return the arrays of the answer by column head, name with unit in brackets."""
        raise NotImplementedError

    def attributes(self) -> dict[str, Any]:
        """Return the single figures of the answer by name with unit."""
        raise NotImplementedError

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the answer as a neutral picture; options as for `plot`."""
        raise NotImplementedError

    def plot(
        self,
        ax: Any = None,
        *,
        labels: Mapping[str, str] | None = None,
        colors: Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> Any:
        """Draw the answer and return the matplotlib Axes.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; a new figure otherwise.
        labels, colors : mapping, optional
            Text, or colour, in place of the default by layer name.
        reference : str, optional
            Zero of the energy axis, "vacuum" or "fermi", where the answer allows both.
        """
        from stackmodel.output.with_matplotlib import draw, new_axes

        picture = self.drawn(labels=labels, colors=colors, reference=reference)
        return draw(picture, new_axes(picture) if ax is None else ax)

    def drawn(self, **options: Any) -> Picture:
        """Return `picture` under options that have been checked: known names, colours that matplotlib knows."""
        reject_unknown("save", options, ("labels", "colors", "reference"))
        chosen: dict[str, dict[str, str]] = {}
        for option in ("labels", "colors"):
            given = options.get(option) or {}
            if not isinstance(given, Mapping):
                raise InputError(f"{option} is {shorten(given)}; expected a mapping from layer name to text")
            reject_unknown(option, map(str, given), self.drawn_names())
            chosen[option] = {name: str(text) for name, text in given.items()}
        chosen["colors"] = {name: _color(name, color) for name, color in chosen["colors"].items()}
        return self.picture(Style(**chosen, reference=options.get("reference")))

    def drawn_names(self) -> tuple[str, ...]:
        """Return the names of layers and contacts that `labels` and `colors` may use."""
        layers, contacts = getattr(self, "layers", ()), getattr(self, "contacts", ())
        return (*(layer.name for layer in layers), *(name for name, _ in contacts))

    def __str__(self) -> str:
        """Return the figures as plain text, without those that the answer does not have."""
        return "\n".join(
            f"{name}: {value:z.5g}" if isinstance(value, float) else f"{name}: {value}"
            for name, value in self.attributes().items() if value is not None and value != ""
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.provenance.question}>"

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame with units in the column heads."""
        import pandas as pd

        return pd.DataFrame(self.columns())

    def to_xarray(self) -> Any:
        """Return an xarray Dataset with units and the record of what made it as attributes."""
        import numpy as np
        import xarray as xr

        columns = self.columns()
        variables = {}
        for head, values in columns.items():
            name, unit = split_head(head)
            variables[name] = ((self.index_name,), np.asarray(values), {"units": unit} if unit else {})
        coordinate = variables.pop(next(iter(variables)))
        notes = {re.sub(r"\W+", "_", k).strip("_"): v for k, v in self.attributes().items() if v is not None}
        record = to_json(self.provenance.as_dict(), indent=None, ascii_only=True)
        return xr.Dataset(variables, {self.index_name: coordinate}, {**notes, "provenance": record})

    def save(self, path: str | Path, *, width: str = "86 mm", **options: Any) -> Path:
        """Write the answer; the suffix picks the writer, and beside a picture its data are saved as csv.

        Parameters
        ----------
        path : str or Path
            .svg, .pdf, .png (picture), .html (interactive picture), .csv, .json or .nc (data).
        width : str
            Width of the picture on paper, e.g. one journal column of 86 mm.
        **options
            labels, colors, reference, as for `plot`.
        """
        from stackmodel.output import writers

        reject_unknown("save", options, ("labels", "colors", "reference"))
        path = as_path(path, "save")
        writer = writers.WRITERS.get(path.suffix.lower())
        if writer is None:
            hint = did_you_mean(path.suffix, writers.WRITERS)
            raise InputError(
                f'save: no writer for "{path.suffix}"; expected one of {", ".join(writers.WRITERS)}.{hint}'
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        writer(self, path, width=width, **options)
        if path.suffix.lower() in writers.PICTURES:
            writers.write_csv(self, path.with_suffix(".csv"))
        return path

    def _repr_html_(self) -> str:
        from stackmodel.output.with_matplotlib import svg_text

        return svg_text(self.drawn(), "120 mm")


def _color(name: str, color: str) -> str:
    """Return a colour as ``#rrggbb``, which every renderer reads."""
    from matplotlib.colors import to_hex

    try:
        return str(to_hex(color))
    except ValueError:
        raise InputError(
            f'colors: "{shorten(color)}" for {name} is no colour; expected e.g. "tab:blue" or "#0072B2"'
        ) from None


def split_head(head: str) -> tuple[str, str]:
    """Return name and unit of a column head such as ``E_C [eV]``."""
    name, _, unit = head.partition(" [")
    return name, unit.removesuffix("]")
