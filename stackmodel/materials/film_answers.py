"""What a film says of itself: measured values beside those of the rules, the chain of passivation, its absorption."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import DataError, UnsupportedError
from stackmodel.materials.assumptions import rules_table
from stackmodel.materials.filling import intrinsic_density, neutral_level
from stackmodel.materials.film_rules import (
    LIGAND_PERMITTIVITY,
    anchor_absorption,
    dots_per_volume,
    effective_permittivity,
    exciton_disorder,
    filling,
    hopping,
    in_film,
    peak_absorption,
    peak_width,
    surface_of,
)
from stackmodel.materials.material import EXPLAINED
from stackmodel.output.table import Table
from stackmodel.physics.constants import ELEMENTARY_CHARGE, HC_EV_NM, NM
from stackmodel.physics.film import maxwell_garnett, thermal_shift
from stackmodel.physics.luminescence import photoluminescence_yield
from stackmodel.physics.optical_models import coefficient_of
from stackmodel.quantities import all_checked, checked
from stackmodel.results.base import Provenance
from stackmodel.results.film_absorption import FilmAbsorption, FilmSpectrum
from stackmodel.units import Value

if TYPE_CHECKING:
    from stackmodel.materials.dot_film import QuantumDotFilm
    from stackmodel.materials.optical_constants import OpticalConstants

#: Levels further apart than this do not agree, as photoemission and doping are known. [eV]
AGREEMENT = 0.15
#: Rule absorption_continuum.
CONTINUUM_EXPONENT = 1.5
STEPS = ("step", "value", "unit", "from")


def by_closed_forms(film: QuantumDotFilm) -> Iterator[tuple[Any, ...]]:
    """Yield rows of `explain` for what the closed forms give beside the values that the film uses."""
    dot, known = film.dot, film.parameters
    yield _row("sizing curve", dot.curve, "", dot.sizing.source, "as given" if film.recipe.curve else "by default")
    yield _row("core and shell fraction", filling(dot, known), "", "close packing, (F1)", "")
    yield _row("dots per volume", dots_per_volume(dot, known), "cm^-3", "close packing", "")
    try:
        used = f"the film has {film.value('relative_permittivity'):g}"
        yield _row("permittivity by effective medium", effective_permittivity(dot, known), "", "Bruggeman, (F3)", used)
        mobility, activation = hopping(dot, known)
        used = f"the film has {film.value('electron_mobility'):g} (electrons)"
        yield _row("mobility by hopping", mobility, "cm^2/(V s)", "(F7)", used)
        yield _row("charging energy", activation, "eV", "(Q8)", "in the permittivity of the film")
        used = f"the film has {film.value('absorption_coefficient'):g} above the optical gap"
        yield _row("absorption at the 1S peak", peak_absorption(dot, known), "cm^-1", "cross section, (F8)", used)
    except (DataError, UnsupportedError):  # not known of this core: the table says what is
        pass
    yield from _fermi_rows(film)


def _row(name: str, value: float | str, unit: str, source: str, note: str) -> tuple[Any, ...]:
    row = {"parameter": name, "value": value, "unit": unit, "source": source, "provenance": "derived",
           "confidence": "low", "note": note}  # fmt: skip
    return tuple(row[column] for column in EXPLAINED)


def _fermi_rows(film: QuantumDotFilm) -> Iterator[tuple[Any, ...]]:
    """Yield the Fermi level by the doping and the one by photoemission, and whether they agree."""
    ligand, net = film.ligand_entry, film.net_doping
    level = neutral_level(film, net_doping=net) - film.value("electron_affinity")
    kind = "n" if net > 0.0 else "p" if net < 0.0 else "undoped"
    said = ligand.fermi_type
    note = f"doping {kind}" + ("" if said in (None, kind) else f"; reported {said}-type")
    yield _row("Fermi level by doping", level, "eV", "neutral layer, (A6)", note)
    if ligand.fermi_level is not None:
        verdict = doping_verdict(film)
        yield _row("Fermi level by photoemission", ligand.fermi_level, "eV", "of the reference dots", verdict)


def doping_verdict(film: QuantumDotFilm) -> str:
    """Return whether the doping that is stated of a ligand agrees with the Fermi level that photoemission found."""
    ligand = film.ligand_entry
    if ligand.fermi_level is None:
        return "no Fermi level was measured"
    values = ligand.values
    chi, gap = values["electron_affinity"].value, values["band_gap"].value
    doping = (("donor_density", 1.0), ("acceptor_density", -1.0))
    net = sum(sign * values[name].value for name, sign in doping if name in values)
    level = neutral_level(film, net_doping=net, band_gap=gap) - chi
    apart = ligand.fermi_level - level
    middle = ligand.fermi_level + chi + 0.5 * gap
    where = f"{abs(middle):.2f} eV {'above' if middle > 0 else 'below'} midgap"
    if abs(apart) <= AGREEMENT:
        return f"{where}; agrees with the stated doping within {abs(apart):.2f} eV"
    side = "above" if apart < 0.0 else "below"
    return f"{where}; contradicts the stated doping, which would put it {abs(apart):.2f} eV {side}"


def passivation_of(
    film: QuantumDotFilm, temperature: Value, depletion_width: Value | None, radiative_lifetime: Value | None
) -> Table:
    """Return the answer of `QuantumDotFilm.passivation`."""
    T = checked("temperature", temperature, film.name)
    dot, known = film.dot, film.parameters
    surface = surface_of(dot, known, film.ligand_entry)
    ratio = 6.0 / dot.outer_diameter
    fraction = surface.unpassivated_fraction
    rows: list[tuple[str, Any, str, str]] = [
        ("ligand", film.recipe.ligand, "", film.note),
        ("diameter", dot.outer_diameter, "nm", "with shells" if dot.shells else "of the core"),
        ("surface to volume", ratio, "nm^-1", "6 / d of a sphere"),
        ("truncation", surface.truncation.value, "", surface.truncation.note or surface.truncation.source),
        ("atoms on {111}", surface.polar_atoms, "", "(F10), (F11)"),
        ("atoms on {100}", surface.neutral_atoms, "", "(F10), (F11)"),
        ("unpassivated fraction", fraction.value, "", fraction.note or fraction.source),
        ("traps per dot", surface.traps_per_dot, "", "fraction x atoms"),
        ("trap density", surface.trap_density, "cm^-3", "(F12)"),
        ("capture coefficient", surface.capture, "cm^3/s", surface.capture_note),
        ("lifetime by the surface", surface.lifetime, "s", "1 / (c N_t), (F12)"),
        ("lifetime of the film", film.value("electron_lifetime"), "s", film.parameter("electron_lifetime").source),
        *_emission_rows(film, surface.lifetime, radiative_lifetime),
    ]
    if "size_dispersion" in known:
        shift = thermal_shift(disorder=exciton_disorder(dot, known), temperature=T)
        rows.append(("Stokes shift", shift, "eV", "sigma^2 / kT of the spread of sizes, (F5)"))
    else:
        rows.append(("Stokes shift", None, "eV", "give size_dispersion="))
    rows += _dark_rows(film, surface.lifetime, T, depletion_width)
    cells = [dict(zip(STEPS, row, strict=True)) for row in rows]
    return Table.from_rows(cells, STEPS, f"{film.name}: from ligand to dark current at {T:g} K")


def _emission_rows(
    film: QuantumDotFilm, lifetime: float, radiative_lifetime: Value | None
) -> list[tuple[str, Any, str, str]]:
    """Return radiative lifetime and yield of emission; without them the reason."""
    try:
        if radiative_lifetime is None:
            radiative, how = radiative_in_film(film), "(Q11), in the film by (F8) and detailed balance"
        else:
            radiative, how = checked("electron_lifetime", radiative_lifetime, film.name), "given by the user"
    except (DataError, UnsupportedError) as error:
        return [("PLQY", None, "", str(error))]
    plqy = photoluminescence_yield(radiative_rate=1.0 / radiative, nonradiative_rate=1.0 / lifetime)
    return [("radiative lifetime", radiative, "s", how), ("PLQY", plqy, "", "k_r / (k_r + k_nr), (W1)")]


def radiative_in_film(film: QuantumDotFilm) -> float:
    """Return the radiative lifetime of a dot among its neighbours [s].

    Emission goes with n^2 times absorption (detailed balance), so what (F8) says of one holds of the other.
    """
    dot, known = film.dot, film.parameters
    inside = dot.core_value("optical_permittivity")
    density = maxwell_garnett(inside=inside, medium=LIGAND_PERMITTIVITY, fraction=filling(dot, known))
    faster = in_film(dot, known) * density / LIGAND_PERMITTIVITY
    return dot.radiative_lifetime(math.sqrt(LIGAND_PERMITTIVITY)) / faster


def _dark_rows(
    film: QuantumDotFilm, lifetime: float, T: float, depletion_width: Value | None
) -> list[tuple[str, Any, str, str]]:
    disorder = film.value("electronic_disorder")
    n_i = intrinsic_density(film.at(T))
    rate = n_i / (2.0 * lifetime)
    rows: list[tuple[str, Any, str, str]] = [
        ("intrinsic density", n_i, "cm^-3", f"(F13), disorder {disorder:.3g} eV"),
        ("generation in the dark", rate, "cm^-3 s^-1", "n_i / (tau_n + tau_p)"),
    ]
    if depletion_width is not None:
        width = checked("thickness", depletion_width, film.name)
        rows.append(("dark current density", ELEMENTARY_CHARGE * rate * width * NM, "A/cm^2",
                     f"q x generation x {width:g} nm"))  # fmt: skip
    return rows


def absorption_of(film: QuantumDotFilm, wavelengths: Sequence[float]) -> FilmAbsorption:
    """Return the answer of `QuantumDotFilm.absorption`."""
    asked = all_checked("wavelength", wavelengths, film.name, what="wavelengths", example="[850, 940]")
    if film.optical is not None:
        return _by_given_optics(film, film.optical, asked)
    spectrum = spectrum_of(film)
    spectrum.refuse_beyond(float(asked.min()), film.name)
    return FilmAbsorption(
        name=film.name, wavelength=asked, absorption_coefficient=spectrum.coefficient(HC_EV_NM / asked),
        optical_gap=spectrum.peak, peak_width=spectrum.width, peak_absorption=spectrum.alpha_peak,
        urbach_energy=spectrum.urbach_energy or None, provenance=_record("absorption()", film),
    )  # fmt: skip


def _by_given_optics(film: QuantumDotFilm, optical: OpticalConstants, asked: FloatArray) -> FilmAbsorption:
    """Return the absorption of a film whose n and k were given: one film absorbs in one way."""
    peak = HC_EV_NM / film.value("optical_gap")
    wavelengths = np.append(asked, peak)
    alpha = coefficient_of(optical.at(wavelengths, whose=film.name).imag, wavelengths)
    return FilmAbsorption(
        name=film.name, wavelength=asked, absorption_coefficient=alpha[:-1], optical_gap=film.value("optical_gap"),
        peak_width=peak_width(film.dot, film.parameters), peak_absorption=float(alpha[-1]), urbach_energy=None,
        provenance=_record("absorption()", film),
    )  # fmt: skip


def spectrum_of(film: QuantumDotFilm) -> FilmSpectrum:
    """Return the spectrum of a film; DataError or UnsupportedError where something of it is not known."""
    dot, known = film.dot, film.parameters
    anchor, alpha_anchor = anchor_absorption(dot, known)
    given = known.get("absorption_coefficient")
    by_user = given is not None and given.provenance == "user"
    return FilmSpectrum(
        peak=film.value("optical_gap"), width=peak_width(dot, known),
        alpha_peak=given.value if given is not None and by_user else peak_absorption(dot, known), anchor=anchor,
        alpha_anchor=alpha_anchor, exponent=CONTINUUM_EXPONENT,
        urbach_energy=known["urbach_energy"].value if "urbach_energy" in known else 0.0,
    )  # fmt: skip


def _record(question: str, film: QuantumDotFilm) -> Provenance:
    names = dict.fromkeys(
        ["cross_section_absorption", "absorption_continuum", *(p.assumption for p in film.explained() if p.assumption)]
    )
    made = film.notation, film.explain(), rules_table(film.name, names)
    return Provenance(question, lambda: made)
