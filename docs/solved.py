"""What the gallery shows of the solver: curves in the dark and under light, and figures beside those reported.

Light goes through the transfer matrices of the stack; a layer without optical constants is named, not replaced.
"""

import re

import numpy as np

import stackmodel as sm
from stackmodel.output.picture import COLORS, Picture, Polyline
from stackmodel.output.with_matplotlib import save
from stackmodel.structure.optical_stack import OpticalStack

HC_EV_NM = 1239.841984
#: Light on a photodiode whose file has no irradiance, and what efficiencies behind a filter are referred to. [W/cm^2]
IRRADIANCE, SUN = 1e-3, 0.1
#: How a reported figure is read off a lit curve. A file may add a word to the name that says under which light.
READ = {
    "open_circuit_voltage": lambda figures, _: figures.open_circuit_voltage,
    "short_circuit_current_density": lambda figures, _: figures.short_circuit_current_density,
    "fill_factor": lambda figures, _: figures.fill_factor,
    "voltage_times_fill_factor": lambda figures, _: figures.open_circuit_voltage * figures.fill_factor,
    "current_density_times_fill_factor": lambda figures, _: figures.short_circuit_current_density * figures.fill_factor,
    "efficiency": lambda figures, light: figures.power_density / (SUN if "above" in light.name else light.irradiance),
    "external_quantum_efficiency": lambda figures, light: (
        figures.short_circuit_current_density / light.line[1] * HC_EV_NM / light.line[0]
    ),
}
#: Kinds whose curves are shown.
SHOWN = ("photodiode", "solar cell")
OF_DIODE = ("responsivity", "external_quantum_efficiency")


def against(device, question, reported):
    """Return an answer and its ratio to `reported`, or the reason why there is none."""
    try:
        answer = question(device)
    except sm.StackModelError as error:
        return str(error), ""
    return answer, answer / reported


def number(unit, text):
    """Return the number before `unit` in a condition's text, or None."""
    found = re.search(rf"(-?\d+(?:\.\d+)?) {unit}(?![\w/^])", text)
    return float(found[1]) if found else None


def light_of(condition):
    """Return the light that a condition's text names, or None."""
    if "AM1.5G" in condition:
        edge = re.search(r"above (\d+) nm", condition)
        return sm.Light.am15g().longpass(float(edge[1])) if edge else sm.Light.am15g()
    wavelength, irradiance = number("nm", condition), re.search(r"([\d.]+) mW/cm\^2", condition)
    if wavelength is None:
        return None
    return sm.Light.monochromatic(wavelength, float(irradiance[1]) * 1e-3 if irradiance else IRRADIANCE)


def named(light):
    """Return the name of a light as the pictures have it."""
    return light.name if light.line is None else f"{light.line[0]:g} nm, {1e3 * light.line[1]:g} mW/cm²"


def gap_of(device):
    """Return the optical gap of the active layer at the temperature of the device [eV]."""
    material = device.stack["active"].material.at(device.temperature)
    return material.value("optical_gap" if material.has("optical_gap") else "band_gap")


def shares(device, light):
    """Return the words that say where the photons go that can make pairs."""
    found = device.generation(light)
    layers = {name: photons for name, photons in found.by_layer.items() if photons > 0.0}
    total = sum(layers.values()) + found.reflected + found.transmitted
    parts = [(f"in {name}", photons) for name, photons in layers.items()]
    parts += [("reflected", found.reflected), ("transmitted", found.transmitted)]
    told = ", ".join(f"{photons / total:.0%} {where}" for where, photons in parts if photons > 0.005 * total)
    reach = "" if light.line else f" to {found.wavelength[-1]:.0f} nm"
    return f"{named(light)}, {total:.3g} photons/(cm² s){reach}: {told}"


def responsivity(device, light, bias):
    """Return the current that weak light of this wavelength adds, over its power [A/W]."""
    return abs(float(device.spectral_response([light.line[0]], bias).responsivity[0]))


