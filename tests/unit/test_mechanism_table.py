"""Every mechanism of the table has its columns filled and its rate counted, on either way that rates are added up."""

from __future__ import annotations

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.physics.constants import NONE
from stackmodel.physics.mechanisms.table import COLUMNS, MECHANISMS, TABLE
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.structure.mechanisms import layer_values

#: What switches a mechanism on by itself; trap-assisted tunnelling is what a field adds to SRH.
SWITCHES: dict[str, dict[str, float]] = {
    "SRH": {"electron_lifetime": 1e-9, "hole_lifetime": 1e-9},
    "trap-assisted tunnelling": {"electron_lifetime": 1e-9, "hole_lifetime": 1e-9, "electron_tunnelling_mass": 0.1},
    "radiative": {"radiative_coefficient": 1e-9},
    "Langevin": {"langevin_factor": 1.0},
    "Auger": {"electron_auger_coefficient": 1e-27, "hole_auger_coefficient": 1e-27},
    "band-to-band tunnelling": {"reduced_tunnelling_mass": 0.02},
}


def film(**more: float) -> sm.Material:
    values = {
        "electron_affinity": 4.0, "band_gap": 0.7, "relative_permittivity": 12.0, "conduction_band_dos": 1e19,
        "valence_band_dos": 1e19, "electron_mobility": 1.0, "hole_mobility": 1.0, "electron_lifetime": np.inf,
        "hole_lifetime": np.inf, "radiative_coefficient": 0.0, "electron_auger_coefficient": 0.0,
        "hole_auger_coefficient": 0.0,
    } | more  # fmt: skip
    return sm.Material(name="film", **values)


#: By numbers and, in the cold, by logarithms; rates that tunnelling adds to are by logarithms always.
CASES = [(name, T) for name in MECHANISMS for T in (300.0, 30.0) if T == 300.0 or "tunnelling" not in name]


@pytest.mark.parametrize(("mechanism", "T"), CASES)
def test_a_mechanism_by_itself_is_counted_as_itself(mechanism: str, T: float) -> None:
    material = film(**SWITCHES[mechanism])
    layers = [sm.Layer(material, 100.0, donor_density=5e17), sm.Layer(material, 100.0, acceptor_density=5e17)]
    device = sm.Photodiode(
        sm.Stack(layers), front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), temperature=T, anode="back"
    )
    voltage = -2.0 if "tunnelling" in mechanism else 0.3 if T > 100.0 else 0.65
    point = solver.solve(solver.problem(device.setup), [voltage])[0]
    counted = {name for name, rates in zip(MECHANISMS, point.rates, strict=True) if rates.any()}
    assert mechanism in counted
    assert counted <= {mechanism, "SRH"} if mechanism == "trap-assisted tunnelling" else counted == {mechanism}


@pytest.mark.parametrize(("mechanism", "columns"), TABLE)
def test_its_quantities_fill_its_columns(mechanism: str, columns: tuple[str, ...]) -> None:
    without, switched = layer_values(film()), layer_values(film(**SWITCHES[mechanism]))
    for name in columns:
        assert switched[COLUMNS.index(name)] != without[COLUMNS.index(name)]
        assert switched[COLUMNS.index(name)] > NONE
