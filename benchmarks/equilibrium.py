"""How long the solved equilibrium takes, as ratios in one run.

    python benchmarks/equilibrium.py

Prints a table. Times alone vary with the machine; the yardstick is one banded LAPACK solve of 900 unknowns (scipy), the
linear algebra of one Newton step of drift-diffusion at 300 nodes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np
from scipy.linalg import solve_banded

import stackmodel as sm
from stackmodel.solvers import equilibrium as solver
from stackmodel.solvers.warmup import warmup
from stackmodel.structure.profile import Profile

SIX_LAYERS = (
    "ITO 100nm / SnO2 20nm / ZnO 60nm / interlayer: PbS(3.2nm, halide) 50nm / active: PbS(3.4nm, TBAI) 250nm "
    "/ interlayer: PbS(3.2nm, EDT) 30nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
)


def best(run: Callable[[], object], repeats: int, rounds: int = 7) -> tuple[float, float]:
    """Return the least and the median time of one call over some rounds [s]."""
    run()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        times.append((time.perf_counter() - start) / repeats)
    return min(times), float(np.median(times))


def compile_time() -> float:
    """Return the time of `python -m stackmodel warmup` with an empty cache, start of Python included [s]."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [sys.executable, "-m", "stackmodel", "warmup"]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "NUMBA_CACHE_DIR": folder})
        return time.perf_counter() - start


def main() -> None:
    warmup()
    rng = np.random.default_rng(0)
    bands = rng.uniform(-1.0, 1.0, (11, 900))
    bands[5] += 20.0
    load = rng.uniform(-1.0, 1.0, 900)
    yardstick = best(lambda: solve_banded((5, 5), bands, load), 50)

    rows = [("scipy solve_banded, 900 unknowns, 5 + 5 bands", *yardstick, "")]
    for temperature in (300.0, 80.0):
        device = sm.Photodiode(SIX_LAYERS, temperature=temperature)
        result = device.equilibrium()
        profile = Profile(device.stack, temperature)
        about = f"{result.mesh_size} nodes, {result.iterations} steps"
        rows.append((f"six layers, {temperature:g} K: equilibrium()", *best(device.equilibrium, 5), about))
        ends = device.setup.ends
        solve = best(lambda profile=profile, ends=ends: solver.solve(profile, ends), 5)
        rows.append((f"six layers, {temperature:g} K: solver alone", *solve, about))
        made = best(lambda device=device, T=temperature: Profile(device.stack, T), 5)
        rows.append((f"six layers, {temperature:g} K: profile alone", *made, ""))
    print(f"{'':<48}{'best ms':>9}{'median':>9}{'ratio':>8}")
    for name, least, median, about in rows:
        print(f"{name:<48}{1e3 * least:9.3f}{1e3 * median:9.3f}{least / yardstick[0]:8.1f}  {about}")
    print(f"{'first compilation (warmup, empty cache)':<48}{compile_time():9.1f} s")


if __name__ == "__main__":
    main()
