"""Colloidal quantum dots: gap by size and shells, levels, lifetimes, and what each rests on."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

import attrs

from stackmodel.errors import DataError, InputError, UnsupportedError, attributed, shorten
from stackmodel.materials.core_shell import (
    Confined,
    Shell,
    ShellLike,
    as_bulk,
    check_shape,
    confined_states,
    organic_matrix,
    shells_of,
)
from stackmodel.materials.dot_answers import explained, sizing_plot_of, wave_functions_of
from stackmodel.materials.dot_core import core_entry, core_parameter
from stackmodel.materials.material import Material
from stackmodel.materials.parameter import Parameter
from stackmodel.materials.sizing import SizingCurve, platelet_curve, sizing_curve
from stackmodel.output.table import Table
from stackmodel.physics.confinement import (
    biexciton_lifetime,
    charging_energy,
    coulomb_energy,
    intraband_energy,
    inverted_intraband_energy,
    polarisation_energy,
    radiative_lifetime,
    trion_lifetime,
)
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.physics.multiexcitons import gain_threshold
from stackmodel.quantities import checked
from stackmodel.results.sizing import SizingPlot
from stackmodel.results.wave_functions import WaveFunctions
from stackmodel.units import Value

#: Spectral bands by their long end [nm], as detectors are named; the MWIR counts to where the LWIR begins.
BANDS = (
    (380.0, "UV"), (750.0, "visible"), (1e3, "NIR"), (3e3, "SWIR"), (8e3, "MWIR"), (14e3, "LWIR"), (math.inf, "FIR"),
)  # fmt: skip
#: Mean of |p|^2 over the states of the 1S exciton, in m_0 E_P, see `confinement.radiative_lifetime`.
EXCITON_SHARE = {"heavy hole": 1.0 / 4.0, "symmetric": 3.0 / 16.0}


@attrs.frozen(init=False)
class QuantumDot:
    """One dot: core, diameter, shells, and the sizing curve that ties gap to diameter.

    Parameters
    ----------
    core : str
        Material of the core, e.g. "PbS".
    diameter : float or str
        Core diameter on the scale of the sizing curve; of a platelet the thickness of the core. [nm]
    curve : str, optional
        Sizing curve by name, such as "weidman2014"; by default the first that quantum_dots.toml has for the core, or
        the two-band model ("two-band") where nothing was published. "finite-barrier", "brus" and "box" are there for
        comparison.
    shell : Shell, or pair of material and thickness, or a sequence of these, optional
        Shells from the inside to the outside, e.g. ``("ZnSe", "0.8 nm")``, or ``Shell("ZnSe", 2, to="ZnS")`` where the
        composition goes linearly from one material to another.
    shape : str
        "sphere" (default) or "platelet", confined in one direction only.
    matrix : str or Material, optional
        Surroundings, with affinity, gap and masses; organic by the rule organic_matrix where none are given.

    Notes
    -----
    A shell moves the gap by what the radial effective-mass equation says, (Q19) of docs/method.md: of the confinement
    of the bare core, by its sizing curve, as large a share as the equation takes of its own. Offsets are those of
    band_offsets.toml where core and shell are on one published scale, else those of the affinities, which are known to
    some 0.3 eV: give a Material with a measured affinity where it decides.
    """

    core: str
    diameter: float
    curve: str
    shells: tuple[Shell, ...] = ()
    shape: str = "sphere"
    matrix: Material | None = None

    def __init__(
        self,
        core: str,
        *,
        diameter: Value,
        curve: str | None = None,
        shell: ShellLike | None = None,
        shape: str = "sphere",
        matrix: str | Material | None = None,
    ) -> None:
        if not isinstance(core, str):
            raise InputError(f'quantum dot: core is {shorten(core)}; expected a material such as "PbS"')
        if "@" in core:
            raise InputError(f'{shorten(core)}: give the core alone, and shell=("ZnSe", "0.8 nm")')
        core_entry(core)
        with attributed(core):
            check_shape(shape)
        if shape == "platelet" and curve is not None:
            raise InputError(f"{core}: sizing curves are those of spheres; leave curve= away for a platelet")
        name = "effective-mass" if shape == "platelet" else sizing_curve(core, curve).name
        with attributed(core):
            shells = shells_of(shell)
            around = None if matrix is None else as_bulk(matrix)
        self.__attrs_init__(
            core=core, diameter=checked("diameter", diameter, core), curve=name, shells=shells, shape=shape,
            matrix=around,
        )  # fmt: skip
        with attributed(core):
            self.sizing.gap(self.diameter)  # outside the range of its curve a dot is refused at once

    @classmethod
    def from_gap(cls, core: str, gap: Value, *, curve: str | None = None) -> QuantumDot:
        """Return the bare dot whose 1S peak is at `gap` [eV]."""
        energy = checked("optical_gap", gap, core)
        with attributed(core):
            diameter = sizing_curve(core, curve).diameter(energy)
        return cls(core, diameter=diameter, curve=curve)

    @classmethod
    def from_wavelength(cls, core: str, wavelength: Value, *, curve: str | None = None) -> QuantumDot:
        """Return the bare dot whose 1S peak is at `wavelength` [nm]."""
        return cls.from_gap(core, HC_EV_NM / checked("wavelength", wavelength, core), curve=curve)

    @property
    def sizing(self) -> SizingCurve:
        """The sizing curve of the bare core, with its source and range."""
        if self.shape == "platelet":
            return platelet_curve(self.core, self.surroundings)
        return sizing_curve(self.core, self.curve)

    @property
    def band_gap(self) -> float:
        """Energy of the 1S absorption peak in dispersion [eV]."""
        bare = self.sizing.gap(self.diameter)
        return bare + self.shell_shift if self.shells else bare

    @cached_property
    def shell_shift(self) -> float:
        """What the shells add to the gap; negative where they let carriers out [eV].

        The share of the confinement that the effective-mass equation says, taken of the confinement that the sizing
        curve has: a thick shell of the core's own material leaves the gap of the bulk.
        """
        bulk, bare = self.core_value("band_gap"), self._states(()).gap
        return (self.confined.gap - bare) * (self.sizing.gap(self.diameter) - bulk) / (bare - bulk)

    @property
    def surroundings(self) -> Material:
        """What is around the dot."""
        return organic_matrix() if self.matrix is None else self.matrix

    @cached_property
    def confined(self) -> Confined:
        """Ground states of electron and hole in core, shells and surroundings."""
        return self._states(self.shells)

    def _states(self, shells: tuple[Shell, ...]) -> Confined:
        return confined_states(self.core, self.radius, shells, self.surroundings, self.shape)

    @property
    def band_type(self) -> str:
        """How offsets and states separate electron and hole: "I", "quasi-II" or "II", see `Confined.band_type`."""
        return self.confined.band_type

    @property
    def overlap(self) -> float:
        """Overlap of the electron and hole envelopes, the square of their scalar product."""
        return self.confined.overlap

    def wave_functions(self) -> WaveFunctions:
        """Return envelopes, levels and band edges from the centre outwards."""
        return wave_functions_of(self)

    @property
    def outer_diameter(self) -> float:
        """Diameter with shells [nm]."""
        return self.diameter + 2.0 * sum(shell.thickness for shell in self.shells)

    @property
    def name(self) -> str:
        """What the dot is, for a person: ``InAs@ZnSe``."""
        return "@".join((self.core, *(shell.name for shell in self.shells)))

    def _sphere(self, what: str, *, bare: bool) -> None:
        """Refuse a closed form for what it does not hold of."""
        if self.shape != "sphere" or (bare and self.shells):
            raise UnsupportedError(f"{self.name}: {what} is known of {'bare ' if bare else ''}spheres only")

    @property
    def wavelength(self) -> float:
        """Wavelength of the 1S absorption peak [nm]."""
        return HC_EV_NM / self.band_gap

    @property
    def band_name(self) -> str:
        """Spectral band of the peak: UV, visible, NIR, SWIR (1 to 3 um), MWIR (3 to 8), LWIR (8 to 14) or FIR."""
        return next(name for longest, name in BANDS if self.wavelength <= longest)

    @property
    def radius(self) -> float:
        """Radius of the core, or half the thickness of a platelet's [nm]."""
        return 0.5 * self.diameter

    @property
    def volume(self) -> float:
        """Volume of the core of a sphere [nm^3]."""
        self._sphere("a volume", bare=False)
        return math.pi * self.diameter**3 / 6.0

    def core_value(self, name: str) -> float:
        """Return a quantity of the core material in the table's unit; DataError where it is not known."""
        return core_parameter(self.core, name).value

    @property
    def bohr_radius(self) -> float:
        """Exciton Bohr radius of the bulk [nm]."""
        return self.core_value("exciton_bohr_radius")

    @property
    def confinement(self) -> str:
        """Regime by radius over Bohr radius: "strong" below 1, "intermediate" to 3, else "weak"."""
        ratio = self.radius / self.bohr_radius
        return "strong" if ratio < 1 else "intermediate" if ratio < 3 else "weak"

    @property
    def degeneracy(self) -> float:
        """States of the first electron level, spin and valleys counted."""
        return self.core_value("electron_degeneracy")

    @property
    def hole_degeneracy(self) -> float:
        """States of the first hole level."""
        return self.core_value("hole_degeneracy")

    @property
    def coulomb_energy(self) -> float:
        """Attraction of electron and hole in their lowest levels, (Q2), with shells (Q18) of docs/method.md [eV]."""
        self._sphere("the Coulomb energy", bare=False)
        permittivity = self.core_value("optical_permittivity")
        if self.shells:
            return self.confined.coulomb_energy(permittivity)
        return coulomb_energy(permittivity=permittivity, radius=self.radius)

    def charging_energy(self, permittivity: Value) -> float:
        """Return e^2/(2 C) of the dot in surroundings of relative permittivity `permittivity`, (Q8) [eV]."""
        self._sphere("the charging energy", bare=False)
        outside = checked("relative_permittivity", permittivity, self.core)
        return charging_energy(permittivity=outside, radius=0.5 * self.outer_diameter)

    def polarisation_energy(self, permittivity: Value) -> float:
        """Return the energy of a carrier with its image in surroundings of `permittivity`, (Q9) [eV]."""
        self._sphere("the polarisation energy", bare=True)
        outside = checked("relative_permittivity", permittivity, self.core)
        inside = self.core_value("optical_permittivity")
        return polarisation_energy(inside=inside, outside=outside, radius=self.radius)

    @property
    def intraband_energy(self) -> float:
        """Energy from the 1S to the 1P level of electrons, (Q10) of docs/method.md [eV]."""
        self._sphere("the intraband energy", bare=True)
        bands = core_entry(self.core).bands
        if bands == "indirect":
            raise DataError(f"{self.core}: no intraband energy; the model has no valleys beside the zone centre")
        E_g = self.core_value("band_gap")
        if bands == "inverted":
            return inverted_intraband_energy(E_g=E_g, E_P=self.core_value("kane_energy"), radius=self.radius)
        return intraband_energy(E_g=E_g, m_e=self.core_value("electron_effective_mass"), radius=self.radius)

    def radiative_lifetime(self, index: Value) -> float:
        """Return the radiative lifetime in surroundings of refractive index `index`, (Q11) of docs/method.md [s]."""
        self._sphere("the radiative lifetime", bare=False)
        bands = core_entry(self.core).bands
        if bands not in EXCITON_SHARE:
            raise DataError(f"{self.core}: no radiative lifetime; the share of bright states is unknown, bands {bands}")
        return radiative_lifetime(
            energy=self.band_gap,
            E_P=self.core_value("kane_energy"),
            share=EXCITON_SHARE[bands],
            overlap=self.overlap if self.shells else 1.0,
            permittivity=self.core_value("optical_permittivity"),
            index=checked("refractive_index", index, self.core),
        )

    @property
    def biexciton_lifetime(self) -> float:
        """Auger lifetime of two excitons, in proportion to the volume, (Q12) of docs/method.md [s]."""
        self._sphere("scaling with the volume", bare=True)
        return biexciton_lifetime(constant=self.core_value("auger_volume_constant"), volume=self.volume)

    @property
    def trion_lifetime(self) -> float:
        """Auger lifetime of an exciton with one more carrier, four times that of two excitons, (Q14) [s]."""
        return trion_lifetime(biexciton=self.biexciton_lifetime)

    def gain_threshold(self, *, stokes_shift: Value = 0.0, temperature: Value = 300.0) -> float:
        """Return the mean number of excitons at which an ensemble amplifies, (X3) of docs/method.md.

        `stokes_shift` [eV] is that from absorption to emission; without one 1.15 for twofold levels, 4 in lead salts.
        """
        return gain_threshold(
            degeneracy=round(self.degeneracy),
            hole_degeneracy=round(self.hole_degeneracy),
            stokes_shift=checked("energy", stokes_shift, self.core),
            temperature=checked("temperature", temperature, self.core),
        )

    def explain(self) -> Table:
        """Return the figures of the dot with unit and source, its gap by every curve and model side by side.

        What the library has no data for is left out; asking for it by name says what is missing.
        """
        return explained(self)

    def sizing_plot(self) -> SizingPlot:
        """Return gap against diameter by every curve and model of the core, with measured dots and this one."""
        return sizing_plot_of(self)

    def gap_parameter(self, redshift: float) -> Parameter:
        """Return the 1S peak in a film: that of the dispersion less the redshift [eV]."""
        curve = self.sizing
        shifted = f", {self.shell_shift:+.3f} eV by the shells" if self.shells else ""
        return Parameter(
            quantity="optical_gap",
            value=self.band_gap - redshift,
            source=curve.source,
            doi=curve.doi,
            provenance="derived" if self.shells else curve.provenance,
            confidence="low" if self.shells else curve.confidence,
            note=f"sizing curve {curve.text}{shifted} less a redshift of {redshift:g} eV",
        )

    @property
    def density_factor(self) -> Callable[[float], float]:
        """Function from interdot spacing [nm] to dots per volume [cm^-3], face-centred cubic packing."""
        # fcc: 0.74 of the volume is spheres of diameter d + s, that is sqrt(2) / (d + s)^3 of them.
        return lambda spacing: math.sqrt(2.0) / (self.outer_diameter + spacing) ** 3 * 1e21
