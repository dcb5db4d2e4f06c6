"""Interfaces that emit, tunnel, recombine and hold charge, against what can be written down for them.

Levels at an interface see electrons and holes of both sides A and B (Pauwels and Vanhoutte, J. Phys. D 11, 649 (1978)).
With capture velocities S and, for a level at E_t, c_1 = N exp(-|E_band - E_t| / kT) of each species,

    f = (sum S_n n + sum S_p p_1) / D,     D = sum S_n (n + n_1) + sum S_p (p + p_1),
    U = sum over electron a and hole b of S_a S_b (n_a p_b - n_a1 p_b1) / D,

so a level at which n = p >> n_1 loses sum S_n sum S_p / (sum S_n + sum S_p) times n, and inside one p-type crystal,
where both sides have the same velocities, it takes 2 S_n n: each side's electrons count. Emission: C. R. Crowell and
S. M. Sze, Solid-State Electron. 9, 1035 (1966); tunnelling through a spike: Hurkx et al., IEEE Trans. Electron Devices
39, 331 (1992), written as an integral over energy.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import constants as si
from scipy.integrate import quad
from scipy.optimize import brentq

import stackmodel as sm
from helpers import task_of
from stackmodel.physics import line as rows
from stackmodel.physics.constants import NONE, UNBOUND
from stackmodel.physics.fluxes import fill_bands
from stackmodel.physics.line import INTERFACE
from stackmodel.physics.rows import assemble
from stackmodel.physics.state import State, empty_bands, empty_flows
from stackmodel.physics.system import BEFORE, BEHIND, JACOBIAN, OWN, empty_system
from stackmodel.physics.tunnelling import field_enhancement, kane, tunnelling_exponent
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.structure.mesh import uniform_mesh

INF, Q, EPS_0, BOLTZMANN = math.inf, si.e, si.epsilon_0 * 1e-2, si.k / si.e
KT = BOLTZMANN * 300
EPS = 11.7 * EPS_0 / Q  # of every film here, over q [V^-1 cm^-1]
MASSES = {"electron_tunnelling_mass": 0.2, "hole_tunnelling_mass": 0.3}
#: m of a free electron: A = 4 pi q m k^2 / h^3 [A cm^-2 K^-2] and N = 2 (m k T / (2 pi hbar^2))^(3/2) at 300 K [cm^-3].
RICHARDSON = 4 * math.pi * si.e * si.m_e * si.k**2 / si.h**3 * 1e-4
FREE_DOS = 2 * (si.m_e * si.k * 300 / (2 * math.pi * si.hbar**2)) ** 1.5 * 1e-6


def film(chi, gap, *, doping=0.0, N=1e19, mu=100.0, tau=INF, **more):
    N_C, N_V = N if isinstance(N, tuple) else (N, N)
    values = {
        "relative_permittivity": 11.7, "radiative_coefficient": 0, "electron_auger_coefficient": 0,
        "hole_auger_coefficient": 0, **more,
    }  # fmt: skip
    return sm.Material(
        name="film", electron_affinity=chi, band_gap=gap, conduction_band_dos=N_C, valence_band_dos=N_V,
        electron_mobility=mu, hole_mobility=mu, electron_lifetime=tau, hole_lifetime=tau,
        donor_density=max(doping, 0.0), acceptor_density=max(-doping, 0.0), **values,
    )  # fmt: skip


def junction(a, b, thickness=(200, 200), *, T=300.0, front=None, back=None, anode="front", **interface):
    """A | B with an interface of the given fields; thicknesses in nm."""
    pieces = [
        sm.Layer(a, thickness[0], name="A", role="active"), sm.Interface(**interface),
        sm.Layer(b, thickness[1], name="B", role="active"),
    ]  # fmt: skip
    ohmic = sm.Contact.ohmic()
    return sm.Photodiode(sm.Stack(pieces), front=front or ohmic, back=back or ohmic, temperature=T, anode=anode)


def mirrored(a, b, thickness=(200, 200), *, T=300.0, front=None, back=None, anode="front", **interface):
    """The same device seen from behind."""
    other = {"left": "right", "right": "left"}
    turned = {
        (f"{other[side]}_{rest}" if (side := k.partition("_")[0]) in other and (rest := k.partition("_")[2]) else k): v
        for k, v in interface.items()
    }
    return junction(
        b, a, thickness[::-1], T=T, front=back, back=front, anode="back" if anode == "front" else "front", **turned
    )  # fmt: skip


def on_uniform(device, voltages, elements=60):
    """Points on a mesh that does not adapt, so that two devices can be compared to rounding."""
    task = task_of(device)
    mesh = uniform_mesh(task.profile.thickness.tolist(), elements).with_interfaces(task.profile.emitting)
    points = solver._curve(task, mesh, voltages, {})
    return task, [points[float(voltage)] for voltage in voltages]


def currents(device, voltages, elements=60):
    task, points = on_uniform(device, voltages, elements)
    return np.array([solver.current_density(task, point) for point in points])


def check_shares(curve):
    """Each share is its own integral; together they are the current."""
    for point in curve.points:
        total = sum(point.by_mechanism.values())
        assert total == pytest.approx(point.current_density, rel=1e-8)


SRH = {"electron_recombination_velocity": 1e4, "hole_recombination_velocity": 1e5}
ACROSS = {
    "left_electron_recombination_velocity": 0, "left_hole_recombination_velocity": 1e5,
    "right_electron_recombination_velocity": 1e4, "right_hole_recombination_velocity": 0,
}  # fmt: skip
DONOR, ACCEPTOR = {"interface_donor_density": 1e11, "trap_level": 0.1}, {"interface_acceptor_density": 1e11}
VELOCITIES = {"electron_transfer_velocity": 1e5, "hole_transfer_velocity": 1e4}


def family(name, density, captures, **more):
    said = {"density": density, "electron_capture": captures[0], "hole_capture": captures[1], **more}
    return {f"{name}_{k}": v for k, v in said.items()}


#: Charged levels of both kinds, a tail, and a Gaussian that holds no charge.
SEVERAL = {
    **family("interface_donor", 3e11, (1e-8, 6e-9), level=-0.2),
    **family("interface_acceptor", 5e11, (1e-9, 1e-7), level=0.1),
    **family("interface_acceptor_2", 2e11, (1e-8, 1e-8), level="0 eV below E_C", tail_energy=0.03),
    **family("interface_trap", 1e11, (1e-7, 1e-8), width=0.05),
}
INTERFACES = {
    "recombining": SRH,
    "recombining, donors": SRH | DONOR,
    "recombining, acceptors": SRH | ACCEPTOR,
    "across": ACROSS,
    "thermionic": {"transfer": "thermionic"},
    "thermionic, recombining": {"transfer": "thermionic", **SRH},
    "thermionic, across, acceptors": {"transfer": "thermionic", **ACROSS, **ACCEPTOR},
    "velocities": VELOCITIES,
    "velocities, recombining, donors": VELOCITIES | SRH | DONOR,
    "field": {"transfer": "thermionic-field"},
    "several levels": SEVERAL,
    "thermionic, several levels": {"transfer": "thermionic", **SEVERAL},
    "field, recombining, acceptors": {"transfer": "thermionic-field", **SRH, **ACCEPTOR},
}
INSIDE = {"right_electron_recombination_velocity": 0, "right_hole_recombination_velocity": 0}


# -- 1. no flux in equilibrium -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("T", [300.0, 100.0])
@pytest.mark.parametrize("interface", INTERFACES.values(), ids=INTERFACES.keys())
def test_nothing_flows_in_equilibrium(interface, T):
    """A type-I and a type-II pair, p | n: every edge current and every rate is 0.0, and not nearly so."""
    for a, b in (((4.0, 1.4), (3.8, 1.8)), ((4.0, 1.2), (4.3, 1.2))):
        left, right = film(*a, doping=-1e16, tau=1e-8, **MASSES), film(*b, doping=1e17, tau=1e-8, **MASSES)
        device = junction(left, right, T=T, **interface)
        task = task_of(device)
        point = solver.solve(task, [0.0])[0]
        assert not point.currents.any()
        assert not point.rates.any()
        assert not point.lost.any()
        assert solver.current_density(task, point) == 0.0
        assert not point.u.any()
        assert not point.v.any()


@pytest.mark.parametrize("statistics", ["fermi-dirac", "gaussian"])
def test_nothing_flows_in_degenerate_equilibrium(statistics):
    more = {"statistics": statistics} | ({"electronic_disorder": 0.05} if statistics == "gaussian" else {})
    left, right = film(4.0, 1.2, doping=-2e18, **more), film(4.3, 1.2, doping=2e18, **more)
    for interface in (SRH | ACCEPTOR, {"transfer": "thermionic", **SRH, **DONOR}, VELOCITIES | SRH):
        device = junction(left, right, **interface)
        point = solver.solve(task_of(device), [0.0])[0]
        assert not point.currents.any()
        assert not point.lost.any()


# -- 2. the Jacobian ---------------------------------------------------------------------------------------------------


def contact_columns(task, voltage):
    """y, u, v, ln S_n, ln S_p and lowering of front and back at a voltage, shape (2, 6)."""
    levels, by_bias, ln_velocity, lowering = task.contacts
    return np.column_stack([levels + voltage / task.kT * by_bias, ln_velocity, lowering])


class Differences:
    """Residual and Jacobian of the kernel at one state, and the same from balances written anew."""

    def __init__(self, device, voltage, *, generation=None, elements=24, seed=1):
        self.task, points = on_uniform(device, [voltage], elements)
        point = points[0]
        self.line, self.bias = point.grid.line, voltage / self.task.kT
        self.contacts, self.generation = contact_columns(self.task, voltage), point.generation
        self.drive = self.task.drive(point.grid.mesh)
        # Away from the solution, where nothing cancels; the potential stays smooth and its field has one sign or other.
        random, at = np.random.default_rng(seed), np.arange(point.y.size)
        move = 0.4 * np.sin(0.37 * at) * np.sin(math.pi * at / at[-1])
        for e in point.grid.mesh.interfaces:
            move[e + 1] = move[e]
        self.state = np.stack(
            [point.y + move, point.u + random.uniform(-0.5, 0.5, at.size), point.v + random.uniform(-0.5, 0.5, at.size)]
        )

    def assembled(self, state):
        nodes = state.shape[1]
        system, flows = empty_system(nodes), empty_flows(nodes)
        assemble(self.of_kernels(state), self.line, self.drive, system, flows, JACOBIAN)
        return system, flows

    def of_kernels(self, state):
        y, u, v = (np.ascontiguousarray(each) for each in state)
        return State(y, u, v, np.zeros((2, 2, y.size)), self.bias)

    def species(self, state):
        """n and p at both ends of the elements, shape (2, 2, n_elements), carrier and end."""
        line = self.line
        bands = empty_bands(line.width.size)
        fill_bands(self.of_kernels(state), line, bands)
        there = np.where(line.code >= 0, 1.0, 0.0)
        return there * np.exp(np.stack([line.ln_N_C + bands.ln_F[0], line.ln_N_V + bands.ln_F[1]]))

    def thinned(self, state):
        """F(eta) / exp(eta) of both carriers at both ends of the elements: what degeneracy makes of n_1 and p_1."""
        bands = empty_bands(self.line.width.size)
        fill_bands(self.of_kernels(state), self.line, bands)
        return np.exp(bands.ln_F - bands.eta)

    def balances(self, state):
        """Charge of each node [cm^-2], and electrons and holes that its box gains [cm^-2 s^-1], shape (n_nodes, 3)."""
        line, (_, flows) = self.line, self.assembled(state)
        y, kT, nodes = state[0], line.kT, state.shape[1]
        found = np.zeros((nodes, 3))
        n, p = self.species(state)
        charge = p - n + line.doping
        for layer in range(line.first_trap.size - 1):
            inside = (line.row == layer) & (line.code >= 0)
            for t in range(line.first_trap[layer], line.first_trap[layer + 1]):
                kind, c_n, c_p = line.traps[rows.CHARGE, 0, t], *np.exp(-line.traps[:2, 0, t])
                n_1, p_1 = np.exp(line.traps[[rows.LN_N_1, rows.LN_P_1], 0, t])
                full = (c_n * n + c_p * p_1) / (c_n * (n + n_1) + c_p * (p + p_1))
                charge += inside * kind * ((1.0 - full) if kind > 0 else full)
        displaced = line.permittivity * kT * np.diff(y) / line.width
        found[:-1, 0] -= displaced + 0.5 * line.width * charge[0]
        found[1:, 0] += displaced - 0.5 * line.width * charge[1]
        found[:, 0] -= line.fixed_charge
        for node in np.flatnonzero(line.interface >= 0):
            for at in (node, node + 1 if line.code[node] == INTERFACE else node):
                found[at, 0] -= 0.5 * self.sheet(node, n, p, self.thinned(state))
        gain = self.generation - flows.rates.sum(axis=0)
        for carrier, turn in ((0, 1.0), (1, -1.0)):
            k = 1 + carrier
            found[:-1, k] += turn * flows.currents[carrier] + 0.5 * line.width * gain[0]
            found[1:, k] += -turn * flows.currents[carrier] + 0.5 * line.width * gain[1]
            found[:, k] -= flows.lost[carrier]
        for end, node, inner, e in ((0, 0, 1, 0), (1, nodes - 1, nodes - 2, nodes - 2)):
            found[node, 0] = np.nan
            for carrier, turn in ((0, 1.0), (1, -1.0)):
                k, velocity = 1 + carrier, self.contacts[end, 3 + carrier]
                if velocity >= UNBOUND:
                    found[node, k] = np.nan
                elif velocity > NONE:
                    away = max(turn * (y[inner] - y[node]) * kT / line.width[e], 0.0)
                    raised = math.exp(velocity + self.contacts[end, 5] * math.sqrt(away))
                    above = turn * (state[k, node] - self.contacts[end, k])
                    found[node, k] -= raised * (n, p)[carrier][end, e] * (1.0 - math.exp(-above))
        return found

    def sheet(self, node, n, p, thinned):
        line = self.line
        left, right = node - 1, node + 1 if line.code[node] == INTERFACE else node
        interface = line.interface[node]
        levels = range(line.first_level[interface], line.first_level[interface + 1])
        return sum(self.level(line.interface_levels[:, t], left, right, n, p, thinned) for t in levels)

    @staticmethod
    def level(column, left, right, n, p, thinned):
        charge = column[rows.LEVEL_CHARGE]
        if charge == 0.0:
            return 0.0
        S, at_level = np.exp(column[rows.LN_S_NA : rows.LN_S_PB + 1]), np.exp(column[rows.LN_NA_1 : rows.LN_PB_1 + 1])
        at_level = at_level * thinned[[0, 0, 1, 1], [1, 0, 1, 0], [left, right, left, right]]
        here = np.array([n[1, left], n[0, right], p[1, left], p[0, right]])
        full = (S[:2] @ here[:2] + S[2:] @ at_level[2:]) / (S @ (here + at_level))
        return charge * ((1.0 - full) if charge > 0 else full)

    def check(self, around=None):
        """Every entry that is not below 1e-6 of its row, to 1e-5; `around` limits it to nodes near an interface."""
        system, _ = self.assembled(self.state)
        nodes, h = self.state.shape[1], 5e-6
        own = self.balances(self.state)
        numeric = np.zeros((nodes, 3, nodes, 3))
        for colour in range(3):
            for k in range(3):
                at = np.arange(colour, nodes, 3)
                up, down = self.state.copy(), self.state.copy()
                up[k, at] += h
                down[k, at] -= h
                slope = (self.balances(up) - self.balances(down)) / (2 * h)
                for node in at:
                    near = slice(max(node - 1, 0), node + 2)
                    numeric[near, :, node, k] = slope[near]
        blocks = np.zeros_like(numeric)
        for i in range(nodes):
            for which, at in ((BEFORE, i - 1), (OWN, i), (BEHIND, i + 1)):
                if 0 <= at < nodes:
                    blocks[i, :, at] = system.jacobian[which, i]
        compared = 0
        for i in range(nodes) if around is None else range(around - 2, around + 4):
            for row in range(3):
                exact, found = blocks[i, row], numeric[i, row]
                if not np.isfinite(own[i, row]):
                    continue
                largest = np.unravel_index(np.argmax(np.abs(exact)), exact.shape)
                scale = found[largest] / exact[largest]
                assert scale > 0, (i, row)
                size = np.abs(found).max()
                assert scale * exact == pytest.approx(found, rel=1e-5, abs=1e-7 * size), (i, row)
                # The residual has the same scale: signs and sizes of all its terms.
                assert scale * system.residual[i, row] == pytest.approx(own[i, row], rel=1e-5, abs=1e-8 * size), (
                    i,
                    row,
                )
                compared += 1
        return compared


FAST = {"electron_recombination_velocity": 1e7, "hole_recombination_velocity": 3e6}
JACOBIANS = {
    "single node": FAST,
    "single node, donors": FAST | {"interface_donor_density": 1e12, "trap_level": -0.1},
    "single node, acceptors": FAST | {"interface_acceptor_density": 1e12},
    "doubled node": {"transfer": "thermionic"},
    "doubled node, velocities": VELOCITIES,
    "doubled node, recombining": {**VELOCITIES, **FAST, "right_electron_recombination_velocity": 1e6},
    "doubled node, acceptors": {"transfer": "thermionic", **FAST, "interface_acceptor_density": 1e12},
    "doubled node, donors": VELOCITIES | FAST | {"interface_donor_density": 1e12},
    "single node, several levels": SEVERAL,
    "doubled node, several levels": VELOCITIES | SEVERAL,
}


@pytest.mark.parametrize("voltage", [0.3, -0.2])
@pytest.mark.parametrize("interface", JACOBIANS.values(), ids=JACOBIANS.keys())
def test_derivatives_at_an_interface(interface, voltage):
    for statistics in ("boltzmann", "fermi-dirac"):
        left = film(4.0, 0.9, doping=-1e16, statistics=statistics, tau=1e-9)
        right = film(4.2, 0.9, doping=3e18, statistics=statistics, tau=1e-9)
        found = Differences(junction(left, right, **interface), voltage)
        node = int(np.flatnonzero(found.line.interface >= 0)[0])
        assert found.check(around=node) == 18


BULK = {
    "acceptor traps": {"acceptor_trap_density": 1e17, "acceptor_trap_level": "0.2 eV below E_C",
                       "acceptor_trap_electron_capture": 1e-8, "acceptor_trap_hole_capture": 1e-9},
    "donor traps": {"donor_trap_density": 1e17, "donor_trap_level": "0.3 eV above E_V",
                    "donor_trap_electron_capture": 1e-9, "donor_trap_hole_capture": 1e-8},
    "tail": {"acceptor_trap_density": 1e17, "acceptor_trap_level": "0 eV below E_C",
             "acceptor_trap_tail_energy": 0.03, "acceptor_trap_electron_capture": 1e-9,
             "acceptor_trap_hole_capture": 1e-9},
    "trap-assisted tunnelling": {"tau": 1e-10, **MASSES},
    "trap-assisted tunnelling of electrons": {"tau": 1e-10, "electron_tunnelling_mass": 0.1},
    "tunnelling through charged traps": {"donor_trap_density": 1e17, "donor_trap_level": "0.3 eV above E_V",
                    "donor_trap_electron_capture": 1e-7, "donor_trap_hole_capture": 1e-7, **MASSES},
    "band-to-band": {"reduced_tunnelling_mass": 0.03},
    "all recombination": {"tau": 1e-9, "radiative_coefficient": 1e-9, "electron_auger_coefficient": 1e-27,
                          "hole_auger_coefficient": 3e-27, "langevin_factor": 1e-3, "reduced_tunnelling_mass": 0.05,
                          **MASSES},
    "Poole-Frenkel": {"electron_poole_frenkel": 3e-3, "hole_poole_frenkel": 5e-3},
    "Caughey-Thomas": {"electron_saturation_velocity": 1e6, "electron_saturation_exponent": 2,
                       "hole_saturation_velocity": 5e5, "hole_saturation_exponent": 1},
    "both": {"electron_saturation_velocity": 1e6, "electron_saturation_exponent": 1.5, "electron_poole_frenkel": 2e-3},
    "hops": {"hopping_length": 4.0},
    "hops and saturation": {"hopping_length": 8.0, "hole_saturation_velocity": 5e5, "hole_saturation_exponent": 2},
}  # fmt: skip


@pytest.mark.parametrize("voltage", [0.3, -0.3])
@pytest.mark.parametrize("more", BULK.values(), ids=BULK.keys())
def test_derivatives_in_layers(more, voltage):
    left, right = film(4.0, 0.9, doping=-3e17, **more), film(4.0, 0.9, doping=1e18, **more)
    found = Differences(junction(left, right, (60, 60)), voltage, elements=16)
    assert found.check() == 3 * 31


@pytest.mark.parametrize("image_force", [True, False])
def test_derivatives_at_contacts(image_force):
    metal = sm.Contact.schottky(
        work_function=4.6, electron_recombination_velocity=1e6, hole_recombination_velocity=1e5, image_force=image_force
    )
    back = sm.Contact.schottky(
        work_function=4.3, electron_recombination_velocity=1e4, hole_recombination_velocity=1e4, image_force=image_force
    )
    same = film(4.0, 0.9, doping=1e17, tau=1e-9)
    for voltage in (0.2, -0.5):
        found = Differences(junction(same, same, (100, 100), front=metal, back=back), voltage, elements=16)
        # sqrt(q F / (4 pi eps)) [V] over kT.
        expected = math.sqrt(1.0 / (4 * math.pi * EPS)) / KT if image_force else 0.0
        assert found.contacts[:, 5] == pytest.approx([expected] * 2, rel=1e-6)
        # All rows but Poisson's at the two ends.
        assert found.check() == 3 * 33 - 2
        # The field at one end or the other draws carriers away.
        assert np.all(np.diff(found.state[0])[[0, -1]] != 0.0)


# -- 3. saturation -----------------------------------------------------------------------------------------------------


def isotype(carrier, *, N_A=1e19, N_B=1e16, step=0.35, velocity=None, constants=(1.0, 30.0), dos=(1e19, 4e18), **more):
    """Films of a narrow heavily doped A and a wide lightly doped B, whose majority band stands `step` above A's."""
    sign = 1 if carrier == "electron" else -1
    chi_A, chi_B = (4.3, 4.3 - step) if sign > 0 else (4.3, 4.3)
    gap_A, gap_B = (1.4, 1.4 + step)
    kept = {} if constants is None else {f"{carrier}_richardson_constant": constants[0]}
    left = film(chi_A, gap_A, doping=sign * N_A, N=dos[0], mu=1e6, **kept, **more)
    kept = {} if constants is None else {f"{carrier}_richardson_constant": constants[1]}
    right = film(chi_B, gap_B, doping=sign * N_B, N=dos[1], mu=1e6, **kept, **more)
    interface = {"transfer": "thermionic"} if velocity is None else {f"{carrier}_transfer_velocity": velocity}
    return left, right, interface


