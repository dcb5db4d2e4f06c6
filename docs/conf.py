"""Sphinx settings. Nothing is fetched while building: no intersphinx. The gallery is made by running devices/."""

import re
import runpy
import shutil
import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import solved

project = "stackmodel"
author = "stackmodel contributors"
project_copyright = "stackmodel contributors"
version = release = installed_version("stackmodel")

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build"]

myst_heading_anchors = 3

autosummary_generate = False  # numpydoc loads autosummary; it has no lists to write out

autodoc_typehints = "none"  # numpydoc's Parameters have them
autodoc_member_order = "bysource"
numpydoc_show_class_members = False  # autodoc lists them

html_theme = "furo"
html_title = "stackmodel"
html_show_sourcelink = False

# ------------------------------------------------------------------------------------------------------------- gallery

DOCS = Path(__file__).parent
#: What the estimate calls a figure that papers report.
ESTIMATED = {
    "external_quantum_efficiency": "eqe", "responsivity": "responsivity", "detectivity": "detectivity",
    "eqe_with_gain": "eqe",
}  # fmt: skip
#: Figures of devices with gain that do not depend on a wavelength.
OF_GAIN = ("gain", "bandwidth")
WITH_GAIN = ("photoconductor", "phototransistor")
#: The same for light-emitting diodes: the ceiling, or the efficiency at the current density that the condition names.
EMITTED = ("electroluminescence_efficiency", "electroluminescence_efficiency_at_high_current")


def table(*rows):
    """Return a Markdown table, the first row its head."""
    cells = [
        [(f"{cell:.3g}" if isinstance(cell, float) else str(cell)).replace("|", "\\|") for cell in r] for r in rows
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [cells[0], ["---"] * len(cells[0]), *cells[1:]])


def estimate_of(device, name, value, condition, **gate):
    """Return the estimate of a reported figure under the condition in its text (nm, V, K) and a gate voltage."""
    if name in EMITTED:
        current = re.search(r"(\d+) mA/cm\^2", condition)
        if current is None:
            return solved.against(device, lambda d: d.estimate().eqe_ceiling, value)
        return solved.against(
            device, lambda d: float(d.efficiency_curve([float(current[1]) * 1e-3]).external_efficiency[0]), value
        )
    wavelength, voltage, kelvin = (re.search(rf"(-?\d+(?:\.\d+)?) {unit}\b", condition) for unit in ("nm", "V", "K"))
    of_gain = name in OF_GAIN and device.kind in WITH_GAIN
    if not of_gain and (name not in ESTIMATED or wavelength is None):
        return "", ""
    if kelvin:
        device = device.with_values({"temperature": float(kelvin[1])})
    bias = float(voltage[1]) if voltage else 0.0
    if of_gain:
        return solved.against(device, lambda d: getattr(d.estimate(bias, **gate), name), value)
    figure = ESTIMATED[name]
    return solved.against(device, lambda d: getattr(d.estimate(bias, **gate), figure)(f"{wavelength[1]} nm"), value)


def notation(stack):
    """Return the stack's notation; a material that the file makes itself stands with its name and thickness only."""
    pieces = []
    for layer, text in zip(stack, re.split(r" / (?![^\[]*\])", stack.notation), strict=True):
        own = layer.material.has_bands and layer.material.user_values.keys() == layer.material.parameters.keys()
        pieces.append(re.sub(r" \[.*\]$", "", text) if own else text)
    return " / ".join(pieces)


def dark_rows(names):
    """Return the rows of measured dark current, the estimate and the solved one beside each."""
    rows = []
    for voltage, measured, kelvin, where in [] if isinstance(names["DARK"], str) else names["DARK"]:
        device = names["device"].with_values({"temperature": kelvin})
        closed = solved.against(device, lambda d, v=voltage: d.estimate(v).dark_current, measured)
        current = solved.against(device, lambda d, v=voltage: d.dark_current(v).total, measured)
        rows.append((voltage, measured, *closed, *current, kelvin, where))
    return rows


