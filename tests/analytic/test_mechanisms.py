"""Mechanisms of transport against what can be written down: mobility, image force, tunnelling, levels in the gap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

import stackmodel as sm
from helpers import metals
from stackmodel.physics.tunnelling import field_enhancement
from stackmodel.solvers import drift_diffusion as solver
from stackmodel.solvers import equilibrium
from stackmodel.structure.mesh import uniform_mesh

Q, EPS_0, BOLTZMANN = 1.602176634e-19, 8.8541878128e-14, 8.617333262e-5
HBAR, MASS, INF = 1.054571817e-34, 9.1093837015e-31, math.inf
KT = BOLTZMANN * 300


def slab(chi, gap, eps, N, mu, tau=INF, **more):
    """A film of sites: no law changes it with temperature."""
    mu_n, mu_p = mu if isinstance(mu, tuple) else (mu, mu)
    N_C, N_V = N if isinstance(N, tuple) else (N, N)
    if tau is not None:
        more |= {"electron_lifetime": tau, "hole_lifetime": tau}
    return sm.Material(
        name="slab", kind="dot film", electron_affinity=chi, band_gap=gap, relative_permittivity=eps,
        conduction_band_dos=N_C, valence_band_dos=N_V, electron_mobility=mu_n, hole_mobility=mu_p, **more,
    )  # fmt: skip


def ohmic(material, thickness, *, T=300.0):
    return metals(material, thickness, sm.Contact.ohmic(), sm.Contact.ohmic(), T=T, anode="back")


def traps(family, density, level, capture=(1e-8, 1e-8), **more):
    """Arguments of `slab` for one family of levels."""
    values = {"density": density, "level": level, "electron_capture": capture[0], "hole_capture": capture[1], **more}
    return {f"{family}_{name}": value for name, value in values.items()}


def field_at_front(point):
    """Field in the first element, positive where it draws electrons in [V/cm]."""
    return (point.potential[1] - point.potential[0]) / (point.position[1] - point.position[0]) * 1e7


def field_in(point):
    """Size of the field at the points, the mean of the elements beside each [V/cm]."""
    return np.abs(np.gradient(point.potential, point.position * 1e-7))


# -- mobility ----------------------------------------------------------------------------------------------------------

#: Rows of the case's murgatroyd.csv: V, J of SIMsalabim's Tests/test_2 [A/m^2].
MURGATROYD = {3.393222: 60731.65487, 10.481131: 637931.6569, 32.374575: 8984761.0, 100.0: 189956900.0}


def poole_frenkel():
    # gamma = 1e-4 (m/V)^0.5 = 1e-3 (cm/V)^0.5
    return metals(slab(2.0, 4.0, 22, 1e20, 1e-3, electron_poole_frenkel=1e-3), 200, 2.0, 2.0, T=295)


def test_p08_poole_frenkel_simsalabim():
    found = poole_frenkel().jv(list(MURGATROYD)).current_density * 1e4
    assert found == pytest.approx(list(MURGATROYD.values()), rel=0.02)


def test_p08_drift_of_murgatroyd1970_comes_near_from_above():
    """J = mu exp(gamma sqrt F) F eps F' with F(0) = 0 integrates; diffusion from the contacts adds a little."""
    L, gamma, strength = 2e-5, 1e-3, 22 * EPS_0 * 1e-3

    def moment(F, power):
        return quad(lambda f: f**power * math.exp(gamma * math.sqrt(f)), 0, F, epsrel=1e-10)[0]

    def drop(F):
        return L * moment(F, 2) / moment(F, 1)

    drift = [strength * moment(brentq(lambda F, V=V: drop(F) - V, V / L, 3 * V / L), 1) / L for V in (30.0, 100.0)]
    ratio = poole_frenkel().jv([30.0, 100.0]).current_density / drift
    assert 1.0 < ratio[1] < 1.015
    assert ratio[1] < ratio[0] < 1.08


@pytest.mark.parametrize(
    ("carrier", "doping", "beta", "v"), [("electron", "donor", 2.0, 1e7), ("hole", "acceptor", 1.0, 8e6)]
)
def test_velocity_saturates_as_caughey_thomas1967(carrier, doping, beta, v):
    mu, L, N = 1000.0, 1e-4, 1e16
    more = {f"{carrier}_saturation_velocity": v, f"{carrier}_saturation_exponent": beta, f"{doping}_density": N}
    voltages = np.array([0.01, 1.0, 3.0, 10.0, 30.0])
    F = voltages / L
    law = Q * N * mu * F / (1 + (mu * F / v) ** beta) ** (1 / beta)
    assert law[-1] > 0.9 * Q * N * v
    curve = ohmic(slab(4.0, 1.5, 12, 1e19, mu, **more), L * 1e7).jv(voltages)
    assert curve.current_density == pytest.approx(law, rel=1e-3)


def test_poole_frenkel_then_saturation():
    """The mobility that saturates is the one that the field has raised."""
    mu, L, N, gamma, v, beta, V = 10.0, 1e-5, 1e16, 5e-3, 5e6, 2.0, 3.0
    film = slab(
        4.0, 1.5, 12, 1e19, mu, donor_density=N, electron_poole_frenkel=gamma, electron_saturation_velocity=v,
        electron_saturation_exponent=beta,
    )  # fmt: skip
    raised = mu * math.exp(gamma * math.sqrt(V / L))
    law = Q * N * raised * V / L / (1 + (raised * V / L / v) ** beta) ** (1 / beta)
    assert ohmic(film, 100).jv([V]).current_density[0] == pytest.approx(law, rel=1e-3)


