"""Carrier statistics: how many carriers a band holds at a given Fermi level.

A layer's carrier density is n = N F(eta), with eta = (E_F - E_C)/kT for electrons and (E_V - E_F)/kT for
holes, and N the effective density of states (BOLTZMANN, FERMI_DIRAC, DIRAC) or the density of sites
(GAUSSIAN). All kernels work with ln F, which neither overflows nor underflows: at 20 K a gap of 9 eV is 5200
kT.

A kernel takes scalars and returns scalars, so that a solver's kernel calls it once a node. It takes the table
of its layer's density of states as a row of TABLE_LENGTH numbers; statistics other than GAUSSIAN ignore it,
and a row of zeros will do. Pass `statistics_code` as a plain int, or as an element of an int64 array.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.errors import InputError, UnsupportedError
from stackmodel.physics.band_filling import BOLTZMANN, DIRAC, FERMI_DIRAC, GAUSSIAN
from stackmodel.physics.kernel import kernel

#: Largest width of a Gaussian density of states. [kT]
MAX_DISORDER: Final = 20.0
#: The Gaussian is cut so many standard deviations beyond the mean energy of few carriers, sigma/kT of them from the
#: centre: there a share of 3e-14 of them is left.
MARGIN: Final = 7.5

# Layout of a Gaussian table: a header, then for each node (uniform in eta, the last one at eta = 0) the
# numbers y, h y', h^2 y''/2 of y = ln F - eta - ln M. M and M2 are the first two Boltzmann moments.
_DISORDER, _ETA_MIN, _INVERSE_SPACING, _LN_M, _LN_M2_OVER_M, _HEADER = 0, 1, 2, 3, 4, 8
_INTERVALS = 480
#: Length of one row of tables.
TABLE_LENGTH: Final = _HEADER + 3 * (_INTERVALS + 1)
# The table begins this far below the lower cut; the two-term series beyond is exact to exp(-2 _BELOW).
_BELOW = 15.0
# Points of a panel, and its width at most in standard deviations and in kT.
_PANEL_POINTS, _PANEL_WIDTH, _PANEL_KT = 12, 0.5, 2.5

_LN_2 = math.log(2.0)
_SMALLEST = float(np.finfo(np.float64).tiny)
_EPSILON = float(np.finfo(np.float64).eps)
_PI2_6 = math.pi**2 / 6.0

# Written by tools/fermi_dirac_coefficients.py, lowest power first; ranges and variables are described there.
# fmt: off
_EDGES: FloatArray = np.array(
    [
        -2.0, -0.25, 1.5, 3.75,
        7.0, 12.5, 22.5, 38.0,
    ]
)
_HALF_LEFT: FloatArray = np.array(
    [
        -0.35355339059327373, 0.12995008972984093, -0.07169000952234865, 0.04688003717515748,
        -0.03368155688473445, 0.02569123031154662, -0.020409588365142724, 0.016545498678435223,
        -0.012725895289774079, 0.006854144058459056,
    ]
)
_HALF_PIECES: FloatArray = np.array(
    [
        [
            -1.228115180972871, 0.7935082649583611, -0.02908484983555241, -0.005437618564639532,
            -0.0002617966567545748, 0.00012688856160341915, 2.7963465420921515e-05, -1.123730287049255e-06,
            -1.4050027756825473e-06, -1.5877922505282705e-07, 4.454902905076473e-08, 1.491493775146558e-08,
            -4.935614594806609e-11, -7.943582441394424e-10, -8.803935256742655e-11, 2.4383640897504056e-11,
        ],
        [
            0.20020649251220649, 0.6171018056464571, -0.05433948795642474, -0.0009137496058540965,
            0.0010887452315398473, -3.549725837414708e-05, -3.9321214048098716e-05, 4.602551551218163e-06,
            1.4841341623759487e-06, -3.59156594766255e-07, -4.659966185378282e-08, 2.3827576096755363e-08,
            4.9972742637765e-10, -1.3966172987035026e-09, 6.290610057482876e-11, 6.238612815561058e-11,
        ],
        [
            1.33980180079272, 0.5051544261390442, -0.06431137910937855, 0.007258213376697565,
            -0.00022557291832799847, -0.0001662438429184716, 5.0879833817481706e-05, -6.5420784212299084e-06,
            -5.694068462731664e-07, 4.955412528583936e-07, -1.1697062651263394e-07, 8.046734324265638e-09,
            4.3264177218325754e-09, -1.7982445405811655e-09, 2.1126877447554287e-10, 3.396168689537706e-11,
        ],
        [
            2.281382416047275, 0.426840885120365, -0.0563918397504932, 0.008997401155644477,
            -0.0014028517891509727, 0.00018482159964975392, -1.3611744260796912e-05, -2.4152709712425325e-06,
            1.4462819183699307e-06, -4.270675111420925e-07, 9.320065239529458e-08, -1.4926627406829837e-08,
            1.1937819189509115e-09, 3.305138922123135e-10, -2.5256789239821936e-10, 6.894083099719699e-11,
        ],
        [
            3.1442445803290004, 0.4156907516903152, -0.05651285046521743, 0.010018918930391515,
            -0.0019437159915364054, 0.0003879699353102253, -7.684749834769073e-05, 1.4636034159209356e-05,
            -2.5734835728956663e-06, 3.8540474300691094e-07, -3.64521228808791e-08, -4.083078824559477e-09,
            3.528008490365218e-09, -1.409660623821457e-09, 5.823213423201099e-10, -1.5080441303755025e-10,
        ],
        [
            4.012650452918176, 0.42626515298659917, -0.06023464210303345, 0.011283940740704792,
            -0.0023636163256543514, 0.0005246025320619469, -0.00012038415558234957, 2.8170380229064664e-05,
            -6.66033898096484e-06, 1.579716718475469e-06, -3.7363578172997977e-07, 8.74296108902864e-08,
            -1.9873456404717112e-08, 4.474623241368747e-09, -1.1113836932664476e-09, 2.138452697856164e-10,
        ],
        [
            4.830909996412546, 0.38360630863767814, -0.04896245844207515, 0.008317299725293967,
            -0.0015865058454757584, 0.0003221784542783505, -6.801736552011424e-05, 1.4739500862124801e-05,
            -3.25351671752826e-06, 7.279191131763794e-07, -1.64660343918037e-07, 3.748835596989834e-08,
            -8.387047910591852e-09, 1.9272976475811657e-09, -5.63812313256461e-10, 1.2997816972479553e-10,
        ],
    ]
)
_ONE_LEFT: FloatArray = np.array(
    [
        -0.25, 0.07986111111109805, -0.03993055555236068, 0.02417004213444336,
        -0.016285189755592323, 0.011754575318440763, -0.008896128776046484, 0.006911706502884302,
        -0.005134548570512675, 0.0027002778263771707,
    ]
)
_ONE_PIECES: FloatArray = np.array(
    [
        [
            -1.1988913314878995, 0.8158648842381416, -0.021664208345995976, -0.004325484154273601,
            -0.0003160035869118559, 7.194125423606367e-05, 2.1315260801843692e-05, 4.1818364359331295e-07,
            -8.197548732434693e-07, -1.4267308523115255e-07, 1.6005430614137025e-08, 9.328144166811921e-09,
            6.346198360306747e-10, -3.7212205309714333e-10, -7.22538119770527e-11, 6.736660148526293e-12,
        ],
        [
            0.3099927743752983, 0.6762342470439356, -0.04576241712700471, -0.0019962558281212315,
            0.0008215932420032698, 2.3442067537636017e-05, -3.029719466995222e-05, 9.780602729248817e-07,
            1.2729592381817297e-06, -1.4089272412680646e-07, -5.238236800972862e-08, 1.1508485567937191e-08,
            1.8564187701474458e-09, -7.753576179352864e-10, -4.1613216559724506e-11, 3.893460542081502e-11,
        ],
        [
            1.613246271004624, 0.6040557977890855, -0.06487666498162632, 0.0054320595559042084,
            0.00017856077607408181, -0.00018743484631367658, 3.7337359981111785e-05, -1.740494387349312e-06,
            -1.208161642331497e-06, 4.132555977580403e-07, -5.540522317834666e-08, -5.76452666807131e-09,
            4.793856347774011e-09, -1.083785142039757e-09, -1.052973012833424e-11, 5.367300829180352e-11,
        ],
        [
            2.777925767248251, 0.5434594581702543, -0.06597215242201082, 0.009305560604923444,
            -0.0012076959218295386, 0.0001093981343568167, 4.27948780347075e-06, -5.421045004702843e-06,
            1.6990115641050515e-06, -3.7169782223278023e-07, 5.8574766402710405e-08, -4.239875741281375e-09,
            -1.2313717642011565e-09, 7.034537842522519e-10, -2.3158778016149384e-10, 4.453771358543356e-11,
        ],
        [
            3.8954082572115323, 0.5452373460529027, -0.07175437737746487, 0.012112239627758457,
            -0.0021979107343548343, 0.000401917311341137, -7.090065897425242e-05, 1.1448310272933654e-05,
            -1.5121068438207407e-06, 9.284145230735935e-08, 3.4546754495003936e-08, -1.9430992687451835e-08,
            6.485582475193479e-09, -1.854561244914047e-09, 5.612326724729303e-10, -1.2111691111298212e-10,
        ],
        [
            5.041939717755024, 0.5653552847153961, -0.07904826044802883, 0.014573257456893687,
            -0.00298713789252344, 0.0006448343448043532, -0.00014296692867119085, 3.208325370085275e-05,
            -7.21296956605398e-06, 1.6104555951435808e-06, -3.538412341154808e-07, 7.567385167557964e-08,
            -1.559337493061229e-08, 3.0185394009783127e-09, -4.657514947697974e-10, 3.2571975030043846e-11,
        ],
        [
            6.129433979694452, 0.5105611051593008, -0.06493386543128248, 0.010971154057484948,
            -0.0020776662769370472, 0.0004180962230941333, -8.729675968584433e-05, 1.8671336182529807e-05,
            -4.0591086596177055e-06, 8.923872291241753e-07, -1.978366201266916e-07, 4.403316588867256e-08,
            -9.635703900155355e-09, 2.152298355079114e-09, -5.971297450386758e-10, 1.3244989455242753e-10,
        ],
    ]
)
_HALF_RIGHT: FloatArray = np.array(
    [
        -0.28468287047291924, 1.233700550143172, 0.3044032923270702, 9.013735351872185,
        229.29153899058497, 13912.00909465674,
    ]
)
# fmt: on


@kernel
def ln_density(statistics_code: int, eta: float, table: FloatArray) -> tuple[float, float]:
    """Logarithm of the carrier density in units of N, and its slope.

    Parameters
    ----------
    statistics_code : int
        A `Statistics` as a plain int.
    eta : float
        Fermi level from the band edge into the band. [kT]
    table : ndarray, shape (TABLE_LENGTH,)
        `gaussian_table` of the layer for GAUSSIAN, else anything of that type.

    Returns
    -------
    ln_f : float
        ln F(eta). [1]
    slope : float
        d ln F / d eta in (0, 1], the derivative of `ln_f` as computed. Its inverse is the factor by which the
        diffusion coefficient exceeds mu kT/q. [1]

    Notes
    -----
    Eq.: n = N F(eta). Any eta from -1e300 to 1e100. Relative error of F below 1e-14 + eps |eta|
    for FERMI_DIRAC and DIRAC, 1e-9 for GAUSSIAN; of the slope below 1e-11 and 1e-7. An unknown code or a NaN
    gives NaN.

    References
    ----------
    .. [1] J. McDougall and E. C. Stoner, Phil. Trans. R. Soc. A 237, 67 (1938).
    .. [2] J. S. Blakemore, Solid-State Electron. 25, 1067 (1982).
    """
    if statistics_code == BOLTZMANN:
        return eta, 1.0
    if statistics_code == FERMI_DIRAC:
        return _ln_fermi_dirac(eta)
    if statistics_code == GAUSSIAN:
        return _ln_gaussian(eta, table)
    if statistics_code == DIRAC:
        return _ln_dirac(eta)
    return math.nan, math.nan


@kernel
def _ln_fermi_dirac(eta: float) -> tuple[float, float]:
    """Logarithm of F_1/2 and its slope F_-1/2 / F_1/2."""
    if eta < _EDGES[0]:
        return _below_band(eta, _HALF_LEFT)
    if eta < _EDGES[-1]:
        return _piecewise(eta, _HALF_PIECES)
    w = 1.0 / (eta * eta)
    value, slope = _polynomial(w, _HALF_RIGHT)
    return 1.5 * math.log(eta) + value, (1.5 - 2.0 * w * slope) / eta


@kernel
def _ln_dirac(eta: float) -> tuple[float, float]:
    """Logarithm of F_1 and its slope F_0 / F_1."""
    if eta < _EDGES[0]:
        return _below_band(eta, _ONE_LEFT)
    if eta < _EDGES[-1]:
        return _piecewise(eta, _ONE_PIECES)
    # F_1(eta) = eta^2/2 + pi^2/6 - F_1(-eta), and the last term is below 1e-19 of the sum.
    w = 1.0 / (eta * eta)
    return 2.0 * math.log(eta) + math.log(0.5 + _PI2_6 * w), 1.0 / (eta * (0.5 + _PI2_6 * w))


@kernel
def _below_band(eta: float, coefficients: FloatArray) -> tuple[float, float]:
    """Correction to Boltzmann: ln F = eta + z H(z), z = exp(eta)."""
    z = math.exp(eta)
    value, slope = _polynomial(z, coefficients)
    return eta + z * value, 1.0 + z * (value + z * slope)


@kernel
def _piecewise(eta: float, pieces: FloatArray) -> tuple[float, float]:
    """Polynomial of the piece that holds eta, and its derivative."""
    k = 0
    while eta >= _EDGES[k + 1]:
        k += 1
    scale = 2.0 / (_EDGES[k + 1] - _EDGES[k])
    value, slope = _polynomial((eta - _EDGES[k]) * scale - 1.0, pieces[k])
    return value, slope * scale


@kernel
def _polynomial(x: float, coefficients: FloatArray) -> tuple[float, float]:
    """Horner's rule for a polynomial, lowest power first, and its derivative."""
    value, slope = 0.0, 0.0
    for k in range(coefficients.size - 1, -1, -1):
        slope = slope * x + value
        value = value * x + coefficients[k]
    return value, slope


