"""Efficiency of a light-emitting diode against current density, in closed form and solved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError
from stackmodel.estimates.device import Layers
from stackmodel.estimates.emission import emitter_of, outcoupling_of, pair_ceiling_of, solved_internal
from stackmodel.experiments.jv import curve
from stackmodel.materials.material import optical_gap
from stackmodel.results.emission import EfficiencyCurve
from stackmodel.structure.levels import Assumed
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup
from stackmodel.units import Value


def efficiency_curve(
    setup: Setup, layers: Layers, current_densities: FloatArray, balance: float | None
) -> EfficiencyCurve:
    """Return the efficiency in closed form; see `kinds.qled.QLED.efficiency_curve`."""
    gamma = 1.0 if balance is None else balance
    emitter = emitter_of(layers, active_number(layers))
    more = () if balance is not None else (
        Assumed(whose="efficiency_curve", what="gamma = 1", rule="balanced_injection"),
    )  # fmt: skip
    internal = gamma * emitter.emitting_share * emitter.internal_efficiency(gamma * current_densities)
    return EfficiencyCurve(
        current_density=current_densities, internal_efficiency=internal, outcoupling=emitter.outcoupling,
        photon_energy=emitter.optical_gap, source="closed form",
        balance=f"gamma = {gamma:g}" + (" (assumed)" if more else ""),
        ceiling=emitter.emitting_share * emitter.ceiling * emitter.outcoupling, temperature=setup.temperature,
        provenance=record("Efficiency against current density", setup, more=more),
    )  # fmt: skip


def solved_efficiency(setup: Setup, layers: Layers, voltages: Sequence[Value]) -> EfficiencyCurve:
    """Return the efficiency that the solved current-voltage curve implies; see `QLED.solved_efficiency`."""
    i = active_number(layers)
    material = layers.materials[i]
    if material.value("radiative_coefficient") == 0.0:
        name = layers.name(i)
        raise InputError(
            f"solved_efficiency: {name} has a radiative_coefficient of 0, so no light is solved; give "
            f"{name}.radiative_coefficient=... [cm^3/s]"
        )
    solved = curve(setup, voltages, generation=None)
    points = sorted(solved.points, key=lambda point: point.current_density)
    if points[0].current_density <= 0.0:
        raise InputError(
            f"solved_efficiency: at {points[0].voltage:g} V no forward current flows; expected voltages above 0"
        )
    internal = [solved_internal(p.by_mechanism, p.current_density, layers.name(i)) for p in points]
    return EfficiencyCurve(
        current_density=np.array([point.current_density for point in points]),
        internal_efficiency=np.array(internal), outcoupling=outcoupling_of(material),
        photon_energy=optical_gap(material), source="solved", balance="solved",
        ceiling=pair_ceiling_of(layers, i) * outcoupling_of(material),
        voltage=np.array([point.voltage for point in points]), temperature=setup.temperature,
        provenance=solved.provenance,
    )  # fmt: skip


def active_number(layers: Layers) -> int:
    """Return the number of the active layer among the electrical ones."""
    return [layers.stack.roles[i] for i in layers.positions].index("active")
