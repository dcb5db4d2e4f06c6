"""Currents that barriers and space charge let into a layer, one carrier at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stackmodel.physics.constants import ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY


def barrier_current(*, states: float, velocity: float, barrier: float, kT: float) -> float:
    """Return the largest current over a barrier [A cm^-2], eq. (W12) of docs/method.md: q v N exp(-barrier/kT).

    `states` is the density of states behind the barrier [cm^-3], filled up to the edge in front of it; `velocity` is
    what carries them on, the drift mu F in a film of dots [cm/s]. No image force and no tunnelling.
    """
    return ELEMENTARY_CHARGE * velocity * states * math.exp(-max(barrier, 0.0) / kT)


def space_charge_coefficient(*, mobility: float, relative_permittivity: float, thickness: float) -> float:
    """Return b of J = b V^2, Mott and Gurney: 9 eps mu / (8 d^3) [A cm^-2 V^-2], d in cm."""
    return 9.0 / 8.0 * relative_permittivity * VACUUM_PERMITTIVITY * mobility / thickness**3


def ohmic_coefficient(*, mobility: float, density: float, thickness: float) -> float:
    """Return a of J = a V for carriers that a layer has of its own: q n mu / d [A cm^-2 V^-1], d in cm."""
    return ELEMENTARY_CHARGE * density * mobility / thickness


def layer_voltage(current_density: float, *, ohmic: float, space_charge: float) -> float:
    """Return the voltage at which a layer carries a current [V]: the root of a V + b V^2 = J."""
    return 2.0 * current_density / (ohmic + math.sqrt(ohmic * ohmic + 4.0 * space_charge * current_density))


def series_current(voltage: float, layers: Sequence[tuple[float, float]]) -> float:
    """Return the current that layers (a, b) in series carry at `voltage` [A cm^-2].

    Eq. (W13) of docs/method.md: sum of V_i(J) = V with a_i V_i + b_i V_i^2 = J. Bisection between the current that
    would leave the whole voltage to the worst layer and an equal share of it.

    References
    ----------
    .. [1] M. A. Lampert and P. Mark, Current Injection in Solids, Academic Press (1970).
    """
    high = min(a * voltage + b * voltage * voltage for a, b in layers)
    share = voltage / len(layers)
    low = min(a * share + b * share * share for a, b in layers)
    for _ in range(200):
        middle = math.sqrt(low * high)
        if high - low <= 1e-13 * high:
            break
        if sum(layer_voltage(middle, ohmic=a, space_charge=b) for a, b in layers) > voltage:
            high = middle
        else:
            low = middle
    return high
