"""Devices as .toml and .json: lossless, and whatever is wrong in a file is said with file, line and key."""

from __future__ import annotations

import builtins
import contextlib
import copy
import json
import math
import re
import runpy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import stackmodel as sm
from helpers import HERO, strict
from stackmodel.cli import main
from stackmodel.results.estimate import Estimate

FOLDER = Path(__file__).parents[2] / "devices"
FILES = sorted(FOLDER.rglob("*.py"))
SUFFIXES = (".toml", ".json")
MINIMAL = f'kind = "photodiode"\nnotation = "{HERO}"\n'


def own_material() -> sm.Material:
    return sm.Material(
        name="InGaAs film", source="Smith 2026, table 2", electron_affinity=4.5, band_gap="740 meV",
        relative_permittivity=13.9, conduction_band_dos=2.1e17, valence_band_dos=7.7e18, electron_mobility=1e4,
        hole_mobility=300, electron_lifetime="inf", hole_lifetime=1e-6, donor_density=1e16 / 3,
    )  # fmt: skip


DEVICES: dict[str, Callable[[], Any]] = {
    "hero": lambda: sm.Photodiode(HERO, area="0.04 cm^2", temperature="25 degC"),
    "solar cell": lambda: sm.SolarCell("ITO / ZnO 60nm / PbS(1.33eV, TBAI) 220nm / PbS(3.0nm, EDT) 45nm / Au"),
    "own material": lambda: sm.Photodiode(
        sm.Stack([sm.Electrode("ITO", 100), sm.ETL("ZnO", 60), sm.Active(own_material(), 900), sm.Electrode("Au", 80)])
    ),
    "contacts": lambda: sm.Photodiode(
        "PbS(3.4nm, TBAI) 250nm",
        front=sm.Contact.schottky(
            work_function=4.1, electron_recombination_velocity="inf", hole_recombination_velocity=1e3
        ),
        back=sm.Contact.ohmic(),
        anode="back",
        illuminated="back",
        series_resistance=10,
        shunt_resistance="1 Mohm",
    ),
    "interfaces": lambda: sm.Photodiode(
        "ITO / ZnO 60nm / [dipole=0.1234567890123456 eV, electron_recombination_velocity=1e3 cm/s] "
        "PbS(3.4nm, TBAI) 250nm / Au"
    ),
    "graded": lambda: sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm->3.0nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au"),
    "infinity": lambda: sm.Photodiode(HERO).with_values(
        {"active.electron_lifetime": "inf", "active.hole_lifetime": "inf"}
    ),
    "without thickness": lambda: sm.Photodiode("ITO / ETL: ZnO / PbS(peak=1310nm, TBAI) / Au"),
    "same name twice": lambda: sm.Photodiode("ITO / ZnO 5nm / ZnO 60nm [name=second] / PbS(3.4nm, TBAI) 250nm / Au"),
    "signs of other alphabets": lambda: sm.Photodiode(
        "ITO / ZnO 60nm [name=δ-Schicht] / PbS(3.4nm, TBAI) 250nm / Au"
    ),
}  # fmt: skip


def same(first: Any, again: Any) -> None:
    """Nothing that a user can ask tells the two apart."""
    assert again == first
    assert type(again) is type(first)
    assert again.stack.notation == first.stack.notation
    assert again.stack.names == first.stack.names
    assert again.stack.roles == first.stack.roles
    assert list(again.explain()) == list(first.explain())
    assert list(again.assumptions()) == list(first.assumptions())


def estimated(device: Any) -> Any:
    """The dark current in closed form, or why there is none; all figures of a device without mechanisms."""
    try:
        answer = device.estimate(-0.5)
        return answer.by_mechanism if isinstance(answer, Estimate) else answer.attributes()
    except sm.DataError as error:
        return str(error)


# -- lossless ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_published_devices(path: Path, suffix: str, tmp_path: Path) -> None:
    first = sm.load(path)
    saved = first.save(tmp_path / f"device{suffix}")
    assert saved == tmp_path / f"device{suffix}"
    again = sm.load(saved)
    same(first, again)
    assert again.band_alignment().attributes() == first.band_alignment().attributes()
    assert estimated(again) == estimated(first)
    assert again.save(tmp_path / f"again{suffix}").read_bytes() == saved.read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", DEVICES)
