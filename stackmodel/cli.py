"""The command line: the library's questions for people who would rather not write Python."""

from __future__ import annotations

import argparse
import io
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stackmodel.errors import InputError, Interrupted, StackModelError, attributed, shorten
from stackmodel.units import NO_COMMA, NUMBER
from stackmodel.units import number_or_text as _value

if TYPE_CHECKING:
    from stackmodel.kinds.device import Device

EXAMPLES = """examples:
  stackmodel materials                          everything in the library
  stackmodel materials --without Pb,Cd,Hg       what is free of heavy metals
  stackmodel materials ZnO                      one material, each value with its source
  stackmodel show "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au"
  stackmodel bands device.py --set temperature=80 --out out
  stackmodel estimate device.py --voltage=-0.5
  stackmodel dark device.py --voltage=-0.5 --set temperature=250
  stackmodel dark device.py --temperatures 300:200:-20 --out out
  stackmodel sensitivity device.py --metric dark_current@-0.5V --out out
  stackmodel jv device.py --voltages=-1:0.8:0.05 --out out
  stackmodel response device.py --wavelengths 400:1400:10 --voltage=-0.5 --out out
  stackmodel jv cell.py --voltages=-0.2:0.7:0.02 --light am15g --out out
  stackmodel performance cell.py --light am15g,longpass:1100nm --reference-irradiance "100 mW/cm^2" --out out
  stackmodel sweep device.py --vary ETL.thickness=20:100:20 --metric dark_current@-0.5V --out out
  stackmodel limit cell.py --longpass 1100 --reference-irradiance "100 mW/cm^2"
  stackmodel efficiency led.py --currents 1e-6:10 --out out
  stackmodel transfer transistor.py --gate-voltages=-20:20:1 --voltage 1 --light "940nm, 1 uW/cm^2" --out out
  stackmodel output transistor.py --voltages 0:10:0.5 --gate-voltages 0,5,10 --out out
  stackmodel show device.py --set ETL.thickness=40nm --out out
  stackmodel compare device.py --vary "ETL=ZnO,SnO2,TiO2" --vary "HTL=PbS(3.0nm, EDT),NiO,MoO3" --out out
  stackmodel compare device.py --vary active.diameter=3:5:0.5 --metric extraction_barrier --json

A stack is written as papers write it; a .py file must define "device". --vary takes a list of materials or values,
or start:stop:step (stop included). Plain numbers are in the field's units (nm, eV, cm^-3, ...).
"""
MOST_STEPS = 10_000


