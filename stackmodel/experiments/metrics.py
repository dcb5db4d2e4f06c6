"""The one table of metrics: name, question, unit, which way is better.

A metric is asked for as ``"name"``, ``"name@condition,..."`` such as ``"estimate.responsivity@-0.5V,1310nm"``, or as a
function of a device. A condition is told by its unit; the voltage of a gate, which has that unit too, is written
with its name: ``"estimate.responsivity@1V,1310nm,gate=5V"``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import attrs

from stackmodel.errors import InputError, attributed, did_you_mean, shorten
from stackmodel.quantities import checked, quantity
from stackmodel.units import Value, split_number_unit, to_unit

if TYPE_CHECKING:
    from stackmodel.results.alignment import Alignment
    from stackmodel.results.equilibrium import Equilibrium
    from stackmodel.results.estimate import Estimate
    from stackmodel.results.spectral_response import SpectralResponse
    from stackmodel.structure.stack import Stack

#: What compare and sweeps take for a metric: its name, or a function of a device.
MetricLike: TypeAlias = "str | Callable[[Any], float]"
Conditions: TypeAlias = "Mapping[str, float]"
#: Conditions that their unit tells, and those that a name tells, with the quantity that they are.
_CONDITIONS = ("voltage", "wavelength", "frequency", "irradiance")
_OF_THE_QUESTION = ("voltage", "gate_voltage")  # the others are asked of its answer
_NAMED = {"gate": ("gate_voltage", "voltage")}


class Answering(Protocol):
    """What a metric is asked of; questions that some kinds have not are looked up by name."""

    @property
    def kind(self) -> str:
        """Name of the kind of device."""

    @property
    def stack(self) -> Stack:
        """The layers."""

    def band_alignment(self) -> Alignment: ...  # noqa: D102

    def equilibrium(self) -> Equilibrium: ...  # noqa: D102

    def estimate(self, voltage: Value = 0.0) -> Estimate: ...  # noqa: D102

    def r0a(self) -> float: ...  # noqa: D102

    def spectral_response(self, wavelengths: Sequence[Value], voltage: Value = 0.0) -> SpectralResponse: ...  # noqa: D102


@attrs.frozen(kw_only=True)
class Metric:
    """One figure of a device: how it is asked for, its unit, and whether more of it is better.

    `question` asks the device (under the conditions it takes), `figure` reads the answer; `needs` and `takes` name the
    conditions that must and may be given.
    """

    name: str
    unit: str
    higher_is_better: bool
    meaning: str
    question: Callable[[Answering, Conditions], Any]
    figure: Callable[[Any, Conditions], float | None]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    #: Values below this rank alike: a step of less than 3 kT at 300 K is passed by thermal energy.
    indifferent_below: float | None = None


@attrs.frozen(kw_only=True)
class Asked:
    """A metric with its conditions."""

    metric: Metric
    conditions: Mapping[str, float]
    label: str

    @property
    def head(self) -> str:
        """Column head."""
        return f"{self.label} [{self.metric.unit}]" if self.metric.unit else self.label

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells two questions apart, so that one answer serves several metrics."""
        told = self.conditions if self.metric.question is _performance else _OF_THE_QUESTION
        asked = tuple(sorted((k, v) for k, v in self.conditions.items() if k in told))
        return (self.metric.question, asked)

    def ask(self, device: Answering) -> Any:
        """Return the device's answer."""
        return self.metric.question(device, self.conditions)

    def read(self, answer: Any) -> float | None:
        """Return the figure of an answer, None where the device has no such figure; never NaN."""
        found: Any = self.metric.figure(answer, self.conditions)
        if found is None and self.of_the_table:
            return None
        try:
            number = math.nan if isinstance(found, bool) or not isinstance(found, Real) else float(found)
        except OverflowError:  # an integer beyond 1e308
            number = math.nan
        if math.isnan(number):
            raise InputError(f"{self.label}: the metric returns {shorten(found)}; expected a number")
        return number

    @property
    def of_the_table(self) -> bool:
        """Whether the metric is one of `METRICS`, not a user's function."""
        return METRICS.get(self.metric.name) is self.metric

    def sort_key(self, value: float | None) -> float:
        """Return a number that sorts better values first; a missing one comes last."""
        if value is None or value != value:
            return float("inf")
        if self.metric.indifferent_below is not None:
            value = max(value, self.metric.indifferent_below)
        return -value if self.metric.higher_is_better else value


