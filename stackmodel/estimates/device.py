"""The estimate of a device: depletion, dark current by mechanism, and what a detector makes of light."""

from __future__ import annotations

import math
from itertools import pairwise

import attrs
import numpy as np

from stackmodel.errors import DataError
from stackmodel.estimates import currents
from stackmodel.estimates.absorption import absorber_of, light_carriers, thermal_carriers
from stackmodel.estimates.depletion import Region, Slab, depleted_region, seeds
from stackmodel.estimates.detailed_balance import blackbody_photons_above
from stackmodel.light.spectrum import Light
from stackmodel.materials.filling import intrinsic_density
from stackmodel.materials.material import Material, optical_gap
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, NM, VACUUM_PERMITTIVITY
from stackmodel.results.alignment import Alignment
from stackmodel.results.band_picture import LayerSpan
from stackmodel.results.base import Provenance
from stackmodel.results.estimate import Absorber, Estimate, Mechanism
from stackmodel.results.film_absorption import FilmSpectrum, GivenSpectrum
from stackmodel.structure.levels import (
    End,
    electrical_ends,
    electrical_positions,
    neutral_densities,
    vacuum_levels,
)
from stackmodel.structure.mesh import FloatArray
from stackmodel.structure.paths import thickness
from stackmodel.structure.stack import Stack

#: A step of this height keeps minority carriers in their layer. [eV]
BLOCKS = 0.2
#: Share of the largest drop from which a second one the other way counts as a junction.
_OPPOSED = 0.5


