"""A film of quantum dots: from core, size and ligand to a layer whose every number can be traced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import attrs

from stackmodel.errors import DataError, InputError, UnsupportedError, attributed, reject_unknown
from stackmodel.materials.assumptions import by_rule
from stackmodel.materials.dot_core import bulk_of, core_entry, core_parameter
from stackmodel.materials.film_answers import absorption_of, by_closed_forms, passivation_of, spectrum_of
from stackmodel.materials.film_rules import bulk_edges, derived, electron_share, peak_width
from stackmodel.materials.ligand import Ligand, ligand_of
from stackmodel.materials.material import STATISTICS_KEY, Material, check_levels, fields_of, newest_recombination
from stackmodel.materials.optical_constants import OpticalConstants
from stackmodel.materials.parameter import Parameter, user_parameter
from stackmodel.materials.quantum_dot import QuantumDot
from stackmodel.materials.sizing import sizing_curve
from stackmodel.output.table import Table
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.quantities import MATERIAL_QUANTITIES, checked, plain, quantity
from stackmodel.results.film_absorption import FilmAbsorption, FilmSpectrum, GivenSpectrum
from stackmodel.units import Value, shortest

#: How a notation gives the size: diameter [nm], optical gap of the film [eV], or its 1S peak [nm].
SIZE_UNITS = {"diameter": "nm", "optical_gap": "eV", "peak": "nm"}
#: Inputs of the recipe: with another value of one of these the whole film is derived anew.
RECIPE_INPUTS = (
    "diameter", "optical_gap", "peak", "redshift", "interdot_spacing", "size_dispersion", "tunnel_barrier",
    "truncation", "unpassivated_fraction",
)  # fmt: skip
#: Those beside the size.
FURTHER_INPUTS = tuple(name for name in RECIPE_INPUTS if name not in SIZE_UNITS)
#: Input of the recipe that is a name: the curve that ties diameter and gap.
CURVE = "curve"


@attrs.frozen(kw_only=True)
class Recipe:
    """What a film is made from: core, size (of a kind named by `SIZE_UNITS`), ligand, and recipe inputs given.

    Shells are pairs of material and thickness [nm] from the inside to the outside; the size of a dot with shells is the
    diameter of its core.
    """

    core: str
    size: float
    size_kind: str
    ligand: str
    inputs: Mapping[str, float] = attrs.field(factory=dict)
    shells: tuple[tuple[str, float], ...] = ()
    curve: str | None = None  # the core's first one by default

    @property
    def structure(self) -> str:
        """Core and shells as the notation writes them, e.g. ``InAs@ZnSe``; films are known by it."""
        return "@".join((self.core, *(name for name, _ in self.shells)))

    @property
    def notation(self) -> str:
        """The recipe as the stack notation writes it, e.g. ``PbS(3.4nm, TBAI)``."""
        size = f"{shortest(self.size)}{SIZE_UNITS[self.size_kind]}"
        size = "+".join((size, *(f"{shortest(thickness)}nm" for _, thickness in self.shells)))
        inputs = [f"{name}={shortest(value)}{quantity(name).unit}" for name, value in self.inputs.items()]
        inputs += [f"{CURVE}={self.curve}"] if self.curve else []
        first = f"peak={size}" if self.size_kind == "peak" else size
        return f"{self.structure}({', '.join([first, self.ligand, *inputs])})"


@attrs.frozen(init=False, kw_only=True)
class QuantumDotFilm(Material):  # type: ignore[override]  # attrs adds the recipe to its initialiser
    """A film of dots with one ligand; a material whose values follow from its recipe.

    Parameters
    ----------
    dot : QuantumDot
        The dot; its core, diameter, shells and sizing curve.
    ligand : str
        Ligand as the library names it, e.g. "TBAI", "EDT", "halide".
    optical : OpticalConstants, str or Path, optional
        Measured n and k, or a file with them, in place of those that the recipe makes.
    source : str
        Where `values` come from.
    **values
        Material quantities that replace what the recipe gives, or inputs of the recipe: redshift, interdot_spacing;
        curve (a sizing curve by name, see `QuantumDot`); size_dispersion (asks for disorder and absorption from the
        spread of sizes), tunnel_barrier (for a hopping mobility), truncation and unpassivated_fraction (for lifetimes
        from the surface).
    """

    recipe: Recipe

    def __init__(
        self,
        dot: QuantumDot,
        *,
        ligand: str,
        optical: OpticalConstants | str | Path | None = None,
        source: str = "given by the user",
        **values: Value,
    ) -> None:
        shells = _recipe_shells(dot)
        curve = None if dot.curve == sizing_curve(dot.core).name else dot.curve
        recipe = Recipe(
            core=dot.core, size=dot.diameter, size_kind="diameter", ligand=ligand, shells=shells, curve=curve
        )
        film = film_of(recipe).with_values(values, source)
        film = film if optical is None else film.with_optical(optical)
        self.__attrs_init__(**fields_of(film))

    @property
    def dot(self) -> QuantumDot:
        """The dot that the film is made of."""
        recipe = self.recipe
        return QuantumDot(recipe.core, diameter=self.value("diameter"), shell=recipe.shells, curve=recipe.curve)

    @property
    def notation(self) -> str:
        """How the stack notation writes the film, without what was overridden."""
        return self.recipe.notation

    @property
    def user_parameters(self) -> dict[str, Parameter]:
        """Values that were given beyond what the recipe gives; recipe inputs stand in the notation."""
        return {k: v for k, v in super().user_parameters.items() if k not in RECIPE_INPUTS}

    def with_values(self, values: Mapping[str, Value], source: str = "given by the user") -> QuantumDotFilm:
        """Return the film with `values` replaced; a recipe input derives anew all that was not given by hand."""
        reject_unknown(self.name, map(plain, values), (*MATERIAL_QUANTITIES, "peak", CURVE, STATISTICS_KEY))
        statistics, values = self._statistics_in(values)
        recipe = self.recipe
        if CURVE in values:
            recipe = attrs.evolve(recipe, curve=sizing_curve(recipe.core, str(values[CURVE])).name)
        for kind in SIZE_UNITS:
            if kind in values:
                size = checked("wavelength" if kind == "peak" else kind, values[kind], self.name)
                recipe = attrs.evolve(recipe, size=size, size_kind=kind)
        inputs = {k: checked(k, v, self.name) for k, v in values.items() if k in FURTHER_INPUTS}
        recipe = attrs.evolve(recipe, inputs={**recipe.inputs, **inputs})
        film = self if recipe == self.recipe else film_of(recipe)
        film = film._with_sources(self, values, source)
        new = {k: user_parameter(k, v, self.name, source) for k, v in values.items()
               if k not in (*RECIPE_INPUTS, CURVE)}  # fmt: skip
        parameters = newest_recombination({**film.parameters, **self.user_parameters, **new}, new)
        check_levels(self.name, parameters)
        return film._replaced(parameters=parameters, optical=self.optical, statistics=statistics)

    def _with_sources(self, before: QuantumDotFilm, values: Mapping[str, Value], source: str) -> QuantumDotFilm:
        """Return the film whose recipe inputs carry the source they were given with, now or before."""
        parameters = dict(self.parameters)
        for name in ("diameter", "optical_gap", *FURTHER_INPUTS):
            old, new = before.parameters.get(name), parameters.get(name)
            if new is None or new.provenance != "user":
                continue
            if name in values and source != "given by the user":
                parameters[name] = user_parameter(name, new.value, self.name, source)
            elif name not in values and old is not None and old.value == new.value:
                parameters[name] = old
        return self._replaced(parameters=parameters)

    @property
    def transport_gap(self) -> float:
        """E_C - E_V, the gap of the carriers; `optical_gap` is that of the absorption [eV]."""
        return self.value("band_gap")

    @cached_property
    def absorption_spectrum(self) -> FilmSpectrum | GivenSpectrum | None:
        """The spectrum that `absorption` answers with; None where it is not known of these dots."""
        if self.optical is not None:
            return self._given_spectrum(self.optical, width=peak_width(self.dot, self.parameters))
        try:
            return spectrum_of(self)
        except (DataError, UnsupportedError):
            return None

    @property
    def ligand_entry(self) -> Ligand:
        """What the library has of the film's ligand."""
        return ligand_of(self.recipe.structure, self.recipe.ligand)

    def explain(self) -> Table:
        """Return every value with unit, source, provenance and confidence, and what the rules would give beside it."""
        table = super().explain()
        return Table(table.columns, (*table.rows, *by_closed_forms(self)), table.title)

    def passivation(
        self,
        *,
        temperature: Value = 300.0,
        depletion_width: Value | None = None,
        radiative_lifetime: Value | None = None,
    ) -> Table:
        """Return the chain from ligand and surface to lifetime, emission and dark current, step by step.

        Parameters
        ----------
        temperature : float or str
            [K]
        depletion_width : float or str, optional
            Where given, the generation in so wide a depleted film is given as a current density. [nm]
        radiative_lifetime : float or str, optional
            Measured, in place of (Q11), which is several times too short for lead salts: 1 to 3 us were measured on
            dispersions of PbS. [s]

        Notes
        -----
        Eqs. (F10) to (F13), (F5) and (W1) of docs/method.md. The film takes its lifetime from the chain where the
        recipe has truncation= or unpassivated_fraction=; else it keeps that of its ligand, which the table shows too.
        """
        return passivation_of(self, temperature, depletion_width, radiative_lifetime)

    @cached_property
    def _optics_of_recipe(self) -> OpticalConstants:
        from stackmodel.materials.film_optics import film_constants

        return film_constants(self)

    def _room_optics(self) -> OpticalConstants:
        return self._optics_of_recipe

    @property
    def optical_rules(self) -> tuple[str, ...]:
        """Rules of assumptions.toml that n and k rest on; none where they are not known."""
        from stackmodel.materials.film_optics import film_rules

        if self.optical is not None:
            return self.optical.rules
        return () if self.absorption_spectrum is None else film_rules(self)

    def absorption(self, wavelengths: Sequence[float]) -> FilmAbsorption:
        """Return the absorption coefficient at `wavelengths` [nm], (F8) and (F9) of docs/method.md.

        The 1S peak has the measured cross section of one dot, widened by size_dispersion; the continuum ends at the
        intrinsic coefficient far above the gap; a measured urbach_energy carries the edge on below.
        """
        return absorption_of(self, wavelengths)


