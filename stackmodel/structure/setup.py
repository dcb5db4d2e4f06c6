"""The one record that a question is asked of: a stack between its contacts under its conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import attrs

from stackmodel.errors import InputError, UnsupportedError, attributed
from stackmodel.materials.material import Material
from stackmodel.quantities import ACCURACY
from stackmodel.structure.circuit import Circuit
from stackmodel.structure.contact import Contact
from stackmodel.structure.directions import SIDES, sign_of
from stackmodel.structure.interface import Interface
from stackmodel.structure.levels import Assumed, End, electrical_ends, ends, vacuum_levels
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.paths import along, between
from stackmodel.structure.stack import Stack
from stackmodel.units import Value

#: Sides of a stack, which are the terminals of a device with one path.
#: Paths that a stack may have beside that from front to back: from source to drain, and from the gate to its far end.
PATHS = ("gate", "channel")
#: Quantities that a law of temperature still scales when they were given.
_SCALED = ("conduction_band_dos", "valence_band_dos", "electron_mobility", "hole_mobility")

#: What makes the same device anew, of another stack and with values at addresses.
Remake: TypeAlias = "Callable[[Stack, Mapping[str, Value]], Setup]"


@attrs.frozen(kw_only=True, eq=False)
class Setup:
    """What an experiment is asked of.

    Attributes
    ----------
    stack : Stack
        The layers along the way of the current, from front to back.
    ends : pair of End
        What front and back are in contact with.
    anode : str
        Terminal that is the anode, "front" or "back".
    temperature : float
        [K]
    illuminated : str
        Side through which light enters, "front" or "back".
    circuit : Circuit
        What stands around the stack.
    accuracy : float
        Largest estimated error that the mesh may leave in a current, relative.
    assumed : tuple of Assumed
        What the contacts and the kind of device rest on.
    contacts : pair of Contact, optional
        Those that the user gave for front and back, from which `ends` follow at any temperature.
    anode_reason : str
        Why the anode is the anode.
    along_bias : bool
        Whether light adds to the current of a forward voltage, as in a device without junction.
    floating : str
        Side without a contact, "front" or "back", beyond which there is no field; "" where both sides have one.
    written : Stack
        The stack as written, where `stack` is one path of it.
    remake : callable, optional
        What makes the same device of another written stack and with values at addresses.
    """

    stack: Stack
    ends: tuple[End, End]
    anode: str
    temperature: float = 300.0
    illuminated: str = "front"
    circuit: Circuit = attrs.field(factory=Circuit)
    accuracy: float = ACCURACY
    assumed: tuple[Assumed, ...] = ()
    contacts: tuple[Contact | None, Contact | None] = (None, None)
    anode_reason: str = "as given"
    along_bias: bool = False
    floating: str = ""
    written: Stack = attrs.field(default=attrs.Factory(lambda self: self.stack, takes_self=True))
    remake: Remake | None = None

    @classmethod
    def of(
        cls, stack: Stack, *, front: Contact | None = None, back: Contact | None = None, anode: str | None = None,
        temperature: float = 300.0, whose: str = "device",
    ) -> Setup:  # fmt: skip
        """Return the setup of a stack: its ends, and its anode by the deeper Fermi level unless one is given."""
        with attributed(whose):
            both = ends(stack, front, back, temperature)
        terminal, reason = (anode, "as given") if anode is not None else anode_of(stack, both, temperature)
        return cls(
            stack=stack, ends=both, anode=terminal, anode_reason=reason, temperature=temperature,
            contacts=(front, back), assumed=assumptions_of_ends(both),
        )  # fmt: skip

    @classmethod
    def unconnected(cls, stack: Stack, *, temperature: float, illuminated: str) -> Setup:
        """Return the setup of a stack on which light falls and whose contacts do not matter: both block."""
        front, back = (
            End(terminal=side, name=side, layer=i, contact=Contact.blocking(), fermi_level=0.0)
            for side, i in zip(SIDES, (0, len(stack) - 1), strict=True)
        )
        return cls(stack=stack, ends=(front, back), anode="back", temperature=temperature, illuminated=illuminated)

    @property
    def sign(self) -> Literal[-1, 1]:
        """Direction of forward current along x, see `sign_of`."""
        return sign_of(self.anode)

    @property
    def anode_end(self) -> End:
        """The end that is the anode."""
        return self.ends[SIDES.index(self.anode)]

    @property
    def cathode_end(self) -> End:
        """The end that is the cathode."""
        return self.ends[1 - SIDES.index(self.anode)]

    @property
    def as_written(self) -> Setup:
        """The setup with the stack as written, for what does not follow the way of the current, such as light."""
        return attrs.evolve(self, stack=self.written)

    @property
    def optical(self) -> OpticalStack:
        """The written stack as light meets it."""
        return OpticalStack.of(self.written, illuminated=self.illuminated, temperature=self.temperature)

    def at(self, temperature: float) -> Setup:
        """Return the setup at another temperature [K], with the same terminal as its anode."""
        return attrs.evolve(self, temperature=temperature, ends=ends(self.stack, *self.contacts, temperature))

    def along(self, path: str) -> Setup:
        """Return the setup along another path of the written stack.

        Parameters
        ----------
        path : str
            "channel", from source to drain along a film, whose drain is the anode; or "gate", from the gate to its far
            end, whose gate is the anode. A far end without a contact floats.
        """
        if path == "channel":
            return self._along_channel()
        if path == "gate":
            return self._along_gate()
        raise InputError(f'path is "{path}"; expected one of {", ".join(PATHS)}')

    def _along_channel(self) -> Setup:
        stack = along(self.written, film_of(self.written))
        both = ends(stack, None, None, self.temperature)
        return attrs.evolve(
            self, stack=stack, ends=both, contacts=(None, None), anode="back", anode_reason="drain",
            assumed=assumptions_of_ends(both), floating="",
        )  # fmt: skip

    def _along_gate(self) -> Setup:
        path, sides, floating = gate_path(self.written, self.contacts)
        both = ends(path, *sides, self.temperature)
        anode = "front" if path.roles[0] == "gate" else "back"
        return attrs.evolve(
            self, stack=path, ends=both, contacts=sides, anode=anode, anode_reason="gate",
            assumed=assumptions_of_ends(both), floating=floating,
        )  # fmt: skip

    def mirrored(self, side: str) -> Setup:
        """Return the setup of the stack and its mirror image, joined at `side`, which floats: no field leaves it.

        Both outer ends have the contact of the other side.
        """
        stack = mirrored(self.stack, side)
        contact = self.ends[1 if side == "front" else 0].contact
        both = ends(stack, contact, contact, self.temperature)
        return attrs.evolve(self, stack=stack, ends=both, contacts=(contact, contact), floating="")

    def with_values(self, values: Mapping[str, Value]) -> Setup:
        """Return the setup of the device with values at addresses replaced, as `Device.with_values` does."""
        if self.remake is not None:
            made = self.remake(self.written, values)
        else:
            made = attrs.evolve(self, stack=self.stack.with_values(dict(values)))
            made = attrs.evolve(made, written=made.stack).at(self.temperature)
        return attrs.evolve(made, accuracy=self.accuracy)


def anode_of(stack: Stack, both: tuple[End, End], temperature: float) -> tuple[str, str]:
    """Return the terminal that is the anode of a junction, and why."""
    front, back = both
    vacuum = vacuum_levels(stack, temperature)
    difference = (back.work_function - vacuum[back.layer]) - (front.work_function - vacuum[front.layer])
    if abs(difference) > 1e-9:
        return ("back" if difference > 0 else "front"), "deeper Fermi level"
    if "HTL" in stack.roles:
        htl, other = stack.roles.index("HTL"), 0.5 * (front.layer + back.layer)
        return ("back" if htl > other else "front"), "HTL side"
    return "back", "last terminal written"


def assumptions_of_ends(both: tuple[End, End]) -> tuple[Assumed, ...]:
    """Return what the contacts rest on."""
    return (*both[0].assumptions, *both[1].assumptions)


def film_of(stack: Stack) -> int:
    """Return the position of the film along which a current may flow: the channel, else the active layer."""
    return stack.position("channel" if "channel" in stack.roles else "active")


def gate_path(
    stack: Stack, contacts: tuple[Contact | None, Contact | None]
) -> tuple[Stack, tuple[Contact | None, Contact | None], str]:
    """Return the way from the gate to its far end, the contacts of both sides, and the side that floats or ""."""
    inner = [i for i, role in enumerate(stack.roles) if role != "substrate"]
    path = between(stack, inner[0], inner[-1])
    far = -1 if path.roles[0] == "gate" else 0
    if contacts[far] is not None or path.layers[far].material.kind == "electrode":
        return path, contacts, ""
    front, back = (contacts[0], Contact.blocking()) if far else (Contact.blocking(), contacts[1])
    return path, (front, back), SIDES[far]


def mirrored(stack: Stack, side: str) -> Stack:
    """Return the stack and its mirror image, joined at `side`, "front" or "back"."""
    layers, interfaces, roles = list(stack.layers), list(stack.interfaces), list(stack.roles)
    for layer in layers:
        if layer.graded_to is not None:
            raise UnsupportedError(
                f"{layer.material_name}: a graded layer beside a floating end is not built yet; give that end a contact"
            )
    turned = [_turned(interface) for interface in reversed(interfaces)]
    if side == "back":
        return Stack.of([*layers, *reversed(layers)], [*interfaces, Interface(), *turned], [*roles, *reversed(roles)])
    return Stack.of([*reversed(layers), *layers], [*turned, Interface(), *interfaces], [*reversed(roles), *roles])


def _turned(interface: Interface) -> Interface:
    """Return the interface as it looks from the other side."""
    swap = {"left": "right", "right": "left"}
    values = {}
    for name, value in interface.given.items():
        side, _, rest = name.partition("_")
        values[f"{swap[side]}_{rest}" if side in swap else name] = -value if name == "dipole" else value
    return Interface(**values)


def moved_stack(stack: Stack, i: int, temperature: float, quantity: str, change: Callable[[float], float]) -> Stack:
    """Return the stack with a quantity of layer `i` changed at both ends alike, as it is at `temperature` [K]."""
    layer = stack.layers[i]
    made: list[Material] = []
    for own, there in zip(layer.ends, electrical_ends(stack, i, temperature), strict=True):
        wanted = change(there.value(quantity))
        new = own.with_values({quantity: wanted})
        if quantity in _SCALED and temperature != 300.0:
            # Given values mean 300 K.
            role = stack.roles[i]
            got = (new if new.role == role else new.in_role(role)).at(temperature).value(quantity)
            new = own.with_values({quantity: wanted * wanted / got})
        made.append(new)
    graded = None if layer.graded_to is None else made[1]
    return stack.with_layer_at(i, attrs.evolve(layer, material=made[0], graded_to=graded))
