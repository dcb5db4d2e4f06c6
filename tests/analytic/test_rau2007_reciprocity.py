"""Emission and voltage by reciprocity: U. Rau, Physical Review B 76, 085303 (2007)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

import stackmodel as sm
from stackmodel.estimates.detailed_balance import blackbody_photons_above, detailed_balance
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, HC_EV_NM
from stackmodel.physics.reciprocity import thermal_nodes, thermal_photons

AM15G = sm.Light.am15g()
EDGE = HC_EV_NM / 1.1
STEP = np.array([280.0, EDGE]), np.ones(2)
#: A measured-like edge: a tail of 15 meV below 1.1 eV.
TAILED = np.linspace(300.0, 1600.0, 261)
TAIL = 0.8 * np.minimum(1.0, np.exp((HC_EV_NM / TAILED - 1.1) / 0.015))


@pytest.mark.parametrize("temperature", [120.0, 300.0, 450.0])
def test_a_black_body_by_another_quadrature(temperature: float) -> None:
    energy, photons = thermal_nodes(np.array([300.0, 700.0, 2500.0]), temperature)
    kT = BOLTZMANN_EV * temperature
    low, high = HC_EV_NM / 2500.0, HC_EV_NM / 300.0
    h, c, q = 6.62607015e-34, 299792458.0, ELEMENTARY_CHARGE
    exact = quad(
        lambda E: E**2 / math.expm1(E / kT), low, high, epsrel=1e-12, epsabs=0, limit=400, points=[low + 5 * kT]
    )[0]
    assert photons.sum() == pytest.approx(2e-4 * math.pi * q**3 / (h**3 * c**2) * exact, rel=1e-9)
    assert photons @ energy == pytest.approx(
        quad(lambda E: E * float(thermal_photons(E, temperature)), low, high, epsrel=1e-12, epsabs=0, limit=400,
             points=[low + 5 * kT])[0], rel=1e-9,
    )  # fmt: skip


def test_a_step_is_the_limit_of_shockley_and_queisser() -> None:
    found = sm.reciprocity(*STEP, light=AM15G)
    limit = detailed_balance(1.1, AM15G, 300.0)
    assert found.radiative_saturation_current == pytest.approx(limit.dark_current_density, rel=1e-9, abs=0)
    assert found.short_circuit_current_density == pytest.approx(limit.short_circuit_current_density, rel=1e-9)
    assert found.radiative_open_circuit_voltage == pytest.approx(limit.open_circuit_voltage, abs=1e-10)
    cold = sm.reciprocity(*STEP, temperature=200)
    assert cold.radiative_saturation_current == pytest.approx(
        ELEMENTARY_CHARGE * blackbody_photons_above(1.1, 200.0), rel=1e-9, abs=0
    )


def test_the_yield_is_the_lost_voltage() -> None:
    found = sm.reciprocity(TAILED, TAIL, short_circuit_current_density="25 mA/cm^2", open_circuit_voltage=0.6)
    kT = BOLTZMANN_EV * 300.0
    lost = found.radiative_open_circuit_voltage - 0.6
    assert found.nonradiative_voltage_loss == pytest.approx(lost, abs=1e-9)
    assert found.external_luminescence_yield == pytest.approx(math.exp(-lost / kT), rel=1e-7)
    # a decade of yield is 60 mV at 300 K
    assert found.nonradiative_voltage_loss / -math.log10(found.external_luminescence_yield) == pytest.approx(
        0.05953, rel=1e-3
    )


def test_a_cell_at_its_radiative_limit_has_a_yield_of_one() -> None:
    limit = sm.reciprocity(*STEP, light=AM15G).radiative_open_circuit_voltage
    found = sm.reciprocity(*STEP, light=AM15G, open_circuit_voltage=limit)
    assert found.external_luminescence_yield == pytest.approx(1.0, rel=1e-9)
    assert found.nonradiative_voltage_loss == pytest.approx(0.0, abs=1e-9)


def test_the_spectrum_at_a_voltage_sums_to_the_radiative_current() -> None:
    fine = np.linspace(300.0, 1600.0, 40001)
    eqe = np.interp(fine, TAILED, TAIL)
    found = sm.reciprocity(fine, eqe)
    photons = np.trapezoid(found.electroluminescence(0.5), fine)
    current = found.radiative_saturation_current * math.expm1(0.5 / (BOLTZMANN_EV * 300.0))
    assert ELEMENTARY_CHARGE * photons == pytest.approx(current, rel=1e-6)
    # the ratio of two voltages is Boltzmann's at each wavelength
    ratio = found.electroluminescence(0.6) / found.electroluminescence(0.5)
    np.testing.assert_allclose(ratio, math.expm1(0.6 / 0.025851999786435535) / math.expm1(0.5 / 0.025851999786435535))


def test_a_gaussian_edge_emits_shifted_by_its_variance_over_kT() -> None:
    wavelength = np.linspace(700.0, 1500.0, 3201)
    sigma, kT = 0.03, BOLTZMANN_EV * 300.0
    eqe = 0.5 * np.exp(-((HC_EV_NM / wavelength - 1.2) ** 2) / (2 * sigma**2))
    found = sm.reciprocity(wavelength, eqe)
    energy = HC_EV_NM / wavelength
    per_energy = found.electroluminescence(0.3) * wavelength / energy
    # E^2 moves the peak by a further 2 sigma^2/E
    assert energy[np.argmax(per_energy)] == pytest.approx(1.2 - sigma**2 / kT + 2 * sigma**2 / 1.2, abs=5e-4)


@pytest.mark.parametrize(
    ("ask", "parts"),
    [
        (lambda: sm.reciprocity([400, 800], [85, 80]), ["eqe is 85 at 400 nm", "0 to 1"]),
        (lambda: sm.reciprocity([400, 800], [0, 0]), ["0 at all wavelengths"]),
        (lambda: sm.reciprocity([400, 800], [0.5]), ["reciprocity", "as many of both"]),
        (lambda: sm.reciprocity(*STEP, light=AM15G, short_circuit_current_density=0.02), ["one of the two", "AM1.5G"]),
        (lambda: sm.reciprocity(*STEP, light=AM15G, open_circuit_voltage=0.95), ["0.95 V", "at most 0.8", "red"]),
        (lambda: sm.reciprocity(*STEP, light=AM15G, open_circuit_voltage=-0.5), ["-0.5 V", "more than 0"]),
        (lambda: sm.reciprocity(*STEP).radiative_open_circuit_voltage, ["short_circuit_current_density=", "light="]),
        (lambda: sm.reciprocity(*STEP, light=AM15G).nonradiative_voltage_loss, ["open_circuit_voltage="]),
        (lambda: sm.reciprocity(*STEP, light=AM15G.longpass(1500)), ["nothing of AM1.5G"]),
        (lambda: sm.reciprocity(*STEP, light="sun"), ["expected a Light"]),
        (lambda: sm.reciprocity(*STEP, temprature=300), ["temprature", "temperature"]),
    ],
)
def test_refused(ask: Any, parts: list[str]) -> None:
    with pytest.raises(sm.InputError) as caught:
        ask()
    for part in parts:
        assert part in str(caught.value)


def test_an_efficiency_that_ends_too_early_says_so() -> None:
    assert sm.reciprocity(TAILED, TAIL).notices == ()
    cut = TAILED < 1120.0
    found = sm.reciprocity(TAILED[cut], TAIL[cut])
    assert "where the EQE ends" in found.notices[0]
    assert "lower bound" in found.attributes()["notices"]
    assert found.radiative_saturation_current < 0.5 * sm.reciprocity(TAILED, TAIL).radiative_saturation_current


def test_its_table_picture_and_files(tmp_path: Path) -> None:
    found = sm.reciprocity(TAILED[::-1], TAIL[::-1], light=AM15G, open_circuit_voltage="550 mV")
    frame = found.to_dataframe()
    assert list(frame.columns)[:2] == ["wavelength [nm]", "eqe"]
    assert frame.shape == (261, 4)
    np.testing.assert_array_equal(frame["eqe"], TAIL)
    assert found.attributes()["nonradiative_voltage_loss [V]"] == found.nonradiative_voltage_loss
    names = [line.name for line in found.picture().elements]
    assert names == ["EQE", "emission"]
    for suffix in (".png", ".html", ".json", ".nc"):
        assert found.save(tmp_path / f"emission{suffix}").stat().st_size > 1000


def test_a_line_collects_what_the_table_says() -> None:
    line = sm.Light.monochromatic(1000, 1e-3)
    found = sm.reciprocity(TAILED, TAIL, light=line)
    expected = 1e-3 * 1000 / HC_EV_NM * np.interp(1000, TAILED, TAIL)
    assert found.short_circuit_current_density == pytest.approx(expected, rel=1e-12)
