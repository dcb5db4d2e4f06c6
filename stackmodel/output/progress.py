"""Progress of long work."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
#: Shorter work is done before a bar could be read.
SHORTEST = 20


def said(text: str) -> None:
    """Write a line on stderr about work that people wait for once, in a notebook or a log as on a terminal."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def tracked(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Yield `items` while a bar on stderr shows how far the work is; silent where nobody looks."""
    if total < SHORTEST or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, total=total, console=Console(stderr=True), transient=True)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C meanwhile: a second one must not cost what the first one left."""
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():  # others never get an interrupt
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
