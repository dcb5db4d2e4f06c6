"""A material: named quantities, each with its source."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

import attrs
import numpy as np

from stackmodel.errors import DataError, InputError, did_you_mean, reject_unknown, shorten
from stackmodel.materials.assumptions import assumed
from stackmodel.materials.capture import CAPTURES, capture_coefficient
from stackmodel.materials.optical_constants import OpticalConstants
from stackmodel.materials.optical_library import at_temperature, of_material
from stackmodel.materials.optical_library import given as optical_of_user
from stackmodel.materials.parameter import Parameter, user_parameter
from stackmodel.materials.temperature import BAND_DOS_LAW, ROOM_TEMPERATURE, THERMAL_VELOCITY_LAW, TemperatureLaw
from stackmodel.output.table import Table
from stackmodel.physics.band_filling import CODES
from stackmodel.physics.constants import BOLTZMANN_EV, HC_EV_NM
from stackmodel.physics.optical_models import coefficient_of
from stackmodel.quantities import MATERIAL_QUANTITIES, TRAP_FAMILIES, checked, plain, quantity
from stackmodel.results.film_absorption import FilmSpectrum, GivenSpectrum
from stackmodel.units import Value

#: Energies closer than this are one level, as sources round them. [eV]
SAME_LEVEL = 0.06
#: What only a recipe can use.
RECIPE_ONLY = (
    "diameter", "redshift", "interdot_spacing", "size_dispersion", "tunnel_barrier", "truncation",
    "unpassivated_fraction",
)  # fmt: skip
#: What a material is to the device; a layer's role (ETL, active, ...) may differ.
KINDS = ("semiconductor", "dot film", "electrode", "contact oxide", "dielectric", "substrate")
#: Families of trap levels with the charge that they carry when they hold one: empty (1), full (-1) or never (0).
STATISTICS = tuple(CODES)
#: Name under which statistics are given like a value; the only value of a material that is a word.
STATISTICS_KEY = "statistics"
EXPLAINED = ("parameter", "value", "unit", "source", "provenance", "confidence", "note")
#: Needed of every semiconductor layer; what a source does not give is filled by a rule, and said.
ELECTRICAL = (
    "electron_affinity", "band_gap", "relative_permittivity", "conduction_band_dos", "valence_band_dos",
    "electron_mobility", "hole_mobility", "donor_density", "acceptor_density", "electron_lifetime", "hole_lifetime",
    "absorption_coefficient",
)  # fmt: skip

M = TypeVar("M", bound="Material")
P = ParamSpec("P")
T = TypeVar("T")


#: What is said of a family of traps: the family, its number, and what.
_FAMILY = re.compile(r"((?:donor_|acceptor_)?trap)(_\d+)?_[a-z_]+")


@attrs.frozen(init=False, kw_only=True)
class Material:
    """A material with sourced quantities at 300 K and laws for other temperatures.

    Parameters
    ----------
    name : str
        Name, as the notation writes it.
    role : str, optional
        Role the material usually has in a stack: "ETL", "HTL", "active", "electrode", ...
    optical : OpticalConstants, str or Path, optional
        n and k against wavelength, or a file with them: csv with columns wavelength [nm], n, k, or YAML of
        refractiveindex.info.
    source : str
        Where the plain values come from; kept with each.
    kind : str
        "semiconductor" (default), "dot film", "electrode", "contact oxide", "dielectric" or "substrate".
    statistics : str
        Carrier statistics: "boltzmann" (default), "fermi-dirac" (parabolic band), "gaussian" (Gaussian density
        of states of width `electronic_disorder`) or "dirac" (graphene).
    **values
        Any material quantity of `quantities`, e.g. ``electron_affinity=4.2``, ``band_gap="3.35 eV"``.
    """

    name: str
    role: str | None = None
    kind: str = "semiconductor"
    statistics: str = "boltzmann"
    parameters: Mapping[str, Parameter]
    laws: Mapping[str, TemperatureLaw]
    temperature: float = ROOM_TEMPERATURE
    aliases: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    note: str = ""
    #: Optical constants that were given; None where those of the library, or of a film's recipe, hold.
    optical: OpticalConstants | None = None
    memory: dict[Any, Any] = attrs.field(factory=dict, init=False, eq=False, repr=False)  # see `remembered`

    def __init__(
        self,
        *,
        name: str,
        role: str | None = None,
        kind: str = "semiconductor",
        statistics: str = "boltzmann",
        parameters: Mapping[str, Parameter] | None = None,
        laws: Mapping[str, TemperatureLaw] | None = None,
        temperature: float = ROOM_TEMPERATURE,
        aliases: tuple[str, ...] = (),
        contains: tuple[str, ...] = (),
        note: str = "",
        optical: OpticalConstants | str | Path | None = None,
        source: str = "given by the user",
        **values: Value,
    ) -> None:
        _check_name(name)
        for field, value, allowed in (("kind", kind, KINDS), ("statistics", statistics, STATISTICS)):
            _check_word(name, field, value, allowed)
        given = {**(parameters or {}), **_user_parameters(name, values, source)}
        check_levels(name, given)
        self.__attrs_init__(
            name=name, role=role, kind=kind, statistics=statistics, parameters=given, laws=dict(laws or {}),
            temperature=temperature, aliases=aliases, contains=contains, note=note,
            optical=None if optical is None else optical_of_user(optical, name),
        )  # fmt: skip

    def parameter(self, name: str) -> Parameter:
        """Return a quantity with its source: as given, else derived, else by a named rule.

        Raises
        ------
        DataError
            If neither the material nor any rule has a value.
        """
        quantity(name)
        if name in ("electron_lifetime", "hole_lifetime"):
            by_traps = self._lifetime_of_traps(name.partition("_")[0])
            if by_traps is not None:
                return by_traps
        if name in self.parameters:
            found = self.parameters[name]
            return self._from_midgap(found) if found.reference else found
        if name == "ionization_potential" and {"electron_affinity", "band_gap"} <= self.parameters.keys():
            total = self.parameters["electron_affinity"].value + self.parameters["band_gap"].value
            return Parameter(
                quantity=name, value=total, source="electron_affinity + band_gap", provenance="derived",
                confidence=self.parameters["electron_affinity"].confidence,
            )  # fmt: skip
        filled = assumed(name, self.role, self.kind, self.parameters) if self.has_bands else None
        if filled is not None:
            return filled
        row = quantity(name)
        raise DataError(
            f"{self.name}: no {name} ({row.meaning.lower()}) is known and no rule covers it; "
            f"give {name}=... [{row.unit or 'number'}] with a source"
        )

    def _lifetime_of_traps(self, carrier: str) -> Parameter | None:
        """Return 1 / (c N_t) of the neutral traps, where these are given and no lifetime is."""
        density = self.parameters.get("trap_density")
        own = self.parameters.get(f"{carrier}_lifetime")
        by_user = own is not None and own.provenance == "user" and math.isfinite(own.value)
        ways = (f"trap_{carrier}_capture", f"trap_{carrier}_capture_cross_section", f"{carrier}_capture_cross_section")
        if density is None or by_user or density.value == 0.0 or not any(way in self.parameters for way in ways):
            return None
        return Parameter(
            quantity=f"{carrier}_lifetime", provenance="derived",
            value=1.0 / (self.trap_capture("trap", carrier) * density.value),
            source="1 / (trap_density x capture coefficient)", confidence=density.confidence,
        )  # fmt: skip

    def trap_capture(self, family: str, carrier: str) -> float:
        """Return how fast a family of its traps captures a carrier [cm^3/s], else by the cross section of all of them.

        Raises
        ------
        InputError
            If nothing says how fast, or two things do.
        """
        given = {key: self.value(f"{family}_{key}") for key in CAPTURES if f"{family}_{key}" in self.parameters}
        section = f"{carrier}_capture_cross_section"
        if f"{carrier}_capture" not in given and section not in given:
            if section not in self.parameters:
                raise InputError(
                    f"{self.name}: {family}_density acts through {family}_electron_capture and {family}_hole_capture "
                    f"[cm^3/s] (capture cross-section times thermal velocity); {family}_{carrier}_capture is missing. "
                    "Or give electron_lifetime and hole_lifetime instead"
                )
            given[section] = self.value(section)
        return self.capture(given, carrier, f"{self.name}: {family}")

    def capture(self, given: Mapping[str, float], carrier: str, whose: str) -> float:
        """Return how fast levels of which `given` is said capture its carriers [cm^3/s], see `capture_coefficient`."""
        velocity = self.parameters.get(f"{carrier}_thermal_velocity")
        return capture_coefficient(
            given, carrier, velocity=None if velocity is None else velocity.value, temperature=self.temperature,
            whose=whose, layer=self.name,
        )  # fmt: skip

    def _from_midgap(self, trap: Parameter) -> Parameter:
        """Return a trap level that counts from a band edge, or from the intrinsic level, above midgap."""
        if trap.reference == "intrinsic":
            ratio = self.value("valence_band_dos") / self.value("conduction_band_dos")
            middle = 0.5 * BOLTZMANN_EV * self.temperature * math.log(ratio)
        else:
            middle = {"E_C": 0.5, "E_V": -0.5}[trap.reference] * self.value("band_gap")
        return attrs.evolve(trap, value=middle + trap.value, reference="", note=trap.text)

    def value(self, name: str) -> float:
        """Return a quantity as a plain number in the table's unit, see `parameter`."""
        return self.parameter(name).value

    def __getattr__(self, name: str) -> float:
        if plain(name) in MATERIAL_QUANTITIES:
            return self.value(name)
        hint = "" if name.startswith("_") else did_you_mean(name, MATERIAL_QUANTITIES)
        raise AttributeError(f'{type(self).__name__} has no attribute "{name}".{hint}')

    def has(self, name: str) -> bool:
        """Whether a value of `name` is given or follows from a rule."""
        try:
            self.parameter(name)
        except DataError:
            return False
        return True

    @property
    def has_bands(self) -> bool:
        """Whether carriers move in it: false for electrodes, contact oxides, dielectrics and substrates."""
        return self.kind in ("semiconductor", "dot film")

    @property
    def absorption_spectrum(self) -> FilmSpectrum | GivenSpectrum | None:
        """How the absorption coefficient goes with photon energy; None where one value stands for all above the gap.

        Given n and k go before all else; None if they do not reach the optical gap.
        """
        return None if self.optical is None else self._given_spectrum(self.optical, width=0.0)

    def _given_spectrum(self, optical: OpticalConstants, width: float) -> GivenSpectrum | None:
        gap = optical_gap(self)
        around = optical.around(HC_EV_NM / gap) if gap > 0.0 else None
        if around is None:
            return None
        ends = np.array([HC_EV_NM / gap, around.low])
        at_gap, at_anchor = coefficient_of(around.k(ends), ends).tolist()
        return GivenSpectrum(
            peak=gap, width=width, alpha_peak=at_gap, anchor=HC_EV_NM / around.low, alpha_anchor=at_anchor,
            last=HC_EV_NM / around.high, k=around.k,
        )  # fmt: skip

    @property
    def trap_families(self) -> dict[str, float]:
        """Families of traps that anything is said of, with their sign: "trap", "donor_trap", "acceptor_trap_2", ..."""
        found = {}
        for name in self.parameters:
            match = _FAMILY.fullmatch(name) if "trap_" in name else None
            if match is not None:
                found[match[1] + (match[2] or "")] = TRAP_FAMILIES[match[1]]
        return found

    @property
    def net_doping(self) -> float:
        """Donors minus acceptors [cm^-3]."""
        return self.value("donor_density") - self.value("acceptor_density")

    def with_values(self, values: Mapping[str, Value], source: str = "given by the user") -> Material:
        """Return the material with `values` replaced; a law of a replaced quantity no longer applies.

        Beside quantities, ``statistics`` is a value.
        """
        statistics, values = self._statistics_in(values)
        new = _user_parameters(self.name, values, source)
        laws = {key: law for key, law in self.laws.items() if key not in new}
        parameters = newest_recombination({**self.parameters, **new}, new)
        check_levels(self.name, parameters)
        return self._replaced(parameters=parameters, laws=laws, statistics=statistics)

    def _statistics_in(self, values: Mapping[str, Value]) -> tuple[str, dict[str, Value]]:
        """Return the statistics that `values` give, the material's own otherwise, and all other values."""
        given = str(values.get(STATISTICS_KEY, self.statistics))
        _check_word(self.name, STATISTICS_KEY, given, STATISTICS)
        if self.kind == "dot film" and given != self.statistics and given in ("fermi-dirac", "dirac"):
            raise InputError(
                f'{self.name}: statistics is "{given}", which is that of a band; expected "gaussian": a film of dots '
                "fills its sites, all at one energy where electronic_disorder is 0 eV"
            )
        return given, {key: value for key, value in values.items() if key != STATISTICS_KEY}

    def with_optical(self, optical: OpticalConstants | str | Path) -> Self:
        """Return the material with optical constants of a user, or of a file, in place of the library's."""
        return self._replaced(optical=optical_of_user(optical, self.name))

    def optical_constants(self, *, temperature: Value | None = None) -> OpticalConstants:
        """Return n + i k against wavelength, where it is known.

        Parameters
        ----------
        temperature : float or str, optional
            Of the layer; the material's own unless given. Tables stay as they were measured, and say so. [K]

        Raises
        ------
        DataError
            If none are known; give optical=...
        """
        T = self.temperature if temperature is None else checked("temperature", temperature, self.name)
        return at_temperature(self._room_optics() if self.optical is None else self.optical, T)

    def _room_optics(self) -> OpticalConstants:
        return of_material(self.name)

    @property
    def optical_rules(self) -> tuple[str, ...]:
        """Rules of assumptions.toml that n and k rest on; none where they are not known."""
        return () if self.optical is None else self.optical.rules

    def in_role(self, role: str) -> Material:
        """Return the material in another role, so that the rules for that role apply."""
        return self._replaced(role=role)

    def as_electrode(self) -> Self:
        """Return the material as an electrode: a contact at its work function, without carriers of its own."""
        return self._replaced(kind="electrode")

    def as_substrate(self) -> Self:
        """Return the material as a substrate: a plate for light, without carriers that move."""
        return self._replaced(kind="substrate")

    def at(self, temperature: Value) -> Material:
        """Return the material at another temperature, every law applied to the values at 300 K.

        Parameters
        ----------
        temperature : float or str
            Temperature. [K]
        """
        T = checked("temperature", temperature, self.name)
        if self.temperature == T:
            return self
        if self.temperature != ROOM_TEMPERATURE:
            raise InputError(f"{self.name}: laws start at 300 K; this material is at {self.temperature:g} K already")
        laws: dict[str, TemperatureLaw] = {}
        if self.kind == "semiconductor" and self.statistics in ("boltzmann", "fermi-dirac"):
            # Densities of states of a band; the number of sites does not depend on temperature.
            laws = {f"{band}_band_dos": BAND_DOS_LAW for band in ("conduction", "valence")}
        speeds = ("electron_thermal_velocity", "hole_thermal_velocity")
        laws |= {name: THERMAL_VELOCITY_LAW for name in speeds if name in self.parameters}
        laws |= self.laws
        new = dict(self.parameters)
        for name, law in laws.items():
            if self.has(name):
                start = self.parameter(name)
                note = f"{start.note + '; ' if start.note else ''}{law.law} law to {T:g} K ({law.source})"
                new[name] = attrs.evolve(start, value=law(start.value, T), note=note)
        for carrier in ("electron", "hole"):
            if f"{carrier}_mobility_activation" in self.parameters and self.has(f"{carrier}_mobility"):
                start = new.get(f"{carrier}_mobility", self.parameter(f"{carrier}_mobility"))
                energy = self.value(f"{carrier}_mobility_activation")
                colder = (1.0 / T - 1.0 / ROOM_TEMPERATURE) / BOLTZMANN_EV
                note = f"hopping: activated with {energy:g} eV, from 300 K to {T:g} K"
                hopping = attrs.evolve(start, value=start.value * math.exp(-energy * colder), note=note)
                new[f"{carrier}_mobility"] = hopping
        return self._replaced(parameters=new, temperature=T)

    @property
    def user_parameters(self) -> dict[str, Parameter]:
        """What was given for this object beyond what the library (or recipe) gives, in the order of the table."""
        given = {name: p for name, p in self.parameters.items() if p.provenance == "user"}
        return {name: given[name] for name in _ordered(given)}

    @property
    def user_values(self) -> dict[str, float]:
        """Values of `user_parameters`."""
        return {name: self.value(name) for name in self.user_parameters}

    def explained(self) -> tuple[Parameter, ...]:
        """Return every parameter, those that follow from rules included."""
        names = [n for n in self.parameters if plain(n) in MATERIAL_QUANTITIES]
        needed = (*ELECTRICAL, "electronic_disorder") if self.statistics == "gaussian" else ELECTRICAL
        names += [n for n in (*needed, "ionization_potential") if n not in names and self.has_bands and self.has(n)]
        return tuple(self.parameter(n) for n in _ordered(names))

    def explain(self) -> Table:
        """Return every value with unit, source, provenance and confidence."""
        rows = [parameter.as_row() for parameter in self.explained()]
        at = "" if math.isclose(self.temperature, ROOM_TEMPERATURE) else f" at {self.temperature:g} K"
        return Table.from_rows(rows, EXPLAINED, f"{self.name}{at}" + (f": {self.note}" if self.note else ""))

    @property
    def notation(self) -> str:
        """How the stack notation writes the material, without what was overridden."""
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def _repr_html_(self) -> str:
        return self.explain()._repr_html_()

    def _replaced(self, **changes: Any) -> Self:
        return rebuild(type(self), {**fields_of(self), **changes})

    def __reduce__(self) -> tuple[Any, ...]:
        return (rebuild, (type(self), fields_of(self)))


