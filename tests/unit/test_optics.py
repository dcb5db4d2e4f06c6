"""Optics of devices: what the optical stack takes from layers, where light goes, what it generates on a mesh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.output import with_matplotlib, with_plotly
from stackmodel.physics.constants import NM
from stackmodel.solvers.optics import absorb
from stackmodel.structure.levels import electrical_positions
from stackmodel.structure.mesh import first_mesh
from stackmodel.structure.optical_stack import OpticalStack

DIODE = "glass 1.1mm / ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
WAVELENGTH = np.linspace(450.0, 1600.0, 47)
Q = 1.602176634e-19


def of_index(n: complex, name: str = "film") -> sm.Material:
    constants = sm.OpticalConstants.from_arrays([300, 3000], [n.real] * 2, [n.imag] * 2, name=name, source="a test")
    return sm.Material(
        name=name, optical=constants, electron_affinity=4.0, band_gap=1.0, relative_permittivity=10.0,
        conduction_band_dos=1e19, valence_band_dos=1e19, electron_mobility=1.0, hole_mobility=1.0,
        electron_lifetime=1e-7, hole_lifetime=1e-7,
    )  # fmt: skip


def optics(text: str, side: str = "front") -> OpticalStack:
    return OpticalStack.of(sm.Stack.parse(text), illuminated=side, temperature=300.0)


# -- what is taken from the layers ---------------------------------------------------------------------------------


def test_layers_in_the_order_of_the_light() -> None:
    front, back = optics(DIODE), optics(DIODE, "back")
    assert front.names == ("glass", "ITO", "ZnO", "PbS(3.4nm, TBAI)", "PbS(3nm, EDT)", "Au")
    assert front.names == back.names[::-1]
    assert front.thickness.tolist() == back.thickness.tolist()[::-1] == [1.1e6, 100.0, 60.0, 250.0, 45.0, 80.0]
    index = front.index(WAVELENGTH)
    assert index.shape == (WAVELENGTH.size, 8)
    assert (index[:, [0, -1]] == 1.0).all()
    np.testing.assert_array_equal(index, back.index(WAVELENGTH)[:, ::-1])
    np.testing.assert_array_equal(index[:, 1], sm.optical_constants("glass").at(WAVELENGTH))


def test_plates_add_intensities() -> None:
    assert optics(DIODE).incoherent == ("glass",)
    assert optics("ITO 100nm / Si 9.99um / Au 80nm").incoherent == ()
    assert optics("ITO 100nm / Si 10um / Au 80nm").incoherent == ("Si",)
    assert optics("glass 1um / ITO 100nm / Si 300nm / Au 80nm").incoherent == ("glass",)


@pytest.mark.parametrize("text", [DIODE.replace("Au 80nm", "Au"), DIODE.replace("ITO 100nm", "ITO")])
def test_a_missing_thickness_names_the_layer(text: str) -> None:
    name = "Au" if text.endswith("Au") else "ITO"
    with pytest.raises(sm.InputError, match=rf'{name}: thickness is missing.*expected e\.g\. "{name} 100nm"'):
        sm.Photodiode(text).absorptance([940])
    with pytest.raises(sm.InputError, match=r'"glass 1\.1mm"'):
        sm.Photodiode(text.replace("glass 1.1mm", "glass")).absorptance([940])


def test_what_is_not_known_names_the_layer() -> None:
    with pytest.raises(sm.DataError, match=r"ITO: no optical constants beyond 1688\.\d nm \(asked: 2000 nm\)"):
        sm.Photodiode(DIODE).absorptance([940, 2000])
    with pytest.raises(sm.DataError, match=r"longpass\(\) and shortpass\(\)"):
        sm.Photodiode(DIODE).generation(sm.Light.blackbody(6000))


# -- where light goes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [sm.Photodiode, sm.SolarCell, sm.QLED, sm.Photoconductor])
def test_shares_of_every_kind_sum_to_one(kind: Any) -> None:
    found = kind(DIODE).absorptance(WAVELENGTH, angle=30)
    np.testing.assert_allclose(found.reflectance + found.transmittance + found.total, 1.0, atol=1e-12)
    assert found.by_layer.shape == (WAVELENGTH.size, 6)
    assert (found.by_layer >= 0).all()
    np.testing.assert_array_equal(found["active"], found["PbS(3.4nm, TBAI)"])
    np.testing.assert_array_equal(found["Au"], found.by_layer[:, 5])


def test_unpolarised_light_is_the_mean() -> None:
    device = sm.Photodiode(DIODE)
    s, p, both = (device.absorptance(WAVELENGTH, "50 deg", which) for which in ("s", "p", "unpolarized"))
    np.testing.assert_allclose(both.by_layer, 0.5 * (s.by_layer + p.by_layer), rtol=1e-12)
    assert np.abs(s.by_layer - p.by_layer).max() > 0.01
    along = [device.absorptance(WAVELENGTH, 0, which).reflectance for which in ("s", "p")]
    np.testing.assert_array_equal(*along)


def test_light_through_the_back_is_light_on_the_mirrored_stack() -> None:
    mirrored = " / ".join(reversed(DIODE.split(" / ")))
    back = sm.Photodiode(DIODE, illuminated="back").absorptance(WAVELENGTH, 40)
    front = sm.Photodiode(mirrored).absorptance(WAVELENGTH, 40)
    np.testing.assert_allclose(back.by_layer, front.by_layer[:, ::-1], rtol=1e-12, atol=1e-15)
    assert back["Au"].max() > 10 * back["active"].max()


def test_wavelengths_with_units_and_in_any_order() -> None:
    device = sm.Photodiode(DIODE)
    found = device.absorptance(["1.31 um", 940, "800 nm"])
    assert found.wavelength.tolist() == [1310.0, 940.0, 800.0]
    assert found["active"][1] == device.absorptance(940)["active"][0]
    assert [line.name for line in found.picture().elements][:2] == ["reflected", "transmitted"]


@pytest.mark.parametrize(
    ("ask", "parts"),
    [
        (lambda d: d.absorptance([]), ["no wavelengths"]),
        (lambda d: d.absorptance([-5]), ["wavelength is -5 nm"]),
        (lambda d: d.absorptance([940], angle=90), ["angle is 90 deg", "89.99"]),
        (lambda d: d.absorptance([940], polarization="unpolarised"), ['"unpolarised"', 'Did you mean "unpolarized"']),
        (lambda d: d.absorptance([940])["actve"], ['"actve"', 'Did you mean "active"', "ITO"]),
        (lambda d: d.generation(None), ["needs a Light"]),
        (lambda d: d.generation("sun"), ["expected a Light"]),
        (lambda d: d.generation(sm.Light.monochromatic(940, 1e-3).longpass(1000)), ["no photons"]),
        (lambda d: d.absorptance([940]).drawn(colors={"Zno": "red"}), ["Zno", "ZnO"]),
    ],
)
def test_refused(ask: Any, parts: list[str]) -> None:
    with pytest.raises(sm.InputError) as caught:
        ask(sm.Photodiode(DIODE))
    for part in parts:
        assert part in str(caught.value)


def test_a_computed_stack_filters_light() -> None:
    coating = sm.Photodiode("glass 1.1mm / ITO 100nm / Si 100nm / MoO3 20nm").absorptance(np.linspace(500, 900, 81))
    light = sm.Light.led(700, 20, 1e-3)
    behind = light.filtered(coating)
    expected = np.interp(light.wavelength, coating.wavelength, coating.transmittance)
    power = np.trapezoid(expected * light.spectral_irradiance, light.wavelength)
    assert behind.irradiance == pytest.approx(power, rel=1e-4)  # two piecewise linear tables, on two grids
    assert 0 < behind.irradiance < 0.9 * light.irradiance


def test_its_table_and_files(tmp_path: Path) -> None:
    found = sm.Photodiode(DIODE).absorptance(WAVELENGTH)
    frame = found.to_dataframe()
    assert list(frame.columns[:4]) == ["wavelength [nm]", "R", "T", "A of glass"]
    np.testing.assert_allclose(frame.iloc[:, 1:].sum(axis=1), 1.0, atol=1e-12)
    for suffix in (".png", ".html", ".json", ".nc"):
        assert found.save(tmp_path / f"shares{suffix}").stat().st_size > 1000
    sources = [row for row in found.provenance.parameters if row["parameter"] == "optical_constants"]
    assert len(sources) == 6
    assert all(row["source"] for row in sources)
    assert any("ITO" in notice for notice in found.notices)


def test_its_picture_fills_the_frame() -> None:
    picture = sm.Photodiode(DIODE).absorptance(WAVELENGTH).picture()
    areas = picture.elements
    assert len({(area.color, area.hatch) for area in areas}) == len(areas)
    assert areas[0].name == "reflected"
    assert areas[-1].name == "PbS(3.4nm, TBAI)"
    np.testing.assert_allclose(areas[0].high, 100.0, atol=1e-10)
    np.testing.assert_array_equal(areas[-1].low, 0.0)
    axes = with_matplotlib.figure_of(picture, "86 mm").axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()][::7] == ["reflected", "PbS(3.4nm, TBAI)"]
    traces = with_plotly.figure_of(picture).data
    assert [trace.name for trace in traces] == [area.name for area in areas]
    assert all(len(trace.x) == 2 * WAVELENGTH.size for trace in traces)


def test_many_layers_are_told_apart() -> None:
    text = " / ".join(["ITO 100nm", *(["MoO3 10nm / ITO 20nm"] * 5), "active: Si 200nm", "Au 80nm"])
    elements = sm.Photodiode(text).absorptance([600, 700]).picture().elements
    assert len({(area.color, area.hatch) for area in elements}) == len(elements) == 15


# -- what it generates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["front", "back"])
@pytest.mark.parametrize("angle", [0.0, 55.0])
def test_generation_on_the_electrical_mesh_is_the_absorptance(side: str, angle: float) -> None:
    """Layer by layer to rounding, also where elements stand for interfaces and where the mesh was cut unevenly."""
    stack = sm.Stack.parse(DIODE)
    found = absorb(OpticalStack.of(stack, illuminated=side, temperature=300.0), WAVELENGTH, angle=angle)
    positions = electrical_positions(stack)
    mesh = first_mesh([float(stack.layers[i].thickness or 0.0) * NM for i in positions]).with_interfaces([0, 1])
    mesh = mesh.split(np.arange(mesh.width.size) % 3 + 1)
    share = found.on(mesh, positions)
    assert (share[:, list(mesh.interfaces)] == 0.0).all()
    for number, i in enumerate(positions):
        np.testing.assert_allclose(share[:, mesh.layer == number].sum(axis=1), found.absorptance[:, i], rtol=1e-12)


@pytest.mark.parametrize("side", ["front", "back"])
def test_beer_lambert(side: str) -> None:
    """A film of the index of air, lit by a line: G = Phi alpha exp(-alpha z), z from the side of the light."""
    kappa, d = 0.01, 2000.0
    film = sm.Active(of_index(1.0 + 1j * kappa), d)
    device = sm.Photodiode(
        sm.Stack([film]), front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), anode="back", illuminated=side
    )
    found = device.generation(sm.Light.monochromatic(800, "1 mW/cm^2"))
    alpha = 4e7 * np.pi * kappa / 800  # [cm^-1]
    photons = 1e-3 * 800 / (1239.8419843320026 * Q)
    z = found.position if side == "front" else d - found.position
    # reflections are of the order of kappa^2 / 4, and of kappa where they interfere
    np.testing.assert_allclose(found.generation, photons * alpha * np.exp(-alpha * z * NM), rtol=0.02)
    assert found.by_layer["film"] == pytest.approx(photons * -np.expm1(-alpha * d * NM), rel=1e-3)
    assert found.incident == pytest.approx(photons, rel=1e-12)


OURS = sm.OpticalConstants.from_arrays([400, 2000], [2.5, 2.4], [0.3, 0.0], name="ours", source="a test")
GRADED = "glass 1.1mm / ITO 100nm / ZnO 60nm / active: PbS(3.0nm -> 3.8nm, TBAI) 250nm / Au 80nm"


@pytest.mark.parametrize("side", ["front", "back"])
def test_cells_of_a_graded_layer_are_cut_at_its_slabs(side: str) -> None:
    """Whatever the cells, they sum to the layer, and two halves of a cell to the cell."""
    stack = sm.Stack.parse(GRADED)
    found = absorb(OpticalStack.of(stack, illuminated=side, temperature=300.0), WAVELENGTH, angle=30.0)
    edges = np.concatenate([[0.0], np.sort(np.random.default_rng(1).uniform(0, 250, 37)), [250.0]])
    start, width = edges[:-1], np.diff(edges)
    layer = np.full(start.size, 3)
    cells = found.in_cells(layer, start, width)
    np.testing.assert_allclose(cells.sum(axis=1), found.absorptance[:, 3], rtol=1e-12)
    halves = [found.in_cells(layer, begin, width / 2) for begin in (start, start + width / 2)]
    np.testing.assert_allclose(halves[0] + halves[1], cells, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found.reflectance + found.transmittance + found.absorptance.sum(axis=1), 1.0, atol=1e-12)


def test_dots_that_grow_absorb_where_their_gap_is_small() -> None:
    """Beyond the 1S peak of the dots at the front those at the back absorb, from either side; a notice says how."""
    for side in ("front", "back"):
        device = sm.Photodiode(GRADED.replace("Au", "ITO"), illuminated=side)
        found = device.generation(sm.Light.monochromatic(1160, 1e-3))
        _, rate = found.profile("active")
        assert rate[-1] > 20 * rate[0]
        assert any("24 slabs of dots" in notice for notice in found.notices)
    for side, first, last in (("front", 4, 27), ("back", 25, 2)):
        index = OpticalStack.of(sm.Stack.parse(GRADED), illuminated=side, temperature=300.0).index([1060.0])[0]
        for slab, fraction in ((first, 0.5 / 24), (last, 23.5 / 24)):
            dots = sm.material(f"PbS({3.0 + 0.8 * fraction}nm, TBAI)")
            assert index[slab] == pytest.approx(dots.optical_constants().at([1060.0])[0], rel=1e-12)


def test_dots_in_between_have_peaks_in_between() -> None:
    """A blend of the ends has two peaks; dots of each size have theirs, and the film absorbs all over between."""
    ends = [sm.material(f"PbS({size}, TBAI)").optical_constants() for size in ("3.0nm", "3.8nm")]
    middle = sm.material("PbS(3.4nm, TBAI)")
    peak = np.array([1239.84 / middle.optical_gap])
    blend = 0.5 * sum(each.at(peak)[0] for each in ends)
    index = OpticalStack.of(sm.Stack.parse(GRADED), illuminated="front", temperature=300.0).index(peak)[0]
    assert index[16].imag == pytest.approx(middle.optical_constants().at(peak)[0].imag, rel=0.05)
    assert index[16].imag > 1.3 * blend.imag


def test_sizes_go_as_the_recipe_has_them() -> None:
    text = "ITO 100nm / ZnO 60nm / PbS(peak=940nm -> peak=1240nm, halide) 250nm / Au 80nm"
    constants = OpticalStack.of(sm.Stack.parse(text), illuminated="front", temperature=300.0).constants[2]
    assert len(constants) == 24
    assert constants[0].name == "PbS(peak=946.25nm, halide)"


def test_other_gradings_are_blends() -> None:
    """Between two ligands, or with n and k given, n + i k go linearly."""
    for end in ({"material": "PbS(3.0nm, TBAI)", "graded_to": "PbS(3.0nm, EDT)"},
                {"material": "PbS(3.0nm, TBAI)", "graded_to": "PbS(3.8nm, TBAI)", "optical": OURS}):  # fmt: skip
        layers = [sm.Electrode("ITO", 100), sm.ETL("ZnO", 60), sm.Layer(thickness=250, role="active", **end),
                  sm.Electrode("Au", 80)]  # fmt: skip
        device = sm.Photodiode(sm.Stack(layers))
        found = device.absorptance([940])
        assert any("graded" in notice and "blend" in notice for notice in found.notices)
        optical = OpticalStack.of(device.stack, illuminated="front", temperature=300.0)
        ends = [each.at([940.0])[0] for each in optical.constants[2]]
        index = optical.index([940.0])[0]
        np.testing.assert_allclose(index[3], ends[0] + (ends[1] - ends[0]) / 48, rtol=1e-12)


def test_dots_that_grow_make_pairs_by_all_that_they_absorb() -> None:
    """The smallest gap is at the back: light that only reaches the dots there makes pairs too."""
    device = sm.Photodiode(GRADED)
    found = device.generation(sm.Light.monochromatic(1260, 1e-3))
    assert found.profile("active")[1][-1] > 0.0
    inside = np.array([name == device.stack.names[3] for name in found.layer])
    pairs = float(found.generation[inside] @ found.width[inside]) * NM
    assert pairs == pytest.approx(found.by_layer[device.stack.names[3]], rel=1e-12)


@pytest.mark.parametrize("said", [True, "yes"])
def test_a_layer_says_whether_its_waves_interfere(said: Any) -> None:
    thick = sm.Stack([sm.Electrode("ITO", 100), sm.Active("Si", "20 um", coherent=said), sm.Electrode("Au", 80)])
    optical = OpticalStack.of(thick, illuminated="front", temperature=300.0)
    assert optical.incoherent == ()
    assert "Si 20000nm [coherent=yes]" in thick.notation
    assert optics(thick.notation).incoherent == ()
    assert optics("ITO 100nm / active: Si 300nm [coherent=no] / Au 80nm").incoherent == ("Si",)
    assert optics("glass 1um [coherent=yes] / ITO 100nm / Si 300nm / Au 80nm").incoherent == ()
    assert thick.with_values({"active.thickness": 15000}).layers[1].coherent is True


def test_fringes_go_where_waves_do_not_interfere() -> None:
    """Without interference the share is that of intensities, the mean of the fringes over their phase."""
    film = of_index(2.5 + 0.02j)
    ohmic = sm.Contact.ohmic()
    wavelength = np.linspace(600.0, 605.0, 400)

    def share(**how: Any) -> Any:
        device = sm.Photodiode(sm.Stack([sm.Active(film, 9000, **how)]), front=ohmic, back=ohmic)
        return device.absorptance(wavelength).reflectance

    n, k, lam = 2.5, 0.02, 602.5
    inside = abs((1 - n - 1j * k) / (1 + n + 1j * k)) ** 2
    through = np.exp(-8 * np.pi * k * 9000 / lam)  # twice across
    by_hand = inside + (1 - inside) ** 2 * inside * through / (1 - inside**2 * through)
    assert np.ptp(share(coherent=False)) < 1e-3 * np.ptp(share()) + 1e-6
    assert share(coherent=False).mean() == pytest.approx(by_hand, rel=1e-3)  # a plate spreads the light of its faces


def test_coherence_is_kept(tmp_path: Path) -> None:
    device = sm.Photodiode("glass 1.1mm / ITO 100nm / ZnO 60nm [coherent=no] / PbS(3.4nm, TBAI) 250nm / Au 80nm")
    for suffix in (".toml", ".json"):
        again = sm.load(device.save(tmp_path / f"device{suffix}"))
        assert [layer.coherent for layer in again.stack.layers] == [None, None, False, None, None]
    other = device.with_layer("ZnO", sm.Layer("SnO2", 30, coherent=True))
    assert other.stack["SnO2"].coherent is True


@pytest.mark.parametrize("said", ["maybe", 1, "True"])
def test_other_words_are_refused(said: Any) -> None:
    with pytest.raises(sm.InputError, match=r"ZnO: coherent is .*expected yes or no"):
        sm.Layer("ZnO", 60, coherent=said)
    with pytest.raises(sm.InputError, match="coherent is perhaps"):
        sm.Stack.parse("ITO / ZnO 60nm [coherent=perhaps] / PbS(3.4nm, TBAI) 250nm / Au")


def test_slabs_are_thin_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    first = sm.Photodiode(GRADED).absorptance(WAVELENGTH)["active"]
    monkeypatch.setattr("stackmodel.structure.optical_stack.GRADED_SLABS", 96)
    finer = sm.Photodiode(GRADED).absorptance(WAVELENGTH)["active"]
    assert 0 < np.abs(first - finer).max() < 1e-3


def test_equal_ends_are_no_grade() -> None:
    film = of_index(2.5 + 0.1j)
    device, graded = (
        sm.Photodiode(sm.Stack([sm.Active(film, 300, **end)]), front=sm.Contact.ohmic(), back=sm.Contact.ohmic())
        for end in ({}, {"graded_to": film})
    )
    flat, cut = (each.absorptance(WAVELENGTH, 40) for each in (device, graded))
    np.testing.assert_allclose(cut["active"], flat["active"], rtol=1e-10)


def test_generation_balances_photons() -> None:
    light = sm.Light.am15g().longpass(450).shortpass(1100)
    found = sm.Photodiode(DIODE).generation(light)
    assert found.incident == pytest.approx(np.trapezoid(light.photon_flux, light.wavelength), rel=1e-12)
    by_cell = dict.fromkeys(found.layer, 0.0)
    for name, G, width in zip(found.layer, found.generation, found.width, strict=True):
        by_cell[name] += G * width * NM
    dots = ["PbS(3.4nm, TBAI)", "PbS(3nm, EDT)"]
    assert [by_cell[name] for name in dots] == pytest.approx([found.by_layer[name] for name in dots], rel=1e-12)
    assert found.by_layer["ZnO"] > 0.0
    assert by_cell["ZnO"] == 0.0  # below its gap nothing makes pairs, whatever k its table has
    assert found.current_density == pytest.approx(Q * sum(by_cell.values()), rel=1e-12)
    assert [layer.name for layer in found.layers] == ["ZnO", *dots]
    figures = found.attributes()
    assert figures["incident [A/cm^2]"] == pytest.approx(Q * found.incident)
    assert figures["absorbed in Au [A/cm^2]"] == pytest.approx(Q * found.by_layer["Au"])


def test_light_at_which_an_index_is_not_known_is_left_out_and_said() -> None:
    sun, device = sm.Light.am15g(), sm.Photodiode(DIODE)
    found = device.generation(sun)
    wavelength, photons = sun.photons
    reach = 1e7 / 7000  # beyond 1429 nm the larger dots absorb nothing that counts
    assert found.wavelength[0] == pytest.approx(400, abs=1)
    assert found.wavelength[-1] == pytest.approx(reach, abs=2)
    rows = {row["rule"]: row for row in found.provenance.assumptions}
    # What two passes of the two films of dots would take; below 400 nm, where their k ends, all.
    taken = np.zeros(wavelength.size)
    seen = (wavelength >= 400) & (wavelength <= 2000)
    for i in (3, 4):
        layer = device.stack.layers[i]
        k = layer.material.optical_constants(temperature=300.0).at(wavelength[seen]).imag
        makes = wavelength[seen] <= (reach if i == 3 else 1200)
        taken[seen] -= makes * np.expm1(-8.0 * np.pi * k / wavelength[seen] * layer.thickness)
    taken[wavelength < 400] = 1.0
    taken = np.minimum(taken, 1.0)
    outside = photons[wavelength < 400].sum() / (photons @ taken)
    said = float(rows["light_left_out"]["what"].partition("%")[0]) / 100.0
    assert said == pytest.approx(outside, rel=0.01)
    assert rows["pairs_above_gap"]["whose"] in ("ZnO", "PbS(3nm, EDT)")


def test_a_line_is_a_narrow_band() -> None:
    device = sm.Photodiode(DIODE)
    line = device.generation(sm.Light.monochromatic(940, 1e-3))
    band = device.generation(sm.Light.led(940, 0.1, 1e-3))
    np.testing.assert_allclose(line.generation, band.generation, rtol=1e-3)


def test_generation_feeds_the_solver() -> None:
    """Its profile in the active layer, collected at reverse bias, is the photocurrent that it says."""
    device = sm.Photodiode(DIODE)
    found = device.generation(sm.Light.monochromatic(1020, "10 mW/cm^2"))
    lit = device.jv([-1.0], generation={"active": found.profile("active")})
    dark = device.jv([-1.0])
    collected = abs(lit.current_density[0] - dark.current_density[0])
    made = Q * found.by_layer["PbS(3.4nm, TBAI)"]
    assert 0.3 * made < collected < 1.001 * made


def test_its_picture_shows_the_layers(tmp_path: Path) -> None:
    found = sm.Photodiode(DIODE).generation(sm.Light.led(940, 30, 1e-3))
    picture = found.picture()
    assert picture.log_y
    assert picture.x_limits == (0.0, 355.0)
    assert picture.y_limits is not None
    assert picture.y_limits[1] > found.generation.max()
    assert found.save(tmp_path / "generation.png").stat().st_size > 1000
    assert "generation [cm^-3 s^-1]" in found.to_dataframe().columns


@pytest.mark.parametrize("whose", ["active", "HTL"])
def test_a_profile_integrates_to_the_absorption(whose: str) -> None:
    found = sm.Photodiode(DIODE).generation(sm.Light.monochromatic(500, 1e-3))
    depth, rate = found.profile(whose)
    name = sm.Stack.parse(DIODE).names[3 + ("active", "HTL").index(whose)]
    assert np.trapezoid(rate, depth) * NM == pytest.approx(found.by_layer[name], rel=1e-12)
    inner = np.array([each == name for each in found.layer])
    np.testing.assert_allclose(rate[1:-1], found.generation[inner], rtol=1e-3)
    assert (depth[0], depth[-1]) == (0.0, {"ETL": 60.0, "active": 250.0, "HTL": 45.0}[whose])
    assert rate[0] == pytest.approx(rate[1], rel=0.1)


def test_a_map_of_wavelength_and_depth(tmp_path: Path) -> None:
    found = sm.Photodiode(DIODE).generation(sm.Light.am15g().longpass(450).shortpass(1600))
    drawn = found.map()
    assert drawn.share.shape == (200, 300)
    frame = drawn.to_dataframe()
    assert len(frame) == 60_000
    at = np.flatnonzero(found.wavelength == drawn.wavelength[120])[0]
    row = frame[frame["wavelength [nm]"] == drawn.wavelength[120]]
    np.testing.assert_array_equal(row["absorbed [nm^-1]"], found.spectral[at])
    np.testing.assert_array_equal(row["x [nm]"], found.position)
    picture = drawn.picture()
    assert [label.text.split()[0] for label in picture.elements[-3:]] == ["ZnO", "PbS", "PbS"]
    (heat,) = [trace for trace in with_plotly.figure_of(picture).data if trace.type == "heatmap"]
    np.testing.assert_allclose(np.array(heat.z), 100 * drawn.share)
    figure = with_matplotlib.figure_of(picture, "120 mm")
    assert [axes.get_ylabel() for axes in figure.axes] == ["Wavelength (nm)", "Absorbed per depth (% nm$^{-1}$)"]
    with pytest.raises(sm.InputError, match="one wavelength"):
        sm.Photodiode(DIODE).generation(sm.Light.monochromatic(940, 1e-3)).map()
