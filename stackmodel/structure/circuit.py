"""What stands around a stack: resistances in series and beside it."""

from __future__ import annotations

import attrs

from stackmodel.quantities import checked
from stackmodel.units import Value


@attrs.frozen(kw_only=True)
class Circuit:
    """Resistance in series [ohm cm^2] and conductances beside the stack, by name [S cm^-2]."""

    series: float = 0.0
    beside: tuple[tuple[str, float], ...] = ()

    @property
    def conductance(self) -> float:
        """All that flows beside the stack, per volt [S cm^-2]."""
        return sum(value for _, value in self.beside)


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
        from stackmodel.errors import InputError

        raise InputError(f"sheet_in_series: contacted_sides is {contacted_sides!r}; expected 1 or 2")
    return checked("sheet_resistance", sheet_resistance, "sheet_in_series") * squares / (3.0 * contacted_sides**2)
