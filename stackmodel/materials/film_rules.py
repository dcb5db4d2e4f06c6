"""What follows from a film's recipe by named rules: what was not measured, and what an input of the recipe asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import attrs

from stackmodel.errors import DataError, UnsupportedError
from stackmodel.materials.assumptions import by_rule
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.dot_core import MASSES, bulk_of, core_parameter
from stackmodel.materials.ligand import Ligand
from stackmodel.materials.parameter import Parameter
from stackmodel.materials.quantum_dot import QuantumDot
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.physics.film import (
    bruggeman,
    capture_lifetime,
    core_fraction,
    dilute_to_film,
    hopping_mobility,
    intrinsic_absorption,
    size_disorder,
    surface_atoms,
    tunnelling_decay,
)

#: High-frequency permittivity of ligands and solvents: index 1.5.
LIGAND_PERMITTIVITY = 2.25
#: Rule hopping_mobility: attempts [s^-1] and decay [nm^-1], measured on alkanedithiols by Liu et al. (2010).
ATTEMPTS, DECAY = 1e12, 10.9
#: Rule cross_section_absorption: standard deviation of the peaks that were measured, and of one dot's line. [eV]
MEASURED_WIDTH, LINE_WIDTH = 0.1 / 2.3548, 0.02 / 1.1774
#: Rule bulk_anchor [nm].
BULK_ANCHOR = 400.0
#: Rule surface_capture [cm^3/s].
CAPTURE = 1e-10
#: Molar extinction [1/(M cm)] to cross section [cm^2]: 1000 ln 10 / N_A.
MOLAR = 1e3 * math.log(10.0) / 6.02214076e23
#: Inputs that ask for the chain from surface to lifetime.
SURFACE_INPUTS = ("truncation", "unpassivated_fraction")

Parameters = dict[str, Parameter]


@attrs.frozen(kw_only=True)
class Surface:
    """The surface of a dot and what it does to carriers."""

    truncation: Parameter
    unpassivated_fraction: Parameter
    polar_atoms: float  # on {111}
    neutral_atoms: float  # on {100}
    traps_per_dot: float
    trap_density: float  # [cm^-3]
    capture: float  # [cm^3/s]
    capture_note: str
    lifetime: float  # [s]


def dots_per_volume(dot: QuantumDot, known: Mapping[str, Parameter]) -> float:
    """Return the dots in a close-packed film [cm^-3]."""
    return dot.density_factor(known["interdot_spacing"].value)


def pitch(dot: QuantumDot, known: Mapping[str, Parameter]) -> float:
    """Return the distance of neighbouring centres [nm]."""
    return dot.outer_diameter + known["interdot_spacing"].value


def filling(dot: QuantumDot, known: Mapping[str, Parameter]) -> float:
    """Return the share of the film that is dots, shells included."""
    return core_fraction(diameter=dot.outer_diameter, pitch=pitch(dot, known))


def effective_permittivity(dot: QuantumDot, known: Mapping[str, Parameter]) -> float:
    """Return the permittivity of the film by (F3)."""
    inside = dot.core_value("optical_permittivity")
    return bruggeman(inside=inside, medium=LIGAND_PERMITTIVITY, fraction=filling(dot, known))


def electron_share(dot: QuantumDot, ligand: Ligand) -> float:
    """Return the share of a change of the gap by which E_C moves; the rest moves E_V."""
    if ligand.reference_gap is not None:
        return ligand.electron_share
    m_e, m_h = (core_parameter(dot.core, name).value for name in MASSES)
    return m_h / (m_e + m_h)


def bulk_edges(dot: QuantumDot, ligand: Ligand) -> Parameters:
    """Return affinity and gap by the rule bulk_levels."""
    bulk = bulk_of(dot.core)
    start = max(bulk.value("band_gap"), 0.0)
    share = electron_share(dot, ligand)
    chi = bulk.value("electron_affinity") - share * (dot.band_gap - start)
    note = (
        f"{bulk.name} at {bulk.value('electron_affinity'):g} eV, {share:.2f} of {dot.band_gap - start:+.3f} eV to E_C"
    )
    return {
        "electron_affinity": by_rule("electron_affinity", chi, "bulk_levels", note),
        "band_gap": by_rule("band_gap", dot.band_gap, "bulk_levels"),
    }


def derived(dot: QuantumDot, known: Mapping[str, Parameter], ligand: Ligand) -> Parameters:
    """Return what the film gets by rule: what is missing, and what an input of the recipe asks for."""
    found: Parameters = {}
    if "relative_permittivity" not in known:
        value = effective_permittivity(dot, known)
        found["relative_permittivity"] = by_rule("relative_permittivity", value, "effective_medium")
    known = {**known, **found}
    if "tunnel_barrier" in known or not {"electron_mobility", "hole_mobility"} & known.keys():
        found |= _hopping(dot, known)
    if "size_dispersion" in known:
        found |= _dispersed(dot, known, ligand)
    if "size_dispersion" in known or "absorption_coefficient" not in known:
        found |= _absorbing(dot, known)
    if any(name in known for name in SURFACE_INPUTS):
        found |= _surface_lifetimes(surface_of(dot, known, ligand))
    return found


def hopping(dot: QuantumDot, known: Mapping[str, Parameter], temperature: float = 300.0) -> tuple[float, float]:
    """Return mobility [cm^2/(V s)] and activation energy [eV] by the rule hopping_mobility."""
    barrier = known.get("tunnel_barrier")
    decay = DECAY if barrier is None else tunnelling_decay(barrier=barrier.value)
    activation = dot.charging_energy(known["relative_permittivity"].value)
    mobility = hopping_mobility(
        pitch=pitch(dot, known), spacing=known["interdot_spacing"].value, decay=decay, attempts=ATTEMPTS,
        activation=activation, temperature=temperature,
    )  # fmt: skip
    return mobility, activation


def _hopping(dot: QuantumDot, known: Mapping[str, Parameter]) -> Parameters:
    mobility, activation = hopping(dot, known)
    note = f"hops of {pitch(dot, known):.3g} nm over {known['interdot_spacing'].value:g} nm, E_a {activation:.3g} eV"
    length = by_rule("hopping_length", pitch(dot, known), "hopping_mobility", "from centre to centre")
    found = {"hopping_length": length}
    for carrier in ("electron", "hole"):
        found[f"{carrier}_mobility"] = by_rule(f"{carrier}_mobility", mobility, "hopping_mobility", note)
        name = f"{carrier}_mobility_activation"
        found[name] = by_rule(name, activation, "hopping_mobility", "charging energy of the dot, (Q8)")
    return found


def exciton_disorder(dot: QuantumDot, known: Mapping[str, Parameter]) -> float:
    """Return the standard deviation of the 1S energy by the spread of sizes, (F4) [eV]; 0 where none is given."""
    if "size_dispersion" not in known:
        return 0.0
    step = 1e-4 * dot.diameter
    rise = dot.sizing.law(dot.diameter + step) - dot.sizing.law(dot.diameter - step)
    slope = rise / (2.0 * step)
    return size_disorder(slope=slope, diameter=dot.diameter, dispersion=known["size_dispersion"].value)


def peak_width(dot: QuantumDot, known: Mapping[str, Parameter]) -> float:
    """Return the standard deviation of the 1S absorption peak: one dot's line and the spread of sizes [eV]."""
    if "size_dispersion" not in known:
        return MEASURED_WIDTH
    return math.hypot(LINE_WIDTH, exciton_disorder(dot, known))


