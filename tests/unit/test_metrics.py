"""The table of metrics: how one is asked for, what is refused, and an answer to every row."""

from __future__ import annotations

import math
from typing import Any

import pytest

import stackmodel as sm
from helpers import HERO
from stackmodel.experiments.metrics import DEFAULT_METRICS, METRICS, metric, metrics
from stackmodel.quantities import QUANTITIES
from stackmodel.units import to_unit

TRANSISTOR = (
    "gate: Al / SiO2 100nm / channel: IGZO 20nm [source=Al, drain=Al, length=10um, width=100um] / "
    "PbS(3.4nm, EDT) 50nm [hole_trap_lifetime=10ms]"
)
OF_A_TRANSISTOR = [
    f"estimate.{name}"
    for name in (
        "gain", "gain_bandwidth", "bandwidth", "threshold_voltage", "subthreshold_swing", "drain_current",
        "transconductance",
    )
]  # fmt: skip
CONDITIONS = {"voltage": "-0.5V", "wavelength": "940nm", "gate_voltage": "gate=5V", "irradiance": "1mW/cm2"}
OF_A_SOLAR_CELL = ("efficiency", "open_circuit_voltage", "short_circuit_current_density", "fill_factor")


@pytest.fixture(scope="module")
def photodiode() -> sm.Photodiode:
    return sm.Photodiode(HERO, area="0.04 cm^2")


@pytest.fixture(scope="module")
def solar_cell() -> sm.SolarCell:
    return sm.SolarCell(HERO)


@pytest.fixture(scope="module")
def led() -> sm.QLED:
    values = {"active.radiative_coefficient": 1e-11, "active.electron_auger_coefficient": 1e-29}
    return sm.QLED(HERO).with_values(values)


def is_of_led(name: str) -> bool:
    return METRICS[name].question.__name__ == "_emission"


def written(name: str, conditions: tuple[str, ...]) -> str:
    return name + ("@" + ",".join(CONDITIONS[c] for c in conditions) if conditions else "")


# -- every row -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_answers(name: str, photodiode: sm.Photodiode, solar_cell: sm.SolarCell, led: sm.QLED) -> None:
    row = METRICS[name]
    assert row.name == name
    assert row.meaning
    assert set(row.needs) | set(row.takes) <= set(CONDITIONS)
    to_unit(f"1 {row.unit}", row.unit)  # a unit that can be read back
    device = (
        led if is_of_led(name) else solar_cell if name in OF_A_SOLAR_CELL or name.startswith("limit.") else photodiode
    )
    if name in OF_A_TRANSISTOR:
        device = sm.Phototransistor(TRANSISTOR)
    for conditions in {row.needs, (*row.needs, *row.takes)}:
        if "gate_voltage" in conditions:
            device = sm.Phototransistor(TRANSISTOR)
        text = written(name, conditions)
        asked = metric(text.replace("-0.5V", "2V") if is_of_led(name) else text)
        found = asked.read(asked.ask(device))
        assert isinstance(found, float)
        assert math.isfinite(found)
        assert found >= 0 or "barrier" in name or name in OF_A_TRANSISTOR


@pytest.mark.parametrize("name", [n for n in METRICS if METRICS[n].needs])
def test_a_condition_that_is_missing(name: str) -> None:
    for needed in METRICS[name].needs:
        others = tuple(c for c in METRICS[name].needs if c != needed)
        with pytest.raises(sm.InputError, match=f'"{name}" needs a {needed}, such as "{name}@') as caught:
            metric(written(name, others))
        example = str(caught.value).rpartition('"')[0].rpartition('"')[2]
        if len(METRICS[name].needs) == 1:
            metric(example)  # what it proposes is right


@pytest.mark.parametrize(
    "name", [n for n in METRICS if not CONDITIONS.keys() <= {*METRICS[n].needs, *METRICS[n].takes}]
)
def test_a_condition_that_does_not_matter(name: str) -> None:
    row = METRICS[name]
    for other in set(CONDITIONS) - {*row.needs, *row.takes}:
        with pytest.raises(sm.InputError, match=f"does not depend on a {other}; it takes"):
            metric(written(name, (*row.needs, other)))


