"""Materials of a user's own: the template, what is refused and how, and nothing added unless all is right."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import stackmodel as sm
from stackmodel.cli import main
from stackmodel.materials import entries, library
from stackmodel.quantities import MATERIAL_QUANTITIES, QUANTITIES

SOURCE = '[sources.smith2026]\ncitation = "Smith et al., Journal 1, 1 (2026)"\ndoi = "10.1000/1"\n\n'
#: Enough for a semiconductor to stand in a device as an electron transport layer.
FILLED = {
    "electron_affinity": 4.1, "band_gap": 3.2, "relative_permittivity": 9.0, "conduction_band_dos": 3e18,
    "valence_band_dos": 2e19, "electron_mobility": 0.5, "hole_mobility": 0.01, "donor_density": 1e17,
    "electron_lifetime": 1e-9, "hole_lifetime": math.inf,
}  # fmt: skip


def value(quantity: str = "electron_affinity", number: Any = 4.1, **changes: str) -> str:
    row = {"unit": QUANTITIES[quantity].unit if quantity in QUANTITIES else "eV", "source": "smith2026"}
    row |= {"provenance": "found", "confidence": "medium", **changes}
    return f"{quantity} = {{ value = {number}, " + ", ".join(f'{k} = "{v}"' for k, v in row.items()) + " }\n"


def table(*values: str, name: str = "MyOxide", head: str = 'role = "ETL"\n') -> str:
    return f'["{name}"]\n{head}["{name}".values]\n' + "".join(values) + "\n"


@pytest.fixture(autouse=True)
def _library_as_it_was() -> Iterator[None]:
    """What a test adds ends with it."""
    known = entries.entries()
    before = dict(known)
    yield
    known.clear()
    known.update(before)
    entries.aliases.cache_clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mine.toml"


def refused(path: Path, text: str) -> str:
    """The message of a file that cannot be used; the library must be as it was before."""
    path.write_text(text, "utf-8")
    before = (entries.known_names(), list(sm.materials()))
    with pytest.raises((sm.InputError, sm.DataError)) as caught:
        sm.add_materials(path)
    assert (entries.known_names(), list(sm.materials())) == before
    message = str(caught.value)
    assert message.startswith(f"add_materials: {path}")
    assert "\n" not in message
    return message


def filled_in(template: str) -> str:
    """The template as a user leaves it: some rows uncommented and given numbers, some still comments."""
    for quantity, number in FILLED.items():
        template = re.sub(
            rf"^# ({quantity} = {{ value = )0\.0", lambda m, n=number: f"{m[1]}{n}", template, flags=re.MULTILINE
        )
    return template


# -- the template --------------------------------------------------------------------------------------------------


def test_the_template_filled_in_is_a_material_of_the_library(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["materials", "--new", "MyOxide"]) == 0
    path.write_text(filled_in(capsys.readouterr().out), "utf-8")
    assert sm.add_materials(str(path)) == ("MyOxide",)
    mine = sm.material("MyOxide")
    for quantity, number in FILLED.items():
        found = mine.parameter(quantity)
        assert (found.value, found.provenance, found.confidence) == (number, "found", "medium")
        assert found.source == "Smith et al., Journal 1, 1 (2026)"
    assert "MyOxide" in [row["name"] for row in sm.materials("ETL")]
    assert "MyOxide" in str(sm.materials())
    device = sm.Photodiode("ITO / MyOxide 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au")
    assert device.stack["ETL"].material == mine
    assert device.band_alignment().built_in_potential > 0
    assert device.dark_current(-0.5).total > 0
    assert {
        row["source"] for row in device.explain() if row["layer"] == "MyOxide" and row["provenance"] == "found"
    } == {"Smith et al., Journal 1, 1 (2026)"}


def test_the_template_lists_every_quantity_with_its_unit(path: Path) -> None:
    text = library.template("MyOxide")
    for quantity in MATERIAL_QUANTITIES:
        (row,) = re.findall(rf"^# {quantity} = (.*)$", text, flags=re.MULTILINE)
        assert f'unit = "{QUANTITIES[quantity].unit}"' in row
        assert QUANTITIES[quantity].meaning in row
    # and every row can be uncommented: refused for its 0.0 at most, never for how it is written
    message = refused(path, re.sub(r"^# ", "", text, flags=re.MULTILINE))
    assert "expected" in message


@pytest.mark.parametrize("name", ["InGaAs film", "Cs:ZnO", "MXene-2", "δ"])
def test_names_of_the_template(name: str, path: Path) -> None:
    path.write_text(filled_in(library.template(name)), "utf-8")
    assert sm.add_materials(path) == (name,)
    assert sm.Stack.parse(f"ITO / {name} 60nm / PbS(3.4nm, TBAI) 250nm / Au")["ETL"].material == sm.material(name)


@pytest.mark.parametrize("name", ["", "  ", "A/B", 'x"y', "a\nb", "A[1]", "A,B", "PbS(3.4nm, TBAI)", "PbS", "ZnO"])
def test_names_that_a_stack_could_not_write(name: str) -> None:
    with pytest.raises(sm.InputError, match=r"name|library|sizing"):
        library.template(name)


@pytest.mark.parametrize("name", ["", "  ", "A/B", "A[1]", "A,B", "PbS(3.4nm, TBAI)", "PbS"])
def test_names_that_a_stack_could_not_read(name: str, path: Path) -> None:
    assert "name" in refused(path, SOURCE + table(value(), name=name))


def test_the_template_as_it_comes_holds_nothing_to_add(path: Path) -> None:
    refused(path, library.template("MyOxide"))


# -- several materials, aliases, laws ------------------------------------------------------------------------------


def test_several_materials_with_aliases(path: Path) -> None:
    head = 'role = "HTL"\naliases = ["second one"]\nnote = "a note"\n'
    path.write_text(SOURCE + table(value()) + table(value(), name="Second", head=head), "utf-8")
    assert sm.add_materials(path) == ("MyOxide", "Second")
    assert sm.material("second one") == sm.material("Second")
    with pytest.raises(sm.InputError, match='Did you mean "MyOxide"'):
        sm.material("MyOxid")


def test_a_law_of_temperature(path: Path) -> None:
    law = '[MyOxide.temperature]\nband_gap = { law = "linear", slope = -5e-4, source = "smith2026" }\n'
    path.write_text(SOURCE + table(value(), value("band_gap", 3.2)) + law, "utf-8")
    sm.add_materials(path)
    assert sm.material("MyOxide").at(200).value("band_gap") == pytest.approx(3.25)


def test_a_rule_in_place_of_a_source(path: Path) -> None:
    text = table('electron_affinity = { value = 4.1, unit = "eV", provenance = "assumed", confidence = "low", '
                 'assumption = "class_typical" }\n')  # fmt: skip
    path.write_text(text, "utf-8")
    sm.add_materials(path)
    assert sm.material("MyOxide").parameter("electron_affinity").source == "rule class_typical"


# -- refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (SOURCE + table(value(source="jones2025")), ["electron_affinity", "jones2025"]),
        (SOURCE + table(value(source="")), ["electron_affinity", "source"]),
        (SOURCE + table(value(unit="nm")), ["electron_affinity", '"nm"', '"eV"']),
        (SOURCE + table(value(unit="zork")), ["electron_affinity", '"zork"', '"eV"']),
        (SOURCE + table(value("electron_afinity")), ["electron_afinity", 'Did you mean "electron_affinity"']),
        (SOURCE + table(value(sorce="x")), ["sorce", 'Did you mean "source"']),
        (SOURCE + table(value(provenance="guess")), ["provenance", "guess", "found"]),
        (SOURCE + table(value(confidence="very")), ["confidence", "very", "medium"]),
        (SOURCE + table(value(number=410.0)), ["electron_affinity is 410 eV", "expected"]),
        (SOURCE + table(value(number="nan")), ["electron_affinity", "finite"]),
        (SOURCE + table(value(number="inf")), ["electron_affinity", "finite"]),
        (SOURCE + table(value(number="true")), ["electron_affinity"]),
        (SOURCE + table(value(number="[4.1]")), ["electron_affinity"]),
        (SOURCE + table('electron_affinity = { value = 4.1, source = "smith2026" }\n'), ["electron_affinity", "unit"]),
        (SOURCE + table(value(), head='rol = "ETL"\n'), ["rol", 'Did you mean "role"']),
        (SOURCE + table(value(), head='kind = "metal"\n'), ["metal", "electrode"]),
        (SOURCE + table(value(), head='statistics = "bose"\n'), ["bose", "boltzmann"]),
        (SOURCE + table(value(), value("band_gap", 3.0), value("ionization_potential", 9.0)), ["ionization_potential"]),
        (SOURCE + table(value(), name="ZnO"), ["ZnO", "in the library already"]),
        (SOURCE + table(value(), name="zinc oxide"), ["zinc oxide", "in the library already"]),
        (SOURCE + table(value()) + table(value()), ["MyOxide", "twice"]),
        ("MyOxide = 4\n", ["MyOxide", "table"]),
        ("= =\n", ["line 1"]),
        (
            SOURCE + table(value()) + '[MyOxide.temperature]\nband_gap = { law = "zork", source = "smith2026" }\n',
            ["zork"],
        ),
    ],
)
def test_refused(text: str, parts: list[str], path: Path) -> None:
    message = refused(path, text)
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('[sources.smith2026]\ndoi = "10.1000/1"\n' + table(value()), "citation"),
        ('[sources.smith2026]\ncitation = ""\n' + table(value()), "citation"),
        ('[sources.smith2026]\ncitation = "  "\n' + table(value()), "citation"),
        ("[sources.smith2026]\ncitation = 3\n" + table(value()), "citation"),
        ('[sources]\nsmith2026 = "Smith"\n' + table(value()), "smith2026"),
        ('sources = "Smith"\n' + table(value()), "sources"),
    ],
)
def test_a_source_without_a_citation(text: str, part: str, path: Path) -> None:
    assert part in refused(path, text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (SOURCE + table("electron_affinity = 4.1\n"), "electron_affinity"),
        (SOURCE + "[MyOxide]\nvalues = 4\n", "values"),
        (SOURCE + table(value()) + "[MyOxide.temperature]\nband_gap = 3\n", "band_gap"),
        (SOURCE + table(value()) + '[MyOxide.temperature]\nband_gap = { law = "linear", slope = 1 }\n', "source"),
        (
            SOURCE + table(value()) + '[MyOxide.temperature]\nband_gap = { law = "linear", source = "smith2026" }\n',
            "slope",
        ),
        (
            SOURCE
            + table(value())
            + '[MyOxide.temperature]\nband_gapp = { law = "linear", slope = 1, source = "smith2026" }\n',
            "band_gapp",
        ),
        (SOURCE + table(value(), head='role = "ETM"\n'), "role"),
        (SOURCE + table(value(), head="role = 3\n"), "role"),
        (SOURCE + table(value(), head='aliases = "abc"\n'), "aliases"),
        (SOURCE + table(value(), head='aliases = ["ZnO"]\n'), "ZnO"),
        (SOURCE + table(value(), head='aliases = ["zinc oxide"]\n'), "zinc oxide"),
        (SOURCE + table(value(), head='aliases = ["Second"]\n') + table(value(), name="Second"), "Second"),
        (SOURCE + table(value(number='"4.1 eV"')), "value"),
    ],
)
def test_refused_like_the_others(text: str, part: str, path: Path) -> None:
    assert part in refused(path, text)


def test_a_source_of_the_library_stays_what_it_is(path: Path) -> None:
    """A key that sources.toml has, with another citation: two papers under one name."""
    from stackmodel.materials.data_files import read_toml

    key = next(iter(read_toml("sources.toml")))
    assert key in refused(path, f'[sources.{key}]\ncitation = "another"\n' + table(value(source=key)))


@pytest.mark.parametrize("content", [bytes(range(256)), b"\xff\xfe[\0", b"\0"])
def test_junk(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(sm.InputError, match=r"add_materials: .*mine\.toml"):
        sm.add_materials(path)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(sm.InputError, match="there is no file"):
        sm.add_materials(tmp_path / "none.toml")
    with pytest.raises(sm.InputError, match=re.escape(str(tmp_path))):
        sm.add_materials(tmp_path)


# -- all or nothing ------------------------------------------------------------------------------------------------


def test_a_fault_in_the_last_material_keeps_out_the_first(path: Path) -> None:
    text = SOURCE + table(value()) + table(value(), name="Second") + table(value(unit="nm"), name="Third")
    assert re.search(r"mine\.toml, line \d+: Third: electron_affinity", refused(path, text))
    for name in ("MyOxide", "Second", "Third"):
        with pytest.raises(sm.InputError, match="unknown material"):
            sm.material(name)


def test_line_is_that_of_the_material_at_fault(path: Path) -> None:
    text = SOURCE + table(value()) + table(value(unit="nm"), name="Second")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if '"nm"' in row)
    assert f"mine.toml, line {line}: Second: electron_affinity" in refused(path, text)


def test_twice_is_refused_and_keeps_the_first(path: Path) -> None:
    path.write_text(SOURCE + table(value()), "utf-8")
    sm.add_materials(path)
    first = sm.material("MyOxide")
    refused(path, SOURCE + table(value(number=3.9)))
    assert sm.material("MyOxide") is first


# -- from the command line -----------------------------------------------------------------------------------------


def test_add_on_the_command_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(filled_in(library.template("MyOxide")), "utf-8")
    stack = "ITO / MyOxide 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au"
    assert main(["estimate", stack, "--json"]) == 2
    assert "MyOxide" in capsys.readouterr().err
    assert main(["estimate", stack, "--add", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["provenance"]["parameters"]
    assert any(row["source"] == "Smith et al., Journal 1, 1 (2026)" for row in found)


def test_materials_with_add(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(SOURCE + table(value()), "utf-8")
    assert main(["materials", "MyOxide", "--add", str(path)]) == 0
    assert "Smith et al." in capsys.readouterr().out


def test_two_files(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.toml"
    path.write_text(SOURCE + table(value()), "utf-8")
    other.write_text(SOURCE + table(value(), name="Second"), "utf-8")
    assert main(["materials", "--role", "ETL", "--json", "--add", str(path), "--add", str(other)]) == 0
    assert {"MyOxide", "Second", "ZnO"} <= {row["name"] for row in json.loads(capsys.readouterr().out)}


def test_a_bad_file_ends_in_one_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(SOURCE + table(value(unit="nm")), "utf-8")
    for words in (["materials"], ["show", "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / Au"]):
        assert main([*words, "--add", str(path)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert re.match(
            rf"stackmodel: add_materials: {re.escape(str(path))}, line \d+: MyOxide: electron_affinity", err
        )
        assert err.count("\n") == 1
