"""The decorators of all compiled kernels.

A kernel is a plain function of numbers and arrays that numba compiles to machine code on its first call.
Kernels call each other freely. Arrays of a named tuple are taken out of it before a loop: each time in the loop numba
would count a reference, which costs more than the arithmetic. Compiled code is kept between sessions wherever a cache
folder can be written: the folder named by NUMBA_CACHE_DIR, else beside the source, else the user's own cache folder.

numba's cache looks only at the file of the function it compiles. When a kernel calls one of another file and that one
changes, numba would go on with the old machine code. Here each file of the cache carries the hash of all kernel
sources: those of this room. Machine code of other sources counts as not there and is written over.

numba trusts the files of its cache: a truncated one ends in an error of pickle, a changed byte of machine code in a
crash. Here each file carries a checksum. One that does not match is compiled anew and written over, with one warning.

Only the kernels made here keep their machine code so. numba's settings and everybody else's kernels stay as they are.
"""

from __future__ import annotations

import hashlib
import pickle
import warnings
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit
from numba.core.caching import FunctionCache, IndexDataCacheFile

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"fastmath": False, "error_model": "numpy", "no_cfunc_wrapper": True}
_warned: set[str] = set()


def kernel(function: F) -> F:
    """Compile `function` with numba, cached on disk where that is possible.

    Parameters
    ----------
    function : callable
        Function of numbers, arrays and tuples, in numba's subset of Python.

    Returns
    -------
    callable
        The compiled function. It has the signature of `function`, releases the GIL, follows IEEE arithmetic
        (fastmath off: NaN and infinity keep their meaning, sums keep their order) and divides as numpy does
        (1/0 is infinite and raises nothing).

    Notes
    -----
    Where no cache folder can be written, the kernel is compiled anew in each session; one RuntimeWarning a
    session says so.
    """
    return _compiled(function, nogil=True)


def short_kernel(function: F) -> F:
    """Compile a `kernel` that takes microseconds when people's code calls it: it keeps the GIL.

    To give it away and to wait for it again costs threads more than so short a time can win.
    """
    return _compiled(function, nogil=False)


def inlined(function: F) -> F:
    """Compile a `kernel` of numbers that stands in the innermost loops into each of its callers.

    A call would hand several results over in memory, and wait there longer than the arithmetic takes.
    """
    return _compiled(function, nogil=True, forceinline=True)


def woven(function: F) -> F:
    """Compile a `kernel` as lines of its callers.

    A long one with a single caller, so that what it calls is compiled into that once, not twice; or a short one that
    is called with constants: numba would compile it for each, and two processes that do so at once get in each other's
    way in the cache.
    """
    return _compiled(function, nogil=True, inline="always")


def _compiled(function: F, **more: bool | str) -> F:
    options = {**_OPTIONS, **more}
    compiled = njit(**options)(function)
    try:
        compiled._cache = _CheckedCache(function)
    except RuntimeError as error:
        if "cannot cache function" not in str(error):
            raise
        _warn_once(
            "no folder for compiled kernels can be written, so they are compiled anew in each session; "
            "set NUMBA_CACHE_DIR to a writable folder"
        )
    return cast("F", compiled)


@cache
def kernel_hash() -> str:
    """Return the hash of all kernel sources: names too, so that a renamed file counts as a change."""
    digest, room = hashlib.sha256(), Path(__file__).parent
    for path in sorted(room.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(room).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


class _CheckedCache(FunctionCache):
    """numba's cache of one kernel, in files with a checksum and the hash of all kernel sources."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        locator = self._impl.locator
        # numba adds the line number to the name. Without it, a kernel that has moved in its file writes its old machine
        # code over and leaves none behind.
        name = self._impl.filename_base.replace(f"-{locator.get_disambiguator()}.", "-")
        self.files = _CheckedFiles(self._cache_path, f"{name}.checked", (locator.get_source_stamp(), kernel_hash()))
        self._cache_file = self.files

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:  # a full disk, a folder that is no longer there or writable
            _warn_once(f"compiled kernels cannot be kept in {self._cache_path} ({error.strerror}): compiled anew later")


class _CheckedFiles(IndexDataCacheFile):
    """Index and machine code of one kernel, each file with what it was made from and a checksum at the end.

    What cannot be trusted, or was made from other sources, counts as not there: numba compiles and writes it anew.
    """

    def load(self, key: Any) -> Any:
        name = self._load_index().get(key)
        return None if name is None else self._read(self._data_path(name))

    def hold_code(self) -> bool:
        """Whether there is machine code of the present sources."""
        return any(Path(self._data_path(name)).is_file() for name in self._load_index().values())

    def _load_index(self) -> dict[Any, str]:
        return self._read(self._index_path) or {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._write(self._index_path, overloads)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _made_from(self) -> bytes:
        return hashlib.sha256(repr((self._version, self._source_stamp)).encode()).digest()

    def _read(self, path: str) -> Any:
        try:
            content = Path(path).read_bytes()
        except OSError:  # not there yet, or removed meanwhile
            return None
        body, checksum = content[:-4], content[-4:]
        if zlib.crc32(body).to_bytes(4) != checksum:
            _warn_once(f"compiled kernels in {self._cache_path} are damaged; they are compiled and written anew")
            return None
        made_from = self._made_from()
        return pickle.loads(body[len(made_from) :]) if body.startswith(made_from) else None

    def _write(self, path: str, content: Any) -> None:
        body = self._made_from() + self._dump(content)
        with self._open_for_write(path) as file:
            file.write(body + zlib.crc32(body).to_bytes(4))


def is_compiled(function: Callable[..., Any]) -> bool:
    """Whether a kernel has machine code in the cache."""
    kept = getattr(function, "_cache", None)
    return isinstance(kept, _CheckedCache) and kept.files.hold_code()


def can_cache() -> bool:
    """Whether machine code can be kept for other processes."""
    return isinstance(getattr(variable, "_cache", None), _CheckedCache)


def _warn_once(text: str) -> None:
    if text not in _warned:
        _warned.add(text)
        warnings.warn(text, RuntimeWarning, stacklevel=4)


@woven
def variable(number: int) -> int:
    """Return a number as one that is not known before: numba compiles a kernel anew for each that is."""
    return number + 0
