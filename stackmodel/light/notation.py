"""Light in one line of text, as the command line takes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from stackmodel.errors import InputError, did_you_mean, shorten
from stackmodel.light.spectrum import Light
from stackmodel.units import NUMBER, Value, number_or_text, to_unit

_FILES = (".csv", ".tsv", ".txt", ".dat")
#: Sources by name: how many values they take, how they are written, and what they are.
_SOURCES: dict[str, tuple[int, str, Callable[..., Light]]] = {
    "am15g": (0, "am15g", Light.am15g),
    "am0": (0, "am0", Light.am0),
    "led": (3, "led:940nm:40nm:1mW/cm2", Light.led),
    "blackbody": (1, "blackbody:1200K", Light.blackbody),
}
#: Filters by name: how each is written, and the method of `Light` that applies it.
_FILTERS: dict[str, tuple[str, Callable[..., Light]]] = {
    "longpass": ("longpass:1100nm", Light.longpass),
    "shortpass": ("shortpass:1600nm", Light.shortpass),
    "concentrated": ("concentrated:10", Light.concentrated),
    "filter": ("filter:glass.csv", Light.filtered),
}
_ALIASES = {"am1.5g": "am15g", "am1.5": "am15g", "sun": "am15g"}
EXAMPLES = '"am15g", "940nm:1mW/cm2", "am15g,longpass:1100nm", "blackbody:1200K" or "lamp.csv"'


def light_from_text(text: str) -> Light:
    """Return the light that a text describes: a source, then filters, separated by commas.

    A source is am15g, am0, ``WAVELENGTH:IRRADIANCE``, ``led:PEAK:WIDTH:IRRADIANCE``, ``blackbody:TEMPERATURE`` or a
    file of two columns; a filter is ``longpass:NM``, ``shortpass:NM``, ``concentrated:FACTOR`` or ``filter:FILE``. A
    monochromatic source may be written with a comma too: ``940nm, 1 uW/cm^2``.
    """
    first, *rest = (part.strip() for part in str(text).split(","))
    if rest and _is_number(first) and rest[0].partition(":")[0] not in _FILTERS:
        first, *rest = f"{first}:{rest[0]}", *rest[1:]
    light = _source(first)
    for part in rest:
        name, _, value = part.partition(":")
        if name not in _FILTERS:
            hint = did_you_mean(name, _FILTERS) or f" Expected one of: {', '.join(_FILTERS)}."
            raise InputError(f'light: unknown filter "{shorten(name)}".{hint}')
        example, through = _FILTERS[name]
        if not value.strip():
            raise InputError(f'light: "{shorten(part)}" has no value; expected e.g. "{example}"')
        setting: Value = number_or_text(value)
        light = through(light, to_unit(setting, "") if name == "concentrated" else setting)
    return light


def _source(text: str) -> Light:
    name, *values = (part.strip() for part in text.split(":"))
    if _is_number(name):
        if len(values) != 1 or not values[0]:
            raise InputError(f'light: "{shorten(text)}" is not WAVELENGTH:IRRADIANCE, such as "940nm:1mW/cm2"')
        return Light.monochromatic(number_or_text(name), number_or_text(values[0]))
    if Path(text).suffix.lower() in _FILES:
        return Light.from_csv(text)
    known = _ALIASES.get(name.lower(), name.lower())
    if known not in _SOURCES:
        hint = did_you_mean(known, _SOURCES) or f" Expected e.g. {EXAMPLES}."
        raise InputError(f'light: unknown source "{shorten(text)}".{hint}')
    count, example, make = _SOURCES[known]
    if len(values) != count:
        raise InputError(f'light: "{shorten(text)}" has {len(values)} values; expected {count}, as in "{example}"')
    return make(*map(number_or_text, values))


def _is_number(text: str) -> bool:
    return re.match(NUMBER, text) is not None
