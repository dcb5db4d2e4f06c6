"""Files that other programs open: spreadsheets run no cell of theirs, netCDF holds every name."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

import stackmodel as sm
from stackmodel.output.csv_text import csv_text

HERO = "ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm [name=日本é] / PbS(3.0nm, EDT) 45nm / Au 80nm"
RUNS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "＝1+1"]


@pytest.mark.parametrize("text", RUNS)
def test_text_that_would_run_has_an_apostrophe(text: str) -> None:
    head, row = list(csv.reader(csv_text(pd.DataFrame({text: [text]})).splitlines()))
    assert head == row == [f"'{text}"]


def test_numbers_and_dashes_stay() -> None:
    frame = pd.DataFrame({"a": [-1.5, 2.0], "b": ["-0.5", "+1e-3"], "c": ["-", "a=b"]})
    assert csv_text(frame) == "a,b,c\n-1.5,-0.5,-\n2.0,+1e-3,a=b\n"


def test_no_cell_of_an_answer_runs(tmp_path: Path) -> None:
    evil = sm.Material(
        name="ZnO2", role="ETL", electron_affinity=4.2, band_gap=3.3, note="x,=1+1", source="y,@SUM(1);-x"
    )
    device = sm.Photodiode(sm.Stack.parse(HERO)).with_layer("ETL", sm.Layer(evil, 60, name="+1+1"))
    answer = device.band_alignment()
    path = answer.save(tmp_path / "x.csv")
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    assert any("+1+1" in cell for row in rows for cell in row)
    for cell in (cell for row in rows for cell in row):
        text = cell.strip()
        assert not text.startswith(("=", "@", "+")), cell
        assert not text.startswith("-") or text[1:2].isdigit(), cell
    told = [line.partition(": ")[2] for line in path.read_text("utf-8").splitlines() if line.startswith("# parameter")]
    assert any("@SUM(1)" in row["source"] for row in map(json.loads, told))
    for each in (device.explain(), sm.compare(device, {"ETL.thickness": [40]}, ["built_in_potential"])):
        text = each.save(tmp_path / "y.csv").read_text("utf-8")
        assert not any(cell.startswith(("=", "@", "+")) for row in csv.reader(text.splitlines()) for cell in row)


def test_netcdf_holds_names_in_any_script(tmp_path: Path) -> None:
    answer = sm.Photodiode(HERO).band_alignment()
    with xr.open_dataset(answer.save(tmp_path / "x.nc"), engine="scipy") as read:
        assert "日本é" in read["layer"].values
    found = sm.sweep(sm.Photodiode(HERO), {"日本é.thickness": [200.0, 300.0]}, ["built_in_potential"])
    from stackmodel.output.writers import write_dataset

    write_dataset(found, tmp_path / "y.nc")
    with xr.open_dataset(tmp_path / "y.nc", engine="scipy") as read:
        name = "_u65e5_u672c_xe9.thickness"
        assert read[name].attrs["called"] == r"\u65e5\u672c\xe9.thickness"
        assert read[name].attrs["called"].encode().decode("unicode_escape") == "日本é.thickness"
        assert read[name].values.tolist() == [200.0, 300.0]
