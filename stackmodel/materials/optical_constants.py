"""Optical constants n + i k of a material against wavelength, each with the range in which it is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike

from stackmodel.arrays import BoolArray, ComplexArray, FloatArray
from stackmodel.errors import DataError, InputError, shorten
from stackmodel.materials.assumptions import rules_table
from stackmodel.materials.optical_curves import Curve, Formula, Tabulated
from stackmodel.output.table import Table
from stackmodel.physics.constants import HC_EV_NM, SPEED_OF_LIGHT, VACUUM_PERMITTIVITY
from stackmodel.physics.optical_models import extinction_of
from stackmodel.quantities import as_numbers, checked
from stackmodel.results.base import Provenance
from stackmodel.results.optical_spectrum import OpticalSpectrum

#: Wavelengths this close to the end of a range are in it, as files round them. [nm]
ROUNDING = 1e-6
#: Points of a picture, and of a table of all that is known.
POINTS = 400
#: The least n and k of a material; n of metals falls to some hundredths.
LEAST = {"n": 1e-3, "k": 0.0}
#: Permittivity of what is bound, larger than at any resonance of the database, and the conductivity of silver [S/m].
BOUND, SILVER = 100.0, 6.3e7
#: Share of the largest k below which nothing that counts is absorbed.
_NEGLIGIBLE = 1e-6


@attrs.frozen(kw_only=True)
class Part:
    """n and k over one unbroken range of wavelengths [nm]."""

    low: float
    high: float
    n: Curve
    k: Curve

    @classmethod
    def of(cls, n: Curve, k: Curve, low: float = 0.0, high: float = np.inf) -> Part:
        """Return the part in which both curves are known, within `low` and `high`."""
        return cls(low=max(low, n.low, k.low), high=min(high, n.high, k.high), n=n, k=k)

    @cached_property
    def fault(self) -> str:
        """What no material has anywhere in the part, "" where all is plausible.

        n or k below `LEAST`, above `largest_index`, at a pole, or no number (n^2 < 0).
        """
        return _fault("n", self.n, self) or _fault("k", self.k, self)

    def has(self, wavelength: FloatArray) -> BoolArray:
        """Whether each wavelength is in the part."""
        found: BoolArray = (wavelength >= self.low - ROUNDING) & (wavelength <= self.high + ROUNDING)
        return found


def largest_index(wavelength: FloatArray) -> FloatArray:
    """Return the largest n or k that a material has at wavelengths [nm].

    Notes
    -----
    Eq. (N9) of docs/method.md: |n + i k|^2 = |eps| <= eps_b + sigma lambda / (2 pi c eps_0), Drude's free carriers at
    the conductivity sigma of silver, the largest at room temperature, over eps_b = 100 for what is bound.

    References
    ----------
    .. [1] P. Drude, Ann. Phys. 306, 566 (1900).
    """
    return np.sqrt(BOUND + SILVER * 1e-9 * wavelength / (2.0 * np.pi * SPEED_OF_LIGHT * 100.0 * VACUUM_PERMITTIVITY))


def _fault(name: str, curve: Curve, part: Part) -> str:
    for pole in curve.poles if isinstance(curve, Formula) else ():
        if part.low <= pole <= part.high:
            return (
                f"{name}: the formula has a pole at {pole:.5g} nm, within its range of {part.low:.5g} to "
                f"{part.high:.5g} nm; expected none. Cut the range short of it"
            )
    wavelength = np.geomspace(part.low, part.high, POINTS)
    wavelength[[0, -1]] = part.low, part.high
    if isinstance(curve, Tabulated):
        wavelength = np.concatenate((wavelength[[0, -1]], curve.wavelength[part.has(curve.wavelength)]))
    with np.errstate(over="ignore"):
        value, least, most = curve(wavelength), LEAST[name], largest_index(wavelength)
    wrong = ~((value >= least) & (value <= most))  # NaN is neither
    if not wrong.any():
        return ""
    i = int(np.argmax(wrong))
    shown = f"{name} is {value[i]:.4g}" if np.isfinite(value[i]) else f"{name} is no number (n^2 < 0)"
    expected = f"expected {least:g} to {most[i]:.3g}"
    return f"{shown} at {wavelength[i]:.5g} nm; {expected}. Check the order of the columns and the unit"


@attrs.frozen(kw_only=True)
class OpticalConstants:
    """Complex refractive index n + i k of a material where it is known, and nowhere else.

    Parameters
    ----------
    name : str
        Of the material.
    parts : tuple of Part
        Ranges of wavelengths with n and k, from short to long; two may leave a gap between them.
    source : str
        Where the values come from.
    why : str
        Why these and not others.
    notices : tuple of str
        What a user should know: values set to zero, a material declared transparent, another temperature.
    provenance : str
        "found", "recalled", "derived" or "user", as for every value of the library.
    confidence : str
        "high", "medium" or "low".
    path : str
        What a user gave as ``optical=`` where that was text: a file, or a name in the library; "" for others.
    rules : tuple of str
        Rules of assumptions.toml that they rest on.

    Notes
    -----
    exp(-i w t), so k > 0 absorbs: alpha = 4 pi k / lambda. Tables are read linearly in wavelength.
    """

    name: str
    parts: tuple[Part, ...]
    source: str
    why: str = ""
    notices: tuple[str, ...] = ()
    provenance: str = "found"
    confidence: str = "high"
    path: str = ""
    rules: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        for part in self.parts:
            if not part.low < part.high:
                raise DataError(f"{self.name}: n and k have no wavelength in common ({self.path or self.source})")
        if not self.parts:
            raise DataError(f"{self.name}: optical constants hold no range of wavelengths")

    @classmethod
    def from_arrays(
        cls, wavelengths: ArrayLike, n: ArrayLike, k: ArrayLike, *, name: str, source: str, **record: Any
    ) -> OpticalConstants:
        """Return optical constants of a table.

        Parameters
        ----------
        wavelengths : array_like
            Rising or falling. [nm]
        n, k : array_like
            Real and imaginary part of the index, as many as wavelengths.
        name, source : str
            Whose they are, and where they come from.
        **record
            why, notices, provenance, confidence.
        """
        part = Part.of(Tabulated.of(wavelengths, n, f"{name}: n"), Tabulated.of(wavelengths, k, f"{name}: k"))
        record = {"provenance": "user", **record}
        return cls(name=name, parts=(part,), source=source, **record)

    @classmethod
    def from_permittivity(
        cls, wavelengths: ArrayLike, permittivity: ArrayLike, *, name: str, source: str, **record: Any
    ) -> OpticalConstants:
        """Return optical constants of a complex permittivity, such as those of `physics.optical_models`.

        Parameters
        ----------
        wavelengths : array_like
            Close enough that a straight line serves in between. [nm]
        permittivity : array_like of complex
            eps_1 + i eps_2, (n + i k)^2.
        name, source, **record
            As for `from_arrays`.
        """
        index = np.sqrt(np.asarray(permittivity, dtype=complex))
        return cls.from_arrays(wavelengths, index.real, index.imag, name=name, source=source, **record)

    @classmethod
    def of_edge(
        cls, wavelengths: tuple[float, float], *, edge: float, absorption_coefficient: float, index: float, name: str,
        source: str, **record: Any,
    ) -> OpticalConstants:  # fmt: skip
        """Return one index, and one absorption coefficient up to the wavelength of an edge, none beyond.

        Parameters
        ----------
        wavelengths : (float, float)
            First and last for which this may stand. [nm]
        edge : float
            Between them. [nm]
        absorption_coefficient : float
            [cm^-1]
        index : float
            Real part, everywhere.
        name, source, **record
            As for `from_arrays`.

        Notes
        -----
        For a film of which no spectrum is known: what rule film_absorption says, with k = alpha lambda / (4 pi). Real
        films absorb several times more far above their gap, and n and k are no pair of Kramers and Kronig.
        """
        low, high = wavelengths
        if not low < edge < high:
            raise InputError(f"{name}: edge is {edge:g} nm; expected between {low:g} and {high:g} nm")
        k = float(extinction_of(np.asarray(absorption_coefficient), HC_EV_NM / edge))
        table = [low, edge, edge * (1.0 + 1e-9), high]
        return cls.from_arrays(table, [index] * 4, [k * low / edge, k, 0.0, 0.0], name=name, source=source, **record)

    @property
    def wavelength_range(self) -> tuple[float, float]:
        """Shortest and longest wavelength with n and k [nm]; `parts` tells of a gap between."""
        return self.parts[0].low, self.parts[-1].high

    @property
    def known(self) -> str:
        """The ranges as text."""
        edges = [self.parts[0].low, *(edge for gap in self.gaps for edge in gap), self.parts[-1].high]
        ranges = zip(edges[::2], edges[1::2], strict=True)
        return " and ".join(f"{_rounded(low)} to {_rounded(high)} nm" for low, high in ranges)

    @property
    def absorbs_to(self) -> float:
        """Wavelength beyond which k stays below a millionth of its largest value, to the next of the grid [nm]."""
        wavelength = self._everywhere()
        k = self.at(wavelength).imag
        last = int(np.flatnonzero(k >= _NEGLIGIBLE * k.max())[-1])
        return float(wavelength[min(last + 1, wavelength.size - 1)])

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Ranges between two parts in which nothing is known [nm]."""
        return tuple((a.high, b.low) for a, b in pairwise(self.parts) if b.low - a.high > ROUNDING)

    def around(self, wavelength: float) -> Part | None:
        """Return the part that holds a wavelength [nm], None where there is none."""
        return next((part for part in self.parts if part.has(np.array(wavelength))), None)

    def at(self, wavelengths: Any, *, whose: str | None = None) -> ComplexArray:
        """Return n + i k at `wavelengths`.

        Parameters
        ----------
        wavelengths : float, str or array_like
            [nm]
        whose : str, optional
            Layer that asks, for the error.

        Returns
        -------
        ndarray of complex, shape of `wavelengths`

        Raises
        ------
        DataError
            Outside the range in which both n and k are known; neither is ever extrapolated.
        """
        asked = self._checked(wavelengths)
        flat = np.atleast_1d(asked)
        found = np.full(flat.shape, np.nan + 0j)
        for part in self.parts:
            if part.fault:
                raise InputError(f"{self.name if whose is None else whose}: {self.path or self.source}: {part.fault}")
            inside = part.has(flat)
            found[inside] = part.n(flat[inside]) + 1j * part.k(flat[inside])
        unknown = np.isnan(found.real)
        if unknown.any():
            raise DataError(self._refusal(flat[unknown], self.name if whose is None else whose))
        return found.reshape(asked.shape)

    def _checked(self, wavelengths: Any) -> FloatArray:
        given = np.asarray(wavelengths)
        if given.dtype.kind in "fiu":
            asked = as_numbers(wavelengths, f"{self.name}: wavelengths")
        else:
            listed = [checked("wavelength", each, self.name) for each in np.atleast_1d(np.asarray(wavelengths, object))]
            asked = np.array(listed).reshape(np.asarray(wavelengths, dtype=object).shape)
        if not np.all(np.isfinite(asked)) or np.any(asked <= 0.0):
            raise InputError(f"{self.name}: wavelengths must be finite and above 0 nm")
        return asked

    def _refusal(self, unknown: FloatArray, whose: str) -> str:
        """Return the sentence for the worst of the wavelengths that are not known."""
        low, high = self.wavelength_range
        longest, shortest = float(unknown.max()), float(unknown.min())
        if longest > high:
            place, asked, stay = f"beyond {_rounded(high)} nm", longest, "stay below"
        elif shortest < low:
            place, asked, stay = f"below {_rounded(low)} nm", shortest, "stay above"
        else:
            before = max(part.high for part in self.parts if part.high < shortest)
            after = min(part.low for part in self.parts if part.low > shortest)
            place = f"between {_rounded(before)} and {_rounded(after)} nm"
            asked, stay = shortest, "stay outside"
        name = "" if whose == self.name else f" of {self.name}"
        return (
            f"{whose}: no optical constants {place} (asked: {_rounded(asked)} nm); k is never extrapolated. "
            f"Give optical=... or {stay}. Known{name}: {self.known} ({shorten(self.source)})"
        )

    def as_row(self) -> dict[str, str]:
        """Return what is known, and where it comes from, as a row of a table of parameters."""
        note = "; ".join(filter(None, (self.why, *self.notices)))
        return {"parameter": "optical_constants", "value": self.known, "unit": "", "source": self.source,
                "provenance": self.provenance, "confidence": self.confidence, "note": note}  # fmt: skip

    def with_notice(self, *notices: str) -> OpticalConstants:
        """Return the same with further notices."""
        return attrs.evolve(self, notices=(*self.notices, *notices))

    def renamed(self, name: str) -> OpticalConstants:
        """Return the same for another material."""
        return attrs.evolve(self, name=name)

    def explain(self) -> Table:
        """Return where the constants come from, in which range they are known, and what to know of them."""
        rows = [("source", self.source), ("provenance", self.provenance), ("confidence", self.confidence),
                ("known", self.known), *([("chosen because", self.why)] if self.why else []),
                *(("notice", notice) for notice in self.notices)]  # fmt: skip
        cells = [{"what": what, "text": text} for what, text in rows]
        return Table.from_rows(cells, ("what", "text"), f"{self.name}: optical constants")

    def spectrum(self, wavelengths: Sequence[float] | None = None) -> OpticalSpectrum:
        """Return n, k and the absorption coefficient as an answer, over all that is known unless wavelengths are given.

        Parameters
        ----------
        wavelengths : sequence of float, optional
            [nm]
        """
        grid = self._everywhere() if wavelengths is None else np.unique(self._checked(wavelengths))
        index = self.at(grid)
        made = self.name, self.explain(), rules_table(self.name, self.rules)
        record = Provenance("optical_constants()", lambda: made)
        return OpticalSpectrum(
            name=self.name, source=self.source, known=self.known, wavelength=grid, n=index.real, k=index.imag,
            gaps=self.gaps, notices=self.notices, provenance=record,
        )  # fmt: skip

    def _everywhere(self) -> FloatArray:
        """Return wavelengths over every part, evenly on a logarithmic scale."""
        grids = [np.geomspace(part.low, part.high, POINTS) for part in self.parts]
        return np.unique(np.clip(np.concatenate(grids), *self.wavelength_range))

    def plot(self, ax: Any = None) -> Any:
        """Draw n and k against wavelength and return the matplotlib Axes."""
        return self.spectrum().plot(ax)

    def save(self, path: str | Path, *, width: str = "86 mm") -> Path:
        """Write n and k against wavelength; the suffix picks the writer, see `Result.save`."""
        return self.spectrum().save(path, width=width)

    def to_dataframe(self) -> Any:
        """Return n, k and the absorption coefficient against wavelength, units in the column heads."""
        return self.spectrum().to_dataframe()

    def __repr__(self) -> str:
        return f"<OpticalConstants {self.name}: {self.known}>"

    def _repr_html_(self) -> str:
        return self.spectrum()._repr_html_()


def _rounded(wavelength: float) -> str:
    return f"{wavelength:.5g}" if wavelength < 1e5 else f"{wavelength:.0f}"
