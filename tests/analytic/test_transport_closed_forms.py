"""Drift-diffusion against what can be written down: space charge, barriers, bulk, open circuit, superposition."""

from __future__ import annotations

import math

import numpy as np
import pytest

import stackmodel as sm
from helpers import metals
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.structure.mesh import uniform_mesh

INF, Q, EPS_0, BOLTZMANN = math.inf, 1.602176634e-19, 8.8541878128e-14, 8.617333262e-5


def slab(chi, gap, eps, N, mu, tau=INF, **more):
    mu_n, mu_p = mu if isinstance(mu, tuple) else (mu, mu)
    N_C, N_V = N if isinstance(N, tuple) else (N, N)
    return sm.Material(
        name="slab", kind="dot film", electron_affinity=chi, band_gap=gap, relative_permittivity=eps,
        conduction_band_dos=N_C, valence_band_dos=N_V, electron_mobility=mu_n, hole_mobility=mu_p,
        electron_lifetime=tau, hole_lifetime=tau, **more,
    )  # fmt: skip


# -- space charge ------------------------------------------------------------------------------------------------------


def injecting():
    return metals(slab(2.0, 4.0, 22, 1e20, 1e-3), 200, 2.0, 2.0, T=295)


def test_p07_moving_electrode_rohr2017():
    kT = BOLTZMANN * 295
    curve = injecting().jv([0.001, 0.01, 0.03])
    slope = 4 * math.pi**2 * kT * 1e-3 * 22 * EPS_0 / 2e-5**3
    assert curve.current_density / curve.voltage == pytest.approx([slope] * 3, rel=0.03)


def test_p07_mott_gurney_comes_near_from_above():
    curve = injecting().jv([30.0, 100.0])
    law = 9 / 8 * 22 * EPS_0 * 1e-3 * curve.voltage**2 / 2e-5**3
    ratio = curve.current_density / law
    # Diffusion from the contacts keeps the current above: 6.4 % at 30 V, 2.8 % at 100 V by the case's peer.
    assert ratio == pytest.approx([1.064, 1.028], abs=0.01)


def test_p07_simsalabim_curve():
    # Three rows of the case's sclc.csv are enough: within its 1 %.
    rows = {0.01: 23.944689, 0.012068: 28.903263}
    curve = injecting().jv(list(rows))
    assert curve.current_density * 1e4 == pytest.approx(list(rows.values()), rel=0.01)


SOKEL = np.array([0.001, 0.01, 0.1, 0.5, 2.0, 5.0])


def sokel_hughes():
    kT, G, L = BOLTZMANN * 295, 1e21, 2e-5
    k = 2 * Q * 1.0 / (22 * EPS_0)
    device = metals(slab(2.0, 4.0, 22, 2.2e18, 1.0, radiative_coefficient=k), 200, 4.0, 4.0, T=295, anode="back")
    return device, G, Q * G * L * (1 / np.tanh(SOKEL / (2 * kT)) - 2 * kT / SOKEL)


def test_p09_sokel_hughes1982():
    device, G, law = sokel_hughes()
    for sign in (1, -1):
        task = solver.problem(device.setup, [G])
        mesh = uniform_mesh([2e-5], 400)
        points = solver._curve(task, mesh, sign * SOKEL, {})
        found = [solver.current_density(task, points[float(voltage)]) for voltage in sign * SOKEL]
        assert found == pytest.approx(sign * law, rel=2e-3)


def test_p09_on_the_default_mesh():
    device, G, law = sokel_hughes()
    assert device.jv(SOKEL, generation=G).current_density == pytest.approx(law, rel=5e-3)


# -- barriers ----------------------------------------------------------------------------------------------------------


def test_p04_thermionic_emission_and_diffusion_crowell_sze1966():
    kT, v_R = BOLTZMANN * 300, 2.24694e6
    si = slab(4.05, 1.12, 11.7, (2.8e19, 2.65e19), (1000, 400), donor_density=1e16)
    metal = sm.Contact.schottky(
        work_function=4.75, electron_recombination_velocity=v_R, hole_recombination_velocity=v_R
    )  # fmt: skip
    device = metals(si, 3000, metal, sm.Contact.ohmic())
    curve = device.jv([0.1, 0.2, 0.3])
    assert curve.current_density * 1e4 == pytest.approx([7.685908, 370.894749, 17331.857], rel=0.015)
    # In reverse the field grows and the velocity at the metal alone is left; the shortfall is v_R / v_D.
    saturation = Q * 2.8e19 * v_R * math.exp(-0.7 / kT)
    reverse = -device.jv([-2.0]).current_density[0] / saturation
    assert 0.90 < reverse < 1.0


