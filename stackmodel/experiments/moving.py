"""Devices with one value moved, at both ends of a graded layer alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from stackmodel.materials.material import Material
from stackmodel.structure.levels import electrical_ends

#: Quantities that a law of temperature still scales when they were given.
_SCALED = ("conduction_band_dos", "valence_band_dos", "electron_mobility", "hole_mobility")


def moved(device: Any, i: int, quantity: str, change: Callable[[float], float]) -> Any:
    """Return the device with a quantity of its layer `i` changed, as it is at the device's temperature."""
    stack = device.stack
    layer, T = stack.layers[i], device.temperature
    made: list[Material] = []
    for own, there in zip(layer.ends, electrical_ends(stack, i, T), strict=True):
        wanted = change(there.value(quantity))
        new = own.with_values({quantity: wanted})
        if quantity in _SCALED and T != 300.0:
            # Given values mean 300 K.
            got = (new if new.role == there.role else new.in_role(there.role)).at(T).value(quantity)
            new = own.with_values({quantity: wanted * wanted / got})
        made.append(new)
    graded = None if layer.graded_to is None else made[1]
    return device.with_stack(stack.with_layer_at(i, attrs.evolve(layer, material=made[0], graded_to=graded)))
