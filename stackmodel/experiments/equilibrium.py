"""Equilibrium of a device: solve, and read the figures off the state."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.figures_of_merit.depletion import depletion
from stackmodel.physics.constants import ELEMENTARY_CHARGE, NM, VACUUM_PERMITTIVITY
from stackmodel.results.alignment import Alignment
from stackmodel.results.band_picture import LayerSpan
from stackmodel.results.equilibrium import Equilibrium
from stackmodel.solvers import equilibrium as solver
from stackmodel.structure.levels import Assumed, End, image_force_per_root_field
from stackmodel.structure.mesh import FloatArray
from stackmodel.structure.profile import Profile
from stackmodel.structure.record import record
from stackmodel.structure.stack import Stack


def equilibrium(
    stack: Stack, ends: tuple[End, End], *, alignment: Alignment, anode: str, temperature: float,
    assumed: tuple[Assumed, ...],
) -> Equilibrium:  # fmt: skip
    """Return the solved equilibrium of a stack.

    Parameters
    ----------
    stack : Stack
    ends : pair of End
        What front and back are in contact with.
    alignment : Alignment
        The levels before contact, for the junctions' own built-in potentials.
    anode : str
        Terminal that is the anode, "front" or "back".
    temperature : float
        [K]
    assumed : tuple of Assumed
        Assumptions of the contacts.
    """
    profile = Profile(stack, temperature)
    state = solver.solve(profile, ends)
    grid = state.grid
    nodes = grid.mesh.nodes

    def points(values: FloatArray) -> FloatArray:
        """Values at both ends of each element -> one value a node, two at an interface."""
        keep = np.ones(values.shape, dtype=bool)
        keep[1, :-1] = grid.mesh.layer[:-1] != grid.mesh.layer[1:]
        return np.ascontiguousarray(values.T[keep.T])

    psi = np.stack([state.psi[:-1], state.psi[1:]])
    position = np.stack([nodes[:-1], nodes[1:]])
    layer = np.stack([grid.mesh.layer, grid.mesh.layer])
    field = state.displacement / grid.permittivity
    found = depletion(nodes, grid.mesh.layer, state.ln_n, state.ln_p, grid.doping, grid.code >= 0)
    boundary = nodes[grid.boundary] / NM
    drops = state.psi[grid.boundary[:-1]] - state.psi[grid.boundary[1:]]
    sign = 1.0 if anode == "back" else -1.0
    convergence = {
        "charge_balance": state.charge_balance,
        "charge_error [cm^-2]": state.charge_error,
        "mesh_size": float(nodes.size),
        "newton_steps": float(state.iterations),
    }
    return Equilibrium(
        position=points(position) / NM,
        layer=tuple(np.array(profile.names, dtype=object)[points(layer.astype(float)).astype(int)]),
        potential=points(psi),
        field=points(field),
        conduction_band=points(grid.edge_C - psi),
        valence_band=points(grid.edge_V - psi),
        vacuum_level=points(grid.vacuum_level - psi),
        electron_density=points(state.n),
        hole_density=points(state.p),
        net_doping=points(grid.doping),
        charge_density=points(state.charge) * ELEMENTARY_CHARGE,
        relative_permittivity=points(np.stack([grid.permittivity] * 2)) * (ELEMENTARY_CHARGE / VACUUM_PERMITTIVITY),
        layers=_spans(stack, profile, boundary),
        built_in_potential=sign * float(state.psi[0] - state.psi[-1]),
        by_interface=alignment.by_interface,
        potential_drop={name: sign * float(drop) for name, drop in zip(profile.names, drops, strict=True)},
        depletion_regions=tuple((a / NM, b / NM) for a, b in found.regions),
        fully_depleted=tuple(profile.names[i] for i in found.full),
        image_force_lowering=_image_force(stack, ends, field),
        anode=alignment.anode,
        anode_reason=alignment.anode_reason,
        contacts=tuple((end.name, end.work_function) for end in ends),
        temperature=temperature,
        mesh_size=nodes.size,
        iterations=state.iterations,
        charge_balance=state.charge_balance,
        provenance=record("Band diagram at equilibrium", stack, temperature, assumed, convergence),
    )


def _spans(stack: Stack, profile: Profile, boundary: FloatArray) -> tuple[LayerSpan, ...]:
    return tuple(
        LayerSpan(name=name, role=role, label=stack.layers[i].label, start=float(a), end=float(b))
        for i, name, role, a, b in zip(
            profile.positions, profile.names, profile.roles, boundary[:-1], boundary[1:], strict=True
        )
    )


def _image_force(stack: Stack, ends: tuple[End, End], field: FloatArray) -> dict[str, float]:
    """Return by how much the image force would lower the barrier of each Schottky contact that asks for it [eV]."""
    found = {}
    for end, edge in ((ends[0], float(field[0, 0])), (ends[1], float(field[1, -1]))):
        if end.contact.image_force:
            material = stack.layers[end.layer].ends[0 if end.terminal == "front" else 1]
            found[end.name] = image_force_per_root_field(material) * math.sqrt(abs(edge))
    return found
