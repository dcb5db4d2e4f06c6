"""How `a / b` puts the pieces of a stack one behind the other.

A layer stands below the stack that it makes, so the stack enters itself here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_makers: list[Callable[..., Any]] = []


def makes_stacks(cls: type[T]) -> type[T]:
    """Enter the class that `joined` makes; a decorator."""
    _makers[:] = [cls]
    return cls


def joined(first: object, other: object) -> Any:
    """Return `first / other` as a stack."""
    (make,) = _makers
    return make([first]) / other
