"""Phototransistors: a channel under a gate, and a film beside it that light charges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Never

import attrs

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, UnsupportedError, did_you_mean, shorten
from stackmodel.estimates.phototransistor import estimate, places
from stackmodel.kinds.device import Device
from stackmodel.kinds.registry import registered
from stackmodel.light.spectrum import Light, as_light
from stackmodel.quantities import all_checked, checked
from stackmodel.results.alignment import Alignment
from stackmodel.results.equilibrium import Equilibrium
from stackmodel.results.phototransistor import OutputCurve, PhototransistorEstimate, TransferCurve
from stackmodel.structure.alignment import align
from stackmodel.structure.layer import FILM_ENDS
from stackmodel.structure.levels import refuse_few_dots
from stackmodel.structure.paths import lateral_size
from stackmodel.structure.setup import PATHS, Setup
from stackmodel.units import Value


@registered
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
    default_metrics: ClassVar[tuple[str, ...]] = (
        "estimate.gain@1V", "estimate.gain_bandwidth@1V", "estimate.threshold_voltage",
    )  # fmt: skip

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
        self._check_channel()
        return align(self._lit.along("channel"), "Band alignment along the channel")

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
        return estimate(
            self.setup, voltage=checked("voltage", voltage, self.kind),
            gate_voltage=checked("voltage", gate_voltage, self.kind), light=as_light(light, self.kind),
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
        from stackmodel.experiments.transfer import transfer_curve

        gates, drain = self._volts("gate_voltages", gate_voltages), checked("voltage", drain_voltage, self.kind)
        return transfer_curve(self.setup, gates, drain, as_light(light, self.kind))

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
        from stackmodel.experiments.transfer import output_curve

        drains, gates = self._volts("drain_voltages", drain_voltages), self._volts("gate_voltages", gate_voltages)
        return output_curve(self.setup, drains, gates, as_light(light, self.kind))

    def equilibrium(self) -> Equilibrium:
        """Return the solved band diagram at 0 V along the gate's path.

        An end without a contact floats, with no field beyond it: it is solved as one half of the stack and its mirror
        image.
        """
        return super().equilibrium()

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

    def _volts(self, whose: str, values: Sequence[Value]) -> FloatArray:
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

    def _check_channel(self) -> None:
        """Refuse a channel without the contacts of a path from source to drain."""
        i = places(self.stack).channel
        for end in FILM_ENDS:
            if end not in self.stack.layers[i].lateral:
                raise InputError(f'{self.stack.names[i]}: {end} is missing; expected e.g. "channel: ... [{end}=Al]"')

    def _made(self) -> Setup:
        _ = places(self.stack)
        made = attrs.evolve(self._lit, contacts=(self.front, self.back)).along("gate")
        channel = self.stack.position("channel")
        area = lateral_size(self.stack, channel, "length") * lateral_size(self.stack, channel, "width")
        refuse_few_dots(made.stack, self.temperature, area)
        return made if self.anode is None else attrs.evolve(made, anode=self.anode, anode_reason="as given")
