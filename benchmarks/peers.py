"""How stackmodel and other drift-diffusion tools answer the same devices: time and agreement, in one run.

    python benchmarks/peers.py                     every tool
    python benchmarks/peers.py devsim deltapv      some

The devices: an n-i-p (ZnO-like / PbS dot film / PbS-EDT-like) and an abrupt GaAs-like pn junction; 300 K, Boltzmann
statistics, continuous quasi-Fermi levels at interfaces, contacts that pin both carriers at their equilibrium values.
A time is the best of some calls for one curve, equilibrium included unless said; import, compilation and setting the
device up are excluded. A difference is in percent, first from the converged value, then from stackmodel. The light
curve is timed to 0.8 V and read to 1 V. `pip install -e .[bench]` brings the tools that can be had; one that is not
installed is named so, and what a tool says of its own trouble is quoted below its line.

Where a tool deviates from the case or from the others:

stackmodel  An adaptive mesh of its own; each point converged to a current constant along x to 1e-9, or refused.
devsim      Nothing in the physics. One region a layer: properties on elements; across an interface the potential is
            continuous and the densities are in the ratio of equal quasi-Fermi levels; fluxes with its own Bernoulli
            functions. 300 elements. Stops on the size of the update. Equilibrium is not timed. In double precision,
            where small dark currents drown in rounding, and in its extended precision (128 bits).
deltapv     Properties on nodes, not elements: first order in the spacing at an interface. Contacts recombine at
            1e12 cm/s instead of pinning. 300 elements. Stops on the size of the update, or after 100 steps without
            a word; the current is the mean over the edges, and how far they differ is noted.
sesame      The copy that solcore brings (solsesame), with scipy's sparse solver. Properties on nodes, 1e12 cm/s,
            300 elements and the stop as above.
solcore     Its Fortran solver, called as its Python layer calls it, with the stack turned round (p first) and the
            mesh left to it (about 100 elements, adaptive). Contacts recombine at 1e7 cm/s: its n-i-p currents follow
            this number, which a solution of the case does not. It returns them without a word.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import math
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import constants
from scipy.interpolate import CubicSpline

import stackmodel as sm

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]

T = 300.0
Q = constants.e  # [C]
KT = constants.k * T / constants.e  # [eV]
EPS_0 = constants.epsilon_0 / 100.0  # [F cm^-1]
NM = 1e-7  # [cm]
FAST = 1e12  # [cm s^-1], a contact that pins
NEVER = 1e9  # [s], where an infinite lifetime is not understood


class Layer(NamedTuple):
    """A layer in the units of the field; `spacing` is (length [nm], elements) piece by piece, for those who ask."""

    name: str
    chi: float
    gap: float
    eps: float
    dos: float
    mu_n: float
    mu_p: float
    doping: float
    spacing: tuple[tuple[float, int], ...]
    tau: float = math.inf
    radiative: float = 0.0
    generation: float = 0.0

    @property
    def thickness(self) -> float:
        return sum(length for length, _ in self.spacing)

    @property
    def n_i(self) -> float:
        return self.dos * math.exp(-self.gap / 2.0 / KT)


class Case(NamedTuple):
    """Layers from the cathode side, the voltages to time and the longer ones to read, the converged values."""

    name: str
    layers: tuple[Layer, ...]
    light: bool
    timed: Array
    read: Array
    truth: dict[str, float]


NIP = (
    Layer("ETL", 4.0, 3.3, 8.5, 2.2e18, 10.0, 10.0, 1e17, ((50.0, 50),)),
    Layer("film", 4.1, 1.3, 14.0, 1e19, 0.01, 0.01, 0.0, ((300.0, 200),), 1e-6, 1e-10, 5e21),
    Layer("HTL", 3.8, 1.4, 14.0, 1e19, 0.01, 0.01, -1e17, ((50.0, 50),)),
)
PN = (
    Layer("n", 4.07, 1.42, 12.9, 2e18, 4000.0, 200.0, 1e17, ((1750.0, 50), (250.0, 100)), 1e-8),
    Layer("p", 4.07, 1.42, 12.9, 2e18, 4000.0, 200.0, -1e17, ((250.0, 100), (1750.0, 50)), 1e-8),
)
DARK, LIGHT = np.linspace(-1.0, 0.8, 91).round(6), np.linspace(0.0, 0.8, 41).round(6)
LONGER, DIODE = np.linspace(0.0, 1.0, 51).round(6), np.linspace(0.0, 0.9, 37).round(6)
CASES = (
    Case("n-i-p, dark", NIP, False, DARK, DARK, {"J(-0.5 V)": -1.2292e-10, "J(0.5 V)": 1.0581e-6}),
    Case("n-i-p, light", NIP, True, LIGHT, LONGER, {"Jsc": 23.458e-3, "Voc": 0.9131, "FF": 0.5946}),
    Case(
        "pn, dark", PN, False, DIODE, DIODE,
        {"J(0.1 V)": 7.878e-11, "J(0.3 V)": 4.654e-9, "J(0.5 V)": 2.566e-7, "J(0.7 V)": 1.768e-5, "J(0.9 V)": 7.661e-3},
    ),
)  # fmt: skip


def nodes(case: Case) -> Array:
    """Positions of the nodes [cm]; every boundary of a layer is one."""
    width = [np.full(count, length / count) for layer in case.layers for length, count in layer.spacing]
    return np.concatenate([[0.0], np.cumsum(np.concatenate(width))]) * NM


def on_nodes(case: Case, field: Callable[[Layer], float]) -> Array:
    """A property on nodes; a node between two layers is the second's."""
    counts = [sum(count for _, count in layer.spacing) for layer in case.layers]
    values = np.repeat([field(layer) for layer in case.layers], counts)
    return np.append(values, values[-1])


