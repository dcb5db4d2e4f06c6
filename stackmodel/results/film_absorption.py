"""Absorption coefficient of a film of dots against wavelength."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError
from stackmodel.output.picture import COLORS, PLAIN, Picture, Polyline, Style
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.physics.film import film_absorption
from stackmodel.physics.optical_models import coefficient_of
from stackmodel.results.base import Provenance, Result


@attrs.frozen(kw_only=True)
class FilmSpectrum:
    """What (F9) of docs/method.md needs of a film: 1S peak, continuum up to the anchor, and a tail."""

    peak: float  #: [eV]
    width: float  #: standard deviation [eV]
    alpha_peak: float  #: [cm^-1]
    anchor: float  #: photon energy up to which anything is known [eV]
    alpha_anchor: float  #: [cm^-1]
    exponent: float
    urbach_energy: float  #: 0 for no tail [eV]

    def coefficient(self, energy: FloatArray) -> FloatArray:
        """Return the absorption coefficient at photon energies [cm^-1]."""
        return film_absorption(
            energy, peak=self.peak, width=self.width, alpha_peak=self.alpha_peak, anchor=self.anchor,
            alpha_anchor=self.alpha_anchor, exponent=self.exponent, urbach_energy=self.urbach_energy,
        )  # fmt: skip

    def refuse_beyond(self, wavelength: float, whose: str) -> None:
        """Raise InputError for a wavelength [nm] shorter than any at which something is known."""
        if self.anchor < HC_EV_NM / wavelength * (1.0 - 1e-9):
            raise InputError(
                f"{whose}: no absorption below {HC_EV_NM / self.anchor:.0f} nm is known (asked: {wavelength:g} nm); it "
                "is never extrapolated"
            )


@attrs.frozen(kw_only=True)
class GivenSpectrum:
    """What closed forms need of a layer whose n and k were given, over the range around its optical gap."""

    peak: float  #: optical gap [eV]
    width: float  #: standard deviation of the 1S peak; 0 where only what lies above the gap makes pairs [eV]
    alpha_peak: float  #: at the optical gap [cm^-1]
    anchor: float  #: photon energy up to which k is known [eV]
    alpha_anchor: float  #: [cm^-1]
    last: float  #: photon energy down to which k is known [eV]
    k: Callable[[FloatArray], FloatArray]  #: of wavelengths [nm]
    urbach_energy: float = 0.0  #: a tail is in k [eV]

    def coefficient(self, energy: FloatArray) -> FloatArray:
        """Return the absorption coefficient at photon energies up to the anchor, 0 below what is known [cm^-1]."""
        lowest = self.last if self.width else max(self.last, self.peak)
        wavelength = HC_EV_NM / np.clip(energy, lowest, self.anchor)
        return np.where(energy >= lowest * (1.0 - 1e-12), coefficient_of(self.k(wavelength), wavelength), 0.0)

    def refuse_beyond(self, wavelength: float, whose: str) -> None:
        """Raise InputError for a wavelength [nm] at which k was not given."""
        energy = HC_EV_NM / wavelength
        if not self.last * (1.0 - 1e-9) <= energy <= self.anchor * (1.0 + 1e-9):
            raise InputError(
                f"{whose}: k is given from {HC_EV_NM / self.anchor:.0f} to {HC_EV_NM / self.last:.0f} nm (asked: "
                f"{wavelength:g} nm); it is never extrapolated"
            )


@attrs.frozen(kw_only=True)
class StepSpectrum:
    """One coefficient above the gap and nothing below, known everywhere."""

    peak: float  #: [eV]
    alpha_peak: float  #: [cm^-1]
    anchor: float = np.inf

    def coefficient(self, energy: FloatArray) -> FloatArray:
        """Return the absorption coefficient at photon energies [cm^-1]."""
        return np.where(energy >= self.peak * (1.0 - 1e-12), self.alpha_peak, 0.0)

    def refuse_beyond(self, wavelength: float, whose: str) -> None:
        """Refuse nothing."""


@attrs.frozen(kw_only=True)
class GradedSpectrum:
    """The mean over the depth of a graded layer, which is all that Beer and Lambert ask of it in one pass."""

    parts: tuple[FilmSpectrum | GivenSpectrum | StepSpectrum, ...]  #: of equal slabs

    @property
    def anchor(self) -> float:
        """Photon energy up to which all is known [eV]."""
        return min(part.anchor for part in self.parts)

    @property
    def alpha_peak(self) -> float:
        """Mean coefficient at the smallest gap [cm^-1]."""
        return float(self.coefficient(np.array(min(part.peak for part in self.parts))))

    def coefficient(self, energy: FloatArray) -> FloatArray:
        """Return the mean absorption coefficient at photon energies [cm^-1]."""
        return np.asarray(sum(part.coefficient(energy) for part in self.parts) / len(self.parts))

    def refuse_beyond(self, wavelength: float, whose: str) -> None:
        """Raise InputError for a wavelength [nm] at which some slab is not known."""
        for part in self.parts:
            part.refuse_beyond(wavelength, whose)


#: How a layer absorbs, as closed forms see it.
Spectrum: TypeAlias = FilmSpectrum | GivenSpectrum | GradedSpectrum


@attrs.frozen(eq=False, kw_only=True, repr=False)
class FilmAbsorption(Result):
    """The 1S peak of a film, its continuum, and the tail below where an Urbach energy was given."""

    name: str
    wavelength: FloatArray  #: [nm]
    absorption_coefficient: FloatArray  #: [cm^-1]
    optical_gap: float  #: [eV]
    peak_width: float  #: standard deviation [eV]
    peak_absorption: float  #: [cm^-1]
    urbach_energy: float | None  #: [eV]
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
        curve = Polyline(self.wavelength[order][shown].tolist(), alpha[shown].tolist(), COLORS["blue"], 1.3)
        at_peak = (HC_EV_NM / self.optical_gap,), (self.peak_absorption,)
        peak = Polyline(*at_peak, COLORS["vermillion"], 0.0, name="1S peak", marker="D")
        return Picture(
            elements=(curve, peak), x_label="Wavelength (nm)", y_label="Absorption coefficient (cm$^{-1}$)",
            title=self.name, legend=True, log_y=True,
        )  # fmt: skip
