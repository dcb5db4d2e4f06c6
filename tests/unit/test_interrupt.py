"""Ctrl-C in long work: what was done is kept, in memory and on disk; no traceback, no process is left."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr

import stackmodel as sm
from helpers import HERO
from stackmodel.studies.asking import deaf_children

BUILT_IN = "built_in_potential"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="os.kill sends no Ctrl-C there")


@pytest.fixture(scope="module")
def device() -> sm.Photodiode:
    return sm.Photodiode(HERO)


@pytest.fixture(autouse=True)
def no_collection() -> Iterator[None]:
    """Python drops an interrupt that meets a callback of the garbage collector, and hypothesis sets one."""
    gc.disable()
    yield
    gc.enable()


class Counted:
    """A metric that is interrupted, as by Ctrl-C, at one of its calls."""

    def __init__(self, stop: int) -> None:
        self.__name__, self.stop, self.calls = "thickness", stop, 0

    def __call__(self, device: Any) -> float:
        self.calls += 1
        if self.calls == self.stop:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.3)
        return float(device.stack["ETL"].thickness)


def test_it_is_an_interrupt_and_no_error_of_ours() -> None:
    assert issubclass(sm.Interrupted, KeyboardInterrupt)
    assert not issubclass(sm.Interrupted, Exception)


def test_a_sweep_keeps_its_points(device: sm.Photodiode) -> None:
    with pytest.raises(sm.Interrupted, match=r"sweep: interrupted after \d+ of 900 points") as caught:
        sm.sweep(device, {"ETL.thickness": range(20, 920)}, Counted(10))
    found = caught.value.partial
    done = found["error"].values == ""
    assert 9 <= done.sum() < 500
    assert (found["thickness"].values[done] == found["ETL.thickness"].values[done]).all()
    assert set(found["error"].values[~done]) == {"interrupted before this point"}
    assert found["thickness"].isnull().values[~done].all()
    assert "of 900 points" in found.attrs["interrupted"]


def test_a_comparison_keeps_its_choices(device: sm.Photodiode, tmp_path: Path) -> None:
    with pytest.raises(sm.Interrupted, match="compare: interrupted after 3 of 6 combinations") as caught:
        sm.compare(device, {"ETL.thickness": [20, 30, 40, 50, 60, 70]}, [Counted(4)])
    found = caught.value.partial
    assert found.table["ETL.thickness"].tolist() == ["40", "30", "20"]  # more is better
    assert "interrupted after 3 of 6" in found.save(tmp_path / "x.csv").read_text()


@pytest.mark.parametrize("stop", [4, 14])
def test_an_optimum_is_the_best_so_far(device: sm.Photodiode, stop: int) -> None:
    with pytest.raises(sm.Interrupted, match="optimise: interrupted after") as caught:
        sm.optimise(device, {"ETL.thickness": (20, 100)}, Counted(stop))
    found = caught.value.partial
    assert found.value == found.history["thickness"].max()
    assert "interrupted after" in found.message


def test_a_sensitivity_keeps_its_slopes(device: sm.Photodiode) -> None:
    with pytest.raises(sm.Interrupted, match="sensitivity: interrupted after") as caught:
        device.sensitivity(Counted(6))
    assert {slope.address for slope in caught.value.partial.slopes} == {"ZnO.thickness", "ZnO.electron_affinity"}
    assert "interrupted before this address" in caught.value.partial.skipped.values()


def test_nothing_done_is_none(device: sm.Photodiode) -> None:
    with pytest.raises(sm.Interrupted, match="after 0 of 2") as caught:
        sm.compare(device, {"ETL.thickness": [20, 30]}, [Counted(1)])
    assert caught.value.partial is None


def test_processes_started_meanwhile_do_not_hear_it() -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('alive')"
    with deaf_children():
        deaf = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert deaf.stdout == "alive\n"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


# -- a terminal's Ctrl-C reaches every process of the group --------------------------------------------------------

POOL = f"""
import sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
import stackmodel as sm

