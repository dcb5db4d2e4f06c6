"""n + i k of dot films: one absorption, causal, within what is published."""

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.materials.film_answers import spectrum_of
from stackmodel.materials.film_optics import END, POLE, film_index
from stackmodel.materials.film_rules import filling, intrinsic_coefficient
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.physics.optical_models import kramers_kronig

FILMS = (
    "PbS(3.4nm, TBAI)",
    "PbS(3nm, EDT)",
    "PbS(peak=1550nm, halide)",
    "PbS(peak=1310nm, halide, size_dispersion=0.05)",
    "PbS(peak=940nm, halide, size_dispersion=0.02)",
    "HgTe(6nm, EDT)",
    "InAs(4nm, Cu7S4, interdot_spacing=0.5nm)",
)


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("tail", [None, 0.02])
def test_k_is_that_of_the_absorption(name, tail):
    film = sm.material(name) if tail is None else sm.material(name).with_values({"urbach_energy": tail})
    constants = film.optical_constants()
    low, high = constants.wavelength_range
    wavelengths = np.linspace(low * (1.0 + 1e-9), high, 2003)
    alpha = film.absorption(wavelengths).absorption_coefficient
    by_k = 4e7 * np.pi * constants.at(wavelengths).imag / wavelengths
    assert by_k == pytest.approx(alpha, rel=1e-4, abs=1e-6 * alpha.max())


