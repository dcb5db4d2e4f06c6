"""Levels at an interface by density: S = N c, several of them, distributions, captures that follow temperature."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

import stackmodel as sm
from stackmodel.physics.line import LEVEL_CHARGE
from stackmodel.physics.state import OF_LEVELS
from stackmodel.solvers import drift_diffusion as solver

K = 8.617333262e-5


def film(chi: float, gap: float, doping: float, **more: Any) -> sm.Material:
    values = {
        "relative_permittivity": 12.0, "conduction_band_dos": 1e19, "valence_band_dos": 2e19, "electron_mobility": 10.0,
        "hole_mobility": 5.0, "electron_lifetime": math.inf, "hole_lifetime": math.inf, "radiative_coefficient": 1e-12,
        "electron_auger_coefficient": 0.0, "hole_auger_coefficient": 0.0, "electron_thermal_velocity": 1e7,
        "hole_thermal_velocity": 2e7,
    } | more  # fmt: skip
    return sm.Material(
        name="film", electron_affinity=chi, band_gap=gap, donor_density=max(doping, 0.0),
        acceptor_density=max(-doping, 0.0), **values,
    )  # fmt: skip


def diode(*, T: float = 300.0, **interface: Any) -> sm.Photodiode:
    layers = [
        sm.Layer(film(4.0, 1.0, 1e17), 150.0, name="N", role="ETL"), sm.Interface(**interface),
        sm.Layer(film(3.9, 1.1, -1e16), 250.0, name="P", role="active"),
    ]  # fmt: skip
    ohmic = sm.Contact.ohmic()
    return sm.Photodiode(sm.Stack(layers), front=ohmic, back=ohmic, anode="back", temperature=T)


def levels_of(device: sm.Photodiode) -> np.ndarray:
    return solver.problem(device.setup).profile.interface_levels


def captured(name: str = "interface_trap", **more: Any) -> dict[str, Any]:
    return {
        f"{name}_density": 1e11, f"{name}_electron_capture": 1e-8, f"{name}_hole_capture": 3e-9, **more,
    }  # fmt: skip


BY_VELOCITY = {"electron_recombination_velocity": 1e3, "hole_recombination_velocity": 300.0}


@pytest.mark.parametrize("voltage", [-0.5, 0.4])
def test_velocities_are_density_times_capture(voltage):
    by_velocity, by_density = diode(**BY_VELOCITY), diode(**captured())
    # S is 1e11 cm^-2 x 1e-8 cm^3/s.
    assert levels_of(by_density) == pytest.approx(levels_of(by_velocity), rel=1e-13)
    currents = [device.jv([voltage]).current_density[0] for device in (by_velocity, by_density)]
    assert currents[1] == pytest.approx(currents[0], rel=1e-12)


def test_a_cross_section_takes_the_thermal_velocity_of_each_side():
    sections = {
        "interface_trap_electron_capture_cross_section": 1e-15,
        "interface_trap_hole_capture_cross_section": 2e-15,
    }
    direct = diode(interface_trap_density=1e11, interface_trap_electron_capture=1e-8, interface_trap_hole_capture=4e-8)
    assert levels_of(diode(interface_trap_density=1e11, **sections)) == pytest.approx(levels_of(direct), rel=1e-13)
    device = diode(interface_trap_density=1e11, **sections).with_values({"N.electron_thermal_velocity": 3e7})
    left, right = np.exp(levels_of(device)[:2, 0])
    assert left == pytest.approx(3e3)
    assert right == pytest.approx(1e3)


def test_one_level_in_two_halves_is_the_whole():
    whole = captured("interface_acceptor", interface_acceptor_level=0.1)
    halves = {
        key.replace("interface_acceptor", name): value * (0.5 if key.endswith("density") else 1.0)
        for name in ("interface_acceptor", "interface_acceptor_2") for key, value in whole.items()
    }  # fmt: skip
    one, two = diode(**whole), diode(**halves)
    assert levels_of(two).shape[1] == 2
    for question in (lambda d: d.jv([-0.4, 0.35]).current_density, lambda d: d.equilibrium().potential):
        assert question(two) == pytest.approx(question(one), rel=1e-9, abs=1e-12)


def test_levels_that_do_not_compete_add_up():
    """In reverse each level generates by itself: the current of both is the sum."""
    near, far = captured(interface_trap_level=0.05), captured(interface_trap_level=-0.2)
    both = near | {key.replace("interface_trap", "interface_trap_2"): value for key, value in far.items()}
    without = diode().dark_current(-0.5).total
    alone = [diode(**each).dark_current(-0.5).total - without for each in (near, far)]
    assert diode(**both).dark_current(-0.5).total - without == pytest.approx(sum(alone), rel=2e-2)
    assert min(alone) > without


def test_a_narrow_gaussian_is_a_level():
    narrow = captured("interface_donor", interface_donor_width=1e-3, interface_donor_level="0.4 eV below E_C")
    sharp = captured("interface_donor", interface_donor_level="0.4 eV below E_C")
    spread = levels_of(diode(**narrow))
    assert spread.shape[1] > 3
    assert spread[LEVEL_CHARGE].sum() == pytest.approx(1e11)
    voltages = [-0.4, 0.35]
    found, expected = (diode(**each).jv(voltages).current_density for each in (narrow, sharp))
    assert found == pytest.approx(expected, rel=2e-3)


def held_at_equilibrium(device: sm.Photodiode) -> tuple[float, float]:
    """Charge of the interface's levels over q, and the Fermi level above the middle of the interface gap [eV]."""
    found = device.equilibrium()
    i = next(k for k in range(1, found.position.size) if found.layer[k] != found.layer[k - 1])
    eps = 12.0 * 8.8541878128e-14 / 1.602176634e-19
    charge = eps * (found.field[i] - found.field[i - 1])
    middle = 0.5 * (min(found.conduction_band[i - 1 : i + 1]) + max(found.valence_band[i - 1 : i + 1]))
    return float(charge), float(-middle)


