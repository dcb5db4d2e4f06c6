"""Dark currents in closed form, one mechanism a function. Positive in forward."""

from __future__ import annotations

import math

from stackmodel.physics.constants import ELEMENTARY_CHARGE


def neutral_region_current(
    *, minority_density: float, diffusion: float, lifetime: float, width: float, velocity: float, bias: float
) -> tuple[float, float]:
    """Return the currents of minority carriers of a quasi-neutral layer: made inside, and injected by its contact.

    Parameters
    ----------
    minority_density : float
        At equilibrium, n_i^2 / N. [cm^-3]
    diffusion : float
        D = mu kT/q. [cm^2/s]
    lifetime : float
        Minority lifetime; may be infinite. [s]
    width : float
        Of the quasi-neutral part. [cm]
    velocity : float
        Recombination velocity at its far end: infinite at an ohmic contact, 0 before a blocking layer. [cm/s]
    bias : float
        q V / kT.

    Returns
    -------
    inside, contact : float
        Shares of the current that recombine in the layer and at its far end. [A/cm^2]

    Notes
    -----
    Eq. (D2) of docs/method.md, after Shockley (1949), ch. 4: with L = sqrt(D tau), c = cosh(w/L), s = sinh(w/L),
    J = q (D/L) n_p (exp(qV/kT) - 1) (S c + (D/L) s) / ((D/L) c + S s); the carriers that reach the far end are
    J_contact = q S n_end with n_end = n_p (exp(qV/kT) - 1) / (c + (S L/D) s). Low injection.
    """
    drive = ELEMENTARY_CHARGE * minority_density * math.expm1(min(bias, 600.0))
    if width <= 0.0 or drive == 0.0:
        return 0.0, 0.0
    length = math.sqrt(diffusion * lifetime) if math.isfinite(lifetime) else math.inf
    x = width / length if math.isfinite(length) else 0.0
    if x < 1e-6:  # short layer: recombination w/tau inside, diffusion over w to the end
        inside = drive * width / lifetime if math.isfinite(lifetime) else 0.0
        contact = drive / (width / diffusion + (1.0 / velocity if velocity > 0.0 else math.inf))
        return 0.5 * inside if velocity > 0.0 and contact > inside else inside, contact
    speed = diffusion / length
    tanh = math.tanh(x)
    ratio = 1.0 / tanh if math.isinf(velocity) else (velocity + speed * tanh) / (speed + velocity * tanh)
    total = drive * speed * ratio
    at_end = 1.0 / math.sinh(min(x, 300.0)) if math.isinf(velocity) else (
        velocity / speed / (math.cosh(min(x, 300.0)) + velocity / speed * math.sinh(min(x, 300.0)))
    )  # fmt: skip
    contact = drive * speed * at_end
    return total - contact, contact


def radiative_current(*, photons: float, bias: float) -> float:
    """Return the radiative limit: q (absorbed photons) (exp(qV/kT) - 1) [A/cm^2], eq. (D5)."""
    return ELEMENTARY_CHARGE * photons * math.expm1(min(bias, 600.0))
