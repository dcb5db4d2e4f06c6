"""`accuracy=` at every solved question: what it takes, what it refuses, and that no answer states more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.structure.mesh import INTERFACE_WIDTH, Mesh, first_mesh

STACK = "ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
DIODE, CELL = sm.Photodiode(STACK, area="0.04 cm^2"), sm.SolarCell(STACK)
SUN = sm.Light.am15g().longpass(450).shortpass(1680)
QUESTIONS = {
    "jv": lambda given: DIODE.jv([-0.5, 0.3], accuracy=given),
    "jv under light": lambda given: DIODE.jv([-0.5, 0.3], sm.Light.monochromatic(940, 1e-4), accuracy=given),
    "dark_current": lambda given: DIODE.dark_current(-0.5, accuracy=given),
    "spectral_response": lambda given: DIODE.spectral_response([600, 940], -0.5, accuracy=given),
    "performance": lambda given: CELL.performance(SUN, accuracy=given),
    "band_diagram": lambda given: DIODE.band_diagram(-0.5, accuracy=given),
}
MORE = {
    "r0a": lambda given: DIODE.r0a(accuracy=given),
    "sensitivity": lambda given: DIODE.sensitivity("dark_current@-0.5V", accuracy=given),
    "luminescence": lambda given: CELL.luminescence(SUN, accuracy=given),
    "arrhenius": lambda given: DIODE.arrhenius(-0.5, [300, 290], accuracy=given),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("accuracy", ["0.1 %", "0.4 %", 0.02])
def test_no_answer_states_a_larger_error_than_was_asked_for(ask: Any, accuracy: Any) -> None:
    allowed = {"0.1 %": 1e-3, "0.4 %": 4e-3}.get(accuracy, accuracy)
    assert 0.0 < ask(accuracy).provenance.convergence["mesh_error"] <= allowed


@pytest.mark.parametrize("ask", [*QUESTIONS.values(), *MORE.values()], ids=[*QUESTIONS, *MORE])
@pytest.mark.parametrize("accuracy", [1e-4, "5 %", "3 nm", float("nan"), True, None, 0])
def test_other_accuracies_are_refused(ask: Any, accuracy: Any) -> None:
    if accuracy is None and ask is MORE["sensitivity"]:
        return  # any metric but the dark current has none
    with pytest.raises(sm.InputError, match="accuracy"):
        ask(accuracy)


def test_an_accuracy_of_a_metric_without_one_is_refused() -> None:
    with pytest.raises(sm.InputError, match="leave it out"):
        DIODE.sensitivity("estimate.depletion_width", accuracy="1 %")


def test_answers_of_two_accuracies_lie_as_far_apart_as_they_say() -> None:
    rough, fine = (DIODE.jv([-0.5], accuracy=given) for given in ("2 %", "0.1 %"))
    allowed = sum(3.0 * curve.provenance.convergence["mesh_error"] for curve in (rough, fine))
    assert rough.current_density[0] == pytest.approx(fine.current_density[0], rel=allowed)


def test_zero_bias_resistance_is_that_of_a_finer_mesh() -> None:
    assert DIODE.r0a() == pytest.approx(DIODE.r0a(accuracy="0.1 %"), rel=0.012)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 22, 23, 25])
def test_a_coarser_mesh_joins_by_twos_from_both_ends(count: int) -> None:
    widths = np.arange(1.0, count + 1.0)
    mesh = Mesh(np.concatenate([widths, widths[::-1]]), np.repeat([0, 1], count))
    coarse = mesh.coarsened()
    for layer in (0, 1):
        assert coarse.width[coarse.layer == layer].sum() == pytest.approx(widths.sum())
    assert np.isin(coarse.nodes, mesh.nodes).all()
    # The mirrored mesh becomes the mirrored one.
    assert coarse.width == pytest.approx(coarse.width[::-1])
    assert coarse.width.size <= count + 2


def test_a_coarser_mesh_leaves_interfaces_out() -> None:
    mesh = first_mesh([1e-5, 2e-5])
    beside = mesh.with_interfaces([0])
    assert INTERFACE_WIDTH in beside.width
    assert beside.coarsened().width == pytest.approx(mesh.coarsened().width)
    assert beside.coarsened().interfaces == ()
