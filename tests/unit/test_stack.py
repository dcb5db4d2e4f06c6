"""Stacks: roles, addresses, the graph, and stacks made of layers."""

from __future__ import annotations

import pytest

import stackmodel as sm
from helpers import HERO

ROLES = ("electrode", "ETL", "active", "HTL", "electrode")


@pytest.fixture
def stack() -> sm.Stack:
    return sm.Stack.parse(HERO)


def roles_of(text: str) -> tuple[str, ...]:
    return sm.Stack.parse(text).roles


# -- roles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        (HERO, ROLES),
        ("Au / PbS(3.0nm, EDT) 45nm / PbS(3.4nm, TBAI) 250nm / ZnO 60nm / ITO", ROLES[::-1]),
        ("glass 1mm / ITO / ZnO 60nm / Au", ("substrate", "electrode", "ETL", "electrode")),
        # the prefix comes first
        ("ITO / HTL: ZnO 60nm / PbS(3.4nm, TBAI) 250nm / Au", ("electrode", "HTL", "active", "electrode")),
        # the thickest film is active, an absorber of the library too
        ("PbS(3.4nm, TBAI) 45nm / PbS(3.0nm, EDT) 250nm", ("ETL", "active")),
        ("ITO / NiO 9nm / GaAs 500nm / PbS(3.4nm, TBAI) 30nm / Al", ("electrode", "HTL", "active", "ETL", "electrode")),
        # a prefix beats thickness
        ("active: PbS(3.4nm, TBAI) 45nm / PbS(3.0nm, EDT) 250nm", ("active", "HTL")),
        # the side that lacks a transport layer: against its doping too
        ("ITO / ZnO 60nm / PbS(3.4nm, EDT) 250nm / PbS(3.0nm, TBAI) 45nm / Au", ROLES),
        ("ITO / NiO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au",
         ("electrode", "HTL", "active", "ETL", "electrode")),
        # both sides taken, or the taken side: by the sign of the doping
        ("ITO / ZnO 60nm / PbS(3.0nm, TBAI) 20nm / PbS(3.4nm, TBAI) 250nm / Au",
         ("electrode", "ETL", "ETL", "active", "electrode")),
        ("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 20nm / NiO 20nm / Au",
         ("electrode", "ETL", "active", "HTL", "HTL", "electrode")),
        # equally thick with opposite doping: a junction
        ("Si 2um [donor_density=1e16 cm^-3] / Si 2um [acceptor_density=1e16 cm^-3]", ("ETL", "HTL")),
        ("PbS(3.4nm, TBAI)", ("active",)),
    ],
)  # fmt: skip
def test_roles_are_inferred(text: str, roles: tuple[str, ...]) -> None:
    assert roles_of(text) == roles


def test_a_tie_is_an_error() -> None:
    with pytest.raises(sm.InputError, match=r"equally thick.*write \"active:\" before one"):
        roles_of("PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, TBAI) 250nm")


def test_a_missing_thickness_is_an_error_where_it_would_decide() -> None:
    with pytest.raises(sm.InputError, match=r"^PbS\(3\.4nm, TBAI\): thickness is missing"):
        roles_of("PbS(3.4nm, TBAI) / PbS(3.0nm, EDT) 45nm")


def test_neither_side_nor_doping_is_an_error() -> None:
    undoped = sm.Material(name="q", electron_affinity=4, band_gap=1, donor_density=0, acceptor_density=0)
    with pytest.raises(sm.InputError, match="q: neither side nor doping tells its role"):
        sm.Stack([sm.Active("PbS(3.4nm, TBAI)", 250), sm.Layer(undoped, 20)])


def test_roles_stay_when_values_change(stack: sm.Stack) -> None:
    assert stack.with_values({"HTL.thickness": 900}).roles == ROLES
    flipped = stack.with_values({"HTL.acceptor_density": 0, "HTL.donor_density": 1e17, "active.thickness": 10})
    assert flipped.roles == ROLES
    assert sm.Stack.parse(flipped.notation).roles == ROLES


