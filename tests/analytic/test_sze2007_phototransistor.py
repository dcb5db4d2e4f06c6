"""Phototransistors against closed forms: series capacitance, square law, swing, graphene, photogating."""

import math

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.estimates import transistor_laws as law

Q, K, EPS_0, HBAR = 1.602176634e-19, 1.380649e-23, 8.8541878128e-14, 1.054571817e-34
KT = 300.0 * K / Q
N_TYPE = (
    "gate: Al / SiO2 100nm / channel: IGZO 20nm [source=Al, drain=Al, length=10um, width=100um] / "
    "PbS(3.4nm, EDT) 50nm [hole_trap_lifetime=10ms, trap_density=1e17 cm^-3]"
)
GRAPHENE = (
    "gate: Au / SiO2 285nm / graphene 0.335nm [source=Au, drain=Au, length=10um, width=20um] / "
    "PbS(5nm, EDT) 80nm [electron_trap_lifetime=1s, trap_density=1e17 cm^-3]"
)


def test_insulators_in_series():
    found = law.series_capacitance([3.9, 20.0], [1e-5, 2e-6])
    assert found == pytest.approx(EPS_0 / (1e-5 / 3.9 + 2e-6 / 20.0), rel=1e-12)
    device = sm.Phototransistor(N_TYPE.replace("SiO2 100nm", "SiO2 100nm / HfO2 20nm"))
    assert device.estimate().capacitance == pytest.approx(found, rel=1e-12)


def test_check_value_of_the_square_law():
    """W = 100 um, L = 10 um, mu = 10 cm^2/Vs, C = 12 nF/cm^2, V_G = 5, V_T = 1, V_D = 1 V: 0.42 uA."""
    known = {"threshold": 1.0, "per_volt": 10.0 * 10.0 * 1.2e-8, "swing": KT, "sign": 1.0}
    volts = [np.array(each) for each in (5.0, 1.0)]
    assert law.channel_current(*volts, **known) == pytest.approx(1.2e-6 * (4.0 * 1.0 - 0.5), rel=1e-9)
    assert law.channel_current(np.array(5.0), np.array(9.0), **known) == pytest.approx(1.2e-6 * 8.0, rel=1e-9)
    assert law.channel_transconductance(*volts, **known) == pytest.approx(1.2e-6 * 1.0, rel=1e-9)


@pytest.mark.parametrize(("gate", "drain"), [(5.0, 1.0), (5.0, 9.0), (0.8, 0.3), (-2.0, -3.0), (1.0, 0.0)])
def test_channel_is_symmetric_and_its_slope_a_derivative(gate, drain):
    known = {"threshold": 1.0, "per_volt": 1e-6, "swing": 1.5 * KT}

    def current(v_g, v_d, sign=1.0, threshold=1.0):
        return float(
            law.channel_current(np.array(v_g), np.array(v_d), **{**known, "sign": sign, "threshold": threshold})
        )

    assert current(gate, drain) == pytest.approx(-current(gate - drain, -drain), rel=1e-12, abs=1e-30)
    assert current(gate, drain) == pytest.approx(-current(-gate, -drain, -1.0, -1.0), rel=1e-12, abs=1e-30)
    slope = (current(gate + 1e-5, drain) - current(gate - 1e-5, drain)) / 2e-5
    exact = law.channel_transconductance(np.array(gate), np.array(drain), **known, sign=1.0)
    assert float(exact) == pytest.approx(slope, rel=1e-6, abs=1e-15)


def test_current_falls_by_a_decade_in_one_swing():
    device = sm.Phototransistor(N_TYPE).with_values({"channel.interface_state_density": "1e12 cm^-2 eV^-1"})
    answer = device.estimate()
    expected = math.log(10.0) * KT * (1.0 + Q * 1e12 / answer.capacitance)
    assert answer.subthreshold_swing == pytest.approx(expected, rel=1e-9)
    below = answer.threshold_voltage - np.array([20.0, 21.0]) * answer.subthreshold_swing
    curve = device.transfer_curve(below.tolist(), 1.0)
    assert curve.drain_current[0] / curve.drain_current[1] == pytest.approx(10.0, rel=1e-6)


