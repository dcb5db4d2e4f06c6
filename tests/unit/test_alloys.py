"""Alloys by composition: spellings, laws against their sources, what lies on the line, and what is refused."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import stackmodel as sm
from stackmodel.materials.alloy import alloys
from stackmodel.materials.material import Material
from stackmodel.quantities import quantity

ALLOYS = [alloy.written(x) for alloy in alloys() for x in {*alloy.range, alloy.example}]


def hansen(x: float, T: float) -> float:
    """E_g(x, T) of Hansen, Schmit & Casselman (1982), as the paper has it [eV]."""
    return -0.302 + 1.93 * x - 0.810 * x**2 + 0.832 * x**3 + 5.35e-4 * T * (1 - 2 * x)


# -- spellings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("In0.53Ga0.47As", "In0.53Ga0.47As"),
        ("Ga0.47In0.53As", "In0.53Ga0.47As"),
        ("In0.530Ga0.470As", "In0.53Ga0.47As"),
        ("In.53Ga.47As", "In0.53Ga0.47As"),
        ("InGaAs", "In0.53Ga0.47As"),
        ("Cd0.3Hg0.7Te", "Hg0.7Cd0.3Te"),
        ("Hg0.7Cd0.3Te", "Hg0.7Cd0.3Te"),
        ("Ge0.92Sn0.08", "Ge0.92Sn0.08"),
        ("Cd0.4Hg0.6Se", "Cd0.4Hg0.6Se"),
        ("In0.2Ga0.8N", "In0.2Ga0.8N"),
        ("Mg0.15Zn0.85O", "Zn0.85Mg0.15O"),
    ],
)
def test_spellings(written: str, name: str) -> None:
    assert sm.material(written).name == name
    stack = sm.Stack.parse(f"ITO / active: {written} 300nm / Au")
    assert stack.layers[1].material.parameters == sm.material(name).parameters
    assert name in stack.notation
    assert sm.Stack.parse(stack.notation).notation == stack.notation


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("HgCdTe", "HgCdTe is an alloy; give its composition, such as Hg0.7Cd0.3Te"),
        ("CdHgTe", "give its composition, such as Hg0.7Cd0.3Te"),
        ("InxGa1-xN", "give its composition, such as In0.2Ga0.8N"),
        ("InGa0.47As", "give its composition"),
        ("In0.5Ga0.4As", "the two shares add up to 0.9; expected 1, such as In0.53Ga0.47As"),
        ("Ge0.5Sn0.5", "x of Ge1-xSnx is 0.5; expected 0.07 to 0.2, where its laws hold"),
        ("Hg0.9Cd0.1Te", "x of Hg1-xCdxTe is 0.1; expected 0.17 to 1"),
        ("Hg-0.7Cd1.7Te", "unknown material"),
        ("In0.53Ga0.47Ar", 'unknown material "In0.53Ga0.47Ar". Did you mean "In0.53Ga0.47As"'),
        ("In0.5In0.5As", "unknown material"),
        ("In0.5Ga0.5As2", "unknown material"),
    ],
)
def test_refused(written: str, says: str) -> None:
    with pytest.raises(sm.InputError) as refusal:
        sm.material(written)
    assert says in str(refusal.value)


def test_listed_with_an_example() -> None:
    rows = {row["name"]: row for row in sm.materials()}
    assert "In0.53Ga0.47As" in rows["InxGa1-xAs"]["note"]
    assert "Zn1-xMgxO" in [row["name"] for row in sm.materials("ETL")]


# -- laws against their sources ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "gap", "tolerance"),
    [
        # measured on InP at 300 K; the bowing of Vurgaftman 2001 gives 0.737
        ("In0.53Ga0.47As", 0.74, 5e-3),
        # Wu 2002 with 0.64 and 3.43 eV at the ends, rounded to 10 meV each
        ("In0.2Ga0.8N", 0.64 * 0.2 + 3.43 * 0.8 - 1.43 * 0.16, 6e-3),
        ("In0.5Ga0.5N", 0.5 * (0.64 + 3.43) - 1.43 * 0.25, 6e-3),
        # Gallagher 2014, direct gap: bowing 2.66 - 5.4 x
        ("Ge0.9Sn0.1", 0.80 * 0.9 - 0.41 * 0.1 - (2.66 - 0.54) * 0.09, 1e-9),
        # Ohtomo 1998: 3.99 eV at x = 0.33, the largest content of one phase
        ("Zn0.67Mg0.33O", 3.99, 0.03),
    ],
)
def test_gaps(name: str, gap: float, tolerance: float) -> None:
    assert sm.material(name).band_gap == pytest.approx(gap, abs=tolerance)


def test_vurgaftman2001_ingaas_gap_at_0_K() -> None:
    cold = sm.material("In0.53Ga0.47As").at(1.0)
    assert cold.band_gap == pytest.approx(0.53 * 0.417 + 0.47 * 1.519 - 0.477 * 0.53 * 0.47, abs=1e-5)


@pytest.mark.parametrize("x", [0.2, 0.225, 0.3, 0.445, 0.5, 1.0])  # at 0.5 the gap does not move
@pytest.mark.parametrize("T", [77.0, 200.0, 300.0])
def test_hansen1982(x: float, T: float) -> None:
    alloy = sm.material(f"Hg{1 - x:.6g}Cd{x:.6g}Te")
    assert alloy.at(T).band_gap == pytest.approx(hansen(x, T), abs=1e-12)
    assert alloy.at(T).electron_affinity == pytest.approx(4.23 - 0.813 * (hansen(x, T) - 0.083), abs=1e-9)
    assert alloy.electron_effective_mass == pytest.approx(0.071 * hansen(x, 300.0), rel=1e-4)


def test_hgcdte_for_the_mid_infrared() -> None:
    """x = 0.30: 0.291 eV at 300 K, 0.243 eV at 77 K; n_i within the 15 % of Hansen's own fit (1983) at 300 K."""
    alloy = sm.material("Hg0.7Cd0.3Te")
    assert alloy.band_gap == pytest.approx(0.291, abs=5e-4)
    assert alloy.at(77).band_gap == pytest.approx(0.243, abs=5e-4)
    kT = 8.617333262e-5 * 300.0
    n_i = (alloy.conduction_band_dos * alloy.valence_band_dos) ** 0.5 * 2.718281828 ** (-0.5 * alloy.band_gap / kT)
    fit = (5.585 - 3.82 * 0.3 + 1.753e-3 * 300 - 1.364e-3 * 0.3 * 300) * 1e14
    fit *= alloy.band_gap**0.75 * 300.0**1.5 * 2.718281828 ** (-0.5 * alloy.band_gap / kT)
    assert n_i == pytest.approx(fit, rel=0.15)


