"""Levels of neutral layers, and what the ends of a stack are in contact with."""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs

from stackmodel.errors import DataError, InputError, UnsupportedError
from stackmodel.materials.assumptions import rule
from stackmodel.materials.dot_core import bulk_of
from stackmodel.materials.dot_film import QuantumDotFilm
from stackmodel.materials.filling import degeneracy, densities_at, ln_filled, neutral_level
from stackmodel.materials.material import Material, optical_gap, remembered
from stackmodel.materials.temperature import ROOM_TEMPERATURE
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, HC_EV_NM, NM, VACUUM_PERMITTIVITY
from stackmodel.physics.line import CHARGE, LN_N_1
from stackmodel.results.film_absorption import GivenSpectrum
from stackmodel.structure.contact import Contact
from stackmodel.structure.interface import Interface
from stackmodel.structure.stack import Stack

#: Step of temperature, relative, from which the slope of a gap is taken.
_GAP_STEP = 0.01
#: Shift of the Fermi level from that of Boltzmann statistics from which on it is listed. [eV]
DEGENERATE = 5e-3
#: With fewer dots at the energies of the carriers a device has no density of states there.
FEWEST_DOTS = 1e3


@attrs.frozen(kw_only=True)
class Levels:
    """Energies of a neutral layer relative to its own vacuum level [eV]."""

    conduction_band: float
    valence_band: float
    fermi_level: float


@attrs.frozen(kw_only=True)
class Assumed:
    """One assumption that a question rests on: whose, what, and by which rule."""

    whose: str
    what: str
    rule: str

    def as_row(self) -> dict[str, str]:
        """Return the assumption as a row of a table."""
        return {"whose": self.whose, "what": self.what, "rule": self.rule, "reason": rule(self.rule).reason}


@attrs.frozen(kw_only=True)
class End:
    """One end of the electrical part of a stack.

    `layer` is the position of the layer that the contact touches; `name` the electrode's, or the terminal's.
    """

    terminal: str
    name: str
    layer: int
    contact: Contact
    fermi_level: float
    assumptions: tuple[Assumed, ...] = ()

    @property
    def vacuum_step(self) -> float:
        """Step of the vacuum level from the layer out to the contact, by a dipole between them [eV]."""
        return 0.0 if self.contact.work_function is None else self.fermi_level + self.contact.work_function

    @property
    def work_function(self) -> float:
        """Vacuum level beside the contact minus its Fermi level [eV]."""
        return -self.fermi_level

    def takes_no(self, carriers: str) -> bool:
        """Whether the contact lets no "electrons", or no "holes", pass."""
        velocity = getattr(self.contact, f"{carriers.removesuffix('s')}_recombination_velocity")
        return self.contact.kind == "blocking" or velocity == 0.0


def electrical_ends(stack: Stack, i: int, temperature: float) -> tuple[Material, Material]:
    """Return the materials at the left and right end of layer `i` at `temperature` [K], in the role it has.

    They differ in a graded layer only.
    """
    key = ("ends", i, temperature)
    if key not in stack.memory:
        left, right = (_in_role_at(material, stack.roles[i], temperature) for material in stack.layers[i].ends)
        stack.memory[key] = (left, right)
    found: tuple[Material, Material] = stack.memory[key]
    return found


def active_gap(stack: Stack, temperature: float) -> float:
    """Return the largest gap of the active layers, of all layers with bands where none is active [eV]."""
    inner = [i for i in electrical_positions(stack) if electrical_ends(stack, i, temperature)[0].has_bands]
    active = [i for i in inner if stack.roles[i] in ("active", "channel")] or inner
    return max(end.value("band_gap") for i in active for end in electrical_ends(stack, i, temperature))


def gap_at_zero(stack: Stack, temperature: float) -> float:
    """Return the gap of the active layers extrapolated to 0 K by its slope at `temperature`, E_g - T dE_g/dT [eV].

    It is what the exponential of n_i^2 ~ exp(-E_g(T)/kT) shows as its activation energy.
    """
    cold, warm = (active_gap(stack, (1.0 + step) * temperature) for step in (-_GAP_STEP, _GAP_STEP))
    return active_gap(stack, temperature) - (warm - cold) / (2.0 * _GAP_STEP)


