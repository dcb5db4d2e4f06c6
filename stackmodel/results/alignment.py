"""Levels before contact: what the layers' edges say of extraction and blocking."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal

import attrs

from stackmodel.errors import InputError
from stackmodel.output.picture import COLORS, PLAIN, ROLE_COLORS, Arrow, Box, Label, Picture, Polyline, Style
from stackmodel.results.base import Provenance, Result


@attrs.frozen(kw_only=True)
class LayerLevels:
    """Levels of one layer relative to the vacuum level of the first one [eV].

    Electrodes and contact oxides have only a Fermi level; substrates have none.
    """

    name: str
    role: str
    label: str
    vacuum_level: float  #: [eV]
    conduction_band: float | None = None  #: [eV]
    valence_band: float | None = None  #: [eV]
    fermi_level: float | None = None  #: [eV]
    in_contact: bool = False  #: whether it counts as part of a contact
    #: E_C, E_V and E_F at the right end of a graded layer; those above are at its left end.
    right_end: tuple[float, float, float] | None = None

    @property
    def has_bands(self) -> bool:
        """Whether the layer has band edges."""
        return self.conduction_band is not None


@attrs.frozen(kw_only=True)
class InterfaceVerdict:
    """One interface: offsets from the left to the right layer [eV], type, and what it does to each carrier."""

    name: str
    left: str
    right: str
    kind: str  #: how the gaps lie, or of what kind a contact is
    conduction_offset: float | None = None  #: [eV]
    valence_offset: float | None = None  #: [eV]
    vacuum_step: float = 0.0  #: [eV]
    electrons: str  #: what it does to them
    holes: str  #: what it does to them
    built_in: float  #: share of the built-in potential [V]

    @property
    def verdict(self) -> str:
        """Both carriers in one line."""
        return f"electrons: {self.electrons}; holes: {self.holes}"


@attrs.frozen(kw_only=True)
class Wall:
    """A step that a carrier has to climb on the way to its own contact; infinite where nothing lets it pass."""

    carrier: str  #: "electrons" or "holes"
    height: float  #: [eV]
    where: str
    into: str  #: name of the layer, or the contact, behind the wall
    levelled_by: Literal["", "field", "voltage"] = ""  #: a rise along a layer, a contact that bends bands uphill

    def __str__(self) -> str:
        if math.isinf(self.height):
            return f"extraction blocked: {self.into} takes no {self.carrier}"
        return f"extraction blocked: {self.height:.2f} eV for {self.carrier} at {self.where}"


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Alignment(Result):
    """Band alignment before contact.

    `extraction_barrier` is the highest step that a carrier meets on the way to its own contact, `blocking_barrier`
    the lowest wall that keeps a carrier from the wrong contact; None where a device has no active layer. [eV]
    """

    layers: tuple[LayerLevels, ...]  #: levels of each layer
    interfaces: tuple[InterfaceVerdict, ...]  #: verdict on each interface
    built_in_potential: float  #: [V]
    by_interface: Mapping[str, float]  #: built-in potential of each interface [V]
    anode: str  #: name of the contact
    anode_reason: str  #: why that contact is the anode
    extraction_barrier: float | None  #: [eV]
    electron_extraction_barrier: float | None  #: [eV]
    hole_extraction_barrier: float | None  #: [eV]
    blocking_barrier: float | None  #: [eV]
    electron_blocking_barrier: float | None  #: [eV]
    hole_blocking_barrier: float | None  #: [eV]
    limited_by: str  #: what holds carriers back, or lets them leak
    temperature: float  #: [K]
    notes: tuple[str, ...] = ()
    walls: tuple[Wall, ...] = ()  #: uphill steps on the way out, those of graded layers and contacts too
    provenance: Provenance

    def columns(self) -> dict[str, Any]:
        """Return the levels of every layer by column head."""
        nan = float("nan")
        heads = {"conduction_band": "E_C", "valence_band": "E_V", "fermi_level": "E_F", "vacuum_level": "E_vac"}
        table: dict[str, Any] = {"layer": [x.name for x in self.layers], "role": [x.role for x in self.layers]}
        for field, symbol in heads.items():
            values = [getattr(x, field) for x in self.layers]
            table[f"{symbol} [eV]"] = [nan if v is None else v for v in values]
        return table

    def attributes(self) -> dict[str, Any]:
        """Return the figures of the alignment."""
        figures: dict[str, Any] = {
            "built_in_potential [V]": self.built_in_potential,
            "extraction_barrier [eV]": self.extraction_barrier,
            "blocking_barrier [eV]": self.blocking_barrier,
            "anode": f"{self.anode} ({self.anode_reason})",
            "temperature [K]": self.temperature,
            "limited_by": self.limited_by,
        }
        figures |= {f"verdict {x.name}": x.verdict for x in self.interfaces}
        return figures

    def __str__(self) -> str:
        """Return levels, verdicts and figures as plain text."""
        levels = self.to_dataframe().to_string(index=False, float_format="{:z.3f}".format, na_rep="-")
        return "\n".join([levels, "", super().__str__(), *self.notes])

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return boxes from E_V to E_C, electrodes as lines at their Fermi level, vacuum level and dipoles."""
        labels, colors = style.labels, style.colors
        if style.reference not in (None, "vacuum"):
            raise InputError(
                f'alignment: reference is "{style.reference}"; levels before contact refer to "vacuum" only'
            )
        shown = [layer for layer in self.layers if layer.fermi_level is not None]
        elements: list[Polyline | Box | Label | Arrow] = []
        for slot, layer in enumerate(shown):
            color = colors.get(layer.name) or ROLE_COLORS.get(
                "contact oxide" if layer.in_contact else layer.role, "#D9D9D9"
            )
            elements += _level_box(layer, slot, color) if layer.has_bands else _electrode(layer, slot, color)
            elements.append(Label(slot, 0.0, labels.get(layer.name, layer.label), above=True))
        elements += _vacuum(shown)
        energies = [
            e
            for layer in shown
            for e in (layer.vacuum_level, layer.conduction_band, layer.valence_band, layer.fermi_level)
            if e is not None
        ]
        span = max(energies) - min(energies)
        return Picture(
            elements=tuple(elements),
            x_label="",
            y_label="Energy relative to vacuum (eV)",
            title="Band alignment before contact",
            x_limits=(-0.6, len(shown) - 0.4),
            y_limits=(min(energies) - 0.09 * span, max(energies) + 0.04 * span),
            x_ticks=False,
            aspect=0.78,
        )


