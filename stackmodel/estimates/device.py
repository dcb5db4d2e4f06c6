"""The estimate of a device: depletion, dark current by mechanism, and what a detector makes of light."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError
from stackmodel.estimates import currents
from stackmodel.estimates.absorption import absorber_of, graded_materials, light_carriers, thermal_carriers
from stackmodel.estimates.depletion import Region, Slab, depleted_region, seeds
from stackmodel.estimates.detailed_balance import blackbody_photons_above
from stackmodel.estimates.junction import JunctionEnd, JunctionLayer, LayerValues, Share
from stackmodel.estimates.screening import junction_currents
from stackmodel.light.spectrum import Light
from stackmodel.materials.filling import intrinsic_density
from stackmodel.materials.material import Material, optical_gap
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, NM
from stackmodel.results.alignment import Alignment, Wall
from stackmodel.results.band_picture import LayerSpan
from stackmodel.results.estimate import Absorber, Estimate, Mechanism
from stackmodel.results.film_absorption import FilmSpectrum, GivenSpectrum
from stackmodel.results.loss import Loss
from stackmodel.structure.levels import (
    End,
    active_gap,
    electrical_ends,
    electrical_positions,
    gap_at_zero,
    neutral_ends,
    vacuum_levels,
)
from stackmodel.structure.paths import thickness
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup
from stackmodel.structure.stack import Stack

#: A wall that lets through less than this share of the dark current blocks extraction.
_LETS = 0.01
#: So does one of at least so many kT where less than this share of what the active layer makes gets over the steps.
_COLLECTS, _CLIMBS = 0.1, 6.0
#: Mechanisms that only a solution has, by the quantity that switches them on.
LEFT_OUT = {
    "reduced_tunnelling_mass": "band-to-band tunnelling",
    "electron_tunnelling_mass": "tunnelling into traps",
    "hole_tunnelling_mass": "tunnelling into traps",
    "langevin_factor": "bimolecular recombination",
    "donor_trap_density": "charge in traps",
    "acceptor_trap_density": "charge in traps",
}
#: Share of the largest drop from which a second one the other way counts as a junction.
_OPPOSED = 0.5


class Known:
    """A material that looks each value up once; rules are searched only the first time."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self._values: dict[str, float] = {}
        self.has_bands, self.parameters, self.has = material.has_bands, material.parameters, material.has
        self.optical = material.optical
        self.disorder = material.value("electronic_disorder") if material.statistics == "gaussian" else 0.0

    @property
    def absorption_spectrum(self) -> FilmSpectrum | GivenSpectrum | None:
        """What the material absorbs against wavelength, where that is known."""
        return self.material.absorption_spectrum

    def value(self, name: str) -> float:
        """Return a quantity in its unit, as `Material.value` does."""
        found = self._values.get(name)
        if found is None:
            found = self._values[name] = self.material.value(name)
        return found


@attrs.frozen(eq=False, kw_only=True)
class Layers:
    """What the closed forms need, layer by layer from front to back."""

    stack: Stack
    positions: tuple[int, ...]
    materials: tuple[Known, ...]
    ends: tuple[tuple[Known, Known], ...]  # materials at both ends, which differ where a layer is graded
    vacuum: tuple[float, ...]  # vacuum levels [eV]
    slabs: tuple[Slab, ...]
    bounds: FloatArray  # [cm]
    steps: tuple[float, ...]  # built-in steps from front to back, contacts included [V]
    kT: float
    lit_from_front: bool

    def name(self, i: int) -> str:
        """Return the name of layer `i`, counted among the electrical ones."""
        return self.stack.names[self.positions[i]]

    def n_i(self, i: int) -> float:
        """Return the intrinsic density of layer `i` [cm^-3]."""
        return intrinsic_density(self.materials[i].material)


