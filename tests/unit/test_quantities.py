"""The one table of quantities, and range errors in the one sentence form."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from stackmodel.errors import InputError, shorten
from stackmodel.quantities import MATERIAL_QUANTITIES, QUANTITIES, all_checked, checked, quantity
from stackmodel.units import to_unit

#: whose: field is value unit; expected low to high unit. Remedy
SENTENCE = re.compile(r'[^:]+: (\w+) is \S+( [^;]+)?; expected \S+ to \S+( \S.*)?\.( Did you mean "[^"]+"\?)?')


@pytest.mark.parametrize("name", QUANTITIES)
def test_rows_are_sound(name: str) -> None:
    row = quantity(name)
    assert row.name == name
    assert row.low < row.high
    assert row.meaning
    assert row.symbol
    assert row.label == (f"{name} [{row.unit}]" if row.unit else name)
    assert to_unit(f"1 {row.unit}" if row.unit else "1", row.unit) == 1.0  # the table's unit is one that is read
    assert (name in MATERIAL_QUANTITIES) == row.of_material


@pytest.mark.parametrize("name", QUANTITIES)
def test_bounds_belong_to_the_range_and_beyond_is_refused(name: str) -> None:
    row = quantity(name)
    assert checked(name, row.low, "x") == row.low
    assert checked(name, row.high, "x") == row.high
    for value in (row.high * 2, row.low - abs(row.low) - 1.0):
        with pytest.raises(InputError) as refusal:
            checked(name, value, "x")
        match = SENTENCE.fullmatch(str(refusal.value))
        assert match, str(refusal.value)
        assert match[1] == name
    for nonsense in (math.nan, -math.inf):
        with pytest.raises(InputError):
            checked(name, nonsense, "x")


def test_slip_of_the_unit_has_a_hint() -> None:
    with pytest.raises(InputError) as refusal:
        checked("thickness", 250_000, "active")
    assert str(refusal.value) == ('active: thickness is 250000 nm; expected 0.1 to 100000 nm. Did you mean "250 nm"?')


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [("thickness", 2.5e-7, ' Did you mean "0.25 nm"?'), ("thickness", -60, ""), ("band_gap", 1300, "1.3 eV")],
)
def test_hint_only_where_it_helps(name: str, value: float, hint: str) -> None:
    with pytest.raises(InputError) as refusal:
        checked(name, value, "x")
    assert ("Did you mean" in str(refusal.value)) == bool(hint)
    assert hint in str(refusal.value)


def test_zero_and_infinity_only_where_they_mean_something() -> None:
    assert checked("donor_density", 0, "x") == 0.0
    assert checked("electron_lifetime", math.inf, "x") == math.inf
    assert checked("electron_lifetime", "inf", "x") == math.inf
    for name, value in (("thickness", 0), ("electron_mobility", 0), ("donor_density", math.inf), ("temperature", 0)):
        with pytest.raises(InputError):
            checked(name, value, "x")


def test_error_of_the_unit_names_whose_and_field() -> None:
    with pytest.raises(InputError, match=r'^active: thickness: "60" has no unit; expected nm, such as "250 nm"$'):
        checked("thickness", "60", "active")


def test_unknown_quantity_has_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r'unknown quantity "thicknes"\. Did you mean "thickness"'):
        quantity("thicknes")


def test_messages_show_long_and_strange_values_short() -> None:
    assert shorten("a" * 1000) == "a" * 57 + "..."
    assert shorten("a\nb\x00c") == "a b\N{REPLACEMENT CHARACTER}c"


@pytest.mark.parametrize(
    "values",
    [[0.1, "200 mV", 1], (0.1, 0.2, 1.0), np.array([0.1, 0.2, 1.0]), iter([0.1, 0.2, "1 V"])],
)
def test_lists_are_checked_one_by_one(values):
    found = all_checked("voltage", values, "jv", what="voltages", example="[0, 1]")
    assert found.tolist() == pytest.approx([0.1, 0.2, 1.0])


@pytest.mark.parametrize("value", [0.5, "500 mV", np.float64(0.5), np.array(0.5)])
def test_one_value_is_a_list_of_one(value):
    assert all_checked("voltage", value, "jv", what="voltages", example="[0, 1]").tolist() == [0.5]


@pytest.mark.parametrize(
    ("values", "says"),
    [([], r"jv: no voltages; expected a list such as \[0, 1\]"), ([0.1, 1e9], "voltage is 1e"), ([True], "voltage"),
     ([0.1, float("nan")], "voltage"), ([[0.1, 0.2]], "voltage"), ([None], "voltage"), (["1 A"], "voltage")],
)  # fmt: skip
def test_a_list_with_a_fault_names_it(values, says):
    with pytest.raises(InputError, match=says):
        all_checked("voltage", values, "jv", what="voltages", example="[0, 1]")


def test_a_share_in_per_cent_is_refused_in_per_cent() -> None:
    assert checked("accuracy", "0.5 %", "x") == 0.005
    with pytest.raises(InputError, match=r"^x: accuracy is 3 %; expected 0\.1 to 2 %\.$"):
        checked("accuracy", "3 %", "x")
    with pytest.raises(InputError, match=r"^x: accuracy is 0\.4; expected 0\.001 to 0\.02\.$"):
        checked("accuracy", 0.4, "x")
