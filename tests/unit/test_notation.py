"""The grammar of the notation, carets under faults, and input that must not hang or crash."""

from __future__ import annotations

import math
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stackmodel as sm
from stackmodel.errors import StackModelError
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.entries import FILES
from stackmodel.structure.notation import ROLES, parse, thickness_text

CANONICAL = [name for file in FILES for name in read_toml(file)]
FILMS = [f"PbS(3.4nm, {ligand})" for ligand in read_toml("ligands.toml")["PbS"]]


def fault_of(text: str) -> str:
    with pytest.raises(sm.InputError) as refusal:
        sm.Stack.parse(text)
    return str(refusal.value)


def place_of(message: str) -> tuple[int, str]:
    """Return the column that a message names, and the text above its carets."""
    first, shown, carets = message.split("\n")
    column = re.match(r"notation, column (\d+): ", first)
    assert column, first
    start = carets.index("^")
    assert set(carets[start:]) == {"^"}
    return int(column[1]), shown[start : start + len(carets) - start]


# -- what the grammar allows ---------------------------------------------------------------------------------------


def test_layers_between_slashes() -> None:
    layers = parse("ITO 100nm / ZnO 60nm/PbS(3.4nm, TBAI) 250nm / Au")
    assert [layer.name for layer in layers] == ["ITO", "ZnO", "PbS", "Au"]
    assert [layer.thickness for layer in layers] == [100.0, 60.0, 250.0, None]
    assert [layer.args for layer in layers] == [(), (), ("3.4nm", "TBAI"), ()]


@pytest.mark.parametrize(
    ("text", "thickness"),
    [
        ("ZnO 60nm", 60.0),
        ("ZnO 60 nm", 60.0),
        ("ZnO   60   nm  ", 60.0),
        ("ZnO 0.06um", 60.0),
        ("ZnO 0.06 µm", 60.0),
        ("ZnO 0.06 μm", 60.0),
        ("ZnO 600Å", 60.0),
        ("ZnO 600 Å", 60.0),
        ("ZnO 6e1nm", 60.0),
        ("ZnO +60nm", 60.0),
        ("ZnO .5nm", 0.5),
        ("glass 1.1mm", 1.1e6),
        ("PbS(3.4nm,TBAI)250nm", 250.0),
        ("PbS(3.4nm, TBAI) 250 nm", 250.0),
        ("ZnO", None),
    ],
)
def test_thickness(text: str, thickness: float | None) -> None:
    assert parse(text)[0].thickness == (None if thickness is None else pytest.approx(thickness, rel=1e-14))


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_a_prefix(role: str) -> None:
    for text in (f"{role}: ZnO 60nm", f"{role}:ZnO 60nm", f" {role} : ZnO 60nm"):
        layer = parse(text)[0]
        assert (layer.role, layer.name, layer.thickness) == (role, "ZnO", 60.0)
    name = {"electrode": "ITO", "gate": "ITO", "substrate": "glass"}.get(role, "ZnO")
    if role != "dielectric":  # the library has none yet
        assert sm.Stack.parse(f"{role}: {name} 600nm").roles == (role,)


@pytest.mark.parametrize(
    "name",
    [
        "PEDOT:PSS",
        "Cs:ZnO",
        "HAT-CN",
        "PbS-EDT",
        "Spiro-OMeTAD",
        "a-b.c:d+e@f1",
        "C60",
        "TiO2",
        "Ti3C2Tx",
        "ZnO NP",
        "poly-TPD",
        "ZnO:Mg",
        "Nb:SrTiO3",
        "InAs@ZnSe",
        "F4-TCNQ",
        "eta: ZnO",
        "ETLs:x",
    ],
)
def test_names(name: str) -> None:
    for text, thickness in ((name, None), (f"{name} 30nm", 30.0), (f"{name} 30 nm", 30.0)):
        layer = parse(text)[0]
        assert (layer.name, layer.thickness, layer.role, layer.args) == (name, thickness, None, ())
    assert parse(f"ETL: {name} 30nm")[0].name == name


def test_a_name_may_begin_with_a_digit() -> None:
    assert parse("HTL: 2-PACz 3nm")[0].name == "2-PACz"


def test_arguments() -> None:
    assert parse("PbS(3.4nm,TBAI)")[0].args == ("3.4nm", "TBAI")
    assert parse("PbS( peak = 1310 nm , TBAI, redshift = 20 meV )")[0].args == (
        "peak=1310 nm",
        "TBAI",
        "redshift=20 meV",
    )


def test_options_and_interfaces() -> None:
    layers = parse("ZnO 60nm [donor_density=1e17 cm^-3, name=my layer] / [dipole=0.1 eV, pinning=0.5] TiO2 [name=x]")
    assert dict(layers[0].options) == {"donor_density": "1e17 cm^-3", "name": "my layer"}
    assert layers[0].interface == ()
    assert dict(layers[1].interface) == {"dipole": "0.1 eV", "pinning": "0.5"}
    assert dict(layers[1].options) == {"name": "x"}


