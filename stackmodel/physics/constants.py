"""Physical constants, CODATA 2018 (the first four exact in the SI of 2019), in the units of the field."""

ELEMENTARY_CHARGE = 1.602176634e-19  #: [C]
BOLTZMANN = 1.380649e-23  #: [J/K]
BOLTZMANN_EV = BOLTZMANN / ELEMENTARY_CHARGE  #: [eV/K]
VACUUM_PERMITTIVITY = 8.8541878128e-14  #: [F/cm]
