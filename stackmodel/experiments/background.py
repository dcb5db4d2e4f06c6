"""Radiation of the surroundings on a detector that is not behind a cold shield."""

from __future__ import annotations

import math
from collections.abc import Mapping

import attrs

from stackmodel.errors import DataError, InputError
from stackmodel.estimates.absorption import absorber_of, deciding_end, graded_materials, thermal_carriers
from stackmodel.quantities import checked
from stackmodel.structure.paths import thickness
from stackmodel.structure.setup import Setup
from stackmodel.units import Value


@attrs.frozen(kw_only=True)
class Background:
    """Radiation of the surroundings: its name, and the generation that it makes in the active layer [cm^-3 s^-1]."""

    name: str
    generation: Mapping[str, float]


def background(setup: Setup, temperature: Value | None, fov: Value | None, whose: str) -> Background | None:
    """Return what surroundings at `temperature` [K] through an angle `fov` [deg] generate in the active layer.

    Absorbed in one pass above its optical gap; None without a temperature.
    """
    if temperature is None:
        if fov is not None:
            raise InputError("dark_current: fov without background; give background=300 too, in K")
        return None
    if fov is None:
        raise InputError("dark_current: background needs fov=, the full angle in degrees; 180 is the hemisphere")
    source, angle = checked("source_temperature", temperature, whose), checked("field_of_view", fov, whose)
    stack = setup.written
    i = stack.position("active")
    material, depth = deciding_end(stack, i, setup.temperature), thickness(stack, i)
    between = graded_materials(stack, i, setup.temperature)
    absorber = absorber_of(stack.names[i], material, depth, between=between)
    if absorber is None:
        raise DataError(f"{stack.names[i]}: no absorption_coefficient is known, which background needs; give it")
    pairs = thermal_carriers(absorber, source) * math.sin(math.radians(0.5 * angle)) ** 2
    name = f"background of {source:g} K through {angle:g} deg"
    return Background(name=name, generation={stack.names[i]: pairs / depth})
