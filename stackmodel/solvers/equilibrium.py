"""Thermal equilibrium: the potential that makes the Fermi level flat."""

from __future__ import annotations

import math
from functools import cached_property

import attrs
import numpy as np

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.errors import ConvergenceError, UnsupportedError
from stackmodel.physics import poisson
from stackmodel.structure.levels import End
from stackmodel.structure.mesh import Mesh, first_mesh
from stackmodel.structure.profile import Profile, ProfileOnMesh

#: Charge of an element that its trapezoidal rule may miss, over the largest displacement of the device.
CHARGE_ERROR = 1e-5
#: Error of the potential that the charge of one element may make, over kT.
POTENTIAL_ERROR = 1e-3
#: Largest residual of a solved mesh over the sum of all charge; rounding leaves 1e-13.
BALANCE = 1e-9
SUBATOMIC = 1e-10  #: Elements thinner than this describe nothing. [cm]
MOST_NODES = 20_000
_MOST_ROUNDS = 40
#: More carriers than atoms: there Boltzmann statistics have lost their meaning. [ln cm^-3]
_MOST_CARRIERS = math.log(1e24)


@attrs.frozen(eq=False, kw_only=True)
class State:
    """A solved equilibrium on its mesh.

    `psi` has shape (n_nodes,) [V], zero where the vacuum level of the first layer meets the Fermi level; `ln_n`,
    `ln_p` have shape (2, n_elements), at the left and right end of each element [ln cm^-3].
    """

    grid: ProfileOnMesh
    psi: FloatArray
    ln_n: FloatArray
    ln_p: FloatArray
    trapped: FloatArray  # charge of the levels of the layers over q, shape (2, n_elements) [cm^-3]
    held: FloatArray  # charge at the nodes: fixed, and on levels of interfaces, over q, shape (n_nodes,) [cm^-2]
    iterations: int
    rounds: int
    errors: FloatArray  # of the trapezoidal charge of each element, shape (n_elements,) [cm^-2]

    @cached_property
    def charge_balance(self) -> float:
        """By how much the field of the potential and that of the charge differ, over all charge.

        Differences that rounding of the potential or of the charge explains do not count.
        """
        grid, width = self.grid, self.grid.mesh.width
        from_charge = self.displacement[0] + 0.5 * width * self.charge[0]
        from_potential = -grid.permittivity * np.diff(self.psi) / width
        total = float((0.5 * width * np.abs(self.charge)).sum()) + float(np.abs(self.held).sum())
        carriers = float((0.5 * width * (self.n + self.p + np.abs(self.trapped) + np.abs(grid.doping))).sum())
        rounding = 4e-15 * (np.abs(self.psi).max() * grid.permittivity / width + carriers)
        excess = np.abs(from_charge - from_potential) - rounding
        scale = max(total, float(np.abs(self.displacement).max()), 1e-300)
        return max(float(excess.max()), 0.0) / scale

    @property
    def charge_error(self) -> float:
        """Sum of the errors of the elements' charges [cm^-2]."""
        return float(self.errors.sum())

    @cached_property
    def n(self) -> FloatArray:
        """Electron density at the ends of each element [cm^-3]."""
        return np.exp(self.ln_n)

    @cached_property
    def p(self) -> FloatArray:
        """Hole density at the ends of each element [cm^-3]."""
        return np.exp(self.ln_p)

    @cached_property
    def charge(self) -> FloatArray:
        """Charge density over q at the ends of each element [cm^-3]."""
        doping: FloatArray = self.grid.doping
        return self.p - self.n + self.trapped + doping

    @cached_property
    def displacement(self) -> FloatArray:
        """Displacement over q at the ends of each element, eps E / q [cm^-2].

        The charge is summed from the front, and the first value is what makes the potential drop between the contacts
        come out: differences of neighbouring potentials would lose weak fields on fine meshes to rounding.
        """
        grid, width = self.grid, self.grid.mesh.width
        left, right = 0.5 * width * self.charge
        before = np.concatenate([[0.0], np.cumsum(left + right)[:-1]]) + np.cumsum(self.held[:-1])
        compliance = width / grid.permittivity
        drop = self.psi[0] - self.psi[-1] - float((compliance * (before + left)).sum())
        first = before + drop / float(compliance.sum())
        return np.stack([first, first + left + right])