def test_values_with_a_slash_or_comma_inside_brackets() -> None:
    layer = sm.Stack.parse("ZnO 60nm [electron_mobility=0.2 cm^2/Vs] / Au").layers[0]
    assert layer.material.electron_mobility == 0.2


def test_comments_and_newlines_are_spaces() -> None:
    text = """
    ITO 100nm      # transparent / not a layer [ (
    / ZnO
      60nm\t/ Au   # end"""
    stack = sm.Stack.parse(text)
    assert stack.notation == "ITO 100nm / ZnO 60nm / Au"


def test_lateral_options_of_a_channel() -> None:
    stack = sm.Stack.parse("channel: ZnO 20nm [source=Al, drain=Al, length=10um, width=0.1 mm]")
    assert stack.layers[0].lateral == {"source": "Al", "drain": "Al", "length": 10.0, "width": pytest.approx(100.0)}


@pytest.mark.parametrize("name", CANONICAL + FILMS)
def test_every_library_name_parses(name: str) -> None:
    prefix = "active: " if sm.material(name).has_bands else ""
    stack = sm.Stack.parse(f"ITO / {prefix}{name} 200nm / Au")
    assert stack.layers[1].name is None
    assert sm.Stack.parse(stack.notation).notation == stack.notation
    assert stack.layers[1].material.name == name


@pytest.mark.parametrize(
    "alias", [alias for file in FILES for entry in read_toml(file).values() for alias in entry.get("aliases", ())]
)
def test_every_alias_parses(alias: str) -> None:
    assert sm.Stack.parse(alias).layers[0].material.name in CANONICAL


@pytest.mark.parametrize(
    ("size", "diameter"),
    [("3.4nm", 3.4), ("34Å", 3.4), ("diameter=3.4nm", 3.4), ("0.92573eV", 4.8), ("peak=1339.3nm", 4.8)],
)
def test_sizes(size: str, diameter: float) -> None:
    # 1e-4: the last digit of the gap and the peak in the table above
    assert sm.Stack.parse(f"PbS({size}, TBAI) 250nm").layers[0].material.diameter == pytest.approx(diameter, rel=1e-4)


# -- what is refused, and where the caret stands -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "under", "says"),
    [
        ("ITO / ZnOO 60nm / Au", "ZnOO", 'unknown material "ZnOO". Did you mean "ZnO"?'),
        ("zno 60nm", "zno", 'Did you mean "ZnO"'),
        ("ITO / ZnO 2.5 / Au", "2.5", '"2.5" has no unit'),
        ("ITO / ZnO 60,5 nm / Au", "60,5 nm", "decimal point"),
        ("ITO / ZnO 9**9**9 nm / Au", "9**9**9 nm", "cannot read"),
        ("ITO / ZnO NaN nm", "NaN nm", "cannot read"),
        ("ITO / ZnO nan", "nan", "cannot read"),
        ("ITO / ZnO 60 eV", "60 eV", '"eV" is no thickness unit'),
        ("ITO / ZnO 60nmm", "60nmm", '"nmm" is no thickness unit'),
        ("ITO / PbS(3.4nm, TBAI) 250", "250", "has no unit"),
        ("ITO / PbS 300nm / Au", "PbS", "PbS(3.4nm, TBAI), or PbS(bulk)?"),
        ("ITO / PbS(34nm, TBAI) 300nm", "PbS", "peak=34nm"),
        ("ITO / PbS(940nm, TBAI) 300nm", "PbS", "did you mean the absorption peak, peak=940nm"),
        ("ITO / PbS(3.4nm, TBAJ) 300nm", "PbS", 'Did you mean "TBAI"'),
        ("ITO / PbS(3.4nm) 300nm", "PbS", "expected one size and one ligand"),
        ("ITO / PbS(3.4, TBAI) 300nm", "PbS", "has no unit"),
        ("ITO / PbS(3.4nm, TBAI, redshfit=1meV) 300nm", "PbS", 'Did you mean "redshift"'),
        ("ITO / PbS(1nm, TBAI) 300nm", "PbS", "expected 2.3 to 10 nm"),
        ("ITO / ZnO(60nm)", "ZnO", "takes no arguments"),
        ("ZnO60nm", "ZnO60nm", 'A space stands before a thickness: "ZnO 60nm"'),
        ("etl: ZnO 60nm", "etl: ZnO", 'Did you mean the role "ETL:"'),
        ("[dipole=0.1 eV] ITO", "[", "between two layers"),
        ("ITO // Au", "/", "an empty layer"),
        ("/ ITO", "/", "an empty layer"),
        ("ITO / PbS(3.4nm, TBAI 250nm", "(", "never closed"),
        ("ITO / ZnO 60nm [name=x / Au", "[", "never closed"),
        ("ITO / ZnO) / Au", ")", "closes nothing"),
        ("ITO / ZnO 60nm [name=] / Au", "name=", "is not key=value"),
        ("ITO / ZnO 60nm [foo] / Au", "foo", "is not key=value"),
        ("ITO / ZnO 60nm [name=x, name=y] / Au", "name=y", "given twice"),
        ("ITO / ZnO 60nm | Au", "|", "cannot stand in a name"),
        ("ITO / ZnO = 60nm", "=", "cannot stand in a name"),
        ("ITO / ETL: 60nm / Au", "60nm", "no material is named"),
        ("ITO / PbS((3nm), TBAI)", "(", "brackets within brackets"),
        ("ITO / Zn\x00O / Au", "\N{REPLACEMENT CHARACTER}", "cannot be printed"),
    ],
)
def test_caret_stands_under_the_fault(text: str, under: str, says: str) -> None:
    message = fault_of(text)
    assert says in message
    column, above = place_of(message)
    assert above == under
    wanted = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    assert wanted[column - 1 : column - 1 + len(under)] == under


