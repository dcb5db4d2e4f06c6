"""Junctions against the first integral of Poisson-Boltzmann, exact for sides that end in neutral bulk.

Multiply (eps psi')' = -q (p - n + N) by psi' and integrate from the bulk (index b, no field) to the junction:

    eps E^2 / 2 = q [ -N (psi - psi_b) + kT (n - n_b + p - p_b) ]

The two sides share psi, and eps E is continuous, which leaves one equation for the psi of the junction. Cases P01 (Sze
and Ng, ch. 2) and P06 (Anderson 1962) state the same figures.
"""

from __future__ import annotations

from typing import Any

import attrs
import mpmath as mp
import numpy as np
import pytest

import stackmodel as sm
from stackmodel.results.equilibrium import Equilibrium

K_Q = mp.mpf("1.380649e-23") / mp.mpf("1.602176634e-19")  # [V/K]
EPS_Q = mp.mpf("8.8541878128e-14") / mp.mpf("1.602176634e-19")  # eps_0 / q [V^-1 cm^-1]
CHARGE = 1.602176634e-19
OHMIC = {"front": sm.Contact.ohmic(), "back": sm.Contact.ohmic()}


@attrs.frozen
class Side:
    """A Boltzmann semiconductor at temperature T [K]: eV and cm^-3; E_C = -chi - psi with the Fermi level at zero."""

    chi: float
    gap: float
    eps_r: float
    N_C: float
    N_V: float
    doping: float
    T: float

    def densities(self, psi: Any) -> tuple[Any, Any]:
        kT = K_Q * self.T
        return self.N_C * mp.exp((psi + self.chi) / kT), self.N_V * mp.exp(-(psi + self.chi + self.gap) / kT)

    @property
    def bulk(self) -> Any:
        """Potential where p - n + N = 0."""
        kT = K_Q * self.T
        n_i = mp.sqrt(mp.mpf(self.N_C) * self.N_V) * mp.exp(-self.gap / (2 * kT))
        middle = -self.chi - mp.mpf(self.gap) / 2 + kT / 2 * mp.log(mp.mpf(self.N_V) / self.N_C)
        return middle + kT * mp.asinh(self.doping / (2 * n_i))

    def displacement_squared(self, psi: Any) -> Any:
        """(eps E / q)^2 at the junction [cm^-4]."""
        change = sum(self.densities(psi)) - sum(self.densities(self.bulk))
        return 2 * EPS_Q * self.eps_r * (-self.doping * (psi - self.bulk) + K_Q * self.T * change)


@attrs.frozen
class Exact:
    V_bi: float
    drop_left: float
    drop_right: float
    displacement: float  # over q [cm^-2]


def first_integral(left: Side, right: Side) -> Exact:
    with mp.workdps(60 + int(3 / (float(K_Q) * left.T) / 2.3)):  # densities span exp(2 eV / kT)
        low, high = left.bulk, right.bulk
        sign = mp.sign(left.displacement_squared(high) - right.displacement_squared(high))
        for _ in range(150):
            psi = (low + high) / 2
            if sign * (left.displacement_squared(psi) - right.displacement_squared(psi)) > 0:
                high = psi
            else:
                low = psi
        drops = (abs(psi - left.bulk), abs(right.bulk - psi))
        return Exact(float(sum(drops)), *map(float, drops), float(mp.sqrt(left.displacement_squared(psi))))


def layer(side: Side, thickness: float, name: str) -> sm.Layer:
    """The side as a material of its own, its values taken as they are at the device's temperature of 300 K."""
    material = sm.Material(
        name=name, electron_affinity=side.chi, band_gap=side.gap, relative_permittivity=side.eps_r,
        conduction_band_dos=side.N_C, valence_band_dos=side.N_V, electron_mobility=1000, hole_mobility=400,
        donor_density=max(side.doping, 0.0), acceptor_density=max(-side.doping, 0.0), statistics="boltzmann",
    )  # fmt: skip
    return sm.Layer(material, thickness)


def check(result: Equilibrium, left: Side, right: Side) -> Exact:
    """V_bi to 0.01 mV, drops to 0.2 mV, peak field and the charge of each side to 0.1 %."""
    exact = first_integral(left, right)
    assert result.built_in_potential == pytest.approx(exact.V_bi, abs=1e-5)
    drops = tuple(result.potential_drop.values())
    assert drops == pytest.approx((exact.drop_left, exact.drop_right), abs=2e-4)
    peak = exact.displacement / float(EPS_Q) / min(left.eps_r, right.eps_r)
    assert result.peak_field == pytest.approx(peak, rel=1e-3)
    x, names = result.position * 1e-7, np.array(result.layer)
    for span, doping in zip(result.layers, (left.doping, right.doping), strict=True):
        inside = names == span.name
        charge = np.trapezoid(result.charge_density[inside], x[inside]) / CHARGE
        assert charge == pytest.approx(np.sign(doping) * exact.displacement, rel=1e-3)
    return exact


# -- P01: silicon, own values ------------------------------------------------------------------------------------------


