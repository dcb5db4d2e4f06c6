"""Derivatives of the dark current by the adjoint, against central differences on the same mesh."""

from __future__ import annotations

import math

import numpy as np
import pytest

import stackmodel as sm
from helpers import HERO
from stackmodel.errors import DataError, InputError
from stackmodel.experiments.sensitivity import addresses
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.adjoint import stretched


def schottky() -> sm.Photodiode:
    """A junction with traps that hold charge, tunnel, an interface that recombines, and a metal with a velocity."""
    film = sm.Material(
        name="film", kind="dot film", electron_affinity=4.1, band_gap=0.9, relative_permittivity=14,
        conduction_band_dos=1e19, valence_band_dos=1e19, electron_mobility=0.05, hole_mobility=0.02,
        electron_lifetime=1e-7, hole_lifetime=2e-7, radiative_coefficient=1e-11, electron_tunnelling_mass=0.1,
        hole_tunnelling_mass=0.1, acceptor_trap_density=2e15, acceptor_trap_level="0.3 eV below E_C",
        acceptor_trap_electron_capture=1e-9, acceptor_trap_hole_capture=1e-9,
    )  # fmt: skip
    etl = sm.Material(
        name="etl", electron_affinity=4.2, band_gap=2.0, relative_permittivity=9, conduction_band_dos=2e18,
        valence_band_dos=2e18, electron_mobility=1, hole_mobility=1, electron_lifetime=1e-8, hole_lifetime=1e-8,
    )  # fmt: skip
    between = sm.Interface(electron_recombination_velocity=10, hole_recombination_velocity=20)
    stack = sm.Stack([sm.ETL(etl, 50, donor_density=1e18), between, sm.Active(film, 200, acceptor_density=1e16)])
    metal = sm.Contact.schottky(
        work_function=4.8, electron_recombination_velocity=1e6, hole_recombination_velocity=1e6
    )  # fmt: skip
    return sm.Photodiode(stack, front=sm.Contact.ohmic(), back=metal, temperature=280)


@pytest.mark.parametrize("device", [sm.Photodiode(HERO), schottky()], ids=["hero", "everything"])
def test_adjoint_is_the_central_difference_on_the_same_mesh(device: sm.Photodiode) -> None:
    found = device.sensitivity("dark_current@-0.5V")
    assert found.method == "adjoint"
    assert found.value == pytest.approx(device.dark_current(-0.5).total, rel=1e-12)
    task = solver.problem(device.setup)
    movers = {address.name: address.change for address in addresses(device.setup)}
    point = solver.solve(task, [-0.5])[0]
    for slope in found.slopes:
        if abs(slope.elasticity) < 1e-4:  # what moves nothing is rounding in either
            continue
        # Larger steps than the adjoint's, extrapolated: the difference of two solved currents has fewer digits.
        step = 1e-4 if slope.is_energy else (1e-4 if slope.quantity == "temperature" else 1e-3) * abs(slope.value)
        slopes = []
        for width in (step, 2 * step):
            logs = []
            for sign in (1, -1):
                change = movers[slope.address](slope.value + sign * width)
                moved = solver.problem(device.setup.remake(*change))
                mesh = stretched(point.grid.mesh, task.profile.thickness, moved.profile.thickness)
                there = solver._curve(moved, mesh, [-0.5], {-0.5: point})[-0.5]
                logs.append(math.log(abs(solver.current_density(moved, there))))
            slopes.append((logs[0] - logs[1]) / (2 * width) * found.value)
        assert slope.derivative == pytest.approx((4 * slopes[0] - slopes[1]) / 3, rel=1e-4), slope.address


def test_costs_two_assemblies_an_address() -> None:
    found = sm.Photodiode(HERO).sensitivity("dark_current@-0.5V")
    assert found.assemblies <= 2 * (len(found.slopes) + len(found.skipped)) + 4


def test_lifetime_and_gap_of_a_generation_current() -> None:
    """A depleted film generates q n_i W / (tau_n + tau_p): ln J falls with ln tau, and with E_g / 2 kT."""
    found = sm.Photodiode(HERO).sensitivity("dark_current@-0.5V")
    total = found["active.electron_lifetime"].elasticity + found["active.hole_lifetime"].elasticity
    assert total == pytest.approx(-1.0, abs=0.05)
    gap = found["active.band_gap"].derivative / found.value
    assert gap * 2 * 8.617333e-5 * 300 == pytest.approx(-1.0, abs=0.15)
    assert found["ETL.electron_mobility"].elasticity == pytest.approx(0.0, abs=1e-3)


def test_inverse_step_finds_the_lifetime() -> None:
    device = sm.Photodiode(HERO)
    found = device.sensitivity("dark_current@-0.5V")
    wanted = found.value * 1.05
    tau = found.inverse("active.electron_lifetime", wanted)
    there = device.with_values({"active.electron_lifetime": tau}).dark_current(-0.5).total
    assert there == pytest.approx(wanted, rel=5e-3)
    gap = found.inverse("active.band_gap", f"{wanted:.6e} A/cm^2")
    assert device.with_values({"active.band_gap": gap}).dark_current(-0.5).total == pytest.approx(wanted, rel=5e-3)


def test_other_metrics_go_by_central_differences() -> None:
    device = sm.Photodiode(HERO)
    found = device.sensitivity("estimate.depletion_width@-0.5V")
    assert found.method == "central differences"
    up, down = (
        device.with_values({"active.thickness": 250 * (1 + h)}).estimate(-0.5).depletion_width for h in (0.004, -0.004)
    )
    assert found["active.thickness"].derivative == pytest.approx((up - down) / 2.0, rel=1e-3, abs=1e-6)


def test_refusals() -> None:
    found = sm.Photodiode(HERO).sensitivity("dark_current@-0.5V")
    with pytest.raises(InputError, match=r"no address .*electron_lifetim.* Did you mean"):
        found["active.electron_lifetim"]
    with pytest.raises(DataError, match="has no derivative: it is infinite"):
        found["ETL.electron_lifetime"]
    with pytest.raises(InputError, match="expected the same sign"):
        found.inverse("active.electron_lifetime", -1e-8)
    with pytest.raises(InputError, match="expected 1e-15 to 1e\\+300 s"):
        found.inverse("active.electron_lifetime", 1e20)


def test_tornado_shows_the_largest_first() -> None:
    found = sm.Photodiode(HERO).sensitivity("dark_current@-0.5V")
    effects = np.abs([found.effect(slope) for slope in found.slopes])
    assert np.all(np.diff(effects) <= 0)
    assert len(found.picture().elements) > 20
    assert "dark_current@-0.5V" in found.picture().x_label