class _Known:
    """A material that looks each value up once; rules are searched only the first time."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._values: dict[str, float] = {}
        self.has_bands, self.parameters, self.has = material.has_bands, material.parameters, material.has
        self.optical = material.optical

    @property
    def absorption_spectrum(self) -> FilmSpectrum | GivenSpectrum | None:
        return self._material.absorption_spectrum

    def value(self, name: str) -> float:
        found = self._values.get(name)
        if found is None:
            found = self._values[name] = self._material.value(name)
        return found


@attrs.frozen(eq=False)
class _Layers:
    """What the closed forms need, layer by layer from front to back."""

    stack: Stack
    positions: tuple[int, ...]
    ends: tuple[Material, ...]  # as the left end of each
    materials: tuple[_Known, ...]
    slabs: tuple[Slab, ...]
    bounds: FloatArray  # [cm]
    steps: tuple[float, ...]  # built-in steps from front to back, contacts included [V]
    kT: float

    def name(self, i: int) -> str:
        return self.stack.names[self.positions[i]]

    def n_i(self, i: int) -> float:
        return intrinsic_density(self.ends[i])

    def minority(self, i: int) -> float:
        return min(neutral_densities(self.ends[i]))


def prepare(stack: Stack, ends: tuple[End, End], alignment: Alignment, temperature: float, *, anode: str) -> _Layers:
    """Return the layers of a stack as the closed forms see them; the same for every voltage."""
    positions = electrical_positions(stack)
    pairs = [electrical_ends(stack, i, temperature) for i in positions]
    slabs = []
    for i, (left, right) in zip(positions, pairs, strict=True):
        doping = 0.5 * (left.net_doping + right.net_doping) if left.has_bands else 0.0
        eps = 0.5 * (left.value("relative_permittivity") + right.value("relative_permittivity"))
        slabs.append(Slab(thickness=thickness(stack, i), doping=doping, relative_permittivity=eps))
    sign = 1.0 if anode == "back" else -1.0
    steps = [sign * verdict.built_in for verdict in alignment.interfaces if verdict.kind != "graded layer"]
    for verdict in alignment.interfaces:
        if verdict.kind == "graded layer":  # the drop inside a graded layer counts at its right interface
            steps[1 + [stack.names[i] for i in positions].index(verdict.left)] += sign * verdict.built_in
    bounds = np.concatenate([[0.0], np.cumsum([slab.thickness for slab in slabs])])
    left_ends = tuple(pair[0] for pair in pairs)
    materials = tuple(map(_Known, left_ends))
    return _Layers(
        stack, positions, left_ends, materials, tuple(slabs), bounds, tuple(steps), BOLTZMANN_EV * temperature
    )


def estimate(
    layers: _Layers, ends: tuple[End, End], alignment: Alignment, *, anode: str, temperature: float, voltage: float,
    area: float | None, light: Light | None, provenance: Provenance,
) -> Estimate:  # fmt: skip
    """Return the closed-form answers at `voltage` [V]; parameters as for `prepare`."""
    forward = 1.0 if anode == "back" else -1.0
    regions = _regions(layers, forward, voltage)
    main = max(regions, key=lambda region: region.width, default=None)
    at_zero = main if voltage == 0.0 else max(_regions(layers, forward, 0.0), key=lambda r: r.width, default=None)
    missing: list[str] = []
    mechanisms: tuple[Mechanism, ...] = ()
    try:
        if main is not None and at_zero is not None:
            _refuse_opposed(layers)
            mechanisms = _mechanisms(layers, ends, main, at_zero, forward, voltage)
    except DataError as error:
        missing.append(str(error))
    names = [layers.name(i) for i in range(len(layers.slabs))]
    inside = {} if main is None else {n: _overlap(layers, i, main) / NM for i, n in enumerate(names)}
    absorber = _absorber(layers, main)
    radiative, photocurrent = _radiative_limit(layers, absorber, voltage), None
    if light is not None and absorber is not None:
        photocurrent = ELEMENTARY_CHARGE * light_carriers(absorber, light)
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
        absorber=absorber,
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
        provenance=provenance,
    )  # fmt: skip


def _radiative_limit(layers: _Layers, absorber: Absorber | None, voltage: float) -> float | None:
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


def _regions(layers: _Layers, forward: float, voltage: float) -> list[Region]:
    found = []
    candidates = seeds(layers.slabs, layers.steps)
    strength = {seed: abs(sum(layers.steps[seed[0] : seed[1] + 1])) for seed in candidates}
    main = max(candidates, key=lambda seed: strength[seed], default=None)
    for seed in candidates:
        direction = math.copysign(1.0, sum(layers.steps[seed[0] : seed[1] + 1]))
        steps = [direction * step for step in layers.steps]
        less = 2.0 * layers.kT + (direction * forward * voltage if seed == main else 0.0)
        region = depleted_region(layers.slabs, steps, seed, less)
        if region.width > 0.0 and region.charge > 0.0:  # bands that are flat or slope the other way deplete nothing
            found.append(region)
    return found


def _refuse_opposed(layers: _Layers) -> None:
    """Raise DataError where two junctions of like strength block opposite currents, as in a dual-band stack."""
    drops = [sum(layers.steps[seed[0] : seed[1] + 1]) for seed in seeds(layers.slabs, layers.steps)]
    if min(max(drops, default=0.0), -min(drops, default=0.0)) > _OPPOSED * max(abs(drop) for drop in drops):
        raise DataError(
            "two junctions that face each other share the voltage, which no closed form divides; "
            "dark_current() and jv() solve them as one stack"
        )


def _overlap(layers: _Layers, i: int, region: Region) -> float:
    return max(0.0, min(region.end, float(layers.bounds[i + 1])) - max(region.start, float(layers.bounds[i])))


def _active(layers: _Layers) -> int | None:
    roles = [layers.stack.roles[i] for i in layers.positions]
    return roles.index("active") if roles.count("active") == 1 else None


def _mechanisms(
    layers: _Layers, ends: tuple[End, End], region: Region, at_zero: Region, forward: float, voltage: float
) -> tuple[Mechanism, ...]:
    small = 0.01 * layers.kT
    now = _currents(layers, ends, region, forward, voltage)
    up, down = (_currents(layers, ends, at_zero, forward, v) for v in (small, -small))
    found = []
    for name, (current, activation) in now.items():
        conductance = (up.get(name, (0.0, 0.0))[0] - down.get(name, (0.0, 0.0))[0]) / (2.0 * small)
        found.append(Mechanism(name, current, conductance, activation))
    return tuple(found)


def _currents(
    layers: _Layers, ends: tuple[End, End], region: Region, forward: float, voltage: float
) -> dict[str, tuple[float, float]]:
    """Return current density [A cm^-2] and activation energy [eV] by mechanism and place."""
    found: dict[str, tuple[float, float]] = {}
    bias = voltage / layers.kT
    for i, material in enumerate(layers.materials):
        width = _overlap(layers, i, region)
        if width > 0.0 and material.has_bands:
            current = currents.space_charge_current(
                n_i=layers.n_i(i), tau_n=material.value("electron_lifetime"), tau_p=material.value("hole_lifetime"),
                width=region.width, mean_field=region.drop / region.width, peak_field=_field(region, layers.slabs[i]),
                bias=bias, kT=layers.kT,
            )  # fmt: skip
            if math.isfinite(material.value("electron_lifetime")):
                share = width / region.width  # the closed form speaks of the whole region
                found[f"generation in {layers.name(i)}"] = (share * current, 0.5 * material.value("band_gap"))
    for outward, edge, end in ((-1, region.start, ends[0]), (1, region.end, ends[1])):
        found |= _one_side(layers, outward, edge, end, region, forward, bias)
    return found


def _field(region: Region, slab: Slab) -> float:
    """Return the largest field of the region in one of its layers [V/cm]."""
    return region.charge * ELEMENTARY_CHARGE / (slab.relative_permittivity * VACUUM_PERMITTIVITY)


def _one_side(
    layers: _Layers, outward: int, edge: float, end: End, region: Region, forward: float, bias: float
) -> dict[str, tuple[float, float]]:
    """Return what the quasi-neutral layer beyond an edge, or the contact where there is none, adds."""
    last = 0 if outward < 0 else len(layers.slabs) - 1
    at_contact = edge <= 0.0 if outward < 0 else edge >= float(layers.bounds[-1]) * (1 - 1e-12)
    if at_contact:
        is_anode = (end.terminal == "back") == (forward > 0.0)
        return _injection(layers, last, end, region, bias, electrons=is_anode)
    # The layer just beyond the edge; an edge on an interface belongs to the outer layer.
    beyond = edge * (1.0 + outward * 1e-9)
    i = min(max(int(np.searchsorted(layers.bounds, beyond)) - 1, 0), len(layers.slabs) - 1)
    material = layers.materials[i]
    if not material.has_bands:
        return {}
    doping = layers.slabs[i].doping
    electrons = doping < 0  # minority carriers
    width = float(edge - layers.bounds[i] if outward < 0 else layers.bounds[i + 1] - edge)
    carrier = "electron" if electrons else "hole"
    if doping == 0.0 or width <= 0.0:
        return {}
    velocity = _end_velocity(layers, i, outward, end, electrons)
    inside_current, contact_current = currents.neutral_region_current(
        minority_density=layers.minority(i), diffusion=material.value(f"{carrier}_mobility") * layers.kT,
        lifetime=material.value(f"{carrier}_lifetime"), width=width, velocity=velocity, bias=bias,
    )  # fmt: skip
    gap = material.value("band_gap")
    found = {f"diffusion in {layers.name(i)}": (inside_current, gap)}
    if velocity > 0.0:
        found[f"contact injection at {end.name}"] = (contact_current, gap)
    return found


def _end_velocity(layers: _Layers, i: int, outward: int, end: End, electrons: bool) -> float:
    """Return the velocity with which minority carriers leave layer `i` outward: 0 before a blocking layer."""
    k = i + outward
    if 0 <= k < len(layers.slabs):
        here, there = layers.materials[i], layers.materials[k]
        if not there.has_bands:
            return 0.0
        edge = "electron_affinity" if electrons else "ionization_potential"
        step = (here.value(edge) - there.value(edge)) * (1.0 if electrons else -1.0)
        return 0.0 if step > BLOCKS else math.inf
    carrier = "electron" if electrons else "hole"
    if end.contact.kind == "blocking":
        return 0.0
    given = getattr(end.contact, f"{carrier}_recombination_velocity")
    return math.inf if given is None else float(given)


def _injection(
    layers: _Layers, i: int, end: End, region: Region, bias: float, *, electrons: bool
) -> dict[str, tuple[float, float]]:
    """Return what a contact that the depleted region reaches injects.

    In reverse the anode injects electrons, the cathode holes.

    The velocity is the slower of drift in the mean field and the contact's own, where it was given.
    """
    material = layers.materials[i]
    if not material.has_bands or end.contact.kind == "blocking":
        return {}
    carrier, band = ("electron", "conduction") if electrons else ("hole", "valence")
    edge = material.value("electron_affinity" if electrons else "ionization_potential")
    barrier = max(end.work_function - edge if electrons else edge - end.work_function, 0.0)
    drift = material.value(f"{carrier}_mobility") * region.drop / region.width
    given = getattr(end.contact, f"{carrier}_recombination_velocity")
    velocity = drift if given is None or math.isinf(given) else given * drift / (given + drift)
    density = material.value(f"{band}_band_dos") * math.exp(-barrier / layers.kT)
    current = currents.injection_current(edge_density=density, velocity=velocity, bias=bias)
    return {f"contact injection at {end.name}": (current, barrier)}


def _absorber(layers: _Layers, region: Region | None) -> Absorber | None:
    i = _active(layers)
    if i is None:
        return None
    try:
        return absorber_of(
            layers.name(i), layers.materials[i], layers.slabs[i].thickness, _collected(layers, i, region)
        )
    except DataError:  # given n and k that end before the gap, as `_why_no_absorber` says
        return None


def _why_no_absorber(layers: _Layers) -> str:
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


def _collected(layers: _Layers, i: int, region: Region | None) -> FloatArray:
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
    return np.asarray(reach * (0.5 * sum(drift)))


def _potential(layers: _Layers, regions: list[Region]) -> tuple[FloatArray, FloatArray]:
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


def _profile(layers: _Layers, region: Region, x: FloatArray) -> FloatArray:
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
    layers: _Layers, ends: tuple[End, End], x: FloatArray, psi: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return E_C, E_V [eV] relative to the Fermi level of the front contact, and positions [nm], two at interfaces."""
    vacuum = list(vacuum_levels(layers.stack, layers.kT / BOLTZMANN_EV).values())
    start = vacuum[0] + ends[0].work_function
    E_C, E_V, at = [], [], []
    for i, material in enumerate(layers.materials):
        inside = (x >= layers.bounds[i] * (1 - 1e-12)) & (x <= layers.bounds[i + 1] * (1 + 1e-12))
        top = start + (vacuum[i] - vacuum[0]) - psi[inside]
        E_C.append(top - material.value("electron_affinity"))
        E_V.append(E_C[-1] - material.value("band_gap"))
        at.append(x[inside] / NM)
    return np.concatenate(E_C), np.concatenate(E_V), np.concatenate(at)
