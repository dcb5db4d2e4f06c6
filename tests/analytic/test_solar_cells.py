"""Solar cells against closed forms: superposition, the radiative limit, Green's fill factor."""

from __future__ import annotations

import math

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.estimates.detailed_balance import blackbody_photons_above
from stackmodel.experiments.performance import ideal_fill_factor
from stackmodel.experiments.thermal import emission
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE

KT = BOLTZMANN_EV * 300.0
GAP, THICKNESS, STATES = 1.2, 9000.0, 1e20
SUN = sm.Light.am15g().longpass(350).shortpass(2400)


def absorber(gap: float = GAP, **more: float) -> sm.Material:
    """A medium of almost the index of air, opaque above its gap and beyond."""
    constants = sm.OpticalConstants.from_arrays([300, 3000], [1.0] * 2, [0.1] * 2, name="black", source="a test")
    given = {"electron_mobility": 1e3, "hole_mobility": 1e3, **more}
    given |= {"electron_lifetime": math.inf, "hole_lifetime": math.inf}
    return sm.Material(
        name="black", optical=constants, electron_affinity=4.0, band_gap=gap, relative_permittivity=10.0,
        conduction_band_dos=STATES, valence_band_dos=STATES, **given,
    )  # fmt: skip


def selective(radiative: float) -> sm.SolarCell:
    """One layer between a contact for electrons alone and one for holes alone."""
    return sm.SolarCell(sm.Stack([sm.Active(absorber(radiative_coefficient=radiative), THICKNESS)]), **ends(0.1))


def ends(depth: float) -> dict[str, sm.Contact]:
    """Contacts that take one carrier each, with Fermi levels `depth` [eV] off the band edges."""
    electrons, holes = "electron_recombination_velocity", "hole_recombination_velocity"
    return {
        "front": sm.Contact.schottky(work_function=4.0 + depth, **{electrons: math.inf, holes: 0.0}),
        "back": sm.Contact.schottky(work_function=4.0 + GAP - depth, **{electrons: 0.0, holes: math.inf}),
    }


def intrinsic_squared() -> float:
    return STATES**2 * math.exp(-GAP / KT)


@pytest.fixture(scope="module")
def radiative() -> sm.SolarCell:
    """A cell that recombines as much as it radiates in equilibrium, and in no other way."""
    emitted, _ = emission(selective(1e-12).stack, 300.0)
    return selective(emitted / (ELEMENTARY_CHARGE * intrinsic_squared() * THICKNESS * 1e-7))


def test_the_radiative_limit_is_reached(radiative: sm.SolarCell) -> None:
    """q V_oc = kT ln(1 + J/J_0): levels are flat, and nothing but light leaves.

    The statistics are Fermi-Dirac's; at a thousandth of the states they cost 0.1 mV.
    """
    found = radiative.performance(SUN)
    tree = found.losses["open_circuit_voltage"]
    made = -found.at_open_circuit.by_mechanism["generation by light"]
    emitted, how = emission(radiative.stack, 300.0)
    assert how == "computed absorptance"
    assert tree.start == pytest.approx(KT * math.log1p(made / emitted), abs=1e-9)
    assert found.open_circuit_voltage == pytest.approx(tree.start, abs=2e-4)


def test_a_black_stack_radiates_as_a_step() -> None:
    """From its front as a black body above its gap, and nothing comes out of a back that faces a mirror in between."""
    open_back, _ = emission(selective(1e-12).stack, 300.0)
    step = ELEMENTARY_CHARGE * blackbody_photons_above(GAP, 300.0)
    assert 0.94 < open_back / (2.0 * step) < 1.0  # light at grazing angles is reflected
    behind = sm.Stack.parse("Ag 100nm").layers
    mirrored = sm.Stack([sm.Active(absorber(), THICKNESS), *behind])
    assert emission(mirrored, 300.0)[0] / open_back == pytest.approx(0.5, rel=0.01)


def test_a_stack_radiates_as_its_limit_does() -> None:
    """On a coarser grid, with the hole layer too."""
    cell = sm.SolarCell(
        "glass 1.1mm / ITO 100nm / ZnO 60nm / PbS(peak=1250nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
    )
    emitted, how = emission(cell.stack, 300.0)
    assert how == "computed absorptance"
    assert emitted / cell.limit(absorptance="computed").dark_current_density == pytest.approx(1.0, rel=1e-3)


def test_close_to_the_limit_of_a_step(radiative: sm.SolarCell) -> None:
    """limit() emits through the front alone; two faces cost kT ln 2, reflection and the blue end the rest."""
    found, limit = radiative.performance(SUN), radiative.limit(SUN)
    assert found.short_circuit_current_density == pytest.approx(limit.short_circuit_current_density, rel=0.01)
    both_faces = limit.open_circuit_voltage - KT * math.log(2.0)
    assert found.open_circuit_voltage == pytest.approx(both_faces, abs=3e-3)
    assert found.fill_factor == pytest.approx(ideal_fill_factor(found.open_circuit_voltage / KT), abs=1e-3)


def test_recombination_costs_what_its_excess_says(radiative: sm.SolarCell) -> None:
    """Ten times the radiative rate inside, no more of it out: kT ln 10 lower, all of it not let out."""
    coefficient = radiative.stack.layers[0].material.value("radiative_coefficient")
    found = selective(10.0 * coefficient).performance(SUN)
    tree = found.losses["open_circuit_voltage"]
    assert tree["radiative in black, not let out"] == pytest.approx(KT * math.log(10.0), abs=2e-4)


@pytest.mark.parametrize("voltage", [3.0, 10.0, 20.0, 40.0])
def test_green1981_fill_factor(voltage: float) -> None:
    """The exact largest power by a search on the diode, and Green's expression from v = 10 on."""
    u = np.linspace(0.0, voltage, 400_001)
    power = u * (1.0 - np.expm1(u) / np.expm1(voltage)) / voltage
    assert ideal_fill_factor(voltage) == pytest.approx(power.max(), rel=1e-9)
    if voltage >= 10.0:
        green = (voltage - math.log(voltage + 0.72)) / (voltage + 1.0)
        assert ideal_fill_factor(voltage) == pytest.approx(green, abs=2e-4)


def test_superposition_in_low_injection() -> None:
    """A p-n junction under weak light: the dark curve shifted by the short-circuit current."""
    material = absorber(radiative_coefficient=1e-10)
    n = sm.Layer(material, 300, name="n", role="ETL", donor_density=1e17)
    p = sm.Active(material, 1500, name="p", acceptor_density=1e17)
    cell = sm.SolarCell(sm.Stack([n, p]), **ends(KT * math.log(STATES / 1e17)))
    found = cell.performance(sm.Light.monochromatic(800, "1 uW/cm^2"))
    J_sc = found.short_circuit_current_density
    voltage = np.array([0.5, 0.9, 1.0]) * found.open_circuit_voltage
    dark = cell.jv(voltage).current_density
    lit = np.interp(voltage[2], found.curve.voltage, found.curve.current_density)
    assert dark[2] == pytest.approx(J_sc, rel=5e-3)
    assert abs(lit) < 1e-6 * J_sc
    shifted = cell.jv(voltage, light=sm.Light.monochromatic(800, "1 uW/cm^2")).current_density
    assert shifted[:2] == pytest.approx(dark[:2] - J_sc, rel=5e-3)
    assert found.fill_factor == pytest.approx(ideal_fill_factor(found.open_circuit_voltage / KT), rel=5e-3)
