"""Values that no physicist means: each is refused by an error of ours, wherever it is given."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stackmodel as sm
from helpers import HERO

DEVICE = sm.Photodiode(HERO)
ODD: dict[str, Any] = {
    "bytes": b"0.1",
    "huge": 10**400,
    "more digits than Python writes": 10**5000,
    "NUL": "a\0b",
    "empty": "",
    "nan": float("nan"),
    "minus infinity": -np.inf,
    "masked": np.ma.masked,
    "complex": 1j,
    "mapping": {0.1: 0.2},
    "set": {0.1, 0.2},
    "object": object(),
    "text": "red",
    "surrogate": "\ud800",
    "Decimal": Decimal("0.5"),
    "class": float,
    "list of None": [None],
    "masked array": np.ma.array([0.1, 0.2], mask=[0, 1]),
    "list in list": [[0.1, 0.2], [0.3]],
    "array of text": np.array(["a"]),
}


def unnamed(value: Any) -> Any:
    """Return the value, "" for a text that is a name."""
    return "" if isinstance(value, str) and value.isprintable() else value


GIVEN: dict[str, Callable[[Any], Any]] = {
    "jv": lambda x: DEVICE.jv(x),
    "jv of a list": lambda x: DEVICE.jv([x]),
    "estimate": lambda x: DEVICE.estimate(x),
    "absorptance": lambda x: DEVICE.absorptance([x]),
    "generation": lambda x: DEVICE.jv([0.1], generation={"active": x}),
    "area": lambda x: sm.Photodiode(HERO, area=x),
    "stack": sm.Photodiode,
    "layers": sm.Stack,
    "a layer": lambda x: sm.Stack([x]),
    "notation": sm.Stack.parse,
    "material": lambda x: sm.Layer(x, 60),
    "thickness": lambda x: sm.Layer("ZnO", x),
    "name of a layer": lambda x: sm.Layer("ZnO", 60, name=unnamed(x)),
    "library": sm.material,
    "load": sm.load,
    "name of a material": lambda x: sm.Material(name=unnamed(x), band_gap=1.0),
    "add_materials": sm.add_materials,
    "optical_constants": sm.optical_constants,
    "spectrum": sm.Light.from_csv,
    "optical": lambda x: sm.Layer("ZnO", 60, optical=x),
    "save": lambda x: DEVICE.save(x),
    "filter": lambda x: sm.Light.am15g().filtered(x),
    "save an answer": lambda x: DEVICE.band_alignment().save(x),
    "light": lambda x: DEVICE.jv([0.1], light=x),
    "wavelength": lambda x: sm.Light.monochromatic(x, 1e-3),
    "factor": lambda x: sm.Light.am15g().concentrated(x),
    "longpass": lambda x: sm.Light.am15g().longpass(x),
    "black body": sm.Light.blackbody,
    "eqe": lambda x: sm.reciprocity([800, 900], x),
    "wavelengths": lambda x: sm.reciprocity(x, [0.5, 0.2]),
    "values": lambda x: DEVICE.with_values({"ETL.thickness": x}),
    "address": lambda x: DEVICE.with_values({str(type(x)): 1}),
    "sweep": lambda x: sm.sweep(DEVICE, {"ETL.thickness": x}),
    "choices": lambda x: sm.compare(DEVICE, x),
    "metrics": lambda x: sm.compare(DEVICE, {"ETL.thickness": [40]}, x),
    "bounds": lambda x: sm.optimise(DEVICE, {"ETL.thickness": x}, "peak_field"),
    "executor": lambda x: sm.sweep(DEVICE, {"ETL.thickness": [40]}, ["built_in_potential"], x),
    "diameter": lambda x: sm.QuantumDot("PbS", diameter=x),
    "core": lambda x: sm.QuantumDot(x, diameter=3.4),
    "work function": lambda x: sm.Contact.schottky(work_function=x),
    "image_force": lambda x: sm.Contact.schottky(work_function=4.2, image_force=x),
    "ranges": lambda x: DEVICE.dark_current(-0.5, ranges=x),
    "dipole": lambda x: sm.Interface(dipole=x),
    "pairs": lambda x: sm.SolarCell(HERO).limit(sm.Light.am15g(), pairs_per_photon=x),
    "n": lambda x: sm.OpticalConstants.from_arrays([400, 500], x, [0, 0], name="x", source="y"),
    "metric's figure": lambda x: DEVICE.sensitivity(lambda device: x),
}


@pytest.mark.parametrize("given", GIVEN)
def test_an_odd_value_is_refused(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = []
    for odd, value in ODD.items():
        if (given, odd) == ("metrics", "class"):  # may be called as any function; its failure stands in the table
            continue
        try:
            GIVEN[given](value)
            wrong.append(f"{odd}: accepted")
        except sm.StackModelError as refusal:
            if not all(line.isprintable() for line in str(refusal).split("\n")):
                wrong.append(f"{odd}: not printable: {refusal!r}")
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            wrong.append(f"{odd}: {type(error).__name__}: {error}")
    assert not wrong, "\n".join(wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    sorted(
        GIVEN.keys()
        - {
            "thickness",
            "generation",
            "light",
            "optical",
            "name of a layer",
            "executor",
            "area",
            "metrics",
            "dipole",
            "values",
        }
    ),
)
def test_none_is_refused(given: str) -> None:
    with pytest.raises(sm.StackModelError):
        GIVEN[given](None)
