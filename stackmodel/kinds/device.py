"""What every kind of device has: a stack, its ends, conditions, and the questions common to all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import attrs

from stackmodel.errors import InputError, attributed, reject_unknown, shorten
from stackmodel.estimates.device import Layers, estimate, prepare
from stackmodel.experiments import metrics as table
from stackmodel.experiments.metrics import DEFAULT_METRICS, MetricLike
from stackmodel.light.spectrum import Light, as_light
from stackmodel.materials.material import Material
from stackmodel.output.table import Table
from stackmodel.quantities import ACCURACY, checked
from stackmodel.results.alignment import Alignment
from stackmodel.results.equilibrium import Equilibrium
from stackmodel.results.estimate import Estimate
from stackmodel.results.jv import CurrentVoltage
from stackmodel.results.operating_point import OperatingPoint
from stackmodel.results.optics import Absorptance, Generation
from stackmodel.results.sensitivity import Sensitivity
from stackmodel.results.spectral_response import SpectralResponse
from stackmodel.structure.alignment import align
from stackmodel.structure.circuit import OUTSIDE, Circuit
from stackmodel.structure.contact import Contact
from stackmodel.structure.directions import SIDES
from stackmodel.structure.layer import Layer
from stackmodel.structure.levels import refuse_few_dots
from stackmodel.structure.record import assumption_table, parameter_table
from stackmodel.structure.setup import Setup
from stackmodel.structure.stack import Stack
from stackmodel.units import Value

D = TypeVar("D", bound="Device")

#: Conditions of the whole device that are quantities, and so addresses of their own.
CONDITIONS = ("area", "temperature", *OUTSIDE)
_KEYWORDS = ("front", "back", "anode", "illuminated", *CONDITIONS)
_CONTACT_FIELDS = ("work_function", "electron_recombination_velocity", "hole_recombination_velocity")


@attrs.frozen(init=False, kw_only=True, repr=False)
class Device:
    """A stack under conditions; the kinds derive from it.

    Parameters
    ----------
    stack : Stack or str
        The stack, or its notation.
    area : float or str, optional
        Device area; a question that needs a missing one says so. [cm^2]
    temperature : float or str
        The device's one temperature, 300 K by convention of all sources. [K]
    front, back : Contact, optional
        Contact where the stack has no electrode, or where it differs from what the electrode implies.
    anode : str, optional
        "front" or "back"; otherwise the contact with the deeper Fermi level.
    illuminated : str
        Side through which light enters, "front" (default) or "back".
    series_resistance, shunt_resistance : float or str, optional
        Outside the stack. [ohm] For a sheet with its geometry see `stackmodel.sheet_in_series`.
    perimeter_resistance, perimeter : float or str, optional
        Leakage along the edge of the device: resistance times length [ohm cm], and the length of the edge [cm].
    """

    kind: ClassVar[str] = "device"
    #: What compare asks of this kind when no metrics are given.
    default_metrics: ClassVar[tuple[str, ...]] = DEFAULT_METRICS

    stack: Stack
    area: float | None = None
    temperature: float = 300.0
    front: Contact | None = None
    back: Contact | None = None
    anode: str | None = None
    illuminated: str = "front"
    series_resistance: float | None = None
    shunt_resistance: float | None = None
    perimeter_resistance: float | None = None
    perimeter: float | None = None

    def __init__(self, stack: Stack | str, **values: Any) -> None:
        reject_unknown(type(self).__name__, values, _KEYWORDS)
        given = {key: value for key, value in values.items() if value is not None}
        for key in CONDITIONS:
            if key in given:
                given[key] = checked(key, given[key], self.kind)
        for key, allowed in (("anode", SIDES), ("illuminated", SIDES)):
            if key in given and given[key] not in allowed:
                raise InputError(f'{self.kind}: {key} is "{shorten(given[key])}"; expected "front" or "back"')
        for key in SIDES:
            if key in given and not isinstance(given[key], Contact):
                raise InputError(
                    f"{self.kind}: {key} is {shorten(given[key])}; expected a Contact, e.g. Contact.ohmic()"
                )
        made: Any = Stack.parse(stack) if isinstance(stack, str) else stack
        made = Stack([made]) if isinstance(made, Layer) else made
        if not isinstance(made, Stack):
            raise InputError(f"{self.kind}: expected a Stack or its notation, got {type(stack).__name__}")
        if "perimeter" in given and "perimeter_resistance" not in given:
            raise InputError(
                f"{self.kind}: perimeter does nothing without perimeter_resistance; give both [cm, ohm cm]"
            )
        self.__attrs_init__(stack=made, **given)

    # -- other devices -------------------------------------------------------------------------------------------------

    def _replaced(self, **changes: Any) -> Self:
        fields = {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}
        return type(self)(**{**fields, **changes})

    def with_values(self, values: Mapping[str, Value]) -> Self:
        """Return the device with values at addresses replaced.

        An address is ``"<layer name or role>.<quantity>"``, ``"<left>|<right>.<interface quantity>"``,
        ``"front.work_function"`` (or a velocity), or "temperature", "area", "series_resistance", "shunt_resistance".
        """
        changes: dict[str, Any] = {}
        inner: dict[str, Value] = {}
        if not isinstance(values, Mapping):
            raise InputError(f"with_values: {shorten(values)} is no mapping; expected one from address to value")
        # A work function makes a contact a Schottky contact, which its velocities then belong to.
        for address, value in sorted(values.items(), key=lambda each: not str(each[0]).endswith(".work_function")):
            whose, _, field = str(address).rpartition(".")
            if address in CONDITIONS:
                changes[address] = value
            elif whose in SIDES and whose not in (*self.stack.names, *self.stack.roles):
                changes[whose] = self._with_contact(changes.get(whose) or getattr(self, whose), whose, field, value)
            else:
                inner[address] = value
        if inner:
            changes["stack"] = self.stack.with_values(inner)
        return self._replaced(**changes)

    def _contact(self, side: str) -> Contact:
        return self.setup.ends[SIDES.index(side)].contact

    def _with_contact(self, given: Contact | None, side: str, field: str, value: Value) -> Contact:
        reject_unknown(side, [field], _CONTACT_FIELDS)
        contact = given or self._contact(side)
        if field == "work_function":
            velocities = {name: getattr(contact, name) for name in _CONTACT_FIELDS[1:]}
            with attributed(side):
                return Contact.schottky(work_function=value, image_force=contact.image_force, **velocities)
        if contact.kind == "blocking" or (given is None and contact.kind == "ohmic"):
            kind = {"ohmic": "an ohmic", "blocking": "a blocking"}[contact.kind]
            raise InputError(
                f"{side}: {kind} contact has no {field} unless it is given one; give "
                f"{side}=Contact.ohmic({field}=...) or Contact.schottky(work_function=..., {field}=...)"
            )
        new: dict[str, Any] = {field: checked(field, value, side)}
        return attrs.evolve(contact, **new)

    def with_stack(self, stack: Stack) -> Self:
        """Return the device of another stack under the same conditions."""
        return self._replaced(stack=stack)

    def with_layer(self, whose: str, layer: Layer | Material | str) -> Self:
        """Return the device with one layer replaced; a bare material keeps thickness and role."""
        return self._replaced(stack=self.stack.with_layer(whose, layer))

    # -- questions -----------------------------------------------------------------------------------------------------

    def band_alignment(self) -> Alignment:
        """Return the levels before contact: offsets, built-in potential, and a verdict per interface and carrier."""
        return self._alignment

    def estimate(self, voltage: Value = 0.0, light: Light | None = None) -> Estimate:
        """Return the closed-form answers at a voltage: depletion, dark current by mechanism, detector figures.

        Parameters
        ----------
        voltage : float or str
            Anode minus cathode. [V]
        light : Light, optional
            Adds the photocurrent by Beer-Lambert absorption and collection.
        """
        return estimate(
            self._layers, self.setup, self._alignment, voltage=checked("voltage", voltage, self.kind), area=self.area,
            light=as_light(light, self.kind),
        )  # fmt: skip

    def equilibrium(self) -> Equilibrium:
        """Return the solved band diagram at thermal equilibrium: bands, field, carriers, depletion."""
        from stackmodel.experiments.equilibrium import equilibrium  # loads numba

        return equilibrium(self.setup, self._alignment)

    def jv(
        self,
        voltages: Sequence[Value],
        light: Light | None = None,
        generation: Value | Mapping[str, Value] | None = None,
        *,
        accuracy: Value = ACCURACY,
    ) -> CurrentVoltage:
        """Return the solved current-voltage curve.

        Parameters
        ----------
        voltages : sequence of float or str
            Anode minus cathode, in any order. [V]
        light : Light, optional
            At normal incidence through the transfer matrices of the stack; see `generation` for what it makes.
        generation : float, str or mapping, optional
            Generation rate in the active layer [cm^-3 s^-1], or a mapping from names or roles of layers to one. In
            depth it is a pair of depths within the layer [nm], rising, and of as many rates, such as
            ``([0, 50, 200], [3e21, 1e21, 1e20])``, or a function of an array of depths that returns one of rates. Its
            pairs are kept on any mesh, however narrow the profile is.
        accuracy : float or str
            Largest estimated error that the mesh may leave in a current, "0.1 %" to "2 %".

        Raises
        ------
        ConvergenceError
            Where no steady state conserves current to 1e-9; `partial` holds the points solved.
        """
        from stackmodel.experiments.illumination import illumination
        from stackmodel.experiments.jv import curve

        shining = as_light(light, self.kind)
        if shining is not None and generation is not None:
            raise InputError(f"{self.kind}: light and generation are both given; expected one of them")
        lit = None if shining is None else illumination(self.setup, shining)
        return curve(self._asked(accuracy), voltages, generation=generation, light=lit)

    def band_diagram(self, voltage: Value, light: Light | None = None, *, accuracy: Value = ACCURACY) -> OperatingPoint:
        """Return bands, quasi-Fermi levels and carriers at `voltage` [V]; `accuracy` is that of the current."""
        return self.jv([voltage], light, accuracy=accuracy).points[0]

    def r0a(self, *, accuracy: Value = ACCURACY) -> float:
        """Return the zero-bias resistance times area, solved at +-1 uV in the dark [ohm cm^2].

        What stands in series and beside the stack counts, as in a curve; `accuracy` is that of the currents.

        Raises
        ------
        ConvergenceError
            Where the slopes on both sides of 0 V differ, as where so little flows that it drowns in rounding.
        """
        from stackmodel.experiments.jv import NEAR_ZERO, zero_bias_resistance

        return zero_bias_resistance(self.jv([-NEAR_ZERO, NEAR_ZERO], accuracy=accuracy))

    def absorptance(self, wavelengths: Any, angle: Value = 0.0, polarization: str = "unpolarized") -> Absorptance:
        """Return where light goes: reflectance, transmittance and the absorptance of every layer.

        Parameters
        ----------
        wavelengths : sequence of float or str
            [nm]
        angle : float or str
            Of incidence, in air. [deg]
        polarization : str
            "s", "p" or "unpolarized".

        Notes
        -----
        Light enters through `illuminated`, from air, and leaves into air. Layers thinner than 10 um add amplitudes;
        substrates and thicker layers add intensities. Every layer needs a thickness and optical constants.
        """
        from stackmodel.experiments.optics import absorptance  # loads numba

        return absorptance(self._lit, wavelengths, angle=angle, polarization=polarization)

    def spectral_response(
        self,
        wavelengths: Sequence[Value],
        voltage: Value = 0.0,
        light: Light | None = None,
        *,
        accuracy: Value = ACCURACY,
    ) -> SpectralResponse:
        """Return the current that weak light of each wavelength adds: EQE, IQE, responsivity, and where the rest went.

        Parameters
        ----------
        wavelengths : sequence of float or str
            [nm]
        voltage : float or str
            Anode minus cathode. [V]
        light : Light, optional
            That shines on the device already; dark otherwise.
        accuracy : float or str
            Largest estimated error that the mesh may leave in an EQE, "0.1 %" to "2 %".

        Notes
        -----
        Eqs. (S1) to (S3) of docs/method.md: linear response about the operating point, a whole spectrum for one
        transposed solve of its last Newton system, of the generation that the transfer matrices make. Reflected,
        transmitted, absorbed without a pair by layer, recombined by mechanism and layer, and collected sum to 1.

        Raises
        ------
        ConvergenceError
            Where the operating point has no solution, or its response does not settle with the mesh.
        """
        from stackmodel.experiments.illumination import illumination
        from stackmodel.experiments.optics import wavelengths_of
        from stackmodel.experiments.spectral_response import spectral_response

        shining = as_light(light, self.kind)
        return spectral_response(
            self._asked(accuracy), wavelengths_of("spectral_response", wavelengths),
            checked("voltage", voltage, self.kind), None if shining is None else illumination(self.setup, shining),
        )  # fmt: skip

    def generation(self, light: Light) -> Generation:
        """Return the pairs that light at normal incidence generates in depth.

        A photon makes one where it is absorbed in a film of dots, or above the optical gap of another layer; rule
        pairs_above_gap. Where n or k is not known at up to 10 % of what layers could make pairs of, it is left out
        and `provenance` says so; beyond that the light is refused, to be cut by `longpass` and `shortpass`.
        """
        from stackmodel.experiments.optics import generation

        shining = as_light(light, self.kind)
        if shining is None:
            raise InputError(f"{self.kind}: generation needs a Light, such as Light.monochromatic(940, 1e-3)")
        return generation(self._lit, shining)

    def sensitivity(self, metric: MetricLike, *, accuracy: Value | None = None) -> Sensitivity:
        """Return how a metric follows every address: what limits it, and what would change it.

        The solved dark current, ``"dark_current@-0.5V"``, is differentiated by the adjoint of its last Newton system,
        on one mesh that stretches with the layers, solved to `accuracy`; any other metric by central differences of
        whole answers.
        """
        from stackmodel.experiments.sensitivity import Change, sensitivity

        asked = table.metric(metric)

        def figure(change: Change) -> float | None:
            return asked.read(asked.ask(self.with_stack(change.stack).with_values(change.values)))

        given = None if accuracy is None else checked("accuracy", accuracy, self.kind)
        return sensitivity(self.setup, asked, figure, accuracy=given)

    def explain(self) -> Table:
        """Return every parameter of every layer: value, unit, source, provenance, confidence."""
        return parameter_table(self.stack, self.temperature)

    def assumptions(self) -> Table:
        """Return what rests on a named rule: contacts and values that no single source gives, with reasons.

        The rules of optical constants are listed too, whether or not a question of optics was asked.
        """
        return assumption_table(self.stack, self.temperature, self.setup.assumed, with_optics=True)

    # -- what the questions share --------------------------------------------------------------------------------------

    @cached_property
    def setup(self) -> Setup:
        """What experiments are asked of: the stack between its contacts, under the device's conditions."""
        return self._around(self._made())

    def _made(self) -> Setup:
        """Return the setup along the way of the current, before the circuit is put around it."""
        refuse_few_dots(self.stack, self.temperature, self.area)
        return Setup.of(
            self.stack, front=self.front, back=self.back, anode=self.anode, temperature=self.temperature,
            whose=self.kind,
        )  # fmt: skip

    def _around(self, made: Setup) -> Setup:
        """Return a setup with the light's side, the circuit, and what makes it anew."""
        circuit = Circuit(area=self.area, whose=self.kind, **{name: getattr(self, name) for name in OUTSIDE})
        return attrs.evolve(
            made, illuminated=self.illuminated, circuit=circuit,
            remake=lambda stack, values: self.with_stack(stack).with_values(values).setup,
        )  # fmt: skip

    def _asked(self, accuracy: Value) -> Setup:
        """Return the setup with the accuracy that a user asks for."""
        return attrs.evolve(self.setup, accuracy=checked("accuracy", accuracy, self.kind))

    @property
    def _lit(self) -> Setup:
        """What light alone is asked of: it needs no contacts."""
        return Setup.unconnected(self.stack, temperature=self.temperature, illuminated=self.illuminated)

    @cached_property
    def _alignment(self) -> Alignment:
        return align(self.setup)

    @cached_property
    def _layers(self) -> Layers:
        """The layers as the closed forms see them."""
        return prepare(self.setup, self._alignment)

    def save(self, path: str | Path) -> Path:
        """Write the device as .toml or .json, lossless; `stackmodel.load` reads it."""
        from stackmodel.kinds.saving import save_device

        return save_device(self, path)

    def __str__(self) -> str:
        return f"{self.kind}: {self.stack.notation}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.stack.notation}>"

    def _repr_html_(self) -> str:
        return self.explain()._repr_html_()
