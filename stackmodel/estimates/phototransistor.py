"""The estimate of a phototransistor: gate, channel, and what light leaves behind in the dots beside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, InputError, UnsupportedError
from stackmodel.estimates import transistor_laws as law
from stackmodel.estimates.absorption import absorber_of, deciding_end, graded_materials, light_carriers
from stackmodel.light.spectrum import Light
from stackmodel.materials.material import Material
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, UM
from stackmodel.results.estimate import Absorber
from stackmodel.results.phototransistor import PhototransistorEstimate
from stackmodel.structure.layer import Layer
from stackmodel.structure.levels import electrical_ends, neutral_levels
from stackmodel.structure.paths import lateral_size, thickness
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup
from stackmodel.structure.stack import Stack

#: Electrons and holes of one band at the Dirac point over N_C d: F_1(0) = pi^2/12.
_AT_DIRAC = math.pi**2 / 12.0


@attrs.frozen(kw_only=True)
class Places:
    """Positions in the stack: gate, its insulators from the gate on, channel, and the film that absorbs."""

    gate: int
    insulators: tuple[int, ...]
    channel: int
    absorber: int | None


@attrs.frozen(kw_only=True)
class Sensitizer:
    """What light does beside the channel, for each photon that comes in."""

    absorber: Absorber
    trapped: str  # carrier that stays
    trap_lifetime: float  # [s]
    traps: float | None  # sites in the film, where they are known [cm^-2]
    transfer: float  # share of the absorbed photons whose other carrier reaches the channel


@attrs.frozen(kw_only=True)
class Channel:
    """The channel as the closed forms see it; `threshold` is the Dirac voltage of graphene."""

    carrier: str  # "electron", "hole", or "both" in graphene
    reason: str
    capacitance: float  # of the gate [F cm^-2]
    threshold: float  # [V]
    flat_band: float  # [V]
    swing: float | None  # [V per decade]
    length: float  # [cm]
    width: float  # [cm]
    mobility: float  # of the carrier, of graphene the larger [cm^2/(V s)]
    laws: tuple[Callable[..., FloatArray], Callable[..., FloatArray]]  # current and transconductance

    def current(self, gate: FloatArray, drain: FloatArray, shift: float = 0.0) -> FloatArray:
        """Return the drain current [A] when trapped charge moves the threshold by `shift` [V]."""
        return self.laws[0](gate - shift, drain)

    def transconductance(self, gate: FloatArray, drain: FloatArray, shift: float = 0.0) -> FloatArray:
        """Return its derivative with respect to the gate voltage [S]."""
        return self.laws[1](gate - shift, drain)


def places(stack: Stack) -> Places:
    """Return what stands where; InputError where a transistor lacks a part."""
    for role in ("gate", "channel"):
        if stack.roles.count(role) != 1:
            raise InputError(
                f"{stack.notation}: {stack.roles.count(role)} layers are {role}; expected one, such as "
                '"gate: Al / Al2O3 50nm / channel: IGZO 20nm [source=Al, drain=Al, length=10um, width=100um] / '
                'PbS(3.4nm, EDT) 50nm"'
            )
    gate, channel = stack.roles.index("gate"), stack.roles.index("channel")
    step = 1 if channel > gate else -1
    inside = tuple(range(gate + step, channel, step))
    for i in inside:
        if stack.layers[i].material.kind != "dielectric":
            raise InputError(
                f"{stack.names[i]}: a {stack.layers[i].material.kind} between gate and channel; expected insulators"
            )
    if not inside:
        raise InputError(f"{stack.names[gate]}: no insulator between gate and channel; expected e.g. SiO2 100nm")
    beyond = range(channel + step, len(stack) if step > 0 else -1, step)
    films = [i for i in beyond if stack.layers[i].material.has_bands]
    active = [i for i in films if stack.roles[i] == "active"]
    if len(active or films) > 1:
        raise InputError(
            f'{stack.names[films[0]]}: {len(films)} films stand beside the channel; write "active:" before '
            "the one that absorbs"
        )
    return Places(gate=gate, insulators=inside, channel=channel, absorber=next(iter(active or films), None))


def gate_capacitance(stack: Stack, where: Places, temperature: float, upto: int | None = None) -> float:
    """Return the capacitance from the gate through its first `upto` insulators, all by default [F cm^-2]."""
    layers = where.insulators[:upto]
    permittivities = [electrical_ends(stack, i, temperature)[0].value("relative_permittivity") for i in layers]
    return law.series_capacitance(permittivities, [thickness(stack, i) for i in layers])


def _charges_and_dipoles(stack: Stack, where: Places, temperature: float) -> float:
    """Return by how much charges and dipoles move every threshold [V].

    A sheet of charge acts through the insulators between it and the gate; those on either face of the channel through
    all of them, since the channel is thin.
    """
    step = 1 if where.channel > where.gate else -1
    shift, last = 0.0, len(where.insulators)
    faces = [(where.gate + step * k, k) for k in range(last + 1)]  # from the k-th insulator outwards
    if where.absorber is not None:
        faces.append((where.channel, last))
    for left, passed in faces:
        interface = stack.interfaces[left if step > 0 else left - 1]
        if passed and interface.fixed_charge:
            shift -= ELEMENTARY_CHARGE * interface.fixed_charge / gate_capacitance(stack, where, temperature, passed)
        if left != where.channel:
            shift += step * interface.dipole
        if interface.pinning is not None:
            raise UnsupportedError(
                "pinning inside a gate has no closed form of a threshold; give a dipole or leave it out"
            )
    return shift


def channel(stack: Stack, where: Places, temperature: float) -> Channel:
    """Return the channel with its threshold and its laws."""
    i = where.channel
    if stack.layers[i].graded_to is not None:
        raise UnsupportedError(f"{stack.names[i]}: a graded channel has no closed form; write one material")
    material, kT = electrical_ends(stack, i, temperature)[0], BOLTZMANN_EV * temperature
    capacitance = gate_capacitance(stack, where, temperature)
    size = {what: lateral_size(stack, i, what) for what in ("length", "width")}
    gate = stack.layers[where.gate].material.at(temperature).value("work_function")
    outside = _charges_and_dipoles(stack, where, temperature)
    d, aspect = thickness(stack, i), size["width"] / size["length"]
    if material.statistics == "dirac":
        return _graphene(material, gate + outside, capacitance, d, kT, size)
    carrier, reason = _carrier(stack, i, material)
    sign = 1.0 if carrier == "electron" else -1.0
    flat_band = gate + outside + neutral_levels(material).fermi_level
    doping = material.net_doping
    if doping:
        threshold = law.doped_threshold(flat_band=flat_band, doping=doping, thickness=d, capacitance=capacitance)
    else:
        edge, band = ("electron_affinity", "conduction") if sign > 0 else ("ionization_potential", "valence")
        threshold = law.undoped_threshold(
            gate_depth=gate + outside, edge_depth=material.value(edge), states=material.value(f"{band}_band_dos"),
            thickness=d, capacitance=capacitance, kT=kT, sign=sign,
        )  # fmt: skip
    states = material.value("interface_state_density") if material.has("interface_state_density") else 0.0
    swing = law.subthreshold_swing(capacitance=capacitance, states=states, kT=kT)
    mobility = material.value(f"{carrier}_mobility")
    known: dict[str, Any] = {
        "threshold": threshold, "per_volt": aspect * mobility * capacitance, "swing": swing / math.log(10.0),
        "sign": sign,
    }  # fmt: skip
    return Channel(
        carrier=carrier, reason=reason, capacitance=capacitance, threshold=threshold, flat_band=flat_band, swing=swing,
        mobility=mobility, **size,
        laws=(
            lambda gate, drain: law.channel_current(gate, drain, **known),
            lambda gate, drain: law.channel_transconductance(gate, drain, **known),
        ),
    )  # fmt: skip


def _graphene(
    material: Material, gate_depth: float, capacitance: float, d: float, kT: float, size: dict[str, float]
) -> Channel:
    states = material.value("conduction_band_dos") * d
    flat_band = gate_depth - material.value("electron_affinity")
    dirac = law.doped_threshold(
        flat_band=flat_band, doping=material.net_doping, thickness=d, capacitance=capacitance
    )  # fmt: skip
    residual = 2.0 * _AT_DIRAC * states
    if material.has("residual_density"):
        residual = max(residual, material.value("residual_density"))
    mobilities = (material.value("electron_mobility"), material.value("hole_mobility"))
    known: dict[str, Any] = {
        "dirac": dirac, "aspect": size["width"] / size["length"], "capacitance": capacitance, "states": states,
        "kT": kT, "residual": residual, "mobilities": mobilities,
    }  # fmt: skip
    return Channel(
        carrier="both", reason="graphene: electrons above the Dirac voltage, holes below", capacitance=capacitance,
        threshold=dirac, flat_band=flat_band, swing=None, mobility=max(mobilities), **size,
        laws=(
            lambda gate, drain: law.graphene_current(gate, drain, **known),
            lambda gate, drain: law.graphene_transconductance(gate, drain, **known),
        ),
    )  # fmt: skip


def _carrier(stack: Stack, i: int, material: Material) -> tuple[str, str]:
    """Return what the channel conducts, and why."""
    doping = material.net_doping
    if doping:
        return ("electron", "donors") if doping > 0 else ("hole", "acceptors")
    name = stack.layers[i].lateral.get("source")
    if name is None:
        raise InputError(f"{stack.names[i]}: source is missing; expected e.g. source=Al, which tells what it injects")
    work = Layer(name, role="electrode").material.value("work_function")
    to_electrons, to_holes = work - material.value("electron_affinity"), material.value("ionization_potential") - work
    return ("electron" if to_electrons <= to_holes else "hole"), f"undoped; {name} lies nearer to that band"


def sensitizer(stack: Stack, where: Places, carrier: str, temperature: float) -> Sensitizer:
    """Return what the absorbing film does; DataError or InputError where something is not known."""
    if where.absorber is None:
        raise InputError(f"{stack.notation}: no film beside the channel absorbs; light needs one, such as dots on it")
    i, name = where.absorber, stack.names[where.absorber]
    material, depth = deciding_end(stack, i, temperature), thickness(stack, i)
    kept = [c for c in ("electron", "hole") if c != carrier and material.has(f"{c}_trap_lifetime")]
    if not kept:
        needed = {"electron": "hole_trap_lifetime", "hole": "electron_trap_lifetime"}.get(
            carrier, "electron_trap_lifetime (or hole_trap_lifetime)"
        )
        raise DataError(
            f"{name}: no {needed} is known, the time for which it stays while the other carrier flows in the "
            f"channel; give {name}.{needed.partition(' ')[0]}=... [s]"
        )
    trapped = max(kept, key=lambda c: material.value(f"{c}_trap_lifetime"))
    moving = "hole" if trapped == "electron" else "electron"
    spread = material.value(f"{moving}_mobility") * BOLTZMANN_EV * temperature * material.value(f"{moving}_lifetime")
    absorber = absorber_of(name, material, depth, between=graded_materials(stack, i, temperature))
    if absorber is None:
        raise DataError(f"{name}: no absorption_coefficient is known; give {name}.absorption_coefficient=... [cm^-1]")
    return Sensitizer(
        absorber=absorber,
        trapped=trapped,
        trap_lifetime=material.value(f"{trapped}_trap_lifetime"),
        traps=material.value("trap_density") * depth if material.has("trap_density") else None,
        transfer=law.transfer_efficiency(diffusion_length=math.sqrt(spread), thickness=depth),
    )  # fmt: skip


def photogating(found: Sensitizer, light: Light, capacitance: float) -> float:
    """Return by how much light moves the threshold [V].

    Eq. (P10) of docs/method.md: q dN = -C dV_T for trapped holes. A site takes one carrier, so in the steady state
    g (1 - N/N_T) = N/tau_trap with g = (absorbed photons) (transfer): N = g tau_trap / (1 + g tau_trap / N_T). Trapped
    electrons push the threshold up, trapped holes down.
    """
    if found.traps is None:
        name = found.absorber.name
        raise DataError(
            f"{name}: no trap_density is known, and light can fill no more traps than there are; give "
            f"{name}.trap_density=... [cm^-3]"
        )
    captured = light_carriers(found.absorber, light) * found.transfer
    offered = captured * found.trap_lifetime
    trapped = offered * found.traps / (found.traps + offered) if offered else 0.0
    return (1.0 if found.trapped == "electron" else -1.0) * ELEMENTARY_CHARGE * trapped / capacitance


def estimate(setup: Setup, *, voltage: float, gate_voltage: float, light: Light | None) -> PhototransistorEstimate:
    """Return the closed-form answers at `gate_voltage` and `voltage` of the drain, both to the source [V]."""
    stack, temperature = setup.written, setup.temperature
    where = places(stack)
    made = channel(stack, where, temperature)
    gate, drain = np.array(gate_voltage), np.array(voltage)
    missing, found, shift = "", None, None
    try:
        found = sensitizer(stack, where, made.carrier, temperature)
    except (DataError, InputError) as error:
        if light is not None:
            raise
        missing = str(error)
    if found is not None and light is not None:
        shift = photogating(found, light, made.capacitance)
    dark = float(made.current(gate, drain))
    reach = max(2.0 * abs(gate_voltage - made.threshold), 1.0)
    sweep = np.linspace(made.threshold - reach, made.threshold + reach, 201)
    step = 1e-4  # [V]
    output = float(made.current(gate, drain + step) - made.current(gate, drain - step)) / (2.0 * step)
    return PhototransistorEstimate(
        voltage=voltage,
        gate_voltage=gate_voltage,
        channel=stack.names[where.channel],
        carrier=made.carrier,
        carrier_reason=made.reason,
        capacitance=made.capacitance,
        flat_band_voltage=made.flat_band,
        threshold_voltage=made.threshold,
        swing=made.swing,
        mobility=made.mobility,
        length=made.length / UM,
        width=made.width / UM,
        drain_current=dark,
        transconductance=float(made.transconductance(gate, drain)),
        output_conductance=output,
        absorber=None if found is None else found.absorber,
        trapped_carrier=None if found is None else found.trapped,
        trap_lifetime=None if found is None else found.trap_lifetime,
        transfer_efficiency=None if found is None else found.transfer,
        threshold_shift=shift,
        photocurrent=None if shift is None else float(made.current(gate, drain, shift)) - dark,
        missing=missing,
        temperature=temperature,
        sweep=sweep,
        swept=made.current(sweep, drain),
        provenance=record("Estimate in closed form", setup.as_written),
    )


def light_shift(stack: Stack, light: Light | None, temperature: float) -> float | None:
    """Return by how much the light moves the threshold, None without light [V]."""
    if light is None:
        return None
    where = places(stack)
    made = channel(stack, where, temperature)
    return photogating(sensitizer(stack, where, made.carrier, temperature), light, made.capacitance)
