"""What weak light adds to a current that is large in the dark: both on one mesh, which errs alike for them."""

from __future__ import annotations

from collections.abc import Mapping

from stackmodel.errors import ConvergenceError, InputError
from stackmodel.experiments.jv import generation_by_layer
from stackmodel.physics.constants import ELEMENTARY_CHARGE
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.structure.setup import Setup

#: Share of the dark current below which its change is lost to the conservation of current.
RESOLVED = 1e-6
_MOST_HALVINGS = 7


def gain(setup: Setup, voltage: float, generation: Mapping[str, float], *, made: float) -> float:
    """Return the change of the current by light over the charge that the light makes.

    Halving every element moves it by no more than three times the accuracy of the setup.

    Parameters
    ----------
    setup : Setup
    voltage : float
        Anode minus cathode. [V]
    generation : mapping
        From names of layers to rates. [cm^-3 s^-1]
    made : float
        Pairs made, over the device. [cm^-2 s^-1]
    """
    rates, accuracy = generation_by_layer(setup.stack, generation), setup.accuracy
    dark, lit = (solver.problem(setup, light) for light in (None, rates))
    point = solver.solve(lit, [voltage])[0]
    mesh, last = point.grid.mesh, 0.0
    for _ in range(_MOST_HALVINGS):
        currents = [solver.current_density(task, solver.on_mesh(task, point, mesh)) for task in (dark, lit)]
        change = abs(currents[1] - currents[0])
        if change < RESOLVED * abs(currents[0]):
            raise InputError(
                f"gain: the light moves the current by {change / abs(currents[0]):.1e} of the dark one, which is not "
                f"resolved below {RESOLVED:g}; expected a higher generation"
            )
        if abs(change - last) < 3.0 * accuracy * change:
            return change / (ELEMENTARY_CHARGE * made)
        mesh, last = mesh.refined(), change
    raise ConvergenceError(
        f"gain: at {voltage:g} V the photocurrent still moves with the mesh of {mesh.nodes.size} nodes"
    )