def absorption_entry(core: str, part: str) -> Mapping[str, Any]:
    """Return what absorption.toml has of a core, "edge" or "anchor"; DataError where it has nothing."""
    try:
        found: Mapping[str, Any] = read_toml("absorption.toml")[core][part]
    except KeyError:
        what = {"edge": "cross section at the 1S peak", "anchor": "intrinsic absorption coefficient"}[part]
        raise DataError(f"{core}: no {what} of dots is known; give absorption_coefficient=... [cm^-1]") from None
    return found


def in_film(dot: QuantumDot, known: Mapping[str, Parameter]) -> float:
    """Return what a dot absorbs in the film over what it absorbs in a dilute dispersion, (F8)."""
    inside = dot.core_value("optical_permittivity")
    return dilute_to_film(inside=inside, medium=LIGAND_PERMITTIVITY, fraction=filling(dot, known))


def peak_absorption(dot: QuantumDot, known: Mapping[str, Parameter]) -> float:
    """Return the absorption coefficient of the film at its 1S peak [cm^-1]."""
    if dot.shells:
        raise UnsupportedError(f"{dot.name}: cross sections are those of bare dots; give absorption_coefficient=...")
    edge = absorption_entry(dot.core, "edge")
    units = {"cm^2": 1.0, "1/(M cm)": MOLAR}[edge["unit"]]
    section = units * edge["coefficient"] * (dot.diameter / edge["length"]) ** edge["power"]
    sharper = MEASURED_WIDTH / peak_width(dot, known)
    return float(dots_per_volume(dot, known) * section * in_film(dot, known) * sharper)


def anchor_absorption(dot: QuantumDot, known: Mapping[str, Parameter]) -> tuple[float, float]:
    """Return photon energy [eV] and coefficient of the film [cm^-1] far above the gap."""
    found = intrinsic_coefficient(dot.core)
    fraction = core_fraction(diameter=dot.diameter, pitch=pitch(dot, known))
    return HC_EV_NM / found.wavelength, fraction * found.alpha * in_film(dot, known)


@attrs.frozen(kw_only=True)
class Intrinsic:
    """Absorption far above the gap by volume of core, with where it comes from."""

    wavelength: float  # [nm]
    alpha: float  # [cm^-1]
    source: str
    rules: tuple[str, ...] = ()