def light_of(device, stem, folder):
    """Return the section on light of a light-emitting diode, with its picture; nothing for other kinds."""
    if not hasattr(device, "efficiency_curve"):
        return []
    import numpy

    device.efficiency_curve(numpy.logspace(-6, 2, 161)).save(folder / f"{stem}_efficiency.svg")
    estimate = device.estimate()
    volts = round(1.5 * max(estimate.turn_on_voltage, estimate.built_in_potential), 1)
    forward, curve = device.estimate(volts), device.jv([volts])
    barriers = [(b.kind, b.carrier, b.where, b.role, f"{b.height:z.2f}") for b in estimate.barriers]
    half = solved.against(device, lambda d: d.estimate().half_current_density, 1.0)[0]
    figures = [
        ("turn-on voltage", estimate.turn_on_voltage, "V"),
        ("ceiling of the external efficiency", estimate.eqe_ceiling, ""),
        ("current density of half the peak", half, "A/cm^2"),
        (f"balance at {volts:g} V", forward.balance, ""),
        (f"leakage at {volts:g} V", forward.leakage, ""),
        (f"current density at {volts:g} V, estimate", forward.current_density, "A/cm^2"),
        (f"current density at {volts:g} V, solved", float(curve.current_density[0]), "A/cm^2"),
        (f"limited at {volts:g} V by", forward.limited_by, ""),
    ]
    if device.stack["active"].material.value("radiative_coefficient") > 0.0:
        beside = device.solved_efficiency([volts])
        same = device.efficiency_curve(beside.current_density)
        figures += [
            (f"external efficiency at {volts:g} V, solved", float(beside.external_efficiency[0]), ""),
            ("the same in closed form at that current", float(same.external_efficiency[0]), ""),
        ]
    return [
        "## Light",
        f"![External efficiency against current density, closed form]({stem}_efficiency.svg)",
        table(("figure", "value", "unit"), *figures),
        table(("step", "of", "where", "into", "height [eV]"), *barriers),
    ]


def solved_curves(names, stem, folder):
    """Return the picture of the solved curves of a junction with its words; other kinds have sections of their own."""
    if names["device"].kind not in solved.SHOWN:
        return ()
    words = solved.curves(names, folder / f"{stem}_jv.svg")
    return (
        f"![Solved current against voltage, dark and lit]({stem}_jv.svg)",
        f"Solved at {names['device'].temperature:g} K, in the dark and under light:",
        "\n".join(f"* {each}" for each in words),
    )


def spectral_picture(names, stem, folder):
    """Return the picture of where light of each wavelength goes, with what is lost where the file reports."""
    if names["device"].kind not in solved.SHOWN:
        return ()
    try:
        bias, rows = solved.spectrum(names, folder / f"{stem}_spectrum.svg")
    except solved.sm.StackModelError as error:
        return ("## Spectral response", f"Refused: {error}")
    return (
        "## Spectral response",
        f"![Where light of each wavelength goes]({stem}_spectrum.svg)",
        f"Weak light at {bias:g} V, and what is lost at the wavelengths and voltages reported:",
        table(*rows),
    )


def own_picture(device, stem, folder):
    """Return the picture that only devices of this kind have, as a paragraph of the page, or none."""
    if device.kind != "phototransistor":
        return ()
    threshold = round(device.estimate().threshold_voltage)
    device.transfer_curve([threshold + 0.5 * k for k in range(-20, 41)], 1.0).save(folder / f"{stem}_transfer.svg")
    return (f"![Transfer curve at 1 V in closed form]({stem}_transfer.svg)",)


