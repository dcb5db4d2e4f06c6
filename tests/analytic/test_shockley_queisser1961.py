"""Detailed balance: AM1.5G integrals and limits (case P20), black bodies, multiple exciton generation."""

import math

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.estimates.detailed_balance import blackbody_photons_above, detailed_balance, pair_steps, pairs_made
from stackmodel.light.spectrum import Light
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.physics.multiexcitons import multiplication_yield

AM15G = Light.am15g()
# Gap [eV], J_sc [mA/cm^2], J_0 [mA/cm^2], V_oc [V], FF [%], efficiency [%] referred to 1000.37 W/m^2
P20 = [
    (1.0, 48.220176736491844, 6.8436944690576355e-12, 0.764791884449085, 85.56829724358164, 31.55621878929211),
    (1.12, 43.81080751966973, 8.230235498144738e-14, 0.8765962580739836, 86.97392241274154, 33.4018043051032),
    (1.34, 35.03235250314914, 2.3553730840971077e-17, 1.08173865551344, 88.9050332346077, 33.69131794477984),
    (1.424, 31.88596407367417, 1.029779813380831e-18, 1.1602210133960882, 89.48909090222811, 33.106279372704805),
    (1.6, 25.46707013449471, 1.4307406374481986e-21, 1.3244879389591349, 90.51813907344017, 30.5325171060809),
    (2.0, 14.58565557285965, 4.235171524928438e-28, 1.698708984826636, 92.20754025680573, 22.846063239004227),
]


def test_am15g_integrals():
    assert AM15G.irradiance * 1e4 == pytest.approx(1000.3707, rel=1e-6)
    assert AM15G.photons_above(0.31) * 1e4 == pytest.approx(4.305571e21, rel=1e-3)


@pytest.mark.parametrize("row", P20, ids=lambda row: f"{row[0]} eV")
def test_p20(row):
    gap, J_sc, J_0, V_oc, FF, efficiency = row
    cell = detailed_balance(gap, AM15G, 300.0)
    assert cell.short_circuit_current_density * 1e3 == pytest.approx(J_sc, rel=1e-9)
    assert cell.dark_current_density * 1e3 == pytest.approx(J_0, rel=1e-7)
    assert cell.open_circuit_voltage == pytest.approx(V_oc, abs=1e-8)
    assert cell.fill_factor * 100 == pytest.approx(FF, abs=1e-6)
    assert cell.power_density / AM15G.irradiance * 100 == pytest.approx(efficiency, abs=0.02)


def brute_force(gap, kT=0.025851999786435535):
    """Shockley-Queisser by plain quadrature over energy and a scan over voltage, independent of the code's series."""
    import numpy as np

    q, h, c = 1.602176634e-19, 6.62607015e-34, 299792458.0
    E = np.linspace(gap, gap + 60 * kT, 200_001) * q
    J_0 = q * 2 * np.pi / (h**3 * c**2) * np.trapezoid(E**2 / np.expm1(E / (kT * q)), E) * 1e-4
    x, y = AM15G.wavelength, AM15G.photon_flux
    edge = 1239.8419843320026 / gap
    xs = np.append(x[x < edge], min(edge, x[-1]))
    J_sc = q * np.trapezoid(np.interp(xs, x, y), xs)
    V = np.linspace(0, gap, 400_001)
    return float(np.max(V * (J_sc - J_0 * np.expm1(V / kT)))) / AM15G.irradiance


@pytest.mark.parametrize("gap", [0.3, 0.5, 0.7, 0.8, 0.95, 1.1, 1.25, 1.34, 1.5, 1.8, 2.1, 2.5])
def test_twelve_gaps_to_a_tenth_of_a_percent_absolute(gap):
    cell = detailed_balance(gap, AM15G, 300.0)
    assert cell.power_density / AM15G.irradiance == pytest.approx(brute_force(gap), abs=1e-6)


def test_global_maximum():
    best = max((detailed_balance(g / 1000, AM15G, 300.0) for g in range(1300, 1380)), key=lambda c: c.power_density)
    assert best.band_gap == pytest.approx(1.336, abs=0.006)
    assert best.power_density / AM15G.irradiance * 100 == pytest.approx(33.705, abs=0.06)