def test_devices_of_every_sort(name: str, suffix: str, tmp_path: Path) -> None:
    first = DEVICES[name]()
    again = sm.load(str(first.save(str(tmp_path / "new" / f"device{suffix}"))))
    same(first, again)
    for each in ("front", "back", "anode", "illuminated", "series_resistance", "shunt_resistance", "area"):
        assert getattr(again, each) == getattr(first, each)
    assert again.stack.interfaces == first.stack.interfaces


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_sources_are_kept(suffix: str, tmp_path: Path) -> None:
    again = sm.load(DEVICES["own material"]().save(tmp_path / f"d{suffix}"))
    found = again.stack["active"].material.parameter("electron_mobility")
    assert (found.value, found.source, found.provenance) == (1e4, "Smith 2026, table 2", "user")
    assert again.stack["active"].material.electron_lifetime == math.inf
    assert again.stack["active"].material.donor_density == 1e16 / 3  # every digit


@pytest.mark.parametrize("name", DEVICES)
def test_both_forms_hold_the_same_and_json_is_strict(name: str, tmp_path: Path) -> None:
    device = DEVICES[name]()
    as_toml = tomllib.loads(device.save(tmp_path / "d.toml").read_text("utf-8"))
    as_json = strict(device.save(tmp_path / "d.json").read_text("utf-8"))
    assert as_toml.keys() == as_json.keys()
    assert as_json["stackmodel"] == as_toml["stackmodel"] == sm.__version__
    same(sm.load(tmp_path / "d.toml"), sm.load(tmp_path / "d.json"))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_solves_to_the_same_bits(suffix: str, tmp_path: Path) -> None:
    first = DEVICES["hero"]()
    again = sm.load(first.save(tmp_path / f"d{suffix}"))
    assert again.dark_current(-0.5).by_mechanism == first.dark_current(-0.5).by_mechanism


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_lines_may_end_as_on_windows(suffix: str, tmp_path: Path) -> None:
    path = DEVICES["hero"]().save(tmp_path / f"d{suffix}")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    same(DEVICES["hero"](), sm.load(path))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_editors_of_windows_write_a_mark_first(suffix: str, tmp_path: Path) -> None:
    path = DEVICES["hero"]().save(tmp_path / f"d{suffix}")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    same(DEVICES["hero"](), sm.load(path))