@pytest.mark.parametrize("before", [0, 3, 40, 400])
def test_caret_stays_right_far_into_the_text(before: int) -> None:
    text = "ITO / " + "ZnO 5nm / " * before + "ZnOO 5nm" + " / TiO2 5nm" * before
    column, above = place_of(fault_of(text))
    assert above == "ZnOO"
    assert column == text.index("ZnOO") + 1


def test_caret_after_comment_and_newline() -> None:
    text = "ITO # ZnOO\n / ZnOO 5nm"
    column, above = place_of(fault_of(text))
    assert above == "ZnOO"
    assert column == text.rindex("ZnOO") + 1


@pytest.mark.parametrize("text", ["", "   ", "\n", "#", "# ITO / Au", "\n# a\n # b"])
def test_empty(text: str) -> None:
    assert "the notation is empty; expected layers such as" in fault_of(text)


@pytest.mark.parametrize("text", [None, 5, b"ITO / Au", ["ITO"]])
def test_what_is_no_text(text: object) -> None:
    with pytest.raises(sm.InputError):
        parse(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ITO / ZnO -60nm", "thickness is -60 nm; expected 0.1 to"),
        ("ITO / ZnO 0nm", "thickness is 0 nm"),
        ("ITO / ZnO 250000nm", 'Did you mean "250 nm"'),
        ("ITO / ZnO 60nm [donor_densty=1e17 cm-3]", 'Did you mean "donor_density"'),
        ("ITO / ZnO 60nm [donor_density=1e17]", "has no unit; expected cm^-3"),
        ("ITO / [dipol=0.1 eV] ZnO 60nm", 'Did you mean "dipole"'),
        ("ITO / [dipole=0.1] ZnO 60nm", "has no unit; expected eV"),
        ("ITO / [pinning=2] ZnO 60nm", "pinning is 2; expected 0 to 1"),
        ("ITO / ZnO 6 0 nm", "a space inside the number"),
    ],
)
def test_values_are_checked(text: str, says: str) -> None:
    assert says in fault_of(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("PbS(3.4nm+0.8nm, TBAI) 300nm", "1 shell thicknesses for 0 shells"),
        ("PbS@CdS(3nm, TBAI) 300nm", "0 shell thicknesses for 1 shells"),
        ("PbS@CdS(3nm+99nm, TBAI) 300nm", "PbS@CdS: shell_thickness is 99 nm"),
        ("InAs@ZnSe(4nm+0.8nm, EDT) 100nm", "InAs@ZnSe: no film of these dots is known"),
        ("PbS@CdX(3nm+1nm, TBAI) 100nm", "CdX: the library has no bulk material of that name"),
        ("PbX@CdS(3nm+1nm, TBAI) 100nm", 'no sizing curve for "PbX"'),
    ],
)
def test_shells_that_are_refused(text: str, says: str) -> None:
    with pytest.raises((sm.InputError, sm.DataError)) as caught:
        sm.Stack.parse(text)
    assert says in str(caught.value)


