"""Sums that keep what rounding takes off them (Knuth's two-sum).

A quasi-Fermi level is held as a high part and two low parts. The currents of a good conductor are in its last digits.
"""

from __future__ import annotations

from stackmodel.physics.kernel import inlined


@inlined
def splitting(u: float, v: float, bias: float) -> float:
    """Return u - v + bias with the rounding of both operations put back."""
    first = u - v
    b = first - u
    lost = (u - (first - b)) - (v + b)
    total = first + bias
    b = total - first
    return total + (((first - (total - b)) + (bias - b)) + lost)


@inlined
def difference(a: float, b: float, a_low: float, b_low: float, a_rest: float, b_rest: float) -> float:
    """Return the level a minus the level b, each in three parts of falling size."""
    return (a - b) + ((a_low - b_low) + (a_rest - b_rest))


@inlined
def added(high: float, low: float, rest: float, step: float) -> tuple[float, float, float]:
    """Return the level high + low + rest, plus step, again in three parts of falling size.

    A level that hangs on a leak can differ from its neighbour's by 1e-27 while it is 4 kT from its contact.
    """
    total = high + step
    b = total - high
    carry = (high - (total - b)) + (step - b)
    middle = low + carry
    b = middle - low
    rest += (low - (middle - b)) + (carry - b)
    high = total + middle
    middle -= high - total
    low = middle + rest
    return high, low, rest - (low - middle)


@inlined
def summed(total: float, low: float, value: float, extended: bool) -> tuple[float, float]:
    """Return total + value. Where `extended`, add to `low` what the rounding of this sum took off."""
    after = total + value
    if extended:
        b = after - total
        low += (total - (after - b)) + (value - b)
    return after, low