def _of_some(device: Answering, question: str, missing: str) -> Callable[..., Any]:
    """Return a question that some kinds have; an error with the text `missing` from the others."""
    ask: Callable[..., Any] | None = getattr(device, question, None)
    if ask is None:
        raise InputError(missing)
    return ask


def _alignment(device: Answering, conditions: Conditions) -> Any:
    return device.band_alignment()


def _equilibrium(device: Answering, conditions: Conditions) -> Any:
    return device.equilibrium()


def _estimate(device: Answering, conditions: Conditions) -> Any:
    gate = {key: conditions[key] for key in ("gate_voltage",) if key in conditions}
    if gate and "gate" not in device.stack.roles:
        raise InputError(f"a {device.kind} has no gate; leave gate={gate['gate_voltage']:g}V out")
    ask: Callable[..., Any] = device.estimate
    return ask(conditions.get("voltage", 0.0), **gate)


def _dark(device: Answering, conditions: Conditions) -> Any:
    ask = _of_some(
        device, "dark_current", f"dark_current: a {device.kind} has none; expected a detector or a SolarCell"
    )
    return ask(conditions["voltage"])


def _zero_bias(device: Answering, conditions: Conditions) -> Any:
    return device.r0a()


def _response(device: Answering, conditions: Conditions) -> Any:
    return device.spectral_response([conditions["wavelength"]], conditions.get("voltage", 0.0))


def _limit(device: Answering, conditions: Conditions) -> Any:
    return _of_some(device, "limit", f"limit: a {device.kind} has no efficiency limit; expected a SolarCell")()


def _performance(device: Answering, conditions: Conditions) -> Any:
    ask = _of_some(device, "performance", f"performance: a {device.kind} delivers no power; expected a SolarCell")
    given = [conditions[name] for name in ("wavelength", "irradiance") if name in conditions]
    if len(given) == 1:
        raise InputError('performance: light of one wavelength needs both, as in "efficiency@1550nm,17mW/cm2"')
    from stackmodel.light.spectrum import Light

    return ask(Light.monochromatic(*given) if given else None)


def _emission(device: Answering, conditions: Conditions) -> Any:
    _of_some(device, "efficiency_curve", f"injection and emission: a {device.kind} has none; expected a QLED")
    return device.estimate(conditions.get("voltage", 0.0))


def _figure(answer: Any, name: str) -> Any:
    """Return a figure of an answer; InputError where that kind of answer has none of the name."""
    if not hasattr(type(answer), name) and name not in getattr(type(answer), "__annotations__", {}):
        raise InputError(f"{name}: {type(answer).__name__} has none; ask another metric of this kind of device")
    return getattr(answer, name)


