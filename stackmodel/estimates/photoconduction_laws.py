"""Photoconduction in closed form, one law a function: lifetimes, contacts, gain. Lengths in cm."""

from __future__ import annotations

import math

#: A film shorter than this many diffusion lengths loses nothing inside: its carriers end at the contacts.
_SHORT = 1e-3


def excess_lifetime(
    *, n: float, p: float, n_i: float, tau_n: float, tau_p: float, radiative: float, auger_n: float, auger_p: float
) -> float:
    """Return the lifetime of excess pairs in low injection [s]; infinite where nothing recombines.

    Parameters
    ----------
    n, p, n_i : float
        Densities in the dark. [cm^-3]
    tau_n, tau_p : float
        SRH lifetimes, one level at the intrinsic energy; may be infinite. [s]
    radiative : float
        Coefficient B. [cm^3 s^-1]
    auger_n, auger_p : float
        Coefficients C_n, C_p. [cm^6 s^-1]

    Notes
    -----
    Eq. (G1) of docs/method.md: 1/tau = (n + p) / (tau_p (n + n_i) + tau_n (p + n_i)) + (n + p) (B + C_n n + C_p p).
    In an n-type film with SRH alone that is tau_p.
    """
    srh = 0.0
    if math.isfinite(tau_n) and math.isfinite(tau_p):
        srh = (n + p) / (tau_p * (n + n_i) + tau_n * (p + n_i))
    rate = srh + (n + p) * (radiative + auger_n * n + auger_p * p)
    return 1.0 / rate if rate > 0.0 else math.inf


def ambipolar_diffusion(*, n: float, p: float, mu_n: float, mu_p: float, kT: float) -> float:
    """Return D = (kT/q) (n + p) mu_n mu_p / (n mu_n + p mu_p), mobilities in cm^2/(V s), kT in eV [cm^2 s^-1]."""
    return kT * (n + p) * mu_n * mu_p / (n * mu_n + p * mu_p)


def ambipolar_mobility(*, n: float, p: float, mu_n: float, mu_p: float) -> float:
    """Return with which mobility excess pairs drift, (n - p) mu_n mu_p / (n mu_n + p mu_p) [cm^2/(V s)].

    Positive where they go with the field, as the holes of an n-type film do.
    """
    return (n - p) * mu_n * mu_p / (n * mu_n + p * mu_p)


def lifetime_between_contacts(
    *, lifetime: float, diffusion: float, drift: float, length: float, velocities: tuple[float, float]
) -> float:
    """Return the mean time that excess pairs live in a film between two contacts [s].

    Parameters
    ----------
    lifetime : float
        In the bulk of the film; may be infinite. [s]
    diffusion : float
        Ambipolar. [cm^2 s^-1]
    drift : float
        Ambipolar drift velocity, positive towards the second contact. [cm s^-1]
    length : float
        Distance of the contacts. [cm]
    velocities : pair of float
        Recombination velocity of excess pairs at either contact, 0 to infinite. [cm s^-1]

    Returns
    -------
    float
        Photoconductivity per generation: excess density, averaged over the film, over the generation rate.

    Notes
    -----
    Eq. (G2) of docs/method.md: D u'' - v u' - u/tau + G = 0, with a flux v u - D u' of S u out of either end. Uniform
    generation, low injection, a field that the excess pairs leave as it is. With v = 0 and two infinitely fast
    contacts, L_a = sqrt(D tau), the mean is tau (1 - (2 L_a/L) tanh(L/2 L_a)); in a film that the field
    sweeps, L/(2 v).

    References
    ----------
    .. [1] A. Rose, Concepts in Photoconductivity and Allied Problems, Interscience (1963).
    """
    if max(velocities) == 0.0:
        return lifetime
    tau = min(lifetime, (0.5 * length / _SHORT) ** 2 / diffusion)
    root = math.hypot(drift, 2.0 * math.sqrt(diffusion / tau))
    # u / (G tau) = 1 - a exp(up (x - L)) - b exp(-down x), so that no exponential overflows.
    up, down = (root + drift) / (2.0 * diffusion), (root - drift) / (2.0 * diffusion)
    up, down = (up, 1.0 / (diffusion * tau * up)) if drift >= 0.0 else (1.0 / (diffusion * tau * down), down)
    far_up, far_down = math.exp(-up * length), math.exp(-down * length)
    rows = []
    for sign, S, at_up, at_down in ((1.0, velocities[0], far_up, 1.0), (-1.0, velocities[1], 1.0, far_down)):
        through = 0.0 if math.isinf(S) else 1.0 / (1.0 + S * length / diffusion)
        taken = sign * (1.0 - through)
        through *= length / diffusion  # of the flux, so that the terms have one unit
        rows.append((
            (through * (drift - diffusion * up) + taken) * at_up,
            (through * (drift + diffusion * down) + taken) * at_down,
            through * drift + taken,
        ))  # fmt: skip
    (p, q, first), (r, s, second) = rows
    a, b = (first * s - q * second) / (p * s - q * r), (p * second - first * r) / (p * s - q * r)
    return tau * (1.0 + (a * math.expm1(-up * length) / up + b * math.expm1(-down * length) / down) / length)


def gain(*, voltage: float, length: float, majority: tuple[float, float], minority: tuple[float, float]) -> float:
    """Return the photoconductive gain, carriers through the circuit over pairs made.

    Parameters
    ----------
    voltage : float
        Over the film; its sign does not matter. [V]
    length : float
        Between the contacts. [cm]
    majority, minority : pair of float
        Mobility [cm^2/(V s)] and time for which one made carrier conducts [s].

    Notes
    -----
    Eq. (G3) of docs/method.md: G = (mu_maj tau_maj + mu_min tau_min) V / L^2. With one lifetime for both that is
    (tau / t_tr) (1 + mu_min/mu_maj), t_tr = L^2 / (mu_maj V). Contacts have to replace what they take out: with
    contacts that block, no pair moves more than one charge.
    """
    return (majority[0] * majority[1] + minority[0] * minority[1]) * abs(voltage) / length**2