def fields_of(material: Material) -> dict[str, Any]:
    """Return what a material is made of, for another like it."""
    return {field.name: getattr(material, field.name) for field in attrs.fields(type(material)) if field.init}


def remembered(ask: Callable[Concatenate[M, P], T]) -> Callable[Concatenate[M, P], T]:
    """Keep what `ask` found of a material with the material: frozen as it is, it will not be another next time."""

    @wraps(ask)
    def asked(material: M, /, *args: P.args, **options: P.kwargs) -> T:
        key = (ask, args, *options.values())
        if key not in material.memory:
            material.memory[key] = ask(material, *args, **options)
        found: T = material.memory[key]
        return found

    return asked


def _ordered(names: Iterable[str]) -> list[str]:
    """Return quantities in the order of the table, so that the same values read the same however they were given."""
    return sorted(names, key=lambda name: (MATERIAL_QUANTITIES.index(plain(name)), name))


def newest_recombination(parameters: dict[str, Parameter], new: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the parameters without lifetimes that a newly given trap density takes the place of."""
    if "trap_density" not in new:
        return parameters
    return {k: v for k, v in parameters.items() if k in new or k not in ("electron_lifetime", "hole_lifetime")}


class Absorbing(Protocol):
    """What closed forms ask of a material that absorbs."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """See `Material.parameters`."""

    @property
    def optical(self) -> OpticalConstants | None:
        """See `Material`."""

    @property
    def absorption_spectrum(self) -> FilmSpectrum | GivenSpectrum | None:
        """See `Material.absorption_spectrum`."""

    def has(self, name: str) -> bool:
        """See `Material.has`."""

    def value(self, name: str) -> float:
        """See `Material.value`."""


def optical_gap(material: Absorbing) -> float:
    """Return the optical gap of a material, its transport gap where no other is known [eV]."""
    return material.value("optical_gap" if "optical_gap" in material.parameters else "band_gap")


def check_levels(name: str, parameters: Mapping[str, Parameter]) -> None:
    """Refuse an ionization potential that contradicts affinity and gap: the solvers see these two only."""
    levels = [parameters.get(key) for key in ("ionization_potential", "electron_affinity", "band_gap")]
    if None not in levels:
        total, affinity, gap = (level.value for level in levels if level is not None)
        if abs(total - affinity - gap) > SAME_LEVEL:
            raise InputError(
                f"{name}: ionization_potential is {total:.6g} eV; expected electron_affinity + band_gap = "
                f"{affinity:.6g} + {gap:.6g} eV. Give two of the three"
            )


def _check_word(name: str, field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        hint = did_you_mean(str(value), allowed) or f" Expected one of: {', '.join(allowed)}."
        raise InputError(f'{name}: unknown {field} "{shorten(value)}".{hint}')


def _user_parameters(name: str, values: Mapping[str, Value], source: str) -> dict[str, Parameter]:
    reject_unknown(name, map(plain, values), MATERIAL_QUANTITIES)
    for key in values:
        if key in RECIPE_ONLY:
            raise InputError(f"{name}: {key} is the input of a recipe; {name} has none. Expected e.g. PbS(3.4nm, TBAI)")
    return {key: user_parameter(key, value, name, source) for key, value in values.items()}


def rebuild(cls: type[M], fields: dict[str, Any]) -> M:
    """Return a record of `cls` from its fields, past the constructor that people use."""
    new = object.__new__(cls)
    new.__attrs_init__(**fields)
    return new


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise InputError(f'material: name is "{shorten(name)}"; expected text, such as "my oxide"')
