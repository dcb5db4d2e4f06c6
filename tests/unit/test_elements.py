"""Values of layers on the elements of a mesh, against numpy's interpolation."""

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.physics.line import INTERFACE
from stackmodel.solvers.drift_diffusion import problem
from stackmodel.structure.mesh import first_mesh

GRADED = "ITO / ZnO 60nm / PbS(3.4nm->3.0nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au"


def profile_of(stack):
    device = sm.Photodiode(stack)
    return problem(device.setup).profile


def test_a_graded_layer_goes_linearly_from_end_to_end():
    profile = profile_of(GRADED)
    mesh = first_mesh(profile.thickness.tolist())
    grid = profile.on(mesh)
    inside = mesh.layer == 1
    borders = np.cumsum(profile.thickness)[:2]
    for at, side in ((mesh.nodes[:-1], 0), (mesh.nodes[1:], 1)):
        affinity = np.interp(at[inside], borders, profile.layers.affinity[:, 1])
        assert grid.edge_C[side, inside] == pytest.approx(profile.layers.vacuum_level[1] - affinity, rel=1e-12)
        gap = np.interp(at[inside], borders, profile.layers.band_gap[:, 1])
        assert (grid.edge_C - grid.edge_V)[side, inside] == pytest.approx(gap, rel=1e-12)
    assert not grid.goes_on[inside][0]
    assert grid.goes_on[mesh.layer == 0].tolist() == [False] + [True] * (int((mesh.layer == 0).sum()) - 1)
    assert grid.line.edge_C * profile.kT == pytest.approx(grid.edge_C, rel=1e-14)


def test_boundaries_are_the_first_nodes_of_the_layers():
    profile = profile_of(GRADED)
    mesh = first_mesh(profile.thickness.tolist())
    borders = np.concatenate([[0.0], np.cumsum(profile.thickness)])
    assert mesh.nodes[profile.on(mesh).boundary] == pytest.approx(borders, rel=1e-12)


def test_an_element_that_stands_for_an_interface_shares_its_charge_and_holds_nothing():
    layers = [sm.ETL("ZnO", 60), sm.Interface(fixed_charge=1e11), sm.Active("PbS(3.4nm, TBAI)", 250)]
    stack = sm.Stack([*layers, sm.HTL("PbS(3.0nm, EDT)", 45)])
    device = sm.Photodiode(stack, front=sm.Contact.ohmic(), back=sm.Contact.ohmic())
    profile = problem(device.setup).profile
    mesh = first_mesh(profile.thickness.tolist())
    plain, parted = profile.on(mesh), profile.on(mesh.with_interfaces([0]))
    e = parted.mesh.interfaces[0]
    assert plain.fixed_charge[e] == 1e11
    assert parted.fixed_charge[e : e + 2].tolist() == [5e10, 5e10]
    assert parted.code[e] == INTERFACE
    assert parted.doping[:, e].tolist() == [0.0, 0.0]
    assert not parted.goes_on[e]
    assert not parted.goes_on[e + 1]


def test_levels_of_an_interface_stand_on_the_left_of_its_two_nodes():
    velocities = {"electron_recombination_velocity": 1e3, "hole_recombination_velocity": 1e3}
    stack = sm.Stack([sm.ETL("ZnO", 60), sm.Interface(**velocities), sm.Active("PbS(3.4nm, TBAI)", 250)])
    device = sm.Photodiode(stack, front=sm.Contact.ohmic(), back=sm.Contact.ohmic())
    profile = problem(device.setup).profile
    mesh = first_mesh(profile.thickness.tolist())
    border = int(profile.on(mesh).boundary[1])
    assert np.flatnonzero(profile.on(mesh).interface >= 0).tolist() == [border]
    assert np.flatnonzero(profile.on(mesh.with_interfaces([0])).interface >= 0).tolist() == [border]
