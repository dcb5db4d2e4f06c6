"""The radial effective-mass equation against closed forms of wells, and its mirror images."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq

from stackmodel.physics import radial
from stackmodel.physics.confinement import coulomb_energy, kane_energy, kinetic_energy
from stackmodel.physics.constants import KINETIC_EV_NM2

#: 2e-4: the error of second order that the step leaves where a tail decays within 0.1 nm.
STEP, CLOSE = 0.004, 2e-4


def finite_well(depth: float, m_in: float, m_out: float, a: float, shape: str) -> float:
    """Ground state of a well between infinitely thick walls, from the condition on u'/m at r = a."""

    def mismatch(energy: float) -> float:
        k = math.sqrt(m_in * energy / KINETIC_EV_NM2)
        kappa = math.sqrt(m_out * (depth - energy) / KINETIC_EV_NM2)
        if shape == "sphere":
            # (k a cot(k a) - 1) / m_in = -(kappa a + 1) / m_out, times sin(k a)
            return (k * a * math.cos(k * a) - math.sin(k * a)) / m_in + (kappa * a + 1.0) / m_out * math.sin(k * a)
        return k * math.sin(k * a) / m_in - kappa / m_out * math.cos(k * a)  # k tan(k a) / m_in = kappa / m_out

    highest = kinetic_energy(mass=m_in, radius=a) * (1.0 if shape == "sphere" else 0.25)
    return float(brentq(mismatch, 1e-9, min(depth, highest) * (1 - 1e-12), xtol=1e-14))


@pytest.mark.parametrize(("shape", "root"), [("sphere", math.pi), ("platelet", math.pi / 2)])
def test_infinite_well(shape: str, root: float) -> None:
    mesh = radial.radial_mesh(np.array([2.5]), shape=shape, step=STEP)
    ones = np.ones(mesh.stiffness.size)
    energy, R = radial.ground_state(mesh, mass=0.1 * ones, potential=0.3 * ones)
    assert energy - 0.3 == pytest.approx(kinetic_energy(mass=0.1, radius=2.5, root=root), rel=CLOSE)
    k = root / 2.5
    exact = np.sinc(k * mesh.r / np.pi) if shape == "sphere" else np.cos(k * mesh.r)
    assert R / R[0] == pytest.approx(exact, abs=CLOSE)
    assert np.sum(mesh.volume * R**2) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("shape", ["sphere", "platelet"])
@pytest.mark.parametrize(
    ("depth", "m_in", "m_out", "a"), [(1.0, 0.1, 0.1, 2.0), (0.8, 0.05, 0.3, 3.0), (4.0, 0.13, 1.0, 2.0)]
)
def test_finite_well_with_a_step_of_the_mass(depth: float, m_in: float, m_out: float, a: float, shape: str) -> None:
    mesh = radial.radial_mesh(np.array([a, 6.0]), shape=shape, step=STEP)
    inside = mesh.region == 0
    energy, R = radial.ground_state(
        mesh, mass=np.where(inside, m_in, m_out), potential=np.where(inside, 0.0, depth)
    )  # fmt: skip
    exact = finite_well(depth, m_in, m_out, a, shape)
    assert energy == pytest.approx(exact, rel=CLOSE)
    assert radial.probabilities(mesh, R).sum() == pytest.approx(1.0, rel=1e-12)
    kappa = math.sqrt(m_out * (depth - exact) / KINETIC_EV_NM2)
    tail = R[mesh.r > a + 0.5] * (mesh.r[mesh.r > a + 0.5] if shape == "sphere" else 1.0)
    slope = np.diff(np.log(tail[: tail.size // 3])) / STEP
    assert slope == pytest.approx(-kappa, rel=2e-3)  # 2e-3: the wall 6 nm away bends the tail


def test_kane_mass_in_an_infinite_well() -> None:
    """m(E) = m (1 + E / E_g) is Kane's band (Q3)."""
    mesh = radial.radial_mesh(np.array([2.5]), shape="sphere", step=STEP)
    ones = np.ones(mesh.stiffness.size)
    energy, _ = radial.kane_state(mesh, mass=0.023 * ones, potential=0.0 * ones, E_g=0.354 * ones)
    assert energy == pytest.approx(kane_energy(E_g=0.354, mass=0.023, radius=2.5), rel=CLOSE)
    flat, _ = radial.kane_state(mesh, mass=0.023 * ones, potential=0.0 * ones, E_g=math.inf * ones)
    assert flat == pytest.approx(kinetic_energy(mass=0.023, radius=2.5), rel=CLOSE)


def test_a_kane_mass_solves_its_own_equation() -> None:
    mesh = radial.radial_mesh(np.array([2.0, 1.0, 2.0]), shape="sphere", step=0.05)
    mass, edge = np.array([0.026, 0.16, 1.0])[mesh.region], np.array([-4.9, -4.09, -0.5])[mesh.region]
    E_g = np.array([0.354, 2.7, 8.5])[mesh.region]
    energy, _ = radial.kane_state(mesh, mass=mass, potential=edge, E_g=E_g)
    again, _ = radial.ground_state(mesh, mass=mass * (1.0 + (energy - edge) / E_g), potential=edge)
    assert again == pytest.approx(energy, abs=1e-9)


def test_coulomb_integral_of_brus1984() -> None:
    mesh = radial.radial_mesh(np.array([2.0]), shape="sphere", step=STEP)
    ones = np.ones(mesh.stiffness.size)
    _, R = radial.ground_state(mesh, mass=ones, potential=0.0 * ones)
    energy = radial.coulomb_integral(mesh, R, R, permittivity=9.5)
    # 5e-4: the digits of 1.786
    assert energy == pytest.approx(coulomb_energy(permittivity=9.5, radius=2.0), rel=5e-4)
    assert radial.overlap(mesh, R, R) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(("shape", "volume"), [("sphere", lambda r: r**3 / 3), ("platelet", lambda r: r)])
def test_the_mesh_fills_the_dot(shape: str, volume: Callable[[float], float]) -> None:
    mesh = radial.radial_mesh(np.array([2.0, 0.3, 1.0]), shape=shape, step=0.04)
    assert mesh.volume.sum() == pytest.approx(volume(3.3), rel=1e-12)
    assert mesh.volume[0] == pytest.approx(volume(0.5 * mesh.r[1]), rel=1e-12)
    for edge in (2.0, 2.3, 3.3):
        assert np.abs(mesh.r - edge).min() < 1e-12
