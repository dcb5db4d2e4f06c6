"""The limit of a device by detailed balance."""

from __future__ import annotations

import numpy as np

from stackmodel.errors import InputError
from stackmodel.estimates.detailed_balance import detailed_balance
from stackmodel.light.spectrum import Light
from stackmodel.quantities import checked
from stackmodel.results.base import Provenance
from stackmodel.results.limit import Limit
from stackmodel.units import Value


def limit(
    *, band_gap: float, light: Light, temperature: float, pairs_per_photon: int, reference_irradiance: Value | None,
    provenance: Provenance, multiplication: tuple[float, float] | None = None,
) -> Limit:  # fmt: skip
    """Return the limit of a step absorber; see `kinds.solar_cell.SolarCell.limit`."""
    if pairs_per_photon < 1 or pairs_per_photon != int(pairs_per_photon):
        raise InputError(f"limit: pairs_per_photon is {pairs_per_photon}; expected a whole number from 1 on")
    if multiplication is not None and pairs_per_photon != 1:
        raise InputError(
            f"limit: pairs_per_photon is {pairs_per_photon}, and the active layer has multiplication_threshold and "
            "multiplication_slope; expected one of the two"
        )
    balance = detailed_balance(
        band_gap, light, temperature, pairs_per_photon=int(pairs_per_photon), multiplication=multiplication
    )
    reference = (
        light.irradiance if reference_irradiance is None else checked("irradiance", reference_irradiance, "limit")
    )
    voltage = np.linspace(0.0, balance.open_circuit_voltage, 101)
    return Limit(
        band_gap=band_gap,
        short_circuit_current_density=balance.short_circuit_current_density,
        open_circuit_voltage=balance.open_circuit_voltage,
        fill_factor=balance.fill_factor,
        efficiency=balance.power_density / reference,
        power_density=balance.power_density,
        dark_current_density=balance.dark_current_density,
        light=light.name,
        incident_irradiance=light.irradiance,
        reference_irradiance=reference,
        pairs_per_photon=int(pairs_per_photon),
        temperature=temperature,
        voltage=voltage,
        multiplication=multiplication,
        current_density=-np.array([balance.current(float(v)) for v in voltage]),
        provenance=provenance,
    )
