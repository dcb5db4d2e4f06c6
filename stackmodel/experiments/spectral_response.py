"""Spectral response: the current that weak light of each wavelength adds at an operating point."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import ConvergenceError
from stackmodel.experiments.illumination import Illumination, idle
from stackmodel.experiments.optics import notices
from stackmodel.experiments.spans import spans
from stackmodel.physics.constants import NM
from stackmodel.results.loss import Loss
from stackmodel.results.spectral_response import SpectralResponse
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.circuit import differential_conductance, solve_in_circuit
from stackmodel.solvers.optics import Absorption, absorb, pairs_of
from stackmodel.solvers.response import Collection, by_nodes, collection
from stackmodel.solvers.state import Point, Problem
from stackmodel.structure.levels import electrical_positions
from stackmodel.structure.mesh import Mesh
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup, film_of

#: Share of the accuracy that is aimed at: the operating point's own error comes with it.
_AIM = 0.25
_MOST_HALVINGS = 4

#: Pairs of each wavelength, for each photon that comes in, in the elements of a mesh.
Pairs = Callable[[Mesh], FloatArray]


@attrs.frozen(eq=False, kw_only=True)
class Response:
    """What is collected and lost of the pairs of each wavelength, and how sure that is."""

    point: Point
    nodes: FloatArray
    found: Collection
    mesh_error: float


def spectral_response(
    setup: Setup, wavelengths: FloatArray, voltage: float, light: Illumination | None
) -> SpectralResponse:
    """Return the response of a stack; see `kinds.device.Device.spectral_response`."""
    positions = electrical_positions(setup.stack)
    incoming = _incoming(setup, wavelengths, positions)
    task = solver.problem(setup, None if light is None else light.layers)
    point = solve_in_circuit(task, [voltage])[0]
    absorption, pairs = incoming.absorption, incoming.pairs
    response = converged(task, point, lambda mesh: absorption.on(mesh, positions) * pairs[:, mesh.layer])
    series, circuit = 1.0, setup.circuit
    if circuit.series:
        inner = differential_conductance(task, response.point) + circuit.conductance
        series = 1.0 / (1.0 + circuit.series * inner)
    return answer(setup, incoming, response, voltage=voltage, light=light, series=series)


def lateral_response(
    setup: Setup, wavelengths: FloatArray, voltage: float, light: Illumination | None, generation: float | None
) -> SpectralResponse:
    """Return the response of a film along which the current flows: the light is the same all along it.

    The stack of the setup is the path from source to drain, and `generation` what the light that shines already makes
    in the film [cm^-3 s^-1].
    """
    incoming = _incoming(setup, wavelengths, (film_of(setup.written),))
    made = incoming.pairs * incoming.absorption.absorptance[:, list(incoming.positions)]
    task = solver.problem(setup, None if generation is None else [generation])
    point = solver.solve(task, [voltage])[0]
    response = converged(task, point, lambda mesh: made * mesh.width / mesh.width.sum())
    return answer(setup, incoming, response, voltage=voltage, light=light, series=1.0)


@attrs.frozen(eq=False, kw_only=True)
class Incoming:
    """Light that comes in: what each layer absorbs, and the pairs that a photon makes in those at `positions`."""

    absorption: Absorption
    positions: tuple[int, ...]
    pairs: FloatArray  # shape (n_wavelengths, n_positions)


def _incoming(setup: Setup, wavelengths: FloatArray, positions: tuple[int, ...]) -> Incoming:
    return Incoming(
        absorption=absorb(setup.optical, wavelengths), positions=positions,
        pairs=pairs_of(setup.written, positions, wavelengths, setup.temperature),
    )  # fmt: skip


def converged(task: Problem, point: Point, pairs: Pairs) -> Response:
    """Return the response on a mesh on which it no longer moves, halved until each wavelength's error is small.

    It is relative to the EQE, but to no less than `solver.OF_LIGHT` of the pairs made.

    Raises
    ------
    ConvergenceError
        If it still moves by more than the accuracy on the finest mesh.
    """
    before, error = None, np.inf
    for _ in range(_MOST_HALVINGS + 1):
        found = collection(task, point)
        mesh = point.grid.mesh
        nodes = by_nodes(pairs(mesh))
        eqe = nodes @ found.collected
        if before is not None:
            # The error falls fourfold with each halving.
            made = nodes.sum(axis=-1)
            scale = np.where(made > 0.0, np.maximum(np.abs(eqe), solver.OF_LIGHT * made), np.inf)
            error = float((np.abs(eqe - before) / (3.0 * scale)).max())
            if error <= _AIM * task.setup.accuracy:
                break
        before = eqe
        if not nodes.any():
            error = 0.0
            break
        point = solver.on_mesh(task, point, mesh.refined())
    if error > task.setup.accuracy:
        elsewhere = "ask at another voltage" if task.light else "ask at another voltage, or under light=..."
        raise ConvergenceError(
            f"spectral_response: at {point.voltage:g} V what is collected still moves by {error:.1%} with the mesh of "
            f"{point.y.size} nodes (asked: accuracy={task.setup.accuracy:.2g}); {elsewhere}"
        )
    return Response(point=point, nodes=nodes, found=found, mesh_error=solver.stated(task, error))


def answer(
    setup: Setup, incoming: Incoming, response: Response, *, voltage: float, light: Illumination | None, series: float
) -> SpectralResponse:
    """Return the answer: where each photon went.

    Shares of photons: reflected, transmitted, absorbed without making a pair by layer, lost by mechanism, and
    collected; what a photon makes beyond one pair counts against the losses. `series` is the share that a resistance
    in series leaves. Where `setup.along_bias`, the current counts positive where light adds to that of the voltage.
    """
    stack, absorption, positions, pairs = setup.written, incoming.absorption, incoming.positions, incoming.pairs
    by_layer, nodes, found = absorption.absorptance, response.nodes, response.found
    making = np.zeros(by_layer.shape, dtype=bool)
    making[:, list(positions)] = pairs > 0.0
    lost = {Loss("reflected"): absorption.reflectance, Loss("transmitted"): absorption.transmittance}
    lost |= {
        Loss("absorbed", name): share
        for name, share in zip(stack.names, np.where(making, 0.0, by_layer).T, strict=True) if share.any()
    }  # fmt: skip
    eqe = nodes @ found.collected
    lost |= {loss: nodes @ each for loss, each in found.lost.items()}
    extra = ((pairs - 1.0) * making[:, list(positions)] * by_layer[:, list(positions)]).sum(axis=1)
    if extra.any():
        lost[Loss("carrier multiplication")] = -extra
    if series != 1.0:
        lost[Loss("series resistance")] = (1.0 - series) * eqe
    if setup.along_bias and voltage > 0.0:
        # What the circuit takes from one contact it puts in at the other.
        lost[Loss("replaced at the contacts")] = 2.0 * series * eqe
        eqe = -eqe
    point = response.point
    convergence = {
        "conservation": point.conservation, "mesh_size": float(point.y.size), "mesh_error": response.mesh_error,
        "closure": found.closure,
    }  # fmt: skip
    more = (*idle(stack, positions, absorption.wavelength, pairs), *(() if light is None else light.assumed))
    return SpectralResponse(
        wavelength=absorption.wavelength, voltage=voltage, light="dark" if light is None else light.light.name,
        temperature=setup.temperature, eqe=series * eqe,
        generated=np.where(making, by_layer, 0.0).sum(axis=1), reflectance=absorption.reflectance,
        transmittance=absorption.transmittance, by_layer=by_layer, losses=lost, layers=spans(stack, range(len(stack))),
        position=point.grid.mesh.nodes / NM, collected=found.collected, notices=notices(absorption.optical),
        provenance=record("Spectral response", setup.as_written, convergence, absorption.optical, more),
    )  # fmt: skip
