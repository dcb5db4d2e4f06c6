"""Shells about a dot: the layers from its centre outwards, and the ground states of electron and hole in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.errors import DataError, InputError, did_you_mean, shorten
from stackmodel.materials.assumptions import by_rule
from stackmodel.materials.dot_core import MASSES, bulk_of, core_entry
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

Array: TypeAlias = NDArray[np.float64]
#: Elements are no longer than this; tails in the surroundings decay within ten of them. [nm]
STEP = 0.01
#: So far the surroundings are followed: 1e-8 of the density is left after it at a barrier of 1 eV. [nm]
MATRIX_WIDTH = 2.0
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
        start = _bulk(material)
        end = start if to is None else _bulk(to)
        self.__attrs_init__(material=start, thickness=checked("shell_thickness", thickness, start.name), to=end)

    @property
    def name(self) -> str:
        """Material, or both with an arrow where it is graded."""
        inner, outer = (each.name.removesuffix("(bulk)") for each in (self.material, self.to))
        return inner if inner == outer else f"{inner} -> {outer}"


def _bulk(material: str | Material) -> Material:
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


def check_shape(shape: str) -> str:
    """Return `shape` if it is known."""
    if shape not in POWERS:
        raise InputError(
            f'shape is "{shorten(shape)}"; expected one of {", ".join(POWERS)}.{did_you_mean(str(shape), POWERS)}'
        )
    return shape


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Confined:
    """Ground states of electron and hole in the layers of a dot; energies against vacuum."""

    names: tuple[str, ...]
    mesh: RadialMesh
    E_C: Array  # on elements [eV]
    E_V: Array  # [eV]
    electron_energy: float  # [eV]
    hole_energy: float  # [eV]
    R_e: Array
    R_h: Array

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
        """How the offsets and the states part electron and hole.

        "I": both carriers have their lowest edge in the same layer, and more than half of each is there. "II": the
        edges lie in different layers, and more than half of each carrier is in its own. "quasi-II": a carrier is
        spread over layers, half of it or more outside of the one with its lowest edge.
        """
        own = [self._lowest(self.E_C), self._lowest(-self.E_V)]
        there = [probabilities(self.mesh, R)[layer] for R, layer in zip((self.R_e, self.R_h), own, strict=True)]
        if min(there) <= 0.5:
            return "quasi-II"
        return "I" if own[0] == own[1] else "II"

    def _lowest(self, edge: Array) -> int:
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
    Eqs. (Q15) and (Q16) of docs/method.md, edges by (A1) and (A2). The electron's mass bends with the gap of each
    layer; so does the hole's in a lead salt, while a heavy hole stays parabolic.
    """
    bands = core_entry(core).get("bands", "indirect")
    if bands not in ("symmetric", "heavy hole"):
        raise DataError(f"{core}: no effective-mass states; one band each is not enough, its bands are {bands}")
    inner = bulk_of(core)
    ends = [(inner, inner), *((shell.material, shell.to) for shell in shells), (matrix, matrix)]
    widths = np.array([half_width, *(shell.thickness for shell in shells), MATRIX_WIDTH])
    mesh = radial_mesh(widths, shape=shape, step=STEP)

    def profile(quantity: str) -> Array:
        start, end = (np.array([pair[side].value(quantity) for pair in ends]) for side in (0, 1))
        return np.asarray(start[mesh.region] + (end - start)[mesh.region] * mesh.place)

    E_g = profile("band_gap")
    if E_g.min() <= 0.0:
        raise DataError(f"{core}: no effective-mass states with a shell of inverted bands")
    E_C = -profile("electron_affinity")
    E_V = E_C - E_g
    m_e, m_h = (profile(mass) for mass in MASSES)
    electron, R_e = kane_state(mesh, mass=m_e, potential=E_C, E_g=E_g)
    bending = E_g if bands == "symmetric" else np.full_like(E_g, np.inf)
    hole, R_h = kane_state(mesh, mass=m_h, potential=-E_V, E_g=bending)
    names = (core, *(shell.name for shell in shells), matrix.name)
    return Confined(
        names=names, mesh=mesh, E_C=E_C, E_V=E_V, electron_energy=electron, hole_energy=-hole, R_e=R_e, R_h=R_h
    )
