"""Spectral response: the current that weak light of each wavelength adds at an operating point."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np

from stackmodel.errors import ConvergenceError
from stackmodel.experiments.illumination import Illumination, idle
from stackmodel.experiments.optics import notices, spans
from stackmodel.physics.constants import NM
from stackmodel.results.loss import Loss
from stackmodel.results.spectral_response import SpectralResponse
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.circuit import differential_conductance, solve_in
from stackmodel.solvers.optics import Absorption, absorb, pairs_of
from stackmodel.solvers.response import Collection, by_nodes, collection
from stackmodel.solvers.state import Point, Problem
from stackmodel.structure.circuit import Circuit
from stackmodel.structure.levels import Assumed, End, electrical_positions
from stackmodel.structure.mesh import FloatArray, Mesh
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.record import record
from stackmodel.structure.stack import Stack

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
    stack: Stack, ends: tuple[End, End], wavelengths: FloatArray, voltage: float, *, anode: str, temperature: float,
    illuminated: str, assumed: tuple[Assumed, ...], circuit: Circuit, light: Illumination | None,
    accuracy: float, along_bias: bool = False,
) -> SpectralResponse:  # fmt: skip
    """Return the response of a stack; see `kinds.device.Device.spectral_response`."""
    optical = OpticalStack.of(stack, illuminated=illuminated, temperature=temperature)
    absorption = absorb(optical, wavelengths)
    positions = electrical_positions(stack)
    pairs = pairs_of(stack, positions, wavelengths, temperature)
    task = solver.problem(
        stack,
        ends,
        anode=anode,
        temperature=temperature,
        generation=None if light is None else light.layers,
        accuracy=accuracy,
    )
    point = solve_in(circuit, task, [voltage])[0]
    response = converged(task, point, lambda mesh: absorption.on(mesh, positions) * pairs[:, mesh.layer])
    series = 1.0
    if circuit.series:
        inner = differential_conductance(task, response.point) + circuit.conductance
        series = 1.0 / (1.0 + circuit.series * inner)
    return answer(
        stack, absorption, pairs, positions, response, voltage=voltage, temperature=temperature, light=light,
        assumed=assumed, series=series, along_bias=along_bias,
    )  # fmt: skip


def lateral_response(
    stack: Stack, film: int, way: Stack, ends: tuple[End, End], wavelengths: FloatArray, voltage: float, *, anode: str,
    temperature: float, illuminated: str, assumed: tuple[Assumed, ...], light: Illumination | None,
    generation: float | None, accuracy: float,
) -> SpectralResponse:  # fmt: skip
    """Return the response of a film along which the current flows: the light is the same all along it.

    `way` is the path from source to drain as a stack, see `structure.paths.along`, and `generation` what the light
    that shines already makes in it [cm^-3 s^-1].
    """
    optical = OpticalStack.of(stack, illuminated=illuminated, temperature=temperature)
    absorption = absorb(optical, wavelengths)
    pairs = pairs_of(stack, (film,), wavelengths, temperature)
    made = pairs * absorption.absorptance[:, [film]]
    rates = None if generation is None else [generation]
    task = solver.problem(way, ends, anode=anode, temperature=temperature, generation=rates, accuracy=accuracy)
    point = solver.solve(task, [voltage])[0]
    response = converged(task, point, lambda mesh: made * mesh.width / mesh.width.sum())
    return answer(
        stack, absorption, pairs, (film,), response, voltage=voltage, temperature=temperature, light=light,
        assumed=assumed, series=1.0, along_bias=True,
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
            if error <= _AIM * task.accuracy:
                break
        before = eqe
        if not nodes.any():
            error = 0.0
            break
        point = solver.on_mesh(task, point, mesh.refined())
    if error > task.accuracy:
        elsewhere = "ask at another voltage" if task.light else "ask at another voltage, or under light=..."
        raise ConvergenceError(
            f"spectral_response: at {point.voltage:g} V what is collected still moves by {error:.1%} with the mesh of "
            f"{point.y.size} nodes (asked: accuracy={task.accuracy:.2g}); {elsewhere}"
        )
    return Response(point=point, nodes=nodes, found=found, mesh_error=solver.stated(task, error))


def answer(
    stack: Stack, absorption: Absorption, pairs: FloatArray, positions: Sequence[int], response: Response, *,
    voltage: float, temperature: float, light: Illumination | None, assumed: tuple[Assumed, ...], series: float,
    along_bias: bool,
) -> SpectralResponse:  # fmt: skip
    """Return the answer: where each photon went.

    Shares of photons: reflected, transmitted, absorbed without making a pair by layer, lost by mechanism, and
    collected; what a photon makes beyond one pair counts against the losses. `series` is the share that a resistance
    in series leaves; `along_bias` counts the current positive where light adds to that of the voltage, as in a device
    without junction.
    """
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
    more = ((pairs - 1.0) * making[:, list(positions)] * by_layer[:, list(positions)]).sum(axis=1)
    if more.any():
        lost[Loss("carrier multiplication")] = -more
    if series != 1.0:
        lost[Loss("series resistance")] = (1.0 - series) * eqe
    if along_bias and voltage > 0.0:
        # What the circuit takes from one contact it puts in at the other.
        lost[Loss("replaced at the contacts")] = 2.0 * series * eqe
        eqe = -eqe
    point = response.point
    convergence = {
        "conservation": point.conservation, "mesh_size": float(point.y.size), "mesh_error": response.mesh_error,
        "closure": found.closure,
    }  # fmt: skip
    assumed = (
        *assumed, *idle(stack, positions, absorption.wavelength, pairs), *(() if light is None else light.assumed)
    )  # fmt: skip
    return SpectralResponse(
        wavelength=absorption.wavelength, voltage=voltage, light="dark" if light is None else light.light.name,
        temperature=temperature, eqe=series * eqe,
        generated=np.where(making, by_layer, 0.0).sum(axis=1), reflectance=absorption.reflectance,
        transmittance=absorption.transmittance, by_layer=by_layer, losses=lost, layers=spans(stack, range(len(stack))),
        position=point.grid.mesh.nodes / NM, collected=found.collected, notices=notices(absorption.optical),
        provenance=record("Spectral response", stack, temperature, assumed, convergence, absorption.optical),
    )  # fmt: skip
