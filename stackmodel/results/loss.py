"""The key of whatever is split by mechanism."""

from __future__ import annotations

#: The word between a mechanism and its place, where it is not "in".
_BETWEEN = {"electrons": "into", "holes": "into", "recombination": "at", "contact injection": "at"}


class Loss(str):
    """What takes carriers or photons, and where. It is the text that is printed, such as "SRH in PbS".

    A mapping by mechanism is therefore read by that text too: ``by_mechanism["SRH in PbS"]``. Who adds up all
    mechanisms of a layer, or one mechanism of all layers, asks the fields.

    Parameters
    ----------
    mechanism : str
        "SRH", "radiative", "recombination", "electrons", "shunt", ...
    where : str
        Name of a layer, "ZnO|PbS" for an interface, name of a contact; empty for what has no place in the stack.
    note : str
        What sets this part of the mechanism apart from the rest of it.
    """

    __slots__ = ("mechanism", "note", "where")

    mechanism: str
    where: str
    note: str

    def __new__(cls, mechanism: str, where: str = "", note: str = "") -> Loss:
        """Return the text with its fields."""
        place = f" {_BETWEEN.get(mechanism, 'in')} {where}" if where else ""
        made = super().__new__(cls, f"{mechanism}{place}{f', {note}' if note else ''}")
        made.mechanism, made.where, made.note = mechanism, where, note
        return made

    def __reduce__(self) -> tuple[type[Loss], tuple[str, str, str]]:
        """Return what makes a copy: the text alone would not."""
        return Loss, (self.mechanism, self.where, self.note)


#: Pairs that light makes, among what adds up to a current.
GENERATION = Loss("generation by light")
