"""Light on a device: where it goes, and what it generates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, did_you_mean, shorten
from stackmodel.experiments.illumination import assumptions, usable
from stackmodel.experiments.spans import spans
from stackmodel.light.spectrum import Light
from stackmodel.physics.constants import NM
from stackmodel.quantities import all_checked, checked
from stackmodel.results.optics import Absorptance, Generation
from stackmodel.solvers.optics import POLARISATIONS, absorb
from stackmodel.structure.levels import electrical_positions
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup
from stackmodel.units import Value

#: Cells a layer in which generation is answered.
CELLS = 100


def absorptance(
    setup: Setup, wavelengths: Sequence[Value] | FloatArray, *, angle: Value, polarization: str
) -> Absorptance:
    """Return the shares of light; see `kinds.device.Device.absorptance`."""
    wavelength = wavelengths_of("absorptance", wavelengths)
    degrees = checked("angle", angle, "absorptance")
    if polarization not in POLARISATIONS:
        hint = did_you_mean(str(polarization), POLARISATIONS)
        raise InputError(
            f'absorptance: polarization is "{shorten(polarization)}"; expected one of {", ".join(POLARISATIONS)}.{hint}'
        )
    stack, optical = setup.written, setup.optical
    found = absorb(optical, wavelength, angle=degrees, polarization=polarization)
    return Absorptance(
        wavelength=wavelength, reflectance=found.reflectance, transmittance=found.transmittance,
        by_layer=found.absorptance, layers=spans(stack, tuple(range(len(stack)))), angle=degrees,
        polarization=polarization, illuminated=setup.illuminated, incoherent=optical.incoherent,
        notices=notices(optical), provenance=record("Absorptance of a stack", setup, optical=optical),
    )  # fmt: skip


def generation(setup: Setup, light: Light) -> Generation:
    """Return what light generates in depth; see `kinds.device.Device.generation`."""
    stack, optical = setup.written, setup.optical
    positions = electrical_positions(stack)
    used = usable(setup, optical, light)
    found = absorb(optical, used.wavelength)
    thickness = np.array([float(stack.layers[i].thickness or 0.0) for i in positions])
    layer = np.repeat(np.array(positions, dtype=np.int64), CELLS)
    width = np.repeat(thickness / CELLS, CELLS)
    start = np.tile(np.arange(CELLS, dtype=float), len(positions)) * width
    share = found.in_cells(layer, start, width)
    pairs = used.photons[:, None] * np.repeat(used.pairs, CELLS, axis=1)
    inside = spans(stack, positions)
    return Generation(
        light=light.name, position=start + 0.5 * width + np.repeat([span.start for span in inside], CELLS), width=width,
        layer=tuple(stack.names[i] for i in layer), layers=inside,
        generation=(pairs * share).sum(axis=0) / (width * NM),
        by_layer=dict(zip(stack.names, (used.photons @ found.absorptance).tolist(), strict=True)),
        reflected=float(used.photons @ found.reflectance), transmitted=float(used.photons @ found.transmittance),
        wavelength=used.wavelength, spectral=share / width, illuminated=setup.illuminated,
        incoherent=optical.incoherent,
        notices=notices(optical),
        provenance=record(
            f"Generation by {light.name}", setup, optical=optical, more=assumptions(stack, light, used)
        ),
    )  # fmt: skip


def wavelengths_of(whose: str, wavelengths: Value | Sequence[Value] | FloatArray) -> FloatArray:
    """Return one wavelength or a list of them [nm] as an array."""
    example = "numpy.linspace(400, 1600, 241) [nm]"
    return all_checked("wavelength", wavelengths, whose, what="wavelengths", example=example)


def notices(optical: OpticalStack) -> tuple[str, ...]:
    """Return what to know of the optical constants, layer by layer."""
    graded = [
        f"{name}: graded: n + i k go linearly from end to end, as in a blend"
        if len(parts) == 2 else f"{name}: graded: {len(parts)} slabs of dots, the size linear from end to end"
        for name, parts in zip(optical.names, optical.constants, strict=True) if len(parts) > 1
    ]  # fmt: skip
    return (*graded, *(f"{name}: {notice}" for name, each in optical.named_constants for notice in each.notices))
