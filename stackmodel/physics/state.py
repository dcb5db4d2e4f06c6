"""The records that kernels of transport take: state, bands, contacts, drive and flows.

A record is built once a solve, never once a node: numba unpacks all its arrays at each call from Python. Inside a
kernel the arrays are taken out of a record before a loop.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.mechanisms.table import N_MECHANISMS


class State(NamedTuple):
    """The unknowns at the nodes, over kT.

    Attributes
    ----------
    y : ndarray, shape (n_nodes,)
        Potential psi/kT.
    u, v : ndarray, shape (n_nodes,)
        Electron level (F_n - F_cathode)/kT and hole level (F_p - F_anode)/kT. A level is exact only near zero, so each
        carrier is measured from the contact that feeds it.
    lows : ndarray, shape (2, 2, n_nodes)
        What rounding took off u and v, in two parts of falling size: along a good conductor the last digits are the
        current.
    bias : float
        q V / kT, anode minus cathode.
    """

    y: FloatArray
    u: FloatArray
    v: FloatArray
    lows: FloatArray
    bias: float


class Bands(NamedTuple):
    """How full the bands are, for electrons (index 0) and holes (1) at the left and right end of each element.

    Attributes
    ----------
    eta : ndarray, shape (2, 2, n_elements)
        Quasi-Fermi level inside the band over kT.
    ln_F, slope : ndarray, shape (2, 2, n_elements)
        ln of the density over the density of states, and d ln F / d eta.
    """

    eta: FloatArray
    ln_F: FloatArray
    slope: FloatArray


class Contacts(NamedTuple):
    """What front (index 0) and back (1) impose.

    Attributes
    ----------
    levels, by_bias : ndarray, shape (2, 3)
        y, u and v of the contact at 0 V, and what each kT/q of bias adds to them.
    ln_velocity : ndarray, shape (2, 2)
        ln S of electrons and holes [ln cm/s]. `UNBOUND` pins the level, `NONE` blocks the carrier.
    lowering : ndarray, shape (2,)
        What the image force takes off the barrier over kT, per root of the field [(cm/V)^1/2].
    """

    levels: FloatArray
    by_bias: FloatArray
    ln_velocity: FloatArray
    lowering: FloatArray


class Drive(NamedTuple):
    """What drives the device.

    Attributes
    ----------
    generation : ndarray, shape (2, n_elements)
        Pairs at both ends of each element. [cm^-3 s^-1]
    contacts : Contacts
    per_time : float
        1/dt of an implicit step in time, 0 in the steady state. [s^-1]
    stored : ndarray, shape (n_nodes, N_STORED)
        What the nodes held before that step, see `storage.Storage`; of no nodes in the steady state. [cm^-2]
    """

    generation: FloatArray
    contacts: Contacts
    per_time: float
    stored: FloatArray


class Flows(NamedTuple):
    """What flows, recombines and is trapped.

    Attributes
    ----------
    currents : ndarray, shape (2, n_elements)
        J_n/q and J_p/q along +x. [cm^-2 s^-1]
    rates : ndarray, shape (N_MECHANISMS, 2, n_elements)
        Recombination at the ends of the elements. [cm^-3 s^-1]
    trapped : ndarray, shape (2, n_elements)
        Charge of the levels there over q. [cm^-3]
    lost : ndarray, shape (2, n_nodes)
        Electrons and holes that go into levels of an interface. [cm^-2 s^-1]
    """

    currents: FloatArray
    rates: FloatArray
    trapped: FloatArray
    lost: FloatArray


#: Columns of `Drive.stored` and `storage.Storage.held`: electrons and holes of the bands, and charge of the levels.
ELECTRONS, HOLES, OF_LEVELS = range(3)
N_STORED = 3


_NOTHING_STORED = np.zeros((0, N_STORED))


def steady(generation: FloatArray, contacts: Contacts) -> Drive:
    """Return the drive of a steady state."""
    return Drive(generation, contacts, 0.0, _NOTHING_STORED)


def empty_bands(elements: int) -> Bands:
    """Return the arrays for the bands of some elements."""
    return Bands(np.zeros((2, 2, elements)), np.zeros((2, 2, elements)), np.zeros((2, 2, elements)))


def empty_flows(nodes: int) -> Flows:
    """Return the arrays for what flows on `nodes` nodes."""
    currents, trapped = np.zeros((2, nodes - 1)), np.zeros((2, nodes - 1))
    return Flows(currents, np.zeros((N_MECHANISMS, 2, nodes - 1)), trapped, np.zeros((2, nodes)))
