"""n + i k of dot films: one absorption, causal, within what is published."""

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.materials.film_answers import spectrum_of
from stackmodel.materials.film_optics import END, POLE, film_index
from stackmodel.materials.film_rules import intrinsic_coefficient
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
