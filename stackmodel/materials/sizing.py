"""Sizing curves: the gap of a dot as a function of its diameter, measured, calculated, or from a model of the bulk."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import attrs

from stackmodel.errors import DataError, InputError, did_you_mean, shorten
from stackmodel.materials.core_shell import confined_states, organic_matrix
from stackmodel.materials.dot_core import MASSES, cited, core_entry, core_parameter
from stackmodel.materials.material import Material
from stackmodel.physics.confinement import box_gap, brus_gap, heavy_hole_gap, hyperbolic_gap, inverted_gap
from stackmodel.physics.constants import HC_EV_NM


def falling_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where `function`, which falls from `low` to `high`, crosses zero; the nearer end where it does not."""
    middle = 0.5 * (low + high)
    while low < middle < high:
        low, high = (middle, high) if function(middle) > 0.0 else (low, middle)
        middle = 0.5 * (low + high)
    return middle


def _reciprocal(d: float, *, E_0: float, a: float, b: float, c: float) -> float:
    return E_0 + 1.0 / ((a * d + b) * d + c)


def _two_reciprocals(
    d: float, *, E_0: float, a_c: float, b_c: float, c_c: float, a_v: float, b_v: float, c_v: float
) -> float:
    return E_0 + a_c / ((d + b_c) * d + c_c) + a_v / ((d + b_v) * d + c_v)


def _inverse_radius(d: float, *, E_0: float, a: float, b: float) -> float:
    return E_0 + a / (0.5 * d) ** 2 + b / (0.5 * d)


def _power(d: float, *, E_0: float, a: float, p: float, length: float) -> float:
    return E_0 + a * math.pow(d / length, -p)


def _wavelength_line(d: float, *, a: float, b: float) -> float:
    return HC_EV_NM / (a * d + b)


def _wavelength_polynomial(d: float, *, c: Sequence[float], lam_min: float, lam_max: float) -> float:
    def too_short(lam: float) -> float:
        return d - math.fsum(c[power] * lam**power for power in range(len(c)))

    return HC_EV_NM / falling_root(too_short, lam_min, lam_max)


def _inverted_kane(d: float, *, E_g: float, E_P: float, m_h: float) -> float:
    return inverted_gap(E_g=E_g, E_P=E_P, m_h=m_h, radius=0.5 * d)


#: What the formulas of quantum_dots.toml look like: E [eV] from d [nm] and the coefficients that the paper prints. A
#: polynomial gives d from the wavelength of the peak [nm], which is unique between lam_min and lam_max.
FORMS: Mapping[str, Callable[..., float]] = {
    "reciprocal": _reciprocal,  # E_0 + 1 / (a d^2 + b d + c)
    "two reciprocals": _two_reciprocals,  # E_0 + sum of a / (d^2 + b d + c) of either band
    "inverse radius": _inverse_radius,  # E_0 + a / R^2 + b / R
    "power": _power,  # E_0 + a / (d / length)^p
    "wavelength line": _wavelength_line,  # lambda = a d + b
    "wavelength polynomial": _wavelength_polynomial,  # d = sum c_i lambda^i
    "inverted kane": _inverted_kane,  # (Q6) of docs/method.md
}


@attrs.frozen(kw_only=True)
class SizingCurve:
    """A relation of core diameter d [nm] and gap E [eV], valid between `d_min` and `d_max`; never extrapolated.

    `kind` is "measured" (sizes and peaks of dots in dispersion), "calculated" (a theory of atoms or bands, published as
    numbers) or "model" (effective masses of the bulk). `scale` says how the diameters were measured: TEM and SAXS
    scales differ by up to 29 % for PbS and must not be mixed.
    """

    name: str
    law: Callable[[float], float]
    d_min: float
    d_max: float
    kind: str
    method: str
    scale: str
    source: str
    doi: str = ""
    provenance: str
    confidence: str
    note: str = ""

    @property
    def text(self) -> str:
        """What the curve is, for a person: name, kind, sizes."""
        how = f"{self.scale} sizes" if self.kind == "measured" else f"{self.method}, not measured"
        return f"{self.name} ({how})"

    def gap(self, diameter: float) -> float:
        """Return the gap [eV] of a dot of `diameter` [nm]."""
        if not self.d_min <= diameter <= self.d_max:
            raise InputError(
                f"diameter is {diameter:.6g} nm; expected {self.d_min:g} to {self.d_max:g} nm, the range in which the "
                f"sizing curve {self.name} was {'measured' if self.kind == 'measured' else 'calculated'}"
            )
        return self.law(diameter)

    def diameter(self, gap: float) -> float:
        """Return the diameter [nm] of a dot of `gap` [eV]."""
        low, high = self.gap(self.d_max), self.gap(self.d_min)
        if not low * (1 - 1e-9) <= gap <= high * (1 + 1e-9):
            raise InputError(
                f"gap is {gap:.6g} eV ({HC_EV_NM / gap if gap > 0 else math.inf:.0f} nm); expected {low:.3f} to "
                f"{high:.3f} eV ({HC_EV_NM / high:.0f} to {HC_EV_NM / low:.0f} nm), the range of the "
                f"sizing curve {self.name}"
            )
        return falling_root(lambda d: self.law(d) - gap, self.d_min, self.d_max)


