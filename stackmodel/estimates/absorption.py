"""What a layer absorbs of light and of thermal radiation, one pass by Beer-Lambert."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.estimates.detailed_balance import blackbody_photons_above, multiplication_of, pair_steps, pairs_made
from stackmodel.light.spectrum import Light
from stackmodel.materials.dot_film import films_between
from stackmodel.materials.material import Absorbing, Material, optical_gap
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE, HC_EV_NM, PLANCK, SPEED_OF_LIGHT
from stackmodel.results.estimate import Absorber
from stackmodel.results.film_absorption import FilmSpectrum, GivenSpectrum, GradedSpectrum, Spectrum, StepSpectrum
from stackmodel.structure.levels import electrical_ends
from stackmodel.structure.stack import Stack

BACKGROUND = 300.0  #: Temperature of the surroundings in `Absorber.background`. [K]
#: Nodes of Gauss-Laguerre quadrature over a thermal spectrum, in kT above the gap.
_NODES, _WEIGHTS = np.polynomial.laguerre.laggauss(32)
_ALL = np.ones(1)
#: Slabs that stand for a graded layer.
_SLABS = 16


def absorber_of(
    name: str, material: Absorbing, depth: float, collected: FloatArray = _ALL, *, between: Sequence[Absorbing] = (),
) -> Absorber | None:  # fmt: skip
    """Return the absorber that a layer `depth` [cm] thick is; None where no absorption coefficient is known.

    A graded layer is the end with the smaller gap, and absorbs as the mean of equal slabs, `between`.

    `collected` is the share that each of equal slices collects of what it absorbs; all by default. A layer whose n and
    k were given absorbs by these alone, and DataError says where they do not reach its optical gap.
    """
    spectrum: Spectrum | None = material.absorption_spectrum
    if material.optical is not None and spectrum is None:
        material.optical.at(HC_EV_NM / optical_gap(material), whose=name)
    if spectrum is None and not material.has("absorption_coefficient"):
        return None
    spectrum = _graded(between, name) or spectrum
    alpha = material.value("absorption_coefficient") if spectrum is None else spectrum.alpha_peak
    found = Absorber(
        name=name, optical_gap=optical_gap(material), absorption_coefficient=alpha, thickness=depth,
        collected=collected, multiplication=multiplication_of(material, name), spectrum=spectrum,
    )  # fmt: skip
    return attrs.evolve(found, background=thermal_carriers(found, BACKGROUND))


def _graded(between: Sequence[Absorbing], name: str) -> GradedSpectrum | None:
    """Return the mean of the slabs of a graded layer; None for one that is not."""
    parts: list[FilmSpectrum | GivenSpectrum | StepSpectrum] = []
    for slab in between:
        own = slab.absorption_spectrum
        if own is None and slab.optical is not None:
            slab.optical.at(HC_EV_NM / optical_gap(slab), whose=name)
        if own is None and not slab.has("absorption_coefficient"):
            return None
        parts.append(own or StepSpectrum(peak=optical_gap(slab), alpha_peak=slab.value("absorption_coefficient")))
    return GradedSpectrum(parts=tuple(parts)) if parts else None


def graded_materials(stack: Stack, i: int, temperature: float) -> tuple[Material, ...]:
    """Return the materials of equal slabs of a graded layer at a temperature; none for one that is not graded.

    Films of dots of growing size have all sizes; of any other grading both ends count alike, as in a blend.
    """
    if stack.layers[i].graded_to is None:
        return ()
    fractions = (np.arange(_SLABS) + 0.5) / _SLABS
    films = films_between(*stack.layers[i].ends, fractions.tolist())
    return electrical_ends(stack, i, temperature) if films is None else tuple(film.at(temperature) for film in films)


def deciding_end(stack: Stack, i: int, temperature: float) -> Material:
    """Return the material of a layer, of a graded one the end with the smaller gap, to which its pairs relax."""
    return min(electrical_ends(stack, i, temperature), key=optical_gap)


def light_carriers(absorber: Absorber, light: Light) -> float:
    """Return the carriers that `light` leaves to be collected, pairs of one photon counted [cm^-2 s^-1].

    Without a spectrum photons above the gap count alike; with one the integral is over that of the light.
    """
    if absorber.spectrum is None:
        pairs = pairs_made(light, pair_steps(absorber.optical_gap, 1, absorber.multiplication))
        return pairs * float(absorber.collected_share(np.array(absorber.optical_gap)))
    if light.line is not None:
        wavelength, irradiance = light.line
        energy = np.array([HC_EV_NM / wavelength])
        photons = irradiance / (float(energy[0]) * ELEMENTARY_CHARGE)
        return photons * absorber.share_at(wavelength) * float(absorber.pairs(energy)[0])
    energy = HC_EV_NM / light.wavelength
    made = light.photon_flux * absorber.collected_share(energy) * absorber.pairs(energy)
    return float(np.trapezoid(made, light.wavelength))


def thermal_carriers(absorber: Absorber, temperature: float) -> float:
    """Return the carriers collected of a black body's photons above the optical gap [cm^-2 s^-1].

    Notes
    -----
    Phi_a of eq. (D5) of docs/method.md: (2 pi / (h^3 c^2)) int_E_opt^inf a(E) E^2 / (exp(E/kT) - 1) dE, a(E) the share,
    with 32 nodes in (E - E_opt)/kT. For a step it is a Phi of (L1).
    """
    gap = absorber.optical_gap
    if absorber.spectrum is None:
        return blackbody_photons_above(gap, temperature) * float(absorber.collected_share(np.array(gap)))
    kT = BOLTZMANN_EV * temperature
    energy = gap + kT * _NODES
    occupied = np.exp(-gap / kT) / -np.expm1(-energy / kT)  # the quadrature holds exp(-(E - E_opt)/kT)
    integral = kT * float(np.sum(_WEIGHTS * occupied * energy**2 * absorber.collected_share(energy)))
    return 2.0 * np.pi * ELEMENTARY_CHARGE**3 / (PLANCK**3 * SPEED_OF_LIGHT**2) * integral * 1e-4