def test_metrics_read_what_the_questions_answer(photodiode: sm.Photodiode, solar_cell: sm.SolarCell) -> None:
    def asked(name: str, device: Any = photodiode) -> float | None:
        each = metric(name)
        return each.read(each.ask(device))

    estimate, dark, limit = photodiode.estimate(-0.5), photodiode.dark_current(-0.5), solar_cell.limit()
    alignment, solved = photodiode.band_alignment(), photodiode.equilibrium()
    assert asked("dark_current@-0.5V") == dark.total
    assert asked("activation_energy@-0.5V") == dark.activation_energy
    assert asked("estimate.dark_current@-0.5V") == estimate.dark_current
    assert asked("estimate.detectivity@-0.5V,940nm") == estimate.detectivity(940)
    assert asked("estimate.responsivity@-0.5V,940nm") == estimate.responsivity(940)
    assert asked("estimate.eqe@-0.5V,940nm") == estimate.eqe(940)
    assert asked("estimate.depletion_width@-0.5V") == estimate.depletion_width
    assert asked("estimate.depletion_width") == photodiode.estimate().depletion_width
    assert asked("depletion_width") == solved.depletion_width
    assert asked("peak_field") == solved.peak_field
    assert asked("built_in_potential") == alignment.built_in_potential
    assert asked("limit.efficiency", solar_cell) == limit.efficiency
    assert asked("limit.open_circuit_voltage", solar_cell) == limit.open_circuit_voltage


def test_figures_of_a_solar_cell(solar_cell: sm.SolarCell, photodiode: sm.Photodiode) -> None:
    def asked(name: str) -> float | None:
        each = metric(name)
        return each.read(each.ask(solar_cell))

    sun = solar_cell.performance()
    line = solar_cell.performance(sm.Light.monochromatic(940, "17 mW/cm^2"))
    for name in OF_A_SOLAR_CELL:
        assert asked(name) == getattr(sun, name)
        assert asked(f"{name}@940nm,17mW/cm2") == getattr(line, name)
    assert metric("efficiency").key == metric("fill_factor").key != metric("efficiency@940nm,17mW/cm2").key
    with pytest.raises(sm.InputError, match="light of one wavelength needs both"):
        asked("efficiency@940nm")
    with pytest.raises(sm.InputError, match="a photodiode delivers no power; expected a SolarCell"):
        metric("efficiency").ask(photodiode)
    found = sm.compare(solar_cell, {"ETL": ["ZnO", "TiO2"]}, metrics=["efficiency", "open_circuit_voltage"])
    assert found.table["efficiency"].iloc[0] >= found.table["efficiency"].iloc[1] > 0.0


def test_a_gate_is_a_condition_of_its_own() -> None:
    device = sm.Phototransistor(TRANSISTOR)

    def asked(name: str) -> float | None:
        each = metric(name)
        return each.read(each.ask(device))

    for gate in (2.0, 5.0):
        answer = device.estimate(1.0, gate_voltage=gate)
        assert asked(f"estimate.responsivity@1V,940nm,gate={gate}V") == answer.responsivity(940)
        assert asked(f"estimate.drain_current@gate={1e3 * gate}mV,1V") == answer.drain_current
    assert asked("estimate.drain_current@1V") == device.estimate(1.0).drain_current
    assert metric("estimate.gain@1V,gate=2V").key != metric("estimate.gain@1V,gate=5V").key
    table = sm.compare(
        device, {"channel.thickness": [20, 30]}, metrics=["estimate.gain@1V,gate=2V", "estimate.gain@1V,gate=5V"]
    ).table
    assert table["estimate.gain@1V,gate=2V"].iloc[0] == device.estimate(1.0, gate_voltage=2.0).gain


def test_a_gate_that_is_none(photodiode: sm.Photodiode) -> None:
    with pytest.raises(sm.InputError, match=r'unknown condition "gat".* Did you mean "gate"'):
        metric("estimate.gain@1V,gat=5V")
    with pytest.raises(sm.InputError, match="gate_voltage is given twice"):
        metric("estimate.gain@1V,gate=5V,gate=2V")
    with pytest.raises(sm.InputError, match=r"gate: .*nm"):
        metric("estimate.gain@1V,gate=5nm")
    with pytest.raises(sm.InputError, match="a photodiode has no gate; leave gate=5V out"):
        metric("estimate.responsivity@1V,940nm,gate=5V").ask(photodiode)


