"""Reading n and k from the text files that instruments and their programs write."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, attributed, shorten
from stackmodel.materials.optical_curves import Curve, tables
from stackmodel.physics.constants import HC_EV_NM
from stackmodel.quantities import quantity
from stackmodel.text_files import Block, read_blocks, read_text
from stackmodel.units import NUMBER

HEADS = '"wavelength [nm], n, k" (or [um], [Å], energy [eV]) above the numbers'
_NAMES = {
    "n": ("n", "n_r", "nr", "index", "refractive index", "index of refraction", "re(n)", "real", "real(n)"),
    "k": ("k", "kappa", "κ", "extinction", "extinction coefficient", "ext. coeff.", "ext. coefficient", "im(n)", "imag",
          "imag(n)"),
}  # fmt: skip
_COLUMNS = {word: name for name, words in _NAMES.items() for word in words}
_AXES = {
    **dict.fromkeys(("wavelength", "wavelengths", "wave length", "lambda", "λ", "wl", "wvl", "wave"), "length"),
    **dict.fromkeys(("energy", "photon energy", "e", "hv", "hν"), "energy"),
    **dict.fromkeys(("wavenumber", "wave number", "wavenumbers"), "wavenumber"),
}
#: What a unit measures, and one of it in nm, eV or cm^-1.
_UNITS = {
    **dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre"), ("length", 1.0)),
    **dict.fromkeys(("um", "µm", "μm", "micron", "microns", "micrometer", "micrometers"), ("length", 1e3)),
    **dict.fromkeys(("Å", "A", "angstrom", "angstroms"), ("length", 0.1)),
    **dict.fromkeys(("eV", "ev"), ("energy", 1.0)),
    "meV": ("energy", 1e-3),
    **dict.fromkeys(("cm-1", "cm^-1", "1/cm", "cm⁻¹"), ("wavenumber", 1.0)),
}
_BY_LOWER = {unit.lower(): unit for unit in _UNITS if unit not in ("A", "meV")}
#: What may stand in place of a unit behind the name of a pure number.
_NO_UNIT = ("", "-", "1", "–", "—")
_IN_BRACKETS = re.compile(r"(.*?)\s*[\[({]\s*([^\[\](){}]*?)\s*[\])}]")
_BEHIND_WORD = re.compile(r"(.*?)[\s_/,.:]+(\S+)")


def read_csv(file: Path) -> tuple[dict[str, Curve], tuple[str, ...]]:
    """Return the curves by name, n and k, and notices of a text file; errors name file and row.

    One table with both, or one of n and one of k below each other. The heads say which column is which, and the unit.
    """
    text = read_text(file, "optical constants")
    with attributed(str(file)):
        blocks = read_blocks(text)
        if not blocks:
            raise InputError(f"no rows of numbers; expected {HEADS}")
        found: dict[str, Curve] = {}
        notices: list[str] = []
        for block in blocks:
            head = Head.of(block, exported=len(blocks) == 2)
            table = block.numbers(block.width)
            steps = np.sign(np.diff(table[:, 0]))
            turned = np.flatnonzero(steps * steps[0] <= 0.0)
            if turned.size:
                raise InputError(f"row {block.rows[int(turned[0]) + 1].line}: wavelengths must run one way, each once")
            columns = {name: table[:, i] for name, i in head.columns.items()}
            curves = tables(head.wavelength(table[:, 0]), columns, notices)
            if twice := found.keys() & curves.keys():
                raise InputError(f"{', '.join(twice)} is there twice; expected one table of n and one of k")
            found |= curves
            notices += head.notices
    return found, tuple(notices)


@attrs.frozen
class Head:
    """What the columns of a table are: unit of the first, and where n and k stand."""

    unit: str
    columns: dict[str, int]
    notices: tuple[str, ...] = ()

    @classmethod
    def of(cls, block: Block, *, exported: bool) -> Head:
        """Return what the nearest lines above the rows say; `exported` where the file holds two tables."""
        unit = ""
        for line in reversed(block.heads):
            cells = line.cells
            if len(cells) < block.width:
                continue
            if all(map(_is_number, cells[1:])):  # a row without wavelength, no head
                raise InputError(f'row {line.line} is "{line.text}"; expected {block.width} numbers')
            more = len(cells) - block.width + 1  # "Wavelength, µm, n" and "wavelength (nm) n k" have blanks or a comma
            axis, words = " ".join(cells[:more]), [_without_unit(cell) for cell in cells[more:]]
            if axis.strip("[](){} ") and _unit(axis.strip("[](){} ")) and all(word in _NO_UNIT for word in words):
                unit = _unit(axis.strip("[](){} "))  # a line of units; names stand above
                continue
            name, given = _axis(axis)
            columns = {_COLUMNS[word]: i for i, word in enumerate(words, start=1) if word in _COLUMNS}
            known = [word for word in words if word in _COLUMNS]
            if (name and name not in _AXES) or not columns or len(known) != len(columns):
                continue
            notices = [f'column "{word}" is left out' for word in words if word not in _COLUMNS]
            unit = given or unit
            if exported and not unit and (name, words) in (("wl", ["n"]), ("wl", ["k"])):
                unit = _as_exported(block)
                notices.append("no unit: read in um, as refractiveindex.info exports its data")
            if not unit or (name and _UNITS[unit][0] != _AXES[name]):
                break
            return cls(unit, columns, tuple(notices))
        cells = block.heads[-1].cells if block.heads else ()
        shown = shorten(", ".join(cells), 60)
        if cells and len(cells) < block.width:
            raise InputError(
                f'the head is "{shown}", {len(cells)} columns, above rows of {block.width}; expected a name for each '
                'column. With decimal commas put ";" between cells'
            )
        raise InputError(f'the head is "{shown}"; expected {HEADS}')

    def wavelength(self, given: FloatArray) -> FloatArray:
        """Return the first column as wavelengths [nm]."""
        kind, factor = _UNITS[self.unit]
        if given.min() <= 0.0:
            raise InputError(f"the first column holds {given.min():g} {self.unit}; expected numbers above 0")
        of_inverse = {"length": 0.0, "energy": HC_EV_NM, "wavenumber": 1e7}[kind]
        with np.errstate(all="ignore"):  # infinity is refused below
            found = factor * given if kind == "length" else of_inverse / (factor * given)
        row = quantity("wavelength")
        if not np.all(np.isfinite(found)) or found.max() < row.low or found.min() > row.high:
            raise InputError(
                f"wavelengths run from {found.min():.4g} to {found.max():.4g} nm; expected some within {row.low:g} to "
                f"{row.high:g} nm. Is the unit {self.unit}?"
            )
        return found


def _as_exported(block: Block) -> str:
    """Return the unit of a table under the bare heads of refractiveindex.info's csv, where no other can be meant."""
    return "um" if min(row.values[0] or 0.0 for row in block.rows) < quantity("wavelength").low else ""


def _is_number(text: str) -> bool:
    return re.fullmatch(NUMBER, text.replace(",", ".")) is not None


def _unit(text: str) -> str:
    """Return the unit as `_UNITS` spells it, "" where it is none."""
    return text if text in _UNITS else _BY_LOWER.get(text.lower(), "")


def _axis(text: str) -> tuple[str, str]:
    """Return name and unit of the first column: "wavelength [nm]", "lambda/nm", "wl_um", "nm"."""
    for form in (_IN_BRACKETS, _BEHIND_WORD):
        match = form.fullmatch(text)
        if match and _unit(match[2]):
            return _word(match[1]), _unit(match[2])
    return ("", _unit(text)) if _unit(text) else (_word(text), "")


def _without_unit(cell: str) -> str:
    """Return the name of a column of pure numbers, without what may stand there for a unit."""
    match = _IN_BRACKETS.fullmatch(cell)
    return _word(match[1] if match and match[2] in _NO_UNIT else cell)


def _word(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").split()) if text.lower() != "n_r" else "n_r"