@pytest.mark.parametrize("layer", ["SnO2", "NiO", "PbS(3.0nm, EDT)", "TiO2 20nm", "Si 900nm"])
def test_roles_stay_when_a_layer_is_replaced(stack: sm.Stack, layer: str) -> None:
    other = stack.with_layer("ETL", layer)
    assert other.roles == ROLES
    assert sm.Stack.parse(other.notation).roles == ROLES


# -- addresses -----------------------------------------------------------------------------------------------------


def test_a_layer_is_found_by_name_or_role(stack: sm.Stack) -> None:
    assert stack["ZnO"] is stack["ETL"] is stack.layers[1]
    assert stack["PbS(3.4nm, TBAI)"] is stack["active"]
    assert stack["PbS(3nm, EDT)"] is stack["HTL"]


def test_the_exact_name_comes_before_the_role() -> None:
    stack = sm.Stack.parse("ITO / ZnO 60nm / TiO2 5nm [name=ETL] / PbS(3.4nm, TBAI) 250nm / Au")
    assert stack["ETL"].material.name == "TiO2"


def test_an_ambiguous_role_lists_the_names(stack: sm.Stack) -> None:
    with pytest.raises(sm.InputError, match=r'2 layers have the role "electrode"; name one of: ITO \(electrode\), ZnO'):
        stack["electrode"]


@pytest.mark.parametrize(("whose", "nearest"), [("etl", "ETL"), ("ZnOO", "ZnO"), ("activ", "active")])
def test_an_unknown_layer_has_the_nearest_name(stack: sm.Stack, whose: str, nearest: str) -> None:
    with pytest.raises(sm.InputError, match=f'no layer "{whose}". Did you mean "{nearest}"'):
        stack[whose]


def test_repeated_names_are_numbered() -> None:
    stack = sm.Stack.parse("ITO / ZnO 60nm / ZnO 5nm / PbS(3.4nm, TBAI) 250nm / ZnO 7nm / ITO")
    assert stack.names == ("ITO", "ZnO", "ZnO 2", "PbS(3.4nm, TBAI)", "ZnO 3", "ITO 2")
    assert stack["ZnO 2"].thickness == 5.0
    changed = stack.with_values({"ZnO 3.thickness": 8, "ZnO.thickness": "61 nm"})
    assert [layer.thickness for layer in changed] == [None, 61.0, 5.0, 250.0, 8.0, None]


def test_numbering_never_collides_with_a_given_name() -> None:
    stack = sm.Stack.parse("ZnO 60nm [name=ZnO 2] / ZnO 5nm / ZnO 7nm / Au")
    assert stack.names == ("ZnO 2", "ZnO", "ZnO 3", "Au")


def test_values_at_addresses(stack: sm.Stack) -> None:
    new = stack.with_values(
        {
            "ETL.thickness": "0.04 um",
            "ETL.donor_density": "1e17 cm-3",
            "PbS(3nm, EDT).thickness": 30,
            "active.peak": 1310,
        }
    )
    assert new["ETL"].thickness == pytest.approx(40.0)
    assert new["ETL"].material.donor_density == 1e17
    assert new["HTL"].thickness == 30.0
    assert new["active"].material.name == "PbS(peak=1310nm, TBAI)"
    assert stack.notation == sm.Stack.parse(HERO).notation  # nothing is written back


def test_values_at_interfaces(stack: sm.Stack) -> None:
    new = stack.with_values(
        {"ETL|active.dipole": "200 meV", "PbS(3.4nm, TBAI) | HTL.electron_recombination_velocity": 1e4}
    )
    assert new.interfaces[1].dipole == pytest.approx(0.2)
    assert new.interfaces[2].electron_recombination_velocity == 1e4
    assert new.notation == (
        "ITO 100nm / ZnO 60nm / [dipole=0.2 eV] PbS(3.4nm, TBAI) 250nm / "
        "[electron_recombination_velocity=10000 cm/s] PbS(3nm, EDT) 45nm / Au 80nm"
    )
    kept = new.with_values({"ETL|active.pinning": 1.0})
    assert kept.interfaces[1].given == {"dipole": 0.2, "pinning": 1.0}