def figure(names, name, value, condition):
    """Return what the solver has beside a reported figure and their ratio, or the reason why there is none."""
    device, light = names["device"], light_of(condition)
    kelvin, bias = number("K", condition), number("V", condition)
    if kelvin:
        device = device.with_values({"temperature": kelvin})
    if name.startswith("dark_current_density_bound") and bias is not None and device.kind in SHOWN:
        return against(device, lambda d: abs(d.jv([bias]).current_density[0]), value)
    key = next((each for each in (*READ, "responsivity") if name.startswith(each)), None)
    if light is None or key is None or device.kind not in SHOWN:
        return "", ""
    if device.kind == "solar cell":
        return against(device, lambda d: READ[key](lit_curve(d, light).figures, light), value)
    if key not in OF_DIODE:
        return "", ""
    found = against(device, lambda d: responsivity(d, light, bias or 0.0), value)
    if key == "responsivity" or isinstance(found[0], str):
        return found
    return tuple(each * HC_EV_NM / light.line[0] for each in found)


def lit_curve(cell, light):
    return cell.jv(cell_voltages(cell), light)


def cell_voltages(cell):
    return np.linspace(-0.1, cell.band_alignment().built_in_potential + 0.6, 91)


def diode_voltages(names):
    """Return the voltages of a photodiode's curves: from -1 V, or the lowest in its file, to 0.6 V or the highest."""
    found = [number("V", condition) for _, _, condition, _ in names["REPORTED"].values()]
    found = [bias for bias in found if bias is not None] + [row[0] for row in dark(names)]
    around_zero = np.array([-0.01, -0.003, -0.001, 0.001, 0.003, 0.01])  # where |J| has a cusp
    return np.unique([*np.linspace(min([-1.0, *found]), max([0.6, *found]), 97), *around_zero])


def dark(names):
    return [] if isinstance(names["DARK"], str) else names["DARK"]


def lights(names):
    """Return the lights of a device: as its file has them, else at the peak of the absorber."""
    device = names["device"]
    if "LIT" in names:
        return [sm.Light.monochromatic(peak, IRRADIANCE) for _, peak in names["LIT"].values()]
    wanted = tuple(READ) if device.kind == "solar cell" else OF_DIODE
    rows = [row[2] for name, row in names["REPORTED"].items() if name.startswith(wanted)]
    found = {light.name: light for light in map(light_of, rows) if light is not None}
    return list(found.values()) or [sm.Light.monochromatic(HC_EV_NM / gap_of(device), IRRADIANCE)]


def marks(names, colors):
    """Return what was reported, as points: of a cell its voltage and current, of a photodiode currents at a bias."""
    points = [("dark, measured", "black", [(row[0], row[1]) for row in dark(names)], "o")]
    for name, (value, _, condition, _) in names["REPORTED"].items():
        light, bias = light_of(condition), number("V", condition)
        color = colors.get(light.name) if light is not None else None
        if name.startswith("dark_current_density_bound") and bias is not None:
            points.append(("dark, at most, reported", "black", [(bias, value)], "v"))
        elif color is None:
            continue
        elif name.startswith("open_circuit_voltage"):
            points.append(("reported", color, [(value, 0.0)], "o"))
        elif name.startswith("short_circuit_current_density"):
            points.append(("reported", color, [(0.0, -1e3 * value)], "o"))
        elif name.startswith("responsivity") and bias is not None:
            points.append(("reported", color, [(bias, value * light.irradiance)], "o"))
    lines, said = [], set()
    for name, color, pairs, marker in points:
        if pairs:
            shown = name if (name, color) not in said else ""
            lines.append(Polyline(*zip(*pairs, strict=True), COLORS[color], 0.0, name=shown, marker=marker))
            said.add((name, color))
    return lines


