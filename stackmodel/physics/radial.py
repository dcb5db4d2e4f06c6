"""Ground state of an effective-mass particle in concentric shells, or between plane layers, of any materials."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import COULOMB_EV_NM, KINETIC_EV_NM2

#: Power of r by which the area of a sphere, or of half a platelet, grows.
POWERS = {"sphere": 2, "platelet": 0}


@attrs.frozen(eq=False, kw_only=True, repr=False)
class RadialMesh:
    """Nodes from the centre outwards, one on each interface, and what weighs them.

    Attributes
    ----------
    r : ndarray, shape (n_nodes,)
        Distance from the centre, the wall included. [nm]
    region : ndarray, shape (n_nodes - 1,)
        Index of the layer that an element belongs to.
    place : ndarray, shape (n_nodes - 1,)
        Where in its layer the middle of an element lies, from 0 to 1.
    half : ndarray, shape (2, n_nodes - 1)
        Volume of the inner and of the outer half of each element over 4 pi, or over the platelet's area. [nm^3] or [nm]
    stiffness : ndarray, shape (n_nodes - 1,)
        r^p / h in the middle of each element.
    """

    r: FloatArray
    region: NDArray[np.intp]
    place: FloatArray
    half: FloatArray
    stiffness: FloatArray

    @property
    def volume(self) -> FloatArray:
        """Volume that belongs to each node."""
        return spread(self, np.ones_like(self.stiffness))


def radial_mesh(widths: FloatArray, *, shape: str, step: float) -> RadialMesh:
    """Return the mesh of layers of `widths` [nm], each cut into equal elements not longer than `step` [nm]."""
    counts = np.maximum(np.ceil(np.asarray(widths) / step - 1e-9).astype(int), 2)
    ends = np.concatenate([[0.0], np.cumsum(widths)])
    pieces = [np.linspace(a, b, count + 1)[1:] for a, b, count in zip(ends[:-1], ends[1:], counts, strict=True)]
    r = np.concatenate([[0.0], *pieces])
    middle = 0.5 * (r[1:] + r[:-1])
    power = POWERS[shape]
    content = [edge ** (power + 1) / (power + 1) for edge in (r[:-1], middle, r[1:])]
    return RadialMesh(
        r=r,
        region=np.repeat(np.arange(counts.size), counts),
        place=np.concatenate([(np.arange(count) + 0.5) / count for count in counts]),
        half=np.array([content[1] - content[0], content[2] - content[1]]),
        stiffness=middle**power / np.diff(r),
    )


def spread(mesh: RadialMesh, on_elements: FloatArray) -> FloatArray:
    """Return the integral of a quantity, constant on each element, over the volume of each node."""
    on_nodes = np.zeros(mesh.r.size)
    on_nodes[:-1] += mesh.half[0] * on_elements
    on_nodes[1:] += mesh.half[1] * on_elements
    return on_nodes


def ground_state(mesh: RadialMesh, *, mass: FloatArray, potential: FloatArray) -> tuple[float, FloatArray]:
    """Lowest even state of the BenDaniel-Duke equation with R = 0 at the last node.

    Parameters
    ----------
    mesh : RadialMesh
        Nodes and their weights.
    mass : ndarray, shape (n_nodes - 1,)
        Effective mass on the elements. [m_0]
    potential : ndarray, shape (n_nodes - 1,)
        Band edge on the elements. [eV]

    Returns
    -------
    energy : float
        On the scale of `potential`. [eV]
    R : ndarray, shape (n_nodes,)
        Envelope, positive at the centre, with sum(volume R^2) = 1.

    Notes
    -----
    Eq. (Q15) of docs/method.md: -(hbar^2 / 2) r^-p d/dr (r^p / m dR/dr) + V R = E R, p = 2 for a sphere (s states) and
    0 for a platelet. R and (1/m) dR/dr are continuous. Finite volumes about the nodes, of second order in the step,
    since the interfaces lie on nodes. For u = r R of the sphere it is the textbook's -(hbar^2 / 2) u'' / m + V u = E u
    within each layer.

    References
    ----------
    .. [1] D. J. BenDaniel and C. B. Duke, Phys. Rev. 152, 683 (1966).
    """
    from scipy.linalg import eigh_tridiagonal

    volume = mesh.volume[:-1]
    coupling = KINETIC_EV_NM2 * mesh.stiffness / mass
    diagonal = spread(mesh, potential)[:-1]
    diagonal += coupling
    diagonal[1:] += coupling[:-1]
    root = np.sqrt(volume)
    energies, states = eigh_tridiagonal(
        diagonal / volume, -coupling[:-1] / (root[:-1] * root[1:]), select="i", select_range=(0, 0)
    )
    R = np.append(states[:, 0] / root, 0.0)
    return float(energies[0]), R * np.sign(R[np.argmax(np.abs(R))])


def kane_state(
    mesh: RadialMesh, *, mass: FloatArray, potential: FloatArray, E_g: FloatArray, tolerance: float = 1e-12
) -> tuple[float, FloatArray]:
    """Lowest even state with the mass of each layer taken at the energy of the state.

    Parameters
    ----------
    mesh : RadialMesh
        Nodes and their weights.
    mass, potential : ndarray, shape (n_nodes - 1,)
        Mass at the band edge [m_0], and the band edge. [eV]
    E_g : ndarray, shape (n_nodes - 1,)
        Gap that bends the band; infinite where it is parabolic. [eV]
    tolerance : float
        Of the energy. [eV]

    Returns
    -------
    energy : float
        On the scale of `potential`. [eV]
    R : ndarray, shape (n_nodes,)
        Envelope, see `ground_state`.

    Notes
    -----
    Eq. (Q16) of docs/method.md: m(E) = m (1 + (E - V) / E_g), which is (Q3) within a layer. The energy of
    `ground_state` falls as the masses grow with E, so that there is one solution; it is bracketed and found by Brent's
    method. Where a state lies more than E_g below an edge the mass would be negative: it is held at a hundredth.
    """
    from scipy.optimize import brentq

    def state(energy: float) -> tuple[float, FloatArray]:
        bent = np.maximum(1.0 + (energy - potential) / E_g, 0.01)
        return ground_state(mesh, mass=mass * bent, potential=potential)

    bottom = float(potential.min())
    top = state(bottom)[0]
    if not np.isfinite(E_g).any() or top - bottom < tolerance:
        return state(top)
    energy = brentq(lambda trial: state(trial)[0] - trial, bottom, top, xtol=tolerance)
    return energy, state(energy)[1]


def probabilities(mesh: RadialMesh, R: FloatArray) -> FloatArray:
    """Probability of a carrier to be in each layer; they sum to one."""
    inner, outer = mesh.half[0] * R[:-1] ** 2, mesh.half[1] * R[1:] ** 2
    return np.asarray(np.bincount(mesh.region, weights=inner + outer), dtype=np.float64)


def overlap(mesh: RadialMesh, R_e: FloatArray, R_h: FloatArray) -> float:
    """Overlap of two envelopes, |<e|h>|^2."""
    return float(np.sum(mesh.volume * R_e * R_h) ** 2)


def coulomb_integral(mesh: RadialMesh, R_e: FloatArray, R_h: FloatArray, *, permittivity: float) -> float:
    """Attraction of electron and hole in a sphere by their envelopes, first order [eV].

    Notes
    -----
    Eq. (Q18) of docs/method.md: e^2 / (4 pi eps_0 eps) int [Q_e dQ_h/dr + Q_h dQ_e/dr] dr / r, with Q(r) the share of a
    carrier within r. For two 1S states of an infinite well it is (Q2).
    """
    charges = [mesh.volume * R**2 for R in (R_e, R_h)]
    # A carrier sees all of the other that is nearer to the centre, and half of what is at its own distance.
    within = [np.cumsum(charge) - 0.5 * charge for charge in charges]
    pairs = within[0] * charges[1] + within[1] * charges[0]
    return float(COULOMB_EV_NM / permittivity * np.sum(pairs[1:] / mesh.r[1:]))