def test_thermionic_saturation_without_field_in_the_way():
    """A metal that emits slowly is the bottleneck: J = q S n_0 (exp(qV/kT) - 1)."""
    kT, S = BOLTZMANN * 300, 10.0
    slow = sm.Contact.schottky(work_function=4.5, electron_recombination_velocity=S, hole_recombination_velocity=0)
    device = metals(slab(4.0, 1.5, 12, 1e19, 100, donor_density=1e16), 500, slow, sm.Contact.ohmic())
    voltages = np.array([-0.4, -0.1, 0.05, 0.1, 0.2])
    n_0 = 1e19 * math.exp(-0.5 / kT)
    expected = Q * S * n_0 * np.expm1(voltages / kT)
    assert device.jv(voltages).current_density == pytest.approx(expected, rel=2e-3)


# -- bulk and open circuit ---------------------------------------------------------------------------------------------

N_C = 1e19
GAP_SI = 2 * BOLTZMANN * 300 * math.log(N_C / 10656534779.50664)
GAP_GAAS = 2 * BOLTZMANN * 300 * math.log(N_C / 1983921.0667592399)


@pytest.mark.parametrize(
    ("gap", "doping", "tau", "B", "C", "rows"),
    [
        (GAP_SI, -1e16, 1e-6, 4.73e-15, (2.8e-31, 9.9e-32),
         [(1e18, 1.0000449076619361e12, 0.4729274165256826), (1e20, 1.0099412138303388e14, 0.5924920403831407),
          (1e22, 1.6170850132716583e16, 0.7483257123832165)]),
        (GAP_GAAS, 1e17, 1e-8, 7.2e-10, (1e-30, 1e-30),
         [(1e18, 5813615542.563801, 0.8434536422564947), (1e20, 5.81362098319348e11, 0.9625066739049077),
          (1e22, 5.814162888840576e13, 1.0815768183149765)]),
    ],
)  # fmt: skip
def test_p11_bulk_steady_state(gap, doping, tau, B, C, rows):
    """A doped slab whose ends let no minority carrier pass, at the voltage at which no current flows."""
    side = "acceptor_density" if doping < 0 else "donor_density"
    film = slab(
        4.0, gap, 12, N_C, 100, tau, radiative_coefficient=B, electron_auger_coefficient=C[0],
        hole_auger_coefficient=C[1], **{side: abs(doping)},
    )  # fmt: skip
    level = 4.0 + 0.5 * gap - math.copysign(BOLTZMANN * 300 * math.asinh(abs(doping) / 2 / N_C * math.exp(
        0.5 * gap / (BOLTZMANN * 300))), doping)  # fmt: skip
    keep_n = sm.Contact.schottky(
        work_function=level, electron_recombination_velocity=None if doping > 0 else 0,
        hole_recombination_velocity=0 if doping > 0 else None,
    )  # fmt: skip
    device = metals(film, 2000, keep_n, keep_n, anode="back")
    for G, excess, splitting in rows:
        point = device.jv([0.0], generation=G).points[0]
        # Within a Debye length of the ends the majority is held at its doping: the middle is bulk.
        middle = point.position.size // 2
        minority = point.electron_density if doping < 0 else point.hole_density
        assert minority[middle] == pytest.approx(excess, rel=1e-3)
        assert (point.electron_level - point.hole_level)[middle] == pytest.approx(splitting, abs=3e-5)


@pytest.mark.parametrize(("G", "expected"), [(1e18, 1.375245), (3e18, 1.403653), (1e20, None), (1e22, None)])
def test_p10_open_circuit_voltage_koster2005(G, expected):
    k = 4.97616e-11
    device = metals(slab(3.0, 2.0, 4, 2.5e19, (1e-3, 1e-4), radiative_coefficient=k), 400, 3.0, 5.0)
    formula = 2.0 - BOLTZMANN * 300 * math.log(k * 2.5e19**2 / G)
    if expected is not None:
        assert formula == pytest.approx(expected, abs=2e-4)  # the case's kT/q is rounded
    curve = device.jv(np.linspace(formula - 0.02, formula + 0.02, 9), generation=G)
    # np.interp wants J to rise, as it does through open circuit.
    found = float(np.interp(0.0, curve.current_density, curve.voltage))
    assert found == pytest.approx(formula, abs=2e-3)