def test_units_are_those_of_the_table_of_quantities() -> None:
    for name, row in METRICS.items():
        quantity = name.rpartition(".")[2]
        if quantity in QUANTITIES:
            assert to_unit(f"1 {row.unit}", QUANTITIES[quantity].unit) == 1.0


@pytest.mark.parametrize("name", ["dark_current@-0.5V", "activation_energy@-0.5V"])
def test_a_solar_cell_has_a_dark_current_to_compare_and_a_led_has_none(
    name: str, solar_cell: sm.SolarCell, photodiode: sm.Photodiode
) -> None:
    asked = metric(name)
    assert asked.read(asked.ask(solar_cell)) == asked.read(asked.ask(photodiode))
    with pytest.raises(sm.InputError, match="a QLED has none; expected a detector or a SolarCell"):
        asked.ask(sm.QLED(photodiode.stack))


@pytest.mark.parametrize("name", [n for n in METRICS if n.startswith("limit.")])
def test_a_photodiode_has_no_limit(name: str, photodiode: sm.Photodiode) -> None:
    with pytest.raises(sm.InputError, match="SolarCell"):
        metric(name).ask(photodiode)


# -- how conditions are written ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("dark_current@-0.5V", {"voltage": -0.5}),
        ("dark_current@-500mV", {"voltage": -0.5}),
        ("dark_current@+0.5V", {"voltage": 0.5}),
        ("dark_current@0V", {"voltage": 0.0}),
        (" dark_current @ -0.5 V ", {"voltage": -0.5}),
        ("estimate.responsivity@-0.5V,1310nm", {"voltage": -0.5, "wavelength": 1310.0}),
        ("estimate.responsivity@1310nm,-0.5V", {"voltage": -0.5, "wavelength": 1310.0}),
        ("estimate.responsivity@1.31um", {"wavelength": 1310.0}),
        ("estimate.responsivity@1.31 µm, -0.5 V", {"wavelength": 1310.0, "voltage": -0.5}),
        ("built_in_potential", {}),
    ],
)
def test_conditions(text: str, conditions: dict[str, float]) -> None:
    asked = metric(text)
    assert asked.conditions == pytest.approx(conditions)
    assert asked.label == text.strip()
    assert asked.head.startswith(asked.label)
    if asked.metric.unit:
        assert asked.head.endswith(f" [{asked.metric.unit}]")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("dark_curent@-0.5V", ['unknown metric "dark_curent"', 'Did you mean "dark_current"']),
        ("DARK_CURRENT@-0.5V", ['Did you mean "dark_current"']),
        ("estimate.darkcurrent@-0.5V", ['Did you mean "estimate.dark_current"']),
        ("", ["unknown metric", "extraction_barrier"]),
        ("@-0.5V", ["unknown metric"]),
        ("zzzzzz", ["Expected one of", "dark_current"]),
        ("dark_current@-0.5", ["dark_current", '"-0.5"', "-0.5V"]),
        ("dark_current@300K", ["dark_current", '"300K"']),
        ("dark_current@1kHz", ["frequency", "it takes voltage"]),
        ("dark_current@-0,5V", ["dark_current", "-0"]),
        ("dark_current@1e9V", ["voltage is 1e+09 V", "expected -1000 to 1000 V"]),
        ("estimate.eqe@-5nm", ["wavelength is -5 nm", "expected"]),
        ("estimate.eqe@940nm@-0.5V", ["940nm@-0.5V"]),
        ("dark_current@x", ['"x"']),
        ("dark_current@nan V", ["nan"]),
    ],
)
def test_refused(text: str, parts: list[str]) -> None:
    with pytest.raises(sm.InputError) as caught:
        metric(text)
    assert "\n" not in str(caught.value)
    for part in parts:
        assert part in str(caught.value)