@kernel
def _ln_gaussian(eta: float, table: FloatArray) -> tuple[float, float]:
    """Logarithm of the occupied fraction of a Gaussian density of states, and its slope.

    The Gaussian is symmetric, so F(eta) = 1 - F(-eta): the empty fraction above the centre is the occupied
    one below, and ln F keeps full relative accuracy up to saturation.
    """
    if eta > 0.0:
        ln_empty, slope = _ln_gaussian_below_centre(-eta, table)
        empty = math.exp(ln_empty)
        # The floor keeps a Newton step finite where exp has underflowed.
        return math.log1p(-empty), max(empty * slope / (1.0 - empty), _SMALLEST)
    return _ln_gaussian_below_centre(eta, table)


@kernel
def _ln_gaussian_below_centre(eta: float, table: FloatArray) -> tuple[float, float]:
    """Quintic Hermite interpolation for eta <= 0; below the table the two-term series in exp(eta)."""
    position = (eta - table[_ETA_MIN]) * table[_INVERSE_SPACING]
    if position < 0.0:
        deviation = -math.exp(eta + table[_LN_M2_OVER_M])
        return eta + table[_LN_M] + deviation, 1.0 + deviation
    node = max(min(int(position), _INTERVALS - 1), 0)
    t = position - node
    at = _HEADER + 3 * node
    y, dy, ddy = table[at], table[at + 1], table[at + 2]
    # What the quadratic from the left node misses at the right one: value, slope, half the curvature.
    a = table[at + 3] - y - dy - ddy
    b = table[at + 4] - dy - 2.0 * ddy
    c = table[at + 5] - ddy
    p3, p4, p5 = 10.0 * a - 4.0 * b + c, -15.0 * a + 7.0 * b - 2.0 * c, 6.0 * a - 3.0 * b + c
    value = y + t * (dy + t * (ddy + t * (p3 + t * (p4 + t * p5))))
    slope = dy + t * (2.0 * ddy + t * (3.0 * p3 + t * (4.0 * p4 + t * 5.0 * p5)))
    return eta + table[_LN_M] + value, 1.0 + slope * table[_INVERSE_SPACING]


