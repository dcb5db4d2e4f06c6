"""Answers on the command line: estimate, dark, jv, limit, sweep, bands and warmup, called in this process."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import stackmodel as sm
from helpers import HERO
from stackmodel.cli import main

ROOT = Path(__file__).parents[2]
CELL = str(ROOT / "devices" / "solar_cells" / "chuang2014_pbs_tbai_edt.py")
NARROW = "ITO / ZnO 60nm / PbS(0.95eV, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au"
VOLTAGES = "--voltages=-0.5:0.5:0.25"


class Run:
    """One call: exit code, stdout and stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.code = main(arguments)
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out, parse_constant=lambda c: pytest.fail(f"{c} is not json"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *arguments: Run(capsys, *arguments)


ANSWERS: dict[str, tuple[str, ...]] = {
    "estimate": ("estimate", HERO, "--voltage=-0.5"),
    "bands": ("bands", HERO),
    "dark": ("dark", HERO, "--voltage=-0.5"),
    "jv": ("jv", HERO, VOLTAGES),
    "limit": ("limit", CELL),
    "response": ("response", HERO, "--wavelengths=500:900:200", "--voltage=-0.5"),
    "performance": ("performance", CELL, "--light", "am15g,longpass:450nm"),
}


# -- what is printed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("estimate", ["built_in_potential [V]: ", "depletion_width [nm]: ", "dark_current [A/cm^2]: ", "limited_by: "]),
        ("bands", ["built_in_potential [V]: ", "depletion_width [nm]: ", "peak_field [V/cm]: "]),
        ("dark", ["total [A/cm^2]: ", "limited_by: SRH in PbS(3.4nm, TBAI)", "activation_energy [eV]: "]),
        ("jv", ["V (V)", "J (A/cm^2)", "0.0000   0.000000e+00", "illumination: dark"]),
        ("response", ["largest EQE: ", "limited by: ", "most lost", "   500.0 ", "   900.0 "]),
        ("limit", ["band_gap [eV]: 1.33", "efficiency: 0.33", "open_circuit_voltage [V]: ", "light: AM1.5G"]),
        ("performance", ["efficiency: 0.0", "light: AM1.5G, above 450 nm", "reflected", "open_circuit_voltage: "]),
    ],
)
def test_printed(name: str, parts: list[str], run: Any) -> None:
    done = run(*ANSWERS[name])
    assert done.code == 0
    kind = "solar cell" if name in ("limit", "performance") else "photodiode"
    assert done.out.startswith(f"{kind}: ")  # which device answered stands first
    for part in parts:
        assert part in done.out
    assert all(line.startswith("compiling") for line in done.err.splitlines())


@pytest.mark.parametrize("name", ANSWERS)
def test_json(name: str, run: Any) -> None:
    content = run(*ANSWERS[name], "--json").json
    assert content.keys() == {"figures", "columns", "provenance"}
    assert content["figures"]
    assert content["provenance"]["stackmodel"] == sm.__version__
    assert content["provenance"]["parameters"]
    assert "assumptions" in content["provenance"]
    lengths = {len(values) for values in content["columns"].values()}
    assert len(lengths) == 1


def test_figures_are_those_of_python(run: Any) -> None:
    device = sm.Photodiode(HERO)
    estimate = run(*ANSWERS["estimate"], "--json").json["figures"]
    assert estimate["dark_current [A/cm^2]"] == device.estimate(-0.5).dark_current
    dark = run(*ANSWERS["dark"], "--json").json["figures"]
    assert dark["total [A/cm^2]"] == device.dark_current(-0.5).total
    assert dark["activation_energy [eV]"] == device.dark_current(-0.5).activation_energy
    bands = run(*ANSWERS["bands"], "--json").json["figures"]
    assert bands["depletion_width [nm]"] == device.equilibrium().depletion_width
    curve = run(*ANSWERS["jv"], "--json").json["columns"]
    assert curve["voltage [V]"] == [-0.5, -0.25, 0.0, 0.25, 0.5]
    expected = device.jv([-0.5, -0.25, 0.0, 0.25, 0.5]).current_density
    assert curve["current_density [A/cm^2]"] == list(expected)
    response = run(*ANSWERS["response"], "--json").json["columns"]
    assert response["wavelength [nm]"] == [500.0, 700.0, 900.0]
    assert response["EQE"] == list(sm.Photodiode(HERO).spectral_response([500, 700, 900], -0.5).eqe)
    limit = run(*ANSWERS["limit"], "--json").json["figures"]
    assert limit["efficiency"] == sm.load(CELL).limit().efficiency
    own = run("limit", HERO, "--kind", "solar_cell", "--absorptance", "computed", "--json").json["figures"]
    assert own["efficiency"] == sm.SolarCell(HERO).limit(absorptance="computed").efficiency