def spike_of(change, *, N_A=1e19, N_B=1e16, step=0.35, dos=(1e19, 4e18)):
    """Barrier above A's level and field in B at the interface, with `change` [V] added to the band bending of B.

    Majority carriers on both sides, each at its own level, by the first integral of Poisson's equation: they gather in
    A and leave B.
    """
    built_in = step + KT * math.log(dos[0] / N_A) - KT * math.log(dos[1] / N_B)

    def squared(N, drop):  # (eps F / q)^2 where the band has risen by `drop`
        return 2 * EPS * N * (drop + KT * math.expm1(-drop / KT))

    def imbalance(gathered):
        return squared(N_A, -gathered) - squared(N_B, built_in + change - gathered)

    gathered = brentq(imbalance, 0.0, built_in + change, xtol=1e-16)
    field = math.sqrt(squared(N_A, -gathered)) / EPS
    return KT * math.log(dos[0] / N_A) + step - gathered, field, built_in + change - gathered


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("carrier", ["electron", "hole"])
def test_thermionic_saturation(carrier, mirror):
    """J = A* T^2 exp(-E_b/kT) (exp(qV/kT) - 1) with the smaller A*, the barrier lowered by what gathers in A."""
    left, right, interface = isotype(carrier)
    # Carriers go from A to B over the barrier where B's bands bend more: electrons where B is positive.
    sign = -1 if carrier == "electron" else 1
    device = (mirrored if mirror else junction)(left, right, (200, 1000), **interface)
    changes = np.array([1.0, 0.5, 0.1, -0.02, -0.05])
    curve = device.jv(sign * changes)
    expected = [
        sign * 1.0 * 300**2 * math.exp(-spike_of(change)[0] / KT) * -math.expm1(-change / KT) for change in changes
    ]
    assert curve.current_density == pytest.approx(expected, rel=1e-2)


