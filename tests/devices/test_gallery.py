"""What the gallery shows of the solver: lights read from conditions, shares of photons, figures, refusals."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

import stackmodel as sm

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "devices").rglob("*.py"))
#: Files of the kinds whose solved curves are shown.
WITH_CURVES = [path for path in FILES if path.parent.name in ("photodiodes", "solar_cells")]


@pytest.fixture(scope="module")
def solved() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "solved.py"), run_name="read_by_a_test")


def read(stem: str) -> dict[str, Any]:
    return runpy.run_path(str(next(each for each in FILES if each.stem == stem)), run_name="read_by_a_test")


def test_lights_are_read_from_conditions(solved: dict[str, Any]) -> None:
    light_of = solved["light_of"]
    assert light_of("1550 nm, 17.3 mW/cm^2").line == pytest.approx((1550.0, 17.3e-3))
    assert light_of("940 nm, -3 V").line == pytest.approx((940.0, 1e-3))
    assert light_of("AM1.5G, certified").irradiance == pytest.approx(0.100037, rel=1e-5)
    assert light_of("AM1.5G above 1100 nm, referred to 100 mW/cm^2").wavelength[0] == 1100.0
    assert light_of("bias not in the abstract") is None


def test_biases_are_read_from_conditions(solved: dict[str, Any]) -> None:
    assert solved["number"]("V", "2100 nm, -2 V") == -2.0
    assert solved["number"]("V", "700 nm, 3 V") == 3.0
    assert solved["number"]("V", "wavelength not given") is None


def test_every_photon_is_accounted_for(solved: dict[str, Any]) -> None:
    device = read("shin2024_inas")["device"]
    words = solved["shares"](device, sm.Light.monochromatic(940, 1e-3))
    assert re.search(r"4\.73e\+15 photons/\(cm² s\)", words)  # 1 mW/cm^2 over 1239.84 / 940 eV
    shares = [float(share) for share in re.findall(r"(\d+)% ", words)]
    assert sum(shares) == pytest.approx(100.0, abs=3.0)  # what is below 0.5 % is not told
    absorbed = float(device.absorptance([940]).by_layer[0][device.stack.position("active")])
    assert f"{absorbed:.0%} in InAs(InBr3)" in words


def test_responsivity_is_the_change_of_current_over_the_irradiance(solved: dict[str, Any]) -> None:
    names = read("fang2025_pbs_surface_reconstructed")
    device, light = names["device"], sm.Light.monochromatic(1320, 1e-5)
    change = device.jv([0.0], light).current_density[0] - device.jv([0.0]).current_density[0]
    found, ratio = solved["figure"](names, "responsivity", 0.5, "1320 nm, 0 V")
    assert found == pytest.approx(abs(change) / 1e-5, rel=5e-3)  # meshes of their own
    assert ratio == pytest.approx(found / 0.5)
    efficiency, _ = solved["figure"](names, "external_quantum_efficiency", 0.8, "1320 nm, 0 V")
    assert efficiency == pytest.approx(found * 1239.841984 / 1320)


def test_figures_of_a_cell_close(solved: dict[str, Any]) -> None:
    reported = (names := read("zhu2020_pbse"))["REPORTED"]
    found = {name: solved["figure"](names, name, row[0], row[2])[0] for name, row in reported.items()}
    power = found["open_circuit_voltage"] * found["short_circuit_current_density"] * found["fill_factor"]
    assert power / sm.Light.am15g().irradiance == pytest.approx(found["efficiency"])


def test_a_layer_without_optical_constants_is_named(solved: dict[str, Any], tmp_path: Path) -> None:
    names = read("vafaie2021_pbs_zno")
    names["device"] = names["device"].with_layer("HTL", "spiro-OMeTAD 45nm")
    value, _, condition, _ = names["REPORTED"]["responsivity"]
    assert "spiro-OMeTAD: no optical constants" in solved["figure"](names, "responsivity", value, condition)[0]
    words = solved["curves"](names, tmp_path / "x.svg")
    assert ["refused: spiro-OMeTAD" in each for each in words] == [True]


#: Solved over reported where they differ by more than a factor of two. Nothing was tuned. What is lost, by the losses
#: of `spectral_response`: half to three quarters of the light is reflected by an ITO near its plasma edge and
#: thicknesses that are not known (gong, imran, vafaie); half is absorbed in the model of ITO (ackerman, xue); pairs
#: recombine in films with the mobility and lifetime of their class (ackerman, chuang, fill factors) or leave by the
#: wrong contact (zhao). A ratio that leaves its range has changed for a reason to be found.
MISSED = {
    ("ackerman2018_hgte", "responsivity"): (0.02, 0.1),
    ("chuang2014_pbs_tbai_edt", "short_circuit_current_density"): (0.3, 0.5),
    ("chuang2014_pbs_tbai_edt", "fill_factor"): (0.3, 0.5),
    ("chuang2014_pbs_tbai_edt", "efficiency"): (0.15, 0.35),
    ("gong2023_pbs_multi_interface", "responsivity"): (0.3, 0.5),
    ("imran2025_insb", "responsivity"): (0.3, 0.5),
    ("vafaie2021_pbs_zno", "responsivity"): (0.15, 0.35),
    ("xue2023_hgte", "responsivity"): (0.05, 0.2),
    ("zhao2023_hgte_cdte_dual_band", "responsivity_visible"): (0.2, 0.4),
    ("zhu2020_pbse", "fill_factor"): (0.25, 0.45),
    ("zhu2020_pbse", "efficiency"): (0.2, 0.4),
    ("liu2024_pbs_gradient_etl", "efficiency_infrared"): (0.2, 0.4),
}
EFFICIENCY = "external_quantum_efficiency"  # stands for the responsivity where a file has no other


def lit_figures() -> list[tuple[str, str]]:
    """Return file and figure of all that was reported under a light with its wavelength or spectrum."""
    wanted = re.compile("responsivity|short_circuit|open_circuit|fill_factor|efficiency|external|current_density_times")
    found = []
    for path in WITH_CURVES:
        reported = read(path.stem)["REPORTED"]
        for name, (_, _, condition, _) in reported.items():
            lit = re.search(r"AM1.5G|^\d+ nm|, wavelength not given \(", condition)
            if wanted.match(name) and lit and (name != EFFICIENCY or "responsivity" not in reported):
                found.append((path.stem, name))
    return found


@pytest.mark.parametrize(("stem", "name"), lit_figures())
def test_solved_under_the_reported_light(stem: str, name: str, solved: dict[str, Any]) -> None:
    names = read(stem)
    value, _, condition, _ = names["REPORTED"][name]
    low, high = MISSED.get((stem, name), (0.5, 2.0))
    assert low < solved["figure"](names, name, value, condition)[1] < high


def test_every_junction_with_a_responsivity_or_a_cell_curve_is_among_them() -> None:
    without = {path.stem for path in WITH_CURVES} - {stem for stem, _ in lit_figures()}
    # Papers whose public text has no responsivity with its wavelength.
    assert without == {"atan2023_pbs_nio", "di2024_mxene", "jallcom2025_pbs_nio_edt", "tang2019_hgte_dual_band",
                       "xu2020_pbs_inverted_silicon"}  # fmt: skip


def test_a_film_with_constants_of_its_own_answers_below_its_peak_too() -> None:
    response = read("imran2025_insb")["device"].spectral_response([1380, 1400, 1680], -1.0)
    assert 0.5 < response.eqe[1] / response.eqe[0] < 1.0  # 13 meV below a peak of 42 meV
    assert response.eqe[2] < 0.01 * response.eqe[0]


def test_what_the_solver_does_not_have_stays_empty(solved: dict[str, Any]) -> None:
    names = read("atan2023_pbs_nio")
    assert solved["figure"](names, "fall_time", 2e-7, "1370 nm") == ("", "")


def test_refused_curve_is_named_with_its_reason(solved: dict[str, Any], tmp_path: Path) -> None:
    names = read("shin2024_inas")
    names["device"] = names["device"].with_values({"active.band_gap": 1.3, "series_resistance": 10.0})  # no area
    words = solved["curves"](names, tmp_path / "x.svg")
    assert words
    assert all(": refused: " in each and "area" in each for each in words)


@pytest.mark.parametrize("path", WITH_CURVES, ids=[path.stem for path in WITH_CURVES])
def test_curves_of_every_device_are_solved(path: Path, solved: dict[str, Any], tmp_path: Path) -> None:
    words = solved["curves"](read(path.stem), tmp_path / "x.svg")
    assert (tmp_path / "x.svg").stat().st_size > 5000
    assert words
    assert all("photons/(cm² s)" in each for each in words)