def gaussian_table(disorder: float) -> FloatArray:
    """Table of the occupied fraction of a Gaussian density of states.

    Parameters
    ----------
    disorder : float
        Standard deviation of the site energies, s = sigma/kT, 0 to 20. [kT]

    Returns
    -------
    ndarray, shape (TABLE_LENGTH,)
        A fresh, writable row for `ln_density`; rows of several layers stack into one array.

    Raises
    ------
    UnsupportedError
        Above 20 kT.
    InputError
        If negative or not a number.

    Notes
    -----
    Eq.: F(eta; s) = integral of g(x) / (1 + exp(x - eta)) dx, with g a Gaussian of standard deviation s around 0;
    energies from the centre of the distribution in kT. s = 0 is the single level F = 1/(1 + exp(-eta)).

    Few carriers sit around -s^2 with the standard deviation s, so that F -> exp(eta + s^2/2) below about -3/2 s^2. The
    integral goes to 7.5 s beyond that mean, +-(s + 7.5) s, and is renormalised to 1. Whether the film
    has dots there is another question, see `structure.levels.refuse_few_dots`.

    The table holds ln F with two derivatives at uniform nodes from -(s + 7.5) s - 15 to 0, by Gauss-Legendre quadrature
    in panels of half a standard deviation, or 2.5 kT. Error of ln F below 1e-9, of the slope below 1e-7 relative.

    References
    ----------
    .. [1] G. Paasch and S. Scheinert, J. Appl. Phys. 107, 104501 (2010).
    """
    if not disorder >= 0.0:
        raise InputError(f"disorder: sigma/kT is {disorder:g}; expected 0 to {MAX_DISORDER:g}.")
    if disorder > MAX_DISORDER:
        raise UnsupportedError(
            f"disorder: sigma/kT is {disorder:g}; the Gaussian density of states is tabulated from 0 to "
            f"{MAX_DISORDER:g}. Use a higher temperature or a narrower distribution."
        )
    return _gaussian_table(float(disorder)).copy()


