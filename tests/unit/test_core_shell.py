"""Dots with shells and platelets: gap, type, overlap, wave functions, and films of them by the notation."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stackmodel as sm
from stackmodel.materials.core_shell import edges_of, offset_source
from stackmodel.materials.ligand import _ligands
from stackmodel.physics.radial import ground_state


@pytest.fixture
def dot() -> sm.QuantumDot:
    return sm.QuantumDot("PbS", diameter=5, shell=("CdS", "0.6 nm"))


def test_a_shell_lets_the_carriers_out(dot: sm.QuantumDot) -> None:
    bare = sm.QuantumDot("PbS", diameter=5)
    left = (dot.confined.gap - 0.41) / (bare.confined.gap - 0.41)  # of the confinement
    assert dot.band_gap == pytest.approx(0.41 + left * (bare.band_gap - 0.41), abs=1e-12)
    assert -0.15 < dot.shell_shift < 0.0
    assert dot.overlap < bare.overlap <= 1.0
    assert (dot.name, dot.outer_diameter, dot.band_type) == ("PbS@CdS", 6.2, "I")


@pytest.mark.parametrize("core", ["CdSe", "PbS", "CdTe"])
def test_a_shell_of_the_core_itself_makes_a_larger_dot(core: str) -> None:
    bulk = sm.material(f"{core}(bulk)").band_gap
    larger, thick = (sm.QuantumDot(core, diameter=4, shell=(f"{core}(bulk)", t)).band_gap for t in (0.5, 10.0))
    assert larger == pytest.approx(sm.QuantumDot(core, diameter=5).band_gap, abs=0.03)
    assert bulk < thick < bulk + 0.05


def test_without_a_shell_the_curve_alone_counts() -> None:
    dot = sm.QuantumDot("PbS", diameter=5, shell=[])
    assert dot == sm.QuantumDot("PbS", diameter=5)
    assert dot.band_gap == dot.sizing.gap(5.0)


@pytest.mark.parametrize(
    ("core", "diameter", "shell", "band_type"),
    [
        ("CdSe", 4, ("ZnS", 0.6), "I"),
        ("InAs", 5, ("ZnSe", 0.8), "I"),
        ("CdTe", 4, ("CdSe", 1.5), "II"),
        ("PbSe", 5, ("CdSe", 1.0), "quasi-II"),
    ],
)
def test_types_by_offset_and_state(core: str, diameter: float, shell: tuple[str, float], band_type: str) -> None:
    dot = sm.QuantumDot(core, diameter=diameter, shell=shell)
    assert dot.band_type == band_type
    if band_type == "II":
        assert dot.overlap < 0.4
        assert dot.confined.probability("hole")["0: CdTe"] > 0.9
    if band_type == "I":
        assert dot.overlap > 0.7


def test_hole_of_cdse_in_cds_eshet2013() -> None:
    """The hole stays in the core whatever its size, the electron reaches out (Eshet et al., Nano Letters 13, 2013)."""
    found = [sm.QuantumDot("CdSe", diameter=d, shell=("CdS", 3)).confined for d in (2.5, 4.0, 6.0)]
    holes, electrons = ([each.probability(carrier)["0: CdSe"] for each in found] for carrier in ("hole", "electron"))
    assert min(holes) > 0.7
    assert electrons == sorted(electrons)
    assert [each.band_type for each in found] == ["quasi-II", "quasi-II", "I"]


@pytest.mark.parametrize(
    ("core", "shell", "conduction", "valence"),
    [("CdSe", "CdS(bulk)", 0.26, -0.42), ("CdSe", "ZnS", 1.34, -0.60), ("CdTe", "CdSe(bulk)", -0.30, -0.57)],
)
def test_offsets_of_wei1998(core: str, shell: str, conduction: float, valence: float) -> None:
    inner, outer = sm.material(f"{core}(bulk)"), sm.material(shell)
    steps = [b - a for a, b in zip(edges_of(inner, inner), edges_of(inner, outer), strict=True)]
    # 0.01: the gaps of the library, in hundredths of an eV
    assert steps == pytest.approx([conduction, valence], abs=0.01)
    assert "Wei" in offset_source(inner, outer)[0]
    given = outer.with_values({"electron_affinity": 4.0})
    assert offset_source(inner, given) == ("the affinities", None)
    assert edges_of(inner, given)[0] == pytest.approx(-4.0, abs=1e-12)


def test_a_measured_offset_decides() -> None:
    """CdSe/CdS with an electron step of 0.2 eV: the electron spreads, the hole stays."""
    cds = sm.material("CdS(bulk)").with_values({"electron_affinity": 4.7, "band_gap": 2.42}, source="a paper (2020)")
    dot = sm.QuantumDot("CdSe", diameter=3, shell=(cds, 3))
    assert dot.band_type == "quasi-II"
    assert dot.confined.probability("electron")["0: CdSe"] < 0.5 < dot.confined.probability("hole")["0: CdSe"]
    assert dot.radiative_lifetime(1.5) > sm.QuantumDot("CdSe", diameter=3).radiative_lifetime(1.5)


def test_split_and_graded_shells() -> None:
    """A shell in two parts is the shell; one graded from a material to itself is plain."""
    whole, split = (
        sm.QuantumDot("CdSe", diameter=4, shell=shell)
        for shell in (("ZnS", 1.0), [("ZnS", 0.5), sm.Shell("ZnS", 0.5, to="ZnS")])
    )
    # 1e-9: the same nodes, sums in another order
    assert split.band_gap == pytest.approx(whole.band_gap, rel=1e-9)
    assert split.overlap == pytest.approx(whole.overlap, rel=1e-9)


def test_a_graded_shell_lies_between_its_ends() -> None:
    gaps = [
        sm.QuantumDot("CdSe", diameter=3, shell=shell).band_gap
        for shell in (("ZnSe", 1.5), sm.Shell("ZnSe", 1.5, to="ZnS"), ("ZnS", 1.5))
    ]
    assert gaps == sorted(gaps)
    assert sm.Shell("ZnSe", 1.5, to="ZnS").name == "ZnSe -> ZnS"


def test_a_graded_shell_starts_inside() -> None:
    states = sm.QuantumDot("CdSe", diameter=3, shell=sm.Shell("CdSe", 1.0, to="ZnS")).confined
    shell = states.E_C[states.mesh.region == 1]
    # 0.02: half an element of the way
    assert shell[0] == pytest.approx(states.E_C[0], abs=0.02)
    assert shell[-1] - shell[0] == pytest.approx(1.34, abs=0.02)


def test_bands_of_a_lead_salt_mirror_each_other() -> None:
    """Equal masses, and a barrier of 3 eV for either carrier."""
    mirror = sm.Material(
        name="mirror", kind="dielectric", electron_affinity=1.6, band_gap=6.41, electron_effective_mass=1,
        hole_effective_mass=1,
    )  # fmt: skip
    states = sm.QuantumDot("PbS", diameter=5, matrix=mirror).confined
    assert states.electron_energy - states.E_C[0] == pytest.approx(states.E_V[0] - states.hole_energy, rel=1e-9)
    assert states.overlap == pytest.approx(1.0, rel=1e-9)


def test_a_heavy_hole_is_parabolic() -> None:
    states = sm.QuantumDot("CdSe", diameter=4).confined
    mass = np.where(states.mesh.region == 0, sm.material("CdSe(bulk)").hole_effective_mass, 1.0)
    energy, _ = ground_state(states.mesh, mass=mass, potential=-states.E_V)
    assert states.hole_energy == pytest.approx(-energy, abs=1e-9)


def test_carriers_apart_radiate_slowly() -> None:
    bare, apart = (sm.QuantumDot("CdTe", diameter=4, shell=shell) for shell in (None, ("CdSe", 1.5)))
    ratio = apart.radiative_lifetime(1.5) / bare.radiative_lifetime(1.5)
    assert ratio == pytest.approx(bare.band_gap / apart.band_gap / apart.overlap, rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(thickness=st.floats(0.2, 2.0), more=st.floats(0.2, 2.0))
def test_a_thicker_shell_lowers_the_gap(thickness: float, more: float) -> None:
    thin, thick = (sm.QuantumDot("CdSe", diameter=4, shell=("ZnSe", each)) for each in (thickness, thickness + more))
    assert thick.band_gap <= thin.band_gap + 1e-9
    assert sum(thin.confined.probability("electron").values()) == pytest.approx(1.0, rel=1e-9)


def test_surroundings_can_be_given() -> None:
    low = sm.Material(
        name="low barrier", kind="dielectric", electron_affinity=2.5, band_gap=6, electron_effective_mass=1,
        hole_effective_mass=1,
    )  # fmt: skip
    dots = [sm.QuantumDot("PbS", diameter=3, shell=("CdS", 0.6), matrix=matrix) for matrix in (None, low)]
    assert dots[1].confined.gap < dots[0].confined.gap
    assert dots[0].wave_functions().provenance.assumptions.rows[0][2] == "organic_matrix"
    assert not dots[1].wave_functions().provenance.assumptions.rows
    with pytest.raises(sm.DataError, match="PbS: toluene: the library has no bulk material"):
        sm.QuantumDot("PbS", diameter=3, matrix="toluene")


def test_closed_forms_are_refused_where_they_do_not_hold(dot: sm.QuantumDot) -> None:
    for what in ("biexciton_lifetime", "trion_lifetime", "intraband_energy"):
        with pytest.raises(sm.UnsupportedError, match=r"PbS@CdS: .* bare spheres only"):
            getattr(dot, what)
    platelet = sm.QuantumDot("CdSe", diameter=1.5, shape="platelet")
    for what in ("coulomb_energy", "volume"):
        with pytest.raises(sm.UnsupportedError, match=r"CdSe: .* spheres only"):
            getattr(platelet, what)
    with pytest.raises(sm.UnsupportedError, match="those of spheres"):
        platelet.sizing_plot()


def test_coulomb_and_charging_energy_count_the_shell(dot: sm.QuantumDot) -> None:
    bare = sm.QuantumDot("PbS", diameter=5)
    assert dot.coulomb_energy < bare.coulomb_energy
    assert dot.charging_energy(2.25) == pytest.approx(bare.charging_energy(2.25) * 5 / 6.2, rel=1e-12)


def test_platelets() -> None:
    """Five layers of CdSe, 1.5 nm, emit at 2.25 eV; their pairs are bound by 0.1 to 0.3 eV."""
    platelet = sm.QuantumDot("CdSe", diameter="1.5 nm", shape="platelet")
    assert platelet.curve == "effective-mass"
    assert 2.25 < platelet.band_gap < 2.6
    assert platelet.band_gap < sm.QuantumDot("CdSe", diameter=2).band_gap
    crown = sm.QuantumDot("CdSe", diameter=1.5, shape="platelet", shell=("CdS", 1.0))
    assert crown.band_gap < platelet.band_gap
    assert crown.wave_functions().electron_density.max() > 0.0
    assert "platelet" in platelet.explain().title


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"shell": "CdS"}, "shell is 'CdS'; expected material and thickness"),
        ({"shell": ("CdS", 100)}, "shell_thickness is 100 nm"),
        ({"shell": 5}, "shell is 5"),
        ({"shape": "cube"}, 'PbS: shape is "cube"; expected one of sphere, platelet'),
        ({"shape": "platelet", "curve": "moreels2009"}, "sizing curves are those of spheres"),
    ],
)
def test_refused_inputs(given: dict[str, object], says: str) -> None:
    with pytest.raises(sm.InputError) as caught:
        sm.QuantumDot("PbS", diameter=4, **given)
    assert says in str(caught.value)


def test_refused_bands() -> None:
    with pytest.raises(sm.InputError, match="give the core alone, and shell="):
        sm.QuantumDot("InAs@ZnSe", diameter=4)
    with pytest.raises(sm.DataError, match="HgTe: no effective-mass states"):
        sm.QuantumDot("HgTe", diameter=8, shell=("CdTe", 1)).band_gap
    with pytest.raises(sm.DataError, match="CdSe: no effective-mass states with a shell of inverted bands"):
        sm.QuantumDot("CdSe", diameter=4, shell=("HgTe", 1)).band_gap
    with pytest.raises(sm.DataError, match="CdX: the library has no bulk material"):
        sm.QuantumDot("CdSe", diameter=4, shell=("CdX", 1))


def test_explain_says_what_the_shells_do(dot: sm.QuantumDot) -> None:
    rows = {row["parameter"]: row for row in dot.explain()}
    assert rows["band_gap"]["value"] == dot.band_gap
    assert (rows["band_gap"]["provenance"], rows["band_gap"]["confidence"]) == ("derived", "low")
    assert "by the shells" in rows["band_gap"]["note"]
    assert rows["band_gap of the bare core"]["value"] == sm.QuantumDot("PbS", diameter=5).band_gap
    assert rows["shell 1"]["note"] == "CdS"
    assert rows["wavelength"]["confidence"] == "low"


def test_wave_functions(dot: sm.QuantumDot, tmp_path: Path) -> None:
    waves = dot.wave_functions()
    for density in (waves.electron_density, waves.hole_density):
        # 1e-4: the trapezoidal rule on the nodes
        assert np.trapezoid(density, waves.position) == pytest.approx(1.0, rel=1e-4)
    assert waves.electron_energy - waves.hole_energy == pytest.approx(dot.confined.gap, rel=1e-12)
    assert waves.interfaces == pytest.approx((2.5, 3.1))
    for suffix in ("svg", "html", "csv", "json", "nc"):
        assert waves.save(tmp_path / f"waves.{suffix}").stat().st_size > 1000
    assert waves.attributes()["band_type"] == "I"


def test_copies(dot: sm.QuantumDot) -> None:
    gap = dot.band_gap
    for other in (pickle.loads(pickle.dumps(dot)), copy.copy(dot), copy.deepcopy(dot)):
        assert other == dot
        assert other.band_gap == pytest.approx(gap, rel=1e-12)


# -- films ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def _films(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels of films of PbS@CdS, as if they were known."""
    known = {name: attrs.evolve(ligand, structure="PbS@CdS") for name, ligand in _ligands()["PbS"].items()}
    monkeypatch.setitem(_ligands(), "PbS@CdS", known)


