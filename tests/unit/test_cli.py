"""The command line, called in this process: what it prints, writes and refuses."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import stackmodel as sm
from helpers import HERO
from stackmodel.cli import main

ROOT = Path(__file__).parents[2]
DEVICE = str(ROOT / "devices" / "photodiodes" / "vafaie2021_pbs_zno.py")
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = sorted({line.strip() for line in README.splitlines() if line.startswith("stackmodel ")})


class Run:
    """One call: exit code, lines of stdout and stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        try:
            self.code = main(arguments)
        except SystemExit as stop:  # argparse's own --help
            self.code = int(stop.code or 0)
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=lambda c: pytest.fail(f"{c} is not json"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *arguments: Run(capsys, *arguments)


def test_the_readme_has_commands() -> None:
    assert len(COMMANDS) >= 3


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_readme(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(ROOT)
    words = shlex.split(command)[1:]
    if "--out" in words:
        words[words.index("--out") + 1] = str(tmp_path)
        # pictures of every choice are tested below, once
        words = [re.sub(r"=20:100:5$", "=20:30:10", word) for word in words]
    done = run(*words)
    assert done.code == 0
    assert done.out.strip()
    if "--out" in words:
        assert (tmp_path / "report.html").stat().st_size > 1e6


def test_python_of_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert block
    exec(compile(block[1], "README.md", "exec"), {})
    assert {path.name for path in tmp_path.iterdir()} >= {"alignment.svg", "alignment.csv", "report.html"}


def test_help_and_version(run: Any) -> None:
    assert "examples:" in run().out
    for words in (["--help"], ["materials", "--help"], ["show", "--help"], ["compare", "--help"]):
        done = run(*words)
        assert done.code == 0
        assert "examples:" in done.out
        assert "stackmodel compare device.py" in done.out
    assert run("--version").out.strip() == f"stackmodel {sm.__version__}"


# -- materials -----------------------------------------------------------------------------------------------------


def test_materials(run: Any) -> None:
    done = run("materials")
    assert done.code == 0
    assert done.err == ""
    for name in ("ZnO", "PbS-EDT", "GaAs", "PbS(SIZE, LIGAND)"):
        assert name in done.out


def test_materials_of_a_role(run: Any) -> None:
    rows = run("materials", "--role", "ETL", "--json").json
    assert {row["name"] for row in rows} >= {"ZnO", "SnO2", "TiO2"}
    assert {row["role"] for row in rows} == {"ETL"}


@pytest.mark.parametrize("name", ["ZnO", "PbS(3.4nm, TBAI)", "zinc oxide", "PbS(bulk)", "Au"])
def test_one_material(run: Any, name: str) -> None:
    assert run("materials", name).code == 0
    rows = run("materials", name, "--json").json
    assert rows
    assert all(row["source"] for row in rows)


# -- show ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("device", [HERO, DEVICE])
def test_show(run: Any, device: str) -> None:
    done = run("show", device)
    assert done.code == 0
    assert done.err == ""
    for word in ("built_in_potential [V]", "limited_by", "verdict ITO|ZnO", "Assumptions", "ohmic_electrode"):
        assert word in done.out


def test_show_json(run: Any) -> None:
    content = run("show", HERO, "--json").json
    expected = sm.Photodiode(HERO).band_alignment().built_in_potential
    assert content["figures"]["built_in_potential [V]"] == pytest.approx(expected, rel=1e-12)
    assert content["levels"]["layer"][0] == "ITO"
    assert content["provenance"]["stack"].startswith("ITO 100nm")
    assert content["provenance"]["parameters"][0]["source"]


@pytest.mark.parametrize(
    ("assignments", "part"),
    [
        (["ETL.thickness=40nm"], "/ ZnO 40nm /"),
        (["ETL.thickness=40"], "/ ZnO 40nm /"),
        (["ETL.thickness = 0.04 um"], "/ ZnO 40nm /"),
        (["active.diameter=4"], "PbS(4nm, TBAI) 250nm"),
        (["PbS(3.4nm, TBAI).thickness=300"], "PbS(3.4nm, TBAI) 300nm"),
        (
            ["ETL|active.dipole=-0.2 eV", "HTL.thickness=30"],
            "/ [dipole=-0.2 eV] PbS(3.4nm, TBAI) 250nm / PbS(3nm, EDT) 30nm",
        ),
    ],
)
def test_set(run: Any, assignments: list[str], part: str) -> None:
    words = [word for assignment in assignments for word in ("--set", assignment)]
    assert part in run("show", HERO, *words, "--json").json["provenance"]["stack"]


def test_set_conditions(run: Any) -> None:
    figures = run("show", HERO, "--set", "temperature=350", "--set", "front.work_function=4.0", "--json").json[
        "figures"
    ]
    assert figures["temperature [K]"] == 350.0


def test_kind(run: Any) -> None:
    assert run("show", HERO, "--kind", "solar_cell").out.startswith("solar cell: ITO")
    assert run("show", HERO).out.startswith("photodiode: ITO")


def test_show_out(run: Any, tmp_path: Path) -> None:
    done = run("show", HERO, "--out", str(tmp_path / "new"))
    assert done.code == 0
    names = {path.name for path in (tmp_path / "new").iterdir()}
    pictures = {f"alignment.{suffix}" for suffix in ("svg", "pdf", "png", "html", "csv")}
    assert names == pictures | {"graph.svg", "parameters.csv"}
    assert all(path.stat().st_size > 500 for path in (tmp_path / "new").iterdir())
    assert done.err.count("wrote ") == 6


# -- compare -------------------------------------------------------------------------------------------------------


def column(run: Any, vary: str, name: str) -> list[Any]:
    done = run("compare", HERO, "--vary", vary, "--json")
    assert done.code == 0
    return [row[name] for row in done.json]


def test_vary_materials_with_commas_inside(run: Any) -> None:
    found = column(run, "HTL=PbS(3.0nm, EDT),NiO , MoO3", "HTL")
    assert sorted(found) == ["MoO3", "NiO", "PbS(3.0nm, EDT)"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("20:100:5", [20.0 + 5 * i for i in range(17)]),
        ("20:101:20", [20, 40, 60, 80, 100]),
        ("100:20:-40", [20, 60, 100]),
        ("30:30:5", [30]),
        ("20,50", [20, 50]),
        ("1:2:0.1", [1 + 0.1 * i for i in range(11)]),
    ],
)
def test_vary_steps_include_the_stop(run: Any, values: str, expected: list[float]) -> None:
    found = sorted(float(value) for value in column(run, f"ETL.thickness={values}", "ETL.thickness"))
    assert found == pytest.approx(expected, rel=1e-12)


def test_vary_values_with_units(run: Any) -> None:
    assert sorted(column(run, "ETL.thickness=20,40 nm,0.1um", "ETL.thickness")) == ["0.1um", "20.0", "40 nm"]


def test_vary_several(run: Any) -> None:
    rows = run("compare", HERO, "--vary", "ETL=ZnO,TiO2", "--vary", "active.diameter=3:4:0.5", "--json").json
    assert len(rows) == 6
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5, 6]