def test_richardson_constant_of_the_density_of_states():
    """A* / A = m* / m = (N_C / N)^(2/3), the smaller one; of both orders of magnitude the barrier's N_C is no part."""
    left, right, interface = isotype("electron", constants=None)
    current = junction(left, right, (200, 1000), **interface).jv([-0.5]).current_density[0]
    A = RICHARDSON * (4e18 / FREE_DOS) ** (2 / 3)
    assert current == pytest.approx(-A * 300**2 * math.exp(-spike_of(0.5)[0] / KT), rel=1e-2)


@pytest.mark.parametrize("T", [200.0, 300.0, 400.0])
def test_richardson_constant_does_not_follow_temperature(T):
    """With N_C by its own law, and no spike: v N_C = A* T^2 / q at every temperature."""
    left, right, interface = isotype("electron", constants=None, N_B=4e18, step=0.3)
    task = task_of(junction(left, right, T=T, **interface))
    A = RICHARDSON * (4e18 / FREE_DOS) ** (2 / 3)
    assert math.exp(task.profile.interface_values[rows.LN_EMISSION_N, 0]) * Q == pytest.approx(A * T**2, rel=2e-5)


@pytest.mark.parametrize("carrier", ["electron", "hole"])
def test_saturation_by_a_transfer_velocity(carrier):
    """J = q v N exp(-E_b/kT) (1 - exp(-qV/kT)) with the N of the higher side."""
    left, right, interface = isotype(carrier, velocity=1e4, constants=None)
    sign = -1 if carrier == "electron" else 1
    interface[f"{'hole' if sign < 0 else 'electron'}_transfer_velocity"] = 1e4
    current = junction(left, right, (200, 1000), **interface).jv([sign * 0.5]).current_density[0]
    assert current == pytest.approx(sign * Q * 1e4 * 4e18 * math.exp(-spike_of(0.5)[0] / KT), rel=1e-2)