@pytest.mark.parametrize("T", [300.0, 150.0])
@pytest.mark.parametrize(("family", "sign"), [("interface_donor", 1.0), ("interface_acceptor", -1.0)])
def test_the_charge_of_a_tail_is_that_of_its_integral(family, sign, T):
    """Gauss's law against the Fermi function over N/U exp(-E/U), by quadrature."""
    edge, decay = ("0 eV below E_C", 0.05) if sign < 0 else ("0 eV above E_V", 0.06)
    said = captured(family, **{f"{family}_level": edge, f"{family}_tail_energy": decay, f"{family}_density": 3e12})
    charge, fermi = held_at_equilibrium(diode(T=T, **said))
    gap = min(-4.0, -3.9) - max(-5.0, -5.0)
    top = min(12.0 * decay, gap)

    def density(depth: float) -> float:
        return math.exp(-depth / decay) / (decay * -math.expm1(-top / decay))

    def occupied(depth: float) -> float:
        level = 0.5 * gap - depth if sign < 0 else depth - 0.5 * gap
        return 1.0 / (1.0 + math.exp(min((level - fermi) / (K * T), 700.0)))

    share = quad(lambda x: density(x) * (occupied(x) if sign < 0 else 1.0 - occupied(x)), 0.0, top, limit=200)[0]
    # Levels a kT apart stand for the tail, at a few of which all the charge may sit.
    assert charge == pytest.approx(sign * 3e12 * share, rel=5e-2)


def test_neutral_levels_change_no_equilibrium_and_charged_ones_do():
    plain, neutral, charged = diode(), diode(**captured()), diode(**captured("interface_donor"))
    assert neutral.equilibrium().potential.tolist() == plain.equilibrium().potential.tolist()
    assert abs(held_at_equilibrium(charged)[0]) > 1e6


@pytest.mark.parametrize("transfer", ["continuous", "thermionic"])
def test_nothing_flows_in_equilibrium_and_currents_close(transfer):
    said = captured("interface_acceptor") | captured(
        "interface_donor_2", interface_donor_2_level=-0.1, interface_donor_2_width=0.04
    )
    device = diode(transfer=transfer, **said)
    task = solver.problem(device.setup)
    still = solver.solve(task, [0.0])[0]
    assert not still.currents.any()
    assert not still.lost.any()
    assert device.jv([-0.3, 0.4]).provenance.convergence["conservation"] <= 1e-9
    found = device.dark_current(-0.3)
    assert sum(found.by_mechanism.values()) == pytest.approx(found.total, rel=1e-6)
    assert found.by_mechanism["recombination at N|P"] > 0.0