def test_metric(run: Any) -> None:
    done = run("compare", HERO, "--vary", "ETL=ZnO,TiO2", "--metric", "built_in_potential", "--json")
    values = [row["built_in_potential [V]"] for row in done.json]
    assert values == sorted(values, reverse=True)
    assert "extraction_barrier [eV]" not in done.json[0]


def test_compare_out(run: Any, tmp_path: Path) -> None:
    done = run("compare", DEVICE, "--vary", "ETL=ZnO,ZnOO", "--out", str(tmp_path))
    assert done.code == 0
    assert "ZnOO" in done.out
    names = {path.name for path in tmp_path.iterdir()}
    first = {"alignment_1.svg", "alignment_1.png", "alignment_1.csv"}
    assert names == {"report.html", "comparison.csv", "comparison.json"} | first


def test_what_is_saved_as_alignment_is_one(run: Any, tmp_path: Path) -> None:
    words = ("--vary", "ETL=ZnO,SnO2", "--metric", "estimate.depletion_width", "--out", str(tmp_path))
    run("compare", HERO, *words)
    assert (tmp_path / "alignment_1.csv").read_text("utf-8").startswith("# Band alignment before contact")


def test_a_comparison_is_one_line_in_a_session() -> None:
    diode = sm.Photodiode(HERO)
    found = sm.compare(diode, {"ETL": ["ZnO", "SnO2"]}, metrics=["built_in_potential"])
    assert repr(found).startswith("<Comparison ETL of ")
    assert repr(found).endswith(": 2 choices>")
    best = sm.optimise(diode, {"active.thickness": (200, 300)}, "estimate.depletion_width")
    assert repr(best) == f"<Optimum of estimate.depletion_width: {best.value:.6g} nm>"


