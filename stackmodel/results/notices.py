"""What the figures of a dark current do not say by themselves, in words that stand beside what limits it."""

from __future__ import annotations

from collections.abc import Sequence

from stackmodel.physics.constants import BOLTZMANN_EV

#: Excess of an activation energy over the gap that is reported, over kT: powers of T before the exponential make less.
ABOVE_GAP = 5.0
#: Share of the radiative current below which a current is reported. Absorptance along the normal stands for that at all
#: angles, and the mesh leaves its error, so a device at the radiative limit is not reported.
OF_RADIATIVE = 0.9


def notices_of(
    blocked: str, *, activation: float | None, gap: float | None, temperature: float, current: float,
    least: float | None,
) -> tuple[str, ...]:  # fmt: skip
    """Return the words.

    Parameters
    ----------
    blocked : str
        What keeps carriers from being extracted, "" where nothing does; it comes first.
    activation, gap : float, optional
        Activation energy of the current, and the gap extrapolated to 0 K by its slope at the temperature. [eV]
    temperature : float
        [K]
    current, least : float
        Magnitude of the current, and of the radiative one of the device's own quantum efficiency. [A cm^-2]
    """
    found = [blocked] if blocked else []
    if activation is not None and gap is not None and activation > gap + ABOVE_GAP * BOLTZMANN_EV * temperature:
        found.append(f"activation energy of {activation:.2f} eV is above the gap, {gap:.2f} eV extrapolated to 0 K")
    if least is not None and current < OF_RADIATIVE * least:
        found.append(f"current is below the radiative limit of the device's own EQE, {least:.2g} A/cm^2")
    return tuple(found)


def with_notices(largest: str, notices: Sequence[str], blocked: str) -> str:
    """Return the largest mechanism with its notices: blocked extraction before it, all others behind."""
    before = int(bool(blocked))
    return "; ".join([*notices[:before], largest, *notices[before:]])