def _table() -> dict[str, Metric]:
    def attribute(name: str) -> Callable[[Any, Conditions], Any]:
        return lambda answer, conditions: _figure(answer, name)

    def of_spectrum(name: str) -> Callable[[Any, Conditions], Any]:
        return lambda answer, conditions: float(_figure(answer, name)[0])

    def at_wavelength(name: str) -> Callable[[Any, Conditions], Any]:
        return lambda answer, conditions: _figure(answer, name)(conditions["wavelength"])

    def itself(name: str) -> Callable[[Any, Conditions], Any]:
        return lambda answer, conditions: answer

    line = {"takes": ("wavelength", "irradiance")}
    V, nm, gate = ("voltage",), ("wavelength",), ("gate_voltage",)
    thermal = 0.078
    alike = f"; steps below 3 kT ({thermal} eV) rank alike"
    rows: tuple[tuple[str, Callable[[Answering, Conditions], Any], str, bool, str, dict[str, Any]], ...] = (
        # name, question, unit, higher is better, meaning, options
        ("extraction_barrier", _alignment, "eV", False, "highest step that a carrier meets on its way out" + alike,
         {"indifferent_below": thermal}),
        ("electron_extraction_barrier", _alignment, "eV", False, "the highest for electrons" + alike,
         {"indifferent_below": thermal}),
        ("hole_extraction_barrier", _alignment, "eV", False, "the highest for holes" + alike,
         {"indifferent_below": thermal}),
        ("blocking_barrier", _alignment, "eV", True, "lowest wall between the active layer and a wrong contact", {}),
        ("electron_blocking_barrier", _alignment, "eV", True, "wall that keeps electrons from the anode", {}),
        ("hole_blocking_barrier", _alignment, "eV", True, "wall that keeps holes from the cathode", {}),
        ("built_in_potential", _alignment, "V", True, "potential drop between the contacts at equilibrium", {}),
        ("depletion_width", _equilibrium, "nm", True, "width of the depleted region, solved", {}),
        ("peak_field", _equilibrium, "V/cm", False, "largest field at equilibrium, solved", {}),
        ("dark_current", _dark, "A/cm^2", False, "dark current density, solved", {"needs": V}),
        ("activation_energy", _dark, "eV", True, "activation energy of the dark current, solved", {"needs": V}),
        ("r0a", _zero_bias, "ohm cm^2", True, "zero-bias resistance times area, solved", {}),
        ("eqe", _response, "", True, "external quantum efficiency, solved", {"needs": nm, "takes": V}),
        ("responsivity", _response, "A/W", True, "responsivity, solved", {"needs": nm, "takes": V}),
        ("estimate.depletion_width", _estimate, "nm", True, "width of the depleted region, closed form", {"takes": V}),
        ("estimate.dark_current", _estimate, "A/cm^2", False, "dark current density, closed form", {"needs": V}),
        ("estimate.r0a", _estimate, "ohm cm^2", True, "zero-bias resistance times area, closed form", {}),
        ("estimate.activation_energy", _estimate, "eV", True, "of the largest dark mechanism", {"takes": V}),
        ("estimate.radiative_limit", _estimate, "A/cm^2", False, "dark current at the radiative limit", {"takes": V}),
        ("estimate.eqe", _estimate, "", True, "external quantum efficiency, closed form",
         {"needs": nm, "takes": V + gate}),
        ("estimate.responsivity", _estimate, "A/W", True, "responsivity, closed form",
         {"needs": nm, "takes": V + gate}),
        ("estimate.detectivity", _estimate, "cm Hz^1/2/W", True, "D* of shot and Johnson noise, an upper bound",
         {"needs": nm, "takes": V + gate}),
        ("estimate.gain", _estimate, "", True, "carriers through the circuit for each absorbed photon",
         {"needs": V, "takes": gate}),
        ("estimate.gain_bandwidth", _estimate, "Hz", True, "product of gain and 3 dB bandwidth",
         {"needs": V, "takes": gate}),
        ("estimate.bandwidth", _estimate, "Hz", True, "3 dB bandwidth by the lifetime of carriers", {"needs": V}),
        ("estimate.threshold_voltage", _estimate, "V", False, "threshold, or Dirac voltage of graphene", {}),
        ("estimate.subthreshold_swing", _estimate, "V/decade", False, "gate voltage for a decade below threshold", {}),
        ("estimate.drain_current", _estimate, "A", True, "dark current of a channel, without gate= at 0 V on it",
         {"needs": V, "takes": gate}),
        ("estimate.transconductance", _estimate, "S", True, "of a channel, without gate= at 0 V on it",
         {"needs": V, "takes": gate}),
        ("limit.efficiency", _limit, "", True, "detailed balance under AM1.5G", {}),
        ("limit.open_circuit_voltage", _limit, "V", True, "detailed balance under AM1.5G", {}),
        ("limit.short_circuit_current_density", _limit, "A/cm^2", True, "detailed balance under AM1.5G", {}),
        ("efficiency", _performance, "", True, "power delivered over the light's, solved, AM1.5G or a line", line),
        ("open_circuit_voltage", _performance, "V", True, "solved, under AM1.5G or a line", line),
        ("short_circuit_current_density", _performance, "A/cm^2", True, "solved, under AM1.5G or a line", line),
        ("fill_factor", _performance, "", True, "solved, under AM1.5G or a line", line),
        ("estimate.injection_barrier", _emission, "eV", False, "highest step into the active layer" + alike,
         {"indifferent_below": thermal}),
        ("estimate.electron_injection_barrier", _emission, "eV", False, "the highest for electrons" + alike,
         {"indifferent_below": thermal}),
        ("estimate.hole_injection_barrier", _emission, "eV", False, "the highest for holes" + alike,
         {"indifferent_below": thermal}),
        ("estimate.turn_on_voltage", _emission, "V", False, "optical gap and what barriers demand beyond it", {}),
        ("estimate.balance", _emission, "", True, "smaller of both injection currents over the larger", {"needs": V}),
        ("estimate.leakage", _emission, "", False, "share of the current that does not recombine", {"needs": V}),
        ("estimate.current_density", _emission, "A/cm^2", True, "injection-limited current", {"needs": V}),
        ("estimate.eqe_ceiling", _emission, "", True, "largest external efficiency, injection balanced", {}),
        ("estimate.external_efficiency", _emission, "", True, "photons out per electron in", {"needs": V}),
        ("estimate.half_current_density", _emission, "A/cm^2", True, "where roll-off has halved the efficiency", {}),
        ("estimate.radiance", _emission, "W/(cm^2 sr)", True, "radiance, closed form", {"needs": V}),
    )  # fmt: skip
    found = {}
    for name, question, unit, higher, meaning, options in rows:
        read = at_wavelength if "wavelength" in options.get("needs", ()) else attribute
        read = of_spectrum if question is _response else itself if question is _zero_bias else read
        found[name] = Metric(
            name=name, unit=unit, higher_is_better=higher, meaning=meaning, question=question,
            figure=read({"dark_current": "total"}.get(name, name.rpartition(".")[2])), **options,
        )  # fmt: skip
    return found


