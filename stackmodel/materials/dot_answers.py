"""What a dot says of itself: its figures as a table with sources, its gap among the curves of its core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from stackmodel.errors import DataError
from stackmodel.materials.dot_core import core_parameter, measured_points
from stackmodel.materials.material import EXPLAINED
from stackmodel.materials.sizing import SizingCurve, sizing_curves
from stackmodel.output.table import Table
from stackmodel.results.base import Provenance, version
from stackmodel.results.sizing import Branch, SizingPlot

if TYPE_CHECKING:
    from stackmodel.materials.quantum_dot import QuantumDot

#: What follows from other values of the dot: unit, where the formula is, what its confidence hangs on.
FOLLOWING: Mapping[str, tuple[str, str, str]] = {
    "wavelength": ("nm", "h c / band_gap", "band_gap"),
    "band_name": ("", "the wavelength", "band_gap"),
    "confinement": ("", "radius over exciton_bohr_radius", "exciton_bohr_radius"),
    "coulomb_energy": ("eV", "Brus (1984), (Q2)", "optical_permittivity"),
    "intraband_energy": ("eV", "Kane (1957), (Q10)", ""),
    "biexciton_lifetime": ("s", "Robel et al. (2009), (Q12)", "auger_volume_constant"),
    "trion_lifetime": ("s", "Klimov (2014), (Q14)", "auger_volume_constant"),
}
#: Quantities of the core that a dot is made of.
OF_THE_CORE = (
    "exciton_bohr_radius", "electron_degeneracy", "hole_degeneracy", "electron_effective_mass", "hole_effective_mass",
    "optical_permittivity", "kane_energy", "auger_volume_constant",
)  # fmt: skip
#: So many points draw a smooth curve.
_POINTS = 121


def explained(dot: QuantumDot) -> Table:
    """Return the rows of `QuantumDot.explain`."""
    rows = [
        {"parameter": "diameter", "value": dot.diameter, "unit": "nm", "source": "given by the user",
         "provenance": "user", "confidence": "high", "note": f"on the scale of {dot.sizing.text}"},
        _gap_row("band_gap", dot.sizing, dot.diameter),
    ]  # fmt: skip
    curves = sizing_curves(dot.core)
    rows += [_gap_row(f"band_gap by {name}", curve, dot.diameter) for name, curve in curves.items()]
    for name in OF_THE_CORE:
        try:
            rows.append(core_parameter(dot.core, name).as_row())
        except DataError:  # not known of this core: the table says what is
            continue
    rows += [row for name in FOLLOWING for row in _following(dot, name)]
    return Table.from_rows(rows, EXPLAINED, f"{dot.core} dot of {dot.diameter:g} nm")


def _gap_row(name: str, curve: SizingCurve, diameter: float) -> dict[str, Any]:
    inside = curve.d_min <= diameter <= curve.d_max
    reach = f"valid from {curve.d_min:g} to {curve.d_max:g} nm"
    return {
        "parameter": name, "value": curve.gap(diameter) if inside else None, "unit": "eV",
        "source": curve.source + (f" doi:{curve.doi}" if curve.doi else ""), "provenance": curve.provenance,
        "confidence": curve.confidence, "note": "; ".join(filter(None, (curve.text, reach, curve.note))),
    }  # fmt: skip


def _following(dot: QuantumDot, name: str) -> list[dict[str, Any]]:
    unit, formula, rests_on = FOLLOWING[name]
    try:
        value = getattr(dot, name)
    except DataError:  # as above
        return []
    trust = _confidence(dot, rests_on)
    return [{"parameter": name, "value": value, "unit": unit, "source": formula, "provenance": "derived",
             "confidence": trust, "note": ""}]  # fmt: skip


def _confidence(dot: QuantumDot, rests_on: str) -> str:
    if not rests_on:  # a model of the bulk's masses
        return "low"
    return dot.sizing.confidence if rests_on == "band_gap" else core_parameter(dot.core, rests_on).confidence


def sizing_plot_of(dot: QuantumDot) -> SizingPlot:
    """Return the answer of `QuantumDot.sizing_plot`."""
    curves = sizing_curves(dot.core)
    published = [curve for curve in curves.values() if curve.kind != "model"] or list(curves.values())
    low, high = min(curve.d_min for curve in published), max(curve.d_max for curve in published)
    points = measured_points(dot.core)
    record = Provenance(
        question="sizing_plot()", notation=f"{dot.core} dot of {dot.diameter:g} nm", parameters=dot.explain(),
        assumptions=Table((), (), "Assumptions"), version=version(),
    )  # fmt: skip
    return SizingPlot(
        core=dot.core, branches=tuple(_branch(curve, low, high, dot.diameter) for curve in curves.values()),
        point_diameter=tuple(point.diameter for point in points), point_energy=tuple(p.energy for p in points),
        dot_diameter=dot.diameter, dot_gap=dot.band_gap, provenance=record,
    )  # fmt: skip


def _branch(curve: SizingCurve, low: float, high: float, diameter: float) -> Branch:
    """Return a curve between its ends, a model between those of the published curves."""
    reach = attrs.evolve(curve, d_min=max(low, curve.d_min), d_max=min(high, curve.d_max))
    sizes = np.linspace(reach.d_min, reach.d_max, _POINTS)
    return Branch(
        name=curve.name, kind=curve.kind, text=curve.text, diameter=sizes,
        label=f"{curve.name}, {curve.scale if curve.kind == 'measured' else curve.kind}",
        gap=np.array([reach.gap(float(size)) for size in sizes]),
        dot_gap=curve.gap(diameter) if curve.d_min <= diameter <= curve.d_max else None,
    )  # fmt: skip