def test_a_condition_twice_is_ambiguous() -> None:
    with pytest.raises(sm.InputError, match="twice"):
        metric("dark_current@-0.5V,-0.3V")


@pytest.mark.parametrize("text", ["dark_current@", "dark_current@-0.5V,", "dark_current@x", "dark_current@−0.5V"])
def test_what_cannot_be_read_says_of_which_metric(text: str) -> None:
    with pytest.raises(sm.InputError, match="dark_current"):
        metric(text)


def test_the_nearest_metric_is_the_one_meant() -> None:
    with pytest.raises(sm.InputError, match=r'Did you mean "estimate\.dark_current"'):
        metric("estimate.dark")


@pytest.mark.parametrize("wanted", [None, 5, ["built_in_potential"]])
def test_what_is_no_metric(wanted: Any) -> None:
    with pytest.raises(sm.InputError, match="unknown metric"):
        metric(wanted)


# -- sets, ranks, functions ----------------------------------------------------------------------------------------


def test_defaults_by_kind() -> None:
    assert tuple(m.label for m in metrics(None)) == DEFAULT_METRICS
    for device in (sm.Photodiode(HERO), sm.SolarCell(HERO)):
        labels = [m.label for m in metrics(None, device.kind)]
        assert labels[: len(DEFAULT_METRICS)] == list(DEFAULT_METRICS)
        for each in metrics(None, device.kind):
            assert each.read(each.ask(device)) is not None


def test_defaults_of_devices_with_gain() -> None:
    film = "glass / channel: PbS(3.4nm, EDT) 300nm [source=Au, drain=Au, length=5um, width=1mm]"
    for device in (sm.Photoconductor(film), sm.Phototransistor(TRANSISTOR)):
        for each in metrics(None, device.kind):
            assert each.read(each.ask(device)) is not None


def test_a_figure_that_the_kind_of_answer_lacks() -> None:
    asked = metric("estimate.gain@-0.5V")
    with pytest.raises(sm.InputError, match="gain: Estimate has none"):
        asked.read(asked.ask(sm.Photodiode(HERO)))
    assert [m.label for m in metrics(None, "photodiode")][-1] == "dark_current@-0.5V"
    assert "dark_current@-0.5V" not in [m.label for m in metrics(None, sm.SolarCell.kind)]


def test_one_or_many_or_none() -> None:
    assert [m.label for m in metrics("built_in_potential")] == ["built_in_potential"]
    assert [m.label for m in metrics(["peak_field", "built_in_potential"])] == ["peak_field", "built_in_potential"]
    for nothing in ([], ()):
        with pytest.raises(sm.InputError, match="metrics is empty"):
            metrics(nothing)


def test_a_function_of_a_device(photodiode: sm.Photodiode) -> None:
    def etl_thickness(device: Any) -> float:
        return float(device.stack["ETL"].thickness)

    asked = metric(etl_thickness)
    assert asked.read(asked.ask(photodiode)) == 60.0
    assert asked.head == "etl_thickness"


def test_better_sorts_first_and_missing_last() -> None:
    for name, row in METRICS.items():
        asked = metric(written(name, row.needs))
        better, worse = (2.0, 1.0) if row.higher_is_better else (1.0, 2.0)
        order = sorted([None, worse, math.nan, better], key=asked.sort_key)
        assert order[:2] == [better, worse]


def test_steps_below_three_kt_rank_alike() -> None:
    asked = metric("extraction_barrier")
    assert asked.sort_key(0.0) == asked.sort_key(0.07) < asked.sort_key(0.1)


@pytest.mark.parametrize("name", [n for n in METRICS if is_of_led(n)])
def test_light_is_asked_of_a_light_emitting_diode(name: str, photodiode: sm.Photodiode) -> None:
    asked = metric(written(name, METRICS[name].needs))
    with pytest.raises(sm.InputError, match="expected a QLED"):
        asked.ask(photodiode)


def test_default_set_of_a_light_emitting_diode(led: sm.QLED) -> None:
    assert next(m.label for m in metrics(None, led.kind)) == "estimate.injection_barrier"
    for each in metrics(None, led.kind):
        assert each.read(each.ask(led)) is not None