def generation(case: Case) -> Array:
    """Generation on nodes, half at the ends of a layer, so that the sum is the case's [cm^-3 s^-1]."""
    rate = on_nodes(case, lambda layer: layer.generation * case.light)
    return np.append(rate[0], (rate[1:] + rate[:-1]) / 2.0)


def outward(voltages: Array, walk: Callable[[Array], list[float]]) -> Array:
    """Currents in the order of the voltages, found by a walk from 0 V up and one from 0 V down."""
    up, down = voltages[voltages >= 0.0], voltages[voltages <= 0.0][::-1]
    return np.array((walk(down)[:0:-1] if down.size > 1 else []) + walk(up))


def stackmodel(case: Case) -> Curve:
    def layer(values: Layer) -> sm.Layer:
        material = sm.Material(
            name=values.name, electron_affinity=values.chi, band_gap=values.gap, relative_permittivity=values.eps,
            conduction_band_dos=values.dos, valence_band_dos=values.dos, electron_mobility=values.mu_n,
            hole_mobility=values.mu_p, electron_lifetime=values.tau, hole_lifetime=values.tau,
            radiative_coefficient=values.radiative,
        )  # fmt: skip
        donors, acceptors = max(values.doping, 0.0), max(-values.doping, 0.0)
        return sm.Layer(material, values.thickness, donor_density=donors, acceptor_density=acceptors)

    stack = sm.Stack([layer(values) for values in case.layers])
    device = sm.Photodiode(stack, front=sm.Contact.ohmic(), back=sm.Contact.ohmic(), temperature=T)
    rates = {values.name: values.generation for values in case.layers if values.generation * case.light}
    return lambda voltages: device.jv(voltages.tolist(), generation=rates or None).current_density


