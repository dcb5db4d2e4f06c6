"""The one table of physical quantities: name, symbol, unit, plausible range, meaning.

Everything that reads, checks, labels or documents a quantity asks this table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from numbers import Real
from typing import Any

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, attributed, did_you_mean, shorten
from stackmodel.units import Value, conversion_factor, split_number_unit, to_unit


@attrs.frozen
class Quantity:
    """One row of the table.

    `low` and `high` bound what is plausible (inclusive); `zero` and `infinite` say whether the values 0 and
    infinity are meaningful beside that range. `of_material` marks what a material or a layer carries.
    """

    name: str
    symbol: str
    unit: str
    low: float
    high: float
    meaning: str
    of_material: bool = True
    zero: bool = False
    infinite: bool = False

    @property
    def label(self) -> str:
        """Column head or axis label: name with unit in brackets."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def holds(self, value: float) -> bool:
        """Whether `value` lies in the plausible range."""
        return self.low <= value <= self.high or (self.zero and value == 0.0) or (self.infinite and value == math.inf)


def _trap_rows(family: str, symbol: str, which: str, density: dict[str, Any]) -> tuple[Quantity, ...]:
    """Return the rows of one family of traps: how many, where, how wide, how fast."""
    q = Quantity
    capture: dict[str, Any] = {"unit": "cm^3/s", "low": 1e-22, "high": 1e-3}
    section: dict[str, Any] = {"unit": "cm^2", "low": 1e-24, "high": 1e-10}
    barrier: dict[str, Any] = {"unit": "eV", "low": 1e-4, "high": 2.0, "zero": True}
    rows = (
        q(f"{family}_density", f"N_{symbol}", **{**density, "zero": True}, meaning=f"Density of {which}"),
        q(f"{family}_level", f"E_{symbol}", "eV", -5.0, 5.0, f"Level of {which}, above midgap"),
        q(f"{family}_width", f"sigma_{symbol}", "eV", 1e-3, 1.0, f"Standard deviation of the levels of {which}"),
        q(f"{family}_tail_energy", f"U_{symbol}", "eV", 1e-3, 1.0, f"Decay of an exponential tail of {which}"),
        *(
            row
            for carrier, letter in (("electron", "n"), ("hole", "p"))
            for row in (
                q(f"{family}_{carrier}_capture", f"c_{letter}{symbol}", **capture,
                  meaning=f"Capture of {carrier}s by {which}"),
                q(f"{family}_{carrier}_capture_cross_section", f"sigma_{letter}{symbol}", **section,
                  meaning=f"Cross section of {which} for {carrier}s"),
                q(f"{family}_{carrier}_capture_energy", f"E_{letter}{symbol}", **barrier,
                  meaning=f"Activation of the capture of {carrier}s by {which}"),
            )
        ),
    )  # fmt: skip
    return tuple(attrs.evolve(row, of_material=density.get("of_material", True)) for row in rows)


#: Above this no number is given; a bound that none is.
_UNLIMITED = 1e300