@remembered
def _in_role_at(material: Material, role: str, temperature: float) -> Material:
    """Return the material as a layer has it: the same one in every stack, with what it remembers."""
    return (material if material.role == role else material.in_role(role)).at(temperature)


def neutral_ends(stack: Stack, i: int, temperature: float) -> tuple[Levels, Levels]:
    """Return the levels of layer `i` where it is neutral, at its left and right end."""
    key = ("neutral", i, temperature)
    if key not in stack.memory:
        left, right = electrical_ends(stack, i, temperature)
        start = neutral_levels(left)
        stack.memory[key] = (start, start if right is left else neutral_levels(right))
    found: tuple[Levels, Levels] = stack.memory[key]
    return found


def electrical_material(stack: Stack, i: int, temperature: float) -> Material:
    """Return the material at the left end of layer `i`, see `electrical_ends`."""
    return electrical_ends(stack, i, temperature)[0]


@remembered
def neutral_levels(material: Material) -> Levels:
    """Return the levels of `material` where it is neutral."""
    gap, affinity = material.value("band_gap"), material.value("electron_affinity")
    if gap < 0.0:
        raise UnsupportedError(
            f"{material.name}: band_gap is {gap:.4g} eV at {material.temperature:g} K: its bands are inverted, which "
            "no solver models; use dots of it, or an alloy with a gap, or give band_gap=..."
        )
    if material.kind == "dielectric":
        return Levels(conduction_band=-affinity, valence_band=-affinity - gap, fermi_level=-affinity - 0.5 * gap)
    if any(f"{family}_density" in material.parameters for family, sign in material.trap_families.items() if sign):
        fermi = _level_with_traps(material)
        return Levels(conduction_band=-affinity, valence_band=-affinity - gap, fermi_level=-affinity + fermi)
    fermi = neutral_level(material, net_doping=material.net_doping)
    return Levels(conduction_band=-affinity, valence_band=-affinity - gap, fermi_level=-affinity + fermi)


@remembered
def neutral_densities(material: Material) -> tuple[float, float]:
    """Return electrons and holes of the neutral material [cm^-3]."""
    return densities_at(material, neutral_levels(material).fermi_level + material.value("electron_affinity"))


def _level_with_traps(material: Material) -> float:
    """Return the Fermi level of a neutral layer above its conduction band whose traps hold charge [eV]."""
    from scipy.optimize import brentq

    from stackmodel.physics.poisson import level_charge
    from stackmodel.structure.mechanisms import trap_levels

    traps = trap_levels(material, charged_only=True)
    kT, gap = BOLTZMANN_EV * material.temperature, material.value("band_gap")
    ln_C, ln_V = math.log(material.value("conduction_band_dos")), math.log(material.value("valence_band_dos"))
    filled = ln_filled(material)

    def charge(eta: float) -> float:
        """Sign of the charge, over the sum of all charges so that nothing underflows to a flat zero."""
        ln_n, ln_p = ln_C + filled(eta), ln_V + filled(-eta - gap / kT)
        held = sum(
            level_charge(ln_C + eta, ln_n_1, 1.0, q)[0] for ln_n_1, q in zip(*traps[[LN_N_1, CHARGE]], strict=True)
        )
        parts = (math.exp(min(ln_p, 700.0)), -math.exp(min(ln_n, 700.0)), held, material.net_doping)
        return sum(parts) / sum(abs(part) for part in parts)

    low, high = -gap / kT - 60.0, 60.0
    if charge(low) * charge(high) > 0.0:
        raise InputError(
            f"{material.name}: doping and charged traps exceed the states of the bands; expected less of them"
        )
    return float(brentq(charge, low, high, xtol=1e-13, rtol=1e-14)) * kT


