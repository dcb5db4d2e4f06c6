"""What is sensible is taken: wafers, plates, velocities at ohmic contacts, generation of known power; and hints."""

from __future__ import annotations

import math

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.quantities import checked

Q, KT = 1.602176634e-19, 8.617333262145179e-5 * 300.0
SILICON = sm.Material(
    name="silicon", electron_affinity=4.05, band_gap=1.12, relative_permittivity=11.7, conduction_band_dos=2.8e19,
    valence_band_dos=2.65e19, electron_mobility=1000, hole_mobility=400, electron_lifetime=1e-5, hole_lifetime=1e-5,
)  # fmt: skip
OHMIC = sm.Contact.ohmic()
BACK_LIT = "substrate: Si 500um / ITO 80nm / ZnO 60nm / PbS(peak=1550nm, TBAI) 300nm / PbS(3.0nm, EDT) 45nm / Au 80nm"


def cell(back: sm.Contact = OHMIC, thickness: str = "400 um") -> sm.SolarCell:
    """Return a thin emitter on a wafer."""
    emitter = sm.Layer(SILICON, 400, name="emitter", role="ETL", donor_density=1e19)
    base = sm.Layer(SILICON, thickness, name="base", role="active", acceptor_density=1e16)
    return sm.SolarCell(sm.Stack([emitter, base]), front=OHMIC, back=back)


@pytest.mark.parametrize("thickness", ["180 um", "0.4 mm", "1 mm", 250e3])
def test_a_wafer_conducts_as_a_bar_does(thickness):
    bar = sm.Layer(SILICON, thickness, role="active", donor_density=1e15)
    J = sm.Photoconductor(sm.Stack([bar]), front=OHMIC, back=OHMIC).jv([0.5]).current_density[0]
    assert pytest.approx(0.5 * Q * 1000 * 1e15 / (bar.thickness * 1e-7), rel=1e-4) == J


@pytest.mark.parametrize("velocity", [0.0, 1e3, math.inf])
def test_a_diode_on_a_wafer_is_shockleys_with_the_velocity_of_its_back(velocity):
    back = sm.Contact.ohmic(electron_recombination_velocity=velocity)
    D, L = 1000 * KT, math.sqrt(1000 * KT * 1e-5)
    n_p = 2.8e19 * 2.65e19 * math.exp(-1.12 / KT) / 1e16
    c, s, w = math.cosh(0.04 / L), math.sinh(0.04 / L), 0.04
    base = (
        D
        / L
        * ((1 / math.tanh(w / L)) if math.isinf(velocity) else (velocity * c + D / L * s) / (D / L * c + velocity * s))
    )
    emitter = 400 * KT * (2.8e19 * 2.65e19 * math.exp(-1.12 / KT) / 1e19) / 400e-7
    expected = Q * (base * n_p + emitter) * math.expm1(0.55 / KT)
    device = cell(back)
    assert device.jv([0.55]).current_density[0] == pytest.approx(expected, rel=0.02)
    assert device.estimate(0.55).dark_current == pytest.approx(expected, rel=0.02)


def test_films_are_thin_and_crystals_may_be_wafers():
    for text in ("active: Si 1mm", "HTL: Si 725um", "active: GaAs 350um"):
        assert sm.Stack.parse(text).layers[0].thickness > 1e5
    for text in ("ZnO 725um", "PbS(3.4nm, TBAI) 725um", "active: Si 1.2mm"):
        with pytest.raises(sm.InputError, match="thickness is") as caught:
            sm.Stack.parse(text)
        assert "Did you mean" not in str(caught.value)