def _rows() -> tuple[Quantity, ...]:
    q = Quantity
    density: dict[str, Any] = {"unit": "cm^-3", "low": 1e0, "high": 1e23}
    mobility: dict[str, Any] = {"unit": "cm^2/(V s)", "low": 1e-12, "high": 1e6}
    lifetime: dict[str, Any] = {"unit": "s", "low": 1e-15, "high": _UNLIMITED, "infinite": True}
    mass: dict[str, Any] = {"unit": "", "low": 1e-3, "high": 10.0}
    sheet: dict[str, Any] = {"unit": "cm^-2", "low": 1e0, "high": 1e16, "of_material": False, "zero": True}
    return (
        q("electron_affinity", "chi", "eV", 0.3, 8.0, "Vacuum level minus conduction band edge"),
        q("band_gap", "E_g", "eV", -0.5, 12.0, "Transport gap, E_C - E_V; below 0 the bands are inverted (HgTe)"),
        q("optical_gap", "E_opt", "eV", 0.0, 12.0, "Energy of the 1S absorption peak in the film"),
        q("ionization_potential", "IP", "eV", 2.0, 14.0, "Vacuum level minus valence band edge"),
        q("work_function", "W", "eV", 1.5, 8.0, "Vacuum level minus Fermi level of an electrode"),
        q("charge_neutrality_level", "E_CNL", "eV", -1.0, 9.0, "Charge-neutrality level above the valence edge"),
        q("relative_permittivity", "eps_r", "", 1.0, 1e5, "Static relative permittivity"),
        q("optical_permittivity", "eps_inf", "", 1.0, 50.0, "High-frequency relative permittivity"),
        q("conduction_band_dos", "N_C", "cm^-3", 1e12, 1e23, "Effective density of states, conduction band"),
        q("valence_band_dos", "N_V", "cm^-3", 1e12, 1e23, "Effective density of states, valence band"),
        q("electron_mobility", "mu_n", **mobility, meaning="Electron drift mobility"),
        q("hole_mobility", "mu_p", **mobility, meaning="Hole drift mobility"),
        q("electron_lifetime", "tau_n", **lifetime, meaning="SRH lifetime of electrons; infinite switches SRH off"),
        q("hole_lifetime", "tau_p", **lifetime, meaning="SRH lifetime of holes; infinite switches SRH off"),
        q("radiative_coefficient", "B", "cm^3/s", 1e-20, 1e-5, "Radiative coefficient", zero=True),
        q("electron_auger_coefficient", "C_n", "cm^6/s", 1e-36, 1e-18, "Auger, two electrons", zero=True),
        q("hole_auger_coefficient", "C_p", "cm^6/s", 1e-36, 1e-18, "Auger, two holes", zero=True),
        q("photon_recycling", "p_r", "", 0.0, 1.0, "Share of emitted photons that the layer absorbs again"),
        q("langevin_factor", "zeta", "", 1e-9, 1e2, "Bimolecular recombination over Langevin's", zero=True),
        q("donor_density", "N_D", **density, meaning="Density of ionised donors", zero=True),
        q("acceptor_density", "N_A", **density, meaning="Density of ionised acceptors", zero=True),
        q("electron_capture_cross_section", "sigma_n", "cm^2", 1e-24, 1e-10, "Of the traps of a layer, for electrons"),
        q("hole_capture_cross_section", "sigma_p", "cm^2", 1e-24, 1e-10, "Of the traps of a layer, for holes"),
        q("electron_thermal_velocity", "v_n", "cm/s", 1e4, 1e9, "Of electrons at 300 K; goes as the root of T"),
        q("hole_thermal_velocity", "v_p", "cm/s", 1e4, 1e9, "Of holes at 300 K; goes as the root of T"),
        *_trap_rows("trap", "t", "neutral traps", density),
        *_trap_rows("donor_trap", "tD", "donor-like traps, charged when empty", density),
        *_trap_rows("acceptor_trap", "tA", "acceptor-like traps, charged when full", density),
        q("electron_effective_mass", "m_e", **mass, meaning="Band-edge mass of electrons over m_0"),
        q("hole_effective_mass", "m_h", **mass, meaning="Band-edge mass of holes over m_0"),
        q("kane_energy", "E_P", "eV", 1.0, 50.0, "Momentum matrix element of Kane's model, 2 P^2/m_0"),
        q("spin_orbit_splitting", "Delta_so", "eV", 0.0, 3.0, "Split-off below the heavy-hole band"),
        q("exciton_bohr_radius", "a_B", "nm", 0.1, 200.0, "Bohr radius of the exciton in the bulk"),
        q("shell_thickness", "d_shell", "nm", 0.05, 20.0, "Thickness of one shell of a dot", of_material=False),
        q("electron_degeneracy", "g_e", "", 1.0, 100.0, "States of a dot's first electron level", of_material=False),
        q("hole_degeneracy", "g_h", "", 1.0, 100.0, "States of a dot's first hole level", of_material=False),
        q("auger_volume_constant", "beta", "ps/nm^3", 1e-3, 1e3, "Biexciton Auger lifetime over the volume of a dot",
          of_material=False),
        q("refractive_index", "n_r", "", 1.0, 5.0, "Refractive index of what surrounds a dot", of_material=False),
        q("electron_tunnelling_mass", "m_tn", **mass, meaning="Tunnelling mass of electrons"),
        q("hole_tunnelling_mass", "m_tp", **mass, meaning="Tunnelling mass of holes"),
        q("reduced_tunnelling_mass", "m_r", **mass, meaning="Reduced mass; switches band-to-band tunnelling on"),
        q("electron_poole_frenkel", "gamma_n", "cm^0.5 V^-0.5", 1e-6, 1.0, "Field exponent of mobility", zero=True),
        q("hole_poole_frenkel", "gamma_p", "cm^0.5 V^-0.5", 1e-6, 1.0, "Field exponent of mobility", zero=True),
        q("hopping_length", "a", "nm", 0.1, 100.0, "Hop of carriers; with it mobility rises with the field"),
        q("electron_saturation_velocity", "v_sn", "cm/s", 1e0, 1e9, "Drift velocity that electrons do not exceed"),
        q("hole_saturation_velocity", "v_sp", "cm/s", 1e0, 1e9, "Drift velocity that holes do not exceed"),
        q("electron_saturation_exponent", "beta_n", "", 0.1, 10.0, "Exponent of the Caughey-Thomas mobility"),
        q("hole_saturation_exponent", "beta_p", "", 0.1, 10.0, "Exponent of the Caughey-Thomas mobility"),
        q("electron_mobility_activation", "E_an", "eV", 0.0, 2.0, "Hopping: mobility goes as exp(-E_a/kT)"),
        q("hole_mobility_activation", "E_ap", "eV", 0.0, 2.0, "Hopping: mobility goes as exp(-E_a/kT)"),
        q("electron_richardson_constant", "A_n", "A/(cm^2 K^2)", 1e-2, 1e4, "Effective Richardson constant"),
        q("hole_richardson_constant", "A_p", "A/(cm^2 K^2)", 1e-2, 1e4, "Effective Richardson constant"),
        q("absorption_coefficient", "alpha", "cm^-1", 1e0, 1e7, "Absorption coefficient above the optical gap"),
        q("electronic_disorder", "sigma", "eV", 0.0, 0.5, "Standard deviation of a Gaussian density of states"),
        q("sheet_resistance", "R_sq", "ohm", 1e-3, 1e9, "Sheet resistance of an electrode (per square)"),
        q("typical_thickness", "d", "nm", 0.1, 1e7, "Thickness usual for the material; never applied silently"),
        q("diameter", "d_dot", "nm", 0.5, 30.0, "Core diameter of a quantum dot"),
        q("interdot_spacing", "s", "nm", 0.0, 10.0, "Distance between the surfaces of neighbouring dots"),
        q("redshift", "dE_film", "eV", -0.2, 0.5, "1S peak of the dispersion minus that of the film"),
        q("size_dispersion", "delta", "", 1e-4, 0.5, "Standard deviation of dot diameters over their mean", zero=True),
        q("truncation", "t", "", 0.0, 1.0, "Shape of a dot: 0 octahedron, 1 cuboctahedron"),
        q("unpassivated_fraction", "u", "", 1e-15, 1.0, "Share of surface atoms that are traps", zero=True),
        q("tunnel_barrier", "U", "eV", 1e-2, 10.0, "Barrier between neighbouring dots, above the level"),
        q("urbach_energy", "E_U", "eV", 1e-3, 0.5, "Decay of the absorption below the optical gap"),
        q("multiplication_threshold", "h nu/E_g", "", 2.0, 20.0, "Photon energy over gap where pairs multiply"),
        q("multiplication_slope", "eta_MEG", "", 1e-3, 10.0, "Pairs by photon energy over gap beyond it"),
        q("lattice_constant", "a_0", "nm", 0.2, 3.0, "Edge of the cubic cell", of_material=False),
        q("thickness", "d", "nm", 0.1, 1e5, "Thickness of a layer", of_material=False),
        q("wafer_thickness", "d", "nm", 0.1, 1e6, "Thickness of a layer that may be a crystal", of_material=False),
        q("substrate_thickness", "d", "nm", 1e2, 1e8, "Thickness of a substrate", of_material=False),
        q("area", "A", "cm^2", 1e-12, 1e4, "Device area", of_material=False),
        q("temperature", "T", "K", 1.0, 1000.0, "Device temperature", of_material=False),
        q("voltage", "V", "V", -1e3, 1e3, "Anode minus cathode", of_material=False),
        q("length", "L", "um", 1e-3, 1e6, "Lateral length between source and drain", of_material=False),
        q("width", "w", "um", 1e-3, 1e7, "Lateral width of the channel", of_material=False),
        q("dipole", "Delta", "eV", -3.0, 3.0, "Step of the vacuum level across an interface", of_material=False),
        q("pinning", "S", "", 0.0, 1.0, "Slope parameter: 1 unpinned, 0 fully pinned", of_material=False),
        q("fixed_charge", "Q_f/q", "cm^-2", -1e15, 1e15, "Fixed interface charge", of_material=False),
        q("electron_recombination_velocity", "S_n", "cm/s", 1e-6, 1e9, "Of electrons at an interface or contact",
          of_material=False, zero=True, infinite=True),
        q("hole_recombination_velocity", "S_p", "cm/s", 1e-6, 1e9, "Of holes at an interface or contact",
          of_material=False, zero=True, infinite=True),
        q("electron_transfer_velocity", "v_n", "cm/s", 1e-6, 1e9, "With which electrons cross an interface",
          of_material=False),
        q("hole_transfer_velocity", "v_p", "cm/s", 1e-6, 1e9, "With which holes cross an interface", of_material=False),
        *_trap_rows("interface_donor", "itD", "interface traps that are charged when empty", sheet),
        *_trap_rows("interface_acceptor", "itA", "interface traps that are charged when full", sheet),
        *_trap_rows("interface_trap", "it", "neutral interface traps", sheet),
        q("perimeter_resistance", "R_p", "ohm cm", 1e-3, 1e18, "Leakage along the edge: resistance times perimeter",
          of_material=False, infinite=True),
        q("perimeter", "P", "cm", 1e-6, 1e4, "Length of the device's edge", of_material=False),
        q("field_of_view", "fov", "deg", 0.1, 180.0, "Full angle that a detector sees", of_material=False),
        q("series_resistance", "R_s", "ohm", 1e-6, 1e12, "In series with the device", of_material=False, zero=True),
        q("shunt_resistance", "R_sh", "ohm", 1e-6, 1e18, "Parallel to the device", of_material=False,
          infinite=True),
        q("frequency", "f", "Hz", 1e-6, 1e15, "Frequency", of_material=False),
        q("wavelength", "lambda", "nm", 10.0, 1e6, "Vacuum wavelength", of_material=False),
        q("generation", "G", "cm^-3 s^-1", 1e0, 1e30, "Generation rate", of_material=False, zero=True),
        q("irradiance", "E_e", "W/cm^2", 1e-18, 1e9, "Irradiance", of_material=False),
        q("source_temperature", "T_s", "K", 1.0, 1e5, "Temperature of a black body", of_material=False),
        q("energy", "E", "eV", -20.0, 20.0, "Energy", of_material=False),
        q("built_in_potential", "V_bi", "V", -10.0, 10.0, "Potential drop at equilibrium", of_material=False),
        q("current_density", "J", "A/cm^2", 1e-15, 1e6, "Current density", of_material=False),
        q("short_circuit_current_density", "J_sc", "A/cm^2", 1e-15, 1.0, "Of a cell; 1 is some 20 suns",
          of_material=False),
        q("accuracy", "epsilon", "", 1e-3, 0.02, "Largest error that a mesh may leave in a current", of_material=False),
        q("current_efficiency", "gamma", "", 1e-9, 1.0, "Recombining pairs per electron that flows", of_material=False),
        q("photoluminescence_yield", "eta_PL", "", 1e-6, 1.0, "Photons per exciton in the film at low excitation"),
        q("outcoupling_efficiency", "eta_out", "", 1e-4, 1.0, "Share of the photons made in the layer that get out"),
        q("dot_density", "N_dot", "cm^-3", 1e15, 1e21, "Quantum dots per volume of the film"),
        q("biexciton_lifetime", "tau_2", "s", 1e-14, 1e-3, "Auger lifetime of two excitons in one dot"),
        q("trion_lifetime", "tau_T", "s", 1e-14, 1e-3, "Auger lifetime of an exciton in a charged dot"),
        q("charged_share", "c", "", 1e-6, 1.0, "Share of the dots that hold one carrier too many", zero=True),
        q("electron_trap_lifetime", "tau_tn", "s", 1e-12, 1e6, "How long electrons stay trapped while holes flow on"),
        q("hole_trap_lifetime", "tau_tp", "s", 1e-12, 1e6, "How long holes stay trapped while electrons flow on"),
        q("interface_state_density", "D_it", "cm^-2 eV^-1", 1e6, 1e16, "States between a channel and its insulator",
          zero=True),
        q("residual_density", "n_res", "cm^-2", 1e8, 1e14, "Carriers of a graphene sheet at its Dirac point"),
        q("line_width", "FWHM", "nm", 1e-6, 1e5, "Full width at half maximum of a line of light", of_material=False),
        q("angle", "theta", "deg", 0.0, 89.99, "Angle of incidence", of_material=False),
    )  # fmt: skip