def test_threshold_by_work_functions_doping_and_charge():
    device = sm.Phototransistor(N_TYPE).with_values({"channel.statistics": "boltzmann"})
    answer = device.estimate()
    channel = 4.16 + KT * math.log(5e18 / 1e16)
    assert answer.flat_band_voltage == pytest.approx(4.28 - channel, rel=1e-6)
    held = Q * 1e16 * 20e-7 / answer.capacitance
    assert answer.threshold_voltage == pytest.approx(answer.flat_band_voltage - held, rel=1e-9)
    charged = device.with_values({"SiO2|IGZO.fixed_charge": 1e11}).estimate()
    assert charged.threshold_voltage - answer.threshold_voltage == pytest.approx(-Q * 1e11 / answer.capacitance)
    raised = device.with_values({"SiO2|IGZO.dipole": 0.3}).estimate()
    assert raised.threshold_voltage - answer.threshold_voltage == pytest.approx(0.3)
    assert answer.carrier == "electron"


def test_charge_between_insulators_counts_by_its_distance_from_the_gate():
    text = N_TYPE.replace("SiO2 100nm", "SiO2 100nm / HfO2 20nm")
    device = sm.Phototransistor(text)
    shift = (
        device.with_values({"SiO2|HfO2.fixed_charge": 1e11}).estimate().threshold_voltage
        - device.estimate().threshold_voltage
    )
    assert shift == pytest.approx(-Q * 1e11 * 1e-5 / (3.9 * EPS_0))


def test_flat_bands_of_the_solved_stack():
    """With the gate at the channel's work function no field crosses the insulator, closed form and solved."""
    alone = N_TYPE.partition(" / PbS")[0]
    work = 4.16 + KT * math.log(5e18 / 1e16)
    device = sm.Phototransistor(alone.replace("gate: Al ", f"gate: Al [work_function={work} eV] "))
    device = device.with_values({"channel.statistics": "boltzmann"})
    assert device.estimate().flat_band_voltage == pytest.approx(0.0, abs=1e-6)
    solved = device.equilibrium()
    assert solved.peak_field < 10.0
    assert solved.built_in_potential == pytest.approx(0.0, abs=1e-4)


def test_no_field_leaves_a_floating_end():
    for text in (N_TYPE, " / ".join(reversed(N_TYPE.split(" / ")))):
        solved = sm.Phototransistor(text).equilibrium()
        end = -1 if text is N_TYPE else 0
        assert abs(solved.field[end]) < 1e-6 * solved.peak_field
        assert solved.position[0] == 0.0
        assert solved.position[-1] == pytest.approx(170.0)
        assert set(solved.layer) == {"SiO2", "IGZO", "PbS(3.4nm, EDT)"}
        charge = np.trapezoid(solved.charge_density, solved.position * 1e-7)  # balanced by the gate's field
        gate = 0 if text is N_TYPE else -1
        outward = solved.field[gate] * (-1.0 if text is N_TYPE else 1.0)
        assert charge == pytest.approx(outward * solved.relative_permittivity[gate] * EPS_0, rel=2e-3)


def test_graphene_far_from_its_dirac_point():
    """n = C (V_G - V_D)/q less the quantum capacitance; 12 nF/cm^2 and 10 V hold 7.49e11 cm^-2 without it."""
    states = 2.932e18 * 0.335e-7
    found = law.graphene_density(np.array([10.0, -10.0]), capacitance=1.2e-8, states=states, kT=KT)
    assert found[0] == -found[1]
    assert found[0] == pytest.approx(7.48981e11, rel=0.02)
    fermi = HBAR * 1e8 * math.sqrt(math.pi * found[0]) / Q * 1.0  # v_F = 1e8 cm/s
    assert fermi + Q * found[0] / 1.2e-8 == pytest.approx(10.0, rel=2e-4)  # states are given to four digits


def test_graphene_current_in_its_linear_range():
    device = sm.Phototransistor(GRAPHENE)
    answer = device.estimate(1e-3, gate_voltage=-60.0)
    n = abs(
        law.graphene_density(
            np.array(-60.0 - answer.threshold_voltage), capacitance=answer.capacitance, states=2.932e18 * 0.335e-7,
            kT=KT,
        )
    )  # fmt: skip
    assert answer.threshold_voltage == pytest.approx(5.1 - 4.56)
    assert answer.drain_current == pytest.approx(2.0 * Q * float(n) * 1000.0 * 1e-3, rel=2e-3)
    assert answer.transconductance < 0.0  # holes
    with pytest.raises(sm.DataError, match="never turns off"):
        _ = answer.subthreshold_swing