@pytest.mark.parametrize(
    ("address", "value", "says"),
    [
        ("thickness", 40, "is no address"),
        ("ETL", 40, "is no address"),
        ("ETL.thicknes", 40, 'Did you mean "thickness"'),
        ("ETL.thickness", "40", "has no unit"),
        ("ETL.thickness", -40, "expected 0.1"),
        ("ETL.donor_density", None, "is not a quantity"),
        ("a.b.thickness", 40, 'no layer "a.b"'),
        ("active|ETL.dipole", 0.1, "is no interface; expected one of ITO|ZnO, ZnO|PbS"),
        ("ETL|HTL.dipole", 0.1, "is no interface"),
        ("ETL|active.dipol", 0.1, 'Did you mean "dipole"'),
        ("|.dipole", 0.1, 'no layer ""'),
        ("active.diameter", 40, "diameter is 40 nm"),
    ],
)
def test_wrong_addresses_and_values(stack: sm.Stack, address: str, value: object, says: str) -> None:
    with pytest.raises(sm.InputError) as refusal:
        stack.with_values({address: value})
    assert says in str(refusal.value)


# -- other layers --------------------------------------------------------------------------------------------------


def test_a_bare_material_keeps_thickness_and_role_and_brings_its_doping(stack: sm.Stack) -> None:
    new = stack.with_layer("ETL", "SnO2")
    assert (new.names[1], new.roles[1], new.layers[1].thickness) == ("SnO2", "ETL", 60.0)
    assert new["ETL"].material.donor_density == sm.material("SnO2").donor_density != stack["ETL"].material.donor_density
    assert stack.with_layer("ETL", "SnO2 30nm")["ETL"].thickness == 30.0
    assert stack.with_layer("ETL", sm.Layer("TiO2"))["ETL"].thickness == 60.0


def test_a_prefix_sets_the_role_of_the_new_layer(stack: sm.Stack) -> None:
    assert stack.with_layer("ETL", "interlayer: TiO2 5nm").roles[1] == "interlayer"


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        ("ZnO 3nm / TiO2 3nm", "is 2 layers"),
        ("SnOO", "unknown material"),
        ("", "empty"),
        ("[dipole=1 eV] ZnO", "between"),
    ],
)
def test_with_layer_refuses(stack: sm.Stack, layer: str, says: str) -> None:
    with pytest.raises(sm.InputError, match=says):
        stack.with_layer("ETL", layer)


def test_layers_are_joined_by_a_slash() -> None:
    stack = sm.Electrode("ITO") / sm.ETL("ZnO", 60) / "PbS(3.4nm, TBAI) 250nm" / sm.HTL("PbS-EDT", "45 nm") / "Au"
    assert isinstance(stack, sm.Stack)
    assert stack.roles == ROLES
    assert stack.notation == "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS-EDT 45nm / Au"
    assert (stack / sm.Stack.parse("glass 1mm")).names[-1] == "glass"
    assert (sm.Stack.parse("ITO") / "ZnO 60nm / Au").notation == "ITO / ZnO 60nm / Au"