def film_of(recipe: Recipe) -> QuantumDotFilm:
    """Return the film that a recipe makes.

    Notes
    -----
    Levels: the ligand's measured edges belong to dots of a reference gap; from there each edge moves by half the
    difference of the 1S energies (rule equal_edge_shift), so that

        chi = chi_ref - (E_1S - E_ref) / 2,   E_g = E_g,ref + (E_1S - E_ref).

    The shares differ where the ligand has its own electron_share. Without measured levels the edges are those of the
    bulk, moved by confinement in shares by the masses (rule bulk_levels). Densities of states are sites: degeneracy of
    the band edge times dots per volume (rule fcc_site_density). The rules of film_rules give all other values that
    were not measured, or that an input of the recipe asks for.
    """
    ligand = ligand_of(recipe.structure, recipe.ligand)
    whose, given = ligand.film, dict(ligand.values)
    with attributed(recipe.core):
        redshift = recipe.inputs.get("redshift")
        shift = (
            by_rule("redshift", 0.0, "film_redshift")
            if redshift is None
            else user_parameter("redshift", redshift, whose)
        )
        dot = _dot_of(recipe, shift.value)
    given |= {k: user_parameter(k, v, whose) for k, v in recipe.inputs.items() if k != "redshift"}
    if "interdot_spacing" not in given:
        raise DataError(
            f"{whose}: no interdot_spacing (distance between the surfaces of neighbouring dots) is known and no rule "
            f"covers it; give interdot_spacing=... [nm] with a source, such as "
            f"{attrs.evolve(recipe, inputs={**recipe.inputs, 'interdot_spacing': 0.5}).notation}"
        )
    parameters = {**given, "redshift": shift, "optical_gap": dot.gap_parameter(shift.value)}
    parameters["diameter"] = _diameter_parameter(dot, recipe)
    parameters |= _edges(dot, ligand, given)
    parameters |= _site_densities(dot, given["interdot_spacing"].value)
    with attributed(whose):
        parameters |= derived(dot, parameters, ligand)
    return _film(recipe, parameters, ligand.note)


