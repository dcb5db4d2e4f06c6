"""stackmodel: optoelectronic devices written as stacks of layers, from band alignment to device figures.

Nothing is loaded until it is used: ``import stackmodel`` costs numpy, attrs and networkx at most.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stackmodel.errors import (
        ConvergenceError,
        DataError,
        InputError,
        Interrupted,
        StackModelError,
        UnsupportedError,
    )
    from stackmodel.experiments.reciprocity import reciprocity
    from stackmodel.kinds.loading import load
    from stackmodel.kinds.photoconductor import Photoconductor
    from stackmodel.kinds.photodiode import Photodiode
    from stackmodel.kinds.phototransistor import Phototransistor
    from stackmodel.kinds.qled import QLED
    from stackmodel.kinds.solar_cell import SolarCell
    from stackmodel.light.spectrum import Light
    from stackmodel.materials.core_shell import Shell
    from stackmodel.materials.dot_film import QuantumDotFilm
    from stackmodel.materials.library import add_materials, material, materials, optical_constants
    from stackmodel.materials.material import Material
    from stackmodel.materials.optical_constants import OpticalConstants
    from stackmodel.materials.quantum_dot import QuantumDot
    from stackmodel.results.loss import Loss
    from stackmodel.structure.circuit import sheet_in_series
    from stackmodel.structure.contact import Contact
    from stackmodel.structure.interface import Interface
    from stackmodel.structure.layer import ETL, HTL, Active, Dielectric, Electrode, Layer
    from stackmodel.structure.stack import Stack
    from stackmodel.studies.compare import compare
    from stackmodel.studies.optimise import optimise
    from stackmodel.studies.sweep import sweep

_ROOMS = {
    "errors": ("ConvergenceError", "DataError", "InputError", "Interrupted", "StackModelError", "UnsupportedError"),
    "experiments.reciprocity": ("reciprocity",),
    "kinds.photoconductor": ("Photoconductor",),
    "kinds.photodiode": ("Photodiode",),
    "kinds.qled": ("QLED",),
    "kinds.phototransistor": ("Phototransistor",),
    "light.spectrum": ("Light",),
    "kinds.solar_cell": ("SolarCell",),
    "materials.core_shell": ("Shell",),
    "materials.dot_film": ("QuantumDotFilm",),
    "materials.library": ("add_materials", "material", "optical_constants"),
    "materials.material": ("Material",),
    "materials.optical_constants": ("OpticalConstants",),
    "materials.quantum_dot": ("QuantumDot",),
    "results.loss": ("Loss",),
    "structure.circuit": ("sheet_in_series",),
    "structure.contact": ("Contact",),
    "structure.interface": ("Interface",),
    "structure.layer": ("ETL", "HTL", "Active", "Dielectric", "Electrode", "Layer"),
    "structure.stack": ("Stack",),
    "studies.compare": ("compare",),
    "kinds.loading": ("load",),
    "studies.optimise": ("optimise",),
    "studies.sweep": ("sweep",),
}
_WHERE = {name: room for room, names in _ROOMS.items() for name in names}
_PACKAGES = ("materials",)  # called like the function of that name, see there

__all__ = [  # noqa: RUF022 - in the order of the rooms
    "ConvergenceError", "DataError", "InputError", "Interrupted", "StackModelError", "UnsupportedError",
    "Photodiode", "SolarCell", "Photoconductor", "Phototransistor", "QLED", "Light",
    "Material", "QuantumDot", "Shell", "QuantumDotFilm", "material", "materials", "add_materials",
    "OpticalConstants", "optical_constants",
    "Contact", "Interface", "Layer", "ETL", "HTL", "Active", "Dielectric", "Electrode", "Stack", "sheet_in_series",
    "compare", "load", "optimise", "sweep", "reciprocity", "Loss",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562)."""
    if name == "__version__":
        from stackmodel.results.base import version

        return version()
    if name in _PACKAGES:
        return import_module(f"stackmodel.{name}")
    if name not in _WHERE:
        from stackmodel.errors import did_you_mean

        hint = "" if name.startswith("_") else did_you_mean(name, __all__)
        raise AttributeError(f'stackmodel has no "{name}".{hint}')
    room = import_module(f"stackmodel.{_WHERE[name]}")
    value = globals()[name] = _explaining(room, name)
    return value


def _explaining(room: Any, name: str) -> Any:
    """Return a public name of a room, whose calls explain themselves where a keyword is misspelt."""
    from stackmodel.errors import explain_calls_of, explains_calls

    value = getattr(room, name)
    if isinstance(value, type):
        explain_calls_of(value)
    elif not hasattr(value, "__wrapped__"):
        value = explains_calls(value)
        setattr(room, name, value)  # so that it is found again where it says that it is, as pickle asks
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