def test_the_mirrored_interface_is_the_same():
    said = captured(
        "interface_acceptor", interface_acceptor_tail_energy=0.05, interface_acceptor_level="0 eV below E_C"
    )
    device = diode(**said)
    stack = sm.Stack.of(device.stack.layers[::-1], device.stack.interfaces, device.stack.roles[::-1])
    ohmic = sm.Contact.ohmic()
    turned = sm.Photodiode(stack, front=ohmic, back=ohmic, anode="front")
    assert turned.jv([-0.4, 0.3]).current_density == pytest.approx(device.jv([-0.4, 0.3]).current_density, rel=1e-9)


def test_captures_follow_temperature():
    section = {"interface_trap_density": 1e11, "interface_trap_electron_capture_cross_section": 1e-15,
               "interface_trap_hole_capture": 1e-9, "interface_trap_hole_capture_energy": 0.1}  # fmt: skip
    at = {T: np.exp(levels_of(diode(T=T, **section))[[0, 2], 0]) for T in (300.0, 200.0)}
    assert at[300.0] == pytest.approx([1e3, 1e2])
    assert at[200.0][0] / at[300.0][0] == pytest.approx(math.sqrt(200.0 / 300.0))
    assert at[200.0][1] / at[300.0][1] == pytest.approx(math.exp(-0.1 / K * (1 / 200.0 - 1 / 300.0)), rel=1e-9)


@pytest.mark.parametrize("T", [300.0, 220.0])
def test_cross_sections_of_a_layer_are_lifetimes(T):
    section = {"trap_density": 1e15, "electron_capture_cross_section": 1e-16, "hole_capture_cross_section": 2e-16}
    v = math.sqrt(T / 300.0)
    lifetimes = {"electron_lifetime": 1e-6 / v, "hole_lifetime": 2.5e-7 / v}
    currents = []
    for said in (section, lifetimes):
        material = film(4.0, 1.0, 1e16).with_values(said, source="test")
        stack = sm.Stack([sm.Layer(material, 200.0, role="active"), sm.Layer(film(3.9, 1.1, -1e16), 100.0, role="HTL")])
        device = sm.Photodiode(stack, front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), temperature=T)
        currents.append(device.jv([-0.3, 0.3]).current_density)
    assert currents[0] == pytest.approx(currents[1], rel=1e-11)


@pytest.mark.parametrize("T", [300.0, 220.0])
def test_a_lifetime_follows_from_cross_sections(T):
    traps = {"trap_density": 1e15, "electron_capture_cross_section": 1e-15, "trap_hole_capture_cross_section": 2e-15}
    material = film(4.0, 1.0, 1e17, **traps).at(T)
    root = math.sqrt(T / 300.0)
    # 1 / (sigma v_th N_t)
    assert material.value("electron_lifetime") == pytest.approx(1e-7 / root, rel=1e-12)
    assert material.value("hole_lifetime") == pytest.approx(2.5e-8 / root, rel=1e-12)


def test_neutral_levels_are_listed_as_assumed():
    rules = [row["rule"] for row in diode(**captured()).assumptions()]
    assert "neutral_interface_levels" in rules
    assert "neutral_interface_levels" not in [row["rule"] for row in diode(**BY_VELOCITY).assumptions()]


def test_what_nodes_hold_has_all_levels():
    from stackmodel.physics.fluxes import fill_bands
    from stackmodel.physics.state import empty_bands
    from stackmodel.physics.storage import empty_storage, store

    device = diode(
        **captured("interface_acceptor"), **captured("interface_acceptor_2", interface_acceptor_2_level=-0.3)
    )
    point = solver.solve(solver.problem(device.setup), [0.2])[0]
    bands, storage = empty_bands(point.grid.mesh.width.size), empty_storage(point.y.size)
    fill_bands(point.state, point.grid.line, bands)
    store(point.state, point.grid.line, bands, storage)
    assert -2e11 <= storage.held[:, OF_LEVELS].sum() < 0.0


