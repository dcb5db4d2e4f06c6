"""Layers: a material with a thickness and a role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import attrs

from stackmodel.errors import InputError, attributed, did_you_mean, reject_unknown, shorten
from stackmodel.materials.dot_film import CURVE, RECIPE_INPUTS
from stackmodel.materials.library import own_statistics
from stackmodel.materials.material import STATISTICS_KEY, Material
from stackmodel.materials.optical_constants import OpticalConstants
from stackmodel.quantities import MATERIAL_QUANTITIES, QUANTITIES, checked, plain
from stackmodel.structure.joining import joined
from stackmodel.structure.notation import (
    ROLES,
    LayerText,
    graded_materials_of,
    graded_recipe,
    material_from_text,
    pointed_at,
    thickness_text,
)
from stackmodel.units import Value, shortest

if TYPE_CHECKING:
    from stackmodel.structure.interface import Interface
    from stackmodel.structure.stack import OpenStack, Stack

#: What a layer hands on to its material.
_OF_MATERIAL = (*MATERIAL_QUANTITIES, "peak", CURVE, STATISTICS_KEY)
#: Terminals at the ends of a film along which a current flows, and all that a lateral film may have.
FILM_ENDS = ("source", "drain")
LATERAL = (*FILM_ENDS, "length", "width")
TERMINALS = ("front", "back", "gate", *FILM_ENDS)
#: Roles that a material can take by its kind; the others are semiconductors.
ROLES_OF_KIND = {
    "electrode": ("electrode", "gate"),
    "substrate": ("substrate",),
    "dielectric": ("dielectric", "interlayer"),
    "contact oxide": ("ETL", "HTL", "interlayer"),
}


@attrs.frozen(init=False, kw_only=True)
class Layer:
    """One layer of a stack.

    Parameters
    ----------
    material : Material or str
        A material, or its name or recipe in the notation, e.g. "ZnO" or "PbS(3.4nm, TBAI)".
    thickness : float or str, optional
        Thickness; a question that needs a missing one names the layer. [nm]
    name : str, optional
        Name within the stack; the material's otherwise.
    role : str, optional
        ETL, HTL, active, electrode, ...; inferred by the stack otherwise.
    source, drain : str, optional
        Electrodes of a channel.
    length, width : float or str, optional
        Lateral size of a channel. [um]
    optical : OpticalConstants, str or Path, optional
        n and k against wavelength, or a file with them, in place of the material's; see `Material`.
    coherent : bool or str, optional
        Whether waves that cross the layer interfere: True, False, "yes" or "no". Otherwise those in layers thinner than
        10 um do, and those in substrates do not.
    **values
        Material quantities that replace the material's, e.g. ``donor_density="1e17 cm^-3"``, and ``statistics``, see
        `Material`.
    """

    material: Material
    thickness: float | None = None
    name: str | None = None
    role: str | None = None
    lateral: Mapping[str, Any] = attrs.field(factory=dict)
    graded_to: Material | None = None
    coherent: bool | None = None

    def __init__(
        self,
        material: Material | str,
        thickness: Value | None = None,
        *,
        name: str | None = None,
        role: str | None = None,
        lateral: Mapping[str, Any] | None = None,
        graded_to: Material | str | None = None,
        optical: OpticalConstants | str | Path | None = None,
        coherent: bool | str | None = None,
        **values: Value,
    ) -> None:
        made, end = _materials(material, graded_to)
        if optical is not None:
            made, end = made.with_optical(optical), None if end is None else end.with_optical(optical)
        if role is not None and role not in ROLES:
            hint = did_you_mean(str(role), ROLES) or f" Expected one of: {', '.join(ROLES)}."
            raise InputError(f'{made.name}: unknown role "{shorten(role)}".{hint}')
        if name is not None:
            _check_name(name, made.name)
        sideways = dict(lateral or {}) | {k: values.pop(k) for k in LATERAL if k in values}
        whose = name or role or made.name
        for key in ("length", "width"):
            if key in sideways:
                sideways[key] = checked(key, sideways[key], whose)
        reject_unknown(whose, map(plain, values), (*_OF_MATERIAL, *RECIPE_INPUTS, *LATERAL))
        if values:
            with nullcontext() if whose == made.name else attributed(whose):
                made = made.with_values(values)
                end = end.with_values(values) if end is not None else None
        if role is not None:
            made, end = _in_role(made, role), None if end is None else _in_role(end, role)
        depth = None
        if thickness is not None:
            depth = checked("thickness", thickness, whose, range_of=_thickness_row(made))
        self.__attrs_init__(
            material=made, thickness=depth, name=name, role=role, lateral=sideways, graded_to=end,
            coherent=_yes_or_no(coherent, whose),
        )  # fmt: skip

    @classmethod
    def from_text(cls, layer: LayerText, text: str) -> Layer:
        """Return the layer that a parsed piece of `text` writes."""
        with pointed_at(text, layer.start, len(layer.name)):
            material, end = graded_materials_of(layer)
        options: dict[str, Any] = dict(layer.options)
        with pointed_at(text, layer.start, layer.end - layer.start):
            known = (*MATERIAL_QUANTITIES, STATISTICS_KEY, "peak", *LATERAL, "name", "graded_to", "optical", "coherent")
            reject_unknown(layer.role or material.name, map(plain, options), known)
            options.setdefault("graded_to", end)
            return cls(material, layer.thickness_written, role=layer.role, **options)

    @property
    def ends(self) -> tuple[Material, Material]:
        """Materials at the left and right end; properties in between go linearly (densities of states as ln)."""
        return self.material, self.material if self.graded_to is None else self.graded_to

    @property
    def recast(self) -> bool:
        """Whether a semiconductor stands here as an electrode or a substrate, by the role that is written."""
        return self.material.kind in ("electrode", "substrate") and "band_gap" in self.material.parameters

    @property
    def material_name(self) -> str:
        """Name of the material, of both ends where the layer is graded."""
        if self.graded_to is None:
            return self.material.name
        return graded_recipe(*self.ends) or f"{self.material.name} -> {self.graded_to.name}"

    @property
    def label(self) -> str:
        """Name for a picture, on short lines."""
        text = self.name or self.material_name
        return text.replace("(", "\n").replace(", ", "\n").rstrip(")").replace("nm\n", " nm\n").replace("eV\n", " eV\n")

    def with_values(self, values: Mapping[str, Value]) -> Layer:
        """Return the layer with thickness, lateral size or material quantities replaced."""
        known = ("thickness", *LATERAL, *_OF_MATERIAL)
        whose = self.name or self.role or self.material.name
        if not isinstance(values, Mapping):
            raise InputError(f"{whose}: values are {shorten(values)}; expected a mapping from quantity to value")
        reject_unknown(whose, map(plain, values), known)
        of_material = {k: v for k, v in values.items() if plain(k) in _OF_MATERIAL}
        start, end = (each.with_values(of_material) if of_material else each for each in self.ends)
        return attrs.evolve(
            self,
            material=start,
            thickness=values.get("thickness", self.thickness),
            lateral={**self.lateral, **{k: v for k, v in values.items() if k in LATERAL}},
            graded_to=None if self.graded_to is None else end,
        )

    def notation_with(self, role: str | None) -> str:
        """Return how the stack notation writes the layer, with a role prefix if `role` is given."""
        material = self.material
        by_size = None if self.graded_to is None else graded_recipe(*self.ends)
        parts = [f"{role}: " if role else "", by_size or material.notation]
        if self.thickness is not None:
            parts.append(f" {thickness_text(self.thickness)}")
        options = [f"name={self.name}"] if self.name else []
        if self.graded_to is not None and by_size is None:
            options.append(f"graded_to={self.graded_to.notation}")
        if material.optical is not None and material.optical.path:
            options.append(f"optical={material.optical.path}")
        if self.coherent is not None:
            options.append(f"coherent={'yes' if self.coherent else 'no'}")
        if own_statistics(material) not in (None, material.statistics):
            options.append(f"{STATISTICS_KEY}={material.statistics}")
        options += [f"{k}={parameter.text}" for k, parameter in material.user_parameters.items()]
        options += [f"{k}={_lateral_text(k, v)}" for k, v in self.lateral.items()]
        return "".join(parts) + (f" [{', '.join(options)}]" if options else "")

    @overload
    def __truediv__(self, other: Interface) -> OpenStack: ...
    @overload
    def __truediv__(self, other: Layer | Stack | str) -> Stack: ...

    def __truediv__(self, other: Layer | Interface | Stack | str) -> Stack | OpenStack:
        made: Stack | OpenStack = joined(self, other)
        return made


def _lateral_text(name: str, value: Any) -> str:
    return f"{shortest(value)} {QUANTITIES[name].unit}" if name in QUANTITIES else str(value)


def _yes_or_no(given: Any, whose: str) -> bool | None:
    found = {None: None, True: True, False: False, "yes": True, "no": False}
    if not isinstance(given, bool | str | None) or given not in found:
        raise InputError(f"{whose}: coherent is {shorten(given)}; expected yes or no, True or False")
    return found[given]


def _check_name(name: object, whose: str) -> None:
    """Refuse a name that the notation, or an address, could not tell from its own signs."""
    text = name if isinstance(name, str) else ""
    if not text.strip() or not text.isprintable() or text in TERMINALS or re.search(r"[,\[\]|/#=]", text):
        raise InputError(
            f'{whose}: name is "{shorten(name)}"; expected text without , [ ] | / # = and not one of '
            f"{', '.join(TERMINALS)}"
        )


def _in_role(material: Material, role: str) -> Material:
    """Return the material as it is in that role; InputError where it cannot take it.

    A conductor among the semiconductors, one with a work function, is an electrode where it is written as one; a
    crystal is a plate where it is written as a substrate.
    """
    kind = material.kind
    if material.has_bands and role in ("electrode", "gate") and material.has("work_function"):
        return material.as_electrode()
    if role == "substrate" and _is_crystal(material):
        return material.as_substrate()
    allowed = ROLES_OF_KIND.get(kind, ("ETL", "HTL", "active", "interlayer", "channel"))
    if role in allowed:
        return material
    if kind == "contact oxide":
        reason = "no path for holes in a deep n-type oxide"
    elif role in ("electrode", "gate"):
        reason = f"it is a {kind} without work_function"
    else:
        reason = f"it is of kind {kind}"
    raise InputError(f'{material.name}: role is "{role}", but {reason}; expected one of {", ".join(allowed)}')


def _materials(material: Material | str, graded_to: Material | str | None) -> tuple[Material, Material | None]:
    start, end = material_from_text(material) if isinstance(material, str) else (material, None)
    if graded_to is not None:
        end = material_from_text(graded_to)[0] if isinstance(graded_to, str) else graded_to
    for each in (start,) if end is None else (start, end):
        if not isinstance(each, Material):
            raise InputError(f"layer: material is {type(each).__name__}; expected a Material or its name")
    if end is not None and (end.kind, end.statistics) != (start.kind, start.statistics):
        raise InputError(f"{start.name}: cannot grade from {start.kind} to {end.kind} or between statistics")
    return start, end


def _is_crystal(material: Material) -> bool:
    """Whether a material may be a wafer: a semiconductor that the library does not have as a transport film."""
    return material.kind == "semiconductor" and material.role not in ("ETL", "HTL", "interlayer")


def _thickness_row(material: Material) -> str:
    """Return the row of the table for the thickness of a layer: films are thin, crystals need not be."""
    if material.kind == "substrate":
        return "substrate_thickness"
    return "wafer_thickness" if _is_crystal(material) else "thickness"


def ETL(material: Material | str, thickness: Value | None = None, **values: Value) -> Layer:
    """Return an electron transport layer, see `Layer`."""
    return Layer(material, thickness, role="ETL", **values)


def HTL(material: Material | str, thickness: Value | None = None, **values: Value) -> Layer:
    """Return a hole transport layer, see `Layer`."""
    return Layer(material, thickness, role="HTL", **values)


def Active(material: Material | str, thickness: Value | None = None, **values: Value) -> Layer:
    """Return an active (absorbing or emitting) layer, see `Layer`."""
    return Layer(material, thickness, role="active", **values)


def Electrode(material: Material | str, thickness: Value | None = None, **values: Value) -> Layer:
    """Return an electrode, see `Layer`."""
    return Layer(material, thickness, role="electrode", **values)


def Dielectric(material: Material | str, thickness: Value | None = None, **values: Value) -> Layer:
    """Return a dielectric layer, see `Layer`."""
    return Layer(material, thickness, role="dielectric", **values)


__all__ = ["ETL", "HTL", "Active", "Dielectric", "Electrode", "Layer"]
