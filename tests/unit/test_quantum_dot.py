"""Quantum dots: figures, what they rest on, what is missing, and the picture of the sizing curves."""

from __future__ import annotations

import doctest
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stackmodel as sm
from stackmodel.materials.dot_core import dot_cores
from stackmodel.materials.sizing import sizing_curve


@pytest.fixture
def dot() -> sm.QuantumDot:
    return sm.QuantumDot("PbS", diameter="5 nm")


def test_figures_of_lead_sulphide(dot: sm.QuantumDot) -> None:
    assert dot.wavelength == pytest.approx(1239.8419843 / dot.band_gap, rel=1e-9)
    assert (dot.bohr_radius, dot.confinement, dot.degeneracy, dot.hole_degeneracy) == (18.0, "strong", 8.0, 8.0)
    assert dot.volume == pytest.approx(4 / 3 * math.pi * 2.5**3, rel=1e-12)
    # 1e-3: worked out by hand, 1.786 * 1.44 / (17.2 * 2.5) and 1.44 / (2 * 2.5 * 2.25)
    assert dot.coulomb_energy == pytest.approx(0.05981, rel=1e-3)
    assert dot.charging_energy(2.25) == pytest.approx(0.128, rel=1e-3)
    assert dot.polarisation_energy(17.2) == 0.0
    assert dot.biexciton_lifetime == pytest.approx(65.45e-12, rel=1e-4)
    assert dot.trion_lifetime == pytest.approx(4 * dot.biexciton_lifetime, rel=1e-12)


@pytest.mark.parametrize(
    ("core", "diameter", "band"),
    [("CdS", 1.5, "UV"), ("CdSe", 4, "visible"), ("PbS", 2.5, "NIR"), ("PbS", 5, "SWIR"), ("HgTe", 12, "MWIR")],
)
def test_spectral_bands(core: str, diameter: float, band: str) -> None:
    assert sm.QuantumDot(core, diameter=diameter).band_name == band


@pytest.mark.parametrize(
    ("wavelength", "band"),
    [(999, "NIR"), (1001, "SWIR"), (2999, "SWIR"), (3001, "MWIR"), (7999, "MWIR"), (8001, "LWIR"), (14001, "FIR")],
)
def test_ends_of_the_bands(wavelength: float, band: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm.QuantumDot, "wavelength", property(lambda self: wavelength))
    assert sm.QuantumDot("PbS", diameter=5).band_name == band


@pytest.mark.parametrize(
    ("core", "diameter", "regime"), [("CdS", 4, "strong"), ("CdS", 5.8, "intermediate"), ("Ag2S", 14, "weak")]
)
def test_regimes_of_confinement(core: str, diameter: float, regime: str) -> None:
    assert sm.QuantumDot(core, diameter=diameter).confinement == regime


def test_radiative_lifetimes_are_those_of_their_class() -> None:
    """PbS microseconds, CdSe some ten nanoseconds; InAs 4 to 14 ns (Yu et al., J. Phys. Chem. B 109, 7084, 2005)."""
    assert 2e-7 < sm.QuantumDot("PbS", diameter=5).radiative_lifetime(1.5) < 4e-6
    assert 3e-9 < sm.QuantumDot("CdSe", diameter=4).radiative_lifetime(1.5) < 6e-8
    small, large = (sm.QuantumDot("InAs", diameter=d).radiative_lifetime(1.5) for d in (3.2, 6.9))
    assert small < large
    assert 4e-9 / 4 < small < 4e-9 * 4
    assert 14e-9 / 4 < large < 14e-9 * 4


def test_mid_infrared_intraband_of_mercury_telluride() -> None:
    assert 0.1 < sm.QuantumDot("HgTe", diameter=10).intraband_energy < 0.4


