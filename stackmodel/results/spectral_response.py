"""How a device answers to each wavelength, and where the photons that it does not answer to went."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.output.picture import COLORS, PLAIN, Area, Picture, Polyline, Style
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.results.band_picture import LayerSpan
from stackmodel.results.base import Provenance, Result
from stackmodel.results.loss import Loss
from stackmodel.results.optics import layer_number

#: Shares of the picture, from the top: mechanism, group, colour and hatch. The last row is for all other mechanisms.
_GROUPS = (
    ("reflected", "reflected", "#D9D9D9", ""),
    ("transmitted", "transmitted", "#FFFFFF", ""),
    ("absorbed", "absorbed without a pair", COLORS["sky"], ""),
    ("series resistance", "series resistance", COLORS["grey"], "////"),
    ("electrons", "wrong contact", COLORS["yellow"], ""),
    ("holes", "wrong contact", COLORS["yellow"], ""),
    ("recombination", "recombination at interfaces", COLORS["purple"], ""),
    ("", "recombination in layers", COLORS["vermillion"], ""),
)
#: Least share of light that the picture tells apart.
_SEEN = 1e-3
#: Share that a loss may give back before areas on top of each other would tell a lie.
_GAINED = 1e-2


@attrs.frozen(eq=False, kw_only=True, repr=False)
class SpectralResponse(Result):
    """Electrons through the circuit for each photon of weak light, on top of what flows already.

    Positive where light drives the current of a reverse voltage; more than 1 with gain or carrier multiplication.
    """

    wavelength: FloatArray  #: [nm]
    voltage: float  #: anode minus cathode [V]
    light: str  #: that shines on the device besides, "dark" for none
    temperature: float  #: [K]
    eqe: FloatArray
    generated: FloatArray  #: absorptance of the layers in which it makes pairs
    reflectance: FloatArray
    transmittance: FloatArray
    by_layer: FloatArray  #: absorptance, shape (n_wavelengths, n_layers)
    losses: dict[Loss, FloatArray]  #: where photons went: with `eqe` they sum to 1
    layers: tuple[LayerSpan, ...]
    position: FloatArray  #: of the nodes on which the pairs are followed [nm]
    collected: FloatArray  #: electrons through the circuit for a pair made at each node
    notices: tuple[str, ...]  #: what to know of the optical constants
    provenance: Provenance

    index_name = "wavelength"

    @property
    def iqe(self) -> FloatArray:
        """Electrons for each photon absorbed where pairs are made; 0 where none are."""
        made = self.generated > 0.0
        return np.where(made, self.eqe / np.where(made, self.generated, 1.0), 0.0)

    @property
    def responsivity(self) -> FloatArray:
        """Current over the power of the light [A W^-1]."""
        return self.eqe * self.wavelength / HC_EV_NM

    @property
    def absorptance(self) -> dict[str, FloatArray]:
        """Absorptance of every layer, by name."""
        return {layer.name: self.by_layer[:, j] for j, layer in enumerate(self.layers)}

    def __getitem__(self, whose: str) -> FloatArray:
        """Return the absorptance of a layer, by name or by a role that one layer has."""
        return self.by_layer[:, layer_number(self.layers, whose)]

    @property
    def limited_by(self) -> str:
        """Where most photons are lost at the wavelength of the largest response."""
        best = int(np.argmax(self.eqe))
        return max(self.losses, key=lambda name: float(self.losses[name][best]))

    def columns(self) -> dict[str, Any]:
        """Return the response, and where the rest of the photons went, by column head."""
        return {
            "wavelength [nm]": self.wavelength, "EQE": self.eqe, "IQE": self.iqe,
            "responsivity [A/W]": self.responsivity, "R": self.reflectance, "T": self.transmittance,
            **{f"A of {name}": share for name, share in self.absorptance.items()},
            **{f"lost: {name}": share for name, share in self.losses.items()},
        }  # fmt: skip

    def attributes(self) -> dict[str, Any]:
        """Return the conditions and the largest response."""
        best = int(np.argmax(self.eqe))
        ends = (int(np.argmin(self.wavelength)), int(np.argmax(self.wavelength)))
        at_end = {"largest at": "an end of the wavelengths asked, so it may be larger beyond"} if best in ends else {}
        return {
            "voltage [V]": self.voltage, "light": self.light, "temperature [K]": self.temperature,
            "largest EQE": float(self.eqe[best]), "at [nm]": float(self.wavelength[best]), **at_end,
            "limited by": self.limited_by, "notices": "; ".join(self.notices),
        }  # fmt: skip

    def __str__(self) -> str:
        """Return the figures, the response at each wavelength and where most of the rest went, as plain text."""
        figures = {name: value for name, value in self.attributes().items() if name != "notices"}
        lines = [f"{k}: {v:.5g}" if isinstance(v, float) else f"{k}: {v}" for k, v in figures.items()]
        lines += ["", f"{'nm':>8s} {'EQE':>8s} {'IQE':>8s} {'A/W':>9s}  most lost"]
        for i, (nm, *found) in enumerate(zip(self.wavelength, self.eqe, self.iqe, self.responsivity, strict=True)):
            most = max(self.losses, key=lambda name: float(self.losses[name][i]))
            lines.append(f"{nm:8.1f} {found[0]:8.4f} {found[1]:8.4f} {found[2]:9.4f}  {most}")
        return "\n".join(lines)

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the EQE with what is lost on top of it; the EQE alone where shares exceed 1 or are negative."""
        order = np.argsort(self.wavelength)
        x, eqe = self.wavelength[order], 100.0 * self.eqe[order]
        label = "External quantum efficiency (%)"
        line = Polyline(x.tolist(), eqe.tolist(), "#000000", 1.3, marker="o" if x.size == 1 else "")
        gained = any(float(share.min()) < -_GAINED for share in self.losses.values())
        if eqe.max() > 100.0 or eqe.min() < -1e-9 or x.size == 1 or gained or "carrier multiplication" in self.losses:
            return Picture(elements=(line,), x_label="Wavelength (nm)", y_label=label)
        groups: dict[str, tuple[FloatArray, str, str]] = {}
        rows = {row[0]: row for row in _GROUPS}
        for loss, share in self.losses.items():
            _, group, color, hatch = rows.get(loss.mechanism, _GROUPS[-1])
            before = groups[group][0] if group in groups else 0.0
            groups[group] = before + 100.0 * share[order], color, hatch
        names = [row[1] for row in _GROUPS if row[1] in groups]
        low, areas = eqe, [Area(x.tolist(), np.zeros(x.size).tolist(), eqe.tolist(), COLORS["orange"], "collected")]
        for name in reversed(list(dict.fromkeys(names))):
            share, color, hatch = groups[name]
            if share.max() < 100.0 * _SEEN:
                continue
            areas.append(Area(x.tolist(), low.tolist(), (low + share).tolist(), style.colors.get(name, color),
                              style.labels.get(name, name), hatch=hatch))  # fmt: skip
            low = low + share
        return Picture(
            elements=(*reversed(areas), line), x_label="Wavelength (nm)", y_label="Share of the light (%)",
            x_limits=(float(x[0]), float(x[-1])), y_limits=(0.0, 100.0), legend=True, legend_outside=True, aspect=0.55,
        )  # fmt: skip
