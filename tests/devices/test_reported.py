"""What the files in devices/ report can be true, says where it was read, and lies beside the estimate."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

import stackmodel as sm

FOLDER = Path(__file__).parents[2] / "devices"
FILES = sorted(FOLDER.rglob("*.py"))
NO_DARK = "no dark data"
#: Every photodiode whose dark current was found in public text together with its bias. Five were looked for, of PbS
#: near 940 nm (two), PbS at 1550 nm, InAs and HgTe; none of those was found, three others were.
WITH_DARK = {
    "fang2025_pbs_surface_reconstructed", "jallcom2025_pbs_nio_edt", "malinowski2017_pbs_inverted", "peng2025_insb",
    "wang2025_ag2te",
}  # fmt: skip
#: Devices whose dark current the values of their class miss by more than a decade: estimate over measured, as the
#: gallery shows it. Nothing was tuned; a ratio that leaves this range has changed for a reason to be found.
MISSED = {"jallcom2025_pbs_nio_edt": (0.002, 0.008), "peng2025_insb": (0.03, 0.1)}
#: Every file that gives responsivity and external quantum efficiency at one wavelength.
WITH_BOTH = {
    "ackerman2018_hgte", "gong2023_pbs_multi_interface", "imran2025_insb", "liu2022_pbs_imager", "shin2024_inas",
    "vafaie2021_pbs_zno", "xu2022_pbs_silicon", "xue2023_hgte", "zhao2023_hgte_cdte_dual_band",
    "zhong2026_pbs_alkylamine",
}  # fmt: skip
#: Plausible values by unit.
RANGES = {
    "": (0.0, 2.0),  # efficiencies, ideality
    "A/W": (1e-4, 5.0),
    "cm Hz^1/2/W": (1e6, 1e14),
    "A/cm^2": (1e-10, 0.05),
    "A/Hz^1/2": (1e-16, 1e-9),
    "V": (0.0, 5.0),  # light-emitting diodes run at up to 5 V
    "eV": (0.05, 2.0),
    "s": (1e-10, 1e-3),
    "Hz": (1.0, 1e9),
    "dB": (10.0, 200.0),
    "nm": (10.0, 1e4),
}
#: Of devices with gain, where one photon moves many electrons.
WITH_GAIN = ("photoconductors", "phototransistors")
RANGES_WITH_GAIN = {"": (0.0, 1e10), "A/W": (1e-4, 1e9)}
BOLTZMANN, CHARGE, HC_EV_NM = 1.380649e-23, 1.602176634e-19, 1239.841984


def read(stem: str) -> dict[str, Any]:
    return runpy.run_path(str(next(FOLDER.rglob(f"{stem}.py"))), run_name="read_by_a_test")


def number(unit: str, text: str) -> float | None:
    found = re.search(rf"(-?\d+(?:\.\d+)?) {unit}\b", text)
    return float(found[1]) if found else None


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def names(path: Path) -> dict[str, Any]:
    return read(path.stem)


def test_has_the_fields(names: dict[str, Any]) -> None:
    assert {"CITATION", "device", "REPORTED", "DARK", "ASSUMED", "STATUS"} <= names.keys()
    assert names["STATUS"] in ("predicted", "calibrated")
    assert names["ASSUMED"]


def test_reported_values_are_plausible(path: Path, names: dict[str, Any]) -> None:
    gains = path.parent.name in WITH_GAIN
    for name, (value, unit, condition, where) in names["REPORTED"].items():
        low, high = {**RANGES, **(RANGES_WITH_GAIN if gains else {})}[unit]
        assert low < value < high, name
        assert len(where) > 5, name
        if name.endswith("efficiency"):
            assert value <= 1.0
        if name == "responsivity":
            wavelength = number("nm", condition)
            assert wavelength is not None
            assert gains or value <= wavelength / HC_EV_NM, "more than one electron a photon"


def test_responsivity_and_quantum_efficiency_agree() -> None:
    compared = set()
    for path in FILES:
        reported = read(path.stem)["REPORTED"]
        if {"responsivity", "external_quantum_efficiency"} <= reported.keys():
            responsivity, _, condition, _ = reported["responsivity"]
            efficiency, _, other, _ = reported["external_quantum_efficiency"]
            wavelength = number("nm", condition)
            assert wavelength is not None
            if number("nm", other) == wavelength:
                assert responsivity * HC_EV_NM / wavelength == pytest.approx(efficiency, rel=0.08), path.stem
                compared.add(path.stem)
    assert compared == WITH_BOTH


def test_dark_entries_have_a_source(names: dict[str, Any]) -> None:
    if isinstance(names["DARK"], str):
        assert names["DARK"] == NO_DARK
        return
    assert names["DARK"]
    for voltage, current, temperature, where in names["DARK"]:
        assert -10.0 < voltage < 0.0
        assert 1e-12 < current < 1.0
        assert 4.0 < temperature < 400.0
        assert len(where) > 20
        assert "recalled" not in where


def test_measured_dark_currents_are_those_that_were_found() -> None:
    photodiodes = [path.stem for path in FILES if path.parent.name == "photodiodes"]
    assert {stem for stem in photodiodes if not isinstance(read(stem)["DARK"], str)} == WITH_DARK


@pytest.mark.parametrize("stem", sorted(WITH_DARK))
def test_estimate_of_the_dark_current_is_within_a_decade_or_as_far_as_known(stem: str) -> None:
    names = read(stem)
    low, high = MISSED.get(stem, (0.1, 10.0))
    for voltage, current, temperature, _ in names["DARK"]:
        device = names["device"].with_values({"temperature": temperature})
        assert low < device.estimate(voltage).dark_current / current < high


# R0A of the estimate over the least that the measured D* allows. The homojunction misses it: with mobility and dopings
# of the class its contacts inject too much when warm (0.012 at 300 K). The file says so.
@pytest.mark.parametrize(("stem", "share"), [("ackerman2018_hgte", 1.0), ("xue2023_hgte", 0.01)])
def test_no_noise_is_below_johnson_noise(stem: str, share: float) -> None:
    names = read(stem)
    for temperature, responsivity, detectivity, bound, where in names["AGAINST_TEMPERATURE"]:
        assert bound == pytest.approx(4 * BOLTZMANN * temperature * (detectivity / responsivity) ** 2, rel=5e-3)
        assert where
        assert names["device"].with_values({"temperature": temperature}).estimate().r0a >= share * bound


def test_derived_figures_follow_from_what_was_read() -> None:
    for stem in ("shin2024_inas", "xu2022_pbs_silicon", "zhao2023_hgte_cdte_dual_band"):
        read_there = read(stem)["REPORTED"]
        bound = (read_there["responsivity"][0] / read_there["detectivity"][0]) ** 2 / (2 * CHARGE)
        assert read_there["dark_current_density_bound"][0] == pytest.approx(bound, rel=0.03)
    insb = read("imran2025_insb")
    bound = insb["REPORTED"]["noise_current"][0] ** 2 / (2 * CHARGE * insb["device"].area)
    assert insb["REPORTED"]["dark_current_density_bound"][0] == pytest.approx(bound, rel=0.03)
    nio = read("jallcom2025_pbs_nio_edt")
    limit = nio["REPORTED"]["largest_responsivity"][0] / (2 * CHARGE * nio["DARK"][0][1]) ** 0.5
    assert nio["REPORTED"]["detectivity_of_shot_noise"][0] == pytest.approx(limit, rel=0.01)
    pbse = {name: row[0] for name, row in read("zhu2020_pbse")["REPORTED"].items()}
    product = pbse["open_circuit_voltage"] * pbse["short_circuit_current_density"] * pbse["fill_factor"]
    assert product == pytest.approx(pbse["efficiency"] * 0.1, rel=0.01)
    gradient = {name: row[0] for name, row in read("liu2024_pbs_gradient_etl")["REPORTED"].items()}
    product = gradient["efficiency"] * 0.1 / gradient["open_circuit_voltage"]
    assert gradient["current_density_times_fill_factor"] == pytest.approx(product, rel=0.01)
    cell = read("zhu2023_pbs_1550nm_power_converter")["REPORTED"]
    current, power = cell["short_circuit_current_density"][0], 17.3e-3
    assert cell["external_quantum_efficiency"][0] == pytest.approx(current / power * HC_EV_NM / 1550, abs=1e-3)
    assert cell["voltage_times_fill_factor"][0] == pytest.approx(cell["efficiency"][0] * power / current, abs=1e-4)


def test_own_materials_say_where_their_values_come_from(names: dict[str, Any]) -> None:
    for each in names["device"].stack:
        if each.material.user_values.keys() == each.material.parameters.keys():
            assert all(len(p.source) > 20 for p in each.material.parameters.values())


# Of a phototransistor the far end of the gate's path floats: it is not neutral, as drawn.
BETWEEN_CONTACTS = [path.stem for path in FILES if path.parent.name != "phototransistors"]


@pytest.mark.parametrize("stem", BETWEEN_CONTACTS)
def test_solved_and_drawn_built_in_potential_agree(stem: str) -> None:
    device = read(stem)["device"]
    assert device.equilibrium().built_in_potential == pytest.approx(
        device.band_alignment().built_in_potential, abs=1e-4
    )


@pytest.mark.parametrize("stem", ["tang2019_hgte_dual_band", "zhao2023_hgte_cdte_dual_band"])
def test_dual_band_detectors_answer_to_one_band_at_each_polarity(stem: str) -> None:
    device, lit = (read(stem)[name] for name in ("device", "LIT"))
    answered = []
    for voltage in (-2.0, 2.0):
        dark = device.jv([voltage]).current_density[0]
        pairs = {
            band: abs(device.jv([voltage], generation={layer: 1e20}).current_density[0] - dark) / (
                CHARGE * 1e20 * device.stack[layer].thickness * 1e-7
            )
            for band, (layer, _) in lit.items()
        }  # fmt: skip
        band = max(pairs, key=lambda each: pairs[each])
        # Not zero: light on the junction in forward shifts some voltage to the other, whose current rises with it.
        assert all(pairs[other] < 0.03 * pairs[band] for other in pairs if other != band)
        answered.append(band)
    assert answered == (["SWIR", "MWIR"] if "MWIR" in lit else ["SWIR", "visible"])


@pytest.mark.parametrize("temperature", [80, 200, 300])
def test_mercury_telluride_gap_grows_with_temperature(temperature: float) -> None:
    device = sm.load(FOLDER / "photodiodes" / "xue2023_hgte.py").with_values({"temperature": temperature})
    film = device.stack["active"].material.at(temperature)
    assert film.band_gap == pytest.approx(0.3475 + 3e-4 * (temperature - 300))
    assert device.equilibrium().built_in_potential < film.band_gap


LEDS = sorted(path.stem for path in FILES if path.parent.name == "qleds")
#: Ceiling in closed form over what was reported, where it lies beyond a factor of two; the files say why.
MISSES = {"zhao2020_fapbi3": (0.3, 0.5)}


@pytest.mark.parametrize("stem", LEDS)
def test_ceiling_of_light_beside_what_was_reported(stem: str) -> None:
    names = read(stem)
    reported = names["REPORTED"]["electroluminescence_efficiency"][0]
    low, high = MISSES.get(stem, (0.5, 2.0))
    assert low < names["device"].estimate().eqe_ceiling / reported < high


@pytest.mark.parametrize("stem", LEDS)
def test_light_has_the_wavelength_that_was_reported(stem: str) -> None:
    names = read(stem)
    wavelength = number("nm", names["REPORTED"]["electroluminescence_efficiency"][2])
    assert names["device"].estimate().emission_wavelength == pytest.approx(wavelength, rel=5e-3)


@pytest.mark.parametrize("stem", LEDS)
def test_forward_current_is_solved(stem: str) -> None:
    device = read(stem)["device"]
    found = device.estimate()
    on = max(found.turn_on_voltage, found.built_in_potential)
    curve = device.jv([0.5 * on, on, on + 0.5])
    assert all(0.0 < a < b for a, b in zip(curve.current_density, curve.current_density[1:], strict=False))
    assert curve.current_density[1] > 1e-4  # by then it is on


def test_solved_light_beside_the_closed_form() -> None:
    """Within a factor of three: the solved layer has unequal carriers, so Auger takes more."""
    device = read("miao2019_fapbi3_droop")["device"]
    solved = device.solved_efficiency([1.6, 2.0, 2.6])
    closed = device.efficiency_curve(solved.current_density)
    ratio = solved.external_efficiency / closed.external_efficiency
    assert all((ratio > 0.3) & (ratio < 1.0))


def test_roll_off_of_a_formamidinium_film() -> None:
    """Reported 14.0 % of 14.2 % at 300 mA/cm^2: little of the peak is lost, in closed form too."""
    names = read("miao2019_fapbi3_droop")
    at, peak = (names["REPORTED"][f"electroluminescence_efficiency{end}"][0] for end in ("_at_high_current", ""))
    device = names["device"]
    closed = float(device.efficiency_curve([0.3]).external_efficiency[0]) / device.estimate().eqe_ceiling
    assert closed == pytest.approx(at / peak, abs=0.1)


def test_voltage_that_both_efficiencies_imply() -> None:
    reported = read("miao2019_fapbi3_droop")["REPORTED"]
    external, conversion = (
        reported[f"{kind}_efficiency_at_high_current"][0] for kind in ("electroluminescence", "electrical_to_optical")
    )
    assert reported["voltage_at_high_current"][0] == pytest.approx(1.55 * external / conversion, rel=5e-3)


#: Estimate over what was reported. The misses are those that the files tell of: noise of a film taken too conductive,
#: a barrier that is left out, a transistor without 1/f noise.
FACTORS = {
    ("konstantatos2006_pbs", "responsivity"): (0.5, 2.0),
    ("konstantatos2006_pbs", "detectivity"): (1e-3, 1e-2),
    ("konstantatos2006_pbs", "gain"): (0.5, 2.0),
    ("konstantatos2006_pbs", "bandwidth"): (0.99, 1.01),
    ("wang2001_inas_gaas_qdip", "responsivity"): (10.0, 100.0),
    ("wang2001_inas_gaas_qdip", "detectivity"): (0.3, 3.0),
    ("hwang2016_igzo_pbs", "responsivity"): (0.3, 3.0),
    ("hwang2016_igzo_pbs", "detectivity"): (10.0, 100.0),
    ("konstantatos2012_graphene_pbs", "gain"): (0.5, 2.0),
}


@pytest.mark.parametrize(("stem", "figure"), sorted(FACTORS))
def test_estimate_of_devices_with_gain(stem: str, figure: str) -> None:
    names = read(stem)
    value, _, condition, _ = names["REPORTED"][figure]
    gate = {"gate_voltage": names["GATE_VOLTAGE"]} if "GATE_VOLTAGE" in names else {}
    answer = getattr(names["device"].estimate(number("V", condition), **gate), figure)
    found = answer(number("nm", condition)) if callable(answer) else answer
    low, high = FACTORS[stem, figure]
    assert low < found / value < high