def test_two_pairs_reach_41_9_percent_and_a_staircase_44_4():
    # Hanna and Nozik, J. Appl. Phys. 100, 074510 (2006)
    two = detailed_balance(0.95, AM15G, 300.0, pairs_per_photon=2)
    many = detailed_balance(0.70, AM15G, 300.0, pairs_per_photon=8)
    assert two.power_density / AM15G.irradiance == pytest.approx(0.419, abs=1e-3)
    assert many.power_density / AM15G.irradiance == pytest.approx(0.444, abs=1e-3)


def test_blackbody_is_stefan_boltzmann_and_its_photons_the_series():
    sun = Light.blackbody(5778)
    assert sun.irradiance == pytest.approx(5.670374419e-12 * 5778**4, rel=1e-6)
    assert sun.photons_above(1.12) == pytest.approx(blackbody_photons_above(1.12, 5778.0), rel=1e-4)


def test_photons_of_a_gapless_black_body():
    # int x^2/(e^x - 1) = 2 zeta(3)
    kT = 1.380649e-23 * 300
    exact = 2 * math.pi * kT**3 / (6.62607015e-34**3 * 299792458.0**2) * 2 * 1.2020569031595942 * 1e-4
    assert blackbody_photons_above(1e-6, 300.0) == pytest.approx(exact, rel=1e-6)


def test_denominator_of_the_infrared_efficiency_is_explicit():
    cell = sm.SolarCell("ITO / ZnO 100nm / PbS(0.8eV, halide) 400nm / PbS(3.0nm, EDT) 45nm / Au")
    behind_silicon = AM15G.longpass(1100)
    assert behind_silicon.irradiance * 1e3 == pytest.approx(19.58, abs=0.01)
    own, full = cell.limit(behind_silicon), cell.limit(behind_silicon, reference_irradiance="100 mW/cm^2")
    assert own.power_density == full.power_density
    assert full.efficiency == pytest.approx(own.efficiency * 0.1958, rel=1e-3)
    assert full.reference_irradiance == pytest.approx(0.1)


def test_monochromatic_limit():
    line = Light.monochromatic(1550, "17.3 mW/cm^2")
    cell = detailed_balance(0.79, line, 300.0)
    assert cell.short_circuit_current_density == pytest.approx(17.3e-3 * 1550 / 1239.8419843, rel=1e-9)
    with pytest.raises(sm.InputError, match="no photon"):
        detailed_balance(0.85, line, 300.0)


def test_filters_cut_where_they_say():
    assert AM15G.longpass(1100).irradiance + AM15G.shortpass(1100).irradiance == pytest.approx(
        AM15G.irradiance, rel=1e-12
    )
    assert AM15G.concentrated(10).irradiance == pytest.approx(10 * AM15G.irradiance)


def test_beard2010_an_ideal_slope_lies_below_the_staircase():
    # threshold 2 and slope 1 make E/E_g - 1 pairs, the staircase floor(E/E_g)
    ways = ({}, {"multiplication": (2.0, 1.0)}, {"pairs_per_photon": 8})
    one, ideal, many = (detailed_balance(0.70, AM15G, 300.0, **how) for how in ways)
    assert one.power_density < ideal.power_density < many.power_density
    assert one.short_circuit_current_density < ideal.short_circuit_current_density < many.short_circuit_current_density


def test_a_threshold_beyond_sunlight_leaves_the_limit_of_one_pair():
    plain = detailed_balance(1.1, AM15G, 300.0)
    beyond = detailed_balance(1.1, AM15G, 300.0, multiplication=(5.0, 1.0))
    assert beyond.power_density == pytest.approx(plain.power_density, rel=1e-9)


def test_pairs_of_a_slope_are_the_integral_of_the_yield():
    x, flux = AM15G.wavelength, AM15G.photon_flux
    fine = np.linspace(x[0], x[-1], 400001)
    yields = multiplication_yield(HC_EV_NM / fine, band_gap=0.7, threshold=2.5, slope=0.6)
    by_sum = float(np.trapezoid(np.interp(fine, x, flux) * yields, fine))
    # 1e-3: steps of 0.02 gaps
    assert pairs_made(AM15G, pair_steps(0.7, 1, (2.5, 0.6))) == pytest.approx(by_sum, rel=1e-3)
