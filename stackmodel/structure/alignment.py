"""Band alignment before contact: Anderson's rule, dipoles, pinning, and a verdict per interface and carrier."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from stackmodel.materials.material import Material
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, NM, VACUUM_PERMITTIVITY
from stackmodel.results.alignment import Alignment, InterfaceVerdict, LayerLevels, Wall
from stackmodel.structure.directions import sign_of
from stackmodel.structure.levels import (
    End,
    Levels,
    electrical_ends,
    electrical_positions,
    neutral_ends,
    vacuum_levels,
)
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup
from stackmodel.structure.stack import Stack

#: A wall lower than this lets the carriers of a working device through within their lifetime (about 12 kT). [eV]
BLOCKS = 0.30
#: A step below this many kT is passed by thermal energy.
PASSES_KT = 3.0
#: From here on a metal is deeper than the layer's band edge by more than contacts are seen to reach. [eV]
PINS = 0.1


def align(setup: Setup, question: str = "Band alignment before contact") -> Alignment:
    """Return the alignment of the levels of a setup before contact."""
    stack, temperature = setup.stack, setup.temperature
    inner = electrical_positions(stack)
    levels = {i: neutral_ends(stack, i, temperature) for i in inner}
    vacuum = vacuum_levels(stack, temperature)
    outside = {end.terminal: vacuum[end.layer] + end.vacuum_step for end in setup.ends}
    shown = tuple(_layer_levels(stack, i, inner, levels, vacuum, outside) for i in range(len(stack)))
    view = _View(stack, inner, levels, vacuum, setup.ends, setup.anode, BOLTZMANN_EV * temperature)
    interfaces = view.verdicts()
    extraction, blocking = view.extraction(), view.blocking()
    by_interface = {verdict.name: verdict.built_in + 0.0 for verdict in interfaces}
    return Alignment(
        layers=shown,
        interfaces=interfaces,
        built_in_potential=view.built_in_potential(),
        by_interface=by_interface,
        anode=setup.anode_end.name,
        anode_reason=setup.anode_reason,
        extraction_barrier=_worst(extraction, max),
        electron_extraction_barrier=_height(extraction["electrons"]),
        hole_extraction_barrier=_height(extraction["holes"]),
        blocking_barrier=_worst(blocking, min),
        electron_blocking_barrier=_height(blocking["electrons"]),
        hole_blocking_barrier=_height(blocking["holes"]),
        limited_by=view.limited_by(extraction, blocking),
        temperature=temperature,
        notes=view.notes(),
        walls=view.walls(),
        provenance=record(question, setup),
    )


@attrs.frozen
class _Wall:
    """A step for one carrier: height [eV] and where."""

    height: float
    where: str


def _height(wall: _Wall | None) -> float | None:
    return None if wall is None else wall.height


def _worst(walls: Mapping[str, _Wall | None], pick: Any) -> float | None:
    heights = [wall.height for wall in walls.values() if wall is not None]
    return pick(heights) if heights else None


def _layer_levels(
    stack: Stack,
    i: int,
    inner: tuple[int, ...],
    levels: Mapping[int, tuple[Levels, Levels]],
    vacuum: Mapping[int, float],
    outside: Mapping[str, float],
) -> LayerLevels:
    layer, name, role = stack.layers[i], stack.names[i], stack.roles[i]
    common: dict[str, Any] = {"name": name, "role": role, "label": layer.label if layer.name is None else name}
    if i in levels:
        top, (left, right) = vacuum[i], levels[i]
        top_right = (top + right.conduction_band, top + right.valence_band, top + right.fermi_level)
        return LayerLevels(
            **common, vacuum_level=top, conduction_band=top + left.conduction_band,
            valence_band=top + left.valence_band, fermi_level=top + left.fermi_level,
            right_end=None if right == left else top_right,
        )  # fmt: skip
    level = outside["front" if i < inner[0] else "back"]
    material = layer.material
    own = material.value("work_function") if material.has("work_function") else None
    fermi = None if own is None else level - own
    return LayerLevels(**common, vacuum_level=level, fermi_level=fermi, in_contact=material.kind == "contact oxide")


class _View:
    """The stack seen by a carrier: what lies between it and each contact."""

    def __init__(
        self, stack: Stack, inner: tuple[int, ...], levels: Mapping[int, tuple[Levels, Levels]],
        vacuum: Mapping[int, float], ends: tuple[End, End], anode: str, kT: float,
    ) -> None:  # fmt: skip
        self.stack, self.inner, self.ends, self.kT = stack, inner, ends, kT
        # At the left and right end of each layer; they differ where it is graded.
        self.E_C = {i: [vacuum[i] + side.conduction_band for side in levels[i]] for i in inner}
        self.E_V = {i: [vacuum[i] + side.valence_band for side in levels[i]] for i in inner}
        self.fermi = {i: [side.fermi_level for side in levels[i]] for i in inner}
        self.vacuum = vacuum
        self.sign = sign_of(anode)
        self.active = [i for i in inner if stack.roles[i] in ("active", "channel")]

    def _name(self, i: int, k: int) -> str:
        return f"{self.stack.names[i]}|{self.stack.names[k]}"

    def _end(self, i: int, side: int) -> Material:
        return electrical_ends(self.stack, i, self.kT / BOLTZMANN_EV)[side]

    def _towards(self, electrons: bool) -> int:
        """Direction in which a carrier is extracted: +1 to the back, -1 to the front."""
        return self.sign * (1 if electrons else -1)

    def _energy(self, electrons: bool, i: int, side: int) -> float:
        """Energy of the carrier, so that uphill is a barrier for holes too."""
        return self.E_C[i][side] if electrons else -self.E_V[i][side]

    def _step(self, electrons: bool, i: int, k: int) -> float:
        """Step from the end of `i` that faces `k` to the end of `k` that faces `i`."""
        leaving, entering = (1, 0) if k > i else (0, 1)
        return self._energy(electrons, k, entering) - self._energy(electrons, i, leaving)

    def verdicts(self) -> tuple[InterfaceVerdict, ...]:
        """Return one verdict an interface, contacts included, from front to back."""
        front, back = self.ends
        inside = [self._inner_verdict(i) for i in self.inner[:-1]]
        graded = [self._grading(i) for i in self.inner if self.fermi[i][0] != self.fermi[i][1]]
        return (self._contact_verdict(front, True), *inside, *graded, self._contact_verdict(back, False))

    def _grading(self, i: int) -> InterfaceVerdict:
        name = self.stack.names[i]
        built_in = self.fermi[i][0] - self.fermi[i][1]
        says = []
        for electrons in (True, False):
            step = self._towards(electrons) * (self._energy(electrons, i, 1) - self._energy(electrons, i, 0))
            says.append(f"{abs(step):z.2f} eV {'downhill, drives out' if step < 0 else 'uphill, holds back'}")
        return InterfaceVerdict(
            name=f"{name} (grading)", left=name, right=name, kind="graded layer", electrons=says[0], holes=says[1],
            built_in=-self.sign * built_in,
        )  # fmt: skip

    def _inner_verdict(self, i: int) -> InterfaceVerdict:
        k = i + 1
        step = self.vacuum[k] - self.vacuum[i]
        built_in = self.fermi[i][1] - self.fermi[k][0] - step
        edges = (self.E_C[i][1], self.E_V[i][1], self.E_C[k][0], self.E_V[k][0])
        offset_C, offset_V = edges[2] - edges[0], edges[3] - edges[1]
        return InterfaceVerdict(
            name=self._name(i, k), left=self.stack.names[i], right=self.stack.names[k],
            kind=_kind(*edges),
            conduction_offset=offset_C, valence_offset=offset_V, vacuum_step=step,
            electrons=self._says(True, i), holes=self._says(False, i),
            built_in=-self.sign * built_in,
        )  # fmt: skip

    def _wanted(self, electrons: bool, i: int) -> bool:
        """Whether the carrier should cross the interface i | i+1: it lies between its source and its own contact."""
        if not self.active:
            return True
        onward = self._towards(electrons) > 0
        return i >= self.active[0] if onward else i + 1 <= self.active[-1]

    def _says(self, electrons: bool, i: int) -> str:
        wanted = self._wanted(electrons, i)
        direction = self._towards(electrons) * (1 if wanted else -1)
        start, stop = (i, i + 1) if direction > 0 else (i + 1, i)
        step = self._step(electrons, start, stop)
        if wanted:
            if abs(step) < 5e-4:
                return "no step, extracts"
            if step < 0:
                return f"{-step:z.2f} eV step down, extracts"
            outcome = (
                "passes by thermal energy"
                if step <= PASSES_KT * self.kT
                else "impedes"
                if step < BLOCKS
                else "blocks extraction"
            )
            return f"{step:z.2f} eV barrier, {outcome}"
        if step >= BLOCKS:
            return f"{step:z.2f} eV barrier, blocks"
        if step > PASSES_KT * self.kT:
            return f"{step:z.2f} eV barrier, blocks in part"
        return f"{step:z.2f} eV barrier, leaks" if step > 5e-4 else f"{-step:z.2f} eV step down, leaks"

    def _contact_verdict(self, end: End, at_front: bool) -> InterfaceVerdict:
        i = end.layer
        left, right = (end.name, self.stack.names[i]) if at_front else (self.stack.names[i], end.name)
        outward = -1 if at_front else 1
        side = 0 if at_front else 1
        built_in = -self.sign * outward * (self.fermi[i][side] - end.fermi_level)
        phi_n = self.E_C[i][side] - self.vacuum[i] - end.fermi_level
        phi_p = end.fermi_level - (self.E_V[i][side] - self.vacuum[i])
        if end.contact.kind == "schottky":
            words = []
            for electrons, phi in ((True, phi_n), (False, phi_p)):
                leaves = "extracts" if self._towards(electrons) == outward else "not held back"
                words.append(f"{leaves}, injection barrier {max(phi, 0.0):z.2f} eV")
        else:
            word = {"ohmic": "flat band", "blocking": "blocked"}[end.contact.kind]
            words = [
                word
                if end.contact.kind == "blocking"
                else f"{word}, {'extracts' if self._towards(e) == outward else 'minority'}"
                for e in (True, False)
            ]
        return InterfaceVerdict(
            name=f"{left}|{right}", left=left, right=right, kind=f"{end.contact.kind} contact", electrons=words[0],
            holes=words[1], built_in=built_in,
        )  # fmt: skip

    def extraction(self) -> dict[str, _Wall | None]:
        """Return the highest step that each carrier meets on the way to its own contact; 0 eV where there is none."""
        return {name: self._highest_step(electrons) for name, electrons in (("electrons", True), ("holes", False))}

    def _highest_step(self, electrons: bool) -> _Wall:
        direction = self._towards(electrons)
        best = _Wall(0.0, "")
        for i in self.inner[:-1]:
            if not self._wanted(electrons, i):
                continue
            start, stop = (i, i + 1) if direction > 0 else (i + 1, i)
            step = self._step(electrons, start, stop)
            if step > best.height + 5e-13:
                best = _Wall(step, self._name(i, i + 1))
        return best

    def walls(self) -> tuple[Wall, ...]:
        """Return the uphill steps that a carrier meets on the way to its own contact.

        Not those at interfaces across which carriers recombine: there a hole meets an electron of the other side. Nor
        those between active layers, which collect one by one, each on its side of a step, as in a dual band.
        """
        return tuple(
            wall
            for electrons in (True, False)
            for wall in (*self._steps_up(electrons), *self._gradings_up(electrons), *self._contact_wall(electrons))
            if wall.height > PASSES_KT * self.kT
        )

    def _steps_up(self, electrons: bool) -> Iterator[Wall]:
        onward = self._towards(electrons) > 0
        for i in self.inner[:-1]:
            start, stop = (i, i + 1) if onward else (i + 1, i)
            if self._on_the_way_out(electrons, start) and not self.stack.interfaces[i].has_traps:
                height = self._step(electrons, start, stop) if self._end(stop, 0).has_bands else math.inf
                where, into = self._name(i, i + 1), self.stack.names[stop]
                yield Wall(carrier=_carrier(electrons), height=height, where=where, into=into)

    def _gradings_up(self, electrons: bool) -> Iterator[Wall]:
        for i in self.inner:
            rise = self._towards(electrons) * (self._energy(electrons, i, 1) - self._energy(electrons, i, 0))
            if rise > 0.0 and self._on_the_way_out(electrons, i):
                name = self.stack.names[i]
                yield Wall(
                    carrier=_carrier(electrons), height=rise, where=f"{name} (grading)", into=name, levelled_by="field"
                )

    def _on_the_way_out(self, electrons: bool, i: int) -> bool:
        """Whether a carrier of every active layer passes layer `i`, or starts there."""
        if not self.active:
            return True
        return i >= self.active[-1] if self._towards(electrons) > 0 else i <= self.active[0]

    def _contact_wall(self, electrons: bool) -> Iterator[Wall]:
        """Yield what stands before the carrier's own contact: one that takes none, or a layer that it depletes.

        Bands bend by the difference of Fermi levels, uphill for the layer's majority carriers, where the layer is
        thicker than this depletes, W = sqrt(2 eps phi / (q N)); else the contact is part of the junction.
        """
        outward = self._towards(electrons)
        end = self.ends[1] if outward > 0 else self.ends[0]
        i, carrier = end.layer, _carrier(electrons)
        where = f"{self.stack.names[i]}|{end.name}" if outward > 0 else f"{end.name}|{self.stack.names[i]}"
        if end.takes_no(carrier):
            yield Wall(carrier=carrier, height=math.inf, where=where, into=end.name)
            return
        side = 1 if outward > 0 else 0
        rise = (end.fermi_level - self.fermi[i][side]) * (-1.0 if electrons else 1.0)
        layer, thickness = self._end(i, side), self.stack.layers[i].thickness
        if rise <= 0.0 or thickness is None or not layer.has_bands or not layer.has("relative_permittivity"):
            return
        doping = layer.net_doping * (1.0 if electrons else -1.0)
        if doping <= 0.0:
            return
        eps = layer.value("relative_permittivity") * VACUUM_PERMITTIVITY
        if math.sqrt(2.0 * eps * rise / (ELEMENTARY_CHARGE * doping)) < thickness * NM:
            yield Wall(carrier=carrier, height=rise, where=where, into=self.stack.names[i], levelled_by="voltage")

    def blocking(self) -> dict[str, _Wall | None]:
        """Return, for each carrier, the wall between the active layer and the wrong contact."""
        return {name: self._wall(electrons) for name, electrons in (("electrons", True), ("holes", False))}

    def _wall(self, electrons: bool) -> _Wall | None:
        if not self.active:
            return None
        direction = -self._towards(electrons)
        edge = self.active[-1] if direction > 0 else self.active[0]
        beyond = [i for i in self.inner if (i - edge) * direction > 0]
        end = self.ends[1] if direction > 0 else self.ends[0]
        if not beyond:
            return _Wall(0.0, f"{self.stack.names[edge]}|{end.name}")
        facing = 1 if direction > 0 else 0
        start = self._energy(electrons, edge, facing)
        heights = {i: max(self._energy(electrons, i, side) for side in (0, 1)) - start for i in beyond}
        top = max(heights, key=lambda i: heights[i])
        return _Wall(max(heights[top], 0.0), self.stack.names[top])

    def built_in_potential(self) -> float:
        """Return the drop of the potential from cathode to anode at equilibrium, eq. (A7) [V]."""
        front, back = self.ends
        across = back.work_function - front.work_function - (self.vacuum[self.inner[-1]] - self.vacuum[self.inner[0]])
        return -self.sign * across

    def limited_by(self, extraction: Mapping[str, _Wall | None], blocking: Mapping[str, _Wall | None]) -> str:
        """Return what limits the device first, in the order extraction, blocking, built-in potential."""
        barriers = [(wall.height, name, wall.where) for name, wall in extraction.items() if wall is not None]
        height, name, where = max(barriers)
        if height > PASSES_KT * self.kT:
            return f"extraction: {height:z.2f} eV barrier for {name} at {where}"
        walls = [(wall.height, name, wall.where) for name, wall in blocking.items() if wall is not None]
        if walls and min(walls)[0] < BLOCKS:
            height, name, where = min(walls)
            if "|" in where:
                return f"leakage: no layer keeps {name} from {where.partition('|')[2]}"
            return f"leakage: {name} are held back by only {height:z.2f} eV at {where}"
        return f"built-in potential: {self.built_in_potential():z.2f} V; no barrier impedes extraction"

    def notes(self) -> tuple[str, ...]:
        """Return what a reader of the figures should know."""
        found = []
        for end in self.ends:
            i, side = end.layer, 0 if end.terminal == "front" else 1
            beyond_V = (self.E_V[i][side] - self.vacuum[i]) - end.fermi_level
            beyond_C = end.fermi_level - (self.E_C[i][side] - self.vacuum[i])
            for depth, edge in ((beyond_V, "below E_V"), (beyond_C, "above E_C")):
                if end.contact.kind == "schottky" and depth > PINS:
                    found.append(
                        f"note: {end.name}: the contact's Fermi level lies {depth:z.2f} eV {edge} of "
                        f"{self.stack.names[i]}; real contacts pin near the band edge, so the built-in potential is "
                        "an upper bound"
                    )
        return tuple(found)


def _carrier(electrons: bool) -> str:
    return "electrons" if electrons else "holes"


def _kind(E_C_left: float, E_V_left: float, E_C_right: float, E_V_right: float) -> str:
    if E_C_left <= E_V_right or E_C_right <= E_V_left:
        return "type III (broken gap)"
    if (E_C_left - E_C_right) * (E_V_left - E_V_right) > 0:
        return "type II (staggered)"
    return "type I (straddling)"
