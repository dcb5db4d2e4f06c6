"""Transfer matrices against closed forms of Born and Wolf and of Macleod (case P21), and energy where it is hard."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from stackmodel.physics import transfer_matrix

Answer = tuple[NDArray[np.float64], ...]
P21 = {
    "R air/glass": 0.04,
    "R_p at Brewster": 0.0,
    "R quarter wave": 0.0,
    "R of (HL)^N H": [(5, 0.9906120233188862), (10, 0.9999191927778904)],
    "single pass": 8.019691108671877e-10,
}
LAMBDA = 600.0


def solve(
    index: ArrayLike, thickness: ArrayLike = (), *, coherent: ArrayLike = True, angle: float = 0.0, p: bool = False,
    wavelength: ArrayLike = LAMBDA,
) -> Answer:  # fmt: skip
    """Return R, T, A and waves of one index row at each of the wavelengths."""
    wavelengths, d = np.atleast_1d(np.array(wavelength, dtype=float)), np.array(thickness, dtype=float)
    rows = np.tile(np.array(index, dtype=complex), (wavelengths.size, 1))
    kept = np.array(np.broadcast_to(coherent, d.shape))
    return transfer_matrix.solve(wavelengths, rows, d, kept, float(angle), p)


def shares(index: ArrayLike, thickness: ArrayLike = (), **how: object) -> tuple[float, float, list[float]]:
    R, T, A, _ = solve(index, thickness, **how)  # type: ignore[arg-type]
    return float(R[0]), float(T[0]), A[0].tolist()


def quarter(n: float) -> float:
    return LAMBDA / (4.0 * n)


# -- case P21 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [False, True])
def test_p21_glass(p: bool) -> None:
    assert shares([1.0, 1.5], p=p)[0] == pytest.approx(P21["R air/glass"], abs=1e-12)


def test_p21_brewster() -> None:
    assert shares([1.0, 1.5], angle=math.atan(1.5), p=True)[0] == pytest.approx(P21["R_p at Brewster"], abs=1e-12)
    assert shares([1.0, 1.5], angle=math.atan(1.5))[0] == pytest.approx((1.25 / 3.25) ** 2, rel=1e-12)


def test_p21_quarter_wave() -> None:
    n = math.sqrt(3.5)
    assert shares([1.0, n, 3.5], [quarter(n)])[0] == pytest.approx(P21["R quarter wave"], abs=1e-12)


@pytest.mark.parametrize(("pairs", "expected"), P21["R of (HL)^N H"])
def test_p21_bragg(pairs: int, expected: float) -> None:
    n = [*(2.35, 1.46) * pairs, 2.35]
    assert shares([1.0, *n, 1.52], [quarter(each) for each in n])[0] == pytest.approx(expected, rel=1e-9)


def test_p21_thick_absorber() -> None:
    reflected, passed, lost = shares([2.0, 2.0 + 0.1j, 2.0], [10_000.0])
    assert passed == pytest.approx(P21["single pass"], rel=0.01)  # as the case has it: R is not quite 0
    step = -0.1j / (4.0 + 0.1j)
    exact = abs((1 - step**2) * np.exp(2j * np.pi / LAMBDA * (2.0 + 0.1j) * 10_000.0)) ** 2
    assert passed == pytest.approx(exact, rel=1e-12)
    assert reflected + passed + lost[0] == pytest.approx(1.0, abs=1e-14)


# -- other closed forms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [0.0, 0.5, 1.2, math.radians(89.9)])
def test_fabry_perot(angle: float) -> None:
    """Airy's formula of a transparent plate, over its fringes."""
    wavelength = np.linspace(500.0, 700.0, 101)
    n, d = 3.0, 1_234.0
    inside = math.asin(math.sin(angle) / n)
    ratio = n * math.cos(inside) / math.cos(angle)
    R_face = ((1 - ratio) / (1 + ratio)) ** 2
    delta = 4 * np.pi / wavelength * n * d * math.cos(inside)
    airy = 1 / (1 + 4 * R_face / (1 - R_face) ** 2 * np.sin(delta / 2) ** 2)
    R, T, A, _ = solve([1.0, n, 1.0], [d], angle=angle, wavelength=wavelength)
    np.testing.assert_allclose(T, airy, rtol=1e-8)  # at 89.9 degrees the fringes are 1e-5 wide
    np.testing.assert_allclose(R + T, 1.0, atol=1e-13)
    assert (A == 0.0).all()


