"""Emission and voltage losses by reciprocity with a quantum efficiency."""

from __future__ import annotations

from typing import Any

import numpy as np

from stackmodel.errors import InputError, shorten
from stackmodel.light.spectrum import Light, as_light
from stackmodel.light.tables import increasing
from stackmodel.output.table import Table
from stackmodel.physics.constants import ELEMENTARY_CHARGE
from stackmodel.physics.reciprocity import radiative_saturation_current, radiative_voltage, thermal_photons_per_nm
from stackmodel.quantities import checked
from stackmodel.results.base import Provenance
from stackmodel.results.reciprocity import Reciprocity
from stackmodel.structure.record import ASSUMPTION_COLUMNS, PARAMETER_COLUMNS
from stackmodel.units import Value

#: Emission over its largest, at the red end of the table, from which on a reader is told.
TOLD = 1e-2
#: Voltage by which rounding, and the two terms "1" of (L7) and (L8), may put a measured one above the limit. [V]
_SLACK = 1e-6


def reciprocity(
    wavelengths: Any,
    eqe: Any,
    *,
    temperature: Value = 300.0,
    short_circuit_current_density: Value | None = None,
    open_circuit_voltage: Value | None = None,
    light: Light | None = None,
    provenance: Provenance | None = None,
) -> Reciprocity:
    """Return what a device emits as a diode, and what that says of its voltage, from its quantum efficiency.

    Parameters
    ----------
    wavelengths : array_like
        As far to the red as anything is collected: little collected there is much emitted. [nm]
    eqe : array_like
        External quantum efficiency at each, 0 to 1; straight lines between.
    temperature : float or str
        Of the device. [K]
    short_circuit_current_density : float or str, optional
        Magnitude, as measured under the light that the voltage belongs to. [A/cm^2]
    open_circuit_voltage : float or str, optional
        As measured; with it the yield of luminescence and the voltage lost to recombination without light. [V]
    light : Light, optional
        In place of a current: the current is that of the EQE under it.
    provenance : Provenance, optional
        What made the EQE, where a device answers.

    Returns
    -------
    Reciprocity

    Notes
    -----
    Eqs. (L5) to (L9) of docs/method.md. Each pair counts alike wherever and by whichever voltage it is made: the device
    must be linear, without limits of transport or traps that fill, and its EQE the same at all angles. One photon makes
    at most one pair. Emission is into the hemisphere of the lit side.

    References
    ----------
    .. [1] U. Rau, Physical Review B 76, 085303 (2007).
    """
    x, y = increasing(wavelengths, eqe, whose="reciprocity")
    for end in x[[0, -1]]:
        checked("wavelength", end, "reciprocity")
    wrong = (y < 0.0) | (y > 1.0 + 1e-9)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise InputError(
            f"reciprocity: eqe is {y[at]:g} at {x[at]:g} nm; expected 0 to 1, not per cent, and one pair a photon"
        )
    T = checked("temperature", temperature, "reciprocity")
    J_0 = radiative_saturation_current(x, y, T)
    if J_0 <= 0.0:
        raise InputError("reciprocity: eqe is 0 at all wavelengths, so nothing is emitted")
    # A user's current is that of about one sun; a solved one may be that of concentrated light.
    row = "short_circuit_current_density" if provenance is None else "current_density"
    J_sc = _current(x, y, short_circuit_current_density, as_light(light, "reciprocity"), row)
    V = None if open_circuit_voltage is None else checked("voltage", open_circuit_voltage, "reciprocity")
    if V is not None and J_sc is not None:
        _check_voltage(V, radiative_voltage(short_circuit=J_sc, saturation=J_0, temperature=T))
    given = {
        "temperature": (T, "K"),
        "short_circuit_current_density": (J_sc, "A/cm^2"),
        "open_circuit_voltage": (V, "V"),
    }
    return Reciprocity(
        wavelength=x, eqe=y, temperature=T, radiative_saturation_current=J_0, given_short_circuit_current=J_sc,
        given_open_circuit_voltage=V, light="" if light is None else light.name, notices=_notices(x, y, T),
        provenance=_as_given(given) if provenance is None else provenance,
    )  # fmt: skip


def _current(x: Any, y: Any, given: Value | None, light: Light | None, row: str) -> float | None:
    if light is None:
        return None if given is None else checked(row, given, "reciprocity")
    if given is not None:
        raise InputError(
            f"reciprocity: short_circuit_current_density is {shorten(given)} and light is {light.name}; expected one "
            "of the two"
        )
    if light.line is not None:
        wavelength, photons = light.photons
    else:
        part = light.longpass(x[0]).shortpass(x[-1])
        wavelength = np.union1d(part.wavelength, x[(x > part.wavelength[0]) & (x < part.wavelength[-1])])
        part = Light(part.name, wavelength, np.interp(wavelength, part.wavelength, part.spectral_irradiance))
        wavelength, photons = part.photons
    collected = float(photons @ np.interp(wavelength, x, y, left=0.0, right=0.0))
    if collected <= 0.0:
        raise InputError(f"reciprocity: nothing of {light.name} is collected; expected light where eqe is above 0")
    return ELEMENTARY_CHARGE * collected


def _check_voltage(measured: float, limit: float) -> None:
    if not 0.0 < measured <= limit + _SLACK:
        raise InputError(
            f"reciprocity: open_circuit_voltage is {measured:.4g} V; expected more than 0 and at most {limit:.4g} V, "
            "what the EQE allows at the radiative limit. Does the EQE reach far enough to the red, is the current "
            "density that of the same light?"
        )


def _notices(x: Any, y: Any, temperature: float) -> tuple[str, ...]:
    emitted = y * thermal_photons_per_nm(x, temperature)
    left = float(emitted[-1] / emitted.max())
    if left < TOLD:
        return ()
    text = (
        f"at {x[-1]:.5g} nm, where the EQE ends, {left:.0%} of the largest emission is left; what lies beyond is "
        "counted as 0, so J_0,rad is a lower bound and the radiative voltage an upper one"
    )
    return (text,)


def _as_given(given: dict[str, tuple[float | None, str]]) -> Provenance:
    """Return the record of what a user gave."""
    rows = [
        {"layer": "", "role": "", "parameter": name, "value": value, "unit": unit, "source": "given by the user",
         "provenance": "user", "confidence": "high", "note": ""}
        for name, (value, unit) in given.items() if value is not None
    ]  # fmt: skip
    none = Table.from_rows([], ASSUMPTION_COLUMNS, "Assumptions")
    made = "", Table.from_rows(rows, PARAMETER_COLUMNS, "Parameters"), none
    return Provenance("Reciprocity of a quantum efficiency", lambda: made)
