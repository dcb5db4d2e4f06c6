"""Numbers of twice the precision, held as a high and a low part, real and complex."""

from __future__ import annotations

from stackmodel.physics.kernel import kernel

_SPLIT = 134217729.0  # 2^27 + 1


@kernel
def plus(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return a + b."""
    total = a + b
    part = total - a
    rest = (a - (total - part)) + (b - part) + (a_low + b_low)
    high = total + rest
    return high, rest - (high - total)


@kernel
def times(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return a b (Dekker's product)."""
    product = a * b
    t = _SPLIT * a
    a_1 = t - (t - a)
    a_2 = a - a_1
    t = _SPLIT * b
    b_1 = t - (t - b)
    b_2 = b - b_1
    rest = ((a_1 * b_1 - product) + a_1 * b_2 + a_2 * b_1) + a_2 * b_2
    rest += a * b_low + a_low * b
    high = product + rest
    return high, rest - (high - product)


@kernel
def over(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return a / b."""
    first = a / b
    p, p_low = times(first, 0.0, b, b_low)
    r, r_low = plus(a, a_low, -p, -p_low)
    second = r / b
    p, p_low = times(second, 0.0, b, b_low)
    r, _ = plus(r, r_low, -p, -p_low)
    high, low = plus(first, 0.0, second, 0.0)
    return plus(high, low, r / b, 0.0)


@kernel
def plus_complex(a: complex, a_low: complex, b: complex, b_low: complex) -> tuple[complex, complex]:
    """Return a + b: both parts add up on their own."""
    re, re_low = plus(a.real, a_low.real, b.real, b_low.real)
    im, im_low = plus(a.imag, a_low.imag, b.imag, b_low.imag)
    return complex(re, im), complex(re_low, im_low)


@kernel
def times_complex(a: complex, a_low: complex, b: complex, b_low: complex) -> tuple[complex, complex]:
    """Return a b."""
    p, p_low = times(a.real, a_low.real, b.real, b_low.real)
    q, q_low = times(a.imag, a_low.imag, b.imag, b_low.imag)
    re, re_low = plus(p, p_low, -q, -q_low)
    p, p_low = times(a.real, a_low.real, b.imag, b_low.imag)
    q, q_low = times(a.imag, a_low.imag, b.real, b_low.real)
    im, im_low = plus(p, p_low, q, q_low)
    return complex(re, im), complex(re_low, im_low)


@kernel
def over_complex(a: complex, a_low: complex, b: complex, b_low: complex) -> tuple[complex, complex]:
    """Return a / b = a conj(b) / |b|^2."""
    p, p_low = times(b.real, b_low.real, b.real, b_low.real)
    q, q_low = times(b.imag, b_low.imag, b.imag, b_low.imag)
    size, size_low = plus(p, p_low, q, q_low)
    turned, turned_low = times_complex(a, a_low, complex(b.real, -b.imag), complex(b_low.real, -b_low.imag))
    re, re_low = over(turned.real, turned_low.real, size, size_low)
    im, im_low = over(turned.imag, turned_low.imag, size, size_low)
    return complex(re, im), complex(re_low, im_low)
