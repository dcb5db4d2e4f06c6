"""Optical constants of a material against wavelength."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.output.picture import COLORS, PLAIN, Picture, Polyline, Style
from stackmodel.physics.optical_models import coefficient_of
from stackmodel.results.base import Provenance, Result


@attrs.frozen(eq=False, kw_only=True, repr=False)
class OpticalSpectrum(Result):
    """n, k and the absorption coefficient 4 pi k / lambda over the range in which they are known."""

    name: str
    source: str
    known: str
    wavelength: FloatArray  #: [nm]
    n: FloatArray
    k: FloatArray
    gaps: tuple[tuple[float, float], ...]  #: where nothing is known [nm]
    notices: tuple[str, ...]
    provenance: Provenance

    index_name = "wavelength [nm]"

    @property
    def absorption_coefficient(self) -> FloatArray:
        """4 pi k / lambda [cm^-1]."""
        return coefficient_of(self.k, self.wavelength)

    def columns(self) -> dict[str, Any]:
        """Return the arrays of the answer by column head."""
        return {
            "wavelength [nm]": self.wavelength, "n": self.n, "k": self.k,
            "absorption_coefficient [cm^-1]": self.absorption_coefficient,
        }  # fmt: skip

    def attributes(self) -> dict[str, Any]:
        """Return source, range and notices."""
        return {"material": self.name, "source": self.source, "known": self.known, "notices": "; ".join(self.notices)}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return n and k against wavelength, with the range in the title; no line spans a gap."""
        lines: list[Polyline] = []
        edges = [-np.inf, *(0.5 * (low + high) for low, high in self.gaps), np.inf]
        for number, (low, high) in enumerate(pairwise(edges)):
            inside = (self.wavelength > low) & (self.wavelength < high)
            x = self.wavelength[inside].tolist()
            for values, color, dash, symbol in ((self.n, "blue", "solid", "n"), (self.k, "vermillion", "dashed", "k")):
                lines.append(Polyline(x, values[inside].tolist(), COLORS[color], 1.3, dash, "" if number else symbol))
        wide = self.wavelength[-1] > 20.0 * self.wavelength[0]
        return Picture(
            elements=tuple(lines), x_label="Wavelength (nm)", y_label="Refractive index n, extinction k",
            title=f"{self.name}, {self.known}", legend=True, log_x=wide,
        )  # fmt: skip