@lru_cache(maxsize=256)
def _gaussian_table(disorder: float) -> FloatArray:
    """Build one table; the caller copies it."""
    x, ln_weight = _gaussian_nodes(disorder)
    weight = np.exp(ln_weight)
    eta_min = -(disorder + MARGIN) * disorder - _BELOW
    eta = np.linspace(eta_min, 0.0, _INTERVALS + 1)
    spacing = -eta_min / _INTERVALS

    # The exponent is held where exp neither overflows nor makes 0 times infinity: such levels are empty or full.
    empty = np.exp(np.clip(x - eta[:, np.newaxis], -700.0, 700.0))
    filled = 1.0 / (1.0 + empty)
    empty *= filled
    # d^k F/d eta^k for k = 0, 1, 2; with F - F' = sum w f^2 the slope's distance to 1 has no cancellation.
    f = filled @ weight
    f_minus_df = (filled * filled) @ weight
    ddf = (filled * empty * (empty - filled)) @ weight
    ln_m, ln_m2 = _ln_of_sum(ln_weight - x), _ln_of_sum(ln_weight - 2.0 * x)

    table = np.zeros(TABLE_LENGTH)
    table[[_DISORDER, _ETA_MIN, _INVERSE_SPACING]] = disorder, eta_min, 1.0 / spacing
    table[[_LN_M, _LN_M2_OVER_M]] = ln_m, ln_m2 - ln_m
    nodes = table[_HEADER:].reshape(-1, 3)
    nodes[:, 0] = np.log(f) - eta - ln_m
    nodes[:, 1] = -f_minus_df / f * spacing
    nodes[:, 2] = (ddf / f - (1.0 - f_minus_df / f) ** 2) * (0.5 * spacing**2)
    return table


