"""Light: spectra against what their standards say, filters, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from helpers import HERO

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


# -- sources -------------------------------------------------------------------------------------------------------


def test_line_of_a_diode() -> None:
    led = sm.Light.led("0.94 um", 30, "2 mW/cm^2")
    assert led.irradiance == pytest.approx(2e-3, rel=1e-12)
    x, y = led.wavelength, led.spectral_irradiance
    assert x[np.argmax(y)] == pytest.approx(940, rel=1e-12)
    assert np.interp(925, x, y) == pytest.approx(y.max() / 2, rel=1e-3)  # interpolated in steps of 0.6 nm
    assert np.interp(955, x, y) == pytest.approx(y.max() / 2, rel=1e-3)
    exact = 2e-3 / (15 * np.sqrt(np.pi / np.log(2)))  # area of a Gaussian
    assert y.max() == pytest.approx(exact, rel=1e-9)
    assert led.longpass(940).irradiance == pytest.approx(1e-3, rel=1e-9)


@pytest.mark.parametrize(("T", "T_bg"), [(500.0, 300.0), (310.0, 300.0), (1173.0, 77.0)])
def test_what_a_black_body_adds_to_its_background(T: float, T_bg: float) -> None:
    light = sm.Light.blackbody(T, background=T_bg)
    assert light.irradiance == pytest.approx(STEFAN_BOLTZMANN * (T**4 - T_bg**4), rel=2e-4)
    narrow = sm.Light.blackbody(T, background=T_bg, fov="60 deg")
    assert narrow.irradiance == pytest.approx(light.irradiance / 4, rel=1e-12)
    assert narrow.name == f"black body at {T:g} K before {T_bg:g} K, 60 deg"


def band(T: float, first: float, last: float) -> float:
    """Irradiance between two wavelengths [nm] by the series 2 pi k^4 T^4/(h^3 c^2) sum e^(-nx) (x^3/n + ...)."""
    h, c, k = 6.62607015e-34, 299792458.0, 1.380649e-23
    n = np.arange(1, 400)

    def beyond(wavelength: float) -> float:
        x = h * c / (wavelength * 1e-9 * k * T)
        return float(np.sum(np.exp(-n * x) * (x**3 / n + 3 * x**2 / n**2 + 6 * x / n**3 + 6 / n**4)))

    return 2 * np.pi * (k * T) ** 4 / (h**3 * c**2) * (beyond(last) - beyond(first)) * 1e-4


@pytest.mark.parametrize(("first", "last"), [(1500.0, 2500.0), (3000.0, 5000.0), (8000.0, 12000.0)])
def test_bands_of_500_K_before_300_K(first: float, last: float) -> None:
    light = sm.Light.blackbody(500, background=300).longpass(first).shortpass(last)
    expected = band(500, first, last) - band(300, first, last)
    assert light.irradiance == pytest.approx(expected, rel=1e-5)  # 8000 points by straight lines


def write(folder: Path, text: str) -> Path:
    path = folder / "lamp.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("wavelength [nm], E [W m^-2 nm^-1]\n500, 1\n600, 3\n", None),
        ("# a lamp\n\nwavelength (um);E (W/m^2/um)\n0.6;3000\n0.5;1e3\n", None),
        ("0.5\t0.1\n0.6\t0.3\n", ("um", "mW cm^-2 nm^-1")),
        ("lambda, E\n500, 1\n600, 3\n", ("nm", "W m^-2 nm^-1")),
    ],
)
def test_a_spectrum_from_a_file(tmp_path: Path, text: str, units: Any) -> None:
    light = sm.Light.from_csv(write(tmp_path, text), units=units)
    np.testing.assert_allclose(light.wavelength, [500, 600], rtol=1e-12)
    np.testing.assert_allclose(light.spectral_irradiance, [1e-4, 3e-4], rtol=1e-12)
    assert light.name == "lamp"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("500, 1\n600, 3\n", ["lamp.csv", "units=("]),
        ("wavelength, E\n500, 1\n600, 3\n", ["lamp.csv", '"wavelength"', "[nm]"]),
        ("a [nm], E [W m^-2 nm^-1]\n500, 1\n600, x\n", ["lamp.csv", "row 3", '"x"']),
        ("a [nm], E [W m^-2 nm^-1]\n500, 1\n\n600, 3, 4\n", ["lamp.csv", "row 4", "3 columns"]),
        ("a [nm], E [W m^-2]\n500, 1\n600, 3\n", ["lamp.csv", "W m^-2"]),
        ("a [eV], E [W m^-2 nm^-1]\n500, 1\n600, 3\n", ["lamp.csv", "eV"]),
        ("a [nm], E [W m^-2 nm^-1]\n500, 1\n500, 3\n", ["lamp.csv", "500 nm is there twice"]),
        ("a [nm], E [W m^-2 nm^-1]\n500, 1\n600, -3\n", ["lamp.csv", "negative at 600 nm"]),
        ("a [nm], E [W m^-2 nm^-1]\n0, 1\n600, 3\n", ["lamp.csv", "above 0 nm"]),
        ("a [nm], E [W m^-2 nm^-1]\n", ["lamp.csv", "no rows"]),
        ("a [nm], E [W m^-2 nm^-1]\n500, 1\n", ["lamp.csv", "two or more"]),
        ("", ["lamp.csv"]),
    ],
)
def test_files_that_are_no_spectrum(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(sm.InputError) as caught:
        sm.Light.from_csv(write(tmp_path, text))
    for part in ["light: ", *parts]:
        assert part in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(sm.InputError, match="there is no file"):
        sm.Light.from_csv(tmp_path / "none.csv")


def test_behind_a_filter(tmp_path: Path) -> None:
    sun = SPECTRA["AM1.5G"].shortpass(1100)
    half = sun.filtered(([200, 1100], [0.5, 0.5]), name="grey glass")
    assert half.irradiance == pytest.approx(sun.irradiance / 2, rel=1e-12)
    assert half.name == "AM1.5G, below 1100 nm, behind grey glass"
    edge = sun.filtered(([280, 699.999, 700.001, 1100], [0, 0, 1, 1]))
    assert edge.irradiance == pytest.approx(sun.longpass(700).irradiance, rel=1e-5)
    assert LINE.filtered(([900, 1000], [0.0, 1.0])).irradiance == pytest.approx(0.4 * LINE.irradiance, rel=1e-12)
    path = tmp_path / "RG850.csv"
    path.write_text("wavelength [nm], T [%]\n200, 30\n1200, 30\n")
    assert sun.filtered(path).irradiance == pytest.approx(0.3 * sun.irradiance, rel=1e-12)
    assert sun.filtered(path).name.endswith("behind RG850")


def test_a_filter_that_does_not_reach_far_enough() -> None:
    with pytest.raises(sm.DataError, match=r"from 400 to 1100 nm.*longpass"):
        SPECTRA["AM1.5G"].filtered(([400, 1100], [1, 1]))
    with pytest.raises(sm.DataError, match="940"):
        LINE.filtered(([1000, 1100], [1, 1]))


@pytest.mark.parametrize("light", [*SPECTRA.values(), LINE])
def test_photons_at_wavelengths_sum_to_the_flux(light: sm.Light) -> None:
    wavelength, photons = light.photons
    assert wavelength.shape == photons.shape
    if light.line is None:
        assert photons.sum() == pytest.approx(np.trapezoid(light.photon_flux, light.wavelength), rel=1e-12)
    else:
        assert photons.sum() == light.photons_above(0.1)


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
        (lambda: sm.Light.led(940, 0, 1e-3), ["line_width is 0 nm"]),
        (lambda: sm.Light.led(940, 300, 1e-3), ["line_width is 300 nm", "940 nm"]),
        (lambda: sm.Light.blackbody(500, background=500), ["background is 500 K", "500 K"]),
        (lambda: sm.Light.blackbody(500, background="x"), ["background", '"x"']),
        (lambda: sm.Light.blackbody(500, fov=200), ["field_of_view is 200 deg"]),
        (lambda: LINE.filtered(([900, 1000], [0.0, 1.1])), ["transmittance is 1.1 at 1000 nm", "0 to 1"]),
        (lambda: LINE.filtered(([900, 1000], [1.0])), ["filter", "as many"]),
        (lambda: LINE.filtered(0.5), ["filter is 0.5", "expected"]),
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
