"""The dark current of a depleted region: what each layer supplies, and what the steps of the bands let through."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.estimates.currents import neutral_region_current
from stackmodel.estimates.depletion import Region
from stackmodel.physics.constants import ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY
from stackmodel.results.loss import Loss

#: Points of a depleted layer at which rates and densities are read.
_POINTS = 101
#: Largest exponent of a density, and the resistance of a layer through which nothing flows. [ohm cm^2]
_LARGEST, _INSULATES = 650.0, 1e200
#: A smaller step is rounding. [eV]
_NO_STEP = 1e-9
#: A step above this takes voltage from majority carriers. [eV]
_BLOCKS = 0.25
#: Limits within which eq. (D7) cannot overflow: of a resistance there [ohm cm^2], and of -qV/kT in exp(-qV/kT).
_MOST, _BOTH = 1e60, 300.0
#: Newton steps to the currents, and the step over the largest current at which they have settled.
_STEPS, _SETTLED = 80, 1e-9
#: A drive of one, exp(qV/kT) - 1, for a law that is linear in it.
_UNIT_DRIVE = math.log(2.0)


@attrs.frozen(kw_only=True)
class LayerValues:
    """Both ends of a layer, left and right: affinity, gap [eV], ln of densities, lifetimes and mobilities."""

    affinity: FloatArray
    gap: FloatArray
    ln_N_C: FloatArray
    ln_N_V: FloatArray
    ln_mu_n: FloatArray
    ln_mu_p: FloatArray
    ln_tau_n: FloatArray
    ln_tau_p: FloatArray
    trap: FloatArray  # level above the middle of the gap, NaN at the intrinsic level [eV]
    radiative: FloatArray  # coefficient of what is not absorbed again [cm^3 s^-1]
    auger_n: FloatArray  # [cm^6 s^-1]
    auger_p: FloatArray


@attrs.frozen(kw_only=True)
class JunctionLayer:
    """One layer of a junction, in order from the side of electrons to that of holes."""

    name: str
    thickness: float  # [cm]
    doping: float  # donors minus acceptors [cm^-3]
    permittivity: float  # relative
    vacuum_level: float  # [eV]
    neutral_level: tuple[float, float]  # E_C minus the Fermi level of the neutral layer at its ends [eV]
    values: LayerValues | None  # None in an insulator

    def at(self, fraction: FloatArray, name: str) -> FloatArray:
        """Return a value of `LayerValues` at fractions of the thickness; all go linearly."""
        assert self.values is not None
        low, high = getattr(self.values, name)
        return np.asarray(low + (high - low) * fraction if low != high else np.full_like(fraction, low))


@attrs.frozen(kw_only=True)
class JunctionEnd:
    """One contact: its name, its Fermi level below vacuum [eV], and the velocities of electrons and holes [cm/s]."""

    name: str
    work_function: float
    electron_velocity: float
    hole_velocity: float


@attrs.frozen(kw_only=True)
class Share:
    """One mechanism's current density [A cm^-2], positive in forward, and its activation energy [eV].

    `supply` is what it makes for each unit of 1 - n p/n_i^2 [A cm^-2], `passes` the share of it that steps let through.
    """

    name: Loss
    current_density: float
    activation_energy: float
    supply: float
    passes: float


@attrs.frozen(kw_only=True)
class _Depleted:
    """A depleted part of a layer on points from the side of electrons to that of holes."""

    layer: int
    width: float
    x: FloatArray  # [cm]
    E_C: FloatArray  # [eV] above the Fermi level of electrons
    E_V: FloatArray
    fraction: FloatArray  # of the layer


@attrs.define(kw_only=True)
class _Source:
    """What carriers a place makes for each unit of 1 - n p/n_i^2 [A cm^-2], and what becomes of it."""

    name: Loss
    layer: int
    supply: float
    activation: float
    own: tuple[float, float] = (0.0, 0.0)  # resistance of its layer for its electrons and holes [ohm cm^2]
    current: float = 0.0


@attrs.frozen(kw_only=True)
class Pile:
    """Carriers that wait in a layer before the step into the next one, with ln of their density [cm^-3]."""

    electrons: bool
    layer: int
    onward: int
    ln_density: float


class Junction:
    """Supplies and ways out of a depleted region, eqs. (D2) to (D4) and (D7) of docs/method.md, as they have settled.

    Parameters
    ----------
    layers : sequence of JunctionLayer
        From the side of electrons to that of holes.
    ends : pair of JunctionEnd
        The contact of either side.
    region : Region
        Edges [cm] count from the side of electrons.
    voltage : float
        Positive in forward. [V]
    kT : float
        [eV]
    """

    def __init__(
        self, layers: Sequence[JunctionLayer], ends: tuple[JunctionEnd, JunctionEnd], region: Region, voltage: float,
        kT: float,
    ) -> None:  # fmt: skip
        self.layers, self.ends, self.region, self.kT = layers, ends, region, kT
        self.bias = voltage / kT
        self.bounds = np.concatenate([[0.0], np.cumsum([layer.thickness for layer in layers])])
        self.parts = {part.layer: part for part in self._depleted()}
        self.steps = {electrons: self._steps(electrons) for electrons in (True, False)}
        self.settled = True
        self.sources = self._sources()
        self.ways = {electrons: self._ways(electrons) for electrons in (True, False)}
        self._solve()

    # -- bands of the depletion approximation --------------------------------------------------------------------------

    def _depleted(self) -> list[_Depleted]:
        """Return the bands of each depleted part, eq. (D1), with what the tails of the carriers add, kT/q a side."""
        region, seed = self.region, [float(self.bounds[i]) for i in self.region.seed]
        pieces = []
        for i in range(self._beyond(region.start, 0), self._beyond(region.end, 1) + 1):
            low, high = (float(bound) for bound in self.bounds[i : i + 2])
            a, b = (min(max(edge, low), high) for edge in (region.start, region.end))
            pieces.append((i, np.linspace(a, b, _POINTS)))
        parts = []
        sides = (max(region.charge + region.sheets[0], 0.0), max(region.charge + region.sheets[1], 0.0))
        bend, displacement = 0.0, sides[0] - self._held(seed[0])
        first = pieces[0][0]
        start = self.layers[first].vacuum_level
        anchor = self._anchor(first)
        for i, x in pieces:
            layer, place = self.layers[i], 0 if i < region.seed[0] else 2 if i >= region.seed[1] else 1
            if i in region.seed:  # just behind the first or the last interface of the seed
                displacement = (sides[0], region.charge, sides[1])[place]
            slope = abs(layer.doping) * (1.0, 0.0, -1.0)[place]
            charge = np.maximum(displacement + slope * (x - x[0]), 0.0)
            field = charge * ELEMENTARY_CHARGE / (layer.permittivity * VACUUM_PERMITTIVITY)
            potential = bend + np.concatenate([[0.0], np.cumsum(0.5 * (field[1:] + field[:-1]) * np.diff(x))])
            bend, displacement = float(potential[-1]), float(charge[-1])
            parts.append((i, x, potential))
        found = []
        for i, x, potential in parts:
            layer, thickness = self.layers[i], self.layers[i].thickness
            tails = 1.0 - np.exp(-potential / self.kT) + np.exp(-np.maximum(bend - potential, 0.0) / self.kT)
            vacuum = anchor + potential + self.kT * tails + layer.vacuum_level - start
            fraction = (x - self.bounds[i]) / thickness
            E_C, E_V = vacuum, vacuum  # an insulator has none that count
            if layer.values is not None:
                E_C = vacuum - layer.at(fraction, "affinity")
                E_V = E_C - layer.at(fraction, "gap")
            found.append(_Depleted(layer=i, width=float(x[-1] - x[0]), x=x, E_C=E_C, E_V=E_V, fraction=fraction))
        return found

    def _held(self, upto: float) -> float:
        """Return the doping uncovered between the start of the region and `upto` [cm^-2]."""
        total = 0.0
        for i, layer in enumerate(self.layers):
            low, high = max(float(self.bounds[i]), self.region.start), min(float(self.bounds[i + 1]), upto)
            total += abs(layer.doping) * max(high - low, 0.0)
        return total

    def _anchor(self, i: int) -> float:
        """Return the vacuum level of the region's start above the Fermi level of electrons [eV]."""
        if self.region.start <= 0.0:
            return self.ends[0].work_function
        layer = self.layers[i]
        fraction = np.array((self.region.start - self.bounds[i]) / layer.thickness)
        low, high = layer.neutral_level
        affinity = float(layer.at(fraction, "affinity")) if layer.values is not None else 0.0
        return float(low + (high - low) * fraction) + affinity

    def _ln_density(self, part: _Depleted, electrons: bool, own: bool) -> FloatArray:
        """Return ln of a carrier's density in equilibrium with its own side, or with the other one."""
        layer = self.layers[part.layer]
        band = layer.at(part.fraction, "ln_N_C" if electrons else "ln_N_V")
        energy = -part.E_C if electrons else part.E_V
        shift = self.bias * (float(own) - 1.0 if electrons else float(own))
        return np.asarray(band + energy / self.kT + shift)

    # -- supplies ------------------------------------------------------------------------------------------------------

    def _sources(self) -> list[_Source]:
        found = []
        for i, part in self.parts.items():
            layer = self.layers[i]
            if layer.values is None:
                continue
            rate = self._generation(part)
            supply = ELEMENTARY_CHARGE * float(np.trapezoid(rate, part.x))
            if supply > 0.0:
                gap = float(layer.at(part.fraction, "gap").min())
                found.append(
                    _Source(
                        name=Loss("generation", layer.name), layer=i, supply=supply, activation=0.5 * gap,
                        own=self._within(part, rate),
                    )
                )  # fmt: skip
        for side in (0, 1):
            found += self._one_side(side)
        return found

    def _within(self, part: _Depleted, rate: FloatArray) -> tuple[float, float]:
        """Return the resistances of a layer from where it generates to its ends, half of the current being there."""
        share = np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(part.x))])
        middle = int(np.searchsorted(share, 0.5 * share[-1]))
        return (
            0.5 * self._resistance(part, True, slice(0, middle + 1)),
            0.5 * self._resistance(part, False, slice(middle, None)),
        )

    def _generation(self, part: _Depleted) -> FloatArray:
        """Return n_i^2 (1/(tau_p (n + n_1) + tau_n (p + p_1)) + B + C_n n + C_p p), eq. (D3) [cm^-3 s^-1]."""
        layer = self.layers[part.layer]
        tau_n, tau_p = (np.exp(layer.at(part.fraction, name)) for name in ("ln_tau_n", "ln_tau_p"))
        ln_C, ln_V, gap = (layer.at(part.fraction, name) for name in ("ln_N_C", "ln_N_V", "gap"))
        ln_n_i = 0.5 * (ln_C + ln_V - gap / self.kT)
        trap = layer.at(part.fraction, "trap")
        ln_n_1 = np.where(np.isnan(trap), ln_n_i, ln_C + (trap - 0.5 * gap) / self.kT)
        # Over n_i, so that nothing under- or overflows.
        n, p = (
            np.exp(np.clip(self._ln_density(part, electrons, True) - ln_n_i, -_LARGEST, _LARGEST))
            for electrons in (True, False)
        )
        n_1 = np.exp(ln_n_1 - ln_n_i)
        B, C_n, C_p = (layer.at(part.fraction, name) for name in ("radiative", "auger_n", "auger_p"))
        n_i = np.exp(ln_n_i)
        return np.asarray(
            n_i / (tau_p * (n + n_1) + tau_n * (p + 1.0 / n_1)) + n_i**2 * (B + n_i * (C_n * n + C_p * p))
        )

    def _one_side(self, side: int) -> list[_Source]:
        """Return what lies beyond an edge: the neutral layers there and their contact, or what the contact injects."""
        edge, end, last = (
            (self.region.start, self.ends[0], 0) if side == 0 else (self.region.end, self.ends[1], len(self.layers) - 1)
        )
        electrons = side == 1  # the minority carriers
        velocity = end.electron_velocity if electrons else end.hole_velocity
        name = Loss("contact injection", end.name)
        at_contact = edge <= 0.0 if side == 0 else edge >= self.bounds[-1] * (1 - 1e-12)
        if at_contact:
            return self._injection(last, velocity, electrons, name)
        inner = self._beyond(edge, side)
        found: list[_Source] = []
        for i in range(last, inner + (1 if side == 0 else -1), 1 if side == 0 else -1):
            layer = self.layers[i]
            if layer.values is None:
                found, velocity = [], 0.0
                continue
            carrier = "n" if electrons else "p"
            fraction = np.array(0.5)
            gap = float(layer.at(fraction, "gap"))
            ln_n_i2 = float(layer.at(fraction, "ln_N_C") + layer.at(fraction, "ln_N_V")) - gap / self.kT
            minority = _minority(layer.doping * (-1.0 if electrons else 1.0), ln_n_i2)
            width = layer.thickness
            if i == inner:
                width = float(edge - self.bounds[i] if side == 0 else self.bounds[i + 1] - edge)
                width = max(width, self._debye_length(layer) if width > 0.0 else 0.0)
            if width <= 0.0:
                continue
            if found:  # the contact of this layer is the one beyond
                velocity = sum(each.supply for each in found) / (ELEMENTARY_CHARGE * minority)
            inside, through = neutral_region_current(
                minority_density=minority, diffusion=math.exp(float(layer.at(fraction, f"ln_mu_{carrier}"))) * self.kT,
                lifetime=self._lifetime(layer, electrons), width=width, velocity=velocity, bias=_UNIT_DRIVE,
            )  # fmt: skip
            before = sum(each.supply for each in found)
            if not found:
                found = [_Source(name=name, layer=inner, supply=through, activation=gap)] if through > 0.0 else []
            for each in found if before > 0.0 else ():
                each.supply *= through / before
            found.append(_Source(name=Loss("diffusion", layer.name), layer=inner, supply=inside, activation=gap))
        return found

    def _debye_length(self, layer: JunctionLayer) -> float:
        """Return over what length the edge of the region is smeared; no layer is neutral over less [cm]."""
        permittivity = layer.permittivity * VACUUM_PERMITTIVITY / ELEMENTARY_CHARGE
        return math.sqrt(permittivity * self.kT / abs(layer.doping)) if layer.doping else 0.0

    def _lifetime(self, layer: JunctionLayer, electrons: bool) -> float:
        """Return the lifetime of minority carriers in a neutral layer, 1/tau + B N + C N^2 with its doping N [s]."""
        middle = np.array(0.5)
        doping = abs(layer.doping)
        auger = float(layer.at(middle, "auger_p" if electrons else "auger_n"))
        rate = math.exp(-float(layer.at(middle, "ln_tau_n" if electrons else "ln_tau_p")))
        rate += doping * (float(layer.at(middle, "radiative")) + doping * auger)
        return 1.0 / rate if rate > 0.0 else math.inf

    def _beyond(self, edge: float, side: int) -> int:
        """Return the layer just beyond an edge; an edge on an interface belongs to the outer layer."""
        beyond = edge * (1.0 + (-1e-9 if side == 0 else 1e-9))
        return min(max(int(np.searchsorted(self.bounds, beyond)) - 1, 0), len(self.layers) - 1)

    def _injection(self, i: int, velocity: float, electrons: bool, name: Loss) -> list[_Source]:
        """Return what a contact injects that the region reaches: its own velocity and the layer in series, eq. (D4)."""
        part = self.parts[i]
        if self.layers[i].values is None or velocity == 0.0:
            return []
        ln_density = self._ln_density(part, electrons, False)
        at = -1 if electrons else 0
        density = math.exp(min(float(ln_density[at]), _LARGEST))
        over = self._resistance(part, electrons)
        surface = 0.0 if math.isinf(velocity) else 1.0 / (ELEMENTARY_CHARGE * velocity * max(density, 1e-200))
        barrier = float(part.E_C[at]) + self.bias * self.kT if electrons else -float(part.E_V[at])
        return [_Source(name=name, layer=i, supply=1.0 / (over + surface), activation=max(barrier, 0.0))]

    # -- the way out ---------------------------------------------------------------------------------------------------

    def _resistance(self, part: _Depleted, electrons: bool, over: slice = slice(None)) -> float:
        """Return int dx / (q D n_0) of minority carriers through a depleted part [ohm cm^2].

        n_0 is the density in equilibrium with the side that the carriers come from.
        """
        layer = self.layers[part.layer]
        if layer.values is None:
            return _INSULATES
        mobility = layer.at(part.fraction, "ln_mu_n" if electrons else "ln_mu_p")
        exponent = np.clip(-self._ln_density(part, electrons, False) - mobility, -_LARGEST, _LARGEST - 200.0)
        return min(_of_exponential(exponent[over], part.x[over]) / (ELEMENTARY_CHARGE * self.kT), _INSULATES)

    def _steps(self, electrons: bool) -> dict[int, float]:
        """Return the step up [eV] that carriers meet on their way out as they enter each depleted layer."""
        numbers = sorted(self.parts, reverse=electrons)
        found = {}
        for come, go in pairwise(numbers):
            leaving, entering = (0, -1) if electrons else (-1, 0)
            if electrons:
                found[go] = float(self.parts[go].E_C[entering] - self.parts[come].E_C[leaving])
            else:
                found[go] = float(self.parts[come].E_V[leaving] - self.parts[go].E_V[entering])
        return found

    def _solve(self) -> None:
        """Find the current of each source, eq. (D7): of all in one layer together, by Newton's method from below."""
        drive, over = -math.expm1(min(self.bias, _LARGEST)), math.exp(min(-self.bias, _BOTH))
        for source in self.sources:
            source.current = _alone(source, drive, over)
        made = {i: sum(each.current for each in self.sources if each.layer == i) for i in self.parts}
        numbers = [i for i, current in made.items() if current != 0.0]
        if not numbers:
            return
        supply = np.array([made[i] / drive for i in numbers])
        A_n, A_p = (self._shared(numbers, electrons) for electrons in (True, False))
        J = np.zeros(len(numbers))
        for _ in range(_STEPS):
            u, w = A_n @ J, A_p @ J
            excess = J - supply * (drive - u - w - u * w * over)
            slope = np.eye(J.size) + supply[:, None] * (A_n + A_p + over * (u[:, None] * A_p + w[:, None] * A_n))
            step = np.linalg.solve(slope, excess)
            J -= step
            if np.abs(step).max() <= _SETTLED * np.abs(J).max():
                break
        else:
            self.settled = False
        for source in self.sources:
            if source.current:
                source.current *= float(J[numbers.index(source.layer)]) / made[source.layer]

    def _shared(self, numbers: Sequence[int], electrons: bool) -> FloatArray:
        """Return the resistance that the current made in one layer meets on the way out of another one."""
        found = np.zeros((len(numbers), len(numbers)))
        for row, i in enumerate(numbers):
            for column, k in enumerate(numbers):
                crossed = (
                    R for j, (R, _) in self.ways[electrons].get(i, {}).items() if (k > j if electrons else k < j)
                )
                found[row, column] = min(sum(crossed), _MOST)
        return found

    def shares(self) -> list[Share]:
        """Return the currents by mechanism."""
        drive = -math.expm1(min(self.bias, _LARGEST))
        return [
            Share(
                name=each.name, current_density=-each.current, activation_energy=self._activation(each, drive),
                supply=each.supply, passes=_passing(each, drive),
            )
            for each in self.sources
        ]  # fmt: skip

    def _ways(self, electrons: bool) -> dict[int, dict[int, tuple[float, float]]]:
        """Return from each depleted layer the others that hold carriers back: resistance and height of their band.

        What lies before the first step up is the junction itself, which carriers run down.
        """
        numbers = sorted(self.parts, reverse=electrons)
        steps = self.steps[electrons]
        own = {}
        for i in numbers:
            part = self.parts[i]
            height = part.E_C.max() + self.bias * self.kT if electrons else -part.E_V.min()
            own[i] = (self._resistance(part, electrons), float(height))
        found: dict[int, dict[int, tuple[float, float]]] = {}
        for k, i in enumerate(numbers):
            onward, held = {}, False
            for j in numbers[k + 1 :]:
                held = held or steps[j] > _NO_STEP or self.layers[j].values is None
                if held:
                    onward[j] = own[j]
            found[i] = onward
        return found

    def _held_by(self, i: int, electrons: bool) -> float:
        """Return what all currents add to n p/n_i^2 in layer `i` on their way out."""
        return math.fsum(
            resistance * each.current
            for j, (resistance, _) in self.ways[electrons].get(i, {}).items() for each in self.sources
            if (each.layer > j if electrons else each.layer < j)
        )  # fmt: skip

    def _activation(self, source: _Source, drive: float) -> float:
        """Return the activation energy: of the supply, or of the band that holds its carriers back."""
        free = _passing(source, drive)
        walls = [wall for way in self.ways.values() for wall in way.get(source.layer, {}).values()]
        return source.activation if not walls else free * source.activation + (1.0 - free) * max(walls)[1]

    def majority_steps(self) -> tuple[str, ...]:
        """Return where majority carriers meet a step on their way from the depleted region to their contact."""
        found = []
        first, last = self._beyond(self.region.start, 0), self._beyond(self.region.end, 1)
        for electrons, pairs in (
            (True, pairwise(range(first, -1, -1))),
            (False, pairwise(range(last, len(self.layers)))),
        ):
            for come, go in pairs:
                step = self._offset(come, go, electrons)
                if step > _BLOCKS:
                    found.append(
                        f"{'electrons' if electrons else 'holes'} meet a step of {step:.2f} eV from "
                        f"{self.layers[come].name} into {self.layers[go].name}, which takes some of the voltage"
                    )
        return tuple(found)

    def _offset(self, come: int, go: int, electrons: bool) -> float:
        """Return the step up of a band from the neutral layer `come` to its neighbour `go` [eV]."""
        levels = []
        for i, side in ((come, 0.0 if electrons else 1.0), (go, 1.0 if electrons else 0.0)):
            layer = self.layers[i]
            if layer.values is None:
                return 0.0
            edge = layer.vacuum_level - float(layer.at(np.array(side), "affinity"))
            levels.append(edge if electrons else float(layer.at(np.array(side), "gap")) - edge)
        return levels[1] - levels[0]

    def unscreened(self, pile: Pile) -> float:
        """Return the density that waits at a step from which on it moves the bands: the doping's, or the field's."""
        layer = self.layers[pile.layer]
        unit = layer.permittivity * VACUUM_PERMITTIVITY / ELEMENTARY_CHARGE * self.kT * 2.0
        return max(abs(layer.doping), self.region.charge**2 / unit)

    def displacements(self, pile: Pile, sheet: float) -> tuple[float, float]:
        """Return the displacement/q on the side of the step where carriers wait, outside and inside their sheet."""
        region, interface = self.region, max(pile.layer, pile.onward)
        side = 0 if interface == region.seed[0] else 1
        beyond = max(region.charge + region.sheets[side], 0.0)
        if region.seed[0] == region.seed[1]:
            inside = max(region.charge + region.sheets[1 if pile.electrons else 0], 0.0)
            return region.charge, inside
        in_middle = pile.electrons == (side == 0)
        return (beyond, region.charge) if in_middle else (region.charge, beyond)

    def piles(self) -> list[Pile]:
        """Return where carriers wait before a step at the seed, with their density there as the answer has it."""
        found = []
        for electrons in (True, False):
            numbers = sorted(self.parts, reverse=electrons)
            for i, j in pairwise(numbers):
                if self.steps[electrons][j] <= _NO_STEP or self.layers[i].values is None:
                    continue
                level = math.exp(self.bias) + self._held_by(i, electrons)
                at = 0 if electrons else -1
                ln_density = float(self._ln_density(self.parts[i], electrons, False)[at]) + math.log(max(level, 1e-300))
                found.append(Pile(electrons=electrons, layer=i, onward=j, ln_density=ln_density))
        return found