@pytest.mark.parametrize("carrier", ["electron", "hole"])
@pytest.mark.parametrize("V", [1e-3, 0.3, 3.0, 10.0])
def test_hops_go_with_the_field(carrier, V):
    """(M3): mu sinh(x)/x of hops of 4 nm, from the linear law at weak fields to exp(x)/2 x at strong ones."""
    mu, L, N, a = 0.02, 1e-5, 1e17, 4e-7
    film = slab(
        4.0, 1.2, 12, 1e19, mu, **{f"{'donor' if carrier == 'electron' else 'acceptor'}_density": N},
        hopping_length=a * 1e7,
    )  # fmt: skip
    x = V / L * a / (2.0 * BOLTZMANN * 300.0)
    expected = Q * N * mu * math.sinh(x) / x * V / L
    assert ohmic(film, 100).jv([V]).current_density[0] == pytest.approx(expected, rel=1e-3)


def test_films_that_hop_by_rule_hop_from_centre_to_centre():
    film = sm.QuantumDotFilm(sm.QuantumDot("PbS", diameter=3.4), ligand="EDT", tunnel_barrier=1.0, interdot_spacing=0.6)
    assert film.value("hopping_length") == pytest.approx(4.0, rel=0.2)
    assert film.parameter("hopping_length").assumption == "hopping_mobility"
    assert "hopping_length" not in sm.material("PbS(3.4nm, TBAI)").parameters  # its mobility is measured


@pytest.mark.parametrize("T", [150.0, 300.0, 350.0])
def test_hopping_is_activated(T):
    E_a, mu, N, L, V = 0.08, 0.02, 1e17, 1e-5, 0.1
    film = slab(4.0, 1.2, 12, 1e19, mu, donor_density=N, electron_mobility_activation=E_a)
    expected = Q * N * mu * math.exp(-E_a / BOLTZMANN * (1 / T - 1 / 300)) * V / L
    assert ohmic(film, 100, T=T).jv([V]).current_density[0] == pytest.approx(expected, rel=1e-4)


def test_p15_photoconductor():
    """The crystal of 200 um as two layers of half of it, as a layer holds 100 um at most."""
    film = slab(4.05, 1.12, 11.7, (2.8e19, 2.65e19), (1000, 400), 1e-7, donor_density=1e15)
    device = sm.Photodiode(
        sm.Stack([sm.Active(film, 1e5), sm.Layer(film, 1e5, role="active")]), front=sm.Contact.ohmic(),
        back=sm.Contact.ohmic(), anode="back",
    )  # fmt: skip
    dark = device.jv([0.1]).current_density[0] * 1e4
    lit = device.jv([0.1], generation=dict.fromkeys(device.stack.names, 1e19)).current_density[0] * 1e4
    assert dark == pytest.approx(8010.88317, rel=1e-3)
    assert lit - dark == pytest.approx(10.074762149481572, rel=3e-3)
    assert (lit - dark) / (Q * 1e19 * 2e-2 * 1e4) == pytest.approx(0.03144085968951152, rel=3e-3)


# -- image force -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "eps", "lowering"),
    [(1e4, 11.7, 0.011093867358950944), (1e5, 11.7, 0.03508188891408175), (1e5, 4.0, 0.059999261408840834),
     (1e6, 4.0, 0.18973432397978016)],
)  # fmt: skip
def test_p05_image_force_lowering(field, eps, lowering):
    """Between two metals an empty film has a uniform field: the difference of work functions over the thickness."""
    half = 0.5 * field * 20e-7
    contacts = (
        sm.Contact.schottky(work_function=6.5 + sign * half, image_force=True, electron_recombination_velocity=1e7)
        for sign in (1, -1)
    )
    state = metals(slab(3.0, 7.0, eps, 1e12, 1), 20, *contacts).equilibrium()
    assert state.image_force_lowering == pytest.approx({"front": lowering, "back": lowering}, rel=1e-6)


@pytest.mark.parametrize("carrier", ["electron", "hole"])
@pytest.mark.parametrize("optical", [None, 6.0])
def test_image_force_lowers_a_thermionic_barrier(carrier, optical):
    """A metal that emits slowly is the bottleneck: the current grows by exp(delta Phi / kT) in either direction."""
    doping = {"electron": "donor_density", "hole": "acceptor_density"}[carrier]
    work = {"electron": 4.6, "hole": 4.9}[carrier]
    more = {} if optical is None else {"optical_permittivity": optical}

    def device(lowered):
        metal = sm.Contact.schottky(
            work_function=work, image_force=lowered, **{f"{carrier}_recombination_velocity": 1e3}
        )  # fmt: skip
        film = slab(4.0, 1.5, 12, 1e19, 1000, **{doping: 1e17}, **more)
        return metals(film, 500, *((metal, sm.Contact.ohmic()) if carrier == "electron" else
                                   (sm.Contact.ohmic(), metal)))  # fmt: skip

    voltages = [-3.0, -1.0, -0.2, 0.1]
    plain, lowered = device(False).jv(voltages), device(True).jv(voltages)
    ratio = lowered.current_density / plain.current_density
    for found, point in zip(ratio, lowered.points, strict=True):
        x, psi = (point.position, point.potential) if carrier == "electron" else (
            point.position[::-1], -point.potential[::-1])  # fmt: skip
        field = abs((psi[1] - psi[0]) / (x[1] - x[0])) * 1e7
        lowering = math.sqrt(Q * field / (4 * math.pi * (optical or 12) * EPS_0))
        assert found == pytest.approx(math.exp(lowering / KT), rel=1e-2)
    assert ratio[0] > 4.0


