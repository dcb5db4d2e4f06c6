"""An end of a stack that floats: no field leaves it, as in the middle of the stack and its mirror image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from stackmodel.errors import UnsupportedError
from stackmodel.results.equilibrium import Equilibrium
from stackmodel.structure.interface import Interface
from stackmodel.structure.stack import Stack


def mirrored(stack: Stack, floating: str) -> Stack:
    """Return the stack and its mirror image, joined at the end that floats, "front" or "back"."""
    layers, interfaces, roles = list(stack.layers), list(stack.interfaces), list(stack.roles)
    for layer in layers:
        if layer.graded_to is not None:
            raise UnsupportedError(
                f"{layer.material_name}: a graded layer beside a floating end is not built yet; give that end a contact"
            )
    turned = [_turned(each) for each in reversed(interfaces)]
    if floating == "back":
        return Stack.of([*layers, *reversed(layers)], [*interfaces, Interface(), *turned], [*roles, *reversed(roles)])
    return Stack.of([*reversed(layers), *layers], [*turned, Interface(), *interfaces], [*reversed(roles), *roles])


def _turned(interface: Interface) -> Interface:
    """Return the interface as it looks from the other side."""
    swap = {"left": "right", "right": "left"}
    given = {}
    for name, value in interface.given.items():
        side, _, rest = name.partition("_")
        given[f"{swap[side]}_{rest}" if side in swap else name] = -value if name == "dipole" else value
    return Interface(**given)


def half(whole: Equilibrium, names: Sequence[str], floating: str) -> Equilibrium:
    """Return the half of a mirrored equilibrium that was asked for, up to the end that floats.

    `names` are those of its layers from front to back.
    """
    n = len(names)
    kept = whole.layers[:n] if floating == "back" else whole.layers[n:]
    start, stop = kept[0].start, kept[-1].end
    called = dict(zip((each.name for each in kept), names, strict=True))
    inside = np.array([name in called for name in whole.layer])
    arrays: dict[str, Any] = {
        field.name: value[inside]
        for field in attrs.fields(Equilibrium)
        if isinstance(value := getattr(whole, field.name), np.ndarray)
    }
    arrays["position"] = arrays["position"] - start
    drops = {called[name]: drop for name, drop in whole.potential_drop.items() if name in called}
    regions = ((max(a, start) - start, min(b, stop) - start) for a, b in whole.depletion_regions)
    end = arrays["vacuum_level"][-1 if floating == "back" else 0]
    contacts = (whole.contacts[0], ("floating", float(end)))
    return attrs.evolve(
        whole, **arrays, potential_drop=drops, built_in_potential=sum(drops.values()),
        layer=tuple(called[name] for name in whole.layer if name in called),
        layers=tuple(
            attrs.evolve(each, name=called[each.name], start=each.start - start, end=each.end - start) for each in kept
        ),
        depletion_regions=tuple((a, b) for a, b in regions if b > a),
        fully_depleted=tuple(called[name] for name in whole.fully_depleted if name in called),
        contacts=contacts if floating == "back" else (contacts[1], whole.contacts[1]),
    )  # fmt: skip
