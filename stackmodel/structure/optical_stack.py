"""The one door from a stack to the arrays of its optics."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from stackmodel.errors import InputError, UnsupportedError
from stackmodel.materials.optical_constants import OpticalConstants
from stackmodel.structure.layer import Layer
from stackmodel.structure.stack import Stack

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
#: From this thickness on a layer adds intensities, not amplitudes: its fringes lie closer than instruments resolve, and
#: no such layer is flat to a fraction of a wavelength. A substrate always does. [nm]
INCOHERENT_FROM = 10_000.0
#: Index of what light comes from and goes to.
AIR = 1.0


@attrs.frozen(eq=False, kw_only=True)
class OpticalStack:
    """All layers of a stack, in the order in which light meets them; air before and behind.

    Attributes
    ----------
    illuminated : str
        "front" or "back": light meets the last layer as written first.
    names : tuple of str
        Names of the layers.
    positions : tuple of int
        Where each stands in the stack as written.
    thickness : ndarray, shape (n_layers,)
        [nm]
    coherent : ndarray of bool, shape (n_layers,)
        False for substrates and for layers of `INCOHERENT_FROM` and more.
    constants : tuple of OpticalConstants
        Of each layer at the temperature of the device.
    """

    illuminated: str
    names: tuple[str, ...]
    positions: tuple[int, ...]
    thickness: FloatArray
    coherent: NDArray[np.bool_]
    constants: tuple[OpticalConstants, ...]

    @classmethod
    def of(cls, stack: Stack, *, illuminated: str, temperature: float) -> OpticalStack:
        """Return the optics of a stack that light enters through its "front" or its "back".

        Raises
        ------
        InputError
            If a layer has no thickness, electrodes and substrates included.
        DataError
            If no optical constants of a layer are known.
        """
        order = range(len(stack)) if illuminated == "front" else range(len(stack) - 1, -1, -1)
        positions = tuple(order)
        thickness = np.array([_thickness(stack.layers[i], stack.names[i]) for i in positions])
        substrate = np.array([stack.roles[i] == "substrate" for i in positions])
        return cls(
            illuminated=illuminated, names=tuple(stack.names[i] for i in positions), positions=positions,
            thickness=thickness, coherent=~substrate & (thickness < INCOHERENT_FROM),
            constants=tuple(_constants(stack.layers[i], stack.names[i], temperature) for i in positions),
        )  # fmt: skip

    def index(self, wavelengths: ArrayLike) -> ComplexArray:
        """Return complex indices at wavelengths [nm], shape (n_wavelengths, n_layers + 2), air at both ends."""
        wavelength = np.asarray(wavelengths, dtype=np.float64)
        index = np.full((wavelength.size, len(self.names) + 2), AIR, dtype=np.complex128)
        for j, (constants, name) in enumerate(zip(self.constants, self.names, strict=True), start=1):
            index[:, j] = constants.at(wavelength, whose=name)
        return index

    @property
    def incoherent(self) -> tuple[str, ...]:
        """Names of the layers in which intensities add."""
        return tuple(name for name, coherent in zip(self.names, self.coherent, strict=True) if not coherent)


def _thickness(layer: Layer, name: str) -> float:
    if layer.thickness is None:
        usual = "1.1mm" if layer.material.kind == "substrate" else "100nm"
        raise InputError(f'{name}: thickness is missing, which optics need; expected e.g. "{name} {usual}"')
    return layer.thickness


def _constants(layer: Layer, name: str, temperature: float) -> OpticalConstants:
    if layer.graded_to is not None:
        raise UnsupportedError(
            f"{name}: optics of a graded layer are not built yet; write it as some layers, each of one material"
        )
    return layer.material.optical_constants(temperature=temperature)