def test_image_force_does_nothing_where_the_field_pushes_carriers_out():
    """An accumulated contact keeps its barrier: the maximum of the image potential is gone."""

    def device(lowered):
        metal = sm.Contact.schottky(work_function=3.95, image_force=lowered, electron_recombination_velocity=1e3)
        return metals(slab(4.0, 1.5, 12, 1e19, 1000, donor_density=1e16), 200, metal, sm.Contact.ohmic(), anode="back")

    plain, lowered = (device(which).jv([-0.1, 0.1]).current_density for which in (False, True))
    # The meshes may differ.
    assert lowered == pytest.approx(plain, rel=2e-3)


def test_image_force_leaves_equilibrium_alone():
    metal = sm.Contact.schottky(work_function=4.6, image_force=True, electron_recombination_velocity=1e5)
    device = metals(slab(4.0, 1.5, 12, 1e19, 1000, donor_density=1e17), 500, metal, sm.Contact.ohmic())
    assert device.jv([0.0]).current_density[0] == 0.0


def test_image_force_needs_a_velocity():
    metal = sm.Contact.schottky(work_function=4.6, image_force=True)
    device = metals(slab(4.0, 1.5, 12, 1e19, 1000, donor_density=1e17), 500, metal, sm.Contact.ohmic())
    with pytest.raises(sm.InputError, match="electron_recombination_velocity"):
        device.jv([0.1])


# -- bimolecular recombination -----------------------------------------------------------------------------------------


def test_langevin_coefficient_of_the_bulk():
    """Within a slab that lets no minority carrier out, G = k (n p - n_i^2), k = zeta q (mu_n + mu_p) / eps."""
    zeta, mu, eps, N, G = 0.1, (2e-3, 5e-3), 4.0, 1e16, 1e18
    film = slab(4.0, 1.5, eps, 1e19, mu, donor_density=N, langevin_factor=zeta)
    keep = sm.Contact.schottky(
        work_function=4.0 + KT * math.log(1e19 / N), hole_recombination_velocity=0
    )  # fmt: skip
    point = metals(film, 2000, keep, keep, anode="back").jv([0.0], generation=G).points[0]
    k = zeta * Q * sum(mu) / (eps * EPS_0)
    middle = point.position.size // 2
    assert point.electron_density[middle] * point.hole_density[middle] == pytest.approx(G / k, rel=1e-3)
    assert point.by_mechanism["Langevin in slab"] == pytest.approx(Q * G * 2e-4, rel=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.6, 0.99])
def test_photon_recycling_scales_forward_and_reverse(share):
    anode = sm.Contact.schottky(work_function=5.2, electron_recombination_velocity=0)
    cathode = sm.Contact.schottky(work_function=4.1, hole_recombination_velocity=0)
    film = slab(4.0, 1.3, 10, 1e19, 100, radiative_coefficient=1e-10, photon_recycling=share)
    J_0 = Q * (1 - share) * 1e-10 * 1e38 * math.exp(-1.3 / KT) * 3e-5
    found = metals(film, 300, anode, cathode).jv([-0.3, 0.3]).current_density
    assert found == pytest.approx([-J_0, J_0 * math.expm1(0.3 / KT)], rel=2e-3)


def test_no_photon_leaves_with_all_recycled():
    anode = sm.Contact.schottky(work_function=5.2, electron_recombination_velocity=0)
    cathode = sm.Contact.schottky(work_function=4.1, hole_recombination_velocity=0)
    film = slab(4.0, 1.3, 10, 1e19, 100, radiative_coefficient=1e-10, photon_recycling=1.0, langevin_factor=1e-6)
    shares = metals(film, 300, anode, cathode).jv([0.3]).points[0].by_mechanism
    assert "radiative in slab" not in shares
    assert shares["Langevin in slab"] > 0.0


# -- tunnelling --------------------------------------------------------------------------------------------------------


def barrier(height, mass):
    """K F of Hurkx's integral, (4/3) sqrt(2 m E^3) / (q hbar) [V/cm]."""
    return 4 / 3 * math.sqrt(2 * mass * MASS * (height * Q) ** 3) / (Q * HBAR) * 1e-2


def hurkx(height, mass, field, kT=KT):
    """Gamma of Hurkx et al. 1992, by adaptive quadrature."""
    d, K = height / kT, barrier(height, mass) / field
    # The maximum and the decay from it are named to the quadrature.
    marks = sorted({min(1.0, (2 * d / (3 * K)) ** 2), min(1.0, K ** (-2 / 3)), min(1.0, 10 * K ** (-2 / 3))})
    return d * quad(lambda u: math.exp(d * u - K * u**1.5), 0, 1, points=marks, epsrel=1e-10, limit=500)[0]


