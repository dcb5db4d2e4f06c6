"""From names of statistics to the kernels: tables and neutral levels of one layer."""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError
from stackmodel.physics.band_filling import CODES
from stackmodel.physics.constants import BOLTZMANN_EV
from stackmodel.physics.statistics import TABLE_LENGTH, gaussian_table, neutral_level


def statistics_row(statistics: str, disorder: float, temperature: float) -> FloatArray:
    """Return the table of one layer's density of states, a row of zeros where the statistics need none.

    Parameters
    ----------
    statistics : str
        Name of the statistics, a key of `CODES`.
    disorder : float
        Standard deviation of a Gaussian density of states. [eV]
    temperature : float
        [K]
    """
    if statistics != "gaussian":
        return np.zeros(TABLE_LENGTH)
    return gaussian_table(disorder / (BOLTZMANN_EV * temperature))


def neutral_fermi_level_of(
    statistics: str,
    *,
    disorder: float,
    band_gap: float,
    conduction_band_dos: float,
    valence_band_dos: float,
    net_doping: float,
    temperature: float,
) -> float:
    """Return the Fermi level of a neutral layer above its conduction band edge [eV], for any statistics.

    Parameters are those of `neutrality.neutral_fermi_level`, with the name of the statistics and the standard
    deviation `disorder` of a Gaussian density of states [eV].
    """
    kT = BOLTZMANN_EV * temperature
    row, code = statistics_row(statistics, disorder, temperature), CODES[statistics]
    level = neutral_level(
        code, math.log(conduction_band_dos), row, code, math.log(valence_band_dos), row, band_gap / kT, net_doping
    )
    if math.isnan(level):
        raise InputError(
            f"a net doping of {net_doping:.3g} cm^-3 fills all states ({conduction_band_dos:.3g} and "
            f"{valence_band_dos:.3g} cm^-3); expected less doping than sites"
        )
    return float(level * kT)
