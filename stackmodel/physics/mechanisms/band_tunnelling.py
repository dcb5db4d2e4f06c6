"""Band-to-band tunnelling: Kane's rate, generation in reverse and recombination in forward."""

from __future__ import annotations

import math

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import BOLTZMANN_EV, NONE
from stackmodel.physics.kernel import inlined
from stackmodel.physics.mechanisms.carriers import Carriers, at_layer
from stackmodel.physics.mechanisms.table import Values, column, index
from stackmodel.physics.tunnelling import kane

BAND_TUNNELLING = index("band-to-band tunnelling")
LN_KANE, KANE_FIELD, LN_N_I = column("LN_KANE"), column("KANE_FIELD"), column("LN_N_I")


def columns(material: Values) -> dict[int, float]:
    """Return ln of Kane's prefactor, his field [V/cm], and ln n_i [ln cm^-3]."""
    if "reduced_tunnelling_mass" not in material.parameters:
        return {KANE_FIELD: 0.0, LN_N_I: 0.0}
    gap, kT = material.value("band_gap"), BOLTZMANN_EV * material.temperature
    strength, field = kane(gap, material.value("reduced_tunnelling_mass"))
    product = material.value("conduction_band_dos") * material.value("valence_band_dos")
    return {LN_KANE: math.log(strength), KANE_FIELD: field, LN_N_I: 0.5 * (math.log(product) - gap / kT)}


@inlined
def kane_rate(
    carriers: Carriers, field: float, values: FloatArray, layer: int, fraction: float
) -> tuple[float, float, float]:
    """Return ln K, `NONE` where nothing tunnels, and minus its derivatives to ln n and ln p, and that to ln F.

    Notes
    -----
    Eq. (R5) of docs/method.md. (n p - n_i^2) / (n p + n_i^2) = tanh(d/2) is what the occupation of both bands leaves to
    tunnel: -1 in reverse.
    """
    ln_K = at_layer(values, LN_KANE, layer, fraction)
    if ln_K <= NONE or field <= 0.0:
        return NONE, 0.0, 0.0
    critical, ln_i = at_layer(values, KANE_FIELD, layer, fraction), at_layer(values, LN_N_I, layer, fraction)
    ln_K += 2.0 * math.log(field) - critical / field
    beyond = carriers.ln_n + carriers.ln_p - 2.0 * ln_i
    rarer = math.exp(-abs(beyond))
    ln_K -= max(carriers.ln_n + carriers.ln_p, 2.0 * ln_i) + math.log1p(rarer)
    return ln_K, (1.0 if beyond > 0.0 else rarer) / (1.0 + rarer), 2.0 + critical / field
