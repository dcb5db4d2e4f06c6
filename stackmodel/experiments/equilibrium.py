"""Equilibrium of a device: solve, and read the figures off the state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.experiments.spans import band_points, spans_on
from stackmodel.figures_of_merit.depleted_regions import depletion
from stackmodel.physics.constants import ELEMENTARY_CHARGE, NM, VACUUM_PERMITTIVITY
from stackmodel.results.alignment import Alignment
from stackmodel.results.equilibrium import Equilibrium
from stackmodel.solvers import equilibrium as solver
from stackmodel.structure.levels import electrical_positions, image_force_per_root_field
from stackmodel.structure.profile import Profile
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup


def equilibrium(setup: Setup, alignment: Alignment) -> Equilibrium:
    """Return the solved equilibrium of a setup; its `alignment` has the junctions' own built-in potentials.

    An end that floats, with no field beyond it, is solved as one half of the stack and its mirror image.
    """
    if setup.floating:
        whole = _solved(setup.mirrored(setup.floating), alignment)
        names = [setup.stack.names[i] for i in electrical_positions(setup.stack)]
        return half(whole, names, setup.floating)
    return _solved(setup, alignment)


def _solved(setup: Setup, alignment: Alignment) -> Equilibrium:
    profile = Profile(setup.stack, setup.temperature)
    state = solver.solve(profile, setup.ends)
    grid = state.grid
    nodes = grid.mesh.nodes

    def points(values: FloatArray) -> FloatArray:
        return band_points(grid.mesh, values)

    psi = np.stack([state.psi[:-1], state.psi[1:]])
    position = np.stack([nodes[:-1], nodes[1:]])
    layer = np.stack([grid.mesh.layer, grid.mesh.layer])
    field = state.displacement / grid.permittivity
    depleted = depletion(nodes, grid.mesh.layer, state.ln_n, state.ln_p, grid.doping, grid.code >= 0)
    drops = state.psi[grid.boundary[:-1]] - state.psi[grid.boundary[1:]]
    sign = -float(setup.sign)  # from the cathode to the anode
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
        layers=spans_on(profile, grid, setup.stack),
        built_in_potential=sign * float(state.psi[0] - state.psi[-1]),
        by_interface=alignment.by_interface,
        potential_drop={name: sign * float(drop) for name, drop in zip(profile.names, drops, strict=True)},
        depletion_regions=tuple((a / NM, b / NM) for a, b in depleted.regions),
        fully_depleted=tuple(profile.names[i] for i in depleted.full),
        image_force_lowering=_image_force(setup, field),
        anode=alignment.anode,
        anode_reason=alignment.anode_reason,
        contacts=tuple((end.name, end.work_function) for end in setup.ends),
        temperature=setup.temperature,
        mesh_size=nodes.size,
        iterations=state.iterations,
        charge_balance=state.charge_balance,
        provenance=record("Band diagram at equilibrium", setup, convergence),
    )


def _image_force(setup: Setup, field: FloatArray) -> dict[str, float]:
    """Return by how much the image force would lower the barrier of each Schottky contact that asks for it [eV]."""
    lowering = {}
    for side, (end, edge) in enumerate(zip(setup.ends, (field[0, 0], field[1, -1]), strict=True)):
        if end.contact.image_force:
            material = setup.stack.layers[end.layer].ends[side]
            lowering[end.name] = image_force_per_root_field(material) * math.sqrt(abs(float(edge)))
    return lowering


def half(whole: Equilibrium, names: Sequence[str], floating: str) -> Equilibrium:
    """Return the half of a mirrored equilibrium that was asked for, up to the end that floats.

    `names` are those of its layers from front to back.
    """
    n = len(names)
    kept = whole.layers[:n] if floating == "back" else whole.layers[n:]
    start, stop = kept[0].start, kept[-1].end
    called = dict(zip((each.name for each in kept), names, strict=True))
    inside = np.array([name in called for name in whole.layer])
    arrays: dict[str, Any] = {
        field.name: value[inside]
        for field in attrs.fields(Equilibrium)
        if isinstance(value := getattr(whole, field.name), np.ndarray)
    }
    arrays["position"] = arrays["position"] - start
    drops = {called[name]: drop for name, drop in whole.potential_drop.items() if name in called}
    regions = ((max(a, start) - start, min(b, stop) - start) for a, b in whole.depletion_regions)
    end = arrays["vacuum_level"][-1 if floating == "back" else 0]
    contacts = (whole.contacts[0], ("floating", float(end)))
    return attrs.evolve(
        whole, **arrays, potential_drop=drops, built_in_potential=sum(drops.values()),
        layer=tuple(called[name] for name in whole.layer if name in called),
        layers=tuple(
            attrs.evolve(each, name=called[each.name], start=each.start - start, end=each.end - start) for each in kept
        ),
        depletion_regions=tuple((a, b) for a, b in regions if b > a),
        fully_depleted=tuple(called[name] for name in whole.fully_depleted if name in called),
        contacts=contacts if floating == "back" else (contacts[1], whole.contacts[1]),
    )  # fmt: skip