QUANTITIES: dict[str, Quantity] = {row.name: row for row in _rows()}
MATERIAL_QUANTITIES: tuple[str, ...] = tuple(name for name, row in QUANTITIES.items() if row.of_material)

#: A number beyond its range was mostly counted in another unit of the field: factors from that unit to the table's, the
#: likelier first. 250000 for a film of 250 nm comes of a factor of 1000 that was taken twice.
_SLIPS: dict[str, tuple[float, ...]] = {
    "nm": (1e-3, 1e3, 1e-6, 1e6, 1e9),
    "um": (1e-3, 1e6, 1e3),
    "eV": (1e-3,),
    "V": (1e-3,),
    "s": (1e-9, 1e-6, 1e-12),
    "Hz": (1e-3,),
    "cm": (1e-1, 1e2, 1e-4),
    "cm^2": (1e-2, 1e4, 1e-8),
    "cm^-1": (1e-2, 1e4, 1e7),
    "cm^-2": (1e-4,),
    "cm^-3": (1e-6,),
    "cm^3/s": (1e6,),
    "cm^6/s": (1e12,),
    "cm^2/(V s)": (1e4,),
    "cm/s": (1e2,),
    "cm^-3 s^-1": (1e-6,),
    "A/cm^2": (1e-3, 1e-4),
    "W/cm^2": (1e-3, 1e-4),
    "ohm": (1e-3,),
}


