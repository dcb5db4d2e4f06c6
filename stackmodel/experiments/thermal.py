"""What a stack radiates in equilibrium, about the gap of its active layers."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, InputError
from stackmodel.estimates.detailed_balance import blackbody_photons_above
from stackmodel.materials.material import optical_gap
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, HC_EV_NM
from stackmodel.physics.reciprocity import thermal_photons
from stackmodel.solvers.optics import absorb_hemisphere, pairs_of
from stackmodel.structure.directions import SIDES
from stackmodel.structure.levels import electrical_ends, electrical_positions
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.stack import Stack

#: Emission is summed from so far above the gap, over kT, to so far below it [eV], in such steps, over kT, and at so
#: many angles: to a thousandth of kT/q in voltage.
_ABOVE, _BELOW, _BETWEEN, _ANGLES = 12.0, 0.5, 0.25, 4
#: Share of the largest emission that may be left at the last wavelength whose n and k are known.
_CUT = 0.01


def active_optical_gap(stack: Stack, temperature: float) -> float:
    """Return the lowest optical gap of the active layers [eV]."""
    active = [i for i in electrical_positions(stack) if stack.roles[i] == "active"]
    if not active:
        raise InputError("performance: the stack has no active layer; mark one by active: in the notation")
    return min(optical_gap(end) for i in active for end in electrical_ends(stack, i, temperature))


def emission(stack: Stack, temperature: float) -> tuple[float, str]:
    """Return what a stack in equilibrium radiates from layers that make pairs [A cm^-2], and how that was found.

    Notes
    -----
    Eq. (V2): q int a Phi_bb dE over both faces, with a of (O9), pairs for each photon counted. Where n or k ends amid
    the emission, that of a step at the optical gap (L1). As `limit(absorptance="computed")`, on a coarser grid.
    """
    key = ("emission", temperature)
    if key not in stack.memory:
        stack.memory[key] = _emission(stack, temperature)
    known: tuple[float, str] = stack.memory[key]
    return known


def thermal_grid(stack: Stack, temperature: float) -> tuple[FloatArray, FloatArray]:
    """Return wavelengths about the gap [nm], rising, and what a black body emits in the step of each [cm^-2 s^-1]."""
    gap, kT = active_optical_gap(stack, temperature), BOLTZMANN_EV * temperature
    step = _BETWEEN * kT
    # The gap is an end of two steps, so that what a step absorber emits ends there too.
    edges = gap + step * np.arange(round(_ABOVE / _BETWEEN), -math.ceil(min(_BELOW, 0.7 * gap) / step), -1)
    energy = np.asarray(edges - 0.5 * step, dtype=np.float64)
    return HC_EV_NM / energy, thermal_photons(energy, temperature) * step


def _emission(stack: Stack, temperature: float) -> tuple[float, str]:
    gap = active_optical_gap(stack, temperature)
    positions = electrical_positions(stack)
    wavelength, photons = thermal_grid(stack, temperature)
    pairs = pairs_of(stack, positions, wavelength, temperature)
    total, cut = 0.0, False
    for side in SIDES:
        try:
            optical = OpticalStack.of(stack, illuminated=side, temperature=temperature)
        except (DataError, InputError):  # a generation that is given needs neither n and k nor every thickness
            return ELEMENTARY_CHARGE * blackbody_photons_above(gap, temperature), "step at the optical gap"
        known = optical.known(wavelength) & (pairs.max(axis=1) > 0.0)
        if not known.any():
            return ELEMENTARY_CHARGE * blackbody_photons_above(gap, temperature), "step at the optical gap"
        shares = absorb_hemisphere(optical, wavelength[known], _ANGLES)[:, list(positions)]
        spectrum = np.zeros_like(wavelength)
        spectrum[known] = (shares * pairs[known]).sum(axis=1) * photons[known]
        total += float(spectrum.sum())
        last = int(np.flatnonzero(known)[-1])
        ended = pairs[min(last + 1, wavelength.size - 1)].max() == 0.0 or last == wavelength.size - 1
        cut |= not ended and spectrum[last] > _CUT * spectrum.max()
    if cut:
        return ELEMENTARY_CHARGE * blackbody_photons_above(gap, temperature), "step at the optical gap"
    return ELEMENTARY_CHARGE * total, "computed absorptance"
