"""What nodes hold: derivatives, Gauss's law, decay in time and a small signal, against closed forms."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest

import stackmodel as sm
from helpers import task_of
from stackmodel.physics.constants import ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY
from stackmodel.physics.elimination import (
    eliminate,
    eliminate_complex,
    eliminate_complex_extended,
    eliminate_extended,
)
from stackmodel.physics.fluxes import fill_bands
from stackmodel.physics.rows import assemble
from stackmodel.physics.state import ELECTRONS, HOLES, OF_LEVELS, State, empty_bands, empty_flows
from stackmodel.physics.storage import add_change, empty_storage, mass, store
from stackmodel.physics.system import BEFORE, BEHIND, JACOBIAN, OWN, empty_system
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.state import blocked_ends
from stackmodel.structure.mesh import uniform_mesh


def film(name: str = "film", chi: float = 4.0, gap: float = 1.0, **more: object) -> sm.Material:
    values = {
        "relative_permittivity": 12.0, "conduction_band_dos": 1e19, "valence_band_dos": 1e19,
        "electron_mobility": 1.0, "hole_mobility": 0.5, "electron_lifetime": 1e-8, "hole_lifetime": 1e-8,
        "radiative_coefficient": 0.0, "electron_auger_coefficient": 0.0, "hole_auger_coefficient": 0.0,
    } | more  # fmt: skip
    return sm.Material(name=name, electron_affinity=chi, band_gap=gap, **values)


TRAPS = {
    "acceptor_trap_density": 1e17, "acceptor_trap_level": "0.3 eV below E_C", "acceptor_trap_electron_capture": 1e-9,
    "acceptor_trap_hole_capture": 1e-9,
}  # fmt: skip
LEVELS = {
    "electron_recombination_velocity": 1e4, "hole_recombination_velocity": 1e4, "interface_donor_density": 1e12,
}  # fmt: skip


def diode(*, statistics: str = "boltzmann", **interface: object) -> sm.Photodiode:
    left = film("n", 4.0, 1.0, donor_density=1e17, statistics=statistics, **TRAPS)
    right = film("p", 3.9, 1.1, acceptor_density=1e17, statistics=statistics)
    layers = [sm.Layer(left, 100.0), sm.Interface(**interface), sm.Layer(right, 150.0)]
    return sm.Photodiode(sm.Stack(layers), front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), anode="back")


def point_of(device: sm.Photodiode, voltage: float) -> tuple[solver.Problem, solver.Point]:
    task = task_of(device)
    return task, solver.solve(task, [voltage])[0]


def stored(state: State, line):
    bands, storage = empty_bands(line.width.size), empty_storage(state.y.size)
    fill_bands(state, line, bands)
    store(state, line, bands, storage)
    return storage


CASES = {
    "homogeneous node": ({}, "boltzmann"),
    "Fermi-Dirac": ({}, "fermi-dirac"),
    "charged interface": (LEVELS, "boltzmann"),
    "charged interface of two nodes": (LEVELS | {"transfer": "thermionic"}, "boltzmann"),
}


@pytest.mark.parametrize(("interface", "statistics"), CASES.values(), ids=CASES.keys())
def test_slopes_are_those_of_what_is_held(interface, statistics):
    _, point = point_of(diode(statistics=statistics, **interface), 0.2)
    state, line, nodes, h = point.state, point.grid.line, point.y.size, 1e-5
    exact = stored(state, line).slopes
    size = np.abs(exact).max(axis=(0, 3), keepdims=True)
    for k in range(3):
        for colour in range(3):
            sides = []
            for turn in (1.0, -1.0):
                levels = [point.y.copy(), point.u.copy(), point.v.copy()]
                levels[k][colour::3] += turn * h
                sides.append(stored(State(*levels, state.lows, state.bias), line).held)
            slope = (sides[0] - sides[1]) / (2.0 * h)
            for node in range(nodes):
                moved = [block for block in (BEFORE, OWN, BEHIND) if (node + block - OWN) % 3 == colour]
                inside = [block for block in moved if 0 <= node + block - OWN < nodes]
                expected = sum(exact[block, node, :, k] for block in inside)
                assert np.all(np.abs(slope[node] - expected) <= 1e-7 * size[0, node, :, 0] + 1e-3)


@pytest.mark.parametrize(("interface", "statistics"), CASES.values(), ids=CASES.keys())
def test_what_is_held_is_the_source_of_the_displacement(interface, statistics):
    """Gauss: between neighbouring elements the displacement rises by the charge of the node."""
    _, point = point_of(diode(statistics=statistics, **interface), -0.3)
    line, storage = point.grid.line, stored(point.state, point.grid.line)
    doped = np.zeros(point.y.size)
    doped[:-1] += 0.5 * line.width * line.doping[0]
    doped[1:] += 0.5 * line.width * line.doping[1]
    held = storage.held[:, HOLES] - storage.held[:, ELECTRONS] + storage.held[:, OF_LEVELS] + doped + line.fixed_charge
    largest = np.abs(storage.displacement).max()
    assert np.diff(storage.displacement) == pytest.approx(held[1:-1], abs=1e-6 * largest)
    assert largest > 1e10
    rise = np.diff(storage.displacement / storage.stiffness)
    assert rise == pytest.approx(-np.diff(np.diff(point.y)), abs=1e-9)


def test_carriers_decay_with_their_lifetime():
    """Pairs between blocking contacts, light off: each implicit step divides the excess by 1 + dt/tau."""
    tau, dt, steps = 1e-8, 2e-9, 6
    material = film(electron_lifetime=tau, hole_lifetime=tau, donor_density=1e17)
    stack = sm.Stack([sm.Layer(material, 200.0)])
    device = sm.Photodiode(stack, front=sm.Contact.blocking(), back=sm.Contact.blocking(), anode="back")
    task = task_of(device)
    assert blocked_ends(task) == (True, True)
    grid = task.profile.on(uniform_mesh(task.profile.thickness.tolist(), 8))
    line, nodes = grid.line, 9
    # Low injection of 1e12 holes in 1e17 electrons: R = (p - p_0) / tau_p.
    excess, ln_n = 1e12, math.log(1e17)
    y = np.full(nodes, task.contacts.levels[0, 0])
    u = line.edge_C[0, 0] + ln_n - line.ln_N_C[0, 0] - y
    v = line.edge_V[0, 0] - y - (math.log(excess) - line.ln_N_V[0, 0])
    state = State(y, u, v, np.zeros((2, 2, nodes)), 0.0)
    dark = task.drive(grid.mesh)
    holes = [stored(state, line).held[4, HOLES] / line.width[0]]
    for _ in range(steps):
        before = stored(state, line).held
        drive = dark._replace(per_time=1.0 / dt, stored=before)
        for _ in range(30):
            system, flows = empty_system(nodes), empty_flows(nodes)
            assemble(state, line, drive, system, flows, JACOBIAN)
            add_change(line, drive, stored(state, line), system, np.empty_like(system.jacobian))
            step = np.zeros((nodes, 3))
            assert eliminate(system.residual, system.jacobian, step)
            for levels, change in zip(state[:3], step.T, strict=True):
                levels += change
            if np.abs(step).max() < 1e-11:
                break
        else:
            pytest.fail("the step in time does not converge")
        holes.append(stored(state, line).held[4, HOLES] / line.width[0])
    assert np.array(holes) == pytest.approx(excess * (1.0 + dt / tau) ** -np.arange(steps + 1.0), rel=2e-4)
    assert np.ptp(state.y) < 1e-3


def small_signal(task, point, omega, elimination):
    """dJ/dV over q [cm^-2 s^-1 V^-1] of carriers and displacement in every element, by J + i w M'."""
    state, line, nodes = point.state, point.grid.line, point.y.size
    drive, storage = task.drive(point.grid.mesh), stored(point.state, point.grid.line)
    system, flows, matrix = empty_system(nodes), empty_flows(nodes), np.empty((3, nodes, 3, 3))
    assemble(state, line, drive, system, flows, JACOBIAN)
    mass(line, drive, storage, system.ln_scale, matrix)
    # A small voltage moves what the contacts hold; the residual at the old state moves against it.
    h = 1e-6
    moved = empty_system(nodes)
    assemble(state._replace(bias=state.bias + h), line, drive, moved, flows, JACOBIAN)
    load = (moved.residual * np.exp(moved.ln_scale - system.ln_scale) - system.residual) / h / task.kT
    blocks = (system.jacobian + 1j * omega * matrix).astype(complex)
    change = elimination(load.astype(complex), blocks)
    assemble(state, line, drive, system, flows, JACOBIAN)
    carriers = np.zeros(nodes - 1, dtype=complex)
    size = 1e-6 / np.abs(change).max()
    for part, unit in ((change.real, 1.0), (change.imag, 1j)):
        sides = []
        for turn in (1.0, -1.0):
            levels = [level + turn * size * column for level, column in zip(state[:3], part.T, strict=True)]
            bias = state.bias + (turn * size / task.kT if unit == 1.0 else 0.0)
            assemble(State(*levels, state.lows, bias), line, drive, system, flows, JACOBIAN)
            sides.append(flows.currents.sum(axis=0))
        carriers += unit * (sides[0] - sides[1]) / (2.0 * size)
    displaced = 1j * omega * storage.stiffness * -np.diff(change[:, 0])
    return carriers + displaced


