"""Whatever stands in a file, a text or on the command line: an answer, or an error of ours in one line.

Good inputs are damaged at random, by seeds, so that each run asks the same. A few of each in every run, 10,000 of each
by hand::

    python -m pytest -m long tests/properties/test_damaged_inputs.py
"""

from __future__ import annotations

import math
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import stackmodel as sm
from helpers import HERO
from stackmodel.cli import main
from stackmodel.light.notation import light_from_text
from stackmodel.materials import entries
from stackmodel.quantities import all_checked
from stackmodel.units import to_unit

FEW, MANY = 25, 10_000

YAML = """REFERENCES: "a <sub>b</sub>"
COMMENTS: none
DATA:
  - type: formula 2
    wavelength_range: 0.3 2.5
    coefficients: 0 1.03961212 0.00600069867 0.231792344 0.0200179144 1.01046945 103.560653
  - type: tabulated k
    data: |
        0.3 0
        2.5 1e-5
"""
YAML_NK = "REFERENCES: me\nDATA:\n  - type: tabulated nk\n    data: |\n      0.4 2.0 0.1\n      0.8 1.8 0.0\n"
NK = "# lab\nwavelength [um], n, k\n0.4, 2.0, 0.1\n0.8, 1.8, 0.0\n1.2, 1.7, 0.0\n"
NK_COMMAS = "Sample;ZnO\nPhoton energy (eV);n;k\n1,5;2,0;0,1\n2,5;2,1;0,2\n3,5;2,2;0,3\n"
NK_TWICE = "wl,n\n0.4,2.5\n0.5,2.25\n0.8,2\nwl,k\n0.4,.5\n0.5,.25\n0.8,0\n"
SPECTRUM = "# lamp\nwavelength [nm], irradiance [W m^-2 nm^-1]\n400, 1\n500, 2.5\n600, 1e-3\n"
MATERIAL = """[sources.me]
citation = "me, Journal 1, 1 (2026)"
doi = ""

["my oxide"]
role = "ETL"
aliases = ["mine"]
contains = ["Zn", "O"]
note = ""

["my oxide".values]
electron_affinity = { value = 4.2, unit = "eV", source = "me", provenance = "found", confidence = "high" }
band_gap = { value = 3.3, unit = "eV", source = "me", provenance = "found", confidence = "high", low = 3.2, high = 3.4 }

["my oxide".temperature]
band_gap = { law = "varshni", E_0 = 3.4, alpha = 5e-4, beta = 900.0, source = "me" }
"""
PYTHON = f'import stackmodel as sm\n\ndevice = sm.Photodiode("{HERO}", area="0.04 cm^2")\n'
STACKS = (
    HERO,
    (
        "substrate: glass 1mm / ITO 100nm / ETL: ZnO 60nm [donor_density=1e17 cm^-3] / [dipole=0.1 eV] "
        "PbS(peak=1310nm, TBAI) 250nm [name=film] / CdSe@CdS(4nm+0.8nm, oleate) 30nm / Au 80nm  # a comment"
    ),
    "Al 100nm / PbS(3.4nm -> 4nm, TBAI, redshift=10 meV) 0.3 um / MoO3 10nm / Au",
)
QUANTITY_TEXTS = ("60 nm", "-1.5e16 cm^-3", "0.04 cm^2/Vs", "1e12 Jones", "3 mA/cm2", "20 degC", "5 1/(cm^2 eV)", "0.5")
LIGHTS = (
    "am15g", "940nm:1mW/cm2", "am15g,longpass:1100nm", "led:940nm:40nm:1mW/cm2", "blackbody:1200K", "lamp.csv",
    "940nm, 1 uW/cm^2", "sun,shortpass:1600nm,concentrated:10", "am0,filter:glass.csv",
)  # fmt: skip
CALLS = (
    ["materials", "ZnO"], ["materials", "--without", "Pb,Cd,Hg", "--json"], ["materials", "--role", "ETL"],
    ["materials", "--new", "my oxide"], ["show", HERO, "--set", "ETL.thickness=40nm", "--json"],
    ["estimate", HERO, "--voltage=-0.5", "--kind", "photodiode"],
    ["limit", HERO, "--kind", "solar_cell", "--longpass", "1100", "--pairs", "2"],
    ["limit", HERO, "--kind", "solar_cell", "--reference-irradiance", "100 mW/cm^2"],
    ["efficiency", HERO, "--kind", "qled", "--currents", "1e-6:10"], ["jv", HERO, "--voltages=-0.5:0.8:0.05"],
    ["jv", HERO, "--voltages", "0,0.5,-500mV", "--light", "940nm:1mW/cm2", "--generation", "1e20"],
    ["response", HERO, "--wavelengths", "400:1400:10", "--voltage=-0.5"],
    ["dark", HERO, "--temperatures", "300:200:-20"],
    ["compare", HERO, "--vary", "ETL=ZnO,SnO2", "--vary", "active.diameter=3:3.5:0.5", "--metric", "blocking_barrier"],
    ["sweep", HERO, "--vary", "ETL.thickness=20:40:10", "--metric", "estimate.dark_current@-0.5V"],
)  # fmt: skip

