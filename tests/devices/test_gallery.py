"""What the gallery shows of the solver: lights read from conditions, generation, figures, marks and refusals."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stackmodel as sm

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "devices").rglob("*.py"))
#: Files of the kinds whose solved curves are shown.
WITH_CURVES = [path for path in FILES if path.parent.name in ("photodiodes", "solar_cells")]


@pytest.fixture(scope="module")
def solved() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "solved.py"), run_name="read_by_a_test")


def read(stem: str) -> dict[str, Any]:
    return runpy.run_path(str(next(each for each in FILES if each.stem == stem)), run_name="read_by_a_test")


def test_lights_are_read_from_conditions(solved: dict[str, Any]) -> None:
    light_of = solved["light_of"]
    assert light_of("1550 nm, 17.3 mW/cm^2").line == pytest.approx((1550.0, 17.3e-3))
    assert light_of("940 nm, -3 V").line == pytest.approx((940.0, 1e-3))
    assert light_of("AM1.5G, certified").irradiance == pytest.approx(0.100037, rel=1e-5)
    assert light_of("AM1.5G above 1100 nm, referred to 100 mW/cm^2").wavelength[0] == 1100.0
    assert light_of("bias not in the abstract") is None


def test_biases_are_read_from_conditions(solved: dict[str, Any]) -> None:
    assert solved["number"]("V", "2100 nm, -2 V") == -2.0
    assert solved["number"]("V", "700 nm, 3 V") == 3.0
    assert solved["number"]("V", "wavelength not given") is None


def test_generation_adds_up_to_what_one_pass_absorbs(solved: dict[str, Any]) -> None:
    for illuminated in ("front", "back"):
        names = read("shin2024_inas")
        stack = names["device"].stack
        device = sm.Photodiode(stack, illuminated=illuminated)
        light = sm.Light.monochromatic(940, 1e-3)
        (rate,), words = solved["absorbed"](device, light)[0].values(), solved["absorbed"](device, light)[1]
        depth = np.linspace(0.0, stack["active"].thickness, 20001)
        photons = 1e-3 / (1239.841984 / 940 * 1.602176634e-19)
        expected = photons * -np.expm1(-1e4 * 290e-7)
        assert np.trapezoid(rate(depth), depth * 1e-7) == pytest.approx(expected)
        assert (rate(depth)[0] > rate(depth)[-1]) == (illuminated == "front")
        assert f"{expected:.3g} pairs" in words


def test_responsivity_is_the_change_of_current_over_the_irradiance(solved: dict[str, Any]) -> None:
    names = read("vafaie2021_pbs_zno")
    value, _, condition, _ = names["REPORTED"]["responsivity"]
    found, ratio = solved["figure"](names, "responsivity", value, condition)
    light = sm.Light.monochromatic(1550, 1e-3)
    lit = names["device"].jv([0.0], generation=solved["absorbed"](names["device"], light)[0])
    assert found == pytest.approx(abs(lit.current_density[0]) / 1e-3)
    assert ratio == pytest.approx(found / value)
    efficiency, _ = solved["figure"](names, "external_quantum_efficiency", 0.8, condition)
    assert efficiency == pytest.approx(found * 1239.841984 / 1550)


def test_a_change_within_the_error_of_the_mesh_is_no_responsivity(solved: dict[str, Any]) -> None:
    device = read("ackerman2018_hgte")["device"]
    with pytest.raises(sm.StackModelError, match="meshes"):
        solved["responsivity"](device, sm.Light.monochromatic(3700, 1e-6), -2.0, "active")


def test_figures_of_a_cell_close(solved: dict[str, Any]) -> None:
    reported = (names := read("zhu2020_pbse"))["REPORTED"]
    found = {name: solved["figure"](names, name, row[0], row[2])[0] for name, row in reported.items()}
    power = found["open_circuit_voltage"] * found["short_circuit_current_density"] * found["fill_factor"]
    assert power / sm.Light.am15g().irradiance == pytest.approx(found["efficiency"])


def test_what_the_solver_does_not_have_stays_empty(solved: dict[str, Any]) -> None:
    names = read("atan2023_pbs_nio")
    assert solved["figure"](names, "fall_time", 2e-7, "1370 nm") == ("", "")


def test_refused_curve_is_named_with_its_reason(solved: dict[str, Any], tmp_path: Path) -> None:
    names = read("shin2024_inas")
    names["device"] = names["device"].with_values({"active.band_gap": 1.3, "series_resistance": 10.0})  # no area
    words = solved["curves"](names, tmp_path / "x.svg")
    assert words
    assert all(": refused: " in each and "area" in each for each in words)


@pytest.mark.parametrize("path", WITH_CURVES, ids=[path.stem for path in WITH_CURVES])
def test_curves_of_every_device_are_solved(path: Path, solved: dict[str, Any], tmp_path: Path) -> None:
    words = solved["curves"](read(path.stem), tmp_path / "x.svg")
    assert (tmp_path / "x.svg").stat().st_size > 5000
    assert words
    assert all("pairs/(cm^2 s)" in each for each in words)