#: Types of plain numbers; True is none.
_NUMBERS = frozenset((int, float, np.float64, np.int64))

#: Families of levels, in a layer and at an interface, with the sign of their charge: empty, full, or none.
TRAP_FAMILIES = {"trap": 0.0, "donor_trap": 1.0, "acceptor_trap": -1.0}
INTERFACE_FAMILIES = {"interface_trap": 0.0, "interface_donor": 1.0, "interface_acceptor": -1.0}
#: Quantities that may count from a band edge.
TRAP_LEVELS = tuple(f"{family}_level" for family in (*TRAP_FAMILIES, *INTERFACE_FAMILIES))
_FAMILY = "|".join(sorted((*TRAP_FAMILIES, *INTERFACE_FAMILIES), key=len, reverse=True))
_NUMBERED = re.compile(rf"({_FAMILY})_([2-9]|[1-9]\d+)_(\w+)")


def plain(name: str) -> str:
    """Return a quantity's name without the number that tells one family of traps from the next.

    A layer has as many families as it needs: ``trap_density``, ``trap_2_density``, ``trap_3_density``.
    """
    found = _NUMBERED.fullmatch(str(name))
    return f"{found[1]}_{found[3]}" if found else name


def quantity(name: str) -> Quantity:
    """Return the table's row of `name`; InputError with the nearest name otherwise."""
    try:
        return QUANTITIES[plain(name)]
    except KeyError:
        hint = did_you_mean(name, QUANTITIES)
        raise InputError(f'unknown quantity "{shorten(name)}".{hint}') from None


