"""What a solar cell delivers under light: its figures from solved points, and the trees of their losses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from stackmodel.errors import InputError
from stackmodel.experiments.illumination import Illumination
from stackmodel.experiments.jv import Given, curve_of, generation_by_layer, recorder
from stackmodel.experiments.thermal import active_optical_gap, emission
from stackmodel.physics.constants import ELEMENTARY_CHARGE, HC_EV_NM
from stackmodel.quantities import checked
from stackmodel.results.loss import GENERATION, Loss
from stackmodel.results.performance import Losses, LossTree, Performance
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.power import LitCurve, Marks, lit_curve
from stackmodel.solvers.state import Generation, Profiled
from stackmodel.structure.circuit import Circuit
from stackmodel.structure.levels import electrical_positions
from stackmodel.structure.setup import Setup
from stackmodel.units import Value

#: A line at the gap counts as above it, whatever rounding says.
_ROUNDING = 1e-6


def performance(
    setup: Setup, light: Illumination | None, *, generation: Given | Mapping[str, Given] | None = None,
    irradiance: Value | None = None, reference_irradiance: Value | None = None,
) -> Performance:  # fmt: skip
    """Return figures and losses; see `kinds.solar_cell.SolarCell.performance`."""
    stack, circuit, temperature = setup.stack, setup.circuit, setup.temperature
    incident = light.light.irradiance if light is not None else None
    if irradiance is not None:
        incident = checked("irradiance", irradiance, "performance")
    reference = incident
    if reference_irradiance is not None:
        reference = checked("irradiance", reference_irradiance, "performance")
    if light is not None:
        rates: Sequence[Generation] = light.layers
        made, name = any(layer.pairs[-1] > 0.0 for layer in light.layers), light.light.name
    else:
        rates = generation_by_layer(stack, generation) or ()
        made, name = any(isinstance(rate, Profiled) or rate for rate in rates), "generation given"
    if not made:
        raise InputError(f"performance: {name} makes no pairs in {stack.notation}")
    task = solver.problem(setup, rates)
    lit = lit_curve(task)
    marks = lit.marks(circuit)
    voltage_losses, how = _voltage_losses(lit, marks)
    current_losses = _losses_of_generation(lit, marks) if light is None else _current_losses(lit, marks, light)
    trees = (current_losses, voltage_losses, _fill_losses(lit, marks))
    inner = sorted(each for each in lit.points if each >= marks.short)
    points = [lit.points[each] for each in inner]
    provenance = recorder("Performance of a solar cell", setup, light)(points)
    outside = [lit.outside(each, circuit)[0] for each in inner]
    curve = curve_of(task, outside, points, light=light, illumination=name, provenance=provenance)
    voltage, current = lit.outside(marks.best, circuit)
    return Performance(
        short_circuit_current_density=-lit.outside(marks.short, circuit)[1], open_circuit_voltage=marks.open,
        fill_factor=lit.fill_factor(marks, circuit), power_density=-voltage * current, maximum_power_voltage=voltage,
        maximum_power_current_density=-current, light=name, incident_irradiance=incident,
        reference_irradiance=reference, illuminated=setup.illuminated, temperature=temperature, curve=curve,
        losses=Losses(trees=trees, provenance=provenance), radiative_limit=how, provenance=provenance,
    )  # fmt: skip


def _losses_of_generation(lit: LitCurve, marks: Marks) -> LossTree:
    """Return where the pairs of a given generation go until some are a current."""
    circuit = lit.task.setup.circuit
    start = -solver.by_mechanism(lit.task, lit.points[marks.short])[GENERATION]
    return LossTree(
        figure="short_circuit_current_density", unit="A/cm^2", start_name="pairs generated", start=start,
        losses=_that_count(_lost(lit, marks.short), start), result=-lit.outside(marks.short, circuit)[1],
    )  # fmt: skip


def _lost(lit: LitCurve, inner: float) -> dict[Loss, float]:
    """Return what is lost on the way at a voltage of the stack, by mechanism, layer and what is around it [A cm^-2]."""
    shares = solver.by_mechanism(lit.task, lit.points[inner])
    shares |= {Loss(name): conductance * inner for name, conductance in lit.task.setup.circuit.beside}
    return {loss: value for loss, value in shares.items() if loss != GENERATION and value != 0.0}


def _current_losses(lit: LitCurve, marks: Marks, light: Illumination) -> LossTree:
    """Return where the photons above the gap of the active layer go until some are a current, eq. (V1).

    A light that is all below the gap, which dots absorb still, counts whole.
    """
    setup, used, shares = lit.task.setup, light.used, light.absorption
    stack = setup.stack
    longest = HC_EV_NM / active_optical_gap(stack, setup.temperature) * (1.0 + _ROUNDING)
    wavelength, photons = light.light.photons
    whole = not photons[wavelength <= longest].any()
    start = float(ELEMENTARY_CHARGE * photons[(wavelength <= longest) | whole].sum())
    flux = ELEMENTARY_CHARGE * used.photons
    above = flux * ((used.wavelength <= longest) | whole)
    losses = {
        Loss("n or k not known"): start - float(above.sum()),
        Loss("reflected"): float(above @ shares.reflectance),
        Loss("transmitted"): float(above @ shares.transmittance),
    }
    gained = np.zeros_like(flux)
    pairs = dict(zip(electrical_positions(stack), used.pairs.T, strict=True))
    for i, name in enumerate(stack.names):
        absorbed = shares.absorptance[:, i]
        made = pairs.get(i, np.zeros_like(flux))
        losses[Loss("absorbed", name)] = float(above @ (absorbed * np.maximum(1.0 - made, 0.0)))
        gained += absorbed * made - (above > 0.0) * absorbed * np.minimum(made, 1.0)
    losses[Loss("multiplied")] = -float(above @ gained)
    losses[Loss("absorbed below the gap")] = -float((flux - above) @ gained)
    losses |= _lost(lit, marks.short)
    return LossTree(
        figure="short_circuit_current_density", unit="A/cm^2", start=start,
        start_name="photons" if whole else "photons above the gap",
        losses=_that_count(losses, start), result=-lit.outside(marks.short, setup.circuit)[1],
    )  # fmt: skip


def _that_count(losses: Mapping[Loss, float], start: float) -> dict[Loss, float]:
    """Return the losses that are more than rounding."""
    return {loss: value for loss, value in losses.items() if abs(value) > 1e-13 * start}


def _voltage_losses(lit: LitCurve, marks: Marks) -> tuple[LossTree, str]:
    """Return what parts the voltage of the radiative limit from the open circuit's, eqs. (V2) to (V4)."""
    kT = lit.task.kT
    emitted, how = emission(lit.task.setup.stack, lit.task.setup.temperature)
    lost = _lost(lit, marks.open)
    made = sum(lost.values())
    limit = kT * math.log1p(made / emitted)
    below = limit - marks.open
    escaping = emitted * math.expm1(min(marks.open / kT, 700.0))
    radiative = sum(value for loss, value in lost.items() if loss.mechanism == "radiative")
    kept = max(1.0 - escaping / radiative, 0.0) if radiative > 0.0 else 0.0
    weights = {}
    for loss, value in lost.items():
        radiates = loss.mechanism == "radiative"
        own = Loss(loss.mechanism, loss.where, "not let out") if radiates else loss
        weights[own] = max(value, 0.0) * (kept if radiates else 1.0)
    total = sum(weights.values())
    if below < 0.0 or total == 0.0:
        losses = {Loss("levels beside detailed balance"): below}
    else:
        losses = {loss: below * weight / total for loss, weight in weights.items()}
    tree = LossTree(
        figure="open_circuit_voltage", unit="V", start_name="radiative limit", start=limit,
        losses=_that_count(losses, limit), result=marks.open,
    )  # fmt: skip
    return tree, how


