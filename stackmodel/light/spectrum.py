"""Spectra of light that falls on a device."""

from __future__ import annotations

import importlib.util
import math
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, InputError, attributed, shorten
from stackmodel.light.tables import increasing, read_table
from stackmodel.physics.constants import (
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    HC_EV_NM,
    PLANCK,
    SPEED_OF_LIGHT,
)
from stackmodel.quantities import checked, quantity
from stackmodel.units import Value, to_unit

#: Half the range in which a diode's line is tabulated, in widths at half maximum, and the points in it.
_LINE_REACH, _LINE_POINTS = 4.0, 401


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
        return _sun("AM1.5G", 2)

    @classmethod
    def am0(cls) -> Light:
        """Return the extraterrestrial spectrum of ASTM G173-03 (table of pvlib)."""
        return _sun("AM0", 1)

    @classmethod
    def monochromatic(cls, wavelength: Value, irradiance: Value) -> Light:
        """Return light of one wavelength [nm] and irradiance [W cm^-2]."""
        line = checked("wavelength", wavelength, "light"), checked("irradiance", irradiance, "light")
        return cls(f"{line[0]:g} nm, {line[1]:.3g} W/cm^2", np.empty(0), np.empty(0), line)

    @classmethod
    def led(cls, peak_wavelength: Value, width: Value, irradiance: Value) -> Light:
        """Return the line of a light-emitting diode, a Gaussian in wavelength.

        Parameters
        ----------
        peak_wavelength : float or str
            [nm]
        width : float or str
            Full width at half maximum. [nm]
        irradiance : float or str
            Over all wavelengths. [W cm^-2]
        """
        peak = checked("wavelength", peak_wavelength, "light")
        fwhm, power = checked("line_width", width, "light"), checked("irradiance", irradiance, "light")
        if not fwhm < peak / _LINE_REACH:
            raise InputError(
                f"light: line_width is {fwhm:g} nm; expected less than a quarter of the peak wavelength, {peak:g} nm"
            )
        away = np.linspace(-_LINE_REACH, _LINE_REACH, _LINE_POINTS)
        shape = np.exp2(-4.0 * away**2)
        wavelength = peak + fwhm * away
        return cls(f"LED {peak:g} nm, {power:.3g} W/cm^2", wavelength, shape * power / np.trapezoid(shape, wavelength))

    @classmethod
    def from_csv(cls, path: str | Path, *, units: tuple[str, str] | None = None, name: str | None = None) -> Light:
        """Return the spectrum in a file of two columns: wavelength and spectral irradiance.

        Parameters
        ----------
        path : str or Path
            Columns apart by comma, semicolon, tab or blanks, with a decimal point or comma.
        units : tuple of str, optional
            Units of the columns, e.g. ("um", "W m^-2 um^-1"); otherwise the column heads have them in brackets.
        name : str, optional
            The file's name otherwise.
        """
        wavelength, values = read_table(path, ("nm", "W cm^-2 nm^-1"), units, "light")
        whose, file = f"light: {Path(path).name}", Path(path)
        if (values < 0).any():
            at = wavelength[int(np.argmax(values < 0))]
            raise InputError(f"{whose}: the irradiance is negative at {at:g} nm; expected 0 or more")
        checked("wavelength", wavelength[-1], whose)
        light = cls(name or file.stem, wavelength, values)
        if not light.irradiance <= (most := quantity("irradiance").high):
            raise InputError(f"{whose}: {light.irradiance:.3g} W/cm^2 in all; expected at most {most:g} W/cm^2")
        return light

    @classmethod
    def blackbody(cls, temperature: Value, *, background: Value | None = None, fov: Value | None = None) -> Light:
        """Return black-body light, pi B(lambda, T), from the whole hemisphere unless `fov` says less.

        Tabulated from h c / (80 k T) to h c / (0.02 k T), which holds all but 1e-5 of sigma T^4.

        Parameters
        ----------
        temperature : float or str
            [K]
        background : float or str, optional
            Temperature of what the source hides, e.g. "300 K": the light is what the source adds, pi (B(T) - B(T_bg)),
            as behind a chopper. [K]
        fov : float or str, optional
            Full angle of the cone that the source fills: sin^2(fov/2) of the hemisphere's light. [deg]
        """
        T = checked("source_temperature", temperature, "light")
        name = f"black body at {T:g} K"
        x = np.geomspace(0.02, 80.0, 8000)[::-1]  # h nu / kT
        wavelength = HC_EV_NM * ELEMENTARY_CHARGE / (x * BOLTZMANN * T)
        occupation = 1.0 / np.expm1(x)
        if background is not None:
            T_bg = checked("source_temperature", background, "light: background")
            if not T_bg < T:
                raise InputError(f"light: background is {T_bg:g} K; expected less than the source's {T:g} K")
            # Beyond 700 the background has no photon that a float could count.
            occupation -= 1.0 / np.expm1(np.minimum(x * T / T_bg, 700.0))
            name += f" before {T_bg:g} K"
        seen = 1.0
        if fov is not None:
            angle = checked("field_of_view", fov, "light")
            seen = math.sin(math.radians(angle) / 2.0) ** 2
            name += f", {angle:g} deg"
        cm = wavelength * 1e-7
        per_cm = 2.0 * math.pi * PLANCK * (SPEED_OF_LIGHT * 100.0) ** 2 / cm**5 * occupation * seen  # [W cm^-3]
        return cls(name, wavelength, per_cm * 1e-7)

    def longpass(self, wavelength: Value) -> Light:
        """Return the light behind an ideal filter that passes above `wavelength` [nm]."""
        return self._cut(checked("wavelength", wavelength, "light"), above=True)

    def shortpass(self, wavelength: Value) -> Light:
        """Return the light behind an ideal filter that passes below `wavelength` [nm]."""
        return self._cut(checked("wavelength", wavelength, "light"), above=False)

    def concentrated(self, factor: float) -> Light:
        """Return the light `factor` times stronger."""
        with attributed("light: concentration"):
            factor = to_unit(factor, "") if shorten(factor) != "nan" else math.nan
        if not factor > 0:
            raise InputError(f"light: a concentration of {factor:g} is not possible; expected a number above 0")
        line = None if self.line is None else (self.line[0], self.line[1] * factor)
        return Light(f"{factor:g} x {self.name}", self.wavelength, self.spectral_irradiance * factor, line)

    def filtered(self, transmittance: Any, *, name: str | None = None) -> Light:
        """Return the light behind a filter.

        Parameters
        ----------
        transmittance : tuple of arrays, str, Path or an answer
            Wavelengths [nm] and shares that pass; or a file of these two columns, as `from_csv` reads it; or what
            `device.absorptance(...)` returned for the filter's own stack, whose T is taken.
        name : str, optional
            What the filter is called.
        """
        wavelength, share, called = _transmittance(transmittance)
        told = f"{self.name}, behind {name or called}"
        if self.line is not None:
            at, irradiance = self.line
            _within(wavelength, at, at, told)
            return Light(
                told, self.wavelength, self.spectral_irradiance,
                (at, irradiance * float(np.interp(at, wavelength, share))),
            )  # fmt: skip
        shining = np.flatnonzero(self.spectral_irradiance > 0)
        if shining.size == 0:
            return Light(told, self.wavelength, self.spectral_irradiance)
        first, last = self.wavelength[shining[0]], self.wavelength[shining[-1]]
        _within(wavelength, first, last, told)
        x = np.union1d(self.wavelength, wavelength[(wavelength > first) & (wavelength < last)])
        y = np.interp(x, self.wavelength, self.spectral_irradiance) * np.interp(x, wavelength, share)
        return Light(told, x, y)

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

    @property
    def photons(self) -> tuple[FloatArray, FloatArray]:
        """Wavelengths [nm] and photons per area and time that stand at each [cm^-2 s^-1].

        The table weighted as the trapezoidal rule does, so that sums over wavelengths are its integrals; or the line.
        """
        if self.line is not None:
            at, irradiance = self.line
            return np.array([at]), np.array([irradiance * at / (HC_EV_NM * ELEMENTARY_CHARGE)])
        half = 0.5 * np.diff(self.wavelength)
        weight = np.append(half, 0.0) + np.insert(half, 0, 0.0)
        return self.wavelength, self.photon_flux * weight

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
        shown = f'"{shorten(light)}"' if isinstance(light, str) else shorten(light)
        raise InputError(f"{whose}: light is {shown}; expected a Light, such as Light.am15g()")
    return light


