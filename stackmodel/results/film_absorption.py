"""Absorption coefficient of a film of dots against wavelength."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.output.picture import COLORS, PLAIN, Line, Picture, Style
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.results.base import Provenance, Result


@attrs.frozen(eq=False, kw_only=True, repr=False)
class FilmAbsorption(Result):
    """The 1S peak of a film, its continuum, and the tail below where an Urbach energy was given."""

    name: str
    wavelength: NDArray[np.float64]  # [nm]
    absorption_coefficient: NDArray[np.float64]  # [cm^-1]
    optical_gap: float  # [eV]
    peak_width: float  # standard deviation [eV]
    peak_absorption: float  # [cm^-1]
    urbach_energy: float | None  # [eV]
    provenance: Provenance

    index_name = "wavelength [nm]"

    def columns(self) -> dict[str, Any]:
        """Return the arrays of the answer by column head."""
        return {"wavelength [nm]": self.wavelength, "absorption_coefficient [cm^-1]": self.absorption_coefficient}

    def attributes(self) -> dict[str, Any]:
        """Return peak, width and slope of the tail."""
        found: dict[str, Any] = {
            "film": self.name, "optical_gap [eV]": self.optical_gap, "peak_width [eV]": self.peak_width,
            "peak_absorption [cm^-1]": self.peak_absorption,
        }  # fmt: skip
        return found if self.urbach_energy is None else found | {"urbach_energy [eV]": self.urbach_energy}

    def picture(self, style: Style = PLAIN) -> Picture:
        """Return the coefficient against wavelength on a logarithmic axis, the 1S peak marked."""
        order = np.argsort(self.wavelength)
        alpha = self.absorption_coefficient[order]
        floor = 1e-4 * float(alpha.max())
        shown = alpha > floor
        curve = Line(self.wavelength[order][shown].tolist(), alpha[shown].tolist(), COLORS["blue"], 1.3)
        peak = Line((HC_EV_NM / self.optical_gap,), (self.peak_absorption,), COLORS["vermillion"], 0.0, name="1S peak",
                    marker="D")  # fmt: skip
        return Picture(
            elements=(curve, peak), x_label="Wavelength (nm)", y_label="Absorption coefficient (cm$^{-1}$)",
            title=self.name, legend=True, log_y=True,
        )  # fmt: skip