@pytest.mark.usefixtures("_films")
def test_films_of_core_and_shell() -> None:
    film = sm.Stack.parse("active: PbS@CdS(5nm+0.6nm, TBAI) 200nm").layers[0].material
    assert film.name == film.notation == "PbS@CdS(5nm+0.6nm, TBAI)"
    dot = sm.QuantumDot("PbS", diameter=5, shell=("CdS", 0.6))
    assert film.dot == dot
    assert film.optical_gap == pytest.approx(dot.band_gap - film.redshift, rel=1e-12)
    assert film.parameter("optical_gap").confidence == "low"
    assert film.contains == ("Pb", "S", "Cd")
    assert sm.QuantumDotFilm(dot, ligand="TBAI").parameters == film.parameters
    plain = sm.Stack.parse("active: PbS(5nm, TBAI) 200nm").layers[0].material
    assert film.conduction_band_dos == pytest.approx(plain.conduction_band_dos * (5.4 / 6.6) ** 3, rel=1e-12)
    assert film.with_values({"diameter": 4}).notation == "PbS@CdS(4nm+0.6nm, TBAI)"
    with pytest.raises(sm.InputError, match="expected the diameter of the core, since the shells move the gap too"):
        film.with_values({"optical_gap": 0.9})


@pytest.mark.usefixtures("_films")
def test_a_device_of_core_and_shell_is_saved_and_read(tmp_path: Path) -> None:
    device = sm.Photodiode("ITO / ZnO 60nm / PbS@CdS(5nm+0.6nm, TBAI) 250nm [hole_mobility=0.5 cm^2/Vs] / Au")
    for suffix in ("toml", "json"):
        device.save(tmp_path / f"device.{suffix}")
        assert sm.load(tmp_path / f"device.{suffix}") == device


@pytest.mark.usefixtures("_films")
def test_films_that_are_not_modelled() -> None:
    own = sm.material("CdS(bulk)").with_values({"electron_affinity": 4.5})
    for kind in (
        {"shell": sm.Shell("CdS", 1, to="ZnS")}, {"shell": (own, 1)}, {"shape": "platelet"},
    ):  # fmt: skip
        dot = sm.QuantumDot("PbS", diameter=5, **kind)
        with pytest.raises(sm.UnsupportedError, match="not modelled"):
            sm.QuantumDotFilm(dot, ligand="TBAI")