def gallery_page(path, folder):
    """Write the page of one device, with its two pictures, and return the names its file defines."""
    names = runpy.run_path(str(path), run_name="gallery")
    device = names["device"]
    title, _, text = names["__doc__"].strip().partition("\n")
    device.band_alignment().save(folder / f"{path.stem}_alignment.svg")
    device.equilibrium().save(folder / f"{path.stem}_bands.svg")
    gate = {"gate_voltage": names["GATE_VOLTAGE"]} if "GATE_VOLTAGE" in names else {}
    head = ("figure", "reported", "estimate", "ratio", "solved", "ratio", "unit", "condition", "read in")
    figures = [
        (
            name.replace("_", " "), value, *estimate_of(device, name, value, condition, **gate),
            *solved.figure(names, name, value, condition), unit, condition, where,
        )
        for name, (value, unit, condition, where) in names["REPORTED"].items()
    ]  # fmt: skip
    dark = dark_rows(names)
    page = [
        f"# {title.rstrip('.')}",
        text.strip(),
        names["CITATION"],
        f"```\n{notation(device.stack)}\n```",
        f"`devices/{path.parent.name}/{path.name}`, {names['STATUS']}",
        f"![Band alignment before contact]({path.stem}_alignment.svg)",
        f"![Band diagram at equilibrium]({path.stem}_bands.svg)",
        *solved_curves(names, path.stem, folder),
        *own_picture(device, path.stem, folder),
        "## Reported",
        table(head, *figures),
        *spectral_picture(names, path.stem, folder),
        "## Dark current",
        table(("voltage [V]", "measured [A/cm^2]", "estimate", "ratio", "solved", "ratio", "T [K]", "read in"), *dark)
        if dark
        else names["DARK"],
    ]
    if "AGAINST_TEMPERATURE" in names:
        rows = [
            (*row, *solved.against(device.with_values({"temperature": row[0]}), lambda d: d.estimate().r0a, row[3]), at)
            for *row, at in names["AGAINST_TEMPERATURE"]
        ]
        head = ("T [K]", "R [A/W]", "D* [Jones]", "R0A at least [ohm cm^2]", "estimate", "ratio", "read in")
        page += ["## Against temperature", table(head, *rows)]
    if "LIT" in names:
        page += ["## By polarity", table(*solved.by_polarity(names))]
    page += light_of(device, path.stem, folder)
    page += ["## Assumed", "\n".join(f"* {each}" for each in names["ASSUMED"])]
    (folder / f"{path.stem}.md").write_text("\n\n".join(page) + "\n", encoding="utf-8")
    return names


def link_to(path):
    return f"[{path.stem}](generated/gallery/{path.stem}.md)"


def solved_rows(names):
    """Return the reported figures that the solver has, or refuses, with their ratio."""
    rows = [
        (name.replace("_", " "), condition, unit, value, *solved.figure(names, name, value, condition))
        for name, (value, unit, condition, _) in names["REPORTED"].items()
    ]
    return [row for row in rows if row[4] != ""]


def make_gallery(app):
    """Write docs/generated/gallery: a page for each file in devices/, and the tables of what was solved."""
    folder = DOCS / "generated" / "gallery"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows, without, beside = [], [], []
    for path in sorted((DOCS.parent / "devices").rglob("*.py")):
        names = gallery_page(path, folder)
        found = [(link_to(path), *row[:6]) for row in dark_rows(names)]
        rows += found
        beside += [(link_to(path), names["STATUS"], *row) for row in solved_rows(names)]
        without += [] if found else [path.stem]
    head = ("device", "voltage [V]", "measured [A/cm^2]", "estimate", "/ measured", "solved", "/ measured")
    text = f"{table(head, *rows)}\n\nWithout a dark current at a stated bias: {', '.join(without)}.\n"
    (folder / "dark.txt").write_text(text, encoding="utf-8")
    head = ("device", "values", "figure", "condition", "unit", "reported", "solved", "/ reported")
    (folder / "solved.txt").write_text(table(head, *beside) + "\n", encoding="utf-8")


# --------------------------------------------------------------------------------------------------------- nomenclature


def make_nomenclature(app):
    """Write the tables of quantities, metrics and assumption rules from the package itself."""
    from stackmodel.experiments.metrics import METRICS
    from stackmodel.materials.assumptions import rules
    from stackmodel.quantities import QUANTITIES

    def bounds(row):
        extra = [text for wanted, text in ((row.zero, "0"), (row.infinite, "inf")) if wanted]
        return " or ".join([f"{row.low:g} to {row.high:g}", *extra])

    quantities = [(f"`{q.name}`", q.symbol, q.unit, bounds(q), q.meaning) for q in QUANTITIES.values()]
    metrics = [
        (f"`{m.name}`", m.unit, "more" if m.higher_is_better else "less", ", ".join((*m.needs, *m.takes)), m.meaning)
        for m in METRICS.values()
    ]
    assumed = [(f"`{rule.name}`", rule.formula, rule.reason) for rule in rules().values()]
    tables = {
        "quantities": table(("name", "symbol", "unit", "plausible", "meaning"), *quantities),
        "metrics": table(("name", "unit", "better", "conditions", "meaning"), *metrics),
        "assumptions": table(("rule", "formula", "reason"), *assumed),
    }
    (DOCS / "generated").mkdir(exist_ok=True)
    for name, text in tables.items():
        (DOCS / "generated" / f"{name}.txt").write_text(text + "\n", encoding="utf-8")


def setup(app):
    app.connect("builder-inited", make_gallery)
    app.connect("builder-inited", make_nomenclature)
