"""Numbers with units: what the field writes is read, everything else is refused by an error of ours."""

from __future__ import annotations

import math
import time

import numpy as np
import pint
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stackmodel.errors import InputError
from stackmodel.units import read_number, split_number_unit, to_unit

#: text, unit wanted, number in that unit
SPELLINGS = [
    ("250 nm", "nm", 250.0),
    ("250nm", "nm", 250.0),
    ("0.25um", "nm", 250.0),
    ("0.25 um", "nm", 250.0),
    ("0.25 µm", "nm", 250.0),  # micro sign
    ("0.25 μm", "nm", 250.0),  # Greek mu
    ("2500 Å", "nm", 250.0),
    ("2500 angstrom", "nm", 250.0),
    (".5 nm", "nm", 0.5),
    ("5. nm", "nm", 5.0),
    ("+5e+1 nm", "nm", 50.0),
    ("-0.5 V", "V", -0.5),
    ("1e16 cm-3", "cm^-3", 1e16),
    ("1e16 cm^-3", "cm^-3", 1e16),
    ("1e16 cm**-3", "cm^-3", 1e16),
    ("1e22 m-3", "cm^-3", 1e16),
    ("0.04 cm2", "cm^2", 0.04),
    ("4 mm2", "cm^2", 0.04),
    ("4 mm^2", "cm^2", 0.04),
    ("0.01 cm^2/Vs", "cm^2/(V s)", 0.01),
    ("0.01 cm2/Vs", "cm^2/(V s)", 0.01),
    ("0.01 cm^2/(V s)", "cm^2/(V s)", 0.01),
    ("0.01 cm2/(Vs)", "cm^2/(V s)", 0.01),
    ("0.01 cm^2/V/s", "cm^2/(V s)", 0.01),
    ("0.01 cm2 V-1 s-1", "cm^2/(V s)", 0.01),
    ("1e-6 m^2/Vs", "cm^2/(V s)", 0.01),
    ("24 mA/cm2", "A/cm^2", 0.024),
    ("24 mA/cm^2", "A cm^-2", 0.024),
    ("24 mA cm-2", "A/cm^2", 0.024),
    ("1 A/W", "A/W", 1.0),
    ("1e12 Jones", "cm Hz^1/2 W^-1", 1e12),
    ("1e12 cm Hz^0.5/W", "cm Hz^1/2 W^-1", 1e12),
    ("500 meV", "eV", 0.5),
    ("1 us", "s", 1e-6),
    ("1 µs", "s", 1e-6),
    ("1e-10 cm3/s", "cm^3/s", 1e-10),
    ("1e-28 cm6/s", "cm^6/s", 1e-28),
    ("1e4 cm/s", "cm/s", 1e4),
    ("100 m/s", "cm/s", 1e4),
    ("1 kΩ", "ohm", 1e3),
    ("10 ohm/sq", "ohm", 10.0),
    ("300 K", "K", 300.0),
    ("27 °C", "K", 300.15),
    ("0.5", "", 0.5),
    ("50 %", "", 0.5),
]
REFUSED = [
    ("60,5 nm", "nm", "decimal point"),
    ("1,000 nm", "nm", "decimal point"),
    ("6 0 nm", "nm", "cannot read"),
    ("- 60 nm", "nm", "cannot read"),
    ("nan", "nm", "cannot read"),
    ("NaN nm", "nm", "cannot read"),
    ("inf nm", "nm", "cannot read"),
    ("1e400 nm", "nm", "not a finite number"),
    ("9**9**9 nm", "nm", "cannot read"),
    ("nm**9**9", "nm", "cannot read"),
    ("1 nm**9**9", "nm", "not a unit"),
    ("1 nm^999999999", "nm", "not a unit"),
    ("1 (nm)**(9)**(9)", "nm", ""),
    ("", "nm", "cannot read"),
    ("   ", "nm", "cannot read"),
    ("nm", "nm", "cannot read"),
    ("60", "nm", "has no unit; expected nm"),
    ("60 eV", "nm", "does not measure what nm measures"),
    ("60 cm-2", "cm^-3", "does not measure"),
    ("60 A", "nm", "does not measure"),  # ampere, not angstrom
    ("60 nmm", "nm", 'Did you mean "nm"'),
    ("1 ev", "eV", 'Did you mean "eV"'),
    ("60 bananas", "nm", "unknown unit"),
    ("0x10 nm", "nm", "not a unit"),
    ("1_000 nm", "nm", "not a unit"),
    ("60 nm; import os", "nm", "not a unit"),
    ("1 __class__", "nm", "not a unit"),
    ("60 nm" + " " * 100, "nm", "characters long"),
    ("5 " + "n" * 60, "nm", "not a unit"),
    ("1 nm", "", "pure number"),
]


