"""Every file in devices/ is a published device that loads, says where it comes from, and runs."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

import stackmodel as sm
from stackmodel.materials.library import known_names
from stackmodel.solvers import drift_diffusion as solver

FOLDER = Path(__file__).parents[2] / "devices"
FILES = sorted(FOLDER.rglob("*.py"))
KINDS = {
    "photodiodes": sm.Photodiode,
    "solar_cells": sm.SolarCell,
    "photoconductors": sm.Photoconductor,
    "phototransistors": sm.Phototransistor,
    "qleds": sm.QLED,
}
TRANSISTORS = [path for path in FILES if path.parent.name == "phototransistors"]
SOLVABLE = [path for path in FILES if path not in TRANSISTORS]
TRANSISTORS = [path for path in FILES if path.parent.name == "phototransistors"]
SOLVABLE = [path for path in FILES if path not in TRANSISTORS]
WITH_A_JUNCTION = ("photodiodes", "solar_cells")


def names_of(path: Path) -> dict[str, Any]:
    return runpy.run_path(str(path), run_name="read_by_a_test")


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_there_are_devices() -> None:
    assert len(FILES) >= 2


def test_loads_as_the_kind_of_its_folder(path: Path) -> None:
    device = sm.load(path)
    assert isinstance(device, KINDS[path.parent.name]) if path.parent.name in KINDS else device is not None
    assert sm.load(str(path)).stack.notation == device.stack.notation


def test_says_where_it_comes_from(path: Path) -> None:
    names = names_of(path)
    assert re.search(r"\((19|20)\d\d\).*(doi:10\.\d{4,}/\S+|DOI not checked)", names["CITATION"])
    assert names["__doc__"].strip()


def test_reported_figures_have_value_unit_condition_and_place(path: Path) -> None:
    reported = names_of(path)["REPORTED"]
    assert reported
    for name, (value, unit, condition, where) in reported.items():
        assert re.fullmatch(r"[a-z_]+", name)
        assert isinstance(value, float)
        assert isinstance(unit, str)
        assert isinstance(condition, str)
        assert where


def test_says_what_is_assumed(path: Path) -> None:
    assumed = names_of(path)["ASSUMED"]
    assert isinstance(assumed, tuple)
    assert all(isinstance(each, str) and each for each in assumed)


def test_notation_round_trips(path: Path, tmp_path: Path) -> None:
    device = sm.load(path)
    stack = device.stack
    plain = [layer.material for layer in stack if not isinstance(layer.material, sm.QuantumDotFilm)]
    if all(material.name in known_names() for material in plain):
        again = sm.Stack.parse(stack.notation)
    else:  # materials of its own are written by name only: those devices go through a file
        again = sm.load(device.save(tmp_path / "device.toml")).stack
        assert again == stack
    assert again.notation == stack.notation
    assert again.names == stack.names
    assert again.roles == stack.roles
    assert [layer.thickness for layer in again] == [layer.thickness for layer in stack]


def test_band_alignment(path: Path) -> None:
    device = sm.load(path)
    alignment = device.band_alignment()
    found = alignment.built_in_potential
    assert abs(found) < 2.0
    # The side that a paper counts voltage from may be any.
    assert found > 0.0 or path.parent.name not in WITH_A_JUNCTION or device.anode
    assert alignment.limited_by
    assert len(alignment.provenance.parameters) > 10
    assert sum(alignment.by_interface.values()) == pytest.approx(alignment.built_in_potential, abs=1e-12)


def test_runs_as_a_script(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path(str(path), run_name="__main__")
    assert names["CITATION"] in capsys.readouterr().out
    assert list(tmp_path.rglob("*.svg"))


@pytest.mark.parametrize("transistor", TRANSISTORS, ids=[path.stem for path in TRANSISTORS])
def test_current_of_a_transistor_is_refused(transistor: Path) -> None:
    """No solver has its two dimensions, and it says so."""
    with pytest.raises(sm.UnsupportedError):
        sm.load(transistor).jv([0.3])


@pytest.mark.parametrize("solvable", SOLVABLE, ids=[path.stem for path in SOLVABLE])
def test_solved_current_is_within_half_a_per_cent(solvable: Path) -> None:
    """On the default mesh against one four times finer, in reverse and forward."""
    device = sm.load(solvable)
    task = solver.problem(device.setup)
    points = solver.solve(task, [-0.5, 0.3])
    finer = points[0].grid.mesh.refined().refined()
    fine = solver._curve(task, finer, [-0.5, 0.3], {point.voltage: point for point in points})
    for point in points:
        there = solver.current_density(task, fine[point.voltage])
        assert solver.current_density(task, point) == pytest.approx(there, rel=5e-3)