@pytest.mark.parametrize("height", [0.05, 0.3, 0.7])
@pytest.mark.parametrize("kT", [BOLTZMANN * 77, KT])
def test_hurkx1992_integral(height, kT):
    for field in np.geomspace(1e2, 5e6, 25):
        found, slope = field_enhancement(height / kT, barrier(height, 0.2), field)
        assert found == pytest.approx(math.log1p(hurkx(height, 0.2, field, kT)), rel=1e-5)
        ends = [field_enhancement(height / kT, barrier(height, 0.2), field * (1 + s * 1e-5))[0] for s in (1, -1)]
        assert slope == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-3, abs=1e-9)


def intrinsic(L=100, gap=1.0, tau=1e-9, **more):
    """An undoped film between metals 0.3 eV from its bands: its field is uniform, its middle empty in reverse."""
    film = slab(4.0, gap, 12, 1e19, 10, tau, **more)
    return metals(film, L, 4.0 + gap - 0.3, 4.3)


@pytest.mark.parametrize(
    ("level", "masses"), [(0.0, (0.2, 0.2)), (0.1, (0.1, 0.4)), (-0.15, (0.3, None))]
)  # fmt: skip
def test_trap_assisted_tunnelling_is_hurkx1992(level, masses):
    """Lifetimes fall by 1 + Gamma: the part over SRH from the densities and the field of the solved point."""
    tau, gap = 1e-9, 1.0
    given = {
        f"{carrier}_tunnelling_mass": m for carrier, m in zip(("electron", "hole"), masses, strict=True) if m
    }  # fmt: skip
    device = intrinsic(tau=tau, gap=gap, trap_level=level, **given)
    for V in (-0.5, -2.0):
        point = device.jv([V]).points[0]
        field = float(np.median(field_in(point)))
        assert field_in(point) == pytest.approx(field, rel=2e-2)
        depths = 0.5 * gap - level, 0.5 * gap + level
        faster = [1 + hurkx(depth, m, field) if m else 1.0 for depth, m in zip(depths, masses, strict=True)]
        assert max(faster) > 1.3
        n_1, p_1 = (1e19 * math.exp(-depth / KT) for depth in depths)
        n, p = point.electron_density, point.hole_density
        excess = n * p - 1e38 * math.exp(-gap / KT)

        def lost(by_n, by_p, n=n, p=p, excess=excess, n_1=n_1, p_1=p_1, x=point.position * 1e-7):
            return Q * np.trapezoid(excess / (tau / by_p * (n + n_1) + tau / by_n * (p + p_1)), x)

        plain, all_of_it = lost(1.0, 1.0), lost(*faster)
        shares = point.by_mechanism
        assert shares["SRH in slab"] == pytest.approx(plain, rel=5e-3)
        assert shares["trap-assisted tunnelling in slab"] == pytest.approx(all_of_it - plain, rel=1.5e-2)
        assert sum(shares.values()) == pytest.approx(point.current_density, rel=1e-9)


def test_trap_assisted_tunnelling_in_the_symmetric_depleted_film():
    """Nothing but n_1 and p_1 in the denominator: the current is q n_i L / (2 tau) (1 + Gamma)."""
    point = intrinsic(electron_tunnelling_mass=0.2, hole_tunnelling_mass=0.2).jv([-2.0]).points[0]
    field = float(np.median(field_in(point)))
    gamma = hurkx(0.5, 0.2, field)
    shares = point.by_mechanism
    assert shares["trap-assisted tunnelling in slab"] / shares["SRH in slab"] == pytest.approx(gamma, rel=5e-3)
    # Next to the contacts, 0.3 eV from a band, n falls with the field: int dx / (1 + n / (n_1 + p_1)).
    empty = 1e-5 - 2 * KT / field * math.log1p(math.exp(0.2 / KT) / 2)
    assert -shares["SRH in slab"] == pytest.approx(Q * 1e19 * math.exp(-0.5 / KT) * empty / 2e-9, rel=1e-2)