def plain(load, blocks):
    step = np.zeros_like(load)
    assert eliminate_complex(load, blocks, step)
    return step


def extended(load, blocks):
    step, low = np.zeros_like(load), np.zeros_like(load)
    assert eliminate_complex_extended(load, blocks, np.zeros_like(blocks), step, low)
    return step + low


@pytest.mark.parametrize("elimination", [plain, extended])
def test_a_resistor_has_a_conductance_and_a_geometric_capacitance(elimination):
    """Y = sigma / L + i w eps / L of a doped film between ohmic contacts, from the relaxation time down to 1 THz."""
    doping, length = 1e16, 200e-7
    stack = sm.Stack([sm.Layer(film(donor_density=doping, electron_lifetime=math.inf), 200.0)])
    device = sm.Photodiode(stack, front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), anode="back")
    task, point = point_of(device, 1e-3)
    conductance = ELEMENTARY_CHARGE * doping * 1.0 / length
    capacitance = 12.0 * VACUUM_PERMITTIVITY / length
    for omega in (1e3, 1e9, 1e12):
        admittance = -ELEMENTARY_CHARGE * small_signal(task, point, omega, elimination)
        assert admittance == pytest.approx(np.full(admittance.size, admittance.mean()), rel=1e-5)
        assert admittance.mean().real == pytest.approx(conductance, rel=2e-4)
        assert admittance.mean().imag == pytest.approx(omega * capacitance, rel=1e-4)