def curves(names, path):
    """Save the picture of the solved curves beside what was reported; return the words that belong to it."""
    device = names["device"]
    cell = device.kind == "solar cell"
    V = cell_voltages(device) if cell else diode_voltages(names)
    words, lines, largest = [], [], 0.0
    asked = [("dark", None), *((named(light), light) for light in lights(names))]
    palette = dict(zip([label for label, _ in asked], ("black", "vermillion", "blue", "green"), strict=False))
    for label, light in asked:
        try:
            J = device.jv(V, light).current_density
            words += [] if light is None else [shares(device, light)]
        except sm.StackModelError as error:
            words.append(f"{label}: refused: {error}")
            continue
        largest = max(largest, -float(J.min()))
        lines.append((label, J))
    elements = []
    for label, J in lines:  # the forward current of a cell would dwarf the rest; a logarithm has no zero
        kept = 0.4 * largest > J if cell else J != 0.0
        shown = 1e3 * J if cell else abs(J)
        elements.append(Polyline(V[kept].tolist(), shown[kept].tolist(), COLORS[palette[label]], 1.3, name=label))
    elements += marks(names, {light.name: palette[label] for label, light in asked if light is not None})
    unit = "Current density (mA cm$^{-2}$)" if cell else "Current density, magnitude (A cm$^{-2}$)"
    save(
        Picture(tuple(elements), "Voltage (V)", unit, log_y=not cell, legend=bool(elements), legend_outside=cell),
        path,
        "86 mm",
    )
    return words


def at_bias(names):
    """Return the wavelength and the voltage of each responsivity or efficiency that a file reports of a photodiode."""
    device = names["device"]
    if not any(name.startswith(OF_DIODE) for name in names["REPORTED"]) and "LIT" in names:
        return [(light.line[0], -2.0) for light in lights(names)]
    rows = [row[2] for name, row in names["REPORTED"].items() if name.startswith(OF_DIODE)]
    found = [(light_of(row).line[0], number("V", row) or 0.0) for row in rows if light_of(row) and light_of(row).line]
    return list(dict.fromkeys(found)) or [(HC_EV_NM / gap_of(device), 0.0)]


def spectrum(names, path):
    """Save where light of each wavelength goes; return the bias, and the rows of what is lost where it was reported."""
    device, asked = names["device"], at_bias(names)
    peak, bias = asked[0]
    grid = np.linspace(300.0, 1.15 * max(wavelength for wavelength, _ in asked), 400)
    known = OpticalStack.of(device.stack, illuminated=device.illuminated, temperature=device.temperature).known(grid)
    unknown = grid[~known]
    low, high = unknown[unknown < peak].max(initial=0.0), unknown[unknown > peak].min(initial=np.inf)
    device.spectral_response(grid[(grid > low) & (grid < high)], bias).save(path)
    rows = [("light", "voltage [V]", "external quantum efficiency", "lost")]
    for wavelength, volts in asked:
        found = device.spectral_response([wavelength], volts)
        losses = sorted(((float(share[0]), name) for name, share in found.losses.items()), reverse=True)
        told = ", ".join(f"{share:.0%} {name}" for share, name in losses if abs(share) > 0.005)
        rows.append((f"{wavelength:.0f} nm", volts, float(found.eqe[0]), told))
    return bias, rows


def by_polarity(names):
    """Return rows of the dark current and the responsivity of each band at both polarities, the first their head."""
    device = names["device"]
    lit = dict(zip(names["LIT"], lights(names), strict=True))
    heads = (f"responsivity, {band}, {named(light)} [A/W]" for band, light in lit.items())
    rows = [("voltage [V]", "dark current [A/cm^2]", *heads)]
    for bias in (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0):
        current = against(device, lambda d, V=bias: float(d.jv([V]).current_density[0]), 1.0)[0]
        asked = [against(device, lambda d, L=light, V=bias: responsivity(d, L, V), 1.0)[0] for light in lit.values()]
        rows.append((bias, current, *asked))
    return rows
