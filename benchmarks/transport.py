"""How long drift-diffusion takes, as ratios in one run.

    python benchmarks/transport.py [--sweep] [--process]

The yardstick is one banded LAPACK solve of 900 unknowns (scipy), the linear algebra of one Newton step at 300 nodes.
Every curve meets the conservation gate, or it would not be there to be timed. `--sweep` adds 1,000 light curves,
`--process` the command line: `stackmodel jv` as a whole process, with an empty cache of kernels and with a full one.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from equilibrium import best
from scipy.linalg import solve_banded

import stackmodel as sm
from stackmodel.physics.elimination import eliminate
from stackmodel.physics.rows import assemble
from stackmodel.physics.state import empty_flows
from stackmodel.physics.system import JACOBIAN, empty_system
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.warmup import warmup
from stackmodel.structure.mesh import uniform_mesh

DARK, LIGHT = np.linspace(-1.0, 0.8, 91).round(6), np.linspace(0.0, 0.8, 41).round(6)
GENERATION = 5e21
#: What the sweep may take on two cores [s].
SWEEP_GOAL = 8.0
#: What compilation may take, and `stackmodel jv` once compiled [s].
COMPILE_GOAL, PROCESS_GOAL = 30.0, 1.6
ROOT = Path(__file__).parents[1]


def material(
    name: str, chi: float, gap: float, eps: float, N: float, mu: float, tau: float = math.inf, B: float = 0.0,
    **more: Any,
) -> sm.Material:  # fmt: skip
    return sm.Material(
        name=name, electron_affinity=chi, band_gap=gap, relative_permittivity=eps, conduction_band_dos=N,
        valence_band_dos=N, electron_mobility=mu, hole_mobility=mu, electron_lifetime=tau, hole_lifetime=tau,
        radiative_coefficient=B, **more,
    )  # fmt: skip


def nip(*, behind_film: sm.Interface | None = None, **more: Any) -> sm.Photodiode:
    """The n-i-p of the bench: ZnO-like 50 nm, PbS dot film 300 nm, PbS-EDT-like 50 nm; `more` is of every layer."""
    etl = sm.ETL(material("ZnO-like", 4.0, 3.3, 8.5, 2.2e18, 10, **more), 50, donor_density=1e17)
    film = sm.Active(material("PbS film", 4.1, 1.3, 14, 1e19, 0.01, 1e-6, 1e-10, **more), 300)
    htl = sm.HTL(material("EDT-like", 3.8, 1.4, 14, 1e19, 0.01, **more), 50, acceptor_density=1e17)
    layers = [etl, film, htl] if behind_film is None else [etl, film, behind_film, htl]
    return sm.Photodiode(sm.Stack(layers), front=sm.Contact.ohmic(), back=sm.Contact.ohmic())


def everything() -> sm.Photodiode:
    """The same with every mechanism that the solver has, in every layer, and traps at the back of the film."""
    return nip(
        behind_film=sm.Interface(
            electron_recombination_velocity=1e3, hole_recombination_velocity=1e3, interface_acceptor_density=1e10
        ),
        electron_tunnelling_mass=0.2, hole_tunnelling_mass=0.2, reduced_tunnelling_mass=0.1,
        electron_auger_coefficient=1e-29, hole_auger_coefficient=1e-29, langevin_factor=1e-3,
        electron_poole_frenkel=1e-3, hole_poole_frenkel=1e-3, acceptor_trap_density=1e15,
        acceptor_trap_level="0.3 eV below E_C", acceptor_trap_electron_capture=1e-9, acceptor_trap_hole_capture=1e-9,
    )  # fmt: skip


def task_of(device: sm.Photodiode, *, lit: bool = False) -> solver.Problem:
    generation = [0.0, GENERATION, 0.0] if lit else None
    return solver.problem(device.setup, generation)


def yardstick() -> float:
    """Return the time of one banded solve of 900 unknowns with 5 + 5 bands [s]."""
    rng = np.random.default_rng(0)
    bands = rng.uniform(-1.0, 1.0, (11, 900))
    bands[5] += 20.0
    load = rng.uniform(-1.0, 1.0, 900)
    return best(lambda: solve_banded((5, 5), bands, load), 50)[0]


def measured(run: Callable[[], float]) -> tuple[float, float]:
    """Return a time [s] and its ratio to the yardstick, taken right before and after: the machine's pace drifts."""
    before = yardstick()
    seconds = run()
    return seconds, 2.0 * seconds / (before + yardstick())


