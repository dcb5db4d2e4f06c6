"""Optimum: the place of a known best, within bounds, past local bumps and points without figure."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

import stackmodel as sm
from helpers import HERO


@pytest.fixture(scope="module")
def device() -> sm.Photodiode:
    return sm.Photodiode(HERO)


def thickness(device: Any, whose: str = "ETL") -> float:
    return float(device.stack[whose].thickness)


def parabola(device: Any) -> float:
    return 3.0 - ((thickness(device) - 43.21) / 10.0) ** 2


def test_the_top_of_a_parabola(device: sm.Photodiode) -> None:
    found = sm.optimise(device, {"ETL.thickness": (20, "0.1 um")}, parabola)
    # the value is flat there: its last digits end the search before the place's do
    assert found.by_address["ETL.thickness"] == pytest.approx(43.21, rel=1e-4)
    assert found.value == pytest.approx(3.0, rel=1e-6)
    assert found.device.stack["ETL"].thickness == found.by_address["ETL.thickness"]
    assert isinstance(found.device, sm.Photodiode)
    assert found.higher_is_better
    history = found.history
    assert list(history.columns) == ["ETL.thickness [nm]", "parabola", "error"]
    assert len(history) == found.evaluations < 50
    assert history["ETL.thickness [nm]"].between(20, 100).all()
    assert (history["ETL.thickness [nm]"][:9] == np.linspace(20, 100, 9)).all()
    assert history["parabola"].max() == found.value
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        found.value = 1.0


def test_a_local_bump_is_not_taken(device: sm.Photodiode) -> None:
    def two_bumps(d: Any) -> float:
        x = thickness(d)
        return 1.0 * math.exp(-(((x - 62.0) / 16.0) ** 2)) + 2.0 * math.exp(-(((x - 91.0) / 5.0) ** 2))

    found = sm.optimise(device, {"ETL.thickness": (20, 100)}, two_bumps)
    scan = np.linspace(20, 100, 20001)
    heights = np.exp(-(((scan - 62.0) / 16.0) ** 2)) + 2.0 * np.exp(-(((scan - 91.0) / 5.0) ** 2))
    assert found.value == pytest.approx(heights.max(), rel=1e-6)


@pytest.mark.parametrize(("names", "most"), [(("ETL", "active"), 250), (("ETL", "active", "HTL"), 400)])
def test_several_addresses(device: sm.Photodiode, names: tuple[str, ...], most: int) -> None:
    top = {"ETL": 37.0, "active": 311.0, "HTL": 29.0}

    def hill(d: Any) -> float:
        offsets = [(thickness(d, name) - top[name]) / top[name] for name in names]
        return -sum(x * x for x in offsets) - 0.5 * offsets[0] * offsets[1]

    bounds = {"ETL.thickness": (20, 100), "active.thickness": ("0.1 um", 500), "HTL.thickness": (10, 60)}
    found = sm.optimise(device, {f"{name}.thickness": bounds[f"{name}.thickness"] for name in names}, hill)
    assert found.evaluations < most
    for name in names:
        assert found.by_address[f"{name}.thickness"] == pytest.approx(top[name], rel=1e-3)


def test_four_addresses_take_a_sobol_scan(device: sm.Photodiode) -> None:
    top = {"ETL.thickness": 37.0, "active.thickness": 311.0, "HTL.thickness": 29.0, "temperature": 287.0}

    def hill(d: Any) -> float:
        places = [thickness(d), thickness(d, "active"), thickness(d, "HTL"), d.temperature]
        return -sum((x / x0 - 1.0) ** 2 for x, x0 in zip(places, top.values(), strict=True))

    bounds = {
        "ETL.thickness": (20, 100), "active.thickness": (100, 500), "HTL.thickness": (10, 60),
        "temperature": (250, 350),
    }  # fmt: skip
    found = sm.optimise(device, bounds, hill)
    for address, place in top.items():
        assert found.by_address[address] == pytest.approx(place, rel=1e-2)
    assert len(found.history) == found.evaluations <= 32 + 400


def test_the_table_says_which_way_is_better(device: sm.Photodiode) -> None:
    bounds = {"temperature": (280, 320)}
    dark = sm.optimise(device, bounds, "estimate.dark_current@-0.5V")
    assert dark.by_address == {"temperature": 280.0}
    assert not dark.higher_is_better
    assert dark.value == device.with_values({"temperature": 280}).estimate(-0.5).dark_current
    assert "lower bound" in dark.message
    assert sm.optimise(device, bounds, "estimate.r0a").by_address == {"temperature": 280.0}


def test_the_largest_built_in_potential(device: sm.Photodiode) -> None:
    contact = sm.Contact.schottky(work_function=4.5)
    found = sm.optimise(sm.Photodiode(HERO, front=contact), {"front.work_function": (4.0, 5.0)}, "built_in_potential")
    assert found.by_address["front.work_function"] == 4.0
    assert found.value == found.device.band_alignment().built_in_potential
    assert found.units == {"front.work_function": "eV"}


def test_the_best_detectivity_lies_inside(device: sm.Photodiode) -> None:
    metric = "estimate.detectivity@-0.5V,850nm"
    found = sm.optimise(device, {"active.thickness": (50, 2000), "active.acceptor_density": (1e15, 1e17)}, metric)
    values = {
        "active.thickness": np.geomspace(50, 2000, 12).tolist(),
        "active.acceptor_density": np.geomspace(1e15, 1e17, 12).tolist(),
    }
    grid = sm.sweep(device, values, metric)
    assert float(grid[metric].min()) > 0.0
    assert found.value >= float(grid[metric].max()) * (1.0 - 1e-6)


def test_decades_are_searched_by_logarithm(device: sm.Photodiode) -> None:
    def resonance(d: Any) -> float:
        return -((math.log10(d.stack["active"].material.acceptor_density) - 15.3) ** 2)

    found = sm.optimise(device, {"active.acceptor_density": ("1e14 cm^-3", 1e18)}, resonance)
    assert found.by_address["active.acceptor_density"] == pytest.approx(10**15.3, rel=1e-3)
    scanned = found.history["active.acceptor_density [cm^-3]"][:9]
    assert list(scanned) == pytest.approx(list(np.geomspace(1e14, 1e18, 9)), rel=1e-12)
    assert (scanned.iloc[0], scanned.iloc[8]) == (1e14, 1e18)


def test_points_without_figure_are_passed_over(device: sm.Photodiode) -> None:
    def half(d: Any) -> float:
        if thickness(d) > 55.0:
            raise sm.ConvergenceError("no steady state")
        return thickness(d)

    found = sm.optimise(device, {"ETL.thickness": (20, 100)}, half)
    assert 54.9 < found.by_address["ETL.thickness"] <= 55.0
    history = found.history
    failed = history["error"] == "half: no steady state"
    assert (failed == history["half"].isna()).all()
    assert failed.sum() >= 5
    assert "points have no figure, the first says: half: no steady state" in found.message


def test_no_point_has_a_figure(device: sm.Photodiode) -> None:
    def none(d: Any) -> float:
        raise ValueError("never")

    with pytest.raises(sm.InputError, match=r"no point of the scan has a figure; the first says: none: ValueError"):
        sm.optimise(device, {"ETL.thickness": (20, 100)}, none)


def test_a_flat_metric_says_so(device: sm.Photodiode) -> None:
    found = sm.optimise(device, {"ETL.thickness": (20, 100)}, lambda d: 0.0)
    assert found.message == "the metric is the same at every point"
    assert found.value == 0.0


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_values_of_any_size(device: sm.Photodiode, size: float) -> None:
    found = sm.optimise(device, {"ETL.thickness": (20, 100)}, lambda d: size * (parabola(d) + 50.0))
    assert found.by_address["ETL.thickness"] == pytest.approx(43.21, rel=1e-3)


def test_infinity_is_a_figure(device: sm.Photodiode) -> None:
    found = sm.optimise(device, {"ETL.thickness": (20, 100)}, lambda d: math.inf if thickness(d) > 90 else 1.0)
    assert found.value == math.inf


@pytest.mark.parametrize(
    ("bounds", "says"),
    [
        ({"ETL.thickness": (100, 20)}, "(100 nm, 20 nm); expected a lower and a higher value"),
        ({"ETL.thickness": (20, 20)}, "expected a lower and a higher value"),
        ({"ETL.thickness": (20, 40, 60)}, "expected a lower and a higher value"),
        ({"ETL.thickness": 20}, "expected a list"),
        ({"ETL.thickness": "20 nm"}, "expected a list"),
        ({"ETL.thickness": (-20, 60)}, "expected 0.1 to 100000 nm"),
        ({"ETL.thickness": (0.0, 60)}, "expected 0.1 to 100000 nm"),
        ({"ETL.thickness": ("20 eV", 60)}, "does not measure"),
        ({"ETL.thickness": (float("nan"), 60)}, "is not a finite number"),
        ({"active.electron_lifetime": (1e-9, "inf")}, "expected finite ones"),
        ({"ETL.thicknes": (20, 60)}, 'Did you mean "thickness"'),
        ({"temprature": (200, 300)}, 'Did you mean "temperature"'),
        ({"ETL": ("ZnO", "SnO2")}, "sm.compare ranks choices of layers"),
        ({"ETL.thickness": (20, 60), "ZnO.thickness": (20, 60)}, "are the same"),
        ({}, "expected e.g."),
    ],
)
def test_bounds_that_are_no_range(device: sm.Photodiode, bounds: Any, says: str) -> None:
    asked: list[Any] = []
    with pytest.raises(sm.InputError) as caught:
        sm.optimise(device, bounds, asked.append)
    assert says in str(caught.value)
    assert not asked


def test_a_substrate_has_its_own_range() -> None:
    device = sm.Photodiode(f"glass 1.1mm / {HERO}")
    found = sm.optimise(device, {"substrate.thickness": ("0.5 mm", "2 mm")}, lambda d: -thickness(d, "substrate"))
    assert found.by_address == {"substrate.thickness": 5e5}


def test_metrics_and_devices_are_checked(device: sm.Photodiode) -> None:
    with pytest.raises(sm.InputError, match='Did you mean "built_in_potential"'):
        sm.optimise(device, {"ETL.thickness": (20, 60)}, "built_in_potental")
    with pytest.raises(sm.InputError, match="expected one name or one function"):
        sm.optimise(device, {"ETL.thickness": (20, 60)}, ["built_in_potential"])  # type: ignore[arg-type]
    with pytest.raises(sm.InputError, match="expected one such as a Photodiode"):
        sm.optimise(HERO, {"ETL.thickness": (20, 60)}, "built_in_potential")  # type: ignore[arg-type]


def test_files_and_text(device: sm.Photodiode, tmp_path: Path) -> None:
    import pandas as pd

    found = sm.optimise(device, {"temperature": (280, 320)}, "estimate.r0a")
    assert str(found).startswith("largest estimate.r0a: ")
    assert "temperature = 280 K" in str(found)
    frame = pd.read_csv(found.save(tmp_path / "deep" / "x.csv"), comment="#")
    assert list(frame.columns) == ["temperature [K]", "estimate.r0a [ohm cm^2]", "error"]
    assert len(frame) == found.evaluations
    content = json.loads(found.save(tmp_path / "x.json").read_text("utf-8"))
    assert content["by_address"] == {"temperature": 280.0}
    assert content["provenance"]["question"] == "Largest estimate.r0a over temperature"
    assert content["provenance"]["stack"] == device.stack.notation
    with pytest.raises(sm.InputError, match=r"expected \.csv or \.json"):
        found.save(tmp_path / "x.pdf")
