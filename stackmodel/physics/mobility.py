"""How mobility follows the field."""

from __future__ import annotations

import math

from stackmodel.physics.constants import UNBOUND
from stackmodel.physics.kernel import kernel


@kernel
def mobility_factor(
    field: float, ln_mobility: float, poole_frenkel: float, ln_saturation: float, beta: float, hop: float
) -> tuple[float, float]:
    """Return ln(mu(F) / mu(0)) and its derivative to ln F.

    Parameters
    ----------
    field : float
        [V/cm]
    ln_mobility : float
        Without field [ln cm^2/(V s)].
    poole_frenkel : float
        gamma of exp(gamma sqrt(F)) [(cm/V)^1/2]; 0 for none.
    ln_saturation, beta : float
        Saturation velocity [ln cm/s], `UNBOUND` for none, and the exponent.
    hop : float
        Half the length of a hop over kT [cm/V]; 0 for none.

    Notes
    -----
    Eqs. (M1) to (M3) of docs/method.md: mu exp(gamma sqrt(F)) (Murgatroyd, J. Phys. D 3, 151 (1970)) and
    mu sinh(x)/x, x = F hop, of hops along and against the field; then mu / (1 + (mu F / v_s)^beta)^(1/beta) (Caughey
    and Thomas, Proc. IEEE 55, 2192 (1967)).
    """
    rise = poole_frenkel * math.sqrt(field)
    slope = 0.5 * rise
    x = field * hop
    if x > 1e-2:
        rise += x + math.log1p(-math.exp(-2.0 * x)) - math.log(2.0 * x)
        slope += x / math.tanh(x) - 1.0
    elif x > 0.0:
        rise += x * x / 6.0 * (1.0 - x * x / 30.0)
        slope += x * x / 3.0 * (1.0 - x * x / 15.0)
    if ln_saturation < UNBOUND and field > 0.0:
        x = beta * (ln_mobility + rise + math.log(field) - ln_saturation)
        bent = max(x, 0.0) + math.log1p(math.exp(-abs(x)))
        slope -= (1.0 + slope) / (1.0 + math.exp(-x))
        rise -= bent / beta
    return rise, slope
