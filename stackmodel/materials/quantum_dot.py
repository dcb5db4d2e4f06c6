"""Colloidal quantum dots: size against gap by measured sizing curves."""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs

from stackmodel.errors import UnsupportedError, attributed
from stackmodel.materials.dot_core import core_entry, core_parameter
from stackmodel.materials.parameter import Parameter
from stackmodel.materials.sizing import SizingCurve, sizing_curve
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.quantities import checked
from stackmodel.units import Value


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
    def bohr_radius(self) -> float:
        """Exciton Bohr radius of the bulk [nm]."""
        return core_parameter(self.core, "exciton_bohr_radius").value

    @property
    def confinement(self) -> str:
        """Regime by radius over Bohr radius: "strong" below 1, "intermediate" to 3, else "weak"."""
        ratio = 0.5 * self.diameter / self.bohr_radius
        return "strong" if ratio < 1 else "intermediate" if ratio < 3 else "weak"

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
