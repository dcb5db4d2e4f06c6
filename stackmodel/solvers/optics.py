"""Light in a stack: how much goes where, and what it generates on a mesh."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import attrs
import numpy as np

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.estimates.detailed_balance import multiplication_of
from stackmodel.materials.material import Material, optical_gap
from stackmodel.materials.optical_constants import OpticalConstants
from stackmodel.physics import transfer_matrix
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.physics.multiexcitons import multiplication_yield
from stackmodel.structure.levels import electrical_ends
from stackmodel.structure.mesh import Mesh
from stackmodel.structure.optical_stack import OpticalStack
from stackmodel.structure.stack import Stack

#: Nodes in the cosine of the angle for light from a whole hemisphere, (O9).
_NODES = 16
#: From wavelengths [nm] to the pairs that a photon makes in each layer, shape (n_wavelengths, n_layers).
Pairs = Callable[[FloatArray], FloatArray]
#: Shares of s and p in light of each polarisation.
POLARISATIONS = {"s": (1.0, 0.0), "p": (0.0, 1.0), "unpolarized": (0.5, 0.5)}


@attrs.frozen(eq=False, kw_only=True)
class Absorption:
    """Shares of the light at each wavelength. Layers are in the order of the stack as written.

    Attributes
    ----------
    optical : OpticalStack
    wavelength : ndarray, shape (n_wavelengths,)
        [nm]
    reflectance, transmittance : ndarray, shape (n_wavelengths,)
    absorptance : ndarray, shape (n_wavelengths, n_layers)
        Of each layer. R + T + sum(A) = 1.
    waves : ndarray, shape (n_wavelengths, n_slabs, 6)
        See `physics.transfer_matrix.solve`; slabs in the order in which light meets them.
    """

    optical: OpticalStack
    wavelength: FloatArray
    reflectance: FloatArray
    transmittance: FloatArray
    absorptance: FloatArray
    waves: FloatArray

    def at(self, which: IntArray) -> Absorption:
        """Return the shares at some of the wavelengths, by their numbers."""
        return attrs.evolve(
            self, wavelength=self.wavelength[which], reflectance=self.reflectance[which],
            transmittance=self.transmittance[which], absorptance=self.absorptance[which], waves=self.waves[which],
        )  # fmt: skip

    def in_cells(self, layer: IntArray, start: FloatArray, width: FloatArray) -> FloatArray:
        """Return the share absorbed in each cell, shape (n_wavelengths, n_cells), eq. (O8).

        Parameters
        ----------
        layer : ndarray of int, shape (n_cells,)
            Position in the stack as written of the layer that each cell lies in.
        start, width : ndarray, shape (n_cells,)
            Where it begins in its layer as written, and how wide it is. [nm]
        """
        cell, slab, at, wide = self.optical.pieces(layer, start, width)
        shares = transfer_matrix.cells(self.waves, self.optical.thickness, slab, at, wide)
        found: FloatArray = np.add.reduceat(shares, np.flatnonzero(np.diff(cell, prepend=-1)), axis=1)
        return found

    def on(self, mesh: Mesh, positions: tuple[int, ...]) -> FloatArray:
        """Return the share absorbed in each element of an electrical mesh, shape (n_wavelengths, n_elements).

        The elements of a layer sum to its absorptance; those that stand for interfaces absorb nothing.

        Parameters
        ----------
        mesh : Mesh
        positions : tuple of int
            Positions in the stack of the layers that the mesh counts.
        """
        inside = np.ones(mesh.width.size, dtype=bool)
        inside[list(mesh.interfaces)] = False
        width, layer = mesh.width[inside], mesh.layer[inside]
        ends = np.cumsum(width)
        first = np.searchsorted(layer, np.arange(len(positions)))
        start = ends - width - np.append(0.0, ends)[first][layer]
        # The mesh counts in cm; what rounding leaves of a layer goes in proportion.
        stretch = self.optical.depth(positions) / np.add.reduceat(width, first)
        found = np.zeros((self.wavelength.size, mesh.width.size))
        found[:, inside] = self.in_cells(np.asarray(positions)[layer], start * stretch[layer], width * stretch[layer])
        return found


def absorb(
    optical: OpticalStack, wavelengths: FloatArray, *, angle: float = 0.0, polarization: str = "unpolarized"
) -> Absorption:
    """Return how light of each wavelength is shared between reflection, transmission and the layers.

    Parameters
    ----------
    optical : OpticalStack
    wavelengths : ndarray, shape (n_wavelengths,)
        [nm]
    angle : float
        Of incidence, in air. [deg]
    polarization : str
        "s", "p" or "unpolarized", the mean of both.
    """
    index = optical.index(wavelengths)
    shares = POLARISATIONS[polarization] if angle else (1.0, 0.0)  # along the normal s and p are the same
    answers = [
        (share, transfer_matrix.solve(
            wavelengths, index, optical.thickness, optical.coherent, math.radians(angle), p_polarised
        ))
        for share, p_polarised in zip(shares, (False, True), strict=True) if share
    ]  # fmt: skip
    # What the waves of s and p have in depth is the same but for their strengths, which add.
    R, T, A, waves = (np.sum([share * parts[i] for share, parts in answers], axis=0) for i in range(4))
    by_layer = np.add.reduceat(A, optical.first[:-1], axis=1)[:, np.argsort(optical.positions)]
    return Absorption(
        optical=optical, wavelength=wavelengths, reflectance=R, transmittance=T, absorptance=by_layer, waves=waves
    )


def absorb_hemisphere(optical: OpticalStack, wavelengths: FloatArray, nodes: int = _NODES) -> FloatArray:
    """Return the absorptance of each layer for light from the whole hemisphere, shape (n_wavelengths, n_layers).

    Notes
    -----
    Eq. (O9) of docs/method.md: 2 int A(theta) cos(theta) sin(theta) dtheta, unpolarised, by `nodes` of Gauss and
    Legendre in cos(theta). What leaves through the same face in equilibrium is this share of a black body's light.
    """
    cosines, weights = np.polynomial.legendre.leggauss(nodes)
    cosines, weights = 0.5 * (cosines + 1.0), 0.5 * weights
    return np.asarray(np.sum([
        2.0 * cosine * weight * absorb(optical, wavelengths, angle=math.degrees(math.acos(cosine))).absorptance
        for cosine, weight in zip(cosines, weights, strict=True)
    ], axis=0))  # fmt: skip


def pairs_of(stack: Stack, positions: Sequence[int], wavelengths: FloatArray, temperature: float) -> FloatArray:
    """Return the pairs that a photon absorbed in each of the layers makes, shape (n_wavelengths, n_layers).

    Rule pairs_above_gap: in a film of dots each absorbed photon makes a pair, in another layer those above its optical
    gap do; free carriers and defects take the rest. With multiplication_threshold and multiplication_slope a photon
    makes what eq. (X1) of docs/method.md says.
    """
    energy = HC_EV_NM / wavelengths
    pairs = np.empty((energy.size, len(positions)))
    for column, i in enumerate(positions):
        ends = electrical_ends(stack, i, temperature)  # of a graded layer the end with the smaller gap reaches further
        material = min(ends, key=optical_gap)
        gap, more = optical_gap(material), multiplication_of(material, stack.names[i])
        pairs[:, column] = energy >= (_reach(material) if material.kind == "dot film" else gap)
        if more is not None:
            by_dots = multiplication_yield(energy, band_gap=gap, threshold=more[0], slope=more[1])
            pairs[:, column] = np.maximum(pairs[:, column], by_dots)
    return pairs


def _reach(film: Material) -> float:
    """Return the photon energy below which a film of dots absorbs nothing that counts [eV]."""
    if film.optical is not None:
        return HC_EV_NM / film.optical.absorbs_to
    spectrum = film.absorption_spectrum
    return 0.0 if spectrum is None else spectrum.peak - max(8.0 * spectrum.width, 30.0 * spectrum.urbach_energy)


@attrs.frozen(eq=False)
class TwoPasses:
    """What layers would take of light in two passes to make pairs, where n and k of other layers are not known."""

    thickness: FloatArray  # [nm]
    constants: tuple[tuple[OpticalConstants, ...], ...]
    gaps: Sequence[float]  # [eV]
    pairs: Pairs

    @classmethod
    def of(cls, optical: OpticalStack, positions: Sequence[int], gaps: Sequence[float], pairs: Pairs) -> TwoPasses:
        """Return it of layers by their positions in the stack as written, with their optical gaps [eV]."""
        ends = [optical.constants[optical.positions.index(i)] for i in positions]
        return cls(optical.depth(positions), tuple(ends), gaps, pairs)

    @property
    def longest(self) -> float:
        """Wavelength to which k of the absorbers is known [nm]."""
        return min(each.wavelength_range[1] for ends in self.constants for each in ends)

    def __call__(self, wavelength: FloatArray) -> FloatArray:
        """Return 1 - exp(-2 alpha d); where k of the absorber itself is not known, 1 above its gap and 0 below."""
        energy, taken = HC_EV_NM / wavelength, np.zeros(wavelength.size)
        counts = (self.pairs(wavelength) > 0.0).T
        for d, ends, gap, makes in zip(self.thickness, self.constants, self.gaps, counts, strict=True):
            alpha = np.where(energy >= gap, np.inf, 0.0)
            known = np.all([np.any([part.has(wavelength) for part in each.parts], axis=0) for each in ends], axis=0)
            k = np.max([each.at(wavelength[known]).imag for each in ends], axis=0)
            alpha[known] = 4.0 * np.pi * k / wavelength[known]
            taken -= makes * np.expm1(-2.0 * alpha * d)
        return np.minimum(taken, 1.0)
