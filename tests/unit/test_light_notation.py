"""Light in one line of text: sources, filters, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.light.notation import light_from_text

SUN = sm.Light.am15g()


@pytest.mark.parametrize(
    ("text", "light"),
    [
        ("am15g", SUN),
        ("AM1.5G", SUN),
        ("am0", sm.Light.am0()),
        ("am15g,longpass:1100nm", SUN.longpass(1100)),
        ("am15g, longpass:450, shortpass:1.6um", SUN.longpass(450).shortpass(1600)),
        ("am15g,concentrated:10", SUN.concentrated(10)),
        ("940nm:1mW/cm2", sm.Light.monochromatic(940, 1e-3)),
        ("940nm, 1 uW/cm^2", sm.Light.monochromatic(940, 1e-6)),
        ("940:0.001,concentrated:3", sm.Light.monochromatic(940, 3e-3)),
        ("led:940nm:40nm:1mW/cm2", sm.Light.led(940, 40, 1e-3)),
        ("blackbody:1200K", sm.Light.blackbody(1200)),
    ],
)
def test_light(text: str, light: sm.Light) -> None:
    found = light_from_text(text)
    assert found.irradiance == pytest.approx(light.irradiance, rel=1e-12)
    np.testing.assert_allclose(found.photons[0], light.photons[0])


def test_files(tmp_path: Path) -> None:
    lamp, glass = tmp_path / "lamp.csv", tmp_path / "glass.csv"
    lamp.write_text("wavelength [nm],E [W cm^-2 nm^-1]\n800,1e-6\n900,1e-6\n", "utf-8")
    glass.write_text("wavelength [nm],T []\n700,0.5\n1000,0.5\n", "utf-8")
    assert light_from_text(str(lamp)).irradiance == pytest.approx(1e-4)
    assert light_from_text(f"{lamp},filter:{glass}").irradiance == pytest.approx(5e-5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("am15", 'unknown source "am15".* Did you mean "am15g"'),
        ("moon", 'unknown source "moon".* Expected e.g. "am15g"'),
        ("940nm", 'WAVELENGTH:IRRADIANCE, such as "940nm:1mW/cm2"'),
        ("940nm:1mW/cm2:3", "WAVELENGTH:IRRADIANCE"),
        ("940nm:1mW", "W/cm"),
        ("led:940nm", 'has 1 values; expected 3, as in "led:940nm:40nm:1mW/cm2"'),
        ("am15g:3", "has 1 values; expected 0"),
        ("am15g,longpas:1100nm", 'unknown filter "longpas".* Did you mean "longpass"'),
        ("am15g,longpass", 'has no value; expected e.g. "longpass:1100nm"'),
        ("", "unknown source"),
    ],
)
def test_what_is_no_light(text: str, says: str) -> None:
    with pytest.raises(sm.InputError, match=says):
        light_from_text(text)