def _fill_losses(lit: LitCurve, marks: Marks) -> LossTree:
    """Return what parts the fill factor from that of an ideal diode of the stack's open-circuit voltage, eq. (V5)."""
    circuit = lit.task.setup.circuit
    bare, shunted = Circuit(), attrs.evolve(circuit, series_resistance=None)
    alone = marks if circuit.bare else lit.marks(bare)
    stack = lit.fill_factor(alone, bare)
    with_shunt = lit.fill_factor(lit.marks(shunted), shunted) if circuit.beside else stack
    ideal = ideal_fill_factor(alone.open / lit.task.kT)
    result = lit.fill_factor(marks, circuit)
    losses = {Loss("transport and recombination"): ideal - stack}
    if circuit.beside:
        losses[Loss(" and ".join(name for name, _ in circuit.beside))] = stack - with_shunt
    if circuit.series:
        losses[Loss("series resistance")] = with_shunt - result
    return LossTree(figure="fill_factor", unit="", start_name="ideal diode", start=ideal, losses=losses, result=result)


def ideal_fill_factor(voltage: float) -> float:
    """Return the fill factor of a diode of ideality 1 with open circuit at `voltage` over kT/q.

    Notes
    -----
    Eq. (V5): u^2 / ((1 + u) v (1 - exp(-v))) with exp(u) (1 + u) = exp(v), exactly the largest power of
    J = J_L - J_0 (exp(qV/kT) - 1); from v = 10 on within 2e-4 of the expression (v - ln(v + 0.72))/(v + 1).

    References
    ----------
    .. [1] M. A. Green, Solid-State Electronics 24, 788 (1981).
    """
    from scipy.special import wrightomega

    u = float(wrightomega(voltage + 1.0)) - 1.0
    return u * u / ((1.0 + u) * voltage * -math.expm1(-voltage))
