"""Thin-film transistors in closed form: capacitance, threshold, gradual channel, graphene. Lengths in cm."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import ELEMENTARY_CHARGE, VACUUM_PERMITTIVITY

_STEPS = 2001  # of the integral along a graphene channel


def series_capacitance(permittivities: Sequence[float], thicknesses: Sequence[float]) -> float:
    """Return the capacitance of dielectrics in series per area, 1/C = sum d/(eps_r eps_0) [F cm^-2], eq. (P1)."""
    inverse = sum(d / (eps * VACUUM_PERMITTIVITY) for eps, d in zip(permittivities, thicknesses, strict=True))
    return 1.0 / inverse


def doped_threshold(*, flat_band: float, doping: float, thickness: float, capacitance: float) -> float:
    """Return the threshold of a doped film that accumulates [V].

    Parameters
    ----------
    flat_band : float
        Gate voltage at which the channel's bands are flat. [V]
    doping : float
        Donors less acceptors. [cm^-3]
    thickness : float
        Of the channel. [cm]
    capacitance : float
        [F cm^-2]

    Notes
    -----
    Eq. (P3) of docs/method.md: V_T = V_FB - q N d/C. At flat band the film holds N d carriers, and every volt of the
    gate adds C/q; where it takes them away again the depleted part lies between gate and channel, which costs at most
    q N d^2/(2 eps) more.
    """
    return flat_band - ELEMENTARY_CHARGE * doping * thickness / capacitance


def undoped_threshold(
    *, gate_depth: float, edge_depth: float, states: float, thickness: float, capacitance: float, kT: float, sign: float
) -> float:
    """Return the threshold of an undoped film [V].

    Parameters
    ----------
    gate_depth : float
        Work function of the gate, less what charges and dipoles shift. [eV]
    edge_depth : float
        Depth of the band edge that conducts below the vacuum level. [eV]
    states : float
        Density of states of that band. [cm^-3]
    thickness, capacitance
        Of the film [cm], of the gate [F cm^-2].
    kT : float
        [eV]
    sign : float
        +1 for electrons, -1 for holes.

    Notes
    -----
    Eq. (P4): where the sheet holds C kT/q^2 carriers and starts to screen the gate, V_T = W_gate - chi
    - (kT/q) ln(q^2 N_C d / (C kT)) for electrons.
    """
    screening = capacitance * kT / ELEMENTARY_CHARGE
    return gate_depth - edge_depth - sign * kT * math.log(states * thickness / screening)


def subthreshold_swing(*, capacitance: float, states: float, kT: float) -> float:
    """Return the swing, ln(10) (kT/q) (1 + q D_it/C), with D_it in cm^-2 eV^-1 [V per decade], eq. (P6)."""
    return math.log(10.0) * kT * (1.0 + ELEMENTARY_CHARGE * states / capacitance)


def _charged(overdrive: FloatArray, scale: float) -> FloatArray:
    """Return what of the overdrive makes carriers: itself far above 0, exp(x/scale) scale far below [V]."""
    found: FloatArray = scale * np.logaddexp(0.0, overdrive / scale)
    return found


def _slope(overdrive: FloatArray, scale: float) -> FloatArray:
    found: FloatArray = np.exp(-np.logaddexp(0.0, -overdrive / scale))
    return found


def channel_current(
    gate: FloatArray, drain: FloatArray, *, threshold: float, per_volt: float, swing: float, sign: float
) -> FloatArray:
    """Return the drain current of a semiconductor channel [A].

    Parameters
    ----------
    gate, drain : ndarray
        Voltages to the source. [V]
    threshold : float
        [V]
    per_volt : float
        (w/L) mu C. [A V^-2]
    swing : float
        m kT/q = swing / ln 10. [V]
    sign : float
        +1 for electrons, -1 for holes.

    Notes
    -----
    Eq. (P5) of docs/method.md: I = s (w/L) (mu C/2) (F(s(V_G - V_T))^2 - F(s(V_G - V_D - V_T))^2) with
    F(x) = 2 m (kT/q) ln(1 + exp(q x / 2 m kT)). F(x) = x above threshold, which is the gradual channel,
    (w/L) mu C ((V_G - V_T) V_D - V_D^2/2) below pinch-off and (V_G - V_T)^2/2 beyond; below threshold the current falls
    tenfold in one swing. Drain and source may change places. No contact resistance, no short channel.

    References
    ----------
    .. [1] S. M. Sze and K. K. Ng, Physics of Semiconductor Devices, 3rd ed., Wiley (2007), ch. 6.
    .. [2] C. C. Enz, F. Krummenacher, E. A. Vittoz, Analog Integr. Circuits Signal Process. 8, 83 (1995).
    """
    at_source, at_drain = sign * (gate - threshold), sign * (gate - drain - threshold)
    scale = 2.0 * swing
    found: FloatArray = 0.5 * sign * per_volt * (_charged(at_source, scale) ** 2 - _charged(at_drain, scale) ** 2)
    return found


def channel_transconductance(
    gate: FloatArray, drain: FloatArray, *, threshold: float, per_volt: float, swing: float, sign: float
) -> FloatArray:
    """Return dI/dV_G of `channel_current` [S]."""
    at_source, at_drain = sign * (gate - threshold), sign * (gate - drain - threshold)
    scale = 2.0 * swing
    rise = _charged(at_source, scale) * _slope(at_source, scale) - _charged(at_drain, scale) * _slope(at_drain, scale)
    return per_volt * rise


def graphene_density(overdrive: FloatArray, *, capacitance: float, states: float, kT: float) -> FloatArray:
    """Return electrons less holes of a graphene sheet under a gate [cm^-2].

    Parameters
    ----------
    overdrive : ndarray
        Gate voltage less the Dirac voltage. [V]
    capacitance : float
        Of the gate. [F cm^-2]
    states : float
        N_C d = (2/pi) (kT / hbar v_F)^2. [cm^-2]
    kT : float
        [eV]

    Notes
    -----
    Eq. (P7) of docs/method.md: V_G - V_Dirac = E_F/q + q n/C with n = E_F^2 / (pi hbar^2 v_F^2), far from the Dirac
    point. The first term is the quantum capacitance; without it n = C (V_G - V_Dirac)/q.

    References
    ----------
    .. [1] S. Luryi, Appl. Phys. Lett. 52, 501 (1988).
    """
    per_square = states / (2.0 * kT**2)  # n = per_square E_F^2
    factor = ELEMENTARY_CHARGE * per_square / capacitance
    fermi = (np.sqrt(1.0 + 4.0 * factor * np.abs(overdrive)) - 1.0) / (2.0 * factor)
    found: FloatArray = np.sign(overdrive) * per_square * fermi**2
    return found


def graphene_sheet(
    overdrive: FloatArray, *, capacitance: float, states: float, kT: float, residual: float,
    mobilities: tuple[float, float],
) -> FloatArray:  # fmt: skip
    """Return the sheet conductance q (n mu_n + p mu_p), with n + p = sqrt(n_res^2 + (n - p)^2) [S]."""
    net = graphene_density(overdrive, capacitance=capacitance, states=states, kT=kT)
    total = np.hypot(residual, net)
    found: FloatArray = 0.5 * ELEMENTARY_CHARGE * ((total + net) * mobilities[0] + (total - net) * mobilities[1])
    return found


def graphene_current(
    gate: FloatArray, drain: FloatArray, *, dirac: float, aspect: float, **sheet: float | tuple[float, float]
) -> FloatArray:
    """Return the drain current of a graphene channel [A].

    Eq. (P8): I = (w/L) int_0^V_D sigma(V_G - V_Dirac - V) dV, the gradual channel with the sheet conductance of
    `graphene_sheet`; `aspect` is w/L. Diffusive, no contact resistance.
    """
    gate, drain = np.broadcast_arrays(gate, drain)
    share = np.linspace(0.0, 1.0, _STEPS)
    along = graphene_sheet(gate[..., None] - dirac - share * drain[..., None], **sheet)  # type: ignore[arg-type]
    found: FloatArray = aspect * drain * np.trapezoid(along, share, axis=-1)
    return found


def graphene_transconductance(
    gate: FloatArray, drain: FloatArray, *, dirac: float, aspect: float, **sheet: float | tuple[float, float]
) -> FloatArray:
    """Return dI/dV_G of `graphene_current`, (w/L) (sigma at the source - sigma at the drain) [S]."""
    ends = (graphene_sheet(gate - dirac - each, **sheet) for each in (0.0, drain))  # type: ignore[arg-type]
    at_source, at_drain = ends
    return aspect * (at_source - at_drain)


def transfer_efficiency(*, diffusion_length: float, thickness: float) -> float:
    """Return the share of carriers, made evenly in a film, that reach the channel, (L/d) tanh(d/L), eq. (P9)."""
    if math.isinf(diffusion_length):
        return 1.0
    ratio = thickness / diffusion_length
    return math.tanh(ratio) / ratio