def solve_on(grid: ProfileOnMesh, psi_ends: tuple[float, float], start: FloatArray | None = None) -> State:
    """Return the equilibrium on a given mesh.

    Parameters
    ----------
    grid : ProfileOnMesh
        The stack on the mesh.
    psi_ends : pair of float
        Potential at the front and back contact. [V]
    start : ndarray, shape (n_nodes,), optional
        Where to start; otherwise from the neutral layers.

    Raises
    ------
    ConvergenceError
        If the charge of every node is not balanced to `BALANCE`.
    """
    psi = _neutral_start(grid) if start is None else start.copy()
    psi[0], psi[-1] = psi_ends
    weights = _weights(grid, psi) if start is None else np.array([1.0])
    iterations, update = poisson.solve(psi, weights, grid.line, _reference(grid))
    ln_n, ln_p, trapped = (np.empty_like(grid.edge_C) for _ in range(3))
    held = np.empty_like(psi)
    poisson.charges(psi, grid.line, ln_n, ln_p, trapped, held)
    state = State(
        grid=grid, psi=psi, ln_n=ln_n, ln_p=ln_p, trapped=trapped, held=held + grid.fixed_charge,
        iterations=iterations, rounds=1, errors=np.empty(grid.mesh.width.size),
    )  # fmt: skip
    if not state.charge_balance <= BALANCE:
        raise ConvergenceError(
            f"equilibrium: charge is balanced to {state.charge_balance:.1e} only (needs {BALANCE:g}) after "
            f"{iterations} steps, the last of {update:.1e} kT; a layer holds more charge than its mesh of {psi.size} "
            "nodes resolves"
        )
    poisson.charge_errors(psi, grid.line, state.errors)
    return state


def solve(profile: Profile, ends: tuple[End, End], mesh: Mesh | None = None, loosened: float = 1.0) -> State:
    """Return the equilibrium of a stack, on a mesh that adapts unless one is given.

    Parameters
    ----------
    profile : Profile
        The stack at its temperature.
    ends : pair of End
        What front and back are in contact with.
    mesh : Mesh, optional
        A mesh to keep as it is.
    loosened : float
        By how much more than usual the mesh may leave of every error, for who refines it further.
    """
    top = profile.layers.vacuum_level
    psi_ends = (top[0] + ends[0].fermi_level, top[-1] + ends[1].fermi_level)
    if mesh is not None:
        return solve_on(profile.on(mesh), psi_ends)
    mesh, start, iterations = first_mesh(profile.thickness.tolist()), None, 0
    _refuse_impossible(profile, ends)
    for rounds in range(1, _MOST_ROUNDS + 1):
        state = solve_on(profile.on(mesh), psi_ends, start)
        iterations += state.iterations
        parts = _parts(state, loosened)
        if parts.max() == 1:
            return attrs.evolve(state, iterations=iterations, rounds=rounds)
        if mesh.width.size + int((parts - 1).sum()) > MOST_NODES:
            break
        _refuse_subatomic(state, parts, profile)
        finer = mesh.split(parts)
        start = np.interp(finer.nodes, mesh.nodes, state.psi)
        mesh = finer
    raise ConvergenceError(
        f"equilibrium: the charge is still off by {state.charge_error:.1e} cm^-2 with {mesh.width.size + 1} nodes; a "
        "layer screens within less than its mesh can resolve"
    )


