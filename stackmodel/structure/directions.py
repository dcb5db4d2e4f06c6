"""Which way the current flows through a stack that is written from front to back."""

from __future__ import annotations

from typing import Literal

SIDES = ("front", "back")


def sign_of(anode: str) -> Literal[-1, 1]:
    """Return the direction of forward current along x: 1 from an anode at the front, -1 from one at the back."""
    return -1 if anode == "back" else 1
