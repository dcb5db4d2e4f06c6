"""The cache of compiled kernels: whatever stands in its files, a kernel answers."""

from __future__ import annotations

import errno
import importlib.util
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numba.core import config

from stackmodel.physics import kernel as room

SOURCE = """
from stackmodel.physics.kernel import short_kernel

@short_kernel
def twice(x):
    return 2.0 * x
"""


@pytest.fixture
def twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Return what loads one kernel as a new session does, from a cache in tmp_path."""
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(room, "_warned", set())
    path = tmp_path / "kernels.py"
    path.write_text(SOURCE)

    def loaded() -> Any:
        spec = importlib.util.spec_from_file_location("kernels", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.twice

    return loaded


def files(tmp_path: Path) -> tuple[Path, Path]:
    (index,) = (tmp_path / "cache").rglob("*.nbi")
    (code,) = (tmp_path / "cache").rglob("*.nbc")
    return index, code


def hits(kernel: Any) -> int:
    return sum(kernel.stats.cache_hits.values())


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "empty": lambda path: path.write_bytes(b""),
    "short": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "another format": lambda path: path.write_bytes(b"cos\nsystem\n(S'exit 1'\ntR."),
    "one bit": flipped,
}


@pytest.mark.parametrize("which", ["index", "machine code"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_made_anew_and_said(twice: Any, tmp_path: Path, which: str, damage: str) -> None:
    assert twice()(1.5) == 3.0
    DAMAGE[damage](files(tmp_path)[which == "machine code"])
    again = twice()
    with pytest.warns(RuntimeWarning, match="damaged; they are compiled and written anew"):
        assert again(1.5) == 3.0
    assert hits(again) == 0
    third = twice()
    assert third(1.5) == 3.0
    assert hits(third) == 1


def test_an_index_without_its_machine_code(twice: Any, tmp_path: Path) -> None:
    assert twice()(1.5) == 3.0
    files(tmp_path)[1].unlink()
    again = twice()
    assert again(1.5) == 3.0
    assert hits(again) == 0
    assert files(tmp_path)[1].is_file()


def test_one_warning_a_session(twice: Any, tmp_path: Path) -> None:
    assert twice()(1.5) == 3.0
    flipped(files(tmp_path)[0])
    with pytest.warns(RuntimeWarning, match="damaged"):
        assert twice()(1.5) == 3.0
    flipped(files(tmp_path)[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert twice()(1.5) == 3.0


def test_a_full_disk_is_said(twice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(room._CheckedFiles, "_write", full)
    with pytest.warns(RuntimeWarning, match=r"cannot be kept in .*No space left"):
        assert twice()(1.5) == 3.0
