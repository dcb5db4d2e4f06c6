"""Carrier multiplication and gain against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stackmodel as sm
from stackmodel.physics.constants import BOLTZMANN_EV
from stackmodel.physics.multiexcitons import (
    gain_occupation,
    gain_threshold,
    multiplication_yield,
)


def test_hanna2006_yield_of_pairs() -> None:
    E = np.array([0.5, 1.0, 2.0, 2.99, 4.0, 5.0])
    assert multiplication_yield(E, band_gap=1.0, threshold=3.0, slope=0.5).tolist() == [0, 1, 1, 1, 1.5, 2.0]
    assert multiplication_yield(E, band_gap=1.0, threshold=2.0, slope=1.0).tolist() == pytest.approx(
        [0, 1, 1, 1.99, 3.0, 4.0]
    )


@given(st.floats(0.1, 10), st.floats(2, 5), st.floats(0, 20))
def test_pairs_conserve_energy(E: float, threshold: float, slope: float) -> None:
    pairs = float(multiplication_yield(np.array([E]), band_gap=1.0, threshold=threshold, slope=slope)[0])
    assert 0.0 <= pairs <= max(E, 1.0)


@pytest.mark.parametrize("wrong", [{"threshold": 1.5, "slope": 1.0}, {"threshold": 3.0, "slope": -1.0}])
def test_multiplication_below_twice_the_gap_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(sm.InputError, match=r"expected \d at least"):
        multiplication_yield(np.array([1.0]), band_gap=1.0, **wrong)


def test_klimov2007_threshold_of_twofold_states() -> None:
    mean = gain_threshold(degeneracy=2)
    assert math.exp(mean) == pytest.approx(2 + mean, rel=1e-12)
    assert mean == pytest.approx(1.146, abs=1e-3)


def test_lead_salts_need_four_excitons() -> None:
    assert gain_occupation(degeneracy=8) == 4.0
    assert gain_occupation(degeneracy=2) == 1.0
    assert gain_threshold(degeneracy=8) == pytest.approx(4.0, rel=0.05)  # Poisson's tail beyond 8 is cut


def test_holes_of_more_states_raise_the_threshold() -> None:
    found = gain_threshold(degeneracy=2, hole_degeneracy=4)
    P = [math.exp(-found) * found**N / math.factorial(N) for N in range(4)]
    # net emission by hand: -1, -1/4, 1/2, 3/4, 1, 1, ...
    assert -P[0] + 0.5 * 0.25 * P[1] - 0.5 * 0.75 * P[1] + 0.5 * P[2] + 0.75 * P[3] + 1 - sum(P) == pytest.approx(0)
    assert gain_threshold(degeneracy=2) < found < 2 * gain_threshold(degeneracy=2)
    assert sm.QuantumDot("CdSe", diameter=4).gain_threshold() == found
    assert sm.QuantumDot("PbS", diameter=4).gain_threshold() == gain_threshold(degeneracy=8)
    assert sm.QuantumDot("PbS", diameter=4).gain_threshold(stokes_shift="100 meV") < 2.0


def test_a_shift_from_absorption_to_emission_lowers_the_threshold() -> None:
    kT = BOLTZMANN_EV * 300
    assert gain_occupation(degeneracy=2, stokes_shift=2 * kT * math.log(3)) == pytest.approx(0.5, rel=1e-12)
    found = [gain_threshold(degeneracy=2, stokes_shift=shift) for shift in (0.0, 0.05, 0.1, 0.2)]
    assert found == sorted(found, reverse=True)
