"""Recipes of dot films as text, ``PbS(3.4nm, TBAI)``: size, ligand, and inputs in any order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stackmodel.errors import InputError, did_you_mean
from stackmodel.materials.dot_core import bulk_of, core_entry
from stackmodel.materials.dot_film import CURVE, RECIPE_INPUTS, SIZE_UNITS, Recipe
from stackmodel.materials.sizing import sizing_curve
from stackmodel.quantities import checked
from stackmodel.units import conversion_factor, split_number_unit, to_unit

#: How a number with a unit starts; "3-MPA" and "2-PACz" are names.
NUMBER_START = re.compile(r"[+-]?(?!\S*-[A-Za-z])[\d.]")


def outside_brackets(text: str, separator: str) -> Iterator[int]:
    """Yield where `separator`, one character, stands outside of brackets."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == separator and depth == 0:
            yield position


def pieces(text: str, separator: str = ",") -> list[tuple[str, int]]:
    """Return the parts of `text` between separators outside of brackets, stripped, with their places."""
    parts, begin = [], 0
    for end in (*outside_brackets(text, separator), len(text)):
        part = text[begin:end]
        parts.append((part.strip(), begin + len(part) - len(part.lstrip())))
        begin = end + 1
    return parts


def argument(piece: str) -> str:
    """Return one argument in its one spelling, ``key=value`` without spaces about the sign."""
    key, equals, value = piece.partition("=")
    return f"{key.strip()}={value.strip()}" if equals else piece


def split_recipe(text: str) -> tuple[str, tuple[str, ...]]:
    """Return name and arguments of ``name(args)``; no arguments where there are no brackets."""
    name, bracket, rest = text.partition("(")
    if not bracket or not rest.endswith(")") or "(" in rest:
        return text, ()
    return name.strip(), tuple(argument(piece) for piece, _ in pieces(rest[:-1]))


def recipe_of(structure: str, args: Sequence[str]) -> Recipe:
    """Return the recipe that the arguments of `structure`, a core or ``core@shell``, write."""
    written = f"{structure}({', '.join(args)})"
    core, *shells = (part.strip() for part in structure.split("@"))
    core_entry(core)
    for shell in shells:
        bulk_of(shell)
    sizes: list[tuple[str, float]] = []
    layers: list[float] = []
    ligands: list[str] = []
    inputs: dict[str, float] = {}
    curve: str | None = None
    known = (*RECIPE_INPUTS, CURVE)
    for piece in args:
        key, equals, value = piece.partition("=")
        if equals and key not in known:
            raise InputError(
                f'{core}: unknown argument "{key}".{did_you_mean(key, known)} '
                'Values stand in "[...]" after the thickness.'
            )
        if equals and (key in inputs or (key == CURVE and curve)):
            raise InputError(f'{core}: "{key}" is given twice')
        if equals and key in SIZE_UNITS:
            sizes.append((key, checked("wavelength" if key == "peak" else key, value, core)))
        elif key == CURVE and equals:
            curve = sizing_curve(core, value).name
        elif equals:
            inputs[key] = checked(key, value, core)
        elif NUMBER_START.match(piece):
            first, *thicknesses = split_sizes(piece)
            sizes.append(_size(core, first))
            layers += [checked("shell_thickness", each, structure) for each in thicknesses]
        else:
            ligands.append(piece)
    if len(sizes) != 1 or len(ligands) != 1:
        raise InputError(f"{core}: expected one size and one ligand, such as {core}(3.4nm, TBAI); got {written}")
    if len(layers) != len(shells):
        sample = f"{structure}({'+'.join(('4nm', *('0.8nm' for _ in shells)))}, {ligands[0]})"
        raise InputError(
            f"{written}: {len(layers)} shell thicknesses for {len(shells)} shells; expected the diameter of the core "
            f"and a thickness for each shell, such as {sample}"
        )
    return Recipe(
        core=core, size=sizes[0][1], size_kind=sizes[0][0], ligand=ligands[0], inputs=inputs,
        shells=tuple(zip(shells, layers, strict=True)), curve=curve,
    )  # fmt: skip


def split_sizes(piece: str) -> list[str]:
    """Return the parts of ``4nm+0.8nm``; the sign of an exponent parts nothing."""
    return re.split(r"(?<=[mVÅ])\s*\+\s*(?=[\d.])", piece)


def _size(core: str, piece: str) -> tuple[str, float]:
    _, unit = split_number_unit(piece)
    if unit.endswith("eV") and conversion_factor(unit, "eV"):
        return "optical_gap", checked("optical_gap", piece, core)
    length = to_unit(piece, "nm")
    if length > 30.0:
        raise InputError(
            f"{core}: a diameter of {length:g} nm is no quantum dot; did you mean the absorption peak, peak={piece}?"
        )
    return "diameter", checked("diameter", length, core)
