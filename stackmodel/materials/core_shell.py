"""Shells of a dot: the layers from its centre outwards, and the ground states of electron and hole in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, InputError, did_you_mean, shorten
from stackmodel.materials.assumptions import by_rule
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.dot_core import MASSES, bulk_of, cited, core_entry
from stackmodel.materials.material import Material
from stackmodel.physics.radial import (
    POWERS,
    RadialMesh,
    coulomb_integral,
    kane_state,
    overlap,
    probabilities,
    radial_mesh,
)
from stackmodel.quantities import checked
from stackmodel.units import Value

#: Elements are no longer than this; tails in the surroundings decay within ten of them. [nm]
STEP = 0.01
#: Thickness of surroundings in the mesh: at a barrier of 1 eV, 1e-8 of the density lies beyond. [nm]
MATRIX_WIDTH = 2.0
#: Share of a carrier that must be in one layer for it to count as confined there.
AT_HOME = 2.0 / 3.0
#: Surroundings where none are given, see the rule organic_matrix.
ORGANIC = {"electron_affinity": 0.5, "band_gap": 8.5, "electron_effective_mass": 1.0, "hole_effective_mass": 1.0}


@attrs.frozen(init=False)
class Shell:
    """One shell: material and thickness, or an alloy that goes linearly from one material to another.

    Parameters
    ----------
    material : str or Material
        Bulk material as the library names it, e.g. "ZnSe", or one of your own with affinity, gap and masses.
    thickness : float or str
        Thickness. [nm]
    to : str or Material, optional
        Material at the outer side, where the shell is graded: affinity, gap and masses go linearly.
    """

    material: Material
    thickness: float
    to: Material

    def __init__(self, material: str | Material, thickness: Value, *, to: str | Material | None = None) -> None:
        start = as_bulk(material)
        end = start if to is None else as_bulk(to)
        self.__attrs_init__(material=start, thickness=checked("shell_thickness", thickness, start.name), to=end)

    @property
    def name(self) -> str:
        """Material, or both with an arrow where it is graded."""
        inner, outer = (each.name.removesuffix("(bulk)") for each in (self.material, self.to))
        return inner if inner == outer else f"{inner} -> {outer}"


def as_bulk(material: str | Material) -> Material:
    """Return a material as given, or the library's bulk of that name."""
    return material if isinstance(material, Material) else bulk_of(str(material))


#: What `QuantumDot` takes for a shell: one, a pair of material and thickness, or several of either from within.
ShellLike: TypeAlias = Any


def shells_of(shell: ShellLike | None) -> tuple[Shell, ...]:
    """Return the shells that a user gave, from the inside to the outside."""
    if shell is None:
        return ()
    if isinstance(shell, Shell):
        return (shell,)
    if isinstance(shell, tuple) and len(shell) == 2 and isinstance(shell[0], str | Material):
        return (Shell(*shell),)
    if isinstance(shell, str) or not isinstance(shell, Sequence):
        raise InputError(
            f'shell is {shorten(repr(shell))}; expected material and thickness, such as ("ZnSe", "0.8 nm")'
        )
    return tuple(made for each in shell for made in shells_of(each))


def organic_matrix() -> Material:
    """Return the surroundings of a dot with organic ligands, by the rule of that name."""
    values = {name: by_rule(name, value, "organic_matrix") for name, value in ORGANIC.items()}
    return Material(name="organic matrix", kind="dielectric", parameters=values)


def check_shape(shape: str) -> None:
    """Refuse a shape that is not known."""
    if shape not in POWERS:
        raise InputError(
            f'shape is "{shorten(shape)}"; expected one of {", ".join(POWERS)}.{did_you_mean(str(shape), POWERS)}'
        )


def offset_source(core: Material, other: Material) -> tuple[str, float | None]:
    """Return where the offset of `other` to `core` comes from, and its valence edge above the core's where published.

    A published scale goes before affinities, unless one of the two carries an affinity or a gap of the user's own.
    """
    own = any(
        material.parameter(name).provenance == "user"
        for material in (core, other)
        for name in ("electron_affinity", "band_gap")
    )
    for entry in read_toml("band_offsets.toml").values():
        edges = entry["valence_edges"]
        if not own and core.name in edges and other.name in edges:
            return cited(entry)["source"], edges[other.name] - edges[core.name]
    return "the affinities", None


