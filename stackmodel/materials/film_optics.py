"""n + i k of a film of dots: k of its absorption, n by Kramers and Kronig and the film's effective medium."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, attributed
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.film_answers import spectrum_of
from stackmodel.materials.film_rules import LIGAND_PERMITTIVITY, absorption_entry, filling, intrinsic_coefficient
from stackmodel.materials.optical_constants import OpticalConstants, Part
from stackmodel.materials.optical_curves import Tabulated
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.physics.film import maxwell_garnett
from stackmodel.physics.optical_models import extinction_of, kramers_kronig
from stackmodel.results.film_absorption import FilmSpectrum

if TYPE_CHECKING:
    from stackmodel.materials.dot_film import QuantumDotFilm

#: Rule film_ultraviolet: energy to which absorption stays what it is at the anchor, and that of the pole. [eV]
END, POLE = 12.0, 8.0
#: A film is described to this wavelength [nm], or to this multiple of its 1S peak if that is longer.
FAR, FAR_PEAKS = 3000.0, 1.5
#: Steps of k to a standard deviation of the peak, and of n.
STEPS_OF_K, STEPS_OF_N = 150, 12


def film_constants(film: QuantumDotFilm) -> OpticalConstants:
    """Return the optical constants that a film's recipe makes.

    Notes
    -----
    Eqs. (N7) and (N8) of docs/method.md: k = alpha lambda / (4 pi), with alpha of (F9), the same that `absorption`
    gives. n is its integral by Kramers and Kronig, with a pole in the ultraviolet so strong that n at zero energy is
    that of `film_index`.
    """
    absorbing = spectrum_of(film)
    still, spread, by = _still(film)
    with attributed(film.name):
        part = _part(absorbing, still, spread)
    return OpticalConstants(
        name=film.name, parts=(part,), source=f"computed from the recipe: {_source(film)}", why="(F9), (N7), (N8)",
        notices=_notices(absorbing, still, by), provenance="derived", confidence="low",
        rules=film_rules(film),
    )  # fmt: skip


@lru_cache(maxsize=256)  # a sweep of anything electrical asks the same again
def _part(absorbing: FilmSpectrum, still: float, spread: float) -> Part:
    low = HC_EV_NM / absorbing.anchor
    high = max(FAR, FAR_PEAKS * HC_EV_NM / absorbing.peak)
    fine = _grid(absorbing, HC_EV_NM / high, STEPS_OF_K)
    coarse = _grid(absorbing, HC_EV_NM / high, STEPS_OF_N)
    n = _index(absorbing, coarse, still, spread)
    if n.min() <= 0.0:
        raise DataError(f"n would fall to {n.min():.2g}; the absorption given is too strong for the film")
    return Part.of(
        Tabulated.of(HC_EV_NM / coarse, n, "n"), Tabulated.of(HC_EV_NM / fine, _extinction(absorbing, fine), "k"),
        low, high,
    )  # fmt: skip


def film_index(film: QuantumDotFilm) -> float:
    """Return the index far below the gap: the root of the optical_permittivity given, else as measured, else (F2)."""
    return _still(film)[0]


def _still(film: QuantumDotFilm) -> tuple[float, float, str]:
    """Return the index far below the gap, its spread, and where it comes from."""
    given = film.parameters.get("optical_permittivity")
    if given is not None:
        return math.sqrt(given.value), 0.0, f"the root of the optical_permittivity ({given.source})"
    measured = read_toml("absorption.toml").get(film.recipe.structure, {}).get("index")
    if measured is not None:
        source = read_toml("sources.toml")[measured["source"]]["citation"]
        spread = float(measured["spread"])
        return measured["value"], spread, f"measured on such films, +- {spread:g} ({source})"
    inside = film.dot.core_value("optical_permittivity")
    fraction = filling(film.dot, film.parameters)
    index = math.sqrt(maxwell_garnett(inside=inside, medium=LIGAND_PERMITTIVITY, fraction=fraction))
    return index, 0.0, f"that of {fraction:.2f} dots by volume in ligand of index 1.5, (F2); films with voids have less"


def _grid(absorbing: FilmSpectrum, lowest: float, steps: int) -> FloatArray:
    """Return rising photon energies to the anchor, close around the peak and the kink of the continuum in it."""
    step = absorbing.width / steps
    near = min(absorbing.anchor, absorbing.peak + 6.0 * absorbing.width)
    around = np.arange(max(lowest, absorbing.peak - 10.0 * absorbing.width), near, step)
    below = np.linspace(lowest, around[0], 4 * steps)
    above = np.linspace(near, absorbing.anchor, 20 * steps)
    return np.unique(np.concatenate((below, around, [absorbing.peak], above)))


def _extinction(absorbing: FilmSpectrum, energy: FloatArray) -> FloatArray:
    """Return k = alpha lambda / (4 pi); beyond the anchor with alpha of the anchor."""
    alpha = absorbing.coefficient(np.minimum(energy, absorbing.anchor))
    return extinction_of(alpha, energy)


def _index(absorbing: FilmSpectrum, energy: FloatArray, still: float, spread: float) -> FloatArray:
    """Return n at photon energies below the anchor, `still` at zero, or up to `spread` more if absorption makes it."""
    known = _grid(absorbing, min(1e-3, energy[0]), 2 * STEPS_OF_N)
    beyond = np.geomspace(absorbing.anchor, END, 400)[1:]
    grid = np.concatenate(([0.0], known, beyond, [END * (1.0 + 1e-9)]))
    k = np.concatenate(([0.0], _extinction(absorbing, known), _extinction(absorbing, beyond), [0.0]))
    by_absorption = kramers_kronig(grid, k, np.concatenate(([0.0], energy)))
    rest = still - 1.0 - by_absorption[0]
    if rest < -spread:
        raise DataError(
            f"the absorption alone makes an index of {1.0 + by_absorption[0]:.3g}, more than the {still:.3g} of the "
            "film's effective medium; give a smaller absorption_coefficient, or optical=..."
        )
    found: FloatArray = 1.0 + by_absorption[1:] + max(rest, 0.0) * POLE**2 / (POLE**2 - energy**2)
    return found


def _peak_is_given(film: QuantumDotFilm) -> bool:
    given = film.parameters.get("absorption_coefficient")
    return given is not None and given.provenance == "user"


def film_rules(film: QuantumDotFilm) -> tuple[str, ...]:
    """Return the rules that k and n rest on."""
    of_peak = () if _peak_is_given(film) else ("cross_section_absorption",)
    of_anchor = intrinsic_coefficient(film.recipe.core).rules
    return (*of_peak, "absorption_continuum", *of_anchor, "film_ultraviolet")


def _source(film: QuantumDotFilm) -> str:
    edge = "as given" if _peak_is_given(film) else _edge_source(film.recipe.core)
    return f"1S peak {edge}; far above the gap {intrinsic_coefficient(film.recipe.core).source}"


def _edge_source(core: str) -> str:
    return str(read_toml("sources.toml")[absorption_entry(core, "edge")["source"]]["citation"])


def _notices(absorbing: FilmSpectrum, still: float, by: str) -> tuple[str, ...]:
    """Return how n and k came about, in a reader's order."""
    peak, anchor = HC_EV_NM / absorbing.peak, HC_EV_NM / absorbing.anchor
    k = (
        f"k: 1S peak at {peak:.0f} nm with {absorbing.alpha_peak:.3g} cm^-1, {1e3 * absorbing.width:.0f} meV wide "
        f"(standard deviation); {absorbing.alpha_anchor:.3g} cm^-1 at {anchor:.0f} nm; "
    )
    if absorbing.urbach_energy:
        k += f"Urbach tail of {1e3 * absorbing.urbach_energy:g} meV"
    else:
        k += "no tail below the peak, give urbach_energy=... where one was measured"
    n = (
        f"n: Kramers-Kronig of k, and a pole at {POLE:g} eV so that n far below the gap is {still:.3g}, {by}; "
        "vibrations of ligands and free carriers are not in n and k"
    )
    beyond = (
        f"beyond {absorbing.anchor:.2f} eV absorption is taken as constant to {END:g} eV, for n alone, which is "
        "uncertain by about 0.1 near that end"
    )
    return k, n, beyond