@pytest.mark.parametrize("suffix", [".toml", ".json", ".py"])
def test_devices_from_files(suffix: str, run: Any, tmp_path: Path) -> None:
    path = tmp_path / f"device{suffix}"
    if suffix == ".py":
        path.write_text(f"import stackmodel as sm\ndevice = sm.Photodiode({HERO!r})\n", "utf-8")
    else:
        sm.Photodiode(HERO).save(path)
    assert run("estimate", str(path), "--voltage=-0.5").out == run(*ANSWERS["estimate"]).out


@pytest.mark.parametrize(
    "words", [["--voltage=-0.5"], ["--voltage", "-0.5"], ["--voltage=-500mV"], ["--voltage=-0.5 V"]]
)
def test_voltages(words: list[str], run: Any) -> None:
    assert run("estimate", HERO, *words).out == run(*ANSWERS["estimate"]).out


def test_a_negative_voltage_with_unit_after_a_space(run: Any) -> None:
    """argparse takes -500mV for an option, though --voltage -0.5 is read."""
    assert run("estimate", HERO, "--voltage", "-500mV").code == 0


def test_set(run: Any) -> None:
    cold = run(*ANSWERS["dark"], "--set", "temperature=250", "--json").json["figures"]
    assert cold["temperature [K]"] == 250.0
    assert cold["total [A/cm^2]"] < run(*ANSWERS["dark"], "--json").json["figures"]["total [A/cm^2]"]


def test_dark_at_zero_volts_is_zero(run: Any) -> None:
    figures = run("dark", HERO, "--voltage=0", "--json").json["figures"]
    assert figures["total [A/cm^2]"] == 0.0


def test_generation(run: Any) -> None:
    for rate in ("5e21", "5e21 cm^-3 s^-1", "5e27 m^-3 s^-1"):
        figures = run("jv", HERO, "--voltages=0:0.5:0.25", "--generation", rate, "--json").json["figures"]
        (current,) = [v for k, v in figures.items() if k.startswith("short_circuit_current_density")]
        expected = sm.Photodiode(HERO).jv([0, 0.25, 0.5], generation=5e21).figures.short_circuit_current_density
        assert current == pytest.approx(expected, rel=1e-9)


def test_limit_behind_silicon(run: Any) -> None:
    words = ("limit", NARROW, "--kind", "solar_cell", "--longpass")
    own = run(*words, "1100", "--json").json["figures"]
    total = run(*words, "1.1um", "--reference-irradiance", "100 mW/cm^2", "--json").json["figures"]
    assert own["reference_irradiance [W/cm^2]"] == own["incident_irradiance [W/cm^2]"]
    assert total["reference_irradiance [W/cm^2]"] == 0.1
    ratio = own["incident_irradiance [W/cm^2]"] / 0.1
    assert total["efficiency"] == pytest.approx(own["efficiency"] * ratio, rel=1e-9)
    assert total["light"] == "AM1.5G, above 1100 nm"


def test_limit_with_more_pairs(run: Any) -> None:
    words = ("limit", NARROW, "--kind", "solar_cell", "--json")
    one, two = (run(*words, "--pairs", n).json["figures"] for n in ("1", "2"))
    assert two["pairs_per_photon"] == 2
    assert two["efficiency"] > one["efficiency"]


