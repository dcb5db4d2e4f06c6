"""PbS sizing curve of Moreels et al., ACS Nano 3, 3023 (2009), eq. 1: E = 0.41 + 1/(0.0252 d^2 + 0.283 d)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stackmodel as sm

HC = 1239.8419843320026  # eV nm


@pytest.mark.parametrize(("diameter", "gap"), [(2.76, 1.4377), (4.8, 0.92573), (9.0, 0.62795)])
def test_moreels2009_gap(diameter: float, gap: float) -> None:
    # 1e-4: the digits to which the values are given.
    assert sm.QuantumDot("PbS", diameter=diameter).band_gap == pytest.approx(gap, rel=1e-4)


@given(diameter=st.floats(2.3, 10.0))
def test_moreels2009_equation(diameter: float) -> None:
    dot = sm.QuantumDot("PbS", diameter=diameter)
    assert dot.band_gap == pytest.approx(0.41 + 1 / (0.0252 * diameter**2 + 0.283 * diameter), rel=1e-15)


@given(diameter=st.floats(2.31, 9.99))
def test_round_trip_by_wavelength(diameter: float) -> None:
    gap = sm.QuantumDot("PbS", diameter=diameter).band_gap
    dot = sm.QuantumDot.from_wavelength("PbS", HC / gap)
    assert dot.diameter == pytest.approx(diameter, rel=1e-12)
    assert dot.band_gap == pytest.approx(gap, rel=1e-12)


@given(gap=st.floats(0.61, 1.68))
def test_round_trip_by_gap(gap: float) -> None:
    assert sm.QuantumDot.from_gap("PbS", gap).band_gap == pytest.approx(gap, rel=1e-12)


@given(small=st.floats(2.3, 9.9), more=st.floats(0.01, 5.0))
def test_smaller_dots_have_the_wider_gap(small: float, more: float) -> None:
    large = min(small + more, 10.0)
    assert sm.QuantumDot("PbS", diameter=small).band_gap > sm.QuantumDot("PbS", diameter=large).band_gap


@pytest.mark.parametrize("diameter", [0.6, 2.29, 10.01, 29.0])
def test_never_extrapolated(diameter: float) -> None:
    with pytest.raises(sm.InputError, match=r"expected 2\.3 to 10 nm, the range in which the sizing curve moreels2009"):
        sm.QuantumDot("PbS", diameter=diameter)


@pytest.mark.parametrize("wavelength", [400, 2500, "3 um"])
def test_never_extrapolated_by_wavelength(wavelength: float) -> None:
    with pytest.raises(sm.InputError, match="range of the sizing curve moreels2009"):
        sm.QuantumDot.from_wavelength("PbS", wavelength)


def test_film_peak_is_that_of_its_dots_less_the_redshift() -> None:
    film = sm.QuantumDotFilm(sm.QuantumDot("PbS", diameter=4.8), ligand="TBAI", redshift="30 meV")
    assert film.optical_gap == pytest.approx(0.92573 - 0.03, rel=1e-4)
    peak = sm.Stack.parse("PbS(peak=1310nm, TBAI) 250nm").layers[0].material
    assert peak.optical_gap == pytest.approx(HC / 1310, rel=1e-12)
    assert peak.diameter == pytest.approx(sm.QuantumDot.from_wavelength("PbS", 1310).diameter, rel=1e-12)


def test_confinement_by_bohr_radius() -> None:
    dot = sm.QuantumDot("PbS", diameter="3.4 nm")
    assert dot.bohr_radius == 18.0
    assert dot.confinement == "strong"


def test_unknown_core() -> None:
    with pytest.raises(sm.InputError, match='Did you mean "PbS"'):
        sm.QuantumDot("pbs", diameter=3.4)
