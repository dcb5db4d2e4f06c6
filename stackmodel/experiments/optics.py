"""Light on a device: where it goes, and what it generates."""

from __future__ import annotations

from typing import Any

import numpy as np

from stackmodel.errors import DataError, InputError, did_you_mean, shorten
from stackmodel.light.spectrum import Light
from stackmodel.physics.constants import NM
from stackmodel.quantities import checked
from stackmodel.results.band_picture import LayerSpan
from stackmodel.results.optics import Absorptance, Generation
from stackmodel.solvers.optics import POLARISATIONS, absorb
from stackmodel.structure.levels import electrical_positions
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.record import record
from stackmodel.structure.stack import Stack
from stackmodel.units import Value

#: Cells a layer in which generation is answered.
CELLS = 100


def absorptance(
    stack: Stack, wavelengths: Any, *, angle: Value, polarization: str, illuminated: str, temperature: float
) -> Absorptance:
    """Return the shares of light; see `kinds.device.Device.absorptance`."""
    asked = np.atleast_1d(np.asarray(wavelengths, dtype=object))
    if asked.ndim != 1 or asked.size == 0:
        raise InputError("absorptance: no wavelengths; expected a list such as numpy.linspace(400, 1600, 241) [nm]")
    wavelength = np.array([checked("wavelength", each, "absorptance") for each in asked])
    degrees = checked("angle", angle, "absorptance")
    if polarization not in POLARISATIONS:
        hint = did_you_mean(str(polarization), POLARISATIONS)
        raise InputError(
            f'absorptance: polarization is "{shorten(polarization)}"; expected one of {", ".join(POLARISATIONS)}.{hint}'
        )
    optical = OpticalStack.of(stack, illuminated=illuminated, temperature=temperature)
    found = absorb(optical, wavelength, angle=degrees, polarization=polarization)
    return Absorptance(
        wavelength=wavelength, reflectance=found.reflectance, transmittance=found.transmittance,
        by_layer=found.absorptance, layers=_spans(stack, tuple(range(len(stack)))), angle=degrees,
        polarization=polarization, illuminated=illuminated, incoherent=optical.incoherent, notices=optical.notices,
        provenance=record("Absorptance of a stack", stack, temperature, (), optical=optical),
    )  # fmt: skip


def generation(stack: Stack, light: Light, *, illuminated: str, temperature: float) -> Generation:
    """Return what light generates in depth; see `kinds.device.Device.generation`."""
    wavelength, photons = light.photons
    shining = photons > 0.0
    if not shining.any():
        raise InputError(f"generation: {light.name} has no photons")
    wavelength, photons = wavelength[shining], photons[shining]
    positions = electrical_positions(stack)
    optical = OpticalStack.of(stack, illuminated=illuminated, temperature=temperature)
    try:
        found = absorb(optical, wavelength)
    except DataError as error:
        raise DataError(f"{error}; or cut {light.name} by longpass() and shortpass()") from error
    thickness = np.array([float(stack.layers[i].thickness or 0.0) for i in positions])
    layer = np.repeat(np.array(positions, dtype=np.int64), CELLS)
    width = np.repeat(thickness / CELLS, CELLS)
    start = np.tile(np.arange(CELLS, dtype=float), len(positions)) * width
    share = found.in_cells(layer, start, width)
    spans = _spans(stack, positions)
    return Generation(
        light=light.name, position=start + 0.5 * width + np.repeat([span.start for span in spans], CELLS), width=width,
        layer=tuple(stack.names[i] for i in layer), generation=photons @ share / (width * NM), layers=spans,
        by_layer=dict(zip(stack.names, (photons @ found.absorptance).tolist(), strict=True)),
        reflected=float(photons @ found.reflectance), transmitted=float(photons @ found.transmittance),
        wavelength=wavelength, spectral=share / width, illuminated=illuminated, incoherent=optical.incoherent,
        notices=optical.notices,
        provenance=record(f"Generation by {light.name}", stack, temperature, (), optical=optical),
    )  # fmt: skip


def _spans(stack: Stack, positions: tuple[int, ...]) -> tuple[LayerSpan, ...]:
    ends = np.cumsum([float(stack.layers[i].thickness or 0.0) for i in positions])
    return tuple(
        LayerSpan(name=stack.names[i], role=stack.roles[i], label=stack.layers[i].label, start=float(a), end=float(b))
        for i, a, b in zip(positions, [0.0, *ends[:-1]], ends, strict=True)
    )
