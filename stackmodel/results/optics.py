"""Where light goes in a stack, and what it generates in depth."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, did_you_mean, shorten
from stackmodel.output.picture import COLORS, PLAIN, ROLE_COLORS, Area, Box, Label, Picture, Polyline, Raster, Style
from stackmodel.physics.constants import ELEMENTARY_CHARGE, NM
from stackmodel.results.band_picture import LayerSpan
from stackmodel.results.base import Provenance, Result

#: Colours of the layers after the active one, and hatches that tell a second round of them apart.
_CYCLE = ("sky", "green", "yellow", "blue", "vermillion", "purple", "grey")
_HATCHES = ("", "////", "....", "xxxx")
_ACTIVE = ("active", "channel")
#: Most wavelengths of a map, taken evenly out of a longer table.
_MAPPED = 200
#: What is left of the largest generation at the foot of a picture.
_FLOOR = 1e-4


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Absorptance(Result):
    """Reflectance, transmittance and the absorptance of each layer against wavelength; they sum to 1."""

    wavelength: FloatArray  #: [nm]
    reflectance: FloatArray
    transmittance: FloatArray
    by_layer: FloatArray  #: shape (n_wavelengths, n_layers)
    layers: tuple[LayerSpan, ...]
    angle: float  #: of incidence [deg]
    polarization: str
    illuminated: str
    incoherent: tuple[str, ...]  #: layers in which intensities add, not amplitudes
    notices: tuple[str, ...]  #: what to know of the optical constants
    provenance: Provenance

    index_name = "wavelength"

    def __getitem__(self, whose: str) -> FloatArray:
        """Return the absorptance of a layer, by name or by a role that one layer has."""
        return self.by_layer[:, layer_number(self.layers, whose)]

    @property
    def total(self) -> FloatArray:
        """Absorptance of all layers."""
        found: FloatArray = self.by_layer.sum(axis=1)
        return found

    def columns(self) -> dict[str, Any]:
        """Return wavelength, R, T and A by layer by column head."""
        by_layer = {f"A of {layer.name}": self.by_layer[:, j] for j, layer in enumerate(self.layers)}
        return {"wavelength [nm]": self.wavelength, "R": self.reflectance, "T": self.transmittance} | by_layer

    def attributes(self) -> dict[str, Any]:
        """Return the conditions, and what to know of the optical constants."""
        return {
            "angle [deg]": self.angle, "polarization": self.polarization, "illuminated": self.illuminated,
            "incoherent": ", ".join(self.incoherent), "notices": "; ".join(self.notices),
        }  # fmt: skip

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the shares as areas on top of each other: active layers below, the others, T, and R on top."""
        order = np.argsort(self.wavelength)
        x = self.wavelength[order]
        active = [j for j, layer in enumerate(self.layers) if layer.role in _ACTIVE]
        others = [j for j in range(len(self.layers)) if j not in active]
        shares = [(self.layers[j].name, self.by_layer[order, j]) for j in (*active, *others)]
        shares += [("transmitted", self.transmittance[order]), ("reflected", self.reflectance[order])]
        looks = [*_looks(len(active), len(others)), ("#FFFFFF", ""), ("#D9D9D9", "")]
        edges = np.cumsum([np.zeros(x.size), *(share for _, share in shares)], axis=0) * 100.0
        if x.size == 1:  # one wavelength is a column
            x, edges = np.array([x[0] - 0.5, x[0] + 0.5]), np.repeat(edges, 2, axis=1)
        areas = [
            Area(x.tolist(), low.tolist(), high.tolist(), style.colors.get(name, color), style.labels.get(name, name),
                 hatch=hatch)
            for (name, _), (color, hatch), low, high in zip(shares, looks, edges, edges[1:], strict=False)
        ]  # fmt: skip
        return Picture(
            elements=tuple(reversed(areas)), x_label="Wavelength (nm)", y_label="Share of the light (%)",
            x_limits=(float(x[0]), float(x[-1])), y_limits=(0.0, 100.0), legend=True, legend_outside=True, aspect=0.55,
        )  # fmt: skip


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Generation(Result):
    """Pairs that light generates in the electrical layers, one for each photon absorbed, cell by cell."""

    light: str
    position: FloatArray  #: middle of each cell, from the front of the first electrical layer [nm]
    width: FloatArray  #: of each cell [nm]
    layer: tuple[str, ...]  #: that each cell lies in
    generation: FloatArray  #: mean over the cell [cm^-3 s^-1]
    layers: tuple[LayerSpan, ...]
    by_layer: dict[str, float]  #: photons absorbed in every layer of the stack [cm^-2 s^-1]
    reflected: float  #: photons [cm^-2 s^-1]
    transmitted: float  #: photons [cm^-2 s^-1]
    wavelength: FloatArray  #: [nm]
    spectral: FloatArray  #: share of each wavelength absorbed per depth, shape (n_wavelengths, n_cells) [nm^-1]
    illuminated: str
    incoherent: tuple[str, ...]
    notices: tuple[str, ...]
    provenance: Provenance

    index_name = "cell"

    @property
    def incident(self) -> float:
        """Photons that come in [cm^-2 s^-1]."""
        return self.reflected + self.transmitted + sum(self.by_layer.values())

    @property
    def current_density(self) -> float:
        """Current of all pairs in the electrical layers, were none lost [A cm^-2]."""
        return ELEMENTARY_CHARGE * float((self.generation * self.width * NM).sum())

    def profile(self, whose: str) -> tuple[FloatArray, FloatArray]:
        """Return depths in a layer [nm] and the generation there [cm^-3 s^-1], as `jv(generation={...})` takes them.

        From face to face, straight lines between the middles of the cells, which integrate to the layer's absorption.
        """
        span = self.layers[layer_number(self.layers, whose)]
        inside = np.array([name == span.name for name in self.layer])
        G = self.generation[inside]
        first, last = (max(1.5 * near - 0.5 * next_, 0.0) for near, next_ in ((G[0], G[1]), (G[-1], G[-2])))
        depth = np.concatenate([[0.0], self.position[inside] - span.start, [span.end - span.start]])
        rate = np.concatenate([[first], G, [last]])
        exact, by_lines = float(G @ self.width[inside]), float(np.trapezoid(rate, depth))
        return depth, rate * (exact / by_lines) if by_lines > 0.0 else rate

    def map(self) -> AbsorptionMap:
        """Return where in depth each wavelength is absorbed, of at most 200 wavelengths."""
        if self.wavelength.size < 2:
            raise InputError(f"generation: {self.light} is of one wavelength; a map needs a spectrum")
        taken = np.unique(np.linspace(0, self.wavelength.size - 1, _MAPPED).round().astype(int))
        return AbsorptionMap(
            wavelength=self.wavelength[taken], position=self.position, layer=self.layer, share=self.spectral[taken],
            layers=self.layers, notices=self.notices, provenance=self.provenance,
        )  # fmt: skip

    def columns(self) -> dict[str, Any]:
        """Return the cells by column head."""
        return {
            "cell": np.arange(self.position.size), "x [nm]": self.position, "width [nm]": self.width,
            "layer": list(self.layer), "generation [cm^-3 s^-1]": self.generation,
        }  # fmt: skip

    def attributes(self) -> dict[str, Any]:
        """Return where the photons go, as currents of one electron each."""
        currents = {"incident": self.incident, "reflected": self.reflected, "transmitted": self.transmitted}
        currents |= {f"absorbed in {name}": flux for name, flux in self.by_layer.items()}
        return {
            "light": self.light, "illuminated": self.illuminated,
            **{f"{name} [A/cm^2]": ELEMENTARY_CHARGE * flux for name, flux in currents.items()},
            "pairs generated [A/cm^2]": self.current_density,
            "incoherent": ", ".join(self.incoherent), "notices": "; ".join(self.notices),
        }  # fmt: skip

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the generation against depth on a logarithmic axis, layers by colour and name."""
        top = float(self.generation.max())
        if top == 0.0:
            raise InputError(f"generation: {self.light} generates nothing in {self.provenance.notation}")
        floor = max(float(self.generation.min()) / 2.0, _FLOOR * top)
        y_limits = (floor, 2.0 * top)
        elements: list[Polyline | Box | Label] = []
        for layer in self.layers:
            color = style.colors.get(layer.name) or ROLE_COLORS.get(layer.role, "#D9D9D9")
            elements.append(Box(layer.start, layer.end, *y_limits, color, layer.name, alpha=0.3, outline=False))
            name = style.labels.get(layer.name, layer.label)
            elements.append(Label(0.5 * (layer.start + layer.end), 0.0, name, above=True))
            inside = np.array([each == layer.name for each in self.layer])
            x, y = self.position[inside], self.generation[inside]
            elements.append(Polyline(x.tolist(), np.maximum(y, 1e-3 * floor).tolist(), COLORS["blue"], 1.3))
        return Picture(
            elements=tuple(elements), x_label="Position (nm)", y_label="Generation (cm$^{-3}$ s$^{-1}$)", log_y=True,
            y_limits=y_limits, x_limits=(self.layers[0].start, self.layers[-1].end),
        )  # fmt: skip


@attrs.frozen(eq=False, kw_only=True, repr=False)
class AbsorptionMap(Result):
    """Share of the light of each wavelength that is absorbed per depth."""

    wavelength: FloatArray  #: [nm]
    position: FloatArray  #: middle of each cell [nm]
    layer: tuple[str, ...]
    share: FloatArray  #: shape (n_wavelengths, n_cells) [nm^-1]
    layers: tuple[LayerSpan, ...]
    notices: tuple[str, ...]
    provenance: Provenance

    index_name = "point"

    def columns(self) -> dict[str, Any]:
        """Return every point of the map, depth by depth at each wavelength."""
        size, cells = self.wavelength.size, self.position.size
        return {
            "point": np.arange(size * cells), "wavelength [nm]": np.repeat(self.wavelength, cells),
            "x [nm]": np.tile(self.position, size), "layer": list(self.layer) * size,
            "absorbed [nm^-1]": self.share.ravel(),
        }  # fmt: skip

    def attributes(self) -> dict[str, Any]:
        """Return what to know of the optical constants."""
        return {"notices": "; ".join(self.notices)}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return depth against wavelength, the share by colour, with lines and names at the layers."""
        raster = Raster(
            self.position.tolist(), self.wavelength.tolist(), (100.0 * self.share).tolist(),
            "Absorbed per depth (% nm$^{-1}$)",
        )  # fmt: skip
        low, high = float(self.wavelength[0]), float(self.wavelength[-1])
        edges = [Polyline((layer.end,) * 2, (low, high), "#FFFFFF", 0.8) for layer in self.layers[:-1]]
        names = [
            Label(0.5 * (layer.start + layer.end), 0.0, style.labels.get(layer.name, layer.label), above=True)
            for layer in self.layers
        ]
        return Picture(
            elements=(raster, *edges, *names), x_label="Position (nm)", y_label="Wavelength (nm)",
            x_limits=(self.layers[0].start, self.layers[-1].end), y_limits=(low, high),
        )  # fmt: skip


def layer_number(layers: tuple[LayerSpan, ...], whose: str) -> int:
    """Return which layer has that name, or alone has that role."""
    names = [layer.name for layer in layers]
    if whose in names:
        return names.index(whose)
    having = [j for j, layer in enumerate(layers) if layer.role == whose]
    if len(having) == 1:
        return having[0]
    hint = did_you_mean(str(whose), (*names, *(layer.role for layer in layers)))
    raise InputError(f'no one layer is "{shorten(whose)}".{hint} Expected one of: {", ".join(names)}')


def _looks(active: int, others: int) -> list[tuple[str, str]]:
    """Return colour and hatch of each layer: the active ones orange, hatched apart, the others in turn."""
    looks = [(COLORS["orange"], _HATCHES[j % len(_HATCHES)]) for j in range(active)]
    turns = (divmod(j, len(_CYCLE)) for j in range(others))
    return looks + [(COLORS[_CYCLE[place]], _HATCHES[turn % len(_HATCHES)]) for turn, place in turns]
