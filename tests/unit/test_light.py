"""Light: spectra against what their standards say, filters, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stackmodel as sm

HERO = "ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
STEFAN_BOLTZMANN = 5.670374419e-12  # [W cm^-2 K^-4], CODATA 2018
ZETA_3 = 1.2020569031595942
SPECTRA = {"AM1.5G": sm.Light.am15g(), "AM0": sm.Light.am0(), "black body": sm.Light.blackbody(5772)}
LINE = sm.Light.monochromatic(940, "1 mW/cm^2")


# -- what the standards say ----------------------------------------------------------------------------------------


def test_irradiance_of_the_sun() -> None:
    assert SPECTRA["AM1.5G"].irradiance == pytest.approx(0.100037, rel=1e-5)  # ASTM G173-03: 1000.37 W/m^2
    # ASTM E490 has 1366.1 W/m^2 over all wavelengths; the table of G173 ends at 4 um, 1347.9 W/m^2
    assert SPECTRA["AM0"].irradiance == pytest.approx(0.13479, rel=1e-4)
    assert SPECTRA["AM0"].irradiance > SPECTRA["AM1.5G"].irradiance


@pytest.mark.parametrize("T", [77.0, 300.0, 5772.0])
def test_a_black_body_by_its_two_closed_forms(T: float) -> None:
    light = sm.Light.blackbody(T)
    assert light.irradiance == pytest.approx(STEFAN_BOLTZMANN * T**4, rel=1e-4)
    h, c, k = 6.62607015e-34, 299792458.0, 1.380649e-23
    photons = 4 * np.pi * ZETA_3 * (k * T) ** 3 / (h**3 * c**2) * 1e-4  # [cm^-2 s^-1]
    assert np.trapezoid(light.photon_flux, light.wavelength) == pytest.approx(photons, rel=1e-3)
    peak = light.wavelength[np.argmax(light.spectral_irradiance)]
    assert peak * T == pytest.approx(2.897771955e6, rel=1e-3)  # Wien's law [nm K]


def test_photocurrent_of_the_sun_above_a_gap() -> None:
    current = SPECTRA["AM1.5G"].photons_above(1.12) * 1.602176634e-19
    assert current == pytest.approx(43.8e-3, rel=5e-3)  # silicon; NREL's tables


@pytest.mark.parametrize("light", SPECTRA.values(), ids=SPECTRA)
def test_arrays(light: sm.Light) -> None:
    assert light.wavelength.shape == light.spectral_irradiance.shape == light.photon_flux.shape
    assert (np.diff(light.wavelength) > 0).all()
    assert np.isfinite(light.spectral_irradiance).all()
    assert (light.spectral_irradiance >= 0).all()
    assert light.line is None


def test_monochromatic() -> None:
    assert LINE.line == (940.0, 0.001)
    assert LINE.irradiance == 0.001
    assert sm.Light.monochromatic("0.94 um", 1e-3).line == pytest.approx((940.0, 1e-3))
    energy = 1239.841984 / 940
    photons = 1e-3 / (energy * 1.602176634e-19)
    assert LINE.photons_above(energy - 1e-3) == pytest.approx(photons, rel=1e-9)
    assert LINE.photons_above(energy + 1e-3) == 0.0


def test_temperature_with_a_unit() -> None:
    assert sm.Light.blackbody("25 degC").irradiance == pytest.approx(STEFAN_BOLTZMANN * 298.15**4, rel=1e-4)


# -- filters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("light", SPECTRA.values(), ids=SPECTRA)
@pytest.mark.parametrize("edge", [400.0, 1100.0, 1099.87, "1.1 um"])
def test_two_halves_make_the_whole(light: sm.Light, edge: Any) -> None:
    above, below = light.longpass(edge), light.shortpass(edge)
    assert above.irradiance + below.irradiance == pytest.approx(light.irradiance, rel=1e-12)
    assert above.wavelength[0] == below.wavelength[-1]
    for part in (above, below):
        assert (np.diff(part.wavelength) > 0).all()
        assert 0 < part.irradiance < light.irradiance


def test_filters_say_so_and_leave_the_light_alone() -> None:
    before = SPECTRA["AM1.5G"].irradiance
    behind = SPECTRA["AM1.5G"].longpass("1.1 um")
    assert behind.name == "AM1.5G, above 1100 nm"
    assert behind.shortpass(1600).name == "AM1.5G, above 1100 nm, below 1600 nm"
    assert SPECTRA["AM1.5G"].irradiance == before


def test_filters_beyond_the_table() -> None:
    sun = SPECTRA["AM1.5G"]
    assert sun.longpass(100).irradiance == sun.irradiance
    assert sun.shortpass(100).irradiance == 0.0
    assert sun.longpass(90_000).irradiance == 0.0
    assert sun.shortpass(90_000).irradiance == sun.irradiance
    assert sun.longpass(1100).shortpass(1000).irradiance == 0.0
    assert sun.longpass(1100).longpass(900).irradiance == sun.longpass(1100).irradiance


def test_filters_of_a_line() -> None:
    assert LINE.longpass(900).irradiance == LINE.irradiance
    assert LINE.longpass(1000).irradiance == 0.0
    assert LINE.shortpass(900).irradiance == 0.0
    assert LINE.shortpass(1000).irradiance == LINE.irradiance
    assert LINE.longpass(940).irradiance + LINE.shortpass(940).irradiance == LINE.irradiance


@pytest.mark.parametrize("light", [*SPECTRA.values(), LINE])
def test_concentrated(light: sm.Light) -> None:
    brighter = light.concentrated(30)
    assert brighter.irradiance == pytest.approx(30 * light.irradiance, rel=1e-12)
    assert brighter.photons_above(0.5) == pytest.approx(30 * light.photons_above(0.5), rel=1e-12)
    assert brighter.name == f"30 x {light.name}"


def test_pairs_step_by_step() -> None:
    """A photon of three gaps makes one, two or three pairs, as many as are allowed."""
    line = sm.Light.monochromatic(400, 1e-3)
    one = line.photons_above(1.0)
    assert [line.photons_above(1.0, m) / one for m in (1, 2, 3, 4)] == [1.0, 2.0, 3.0, 3.0]
    sun = SPECTRA["AM1.5G"]
    assert sun.photons_above(0.7, 2) == pytest.approx(sun.photons_above(0.7) + sun.photons_above(1.4), rel=1e-12)
    assert sun.photons_above(0.7) < sun.photons_above(0.7, 2) <= sun.photons_above(0.7, 3)


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: sm.Light.monochromatic(-1, 1), ["wavelength is -1 nm", "expected"]),
        (lambda: sm.Light.monochromatic("940 V", 1), ["wavelength", "nm"]),
        (lambda: sm.Light.monochromatic(940, -1), ["irradiance is -1 W/cm^2", "expected"]),
        (lambda: sm.Light.monochromatic(940, 0), ["irradiance is 0 W/cm^2"]),
        (lambda: sm.Light.monochromatic(940, "1 mW"), ["irradiance", "W/cm^2"]),
        (lambda: sm.Light.blackbody(0), ["temperature is 0 K", "expected"]),
        (lambda: sm.Light.blackbody("hot"), ["temperature", "hot"]),
        (lambda: SPECTRA["AM1.5G"].longpass(-5), ["wavelength is -5 nm"]),
        (lambda: SPECTRA["AM1.5G"].longpass("x"), ["wavelength", '"x"']),
        (lambda: SPECTRA["AM1.5G"].shortpass("1 eV"), ["wavelength", "eV"]),
        (lambda: SPECTRA["AM1.5G"].concentrated(0), ["concentration of 0"]),
        (lambda: SPECTRA["AM1.5G"].concentrated(float("nan")), ["concentration of nan"]),
    ],
)
def test_refused(make: Any, parts: list[str]) -> None:
    with pytest.raises(sm.InputError) as caught:
        make()
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize("factor", ["ten", None, float("inf")])
def test_concentrations_that_are_no_number(factor: Any) -> None:
    with pytest.raises(sm.InputError, match="concentration"):
        SPECTRA["AM1.5G"].concentrated(factor)


@pytest.mark.parametrize("energy", [0.0, -1.0])
def test_photons_above_no_energy(energy: float) -> None:
    with pytest.raises(sm.InputError, match="energy"):
        SPECTRA["AM1.5G"].photons_above(energy)


def test_a_user_cannot_change_the_sun_for_everyone() -> None:
    """The arrays are the cached table itself: what one script scales, every later question sees."""
    light = sm.Light.am15g()
    first = float(light.wavelength[0])
    try:
        light.wavelength[0] = 1.0
    except ValueError:
        return  # read-only: fine
    try:
        assert sm.Light.am15g().wavelength[0] == first
    finally:
        light.wavelength[0] = first


def test_shows_itself_in_a_line() -> None:
    assert "AM1.5G" in repr(SPECTRA["AM1.5G"])
    assert "array(" not in repr(SPECTRA["AM1.5G"])


@pytest.mark.parametrize("light", ["AM1.5G", 5, 0.1])
def test_what_is_no_light(light: Any) -> None:
    with pytest.raises(sm.InputError, match="Light"):
        sm.SolarCell(HERO).limit(light)
    with pytest.raises(sm.InputError, match="Light"):
        sm.Photodiode(HERO).estimate(-0.5, light=light)


def test_a_cell_that_sees_no_light() -> None:
    for dark in (sm.Light.monochromatic(1550, 0.1), sm.Light.am15g().longpass(90_000), LINE.longpass(1000)):
        with pytest.raises(sm.InputError, match="no photon above"):
            sm.SolarCell(HERO).limit(dark)


def test_light_on_a_photodiode_adds_a_photocurrent() -> None:
    weak, strong = (sm.Photodiode(HERO).estimate(-0.5, light=sm.Light.monochromatic(940, w)) for w in (1e-4, 1e-3))
    assert weak.photocurrent > 0
    assert strong.photocurrent == pytest.approx(10 * weak.photocurrent, rel=1e-12)
    assert weak.photocurrent == pytest.approx(1e-4 * weak.responsivity(940), rel=1e-9)
    assert sm.Photodiode(HERO).estimate(-0.5, light=LINE.longpass(1000)).photocurrent == 0.0


def test_solved_curves_say_that_they_need_optics() -> None:
    with pytest.raises(sm.UnsupportedError, match="generation="):
        sm.Photodiode(HERO).jv([0.0], light=LINE)
