"""The radial equation is of second order in the mesh, steps of mass and potential included."""

from __future__ import annotations

import numpy as np
import pytest

from stackmodel.physics import radial

WIDTHS = np.array([2.0, 0.9, 1.5])


def energy(shape: str, step: float, widths: np.ndarray, kane: bool) -> float:
    mesh = radial.radial_mesh(widths, shape=shape, step=step)
    mass = np.array([0.05, 0.16, 1.0])[mesh.region]
    potential = np.array([0.0, 0.8, 4.0])[mesh.region]
    # The middle layer is graded: its edge runs from 0.3 to 0.8 eV.
    potential = np.where(mesh.region == 1, 0.3 + 0.5 * mesh.place, potential)
    if not kane:
        return radial.ground_state(mesh, mass=mass, potential=potential)[0]
    E_g = np.array([0.4, 2.7, 8.5])[mesh.region]
    return radial.kane_state(mesh, mass=mass, potential=potential, E_g=E_g)[0]


@pytest.mark.parametrize("kane", [False, True])
@pytest.mark.parametrize("shape", ["sphere", "platelet"])
def test_order_in_the_mesh(shape: str, kane: bool) -> None:
    steps = [0.1 / 2**i for i in range(5)]
    found = [energy(shape, step, WIDTHS, kane) for step in steps]
    differences = np.abs(np.diff(found))
    orders = np.log2(differences[:-1] / differences[1:])
    assert orders[-1] == pytest.approx(2.0, abs=0.02)
    assert orders.min() > 1.8
