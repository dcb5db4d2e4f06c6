"""The decorators of all compiled kernels.

A kernel is a plain function of numbers and arrays that numba compiles to machine code on its first call.
Kernels call each other freely. Arrays of a named tuple are taken out of it before a loop: each time in the loop numba
would count a reference, which costs more than the arithmetic. Compiled code is kept between sessions wherever a cache
folder can be written: the folder named by NUMBA_CACHE_DIR, else beside the source, else the user's own cache folder.

numba's cache does not see a change in a called kernel of another file. Whoever edits kernels sets
NUMBA_CACHE_DIR to a folder named by the hash of all kernel sources (tools/kernel_cache_dir.py), as tests and
CI do.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"fastmath": False, "error_model": "numpy", "no_cfunc_wrapper": True}
_uncached_warned = False


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
    try:
        compiled = njit(cache=True, **options)(function)
    except RuntimeError as error:
        if "cannot cache function" not in str(error):
            raise
        _warn_uncached()
        compiled = njit(cache=False, **options)(function)
    return cast("F", compiled)


def is_compiled(function: Callable[..., Any]) -> bool:
    """Whether a kernel has machine code in the cache."""
    # numba offers no question for this; a kernel has no file in its cache folder before it was first compiled.
    folder = _cache_folder(function)
    name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}-*.nbc"
    return folder is not None and any(folder.glob(name))


def can_cache() -> bool:
    """Whether machine code can be kept for other processes."""
    return _cache_folder(variable) is not None


def _cache_folder(function: Callable[..., Any]) -> Path | None:
    folder = getattr(getattr(function, "_cache", None), "cache_path", None)
    return Path(folder) if folder else None


def _warn_uncached() -> None:
    global _uncached_warned
    if not _uncached_warned:
        _uncached_warned = True
        warnings.warn(
            "no folder for compiled kernels can be written, so they are compiled anew in each session; "
            "set NUMBA_CACHE_DIR to a writable folder",
            RuntimeWarning,
            stacklevel=4,
        )


@woven
def variable(number: int) -> int:
    """Return a number as one that is not known before: numba compiles a kernel anew for each that is."""
    return number + 0
