"""Films of dots: levels by ligand, what moves with size and spacing, rules in place of measurements, passivation."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stackmodel as sm
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.film_answers import doping_verdict
from stackmodel.physics.constants import HC_EV_NM

SIZES = st.floats(2.5, 8.0)
SPACINGS = st.floats(0.1, 2.0)
#: Lead sulphide from the shallowest valence edge to the deepest: Brown et al. (2014), as far as there are films.
BY_DEPTH = ("EDT", "MPA", "SCN", "chloride", "TBAI", "fluoride", "TBAB")


def film(text: str) -> sm.QuantumDotFilm:
    found = sm.material(text)
    assert isinstance(found, sm.QuantumDotFilm)
    return found


# -- ligands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ligand", "gap", "affinity", "ionization"),
    [("EDT", 1.33, 3.7, 5.0), ("TBAI", 1.33, 4.1, 5.45), ("MPA", 1.30, 3.8, 5.1), ("halide", 1.30, 4.15, 5.45)],
)
def test_levels_of_the_four_ligands_that_have_both(ligand: str, gap: float, affinity: float, ionization: float) -> None:
    found = film(f"PbS({gap}eV, {ligand})")
    assert found.electron_affinity == pytest.approx(affinity, abs=1e-9)
    assert found.ionization_potential == pytest.approx(ionization, abs=1e-9)


def test_brown2014_order_of_the_rest() -> None:
    depth = [film(f"PbS(1.33eV, {ligand})").ionization_potential for ligand in BY_DEPTH]
    assert depth == sorted(depth)
    assert len(set(depth)) == len(depth)
    for ligand in ("SCN", "chloride", "fluoride"):  # numbers by rank say so, and between which
        level = film(f"PbS(1.33eV, {ligand})").ligand_entry.values["electron_affinity"]
        assert level.assumption == "ligand_order"
        assert level.low < level.value < level.high


@pytest.mark.parametrize("core", ["PbSe", "HgTe", "InAs", "InSb"])
def test_films_without_measured_levels_have_those_of_the_bulk(core: str) -> None:
    for ligand in read_toml("ligands.toml")[core]:
        found = film(f"{core}(5nm, {ligand}, interdot_spacing=0.5nm)")
        bulk = sm.material(f"{core}(bulk)")
        assert found.parameter("electron_affinity").assumption == "bulk_levels"
        assert found.electron_affinity < bulk.electron_affinity
        start = max(bulk.band_gap, 0.0)
        assert found.ionization_potential > bulk.electron_affinity + start
        assert found.transport_gap == pytest.approx(found.dot.band_gap, rel=1e-12)
        assert sm.Stack.parse(f"active: {found.notation} 100nm").layers[0].material == found


def test_the_valence_edge_of_selenide_stays() -> None:
    for size in (3, 5):
        assert film(f"CdSe({size}nm, SCN, interdot_spacing=0.4nm)").ionization_potential == pytest.approx(
            6.0, rel=1e-12
        )
    assert film("CdSe@CdS(4nm+2nm, oleate)").ionization_potential == pytest.approx(6.2, rel=1e-12)


def test_a_spacing_that_nobody_measured_is_asked_for() -> None:
    with pytest.raises(sm.DataError, match=r"HgTe-hybrid: no interdot_spacing .* interdot_spacing=0\.5nm\)"):
        film("HgTe(5nm, hybrid)")


@pytest.mark.parametrize(("ligand", "word"), [("TBAI", "contradicts"), ("EDT", "agrees"), ("halide", "contradicts")])
def test_doping_against_photoemission(ligand: str, word: str) -> None:
    found = film(f"PbS(3.4nm, {ligand})")
    assert word in doping_verdict(found)
    notes = {row["parameter"]: row["note"] for row in found.explain()}
    assert word in notes["Fermi level by photoemission"]
    assert doping_verdict(film("PbS(3.4nm, SCN)")) == "no Fermi level was measured"


# -- what moves with size and spacing ------------------------------------------------------------------------------


@given(SIZES, st.floats(1.02, 1.2))
@settings(max_examples=40, deadline=None)
def test_films_are_monotonic_in_size(d: float, ratio: float) -> None:
    recipe = "PbS({:.17g}nm, MPA, size_dispersion=0.05, tunnel_barrier=1.1eV, truncation=0.3)"
    small, large = film(recipe.format(d)), film(recipe.format(d * ratio))
    for name in (
        "band_gap", "optical_gap", "ionization_potential", "conduction_band_dos", "valence_band_dos",
        "electron_mobility_activation",
    ):  # fmt: skip
        assert large.value(name) < small.value(name), name
    for name in ("electron_affinity", "electron_mobility", "hole_mobility"):
        assert large.value(name) > small.value(name), name
    bare, wider = (film(f"PbS({x:.17g}nm, fluoride)").relative_permittivity for x in (d, d * ratio))
    assert wider > bare


@given(SIZES, SPACINGS, st.floats(1.02, 1.5))
@settings(max_examples=40, deadline=None)
def test_films_are_monotonic_in_spacing(d: float, s: float, ratio: float) -> None:
    recipe = "PbS({:.17g}nm, fluoride, interdot_spacing={:.17g}nm, size_dispersion=0.05, unpassivated_fraction=1e-6)"
    close, apart = film(recipe.format(d, s)), film(recipe.format(d, s * ratio))
    for name in ("conduction_band_dos", "electron_mobility", "relative_permittivity", "absorption_coefficient"):
        assert apart.value(name) < close.value(name), name
    for name in ("electron_lifetime", "electron_mobility_activation"):
        assert apart.value(name) > close.value(name), name
    for name in ("band_gap", "electron_affinity", "electronic_disorder"):
        assert apart.value(name) == close.value(name), name


def test_one_address_moves_gap_levels_sites_absorption_and_dark_current() -> None:
    device = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, MPA, size_dispersion=0.04) 250nm / PbS(3.0nm, EDT) 45nm / Au")
    other = device.with_values({"active.diameter": 4.4})
    before, after = (each.stack["active"].material for each in (device, other))
    for name in (
        "band_gap", "optical_gap", "electron_affinity", "ionization_potential", "conduction_band_dos",
        "absorption_coefficient", "electronic_disorder",
    ):  # fmt: skip
        assert after.value(name) != before.value(name), name
    assert other.estimate(-0.5).dark_current > 3.0 * device.estimate(-0.5).dark_current


# -- inputs and sources --------------------------------------------------------------------------------------------


def test_inputs_ask_for_rules_and_nothing_else_moves() -> None:
    plain = film("PbS(3.4nm, MPA)")
    spread = film("PbS(3.4nm, MPA, size_dispersion=0.05)")
    moved = {n for n in spread.parameters if spread.parameters[n] != plain.parameters.get(n)}
    assert moved == {"size_dispersion", "electronic_disorder", "absorption_coefficient"}
    surface = film("PbS(3.4nm, MPA, truncation=0.5)")
    moved = {n for n in surface.parameters if surface.parameters[n] != plain.parameters.get(n)}
    assert moved == {"truncation", "unpassivated_fraction", "electron_lifetime", "hole_lifetime"}
    barrier = film("PbS(3.4nm, MPA, tunnel_barrier=1.13eV)")
    moved = {n for n in barrier.parameters if barrier.parameters[n] != plain.parameters.get(n)}
    mobilities = {f"{c}_mobility{x}" for c in ("electron", "hole") for x in ("", "_activation")}
    assert moved == {"tunnel_barrier", "hopping_length"} | mobilities


def test_a_value_by_hand_wins_and_keeps_its_source() -> None:
    mine = film("PbS(3.4nm, MPA, size_dispersion=0.05, truncation=0.5, tunnel_barrier=1eV)").with_values(
        {
            "electronic_disorder": 0.04,
            "electron_lifetime": 3e-8,
            "electron_mobility": 0.2,
            "absorption_coefficient": 2e4,
        },
        source="batch 7",
    )
    moved = mine.with_values({"diameter": 4.0}, source="TEM of batch 7")
    for each in (mine, moved):
        assert (each.electronic_disorder, each.electron_lifetime, each.electron_mobility) == (0.04, 3e-8, 0.2)
        assert each.absorption_coefficient == 2e4
        assert each.parameter("electron_mobility").source == "batch 7"
    assert moved.parameter("diameter").source == "TEM of batch 7"
    assert moved.with_values({"redshift": 0.02}).parameter("diameter").source == "TEM of batch 7"
    assert moved.hole_mobility != mine.hole_mobility


@pytest.mark.parametrize("wrong", ["size_dispersion=0.9", "truncation=1.5", "tunnel_barrier=1nm", "truncatoin=0.5"])
def test_wrong_inputs_are_errors(wrong: str) -> None:
    with pytest.raises(sm.InputError, match=r"expected|unknown argument|cannot|unit"):
        film(f"PbS(3.4nm, TBAI, {wrong})")


def test_inputs_of_a_recipe_are_for_recipes() -> None:
    with pytest.raises(sm.InputError, match="truncation is the input of a recipe"):
        sm.material("ZnO").with_values({"truncation": 0.5})


def test_a_device_with_inputs_is_saved_and_read(tmp_path: Path) -> None:
    text = "ITO / ZnO 60nm / PbS(3.4nm, MPA, size_dispersion=0.05, truncation=0.5) 250nm / PbS(3nm, EDT) 45nm / Au"
    device = sm.Photodiode(text)
    for suffix in ("toml", "json"):
        device.save(tmp_path / f"device.{suffix}")
        assert sm.load(tmp_path / f"device.{suffix}") == device
    rules = {row["rule"] for row in device.assumptions()}
    assert {"surface_traps", "dispersion_disorder", "cross_section_absorption"} <= rules


# -- gaps and edge -------------------------------------------------------------------------------------------------


def test_optical_gap_transport_gap_and_urbach_energy_are_three_things() -> None:
    found = film("PbS(1.33eV, TBAI, redshift=30meV)")
    # the notation gives the peak of the film, so the dots are those of 1.36 eV
    assert found.optical_gap == pytest.approx(1.33, rel=1e-9)
    assert found.transport_gap == found.band_gap == pytest.approx(1.35 + 0.03, rel=1e-9)
    with pytest.raises(sm.DataError, match="no urbach_energy"):
        found.urbach_energy
    assert found.with_values({"urbach_energy": "18 meV"}).urbach_energy == pytest.approx(0.018, rel=1e-12)


def test_absorption_widens_with_the_spread_of_sizes() -> None:
    peak = HC_EV_NM / film("PbS(3.4nm, halide)").optical_gap
    at = [peak, 1.12 * peak]
    sharp, broad = (film(f"PbS(3.4nm, halide, size_dispersion={x})").absorption(at) for x in (0.03, 0.08))
    assert broad.peak_width > sharp.peak_width
    assert broad.absorption_coefficient[0] < sharp.absorption_coefficient[0]
    assert broad.absorption_coefficient[1] > sharp.absorption_coefficient[1]
    area = [each.peak_width * each.peak_absorption for each in (sharp, broad)]
    assert area[0] == pytest.approx(area[1], rel=1e-12)
    # what devices with such films report at their peak
    assert 0.5e4 < film("PbS(3.4nm, halide)").absorption([peak]).absorption_coefficient[0] < 2e4


def test_absorption_is_not_extrapolated() -> None:
    with pytest.raises(sm.InputError, match="no absorption below 400 nm is known"):
        film("PbS(3.4nm, halide)").absorption([350.0])
    with pytest.raises(sm.DataError, match="PbSe: no cross section at the 1S peak"):
        film("PbSe(5nm, EDT)").absorption([1500.0])
    with pytest.raises(sm.InputError, match="wavelength is -1 nm; expected"):
        film("PbS(3.4nm, halide)").absorption([-1.0])
    assert film("PbS(3.4nm, halide)").absorption(["0.94 um"]).wavelength.tolist() == [940.0]


def test_an_absorption_by_hand_is_that_of_the_peak(tmp_path: Path) -> None:
    mine = film("PbS(3.4nm, halide)").with_values({"absorption_coefficient": 2e4, "urbach_energy": 0.02})
    found = mine.absorption(np.linspace(450.0, 1300.0, 50))
    assert found.peak_absorption == 2e4
    assert found.attributes()["urbach_energy [eV]"] == 0.02
    assert found.save(tmp_path / "a.csv").stat().st_size > 500
    assert found.save(tmp_path / "a.svg").stat().st_size > 500


# -- passivation ---------------------------------------------------------------------------------------------------


def chain(text: str, **options: object) -> dict[str, float]:
    return {row["step"]: row["value"] for row in film(text).passivation(**options)}  # type: ignore[arg-type]


def test_the_chain_gives_back_what_it_was_calibrated_with() -> None:
    for ligand, lifetime in (("MPA", 80e-9), ("halide", 1e-6)):
        steps = chain(f"PbS(1.3eV, {ligand})")
        assert steps["trap density"] == pytest.approx(1e16, rel=1e-9)
        assert steps["lifetime by the surface"] == pytest.approx(lifetime, rel=1e-9)


def test_the_chain_of_passivation() -> None:
    octahedron, cuboctahedron = (chain(f"PbS(5nm, MPA, truncation={t})", depletion_width="300 nm") for t in (0, 1))
    assert octahedron["atoms on {100}"] == 0.0 < cuboctahedron["atoms on {100}"]
    for name in ("trap density", "generation in the dark", "dark current density"):
        assert cuboctahedron[name] > octahedron[name], name
    for name in ("lifetime by the surface", "PLQY"):
        assert cuboctahedron[name] < octahedron[name], name
    assert octahedron["lifetime of the film"] == octahedron["lifetime by the surface"]
    better = chain("PbS(5nm, MPA, unpassivated_fraction=1e-8)", depletion_width="300 nm")
    assert better["dark current density"] < 0.01 * octahedron["dark current density"]
    steps = chain("PbS(5nm, MPA, size_dispersion=0.05)", radiative_lifetime="2 us")
    assert steps["radiative lifetime"] == pytest.approx(2e-6, rel=1e-12)
    assert steps["Stokes shift"] > 0.0
    perfect = chain("PbS(5nm, MPA, unpassivated_fraction=0)")
    assert (perfect["PLQY"], perfect["generation in the dark"], perfect["lifetime by the surface"]) == (1, 0, math.inf)


def test_the_chain_moves_the_dark_current_of_a_device() -> None:
    device = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, MPA, truncation=0) 250nm / PbS(3.0nm, EDT) 45nm / Au")
    worse = device.with_values({"active.truncation": 1.0, "active.unpassivated_fraction": 1e-4})
    assert worse.stack["active"].material.electron_lifetime < device.stack["active"].material.electron_lifetime / 50
    # The solutions are 4.9 apart: 89 times shorter a lifetime makes more than a mobility of 1e-3 cm^2/(V s) takes out.
    assert worse.estimate(-0.5).dark_current > 3.5 * device.estimate(-0.5).dark_current


def test_a_ligand_without_traps_says_so() -> None:
    with pytest.raises(sm.DataError, match="PbS-EDT: no unpassivated_fraction"):
        film("PbS(3.4nm, EDT)").passivation()
    assert chain("PbS(3.4nm, EDT, unpassivated_fraction=1e-6)")["capture coefficient"] == 1e-10
    with pytest.raises(sm.DataError, match="lattice_constant"):
        film("HgTe(5nm, EDT, unpassivated_fraction=1e-6)")


# -- multiple exciton generation -----------------------------------------------------------------------------------

CELL = "ITO / ZnO 60nm / PbSe(4nm, EDT) 300nm{} / PbS(3.0nm, EDT) 45nm / Au"


def test_multiplication_in_eqe_and_limit() -> None:
    given = " [multiplication_threshold=2.5, multiplication_slope=0.6, hole_lifetime=1 us, electron_lifetime=1 us]"
    plain = sm.SolarCell(CELL.format(" [hole_lifetime=1 us, electron_lifetime=1 us]"))
    mine = sm.SolarCell(CELL.format(given))
    gap = plain.stack["active"].material.value("optical_gap")
    before, after = plain.estimate(), mine.estimate()
    at_edge, at_four = HC_EV_NM / (1.01 * gap), HC_EV_NM / (4.0 * gap)
    assert after.eqe(at_edge) == before.eqe(at_edge) > 0.0
    assert after.eqe(at_four) == pytest.approx((1 + 0.6 * 1.5) * before.eqe(at_four), rel=1e-9)
    assert after.background_limit(at_four) == pytest.approx(before.background_limit(at_four), rel=1e-9)
    assert mine.limit().efficiency > plain.limit().efficiency
    assert mine.limit().attributes()["multiplication_slope"] == 0.6
    assert mine.estimate(light=sm.Light.am15g()).photocurrent > plain.estimate(light=sm.Light.am15g()).photocurrent
    with pytest.raises(sm.InputError, match="expected one of the two"):
        mine.limit(pairs_per_photon=2)
    alone = sm.SolarCell(CELL.format(" [multiplication_slope=0.6]"))
    with pytest.raises(sm.InputError, match="active: multiplication_slope needs multiplication_threshold too"):
        alone.limit()
