"""How bands fill: one answer from closed forms, from materials and from the solver, against quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

import stackmodel as sm
from stackmodel.materials.filling import densities_at, intrinsic_density
from stackmodel.physics.band_filling import Statistics
from stackmodel.physics.neutrality import ln_fermi_dirac
from stackmodel.physics.statistics import TABLE_LENGTH, gaussian_table, ln_density
from stackmodel.structure.levels import neutral_densities, neutral_levels

BOLTZMANN = 8.617333262e-5
GAP = 0.8
OHMIC = {"front": sm.Contact.ohmic(), "back": sm.Contact.ohmic()}


def gaussian(disorder: float, **more: object) -> sm.Material:
    return sm.Material(
        name="dots", electron_affinity=4.2, band_gap=GAP, relative_permittivity=15, conduction_band_dos=1e20,
        valence_band_dos=1e20, electron_mobility=0.01, hole_mobility=0.01, electron_lifetime=1e-7, hole_lifetime=1e-7,
        statistics="gaussian", electronic_disorder=disorder, **more,
    )  # fmt: skip


def share(eta: float, s: float) -> tuple[float, float]:
    """F and dF/deta of a whole Gaussian of s kT, by the trapezoidal rule."""
    x = np.linspace(-(s + 10) * s - 5, (s + 10) * s + 5, 200_001)
    ln_states = -0.5 * (x / s) ** 2 - math.log(s * math.sqrt(2 * math.pi))
    ln_carriers = ln_states - np.logaddexp(0.0, x - eta)
    top, step = ln_carriers.max(), x[1] - x[0]
    carriers = np.exp(ln_carriers - top)
    return math.exp(top) * carriers.sum() * step, math.exp(top) * (carriers * expit(x - eta)).sum() * step


# -- a Gaussian density of states --------------------------------------------------------------------------------------


@pytest.mark.parametrize("s", [0.5, 2.0, 4.0, 7.0, 10.0])
@pytest.mark.parametrize("depth", [0.0, 0.5, 1.0, 1.6])
def test_density_and_einstein_ratio_of_a_gaussian(s: float, depth: float) -> None:
    """n and kT dn/dE_F over n with the Fermi level above, at and far below the mean energy of few carriers, -s^2."""
    ln_f, slope = ln_density(int(Statistics.GAUSSIAN), -depth * s * s - 3.0, gaussian_table(s))
    filled, rise = share(-depth * s * s - 3.0, s)
    assert math.exp(ln_f) == pytest.approx(filled, rel=1e-8)
    assert slope == pytest.approx(rise / filled, rel=1e-8)


@pytest.mark.parametrize(("disorder", "T"), [(0.05, 300), (0.05, 150), (0.069, 80), (0.03, 77)])
def test_intrinsic_density_of_a_material(disorder: float, T: float) -> None:
    """Sites do not go with T^1.5; the Fermi level of equal bands is midgap."""
    expected = 1e20 * share(-0.5 * GAP / (BOLTZMANN * T), disorder / (BOLTZMANN * T))[0]
    assert intrinsic_density(gaussian(disorder).at(T)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("disorder", "T"), [(0.05, 300), (0.05, 150), (0.05, 100), (0.08, 250)])
def test_solver_and_closed_forms_agree_in_a_disordered_film(disorder: float, T: float) -> None:
    film = gaussian(disorder)
    device = sm.Photodiode(sm.Stack([sm.Layer(film, "300nm", role="active")]), temperature=T, **OHMIC)
    found = device.equilibrium()
    expected = 1e20 * share(-0.5 * GAP / (BOLTZMANN * T), disorder / (BOLTZMANN * T))[0]
    middle = found.electron_density.size // 2
    assert found.electron_density[middle] == pytest.approx(expected, rel=1e-6)
    assert neutral_densities(film.at(T))[0] == pytest.approx(expected, rel=1e-6)


def test_passivation_and_estimate_have_the_intrinsic_density_of_the_solver() -> None:
    film = sm.material("PbS(3.4nm, TBAI)").with_values({"electronic_disorder": 0.05, "unpassivated_fraction": 0.01})
    rows = {row["step"]: row["value"] for row in film.passivation(temperature=200)}
    layer = sm.Layer(film, "300nm", role="active", donor_density=0, acceptor_density=0)
    equilibrium = sm.Photodiode(sm.Stack([layer]), temperature=200, **OHMIC).equilibrium()
    middle = equilibrium.electron_density.size // 2
    product = equilibrium.electron_density[middle] * equilibrium.hole_density[middle]
    assert rows["intrinsic density"] == pytest.approx(math.sqrt(product), rel=1e-6)
    assert intrinsic_density(film.at(200)) == rows["intrinsic density"]


@pytest.mark.parametrize("kind", ["equilibrium", "estimate", "band_alignment"])
def test_a_continuum_of_no_dots_is_refused(kind: str) -> None:
    """1e20 cm^-3 x 300 nm x 1 cm^2 x Phi(-7.25) = 6e2 dots lie below sigma^2/kT."""
    stack = sm.Stack([sm.Layer(gaussian(0.05), "300nm", role="active")])
    said = r"dots: 6\.1e\+02 dots in its 1 cm\^2 .* 80 K, 363 meV .* least 1000"
    with pytest.raises(sm.UnsupportedError, match=said):
        getattr(sm.Photodiode(stack, temperature=80, area=1, **OHMIC), kind)()
    unknown = sm.Photodiode(stack, temperature=80, **OHMIC)
    getattr(unknown, kind)()
    assert any(row["rule"] == "continuum_of_dots" and "6.1e+02 dots" in row["what"] for row in unknown.assumptions())
    getattr(sm.Photodiode(stack, temperature=80, area=10, **OHMIC), kind)()
    with pytest.raises(sm.UnsupportedError, match=r"in its 0\.0001 cm\^2"):
        getattr(sm.Photodiode(stack, temperature=90, area="1e-4 cm^2", **OHMIC), kind)()


# -- bands and sites that are full -------------------------------------------------------------------------------------


def test_fermi_dirac_without_compiled_code_is_that_of_the_kernel() -> None:
    for eta in (*np.linspace(-60.0, 100.0, 161), -700.0, 1000.0):
        expected = ln_density(int(Statistics.FERMI_DIRAC), float(eta), np.zeros(TABLE_LENGTH))[0]
        assert ln_fermi_dirac(float(eta)) == pytest.approx(expected, rel=1e-13, abs=2e-14)


@pytest.mark.parametrize(("name", "doping"), [("Si", 1e15), ("Si", 1e20), ("GaAs", 1e19), ("InAs(bulk)", 1e18)])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_bands_of_the_library_fill_by_fermi_and_dirac(name: str, doping: float, sign: float) -> None:
    """N = N_C F_1/2(eta) by quadrature in t = sqrt(E/kT), against the neutral level and the built-in potential."""
    kT = BOLTZMANN * 300
    given = {"donor_density" if sign > 0 else "acceptor_density": doping}
    material = sm.material(name).with_values(given)
    states = material.value("conduction_band_dos" if sign > 0 else "valence_band_dos")
    t = np.linspace(0.0, 16.0, 100_001)

    def carriers(eta: float) -> float:
        return 4.0 / math.sqrt(math.pi) * float(np.trapezoid(t * t * expit(eta - t * t), t))

    eta = brentq(lambda x: math.log(states * carriers(x) / doping), -30.0, 150.0, xtol=1e-12)
    levels = neutral_levels(material)
    edge = levels.conduction_band if sign > 0 else levels.valence_band
    assert sign * (levels.fermi_level - edge) == pytest.approx(kT * eta, abs=1e-6)
    n, p = densities_at(material, levels.fermi_level - levels.conduction_band)
    assert n - p == pytest.approx(sign * doping, rel=1e-9)
    layers = [
        sm.Layer(material, "300nm", name="doped", role="ETL" if sign > 0 else "HTL"),
        sm.Layer(sm.material(name), "500nm", name="rest", role="active", acceptor_density=1e16),
    ]
    device = sm.Photodiode(sm.Stack(layers), **OHMIC)
    other = neutral_levels(sm.material(name).with_values({"acceptor_density": 1e16})).fermi_level
    assert abs(device.equilibrium().built_in_potential) == pytest.approx(abs(levels.fermi_level - other), abs=1e-4)
    assert (("parabolic_band" in str(device.assumptions())) == (doping > 0.6 * states)) or doping < states


def test_degenerate_boltzmann_is_said() -> None:
    """N/N_C = 10: eta - ln(10) = 1.14 + ... by F_1/2; what is said is the difference of both Fermi levels."""

    def device(statistics: str, donors: float) -> sm.Photodiode:
        layer = sm.Layer("GaAs", "300nm", role="active", donor_density=donors, statistics=statistics)
        return sm.Photodiode(sm.Stack([layer]), **OHMIC)

    levels = [
        neutral_levels(sm.material("GaAs").with_values({"donor_density": 1e19, "statistics": each})).fermi_level
        for each in ("fermi-dirac", "boltzmann")
    ]
    said = {row["rule"]: row["what"] for row in device("boltzmann", 1e19).assumptions()}
    assert f"{1e3 * (levels[0] - levels[1]):.0f} meV short towards E_C" in said["boltzmann_degenerate"]
    assert "boltzmann_degenerate" not in str(device("boltzmann", 1e16).assumptions())
    assert "boltzmann_degenerate" not in str(device("fermi-dirac", 1e19).assumptions())


def test_dot_films_fill_their_sites() -> None:
    """Eight states on each dot of PbS, each taken once: N_D = N / (1 + exp(-eta))."""
    film = sm.material("PbS(3.4nm, TBAI)")
    sites = film.value("conduction_band_dos")
    assert sites == pytest.approx(8 * film.dot.density_factor(film.value("interdot_spacing")), rel=1e-12)
    for filled in (1e-4, 0.3, 0.9):
        levels = neutral_levels(film.with_values({"donor_density": filled * sites}))
        eta = (levels.fermi_level - levels.conduction_band) / (BOLTZMANN * 300)
        assert expit(eta) == pytest.approx(filled, rel=1e-6)
    with pytest.raises(sm.InputError, match=r'statistics is "fermi-dirac".*expected "gaussian"'):
        film.with_values({"statistics": "fermi-dirac"})


# -- statistics as a value ---------------------------------------------------------------------------------------------

STACK = "ITO 100nm / ZnO 60nm{} / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"


def test_statistics_is_a_value_of_notation_and_address() -> None:
    plain, written = sm.Photodiode(STACK.format("")), STACK.format(" [statistics=boltzmann]")
    assert "statistics" not in plain.stack.notation
    changed = plain.with_values({"ETL.statistics": "boltzmann"})
    assert "[statistics=boltzmann]" in changed.stack.notation
    assert changed.stack == sm.Photodiode(written).stack == sm.Stack.parse(changed.stack.notation)
    back = changed.with_values({"ETL.statistics": "fermi-dirac"})
    assert back.stack.notation == plain.stack.notation
    levels = [each.equilibrium().built_in_potential for each in (plain, changed)]
    assert levels[0] - levels[1] == pytest.approx(2.46e-3, abs=2e-5)
    disordered = STACK.format(" [statistics=gaussian, electronic_disorder=0.05 eV]")
    assert "[statistics=gaussian, electronic_disorder=0.05 eV]" in sm.Photodiode(disordered).stack.notation


def test_statistics_is_an_axis_of_studies() -> None:
    device = sm.Photodiode(STACK.format(""))
    ways = ["boltzmann", "fermi-dirac"]
    compared = sm.compare(device, {"ETL.statistics": ways}, metrics=["built_in_potential"])
    assert sorted(compared.table["ETL.statistics"]) == ways
    found = sm.sweep(device, {"ETL.statistics": ways}, metrics=["built_in_potential"])
    assert list(found["ETL.statistics"].values) == ways


def test_statistics_survives_a_file_and_a_new_size(tmp_path: object) -> None:
    device = sm.Photodiode(STACK.format("")).with_values(
        {"ETL.statistics": "boltzmann", "active.statistics": "boltzmann"}
    )
    device.save(f"{tmp_path}/device.toml")
    again = sm.load(f"{tmp_path}/device.toml")
    for each in (device, again, again.with_values({"active.diameter": 3.6})):
        assert [each.stack[i].material.statistics for i in ("ETL", "active")] == ["boltzmann", "boltzmann"]


@pytest.mark.parametrize("bad", ["bose", "Fermi-Dirac", "fermi dirac"])
def test_unknown_statistics_are_refused(bad: str) -> None:
    with pytest.raises(sm.InputError, match="unknown statistics"):
        sm.Layer("ZnO", "60nm", statistics=bad)
