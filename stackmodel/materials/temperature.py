"""How a parameter changes with temperature: a few laws, each named by the library entry that uses it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from stackmodel.errors import DataError, did_you_mean, reject_unknown, shorten

ROOM_TEMPERATURE = 300.0


def varshni(value: float, T: float, *, E_0: float, alpha: float, beta: float) -> float:
    """E(T) = E_0 - alpha T^2 / (T + beta) (Varshni, Physica 34, 149 (1967)); the 300 K value is not used [eV]."""
    return E_0 - alpha * T**2 / (T + beta)


def linear(value: float, T: float, *, slope: float) -> float:
    """Return value(300 K) + slope (T - 300 K)."""
    return value + slope * (T - ROOM_TEMPERATURE)


def power(value: float, T: float, *, exponent: float) -> float:
    """Return value(300 K) (T / 300 K)^exponent."""
    return value * math.pow(T / ROOM_TEMPERATURE, exponent)


def mixed(value: float, T: float, *, alpha_0: float, beta_0: float, alpha_1: float, beta_1: float) -> float:
    """Return the gap of an alloy: value(300 K) moved by Varshni's terms of both ends, alpha times the end's share."""

    def terms(T: float) -> float:
        return alpha_0 * T**2 / (T + beta_0) + alpha_1 * T**2 / (T + beta_1)

    return value - terms(T) + terms(ROOM_TEMPERATURE)


LAWS: dict[str, Callable[..., float]] = {"varshni": varshni, "linear": linear, "power": power, "mixed": mixed}


@attrs.frozen
class TemperatureLaw:
    """A law by name with its coefficients (in the unit of the quantity and K)."""

    law: str
    coefficients: Mapping[str, Any]
    source: str

    def __attrs_post_init__(self) -> None:
        if self.law not in LAWS:
            raise DataError(
                f'unknown temperature law "{shorten(self.law)}".{did_you_mean(str(self.law), LAWS)} '
                f"Expected one of: {', '.join(LAWS)}."
            )
        needed = [k for k, p in inspect.signature(LAWS[self.law]).parameters.items() if p.kind is p.KEYWORD_ONLY]
        reject_unknown(f"{self.law} law", self.coefficients, needed)
        for name in needed:
            if name not in self.coefficients:
                raise DataError(f"{self.law} law: {name} is missing; expected {', '.join(needed)}")
            size = self.coefficients[name]
            if isinstance(size, bool) or not isinstance(size, int | float) or not -1e308 < size < 1e308:
                raise DataError(f"{self.law} law: {name} is {shorten(size)}; expected a finite number")

    def __call__(self, value: float, T: float) -> float:
        """Return the value at `T` [K] from the value at 300 K."""
        return float(LAWS[self.law](value, T, **self.coefficients))


#: Effective densities of states of a parabolic band; site densities of a dot film have none.
BAND_DOS_LAW = TemperatureLaw("power", {"exponent": 1.5}, "parabolic band, N ~ T^1.5 (Sze & Ng 2007, sec. 1.4)")
#: Thermal velocity of free carriers.
THERMAL_VELOCITY_LAW = TemperatureLaw("power", {"exponent": 0.5}, "equipartition, v ~ T^0.5 (Sze & Ng 2007, sec. 1.5)")