# -- a diode at low injection ------------------------------------------------------------------------------------------


def diode(tau=INF, B=0.0, doping=1e17):
    film = slab(4.05, 1.12, 11.7, 2.8e19, (1000, 400), tau, radiative_coefficient=B)
    layers = [sm.Layer(film, 2000, role="active", acceptor_density=doping),
              sm.Layer(film, 2000, role="active", donor_density=doping)]  # fmt: skip
    return sm.Photodiode(sm.Stack(layers), front=sm.Contact.ohmic(), back=sm.Contact.ohmic())


def lit_currents(device, voltages, generation):
    task = solver.problem(device.setup, [generation] * 2)  # fmt: skip
    return np.array([solver.current_density(task, point) for point in solver.solve(task, voltages)])


def test_superposition_at_low_injection():
    """Without recombination in the depletion zone the light adds a constant: J(V, G) = J(V, 0) - J_ph."""
    device, voltages = diode(), [0.0, 0.2, 0.4, 0.5]
    light = lit_currents(device, voltages, 1e18)
    dark = device.jv(voltages).current_density
    # The width of the depletion zone moves with V: minority carriers of a short base have the same mean path.
    assert dark - light == pytest.approx([-light[0]] * 4, rel=2e-2)
    assert lit_currents(device, [0.0], 2e18)[0] == pytest.approx(2 * light[0], rel=1e-4)


def test_ideality_of_diffusion_and_of_recombination():
    kT = BOLTZMANN * 300
    ideal = np.log(diode().jv([0.3, 0.31]).current_density)
    assert 0.01 / kT / (ideal[1] - ideal[0]) == pytest.approx(1.0, abs=0.01)
    trapped = np.log(diode(tau=1e-9, doping=1e16).jv([0.2, 0.21]).current_density)
    # sinh(qV/2kT) over the field at V: a little under two.
    assert 1.7 < 0.01 / kT / (trapped[1] - trapped[0]) < 2.0


def test_reciprocity_rau2007():
    """Of a linear diode: what one carrier pair at x yields at short circuit is n/n_0 - 1 there at V in the dark."""
    kT, V = BOLTZMANN * 300, 0.1
    device = diode(tau=1e-8)
    task = solver.problem(device.setup, [1e17, 0.0])
    collected = -solver.current_density(task, solver.solve(task, [0.0])[0])
    dark = device.band_diagram(V)
    p_side = np.array([name == dark.layer[0] for name in dark.layer])
    yielded = np.expm1((dark.electron_level - dark.hole_level)[p_side] / kT) / math.expm1(V / kT)
    assert collected == pytest.approx(Q * 1e17 * np.trapezoid(yielded, dark.position[p_side] * 1e-7), rel=1e-2)


def test_open_circuit_in_the_radiative_limit_is_the_logarithm_of_light():
    """J_0 and J_ph of one device: V_oc = kT/q ln(J_ph / J_0 + 1), with J_0 from reverse and forward in the dark."""
    kT = BOLTZMANN * 300
    anode = sm.Contact.schottky(work_function=5.2, electron_recombination_velocity=0)
    cathode = sm.Contact.schottky(work_function=4.1, hole_recombination_velocity=0)
    device = metals(slab(4.0, 1.3, 10, 1e19, 100, radiative_coefficient=1e-10), 300, anode, cathode)
    J_0 = Q * 1e-10 * 1e19**2 * math.exp(-1.3 / kT) * 3e-5
    assert device.jv([-0.3, 0.3]).current_density == pytest.approx(
        [-J_0, J_0 * math.expm1(0.3 / kT)], rel=2e-3
    )  # fmt: skip
    for G in (1e16, 1e18, 1e20):
        expected = kT * math.log1p(Q * G * 3e-5 / J_0)
        curve = device.jv(np.linspace(expected - 0.01, expected + 0.01, 5), generation=G)
        assert float(np.interp(0.0, curve.current_density, curve.voltage)) == pytest.approx(expected, abs=3e-4)