def edges_of(core: Material, other: Material) -> tuple[float, float]:
    """Return conduction and valence edge of `other` beside `core`, whose own edges are those of its affinity [eV]."""
    _, above = offset_source(core, other)
    anchor = other if above is None else core
    E_V = -anchor.value("electron_affinity") - anchor.value("band_gap") + (above or 0.0)
    return E_V + other.value("band_gap"), E_V


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Confined:
    """Ground states of electron and hole in the layers of a dot; energies against vacuum."""

    names: tuple[str, ...]
    mesh: RadialMesh
    E_C: FloatArray  # on elements [eV]
    E_V: FloatArray  # [eV]
    electron_energy: float  # [eV]
    hole_energy: float  # [eV]
    R_e: FloatArray
    R_h: FloatArray

    @property
    def gap(self) -> float:
        """Electron level minus hole level, without their attraction [eV]."""
        return self.electron_energy - self.hole_energy

    @property
    def overlap(self) -> float:
        """Overlap of the envelopes, |<e|h>|^2."""
        return overlap(self.mesh, self.R_e, self.R_h)

    def probability(self, carrier: str) -> dict[str, float]:
        """Return the probability of "electron" or "hole" in each layer, the surroundings last."""
        found = probabilities(self.mesh, self.R_e if carrier == "electron" else self.R_h)
        return {f"{i}: {name}": float(p) for i, (name, p) in enumerate(zip(self.names, found, strict=True))}

    def coulomb_energy(self, permittivity: float) -> float:
        """Return the attraction of the pair in a dot of `permittivity`, (Q18) of docs/method.md [eV]."""
        return coulomb_integral(self.mesh, self.R_e, self.R_h, permittivity=permittivity)

    @property
    def band_type(self) -> str:
        """How the offsets and the states separate electron and hole.

        "I": both carriers have their lowest edge in the same layer, and two thirds of each at least are there. "II":
        the edges lie in different layers, and two thirds of each carrier at least are in its own. "quasi-II": one of
        them is spread over layers, with less than that in the one of its lowest edge.
        """
        own = [self._lowest(self.E_C), self._lowest(-self.E_V)]
        there = [probabilities(self.mesh, R)[layer] for R, layer in zip((self.R_e, self.R_h), own, strict=True)]
        if min(there) < AT_HOME:
            return "quasi-II"
        return "I" if own[0] == own[1] else "II"

    def _lowest(self, edge: FloatArray) -> int:
        """Return the layer of the dot, not of its surroundings, in which `edge` is lowest."""
        lowest = [edge[self.mesh.region == layer].min() for layer in range(len(self.names) - 1)]
        return int(np.argmin(lowest))


def confined_states(core: str, half_width: float, shells: Sequence[Shell], matrix: Material, shape: str) -> Confined:
    """Return the ground states in a dot of `core`, its `shells` and its surroundings.

    Parameters
    ----------
    core : str
        Material of the core.
    half_width : float
        Radius of the core, or half the thickness of a platelet's. [nm]
    shells : sequence of Shell
        From the inside to the outside.
    matrix : Material
        Surroundings, with affinity, gap and masses.
    shape : str
        "sphere" or "platelet".

    Notes
    -----
    Eqs. (Q15) and (Q16) of docs/method.md, edges by (A1) and (A2) or by a published offset to the core. The electron's
    mass bends with the gap of each layer; so does the hole's in a lead salt, while a heavy hole stays parabolic.
    """
    bands = core_entry(core).bands
    if bands not in ("symmetric", "heavy hole"):
        raise DataError(f"{core}: no effective-mass states; one band each is not enough, its bands are {bands}")
    inner = bulk_of(core)
    ends = [(inner, inner), *((shell.material, shell.to) for shell in shells), (matrix, matrix)]
    widths = np.array([half_width, *(shell.thickness for shell in shells), MATRIX_WIDTH])
    mesh = radial_mesh(widths, shape=shape, step=STEP)

    # Layer, end, quantity: what lies between the ends of a layer goes linearly.
    values = np.array(
        [[(*edges_of(inner, end), *(end.value(mass) for mass in MASSES)) for end in layer] for layer in ends]
    )
    start, change = values[mesh.region, 0], (values[:, 1] - values[:, 0])[mesh.region]
    E_C, E_V, m_e, m_h = np.ascontiguousarray((start + change * mesh.place[:, np.newaxis]).T)
    E_g = E_C - E_V
    if E_g.min() <= 0.0:
        raise DataError(f"{core}: no effective-mass states with a shell of inverted bands")
    electron, R_e = kane_state(mesh, mass=m_e, potential=E_C, E_g=E_g)
    bending = E_g if bands == "symmetric" else np.full_like(E_g, np.inf)
    hole, R_h = kane_state(mesh, mass=m_h, potential=-E_V, E_g=bending)
    names = (core, *(shell.name for shell in shells), matrix.name)
    return Confined(
        names=names, mesh=mesh, E_C=E_C, E_V=E_V, electron_energy=electron, hole_energy=-hole, R_e=R_e, R_h=R_h
    )