def test_in053ga047as_is_that_of_the_tables() -> None:
    """Affinity 4.5 eV, permittivity 13.9, mass 0.041, mobility below 12000; 10 % is how far tables differ."""
    alloy = sm.material("InGaAs")
    known = {"electron_affinity": 4.5, "relative_permittivity": 13.9, "electron_effective_mass": 0.041,
             "hole_effective_mass": 0.45, "kane_energy": 25.3, "electron_mobility": 12000.0}  # fmt: skip
    for name, value in known.items():
        assert alloy.value(name) == pytest.approx(value, rel=0.1)


# -- what lies on the line -----------------------------------------------------------------------------------------


def test_without_a_law_the_value_lies_on_the_line_and_says_so() -> None:
    start, end = sm.material("GaAs"), sm.material("InAs(bulk)")
    found = sm.material("In0.2Ga0.8As").parameter("relative_permittivity")
    assert found.value == pytest.approx(0.8 * start.relative_permittivity + 0.2 * end.relative_permittivity)
    assert (found.provenance, found.assumption) == ("derived", "linear_in_composition")
    assert found.note == "on the line from GaAs to InAs(bulk)"
    for each in (start, end):
        assert each.parameter("relative_permittivity").source in found.source


def test_what_an_end_lacks_is_left_out() -> None:
    assert "hole_mobility" not in sm.material("InN").parameters
    assert "hole_mobility" not in sm.material("In0.2Ga0.8N").parameters
    with pytest.raises(sm.DataError, match=r"Cd0\.4Hg0\.6Se: no electron_mobility"):
        sm.material("Cd0.4Hg0.6Se").electron_mobility