def test_graphene_transconductance_is_the_slope():
    device = sm.Phototransistor(GRAPHENE)
    for gate, drain in ((-20.0, 1.0), (3.0, 5.0)):
        curve = device.transfer_curve([gate - 1e-3, gate + 1e-3], drain).drain_current
        slope = (curve[1] - curve[0]) / 2e-3
        assert device.estimate(drain, gate_voltage=gate).transconductance == pytest.approx(slope, rel=1e-5)


def test_photogating_is_transconductance_times_shift():
    device, light = sm.Phototransistor(N_TYPE), sm.Light.monochromatic(940, "1 nW/cm^2")
    answer = device.estimate(1.0, light, gate_voltage=5.0)
    photons = 1e-9 * 940.0 / (1239.841984 * Q)
    reach = math.sqrt(1e-3 * KT * 1e-7)  # of electrons in the dots
    film = next(each.material for each in device.stack if each.material.kind == "dot film")
    alpha = float(film.absorption([940]).absorption_coefficient[0])
    offered = photons * -math.expm1(-alpha * 50e-7) * (reach / 50e-7) * math.tanh(50e-7 / reach) * 10e-3
    trapped = offered / (1.0 + offered / (1e17 * 50e-7))
    assert answer.threshold_shift == pytest.approx(-Q * trapped / answer.capacitance, rel=1e-6)
    assert answer.photocurrent == pytest.approx(-answer.transconductance * answer.threshold_shift, rel=1e-4)
    # 1 nW/cm^2 on 10 um x 100 um.
    assert answer.photocurrent / (1e-9 * 1e-5) == pytest.approx(answer.responsivity(940), rel=1e-4)


def test_gain_is_trap_lifetime_over_transit_time():
    answer = sm.Phototransistor(N_TYPE).estimate(0.1, gate_voltage=10.0)
    transit = (10e-4) ** 2 / (12.0 * 0.1)
    assert answer.transit_time == pytest.approx(transit, rel=1e-6)
    assert answer.gain == pytest.approx(10e-3 / transit, rel=1e-6)
    assert answer.gain_bandwidth == pytest.approx(1.0 / (2.0 * math.pi * transit), rel=1e-6)


@pytest.mark.parametrize(("gate", "sign"), [(-20.0, 1.0), (20.0, -1.0)])
def test_electrons_in_the_dots_draw_holes_into_graphene(gate, sign):
    answer = sm.Phototransistor(GRAPHENE).estimate(0.1, sm.Light.monochromatic(1300, "1 pW/cm^2"), gate_voltage=gate)
    assert answer.threshold_shift > 0.0
    assert math.copysign(1.0, answer.photocurrent) == sign


def test_undoped_film_turns_on_where_it_screens_the_gate():
    values = {"channel.donor_density": 0.0}
    answer = sm.Phototransistor(N_TYPE).with_values(values).estimate()
    screening = answer.capacitance * KT / Q
    expected = 4.28 - 4.16 - KT * math.log(5e18 * 20e-7 / screening)
    assert answer.threshold_voltage == pytest.approx(expected, rel=1e-6)
    assert answer.carrier == "electron"  # aluminium lies nearer to the conduction band


def test_no_light_fills_more_traps_than_there_are():
    device = sm.Phototransistor(N_TYPE)
    shifts = {
        power: device.estimate(1.0, sm.Light.monochromatic(940, f"{power} W/cm^2"), gate_voltage=5.0).threshold_shift
        for power in (1e-9, 1e-6, 1e-3, 1.0)
    }
    full = -Q * 1e17 * 50e-7 / device.estimate(1.0).capacitance
    # Of x = g tau / N_T at 1 nW/cm^2: every other power follows from it alone.
    share = shifts[1e-9] / full
    x = share / (1.0 - share)
    for power, shift in shifts.items():
        assert shift / full == pytest.approx(x * power / 1e-9 / (1.0 + x * power / 1e-9), rel=1e-9)
    assert abs(shifts[1.0]) < abs(full) < 1.01 * abs(shifts[1.0])


def test_light_asks_for_the_traps_that_it_fills():
    device = sm.Phototransistor(N_TYPE.replace(", trap_density=1e17 cm^-3", ""))
    assert device.estimate(1.0, gate_voltage=5.0).gain > 0.0  # of weak light
    with pytest.raises(sm.DataError, match=r"PbS.*no trap_density is known.*\[cm\^-3\]"):
        device.estimate(1.0, sm.Light.monochromatic(940, 1e-9), gate_voltage=5.0)
