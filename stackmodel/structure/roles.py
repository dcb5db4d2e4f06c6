"""Roles of layers, inferred once when a stack is built."""

from __future__ import annotations

from collections.abc import Sequence

from stackmodel.errors import InputError
from stackmodel.structure.layer import Layer


def infer_roles(layers: Sequence[Layer], names: Sequence[str]) -> tuple[str, ...]:
    """Return the role of every layer.

    The layer's own role comes first, else its material's. Among the rest (dot films, absorbers, own
    semiconductors) the thickest is active; the others take the side that lacks an ETL or HTL, else their doping
    decides. Two equally thick
    semiconductors of opposite doping are a junction (ETL and HTL); any other tie is an error.
    """
    roles: list[str | None] = [own_role(layer) for layer in layers]
    free = [i for i, role in enumerate(roles) if role is None]
    if free and "active" not in roles and "channel" not in roles:
        _choose_active(layers, names, roles, free)
    for i in [i for i in free if roles[i] is None]:
        roles[i] = _side_role(layers, names, roles, i)
    return tuple(role or "active" for role in roles)


def own_role(layer: Layer) -> str | None:
    """Return the role that a layer has by itself: its prefix, else its material's, else by kind."""
    role = layer.role or layer.material.role
    if role in (None, "absorber"):
        return {"electrode": "electrode", "substrate": "substrate", "dielectric": "dielectric"}.get(layer.material.kind)
    return role


def _choose_active(layers: Sequence[Layer], names: Sequence[str], roles: list[str | None], free: list[int]) -> None:
    if len(free) == 1:
        roles[free[0]] = "active"
        return
    missing = [names[i] for i in free if layers[i].thickness is None]
    if missing:
        raise InputError(
            f"{missing[0]}: thickness is missing, so which layer is active cannot be told; give it, or write "
            f'"active:" before one of {", ".join(names[i] for i in free)}'
        )
    depth = {i: layers[i].thickness or 0.0 for i in free}
    thickest = [i for i in free if depth[i] == max(depth.values())]
    if len(thickest) == 1:
        roles[thickest[0]] = "active"
        return
    signs = {i: _doping_sign(layers[i]) for i in thickest}
    films = any(layers[i].material.kind == "dot film" for i in thickest)
    if sorted(signs.values()) == [-1, 1] and not films:
        for i, sign in signs.items():
            roles[i] = "ETL" if sign > 0 else "HTL"
        return
    tied = ", ".join(names[i] for i in thickest)
    raise InputError(f'{tied} are equally thick, so which is active cannot be told; write "active:" before one')


def _side_role(layers: Sequence[Layer], names: Sequence[str], roles: Sequence[str | None], i: int) -> str:
    etl = [k for k, role in enumerate(roles) if role == "ETL"]
    htl = [k for k, role in enumerate(roles) if role == "HTL"]
    centre = next((k for k, role in enumerate(roles) if role in ("active", "channel")), None)
    for have, lack, missing in ((etl, htl, "HTL"), (htl, etl, "ETL")):
        opposite = centre is not None and have and (have[0] < centre) != (i < centre)
        if opposite and not lack:
            return missing
    sign = _doping_sign(layers[i])
    if sign:
        return "ETL" if sign > 0 else "HTL"
    raise InputError(
        f"{names[i]}: neither side nor doping tells its role; "
        'write "ETL:", "HTL:", "active:" or "interlayer:" before it'
    )


def _doping_sign(layer: Layer) -> int:
    doping = layer.material.net_doping if layer.material.has_bands else 0.0
    return (doping > 0) - (doping < 0)


def unique_names(layers: Sequence[Layer]) -> tuple[str, ...]:
    """Return the layers' names, repeated ones numbered: "ZnO", "ZnO 2"."""
    names: dict[str, None] = {}
    counts: dict[str, int] = {}
    for layer in layers:
        name = wanted = layer.name or layer.material_name
        while name in names:
            counts[wanted] = counts.get(wanted, 1) + 1
            name = f"{wanted} {counts[wanted]}"
        names[name] = None
    return tuple(names)