def one_iteration(device: sm.Photodiode, elements: int = 300) -> float:
    """Return the time of one Newton step on uniform elements, as many in each of three layers [s]."""
    task = task_of(device)
    mesh = uniform_mesh(task.profile.thickness.tolist(), elements // 3)
    point = solver._curve(task, mesh, [0.3], {})[0.3]
    nodes = point.y.size
    step, system, flows = np.zeros((nodes, 3)), empty_system(nodes), empty_flows(nodes)
    state, line, drive = point.state, point.grid.line, task.drive(mesh)

    def run() -> None:
        assemble(state, line, drive, system, flows, JACOBIAN)
        eliminate(system.residual, system.jacobian, step)

    return best(run, 60000 // elements)[0]


def curve(task: solver.Problem, voltages: np.ndarray, elements: int = 300) -> float:
    """Return the time of a curve on uniform elements, from the equilibrium on [s]."""
    mesh = uniform_mesh(task.profile.thickness.tolist(), elements // 3)
    return best(lambda: solver._curve(task, mesh, voltages.tolist(), {}), 3, 5)[0]


def default(task: solver.Problem, voltages: np.ndarray) -> float:
    """Return the time of a curve on the mesh that the solver finds [s], of a problem that remembers nothing."""
    return best(lambda: solver.solve(attrs.evolve(task, memory={}), voltages.tolist()), 1, 15)[0]


def short_circuit_current(device: sm.Photodiode) -> float:
    return float(device.jv(LIGHT, generation=GENERATION).current_density[0])


def sweep() -> tuple[float, int]:
    """Return the time of 1,000 light curves on default meshes [s], and how many of them were refused."""
    axes = {
        "ETL.thickness": np.linspace(20, 110, 10).tolist(),
        "active.thickness": np.linspace(150, 420, 10).tolist(),
        "active.electron_mobility": np.geomspace(1e-3, 1e-1, 10).tolist(),
    }
    start = time.perf_counter()
    found = sm.sweep(nip(), axes, [short_circuit_current])
    return time.perf_counter() - start, int((found["error"] != "").sum())


def process() -> tuple[float, float]:
    """Return how long `stackmodel jv` compiles with an empty cache, and takes once compiled [s]."""
    command = [
        sys.executable,
        "-m",
        "stackmodel",
        "jv",
        str(ROOT / "devices" / "photodiodes" / "zhong2026_pbs_alkylamine.py"),
    ]
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(4):
            start = time.perf_counter()
            environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
            subprocess.run(command, check=True, capture_output=True, env=environment)
            times.append(time.perf_counter() - start)
    return times[0] - min(times), min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sweep", action="store_true", help="time 1,000 light curves too")
    parser.add_argument("--process", action="store_true", help="time the command line too")
    arguments = parser.parse_args()
    warmup()
    device = nip()
    dark, light = task_of(device), task_of(device, lit=True)
    rows: dict[str, tuple[Callable[[], float], float]] = {
        "solve_banded, 900 unknowns": (yardstick, 1.0),
        "one Newton step, 300 elements": (lambda: one_iteration(device), 1.0),
        "the same, Fermi-Dirac": (lambda: one_iteration(nip(statistics="fermi-dirac")), 1.5),
        "the same, everything on": (lambda: one_iteration(everything()), 3.0),
        "dark curve, 91 points, 300 elements": (lambda: curve(dark, DARK), 350.0),
        "light curve, 41 points, 300 elements": (lambda: curve(light, LIGHT), 130.0),
        "dark curve, 91 points, default mesh": (lambda: default(dark, DARK), 200.0),
        "light curve, 41 points, default mesh": (lambda: default(light, LIGHT), 80.0),
        "dark_current(-0.5 V), three temperatures": (lambda: best(lambda: device.dark_current(-0.5), 1)[0], math.nan),
    }
    print(f"{'':42s} {'ms':>9s} {'ratio':>8s} {'goal':>6s}")
    for name, (run, goal) in rows.items():
        seconds, ratio = measured(run)
        print(f"{name:42s} {seconds * 1e3:9.3f} {ratio:8.1f} {goal:6.1f}")
    print(f"\n{'linearity: one Newton step':42s} {'us/node':>9s} {'ratio a node, x 301':>20s}")
    for elements in (150, 300, 600):
        seconds, ratio = measured(lambda elements=elements: one_iteration(device, elements))
        print(
            f"{f'{elements} elements':42s} {1e6 * seconds / (elements + 1):9.3f} {ratio * 301 / (elements + 1):20.2f}"
        )
    if arguments.sweep:
        seconds, refused = sweep()
        print(f"\n{'':42s} {'s':>9s} {'':8s} {'goal s':>6s}")
        print(f"{f'1,000 light curves of 41, {refused} refused':42s} {seconds:9.2f} {'':8s} {SWEEP_GOAL:6.1f}")
    if arguments.process:
        compiling, running = process()
        print(f"\n{'':42s} {'s':>9s} {'':8s} {'goal s':>6s}")
        print(f"{'stackmodel jv, compilation':42s} {compiling:9.2f} {'':8s} {COMPILE_GOAL:6.1f}")
        print(f"{'stackmodel jv, once compiled':42s} {running:9.2f} {'':8s} {PROCESS_GOAL:6.1f}")


if __name__ == "__main__":
    main()