@pytest.mark.parametrize("kind", [float, complex])
def test_eliminations_against_dense_and_fifty_digits(kind):
    random, nodes = np.random.default_rng(3), 7
    blocks, load = random.normal(size=(3, nodes, 3, 3)).astype(kind), random.normal(size=(nodes, 3)).astype(kind)
    if kind is complex:
        blocks += 1j * random.normal(size=blocks.shape)
        load += 1j * random.normal(size=load.shape)
    dense = np.zeros((3 * nodes, 3 * nodes), dtype=kind)
    for i in range(nodes):
        for block, at in ((BEFORE, i - 1), (OWN, i), (BEHIND, i + 1)):
            if 0 <= at < nodes:
                dense[3 * i : 3 * i + 3, 3 * at : 3 * at + 3] = blocks[block, i]
    exact = np.linalg.solve(dense, -load.ravel()).reshape(nodes, 3)
    step, low = np.zeros_like(load), np.zeros_like(load)
    single, double = (
        (eliminate, eliminate_extended) if kind is float else (eliminate_complex, eliminate_complex_extended)
    )
    assert single(load, blocks.copy(), step)
    assert step == pytest.approx(exact, rel=1e-10)
    assert double(load, blocks, np.zeros_like(blocks), step, low)
    with mp.workdps(50):
        found = mp.lu_solve(mp.matrix(dense.tolist()), mp.matrix((-load.ravel()).tolist()))
        for i in range(3 * nodes):
            high, rest = complex(step.ravel()[i]), complex(low.ravel()[i])
            off = mp.mpc(high) + mp.mpc(rest) - found[i]
            assert abs(off) < 1e-27 * abs(found[i])


@pytest.mark.parametrize("kind", [float, complex])
def test_a_singular_system_is_told(kind):
    nodes = 3
    blocks, load = np.zeros((3, nodes, 3, 3), kind), np.ones((nodes, 3), kind)
    single, double = (
        (eliminate, eliminate_extended) if kind is float else (eliminate_complex, eliminate_complex_extended)
    )
    assert not single(load, blocks.copy(), np.zeros_like(load))
    assert not double(load, blocks, np.zeros_like(blocks), np.zeros_like(load), np.zeros_like(load))