METRICS: dict[str, Metric] = _table()
#: The set that compare uses when none is asked for: alignment first, then what is solved.
DEFAULT_METRICS = ("extraction_barrier", "blocking_barrier", "built_in_potential")
#: The same by kind of device; each kind enters its own, see `kinds.registry`.
DEFAULTS_OF_KIND: dict[str, tuple[str, ...]] = {}


def metric(wanted: MetricLike) -> Asked:
    """Return the metric asked for, with its conditions; a function of a device counts as one (more is better)."""
    if callable(wanted):
        name = getattr(wanted, "__name__", "metric")
        own = Metric(
            name=name, unit="", higher_is_better=True, meaning="given by the user",
            question=lambda device, conditions: wanted(device), figure=lambda answer, conditions: answer,
        )  # fmt: skip
        return Asked(metric=own, conditions={}, label=name)
    name, at, rest = str(wanted).partition("@")
    name = name.strip()
    if name not in METRICS:
        begun = [each for each in METRICS if name and each.startswith(name)]
        solved = ", ".join(each for each in METRICS if "." not in each)
        hint = did_you_mean(name, begun or METRICS) or (
            f" Expected one of: {solved}; or a closed form, such as estimate.dark_current or limit.efficiency."
        )
        raise InputError(f'unknown metric "{shorten(name)}".{hint}')
    found = METRICS[name]
    conditions: dict[str, float] = {}
    for piece in rest.split(",") if at else ():
        what, size = _condition(piece, name)
        if what in conditions:
            raise InputError(f'metric "{shorten(wanted)}": {what} is given twice; expected it once')
        conditions[what] = size
    known = (*found.needs, *found.takes)
    for given in conditions:
        if given not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise InputError(f'metric "{shorten(wanted)}": {name} does not depend on a {given}; {takes}')
    for needed in found.needs:
        if needed not in conditions:
            forward = found.question is _emission
            example = {"voltage": "3V" if forward else "-0.5V", "wavelength": "1310nm"}[needed]
            raise InputError(f'metric "{name}" needs a {needed}, such as "{name}@{example}"')
    return Asked(metric=found, conditions=conditions, label=str(wanted).strip())


def _condition(piece: str, name: str) -> tuple[str, float]:
    key, equals, value = (part.strip() for part in piece.partition("="))
    if equals:
        if key not in _NAMED:
            hint = did_you_mean(key, _NAMED) or f" Expected {', '.join(_NAMED)}, or a number with a unit."
            raise InputError(f'metric "{name}": unknown condition "{shorten(key)}".{hint}')
        what, meant = _NAMED[key]
        return what, checked(meant, value, f'metric "{name}": {key}')
    with attributed(f'metric "{name}"'):
        _, unit = split_number_unit(piece)
    for what in _CONDITIONS:
        try:
            to_unit(f"1 {unit}", quantity(what).unit)
        except InputError:
            continue
        return what, checked(what, piece, f'metric "{name}"')
    raise InputError(f'metric "{name}": cannot tell what "{shorten(piece)}" is; expected e.g. -0.5V, 1310nm or 1kHz')


def metrics(wanted: Sequence[MetricLike] | MetricLike | None, kind: str = "") -> tuple[Asked, ...]:
    """Return the metrics asked for, or the default set of the kind of device."""
    if isinstance(wanted, str) or callable(wanted):
        wanted = [wanted]
    if wanted is not None and not isinstance(wanted, list | tuple):
        raise InputError(f'metrics is {shorten(wanted)}; expected a list such as ["dark_current@-0.5V"]')
    if wanted is not None and not wanted:
        raise InputError("metrics is empty; leave it out for the default set")
    return tuple(metric(name) for name in (DEFAULTS_OF_KIND.get(kind, DEFAULT_METRICS) if wanted is None else wanted))