def devsim(case: Case, *, extended: bool = False) -> Curve:
    with contextlib.suppress(ImportError):  # it needs a BLAS: this package brings one
        import devsim_openblas

        if "devsim" not in sys.modules:
            devsim_openblas.configure()
    import devsim as ds
    from devsim.python_packages import model_create as make
    from devsim.python_packages import simple_dd

    ds.reset_devsim()
    for name in ("extended_solver", "extended_model", "extended_equation"):
        ds.set_parameter(name=name, value=extended)
    on = {"device": "device"}
    unknowns = {"Potential": "Poisson", "Electrons": "ElectronContinuity", "Holes": "HoleContinuity"}

    x = nodes(case)
    ends = np.cumsum([0] + [sum(count for _, count in layer.spacing) for layer in case.layers])
    ds.create_1d_mesh(mesh="mesh")
    for i, position in enumerate(x):
        ds.add_1d_mesh_line(mesh="mesh", pos=position, ps=1.0, tag=f"x{i}")
    for layer, first, last in zip(case.layers, ends[:-1], ends[1:], strict=True):
        ds.add_1d_region(mesh="mesh", material="any", region=layer.name, tag1=f"x{first}", tag2=f"x{last}")
    interfaces = {
        f"x{i}": pair for i, pair in zip(ends[1:-1], zip(case.layers, case.layers[1:], strict=False), strict=True)
    }
    for tag in interfaces:
        ds.add_1d_interface(mesh="mesh", name=tag, tag=tag)
    contacts = {"cathode": (case.layers[0], "x0"), "anode": (case.layers[-1], f"x{ends[-1]}")}
    for contact, (_, tag) in contacts.items():
        ds.add_1d_contact(mesh="mesh", name=contact, material="metal", tag=tag)
    ds.finalize_mesh(mesh="mesh")
    ds.create_device(mesh="mesh", **on)

    ds.set_parameter(name="V_t", value=KT)
    ds.set_parameter(name="ElectronCharge", value=Q)
    ds.set_parameter(name="share", value=1.0)
    for layer in case.layers:
        here = {"device": "device", "region": layer.name}
        pairs = {
            "eps": layer.eps * EPS_0, "mu_n": layer.mu_n, "mu_p": layer.mu_p, "N": layer.dos, "chi": layer.chi,
            "E_g": layer.gap, "n_i": layer.n_i, "doping": layer.doping, "radiative": layer.radiative,
            "G": layer.generation * case.light, "rate": 1.0 / layer.tau,
        }  # fmt: skip
        for name, value in pairs.items():
            ds.set_parameter(name=name, value=value, **here)
        for name in unknowns:
            make.CreateSolution("device", layer.name, name)
        middle = -layer.chi - layer.gap / 2.0
        level = middle + KT * math.asinh(layer.doping / 2.0 / layer.n_i)
        ds.node_model(name="start", equation=f"{level!r}", **here)
        ds.set_node_values(name="Potential", init_from="start", **here)
        field = "eps*(Potential@n0 - Potential@n1)*EdgeInverseLength"
        make.CreateEdgeModel("device", layer.name, "Displacement", field)
        make.CreateEdgeModelDerivatives("device", layer.name, "Displacement", field, "Potential")
        equal = {"n_0": "N*exp((Potential + chi)/V_t)", "p_0": "N*exp(-(Potential + chi + E_g)/V_t)"}
        for name, text in equal.items():
            make.CreateNodeModel("device", layer.name, name, text)
        charge = f"-ElectronCharge*({equal['p_0']} - {equal['n_0']} + doping)"
        make.CreateNodeModel("device", layer.name, "Charge_0", charge)
        make.CreateNodeModelDerivative("device", layer.name, "Charge_0", charge, "Potential")
        ds.equation(
            name="Poisson", variable_name="Potential", node_model="Charge_0", edge_model="Displacement",
            variable_update="log_damp", **here,
        )  # fmt: skip
    for tag in interfaces:
        model = make.CreateContinuousInterfaceModel("device", tag, "Potential")
        ds.interface_equation(interface=tag, name="Poisson", interface_model=model, type="continuous", **on)
    for contact, (layer, _) in contacts.items():
        pinned = math.asinh(layer.doping / 2.0 / layer.n_i)
        densities = {"Electrons": layer.n_i * math.exp(pinned), "Holes": layer.n_i * math.exp(-pinned)}
        ds.set_parameter(name=f"{contact}_bias", value=0.0)
        level = KT * pinned - layer.chi - layer.gap / 2.0
        wanted = {"Potential": f"{level!r} + {contact}_bias", **{k: repr(v) for k, v in densities.items()}}
        for name, value in wanted.items():
            make.CreateContactNodeModel("device", contact, f"{contact}{name}", f"{name} - ({value})")
            make.CreateContactNodeModel("device", contact, f"{contact}{name}:{name}", "1")
        ds.contact_equation(contact=contact, name="Poisson", node_model=f"{contact}Potential", **on)

    def solve() -> None:
        ds.solve(type="dc", absolute_error=1e10, relative_error=1e-9, maximum_iterations=60)

    solve()
    for layer in case.layers:
        here = {"device": "device", "region": layer.name}
        for name, source in (("Electrons", "n_0"), ("Holes", "p_0")):
            ds.set_node_values(name=name, init_from=source, **here)
        simple_dd.CreateBernoulli("device", layer.name)
        simple_dd.CreateElectronCurrent("device", layer.name, "mu_n")
        simple_dd.CreateHoleCurrent("device", layer.name, "mu_p")
        srh = "rate/(Electrons + Holes + 2*n_i)"
        pairs = {
            "Charge": "-ElectronCharge*kahan3(Holes, -Electrons, doping)",
            "Recombination": f"ElectronCharge*((Electrons*Holes - n_i^2)*({srh} + radiative) - share*G)",
        }
        pairs["Generation"] = f"-({pairs['Recombination']})"
        for model, text in pairs.items():
            make.CreateNodeModel("device", layer.name, model, text)
            make.CreateNodeModelDerivative("device", layer.name, model, text, "Electrons", "Holes")
        terms = {
            "Potential": ("Charge", "Displacement", "log_damp"),
            "Electrons": ("Generation", "ElectronCurrent", "positive"),
            "Holes": ("Recombination", "HoleCurrent", "positive"),
        }  # fmt: skip
        for name, (node, edge, update) in terms.items():
            ds.equation(
                name=unknowns[name], variable_name=name, node_model=node, edge_model=edge, variable_update=update,
                **here,
            )  # fmt: skip
    for tag, (left, right) in interfaces.items():
        steps = {"Electrons": left.chi - right.chi, "Holes": right.chi + right.gap - left.chi - left.gap}
        for name, step in steps.items():
            ratio = left.dos / right.dos * math.exp(step / KT)
            model = f"equal{name}"
            make.CreateInterfaceModel("device", tag, model, f"{name}@r0 - {ratio!r}*{name}@r1")
            make.CreateInterfaceModel("device", tag, f"{model}:{name}@r0", "1")
            make.CreateInterfaceModel("device", tag, f"{model}:{name}@r1", f"-{ratio!r}")
            ds.interface_equation(interface=tag, name=unknowns[name], interface_model=model, type="continuous", **on)
    for contact in contacts:
        for name, edge in (("Electrons", "ElectronCurrent"), ("Holes", "HoleCurrent")):
            ds.contact_equation(
                contact=contact, name=unknowns[name], node_model=f"{contact}{name}", edge_current_model=edge, **on
            )

    def at(voltage: float) -> float:
        ds.set_parameter(name="anode_bias", value=float(voltage))
        solve()
        parts = [ds.get_contact_current(contact="anode", equation=unknowns[k], **on) for k in ("Electrons", "Holes")]
        return float(sum(parts))

    for share in (0.0, 1e-6, 1e-3, 1.0) if case.light else (0.0,):
        ds.set_parameter(name="share", value=share)
        solve()
    names = [(layer.name, name) for layer in case.layers for name in unknowns]
    rest = {key: ds.get_node_model_values(region=key[0], name=key[1], **on) for key in names}

    def walk(voltages: Array) -> list[float]:
        for (region, name), values in rest.items():
            ds.set_node_values(region=region, name=name, values=values, **on)
        return [at(voltage) for voltage in voltages]

    return lambda voltages: outward(voltages, walk)


