"""The stack notation: text to layers and back, with a caret under the fault.

Grammar::

    stack     = layer { "/" [ "[" key=value, ... "]" ] layer }     "#" starts a comment, a newline is a space
    layer     = [ role ":" ] name [ "(" args ")" ] [ thickness ] [ "[" key=value, ... "]" ]
    thickness = number unit (nm um µm Å mm), after a space or ")"
    args      = size | ligand | key=value, by comma
    size      = 3.4nm | 0.95eV | peak=1310nm | 4nm+0.8nm (core + shell), [ "->" size ] (graded)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from stackmodel.errors import DataError, InputError, nearest, shorten
from stackmodel.materials import library
from stackmodel.materials.material import Material
from stackmodel.materials.recipe import NUMBER_START, argument, pieces
from stackmodel.units import shortest, split_number_unit, to_unit

ROLES = ("substrate", "electrode", "ETL", "HTL", "active", "interlayer", "dielectric", "channel", "gate")
THICKNESS_UNITS = ("nm", "um", "µm", "μm", "Å", "mm")
LONGEST = 100_000  # characters
EXAMPLE = '"ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / Au"'


@attrs.frozen
class LayerText:
    """One layer as written: the parts of the grammar, not yet looked up."""

    name: str
    args: tuple[str, ...] = ()
    role: str | None = None
    thickness: float | None = None
    thickness_written: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    interface: tuple[tuple[str, str], ...] = ()
    start: int = 0
    end: int = 0

    @property
    def material_text(self) -> str:
        """Name with arguments, as the notation writes the material."""
        return f"{self.name}({', '.join(self.args)})" if self.args else self.name


class _Fault(Exception):
    """A fault at a place in the text; becomes an InputError with a caret."""

    def __init__(self, message: str, start: int, length: int = 1) -> None:
        super().__init__(message)
        self.start, self.length = start, max(length, 1)


def parse(text: str) -> tuple[LayerText, ...]:
    """Return the layers that `text` writes; InputError with a caret under the fault."""
    if not isinstance(text, str):
        raise InputError(f"notation is {type(text).__name__}; expected text such as {EXAMPLE}")
    if len(text) > LONGEST:
        raise InputError(f"notation is {len(text)} characters long; expected at most {LONGEST}")
    clean = _clean(text)
    try:
        return _stack(clean)
    except _Fault as fault:
        raise InputError(with_caret(str(fault), clean, fault.start, fault.length)) from None


def _clean(text: str) -> str:
    """Return `text` without comments, on one line, every character at its place."""
    return re.sub(r"[\n\r\t]", " ", re.sub(r"#[^\n]*", lambda m: " " * len(m[0]), text))


def with_caret(message: str, text: str, start: int, length: int) -> str:
    """Return the message, and below it the text around `start` with carets under the fault."""
    left = max(0, start - 50)
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[left : start + 50])
    carets = "^" * max(1, min(length, len(shown) - (start - left), 50))
    return f"notation, column {start + 1}: {message}\n    {shown}\n    {' ' * (start - left)}{carets}"


def _stack(text: str) -> tuple[LayerText, ...]:
    if not text.strip():
        raise _Fault(f"the notation is empty; expected layers such as {EXAMPLE}", 0)
    for position, character in enumerate(text):
        if not character.isprintable():
            raise _Fault("a character that cannot be printed; expected plain text", position)
    layers, start = [], 0
    for end in [*_slashes(text), len(text)]:
        layers.append(_layer(text, start, end, first=start == 0))
        start = end + 1
    return tuple(layers)


def _slashes(text: str) -> list[int]:
    """Return where "/" stands outside brackets."""
    closing, open_at, found = {"(": ")", "[": "]"}, [], []
    for position, character in enumerate(text):
        if character in closing:
            open_at.append(position)
        elif character in ")]":
            if not open_at or closing[text[open_at[-1]]] != character:
                raise _Fault(f'"{character}" closes nothing', position)
            open_at.pop()
        elif character == "/" and not open_at:
            found.append(position)
    if open_at:
        raise _Fault(f'"{text[open_at[-1]]}" is never closed', open_at[-1])
    return found


def _layer(text: str, start: int, end: int, *, first: bool) -> LayerText:
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    interface: tuple[tuple[str, str], ...] = ()
    if start < end and text[start] == "[":
        if first:
            raise _Fault('an interface "[...]" stands after "/", between two layers', start)
        close = text.index("]", start)
        interface = _options(text, start + 1, close)
        return attrs.evolve(_layer(text, close + 1, end, first=True), interface=interface)
    if start == end:
        at = end if end < len(text) else text.rindex("/")
        raise _Fault('an empty layer; expected a material between the "/"', at)
    options: tuple[tuple[str, str], ...] = ()
    stop = end
    if text[end - 1] == "]":
        stop = text.rindex("[", start, end)
        options = _options(text, stop + 1, end - 1)
    return attrs.evolve(_body(text[start:stop], start), options=options, end=end)


def _options(text: str, start: int, end: int) -> tuple[tuple[str, str], ...]:
    pairs: dict[str, str] = {}
    for piece, at in _parts(text[start:end], start):
        key, equals, value = (part.strip() for part in piece.partition("="))
        if not equals or not key or not value:
            raise _Fault(f'"{shorten(piece)}" is not key=value', at, len(piece))
        if key in pairs:
            raise _Fault(f'"{shorten(key)}" is given twice', at, len(piece))
        pairs[key] = value
    return tuple(pairs.items())


def _parts(text: str, offset: int) -> list[tuple[str, int]]:
    """Return what stands between the commas of `text`, with places counted from `offset`."""
    parts = [(part, offset + at) for part, at in pieces(text)]
    for part, at in parts:
        if not part:
            raise _Fault("nothing between the commas", min(at, offset + max(len(text) - 1, 0)))
    return parts


def _body(text: str, offset: int) -> LayerText:
    role = None
    prefix = re.match(r"\s*(\w+)\s*:\s*", text)
    if prefix and prefix[1] in ROLES:
        role = prefix[1]
        text, offset = text[prefix.end() :], offset + prefix.end()
    args: tuple[str, ...] = ()
    if "(" in text:
        open_at, close = text.index("("), text.rindex(")")
        name, rest, rest_at = text[:open_at], text[close + 1 :], offset + close + 1
        if "(" in text[open_at + 1 : close]:
            raise _Fault("brackets within brackets", offset + text.index("(", open_at + 1))
        args = tuple(argument(piece) for piece, _ in _parts(text[open_at + 1 : close], offset + open_at + 1))
    else:
        name, rest = _split_thickness(text)
        rest_at = offset + len(text.rstrip()) - len(rest)
    clean = name.strip()
    if not clean:
        raise _Fault("no material is named here", offset, len(text.strip()))
    if re.fullmatch(r"[+-]?[\d.]+", clean.split(" ")[-1]) and rest.strip():
        raise _Fault("a space inside the number, or no name", offset, len(text.strip()))
    wrong = re.search(r"[|=,\[\]]|\s{2,}", clean)
    if wrong:
        raise _Fault(f'"{wrong[0]}" cannot stand in a name', offset + text.index(wrong[0]), len(wrong[0]))
    written = rest.strip()
    depth = _thickness(written, clean, rest_at + len(rest) - len(rest.lstrip()))
    return LayerText(clean, args, role, depth, written or None, start=offset)


def _split_thickness(text: str) -> tuple[str, str]:
    """Return name and thickness text: the last word if it starts like a number, or the last two ("60 nm")."""
    no_number = re.compile(r"[+-]?(?:nan|inf)(?:inity)?(?:nm|um|mm)?$", re.IGNORECASE)
    words = text.split()
    for count in (2, 1):
        last = words[-count] if len(words) >= count else ""
        if (NUMBER_START.match(last) or no_number.match(last)) and (count == 1 or _wordy(words[-1])):
            tail = re.search(r"\s*".join(re.escape(word) for word in words[-count:]) + r"\s*$", text)
            if tail:
                return text[: tail.start()], tail[0].strip()
    return text, ""


def _wordy(word: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-zµμÅ]+", word))


def _thickness(text: str, name: str, offset: int) -> float | None:
    if not text:
        return None
    try:
        _, unit = split_number_unit(text)
        if unit not in THICKNESS_UNITS:
            given = f'"{unit}" is no thickness unit' if unit else f'"{text}" has no unit'
            raise InputError(f'{given}; expected nm, um, µm, Å or mm, such as "60nm"')
        return to_unit(text, "nm")
    except InputError as error:
        raise _Fault(f"{name}: thickness: {error}", offset, len(text)) from None


def material_of(layer: LayerText) -> Material:
    """Return the material that a layer names, from the library or by recipe."""
    try:
        return library.material(layer.material_text)
    except InputError as error:
        raise InputError(f"{error}{_spelling_hint(layer.name)}") from None


def graded_materials_of(layer: LayerText) -> tuple[Material, Material | None]:
    """Return the layer's material, or those of both ends of ``PbS(3.4nm -> 4nm, TBAI)``."""
    steps = [piece.split("->") for piece in layer.args]
    if all(len(step) == 1 for step in steps):
        return material_of(layer), None
    if any(len(step) > 2 for step in steps):
        raise InputError(f"{layer.material_text}: a grading goes from one size to one other")
    start, end = (
        attrs.evolve(layer, args=tuple(step[min(side, len(step) - 1)].strip() for step in steps)) for side in (0, 1)
    )
    return material_of(start), material_of(end)


