"""A film of dots in closed forms: packing, permittivity, disorder, hopping, absorption, and the surface with its traps.

Diameters, not radii. Lengths are in nm, energies in eV, densities in cm^-3, permittivities relative.
"""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.physics.constants import BOLTZMANN_EV, KINETIC_EV_NM2, NM

#: Share of space that touching spheres fill in a face-centred cubic packing.
CLOSE_PACKING = math.pi / (3.0 * math.sqrt(2.0))


def core_fraction(*, diameter: float, pitch: float) -> float:
    """Share of a close-packed film that is core.

    Parameters
    ----------
    diameter : float
        Of the core. [nm]
    pitch : float
        Distance of neighbouring centres: outer diameter plus spacing. [nm]

    Notes
    -----
    Eq. (F1) of docs/method.md: f = pi / (3 sqrt 2) (d / a)^3. A film with voids has less.
    """
    return CLOSE_PACKING * (diameter / pitch) ** 3


def maxwell_garnett(*, inside: float, medium: float, fraction: float) -> float:
    """Effective permittivity of spheres that lie apart in a medium.

    Notes
    -----
    Eq. (F2) of docs/method.md: eps = eps_m (1 + 2 f b) / (1 - f b), b = (eps_i - eps_m) / (eps_i + 2 eps_m). Exact for
    f -> 0, and the lower bound of Hashin and Shtrikman at every f.

    References
    ----------
    .. [1] J. C. Maxwell Garnett, Phil. Trans. R. Soc. A 203, 385 (1904).
    """
    polarised = fraction * (inside - medium) / (inside + 2.0 * medium)
    return medium * (1.0 + 2.0 * polarised) / (1.0 - polarised)


def bruggeman(*, inside: float, medium: float, fraction: float) -> float:
    """Effective permittivity of a dense mixture, in which neither part is the host.

    Notes
    -----
    Eq. (F3) of docs/method.md: f (eps_i - eps) / (eps_i + 2 eps) + (1 - f) (eps_m - eps) / (eps_m + 2 eps) = 0, which
    has one positive root. Take the high-frequency permittivity of the core: with the static one of PbS, 169, films come
    out far above the 12 to 18 that are measured.

    References
    ----------
    .. [1] D. A. G. Bruggeman, Ann. Phys. 416, 636 (1935).
    """
    b = (3.0 * fraction - 1.0) * inside + (2.0 - 3.0 * fraction) * medium
    return 0.25 * (b + math.sqrt(b * b + 8.0 * inside * medium))


def size_disorder(*, slope: float, diameter: float, dispersion: float) -> float:
    """Standard deviation of the 1S energy that a spread of sizes makes [eV].

    Parameters
    ----------
    slope : float
        dE/dd of the sizing curve. [eV/nm]
    diameter : float
        Mean diameter. [nm]
    dispersion : float
        Standard deviation of the diameter over its mean.

    Notes
    -----
    Eq. (F4) of docs/method.md: sigma_E = |dE/dd| d delta; linear, for delta of some percent. The disorder of sites,
    which broadens levels, is one thing; the Urbach energy of the absorption edge is another and does not follow.
    """
    return abs(slope) * diameter * dispersion


def thermal_shift(*, disorder: float, temperature: float) -> float:
    """How far below the centre of a Gaussian of levels carriers in equilibrium sit [eV].

    Notes
    -----
    Eq. (F5) of docs/method.md: sigma^2 / kT. Few carriers, which have found their levels; a film that emits before has
    less.

    References
    ----------
    .. [1] H. Bässler, Phys. Status Solidi B 175, 15 (1993).
    """
    return disorder**2 / (BOLTZMANN_EV * temperature)


def tunnelling_decay(*, barrier: float, mass: float = 1.0) -> float:
    """Decay of the tunnelling rate with distance under a barrier, beta = 2 sqrt(2 m U) / hbar [nm^-1].

    Parameters
    ----------
    barrier : float
        Height above the level. [eV]
    mass : float
        In the barrier. [m_0]

    Notes
    -----
    Eq. (F6) of docs/method.md. The 10.9 nm^-1 that were measured on alkanedithiols are a barrier of 1.1 eV at the free
    electron's mass.
    """
    return 2.0 * math.sqrt(mass * barrier / KINETIC_EV_NM2)


def hopping_mobility(
    *,
    pitch: float,
    spacing: float,
    decay: float,
    attempts: float,
    activation: float,
    temperature: float,
    field: float = 0.0,
) -> float:
    """Mobility of hopping between nearest neighbours.

    Parameters
    ----------
    pitch : float
        Distance of centres, the length of a hop. [nm]
    spacing : float
        Distance to tunnel. [nm]
    decay : float
        See `tunnelling_decay`. [nm^-1]
    attempts : float
        Rate of attempts. [s^-1]
    activation : float
        [eV]
    temperature : float
        [K]
    field : float
        Along the hop. [V/cm]

    Returns
    -------
    float
        [cm^2/(V s)]

    Notes
    -----
    Eq. (F7) of docs/method.md: mu = q a^2 nu exp(-beta s) exp(-E_a/kT) / (6 kT) sinh(x)/x, x = q F a / (2 kT), the
    difference of hops along and against the field. The prefactor differs from paper to paper, and so does the trend
    with size: mobility rises with diameter in transistors and falls in time of flight. An estimate within an order.

    References
    ----------
    .. [1] Y. Liu et al., Nano Lett. 10, 1960 (2010).
    """
    kT = BOLTZMANN_EV * temperature
    x = 0.5 * field * pitch * NM / kT
    rate = attempts * math.exp(-decay * spacing - activation / kT)
    return (pitch * NM) ** 2 * rate / (6.0 * kT) * (math.sinh(x) / x if x > 1e-6 else 1.0)