def test_a_fast_transfer_is_none():
    """What an interface adds to the resistance is 1/v: the difference to the continuous one falls as 1/v."""
    left, right = film(4.0, 1.2, doping=-1e16, mu=10, tau=1e-9), film(4.2, 1.2, doping=1e17, mu=10, tau=1e-9)
    for interface in ({}, SRH, SRH | ACCEPTOR):
        plain = currents(junction(left, right, **interface), [0.3, 0.5])
        away = {}
        for v in (1e5, 1e7, 1e9):
            moved = {"electron_transfer_velocity": v, "hole_transfer_velocity": v, **interface}
            away[v] = currents(junction(left, right, **moved), [0.3, 0.5]) / plain - 1
        # The element of the interface is 1e-5 nm wide, so 1e-6 of a fast interface is its width.
        assert away[1e9] == pytest.approx([0.0] * 2, abs=3e-6)
        assert away[1e7] / away[1e5] == pytest.approx([1e-2] * 2, rel=0.5)
        if not interface:
            assert away[1e7] / away[1e5] == pytest.approx([1e-2] * 2, rel=2e-2)


@pytest.mark.parametrize("interface", INTERFACES.values(), ids=INTERFACES.keys())
def test_mirrored(interface):
    """The same device seen from behind carries the same current."""
    interface = {**interface, "fixed_charge": -5e10}
    for a, b in (((4.0, 1.4), (3.8, 1.8)), ((4.0, 1.2), (4.3, 1.2))):
        left, right = film(*a, doping=-1e16, tau=1e-8, **MASSES), film(*b, doping=1e17, tau=1e-8, **MASSES)
        voltages = [-0.5, 0.4]
        found = [currents(make(left, right, **interface), voltages) for make in (junction, mirrored)]
        assert found[1] == pytest.approx(found[0], rel=1e-8)


