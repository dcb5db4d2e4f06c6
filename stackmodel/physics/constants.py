"""Physical constants, CODATA 2018 (the first four exact in the SI of 2019), in the units of the field."""

ELEMENTARY_CHARGE = 1.602176634e-19  #: [C]
BOLTZMANN = 1.380649e-23  #: [J/K]
BOLTZMANN_EV = BOLTZMANN / ELEMENTARY_CHARGE  #: [eV/K]
VACUUM_PERMITTIVITY = 8.8541878128e-14  #: [F/cm]
PLANCK = 6.62607015e-34  #: [J s]
SPEED_OF_LIGHT = 299792458.0  #: [m/s]
HC_EV_NM = PLANCK * SPEED_OF_LIGHT / ELEMENTARY_CHARGE * 1e9  #: [eV nm]
