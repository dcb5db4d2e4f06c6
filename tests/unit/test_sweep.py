"""Sweeps: every combination as an array with units, in order, with the reason wherever a figure is missing."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
import xarray as xr

import stackmodel as sm
from helpers import HERO
from stackmodel.experiments.metrics import METRICS

DARK = "estimate.dark_current@-0.5V"


class Serial(Executor):
    """Computes where it is asked, in this thread."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture(scope="module")
def device() -> sm.Photodiode:
    return sm.Photodiode(HERO)


def thickness(device: Any) -> float:
    return float(device.stack["ETL"].thickness)


def test_one_array_a_metric_with_units(device: sm.Photodiode) -> None:
    found = sm.sweep(device, {"ETL.thickness": [20, 40, 60], "temperature": [280, 300]}, ["built_in_potential", DARK])
    assert found[DARK].dims == ("ETL.thickness", "temperature")
    assert found[DARK].shape == (3, 2)
    assert found[DARK].attrs["units"] == "A/cm^2"
    assert found["built_in_potential"].attrs["units"] == "V"
    assert found["ETL.thickness"].attrs["units"] == "nm"
    assert found["temperature"].attrs["units"] == "K"
    assert (found["error"] == "").all()
    for nm in (20, 60):
        for T in (280, 300):
            alone = device.with_values({"ETL.thickness": nm, "temperature": T}).estimate(-0.5).dark_current
            assert float(found[DARK].sel({"ETL.thickness": nm, "temperature": T})) == alone


def test_record_is_strict_json(device: sm.Photodiode) -> None:
    found = sm.sweep(device, {"ETL": ["ZnO", "SnO2"]}, ["built_in_potential"])

    def refuse(word: str) -> None:
        raise AssertionError(word)

    record = json.loads(found.attrs["provenance"], parse_constant=refuse)
    assert record["question"] == "Sweep of ETL"
    assert found.attrs["notation"] == device.stack.notation
    assert found.attrs["version"] == sm.__version__
    assert {"ZnO", "SnO2"} <= {row["layer"] for row in record["parameters"]}
    assert record["assumptions"]


def test_threads_processes_and_one_after_the_other_agree(device: sm.Photodiode) -> None:
    values = {"ETL.thickness": [20, -1, 60], "active.acceptor_density": np.geomspace(1e15, 1e17, 5)}
    serial = sm.sweep(device, values, [DARK, thickness], Serial())
    xr.testing.assert_identical(serial, sm.sweep(device, values, [DARK, thickness]))
    with ThreadPoolExecutor(7) as threads:
        xr.testing.assert_identical(serial, sm.sweep(device, values, [DARK, thickness], executor=threads))
        assert threads.submit(int).result() == 0  # a user's executor goes on
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        xr.testing.assert_identical(
            sm.sweep(device, values, [DARK], Serial()), sm.sweep(device, values, [DARK], processes)
        )


def test_threads_share_the_solver(device: sm.Photodiode) -> None:
    values = {"ETL.thickness": [40, 60], "active.acceptor_density": [1e16, 1e17]}
    metrics = ["depletion_width", "peak_field"]
    xr.testing.assert_identical(sm.sweep(device, values, metrics), sm.sweep(device, values, metrics, Serial()))


def test_a_failed_point_is_marked_and_the_others_kept(device: sm.Photodiode) -> None:
    found = sm.sweep(device, {"active.diameter": [3.0, 25.0, 3.4], "temperature": [280, 300]}, [DARK])
    missing = np.isnan(found[DARK].values)
    assert missing.tolist() == [[False, False], [True, True], [False, False]]
    assert (missing == (found["error"].values != "")).all()
    assert "expected 2.3 to 10 nm" in str(found["error"].values[1, 0])


def test_a_metric_that_fails_leaves_the_others(device: sm.Photodiode) -> None:
    def thin_only(changed: Any) -> float:
        if thickness(changed) > 30:
            raise ValueError("too thick")
        return 1.0

    found = sm.sweep(device, {"ETL.thickness": [20, 40]}, [thin_only, DARK])
    assert found["error"].values.tolist() == ["", "thin_only: ValueError: too thick"]
    assert np.isnan(found["thin_only"].values).tolist() == [False, True]
    assert not np.isnan(found[DARK].values).any()


@pytest.mark.parametrize("returned", [float("nan"), None, "1.0", True])
def test_what_is_no_number_is_an_error(device: sm.Photodiode, returned: Any) -> None:
    def odd(changed: Any) -> Any:
        return returned

    found = sm.sweep(device, {"ETL.thickness": [20]}, odd)
    assert "expected a number" in found["error"].item()