def prepare(setup: Setup, alignment: Alignment) -> Layers:
    """Return the layers of a setup as the closed forms see them; the same for every voltage."""
    stack, temperature = setup.stack, setup.temperature
    positions = electrical_positions(stack)
    pairs = [electrical_ends(stack, i, temperature) for i in positions]
    slabs = []
    for i, (left, right) in zip(positions, pairs, strict=True):
        doping = 0.5 * (left.net_doping + right.net_doping) if left.has_bands else 0.0
        eps = 0.5 * (left.value("relative_permittivity") + right.value("relative_permittivity"))
        slabs.append(Slab(thickness=thickness(stack, i), doping=doping, relative_permittivity=eps))
    sign = -float(setup.sign)  # from the cathode to the anode
    steps = [sign * verdict.built_in for verdict in alignment.interfaces if verdict.kind != "graded layer"]
    for verdict in alignment.interfaces:
        if verdict.kind == "graded layer":  # the drop inside a graded layer counts half at either end
            at = [stack.names[i] for i in positions].index(verdict.left)
            for k in (at, at + 1):
                steps[k] += 0.5 * sign * verdict.built_in
    bounds = np.concatenate([[0.0], np.cumsum([slab.thickness for slab in slabs])])
    known = tuple((Known(left), Known(right)) for left, right in pairs)
    # A closed form that takes one material of a graded layer takes the end with the smaller gap, which decides.
    materials = tuple(min(pair, key=_gap) for pair in known)
    vacuum = tuple(vacuum_levels(stack, temperature).values())
    return Layers(
        stack=stack, positions=positions, materials=materials, ends=known, vacuum=vacuum, slabs=tuple(slabs),
        bounds=bounds, steps=tuple(steps), kT=BOLTZMANN_EV * temperature,
        lit_from_front=setup.illuminated == "front",
    )  # fmt: skip


def _gap(material: Known) -> float:
    return optical_gap(material) if material.has_bands else 0.0


def estimate(
    layers: Layers, setup: Setup, alignment: Alignment, *, voltage: float, area: float | None, light: Light | None
) -> Estimate:
    """Return the closed-form answers at `voltage` [V]; `layers` are those of `prepare`."""
    ends, temperature = setup.ends, setup.temperature
    forward = -float(setup.sign)
    regions, main = _regions(layers, forward, voltage)
    _, at_zero = _regions(layers, forward, 0.0)
    missing: list[str] = []
    mechanisms: tuple[Mechanism, ...] = ()
    shares: Mapping[Loss, Share] = {}
    doubts: tuple[str, ...] = ()
    try:
        if at_zero is not None:
            _refuse_opposed(layers)
        if main is not None and at_zero is not None:
            mechanisms, shares, doubts = _mechanisms(layers, ends, main, at_zero, forward, voltage)
            doubts = (*doubts, *_left_out(layers))
    except DataError as error:
        missing.append(str(error))
    names = [layers.name(i) for i in range(len(layers.slabs))]
    inside = {} if main is None else {n: _overlap(layers, i, main) / NM for i, n in enumerate(names)}
    absorber = _absorber(layers, main)
    radiative, photocurrent = _radiative_limit(layers, absorber, voltage), None
    if light is not None and absorber is not None:
        photocurrent = ELEMENTARY_CHARGE * light_carriers(absorber, light)
    carriers = None if absorber is None else thermal_carriers(absorber, temperature)
    least = None if carriers is None else abs(currents.radiative_current(photons=carriers, bias=voltage / layers.kT))
    x, psi = _potential(layers, regions)
    E_C, E_V, position = _bands(layers, ends, x, psi)
    return Estimate(
        voltage=voltage,
        built_in_potential=alignment.built_in_potential,
        depletion_edges=None if main is None else (main.start / NM, main.end / NM),
        depletion_regions=tuple((region.start / NM, region.end / NM) for region in regions),
        fully_depleted=() if main is None else tuple(names[i] for i in main.full),
        depletion_by_layer={n: w for n, w in inside.items() if w > 0.0},
        mechanisms=mechanisms,
        missing=tuple(missing),
        doubts=doubts,
        absorber=absorber,
        wall=_blocking_wall(layers, alignment, at_zero if voltage > 0.0 else main, shares, max(-voltage, 0.0)),
        gap_at_zero=_gap_beyond(layers, mechanisms),
        least_current=least,
        without_absorber="" if absorber is not None else _why_no_absorber(layers),
        radiative_limit=radiative,
        photocurrent=photocurrent,
        anode=alignment.anode,
        anode_reason=alignment.anode_reason,
        temperature=temperature,
        area=area,
        layers=tuple(
            LayerSpan(
                name=names[k], role=layers.stack.roles[i], label=layers.stack.layers[i].label,
                start=float(layers.bounds[k]) / NM, end=float(layers.bounds[k + 1]) / NM,
            )
            for k, i in enumerate(layers.positions)
        ),
        position=position,
        conduction_band=E_C,
        valence_band=E_V,
        provenance=record("Estimate in closed form", setup),
    )  # fmt: skip