def test_reference_of_the_bands(run: Any) -> None:
    fermi, vacuum = (run("bands", HERO, "--reference", r).code for r in ("fermi", "vacuum"))
    assert fermi == vacuum == 0


def test_warmup(run: Any) -> None:
    done = run("warmup")
    assert done.code == 0
    assert done.out == ""
    assert done.err.splitlines()[-1].startswith("compiled in ")


# -- sweep ---------------------------------------------------------------------------------------------------------


def test_sweep(run: Any) -> None:
    words = ("sweep", HERO, "--vary", "temperature=280:300:10", "--metric", "estimate.dark_current@-0.5V")
    done = run(*words)
    assert done.code == 0
    assert done.out.split("\n")[0].split() == ["temperature", "estimate.dark_current@-0.5V", "error"]
    assert [row.split()[0] for row in done.out.splitlines()[1:]] == ["280", "290", "300"]
    rows = run(*words, "--json").json
    assert [row["temperature"] for row in rows] == [280.0, 290.0, 300.0]
    for row in rows:
        device = sm.Photodiode(HERO, temperature=row["temperature"])
        assert row["estimate.dark_current@-0.5V"] == device.estimate(-0.5).dark_current


def test_sweep_over_two_axes_and_metrics(run: Any) -> None:
    rows = run(
        "sweep", HERO, "--vary", "ETL=ZnO,SnO2", "--vary", "ETL.thickness=20:60:20", "--json",
        "--metric", "built_in_potential", "--metric", "dark_current@-0.5V",
    ).json  # fmt: skip
    assert len(rows) == 6
    assert {row["ETL"] for row in rows} == {"ZnO", "SnO2"}
    assert all(row["error"] == "" and row["dark_current@-0.5V"] > 0 for row in rows)


def test_sweep_says_why_a_figure_is_missing(run: Any) -> None:
    rows = run("sweep", HERO, "--vary", "ETL=ZnO,zork", "--metric", "built_in_potential", "--json").json
    assert rows[0]["error"] == ""
    assert rows[1]["built_in_potential"] is None
    assert 'Did you mean "ZnO"' in rows[1]["error"]


def test_sweep_written(run: Any, tmp_path: Path) -> None:
    words = ("--vary", "ETL.thickness=20:60:20", "--metric", "estimate.dark_current@-0.5V")
    done = run("sweep", HERO, *words, "--out", str(tmp_path / "new" / "folder"))
    assert done.code == 0
    folder = tmp_path / "new" / "folder"
    assert {path.name for path in folder.iterdir()} == {"sweep.nc", "sweep.csv"}
    with (folder / "sweep.csv").open(encoding="utf-8") as file:
        assert [float(row["ETL.thickness"]) for row in csv.DictReader(file)] == [20.0, 40.0, 60.0]
    with xr.open_dataset(folder / "sweep.nc", engine="scipy") as found:
        assert found["estimate.dark_current@-0.5V"].attrs["units"] == "A/cm^2"
    assert done.err.splitlines() == [f"wrote {folder / name}" for name in ("sweep.nc", "sweep.csv")]


# -- --out ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["estimate", "bands", "dark", "jv"])
def test_written(name: str, run: Any, tmp_path: Path) -> None:
    done = run(*ANSWERS[name], "--out", str(tmp_path / "out"))
    assert done.code == 0
    said = {Path(line.removeprefix("wrote ")).name for line in done.err.splitlines() if line.startswith("wrote ")}
    there = {path.name for path in (tmp_path / "out").iterdir()}
    assert said == {f"{name}.{suffix}" for suffix in ("svg", "pdf", "png", "html", "json", "nc")}
    assert said <= there
    starts = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG", "html": b"<"}
    for suffix, start in starts.items():
        content = (tmp_path / "out" / f"{name}.{suffix}").read_bytes()
        assert content.startswith(start)
        assert len(content) > 1000
    text = (tmp_path / "out" / f"{name}.json").read_text("utf-8")
    json.loads(text, parse_constant=lambda c: pytest.fail(f"{c} is not json"))
    with xr.open_dataset(tmp_path / "out" / f"{name}.nc", engine="scipy") as found:
        assert found.data_vars


