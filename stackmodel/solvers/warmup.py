"""Compile the kernels by asking one small question of each kind, in two processes at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import numpy as np

from stackmodel.errors import ConvergenceError
from stackmodel.materials.material import Material
from stackmodel.output.progress import said
from stackmodel.physics import adjoint as kernels
from stackmodel.physics import elimination, newton, poisson, response, rows, transfer_matrix
from stackmodel.physics.kernel import can_cache, is_compiled
from stackmodel.physics.line import N_LEVEL_VALUES, Line
from stackmodel.physics.mechanisms import every, srh, trap_tunnelling
from stackmodel.physics.mechanisms.carriers import Carriers
from stackmodel.physics.mechanisms.interface_levels import N_SPECIES, interface_exchange
from stackmodel.physics.mechanisms.table import N_MECHANISMS
from stackmodel.physics.newton import Effort
from stackmodel.physics.state import Drive, State, empty_flows
from stackmodel.physics.system import JACOBIAN, empty_system
from stackmodel.physics.walk import MEMORY, empty_walk, trusted, walk
from stackmodel.solvers import equilibrium
from stackmodel.solvers.adjoint import adjoint, mesh_errors
from stackmodel.solvers.response import collection
from stackmodel.solvers.state import Point, Problem
from stackmodel.structure.contact import Contact
from stackmodel.structure.layer import Layer
from stackmodel.structure.levels import neutral_levels
from stackmodel.structure.mesh import uniform_mesh
from stackmodel.structure.profile import Profile
from stackmodel.structure.setup import Setup
from stackmodel.structure.stack import Stack


def _material(statistics: str) -> Material:
    return Material(
        name="warm-up", statistics=statistics, electron_affinity=4.0, band_gap=1.0, relative_permittivity=10.0,
        conduction_band_dos=1e19, valence_band_dos=1e19, electron_mobility=1.0, hole_mobility=1.0,
        electron_lifetime=1e-7, hole_lifetime=1e-7,
    )  # fmt: skip


@cache
def _task() -> Problem:
    material = _material("boltzmann")
    stack = Stack([Layer(material, 100.0, donor_density=1e17), Layer(material, 100.0, acceptor_density=1e17)])
    setup = Setup.of(stack, front=Contact.ohmic(), back=Contact.ohmic())
    return Problem(setup=setup, profile=Profile(stack, 300.0, transport=True))


@cache
def _unsolved() -> Point:
    """Return a point with arrays of the right kind, and a current that means nothing."""
    grid = _task().profile.on(uniform_mesh(_task().profile.thickness.tolist(), 4))
    along = empty_walk(1, grid.mesh.width.size + 1)
    along.levels[:], along.currents[:] = 0.0, 1.0
    return Point(
        voltage=0.0, grid=grid, levels=along.levels[0], lows=along.lows[0], currents=along.currents[0],
        rates=along.rates[0], trapped=along.trapped[0], lost=along.lost[0], current=1.0,
        generation=_task().generation(grid.mesh), iterations=0, conservation=0.0, extended=False,
    )  # fmt: skip


def _asked() -> tuple[State, Line, Drive]:
    """Return what most kernels take."""
    point = _unsolved()
    return point.state, point.grid.line, _task().drive(point.grid.mesh)


# -- what to ask -------------------------------------------------------------------------------------------------------


def _assembly() -> None:
    nodes = _unsolved().y.size
    rows.assemble(*_asked(), empty_system(nodes), empty_flows(nodes), JACOBIAN)


def _rates() -> None:
    """Ask for what an assembly calls last, and another process therefore can compile meanwhile."""
    values, traps = _task().profile.values, _task().profile.traps
    faster, integrals, room = trap_tunnelling.room_for(traps.shape[2])
    shares, tables = np.empty(N_MECHANISMS), (np.empty((4, 2)), np.empty((4, traps.shape[2])))
    column, species = np.zeros((N_LEVEL_VALUES, 2))[:, 0], np.zeros(N_SPECIES)
    interface_exchange(species, species, species, column, np.empty(6), np.empty(N_SPECIES))
    carriers = Carriers(0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
    trap_tunnelling.tunnelling_from_levels(1e4, traps, 0, 1, 0.5, faster, integrals, room)
    every.local_rate(carriers, 1e4, values, traps, faster, first=0, end=1, layer=0, fraction=0.5, shares=shares)
    srh.layer_charge(carriers, traps, 0, 1, 0.5)
    every.numbers(values, traps, 0, 1, 0, *tables)
    every.plain_rate(1.0, 1.0, carriers, *tables, 0, 1, 0, shares)


def _elimination() -> None:
    system, along, flows = empty_system(3), empty_walk(3, 3), empty_flows(3)
    system.jacobian[1] = np.eye(3)
    elimination.eliminate(system.residual, system.jacobian, np.zeros((3, 3)))
    elimination.eliminate_extended(system.residual, system.jacobian, system.low, np.zeros((3, 3)), np.zeros((3, 3)))
    newton.conservation(flows, np.zeros((2, 2)), np.ones(2))
    trusted(np.arange(3.0), along.levels, 2, np.empty(MEMORY))


def _pieces() -> None:
    """Ask for what the estimate of a mesh's error calls beside an assembly."""
    (state, line, _), point = _asked(), _unsolved()
    nodes = point.y.size
    plain, at, system = np.zeros((nodes, 3)), np.arange(nodes), empty_system(nodes)
    kernels.plainest(point.currents, np.zeros(0, dtype=np.int64))
    kernels.gradient(state, line, 1.0, 0, plain)
    y, u, v = np.empty((3, nodes))
    kernels.prolong(state, line, point.trapped, at, State(y, u, v, np.empty((2, 2, nodes)), 0.0))
    influence = kernels.Influence(plain, plain, 0, 1.0)
    kernels.shares_of_error(influence, plain, line, at, system, empty_flows(nodes), np.empty(nodes - 1))


