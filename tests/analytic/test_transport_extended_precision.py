"""The same discrete equations solved with 120 digits: what double precision makes of them."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest

import stackmodel as sm
from helpers import bands
from stackmodel.physics import line
from stackmodel.physics.constants import NONE
from stackmodel.physics.mechanisms.radiative import LN_RADIATIVE
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.structure.mesh import first_mesh, uniform_mesh

INF = math.inf
DIGITS = 120


def device(layers: list[tuple[float, float, dict[str, Any]]], temperature: float, **values: Any) -> sm.Photodiode:
    """`layers` are thickness [nm], doping [cm^-3], bands."""
    made = [
        sm.Layer(
            sm.Material(name=f"m{i}", donor_density=max(doping, 0.0), acceptor_density=max(-doping, 0.0), **given),
            thickness, role="active",
        )
        for i, (thickness, doping, given) in enumerate(layers)
    ]  # fmt: skip
    ohmic = sm.Contact.ohmic()
    return sm.Photodiode(sm.Stack(made), front=ohmic, back=ohmic, temperature=temperature, **values)


def nip(temperature: float) -> sm.Photodiode:
    film = bands(4.1, 1.3, 14, 1e19, 0.01, 1e-6, 1e-10)
    return device(
        [(50, 1e17, bands(4.0, 3.3, 8.5, 2.2e18, 10)), (300, 0, film), (50, -1e17, bands(3.8, 1.4, 14, 1e19, 0.01))],
        temperature,
    )


def narrow(temperature: float) -> sm.Photodiode:
    film = bands(4.4, 0.3, 15, 1e19, 0.1, 1e-7, 1e-10)
    etl, htl = bands(4.3, 3.35, 8.5, 3e18, 1), bands(1.8, 3.3, 10, 1e19, 0.01)
    return device([(50, 1e18, etl), (400, 1e15, film), (30, -1e18, htl)], temperature)


def floating(temperature: float) -> sm.Photodiode:
    def film(gap: float, B: float) -> dict[str, Any]:
        return bands(4.4, gap, 15, 1e19, 0.1, 1e-6, B)

    return device(
        [
            (40, 1e18, film(0.6, 0.0)), (250, 0, film(0.6, 1e-10)), (40, -1e18, film(0.6, 0.0)),
            (250, 0, film(0.45, 1e-10)), (40, 1e18, film(0.45, 0.0)),
        ],
        temperature, anode="back",
    )  # fmt: skip


def bernoulli(z: mpmath.mpf) -> mpmath.mpf:
    return mpmath.mpf(1) if z == 0 else z / mpmath.expm1(z)


class Exact:
    """Scharfetter and Gummel's equations in the difference form of the textbook, on the solver's mesh."""

    def __init__(self, task: solver.Problem, point: solver.Point) -> None:
        mp, grid = mpmath.mpf, point.grid
        assert np.all(grid.code == 0)
        numbers = lambda array: [[mp(float(x)) for x in row] for row in np.atleast_2d(array)]  # noqa: E731
        kT = task.kT
        self.kT = mp(kT)
        self.bias = mp(point.voltage / kT)
        self.width, self.eps = numbers(grid.mesh.width)[0], numbers(grid.permittivity)[0]
        self.E_C, self.E_V = numbers(grid.edge_C / kT), numbers(grid.edge_V / kT)
        self.N_C, self.N_V = (
            [[mpmath.exp(x) for x in row] for row in numbers(array)] for array in (grid.ln_N_C, grid.ln_N_V)
        )
        self.doping, self.G = numbers(grid.doping), numbers(point.generation)
        profile, layer = task.profile, grid.mesh.layer
        values = profile.values[:, 0, layer]
        there = lambda row: [mpmath.exp(x) if x > NONE else mp(0) for x in numbers(values[row])[0]]  # noqa: E731
        self.mu = there(line.LN_MU_N), there(line.LN_MU_P)
        self.B = there(LN_RADIATIVE)
        # One level a layer at most.
        self.traps = np.diff(profile.first_trap)[layer] > 0
        column = np.minimum(profile.first_trap[layer], profile.traps.shape[2] - 1)
        self.srh = [
            [
                mpmath.exp(x) if trap else mp(0)
                for x, trap in zip(numbers(profile.traps[row, 0, column])[0], self.traps, strict=True)
            ]
            for row in (line.LN_TAU_N, line.LN_TAU_P, line.LN_N_1, line.LN_P_1)
        ]
        self.contacts = numbers(task.contacts.levels + point.voltage / task.kT * task.contacts.by_bias)
        self.x = [[mp(float(x)) for x in row] for row in zip(point.y, point.u, point.v, strict=True)]

    def at(self, e: int, side: int, node: list[mpmath.mpf]) -> tuple[mpmath.mpf, ...]:
        """n, p, R - G at one end of an element."""
        y, u, v = node
        n = self.N_C[side][e] * mpmath.exp(y + u - self.E_C[side][e])
        p = self.N_V[side][e] * mpmath.exp(self.E_V[side][e] - y - v + self.bias)
        K = self.B[e]
        if self.traps[e]:
            tau_n, tau_p, n_1, p_1 = (row[e] for row in self.srh)
            K += 1 / (tau_p * (n + n_1) + tau_n * (p + p_1))
        return n, p, K * n * p * -mpmath.expm1(-(u - v + self.bias)) - self.G[side][e]

    def element(self, e: int, left: list[mpmath.mpf], right: list[mpmath.mpf]) -> tuple[list[mpmath.mpf], ...]:
        """What an element adds to the three rows of its left and right node; and J_n/q, J_p/q."""
        h, kT = self.width[e], self.kT
        n_i, p_i, r_i = self.at(e, 0, left)
        n_j, p_j, r_j = self.at(e, 1, right)
        rise = right[0] - left[0]
        J_n = self.mu[0][e] * kT / h * (n_j * bernoulli(rise) - n_i * bernoulli(-rise))
        J_p = self.mu[1][e] * kT / h * (p_i * bernoulli(rise) - p_j * bernoulli(-rise))
        field = self.eps[e] * kT / h * rise
        d = self.doping
        return (
            [-field - h / 2 * (p_i - n_i + d[0][e]), J_n - h / 2 * r_i, J_p + h / 2 * r_i],
            [field - h / 2 * (p_j - n_j + d[1][e]), -J_n - h / 2 * r_j, -J_p + h / 2 * r_j],
            [J_n, J_p],
        )

    def newton(self) -> mpmath.mpf:
        """Solve; return the largest update of the last step."""
        nodes, step = len(self.x), mpmath.mpf(10) ** (-DIGITS // 2)
        for _ in range(12):
            rows = [[mpmath.mpf(0)] * 10 for _ in range(3 * nodes)]  # left, own and right node; right-hand side
            for e in range(nodes - 1):
                ends = [list(self.x[e]), list(self.x[e + 1])]
                base = self.element(e, *ends)
                for side in range(2):
                    for k in range(3):
                        rows[3 * (e + side) + k][9] -= base[side][k]
                for moved in range(2):
                    for m in range(3):
                        ends[moved][m] += step
                        after = self.element(e, *ends)
                        ends[moved][m] -= step
                        for side in range(2):
                            column = 3 * (1 + moved - side) + m
                            for k in range(3):
                                rows[3 * (e + side) + k][column] += (after[side][k] - base[side][k]) / step
            for i, contact in ((0, self.contacts[0]), (nodes - 1, self.contacts[1])):
                for k in range(3):
                    rows[3 * i + k] = [mpmath.mpf(int(c == 3 + k)) for c in range(9)] + [contact[k] - self.x[i][k]]
            update = self.eliminated(rows)
            for i, delta in enumerate(update):
                self.x[i] = [a + b for a, b in zip(self.x[i], delta, strict=True)]
            largest = max(abs(x) for delta in update for x in delta)
            if largest < mpmath.mpf(10) ** (-DIGITS // 3):
                return largest
        return largest

    @staticmethod
    def eliminated(rows: list[list[mpmath.mpf]]) -> list[list[mpmath.mpf]]:
        nodes, done = len(rows) // 3, []
        for i in range(nodes):
            matrix = [row[3:6] + row[6:9] + row[9:] for row in rows[3 * i : 3 * i + 3]]
            if i:
                for r in range(3):
                    for m in range(3):
                        a = rows[3 * i + r][m]
                        if a:
                            for c in range(3):
                                matrix[r][c] -= a * done[-1][m][c]
                            matrix[r][6] -= a * done[-1][m][3]
            for k in range(3):
                best = max(range(k, 3), key=lambda r: abs(matrix[r][k]))
                matrix[k], matrix[best] = matrix[best], matrix[k]
                matrix[k] = [x / matrix[k][k] for x in matrix[k]]
                for r in range(3):
                    if r != k and matrix[r][k]:
                        matrix[r] = [a - matrix[r][k] * b for a, b in zip(matrix[r], matrix[k], strict=True)]
            done.append([row[3:] for row in matrix])
        found = [[row[3] for row in done[-1]]]
        for block in reversed(done[:-1]):
            found.append([row[3] - sum(a * b for a, b in zip(row[:3], found[-1], strict=True)) for row in block])
        return found[::-1]

    def currents(self) -> list[mpmath.mpf]:
        return [sum(self.element(e, self.x[e], self.x[e + 1])[2]) for e in range(len(self.width))]


@pytest.mark.parametrize(
    ("make", "temperature", "voltage", "light"),
    [
        (nip, 300, -0.3, 0.0), (nip, 300, 0.3, 0.0), (nip, 300, 0.3, 5e21),
        (nip, 80, -0.3, 0.0), (nip, 80, 0.3, 0.0), (nip, 80, 0.9, 0.0),
        (nip, 80, -0.5, 5e21), (nip, 80, 0.3, 5e21), (nip, 80, 1.0, 5e21),
        (nip, 50, 0.9, 0.0), (nip, 50, 1.0, 0.0), (nip, 50, -0.3, 5e21), (nip, 50, 0.3, 5e21), (nip, 50, 0.9, 5e21),
        (nip, 40, 0.9, 0.0), (nip, 40, 1.0, 0.0), (nip, 40, -0.3, 5e21), (nip, 40, 0.9, 5e21),
        (narrow, 300, -0.3, 0.0), (narrow, 120, -0.3, 0.0), (narrow, 80, -0.3, 0.0), (narrow, 80, 0.1, 0.0),
        (narrow, 80, -0.3, 5e21), (narrow, 50, 0.1, 0.0),
        (floating, 80, 0.02, 0.0), (floating, 80, -0.02, 0.0), (floating, 80, -0.3, 0.0), (floating, 80, 0.1, 0.0),
        (floating, 80, 0.02, 5e21), (floating, 80, 0.3, 5e21), (floating, 50, 0.1, 0.0), (floating, 40, 0.3, 0.0),
    ],
)  # fmt: skip
def test_currents_are_those_of_120_digits(make, temperature, voltage, light):
    made = make(temperature)
    count = len(made.stack.layers)
    generation = [light if i == 1 else 0.0 for i in range(count)]
    task = solver.problem(made.setup, generation)  # fmt: skip
    thicknesses = task.profile.thickness.tolist()
    # Equal elements for the dark; under light those of the solver's first mesh, which resolve the interfaces.
    mesh = first_mesh(thicknesses) if light else uniform_mesh(thicknesses, 57 // count)
    point = solver._curve(task, mesh, [voltage], {})[voltage]
    q = 1.602176634e-19
    with mpmath.workdps(DIGITS):
        exact = Exact(task, point)
        assert exact.newton() < mpmath.mpf(10) ** (-DIGITS // 3)
        currents = exact.currents()
        assert max(currents) - min(currents) < abs(currents[0]) * mpmath.mpf(10) ** -20
        J = -currents[0] if task.setup.anode == "back" else currents[0]
        expected = float(J) * q
    # Where a barrier keeps the light's carriers in, what leaves is the rounding of generation less recombination.
    photocurrent = q * light * float(task.profile.thickness[1])
    assert solver.current_density(task, point) == pytest.approx(expected, rel=1e-6, abs=1e-15 * photocurrent)
