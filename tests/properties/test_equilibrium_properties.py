"""What holds of the equilibrium of any stack: Gauss's law, mirror, swap of carriers, splitting, V_bi."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

import stackmodel as sm
from stackmodel.errors import StackModelError
from stackmodel.results.equilibrium import Equilibrium
from stackmodel.solvers.equilibrium import State, solve
from stackmodel.structure.levels import ends
from stackmodel.structure.mesh import Mesh, first_mesh, uniform_mesh
from stackmodel.structure.profile import Profile

Q, EPS_0 = 1.602176634e-19, 8.8541878128e-14
#: Mirroring electrons into holes turns energies around: chi becomes MIRROR - chi - E_g, a work function MIRROR - W.
MIRROR = 9.0


# -- stacks as plain numbers, so that they can be mirrored, swapped and split ------------------------------------------


@attrs.frozen
class Slab:
    thickness: float  # [nm]
    chi: float
    gap: float
    eps_r: float
    N_C: float
    N_V: float
    doping: float = 0.0
    statistics: str = "boltzmann"
    disorder: float = 0.0  # [eV]
    dielectric: bool = False

    def layer(self, name: str) -> sm.Layer:
        if self.dielectric:
            oxide = sm.Material(
                name=name, kind="dielectric", electron_affinity=self.chi, band_gap=self.gap,
                relative_permittivity=self.eps_r,
            )  # fmt: skip
            return sm.Layer(oxide, self.thickness, role="dielectric")
        sites = {"electronic_disorder": self.disorder} if self.statistics == "gaussian" else {}
        material = sm.Material(
            name=name, kind="dot film" if sites else "semiconductor", statistics=self.statistics,
            electron_affinity=self.chi, band_gap=self.gap, relative_permittivity=self.eps_r,
            conduction_band_dos=self.N_C, valence_band_dos=self.N_V, electron_mobility=1, hole_mobility=1,
            donor_density=max(self.doping, 0.0), acceptor_density=max(-self.doping, 0.0), **sites,
        )  # fmt: skip
        return sm.Layer(material, self.thickness, role="active")

    def swapped(self) -> Slab:
        chi = MIRROR - self.chi - self.gap
        return attrs.evolve(self, chi=chi, N_C=self.N_V, N_V=self.N_C, doping=-self.doping)


@attrs.frozen
class Case:
    slabs: tuple[Slab, ...]
    interfaces: tuple[tuple[float, float], ...]  # dipole [eV], fixed charge [cm^-2]
    work_functions: tuple[float | None, float | None] = (None, None)  # None: ohmic
    T: float = 300.0

    def device(self, **values: Any) -> sm.Photodiode:
        pieces: list[sm.Layer | sm.Interface] = []
        for i, slab in enumerate(self.slabs):
            if i:
                dipole, charge = self.interfaces[i - 1]
                pieces.append(sm.Interface(dipole=dipole, fixed_charge=charge))
            pieces.append(slab.layer(f"layer {i}"))
        front, back = (
            sm.Contact.ohmic() if W is None else sm.Contact.schottky(work_function=W) for W in self.work_functions
        )
        return sm.Photodiode(sm.Stack(pieces), front=front, back=back, temperature=self.T, **values)

    def mirrored(self) -> Case:
        interfaces = tuple((-dipole, charge) for dipole, charge in self.interfaces[::-1])
        return attrs.evolve(
            self, slabs=self.slabs[::-1], interfaces=interfaces, work_functions=self.work_functions[::-1]
        )

    def swapped(self) -> Case:
        works = tuple(None if W is None else MIRROR - W for W in self.work_functions)
        interfaces = tuple((-dipole, -charge) for dipole, charge in self.interfaces)
        return attrs.evolve(
            self, slabs=tuple(slab.swapped() for slab in self.slabs), interfaces=interfaces, work_functions=works
        )

    def solved_on(self, mesh: Mesh) -> State:
        device = self.device()
        both = ends(device.stack, device.front, device.back, self.T)
        return solve(Profile(device.stack, self.T), both, mesh=mesh)


CASES = {
    "n-i-p": Case(
        (
            Slab(50, 4.0, 3.3, 8.5, 2.2e18, 3e18, 1e17),
            Slab(300, 4.1, 1.3, 14, 1e19, 0.8e19),
            Slab(50, 3.8, 1.4, 14, 1e19, 1e19, -1e17),
        ),
        ((0.1, 2e11), (-0.05, 0.0)),
    ),
    "degenerate, Schottky": Case(
        (
            Slab(40, 4.2, 0.9, 12, 2e19, 1e19, 3e19, "fermi-dirac"),
            Slab(500, 4.0, 1.1, 12, 3e19, 1e19, -1e16, "fermi-dirac"),
        ),
        ((0.0, -3e11),),
        (None, 4.6),
    ),
    "disorder, insulator, cold": Case(
        (
            Slab(20, 1.0, 7.0, 4, 1, 1, dielectric=True),
            Slab(200, 4.1, 1.0, 14, 1e20, 1e20, 1e17, "gaussian", 0.02),
            Slab(80, 4.0, 1.2, 14, 1e20, 0.5e20, -1e18, "gaussian", 0.02),
        ),
        ((0.0, 1e12), (0.0, 0.0)),
        (4.9, None),
        100.0,
    ),
}


# -- Gauss -------------------------------------------------------------------------------------------------------------


def check_gauss(case: Case, result: Equilibrium) -> None:
    """integral(rho) dx + fixed charge = eps E(right) - eps E(left), over all and, by psi itself, in every element.

    The field of the result sums the charge, so the first equation alone could not fail; the second says that it is
    also the slope of psi, to 1e-9 of the scale beside what rounding of psi and x does to a difference quotient.
    """
    x, psi = result.position * 1e-7, result.potential
    eps = result.relative_permittivity * EPS_0
    D = eps * result.field
    charge = np.trapezoid(result.charge_density, x) + Q * sum(charge for _, charge in case.interfaces)
    scale = max(np.trapezoid(np.abs(result.charge_density), x), np.abs(D).max(), 1e-30)
    assert abs(charge - (D[-1] - D[0])) <= 1e-9 * scale

    inside = np.diff(x) > 0  # an interface has two points in one place
    h = np.diff(x)[inside]
    from_psi = -eps[1:][inside] * np.diff(psi)[inside] / h
    middle = D[:-1][inside] + 0.5 * h * result.charge_density[:-1][inside]  # where the boxes of two nodes meet
    rounding = 1e-15 * (eps[1:][inside] * np.abs(psi).max() + np.abs(middle) * x[-1]) / h
    carriers = Q * (result.electron_density + result.hole_density + np.abs(result.net_doping))
    rounding += 1e-15 * np.trapezoid(carriers, x)
    assert np.all(np.abs(from_psi - middle) <= 1e-9 * scale + 4.0 * rounding)


def check_densities(result: Equilibrium, kT: float) -> None:
    """Finite, and positive where a double can hold them: 9 eV at 20 K are 5200 kT."""
    insulating = np.array([name in dielectrics(result) for name in result.layer])
    for density, depth in (
        (result.electron_density, result.conduction_band),
        (result.hole_density, -result.valence_band),
    ):
        assert np.all(np.isfinite(density))
        assert np.all(density[insulating] == 0.0)
        assert np.all(density[~insulating & (depth < 680.0 * kT)] > 0.0)
        assert np.all(density >= 0.0)


def dielectrics(result: Equilibrium) -> set[str]:
    return {span.name for span in result.layers if span.role == "dielectric"}


@pytest.mark.parametrize("name", CASES)
def test_gauss_and_densities(name: str) -> None:
    case = CASES[name]
    result = case.device().equilibrium()
    check_gauss(case, result)
    check_densities(result, 8.617333262e-5 * case.T)
    assert result.charge_balance <= 1e-9


# -- mirror, swap, split -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_mirror_the_stack_mirror_the_answer(name: str) -> None:
    case = CASES[name]
    mesh = first_mesh([slab.thickness * 1e-7 for slab in case.slabs])
    count = len(case.slabs)
    turned = Mesh(np.ascontiguousarray(mesh.width[::-1]), np.ascontiguousarray(count - 1 - mesh.layer[::-1]))
    one, other = case.solved_on(mesh), case.mirrored().solved_on(turned)
    # psi counts from the vacuum level of the first layer: with dipoles that is another one.
    dipoles = sum(dipole for dipole, _ in case.interfaces)
    assert np.abs(other.psi[::-1] - (one.psi - dipoles)).max() < 1e-9
    carriers = np.isfinite(one.ln_n)
    assert np.abs(other.ln_n[::-1, ::-1][carriers] - one.ln_n[carriers]).max() < 1e-6

    a, b = case.device().equilibrium(), case.mirrored().device().equilibrium()
    assert b.built_in_potential == pytest.approx(a.built_in_potential, abs=1e-9)
    assert {a.anode, b.anode} == {"front", "back"}
    assert list(b.potential_drop.values())[::-1] == pytest.approx(list(a.potential_drop.values()), abs=1e-4)
    assert b.depletion_width == pytest.approx(a.depletion_width, abs=0.1)
    assert b.peak_field == pytest.approx(a.peak_field, rel=1e-3)


@pytest.mark.parametrize("name", CASES)
def test_swap_carriers_turn_the_bands_over(name: str) -> None:
    case = CASES[name]
    mesh = first_mesh([slab.thickness * 1e-7 for slab in case.slabs])
    one, other = case.solved_on(mesh), case.swapped().solved_on(mesh)
    assert np.abs(other.psi + one.psi + MIRROR).max() < 1e-9
    a, b = case.device().equilibrium(), case.swapped().device().equilibrium()
    assert b.built_in_potential == pytest.approx(a.built_in_potential, abs=1e-9)
    assert b.peak_field == pytest.approx(a.peak_field, rel=1e-3)
    for side in (0, -1):
        assert b.conduction_band[side] == pytest.approx(-a.valence_band[side], abs=1e-9)
        assert b.valence_band[side] == pytest.approx(-a.conduction_band[side], abs=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_split_a_layer_same_answer(name: str) -> None:
    case = CASES[name]
    whole = case.slabs[1]
    halves = (
        attrs.evolve(whole, thickness=0.4 * whole.thickness),
        attrs.evolve(whole, thickness=0.6 * whole.thickness),
    )
    split = attrs.evolve(
        case,
        slabs=(case.slabs[0], *halves, *case.slabs[2:]),
        interfaces=(case.interfaces[0], (0.0, 0.0), *case.interfaces[1:]),
    )
    mesh = uniform_mesh([slab.thickness * 1e-7 for slab in split.slabs], 60)
    joined = Mesh(mesh.width, np.where(mesh.layer > 1, mesh.layer - 1, mesh.layer))
    assert np.abs(split.solved_on(mesh).psi - case.solved_on(joined).psi).max() < 1e-9

    a, b = case.device().equilibrium(), split.device().equilibrium()
    drops = list(b.potential_drop.values())
    drops[1:3] = [drops[1] + drops[2]]
    assert drops == pytest.approx(list(a.potential_drop.values()), abs=1e-4)
    assert b.depletion_width == pytest.approx(a.depletion_width, abs=0.1)
    assert b.peak_field == pytest.approx(a.peak_field, rel=1e-3)
    assert b.built_in_potential == pytest.approx(a.built_in_potential, abs=1e-9)


def test_a_graded_layer_is_the_limit_of_a_staircase() -> None:
    """chi, E_g, eps and doping linear in x, N_C and N_V exponential: steps of the values in their middles."""
    p, n = Slab(200, 4.07, 1.424, 12.9, 4.7e17, 7e18, -1e17), Slab(200, 3.79, 1.798, 10.0, 6.5e18, 1.1e19, 2e17)
    start, stop = (attrs.evolve(slab, thickness=100.0, doping=doping) for slab, doping in ((p, -5e16), (n, 1e17)))
    ohmic = sm.Contact.ohmic()
    graded = sm.Layer(start.layer("start").material, 100.0, graded_to=stop.layer("stop").material, role="active")
    stack = sm.Stack([p.layer("p"), graded, n.layer("n")])
    profile = Profile(stack, 300.0)
    smooth = solve(profile, ends(stack, ohmic, ohmic, 300.0), mesh=uniform_mesh(profile.thickness.tolist(), 960))

    def stair(share: float, thickness: float) -> Slab:
        pairs = {name: (getattr(start, name), getattr(stop, name)) for name in attrs.asdict(start)}
        linear = {name: a + share * (b - a) for name in ("chi", "gap", "eps_r", "doping") for a, b in [pairs[name]]}
        states = {name: a ** (1.0 - share) * b**share for name in ("N_C", "N_V") for a, b in [pairs[name]]}
        return attrs.evolve(start, thickness=thickness, **linear, **states)

    def off(steps: int) -> float:
        stairs = tuple(stair((k + 0.5) / steps, 100.0 / steps) for k in range(steps))
        case = Case((p, *stairs, n), ((0.0, 0.0),) * (steps + 1))
        widths = [200e-7, *[100e-7 / steps] * steps, 200e-7]
        parts = [960, *[960 // steps] * steps, 960]
        mesh = Mesh(np.repeat(np.divide(widths, parts), parts), np.repeat(np.arange(steps + 2), parts))
        return float(np.abs(case.solved_on(mesh).psi - smooth.psi).max())

    errors = [off(steps) for steps in (12, 24, 48)]
    assert errors[-1] < 1e-3
    assert np.log2(np.divide(errors[:-1], errors[1:])) == pytest.approx(2.0, abs=0.2)


# -- 500 random stacks -------------------------------------------------------------------------------------------------

STACKS = 500


def random_slab(rng: np.random.Generator, T: float, first_or_last: bool) -> Slab:
    """1-6 layers of these: 2 nm to 10 um, gaps 0.3 to 4 eV, insulators to 9 eV, doping to 1e20."""
    thickness = float(np.exp(rng.uniform(np.log(2.0), np.log(1e4))))
    eps_r = float(rng.uniform(2, 50))
    if not first_or_last and rng.random() < 0.15:
        return Slab(thickness, float(rng.uniform(0.8, 2.0)), float(rng.uniform(5, 9)), eps_r, 1, 1,
                    dielectric=True)  # fmt: skip
    gap, chi = float(np.exp(rng.uniform(np.log(0.3), np.log(4.0)))), float(rng.uniform(2.5, 5.0))
    N_C = 10.0 ** rng.uniform(18, 21)
    N_V = N_C * rng.uniform(0.3, 3.0)
    statistics = str(rng.choice(["boltzmann", "fermi-dirac", "gaussian"]))
    doping = 0.0 if rng.random() < 0.3 else 10.0 ** rng.uniform(14, 20)
    doping = min(doping, 0.3 * min(N_C, N_V)) if statistics == "gaussian" else doping
    # Beyond 5 kT a film may have no dots where its carriers are, and is refused.
    disorder = float(rng.uniform(0.0, min(0.08, 5.0 * 8.617e-5 * T))) if statistics == "gaussian" else 0.0
    return Slab(thickness, chi, gap, eps_r, N_C, N_V, float(rng.choice([-1, 1])) * doping, statistics, disorder)


def random_case(seed: int) -> Case:
    """20 to 400 K; dipoles to 0.3 eV; fixed charge to 3e12 cm^-2; ohmic, or Schottky within the gap of its layer."""
    rng = np.random.default_rng(seed)
    T, count = float(rng.uniform(20, 400)), int(rng.integers(1, 7))
    slabs = [random_slab(rng, T, i in (0, count - 1)) for i in range(count)]
    interfaces = tuple(
        (float(rng.uniform(-0.3, 0.3)) if rng.random() < 0.3 else 0.0,
         float(rng.uniform(-3e12, 3e12)) if rng.random() < 0.3 else 0.0)
        for _ in range(count - 1)
    )  # fmt: skip
    works = tuple(
        None if rng.random() < 0.6 else float(rng.uniform(slab.chi, slab.chi + slab.gap))
        for slab in (slabs[0], slabs[-1])
    )
    return Case(tuple(without_broken_gaps(slabs, interfaces)), interfaces, works, T)


def without_broken_gaps(slabs: list[Slab], interfaces: tuple[tuple[float, float], ...]) -> list[Slab]:
    """Boltzmann layers beside a neighbour whose bands overlap theirs become Fermi-Dirac, as a user would write them."""
    made = list(slabs)
    for i, (dipole, _) in enumerate(interfaces):
        left, right = slabs[i], slabs[i + 1]
        broken = -left.chi <= dipole - right.chi - right.gap or dipole - right.chi <= -left.chi - left.gap
        for k in (i, i + 1) if broken and not (left.dielectric or right.dielectric) else ():
            if made[k].statistics == "boltzmann":
                made[k] = attrs.evolve(made[k], statistics="fermi-dirac")
    return made


def test_random_stacks_are_solved_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    refused: dict[int, StackModelError] = {}
    for seed in range(STACKS):
        case = random_case(seed)
        device = case.device()
        try:
            result = device.equilibrium()
        except StackModelError as error:
            refused[seed] = error
            continue
        check_gauss(case, result)
        check_densities(result, 8.617333262e-5 * case.T)
        assert result.built_in_potential == pytest.approx(device.band_alignment().built_in_potential, abs=1e-4)
    with capsys.disabled():
        lines = [f"\nequilibrium: {len(refused)} of {STACKS} random stacks refused ({len(refused) / STACKS:.1%})"]
        lines += [f"  seed {seed}: {type(error).__name__}: {error}" for seed, error in refused.items()]
        print(*lines, sep="\n")  # noqa: T201 - the refusal rate is there to be seen
    assert len(refused) < 0.05 * STACKS
