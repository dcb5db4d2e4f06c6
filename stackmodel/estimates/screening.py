"""The currents of a junction whose band steps carriers wait before: they screen the field that holds them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from stackmodel.estimates.depletion import Region
from stackmodel.estimates.junction import Junction, JunctionEnd, JunctionLayer, Pile, Share
from stackmodel.physics.constants import ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY

#: Rounds over the sheets, tries for one of them, and ln of density over screened density from which it is looked for.
_ROUNDS, _TRIES, _SCREENS = 8, 24, -2.0
#: A sheet is found when ln of its density is right to this, and the largest miss that a try counts.
_FOUND, _FALLS = 0.1, 20.0
#: ln of the sheets between which one is looked for. [cm^-2]
_SHEETS = (math.log(1e6), math.log(1e14))


def junction_currents(
    layers: Sequence[JunctionLayer], ends: tuple[JunctionEnd, JunctionEnd],
    region_of: Callable[[tuple[float, float]], Region], *, voltage: float, kT: float,
) -> tuple[list[Share], tuple[str, ...]]:  # fmt: skip
    """Return the currents of a depleted region by mechanism, and what to doubt of them.

    Parameters
    ----------
    layers : sequence of JunctionLayer
        From the side of electrons to that of holes.
    ends : pair of JunctionEnd
        The contact of either side.
    region_of : callable
        The region with given sheets of carriers at its seed, see `depleted_region`; edges [cm] count from the side of
        electrons.
    voltage : float
        Positive in forward. [V]
    kT : float
        [eV]

    Notes
    -----
    Eqs. (D2), (D3) and (D4) of docs/method.md make the supply of each layer, and (D7) the way out: with Fermi levels
    that are flat but for steps, supply and steps are resistances in series.
    """

    def made(sheets: Mapping[tuple[int, bool], float]) -> Junction:
        both = _displaced(sheets, seed)
        return Junction(layers, ends, region_of(both), voltage, kT)

    seed = region_of((0.0, 0.0)).seed
    sheets: dict[tuple[int, bool], float] = {}
    junction, settled = made(sheets), True
    for _ in range(_ROUNDS):
        settled = True
        for pile in junction.piles():
            key = (max(pile.layer, pile.onward), pile.electrons)
            excess = _excess(junction, pile, sheets.get(key, 0.0))
            if key[0] in seed and (abs(excess) > 2.0 * _FOUND if key in sheets else excess > _SCREENS):
                sheets[key], junction = _screened(made, sheets, key)
                settled = False
        if settled:
            break
    doubts = tuple(
        f"{'electrons' if pile.electrons else 'holes'} pile up in {layers[pile.layer].name} before the step into "
        f"{layers[pile.onward].name}; the depletion approximation leaves out their charge"
        for pile in junction.piles()
        if max(pile.layer, pile.onward) not in seed and pile.ln_density > math.log(junction.unscreened(pile))
    )
    if not (settled and junction.settled):
        doubts = (*doubts, "the carriers before band steps and the currents over them did not settle")
    return junction.shares(), (*doubts, *junction.majority_steps())


def _displaced(sheets: Mapping[tuple[int, bool], float], seed: tuple[int, int]) -> tuple[float, float]:
    """Return what sheets at interfaces add to the displacement on the left and on the right of the seed.

    Positive holes raise it from left to right, electrons lower it. Holes wait to the left of their interface, electrons
    to the right: at the first interface of a wide seed the left layer's holes and the middle's electrons.
    """
    left = right = 0.0
    for (interface, electrons), density in sheets.items():
        if seed[0] == seed[1]:
            left, right = (left, right - density) if electrons else (left - density, right)
        elif interface == seed[0]:
            left += density if electrons else -density
        else:
            right += -density if electrons else density
    return left, right


def _excess(junction: Junction, pile: Pile, sheet: float) -> float:
    """Return ln of the density at a step over what the field there makes of its sheet.

    The first integral of Poisson's equation: eps (F_out^2 - F_in^2)/2 = kT n, with q times the sheet the difference of
    the displacements.
    """
    layer = junction.layers[pile.layer]
    outer, inner = junction.displacements(pile, sheet)
    unit = layer.permittivity * VACUUM_PERMITTIVITY / ELEMENTARY_CHARGE * junction.kT * 2.0
    if sheet == 0.0:
        inner = 0.0  # all that could be screened
    return pile.ln_density - math.log(max((outer - inner) * (outer + inner) / unit, 1e-300))


def _screened(
    made: Callable[[Mapping[tuple[int, bool], float]], Junction], sheets: Mapping[tuple[int, bool], float],
    key: tuple[int, bool],
) -> tuple[float, Junction]:  # fmt: skip
    """Return the sheet of carriers at one step that makes the density which holds it, and the junction with it."""

    def tried(ln_sheet: float) -> tuple[float, Junction]:
        junction = made({**sheets, key: math.exp(ln_sheet)})
        pile = next((p for p in junction.piles() if (max(p.layer, p.onward), p.electrons) == key), None)
        return (-_FALLS if pile is None else _excess(junction, pile, math.exp(ln_sheet))), junction

    low, high = _SHEETS
    if key in sheets:  # it has moved a little since another one was found
        low, high = math.log(sheets[key]) - 1.0, math.log(sheets[key]) + 1.0
    (f_low, junction), f_high = tried(low), -_FALLS
    if f_low <= 0.0:
        return math.exp(low), junction
    at, side = low, 0
    for _ in range(_TRIES):
        at = (low * f_high - high * min(f_low, _FALLS)) / (f_high - min(f_low, _FALLS))
        f, junction = tried(at)
        if abs(f) < _FOUND:
            break
        if f > 0.0:  # Illinois: the end that stays put loses weight
            low, f_low, f_high, side = at, f, f_high * (0.5 if side > 0 else 1.0), 1
        else:
            high, f_high, f_low, side = at, max(f, -_FALLS), f_low * (0.5 if side < 0 else 1.0), -1
    return math.exp(at), junction
