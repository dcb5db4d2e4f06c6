"""The setup that experiments are asked of: at another temperature, along another path, mirrored, with other values."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

import stackmodel as sm
from stackmodel.experiments.jv import curve, dark_current
from stackmodel.experiments.spectral_response import spectral_response
from stackmodel.structure.circuit import Circuit
from stackmodel.structure.directions import sign_of
from stackmodel.structure.setup import Setup

HERO = "ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
TURNED = "Au 80nm / PbS(3.0nm, EDT) 45nm / PbS(3.4nm, TBAI) 250nm / ZnO 60nm / ITO 100nm"
TRANSISTOR = (
    "gate: Al 100nm / Al2O3 50nm / channel: IGZO 20nm [source=Al, drain=Al, length=10um, width=100um] / "
    "PbS(3.4nm, EDT) 100nm"
)
LATERAL = "substrate: glass 1mm / channel: PbS(3.4nm, EDT) 100nm [source=Au, drain=Au, length=5um, width=1mm]"


@pytest.fixture(scope="module")
def diode() -> sm.Photodiode:
    return sm.Photodiode(HERO, area="0.04 cm^2", series_resistance=20.0, perimeter_resistance=1e9, perimeter=0.8)


def test_it_is_frozen(diode: sm.Photodiode) -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        diode.setup.temperature = 200.0  # type: ignore[misc]


def test_it_holds_what_a_question_needs(diode: sm.Photodiode) -> None:
    setup = diode.setup
    assert setup.stack == diode.stack
    assert (setup.anode, setup.sign, setup.temperature, setup.illuminated) == ("back", -1, 300.0, "front")
    assert setup.anode_end.name == "Au"
    assert setup.cathode_end.name == "ITO"
    assert setup.circuit.series == pytest.approx(20.0 * 0.04)
    assert dict(setup.circuit.beside) == pytest.approx({"perimeter": 0.8 / (1e9 * 0.04)})
    assert [assumed.whose for assumed in setup.assumed]
    assert setup.circuit.given == {"series_resistance": 20.0, "perimeter_resistance": 1e9, "perimeter": 0.8}


def test_the_sign_is_the_way_of_forward_current() -> None:
    assert (sign_of("front"), sign_of("back")) == (1, -1)
    assert sm.Photodiode(TURNED).setup.sign == 1
    for notation in (HERO, TURNED):
        device = sm.Photodiode(notation)
        assert device.jv([0.4]).current_density[0] > 0.0


def test_questions_are_asked_of_it(diode: sm.Photodiode) -> None:
    setup = diode.setup
    assert dark_current(setup, -0.5).total == diode.dark_current(-0.5).total
    found, expected = curve(setup, [-0.5, 0.3], generation=None), diode.jv([-0.5, 0.3])
    assert found.current_density.tolist() == expected.current_density.tolist()
    at = np.array([940.0])
    assert spectral_response(setup, at, -0.5, None).eqe[0] == diode.spectral_response([940], -0.5).eqe[0]


def test_another_temperature_is_that_of_the_device(diode: sm.Photodiode) -> None:
    cold, device = diode.setup.at(250.0), diode.with_values({"temperature": 250})
    assert cold.temperature == 250.0
    assert [end.fermi_level for end in cold.ends] == [end.fermi_level for end in device.setup.ends]
    assert curve(cold, [-0.5], generation=None).current_density[0] == device.jv([-0.5]).current_density[0]
    assert diode.setup.temperature == 300.0


def test_values_are_those_of_the_device(diode: sm.Photodiode) -> None:
    values = {"active.thickness": 300, "temperature": 280, "series_resistance": 5.0, "back.work_function": 5.0}
    moved, device = attrs.evolve(diode.setup, accuracy=2e-3).with_values(values), diode.with_values(values)
    assert moved.stack == device.stack
    assert moved.accuracy == 2e-3
    assert moved.circuit == device.setup.circuit
    assert moved.ends == device.setup.ends
    question = attrs.evolve(moved, accuracy=device.setup.accuracy)
    assert curve(question, [-0.5], generation=None).current_density[0] == device.jv([-0.5]).current_density[0]
    with pytest.raises(sm.InputError, match="thicknes"):
        diode.setup.with_values({"active.thicknes": 300})


def test_one_made_of_a_stack_alone_takes_values_of_its_layers() -> None:
    ohmic = sm.Contact.ohmic()
    setup = Setup.of(sm.Stack.parse(HERO), front=ohmic, back=ohmic)
    assert setup.anode_reason in ("deeper Fermi level", "HTL side")
    thick = setup.with_values({"active.thickness": 400})
    assert thick.stack["active"].thickness == thick.written["active"].thickness == 400.0
    assert thick.contacts == (ohmic, ohmic)


def test_the_channel_is_a_path_of_its_own() -> None:
    device = sm.Phototransistor(TRANSISTOR)
    gate = device.setup
    channel = gate.along("channel")
    assert [layer.material.name for layer in channel.stack.layers] == ["Al", "IGZO", "Al"]
    assert channel.stack.layers[1].thickness == 10_000.0
    assert (channel.anode, channel.anode_reason) == ("back", "drain")
    assert channel.written == gate.written == device.stack
    assert channel.along("gate").stack == gate.stack
    with pytest.raises(sm.InputError, match="expected one of gate, channel"):
        gate.along("drain")


def test_a_lateral_film_is_the_path_from_source_to_drain() -> None:
    device = sm.Photoconductor(LATERAL)
    setup = device.setup
    assert setup.along_bias
    assert setup.stack == device.path.stack
    assert setup.written == device.stack
    assert setup.stack == setup.along("channel").stack


def test_a_floating_end_is_mirrored() -> None:
    setup = sm.Phototransistor(TRANSISTOR).setup
    assert setup.floating == "back"
    double = setup.mirrored("back")
    n = len(setup.stack)
    assert double.stack.layers[:n] == setup.stack.layers
    assert double.stack.layers[n:] == setup.stack.layers[::-1]
    assert double.ends[0].fermi_level == double.ends[1].fermi_level


def test_light_needs_no_contacts() -> None:
    bare = sm.Photodiode("glass 1mm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm")
    found = bare.absorptance([800.0, 900.0])
    assert found.reflectance + found.transmittance + found.by_layer.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-9)


def test_a_circuit_asks_for_an_area_only_where_it_counts() -> None:
    device = sm.Photodiode(HERO, series_resistance=20.0)
    assert device.band_alignment().built_in_potential > 0.0
    with pytest.raises(sm.InputError, match="photodiode: series_resistance needs the area"):
        device.jv([0.1])
    assert Circuit(series_resistance=0.0, shunt_resistance=float("inf")).bare
    with pytest.raises(sm.InputError, match="needs the length of the edge"):
        _ = Circuit(area=1.0, perimeter_resistance=1e9).beside
