"""Trap-assisted tunnelling: what the field adds to Shockley-Read-Hall by tunnelling between levels and bands."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.exponential import exponentials
from stackmodel.physics.kernel import kernel
from stackmodel.physics.line import CUBE_N, DEPTH_N
from stackmodel.physics.mechanisms.carriers import at_layer
from stackmodel.physics.mechanisms.table import index
from stackmodel.physics.tunnelling import N_INTEGRAL, N_POINTS, begin, finish, tunnels

TRAP_TUNNELLING = index("trap-assisted tunnelling")
#: Columns of what a field does to a level: ln(1 + Gamma), its derivative to ln F and Gamma / (1 + Gamma), each for
#: electrons and holes, and (1 + Gamma_n) / (1 + Gamma_p).
LN_FASTER, RISE, ADDED, RATIO, N_FASTER = 0, 2, 4, 6, 7


@kernel
def room_for(levels: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return empty `faster`, `integrals` and `room` of `tunnelling_from_levels` for so many levels."""
    return np.zeros((levels, N_FASTER)), np.empty((2 * levels, N_INTEGRAL)), np.empty((3, 2 * levels * N_POINTS))


@kernel
def tunnelling_from_levels(
    field: float, traps: FloatArray, first: int, end: int, fraction: float, faster: FloatArray, integrals: FloatArray,
    room: FloatArray,
) -> None:  # fmt: skip
    """Write what a field [V/cm] does to the levels `first` to `end` as `faster`, shape (n_traps, N_FASTER).

    `integrals` and `room` of `room_for` are used up. One field holds for a whole element, and so does what it does to a
    level.
    """
    # All exponentials of an element at once.
    exponent, grown, count = room[0], room[1], 0
    for t in range(first, end):
        for k in range(2):
            depth, cube = at_layer(traps, DEPTH_N + k, t, fraction), at_layer(traps, CUBE_N + k, t, fraction)
            if tunnels(depth, cube, field):
                begin(depth, cube, field, count, integrals, exponent)
                count += 1
    exponentials(exponent[: count * N_POINTS], grown, room[2])
    count = 0
    for t in range(first, end):
        for k in range(2):
            depth, cube = at_layer(traps, DEPTH_N + k, t, fraction), at_layer(traps, CUBE_N + k, t, fraction)
            ln_sum, rise = 0.0, 0.0
            if tunnels(depth, cube, field):
                ln_sum, rise = finish(count, integrals, grown)
                count += 1
            faster[t, LN_FASTER + k], faster[t, RISE + k] = ln_sum, rise
            faster[t, ADDED + k] = -math.expm1(-ln_sum)
        faster[t, RATIO] = math.exp(min(faster[t, LN_FASTER] - faster[t, LN_FASTER + 1], 700.0))
