"""The estimate of a light-emitting diode: barriers, injection of both carriers, rates of the active layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from stackmodel.errors import DataError
from stackmodel.estimates.device import Known, Layers
from stackmodel.materials.material import Material, optical_gap
from stackmodel.physics import injection as law
from stackmodel.physics import luminescence
from stackmodel.results.alignment import Alignment, LayerLevels
from stackmodel.results.emission import Barrier, Emitter, Injection, LightEmission
from stackmodel.results.estimate import Estimate
from stackmodel.results.loss import Loss
from stackmodel.structure.levels import Assumed, End
from stackmodel.structure.setup import Setup

#: Index of a film whose optical permittivity is not known, see the rule classical_outcoupling.
TYPICAL_INDEX = 1.7
#: Current density at which a device counts as on, see the rule turn_on_current. [A cm^-2]
TURN_ON_CURRENT = 1e-4
#: Share of the pairs that may emit, see the rule bright_excitons.
EMITTING_SHARE = 1.0

CARRIERS = ("electrons", "holes")
T = TypeVar("T")


@attrs.frozen
class _Route:
    """The way of one carrier: from its own contact into the active layer, and on to the wrong one."""

    carrier: str
    contact: End
    inward: tuple[int, ...]  # layers from the contact to the active one, that included
    onward: tuple[int, ...]  # layers behind the active one
    step: int  # direction along the stack

    @property
    def electrons(self) -> bool:
        return self.carrier == "electrons"

    def value(self, layers: Layers, i: int, quantity: str) -> float:
        """Return "mobility" or "dos" of the carrier in layer `i`."""
        carrier, band = ("electron", "conduction") if self.electrons else ("hole", "valence")
        return layers.materials[i].value(f"{carrier}_mobility" if quantity == "mobility" else f"{band}_band_dos")


def emission(layers: Layers, setup: Setup, alignment: Alignment, base: Estimate) -> LightEmission:
    """Return the estimate with what a light-emitting diode adds to it."""
    active = [layers.stack.roles[i] for i in layers.positions].index("active")
    levels = [level for level in alignment.layers if level.name in {layers.name(i) for i in range(len(layers.slabs))}]
    routes = [_route(carrier, setup, active, len(levels)) for carrier in CARRIERS]
    barriers = tuple(barrier for route in routes for barrier in _barriers(route, levels))
    emitter, without_emitter = _attempt(lambda: emitter_of(layers, active))
    injection, without_injection = _attempt(
        lambda: _injections(layers, routes, barriers, alignment, voltage=base.voltage)
    )
    turn_on, without_turn_on = _attempt(lambda: _turn_on(layers, routes, barriers, active))
    inherited = {field.name: getattr(base, field.name) for field in attrs.fields(Estimate)}
    inherited["wall"] = None  # a diode that emits extracts nothing
    return LightEmission(
        **inherited, barriers=barriers, emitter=emitter, without_emitter=without_emitter, injection=injection,
        without_injection=without_injection, turn_on=None if turn_on is None else turn_on[0],
        turn_on_reason=without_turn_on if turn_on is None else turn_on[1],
    )  # fmt: skip


def _attempt(question: Callable[[], T]) -> tuple[T | None, str]:
    """Return an answer, or None with the reason why there is none."""
    try:
        return question(), ""
    except DataError as error:
        return None, str(error)


# -- barriers ----------------------------------------------------------------------------------------------------------


def _route(carrier: str, setup: Setup, active: int, count: int) -> _Route:
    end = setup.cathode_end if carrier == "electrons" else setup.anode_end
    from_front = end is setup.ends[0]
    before, behind = tuple(range(active)), tuple(range(count - 1, active, -1))
    inward, onward = (before, behind[::-1]) if from_front else (behind, before[::-1])
    return _Route(carrier, end, (*inward, active), onward, 1 if from_front else -1)


def _energy(route: _Route, level: LayerLevels, leaving: bool) -> float:
    """Return the carrier's energy at the end of a layer where it enters or leaves, uphill positive for holes too."""
    right = (leaving and route.step > 0) or (not leaving and route.step < 0)
    E_C, E_V = level.conduction_band, level.valence_band
    if right and level.right_end is not None:
        E_C, E_V, _ = level.right_end
    assert E_C is not None
    assert E_V is not None
    return E_C if route.electrons else -E_V


