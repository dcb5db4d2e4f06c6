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


def space_charge_current(
    *, n_i: float, tau_n: float, tau_p: float, width: float, mean_field: float, peak_field: float, bias: float,
    kT: float, trap: float = 0.0,
) -> float:  # fmt: skip
    """Return the generation-recombination current of a depleted layer [A/cm^2].

    Parameters
    ----------
    n_i : float
        Intrinsic density. [cm^-3]
    tau_n, tau_p : float
        Lifetimes. [s]
    width : float
        Of the depleted part; no more than this generates. [cm]
    mean_field, peak_field : float
        Drop over width of the whole depleted region, and the largest field. [V/cm]
    bias : float
        q V / kT.
    kT : float
        [eV]
    trap : float
        (E_t - E_i) / kT.

    Notes
    -----
    Eq. (D3), Sah, Noyce, Shockley, Proc. IRE 45, 1228 (1957): J = (2 q n_i / sqrt(tau_n tau_p)) (kT/(q E)) sinh(qV/2kT)
    f(b), f(b) = int_0^inf du / (u^2 + 2 b u + 1), b = exp(-qV/2kT) cosh((E_t - E_i)/kT + ln(tau_p/tau_n)/2), for a
    uniform field E. Recombination in forward, and the slope at zero, happen where n = p, at the peak field. In reverse
    the whole region generates: half the weight goes to the mean field.
    """
    if not (math.isfinite(tau_n) and math.isfinite(tau_p)) or width <= 0.0:
        return 0.0
    offset = abs(trap + 0.5 * math.log(tau_p / tau_n))
    ln_b = -0.5 * bias + offset + math.log1p(math.exp(-2.0 * offset)) - math.log(2.0)
    if ln_b > 20.0:  # f -> ln(2 b) / b
        sinh = math.copysign(0.5 * -math.expm1(-abs(bias)), bias)
        product = sinh * (ln_b + math.log(2.0)) * math.exp(0.5 * abs(bias) - ln_b)
    else:
        product = math.sinh(min(0.5 * bias, 300.0)) * _f(math.exp(ln_b))
    reverse = 0.5 * -math.expm1(min(0.5 * bias, 0.0))
    length = kT * ((1.0 - reverse) / peak_field + reverse / mean_field)
    current = 2.0 * ELEMENTARY_CHARGE * n_i * length / math.sqrt(tau_n * tau_p) * product
    most = ELEMENTARY_CHARGE * n_i * width / math.sqrt(tau_n * tau_p) / math.cosh(offset)
    return current if bias > 0.0 else -min(abs(current), most)


def _f(b: float) -> float:
    """Return int_0^inf du / (u^2 + 2 b u + 1)."""
    if abs(b - 1.0) < 1e-9:
        return 1.0
    return math.acos(b) / math.sqrt(1.0 - b * b) if b < 1.0 else math.acosh(b) / math.sqrt(b * b - 1.0)


def injection_current(*, edge_density: float, velocity: float, bias: float) -> float:
    """Return the current of carriers that a contact injects over a barrier [A/cm^2].

    Eq. (D4): J = q v n_0 (exp(qV/kT) - 1) with n_0 the density at the contact, N exp(-barrier/kT) [cm^-3], and v the
    slower of the contact's recombination velocity and the drift or diffusion that carries them on [cm/s].
    """
    return ELEMENTARY_CHARGE * velocity * edge_density * math.expm1(min(bias, 600.0))


def radiative_current(*, photons: float, bias: float) -> float:
    """Return the radiative limit: q (absorbed photons) (exp(qV/kT) - 1) [A/cm^2], eq. (D5)."""
    return ELEMENTARY_CHARGE * photons * math.expm1(min(bias, 600.0))
