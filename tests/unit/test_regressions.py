"""Faults that were found by trying, one test each; what they say is what a user was owed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

import stackmodel as sm
from helpers import HERO, strict
from stackmodel.cli import main
from stackmodel.quantities import checked
from stackmodel.units import to_unit

SCHOTTKY = "ITO / PbS(3.4nm, TBAI) 250nm / Al"


def built_in(notation: str, **options: Any) -> float:
    return float(sm.Photodiode(notation, **options).band_alignment().built_in_potential)


# -- units and numbers ---


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("25 degC", "K", 298.15),
        ("25 °C", "K", 298.15),
        ("1e16 /cm3", "cm^-3", 1e16),
        ("1e16 1/cm^3", "cm^-3", 1e16),
        ("1e22 m⁻³", "cm^-3", 1e16),
        ("3 cm²", "cm^2", 3.0),
        ("2 mm²", "cm^2", 0.02),
        ("950 meV", "eV", 0.95),
    ],
)
def test_spellings_of_units(text: str, unit: str, value: float) -> None:
    assert to_unit(text, unit) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("value", "unit"), [("3 degF", "K"), ("3 dB", ""), ("5 )nm(", "nm"), ("60 5nm", "nm"), (10**400, "nm")]
)
def test_values_that_are_refused(value: Any, unit: str) -> None:
    with pytest.raises(sm.InputError):
        to_unit(value, unit)


def test_pint_quantities() -> None:
    import pint

    units = pint.UnitRegistry()
    assert to_unit(units.Quantity(25.0, "degC"), "K") == pytest.approx(298.15)
    for value in (units.Quantity(77.0, "degF"), units.Quantity([1.0, 2.0], "nm")):
        with pytest.raises(sm.InputError):
            to_unit(value, "K" if value.ndim == 0 else "nm")


def test_infinity_with_a_unit() -> None:
    assert checked("electron_lifetime", "inf s", "x") == float("inf")
    with pytest.raises(sm.InputError, match="does not measure"):
        checked("electron_lifetime", "inf nm", "x")


@pytest.mark.parametrize(
    "layer",
    [
        f"ZnO 60nm [donor_density={1.234567890123456e17!r} cm^-3]",
        "PbS(3.123456789012345nm, TBAI) 60nm",
        "PbS(950meV, TBAI) 60nm",
        "ZnO 123.45678901234568nm",
    ],
)
def test_notation_holds_every_digit(layer: str) -> None:
    first = sm.Stack.parse(f"ITO / active: {layer} / [dipole=0.1234567890123456 eV] ZnO 5nm")
    again = sm.Stack.parse(first.notation)
    assert (again.notation, again.interfaces) == (first.notation, first.interfaces)
    assert [(a.material, a.thickness) for a in again] == [(a.material, a.thickness) for a in first]


def test_no_negative_zero_is_printed() -> None:
    notation = "ITO / PbS(3.4nm, TBAI) 250nm / Au [work_function=4.701 eV]"
    for anode in ("front", "back"):
        text = str(sm.Photodiode(notation, anode=anode).band_alignment())
        assert "-0.00 " not in text


# -- json ---


def test_json_is_strict_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    device = sm.Photodiode(HERO).with_values({"ETL.electron_lifetime": "inf"})
    comparison = sm.compare(device, {"ETL": ["ZnO", "zinc"]})
    for name, answer in (("a", device.band_alignment()), ("c", comparison), ("t", device.explain())):
        path = answer.save(tmp_path / f"{name}.json")
        assert '"inf"' in path.read_text("utf-8") or name == "c"
        strict(path.read_text("utf-8"))
    assert sm.load(device.save(tmp_path / "d.json")).stack == device.stack
    strict((tmp_path / "d.json").read_text("utf-8"))
    assert main(["show", HERO, "--json"]) == 0
    assert strict(capsys.readouterr().out)["levels"]["E_C [eV]"][0] is None


# -- contacts ---


def test_a_dipole_at_a_schottky_contact_shifts_its_work_function() -> None:
    """Counted from left to right: a front contact is seen at W + dipole, a back contact at W - dipole."""
    plain = built_in(SCHOTTKY)
    assert plain == pytest.approx(4.7 - 4.28)
    for notation in (SCHOTTKY.replace("PbS", "[dipole=0.3 eV] PbS"), SCHOTTKY.replace("Al", "[dipole=0.3 eV] Al")):
        device = sm.Photodiode(notation)
        assert device.band_alignment().built_in_potential == pytest.approx(plain + 0.3)
        assert device.equilibrium().built_in_potential == pytest.approx(plain + 0.3, abs=1e-4)
    swept = sm.Photodiode(SCHOTTKY).with_values({"ITO|active.dipole": 0.3})
    assert swept.band_alignment().built_in_potential == pytest.approx(plain + 0.3)
    metal, layer = swept.band_alignment().layers[:2]
    assert layer.vacuum_level - metal.vacuum_level == pytest.approx(0.3)
    with_oxide = "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / {}MoO3 10nm / Ag"
    assert built_in(with_oxide.format("[dipole=0.2 eV] ")) == pytest.approx(built_in(with_oxide.format("")) - 0.2)


def test_a_dipole_adds_to_a_contact_that_is_given() -> None:
    device = sm.Photodiode(HERO).with_values({"front.work_function": 4.2, "ITO|ETL.dipole": 0.1})
    assert device.with_values(
        {"front.work_function": 4.3, "ITO|ETL.dipole": 0}
    ).band_alignment().built_in_potential == (pytest.approx(device.band_alignment().built_in_potential))


@pytest.mark.parametrize(
    ("notation", "says"),
    [
        (HERO.replace("ZnO", "[dipole=0.3 eV] ZnO"), "the contact is ohmic"),
        (SCHOTTKY.replace("PbS", "[pinning=0.3] PbS"), "pinning cannot act at a contact"),
        (SCHOTTKY.replace("Al", "[fixed_charge=1e11 cm^-2] Al"), "fixed_charge cannot act at a contact"),
        (f"glass / [dipole=0.1 eV] {SCHOTTKY}", "glass|ITO: dipole acts on no carrier"),
        ("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / Au / MoO3 10nm / Ag", "behind the electrode Au"),
        ("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / MoO3 10nm", "no electrode"),
        ("ITO / glass 1mm / PbS(3.4nm, TBAI) 250nm / Au", "a substrate between"),
    ],
)
def test_what_cannot_act_at_a_contact_is_refused(notation: str, says: str) -> None:
    with pytest.raises(sm.InputError) as caught:
        sm.Photodiode(notation).band_alignment()
    assert says in str(caught.value)


@pytest.mark.parametrize("values", [{"kind": "x"}, {"kind": "schottky"}, {"kind": "ohmic", "work_function": 4.0}])
def test_contacts_are_checked(values: dict[str, Any]) -> None:
    with pytest.raises(sm.InputError):
        sm.Contact(**values)


# -- stacks, layers, roles ---


def test_a_piece_of_text_may_hold_several_layers() -> None:
    assert sm.Stack(["ZnO 60nm / [dipole=0.1 eV] Au"]).notation == "ZnO 60nm / [dipole=0.1 eV] Au"
    made = sm.ETL("ZnO", 60) / sm.Interface(dipole=0.1) / "PbS(3.4nm, TBAI) 200nm / Au"
    assert made.notation == "ZnO 60nm / [dipole=0.1 eV] PbS(3.4nm, TBAI) 200nm / Au"


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        ("electrode: ZnO", "without work_function"),
        ("substrate: ZnO", "of kind semiconductor"),
        ("dielectric: ZnO", "of kind semiconductor"),
        ("ETL: ITO", "of kind electrode"),
        ("active: MoO3", "no path for holes"),
        ("ZnO 5nm [diameter=3nm]", "has none"),
        ("ZnO [ionization_potential=7 eV]", "4.2 + 3.35 eV"),
        ("ZnO [source=Al]", "belongs to a channel"),
        ("PbS(3.4nm, TBAI, redshift=0.1eV, redshift=0.2eV)", "given twice"),
        ("2-PACz", 'unknown material "2-PACz"'),
        ("PBS(3.4nm, TBAI)", 'Did you mean "PbS"?'),
        ("PbX(4nm, EDT)", "Cores with a sizing curve: PbS, PbSe"),
        ("PbS(3.4nm, 3-MPA)", 'no film with ligand "3-MPA"'),
        *((f"ZnO 5nm [{name}=3]", f'unknown keyword "{name}"') for name in ("thickness", "role", "self", "lateral")),
        *((f"ZnO 5nm [name={name}]", "expected text without") for name in ("front", "gate", "a|b")),
    ],
)
def test_layers_that_are_refused(layer: str, says: str) -> None:
    with pytest.raises(sm.InputError) as caught:
        sm.Stack.parse(layer)
    assert says in str(caught.value)


def test_a_conductor_with_a_work_function_can_be_an_electrode() -> None:
    device = sm.Photodiode("electrode: graphene / PbS(3.4nm, TBAI) 250nm / Al")
    assert device.stack.layers[0].material.kind == "electrode"
    assert device.band_alignment().built_in_potential == pytest.approx(4.56 - 4.28)
    again = sm.Photodiode(device.stack.notation).stack
    assert (again.roles, [a.material for a in again]) == (
        device.stack.roles,
        [a.material for a in device.stack],
    )


@pytest.mark.parametrize(
    "notation",
    [
        "active: PbS(3.4nm, TBAI) 100nm / active: PbS(3.4nm, TBAI) 200nm",
        "ITO / HTL: SnO2 30nm / PbS(3.4nm, TBAI) 250nm / PbS(3nm, EDT) 40nm / Au",
        "ITO / ZnO 5nm [graded_to=SnO2] / PbS(3.4nm, TBAI) 100nm",
        "ITO / channel: PbS(3.4nm, TBAI) 20nm / active: PbS(3nm, EDT) 100nm",
    ],
)
def test_notation_keeps_roles(notation: str) -> None:
    stack = sm.Stack.parse(notation)
    assert sm.Stack.parse(stack.notation).roles == stack.roles
    swapped = stack.with_layer(stack.names[1], "HTL: SnO2 30nm")
    assert sm.Stack.parse(swapped.notation).roles == swapped.roles


def test_with_layer_takes_a_material_and_refuses_the_rest() -> None:
    stack = sm.Stack.parse(HERO)
    assert stack.with_layer("ETL", sm.material("SnO2")) == stack.with_layer("ETL", "SnO2")
    wrong: tuple[Any, ...] = (5, None, [], object())
    for value in wrong:
        calls: tuple[Callable[[], Any], ...] = (
            lambda: stack.with_layer("ETL", value),  # noqa: B023 - called at once
            lambda: stack.with_layer(value, "ZnO"),  # noqa: B023
            lambda: stack[value],  # noqa: B023
            lambda: stack.with_values(value),  # noqa: B023
        )
        for call in calls:
            with pytest.raises(sm.InputError):
                call()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("ITO / ZnO -60nm / Au", "ZnO -60nm"),
        ("ITO / ZnO 6nm [donor_densty=1e17 cm^-3] / Au", "ZnO 6nm [donor_densty=1e17 cm^-3]"),
        ("ITO / [dipole=9 eV] ZnO", "[dipole=9 eV] "),
        ("ITO // Au", "/ Au"),
    ],
)
def test_carets_stand_under_the_fault(text: str, at: str) -> None:
    with pytest.raises(sm.InputError) as caught:
        sm.Stack.parse(text)
    _, shown, carets = str(caught.value).split("\n")
    start = carets.index("^")
    length = 1 if at == "/ Au" else len(at)
    assert shown[start:].startswith(at)
    assert carets.count("^") == length


@pytest.mark.parametrize("text", ["intrinsic", "0.3 eV below E_C", "0.3 eV above E_V"])
def test_trap_levels_count_from_where_they_are_said_to(text: str) -> None:
    material = sm.material("ZnO").with_values({"trap_level": text})
    expected = {
        "intrinsic": 0.5 * 8.617333e-5 * 300 * 1.5821,  # ln(1.8e19 / 3.7e18)
        "0.3 eV below E_C": 3.35 / 2 - 0.3,
        "0.3 eV above E_V": 0.3 - 3.35 / 2,
    }
    assert material.trap_level == pytest.approx(expected[text], rel=1e-4)
    layer = f"ZnO 60nm [trap_level={text}]"
    assert sm.Stack.parse(layer).notation == layer


# -- materials ---


@pytest.mark.parametrize(
    "code",
    [
        "sm.materials('ETL'); sm.material('ZnO'); sm.materials('ETL')",
        "sm.material('ZnO'); sm.materials('ETL')",
        "sm.Photodiode('ITO / ZnO 6nm / PbS(3.4nm, TBAI) 9nm / Au'); sm.materials('ETL')",
        "import stackmodel.materials.library as library; library.material('ZnO'); sm.materials('ETL')",
        "sm.materials('ETL'); import stackmodel.materials.library as library; library.material('ZnO')",
        "from stackmodel import materials; materials('ETL')",
    ],
)
def test_materials_is_a_function_in_every_order_of_use(code: str) -> None:
    subprocess.run([sys.executable, "-c", f"import stackmodel as sm; {code}"], check=True, capture_output=True)


def test_a_recipe_is_a_material() -> None:
    film = sm.material("PbS(3.4nm, TBAI)")
    assert film == sm.Layer("PbS(3.4nm, TBAI)").material
    with pytest.raises(sm.InputError, match="graded"):
        sm.material("PbS(3.4nm -> 4nm, TBAI)")


def test_gaps_at_the_ends_of_the_sizing_curve() -> None:
    for diameter in (2.3, 10.0):
        gap = sm.QuantumDot("PbS", diameter=diameter).band_gap
        for nearly in (gap * (1 - 1e-10), gap, gap * (1 + 1e-10)):
            assert sm.QuantumDot.from_gap("PbS", nearly).diameter == pytest.approx(diameter, rel=1e-8)


# -- compare ---


@pytest.mark.parametrize(
    ("metric", "says"),
    [
        (lambda device: 1 / 0, "ZeroDivisionError"),
        (lambda device: "much", "expected a number"),
        (lambda device: None, "expected a number"),
        (lambda device: float("nan"), "expected a number"),
    ],
)
def test_a_bad_metric_is_the_error_of_its_choice(metric: Callable[[Any], Any], says: str) -> None:
    table = sm.compare(sm.Photodiode(HERO), {"ETL": ["ZnO", "SnO2"]}, metrics=[metric]).table
    assert table["error"].str.contains(says).all()


# -- pictures and files ---


@pytest.mark.parametrize("backend", ["svg", "pdf", "agg"])
def test_plot_draws_on_any_figure(backend: str) -> None:
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    alignment = sm.Photodiode(HERO).band_alignment()
    before = mpl.get_backend()
    plt.switch_backend(backend)
    try:
        alignment.plot()
        alignment.plot(plt.figure().subfigures(1, 2)[1].add_subplot())
    finally:
        plt.close("all")
        plt.switch_backend(before)
    alignment.plot(Figure().add_subplot())


@pytest.mark.parametrize(
    "options",
    [
        {"width": "5 mm"},
        {"width": "2 m"},
        {"width": "3 eV"},
        {"widht": "86 mm"},
        {"colors": {"ZnOO": "red"}},
        {"labels": {"ZnOO": "red"}},
        {"colors": {"ZnO": "no colour"}},
        {"labels": "ZnO"},
    ],
)
@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_options_of_save_are_checked(tmp_path: Path, options: dict[str, Any], suffix: str) -> None:
    with pytest.raises(sm.InputError):
        sm.Photodiode(HERO).band_alignment().save(tmp_path / f"a.{suffix}", **options)
    assert not list(tmp_path.iterdir())


def test_names_are_text_in_every_file(tmp_path: Path) -> None:
    """Letters that mathematics, html or netCDF take for their own are letters in a name."""
    name = "a $x_y$ <b>β鉛&"
    stack = sm.Stack(["ITO", sm.ETL("ZnO", 60, name=name), "PbS(3.4nm, TBAI) 250nm", "Au"])
    device = sm.Photodiode(stack)
    alignment = device.band_alignment()
    with mpl.rc_context({"svg.fonttype": "none"}), pytest.warns(UserWarning, match="missing from font"):
        alignment.save(tmp_path / "a.svg", colors={name: "tab:blue"})
    assert "$x_y$" in (tmp_path / "a.svg").read_text("utf-8")
    for answer in (alignment, sm.compare(device, {f"{name}.thickness": [50, 60]})):
        page = answer.save(tmp_path / "a.html").read_text("utf-8")
        assert "<b>β" not in page
        assert "&lt;b&gt;β鉛&amp;" in page
    alignment.save(tmp_path / "b.html", colors={name: "tab:blue"})
    alignment.save(tmp_path / "a.nc")
    import xarray as xr

    with xr.open_dataset(tmp_path / "a.nc", engine="scipy") as data:
        assert name in [each.decode() if isinstance(each, bytes) else each for each in data["layer"].values]
        assert name in strict(data.attrs["provenance"])["stack"]


# -- the command line ---


@pytest.mark.parametrize(
    ("vary", "column", "values"),
    [
        ("temperature=300,350", "temperature", ["300.0", "350.0"]),
        ("temperature=300:350:25", "temperature", ["300.0", "325.0", "350.0"]),
        ("PbS(3.4nm, TBAI)=PbS(3nm, TBAI),PbS(peak=1000nm, TBAI)", "PbS(3.4nm, TBAI)", None),
    ],
)
def test_vary(capsys: pytest.CaptureFixture[str], vary: str, column: str, values: list[str] | None) -> None:
    assert main(["compare", HERO, "--vary", vary, "--json"]) == 0
    found = sorted(row[column] for row in strict(capsys.readouterr().out))
    assert found == (values or ["PbS(3nm, TBAI)", "PbS(peak=1000nm, TBAI)"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--vary", "ETL=ZnO", "--vary", "ETL=SnO2"],
        ["--vary", "ETL=ZnO", "--set", "area=1", "--set", "area=2"],
        ["--vary", "ETL=ZnOO,Zink"],
        ["--vary", "ETL.thickness=0:1e308:1e-308"],
        ["--vary", "ETL.thickness=0:1e9:1e-3"],
    ],
)
def test_the_command_line_refuses(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(["compare", HERO, *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("code", ["import sys; sys.exit(0)", "raise SystemExit"])
def test_a_device_file_that_exits(tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str) -> None:
    (tmp_path / "device.py").write_text(code)
    assert main(["show", str(tmp_path / "device.py")]) == 2
    assert "SystemExit" in capsys.readouterr().err


def test_an_interrupt_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(path: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stackmodel.kinds.loading.load", interrupt)
    monkeypatch.setattr(sm, "load", interrupt, raising=False)
    assert main(["show", "device.py"]) == 130
    assert capsys.readouterr().err == "stackmodel: interrupted\n"


def test_a_reader_that_leaves_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "stackmodel", "materials"], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_layers_that_are_chosen_by_name_may_change_their_names() -> None:
    device = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / ETL: ZnO 5nm / Au")
    result = sm.compare(device, {"ZnO": ["SnO2"], "ZnO 2": ["TiO2"]})
    assert not result.candidates[0].error
    assert result.best.stack.names[1::2] == ("SnO2", "TiO2")
