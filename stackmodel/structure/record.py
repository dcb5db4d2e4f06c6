"""The record of what made an answer, taken from a stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stackmodel.output.table import Table
from stackmodel.results.base import Provenance
from stackmodel.structure.levels import Assumed, assumptions_of, electrical_material
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.setup import Setup
from stackmodel.structure.stack import Stack

ASSUMPTION_COLUMNS = ("whose", "what", "rule", "reason")
PARAMETER_COLUMNS = ("layer", "role", "parameter", "value", "unit", "source", "provenance", "confidence", "note")


def parameter_table(stack: Stack, temperature: float) -> Table:
    """Return every parameter of every layer at `temperature` [K] with its source."""
    key = ("parameters", temperature)
    if key in stack.memory:
        known: Table = stack.memory[key]
        return known
    rows = []
    for i, (name, role) in enumerate(zip(stack.names, stack.roles, strict=True)):
        material = electrical_material(stack, i, temperature)
        head = {"layer": name, "role": role}
        thickness = stack.layers[i].thickness
        if thickness is not None:
            given = {"source": "the stack", "provenance": "user", "confidence": "high", "note": ""}
            rows.append(head | {"parameter": "thickness", "value": thickness, "unit": "nm"} | given)
        rows += [head | parameter.as_row() for parameter in material.explained()]
    table = Table.from_rows(rows, PARAMETER_COLUMNS, "Parameters")
    stack.memory[key] = table
    return table


def assumption_table(stack: Stack, temperature: float, more: Iterable[Assumed], *, with_optics: bool = False) -> Table:
    """Return the assumptions of the parameters and those in `more` with their reasons.

    `with_optics` adds the rules that n and k of the layers rest on.
    """
    key = ("assumed", temperature)
    if key not in stack.memory:
        stack.memory[key] = assumptions_of(stack, temperature)
    found = (*more, *stack.memory[key])
    if with_optics:
        listed = {(each.whose, each.rule) for each in found}
        found += tuple(each for each in _of_optics(stack) if (each.whose, each.rule) not in listed)
    return Table.from_rows([each.as_row() for each in found], ASSUMPTION_COLUMNS, "Assumptions")


def _of_optics(stack: Stack) -> list[Assumed]:
    """Return the rules that n and k rest on, of both ends of a graded layer."""
    return [
        Assumed(whose=name, what="n and k", rule=rule)
        for name, layer in zip(stack.names, stack.layers, strict=True)
        for rule in dict.fromkeys(rule for end in layer.ends for rule in end.optical_rules)
    ]


def record(
    question: str,
    setup: Setup,
    convergence: Mapping[str, float] | None = None,
    optical: OpticalStack | None = None,
    more: Iterable[Assumed] = (),
) -> Provenance:
    """Return what made the answer to `question`: n and k of `optical` too, and assumptions beside the setup's."""
    stack, temperature, assumed = setup.stack, setup.temperature, (*setup.assumed, *more)

    def made() -> tuple[str, Table, Table]:
        parameters = parameter_table(stack, temperature)
        if optical is not None:
            rows = [
                {"layer": name, "role": stack.roles[stack.position(name)], **constants.as_row()}
                for name, constants in optical.named_constants
            ]
            parameters = Table.from_rows([*parameters, *rows], PARAMETER_COLUMNS, parameters.title)
        table = assumption_table(stack, temperature, assumed, with_optics=optical is not None)
        return stack.notation, parameters, table

    return Provenance(question, made, dict(convergence or {}))
