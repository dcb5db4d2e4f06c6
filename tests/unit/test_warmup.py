"""Compiling in two processes: whatever the other one leaves undone is done here."""

from __future__ import annotations

import re
import sys

import pytest

import stackmodel as sm
from stackmodel.physics.kernel import can_cache, is_compiled
from stackmodel.physics.walk import walk
from stackmodel.solvers import warmup as room


def test_compiled_kernels_are_known_by_their_files() -> None:
    room.warmup(everything=False)
    assert can_cache()
    assert is_compiled(walk)
    assert not is_compiled(room.warmup)


def test_another_process_asks_what_it_is_told() -> None:
    other = room._started()
    assert other is not None
    other.communicate("".join(f"{ask.__name__}\n" for ask in (room._rates, room._pieces)))
    assert other.returncode == 0
    other = room._started()
    assert other is not None
    other.communicate("nothing\n")
    assert other.returncode != 0


def not_compiled() -> None:
    """Stands for a kernel without machine code."""


@pytest.mark.parametrize("executable", ["/bin/false", "/no/such/python", ""])
def test_without_another_process_all_is_compiled_here(monkeypatch: pytest.MonkeyPatch, executable: str) -> None:
    asked = []
    monkeypatch.setattr(room, "_OF_CURVES", (not_compiled,))
    monkeypatch.setattr(sys, "executable", executable)
    for name in ("_mesh_errors", "_walk", "_equilibrium"):
        monkeypatch.setattr(room, name, lambda name=name: asked.append(name))
    room.warmup(everything=False)
    assert set(asked) == {"_mesh_errors", "_walk", "_equilibrium"}


def test_the_first_curve_says_that_it_compiles(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = []
    monkeypatch.setattr(room, "_looked", False)
    monkeypatch.setattr(room, "_OF_CURVES", (not_compiled,))
    monkeypatch.setattr(room, "warmup", lambda everything: calls.append(everything))
    diode = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS-EDT 45nm / Au")
    diode.jv([0.1])
    first = capsys.readouterr().err
    assert re.fullmatch("compiling the kernels, once for this version ...\ncompiled in [0-9.]+ s\n", first)
    diode.jv([0.2])
    assert capsys.readouterr().err == ""
    assert calls == [False]