class _Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one line, and takes -500mV for a value, as it takes -0.5."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def error(self, message: str) -> Any:
        raise InputError(f"{message} (see stackmodel {self.prog.partition(' ')[2]} --help)".replace("  ", " "))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 2 on input that cannot be used, or 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding has no µ
    try:
        parsed = _parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], None] = parsed.run
        run(parsed)
        sys.stdout.flush()
    except StackModelError as error:
        print(f"stackmodel: {str(error).partition(chr(10))[0]}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read has gone; what Python still holds for it must not raise once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"stackmodel: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(f"stackmodel: {stop if isinstance(stop, Interrupted) else 'interrupted'}", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    style = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="stackmodel", description=__doc__, epilog=EXAMPLES, formatter_class=style)
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.set_defaults(run=lambda parsed: _version(parser, parsed))
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], None], summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary, epilog=EXAMPLES, formatter_class=style)
        sub.set_defaults(run=run)
        return sub

    materials = command("materials", _materials, "List the library, or one material with its sources.")
    materials.add_argument("name", nargs="?", help='a name, or a recipe such as "PbS(3.4nm, TBAI)"')
    materials.add_argument("--role", help="only materials of this role (ETL, HTL, electrode, ...)")
    materials.add_argument("--contains", metavar="ELEMENTS", help="only with all of these elements, e.g. Hg,Te")
    materials.add_argument("--without", metavar="ELEMENTS", help="only with none of these, e.g. Pb,Cd,Hg")
    materials.add_argument("--json", action="store_true", help="print json")
    materials.add_argument("--new", metavar="NAME", help="print a file to fill in for sm.add_materials")
    materials.add_argument("--add", type=Path, action="append", default=[], metavar="FILE", help="a file of your own")

    show = command("show", _show, "Show a device: levels before contact, verdicts, assumptions, pictures.")
    _add_device(show)
    bands = command("bands", _bands, "Solve the equilibrium: band diagram, built-in potential, depletion.")
    _add_device(bands)
    bands.add_argument("--reference", choices=("fermi", "vacuum"), default="fermi", help="zero of the energy axis")
    estimate = command("estimate", _estimate, "Answer in closed form: depletion, dark current, detector figures.")
    _add_device(estimate)
    estimate.add_argument("--voltage", default="0", metavar="V", help="anode minus cathode, e.g. -0.5 or -500mV")
    estimate.add_argument("--gate-voltage", metavar="V", help="gate minus source of a transistor, e.g. -20")
    limit = command("limit", _limit, "Detailed-balance limit of a solar cell, under AM1.5G unless told.")
    _add_device(limit)
    limit.add_argument("--longpass", metavar="NM", help="only light above this wavelength, e.g. 1100 behind silicon")
    _add_light(limit)
    limit.add_argument("--pairs", type=int, default=1, metavar="N", help="most pairs that one photon makes")
    limit.add_argument("--absorptance", choices=("step", "computed"), default="step", help="by the gap, or by optics")
    limit.add_argument("--reference-irradiance", metavar="W", help='what efficiency refers to, e.g. "100 mW/cm^2"')
    efficiency = command("efficiency", _efficiency, "Efficiency of a light-emitting diode against current density.")
    _add_device(efficiency)
    efficiency.add_argument(
        "--currents", default="1e-6:10", metavar="J", help="list in A/cm^2, or start:stop, spaced by decades (1e-6:10)"
    )
    efficiency.add_argument("--balance", metavar="SHARE", help="recombining pairs per electron that flows (1)")
    efficiency.add_argument("--voltages", metavar="V", help="solve it at these: list, or start:stop:step")
    jv = command("jv", _jv, "Solve the current-voltage curve.")
    _add_device(jv)
    jv.add_argument("--voltages", default="-0.5:0.8:0.05", metavar="V", help="list, or start:stop:step (stop included)")
    jv.add_argument("--generation", metavar="G", help="generation rate in the active layer, cm^-3 s^-1")
    _add_light(jv)
    _add_accuracy(jv)
    response = command("response", _response, "Solve the spectral response: EQE, responsivity, where photons go.")
    _add_device(response)
    response.add_argument("--wavelengths", default="400:1600:10", metavar="NM", help="list, or start:stop:step [nm]")
    response.add_argument("--voltage", default="0", metavar="V", help="anode minus cathode, e.g. -0.5 or -500mV (0)")
    _add_light(response)
    _add_accuracy(response)
    performance = command("performance", _performance, "Solve what a solar cell delivers, and where the rest is lost.")
    _add_device(performance)
    _add_light(performance)
    _add_accuracy(performance)
    performance.add_argument(
        "--reference-irradiance", metavar="W", help='what efficiency refers to, e.g. "100 mW/cm^2"'
    )
    transfer = command("transfer", _transfer, "Drain current of a transistor against its gate voltage, closed form.")
    _add_device(transfer)
    transfer.add_argument("--gate-voltages", default="-20:20:1", metavar="V", help="list, or start:stop:step")
    transfer.add_argument("--voltage", default="1", metavar="V", help="drain minus source, e.g. 1 or 100mV (1)")
    _add_light(transfer)
    output = command("output", _output, "Drain current of a transistor against its drain voltage, closed form.")
    _add_device(output)
    output.add_argument("--voltages", default="0:10:0.5", metavar="V", help="drain minus source: list, or range")
    output.add_argument("--gate-voltages", default="0,5,10", metavar="V", help="one curve each: list, or range")
    _add_light(output)
    dark = command("dark", _dark, "Solve the dark current by mechanism, with its activation energy.")
    _add_device(dark)
    dark.add_argument("--voltage", default="-0.5", metavar="V", help="anode minus cathode, e.g. -0.5 or -500mV")
    dark.add_argument(
        "--background", metavar="K", help="temperature of surroundings that shine on the device, e.g. 300"
    )
    dark.add_argument("--fov", metavar="DEG", help="full angle that the device sees of them; 180 is the hemisphere")
    dark.add_argument("--ranges", action="store_true", help="solve what the uncertainty of the levels leaves")
    _add_accuracy(dark)
    dark.add_argument("--temperatures", metavar="K", help="list, or start:stop:step: Arrhenius's picture")
    sensitivity = command("sensitivity", _sensitivity, "What limits a figure: its slope with respect to every value.")
    _add_device(sensitivity)
    sensitivity.add_argument("--metric", default="dark_current@-0.5V", metavar="NAME", help="(dark_current@-0.5V)")
    command("warmup", _warmup, "Compile the kernels once, so that later questions answer at once.")
    compare = command("compare", _compare, "Compare choices of layers and values, ranked with reasons.")
    _add_device(compare)
    compare.add_argument(
        "--vary", action="append", default=[], metavar="WHERE=CHOICES", help="what to vary, repeatable"
    )
    compare.add_argument("--metric", action="append", metavar="NAME", help="figure to compare by, repeatable")
    sweep = command("sweep", _sweep, "Ask metrics over a grid of values and layers.")
    _add_device(sweep)
    sweep.add_argument("--vary", action="append", default=[], metavar="WHERE=CHOICES", help="an axis, repeatable")
    sweep.add_argument("--metric", action="append", metavar="NAME", required=True, help="figure to ask, repeatable")
    return parser


