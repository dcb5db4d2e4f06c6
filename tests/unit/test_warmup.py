"""Compiling in two processes: whatever the other one leaves undone is done here."""

from __future__ import annotations

import subprocess
import sys

import pytest

from stackmodel.experiments import warmup as room
from stackmodel.physics import transport
from stackmodel.physics.kernel import can_cache, is_compiled


def test_compiled_kernels_are_known_by_their_files() -> None:
    room.warmup(everything=False)
    assert can_cache()
    assert is_compiled(transport.walk)
    assert not is_compiled(room.warmup)


def test_a_helper_asks_what_it_is_told() -> None:
    questions = "".join(f"{ask.__name__}\n" for ask in (room._rates, room._pieces))
    command = [sys.executable, "-m", room.__name__]
    assert subprocess.run(command, input=questions, text=True, check=False).returncode == 0
    assert subprocess.run(command, input="nothing\n", text=True, check=False, capture_output=True).returncode != 0


@pytest.mark.parametrize("executable", ["/bin/false", ""])
def test_without_a_helper_all_is_compiled_here(monkeypatch: pytest.MonkeyPatch, executable: str) -> None:
    asked = []
    monkeypatch.setattr(room, "needs_compiling", lambda: True)
    monkeypatch.setattr(sys, "executable", executable)
    for name in ("_mesh_errors", "_walk", "_equilibrium"):
        monkeypatch.setattr(room, name, lambda name=name: asked.append(name))
    room.warmup(everything=False)
    assert set(asked) == {"_mesh_errors", "_walk", "_equilibrium"}
