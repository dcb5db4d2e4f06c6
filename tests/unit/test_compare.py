"""Comparisons: every combination, ranked by the first metric, with reasons; what fails stands last."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import stackmodel as sm
from helpers import HERO

CHOICES = {"ETL": ["ZnO", "SnO2", "TiO2"], "HTL": ["PbS(3.0nm, EDT)", "NiO", "MoO3"]}


@pytest.fixture(scope="module")
def device() -> sm.Photodiode:
    return sm.Photodiode(HERO)


@pytest.fixture(scope="module")
def hero(device: sm.Photodiode) -> Any:
    return sm.compare(device, CHOICES)


def test_the_product_of_choices_is_ranked(hero: Any) -> None:
    table = hero.table
    assert len(table) == 9
    assert list(table["rank"]) == list(range(1, 10))
    assert {*zip(table["ETL"], table["HTL"], strict=True)} == {(e, h) for e in CHOICES["ETL"] for h in CHOICES["HTL"]}
    assert "error" not in table.columns
    assert (table["limited by"].str.len() > 10).all()


def test_rank_is_by_the_first_metric_then_the_next(hero: Any) -> None:
    table = hero.table
    keys = [
        (round(max(a, 0.078), 9), round(-b, 9), round(-c, 9))
        for a, b, c in zip(
            table["extraction_barrier [eV]"], table["blocking_barrier [eV]"], table["built_in_potential [V]"],
            strict=True,
        )
    ]  # fmt: skip
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("metric", "ascending"), [("built_in_potential", False), ("electron_extraction_barrier", True)]
)
def test_the_first_metric_ranks(device: sm.Photodiode, metric: str, ascending: bool) -> None:
    table = sm.compare(device, CHOICES, metrics=[metric]).table
    column = next(c for c in table.columns if c.startswith(metric))
    values = [max(v, 0.078) if ascending else v for v in table[column]]
    assert values == sorted(values, reverse=not ascending)


def test_best_is_the_device_that_ranks_first(hero: Any) -> None:
    best = hero.best
    assert isinstance(best, sm.Photodiode)
    first = hero.table.iloc[0]
    assert best.stack["ETL"].material.name == first["ETL"]
    assert best.band_alignment().built_in_potential == first["built_in_potential [V]"]


def test_the_reason_changes_when_the_barrier_is_removed() -> None:
    device = sm.Photodiode("ITO / ZnO 60nm / PbS(0.8eV, halide) 250nm / PbS(3.0nm, EDT) 45nm / Au")
    affinity = device.stack["active"].material.electron_affinity
    result = sm.compare(device, {"ETL.electron_affinity": [affinity - 0.4, affinity]}, ["extraction_barrier"])
    free, stopped = result.candidates
    assert stopped.limited_by == "extraction: 0.40 eV barrier for electrons at ZnO|PbS(0.8eV, halide)"
    assert not free.limited_by.startswith("extraction")
    assert free.figures["extraction_barrier [eV]"] == pytest.approx(0.0, abs=1e-9)


def test_the_reason_follows_to_the_next_barrier() -> None:
    """Remove the extraction barrier and the leak shows; stop the leak and the potential is what is left."""
    device = sm.Photodiode("ITO / ETL: NiO 60nm / PbS(3.4nm, TBAI) 250nm / Au", anode="back")
    assert device.band_alignment().limited_by.startswith("extraction: ")
    leaky = device.with_layer("ETL", "ZnO")
    assert leaky.band_alignment().limited_by == "leakage: no layer keeps electrons from Au"
    tight = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / HTL: NiO 45nm / Au")
    assert tight.band_alignment().limited_by.startswith("built-in potential: ")


def test_what_cannot_be_solved_ranks_last_with_its_error(device: sm.Photodiode) -> None:
    result = sm.compare(device, {"active": ["MoO3", "PbS(3.4nm, TBAI)", "ZnOO", "PbS(3.0nm, TBAI)"]})
    table = result.table
    assert [bool(error) for error in table["error"]] == [False, False, True, True]
    errors = dict(zip(table["active"], table["error"], strict=True))
    assert "no path for holes" in errors["MoO3"]
    assert 'Did you mean "ZnO"' in errors["ZnOO"]
    assert all("\n" not in error for error in table["error"])
    assert table["built_in_potential [V]"].notna().tolist() == [True, True, False, False]
    assert "no path for holes" in str(result)


def test_nothing_solved_has_no_best(device: sm.Photodiode) -> None:
    result = sm.compare(device, {"ETL": ["ZnOO"]})
    assert len(result.table) == 1
    with pytest.raises(sm.InputError, match=r"no choice could be answered; the first says: .*ZnOO"):
        result.best


@pytest.mark.parametrize(
    ("where", "options"),
    [
        ("ETL.thickness", [20, "40 nm", "0.1 um"]),
        ("active.diameter", [3.0, 3.4]),
        ("temperature", [300, "350 K"]),
        ("ETL|active.dipole", [0, 0.1, -0.1]),
        ("front.work_function", [4.0, "4.2 eV"]),
        ("ZnO", ["TiO2", sm.Layer("SnO2", 30)]),
        ("HTL", [sm.Material(name="mine", electron_affinity=3, band_gap=2.2, acceptor_density=1e17,
                             conduction_band_dos=1e19, valence_band_dos=1e19)]),
    ],
)  # fmt: skip
def test_what_may_be_varied(device: sm.Photodiode, where: str, options: list[Any]) -> None:
    result = sm.compare(device, {where: options})
    assert not any(each.error for each in result.candidates)
    assert len(result.table) == len(options)


def test_values_hold_for_the_new_layer(device: sm.Photodiode) -> None:
    result = sm.compare(device, {"ETL.thickness": [20], "ETL": ["TiO2 90nm"]})
    assert result.best.stack["ETL"].thickness == 20.0


def test_a_bare_material_keeps_thickness_and_role(hero: Any) -> None:
    for each in hero.candidates:
        layer = each.device.stack["HTL"]
        assert (layer.thickness, each.device.stack.roles[3]) == (45.0, "HTL")


def test_a_function_may_be_a_metric(device: sm.Photodiode) -> None:
    def thickness(d: sm.Photodiode) -> float:
        return d.stack["ETL"].thickness or 0.0

    table = sm.compare(device, {"ETL.thickness": [20, 60, 40]}, metrics=[thickness, "built_in_potential"]).table
    assert list(table["thickness"]) == [60.0, 40.0, 20.0]


@pytest.mark.parametrize("metrics", ["built_in_potental", ["built_in_potental"], ["built_in_potential", "blocking"]])
def test_a_misspelt_metric_has_the_nearest_name(device: sm.Photodiode, metrics: Any) -> None:
    with pytest.raises(sm.InputError, match=r'unknown metric "[^"]+"\. Did you mean "'):
        sm.compare(device, CHOICES, metrics=metrics)


@pytest.mark.parametrize(
    ("choices", "metrics", "says"),
    [
        ({}, None, "no choices"),
        ({"ETL": "ZnO"}, None, "expected a list"),
        ({"ETL": []}, None, "expected a list"),
        ({"ETL": ["ZnO"]}, [], "metrics is empty"),
        ({"ETL.thickness": list(range(1, 60)), "HTL.thickness": list(range(1, 60))}, None, "3481 combinations"),
    ],
)
def test_compare_refuses(device: sm.Photodiode, choices: Any, metrics: Any, says: str) -> None:
    with pytest.raises(sm.InputError, match=says):
        sm.compare(device, choices, metrics=metrics)


def test_report_stands_alone_with_plotly_once(hero: Any, tmp_path: Path) -> None:
    text = hero.save(tmp_path / "report.html").read_text("utf-8")
    assert len(re.findall(r"plotly\.js v\d", text)) == 1
    assert len(re.findall(r"Plotly\.newPlot\(\s*[\"']", text)) == 9
    assert not re.findall(r"<(?:script|img|iframe)[^>]*\ssrc=|<link[^>]*\shref=", text)
    for word in ("SnO2", "extraction_barrier [eV]", "Assumptions", "Parameters and sources", "10.1038/nmat3984"):
        assert word in text


def test_csv_and_json(hero: Any, tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.read_csv(hero.save(tmp_path / "deep" / "x.csv"), comment="#")
    assert list(frame.columns) == list(hero.table.columns)
    assert list(frame["ETL"]) == list(hero.table["ETL"])
    content = json.loads(hero.save(tmp_path / "x.json").read_text("utf-8"))
    assert [row["rank"] for row in content["table"]] == list(range(1, 10))
    assert len(content["provenance"]) == 9
    assert content["provenance"][0]["stack"].startswith("ITO 100nm")


def test_files_of_a_comparison_with_errors(device: sm.Photodiode, tmp_path: Path) -> None:
    result = sm.compare(device, {"ETL": ["ZnOO", "ZnO"]})
    assert "ZnOO" in result.save(tmp_path / "x.html").read_text("utf-8")
    assert json.loads(result.save(tmp_path / "x.json").read_text("utf-8"))["provenance"][1] is None
    failed = sm.compare(device, {"ETL": ["ZnOO"]})
    assert "ZnOO" in failed.save(tmp_path / "y.html").read_text("utf-8")


def test_unknown_suffix(hero: Any, tmp_path: Path) -> None:
    with pytest.raises(sm.InputError, match=r"no writer for \"\.pdf\"; expected \.html"):
        hero.save(tmp_path / "x.pdf")