def test_trap_assisted_tunnelling_is_srh_without_field():
    def bulk(**more):
        film = slab(4.0, 1.0, 12, 1e19, 100, 1e-8, donor_density=1e16, **more)
        keep = sm.Contact.schottky(work_function=4.0 + KT * math.log(1e3), hole_recombination_velocity=0)
        point = metals(film, 2000, keep, keep, anode="back").jv([0.0], generation=1e18).points[0]
        return point.hole_density[point.position.size // 2], point.by_mechanism

    (plain, _), (lit, shares) = bulk(), bulk(electron_tunnelling_mass=0.2, hole_tunnelling_mass=0.2)
    assert lit == pytest.approx(plain, rel=1e-3)
    assert abs(shares.get("trap-assisted tunnelling in slab", 0.0)) < 1e-3 * shares["SRH in slab"]


def kane1959(gap, mass, F):
    """A F^2 exp(-F_0/F) of a direct gap [cm^-3 s^-1]; the exponent from the two-band dispersion itself.

    Within the gap hbar kappa = sqrt(m_r E_g (1 - (2E/E_g)^2)); 2 int kappa dx over the barrier is F_0/F.
    """
    kappa = math.sqrt(mass * MASS * gap * Q) / HBAR
    F_0 = 2 * kappa * quad(lambda E: math.sqrt(1 - (2 * E / gap) ** 2), -gap / 2, gap / 2)[0]  # V/m
    strength = Q**2 * math.sqrt(mass * MASS / (gap * Q)) / (18 * math.pi * HBAR**2)  # m^-1 s^-1 V^-2
    return strength * (100 * F) ** 2 * math.exp(-F_0 / (100 * F)) * 1e-6


@pytest.mark.parametrize("mobility", [1e4, 10.0])
def test_band_to_band_tunnelling_is_kane1959(mobility):
    gap, mass, L = 0.5, 0.03, 1e-5
    # Fast or slow: carriers on their way do not hinder tunnelling while their levels stay apart.
    film = slab(4.0, gap, 12, 1e18, mobility, reduced_tunnelling_mass=mass)
    # No carrier passes the wrong metal, whose barrier is 0.35 eV only.
    anode = sm.Contact.schottky(work_function=4.0 + gap - 0.15, electron_recombination_velocity=0)
    cathode = sm.Contact.schottky(work_function=4.15, hole_recombination_velocity=0)
    device = metals(film, L * 1e7, anode, cathode)
    voltages = [-1.5, -2.0, 0.0]
    curve = device.jv(voltages)
    for current, point in zip(curve.current_density[:2], curve.points, strict=False):
        field = float(np.median(field_in(point)))
        assert current == pytest.approx(-Q * L * kane1959(gap, mass, field), rel=1.5e-2)
        assert point.by_mechanism["band-to-band tunnelling in slab"] == pytest.approx(current, rel=1e-2)
    assert curve.current_density[2] == 0.0


# -- levels in the gap: recombination ----------------------------------------------------------------------------------


def test_neutral_traps_are_lifetimes():
    N, c = 1e16, (2e-8, 5e-9)
    voltages = [-1.0, 0.2, 0.6]
    for level in ({}, {"trap_level": 0.1}, {"trap_level": "0.25 eV below E_C"}):
        given = slab(
            4.0, 1.0, 12, (1e19, 3e19), 10, None, electron_lifetime=1 / (c[0] * N), hole_lifetime=1 / (c[1] * N),
            **level,
        )  # fmt: skip
        counted = slab(
            4.0, 1.0, 12, (1e19, 3e19), 10, None, trap_density=N, trap_electron_capture=c[0], trap_hole_capture=c[1],
            **level,
        )  # fmt: skip
        one, other = (metals(film, 100, 4.9, 4.1).jv(voltages).current_density for film in (given, counted))
        assert other == pytest.approx(one, rel=1e-13)


@pytest.mark.parametrize(("width", "within"), [(1e-3, 1e-3), (0.06, 1e-2)])
def test_gaussian_of_neutral_traps_is_the_sum_of_its_levels(width, within):
    """Generation in an empty film: q L int g(E) n_i / (2 tau cosh((E - E_i)/kT)) dE."""
    N, c, gap, L = 1e16, 1e-8, 1.0, 1e-5
    film = slab(4.0, gap, 12, 1e19, 10, None, **traps("trap", N, 0.0, (c, c), width=width))
    point = metals(film, L * 1e7, 4.9, 4.1).jv([-2.0]).points[0]
    middle = point.position.size // 2
    n_i = 1e19 * math.exp(-0.5 * gap / KT)
    n, p = point.electron_density[middle], point.hole_density[middle]

    def rate(E):
        share = math.exp(-0.5 * (E / width) ** 2) / (width * math.sqrt(2 * math.pi))
        n_1, p_1 = n_i * math.exp(E / KT), n_i * math.exp(-E / KT)
        return share * c * N * (n * p - n_i**2) / (n + n_1 + p + p_1)

    expected = quad(rate, -8 * width, 8 * width, points=[0.0], epsrel=1e-9, limit=200)[0]
    assert point.recombination_rate[middle] == pytest.approx(expected, rel=within)


# -- levels in the gap: charge -----------------------------------------------------------------------------------------

FERMI_POINTS = np.linspace(0.0, 12.0, 4001)


def filling(statistics, eta, disorder=0.0):
    """n / N_C of the density of states, by own quadrature."""
    if statistics == "boltzmann":
        return math.exp(eta)
    if statistics == "fermi-dirac":
        # sqrt(E) dE = 2 t^2 dt
        t = FERMI_POINTS
        values = 2 * t**2 / (1 + np.exp(np.minimum(t**2 - eta, 700)))
        return 2 / math.sqrt(math.pi) * float(np.trapezoid(values, t))
    # Few carriers sit `disorder` standard deviations below the centre.
    s = np.linspace(-disorder - 8, disorder + 8, 8001)
    share = np.exp(-0.5 * s**2)
    values = share / (1 + np.exp(np.minimum(s * disorder - eta, 700)))
    return float(np.trapezoid(values, s) / np.trapezoid(share, s))


def fermi(x):
    """Occupation of a level x kT above the Fermi level."""
    return 1 / (1 + math.exp(min(x, 700)))


def neutral_level(film, levels, T, statistics="boltzmann", disorder=0.0):
    """E_F - E_C [eV] of a neutral film: brentq over doping, bands and levels [(density, sign, occupation(E_F))]."""
    kT, gap, N = BOLTZMANN * T, film.value("band_gap"), film.value("conduction_band_dos")

    def charge(E_F):
        n, p = (N * filling(statistics, x / kT, disorder / kT) for x in (E_F, -gap - E_F))
        held = sum(
            density * (1 - occupied(E_F)) if sign > 0 else -density * occupied(E_F)
            for density, sign, occupied in levels
        )
        return (p - n + held + film.net_doping) / (p + n + abs(film.net_doping))

    return brentq(charge, -gap - 0.2, 0.2, xtol=1e-14)


STATISTICS = [("boltzmann", {}), ("fermi-dirac", {}), ("gaussian", {"electronic_disorder": 0.04})]


@pytest.mark.parametrize(("statistics", "more"), STATISTICS)
@pytest.mark.parametrize("T", [100.0, 300.0])
@pytest.mark.parametrize("depth", [0.15, 0.45])
def test_ohmic_contact_to_a_compensated_film(statistics, more, T, depth):
    """Acceptor levels that take three quarters of the donors' electrons hold the Fermi level."""
    N_D, N_t = 1e17, 1.3e17
    film = slab(
        4.0, 1.2, 12, 1e19, 10, statistics=statistics, donor_density=N_D,
        **traps("acceptor_trap", N_t, f"{depth} eV below E_C"), **more,
    )  # fmt: skip
    levels = [(N_t, -1, lambda E_F: fermi((-depth - E_F) / (BOLTZMANN * T)))]
    expected = neutral_level(film, levels, T, statistics, more.get("electronic_disorder", 0.0))
    state = ohmic(film, 100, T=T).equilibrium()
    assert state.contacts[0][1] == pytest.approx(4.0 - expected, abs=1e-6)
    assert state.conduction_band == pytest.approx(np.full(state.position.size, -expected), abs=1e-6)


@pytest.mark.parametrize(
    ("shape", "level"), [({"width": 0.1}, 0.35), ({"width": 5e-3}, 0.35), ({"tail_energy": 0.06}, 0.0)]
)  # fmt: skip
@pytest.mark.parametrize("N_D", [1e15, 1e17])
@pytest.mark.parametrize("T", [200.0, 300.0])
def test_charge_of_a_distribution_of_levels(shape, level, N_D, T):
    """Against the integral over the distribution: the steps it is cut into cost less than 1 % of the charge."""
    N_t, kT = 1.5e17, BOLTZMANN * T
    film = slab(
        4.0, 1.2, 12, 1e19, 10, donor_density=N_D, **traps("acceptor_trap", N_t, f"{level} eV below E_C", **shape)
    )
    if "width" in shape:
        width = shape["width"]

        def share(E):
            return math.exp(-0.5 * ((E + level) / width) ** 2) / (width * math.sqrt(2 * math.pi))

        span = -level - 8 * width, -level + 8 * width
    else:

        def share(E):
            return math.exp(E / shape["tail_energy"]) / shape["tail_energy"]

        span = -1.2, 0.0
    energies = np.linspace(*span, 6001)
    weights = np.array([share(E) for E in energies])

    def occupied(E_F):
        return float(np.trapezoid(weights / (1 + np.exp(np.minimum((energies - E_F) / kT, 700))), energies))

    expected = neutral_level(film, [(N_t, -1, occupied)], T)
    state = ohmic(film, 100, T=T).equilibrium()
    found = -state.conduction_band[state.position.size // 2]
    # The same Fermi level within what 1 % of charge moves it ...
    assert N_t * occupied(found) == pytest.approx(N_t * occupied(expected), rel=1e-2)
    # ... and free carriers within the same.
    assert found == pytest.approx(expected, abs=0.02 * kT)


def test_narrow_gaussian_is_one_level():
    def film(**shape):
        return slab(
            4.0, 1.2, 12, 1e19, 10, donor_density=1e17, **traps("acceptor_trap", 1.3e17, "0.3 eV below E_C", **shape)
        )

    one, narrow = (metals(film(**shape), 200, 4.9, 4.2).jv([-0.5, 0.4]) for shape in ({}, {"width": 1e-3}))
    assert narrow.current_density == pytest.approx(one.current_density, rel=5e-3)


def surface_field(state):
    return abs(float(state.field[0]))


def test_deep_acceptors_narrow_a_depletion_zone_no_further_than_they_compensate():
    """Levels near E_V stay full throughout: a Schottky contact sees N_D - N_t, W^2 = 2 eps (V_bi - kT) / (q N_eff)."""
    N_D, N_t, eps = 1e17, 7e16, 12 * EPS_0 / Q
    film = slab(4.0, 1.5, 12, 1e19, 10, donor_density=N_D, **traps("acceptor_trap", N_t, "0.2 eV above E_V"))
    state = metals(film, 500, 4.8, sm.Contact.ohmic()).equilibrium()
    N, V_bi = N_D - N_t, 0.8 - KT * math.log(1e19 / (N_D - N_t))
    assert abs(state.built_in_potential) == pytest.approx(V_bi, abs=1e-4)
    assert surface_field(state) == pytest.approx(math.sqrt(2 * N * (V_bi - KT) / eps), rel=1e-3)
    # Where half of the electrons are gone; 1 % for the tail that is not abrupt.
    edge = float(np.interp(math.log(0.5 * N), np.log(state.electron_density), state.position)) * 1e-7
    assert edge == pytest.approx(math.sqrt(2 * eps * (V_bi - KT) / N), rel=0.03)


def test_deep_donors_are_emptied_where_they_rise_over_the_fermi_level():
    """Two zones, and the first integral eps F^2 / 2 = q int rho dphi over the bending for the field at the metal."""
    N_D, N_t, depth, eps = 1e16, 5e16, 0.45, 12 * EPS_0 / Q
    film = slab(4.0, 1.5, 12, 1e19, 10, donor_density=N_D, **traps("donor_trap", N_t, f"{depth} eV below E_C"))
    state = metals(film, 1000, 4.9, sm.Contact.ohmic()).equilibrium()
    E_F = neutral_level(film, [(N_t, 1, lambda E: fermi((-depth - E) / KT))], 300.0)
    bent = 0.9 + E_F

    def rho(phi):
        return N_D + N_t * (1 - fermi((-depth + phi - E_F) / KT)) - 1e19 * math.exp((E_F - phi) / KT)

    rho_total = quad(rho, 0, bent, points=[depth + E_F], epsrel=1e-10, limit=200)[0]
    assert surface_field(state) == pytest.approx(math.sqrt(2 * rho_total / eps), rel=5e-4)
    # Fully depleted zones: N_D alone as far as the level lies below E_F, N_D + N_t from there to the metal.
    outer = depth + E_F
    closed = math.sqrt(2 / eps * (N_D * (bent - KT) + N_t * (bent - outer)))
    assert surface_field(state) == pytest.approx(closed, rel=1e-2)


def test_traps_reduce_space_charge_limited_current_by_theta():
    """Lampert: levels that hold N_t/n_1 electrons for each free one slow all by theta = 1 / (1 + N_t/n_1)."""
    N_t, depth, L, mu, eps = 1e21, 0.15, 2e-5, 1e-3, 22 * EPS_0
    n_1 = 1e20 * math.exp(-depth / KT)
    theta = 1 / (1 + N_t / n_1)
    film = slab(2.0, 4.0, 22, 1e20, mu, **traps("acceptor_trap", N_t, f"{depth} eV below E_C"))
    V = np.array([30.0, 100.0])
    curve = metals(film, L * 1e7, 2.0, 2.0).jv(V)
    law = theta * 9 / 8 * eps * mu * V**2 / L**3
    # Levels stay nearly empty beyond the contacts. Diffusion keeps the current above, as without traps.
    clean = metals(slab(2.0, 4.0, 22, 1e20, mu), L * 1e7, 2.0, 2.0).jv(V).current_density * theta
    assert curve.current_density == pytest.approx(clean, rel=0.04)
    assert 1.0 < curve.current_density[1] / law[1] < 1.06


def test_mesh_sees_the_charge_of_levels():
    """The charge that bends the bands is on the levels: the mesh follows it as it would follow free carriers."""
    film = slab(2.0, 4.0, 22, 1e20, 1e-3, **traps("acceptor_trap", 1e21, "0.15 eV below E_C"))
    device = metals(film, 200, 2.0, 2.0)
    task = solver.problem(device.setup)
    fine = solver._curve(task, uniform_mesh([2e-5], 800), [30.0], {})[30.0]
    found = device.jv([30.0]).current_density[0]
    assert found == pytest.approx(solver.current_density(task, fine), rel=5e-3)


@pytest.mark.parametrize(("statistics", "more"), STATISTICS)
@pytest.mark.parametrize("T", [100.0, 300.0])
def test_no_current_at_zero_bias_with_charged_levels(statistics, more, T):
    film = slab(
        4.0, 1.2, 12, 1e19, 10, None, statistics=statistics, donor_density=1e16, **more,
        **traps("acceptor_trap", 3e16, "0.3 eV below E_C", (1e-8, 1e-9)),
        **traps("donor_trap", 2e16, "0.4 eV above E_V", (1e-9, 1e-8), width=0.05),
    )  # fmt: skip
    point = metals(film, 200, 5.0, 4.2, T=T).jv([0.0]).points[0]
    assert point.current_density == 0.0
    assert not point.recombination_rate.any()


@pytest.mark.parametrize(("statistics", "more"), STATISTICS)
@pytest.mark.parametrize("T", [100.0, 300.0])
@pytest.mark.parametrize("capture", [(1e-8, 1e-8), (1e-6, 1e-10)])
def test_equilibrium_and_zero_bias_are_one_state(statistics, more, T, capture):
    """The levels' occupation is Fermi's, whatever they catch faster."""
    film = slab(
        4.0, 1.2, 12, 1e19, 10, None, statistics=statistics, donor_density=1e17, **more,
        **traps("acceptor_trap", 1.3e17, "0.15 eV below E_C", capture),
        **traps("donor_trap", 5e16, "0.2 eV above E_V", capture),
    )  # fmt: skip
    device = metals(film, 200, 5.0, 4.15, T=T)
    task = solver.problem(device.setup)
    point = solver.solve(task, [0.0])[0]
    # On the same mesh: what remains is Newton's last step.
    state = equilibrium.solve_on(point.grid, (point.y[0] * task.kT, point.y[-1] * task.kT))
    assert point.y * task.kT == pytest.approx(state.psi, abs=1e-8)
    # And on each one's own mesh within what the meshes are off.
    answer, curve = device.equilibrium(), device.jv([0.0]).points[0]
    # The curve's mesh is the coarser one: a chord of the finer is nearer to the answer.
    found = np.interp(curve.position, answer.position, answer.potential)
    assert found == pytest.approx(curve.potential, abs=5e-3 * float(np.ptp(answer.potential)))


@pytest.mark.parametrize(("statistics", "more"), STATISTICS)
def test_charge_of_levels_at_a_solved_point(statistics, more):
    """Poisson's own answer at 0 V: the charge of the levels is what is left of eps F', and it is Fermi's."""
    N_t, depth = 1.3e17, 0.15
    film = slab(
        4.0, 1.2, 12, 1e19, 10, None, statistics=statistics, donor_density=1e17, **more,
        **traps("acceptor_trap", N_t, f"{depth} eV below E_C"),
    )  # fmt: skip
    state = metals(film, 200, 5.0, 4.15).equilibrium()
    held = state.charge_density / Q - state.hole_density + state.electron_density - state.net_doping
    expected = [-N_t * fermi((E_C - depth) / KT) for E_C in state.conduction_band]
    assert held == pytest.approx(np.array(expected), abs=1e-6 * N_t)


def test_charged_level_under_light_is_shockley_read():
    """Held by traps alone, the film's charge tells f = (c_n n + c_p p_1) / (c_n (n + n_1) + c_p (p + p_1))."""
    N_t, depth, c = 1e16, 0.5, (1e-9, 1e-7)
    film = slab(4.0, 1.2, 12, 1e19, 10, donor_density=5e15, **traps("acceptor_trap", N_t, f"{depth} eV below E_C", c))
    point = ohmic(film, 4000).jv([0.0], generation=1e20).points[0]
    middle = point.position.size // 2
    n, p = point.electron_density[middle], point.hole_density[middle]
    n_1, p_1 = 1e19 * math.exp(-depth / KT), 1e19 * math.exp(-(1.2 - depth) / KT)
    occupied = (c[0] * n + c[1] * p_1) / (c[0] * (n + n_1) + c[1] * (p + p_1))
    # The middle is neutral.
    assert p - n + 5e15 == pytest.approx(N_t * occupied, rel=1e-3)
    net = c[0] * n * N_t * (1 - occupied) - c[0] * n_1 * N_t * occupied
    assert net == pytest.approx(c[1] * p * N_t * occupied - c[1] * p_1 * N_t * (1 - occupied), rel=1e-6)
    assert point.recombination_rate[middle] == pytest.approx(net, rel=1e-6)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "tau", "words"),
    [
        ({"trap_density": 1e16}, None, "trap_electron_capture is missing"),
        ({"trap_density": 1e16, "trap_electron_capture": 1e-8}, None, "trap_hole_capture is missing"),
        ({"donor_trap_density": 1e16, "donor_trap_level": 0.0}, None, "donor_trap_electron_capture is missing"),
        ({"acceptor_trap_density": 1e16, "acceptor_trap_electron_capture": 1e-8, "acceptor_trap_hole_capture": 1e-8},
         None, "acceptor_trap_level is missing"),
        (traps("trap", 1e16, 0.0), 1e-9, "lifetimes and trap_density are both given"),
        (traps("acceptor_trap", 1e16, 0.1, tail_energy=0.05), None, "a tail starts at a band edge"),
        ({"trap_density": 1e16, "trap_electron_capture": 1e-8, "trap_hole_capture": 1e-8, "trap_tail_energy": 0.05},
         None, "a tail starts at a band edge"),
        (traps("trap", 1e16, "0 eV below E_C", tail_energy=0.05, width=0.1), None, "both given; expected one shape"),
        ({"electron_saturation_velocity": 1e7}, INF, "needs electron_saturation_exponent"),
        ({"hole_saturation_velocity": 1e7}, INF, "needs hole_saturation_exponent"),
        (traps("acceptor_trap", 1e15, "0.1 eV above E_V")
         | {"statistics": "gaussian", "electronic_disorder": 0.05, "donor_density": 1e20}, None, "exceed the states"),
    ],
)  # fmt: skip
def test_refused(more, tau, words):
    with pytest.raises(sm.InputError, match=words):
        ohmic(slab(4.0, 1.2, 12, 1e19, 10, tau, **more), 100).jv([0.1])