@pytest.mark.parametrize("carrier", ["electron", "hole"])
@pytest.mark.parametrize("transfer", ["thermionic", "thermionic-field"])
def test_mirrored_emission(carrier, transfer):
    """The top of the barrier stands at the potential of its own side."""
    left, right, _ = isotype(carrier, N_B=1e17, **MASSES)
    found = [currents(make(left, right, transfer=transfer), [1.0, 0.05, -0.05, -1.0]) for make in (junction, mirrored)]
    assert found[1] == pytest.approx(found[0], rel=1e-8)


# -- 4. recombination at an interface ----------------------------------------------------------------------------------


def blocked(front, back):
    """Contacts that no minority carrier passes, for p | n."""
    return {
        "front": sm.Contact.schottky(electron_recombination_velocity=0, work_function=front),
        "back": sm.Contact.schottky(hole_recombination_velocity=0, work_function=back),
    }


@pytest.mark.parametrize("sides", [2, 1])
@pytest.mark.parametrize("transfer", [{}, {"transfer": "thermionic"}])
def test_interface_recombination_in_a_junction(sides, transfer):
    """n = p = n_i exp(qV/2kT) at the middle of a symmetric junction: J = q s S_n S_p / (S_n + S_p) (n - n_i).

    With the level at midgap; s is 2 where carriers of both sides reach it.
    """
    gap, N, doping, S_n, S_p = 1.2, 1e19, 1e17, 1e3, 3e3
    p, n = film(4.0, gap, doping=-doping, N=N), film(4.0, gap, doping=doping, N=N)
    level = 4.0 + KT * math.log(N / doping)
    ends = blocked(front=8.0 + gap - level, back=level)
    device = junction(
        p, n, **ends, **transfer, electron_recombination_velocity=S_n, hole_recombination_velocity=S_p,
        **(INSIDE if sides == 1 else {}),
    )  # fmt: skip
    voltages = np.array([-0.3, 0.1, 0.3, 0.5])
    curve = device.jv(voltages)
    n_i = N * math.exp(-gap / 2 / KT)
    expected = Q * sides * S_n * S_p / (S_n + S_p) * n_i * np.expm1(voltages / 2 / KT)
    # What crosses with 100 cm^2/Vs drops a little of the levels: 2e-3 at 0.5 V.
    assert curve.current_density == pytest.approx(expected, rel=5e-3)
    check_shares(curve)
    for point in curve.points:
        assert point.by_mechanism["recombination at A|B"] == pytest.approx(point.current_density, rel=1e-6)


