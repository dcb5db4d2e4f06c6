"""How a solved band diagram is drawn, at equilibrium and under bias alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError
from stackmodel.output.picture import COLORS, ROLE_COLORS, Box, Label, Picture, Polyline, Style

REFERENCES = ("fermi", "vacuum")


@attrs.frozen(kw_only=True)
class LayerSpan:
    """Where one layer lies [nm], and how a picture names it."""

    name: str
    role: str
    label: str
    start: float  #: [nm]
    end: float  #: [nm]


@attrs.frozen(kw_only=True)
class Level:
    """A level that runs through the device: text, energies [eV], colour and line style."""

    text: str
    energy: FloatArray
    color: str
    style: str = "dashed"


def reference_shift(reference: str | None, vacuum_level: FloatArray) -> tuple[float, str]:
    """Return what to add to energies, and the title of their axis; ``reference`` is "fermi" (default) or "vacuum"."""
    reference = reference or "fermi"
    if reference not in REFERENCES:
        raise InputError(f'band diagram: reference is "{reference}"; expected "fermi" or "vacuum"')
    if reference == "vacuum":
        return -float(vacuum_level[0]), "Energy relative to vacuum (eV)"
    return 0.0, "Energy relative to the Fermi level (eV)"


class BandEdges(NamedTuple):
    """Edges over the points of a mesh: position [nm], layer, E_C, E_V and vacuum level [eV]."""

    position: FloatArray
    layer: Sequence[str]
    conduction_band: FloatArray
    valence_band: FloatArray
    vacuum_level: FloatArray


def band_picture(
    *,
    edges: BandEdges,
    layers: Sequence[LayerSpan],
    levels: Sequence[Level],
    contacts: Sequence[tuple[str, float]],
    depletion: tuple[float, float] | None,
    style: Style,
    title: str,
) -> Picture:
    """Return the picture: band edges and levels over x, layers by colour and name, depletion marked.

    `contacts` are name and Fermi level [eV] of front and back; `depletion` is in nm. Energies refer to the Fermi level
    of the grounded contact.
    """
    shift, y_label = reference_shift(style.reference, edges.vacuum_level)
    x = edges.position
    span = float(x[-1] - x[0])
    margin = 0.06 * span
    drawn = (edges.conduction_band, edges.valence_band, edges.vacuum_level, *(level.energy for level in levels))
    energies = np.concatenate(drawn) + shift
    low, high = float(energies.min()), float(energies.max())
    y_limits = (low - 0.14 * (high - low), high + 0.06 * (high - low))
    elements: list[Polyline | Box | Label] = [
        *_layer_boxes(layers, y_limits, style), *_edge_lines(edges, layers, shift, margin),
        *_level_lines(edges, levels, shift, margin),
    ]  # fmt: skip
    for start, (name, energy) in zip((float(x[0]) - margin, float(x[-1])), contacts, strict=True):
        elements.append(Polyline((start, start + margin), (energy + shift,) * 2, COLORS["black"], 2.0, hover=name))
        elements.append(Label(start + 0.5 * margin, 0.0, style.labels.get(name, name), above=True))
    if depletion is not None:
        height = y_limits[0] + 0.035 * (y_limits[1] - y_limits[0])
        elements.append(Polyline(depletion, (height, height), COLORS["black"], 1.0, marker="|", hover="depletion"))
        text = f"depleted {depletion[1] - depletion[0]:.3g} nm"
        elements.append(Label(0.5 * sum(depletion), height, text, moves="up", size=6.0))
    return Picture(
        elements=tuple(elements),
        x_label="Position (nm)",
        y_label=y_label,
        title=title,
        x_limits=(float(x[0]) - 1.2 * margin, float(x[-1]) + 2.2 * margin),
        y_limits=y_limits,
        aspect=0.78,
    )


def _layer_boxes(layers: Sequence[LayerSpan], y_limits: tuple[float, float], style: Style) -> Iterator[Box | Label]:
    for layer in layers:
        color = style.colors.get(layer.name) or ROLE_COLORS.get(layer.role, "#D9D9D9")
        hover = f"{layer.name} ({layer.role})"
        yield Box(layer.start, layer.end, *y_limits, color, layer.name, hover, alpha=0.3, outline=False)
        middle = 0.5 * (layer.start + layer.end)
        yield Label(middle, 0.0, style.labels.get(layer.name, layer.label), above=True)


def _edge_lines(
    edges: BandEdges, layers: Sequence[LayerSpan], shift: float, margin: float
) -> Iterator[Polyline | Label]:
    """Yield both band edges, layer by layer, and the vacuum level."""
    x, right = edges.position, float(edges.position[-1]) + 0.25 * margin
    for symbol, values, color in (
        ("E_C", edges.conduction_band, COLORS["blue"]),
        ("E_V", edges.valence_band, COLORS["vermillion"]),
    ):
        for layer in layers:
            inside = [name == layer.name for name in edges.layer]
            hover = f"{symbol} %{{y:.3f}} eV"
            yield Polyline(x[inside].tolist(), (values[inside] + shift).tolist(), color, 1.3, hover=hover)
        moves = "up" if symbol == "E_C" else "down"
        yield Label(right, float(values[-1]) + shift, f"${symbol}$", moves, size=6.0, left=True)
    vacuum = (edges.vacuum_level + shift).tolist()
    yield Polyline(x.tolist(), vacuum, COLORS["grey"], 0.8, "dotted", hover="E_vac %{y:.3f} eV")
    left = float(x[0]) + 0.35 * float(x[-1] - x[0])
    yield Label(left, min(vacuum), "vacuum level", "down", size=5.5, color="#555555")


def _level_lines(edges: BandEdges, levels: Sequence[Level], shift: float, margin: float) -> Iterator[Polyline | Label]:
    x, place = edges.position, float(edges.position[-1]) + 1.15 * margin
    for level in levels:
        hover = f"{level.text} %{{y:.3f}} eV"
        yield Polyline(x.tolist(), (level.energy + shift).tolist(), level.color, 0.8, level.style, hover=hover)
        moves = "up" if level.text == "$F_n$" else "down" if level.text == "$F_p$" else "no"
        yield Label(place, float(level.energy[-1]) + shift, level.text, moves, size=6.0, left=True)