def _gaussian_nodes(disorder: float) -> tuple[FloatArray, FloatArray]:
    """Nodes [kT] and logarithms of weights, which sum to 1, of a Gaussian as far as carriers are."""
    point, point_weight = np.polynomial.legendre.leggauss(_PANEL_POINTS)
    reach = disorder + MARGIN
    panels = 2 * math.ceil(reach / min(_PANEL_WIDTH, _PANEL_KT / max(disorder, 1.0)))
    middle = reach * ((2.0 * np.arange(panels) + 1.0) / panels - 1.0)
    t = (middle[:, np.newaxis] + reach / panels * point).ravel()
    ln_weight = np.tile(np.log(point_weight), panels) - 0.5 * t * t
    return disorder * t, ln_weight - _ln_of_sum(ln_weight)


def _ln_of_sum(exponents: FloatArray) -> float:
    """Return ln of the sum of exp."""
    top = float(exponents.max())
    return top + math.log(float(np.exp(exponents - top).sum()))


@kernel
def eta_of_ln_density(statistics_code: int, ln_f: float, table: FloatArray) -> float:
    """Fermi level from the carrier density: the inverse of `ln_density`.

    Parameters
    ----------
    statistics_code : int
        A `Statistics` as a plain int.
    ln_f : float
        ln(n/N). [1]
    table : ndarray, shape (TABLE_LENGTH,)
        As for `ln_density`.

    Returns
    -------
    float
        eta, to 1e-12 relative (absolute where |eta| < 1). NaN where no Fermi level gives the density: ln_f >=
        0 for GAUSSIAN (all sites filled), NaN, an unknown code. [kT]

    Notes
    -----
    Newton's method on ln F(eta) = ln_f, kept in a bracket. ln F is concave, so that Newton from
    the Boltzmann value, which lies below the root, approaches from below.
    """
    if statistics_code == BOLTZMANN:
        return ln_f
    if statistics_code == GAUSSIAN:
        if not ln_f < 0.0:
            return math.nan
        if ln_f > -_LN_2:
            return -_newton_inverse(statistics_code, math.log(-math.expm1(ln_f)), table)
    return _newton_inverse(statistics_code, ln_f, table)


