"""What is solved, and one solved operating point."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, TypeAlias

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import NONE, UNBOUND
from stackmodel.physics.state import Contacts, Drive, State, steady
from stackmodel.structure.levels import image_force_per_root_field
from stackmodel.structure.mesh import Mesh
from stackmodel.structure.profile import Profile, ProfileOnMesh
from stackmodel.structure.setup import Setup


@attrs.frozen(eq=False)
class Absorbed:
    """Pairs that light makes between the front of a layer and each of some depths; the sum is that of every mesh."""

    depth: FloatArray  # rising from 0 to the thickness [cm]
    pairs: FloatArray  # never falling [cm^-2 s^-1]

    @cached_property
    def _curve(self) -> Any:
        from scipy.interpolate import PchipInterpolator  # monotonic: no rate below zero between the depths

        return PchipInterpolator(self.depth, self.pairs)

    def between(self, ends: FloatArray) -> FloatArray:
        """Return the pairs made between neighbouring depths, the last of them the back of the layer [cm^-2 s^-1]."""
        return np.diff(self._curve(ends * (self.depth[-1] / ends[-1])))


@attrs.frozen(eq=False)
class Profiled:
    """A rate that is linear between some depths in a layer. The sum of its pairs is the same on every mesh."""

    depth: FloatArray  # rising from 0 to the thickness [cm]
    rate: FloatArray  # [cm^-3 s^-1]

    @cached_property
    def _before(self) -> FloatArray:
        """Pairs made before each depth [cm^-2 s^-1]."""
        cells = 0.5 * (self.rate[1:] + self.rate[:-1]) * np.diff(self.depth)
        return np.concatenate([[0.0], np.cumsum(cells)])

    def between(self, ends: FloatArray) -> FloatArray:
        """Return the pairs made between neighbouring depths, the last of them the back of the layer [cm^-2 s^-1]."""
        at = ends * (self.depth[-1] / ends[-1])
        k = np.clip(np.searchsorted(self.depth, at, side="right") - 1, 0, self.depth.size - 2)
        beyond = at - self.depth[k]
        slope = (self.rate[k + 1] - self.rate[k]) / (self.depth[k + 1] - self.depth[k])
        before: FloatArray = self._before[k] + beyond * (self.rate[k] + 0.5 * slope * beyond)
        return np.maximum(np.diff(before), 0.0)


#: Generation in a layer: a rate [cm^-3 s^-1], one that a user gives in depth, or what light makes.
Generation: TypeAlias = "float | Profiled | Absorbed"


@attrs.frozen(eq=False, kw_only=True)
class Problem:
    """What stays the same along a curve: the setup, its stack's arrays per layer, and the light.

    The accuracy of the setup is relative, but under light to no less than 2 % of what the light makes.
    """

    setup: Setup
    profile: Profile
    light: tuple[Generation, ...] = ()  # by layer; none in the dark
    memory: dict[str, tuple[Mesh, FloatArray]] = attrs.field(factory=dict, repr=False)  # the last mesh's generation

    @property
    def kT(self) -> float:
        """Thermal energy [eV]."""
        return self.profile.kT

    @cached_property
    def contacts(self) -> Contacts:
        """What front and back impose on the carriers, as the kernels take it."""
        top, kT = self.profile.layers.vacuum_level, self.kT
        contacts = Contacts(
            levels=np.zeros((2, 3)), by_bias=np.zeros((2, 3)), ln_velocity=np.zeros((2, 2)), lowering=np.zeros(2)
        )
        for k, end in enumerate(self.setup.ends):
            contacts.levels[k, 0] = (top[0 if k == 0 else -1] + end.fermi_level) / kT
            # The anode's potential rises; levels are measured from the contact that feeds them.
            contacts.by_bias[k] = (1.0, -1.0, 0.0) if end.terminal == self.setup.anode else (0.0, 0.0, 1.0)
            for carrier, name in enumerate(("electron_recombination_velocity", "hole_recombination_velocity")):
                velocity = getattr(end.contact, name)
                blocked = end.contact.kind == "blocking" or velocity == 0.0
                pinned = velocity is None or math.isinf(velocity)
                contacts.ln_velocity[k, carrier] = NONE if blocked else UNBOUND if pinned else math.log(velocity)
            if end.contact.image_force:
                contacts.lowering[k] = image_force_per_root_field(self.profile.contact_materials[k]) / kT
        return contacts

    def drive(self, mesh: Mesh) -> Drive:
        """Return generation and contacts on a mesh, in the steady state."""
        return steady(self.generation(mesh), self.contacts)

    def generation(self, mesh: Mesh) -> FloatArray:
        """Return the generation at both ends of the elements, shape (2, n_elements) [cm^-3 s^-1]."""
        known = self.memory.get("generation")
        if known is not None and known[0] is mesh:
            return known[1]
        lights = self.light or (0.0,) * len(self.profile.names)
        rates = np.array([0.0 if isinstance(light, Profiled | Absorbed) else float(light) for light in lights])
        found = np.tile(rates[mesh.layer], (2, 1))
        starts = np.concatenate([[0.0], np.cumsum(self.profile.thickness)])
        nodes = mesh.nodes
        for i, light in enumerate(lights):
            inside = mesh.layer == i
            if isinstance(light, Profiled | Absorbed):
                edges = np.append(nodes[:-1][inside], nodes[1:][inside][-1:]) - starts[i]
                mean = light.between(edges) / mesh.width[inside]
                half = np.zeros_like(mean)
                if isinstance(light, Profiled):
                    half = np.clip(0.5 * np.diff(np.interp(edges, light.depth, light.rate)), -mean, mean)
                found[:, inside] = mean - half, mean + half
        self.memory["generation"] = mesh, found
        return found


@attrs.define(eq=False, kw_only=True)
class Point:
    """One solved operating point on its mesh; levels over kT, see `physics.state.State`."""

    voltage: float
    grid: ProfileOnMesh
    levels: FloatArray  # y, u and v, shape (3, n_nodes)
    lows: FloatArray  # what rounding took off the levels, see `physics.state.State`
    currents: FloatArray  # J_n/q and J_p/q along +x, shape (2, n_elements) [cm^-2 s^-1]
    rates: FloatArray  # by mechanism, shape (N_MECHANISMS, 2, n_elements) [cm^-3 s^-1]
    trapped: FloatArray  # charge of the levels of the layers over q, shape (2, n_elements) [cm^-3]
    lost: FloatArray  # electrons and holes into levels of interfaces, shape (2, n_nodes) [cm^-2 s^-1]
    current: float  # along +x over q, the mean over the elements [cm^-2 s^-1]
    generation: FloatArray  # shape (2, n_elements) [cm^-3 s^-1]
    iterations: int
    conservation: float
    extended: bool  # solved in double-double
    #: Estimated error that the mesh leaves in the currents of the curve, relative to the current, and under light to at
    #: least 2 % of the light's current. It is known when the whole curve is, and is all that is set later here.
    mesh_error: float = math.nan

    @property
    def state(self) -> State:
        """The point as the kernels take it."""
        return State(self.y, self.u, self.v, self.lows, self.voltage / self.grid.kT)

    @property
    def y(self) -> FloatArray:
        """Potential at the nodes [kT/q]."""
        y: FloatArray = self.levels[0]
        return y

    @property
    def u(self) -> FloatArray:
        """Electron level at the nodes, from that of the cathode [kT]."""
        u: FloatArray = self.levels[1]
        return u

    @property
    def v(self) -> FloatArray:
        """Hole level at the nodes, from that of the anode [kT]."""
        v: FloatArray = self.levels[2]
        return v


def blocked_ends(task: Problem) -> tuple[bool, bool]:
    """Return whether front and back let no carrier pass."""
    front, back = (bool((end <= NONE).all()) for end in task.contacts.ln_velocity)
    return front, back
