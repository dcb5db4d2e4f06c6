"""Compile every kernel by asking one small question of each kind."""

from __future__ import annotations

import numpy as np

from stackmodel.materials.material import Material
from stackmodel.physics import transfer_matrix
from stackmodel.solvers import drift_diffusion, equilibrium
from stackmodel.solvers.response import collection
from stackmodel.structure.contact import Contact
from stackmodel.structure.layer import Layer
from stackmodel.structure.levels import ends
from stackmodel.structure.profile import Profile
from stackmodel.structure.stack import Stack


def warmup() -> None:
    """Compile the kernels and leave their machine code in the cache."""
    material = Material(
        name="warm-up", statistics="fermi-dirac", electron_affinity=4.0, band_gap=1.0, relative_permittivity=10.0,
        conduction_band_dos=1e19, valence_band_dos=1e19, electron_mobility=1.0, hole_mobility=1.0,
        electron_lifetime=1e-7, hole_lifetime=1e-7,
    )  # fmt: skip
    stack = Stack([Layer(material, 100.0, donor_density=1e17), Layer(material, 100.0, acceptor_density=1e17)])
    both = ends(stack, Contact.ohmic(), Contact.ohmic(), 300.0)
    equilibrium.solve(Profile(stack, 300.0), both)
    task = drift_diffusion.problem(stack, both, anode="back", temperature=300.0)
    collection(task, drift_diffusion.solve(task, [0.1, 0.2])[0])
    wavelength, index, thickness = np.array([500.0]), np.full((1, 3), 1.5 + 0.1j), np.array([100.0])
    *_, waves = transfer_matrix.solve(wavelength, index, thickness, np.array([True]), 0.0, False)
    transfer_matrix.cells(waves, thickness, np.array([0]), np.array([0.0]), thickness)