@kernel
def _newton_inverse(statistics_code: int, ln_f: float, table: FloatArray) -> float:
    """Newton's method in a bracket for ln F(eta) = ln_f; GAUSSIAN only for F <= 1/2."""
    low, high = ln_f, math.inf
    if statistics_code == GAUSSIAN:
        low = ln_f - table[_LN_M]
    if not math.isfinite(low):
        return low
    eta = low
    if ln_f > 1.0:
        eta = _degenerate_eta(statistics_code, ln_f)
    for _ in range(100):
        value, slope = ln_density(statistics_code, eta, table)
        error = value - ln_f
        if error < 0.0:
            low = max(low, eta)
        else:
            high = min(high, eta)
        new = eta - error / slope
        if not low <= new <= high:
            new = 0.5 * (low + high)
        if abs(new - eta) <= 1e-9 * max(1.0, abs(new)):
            return new
        eta = new
    return math.nan


@kernel
def _degenerate_eta(statistics_code: int, ln_f: float) -> float:
    """Zero-temperature limit of the inverse, F = eta^(3/2)/Gamma(5/2) or eta^2/2: an upper bound of eta."""
    if statistics_code == FERMI_DIRAC:
        return math.exp((ln_f - _HALF_RIGHT[0]) / 1.5)
    return math.exp(0.5 * (ln_f + _LN_2))


@kernel
def neutral_level(
    code_n: int,
    ln_N_C: float,
    table_n: FloatArray,
    code_p: int,
    ln_N_V: float,
    table_p: FloatArray,
    gap_over_kT: float,
    doping: float,
) -> float:
    """Fermi level at which a layer is neutral, from its conduction band edge.

    Parameters
    ----------
    code_n, code_p : int
        Statistics of electrons and holes as plain ints.
    ln_N_C, ln_N_V : float
        Logarithm of the density of states or sites, in the unit of `doping`. [ln(cm^-3)]
    table_n, table_p : ndarray, shape (TABLE_LENGTH,)
        As for `ln_density`.
    gap_over_kT : float
        (E_C - E_V)/kT, of either sign. [kT]
    doping : float
        Net ionised doping N_D - N_A. [cm^-3]

    Returns
    -------
    float
        u = (E_F - E_C)/kT. NaN where a GAUSSIAN band has no more sites than the doping asks for. [kT]

    Notes
    -----
    Eq.: N_C F_n(u) - N_V F_p(-gap - u) = N_D - N_A, solved as ln n = ln(p + N_D) or its mirror
    image: no term overflows at any gap, and swapping the bands with the sign of the doping gives -gap - u.
    Neutral to 1e-12 of the larger density for |gap| up to 8000 kT; beyond, the rounding of u itself, eps |u|,
    exceeds that.
    """
    if doping < 0.0:
        majority = _majority_level(code_p, ln_N_V, table_p, code_n, ln_N_C, table_n, gap_over_kT, math.log(-doping))
        return -gap_over_kT - majority
    ln_doping = -math.inf if doping == 0.0 else math.log(doping)
    return _majority_level(code_n, ln_N_C, table_n, code_p, ln_N_V, table_p, gap_over_kT, ln_doping)


