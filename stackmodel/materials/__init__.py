"""WHAT a layer is made of: materials, dots, dot films, and the library with its sources."""

from __future__ import annotations

import sys
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING

from stackmodel.errors import explains_calls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stackmodel.output.table import Table


class _Library(ModuleType):
    """The package answers ``sm.materials(role)``: Python binds its name in `stackmodel` whenever it is imported."""

    @partial(explains_calls, name="materials")
    def __call__(
        self, role: str | None = None, *, contains: str | Iterable[str] = (), without: str | Iterable[str] = ()
    ) -> Table:
        """Return the library as a table, see `stackmodel.materials.library.materials`."""
        from stackmodel.materials.library import materials

        return materials(role, contains=contains, without=without)


sys.modules[__name__].__class__ = _Library
