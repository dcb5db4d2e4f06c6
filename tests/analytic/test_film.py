"""Closed forms of a film of dots against limits, check values of the literature, and each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackmodel.physics.constants import BOLTZMANN_EV
from stackmodel.physics.film import (
    CLOSE_PACKING,
    bruggeman,
    capture_lifetime,
    core_fraction,
    dilute_to_film,
    facet_areas,
    film_absorption,
    hopping_mobility,
    maxwell_garnett,
    size_disorder,
    surface_atoms,
    thermal_shift,
    tunnelling_decay,
)

PERMITTIVITY = st.floats(1.1, 30.0)
FRACTION = st.floats(0.01, 0.74)


def test_close_packing() -> None:
    assert core_fraction(diameter=3.4, pitch=3.4) == CLOSE_PACKING == pytest.approx(0.7405, rel=1e-4)
    # 0.35 for oleic acid to 0.6 for halides: what effective-medium papers take
    assert core_fraction(diameter=3.2, pitch=3.5) == pytest.approx(0.566, abs=1e-3)


@given(PERMITTIVITY, PERMITTIVITY, FRACTION)
def test_bruggeman1935_solves_its_equation_within_hashin_shtrikman(inside: float, medium: float, f: float) -> None:
    eps = bruggeman(inside=inside, medium=medium, fraction=f)
    rest = f * (inside - eps) / (inside + 2 * eps) + (1 - f) * (medium - eps) / (medium + 2 * eps)
    assert rest == pytest.approx(0.0, abs=1e-12)
    bounds = sorted(
        (maxwell_garnett(inside=inside, medium=medium, fraction=f),
         maxwell_garnett(inside=medium, medium=inside, fraction=1 - f))
    )  # fmt: skip
    assert bounds[0] * (1 - 1e-9) <= eps <= bounds[1] * (1 + 1e-9)


@pytest.mark.parametrize("law", [bruggeman, maxwell_garnett])
def test_mixtures_end_in_their_parts(law: object) -> None:
    assert law(inside=17.2, medium=2.25, fraction=0.0) == pytest.approx(2.25, rel=1e-12)  # type: ignore[operator]
    assert law(inside=17.2, medium=2.25, fraction=1.0) == pytest.approx(17.2, rel=1e-12)  # type: ignore[operator]


def test_hopping_mobility_by_hand() -> None:
    # 3.19451e-7 m^2/(V s) for 5 nm hops, 1e12 attempts, 10.9 nm^-1 over 0.5 nm, 20 meV
    mu = hopping_mobility(pitch=5, spacing=0.5, decay=10.9, attempts=1e12, activation=0.02, temperature=300)
    assert mu * 1e-4 == pytest.approx(3.19451e-7, rel=1e-5)  # the check value has six digits


def test_a_field_helps_hops() -> None:
    how = {"pitch": 5.0, "spacing": 0.5, "decay": 10.9, "attempts": 1e12, "activation": 0.02, "temperature": 300.0}
    low, high = hopping_mobility(**how), hopping_mobility(**how, field=1e5)
    x = 0.5 * 1e5 * 5e-7 / (BOLTZMANN_EV * 300)
    assert high / low == pytest.approx(math.sinh(x) / x, rel=1e-12)
    assert hopping_mobility(**how, field=1e-3) == pytest.approx(low, rel=1e-9)


def test_liu2010_decay_is_a_barrier_of_about_one_eV() -> None:
    assert tunnelling_decay(barrier=1.13) == pytest.approx(10.9, rel=3e-3)  # two digits of the barrier
    assert tunnelling_decay(barrier=4.0) == pytest.approx(2 * tunnelling_decay(barrier=1.0), rel=1e-12)


def test_disorder_and_what_follows_from_it() -> None:
    assert size_disorder(slope=-0.2, diameter=4.0, dispersion=0.05) == pytest.approx(0.04, rel=1e-12)
    kT = BOLTZMANN_EV * 300
    assert thermal_shift(disorder=kT, temperature=300) == pytest.approx(kT, rel=1e-12)


def test_absorption_of_dense_films() -> None:
    assert dilute_to_film(inside=17.2, medium=2.25, fraction=0.0) == 1.0
    assert 1.3 < dilute_to_film(inside=17.2, medium=2.25, fraction=0.52) < 2.0  # as is reported of films
    # the same by a small imaginary part in Maxwell Garnett's formula
    f, tiny = 0.4, 1e-6j
    b = f * (17.2 + tiny - 2.25) / (17.2 + tiny + 4.5)
    eps = 2.25 * (1 + 2 * b) / (1 - b)
    b0 = 1e-9 * (17.2 + tiny - 2.25) / (17.2 + tiny + 4.5)
    eps0 = 2.25 * (1 + 2 * b0) / (1 - b0)
    ratio = (eps.imag / f / eps.real**0.5) / (eps0.imag / 1e-9 / eps0.real**0.5)
    assert dilute_to_film(inside=17.2, medium=2.25, fraction=f) == pytest.approx(ratio, rel=1e-6)


def test_the_edge_and_its_tail() -> None:
    how = {"peak": 1.0, "width": 0.05, "alpha_peak": 1e4, "anchor": 3.1, "alpha_anchor": 1e5, "exponent": 2.0}
    E = np.array([1.0, 0.95, 3.1])
    bare = film_absorption(E, **how)  # type: ignore[arg-type]
    assert bare[0] == pytest.approx(1e4, rel=1e-12)
    assert bare[1] == pytest.approx(1e4 * math.exp(-0.5), rel=1e-12)
    assert bare[2] == pytest.approx(1e5, rel=1e-12)
    start, U = 1.0 - 0.05**2 / 0.02, 0.02
    near = film_absorption(np.array([start - 1e-9, start + 1e-9]), **how, urbach_energy=U)  # type: ignore[arg-type]
    assert near[0] == pytest.approx(near[1], rel=1e-6)
    far = film_absorption(np.array([0.80, 0.82]), **how, urbach_energy=U)  # type: ignore[arg-type]
    assert math.log(far[1] / far[0]) == pytest.approx(0.02 / U, rel=1e-9)


def test_facets_of_octahedron_and_cuboctahedron() -> None:
    volume = math.pi / 6 * 4.0**3
    edge = (volume * 3 / math.sqrt(2)) ** (1 / 3)
    assert facet_areas(diameter=4, truncation=0) == (pytest.approx(2 * math.sqrt(3) * edge**2, rel=1e-12), 0.0)
    short = (volume * 3 / (5 * math.sqrt(2))) ** (1 / 3)
    polar, neutral = facet_areas(diameter=4, truncation=1)
    assert polar == pytest.approx(2 * math.sqrt(3) * short**2, rel=1e-12)
    assert neutral == pytest.approx(6 * short**2, rel=1e-12)
    assert polar + neutral > math.pi * 16  # a sphere has the least surface


@given(st.floats(2, 10), st.floats(0, 1))
def test_surface_atoms_go_with_the_square_of_the_diameter(d: float, t: float) -> None:
    one, two = (surface_atoms(diameter=x, truncation=t, lattice_constant=0.5936) for x in (d, 2 * d))
    assert sum(two) == pytest.approx(4 * sum(one), rel=1e-12)


def test_lifetime_of_captured_carriers() -> None:
    assert capture_lifetime(trap_density=1e16, capture=1e-10) == pytest.approx(1e-6, rel=1e-12)