def test_incoherent_plate() -> None:
    """Sum of all passes by intensity: T = (1 - R)^2 P / (1 - R^2 P^2)."""
    kappa, d = 1e-6, 1.1e6
    R_face = abs((0.5 + 1j * kappa) / (2.5 + 1j * kappa)) ** 2
    P = math.exp(-4 * math.pi * kappa * d / LAMBDA)
    reflected, passed, lost = shares([1.0, 1.5 + 1j * kappa, 1.0], [d], coherent=False)
    assert passed == pytest.approx((1 - R_face) ** 2 * P / (1 - R_face**2 * P**2), rel=1e-6)  # faces absorb not at all
    assert reflected == pytest.approx(R_face + (1 - R_face) ** 2 * R_face * P**2 / (1 - R_face**2 * P**2), rel=1e-6)
    assert reflected + passed + lost[0] == pytest.approx(1.0, abs=1e-14)


def test_fringes_average_to_the_incoherent_plate() -> None:
    """Over one fringe of thickness; apart by what interferes within a wavelength of an absorbing face, kappa/n."""
    n, d = 2.5 + 2e-4j, 200_000.0
    fringe = d + np.arange(64) / 64 * LAMBDA / (2 * n.real)
    coherent = np.mean([np.hstack(solve([1.0, n, 1.5], [each])[:2]) for each in fringe], axis=0)
    incoherent = np.hstack(solve([1.0, n, 1.5], [fringe.mean()], coherent=False)[:2])
    np.testing.assert_allclose(coherent, incoherent, rtol=1e-3)


@pytest.mark.parametrize("p", [False, True])
def test_total_reflection_and_its_frustration(p: bool) -> None:
    angle = 0.9  # the critical angle of glass is 0.73
    reflected, passed, _ = shares([1.5, 1.0], angle=angle, p=p)
    assert (reflected, passed) == (pytest.approx(1.0, abs=1e-14), 0.0)
    tunnelled = [shares([1.5, 1.0, 1.5], [gap], angle=angle, p=p)[1] for gap in (0.0, 100.0, 300.0, 3000.0, 1e6)]
    assert tunnelled[0] == pytest.approx(1.0, abs=1e-14)
    assert sorted(tunnelled, reverse=True) == tunnelled
    decay = 4 * math.pi / LAMBDA * math.sqrt((1.5 * math.sin(angle)) ** 2 - 1)
    assert tunnelled[3] == pytest.approx(_wide_gap(angle, p) * math.exp(-decay * 3000), rel=1e-6)
    assert tunnelled[4] == 0.0
    assert shares([1.5, 1.0, 1.5], [1e6], angle=angle, p=p, coherent=False)[1] == 0.0


def _wide_gap(angle: float, p: bool) -> float:
    """Return the factor before the exponential, |t_12 t_23|^2, of admittances q or, for p, q/n^2."""
    glass, air = 1.5 * math.cos(angle), 1j * math.sqrt((1.5 * math.sin(angle)) ** 2 - 1)
    glass = glass / 1.5**2 if p else glass
    return float(abs(4 * glass * air / (glass + air) ** 2) ** 2)


@pytest.mark.parametrize("p", [False, True])
@pytest.mark.parametrize("change", [0.0, 1e-12, -1e-12])
def test_at_the_critical_angle(p: bool, change: float) -> None:
    """The field of a layer in which light runs along is linear in depth: T of s as q -> 0."""
    reflected, passed, lost = shares([1.5, 1.2, 1.5], [200.0], angle=math.asin(1.2 / 1.5) + change, p=p)
    assert reflected + passed == pytest.approx(1.0, abs=1e-10)
    x = 2 * math.pi / LAMBDA * 200.0
    eta = 1.5 * 0.6 if not p else 1.2**2 * 0.6 / 1.5  # of the outer media, over that of the layer per q
    assert passed == pytest.approx(1 / (1 + (eta * x / 2) ** 2), rel=1e-8)  # q is put at 1e-5
    assert lost == [0.0]