def test_limit_written(run: Any, tmp_path: Path) -> None:
    assert run(*ANSWERS["limit"], "--out", str(tmp_path)).code == 0
    assert {f"limit.{s}" for s in ("svg", "pdf", "png", "html", "json", "nc")} <= {p.name for p in tmp_path.iterdir()}


@pytest.mark.parametrize("name", ANSWERS)
def test_json_with_out_prints_json_alone(name: str, run: Any, tmp_path: Path) -> None:
    if name in ("estimate", "limit"):
        assert run(*ANSWERS[name], "--json", "--out", str(tmp_path)).json["figures"]


# -- refused: exit 2 and one line ----------------------------------------------------------------------------------


BAD: list[tuple[tuple[str, ...], str]] = [
    (("estimate",), "device"),
    (("estimate", "nothing.py"), "there is no file nothing.py"),
    (("estimate", "nothing.toml"), "there is no file nothing.toml"),
    (("estimate", "ITO / ZnOO 60nm / Au"), 'Did you mean "ZnO"'),
    (("estimate", HERO, "--voltage=x"), "voltage"),
    (("estimate", HERO, "--voltage=5nm"), "voltage"),
    (("estimate", HERO, "--voltage=nan"), "voltage"),
    (("estimate", HERO, "--voltage=-1e9"), "expected -1000 to 1000 V"),
    (("estimate", HERO, "--set", "temperature=hot"), "temperature"),
    (("estimate", HERO, "--set", "temperature"), "ADDRESS=VALUE"),
    (("estimate", HERO, "--set", "ETL.thicknes=3"), 'Did you mean "thickness"'),
    (("estimate", HERO, "--set", "temperature=3", "--set", "temperature=4"), "twice"),
    (("estimate", CELL, "--kind", "photodiode"), "--kind"),
    (("estimate", HERO, "--kind", "laser"), "laser"),
    (("estimate", HERO, "--add", "none.toml"), "none.toml"),
    (("estimate", HERO, "--colour", "red"), "--colour"),
    (("dark", HERO, "--kind=qled"), "expected a detector or a solar cell"),
    (("dark", HERO, "--voltage=x"), "voltage"),
    (("jv", HERO, "--voltages=1:0:0.1"), "no steps"),
    (("jv", HERO, "--voltages=0:1:0"), "no steps"),
    (("jv", HERO, "--voltages=a:b:c"), '"a"'),
    (("jv", HERO, "--voltages=0:nan:1"), "nan"),
    (("jv", HERO, "--voltages=0:1:1e-9"), "steps"),
    (("jv", HERO, "--voltages=0:0.5:0.25", "--generation=x"), "generation"),
    (("jv", HERO, "--voltages=0:0.5:0.25", "--generation=-1e20"), "generation"),
    (("limit", HERO), "SolarCell"),
    (("limit", CELL, "--longpass", "1100"), "no photon above 1.33 eV"),
    (("limit", CELL, "--longpass", "x"), "wavelength"),
    (("limit", CELL, "--pairs", "0"), "pairs_per_photon"),
    (("limit", CELL, "--pairs", "x"), "--pairs"),
    (("limit", CELL, "--reference-irradiance=-3"), "irradiance"),
    (("sweep", HERO, "--metric", "built_in_potential"), "--vary"),
    (("sweep", HERO, "--vary", "temperature=300"), "--metric"),
    (("sweep", HERO, "--vary", "temperature=300", "--metric", "peak_feild"), 'Did you mean "peak_field"'),
    (("sweep", HERO, "--vary", "temperature=300", "--metric", "dark_current"), "needs a voltage"),
    (("sweep", HERO, "--vary", "temp=300", "--metric", "built_in_potential"), '"temp"'),
    (("sweep", HERO, "--vary", "temperature=hot", "--metric", "built_in_potential"), "temperature"),
    (("sweep", HERO, "--vary", "temperature=300:250:10", "--metric", "built_in_potential"), "no steps"),
    (("bands", HERO, "--reference", "x"), "--reference"),
    (("bands", "ITO / ETL: ZnO / PbS(3.4nm, TBAI) 250nm / Au"), "thickness"),
    (("warmup", "now"), "now"),
    (("estimat", HERO), "estimat"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "part"), BAD, ids=[" ".join(w).replace(HERO, "HERO")[:60] for w, _ in BAD])
