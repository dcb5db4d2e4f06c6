"""Errors of stackmodel: one sentence form, so that a user can act on each.

The form is: whose, field, value with unit, what was expected, remedy::

    active: thickness is 250000 nm; expected 0.1 to 10000 nm. Did you mean "250 nm"?
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any


class StackModelError(Exception):
    """Base of everything that stackmodel raises on purpose."""


class InputError(StackModelError, ValueError):
    """What the user gave cannot be used as given."""


class DataError(StackModelError):
    """A value is needed that neither the user nor the library gives."""


class ConvergenceError(StackModelError, RuntimeError):
    """No steady state was found; `partial` holds what was solved before."""

    def __init__(self, message: str, partial: Any = None) -> None:
        super().__init__(message)
        self.partial = partial


class UnsupportedError(StackModelError, NotImplementedError):
    """The question is meaningful but lies outside what stackmodel models."""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that `word` most likely means, or None if nothing is near."""
    by_folded = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(word.casefold()[:80], by_folded, n=1, cutoff=0.55)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return the sentence ``' Did you mean "ZnO"?'``, or an empty string."""
    match = nearest(word, choices)
    return f' Did you mean "{match}"?' if match is not None else ""


def shorten(value: object, length: int = 60) -> str:
    """Return the text of `value` for a message: one line, printable, at most `length` characters."""
    text = str(value)
    clipped = text[: length + 1]
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(clipped.split()))
    return clean[: length - 3] + "..." if len(text) > length else clean


#: So many names an error lists; the nomenclature has them all.
_MOST_LISTED = 24


def reject_unknown(whose: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raise InputError for the first name in `given` that `known` does not list."""
    known = tuple(known)
    for name in given:
        if name not in known:
            shown = known if len(known) <= _MOST_LISTED else (*known[:_MOST_LISTED], f"... ({len(known)} in all)")
            hint = did_you_mean(name, known) or f" Expected {'one of: ' + ', '.join(shown) if known else 'none'}."
            raise InputError(f'{whose}: unknown keyword "{shorten(name)}".{hint}')


@contextmanager
def attributed(whose: str) -> Iterator[None]:
    """Prefix an InputError or DataError from inside with `whose` it was."""
    try:
        yield
    except (InputError, DataError) as error:
        raise type(error)(f"{whose}: {error}") from error


def line_of(text: str, message: str) -> str:
    """Return where a key that the message puts in quotes, or names first, stands in the file."""
    words = re.findall(r'"([\w-]+)"', message) + re.findall(r"[\w]+", message)
    for word in words:
        for number, line in enumerate(text.splitlines(), start=1):
            key = re.escape(word)
            if re.match(rf'\s*\[*"?{key}"?\]*\s*[=:\]]', line) or re.search(rf'"{key}"\s*:', line):
                return f", line {number}"
    return ""