def test_a_semiconductor_is_a_plate_where_it_is_a_substrate():
    device = sm.Photodiode(BACK_LIT)
    assert device.stack.layers[0].material.kind == "substrate"
    assert sm.Stack.parse(device.stack.notation).roles == device.stack.roles
    at = device.absorptance([1310, 1550])
    assert np.all(np.array(at["active"]) > 0.05)
    thicker = device.with_values({"Si.thickness": 501_370}).absorptance([1310, 1550])
    assert np.asarray(thicker["active"]) == pytest.approx(np.asarray(at["active"]), rel=1e-3)  # without fringes
    bare = sm.Photodiode(BACK_LIT.partition(" / ")[2])
    assert device.dark_current(-0.1).total == pytest.approx(bare.dark_current(-0.1).total, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "value"),
    [("electron_lifetime", "1e6 s"), ("hole_lifetime", 1e40), ("relative_permittivity", 2.4e4)],
)
def test_sensible_values_are_taken(name, value):
    assert checked(name, value, "x") > 0.0


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("thickness", "500 um", None), ("thickness", "2 cm", None), ("thickness", 5e5, "500 nm"),
        ("thickness", "500000 nm", "500 nm"), ("temperature", 5e3, None), ("donor_density", 1e24, "1e+18 cm^-3"),
        ("donor_density", "1e30 m^-3", None), ("electron_mobility", 1e7, None), ("band_gap", "1300 eV", "1.3 eV"),
    ],
)  # fmt: skip
def test_a_hint_is_what_may_have_been_meant(name, value, hint):
    with pytest.raises(sm.InputError) as caught:
        checked(name, value, "x")
    assert ("Did you mean" in str(caught.value)) == (hint is not None)
    assert hint is None or f'"{hint}"' in str(caught.value)


def test_a_hint_for_a_unit_is_of_what_was_asked():
    for value, unit in (("5 Vv", "nm"), ("5 eVv", "nm"), ("3 nmm", "eV")):
        with pytest.raises(sm.InputError, match="unknown unit") as caught:
            sm.Layer("ZnO", **({"thickness": value} if unit == "nm" else {"band_gap": value}))
        assert "Did you mean" not in str(caught.value) or f'"{unit}"' in str(caught.value)


def test_a_metal_between_semiconductors_is_refused_where_it_is_written():
    with pytest.raises(sm.InputError, match="Au: an electrode between two semiconductors"):
        sm.Stack.parse("ITO / ZnO 60nm / Au 20nm / PbS(3.4nm, TBAI) 250nm / Au")
    with pytest.raises(sm.InputError, match="Au: an electrode between"):
        sm.Photodiode("ITO / ZnO 60nm / SnO2 5nm / PbS(3.4nm, TBAI) 250nm / Au").with_layer("SnO2", "electrode: Au 5nm")


def test_velocities_of_ohmic_contacts_are_addresses_and_saved(tmp_path):
    device = cell(sm.Contact.ohmic(electron_recombination_velocity="1e4 cm/s"))
    faster = device.with_values({"back.electron_recombination_velocity": 1e5, "back.hole_recombination_velocity": 1e6})
    assert faster.back == sm.Contact.ohmic(electron_recombination_velocity=1e5, hole_recombination_velocity=1e6)
    assert faster.band_alignment().built_in_potential == cell().band_alignment().built_in_potential
    faster.save(tmp_path / "cell.toml")
    assert sm.load(tmp_path / "cell.toml").back == faster.back
    schottky = device.with_values({"back.work_function": 5.0})
    assert schottky.back == sm.Contact.schottky(work_function=5.0, electron_recombination_velocity=1e4)
    with pytest.raises(sm.InputError, match=r"a blocking contact has no .*Contact\.ohmic"):
        cell(sm.Contact.blocking()).with_values({"back.electron_recombination_velocity": 1e4})


def test_figures_under_a_generation():
    device = cell(thickness="100 um")
    lit = device.performance(generation=1e19, irradiance="50 mW/cm^2")
    J_G = Q * 1e19 * 100e-4
    tree = lit.losses["short_circuit_current_density"]
    assert tree.start == pytest.approx(J_G, rel=1e-9)
    assert tree.closure < 1e-9
    curve = device.jv(np.linspace(0.0, 0.7, 29), generation=1e19).figures
    # Both meshes are refined to 1e-3 of the current.
    assert lit.short_circuit_current_density == pytest.approx(curve.short_circuit_current_density, rel=1e-3)
    assert lit.open_circuit_voltage == pytest.approx(curve.open_circuit_voltage, rel=1e-3)
    assert lit.efficiency == pytest.approx(lit.power_density / 0.05)
    assert lit.incident_irradiance == 0.05
    assert device.performance(generation=1e19, reference_irradiance=0.1).efficiency == pytest.approx(lit.efficiency / 2)


