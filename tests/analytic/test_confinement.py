"""Closed forms of confinement against values worked out apart from this code, and against their limits."""

from __future__ import annotations

import math

import pytest

from stackmodel.physics import confinement as c
from stackmodel.physics.constants import COULOMB_EV_NM

#: 1e-5: the digits to which the values are given.
GIVEN = 1e-5


def test_brus1984() -> None:
    gap = c.brus_gap(E_g=1.74, m_e=0.13, m_h=0.45, permittivity=9.5, radius=2.0)
    assert gap == pytest.approx(2.53668, rel=GIVEN)


def test_wang1987_hyperbola() -> None:
    assert c.hyperbolic_gap(E_g=0.41, m_e=0.085, m_h=0.085, radius=2.5) == pytest.approx(1.15279, rel=GIVEN)
    mass, E_g, radius = 0.085, 0.41, 2.5
    hyperbola = math.sqrt(E_g**2 + 4.0 * E_g * c.kinetic_energy(mass=mass, radius=radius))
    assert c.hyperbolic_gap(E_g=E_g, m_e=mass, m_h=mass, radius=radius) == pytest.approx(hyperbola, rel=1e-13)


@pytest.mark.parametrize(("diameter", "gap"), [(2.4, 2.28176), (6.32, 0.94587), (18.0, 0.50761)])
def test_wang1987_lead_sulphide(diameter: float, gap: float) -> None:
    assert c.hyperbolic_gap(E_g=0.41, m_e=0.085, m_h=0.085, radius=diameter / 2) == pytest.approx(gap, rel=GIVEN)


def test_kane1957_electron() -> None:
    assert c.kane_energy(E_g=0.354, mass=0.023, radius=2.5) == pytest.approx(0.80144, rel=GIVEN)


@pytest.mark.parametrize(
    ("E_g", "m_e", "m_h", "diameter", "gap"),
    [
        (0.354, 0.023, 0.41, 2.4, 2.8265),
        (0.354, 0.023, 0.41, 18.0, 0.50892),
        (0.17, 0.0135, 0.43, 6.32, 0.86643),
        (1.424, 0.067, 0.51, 6.32, 1.92921),
        (1.344, 0.0795, 0.6, 2.4, 3.31317),
    ],
)
def test_kane1957_gap(E_g: float, m_e: float, m_h: float, diameter: float, gap: float) -> None:
    assert c.heavy_hole_gap(E_g=E_g, m_e=m_e, m_h=m_h, radius=diameter / 2) == pytest.approx(gap, rel=GIVEN)


def test_kane_is_parabolic_for_a_wide_gap() -> None:
    parabola = c.kinetic_energy(mass=0.2, radius=3.0)
    # 1e-6 of the gap's 1e6 eV: E^2 / E_g is what is left of the other band.
    assert c.kane_energy(E_g=1e6, mass=0.2, radius=3.0) == pytest.approx(parabola, rel=1e-5)


def test_intraband_of_the_infinite_well() -> None:
    ratio = c.intraband_energy(E_g=1e6, m_e=0.1, radius=2.0) / c.kinetic_energy(mass=0.1, radius=2.0)
    # 1e-5: E / E_g is what is left of the other band.
    assert ratio == pytest.approx((4.493409457909064 / math.pi) ** 2 - 1.0, rel=1e-5)
    assert math.tan(c.ROOT_P) == pytest.approx(c.ROOT_P, rel=1e-12)  # j_1(x) = 0 where tan x = x


def test_intraband_of_mercury_telluride() -> None:
    """Without a gap the electron's energy is linear in k."""
    energy = c.inverted_intraband_energy(E_g=0.0, E_P=18.8, radius=5.0)
    linear = math.sqrt(18.8 * c.kinetic_energy(mass=1.5, radius=5.0)) * (c.ROOT_P / c.ROOT_S - 1.0)
    assert energy == pytest.approx(linear, rel=1e-12)


def test_the_box_of_the_review() -> None:
    assert c.box_gap(E_g=0.41, m_e=0.085, m_h=0.085, radius=2.5) == pytest.approx(1.82564, rel=GIVEN)
    assert c.reduced_mass(m_e=0.085, m_h=0.085) == pytest.approx(0.0425, rel=1e-15)


