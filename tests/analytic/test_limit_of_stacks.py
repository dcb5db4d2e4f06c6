"""The limit of detailed balance with the absorptance of the stack, beside closed forms and another quadrature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import simpson

import stackmodel as sm
from helpers import CELL
from stackmodel.estimates.detailed_balance import detailed_balance
from stackmodel.physics.constants import ELEMENTARY_CHARGE, HC_EV_NM
from stackmodel.physics.reciprocity import thermal_photons

AM15G = sm.Light.am15g()


def of_index(n: complex, high: float = 4100.0, low: float = 250.0) -> sm.OpticalConstants:
    return sm.OpticalConstants.from_arrays([low, high], [n.real] * 2, [n.imag] * 2, name="film", source="a test")


def absorber(gap: float, optical: sm.OpticalConstants, thickness: Any = "100 um", **more: Any) -> sm.SolarCell:
    film = sm.Material(
        name="film", optical=optical, electron_affinity=4.0, band_gap=gap, relative_permittivity=10.0,
        conduction_band_dos=1e19, valence_band_dos=1e19, electron_mobility=1.0, hole_mobility=1.0,
        electron_lifetime=1e-7, hole_lifetime=1e-7, donor_density=1e16,
    )  # fmt: skip
    ohmic = sm.Contact.ohmic()
    layer = sm.Layer(film, thickness, role="active", **more)
    return sm.SolarCell(sm.Stack([layer]), front=ohmic, back=ohmic)


def reflected_of_a_hemisphere(index: complex) -> float:
    """Fresnel's formulas at one face, unpolarised, over the hemisphere."""
    c = (np.arange(200_000) + 0.5) / 200_000
    q = np.sqrt(index**2 - (1.0 - c**2))
    r_s, r_p = (c - q) / (c + q), (c - q / index**2) / (c + q / index**2)
    return float(np.mean(c * (abs(r_s) ** 2 + abs(r_p) ** 2)))


@pytest.mark.parametrize("pairs", [1, 3])
def test_a_black_plate_is_the_step_that_emits_to_both_sides(pairs: int) -> None:
    # 20 and more absorption lengths thick
    found = absorber(1.0, of_index(1.0 + 0.02j), "100 um").limit(absorptance="computed", pairs_per_photon=pairs)
    emitting = 2.0 * (1.0 - reflected_of_a_hemisphere(1.0 + 0.02j))
    limit = detailed_balance(1.0, AM15G, 300.0, pairs_per_photon=pairs, emission=emitting)
    assert found.dark_current_density == pytest.approx(limit.dark_current_density, rel=1e-6, abs=0)
    # 1e-3: R = k^2/4 = 1e-4, and the light is a table whose points do not stand at the gap
    assert found.short_circuit_current_density == pytest.approx(limit.short_circuit_current_density, rel=1e-3)
    assert found.open_circuit_voltage == pytest.approx(limit.open_circuit_voltage, abs=2.6e-5)
    assert found.efficiency == pytest.approx(limit.power_density / AM15G.irradiance, rel=1e-3)
    assert found.emitted_at_far_side == pytest.approx(0.5, rel=1e-9)


def test_multiplication_by_a_slope_is_that_of_the_step() -> None:
    cell = absorber(
        0.7, of_index(1.0 + 0.02j), "100 um", multiplication_threshold=2.5, multiplication_slope=0.6
    )  # fmt: skip
    limit = detailed_balance(0.7, AM15G, 300.0, multiplication=(2.5, 0.6), emission=2.0)
    # 1e-3: the closed form follows the slope by steps of 0.02 gaps
    found = cell.limit(absorptance="computed")
    assert found.power_density == pytest.approx(limit.power_density, rel=1e-3)


