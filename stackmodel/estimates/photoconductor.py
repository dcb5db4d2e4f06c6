"""The estimate of a photoconductor: what a film between two contacts conducts in the dark and under light."""

from __future__ import annotations

import math

import attrs
import numpy as np

from stackmodel.errors import DataError, UnsupportedError
from stackmodel.estimates import photoconduction as law
from stackmodel.estimates.absorption import absorber_of, light_carriers
from stackmodel.light.spectrum import Light
from stackmodel.materials.material import Material
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY
from stackmodel.results.base import Provenance
from stackmodel.results.photoconductor import PhotoconductorEstimate
from stackmodel.structure.levels import End, electrical_ends, electrical_positions, neutral_levels
from stackmodel.structure.mesh import NM
from stackmodel.structure.stack import Stack

#: A step of this height keeps minority carriers in the film, see `estimates.device`. [eV]
BLOCKS = 0.2
#: A contact whose Fermi level lies farther than this many kT from the film's depletes it.
OHMIC_KT = 3.0


@attrs.frozen(kw_only=True)
class Geometry:
    """How current and light go through the film.

    `length` is what carriers drift along, `depth` what light goes through [cm]; `cross_section` is what the current
    goes through and `lit` what the light falls on [cm^2], unknown where no area is given.
    """

    name: str
    length: float
    depth: float
    cross_section: float | None
    lit: float | None


def neutral_densities(material: Material) -> tuple[float, float]:
    """Return electrons and holes of the neutral material [cm^-3]."""
    levels, kT = neutral_levels(material), BOLTZMANN_EV * material.temperature
    etas = (
        (levels.fermi_level - levels.conduction_band) / kT,
        (levels.valence_band - levels.fermi_level) / kT,
    )
    sites = (material.value("conduction_band_dos"), material.value("valence_band_dos"))
    if material.statistics == "boltzmann":
        filled = [math.exp(eta) for eta in etas]
    elif material.statistics == "gaussian" and material.value("electronic_disorder") == 0.0:
        filled = [1.0 / (1.0 + math.exp(-eta)) for eta in etas]
    else:
        from stackmodel.physics.occupation import CODES, statistics_row
        from stackmodel.physics.statistics import ln_density

        disorder = material.value("electronic_disorder") if material.statistics == "gaussian" else 0.0
        code, row = CODES[material.statistics], statistics_row(material.statistics, disorder, material.temperature)
        filled = [math.exp(ln_density(code, eta, row)[0]) for eta in etas]
    return sites[0] * filled[0], sites[1] * filled[1]


def conductivity(material: Material) -> float:
    """Return q (n mu_n + p mu_p) of the neutral material in the dark [S cm^-1]."""
    n, p = neutral_densities(material)
    return ELEMENTARY_CHARGE * (n * material.value("electron_mobility") + p * material.value("hole_mobility"))


def _conducts_electrons(material: Material) -> bool:
    n, p = neutral_densities(material)
    return n >= p


def estimate(
    stack: Stack, ends: tuple[End, End], *, film: int, geometry: Geometry, anode: str, temperature: float,
    voltage: float, light: Light | None, provenance: Provenance,
) -> PhotoconductorEstimate:  # fmt: skip
    """Return the closed-form answers of the film at position `film` of a path from contact to contact.

    Parameters
    ----------
    stack : Stack
        The path that the current takes: other layers of it are in series with the film.
    ends : pair of End
    film : int
    geometry : Geometry
    anode : str
        Terminal that is the anode, "front" or "back".
    temperature : float
        [K]
    voltage : float
        Over the whole path. [V]
    light : Light, optional
    provenance : Provenance
    """
    material, kT = _single(stack, film, temperature), BOLTZMANN_EV * temperature
    n, p = neutral_densities(material)
    mu_n, mu_p = material.value("electron_mobility"), material.value("hole_mobility")
    sigma = conductivity(material)
    own, others = geometry.length / sigma, _in_series(stack, film, temperature)
    share = own / (own + others)
    electrons = _conducts_electrons(material)
    majority, minority = ("electron", "hole") if electrons else ("hole", "electron")
    mobility = {"electron": mu_n, "hole": mu_p}
    bulk = law.excess_lifetime(
        n=n, p=p, n_i=math.sqrt(n * p), tau_n=material.value("electron_lifetime"),
        tau_p=material.value("hole_lifetime"), radiative=material.value("radiative_coefficient"),
        auger_n=material.value("electron_auger_coefficient"), auger_p=material.value("hole_auger_coefficient"),
    )  # fmt: skip
    held = material.value(f"{minority}_trap_lifetime") if material.has(f"{minority}_trap_lifetime") else None
    absorber = absorber_of(stack.names[film], material, geometry.depth)
    if light is not None and absorber is None:
        raise DataError(
            f"{stack.names[film]}: no absorption_coefficient, which light needs; "
            f"give {stack.names[film]}.absorption_coefficient=... [cm^-1]"
        )
    diffusion = law.ambipolar_diffusion(n=n, p=p, mu_n=mu_n, mu_p=mu_p, kT=kT)
    pair_mobility = law.ambipolar_mobility(n=n, p=p, mu_n=mu_n, mu_p=mu_p)
    velocities = _velocities(stack, ends, film, temperature, minority)

    def lifetime_at(volts: float) -> float:
        """Mean lifetime of pairs; the field points from the anode to the cathode."""
        towards_back = -1.0 if anode == "back" else 1.0
        return law.lifetime_between_contacts(
            lifetime=bulk, diffusion=diffusion, drift=towards_back * pair_mobility * share * volts / geometry.length,
            length=geometry.length, velocities=velocities,
        )  # fmt: skip

    def gain_at(volts: float) -> float:
        free = lifetime_at(volts)
        return law.gain(
            voltage=share * volts, length=geometry.length, minority=(mobility[minority], free),
            majority=(mobility[majority], free if held is None else held),
        )  # fmt: skip

    lifetime = lifetime_at(voltage)
    if math.isinf(lifetime):
        raise DataError(
            f"{stack.names[film]}: nothing recombines, neither in the film nor at a contact, so the gain is "
            f"unbounded; give {stack.names[film]}.{minority}_lifetime=... [s]"
        )
    volts = np.linspace(0.0, 2.0 * voltage or 1.0, 51)
    pairs = 0.0 if light is None or absorber is None else (
        light_carriers(absorber, light)
    )  # fmt: skip
    return PhotoconductorEstimate(
        voltage=voltage,
        film=stack.names[film],
        geometry=geometry.name,
        length=geometry.length * 1e4,
        depth=geometry.depth / NM,
        cross_section=geometry.cross_section,
        lit_area=geometry.lit,
        voltage_share=share,
        electron_density=n,
        hole_density=p,
        electron_mobility=mu_n,
        hole_mobility=mu_p,
        conductivity=sigma,
        specific_conductance=1.0 / (own + others),
        bulk_lifetime=bulk,
        effective_lifetime=lifetime,
        trap_lifetime=held,
        gain=gain_at(voltage),
        voltages=volts,
        gains=np.array([gain_at(each) for each in volts.tolist()]),
        dielectric_relaxation_time=material.value("relative_permittivity") * VACUUM_PERMITTIVITY / sigma,
        absorber=absorber,
        photocurrent=None if light is None else ELEMENTARY_CHARGE * pairs * gain_at(voltage),
        temperature=temperature,
        notes=_notes(stack, ends, film, material, kT, electrons=electrons),
        provenance=provenance,
    )


