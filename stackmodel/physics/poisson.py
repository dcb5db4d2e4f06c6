"""Non-linear Poisson equation at thermal equilibrium on one line of elements.

Box method: interfaces lie on nodes, material properties on the two ends of each element, so that a node between two
materials sees both and the scheme stays second order. Everything counts in elementary charges, V and cm:
permittivities are eps_0 eps_r / q [V^-1 cm^-1], displacements eps E / q [cm^-2].
"""

from __future__ import annotations

import math

import numpy as np

from stackmodel.physics.kernel import kernel, short_kernel
from stackmodel.physics.line import CHARGE, INTERFACE, INTERFACE_CHARGE, LN_N_1, LN_NA_1, FloatArray, Line
from stackmodel.physics.recombination import at_layer
from stackmodel.physics.statistics import ln_density

#: Below this nothing is left of a density. [ln cm^-3]
_NOTHING = -700.0
_MOST_STEPS = 400


@kernel
def level_charge(ln_activity: float, ln_n_1: float, weight: float, charge: float) -> tuple[float, float]:
    """Return the charge of a level at equilibrium over q, and minus its derivative to `ln_activity`.

    `ln_activity` is ln N_C + eta and `ln_n_1` the same at the level: their difference is that of Fermi level and trap
    over kT whatever the statistics of the band, ln n for Boltzmann's.

    `charge` is the density of a donor, charged when empty, or minus that of an acceptor, charged when full; `weight`
    compresses as in `_charge`.
    """
    x = weight * (ln_activity - ln_n_1)
    rare = math.exp(-abs(x)) / (1.0 + math.exp(-abs(x)))
    full = rare if x < 0.0 else 1.0 - rare
    empty = 1.0 - rare if x < 0.0 else rare
    return charge * (empty if charge > 0.0 else full), abs(charge) * weight * full * empty


@kernel
def _traps(ln_activity: float, weight: float, line: Line, layer: int, fraction: float) -> tuple[float, float]:
    """Return the charge of the levels of a layer at equilibrium over q, and minus its derivative to it [cm^-3]."""
    rho, slope = 0.0, 0.0
    for t in range(line.first_trap[layer], line.first_trap[layer + 1]):
        charge = at_layer(line.traps, CHARGE, t, fraction)
        if charge != 0.0:
            part, by_n = level_charge(ln_activity, at_layer(line.traps, LN_N_1, t, fraction), weight, charge)
            rho += part
            slope += by_n
    return rho, slope


@kernel
def _charge(
    psi: float, weight: float, ln_reference: float, line: Line, e: int, share: float
) -> tuple[float, float, float]:
    """Return charge density rho/q, its derivative -d(rho/q)/dpsi (positive), and the sum of all densities.

    `share` says where in element `e`, 0 at its left end. Densities are compressed: ln n -> ln_reference + weight
    (ln n - ln_reference). With weight 1 they are the true ones; smaller weights give an easier problem with the same
    neutral level, from which the solver starts.
    """
    doping = (1.0 - share) * line.doping[0, e] + share * line.doping[1, e]
    code = line.code[e]
    if code < 0:
        return doping, 0.0, abs(doping)
    kT, table = line.kT, line.tables[line.row[e]]
    edge_C = (1.0 - share) * line.edge_C[0, e] + share * line.edge_C[1, e]
    edge_V = (1.0 - share) * line.edge_V[0, e] + share * line.edge_V[1, e]
    ln_F_n, slope_n = ln_density(code, (psi - edge_C) / kT, table)
    ln_F_p, slope_p = ln_density(code, (edge_V - psi) / kT, table)
    true_n = (1.0 - share) * line.ln_N_C[0, e] + share * line.ln_N_C[1, e] + ln_F_n
    true_p = (1.0 - share) * line.ln_N_V[0, e] + share * line.ln_N_V[1, e] + ln_F_p
    ln_n = ln_reference + weight * (true_n - ln_reference)
    ln_p = ln_reference + weight * (true_p - ln_reference)
    n = math.exp(ln_n) if ln_n > _NOTHING else 0.0
    p = math.exp(ln_p) if ln_p > _NOTHING else 0.0
    rho, slope, total = doping + p - n, weight * (n * slope_n + p * slope_p), n + p + abs(doping)
    if line.first_trap[line.row[e] + 1] > line.first_trap[line.row[e]]:
        fraction = (1.0 - share) * line.fraction[0, e] + share * line.fraction[1, e]
        ln_activity = true_n - ln_F_n + (psi - edge_C) / kT
        trapped, by_psi = _traps(ln_activity, weight, line, line.row[e], fraction)
        rho += trapped
        slope += by_psi
        total += abs(trapped)
    return rho, slope / kT, total


@kernel
def held_charge(psi: FloatArray, weight: float, i: int, line: Line) -> tuple[float, float]:
    """Return the charge of the levels of the interface at node `i` over q, and minus its derivative to psi [cm^-2]."""
    # Where an interface has two nodes each holds half of it.
    twin = i > 0 and line.code[i - 1] == INTERFACE
    column = line.interface[i - 1 if twin else i]
    if column < 0 or line.interfaces[INTERFACE_CHARGE, column] == 0.0:
        return 0.0, 0.0
    share = 0.5 if twin or (i < line.code.size and line.code[i] == INTERFACE) else 1.0
    right = line.code[i - 1] < 0
    e, side = i, 0
    if right:
        while line.code[e] < 0:
            e += 1
    else:
        e, side = i - 1, 1
    ln_activity = line.ln_N_C[side, e] + (psi[i] - line.edge_C[side, e]) / line.kT
    ln_n_1 = line.interfaces[LN_NA_1 + (1 if right else 0), column]
    held = share * line.interfaces[INTERFACE_CHARGE, column]
    rho, by_n = level_charge(ln_activity, ln_n_1, weight, held)
    return rho, by_n / line.kT