def _level_box(layer: LayerLevels, slot: int, color: str) -> list[Polyline | Box | Label | Arrow]:
    top, bottom = layer.conduction_band, layer.valence_band
    assert top is not None
    assert bottom is not None
    assert layer.fermi_level is not None
    hover = f"{layer.name}<br>E_C {top:.3f} eV<br>E_V {bottom:.3f} eV<br>E_F {layer.fermi_level:.3f} eV"
    x0, x1 = slot - 0.44, slot + 0.44
    left = (top, bottom, layer.fermi_level)
    right = layer.right_end or left
    elements: list[Polyline | Box | Label | Arrow] = [
        Box(x0, x1, bottom, top, color, layer.name, hover, right=(right[1], right[0])),
        Polyline((x0, x1), (layer.fermi_level, right[2]), COLORS["black"], 0.6, "dotted", hover=hover),
    ]
    for x, (E_C, E_V, E_F) in ((slot, left),) if layer.right_end is None else ((x0, left), (x1, right)):
        # The Fermi level of a degenerate layer lies beyond the edge: its line must not strike the number through.
        above, below = max(E_C, E_F), min(E_V, E_F)
        elements += [Label(x, above, _number(E_C), moves="up"), Label(x, below, _number(E_V), moves="down")]
    return elements


def _electrode(layer: LayerLevels, slot: int, color: str) -> list[Polyline | Box | Label | Arrow]:
    level = layer.fermi_level
    assert level is not None
    hover = f"{layer.name}: work function {layer.vacuum_level - level:.3f} eV"
    ink = color if layer.in_contact else COLORS["black"]
    return [
        Polyline((slot - 0.44, slot + 0.44), (level, level), ink, 2.0, hover=hover),
        Label(slot, level, _number(level), moves="down"),
    ]  # fmt: skip


def _vacuum(shown: list[LayerLevels]) -> list[Polyline | Box | Label | Arrow]:
    xs = [x for slot in range(len(shown)) for x in (slot - 0.5, slot + 0.5)]
    ys = [layer.vacuum_level for layer in shown for _ in (0, 1)]
    elements: list[Polyline | Box | Label | Arrow] = [
        Polyline(xs, ys, COLORS["grey"], 0.8, "dashed", hover="vacuum level %{y:.3f} eV"),
        Label(-0.5, shown[0].vacuum_level, "vacuum level", moves="down", size=5.5, color="#555555", left=True),
    ]
    for slot, (left, right) in enumerate(pairwise(shown)):
        step = right.vacuum_level - left.vacuum_level
        if step:
            hover = f"dipole {step:+.3f} eV"
            elements.append(Arrow(slot + 0.5, left.vacuum_level, right.vacuum_level, hover=hover))
            top = max(left.vacuum_level, right.vacuum_level)
            elements.append(
                Label(
                    slot + 0.5,
                    top,
                    f"{step:+z.2f}".replace("-", "\N{MINUS SIGN}"),
                    moves="up",
                    color=COLORS["vermillion"],
                )
            )
    return elements


def _number(energy: float) -> str:
    return f"{energy:z.2f}".replace("-", "\N{MINUS SIGN}")
