"""Pictures on paper and on a screen, and the files of an answer."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

import stackmodel as sm
from helpers import HERO
from stackmodel.output.picture import Label, Polyline
from stackmodel.output.with_matplotlib import draw, figure_of

#: Six layers with interlayers of 2 nm, and other crowded stacks.
CROWDED = [
    "ITO 100nm / ZnO 60nm / interlayer: TiO2 2nm / PbS(3.4nm, TBAI) 250nm / interlayer: NiO 2nm / Au 80nm",
    "ITO / ZnO 2nm / active: PbS(3.4nm, TBAI, redshift=20meV) 250nm / PbS(3.0nm, EDT) 2nm / MoO3 2nm / Au",
    """ITO / SnO2 2nm / [dipole=0.3 eV] ZnO 2nm / [dipole=-0.2 eV] PbS(peak=1310nm, halide) 300nm
    / [dipole=0.15 eV] PbS-EDT 2nm / Au""",
    """ITO / ZnO 60nm [name=ZnO nanoparticles] / interlayer: TiO2 2nm [name=titania] / PbS(0.8eV, halide) 300nm
    / PbS(3.0nm, EDT) 45nm [name=hole transport layer] / Ag""",
    "glass 1.1mm / ITO / ZnO 60nm / ZnO 2nm / ZnO 2nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au",
]


@pytest.fixture(scope="module")
def alignment() -> Any:
    return sm.Photodiode(HERO, area=0.04).band_alignment()


def texts_of(figure: Figure) -> list[tuple[str, Any]]:
    """Return all visible texts of a drawn figure with their boxes in pixels."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    beyond = set()  # ticks outside the limits exist, but are not drawn
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
            beyond |= {id(label) for tick in ticks for label in (tick.label1, tick.label2)}
    texts = [text for text in figure.findobj(mpl.text.Text) if text.get_visible() and text.get_text().strip()]
    return [
        (text.get_text(), mpl.text.Text.get_window_extent(text, renderer)) for text in texts if id(text) not in beyond
    ]


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    pairs = itertools.combinations(texts_of(figure), 2)
    # A quarter of a pixel: sides may touch.
    return [(a, b) for (a, one), (b, two) in pairs if one.padded(-0.25).overlaps(two.padded(-0.25))]


@pytest.mark.parametrize("text", CROWDED)
def test_labels_do_not_overlap_at_one_journal_column(text: str) -> None:
    picture = sm.Photodiode(text).band_alignment().picture()
    figure = figure_of(picture, "86 mm")
    assert len(texts_of(figure)) > 15
    assert overlaps(figure) == []
    width = figure.bbox.width
    assert width == pytest.approx(86 / 25.4 * figure.dpi)
    for label, box in texts_of(figure):
        assert box.x0 > -1.0, label
        assert box.x1 < width + 1.0, label
        assert box.y0 > -1.0, label
        assert box.y1 < figure.bbox.height + 1.0, label


def test_the_overlap_check_sees_an_overlap() -> None:
    figure = figure_of(sm.Photodiode(HERO).band_alignment().picture(), "86 mm")
    figure.axes[0].annotate("across", (1, -4.3))
    assert overlaps(figure)


@pytest.mark.parametrize("text", CROWDED)
def test_labels_of_the_graph_do_not_overlap(text: str) -> None:
    assert overlaps(figure_of(sm.Stack.parse(text).graph_picture(), "120 mm")) == []


def test_the_picture_shows_what_the_answer_says(alignment: Any) -> None:
    shown = [label for label, _ in texts_of(figure_of(alignment.picture(), "86 mm"))]
    for layer in alignment.layers:
        if layer.has_bands:
            for level in (layer.conduction_band, layer.valence_band):
                assert f"{level:.2f}".replace("-", "\N{MINUS SIGN}") in shown
    assert "Energy relative to vacuum (eV)" in shown
    assert "ITO" in shown
    assert "vacuum level" in shown


def test_plot_returns_the_axes_given(alignment: Any) -> None:
    figure, (left, right) = plt.subplots(1, 2)
    try:
        assert alignment.plot(right) is right
        assert alignment.plot(ax=left) is left
        assert right.get_ylabel() == "Energy relative to vacuum (eV)"
    finally:
        plt.close(figure)


def test_plot_makes_axes_where_none_are_given(alignment: Any) -> None:
    axes = alignment.plot(labels={"ZnO": "zinc oxide"}, colors={"ZnO": "#123456"})
    try:
        assert "zinc oxide" in [t.get_text() for t in axes.texts]
        faces = [mpl.colors.to_hex(patch.get_facecolor()) for patch in axes.patches]
        assert "#123456" in faces
    finally:
        plt.close(axes.get_figure())


def test_the_reference_is_vacuum(alignment: Any) -> None:
    with pytest.raises(sm.InputError, match='refer to "vacuum" only'):
        alignment.drawn(reference="fermi")


def test_rc_params_are_left_alone(alignment: Any, tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    for suffix in ("svg", "pdf", "png"):
        alignment.save(tmp_path / f"x.{suffix}")
    plt.close(alignment.plot().get_figure())
    alignment._repr_html_()
    assert dict(mpl.rcParams) == before


def test_saving_leaves_no_pyplot_figure_behind(alignment: Any, tmp_path: Path) -> None:
    before = plt.get_fignums()
    alignment.save(tmp_path / "x.png")
    assert plt.get_fignums() == before


MAGIC = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG", "html": b"<!doctype html>", "csv": b"# ", "json": b"{",
         "nc": b"CDF"}  # fmt: skip