def image_force_per_root_field(material: Material) -> float:
    """Return what the image force takes off a barrier, over the root of the field [eV (cm/V)^1/2].

    Eq. (E3) of docs/method.md: sqrt(q F / (4 pi eps)), with the optical permittivity where it is known.
    """
    name = "optical_permittivity" if material.has("optical_permittivity") else "relative_permittivity"
    return math.sqrt(ELEMENTARY_CHARGE / (4.0 * math.pi * material.value(name) * VACUUM_PERMITTIVITY))


def electrical_positions(stack: Stack) -> tuple[int, ...]:
    """Return the positions of the layers in which carriers move or fields drop.

    Contacts are left out, and so are dielectrics beyond them, which coat the device.

    Raises
    ------
    InputError
        If there is none, or a deep n-type oxide stands between two of them.
    """
    kinds = [layer.material.kind for layer in stack.layers]
    inner = [i for i, kind in enumerate(kinds) if kind in ("semiconductor", "dot film", "dielectric")]
    carrying = [i for i in inner if kinds[i] != "dielectric"]
    if carrying:
        low, high = carrying[0], carrying[-1]
        while low > 0 and kinds[low - 1] == "dielectric":
            low -= 1
        while high < len(kinds) - 1 and kinds[high + 1] == "dielectric":
            high += 1
        inner = [i for i in inner if low <= i <= high]
    if not inner:
        raise InputError(f"{stack.notation}: no semiconductor layer; expected at least one between the electrodes")
    for i in range(inner[0], inner[-1]):
        if kinds[i] == "contact oxide":
            raise InputError(
                f"{stack.names[i]}: no path for holes: between two layers a deep n-type oxide needs recombination of "
                "holes with electrons of its conduction band, which needs an interface recombination velocity; put "
                "it beside the electrode"
            )
    return tuple(inner)


def vacuum_step(interface: Interface, depths: tuple[float, float] | None) -> float:
    """Return the step of the vacuum level from the left to the right layer [eV].

    Parameters
    ----------
    interface : Interface
        Its dipole [eV] and slope parameter S.
    depths : pair of float, optional
        Depth Phi of the charge-neutrality level below the vacuum level, left and right; needed with S. [eV]

    Notes
    -----
    Eqs. (A4) and (A5) of docs/method.md: the conduction bands are offset by chi_a - chi_b - (1 - S) (Phi_a - Phi_b) in
    place of Anderson's chi_a - chi_b, so the vacuum level steps by -(1 - S) (Phi_a - Phi_b) beside the dipole.
    """
    if interface.pinning is None or depths is None:
        return interface.dipole
    return interface.dipole - (1.0 - interface.pinning) * (depths[0] - depths[1])


def vacuum_levels(stack: Stack, temperature: float) -> dict[int, float]:
    """Return the vacuum level of every electrical layer relative to that of the first [eV], by position."""
    inner = electrical_positions(stack)
    level, found = 0.0, {inner[0]: 0.0}
    for i in inner[1:]:
        interface, depths = stack.interfaces[i - 1], None
        if interface.pinning is not None:
            left = _neutrality_depth(stack.names[i - 1], electrical_ends(stack, i - 1, temperature)[1])
            right = _neutrality_depth(stack.names[i], electrical_ends(stack, i, temperature)[0])
            depths = (left, right)
        level += vacuum_step(interface, depths)
        found[i] = level
    return found


def _neutrality_depth(name: str, material: Material) -> float:
    if not material.has("charge_neutrality_level"):
        raise DataError(
            f"{name}: pinning needs its charge_neutrality_level [eV above E_V], which no source gives; "
            f"give {name}.charge_neutrality_level=... or leave pinning out"
        )
    return material.value("ionization_potential") - material.value("charge_neutrality_level")


def ends(stack: Stack, front: Contact | None, back: Contact | None, temperature: float) -> tuple[End, End]:
    """Return what the front and the back of the stack are in contact with.

    A given contact comes first; else a deep oxide sets the work function of the electrode behind it; else an
    electrode beside a doped transport layer is ohmic; else it stands at its work function.
    """
    inner = electrical_positions(stack)
    return (
        _end(stack, "front", front, inner[0], range(inner[0] - 1, -1, -1), temperature),
        _end(stack, "back", back, inner[-1], range(inner[-1] + 1, len(stack)), temperature),
    )


