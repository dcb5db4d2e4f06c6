"""Layers: a material with a thickness and a role."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import attrs

from stackmodel.errors import InputError, attributed, did_you_mean, reject_unknown, shorten
from stackmodel.materials.dot_film import RECIPE_INPUTS
from stackmodel.materials.material import Material
from stackmodel.quantities import MATERIAL_QUANTITIES, QUANTITIES, checked
from stackmodel.structure.notation import (
    ROLES,
    LayerText,
    graded_notation,
    looked_up,
    material_from_text,
    thickness_text,
)
from stackmodel.units import Value

if TYPE_CHECKING:
    from stackmodel.structure.stack import Stack

LATERAL = ("source", "drain", "length", "width")


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
    **values
        Material quantities that replace the material's, e.g. ``donor_density="1e17 cm^-3"``.
    """

    material: Material
    thickness: float | None = None
    name: str | None = None
    role: str | None = None
    lateral: Mapping[str, Any] = attrs.field(factory=dict)
    graded_to: Material | None = None

    def __init__(
        self,
        material: Material | str,
        thickness: Value | None = None,
        *,
        name: str | None = None,
        role: str | None = None,
        lateral: Mapping[str, Any] | None = None,
        graded_to: Material | str | None = None,
        **values: Value,
    ) -> None:
        made, end = _materials(material, graded_to)
        if role is not None and role not in ROLES:
            hint = did_you_mean(role, ROLES) or f" Expected one of: {', '.join(ROLES)}."
            raise InputError(f'{made.name}: unknown role "{shorten(role)}".{hint}')
        sideways = dict(lateral or {}) | {k: values.pop(k) for k in LATERAL if k in values}
        whose = name or role or made.name
        for key in ("length", "width"):
            if key in sideways:
                sideways[key] = checked(key, sideways[key], whose)
        reject_unknown(whose, values, (*MATERIAL_QUANTITIES, *RECIPE_INPUTS, *LATERAL))
        if values:
            with nullcontext() if whose == made.name else attributed(whose):
                made = made.with_values(values)
                end = end.with_values(values) if end is not None else None
        depth = None if thickness is None else checked(_thickness_name(made), thickness, whose)
        self.__attrs_init__(material=made, thickness=depth, name=name, role=role, lateral=sideways, graded_to=end)

    @classmethod
    def from_text(cls, layer: LayerText, text: str) -> Layer:
        """Return the layer that a parsed piece of `text` writes."""
        options: dict[str, Any] = dict(layer.options)
        name = options.pop("name", None)
        material, end = looked_up(layer, text)
        options.setdefault("graded_to", end)
        return cls(material, layer.thickness, name=name, role=layer.role, **options)

    @property
    def ends(self) -> tuple[Material, Material]:
        """Materials at the left and right end; properties in between go linearly (densities of states as ln)."""
        return self.material, self.material if self.graded_to is None else self.graded_to

    @property
    def material_name(self) -> str:
        """Name of the material, of both ends where the layer is graded."""
        return self.material.name if self.graded_to is None else graded_notation(self.material, self.graded_to)

    @property
    def label(self) -> str:
        """Name for a picture, on short lines."""
        text = self.name or self.material_name
        return text.replace("(", "\n").replace(", ", "\n").rstrip(")").replace("nm\n", " nm\n").replace("eV\n", " eV\n")

    def with_values(self, values: Mapping[str, Value]) -> Layer:
        """Return the layer with thickness, lateral size or material quantities replaced."""
        known = ("thickness", *LATERAL, *MATERIAL_QUANTITIES, "peak")
        whose = self.name or self.role or self.material.name
        reject_unknown(whose, values, known)
        of_material = {k: v for k, v in values.items() if k in MATERIAL_QUANTITIES or k == "peak"}
        start, end = (each.with_values(of_material) if of_material else each for each in self.ends)
        return Layer(
            start,
            values.get("thickness", self.thickness),
            name=self.name,
            role=self.role,
            lateral={**self.lateral, **{k: v for k, v in values.items() if k in LATERAL}},
            graded_to=None if self.graded_to is None else end,
        )

    def notation_with(self, role: str | None) -> str:
        """Return how the stack notation writes the layer, with a role prefix if `role` is given."""
        material = self.material
        written = material.notation if self.graded_to is None else graded_notation(material, self.graded_to)
        parts = [f"{role}: " if role else "", written]
        if self.thickness is not None:
            parts.append(f" {thickness_text(self.thickness)}")
        options = [f"name={self.name}"] if self.name else []
        options += [f"{k}={_with_unit(k, v)}" for k, v in (material.user_values | dict(self.lateral)).items()]
        return "".join(parts) + (f" [{', '.join(options)}]" if options else "")

    def __truediv__(self, other: Layer | Stack | str) -> Stack:
        from stackmodel.structure.stack import Stack

        return Stack([self]) / other


def _with_unit(name: str, value: Any) -> str:
    if name not in QUANTITIES:
        return str(value)
    unit = QUANTITIES[name].unit
    return f"{value!r}" + (f" {unit}" if unit else "")


def _materials(material: Material | str, graded_to: Material | str | None) -> tuple[Material, Material | None]:
    start, end = material_from_text(material) if isinstance(material, str) else (material, None)
    if graded_to is not None:
        end = material_from_text(graded_to)[0] if isinstance(graded_to, str) else graded_to
    for each in (start, end):
        if each is not None and not isinstance(each, Material):
            raise InputError(f"layer: material is {type(each).__name__}; expected a Material or its name")
    if end is not None and (end.kind, end.statistics) != (start.kind, start.statistics):
        raise InputError(f"{start.name}: cannot grade from {start.kind} to {end.kind} or between statistics")
    return start, end


def _thickness_name(material: Material) -> str:
    return "substrate_thickness" if material.kind == "substrate" else "thickness"


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
