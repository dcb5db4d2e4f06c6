"""Which optical constants belong to which material of the library: the table data/optical_constants.toml."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from stackmodel.errors import DataError, InputError, attributed, reject_unknown, shorten
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.optical_constants import OpticalConstants, Part
from stackmodel.materials.optical_curves import Formula, Tabulated, Transparent
from stackmodel.materials.optical_files import SUFFIXES, data_set, from_file
from stackmodel.materials.temperature import ROOM_TEMPERATURE
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.physics.optical_models import drude_lorentz

TABLE = "optical_constants.toml"
#: Further from room temperature than this, a notice says that the values are not of that temperature. [K]
NEAR = 15.0
_ENTRY = ("parts", "why", "notice", "as", "source", "provenance", "confidence", "none")
_PART = ("data", "index", "range", "transparent", "free_carriers")
#: Wavelengths at which a model of free carriers is tabulated; n and k are straight in between to 1e-4.
POINTS_OF_MODEL = 400


def tabled(name: str) -> bool:
    """Whether the table has optical constants of the material."""
    entry = read_toml(TABLE).get(name)
    return entry is not None and "none" not in entry


@cache
def of_material(name: str) -> OpticalConstants:
    """Return the optical constants of a material of the library; DataError where none are known, with the reason."""
    table: Mapping[str, Mapping[str, Any]] = read_toml(TABLE)
    entry = table.get(name, {})
    if "none" in entry or not entry:
        reason = f" ({entry['none']})" if entry else ""
        raise DataError(f"{name}: no optical constants are known{reason}; {remedy()}")
    reject_unknown(f"{TABLE}: {name}", entry, _ENTRY)
    if "as" in entry:
        like = of_material(entry["as"])
        notice = (f"those of {entry['as']}: {entry['why']}",)
        return like.renamed(name).with_notice(*notice)
    with attributed(name):
        return _of_entry(name, entry)


def remedy() -> str:
    """Return what to give where optical constants are missing."""
    return "give optical=..., a csv with columns wavelength [nm], n, k, or OpticalConstants"


def _of_entry(name: str, entry: Mapping[str, Any]) -> OpticalConstants:
    parts, sources, notices = [], [], []
    for described in entry["parts"]:
        reject_unknown(TABLE, described, _PART)
        low, high = map(float, described.get("range", (0.0, math.inf)))
        if "index" in described:
            parts.append(Part.of(Formula(5, (described["index"],), low, high), Transparent(low, high)))
            notices.append(
                f"n = {described['index']:g} and k = 0 from {low:g} to {high:g} nm: {described['transparent']}"
            )
            sources.append(read_toml("sources.toml")[entry["source"]]["citation"])
            continue
        if "free_carriers" in described:
            parts.append(_of_free_carriers(name, described["free_carriers"], low, high))
            notices.append(f"n and k from {low:g} to {high:g} nm are a model, (N3) with free carriers alone")
            continue
        found = data_set(described["data"])
        if found.n is None:
            raise DataError(f"{described['data']} has no n")
        if "transparent" in described:
            part = Part.of(found.n, Transparent(found.n.low, found.n.high), low, high)
            notices.append(f"k taken as 0 from {part.low:g} to {part.high:g} nm: {described['transparent']}")
            parts.append(part)
        elif found.k is None:
            raise DataError(f"{described['data']} has no k, and the table does not declare it transparent")
        else:
            parts.append(Part.of(found.n, found.k, low, high))
            notices += found.notices
        sources.append(f"{found.source} [refractiveindex.info {described['data']}, CC0]")
    notices += [entry["notice"]] if "notice" in entry else []
    return OpticalConstants(
        name=name, parts=tuple(parts), source="; ".join(dict.fromkeys(sources)), why=entry["why"],
        notices=tuple(notices), provenance=entry.get("provenance", "found"), confidence=entry.get("confidence", "high"),
    )  # fmt: skip


def _of_free_carriers(name: str, model: Mapping[str, float], low: float, high: float) -> Part:
    """Return n and k of (N3) with one oscillator at 0 eV: eps_inf, plasma energy and damping [eV]."""
    wavelength = np.geomspace(low, high, POINTS_OF_MODEL)
    wavelength[[0, -1]] = low, high
    free = (model["plasma"] ** 2, 0.0, model["damping"])
    index = np.sqrt(drude_lorentz(HC_EV_NM / wavelength, oscillators=[free], eps_inf=model["eps_inf"]))
    n, k = (Tabulated.of(wavelength, each, name) for each in (index.real, index.imag))
    return Part.of(n, k, low, high)


def at_temperature(constants: OpticalConstants, temperature: float) -> OpticalConstants:
    """Return the constants, with a notice where a layer is far from the temperature at which they were measured."""
    if abs(temperature - ROOM_TEMPERATURE) <= NEAR:
        return constants
    return constants.with_notice(
        f"measured near 300 K, used at {temperature:g} K unchanged: edges move with temperature"
    )


def given(optical: object, name: str) -> OpticalConstants:
    """Return what a user gave as optical=: constants, a name in the table, or the path of a file."""
    if isinstance(optical, OpticalConstants):
        return optical
    if isinstance(optical, str) and tabled(optical):
        return attrs.evolve(of_material(optical), path=optical)
    if isinstance(optical, (str, Path)):
        with attributed(name):
            return from_file(optical, name)
    raise InputError(
        f"{name}: optical is {shorten(optical)}; expected a file (csv, yml), a material of the library or "
        "OpticalConstants"
    )


def is_file_name(text: str) -> bool:
    """Whether `text` is written like a file and not like a material."""
    return Path(text).suffix.lower() in SUFFIXES
