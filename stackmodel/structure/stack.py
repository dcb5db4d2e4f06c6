"""Stacks: layers with interfaces, as a graph of nodes (layers, terminals) and edges (interfaces, contacts)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from stackmodel.errors import InputError, attributed, did_you_mean, shorten
from stackmodel.output.picture import ROLE_COLORS, Box, Label, Line, Picture
from stackmodel.structure.interface import Interface
from stackmodel.structure.layer import Layer
from stackmodel.structure.notation import ROLES, parse
from stackmodel.structure.roles import infer_roles, unique_names
from stackmodel.units import Value


@attrs.frozen(init=False)
class Stack:
    """Layers from the first written to the last, with what stands between them.

    Parameters
    ----------
    layers : iterable of Layer, str or Interface
        Layers in order; an `Interface` stands between two layers.
    channel, source, drain, gate : str, optional
        For a transistor: name or role of the channel layer, electrodes at its ends, and the gate layer.
    """

    layers: tuple[Layer, ...]
    interfaces: tuple[Interface, ...]
    names: tuple[str, ...]
    roles: tuple[str, ...]

    def __init__(
        self,
        layers: Iterable[Layer | Interface | str],
        *,
        channel: str | None = None,
        source: str | None = None,
        drain: str | None = None,
        gate: str | None = None,
    ) -> None:
        placed, between = _placed(layers)
        names = unique_names(placed)
        for wanted, role in ((channel, "channel"), (gate, "gate")):
            if wanted is not None:
                i = _position(wanted, names, tuple(layer.role or layer.material.role or "" for layer in placed))
                placed[i] = _with_role(placed[i], role)
        ends = {key: value for key, value in (("source", source), ("drain", drain)) if value is not None}
        roles = infer_roles(placed, names)
        if ends:
            i = _position("channel", names, roles)
            placed[i] = placed[i].with_values(ends)
        self.__attrs_init__(tuple(placed), tuple(between), names, roles)

    @classmethod
    def of(cls, layers: Sequence[Layer], interfaces: Sequence[Interface], roles: Sequence[str]) -> Stack:
        """Return a stack whose roles are known already, as from a file."""
        bare = [_with_role(layer, None) for layer in layers]
        new = object.__new__(cls)
        new.__attrs_init__(tuple(bare), tuple(interfaces), unique_names(bare), tuple(roles))
        return new

    @classmethod
    def parse(cls, text: str) -> Stack:
        """Return the stack that the notation `text` writes."""
        pieces: list[Layer | Interface | str] = []
        for piece in parse(text):
            if piece.interface:
                with attributed(f"notation, before {piece.name}"):
                    pieces.append(Interface(**dict(piece.interface)))
            pieces.append(Layer.from_text(piece, text))
        return cls(pieces)

    @property
    def notation(self) -> str:
        """The stack in the notation; parsing it gives the same stack, own materials apart."""
        bare = tuple(_with_role(layer, None) for layer in self.layers)
        try:
            inferred: tuple[str | None, ...] = infer_roles(bare, self.names)
        except InputError:
            inferred = (None,) * len(self.layers)
        parts = []
        for layer, role, bare_role in zip(self.layers, self.roles, inferred, strict=True):
            parts.append(layer.notation_with(role if role != bare_role and role in ROLES else None))
        interfaces = ("", *(interface.notation for interface in self.interfaces))
        return " / ".join(interface + part for interface, part in zip(interfaces, parts, strict=True))

    def position(self, whose: str) -> int:
        """Return where the layer of that name, or of a role that exactly one layer has, stands."""
        return _position(whose, self.names, self.roles)

    def __getitem__(self, whose: str) -> Layer:
        return self.layers[self.position(whose)]

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __truediv__(self, other: Layer | Interface | Stack | str) -> Stack:
        if isinstance(other, str):
            other = Stack.parse(other)
        return Stack([*self._pieces(), *(other._pieces() if isinstance(other, Stack) else [other])])

    def _pieces(self) -> list[Layer | Interface | str]:
        pieces: list[Layer | Interface | str] = [self.layers[0]]
        for interface, layer in zip(self.interfaces, self.layers[1:], strict=True):
            pieces += [interface, layer]
        return pieces

    def with_values(self, values: Mapping[str, Value]) -> Stack:
        """Return the stack with values at addresses replaced; roles stay as they are.

        An address is ``"<layer name or role>.<quantity>"`` or ``"<left>|<right>.<interface quantity>"``.
        """
        by_layer: dict[int, dict[str, Value]] = {}
        by_interface: dict[int, dict[str, Value]] = {}
        for address, value in values.items():
            whose, dot, field = address.rpartition(".")
            if not dot:
                raise InputError(f'"{shorten(address)}" is no address; expected "<layer name or role>.<quantity>"')
            if "|" in whose:
                by_interface.setdefault(self.interface_position(whose), {})[field] = value
            else:
                by_layer.setdefault(self.position(whose), {})[field] = value
        layers, interfaces = list(self.layers), list(self.interfaces)
        for i, new in by_layer.items():
            layers[i] = layers[i].with_values(new)
        for i, new in by_interface.items():
            interfaces[i] = interfaces[i].with_values(new)
        return self._with(layers, interfaces)

    def interface_position(self, whose: str) -> int:
        """Return which interface ``"<left>|<right>"`` names."""
        left, _, right = whose.partition("|")
        i, k = self.position(left.strip()), self.position(right.strip())
        if k != i + 1:
            neighbours = ", ".join(f"{a}|{b}" for a, b in zip(self.names, self.names[1:], strict=False))
            raise InputError(f'"{shorten(whose)}" is no interface; expected one of {neighbours}')
        return i

    def with_layer(self, whose: str, layer: Layer | str) -> Stack:
        """Return the stack with one layer replaced.

        A layer without thickness keeps the old one's thickness and always its role; it brings its own doping.
        """
        i = self.position(whose)
        old = self.layers[i]
        if isinstance(layer, str):
            pieces = Stack.parse(layer).layers if "/" in layer else (Layer.from_text(parse(layer)[0], layer),)
            if len(pieces) != 1:
                raise InputError(f'with_layer: "{shorten(layer)}" is {len(pieces)} layers; expected one')
            layer = pieces[0]
        thickness = old.thickness if layer.thickness is None else layer.thickness
        role = layer.role or self.roles[i]
        new = Layer(
            layer.material,
            thickness,
            name=layer.name,
            role=layer.role,
            lateral=layer.lateral or old.lateral,
            graded_to=layer.graded_to,
        )
        layers = [*self.layers[:i], new, *self.layers[i + 1 :]]
        roles = (*self.roles[:i], role, *self.roles[i + 1 :])
        return self._with(layers, list(self.interfaces), roles)

    def _with(self, layers: list[Layer], interfaces: list[Interface], roles: tuple[str, ...] | None = None) -> Stack:
        new = object.__new__(Stack)
        new.__attrs_init__(tuple(layers), tuple(interfaces), unique_names(layers), roles or self.roles)
        return new

    @property
    def graph(self) -> Any:
        """The stack as a networkx Graph.

        Nodes are layers (attributes: layer, role) and terminals (``front``, ``back``; ``gate``, ``source``,
        ``drain`` of a transistor); edges are interfaces (kind "interface", "contact", "optical") and terminals.
        """
        import networkx as nx

        graph = nx.Graph()
        for name, layer, role in zip(self.names, self.layers, self.roles, strict=True):
            graph.add_node(name, layer=layer, role=role, terminal=False)
        for i, interface in enumerate(self.interfaces):
            kinds = {self.roles[i], self.roles[i + 1]}
            kind = "optical" if "substrate" in kinds else "contact" if kinds & {"electrode", "gate"} else "interface"
            graph.add_edge(self.names[i], self.names[i + 1], interface=interface, kind=kind)
        for terminal, node in self._terminals().items():
            graph.add_node(terminal, terminal=True)
            graph.add_edge(terminal, node, kind="terminal")
        return graph

    def _terminals(self) -> dict[str, str]:
        inner = [name for name, role in zip(self.names, self.roles, strict=True) if role != "substrate"]
        if not inner:
            raise InputError("a stack needs a layer that is no substrate")
        if "channel" not in self.roles:
            return {"front": inner[0], "back": inner[-1]}
        channel = self.names[self.position("channel")]
        gate = [name for name, role in zip(self.names, self.roles, strict=True) if role == "gate"]
        return {"source": channel, "drain": channel} | ({"gate": gate[0]} if gate else {})

    def graph_picture(self) -> Picture:
        """Return the graph as a picture: layers as boxes, terminals as labels, edges as lines."""
        return _graph_picture(self)

    def __str__(self) -> str:
        return self.notation

    def __repr__(self) -> str:
        return f"<Stack {self.notation}>"


def _placed(pieces: Iterable[Layer | Interface | str]) -> tuple[list[Layer], list[Interface]]:
    if isinstance(pieces, str | Layer):
        raise InputError("Stack takes a list of layers; for text use Stack.parse(text)")
    layers: list[Layer] = []
    interfaces: list[Interface] = []
    pending: Interface | None = None
    for piece in pieces:
        if isinstance(piece, Interface):
            if not layers or pending is not None:
                raise InputError("an Interface stands between two layers")
            pending = piece
            continue
        layer = Layer.from_text(parse(piece)[0], piece) if isinstance(piece, str) else piece
        if not isinstance(layer, Layer):
            raise InputError(f"a stack holds layers; got {type(piece).__name__} {shorten(piece)}")
        if layers:
            interfaces.append(pending or Interface())
        pending = None
        layers.append(layer)
    if not layers or pending is not None:
        raise InputError("a stack needs at least one layer, and ends with one")
    return layers, interfaces


def _with_role(layer: Layer, role: str | None) -> Layer:
    return Layer(
        layer.material, layer.thickness, name=layer.name, role=role, lateral=layer.lateral, graded_to=layer.graded_to
    )


def _position(whose: str, names: tuple[str, ...], roles: tuple[str, ...]) -> int:
    if whose in names:
        return names.index(whose)
    having = [i for i, role in enumerate(roles) if role == whose]
    if len(having) == 1:
        return having[0]
    listed = ", ".join(f"{name} ({role})" for name, role in zip(names, roles, strict=True))
    if having:
        raise InputError(f'{len(having)} layers have the role "{whose}"; name one of: {listed}')
    hint = did_you_mean(whose, (*names, *roles))
    raise InputError(f'no layer "{shorten(whose)}".{hint} The stack has: {listed}')


def _graph_picture(stack: Stack) -> Picture:
    elements: list[Line | Box | Label] = []
    graph = stack.graph
    places = {name: float(i) for i, name in enumerate(stack.names)}
    for name, role in zip(stack.names, stack.roles, strict=True):
        x = places[name]
        elements.append(Box(x - 0.36, x + 0.36, -0.2, 0.2, ROLE_COLORS.get(role, "#D9D9D9"), name, f"{name} ({role})"))
        elements.append(Label(x, 0.0, stack[name].label))
        elements.append(Label(x, -0.2, role, moves="down", size=5.5, color="#555555"))
    for a, b, data in graph.edges(data=True):
        if data["kind"] == "terminal":
            terminal, node = (a, b) if graph.nodes[a]["terminal"] else (b, a)
            height = {"front": 0.5, "back": 0.5, "source": 0.5, "drain": 0.8, "gate": 0.5}[terminal]
            elements.append(Line((places[node],) * 2, (0.2, height), "#000000", 0.8))
            elements.append(Label(places[node], height, terminal, moves="up"))
        else:
            x0, x1 = sorted((places[a], places[b]))
            style = {"optical": "dotted", "contact": "dashed"}.get(data["kind"], "solid")
            elements.append(Line((x0 + 0.36, x1 - 0.36), (0.0, 0.0), "#000000", 1.0, style, hover=data["kind"]))
    return Picture(
        elements=tuple(elements), x_label="", y_label="", title="Graph of the stack", x_ticks=False,
        x_limits=(-0.6, len(stack) - 0.4), y_limits=(-0.5, 1.1), aspect=0.3, frame=False,
    )  # fmt: skip