SECTIONS = {
    "interface_donor_electron_capture_cross_section": 1e-15,
    "interface_donor_hole_capture_cross_section": 1e-15,
}
ERRORS = {
    "capture without density": (SECTIONS, "does nothing without interface_donor_density"),
    "both ways": (
        captured("interface_donor", **SECTIONS),
        "interface_donor_electron_capture and interface_donor_electron_capture_cross_section are both given",
    ),
    "one carrier": (
        {"interface_donor_density": 1e11, "interface_donor_electron_capture": 1e-8},
        r"interface_donor_hole_capture is missing \[cm\^3/s\]",
    ),
    "level of nothing": (
        captured("interface_donor", interface_donor_level=0.1, trap_level=0.2), "every family of levels has its own",
    ),
    "velocity and capture": (captured("interface_donor") | BY_VELOCITY, "are both given; expected one of them"),
    "tail from nowhere": (
        captured("interface_donor", interface_donor_tail_energy=0.05), "a tail starts at a band edge",
    ),
    "two shapes": (
        captured("interface_donor", interface_donor_tail_energy=0.05, interface_donor_width=0.05),
        "interface_donor_width and interface_donor_tail_energy are both given",
    ),
    "outside the gap": (captured("interface_donor", interface_donor_level=0.9), "interface_donor_level is"),
    "misspelt": ({"interface_doner_density": 1e11}, 'Did you mean "interface_donor_density"'),
}  # fmt: skip


@pytest.mark.parametrize(("said", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_what_cannot_be_is_told(said, message):
    with pytest.raises(sm.InputError, match=message):
        diode(**said).jv([0.1])


def test_a_cross_section_asks_for_the_thermal_velocity():
    slow = film(4.0, 1.0, 1e17)
    bare = sm.Material(
        name="bare", parameters={k: p for k, p in slow.parameters.items() if "thermal" not in k},
    )  # fmt: skip
    layers = [sm.Layer(bare, 150.0), sm.Interface(interface_donor_density=1e11, **SECTIONS), sm.Layer(slow, 100.0)]
    device = sm.Photodiode(sm.Stack(layers), front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), anode="back")
    with pytest.raises(sm.InputError, match=r"needs the electron_thermal_velocity of bare \[cm/s\], such as 1e7"):
        device.jv([0.1])


def test_round_trips(tmp_path):
    said = captured("interface_acceptor", interface_acceptor_level="0.2 eV below E_C", interface_acceptor_width=0.03)
    said |= captured("interface_donor_2", interface_donor_2_level=0.0)
    device = diode(**said, **captured(), trap_level=0.1)
    again = sm.Interface(**device.stack.interfaces[0].given)
    assert again == device.stack.interfaces[0]
    for suffix in (".toml", ".json"):
        assert sm.load(device.save(tmp_path / f"device{suffix}")).stack == device.stack
    text = f"ITO / ZnO 60nm / {again.notation}PbS(3.4nm, TBAI) 250nm / Au"
    parsed = sm.Stack.parse(text)
    assert parsed.interfaces[1] == again
    assert sm.Stack.parse(parsed.notation) == parsed
    moved = device.with_values({"N|P.interface_donor_2_density": "2e12 cm^-2"})
    assert moved.stack.interfaces[0].levels["interface_donor_2_density"] == 2e12


def test_densities_and_captures_are_addresses():
    found = diode(**captured("interface_donor")).sensitivity("dark_current@-0.3V")
    by_address = {slope.address: slope.elasticity for slope in found.slopes}
    assert by_address["N|P.interface_donor_density"] > 0.1
    assert "N|P.interface_donor_electron_capture" in by_address


def test_a_fermi_level_between_two_acceptors_fills_one_of_them():
    """Two deep levels 0.4 eV apart: the charge steps from one density to both as the Fermi level passes."""
    said = captured("interface_acceptor", interface_acceptor_level=-0.45, interface_acceptor_density=1e10)
    said |= captured("interface_acceptor_2", interface_acceptor_2_level=0.45, interface_acceptor_2_density=1e10)
    charge, fermi = held_at_equilibrium(diode(**said))
    fills = [1.0 / (1.0 + math.exp((level - fermi) / (K * 300.0))) for level in (-0.45, 0.45)]
    assert charge == pytest.approx(-1e10 * sum(fills), rel=1e-2)
    assert brentq(lambda x: x - fermi, -1.0, 1.0) == pytest.approx(fermi)