def _transmittance(given: Any) -> tuple[FloatArray, FloatArray, str]:
    """Return wavelengths, shares and a name of a filter in any of the forms that `filtered` takes."""
    name = "a filter"
    if isinstance(given, str | Path):
        x, y = read_table(given, ("nm", ""), None, "light: filter")
        name = Path(given).stem
    elif hasattr(given, "transmittance") and hasattr(given, "wavelength"):
        x, y = increasing(given.wavelength, given.transmittance, whose="light: filter")
    elif isinstance(given, tuple | list) and len(given) == 2:
        x, y = increasing(*given, whose="light: filter")
    else:
        raise InputError(
            f"light: filter is {shorten(given)}; expected (wavelengths, transmittance), a file, or an answer with T"
        )
    wrong = (y < 0) | (y > 1.0 + 1e-12)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise InputError(f"light: filter: transmittance is {y[at]:g} at {x[at]:g} nm; expected 0 to 1")
    return x, y, name


def _within(known: FloatArray, first: float, last: float, whose: str) -> None:
    if first < known[0] or last > known[-1]:
        raise DataError(
            f"light: {whose}: the filter is known from {known[0]:g} to {known[-1]:g} nm, the light shines from "
            f"{first:g} to {last:g} nm; cut the light by longpass() and shortpass(), or give the filter over all of it"
        )


@cache
def _sun(name: str, column: int) -> Light:
    """Return the one light of a spectrum of the sun, so that what a stack makes of it is found once."""
    table = _astm_g173()
    wavelength, irradiance = table[:, 0].copy(), table[:, column] * 1e-4
    for each in (wavelength, irradiance):
        each.setflags(write=False)
    return Light(name, wavelength, irradiance)


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