def intrinsic_coefficient(core: str) -> Intrinsic:
    """Return the coefficient of a core's dots in dilute dispersion: as measured, else of the bulk by (N6)."""
    try:
        anchor = absorption_entry(core, "anchor")
    except DataError:
        bulk = bulk_of(core)
        try:
            index = complex(bulk.optical_constants().at(BULK_ANCHOR))
        except DataError as error:
            raise DataError(
                f"{core}: no intrinsic absorption coefficient of dots is known, and no n and k of {bulk.name} at "
                f"{BULK_ANCHOR:g} nm to compute it from; give optical=..., a csv with columns wavelength [nm], n, k"
            ) from error
        alpha = intrinsic_absorption(wavelength=BULK_ANCHOR, permittivity=index**2, medium=LIGAND_PERMITTIVITY)
        source = f"n and k of {bulk.name} with local field, (N6)"
        return Intrinsic(wavelength=BULK_ANCHOR, alpha=alpha, source=source, rules=("bulk_anchor",))
    source = read_toml("sources.toml")[anchor["source"]]["citation"]
    return Intrinsic(wavelength=anchor["wavelength"], alpha=anchor["alpha"], source=source)


def _dispersed(dot: QuantumDot, known: Mapping[str, Parameter], ligand: Ligand) -> Parameters:
    """Return the disorder of a film whose spread of sizes is given."""
    spread = exciton_disorder(dot, known)
    share = electron_share(dot, ligand)
    disorder = max(share, 1.0 - share) * spread
    note = f"1S energies spread by {spread:.3g} eV"
    return {"electronic_disorder": by_rule("electronic_disorder", disorder, "dispersion_disorder", note)}


def _absorbing(dot: QuantumDot, known: Mapping[str, Parameter]) -> Parameters:
    """Return the absorption of a film whose dots' cross section is known; else the rule film_absorption remains."""
    try:
        alpha = peak_absorption(dot, known)
    except (DataError, UnsupportedError):
        return {}
    source = read_toml("sources.toml")[absorption_entry(dot.core, "edge")["source"]]["citation"]
    note = f"1S peak, {1e3 * peak_width(dot, known):.0f} meV wide (standard deviation); cross section of {source}"
    return {"absorption_coefficient": by_rule("absorption_coefficient", alpha, "cross_section_absorption", note)}


def _atoms(dot: QuantumDot, truncation: float) -> tuple[float, float]:
    cell = dot.core_value("lattice_constant")
    return surface_atoms(diameter=dot.outer_diameter, truncation=truncation, lattice_constant=cell)


def _fraction_of_ligand(dot: QuantumDot, known: Mapping[str, Parameter], ligand: Ligand) -> Parameter:
    """Return the share of bare surface atoms that the trap density on the ligand's reference dots means."""
    measured, gap = ligand.trap_density, ligand.reference_gap
    if measured is None or gap is None:
        raise DataError(
            f"{ligand.film}: no unpassivated_fraction (share of surface atoms that are traps) is known of the ligand "
            "and no rule covers it; give unpassivated_fraction=... [number] with a source"
        )
    reference = QuantumDot.from_gap(dot.core, gap, curve=dot.curve)
    atoms = sum(_atoms(reference, 0.0)) * dots_per_volume(reference, known)
    note = f"{measured.value:.3g} traps per cm^3 of {gap:g} eV dots ({measured.source})"
    return by_rule("unpassivated_fraction", measured.value / atoms, "surface_traps", note)


def surface_of(dot: QuantumDot, known: Mapping[str, Parameter], ligand: Ligand) -> Surface:
    """Return the chain from ligand and shape to the lifetime, (F10) to (F12)."""
    truncation = known.get("truncation") or by_rule("truncation", 0.0, "octahedral_dots")
    given = known.get("unpassivated_fraction")
    fraction = _fraction_of_ligand(dot, known, ligand) if given is None else given
    polar, neutral = _atoms(dot, truncation.value)
    each = fraction.value * (polar + neutral)
    density = each * dots_per_volume(dot, known)
    capture, note = _capture(ligand)
    lifetime = capture_lifetime(trap_density=density, capture=capture) if density > 0.0 else math.inf
    return Surface(
        truncation=truncation, unpassivated_fraction=fraction, polar_atoms=polar, neutral_atoms=neutral,
        traps_per_dot=each, trap_density=density, capture=capture, capture_note=note, lifetime=lifetime,
    )  # fmt: skip


def _capture(ligand: Ligand) -> tuple[float, str]:
    """Return the capture coefficient by the rule surface_capture, and what it rests on."""
    traps, lifetime = ligand.trap_density, ligand.values.get("electron_lifetime")
    if traps is None or lifetime is None:
        return CAPTURE, "of halide inks"
    return 1.0 / (traps.value * lifetime.value), f"{lifetime.value:g} s at {traps.value:g} cm^-3 with the ligand"


def _surface_lifetimes(surface: Surface) -> Parameters:
    note = f"{surface.trap_density:.3g} traps per cm^3, captured with {surface.capture:.3g} cm^3/s"
    found = {f"{carrier}_lifetime": by_rule(f"{carrier}_lifetime", surface.lifetime, "surface_traps", note)
             for carrier in ("electron", "hole")}  # fmt: skip
    return {**found, "truncation": surface.truncation, "unpassivated_fraction": surface.unpassivated_fraction}