def _kinds() -> dict[str, type[Device]]:
    from stackmodel.kinds.registry import command_name, kinds

    return {command_name(name): cls for name, cls in kinds().items()}


class _Kinds:
    """The kinds by the names of the command line, loaded when they are asked for."""

    def __iter__(self) -> Iterator[str]:
        return iter(_kinds())

    def __contains__(self, name: object) -> bool:
        return name in _kinds()


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", help='a .py file that defines "device", or a stack in the notation')
    parser.add_argument("--add", type=Path, action="append", default=[], metavar="FILE", help="materials of your own")
    kinds: Any = _Kinds()
    what = "kind of device for a stack in the notation, one of %(choices)s"
    parser.add_argument("--kind", choices=kinds, metavar="KIND", help=what)
    parser.add_argument("--set", action="append", default=[], metavar="ADDRESS=VALUE", help="e.g. ETL.thickness=40nm")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write tables and pictures there")
    parser.add_argument("--json", action="store_true", help="print json")


def _add_light(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--light", metavar="LIGHT", help="e.g. am15g, 940nm:1mW/cm2, am15g,longpass:1100nm, blackbody:1200K, lamp.csv"
    )


def _add_accuracy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accuracy", default="0.4 %", help='largest error that the mesh may leave, "0.1 %%" to "2 %%" (0.4 %%)'
    )


def _version(parser: argparse.ArgumentParser, parsed: argparse.Namespace) -> None:
    if parsed.version:
        import stackmodel

        print(f"stackmodel {stackmodel.__version__}")
    else:
        parser.print_help()


def _materials(parsed: argparse.Namespace) -> None:
    from stackmodel.materials.library import add_materials, materials, template
    from stackmodel.structure.notation import material_from_text

    if parsed.new is not None:
        print(template(parsed.new), end="")
        return
    for path in parsed.add:
        add_materials(path)
    if parsed.name is None:
        elements = {
            key: [word.strip() for word in given.split(",")]
            for key in ("contains", "without")
            if (given := getattr(parsed, key)) is not None
        }
        table = materials(parsed.role, **elements)
    else:
        table = material_from_text(parsed.name)[0].explain()
    _print_json(list(table)) if parsed.json else print(table)


