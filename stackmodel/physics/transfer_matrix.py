"""Light in a stack of flat layers: reflection, transmission, absorption by layer and by depth.

Fields go as exp(-i omega t), indices are n + i kappa, lengths are in nm. Media are counted from the side that light
comes from: 0 the entrance, 1 to n_layers the layers, n_layers + 1 the exit. A coherent layer adds amplitudes, an
incoherent one (thick, with faces never parallel within a wavelength) adds intensities; layers between two
incoherent media are a coherent pack. Reflections are summed from the far side with decaying exponentials only, so an
opaque layer is no harder than a thin one.
"""

from __future__ import annotations

import cmath
import math

import numpy as np

from stackmodel.arrays import BoolArray, ComplexArray, FloatArray, IntArray
from stackmodel.physics.kernel import kernel

#: Columns of `waves`: what makes the absorption in a layer, eq. (O7).
DECAY, PHASE, FORWARD, BACKWARD, CROSS_RE, CROSS_IM = range(6)
N_WAVES = 6
#: Smallest normal index: below it both waves of a layer are the same and the field is linear in depth; put that high,
#: rounding and the change of the layer both stay under 1e-10.
_LEAST_NORMAL = 1e-5


@kernel
def normal_index(n: complex, tangential: float) -> complex:
    """Index along the normal, q = n cos(theta), on the branch whose forward wave decays.

    Notes
    -----
    Eq. (O1) of docs/method.md: q = sqrt(n^2 - s^2), Im q >= 0, s = n_0 sin(theta_0) conserved by all media.
    """
    q = cmath.sqrt((n - tangential) * (n + tangential))
    if q.imag < 0.0:
        q = -q
    return q if abs(q) > _LEAST_NORMAL else complex(_LEAST_NORMAL, 0.0)


@kernel
def _pack(
    first: int, last: int, eta: ComplexArray, phase: ComplexArray, gamma: ComplexArray, onward: ComplexArray,
    returned: ComplexArray,
) -> tuple[complex, float]:  # fmt: skip
    """Fill the amplitudes that light of amplitude 1 makes on its way from medium `first` to `last`.

    `onward` are waves away from the light where they enter a layer, `returned` those back where they start, at its
    far side, eqs. (O2) to (O4). Returns the amplitude reflected and the power transmitted.
    """
    step = 1 if last > first else -1
    gamma[last] = 0.0
    j = last
    while j != first:
        k, j = j, j - step
        r = (eta[j] - eta[k]) / (eta[j] + eta[k])
        echo = gamma[k] * phase[k] * phase[k]
        gamma[j] = (r + echo) / (1.0 + r * echo)
    amplitude = 1.0 + 0.0j
    while j != last:
        k = j + step
        total = eta[j] + eta[k]
        echo = gamma[k] * phase[k] * phase[k]
        onward[k] = 2.0 * eta[j] * amplitude / (total + (eta[j] - eta[k]) * echo)
        amplitude = onward[k] * phase[k]
        returned[k] = gamma[k] * amplitude
        j = k
    power = _square(onward[last]) * eta[last].real
    return gamma[first], power / eta[first].real if eta[first].real > 0.0 else 0.0


@kernel
def _square(z: complex) -> float:
    return z.real * z.real + z.imag * z.imag


@kernel
def _interference(r: complex, eta: complex) -> float:
    """Power that the incident and the reflected wave carry together in an absorbing medium, eq. (O6)."""
    return 2.0 * r.imag * eta.imag / eta.real if eta.real > 0.0 else 0.0


@kernel
def absorbed(wave: FloatArray, depth: float, start: float, width: float) -> float:
    """Share of the light that a cell of a layer absorbs.

    Parameters
    ----------
    wave : ndarray, shape (6,)
        Row of `waves`.
    depth, start, width : float
        Thickness of the layer, where in it the cell begins, and how wide it is. [nm]

    Notes
    -----
    The integral of eq. (O7) in the closed form of eq. (O8) of docs/method.md, which keeps its digits however thin the
    cell and however opaque the layer.
    """
    rest = max(depth - (start + width), 0.0)
    decay, phase = wave[DECAY], wave[PHASE]
    straight = wave[FORWARD] * math.exp(-decay * start) + wave[BACKWARD] * math.exp(-decay * rest)
    lost: float = -math.expm1(-decay * width) * straight
    if wave[CROSS_RE] == 0.0 and wave[CROSS_IM] == 0.0:
        return lost
    middle, half = phase * (start + 0.5 * width), 0.5 * phase * width
    crossed = wave[CROSS_RE] * math.cos(middle) - wave[CROSS_IM] * math.sin(middle)
    lost += 2.0 * math.sin(half) * crossed
    return lost


