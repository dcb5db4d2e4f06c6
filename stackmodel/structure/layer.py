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
from stackmodel.structure.notation import ROLES, LayerText, looked_up, material_from_text, thickness_text
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

    def __init__(
        self,
        material: Material | str,
        thickness: Value | None = None,
        *,
        name: str | None = None,
        role: str | None = None,
        lateral: Mapping[str, Any] | None = None,
        **values: Value,
    ) -> None:
        made = material_from_text(material) if isinstance(material, str) else material
        if not isinstance(made, Material):
            raise InputError(f"layer: material is {type(made).__name__}; expected a Material or its name")
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
        depth = None if thickness is None else checked(_thickness_name(made), thickness, whose)
        self.__attrs_init__(material=made, thickness=depth, name=name, role=role, lateral=sideways)

    @classmethod
    def from_text(cls, layer: LayerText, text: str) -> Layer:
        """Return the layer that a parsed piece of `text` writes."""
        options: dict[str, Any] = dict(layer.options)
        name = options.pop("name", None)
        return cls(looked_up(layer, text), layer.thickness, name=name, role=layer.role, **options)

    @property
    def label(self) -> str:
        """Name for a picture, on short lines."""
        text = self.name or self.material.name
        return text.replace("(", "\n").replace(", ", "\n").rstrip(")").replace("nm\n", " nm\n").replace("eV\n", " eV\n")

    def with_values(self, values: Mapping[str, Value]) -> Layer:
        """Return the layer with thickness, lateral size or material quantities replaced."""
        known = ("thickness", *LATERAL, *MATERIAL_QUANTITIES, "peak")
        whose = self.name or self.role or self.material.name
        reject_unknown(whose, values, known)
        of_material = {k: v for k, v in values.items() if k in MATERIAL_QUANTITIES or k == "peak"}
        return Layer(
            self.material.with_values(of_material) if of_material else self.material,
            values.get("thickness", self.thickness),
            name=self.name,
            role=self.role,
            lateral={**self.lateral, **{k: v for k, v in values.items() if k in LATERAL}},
        )

    def notation_with(self, role: str | None) -> str:
        """Return how the stack notation writes the layer, with a role prefix if `role` is given."""
        material = self.material
        parts = [f"{role}: " if role else "", material.notation]
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
