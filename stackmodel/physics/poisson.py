"""Non-linear Poisson equation at thermal equilibrium on one line of elements.

Box method: interfaces lie on nodes, material properties on the two ends of each element, so that a node between two
materials sees both and the scheme stays second order. Everything counts in elementary charges, V and cm:
permittivities are eps_0 eps_r / q [V^-1 cm^-1], displacements eps E / q [cm^-2].
"""

from __future__ import annotations

import math

import numpy as np

from stackmodel.arrays import FloatArray, IntArray
from stackmodel.physics.kernel import inlined, kernel, short_kernel, woven
from stackmodel.physics.line import CHARGE, INTERFACE, LEVEL_CHARGE, LN_N_1, LN_NA_1, Line
from stackmodel.physics.mechanisms.carriers import at_layer
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


@inlined
def _traps(
    ln_activity: float, weight: float, traps: FloatArray, first: int, end: int, fraction: float
) -> tuple[float, float]:
    """Return the charge of levels of a layer at equilibrium over q, and minus its derivative to it [cm^-3]."""
    rho, slope = 0.0, 0.0
    for t in range(first, end):
        charge = at_layer(traps, CHARGE, t, fraction)
        if charge != 0.0:
            part, by_n = level_charge(ln_activity, at_layer(traps, LN_N_1, t, fraction), weight, charge)
            rho += part
            slope += by_n
    return rho, slope


@inlined
def _charge(
    psi: float, weight: float, ln_reference: float, kT: float, e: int, share: float, code: IntArray, row: IntArray,
    first_trap: IntArray, traps: FloatArray, fraction: FloatArray, tables: FloatArray, doping: FloatArray,
    edge_C: FloatArray, edge_V: FloatArray, ln_N_C: FloatArray, ln_N_V: FloatArray,
) -> tuple[float, float, float]:  # fmt: skip
    """Return charge density rho/q, its derivative -d(rho/q)/dpsi (positive), and the sum of all densities.

    `share` says where in element `e`, 0 at its left end. Densities are compressed: ln n -> ln_reference + weight
    (ln n - ln_reference). With weight 1 they are the true ones; smaller weights give an easier problem with the same
    neutral level, from which the solver starts. The arrays are those of `Line`: taken out of it in a loop they would be
    counted as references, which costs more than the arithmetic.
    """
    fixed = (1.0 - share) * doping[0, e] + share * doping[1, e]
    layer = row[e]
    if code[e] < 0:
        return fixed, 0.0, abs(fixed)
    # In volts: psi resolves no more digits than its own, and psi/kT alone would round them once more.
    eta_n = (psi - kT * ((1.0 - share) * edge_C[0, e] + share * edge_C[1, e])) / kT
    eta_p = (kT * ((1.0 - share) * edge_V[0, e] + share * edge_V[1, e]) - psi) / kT
    ln_F_n, ln_F_p, slope_n, slope_p = eta_n, eta_p, 1.0, 1.0
    if code[e] > 0:
        ln_F_n, slope_n = ln_density(code[e], eta_n, tables[layer])
        ln_F_p, slope_p = ln_density(code[e], eta_p, tables[layer])
    true_n = (1.0 - share) * ln_N_C[0, e] + share * ln_N_C[1, e] + ln_F_n
    true_p = (1.0 - share) * ln_N_V[0, e] + share * ln_N_V[1, e] + ln_F_p
    ln_n = ln_reference + weight * (true_n - ln_reference)
    ln_p = ln_reference + weight * (true_p - ln_reference)
    n = math.exp(ln_n) if ln_n > _NOTHING else 0.0
    p = math.exp(ln_p) if ln_p > _NOTHING else 0.0
    rho, slope, total = fixed + p - n, weight * (n * slope_n + p * slope_p), n + p + abs(fixed)
    if first_trap[layer + 1] > first_trap[layer]:
        at = (1.0 - share) * fraction[0, e] + share * fraction[1, e]
        trapped, by_psi = _traps(
            true_n - ln_F_n + eta_n, weight, traps, first_trap[layer], first_trap[layer + 1], at
        )  # fmt: skip
        rho += trapped
        slope += by_psi
        total += abs(trapped)
    return rho, slope / kT, total


