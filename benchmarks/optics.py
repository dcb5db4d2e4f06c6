"""How long the optics of a stack take, as ratios in one run to the package tmm (S. J. Byrnes).

    python benchmarks/optics.py

Six coherent layers at 500 wavelengths, one polarisation: reflectance, transmittance and absorptance by layer; and on
top the absorption on a mesh of 300 nodes, here as exact integrals over cells, with tmm at the nodes. tmm has two ways
to the latter, point by point and layer by layer; the ratio that counts is that to the faster one.

Last, all of a solar cell under AM1.5G, its optics, curve, figures and losses, of a layer that is new each time: in ms,
and beside the optics alone of six layers by tmm.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import tmm
from equilibrium import best

import stackmodel as sm
from stackmodel.physics import transfer_matrix

WAVELENGTH = np.linspace(400.0, 1600.0, 500)
THICKNESS = np.array([100.0, 50.0, 250.0, 45.0, 10.0, 100.0])
KAPPA = np.array([0.02, 0.001, 0.3, 0.2, 0.05, 6.0])
REAL = np.array([1.9, 2.0, 2.7, 2.6, 2.1, 0.3])
ANGLE = 0.3
NODES = 300


def stack() -> np.ndarray:
    """Return indices with a mild dispersion, air on both sides."""
    index = np.ones((WAVELENGTH.size, THICKNESS.size + 2), dtype=complex)
    index[:, 1:-1] = (REAL + 1j * KAPPA) * (WAVELENGTH[:, None] / 800.0) ** -0.2
    return index


def of_tmm(index: np.ndarray, depth: list[np.ndarray] | None = None, *, pointwise: bool = False) -> np.ndarray:
    """Return R, T, A at each wavelength, and with `depth` in each layer the absorption there."""
    d = [math.inf, *THICKNESS, math.inf]
    rows = []
    for wavelength, n in zip(WAVELENGTH, index, strict=True):
        data = tmm.coh_tmm("s", n, d, ANGLE, wavelength)
        row = [data["R"], data["T"], *tmm.absorp_in_each_layer(data)[1:-1]]
        for j, z in enumerate(depth or [], start=1):
            if pointwise:
                row += [tmm.position_resolved(j, each, data)["absor"] for each in z]
            else:
                row += tmm.absorp_analytic_fn().fill_in(data, j).run(z).real.tolist()
        rows.append(row)
    return np.array(rows)


CELL = "glass 1.1mm / ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
#: What a cell under the sun may take. [ms]
GOAL = 40.0


def of_a_cell(repeats: int) -> float:
    """Return how long the performance of a cell takes that has not been asked before [s]."""
    cell = sm.SolarCell(CELL)
    cell.performance()
    thickness = itertools.count(251)

    return best(lambda: cell.with_values({"active.thickness": float(next(thickness))}).performance(), 1, repeats)[0]


def main() -> None:
    index, coherent = stack(), np.ones(THICKNESS.size, dtype=bool)
    of = np.repeat(np.arange(THICKNESS.size), NODES // THICKNESS.size)
    width = THICKNESS[of] / (NODES // THICKNESS.size)
    start = np.tile(np.arange(NODES // THICKNESS.size), THICKNESS.size) * width
    depth = [start[of == j] for j in range(THICKNESS.size)]

    def shares() -> tuple[np.ndarray, ...]:
        return transfer_matrix.solve(WAVELENGTH, index, THICKNESS, coherent, ANGLE, False)

    def profile() -> np.ndarray:
        return transfer_matrix.cells(shares()[3], THICKNESS, of, start, width)

    R, T, A, waves = shares()
    theirs = of_tmm(index, depth)
    ours = np.column_stack([R, T, A, transfer_matrix.density(waves, THICKNESS, of, start)])
    apart = np.abs(ours - theirs)
    by_layer = np.add.reduceat(profile(), np.flatnonzero(start == 0.0), axis=1)
    print(f"largest difference: {apart[:, :8].max():.1e} of R, T, A; {apart[:, 8:].max():.1e} nm^-1 in depth")
    print(f"cells of a layer to its absorptance: {np.abs(by_layer - A).max():.1e}")
    fast, mapped = best(shares, 20)[0], best(profile, 5)[0]
    rows = {
        "R, T, A": (fast, best(lambda: of_tmm(index), 1, 3)[0], 60.0),
        "with 300 nodes, tmm by layer": (mapped, best(lambda: of_tmm(index, depth), 1, 3)[0], 10.0),
        "with 300 nodes, tmm by point": (mapped, best(lambda: of_tmm(index, depth, pointwise=True), 1, 1)[0], 10.0),
    }
    print(f"{'500 wavelengths, 6 layers':32s} {'ms':>8s} {'tmm ms':>9s} {'ratio':>7s} {'goal':>5s}")
    for name, (seconds, other, goal) in rows.items():
        print(f"{name:32s} {seconds * 1e3:8.3f} {other * 1e3:9.1f} {other / seconds:7.1f} {goal:5.0f}")
    diode = sm.Photodiode("ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm")
    asked = np.linspace(400.0, 1400.0, 100)
    seconds = best(lambda: diode.spectral_response(asked), 1)[0]
    print(f"\n{'EQE at 100 wavelengths':32s} {seconds * 1e3:8.1f} ms, goal 25")
    seconds, other = of_a_cell(20), rows["R, T, A"][1]
    ratio = f"{other / seconds:.1f} of them in tmm's R, T, A"
    print(f"{'a cell under the sun':32s} {seconds * 1e3:8.1f} ms, goal {GOAL:g}; {ratio}")


if __name__ == "__main__":
    main()
