"""What a dot says of itself: its figures as a table with sources, its gap among the curves of its core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from stackmodel.errors import DataError, UnsupportedError
from stackmodel.materials.assumptions import rule
from stackmodel.materials.core_shell import offset_source
from stackmodel.materials.dot_core import bulk_of, core_parameter, measured_points
from stackmodel.materials.material import EXPLAINED
from stackmodel.materials.sizing import SizingCurve, sizing_curves
from stackmodel.output.table import Table
from stackmodel.physics.radial import POWERS, spread
from stackmodel.results.base import Provenance
from stackmodel.results.sizing import Branch, SizingPlot
from stackmodel.results.wave_functions import WaveFunctions

if TYPE_CHECKING:
    from stackmodel.materials.quantum_dot import QuantumDot

#: What follows from other values of the dot: unit, where the formula is, which value its confidence follows.
FOLLOWING: Mapping[str, tuple[str, str, str]] = {
    "wavelength": ("nm", "h c / band_gap", "band_gap"),
    "band_name": ("", "the wavelength", "band_gap"),
    "confinement": ("", "radius over exciton_bohr_radius", "exciton_bohr_radius"),
    "coulomb_energy": ("eV", "Brus (1984), (Q2); with shells (Q18)", "optical_permittivity"),
    "intraband_energy": ("eV", "Kane (1957), (Q10)", ""),
    "biexciton_lifetime": ("s", "Robel et al. (2009), (Q12)", "auger_volume_constant"),
    "trion_lifetime": ("s", "Klimov (2014), (Q14)", "auger_volume_constant"),
}
#: Quantities of the core that a dot is made of.
OF_THE_CORE = (
    "exciton_bohr_radius", "electron_degeneracy", "hole_degeneracy", "electron_effective_mass", "hole_effective_mass",
    "optical_permittivity", "kane_energy", "auger_volume_constant",
)  # fmt: skip
#: Points of a drawn curve.
_POINTS = 61


def explained(dot: QuantumDot) -> Table:
    """Return the rows of `QuantumDot.explain`."""
    rows = [_given("diameter", dot.diameter, f"on the scale of {dot.sizing.text}")]
    if dot.shells:
        rows += [_given(f"shell {i}", shell.thickness, shell.name) for i, shell in enumerate(dot.shells, start=1)]
        rows += _shell_rows(dot)
        rows.append(_gap_row("band_gap of the bare core", dot.sizing, dot.diameter))
    else:
        rows.append(_gap_row("band_gap", dot.sizing, dot.diameter))
    curves = sizing_curves(dot.core) if dot.shape == "sphere" else {}
    rows += [_gap_row(f"band_gap by {name}", curve, dot.diameter) for name, curve in curves.items()]
    for name in OF_THE_CORE:
        try:
            rows.append(core_parameter(dot.core, name).as_row())
        except DataError:  # not known of this core: the table says what is
            continue
    rows += [row for name in FOLLOWING for row in _following(dot, name)]
    return Table.from_rows(rows, EXPLAINED, f"{dot.name} {'dot' if dot.shape == 'sphere' else 'platelet'}, "
                           f"core {dot.diameter:g} nm")  # fmt: skip


def _given(name: str, length: float, note: str) -> dict[str, Any]:
    return {"parameter": name, "value": length, "unit": "nm", "source": "given by the user", "provenance": "user",
            "confidence": "high", "note": note}  # fmt: skip


def _shell_rows(dot: QuantumDot) -> list[dict[str, Any]]:
    """Return what the effective-mass equation says of a dot with shells; offsets of affinities are little trusted."""
    states = dot.confined
    around = "surroundings by the rule organic_matrix" if dot.matrix is None else f"in {dot.matrix.name}"
    bare = f"{dot.sizing.name} of the bare core {dot.shell_shift:+.3f} eV by the shells; {around}"
    found: list[tuple[str, Any, str, str]] = [
        ("band_gap", dot.band_gap, "eV", bare),
        ("band_type", states.band_type, "", _offsets(dot)),
        ("overlap", states.overlap, "", ""),
    ]
    for carrier in ("electron", "hole"):
        found += [(f"{carrier} in layer {k}", p, "", "probability") for k, p in states.probability(carrier).items()]
    return [
        {"parameter": name, "value": value, "unit": unit, "source": "BenDaniel & Duke (1966), (Q15)",
         "provenance": "derived", "confidence": "low", "note": note}
        for name, value, unit, note in found
    ]  # fmt: skip


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
    except (DataError, UnsupportedError):  # not known, or not of a dot like this
        return []
    trust = _confidence(dot, rests_on)
    return [{"parameter": name, "value": value, "unit": unit, "source": formula, "provenance": "derived",
             "confidence": trust, "note": ""}]  # fmt: skip


def _confidence(dot: QuantumDot, rests_on: str) -> str:
    if not rests_on or (rests_on == "band_gap" and dot.shells):  # a model of the bulk's masses
        return "low"
    return dot.sizing.confidence if rests_on == "band_gap" else core_parameter(dot.core, rests_on).confidence


def _offsets(dot: QuantumDot) -> str:
    """Return where the offset of each shell comes from."""
    core = bulk_of(dot.core)
    ends = {end.name: end for shell in dot.shells for end in (shell.material, shell.to)}
    return "offset of " + ", of ".join(f"{name} by {offset_source(core, end)[0]}" for name, end in ends.items())


def sizing_plot_of(dot: QuantumDot) -> SizingPlot:
    """Return the answer of `QuantumDot.sizing_plot`."""
    if dot.shape != "sphere":
        raise UnsupportedError(f"{dot.name}: sizing curves are those of spheres; this is a {dot.shape}")
    curves = sizing_curves(dot.core)
    published = [curve for curve in curves.values() if curve.kind != "model"] or list(curves.values())
    low, high = min(curve.d_min for curve in published), max(curve.d_max for curve in published)
    points = measured_points(dot.core)
    return SizingPlot(
        core=dot.core, branches=tuple(_branch(curve, low, high, dot.diameter) for curve in curves.values()),
        point_diameter=tuple(point.diameter for point in points), point_energy=tuple(p.energy for p in points),
        dot_diameter=dot.diameter, dot_gap=dot.band_gap, provenance=_record("sizing_plot()", dot),
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


def wave_functions_of(dot: QuantumDot) -> WaveFunctions:
    """Return the answer of `QuantumDot.wave_functions`."""
    states = dot.confined
    mesh = states.mesh
    edges = [spread(mesh, edge) / mesh.volume for edge in (states.E_C, states.E_V)]
    densities = [mesh.r ** POWERS[dot.shape] * R**2 for R in (states.R_e, states.R_h)]
    widths = [dot.radius, *(shell.thickness for shell in dot.shells)]
    return WaveFunctions(
        name=dot.name, position=mesh.r, conduction_band=edges[0], valence_band=edges[1],
        electron_density=densities[0], hole_density=densities[1], electron_energy=states.electron_energy,
        hole_energy=states.hole_energy, interfaces=tuple(np.cumsum(widths).tolist()), names=states.names,
        electron_probability=states.probability("electron"), hole_probability=states.probability("hole"),
        overlap=states.overlap, band_type=states.band_type, provenance=_record("wave_functions()", dot),
    )  # fmt: skip


def _record(question: str, dot: QuantumDot) -> Provenance:
    assumed = rule("organic_matrix")
    row = {"whose": dot.name, "what": assumed.formula, "rule": assumed.name, "reason": assumed.reason}
    made = (
        f"{dot.name}, core {dot.diameter:g} nm", dot.explain(),
        Table.from_rows([row] if dot.matrix is None else [], tuple(row), "Assumptions"),
    )  # fmt: skip
    return Provenance(question, lambda: made)