def _equilibrium() -> None:
    equilibrium.solve(_task().profile, _task().setup.ends)
    neutral_levels(_material("fermi-dirac"))


def _walk() -> None:
    _, line, drive = _asked()
    walk(np.zeros(1), 0, 1, line, drive, Effort(1, 1e-9, False, 0), empty_walk(1, _unsolved().y.size))


def _mesh_errors() -> None:
    with suppress(ConvergenceError):
        mesh_errors(_task(), [_unsolved()])


def _adjoint() -> None:
    with suppress(ConvergenceError):
        adjoint(_task(), _unsolved())


def _response() -> None:
    with suppress(ConvergenceError):
        collection(_task(), _unsolved())


def _light() -> None:
    wavelength, index, thickness = np.array([500.0]), np.full((1, 3), 1.5 + 0.1j), np.array([100.0])
    *_, waves = transfer_matrix.solve(wavelength, index, thickness, np.array([True]), 0.0, False)
    transfer_matrix.cells(waves, thickness, np.array([0]), np.array([0.0]), thickness)


_QUESTIONS = (
    _assembly, _rates, _elimination, _pieces, _equilibrium, _walk, _mesh_errors, _adjoint, _response, _light,
)  # fmt: skip


#: Kernels whose machine code tells whether all that a curve needs, and all the rest, was compiled before.
_OF_CURVES, _OF_REST = (poisson.solve, walk, kernels.mesh_errors), (response.derivatives,)
_compiling, _looked = threading.RLock(), False


def compile_first() -> None:
    """Compile what solves a curve where the cache has no machine code of it, and say so; other threads wait."""
    global _looked
    with _compiling:
        if _looked:
            return
        _looked = True
        if not all(is_compiled(kernel) for kernel in _OF_CURVES):
            announced(everything=False)


def announced(*, everything: bool) -> None:
    """Compile as `warmup` does, and say on stderr that it is done and how long it took."""
    said("compiling the kernels, once for this version ...")
    start = time.perf_counter()
    warmup(everything=everything)
    said(f"compiled in {time.perf_counter() - start:.1f} s")


def warmup(*, everything: bool = True) -> None:
    """Compile the kernels and leave their machine code in the cache.

    A second process compiles what this one does not need yet, where there is a core and a cache for it; whatever it
    leaves undone is done here.

    Parameters
    ----------
    everything : bool
        Whether to compile the kernels of spectral response and optics too, which a curve does without.
    """
    global _looked
    _looked = True
    if not all(is_compiled(kernel) for kernel in _OF_CURVES + (_OF_REST if everything else ())):
        with _helper() as tell:
            # An assembly takes as long as all that needs none of it.
            tell(_rates, _elimination, _equilibrium, *([_light] if everything else []), _pieces)
            _assembly()
            # What is left needs the assembly, which both find in the cache now.
            tell(_mesh_errors, *([_adjoint] if everything else []))
            _walk()
            if everything:
                _response()
    for ask in _QUESTIONS if everything else (_equilibrium, _walk, _mesh_errors):
        ask()


def _started() -> subprocess.Popen[str] | None:
    """Return another process that is to `answer`, None where there is no core, cache or interpreter for it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2 or not can_cache() or not sys.executable or getattr(sys, "frozen", False):
        return None
    # With the same path it compiles the same kernels, wherever it was started.
    command = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import answer; answer()"]
    try:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
        )
    except OSError:
        return None


@contextmanager
def _helper() -> Iterator[Callable[..., None]]:
    """Yield what tells another process which questions to ask; at the end it is waited for."""
    other = _started()
    if other is None:
        yield lambda *questions: None
        return

    def tell(*questions: Callable[[], None]) -> None:
        with suppress(OSError):  # it has ended: what it would have done is done here
            print(*(ask.__name__ for ask in questions), sep="\n", file=other.stdin, flush=True)

    try:
        yield tell
        other.communicate()
    finally:
        other.kill()
        other.communicate()


def answer() -> None:
    """Ask the questions whose names stand on stdin, one a line."""
    global _looked
    _looked = True  # whoever writes there compiles the rest
    by_name, asker = {ask.__name__: ask for ask in _QUESTIONS}, os.getppid()
    for line in sys.stdin:
        if os.getppid() != asker:  # it was killed, and nobody waits any more
            return
        by_name[line.strip()]()