def _barriers(route: _Route, levels: list[LayerLevels]) -> list[Barrier]:
    """Return the steps of one carrier: at its contact, at each interface inward, and at each one beyond the active."""
    first, active = route.inward[0], route.inward[-1]
    fermi = levels[first].vacuum_level + route.contact.fermi_level
    contact = _energy(route, levels[first], leaving=False) - (fermi if route.electrons else -fermi)
    ohmic = route.contact.contact.kind == "ohmic"

    def barrier(kind: str, start: str, i: int, height: float) -> Barrier:
        where = f"{start}|{levels[i].name}"
        return Barrier(carrier=route.carrier, kind=kind, where=where, role=levels[i].role, height=height)

    found = [barrier("injection", route.contact.name, first, 0.0 if ohmic else contact)]
    for i, k in zip(route.inward[:-1], route.inward[1:], strict=True):
        height = _energy(route, levels[k], leaving=False) - _energy(route, levels[i], leaving=True)
        found.append(barrier("injection", levels[i].name, k, height))
    start, before = _energy(route, levels[active], leaving=True), active
    for k in route.onward:
        height = _energy(route, levels[k], leaving=False) - start
        found.append(barrier("blocking", levels[before].name, k, height))
        before = k
    return found


# -- injection ---------------------------------------------------------------------------------------------------------


def _injections(
    layers: Layers, routes: list[_Route], barriers: tuple[Barrier, ...], alignment: Alignment, *, voltage: float
) -> tuple[Injection, Injection]:
    """Return what both carriers' ways let through at `voltage`, eqs. (W12) and (W13)."""
    flat = alignment.built_in_potential
    if voltage <= flat:
        raise DataError(
            f"at {voltage:g} V the bands still slope against injection (flat at {flat:.3g} V), where the closed forms "
            "of injection end; ask above, or jv() solves it"
        )
    for material, name in zip(layers.materials, map(layers.name, range(len(layers.slabs))), strict=True):
        if not material.has_bands:
            raise DataError(f"{name} has no bands to carry a current through; jv() needs them too")
    drop = voltage - flat
    walls = (alignment.electron_blocking_barrier, alignment.hole_blocking_barrier)
    electrons, holes = (
        Injection(
            carrier=route.carrier, limits=_limits(layers, route, barriers, drop),
            passes=math.exp(-(wall or 0.0) / layers.kT), crosses=_crosses(layers, route, drop),
        )
        for route, wall in zip(routes, walls, strict=True)
    )  # fmt: skip
    for each in (electrons, holes):
        if each.current_density == 0.0:
            raise DataError(f"no {each.carrier} are injected: {each.limited_by} lets none through")
    return electrons, holes


def _limits(layers: Layers, route: _Route, barriers: tuple[Barrier, ...], drop: float) -> tuple[tuple[str, float], ...]:
    """Return each limit of one carrier with the current that it would let through alone [A cm^-2]."""
    field = drop / float(layers.bounds[-1])
    steps = [b for b in barriers if b.carrier == route.carrier and b.kind == "injection"]
    over = [
        (f"barrier at {step.where}", _over(layers, route, i, step, field))
        for i, step in zip(route.inward, steps, strict=True)
        if step.height > 0.0
    ]
    if route.contact.contact.kind == "blocking":
        over.append((f"blocking contact {route.contact.name}", 0.0))
    worst, bulk = _bulk(layers, route, drop)
    return (*over, (f"transport in {worst}", bulk))


def _crosses(layers: Layers, route: _Route, drop: float) -> float:
    """Return the share of carriers that drift through the active layer without recombining, eq. (W14).

    1/(1 + t/tau) with the transit time t = d/(mu F) in the mean field and the lifetime without light at high injection:
    light and Auger would leave fewer.
    """
    active = route.inward[-1]
    material, slab = layers.materials[active], layers.slabs[active]
    lifetime = material.value("electron_lifetime") + material.value("hole_lifetime")
    transit = slab.thickness * float(layers.bounds[-1]) / (route.value(layers, active, "mobility") * drop)
    return 1.0 if math.isinf(lifetime) else lifetime / (lifetime + transit)


