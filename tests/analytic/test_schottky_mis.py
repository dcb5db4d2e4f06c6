"""Metal-semiconductor and metal-insulator-semiconductor contacts in front of a neutral bulk.

The field at the surface follows from the potential there by the first integral of Poisson-Boltzmann (see
test_equilibrium_first_integral.py), with u = psi_s - psi_bulk [V]:

    (eps E_s / q)^2 = 2 (eps / q) [ -N u + kT (n_s - n_b + p_s - p_b) ]

Depletion width and image force: Sze and Ng, Physics of Semiconductor Devices, 3rd ed. (2007), ch. 3.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq

import stackmodel as sm

Q, KT = 1.602176634e-19, 0.025851999786435535
EPS_0 = 8.8541878128e-14  # [F/cm]
CHI, GAP, EPS_R, N_C, N_V = 4.05, 1.12, 11.7, 2.8e19, 2.65e19
SILICON = sm.Material(
    name="Si", electron_affinity=CHI, band_gap=GAP, relative_permittivity=EPS_R, conduction_band_dos=N_C,
    valence_band_dos=N_V, electron_mobility=1000, hole_mobility=400, statistics="boltzmann",
)  # fmt: skip
OXIDE = sm.Material(
    name="oxide", kind="dielectric", electron_affinity=0.9, band_gap=9.0, relative_permittivity=3.9, role="dielectric"
)


def bulk(N: float) -> float:
    """Work function of neutral silicon with net doping N: -psi far from the surface."""
    return CHI + KT * math.log(N_C / N) if N > 0 else CHI + GAP - KT * math.log(N_V / -N)


def surface_displacement(psi: float, N: float) -> float:
    """eps E / q at a surface of potential psi in front of the bulk, positive away from the surface [cm^-2]."""
    psi_b = -bulk(N)

    def carriers(at: float) -> float:
        return N_C * math.exp((at + CHI) / KT) + N_V * math.exp(-(at + CHI + GAP) / KT)

    squared = 2.0 * EPS_0 * EPS_R / Q * (-N * (psi - psi_b) + KT * (carriers(psi) - carriers(psi_b)))
    return math.copysign(math.sqrt(max(squared, 0.0)), psi - psi_b)


# -- metal on semiconductor --------------------------------------------------------------------------------------------


def schottky(work: float, N: float, **contact: bool) -> sm.Photodiode:
    doped = SILICON.with_values({"donor_density": max(N, 0.0), "acceptor_density": max(-N, 0.0)})
    metal = sm.Contact.schottky(work_function=work, **contact)
    return sm.Photodiode(sm.Stack([sm.Layer(doped, "3 um")]), front=metal, back=sm.Contact.ohmic())


@pytest.mark.parametrize(("work", "N"), [(4.85, 1e16), (4.75, 1e17), (4.45, -1e16), (4.15, 1e16), (4.0, 1e16)])
def test_surface_field_and_band_bending(work: float, N: float) -> None:
    """Depletion on n and p, flat to accumulated: the last two have hardly any barrier."""
    result = schottky(work, N).equilibrium()
    barrier = work - CHI
    assert result.conduction_band[0] == pytest.approx(barrier, abs=1e-9)
    bending = result.conduction_band[0] - result.conduction_band[-1]
    assert bending == pytest.approx(barrier - (bulk(N) - CHI), abs=1e-6)
    expected = surface_displacement(-work, N) * Q / (EPS_0 * EPS_R)
    assert result.field[0] == pytest.approx(expected, rel=1e-3)
    assert abs(result.field[-1]) < 1e-3 * abs(expected)


@pytest.mark.parametrize(("work", "N"), [(4.85, 1e16), (4.75, 1e17), (4.45, -1e16)])
def test_depletion_width(work: float, N: float) -> None:
    """sqrt(2 eps (V - kT/q) / (q N)), whose edge lies within a Debye length of the half density's: 5 %."""
    result = schottky(work, N).equilibrium()
    V = abs(work - bulk(N))
    width = math.sqrt(2.0 * EPS_0 * EPS_R * (V - KT) / (Q * abs(N))) * 1e7
    assert result.depletion_edges is not None
    assert result.depletion_edges[0] == 0.0
    assert result.depletion_width == pytest.approx(width, rel=0.05)