@inlined
def held_charge(psi: FloatArray, weight: float, i: int, line: Line) -> tuple[float, float]:
    """Return the charge of the levels of the interface at node `i` over q, and minus its derivative to psi [cm^-2]."""
    # Where an interface has two nodes each holds half of it.
    twin = i > 0 and line.code[i - 1] == INTERFACE
    column = line.interface[i - 1 if twin else i]
    if column < 0:
        return 0.0, 0.0
    share = 0.5 if twin or (i < line.code.size and line.code[i] == INTERFACE) else 1.0
    right = line.code[i - 1] < 0
    e, side = i, 0
    if right:
        while line.code[e] < 0:
            e += 1
    else:
        e, side = i - 1, 1
    rho, slope = 0.0, 0.0
    for level in range(line.first_level[column], line.first_level[column + 1]):
        charge = share * line.interface_levels[LEVEL_CHARGE, level]
        if charge != 0.0:
            ln_activity = line.ln_N_C[side, e] + (psi[i] - line.kT * line.edge_C[side, e]) / line.kT
            ln_n_1 = line.interface_levels[LN_NA_1 + (1 if right else 0), level]
            part, by_n = level_charge(ln_activity, ln_n_1, weight, charge)
            rho += part
            slope += by_n
    return rho, slope / line.kT


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
    ln_reference : ndarray, shape (2, n_elements)
        Reference density of the compression. [ln cm^-3]
    residual, diagonal : ndarray, shape (n_nodes,)
        Written: F_i = eps (psi_i - psi_i-1)/h - eps (psi_i+1 - psi_i)/h - Q_i [cm^-2] and dF_i/dpsi_i [cm^-2 V^-1].

    Notes
    -----
    Eq. (E1) of docs/method.md: -(eps psi')' = q (p - n + N), integrated over the box of each node.
    """
    nodes, kT, width, permittivity = psi.size, line.kT, line.width, line.permittivity
    fixed_charge = line.fixed_charge
    code, row, first_trap, tables, doping = line.code, line.row, line.first_trap, line.tables, line.doping
    edge_C, edge_V, ln_N_C, ln_N_V = line.edge_C, line.edge_V, line.ln_N_C, line.ln_N_V
    traps, fraction = line.traps, line.fraction
    interfaces = line.interfaces.shape[1]
    for i in range(nodes):
        held, by_psi = held_charge(psi, weight, i, line) if interfaces > 0 else (0.0, 0.0)
        residual[i] = -fixed_charge[i] - held
        diagonal[i] = by_psi
    for e in range(nodes - 1):
        stiffness = permittivity[e] / width[e]
        flux = stiffness * (psi[e + 1] - psi[e])
        residual[e] -= flux
        residual[e + 1] += flux
        for side in range(2):
            i = e + side
            rho, slope, _ = _charge(
                psi=psi[i], weight=weight, ln_reference=ln_reference[side, e], kT=kT, e=e, share=float(side), code=code,
                row=row, first_trap=first_trap, traps=traps, fraction=fraction, tables=tables, doping=doping,
                edge_C=edge_C, edge_V=edge_V, ln_N_C=ln_N_C, ln_N_V=ln_N_V,
            )  # fmt: skip
            residual[i] -= 0.5 * width[e] * rho
            diagonal[i] += stiffness + 0.5 * width[e] * slope


@woven
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


@short_kernel
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
    kT, code, row, tables, edge_C, edge_V = line.kT, line.code, line.row, line.tables, line.edge_C, line.edge_V
    ln_N_C, ln_N_V, first_trap, traps, fraction = line.ln_N_C, line.ln_N_V, line.first_trap, line.traps, line.fraction
    for e in range(psi.size - 1):
        layer = row[e]
        for side in range(2):
            trapped[side, e] = 0.0
            if code[e] < 0:
                ln_n[side, e] = -math.inf
                ln_p[side, e] = -math.inf
                continue
            eta_n = (psi[e + side] - kT * edge_C[side, e]) / kT
            eta_p = (kT * edge_V[side, e] - psi[e + side]) / kT
            ln_n[side, e] = ln_N_C[side, e] + ln_density(code[e], eta_n, tables[layer])[0]
            ln_p[side, e] = ln_N_V[side, e] + ln_density(code[e], eta_p, tables[layer])[0]
            trapped[side, e] = _traps(
                ln_N_C[side, e] + eta_n, 1.0, traps, first_trap[layer], first_trap[layer + 1], fraction[side, e]
            )[0]


@short_kernel
def charge_errors(psi: FloatArray, line: Line, error: FloatArray) -> None:
    """Write how far the trapezoidal charge of each element is from Simpson's [cm^-2].

    The potential at the middle of the element is that of a parabola through the curvature -rho/eps of its ends. The
    potential's own error, h^2 rho / (8 eps) at most, counts as the charge it would move.
    """
    kT, width, permittivity = line.kT, line.width, line.permittivity
    code, row, first_trap, tables, doping = line.code, line.row, line.first_trap, line.tables, line.doping
    edge_C, edge_V, ln_N_C, ln_N_V = line.edge_C, line.edge_V, line.ln_N_C, line.ln_N_V
    traps, fraction = line.traps, line.fraction
    rho, total = np.empty(3), np.empty(3)
    for e in range(psi.size - 1):
        h = width[e]
        if code[e] < 0:
            error[e] = 0.0
            continue
        at = psi[e]
        for k in range(3):
            # The left and the right end, then the middle.
            share = 1.0 * k if k < 2 else 0.5
            rho[k], _, total[k] = _charge(
                psi=at, weight=1.0, ln_reference=0.0, kT=kT, e=e, share=share, code=code, row=row,
                first_trap=first_trap, traps=traps, fraction=fraction, tables=tables, doping=doping, edge_C=edge_C,
                edge_V=edge_V, ln_N_C=ln_N_C, ln_N_V=ln_N_V,
            )  # fmt: skip
            at = psi[e + 1]
            if k == 1:
                bend = h * h * 0.5 * (rho[0] + rho[1]) / (8.0 * permittivity[e])
                # Where a coarse element bends beyond what its ends span, the parabola means nothing.
                span = 0.5 * abs(psi[e + 1] - psi[e]) + kT
                at = 0.5 * (psi[e] + psi[e + 1]) + min(max(bend, -span), span)
        largest, middle = h * max(total[0], total[1]), rho[2]
        error[e] = min(h * abs(4.0 * middle - 2.0 * rho[0] - 2.0 * rho[1]) / 6.0, 10.0 * largest + h * abs(middle))