def _radiative_limit(layers: Layers, absorber: Absorber | None, voltage: float) -> float | None:
    """Return the radiative dark current density at the voltage, at 0 V its saturation value [A cm^-2]."""
    i = _active(layers)
    if i is None or not layers.materials[i].has_bands:
        return None
    temperature = layers.kT / BOLTZMANN_EV
    if absorber is None:
        photons = blackbody_photons_above(optical_gap(layers.materials[i]), temperature)
    else:  # what is absorbed, wherever it is collected
        photons = thermal_carriers(attrs.evolve(absorber, collected=np.ones(1)), temperature)
    bias = voltage / layers.kT if voltage else math.log(2.0)
    return abs(currents.radiative_current(photons=photons, bias=bias))


def _blocking_wall(
    layers: Layers, alignment: Alignment, region: Region | None, shares: Mapping[Loss, Share], reverse: float
) -> Wall | None:
    """Return the highest wall that lets through less than `_LETS` of the supply of all `shares`; None without one.

    Where steps let pass less than `_COLLECTS` of what the active layer makes, and the rest recombines before them, any
    wall of `_CLIMBS` kT counts.

    Eq. (D8) of docs/method.md: carriers that pile up before the wall bring their Fermi level to the band edge at most,
    so what passes is q N mu E exp(-wall/kT), with N and mu of the layer behind and the mean field of the region.
    """
    supply = sum(share.supply for share in shares.values())
    active = _active(layers)
    name = "" if active is None else layers.name(active)
    made = [shares[at] for at in (Loss("generation", name), Loss("diffusion", name)) if at in shares]
    held = sum(share.passes * share.supply for share in made) < _COLLECTS * sum(share.supply for share in made)
    blocking = [
        wall for wall in alignment.walls
        if math.isinf(wall.height) or (held and not wall.levelled_by and wall.height >= _CLIMBS * layers.kT)
        or (region is not None and _passes(layers, wall, region, reverse) < _LETS * supply)
    ]  # fmt: skip
    return max(blocking, key=lambda wall: wall.height, default=None)


def _passes(layers: Layers, wall: Wall, region: Region, reverse: float) -> float:
    """Return the largest current that gets over a wall [A cm^-2]; unbounded where the layer behind lacks a value.

    Carriers that pile up before a rise along a layer bring the drop of the region to it, which levels so much of it.
    Those before a contact that bends bands uphill, a diode in series against the junction, bring the `reverse` voltage.
    """
    height = wall.height - {"": 0.0, "field": region.drop, "voltage": reverse}[wall.levelled_by]
    if height <= 0.0:
        return math.inf
    material = next(each for i, each in enumerate(layers.materials) if layers.name(i) == wall.into)
    carrier, band = ("electron", "conduction") if wall.carrier == "electrons" else ("hole", "valence")
    if not (material.has(f"{carrier}_mobility") and material.has(f"{band}_band_dos")):
        return math.inf
    velocity = material.value(f"{carrier}_mobility") * region.drop / region.width
    density = material.value(f"{band}_band_dos") * math.exp(-height / layers.kT)
    return ELEMENTARY_CHARGE * density * velocity


def _gap_beyond(layers: Layers, mechanisms: tuple[Mechanism, ...]) -> float | None:
    """Return the gap that an activation energy is compared with; None where it is below the gap anyway.

    Closed forms have the gap itself for activation energy; extrapolated to 0 K it may be larger.
    """
    temperature = layers.kT / BOLTZMANN_EV
    gap = active_gap(layers.stack, temperature)
    if all(each.activation_energy <= gap for each in mechanisms):
        return None
    return max(gap, gap_at_zero(layers.stack, temperature))


def _regions(layers: Layers, forward: float, voltage: float) -> tuple[list[Region], Region | None]:
    """Return the depleted regions, and the one over which the voltage falls.

    It has the largest step, those that block against the device's forward direction counting `_OPPOSED` of themselves.
    A wider region may hold the interfaces of that step too, such as a junction that depletes up to a contact.
    """
    found: dict[tuple[int, int], tuple[float, Region]] = {}
    candidates = seeds(layers.slabs, layers.steps)
    step = {seed: sum(layers.steps[seed[0] : seed[1] + 1]) for seed in candidates}
    for seed in candidates:
        direction = math.copysign(1.0, step[seed])
        left, right = layers.slabs[: seed[0]][-1:], layers.slabs[seed[1] :][:1]
        if any(direction * slab.doping < 0.0 for slab in left) or any(direction * slab.doping > 0.0 for slab in right):
            continue  # the step draws carriers to the junction
        region = _region(layers, seed, direction, 0.0)
        if _depletes(region):
            found[seed] = direction, region
    if not found:
        return [], None

    def weight(seed: tuple[int, int]) -> float:
        direction, region = found[seed]
        return abs(sum(layers.steps[i] for i in region.junctions)) * (1.0 if direction == forward else _OPPOSED)

    largest = max(found, key=weight)
    around = [
        seed for seed, (direction, region) in found.items()
        if direction * step[largest] > 0.0 and {*range(largest[0], largest[1] + 1)} <= {*region.junctions}
    ]  # fmt: skip
    main = max(around, key=lambda seed: found[seed][1].width)
    direction = found[main][0]
    found[main] = direction, _region(layers, main, direction, direction * forward * voltage)
    regions = [region for _, region in found.values() if _depletes(region)]
    return regions, found[main][1] if _depletes(found[main][1]) else None


