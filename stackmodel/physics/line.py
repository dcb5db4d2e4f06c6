"""The arrays of one line of elements, as every kernel takes them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.physics.mechanisms.table import COLUMNS, TRANSPORT, column

#: Code of an element without carriers; the others are those of `statistics.Statistics`.
INSULATOR = -1
#: Code of the element that stands for an interface which carriers cross by emission; its width holds no charge.
INTERFACE = -2
#: Rows of `Line.values` that transport reads; those of a mechanism are named in its own file. All are listed in
#: `mechanisms.table`.
LN_MU_N, LN_MU_P, POOLE_N, POOLE_P, LN_SATURATION_N, LN_SATURATION_P, BETA_N, BETA_P, HOP = map(column, TRANSPORT)
N_VALUES = len(COLUMNS)
#: Rows of `Line.traps`: ln of lifetimes, of n_1 and p_1; charge when the trap is empty or full (donor density, minus
#: acceptor density); depths below E_C and above E_V over kT, and the tunnelling exponents times field [V/cm].
LN_TAU_N, LN_TAU_P, LN_N_1, LN_P_1, CHARGE, DEPTH_N, DEPTH_P, CUBE_N, CUBE_P = range(9)
N_TRAP_VALUES = 9
#: Rows of `Line.interfaces`: strength of emission for both carriers, ln(A* T^2 / q), or ln v where it is to be
#: multiplied with the density; and the tunnelling exponent times field of the spike with the side that it stands on
#: (0 left, 1 right).
LN_EMISSION_N, LN_EMISSION_P, BY_DENSITY_N, BY_DENSITY_P, SPIKE_N, SPIKE_P, SIDE_N, SIDE_P = range(8)
N_INTERFACE_VALUES = 8
#: Rows of `Line.interface_levels`: ln of four capture velocities (electrons left and right, holes left and right), ln
#: n_1 and p_1 of both sides, and charge when the level is empty or full [cm^-2], signed as `CHARGE`.
(LN_S_NA, LN_S_NB, LN_S_PA, LN_S_PB, LN_NA_1, LN_NB_1, LN_PA_1, LN_PB_1, LEVEL_CHARGE) = range(9)
N_LEVEL_VALUES = 9


class Line(NamedTuple):
    """One stack on its mesh.

    Attributes
    ----------
    kT : float
        Thermal energy. [eV]
    width, permittivity : ndarray, shape (n_elements,)
        Element width [cm] and eps_0 eps_r / q [V^-1 cm^-1].
    code, row : ndarray of int64, shape (n_elements,)
        Statistics of the element (`INSULATOR`, `INTERFACE` for none) and its layer.
    goes_on : ndarray of bool, shape (n_elements,)
        Whether the element begins as the one before it ends: the same layer, and no grading.
    tables : ndarray, shape (n_layers, TABLE_LENGTH)
        Density of states of each layer, see `statistics`.
    edge_C, edge_V, ln_N_C, ln_N_V, doping : ndarray, shape (2, n_elements)
        At the left and right end: band edges over kT at psi = 0 relative to the Fermi level, ln of the densities of
        states [ln cm^-3], and net doping [cm^-3].
    ln_conductance : ndarray, shape (2, n_elements)
        ln(mu kT N / h) of electrons and holes without field, N and mu in the middle [ln cm^-2 s^-1].
    fixed_charge : ndarray, shape (n_nodes,)
        Interface charge. [cm^-2]
    fraction : ndarray, shape (2, n_elements)
        Where the ends of the element lie within its layer, 0 to 1.
    values : ndarray, shape (N_VALUES, 2, n_layers)
        At the left and right end of each layer.
    traps : ndarray, shape (N_TRAP_VALUES, 2, n_traps)
        Of all levels at the left and right end of their layer.
    first_trap : ndarray of int64, shape (n_layers + 1,)
        Where each layer's levels begin.
    interface : ndarray of int64, shape (n_nodes,)
        Column of `interfaces` that acts at a node (the left one of two), -1 for none.
    interfaces : ndarray, shape (N_INTERFACE_VALUES, n_interfaces)
        How carriers cross each interface.
    interface_levels : ndarray, shape (N_LEVEL_VALUES, n_levels)
        Levels of all interfaces.
    first_level : ndarray of int64, shape (n_interfaces + 1,)
        Where each interface's levels begin.
    """

    kT: float
    width: FloatArray
    permittivity: FloatArray
    code: IntArray
    row: IntArray
    goes_on: NDArray[np.bool_]
    tables: FloatArray
    edge_C: FloatArray
    edge_V: FloatArray
    ln_N_C: FloatArray
    ln_N_V: FloatArray
    doping: FloatArray
    ln_conductance: FloatArray
    fixed_charge: FloatArray
    fraction: FloatArray
    values: FloatArray
    traps: FloatArray
    first_trap: IntArray
    interface: IntArray
    interfaces: FloatArray
    interface_levels: FloatArray
    first_level: IntArray