def _end(stack: Stack, terminal: str, given: Contact | None, layer: int, outward: range, temperature: float) -> End:
    kinds = {i: stack.layers[i].material.kind for i in outward}
    electrode = next((i for i in outward if kinds[i] == "electrode"), None)
    oxide = next((i for i in outward if kinds[i] == "contact oxide"), None)
    _check_order(stack, layer, electrode, outward)
    name = stack.names[electrode] if electrode is not None else terminal
    beside = stack.names[layer]

    def end(contact: Contact, *notes: Assumed) -> End:
        step = _contact_dipole(stack, terminal, layer, outward, contact)
        if contact.work_function is not None:
            level = step - contact.work_function
        else:
            level = neutral_ends(stack, layer, temperature)[0 if terminal == "front" else 1].fermi_level
        return End(terminal=terminal, name=name, layer=layer, contact=contact, fermi_level=level, assumptions=notes)

    if given is not None:
        return end(given)
    if oxide is not None and electrode is not None:
        work = stack.layers[oxide].material.value("work_function")
        what = f"{stack.names[oxide]} sets the contact's work function to {work:z.2f} eV"
        return end(Contact.schottky(work_function=work), Assumed(whose=name, what=what, rule="deep_oxide_contact"))
    if electrode is None:
        raise InputError(
            f"{terminal}: the stack has no electrode there; give {terminal}=Contact.ohmic() or an electrode layer"
        )
    material = stack.layers[electrode].material
    if stack.roles[layer] in ("ETL", "HTL") and _has_charges(stack, layer, terminal, temperature):
        ohmic = end(Contact.ohmic())
        what = _implied(stack, layer, material, ohmic.fermi_level, temperature)
        return attrs.evolve(ohmic, assumptions=(Assumed(whose=name, what=what, rule="ohmic_electrode"),))
    work = material.value("work_function")
    what = f"Schottky contact to {beside} at {work:z.2f} eV"
    return end(Contact.schottky(work_function=work), Assumed(whose=name, what=what, rule="schottky_electrode"))


def _has_charges(stack: Stack, layer: int, terminal: str, temperature: float) -> bool:
    """Whether doping or charged traps hold the Fermi level of a neutral layer off the middle of the gap.

    Flat bands with a level at midgap would block both carriers: the opposite of an ohmic contact.
    """
    material = electrical_ends(stack, layer, temperature)[0 if terminal == "front" else 1]
    charged = (f"{family}_density" for family, sign in material.trap_families.items() if sign)
    return material.net_doping != 0.0 or any(density in material.parameters for density in charged)


def _check_order(stack: Stack, layer: int, electrode: int | None, outward: range) -> None:
    """Refuse a deep oxide behind the electrode, and a substrate before it: neither touches what it would act on."""
    if electrode is None:
        return
    metal = stack.names[electrode]
    for i in outward:
        kind, name = stack.layers[i].material.kind, stack.names[i]
        behind = abs(i - layer) > abs(electrode - layer)
        if kind == "contact oxide" and behind:
            raise InputError(
                f"{name}: a deep oxide behind the electrode {metal} sets no contact; put it between "
                f"{stack.names[layer]} and {metal}, or leave it out"
            )
        if kind == "substrate" and not behind:
            raise InputError(
                f"{name}: a substrate between {stack.names[layer]} and the electrode {metal} insulates; put it outside"
            )


def _contact_dipole(stack: Stack, terminal: str, layer: int, outward: range, contact: Contact) -> float:
    """Return the step of the vacuum level from `layer` out to its contact [eV].

    Eq. (A4) of docs/method.md: the step counts from left to right as at every interface, so a layer sees a front
    contact at W + dipole and a back contact at W - dipole.
    """
    if not outward:
        return 0.0
    touching = min(layer, outward[0])
    for i in outward:
        at = min(i, i - outward.step)
        where = f"{stack.names[at]}|{stack.names[at + 1]}"
        for field in stack.interfaces[at].given:
            if at != touching:
                raise InputError(f"{where}: {field} acts on no carrier there; leave it out")
            if field != "dipole":
                raise InputError(
                    f"{where}: {field} cannot act at a contact; only a dipole can. "
                    f"Give {terminal}=Contact.schottky(...) for what the contact does"
                )
            if contact.work_function is None:
                raise InputError(
                    f"{where}: a dipole cannot act: the contact is {contact.kind}, at the layer's own Fermi level; "
                    f"give {terminal}=Contact.schottky(work_function=...) or leave it out"
                )
    dipole = stack.interfaces[touching].dipole
    return dipole if terminal == "back" else -dipole