@pytest.mark.parametrize("sides", [2, 1])
def test_minority_limited_interface(sides):
    """Inside a p-type base: J = q s S_n n_p0 (exp(qV/kT) - 1) as long as electrons get there easily."""
    gap, N, doping, S = 1.0, 1e19, 1e17, 50.0
    base, emitter = film(4.0, gap, doping=-doping, N=N), film(4.0, gap, doping=1e18, N=N)
    interface = {"electron_recombination_velocity": S, "hole_recombination_velocity": 1e7}
    pieces = [
        sm.Layer(base, 200, name="A", role="active"), sm.Interface(**interface, **(INSIDE if sides == 1 else {})),
        sm.Layer(base, 300, name="B", role="active"), sm.Layer(emitter, 200, name="C", role="active"),
    ]  # fmt: skip
    level = 4.0 + gap - KT * math.log(N / doping)
    front = sm.Contact.schottky(work_function=level, electron_recombination_velocity=0)
    back = sm.Contact.schottky(work_function=4.0 + KT * math.log(N / 1e18), hole_recombination_velocity=0)
    voltages = np.array([-0.2, 0.1, 0.3])
    curve = sm.Photodiode(sm.Stack(pieces), front=front, back=back).jv(voltages)
    n_p0 = N**2 * math.exp(-gap / KT) / doping
    assert curve.current_density == pytest.approx(Q * sides * S * n_p0 * np.expm1(voltages / KT), rel=5e-3)
    check_shares(curve)


@pytest.mark.parametrize("transfer", [{}, {"transfer": "thermionic"}])
def test_recombination_across_a_type_ii_interface(transfer):
    """Electrons of B meet holes of A: J = q S_n S_p / (S_n + S_p) n_i (exp(qV/2kT) - 1), n_i by the interface gap.

    p and n alike, so half of V at each side; levels at the middle of the interface gap. Electrons of A and holes of B
    are rarer by exp(-0.4 eV/kT), and where the node is doubled each side has its own levels.
    """
    gap, step, N, doping, S_n, S_p = 1.2, 0.4, 1e19, 1e17, 1e3, 3e3
    left, right = film(4.0, gap, doping=-doping, N=N), film(4.0 + step, gap, doping=doping, N=N)
    n_i = N * math.exp(-(gap - step) / 2 / KT)
    level = 4.0 + step + KT * math.log(N / doping)
    ends = blocked(front=4.0 + gap - KT * math.log(N / doping), back=level)
    voltages = np.array([-0.3, 0.05, 0.2])
    expected = Q * S_n * S_p / (S_n + S_p) * n_i * np.expm1(voltages / 2 / KT)
    own = {"left_electron_recombination_velocity": 0, "right_hole_recombination_velocity": 0}
    for more in ({}, own):
        levels = {"electron_recombination_velocity": S_n, "hole_recombination_velocity": S_p, **more}
        curve = junction(left, right, **ends, **levels, **transfer).jv(voltages)
        assert curve.current_density == pytest.approx(expected, rel=5e-3)
        check_shares(curve)


def test_each_side_has_its_own_level():
    """Where emission is slow the levels of the sides part: U = S_n S_p n_B p_A (1 - exp(-(F_nB - F_pA)/kT)) / D."""
    left, right = film(4.0, 1.2, doping=-1e16), film(4.3, 1.3, doping=1e17)
    device = junction(left, right, electron_transfer_velocity=1e-3, hole_transfer_velocity=1e-3, **ACROSS)
    task, points = on_uniform(device, [0.3])
    point, kT = points[0], KT
    e = point.grid.mesh.interfaces[0]
    # Over the barrier next to nothing goes: the levels of one carrier differ on the two sides.
    assert abs(point.u[e + 1] - point.u[e]) > 5
    assert abs(point.v[e + 1] - point.v[e]) > 5
    E_C, E_V, y = -4.3 / kT, -5.2 / kT, point.y
    n_B, p_A = 1e19 * math.exp(y[e + 1] + point.u[e + 1] - E_C), 1e19 * math.exp(E_V - y[e] - point.v[e] + 0.3 / kT)
    middle = 1e19 * math.exp(-0.9 / 2 / kT)
    D = 1e4 * (n_B + middle) + 1e5 * (p_A + middle)
    U = 1e4 * 1e5 * n_B * p_A / D * -math.expm1(-(point.u[e + 1] - point.v[e] + 0.3 / kT))
    assert solver.current_density(task, point) == pytest.approx(Q * U, rel=1e-6)
    shares = solver.by_mechanism(task, point)
    assert shares["recombination at A|B"] == pytest.approx(Q * U, rel=1e-6)
    assert sum(shares.values()) == pytest.approx(solver.current_density(task, point), rel=1e-9)


@pytest.mark.parametrize("transfer", [{}, {"transfer": "thermionic"}])
def test_levels_carry_electrons_across(transfer):
    """Levels that only electrons reach exchange them: without emission S n n_1 / (2 (n + n_1)) is the current."""
    same = film(4.0, 1.0, doping=1e16, mu=1e5)
    path = {"electron_transfer_velocity": 1e-6, "hole_transfer_velocity": 1e-6} if transfer else {}
    device = junction(
        same, same, electron_recombination_velocity=1e2, hole_recombination_velocity=0, trap_level=0.4, **path
    )
    task, points = on_uniform(device, [1e-4])
    if not transfer:
        # One node has one level, and nothing to exchange.
        assert not points[0].lost.any()
        return
    n, n_1 = 1e16, 1e19 * math.exp(-0.1 / KT)
    found = solver.current_density(task, points[0]) / 1e-4
    assert abs(found) == pytest.approx(Q * 1e2 * n * n_1 / (2 * (n + n_1)) / KT, rel=1e-3)


def grain_boundary(density, level, N, donors=False):
    """Charge on levels between two n-type halves, and how far the bands are bent, by charge balance."""
    E_F = -KT * math.log(1e19 / N)  # below E_C

    def filled(bending):  # the level is `level` above midgap of 1.0 eV, so level - 0.5 below E_C
        return 1 / (1 + math.exp(((level - 0.5) + bending - E_F) / KT))

    def sheet(bending):
        return density * (1 - filled(bending)) if donors else -density * filled(bending)

    def halves(bending):
        return math.copysign(
            2 * math.sqrt(2 * EPS * N * (bending + KT * math.expm1(-bending / KT))), bending
        )  # charge of both, positive where depleted

    bending = brentq(lambda b: sheet(b) + halves(b), -0.4, 0.8, xtol=1e-16)
    return sheet(bending), bending


