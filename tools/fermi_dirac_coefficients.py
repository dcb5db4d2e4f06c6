"""Print the coefficient block of stackmodel/physics/statistics.py: Chebyshev fits of ln F_1/2 and ln F_1.

    python tools/fermi_dirac_coefficients.py

F_j(eta) = -Li_{j+1}(-exp(eta)) is evaluated by mpmath at 40 digits, interpolated at Chebyshev nodes, and the
interpolant is rewritten in powers of the local variable before it is rounded to double precision. Three
ranges:

* eta < -2: ln F = eta + z H(z), z = exp(eta); powers of z.
* -2 <= eta < 38: seven pieces, widening with eta because the nearest branch points stay at eta = +-i pi;
  powers of t = (eta - middle)/half_width.
* eta >= 38, F_1/2 only: ln F = 3/2 ln eta + S(w), w = 1/eta^2 (Sommerfeld's expansion, resummed);
  powers of w. F_1 has an exact closed form there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import mpmath as mp

mp.mp.dps = 40

EDGES = (-2.0, -0.25, 1.5, 3.75, 7.0, 12.5, 22.5, 38.0)
PIECE_TERMS, LEFT_TERMS, RIGHT_TERMS = 16, 10, 6


def fermi_dirac(j: Any, eta: Any) -> Any:
    """Complete Fermi-Dirac integral of order j, normalised by Gamma(j + 1)."""
    return -mp.re(mp.polylog(j + 1, -mp.exp(eta)))


def interpolate(function: Callable[[Any], Any], low: Any, high: Any, terms: int) -> list[Any]:
    """Coefficients, lowest power first, of the Chebyshev interpolant in t in [-1, 1]."""
    nodes = [mp.cos(mp.pi * (2 * k + 1) / (2 * terms)) for k in range(terms)]
    values = [function((low + high) / 2 + (high - low) / 2 * t) for t in nodes]
    power = [mp.mpf(0)] * terms
    previous, current = [mp.mpf(0)] * terms, [mp.mpf(1)] + [mp.mpf(0)] * (terms - 1)
    for order in range(terms):
        weights = [mp.cos(mp.pi * order * (2 * k + 1) / (2 * terms)) for k in range(terms)]
        c = (1 if order == 0 else 2) * mp.fdot(values, weights) / terms
        power = [p + c * q for p, q in zip(power, current, strict=True)]
        doubled = [mp.mpf(0), *current[:-1]]
        following = doubled if order == 0 else [2 * d - p for d, p in zip(doubled, previous, strict=True)]
        previous, current = current, following
    return power


def shifted(power: Sequence[Any], low: Any, high: Any) -> list[Any]:
    """Powers of x = middle + half_width t from powers of t."""
    slope, offset = 2 / (high - low), -(high + low) / (high - low)
    result = [mp.mpf(0)] * len(power)
    for c in reversed(power):
        raised = [mp.mpf(0), *result[:-1]]
        result = [offset * r + slope * below for r, below in zip(result, raised, strict=True)]
        result[0] += c
    return result


def show(name: str, rows: Sequence[Sequence[Any]], *, flat: bool = False) -> None:
    """Print one array constant, four numbers a line."""
    print(f"{name}: FloatArray = np.array(\n    [")
    for row in rows:
        numbers = [repr(float(c)) for c in row]
        lines = [", ".join(numbers[k : k + 4]) + "," for k in range(0, len(numbers), 4)]
        indent = " " * (8 if flat else 12)
        body = "\n".join(indent + line for line in lines)
        print(body if flat else f"        [\n{body}\n        ],")
    print("    ]\n)")


def main() -> None:
    """Print all constants."""
    half, one = mp.mpf(1) / 2, mp.mpf(1)
    show("_EDGES", [EDGES], flat=True)
    for name, j in (("HALF", half), ("ONE", one)):

        def ln_f(eta: Any, j: Any = j) -> Any:
            return mp.log(fermi_dirac(j, eta))

        def left(z: Any, j: Any = j) -> Any:
            return mp.log(fermi_dirac(j, mp.log(z)) / z) / z

        limits = mp.mpf(0), mp.exp(EDGES[0])
        show(f"_{name}_LEFT", [shifted(interpolate(left, *limits, LEFT_TERMS), *limits)], flat=True)
        pieces = [interpolate(ln_f, mp.mpf(a), mp.mpf(b), PIECE_TERMS) for a, b in pairwise(EDGES)]
        show(f"_{name}_PIECES", pieces)

    def right(w: Any) -> Any:
        return mp.log(fermi_dirac(half, 1 / mp.sqrt(w)) * w ** mp.mpf("0.75"))

    limits = mp.mpf(0), 1 / mp.mpf(EDGES[-1]) ** 2
    show("_HALF_RIGHT", [shifted(interpolate(right, *limits, RIGHT_TERMS), *limits)], flat=True)


if __name__ == "__main__":
    main()