def devsim_extended(case: Case) -> Curve:
    return devsim(case, extended=True)


def sesame(case: Case) -> Curve:
    from solsesame.builder import Builder
    from solsesame.solvers import Solver

    system = Builder(nodes(case), T=T)
    fields: dict[str, Callable[[Layer], float]] = {
        "Nc": lambda layer: layer.dos, "Nv": lambda layer: layer.dos, "Eg": lambda layer: layer.gap,
        "affinity": lambda layer: layer.chi, "epsilon": lambda layer: layer.eps, "mu_e": lambda layer: layer.mu_n,
        "mu_h": lambda layer: layer.mu_p, "tau_e": lambda layer: min(layer.tau, NEVER),
        "tau_h": lambda layer: min(layer.tau, NEVER), "B": lambda layer: layer.radiative,
    }  # fmt: skip
    profiles = {name: on_nodes(case, field) for name, field in fields.items()}
    system.add_material({name: lambda x, values=values: values for name, values in profiles.items()})
    system.rho = on_nodes(case, lambda layer: layer.doping) / system.scaling.density
    system.contact_type("Ohmic", "Ohmic")
    system.contact_S(FAST, FAST, FAST, FAST)
    if case.light:
        system.generation(generation(case))

    def walk(voltages: Array) -> list[float]:
        solver = Solver(use_mumps=False)
        currents, _ = solver.IVcurve(system, voltages, verbose=False)
        return list(-currents * system.scaling.current)

    return lambda voltages: outward(voltages, walk)


