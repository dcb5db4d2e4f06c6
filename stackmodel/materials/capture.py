"""How fast traps capture carriers: a coefficient, or a cross section times the thermal velocity."""

from __future__ import annotations

import math
from collections.abc import Mapping

from stackmodel.errors import InputError
from stackmodel.materials.temperature import ROOM_TEMPERATURE
from stackmodel.physics.constants import BOLTZMANN_EV

#: What may be said of how fast a family of levels captures either carrier.
CAPTURES = tuple(
    f"{carrier}_{what}"
    for carrier in ("electron", "hole")
    for what in ("capture", "capture_cross_section", "capture_energy")
)


def capture_coefficient(
    given: Mapping[str, float], carrier: str, *, velocity: float | None, temperature: float, whose: str, layer: str
) -> float:
    """Return the capture coefficient of a family of levels for the carriers of a layer [cm^3/s].

    Parameters
    ----------
    given : mapping
        What is said of the family: "electron_capture" [cm^3/s] or "electron_capture_cross_section" [cm^2], and
        "electron_capture_energy" [eV].
    carrier : str
        "electron" or "hole".
    velocity : float or None
        Thermal velocity of these carriers at the temperature, where it is known. [cm/s]
    temperature : float
        [K]
    whose, layer : str
        "where: family" and the layer whose carriers are captured, for errors.

    Notes
    -----
    Eq. (R8) of docs/method.md: c = sigma v_th, v_th ~ T^(1/2); with a capture energy times
    exp(-E/k (1/T - 1/300 K)), multiphonon emission after Henry and Lang, Phys. Rev. B 15, 989 (1977).

    Raises
    ------
    InputError
        If neither or both of coefficient and cross section are given, or the cross section has no velocity.
    """
    direct, section, energy = (f"{carrier}_{what}" for what in ("capture", "capture_cross_section", "capture_energy"))
    family, speed = whose.rpartition(": ")[2], f"{carrier}_thermal_velocity"
    if direct in given and section in given:
        raise InputError(
            f"{whose}_{direct} and {family}_{section} are both given; expected one: the coefficient is the cross "
            "section times the thermal velocity"
        )
    if direct in given:
        capture = given[direct]
    elif section not in given:
        raise InputError(
            f"{whose}_{direct} is missing [cm^3/s]; expected it, or {section} [cm^2] with the {speed} of {layer}"
        )
    elif velocity is None:
        raise InputError(
            f"{whose}_{section} needs the {speed} of {layer} [cm/s], such as 1e7; give it, or {direct} [cm^3/s] in "
            "place of the cross section"
        )
    else:
        capture = given[section] * velocity
    colder = (1.0 / temperature - 1.0 / ROOM_TEMPERATURE) / BOLTZMANN_EV
    return capture * math.exp(-given.get(energy, 0.0) * colder)
