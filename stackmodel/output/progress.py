"""Progress of long work."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
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
    with _no_interrupt_lost() as raise_lost:
        for item in _with_bar(items, total, what):
            raise_lost()
            yield item


def _with_bar(items: Iterable[T], total: int, what: str) -> Iterable[T]:
    if total < SHORTEST or not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description=what, total=total, console=Console(stderr=True), transient=True)


@contextmanager
def _no_interrupt_lost() -> Iterator[Callable[[], None]]:
    """Yield what raises an interrupt that was lost: Python drops one that comes while it tidies up an object."""
    before, heard = signal.getsignal(signal.SIGINT), False
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal heard
        heard = True
        signal.default_int_handler(number, frame)

    def raise_lost() -> None:
        if heard:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, hear)
    try:
        yield raise_lost
    finally:
        signal.signal(signal.SIGINT, before)


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