@pytest.mark.parametrize("suffix", MAGIC)
def test_writers(alignment: Any, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "deep" / "er" / f"alignment.{suffix}"
    assert alignment.save(path) == path
    assert path.read_bytes().startswith(MAGIC[suffix])
    beside = {p.name for p in path.parent.iterdir()}
    data = {"alignment.csv"} if suffix in ("svg", "pdf", "png", "html") else set()
    assert beside == {path.name} | data


@pytest.mark.parametrize(("width", "pixels"), [("86 mm", 1015), ("3.5 inch", 1050), ("180 mm", 2125)])
def test_width_on_paper(alignment: Any, tmp_path: Path, width: str, pixels: int) -> None:
    image = plt.imread(alignment.save(tmp_path / "x.png", width=width))
    assert image.shape[1] == pytest.approx(pixels, abs=1)


def test_every_file_carries_what_made_it(alignment: Any, tmp_path: Path) -> None:
    for suffix in ("svg", "html", "csv", "json"):
        text = alignment.save(tmp_path / f"x.{suffix}").read_text("utf-8")
        assert "PbS(3.4nm, TBAI)" in text, suffix
        assert "equal_edge_shift" in text, suffix
        assert "10.1038/nmat3984" in text, suffix


def test_csv_has_units_in_its_heads(alignment: Any, tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.read_csv(alignment.save(tmp_path / "x.csv"), comment="#")
    assert list(frame.columns) == list(alignment.to_dataframe().columns)
    assert "E_C [eV]" in frame.columns
    assert list(frame["layer"]) == [layer.name for layer in alignment.layers]
    assert frame["E_C [eV]"][1] == alignment.layers[1].conduction_band


def test_json_is_strict(alignment: Any, tmp_path: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    text = alignment.save(tmp_path / "x.json").read_text("utf-8")
    content = json.loads(text.replace("NaN", "null"), parse_constant=refuse)
    assert content["provenance"]["stack"].startswith("ITO 100nm")
    assert content["figures"]["built_in_potential [V]"] == alignment.built_in_potential


def test_netcdf_has_units_and_the_record(alignment: Any, tmp_path: Path) -> None:
    import xarray as xr

    with xr.open_dataset(alignment.save(tmp_path / "x.nc"), engine="scipy") as data:
        assert data["E_C"].attrs["units"] == "eV"
        assert list(data["layer"].values) == [layer.name for layer in alignment.layers]
        assert json.loads(data.attrs["provenance"])["stack"].startswith("ITO 100nm")


def test_html_stands_alone_with_plotly_once(alignment: Any, tmp_path: Path) -> None:
    text = alignment.save(tmp_path / "x.html").read_text("utf-8")
    check_html(text, pictures=1)


def check_html(text: str, pictures: int) -> None:
    assert len(re.findall(r"plotly\.js v\d", text)) == 1
    assert len(re.findall(r"Plotly\.newPlot\(\s*[\"']", text)) == pictures
    assert not re.findall(r"<(?:script|img|iframe)[^>]*\ssrc=", text)
    assert not re.findall(r"<link[^>]*\shref=", text)


@pytest.mark.parametrize("name", ["x.tiff", "x", "x.sgv", "x."])
def test_unknown_suffix(alignment: Any, tmp_path: Path, name: str) -> None:
    with pytest.raises(sm.InputError, match=r"no writer for .*expected one of \.svg, \.pdf"):
        alignment.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("width", ["86", "86 eV", "wide"])
def test_width_needs_a_length(alignment: Any, tmp_path: Path, width: str) -> None:
    with pytest.raises(sm.InputError):
        alignment.save(tmp_path / "x.svg", width=width)


def test_a_notebook_shows_the_picture(alignment: Any) -> None:
    assert alignment._repr_html_().startswith("<svg")


def test_the_same_picture_twice_is_the_same_file(alignment: Any, tmp_path: Path) -> None:
    one, two = (alignment.save(tmp_path / f"{i}.svg").read_text("utf-8") for i in (1, 2))
    assert one == two


def test_draw_does_not_touch_other_axes(alignment: Any) -> None:
    figure = plt.figure()
    left, right = figure.subplots(1, 2)
    assert draw(alignment.picture(), left) is left
    assert not right.texts
    plt.close(figure)


def test_limits_of_a_logarithmic_axis_are_decades_in_html() -> None:
    from stackmodel.output.picture import Picture, Polyline
    from stackmodel.output.with_plotly import figure_of

    line = Polyline((0.0, 1.0), (1e-3, 10.0))
    picture = Picture(elements=(line,), x_label="x", y_label="y", y_limits=(1e-3, 10.0), log_y=True)
    assert figure_of(picture, 400.0).layout.yaxis.range == pytest.approx((-3.0, 1.0))


def test_the_fermi_level_of_a_degenerate_layer_strikes_no_number_through() -> None:
    # TiO2 of the library: 9e18 donors over 1e18 cm^-3 states, the Fermi level 0.13 eV above E_C.
    picture = sm.Photodiode(HERO.replace("ZnO", "TiO2")).band_alignment().picture()
    number = next(each for each in picture.elements if isinstance(each, Label) and each.text.endswith("4.00"))
    fermi = next(each.y[0] for each in picture.elements if isinstance(each, Polyline) and each.style == "dotted")
    assert -4.0 < fermi <= number.y
