"""Paths through a stack that its layers do not write one after the other: along a film, from source to drain."""

from __future__ import annotations

import attrs

from stackmodel.errors import InputError
from stackmodel.physics.constants import NM, UM
from stackmodel.quantities import QUANTITIES
from stackmodel.structure.interface import Interface
from stackmodel.structure.layer import FILM_ENDS, Layer
from stackmodel.structure.stack import Stack

#: As thick as a layer may be, so as long as a film may be that is solved along its length. [nm]
LONGEST = QUANTITIES["thickness"].high


def lateral_size(stack: Stack, i: int, what: str) -> float:
    """Return length or width of the film at position `i` [cm]."""
    layer = stack.layers[i]
    if what not in layer.lateral:
        raise InputError(
            f"{stack.names[i]}: {what} is missing; expected a lateral size, such as "
            f'"channel: {layer.material_name} [source=Au, drain=Au, length=5um, width=1mm]"'
        )
    return float(layer.lateral[what]) * UM


def thickness(stack: Stack, i: int) -> float:
    """Return the thickness of layer `i` [cm]."""
    given = stack.layers[i].thickness
    if given is None:
        raise InputError(f'{stack.names[i]}: thickness is missing; expected e.g. "{stack.names[i]} 60nm"')
    return given * NM


def along(stack: Stack, i: int) -> Stack:
    """Return the path source / film / drain as a stack whose film is as thick as it is long.

    What lies above and below carries no current in it, and the contacts touch the film over its whole cross section. A
    film longer than a layer may be thick is cut to that: its levels do not depend on it.
    """
    layer = stack.layers[i]
    length = min(lateral_size(stack, i, "length") / NM, LONGEST)
    film = attrs.evolve(layer, thickness=length, lateral={})
    ends = [Layer(layer.lateral[end], role="electrode") if end in layer.lateral else None for end in FILM_ENDS]
    layers = [each for each in (ends[0], film, ends[1]) if each is not None]
    roles = [stack.roles[i] if each is film else "electrode" for each in layers]
    return Stack.of(layers, [Interface()] * (len(layers) - 1), roles)


def between(stack: Stack, first: int, last: int) -> Stack:
    """Return the layers from position `first` to `last` as a stack of their own."""
    return Stack.of(stack.layers[first : last + 1], stack.interfaces[first:last], stack.roles[first : last + 1])