def dilute_to_film(*, inside: float, medium: float, fraction: float) -> float:
    """How much more a dot absorbs in a film than alone, with its neighbours' polarisation.

    Parameters
    ----------
    inside : float
        High-frequency permittivity of the core.
    medium : float
        Of what is between the dots, and of the solvent of the dilute measurement.
    fraction : float
        Of the film that is core.

    Notes
    -----
    Eq. (F8) of docs/method.md: the imaginary part of (F2) to first order in that of the core,
    alpha / (f mu) = sqrt(eps_m / eps) [(eps_i + 2 eps_m) / (eps_i + 2 eps_m - f (eps_i - eps_m))]^2.
    1 for f -> 0. Dense films are reported with 1.3 to 2.
    """
    alone = inside + 2.0 * medium
    film = maxwell_garnett(inside=inside, medium=medium, fraction=fraction)
    return math.sqrt(medium / film) * (alone / (alone - fraction * (inside - medium))) ** 2


def film_absorption(
    energy: FloatArray,
    *,
    peak: float,
    width: float,
    alpha_peak: float,
    anchor: float,
    alpha_anchor: float,
    exponent: float,
    urbach_energy: float = 0.0,
) -> FloatArray:
    """Absorption coefficient of a film: 1S peak, continuum, and a tail where one was measured.

    Parameters
    ----------
    energy : ndarray
        Photon energies. [eV]
    peak, width : float
        Centre and standard deviation of the 1S peak. [eV]
    alpha_peak : float
        At the peak. [cm^-1]
    anchor, alpha_anchor : float
        A photon energy far above the gap, and the coefficient there. [eV], [cm^-1]
    exponent : float
        Of the continuum between the two.
    urbach_energy : float
        Slope of the tail; 0 for none. [eV]

    Returns
    -------
    ndarray
        [cm^-1]

    Notes
    -----
    Eq. (F9) of docs/method.md: alpha_1S exp(-(E - E_0)^2 / (2 s^2)) + alpha_h ((E - E_0) / (E_h - E_0))^p above E_0.
    The tail takes over where the Gaussian is as steep, at E_0 - s^2 / E_U, so that neither value nor slope jumps.
    """  # fmt: skip
    E = np.asarray(energy, dtype=float)
    line = -0.5 * ((E - peak) / width) ** 2
    if urbach_energy > 0.0:
        start = peak - width**2 / urbach_energy
        line = np.where(start > E, -0.5 * (width / urbach_energy) ** 2 + (E - start) / urbach_energy, line)
    above = np.clip((E - peak) / (anchor - peak), 0.0, None)
    found: FloatArray = alpha_peak * np.exp(line) + alpha_anchor * above**exponent
    return found


def facet_areas(*, diameter: float, truncation: float) -> tuple[float, float]:
    """Areas of the {111} and of the {100} facets of a dot of the volume of a sphere [nm^2].

    Parameters
    ----------
    diameter : float
        Of the sphere. [nm]
    truncation : float
        0 for an octahedron, which has {111} only, to 1 for a cuboctahedron: share of each edge that is cut.

    Notes
    -----
    Eq. (F10) of docs/method.md: an octahedron of edge a loses pyramids of edge t a / 2 at its corners,
    V = sqrt(2)/3 a^3 (1 - 3 t^3 / 8), A_111 = 2 sqrt(3) a^2 (1 - 3 t^2 / 4), A_100 = 3/2 (t a)^2.
    """
    t = truncation
    edge = (math.pi / 6.0 * diameter**3 / (math.sqrt(2.0) / 3.0 * (1.0 - 0.375 * t**3))) ** (1.0 / 3.0)
    return 2.0 * math.sqrt(3.0) * edge**2 * (1.0 - 0.75 * t * t), 1.5 * (t * edge) ** 2


def surface_atoms(*, diameter: float, truncation: float, lattice_constant: float) -> tuple[float, float]:
    """Atoms on the {111} and on the {100} facets of a rock-salt dot.

    Notes
    -----
    Eq. (F11) of docs/method.md: a {111} facet ends in cations, 4 / (sqrt(3) a_0^2) of them by area; a {100} facet has
    4 / a_0^2 atoms, half of them anions, which X-type ligands leave bare. `lattice_constant` a_0 in nm.
    """
    polar, neutral = facet_areas(diameter=diameter, truncation=truncation)
    cell = lattice_constant**2
    return 4.0 / math.sqrt(3.0) * polar / cell, 4.0 * neutral / cell


def capture_lifetime(*, trap_density: float, capture: float) -> float:
    """Lifetime of carriers that traps capture, 1 / (c N_t), (F12) of docs/method.md [s]; `capture` in cm^3/s."""
    return 1.0 / (capture * trap_density)


def intrinsic_absorption(*, wavelength: float, permittivity: complex, medium: float) -> float:
    """Absorption coefficient by volume of core of small dots that lie apart, far above the gap [cm^-1].

    Parameters
    ----------
    wavelength : float
        [nm]
    permittivity : complex
        Of the bulk, (n + i k)^2.
    medium : float
        Of the solvent.

    Notes
    -----
    Eq. (N6) of docs/method.md: mu = 2 pi / (lambda n_s) |3 eps_s / (eps + 2 eps_s)|^2 eps_2, n_s = sqrt(eps_s). Dots
    much smaller than the wavelength, and far above the gap, where confinement has moved the bands little.

    References
    ----------
    .. [1] D. Ricard, M. Ghanassi and M. C. Schanne-Klein, Opt. Commun. 108, 311 (1994).
    """
    local_field = abs(3.0 * medium / (permittivity + 2.0 * medium)) ** 2
    return 2.0 * math.pi / (wavelength * 1e-7 * math.sqrt(medium)) * local_field * permittivity.imag
