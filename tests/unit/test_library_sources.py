"""Where the library's numbers come from, what it can be asked for, and how forgiving its names are.

What a single material must hold to is in test_materials.py; here the files are read as they are written.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import stackmodel as sm
from stackmodel.cli import main
from stackmodel.materials.alloy import alloys
from stackmodel.materials.assumptions import rules
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.entries import FILES, known_names
from stackmodel.materials.library import ELEMENTS
from stackmodel.quantities import quantity

SOURCES = read_toml("sources.toml")
ENTRIES = {name: entry for file in FILES for name, entry in read_toml(file).items()}
#: Families of the review of infrared dots by Hu et al. (2025), and what stands around a film of them.
WIDE = """
Si Ge PbS(bulk) PbSe(bulk) PbTe(bulk) InAs(bulk) InSb(bulk) InP(bulk) GaAs GaSb InN GaN HgTe(bulk) HgSe(bulk)
CdSe(bulk) CdTe(bulk) CdS(bulk) ZnSe ZnS Ag2S(bulk) Ag2Se(bulk) Ag2Te(bulk) CuInS2(bulk) CuInSe2(bulk) CsPbI3(bulk)
FAPbI3 graphene MoS2 Ti3C2Tx ZnO AZO SnO2 TiO2 In2O3 IGZO PCBM C60 BCP PEIE PFN NiO CuSCN Cu2O MoO3 WO3 V2O5
spiro-OMeTAD PTAA P3HT poly-TPD TFB PVK CBP TCTA PEDOT:PSS PbS-EDT SiO2 HfO2 Al2O3 SiNx PMMA CYTOP Au Ag Al Cu Pt
ITO FTO glass
"""
HEAVY = ("Pb", "Cd", "Hg")


def written_values() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield whose, quantity and entry of every value in the library's files."""
    for name, entry in ENTRIES.items():
        for key, value in entry.get("values", {}).items():
            yield name, key, value
    for core, films in read_toml("ligands.toml").items():
        for ligand, film in films.items():
            for key, value in [*film["values"].items(), *film.get("surface", {}).items()]:
                yield f"{core}-{ligand}", key, value
    for formula, alloy in read_toml("alloys.toml").items():
        for key, value in alloy["values"].items():
            yield formula, key, value


VALUES = list(written_values())


# -- sources -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({whose for whose, _, _ in VALUES}))
def test_every_value_names_a_source_or_an_assumption(name: str) -> None:
    for whose, key, value in VALUES:
        if whose != name:
            continue
        if "assumption" in value:
            assert rules()[value["assumption"]].reason, key
        else:
            source = SOURCES[value["source"]]
            dated = re.search(r"[A-Z]\w+.*\((1[89]|20)\d\d\)", source["citation"])
            assert dated or re.match(r"10\.\d{4,}/", source.get("doi", "")), key
        for law in ENTRIES.get(name, {}).get("temperature", {}).values():
            assert law["source"] in SOURCES


@pytest.mark.parametrize("name", sorted({whose for whose, _, _ in VALUES}))
def test_every_written_value_lies_in_its_range(name: str) -> None:
    for whose, key, value in VALUES:
        if whose == name and "value" in value:
            row = quantity(key)
            assert value["unit"] == row.unit, key
            assert row.low <= value["value"] <= row.high, key
            assert value.get("low", value["value"]) <= value["value"] <= value.get("high", value["value"]), key


def test_no_source_stands_on_more_than_a_fifth_of_all_values() -> None:
    """A named assumption is no source: it says that there is none."""
    counts = Counter(value["source"] for _, _, value in VALUES if "assumption" not in value)
    most, count = counts.most_common(1)[0]
    assert count <= len(VALUES) / 5, f"{most} stands on {count} of {len(VALUES)} values"


def test_the_library_is_as_wide_as_the_field() -> None:
    assert set(WIDE.split()) <= set(ENTRIES)
    for spelled in ("Ge0.92Sn0.08", "In0.53Ga0.47As", "Hg0.7Cd0.3Te", "Cd0.4Hg0.6Se", "InGaAs", "MgZnO"):
        assert sm.material(spelled)


def test_the_page_on_materials_names_what_is_there() -> None:
    page = (Path(__file__).parents[2] / "docs" / "materials.md").read_text("utf-8")
    rows = re.findall(
        r"^\|[^|]+\|([^|]+)\|$", page.partition("## Alloys")[0].partition("## What is there")[2], re.MULTILINE
    )
    words = [re.sub(r", whose.*| as contacts", "", row) for row in rows if row.strip() not in ("names", "---")]
    named = {name.strip() for row in words for name in re.split(r"[,;]| and ", row)}
    assert named <= set(ENTRIES)
    assert set(ENTRIES) - named <= {"PEIE", "PFN", "glass"}


# -- by role and element -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*ENTRIES, *(alloy.written(alloy.example) for alloy in alloys())])
def test_contains_are_the_elements_of_the_formula(name: str) -> None:
    contains = sm.material(name).contains
    assert contains
    assert set(contains) <= ELEMENTS
    assert len(set(contains)) == len(contains)
    symbols = set(re.findall(r"[A-Z][a-z]?", re.split(r"[( :-]", name.replace("Tx", "").replace("x", ""))[0]))
    if symbols <= ELEMENTS and name not in ("BCP", "CBP", "PFN", "PVK"):  # these only look like formulas
        assert symbols <= set(contains)