def test_no_efficiency_without_an_irradiance(tmp_path):
    lit = cell(thickness="20 um").performance(generation={"active": ([0, 5e3, 2e4], [1e20, 1e19, 1e18])})
    assert 0.0 < lit.fill_factor < 1.0
    with pytest.raises(sm.DataError, match=r"irradiance=\"100 mW/cm\^2\""):
        _ = lit.efficiency
    assert "efficiency" not in lit.attributes()
    assert lit.save(tmp_path / "lit.json").exists()
    assert lit.save(tmp_path / "lit.svg").exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"light": sm.Light.am15g(), "irradiance": 0.1}, "irradiance belongs to generation"),
        ({"light": sm.Light.am15g(), "generation": 1e19}, "expected one of them"),
        ({"generation": 0}, "makes no pairs"),
        ({"generation": [1e19, 2e19, 3e19]}, "expected a rate, or depths in the layer"),
        ({"generation": np.full(3, 1e19)}, "expected a rate, or depths in the layer"),
        ({"generation": "lots"}, 'such as "1 cm\\^-3 s\\^-1"'),
    ],
)
def test_what_performance_refuses(given, says):
    with pytest.raises(sm.InputError, match=says):
        cell(thickness="20 um").performance(**given)


# -- profiles of generation --------------------------------------------------------------------------------------------


def narrow(centre: float, width: float) -> tuple[list[float], list[float]]:
    """Return a triangle of 1e16 pairs cm^-2 s^-1 about a depth [nm]."""
    return [centre - width, centre, centre + width], [0.0, 1e16 / (width * 1e-7), 0.0]


@pytest.mark.parametrize("width", [40.0, 5.0, 1.0, 0.1, 1e-3])
def test_pairs_of_a_profile_are_made_however_narrow_it_is(width: float) -> None:
    """A reverse voltage collects all pairs of a depleted film without lifetimes, q x 1e16 cm^-2 s^-1."""
    film = sm.Material(
        name="film", electron_affinity=4.0, band_gap=1.2, relative_permittivity=12, conduction_band_dos=1e19,
        valence_band_dos=1e19, electron_mobility=1, hole_mobility=1, electron_lifetime=math.inf,
        hole_lifetime=math.inf,
    )  # fmt: skip
    wide = film.with_values({"band_gap": 2.0}, source="a window on either side")
    diode = sm.Photodiode(
        sm.Stack([
            sm.Layer(wide, 30, role="ETL", name="n", donor_density=1e17), sm.Layer(film, 300, role="active"),
            sm.Layer(wide.with_values({"electron_affinity": 3.2}, source="as above"), 30, role="HTL", name="p",
                     acceptor_density=1e17),
        ]), front=sm.Contact.ohmic(), back=sm.Contact.ohmic(),
    )  # fmt: skip
    for centre in (60.0, 133.3, 222.0):
        curve = diode.jv([-1.0], generation=narrow(centre, width))
        assert -curve.current_density[0] == pytest.approx(1.602176634e-3, rel=5e-3)  # a few leave by the wrong side
    depths, rates = [100.0, 100.0 + width], [1e16 / (width * 1e-7)] * 2  # steps at both ends
    assert -diode.jv([-1.0], generation=(depths, rates)).current_density[0] == pytest.approx(1.602176634e-3, rel=5e-3)


def test_a_function_of_depth_may_decay_to_nothing_and_is_refused_where_it_cannot_be_read() -> None:
    diode = sm.Photodiode("ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm")
    x = np.linspace(0.0, 25.0, 4001)
    function, listed = (
        diode.jv([-0.5], generation=given).current_density[0]
        for given in (lambda x: 1e22 * np.exp(-x / 2.5), (x, 1e22 * np.exp(-x / 2.5)))
    )
    assert function == pytest.approx(listed, rel=5e-3)  # the mesh's
    with pytest.raises(sm.InputError, match="generation changes too fast to be read at 4001 depths; expected a smooth"):
        diode.jv([-0.5], generation=lambda x: 1e22 * (np.abs(x - 100.0) < 0.04))
