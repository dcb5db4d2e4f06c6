"""The phototransistor as a kind: its two paths, what it refuses, files, the command line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.cli import main

N_TYPE = (
    "gate: Al / SiO2 100nm / channel: IGZO 20nm [source=Al, drain=Al, length=10um, width=100um] / "
    "PbS(3.4nm, EDT) 50nm [hole_trap_lifetime=10ms, trap_density=1e17 cm^-3]"
)


def test_top_gate_is_a_bottom_gate_turned_over() -> None:
    turned = sm.Phototransistor(N_TYPE.rpartition(" / ")[2] + " / " + " / ".join(
        reversed(N_TYPE.split(" / ")[:-1])
    ))  # fmt: skip
    here, there = sm.Phototransistor(N_TYPE), turned
    for name in ("threshold_voltage", "drain_current", "transconductance", "gain"):
        found = getattr(there.estimate(1.0, gate_voltage=5.0), name)
        assert found == pytest.approx(getattr(here.estimate(1.0, gate_voltage=5.0), name), rel=1e-12)
    bands = here.equilibrium(), there.equilibrium()
    assert bands[0].conduction_band == pytest.approx(bands[1].conduction_band[::-1], abs=1e-5)
    assert bands[0].built_in_potential == pytest.approx(bands[1].built_in_potential, abs=1e-6)
    dipole = {"SiO2|IGZO.dipole": 0.2}, {"IGZO|SiO2.dipole": -0.2}
    moved = [d.with_values(v).estimate().threshold_voltage for d, v in zip((here, there), dipole, strict=True)]
    assert moved[0] == pytest.approx(moved[1], rel=1e-12)


def test_alignment_along_both_paths() -> None:
    device = sm.Phototransistor(N_TYPE)
    assert [layer.name for layer in device.band_alignment().layers] == ["Al", "SiO2", "IGZO", "PbS(3.4nm, EDT)"]
    assert [layer.name for layer in device.band_alignment("channel").layers] == ["Al", "IGZO", "Al 2"]
    with pytest.raises(sm.InputError, match='Did you mean "channel"'):
        device.band_alignment("chanel")


def test_a_top_electrode_is_a_contact() -> None:
    device = sm.Phototransistor(N_TYPE + " / ITO")
    assert device.equilibrium().contacts[1][0] == "ITO"
    solved, drawn = device.equilibrium().built_in_potential, device.band_alignment().built_in_potential
    assert solved == pytest.approx(drawn, abs=1e-4)
    assert sm.Phototransistor(N_TYPE).equilibrium().contacts[1][0] == "floating"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("gate: ", "", "0 layers are gate"),
        ("SiO2 100nm / ", "", "no insulator"),
        ("SiO2 100nm", "ZnO 100nm", "expected insulators"),
        ("length=10um, ", "", "length is missing"),
        ("IGZO 20nm", "IGZO", "thickness is missing"),
    ],
)
def test_what_a_transistor_lacks(old: str, new: str, says: str) -> None:
    with pytest.raises(sm.StackModelError, match=says):
        sm.Phototransistor(N_TYPE.replace(old, new)).estimate(1.0, gate_voltage=5.0)


def test_what_light_needs() -> None:
    light = sm.Light.monochromatic(940, "1 uW/cm^2")
    bare = sm.Phototransistor(N_TYPE.partition(" / PbS")[0])
    dots = sm.Phototransistor(N_TYPE.partition(" [hole")[0])
    for device, says in ((bare, "no film beside the channel"), (dots, "no hole_trap_lifetime is known")):
        answer = device.estimate(1.0, gate_voltage=5.0)
        assert answer.drain_current > 0.0
        assert says in answer.attributes()["missing"]
        with pytest.raises(sm.DataError, match=says):
            _ = answer.gain
        with pytest.raises(sm.StackModelError, match=says):
            device.estimate(1.0, light, gate_voltage=5.0)
        with pytest.raises(sm.StackModelError, match=says):
            device.transfer_curve([0, 5], 1.0, light)


def test_what_has_two_dimensions_is_refused() -> None:
    device = sm.Phototransistor(N_TYPE)
    with pytest.raises(sm.UnsupportedError, match=r"transfer_curve\(\)"):
        device.jv([0.0, 1.0])
    with pytest.raises(sm.UnsupportedError, match=r"equilibrium\(\)"):
        device.band_diagram(1.0)
    with pytest.raises(sm.UnsupportedError, match="leave it out"):
        sm.Phototransistor(N_TYPE, series_resistance=100.0).estimate(1.0)


@pytest.mark.parametrize("volts", ["0:5:1", [], 5.0, ["5 nm"]])
def test_lists_of_voltages(volts: Any) -> None:
    with pytest.raises(sm.InputError, match="gate_voltages"):
        sm.Phototransistor(N_TYPE).transfer_curve(volts, 1.0)


def test_curves_agree_with_each_other_and_the_estimate() -> None:
    device, light = sm.Phototransistor(N_TYPE), sm.Light.monochromatic(940, "1 uW/cm^2")
    answer = device.estimate(2.0, light, gate_voltage=5.0)
    transfer = device.transfer_curve([0.0, "5 V"], 2.0, light)
    output = device.output_curve([0.0, 2.0], [5.0, 6.0])
    lit = device.output_curve([0.0, 2.0], [5.0, 6.0], light)
    assert transfer.dark_current[1] == output.drain_current[0, 1] == answer.drain_current
    assert transfer.drain_current[1] == lit.drain_current[0, 1]
    assert transfer.drain_current[1] - transfer.dark_current[1] == pytest.approx(answer.photocurrent, rel=1e-9)
    assert output.drain_current[:, 0] == pytest.approx([0.0, 0.0])
    assert transfer.threshold_shift == answer.threshold_shift < 0.0


def test_a_hole_channel_runs_the_other_way() -> None:
    film = sm.Material(
        name="p film", electron_affinity=3.8, band_gap=1.2, relative_permittivity=10.0, conduction_band_dos=1e19,
        valence_band_dos=1e19, electron_mobility=0.1, hole_mobility=1.0, acceptor_density=1e16, donor_density=0.0,
        electron_lifetime=1e-7, hole_lifetime=1e-7, source="made up for a test",
    )  # fmt: skip
    lateral = {"source": "Au", "drain": "Au", "length": 10.0, "width": 100.0}
    device = sm.Phototransistor(
        sm.Stack.parse("gate: Au / SiO2 100nm") / sm.Layer(film, 20.0, role="channel", **lateral)
    )
    answer = device.estimate(-1.0, gate_voltage=-10.0)
    assert (answer.carrier, answer.carrier_reason) == ("hole", "acceptors")
    assert answer.drain_current < 0.0
    assert abs(device.estimate(-1.0, gate_voltage=10.0).drain_current) < 1e-12
    assert answer.threshold_voltage > answer.flat_band_voltage


@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_files(tmp_path: Path, suffix: str) -> None:
    first = sm.Phototransistor(N_TYPE)
    again = sm.load(first.save(tmp_path / f"d{suffix}"))
    assert isinstance(again, sm.Phototransistor)
    ask = {"gate_voltage": 5.0}
    assert again.estimate(1.0, **ask).attributes() == first.estimate(1.0, **ask).attributes()


def test_pictures_and_tables(tmp_path: Path) -> None:
    device, light = sm.Phototransistor(N_TYPE), sm.Light.monochromatic(940, "1 uW/cm^2")
    gates = np.linspace(-2.0, 10.0, 13).tolist()
    answers = {
        "estimate": device.estimate(1.0, light, gate_voltage=5.0),
        "transfer": device.transfer_curve(gates, 1.0, light),
        "output": device.output_curve(gates, [5.0, 10.0]),
        "equilibrium": device.equilibrium(),
    }
    for name, answer in answers.items():
        for suffix in (".svg", ".html", ".json", ".nc"):
            assert answer.save(tmp_path / f"{name}{suffix}").stat().st_size > 100
    assert len(answers["output"].to_dataframe()) == 26
    assert "dark_current [A]" in answers["transfer"].columns()


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["estimate", N_TYPE, "--kind", "phototransistor", "--voltage=1", "--gate-voltage=5V"]) == 0
    said = capsys.readouterr().out
    assert "threshold_voltage [V]" in said
    assert "gate_voltage [V]: 5" in said
    assert main(["jv", N_TYPE, "--kind", "phototransistor"]) == 2
    assert "transfer_curve" in capsys.readouterr().err