def test_refused_in_one_line(words: tuple[str, ...], part: str, run: Any, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert done.code == 2
    assert done.out == ""
    (line,) = [each for each in done.err.splitlines() if not each.startswith("compiling the kernels")]
    assert line.startswith("stackmodel: ")
    assert part in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("voltages", ["0:1", "0:1:0.1:3", ""])
def test_voltages_that_are_no_range(voltages: str, run: Any) -> None:
    done = run("jv", HERO, f"--voltages={voltages}")
    assert done.code == 2
    assert "start:stop:step" in done.err


@pytest.mark.parametrize("voltages", ["-100mV:100mV:50mV", "0,0.1,0.2", "-0.5"])
def test_voltages_as_anywhere_else(voltages: str, run: Any) -> None:
    """As --vary takes lists and single values, and --voltage units."""
    assert run("jv", HERO, f"--voltages={voltages}").code == 0


def test_a_folder_that_cannot_be_made(run: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = run("estimate", HERO, "--out", str(tmp_path / "file"))
    assert done.code == 2
    assert done.err.startswith("stackmodel: ")
    assert done.err.count("\n") == 1
    assert str(tmp_path / "file") in done.err


def test_a_point_that_does_not_converge_is_never_a_number(run: Any) -> None:
    figures = run("jv", HERO, VOLTAGES, "--json").json
    assert np.isfinite(figures["columns"]["current_density [A/cm^2]"]).all()
    assert figures["figures"]["conservation"] <= 1e-9


def test_curves_under_light(run: Any, tmp_path: Path) -> None:
    lit = run("jv", CELL, "--voltages=0,0.2", "--light", "940nm:1mW/cm2", "--json").json
    curve = sm.load(CELL).jv([0.0, 0.2], light=sm.Light.monochromatic(940, 1e-3))
    assert lit["columns"]["current_density [A/cm^2]"] == list(curve.current_density)
    assert run("performance", CELL, "--light", "940nm:1mW/cm2", "--out", str(tmp_path)).code == 0
    assert {"performance.svg", "performance.json", "losses.png"} <= {path.name for path in tmp_path.iterdir()}
    whole = run("performance", CELL, "--light", "940nm:1mW/cm2", "--reference-irradiance", "100 mW/cm^2", "--json").json
    assert whole["figures"]["reference_irradiance [W/cm^2]"] == pytest.approx(0.1)


def test_one_spelling_of_light(run: Any) -> None:
    by_option = run("limit", CELL, "--longpass", "800", "--json").json["figures"]
    by_light = run("limit", CELL, "--light", "am15g,longpass:800nm", "--json").json["figures"]
    assert by_light == by_option
    line = run("limit", CELL, "--light", "800nm:1mW/cm2", "--json").json["figures"]
    assert line["efficiency"] == sm.load(CELL).limit(sm.Light.monochromatic(800, 1e-3)).efficiency


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("performance", CELL, "--light", "am15"), '--light: light: unknown source "am15"'),
        (("performance", HERO), "a photodiode delivers no power"),
        (("jv", CELL, "--light", "am15g", "--generation", "1e20"), "light and generation are both given"),
    ],
)
def test_lights_that_cannot_be_asked(words: tuple[str, ...], says: str, run: Any) -> None:
    done = run(*words)
    assert done.code == 2
    assert says in done.err