def checked(name: str, value: Value, whose: str, *, range_of: str | None = None) -> float:
    """Return `value` as a number in the table's unit of `name`, refused outside the plausible range.

    Parameters
    ----------
    name : str
        Quantity as the table names it, e.g. "thickness".
    value : float, str or pint.Quantity
        Plain numbers are in the table's unit.
    whose : str
        Who the error is about, e.g. "active".
    range_of : str, optional
        Row whose range holds in place of the quantity's own.
    """
    row = quantity(range_of or name)
    with attributed(f"{whose}: {name}"):
        if row.infinite and _is_infinite(value, row.unit):
            return math.inf
        number = to_unit(value, row.unit)
    if not row.holds(number):
        in_percent = not row.unit and isinstance(value, str) and "%" in value
        scale, unit = (100.0, " %") if in_percent else (1.0, f" {row.unit}" if row.unit else "")
        meant = [number * factor for factor in _SLIPS.get(row.unit, ()) if _may_slip(value, row.unit)]
        hint = next((f' Did you mean "{each:.6g}{unit}"?' for each in meant if row.low <= each <= row.high), "")
        raise InputError(
            f"{whose}: {name} is {scale * number:.6g}{unit}; expected {scale * row.low:.6g} to "
            f"{scale * row.high:.6g}{unit}.{hint}"
        )
    return number