def _refuse_impossible(profile: Profile, ends: tuple[End, End]) -> None:
    """Refuse contacts that Boltzmann statistics would fill with more carriers than there are atoms."""
    for end, column, i in ((ends[0], 0, 0), (ends[1], 1, -1)):
        if profile.layers.code[i] != 0:
            continue
        edge = -profile.layers.affinity[column, i]
        ln_n = profile.layers.ln_N_C[column, i] + (end.fermi_level - edge) / profile.kT
        hole_edge = edge - profile.layers.band_gap[column, i]
        ln_p = profile.layers.ln_N_V[column, i] + (hole_edge - end.fermi_level) / profile.kT
        for carrier, ln_density in (("electrons", ln_n), ("holes", ln_p)):
            if ln_density > _MOST_CARRIERS:
                raise UnsupportedError(
                    f"{end.name}: a work function of {end.work_function:.2f} eV would put "
                    f"1e{ln_density / math.log(10):.0f} {carrier} per cm^3 into {profile.names[i]}, more than it has "
                    'atoms: Boltzmann statistics end there; give the material statistics="fermi-dirac", or a contact '
                    "nearer to the band edge"
                )


def _parts(state: State, loosened: float) -> IntArray:
    """Return into how many parts each element has to be cut; 1 where its charge is known well enough."""
    grid = state.grid
    scale = max(float(np.abs(state.displacement).max()), 1e3)
    # A charge that rises linearly is summed right, but lumped at the ends it acts from the wrong place: by that much
    # the potential is off.
    moved = grid.mesh.width**2 * np.abs(state.charge[1] - state.charge[0]) / (12.0 * grid.permittivity)
    # Both errors of an element fall with the cube of its width.
    excess = np.maximum(state.errors / (CHARGE_ERROR * scale), moved / (POTENTIAL_ERROR * grid.kT))
    parts: IntArray = np.clip(np.ceil((excess / loosened) ** (1.0 / 3.0)), 1, 4).astype(np.int64)
    return parts


def _neutral_start(grid: ProfileOnMesh) -> FloatArray:
    """Return the potential of neutral layers, at interfaces the mean of both sides [V]."""
    neutral = grid.neutral + grid.vacuum_level
    return np.concatenate([neutral[0, :1], 0.5 * (neutral[1, :-1] + neutral[0, 1:]), neutral[1, -1:]])


def _weights(grid: ProfileOnMesh, psi: FloatArray) -> FloatArray:
    """Return the ladder of density compressions: from bands bent by few effective kT to the true ones."""
    first = min(1.0, 8.0 * grid.kT / max(float(np.ptp(psi)), 1e-12))
    stages = max(1, math.ceil(math.log(1.0 / first) / math.log(2.5))) if first < 1.0 else 0
    return first ** (1.0 - np.arange(stages + 1) / max(stages, 1)) if stages else np.array([1.0])


def _reference(grid: ProfileOnMesh) -> FloatArray:
    """Return the density that a compression leaves as it is: the doping, elsewhere the largest doping [ln cm^-3]."""
    doping = np.abs(grid.doping)
    return np.log(np.where(doping > 0, doping, max(float(doping.max()), 1e10)))


def _refuse_subatomic(state: State, parts: IntArray, profile: Profile) -> None:
    """Refuse to resolve what is thinner than an atom: there the statistics have lost their meaning."""
    most_of_either = np.maximum(state.ln_n, state.ln_p).max(axis=0)
    thin = (parts > 1) & (state.grid.mesh.width < SUBATOMIC) & (most_of_either > _MOST_CARRIERS)
    if not thin.any():
        return
    e = int(np.argmax(np.where(thin, most_of_either, -np.inf)))
    ln_n, ln_p = float(state.ln_n[:, e].max()), float(state.ln_p[:, e].max())
    carrier, most = ("electrons", ln_n) if ln_n > ln_p else ("holes", ln_p)
    layer = int(state.grid.mesh.layer[e])
    raise UnsupportedError(
        f"{profile.names[layer]}: 1e{most / math.log(10):.0f} {carrier} per cm^3 would gather within "
        f"{state.grid.mesh.width[e] * 1e7:.1g} nm of an interface, as happens where bands of neighbours overlap "
        '(type III) or a contact lies beyond them; statistics="fermi-dirac", or a finite number of sites, holds fewer'
    )
