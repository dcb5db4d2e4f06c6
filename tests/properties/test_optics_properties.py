"""Light in any stack: energy, reciprocity, depth, and the answers of the package tmm (S. J. Byrnes) as an oracle."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
import tmm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stackmodel.physics import transfer_matrix

FloatArray = NDArray[np.float64]


class Case(NamedTuple):
    """Indices with entrance and exit, thickness and coherence of the layers, and how light falls on them."""

    index: NDArray[np.complex128]
    thickness: FloatArray
    coherent: NDArray[np.bool_]
    angle: float
    polarisation: str
    wavelength: float

    def solve(self) -> Any:
        return transfer_matrix.solve(
            np.array([self.wavelength]), self.index[None], self.thickness, self.coherent, self.angle,
            self.polarisation == "p",
        )  # fmt: skip

    def oracle(self) -> tuple[float, float, FloatArray, Any]:
        """Return R, T and absorptances of tmm, and what its position-resolved functions take."""
        d = [math.inf, *self.thickness, math.inf]
        coherency = ["i", *("c" if each else "i" for each in self.coherent), "i"]
        data = tmm.inc_tmm(self.polarisation, self.index, d, coherency, self.angle, self.wavelength)
        return data["R"], data["T"], np.array(tmm.inc_absorp_in_each_layer(data))[1:-1], data


def density_of_tmm(data: Any, layer: int, z: FloatArray, thickness: float) -> FloatArray:
    """Return what tmm has at depths z; its own sum of both sides refuses phases that differ in the last digit."""
    pack, within = data["stack_from_all"][layer]
    ahead = tmm.absorp_analytic_fn().fill_in(data["coh_tmm_data_list"][pack], within)
    behind = tmm.absorp_analytic_fn().fill_in(data["coh_tmm_bdata_list"][pack], -1 - within)
    F, B = data["stackFB_list"][pack]
    found: FloatArray = (F * ahead.run(z) + B * behind.run(thickness - z)).real
    return found


def cases(*, thick: bool) -> st.SearchStrategy[Case]:
    """Return stacks of films, with plates among them if `thick`."""
    kappa = st.one_of(st.just(0.0), st.floats(1e-6, 4.0))
    film = st.tuples(st.builds(complex, st.floats(0.1, 4.5), kappa), st.floats(0.0, 500.0), st.just(True))
    faint = st.one_of(st.just(0.0), st.floats(1e-9, 3e-5))
    # Denser than the entrance: where light in a plate is totally reflected tmm divides by zero.
    plate = st.tuples(st.builds(complex, st.floats(1.55, 3.5), faint), st.floats(1e4, 1e6), st.just(False))
    layers = st.lists(st.one_of(film, plate) if thick else film, max_size=7)

    def made(layers: list[tuple[complex, float, bool]], first: float, last: complex, *how: Any) -> Case:
        index = np.array([first, *(n for n, _, _ in layers), last], dtype=complex)
        return Case(index, np.array([d for _, d, _ in layers]), np.array([c for _, _, c in layers], dtype=bool), *how)

    return st.builds(
        made, layers, st.floats(1.0, 1.5), st.builds(complex, st.floats(1.0, 3.5), kappa),
        st.floats(0.0, math.radians(89.9)), st.sampled_from("sp"), st.floats(300.0, 3000.0),
    )  # fmt: skip


def _regular(case: Case) -> None:
    """Leave out where light runs along a medium, to a part in 1e4: neither of the tools resolves that to 1e-9."""
    s = case.index[0].real * math.sin(case.angle)
    assume(np.abs(case.index**2 - s**2).min() > 1e-4)
    assume(case.angle < math.radians(89.0))  # beyond that tmm loses the branch of the exit to rounding


@settings(max_examples=400, deadline=None)
@given(st.one_of(cases(thick=False), cases(thick=True)))
def test_energy_is_conserved(case: Case) -> None:
    R, T, A, waves = case.solve()
    assert R[0] + T[0] + A.sum() == pytest.approx(1.0, abs=1e-10)
    assert 0.0 <= R[0] <= 1.0 + 1e-12
    assert T[0] >= 0.0
    assert (A >= -1e-12).all()
    assert np.isfinite(waves).all()


@settings(max_examples=300, deadline=None)
@given(st.one_of(cases(thick=False), cases(thick=True)))
def test_answers_of_tmm(case: Case) -> None:
    _regular(case)
    kappa, q = case.index.imag, np.sqrt(case.index**2 - (case.index[0] * math.sin(case.angle)) ** 2)
    # tmm lets a part in 1e30 through an opaque layer, and swaps the waves of one that is all but transparent
    assume((2 * np.pi / case.wavelength * q.imag[1:-1] * case.thickness < 34).all())
    assume(((kappa == 0) | (kappa > 1e-9)).all())
    R, T, A, _ = case.solve()
    R_tmm, T_tmm, A_tmm, _ = case.oracle()
    assert R[0] == pytest.approx(R_tmm, abs=1e-9)
    assert T[0] == pytest.approx(T_tmm, abs=1e-9)
    np.testing.assert_allclose(A[0], A_tmm, atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(cases(thick=True))
def test_depth_profile_of_tmm(case: Case) -> None:
    _regular(case)
    q = np.sqrt(case.index**2 - (case.index[0] * math.sin(case.angle)) ** 2)
    assume((2 * np.pi / case.wavelength * q.imag[1:-1] * case.thickness < 20).all())
    films = [j for j in np.flatnonzero(case.coherent) if case.thickness[j] > 1.0]
    assume(films)
    *_, waves = case.solve()
    *_, data = case.oracle()
    for j in films:
        z = np.linspace(0.0, case.thickness[j], 7)
        ours = transfer_matrix.density(waves, case.thickness, np.full(7, j), z)[0]
        np.testing.assert_allclose(ours, density_of_tmm(data, j + 1, z, case.thickness[j]), rtol=1e-9, atol=1e-11)


@settings(max_examples=200, deadline=None)
@given(st.one_of(cases(thick=False), cases(thick=True)), st.integers(1, 8))
def test_cells_sum_to_their_layer(case: Case, n: int) -> None:
    assume(case.thickness.size > 0)
    _, _, A, waves = case.solve()
    for j, d in enumerate(case.thickness):
        edges = d * np.linspace(0.0, 1.0, n + 1) ** 3
        start, width = edges[:-1], np.diff(edges)
        parts = transfer_matrix.cells(waves, case.thickness, np.full(n, j), start, width)[0]
        assert parts.sum() == pytest.approx(A[0, j], rel=1e-12, abs=1e-14)


@settings(max_examples=200, deadline=None)
@given(st.one_of(cases(thick=False), cases(thick=True)))
def test_light_passes_as_well_from_behind(case: Case) -> None:
    """T is the same both ways between transparent media, at the angle that the light leaves under."""
    s = case.index[0].real * math.sin(case.angle)
    assume(case.index[-1].imag == 0.0 and s < 0.999 * case.index[-1].real)
    _regular(case)
    # An absorbing plate takes light where its waves interfere at a face, and so is not reciprocal to that part.
    assume((case.index.imag[1:-1][~case.coherent] < 1e-9).all())
    back = case._replace(
        index=case.index[::-1].copy(), thickness=case.thickness[::-1].copy(), coherent=case.coherent[::-1].copy(),
        angle=math.asin(s / case.index[-1].real),
    )  # fmt: skip
    assert back.solve()[1][0] == pytest.approx(case.solve()[1][0], rel=1e-8, abs=1e-13)