@pytest.mark.parametrize(
    ("core", "what", "says"),
    [
        ("Si", "intraband_energy", "Si: no intraband energy"),
        ("Si", "degeneracy", "Si: no electron_degeneracy"),
        ("CdTe", "biexciton_lifetime", r"CdTe\(bulk\): no auger_volume_constant"),
        ("PbTe", "bohr_radius", r"PbTe\(bulk\): no exciton_bohr_radius"),
    ],
)
def test_what_is_not_known_is_an_error_that_names_it(core: str, what: str, says: str) -> None:
    with pytest.raises(sm.DataError, match=says):
        getattr(sm.QuantumDot(core, diameter=4), what)


def test_refused_inputs(dot: sm.QuantumDot) -> None:
    with pytest.raises(sm.DataError, match="HgTe: no radiative lifetime"):
        sm.QuantumDot("HgTe", diameter=10).radiative_lifetime(1.5)
    with pytest.raises(sm.InputError, match="PbS: refractive_index is 0"):
        dot.radiative_lifetime(0)
    with pytest.raises(sm.InputError, match="PbS: relative_permittivity is 0"):
        dot.charging_energy(0)
    with pytest.raises(sm.InputError, match='no sizing curve for "PbO"'):
        sm.QuantumDot("PbO", diameter=4)


def test_explain_has_every_method_side_by_side(dot: sm.QuantumDot) -> None:
    rows = {row["parameter"]: row for row in dot.explain()}
    assert rows["band_gap"]["value"] == dot.band_gap
    assert [name for name in rows if name.startswith("band_gap by ")] == [
        "band_gap by moreels2009", "band_gap by weidman2014", "band_gap by cademartiri2006",
        "band_gap by two-band", "band_gap by finite-barrier", "band_gap by brus", "band_gap by box",
    ]  # fmt: skip
    assert round(rows["band_gap by box"]["value"], 2) == 1.83
    assert "SAXS" in rows["band_gap by weidman2014"]["note"]
    assert {"trion_lifetime", "coulomb_energy", "band_name", "optical_permittivity"} <= rows.keys()
    assert all(row["source"] and row["provenance"] and row["confidence"] for row in rows.values())


def test_explain_says_where_a_curve_ends() -> None:
    rows = {row["parameter"]: row for row in sm.QuantumDot("PbS", diameter=3).explain()}
    assert rows["band_gap by weidman2014"]["value"] is None
    assert "valid from 4.3 to 8.4 nm" in rows["band_gap by weidman2014"]["note"]


@pytest.mark.parametrize("core", dot_cores())
def test_every_core_explains_itself(core: str) -> None:
    curve = sizing_curve(core)
    dot = sm.QuantumDot(core, diameter=0.5 * (curve.d_min + curve.d_max))
    assert len(dot.explain()) >= 6
    assert dot.sizing_plot().picture().elements


@given(share=st.floats(0.01, 0.99))
def test_a_smaller_dot_is_smaller_in_all_that_scales(share: float) -> None:
    small, large = sm.QuantumDot("PbS", diameter=2.3 + 3 * share), sm.QuantumDot("PbS", diameter=6 + 3 * share)
    assert small.coulomb_energy > large.coulomb_energy
    assert small.charging_energy(3) > large.charging_energy(3)
    assert small.intraband_energy > large.intraband_energy
    assert small.biexciton_lifetime < large.biexciton_lifetime


def test_sizing_plot_saves(dot: sm.QuantumDot, tmp_path: Path) -> None:
    plot = dot.sizing_plot()
    for suffix in ("svg", "png", "html", "csv", "json", "nc"):
        assert plot.save(tmp_path / f"sizing.{suffix}").stat().st_size > 1000
    frame = plot.to_dataframe()
    assert set(frame["curve"]) >= {"moreels2009", "weidman2014", "box", "measured dots"}
    assert frame["gap [eV]"].notna().all()
    assert plot.attributes()["moreels2009 (TEM sizes) [eV]"] == dot.band_gap
    assert "diameter [nm]: 5" in str(plot)


# -- films ---------------------------------------------------------------------------------------------------------


