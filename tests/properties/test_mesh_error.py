"""An answer lies within three times the error that it states: random films against a mesh four times finer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

import stackmodel as sm
from stackmodel.experiments.illumination import illumination
from stackmodel.experiments.jv import generation_by_layer
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.state import Point, Problem

FILMS = 50  #: of a block; ten blocks in CI
#: Currents are conserved to 1e-9 of what flows and recombines, which a small difference of both feels.
RESOLVED = 1e-5


def film(draw: np.random.Generator, i: int, affinity: float, gap: float) -> sm.Layer:
    """A layer of a random semiconductor, doped or not, with lifetimes or without."""
    doping = 0.0 if draw.random() < 0.5 else 10 ** draw.uniform(14, 18) * draw.choice([-1, 1])
    lifetimes = [math.inf, math.inf] if draw.random() < 0.25 else (10 ** draw.uniform(-10, -5, 2)).tolist()
    material = sm.Material(
        name=f"film {i}", kind="dot film", electron_affinity=affinity, band_gap=gap,
        relative_permittivity=draw.uniform(5, 25), conduction_band_dos=10 ** draw.uniform(18, 20),
        valence_band_dos=10 ** draw.uniform(18, 20), electron_mobility=10 ** draw.uniform(-4, 1),
        hole_mobility=10 ** draw.uniform(-4, 1), electron_lifetime=lifetimes[0], hole_lifetime=lifetimes[1],
        radiative_coefficient=0.0 if draw.random() < 0.6 else 10 ** draw.uniform(-13, -9),
        donor_density=max(doping, 0.0), acceptor_density=max(-doping, 0.0),
    )  # fmt: skip
    return sm.Layer(material, 10 ** draw.uniform(math.log10(50), 3), name=f"film {i}", role="active")


def contact(draw: np.random.Generator, layer: sm.Layer) -> sm.Contact:
    """Ohmic, a metal that takes all, or one with two velocities; its work function lies anywhere in the gap."""
    kind = draw.choice(["ohmic", "metal", "velocities"])
    if kind == "ohmic":
        return sm.Contact.ohmic()
    affinity, gap = (layer.material.value(name) for name in ("electron_affinity", "band_gap"))
    more = {} if kind == "metal" else {
        f"{carrier}_recombination_velocity": 10 ** draw.uniform(2, 7) for carrier in ("electron", "hole")
    }  # fmt: skip
    return sm.Contact.schottky(work_function=affinity + gap * draw.uniform(0.05, 0.95), **more)


def light(draw: np.random.Generator, layers: list[sm.Layer]) -> dict[str, Any] | None:
    """None, the same generation everywhere, or that of Beer and Lambert from the front."""
    kind, rate = draw.choice(["dark", "uniform", "absorbed"]), 10 ** draw.uniform(18, 23)
    if kind == "dark":
        return None
    if kind == "uniform":
        return {layer.name: rate for layer in layers}
    length, start, found = 10 ** draw.uniform(1.7, 4), 0.0, {}
    for layer in layers:
        depth = np.linspace(0.0, layer.thickness, 200)
        found[layer.name] = (depth.tolist(), (rate * np.exp(-(start + depth) / length)).tolist())
        start += layer.thickness
    return found


def drawn(seed: int) -> tuple[Problem, list[float]]:
    """A stack of one to three films between two contacts at 80 to 350 K, and the voltages asked of it."""
    draw = np.random.default_rng(seed)
    temperature = 300.0 if draw.random() < 0.5 else draw.uniform(80, 350)
    affinity, gap = draw.uniform(3.8, 4.8), draw.uniform(0.3, 1.6 if temperature > 200 else 1.0)
    layers = [film(draw, 0, affinity, gap)]
    for i in range(1, draw.choice([1, 1, 2, 3])):
        step = draw.uniform(-0.25, 0.25, 2) * draw.choice([0, 1])
        layers.append(film(draw, i, affinity + step[0], max(0.3, gap + step[1])))
    ends = contact(draw, layers[0]), contact(draw, layers[-1])
    device = sm.Photodiode(
        sm.Stack(layers),
        temperature=temperature,
        front=ends[0],
        back=ends[1],
        anode=str(draw.choice(["front", "back"])),
    )
    generation = generation_by_layer(device.stack, light(draw, layers))
    voltages = np.sort(draw.uniform(-1.0, min(gap, 0.9), draw.choice([1, 1, 2, 3, 11, 41]))).tolist()
    task = solver.problem(device.setup, generation)
    return task, voltages


def true_error(task: Problem, points: tuple[Point, ...]) -> float:
    """The largest error of some of the points: relative, under light to no less than 2 % of what the light makes."""
    mesh = points[0].grid.mesh
    fine = mesh.split(np.full(mesh.width.size, 4))
    photo = float((0.5 * mesh.width * task.generation(mesh).sum(axis=0)).sum())
    errors = []
    for point in points[:: max(1, len(points) // 5)]:
        finer = solver._curve(task, fine, [point.voltage], {point.voltage: point})[point.voltage].current
        # Order two: a mesh four times finer is still off by 1/15 of the difference.
        errors.append(16 / 15 * abs(point.current - finer) / max(abs(finer), solver.OF_LIGHT * photo))
    return max(errors)


def judged(seeds: range) -> np.ndarray:
    """True error and stated one of each film that has an answer, shape (n_films, 2)."""
    found = []
    for seed in seeds:
        task, voltages = drawn(seed)
        try:
            points = solver.solve(task, voltages)
        except sm.ConvergenceError:
            continue
        error, said = true_error(task, points), points[0].mesh_error
        assert error <= 3.0 * said + RESOLVED, f"film {seed}: off by {error:.2%}, said {said:.2%}"
        assert said <= task.setup.accuracy
        found.append((error, said))
    return np.array(found)


def assert_honest(seeds: range) -> None:
    found = judged(seeds)
    assert len(found) >= 0.95 * len(seeds), f"{len(seeds) - len(found)} of {len(seeds)} films are refused"
    error, said = found[found[:, 0] > RESOLVED].T
    assert 0.5 < np.median(said / error) < 3.0


@pytest.mark.parametrize("seed", range(12))
def test_answers_under_light_through_the_optics_lie_within_three_times_their_mesh_error(seed: int) -> None:
    draw = np.random.default_rng(seed)
    etl, htl = draw.choice(["ZnO 40nm", "TiO2 30nm", "SnO2 30nm"]), draw.choice(["PbS(3.0nm, EDT) 40nm", "NiO 20nm"])
    film = f"PbS({draw.uniform(2.9, 3.6):.2f}nm, TBAI) {draw.uniform(60, 600):.0f}nm"
    device = sm.Photodiode(
        f"ITO 100nm / {etl} / {film} / {htl} / Au 80nm", temperature=draw.uniform(200, 340),
        illuminated=str(draw.choice(["front", "back"])),
    )  # fmt: skip
    shining = illumination(device.setup, sm.Light.monochromatic(draw.uniform(720, 1000), 10 ** draw.uniform(-9, -1)))
    task = solver.problem(device.setup, shining.layers)
    points = solver.solve(task, np.sort(draw.uniform(-1.0, 0.6, draw.choice([1, 2, 11]))).tolist())
    assert true_error(task, points) <= 3.0 * points[0].mesh_error + RESOLVED


@pytest.mark.parametrize("accuracy", [1e-3, 0.02])
def test_answers_lie_within_the_accuracy_that_is_asked_for(accuracy: float) -> None:
    for seed in range(1000, 1040):
        task, voltages = drawn(seed)
        task = attrs.evolve(task, setup=attrs.evolve(task.setup, accuracy=accuracy), memory={})
        points = solver.solve(task, voltages)
        assert points[0].mesh_error <= accuracy
        assert true_error(task, points) <= 3.0 * points[0].mesh_error + RESOLVED


@pytest.mark.parametrize("block", range(10))
def test_answers_lie_within_three_times_their_mesh_error(block: int) -> None:
    assert_honest(range(block * FILMS, (block + 1) * FILMS))


@pytest.mark.long
@pytest.mark.parametrize("block", range(10, 210))
def test_ten_thousand_answers_lie_within_three_times_their_mesh_error(block: int) -> None:
    assert_honest(range(block * FILMS, (block + 1) * FILMS))


def test_light_collected_by_diffusion_at_a_metal() -> None:
    """Pairs made within kT/qF of the wrong contact leave through it: |J| = q G (L - 2 kT/qF) for kT/qF << L."""
    film = sm.Material(
        name="film", electron_affinity=4.1, band_gap=1.3, relative_permittivity=14, conduction_band_dos=1e19,
        valence_band_dos=1e19, electron_mobility=0.01, hole_mobility=0.01, electron_lifetime="inf s",
        hole_lifetime="inf s",
    )  # fmt: skip
    velocities = {"electron_recombination_velocity": 1e9, "hole_recombination_velocity": 1e9}
    device = sm.Photodiode(
        sm.Stack([sm.Layer(film, 300, role="active")]), front=sm.Contact.schottky(work_function=4.3, **velocities),
        back=sm.Contact.schottky(work_function=5.2, **velocities),
    )  # fmt: skip
    q, kT, thickness, rate = 1.602176634e-19, 0.025851999, 300e-7, 5e21
    for voltage in (-1.0, -3.0):
        curve = device.jv([voltage], generation=rate)
        length = kT * thickness / (0.9 - voltage)
        # Of order (l/L)^2 is left of the closed form: the charge of the light bends the field.
        exact, said = q * rate * (thickness - 2.0 * length), curve.provenance.convergence["mesh_error"]
        assert -curve.current_density[0] == pytest.approx(exact, rel=3.0 * said + 1e-3)


CELL = "ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
QUESTIONS: dict[str, Callable[[sm.SolarCell, Any], Any]] = {
    "curve": lambda cell, accuracy: cell.jv([-0.5, 0.3], generation=1e20, accuracy=accuracy),
    "diagram": lambda cell, accuracy: cell.band_diagram(-0.3, accuracy=accuracy),
    "dark current": lambda cell, accuracy: cell.dark_current(-0.5, accuracy=accuracy),
    "arrhenius": lambda cell, accuracy: cell.arrhenius(-0.5, [300, 280], accuracy=accuracy),
    "sensitivity": lambda cell, accuracy: cell.sensitivity("dark_current@-0.5V", accuracy=accuracy),
    "response": lambda cell, accuracy: cell.spectral_response([700, 900], accuracy=accuracy),
    "performance": lambda cell, accuracy: cell.performance(generation=1e21, accuracy=accuracy),
    "luminescence": lambda cell, accuracy: cell.luminescence(sm.Light.am15g().shortpass(1600), accuracy=accuracy),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("accuracy", "most"), [("0.1 %", 1e-3), (0.02, 0.02)])
def test_every_solved_answer_states_an_error_below_what_was_asked(question: str, accuracy: Any, most: float) -> None:
    answer = QUESTIONS[question](sm.SolarCell(CELL), accuracy)
    assert 0.0 < answer.provenance.convergence["mesh_error"] <= most


@pytest.mark.parametrize("accuracy", [1e-5, 0.5, -1, math.nan, None, True, "3 nm", "", "fine"])
@pytest.mark.parametrize("question", ["curve", "arrhenius", "luminescence"])
def test_no_other_accuracy_is_taken(question: str, accuracy: Any) -> None:
    with pytest.raises(sm.InputError, match="accuracy"):
        QUESTIONS[question](sm.SolarCell(CELL), accuracy)


def test_a_line_of_light_has_no_luminescence() -> None:
    with pytest.raises(sm.InputError, match="luminescence: the light is one line at 940 nm; expected a spectrum"):
        sm.SolarCell(CELL).luminescence(sm.Light.monochromatic(940, 1e-3))
