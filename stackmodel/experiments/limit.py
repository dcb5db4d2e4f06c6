"""The limit of a device by detailed balance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from numbers import Real
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, InputError, shorten
from stackmodel.estimates.absorption import deciding_end
from stackmodel.estimates.detailed_balance import Balance, balanced, detailed_balance, multiplication_of
from stackmodel.experiments.optics import notices as optical_notices
from stackmodel.light.spectrum import Light
from stackmodel.materials.material import optical_gap
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, HC_EV_NM
from stackmodel.physics.reciprocity import thermal_nodes, thermal_photons
from stackmodel.quantities import checked
from stackmodel.results.base import Provenance
from stackmodel.results.limit import Limit, LimitSpectrum
from stackmodel.solvers.emission import Emission, emission
from stackmodel.solvers.optics import Pairs, TwoPasses, absorb, pairs_of
from stackmodel.structure.levels import electrical_positions
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup
from stackmodel.units import Value

#: Most of the photons, of the light or of the emission, that may lie where n and k of some layer are not known.
LEFT_OUT = 0.1
#: Emission over its largest, at the red end of what is known of the absorber, that is told of and that is refused.
TOLD, REFUSED = 1e-3, 0.1
#: Pairs that one photon of the sun could make at most: 4.4 eV over a gap of 0.04 eV.
MOST_PAIRS = 100
#: Points of wavelength at which what is left out is asked.
_POINTS = 2000


def limit(
    setup: Setup, light: Light, *, band_gap: Value | None, pairs_per_photon: int, reference_irradiance: Value | None
) -> Limit:
    """Return the limit of a step absorber; see `kinds.solar_cell.SolarCell.limit`."""
    stack, temperature = setup.written, setup.temperature
    multiplication = None
    if stack.roles.count("active") == 1:
        active = deciding_end(stack, stack.position("active"), temperature)
        multiplication = multiplication_of(active, "active")
        band_gap = optical_gap(active) if band_gap is None else band_gap
    elif band_gap is None:
        raise InputError("solar cell: limit needs one active layer, or band_gap=...; the stack has not one")
    gap = checked("band_gap", band_gap, "solar cell")
    provenance = record("Detailed-balance limit", setup.as_written)
    _check_pairs(pairs_per_photon, multiplication is not None)
    balance = detailed_balance(
        gap, light, temperature, pairs_per_photon=int(pairs_per_photon), multiplication=multiplication
    )
    return _answer(
        balance, light, reference_irradiance, pairs_per_photon=int(pairs_per_photon), multiplication=multiplication,
        provenance=provenance,
    )  # fmt: skip


def _check_pairs(pairs_per_photon: int, multiplies: bool) -> None:
    asked: object = pairs_per_photon
    if not isinstance(asked, Real) or asked not in range(1, MOST_PAIRS + 1):
        raise InputError(
            f"limit: pairs_per_photon is {shorten(pairs_per_photon)}; expected a whole number from 1 to {MOST_PAIRS}"
        )
    if multiplies and pairs_per_photon != 1:
        raise InputError(
            f"limit: pairs_per_photon is {pairs_per_photon}, and the active layer has multiplication_threshold and "
            "multiplication_slope; expected one of the two"
        )


def _answer(balance: Balance, light: Light, reference_irradiance: Value | None, **more: Any) -> Limit:
    reference = (
        light.irradiance if reference_irradiance is None else checked("irradiance", reference_irradiance, "limit")
    )
    voltage = np.linspace(0.0, balance.open_circuit_voltage, 101)
    return Limit(
        band_gap=balance.band_gap,
        short_circuit_current_density=balance.short_circuit_current_density,
        open_circuit_voltage=balance.open_circuit_voltage,
        fill_factor=balance.fill_factor,
        efficiency=balance.power_density / reference,
        power_density=balance.power_density,
        dark_current_density=balance.dark_current_density,
        light=light.name,
        incident_irradiance=light.irradiance,
        reference_irradiance=reference,
        temperature=balance.temperature,
        voltage=voltage,
        current_density=-np.array([balance.current(float(v)) for v in voltage]),
        **more,
    )


# -- with the absorptance of the stack ---------------------------------------------------------------------------------


def computed_limit(setup: Setup, light: Light, *, pairs_per_photon: int, reference_irradiance: Value | None) -> Limit:
    """Return the limit of a stack that absorbs as its optics say; see `kinds.solar_cell.SolarCell.limit`.

    Notes
    -----
    Eqs. (L3) and (L4) of docs/method.md.
    """
    stack, temperature = setup.written, setup.temperature
    if "active" not in stack.roles:
        raise InputError('limit: no layer is active; write "active:" before the one that makes pairs')
    # Transport layers make pairs of what they absorb too, as they do in a solved cell.
    positions = [i for i in electrical_positions(stack) if stack.layers[i].material.has_bands]
    materials = [deciding_end(stack, i, temperature) for i in positions]
    multiplies = any("multiplication_threshold" in each.parameters for each in materials)
    _check_pairs(pairs_per_photon, multiplies)
    gaps = [optical_gap(each) for each in materials]
    far_side = "back" if setup.illuminated == "front" else "front"
    lit, far = setup.optical, attrs.evolve(setup, illuminated=far_side).optical
    if not lit.ranges:
        raise DataError("limit: there is no wavelength at which n and k of all layers are known; give optical=...")

    def pairs(wavelength: FloatArray) -> FloatArray:
        made = pairs_of(stack, positions, wavelength, temperature)
        if pairs_per_photon == 1:
            return made
        steps = np.floor(HC_EV_NM / wavelength[:, None] / gaps * (1.0 + 1e-12))
        return np.asarray(made * np.clip(steps, 1.0, pairs_per_photon))

    J_sc = ELEMENTARY_CHARGE * math.fsum(
        float(photons @ (pairs(wavelength) * absorb(lit, wavelength).absorptance[:, positions]).sum(axis=1))
        for wavelength, photons in (part.photons for part in _parts(light, lit.ranges))
    )
    edges = [k * gap for gap in gaps for k in range(1, pairs_per_photon + 1)]
    bound = TwoPasses.of(lit, positions, gaps, pairs)
    lost_light = _left_of_light(light, lit, bound)
    if J_sc <= 0.0:
        raise InputError(f"limit: {light.name} has no photon that makes a pair")
    lowest = min(gap for i, gap in zip(positions, gaps, strict=True) if stack.roles[i] == "active")
    found = emission(lit, far, positions, edges=edges, temperature=temperature)
    shares, through_far = _emitted(found, pairs, temperature)
    lost_emission, notices = _left_of_emission(found, lit, bound, temperature)
    provenance = record("Detailed-balance limit of the stack", setup.as_written, optical=lit)
    return _answer(
        balanced(lowest, J_sc, shares, temperature), light, reference_irradiance,
        pairs_per_photon=int(pairs_per_photon), absorptance="computed",
        spectrum=_spectrum(found, pairs, provenance, temperature), emitted_at_far_side=through_far,
        left_out_of_light=lost_light, left_out_of_emission=lost_emission, notices=(*notices, *optical_notices(lit)),
        provenance=provenance,
    )  # fmt: skip


def _parts(light: Light, ranges: Sequence[tuple[float, float]]) -> list[Light]:
    """Return the light in each range of wavelengths [nm] in which any of it shines."""
    cut = [light.longpass(low) if low > 0.0 else light for low, _ in ranges]
    cut = [each.shortpass(high) if math.isfinite(high) else each for each, (_, high) in zip(cut, ranges, strict=True)]
    return [each for each in cut if each.irradiance > 0.0]


def _between(ranges: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the ranges around and between those given."""
    edges = [0.0, *(edge for each in ranges for edge in each), math.inf]
    return [(low, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if low < high]


def _emitted(found: Sequence[Emission], pairs: Pairs, temperature: float) -> tuple[list[tuple[float, float]], float]:
    """Return the emitted current by pairs of a photon, as `balanced` takes it, and the share of the far side."""
    by_pairs: dict[float, float] = {}
    far = total = 0.0
    for each in found:
        energy, photons = thermal_nodes(each.wavelength, temperature)
        wavelength = HC_EV_NM / energy
        made = pairs(wavelength)
        for column in range(made.shape[1]):
            M = np.round(made[:, column], 3)
            lit_side, far_side = (
                photons * np.interp(wavelength, each.wavelength, side[:, column]) * (M > 0.0)
                for side in (each.lit, each.far)
            )
            far, total = far + float(far_side.sum()), total + float((lit_side + far_side).sum())
            for one in np.unique(M[M > 0.0]):
                current = ELEMENTARY_CHARGE * float((lit_side + far_side)[one == M].sum())
                by_pairs[float(one)] = by_pairs.get(float(one), 0.0) + current
    return sorted(by_pairs.items()), far / total


def _left_of_light(light: Light, optical: OpticalStack, bound: TwoPasses) -> float:
    """Return the share of what two passes would take of the light that lies where n and k are not known."""
    outside, inside = (
        math.fsum(float(photons @ bound(wavelength)) for wavelength, photons in (part.photons for part in parts))
        for parts in (_parts(light, _between(optical.ranges)), _parts(light, optical.ranges))
    )
    share = outside / (outside + inside) if outside else 0.0
    if share > LEFT_OUT:
        raise DataError(
            f"limit: {share:.0%} of what the active layer could absorb of {light.name} lies where n and k of some "
            f"layer are not known (known of all: {_text(optical)}); expected at most {LEFT_OUT:.0%}. Give optical=..., "
            "or cut the light by longpass() and shortpass()"
        )
    return share


def _left_of_emission(
    found: Sequence[Emission], optical: OpticalStack, bound: TwoPasses, temperature: float
) -> tuple[float, tuple[str, ...]]:
    """Return the share of the emission left out in the same way, and what to know of where it ends."""
    shortest = HC_EV_NM / (max(bound.gaps) + 40.0 * BOLTZMANN_EV * temperature)
    longest = max(bound.longest, HC_EV_NM / min(bound.gaps))
    lost, seen, peak = 0.0, 0.0, 0.0
    for low, high in _between(optical.ranges):
        low, high = max(low, shortest), min(high, longest)
        if low < high:
            energy, photons = thermal_nodes(np.geomspace(low, high, _POINTS), temperature)
            lost += float(photons @ bound(HC_EV_NM / energy))
    for each in found:
        energy, photons = thermal_nodes(each.wavelength, temperature)
        share = (each.lit * (bound.pairs(each.wavelength) > 0.0)).sum(axis=1)
        seen += float(photons @ np.interp(HC_EV_NM / energy, each.wavelength, share))
        peak = max(peak, float(np.max(thermal_photons(HC_EV_NM / each.wavelength, temperature) * share)))
    left = lost / (lost + seen)
    if left > LEFT_OUT:
        raise DataError(
            f"limit: {left:.0%} of what the active layer would emit lies where n and k of some layer are not known "
            f"(known of all: {_text(optical)}); expected at most {LEFT_OUT:.0%}. Give optical=..."
        )
    end = np.array([bound.longest * (1.0 - 1e-12)])
    cut = float(thermal_photons(HC_EV_NM / end, temperature)[0] * bound(end)[0]) / peak
    text = f"emission is cut off at {end[0]:.5g} nm, where k of the absorber ends and {cut:.1%} of its peak is left"
    if cut > REFUSED:
        raise DataError(f"limit: {text}; expected at most {REFUSED:.0%}. Give optical=... that reaches further")
    return left, (text,) if cut > TOLD else ()


def _text(optical: OpticalStack) -> str:
    return " and ".join(f"{low:.5g} to {high:.5g} nm" for low, high in optical.ranges)


def _spectrum(found: Sequence[Emission], pairs: Pairs, provenance: Provenance, temperature: float) -> LimitSpectrum:
    """Return absorptance and emission of the layers that make pairs, over all ranges."""
    wavelength = np.concatenate([each.wavelength for each in found])
    counts = pairs(wavelength) > 0.0
    normal, lit, far = (
        (np.concatenate([getattr(each, name) for each in found]) * counts).sum(axis=1)
        for name in ("absorptance", "lit", "far")
    )
    return LimitSpectrum(
        wavelength=wavelength, absorptance=normal, lit=lit, far=far, temperature=temperature, provenance=provenance,
        gaps=tuple((a.wavelength[-1], b.wavelength[0]) for a, b in pairwise(found)),
    )  # fmt: skip
