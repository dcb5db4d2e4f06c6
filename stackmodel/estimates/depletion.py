"""Depletion approximation of any stack of doped and undoped layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np

from stackmodel.physics.constants import ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY

_FIRST_CHARGE, _LARGEST_CHARGE = 1e11, 1e16  # q cm^-2; the second lies beyond any breakdown field


@attrs.frozen(kw_only=True)
class Slab:
    """One layer as the depletion approximation sees it: thickness [cm], doping [cm^-3], relative permittivity."""

    thickness: float
    doping: float
    relative_permittivity: float


@attrs.frozen(kw_only=True)
class Region:
    """One depleted region: edges [cm], drop [V], charge/q [cm^-2], its seed and the junctions inside (interfaces).

    `charge` is the displacement/q at the seed; `sheets` is what carriers that pile up at steps there add to it on the
    left and on the right.
    """

    start: float
    end: float
    drop: float
    charge: float
    sheets: tuple[float, float]
    seed: tuple[int, int]
    junctions: tuple[int, ...]
    full: tuple[int, ...]

    @property
    def width(self) -> float:
        """Width [cm]."""
        return self.end - self.start

    def mirrored(self, thickness: float, count: int) -> Region:
        """Return the region as seen from the other end of a stack of `count` layers, `thickness` [cm] in all."""
        return Region(
            start=thickness - self.end if self.end < thickness * (1 - 1e-12) else 0.0, end=thickness - self.start,
            drop=self.drop, charge=self.charge, sheets=self.sheets[::-1],
            seed=(count - self.seed[1], count - self.seed[0]),
            junctions=tuple(count - k for k in reversed(self.junctions)),
            full=tuple(count - 1 - i for i in reversed(self.full)),
        )  # fmt: skip


def depleted_region(
    slabs: Sequence[Slab], steps: Sequence[float], seed: tuple[int, int], less: float,
    sheets: tuple[float, float] = (0.0, 0.0),
) -> Region:  # fmt: skip
    """Return the depleted region that grows from a seed.

    Parameters
    ----------
    slabs : sequence of Slab
        Layers from front to back.
    steps : sequence of float, length len(slabs) + 1
        Built-in step of each interface, the contacts first and last, in the direction of the seed's drop. [V]
    seed : (int, int)
        First and last interface of the seed: equal for a junction, apart by the undoped layers of a p-i-n.
    less : float
        What the applied voltage (in the same direction) and the spill-over of carriers, 2 kT/q, take off. [V]
    sheets : (float, float)
        What sheets of carriers at the seed's first and last interface add to the displacement/q beyond. [cm^-2]

    Notes
    -----
    Eq. (D1) of docs/method.md. A charge Q uncovers doping on both sides of the seed; the field over the undoped part is
    Q/eps. A side that runs out of doping before Q goes on to the contact, which then carries the rest. Each interface
    that the region swallows adds its own built-in step. Q solves drop(Q) = sum of steps - less.
    """
    bounds = np.concatenate([[0.0], np.cumsum([slab.thickness for slab in slabs])])

    def grow(charge: float) -> tuple[float, float, float, tuple[int, ...]]:
        left = _uncover(slabs, range(seed[0] - 1, -1, -1), max(charge + sheets[0], 0.0))
        right = _uncover(slabs, range(seed[1], len(slabs)), max(charge + sheets[1], 0.0))
        middle = sum(_drop(charge, charge, slabs[i], slabs[i].thickness) for i in range(seed[0], seed[1]))
        inside = tuple(range(seed[0] - left[2], seed[1] + right[2] + 1))
        return float(bounds[seed[0]]) - left[0], float(bounds[seed[1]]) + right[0], left[1] + middle + right[1], inside

    def excess(charge: float) -> float:
        _, _, drop, inside = grow(charge)
        return drop - (sum(steps[i] for i in inside) - less)

    high = _root(excess)
    start, end, drop, inside = grow(high)
    full = tuple(
        i for i, slab in enumerate(slabs)
        if slab.doping and start <= bounds[i] * (1 + 1e-12) + 1e-18 and end >= bounds[i + 1] * (1 - 1e-12)
    )  # fmt: skip
    return Region(
        start=start, end=end, drop=drop, charge=high, sheets=sheets, seed=seed, junctions=inside, full=full
    )  # fmt: skip


def _root(excess: Callable[[float], float]) -> float:
    """Return the charge at which `excess` passes zero upwards (regula falsi in a bracket, then bisection)."""
    low, high = 0.0, _FIRST_CHARGE
    f_low = excess(low)
    if f_low >= 0.0:
        return 0.0
    while (f_high := excess(high)) < 0.0 and high < _LARGEST_CHARGE:
        low, f_low, high = high, f_high, 4.0 * high
    side = 0
    for count in range(200):
        if high - low <= 1e-12 * high:
            break
        charge = 0.5 * (low + high) if count > 40 else (low * f_high - high * f_low) / (f_high - f_low)
        f = excess(charge)
        if f < 0.0:
            low, f_low = charge, f
            f_high *= 0.5 if side < 0 else 1.0  # Illinois: the end that stays put loses weight
            side = -1
        else:
            high, f_high = charge, f
            f_low *= 0.5 if side > 0 else 1.0
            side = 1
        if f == 0.0:
            break
    return high


def _uncover(slabs: Sequence[Slab], outward: range, charge: float) -> tuple[float, float, int]:
    """Return depth [cm], drop [V] and number of interfaces swallowed when `charge` is uncovered on one side."""
    depth, drop, swallowed, left = 0.0, 0.0, 0, charge
    sign = next((np.sign(slabs[i].doping) for i in outward if slabs[i].doping), 0.0)
    for i in outward:
        slab = slabs[i]
        if slab.doping and np.sign(slab.doping) != sign:
            break
        held = abs(slab.doping) * slab.thickness
        if held > left and slab.doping:
            part = left / abs(slab.doping)
            return depth + part, drop + _drop(left, 0.0, slab, part), swallowed
        depth += slab.thickness
        drop += _drop(left, left - held, slab, slab.thickness)
        left -= held
        swallowed += 1
    return depth, drop, swallowed


def _drop(enters: float, leaves: float, slab: Slab, width: float) -> float:
    """Return the drop over `width` [cm] of a slab with displacements/q `enters` and `leaves` at its ends [cm^-2]."""
    permittivity = slab.relative_permittivity * VACUUM_PERMITTIVITY / ELEMENTARY_CHARGE
    return 0.5 * (enters + leaves) * width / permittivity


def seeds(slabs: Sequence[Slab], steps: Sequence[float]) -> list[tuple[int, int]]:
    """Return where depletion starts: junctions of opposite doping, undoped runs, and contacts with a step."""
    found = []
    last = len(slabs)
    i = 0
    while i <= last:
        k = i
        while k < last and slabs[k].doping == 0.0:
            k += 1
        left = 0.0 if i == 0 else slabs[i - 1].doping
        right = 0.0 if k == last else slabs[k].doping
        step = sum(steps[i : k + 1])
        at_contact = i == 0 or k == last
        opposite = left * right < 0.0
        if (opposite or k > i or at_contact) and abs(step) > 1e-9:
            found.append((i, k))
        i = k + 1
    return found
