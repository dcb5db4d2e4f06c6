"""Electrons and holes confined to a sphere: closed forms for gap, Coulomb and charging energy, and lifetimes.

All take the radius, not the diameter: confusing the two is a factor of four. Lengths are in nm, energies in eV, masses
over the free electron's.
"""

from __future__ import annotations

import math

from stackmodel.physics.constants import (
    BOHR_RADIUS_NM,
    COULOMB_EV_NM,
    ELECTRON_MASS,
    ELEMENTARY_CHARGE,
    HC_EV_NM,
    KINETIC_EV_NM2,
    PLANCK,
    SPEED_OF_LIGHT,
)

#: First zeros of the spherical Bessel functions j_0 and j_1: k R of 1S and 1P in an infinite spherical well.
ROOT_S, ROOT_P = math.pi, 4.493409457909064
#: Coulomb energy of two 1S charges in a sphere, in e^2 / (4 pi eps_0 eps R) (Brus).
COULOMB_1S = 1.786


def reduced_mass(*, m_e: float, m_h: float) -> float:
    """Reduced mass of electron and hole [m_0]."""
    return m_e * m_h / (m_e + m_h)


def kinetic_energy(*, mass: float, radius: float, root: float = ROOT_S) -> float:
    """Kinetic energy of a parabolic band in an infinite spherical well, hbar^2 k^2 / (2 m) at k = root / R [eV]."""
    return KINETIC_EV_NM2 / mass * (root / radius) ** 2


def box_gap(*, E_g: float, m_e: float, m_h: float, radius: float) -> float:
    """Gap of parabolic bands in an infinite spherical well, without Coulomb attraction.

    Parameters
    ----------
    E_g : float
        Gap of the bulk. [eV]
    m_e, m_h : float
        Effective masses. [m_0]
    radius : float
        Radius. [nm]

    Returns
    -------
    float
        Gap. [eV]

    Notes
    -----
    Eq. (Q1) of docs/method.md: E = E_g + hbar^2 pi^2 / (2 mu R^2). Far above measurement where the gap is narrow:
    1.83 eV for PbS of 5 nm, measured 0.90.

    References
    ----------
    .. [1] Al. L. Efros and A. L. Efros, Sov. Phys. Semicond. 16, 772 (1982).
    """
    return E_g + kinetic_energy(mass=reduced_mass(m_e=m_e, m_h=m_h), radius=radius)


def coulomb_energy(*, permittivity: float, radius: float) -> float:
    """Attraction of one electron and one hole in their 1S states.

    Parameters
    ----------
    permittivity : float
        Of the dot; the high-frequency one, as the pair moves faster than the lattice.
    radius : float
        Radius. [nm]

    Returns
    -------
    float
        Energy, positive. [eV]

    Notes
    -----
    Eq. (Q2) of docs/method.md: E_C = 1.786 e^2 / (4 pi eps_0 eps R). First order, strong confinement.

    References
    ----------
    .. [1] L. E. Brus, J. Chem. Phys. 80, 4403 (1984).
    """
    return COULOMB_1S * COULOMB_EV_NM / (permittivity * radius)


def brus_gap(*, E_g: float, m_e: float, m_h: float, permittivity: float, radius: float) -> float:
    """Gap of parabolic bands in an infinite spherical well less the Coulomb energy [eV].

    Notes
    -----
    Eq. (Q1) less (Q2) of docs/method.md. The polarisation of the surroundings and the correlation energy of a quarter
    of the exciton's Rydberg are left out, as is usual. Fails for narrow gaps, as (Q1) does.

    References
    ----------
    .. [1] L. E. Brus, J. Chem. Phys. 80, 4403 (1984).
    """
    box = box_gap(E_g=E_g, m_e=m_e, m_h=m_h, radius=radius)
    return box - coulomb_energy(permittivity=permittivity, radius=radius)


def kane_energy(*, E_g: float, mass: float, radius: float, root: float = ROOT_S) -> float:
    """Confinement energy of a carrier whose band bends by coupling to the other one across the gap.

    Parameters
    ----------
    E_g : float
        Gap of the bulk, positive. [eV]
    mass : float
        Mass at the band edge. [m_0]
    radius : float
        Radius. [nm]
    root : float
        k R of the level: pi for 1S, 4.493 for 1P.

    Returns
    -------
    float
        Energy above the band edge. [eV]

    Notes
    -----
    Eq. (Q3) of docs/method.md: E = -E_g/2 + sqrt(E_g^2/4 + E_g hbar^2 k^2 / (2 m)), k = root / R. Infinite barrier,
    so that it lies above measurement, by some 0.1 to 0.3 eV for dots of 5 nm.

    References
    ----------
    .. [1] E. O. Kane, J. Phys. Chem. Solids 1, 249 (1957).
    """
    return -0.5 * E_g + math.sqrt(0.25 * E_g**2 + E_g * kinetic_energy(mass=mass, radius=radius, root=root))