@pytest.mark.parametrize("name", ["d.yaml", "d", "d.py", "d.txt"])
def test_other_suffixes(name: str, tmp_path: Path) -> None:
    with pytest.raises(sm.InputError, match=r"\.toml or \.json"):
        DEVICES["hero"]().save(tmp_path / name)
    assert not (tmp_path / name).exists()
    if not name.endswith(".py"):
        (tmp_path / name).write_text(MINIMAL, "utf-8")
        with pytest.raises(sm.InputError, match=r"\.toml, \.json, or a \.py"):
            sm.load(tmp_path / name)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_file_and_a_folder(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(sm.InputError, match="there is no file"):
        sm.load(tmp_path / f"none{suffix}")
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(sm.InputError, match=f"folder{suffix}"):
        sm.load(tmp_path / f"folder{suffix}")


# -- written by hand -----------------------------------------------------------------------------------------------


def load_text(tmp_path: Path, text: str, suffix: str = ".toml") -> Any:
    path = tmp_path / f"mine{suffix}"
    path.write_text(text, "utf-8")
    return sm.load(path)


def test_kind_and_notation_are_enough(tmp_path: Path) -> None:
    assert load_text(tmp_path, MINIMAL) == sm.Photodiode(HERO)
    as_json = json.dumps({"kind": "photodiode", "notation": HERO})
    assert load_text(tmp_path, as_json, ".json") == sm.Photodiode(HERO)


def test_units_in_conditions(tmp_path: Path) -> None:
    text = MINIMAL + '[conditions]\narea = "4 mm^2"\ntemperature = "25 degC"\nanode = "back"\n'
    assert load_text(tmp_path, text) == sm.Photodiode(HERO, area=0.04, temperature=298.15, anode="back")


def test_layers_by_name_and_recipe(tmp_path: Path) -> None:
    layers = [
        {"material": "ITO", "role": "electrode", "thickness": 100},
        {"material": "ZnO", "role": "ETL", "thickness": "60 nm"},
        {"material": "PbS(3.4nm, TBAI)", "role": "active", "thickness": "0.25 um"},
        {"material": "PbS(3.0nm, EDT)", "role": "HTL", "thickness": 45},
        {"material": "Au", "role": "electrode", "thickness": 80},
    ]
    content = {"kind": "photodiode", "layers": layers, "interfaces": [{}] * 4}
    device = load_text(tmp_path, tomli_w.dumps(content))
    assert device.stack.notation == sm.Photodiode(HERO).stack.notation
    assert device.band_alignment().attributes() == sm.Photodiode(HERO).band_alignment().attributes()


def test_layers_without_interfaces_have_plain_ones(tmp_path: Path) -> None:
    layers = [{"material": m, "role": r, "thickness": 50} for m, r in (("ZnO", "ETL"), ("PbS(3.4nm, TBAI)", "active"))]
    content = {"kind": "photodiode", "layers": layers}
    assert len(load_text(tmp_path, tomli_w.dumps(content)).stack.interfaces) == 1


def test_units_at_a_contact(tmp_path: Path) -> None:
    text = MINIMAL + '[front]\nkind = "schottky"\nwork_function = "4500 meV"\n'
    assert load_text(tmp_path, text).front.work_function == 4.5


# -- what is wrong in a file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "parts"),
    [
        (MINIMAL + "[conditions]\n\n" + 'area = "4 nm"\n', 5, ["area", "nm", "cm^2"]),
        (MINIMAL + "[conditions]\naera = 4\n", 4, ["aera", 'Did you mean "area"']),
        (MINIMAL + "[conditions]\ntemperature = -4\n", 4, ["temperature is -4 K", "expected"]),
        (MINIMAL + '[conditions]\nanode = "left"\n', 4, ["anode", "front", "back"]),
        (MINIMAL + "conditons = 1\n", 3, ["conditons", 'Did you mean "conditions"']),
        (MINIMAL.replace("photodiode", "photodoide"), 1, ["photodoide", 'Did you mean "photodiode"']),
        (MINIMAL.replace("ZnO", "ZnOO"), 2, ["ZnOO", 'Did you mean "ZnO"']),
        (MINIMAL + "[conditions]\narea = 2020-01-01\n", 4, ["area"]),
    ],
)
def test_file_line_and_key(tmp_path: Path, text: str, line: int, parts: list[str]) -> None:
    with pytest.raises((sm.InputError, sm.DataError)) as caught:
        load_text(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"load: {tmp_path / 'mine.toml'}, line {line}: ")
    for part in parts:
        assert part in message


def changed(device: Any, where: tuple[Any, ...], value: Any) -> dict[str, Any]:
    from stackmodel.kinds.saving import to_dict

    content: dict[str, Any] = copy.deepcopy(to_dict(device))
    inner: Any = content
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = value
    return content


SILVER = 3  # a layer in the middle of the file
PLACES = [
    (("layers", SILVER, "thickness"), -5, "thickness"),
    (("layers", SILVER, "role"), "HTML", "role"),
    (("layers", SILVER, "material", "parameters", "band_gap", "provenance"), "guessed", "provenance"),
    (("layers", SILVER, "material", "parameters", "band_gap", "confidence"), "very", "confidence"),
    (("layers", SILVER, "thicknes"), 5, "thicknes"),
    (("layers", SILVER, "material", "colour"), "black", "colour"),
]


@pytest.mark.parametrize(
    ("where", "value", "key"), [place for place in PLACES if place[2] not in ("thicknes", "colour")]
)
def test_line_is_that_of_the_layer_at_fault(where: tuple[Any, ...], value: Any, key: str, tmp_path: Path) -> None:
    """The same key stands once in every layer; the line named must be the faulty one."""
    text = tomli_w.dumps(changed(DEVICES["hero"](), where, value))
    wanted = json.dumps(value)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row == f"{key} = {wanted}")
    with pytest.raises((sm.InputError, sm.DataError), match=rf"mine\.toml, line {line}: .*{key}"):
        load_text(tmp_path, text)