TOKENS = (
    *",;\t\n .:=/|#()[]{}-+@'\"\\%~?", "\r\n", "->", "--", "-0", "&a", "*a", "<<: ", "!!int ", "e", "E+", "**9**9",
    "../", "~nobody/", "0", "1e999", "-1e999", "1e-999", "nan", "inf", "NaN", "null", "true", "None", "1,5", "9" * 400,
    "1_000", "0x10", "2001-01-01",
    "٣", "１", "é", "日本", "µ", "😀", "\ufeff", "\0", "\x1b[31m", "\u202e", "\ud800", "\udcff",
    "[" * 3000, "{" * 3000, "nm", "eV", "um", "ZnO", "ETL", "type", "DATA", "formula 4", "tabulated n",
    "coefficients: ", "1 2 3 4 5 6 7 8 9", "[[layers]]", "layers", "=1+1",
)  # fmt: skip
NUMBERS = ("0", "-1", "1e-300", "1e300", "1e400", "nan", "1,5", "", "x", "0.37", "1e5", "9" * 400)


def damaged(text: str, draw: random.Random) -> str:
    """Return the text with one to four faults."""
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        i, j = sorted(draw.randrange(len(text) + 1) for _ in range(2))
        j = min(j, i + draw.choice((1, 1, 3, 10, 200)))
        kind = draw.randrange(8)
        if kind == 0:
            text = text[:i] + text[j:]
        elif kind == 1:
            text = text[:i] + text[i:j] * draw.choice((2, 2, 50)) + text[j:]
        elif kind == 2:
            text = text[:i] + draw.choice(TOKENS) + text[j:]
        elif kind == 3:
            text = text[:i] + draw.choice(TOKENS) + text[i:]
        elif kind == 4:
            text = text[:i]
        elif kind == 5:  # another number
            numbers = list(re.finditer(r"\d+(?:\.\d+)?", text))
            if numbers:
                at = draw.choice(numbers)
                new = draw.choice(NUMBERS)
                text = text[: at.start()] + new + text[at.end() :]
        elif kind == 6:  # lines or words in another order
            mark = draw.choice(("\n", " ", ",", "/"))
            parts = text.split(mark)
            draw.shuffle(parts)
            text = mark.join(parts)
        else:
            text = (
                text[:i]
                + "".join(chr(draw.choice((draw.randrange(128), draw.randrange(0x3000)))) for _ in range(j - i))
                + text[j:]
            )
        text = text[:20_000]
    return text


def as_file(text: str, draw: random.Random) -> bytes:
    content = text.encode(draw.choice(("utf-8",) * 12 + ("utf-16", "latin-1", "utf-8-sig", "cp1252")), "replace")
    if draw.random() < 0.1 and content:
        i = draw.randrange(len(content))
        content = content[:i] + bytes(draw.randrange(256) for _ in range(draw.choice((1, 4)))) + content[i + 1 :]
    return content


@attrs.frozen
class Reader:
    """What reads, good inputs, and the name of the file that they stand in ("" where they are text)."""

    read: Callable[[Any], Any]
    good: tuple[Any, ...]
    file: str = ""


def optical(path: Path) -> None:
    constants = sm.optical_constants(path)
    constants.at(constants.wavelength_range[0])


def add_materials(path: Path) -> None:
    for name in sm.add_materials(path):
        del entries.entries()[name]
    entries.aliases.cache_clear()


def parse(text: str) -> None:
    stack = sm.Stack.parse(text)
    assert sm.Stack.parse(stack.notation).notation == stack.notation