def _passing(source: _Source, drive: float) -> float:
    """Return the share of what a source makes that steps let through."""
    most = source.supply * drive
    return min(max(source.current / most, 0.0), 1.0) if most else 1.0


def _alone(source: _Source, drive: float, over: float) -> float:
    """Return the current of a source that only its own layer holds back, the root of a quadratic equation."""
    if source.supply <= 0.0:
        return 0.0
    R_n, R_p = (min(own, _MOST) for own in source.own)
    b = 1.0 / source.supply + R_n + R_p
    return 2.0 * drive / (b + math.sqrt(max(b * b + 4.0 * min(R_n * R_p * over, _MOST) * drive, 0.0)))


def _minority(own_sign_doping: float, ln_n_i2: float) -> float:
    """Return the density of the carriers that a doping of the other kind leaves [cm^-3]."""
    n_i2 = math.exp(max(ln_n_i2, -600.0))
    half = 0.5 * own_sign_doping
    root = math.hypot(half, math.sqrt(n_i2))
    return n_i2 / (root + half) if half > 0.0 else root - half


def _of_exponential(exponent: FloatArray, x: FloatArray) -> float:
    """Return int exp(f) dx for f that goes linearly between points."""
    rise = np.diff(exponent)
    steep = np.where(np.abs(rise) < 1e-9, 1.0, rise)
    mean = np.where(np.abs(rise) < 1e-9, 1.0, np.expm1(rise) / steep)
    return float(np.sum(np.exp(exponent[:-1]) * mean * np.diff(x)))