def films_between(start: Material, end: Material, fractions: Sequence[float]) -> tuple[QuantumDotFilm, ...] | None:
    """Return films from one size of dots to another; None where the two differ in more, or have n and k of their own.

    The size goes linearly as the recipe has it: diameter, optical gap, or wavelength of the peak.
    """
    if not (isinstance(start, QuantumDotFilm) and isinstance(end, QuantumDotFilm)):
        return None
    a, b = start.recipe, end.recipe
    same = attrs.evolve(b, size=a.size) == a and start.user_values == end.user_values
    if not same or start.optical is not None or end.optical is not None:
        return None
    return tuple(start.with_values({a.size_kind: a.size + fraction * (b.size - a.size)}) for fraction in fractions)


def _film(recipe: Recipe, parameters: dict[str, Parameter], note: str) -> QuantumDotFilm:
    new = object.__new__(QuantumDotFilm)
    new.__attrs_init__(
        name=recipe.notation, role=None, kind="dot film", statistics="gaussian", parameters=parameters, laws={},
        temperature=300.0, aliases=(), contains=elements_of(recipe.structure.split("@")),
        note=note, recipe=recipe,
    )  # fmt: skip
    return new


def _recipe_shells(dot: QuantumDot) -> tuple[tuple[str, float], ...]:
    """Return the shells of a dot as a recipe holds them: plain, and of materials that the library knows."""
    for shell in dot.shells:
        if shell.to != shell.material or shell.material != bulk_of(shell.name):
            raise UnsupportedError(
                f"{dot.name}: films of dots with graded shells, or shells of your own, are not modelled"
            )
    if dot.shape != "sphere" or dot.matrix is not None:
        raise UnsupportedError(f"{dot.name}: films of platelets, or in other surroundings, are not modelled")
    return tuple((shell.name, shell.thickness) for shell in dot.shells)