@pytest.mark.parametrize("name", FILMS)
def test_n_is_causal_by_another_integral(name):
    """Maclaurin's method: every second point of an even grid, none of them the one asked (Ohta and Ishida, 1988)."""
    film = sm.material(name)
    absorbing, constants = spectrum_of(film), film.optical_constants()
    step = 1e-3
    grid = np.arange(0.5 * step, END, step)
    k = np.array(absorbing.coefficient(np.minimum(grid, absorbing.anchor)) * HC_EV_NM * 1e-7 / (4.0 * np.pi * grid))

    def integral(energy):
        far = np.abs(np.round((grid - energy) / step)).astype(int) % 2 == 1
        return 2.0 / np.pi * np.sum(grid[far] * k[far] / (grid[far] ** 2 - energy**2)) * 2.0 * step

    still = 2.0 / np.pi * np.sum(k / grid) * step
    low, high = constants.wavelength_range
    for energy in grid[(grid > HC_EV_NM / high) & (grid < 0.9 * HC_EV_NM / low)][:: len(grid) // 60]:
        pole = (film_index(film) - 1.0 - still) * POLE**2 / (POLE**2 - energy**2)
        n = constants.at(HC_EV_NM / energy).real
        assert n == pytest.approx(1.0 + integral(energy) + pole, abs=2e-3)


def test_permittivity_obeys_kramers_and_kronig_as_the_index_does():
    """eps = (n + i k)^2 of the film is causal where n + i k is: its own integral, and what is smooth in E^2."""
    film = sm.material("PbS(peak=1310nm, halide)")
    constants = film.optical_constants()
    low, high = constants.wavelength_range
    energy = np.linspace(HC_EV_NM / high * 1.0001, HC_EV_NM / low * 0.9999, 4001)
    eps = constants.at(HC_EV_NM / energy) ** 2
    inner = np.linspace(0.6, 2.2, 60)
    left = np.interp(inner, energy, eps.real) - kramers_kronig(energy, eps.imag, inner)
    rest = np.polynomial.Polynomial.fit(inner**2, left, 3)  # what lies beyond the anchor is smooth in E^2
    assert np.max(np.abs(rest(inner**2) - left)) < 5e-3


@pytest.mark.parametrize(
    ("name", "wavelength", "least", "most"),
    [  # published: films of PbS at the 1S peak and at 400 to 450 nm; of HgTe near the edge
        ("PbS(peak=950nm, halide)", 950.0, 0.8e4, 2e4),
        ("PbS(peak=1310nm, halide)", 1310.0, 0.8e4, 2e4),
        ("PbS(peak=1550nm, halide)", 1550.0, 0.8e4, 2e4),
        ("PbS(3.4nm, TBAI)", 420.0, 1e5, 2e5),
        ("PbS(peak=1310nm, halide)", 450.0, 1e5, 2e5),
        ("HgTe(6nm, EDT)", 2500.0, 5e3, 1.2e4),
    ],
)
def test_absorption_is_as_published(name, wavelength, least, most):
    alpha = 4e7 * np.pi * sm.optical_constants(name).at(wavelength).imag / wavelength
    assert least <= alpha <= most


def test_n_far_below_the_gap_is_that_of_the_effective_medium():
    film = sm.material("PbS(3nm, EDT)")
    assert film.optical_constants().at(3000.0).real == pytest.approx(film_index(film), abs=0.03)
    assert 2.0 < film_index(film) < 2.7


def test_an_index_that_was_given_sets_the_ultraviolet_pole():
    film = sm.material("PbS(peak=1310nm, halide)")
    less = film.with_values({"optical_permittivity": 2.5**2}, source="our ellipsometer")
    assert film_index(less) == 2.5
    near, far = (
        np.array([each.optical_constants().at([500.0, 2900.0]) for each in (film, less)])[:, i] for i in (0, 1)
    )
    assert far[1].real == pytest.approx(2.5, abs=0.06)
    np.testing.assert_array_equal(near.imag[0], near.imag[1])
    # the pole at 8 eV is stronger by the same factor at all energies
    poles = [POLE**2 / (POLE**2 - (HC_EV_NM / each) ** 2) for each in (500.0, 2900.0)]
    assert (near[0] - near[1]).real / (far[0] - far[1]).real == pytest.approx(poles[0] / poles[1], rel=1e-6)
    assert any("our ellipsometer" in notice for notice in less.optical_constants().notices)
    assert less.with_values({"diameter": 5}).optical_constants().at(2900.0).real == pytest.approx(2.5, abs=0.1)


def test_rastogi2021_films_of_hgte():
    """2.35 +- 0.15, the mean over the spectrum of films of several sizes and ligands."""
    for name in ("HgTe(6nm, EDT)", "HgTe(8nm, EDT)"):
        film = sm.material(name)
        assert film_index(film) == 2.35
        n = film.optical_constants().at(np.linspace(500, 3000, 101)).real
        assert n.mean() == pytest.approx(2.35, abs=0.15)
        assert any("Rastogi" in notice and "0.15" in notice for notice in film.optical_constants().notices)


@pytest.mark.parametrize("name", ["PbS(3.4nm, TBAI)", "PbS(3nm, EDT)", "PbS(3.4nm, MPA)", "PbS(peak=940nm, halide)"])
def test_zimmermann1993_composites_of_pbs(name):
    """n at 632.8 nm of PbS in gelatin goes linearly from 1.5 to 2.5 at 55 % by volume; without voids it is more."""
    film = sm.material(name)
    measured = 1.5 + filling(film.dot, film.parameters) / 0.55
    assert 1.05 < film.optical_constants().at(632.8).real / measured < 1.12


def test_constants_are_computed_once_and_anew_for_another_recipe():
    film = sm.material("PbS(3.4nm, TBAI)")
    assert film.optical_constants() is film.optical_constants()
    assert film.with_values({"diameter": 3.5}).optical_constants() != film.optical_constants()


def test_the_range_is_stated_and_never_left():
    constants = sm.optical_constants("PbS(peak=1310nm, halide)")
    assert constants.wavelength_range == pytest.approx((400.0, 3000.0))
    with pytest.raises(sm.DataError, match=r"below 400 nm \(asked: 350 nm\); k is never extrapolated"):
        constants.at(350.0)
    assert sm.optical_constants("HgTe(6nm, EDT)").wavelength_range[1] > 3500.0


def test_explain_says_how_n_and_k_came_about():
    text = str(sm.optical_constants("PbS(3.4nm, TBAI)").explain())
    for words in ("Cademartiri", "Moreels", "1S peak at 1027 nm", "Kramers-Kronig", "(F2)", "urbach_energy="):
        assert words in text
    rules = [row["rule"] for row in sm.optical_constants("PbS(3.4nm, TBAI)").spectrum().provenance.assumptions]
    assert rules == ["cross_section_absorption", "absorption_continuum", "film_ultraviolet"]


def test_a_core_without_data_is_refused_by_name():
    with pytest.raises(sm.DataError, match=r"PbSe: no cross section at the 1S peak of dots is known; give absorption_"):
        sm.optical_constants("PbSe(4nm, EDT)")
    given = sm.material("PbSe(4nm, EDT)").with_values({"absorption_coefficient": 1e4})
    assert "cross_section_absorption" not in given.optical_constants().rules
    assert given.optical_constants().source.startswith("computed from the recipe: 1S peak as given; far above")
    with pytest.raises(sm.DataError, match=r"Ag2Te: no intrinsic absorption .* Ag2Te\(bulk\) at 400 nm.*optical="):
        intrinsic_coefficient("Ag2Te")


@pytest.mark.parametrize(
    ("alpha", "message"),
    [
        (1e6, r"n would fall to -2\.8"),
        (1e7, r"PbS\(3\.4nm, TBAI\): the absorption alone .* more than the 2\.48 of the film"),
    ],
)
def test_absorption_that_outgrows_the_film_is_refused(alpha, message):
    film = sm.material("PbS(3.4nm, TBAI)").with_values({"absorption_coefficient": alpha})
    with pytest.raises(sm.DataError, match=message):
        film.optical_constants()


def test_bulk_gives_the_anchor_where_no_dispersion_was_measured():
    found = intrinsic_coefficient("CdSe")
    assert (found.wavelength, found.source) == (400.0, "n and k of CdSe(bulk) with local field, (N6)")
    assert found.alpha == pytest.approx(1.16e5, rel=0.08)
    assert found.rules == ("bulk_anchor",)
    film = sm.material("CdSe(4nm, EDA, interdot_spacing=0.5nm)").optical_constants()
    assert "bulk_anchor" in film.rules
    assert "bulk_anchor" not in sm.optical_constants("PbS(3nm, EDT)").rules


def test_measured_constants_of_a_film_stay_when_its_size_changes():
    measured = sm.OpticalConstants.from_arrays([400, 1600], [2.0, 1.8], [0.3, 0.0], name="lab", source="ellipsometry")
    dot = sm.QuantumDot("PbS", diameter=3.4)
    film = sm.QuantumDotFilm(dot, ligand="TBAI", optical=measured)
    assert film.with_values({"diameter": 4.0}).optical_constants() == measured
    alpha = film.absorption([1000.0]).absorption_coefficient
    assert alpha == pytest.approx([4e7 * np.pi * 0.15 / 1000.0])


# -- given n and k in the closed forms ---------------------------------------------------------------------------------


def _given(low: float = 400.0, high: float = 1600.0, scale: float = 1.0) -> sm.OpticalConstants:
    grid = np.linspace(low, high, 1201)
    index = sm.optical_constants("PbS(3.4nm, TBAI)").at(grid)
    return sm.OpticalConstants.from_arrays(grid, index.real, scale * index.imag, name="ours", source="ellipsometry")


def _diode(film: sm.Layer) -> sm.Photodiode:
    before, after = (
        [sm.Electrode("ITO", 100), sm.ETL("ZnO", 60)],
        [sm.HTL("PbS(3.0nm, EDT)", 45), sm.Electrode("Au", 80)],
    )
    return sm.Photodiode(sm.Stack([*before, film, *after]))


def test_closed_forms_follow_given_constants() -> None:
    by_recipe = _diode(sm.Active("PbS(3.4nm, TBAI)", 250)).estimate(-0.5)
    same = _diode(sm.Active("PbS(3.4nm, TBAI)", 250, optical=_given())).estimate(-0.5)
    double = _diode(sm.Active("PbS(3.4nm, TBAI)", 250, optical=_given(scale=2.0))).estimate(-0.5)
    for wavelength in (450, 700, 940, 1100):
        # 1e-3: k in a table of 1 nm
        assert same.eqe(wavelength) == pytest.approx(by_recipe.eqe(wavelength), rel=1e-3)
        alpha = by_recipe.absorber.coefficient(np.array(HC_EV_NM / wavelength))
        ratio = np.expm1(-2 * alpha * 250e-7) / np.expm1(-alpha * 250e-7)
        # 3 %: nearer to the face, where less is collected
        assert double.eqe(wavelength) == pytest.approx(by_recipe.eqe(wavelength) * ratio, rel=0.03)
    assert same.radiative_limit == pytest.approx(by_recipe.radiative_limit, rel=1e-3)
    sun = sm.Light.am15g()
    currents = [_diode(sm.Active("PbS(3.4nm, TBAI)", 250, **optical)).estimate(-0.5, light=sun).photocurrent
                for optical in ({}, {"optical": _given()})]  # fmt: skip
    assert currents[1] == pytest.approx(currents[0], rel=1e-3)


def test_given_constants_of_a_crystal_count_above_its_gap() -> None:
    free = sm.OpticalConstants.from_arrays([400, 3000], [3.5, 3.5], [0.1, 0.1], name="ours", source="a test")
    ohmic = sm.Contact.ohmic()
    cell = sm.Photodiode(sm.Stack([sm.ETL("ZnO", 60), sm.Active("GaAs", 500, optical=free)]), front=ohmic, back=ohmic)
    found = cell.estimate().absorber
    energy = np.array([1.3, 1.5, 2.0])
    np.testing.assert_allclose(found.coefficient(energy), [0.0, *(4e7 * np.pi * 0.1 / HC_EV_NM * energy[1:])])


def test_given_constants_are_not_extrapolated() -> None:
    short = _diode(sm.Active("PbS(3.4nm, TBAI)", 250, optical=_given(high=900.0)))
    with pytest.raises(sm.DataError, match="given for 400 to 900 nm, which does not reach its optical gap"):
        short.estimate(-0.5).eqe(700)
    assert short.estimate(-0.5).depletion_width > 0
    part = _diode(sm.Active("PbS(3.4nm, TBAI)", 250, optical=_given(low=600.0))).estimate(-0.5)
    with pytest.raises(sm.InputError, match=r"given from 600 to 1600 nm \(asked: 500 nm\)"):
        part.eqe(500)
    with pytest.raises(sm.InputError, match=r"given from 600 to 1600 nm \(asked: 1700 nm\)"):
        part.eqe(1700)
    assert "absorption_held" in {row["rule"] for row in part.provenance.assumptions}


# -- rules that n and k rest on ----------------------------------------------------------------------------------------


def test_a_device_lists_the_rules_of_its_optics() -> None:
    rules = ("cross_section_absorption", "absorption_continuum", "film_ultraviolet")
    device = _diode(sm.Active("PbS(3.4nm, TBAI)", 250))
    listed = [(row["whose"], row["rule"]) for row in device.assumptions()]
    assert len(listed) == len(set(listed))
    for name in ("PbS(3.4nm, TBAI)", "PbS(3nm, EDT)"):
        assert {rule for whose, rule in listed if whose == name} >= set(rules)
    answer = device.absorptance([940]).provenance.assumptions
    assert {row["rule"] for row in answer if row["whose"] == "PbS(3nm, EDT)"} >= set(rules)
    dark = device.estimate().provenance.assumptions  # no question of optics, so no rule of n
    assert "film_ultraviolet" not in {row["rule"] for row in dark}
    mine = _diode(sm.Active("PbS(3.4nm, TBAI)", 250, optical=_given())).assumptions()
    assert "film_ultraviolet" not in {row["rule"] for row in mine if row["whose"] == "PbS(3.4nm, TBAI)"}


def test_dots_of_unknown_optics_still_list_their_assumptions() -> None:
    device = sm.Photodiode("ITO / ZnO 60nm / PbSe(4nm, EDT) 200nm / Au")
    assert device.assumptions()
    film = sm.material("InSb(4nm, sulfide)")
    with pytest.raises(sm.DataError):
        film.optical_constants()
    assert film.optical_rules == ()


@pytest.mark.parametrize("peak", [3700, 4400])
def test_what_large_dots_absorb_may_make_more_than_the_measured_index(peak: int) -> None:
    """By as much as the spread of the measurement far below the gap; beside the 1S peak its dispersion comes on top."""
    found = sm.material(f"HgTe(peak={peak}nm, EDT)").optical_constants()
    low, high = (found.at([each]).real[0] for each in (0.6 * peak, 1.49 * peak))
    assert 2.35 < low < 2.65
    assert 2.35 < high < 2.65
