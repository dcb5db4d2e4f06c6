"""How what flows in a device answers to a little more generation: derivatives by the state."""

from __future__ import annotations

import numpy as np

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.physics.fluxes import fill_bands
from stackmodel.physics.kernel import short_kernel, variable, woven
from stackmodel.physics.line import Line
from stackmodel.physics.mechanisms.interface_levels import RECOMBINING
from stackmodel.physics.mechanisms.table import N_MECHANISMS
from stackmodel.physics.rows import assemble, interface_rows
from stackmodel.physics.state import Bands, Drive, Flows, State
from stackmodel.physics.system import FLOWS, JACOBIAN, OWN, System

#: Changes of a level that derivatives are taken over, in kT: powers of two, which add to a level without rounding; and
#: the weights of the two differences, which together leave an error of the fourth order, 1e-13: u and v of a layer that
#: a barrier cuts off move together by 1e4 kT and more, and its losses are the difference. The potential takes smaller
#: ones: tunnelling out of traps goes with |field|^(2/3) near none.
_STEPS = (2.0**-10, -(2.0**-10), 2.0**-9, -(2.0**-9))
_NEAR, _FAR = 2.0**11 / 3.0, -(2.0**8) / 3.0
_SMALLER = 2.0**-8
#: Nodes so far apart share no element and no interface, so they move at once.
_APART = 3
#: What flows at the ends: electrons and holes at the front, then at the back, each along +x.
N_ENDS = 4


@short_kernel
def derivatives(state: State, line: Line, drive: Drive, beside: IntArray, layers: int, into: FloatArray) -> None:
    """Write the derivatives of all that recombines and reaches the contacts; by central differences in the layers.

    Parameters
    ----------
    state, line, drive
        A solved state, see `rows.assemble`.
    beside : ndarray of int64, shape (n_nodes,)
        Number of the interface that the node belongs to, -1 for none.
    layers : int
        How many layers there are.
    into : ndarray, shape (N_MECHANISMS * layers + layers - 1 + N_ENDS, n_nodes, 3)
        By y, u and v at each node: recombination of each mechanism in each layer (mechanisms outside), at each
        interface, and the currents of `N_ENDS`, at the contacts themselves. [cm^-2 s^-1 per kT]
    """
    y, u, v = state.y, state.u, state.v
    nodes, width, row = y.size, line.width, line.row
    elements = nodes - 1
    system = System(np.empty((nodes, 3)), np.empty((3, 1, 3, 3)), np.empty((3, 1, 3, 3)), np.empty((nodes, 3)))
    rates, currents = np.zeros((4, N_MECHANISMS, 2, elements)), np.zeros((4, 2, elements))
    trapped, lost = np.zeros((2, elements)), np.zeros((2, nodes))
    moved = np.empty((3, nodes))
    at_interfaces = N_MECHANISMS * layers
    at_ends = at_interfaces + layers - 1
    for which in range(3):
        size = _SMALLER if which == 0 else 1.0
        for colour in range(_APART):
            for at in range(4):
                for i in range(nodes):
                    moved[0, i], moved[1, i], moved[2, i] = y[i], u[i], v[i]
                for i in range(colour, nodes, _APART):
                    moved[which, i] += _STEPS[at] * size
                flows = Flows(currents[at], rates[at], trapped, lost)
                changed = State(moved[0], moved[1], moved[2], state.lows, state.bias)
                assemble(changed, line, drive, system, flows, variable(FLOWS))
            for e in range(elements):
                if (e - colour) % _APART == 0:
                    i = e
                elif (e + 1 - colour) % _APART == 0:
                    i = e + 1
                else:
                    continue
                net = np.zeros(2)
                for mechanism in range(N_MECHANISMS):
                    for end in range(2):
                        change = 0.5 * width[e] * _slope(rates[:, mechanism, end, e]) / size
                        into[mechanism * layers + row[e], i, which] += change
                        net[end] += change
                for end in range(2):
                    if e != (0 if end == 0 else elements - 1):
                        continue
                    sign = 1.0 if end == 0 else -1.0
                    for carrier in range(2):
                        change = _slope(currents[:, carrier, e]) / size
                        # Half a cell beyond the first and the last edge: dJ_n/dx = R - G, dJ_p/dx = G - R.
                        turn = 1.0 if carrier == 0 else -1.0
                        into[at_ends + 2 * end + carrier, i, which] += change - sign * turn * net[end]
    for i in range(nodes):
        if line.interface[i] >= 0:
            _by_interface(i, state, line, into[at_interfaces + beside[i]])


@woven
def _slope(values: FloatArray) -> float:
    """Return the derivative of what has these values after `_STEPS`."""
    first, second = values[0] - values[1], values[2] - values[3]
    return float(_NEAR * first + _FAR * second)


@woven
def _by_interface(node: int, state: State, line: Line, into: FloatArray) -> None:
    """Add the derivatives of all pairs that recombine at the interface whose left node is `node`, shape (n_nodes, 3).

    By the formulas of the Jacobian: where one side has next to no carriers, a difference of the sum over both sides has
    none of the digits of what that side adds.
    """
    nodes = state.y.size
    elements = nodes - 1
    bands = Bands(np.zeros((2, 2, elements)), np.zeros((2, 2, elements)), np.zeros((2, 2, elements)))
    fill_bands(state, line, bands)
    system = System(np.zeros((nodes, 3)), np.zeros((3, nodes, 3, 3)), np.empty((3, 1, 3, 3)), np.empty((nodes, 3)))
    scale, lost = np.zeros((2, nodes)), np.zeros((2, nodes))
    interface_rows(node, state, line, bands, scale, system, lost, variable(JACOBIAN), RECOMBINING)
    for i in range(node, min(node + 2, nodes)):
        for block in range(3):
            for k in range(3):
                if system.jacobian[block, i, 1, k] != 0.0:
                    into[i + block - OWN, k] -= system.jacobian[block, i, 1, k]