@kernel
def solve(
    wavelength: FloatArray, index: ComplexArray, thickness: FloatArray, coherent: BoolArray, angle: float,
    p_polarised: bool,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:  # fmt: skip
    """Reflectance, transmittance, absorptance by layer, and what makes the absorption in depth.

    Parameters
    ----------
    wavelength : ndarray, shape (n_wavelengths,)
        In vacuum. [nm]
    index : ndarray, shape (n_wavelengths, n_layers + 2)
        Complex indices n + i kappa, kappa >= 0, entrance and exit included. The entrance is transparent: of its
        index the real part is read.
    thickness : ndarray, shape (n_layers,)
        [nm]
    coherent : ndarray, shape (n_layers,)
        Whether amplitudes, not intensities, are added within the layer.
    angle : float
        Of incidence in the entrance medium, 0 to below pi/2. [rad]
    p_polarised : bool
        p where True, else s.

    Returns
    -------
    R, T : ndarray, shape (n_wavelengths,)
        As shares of the light that comes in.
    A : ndarray, shape (n_wavelengths, n_layers)
        The same by layer.
    waves : ndarray, shape (n_wavelengths, n_layers, 6)
        For `cells` and `density`: DECAY and PHASE [nm^-1], FORWARD, BACKWARD, and CROSS as two real numbers.

    Notes
    -----
    Eqs. (O1) to (O8) of docs/method.md; R + T + sum(A) = 1. Where the wave in an incoherent layer is evanescent and
    nothing absorbs it, nothing passes.

    References
    ----------
    .. [1] S. J. Byrnes, arXiv:1603.02720 (2016), for what light from both sides and incoherent layers absorb.
    """
    n_wavelengths, n_media = index.shape
    n_layers = n_media - 2
    R, T = np.empty(n_wavelengths), np.empty(n_wavelengths)
    A, waves = np.empty((n_wavelengths, n_layers)), np.zeros((n_wavelengths, n_layers, N_WAVES))
    marks = np.empty(n_media, dtype=np.int64)  # the incoherent media
    marks[0] = 0
    n_packs = 0
    for j in range(1, n_media):
        if j == n_media - 1 or not coherent[j - 1]:
            n_packs += 1
            marks[n_packs] = j
    rows = np.zeros((8, n_media), dtype=np.complex128)
    normal, eta, phase, gamma = rows[0], rows[1], rows[2], rows[3]
    onward, returned, back_onward, back_returned = rows[4], rows[5], rows[6], rows[7]
    powers = np.zeros((n_packs, 6))
    passed = np.ones(n_packs + 1)  # share that one pass through an incoherent medium leaves
    seen = np.zeros(n_packs + 1)  # what each medium sees reflected from beyond
    sine, cosine = math.sin(angle), math.cos(angle)
    for i in range(n_wavelengths):
        k = 2.0 * math.pi / wavelength[i]
        tangential = index[i, 0].real * sine
        for j in range(n_media):
            n = index[i, j]
            normal[j] = index[i, 0].real * cosine if j == 0 else normal_index(n, tangential)
            eta[j] = normal[j] / (n * n) if p_polarised else normal[j]
            if j == 0:
                eta[0] = eta[0].real
            phase[j] = cmath.exp(1j * k * normal[j] * thickness[j - 1]) if 0 < j <= n_layers else 1.0
        for p in range(n_packs):
            a, b = marks[p], marks[p + 1]
            r, transmitted = _pack(a, b, eta, phase, gamma, onward, returned)
            powers[p, 0], powers[p, 1], powers[p, 2] = _square(r), transmitted, _interference(r, eta[a])
            if p < n_packs - 1:
                r, transmitted = _pack(b, a, eta, phase, gamma, back_onward, back_returned)
                powers[p, 3], powers[p, 4], powers[p, 5] = _square(r), transmitted, _interference(r, eta[b])
                passed[p + 1] = _square(phase[b])
        seen[n_packs] = 0.0
        for p in range(n_packs - 1, -1, -1):
            echo = passed[p + 1] ** 2 * seen[p + 1]
            seen[p] = powers[p, 0] + powers[p, 1] * powers[p, 4] * echo / (1.0 - powers[p, 3] * echo)
        forward = 1.0
        for p in range(n_packs):
            a, b = marks[p], marks[p + 1]
            echo = passed[p + 1] ** 2 * seen[p + 1]
            entered = forward * powers[p, 1] / (1.0 - powers[p, 3] * echo)
            ahead = entered * passed[p + 1]  # on the next pack
            backward = ahead * seen[p + 1] * passed[p + 1]  # on this pack, from behind
            from_front = forward / eta[a].real if forward > 0.0 else 0.0
            from_back = backward / eta[b].real if backward > 0.0 else 0.0
            for j in range(a + 1, b):
                wave = waves[i, j - 1]
                wave[DECAY], wave[PHASE] = 2.0 * k * normal[j].imag, 2.0 * k * normal[j].real
                f, g, f_back, g_back = onward[j], returned[j], back_onward[j], back_returned[j]
                straight, crossed = eta[j].real, 2.0 * eta[j].imag * phase[j].conjugate()
                wave[FORWARD] = straight * (from_front * _square(f) + from_back * _square(g_back))
                wave[BACKWARD] = straight * (from_front * _square(g) + from_back * _square(f_back))
                cross = crossed * (from_front * f * g.conjugate() + from_back * g_back * f_back.conjugate())
                wave[CROSS_RE], wave[CROSS_IM] = cross.real, cross.imag
            if p < n_packs - 1:
                wave = waves[i, b - 1]
                wave[DECAY], wave[PHASE] = 2.0 * k * normal[b].imag, 2.0 * k * normal[b].real
                reflected = ahead * seen[p + 1]
                mixed = passed[p + 1] * (reflected * powers[p, 5] + entered * powers[p + 1, 2])
                straight = -math.expm1(-wave[DECAY] * thickness[b - 1]) * (entered + reflected)
                # What interferes at its faces is spread over the layer, so that the balance is exact.
                share = 1.0 - mixed / straight if straight > 0.0 else 1.0
                wave[FORWARD], wave[BACKWARD] = share * entered, share * reflected
            forward = ahead
        R[i], T[i] = seen[0], entered
        for j in range(n_layers):
            A[i, j] = absorbed(waves[i, j], thickness[j], 0.0, thickness[j])
    return R, T, A, waves


@kernel
def cells(
    waves: FloatArray, thickness: FloatArray, layer: IntArray, start: FloatArray, width: FloatArray
) -> FloatArray:
    """Share of the light that each cell of a mesh absorbs, exactly; the cells of a layer sum to its absorptance.

    Parameters
    ----------
    waves : ndarray, shape (n_wavelengths, n_layers, 6)
        From `solve`.
    thickness : ndarray, shape (n_layers,)
        [nm]
    layer : ndarray, shape (n_cells,)
        The layer that each cell lies in, 0 the first.
    start, width : ndarray, shape (n_cells,)
        Where in its layer it begins, from the side that light comes from, and how wide it is. [nm]

    Returns
    -------
    ndarray, shape (n_wavelengths, n_cells)
        Eq. (O8) of docs/method.md.
    """
    out = np.empty((waves.shape[0], layer.size))
    for i in range(waves.shape[0]):
        for c in range(layer.size):
            out[i, c] = absorbed(waves[i, layer[c]], thickness[layer[c]], start[c], width[c])
    return out


@kernel
def density(waves: FloatArray, thickness: FloatArray, layer: IntArray, depth: FloatArray) -> FloatArray:
    """Share of the light absorbed per length at points of a stack [nm^-1].

    Parameters
    ----------
    waves : ndarray, shape (n_wavelengths, n_layers, 6)
        From `solve`.
    thickness : ndarray, shape (n_layers,)
        [nm]
    layer, depth : ndarray, shape (n_points,)
        The layer of each point and how deep in it that lies, from the side that light comes from. [nm]

    Returns
    -------
    ndarray, shape (n_wavelengths, n_points)
        Eq. (O7) of docs/method.md.
    """
    out = np.empty((waves.shape[0], layer.size))
    for i in range(waves.shape[0]):
        for c in range(layer.size):
            wave, z = waves[i, layer[c]], depth[c]
            rest = max(thickness[layer[c]] - z, 0.0)
            straight = wave[FORWARD] * math.exp(-wave[DECAY] * z) + wave[BACKWARD] * math.exp(-wave[DECAY] * rest)
            turn = wave[PHASE] * z
            crossed = wave[CROSS_RE] * math.cos(turn) - wave[CROSS_IM] * math.sin(turn)
            out[i, c] = wave[DECAY] * straight + wave[PHASE] * crossed
    return out
