"""The equilibrium solver at 20 K against Newton's method in 60 digits on the same equations and the same mesh."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest

import stackmodel as sm
from stackmodel.solvers.equilibrium import State, solve
from stackmodel.structure.levels import ends
from stackmodel.structure.mesh import first_mesh
from stackmodel.structure.profile import Profile

DIGITS, T = 60, 20.0


def layer(name: str, thickness: float, chi: float, gap: float, eps_r: float, doping: float) -> sm.Layer:
    material = sm.Material(
        name=name, electron_affinity=chi, band_gap=gap, relative_permittivity=eps_r, conduction_band_dos=1e19,
        valence_band_dos=1.5e19, electron_mobility=1, hole_mobility=1, donor_density=max(doping, 0.0),
        acceptor_density=max(-doping, 0.0), statistics="boltzmann",
    )  # fmt: skip
    return sm.Layer(material, thickness)


def extended(state: State) -> tuple[list[Any], list[Any], list[Any]]:
    """Return psi, and ln n and ln p at the left end of each element, from Newton to 45 digits.

    Box method: sum over the elements beside a node of eps (psi_i - psi_neighbour) / h - h/2 (p - n + N) = Q_i.
    """
    grid = state.grid
    kT = mp.mpf(grid.kT)
    h, eps = ([mp.mpf(v) for v in values.tolist()] for values in (grid.mesh.width, grid.permittivity))
    E_C, E_V, ln_N_C, ln_N_V, N = (
        [[mp.mpf(v) for v in side] for side in values.tolist()]
        for values in (grid.edge_C, grid.edge_V, grid.ln_N_C, grid.ln_N_V, grid.doping)
    )
    psi = [mp.mpf(v) for v in state.psi.tolist()]
    nodes = len(psi)

    def ln_densities(s: int, e: int) -> tuple[Any, Any]:
        at = psi[e + s]
        return ln_N_C[s][e] + (at - E_C[s][e]) / kT, ln_N_V[s][e] + (E_V[s][e] - at) / kT

    for _ in range(12):
        residual = [-mp.mpf(v) for v in grid.fixed_charge.tolist()]
        diagonal = [mp.mpf(0)] * nodes
        for e in range(nodes - 1):
            flux = eps[e] / h[e] * (psi[e + 1] - psi[e])
            residual[e] -= flux
            residual[e + 1] += flux
            for s in (0, 1):
                n, p = (mp.exp(value) for value in ln_densities(s, e))
                residual[e + s] -= h[e] / 2 * (p - n + N[s][e])
                diagonal[e + s] += eps[e] / h[e] + h[e] / 2 * (n + p) / kT
        # Elimination from the front, back substitution; the end nodes stay.
        for i in range(2, nodes - 1):
            coupling = eps[i - 1] / h[i - 1]
            diagonal[i] -= coupling**2 / diagonal[i - 1]
            residual[i] += coupling / diagonal[i - 1] * residual[i - 1]
        step = [mp.mpf(0)] * nodes
        for i in range(nodes - 2, 0, -1):
            step[i] = (-residual[i] + eps[i] / h[i] * step[i + 1]) / diagonal[i]
        psi = [a + b for a, b in zip(psi, step, strict=True)]
        if max(abs(each) for each in step) < mp.mpf(10) ** -45:
            break
    else:
        raise AssertionError("Newton's method in extended precision did not end")
    both = [ln_densities(0, e) for e in range(nodes - 1)]
    return psi, [each[0] for each in both], [each[1] for each in both]


CASES = {
    "p-n": [layer("p", 500, 4.07, 1.5, 12.9, -1e17), layer("n", 500, 4.07, 1.5, 12.9, 1e16)],
    "n-i-p, narrow in wide gaps": [
        layer("n", 50, 4.3, 3.35, 8.5, 1e18),
        layer("i", 300, 4.4, 0.3, 15.0, 0.0),
        layer("p", 50, 3.0, 2.2, 10.0, -1e18),
    ],
}


@pytest.mark.parametrize("case", CASES)
def test_20_kelvin(case: str) -> None:
    """psi to 1e-10 V; the smallest densities, down to exp(-1900) of a cm^-3, to 1e-6 by their logarithms."""
    stack = sm.Stack(CASES[case])
    profile = Profile(stack, T)
    mesh = first_mesh(profile.thickness.tolist())
    state = solve(profile, ends(stack, sm.Contact.ohmic(), sm.Contact.ohmic(), T), mesh=mesh)
    assert state.psi.size <= 150
    with mp.workdps(DIGITS):
        psi, ln_n, ln_p = extended(state)
        assert max(abs(a - b) for a, b in zip(state.psi.tolist(), psi, strict=True)) < 1e-10
        for found, exact in ((state.ln_n[0], ln_n), (state.ln_p[0], ln_p)):
            assert max(abs(a - b) for a, b in zip(found.tolist(), exact, strict=True)) < 1e-6
    assert np.minimum(state.ln_n, state.ln_p).min() < -700  # deep enough to mean something
