"""The one door from people's objects to arrays."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.materials.material import Material
from stackmodel.physics.band_filling import CODES
from stackmodel.physics.constants import BOLTZMANN_EV
from stackmodel.physics.line import LN_MU_N, LN_MU_P, N_INTERFACE_VALUES, N_LEVEL_VALUES, N_VALUES, Line
from stackmodel.structure.levels import electrical_ends, electrical_positions, neutral_ends, vacuum_levels
from stackmodel.structure.mesh import Mesh
from stackmodel.structure.paths import thickness
from stackmodel.structure.stack import Stack


@attrs.frozen(eq=False, kw_only=True)
class LayerArrays:
    """What the solvers need of every electrical layer, at its left and right end: shape (2, n_layers).

    Units are those of the field; energies are relative to the vacuum level of the first layer. A dielectric has
    code -1 and no densities.
    """

    code: IntArray  # shape (n_layers,)
    disorder: FloatArray  # shape (n_layers,)
    affinity: FloatArray
    band_gap: FloatArray
    vacuum_level: FloatArray  # shape (n_layers,)
    permittivity: FloatArray
    ln_N_C: FloatArray
    ln_N_V: FloatArray
    doping: FloatArray
    neutral: FloatArray  # Fermi level of the neutral layer relative to its own vacuum level


class Profile:
    """A stack at one temperature as fresh, writable, C-contiguous arrays.

    Parameters
    ----------
    stack : Stack
    temperature : float
        [K]
    transport : bool
        Whether mobilities and recombination are read too, beside what equilibrium needs.
    """

    def __init__(self, stack: Stack, temperature: float, *, transport: bool = False) -> None:
        from stackmodel.physics.elements import GRADED
        from stackmodel.physics.occupation import statistics_row
        from stackmodel.structure import mechanisms

        self.temperature = temperature
        self.kT = BOLTZMANN_EV * temperature
        self.positions = electrical_positions(stack)
        self.names = tuple(stack.names[i] for i in self.positions)
        self.roles = tuple(stack.roles[i] for i in self.positions)
        self.thickness = np.array([thickness(stack, i) for i in self.positions])
        ends = [electrical_ends(stack, i, temperature) for i in self.positions]
        neutral = [[level.fermi_level for level in neutral_ends(stack, i, temperature)] for i in self.positions]
        vacuum = vacuum_levels(stack, temperature)
        self.layers = _layer_arrays(ends, vacuum, CODES, np.array(neutral).T)
        self.tables = np.stack(
            [
                statistics_row(pair[0].statistics if code >= 0 else "boltzmann", disorder, temperature)
                for pair, code, disorder in zip(ends, self.layers.code, self.layers.disorder, strict=True)
            ]
        )
        self.contact_materials = (ends[0][0], ends[-1][1])
        traps = [
            mechanisms.two_ends(
                name, *(mechanisms.trap_levels(material, charged_only=not transport) for material in pair)
            )
            for name, pair in zip(self.names, ends, strict=True)
        ]
        self.traps = np.concatenate(traps, axis=2)
        self.first_trap = np.cumsum([0, *(levels.shape[2] for levels in traps)], dtype=np.int64)
        values = [
            mechanisms.two_ends(name, *(mechanisms.layer_values(material) for material in pair))
            for name, pair in zip(self.names, ends, strict=True)
        ] if transport else [np.zeros((N_VALUES, 2))] * len(ends)  # fmt: skip
        self.values = np.ascontiguousarray(np.stack(values, axis=2))
        self._graded = np.stack([getattr(self.layers, name) for name in GRADED])
        self._mobilities = self.values[[LN_MU_N, LN_MU_P]]
        self._read_interfaces(stack, ends, vacuum, transport=transport)

    def _read_interfaces(
        self, stack: Stack, ends: list[tuple[Material, Material]], vacuum: dict[int, float], *, transport: bool
    ) -> None:
        """Read how carriers cross the interfaces, their levels, and their fixed charge."""
        from stackmodel.structure import mechanisms

        interfaces = [stack.interfaces[i] for i in self.positions[:-1]]
        self.fixed_charge = np.array([0.0, *(interface.fixed_charge for interface in interfaces), 0.0])
        #: Column of `interface_values` of the interface behind each layer, -1 where nothing acts.
        self.acting = np.full(len(ends), -1, dtype=np.int64)
        values, levels = [np.zeros((N_INTERFACE_VALUES, 0))], [np.zeros((N_LEVEL_VALUES, 0))]
        for i, interface in enumerate(interfaces):
            if not mechanisms.acts(interface):
                continue
            a, b = self.positions[i], self.positions[i + 1]
            sides = mechanisms.Sides(
                where=f"{stack.names[a]}|{stack.names[b]}", interface=interface,
                materials=(ends[i][1], ends[i + 1][0]), vacuum=(vacuum[a], vacuum[b]), temperature=self.temperature,
            )  # fmt: skip
            self.acting[i] = len(values) - 1
            crossing = mechanisms.interface_values(sides) if transport else np.zeros(N_INTERFACE_VALUES)
            values.append(crossing[:, None])
            levels.append(mechanisms.interface_levels(sides))
        self.interface_values = np.concatenate(values, axis=1)
        self.interface_levels = np.concatenate(levels, axis=1)
        self.first_level = np.cumsum([each.shape[1] for each in levels], dtype=np.int64)
        #: Layers behind which carriers cross by emission.
        self.emitting = tuple(i for i, interface in enumerate(interfaces) if interface.transfer != "continuous")

    def on(self, mesh: Mesh) -> ProfileOnMesh:
        """Return the arrays on the elements of `mesh`."""
        from stackmodel.physics.elements import empty_elements, spread

        values = empty_elements(mesh.width.size, self.thickness.size)
        spread(
            width=mesh.width, layer=mesh.layer, interfaces=np.array(mesh.interfaces, dtype=np.int64), kT=self.kT,
            thickness=self.thickness, codes=self.layers.code, vacuum_level=self.layers.vacuum_level,
            graded=self._graded, mobilities=self._mobilities, fixed_charge=self.fixed_charge, acting=self.acting,
            into=values,
        )  # fmt: skip
        line = Line(
            kT=self.kT, width=mesh.width, permittivity=values.permittivity, code=values.code, row=values.row,
            goes_on=values.goes_on, tables=self.tables, edge_C=values.over_kT[0], edge_V=values.over_kT[1],
            ln_N_C=values.ln_N_C, ln_N_V=values.ln_N_V, doping=values.doping, ln_conductance=values.ln_conductance,
            fixed_charge=values.fixed_charge, fraction=values.fraction, values=self.values, traps=self.traps,
            first_trap=self.first_trap, interface=values.interface, interfaces=self.interface_values,
            interface_levels=self.interface_levels, first_level=self.first_level,
        )  # fmt: skip
        return ProfileOnMesh(
            mesh=mesh, line=line, edge_C=values.edge_C, edge_V=values.edge_V, vacuum_level=values.vacuum_level,
            neutral=values.neutral, boundary=values.boundary,
        )  # fmt: skip


@attrs.frozen(eq=False, kw_only=True)
class ProfileOnMesh:
    """Arrays on the elements of a mesh, those of `physics.line.Line` as attributes of their own."""

    mesh: Mesh
    line: Line
    edge_C: FloatArray  # band edges as in `line`, but in eV
    edge_V: FloatArray
    vacuum_level: FloatArray
    neutral: FloatArray
    boundary: IntArray

    def __getattr__(self, name: str) -> Any:
        if name in Line._fields:
            return getattr(self.line, name)
        raise AttributeError(f"{type(self).__name__} has no attribute {name}")


def _layer_arrays(
    ends: list[tuple[Material, Material]], vacuum: dict[int, float], codes: dict[str, int], neutral: FloatArray
) -> LayerArrays:
    def of(question: str) -> FloatArray:
        return np.array([[material.value(question) for material in side] for side in zip(*ends, strict=True)])

    insulating = [pair[0].kind == "dielectric" for pair in ends]

    def of_carriers(question: str, empty: float) -> FloatArray:
        sides = zip(*ends, strict=True)
        return np.array(
            [
                [
                    empty if off else float(material.value(question))
                    for material, off in zip(side, insulating, strict=True)
                ]
                for side in sides
            ]
        )

    donors, acceptors = of_carriers("donor_density", 0.0), of_carriers("acceptor_density", 0.0)
    disorder = [0.0 if pair[0].statistics != "gaussian" else pair[0].value("electronic_disorder") for pair in ends]
    return LayerArrays(
        code=np.array(
            [-1 if off else codes[pair[0].statistics] for pair, off in zip(ends, insulating, strict=True)],
            dtype=np.int64,
        ),
        disorder=np.array(disorder),
        affinity=of("electron_affinity"),
        band_gap=of("band_gap"),
        vacuum_level=np.array(list(vacuum.values())),
        permittivity=of("relative_permittivity"),
        ln_N_C=np.log(of_carriers("conduction_band_dos", 1.0)),
        ln_N_V=np.log(of_carriers("valence_band_dos", 1.0)),
        doping=donors - acceptors,
        neutral=neutral,
    )
