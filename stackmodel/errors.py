"""Errors of stackmodel: one sentence form, so that a user can act on each.

The form is: whose, field, value with unit, what was expected, remedy::

    active: thickness is 250000 nm; expected 0.1 to 10000 nm. Did you mean "250 nm"?
"""

from __future__ import annotations

import difflib
import functools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType
from typing import Any, TypeVar, cast

_LONGEST = 1000
F = TypeVar("F", bound=Callable[..., Any])


class StackModelError(Exception):
    """Base of everything that stackmodel raises on purpose.

    What a message quotes of a user's file can be printed on any terminal: other characters are replaced, and a line
    ends after `_LONGEST` of them.
    """

    def __init__(self, message: object = "") -> None:
        super().__init__("\n".join(map(_printable, str(message).split("\n"))))


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


class Interrupted(KeyboardInterrupt):
    """Long work was interrupted (Ctrl-C); `partial` holds the answer made of what was done, None where nothing was.

    A KeyboardInterrupt, so that ``except Exception`` passes it on, and not a StackModelError: nothing went wrong.
    """

    def __init__(self, message: str, partial: Any = None) -> None:
        super().__init__(message)
        self.partial = partial


def _printable(line: str) -> str:
    clean = line if line.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return clean if len(clean) <= _LONGEST else f"{clean[: _LONGEST - 3]}..."


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that `word` most likely means, or None if nothing is near.

    The one with the fewest slips comes first; only what is more than slips apart is compared as a whole.
    """
    word, choices = str(word)[:80], tuple(choices)
    slips = [(_slips(word, choice), choice) for choice in choices if abs(len(choice) - len(word)) <= 0.5 * len(word)]
    fewest, choice = min(slips, key=lambda pair: pair[0], default=(math.inf, ""))
    if word and fewest <= max(1.0, 0.4 * len(word)):
        return choice
    by_folded = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.55)
    return by_folded[found[0]] if found else None


def _slips(a: str, b: str) -> float:
    """Return how many letters are left out, added, exchanged or swapped between `a` and `b`.

    Optimal string alignment (Damerau, Communications of the ACM 7, 171 (1964)). A wrong case counts a tenth, and two
    letters swapped a little less than one letter too many.
    """
    before, last = [0.0] * (len(b) + 1), [float(n) for n in range(len(b) + 1)]
    for i, x in enumerate(a, start=1):
        row = [float(i)]
        for j, y in enumerate(b, start=1):
            other = 0.0 if x == y else 0.1 if x.casefold() == y.casefold() else 1.0
            row.append(min(last[j] + 1.0, row[j - 1] + 1.0, last[j - 1] + other))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                row[j] = min(row[j], before[j - 2] + 0.9)
        before, last = last, row
    return last[-1]


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return the sentence ``' Did you mean "ZnO"?'``, or an empty string."""
    match = nearest(word, choices)
    return f' Did you mean "{match}"?' if match is not None else ""


def shorten(value: object, length: int = 60) -> str:
    """Return the text of `value` for a message: one line, printable, at most `length` characters."""
    try:
        text = str(value)
    except Exception:  # noqa: BLE001 - an integer of more digits than Python writes, or a class of the user's
        text = f"a value of type {type(value).__name__}"
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
    """Prefix an InputError or DataError from inside with `whose` it was, once."""
    try:
        yield
    except (InputError, DataError) as error:
        said = str(error)
        raise type(error)(said if said.startswith(f"{whose}: ") else f"{whose}: {said}") from error


def line_of(text: str, message: str) -> str:
    """Return where a key that the message puts in quotes, or names first, stands in the file."""
    words = re.findall(r'"([\w-]+)"', message) + re.findall(r"[\w]+", message)
    for word in words:
        for number, line in enumerate(text.splitlines(), start=1):
            key = re.escape(word)
            if re.match(rf'\s*\[*"?{key}"?\]*\s*[=:\]]', line) or re.search(rf'"{key}"\s*:', line):
                return f", line {number}"
    return ""


#: Classes that have been through `explain_calls_of`, ours or not.
_EXPLAINED: set[type[Any]] = set()


def explains_calls(function: F, name: str = "") -> F:
    """Return the function, whose calls with keywords that it does not have raise InputError with the nearest one.

    What it answers with explains its calls too. Only a call that failed is looked at again, so one that does not costs
    next to nothing. `name` is what it is called in the message, its own by default.
    """
    whose = name or (function.__qualname__.partition(".")[0] if function.__name__ == "__init__" else function.__name__)

    @functools.wraps(function)
    def called(*args: Any, **keywords: Any) -> Any:
        try:
            answer = function(*args, **keywords)
        except TypeError:
            _refuse_call(whose, function, args, keywords)
            raise
        if type(answer) not in _EXPLAINED:
            explain_calls_of(type(answer))
        return answer

    return cast("F", called)  # wraps() keeps the signature


def _refuse_call(whose: str, function: Callable[..., Any], args: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
    """Raise InputError where the arguments are not those of the function."""
    import inspect  # dear to load, and needed by a failed call only

    signature = inspect.signature(function)
    try:
        signature.bind(*args, **keywords)
    except TypeError as error:
        method = next(iter(signature.parameters), "") in ("self", "cls")
        known = list(signature.parameters)[method:]
        if not any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values()):
            reject_unknown(whose, keywords, known)
        raise InputError(f"{whose}: {error}; it takes {', '.join(known) or 'nothing'}") from None


def explain_calls_of(cls: type[Any]) -> None:
    """Give `explains_calls` to the public methods of a class and of what it derives from, once."""
    _EXPLAINED.add(cls)
    for each in cls.__mro__:
        if not each.__module__.startswith("stackmodel.") or issubclass(each, BaseException):
            continue
        for name, member in list(vars(each).items()):
            kind = type(member) if isinstance(member, classmethod | staticmethod) else None
            function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
            asked = not name.startswith("_") or name == "__init__"
            if asked and isinstance(function, FunctionType) and not hasattr(function, "__wrapped__"):
                explained = explains_calls(function)
                setattr(each, name, explained if kind is None else kind(explained))
