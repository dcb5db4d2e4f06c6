"""Linear response to light, against direct solves, closed forms and limits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import stackmodel as sm
from helpers import HERO, task_of
from stackmodel.physics.constants import ELEMENTARY_CHARGE as Q
from stackmodel.physics.constants import NM
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers.response import by_nodes, collection
from stackmodel.solvers.state import Absorbed

WAVELENGTH = np.linspace(420.0, 1150.0, 12)


def material(name: str, chi: float, gap: float, N: float, mu: float, tau: float, **more: object) -> sm.Material:
    values = dict.fromkeys(("conduction_band_dos", "valence_band_dos"), N)
    values |= dict.fromkeys(("electron_mobility", "hole_mobility"), mu)
    values |= dict.fromkeys(("electron_lifetime", "hole_lifetime"), tau)
    return sm.Material(
        name=name, electron_affinity=chi, band_gap=gap, relative_permittivity=10, **values, **more
    )  # fmt: skip


def nip(tau: float = 1e-6, **more: object) -> sm.Photodiode:
    layers = [
        sm.ETL(material("wide", 4.0, 3.3, 2.2e18, 10, np.inf), 50, donor_density=1e17),
        sm.Active(material("film", 4.1, 1.3, 1e19, 0.01, tau, radiative_coefficient=1e-10), 300),
        sm.HTL(material("back", 3.8, 1.4, 1e19, 0.01, np.inf), 50, acceptor_density=1e17),
    ]
    return sm.Photodiode(
        sm.Stack(layers), **{"front": sm.Contact.ohmic(), "back": sm.Contact.ohmic(), **more}
    )  # fmt: skip


DEVICES = {
    "n-i-p": nip(),
    "cold": nip(temperature=120.0),
    "finite velocities": nip(
        front=sm.Contact.schottky(
            work_function=4.1, electron_recombination_velocity=1e5, hole_recombination_velocity=1e3
        ),
        back=sm.Contact.schottky(
            work_function=5.1, electron_recombination_velocity=1e4, hole_recombination_velocity=1e6
        ),
    ),
    "anode in front": nip(anode="front"),
    "paper": sm.Photodiode(HERO),
}


# -- against direct solves ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("voltage", [0.0, -0.5, 0.3])
@pytest.mark.parametrize("name", DEVICES)
def test_one_transposed_solve_is_as_good_as_solving_with_light(name: str, voltage: float) -> None:
    """The change of the solved current by weak light in each third of the film, on the same mesh, to 1e-6."""
    device = DEVICES[name]
    dark = task_of(device)
    point = solver.solve(dark, [voltage])[0]
    mesh, thickness = point.grid.mesh, dark.profile.thickness
    found = collection(dark, point)
    assert found.closure < 1e-7
    # Few pairs, for in the cold few are there; what is left of the second order goes with a second, weaker light.
    flux = 1e8 if device.temperature > 200 else 1e-12 if voltage <= 0.0 else 1e-4
    for third in range(3):
        edges = np.array([third / 3, (third + 1) / 3]) * thickness[1]
        depth = np.unique(np.concatenate([[0.0], edges, thickness[1:2]]))
        changes = []
        for share in (0.5, 1.0):
            made = share * np.interp(depth, edges, [0.0, flux])
            lit = task_of(device, [0.0, Absorbed(depth=depth, pairs=made), *[0.0] * (thickness.size - 2)])
            both = [solver._curve(task, mesh, [voltage], {voltage: point})[voltage] for task in (dark, lit)]
            before, after = (solver.current_density(dark, each) for each in both)
            changes.append((before - after) / (share * Q))
        linear = by_nodes(lit.generation(mesh).mean(axis=0) * mesh.width) @ found.collected
        assert linear == pytest.approx(2.0 * changes[0] - changes[1], rel=1e-6, abs=1e-6 * flux)


@pytest.mark.parametrize("voltage", [0.0, -0.5])
def test_an_eqe_is_the_current_of_weak_light(voltage: float) -> None:
    """Each wavelength solved by itself as a curve under light, on meshes of its own."""
    diode = sm.Photodiode(HERO)
    found = diode.spectral_response(WAVELENGTH[::4], voltage)
    dark = diode.jv([voltage], accuracy="0.1 %").current_density[0]
    for wavelength, eqe in zip(found.wavelength, found.eqe, strict=True):
        light = sm.Light.monochromatic(wavelength, 1e-7)
        photons = light.photons[1][0]
        lit = diode.jv([voltage], light=light, accuracy="0.1 %").current_density[0]
        assert eqe == pytest.approx((dark - lit) / (Q * photons), rel=5e-3)


def test_the_response_to_light_under_light_is_the_slope_of_the_current() -> None:
    diode = sm.Photodiode(HERO)
    bias = sm.Light.monochromatic(940, 1e-3)
    found = diode.spectral_response([940], -0.2, light=bias).eqe[0]
    photons = bias.photons[1][0]
    stronger, weaker = (diode.jv([-0.2], light=bias.concentrated(k)).current_density[0] for k in (1.05, 0.95))
    assert found == pytest.approx((weaker - stronger) / (0.1 * Q * photons), rel=2e-2)


# -- what must hold ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("voltage", [0.0, -0.5])
def test_every_photon_is_accounted_for(voltage: float) -> None:
    found = sm.Photodiode(HERO).spectral_response(WAVELENGTH, voltage)
    assert found.eqe + sum(found.losses.values()) == pytest.approx(1.0, abs=1e-6)
    assert all((share > -1e-9).all() for share in found.losses.values())
    assert (found.eqe <= found.generated + 1e-9).all()
    assert (found.iqe <= 1.0 + 1e-9).all()
    assert found.responsivity == pytest.approx(found.eqe * found.wavelength / 1239.8419843320026)


def test_long_lifetimes_collect_all() -> None:
    """IQE to 1 for diffusion lengths beyond the film, where walls keep carriers from the wrong contact."""
    collected = collection(task_of(nip(tau=1e3)), solver.solve(task_of(nip(tau=1e3)), [-1.0])[0])
    losses = {name: share for name, share in collected.lost.items() if "radiative" not in name}
    middle = slice(collected.collected.size // 3, 2 * collected.collected.size // 3)
    assert collected.collected[middle].min() > 0.99
    assert max(np.abs(share[middle]).max() for share in losses.values()) < 5e-3


def test_a_field_free_film_collects_by_diffusion() -> None:
    """Hovel 1975: of pairs at depth x behind a junction cosh((d - x)/L) / cosh(d/L) reach it, the back blocking."""
    D, tau, d = 0.0258520 * 100.0, 1e-8, 2e-4
    L = np.sqrt(D * tau)
    base = material("base", 4.0, 1.1, 2e19, 100.0, tau)
    window = material("window", 4.0, 1.1, 2e19, 100.0, np.inf)
    layers = [sm.ETL(window, 50, donor_density=1e18), sm.Active(base, d / NM, acceptor_density=1e16)]
    back = sm.Contact.schottky(
        work_function=4.0 + 1.1 - 0.0258520 * np.log(2e19 / 1e16), electron_recombination_velocity=0.0,
        hole_recombination_velocity=np.inf,
    )  # fmt: skip
    device = sm.Photodiode(sm.Stack(layers), front=sm.Contact.ohmic(), back=back, anode="back")
    task = task_of(device)
    point = solver.solve(task, [0.0])[0]
    point = solver.on_mesh(task, point, point.grid.mesh.refined().refined())
    x = point.grid.mesh.nodes - task.profile.thickness[0]
    far = x > 6e-5  # beyond the depleted part
    found = collection(task, point).collected
    ratio = found[far] / found[far][0]
    expected = np.cosh((d - x[far]) / L) / np.cosh((d - x[far][0]) / L)
    assert ratio == pytest.approx(expected, rel=2e-3)


def test_a_photoconductor_collects_more_than_it_absorbs() -> None:
    """P15 (Rose 1963): the response of an ohmic bar is the gain tau / t_n + tau / t_p of its carriers."""
    device = sm.Photoconductor(
        sm.Stack([sm.Active(
            sm.Material(name="bar", electron_affinity=4.0, band_gap=1.0, relative_permittivity=12,
                        conduction_band_dos=1e19, valence_band_dos=1e19, electron_mobility=100, hole_mobility=1,
                        electron_lifetime=1e-9, hole_lifetime=1e-9, radiative_coefficient=0.0),
            10_000, donor_density=1e16)]),
        front=sm.Contact.ohmic(), back=sm.Contact.ohmic(),
    )  # fmt: skip
    task, voltage = solver.problem(device.setup), 2.0
    point = solver.solve(task, [voltage])[0]
    nodes = by_nodes(point.grid.mesh.width / point.grid.mesh.width.sum())
    gain = -nodes @ collection(task, point).collected
    assert gain == pytest.approx(device.gain(voltage, 1e20), rel=1e-2)
    assert gain > 0.1


FILM = "glass 1mm / channel: PbS(0.95eV, EDT) 300nm [source=Au, drain=Au, length=5um, width=1mm]"


@pytest.mark.parametrize("light", [None, sm.Light.monochromatic(940, 1e-3)])
def test_a_photoconductor_answers_along_its_voltage(light: sm.Light | None) -> None:
    device = sm.Photoconductor(FILM)
    forward, reverse = (device.spectral_response([940, 1000], V, light) for V in (5.0, -5.0))
    assert (forward.eqe > 0.0).all()
    assert forward.eqe == pytest.approx(reverse.eqe, rel=1e-3)
    for found in (forward, reverse):
        assert found.eqe + sum(found.losses.values()) == pytest.approx(1.0, abs=1e-5)


def test_a_symmetric_film_answers_nothing_without_voltage() -> None:
    found = sm.Photoconductor(FILM).spectral_response([940])
    assert np.abs(found.eqe).max() < 1e-3 * found.generated.max()


def test_a_trap_lifetime_is_refused_not_ignored() -> None:
    trapped = sm.Photoconductor(FILM.replace("[source", "[electron_trap_lifetime=9ms, source"))
    with pytest.raises(sm.UnsupportedError, match=r"electron_trap_lifetime acts in estimate\(\) only"):
        trapped.spectral_response([940], 5.0)
    record = trapped.jv([1.0], light=sm.Light.monochromatic(940, 1e-3)).provenance
    assert "trap_lifetime_closed" in {row["rule"] for row in record.assumptions}


def test_a_coating_beyond_the_contact_is_optics_alone() -> None:
    plain, coated = sm.Photodiode(HERO), sm.Photodiode("SiO2 110nm / " + HERO)
    curves = [device.jv([-0.5, 0.3]).current_density for device in (plain, coated)]
    assert curves[1] == pytest.approx(curves[0], rel=1e-9, abs=0)
    both = [device.spectral_response([640, 940], -0.5) for device in (plain, coated)]
    assert both[0].reflectance != pytest.approx(both[1].reflectance, rel=0.02)
    assert both[0].iqe == pytest.approx(both[1].iqe, rel=0.1)


def test_no_cell_delivers_more_than_its_limit() -> None:
    cell = sm.SolarCell("glass 1.1mm / " + HERO)
    limit = cell.limit(absorptance="computed")
    made = cell.generation(sm.Light.am15g()).current_density
    assert limit.short_circuit_current_density == pytest.approx(made, rel=2e-3)
    assert cell.performance().short_circuit_current_density < limit.short_circuit_current_density


# -- layers that make nothing, and multiplication ----------------------------------------------------------------------


def test_what_a_layer_absorbs_below_its_gap_is_lost() -> None:
    found = sm.Photodiode(HERO).spectral_response([500, 900])
    assert (found.losses["absorbed in ZnO"] == found.absorptance["ZnO"]).all()
    assert "absorbed in PbS(3.4nm, TBAI)" not in found.losses
    rows = {row["whose"]: row for row in found.provenance.assumptions if row["rule"] == "pairs_above_gap"}
    assert "ZnO" in rows


def test_multiplication_makes_more_than_one_pair() -> None:
    plain = sm.Photodiode(HERO)
    multiplied = plain.with_values({"active.multiplication_threshold": 2.0, "active.multiplication_slope": 1.0})
    both = [device.spectral_response([420, 1000], -0.5) for device in (plain, multiplied)]
    assert both[1].eqe[0] > 1.2 * both[0].eqe[0]
    assert both[1].eqe[1] == pytest.approx(both[0].eqe[1], rel=1e-9)
    assert both[1].eqe + sum(both[1].losses.values()) == pytest.approx(1.0, abs=1e-6)


def test_a_series_resistance_takes_its_share() -> None:
    """At forward bias the slope of the diode divides the photocurrent with the resistance."""
    device = sm.Photodiode(HERO, area=0.04)
    alone = device.spectral_response([940], 0.6)
    resisted = device.with_values({"series_resistance": 1e4})
    inner = resisted.jv([0.6]).points[0].voltage
    at_inner = device.spectral_response([940], inner)
    slope = np.diff(device.jv([inner - 1e-4, inner + 1e-4]).current_density)[0] / 2e-4
    found = resisted.spectral_response([940], 0.6)
    assert found.eqe == pytest.approx(at_inner.eqe / (1.0 + 1e4 * 0.04 * slope), rel=5e-3)
    assert alone.eqe != pytest.approx(found.eqe, rel=1e-2)
    assert found.eqe + sum(found.losses.values()) == pytest.approx(1.0, abs=1e-6)


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_transistors_refuse() -> None:
    stack = "gate: Al 100nm / SiO2 300nm / channel: IGZO 20nm [source=Al, drain=Al, length=10um, width=100um]"
    with pytest.raises(sm.UnsupportedError, match="two dimensions"):
        sm.Phototransistor(stack).spectral_response([940])


def test_unknown_indices_are_named() -> None:
    with pytest.raises(sm.DataError, match="k is never extrapolated"):
        sm.Photodiode(HERO).spectral_response([940, 2500])


def test_no_wavelengths_are_refused() -> None:
    with pytest.raises(sm.InputError, match="no wavelengths"):
        sm.Photodiode(HERO).spectral_response([])


# -- ways to ask -------------------------------------------------------------------------------------------------------


def test_metrics_ask_one_wavelength() -> None:
    diode = sm.Photodiode(HERO)
    found = sm.sweep(diode, {"active.thickness": [200, 250]}, ["responsivity@-0.5V,940nm", "eqe@940nm"])
    direct = diode.spectral_response([940], -0.5)
    assert float(found["responsivity@-0.5V,940nm"][1]) == pytest.approx(direct.responsivity[0], rel=1e-6)
    assert found["responsivity@-0.5V,940nm"].attrs["units"] == "A/W"
    assert float(found["eqe@940nm"][1]) == pytest.approx(diode.spectral_response([940]).eqe[0], rel=1e-6)


def test_the_spectrum_sums_to_the_current_of_white_light() -> None:
    """Weak sunlight at short circuit: its photons times the EQE are the current that is solved under it."""
    diode = sm.Photodiode("glass 1.1mm / " + HERO)
    sun = sm.Light.am15g().concentrated(1e-9)
    lit = diode.generation(sun)
    wavelength = lit.wavelength
    found = diode.spectral_response(wavelength)
    photons = dict(zip(*sun.photons, strict=True))
    by_spectrum = Q * sum(photons[each] * eqe for each, eqe in zip(wavelength, found.eqe, strict=True))
    assert -diode.jv([0.0], light=sun).current_density[0] == pytest.approx(by_spectrum, rel=5e-3)


def test_interference_moves_the_response() -> None:
    """Fringes of the film: the response at one wavelength rises and falls with its thickness."""
    base = sm.Photodiode(HERO)
    found = [
        base.with_values({"active.thickness": thickness}).spectral_response([940], -0.5).eqe[0]
        for thickness in range(100, 401, 30)
    ]
    turns = np.count_nonzero(np.diff(np.sign(np.diff(found))))
    assert turns >= 2


def test_the_picture_shows_all_shares(tmp_path: Path) -> None:
    found = sm.Photodiode(HERO).spectral_response(WAVELENGTH)
    names = [element.name for element in found.picture().elements]
    assert {"collected", "reflected", "recombination in layers", "absorbed without a pair"} <= set(names)
    for suffix in ("png", "csv", "json", "html", "nc"):
        found.save(tmp_path / f"response.{suffix}")
    assert len(found.to_dataframe()) == WAVELENGTH.size
    assert "EQE" in str(found)
    one = sm.Photodiode(HERO).spectral_response([940]).picture()
    assert len(one.elements) == 1


def test_a_cell_emits_by_its_own_efficiency() -> None:
    """The answer of `luminescence` is reciprocity with what `spectral_response` and `performance` answer."""
    cell = sm.SolarCell("glass 1.1mm / " + HERO)
    light = sm.Light.am15g().longpass(600)
    found, delivered = cell.luminescence(light), cell.performance(light)
    assert found.open_circuit_voltage == delivered.open_circuit_voltage
    assert found.short_circuit_current_density == delivered.short_circuit_current_density
    response = cell.spectral_response(found.wavelength)
    assert found.eqe == pytest.approx(np.clip(response.eqe, 0.0, None), rel=1e-12)
    assert found.wavelength[0] >= 600
    assert 0.0 < found.external_luminescence_yield < 1.0
    kT = 0.025852
    loss = -kT * np.log(found.external_luminescence_yield)
    assert found.nonradiative_voltage_loss == pytest.approx(loss, rel=1e-4)
