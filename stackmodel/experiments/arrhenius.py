"""The dark current against temperature."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from stackmodel.errors import ConvergenceError, Interrupted
from stackmodel.output.progress import tracked
from stackmodel.results.jv import Arrhenius, DarkCurrent
from stackmodel.structure.record import record
from stackmodel.structure.setup import Setup


def arrhenius(setup: Setup, temperatures: Sequence[float], ask: Callable[[float], DarkCurrent]) -> Arrhenius:
    """Return the dark currents that `ask` finds at some temperatures [K]; see `kinds.detector.Detector.arrhenius`."""
    currents: list[DarkCurrent] = []
    for T in tracked(temperatures, len(temperatures), "temperatures"):
        try:
            currents.append(ask(T))
        except ConvergenceError as error:
            raise ConvergenceError(
                f"arrhenius: {T:g} K: {error} {len(currents)} temperatures are in this error's partial",
                partial=tuple(currents),
            ) from error
        except KeyboardInterrupt:
            said = f"arrhenius: interrupted after {len(currents)} of {len(temperatures)} temperatures"
            raise Interrupted(said, _answer(setup, temperatures, currents) if currents else None) from None
    return _answer(setup, temperatures, currents)


def _answer(setup: Setup, temperatures: Sequence[float], currents: Sequence[DarkCurrent]) -> Arrhenius:
    """Return the answer for the first temperatures, as many as there are currents."""
    figures = [current.provenance.convergence for current in currents]
    worst = {name: max(each[name] for each in figures) for name in figures[0]}
    return Arrhenius(
        voltage=currents[0].voltage, temperature=np.array(temperatures[: len(currents)]), currents=tuple(currents),
        provenance=record("Dark current against temperature", setup.as_written, worst),
    )  # fmt: skip
