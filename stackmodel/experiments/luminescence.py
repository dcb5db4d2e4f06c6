"""What a solar cell emits as a diode, by reciprocity with its solved quantum efficiency."""

from __future__ import annotations

import attrs
import numpy as np

from stackmodel.errors import InputError
from stackmodel.experiments.illumination import illumination
from stackmodel.experiments.performance import performance
from stackmodel.experiments.reciprocity import reciprocity
from stackmodel.experiments.spectral_response import spectral_response
from stackmodel.light.spectrum import Light
from stackmodel.results.reciprocity import Reciprocity
from stackmodel.structure.setup import Setup

#: Wavelengths at most at which the efficiency of a cell is solved.
SOLVED = 400


def luminescence(setup: Setup, light: Light) -> Reciprocity:
    """Return what a solar cell emits, see `kinds.solar_cell.SolarCell.luminescence`."""
    shining = illumination(setup, light)
    delivered, wavelengths = performance(setup, shining), shining.used.wavelength
    if wavelengths.size < 2:
        raise InputError(
            f"luminescence: the light is one line at {wavelengths[0]:g} nm; expected a spectrum up to the gap, such as "
            "Light.am15g()"
        )
    close = np.linspace(0, wavelengths.size - 1, min(wavelengths.size, SOLVED)).round().astype(int)
    response = spectral_response(setup, wavelengths[np.unique(close)], 0.0, None)
    of_current, of_response = delivered.provenance.convergence, response.provenance.convergence
    worst = {name: max(value, of_current.get(name, value)) for name, value in of_response.items()}
    return reciprocity(
        response.wavelength, np.clip(response.eqe, 0.0, None), temperature=setup.temperature,
        provenance=attrs.evolve(response.provenance, convergence=worst),
        short_circuit_current_density=delivered.short_circuit_current_density,
        open_circuit_voltage=delivered.open_circuit_voltage,
    )  # fmt: skip
