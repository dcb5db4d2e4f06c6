"""Numbers with units: one regular expression reads ``NUMBER UNIT``, pint only ever sees the unit.

A whole user string never reaches pint: it would evaluate ``9**9**9 nm`` for ever and read ``60,5 nm`` as 605.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from numbers import Real
from typing import Any, TypeAlias

from stackmodel.errors import InputError, did_you_mean, shorten

#: What a user may give for a quantity: a plain number in the field's unit, "0.25 um", or a pint quantity.
Value: TypeAlias = Any

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER_UNIT = re.compile(rf"\s*({NUMBER})\s*(\S.*?)?\s*", re.DOTALL)
_PLAIN_NUMBER = re.compile(NUMBER)
_FACTOR = r"(?:[A-Za-zµμÅΩ°%]+)(?:(?:\^|\*\*)?[+-]?[0-9](?:\.5)?)?"
_UNIT = re.compile(rf"(?:1?\s*/\s*)?{_FACTOR}(?:(?:\s*[*/·]\s*|\s+){_FACTOR})*")
_BRACKETS = re.compile(r"[^()]*(?:\([^()]*\)[^()]*)*")
_SUPERSCRIPT = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_CELSIUS = ("°C", "degC", "℃", "celsius", "degree_Celsius")
_LONGEST = 80
NO_COMMA = " Write a decimal point, not a comma."

#: Spellings of the field that pint does not know, or reads as something else.
_SPELLINGS = {
    "Jones": "cm*Hz^0.5/W",
    "jones": "cm*Hz^0.5/W",
    "Å": "angstrom",
    "A": "ampere",
    "Ohm": "ohm",
    "Ω": "ohm",
    "um": "micrometer",
    "μm": "micrometer",
    "µm": "micrometer",
    "C": "coulomb",
    "sq": "dimensionless",
    "%": "percent",
}
_EXAMPLES = {
    "nm": "250 nm",
    "um": "10 um",
    "eV": "1.3 eV",
    "cm^-3": "1e16 cm^-3",
    "cm^-2": "1e11 cm^-2",
    "cm^2": "0.04 cm^2",
    "cm^2/(V s)": "0.01 cm^2/Vs",
    "s": "1 us",
    "cm/s": "1e4 cm/s",
    "K": "300 K",
    "V": "-0.5 V",
}
#: Units among which the nearest one to a misspelt unit is looked for.
_USUAL = (
    *_EXAMPLES, "um", "mm", "cm", "meV", "mV", "ms", "us", "ns", "ps", "m^-3", "mA/cm^2", "mW/cm^2", "W/cm^2", "mm^2",
    "A/cm^2", "Hz", "kHz", "MHz", "ohm", "cm^-1", "deg",
)  # fmt: skip


def read_number(text: str) -> float:
    """Return the plain number that `text` is; InputError for anything else (NaN, 1,5, 9**9)."""
    stripped = text.strip()
    if len(stripped) > _LONGEST or not _PLAIN_NUMBER.fullmatch(stripped):
        hint = NO_COMMA if re.search(r"\d,\d", text) else ""
        raise InputError(f'"{shorten(text)}" is not a number; expected one such as 0.5 or 1e16.{hint}')
    return _finite(float(stripped), text)


def number_or_text(text: str) -> float | str:
    """Return a plain number as such, in the unit of its field, and anything else as text with a unit."""
    text = text.strip()
    return float(text) if _PLAIN_NUMBER.fullmatch(text) else text


def split_number_unit(text: str, example: str = "60 nm") -> tuple[float, str]:
    """Return number and unit text ("" where there is none) of ``NUMBER UNIT``; `example` is for the error."""
    if len(text) > _LONGEST:
        raise InputError(f'"{shorten(text)}" is {len(text)} characters long; expected a number and a unit')
    match = _NUMBER_UNIT.fullmatch(text)
    unit = match[2] or "" if match else ""
    if not match or (re.match(r"[\d.,+-]|\*", unit) and not re.match(r"1\s*/", unit)):
        hint = NO_COMMA if re.search(r"\d,\d", text) else ""
        raise InputError(f'cannot read "{shorten(text)}"; expected one number and a unit, such as "{example}".{hint}')
    return _finite(float(match[1]), text), unit


def to_unit(value: Value, unit: str) -> float:
    """Return `value` as a plain number in `unit`.

    Parameters
    ----------
    value : float, str or pint.Quantity
        A plain number is taken to be in `unit` already.
    unit : str
        The unit wanted, as the table in `quantities` spells it; "" for a pure number.

    Raises
    ------
    InputError
        If the value is not finite, cannot be read, has no unit (strings) or one of another dimension.
    """
    if isinstance(value, str):
        number, given = split_number_unit(value, _EXAMPLES.get(unit, f"1 {unit}".rstrip()))
        if not given:
            if unit == "":
                return number
            raise InputError(
                f'"{shorten(value)}" has no unit; expected {unit}, such as "{_EXAMPLES.get(unit, f"1 {unit}")}"'
            )
        return _finite(_convert(number, given, unit), value)
    if isinstance(value, bool) or value is None or getattr(value, "mask", False) is not False:
        raise InputError(f"{value!r} is not a quantity; expected a number or a string with unit")
    if isinstance(value, Real):
        try:
            return _finite(float(value), value)
        except OverflowError:
            raise InputError(
                f"a number beyond 1e308 is not a quantity; expected one in {unit or 'usual range'}"
            ) from None
    if hasattr(value, "magnitude") and hasattr(value, "units"):
        given = f"{value.units:~C}" if str(value.units) else "dimensionless"
        return _finite(_convert(to_unit(value.magnitude, ""), given, unit), value)
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "size", 1) == 1:
        return to_unit(item(), unit)
    raise InputError(f'"{shorten(value)}" is not a quantity; expected a number or a string with unit')


def shortest(number: float) -> str:
    """Return the shortest text that reads back as `number`: 60, 0.3, 1e+17."""
    text = repr(float(number)).removesuffix(".0")
    return f"{Decimal(text).normalize():e}" if 1e7 <= abs(number) < math.inf else text


@lru_cache(maxsize=4096)
def conversion_factor(given: str, wanted: str) -> float:
    """Return the factor from unit `given` to unit `wanted`; InputError where there is none."""
    if given == wanted:
        return 1.0
    spelled = _spell(given)
    import pint

    known = _registry()
    try:
        target = _spell(wanted) if wanted else "dimensionless"
        zero, factor = (known.Quantity(number, spelled).to(target).magnitude for number in (0.0, 1.0))
    except pint.UndefinedUnitError:
        hint = did_you_mean(given, [unit for unit in _USUAL if _measures(unit, wanted)])
        raise InputError(f'unknown unit "{shorten(given)}"; expected {wanted or "a pure number"}.{hint}') from None
    except pint.DimensionalityError:
        if not wanted:
            raise InputError(f'"{shorten(given)}" is no unit of a pure number; expected none, or "%"') from None
        raise InputError(
            f'"{shorten(given)}" does not measure what {wanted} measures; expected a unit such as {wanted}'
        ) from None
    except Exception as error:  # pint's parser raises many kinds; none of them is ours to show
        raise InputError(f'cannot read unit "{shorten(given)}"; expected {wanted or "a pure number"}') from error
    if zero != 0.0:  # a scale with its own zero, or a logarithmic one, has no factor
        raise InputError(f'"{shorten(given)}" does not count from zero; expected {wanted or "a pure number"}')
    exact = float(f"{factor:.12g}")  # powers of ten come back from pint with a last-digit error
    return exact if abs(exact / factor - 1.0) < 1e-14 else float(factor)


def _measures(unit: str, wanted: str) -> bool:
    """Whether `unit` is one of what `wanted` measures."""
    try:
        conversion_factor(unit, wanted)
    except InputError:
        return False
    return True


def _convert(number: float, given: str, wanted: str) -> float:
    if given in _CELSIUS and wanted == "K":
        return number + 273.15
    factor = conversion_factor(given, wanted)
    inverse = 1.0 / factor
    # 950 meV is 0.95 eV, where 950 * 0.001 is 0.9500000000000001.
    return number / inverse if factor < 1.0 and inverse.is_integer() else number * factor


def _spell(unit: str) -> str:
    """Return `unit` in pint's spelling; it is checked here so that pint has nothing to evaluate."""
    if unit == "dimensionless":
        return unit
    unit = _SUPERSCRIPT.sub(lambda m: "^" + unicodedata.normalize("NFKC", m[0]), unit)
    unit = unit.replace("\N{MINUS SIGN}", "-").replace("^1/2", "^0.5")
    bare = unit.replace("(", " ").replace(")", " ").strip()
    if len(unit) > 40 or not _BRACKETS.fullmatch(unit) or not _UNIT.fullmatch(bare):
        raise InputError(f'"{shorten(unit)}" is not a unit; expected one such as nm, eV or cm^-3')
    # In the field "cm^2/Vs" means per volt and second: all that follows a "/" is below the line.
    above, *below = bare.split("/")
    lines = [_spell_product(above)] if above.strip() not in ("", "1") else []
    lines += [f"({_spell_product(part)})^-1" for part in below]
    return "*".join(lines)


def _spell_product(text: str) -> str:
    factors = []
    for word in re.findall(_FACTOR, text.replace("Vs", "V s").replace("**", "^")):
        name, power = re.fullmatch(r"([^\d^+-]+)\^?(.*)", word).groups()  # type: ignore[union-attr]
        factors.append(f"({_SPELLINGS.get(name, name)})^({power or 1})")
    return "*".join(factors)


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(cache_folder=None)


def _finite(number: float, shown: object) -> float:
    if not math.isfinite(number):
        raise InputError(f'"{shorten(shown)}" is not a finite number; expected one such as 0.5 or 1e16')
    return number