def _depletes(region: Region) -> bool:
    """Whether there is anything depleted: flat bands deplete nothing."""
    return region.width > 0.0 and region.charge > 0.0


def _region(layers: Layers, seed: tuple[int, int], direction: float, voltage: float) -> Region:
    """Return the region that grows from a seed with a voltage in its forward direction."""
    steps = [direction * step for step in layers.steps]
    return depleted_region(layers.slabs, steps, seed, 2.0 * layers.kT + voltage)


def _left_out(layers: Layers) -> tuple[str, ...]:
    """Return what the solution has and the closed form of the dark current leaves out."""
    found = [
        f"the closed form leaves out {LEFT_OUT[name]} in {layers.name(i)}"
        for i, pair in enumerate(layers.ends) for name in LEFT_OUT if any(name in each.parameters for each in pair)
    ]  # fmt: skip
    for a, b in pairwise(layers.positions):
        acts = [name for name in layers.stack.interfaces[a].given if name not in ("dipole", "pinning")]
        if acts:
            where = f"{layers.stack.names[a]}|{layers.stack.names[b]}"
            found.append(f"the closed form leaves out {', '.join(acts)} at {where}")
    return tuple(dict.fromkeys(found))  # two quantities may switch on one mechanism


def _refuse_opposed(layers: Layers) -> None:
    """Raise DataError where two junctions of like strength block opposite currents, as in a dual-band stack."""
    drops = [sum(layers.steps[seed[0] : seed[1] + 1]) for seed in seeds(layers.slabs, layers.steps)]
    if min(max(drops, default=0.0), -min(drops, default=0.0)) > _OPPOSED * max(abs(drop) for drop in drops):
        raise DataError(
            "two junctions that face each other share the voltage, which no closed form divides; "
            "jv() solves them as one stack"
        )


def _overlap(layers: Layers, i: int, region: Region) -> float:
    return max(0.0, min(region.end, float(layers.bounds[i + 1])) - max(region.start, float(layers.bounds[i])))


def _active(layers: Layers) -> int | None:
    roles = [layers.stack.roles[i] for i in layers.positions]
    return roles.index("active") if roles.count("active") == 1 else None


def _mechanisms(
    layers: Layers, ends: tuple[End, End], region: Region, at_zero: Region, forward: float, voltage: float
) -> tuple[tuple[Mechanism, ...], Mapping[Loss, Share], tuple[str, ...]]:
    """Return the mechanisms, by name what they make and steps let pass, in forward at 0 V, and doubts."""
    small = 1e-4 * layers.kT
    now, doubts = _currents(layers, ends, region, forward, voltage)
    at_rest, _ = _currents(layers, ends, at_zero, forward, small)
    found = []
    for name, share in now.items():
        slope = at_rest[name].current_density / small if name in at_rest else 0.0
        found.append(Mechanism(name, share.current_density, slope, share.activation_energy))
    return tuple(found), now if voltage < 0.0 else at_rest, doubts


def _currents(
    layers: Layers, ends: tuple[End, End], region: Region, forward: float, voltage: float
) -> tuple[dict[Loss, Share], tuple[str, ...]]:
    """Return the currents by mechanism, positive in forward of the device, and doubts.

    The junction is read from its side of electrons to that of holes, whichever was written first.
    """
    direction = math.copysign(1.0, sum(layers.steps[k] for k in region.junctions))
    sense = direction * forward  # of the junction's forward direction in that of the device
    steps = [direction * step for step in layers.steps]
    less = sum(steps[k] for k in region.junctions) - region.drop

    def region_of(sheets: tuple[float, float]) -> Region:
        found = region
        if sheets != (0.0, 0.0):
            both = sheets if direction > 0 else (sheets[1], sheets[0])
            found = depleted_region(layers.slabs, steps, region.seed, less, both)
        return found if direction > 0 else found.mirrored(float(layers.bounds[-1]), len(layers.slabs))

    seen = [_junction_layer(layers, i, direction) for i in range(len(layers.slabs))]
    front, back = (_junction_end(end) for end in ends)
    found, doubts = junction_currents(
        seen if direction > 0 else seen[::-1], (front, back) if direction > 0 else (back, front), region_of,
        voltage=sense * voltage, kT=layers.kT,
    )  # fmt: skip
    turned = {each.name: attrs.evolve(each, current_density=sense * each.current_density) for each in found}
    return turned, doubts