def elements_of(structure: Sequence[str]) -> tuple[str, ...]:
    """Return the elements of a core and its shells, each once."""
    core, *shells = structure
    found = [*core_entry(core).contains]
    for shell in shells:
        found += bulk_of(shell).contains
    return tuple(dict.fromkeys(found))


def _dot_of(recipe: Recipe, redshift: float) -> QuantumDot:
    if recipe.size_kind == "diameter":
        return QuantumDot(recipe.core, diameter=recipe.size, shell=recipe.shells, curve=recipe.curve)
    if recipe.shells:
        raise InputError(
            f"{recipe.structure}: {recipe.size_kind} is {recipe.size:g} {SIZE_UNITS[recipe.size_kind]}; expected the "
            "diameter of the core, since the shells move the gap too"
        )
    film_gap = recipe.size if recipe.size_kind == "optical_gap" else HC_EV_NM / recipe.size
    return QuantumDot.from_gap(recipe.core, film_gap + redshift, curve=recipe.curve)


def _diameter_parameter(dot: QuantumDot, recipe: Recipe) -> Parameter:
    if recipe.size_kind == "diameter":
        return user_parameter("diameter", dot.diameter, recipe.core, "the stack's notation")
    curve = dot.sizing
    return Parameter(
        quantity="diameter", value=dot.diameter, source=curve.source, doi=curve.doi, provenance="derived",
        confidence=curve.confidence, note=f"inverse of the sizing curve {curve.name}",
    )  # fmt: skip


def _edges(dot: QuantumDot, ligand: Ligand, given: Mapping[str, Parameter]) -> dict[str, Parameter]:
    reference_gap, to_electrons = ligand.reference_gap, electron_share(dot, ligand)
    if reference_gap is None:
        return bulk_edges(dot, ligand)
    shift = dot.band_gap - reference_gap
    affinity, gap = given["electron_affinity"], given["band_gap"]
    shares = "equal shares" if to_electrons == 0.5 else f"{to_electrons:g} (E_C)"
    note = f"levels of {reference_gap:g} eV dots, moved by {shares} of {shift:+.3f} eV"
    return {
        name: attrs.evolve(
            start,
            value=start.value + share * shift,
            provenance="derived",
            note=f"{start.note}; {note}" if start.note else note,
            assumption=ligand.shift_rule,
        )
        for name, start, share in (("electron_affinity", affinity, -to_electrons), ("band_gap", gap, 1.0))
    }


def _site_densities(dot: QuantumDot, spacing: float) -> dict[str, Parameter]:
    dots = dot.density_factor(spacing)
    found = {}
    for band, carrier in (("conduction", "electron"), ("valence", "hole")):
        states = core_parameter(dot.core, f"{carrier}_degeneracy").value
        note = f"{states:g} states on each of {dots:.3g} dots per cm^3"
        found[f"{band}_band_dos"] = by_rule(f"{band}_band_dos", states * dots, "fcc_site_density", note)
    return found