@pytest.mark.parametrize("transfer", [{}, {"transfer": "thermionic"}])
@pytest.mark.parametrize(
    ("density", "level", "donors"),
    [(1e11, 0.0, False), (1e12, 0.0, False), (1e12, 0.2, False), (3e12, -0.1, False), (1e12, 0.45, True)],
)
def test_charge_of_levels_bends_bands(density, level, donors, transfer):
    """A grain boundary: the levels charge to where the depleted halves balance them, in both solvers."""
    N = 1e17
    same = film(4.0, 1.0, doping=N, mu=100)
    name = "interface_donor_density" if donors else "interface_acceptor_density"
    device = junction(same, same, (400, 400), **{name: density}, trap_level=level, **SRH, **transfer)
    charge, bending = grain_boundary(density, level, N, donors)
    rest = device.equilibrium()
    at = rest.layer.index("B")
    assert rest.conduction_band[at] - rest.conduction_band[0] == pytest.approx(bending, abs=2e-4)
    displaced = np.array(rest.field) * EPS
    assert displaced[at] - displaced[at - 1] == pytest.approx(charge, rel=2e-3)
    # The same without levels in motion, in the solver of currents.
    point = device.jv([0.0]).points[0]
    at = point.layer.index("B")
    assert point.conduction_band[at] - point.conduction_band[0] == pytest.approx(bending, abs=2e-4)


def test_occupation_under_bias():
    """At a junction's levels f follows both carriers: displacement jumps by -N f, f of Shockley and Read."""
    left, right = film(4.0, 1.0, doping=-1e17), film(4.0, 1.0, doping=1e17)
    S = {"electron_recombination_velocity": 1e5, "hole_recombination_velocity": 1e5}
    interface = {"interface_acceptor_density": 1e12, "trap_level": 0.05, **S}
    _, points = on_uniform(junction(left, right, **interface), [0.4], 200)
    point, kT = points[0], KT
    at = int(point.grid.boundary[1])
    n = 1e19 * math.exp(point.y[at] + point.u[at] + 4.0 / kT)
    p = 1e19 * math.exp(-5.0 / kT - point.y[at] - point.v[at] + 0.4 / kT)
    n_1, p_1 = (1e19 * math.exp(-depth / kT) for depth in (0.45, 0.55))
    full = (n + p_1) / (n + n_1 + p + p_1)
    assert 0.05 < full < 0.95
    width = point.grid.mesh.width
    displaced = -EPS * kT * np.diff(point.y) / width
    # Half a box of bulk charge on either side, both dopings cancel.
    box = 0.5 * (width[at - 1] + width[at]) * (p - n)
    assert displaced[at] - displaced[at - 1] - box == pytest.approx(-1e12 * full, rel=1e-4)


# -- 5. tunnelling -----------------------------------------------------------------------------------------------------


def enhancement(depth, K):
    """ln(1 + Gamma), Gamma = d int_0^1 exp(d u - K u^(3/2)) du, by adaptive quadrature around the maximum."""
    peak = min(1.0, (2 * depth / (3 * K)) ** 2)
    top = depth * peak - K * peak**1.5
    wide = 1 / math.sqrt(0.75 * K / math.sqrt(peak))
    cuts = {0.0, 1.0, peak}
    cuts |= {peak + k * wide for k in (-32, -16, -8, -4, -2, -1, 1, 2, 4, 8, 16, 32)}
    cuts |= {(t / K) ** (2 / 3) for t in (0.1, 1, 10, 40)}
    slope = max(depth - 1.5 * K, 1e-9)
    cuts |= {1 - t / slope for t in (0.3, 1, 5, 20, 50)} | {1 - t / depth for t in (1, 5, 20, 50)}
    at = sorted(cut for cut in cuts if 0.0 <= cut <= 1.0)
    total = sum(
        quad(lambda u: math.exp(depth * u - K * u**1.5 - top), a, b, epsabs=0, epsrel=1e-10)[0]
        for a, b in pairwise(at)
        if b > a
    )
    return float(np.logaddexp(0.0, math.log(depth * total) + top))


@pytest.mark.parametrize("depth", [0.1, 0.5, 2.0, 8.0, 20.0, 40.0, 80.0, 150.0, 300.0])
def test_enhancement_by_a_field(depth):
    """Down to 0.01 kT, where the whole triangle is open, and up to where only the emission is left."""
    F = 1e5
    for K in np.geomspace(0.01, 1e4, 25):
        found, slope = field_enhancement(depth, K * F, F)
        assert found == pytest.approx(enhancement(depth, K), rel=1e-7, abs=1e-6)
        h = 1e-3
        up, down = (enhancement(depth, K * math.exp(-s * h)) for s in (1, -1))
        assert slope == pytest.approx((up - down) / (2 * h), rel=1e-4, abs=1e-6)


def test_enhancement_is_smooth():
    """Newton needs a function without steps: neighbours differ by their slope."""
    for depth in (1.0, 20.0, 150.0):
        fields = np.geomspace(1e3, 1e7, 4001)
        values = np.array([field_enhancement(depth, 1e7, F) for F in fields])
        rise, step = np.diff(values[:, 0]), math.log(fields[1] / fields[0])
        assert rise == pytest.approx(0.5 * step * (values[1:, 1] + values[:-1, 1]), abs=2e-6, rel=1e-4)


def test_no_field_no_enhancement():
    assert field_enhancement(10.0, 1e7, 0.0) == (0.0, 0.0)
    assert field_enhancement(0.0, 1e7, 1e5) == (0.0, 0.0)
    # The strongest field opens the triangle: 1 + Gamma -> exp(depth).
    assert field_enhancement(10.0, 1e-3, 1e9)[0] == pytest.approx(10.0, rel=1e-9)


def test_kane1961():
    """G = q^2 F^2 m_r^(1/2) / (18 pi hbar^2 E_g^(1/2)) exp(-pi m_r^(1/2) E_g^(3/2) / (2 hbar q F)); InAs, SI."""
    gap, mass, F = 0.354, 0.0119, 1e5  # eV, m_e, V/cm
    E_g, m, field = gap * si.e, mass * si.m_e, F * 100
    G = si.e**2 * field**2 * math.sqrt(m / E_g) / (18 * math.pi * si.hbar**2)
    G *= math.exp(-math.pi * math.sqrt(m) * E_g**1.5 / (2 * si.hbar * si.e * field))
    A, F_0 = kane(gap, mass)
    assert A * F**2 * math.exp(-F_0 / F) == pytest.approx(G * 1e-6, rel=1e-7)
    # Of a gap of 1 eV and the free mass: 3 pi / 16 of sqrt(2) times Fowler and Nordheim's number below.
    assert kane(1.0, 1.0)[1] == pytest.approx(3 * math.pi / 8 / math.sqrt(2) * 6.83089e7, rel=1e-5)


