"""Order of the equilibrium solver in the mesh, and what the default mesh is off by."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.linalg import solve_banded

import stackmodel as sm
from stackmodel.physics import poisson
from stackmodel.solvers.equilibrium import State, solve
from stackmodel.structure.levels import End, ends
from stackmodel.structure.mesh import uniform_mesh
from stackmodel.structure.profile import Profile, ProfileOnMesh


def material(name: str, chi: float, gap: float, eps_r: float, N_C: float, N_V: float) -> sm.Material:
    return sm.Material(
        name=name, electron_affinity=chi, band_gap=gap, relative_permittivity=eps_r, conduction_band_dos=N_C,
        valence_band_dos=N_V, electron_mobility=1000, hole_mobility=400, statistics="boltzmann",
    )  # fmt: skip


SI = material("Si", 4.05, 1.12, 11.7, 2.8e19, 2.65e19)
GAAS = material("GaAs", 4.07, 1.424, 12.9, 4.7e17, 7e18)
ALGAAS = material("AlGaAs", 3.79, 1.798, 12.0, 6.5e17, 1.1e19)

#: Thin enough that equal elements resolve the Debye length from the first mesh on.
STACKS = {
    "homojunction": sm.Stack([sm.Layer(SI, 400, acceptor_density=4e16), sm.Layer(SI, 400, donor_density=1e16)]),
    "heterojunction": sm.Stack([sm.Layer(GAAS, 200, acceptor_density=1e17), sm.Layer(ALGAAS, 200, donor_density=2e17)]),
    "graded layer": sm.Stack(
        [
            sm.Layer(GAAS, 200, acceptor_density=1e17),
            sm.Layer(GAAS, 100, graded_to=ALGAAS, donor_density=5e16),
            sm.Layer(ALGAAS, 200, donor_density=2e17),
        ]
    ),
}


def line(name: str) -> tuple[Profile, tuple[End, End]]:
    stack = STACKS[name]
    return Profile(stack, 300.0), ends(stack, sm.Contact.ohmic(), sm.Contact.ohmic(), 300.0)


def displacement(state: State, interface: int) -> float:
    return float(state.displacement[0, state.grid.boundary[interface]])


@pytest.mark.parametrize("name", STACKS)
def test_order_is_two(name: str) -> None:
    """Differences of three halvings fall by four: potential and displacement at every interface."""
    profile, both = line(name)
    states = [solve(profile, both, mesh=uniform_mesh(profile.thickness.tolist(), n)) for n in (80, 160, 320, 640)]
    for interface in range(1, len(profile.names)):
        for figure in (lambda s, i: s.psi[s.grid.boundary[i]], displacement):
            step = np.abs(np.diff([figure(state, interface) for state in states]))
            assert np.log2(step[:-1] / step[1:]) == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("name", STACKS)
def test_default_mesh_is_within_a_thousandth(name: str) -> None:
    profile, both = line(name)
    state = solve(profile, both)
    fine = solve(profile, both, mesh=state.grid.mesh.refined().refined())
    fields = [np.abs(each.displacement / each.grid.permittivity).max() for each in (state, fine)]
    assert fields[0] == pytest.approx(fields[1], rel=1e-3)
    assert np.abs(state.psi - fine.psi[::4]).max() < 2e-4


def newton_step(grid: ProfileOnMesh, psi: np.ndarray) -> np.ndarray:
    residual, diagonal = np.empty_like(psi), np.empty_like(psi)
    poisson.assemble(psi, 1.0, grid.line, np.zeros_like(grid.doping), residual, diagonal)
    coupling = -(grid.permittivity / grid.mesh.width)[1:-1]
    bands = np.stack([np.append(0.0, coupling), diagonal[1:-1], np.append(coupling, 0.0)])
    return np.concatenate([[0.0], solve_banded((1, 1), bands, -residual[1:-1]), [0.0]])


@pytest.mark.parametrize("statistics", ["boltzmann", "fermi-dirac"])
def test_newton_ends_quadratically(statistics: str) -> None:
    """From 0.5 kT off, each step is about the square of the last: a derivative that is wrong would end linearly."""
    p, n = (sm.Material(name=m.name, statistics=statistics, parameters=m.parameters) for m in (SI, GAAS))
    stack = sm.Stack([sm.Layer(p, 300, acceptor_density=1e19), sm.Layer(n, 300, donor_density=1e18)])
    both = ends(stack, sm.Contact.ohmic(), sm.Contact.ohmic(), 300.0)
    state = solve(Profile(stack, 300.0), both)
    kT = state.grid.kT
    psi = state.psi + 0.5 * kT * np.sin(np.pi * np.linspace(0.0, 1.0, state.psi.size))
    steps = []
    for _ in range(5):
        step = newton_step(state.grid, psi)
        steps.append(np.abs(step).max() / kT)
        psi = psi + step
    assert np.abs(psi - state.psi).max() < 1e-10 * kT
    assert steps[0] > 0.1
    for before, after in pairwise(steps):
        assert after < max(before**2, 1e-10)
