"""Figures side by side come from one state: mechanisms sum to the total, and a diode that collects nothing is told."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from helpers import HERO
from stackmodel.figures_of_merit.highest_climb import highest_climb
from stackmodel.results.notices import notices_of
from stackmodel.solvers.drift_diffusion import problem, solve
from stackmodel.solvers.response import collection
from stackmodel.structure.levels import gap_at_zero

OHMIC: dict[str, Any] = {"front": sm.Contact.ohmic(), "back": sm.Contact.ohmic()}
K = 8.617333262e-5
INF = math.inf


def film(name: str, affinity: float, gap: float, **values: Any) -> sm.Material:
    given: dict[str, Any] = {
        "electron_affinity": affinity, "band_gap": gap, "relative_permittivity": 12, "conduction_band_dos": 1e19,
        "valence_band_dos": 1e19, "electron_mobility": 0.1, "hole_mobility": 0.1, "electron_lifetime": 1e-7,
        "hole_lifetime": 1e-7,
    }  # fmt: skip
    return sm.Material(name=name, **(given | values))


def etl(affinity: float = 4.0) -> sm.Layer:
    return sm.Layer(film("etl", affinity, 3.0), "40nm", role="ETL", donor_density=1e18)


def htl(ionization: float = 4.7, thickness: str = "30nm") -> sm.Layer:
    return sm.Layer(film("htl", 2.2, ionization - 2.2), thickness, role="HTL", acceptor_density=1e18)


DOTS = sm.Layer(film("dots", 4.1, 0.6), "400nm", role="active")


def diode(*layers: sm.Layer, **values: Any) -> sm.Photodiode:
    return sm.Photodiode(sm.Stack(list(layers)), **(OHMIC | values))


# -- mechanisms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("voltage", [-1.0, -0.05, 0.02, 0.3])
@pytest.mark.parametrize("anode", ["front", "back"])
def test_mechanisms_sum_to_the_total_with_their_sign(voltage: float, anode: str) -> None:
    layers = (etl(), DOTS, htl()) if anode == "back" else (htl(), DOTS, etl())
    device = diode(*layers, area=0.01, shunt_resistance=1e6)
    dark = device.dark_current(voltage)
    assert sum(dark.by_mechanism.values()) == pytest.approx(dark.total, rel=1e-6)
    assert max(dark.by_mechanism.values()) > 0.0
    assert dark.mechanism_difference < 1e-6
    closed = device.estimate(voltage)
    assert sum(closed.by_mechanism.values()) == pytest.approx(closed.dark_current, rel=1e-12)
    point = device.jv([voltage]).points[0]
    assert sum(point.by_mechanism.values()) == pytest.approx(point.current_density, rel=1e-6)


def test_mechanisms_of_a_current_that_a_background_drives() -> None:
    """At a small forward voltage the background drives the current in reverse, against what the voltage injects."""
    dark = sm.Photodiode(HERO).dark_current(0.01, background=600, fov=180)
    assert dark.current_density < 0.0
    assert dark.by_mechanism[dark.illumination] > 0.0
    assert sum(dark.by_mechanism.values()) == pytest.approx(dark.total, rel=1e-6)
    assert dark.limited_by == dark.illumination


def test_columns_of_a_curve_sum_to_its_current() -> None:
    columns = diode(etl(), DOTS, htl(), area=0.01, shunt_resistance=1e5).jv([-0.5, 0.1]).columns()
    total = columns.pop("current_density [A/cm^2]")
    columns.pop("voltage [V]")
    assert sum(columns.values()) == pytest.approx(total, rel=1e-6)


# -- extraction --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("energy", "height", "at"), [
    ([0.0, -0.1, -0.2], 0.0, (0, 0)), ([0.0, -0.5, 0.1, 0.0, 0.2], 0.7, (1, 2)), ([0.3, 0.0, 0.1, 0.4], 0.4, (2, 3)),
])  # fmt: skip
def test_the_highest_climb(energy: list[float], height: float, at: tuple[int, int]) -> None:
    found = highest_climb(np.array(energy))
    assert found.height == pytest.approx(height)
    assert (found.before, found.after) == at


def dipole(address: str, step: float) -> Callable[[], sm.Photodiode]:
    return lambda: sm.Photodiode(sm.Stack([etl(), DOTS, htl()]).with_values({address: step}), **OHMIC)


BLOCKED: dict[str, tuple[Callable[[], sm.Photodiode], str]] = {
    "holes": (lambda: diode(etl(), DOTS, htl(5.5)), "0.80 eV for holes at dots|htl"),
    "holes, anode in front": (lambda: diode(htl(5.5), DOTS, etl()), "0.80 eV for holes at htl|dots"),
    "holes, lit from behind": (
        lambda: diode(etl(), DOTS, htl(5.5), illuminated="back"), "0.80 eV for holes at dots|htl"
    ),
    "electrons": (lambda: diode(etl(3.3), DOTS, htl()), "0.80 eV for electrons at etl|dots"),
    "electrons, anode in front": (lambda: diode(htl(), DOTS, etl(3.3)), "0.80 eV for electrons at dots|etl"),
    "dipole before holes": (dipole("dots|htl.dipole", -0.8), "0.80 eV for holes at dots|htl"),
    "dipole before electrons": (dipole("etl|dots.dipole", -0.8), "0.90 eV for electrons at etl|dots"),
    "contact": (lambda: diode(etl(), DOTS, htl(), back=sm.Contact.blocking()), "back takes no holes"),
    "velocity of a contact": (
        lambda: diode(etl(), DOTS, htl(), back=sm.Contact.schottky(
            work_function=4.7, hole_recombination_velocity=0, electron_recombination_velocity=1e7
        )), "back takes no holes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BLOCKED)
def test_blocked_extraction_is_told_by_solution_and_closed_form(what: str) -> None:
    make, words = BLOCKED[what]
    device = make()
    assert device.dark_current(-0.5).limited_by.startswith("extraction blocked: ")
    assert words in device.dark_current(-0.5).blocked
    assert words in device.estimate(-0.5).limited_by


def neutral(step: float, thickness: float, mobility: float) -> sm.Photodiode:
    """Return a thick neutral n-type absorber before a step for holes into a depleted film."""
    values = {"hole_mobility": mobility, "hole_lifetime": 1e-7}
    return diode(
        sm.Layer(film("a", 4.0, 0.9, **values), thickness, role="active", donor_density=1e17),
        sm.Layer(film("b", 4.0, 0.9 + step), 200, role="HTL", acceptor_density=1e16),
    )


@pytest.mark.parametrize("step", [0.3, 0.4, 0.47])
@pytest.mark.parametrize("voltage", [-0.5, -0.05, 0.1])
def test_carriers_that_recombine_before_a_step_are_blocked_by_it(step: float, voltage: float) -> None:
    device = neutral(step, 200, 0.1)
    words = f"{step:.2f} eV for holes at a|b"
    assert words in device.dark_current(voltage).blocked
    assert words in device.estimate(voltage).blocked


def test_carriers_that_recombine_far_from_a_step_are_not_blocked_by_it() -> None:
    """Holes diffuse over 19 nm of 500: those that reach the step of 0.18 eV get over it."""
    device = neutral(0.18, 500, 1.4e-3)
    assert device.dark_current(-0.5).blocked == device.estimate(-0.5).blocked == ""


@pytest.mark.parametrize("height", [0.58, 0.6, 0.62, 0.64, 0.66])
@pytest.mark.parametrize("turned", [False, True])
def test_what_a_low_wall_lets_through_is_known_to_the_last_digits(height: float, turned: bool) -> None:
    """The current of one more pair is read where its derivatives are small, not where the current happens to be."""
    layers = [
        sm.Layer(film("etl", 4.0 - height, 2.5), "50nm", role="ETL", donor_density=1e17),
        sm.Layer(film("dots", 4.0, 0.9), "200nm", role="active", acceptor_density=1e15),
        sm.Layer(film("htl", 3.6, 1.6), "50nm", role="HTL", acceptor_density=1e17),
    ]
    device = diode(*(reversed(layers) if turned else layers))
    task = problem(device.setup)
    for voltage in (-0.5, -0.3):
        point = solve(task, [voltage])[0]
        assert collection(task, point).closure < 1e-9
    weak = np.subtract(*(device.jv([-0.5], generation=rate).current_density[0] for rate in (0.0, 1e12)))
    collects = weak / (1.602176634e-19 * 1e12 * 200e-7)
    assert bool(device.dark_current(-0.5).blocked) == (collects < 0.1)


def test_a_barrier_at_a_schottky_contact_of_the_wrong_metal() -> None:
    """Bands bend in the thick layer before a shallow metal: at small voltages the diode there blocks."""
    metal = sm.Contact.schottky(work_function=3.9)
    device = diode(etl(), DOTS, htl(thickness="200nm"), back=metal, anode="back")
    assert "eV for holes at htl|back" in device.dark_current(-0.05).blocked
    wall = next(wall for wall in device.band_alignment().walls if wall.where == "htl|back")
    assert wall.height == pytest.approx(4.7 - K * 300 * math.log(10) - 3.9, abs=2e-3)
    assert device.dark_current(-0.5).blocked == ""  # which the reverse voltage overcomes


@pytest.mark.parametrize(("voltage", "blocked"), [(-0.01, True), (-0.05, True), (-0.3, False), (-0.8, False)])
def test_the_closed_form_knows_that_a_reverse_voltage_overcomes_a_contact(voltage: float, blocked: bool) -> None:
    layers = [
        sm.Layer(film("etl", 4.2, 2.0), "50nm", role="ETL", donor_density=1e17),
        sm.Layer(film("dots", 4.0, 0.9), "200nm", role="active", acceptor_density=1e15),
        sm.Layer(film("htl", 3.6, 1.3), "300nm", role="HTL", acceptor_density=1e17),
    ]
    device = diode(*layers, back=sm.Contact.schottky(work_function=4.0), anode="back")
    for said in (device.dark_current(voltage).blocked, device.estimate(voltage).blocked):
        assert ("eV for holes at htl|back" in said) == blocked


@pytest.mark.parametrize("voltage", [-0.5, -0.01, 0.2, 0.4])
def test_blocking_is_told_at_any_voltage(voltage: float) -> None:
    assert "blocked" in diode(etl(), DOTS, htl(5.6)).dark_current(voltage).limited_by
    assert "blocked" not in diode(etl(), DOTS, htl()).dark_current(voltage).limited_by
    assert "blocked" not in sm.Photodiode(HERO).dark_current(voltage).limited_by


def test_walls_that_let_the_dark_current_pass_are_not_told() -> None:
    """Carriers pile up before a wall until enough get over it; the solution knows, and the closed form follows it."""
    for ionization in (4.8, 5.0, 5.1):
        device = diode(etl(), DOTS, htl(ionization))
        for voltage in (-0.5, 0.0, 0.3):
            assert device.estimate(voltage).blocked == ""
        assert device.dark_current(-0.5).blocked == device.dark_current(0.3).blocked == ""


def test_a_wall_that_a_dipole_levels_is_none() -> None:
    device = sm.Photodiode(sm.Stack([etl(), DOTS, htl(5.5)]).with_values({"dots|htl.dipole": 0.8}), **OHMIC)
    assert device.dark_current(-0.5).blocked == device.estimate(-0.5).blocked == ""


def test_a_graded_layer_is_levelled_by_the_field() -> None:
    grade = sm.Layer(film("grade", 2.2, 2.5), "60nm", role="interlayer", graded_to=film("grade", 2.2, 3.3))
    device = diode(etl(), DOTS, grade, htl(5.5))
    assert any("grading" in wall.where for wall in device.band_alignment().walls)
    assert device.dark_current(-0.5).blocked == device.estimate(-0.5).blocked == ""
    cold = device.with_values({"temperature": 200})
    assert cold.dark_current(-0.5).blocked == cold.estimate(-0.5).blocked == ""


def test_poor_lifetimes_are_not_a_wall() -> None:
    poor = sm.Layer(film("dots", 4.1, 0.6, electron_lifetime=1e-14, hole_lifetime=1e-14), "400nm", role="active")
    assert diode(etl(), poor, htl()).dark_current(-0.05).blocked == ""


def test_of_a_dual_band_one_layer_collects_at_each_polarity() -> None:
    first = sm.Layer(film("visible", 4.1, 1.6), "300nm", role="active", acceptor_density=1e16)
    second = sm.Layer(film("infrared", 4.3, 0.6), "400nm", role="active", acceptor_density=1e16)
    between = sm.Layer(film("between", 4.2, 3.3), "40nm", role="ETL", donor_density=1e18)
    device = diode(first, between, second, anode="back")
    for voltage in (-0.3, 0.3):
        assert device.dark_current(voltage).blocked == ""
    assert device.estimate(-0.3).blocked == ""


def test_a_photoconductor_and_a_diode_that_emits_extract_nothing() -> None:
    slab = sm.Photoconductor(sm.Stack([sm.Active(film("dots", 4.1, 0.6), 400)]), **OHMIC)
    assert slab.dark_current(0.5).blocked == ""
    bright = sm.QLED(sm.Stack([etl(3.0), DOTS, htl(5.6)]), **OHMIC)
    assert bright.estimate(0.3).blocked == ""


def test_an_insulator_on_the_way_is_told_where_no_current_flows() -> None:
    device = diode(etl(), DOTS, sm.Dielectric("SiO2", 20), htl())
    dark = device.dark_current(-0.5)
    assert dark.total == 0.0
    assert dark.limited_by == "extraction blocked: SiO2 takes no holes"
    assert dark.attributes()["limited_by"] == dark.limited_by


# -- activation --------------------------------------------------------------------------------------------------------


def test_an_activation_energy_above_the_gap_is_told() -> None:
    words = notices_of("", activation=0.74, gap=0.60, temperature=300, current=1.0, least=None)
    assert words == ("activation energy of 0.74 eV is above the gap, 0.60 eV extrapolated to 0 K",)
    assert notices_of("", activation=0.72, gap=0.60, temperature=300, current=1.0, least=None) == ()
    assert "above the gap, 0.60 eV" in diode(etl(), DOTS, htl(5.6)).dark_current(-0.5).limited_by


def test_the_gap_is_extrapolated_by_its_slope() -> None:
    """Of a linear law E_g = 0.5 + 4e-4 T it is the 0.5 eV, and at each temperature."""
    stack = sm.Photodiode(HERO).stack
    for T in (200.0, 300.0):
        gap = {t: stack["active"].material.at(t).value("band_gap") for t in (0.99 * T, T, 1.01 * T)}
        expected = gap[T] - (gap[1.01 * T] - gap[0.99 * T]) / 0.02
        assert gap_at_zero(stack, T) == pytest.approx(expected, rel=1e-12)


def test_a_diffusion_limited_diode_exceeds_the_gap_and_is_not_told() -> None:
    """n_i^2 goes as T^3 exp(-E_g/kT): the activation energy is E_g(0) + 3 kT."""
    base = film("base", 4.0, 0.7, electron_lifetime=1e-6, hole_lifetime=1e-6, electron_mobility=1e3, hole_mobility=1e3)
    n = sm.Layer(base, "200nm", role="ETL", donor_density=1e18)
    p = sm.Layer(base, "3um", role="active", acceptor_density=1e16)
    dark = diode(n, p).dark_current(-0.3)
    assert dark.activation_energy > 0.7
    assert dark.notices == ()


# -- the radiative limit -----------------------------------------------------------------------------------------------


def radiating(coefficient: float) -> sm.Photodiode:
    optical = sm.OpticalConstants.of_edge(
        (400, 3000), edge=1550.0, absorption_coefficient=2e4, index=2.0, name="dots", source="a test"
    )
    clear = sm.OpticalConstants.of_edge(
        (400, 3000), edge=401.0, absorption_coefficient=1.0, index=2.0, name="clear", source="a test"
    )
    none = {"electron_lifetime": INF, "hole_lifetime": INF, "electron_mobility": 10.0, "hole_mobility": 10.0}
    active = film("dots", 4.0, 0.8, radiative_coefficient=coefficient, optical=optical, optical_gap=0.8, **none)
    n = sm.Layer(film("etl", 4.0, 2.6, optical=clear, **none), "40nm", role="ETL", donor_density=1e18)
    p = sm.Layer(film("htl", 2.2, 2.6, optical=clear, **none), "40nm", role="HTL", acceptor_density=1e18)
    return diode(n, sm.Layer(active, "500nm", role="active"), p)


@pytest.mark.parametrize("voltage", [-0.3, 0.2])
def test_a_current_below_the_radiative_limit_is_told_and_one_at_it_is_not(voltage: float) -> None:
    dark = radiating(1e-12).dark_current(voltage)
    least = dark.judged.found[1]
    assert least is not None
    at_limit = 1e-12 * least / dark.total  # the current is radiative alone
    for share, told in ((1.0, False), (0.97, False), (0.5, True), (1e-3, True)):
        words = radiating(share * at_limit).dark_current(voltage).limited_by
        assert ("below the radiative limit" in words) == told, words


def test_the_closed_form_tells_a_current_below_its_radiative_limit() -> None:
    found = radiating(0.0).with_values({f"active.{c}_lifetime": 1.0 for c in ("electron", "hole")}).estimate(-0.3)
    assert found.least_current is not None
    assert found.dark_current < found.least_current
    assert "below the radiative limit of the device's own EQE" in found.limited_by
    assert "below" not in sm.Photodiode(HERO).estimate(-0.5).limited_by


# -- answers -----------------------------------------------------------------------------------------------------------


def test_what_was_judged_travels_and_is_judged_when_asked() -> None:
    dark = diode(etl(), DOTS, htl(5.6)).dark_current(-0.5)
    assert "found" not in vars(dark.judged)
    again = pickle.loads(pickle.dumps(dark))
    assert again.limited_by == dark.limited_by
    assert "extraction blocked" in str(dark)


def test_arrhenius_draws_the_mechanism_and_tells_the_words() -> None:
    found = diode(etl(), DOTS, htl(5.6)).arrhenius(-0.5, [300, 280])
    assert all("extraction blocked" in words for words in found.limited_by)
    assert {line.name for line in found.picture().elements} >= {"total", "SRH in dots"}


@pytest.mark.parametrize("metric", [
    "dark_current@-0.5V", "activation_energy@-0.5V", "r0a", "estimate.dark_current@-0.5V", "estimate.r0a",
    "depletion_width", lambda device: -device.dark_current(-0.5).total,
])  # fmt: skip
def test_compare_ranks_a_diode_that_collects_nothing_behind(metric: Any) -> None:
    choices = {"HTL": [htl(5.6), htl()]}
    found = sm.compare(diode(etl(), DOTS, htl()), choices, metrics=[metric])
    first, second = found.candidates
    assert (first.blocked, second.blocked) == (False, True)
    assert "extraction blocked: 0.90 eV for holes" in second.limited_by
    assert "blocked" not in first.limited_by


def test_compare_says_so_where_all_are_blocked() -> None:
    found = sm.compare(diode(etl(), DOTS, htl()), {"HTL": [htl(5.6), htl(5.9)]}, metrics=["dark_current@-0.5V"])
    assert found.table["limited by"].str.startswith("extraction blocked").all()


@pytest.mark.parametrize("metric", ["r0a", "peak_field"])
def test_compare_judges_by_the_solution_where_no_closed_form_does(metric: str) -> None:
    # Without the donors of ZnO two junctions face each other, which share the voltage.
    diode = sm.Photodiode(HERO)
    assert diode.with_layer("ETL", "BCP").estimate().missing
    found = sm.compare(diode, {"ETL": ["BCP", "ZnO"]}, metrics=[metric])
    assert list(found.table["ETL"]) == ["ZnO", "BCP"]
    assert found.candidates[1].limited_by.startswith("extraction blocked: ")