def deltapv(case: Case) -> Curve:
    import deltapv as dpv
    from deltapv import adjoint, bcond, current, objects, scales, simulator, solver
    from jax import numpy as jnp

    logging.getLogger("deltapv").setLevel(logging.ERROR)
    fields: dict[str, Callable[[Layer], float]] = {
        "eps": lambda layer: layer.eps, "Chi": lambda layer: layer.chi, "Eg": lambda layer: layer.gap,
        "Nc": lambda layer: layer.dos, "Nv": lambda layer: layer.dos, "mn": lambda layer: layer.mu_n,
        "mp": lambda layer: layer.mu_p, "tn": lambda layer: min(layer.tau, NEVER),
        "tp": lambda layer: min(layer.tau, NEVER), "Br": lambda layer: layer.radiative,
        "Ndop": lambda layer: layer.doping,
    }  # fmt: skip
    design = dpv.empty_design(jnp.asarray(nodes(case)))
    values = {name: jnp.asarray(on_nodes(case, field)) / scales.units[name] for name, field in fields.items()}
    design = dpv.contacts(objects.update(design, **values), FAST, FAST, FAST, FAST)
    cell = simulator.init_cell(design, dpv.incident_light(), optics=False)
    cell = objects.update(cell, G=jnp.asarray(generation(case)) / scales.units["G"])

    def walk(voltages: Array) -> list[float]:
        bound = bcond.boundary_eq(cell)
        states = [solver.solve_eq(cell, bound, solver.eq_guess(cell, bound))]
        currents: list[float] = []
        worst = (0.0, 0.0)
        guesses = (lambda last: last, solver.linguess, solver.quadguess)
        for voltage in voltages:
            known = len(currents)
            if known:
                guess = guesses[min(known, 3) - 1](*states[: -1 - min(known, 3) : -1])
            else:
                guess = solver.ooe_guess(cell, states[0]) if case.light else states[0]
            _, state = adjoint.solve_pdd(cell, voltage / scales.energy, guess)
            along = np.asarray(current.Jn(cell, state) + current.Jp(cell, state)) * float(scales.current)
            if voltage or case.light:
                worst = max(worst, (float(np.ptp(along) / abs(along.mean())), float(voltage)))
            states.append(state)
            currents.append(-float(along.mean()))
        if worst[0] > 1e-3:
            words = f"the current differs along x by up to {worst[0]:.2g} of its mean (at {worst[1]:g} V)"
            warnings.warn(words, stacklevel=1)
        return currents

    return lambda voltages: outward(voltages, walk)


def solcore(case: Case) -> Curve:
    from solcore.poisson_drift_diffusion import DriftDiffusionUtilities as utilities

    solver, options = utilities.dd, utilities.pdd_options

    def walk(voltages: Array) -> list[float]:
        solver.reset()
        utilities.SetConvergenceParameters(options)
        utilities.SetMeshParameters(options)
        utilities.SetRecombinationParameters(options)
        layers = case.layers[::-1]
        for layer in layers:  # in m, not cm
            tau, dos, doping = min(layer.tau, NEVER), layer.dos * 1e6, layer.doping * 1e6
            solver.addlayer(
                args=[
                    layer.thickness * 1e-9, layer.gap, layer.chi, layer.mu_n * 1e-4, layer.mu_p * 1e-4, dos, dos, tau,
                    tau, layer.eps * constants.epsilon_0, layer.radiative * 1e-6, 0.0, 0.0, max(-doping, 0.0),
                    max(doping, 0.0),
                ]
            )  # fmt: skip
        solver.frontboundary("ohmic", 1e5, 1e5, 0)
        solver.backboundary("ohmic", 1e5, 1e5, 0)
        solver.initdevice(options.meshpoints)
        solver.gen = 0
        solver.equilibrium(1, T)
        if case.light:  # absorbed photons from a flat spectrum between two wavelengths
            x = solver.get("x")[: solver.m + 1] / 1e-9
            ends = np.cumsum([layer.thickness for layer in layers])
            rates = np.array([layer.generation * 1e6 for layer in layers])
            profile = rates[np.minimum(np.searchsorted(ends, x), ends.size - 1)] / rates.max()
            wavelengths = np.array([500e-9, 600e-9])
            solver.set_generation(np.vstack([wavelengths, np.column_stack([profile, profile])]))
            solver.gen = 1
            solver.illumination(np.full(2, rates.max() / np.ptp(wavelengths)))
            solver.lightsc(1, T, 1)
        solver.runiv(voltages[-1], voltages[1], T, 1, 0)
        answer = utilities.DumpIV()
        return list(np.interp(np.abs(voltages), np.abs(answer["V"]), answer["J"]) / 1e4)

    return lambda voltages: outward(voltages, walk)