def _show(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    alignment = device.band_alignment()
    if parsed.json:
        figures = alignment.attributes()
        _print_json({"figures": figures, "levels": alignment.columns(), "provenance": alignment.provenance.as_dict()})
    else:
        print(device, alignment, device.assumptions(), sep="\n\n")
    if parsed.out:
        from stackmodel.output.with_matplotlib import save

        for suffix in (".svg", ".pdf", ".png", ".html"):
            _say(alignment.save(parsed.out / f"alignment{suffix}"))
        save(device.stack.graph_picture(), parsed.out / "graph.svg", "120 mm")
        _say(parsed.out / "graph.svg")
        _say(device.explain().save(parsed.out / "parameters.csv"))


def _bands(parsed: argparse.Namespace) -> None:
    from stackmodel.output.progress import said
    from stackmodel.physics.kernel import is_compiled
    from stackmodel.physics.poisson import solve

    device = _device(parsed)
    if not is_compiled(solve):
        said("compiling the kernels of equilibrium, once for this version ...")
    _answer(parsed, device, device.equilibrium(), "bands", reference=parsed.reference)


def _estimate(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    gate = {} if parsed.gate_voltage is None else {"gate_voltage": _value(parsed.gate_voltage)}
    if gate and "gate" not in device.stack.roles:
        raise InputError(f"estimate: a {device.kind} without a gate takes no --gate-voltage; leave it out")
    _answer(parsed, device, device.estimate(_value(parsed.voltage), **gate), "estimate")


def _limit(parsed: argparse.Namespace) -> None:
    from stackmodel.light.spectrum import Light

    device = _device(parsed)
    if not hasattr(device, "limit"):
        raise InputError(
            f"limit: a {device.kind} has no detailed-balance limit; expected --kind solar_cell or a file with a "
            "SolarCell"
        )
    light = _light(parsed.light) or Light.am15g()
    light = light if parsed.longpass is None else light.longpass(_value(parsed.longpass))
    reference = None if parsed.reference_irradiance is None else _value(parsed.reference_irradiance)
    answer = device.limit(
        light, pairs_per_photon=parsed.pairs, reference_irradiance=reference, absorptance=parsed.absorptance
    )
    _answer(parsed, device, answer, "limit")


def _efficiency(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    if not hasattr(device, "efficiency_curve"):
        raise InputError(f"efficiency: a {device.kind} emits no light; expected --kind qled or a file with a QLED")
    if parsed.voltages is not None:
        _answer(parsed, device, device.solved_efficiency(_voltages(parsed.voltages)), "efficiency_solved")
        return
    balance = None if parsed.balance is None else _value(parsed.balance)
    answer = device.efficiency_curve(_decades(parsed.currents), balance=balance)
    _answer(parsed, device, answer, "efficiency")


def _decades(text: str) -> list[Any]:
    """Return the values of a list, or of start:stop with ten values a decade."""
    from stackmodel.units import read_number

    if ":" not in text:
        return _values(text)
    parts = text.split(":")
    if len(parts) != 2 or not 0.0 < (start := read_number(parts[0])) < (stop := read_number(parts[1])):
        raise InputError(f'--currents "{shorten(text)}" is no range; expected start:stop above 0, such as 1e-6:10')
    count = max(1, math.ceil(10.0 * math.log10(stop / start)))
    return [start * (stop / start) ** (i / count) for i in range(count + 1)]


def _jv(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    generation = None if parsed.generation is None else _value(parsed.generation)
    answer = device.jv(_voltages(parsed.voltages), _light(parsed.light), generation, accuracy=_value(parsed.accuracy))
    _answer(parsed, device, answer, "jv")


def _response(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    answer = device.spectral_response(
        _listed(parsed.wavelengths),
        _value(parsed.voltage),
        light=_light(parsed.light),
        accuracy=_value(parsed.accuracy),
    )
    _answer(parsed, device, answer, "response")


def _transfer(parsed: argparse.Namespace) -> None:
    device = _transistor(parsed)
    gates, light = _voltages(parsed.gate_voltages, "--gate-voltages"), _light(parsed.light)
    _answer(parsed, device, device.transfer_curve(gates, _value(parsed.voltage), light), "transfer")


def _output(parsed: argparse.Namespace) -> None:
    device = _transistor(parsed)
    gates, light = _voltages(parsed.gate_voltages, "--gate-voltages"), _light(parsed.light)
    _answer(parsed, device, device.output_curve(_voltages(parsed.voltages), gates, light), "output")


def _transistor(parsed: argparse.Namespace) -> Any:
    device = _device(parsed)
    if not hasattr(device, "transfer_curve"):
        raise InputError(
            f"a {device.kind} has no gate; expected --kind phototransistor or a file with a Phototransistor"
        )
    return device


def _light(text: str | None) -> Any:
    """Return the light that a text describes; None without any."""
    from stackmodel.light.notation import light_from_text

    if text is None:
        return None
    with attributed("--light"):
        return light_from_text(text)


def _performance(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    if not hasattr(device, "performance"):
        raise InputError(
            f"performance: a {device.kind} delivers no power; expected --kind solar_cell or a file with a SolarCell"
        )
    reference = None if parsed.reference_irradiance is None else _value(parsed.reference_irradiance)
    answer = device.performance(_light(parsed.light), reference_irradiance=reference, accuracy=_value(parsed.accuracy))
    _answer(parsed, device, answer, "performance")
    if parsed.out:
        for suffix in (".svg", ".png", ".html"):
            _say(answer.losses.save(parsed.out / f"losses{suffix}"))


def _dark(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    if not hasattr(device, "dark_current"):
        raise InputError(f"dark: a {device.kind} has no dark_current(); expected a detector or a solar cell")
    shining = {key: _value(getattr(parsed, key)) for key in ("background", "fov") if getattr(parsed, key) is not None}
    if parsed.temperatures is not None:
        if parsed.ranges:
            raise InputError("dark: --ranges goes with one temperature; leave --temperatures out")
        asked = _listed(parsed.temperatures)
        _kept(
            lambda: device.arrhenius(_value(parsed.voltage), asked, accuracy=_value(parsed.accuracy), **shining),
            lambda found: _answer(parsed, device, found, "arrhenius"), parsed,
        )  # fmt: skip
        return
    answer = device.dark_current(
        _value(parsed.voltage), ranges=parsed.ranges, accuracy=_value(parsed.accuracy), **shining
    )
    _answer(parsed, device, answer, "dark")


def _sensitivity(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    _kept(
        lambda: device.sensitivity(parsed.metric), lambda found: _answer(parsed, device, found, "sensitivity"), parsed
    )


def _kept(work: Callable[[], Any], tell: Callable[[Any], None], parsed: argparse.Namespace) -> None:
    """Do long work and tell what it found; of work that was interrupted, what was done by then."""
    from stackmodel.output.progress import undisturbed

    try:
        found = work()
    except Interrupted as stop:
        if stop.partial is None:
            raise Interrupted(f"{stop}; nothing is kept") from None
        with undisturbed():
            tell(stop.partial)
        where = f"kept in {parsed.out}" if parsed.out else "printed; --out FOLDER would keep it"
        raise Interrupted(f"{stop}; what was done is {where}") from None
    tell(found)


def _answer(parsed: argparse.Namespace, device: Device, answer: Any, stem: str, **options: Any) -> None:
    """Print an answer, or its json, and write it in every form if a folder is named."""
    if parsed.json:
        columns = {head: list(values) for head, values in answer.columns().items()}
        _print_json({"figures": answer.attributes(), "columns": columns, "provenance": answer.provenance.as_dict()})
    else:
        print(device, answer, sep="\n\n")
    if parsed.out:
        for suffix in (".svg", ".pdf", ".png", ".html", ".json", ".nc"):
            _say(answer.save(parsed.out / f"{stem}{suffix}", **(options if suffix not in (".json", ".nc") else {})))


def _warmup(parsed: argparse.Namespace) -> None:
    from stackmodel.solvers.warmup import announced

    announced(everything=True)


def _compare(parsed: argparse.Namespace) -> None:
    from stackmodel.studies.compare import compare

    device = _device(parsed)
    if not parsed.vary:
        raise InputError('compare: nothing to vary; expected e.g. --vary "ETL=ZnO,SnO2"')
    choices = _by_address("--vary", (_choices(text, device.stack.names) for text in parsed.vary))
    _kept(
        lambda: compare(device, choices, metrics=parsed.metric), lambda found: _tell_comparison(parsed, found), parsed
    )


def _tell_comparison(parsed: argparse.Namespace, result: Any) -> None:
    if parsed.json:
        _print_json(result.table.to_dict(orient="records"))
    else:
        print(result)
    if parsed.out:
        for name in ("report.html", "comparison.csv", "comparison.json"):
            _say(result.save(parsed.out / name))
        for rank, each in enumerate(result.candidates, start=1):
            if each.device is not None:
                for suffix in (".svg", ".png"):
                    each.device.band_alignment().save(parsed.out / f"alignment_{rank}{suffix}")
        _say(parsed.out / "alignment_RANK.svg, .png, .csv")
    _ = result.best  # refused where no choice could be answered


def _sweep(parsed: argparse.Namespace) -> None:
    from stackmodel.studies.sweep import sweep

    device = _device(parsed)
    if not parsed.vary:
        raise InputError('sweep: nothing to vary; expected e.g. --vary "ETL.thickness=20:100:20"')
    axes = _by_address("--vary", (_choices(text, device.stack.names) for text in parsed.vary))
    _kept(lambda: sweep(device, axes, parsed.metric), lambda found: _tell_sweep(parsed, found), parsed)


def _tell_sweep(parsed: argparse.Namespace, found: Any) -> None:
    from stackmodel.output.csv_text import csv_text
    from stackmodel.output.writers import write_dataset
    from stackmodel.studies.sweep import INTERRUPTED

    table = found.to_dataframe().reset_index()
    if parsed.json:
        _print_json(table.to_dict(orient="records"))
    else:
        asked = table[table["error"] != INTERRUPTED]  # of an interrupted sweep only what was done is read on a screen
        print(asked.to_string(index=False, float_format="%.5g"))
    if parsed.out:
        parsed.out.mkdir(parents=True, exist_ok=True)
        write_dataset(found, parsed.out / "sweep.nc")
        (parsed.out / "sweep.csv").write_text(csv_text(table), encoding="utf-8")
        for name in ("sweep.nc", "sweep.csv"):
            _say(parsed.out / name)


def _say(path: Path) -> None:
    print(f"wrote {path}", file=sys.stderr)


def _device(parsed: argparse.Namespace) -> Any:
    import stackmodel as sm

    for path in parsed.add:
        sm.add_materials(path)

    from stackmodel.kinds.loading import READERS

    if parsed.device.endswith(tuple(READERS)):
        if parsed.kind is not None:
            raise InputError("--kind goes with a stack in the notation; a file says its own kind")
        device = sm.load(parsed.device)
    else:
        device = _kinds()[parsed.kind or "photodiode"](parsed.device)
    values = _by_address("--set", (_assignment(text) for text in parsed.set))
    return device.with_values(values) if values else device


def _by_address(option: str, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for address, value in pairs:
        if address in found:
            raise InputError(f'{option}: "{shorten(address)}" is given twice; expected it once')
        found[address] = value
    return found


def _assignment(text: str) -> tuple[str, Any]:
    address, value = _sides(text) or ("", "")
    if not address or not value:
        raise InputError(f'--set "{shorten(text)}" is not ADDRESS=VALUE, such as ETL.thickness=40nm')
    return address, _value(value)


def _sides(text: str) -> tuple[str, str] | None:
    """Return what stands before and after the first "=" outside of brackets; None where there is none."""
    from stackmodel.materials.recipe import outside_brackets

    at = next(outside_brackets(text, "="), None)
    return None if at is None else (text[:at].strip(), text[at + 1 :].strip())


def _choices(text: str, names: Sequence[str]) -> tuple[str, list[Any]]:
    from stackmodel.kinds.device import CONDITIONS
    from stackmodel.materials.recipe import pieces

    where, options = _sides(text) or ("", "")
    if not where or not options:
        raise InputError(f'--vary "{shorten(text)}" is not WHERE=CHOICES, such as ETL=ZnO,SnO2')
    bare = re.sub(r"\(.*?\)", "", where)
    listed = [option for option, _ in pieces(options)]  # a comma in brackets belongs to the material
    if where in names or not (where in CONDITIONS or "." in bare):
        return where, listed
    return where, _steps(options) if options.count(":") == 2 else [_value(option) for option in listed]


def _voltages(text: str, option: str = "--voltages") -> list[Any]:
    if text.count(":") == 2:
        return _steps(text, "V")
    if ":" in text or not text.strip():
        raise InputError(f'{option} "{shorten(text)}" is no range; expected start:stop:step, such as -0.5:0.8:0.05')
    return _values(text)


def _listed(text: str) -> list[Any]:
    """Return the values of start:stop:step, or of a list."""
    return _steps(text) if text.count(":") == 2 else _values(text)


def _values(text: str) -> list[Any]:
    """Return the values of a list; InputError where a comma must have been meant as a decimal mark."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 1 and any(re.match(r"-0+$|[+-]?0\d", part) for part in parts):
        raise InputError(
            f'"{shorten(text)}" reads as {len(parts)} values, {shorten(" and ".join(parts), 40)}; expected a list such '
            f"as 0,0.5.{NO_COMMA}"
        )
    return [_value(part) for part in parts]


def _steps(text: str, unit: str = "") -> list[float]:
    """Return the values of start:stop:step; numbers with a unit where `unit` says what they become."""
    from stackmodel.units import read_number, to_unit

    start, stop, step = (
        to_unit(part, unit) if unit and not re.fullmatch(NUMBER, part.strip()) else read_number(part)
        for part in text.split(":")
    )
    if step == 0 or (stop - start) / step < 0:
        raise InputError(f'"{text}" has no steps; expected start:stop:step with a step towards stop')
    steps = (stop - start) / step + 1e-9
    if not steps < MOST_STEPS:
        raise InputError(f'"{shorten(text)}" has {steps:.3g} steps; expected fewer than {MOST_STEPS}')
    return [start + i * step for i in range(int(steps) + 1)]


def _print_json(content: Any) -> None:
    from stackmodel.output.strict_json import to_json

    print(to_json(content))
