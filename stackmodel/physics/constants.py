"""Physical constants, CODATA 2018 (the first four exact in the SI of 2019), in the units of the field."""

import math

ELEMENTARY_CHARGE = 1.602176634e-19  #: [C]
BOLTZMANN = 1.380649e-23  #: [J/K]
BOLTZMANN_EV = BOLTZMANN / ELEMENTARY_CHARGE  #: [eV/K]
VACUUM_PERMITTIVITY = 8.8541878128e-14  #: [F/cm]
PLANCK = 6.62607015e-34  #: [J s]
REDUCED_PLANCK = 1.0545718176461565e-34  #: [J s]
ELECTRON_MASS = 9.1093837015e-31  #: [kg]
SPEED_OF_LIGHT = 299792458.0  #: [m/s]
HC_EV_NM = PLANCK * SPEED_OF_LIGHT / ELEMENTARY_CHARGE * 1e9  #: [eV nm]
#: hbar^2 / (2 m_0) [eV nm^2]
KINETIC_EV_NM2 = REDUCED_PLANCK**2 / (2.0 * ELECTRON_MASS * ELEMENTARY_CHARGE) * 1e18
#: e^2 / (4 pi eps_0) [eV nm]
COULOMB_EV_NM = ELEMENTARY_CHARGE / (4.0 * math.pi * VACUUM_PERMITTIVITY) * 1e7
#: Bohr radius of hydrogen [nm]
BOHR_RADIUS_NM = 2.0 * KINETIC_EV_NM2 / COULOMB_EV_NM
#: States of a parabolic band of one free-electron mass at 300 K, 2 (2 pi m_0 k T / h^2)^(3/2) [cm^-3]
BAND_DOS = 2.0 * (2.0 * math.pi * ELECTRON_MASS * BOLTZMANN * 300.0 / PLANCK**2) ** 1.5 * 1e-6
NM, UM = 1e-7, 1e-4  #: [cm]

#: ln of nothing, and of infinitely much, where numbers stand for an absent limit. Anything finite added to either
#: leaves it as it is, so `x <= NONE` and `x >= UNBOUND` ask for them.
NONE, UNBOUND = -1e300, 1e300
