"""n and k in the shapes in which instruments and their programs write them: read right, or refused with the remedy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import stackmodel as sm

NM = (400.0, 500.0, 800.0)
N, K = (2.5, 2.25, 2.0), (0.5, 0.25, 0.0)
EV = tuple(1239.841984 / nm for nm in NM)


def table(form: str, separator: str, axis: tuple[float, ...] = NM, mark: str = ".") -> str:
    rows = [form.format(*row).replace(".", mark) for row in zip(axis, N, K, strict=True)]
    return "\n".join(rows).replace("|", separator) + "\n"


PLAIN = "{:.0f}|{:.2f}|{:.2f}"
SHAPES = {
    "commas": "wavelength [nm],n,k\n" + table(PLAIN, ","),
    "semicolons": "Wavelength (nm);n;k\n" + table(PLAIN, ";"),
    "tabs": "Wavelength_nm\tn\tk\n" + table(PLAIN, "\t"),
    "blanks": "  Wavelength (nm)   n   k\n" + table(PLAIN, "   "),
    "decimal commas, semicolons": "λ [nm];n;k\n" + table(PLAIN, ";", mark=","),
    "decimal commas, tabs": "lambda/nm\tn\tk\n" + table(PLAIN, "\t", mark=","),
    "decimal commas, blanks": "wl [nm] n k\n" + table(PLAIN, " ", mark=","),
    "decimal commas, quoted": '"wavelength [nm]","n","k"\n' + table('"{:.0f}","{:.2f}","{:.2f}"', ",", mark=","),
    "um": "Wavelength, µm,n,k\n" + table("{:.3f}|{:.2f}|{:.2f}", ",", (0.4, 0.5, 0.8)),
    "angstrom": "wavelength [Å], n, k\n" + table(PLAIN, ",", (4000, 5000, 8000)),
    "eV": "Photon energy (eV)\tn\tk\n" + table("{:.9f}|{:.2f}|{:.2f}", "\t", EV),
    "meV": "energy [meV];n;k\n" + table("{:.6f}|{:.2f}|{:.2f}", ";", tuple(1e3 * e for e in EV)),
    "wavenumbers": "wavenumber [cm^-1], n, k\n" + table("{:.6f}|{:.2f}|{:.2f}", ",", (25000, 20000, 12500)),
    "descending": "nm,n,k\n" + "\n".join(table(PLAIN, ",").splitlines()[::-1]),
    "header lines": "Sample: ZnO, run 7\nDate: 2024-01-05 10:00\n\n[Data]\nWavelength [nm],n,k\n" + table(PLAIN, ","),
    "units below the names": "Wavelength;n;k\n[nm];[-];[-]\n" + table(PLAIN, ";"),
    "names in a comment": "# SpectraRay export\n# Wavelength (nm)\tn\tk\n" + table(PLAIN, "\t"),
    "comments and blank lines": "wavelength [nm],n,k\n\n# one\n" + table(PLAIN, ",").replace("\n", "\n\n# two\n"),
    "byte order mark": "\ufeffwavelength [nm],n,k\n" + table(PLAIN, ","),
    "carriage returns": "wavelength [nm],n,k\n".replace("\n", "\r\n") + table(PLAIN, ",").replace("\n", "\r\n"),
    "separators at the end": "wavelength [nm];n;k;\n" + table(PLAIN + "|", ";"),
    "k before n": "wavelength [nm],k,n\n" + "".join(f"{x:g},{k},{n}\n" for x, n, k in zip(NM, N, K, strict=True)),
    "long names": "Wavelength (nm),Refractive Index,Extinction Coefficient\n" + table(PLAIN, ","),
    "a further column": "wavelength [nm],n,k,e1\n" + table(PLAIN + "|7", ","),
    "two tables": "wavelength [um], n\n0.4, 2.5\n0.5, 2.25\n0.8, 2\n\nwavelength [um], k\n0.4, .5\n0.5, .25\n0.8, 0\n",
    "as refractiveindex.info exports": "wl,n\n0.4,2.5\n0.5,2.25\n0.8,2\nwl,k\n0.4,.5\n0.5,.25\n0.8,0\n",
    "exponents": "wavelength [nm],n,k\n4.0E+02,2.5E0,5e-1\n5e2,2.25,2.5e-01\n8e2,2,0\n",
}


def read(tmp_path: Path, content: str | bytes) -> sm.OpticalConstants:
    path = tmp_path / "lab.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return sm.optical_constants(path)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_read_alike(tmp_path: Path, shape: str) -> None:
    found = read(tmp_path, SHAPES[shape])
    assert found.wavelength_range == pytest.approx((400.0, 800.0), rel=1e-8)
    # Tables in eV are rounded to 1e-9 eV.
    np.testing.assert_allclose(found.at([400.0001, 500.0, 799.9999]), np.array(N) + 1j * np.array(K), rtol=2e-6)


def test_decimal_commas_between_commas_are_told_from_a_wrong_head(tmp_path: Path) -> None:
    with pytest.raises(sm.InputError, match=r'3 columns, above rows of 5; expected a name for each.*";" between cells'):
        read(tmp_path, "wavelength (nm),n,k\n400,2,50,0,40\n700,2,40,0,20\n")


def test_what_was_taken_otherwise_is_said(tmp_path: Path) -> None:
    assert read(tmp_path, SHAPES["a further column"]).notices == ('column "e1" is left out',)
    assert "read in um" in read(tmp_path, SHAPES["as refractiveindex.info exports"]).notices[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("wl,n\n400,2\n500,2\nwl,k\n400,0\n500,0\n", r'the head is "wl, n"; expected "wavelength \[nm\]'),  # um or nm?
        ("wavelength,n,k\n400,2,0\n500,2,0\n", r'the head is "wavelength, n, k"; expected'),
        ("400,2,0\n500,2,0\n", r"the head is \"\"; expected"),
        ("wavelength [eV],n,k\n1,2,0\n2,2,0\n", r"the head is"),
        ("wavelength [furlong],n,k\n400,2,0\n500,2,0\n", r"the head is"),
        ("wavelength [nm],n,k [cm^-1]\n400,2,0\n500,2,0\n", r"holds n only; expected k too"),
        ("wavelength [nm],n,alpha\n400,2,0\n500,2,0\n", r"holds n only; expected k too"),
        ("wavelength [nm];n;k\n1.000,5;2;0\n1.001,5;2;0\n", r"row 2 .*\"1\.000,5\" is none"),
        ("wavelength [nm];n;k\n400;2,5;0.1\n500;2,5;0.1\n", r"row 2"),
        ("wavelength [nm];n;k\n400,5;2;0\n500.5;2;0\n", r"row 2"),
        ("wavelength [nm],n,k\n400,2,5,0,1\n500,2,5,0,1\n", r"the head is"),
        ("wavelength [nm],n,k\n400,2,0\n500,,0\n", r"row 3 is \"500 0\"; expected 3 numbers"),
        ("wavelength [nm],n,k\n400,2,0\n500,nan,0\n", r"row 3 .*\"nan\" is none"),
        ("wavelength [nm],n,k\n400,2,0\n500,2,0\nend\n", r"row 4 is \"end\"; expected numbers"),
        ("wavelength [nm],n,k\nnan,2,0\n400,2,0\n500,2,0\n", r"row 2 is \"nan 2 0\"; expected 3 numbers"),
        ("wavelength [nm],n,k\n400,2,0\n450,2,0\nabc,2,0\n500,2,0\n550,2,0\n", r"row 4 is \"abc 2 0\""),
        ("wavelength [nm],n,k\n0,2,0\n500,2,0\n", r"holds 0 nm; expected numbers above 0"),
        ("wavelength [um],n,k\n4e5,2,0\n5e5,2,0\n", r"from 4e\+08 to 5e\+08 nm; expected some within 10 to 1e\+06"),
        ("wavelength [nm],n,k\n0.4,2,0\n0.5,2,0\n", r"from 0\.4 to 0\.5 nm.* Is the unit nm\?"),
        ("wavelength [nm],n,k\n400,1e300,0.5\n1600,2,0.1\n", r"n is 1e\+300 at 400 nm; expected 0\.001 to 40"),
        ("wavelength [nm],n,k\n400,2,0\n1600,2,1600\n", r"k is 1600 at 1600 nm; expected 0 to 78"),
        ("wavelength [nm],n,k\n400,0,0\n1600,2,0\n", r"n is 0 at 400 nm"),
        ("wavelength [nm],n,k\n", "no rows of numbers"),
        ("", "no rows of numbers"),
        ("wavelength [nm], n, k\n400 2 0\n".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        ("wavelength [µm], n, k\n0.4, 2, 0\n".encode("latin-1"), r"not UTF-8: byte 0xb5 in line 1 .*save it as UTF-8"),
        ("wavelength [nm],n\n400,2\n500,2\nwavelength [nm],n\n400,2\n500,2\n", "n is there twice"),
        ("wavelength [nm],n,n,k\n400,2,2,0\n500,2,2,0\n", "the head is"),
    ],
)  # fmt: skip
def test_what_may_mean_two_things_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(sm.InputError, match=message) as error:
        read(tmp_path, content).at(500.0)
    assert "lab.csv" in str(error.value)


GOOD = """REFERENCES: made up
DATA:
  - type: formula 2
    wavelength_range: 0.3 2.5
    coefficients: 0 1.03961212 0.00600069867 0.231792344 0.0200179144 1.01046945 103.560653
  - type: tabulated k
    data: |
        0.3 0
        2.5 0
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("coefficients:", "numbers:", "a block of DATA has no coefficients"),
        (" 1.0396", " one", r"coefficients: \"one1212\" is not a number"),
        (" 103.560653", "", "formula 2 has 6 coefficients"),
        ("formula 2", "formula", r"type is \"formula\"; expected formula 1 to 9"),
        ("formula 2", "formula 7", "formula 7 is not read"),
        ("0.3 2.5", "0.3", "wavelength_range holds 1 number"),
        ("0.3 2.5", "2.5 0.3", "wavelengths run from 2500 to 300 nm"),
        (" 1.01046945 103.560653", " 1 0.5", r"n: the formula has a pole at 707\.11 nm"),
        ("0 1.03961212", "-5 1.03961212", r"n is no number \(n\^2 < 0\) at 300 nm"),
        ("0 1.03961212", "1e300 1.03961212", r"n is 1e\+150 at 300 nm"),
        ("0.3 0\n", "0.3 x\n", r"row 1 is \"0\.3 x\""),
        ("tabulated k", "tabulated n", "n is there twice"),
        ("  - type", "  type", "no YAML"),
        ("DATA:", "DAT:", "no file of refractiveindex.info"),
        ("made up", "&a x\nB: *a", "alias"),
        ("made up", "[" * 100_000, "a list in a list"),  # ends the process in PyYAML's own reader
    ],
)
def test_a_damaged_yaml_names_file_and_fault(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "nk.yml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(sm.StackModelError, match=message) as error:
        sm.optical_constants(path).at(500.0)
    assert "nk.yml" in str(error.value)


def test_an_old_yaml_calls_its_range_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "nk.yml"
    path.write_text(GOOD.replace("wavelength_range", "range"))
    # N-BK7, n_d of Schott's data sheet.
    assert sm.optical_constants(path).at(587.5618).real == pytest.approx(1.51680, abs=5e-6)


@pytest.mark.parametrize("page", ["main/CS2/nk/Chemnitz.yml", "main/GaSe/nk/Kato-e.yml", "main/AgGaSe2/nk/Boyd-o.yml"])
def test_faults_of_the_database_itself_are_refused(page: str) -> None:
    with pytest.raises(sm.StackModelError, match=r"coefficients|has n and no k"):
        sm.optical_constants(page).at(500.0)