@pytest.mark.parametrize("coherent", [True, False])
@pytest.mark.parametrize("p", [False, True])
def test_a_millimetre_of_metal(coherent: bool, p: bool) -> None:
    """Nothing comes through, nothing overflows, and what lies behind it does not matter."""
    reflected, passed, lost = shares(
        [1.0, 1.0 + 1.0j, 1.5, 3.0], [1e6, 100.0], angle=0.3, p=p, coherent=[coherent, True]
    )
    bare, entered, _ = shares([1.0, 1.0 + 1.0j], angle=0.3, p=p)
    assert reflected == pytest.approx(bare, rel=1e-14)
    assert passed == 0.0
    assert lost == [pytest.approx(entered, rel=1e-12), 0.0]
    assert reflected + passed + sum(lost) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize("p", [False, True])
def test_layers_of_no_thickness_are_not_there(p: bool) -> None:
    with_it = shares([1.0, 2.0 + 0.3j, 1.7 + 2.0j, 3.0, 1.0], [80.0, 0.0, 50.0], angle=0.7, p=p)
    without = shares([1.0, 2.0 + 0.3j, 3.0, 1.0], [80.0, 50.0], angle=0.7, p=p)
    assert with_it[:2] == pytest.approx(without[:2], rel=1e-13)
    assert with_it[2] == [pytest.approx(without[2][0], rel=1e-12), 0.0, 0.0]
    assert shares([1.0, 1.5], angle=0.7, p=p)[:2] == pytest.approx(shares([1.0, 1.5, 1.5], [0.0], angle=0.7, p=p)[:2])


@pytest.mark.parametrize("p", [False, True])
def test_one_layer_in_two(p: bool) -> None:
    whole = shares([1.0, 3.0 + 0.4j, 1.5], [120.0], angle=1.0, p=p)
    halves = shares([1.0, 3.0 + 0.4j, 3.0 + 0.4j, 1.5], [50.0, 70.0], angle=1.0, p=p)
    assert halves[:2] == pytest.approx(whole[:2], rel=1e-12)
    assert sum(halves[2]) == pytest.approx(whole[2][0], rel=1e-12)


def test_beer_lambert_of_a_weak_absorber() -> None:
    """A layer that absorbs a part in 1e10 keeps its digits."""
    kappa, d = 1e-12, 100.0
    lost = shares([1.5, 1.5 + 1j * kappa, 1.5], [d])[2][0]
    assert lost == pytest.approx(4 * math.pi * kappa * d / LAMBDA, rel=1e-9)


# -- depth ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [False, True])
@pytest.mark.parametrize("coherent", [True, False])
def test_cells_are_the_integral_of_the_density(coherent: bool, p: bool) -> None:
    d = np.array([300.0, 2e4 if not coherent else 250.0, 200.0])
    _, _, A, waves = solve(
        [1.0, 2.6 + 0.3j, 1.5 + 2e-4j, 0.3 + 3j, 1.0], d, coherent=[True, coherent, True], angle=0.8, p=p
    )
    rng = np.random.default_rng(3)
    for layer, thickness in enumerate(d):
        edges = np.concatenate([[0.0], np.sort(rng.uniform(0, thickness, 30)), [thickness]])
        start, width = edges[:-1], np.diff(edges)
        of = np.full(start.size, layer)
        exact = transfer_matrix.cells(waves, d, of, start, width)[0]
        assert exact.sum() == pytest.approx(A[0, layer], rel=1e-12)
        points, weights = np.polynomial.legendre.leggauss(40)
        z = start[:, None] + 0.5 * width[:, None] * (1 + points)
        a = transfer_matrix.density(waves, d, np.repeat(of, 40), z.ravel())[0].reshape(z.shape)
        np.testing.assert_allclose(exact, 0.5 * width * (a @ weights), rtol=1e-8, atol=1e-18)
        assert (a > 0).all()


def test_tiny_cells_keep_their_digits() -> None:
    d = np.array([500.0])
    _, _, _, waves = solve([1.0, 3.0 + 0.1j, 1.0], d)
    layer, start, width = np.zeros(1, dtype=np.int64), np.array([123.0]), np.array([1e-9])
    cell = transfer_matrix.cells(waves, d, layer, start, width)[0, 0]
    assert cell == pytest.approx(1e-9 * transfer_matrix.density(waves, d, layer, start)[0, 0], rel=1e-9)