@cache
def published_curves(core: str) -> Mapping[str, SizingCurve]:
    """Return the measured and calculated curves of `core` by name, in the order of trust."""
    return {name: _curve(name, entry) for name, entry in core_entry(core).curves.items()}


def _curve(name: str, entry: Mapping[str, Any]) -> SizingCurve:
    form, coefficients = FORMS[entry["form"]], entry["coefficients"]
    fields: dict[str, Any] = {**entry, **cited(entry)}
    del fields["form"], fields["coefficients"]
    return SizingCurve(name=name, law=lambda d: form(d, **coefficients), **fields)


#: Radii of fewer lattice constants have no bands, and beyond the range nothing is confined. [nm]
MODEL_RANGE = (2.0, 20.0)
TWO_BAND = {"symmetric": hyperbolic_gap, "heavy hole": heavy_hole_gap}


def _two_band(core: str) -> Callable[..., float]:
    bands = core_entry(core).bands
    if bands not in TWO_BAND:
        raise DataError(f"{core}: no two-band model; its bands are {bands}")
    return TWO_BAND[bands]


def _brus(core: str) -> Callable[..., float]:
    permittivity = core_parameter(core, "optical_permittivity").value
    return lambda **values: brus_gap(permittivity=permittivity, **values)


def _finite_barrier(core: str) -> Callable[..., float]:
    _two_band(core)  # one band each, or nothing
    core_parameter(core, "electron_affinity")  # missing, the barrier is unknown: said here, not at the first diameter
    matrix = organic_matrix()
    return lambda radius, **_: confined_states(core, radius, (), matrix, "sphere").gap


#: Models of the bulk's masses: what they are, whose, and the function of E_g, m_e, m_h and radius.
MODELS: Mapping[str, tuple[str, str, Callable[[str], Callable[..., float]]]] = {
    "two-band": ("two-band model, infinite barrier", "Kane (1957); Wang et al. (1987)", _two_band),
    "finite-barrier": ("two bands, organic surroundings", "BenDaniel & Duke (1966); Kane (1957)", _finite_barrier),
    "brus": ("box with Coulomb energy", "Brus (1984)", _brus),
    "box": ("infinite spherical box", "Efros & Efros (1982)", lambda core: box_gap),
}


def model_curve(core: str, name: str) -> SizingCurve:
    """Return one of `MODELS` with the bulk values of `core`; DataError where one of these is not known."""
    method, paper, law_of = MODELS[name]
    law = law_of(core)
    bulk = [core_parameter(core, quantity) for quantity in ("band_gap", *MASSES)]
    values = dict(zip(("E_g", "m_e", "m_h"), (each.value for each in bulk), strict=True))
    if values["E_g"] <= 0.0:
        raise DataError(f"{core}: no {method}; the bulk's bands are inverted, its gap is {values['E_g']:g} eV")
    return SizingCurve(
        name=name, law=lambda d: law(**values, radius=0.5 * d), d_min=MODEL_RANGE[0], d_max=MODEL_RANGE[1],
        kind="model", method=method, scale="radius of the box", source=f"{paper}, from values of the bulk",
        provenance="derived", confidence="low", note=", ".join(f"{k} = {v:g}" for k, v in values.items()),
    )  # fmt: skip


def platelet_curve(core: str, matrix: Material) -> SizingCurve:
    """Return the gap of a bare platelet of `core` as a function of its thickness, by the effective-mass equation."""
    return SizingCurve(
        name="effective-mass", law=lambda d: confined_states(core, 0.5 * d, (), matrix, "platelet").gap, d_min=0.5,
        d_max=MODEL_RANGE[1], kind="model", method="effective-mass model of a platelet", scale="thickness",
        source="BenDaniel & Duke (1966); Kane (1957), from values of the bulk", provenance="derived", confidence="low",
        note="without the attraction of electron and hole, 0.1 to 0.3 eV in thin platelets",
    )  # fmt: skip


def sizing_curves(core: str) -> dict[str, SizingCurve]:
    """Return every curve of `core` by name: published ones in the order of trust, then the models that it allows."""
    curves = dict(published_curves(core))
    for name in MODELS:
        try:
            curves[name] = model_curve(core, name)
        except DataError:  # a bulk value is not known: the others remain
            continue
    return curves


def sizing_curve(core: str, name: str | None = None) -> SizingCurve:
    """Return the curve called `name`; where none is named the first published one, else the two-band model."""
    curves = published_curves(core)
    if name is None:
        return next(iter(curves.values())) if curves else model_curve(core, "two-band")
    if name in MODELS:
        return model_curve(core, name)
    if name not in curves:
        names = (*curves, *MODELS)
        hint = did_you_mean(str(name), names) or f" Expected one of: {', '.join(names)}."
        raise InputError(f'{core}: no sizing curve is called "{shorten(name)}".{hint}')
    return curves[name]
