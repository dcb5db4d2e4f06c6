"""Dark current in closed form: P02 (short base, Shockley 1949) and P03 (Sah, Noyce, Shockley 1957)."""

import math

import pytest

import stackmodel as sm
from stackmodel.estimates.currents import neutral_region_current

Q = 1.602176634e-19
SILICON = {
    "name": "Si", "electron_affinity": 4.05, "band_gap": 1.12, "relative_permittivity": 11.7, "electron_mobility": 1000,
    "hole_mobility": 400, "conduction_band_dos": 2.8e19, "valence_band_dos": 2.65e19,
}  # fmt: skip


def diode(acceptors, donors, lifetime):
    silicon = sm.Material(**SILICON, electron_lifetime=lifetime, hole_lifetime=lifetime)
    p, n = sm.Layer(silicon, 2000, acceptor_density=acceptors), sm.Layer(silicon, 2000, donor_density=donors)
    return sm.Photodiode(sm.Stack([p, n]), front=sm.Contact.ohmic(), back=sm.Contact.ohmic())


@pytest.mark.parametrize(
    ("voltage", "ampere_per_square_metre"),
    [(0.2, 0.0030018920319601233), (0.3, 0.14202493472372862), (0.4, 6.707944043565741), (0.5, 316.1891520252011)],
)
def test_short_base_diode(voltage, ampere_per_square_metre):
    answer = diode(1e17, 1e16, math.inf).estimate(voltage)
    assert answer.dark_current * 1e4 == pytest.approx(ampere_per_square_metre, rel=1e-9)
    assert answer.limited_by.startswith("contact injection")
    assert answer.activation_energy == 1.12


@pytest.mark.parametrize(("voltage", "solved"), [(0.2, 0.1419), (0.25, 0.4392), (0.3, 1.50084)])
def test_space_charge_recombination_against_an_independent_solver(voltage, solved):
    # The uniform-field integral is known to be off by about 10 % (stated with the case).
    answer = diode(1e16, 1e16, 1e-8).estimate(voltage)
    assert answer.dark_current * 1e4 == pytest.approx(solved, rel=0.12)
    assert answer.limited_by.startswith("generation")


def test_long_diode_is_shockleys():
    # physics_relations: diffusion current, one side: q n_i^2 D / (L N)
    D, L, N, n_i = 2.6e-2, 1e-5, 1e17, 1e10
    inside, contact = neutral_region_current(
        minority_density=n_i**2 / N, diffusion=D, lifetime=L * L / D, width=100 * L, velocity=math.inf, bias=-50.0
    )
    assert -(inside + contact) == pytest.approx(Q * n_i**2 * D / (L * N), rel=1e-9)
    assert abs(contact) < 1e-12 * abs(inside)


@pytest.mark.parametrize("velocity", [0.0, 1e2, 1e6, math.inf])
@pytest.mark.parametrize("ratio", [1e-8, 1e-3, 0.3, 3.0])
def test_neutral_region_matches_the_boundary_value_problem(velocity, ratio):
    # n'' = n / L^2, n(0) = n_0, -D n'(w) = S n(w): by shooting with exact solutions
    D, L, n_0 = 0.1, 1e-4, 1e4
    w, S = ratio * L, min(velocity, 1e300)
    x = w / L
    a = (S * math.sinh(x) + D / L * math.cosh(x)) if math.isfinite(velocity) else math.sinh(x)
    b = (S * math.cosh(x) + D / L * math.sinh(x)) if math.isfinite(velocity) else math.cosh(x)
    total = Q * D / L * n_0 * math.expm1(2.0) * b / a
    inside, contact = neutral_region_current(
        minority_density=n_0, diffusion=D, lifetime=L * L / D, width=w, velocity=velocity, bias=2.0
    )
    assert inside + contact == pytest.approx(total, rel=1e-6)
    assert inside >= 0.0
    assert contact >= 0.0