#: What a row is called, the module it needs, the function that sets a case up.
TOOLS: dict[str, tuple[str, Callable[[Case], Curve]]] = {
    "stackmodel": ("stackmodel", stackmodel),
    "devsim": ("devsim", devsim),
    "devsim, extended": ("devsim", devsim_extended),
    "deltapv": ("deltapv", deltapv),
    "sesame": ("solsesame", sesame),
    "solcore": ("solcore", solcore),
}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Discard what compiled code and loggers print."""
    sys.stdout.flush()
    kept = os.dup(1), os.dup(2)
    with open(os.devnull, "w") as nowhere:
        try:
            for stream in (1, 2):
                os.dup2(nowhere.fileno(), stream)
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for stream, copy in zip((1, 2), kept, strict=True):
                os.dup2(copy, stream)
                os.close(copy)


def figures(case: Case, current: Array) -> dict[str, float]:
    """What the case asks of a curve, in the units of `case.truth`; NaN where a tool gave none."""
    found = {f"J({v:g} V)": float(j) for v, j in zip(case.read, current, strict=True)}
    if not case.light:
        return {name: found[name] for name in case.truth}
    found = {"Jsc": -found["J(0 V)"], "Voc": math.nan, "FF": math.nan}
    if np.isfinite(current).all():
        power = CubicSpline(case.read, -case.read * current)
        crossings = CubicSpline(case.read, current).roots(extrapolate=False)
        if crossings.size:
            found["Voc"] = float(crossings[0])
            best = power(power.derivative().roots(extrapolate=False)).max()
            found["FF"] = float(best / found["Jsc"] / found["Voc"])
    return found


class Answer(NamedTuple):
    seconds: float
    figures: dict[str, float]
    words: list[str]


def ask(case: Case, tool: Callable[[Case], Curve]) -> Answer:
    """Read the case once, which compiles, then time it: three times, or as often as ten seconds allow."""
    seconds: list[float] = []
    with quiet(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            curve = tool(case)
            current = curve(case.read)
            told = [str(one.message) for one in caught if issubclass(one.category, (RuntimeWarning, UserWarning))]
            words = list(dict.fromkeys(told))
            while len(seconds) < 3 and sum(seconds) < 10.0:
                start = time.perf_counter()
                curve(case.timed)
                seconds.append(time.perf_counter() - start)
        except (Exception, SystemExit) as error:  # noqa: BLE001  whatever ends a tool is its line in the table
            return Answer(math.nan, {}, [f"{type(error).__name__}: {error}"])
    lost = case.read[np.isnan(current)]
    words += [f"no current at {lost.size} of {current.size} points, first at {lost[0]:g} V"] if lost.size else []
    return Answer(min(seconds), figures(case, current), words)


def percent(value: float, reference: float) -> str:
    difference = (value / reference - 1.0) * 100.0
    if math.isnan(difference):
        return "-"
    return f"{difference:+.2f}" if abs(difference) < 1000.0 else f"{difference:+.0e}"


def main() -> None:
    wanted = {"stackmodel", *sys.argv[1:]}
    if unknown := wanted - {word for name, row in TOOLS.items() for word in (name, row[0])}:
        raise SystemExit(f"no tool is called {', '.join(sorted(unknown))}; there are: {'; '.join(TOOLS)}")
    rows = {name: row for name, row in TOOLS.items() if len(wanted) == 1 or wanted & {name, row[0]}}
    for case in CASES:
        print(f"\n{case.name}, {case.timed.size} points")
        print(f"{'':18s}{'ms':>10s}{'ratio':>8s}" + "".join(f"{name:>19s}" for name in case.truth))
        print(f"{'converged':36s}" + "".join(f"{value:19.5g}" for value in case.truth.values()))
        ours = Answer(math.nan, {}, [])
        for name, (module, tool) in rows.items():
            if importlib.util.find_spec(module) is None:
                print(f"{name:18s}not installed")
                continue
            answer = ask(case, tool)
            ours = answer if name == "stackmodel" else ours
            line = f"{name:18s}{answer.seconds * 1e3:10.1f}{answer.seconds / ours.seconds:8.1f}"
            for key, value in answer.figures.items():
                line += f"{percent(value, case.truth[key]):>10s}{percent(value, ours.figures.get(key, math.nan)):>9s}"
            print(line if answer.figures else f"{name:18s}no answer")
            for words in answer.words:
                print(f"    {words}")


if __name__ == "__main__":
    main()
