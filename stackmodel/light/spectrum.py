"""Spectra of light that falls on a device."""

from __future__ import annotations

import importlib.util
import math
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.errors import DataError, InputError, attributed, shorten
from stackmodel.physics.constants import (
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    HC_EV_NM,
    PLANCK,
    SPEED_OF_LIGHT,
)
from stackmodel.quantities import checked
from stackmodel.units import Value, to_unit

FloatArray = NDArray[np.float64]


@attrs.frozen(eq=False)
class Light:
    """Light of a spectrum, at normal incidence unless a source says otherwise.

    Attributes
    ----------
    name : str
        What it is, for tables and pictures.
    wavelength : ndarray, shape (n_wavelengths,)
        Vacuum wavelength, increasing. [nm]
    spectral_irradiance : ndarray, shape (n_wavelengths,)
        [W cm^-2 nm^-1]; empty for a single line.
    line : tuple of float, optional
        Wavelength [nm] and irradiance [W cm^-2] of monochromatic light.
    """

    name: str
    wavelength: FloatArray
    spectral_irradiance: FloatArray
    line: tuple[float, float] | None = None

    @classmethod
    def am15g(cls) -> Light:
        """Return the global solar spectrum ASTM G173-03, 1000.37 W/m^2 (table of pvlib)."""
        table = _astm_g173()
        return cls("AM1.5G", table[:, 0].copy(), table[:, 2] * 1e-4)

    @classmethod
    def am0(cls) -> Light:
        """Return the extraterrestrial spectrum of ASTM G173-03 (table of pvlib)."""
        table = _astm_g173()
        return cls("AM0", table[:, 0].copy(), table[:, 1] * 1e-4)

    @classmethod
    def monochromatic(cls, wavelength: Value, irradiance: Value) -> Light:
        """Return light of one wavelength [nm] and irradiance [W cm^-2]."""
        line = checked("wavelength", wavelength, "light"), checked("irradiance", irradiance, "light")
        return cls(f"{line[0]:g} nm, {line[1]:.3g} W/cm^2", np.empty(0), np.empty(0), line)

    @classmethod
    def blackbody(cls, temperature: Value) -> Light:
        """Return black-body light from the whole hemisphere, pi B(lambda, T).

        Tabulated from 2 to 60 h c / (lambda k T), which holds all but 1e-5 of sigma T^4.
        """
        T = checked("source_temperature", temperature, "light")
        x = np.geomspace(0.02, 80.0, 8000)[::-1]  # h nu / kT
        wavelength = HC_EV_NM * ELEMENTARY_CHARGE / (x * BOLTZMANN * T)
        cm = wavelength * 1e-7
        per_cm = 2.0 * math.pi * PLANCK * (SPEED_OF_LIGHT * 100.0) ** 2 / cm**5 / np.expm1(x)  # [W cm^-3]
        return cls(f"black body at {T:g} K", wavelength, per_cm * 1e-7)

    def longpass(self, wavelength: Value) -> Light:
        """Return the light behind an ideal filter that passes above `wavelength` [nm]."""
        return self._cut(checked("wavelength", wavelength, "light"), above=True)

    def shortpass(self, wavelength: Value) -> Light:
        """Return the light behind an ideal filter that passes below `wavelength` [nm]."""
        return self._cut(checked("wavelength", wavelength, "light"), above=False)

    def concentrated(self, factor: float) -> Light:
        """Return the light `factor` times stronger."""
        with attributed("light: concentration"):
            factor = to_unit(factor, "") if factor == factor else factor
        if not factor > 0:
            raise InputError(f"light: a concentration of {factor:g} is not possible; expected a number above 0")
        line = None if self.line is None else (self.line[0], self.line[1] * factor)
        return Light(f"{factor:g} x {self.name}", self.wavelength, self.spectral_irradiance * factor, line)

    def _cut(self, edge: float, *, above: bool) -> Light:
        name = f"{self.name}, {'above' if above else 'below'} {edge:g} nm"
        if self.line is not None:
            passes = (self.line[0] >= edge) == above
            return Light(name, self.wavelength, self.spectral_irradiance, (self.line[0], self.line[1] * passes))
        x, y = self.wavelength, self.spectral_irradiance
        if not x[0] < edge < x[-1]:  # nothing is known outside the table: all of it passes, or nothing
            return Light(name, x, y if (edge <= x[0]) == above else np.zeros_like(y))
        keep = x > edge if above else x < edge
        at_edge = np.interp(edge, x, y)
        x, y = x[keep], y[keep]
        place = 0 if above else x.size
        return Light(name, np.insert(x, place, edge), np.insert(y, place, at_edge))

    @property
    def irradiance(self) -> float:
        """Irradiance over all wavelengths [W cm^-2]."""
        if self.line is not None:
            return self.line[1]
        return float(np.trapezoid(self.spectral_irradiance, self.wavelength))

    @property
    def photon_flux(self) -> FloatArray:
        """Photons per area, time and wavelength, shape (n_wavelengths,) [cm^-2 s^-1 nm^-1]."""
        return self.spectral_irradiance * self.wavelength / (HC_EV_NM * ELEMENTARY_CHARGE)

    def photons_above(self, energy: float, pairs_per_photon: int = 1) -> float:
        """Return electron-hole pairs that photons above `energy` [eV] make [cm^-2 s^-1].

        With `pairs_per_photon` = m a photon of k times the energy makes min(k, m) pairs (staircase).
        """
        if not 0 < energy < math.inf:
            raise InputError(f"light: photons above an energy of {energy:g} eV; expected more than 0 eV")
        if self.line is not None:
            pairs = min(math.floor(HC_EV_NM / self.line[0] / energy * (1 + 1e-12)), pairs_per_photon)
            return pairs * self.line[1] * self.line[0] / (HC_EV_NM * ELEMENTARY_CHARGE)
        total = 0.0
        for k in range(1, pairs_per_photon + 1):
            edge = HC_EV_NM / (k * energy)
            if edge <= self.wavelength[0]:
                break
            part = self.shortpass(edge)
            total += float(np.trapezoid(part.photon_flux, part.wavelength))
        return total

    def __repr__(self) -> str:
        return f"<Light {self.name}>"


def as_light(light: Any, whose: str) -> Light | None:
    """Return `light`; InputError where it is neither a Light nor None."""
    if light is not None and not isinstance(light, Light):
        raise InputError(f"{whose}: light is {shorten(light)}; expected a Light, such as Light.am15g()")
    return light


@cache
def _astm_g173() -> FloatArray:
    """Return wavelength [nm] and the spectra of ASTM G173-03 [W m^-2 nm^-1] from pvlib's file."""
    package = importlib.util.find_spec("pvlib")  # importing pvlib itself takes seconds
    if package is None or package.origin is None:
        raise DataError("the solar spectrum comes with pvlib, which is not installed; pip install pvlib")
    path = Path(package.origin).parent / "data" / "ASTMG173.csv"
    table: FloatArray = np.loadtxt(path, delimiter=",", skiprows=2)
    table.setflags(write=False)  # cached, so shared
    return table
