"""Stacks: layers in order with interfaces between them, and their graph of layers, terminals and edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

import attrs

from stackmodel.errors import InputError, did_you_mean, shorten
from stackmodel.materials.material import Material
from stackmodel.output.picture import ROLE_COLORS, Box, Label, Picture, Polyline
from stackmodel.structure.interface import Interface
from stackmodel.structure.joining import makes_stacks
from stackmodel.structure.layer import FILM_ENDS, Layer
from stackmodel.structure.notation import ROLES, parse, pointed_at
from stackmodel.structure.roles import infer_roles, own_role, unique_names
from stackmodel.units import Value


@makes_stacks
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
    #: What was worked out of the stack before; it never changes, so neither do these.
    memory: dict[Any, Any] = attrs.field(factory=dict, init=False, eq=False, repr=False)

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

    def __attrs_post_init__(self) -> None:
        for layer, name, role in zip(self.layers, self.names, self.roles, strict=True):
            if role != "channel" and (sideways := [end for end in FILM_ENDS if end in layer.lateral]):
                raise InputError(f'{name}: {sideways[0]} belongs to a channel; {name} is {role}. Write "channel:"')
        carrying = [i for i, layer in enumerate(self.layers) if layer.material.has_bands]
        for i in range(carrying[0], carrying[-1]) if carrying else ():
            kind = self.layers[i].material.kind
            if kind in ("electrode", "substrate"):
                raise InputError(
                    f"{self.names[i]}: {'an' if kind == 'electrode' else 'a'} {kind} between two semiconductors is no "
                    "single device; split the stack"
                )

    @classmethod
    def of(cls, layers: Sequence[Layer], interfaces: Sequence[Interface], roles: Sequence[str]) -> Stack:
        """Return a stack whose roles are known already, as from a file."""
        new = object.__new__(cls)
        new.__attrs_init__(tuple(layers), tuple(interfaces), unique_names(layers), tuple(roles))
        return new

    @classmethod
    def parse(cls, text: str) -> Stack:
        """Return the stack that the notation `text` writes."""
        return cls(_pieces_of(text))

    @property
    def notation(self) -> str:
        """The stack in the notation; parsing it gives the same stack, own materials apart."""
        prefixes = self._prefixes()
        parts = [layer.notation_with(prefix) for layer, prefix in zip(self.layers, prefixes, strict=True)]
        interfaces = ("", *(interface.notation for interface in self.interfaces))
        return " / ".join(interface + part for interface, part in zip(interfaces, parts, strict=True))

    def _prefixes(self) -> tuple[str | None, ...]:
        """Return the roles that have to be written, so that all are read as they are: none, some, or every one."""
        writable = tuple(role if role in ROLES else None for role in self.roles)
        inferred = self._read((None,) * len(self))
        some = tuple(
            a if a != b or layer.recast else None for a, b, layer in zip(writable, inferred, self.layers, strict=True)
        )
        if self._read(some) == self.roles:
            return some
        own = [own_role(layer) for layer in self.layers]
        return tuple(
            None if a == b and a in ("electrode", "substrate") and not layer.recast else a
            for a, b, layer in zip(writable, own, self.layers, strict=True)
        )

    def _read(self, prefixes: tuple[str | None, ...]) -> tuple[str | None, ...]:
        """Return the roles that a reader of the stack with these prefixes would infer."""
        layers = [_with_role(layer, prefix) for layer, prefix in zip(self.layers, prefixes, strict=True)]
        try:
            return infer_roles(layers, self.names)
        except InputError:
            return (None,) * len(layers)

    def position(self, whose: str) -> int:
        """Return where the layer of that name, or of a role that exactly one layer has, stands."""
        return _position(whose, self.names, self.roles)

    def __getitem__(self, whose: str) -> Layer:
        return self.layers[self.position(whose)]

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    @overload
    def __truediv__(self, other: Interface) -> OpenStack: ...
    @overload
    def __truediv__(self, other: Layer | Stack | str) -> Stack: ...

    def __truediv__(self, other: Layer | Interface | Stack | str) -> Stack | OpenStack:
        if isinstance(other, Interface):
            return OpenStack((*self._pieces(), other))
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
        if not isinstance(values, Mapping):
            raise InputError(f"with_values: {shorten(values)} is no mapping; expected one from address to value")
        for address, value in values.items():
            whose, dot, field = str(address).rpartition(".")
            if not dot:
                raise InputError(f'"{shorten(address)}" is no address; expected "<layer name or role>.<quantity>"')
            if "|" in whose:
                fields = by_interface.setdefault(self.interface_position(whose), {})
            else:
                fields = by_layer.setdefault(self.position(whose), {})
            if field in fields:
                raise InputError(f'"{shorten(address)}" is given twice, by name and by role; expected it once')
            fields[field] = value
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

    def with_layer(self, whose: str, layer: Layer | Material | str) -> Stack:
        """Return the stack with one layer replaced.

        A layer without thickness keeps the old one's thickness and always its role; it brings its own doping.
        """
        i = self.position(whose)
        old = self.layers[i]
        if isinstance(layer, str):
            written, _ = _placed([layer])
            if len(written) != 1:
                raise InputError(f'with_layer: "{shorten(layer)}" is {len(written)} layers; expected one')
            layer = written[0]
        layer = Layer(layer) if isinstance(layer, Material) else layer
        if not isinstance(layer, Layer):
            raise InputError(f"with_layer: {shorten(layer)} is {type(layer).__name__}; expected a layer or its text")
        thickness = old.thickness if layer.thickness is None else layer.thickness
        role = layer.role or self.roles[i]
        lateral = layer.lateral or (old.lateral if role == self.roles[i] else {})
        new = attrs.evolve(_with_role(layer, role), thickness=thickness, lateral=lateral)
        layers = [*self.layers[:i], new, *self.layers[i + 1 :]]
        roles = (*self.roles[:i], role, *self.roles[i + 1 :])
        return self._with(layers, list(self.interfaces), roles)

    def with_layer_at(self, i: int, layer: Layer) -> Stack:
        """Return the stack with the layer at position `i` replaced as it is; roles stay."""
        return self._with([*self.layers[:i], layer, *self.layers[i + 1 :]], list(self.interfaces))

    def _with(self, layers: list[Layer], interfaces: list[Interface], roles: tuple[str, ...] | None = None) -> Stack:
        new = object.__new__(Stack)
        new.__attrs_init__(tuple(layers), tuple(interfaces), unique_names(layers), roles or self.roles)
        return new

    @property
    def graph(self) -> Any:
        """The stack as a networkx Graph, to look at: for the picture of a stack and for own code of a user.

        Solvers never see it. What they solve is a stack whose layers in order are one path from contact to contact;
        of a transistor `Setup.along` makes one for each of its paths.

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