def graded_recipe(start: Material, end: Material) -> str | None:
    """Return how the notation writes a grading by size within one recipe; None where it is between materials."""
    a, b = getattr(start, "recipe", None), getattr(end, "recipe", None)
    if a is not None and b is not None:
        first, last = parse(start.notation)[0], parse(end.notation)[0]
        pairs = list(zip(first.args, last.args, strict=False))
        if first.name == last.name and sum(x != y for x, y in pairs) == 1:
            return f"{first.name}({', '.join(x if x == y else f'{x} -> {y}' for x, y in pairs)})"
    return None


def material_from_text(text: str) -> tuple[Material, Material | None]:
    """Return the material that `text`, a layer without thickness, names, and the one it is graded to."""
    layers = parse(text)
    if len(layers) != 1 or layers[0].thickness is not None or layers[0].options or layers[0].role:
        raise InputError(f'"{shorten(text)}" is not a material alone; expected a name such as "ZnO"')
    return graded_materials_of(layers[0])


def _spelling_hint(name: str) -> str:
    glued = re.fullmatch(r"(.+?)(\d+(?:\.\d+)?)(nm|um|µm|Å|mm)", name)
    if glued:
        return f' A space stands before a thickness: "{glued[1]} {glued[2]}{glued[3]}".'
    word, colon, _ = name.partition(":")
    role = nearest(word, ROLES) if colon else None
    return f' Did you mean the role "{role}:"?' if role else ""


@contextmanager
def pointed_at(text: str, start: int, length: int) -> Iterator[None]:
    """Put a caret under the place in `text` that an error from inside is about."""
    try:
        yield
    except (InputError, DataError) as error:
        if "^" in str(error):
            raise  # it points already, and better
        raise type(error)(with_caret(str(error), _clean(text), start, length)) from None


def thickness_text(thickness: float) -> str:
    """Return a thickness [nm] as the notation writes it, in full precision."""
    millimetres = shortest(thickness / 1e6)
    if thickness >= 1e6 and float(millimetres) * 1e6 == thickness:
        return millimetres + "mm"
    return shortest(thickness) + "nm"