def test_a_list_of_layers_texts_and_interfaces() -> None:
    stack = sm.Stack(
        ["ITO", sm.ETL("ZnO", 60), sm.Interface(dipole="0.1 eV"), sm.Active("PbS(3.4nm, TBAI)", 250), "Au"]
    )
    assert stack.interfaces[1].dipole == pytest.approx(0.1)
    assert [bool(interface.given) for interface in stack.interfaces] == [False, True, False]
    assert sm.Stack.parse(stack.notation).interfaces[1].given == stack.interfaces[1].given


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        "ITO / Au",
        [5],
        [sm.Interface()],
        [sm.Interface(), "ITO"],
        ["ITO", sm.Interface()],
        ["ITO", sm.Interface(), sm.Interface(), "Au"],
    ],
)
def test_what_is_no_stack(pieces: object) -> None:
    with pytest.raises(sm.InputError):
        sm.Stack(pieces)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"role": "etl"}, 'unknown role "etl". Did you mean "ETL"'),
        ({"donor_densty": 1}, 'Did you mean "donor_density"'),
        ({"length": 0}, "length is 0 um"),
        ({"donor_density": "1e17"}, "has no unit"),
    ],
)
def test_layer_refuses(values: dict[str, object], says: str) -> None:
    with pytest.raises(sm.InputError, match=says):
        sm.Layer("ZnO", 60, **values)


def test_interface_refuses_misspelt_options() -> None:
    with pytest.raises(sm.InputError, match=r'unknown keyword "dipol"\. Did you mean "dipole"'):
        sm.Interface(dipol=0.1)
    with pytest.raises(sm.InputError, match="dipole is 5 eV; expected -3 to 3 eV"):
        sm.Interface(dipole=5)


def test_layer_values_replace_the_materials() -> None:
    layer = sm.ETL("ZnO", 60, donor_density="1e17 cm-3", name="my ETL")
    assert layer.material.donor_density == 1e17
    assert layer.material.parameter("donor_density").source == "given by the user"
    assert sm.Stack([layer]).names == ("my ETL",)
    assert sm.Stack([layer]).notation == "ZnO 60nm [name=my ETL, donor_density=1e+17 cm^-3]"


# -- the graph -----------------------------------------------------------------------------------------------------


def test_graph_of_a_diode() -> None:
    stack = sm.Stack.parse("glass 1mm / " + HERO)
    graph = stack.graph
    assert set(graph) == {*stack.names, "front", "back"}
    assert {name for name, data in graph.nodes(data=True) if data["terminal"]} == {"front", "back"}
    assert graph.nodes["ZnO"]["layer"] is stack["ZnO"]
    assert graph.nodes["ZnO"]["role"] == "ETL"
    assert set(graph["front"]) == {"ITO"}
    assert set(graph["back"]) == {"Au"}
    kinds = {frozenset(edge[:2]): edge[2]["kind"] for edge in graph.edges(data=True)}
    assert kinds[frozenset(("glass", "ITO"))] == "optical"
    assert kinds[frozenset(("ITO", "ZnO"))] == "contact"
    assert kinds[frozenset(("ZnO", "PbS(3.4nm, TBAI)"))] == "interface"
    assert graph["ZnO"]["PbS(3.4nm, TBAI)"]["interface"] is stack.interfaces[2]
    assert graph.number_of_edges() == len(stack) - 1 + 2


def test_graph_is_one_path_from_terminal_to_terminal(stack: sm.Stack) -> None:
    import networkx as nx

    paths = list(nx.all_simple_paths(stack.graph, "front", "back"))
    assert paths == [["front", *stack.names, "back"]]


def test_graph_of_a_transistor() -> None:
    stack = sm.Stack(["Au", "glass 1um", "ZnO 20nm"], channel="ZnO", source="Al", drain="Al", gate="Au")
    assert stack.roles == ("gate", "substrate", "channel")
    graph = stack.graph
    assert set(graph["gate"]) == {"Au"}
    assert set(graph["source"]) == set(graph["drain"]) == {"ZnO"}
    assert stack["channel"].lateral == {"source": "Al", "drain": "Al"}


def test_a_substrate_alone_has_no_terminals() -> None:
    with pytest.raises(sm.InputError, match="no substrate"):
        sm.Stack.parse("glass 1mm").graph


# -- the device: ends, conditions, terminals -----------------------------------------------------------------------


