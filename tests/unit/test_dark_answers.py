"""What surrounds the solved stack: resistances, background, ranges of levels, Arrhenius, profiles of generation."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

import stackmodel as sm
from helpers import HERO
from stackmodel.errors import InputError
from stackmodel.output.table import Table

Q = 1.602176634e-19


@pytest.fixture(scope="module")
def diode() -> sm.Photodiode:
    return sm.Photodiode(HERO, area="0.04 cm^2")


# -- the circuit -------------------------------------------------------------------------------------------------------


def test_series_resistance_takes_its_voltage(diode: sm.Photodiode) -> None:
    ohm_cm2 = 50 * 0.04
    curve = diode.with_values({"series_resistance": 50}).jv(np.linspace(-0.5, 1.2, 18))
    inner = np.array([point.voltage for point in curve.points])
    assert inner + ohm_cm2 * curve.current_density == pytest.approx(curve.voltage, abs=1e-9)
    alone = diode.jv(inner).current_density
    assert curve.current_density == pytest.approx(alone, rel=5e-3)
    assert inner[-1] < 1.1


def test_shunt_and_perimeter_add_their_currents(diode: sm.Photodiode) -> None:
    leaky = diode.with_values({"shunt_resistance": 1e7, "perimeter_resistance": 1e8, "perimeter": 0.8})
    voltages = np.array([-0.5, 0.0, 0.3])
    leak = (1 / 1e7 + 0.8 / 1e8) / 0.04 * voltages
    assert leaky.jv(voltages).current_density == pytest.approx(diode.jv(voltages).current_density + leak, rel=1e-9)
    dark = leaky.dark_current(-0.5)
    assert dark.by_mechanism["shunt"] == pytest.approx(0.5 / 1e7 / 0.04)
    assert dark.by_mechanism["perimeter"] == pytest.approx(0.5 * 0.8 / 1e8 / 0.04)
    assert sum(dark.by_mechanism.values()) == pytest.approx(dark.total, rel=1e-9)
    assert dark.limited_by == "shunt"


def test_a_solar_cell_tells_what_recombines_in_the_dark(diode: sm.Photodiode) -> None:
    dark = sm.SolarCell(HERO, area="0.04 cm^2").dark_current(0.5)
    assert dark.limited_by == "SRH in PbS(3.4nm, TBAI)"
    assert sum(dark.by_mechanism.values()) == pytest.approx(dark.total, rel=1e-9)
    assert dark.current_density == diode.dark_current(0.5).current_density
    assert dark.current_density == pytest.approx(diode.jv([0.5]).current_density[0], rel=1e-2)  # each on its own mesh


def test_light_through_a_series_resistance(diode: sm.Photodiode) -> None:
    """In the power quadrant the stack is further forward than the terminals."""
    voltages = np.linspace(0.0, 0.5, 6)
    curve = diode.with_values({"series_resistance": 200}).jv(voltages, generation=5e21)
    inner = np.array([point.voltage for point in curve.points])
    assert np.all(inner[:3] > voltages[:3])
    assert inner + 200 * 0.04 * curve.current_density == pytest.approx(voltages, abs=1e-9)


def test_circuit_needs_the_area() -> None:
    with pytest.raises(InputError, match="series_resistance needs the area of the device; give area="):
        sm.Photodiode(HERO, series_resistance=10).jv([0.1])
    with pytest.raises(InputError, match="needs the length of the edge; give perimeter="):
        sm.Photodiode(HERO, area=0.04, perimeter_resistance=1e6).jv([0.1])


def test_sheet_in_series() -> None:
    assert sm.sheet_in_series("15 ohm", length="2 mm", width="1 mm") == pytest.approx(10.0)
    assert sm.sheet_in_series(15, length=2000, width=1000, contacted_sides=2) == pytest.approx(2.5)
    # Independently: the heat of a current that gathers evenly on its way, over the square of the whole current.
    way = (np.arange(2000) + 0.5) / 2000
    assert 15 * 2 * np.mean(way**2) == pytest.approx(sm.sheet_in_series(15, length=2000, width=1000), rel=1e-6)
    both = 15 * 2 * np.mean((way - 0.5) ** 2)  # half to either side
    assert both == pytest.approx(sm.sheet_in_series(15, length=2000, width=1000, contacted_sides=2), rel=1e-6)
    with pytest.raises(InputError, match="expected 1 or 2"):
        sm.sheet_in_series(15, length=2000, width=1000, contacted_sides=4)


# -- background --------------------------------------------------------------------------------------------------------


def test_background_is_a_photocurrent_of_the_black_body() -> None:
    narrow = sm.Photodiode("ITO / ZnO 60nm / PbS(0.62eV, TBAI) 400nm / PbS(3.0nm, EDT) 45nm / Au", temperature=120)
    shield = narrow.dark_current(-0.3)
    narrower, wider = (narrow.dark_current(-0.3, background=300, fov=angle) for angle in (60, 180))
    assert shield.illumination == "dark (cold shield)"
    assert wider.illumination == "background of 300 K through 180 deg"
    name = "background of 300 K through 60 deg"
    assert narrower.by_mechanism[name] / wider.by_mechanism[wider.illumination] == pytest.approx(0.25)
    assert wider.total > shield.total
    assert sum(wider.by_mechanism.values()) == pytest.approx(wider.total, rel=1e-8)


def test_background_says_what_it_needs(diode: sm.Photodiode) -> None:
    with pytest.raises(InputError, match="background needs fov="):
        diode.dark_current(-0.5, background=300)
    with pytest.raises(InputError, match="fov without background"):
        diode.dark_current(-0.5, fov=60)


# -- ranges, temperatures ----------------------------------------------------------------------------------------------


def test_range_of_the_levels_spans_decades(diode: sm.Photodiode) -> None:
    answer = diode.dark_current(-0.5, ranges=True)
    assert answer.range is not None
    low, high = answer.range
    assert low < answer.total < high
    assert high / low > 10
    # The gap of the film alone: +-0.1 eV is exp(+-0.1 / 2 kT).
    assert high / answer.total > 0.8 * math.exp(0.1 / (2 * 8.617333e-5 * 300))
    assert diode.dark_current(-0.5).range is None


def test_arrhenius(diode: sm.Photodiode) -> None:
    answer = diode.arrhenius(-0.5, [300, "270 K", 240])
    assert answer.temperature.tolist() == [300, 270, 240]
    slope = np.polyfit(1 / (8.617333e-5 * answer.temperature), np.log(answer.total), 1)[0]
    assert answer.activation_energy == pytest.approx([-slope] * 3, rel=0.02)
    assert answer.limited_by[0] == "SRH in PbS(3.4nm, TBAI)"
    assert answer.total[0] == pytest.approx(diode.dark_current(-0.5).total, rel=1e-9)
    assert answer.picture().log_y
    with pytest.raises(InputError, match="no temperatures"):
        diode.arrhenius(-0.5, [])


# -- generation --------------------------------------------------------------------------------------------------------


def test_profiles_of_generation(diode: sm.Photodiode) -> None:
    number = diode.jv([-0.5], generation=1e21).current_density[0]
    flat = diode.jv([-0.5], generation={"active": ([0, 250], [1e21, 1e21])}).current_density[0]
    called = diode.jv([-0.5], generation={"active": lambda depth: 1e21 + 0 * depth}).current_density[0]
    assert (flat, called) == pytest.approx((number, number), rel=1e-3)
    front, back = (
        diode.jv([-0.5], generation={"active": (np.linspace(0, 250, 26), rates)})
        for rates in (np.linspace(2e21, 0, 26), np.linspace(0, 2e21, 26))
    )
    for curve in (front, back):
        assert curve.points[0].by_mechanism["generation by light"] == pytest.approx(-Q * 1e21 * 250e-7, rel=1e-3)
    inside = np.array(front.points[0].layer) == "PbS(3.4nm, TBAI)"
    assert front.points[0].generation_rate[inside][0] == pytest.approx(2e21)
    assert front.points[0].generation_rate[inside][-1] == pytest.approx(0.0, abs=1e15)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (([0, 250], [1e21]), "as many rates"),
        (([250, 0], [1e21, 1e21]), "rising"),
        (([0, 250], [1e21, -1e21]), "expected 1 to 1e\\+30"),
        (-1.0, "expected 1 to 1e\\+30"),
    ],
)
def test_profiles_that_mean_nothing(diode: sm.Photodiode, given: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        diode.jv([0.0], generation={"active": given})


# -- keywords that would do nothing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"active.trap_width": 0.05}, "trap_width does nothing without trap_density"),
        ({"active.donor_trap_level": 0.1}, "donor_trap_level does nothing without donor_trap_density"),
        ({"active.electron_saturation_exponent": 2}, "does nothing without electron_saturation_velocity"),
        ({"active.electron_saturation_velocity": 1e6}, "needs electron_saturation_exponent"),
        ({"ETL|active.trap_level": 0.1}, "trap_level says where traps are, but nothing how fast"),
        ({"ETL|active.electron_recombination_velocity": 1e3}, "hole_recombination_velocity is missing"),
        ({"ETL|active.transfer": "thermionic"}, "is a film of dots and has no Richardson mass"),
    ],
)
def test_what_does_nothing_is_refused(diode: sm.Photodiode, values: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        diode.with_values(values).jv([-0.5])


# -- what a user met ---------------------------------------------------------------------------------------------------


def test_nothing_flows_through_an_insulator() -> None:
    oxide = sm.Material(name="oxide", kind="dielectric", electron_affinity=1.0, band_gap=7.0, relative_permittivity=9)
    stack = sm.Stack([sm.Dielectric(oxide, 10), sm.Active("PbS(3.4nm, TBAI)", 250), sm.HTL("PbS(3.0nm, EDT)", 45)])
    metal = sm.Contact.schottky(work_function=4.2)
    device = sm.Photodiode(stack, front=metal, back=sm.Contact.ohmic(), anode="back")
    assert device.jv([-0.5, 0.0, 0.5]).current_density.tolist() == [0.0, 0.0, 0.0]
    assert np.abs(device.jv([0.0, 0.2], generation=1e21).current_density).max() < 1e-12


def test_no_current_no_activation_energy(diode: sm.Photodiode) -> None:
    answer = diode.dark_current(0)
    for name in ("activation_energy", "limited_by"):
        with pytest.raises(sm.DataError, match="no current flows at 0 V"):
            getattr(answer, name)
    with pytest.raises(InputError, match="at 0 V no dark current flows"):
        diode.arrhenius(0, [250, 300])
    with pytest.raises(InputError, match="expected a list such as"):
        diode.arrhenius(-0.5, 300)  # type: ignore[arg-type]


def test_activation_energy_does_not_follow_the_mesh(diode: sm.Photodiode) -> None:
    energies = [diode.dark_current(-0.5, background=300, fov=angle).activation_energy for angle in (1, 60, 180)]
    assert energies == pytest.approx([diode.dark_current(-0.5).activation_energy] * 3, abs=2e-4)


def test_lifetime_follows_from_traps(diode: sm.Photodiode) -> None:
    capture = {"active.trap_electron_capture": 1e-9, "active.trap_hole_capture": 1e-9}
    trapped = diode.with_values({"active.trap_density": 1e17, **capture})
    plain = diode.with_values({"active.electron_lifetime": 1e-8, "active.hole_lifetime": 1e-8})
    assert trapped.stack["active"].material.electron_lifetime == pytest.approx(1e-8)
    assert trapped.dark_current(-0.5).total == pytest.approx(plain.dark_current(-0.5).total, rel=2e-3)
    assert trapped.estimate(-0.5).dark_current == pytest.approx(plain.estimate(-0.5).dark_current)
    # The newer description replaces the older one.
    assert plain.with_values({"active.trap_density": 1e17, **capture}).dark_current(-0.5).total == pytest.approx(
        trapped.dark_current(-0.5).total, rel=2e-3
    )


def test_circuit_is_in_the_sensitivity_and_in_the_record(diode: sm.Photodiode) -> None:
    leaky = diode.with_values({"shunt_resistance": 1e7, "series_resistance": 1e5})
    found = leaky.sensitivity("dark_current@-0.5V")
    for address, size in (("shunt_resistance", 1e7), ("series_resistance", 1e5)):
        logs = [
            math.log(leaky.with_values({address: size * factor}).dark_current(-0.5).total) for factor in (1.02, 0.98)
        ]
        assert found[address].elasticity == pytest.approx((logs[0] - logs[1]) / math.log(1.02 / 0.98), rel=2e-2)
    attributes = leaky.jv([-0.5]).attributes()
    assert attributes["series [ohm cm^2]"] == pytest.approx(4000)
    assert attributes["shunt [S/cm^2]"] == pytest.approx(1 / 1e7 / 0.04)


def test_graded_layers_move_at_both_ends() -> None:
    graded = sm.Photodiode(HERO.replace("3.4nm, TBAI", "3.0nm->3.4nm, TBAI"))
    found = graded.sensitivity("dark_current@-0.5V")
    # The narrow end generates: d ln J / dE_g = -1 / 2 kT.
    assert found["active.band_gap"].derivative / found.value * 2 * 8.617333e-5 * 300 == pytest.approx(-1.0, abs=0.15)
    answer = graded.dark_current(-0.5, ranges=True)
    assert answer.range is not None
    assert answer.range[1] / answer.total > 5


def test_values_given_twice(diode: sm.Photodiode) -> None:
    with pytest.raises(InputError, match="is given twice, by name and by role"):
        diode.with_values({"active.thickness": 200, "PbS(3.4nm, TBAI).thickness": 300})
    with pytest.raises(InputError, match="is given twice, by name and by role"):
        diode.jv([0.0], generation={"active": 1e21, "PbS(3.4nm, TBAI)": 1e21})
    with pytest.raises(InputError, match="counted within the layer"):
        diode.jv([0.0], generation=([300, 500], [1e21, 1e21]))
    with pytest.raises(InputError, match="outside the gap"):
        diode.with_values({"active.trap_level": 2.0}).jv([0.1])


def test_coarse_curves_promise_no_fill_factor_that_they_do_not_hold() -> None:
    cell = sm.SolarCell(HERO)
    curves = {n: cell.jv(np.linspace(0, 0.9, n), generation=5e21).figures for n in (3, 4, 7, 19, 91)}
    assert curves[19].fill_factor == pytest.approx(curves[91].fill_factor, abs=3e-3)
    for n in (3, 4, 7):  # steps of 450 to 150 mV: chords are 8 to 1.5 points too high
        assert "fill_factor" in curves[n].refused()


def test_levels_from_an_edge_are_swept(diode: sm.Photodiode) -> None:
    levels = ["0.5 eV below E_C", "intrinsic"]
    found = sm.sweep(diode, {"active.trap_level": levels}, ["dark_current@-0.5V"])["dark_current@-0.5V"].values
    alone = [diode.with_values({"active.trap_level": level}).dark_current(-0.5).total for level in levels]
    assert found == pytest.approx(alone)


def test_the_record_of_an_answer_is_made_when_it_is_looked_at(monkeypatch):
    made = []
    monkeypatch.setattr("stackmodel.structure.record.parameter_table", lambda *_: made.append(1) or Table((), ()))
    device = sm.Photodiode(HERO)
    answer = device.jv([0.0, 0.1])
    assert not made
    assert answer.provenance.notation == device.stack.notation
    assert len(made) == 1
    assert answer.provenance.as_dict()["stack"] == device.stack.notation
    assert len(made) == 1


def test_the_record_of_an_answer_travels_with_it():
    device = sm.Photodiode(HERO)
    record = pickle.loads(pickle.dumps(device.jv([0.0, 0.1]))).provenance
    assert record.notation == device.stack.notation
    assert len(record.parameters) > 10
    assert record.convergence["conservation"] <= 1e-9