def test_a_thin_plate_of_no_index_is_an_exponential_integral() -> None:
    # 2 int (1 - exp(-t/c)) c dc = 1 - 2 E_3(t)
    from scipy.special import expn

    found = absorber(1.0, of_index(1.0 + 1e-4j), "100 um").limit(absorptance="computed").spectrum
    t = 4.0 * np.pi * 1e-4 * 1e5 / found.wavelength
    inside = HC_EV_NM / found.wavelength > 1.0 - 1e-9
    # 5e-4: at grazing angles even this index reflects
    np.testing.assert_allclose(found.lit[inside], (1.0 - 2.0 * expn(3, t))[inside], rtol=5e-4)
    np.testing.assert_allclose(found.lit, found.far, rtol=1e-12)
    np.testing.assert_allclose(found.absorptance[inside], -np.expm1(-t)[inside], rtol=1e-6)
    assert (found.lit[~inside] == 0.0).all()


def test_the_radiative_limit_is_the_black_body_integral_of_the_computed_absorptance() -> None:
    cell = sm.SolarCell(CELL)
    found = cell.limit(absorptance="computed")
    energy = np.linspace(0.75, 3.09, 2001)
    theta = np.linspace(0.0, 89.99, 61)
    angle = np.radians(theta)
    weight = 2.0 * np.sin(angle) * np.cos(angle)
    current = 0.0
    for side in ("front", "back"):
        device = sm.SolarCell(CELL, illuminated=side)
        found_at = [device.absorptance(HC_EV_NM / energy, each) for each in theta]
        share = np.array([each["active"] + each["HTL"] for each in found_at])
        hemisphere = simpson(share * weight[:, None], x=angle, axis=0)
        current += ELEMENTARY_CHARGE * float(simpson(hemisphere * thermal_photons(energy, 300.0), x=energy))
    # 2e-4: Simpson's rule over 61 angles, and steps of 1 meV over two edges
    assert found.dark_current_density / current == pytest.approx(1.0, rel=2e-4)
    assert found.emitted_at_far_side < 2e-3  # 80 nm of gold
    own = cell.generation(AM15G.longpass(400).shortpass(1684)).current_density  # of both films of dots
    assert found.short_circuit_current_density == pytest.approx(own, rel=1e-5)  # 0.9 nm less of the tail
    assert found.open_circuit_voltage == pytest.approx(0.025851999786435535 * np.log1p(own / current), abs=5e-6)


def test_it_differs_from_the_step_as_it_should() -> None:
    cell = sm.SolarCell(CELL)
    step, computed = cell.limit(), cell.limit(absorptance="computed")
    assert step.absorptance == "step"
    assert step.spectrum is None
    assert computed.short_circuit_current_density < step.short_circuit_current_density
    assert computed.band_gap == step.band_gap
    assert computed.efficiency < step.efficiency
    full = cell.limit(absorptance="computed", reference_irradiance="50 mW/cm^2")
    assert full.efficiency == pytest.approx(computed.efficiency * AM15G.irradiance / 0.05, rel=1e-12)


def test_light_through_the_back_is_that_of_the_mirrored_stack() -> None:
    thin = CELL.replace("Au 80nm", "Au 8nm")
    mirrored = " / ".join(reversed(thin.split(" / ")))
    back = sm.SolarCell(thin, illuminated="back").limit(absorptance="computed")
    front = sm.SolarCell(mirrored).limit(absorptance="computed")
    assert back.efficiency == pytest.approx(front.efficiency, rel=1e-9)
    assert back.emitted_at_far_side == pytest.approx(front.emitted_at_far_side, rel=1e-9)
    assert 0.05 < back.emitted_at_far_side < 0.95


def test_two_active_layers_add() -> None:
    whole = "glass 1.1mm / ITO 100nm / ZnO 60nm / active: PbS(3.4nm, TBAI) 250nm / Au 80nm"
    halves = whole.replace("250nm", "120nm / active: PbS(3.4nm, TBAI) 130nm")
    one, two = (sm.SolarCell(text).limit(absorptance="computed") for text in (whole, halves))
    assert two.efficiency == pytest.approx(one.efficiency, rel=1e-8)


def test_a_graded_layer_has_its_smallest_gap() -> None:
    graded, ends = (
        [sm.SolarCell(CELL.replace("PbS(3.4nm, TBAI)", film)).limit(absorptance="computed") for film in films]
        for films in (["active: PbS(3.0nm -> 3.8nm, TBAI)"], ["active: PbS(3.0nm, TBAI)", "PbS(3.8nm, TBAI)"])
    )
    assert graded[0].band_gap == ends[1].band_gap
    assert ends[1].open_circuit_voltage < graded[0].open_circuit_voltage < ends[0].open_circuit_voltage