def test_a_host_alone_gives_its_values() -> None:
    found = sm.material("Zn0.85Mg0.15O").parameter("donor_density")
    assert (found.value, found.note) == (sm.material("ZnO").donor_density, "that of ZnO")
    assert sm.material("Zn0.85Mg0.15O").ionization_potential == pytest.approx(7.55)


def test_states_follow_from_the_mass() -> None:
    alloy = sm.material("In0.53Ga0.47As")
    mass = 0.53 * 0.026 + 0.47 * 0.067 - 0.0091 * 0.53 * 0.47
    assert alloy.conduction_band_dos == pytest.approx(2.5094e19 * mass**1.5, rel=1e-4)
    assert alloy.at(77).conduction_band_dos == pytest.approx(alloy.conduction_band_dos * (77 / 300) ** 1.5)


@pytest.mark.parametrize("name", ALLOYS)
def test_every_value_is_plausible_and_derived(name: str) -> None:
    alloy = sm.material(name)
    for parameter in alloy.parameters.values():
        assert quantity(parameter.quantity).holds(parameter.value), parameter
        assert parameter.provenance == "derived"
        assert parameter.source
    assert len(alloy.contains) in (2, 3)


def test_the_ends_move_the_gap_in_their_shares() -> None:
    ends = {"HgSe(bulk)": 0.6, "CdSe(bulk)": 0.4}  # a straight line and a law of Varshni
    for T in (300.0, 77.0):
        gap = sum(share * sm.material(end).at(T).band_gap for end, share in ends.items())
        assert sm.material("Cd0.4Hg0.6Se").at(T).band_gap == pytest.approx(gap, rel=1e-8)


@pytest.mark.parametrize("name", ["InxGa1-xAs", "InxGa1-xN"])
def test_the_ends_are_the_ends(name: str) -> None:
    alloy = next(each for each in alloys() if each.formula == name)
    for x, end in zip((0.0, 1.0), alloy.ends, strict=True):
        assert sm.material(alloy.written(x)).band_gap == pytest.approx(sm.material(end).band_gap, rel=1e-12)
        cold = sm.material(alloy.written(x)).at(77).band_gap
        # 1e-8: the ends' values at 300 K are those of their laws, rounded
        assert cold == pytest.approx(sm.material(end).at(77).band_gap, rel=1e-8)


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_a_device_with_an_alloy_goes_through_a_file(suffix: str, tmp_path: Path) -> None:
    device = sm.Photodiode("ITO / ZnO 60nm / active: InGaAs 1um / HTL: NiO 30nm / Au", temperature=200)
    again = sm.load(device.save(tmp_path / f"device.{suffix}"))
    assert again == device
    assert again.band_alignment().built_in_potential == device.band_alignment().built_in_potential


def test_an_alloy_is_a_material_like_others() -> None:
    alloy = sm.material("Hg0.7Cd0.3Te")
    assert pickle.loads(pickle.dumps(alloy)) == alloy
    assert isinstance(alloy.with_values({"band_gap": 0.25}), Material)
    assert sm.material("InGaAs").with_values({"band_gap": 0.75}).at(77).band_gap == 0.75
    device = sm.Photodiode("ITO / ZnO 60nm / active: Hg0.7Cd0.3Te 3um", back=sm.Contact.ohmic(), temperature=200)
    assert device.equilibrium().built_in_potential != 0
    assert "linear_in_composition" in [row["rule"] for row in device.assumptions()]