@pytest.fixture(autouse=True, scope="module")
def _registry_is_loaded() -> None:
    to_unit("1 um", "nm")  # pint takes half a second to load; that is not what the time limits below are about


@pytest.mark.parametrize(("text", "unit", "number"), SPELLINGS)
def test_spellings_of_the_field(text: str, unit: str, number: float) -> None:
    assert to_unit(text, unit) == pytest.approx(number, rel=1e-14, abs=0.0)


@pytest.mark.parametrize(("text", "unit", "says"), REFUSED)
def test_refused(text: str, unit: str, says: str) -> None:
    started = time.process_time()
    with pytest.raises(InputError) as refusal:
        to_unit(text, unit)
    assert time.process_time() - started < 1.0
    message = str(refusal.value)
    assert says in message
    assert "\n" not in message
    assert len(message) < 250


def test_powers_of_ten_are_exact() -> None:
    assert to_unit("1e22 m^-3", "cm^-3") == 1e16
    assert to_unit("250 nm", "nm") == 250.0
    assert to_unit("0.25 um", "nm") == 250.0
    assert to_unit("1 mm^2", "cm^2") == 0.01


@pytest.mark.parametrize("number", [60, 60.0, np.float64(60), np.float32(60), np.int64(60), np.array(60.0)])
def test_plain_numbers_are_in_the_unit_asked_for(number: object) -> None:
    assert to_unit(number, "nm") == 60.0


@pytest.mark.parametrize("value", [True, None, math.nan, math.inf, -math.inf, [60], (60,), {}, object(), 1j, b"60 nm"])
def test_what_is_no_quantity_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        to_unit(value, "nm")


@pytest.mark.parametrize("value", [np.array([1.0, 2.0]), np.array([]), np.array([math.nan]), np.array(["x"])])
def test_arrays_are_refused(value: object) -> None:
    with pytest.raises(InputError):
        to_unit(value, "nm")


@pytest.mark.parametrize(
    ("number", "unit", "wanted", "expected"),
    [
        (0.25, "um", "nm", 250.0),
        (2500, "angstrom", "nm", 250.0),
        (1e22, "1/m**3", "cm^-3", 1e16),
        (1e-6, "m**2/V/s", "cm^2/(V s)", 0.01),
        (24, "mA/cm**2", "A/cm^2", 0.024),
        (1, "us", "s", 1e-6),
        (350, "kelvin", "K", 350.0),
        (0.5, "", "", 0.5),
    ],
)
def test_pint_quantities(number: float, unit: str, wanted: str, expected: float) -> None:
    units = pint.UnitRegistry()
    assert to_unit(units.Quantity(number, unit), wanted) == pytest.approx(expected, rel=1e-12, abs=0.0)


def test_pint_quantity_of_another_dimension_is_refused() -> None:
    with pytest.raises(InputError, match="does not measure what nm measures"):
        to_unit(pint.UnitRegistry().Quantity(1.0, "eV"), "nm")


@pytest.mark.parametrize(
    "text", ["", " ", "nan", "inf", "1,5", "9**9", "1e400", "0x1", "1_0", "1 2", "5 nm", "9" * 100]
)
def test_read_number_refuses(text: str) -> None:
    with pytest.raises(InputError):
        read_number(text)


def test_split_number_unit() -> None:
    assert split_number_unit(" 60 nm ") == (60.0, "nm")
    assert split_number_unit("-1.5e3") == (-1500.0, "")


FUZZ = settings(deadline=2000, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
UNITS = st.sampled_from(["nm", "eV", "cm^-3", "cm^2/(V s)", "K", "s", "", "A/cm^2", "cm Hz^1/2 W^-1"])
UNIT_LIKE = st.text(alphabet="nmueVcsAWHzJK0123456789^*-+/() .,µÅΩ%e", max_size=30)


@FUZZ
@given(text=st.text(max_size=60), unit=UNITS)
def test_any_text_is_read_or_refused(text: str, unit: str) -> None:
    _read_or_refuse(text, unit)


@FUZZ
@given(number=st.floats(allow_nan=True), text=UNIT_LIKE, unit=UNITS)
def test_anything_like_a_unit_is_read_or_refused(number: float, text: str, unit: str) -> None:
    _read_or_refuse(f"{number!r} {text}", unit)
    _read_or_refuse(text, unit)


def _read_or_refuse(text: str, unit: str) -> None:
    try:
        number, message = to_unit(text, unit), ""
    except InputError as error:
        number, message = 0.0, str(error)
    assert math.isfinite(number)
    assert "\n" not in message


@given(number=st.floats(1e-290, 1e290) | st.floats(-1e290, -1e-290))
def test_a_number_in_its_own_unit_is_not_touched(number: float) -> None:
    assert to_unit(f"{number!r} nm", "nm") == number
    assert to_unit(number, "nm") == number