def test_image_force_lowers_the_barrier() -> None:
    """sqrt(q E / (4 pi eps)) at the surface field; off unless asked for, and no part of the solved bands."""
    result, plain = (schottky(4.85, 1e17, image_force=on).equilibrium() for on in (True, False))
    field = abs(surface_displacement(-4.85, 1e17)) * Q / (EPS_0 * EPS_R)
    expected = math.sqrt(Q * field / (4.0 * math.pi * EPS_0 * EPS_R))
    assert result.image_force_lowering == {"front": pytest.approx(expected, rel=1e-3)}
    assert plain.image_force_lowering == {}
    assert np.array_equal(result.conduction_band, plain.conduction_band)


# -- metal on insulator on semiconductor -------------------------------------------------------------------------------


def mis(work: float, N: float, oxide: float = 10.0, **interface: float) -> sm.Photodiode:
    doped = SILICON.with_values({"donor_density": max(N, 0.0), "acceptor_density": max(-N, 0.0)})
    pieces = [sm.Layer(OXIDE, oxide), sm.Interface(**interface), sm.Layer(doped, "3 um")]
    metal = sm.Contact.schottky(work_function=work)
    return sm.Photodiode(sm.Stack(pieces), front=metal, back=sm.Contact.ohmic())


def mis_surface(work: float, N: float, oxide: float = 10.0, charge: float = 0.0, dipole: float = 0.0) -> float:
    """psi of the silicon surface, relative to silicon's own vacuum level: capacitor and surface charge balance."""
    capacitance = EPS_0 * 3.9 / (oxide * 1e-7) / Q

    def imbalance(psi: float) -> float:
        return surface_displacement(psi, N) - capacitance * (-work - (psi + dipole)) - charge

    return float(brentq(imbalance, -6.5, -3.0, xtol=1e-15))


@pytest.mark.parametrize(
    ("work", "N", "interface"),
    [
        (4.1, -1e16, {}),  # aluminium on p: depletion
        (3.9, -1e15, {}),  # inversion
        (5.2, -1e16, {}),  # accumulation
        (5.0, 1e16, {}),
        (4.1, -1e16, {"fixed_charge": 5e11}),
        (4.8, 1e16, {"fixed_charge": -1e12}),
        (4.1, -1e16, {"dipole": 0.2}),
        (4.8, 1e16, {"dipole": -0.15, "fixed_charge": 3e11}),
    ],
)
def test_mis(work: float, N: float, interface: dict[str, float]) -> None:
    result = mis(work, N, **interface).equilibrium()
    charge, dipole = interface.get("fixed_charge", 0.0), interface.get("dipole", 0.0)
    at = result.layer.index("Si")
    insulator, silicon = slice(0, at), slice(at, None)

    # Uniform field in the insulator, and no carriers.
    field = result.field[insulator]
    assert np.ptp(field) <= 1e-9 * np.abs(field).max()
    assert not result.electron_density[insulator].any()
    assert not result.hole_density[insulator].any()
    assert field[0] == pytest.approx(-(result.potential[at] - result.potential[0]) / 10e-7, rel=1e-9)

    # Surface potential: psi itself is continuous, the vacuum level steps by the dipole.
    psi = mis_surface(work, N, charge=charge, dipole=dipole)
    assert result.potential[at] == result.potential[at - 1]
    assert result.vacuum_level[at] - result.vacuum_level[at - 1] == pytest.approx(dipole, abs=1e-12)
    assert result.vacuum_level[at] == pytest.approx(-psi, abs=2e-4)
    assert result.vacuum_level[-1] == pytest.approx(bulk(N), abs=1e-5)

    # eps E steps by the fixed charge.
    displacement = result.field * result.relative_permittivity * EPS_0 / Q
    scale = np.abs(displacement).max()
    assert displacement[at] - displacement[at - 1] == pytest.approx(charge, abs=1e-9 * scale)
    assert displacement[silicon][0] == pytest.approx(surface_displacement(psi, N), abs=1e-3 * scale)
