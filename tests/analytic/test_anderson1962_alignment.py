"""Band alignment by Anderson's rule (Solid-State Electronics 5, 341 (1962)), with dipoles and pinning."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stackmodel as sm
from stackmodel.results.alignment import Alignment
from stackmodel.structure.interface import Interface

KT = 8.617333262e-5 * 300.0
OHMIC = {"front": sm.Contact.ohmic(), "back": sm.Contact.ohmic()}


def semiconductor(name: str, chi: float, gap: float, dos: float | tuple[float, float], n: float = 0, **more: float):
    N_C, N_V = dos if isinstance(dos, tuple) else (dos, dos)
    return sm.Material(
        name=name, electron_affinity=chi, band_gap=gap, conduction_band_dos=N_C, valence_band_dos=N_V,
        donor_density=max(n, 0), acceptor_density=max(-n, 0), **more,
    )  # fmt: skip


def diode(*pieces: sm.Layer | sm.Interface, **conditions: object) -> sm.Photodiode:
    return sm.Photodiode(sm.Stack(pieces), **{**OHMIC, **conditions})


def homojunction(reverse: bool = False) -> sm.Photodiode:
    n, p = (
        sm.Layer(semiconductor(name, 4.07, 1.42, 2e18, doping, relative_permittivity=12.9), "2 um")
        for name, doping in (("n", 1e17), ("p", -1e17))
    )
    return diode(p, n) if reverse else diode(n, p)


def nip() -> sm.Photodiode:
    """The n-i-p case of the benchmark: ZnO-like, PbS film, PbS-EDT-like."""
    return diode(
        sm.ETL(semiconductor("ETL-like", 4.0, 3.3, 2.2e18, 1e17), 50),
        sm.Active(semiconductor("film", 4.1, 1.3, 1e19), 300),
        sm.HTL(semiconductor("HTL-like", 3.8, 1.4, 1e19, -1e17), 50),
    )


def test_homojunction_built_in_potential() -> None:
    """q V_bi = E_g - kT ln(N_C N_V / (N_D N_A)): 1.26511 V."""
    alignment = homojunction().band_alignment()
    assert alignment.built_in_potential == pytest.approx(1.26511, abs=1e-4)
    assert alignment.built_in_potential == pytest.approx(1.42 - KT * math.log(4e36 / 1e34), abs=1e-5)
    assert alignment.by_interface["n|p"] == pytest.approx(alignment.built_in_potential, abs=1e-12)
    assert alignment.anode == "back"


def test_nip_built_in_potential() -> None:
    alignment = nip().band_alignment()
    assert alignment.built_in_potential == pytest.approx(1.00104, abs=1e-4)
    first, second = alignment.interfaces[1:3]
    assert first.conduction_offset == pytest.approx(-0.1, abs=1e-12)
    assert first.valence_offset == pytest.approx(1.9, abs=1e-12)
    assert second.conduction_offset == pytest.approx(0.3, abs=1e-12)
    assert second.valence_offset == pytest.approx(0.2, abs=1e-12)
    assert alignment.electron_extraction_barrier == pytest.approx(0.1, abs=1e-12)
    assert alignment.hole_extraction_barrier == 0.0
    assert alignment.electron_blocking_barrier == pytest.approx(0.3, abs=1e-12)
    assert alignment.hole_blocking_barrier == pytest.approx(1.9, abs=1e-12)


def test_p06_gallium_arsenide_heterojunction() -> None:
    """Case P06: p-GaAs / N-AlGaAs, V_bi 1.563697 V, offsets 0.28 and 0.094 eV."""
    left = sm.Layer(semiconductor("p-GaAs", 4.07, 1.424, (4.7e17, 7e18), -1e17), "1 um")
    right = sm.Layer(semiconductor("N-AlGaAs", 3.79, 1.798, (6.5e17, 1.1e19), 2e17), "1 um")
    alignment = diode(left, right).band_alignment()
    assert alignment.built_in_potential == pytest.approx(1.563697, abs=1e-5)
    junction = alignment.interfaces[1]
    assert junction.conduction_offset == pytest.approx(0.28, abs=1e-9)
    assert junction.valence_offset == pytest.approx(-0.094, abs=1e-9)
    assert junction.kind == "type I (straddling)"
    assert alignment.anode == "front"


@pytest.mark.parametrize(
    ("right", "kind"),
    [
        ((4.2, 1.0), "type I"),  # inside on both sides
        ((3.9, 1.6), "type I"),  # outside on both sides
        ((4.3, 1.4), "type II"),
        ((3.7, 1.4), "type II"),
        ((5.41, 1.0), "type III"),  # its E_C below the left E_V
        ((2.9, 1.0), "type III"),  # its E_V above the left E_C
    ],
)
def test_types(right: tuple[float, float], kind: str) -> None:
    a, b = semiconductor("a", 4.0, 1.4, 1e19, 1e16), semiconductor("b", *right, 1e19, -1e16)
    for pair in ((a, b), (b, a)):
        interface = diode(*(sm.Layer(m, 50) for m in pair)).band_alignment().interfaces[1]
        assert interface.kind.startswith(f"{kind} ")


def test_levels_relative_to_vacuum() -> None:
    levels = nip().band_alignment().layers
    assert [x.vacuum_level for x in levels] == [0.0, 0.0, 0.0]
    assert [x.conduction_band for x in levels] == [-4.0, -4.1, -3.8]
    assert [x.valence_band for x in levels] == pytest.approx([-7.3, -5.4, -5.2])
    assert levels[0].fermi_level == pytest.approx(-4.0 - KT * math.log(2.2e18 / 1e17), abs=1e-6)
    assert levels[1].fermi_level == pytest.approx(-4.75, abs=1e-12)  # equal bands, undoped: midgap
    assert levels[2].fermi_level == pytest.approx(-5.2 + KT * math.log(1e19 / 1e17), abs=1e-6)


# -- dipoles and pinning -------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(dipole=st.floats(-0.5, 0.5))
def test_a_dipole_lifts_all_levels_to_its_right(dipole: float) -> None:
    """Positive where the vacuum level rises from left to right: offsets and V_bi move by the dipole."""
    device = nip()
    plain, with_dipole = device, device.with_values({"ETL|active.dipole": dipole})
    before, after = plain.band_alignment(), with_dipole.band_alignment()
    assert [x.vacuum_level for x in after.layers] == [0.0, dipole, dipole]
    for offset in ("conduction_offset", "valence_offset"):
        moved = getattr(after.interfaces[1], offset) - getattr(before.interfaces[1], offset)
        assert moved == pytest.approx(dipole, abs=1e-12)
        assert getattr(after.interfaces[2], offset) == pytest.approx(getattr(before.interfaces[2], offset), abs=1e-12)
    # E_F of the p side rises with the dipole, so less potential drops.
    assert after.built_in_potential == pytest.approx(before.built_in_potential - dipole, abs=1e-12)
    assert sum(after.by_interface.values()) == pytest.approx(after.built_in_potential, abs=1e-12)


def pinned(S: float | None, cnl: tuple[float, float] = (0.9, 0.4)) -> Alignment:
    left = sm.ETL(semiconductor("a", 4.0, 3.3, 1e19, 1e17, charge_neutrality_level=cnl[0]), 50)
    right = sm.Active(semiconductor("b", 4.1, 1.3, 1e19, -1e16, charge_neutrality_level=cnl[1]), 50)
    return diode(left, Interface() if S is None else Interface(pinning=S), right).band_alignment()


def neutrality_levels(alignment: Alignment, cnl: tuple[float, float] = (0.9, 0.4)) -> list[float]:
    return [x.valence_band + level for x, level in zip(alignment.layers, cnl, strict=True)]


def test_unpinned_is_anderson() -> None:
    assert pinned(1.0).built_in_potential == pinned(None).built_in_potential
    assert pinned(1.0).interfaces[1].conduction_offset == pytest.approx(-0.1, abs=1e-12)


def test_full_pinning_aligns_the_neutrality_levels() -> None:
    left, right = neutrality_levels(pinned(0.0))
    assert left == pytest.approx(right, abs=1e-12)
    left, right = neutrality_levels(pinned(1.0))
    assert abs(left - right) > 0.5


@pytest.mark.parametrize("S", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_pinning_is_linear_in_the_slope_parameter(S: float) -> None:
    none, full = pinned(1.0).interfaces[1], pinned(0.0).interfaces[1]
    here = pinned(S).interfaces[1]
    for offset in ("conduction_offset", "valence_offset", "vacuum_step"):
        expected = S * getattr(none, offset) + (1 - S) * getattr(full, offset)
        assert getattr(here, offset) == pytest.approx(expected, abs=1e-12)


def test_pinning_keeps_the_potential_of_the_contacts() -> None:
    alignment = pinned(0.3)
    assert sum(alignment.by_interface.values()) == pytest.approx(alignment.built_in_potential, abs=1e-12)


def test_pinning_without_neutrality_level_is_an_error() -> None:
    with pytest.raises(sm.DataError, match="pinning needs its charge_neutrality_level"):
        sm.Photodiode("ITO / ZnO 60nm / [pinning=0.5] PbS(3.4nm, TBAI) 250nm / Au").band_alignment()


# -- contacts ------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(front=st.floats(3.8, 5.4), back=st.floats(3.8, 5.4), dipole=st.floats(-0.3, 0.3))
def test_built_in_potential_is_the_difference_of_work_functions(front: float, back: float, dipole: float) -> None:
    """V_bi = (W_anode - W_cathode)/q, less the dipoles from cathode to anode."""
    contacts = {"front": sm.Contact.schottky(work_function=front), "back": sm.Contact.schottky(work_function=back)}
    device = sm.Photodiode(nip().stack, **contacts).with_values({"active|HTL.dipole": dipole})
    alignment = device.band_alignment()
    across = back - front - dipole
    # The deeper Fermi level, dipoles included, is the anode's: the potential is never negative, rounding of 0 apart.
    assert abs(alignment.built_in_potential) == pytest.approx(abs(across), abs=1e-12)
    assert alignment.built_in_potential > -1e-9
    assert abs(across) < 1e-9 or (alignment.anode == "back") == (across > 0)
    assert sum(alignment.by_interface.values()) == pytest.approx(alignment.built_in_potential, abs=1e-12)


def test_a_deep_oxide_sets_the_work_function() -> None:
    alignment = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / MoO3 10nm / Au").band_alignment()
    ZnO = next(x for x in alignment.layers if x.name == "ZnO")
    assert alignment.built_in_potential == pytest.approx(6.86 + ZnO.fermi_level, abs=1e-12)
    assert any("upper bound" in note for note in alignment.notes)
    assert [row["rule"] for row in alignment.provenance.assumptions][:2] == ["ohmic_electrode", "deep_oxide_contact"]


def test_a_deep_oxide_between_two_layers_has_no_path_for_holes() -> None:
    with pytest.raises(sm.InputError, match="MoO3: no path for holes"):
        sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / MoO3 9nm / PbS-EDT 40nm / Au").band_alignment()


def test_an_electrode_beside_a_transport_layer_is_ohmic_else_schottky() -> None:
    first, *_, last = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / Au").band_alignment().interfaces
    assert (first.kind, last.kind) == ("ohmic contact", "schottky contact")
    assert first.built_in == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("name", ["C60", "BCP"])
def test_an_electrode_beside_an_undoped_transport_layer_stands_at_its_work_function(name: str) -> None:
    """Flat bands with the level at midgap would block both carriers; with doping the contact is ohmic again."""
    device = sm.Photodiode(f"ITO / {name} 30nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au")
    first, *_ = device.band_alignment().interfaces
    assert first.kind == "schottky contact"
    assert ("ITO", "schottky_electrode") in [(row["whose"], row["rule"]) for row in device.assumptions()]
    traps = {"density": 1e17, "level": 1.0, "electron_capture": 1e-9, "hole_capture": 1e-9}
    for charges in ({"donor_density": 1e17}, {f"donor_trap_{key}": value for key, value in traps.items()}):
        held = device.with_values({f"ETL.{key}": value for key, value in charges.items()})
        assert held.band_alignment().interfaces[0].kind == "ohmic contact"


# -- mirror, verdicts ----------------------------------------------------------------------------------------------


MIRRORED = [
    "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au",
    "ITO / TiO2 60nm / active: PbS(0.8eV, halide) 250nm / NiO 45nm / Ag",
    "ITO / active: PbS(3.4nm, TBAI) 250nm / Al",
    "ITO / SnO2 30nm / active: PbS(3.4nm, halide) 250nm / MoO3 10nm / Au",
    "ITO / NiO 30nm / active: PbS(3.4nm, halide) 250nm / ZnO 10nm / Al",
    "ITO / interlayer: TiO2 5nm / active: GaAs 250nm / Ag",
]


@pytest.mark.parametrize("text", MIRRORED)
def test_mirror_the_stack_mirror_the_answer(text: str) -> None:
    one = sm.Photodiode(text).band_alignment()
    stack = sm.Stack.parse(text)
    prefixed = [f"{role}: {layer.notation_with(None)}" for role, layer in zip(stack.roles, stack, strict=True)]
    other = sm.Photodiode(" / ".join(prefixed[::-1])).band_alignment()
    assert other.built_in_potential == pytest.approx(one.built_in_potential, abs=1e-12)
    assert other.anode == one.anode
    assert other.limited_by.partition(" at ")[0] == one.limited_by.partition(" at ")[0]
    for a, b in zip(one.interfaces, other.interfaces[::-1], strict=True):
        assert (a.left, a.right, a.electrons, a.holes, a.kind) == (b.right, b.left, b.electrons, b.holes, b.kind)
        assert b.built_in == pytest.approx(a.built_in, abs=1e-12)
        if a.conduction_offset is not None:
            assert b.conduction_offset == pytest.approx(-a.conduction_offset, abs=1e-12)
            assert b.valence_offset == pytest.approx(-a.valence_offset, abs=1e-12)
    for figure in ("extraction_barrier", "blocking_barrier", "electron_blocking_barrier", "hole_extraction_barrier"):
        assert getattr(other, figure) == pytest.approx(getattr(one, figure), abs=1e-12)


def test_a_graded_layer_has_its_share_on_either_side() -> None:
    forth = sm.Photodiode("Al / ZnO 30nm / active: PbS(3.4nm -> 3nm, TBAI) 250nm / NiO 30nm / ITO").band_alignment()
    back = sm.Photodiode("ITO / NiO 30nm / active: PbS(3nm -> 3.4nm, TBAI) 250nm / ZnO 30nm / Al").band_alignment()
    assert (forth.anode, back.anode) == ("ITO", "ITO")
    assert back.built_in_potential == pytest.approx(forth.built_in_potential, abs=1e-12)
    for alignment in (forth, back):
        assert sum(alignment.by_interface.values()) == pytest.approx(alignment.built_in_potential, abs=1e-12)


def test_mirrored_homojunction() -> None:
    one, other = homojunction().band_alignment(), homojunction(reverse=True).band_alignment()
    assert other.built_in_potential == pytest.approx(one.built_in_potential, abs=1e-12)
    assert (one.anode, other.anode) == ("back", "front")


chis, gaps, doping = st.floats(3.5, 4.6), st.floats(0.6, 3.4), st.sampled_from([-1e18, -1e15, 0.0, 1e15, 1e18])


@settings(deadline=None, max_examples=60)
@given(layers=st.lists(st.tuples(chis, gaps, doping, st.floats(-0.2, 0.2)), min_size=1, max_size=5))
def test_junctions_sum_to_the_built_in_potential(layers: list[tuple[float, float, float, float]]) -> None:
    pieces: list[sm.Layer | sm.Interface] = []
    for i, (chi, gap, n, dipole) in enumerate(layers):
        role = "active" if i == len(layers) // 2 else "interlayer"
        pieces += [sm.Interface(dipole=dipole)] if pieces else []
        pieces.append(sm.Layer(semiconductor(f"m{i}", chi, gap, 1e19, n), 50, role=role))
    alignment = diode(*pieces).band_alignment()
    assert sum(alignment.by_interface.values()) == pytest.approx(alignment.built_in_potential, abs=1e-12)
    assert alignment.extraction_barrier >= 0.0
    assert alignment.blocking_barrier >= 0.0
    assert len(alignment.interfaces) == len(layers) + 1


def verdict(chi: float, gap: float, side: str) -> tuple[str, str]:
    """Return what the ETL ("left") or HTL ("right") interface of a junction says when that layer has these levels."""
    ETL = semiconductor("E", *((chi, gap) if side == "left" else (4.1, 3.0)), 1e19, 1e17)
    HTL = semiconductor("H", *((chi, gap) if side == "right" else (3.5, 1.9)), 1e19, -1e17)
    film = semiconductor("film", 4.1, 1.3, 1e19)
    alignment = diode(sm.ETL(ETL, 50), sm.Active(film, 300), sm.HTL(HTL, 50)).band_alignment()
    interface = alignment.interfaces[1 if side == "left" else 2]
    return interface.electrons, interface.holes


@pytest.mark.parametrize(
    ("chi", "gap", "side", "electrons", "holes"),
    [
        (4.2, 3.3, "left", "0.10 eV step down, extracts", "2.10 eV barrier, blocks"),
        (4.1, 3.3, "left", "no step, extracts", "2.00 eV barrier, blocks"),
        (4.05, 3.3, "left", "0.05 eV barrier, passes by thermal energy", "1.95 eV barrier, blocks"),
        (3.9, 3.3, "left", "0.20 eV barrier, impedes", "1.80 eV barrier, blocks"),
        (3.7, 3.3, "left", "0.40 eV barrier, blocks extraction", "1.60 eV barrier, blocks"),
        (4.1, 1.5, "left", "no step, extracts", "0.20 eV barrier, blocks in part"),
        (4.1, 1.35, "left", "no step, extracts", "0.05 eV barrier, leaks"),
        (3.6, 1.8, "right", "0.50 eV barrier, blocks", "no step, extracts"),
        (3.6, 1.7, "right", "0.50 eV barrier, blocks", "0.10 eV step down, extracts"),
        (3.6, 2.2, "right", "0.50 eV barrier, blocks", "0.40 eV barrier, blocks extraction"),
        (4.2, 1.2, "right", "0.10 eV step down, leaks", "no step, extracts"),
    ],
)
def test_verdicts(chi: float, gap: float, side: str, electrons: str, holes: str) -> None:
    assert verdict(chi, gap, side) == (electrons, holes)


def test_given_anode_turns_the_sign() -> None:
    one = nip().band_alignment()
    turned = diode(*nip().stack, anode="front").band_alignment()
    assert turned.built_in_potential == pytest.approx(-one.built_in_potential, abs=1e-12)
    assert turned.anode_reason == "as given"


@pytest.mark.parametrize("T", [77.0, 200.0, 400.0])
def test_temperature_moves_the_homojunction_as_the_closed_form(T: float) -> None:
    alignment = homojunction().with_values({"temperature": T}).band_alignment()
    kT = 8.617333262e-5 * T
    dos = 2e18 * (T / 300.0) ** 1.5
    assert alignment.built_in_potential == pytest.approx(1.42 - 2 * kT * math.log(dos / 1e17), abs=1e-5)