def hyperbolic_gap(*, E_g: float, m_e: float, m_h: float, radius: float) -> float:
    """Gap of two bands that mirror each other, as in the lead salts [eV].

    Notes
    -----
    Eq. (Q4) of docs/method.md: E_g and (Q3) of either carrier; for m_e = m_h = m it is the hyperbola
    E = sqrt(E_g^2 + 2 E_g hbar^2 k^2 / m).

    References
    ----------
    .. [1] Y. Wang, A. Suna, W. Mahler and R. Kasowski, J. Chem. Phys. 87, 7315 (1987).
    """
    return E_g + kane_energy(E_g=E_g, mass=m_e, radius=radius) + kane_energy(E_g=E_g, mass=m_h, radius=radius)


def heavy_hole_gap(*, E_g: float, m_e: float, m_h: float, radius: float) -> float:
    """Gap of a light electron by (Q3) and a heavy parabolic hole, as in III-V and II-VI semiconductors [eV].

    Notes
    -----
    Eq. (Q5) of docs/method.md: E = E_g + E_e + hbar^2 pi^2 / (2 m_h R^2).

    References
    ----------
    .. [1] E. O. Kane, J. Phys. Chem. Solids 1, 249 (1957).
    """
    return E_g + kane_energy(E_g=E_g, mass=m_e, radius=radius) + kinetic_energy(mass=m_h, radius=radius)


def inverted_energy(*, E_g: float, E_P: float, radius: float, root: float = ROOT_S) -> float:
    """Energy of an electron above Gamma_8 of a semimetal with inverted bands, such as HgTe [eV].

    Notes
    -----
    Eq. (Q6) of docs/method.md, with E_g < 0 the energy of Gamma_6 above Gamma_8 and E_P Kane's energy:
    E = E_g/2 + sqrt(E_g^2/4 + (2/3) E_P hbar^2 k^2 / (2 m_0)), k = root / R. Infinite barrier.

    References
    ----------
    .. [1] E. O. Kane, J. Phys. Chem. Solids 1, 249 (1957).
    """
    return 0.5 * E_g + math.sqrt(0.25 * E_g**2 + E_P * kinetic_energy(mass=1.5, radius=radius, root=root))


def inverted_gap(*, E_g: float, E_P: float, m_h: float, radius: float) -> float:
    """Gap of a dot of a semimetal, (Q6) and a parabolic heavy hole: all of it comes from confinement [eV]."""
    return inverted_energy(E_g=E_g, E_P=E_P, radius=radius) + kinetic_energy(mass=m_h, radius=radius)


def bohr_radius(*, permittivity: float, m_e: float, m_h: float) -> float:
    """Bohr radius of the bulk's exciton [nm].

    Notes
    -----
    Eq. (Q7) of docs/method.md: a_B = a_0 eps / mu. For lead salts with the high-frequency permittivity: the static one
    of PbS, 169, would make it 210 nm.
    """
    return BOHR_RADIUS_NM * permittivity / reduced_mass(m_e=m_e, m_h=m_h)


def charging_energy(*, permittivity: float, radius: float) -> float:
    """Energy of one charge on a metallic sphere, e^2 / (2 C).

    Parameters
    ----------
    permittivity : float
        Of what surrounds the dot.
    radius : float
        Radius. [nm]

    Returns
    -------
    float
        Energy. [eV]

    Notes
    -----
    Eq. (Q8) of docs/method.md: E = e^2 / (8 pi eps_0 eps R), C = 4 pi eps_0 eps R the self capacitance. Two such
    energies, e^2 / C, lie between successive charges: papers use either and call it the charging energy.
    """
    return 0.5 * COULOMB_EV_NM / (permittivity * radius)


def polarisation_energy(*, inside: float, outside: float, radius: float) -> float:
    """Energy of a 1S carrier with the charges that it induces on the surface of its dielectric sphere.

    Parameters
    ----------
    inside, outside : float
        Permittivity of the dot and of its surroundings.
    radius : float
        Radius. [nm]

    Returns
    -------
    float
        Energy, positive where the surroundings polarise less than the dot. [eV]

    Notes
    -----
    Eq. (Q9) of docs/method.md:
    E = e^2 / (4 pi eps_0 R) [(1/eps_out - 1/eps_in) / 2 + 0.47 (eps_in - eps_out) / (eps_in (eps_in + eps_out))].
    It raises the gap of one electron and one hole apart; in an exciton it nearly cancels.

    References
    ----------
    .. [1] M. Lannoo, C. Delerue and G. Allan, Phys. Rev. Lett. 74, 3415 (1995).
    """
    surface = 0.5 * (1.0 / outside - 1.0 / inside) + 0.47 / inside * (inside - outside) / (inside + outside)
    return COULOMB_EV_NM / radius * surface


