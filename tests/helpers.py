"""Helpers that several files of tests share."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

import stackmodel as sm
from stackmodel.solvers import drift_diffusion as solver

INF = math.inf
#: A photodiode of lead sulfide as reviews draw it, and the same behind glass.
HERO = "ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
CELL = "glass 1.1mm / ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"


def metals(
    material: sm.Material, thickness: float | str, front: Any, back: Any, *, T: float = 300.0, **values: Any
) -> sm.Photodiode:
    """One layer between metals of work functions `front` and `back`, or contacts."""
    front, back = (
        sm.Contact.schottky(work_function=W) if isinstance(W, float | int) else W for W in (front, back)
    )  # fmt: skip
    return sm.Photodiode(
        sm.Stack([sm.Active(material, thickness)]), front=front, back=back, temperature=T, **values
    )  # fmt: skip


def bands(chi: float, gap: float, eps: float, N: float, mu: float, tau: float = INF, B: float = 0.0) -> dict[str, Any]:
    """Return values of a layer whose electrons and holes are alike."""
    return {
        "electron_affinity": chi, "band_gap": gap, "relative_permittivity": eps, "conduction_band_dos": N,
        "valence_band_dos": N, "electron_mobility": mu, "hole_mobility": mu, "electron_lifetime": tau,
        "hole_lifetime": tau, "radiative_coefficient": B, "kind": "dot film",
    }  # fmt: skip


def strict(text: str) -> Any:
    """Return what a JSON text says; NaN and Infinity are no JSON."""
    return json.loads(text, parse_constant=lambda c: pytest.fail(f"{c} is not json"))


def task_of(device: sm.Photodiode, generation: Any = None) -> solver.Problem:
    """Return the problem that a device's curve solves, with pairs per layer [cm^-3 s^-1] where light is to fall."""
    return solver.problem(device.setup, generation)