def _over(layers: Layers, route: _Route, i: int, step: Barrier, field: float) -> float:
    velocity = route.value(layers, i, "mobility") * field
    if i == route.inward[0]:  # the contact's own velocity, where it was given, is in series with the drift
        carrier = "electron" if route.electrons else "hole"
        given = getattr(route.contact.contact, f"{carrier}_recombination_velocity")
        if given is not None and math.isfinite(given):
            velocity = velocity * given / (velocity + given) if given > 0.0 else 0.0
    return law.barrier_current(
        states=route.value(layers, i, "dos"), velocity=velocity, barrier=step.height, kT=layers.kT
    )


def _bulk(layers: Layers, route: _Route, drop: float) -> tuple[str, float]:
    """Return the layer that takes most of the voltage, and the current of all layers up to the active one in series."""
    coefficients = []
    for i in route.inward:
        slab, mobility = layers.slabs[i], route.value(layers, i, "mobility")
        own = max(slab.doping if route.electrons else -slab.doping, 0.0)
        coefficients.append((
            law.ohmic_coefficient(mobility=mobility, density=own, thickness=slab.thickness),
            law.space_charge_coefficient(
                mobility=mobility, relative_permittivity=slab.relative_permittivity, thickness=slab.thickness
            ),
        ))  # fmt: skip
    current = law.series_current(drop, coefficients)
    voltages = [law.layer_voltage(current, ohmic=a, space_charge=b) for a, b in coefficients]
    return layers.name(route.inward[voltages.index(max(voltages))]), current


def _turn_on(layers: Layers, routes: list[_Route], barriers: tuple[Barrier, ...], active: int) -> tuple[float, str]:
    """Return the turn-on voltage and what makes it, eq. (W16).

    A barrier demands what is left of it when the current of `TURN_ON_CURRENT` has been brought over it by thermal
    energy, in the field of the optical gap over the thickness of the device.
    """
    gap = optical_gap(layers.materials[active])
    field = gap / float(layers.bounds[-1])
    total, reasons = gap, [f"optical gap {gap:.3g} eV"]
    for route in routes:
        steps = [b for b in barriers if b.carrier == route.carrier and b.kind == "injection"]
        demands = []
        for i, step in zip(route.inward, steps, strict=True):
            if not layers.materials[i].has_bands:
                continue
            free = _over(layers, route, i, attrs.evolve(step, height=0.0), field)
            demands.append((step.height - layers.kT * math.log(max(free / TURN_ON_CURRENT, 1.0)), step.where))
        most, where = max(demands, default=(0.0, ""))
        if most > 0.0:
            total += most
            reasons.append(f"{most:.2g} eV of the barrier for {route.carrier} at {where}")
    return total, " + ".join(reasons)


# -- the active layer --------------------------------------------------------------------------------------------------


def emitter_of(layers: Layers, active: int) -> Emitter:
    """Return rates and outcoupling of the active layer.

    Excitons where a photoluminescence yield is given: their radiative rate then follows from it and from the lifetimes,
    which are those without light. Else free pairs with the radiative coefficient.
    """
    material, name = layers.materials[active], layers.name(active)
    lifetime = material.value("electron_lifetime") + material.value("hole_lifetime")
    lost = 0.0 if math.isinf(lifetime) else 1.0 / lifetime
    common: dict[str, Any] = {
        "name": name, "optical_gap": optical_gap(material), "thickness": layers.slabs[active].thickness,
        "emitting_share": EMITTING_SHARE, "outcoupling": outcoupling_of(material),
    }  # fmt: skip
    if "photoluminescence_yield" in material.parameters:
        photon_yield, linear = _excitons(layers, active, lost)
        if "biexciton_lifetime" in material.parameters:
            common["biexciton_rate"] = 1.0 / material.value("biexciton_lifetime")
            common["dot_density"] = material.value("dot_density")
        return Emitter(**common, linear=linear, photon_yield=photon_yield)
    radiative = material.value("radiative_coefficient")
    if radiative == 0.0:
        raise DataError(
            f"{name}: nothing emits: neither photoluminescence_yield nor radiative_coefficient is known; give "
            f"{name}.photoluminescence_yield=0.3, or {name}.radiative_coefficient=... [cm^3/s]"
        )
    cubic = material.value("electron_auger_coefficient") + material.value("hole_auger_coefficient")
    ceiling = pair_ceiling_of(layers, active)
    return Emitter(**common, linear=lost, radiative=radiative, cubic=cubic, pair_ceiling=ceiling)