def test_no_traps_leave_the_lifetimes():
    """trap_density = 0 is no second description of recombination: lifetimes that are given act."""
    with_zero, plain = (
        metals(slab(4.0, 1.2, 12, 1e19, 10, 1e-9, **more), 100, 4.9, 4.2).jv([-1.0]).current_density
        for more in ({"trap_density": 0.0}, {})
    )
    assert with_zero == pytest.approx(plain)


def test_as_many_families_of_levels_as_a_layer_needs():
    """Two acceptors of half the density at one level are one; a second donor family compensates a first acceptor."""
    one = {"acceptor_trap_density": 2e16, "acceptor_trap_level": "0.3 eV below E_C",
           "acceptor_trap_electron_capture": 1e-9, "acceptor_trap_hole_capture": 1e-9}  # fmt: skip
    halves = {k: v / 2 if k.endswith("density") else v for k, v in one.items()}
    two = halves | {k.replace("trap_", "trap_2_"): v for k, v in halves.items()}
    currents = [
        metals(slab(4.0, 1.2, 12, 1e19, 10, 1e-9, **more), 300, 4.9, 4.2).jv([-1.0, 0.2]).current_density
        for more in (one, two)
    ]
    # The same problem, each on the mesh that it adapted.
    assert currents[0] == pytest.approx(currents[1], rel=2e-3)
    with pytest.raises(sm.InputError, match="acceptor_trap_3_level does nothing without acceptor_trap_3_density"):
        metals(slab(4.0, 1.2, 12, 1e19, 10, acceptor_trap_3_level=0.1), 300, 4.9, 4.2).jv([0.1])
    with pytest.raises(sm.InputError, match='unknown keyword "acceptor_trap_densty"'):
        slab(4.0, 1.2, 12, 1e19, 10, acceptor_trap_2_densty=1e15)