def intraband_energy(*, E_g: float, m_e: float, radius: float) -> float:
    """Energy from the 1S to the 1P level of electrons, (Q3) at the two roots [eV].

    Notes
    -----
    Eq. (Q10) of docs/method.md: E_1P - E_1S.
    """
    upper = kane_energy(E_g=E_g, mass=m_e, radius=radius, root=ROOT_P)
    return upper - kane_energy(E_g=E_g, mass=m_e, radius=radius)


def inverted_intraband_energy(*, E_g: float, E_P: float, radius: float) -> float:
    """Energy from the 1S to the 1P level of electrons of a semimetal, (Q6) at the two roots [eV].

    Notes
    -----
    Eq. (Q10) of docs/method.md: E_1P - E_1S.
    """
    upper = inverted_energy(E_g=E_g, E_P=E_P, radius=radius, root=ROOT_P)
    return upper - inverted_energy(E_g=E_g, E_P=E_P, radius=radius)


def local_field_factor(*, permittivity: float, medium: float) -> float:
    """Field inside a dielectric sphere over the one far from it, 3 eps_m / (eps + 2 eps_m)."""
    return 3.0 * medium / (permittivity + 2.0 * medium)


def radiative_lifetime(
    *, energy: float, E_P: float, share: float, overlap: float, permittivity: float, index: float
) -> float:
    """Radiative lifetime of an exciton, averaged over its states as at room temperature.

    Parameters
    ----------
    energy : float
        Photon energy. [eV]
    E_P : float
        Kane's energy, 2 P^2 / m_0. [eV]
    share : float
        Mean of |p|^2 over the exciton's states, in m_0 E_P: 1/4 for s-like electrons with fourfold heavy holes, 3/16
        for the 64 states of a lead salt.
    overlap : float
        Overlap of the envelopes, |<e|h>|^2.
    permittivity : float
        High-frequency permittivity of the dot.
    index : float
        Refractive index of the surroundings.

    Returns
    -------
    float
        Lifetime. [s]

    Notes
    -----
    Eq. (Q11) of docs/method.md: 1/tau = (4/3) alpha n F^2 (E / hbar) |p|^2 / (m_0 c)^2 with the local-field factor
    F = 3 n^2 / (eps + 2 n^2). All states equally filled: dark states below the bright ones, and phonons, change it by
    a factor of two or three.

    References
    ----------
    .. [1] Al. L. Efros and M. Rosen, Annu. Rev. Mater. Sci. 30, 475 (2000).
    """
    fine_structure = COULOMB_EV_NM * 2.0 * math.pi / HC_EV_NM
    rest_energy = ELECTRON_MASS * SPEED_OF_LIGHT**2 / ELEMENTARY_CHARGE
    frequency = 2.0 * math.pi * energy * ELEMENTARY_CHARGE / PLANCK
    field = local_field_factor(permittivity=permittivity, medium=index**2)
    rate = 4.0 / 3.0 * fine_structure * index * field**2 * frequency * share * overlap * E_P / rest_energy
    return 1.0 / rate


def biexciton_lifetime(*, constant: float, volume: float) -> float:
    """Auger lifetime of two excitons, in proportion to the volume [s].

    Notes
    -----
    Eq. (Q12) of docs/method.md: tau_2 = beta V, beta in ps/nm^3 and V in nm^3. Found alike in InAs, PbSe, CdSe and Ge;
    thick or graded shells lengthen it beyond the rule.

    References
    ----------
    .. [1] I. Robel et al., Phys. Rev. Lett. 102, 177404 (2009).
    """
    return constant * volume * 1e-12


def multiexciton_lifetime(*, excitons: int, biexciton: float) -> float:
    """Auger lifetime of `excitons` from that of two [s].

    Notes
    -----
    Eq. (Q13) of docs/method.md: 1/tau_N = N^2 (N - 1) / 4 / tau_2, three-particle collisions counted.

    References
    ----------
    .. [1] V. I. Klimov, Annu. Rev. Condens. Matter Phys. 5, 285 (2014).
    """
    return 4.0 * biexciton / (excitons**2 * (excitons - 1))


def trion_lifetime(*, biexciton: float) -> float:
    """Auger lifetime of an exciton with one more carrier, from that of two excitons [s].

    Notes
    -----
    Eq. (Q14) of docs/method.md: two excitons collide in four ways, twice as two electrons with a hole and twice as two
    holes with an electron: 1/tau_2 = 2 (1/tau_X- + 1/tau_X+). Where both trions decay alike, tau = 4 tau_2.

    References
    ----------
    .. [1] V. I. Klimov, Annu. Rev. Condens. Matter Phys. 5, 285 (2014).
    """
    return 4.0 * biexciton
