"""Pictures on paper: drawn by matplotlib at their printed size, with labels that do not overlap.

rcParams are never set; what fonts and lines need is said at each artist.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stackmodel.output.picture import Area, Arrow, Box, Label, Picture, Polyline, Raster, paper_width

_DASHES = {"solid": "-", "dashed": (0, (4, 2)), "dotted": (0, (1, 1.5)), "dashdot": (0, (5, 2, 1, 2))}
_TEXT = 7.0  # pt, axis titles and ticks
_GAP = 0.8  # pt kept free around a label
_DEFAULT_WIDTH = "120 mm"


def new_axes(picture: Picture) -> Any:
    """Return the axes of a new pyplot figure."""
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=_size(picture, _DEFAULT_WIDTH), layout="constrained")
    return figure.add_subplot()


def save(picture: Picture, path: Path, width: str, description: str = "") -> None:
    """Write svg, pdf or png, `width` wide on paper (png at 300 dots per inch)."""
    import matplotlib as mpl

    figure = figure_of(picture, width)
    keys = {".svg": "Description", ".pdf": "Keywords", ".png": "Description"}
    metadata: dict[str, Any] = {keys[path.suffix.lower()]: description}
    metadata |= {"Date": None} if path.suffix == ".svg" else {"CreationDate": None} if path.suffix == ".pdf" else {}
    # Type 42 keeps text editable, which journals ask for; the salt makes svg ids the same in every run.
    with mpl.rc_context({"pdf.fonttype": 42, "svg.hashsalt": "stackmodel"}):
        figure.savefig(path, dpi=300, metadata=metadata)


def svg_text(picture: Picture, width: str) -> str:
    """Return the picture as svg, for a notebook or a page."""
    import io

    stream = io.StringIO()
    figure_of(picture, width).savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def figure_of(picture: Picture, width: str) -> Any:
    """Return a figure of its own, not known to pyplot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=_size(picture, width), layout="constrained")
    FigureCanvasAgg(figure)
    draw(picture, figure.add_subplot())
    return figure


def draw(picture: Picture, axes: Any) -> Any:
    """Draw the picture on `axes` and return them."""
    for element in picture.elements:
        if not isinstance(element, Label):
            _DRAW[type(element)](axes, element)
    if picture.x_limits:
        axes.set_xlim(*picture.x_limits)
    if picture.y_limits:
        axes.set_ylim(*picture.y_limits)
    if picture.log_y:
        axes.set_yscale("log")
    if picture.log_x:
        axes.set_xscale("log")
    if not picture.x_ticks:
        axes.set_xticks([])
    if not picture.y_ticks:
        axes.set_yticks([])
    if not picture.frame:
        axes.set_axis_off()
    axes.set_xlabel(picture.x_label, fontsize=_TEXT)
    axes.set_ylabel(picture.y_label, fontsize=_TEXT)
    axes.tick_params(labelsize=_TEXT, direction="in", width=0.6, length=2.5)
    axes.tick_params(which="minor", labelsize=_TEXT - 2)
    for spine in axes.spines.values():
        spine.set_linewidth(0.6)
    if picture.legend:
        beside: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if picture.legend_outside else {}
        axes.legend(fontsize=_TEXT - 1, frameon=False, handlelength=1.6, **beside)
    place_labels(axes, [e for e in picture.elements if isinstance(e, Label)])
    return axes


def place_labels(axes: Any, labels: list[Label]) -> None:
    """Write the labels, each moved the way it allows until it overlaps no other.

    Names above the frame go up row by row; a label that moved far gets a thin line to its place.
    """
    from matplotlib.backends.backend_agg import RendererAgg

    figure = axes.get_figure().canvas.figure  # of a subfigure, the one that it is part of
    texts = [_text(axes, label) for label in labels]
    figure.draw_without_rendering()
    # Text is measured by agg, whatever the figure is saved with: not every canvas has a renderer to ask.
    agg: Any = RendererAgg
    renderer = agg(*figure.bbox.size, figure.dpi)
    pixels = figure.dpi / 72.0
    placed: list[Any] = []
    for label, text in zip(labels, texts, strict=True):
        step = {"up": 1.0, "down": -1.0}.get("up" if label.above else label.moves, 0.0)
        moved = 0.0
        box = text.get_window_extent(renderer).padded(_GAP * pixels)
        while step and any(box.overlaps(other) for other in placed) and moved < 400.0:
            moved += 1.0
            box = box.translated(0.0, step * pixels)
        placed.append(box)
        if moved:
            x, y = text.xyann
            text.xyann = (x, y + step * moved)
            if moved > 4.0:
                _leader(axes, label, step * moved)
    figure.draw_without_rendering()