def test_a_film_keeps_the_curve_of_its_dots() -> None:
    saxs = sm.QuantumDot("PbS", diameter=5, curve="weidman2014")
    film = sm.QuantumDotFilm(saxs, ligand="TBAI")
    assert film.notation == "PbS(5nm, TBAI, curve=weidman2014)"
    assert film.dot == saxs
    assert film.optical_gap == saxs.band_gap != sm.material("PbS(5nm, TBAI)").optical_gap
    again = sm.material(film.notation)
    assert again.parameters == film.parameters
    rows = {row["parameter"]: row for row in again.explain()}
    assert (rows["sizing curve"]["value"], rows["sizing curve"]["note"]) == ("weidman2014", "as given")
    assert "weidman2014" in rows["optical_gap"]["note"]


def test_another_curve_derives_a_film_anew(tmp_path: Path) -> None:
    film = sm.material("PbS(1.2eV, TBAI)")
    other = film.with_values({"curve": "weidman2014"})
    assert other.optical_gap == pytest.approx(film.optical_gap, rel=1e-12)
    assert other.diameter == sm.QuantumDot.from_gap("PbS", 1.2, curve="weidman2014").diameter != film.diameter
    device = sm.Photodiode("ITO / ZnO 60nm / PbS(5nm, TBAI, curve=moreels2009) 250nm / Au")
    assert device.stack["active"].material.name == "PbS(5nm, TBAI, curve=moreels2009)"
    moved = device.with_values({"active.curve": "weidman2014"})
    assert moved.stack["active"].material.recipe.curve == "weidman2014"
    assert sm.load(moved.save(tmp_path / "d.toml")).stack.notation == moved.stack.notation


def test_a_curve_that_the_core_does_not_have() -> None:
    with pytest.raises(sm.InputError, match='Did you mean "weidman2014"'):
        sm.material("PbS(3.4nm, TBAI, curve=weidman2015)")
    with pytest.raises(sm.InputError, match='Did you mean "curve"'):
        sm.material("PbS(3.4nm, TBAI, curv=weidman2014)")
    with pytest.raises(sm.InputError, match='"curve" is given twice'):
        sm.material("PbS(3.4nm, TBAI, curve=box, curve=brus)")
    with pytest.raises(sm.InputError, match="curve"):
        sm.material("ZnO").with_values({"curve": "box"})


@pytest.mark.parametrize("text", ["PbS(1.2nm, EDT)", "PbS(peak=3000nm, EDT)", "HgTe(6nm, EDT, truncation=1)"])
def test_an_error_names_its_film_once(text: str) -> None:
    with pytest.raises((sm.InputError, sm.DataError)) as found:
        sm.material(text)
    whose, _, rest = str(found.value).partition(": ")
    assert not rest.startswith(f"{whose}: ")


@pytest.mark.parametrize("text", ["CdS(3nm, TBAI)", "Si(3nm, TBAI)", "GaAs(3nm, TBAI)"])
def test_a_core_without_films_says_so(text: str) -> None:
    with pytest.raises(sm.DataError, match="no film of these dots is known, with any ligand"):
        sm.Stack.parse(f"active: {text} 100nm")


@pytest.mark.parametrize("name", ["Si", "Ge", "GaAs"])
def test_bulk_stays_bulk_where_it_is_bare(name: str) -> None:
    assert sm.material(name).name == name
    assert sm.Stack.parse(f"active: {name} 300nm").layers[0].material.kind == "semiconductor"


def test_a_bare_core_with_a_bulk_is_refused() -> None:
    with pytest.raises(sm.InputError, match=r'"InAs" has a sizing curve: give .*InAs\(bulk\)\?'):
        sm.material("InAs")


# -- documentation -------------------------------------------------------------------------------------------------


def test_the_examples_of_the_page_hold() -> None:
    page = (Path(__file__).parents[2] / "docs" / "materials.md").read_text("utf-8").replace("```", "")
    examples = doctest.DocTestParser().get_doctest(page, {}, "materials.md", None, 0)
    assert len(examples.examples) > 8
    assert doctest.DocTestRunner().run(examples).failed == 0