def test_bohr_radius_of_lead_sulphide() -> None:
    assert c.bohr_radius(permittivity=17.2, m_e=0.085, m_h=0.085) == pytest.approx(21.4161, rel=GIVEN)


def test_charging_energy() -> None:
    assert c.charging_energy(permittivity=15.0, radius=2.5) == pytest.approx(0.0191995, rel=GIVEN)


def test_coulomb_integral_of_two_spheres() -> None:
    """1.786 is the integral of n(r) V(r) for n = sin^2(pi r/R) / (2 pi R r^2)."""
    import numpy as np

    x = (np.arange(200_000) + 0.5) / 200_000
    shell = 2.0 * np.sin(np.pi * x) ** 2  # charge between r and r + dr
    inside = np.cumsum(shell) / x.size
    # 5e-4: the digits of 1.786
    assert 2.0 * np.mean(shell * inside / x) == pytest.approx(c.COULOMB_1S, rel=5e-4)


@pytest.mark.parametrize(("inside", "outside"), [(10.0, 2.0), (6.0, 2.25), (17.2, 2.0)])
def test_lannoo1995_against_the_multipoles(inside: float, outside: float) -> None:
    """The image energy of a point charge in a sphere, mean over a 1S density, multipole by multipole."""
    import numpy as np

    x = (np.arange(20_000) + 0.5) / 20_000
    density = 2.0 * np.sin(np.pi * x) ** 2
    total = sum(
        (inside - outside) * (n + 1) / (inside * (outside * (n + 1) + inside * n)) * np.mean(density * x ** (2 * n))
        for n in range(200)
    )
    energy = c.polarisation_energy(inside=inside, outside=outside, radius=2.0)
    # 5e-2: the higher multipoles are summed up in the number 0.47.
    assert energy == pytest.approx(0.5 * COULOMB_EV_NM / 2.0 * total, rel=5e-2)


def test_no_polarisation_without_a_step() -> None:
    assert c.polarisation_energy(inside=10.0, outside=10.0, radius=2.0) == 0.0
    assert c.polarisation_energy(inside=10.0, outside=2.0, radius=2.0) > 0.0
    assert c.polarisation_energy(inside=2.0, outside=10.0, radius=2.0) < 0.0
    assert c.local_field_factor(permittivity=4.0, medium=4.0) == 1.0


def test_hertz_dipole_lifetime() -> None:
    """Without a dielectric step the rate is that of a dipole, w^3 n |mu|^2 / (3 pi eps_0 hbar c^3)."""
    from stackmodel.physics import constants as k

    energy, E_P, share, overlap, index = 1.3, 25.0, 0.25, 0.6, 3.5
    omega = energy * k.ELEMENTARY_CHARGE / k.REDUCED_PLANCK
    p_squared = share * overlap * k.ELECTRON_MASS * E_P * k.ELEMENTARY_CHARGE
    mu_squared = k.ELEMENTARY_CHARGE**2 * p_squared / (k.ELECTRON_MASS * omega) ** 2
    eps_0 = k.VACUUM_PERMITTIVITY * 100.0
    rate = omega**3 * index * mu_squared / (3.0 * math.pi * eps_0 * k.REDUCED_PLANCK * k.SPEED_OF_LIGHT**3)
    tau = c.radiative_lifetime(energy=energy, E_P=E_P, share=share, overlap=overlap, permittivity=index**2, index=index)
    assert tau == pytest.approx(1.0 / rate, rel=1e-12)


def test_auger_by_volume_robel2009() -> None:
    assert c.biexciton_lifetime(constant=1.0, volume=65.0) == pytest.approx(65e-12, rel=1e-12)


def test_statistics_of_collisions() -> None:
    pair = 100e-12
    assert c.multiexciton_lifetime(excitons=2, biexciton=pair) == pytest.approx(pair, rel=1e-15)
    assert c.multiexciton_lifetime(excitons=3, biexciton=pair) == pytest.approx(pair * 4 / 18, rel=1e-15)
    assert 2.0 * (2.0 / c.trion_lifetime(biexciton=pair)) == pytest.approx(1.0 / pair, rel=1e-15)