@kernel
def assemble(
    psi: FloatArray, weight: float, line: Line, ln_reference: FloatArray, residual: FloatArray, diagonal: FloatArray
) -> None:
    """Write residual and diagonal of the Jacobian.

    Parameters
    ----------
    psi : ndarray, shape (n_nodes,)
        Potential. [V]
    weight : float
        Compression of densities, see `_charge`. []
    line : Line
        Band edges in eV.
    ln_reference : ndarray, shape (2, n_elements)
        Reference density of the compression. [ln cm^-3]
    residual, diagonal : ndarray, shape (n_nodes,)
        Written: F_i = eps (psi_i - psi_i-1)/h - eps (psi_i+1 - psi_i)/h - Q_i [cm^-2] and dF_i/dpsi_i [cm^-2 V^-1].

    Notes
    -----
    Eq. (E1) of docs/method.md: -(eps psi')' = q (p - n + N), integrated over the box of each node.
    """
    nodes = psi.size
    for i in range(nodes):
        held, by_psi = held_charge(psi, weight, i, line)
        residual[i] = -line.fixed_charge[i] - held
        diagonal[i] = by_psi
    for e in range(nodes - 1):
        stiffness = line.permittivity[e] / line.width[e]
        flux = stiffness * (psi[e + 1] - psi[e])
        residual[e] -= flux
        residual[e + 1] += flux
        for side in range(2):
            i = e + side
            rho, slope, _ = _charge(psi[i], weight, ln_reference[side, e], line, e, float(side))
            residual[i] -= 0.5 * line.width[e] * rho
            diagonal[i] += stiffness + 0.5 * line.width[e] * slope


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
def solve(psi: FloatArray, weights: FloatArray, line: Line, ln_reference: FloatArray) -> tuple[int, float]:
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
        assemble(psi, weight, line, ln_reference, residual, diagonal)
        for _ in range(_MOST_STEPS):
            _newton_step(line.width, line.permittivity, residual, diagonal, step)
            iterations += 1
            slope, largest = 0.0, 0.0
            for i in range(1, nodes - 1):
                slope += residual[i] * step[i]
                largest = max(largest, abs(step[i]) / line.kT)
            # The slope along the step grows with its length. A full step is taken where it still descends, or where it
            # is small enough for Newton's quadratic end; otherwise the length is where the slope is halved at least,
            # and not yet positive, so that the functional falls for certain.
            low, high, length = 0.0, 1.0, 1.0
            for _search in range(60):
                for i in range(nodes):
                    trial[i] = psi[i] + length * step[i]
                assemble(trial, weight, line, ln_reference, residual, diagonal)
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


@short_kernel
def charges(
    psi: FloatArray, line: Line, ln_n: FloatArray, ln_p: FloatArray, trapped: FloatArray, held: FloatArray
) -> None:
    """Write ln of electron and hole density [ln cm^-3] at both ends of every element, -inf in insulators.

    `trapped`, shape (2, n_elements), is written with the charge of the levels of the layers over q [cm^-3]; `held`,
    shape (n_nodes,), with that of the levels of interfaces [cm^-2].
    """
    for i in range(psi.size):
        held[i] = held_charge(psi, 1.0, i, line)[0]
    for e in range(psi.size - 1):
        for side in range(2):
            trapped[side, e] = 0.0
            if line.code[e] < 0:
                ln_n[side, e] = -math.inf
                ln_p[side, e] = -math.inf
                continue
            table, at, kT = line.tables[line.row[e]], psi[e + side], line.kT
            ln_n[side, e] = line.ln_N_C[side, e] + ln_density(line.code[e], (at - line.edge_C[side, e]) / kT, table)[0]
            ln_p[side, e] = line.ln_N_V[side, e] + ln_density(line.code[e], (line.edge_V[side, e] - at) / kT, table)[0]
            ln_activity = line.ln_N_C[side, e] + (at - line.edge_C[side, e]) / kT
            trapped[side, e] = _traps(ln_activity, 1.0, line, line.row[e], line.fraction[side, e])[0]


@short_kernel
def charge_errors(psi: FloatArray, line: Line, error: FloatArray) -> None:
    """Write how far the trapezoidal charge of each element is from Simpson's [cm^-2].

    The potential at the middle of the element is that of a parabola through the curvature -rho/eps of its ends. The
    potential's own error, h^2 rho / (8 eps) at most, counts as the charge it would move.
    """
    for e in range(psi.size - 1):
        h = line.width[e]
        if line.code[e] < 0:
            error[e] = 0.0
            continue
        rho_0, _, total_0 = _charge(psi[e], 1.0, 0.0, line, e, 0.0)
        rho_1, _, total_1 = _charge(psi[e + 1], 1.0, 0.0, line, e, 1.0)
        bend = h * h * 0.5 * (rho_0 + rho_1) / (8.0 * line.permittivity[e])
        # Where a coarse element bends beyond what its ends span, the parabola means nothing.
        span = 0.5 * abs(psi[e + 1] - psi[e]) + line.kT
        bend = min(max(bend, -span), span)
        middle, _, _ = _charge(0.5 * (psi[e] + psi[e + 1]) + bend, 1.0, 0.0, line, e, 0.5)
        largest = h * max(total_0, total_1)
        error[e] = min(h * abs(4.0 * middle - 2.0 * rho_0 - 2.0 * rho_1) / 6.0, 10.0 * largest + h * abs(middle))
