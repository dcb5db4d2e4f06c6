"""Order of the current in the mesh, and the estimate of its error against a mesh four times finer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from helpers import bands, task_of
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.adjoint import mesh_errors
from stackmodel.structure.mesh import uniform_mesh

INF = math.inf


def device(*layers: tuple[float, float, dict[str, Any]], temperature: float = 300.0, **values: Any) -> sm.Photodiode:
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


def pn(temperature: float = 300.0) -> sm.Photodiode:
    # Doping of 1e16 and 1 um in all: equal elements resolve the Debye length of 43 nm.
    gaas = bands(4.07, 1.42, 12.9, 2e18, 1000, 1e-8)
    return device((500, 1e16, gaas), (500, -1e16, gaas), temperature=temperature)


def nip(temperature: float = 300.0) -> sm.Photodiode:
    film = bands(4.1, 1.3, 14, 1e19, 0.01, 1e-6, 1e-10)
    etl, htl = bands(4.0, 3.3, 8.5, 2.2e18, 10), bands(3.8, 1.4, 14, 1e19, 0.01)
    return device((50, 1e17, etl), (300, 0, film), (50, -1e17, htl), temperature=temperature)


def narrow(temperature: float = 300.0) -> sm.Photodiode:
    film = bands(4.4, 0.3, 15, 1e19, 0.1, 1e-7, 1e-10)
    etl, htl = bands(4.3, 3.35, 8.5, 3e18, 1), bands(1.8, 3.3, 10, 1e19, 0.01)
    return device((50, 1e18, etl), (400, 1e15, film), (30, -1e18, htl), temperature=temperature)


def floating(temperature: float = 300.0) -> sm.Photodiode:
    films = [bands(4.4, gap, 15, 1e19, 0.1, 1e-6, B) for gap, B in
             ((0.6, 0.0), (0.6, 1e-10), (0.6, 0.0), (0.45, 1e-10), (0.45, 0.0))]  # fmt: skip
    dopings, widths = (1e18, 0, 1e18 * -1, 0, 1e18), (40, 250, 40, 250, 40)
    return device(*zip(widths, dopings, films, strict=True), temperature=temperature, anode="back")


LIGHT = {"pn": [1e21, 1e21], "n-i-p": [0.0, 5e21, 0.0]}


@pytest.mark.parametrize("lit", [False, True], ids=["dark", "light"])
@pytest.mark.parametrize("voltage", [-0.3, 0.3, 0.7])
@pytest.mark.parametrize(("name", "make"), [("pn", pn), ("n-i-p", nip)])
def test_order_of_the_current_is_two(name, make, voltage, lit):
    task = task_of(make(), LIGHT[name] if lit else None)
    currents = []
    for elements in (640, 1280, 2560):
        mesh = uniform_mesh(task.profile.thickness.tolist(), elements)
        currents.append(solver.current_density(task, solver._curve(task, mesh, [voltage], {})[voltage]))
    steps = np.abs(np.diff(currents))
    order = math.log2(steps[0] / steps[1])
    assert order > 1.9
    # Where terms of order two all but cancel, those of order four are still seen.
    assert order < 2.1 or steps[1] < 1e-6 * abs(currents[-1])


def honesty(task: solver.Problem, voltage: float) -> tuple[float, float, int]:
    """Estimated and true relative error of J on the default mesh, and its nodes; truth from elements cut in four."""
    point = solver.solve(task, [voltage])[0]
    estimate = 4.0 / 3.0 * abs(mesh_errors(task, [point])[0][0])
    mesh = point.grid.mesh
    fine = mesh.split(np.full(mesh.width.size, 4, dtype=np.int64))
    finer = solver._curve(task, fine, [voltage], {voltage: point})[voltage]
    truth = solver.current_density(task, finer)
    # Order two: what four times finer elements are still off by is 1/15 of the difference.
    return estimate, abs(solver.current_density(task, point) / truth - 1.0) * 16 / 15, point.y.size


CASES = [
    (pn, 300, -0.3, False), (pn, 300, 0.3, False), (pn, 300, 0.7, False), (pn, 300, 0.3, True),
    (nip, 300, -0.5, False), (nip, 300, 0.5, False), (nip, 300, 0.8, False), (nip, 300, -1.0, True),
    (nip, 300, 0.3, True), (nip, 300, 0.8, True), (nip, 120, -0.5, False), (nip, 120, 0.5, False),
    (nip, 80, 0.3, False), (nip, 80, 0.3, True), (narrow, 300, -0.3, False), (narrow, 120, -0.3, False),
    (narrow, 80, -0.3, False), (floating, 300, 0.02, False), (floating, 120, 0.1, False), (floating, 80, 0.02, False),
    (floating, 80, -0.02, False),
]  # fmt: skip


@pytest.mark.parametrize(("make", "temperature", "voltage", "lit"), CASES)
def test_default_mesh_is_within_half_a_per_cent_and_its_estimate_is_honest(make, temperature, voltage, lit):
    light = LIGHT["pn" if make is pn else "n-i-p"] if lit else None
    estimate, error, _ = honesty(task_of(make(temperature), light), voltage)
    assert error <= 5e-3
    # Far below the promise the parts of the estimate all but cancel, and what is left of it is not the error's.
    if max(estimate, error) > 1.25e-3:
        assert 0.3 <= estimate / error <= 3.0