def test_device_takes_a_stack_a_layer_or_text() -> None:
    for stack in (HERO, sm.Stack.parse(HERO)):
        assert sm.Photodiode(stack).stack.notation == sm.Stack.parse(HERO).notation
    assert sm.Photodiode(sm.ETL("ZnO", 60)).stack.names == ("ZnO",)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"anod": "front"}, 'unknown keyword "anod". Did you mean "anode"'),
        ({"anode": "left"}, 'anode is "left"; expected "front" or "back"'),
        ({"illuminated": "top"}, 'illuminated is "top"'),
        ({"front": "ohmic"}, "expected a Contact"),
        ({"area": "4"}, "has no unit; expected cm"),
        ({"area": 0}, "area is 0 cm"),
        ({"temperature": -40}, "temperature is -40 K; expected 1 to 1000 K"),
        ({"series_resistance": float("nan")}, "not a finite number"),
    ],
)
def test_device_refuses(values: dict[str, object], says: str) -> None:
    with pytest.raises(sm.InputError) as refusal:
        sm.Photodiode(HERO, **values)
    assert says in str(refusal.value)


@pytest.mark.parametrize("stack", [None, 5, [sm.ETL("ZnO", 60)]])
def test_device_needs_a_stack(stack: object) -> None:
    with pytest.raises(sm.InputError, match="expected a Stack or its notation"):
        sm.SolarCell(stack)  # type: ignore[arg-type]


def test_conditions_are_addresses() -> None:
    device = sm.Photodiode(HERO, area="4 mm^2")
    new = device.with_values({"temperature": "77 °C", "area": 0.1, "ETL.thickness": 30, "shunt_resistance": "inf"})
    assert (device.area, device.temperature) == (pytest.approx(0.04), 300.0)
    assert (new.area, new.temperature, new.stack["ETL"].thickness) == (0.1, pytest.approx(350.15), 30.0)
    assert new.shunt_resistance == float("inf")
    assert type(new) is sm.Photodiode


def test_the_front_contact_is_an_address() -> None:
    device = sm.Photodiode(HERO)
    ohmic = device.band_alignment().built_in_potential
    new = device.with_values({"front.work_function": "4 eV"})
    assert new.front == sm.Contact.schottky(work_function=4.0)
    assert new.back is None
    flat_band = -next(x for x in device.band_alignment().layers if x.name == "ZnO").fermi_level
    assert new.band_alignment().built_in_potential == pytest.approx(ohmic + flat_band - 4.0, abs=1e-12)
    with pytest.raises(sm.InputError, match=r"front: an? ohmic contact has no electron_recombination_velocity"):
        device.with_values({"front.electron_recombination_velocity": 1e4})
    both = device.with_values({"back.work_function": 5.0, "back.hole_recombination_velocity": "1e5 cm/s"})
    assert both.back == sm.Contact.schottky(work_function=5.0, hole_recombination_velocity=1e5)


def test_with_layer_of_a_device() -> None:
    device = sm.Photodiode(HERO, area=0.04, temperature=320)
    new = device.with_layer("ETL", "TiO2")
    assert (new.stack["ETL"].material.name, new.area, new.temperature) == ("TiO2", 0.04, 320.0)


def test_no_electrode_and_no_contact_is_an_error() -> None:
    with pytest.raises(sm.InputError, match=r"front: the stack has no electrode there; give front=Contact\.ohmic\(\)"):
        sm.Photodiode("ZnO 60nm / PbS(3.4nm, TBAI) 250nm / Au").band_alignment()


@pytest.mark.parametrize("text", ["ITO", "ITO / Au", "glass 1mm / ITO / Au", "MoO3 10nm / Au"])
def test_no_semiconductor_is_an_error(text: str) -> None:
    with pytest.raises(sm.InputError, match="no semiconductor layer"):
        sm.Photodiode(text).band_alignment()


def test_an_electrode_in_the_middle_is_an_error() -> None:
    with pytest.raises(sm.InputError, match="no single device; split the stack"):
        sm.Photodiode("ITO / ZnO 60nm / Au 5nm / PbS(3.4nm, TBAI) 250nm / Au").band_alignment()
