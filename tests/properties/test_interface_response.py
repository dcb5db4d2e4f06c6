"""What weak light adds, of stacks with interfaces of all kinds: the derivative is the difference on the same mesh."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stackmodel as sm
from stackmodel.errors import ConvergenceError, InputError
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.response import by_nodes, collection

Q = 1.602176634e-19
LIGHT = 1e20  # [cm^-3 s^-1]
#: Change of the light: currents are conserved to 1e-9, which leaves 2e-6 in a difference over this.
STEP = 3e-4


def material(name: str, chi: float, gap: float) -> sm.Material:
    """A layer without traps: tunnelling out of them goes with |field|^(2/3), of which no difference is a derivative."""
    return sm.Material(
        name=name, electron_affinity=chi, band_gap=gap, relative_permittivity=10, conduction_band_dos=1e19,
        valence_band_dos=1e19, electron_mobility=2, hole_mobility=2, electron_lifetime=np.inf, hole_lifetime=np.inf,
        electron_tunnelling_mass=0.15, hole_tunnelling_mass=0.2, radiative_coefficient=1e-10,
    )  # fmt: skip


def power(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda x: 10.0**x)


@st.composite
def interfaces(draw: st.DrawFn) -> sm.Interface:
    values: dict[str, object] = {}
    crossing = draw(st.sampled_from(["continuous", "thermionic", "thermionic-field", "velocity"]))
    if crossing == "velocity":
        values = {f"{carrier}_transfer_velocity": draw(power(2, 7)) for carrier in ("electron", "hole")}
    else:
        values = {"transfer": crossing}
    if draw(st.booleans()):
        values |= {f"{carrier}_recombination_velocity": draw(power(0, 6)) for carrier in ("electron", "hole")}
        charge = draw(st.sampled_from(["none", "interface_donor_density", "interface_acceptor_density"]))
        values |= {} if charge == "none" else {charge: draw(power(9, 12))}
    return sm.Interface(**values)


@st.composite
def devices(draw: st.DrawFn) -> sm.Photodiode:
    step = draw(st.floats(-0.3, 0.3))
    layers = [
        sm.Layer(material("n", 4.2, 1.3), 80, role="ETL", donor_density=1e18),
        sm.Layer(
            material("a", 4.2 - step, 1.1), 250, role="active", acceptor_density=draw(power(14, 17)),
        ),
        sm.Layer(material("p", draw(st.floats(3.8, 4.2)), 1.3), 60, role="HTL", acceptor_density=1e17),
    ]  # fmt: skip
    if draw(st.booleans()):
        layers.reverse()
    stack = layers[0] / draw(interfaces()) / layers[1] / draw(interfaces()) / layers[2]
    return sm.Photodiode(
        stack, front=sm.Contact.ohmic(), back=sm.Contact.ohmic(),
        temperature=draw(st.sampled_from([120, 200, 300, 350])), anode=draw(st.sampled_from([None, "front", "back"])),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(devices(), st.sampled_from([-0.5, 0.0, 0.3]))
def test_collected_is_the_difference_on_the_same_mesh(device: sm.Photodiode, voltage: float) -> None:
    """dJ/dG of a little more and less light, to 1e-5 of the pairs; the account closes to as much."""
    task = attrs.evolve(solver.problem(device.setup), light=(0.0, LIGHT, 0.0), memory={})
    try:
        point = solver.solve(task, [voltage])[0]
        found = collection(task, point)
    except (ConvergenceError, InputError):
        return
    mesh, thickness = point.grid.mesh, task.profile.thickness[1]
    currents = []
    for share in (STEP, -STEP):
        lit = attrs.evolve(task, light=(0.0, LIGHT * (1.0 + share), 0.0), memory={})
        currents.append(solver.current_density(lit, solver._curve(lit, mesh, [voltage], {voltage: point})[voltage]))
    slope = (currents[1] - currents[0]) / (2.0 * STEP * LIGHT * Q * thickness)
    assert by_nodes((mesh.layer == 1) * mesh.width / thickness) @ found.collected == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize("illuminated", ["front", "back"])
@pytest.mark.parametrize("voltage", [-0.5, 0.0])
def test_a_two_node_interface_that_recombines_answers(voltage: float, illuminated: str) -> None:
    """Holes of the window reach the far levels only through few states: what they lose there counts too."""
    stack = (
        "ITO 100nm / ZnO 60nm / [electron_recombination_velocity=1e3 cm/s, hole_recombination_velocity=1e4 cm/s, "
        "electron_transfer_velocity=1e5 cm/s, hole_transfer_velocity=1e4 cm/s] PbS(3.4nm, TBAI) 250nm / "
        "PbS(3.0nm, EDT) 45nm / ITO 80nm"
    )
    found = sm.Photodiode(stack, illuminated=illuminated).spectral_response([420, 940], voltage)
    assert found.eqe + sum(found.losses.values()) == pytest.approx(1.0, abs=1e-6)
    assert np.abs(found.losses["recombination at ZnO|PbS(3.4nm, TBAI)"]).max() > 1e-3
