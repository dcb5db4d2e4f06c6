"""Figures read off curves: the same in any order of the points, close to closed forms, or refused with the remedy."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

import stackmodel as sm
from helpers import HERO
from stackmodel.errors import ConvergenceError, DataError
from stackmodel.figures_of_merit.curve_readings import crossing, distinct, largest_power, slope_at, value_at
from stackmodel.results.jv import ALLOWED, CurveFigures

kT = 8.617333262e-5 * 300
Current = Callable[[np.ndarray], np.ndarray]


def lit(V: np.ndarray, J: np.ndarray, irradiance: float | None = 0.1) -> CurveFigures:
    return CurveFigures(
        voltage=np.asarray(V), current_density=np.asarray(J), temperature=300, illuminated=True, irradiance=irradiance
    )


def dark(V: np.ndarray, J: np.ndarray) -> CurveFigures:
    return CurveFigures(
        voltage=np.asarray(V), current_density=np.asarray(J), temperature=300, illuminated=False, irradiance=None
    )


def cell(opened: float, ideality: float = 1.0, shunt: float = 0.0, second: float = 0.0) -> Current:
    """Return J(V) of a diode of two exponentials with a shunt, J_sc = 1, and its open circuit where asked."""
    rest = 1.0 - shunt * opened
    first = (1.0 - second) * rest / math.expm1(opened / (ideality * kT))
    other = second * rest / math.expm1(opened / (2.0 * kT))
    return lambda V: first * np.expm1(V / (ideality * kT)) + other * np.expm1(V / (2.0 * kT)) + shunt * V - 1.0


def fill_factor(current: Current, opened: float) -> float:
    best = minimize_scalar(lambda V: V * current(V), bounds=(0.0, opened), method="bounded", options={"xatol": 1e-9})
    return float(-best.fun / opened)


# -- order -------------------------------------------------------------------------------------------------------------


@given(order=st.permutations(list(range(15))), again=st.lists(st.integers(0, 14), max_size=15))
@settings(max_examples=50, deadline=None)
def test_the_order_of_points_and_their_repetition_change_no_figure(order: list[int], again: list[int]) -> None:
    V = np.linspace(-0.1, 0.6, 15)
    current = cell(0.51, shunt=0.3)
    listed = [*order, *again]
    assert lit(V[listed], current(V)[listed]).as_dict() == lit(V, current(V)).as_dict()
    assert dark(V[listed], current(V)[listed] + 1.0).as_dict() == dark(V, current(V) + 1.0).as_dict()


def test_voltages_that_differ_by_rounding_are_one_point() -> None:
    V = np.array([0.1 * k for k in range(8)])
    there = np.concatenate([V, [0.7 - 0.1 * k for k in range(8)]])
    assert distinct(there, cell(0.5)(there))[0].size == 8
    assert lit(there, cell(0.5)(there)).open_circuit_voltage == pytest.approx(0.5, abs=1e-9)


def test_ways_there_and_back_that_differ_are_refused() -> None:
    V = np.linspace(0.0, 0.6, 13)
    J = cell(0.5)(V)
    figures = lit(np.concatenate([V, V[::-1]]), np.concatenate([J, 0.9 * J[::-1]]))
    for name in ("short_circuit_current_density", "open_circuit_voltage", "fill_factor", "efficiency"):
        with pytest.raises(DataError, match=r"jv: the curve has two values at 0.*Take the points of one way"):
            getattr(figures, name)
    assert figures.as_dict() == {}
    assert "open_circuit_voltage" in figures.refused()
    with pytest.raises(DataError, match="two values"):
        _ = dark(np.concatenate([V, V[::-1]]), np.concatenate([J, 0.9 * J[::-1]])).r0a


def test_a_solved_reverse_scan_has_the_figures_of_its_points() -> None:
    device = sm.SolarCell(HERO)
    V = np.linspace(-0.1, 0.7, 33)
    rising, falling, both = (device.jv(each, generation=5e21) for each in (V, V[::-1], np.r_[V[::-1], V]))
    assert rising.figures.as_dict() == pytest.approx(falling.figures.as_dict(), rel=1e-9)
    assert rising.figures.as_dict() == pytest.approx(both.figures.as_dict(), rel=1e-9)
    at_zero = float(rising.current_density[np.argmin(np.abs(V))])
    assert falling.figures.short_circuit_current_density == pytest.approx(-at_zero, rel=1e-9)


def test_a_reverse_scan_through_a_series_resistance_repeats_its_points() -> None:
    device = sm.SolarCell(HERO, area="0.04 cm^2", series_resistance=200)
    V = np.linspace(-0.05, 0.75, 17)
    found = device.jv(np.r_[V[::-1], V], generation=5e21)
    assert (found.current_density[:17][::-1] == found.current_density[17:]).all()
    assert set(found.figures.as_dict()) == {
        "short_circuit_current_density", "open_circuit_voltage", "fill_factor", "power_density",
    }  # fmt: skip


# -- between points ----------------------------------------------------------------------------------------------------


@given(
    opened=st.floats(0.25, 1.1), ideality=st.floats(1.0, 2.0), shunt=st.floats(0.0, 0.5), second=st.floats(0.0, 1.0),
    step=st.floats(0.005, 0.1), shift=st.floats(0.0, 1.0),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_fill_factor_is_within_its_error_or_refused(
    opened: float, ideality: float, shunt: float, second: float, step: float, shift: float
) -> None:
    current = cell(opened, ideality, shunt, second)
    V = np.arange(-shift * step, opened + 2 * step, step)
    right = fill_factor(current, opened)
    try:
        found = lit(V, current(V)).fill_factor
    except DataError:
        assert step > 0.02  # no refusal where points lie within a kT/q
        return
    assert found == pytest.approx(right, abs=4e-3)


@pytest.mark.parametrize("opened", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("step", [0.01, 0.025, 0.05, 0.1])
def test_an_ideal_diode_is_read_exactly_in_any_steps(opened: float, step: float) -> None:
    current = cell(opened, 1.4)
    V = np.arange(-0.3 * step, opened + 2 * step, step)
    figures = lit(V, current(V))
    assert figures.open_circuit_voltage == pytest.approx(opened, rel=1e-7)
    assert figures.short_circuit_current_density == pytest.approx(1.0, rel=1e-6)
    assert figures.fill_factor == pytest.approx(fill_factor(current, opened), rel=1e-4)


def test_uneven_steps() -> None:
    current = cell(0.6, 1.3, shunt=0.1)
    V = np.array([-0.1, -0.03, 0.05, 0.2, 0.35, 0.42, 0.47, 0.5, 0.54, 0.59, 0.61, 0.66])
    assert lit(V, current(V)).fill_factor == pytest.approx(fill_factor(current, 0.6), abs=3e-3)


def test_errors_are_zero_on_points_and_bound_what_lies_between() -> None:
    V = np.linspace(-0.1, 0.8, 19)
    current = cell(0.6, 1.2, shunt=0.2)
    found = value_at(V, current(V), float(V[7]))
    assert found is not None
    assert found == (current(V)[7], 0.0)
    for at in np.linspace(-0.09, 0.79, 50):
        found = value_at(V, current(V), at)
        assert found is not None
        assert abs(found.value - current(at)) <= 1.1 * found.error + 1e-12
    assert value_at(V, current(V), 0.9) is None


# -- what the points do not hold ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("saturation", "factor", "generated", "stop"),
    [(1.9993e-6, 1.0578, 1.3333e-3, 0.2), (5.2105e-6, 1.4929, 2.0115e-3, 0.25), (2.2e-7, 1.0, 1.2e-3, 0.25)],
)
def test_open_circuit_behind_a_resistance_between_the_last_points(
    saturation: float, factor: float, generated: float, stop: float
) -> None:
    """Both arcs of the last interval have their third point on one side, and err alike; 10 ohm cm^2 in series."""

    def current(V: float) -> float:
        def rest(inner: float) -> float:
            return inner + 10.0 * (saturation * math.expm1(inner / (factor * kT)) - generated) - V

        inner = brentq(rest, -1.0, 1.0, xtol=1e-15)
        return saturation * math.expm1(inner / (factor * kT)) - generated

    V = np.arange(-0.1, stop + 0.01, 0.05)
    figures = lit(V, np.array([current(each) for each in V]))
    right = factor * kT * math.log1p(generated / saturation)
    if "open_circuit_voltage" in figures.as_dict():
        assert figures.open_circuit_voltage == pytest.approx(right, rel=ALLOWED)
    else:
        assert "give smaller steps" in figures.refused()["open_circuit_voltage"]


@pytest.mark.parametrize(("start", "stop", "match"), [(0.0, 0.3, "go further"), (0.53, 0.7, "start lower")])
def test_power_that_still_rises_at_an_end_is_refused(start: float, stop: float, match: str) -> None:
    V = np.linspace(start, stop, 31)
    figures = lit(V, cell(0.6)(V))
    for name in ("power_density", "efficiency"):
        with pytest.raises(DataError, match=match):
            getattr(figures, name)
        assert name in figures.refused()


def test_a_curve_without_open_or_short_circuit() -> None:
    V = np.linspace(0.05, 0.55, 21)
    figures = lit(V, cell(0.6)(V))
    with pytest.raises(DataError, match=r"jv: short_circuit_current_density needs the current at 0 V.*Add one"):
        _ = figures.short_circuit_current_density
    with pytest.raises(DataError, match=r"does not change sign between 0.05 and 0.55 V; go further"):
        _ = figures.open_circuit_voltage


def test_a_curve_that_passes_zero_twice_has_no_one_open_circuit() -> None:
    V = np.linspace(0.0, 0.5, 11)
    J = np.array([-3, -3, -3, -2, -1, 1, -0.5, 2, 4, 8, 16.0])
    with pytest.raises(DataError, match="passes zero 2 times"):
        crossing(V, J)


def test_a_device_that_delivers_no_power() -> None:
    V = np.linspace(0.0, 0.5, 11)
    assert largest_power(V, V) is None
    with pytest.raises(DataError, match="delivers no power"):
        _ = lit(V, V).power_density


def test_the_command_line_says_why_a_figure_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    from stackmodel.cli import main

    main(["jv", HERO, "--kind", "solar_cell", "--voltages", "0.2:0:-0.02", "--generation", "5e21"])
    printed = capsys.readouterr().out
    assert "short_circuit_current_density: 0.0" in printed
    assert "without power_density: the power still rises at 0.2 V, where the curve ends; go further" in printed


# -- dark figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ideality", [1.0, 2.0])
@pytest.mark.parametrize("offset", [0.0, 0.4])
def test_r0a_of_a_diode_by_points_on_both_sides(ideality: float, offset: float) -> None:
    V = np.arange(-10 + offset, 11) * 0.025
    J = 1e-7 * np.expm1(V / (ideality * kT)) + 1e-7 * V
    right = 1.0 / (1e-7 / (ideality * kT) + 1e-7)
    assert dark(V, J).r0a == pytest.approx(right, rel=5e-3)
    assert dark(V[::-1], J[::-1]).r0a == dark(V, J).r0a


@pytest.mark.parametrize("V", [[0.0, 0.01, 0.02], [-0.02, -0.01, 0.0], [-0.05, 0.0, 0.05], [0.0], [-1.0, 1.0]])
def test_r0a_is_refused_without_near_points_on_both_sides(V: list[float]) -> None:
    with pytest.raises(DataError, match=r"jv: R0A is the slope at 0 V.*device\.r0a\(\)"):
        _ = dark(np.array(V), np.expm1(np.array(V) / kT)).r0a


@pytest.mark.parametrize("temperature", [80, 300])
def test_the_points_that_r0a_asks_for_give_it(temperature: float) -> None:
    diode = sm.Photodiode(HERO, temperature=temperature)
    with pytest.raises(DataError) as refusal:
        _ = diode.jv([-0.1, -0.05, 0, 0.05, 0.1]).figures.r0a
    found = re.search(r"Add (\S+) and (\S+) V", str(refusal.value))
    assert found
    read = diode.jv([-0.1, float(found[1]), 0, float(found[2]), 0.1]).figures.r0a
    assert read == pytest.approx(diode.r0a(), rel=0.03)  # what a reading between points may leave


def test_figures_are_printed_and_refused_with_their_unit() -> None:
    curve = sm.Photodiode(HERO).jv(np.linspace(0, 0.8, 41), generation=5e21)
    assert re.search(r"^open_circuit_voltage: 0\.\d+ V$", str(curve), re.MULTILINE)
    assert re.search(r"^power_density: \S+ W/cm\^2$", str(curve), re.MULTILINE)
    assert re.search(r"^fill_factor: \S+$", str(curve), re.MULTILINE)
    V = np.array([0.0, 0.2, 0.4, 0.6, 0.8])
    with pytest.raises(
        DataError, match=r"open_circuit_voltage at \S+ \+- \S+ V \(allowed: \S+ V\); give smaller steps"
    ):
        _ = lit(V, cell(0.65, shunt=0.3)(V)).open_circuit_voltage


def test_r0a_of_two_points_close_to_zero() -> None:
    V = np.array([-1e-4, 1e-4])
    assert dark(V, np.expm1(V / kT)).r0a == pytest.approx(kT, rel=1e-4)
    with pytest.raises(DataError, match="allowed"):
        _ = dark(20 * V * [1, 5], np.expm1(20 * V * [1, 5] / kT)).r0a


def test_rectification_between_points_and_beyond() -> None:
    V = np.linspace(-0.5, 0.6, 23)
    J = 1e-7 * np.expm1(V / (1.7 * kT)) + 1e-8 * V
    figures = dark(V, J)
    at = 0.37
    right = -(1e-7 * math.expm1(at / (1.7 * kT)) + 1e-8 * at) / (1e-7 * math.expm1(-at / (1.7 * kT)) - 1e-8 * at)
    assert figures.rectification(at) == pytest.approx(right, rel=0.02)
    assert figures.rectification(-0.5) == pytest.approx(-np.interp(0.5, V, J) / J[0])
    with pytest.raises(DataError, match=r"rectification needs the current at -0.55 V"):
        figures.rectification(0.55)
    with pytest.raises(DataError, match="compares a forward with a reverse current"):
        figures.rectification(0.0)
    with pytest.raises(DataError, match="dark curve"):
        lit(V, J - 1.0).rectification(0.3)


def test_voltages_of_figures_have_units_and_what_is_none_is_refused() -> None:
    V = np.linspace(-0.5, 0.5, 41)
    figures = dark(V, np.expm1(V / kT))
    assert figures.rectification("300 mV") == figures.rectification(-0.3) == figures.rectification(0.3)
    assert figures.ideality_between("100 mV", "0.4 V") == figures.ideality_between(0.1, 0.4)
    for wrong in (None, "0.3", "1 nm", math.nan, True):
        with pytest.raises(sm.InputError, match="rectification: voltage"):
            figures.rectification(wrong)  # type: ignore[arg-type]
        with pytest.raises(sm.InputError, match="ideality_between: voltage"):
            figures.ideality_between(wrong, 0.4)  # type: ignore[arg-type]


def test_the_efficiency_of_a_dark_curve_needs_light() -> None:
    V = np.linspace(-0.5, 0.5, 41)
    with pytest.raises(DataError, match="a dark curve has no photovoltaic figures; give light"):
        _ = dark(V, np.expm1(V / kT)).efficiency


def test_ideality_between_two_voltages_and_in_any_order() -> None:
    V = np.linspace(-0.2, 0.7, 19)
    J = np.expm1(V / (1.6 * kT))
    figures = dark(V, J)
    assert figures.ideality_between(0.3, 0.6) == pytest.approx(1.6, rel=1e-3)
    assert dark(V[::-1], J[::-1]).ideality == pytest.approx(figures.ideality[::-1], nan_ok=True)
    twice = dark(np.r_[V, V[::-1]], np.r_[J, J[::-1]]).ideality
    assert twice == pytest.approx(np.r_[figures.ideality, figures.ideality[::-1]], nan_ok=True)
    for start, stop in ((0.0, 0.5), (0.3, 0.9), (0.31, 0.34)):
        with pytest.raises(DataError, match="needs three points with a forward current"):
            figures.ideality_between(start, stop)


def test_slopes_of_uneven_points() -> None:
    V = np.array([-0.06, -0.03, -0.01, 0.0, 0.02, 0.03, 0.07])
    found = slope_at(V, np.expm1(V / kT), 0.0)
    assert found is not None
    assert found.value == pytest.approx(1 / kT, rel=1e-6)


# -- the solved slope --------------------------------------------------------------------------------------------------


def test_solved_r0a_is_the_slope_of_the_curve_with_its_resistances() -> None:
    plain = sm.Photodiode(HERO, area="0.04 cm^2")
    leaky = plain.with_values({"shunt_resistance": 1e7, "series_resistance": 1e6})
    curve = plain.jv(np.linspace(-0.05, 0.05, 21)).figures.r0a
    assert plain.r0a() == pytest.approx(curve, rel=5e-3)  # each on its own mesh
    beside = 1e7 * 0.04
    expected = 1.0 / (1.0 / plain.r0a() + 1.0 / beside) + 1e6 * 0.04
    assert leaky.r0a() == pytest.approx(expected, rel=5e-3)


def test_solved_r0a_of_a_photoconductor_is_its_resistance() -> None:
    film = sm.Material(
        name="film", electron_affinity=4.0, band_gap=0.7, relative_permittivity=12, conduction_band_dos=1e19,
        valence_band_dos=1e19, electron_mobility=1.0, hole_mobility=1.0, electron_lifetime=1e-6, hole_lifetime=1e-6,
    )  # fmt: skip
    slab = sm.Stack([sm.Active(film, 500, donor_density=1e17)])
    device = sm.Photoconductor(slab, front=sm.Contact.ohmic(), back=sm.Contact.ohmic())
    assert device.r0a() == pytest.approx(5e-5 / (1.602176634e-19 * 1e17), rel=1e-2)


def test_solved_r0a_is_a_metric() -> None:
    device = sm.Photodiode(HERO)
    found = sm.sweep(device, {"temperature": [300.0]}, ["r0a"])["r0a"]
    assert found.values[0] == pytest.approx(device.r0a(), rel=1e-9)


def test_no_slope_is_told_where_nothing_flows() -> None:
    device = sm.Photodiode(HERO, front=sm.Contact.blocking(), back=sm.Contact.blocking())
    with pytest.raises(ConvergenceError, match=r"r0a: the slope of the current is"):
        device.r0a()


# -- efficiency against current ----------------------------------------------------------------------------------------


def test_a_peak_at_the_end_of_an_efficiency_curve_is_refused() -> None:
    film = sm.Material(
        name="film", electron_affinity=4.0, band_gap=1.5, relative_permittivity=10, conduction_band_dos=1e19,
        valence_band_dos=1e19, electron_mobility=1e-3, hole_mobility=1e-3, electron_lifetime=1e-7, hole_lifetime=1e-7,
        radiative_coefficient=1e-11, electron_auger_coefficient=1e-29, hole_auger_coefficient=1e-29,
        outcoupling_efficiency=0.2,
    )  # fmt: skip
    device = sm.QLED(sm.Stack([sm.Active(film, 100)]), front=sm.Contact.ohmic(), back=sm.Contact.ohmic())
    whole = device.efficiency_curve(np.logspace(-6, 4, 101))
    half = whole.half_current_density
    assert half == pytest.approx(device.estimate().half_current_density, rel=1e-3)
    rising = device.efficiency_curve(np.logspace(-6, -4, 21))
    for name in ("peak_efficiency", "peak_current_density", "half_current_density"):
        with pytest.raises(DataError, match=r"where the curve ends, so its peak is not on it; go further"):
            getattr(rising, name)
    assert "peak is not on it" in rising.attributes()["without peak"]
    falling = device.efficiency_curve(np.logspace(math.log10(half) - 0.5, 4, 21))
    with pytest.raises(DataError, match="go lower"):
        _ = falling.half_current_density
    with pytest.raises(DataError, match=r"do not hold the efficiency at"):
        device.efficiency_curve([1e-6, 1e-2, 1e2]).at(1e-4)


def test_an_open_circuit_of_the_ideal_diode_is_where_bisection_finds_it() -> None:
    current = cell(0.47, shunt=0.4)
    V = np.linspace(0.0, 0.6, 25)
    assert crossing(V, current(V))[0] == pytest.approx(brentq(current, 0.0, 0.6), rel=1e-5)
