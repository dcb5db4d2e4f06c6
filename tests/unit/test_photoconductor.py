"""The photoconductor as a kind: its two geometries, what it refuses, files, the command line."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.cli import main

LATERAL = "glass / channel: PbS(3.4nm, EDT) 300nm [source=Au, drain=Au, length=5um, width=1mm]"
VERTICAL = "ITO / PbS(3.4nm, EDT) 300nm / Au"
Q, K = 1.602176634e-19, 1.380649e-23


def test_lateral_and_vertical_films_of_one_length_conduct_alike() -> None:
    lateral = sm.Photoconductor(LATERAL.replace("5um", "300nm"))
    vertical = sm.Photoconductor("Au / PbS(3.4nm, EDT) 300nm / Au")
    here, there = lateral.estimate(2.0), vertical.estimate(2.0)
    assert here.dark_current == pytest.approx(there.dark_current, rel=1e-12)
    assert here.gain == pytest.approx(there.gain, rel=1e-12)
    assert lateral.jv([0.1]).current_density[0] == pytest.approx(vertical.jv([0.1]).current_density[0], rel=1e-6)
    assert lateral.equilibrium().peak_field == pytest.approx(vertical.equilibrium().peak_field, rel=1e-6)


def test_amperes_of_a_lateral_film() -> None:
    answer = sm.Photoconductor(LATERAL).estimate(10.0)
    assert answer.cross_section == pytest.approx(0.1 * 300e-7)
    assert answer.lit_area == pytest.approx(0.1 * 5e-4)
    assert answer.conductance == pytest.approx(answer.conductivity * 0.1 * 300e-7 / 5e-4)
    assert answer.terminal_current == pytest.approx(10.0 * answer.conductance)


def test_amperes_need_a_width_or_an_area() -> None:
    narrow = sm.Photoconductor(LATERAL.replace(", width=1mm", "")).estimate(10.0)
    with pytest.raises(sm.DataError, match="width"):
        _ = narrow.conductance
    with pytest.raises(sm.DataError, match="area"):
        _ = sm.Photoconductor(VERTICAL).estimate(1.0).conductance
    assert sm.Photoconductor(VERTICAL, area="1 mm^2").estimate(1.0).conductance > 0.0


def test_detector_figures() -> None:
    device = sm.Photoconductor(LATERAL)
    answer, alpha = device.estimate(10.0), device.stack["channel"].material.absorption_coefficient
    assert answer.responsivity(940) == pytest.approx(answer.eqe(940) * 940 / 1239.8419843, rel=1e-9)
    peak = 1239.841984332 / device.stack["channel"].material.optical_gap
    assert answer.eqe(peak) == pytest.approx(answer.gain * -math.expm1(-alpha * 300e-7), rel=1e-6)
    assert 0.0 < answer.eqe(1400) < 1e-9 * answer.eqe(peak)  # far beyond the 1S peak
    current, conductance = answer.dark_current, answer.specific_conductance
    noise = math.sqrt(4 * Q * answer.gain * current + 4 * K * 300 * conductance)
    assert answer.detectivity(940) == pytest.approx(answer.responsivity(940) * math.sqrt(5000 / 300) / noise, rel=1e-9)


def test_background_limit_is_that_of_a_photodiode_over_sqrt2() -> None:
    conductor = sm.Photoconductor(VERTICAL).estimate(1.0).background_limit(940)
    absorber = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, EDT) 300nm / Au").estimate(0.0)
    # The photoconductor loses nothing: twice with the shares that are collected of signal and background.
    here, there = absorber.absorber, sm.Photoconductor(VERTICAL).estimate(1.0).absorber
    assert there is not None
    assert here is not None
    ratio = here.share_at(940) / there.share_at(940) * math.sqrt(there.background / here.background)
    assert absorber.background_limit(940, photoconductor=True) == pytest.approx(conductor * ratio, rel=1e-9)


def test_photocurrent_is_responsivity_times_irradiance() -> None:
    light = sm.Light.monochromatic(940, "1 uW/cm^2")
    answer = sm.Photoconductor(LATERAL).estimate(10.0, light)
    assert answer.photocurrent == pytest.approx(answer.responsivity(940) * 1e-6, rel=1e-6)


def test_layers_in_series_take_their_share_of_the_voltage() -> None:
    alone = sm.Photoconductor(VERTICAL).estimate(1.0)
    both = sm.Photoconductor("ITO / PbS(3.4nm, EDT) 300nm / HTL: PbS-EDT 100nm / Au").estimate(1.0)
    assert alone.voltage_share == 1.0
    assert both.voltage_share == pytest.approx(0.75)  # of one conductivity
    assert both.dark_current == pytest.approx(0.75 * alone.dark_current)


def test_contacts_that_are_not_ohmic_are_named() -> None:
    assert sm.Photoconductor(LATERAL).estimate(1.0).notes == ()
    aluminium = sm.Photoconductor(LATERAL.replace("=Au", "=Al")).estimate(1.0)
    assert len(aluminium.notes) == 2
    assert "depletes" in aluminium.notes[0]
    n_type = LATERAL.replace("EDT", "TBAI")
    assert len(sm.Photoconductor(n_type).estimate(1.0).notes) == 2  # gold
    assert sm.Photoconductor(n_type.replace("=Au", "=Ca")).estimate(1.0).notes == ()
    blocked = sm.Photoconductor(VERTICAL, back=sm.Contact.blocking()).estimate(1.0)
    assert any("blocks" in note for note in blocked.notes)


def test_nothing_that_recombines_is_refused() -> None:
    held = {"front": sm.Contact.blocking(), "back": sm.Contact.blocking()}
    film = "PbS(3.4nm, EDT) 300nm [electron_lifetime=inf, hole_lifetime=inf]"
    with pytest.raises(sm.DataError, match="nothing recombines"):
        sm.Photoconductor(film, **held).estimate(1.0)


def test_at_zero_voltage() -> None:
    answer = sm.Photoconductor(LATERAL).estimate()
    assert answer.gain == answer.dark_current == 0.0
    with pytest.raises(sm.DataError, match="give a voltage"):
        _ = answer.hole_transit_time
    assert "hole_transit_time [s]" not in answer.attributes()


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        (LATERAL.replace("source=Au, ", ""), {}, "source is missing"),
        (LATERAL.replace(", length=5um", ""), {}, "length is missing"),
        (LATERAL, {"area": 0.01}, "leave it out"),
        ("ITO / ZnO 60nm / PbS(3.4nm, EDT) 300nm / Au", {}, "junction is no resistance"),
        ("ITO / Al2O3 5nm / PbS(3.4nm, EDT) 300nm / Au", {}, "lets no current pass"),
    ],
)
def test_what_it_refuses(text: str, options: Any, says: str) -> None:
    with pytest.raises(sm.StackModelError, match=says):
        sm.Photoconductor(text, **options).estimate(1.0)


def test_films_too_long_to_solve_are_estimated() -> None:
    device = sm.Photoconductor(LATERAL.replace("5um", "2mm"))
    assert device.estimate(10.0).length == pytest.approx(2000.0)
    assert device.band_alignment().built_in_potential == 0.0
    for ask in (device.equilibrium, lambda: device.jv([1.0]), lambda: device.gain(1.0, 1e20)):
        with pytest.raises(sm.UnsupportedError, match="estimate"):
            ask()


def test_anode_is_the_last_terminal_written() -> None:
    alignment = sm.Photoconductor(VERTICAL).band_alignment()
    assert (alignment.anode, alignment.anode_reason) == ("Au", "last terminal written")
    assert sm.Photoconductor(VERTICAL, anode="front").band_alignment().anode == "ITO"


@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_files(tmp_path: Path, suffix: str) -> None:
    first = sm.Photoconductor(LATERAL)
    again = sm.load(first.save(tmp_path / f"d{suffix}"))
    assert isinstance(again, sm.Photoconductor)
    assert again.estimate(10.0).attributes() == first.estimate(10.0).attributes()


def test_pictures_and_tables(tmp_path: Path) -> None:
    answer = sm.Photoconductor(LATERAL).estimate(10.0)
    for suffix in (".svg", ".html", ".json", ".csv"):
        assert answer.save(tmp_path / f"e{suffix}").stat().st_size > 100
    table = answer.to_dataframe()
    assert np.interp(10.0, table["voltage [V]"], table["gain"]) == pytest.approx(answer.gain, rel=1e-6)


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", LATERAL, "--kind", "photoconductor", "--voltage=10"]) == 0
    assert "gain: 0.0079" in capsys.readouterr().out
    assert main(["estimate", LATERAL, "--kind", "photoconductor", "--gate-voltage=10"]) == 2
    assert "leave it out" in capsys.readouterr().err


def test_compare_ranks_by_gain() -> None:
    found = sm.compare(sm.Photoconductor(LATERAL), {"channel.length": [5.0, 2.0]})
    assert found.table.iloc[0]["channel.length"] in (2.0, "2", "2.0")