def _single(stack: Stack, i: int, temperature: float) -> Material:
    if stack.layers[i].graded_to is not None:
        raise UnsupportedError(f"{stack.names[i]}: a graded film has no closed form of its conduction; jv() solves it")
    return electrical_ends(stack, i, temperature)[0]


def _in_series(stack: Stack, film: int, temperature: float) -> float:
    """Return the resistance of the path's other layers, per area [ohm cm^2]."""
    total, n_type = 0.0, _conducts_electrons(_single(stack, film, temperature))
    for i in electrical_positions(stack):
        if i == film:
            continue
        material, thickness = _single(stack, i, temperature), stack.layers[i].thickness
        if not material.has_bands:
            raise UnsupportedError(
                f"{stack.names[i]}: a {material.kind} between the contacts lets no current pass; leave it out, "
                "or write a Phototransistor where it is a gate's insulator"
            )
        if _conducts_electrons(material) != n_type:
            raise UnsupportedError(
                f"{stack.names[i]}: it conducts {'holes' if n_type else 'electrons'} and {stack.names[film]} does not: "
                "a junction is no resistance in series; write a Photodiode, or ask jv()"
            )
        if thickness is None:
            raise DataError(f'{stack.names[i]}: thickness is missing; expected e.g. "{stack.names[i]} 60nm"')
        total += thickness * NM / conductivity(material)
    return total


def _velocities(
    stack: Stack, ends: tuple[End, End], film: int, temperature: float, minority: str
) -> tuple[float, float]:
    """Return the velocity with which pairs leave the film to either side [cm/s]."""
    inner = electrical_positions(stack)
    found = []
    for outward, end in ((-1, ends[0]), (1, ends[1])):
        k = film + outward
        if inner[0] <= k <= inner[-1]:
            here, there = _single(stack, film, temperature), _single(stack, k, temperature)
            step = here.value("electron_affinity") - there.value("electron_affinity")
            if minority == "hole":
                step = there.value("ionization_potential") - here.value("ionization_potential")
            found.append(0.0 if step > BLOCKS else math.inf)
        elif end.contact.kind == "blocking":
            found.append(0.0)
        else:
            given = getattr(end.contact, f"{minority}_recombination_velocity")
            found.append(math.inf if given is None else float(given))
    return found[0], found[1]


def _notes(
    stack: Stack, ends: tuple[End, End], film: int, material: Material, kT: float, *, electrons: bool
) -> tuple[str, ...]:
    """Return which contacts deplete the film of the carriers that the gain asks them to replace."""
    level = neutral_levels(material).fermi_level
    found = []
    for end in ends:
        if end.layer != film:
            continue
        missing = (level - end.fermi_level) * (1.0 if electrons else -1.0)
        if end.contact.kind == "blocking":
            found.append(f"{end.name} blocks: no pair moves more than one charge, whatever the lifetime")
        elif missing > OHMIC_KT * kT:
            found.append(
                f"{end.name} depletes {stack.names[film]} by {missing:.2f} eV: it is no ohmic contact, so current and "
                "gain are upper bounds"
            )
    return tuple(found)