def quantity(text: str) -> None:
    units = ("nm", "cm^-3", "cm^2/(V s)", "A/cm^2", "cm Hz^1/2 W^-1", "cm^-2 eV^-1", "K", "")
    for unit in units:
        try:
            assert math.isfinite(to_unit(text, unit))
            return
        except sm.InputError:
            if unit == units[-1]:
                raise


def command(arguments: list[str]) -> None:
    try:
        code = main(arguments)
    except SystemExit as stop:  # --help
        code = int(stop.code or 0)
    assert code in (0, 2)


def saved(suffix: str, folder: Path) -> str:
    return sm.Photodiode(STACKS[1]).save(folder / f"good{suffix}").read_text("utf-8")


READERS = {
    "yaml": Reader(optical, (YAML, YAML_NK), "nk.yml"),
    "csv": Reader(optical, (NK, NK_COMMAS, NK_TWICE), "nk.csv"),
    "spectrum": Reader(sm.Light.from_csv, (SPECTRUM,), "lamp.csv"),
    "materials": Reader(add_materials, (MATERIAL,), "own.toml"),
    "device.toml": Reader(sm.load, (".toml",), "device.toml"),
    "device.json": Reader(sm.load, (".json",), "device.json"),
    "device.py": Reader(sm.load, (PYTHON,), "device.py"),
    "notation": Reader(parse, STACKS),
    "quantity": Reader(quantity, QUANTITY_TEXTS),
    "light": Reader(light_from_text, LIGHTS),
    "command": Reader(command, CALLS),
}


@pytest.fixture
def unsolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line ask what has to be solved no further than to its numbers."""

    def asked(quantity: str) -> Any:
        def refuse(self: Any, values: Any, *more: Any, **keywords: Any) -> None:
            all_checked(quantity, values, "asked", what="values", example="[1]")
            raise sm.InputError("not solved here")

        return refuse

    for name, first in (
        ("jv", "voltage"),
        ("dark_current", "voltage"),
        ("arrhenius", "voltage"),
        ("spectral_response", "wavelength"),
    ):
        monkeypatch.setattr(sm.Photodiode, name, asked(first))


def ask(name: str, count: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[float, str]:
    """Ask a reader `count` damaged inputs; return the slowest time [s] and what to report."""
    reader = READERS[name]
    monkeypatch.chdir(folder)
    good = [saved(each, folder) if each in (".toml", ".json") else each for each in reader.good]
    slowest, of, read, refused = 0.0, "", 0, 0
    for seed in range(count):
        draw = random.Random(f"{name} {seed}")
        given: Any = draw.choice(good)
        if isinstance(given, list):
            at = draw.randrange(len(given))
            given = [*given[:at], damaged(given[at], draw), *given[at + 1 :]]
        else:
            given = damaged(given, draw)
        if reader.file:
            (folder / reader.file).write_bytes(as_file(given, draw))
        start = time.process_time()
        try:
            reader.read(folder / reader.file if reader.file else given)
            read += 1
        except sm.StackModelError as error:
            refused += 1
            first = str(error).partition("\n")[0]
            assert first.isprintable(), (seed, first)
            assert reader.file in first, (seed, first)
            assert len(first) < 1200, (seed, first)
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            pytest.fail(f"{name}, seed {seed}: {type(error).__name__}: {error}\n{str(given)[:400]!r}", pytrace=False)
        taken = time.process_time() - start
        if taken > slowest:
            slowest, of = taken, f"seed {seed}"
    return slowest, f"{name}: {read} read, {refused} refused, slowest {slowest:.2f} s ({of})"


@pytest.mark.usefixtures("unsolved")
@pytest.mark.parametrize("name", READERS)
def test_a_few_damaged_inputs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(name, FEW, tmp_path, monkeypatch)


@pytest.mark.long
@pytest.mark.usefixtures("unsolved")
@pytest.mark.parametrize("name", READERS)
def test_ten_thousand_damaged_inputs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slowest, report = ask(name, MANY, tmp_path, monkeypatch)
    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")
    assert slowest < 1.0, report


def test_good_inputs_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lamp.csv").write_text(SPECTRUM)
    (tmp_path / "glass.csv").write_text("wavelength [nm], T\n100, 1\n1e5, 0.9\n")
    for reader in READERS.values():
        for good in reader.good:
            text = saved(good, tmp_path) if good in (".toml", ".json") else good
            if reader.file:
                (tmp_path / reader.file).write_text(text, encoding="utf-8")
            if reader.read is not command:
                reader.read(tmp_path / reader.file if reader.file else text)