@pytest.mark.parametrize(("where", "value", "key"), PLACES[-2:])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_unknown_keys_within(where: tuple[Any, ...], value: Any, key: str, suffix: str, tmp_path: Path) -> None:
    content = changed(DEVICES["hero"](), where, value)
    text = tomli_w.dumps(content) if suffix == ".toml" else json.dumps(content, indent=1)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if re.match(rf'\s*"?{key}"?\s*[=:]', row))
    with pytest.raises(sm.InputError, match=f'mine{suffix}, line {line}: .*unknown keyword "{key}"'):
        load_text(tmp_path, text, suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("junk", [b"", b"\0\0\0", bytes(range(256)), b"\xff\xfek\0i\0", b"[1, 2]", b"3", b"{", b"= ="])
def test_junk(junk: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"junk{suffix}"
    path.write_bytes(junk)
    with pytest.raises(sm.InputError) as caught:
        sm.load(path)
    assert f"junk{suffix}" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nested_beyond_reason(suffix: str, tmp_path: Path) -> None:
    text = ("a = " if suffix == ".toml" else "") + "[" * 100_000
    with pytest.raises(sm.InputError, match="mine"):
        load_text(tmp_path, text, suffix)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_truncated(share: float, suffix: str, tmp_path: Path) -> None:
    path = DEVICES["hero"]().save(tmp_path / f"d{suffix}")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises((sm.InputError, sm.DataError), match=f"d{suffix}"):
        sm.load(path)


def test_truncated_after_the_notation(tmp_path: Path) -> None:
    """A file that was saved has layers and conditions; without them it is not whole, and the area is lost."""
    path = sm.Photodiode(HERO, area=0.04, temperature=80).save(tmp_path / "d.toml")
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("interfaces")], "utf-8")
    with pytest.raises((sm.InputError, sm.DataError), match=r"d\.toml"):
        sm.load(path)


def test_a_contact_of_no_known_kind(tmp_path: Path) -> None:
    with pytest.raises((sm.InputError, sm.DataError), match=r'line 4: .*"shottky".*schottky'):
        load_text(tmp_path, MINIMAL + '[front]\nkind = "shottky"\n')


def test_a_number_of_many_digits(tmp_path: Path) -> None:
    text = MINIMAL + f"[conditions]\narea = {'9' * 400}\n"
    with pytest.raises(sm.InputError, match="area"):
        load_text(tmp_path, text)


def test_a_number_of_very_many_digits(tmp_path: Path) -> None:
    text = json.dumps({"kind": "photodiode", "notation": HERO})[:-1] + f', "conditions": {{"area": {"9" * 5000}}}}}'
    with pytest.raises(sm.InputError, match="mine"):
        load_text(tmp_path, text, ".json")


WRONG = ([], {}, "x", 7, True, None, ["a"], {"a": 1})
#: Of each place: which wrong types are right there.
TYPED: list[tuple[tuple[Any, ...], tuple[Any, ...]]] = [
    (("kind",), ()),
    (("conditions",), ({}, None)),
    (("conditions", "area"), (7, None)),
    (("conditions", "temperature"), (7, None)),
    (("front",), (None,)),
    (("layers",), ()),
    (("layers", 1), ()),
    (("layers", 1, "role"), ()),
    (("layers", 1, "thickness"), (7, None)),
    (("layers", 1, "lateral"), ({}, [], None)),
    (("layers", 1, "material"), ()),
    (("layers", 1, "material", "parameters"), ({},)),
    (("layers", 1, "material", "parameters", "band_gap"), ()),
    (("layers", 1, "material", "parameters", "band_gap", "value"), (7,)),
    (("layers", 1, "material", "kind"), ()),
    (("layers", 2, "material", "statistics"), ()),
    (("layers", 2, "material", "recipe"), ()),
    (("layers", 2, "material", "recipe", "size"), (7,)),
    (("layers", 2, "material", "recipe", "size_kind"), ()),
    (("layers", 2, "material", "recipe", "core"), ()),
    (("interfaces",), ()),
    (("interfaces", 1), ({},)),
]