def test_layers_are_an_axis_of_names(device: sm.Photodiode) -> None:
    own = sm.Material(
        name="mine", electron_affinity=3, band_gap=2.2, acceptor_density=1e17, conduction_band_dos=1e19,
        valence_band_dos=1e19,
    )  # fmt: skip
    found = sm.sweep(
        device, {"ETL": ["ZnO", "SnO2 30nm", "ZnOO"], "HTL": [own, "NiO"], "ETL.thickness": ["90 nm"]},
        ["built_in_potential", thickness],
    )  # fmt: skip
    assert found["ETL"].values.tolist() == ["ZnO", "SnO2 30nm", "ZnOO"]
    assert found["HTL"].values.tolist() == ["mine", "NiO"]
    assert found["thickness"].sel(ETL="SnO2 30nm").values.tolist() == [[90.0], [90.0]]
    alone = device.with_layer("HTL", "NiO").with_values({"ETL.thickness": 90}).band_alignment().built_in_potential
    assert float(found["built_in_potential"].sel(ETL="ZnO", HTL="NiO").item()) == alone
    assert all('Did you mean "ZnO"' in text for text in found["error"].sel(ETL="ZnOO").values.ravel())
    assert not np.isnan(found["built_in_potential"].sel(ETL=["ZnO", "SnO2 30nm"]).values).any()


def test_layers_of_one_name_are_written_out(device: sm.Photodiode) -> None:
    found = sm.sweep(device, {"ETL": [sm.Layer("ZnO", 20), sm.Layer("ZnO", 40)]}, thickness)
    assert found["ETL"].values.tolist() == ["ZnO 20nm", "ZnO 40nm"]


def test_texts_with_unit_are_in_the_unit_of_the_table(device: sm.Photodiode) -> None:
    values = {
        "ETL.thickness": ["60 nm", "0.1 um", 20], "active.electron_lifetime": ["1 us", "inf"],
        "active.acceptor_density": ["1e22 m^-3"], "ETL|active.dipole": ["100 meV"], "active.peak": ["1.31 um"],
    }  # fmt: skip
    found = sm.sweep(device, values, ["built_in_potential"])
    assert found["ETL.thickness"].values.tolist() == [60.0, 100.0, 20.0]
    assert found["active.electron_lifetime"].values.tolist() == [1e-6, np.inf]
    assert found["active.acceptor_density"].values.tolist() == [1e16]
    assert [found[name].attrs["units"] for name in values] == ["nm", "s", "cm^-3", "eV", "nm"]
    assert found["active.peak"].values.tolist() == [1310.0]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"ETL.thicknes": [20, 30]}, 'Did you mean "thickness"'),
        ({"temprature": [280, 300]}, 'no layer and no condition "temprature". Did you mean "temperature"'),
        ({"ETTL": ["ZnO"]}, 'Did you mean "ETL"'),
        ({"HTTL.thickness": [20]}, 'Did you mean "HTL"'),
        ({"temperature": [300], "ETL|HTL.dipole": [0.1]}, "is no interface"),
        ({"front.work_functio": [4.2]}, 'Did you mean "work_function"'),
        ({"ETL": ["ZnOO", "SnOO2"]}, 'Did you mean "ZnO"'),
        ({"ETL.thickness": ["60 eV"]}, "does not measure what nm measures"),
        ({"ETL.thickness": ["60"]}, "has no unit"),
        ({"ETL.thickness": [20, None]}, "is not a quantity"),
        ({"ETL.thickness": [-5]}, "thickness is -5 nm"),
        ({"ETL.thickness": "60 nm"}, "expected a list"),
        ({"ETL.thickness": 60}, "expected a list"),
        ({"ETL.thickness": []}, "an empty list"),
        ({"ETL.thickness": [20], "ZnO.thickness": [30]}, "are the same"),
        ({"ETL": ["SnO2"], "ZnO": ["TiO2"]}, "are the same"),
        ({7: [20]}, "is no layer and no address"),
        ({}, "expected e.g."),
        ([("ETL.thickness", [20])], "expected e.g."),
        ({"ETL.thickness": range(1, 1102), "HTL.thickness": range(1, 1102)}, "1212201 points"),
    ],
)  # fmt: skip
def test_refused_before_anything_is_solved(device: sm.Photodiode, values: Any, says: str) -> None:
    asked = []
    with pytest.raises(sm.InputError) as caught:
        sm.sweep(device, values, [asked.append])
    assert says in str(caught.value)
    assert str(caught.value).startswith("sweep: ")
    assert not asked


def test_a_name_may_come_with_a_choice_of_layer(device: sm.Photodiode) -> None:
    found = sm.sweep(device, {"ETL": ["ZnO", "SnO2"], "SnO2.thickness": [33]}, thickness)
    assert found["thickness"].sel(ETL="SnO2").item() == 33.0
    assert 'no layer "SnO2"' in found["error"].sel(ETL="ZnO").item()


