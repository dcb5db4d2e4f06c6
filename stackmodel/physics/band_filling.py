"""Names and codes of the carrier statistics; nothing here is compiled."""

from __future__ import annotations

from enum import IntEnum


class Statistics(IntEnum):
    """Relation between carrier density and Fermi level.

    BOLTZMANN: F = exp(eta); eta below about -3.
    FERMI_DIRAC: F = F_1/2(eta), a parabolic band.
    GAUSSIAN: site fraction of a Gaussian density of states.
    DIRAC: F = F_1(eta), a linear two-dimensional band (graphene).

    F_j is the complete Fermi-Dirac integral of order j, normalised by Gamma(j + 1), so that F -> exp(eta) far
    below the band edge.
    """

    BOLTZMANN = 0
    FERMI_DIRAC = 1
    GAUSSIAN = 2
    DIRAC = 3


# Kernels compare with plain integers, which numba freezes into the code.
BOLTZMANN, FERMI_DIRAC, GAUSSIAN, DIRAC = (int(code) for code in Statistics)
#: Code by the name that users write, such as "fermi-dirac".
CODES = {code.name.lower().replace("_", "-"): int(code) for code in Statistics}
