"""Calls with keywords that do not exist: errors that name the nearest, of every public question."""

import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import stackmodel as sm

DIODE = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au")


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda any_: any_(DIODE).estimate(volage=1), 'estimate: unknown keyword "volage". Did you mean "voltage"?'),
        (lambda any_: any_(DIODE).jv([0.5], ligth=None), 'jv: unknown keyword "ligth". Did you mean "light"?'),
        (lambda any_: any_(DIODE).estimate().eqe(wavelenght=940), 'Did you mean "wavelength"?'),
        (lambda any_: any_(sm).QuantumDot("PbS", diamter=3), 'QuantumDot: unknown keyword "diamter".'),
        (lambda any_: any_(sm).QuantumDot.from_gap("PbS", 1.2, curv="x"), 'Did you mean "curve"?'),
        (lambda any_: any_(sm).material("ZnO").at(temprature=80), 'Did you mean "temperature"?'),
        (lambda any_: any_(sm).Contact.schottky(workfunction=4), 'Did you mean "work_function"?'),
        (lambda any_: any_(sm).compare(DIODE, {}, metric=1), 'compare: unknown keyword "metric".'),
        (lambda any_: any_(sm).materials(contain="Pb"), 'materials: unknown keyword "contain".'),
        (lambda any_: any_(sm).materials(5), 'unknown role "5"'),
        (lambda any_: any_(sm).materials(contains=5), 'contains is "5"; expected elements such as "Pb"'),
        (lambda any_: any_(DIODE).jv(), "jv: missing a required argument: 'voltages'"),
        (lambda any_: any_(DIODE).estimate(0.0, None, 3), "estimate: too many positional arguments; it takes voltage"),
    ],
)
def test_misspelt_keywords(ask: Callable[[Any], Any], says: str) -> None:
    with pytest.raises(sm.InputError) as found:
        ask(lambda each: each)
    assert says in str(found.value)


def test_a_type_error_from_inside_stays_one() -> None:
    def metric(device: Any) -> float:
        return float(device + 1)

    with pytest.raises(TypeError, match="unsupported operand"):
        DIODE.sensitivity(metric)


def test_signatures_and_pickling_stay() -> None:
    assert list(inspect.signature(sm.Photodiode.estimate).parameters) == ["self", "voltage", "light"]
    assert list(inspect.signature(sm.compare).parameters) == ["device", "choices", "metrics"]
    assert pickle.loads(pickle.dumps(sm.compare)) is sm.compare
    assert pickle.loads(pickle.dumps(DIODE)).estimate().depletion_width == DIODE.estimate().depletion_width