def _implied(stack: Stack, layer: int, electrode: Material, level: float, temperature: float) -> str:
    what = f"ohmic to {stack.names[layer]} (flat band at {-level:z.2f} eV)"
    if not electrode.has("work_function"):
        return what
    material = electrical_material(stack, layer, temperature)
    work = electrode.value("work_function")
    carrier, barrier = ("electron", work - material.value("electron_affinity"))
    if stack.roles[layer] == "HTL":
        carrier, barrier = ("hole", material.value("ionization_potential") - work)
    return f"{what}; its work function {work:z.2f} eV would imply a barrier for {carrier}s of {barrier:z.2f} eV"


def assumptions_of(stack: Stack, temperature: float) -> tuple[Assumed, ...]:
    """Return the assumptions that the stack's parameters rest on, one a layer and rule."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for i, name in enumerate(stack.names):
        for parameter in electrical_material(stack, i, temperature).explained():
            if parameter.assumption:
                what = f"{parameter.quantity} = {parameter.value:.4g} {parameter.unit}".rstrip()
                grouped.setdefault((name, parameter.assumption), []).append(what)
    found = [Assumed(whose=name, what="; ".join(what), rule=rule) for (name, rule), what in grouped.items()]
    for i, name in enumerate(stack.names):
        material = electrical_material(stack, i, temperature)
        laws = (_of_absorption(material) if i in _absorbing(stack) else {}) | _of_cold_dots(material)
        laws |= _of_degenerate(material)
        found += [Assumed(whose=name, what=what, rule=rule) for rule, what in laws.items()]
    found += [
        Assumed(whose=f"{a}|{b}", what=f"{family.name}_density", rule="neutral_interface_levels")
        for a, b, interface in zip(stack.names, stack.names[1:], stack.interfaces, strict=False)
        for family in interface.families
        if family.sign == 0.0
    ]
    found += [
        Assumed(
            whose=name, rule="continuum_of_dots",
            what=f"{dots:.2g} dots a cm^2 at the energies of the carriers; expected {FEWEST_DOTS:g} in the device",
        )
        for name, _, dots in _dots_of_carriers(stack, temperature) if dots < FEWEST_DOTS
    ]  # fmt: skip
    return tuple(found)


def _absorbing(stack: Stack) -> list[int]:
    """Return the layers whose absorption closed forms ask: active ones, else dots and channels."""
    active = [i for i, role in enumerate(stack.roles) if role == "active"]
    return active or [
        i for i, layer in enumerate(stack.layers) if layer.material.kind == "dot film" or stack.roles[i] == "channel"
    ]


def _of_degenerate(material: Material) -> dict[str, str]:
    """Return what the Fermi level of a doped layer rests on, by rule, where its carriers are degenerate."""
    shift = degeneracy(material) if material.has_bands else 0.0
    if abs(shift) < DEGENERATE:
        return {}
    doping = f"{abs(material.net_doping):.3g} {'donors' if shift > 0.0 else 'acceptors'} per cm^3"
    apart = f"{1e3 * abs(shift):.0f} meV"
    if material.statistics == "boltzmann":
        edge = "E_C" if shift > 0.0 else "E_V"
        return {"boltzmann_degenerate": f"degenerate: {doping}; the Fermi level is {apart} short towards {edge}"}
    return {"parabolic_band": f"degenerate: {doping}; the Fermi level is {apart} beyond Boltzmann's"}


def refuse_few_dots(stack: Stack, temperature: float, area: float | None) -> None:
    """Refuse a Gaussian density of states whose carriers sit at energies at which the device has next to no dots.

    Notes
    -----
    Few carriers have the mean energy sigma^2/kT below the centre of the levels, with the standard deviation sigma
    (F5): the share of the dots beyond it is that of a normal distribution beyond sigma/kT of its deviations.

    Without an area nothing is refused: `assumptions_of` says how large a device has to be.

    Raises
    ------
    UnsupportedError
        If a layer has fewer than `FEWEST_DOTS` of them in `area` [cm^2].
    """
    if area is None:
        return
    for name, material, dots in _dots_of_carriers(stack, temperature):
        if dots * area < FEWEST_DOTS:
            sigma, kT = material.value("electronic_disorder"), BOLTZMANN_EV * temperature
            raise UnsupportedError(
                f"{name}: {dots * area:.2g} dots in its {area:.4g} cm^2 have levels at the mean energy of the carriers "
                f"(at {temperature:g} K, {1e3 * sigma**2 / kT:.0f} meV from the centre of a Gaussian of "
                f"{1e3 * sigma:g} meV); expected at least {FEWEST_DOTS:g}. Give a smaller electronic_disorder, a "
                "higher temperature, or a larger area"
            )


def _dots_of_carriers(stack: Stack, temperature: float) -> Iterator[tuple[str, Material, float]]:
    """Yield name and material of each film of disordered dots, and the dots at its carriers' energies [cm^-2]."""
    for i in electrical_positions(stack):
        depth = stack.layers[i].thickness
        for material in electrical_ends(stack, i, temperature):
            if depth is None or material.statistics != "gaussian" or not material.value("electronic_disorder") > 0.0:
                continue
            share = 0.5 * math.erfc(
                material.value("electronic_disorder") / (BOLTZMANN_EV * temperature * math.sqrt(2.0))
            )
            yield stack.names[i], material, _dots(material) * depth * NM * share


