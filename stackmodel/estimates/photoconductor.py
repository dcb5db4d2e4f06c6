"""The estimate of a photoconductor: what a film between two contacts conducts in the dark and under light."""

from __future__ import annotations

import math

import attrs
import numpy as np

from stackmodel.errors import DataError, UnsupportedError
from stackmodel.estimates import photoconduction_laws as law
from stackmodel.estimates.absorption import absorber_of, light_carriers
from stackmodel.light.spectrum import Light
from stackmodel.materials.material import Material
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, NM, UM, VACUUM_PERMITTIVITY
from stackmodel.results.photoconductor import PhotoconductorEstimate
from stackmodel.structure.levels import End, electrical_ends, electrical_positions, neutral_densities, neutral_levels
from stackmodel.structure.paths import lateral_size, thickness
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup, film_of
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


def conductivity(material: Material) -> float:
    """Return q (n mu_n + p mu_p) of the neutral material in the dark [S cm^-1]."""
    n, p = neutral_densities(material)
    return ELEMENTARY_CHARGE * (n * material.value("electron_mobility") + p * material.value("hole_mobility"))


def _conducts_electrons(material: Material) -> bool:
    n, p = neutral_densities(material)
    return n >= p


def geometry_of(stack: Stack, film: int, area: float | None) -> Geometry:
    """Return the ways of current and light of the film at position `film`; `area` is that of a vertical device."""
    depth = thickness(stack, film)
    lateral = stack.layers[film].lateral
    if not lateral:
        return Geometry(name="vertical", length=depth, depth=depth, cross_section=area, lit=area)
    length, width = lateral_size(stack, film, "length"), None
    if "width" in lateral:
        width = lateral_size(stack, film, "width")
    cross, lit = (None, None) if width is None else (width * depth, width * length)
    return Geometry(name="lateral", length=length, depth=depth, cross_section=cross, lit=lit)


def estimate(setup: Setup, geometry: Geometry, *, voltage: float, light: Light | None) -> PhotoconductorEstimate:
    """Return the closed-form answers of a photoconductor.

    Parameters
    ----------
    setup : Setup
        Its stack is the path that the current takes: other layers of it are in series with the film.
    geometry : Geometry
    voltage : float
        Over the whole path. [V]
    light : Light, optional
    """
    stack, ends, temperature, film = setup.stack, setup.ends, setup.temperature, film_of(setup.stack)
    material, kT = _single(stack, film, temperature), BOLTZMANN_EV * temperature
    n, p = neutral_densities(material)
    sigma = conductivity(material)
    own, others = geometry.length / sigma, _in_series(stack, film, temperature)
    electrons = _conducts_electrons(material)
    minority = "hole" if electrons else "electron"
    absorber = absorber_of(stack.names[film], material, geometry.depth)
    if light is not None and absorber is None:
        raise DataError(
            f"{stack.names[film]}: no absorption_coefficient, which light needs; "
            f"give {stack.names[film]}.absorption_coefficient=... [cm^-1]"
        )
    excess = _excess(
        material, share=own / (own + others), length=geometry.length, towards_back=float(setup.sign),
        velocities=_velocities(stack, ends, film, temperature, minority), minority=minority,
    )  # fmt: skip
    if math.isinf(excess.lifetime_at(voltage)):
        raise DataError(
            f"{stack.names[film]}: nothing recombines, neither in the film nor at a contact, so the gain is "
            f"unbounded; give {stack.names[film]}.{minority}_lifetime=... [s]"
        )
    gain = excess.gain_at(voltage)
    volts = np.linspace(0.0, 2.0 * voltage or 1.0, 51)
    pairs = None if light is None or absorber is None else light_carriers(absorber, light)
    return PhotoconductorEstimate(
        voltage=voltage,
        film=stack.names[film],
        geometry=geometry.name,
        length=geometry.length / UM,
        depth=geometry.depth / NM,
        cross_section=geometry.cross_section,
        lit_area=geometry.lit,
        voltage_share=excess.share,
        electron_density=n,
        hole_density=p,
        electron_mobility=excess.mobility["electron"],
        hole_mobility=excess.mobility["hole"],
        conductivity=sigma,
        specific_conductance=1.0 / (own + others),
        bulk_lifetime=excess.bulk,
        effective_lifetime=excess.lifetime_at(voltage),
        trap_lifetime=excess.held,
        gain=gain,
        voltages=volts,
        gains=np.array([excess.gain_at(each) for each in volts.tolist()]),
        dielectric_relaxation_time=material.value("relative_permittivity") * VACUUM_PERMITTIVITY / sigma,
        absorber=absorber,
        photocurrent=None if pairs is None else ELEMENTARY_CHARGE * pairs * gain,
        temperature=temperature,
        notes=_notes(stack, ends, film, material, kT, electrons=electrons),
        provenance=record("Estimate in closed form", setup.as_written),
    )


@attrs.frozen(kw_only=True)
class _Excess:
    """How excess pairs live and conduct in the film at any voltage over the path."""

    share: float  # of the voltage that drops over the film
    length: float  # [cm]
    bulk: float  # lifetime far from contacts [s]
    diffusion: float  # ambipolar [cm^2 s^-1]
    drift: float  # ambipolar mobility, positive where a positive voltage drives pairs to the back [cm^2/(V s)]
    velocities: tuple[float, float]  # out of either end [cm/s]
    mobility: dict[str, float]  # by carrier [cm^2/(V s)]
    minority: str
    held: float | None  # for which minority carriers stay trapped [s]

    def lifetime_at(self, volts: float) -> float:
        """Return the mean lifetime of pairs [s]."""
        return law.lifetime_between_contacts(
            lifetime=self.bulk, diffusion=self.diffusion, drift=self.drift * self.share * volts / self.length,
            length=self.length, velocities=self.velocities,
        )  # fmt: skip

    def gain_at(self, volts: float) -> float:
        """Return carriers through the circuit for each absorbed photon."""
        free = self.lifetime_at(volts)
        majority = "electron" if self.minority == "hole" else "hole"
        return law.gain(
            voltage=self.share * volts, length=self.length, minority=(self.mobility[self.minority], free),
            majority=(self.mobility[majority], free if self.held is None else self.held),
        )  # fmt: skip


def _excess(
    material: Material, *, share: float, length: float, towards_back: float, velocities: tuple[float, float],
    minority: str,
) -> _Excess:  # fmt: skip
    """Return what light adds to the neutral film; the field points from the anode to the cathode."""
    n, p = neutral_densities(material)
    mu_n, mu_p = material.value("electron_mobility"), material.value("hole_mobility")
    trapped = f"{minority}_trap_lifetime"
    return _Excess(
        share=share, length=length, velocities=velocities, mobility={"electron": mu_n, "hole": mu_p},
        minority=minority, held=material.value(trapped) if material.has(trapped) else None,
        bulk=law.excess_lifetime(
            n=n, p=p, n_i=math.sqrt(n * p), tau_n=material.value("electron_lifetime"),
            tau_p=material.value("hole_lifetime"), radiative=material.value("radiative_coefficient"),
            auger_n=material.value("electron_auger_coefficient"), auger_p=material.value("hole_auger_coefficient"),
        ),
        diffusion=law.ambipolar_diffusion(
            n=n, p=p, mu_n=mu_n, mu_p=mu_p, kT=BOLTZMANN_EV * material.temperature
        ),
        drift=towards_back * law.ambipolar_mobility(n=n, p=p, mu_n=mu_n, mu_p=mu_p),
    )  # fmt: skip


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
        material = _single(stack, i, temperature)
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
        total += thickness(stack, i) / conductivity(material)
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
