"""Poisson with both continuity equations against a solution that was chosen first (method of manufactured solutions).

Levels eta_n(x) and eta_p(x) in one layer and the total current J are chosen; Ohm's law then pins the field, and what is
left over in the equations goes into doping and generation:

    psi' = (kT (mu_n n eta_n' - mu_p p eta_p') - J/q) / (mu_n n + mu_p p),  F_n' = kT eta_n' - psi',
    doping = n - p - eps psi''/q,                                           G = R - (mu_n n F_n')' = R + (mu_p p F_p')'.

Both continuity equations ask for the same G because J is constant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import mpmath
import numpy as np
import pytest
from numpy.polynomial import Chebyshev
from numpy.typing import NDArray

import stackmodel as sm
from stackmodel.physics.constants import UNBOUND
from stackmodel.physics.newton import Effort, newton
from stackmodel.physics.state import Contacts, State, empty_flows, steady
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.structure.mesh import uniform_mesh

FloatArray = NDArray[np.float64]

LENGTH, TEMPERATURE = 300e-7, 300.0  # cm, K
KT, Q = 8.617333262e-5 * TEMPERATURE, 1.602176634e-19
EPS, N_C, N_V, MU_N, MU_P, TAU_N, TAU_P = 12.0, 2e19, 1e19, 1e-2, 2e-2, 2e-9, 5e-9
MESHES = (40, 80, 160, 320)
DEGREE = 80


def fermi_half(eta: float) -> float:
    return float(-mpmath.polylog(1.5, -mpmath.exp(eta)).real)


@attrs.frozen
class Case:
    """SRH, radiative recombination, drift and diffusion all count; with Fermi-Dirac electrons are degenerate, and the
    gap is so narrow that emission from the traps counts too.
    """

    density: Callable[[Any], Any]  # F(eta)
    gap: float  # eV
    eta_n: float  # about which the levels vary
    eta_p: float
    B: float


CASES = {
    "boltzmann": Case(np.exp, 0.6, -8.0, -9.0, 5e-9),
    "fermi-dirac": Case(np.vectorize(fermi_half), 0.1, 0.0, -3.0, 3e-12),
}


@attrs.frozen(eq=False)
class Chosen:
    """Functions of xi = x / LENGTH: polynomials of a degree at which all of them are known to rounding."""

    y: Chebyshev
    eta_n: Chebyshev
    eta_p: Chebyshev
    J_n: Chebyshev  # over q
    total: float  # J/q
    doping: Chebyshev
    generation: Chebyshev


def chosen(statistics: str) -> Chosen:
    def series(function: Any) -> Chebyshev:
        return Chebyshev.interpolate(function, DEGREE, [0.0, 1.0])

    case = CASES[statistics]
    eta_n = series(lambda s: case.eta_n + 2.0 * np.sin(2.0 * s + 0.4))
    eta_p = series(lambda s: case.eta_p + 1.5 * np.cos(3.0 * s + 0.5))
    F = case.density
    f_n, f_p = series(lambda s: F(eta_n(s))), series(lambda s: F(eta_p(s)))
    n, p = N_C * f_n, N_V * f_p
    # J drops about 5 kT over the layer.
    total = -5.0 * KT / LENGTH * float((MU_N * n + MU_P * p)(0.5))
    slopes = eta_n.deriv(), eta_p.deriv()
    psi_1 = series(
        lambda s: (
            (KT * (MU_N * n(s) * slopes[0](s) - MU_P * p(s) * slopes[1](s)) - LENGTH * total)
            / (MU_N * n(s) + MU_P * p(s))
        )
    )
    J_n = series(lambda s: MU_N * n(s) * (KT * slopes[0](s) - psi_1(s)) / LENGTH)
    n_i = np.sqrt(N_C * N_V) * np.exp(-0.5 * case.gap / KT)

    def rate(s: FloatArray) -> FloatArray:
        # Emission thins out with the degenerate band: n_1 F(eta) / exp(eta).
        n_1, p_1 = n_i * f_n(s) / np.exp(eta_n(s)), n_i * f_p(s) / np.exp(eta_p(s))
        K = case.B + 1.0 / (TAU_P * (n(s) + n_1) + TAU_N * (p(s) + p_1))
        return K * n(s) * p(s) * -np.expm1(-(case.gap / KT + eta_n(s) + eta_p(s)))

    permittivity = EPS * 8.8541878128e-14 / Q
    return Chosen(
        y=psi_1.integ(lbnd=0.0) / KT, eta_n=eta_n, eta_p=eta_p, J_n=J_n, total=total,
        doping=n - p - permittivity * psi_1.deriv() / LENGTH**2, generation=series(rate) - J_n.deriv() / LENGTH,
    )  # fmt: skip


def errors(statistics: str, want: Chosen, elements: int) -> list[float]:
    """Return the largest errors of psi, F_n and F_p [kT], of J_n and of J over the total current."""
    material = sm.Material(
        name="made", kind="dot film", statistics=statistics, electron_affinity=4.0, band_gap=CASES[statistics].gap,
        relative_permittivity=EPS, conduction_band_dos=N_C, valence_band_dos=N_V, electron_mobility=MU_N,
        hole_mobility=MU_P, electron_lifetime=TAU_N, hole_lifetime=TAU_P, radiative_coefficient=CASES[statistics].B,
    )  # fmt: skip
    stack = sm.Stack([sm.Layer(material, LENGTH * 1e7)])
    device = sm.Photodiode(stack, front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), temperature=TEMPERATURE)
    task = solver.problem(device.setup)
    grid = task.profile.on(uniform_mesh([LENGTH], elements))
    s = np.arange(elements + 1) / elements
    # The origin of psi is such that u(0) = 0; the bias such that v(0) = 0.
    E_C, E_V = float(grid.line.edge_C[0, 0]), float(grid.line.edge_V[0, 0])
    y = want.y(s) + E_C + want.eta_n(0.0)
    bias = float(want.eta_n(0.0) + want.eta_p(0.0)) + E_C - E_V
    levels = y, want.eta_n(s) + E_C - y, E_V - y - want.eta_p(s) + bias

    def at_ends(f):
        return np.stack([f(s[:-1]), f(s[1:])])

    line, generation = grid.line._replace(doping=at_ends(want.doping)), at_ends(want.generation)
    held = np.array([[level[i] for level in levels] for i in (0, -1)])
    contacts = Contacts(held, np.zeros((2, 3)), np.full((2, 2), UNBOUND), np.zeros(2))
    # The guess knows the values at the ends only.
    found = [np.linspace(level[0], level[-1], elements + 1) for level in levels]
    state, flows = State(*found, np.zeros((2, 2, elements + 1)), bias), empty_flows(elements + 1)
    _, update, figure = newton(state, line, steady(generation, contacts), flows, Effort(60, 1e-9, False, 0))
    assert update < 1e-5
    assert figure <= 1e-9
    middle = 0.5 * (s[1:] + s[:-1])
    current = flows.currents.sum(axis=0)
    return [
        *(float(np.abs(a - b).max()) for a, b in zip(found, levels, strict=True)),
        float(np.abs(flows.currents[0] - want.J_n(middle)).max() / abs(want.total)),
        abs(float(current.mean()) / want.total - 1.0),
    ]


@pytest.mark.parametrize("statistics", CASES)
def test_every_unknown_and_the_current_have_order_two(statistics):
    want = chosen(statistics)
    found = np.array([errors(statistics, want, elements) for elements in MESHES])
    assert np.all(np.abs(np.log2(found[:-1] / found[1:]) - 2.0) < 0.1)
    # Of the right thing: on the coarsest mesh a few thousandths of kT and of J.
    assert np.all(found[0] < 5e-3)
