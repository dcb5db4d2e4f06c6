"""n or k against wavelength: a table, a formula, or nothing absorbed."""

from __future__ import annotations

from typing import Any, Protocol

import attrs
import numpy as np
from numpy.typing import ArrayLike

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, InputError
from stackmodel.physics.optical_models import FORMULAS
from stackmodel.quantities import as_numbers

#: How far below zero k of a fit may fall and still mean zero.
NEGATIVE_K = 1e-3
_array: Any = attrs.field(eq=attrs.cmp_using(eq=np.array_equal), repr=False)


class Curve(Protocol):
    """A real function of wavelength with the range in which it holds [nm]."""

    @property
    def low(self) -> float:
        """Shortest wavelength [nm]."""

    @property
    def high(self) -> float:
        """Longest wavelength [nm]."""

    def __call__(self, wavelength: FloatArray) -> FloatArray:
        """Return the values at wavelengths [nm]."""


@attrs.frozen(hash=False)
class Tabulated:
    """Values at rising wavelengths [nm], linear in between."""

    wavelength: FloatArray = _array
    value: FloatArray = _array

    @classmethod
    def of(cls, wavelength: ArrayLike, value: ArrayLike, whose: str) -> Tabulated:
        """Return the table of two columns that run up or down; InputError where they are none."""
        x, y = as_numbers(wavelength, f"{whose}: wavelengths"), as_numbers(value, whose)
        if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
            raise InputError(f"{whose}: expected two wavelengths or more, with a value each; got {x.shape}, {y.shape}")
        if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
            raise InputError(f"{whose}: the table holds values that are not finite")
        if x[0] > x[-1]:
            x, y = x[::-1], y[::-1]
        if x[0] <= 0.0 or np.any(np.diff(x) <= 0.0):
            raise InputError(f"{whose}: wavelengths must be above 0 nm and run one way, each once")
        if np.any(y < 0.0):
            raise InputError(f"{whose}: {y.min():g} at {x[int(y.argmin())]:g} nm; expected 0 or more")
        for column in (x, y):
            column.flags.writeable = False
        return cls(x, y)

    @property
    def low(self) -> float:
        """Shortest wavelength [nm]."""
        return float(self.wavelength[0])

    @property
    def high(self) -> float:
        """Longest wavelength [nm]."""
        return float(self.wavelength[-1])

    def __call__(self, wavelength: FloatArray) -> FloatArray:
        """Return the value at each wavelength [nm]."""
        found: FloatArray = np.interp(wavelength, self.wavelength, self.value)
        return found


@attrs.frozen
class Formula:
    """n by a formula of refractiveindex.info, numbered as there, see `physics.optical_models`."""

    number: int
    coefficients: tuple[float, ...]
    low: float
    high: float

    def __attrs_post_init__(self) -> None:
        if self.number not in FORMULAS:
            raise DataError(f"formula {self.number} is not read; expected one of {', '.join(map(str, FORMULAS))}")
        least, count = FORMULAS[self.number].least, len(self.coefficients)
        if count < least or (count - least) % 2:
            raise InputError(
                f"formula {self.number} has {count} coefficients; expected {least} and further ones in pairs"
            )
        if not np.all(np.isfinite(self.coefficients)):
            raise InputError(f"formula {self.number} has a coefficient that is not finite; expected numbers")
        if not 0.0 < self.low < self.high < np.inf:
            raise InputError(f"wavelengths run from {self.low:g} to {self.high:g} nm; expected a range above 0 nm")

    def __call__(self, wavelength: FloatArray) -> FloatArray:
        """Return n at each wavelength [nm]."""
        with np.errstate(all="ignore"):  # what is no number is refused where a part is made, see `Part.of`
            return FORMULAS[self.number].n(1e-3 * np.asarray(wavelength, dtype=float), self.coefficients)

    @property
    def poles(self) -> tuple[float, ...]:
        """Wavelengths at which the formula has no value [nm]."""
        return tuple(1e3 * pole for pole in FORMULAS[self.number].poles(self.coefficients))


@attrs.frozen
class Transparent:
    """k = 0 where a material is known to absorb nothing that a thin film would show."""

    low: float
    high: float

    def __call__(self, wavelength: FloatArray) -> FloatArray:
        """Return zeros."""
        return np.zeros_like(np.asarray(wavelength, dtype=float))


def tables(wavelength: FloatArray, columns: dict[str, FloatArray], notices: list[str]) -> dict[str, Curve]:
    """Return tables of columns against wavelength [nm]; k slightly below zero becomes zero, with a notice."""
    if "k" in columns and columns["k"].min() < 0.0:
        k = columns["k"]
        if k.min() < -NEGATIVE_K:
            raise InputError(f"k is {k.min():g} at {wavelength[int(k.argmin())]:g} nm; expected 0 or more")
        notices.append(f"k falls below zero at {np.sum(k < 0.0)} wavelengths (least {k.min():.1g}): set to zero there")
        columns = {**columns, "k": np.clip(k, 0.0, None)}
    order = np.argsort(wavelength, kind="stable")
    fresh = np.concatenate(([True], np.diff(wavelength[order]) > 0.0))  # some files repeat a row
    kept = order[fresh]
    return {name: Tabulated.of(wavelength[kept], values[kept], name) for name, values in columns.items()}
