"""Colloidal quantum dots: size against gap by measured sizing curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import attrs

from stackmodel.errors import DataError, InputError, UnsupportedError, did_you_mean, shorten
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.parameter import Parameter
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.quantities import checked
from stackmodel.units import Value


@attrs.frozen(kw_only=True)
class SizingCurve:
    """A measured relation of core diameter d [nm] and 1S absorption peak E [eV] of dots in dispersion.

    E = E_0 + 1 / (a d^2 + b d + c), valid between `d_min` and `d_max`; never extrapolated. `scale` says how the
    diameters were measured: TEM and SAXS scales differ by up to 29 % for PbS and must not be mixed.
    """

    name: str
    E_0: float
    a: float
    b: float
    c: float
    d_min: float
    d_max: float
    scale: str
    source: str
    doi: str
    provenance: str
    confidence: str

    def gap(self, diameter: float) -> float:
        """Return the 1S peak [eV] of a dot of `diameter` [nm]."""
        if not self.d_min <= diameter <= self.d_max:
            raise InputError(
                f"diameter is {diameter:.6g} nm; expected {self.d_min:g} to {self.d_max:g} nm, the range in which the "
                f"sizing curve {self.name} was measured"
            )
        return self.E_0 + 1.0 / ((self.a * diameter + self.b) * diameter + self.c)

    def diameter(self, gap: float) -> float:
        """Return the diameter [nm] of a dot whose 1S peak is at `gap` [eV]: the positive root of the quadratic."""
        low, high = self.gap(self.d_max), self.gap(self.d_min)
        if not low * (1 - 1e-9) <= gap <= high * (1 + 1e-9):
            raise InputError(
                f"gap is {gap:.6g} eV ({HC_EV_NM / gap if gap > 0 else math.inf:.0f} nm); expected {low:.3f} to "
                f"{high:.3f} eV ({HC_EV_NM / high:.0f} to {HC_EV_NM / low:.0f} nm), the range of the "
                f"sizing curve {self.name}"
            )
        rest = self.c - 1.0 / (gap - self.E_0)
        root = -2.0 * rest / (self.b + math.sqrt(self.b**2 - 4.0 * self.a * rest))
        return min(max(root, self.d_min), self.d_max)  # at the ends rounding may lead outside


@cache
def dot_cores() -> Mapping[str, Mapping[str, Any]]:
    """Return the entries of quantum_dots.toml by core."""
    return read_toml("quantum_dots.toml")


def core_entry(core: str) -> Mapping[str, Any]:
    """Return the entry of one core; InputError with the nearest otherwise."""
    try:
        return dot_cores()[core]
    except KeyError:
        raise InputError(
            f'no sizing curve for "{shorten(core)}".{did_you_mean(core, dot_cores())} '
            f"Cores with a sizing curve: {', '.join(dot_cores())}."
        ) from None


def sizing_curve(core: str) -> SizingCurve:
    """Return the curve that is used for `core`."""
    entry = core_entry(core)["sizing"]
    source = read_toml("sources.toml")[entry["source"]]
    fields = {key: value for key, value in entry.items() if key != "source"}
    return SizingCurve(source=source["citation"], doi=source.get("doi", ""), **fields)


@attrs.frozen(init=False)
class QuantumDot:
    """One dot: core material and diameter.

    Parameters
    ----------
    core : str
        Material of the core, e.g. "PbS".
    diameter : float or str
        Core diameter on the scale of the core's sizing curve. [nm]
    shell : str, optional
        Not modelled yet; giving one is refused.
    """

    core: str
    diameter: float

    def __init__(self, core: str, *, diameter: Value, shell: str | None = None) -> None:
        core_entry(core)
        if shell is not None or "@" in core:
            raise UnsupportedError(f"{core}: core/shell dots are not modelled yet; use the bare core")
        self.__attrs_init__(core=core, diameter=checked("diameter", diameter, core))
        _ = self.band_gap  # outside its measured range a dot is refused at once

    @classmethod
    def from_gap(cls, core: str, gap: Value) -> QuantumDot:
        """Return the dot whose 1S peak is at `gap` [eV]."""
        energy = checked("optical_gap", gap, core)
        return cls(core, diameter=sizing_curve(core).diameter(energy))

    @classmethod
    def from_wavelength(cls, core: str, wavelength: Value) -> QuantumDot:
        """Return the dot whose 1S peak is at `wavelength` [nm]."""
        return cls.from_gap(core, HC_EV_NM / checked("wavelength", wavelength, core))

    @property
    def band_gap(self) -> float:
        """Energy of the 1S absorption peak in dispersion, from the sizing curve [eV]."""
        return sizing_curve(self.core).gap(self.diameter)

    @property
    def bohr_radius(self) -> float:
        """Exciton Bohr radius of the bulk [nm]."""
        radius = core_entry(self.core).get("bohr_radius")
        if radius is None:
            raise DataError(f"{self.core}: no exciton Bohr radius is known")
        return float(radius["value"])

    @property
    def confinement(self) -> str:
        """Regime by radius over Bohr radius: "strong" below 1, "intermediate" to 3, else "weak"."""
        ratio = 0.5 * self.diameter / self.bohr_radius
        return "strong" if ratio < 1 else "intermediate" if ratio < 3 else "weak"

    def gap_parameter(self, redshift: float) -> Parameter:
        """Return the 1S peak in a film: that of the dispersion less the redshift [eV]."""
        curve = sizing_curve(self.core)
        return Parameter(
            quantity="optical_gap",
            value=self.band_gap - redshift,
            source=curve.source,
            doi=curve.doi,
            provenance=curve.provenance,
            confidence=curve.confidence,
            note=f"sizing curve {curve.name} ({curve.scale} sizes) less a redshift of {redshift:g} eV",
        )

    @property
    def density_factor(self) -> Callable[[float], float]:
        """Function from interdot spacing [nm] to dots per volume [cm^-3], face-centred cubic packing."""
        # fcc: 0.74 of the volume is spheres of diameter d + s, that is sqrt(2) / (d + s)^3 of them.
        return lambda spacing: math.sqrt(2.0) / (self.diameter + spacing) ** 3 * 1e21
