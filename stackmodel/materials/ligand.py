"""Ligands on dots: what ligands.toml says of each film, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from stackmodel.errors import DataError, InputError, did_you_mean, reject_unknown, shorten
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.parameter import Parameter, parameter_from_entry

#: Part of a ligand's table that holds what was measured of the surface of its reference dots.
_SURFACE = ("trap_density",)


@attrs.frozen(kw_only=True)
class Ligand:
    """One ligand on one kind of dot, and the film that both make.

    Attributes
    ----------
    structure : str
        Core and shells of the dots, "InAs@ZnSe".
    name : str
        Its canonical name.
    values : mapping of str to Parameter
        Measured values of the film by quantity.
    aliases : tuple of str
    reference_gap : float, optional
        1S energy of the dots on which the levels were measured; without it the levels are those of the bulk. [eV]
    electron_share : float
        Share of a change of the 1S energy by which E_C moves; the rest moves E_V. []
    shift_rule : str
        Rule of assumptions.toml by which the levels move.
    fermi_level, fermi_type : float and str, optional
        By photoemission [eV, from vacuum], and "n" or "p" as transistors showed.
    trap_density : Parameter, optional
        Measured on the reference dots. [cm^-3]
    note : str
    """

    structure: str
    name: str
    values: Mapping[str, Parameter]
    aliases: tuple[str, ...] = ()
    reference_gap: float | None = None
    electron_share: float = 0.5
    shift_rule: str = "equal_edge_shift"
    fermi_level: float | None = None
    fermi_type: str | None = None
    trap_density: Parameter | None = None
    note: str = ""

    @property
    def film(self) -> str:
        """Name of the film, for errors: "PbS-TBAI"."""
        return f"{self.structure}-{self.name}"


@cache
def _ligands() -> Mapping[str, Mapping[str, Ligand]]:
    films = read_toml("ligands.toml")
    return {core: {name: _of_entry(core, name, entry) for name, entry in films[core].items()} for core in films}


def _of_entry(structure: str, name: str, entry: Mapping[str, Any]) -> Ligand:
    whose, sources = f"{structure}-{name}", read_toml("sources.toml")
    plain = [field.name for field in attrs.fields(Ligand) if field.name not in ("structure", "name", "trap_density")]
    reject_unknown(whose, entry, (*plain, "surface"))
    surface = entry.get("surface", {})
    reject_unknown(f"{whose}: surface", surface, _SURFACE)
    more: dict[str, Any] = {key: entry[key] for key in plain if key in entry and key != "values"}
    for key, value in surface.items():
        more[key] = parameter_from_entry(key, dict(value), sources, whose)
    values = {key: parameter_from_entry(key, dict(value), sources, whose) for key, value in entry["values"].items()}
    return Ligand(**{**more, "aliases": tuple(entry.get("aliases", ()))}, structure=structure, name=name, values=values)


def structures() -> tuple[str, ...]:
    """Return the dots, core and shells, of which films are known."""
    return tuple(_ligands())


def films_of(structure: str) -> tuple[str, ...]:
    """Return the ligands with which films of some dots are known."""
    return tuple(_ligands().get(structure, {}))


def ligand_of(structure: str, name: str) -> Ligand:
    """Return a ligand on some dots, found by exact name, then alias."""
    ligands = _ligands().get(structure)
    if ligands is None:
        raise DataError(
            f"{structure}: no film of these dots is known, with any ligand; films are known of "
            f"{', '.join(_ligands())}. Give a Material of kind dot film with its levels"
        )
    if name in ligands:
        return ligands[name]
    for ligand in ligands.values():
        if name in ligand.aliases:
            return ligand
    names = [*ligands, *(alias for ligand in ligands.values() for alias in ligand.aliases)]
    hint = did_you_mean(name, names) or f" Expected one of: {', '.join(ligands)}."
    raise InputError(f'{structure}: no film with ligand "{shorten(name)}" is known.{hint}')
