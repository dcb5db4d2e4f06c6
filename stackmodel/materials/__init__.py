"""WHAT a layer is made of: materials, dots, dot films, and the library with its sources."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stackmodel.output.table import Table


class _Library(ModuleType):
    """The package answers ``sm.materials(role)``: Python binds its name in `stackmodel` whenever it is imported."""

    def __call__(self, role: str | None = None) -> Table:
        """Return the library as a table, see `stackmodel.materials.library.materials`."""
        from stackmodel.materials.library import materials

        return materials(role)


sys.modules[__name__].__class__ = _Library