@pytest.mark.parametrize(
    ("where", "right"),
    [pytest.param(*each, id=".".join(map(str, each[0]))) for each in TYPED],
)
def test_wrong_types(where: tuple[Any, ...], right: tuple[Any, ...], tmp_path: Path) -> None:
    """InputError or DataError at once; never a traceback, never a device that breaks when it is asked."""
    device = sm.Photodiode(HERO, area=0.04, front=sm.Contact.schottky(work_function=4.5))
    for value in WRONG:
        if any(value == good and type(value) is type(good) for good in right):
            continue
        text = json.dumps(changed(device, where, value))
        with pytest.raises((sm.InputError, sm.DataError), match=r"mine\.json"):
            load_text(tmp_path, text, ".json")


@pytest.mark.parametrize(
    ("quantity", "value"), [("band_gap", -1e30), ("band_gap", "nan"), ("relative_permittivity", 0), ("band_gap", 400.0)]
)
def test_impossible_values_are_refused_in_a_file_as_anywhere(quantity: str, value: Any, tmp_path: Path) -> None:
    where = ("layers", 1, "material", "parameters", quantity, "value")
    with pytest.raises((sm.InputError, sm.DataError), match=quantity):
        load_text(tmp_path, tomli_w.dumps(changed(DEVICES["hero"](), where, value)))


def test_a_parameter_is_what_its_table_is_called(tmp_path: Path) -> None:
    where = ("layers", 1, "material", "parameters", "band_gap", "quantity")
    with pytest.raises((sm.InputError, sm.DataError), match="band_gap"):
        load_text(tmp_path, tomli_w.dumps(changed(DEVICES["hero"](), where, "electron_affinity")))


def test_a_layer_without_its_interface(tmp_path: Path) -> None:
    content = changed(DEVICES["hero"](), ("interfaces",), [{}])
    with pytest.raises(sm.InputError, match="interfaces: 1 for 5 layers; expected 4"):
        load_text(tmp_path, tomli_w.dumps(content))


# -- a file is no program ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_runs_no_code(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: Any, **options: Any) -> None:
        raise AssertionError("a file ran code")

    mark = tmp_path / "ran"
    (tmp_path / "mine.py").write_text(f"open({str(mark)!r}, 'w')", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(runpy, "run_path", never)
    evil = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    base = sm.Photodiode(HERO, area=0.04)
    base.save(tmp_path / f"fine{suffix}")
    assert sm.load(tmp_path / f"fine{suffix}") == base  # cattrs writes its own code for our classes, once
    for where, value in [
        (("notation",), evil),
        (("kind",), evil),
        (("conditions", "area"), evil),
        (("conditions", "temperature"), "9**9**9 K"),
        (("layers", 1, "material"), evil),
        (("layers", 1, "material"), {"py/object": "mine.Device", "name": "x"}),
        (("layers", 1, "thickness"), evil),
        (("layers", 1, "material", "parameters", "band_gap", "value"), evil),
        (("layers", 1, "material", "note"), evil),
        (("layers", 1, "role"), "import mine"),
    ]:
        content = changed(base, where, value)
        text = tomli_w.dumps(content) if suffix == ".toml" else json.dumps(content)
        with monkeypatch.context() as watched, contextlib.suppress(sm.StackModelError, ValueError):
            for name in ("exec", "eval"):
                watched.setattr(builtins, name, never)
            load_text(tmp_path, text, suffix)
        assert not mark.exists()


# -- from the command line -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_command_line(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = DEVICES["own material"]().save(tmp_path / f"d{suffix}")
    assert main(["estimate", str(path), "--voltage=-0.5"]) == 0
    assert "InGaAs film" in capsys.readouterr().out
    path.write_text("junk", "utf-8")
    assert main(["estimate", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("stackmodel: load: ")
    assert err.count("\n") == 1
