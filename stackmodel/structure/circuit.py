"""What stands around a stack: resistances in series and beside it."""

from __future__ import annotations

import math

import attrs

from stackmodel.errors import InputError
from stackmodel.quantities import checked
from stackmodel.units import Value

#: What may stand around a stack.
OUTSIDE = ("series_resistance", "shunt_resistance", "perimeter_resistance", "perimeter")


@attrs.frozen(kw_only=True)
class Circuit:
    """Resistances outside a stack.

    Attributes
    ----------
    area : float, optional
        Of the device, needed as soon as a resistance counts. [cm^2]
    series_resistance, shunt_resistance : float, optional
        [ohm]
    perimeter_resistance, perimeter : float, optional
        Leakage along the edge: resistance times length [ohm cm], and the length of the edge [cm].
    whose : str
        Kind of device, for errors.
    """

    area: float | None = None
    series_resistance: float | None = None
    shunt_resistance: float | None = None
    perimeter_resistance: float | None = None
    perimeter: float | None = None
    whose: str = "device"

    @property
    def given(self) -> dict[str, float]:
        """What is given and not zero, by name."""
        return {name: value for name in OUTSIDE if (value := getattr(self, name))}

    @property
    def bare(self) -> bool:
        """Whether nothing stands around the stack."""
        return not self._counting

    @property
    def series(self) -> float:
        """Resistance in series [ohm cm^2]."""
        return self._per_area("series_resistance") if "series_resistance" in self._counting else 0.0

    @property
    def beside(self) -> tuple[tuple[str, float], ...]:
        """Conductances beside the stack, by name: "shunt", "perimeter" [S cm^-2]."""
        conductances = []
        if "shunt_resistance" in self._counting:
            conductances.append(("shunt", 1.0 / self._per_area("shunt_resistance")))
        if "perimeter_resistance" in self._counting:
            area_resistance = self._per_area("perimeter_resistance")
            if self.perimeter is None:
                raise InputError(
                    f"{self.whose}: perimeter_resistance needs the length of the edge; give perimeter=... [cm]"
                )
            conductances.append(("perimeter", self.perimeter / area_resistance))
        return tuple(conductances)

    @property
    def conductance(self) -> float:
        """All that flows beside the stack, per volt [S cm^-2]."""
        return sum(value for _, value in self.beside)

    @property
    def _counting(self) -> list[str]:
        """Names of the resistances that let something through and are not zero."""
        return [name for name, value in self.given.items() if name != "perimeter" and value < math.inf]

    def _per_area(self, name: str) -> float:
        if self.area is None:
            raise InputError(f"{self.whose}: {name} needs the area of the device; give area=... [cm^2]")
        return float(getattr(self, name)) * self.area


def sheet_in_series(sheet_resistance: Value, *, length: Value, width: Value, contacted_sides: int = 1) -> float:
    """Return the series resistance of an electrode sheet under a device [ohm].

    Parameters
    ----------
    sheet_resistance : float or str
        Resistance of a square. [ohm]
    length, width : float or str
        Of the device, along and across the way of the current in the sheet. [um]
    contacted_sides : int
        Whether current leaves at one side of the sheet or at both ends of its length.

    Notes
    -----
    Current that enters evenly meets R_sq L / (3 W) on its way to one side and R_sq L / (12 W) to both (N. C. Wyeth,
    Solid-State Electronics 20, 629 (1977), of grid fingers).
    """
    squares = checked("length", length, "sheet_in_series") / checked("width", width, "sheet_in_series")
    if contacted_sides not in (1, 2):
        raise InputError(f"sheet_in_series: contacted_sides is {contacted_sides!r}; expected 1 or 2")
    return checked("sheet_resistance", sheet_resistance, "sheet_in_series") * squares / (3.0 * contacted_sides**2)
