"""What carriers do in a layer and at an interface, as columns of arrays: mobilities, coefficients, traps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, UnsupportedError
from stackmodel.materials.capture import CAPTURES
from stackmodel.materials.material import Material, remembered
from stackmodel.physics import line
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, NM, NONE, UNBOUND
from stackmodel.physics.mechanisms import auger, band_tunnelling, langevin, radiative
from stackmodel.physics.mechanisms.table import CARRIERS, ln
from stackmodel.physics.tunnelling import tunnelling_exponent
from stackmodel.quantities import TRAP_FAMILIES
from stackmodel.structure.interface import Family, Interface

#: Richardson constant of a free electron [A/(cm^2 K^2)] and density of states of its band at 300 K [cm^-3].
_RICHARDSON, _FREE_DOS = 120.17349, 2.50943e19
#: Levels that stand for a distribution lie no further apart than this, over kT, and there are at most so many.
_SPACING, _MOST_LEVELS = 1.0, 48


#: What fills the columns of `Line.values` that belong to mechanisms of recombination.
_RECOMBINATION = (radiative.columns, langevin.columns, auger.columns, band_tunnelling.columns)


@remembered
def layer_values(material: Material) -> FloatArray:
    """Return the column of `Line.values` of a material at its temperature, shape (N_VALUES,)."""
    values = np.full(line.N_VALUES, NONE)
    for row in (line.POOLE_N, line.POOLE_P, line.HOP):
        values[row] = 0.0
    for row in (line.LN_SATURATION_N, line.LN_SATURATION_P):
        values[row] = UNBOUND
    values[line.BETA_N] = values[line.BETA_P] = 1.0
    if not material.has_bands:
        return values
    for columns in _RECOMBINATION:
        for row, value in columns(material).items():
            values[row] = value
    values[line.LN_MU_N], values[line.LN_MU_P] = (ln(material.value(f"{c}_mobility")) for c in CARRIERS)
    if "hopping_length" in material.parameters:
        values[line.HOP] = 0.5 * material.value("hopping_length") * NM / (BOLTZMANN_EV * material.temperature)
    for k, carrier in enumerate(CARRIERS):
        if f"{carrier}_poole_frenkel" in material.parameters:
            values[line.POOLE_N + k] = material.value(f"{carrier}_poole_frenkel")
        if f"{carrier}_saturation_velocity" in material.parameters:
            if f"{carrier}_saturation_exponent" not in material.parameters:
                raise InputError(
                    f"{material.name}: {carrier}_saturation_velocity needs {carrier}_saturation_exponent, the exponent "
                    "of the Caughey-Thomas mobility; 2 for electrons and 1 for holes in silicon"
                )
            values[line.LN_SATURATION_N + k] = ln(material.value(f"{carrier}_saturation_velocity"))
            values[line.BETA_N + k] = material.value(f"{carrier}_saturation_exponent")
    return values


@attrs.frozen(kw_only=True)
class _Family:
    """Levels of one kind: density [cm^-3], energies above midgap [eV] with their shares, and lifetimes [s]."""

    density: float
    sign: float
    energies: FloatArray
    shares: FloatArray
    lifetimes: tuple[float, float]  # of all levels together


@remembered
def trap_levels(material: Material, *, charged_only: bool) -> FloatArray:
    """Return the columns of `Line.traps` of a material at its temperature, shape (N_TRAP_VALUES, n_levels).

    Parameters
    ----------
    material : Material
    charged_only : bool
        Whether neutral levels are left out, which equilibrium does not feel.
    """
    if not material.has_bands:
        return np.zeros((line.N_TRAP_VALUES, 0))
    if not charged_only:
        _refuse_idle(material)
    families = [] if charged_only else _lifetime_levels(material)
    for name, sign in material.trap_families.items():
        if f"{name}_density" in material.parameters and not (charged_only and sign == 0.0):
            families += _family(material, name, sign)
    columns = [_columns(material, family) for family in families]
    return np.concatenate(columns, axis=1) if columns else np.zeros((line.N_TRAP_VALUES, 0))


def _refuse_idle(material: Material) -> None:
    """Refuse what acts only beside another value that is missing."""
    for name, sign in material.trap_families.items():
        first = name in TRAP_FAMILIES
        needs = ["width", "tail_energy", *CAPTURES, *(["level"] if sign or not first else [])]
        for key in (f"{name}_{each}" for each in needs):
            if key in material.parameters and f"{name}_density" not in material.parameters:
                raise InputError(
                    f"{material.name}: {key} does nothing without {name}_density; give both, or leave it out"
                )
    for carrier in CARRIERS:
        key = f"{carrier}_capture_cross_section"
        densities = [f"{name}_density" for name in material.trap_families]
        if key in material.parameters and not any(density in material.parameters for density in densities):
            raise InputError(f"{material.name}: {key} does nothing without trap_density; give both, or leave it out")
        key = f"{carrier}_saturation_exponent"
        if key in material.parameters and f"{carrier}_saturation_velocity" not in material.parameters:
            raise InputError(f"{material.name}: {key} does nothing without {carrier}_saturation_velocity; give both")


def _lifetime_levels(material: Material) -> list[_Family]:
    """Return the one level that lifetimes stand for, or nothing where one of them is infinite."""
    own = [material.parameters.get(f"{carrier}_lifetime") for carrier in CARRIERS]
    by_user = any(each is not None and each.provenance == "user" and math.isfinite(each.value) for each in own)
    if "trap_density" in material.parameters and not (by_user and material.value("trap_density") == 0.0):
        if by_user:
            raise InputError(
                f"{material.name}: lifetimes and trap_density are both given; expected one of the two: a lifetime is "
                "1 / (trap_density x capture coefficient)"
            )
        return []
    tau = (material.value("electron_lifetime"), material.value("hole_lifetime"))
    if math.inf in tau:
        return []
    level = _level(material, "trap")
    return [_Family(density=0.0, sign=0.0, energies=np.array([level]), shares=np.ones(1), lifetimes=tau)]


def _family(material: Material, name: str, sign: float) -> list[_Family]:
    density = material.value(f"{name}_density")
    if density == 0.0:
        return []
    rates = [density * material.trap_capture(name, carrier) for carrier in CARRIERS]
    if sign and f"{name}_level" not in material.parameters:
        raise InputError(f'{material.name}: {name}_level is missing; expected e.g. "0.2 eV below E_C"')
    energies, shares = _distribution(material, name)
    return [
        _Family(
            density=density, sign=sign, energies=energies, shares=shares, lifetimes=(1.0 / rates[0], 1.0 / rates[1])
        )
    ]


def _level(material: Material, name: str) -> float:
    """Return the level of a family above midgap [eV]; the intrinsic level where none is given."""
    if f"{name}_level" in material.parameters:
        level, gap = material.value(f"{name}_level"), material.value("band_gap")
        if abs(level) > 0.5 * gap + 1e-9:
            raise InputError(
                f"{material.name}: {name}_level is {level:+.4g} eV from midgap, outside the gap; expected "
                f"{-0.5 * gap:.4g} to {0.5 * gap:.4g} eV"
            )
        return level
    ratio = material.value("valence_band_dos") / material.value("conduction_band_dos")
    return 0.5 * BOLTZMANN_EV * material.temperature * math.log(ratio)


def _distribution(material: Material, name: str) -> tuple[FloatArray, FloatArray]:
    """Return the energies above midgap [eV] that stand for a family of a layer, and the share of each."""
    level = material.parameters.get(f"{name}_level")
    shape = {
        key: material.value(f"{name}_{key}")
        for key in ("width", "tail_energy")
        if f"{name}_{key}" in material.parameters
    }
    return spread_levels(
        _level(material, name), "" if level is None else level.reference, shape, gap=material.value("band_gap"),
        kT=BOLTZMANN_EV * material.temperature, whose=f"{material.name}: {name}",
    )  # fmt: skip


def spread_levels(
    centre: float, reference: str, shape: Mapping[str, float], *, gap: float, kT: float, whose: str
) -> tuple[FloatArray, FloatArray]:
    """Return the energies above midgap [eV] that stand for a family of levels, and the share of each.

    Parameters
    ----------
    centre : float
        Level of the family above midgap. [eV]
    reference : str
        What it counts from: "E_C", "E_V", "intrinsic", or "" for midgap.
    shape : mapping
        "width", the standard deviation of a Gaussian, or "tail_energy", the decay of a tail; a single level otherwise.
        [eV]
    gap, kT : float
        [eV]
    whose : str
        The family, for errors.

    Notes
    -----
    Eq. (R7) of docs/method.md: one level, a Gaussian, or a tail that decays from a band edge into the gap, cut into
    equal steps no wider than kT.
    """
    short = whose.rpartition(": ")[2]
    if len(shape) > 1:
        raise InputError(f"{whose}_width and {short}_tail_energy are both given; expected one shape")
    if "width" in shape:
        sigma = shape["width"]
        count = _count(8.0 * sigma, min(_SPACING * kT, 0.5 * sigma))
        at = (np.arange(count) + 0.5) / count * 8.0 - 4.0
        shares = np.exp(-0.5 * at**2)
        return centre + sigma * at, shares / shares.sum()
    if "tail_energy" in shape:
        decay = shape["tail_energy"]
        if reference not in ("E_C", "E_V"):
            raise InputError(
                f"{whose.rpartition(': ')[0]}: a tail starts at a band edge; expected {short}_level = "
                '"0 eV below E_C" or "0 eV above E_V"'
            )
        depth = min(12.0 * decay, gap)
        count = _count(depth, min(_SPACING * kT, decay))
        at = (np.arange(count) + 0.5) / count * depth
        shares = np.exp(-at / decay)
        return centre + (-at if reference == "E_C" else at), shares / shares.sum()
    return np.array([centre]), np.ones(1)


def _count(span: float, step: float) -> int:
    return min(max(math.ceil(span / step), 1), _MOST_LEVELS)


def _columns(material: Material, family: _Family) -> FloatArray:
    kT, gap = BOLTZMANN_EV * material.temperature, material.value("band_gap")
    ln_C, ln_V = math.log(material.value("conduction_band_dos")), math.log(material.value("valence_band_dos"))
    found = np.zeros((line.N_TRAP_VALUES, family.energies.size))
    for i, (energy, share) in enumerate(zip(family.energies, family.shares, strict=True)):
        depths = 0.5 * gap - energy, 0.5 * gap + energy
        found[line.LN_TAU_N, i], found[line.LN_TAU_P, i] = (math.log(tau / share) for tau in family.lifetimes)
        found[line.LN_N_1, i] = ln_C - depths[0] / kT
        found[line.LN_P_1, i] = ln_V - depths[1] / kT
        found[line.CHARGE, i] = family.sign * family.density * share
        for k, carrier in enumerate(CARRIERS):
            mass = f"{carrier}_tunnelling_mass"
            if mass in material.parameters and depths[k] > 0.0:
                found[line.DEPTH_N + k, i] = depths[k] / kT
                found[line.CUBE_N + k, i] = tunnelling_exponent(depths[k], material.value(mass))
    return found


def two_ends(name: str, left: FloatArray, right: FloatArray) -> FloatArray:
    """Return columns at both ends of a layer, axis 1 inserted; UnsupportedError where only one end has a mechanism."""
    if left.shape != right.shape or np.any((np.abs(left) >= UNBOUND) != (np.abs(right) >= UNBOUND)):
        raise UnsupportedError(
            f"{name}: a mechanism of recombination is at one end of the graded layer only; give both ends the same ones"
        )
    return np.stack([left, right], axis=1)


def acts(interface: Interface) -> bool:
    """Whether an interface needs a column of `Line.interfaces`."""
    return interface.transfer != "continuous" or interface.has_traps


@attrs.frozen(kw_only=True)
class Sides:
    """An interface with the materials on its left and right.

    Attributes
    ----------
    where : str
        "left|right", for errors.
    interface : Interface
    materials : pair of Material
        At the temperature of the device.
    vacuum : pair of float
        Vacuum levels of the two layers. [eV]
    temperature : float
        [K]
    """

    where: str
    interface: Interface
    materials: tuple[Material, Material]
    vacuum: tuple[float, float]
    temperature: float

    def __attrs_post_init__(self) -> None:
        if self.interface.transfer != "continuous" and not all(side.has_bands for side in self.materials):
            raise InputError(f"{self.where}: no carrier crosses into an insulator; leave transfer out")

    @property
    def kT(self) -> float:
        """Thermal energy [eV]."""
        return BOLTZMANN_EV * self.temperature

    @property
    def E_C(self) -> tuple[float, float]:
        """Conduction band edges [eV]."""
        a, b = (v - m.value("electron_affinity") for m, v in zip(self.materials, self.vacuum, strict=True))
        return a, b

    @property
    def E_V(self) -> tuple[float, float]:
        """Valence band edges [eV]."""
        a, b = (edge - m.value("band_gap") for m, edge in zip(self.materials, self.E_C, strict=True))
        return a, b


def interface_levels(sides: Sides) -> FloatArray:
    """Return the columns of `Line.interface_levels` of an interface, shape (N_LEVEL_VALUES, n_levels)."""
    where, interface = sides.where, sides.interface
    if not interface.has_traps:
        return np.zeros((line.N_LEVEL_VALUES, 0))
    inner = [i for i in range(2) if sides.materials[i].has_bands]
    if not inner:
        raise InputError(f"{where}: no carrier reaches levels between two insulators; give fixed_charge instead")
    gap = _interface_gap(sides, inner)
    columns = [_by_velocity(sides, inner, gap)] if interface.by_velocity else []
    for family in interface.families:
        columns += _by_density(sides, inner, gap, family)
    return np.stack(columns, axis=1) if columns else np.zeros((line.N_LEVEL_VALUES, 0))


@attrs.frozen(kw_only=True)
class _Gap:
    """The gap of an interface: the lower E_C, the higher E_V, and its intrinsic level [eV]."""

    E_C: float
    E_V: float
    intrinsic: float

    @property
    def middle(self) -> float:
        return 0.5 * (self.E_C + self.E_V)


def _interface_gap(sides: Sides, inner: Sequence[int]) -> _Gap:
    E_C, E_V = sides.E_C, sides.E_V
    low, high = min(inner, key=lambda i: E_C[i]), max(inner, key=lambda i: E_V[i])
    ratio = sides.materials[high].value("valence_band_dos") / sides.materials[low].value("conduction_band_dos")
    intrinsic = 0.5 * (E_C[low] + E_V[high] + sides.kT * math.log(ratio))
    return _Gap(E_C=E_C[low], E_V=E_V[high], intrinsic=intrinsic)


def _by_velocity(sides: Sides, inner: Sequence[int], gap: _Gap) -> FloatArray:
    """Return the column of the one level that recombination velocities stand for, with the charge it may hold."""
    where, interface = sides.where, sides.interface
    velocities = {(c, i): interface.velocity(c, i, where) for c in CARRIERS for i in inner}
    charge = interface.interface_donor_density - interface.interface_acceptor_density
    if charge and not any(velocities.values()):
        raise InputError(
            f"{where}: its levels hold charge, but all recombination velocities are 0 cm/s, so nothing fills or "
            "empties them; give one, or the charge as fixed_charge"
        )
    level = interface.level(interface.trap_level, gap.E_C, gap.E_V, gap.intrinsic, where)
    return _level_column(sides, inner, level, velocities, charge)


def _by_density(sides: Sides, inner: Sequence[int], gap: _Gap, family: Family) -> list[FloatArray]:
    """Return the columns of a family of levels that is given by its density: S = N c on each side, eq. (R8)."""
    whose = f"{sides.where}: {family.name}"
    captures = {(c, i): sides.materials[i].capture(family.captures, c, whose) for c in CARRIERS for i in inner}
    level = sides.interface.level(family.level, gap.E_C, gap.E_V, gap.intrinsic, sides.where, f"{family.name}_level")
    energies, shares = spread_levels(
        level - gap.middle, family.reference, family.shape, gap=gap.E_C - gap.E_V, kT=sides.kT, whose=whose
    )
    made = []
    for energy, share in zip(energies.tolist(), shares.tolist(), strict=True):
        density = share * family.density
        velocities = {key: density * capture for key, capture in captures.items()}
        made.append(_level_column(sides, inner, gap.middle + energy, velocities, family.sign * density))
    return made


def _level_column(
    sides: Sides, inner: Sequence[int], level: float, velocities: Mapping[tuple[str, int], float], charge: float
) -> FloatArray:
    """Return the column of `Line.interface_levels` of one level at an energy [eV]."""
    values = np.zeros(line.N_LEVEL_VALUES)
    values[line.LN_S_NA : line.LN_PB_1 + 1] = NONE
    for i in inner:
        side = sides.materials[i]
        values[line.LN_S_NA + i] = ln(velocities["electron", i])
        values[line.LN_S_PA + i] = ln(velocities["hole", i])
        values[line.LN_NA_1 + i] = math.log(side.value("conduction_band_dos")) + (level - sides.E_C[i]) / sides.kT
        values[line.LN_PA_1 + i] = math.log(side.value("valence_band_dos")) + (sides.E_V[i] - level) / sides.kT
    values[line.LEVEL_CHARGE] = charge
    return values


def interface_values(sides: Sides) -> FloatArray:
    """Return the column of `Line.interfaces` of an interface, how carriers cross it, shape (N_INTERFACE_VALUES,)."""
    where, interface = sides.where, sides.interface
    values = np.zeros(line.N_INTERFACE_VALUES)
    if interface.transfer == "continuous":
        return values
    for k, (carrier, edges, turn) in enumerate((("electron", sides.E_C, 1.0), ("hole", sides.E_V, -1.0))):
        high = 0 if turn * edges[0] >= turn * edges[1] else 1
        velocity = getattr(interface, f"{carrier}_transfer_velocity")
        values[line.SIDE_N + k], values[line.BY_DENSITY_N + k] = float(high), float(velocity is not None)
        values[line.LN_EMISSION_N + k] = _ln_richardson(sides, carrier) if velocity is None else math.log(velocity)
        if interface.transfer == "thermionic-field":
            name, barrier = f"{carrier}_tunnelling_mass", sides.materials[high]
            if name not in barrier.parameters:
                raise InputError(
                    f"{where}: tunnelling through the barrier of {barrier.name} needs its {name}; give e.g. 0.2"
                )
            values[line.SPIKE_N + k] = tunnelling_exponent(1.0, barrier.value(name))
    return values


def _ln_richardson(sides: Sides, carrier: str) -> float:
    """Return ln(A* T^2 / q) with the smaller Richardson constant [ln cm^-2 s^-1]."""
    band = "conduction_band_dos" if carrier == "electron" else "valence_band_dos"
    constants = []
    for side in sides.materials:
        name = f"{carrier}_richardson_constant"
        if name in side.parameters:
            constants.append(side.value(name))
        elif side.kind == "semiconductor":
            dos = side.value(band) / (sides.temperature / 300.0) ** 1.5
            constants.append(_RICHARDSON * (dos / _FREE_DOS) ** (2.0 / 3.0))
        else:
            raise InputError(
                f"{sides.where}: {side.name} is a film of dots and has no Richardson mass; give "
                f"{carrier}_transfer_velocity= [cm/s] at the interface instead"
            )
    return math.log(min(constants) * sides.temperature**2 / ELEMENTARY_CHARGE)
