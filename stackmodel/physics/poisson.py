"""Non-linear Poisson equation at thermal equilibrium on one line of elements.

Box method: interfaces lie on nodes, material properties on the two ends of each element, so that a node between two
materials sees both and the scheme stays second order. Everything counts in elementary charges, V and cm:
permittivities are eps_0 eps_r / q [V^-1 cm^-1], displacements eps E / q [cm^-2].
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stackmodel.physics.kernel import kernel
from stackmodel.physics.statistics import FloatArray, ln_density

IntArray = NDArray[np.int64]

#: Code of an element without carriers; the others are those of `statistics.Statistics`.
INSULATOR = -1
#: Below this nothing is left of a density. [ln cm^-3]
_NOTHING = -700.0
_MOST_STEPS = 400


@kernel
def _element_charge(
    psi: float,
    kT: float,
    weight: float,
    ln_reference: float,
    code: int,
    table: FloatArray,
    edge_C: float,
    edge_V: float,
    ln_N_C: float,
    ln_N_V: float,
    doping: float,
) -> tuple[float, float, float]:
    """Return charge density rho/q, its derivative -d(rho/q)/dpsi (positive), and the sum of all densities.

    Densities are compressed: ln n -> ln_reference + weight (ln n - ln_reference). With weight 1 they are the true
    ones; smaller weights give an easier problem with the same neutral level, from which the solver starts.
    """
    if code < 0:
        return doping, 0.0, abs(doping)
    ln_F_n, slope_n = ln_density(code, (psi - edge_C) / kT, table)
    ln_F_p, slope_p = ln_density(code, (edge_V - psi) / kT, table)
    ln_n = ln_reference + weight * (ln_N_C + ln_F_n - ln_reference)
    ln_p = ln_reference + weight * (ln_N_V + ln_F_p - ln_reference)
    n = math.exp(ln_n) if ln_n > _NOTHING else 0.0
    p = math.exp(ln_p) if ln_p > _NOTHING else 0.0
    return doping + p - n, weight * (n * slope_n + p * slope_p) / kT, n + p + abs(doping)


@kernel
def assemble(
    psi: FloatArray,
    kT: float,
    weight: float,
    width: FloatArray,
    permittivity: FloatArray,
    code: IntArray,
    row: IntArray,
    tables: FloatArray,
    edge_C: FloatArray,
    edge_V: FloatArray,
    ln_N_C: FloatArray,
    ln_N_V: FloatArray,
    doping: FloatArray,
    ln_reference: FloatArray,
    fixed_charge: FloatArray,
    residual: FloatArray,
    diagonal: FloatArray,
) -> None:
    """Write residual and diagonal of the Jacobian.

    Parameters
    ----------
    psi : ndarray, shape (n_nodes,)
        Potential. [V]
    kT : float
        Thermal energy. [eV]
    weight : float
        Compression of densities, see `_element_charge`. []
    width, permittivity : ndarray, shape (n_elements,)
        Element width [cm] and eps_0 eps_r / q [V^-1 cm^-1].
    code, row : ndarray of int64, shape (n_elements,)
        Statistics of the element (`INSULATOR` for none) and its row in `tables`.
    edge_C, edge_V, ln_N_C, ln_N_V, doping, ln_reference : ndarray, shape (2, n_elements)
        At the left and right end: band edges at psi = 0 relative to the Fermi level [eV], ln of the densities of
        states [ln cm^-3], net doping [cm^-3], and the reference density of the compression [ln cm^-3].
    fixed_charge : ndarray, shape (n_nodes,)
        Interface charge. [cm^-2]
    residual, diagonal : ndarray, shape (n_nodes,)
        Written: F_i = eps (psi_i - psi_i-1)/h - eps (psi_i+1 - psi_i)/h - Q_i [cm^-2] and dF_i/dpsi_i [cm^-2 V^-1].

    Notes
    -----
    Eq. (E1) of docs/method.md: -(eps psi')' = q (p - n + N), integrated over the box of each node.
    """
    nodes = psi.size
    for i in range(nodes):
        residual[i] = -fixed_charge[i]
        diagonal[i] = 0.0
    for e in range(nodes - 1):
        stiffness = permittivity[e] / width[e]
        flux = stiffness * (psi[e + 1] - psi[e])
        residual[e] -= flux
        residual[e + 1] += flux
        for side in range(2):
            i = e + side
            rho, slope, _ = _element_charge(
                psi[i], kT, weight, ln_reference[side, e], code[e], tables[row[e]], edge_C[side, e], edge_V[side, e],
                ln_N_C[side, e], ln_N_V[side, e], doping[side, e],
            )  # fmt: skip
            residual[i] -= 0.5 * width[e] * rho
            diagonal[i] += stiffness + 0.5 * width[e] * slope


@kernel
def _newton_step(
    width: FloatArray, permittivity: FloatArray, residual: FloatArray, diagonal: FloatArray, step: FloatArray
) -> None:
    """Write the Newton step of the inner nodes; the end nodes keep their potential (Thomas algorithm)."""
    nodes = residual.size
    pivot = np.empty(nodes)
    load = np.empty(nodes)
    step[0] = 0.0
    step[nodes - 1] = 0.0
    for i in range(1, nodes - 1):
        pivot[i] = diagonal[i]
        load[i] = -residual[i]
        if i > 1:
            coupling = permittivity[i - 1] / width[i - 1]
            factor = coupling / pivot[i - 1]
            pivot[i] -= factor * coupling
            load[i] += factor * load[i - 1]
    for i in range(nodes - 2, 0, -1):
        coupling = permittivity[i] / width[i]
        step[i] = (load[i] + coupling * step[i + 1]) / pivot[i]


@kernel
def solve(
    psi: FloatArray,
    kT: float,
    weights: FloatArray,
    width: FloatArray,
    permittivity: FloatArray,
    code: IntArray,
    row: IntArray,
    tables: FloatArray,
    edge_C: FloatArray,
    edge_V: FloatArray,
    ln_N_C: FloatArray,
    ln_N_V: FloatArray,
    doping: FloatArray,
    ln_reference: FloatArray,
    fixed_charge: FloatArray,
) -> tuple[int, float]:
    """Solve for `psi` in place by Newton's method; the end values stay as given.

    Returns
    -------
    iterations : int
        Newton steps over all `weights`.
    update : float
        Largest last step in units of kT; the caller judges the answer by its charge balance, not by this.

    Notes
    -----
    The residual is the gradient of a strictly convex functional, so there is one solution and a line search that
    follows the slope along the Newton direction always descends. Where bands bend by thousands of kT the exponentials
    would still let Newton crawl by one kT a step; the compressed densities of small weights avoid that: each stage
    starts close to its solution.
    """
    nodes = psi.size
    residual, diagonal = np.empty(nodes), np.empty(nodes)
    step, trial = np.empty(nodes), np.empty(nodes)
    iterations, largest = 0, 0.0
    for stage in range(weights.size):
        weight, last = weights[stage], math.inf
        goal = 1e-11 if stage == weights.size - 1 else 0.2 / weight
        assemble(psi, kT, weight, width, permittivity, code, row, tables, edge_C, edge_V, ln_N_C, ln_N_V, doping,
                 ln_reference, fixed_charge, residual, diagonal)  # fmt: skip
        for _ in range(_MOST_STEPS):
            _newton_step(width, permittivity, residual, diagonal, step)
            iterations += 1
            slope, largest = 0.0, 0.0
            for i in range(1, nodes - 1):
                slope += residual[i] * step[i]
                largest = max(largest, abs(step[i]) / kT)
            # The slope along the step grows with its length. A full step is taken where it still descends, or where it
            # is small enough for Newton's quadratic end; otherwise the length is where the slope is halved at least,
            # and not yet positive, so that the functional falls for certain.
            low, high, length = 0.0, 1.0, 1.0
            for _search in range(60):
                for i in range(nodes):
                    trial[i] = psi[i] + length * step[i]
                assemble(trial, kT, weight, width, permittivity, code, row, tables, edge_C, edge_V, ln_N_C, ln_N_V,
                         doping, ln_reference, fixed_charge, residual, diagonal)  # fmt: skip
                along = 0.0
                for i in range(1, nodes - 1):
                    along += residual[i] * step[i]
                if length == 1.0 and (along <= 0.0 or (largest < 2.0 and along < 0.5 * abs(slope)) or largest < 1e-6):
                    break
                if along <= 0.0 and along >= -0.5 * abs(slope):
                    break
                if along > 0.0 or not math.isfinite(along):
                    high = length
                else:
                    low = length
                length = 0.5 * (low + high)
            for i in range(nodes):
                psi[i] = trial[i]
            # At the limit of rounding the step stops shrinking.
            if largest < goal or (largest < 1e-7 and largest > 0.3 * last):
                break
            last = largest
    return iterations, largest


@kernel
def charges(
    psi: FloatArray,
    kT: float,
    code: IntArray,
    row: IntArray,
    tables: FloatArray,
    edge_C: FloatArray,
    edge_V: FloatArray,
    ln_N_C: FloatArray,
    ln_N_V: FloatArray,
    ln_n: FloatArray,
    ln_p: FloatArray,
) -> None:
    """Write ln of electron and hole density [ln cm^-3] at both ends of every element, -inf in insulators."""
    for e in range(psi.size - 1):
        for side in range(2):
            if code[e] < 0:
                ln_n[side, e] = -math.inf
                ln_p[side, e] = -math.inf
                continue
            table = tables[row[e]]
            ln_n[side, e] = ln_N_C[side, e] + ln_density(code[e], (psi[e + side] - edge_C[side, e]) / kT, table)[0]
            ln_p[side, e] = ln_N_V[side, e] + ln_density(code[e], (edge_V[side, e] - psi[e + side]) / kT, table)[0]


@kernel
def charge_errors(
    psi: FloatArray,
    kT: float,
    width: FloatArray,
    permittivity: FloatArray,
    code: IntArray,
    row: IntArray,
    tables: FloatArray,
    edge_C: FloatArray,
    edge_V: FloatArray,
    ln_N_C: FloatArray,
    ln_N_V: FloatArray,
    doping: FloatArray,
    error: FloatArray,
) -> None:
    """Write how far the trapezoidal charge of each element is from Simpson's [cm^-2].

    The potential at the middle of the element is that of a parabola through the curvature -rho/eps of its ends. The
    potential's own error, h^2 rho / (8 eps) at most, counts as the charge it would move.
    """
    for e in range(psi.size - 1):
        error[e] = 0.0
        if code[e] < 0:
            continue
        table, h = tables[row[e]], width[e]
        rho_0, _, total_0 = _element_charge(psi[e], kT, 1.0, 0.0, code[e], table, edge_C[0, e], edge_V[0, e],
                                            ln_N_C[0, e], ln_N_V[0, e], doping[0, e])  # fmt: skip
        rho_1, _, total_1 = _element_charge(psi[e + 1], kT, 1.0, 0.0, code[e], table, edge_C[1, e], edge_V[1, e],
                                            ln_N_C[1, e], ln_N_V[1, e], doping[1, e])  # fmt: skip
        bend = h * h * 0.5 * (rho_0 + rho_1) / (8.0 * permittivity[e])
        # Where a coarse element bends beyond what its ends span, the parabola means nothing.
        span = 0.5 * abs(psi[e + 1] - psi[e]) + kT
        bend = min(max(bend, -span), span)
        middle, _, _ = _element_charge(
            0.5 * (psi[e] + psi[e + 1]) + bend, kT, 1.0, 0.0, code[e], table, 0.5 * (edge_C[0, e] + edge_C[1, e]),
            0.5 * (edge_V[0, e] + edge_V[1, e]), 0.5 * (ln_N_C[0, e] + ln_N_C[1, e]),
            0.5 * (ln_N_V[0, e] + ln_N_V[1, e]), 0.5 * (doping[0, e] + doping[1, e]),
        )  # fmt: skip
        largest = h * max(total_0, total_1)
        error[e] = min(h * abs(4.0 * middle - 2.0 * rho_0 - 2.0 * rho_1) / 6.0, 10.0 * largest + h * abs(middle))
