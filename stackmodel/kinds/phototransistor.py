"""Phototransistors: a channel under a gate, and a film beside it that light charges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Never

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.errors import InputError, UnsupportedError, did_you_mean, shorten
from stackmodel.estimates import phototransistor as closed
from stackmodel.kinds.device import Device
from stackmodel.light.spectrum import Light, as_light
from stackmodel.quantities import all_checked, checked
from stackmodel.results.alignment import Alignment
from stackmodel.results.equilibrium import Equilibrium
from stackmodel.results.phototransistor import OutputCurve, PhototransistorEstimate, TransferCurve
from stackmodel.structure.alignment import align
from stackmodel.structure.contact import Contact
from stackmodel.structure.levels import End, electrical_positions, ends, refuse_few_dots
from stackmodel.structure.paths import along, between, lateral_size
from stackmodel.structure.record import record
from stackmodel.structure.stack import Stack
from stackmodel.units import Value

PATHS = ("gate", "channel")


@attrs.frozen(init=False, kw_only=True, repr=False)
class Phototransistor(Device):
    """A phototransistor; see `Device` for what it takes.

    Two paths of the stack's graph cross in the channel: gate / insulators / channel / dots, and source / channel /
    drain, as in ``gate: Al / Al2O3 50nm / channel: IGZO 20nm [source=Al, drain=Al, length=10um, width=100um] / ...``.
    The source is grounded; voltages are gate minus source and drain minus source, and a current into the drain is
    positive. What light traps in the dots follows from their ``hole_trap_lifetime`` (beside electrons in the channel)
    or ``electron_trap_lifetime``. A `back` (or `front`) contact is that of the far end of the gate's path.
    """

    kind: ClassVar[str] = "phototransistor"

    def band_alignment(self, path: str = "gate") -> Alignment:
        """Return the levels before contact along one of the two paths.

        Parameters
        ----------
        path : str
            "gate", the stack as written from the gate to its far end, or "channel", from source to drain.
        """
        if path not in PATHS:
            hint = did_you_mean(str(path), PATHS)
            raise InputError(f'band_alignment: path is "{shorten(path)}"; expected "gate" or "channel".{hint}')
        if path == "gate":
            return self._alignment
        stack = self._channel_path
        both = ends(stack, None, None, self.temperature)
        assumed = (*both[0].assumptions, *both[1].assumptions)
        return align(
            stack, both, anode="back", anode_reason="drain", temperature=self.temperature,
            provenance=record("Band alignment along the channel", stack, self.temperature, assumed),
        )  # fmt: skip

    def estimate(  # type: ignore[override]  # an answer of its own kind, at a gate voltage too
        self, voltage: Value = 0.0, light: Light | None = None, *, gate_voltage: Value = 0.0
    ) -> PhototransistorEstimate:
        """Return threshold, current, transconductance and photogating in closed form.

        Parameters
        ----------
        voltage : float or str
            Drain minus source. [V]
        light : Light, optional
            Adds the shift of the threshold and the photocurrent, by Beer-Lambert absorption in one pass.
        gate_voltage : float or str
            Gate minus source. [V]
        """
        self._check_circuit()
        return closed.estimate(
            self.stack, temperature=self.temperature, voltage=checked("voltage", voltage, self.kind),
            gate_voltage=checked("voltage", gate_voltage, self.kind), light=as_light(light, self.kind),
            provenance=self._record("Estimate in closed form"),
        )  # fmt: skip

    def transfer_curve(
        self, gate_voltages: Sequence[Value], drain_voltage: Value, light: Light | None = None
    ) -> TransferCurve:
        """Return the drain current against the gate voltage in closed form.

        Parameters
        ----------
        gate_voltages : sequence of float or str
            Gate minus source. [V]
        drain_voltage : float or str
            Drain minus source. [V]
        light : Light, optional
            Adds the current under light.
        """
        gates, drain = self._volts("gate_voltages", gate_voltages), checked("voltage", drain_voltage, self.kind)
        channel, shift = self._channel, closed.light_shift(self.stack, as_light(light, self.kind), self.temperature)
        dark = channel.current(gates, np.array(drain))
        return TransferCurve(
            gate_voltage=gates, drain_voltage=drain, dark_current=dark,
            drain_current=dark if shift is None else channel.current(gates, np.array(drain), shift),
            threshold_voltage=channel.threshold, threshold_shift=shift, temperature=self.temperature,
            provenance=self._record("Transfer curve in closed form"),
        )  # fmt: skip

    def output_curve(
        self, drain_voltages: Sequence[Value], gate_voltages: Sequence[Value], light: Light | None = None
    ) -> OutputCurve:
        """Return the drain current against the drain voltage in closed form, one curve a gate voltage.

        Parameters
        ----------
        drain_voltages, gate_voltages : sequence of float or str
            To the source. [V]
        light : Light, optional
            Gives the curves under light; in the dark otherwise.
        """
        drains, gates = self._volts("drain_voltages", drain_voltages), self._volts("gate_voltages", gate_voltages)
        channel, shift = self._channel, closed.light_shift(self.stack, as_light(light, self.kind), self.temperature)
        return OutputCurve(
            drain_voltage=drains, gate_voltage=gates,
            drain_current=channel.current(gates[:, None], drains[None, :], shift or 0.0),
            threshold_voltage=channel.threshold, threshold_shift=shift, temperature=self.temperature,
            provenance=self._record("Output curves in closed form"),
        )  # fmt: skip

    def equilibrium(self) -> Equilibrium:
        """Return the solved band diagram at 0 V along the gate's path.

        An end without a contact floats, with no field beyond it: it is solved as one half of the stack and its mirror
        image.
        """
        from stackmodel.experiments.equilibrium import equilibrium  # loads numba
        from stackmodel.experiments.mirrored import half, mirrored

        path, (given, floating) = self._gate_path, self._gate_contacts
        if floating is None:
            return equilibrium(
                path, given, alignment=self._alignment, anode=self._anode[0], temperature=self.temperature,
                assumed=self._assumed,
            )  # fmt: skip
        double = mirrored(path, floating)
        contact = given[1 if floating == "front" else 0].contact
        both = ends(double, contact, contact, self.temperature)
        whole = equilibrium(
            double, both, alignment=self._alignment, anode=self._anode[0], temperature=self.temperature,
            assumed=self._assumed,
        )  # fmt: skip
        return half(whole, [path.names[i] for i in electrical_positions(path)], floating)

    def jv(self, voltages: Any, light: Any = None, generation: Any = None, *, accuracy: Any = None) -> Never:
        """Refuse: the two paths cross, so a transistor is solved in two dimensions, which is not built yet."""
        raise UnsupportedError(
            f"{self.kind}: jv in a channel under a gate has two dimensions, which no solver here has; "
            "transfer_curve() and output_curve() answer in closed form"
        )

    def band_diagram(self, voltage: Any, light: Any = None, *, accuracy: Any = None) -> Never:
        """Refuse under voltage; `equilibrium` has the bands at 0 V."""
        raise UnsupportedError(
            f"{self.kind}: bands under voltage have two dimensions, which no solver here has; "
            "equilibrium() has them at 0 V"
        )

    def spectral_response(
        self, wavelengths: Any, voltage: Any = 0.0, light: Any = None, *, accuracy: Any = None
    ) -> Never:
        """Refuse: it follows from a solved state; `estimate(...).responsivity` is in closed form."""
        raise UnsupportedError(
            f"{self.kind}: the response of a channel under a gate has two dimensions, which no solver here has; "
            "estimate(voltage).responsivity answers in closed form"
        )

    def _problem(self, accuracy: Any = None) -> Never:
        self.jv(())

    def _volts(self, whose: str, values: Sequence[Value]) -> NDArray[np.float64]:
        self._check_circuit()
        if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
            raise InputError(f"{whose} is {shorten(values)}; expected a list of voltages such as [-20, 0, 20]")
        return all_checked("voltage", values, whose, what="voltages", example="[-20, 0, 20]")

    def _check_circuit(self) -> None:
        for name in ("area", "series_resistance", "shunt_resistance", "perimeter_resistance"):
            if getattr(self, name) is not None:
                raise UnsupportedError(
                    f"{self.kind}: {name} does not enter the closed forms of a transistor; leave it out"
                )

    def _record(self, question: str) -> Any:
        return record(question, self.stack, self.temperature, self._assumed)

    @cached_property
    def _places(self) -> closed.Places:
        return closed.places(self.stack)

    @cached_property
    def _channel(self) -> closed.Channel:
        return closed.channel(self.stack, self._places, self.temperature)

    @cached_property
    def _channel_path(self) -> Stack:
        i = self._places.channel
        for end in ("source", "drain"):
            if end not in self.stack.layers[i].lateral:
                raise InputError(f'{self.stack.names[i]}: {end} is missing; expected e.g. "channel: ... [{end}=Al]"')
        return along(self.stack, i)

    @cached_property
    def _gate_path(self) -> Stack:
        inner = [i for i, role in enumerate(self.stack.roles) if role != "substrate"]
        return between(self.stack, inner[0], inner[-1])

    @cached_property
    def _gate_contacts(self) -> tuple[tuple[End, End], str | None]:
        """Return the ends of the gate's path, and which of them floats."""
        path = self._gate_path
        _ = self._places
        far = -1 if path.roles[0] == "gate" else 0
        side = "back" if far else "front"
        floats = getattr(self, side) is None and path.layers[far].material.kind != "electrode"
        given = {"front": self.front, "back": self.back}
        if floats:
            given[side] = Contact.blocking()
        return ends(path, given["front"], given["back"], self.temperature), side if floats else None

    def _find_ends(self) -> tuple[End, End]:
        channel = self.stack.position("channel")
        area = lateral_size(self.stack, channel, "length") * lateral_size(self.stack, channel, "width")
        refuse_few_dots(self._gate_path, self.temperature, area)
        return self._gate_contacts[0]

    def _align(self) -> Alignment:
        anode, reason = self._anode
        return align(
            self._gate_path, self._ends, anode=anode, anode_reason=reason, temperature=self.temperature,
            provenance=record("Band alignment before contact", self._gate_path, self.temperature, self._assumed),
        )  # fmt: skip

    def _find_anode(self) -> tuple[str, str]:
        if self.anode is not None:
            return self.anode, "as given"
        return ("front" if self._gate_path.roles[0] == "gate" else "back"), "gate"
