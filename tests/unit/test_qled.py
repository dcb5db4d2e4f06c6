"""Light-emitting diodes: barriers and injection of both carriers, efficiency, what is missing, files, command line."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.cli import main
from stackmodel.physics import luminescence
from stackmodel.physics.constants import BOLTZMANN_EV, ELEMENTARY_CHARGE

KT = BOLTZMANN_EV * 300.0
PAIRS = {"radiative_coefficient": 1e-11, "electron_auger_coefficient": 1e-29, "hole_auger_coefficient": 1e-29}
EXCITONS = {"photoluminescence_yield": 0.6, "biexciton_lifetime": 1e-10, "dot_density": 1e19}
TEXT = "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 100nm / PbS(3.0nm, EDT) 45nm / Au"


def film(**values: Any) -> sm.Material:
    common = {
        "optical_gap": 0.886, "electron_affinity": 4.0, "band_gap": 0.95, "relative_permittivity": 15.0,
        "conduction_band_dos": 4e19, "valence_band_dos": 4e19, "electron_mobility": 1e-3, "hole_mobility": 1e-3,
        "electron_lifetime": 1e-7, "hole_lifetime": 1e-7, "electronic_disorder": 0.0,
    }  # fmt: skip
    return sm.Material(name="film", kind="dot film", statistics="gaussian", source="a test", **(common | values))


def led(**values: Any) -> sm.QLED:
    stack = sm.Stack.parse("ITO / ZnO 60nm") / sm.Active(film(**values), "60 nm") / "PbS(1.33eV, EDT) 45nm / Au"
    return sm.QLED(stack, area="0.04 cm^2")


def mirrored(**values: Any) -> sm.QLED:
    stack = sm.Stack.parse("Au / PbS(1.33eV, EDT) 45nm") / sm.Active(film(**values), "60 nm") / "ZnO 60nm / ITO"
    return sm.QLED(stack, area="0.04 cm^2")


# -- barriers ----------------------------------------------------------------------------------------------------------


def test_barriers_are_the_steps_of_the_levels() -> None:
    found = {(b.carrier, b.kind, b.where): b.height for b in led(**PAIRS).estimate().barriers}
    assert found == pytest.approx({
        ("electrons", "injection", "ITO|ZnO"): 0.0,
        ("electrons", "injection", "ZnO|film"): 0.2,
        ("electrons", "blocking", "film|PbS(1.33eV, EDT)"): 0.3,
        ("holes", "injection", "Au|PbS(1.33eV, EDT)"): 0.0,
        ("holes", "injection", "PbS(1.33eV, EDT)|film"): -0.05,
        ("holes", "blocking", "film|ZnO"): 2.6,
    }, abs=1e-9)  # fmt: skip


def test_barriers_name_the_role_that_is_entered() -> None:
    roles = [(b.carrier, b.role) for b in led(**PAIRS).estimate().barriers]
    assert roles == [
        ("electrons", "ETL"), ("electrons", "active"), ("electrons", "HTL"),
        ("holes", "HTL"), ("holes", "active"), ("holes", "ETL"),
    ]  # fmt: skip


def test_schottky_contact_is_a_barrier() -> None:
    device = led(**PAIRS).with_values({"front.work_function": 4.6})
    assert device.estimate().electron_injection_barrier == pytest.approx(0.4)
    assert device.estimate().hole_injection_barrier == 0.0
    assert device.estimate().injection_barrier == pytest.approx(0.4)
    assert "0.40 eV barrier for electrons at ITO|ZnO" in device.estimate().limited_by


def test_mirrored_stack_gives_the_same() -> None:
    one, other = led(**PAIRS).estimate(2.0), mirrored(**PAIRS).estimate(2.0)
    for name in ("electron_current", "hole_current", "balance", "leakage", "external_efficiency", "turn_on_voltage"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-12), name


# -- turn-on -----------------------------------------------------------------------------------------------------------


def test_turns_on_at_the_optical_gap() -> None:
    assert led(**PAIRS).estimate().turn_on_voltage == pytest.approx(0.886)


def test_a_high_barrier_demands_more() -> None:
    device = sm.QLED(led(**PAIRS).stack, anode="back")
    low, high = (device.with_values({"front.work_function": 4.2 + phi}).estimate() for phi in (0.8, 0.9))
    assert low.turn_on_voltage > 0.886 + 0.2
    assert high.turn_on_voltage - low.turn_on_voltage == pytest.approx(0.1, rel=1e-9)
    assert "electrons at ITO|ZnO" in low.turn_on_reason


# -- injection ---------------------------------------------------------------------------------------------------------


def test_barrier_limits_and_says_so() -> None:
    device = led(**PAIRS, hole_mobility=1e-2).with_values({"front.work_function": 4.75})
    found = device.estimate(2.0)
    assert found.limited_by == "electrons: barrier at ITO|ZnO"
    field = (2.0 - found.built_in_potential) / 165e-7
    expected = ELEMENTARY_CHARGE * 0.1 * field * 3.7e18 * math.exp(-0.55 / KT)
    assert found.electron_current == pytest.approx(expected, rel=1e-9)


def test_slow_layer_limits_by_space_charge() -> None:
    found = led(**PAIRS, hole_mobility=1e-8).estimate(2.0)
    assert found.limited_by == "holes: transport in film"
    drop = 2.0 - found.built_in_potential
    mott_gurney = 9 / 8 * 15.0 * 8.8541878128e-14 * 1e-8 * drop**2 / 60e-7**3
    assert found.hole_current == pytest.approx(mott_gurney, rel=1e-2)  # the other layer takes a little


def test_doping_carries_its_own() -> None:
    """Without a hole of its own the film would need space charge; an acceptor makes it ohmic."""
    values = {"hole_mobility": 1e-8, "acceptor_density": 1e19}
    found = led(**PAIRS, **values).estimate(2.0)
    drop = 2.0 - found.built_in_potential
    ohmic = ELEMENTARY_CHARGE * 1e19 * 1e-8 * drop / 60e-7
    limit = dict(found.injection[1].limits)["transport in film"]
    assert limit == pytest.approx(ohmic, rel=0.05)  # space charge adds 4 %


def test_balance_is_the_ratio_and_a_wall_keeps_the_surplus() -> None:
    found = led(**PAIRS, hole_mobility=1e-6).estimate(2.0)
    assert found.balance == pytest.approx(found.hole_current / found.electron_current)
    passes = math.exp(-0.3 / KT)
    surplus = found.electron_current - found.hole_current
    transit = 60e-7 * 165e-7 / (1e-3 * (2.0 - found.built_in_potential))
    leaking = passes * (surplus + found.hole_current * 2e-7 / (2e-7 + transit))
    assert found.leakage == pytest.approx(leaking / found.current_density, rel=1e-9)
    assert found.current_density == pytest.approx(found.hole_current, rel=2e-2)
    assert found.current_efficiency == pytest.approx(1.0 - found.leakage, rel=1e-12)


def test_without_a_wall_all_surplus_leaks() -> None:
    """An affinity of 3.7 eV levels with the hole side: gamma is the balance."""
    device = led(**PAIRS, electron_lifetime=1e-15, hole_mobility=1e-12, hole_lifetime=1e-15)
    device = device.with_values({"active.electron_affinity": 3.7})
    assert device.band_alignment().electron_blocking_barrier == pytest.approx(0.0)
    found = device.estimate(2.5)
    assert found.electron_current > found.hole_current
    assert found.current_efficiency == pytest.approx(found.balance, rel=1e-3)  # next to nothing crosses unpaired


def test_without_walls_fast_carriers_leave_before_they_meet() -> None:
    """One material, doped on both sides: what is collected unrecombined is the transit over the lifetime."""
    sides = ({"donor_density": 1e17}, {}, {"acceptor_density": 1e17})
    n, i, p = (
        film(**values, **PAIRS).with_values({"hole_mobility": 1e-2, "electron_mobility": 1e-2}) for values in sides
    )
    stack = sm.Stack(
        [sm.Electrode("ITO"), sm.ETL(n, "60 nm"), sm.Active(i, "60 nm"), sm.HTL(p, "60 nm"), sm.Electrode("Au")]
    )
    found = sm.QLED(stack).estimate(2.0)
    assert found.balance == pytest.approx(1.0)
    transit = 60e-7 * 180e-7 / (1e-2 * (2.0 - found.built_in_potential))
    crosses = 2e-7 / (2e-7 + transit)
    assert found.current_efficiency == pytest.approx((1 - crosses) / (1 + crosses), rel=1e-9)


def test_below_flat_bands_is_refused_with_the_reason() -> None:
    found = led(**PAIRS).estimate(0.2)
    with pytest.raises(sm.DataError, match="slope against injection"):
        _ = found.balance
    assert "slope against injection" in str(found)


def test_a_contact_that_blocks_injects_nothing() -> None:
    stack = led(**PAIRS).stack
    found = sm.QLED(stack, front=sm.Contact.blocking(), anode="back").estimate(2.0)
    with pytest.raises(sm.DataError, match="no electrons are injected"):
        _ = found.balance


def test_a_layer_without_mobility_leaves_the_barriers() -> None:
    stack = (
        sm.Stack.parse("ITO / ZnO 60nm / PFN 5nm") / sm.Active(film(**PAIRS), "60 nm") / "PbS(1.33eV, EDT) 45nm / Au"
    )
    found = sm.QLED(stack).estimate(2.0)
    assert found.electron_injection_barrier > 1.0
    for name in ("turn_on_voltage", "balance"):
        with pytest.raises(sm.DataError, match=r"PFN: no electron_mobility"):
            getattr(found, name)
    assert found.eqe_ceiling > 0.0
    assert "PFN: no electron_mobility" in str(found)


# -- light -------------------------------------------------------------------------------------------------------------


def test_emission_is_at_the_optical_gap() -> None:
    assert led(**PAIRS).estimate().emission_wavelength == pytest.approx(1399.37, rel=1e-5)


def test_ceiling_is_the_product() -> None:
    found = led(**PAIRS, outcoupling_efficiency=0.2).estimate()
    peak = luminescence.pair_peak(linear=1 / 2e-7, radiative=1e-11, cubic=2e-29)
    assert found.peak_internal_efficiency == pytest.approx(peak)
    assert found.eqe_ceiling == pytest.approx(0.2 * peak)


@pytest.mark.parametrize(("values", "expected"), [
    ({}, 1 / (2 * 1.7**2)), ({"optical_permittivity": 5.0}, 0.1), ({"outcoupling_efficiency": 0.25}, 0.25),
])  # fmt: skip
def test_outcoupling_as_given_or_by_index(values: dict[str, float], expected: float) -> None:
    device = led(**PAIRS, **values)
    assert device.estimate().outcoupling == pytest.approx(expected)
    named = [row["rule"] for row in device.assumptions()]
    assert ("classical_outcoupling" in named) == ("outcoupling_efficiency" not in values)
    assert "bright_excitons" in named


def test_half_current_agrees_with_the_curve() -> None:
    for values in (PAIRS, EXCITONS):
        device = led(**values)
        curve = device.efficiency_curve(np.logspace(-6, 5, 1101))
        assert curve.half_current_density == pytest.approx(device.estimate().half_current_density, rel=1e-3)
        assert curve.peak_efficiency == pytest.approx(device.estimate().eqe_ceiling, rel=1e-3)


def test_excitons_start_at_their_yield_and_meet() -> None:
    device = led(**EXCITONS)
    assert device.estimate().peak_internal_efficiency == pytest.approx(0.6)
    curve = device.efficiency_curve([1e-6, 1e5])
    assert curve.internal_efficiency[0] == pytest.approx(0.6, rel=1e-4)
    assert curve.internal_efficiency[1] < 0.1


def test_charged_dots_dim_excitons() -> None:
    dim = led(**EXCITONS, charged_share=0.5, trion_lifetime=1e-12).estimate().peak_internal_efficiency
    assert dim == pytest.approx(0.3, rel=1e-3)


def test_balance_scales_the_curve() -> None:
    device = led(**EXCITONS)
    full, half = device.efficiency_curve([1e-9, 1e-3]), device.efficiency_curve([1e-9, 2e-3], balance=0.5)
    assert half.external_efficiency == pytest.approx(0.5 * full.external_efficiency, rel=1e-6)
    rules = [row["rule"] for row in full.provenance.assumptions]
    assert "balanced_injection" in rules
    assert "balanced_injection" not in [row["rule"] for row in half.provenance.assumptions]


def test_radiance_and_power() -> None:
    found = led(**PAIRS).estimate(2.0)
    expected = found.external_efficiency * found.current_density * 0.886 / math.pi
    assert found.radiance == pytest.approx(expected)
    assert found.optical_power == pytest.approx(math.pi * expected * 0.04)
    assert found.wall_plug_efficiency == pytest.approx(found.external_efficiency * 0.886 / 2.0)


def test_power_needs_the_area() -> None:
    stack = led(**PAIRS).stack
    with pytest.raises(sm.DataError, match="give area"):
        _ = sm.QLED(stack).estimate(2.0).optical_power


# -- what is missing or wrong ------------------------------------------------------------------------------------------


def test_nothing_emits_without_a_rate() -> None:
    found = led().estimate(2.0)
    with pytest.raises(sm.DataError, match=r"film: nothing emits.*photoluminescence_yield=0.3"):
        _ = found.eqe_ceiling
    assert found.balance > 0.0  # injection is answered all the same


def test_no_roll_off_without_auger() -> None:
    found = led(radiative_coefficient=1e-11).estimate()
    assert found.peak_internal_efficiency == 1.0
    with pytest.raises(sm.DataError, match="no Auger rate is known"):
        _ = found.half_current_density


def test_no_traps_and_no_walls_answer_with_numbers() -> None:
    """All carriers cross: nothing recombines, and the efficiency of nothing is not NaN."""
    sides = ({"donor_density": 1e17}, {}, {"acceptor_density": 1e17})
    endless = {"electron_lifetime": math.inf, "hole_lifetime": math.inf, "radiative_coefficient": 1e-11}
    n, i, p = (film(**values, **endless) for values in sides)
    stack = sm.Stack.parse("ITO") / sm.ETL(n, "60 nm") / sm.Active(i, "60 nm") / sm.HTL(p, "60 nm") / "Au"
    found = sm.QLED(stack).estimate(2.0)
    assert found.recombining_current == 0.0
    assert found.internal_efficiency == 1.0
    assert found.external_efficiency == 0.0


@pytest.mark.parametrize("values", [{"photoluminescence_yield": 1.0}, {"electron_lifetime": math.inf}])
def test_a_yield_needs_a_rate_without_light(values: dict[str, float]) -> None:
    with pytest.raises(sm.DataError, match="leave the radiative rate open"):
        _ = led(**(EXCITONS | values)).estimate().eqe_ceiling


def test_biexcitons_need_the_density_of_dots() -> None:
    with pytest.raises(sm.DataError, match="dot_density"):
        _ = led(photoluminescence_yield=0.6, biexciton_lifetime=1e-10).estimate().eqe_ceiling


@pytest.mark.parametrize("given", [[], [1e-3, 1e-4], "1e-3", 5.0])
def test_current_densities_rise(given: Any) -> None:
    with pytest.raises(sm.InputError, match=r"efficiency_curve: (no )?current_densities"):
        led(**PAIRS).efficiency_curve(given)


def test_current_densities_take_units() -> None:
    curve = led(**PAIRS).efficiency_curve(["1 mA/cm2", "1 A/cm^2"])
    assert curve.current_density == pytest.approx([1e-3, 1.0])
    with pytest.raises(sm.InputError, match="not on the curve"):
        curve.at(5.0)
    assert curve.at(1.0) == pytest.approx(float(curve.external_efficiency[1]))


def test_misspelt_keyword() -> None:
    with pytest.raises(sm.InputError, match='Did you mean "area"'):
        sm.QLED(TEXT, aera=1.0)


def test_one_layer_emits() -> None:
    with pytest.raises(sm.InputError, match="0 active layers; expected one"):
        sm.QLED("ITO / ZnO 60nm / HTL: PbS(3.0nm, EDT) 45nm / Au")


# -- solved beside closed form -----------------------------------------------------------------------------------------


def test_solved_efficiency_is_the_radiative_share() -> None:
    device = led(**PAIRS)
    solved = device.solved_efficiency([0.8, 1.2], accuracy="0.1 %")
    point = device.jv([1.2], accuracy="0.1 %").points[0]
    share = point.by_mechanism["radiative in film"] / point.current_density
    assert solved.internal_efficiency[1] == pytest.approx(share, rel=1e-3)  # two meshes
    assert solved.source == "solved"
    assert np.all(solved.external_efficiency < 1.1 * device.estimate().eqe_ceiling)
    assert solved.to_dataframe().columns[1] == "voltage [V]"


def test_solved_efficiency_refuses() -> None:
    with pytest.raises(sm.InputError, match="radiative_coefficient of 0"):
        led(**EXCITONS).solved_efficiency([1.0])
    with pytest.raises(sm.InputError, match="no forward current"):
        led(**PAIRS).solved_efficiency([-0.5, 1.0])


# -- files, pictures, command line -------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_round_trip(suffix: str, tmp_path: Path) -> None:
    device = led(**EXCITONS)
    again = sm.load(device.save(tmp_path / f"led{suffix}"))
    assert isinstance(again, sm.QLED)
    assert again == device
    assert again.estimate(2.0).attributes() == device.estimate(2.0).attributes()


@pytest.mark.parametrize("suffix", [".svg", ".html", ".csv", ".json", ".nc"])
def test_curve_is_written(suffix: str, tmp_path: Path) -> None:
    assert led(**PAIRS).efficiency_curve(np.logspace(-4, 1, 21)).save(tmp_path / f"curve{suffix}").stat().st_size > 100


def test_curve_has_a_logarithmic_axis() -> None:
    axes = led(**PAIRS).efficiency_curve(np.logspace(-4, 1, 21)).plot()
    assert axes.get_xscale() == "log"
    assert "mA" in axes.get_xlabel()


def test_compare_ranks_by_injection() -> None:
    device = sm.QLED(TEXT)
    found = sm.compare(device, {"ETL": ["ZnO", "Zn0.9Mg0.1O"]})
    assert len(found.table) == 2
    assert "injection_barrier" in " ".join(found.table.columns)


def test_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(led(**PAIRS).save(tmp_path / "led.toml"))
    assert main(["efficiency", path, "--currents", "1e-6:10", "--out", str(tmp_path)]) == 0
    assert "peak_efficiency" in capsys.readouterr().out
    assert (tmp_path / "efficiency.svg").exists()
    assert main(["estimate", path, "--voltage", "2"]) == 0
    assert "balance" in capsys.readouterr().out
    assert main(["estimate", TEXT, "--kind", "qled", "--voltage", "2"]) == 0
    assert capsys.readouterr().out.startswith("QLED: ITO")
    assert main(["efficiency", TEXT]) == 2
    assert "--kind qled" in capsys.readouterr().err
    assert main(["efficiency", path, "--currents", "1:1e-3"]) == 2
    assert "no range" in capsys.readouterr().err


def test_below_turn_on_the_closed_form_has_no_light() -> None:
    """At 0.6 V of 1.3 eV light the pairs' efficiency would give 150 times what a black body at that voltage does."""
    film_written = "PbS(3.2nm, halide) 60nm [photoluminescence_yield=0.6]"
    stack = f"ITO 100nm / ZnO 60nm / {film_written} / PbS(1.33eV, EDT) 45nm / Au 100nm"
    below = sm.QLED(stack, area="0.04 cm^2").estimate(0.6)
    for name in ("external_efficiency", "radiance", "optical_power", "wall_plug_efficiency"):
        with pytest.raises(sm.DataError, match="below the turn-on voltage of"):
            getattr(below, name)
    assert below.eqe_ceiling > 0.0
    assert str(below)
