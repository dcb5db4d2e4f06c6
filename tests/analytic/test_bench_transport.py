"""Drift-diffusion against the bench's converged answers, textbook diodes and conservation laws."""

import math

import numpy as np
import pytest

import stackmodel as sm

INF = math.inf


def ohmic(*layers, **kwargs):
    return sm.Photodiode(sm.Stack(list(layers)), front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), **kwargs)


def bands(chi, gap, eps, N, mu, tau=INF, **more):
    mu_n, mu_p = mu if isinstance(mu, tuple) else (mu, mu)
    return {
        "electron_affinity": chi, "band_gap": gap, "relative_permittivity": eps, "conduction_band_dos": N,
        "valence_band_dos": N, "electron_mobility": mu_n, "hole_mobility": mu_p, "electron_lifetime": tau,
        "hole_lifetime": tau, **more,
    }  # fmt: skip


def pn():
    gaas = sm.Material(name="GaAs-like", **bands(4.07, 1.42, 12.9, 2e18, (4000, 200), 1e-8))
    return ohmic(sm.Layer(gaas, 2000, donor_density=1e17), sm.Layer(gaas, 2000, acceptor_density=1e17))


def nip():
    etl = sm.Material(name="ZnO-like", **bands(4.0, 3.3, 8.5, 2.2e18, 10))
    film = sm.Material(name="PbS film", **bands(4.1, 1.3, 14, 1e19, 0.01, 1e-6, radiative_coefficient=1e-10))
    htl = sm.Material(name="EDT-like", **bands(3.8, 1.4, 14, 1e19, 0.01))
    return ohmic(sm.ETL(etl, 50, donor_density=1e17), sm.Active(film, 300), sm.HTL(htl, 50, acceptor_density=1e17))


def narrow_gap(temperature):
    """HgTe dots between ZnO and NiO; N_C, N_V and gaps do not change with temperature (site densities)."""
    etl = sm.Material(name="ZnO-like", kind="dot film", **bands(4.3, 3.35, 8.5, 3e18, 1))
    narrow = bands(4.4, 0.3, 15, 1e19, 0.1, 1e-7, radiative_coefficient=1e-10)
    film = sm.Material(name="HgTe film", kind="dot film", **narrow)
    htl = sm.Material(name="NiO-like", kind="dot film", **bands(1.8, 3.3, 10, 1e19, 0.01))
    return ohmic(
        sm.ETL(etl, 50, donor_density=1e18), sm.Active(film, 400, donor_density=1e15),
        sm.HTL(htl, 30, acceptor_density=1e18), temperature=temperature,
    )  # fmt: skip


def floating_middle(temperature=80):
    """Two back-to-back diodes whose common p layer has no contact, the wider gap in front."""
    layers = []
    for thickness, gap, B, doping in (
        (40, 0.6, 0.0, 1e18), (250, 0.6, 1e-10, 0.0), (40, 0.6, 0.0, -1e18), (250, 0.45, 1e-10, 0.0),
        (40, 0.45, 0.0, 1e18),
    ):  # fmt: skip
        film = sm.Material(
            name=f"film {len(layers)}", kind="dot film",
            **bands(4.4, gap, 15, 1e19, 0.1, 1e-6, radiative_coefficient=B),
        )  # fmt: skip
        donors, acceptors = max(doping, 0.0), max(-doping, 0.0)
        layers.append(sm.Layer(film, thickness, role="active", donor_density=donors, acceptor_density=acceptors))
    return ohmic(*layers, temperature=temperature, anode="back")


# The default mesh is to be within 0.5 % of the converged answers.
def test_pn_dark_curve():
    reference = {0.1: 7.878e-11, 0.3: 4.654e-9, 0.5: 2.566e-7, 0.7: 1.768e-5, 0.9: 7.661e-3}
    curve = pn().jv(np.arange(0, 0.9001, 0.025))
    for voltage, expected in reference.items():
        i = int(np.argmin(abs(curve.voltage - voltage)))
        assert curve.current_density[i] == pytest.approx(expected, rel=5e-3)


def test_nip_dark_curve():
    curve = nip().jv([-0.5, 0.0, 0.5])
    assert curve.current_density == pytest.approx([-1.2292e-10, 0.0, 1.0581e-6], rel=5e-3)
    assert curve.current_density[1] == 0.0


def test_nip_under_light():
    figures = nip().jv(np.arange(0, 1.001, 0.02), generation=5e21).figures
    assert figures.short_circuit_current_density * 1e3 == pytest.approx(23.458, rel=1e-3)
    assert figures.open_circuit_voltage == pytest.approx(0.9131, abs=1e-3)
    assert figures.fill_factor == pytest.approx(0.5946, abs=2e-3)