def p01(N_A: float, N_D: float, thicknesses: tuple[float, float]) -> tuple[Equilibrium, Side, Side]:
    p, n = (Side(4.05, 1.12, 11.7, 2.8e19, 2.65e19, doping, 300.0) for doping in (-N_A, N_D))
    stack = sm.Stack([layer(p, thicknesses[0], "p"), layer(n, thicknesses[1], "n")])
    return sm.Photodiode(stack, **OHMIC).equilibrium(), p, n


@pytest.mark.parametrize(
    ("N_A", "N_D", "thicknesses", "E_max"),
    [(1e17, 1e15, (2900, 12000), 20747.306956166215), (1e16, 1e16, (1300, 10000), 31932.86145973105)],
)
def test_p01_silicon(N_A: float, N_D: float, thicknesses: tuple[float, float], E_max: float) -> None:
    """The depletion approximation gives 14210 V/cm for the first: holes spill over."""
    result, p, n = p01(N_A, N_D, thicknesses)
    exact = check(result, p, n)
    assert exact.V_bi == pytest.approx(0.7110293874478322, abs=1e-9)
    assert exact.displacement / float(EPS_Q) / 11.7 == pytest.approx(E_max, rel=1e-9)


def half_density_edge(side: Side, psi_junction: float) -> float:
    """Distance from the junction to where the majority density is half the doping: integral of dpsi / |E| [cm]."""
    kT = float(K_Q) * side.T
    psi_edge = float(side.bulk) - np.sign(side.doping) * kT * np.log(2.0)
    eps = float(EPS_Q) * side.eps_r
    # Constant steps of psi: E is smooth and far from zero between the junction and the edge.
    psi = np.linspace(psi_junction, psi_edge, 2001)
    slope = np.array([float(eps / mp.sqrt(side.displacement_squared(each))) for each in psi])
    return abs(float(np.trapezoid(slope, psi)))


def test_p01_depletion_width_is_between_half_densities() -> None:
    """899 nm; the textbook's 928 nm counts from a depletion that is complete up to its edge."""
    result, p, n = p01(1e17, 1e15, (2900, 12000))
    psi_junction = float(p.bulk) + first_integral(p, n).drop_left
    width = (half_density_edge(p, psi_junction) + half_density_edge(n, psi_junction)) * 1e7
    assert width == pytest.approx(899, abs=0.5)
    assert result.depletion_width == pytest.approx(width, rel=1e-3)
    assert result.depletion_edges is not None
    assert result.depletion_edges[0] < 2900 < result.depletion_edges[1]


# -- the library at 300 K, 77 K and 20 K -------------------------------------------------------------------------------


def library_side(name: str, doping: float, T: float) -> Side:
    """The library's values, stated: gap by Varshni's law (rounded at 300 K), N ~ T^1.5, chi and eps_r constant."""
    chi, gap_300, (E_0, alpha, beta), eps_r, N_C, N_V = {
        "Si": (4.05, 1.124519231, (1.17, 4.73e-4, 636.0), 11.7, 2.8e19, 2.65e19),
        "GaAs": (4.07, 1.422482143, (1.519, 5.405e-4, 204.0), 12.9, 4.7e17, 7e18),
    }[name]
    gap = gap_300 if T == 300.0 else E_0 - alpha * T * T / (T + beta)
    scale = (T / 300.0) ** 1.5
    return Side(chi, gap, eps_r, N_C * scale, N_V * scale, doping, T)


@pytest.mark.parametrize("T", [300.0, 77.0, 20.0])
@pytest.mark.parametrize("name", ["Si", "GaAs"])
def test_library_junction(name: str, T: float) -> None:
    n, p = (library_side(name, doping, T) for doping in (1e16, -5e16))
    given = {"statistics": "boltzmann"}  # the first integral's; bands of the library fill by Fermi and Dirac
    stack = sm.Stack(
        [
            sm.Layer(name, "2 um", name="n", donor_density=1e16, **given),
            sm.Layer(name, "1 um", name="p", acceptor_density=5e16, **given),
        ]
    )
    check(sm.Photodiode(stack, temperature=T, **OHMIC).equilibrium(), n, p)


# -- P06: p-GaAs / N-AlGaAs --------------------------------------------------------------------------------------------


def test_p06_anderson_heterojunction() -> None:
    p = Side(4.07, 1.424, 12.9, 4.7e17, 7e18, -1e17, 300.0)
    n = Side(3.79, 1.798, 12.0, 6.5e17, 1.1e19, 2e17, 300.0)
    result = sm.Photodiode(sm.Stack([layer(p, 1000, "p-GaAs"), layer(n, 1000, "N-AlGaAs")]), **OHMIC).equilibrium()
    exact = check(result, p, n)
    assert (exact.V_bi, exact.drop_left, exact.drop_right) == pytest.approx((1.563697, 1.00926, 0.55444), abs=1e-5)
    at = result.layer.index("N-AlGaAs")
    assert abs(result.field[at - 1 : at + 1]) == pytest.approx([166100.0, 178560.0], rel=1e-3)
    steps = np.diff(result.conduction_band)[at - 1], np.diff(result.valence_band)[at - 1]
    assert steps == pytest.approx((0.28, -0.094), abs=1e-9)