def test_compare_json_of_failures_is_json(run: Any) -> None:
    rows = run("compare", HERO, "--vary", "ETL=ZnO,ZnOO", "--json").json
    assert rows[1]["built_in_potential [V]"] is None
    assert "ZnOO" in rows[1]["error"]


# -- what is refused -----------------------------------------------------------------------------------------------

BAD: list[list[str]] = [
    ["foo"],
    ["--foo"],
    ["materials", "zno"],
    ["materials", "PbS"],
    ["materials", ""],
    ["materials", "ZnO / Au"],
    ["materials", "--role", "etl"],
    ["materials", "ZnO", "Au"],
    ["show"],
    ["show", ""],
    ["show", "//"],
    ["show", "ZnOO"],
    ["show", "ITO / ZnO -60nm / Au"],
    ["show", "ITO / ZnO 2.5 / Au"],
    ["show", "ITO / ZnO NaN nm / Au"],
    ["show", "ITO / ZnO 60,5 nm / Au"],
    ["show", "ITO / ZnO 9**9**9 nm / Au"],
    ["show", "ITO / Au"],
    ["show", "ZnO 60nm"],
    ["show", "\x00\xff" * 100],
    ["show", "a" * 200_000],
    ["show", "missing.py"],
    ["show", "missing.toml"],
    ["show", HERO, "--kind", "led"],
    ["show", DEVICE, "--kind", "solar_cell"],
    ["show", HERO, "--foo"],
    ["show", HERO, "--set"],
    ["show", HERO, "--set", "ETL.thickness"],
    ["show", HERO, "--set", "ETL.thickness="],
    ["show", HERO, "--set", "=40"],
    ["show", HERO, "--set", "ETL.thicknes=40"],
    ["show", HERO, "--set", "etl.thickness=40"],
    ["show", HERO, "--set", "ETL.thickness=nan"],
    ["show", HERO, "--set", "ETL.thickness=-40nm"],
    ["show", HERO, "--set", "electrode.thickness=40"],
    ["show", HERO, "--set", "temprature=40"],
    ["show", HERO, "--set", "temperature=0"],
    ["compare", HERO],
    ["compare", HERO, "--vary", "ETL"],
    ["compare", HERO, "--vary", "ETL="],
    ["compare", HERO, "--vary", "ETL.thickness=20:100:0"],
    ["compare", HERO, "--vary", "ETL.thickness=100:20:5"],
    ["compare", HERO, "--vary", "ETL.thickness=20:x:5"],
    ["compare", HERO, "--vary", "ETL.thickness=1:1e400:1"],
    ["compare", HERO, "--vary", "ETL.thickness=1:2:1e-9"],
    ["compare", HERO, "--vary", "ETL.thickness=1:3000:1"],
    ["compare", HERO, "--vary", "ETL=ZnO", "--metric", "foo"],
]


@pytest.mark.parametrize("words", BAD, ids=[" ".join(words)[:60].encode("ascii", "replace").decode() for words in BAD])
def test_bad_input_is_one_line_and_code_2(run: Any, words: list[str]) -> None:
    done = run(*words)
    assert done.code == 2
    assert done.out == ""
    assert done.err.endswith("\n")
    assert done.err.count("\n") == 1
    assert done.err.startswith("stackmodel: ")
    assert len(done.err) < 1500  # the names of all metrics


FILES = {
    "syntax.py": "def f(:",
    "raises.py": 'raise ValueError("first\\nsecond")',
    "empty.py": "",
    "no_device.py": "device = 1",
    "bad_stack.py": 'import stackmodel as sm\ndevice = sm.Photodiode("ITO / ZnOO / Au")',
    "imports.py": "import no_such_module_of_ours",
    "null.py": "a\x00b",
}


@pytest.mark.parametrize("name", FILES)
def test_bad_files(run: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    done = run("show", str(tmp_path / name))
    assert done.code == 2
    assert done.err.count("\n") == 1


def test_a_folder_that_cannot_be_made(run: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = run("show", HERO, "--out", str(tmp_path / "file"))
    assert done.code == 2
    assert done.err.count("\n") == 1