def _dots(material: Material) -> float:
    """Return the dots of a film [cm^-3]; a material that is no recipe has one state on each."""
    if isinstance(material, QuantumDotFilm):
        return material.dot.density_factor(material.value("interdot_spacing"))
    return min(material.value("conduction_band_dos"), material.value("valence_band_dos"))


def _of_absorption(material: Material) -> dict[str, str]:
    """Return how the closed forms take the absorption of a material, by rule."""
    spectrum = material.absorption_spectrum if material.has_bands else None
    if isinstance(spectrum, GivenSpectrum):
        return {"absorption_held": f"light of many wavelengths below {HC_EV_NM / spectrum.anchor:.0f} nm"}
    if not material.has_bands or material.optical is not None or not material.has("absorption_coefficient"):
        return {}
    if spectrum is None:
        alpha, gap = material.value("absorption_coefficient"), optical_gap(material)
        return {"step_absorption": f"absorption_coefficient = {alpha:.4g} cm^-1 above {gap:.4g} eV"}
    last = f"{spectrum.alpha_anchor:.4g} cm^-1 and more at {HC_EV_NM / spectrum.anchor:.0f} nm"
    return {
        "absorption_continuum": f"{spectrum.alpha_peak:.4g} cm^-1 at the 1S peak, {last}",
        "absorption_held": f"light of many wavelengths below {HC_EV_NM / spectrum.anchor:.0f} nm",
    }


def _of_cold_dots(material: Material) -> dict[str, str]:
    """Return that a film of dots keeps its gap away from 300 K, and by how much the law of the bulk would move it."""
    if material.kind != "dot film" or material.temperature == ROOM_TEMPERATURE or "band_gap" in material.laws:
        return {}
    what = f"band_gap = {material.value('band_gap'):.4g} eV at {material.temperature:g} K as at 300 K"
    if isinstance(material, QuantumDotFilm):
        bulk = bulk_of(material.recipe.core)
        if "band_gap" in bulk.laws:
            moved = bulk.at(material.temperature).value("band_gap") - bulk.value("band_gap")
            what += f"; that of {bulk.name} moves by {moved:+.3f} eV"
    return {"dots_without_temperature": what}