def _junction_layer(layers: Layers, i: int, direction: float) -> JunctionLayer:
    ends, k = layers.ends[i], layers.positions[i]
    temperature = layers.kT / BOLTZMANN_EV
    neutral = [level.conduction_band - level.fermi_level for level in neutral_ends(layers.stack, k, temperature)]
    return JunctionLayer(
        name=layers.name(i), thickness=layers.slabs[i].thickness, doping=layers.slabs[i].doping,
        permittivity=layers.slabs[i].relative_permittivity, vacuum_level=layers.vacuum[i],
        neutral_level=(neutral[0], neutral[1]) if direction > 0 else (neutral[1], neutral[0]),
        values=_values(ends if direction > 0 else ends[::-1], layers.kT) if layers.materials[i].has_bands else None,
    )  # fmt: skip


def _values(ends: Sequence[Known], kT: float) -> LayerValues:
    def of(question: Callable[[Known], float]) -> FloatArray:
        return np.array([question(each) for each in ends])

    def ln(name: str) -> FloatArray:
        return of(lambda each: math.log(each.value(name)) if each.value(name) < math.inf else math.inf)

    def states(band: str) -> FloatArray:
        """Boltzmann's states of a band; of a Gaussian one those of its non-degenerate limit."""
        return ln(f"{band}_band_dos") + of(lambda each: 0.5 * (each.disorder / kT) ** 2)

    return LayerValues(
        affinity=of(lambda each: each.value("electron_affinity")), gap=of(lambda each: each.value("band_gap")),
        ln_N_C=states("conduction"), ln_N_V=states("valence"), ln_mu_n=ln("electron_mobility"),
        ln_mu_p=ln("hole_mobility"), ln_tau_n=ln("electron_lifetime"), ln_tau_p=ln("hole_lifetime"),
        trap=of(lambda each: each.value("trap_level") if "trap_level" in each.parameters else math.nan),
        radiative=of(lambda each: each.value("radiative_coefficient") * (1.0 - _recycled(each))),
        auger_n=of(lambda each: each.value("electron_auger_coefficient")),
        auger_p=of(lambda each: each.value("hole_auger_coefficient")),
    )  # fmt: skip


def _recycled(material: Known) -> float:
    return material.value("photon_recycling") if "photon_recycling" in material.parameters else 0.0


def _junction_end(end: End) -> JunctionEnd:
    def velocity(carrier: str) -> float:
        given = getattr(end.contact, f"{carrier}_recombination_velocity")
        return 0.0 if end.contact.kind == "blocking" else math.inf if given is None else float(given)

    return JunctionEnd(
        name=end.name, work_function=end.work_function, electron_velocity=velocity("electron"),
        hole_velocity=velocity("hole"),
    )  # fmt: skip


def _absorber(layers: Layers, region: Region | None) -> Absorber | None:
    i = _active(layers)
    if i is None:
        return None
    try:
        between = graded_materials(layers.stack, layers.positions[i], layers.kT / BOLTZMANN_EV)
        return absorber_of(
            layers.name(i), layers.materials[i], layers.slabs[i].thickness, _collected(layers, i, region),
            between=between,
        )  # fmt: skip
    except DataError:  # given n and k that end before the gap, as `_why_no_absorber` says
        return None


def _why_no_absorber(layers: Layers) -> str:
    active = [layers.name(i) for i, k in enumerate(layers.positions) if layers.stack.roles[k] == "active"]
    if len(active) == 1:
        given = layers.stack[active[0]].material.optical
        if given is not None:
            return f"n and k of {active[0]} are given for {given.known}, which does not reach its optical gap"
        return f"{active[0]} has no known absorption coefficient; give {active[0]}.absorption_coefficient=... [cm^-1]"
    if active:
        return (
            f"{len(active)} layers are active ({', '.join(active)}), and no closed form knows which of them gives the "
            'carriers; write another role, such as "interlayer:", before all but one'
        )
    return 'no layer is active; write "active:" before the one that absorbs'


