"""What a solar cell delivers: figures at solved points, trees that sum, lights and circuits, pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import stackmodel as sm
from helpers import CELL

SUN = sm.Light.am15g()
LINE = sm.Light.monochromatic(940, "1 mW/cm^2")
RESISTANCES = {"series_resistance": 200.0, "shunt_resistance": 2e4}
FIGURES = ("short_circuit_current_density", "open_circuit_voltage", "fill_factor")


@pytest.fixture(scope="module")
def cell() -> sm.SolarCell:
    return sm.SolarCell(CELL, area="0.04 cm^2")


@pytest.fixture(scope="module")
def found(cell: sm.SolarCell) -> sm.results.performance.Performance:
    return cell.performance(SUN)


# -- figures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resistances", [{}, RESISTANCES])
def test_figures_are_those_of_a_fine_curve(cell: sm.SolarCell, resistances: dict[str, float]) -> None:
    """Another mesh leaves 2.5e-3 of the current between the two."""
    device = cell.with_values(resistances)
    found = device.performance(LINE)
    fine = device.jv(np.linspace(0.0, 1.02 * found.open_circuit_voltage, 141), light=LINE).figures
    assert found.short_circuit_current_density == pytest.approx(fine.short_circuit_current_density, rel=5e-3)
    assert found.open_circuit_voltage == pytest.approx(fine.open_circuit_voltage, rel=5e-3)
    assert found.power_density == pytest.approx(fine.power_density, rel=5e-3)
    product = found.fill_factor * found.open_circuit_voltage * found.short_circuit_current_density
    assert found.power_density == pytest.approx(product, rel=1e-12)


@pytest.mark.parametrize("resistances", [{}, RESISTANCES])
def test_marked_points_are_solved(cell: sm.SolarCell, resistances: dict[str, float]) -> None:
    found = cell.with_values(resistances).performance(LINE)
    V, J = found.curve.voltage, found.curve.current_density
    J_sc = found.short_circuit_current_density
    assert (np.diff(V) > 0.0).all()
    for voltage, current in ((0.0, -J_sc), (found.open_circuit_voltage, 0.0)):
        at = int(np.argmin(np.abs(V - voltage)))
        assert V[at] == pytest.approx(voltage, abs=1e-6)
        assert J[at] == pytest.approx(current, abs=1e-6 * J_sc)
    assert (-V * J).max() == pytest.approx(found.power_density, rel=1e-12)
    point = found.at_maximum_power
    assert point.voltage == pytest.approx(
        found.maximum_power_voltage + found.curve.series * found.maximum_power_current_density, rel=1e-9
    )


def test_resistances_that_do_nothing(cell: sm.SolarCell) -> None:
    bare = cell.performance(LINE)
    around = cell.with_values({"series_resistance": 1e-6, "shunt_resistance": 1e15}).performance(LINE)
    for name in FIGURES:
        assert getattr(around, name) == pytest.approx(getattr(bare, name), rel=1e-6)


def test_an_open_circuit_beyond_all_points_is_reached(cell: sm.SolarCell) -> None:
    """From one point the search goes on until two voltages bracket the root."""
    from stackmodel.experiments.illumination import illumination
    from stackmodel.solvers.drift_diffusion import problem, solve
    from stackmodel.solvers.power import LitCurve
    from stackmodel.structure.circuit import Circuit

    lit = illumination(cell.setup, LINE)
    task = problem(cell.setup, lit.layers)
    curve = LitCurve(task=task, points={0.0: solve(task, [0.0])[0]})
    found = curve.opened(Circuit())
    assert abs(curve.current(found)) < 1e-6 * abs(curve.current(0.0))
    assert found == pytest.approx(cell.performance(LINE).open_circuit_voltage, rel=5e-3)
    assert max(curve.points) > found


@pytest.mark.parametrize("irradiance", [1e-12, 1e-9])
def test_weak_light_meets_a_resistance(cell: sm.SolarCell, irradiance: float) -> None:
    """Far below kT/q the cell is a straight line, whose largest power is a quarter of the product."""
    found = cell.performance(sm.Light.monochromatic(940, irradiance))
    assert found.open_circuit_voltage < 0.1 * 0.02585
    assert found.fill_factor == pytest.approx(0.25, rel=0.02)
    assert found.losses["fill_factor"].start == pytest.approx(0.25, rel=0.02)


# -- trees ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resistances", [{}, RESISTANCES])
@pytest.mark.parametrize(("light", "side"), [(LINE, "front"), (SUN, "front"), (LINE, "back")])
def test_trees_sum(light: sm.Light, side: str, resistances: dict[str, float]) -> None:
    device = sm.SolarCell(CELL.replace("Au 80nm", "Au 10nm"), illuminated=side, area="0.04 cm^2")
    found = device.with_values(resistances).performance(light)
    assert found.illuminated == side
    for name in FIGURES:
        tree = found.losses[name]
        assert tree.result == getattr(found, name)
        assert tree.start - sum(tree.losses.values()) == pytest.approx(tree.result, rel=1e-7)
        assert tree.closure < 1e-7
    assert ("series resistance" in found.losses["fill_factor"].losses) == bool(resistances)


def test_what_light_goes_where_is_what_optics_say(cell: sm.SolarCell) -> None:
    tree, made = cell.performance(LINE).losses["short_circuit_current_density"], cell.generation(LINE)
    q = 1.602176634e-19
    assert tree.start == pytest.approx(q * made.incident, rel=1e-9)
    assert tree["reflected"] == pytest.approx(q * made.reflected, rel=1e-9)
    for name in ("glass", "ITO", "ZnO", "Au"):
        assert tree[f"absorbed in {name}"] == pytest.approx(q * made.by_layer[name], rel=1e-9)
    assert not any(name.startswith("absorbed in PbS") for name in tree.losses)


def test_sunlight_beyond_the_gap(found: sm.results.performance.Performance, cell: sm.SolarCell) -> None:
    """What is missing of n and k is a loss with a name; dots that absorb below their gap are a gain."""
    tree = found.losses["short_circuit_current_density"]
    gap = cell.stack["active"].material.value("optical_gap")
    assert tree.start == pytest.approx(1.602176634e-19 * SUN.photons_above(gap), rel=3e-3)  # a line of the table
    assert tree["absorbed below the gap"] < 0.0 < tree["n or k not known"]
    made = -found.at_short_circuit.by_mechanism["generation by light"]
    optical = [name for name in tree.losses if name.split()[0] in ("n", "reflected", "transmitted", "absorbed")]
    assert tree.start - sum(tree[name] for name in optical) == pytest.approx(made, rel=1e-9)


def test_losses_of_the_voltage_follow_their_shares(found: sm.results.performance.Performance) -> None:
    tree, shares = found.losses["open_circuit_voltage"], found.at_open_circuit.by_mechanism
    first, second = sorted(tree.losses, key=tree.losses.__getitem__)[-2:]
    assert tree[first] / tree[second] == pytest.approx(shares[first] / shares[second], rel=1e-6)
    assert tree.limited_by == second


def test_what_lies_beside_detailed_balance_is_said(cell: sm.SolarCell) -> None:
    """A transport gap wider than the optical one puts the open circuit above what light alone would allow."""
    better = {"active.band_gap": 1.6, "active.electron_lifetime": 1e-2, "active.hole_lifetime": 1e-2}
    tree = cell.with_values(better).performance(LINE).losses["open_circuit_voltage"]
    assert list(tree.losses) == ["levels beside detailed balance"]
    assert tree["levels beside detailed balance"] < 0.0
    assert tree.closure < 1e-12


def test_pairs_beyond_one_for_a_photon_are_a_gain(cell: sm.SolarCell) -> None:
    many = {"active.multiplication_threshold": 2.0, "active.multiplication_slope": 0.5}
    one, more = (device.performance(SUN) for device in (cell, cell.with_values(many)))
    plain, tree = (each.losses["short_circuit_current_density"] for each in (one, more))
    assert "multiplied" not in plain.losses
    assert tree["multiplied"] < 0.0
    assert tree.closure < 1e-7
    made = [-each.at_short_circuit.by_mechanism["generation by light"] for each in (one, more)]
    assert made[1] - made[0] == pytest.approx(-tree["multiplied"], rel=1e-6)


def test_an_unknown_tree_or_loss(found: sm.results.performance.Performance) -> None:
    with pytest.raises(sm.InputError, match='Did you mean "fill_factor"'):
        found.losses["fil_factor"]
    with pytest.raises(sm.InputError, match='Did you mean "reflected"'):
        found.losses["short_circuit_current_density"]["reflecte"]


# -- lights --------------------------------------------------------------------------------------------------------


def test_infrared_efficiency_says_what_it_refers_to() -> None:
    cell = sm.SolarCell("ITO 100nm / ZnO 60nm / PbS(peak=1250nm, TBAI) 300nm / PbS(3.0nm, EDT) 45nm / Au 80nm")
    light = sm.Light.am15g().longpass(1100).shortpass(1680)
    own, whole = cell.performance(light), cell.performance(light, reference_irradiance="100 mW/cm^2")
    assert own.reference_irradiance == own.incident_irradiance == light.irradiance
    assert whole.reference_irradiance == pytest.approx(0.1)
    assert whole.efficiency * 0.1 == pytest.approx(own.efficiency * light.irradiance, rel=1e-12)
    assert "reference_irradiance [W/cm^2]: 0.1\n" in str(whole)


def test_a_converter_of_one_wavelength() -> None:
    """A line at the first peak of the dots counts as above their gap; the radiative limit is that of a step."""
    cell = sm.SolarCell("ITO 100nm / ZnO 100nm / PbS(peak=1550nm, halide) 400nm / PbS(3.0nm, EDT) 40nm / Au 100nm")
    found = cell.performance(sm.Light.monochromatic(1550, "17.3 mW/cm^2"))
    assert found.efficiency == pytest.approx(found.power_density / 0.0173)
    tree = found.losses["short_circuit_current_density"]
    assert tree.start == pytest.approx(0.0173 * 1550.0 / 1239.84198, rel=1e-6)
    assert tree.start_name == "photons above the gap"
    assert found.radiative_limit == "step at the optical gap"
    below = cell.performance(sm.Light.monochromatic(1600, "17.3 mW/cm^2"))
    assert below.losses["short_circuit_current_density"].start_name == "photons"


def test_lights_that_deliver_nothing(cell: sm.SolarCell) -> None:
    with pytest.raises(sm.InputError, match="has no photons"):
        cell.performance(LINE.longpass(1000))
    with pytest.raises(sm.InputError, match=r"1600 nm.* makes no pairs"):
        sm.SolarCell("ITO 100nm / active: ZnO 60nm / Au 80nm").performance(sm.Light.monochromatic(1600, 1e-3))
    with pytest.raises(sm.InputError, match="expected a Light"):
        cell.performance(1000)  # type: ignore[arg-type]
    turned = sm.SolarCell(CELL, anode="front")
    with pytest.raises(sm.DataError, match="so the cell delivers no power"):
        turned.performance(LINE)


def test_a_cell_behind_another() -> None:
    """Four terminals: the cell below has what the stack above lets through, and no more than with a sharp filter."""
    wavelength = np.arange(450.0, 1685.0, 5.0)
    top = sm.SolarCell("glass 1.1mm / ITO 100nm / Si 100um / ITO 100nm")
    light = SUN.longpass(450).shortpass(1680).filtered(top.absorptance(wavelength), name="silicon")
    below = sm.SolarCell("ITO 100nm / ZnO 60nm / PbS(peak=1250nm, TBAI) 300nm / PbS(3.0nm, EDT) 45nm / Au 80nm")
    found = below.performance(light, reference_irradiance="100 mW/cm^2")
    ideal = below.performance(SUN.longpass(1000).shortpass(1680), reference_irradiance="100 mW/cm^2")
    assert 0.0 < found.short_circuit_current_density < ideal.short_circuit_current_density
    assert found.light.endswith("behind silicon")
    with pytest.raises(sm.DataError, match="FTO: no optical constants are known"):
        sm.SolarCell("FTO 400nm / ZnO 40nm / PbS(3.4nm, TBAI) 250nm / Au 80nm").absorptance(wavelength)


# -- what is saved -------------------------------------------------------------------------------------------------


def test_pictures_and_files(found: sm.results.performance.Performance, tmp_path: Path) -> None:
    for suffix in ("png", "html", "json"):
        found.save(tmp_path / f"jv.{suffix}")
        found.losses.save(tmp_path / f"losses.{suffix}")
    content = json.loads((tmp_path / "jv.json").read_text("utf-8"))
    assert "efficiency" in str(content)
    frame = found.losses.to_dataframe()
    starts = frame[frame["kind"] == "start"].set_index("figure")["value"]
    results = frame[frame["kind"] == "result"].set_index("figure")["value"]
    for name in FIGURES:
        lost = frame[(frame["figure"] == name) & (frame["kind"] == "loss")]["value"].sum()
        assert starts[name] - lost == pytest.approx(results[name], rel=1e-7)
    assert next(iter(found.to_dataframe().columns)) == "voltage [V]"


def test_bars_meet(found: sm.results.performance.Performance) -> None:
    """Each bar begins where the one before ended, and what is small stands together in one."""
    from stackmodel.output.picture import Box

    for name in FIGURES:
        picture = found.losses.of(name).picture()
        bars = [each for each in picture.elements if isinstance(each, Box)]
        start, *losses, result = bars
        at = start.x1
        for bar in losses:
            ends = (bar.x0, bar.x1)
            assert any(end == pytest.approx(at, abs=1e-9) for end in ends)
            at = ends[0] if ends[1] == pytest.approx(at, abs=1e-9) else ends[1]
        assert at == pytest.approx(result.x1, abs=1e-6)
