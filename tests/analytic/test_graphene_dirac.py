"""Graphene: a linear band in two dimensions (Castro Neto et al., Rev. Mod. Phys. 81, 109 (2009))."""

from __future__ import annotations

import math
from typing import Any

import mpmath as mp
import pytest
from scipy.optimize import brentq

import stackmodel as sm

Q, HBAR, V_F = 1.602176634e-19, 1.054571817e-34, 1e6
K_Q, EPS_0 = 1.380649e-23 / Q, 8.8541878128e-14
SHEET = 0.335e-7  # thickness of the layer that stands for the sheet [cm]
DIRAC_POINT = 4.56  # below the vacuum level


def sheet_of(E_F: float) -> float:
    """Degenerate sheet: n = E_F^2 / (pi (hbar v_F)^2), E_F from the Dirac point [cm^-2]."""
    return (E_F * Q) ** 2 / (math.pi * (HBAR * V_F) ** 2) * 1e-4


def sheet_charge(E_F: float, T: float) -> float:
    """n - p = (2/pi) (kT / hbar v_F)^2 [F_1(eta) - F_1(-eta)], any temperature [cm^-2]."""
    kT = K_Q * T
    F_1 = [float(-mp.re(mp.polylog(2, -mp.exp(sign * E_F / kT)))) for sign in (1, -1)]
    return 2.0 / math.pi * (kT * Q / (HBAR * V_F)) ** 2 * 1e-4 * (F_1[0] - F_1[1])


def flat(T: float, **doping: float) -> Any:
    layer = sm.Layer("graphene", 0.335, role="active", **doping)
    ohmic = sm.Contact.ohmic()
    return sm.Photodiode(sm.Stack([layer]), front=ohmic, back=ohmic, temperature=T).equilibrium()


@pytest.mark.parametrize("T", [300.0, 77.0])
def test_neutral_level_is_the_dirac_point(T: float) -> None:
    result = flat(T)
    assert result.vacuum_level == pytest.approx(DIRAC_POINT, abs=1e-9)
    assert result.conduction_band == pytest.approx(0.0, abs=1e-9)
    # pi/6 (kT / hbar v_F)^2 electrons, and as many holes; 1e-3 for the four digits of the library's N_C.
    n = math.pi / 6.0 * (K_Q * T * Q / (HBAR * V_F)) ** 2 * 1e-4
    assert result.electron_density * SHEET == pytest.approx(n, rel=1e-3)
    assert result.hole_density * SHEET == pytest.approx(n, rel=1e-3)


@pytest.mark.parametrize("sheet", [1e12, 1e13])
@pytest.mark.parametrize("carrier", ["donor", "acceptor"])
def test_degenerate_sheet(sheet: float, carrier: str) -> None:
    """At 20 K, 1e12 cm^-2 lie 68 kT deep: 0.117 eV; what is left of the temperature is (pi kT / E_F)^2 / 3."""
    result = flat(20.0, **{f"{carrier}_density": sheet / SHEET})
    depth = -result.conduction_band[0] if carrier == "donor" else result.valence_band[0]
    assert depth == pytest.approx(0.11665 * math.sqrt(sheet / 1e12), rel=2e-3)
    assert sheet_of(depth) == pytest.approx(sheet, rel=2e-3)


@pytest.mark.parametrize("T", [300.0, 77.0])
@pytest.mark.parametrize("gates", [(5.3, 5.0), (3.6, 4.0), (5.2, 3.9)])
def test_sheet_between_two_gates(T: float, gates: tuple[float, float]) -> None:
    """Two capacitors and the quantum capacitance: eps (psi_gate - psi) / t of both sides = q (n - p).

    The sheet is made so polarisable that it is one potential across, as the closed form takes it.
    """
    oxide = sm.Material(name="oxide", kind="dielectric", electron_affinity=1.0, band_gap=6.0, relative_permittivity=9.0)
    t = (8.0, 12.0)
    graphene = sm.Layer("graphene", 0.335, role="active", relative_permittivity=900.0)
    stack = sm.Stack([sm.Dielectric(oxide, t[0], name="lower"), graphene, sm.Dielectric(oxide, t[1], name="upper")])
    front, back = (sm.Contact.schottky(work_function=W) for W in gates)
    result = sm.Photodiode(stack, front=front, back=back, temperature=T).equilibrium()

    def imbalance(E_F: float) -> float:
        # psi = -vacuum level; the sheet's is E_F - DIRAC_POINT, a gate's is -W.
        drawn = sum(9.0 * EPS_0 / (d * 1e-7) / Q * (-W - (E_F - DIRAC_POINT)) for W, d in zip(gates, t, strict=True))
        return drawn - sheet_charge(E_F, T)

    E_F = brentq(imbalance, -1.0, 1.0, xtol=1e-14)
    at = result.layer.index("graphene")
    assert -result.conduction_band[at] == pytest.approx(E_F, abs=2e-4 + 2e-3 * abs(E_F))