def _collected(layers: Layers, i: int, region: Region | None) -> FloatArray:
    """Return the collected share of what the layer absorbs, eq. (D6).

    In the depleted part the drift length mu tau E counts (Hecht, both carriers), outside it the diffusion length of
    minority carriers to the edge.
    """
    material, d = layers.materials[i], layers.slabs[i].thickness
    if not (material.has("electron_lifetime") and material.has("hole_lifetime")) or region is None:
        return np.zeros(1) if region is None else np.ones(1)
    x = (np.arange(200) + 0.5) / 200.0 * d
    left, right = region.start - layers.bounds[i], region.end - layers.bounds[i]
    field = region.drop / region.width
    minority = "hole" if layers.slabs[i].doping > 0 else "electron"
    mu_tau = {c: material.value(f"{c}_mobility") * material.value(f"{c}_lifetime") for c in ("electron", "hole")}
    length = math.sqrt(mu_tau[minority] * layers.kT) if math.isfinite(mu_tau[minority]) else math.inf
    away = np.maximum(left - x, 0.0) + np.maximum(x - right, 0.0)
    width = max(min(right, d) - max(left, 0.0), 1e-12)
    drift = [1.0 if math.isinf(v) else v * field / width * -math.expm1(-width / (v * field)) for v in mu_tau.values()]
    reach = np.exp(-away / length) if math.isfinite(length) else np.ones_like(x)
    found = np.asarray(reach * (0.5 * sum(drift)))
    return found if layers.lit_from_front else found[::-1]


def _potential(layers: Layers, regions: list[Region]) -> tuple[FloatArray, FloatArray]:
    """Return nodes [cm] and the potential of the depletion approximation relative to its first value [V]."""
    x = np.unique(np.concatenate([np.linspace(a, b, 40) for a, b in pairwise(layers.bounds)]))
    psi = np.zeros_like(x)
    swallowed: set[int] = set()
    for region in regions:
        swallowed |= set(region.junctions)
        direction = math.copysign(1.0, sum(layers.steps[k] for k in region.junctions))
        psi -= direction * _profile(layers, region, x)
    for k, step in enumerate(layers.steps[1:-1], start=1):
        if k not in swallowed:
            psi -= step * (x > layers.bounds[k] * (1 - 1e-12))
    return x, psi


def _profile(layers: Layers, region: Region, x: FloatArray) -> FloatArray:
    """Return the drop from the region's start up to `x` [V]."""
    fine = np.linspace(region.start, region.end, 200)
    middles = 0.5 * (fine[1:] + fine[:-1])
    layer = np.clip(np.searchsorted(layers.bounds, middles, side="right") - 1, 0, len(layers.slabs) - 1)
    doping = np.abs([layers.slabs[i].doping for i in layer])
    eps = np.array([layers.slabs[i].relative_permittivity for i in layer])
    first, last = layers.bounds[region.junctions[0]], layers.bounds[region.junctions[-1]]
    rising = middles < 0.5 * (first + last)
    charge = np.concatenate([[0.0], np.cumsum(np.where(rising, doping, -doping) * np.diff(fine))])
    field = np.maximum(charge - min(charge.min(), 0.0), 0.0)
    drop = np.concatenate([[0.0], np.cumsum(0.5 * (field[1:] + field[:-1]) / eps * np.diff(fine))])
    scale = region.drop / drop[-1] if drop[-1] > 0.0 else 0.0
    linear = region.drop * (fine - region.start) / region.width
    return np.asarray(np.interp(x, fine, drop * scale if scale else linear))


def _bands(
    layers: Layers, ends: tuple[End, End], x: FloatArray, psi: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return E_C, E_V [eV] relative to the Fermi level of the front contact, and positions [nm], two at interfaces."""
    vacuum = layers.vacuum
    start = vacuum[0] + ends[0].work_function
    E_C, E_V, at = [], [], []
    for i, material in enumerate(layers.materials):
        inside = (x >= layers.bounds[i] * (1 - 1e-12)) & (x <= layers.bounds[i + 1] * (1 + 1e-12))
        top = start + (vacuum[i] - vacuum[0]) - psi[inside]
        E_C.append(top - material.value("electron_affinity"))
        E_V.append(E_C[-1] - material.value("band_gap"))
        at.append(x[inside] / NM)
    return np.concatenate(E_C), np.concatenate(E_V), np.concatenate(at)