def test_colder_cells_emit_less() -> None:
    warm, cold = (sm.SolarCell(CELL, temperature=T).limit(absorptance="computed") for T in (300, 200))
    assert cold.open_circuit_voltage > warm.open_circuit_voltage + 0.05
    assert any("200 K" in notice for notice in cold.notices)


@pytest.mark.parametrize(
    ("ask", "error", "parts"),
    [
        (lambda: sm.SolarCell(CELL).limit(absorptance="compted"), sm.InputError, ['"compted"', 'mean "computed"']),
        (lambda: sm.SolarCell(CELL).limit(band_gap=1.1, absorptance="computed"), sm.InputError, ["band_gap", "step"]),
        (lambda: sm.SolarCell(CELL).limit(absorptance="computed", pairs_per_photon=0), sm.InputError, ["whole number"]),
        (lambda: sm.SolarCell(CELL).limit(AM15G.shortpass(395), absorptance="computed"), sm.DataError,
         ["100%", "400 to 1684.9 nm", "longpass"]),
        (lambda: sm.SolarCell(CELL).limit(sm.Light.monochromatic(1600, 1e-3), absorptance="computed"), sm.InputError,
         ["no photon that makes a pair"]),
        (lambda: absorber(1.0, of_index(1.5 + 0.1j, 1000.0)).limit(absorptance="computed"), sm.DataError,
         ["could absorb of AM1.5G"]),
        (lambda: absorber(1.0, of_index(1.5 + 0.1j, 1230.0)).limit(absorptance="computed"), sm.DataError,
         ["would emit", "250 to 1230 nm"]),
        (lambda: sm.SolarCell("ITO 100nm / ETL: ZnO 60nm / HTL: NiO 50nm / Au 80nm").limit(absorptance="computed"),
         sm.InputError, ["no layer is active"]),
    ],
)  # fmt: skip
def test_refused(ask: Any, error: type[Exception], parts: list[str]) -> None:
    with pytest.raises(error) as caught:
        ask()
    for part in parts:
        assert part in str(caught.value)


def test_what_is_left_out_is_told() -> None:
    found = sm.SolarCell(CELL).limit(absorptance="computed")
    assert 0.03 < found.left_out_of_light < 0.08  # AM1.5G below 400 nm, where films of dots begin
    assert found.left_out_of_emission < 1e-6
    assert found.attributes()["left_out_of_light"] == found.left_out_of_light
    measured = sm.optical_constants("PbS(3.4nm, TBAI)")
    grid = np.linspace(400, 1180, 400)
    index = measured.at(grid)
    short = sm.OpticalConstants.from_arrays(grid, index.real, index.imag, name="ours", source="a test")
    cut = sm.SolarCell(sm.SolarCell(CELL).stack.with_layer("active", sm.Active("PbS(3.4nm, TBAI)", 250, optical=short)))
    answer = cut.limit(absorptance="computed")
    assert any("emission is cut off at 1180 nm" in notice for notice in answer.notices)
    lost = answer.dark_current_density / found.dark_current_density  # what the cut leaves out
    assert lost == pytest.approx(1.0, rel=0.01)


def test_its_spectrum_and_record(tmp_path: Path) -> None:
    found = sm.SolarCell(CELL).limit(absorptance="computed")
    assert found.spectrum is not None
    frame = found.spectrum.to_dataframe()
    assert next(iter(frame.columns)) == "wavelength [nm]"
    total = ELEMENTARY_CHARGE * np.trapezoid(found.spectrum.emission, found.spectrum.wavelength)
    assert total == pytest.approx(found.dark_current_density, rel=1e-4)  # trapezoids on the grid of the absorptance
    for suffix in (".png", ".json", ".html", ".nc"):
        assert found.spectrum.save(tmp_path / f"spectrum{suffix}").stat().st_size > 1000
        assert found.save(tmp_path / f"limit{suffix}").stat().st_size > 1000
    sources = [row for row in found.provenance.parameters if row["parameter"] == "optical_constants"]
    assert len(sources) == 6
