"""Transfer and output curves of a phototransistor, in closed form."""

from __future__ import annotations

import numpy as np

from stackmodel.arrays import FloatArray
from stackmodel.estimates.phototransistor import channel, light_shift, places
from stackmodel.light.spectrum import Light
from stackmodel.results.phototransistor import OutputCurve, TransferCurve
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup


def transfer_curve(setup: Setup, gates: FloatArray, drain: float, light: Light | None) -> TransferCurve:
    """Return the drain current against the voltages of the gate [V] at one of the drain [V]."""
    stack, temperature = setup.written, setup.temperature
    conducting, shift = channel(stack, places(stack), temperature), light_shift(stack, light, temperature)
    dark = conducting.current(gates, np.array(drain))
    return TransferCurve(
        gate_voltage=gates, drain_voltage=drain, dark_current=dark,
        drain_current=dark if shift is None else conducting.current(gates, np.array(drain), shift),
        threshold_voltage=conducting.threshold, threshold_shift=shift, temperature=temperature,
        provenance=record("Transfer curve in closed form", setup.as_written),
    )  # fmt: skip


def output_curve(setup: Setup, drains: FloatArray, gates: FloatArray, light: Light | None) -> OutputCurve:
    """Return the drain current against the voltages of the drain [V], one curve for each of the gate [V]."""
    stack, temperature = setup.written, setup.temperature
    conducting, shift = channel(stack, places(stack), temperature), light_shift(stack, light, temperature)
    return OutputCurve(
        drain_voltage=drains, gate_voltage=gates,
        drain_current=conducting.current(gates[:, None], drains[None, :], shift or 0.0),
        threshold_voltage=conducting.threshold, threshold_shift=shift, temperature=temperature,
        provenance=record("Output curves in closed form", setup.as_written),
    )  # fmt: skip
