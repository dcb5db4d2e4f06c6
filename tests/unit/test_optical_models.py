"""Models of index and permittivity against closed forms, and Kramers-Kronig against both."""

import numpy as np
import pytest

from stackmodel.physics.film import intrinsic_absorption, maxwell_garnett
from stackmodel.physics.optical_models import (
    cauchy,
    drude_lorentz,
    kramers_kronig,
    polynomial,
    resonances,
    sellmeier,
    sellmeier_squared,
    tauc_lorentz,
)


def test_sellmeier_of_fused_silica_at_the_sodium_line():
    malitson = (0.0, 0.6961663, 0.0684043, 0.4079426, 0.1162414, 0.8974794, 9.896161)
    assert sellmeier(np.array([0.5876]), malitson) == pytest.approx(1.45846, abs=1e-5)  # Malitson (1965), table I
    squared = [c**2 if i and i % 2 == 0 else c for i, c in enumerate(malitson)]
    assert sellmeier_squared(np.array([0.5876]), squared) == pytest.approx(sellmeier(np.array([0.5876]), malitson))


def test_powers_of_wavelength():
    um = np.array([0.5, 1.0])
    assert cauchy(um, (1.5, 0.01, -2, 0.001, -4)) == pytest.approx([1.5 + 0.04 + 0.016, 1.511])
    assert polynomial(um, (2.25, 0.01, -2)) == pytest.approx(np.sqrt([2.29, 2.26]))
    one = sellmeier_squared(um, (0.5, 1.2, 0.04))
    assert resonances(um, (1.5, 1.2, 2, 0.2, 2, 0, 0, 0, 1, 0.0, 2)) == pytest.approx(one)


def test_drude_metal_crosses_zero_at_the_screened_plasma_energy():
    plasma, inf = 9.0, 4.0
    eps = drude_lorentz(np.array([plasma / np.sqrt(inf)]), oscillators=[(plasma**2, 0.0, 1e-9)], eps_inf=inf)
    assert abs(eps[0]) < 1e-7


def test_drude_conductivity_at_low_energy():
    plasma, damping, E = 2.0, 0.1, 1e-6
    eps = drude_lorentz(np.array([E]), oscillators=[(plasma**2, 0.0, damping)])
    assert eps.imag[0] * E == pytest.approx(plasma**2 / damping, rel=1e-9)


def test_kramers_kronig_gives_the_real_part_of_a_lorentzian():
    E_0 = 1.0
    grid = np.concatenate((np.linspace(0.0, 2.0, 8001), np.geomspace(2.0, 10.0 * E_0, 1500)[1:]))
    oscillator = [(1.0, E_0, 0.1)]
    eps_2 = np.where(grid > 0.0, drude_lorentz(np.maximum(grid, 1e-12), oscillators=oscillator).imag, 0.0)
    at = np.linspace(0.05, 2.0, 157) + 1e-5
    exact = drude_lorentz(at, oscillators=oscillator).real
    found = 1.0 + kramers_kronig(grid, eps_2, at)
    assert np.max(np.abs(found - exact)) < 1e-4 * np.max(np.abs(exact))


def test_kramers_kronig_holds_at_the_nodes_of_its_grid():
    grid = np.linspace(0.0, 10.0, 20001)
    eps_2 = np.where(grid > 0.0, drude_lorentz(np.maximum(grid, 1e-12), oscillators=[(1.0, 1.0, 0.2)]).imag, 0.0)
    nodes = grid[[1000, 2000, 4000]]
    exact = drude_lorentz(nodes, oscillators=[(1.0, 1.0, 0.2)]).real
    assert 1.0 + kramers_kronig(grid, eps_2, nodes) == pytest.approx(exact, abs=2e-4)


def test_kramers_kronig_holds_of_the_index_too():
    grid = np.concatenate((np.linspace(0.0, 4.0, 8001), np.geomspace(4.0, 60.0, 3000)[1:]))
    index = np.sqrt(drude_lorentz(np.maximum(grid, 1e-12), oscillators=[(3.0, 1.5, 0.3)]))
    at = np.array([0.2, 1.1, 1.5, 2.3])
    exact = np.sqrt(drude_lorentz(at, oscillators=[(3.0, 1.5, 0.3)])).real
    assert 1.0 + kramers_kronig(grid, index.imag, at) == pytest.approx(exact, abs=3e-4)


@pytest.mark.parametrize("parameters", [(100.0, 3.5, 2.4, 1.3), (20.0, 1.0, 0.3, 0.7), (50.0, 6.0, 1.0, 3.2)])
def test_closed_form_of_tauc_lorentz_is_the_integral_of_its_absorption(parameters):
    names = ("strength", "peak", "broadening", "gap")
    model = dict(zip(names, parameters, strict=True))
    grid = np.concatenate((np.linspace(0.0, 12.0, 9001), np.geomspace(12.0, 3000.0, 3000)[1:]))
    eps_2 = np.where(grid > 0.0, tauc_lorentz(np.maximum(grid, 1e-9), **model).imag, 0.0)
    at = np.array([0.31, 0.9, 1.7, 2.6, 4.2, 7.3])
    found = 1.0 + kramers_kronig(grid, eps_2, at)
    exact = tauc_lorentz(at, **model)
    assert found == pytest.approx(exact.real, rel=2e-4, abs=2e-4)
    assert np.all(exact.imag[at < model["gap"]] == 0.0)
    assert np.isfinite(tauc_lorentz(np.array([model["gap"]]), **model)).all()


def test_intrinsic_absorption_is_the_dilute_limit_of_maxwell_garnett():
    """(N6) is (F2) to first order in the filling: alpha = 2 pi eps_2 / (lambda n_s) of the mixture."""
    bulk, medium, filling, wavelength = 4.0**2 - 2.0**2 + 16j, 2.25, 1e-6, 450.0
    mixture = maxwell_garnett(inside=bulk, medium=medium, fraction=filling)
    by_volume = 2.0 * np.pi * mixture.imag / (wavelength * 1e-7 * 1.5) / filling
    found = intrinsic_absorption(wavelength=wavelength, permittivity=bulk, medium=medium)
    assert found == pytest.approx(by_volume, rel=1e-5)


def test_intrinsic_absorption_of_bulk_tables():
    """Numbers of the same formula from another calculation: PbSe 2.0e5 at 400 nm, CdSe 1.16e5 by another table."""
    import stackmodel as sm

    for name, wavelength, expected, within in (
        ("PbSe(bulk)", 400.0, 2.0e5, 0.02),
        ("InSb(bulk)", 400.0, 1.95e5, 0.08),
        ("InAs(bulk)", 450.0, 1.48e5, 0.02),
        ("InP(bulk)", 400.0, 1.08e5, 0.02),
        ("CdSe(bulk)", 400.0, 1.16e5, 0.08),
        ("CdTe(bulk)", 400.0, 1.19e5, 0.35),
    ):
        eps = complex(sm.optical_constants(name).at(wavelength)) ** 2
        assert intrinsic_absorption(wavelength=wavelength, permittivity=eps, medium=2.25) == pytest.approx(
            expected, rel=within
        )