@pytest.mark.parametrize(
    ("metrics", "says"),
    [
        (["built_in_potental"], 'Did you mean "built_in_potential"'),
        ([], "metrics is empty"),
        ([lambda d: 1.0, lambda d: 2.0], 'metrics are called "<lambda>"'),
        ([DARK, DARK], "give each a name of its own"),
    ],
)
def test_metrics_are_refused_at_once(device: sm.Photodiode, metrics: Any, says: str) -> None:
    with pytest.raises(sm.InputError) as caught:
        sm.sweep(device, {"ETL.thickness": [20]}, metrics)
    assert says in str(caught.value)


def test_the_kind_has_a_default_set(device: sm.Photodiode) -> None:
    compared = sm.compare(device, {"ETL.thickness": [40]}).table
    found = sm.sweep(device, {"ETL.thickness": [40]})
    heads = [f"{name} [{found[name].attrs['units']}]" for name in found.data_vars if name != "error"]
    assert heads == [head for head in compared.columns if head not in ("rank", "ETL.thickness", "limited by")]


def test_other_misuse(device: sm.Photodiode) -> None:
    def error(changed: Any) -> float:
        return 1.0

    with pytest.raises(sm.InputError, match="names something else here"):
        sm.sweep(device, {"ETL.thickness": [20]}, [error])
    with pytest.raises(sm.InputError, match="expected one such as a Photodiode"):
        sm.sweep(HERO, {"ETL.thickness": [20]})  # type: ignore[arg-type]
    with pytest.raises(sm.InputError, match=r"expected one of concurrent\.futures"):
        sm.sweep(device, {"ETL.thickness": [20]}, executor="threads")  # type: ignore[arg-type]


def test_one_answer_a_point(device: sm.Photodiode, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: dict[str, int] = {"estimate": 0, "own": 0}
    estimate = sm.Photodiode.estimate

    def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls["estimate"] += 1
        return estimate(self, *args, **kwargs)

    def own(changed: Any) -> float:
        calls["own"] += 1
        return 0.0

    monkeypatch.setattr(sm.Photodiode, "estimate", counted)
    metrics = [own, DARK, "estimate.activation_energy@-0.5V", "estimate.depletion_width@-0.5V", "estimate.r0a"]
    sm.sweep(device, {"ETL.thickness": [20, 30, 40]}, metrics, Serial())
    assert calls == {"estimate": 6, "own": 3}  # at -0.5 V, and for R0A at 0 V


def test_a_failed_answer_is_not_asked_again(device: sm.Photodiode, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def fails(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        raise sm.ConvergenceError("no steady state")

    monkeypatch.setattr(sm.Photodiode, "equilibrium", fails)
    found = sm.sweep(device, {"ETL.thickness": [20]}, ["depletion_width", "peak_field"])
    assert len(calls) == 1
    assert found["error"].item() == "no steady state"


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_leaves_no_threads_and_no_points(device: sm.Photodiode, stop: type[BaseException]) -> None:
    asked: list[int] = []

    def interrupted(changed: Any) -> float:
        asked.append(1)
        if len(asked) == 1:
            raise stop
        time.sleep(0.02)
        return 0.0

    before = set(threading.enumerate())
    with pytest.raises(stop):
        sm.sweep(device, {"ETL.thickness": range(20, 520)}, interrupted)
    assert set(threading.enumerate()) <= before
    assert len(asked) < 400
    asked.clear()
    with ThreadPoolExecutor(2) as threads:
        with pytest.raises(stop):
            sm.sweep(device, {"ETL.thickness": range(20, 520)}, interrupted, threads)
        assert threads.submit(int).result() == 0
    assert len(asked) < 400


def test_a_figure_that_a_device_has_not_is_said_so(device: sm.Photodiode, monkeypatch: pytest.MonkeyPatch) -> None:
    known = METRICS["built_in_potential"]
    only_cold = attrs.evolve(known, figure=lambda answer, _: None if answer.temperature > 290 else 1.0)
    monkeypatch.setitem(METRICS, "built_in_potential", only_cold)
    found = sm.sweep(device, {"temperature": [280, 300]}, ["built_in_potential", "blocking_barrier"])
    assert found["error"].values.tolist() == ["", "built_in_potential: the device has no such figure"]
    assert np.isnan(found["built_in_potential"].values).tolist() == [False, True]
    assert not np.isnan(found["blocking_barrier"].values).any()


def test_a_netcdf_file_holds_it(device: sm.Photodiode, tmp_path: Path) -> None:
    found = sm.sweep(device, {"ETL": ["ZnO", "ZnOO"], "temperature": [280, 300]}, ["built_in_potential", DARK])
    found.to_netcdf(tmp_path / "x.nc", engine="scipy")
    with xr.open_dataset(tmp_path / "x.nc", engine="scipy") as read:
        assert read[DARK].attrs["units"] == "A/cm^2"
        assert read["error"].sel(ETL="ZnO").values.tolist() == ["", ""]
        np.testing.assert_array_equal(read[DARK].values, found[DARK].values)
