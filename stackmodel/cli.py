"""The command line: the library's questions for people who would rather not write Python."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from stackmodel.errors import InputError, StackModelError, shorten

EXAMPLES = """examples:
  stackmodel materials                          everything in the library
  stackmodel materials ZnO                      one material, each value with its source
  stackmodel show "ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au"
  stackmodel bands device.py --set temperature=80 --out out
  stackmodel show device.py --set ETL.thickness=40nm --out out
  stackmodel compare device.py --vary "ETL=ZnO,SnO2,TiO2" --vary "HTL=PbS(3.0nm, EDT),NiO,MoO3" --out out
  stackmodel compare device.py --vary active.diameter=3:5:0.5 --metric built_in_potential --json

A stack is written as papers write it; a .py file must define "device". --vary takes a list of materials or values,
or start:stop:step (stop included). Plain numbers are in the field's units (nm, eV, cm^-3, ...).
"""
KINDS = ("photodiode", "solar_cell")


class _Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one line."""

    def error(self, message: str) -> Any:
        raise InputError(f"{message} (see stackmodel {self.prog.partition(' ')[2]} --help)".replace("  ", " "))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 on input that cannot be used."""
    try:
        parsed = _parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], None] = parsed.run
        run(parsed)
    except StackModelError as error:
        print(f"stackmodel: {str(error).partition(chr(10))[0]}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"stackmodel: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
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
    materials.add_argument("--json", action="store_true", help="print json")

    show = command("show", _show, "Show a device: levels before contact, verdicts, assumptions, pictures.")
    _add_device(show)
    bands = command("bands", _bands, "Solve the equilibrium: band diagram, built-in potential, depletion.")
    _add_device(bands)
    bands.add_argument("--reference", choices=("fermi", "vacuum"), default="fermi", help="zero of the energy axis")
    command("warmup", _warmup, "Compile the kernels once, so that later questions answer at once.")
    compare = command("compare", _compare, "Compare choices of layers and values, ranked with reasons.")
    _add_device(compare)
    compare.add_argument(
        "--vary", action="append", default=[], metavar="WHERE=CHOICES", help="what to vary, repeatable"
    )
    compare.add_argument("--metric", action="append", metavar="NAME", help="figure to compare by, repeatable")
    return parser


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", help='a .py file that defines "device", or a stack in the notation')
    parser.add_argument("--kind", choices=KINDS, help="kind of device for a stack in the notation (photodiode)")
    parser.add_argument("--set", action="append", default=[], metavar="ADDRESS=VALUE", help="e.g. ETL.thickness=40nm")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write tables and pictures there")
    parser.add_argument("--json", action="store_true", help="print json")


def _version(parser: argparse.ArgumentParser, parsed: argparse.Namespace) -> None:
    if parsed.version:
        import stackmodel

        print(f"stackmodel {stackmodel.__version__}")
    else:
        parser.print_help()


def _materials(parsed: argparse.Namespace) -> None:
    from stackmodel.materials.library import materials
    from stackmodel.structure.notation import material_from_text

    table = materials(parsed.role) if parsed.name is None else material_from_text(parsed.name)[0].explain()
    print(json.dumps(list(table), indent=2, ensure_ascii=False) if parsed.json else table)


def _show(parsed: argparse.Namespace) -> None:
    device = _device(parsed)
    alignment = device.band_alignment()
    if parsed.json:
        figures = alignment.attributes()
        content = {"figures": figures, "levels": alignment.columns(), "provenance": alignment.provenance.as_dict()}
        print(json.dumps(_without_nan(content), indent=2, default=str, ensure_ascii=False))
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
    device = _device(parsed)
    _say_compiling()
    equilibrium = device.equilibrium()
    if parsed.json:
        content = {"figures": equilibrium.attributes(), "provenance": equilibrium.provenance.as_dict()}
        print(json.dumps(_without_nan(content), indent=2, default=str, ensure_ascii=False))
    else:
        print(device, equilibrium, sep="\n\n")
    if parsed.out:
        for suffix in (".svg", ".pdf", ".png", ".html", ".json", ".nc"):
            _say(equilibrium.save(parsed.out / f"bands{suffix}", reference=parsed.reference))


def _warmup(parsed: argparse.Namespace) -> None:
    import time

    from stackmodel.experiments.warmup import warmup

    print("compiling the kernels, once for this version ...", file=sys.stderr, flush=True)
    start = time.perf_counter()
    warmup()
    print(f"compiled in {time.perf_counter() - start:.1f} s", file=sys.stderr)


def _say_compiling() -> None:
    """Say so where the first solved question has to compile its kernels first."""
    from stackmodel.physics.kernel import needs_compiling

    if needs_compiling():
        print("compiling the kernels, once for this version ...", file=sys.stderr, flush=True)


def _compare(parsed: argparse.Namespace) -> None:
    from stackmodel.studies.compare import compare

    device = _device(parsed)
    if not parsed.vary:
        raise InputError('compare: nothing to vary; expected e.g. --vary "ETL=ZnO,SnO2"')
    choices = dict(_choices(text) for text in parsed.vary)
    result = compare(device, choices, metrics=parsed.metric)
    if parsed.json:
        print(json.dumps(_without_nan(result.table.to_dict(orient="records")), indent=2, ensure_ascii=False))
    else:
        print(result)
    if parsed.out:
        for name in ("report.html", "comparison.csv", "comparison.json"):
            _say(result.save(parsed.out / name))
        for rank, each in enumerate(result.candidates, start=1):
            if each.answer is not None:
                for suffix in (".svg", ".png"):
                    each.answer.save(parsed.out / f"alignment_{rank}{suffix}")
        _say(parsed.out / "alignment_RANK.svg, .png, .csv")


def _say(path: Path) -> None:
    print(f"wrote {path}", file=sys.stderr)


def _device(parsed: argparse.Namespace) -> Any:
    import stackmodel as sm

    if parsed.device.endswith((".py", ".toml", ".json")):
        if parsed.kind is not None:
            raise InputError("--kind goes with a stack in the notation; a file says its own kind")
        device = sm.load(parsed.device)
    else:
        device = {"photodiode": sm.Photodiode, "solar_cell": sm.SolarCell}[parsed.kind or "photodiode"](parsed.device)
    values = dict(_assignment(text) for text in parsed.set)
    return device.with_values(values) if values else device


def _assignment(text: str) -> tuple[str, Any]:
    address, equals, value = text.partition("=")
    if not equals or not address.strip() or not value.strip():
        raise InputError(f'--set "{shorten(text)}" is not ADDRESS=VALUE, such as ETL.thickness=40nm')
    return address.strip(), _value(value)


def _value(text: str) -> Any:
    """Return a plain number as such (in the field's unit), anything else as text with a unit."""
    from stackmodel.units import NUMBER

    return float(text) if re.fullmatch(NUMBER, text.strip()) else text.strip()


def _choices(text: str) -> tuple[str, list[Any]]:
    where, equals, options = text.partition("=")
    if not equals or not where.strip() or not options.strip():
        raise InputError(f'--vary "{shorten(text)}" is not WHERE=CHOICES, such as ETL=ZnO,SnO2')
    if "." in where:
        ends = options.split(":")
        found = _steps(options) if len(ends) == 3 else [_value(option) for option in options.split(",")]
        return where.strip(), found
    # A comma inside brackets belongs to the material: PbS(3.0nm, EDT)
    return where.strip(), [part.strip() for part in re.split(r",(?![^(\[]*[)\]])", options)]


def _steps(text: str) -> list[float]:
    from stackmodel.units import read_number

    start, stop, step = (read_number(part) for part in text.split(":"))
    if step == 0 or (stop - start) / step < 0:
        raise InputError(f'"{text}" has no steps; expected start:stop:step with a step towards stop')
    count = int((stop - start) / step + 1e-9) + 1
    if count > 10_000:
        raise InputError(f'"{text}" has {count} steps; expected at most 10000')
    return [start + i * step for i in range(count)]


def _without_nan(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _without_nan(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_without_nan(value) for value in content]
    return None if isinstance(content, float) and content != content else content