def test_tunnelling_exponent():
    """2 int kappa dx through a triangle of 0.5 eV in 1 MV/cm, by quadrature."""
    height, mass, F = 0.5 * si.e, 0.2 * si.m_e, 1e8
    end = height / (si.e * F)
    action = quad(lambda x: math.sqrt(2 * mass * (height - si.e * F * x)) / si.hbar, 0, end, epsabs=0, epsrel=1e-10)[0]
    assert tunnelling_exponent(0.5, 0.2) / 1e6 == pytest.approx(2 * action, rel=1e-8)
    # Fowler and Nordheim's 6.83e7 V/cm eV^-3/2.
    assert tunnelling_exponent(1.0, 1.0) == pytest.approx(6.83089e7, rel=1e-5)


def through(field, depth, mass):
    """What tunnelling adds to emission over the top of a triangle: 1 + int exp(E/kT) T(E) dE / kT, E down from it."""

    def lets(E):
        joule = E * si.e
        exponent = 4 / 3 * math.sqrt(2 * mass * si.m_e) * joule**1.5 / (si.hbar * si.e * field * 100)
        return math.exp(E / KT - exponent) / KT

    return 1 + quad(lets, 0.0, depth, epsabs=0, epsrel=1e-9, limit=200)[0]


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("carrier", ["electron", "hole"])
def test_current_through_a_spike(carrier, mirror):
    """Thermionic-field over thermionic current: the triangle in the field of the depleted side, no deeper than A."""
    mass, doping = 0.1, 1e18
    left, right, interface = isotype(
        carrier, N_B=doping, **{f"{c}_tunnelling_mass": mass for c in ("electron", "hole")}
    )
    make, sign = (mirrored if mirror else junction), (-1 if carrier == "electron" else 1)
    changes = np.array([0.6, 0.2, -0.05])
    plain, field = (
        make(left, right, (100, 100), transfer=transfer).jv(sign * changes).current_density
        for transfer in ("thermionic", "thermionic-field")
    )
    assert interface["transfer"] == "thermionic"
    for change, ratio in zip(changes, field / plain, strict=True):
        _, F, bending = spike_of(change, N_B=doping)
        expected = through(F, min(bending, 0.35), mass)
        assert expected > 2.0
        assert ratio == pytest.approx(expected, rel=2e-2)


def test_no_spike_no_tunnelling():
    """Positive charge at the interface pulls both bands down: nothing to tunnel through, only to go over."""
    left, right, _ = isotype("electron", N_B=1e17, step=0.1, **MASSES)
    plain, field = (
        currents(junction(left, right, transfer=transfer, fixed_charge=5e12), [0.02, -0.02])
        for transfer in ("thermionic", "thermionic-field")
    )
    assert field == pytest.approx(plain, rel=1e-9)


# -- what the user is told ---------------------------------------------------------------------------------------------


def test_what_is_missing_is_named():
    left, right = film(4.0, 1.2, doping=-1e16), film(4.3, 1.2, doping=1e17)
    with pytest.raises(sm.InputError, match=r"A\|B: hole_recombination_velocity is missing"):
        junction(left, right, electron_recombination_velocity=1e4).jv([0.1])
    with pytest.raises(sm.InputError, match="electron_tunnelling_mass"):
        junction(left, right, transfer="thermionic-field").jv([0.1])
    nothing = junction(left, right, electron_recombination_velocity=0, hole_recombination_velocity=0, **ACCEPTOR)
    with pytest.raises(sm.InputError, match=r"A\|B: its levels hold charge"):
        nothing.equilibrium()
    with pytest.raises(sm.InputError, match="infinite"):
        junction(left, right, **{**SRH, "electron_recombination_velocity": INF}).jv([0.1])


# -- where the levels of an interface lie ------------------------------------------------------------------------------


def levels_at(where, **more):
    """n_1 and p_1 of both sides of a type-I step: the interface gap is the narrower layer's, 1.0 eV."""
    wide, narrow = film(3.9, 1.4, N=2e19), film(4.1, 1.0, N=1e19)
    both = {"electron_recombination_velocity": 1e3, "hole_recombination_velocity": 1e3, "trap_level": where}
    device = junction(wide, narrow, **(both | more))
    return task_of(device).profile.interface_levels[rows.LN_NA_1 : rows.LN_PB_1 + 1, 0]


@pytest.mark.parametrize(
    ("text", "from_middle"),
    [("0.8 eV above E_V", 0.3), ("0.2 eV below E_C", 0.3), ("0 eV above E_V", -0.5), ("intrinsic", 0.0)],
)
def test_a_level_counts_from_the_edges_of_the_interface_gap(text, from_middle):
    assert levels_at(text) == pytest.approx(levels_at(from_middle), rel=1e-12)


def test_a_level_from_an_edge_is_written_and_read():
    given = sm.Interface(
        electron_recombination_velocity=1e3, hole_recombination_velocity=1e3, trap_level="0.8eV above  E_V"
    )
    assert given.given["trap_level"] == "0.8 eV above E_V"
    assert "trap_level=0.8 eV above E_V" in given.notation
    assert sm.Interface(**given.given) == given


@pytest.mark.parametrize("where", [0.51, -0.51, "1.1 eV above E_V", "-0.1 eV below E_C"])
def test_a_level_outside_the_interface_gap_is_refused(where):
    with pytest.raises(sm.InputError, match=r"trap_level is [+-]0\.[56]1? eV from the middle .* 1 eV\), outside it"):
        levels_at(where)


def test_levels_where_the_gaps_have_nothing_in_common_lie_between_the_edges():
    low, high = film(5.2, 0.5), film(4.0, 0.6)
    given = {"electron_recombination_velocity": 1e3, "hole_recombination_velocity": 1e3}
    column = task_of(junction(low, high, **given, trap_level=0.29)).profile.interface_levels[:, 0]
    assert np.isfinite(column[rows.LN_NA_1]).all()
    with pytest.raises(sm.InputError, match=r"expected -0\.3 to 0\.3 eV"):
        task_of(junction(low, high, **given, trap_level=0.31))
