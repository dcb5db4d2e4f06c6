"""How long drift-diffusion takes, as ratios in one run.

    python benchmarks/transport.py

The yardstick is one banded LAPACK solve of 900 unknowns (scipy), the linear algebra of one Newton step at 300 nodes.
Every curve meets the conservation gate, or it would not be there to be timed.
"""

from __future__ import annotations

import math

import numpy as np
from equilibrium import best
from scipy.linalg import solve_banded

import stackmodel as sm
from stackmodel.experiments.warmup import warmup
from stackmodel.physics import transport
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.structure.mesh import uniform_mesh


def material(
    name: str, chi: float, gap: float, eps: float, N: float, mu: float, tau: float = math.inf, B: float = 0.0
) -> sm.Material:
    return sm.Material(
        name=name, electron_affinity=chi, band_gap=gap, relative_permittivity=eps, conduction_band_dos=N,
        valence_band_dos=N, electron_mobility=mu, hole_mobility=mu, electron_lifetime=tau, hole_lifetime=tau,
        radiative_coefficient=B,
    )  # fmt: skip


def nip() -> sm.Photodiode:
    """The n-i-p of the bench: ZnO-like 50 nm, PbS dot film 300 nm, PbS-EDT-like 50 nm."""
    etl = sm.ETL(material("ZnO-like", 4.0, 3.3, 8.5, 2.2e18, 10), 50, donor_density=1e17)
    film = sm.Active(material("PbS film", 4.1, 1.3, 14, 1e19, 0.01, 1e-6, 1e-10), 300)
    htl = sm.HTL(material("EDT-like", 3.8, 1.4, 14, 1e19, 0.01), 50, acceptor_density=1e17)
    return sm.Photodiode(sm.Stack([etl, film, htl]), front=sm.Contact.ohmic(), back=sm.Contact.ohmic())


def one_iteration(device: sm.Photodiode) -> float:
    """Return the time of one Newton step on 300 uniform elements [s]."""
    task = solver.problem(device.stack, device._ends, anode="back", temperature=300.0)
    mesh = uniform_mesh(task.profile.thickness.tolist(), 100)
    point = solver._curve(task, mesh, [0.3], {})[0.3]
    nodes = point.y.size
    step, system, flows = np.zeros((nodes, 3)), transport.empty_system(nodes), transport.empty_flows(nodes)
    contacts = solver.contact_rows(task, 0.3)

    def run() -> None:
        transport.assemble(
            point.y, point.u, point.v, np.zeros((2, 2, nodes)), 0.3 / task.kT, point.grid.scaled, point.generation,
            contacts, system, flows, False,
        )  # fmt: skip
        transport.eliminate(system.residual, system.jacobian, step)

    return best(run, 200)[0]


def main() -> None:
    warmup()
    rng = np.random.default_rng(0)
    bands = rng.uniform(-1.0, 1.0, (11, 900))
    bands[5] += 20.0
    load = rng.uniform(-1.0, 1.0, 900)
    yardstick = best(lambda: solve_banded((5, 5), bands, load), 50)[0]
    device = nip()
    ends, anode = device._ends, "back"
    dark = solver.problem(device.stack, ends, anode=anode, temperature=300.0)
    light = solver.problem(device.stack, ends, anode=anode, temperature=300.0, generation=[0.0, 5e21, 0.0])
    dark_voltages, light_voltages = np.linspace(-1.0, 0.8, 91).round(6), np.linspace(0.0, 0.8, 41).round(6)
    rows = {
        "solve_banded, 900 unknowns": (yardstick, 1.0),
        "one Newton step, 300 elements": (one_iteration(device), 1.0),
        "dark curve, 91 points, default mesh": (best(lambda: solver.solve(dark, dark_voltages), 1)[0], 200.0),
        "light curve, 41 points, default mesh": (best(lambda: solver.solve(light, light_voltages), 1)[0], 80.0),
        "dark_current(-0.5 V), three temperatures": (best(lambda: device.dark_current(-0.5), 1)[0], math.nan),
    }
    print(f"{'':42s} {'ms':>9s} {'ratio':>8s} {'goal':>6s}")
    for name, (seconds, goal) in rows.items():
        print(f"{name:42s} {seconds * 1e3:9.3f} {seconds / yardstick:8.1f} {goal:6.0f}")


if __name__ == "__main__":
    main()
