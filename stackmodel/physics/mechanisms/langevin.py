"""Langevin recombination of carriers that diffuse into each other, R = L n p (1 - exp(-d)).

L = factor q (mu_n + mu_p) / eps; eq. (R4) of docs/method.md.
"""

from __future__ import annotations

from stackmodel.physics.constants import ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY
from stackmodel.physics.mechanisms.table import CARRIERS, Values, column, index, ln

LANGEVIN = index("Langevin")
LN_LANGEVIN = column("LN_LANGEVIN")


def columns(material: Values) -> dict[int, float]:
    """Return ln L [ln cm^3/s]."""
    if "langevin_factor" not in material.parameters:
        return {}
    mobility = sum(material.value(f"{carrier}_mobility") for carrier in CARRIERS)
    permittivity = VACUUM_PERMITTIVITY * material.value("relative_permittivity")
    return {LN_LANGEVIN: ln(material.value("langevin_factor") * ELEMENTARY_CHARGE * mobility / permittivity)}
