"""Depletion approximation of any stack against textbook widths and the solved equilibrium."""

import math

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.estimates.depletion import Slab, depleted_region, seeds

Q, EPS0 = 1.602176634e-19, 8.8541878128e-14


def test_one_sided_width():
    # physics_relations: eps_r 15, V 0.6, N 1e16 cm^-3 -> 315.395 nm
    slabs = [Slab(thickness=1e-3, doping=1e16, relative_permittivity=15.0)]
    region = depleted_region(slabs, [0.0, 0.6], (1, 1), 0.0)
    assert region.width == pytest.approx(3.15395e-5, rel=1e-5)


def test_heterojunction_side():
    # physics_relations: x_n = sqrt(2 eps_n eps_p N_A V / (q N_D (eps_n N_D + eps_p N_A))) -> 4.38368e-9 m
    slabs = [
        Slab(thickness=1e-4, doping=1e18, relative_permittivity=8.5),
        Slab(thickness=1e-3, doping=-2e16, relative_permittivity=15.0),
    ]
    region = depleted_region(slabs, [0.0, 0.6, 0.0], (1, 1), 0.0)
    assert 1e-4 - region.start == pytest.approx(4.38368e-7, rel=1e-5)
    assert region.drop == pytest.approx(0.6, rel=1e-10)


def test_pin_field_is_uniform_in_the_middle():
    layers = ((1e-4, 1e18), (3e-5, 0.0), (1e-4, -1e18))
    slabs = [Slab(thickness=d, doping=N, relative_permittivity=10.0) for d, N in layers]
    steps = [0.0, 0.5, 0.5, 0.0]
    assert seeds(slabs, steps) == [(1, 2)]
    region = depleted_region(slabs, steps, (1, 2), 0.0)
    x = Q * 1e18 / (EPS0 * 10.0)
    side = region.charge / 1e18
    assert 2 * 0.5 * x * side**2 + x * side * 3e-5 == pytest.approx(1.0, rel=1e-9)


def test_exhausted_side_hands_over_to_the_contact():
    slabs = [
        Slab(thickness=1e-3, doping=1e16, relative_permittivity=10.0),
        Slab(thickness=1e-6, doping=-1e17, relative_permittivity=10.0),
    ]
    region = depleted_region(slabs, [0.0, 0.6, 0.1], (1, 1), -2.0)
    assert region.end == pytest.approx(1e-3 + 1e-6)
    assert region.junctions == (1, 2)
    assert region.full == (1,)
    assert region.drop == pytest.approx(0.6 + 0.1 + 2.0, rel=1e-9)


@pytest.mark.parametrize("doping", [(1e17, 1e15), (1e16, 1e16)])
def test_width_lies_within_a_few_debye_lengths_of_the_solved_one(doping):
    silicon = sm.Material(
        name="Si", electron_affinity=4.05, band_gap=1.12, relative_permittivity=11.7, electron_mobility=1000,
        hole_mobility=400, conduction_band_dos=2.8e19, valence_band_dos=2.65e19,
    )  # fmt: skip
    p, n = sm.Layer(silicon, 2900, acceptor_density=doping[0]), sm.Layer(silicon, 12000, donor_density=doping[1])
    device = sm.Photodiode(sm.Stack([p, n]), front=sm.Contact.ohmic(), back=sm.Contact.ohmic())
    estimate, solved = device.estimate(), device.equilibrium()
    debye = math.sqrt(11.7 * EPS0 * 0.025852 / (Q * min(doping))) * 1e7
    assert abs(estimate.depletion_width - solved.depletion_width) < debye
    assert estimate.built_in_potential == pytest.approx(solved.built_in_potential, abs=1e-4)


def test_missing_lifetime_is_said_and_only_where_it_matters():
    device = sm.Photodiode(
        sm.Stack([sm.Layer("Si", 2000, acceptor_density=1e16), sm.Layer("Si", 2000, donor_density=1e16)]),
        front=sm.Contact.ohmic(), back=sm.Contact.ohmic(),
    )  # fmt: skip
    answer = device.estimate()
    assert answer.depletion_width > 100
    with pytest.raises(sm.DataError, match="electron_lifetime"):
        _ = answer.dark_current


def test_reverse_bias_widens_and_forward_narrows():
    device = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 400nm / PbS(3.0nm, EDT) 60nm / Au")
    widths = [device.estimate(v).depletion_width for v in (-1.0, -0.3, 0.0, 0.2)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("voltage", [-0.5, -1.0, -2.0])
@pytest.mark.parametrize("turned", [False, True])
def test_the_voltage_falls_over_a_junction_that_depletes_up_to_a_deep_metal(voltage: float, turned: bool) -> None:
    """The step at the metal is larger than that of the junction, whose region holds it: one region, one voltage."""
    layers = (
        "ITO 100nm", "ZnO 80nm", "PbS(peak=1100nm, halide) 300nm", "PbS(3.0nm, EDT) 40nm",
        "MoO3 10nm [work_function=5.5 eV]", "Au 100nm",
    )  # fmt: skip
    device = sm.Photodiode(" / ".join(reversed(layers) if turned else layers))
    closed, at_rest = device.estimate(voltage), device.estimate()
    assert device.dark_current(voltage).total == pytest.approx(closed.dark_current, rel=0.3)
    assert closed.blocked == ""
    bent, flat = (np.ptp(found.conduction_band) for found in (closed, at_rest))
    assert bent - flat == pytest.approx(-voltage, abs=0.05)


@pytest.mark.parametrize("voltage", [-0.5, -2.0])
def test_a_weaker_barrier_at_the_other_contact_takes_no_voltage(voltage: float) -> None:
    """A metal depletes a thin doped layer the other way round; both regions then reach over the whole device."""

    def film(name: str, gap: float) -> sm.Material:
        return sm.Material(
            name=name, electron_affinity=4.0, band_gap=gap, relative_permittivity=12, conduction_band_dos=1e19,
            valence_band_dos=1e19, electron_mobility=0.1, hole_mobility=0.1, electron_lifetime=1e-7, hole_lifetime=1e-7,
        )  # fmt: skip

    layers = [
        sm.Layer(film("e", 1.8), 70, role="ETL", donor_density=8e15),
        sm.Layer(film("a", 1.0), 450, role="active"),
    ]
    device = sm.Photodiode(
        sm.Stack(layers), front=sm.Contact.schottky(work_function=4.33), back=sm.Contact.ohmic(), anode="back"
    )
    assert device.estimate(voltage).dark_current == pytest.approx(device.dark_current(voltage).total, rel=2.0)
