"""Curves under light: its generation is that of the transfer matrices, on every mesh."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

import stackmodel as sm
from helpers import CELL
from stackmodel.experiments.illumination import illumination
from stackmodel.solvers.drift_diffusion import problem
from stackmodel.structure.mesh import first_mesh

Q = 1.602176634e-19
LINE = sm.Light.monochromatic(940, "1 mW/cm^2")


@pytest.fixture(scope="module")
def cell() -> sm.SolarCell:
    return sm.SolarCell(CELL, area="0.04 cm^2")


@pytest.mark.parametrize("light", [LINE, sm.Light.am15g(), sm.Light.led(850, 40, 1e-3)])
@pytest.mark.parametrize("side", ["front", "back"])
def test_a_mesh_takes_all_that_the_layers_make(cell: sm.SolarCell, light: sm.Light, side: str) -> None:
    found = illumination(attrs.evolve(cell.setup, illuminated=side), light)
    task = problem(cell.setup, found.layers)
    lit = sm.SolarCell(CELL, illuminated=side).generation(light)
    for mesh in (first_mesh(task.profile.thickness.tolist()), first_mesh(task.profile.thickness.tolist()).refined()):
        made = (task.generation(mesh).mean(axis=0) * mesh.width).sum()
        assert Q * made == pytest.approx(lit.current_density, rel=1e-9)


@pytest.mark.parametrize("light", [LINE, sm.Light.am15g()])
def test_depths_are_those_of_exact_cells(cell: sm.SolarCell, light: sm.Light) -> None:
    """What is told apart at 241 depths and every 6 nm of a spectrum is that of all wavelengths, cell by cell."""
    made = illumination(cell.setup, light).layers[1]
    depth, rate = cell.generation(light).profile("active")
    edges = np.linspace(0.0, 250e-7, 101)
    inside = (depth > 0) & (depth < 250)
    assert made.between(edges) / np.diff(edges) == pytest.approx(rate[inside], rel=2e-3, abs=1e-3 * rate.max())


@pytest.mark.parametrize("light", [LINE, sm.Light.am15g()])
def test_a_point_counts_what_light_makes(cell: sm.SolarCell, light: sm.Light) -> None:
    """The share of the light in the current is what the optics say, whatever mesh the solver chose."""
    point = cell.jv([-0.5], light=light).points[0]
    assert -point.by_mechanism["generation by light"] == pytest.approx(cell.generation(light).current_density, rel=1e-9)
    assert sum(point.by_mechanism.values()) == pytest.approx(point.current_density, rel=1e-8)


def test_efficiency_is_over_the_light_that_comes_in(cell: sm.SolarCell) -> None:
    found = cell.jv(np.linspace(0.0, 0.7, 29), light=sm.Light.am15g()).figures
    assert found.efficiency == pytest.approx(found.power_density / sm.Light.am15g().irradiance)
    assert 0.0 < found.efficiency < 0.2


def test_what_was_assumed_of_the_light_is_in_the_record(cell: sm.SolarCell) -> None:
    record = cell.jv([0.0], light=sm.Light.am15g()).provenance
    assert {"pairs_above_gap", "light_left_out"} <= {row["rule"] for row in record.assumptions}
    rows = [row for row in record.parameters if row["parameter"] == "optical_constants"]
    assert [row["layer"] for row in rows] == list(cell.stack.names)


def test_light_and_generation_are_not_both_taken(cell: sm.SolarCell) -> None:
    with pytest.raises(sm.InputError, match="light and generation are both given"):
        cell.jv([0.0], light=LINE, generation=1e20)


def test_a_line_at_which_an_index_is_not_known_is_refused(cell: sm.SolarCell) -> None:
    with pytest.raises(sm.DataError, match="k is never extrapolated"):
        cell.jv([0.0], light=sm.Light.monochromatic(350, 1e-3))


@pytest.mark.parametrize(
    "light", [sm.Light.monochromatic(5000, 1e-3), sm.Light.am15g().longpass(2000), sm.Light.led(5000, 100, 1e-3)]
)
def test_light_of_which_nothing_is_known_is_refused(cell: sm.SolarCell, light: sm.Light) -> None:
    for ask in (lambda: cell.jv([0.0], light=light), lambda: cell.generation(light)):
        with pytest.raises(sm.DataError, match="k is never extrapolated"):
            ask()


def test_light_of_too_little_energy_makes_nothing(cell: sm.SolarCell) -> None:
    assert cell.jv([0.0], light=sm.Light.monochromatic(1650, 1e-3)).current_density[0] == 0.0


def test_a_lateral_film_takes_the_mean_of_its_depth() -> None:
    film = "glass 1mm / channel: PbS(3.4nm, EDT) 300nm [source=Au, drain=Au, length=5um, width=1mm]"
    device = sm.Photoconductor(film)
    made = device.generation(LINE).current_density / Q / 300e-7
    by_light, by_rate = (device.jv([0.1, 1.0], **how) for how in ({"light": LINE}, {"generation": made}))
    assert by_light.current_density == pytest.approx(by_rate.current_density, rel=1e-6)


def test_band_diagrams_are_lit_too(cell: sm.SolarCell) -> None:
    point = cell.band_diagram(0.0, light=LINE)
    assert point.generation_rate.max() > 0.0
    assert point.current_density == pytest.approx(cell.jv([0.0], light=LINE).current_density[0], rel=1e-9)
