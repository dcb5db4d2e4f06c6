"""Colloidal quantum dots: size against gap by measured sizing curves."""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs

from stackmodel.errors import DataError, UnsupportedError, attributed
from stackmodel.materials.dot_answers import explained, sizing_plot_of
from stackmodel.materials.dot_core import core_entry, core_parameter
from stackmodel.materials.parameter import Parameter
from stackmodel.materials.sizing import SizingCurve, sizing_curve
from stackmodel.output.table import Table
from stackmodel.physics.confinement import (
    biexciton_lifetime,
    charging_energy,
    coulomb_energy,
    intraband_energy,
    inverted_intraband_energy,
    polarisation_energy,
    radiative_lifetime,
    trion_lifetime,
)
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.quantities import checked
from stackmodel.results.sizing import SizingPlot
from stackmodel.units import Value

#: Spectral bands by their long end [nm], as detectors are named; the MWIR counts to where the LWIR begins.
BANDS = (
    (380.0, "UV"), (750.0, "visible"), (1e3, "NIR"), (3e3, "SWIR"), (8e3, "MWIR"), (14e3, "LWIR"), (math.inf, "FIR"),
)  # fmt: skip
#: Mean of |p|^2 over the states of the 1S exciton, in m_0 E_P, see `confinement.radiative_lifetime`.
EXCITON_SHARE = {"heavy hole": 1.0 / 4.0, "symmetric": 3.0 / 16.0}