def test_by_element() -> None:
    lead = sm.materials(contains="Pb")
    assert {"PbS(bulk)", "PbTe(bulk)", "PbS-EDT", "FAPbI3", "PbS(SIZE, LIGAND)"} <= {row["name"] for row in lead}
    assert all("Pb" in row["contains"].split() for row in lead)
    both = {row["name"] for row in sm.materials(contains=["Hg", "Te"])}
    assert {"HgTe(bulk)", "Hg1-xCdxTe"} <= both
    assert not {"HgSe(bulk)", "CdTe(bulk)"} & both
    assert len(sm.materials(contains=["Pb", "Ga"])) == 0


def test_free_of_heavy_metals() -> None:
    light = {row["name"] for row in sm.materials(without=HEAVY)}
    every = {row["name"] for row in sm.materials()}
    assert {"InAs(bulk)", "Ag2Se(bulk)", "ZnO", "NiO", "Au", "InxGa1-xAs"} <= light
    heavy = every - light
    assert {"PbS(bulk)", "HgTe(bulk)", "CdSe(cubic)", "CdS film", "CsPbI3(bulk)", "Hg1-xCdxTe", "CdxHg1-xSe"} <= heavy
    assert all(any(element in name for element in HEAVY) for name in heavy)
    layers = {row["name"] for row in sm.materials("ETL", without="Cd", contains=["Zn", "O"])}
    assert layers == {"ZnO", "AZO", "Zn0.9Mg0.1O", "ZnO:PEI", "IGZO", "Zn1-xMgxO"}


@pytest.mark.parametrize(
    ("elements", "says"),
    [
        ({"contains": "pb"}, 'contains is "pb"; expected elements such as "Pb". Did you mean "Pb"?'),
        ({"without": ["Pb", "lead"]}, 'without is "lead"; expected elements'),
        ({"without": "Pb,Cd"}, 'without is "Pb,Cd"; expected elements'),
        ({"contains": [""]}, 'contains is ""; expected elements'),
    ],
)
def test_what_is_no_element(elements: dict[str, Any], says: str) -> None:
    with pytest.raises(sm.InputError, match=re.escape(says)):
        sm.materials(**elements)


def test_by_element_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["materials", "--role", "HTL", "--without", "Pb, Cd,Hg", "--json"]) == 0
    names = {row["name"] for row in json.loads(capsys.readouterr().out)}
    assert "NiO" in names
    assert "PbS-EDT" not in names
    assert main(["materials", "--contains", "Hg,Te"]) == 0
    assert "Hg1-xCdxTe" in capsys.readouterr().out
    assert main(["materials", "--contains", "lead"]) == 2
    assert 'contains is "lead"' in capsys.readouterr().err


# -- misspelt names ------------------------------------------------------------------------------------------------


def slips(name: str) -> Iterator[str]:
    """Yield the name with one slip each: a letter left out, two swapped, one wrong, one twice, the wrong case."""
    word = name.partition("(")[0]
    rest, middle = name[len(word) :], len(word) // 2
    yield word[:middle] + word[middle + 1 :] + rest
    yield word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :] + rest
    yield word[:middle] + "q" + word[middle + 1 :] + rest
    yield word[:middle] + word[middle - 1] + word[middle:] + rest
    yield word.swapcase() + rest


def one_slip_apart(a: str, b: str) -> bool:
    """Whether one letter left out, added or exchanged, or two swapped, turn `a` into `b`, case aside."""
    a, b = a.casefold(), b.casefold()
    k = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    swapped = a[:k] + a[k + 1 : k + 2] + a[k : k + 1] + a[k + 2 :]
    return b[k + 1 :] in (a[k:], a[k + 1 :]) or a[k + 1 :] == b[k:] or swapped == b


def misspelt() -> list[tuple[str, str]]:
    """A hundred names with a slip that nobody could take for another material's, and the names that were meant."""
    pairs = []
    for kind in range(5):
        for name in ENTRIES:
            wrong = list(slips(name))[kind] if len(name) > 2 else name
            others = [
                other for other in known_names() if other != name and other not in ENTRIES[name].get("aliases", ())
            ]
            if wrong not in known_names() and not any(one_slip_apart(wrong, other) for other in others):
                pairs.append((wrong, name))
    step = len(pairs) / 100
    return [pairs[int(n * step)] for n in range(100)]


@pytest.mark.parametrize(("wrong", "name"), misspelt())
def test_a_hundred_misspelt_names_suggest_the_right_one(wrong: str, name: str) -> None:
    with pytest.raises(sm.InputError) as refusal:
        sm.material(wrong)
    hint = re.search(r'Did you mean "(.+?)"\?', str(refusal.value))
    assert hint, refusal.value
    assert sm.material(hint[1]).name == name


def test_a_bare_core_without_a_sizing_curve_means_the_crystal() -> None:
    cores = [name.removesuffix("(bulk)") for name in ENTRIES if name.endswith("(bulk)")]
    for core in (core for core in cores if core not in ENTRIES):
        with pytest.raises(sm.InputError, match=re.escape(f"{core}(bulk)")):
            sm.material(core)