def test_no_current_at_all_at_zero_bias_in_the_dark():
    for device in (pn(), nip(), sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au")):
        point = device.band_diagram(0.0)
        assert point.current_density == 0.0
        assert np.all(point.electron_level == 0.0)
        assert np.all(point.hole_level == 0.0)
        assert np.all(point.recombination_rate == 0.0)


@pytest.mark.parametrize(
    "make", [lambda: pn(), lambda: nip(), lambda: narrow_gap(80), lambda: floating_middle()],
    ids=["pn", "n-i-p", "narrow gap, 80 K", "floating middle, 80 K"],
)  # fmt: skip
def test_slope_at_zero_is_positive_and_the_same_on_both_sides(make):
    # J = G V + a V^2 + b V^3 + ...: even terms leave with the difference of both signs, the cubic one between V and
    # 2 V. One curve, one mesh.
    small, large = 1e-6, 1e-4
    voltages = np.array([small, 2 * small, large, 2 * large])
    currents = make().jv([*-voltages, *voltages]).current_density
    reverse, forward = currents[:4], currents[4:]
    assert np.all(forward > 0)
    assert np.all(reverse < 0)
    symmetric = (forward - reverse) / (2 * voltages)
    slope = (4 * symmetric[2] - symmetric[3]) / 3
    assert symmetric[0] == pytest.approx(slope, rel=1e-6)
    # Each side alone: what is linear in V leaves between V and 2 V.
    for side in (forward / voltages, -reverse / voltages):
        assert 2 * side[0] - side[1] == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("voltage", [-1.0, -0.5, -0.05, 0.3, 0.6])
def test_mechanisms_sum_to_the_current(voltage):
    point = nip().band_diagram(voltage)
    assert sum(point.by_mechanism.values()) == pytest.approx(point.current_density, rel=1e-9)
    assert point.conservation <= 1e-9


def test_mirrored_stack_gives_the_mirrored_answer():
    device = nip()
    mirrored = ohmic(*reversed(device.stack.layers))
    voltages = [-0.6, 0.4, 0.7]
    assert mirrored.jv(voltages).current_density == pytest.approx(device.jv(voltages).current_density, rel=4e-3)


@pytest.mark.parametrize(
    ("temperature", "expected"), [(300, -2.185e-3), (200, -1.524e-6), (120, -5.13e-13), (80, -3.16e-21)]
)
def test_narrow_gap_between_wide_gaps_when_cooled(temperature, expected):
    # 160-bit arithmetic on 1200 nodes.
    assert narrow_gap(temperature).band_diagram(-0.3).current_density == pytest.approx(expected, rel=5e-3)


@pytest.mark.parametrize(("voltage", "expected"), [(0.02, 3.6663e-19), (-0.02, -1.27468e-19)])
def test_floating_middle_at_80_K(voltage, expected):
    # 430-bit arithmetic on meshes of 248 to 3968 elements, extrapolated by Richardson.
    assert floating_middle().band_diagram(voltage).current_density == pytest.approx(expected, rel=5e-3)


def silicon(**more):
    return sm.Material(
        name="Si", electron_affinity=4.05, band_gap=1.12, relative_permittivity=11.7, electron_mobility=1000,
        hole_mobility=400, conduction_band_dos=2.8e19, valence_band_dos=2.65e19, **more,
    )  # fmt: skip


@pytest.mark.parametrize(("voltage", "expected"), [(0.2, 0.0030018920319601233), (0.4, 6.707944043565741)])
def test_p02_short_base_shockley1949(voltage, expected):
    material = silicon(electron_lifetime=INF, hole_lifetime=INF)
    device = ohmic(sm.Layer(material, 2000, acceptor_density=1e17), sm.Layer(material, 2000, donor_density=1e16))
    assert device.band_diagram(voltage).current_density * 1e4 == pytest.approx(expected, rel=5e-3)


@pytest.mark.parametrize(("voltage", "expected"), [(0.2, 0.1419), (0.25, 0.4392), (0.3, 1.50084)])
def test_p03_sah_noyce_shockley1957(voltage, expected):
    material = silicon(electron_lifetime=1e-8, hole_lifetime=1e-8)
    device = ohmic(sm.Layer(material, 2000, acceptor_density=1e16), sm.Layer(material, 2000, donor_density=1e16))
    assert device.band_diagram(voltage).current_density * 1e4 == pytest.approx(expected, rel=5e-3)


def test_p16_radiative_limit_is_detailed_balance():
    film = sm.Material(name="film", **bands(4.0, 1.34, 10, 1e19, 100, INF, radiative_coefficient=9.53649e-13))
    anode = sm.Contact.schottky(work_function=5.29, hole_recombination_velocity=1e8, electron_recombination_velocity=0)
    cathode = sm.Contact.schottky(
        work_function=4.05, electron_recombination_velocity=1e8, hole_recombination_velocity=0
    )
    device = sm.SolarCell(sm.Stack([sm.Active(film, 500)]), front=anode, back=cathode)
    generation = 352.0e-4 / (1.602176634e-19 * 5e-5)
    figures = device.jv(np.linspace(0, 1.1, 56), generation=generation).figures
    assert figures.open_circuit_voltage == pytest.approx(1.08186, abs=3e-4)
    assert figures.fill_factor * 100 == pytest.approx(88.906, abs=0.15)


def test_activation_energy_and_limit_of_a_generation_current():
    answer = nip().dark_current(-0.5)
    assert answer.limited_by == "SRH in PbS film"
    # n_i ~ T^1.5 exp(-E_g / 2kT): E_g/2 + 1.5 kT, less what the depleted part gives.
    assert answer.activation_energy == pytest.approx(0.65 + 1.5 * 0.02585, rel=0.02)
    assert answer.total == abs(answer.current_density)


def test_unreachable_points_are_refused_with_what_was_solved():
    with pytest.raises(sm.DataError, match="no optical constants are known; give optical="):
        nip().jv([0.1], light=sm.Light.am15g())
    with pytest.raises(sm.InputError, match="no voltages"):
        nip().jv([])
    with pytest.raises(sm.DataError, match="dark curve"):
        _ = nip().jv([0.0, 0.1]).figures.open_circuit_voltage