@attrs.frozen(init=False)
class QuantumDot:
    """One dot: core material, diameter and the sizing curve that ties gap to diameter.

    Parameters
    ----------
    core : str
        Material of the core, e.g. "PbS".
    diameter : float or str
        Core diameter on the scale of the sizing curve. [nm]
    curve : str, optional
        Sizing curve by name, such as "weidman2014"; by default the first that quantum_dots.toml has for the core, or
        the two-band model ("two-band") where nothing was published. "brus" and "box" are there for comparison.
    shell : str, optional
        Not modelled yet; giving one is refused.
    """

    core: str
    diameter: float
    curve: str

    def __init__(self, core: str, *, diameter: Value, curve: str | None = None, shell: str | None = None) -> None:
        core_entry(core)
        if shell is not None:
            raise UnsupportedError(f"{core}: core/shell dots are not modelled yet; use the bare core")
        sizing = sizing_curve(core, curve)
        self.__attrs_init__(core=core, diameter=checked("diameter", diameter, core), curve=sizing.name)
        with attributed(core):
            sizing.gap(self.diameter)  # outside the range of its curve a dot is refused at once

    @classmethod
    def from_gap(cls, core: str, gap: Value, *, curve: str | None = None) -> QuantumDot:
        """Return the dot whose 1S peak is at `gap` [eV]."""
        energy = checked("optical_gap", gap, core)
        with attributed(core):
            diameter = sizing_curve(core, curve).diameter(energy)
        return cls(core, diameter=diameter, curve=curve)

    @classmethod
    def from_wavelength(cls, core: str, wavelength: Value, *, curve: str | None = None) -> QuantumDot:
        """Return the dot whose 1S peak is at `wavelength` [nm]."""
        return cls.from_gap(core, HC_EV_NM / checked("wavelength", wavelength, core), curve=curve)

    @property
    def sizing(self) -> SizingCurve:
        """The sizing curve, with its source and range."""
        return sizing_curve(self.core, self.curve)

    @property
    def band_gap(self) -> float:
        """Energy of the 1S absorption peak in dispersion, from the sizing curve [eV]."""
        return self.sizing.gap(self.diameter)

    @property
    def wavelength(self) -> float:
        """Wavelength of the 1S absorption peak [nm]."""
        return HC_EV_NM / self.band_gap

    @property
    def band_name(self) -> str:
        """Spectral band of the peak: UV, visible, NIR, SWIR (1 to 3 um), MWIR (3 to 8), LWIR (8 to 14) or FIR."""
        return next(name for longest, name in BANDS if self.wavelength <= longest)

    @property
    def radius(self) -> float:
        """Radius of the core [nm]."""
        return 0.5 * self.diameter

    @property
    def volume(self) -> float:
        """Volume of the core [nm^3]."""
        return math.pi * self.diameter**3 / 6.0

    def core_value(self, name: str) -> float:
        """Return a quantity of the core material in the table's unit; DataError where it is not known."""
        return core_parameter(self.core, name).value

    @property
    def bohr_radius(self) -> float:
        """Exciton Bohr radius of the bulk [nm]."""
        return self.core_value("exciton_bohr_radius")

    @property
    def confinement(self) -> str:
        """Regime by radius over Bohr radius: "strong" below 1, "intermediate" to 3, else "weak"."""
        ratio = self.radius / self.bohr_radius
        return "strong" if ratio < 1 else "intermediate" if ratio < 3 else "weak"

    @property
    def degeneracy(self) -> float:
        """States of the first electron level, spin and valleys counted."""
        return self.core_value("electron_degeneracy")

    @property
    def hole_degeneracy(self) -> float:
        """States of the first hole level."""
        return self.core_value("hole_degeneracy")

    @property
    def coulomb_energy(self) -> float:
        """Attraction of electron and hole in the 1S levels, (Q2) of docs/method.md [eV]."""
        return coulomb_energy(permittivity=self.core_value("optical_permittivity"), radius=self.radius)

    def charging_energy(self, permittivity: Value) -> float:
        """Return e^2/(2 C) of the dot in surroundings of relative permittivity `permittivity`, (Q8) [eV]."""
        outside = checked("relative_permittivity", permittivity, self.core)
        return charging_energy(permittivity=outside, radius=self.radius)

    def polarisation_energy(self, permittivity: Value) -> float:
        """Return the energy of a carrier with its image in surroundings of `permittivity`, (Q9) [eV]."""
        outside = checked("relative_permittivity", permittivity, self.core)
        inside = self.core_value("optical_permittivity")
        return polarisation_energy(inside=inside, outside=outside, radius=self.radius)

    @property
    def intraband_energy(self) -> float:
        """Energy from the 1S to the 1P level of electrons, (Q10) of docs/method.md [eV]."""
        bands = core_entry(self.core).get("bands", "indirect")
        if bands == "indirect":
            raise DataError(f"{self.core}: no intraband energy; the model has no valleys beside the zone centre")
        E_g = self.core_value("band_gap")
        if bands == "inverted":
            return inverted_intraband_energy(E_g=E_g, E_P=self.core_value("kane_energy"), radius=self.radius)
        return intraband_energy(E_g=E_g, m_e=self.core_value("electron_effective_mass"), radius=self.radius)

    def radiative_lifetime(self, index: Value) -> float:
        """Return the radiative lifetime in surroundings of refractive index `index`, (Q11) of docs/method.md [s]."""
        bands = core_entry(self.core).get("bands", "indirect")
        if bands not in EXCITON_SHARE:
            raise DataError(f"{self.core}: no radiative lifetime; the share of bright states is unknown, bands {bands}")
        return radiative_lifetime(
            energy=self.band_gap, E_P=self.core_value("kane_energy"), share=EXCITON_SHARE[bands], overlap=1.0,
            permittivity=self.core_value("optical_permittivity"), index=checked("refractive_index", index, self.core),
        )  # fmt: skip

    @property
    def biexciton_lifetime(self) -> float:
        """Auger lifetime of two excitons, in proportion to the volume, (Q12) of docs/method.md [s]."""
        return biexciton_lifetime(constant=self.core_value("auger_volume_constant"), volume=self.volume)

    @property
    def trion_lifetime(self) -> float:
        """Auger lifetime of an exciton with one more carrier, four times that of two excitons, (Q14) [s]."""
        return trion_lifetime(biexciton=self.biexciton_lifetime)

    def explain(self) -> Table:
        """Return the figures of the dot with unit and source, its gap by every curve and model side by side.

        What the library has no data for is left out; asking for it by name says what is missing.
        """
        return explained(self)

    def sizing_plot(self) -> SizingPlot:
        """Return gap against diameter by every curve and model of the core, with measured dots and this one."""
        return sizing_plot_of(self)

    def gap_parameter(self, redshift: float) -> Parameter:
        """Return the 1S peak in a film: that of the dispersion less the redshift [eV]."""
        curve = self.sizing
        return Parameter(
            quantity="optical_gap",
            value=self.band_gap - redshift,
            source=curve.source,
            doi=curve.doi,
            provenance=curve.provenance,
            confidence=curve.confidence,
            note=f"sizing curve {curve.text} less a redshift of {redshift:g} eV",
        )

    @property
    def density_factor(self) -> Callable[[float], float]:
        """Function from interdot spacing [nm] to dots per volume [cm^-3], face-centred cubic packing."""
        # fcc: 0.74 of the volume is spheres of diameter d + s, that is sqrt(2) / (d + s)^3 of them.
        return lambda spacing: math.sqrt(2.0) / (self.diameter + spacing) ** 3 * 1e21
