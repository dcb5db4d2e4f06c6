"""Auger recombination, R = (C_n n + C_p p) n p (1 - exp(-d))."""

from __future__ import annotations

from stackmodel.physics.mechanisms.table import CARRIERS, Values, column, index, ln

AUGER = index("Auger")
LN_AUGER_N, LN_AUGER_P = column("LN_AUGER_N"), column("LN_AUGER_P")


def columns(material: Values) -> dict[int, float]:
    """Return ln C_n and ln C_p [ln cm^6/s]."""
    coefficients = (ln(material.value(f"{carrier}_auger_coefficient")) for carrier in CARRIERS)
    return dict(zip((LN_AUGER_N, LN_AUGER_P), coefficients, strict=True))