def slow(device):
    if "working" in sys.argv and device.stack["ETL"].thickness == 23.0:
        print("begun", flush=True)
    time.sleep(0.1)
    return 1.0

if __name__ == "__main__":
    device = sm.Photodiode({HERO!r})
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        if "starting" in sys.argv:
            print("begun", flush=True)
        try:
            sm.sweep(device, {{"ETL.thickness": range(20, 120)}}, [slow], executor=pool)
        except sm.Interrupted as stop:
            print(int((stop.partial["error"] == "").sum()) if stop.partial is not None else 0, flush=True)
"""


def interrupted(command: list[str], folder: Path, after: float, times: int = 1) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of a command whose whole group gets SIGINT `after` seconds from "begun"."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, start_new_session=True
    ) as process:
        assert process.stdout is not None
        begun = process.stdout.readline()
        for i in range(times):
            time.sleep(after if i == 0 else 0.05)  # the second comes while points in work are waited for
            os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert any(nobody_left(process.pid) for _ in range(50))
    return process.returncode, begun + out, err


def nobody_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    time.sleep(0.1)
    return False


@pytest.mark.parametrize("when", ["starting", "working"])
def test_spawned_processes_end_without_a_word(tmp_path: Path, when: str) -> None:
    (tmp_path / "pool.py").write_text(POOL)
    code, out, err = interrupted([sys.executable, "pool.py", when], tmp_path, 0.3)
    assert (code, err) == (0, "")
    begun, count = out.split()
    assert begun == "begun"
    assert int(count) < 100
    assert when == "starting" or int(count) > 0


DEVICE = f"""
import time
import stackmodel as sm

class Slow(sm.Photodiode):
    def band_alignment(self):
        if self.stack["ETL"].thickness == 23.0:  # the fourth point
            print("begun", flush=True)
        time.sleep(0.1)
        return super().band_alignment()

device = Slow({HERO!r})
"""


@pytest.mark.parametrize("times", [1, 2])
def test_the_command_line_keeps_a_sweep(tmp_path: Path, times: int) -> None:
    (tmp_path / "device.py").write_text(DEVICE)
    command = [sys.executable, "-m", "stackmodel", "sweep", "device.py", "--vary", "ETL.thickness=20:119:1"]
    code, _, err = interrupted([*command, "--metric", BUILT_IN, "--out", "out"], tmp_path, 0.3, times)
    *written, last = err.splitlines()
    assert code == 130
    assert written == ["wrote out/sweep.nc", "wrote out/sweep.csv"]
    assert last.startswith("stackmodel: sweep: interrupted after ")
    assert last.endswith(" of 100 points; what was done is kept in out")
    count = int(last.split()[4])
    with xr.open_dataset(tmp_path / "out" / "sweep.nc", engine="scipy") as found:
        assert int((found["error"] == "").sum()) == count > 0
    assert pd.read_csv(tmp_path / "out" / "sweep.csv")[BUILT_IN].notna().sum() == count


def test_the_command_line_keeps_a_comparison(tmp_path: Path) -> None:
    (tmp_path / "device.py").write_text(DEVICE)
    command = [sys.executable, "-m", "stackmodel", "compare", "device.py", "--vary", "ETL.thickness=20:119:1"]
    code, out, err = interrupted([*command, "--metric", BUILT_IN, "--json"], tmp_path, 0.3)
    assert code == 130
    assert err.startswith("stackmodel: compare: interrupted after ")
    assert err.endswith("of 100 combinations; what was done is printed; --out FOLDER would keep it\n")
    assert len(json.loads(out.partition("\n")[2])) == int(err.split()[4])


def test_only_what_was_solved_of_a_sweep_is_printed(tmp_path: Path) -> None:
    (tmp_path / "device.py").write_text(DEVICE)
    command = [sys.executable, "-m", "stackmodel", "sweep", "device.py", "--vary", "ETL.thickness=20:119:1"]
    _, out, err = interrupted([*command, "--metric", BUILT_IN], tmp_path, 0.3)
    _, _, *rows = out.splitlines()  # "begun", and the heads
    assert len(rows) == int(err.split()[4]) > 0