def pair_ceiling_of(layers: Layers, active: int) -> float:
    """Return the share of free pairs in the active layer that can emit at most."""
    material = layers.materials[active]
    n_i, level = layers.n_i(active), 0.0
    if "trap_level" in material.parameters:
        ratio = material.value("conduction_band_dos") / material.value("valence_band_dos")
        level = material.value("trap_level") / layers.kT + 0.5 * math.log(ratio)  # above the intrinsic level
    return luminescence.pair_ceiling(
        radiative=material.value("radiative_coefficient"), tau_n=material.value("electron_lifetime"),
        tau_p=material.value("hole_lifetime"), n_1=n_i * math.exp(level), p_1=n_i * math.exp(-level),
        auger_n=material.value("electron_auger_coefficient"), auger_p=material.value("hole_auger_coefficient"),
    )  # fmt: skip


def _excitons(layers: Layers, active: int, lost: float) -> tuple[float, float]:
    """Return the yield of excitons, charged dots included, and their whole linear rate [s^-1]."""
    material, name = layers.materials[active], layers.name(active)
    photon_yield = material.value("photoluminescence_yield")
    if photon_yield >= 1.0 or lost == 0.0:
        raise DataError(
            f"{name}: a photoluminescence_yield of {photon_yield:g} and a lifetime without light of "
            f"{1.0 / lost if lost else math.inf:.3g} s leave the radiative rate open; expected a yield below 1 and "
            "a finite electron_lifetime and hole_lifetime"
        )
    radiative = lost * photon_yield / (1.0 - photon_yield)
    share = material.value("charged_share") if "charged_share" in material.parameters else 0.0
    if share > 0.0:
        photon_yield = luminescence.charged_dot_yield(
            radiative_rate=radiative, nonradiative_rate=lost, charged_share=share,
            trion_rate=1.0 / material.value("trion_lifetime"),
        )  # fmt: skip
    return photon_yield, radiative + lost


def outcoupling_of(material: Material | Known) -> float:
    """Return the share of photons that get out: as given, else eq. (W9) with the index that is known or typical."""
    if "outcoupling_efficiency" in material.parameters:
        return material.value("outcoupling_efficiency")
    known = "optical_permittivity" in material.parameters
    index = math.sqrt(material.value("optical_permittivity")) if known else TYPICAL_INDEX
    return luminescence.planar_outcoupling(index)


def emission_assumptions(name: str, material: Material) -> tuple[Assumed, ...]:
    """Return what the light of an active layer rests on that no source gives."""
    found = [
        Assumed(whose=name, what=f"share of pairs that may emit = {EMITTING_SHARE:g}", rule="bright_excitons"),
        Assumed(whose="estimate", what=f"on at {TURN_ON_CURRENT:g} A/cm^2", rule="turn_on_current"),
    ]
    if "outcoupling_efficiency" not in material.parameters:
        what = f"outcoupling_efficiency = {outcoupling_of(material):.4g}"
        found.append(Assumed(whose=name, what=what, rule="classical_outcoupling"))
    return tuple(found)


def solved_internal(by_mechanism: Mapping[Loss, float], current_density: float, active: str) -> float:
    """Return photons made over electrons that flow: radiative recombination in the active layer over the current."""
    return by_mechanism.get(Loss("radiative", active), 0.0) / current_density
