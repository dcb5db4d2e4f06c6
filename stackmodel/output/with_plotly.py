"""Pictures on a screen: drawn by plotly, with values on hover."""

from __future__ import annotations

import math
import re
from html import escape
from typing import Any

from stackmodel.output.picture import Area, Arrow, Box, Label, Picture, Polyline, Raster

_DASHES = {"solid": "solid", "dashed": "dash", "dotted": "dot", "dashdot": "dashdot"}
_POINTS = 1.55  # a paper label of 6.5 pt reads as 10 px on a screen


def figure_of(picture: Picture, width: float = 640.0) -> Any:
    """Return a plotly Figure, `width` pixels wide."""
    import plotly.graph_objects as go

    figure = go.Figure()
    rows = max((e.text.count("<br>") + e.text.count("\n") + 1 for e in _labels(picture) if e.above), default=0)
    for element in picture.elements:
        _DRAW[type(element)](figure, element)
    figure.update_layout(
        template="plotly_white", font={"color": "#000000"},
        width=width, height=width * picture.aspect + 24 + 14 * rows, showlegend=picture.legend,
        margin={"l": 60, "r": 15, "t": 44 + 14 * rows, "b": 45}, hovermode="closest",
        xaxis={"title": _html(picture.x_label), "showgrid": False, "showticklabels": picture.x_ticks, "mirror": True,
               "showline": True, "linecolor": "black", "zeroline": False,
               "type": "log" if picture.log_x else "linear"},
        yaxis={"title": _html(picture.y_label), "showgrid": False, "mirror": True, "showline": True,
               "showticklabels": picture.y_ticks, "linecolor": "black", "zeroline": False,
               "type": "log" if picture.log_y else "linear"},
    )  # fmt: skip
    if not picture.frame:
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
    if picture.x_limits:
        figure.update_xaxes(range=list(picture.x_limits))
    if picture.y_limits:
        limits = [math.log10(each) for each in picture.y_limits] if picture.log_y else list(picture.y_limits)
        figure.update_yaxes(range=limits)
    return figure


def div(picture: Picture, *, with_script: bool, width: float = 640.0) -> str:
    """Return the picture as an html fragment; plotly's script comes along only if asked, once a page."""
    figure = figure_of(picture, width)
    return str(figure.to_html(full_html=False, include_plotlyjs=with_script, config={"displaylogo": False}))


def _labels(picture: Picture) -> list[Label]:
    return [e for e in picture.elements if isinstance(e, Label)]


def _line(figure: Any, line: Polyline) -> None:
    figure.add_scatter(
        x=list(line.x), y=list(line.y), mode="lines+markers" if line.marker else "lines", name=_html(line.name),
        showlegend=bool(line.name), line={"color": line.color, "width": 1.3 * line.width, "dash": _DASHES[line.style]},
        hovertemplate=_html(line.hover or f"{line.name}<br>x %{{x:.4g}}<br>y %{{y:.5g}}") + "<extra></extra>",
    )  # fmt: skip


def _box(figure: Any, box: Box) -> None:
    xs, ys = zip(*box.corners, box.corners[0], strict=True)
    figure.add_scatter(
        x=list(xs), y=list(ys), mode="lines", fill="toself", fillcolor=_rgba(box.color, box.alpha),
        line={"color": "black", "width": 0.8 if box.outline else 0}, hoveron="fills", showlegend=False,
        name=_html(box.name), text=_html(box.hover or box.name), hoverinfo="text" if box.outline else "skip",
    )  # fmt: skip


def _area(figure: Any, area: Area) -> None:
    figure.add_scatter(
        x=[*area.x, *reversed(area.x)], y=[*area.high, *reversed(area.low)], mode="lines", fill="toself",
        fillcolor=_rgba(area.color, area.alpha), fillpattern={"shape": area.hatch[:1], "fgcolor": "black", "size": 5},
        line={"color": "black", "width": 0.4}, hoveron="fills", name=_html(area.name), showlegend=bool(area.name),
        text=_html(area.name), hoverinfo="text",
    )  # fmt: skip


def _raster(figure: Any, raster: Raster) -> None:
    figure.add_heatmap(
        x=list(raster.x), y=list(raster.y), z=[list(row) for row in raster.values], colorscale="Cividis",
        colorbar={"title": {"text": _html(raster.label), "side": "right"}, "exponentformat": "power"},
        hovertemplate="x %{x:.4g}<br>y %{y:.5g}<br>%{z:.4g}<extra></extra>",
    )  # fmt: skip


def _rgba(color: str, alpha: float) -> str:
    from matplotlib.colors import to_rgb

    red, green, blue = (round(255 * part) for part in to_rgb(color))
    return f"rgba({red},{green},{blue},{alpha})"


def _label(figure: Any, label: Label) -> None:
    anchor = "bottom" if label.above or label.moves == "up" else "top" if label.moves == "down" else "middle"
    figure.add_annotation(
        x=label.x, y=1.0 if label.above else label.y, yref="paper" if label.above else "y", showarrow=False,
        text=_html(label.text, literal=label.literal), yanchor=anchor, xanchor="left" if label.left else "center",
        font={"size": _POINTS * label.size, "color": label.color},
    )  # fmt: skip


def _arrow(figure: Any, arrow: Arrow) -> None:
    figure.add_annotation(
        x=arrow.x, y=arrow.y1, ax=arrow.x, ay=arrow.y0, xref="x", yref="y", axref="x", ayref="y", text="",
        showarrow=True, arrowhead=2, arrowwidth=1.5, arrowcolor=arrow.color, hovertext=_html(arrow.hover),
    )  # fmt: skip


_DRAW: dict[type, Any] = {Polyline: _line, Box: _box, Area: _area, Raster: _raster, Label: _label, Arrow: _arrow}


def _html(text: str, *, literal: bool = False) -> str:
    """Return a text for plotly's html: line breaks, and, unless `literal`, symbols such as $E_C$ with a subscript."""
    safe = escape(text, quote=False).replace("\n", "<br>").replace("&lt;br&gt;", "<br>")
    return safe if literal else re.sub(r"\$(\w+)_(\w+)\$", r"<i>\1</i><sub>\2</sub>", safe)