#: The `accuracy` of a solved question that asks for no other.
ACCURACY = 4e-3


def all_checked(name: str, values: Any, whose: str, *, what: str, example: str) -> FloatArray:
    """Return one value or a list of them as an array, each as `checked` has it.

    Parameters
    ----------
    name, whose
        As for `checked`.
    values : float, str, pint.Quantity or iterable of these
    what : str
        What the list is of, for the error about an empty one, e.g. "voltages".
    example : str
        What such a list looks like.
    """
    if isinstance(values, Mapping | Set):
        raise InputError(f"{whose}: {what} are {shorten(values)}; expected a list such as {example}")
    single = isinstance(values, str | bytes) or not isinstance(values, Iterable) or getattr(values, "ndim", 1) == 0
    listed: list[Any] = [values] if single else list(values)
    if not listed:
        raise InputError(f"{whose}: no {what}; expected a list such as {example}")
    row = quantity(name)
    if all(type(value) in _NUMBERS for value in listed):
        with suppress(OverflowError):  # an integer beyond 1e308
            found = np.array(listed, dtype=float)
            if np.all((found >= row.low) & (found <= row.high)):
                return found
    return np.array([checked(name, value, whose) for value in listed])


def as_numbers(values: Any, whose: str) -> FloatArray:
    """Return plain numbers as a new array; InputError for anything else, masked ones among them."""
    if np.ma.is_masked(values):
        raise InputError(f"{whose}: {np.sum(values.mask)} values are masked; expected numbers only")
    try:
        given = np.asarray(values)
        if given.dtype.kind not in "fiuO" or (given.dtype.kind == "O" and not all(map(_is_plain, given.flat))):
            raise InputError(f"{whose}: {shorten(values)} are no numbers; expected numbers only")
        return np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{whose}: {shorten(error)}; expected numbers only, as many in each row") from None


def _is_plain(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _may_slip(value: Value, unit: str) -> bool:
    """Whether a value can have been counted in another unit: nobody who writes "500 um" means 500 nm."""
    return split_number_unit(value)[1] == unit if isinstance(value, str) else not hasattr(value, "units")


def _is_infinite(value: Value, unit: str) -> bool:
    if not isinstance(value, str):
        return isinstance(value, float) and value == math.inf
    number, _, given = value.strip().partition(" ")
    if number not in ("inf", "infinite"):
        return False
    if given:
        conversion_factor(given.strip(), unit)  # refuses another dimension
    return True
