"""The cache of compiled kernels: whatever stands in its files, a kernel answers."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numba.core import config
from numba.core.caching import CacheImpl

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


# -- other sources: a checkout that is pulled, a branch that is changed ------------------------------------------------

ASK = """
import warnings
from numba import config
from stackmodel.physics.kernel import is_compiled
from stackmodel.physics.caller import double_of_called
warnings.simplefilter("error")
before = is_compiled(double_of_called), config.CACHE_DIR
print(*before, double_of_called(1.0), sum(double_of_called.stats.cache_hits.values()))
"""
CALLED = """
from stackmodel.physics.kernel import kernel

@kernel
def called(x):
    return x + {term}
"""
CALLER = """
from stackmodel.physics.called import called
from stackmodel.physics.kernel import kernel

@kernel
def double_of_called(x):
    return 2.0 * called(x)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return the folder of kernels of a copied package, with one that calls another of another file."""
    copied = tmp_path / "stackmodel" / "physics"
    copied.mkdir(parents=True)
    (copied.parent / "__init__.py").touch()
    (copied / "__init__.py").touch()
    shutil.copy(room.__file__, copied)
    (copied / "called.py").write_text(CALLED.format(term=1.0))
    (copied / "caller.py").write_text(CALLER)
    return copied


def asked(package: Path, **environment: str) -> str:
    """Return what a new process answers: whether there was machine code, numba's folder, the answer, the hits."""
    inherited = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, cwd=package.parents[1],
        env={**inherited, "PYTHONPATH": str(package.parents[1]), **environment},
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.parametrize("chosen", [False, True])
def test_a_change_in_a_called_kernel_of_another_file_is_seen(package: Path, tmp_path: Path, chosen: bool) -> None:
    folder = tmp_path / "chosen"
    environment = {"NUMBA_CACHE_DIR": str(folder)} if chosen else {}
    named = environment.get("NUMBA_CACHE_DIR", "")
    assert asked(package, **environment) == f"False {named} 4.0 0"
    assert asked(package, **environment) == f"True {named} 4.0 1"
    (package / "called.py").write_text("\n" + CALLED.format(term=9.0))
    assert asked(package, **environment) == f"False {named} 20.0 0"
    assert asked(package, **environment) == f"True {named} 20.0 1"
    kept = [path.name for path in tmp_path.rglob("*.nbc")]
    assert len(kept) == len(set(kept)) == 2  # what was made from the old sources was written over
    assert folder.exists() == chosen


def test_the_hash_of_the_sources_is_that_of_all_files(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "__file__", str(package / "kernel.py"))
    seen = [room.kernel_hash.__wrapped__()]
    (package / "mechanisms").mkdir()
    (package / "mechanisms" / "new.py").touch()
    seen.append(room.kernel_hash.__wrapped__())
    (package / "mechanisms" / "new.py").rename(package / "mechanisms" / "renamed.py")
    seen.append(room.kernel_hash.__wrapped__())
    assert len(set(seen)) == 3


def test_kernels_are_made_in_the_room_whose_sources_are_hashed() -> None:
    package = Path(room.__file__).parents[1]
    outside = [path for path in package.rglob("*.py") if package / "physics" not in path.parents]
    decorators = {"@kernel", "@short_kernel", "@inlined", "@woven"}
    assert not [path for path in outside if decorators & {line.strip() for line in path.read_text().splitlines()}]


def test_other_peoples_kernels_go_where_numba_puts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", "")
    (tmp_path / "theirs.py").write_text("from numba import njit\n\n@njit(cache=True)\ndef theirs(x):\n    return x\n")
    spec = importlib.util.spec_from_file_location("theirs", tmp_path / "theirs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.theirs(1.0) == 1.0
    (code,) = (tmp_path / "__pycache__").glob("*.nbc")
    assert code.name.startswith("theirs.theirs-")
    assert "checked" not in code.name


def test_without_a_folder_kernels_answer_and_one_warning_says_so(twice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    with pytest.warns(RuntimeWarning, match="no folder for compiled kernels can be written"):
        kernel = twice()
    assert kernel(1.5) == 3.0
    assert not room.is_compiled(kernel)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert twice()(1.5) == 3.0