PATHOLOGICAL = {
    "slashes": "//",
    "only slashes": "/" * 90_000,
    "ten megabytes": "ZnO 60nm / " * 950_000,
    "ten megabytes of one letter": "a" * 10_000_000,
    "binary": bytes(range(256)).decode("latin1") * 40,
    "random unicode": "".join(map(chr, range(0x20, 0x2FF0, 7))),
    "surrogates": "ZnO \udcff 60nm",
    "bidi": "ZnO \u202e60nm",
    "no-break space": "ZnO\xa060nm",
    "deep brackets": "(" * 50_000,
    "deep square brackets": "ZnO 60nm " + "[" * 50_000 + "]" * 50_000,
    "many commas": "PbS(" + "," * 50_000 + ")",
    "many options": "ZnO 60nm [" + ", ".join(f"k{i}=1" for i in range(2_000)) + "]",
    "many words": "ZnO " * 24_000,
    "many numbers": "ZnO " + "1 " * 49_000 + "nm",
    "long number": "ZnO " + "9" * 90_000 + "nm",
    "long exponent": "ZnO 1e" + "9" * 90_000 + "nm",
    "power": "ZnO 9**9**9 nm",
    "unit power": "ZnO 1 nm**9**9",
    "colons": "ETL:" * 20_000,
    "hashes": "# " * 45_000,
    "quotes": "\"'" * 40_000,
    "spaces": " " * 90_000 + "ZnOO",
    "inner spaces": "ZnO" + " " * 90_000 + "60nm x",
}


@pytest.mark.parametrize("text", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_pathological_input_is_refused_within_a_second(text: str) -> None:
    started = time.process_time()
    with pytest.raises(StackModelError) as refusal:
        sm.Stack.parse(text)
    assert time.process_time() - started < 1.0
    assert len(str(refusal.value).split("\n")[0]) < 800


def test_a_thousand_layers_are_answered_within_a_second() -> None:
    text = "ITO / " + " / ".join(f"{name} 5nm" for name in ("ZnO", "TiO2") * 499) + " / Au"
    sm.Stack.parse("ITO / ZnO 5nm")  # the library is read once
    started = time.process_time()
    stack = sm.Stack.parse(text)
    assert len(stack.notation) == len(text)
    assert len(set(stack.names)) == len(stack) == 1000
    assert time.process_time() - started < 1.0


@settings(deadline=2000, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=80) | st.text(alphabet="ZnOPbSITAu /()[]=,:#0123456789.nmµÅeV+->@\n", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        stack = sm.Stack.parse(text)
    except StackModelError:
        return
    assert sm.Stack.parse(stack.notation).notation == stack.notation


# -- there and back ------------------------------------------------------------------------------------------------


@given(thickness=st.floats(0.1, 1e8))
def test_thickness_keeps_its_last_digit(thickness: float) -> None:
    text = parse(f"x {thickness_text(thickness)}")[0].thickness
    assert text == thickness or math.isclose(text or 0.0, thickness, rel_tol=2.3e-16)


thicknesses = st.floats(0.1, 1e5).map(lambda d: f" {d!r}nm") | st.integers(1, 9999).map(lambda d: f" {d} nm")
dopings = st.floats(1e10, 1e21).map(lambda n: f"donor_density={n!r} cm^-3")
layer_names = st.text("abcXYZ019-.:+@", min_size=1, max_size=8).filter(lambda s: s not in ROLES).map("name={}".format)
options = st.lists(dopings | layer_names, max_size=2, unique_by=lambda o: o.partition("=")[0]).map(
    lambda pairs: f" [{', '.join(pairs)}]" if pairs else ""
)
transport = st.sampled_from(["ZnO", "SnO2", "TiO2", "NiO", "PbS-EDT", "zinc oxide", "NiOx"])
prefixes = st.sampled_from(["", "", "ETL: ", "HTL:", "interlayer: "])
films = st.builds(
    "active: PbS({}, {}){}{}".format,
    st.sampled_from(["3.4nm", "0.95eV", "peak=1310nm", "diameter=3nm", "2.9876nm"]),
    st.sampled_from(["TBAI", "EDT", "halide", "iodide"]),
    thicknesses,
    options,
)
others = st.builds("{}{}{}{}".format, prefixes, transport, thicknesses | st.just(""), options)
interfaces = (
    st.just("") | st.floats(-3, 3).map("[dipole={:.9g} eV] ".format) | st.just("[pinning=0.25, dipole=0.1 eV] ")
)


@st.composite
def stacks(draw: st.DrawFn) -> str:
    layers = [*draw(st.lists(others, max_size=3)), draw(films), *draw(st.lists(others, max_size=3)), "Au 80nm"]
    return "ITO / " + " / ".join(draw(interfaces) + layer for layer in layers)


@settings(deadline=2000, max_examples=200)
@given(text=stacks())
def test_notation_round_trip(text: str) -> None:
    stack = sm.Stack.parse(text)
    again = sm.Stack.parse(stack.notation)
    assert again.notation == stack.notation
    assert again.names == stack.names
    assert again.roles == stack.roles
    assert [layer.material for layer in again] == [layer.material for layer in stack]
    assert [layer.thickness for layer in again] == [layer.thickness for layer in stack]
    assert [i.given for i in again.interfaces] == [i.given for i in stack.interfaces]