@kernel
def _majority_level(
    code_a: int,
    ln_N_a: float,
    table_a: FloatArray,
    code_b: int,
    ln_N_b: float,
    table_b: FloatArray,
    gap: float,
    ln_doping: float,
) -> float:
    """Level u of the majority carriers a with N_a F_a(u) = N_b F_b(-gap - u) + doping."""
    shift = ln_N_b - ln_N_a
    if code_b == GAUSSIAN:
        shift += table_b[_LN_M]
    if code_a == GAUSSIAN:
        shift -= table_a[_LN_M]
    intrinsic = -0.5 * gap + 0.5 * shift
    if code_a != BOLTZMANN or code_b != BOLTZMANN:
        intrinsic = _newton_balance(
            code_a=code_a, ln_N_a=ln_N_a, table_a=table_a, code_b=code_b, ln_N_b=ln_N_b, table_b=table_b, gap=gap,
            ln_doping=-math.inf, start=intrinsic, low=-math.inf,
        )  # fmt: skip
    if ln_doping == -math.inf:
        return intrinsic
    # At the larger of the two limits a is below b + doping by a factor of 2 at most, and the root lies above.
    extrinsic = eta_of_ln_density(code_a, ln_doping - ln_N_a, table_a)
    if math.isnan(extrinsic):
        return math.nan
    start = max(extrinsic, intrinsic)
    return _newton_balance(
        code_a=code_a, ln_N_a=ln_N_a, table_a=table_a, code_b=code_b, ln_N_b=ln_N_b, table_b=table_b, gap=gap,
        ln_doping=ln_doping, start=start, low=start,
    )  # fmt: skip


@kernel
def _newton_balance(
    code_a: int,
    ln_N_a: float,
    table_a: FloatArray,
    code_b: int,
    ln_N_b: float,
    table_b: FloatArray,
    gap: float,
    ln_doping: float,
    start: float,
    low: float,
) -> float:
    """Newton's method in a bracket for ln(N_a F_a(u)) = ln(N_b F_b(-gap - u) + doping), rising in u."""
    u, high, last_step = start, math.inf, math.inf
    for _ in range(300):
        value_a, slope_a = ln_density(code_a, u, table_a)
        value_b, slope_b = ln_density(code_b, -gap - u, table_b)
        ln_a, ln_b = ln_N_a + value_a, ln_N_b + value_b
        total, share_b = _ln_sum(ln_b, ln_doping)
        error = ln_a - total
        if error < 0.0:
            low = max(low, u)
        else:
            high = min(high, u)
        step = -error / (slope_a + share_b * slope_b)
        new = u + step
        outside = not low <= new <= high
        slow = abs(step) > 0.5 * last_step and high - low < math.inf
        if outside or slow:
            new = 0.5 * (low + high)
        last_step = abs(new - u)
        if last_step <= 1e-9 * max(1.0, abs(new)) or abs(error) <= _EPSILON * (1.0 + abs(ln_a)):
            return new
        u = new
    return math.nan


@kernel
def _ln_sum(ln_b: float, ln_d: float) -> tuple[float, float]:
    """Logarithm of b + d and the share b/(b + d), from the logarithms of b and d."""
    if ln_b >= ln_d:
        ratio = math.exp(ln_d - ln_b)
        return ln_b + math.log1p(ratio), 1.0 / (1.0 + ratio)
    ratio = math.exp(ln_b - ln_d)
    return ln_d + math.log1p(ratio), ratio / (1.0 + ratio)
