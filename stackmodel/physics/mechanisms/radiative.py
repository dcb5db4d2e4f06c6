"""Radiative recombination of a free electron and a free hole, R = B n p (1 - exp(-d))."""

from __future__ import annotations

from stackmodel.physics.mechanisms.table import Values, column, index, ln

RADIATIVE = index("radiative")
LN_RADIATIVE = column("LN_RADIATIVE")


def columns(material: Values) -> dict[int, float]:
    """Return ln B [ln cm^3/s]. The share of photons that is absorbed again makes no net recombination."""
    recycled = material.value("photon_recycling") if "photon_recycling" in material.parameters else 0.0
    return {LN_RADIATIVE: ln(material.value("radiative_coefficient") * (1.0 - recycled))}
