"""A neutral picture: lines, boxes, labels and arrows in data coordinates, drawn alike by both renderers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from stackmodel.errors import InputError, attributed
from stackmodel.units import Value, shortest, to_unit

#: Okabe-Ito: told apart by colour-blind readers (M. Okabe and K. Ito, 2008).
COLORS = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "purple": "#CC79A7",
    "grey": "#7F7F7F",
}
ROLE_COLORS = {
    "ETL": COLORS["sky"],
    "HTL": COLORS["green"],
    "active": COLORS["orange"],
    "channel": COLORS["orange"],
    "interlayer": COLORS["yellow"],
    "dielectric": "#D9D9D9",
    "electrode": COLORS["grey"],
    "contact oxide": COLORS["purple"],
    "gate": COLORS["grey"],
    "substrate": "#F2F2F2",
}


#: Widths of a picture that a page or a poster can hold. [mm]
NARROWEST, WIDEST = 10.0, 1000.0


def paper_width(width: Value) -> float:
    """Return the width of a picture in inches; a plain number is in mm."""
    with attributed("save: width"):
        millimetres = to_unit(width, "mm")
    if not NARROWEST <= millimetres <= WIDEST:
        raise InputError(
            f"save: width is {shortest(millimetres)} mm; expected {NARROWEST:g} to {WIDEST:g} mm, such as "
            '"86 mm" for one column'
        )
    return millimetres / 25.4


@attrs.frozen
class Polyline:
    """A polyline; `name` puts it in the legend and on hover."""

    x: Sequence[float]
    y: Sequence[float]
    color: str = COLORS["black"]
    width: float = 1.0
    style: str = "solid"
    name: str = ""
    hover: str = ""
    marker: str = ""


@attrs.frozen
class Box:
    """A filled rectangle, or a trapezium with other heights at its right side, with an outline."""

    x0: float
    x1: float
    y0: float
    y1: float
    color: str
    name: str = ""
    hover: str = ""
    alpha: float = 0.55
    outline: bool = True
    #: y0 and y1 at the right side, where they differ from those at the left.
    right: tuple[float, float] | None = None

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Corners in order."""
        low, high = self.right or (self.y0, self.y1)
        return ((self.x0, self.y0), (self.x1, low), (self.x1, high), (self.x0, self.y1))


@attrs.frozen
class Area:
    """What lies between two curves over `x`, with a thin edge; `name` puts it in the legend and on hover."""

    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    color: str
    name: str = ""
    alpha: float = 1.0
    hatch: str = ""


@attrs.frozen
class Raster:
    """Values by colour around points of a grid, row by row of y, with a bar that tells what colour is what."""

    x: Sequence[float]
    y: Sequence[float]
    values: Sequence[Sequence[float]]
    label: str


@attrs.frozen
class Label:
    """A text at a point. `moves` says where it may go so as not to overlap others: "up", "down" or "no".

    `above` puts it over the frame (y is ignored), where the names of layers stand. A name is literal: "$" in it is a
    letter, where in our own symbols, ``$E_C$``, it stands for mathematics.
    """

    x: float
    y: float
    text: str
    moves: str = "no"
    above: bool = False
    size: float = 6.5
    color: str = COLORS["black"]
    left: bool = False  # aligned by its left end, not centred
    literal: bool = attrs.field(default=attrs.Factory(lambda self: self.above, takes_self=True))


@attrs.frozen
class Arrow:
    """An arrow from (x, y0) to (x, y1), e.g. an interface dipole."""

    x: float
    y0: float
    y1: float
    color: str = COLORS["vermillion"]
    hover: str = ""


@attrs.frozen(kw_only=True)
class Style:
    """How a person wants an answer drawn: text and colour by layer name, and the zero of the energy axis."""

    labels: Mapping[str, str] = attrs.field(factory=dict)
    colors: Mapping[str, str] = attrs.field(factory=dict)
    reference: str | None = None


#: As it comes.
PLAIN = Style()


@attrs.frozen
class Picture:
    """Everything that a renderer needs: elements, axis titles with units, limits, aspect."""

    elements: tuple[Polyline | Box | Area | Raster | Label | Arrow, ...]
    x_label: str
    y_label: str
    title: str = ""
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    x_ticks: bool = True
    y_ticks: bool = True
    aspect: float = 0.75  # height over width
    legend: bool = False
    log_y: bool = False
    frame: bool = True
    log_x: bool = False
    #: The legend stands right of the frame, not within it.
    legend_outside: bool = False