@attrs.frozen
class OpenStack:
    """A stack that ends with an interface: `layer / Interface(...)` waits for the next layer."""

    pieces: tuple[Layer | Interface | str, ...]

    def __truediv__(self, other: Layer | Stack | str) -> Stack:
        return Stack([*self.pieces, *(other._pieces() if isinstance(other, Stack) else [other])])


def _pieces_of(text: str) -> list[Layer | Interface]:
    """Return the layers, and the interfaces between them, that `text` writes."""
    found: list[Layer | Interface] = []
    for piece in parse(text):
        if piece.interface:
            start = text.rindex("[", 0, piece.start)
            with pointed_at(text, start, piece.start - start):
                found.append(Interface(**dict(piece.interface)))
        found.append(Layer.from_text(piece, text))
    return found


def _written_out(pieces: Iterable[Layer | Interface | str]) -> Iterator[Layer | Interface]:
    for piece in pieces:
        if isinstance(piece, str):
            yield from _pieces_of(piece)
        else:
            yield piece


def _placed(pieces: Iterable[Layer | Interface | str]) -> tuple[list[Layer], list[Interface]]:
    single = isinstance(pieces, str | Layer) or getattr(pieces, "ndim", 1) == 0
    if single or not isinstance(pieces, Iterable):
        raise InputError(f"Stack: {shorten(pieces)} is no list of layers; for text use Stack.parse(text)")
    layers: list[Layer] = []
    interfaces: list[Interface] = []
    pending: Interface | None = None
    for piece in _written_out(pieces):
        if isinstance(piece, Interface):
            if not layers or pending is not None:
                raise InputError("an Interface stands between two layers")
            pending = piece
            continue
        if not isinstance(piece, Layer):
            raise InputError(f"a stack holds layers; got {type(piece).__name__} {shorten(piece)}")
        if layers:
            interfaces.append(pending or Interface())
        pending = None
        layers.append(piece)
    if not layers or pending is not None:
        raise InputError("a stack needs at least one layer, and ends with one")
    return layers, interfaces


def _with_role(layer: Layer, role: str | None) -> Layer:
    return attrs.evolve(layer, role=role)


def _position(whose: str, names: tuple[str, ...], roles: tuple[str, ...]) -> int:
    if not isinstance(whose, str):
        raise InputError(f"{shorten(whose)} is no layer; expected its name or role: {', '.join(names)}")
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
    elements: list[Polyline | Box | Label] = []
    graph = stack.graph
    places = {name: float(i) for i, name in enumerate(stack.names)}
    for name, role in zip(stack.names, stack.roles, strict=True):
        x = places[name]
        elements.append(Box(x - 0.36, x + 0.36, -0.2, 0.2, ROLE_COLORS.get(role, "#D9D9D9"), name, f"{name} ({role})"))
        elements.append(Label(x, 0.0, stack[name].label, literal=True))
        elements.append(Label(x, -0.2, role, moves="down", size=5.5, color="#555555"))
    for a, b, data in graph.edges(data=True):
        if data["kind"] == "terminal":
            terminal, node = (a, b) if graph.nodes[a]["terminal"] else (b, a)
            height = {"front": 0.5, "back": 0.5, "source": 0.5, "drain": 0.8, "gate": 0.5}[terminal]
            elements.append(Polyline((places[node],) * 2, (0.2, height), "#000000", 0.8))
            elements.append(Label(places[node], height, terminal, moves="up"))
        else:
            x0, x1 = sorted((places[a], places[b]))
            style = {"optical": "dotted", "contact": "dashed"}.get(data["kind"], "solid")
            elements.append(Polyline((x0 + 0.36, x1 - 0.36), (0.0, 0.0), "#000000", 1.0, style, hover=data["kind"]))
    return Picture(
        elements=tuple(elements), x_label="", y_label="", title="Graph of the stack", x_ticks=False,
        x_limits=(-0.6, len(stack) - 0.4), y_limits=(-0.5, 1.1), aspect=0.3, frame=False,
    )  # fmt: skip