def _text(axes: Any, label: Label) -> Any:
    where = axes.get_xaxis_transform() if label.above else axes.transData
    alignment = "bottom" if label.above or label.moves == "up" else "top" if label.moves == "down" else "center"
    offset = {"bottom": 1.5, "top": -1.5, "center": 0.0}[alignment]
    return axes.annotate(
        label.text, (label.x, 1.0 if label.above else label.y), xycoords=where, xytext=(0.0, offset),
        textcoords="offset points", ha="left" if label.left else "center", va=alignment,
        fontsize=label.size, color=label.color,
        linespacing=1.0, annotation_clip=False, zorder=5, parse_math=not label.literal,
    )  # fmt: skip


def _leader(axes: Any, label: Label, moved: float) -> None:
    where = axes.get_xaxis_transform() if label.above else axes.transData
    axes.annotate(
        "", (label.x, 1.0 if label.above else label.y), xycoords=where, xytext=(0.0, moved),
        textcoords="offset points", annotation_clip=False, zorder=1,
        arrowprops={"arrowstyle": "-", "lw": 0.4, "color": label.color, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def _line(axes: Any, line: Polyline) -> None:
    axes.plot(
        line.x, line.y, color=line.color, lw=line.width, ls=_DASHES[line.style], label=line.name or "_nolegend_",
        marker=line.marker or None, ms=3, solid_capstyle="butt", zorder=3,
    )  # fmt: skip


def _box(axes: Any, box: Box) -> None:
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Polygon

    axes.add_patch(
        Polygon(
            box.corners,
            closed=True,
            facecolor=to_rgba(box.color, box.alpha),
            edgecolor="black" if box.outline else "none",
            linewidth=0.6 if box.outline else 0.0,
            zorder=2 if box.outline else 0,
        )
    )
    axes.update_datalim(box.corners)
    axes.autoscale_view()


def _area(axes: Any, area: Area) -> None:
    from matplotlib.colors import to_rgba

    axes.fill_between(
        area.x, area.low, area.high, facecolor=to_rgba(area.color, area.alpha), edgecolor="black", linewidth=0.3,
        hatch=area.hatch or None, label=area.name or "_nolegend_", zorder=2,
    )  # fmt: skip


def _raster(axes: Any, raster: Raster) -> None:
    # cividis reads alike with and without colour vision; a picture of the cells alone, in svg and pdf too.
    mesh = axes.pcolormesh(raster.x, raster.y, raster.values, cmap="cividis", shading="nearest", rasterized=True)
    bar = axes.get_figure().colorbar(mesh, ax=axes, pad=0.02)
    bar.set_label(raster.label, fontsize=_TEXT)
    bar.ax.tick_params(labelsize=_TEXT - 1, width=0.6, length=2.5)
    bar.outline.set_linewidth(0.6)


def _arrow(axes: Any, arrow: Arrow) -> None:
    axes.annotate(
        "", (arrow.x, arrow.y1), xytext=(arrow.x, arrow.y0), zorder=4,
        arrowprops={"arrowstyle": "-|>", "lw": 0.9, "color": arrow.color, "shrinkA": 0, "shrinkB": 0,
                    "mutation_scale": 6},
    )  # fmt: skip


_DRAW: dict[type, Any] = {Polyline: _line, Box: _box, Area: _area, Raster: _raster, Arrow: _arrow}


def _size(picture: Picture, width: str) -> tuple[float, float]:
    inches = paper_width(width)
    return inches, inches * picture.aspect
