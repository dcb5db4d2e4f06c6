"""One-way rates of recombination: their difference is the net rate, and at equilibrium they are equal."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stackmodel.physics.mechanisms.carriers import Carriers, pair_rates
from stackmodel.physics.mechanisms.srh import one_way_rates, srh

LN_N_I = math.log(1e10)


def at(d: float, fermi: float) -> Carriers:
    """Densities with a splitting d, the levels `fermi` away from intrinsic."""
    return Carriers(LN_N_I + fermi + 0.5 * d, LN_N_I - fermi + 0.5 * d, 0.0, 0.0, 1.0, 1.0)


@settings(deadline=None)
@given(st.floats(-20.0, 20.0), st.floats(-15.0, 15.0), st.floats(-10.0, 10.0), st.floats(-25.0, -5.0))
def test_four_processes_of_a_level_add_up_to_its_net_rate(d, fermi, level, ln_tau):
    carriers, ln_n_1, ln_p_1 = at(d, fermi), LN_N_I + level, LN_N_I - level
    captured_n, emitted_n, captured_p, emitted_p = one_way_rates(carriers, ln_n_1, ln_p_1, ln_tau, ln_tau + 1.0)
    ln_K, factor, *_ = srh(carriers.ln_n, carriers.ln_p, ln_n_1, ln_p_1, ln_tau, ln_tau + 1.0)
    net = math.exp(ln_K + carriers.ln_n + carriers.ln_p) * factor * -math.expm1(-d)
    largest = max(captured_n, emitted_n, captured_p, emitted_p)
    assert captured_n - emitted_n == pytest.approx(net, rel=1e-9, abs=1e-12 * largest)
    assert captured_p - emitted_p == pytest.approx(net, rel=1e-9, abs=1e-12 * largest)


def test_at_equilibrium_each_process_is_as_fast_as_its_reverse():
    captured_n, emitted_n, captured_p, emitted_p = one_way_rates(at(0.0, 3.0), LN_N_I + 2.0, LN_N_I - 2.0, -16.0, -14.0)
    assert captured_n == pytest.approx(emitted_n, rel=1e-12)
    assert captured_p == pytest.approx(emitted_p, rel=1e-12)
    forward, back = pair_rates(-20.0, at(0.0, 3.0), 0.0)
    assert forward == back


@pytest.mark.parametrize("d", [-5.0, 0.3, 12.0])
def test_pairs_that_come_and_go_differ_by_the_net_rate(d):
    carriers = at(d, 1.0)
    forward, back = pair_rates(-20.0, carriers, d)
    assert forward - back == pytest.approx(math.exp(-20.0 + carriers.ln_n + carriers.ln_p) * -math.expm1(-d), rel=1e-12)
    # Generation in the dark is that of equilibrium, B n_i^2, whatever the splitting.
    assert back == pytest.approx(math.exp(-20.0 + 2.0 * LN_N_I), rel=1e-12)
