"""How the bands of a neutral material fill: the only place outside compiled code that selects statistics."""

from __future__ import annotations

import math
from collections.abc import Callable

from stackmodel.materials.material import Material, remembered
from stackmodel.physics.band_filling import CODES
from stackmodel.physics.constants import BOLTZMANN_EV
from stackmodel.physics.neutrality import ln_fermi_dirac, ln_site, neutral_fermi_level, neutral_level_of


def ln_filled(material: Material) -> Callable[[float], float]:
    """Return ln F(eta) of a material's bands, n = N F(eta); compiled code is loaded only where it must be."""
    plain: dict[str, Callable[[float], float]] = {
        "boltzmann": float, "fermi-dirac": ln_fermi_dirac, "gaussian": ln_site,
    }  # fmt: skip
    if material.statistics in plain and not _disorder(material) > 0.0:
        return plain[material.statistics]
    from stackmodel.physics.occupation import statistics_row
    from stackmodel.physics.statistics import ln_density

    row = statistics_row(material.statistics, _disorder(material), material.temperature)
    code = CODES[material.statistics]
    return lambda eta: float(ln_density(code, eta, row)[0])


def _disorder(material: Material) -> float:
    """Return the standard deviation of a Gaussian density of states, 0 where it is none [eV]."""
    return material.value("electronic_disorder") if material.statistics == "gaussian" else 0.0


def neutral_level(material: Material, *, net_doping: float, band_gap: float | None = None) -> float:
    """Return the Fermi level of the neutral material without charged traps above its conduction level [eV].

    `net_doping` is donors minus acceptors [cm^-3]; `band_gap` the material's own unless given [eV].
    """
    gap = material.value("band_gap") if band_gap is None else band_gap
    N_C, N_V, T = material.value("conduction_band_dos"), material.value("valence_band_dos"), material.temperature
    if material.statistics == "boltzmann":
        return neutral_fermi_level(
            band_gap=gap, conduction_band_dos=N_C, valence_band_dos=N_V, net_doping=net_doping, temperature=T
        )
    if material.statistics == "dirac" or _disorder(material) > 0.0:
        from stackmodel.physics.occupation import neutral_fermi_level_of

        return neutral_fermi_level_of(
            material.statistics, disorder=_disorder(material), band_gap=gap, conduction_band_dos=N_C,
            valence_band_dos=N_V, net_doping=net_doping, temperature=T,
        )  # fmt: skip
    return neutral_level_of(
        ln_filled(material), band_gap=gap, conduction_band_dos=N_C, valence_band_dos=N_V, net_doping=net_doping,
        temperature=T,
    )  # fmt: skip


def densities_at(material: Material, level: float) -> tuple[float, float]:
    """Return electrons and holes [cm^-3] at a Fermi level above the conduction level [eV]."""
    kT, filled = BOLTZMANN_EV * material.temperature, ln_filled(material)
    n = material.value("conduction_band_dos") * math.exp(filled(level / kT))
    return n, material.value("valence_band_dos") * math.exp(filled(-(material.value("band_gap") + level) / kT))


@remembered
def intrinsic_density(material: Material) -> float:
    """Return sqrt(n p) of the neutral material without doping [cm^-3]."""
    n, p = densities_at(material, neutral_level(material, net_doping=0.0))
    return math.sqrt(n) * math.sqrt(p)


def degeneracy(material: Material) -> float:
    """Return how much higher a doped material's Fermi level lies than under Boltzmann statistics [eV].

    Negative in p-type ones. The states that fill are those of a parabolic band, in a film of dots its sites; 0 for
    other densities of states.
    """
    net, N_C, N_V = material.net_doping, material.value("conduction_band_dos"), material.value("valence_band_dos")
    states = N_C if net > 0.0 else N_V
    sites = material.kind == "dot film"
    if material.statistics not in ("boltzmann", "fermi-dirac") or abs(net) < 1e-3 * states:
        return 0.0
    if sites and abs(net) >= states:
        return math.copysign(math.inf, net)
    gap, T = material.value("band_gap"), material.temperature
    true = neutral_level_of(
        ln_site if sites else ln_fermi_dirac, band_gap=gap, conduction_band_dos=N_C, valence_band_dos=N_V,
        net_doping=net, temperature=T,
    )  # fmt: skip
    return true - neutral_fermi_level(
        band_gap=gap, conduction_band_dos=N_C, valence_band_dos=N_V, net_doping=net, temperature=T
    )
