"""Closed forms of graded layers do not know which end was written first; what stands beside a solution says how far."""

from __future__ import annotations

import numpy as np
import pytest

import stackmodel as sm
from stackmodel.experiments.background import background

OHMIC = sm.Contact.ohmic()
SIZES = (
    "ITO 100nm / ZnO 60nm / PbS({}nm->{}nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm",
    "Au 80nm / PbS(3.0nm, EDT) 45nm / PbS({}nm->{}nm, TBAI) 250nm / ZnO 60nm / ITO 100nm",
)
OTHER = {"front": "back", "back": "front"}


def alloy(gap: float, **values: float) -> sm.Material:
    base = {
        "relative_permittivity": 12.0, "conduction_band_dos": 1e19, "valence_band_dos": 1e19, "electron_mobility": 1.0,
        "hole_mobility": 1.0, "electron_lifetime": 1e-7, "hole_lifetime": 1e-7, "absorption_coefficient": 3e4,
    }  # fmt: skip
    return sm.Material(name=f"alloy {gap}", electron_affinity=4.9 - gap, band_gap=gap, **(base | values))


def shifted(affinity: float, gap: float) -> sm.Material:
    return alloy(gap).with_values({"electron_affinity": affinity, "electron_mobility": 5.0, "hole_mobility": 5.0})


def own(start: sm.Material, end: sm.Material, kind: type, *, turned: bool, lit: str, **doped: float) -> sm.SolarCell:
    """Return a graded film between a doped layer on either side, or the same turned round."""
    n = sm.Layer(alloy(1.2), 100, name="n", role="ETL", donor_density=1e17)
    p = sm.Layer(alloy(1.3), 100, name="p", role="HTL", acceptor_density=1e17)
    first, last = (end, start) if turned else (start, end)
    film = sm.Layer(first, 400, name="film", role="active", graded_to=last, **doped)
    layers = [p, film, n] if turned else [n, film, p]
    return kind(sm.Stack(layers), front=OHMIC, back=OHMIC, illuminated=OTHER[lit] if turned else lit)


def figures(device: sm.Photodiode | sm.SolarCell) -> list[float]:
    answer = device.estimate(-0.4, sm.Light.monochromatic(700, 1e-3))
    found = [answer.dark_current, answer.r0a, answer.depletion_width, answer.built_in_potential, answer.photocurrent]
    found += [answer.eqe(800), answer.detectivity(800), answer.radiative_limit, answer.background_limit(800)]
    found += [answer.activation_energy, *sorted(answer.depletion_by_layer.values())]
    if isinstance(device, sm.SolarCell):
        found += [device.limit().efficiency, device.limit().band_gap]
    return found


@pytest.mark.parametrize("lit", ["front", "back"])
@pytest.mark.parametrize("kind", [sm.Photodiode, sm.SolarCell])
@pytest.mark.parametrize("ends", [(3.0, 3.8), (3.8, 3.0)])
def test_graded_in_size(kind, ends, lit):
    written = [
        kind(SIZES[0].format(*ends), illuminated=lit),
        kind(SIZES[1].format(*ends[::-1]), illuminated=OTHER[lit]),
    ]
    assert figures(written[0]) == pytest.approx(figures(written[1]), rel=1e-9)


@pytest.mark.parametrize("lit", ["front", "back"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (alloy(1.0), alloy(1.3)),
        (alloy(1.3), alloy(1.0)),
        (alloy(1.1, donor_density=1e14), alloy(1.1, donor_density=4e16)),
        (alloy(1.0, electron_mobility=0.1), alloy(1.2, electron_mobility=10.0, electron_lifetime=1e-6)),
    ],
)
@pytest.mark.parametrize("kind", [sm.Photodiode, sm.SolarCell])
def test_graded_in_gap_in_doping_and_in_mobility(kind, start, end, lit):
    written = [own(start, end, kind, turned=turned, lit=lit) for turned in (False, True)]
    assert figures(written[0]) == pytest.approx(figures(written[1]), rel=1e-9)


def test_a_graded_film_absorbs_as_its_sizes_do():
    device = sm.Photodiode(SIZES[0].format(3.0, 3.8))
    between = sm.Photodiode("ITO / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au").estimate(-0.5)
    ends = [
        sm.Photodiode(f"ITO / ZnO 60nm / PbS({d}nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au").estimate(-0.5)
        for d in (3.0, 3.8)
    ]
    graded = device.estimate(-0.5)
    peak = between.absorber.optical_gap
    least = min(float(each.absorber.coefficient(np.array(peak))) for each in ends)
    assert least < float(graded.absorber.coefficient(np.array(peak))) < between.absorber.absorption_coefficient
    assert graded.absorber.optical_gap == ends[1].absorber.optical_gap


def test_graded_dark_currents_lie_near_their_solutions():
    for ends in ((3.0, 3.8), (3.8, 3.0)):
        device = sm.Photodiode(SIZES[0].format(*ends))
        assert 1 / 3 < device.estimate(-0.5).dark_current / device.dark_current(-0.5).total < 3


def test_the_background_asks_the_end_that_decides():
    one, other = (sm.Photodiode(SIZES[0].format(*ends)) for ends in ((3.0, 3.8), (3.8, 3.0)))
    made = [background(each.setup, 300, 60, each.kind).generation for each in (one, other)]
    assert list(made[0].values()) == pytest.approx(list(made[1].values()), rel=1e-9)


@pytest.mark.parametrize(
    "values",
    [
        {"electron_lifetime": 1e-9, "hole_lifetime": 1e-6},
        {"electron_auger_coefficient": 1e-31, "hole_auger_coefficient": 1e-26},
        {"donor_density": 1e18, "hole_auger_coefficient": 1e-26, "electron_lifetime": 1e-6},
        {"electron_mobility": 1e-4, "electron_auger_coefficient": 1e-27, "hole_lifetime": 1e-8},
    ],
)
def test_no_solution_of_a_qled_lies_above_its_ceiling(values):
    # With as many electrons as holes, eq. (W7), the ceiling lay up to a factor of 2 below.
    common = {"radiative_coefficient": 1e-11, "electron_auger_coefficient": 1e-29, "hole_auger_coefficient": 1e-29}
    film = alloy(0.9, outcoupling_efficiency=0.2, **(common | values))
    stack = sm.Stack([
        sm.Layer(alloy(1.5), 50, name="n", role="ETL", donor_density=1e18),
        sm.Layer(film, 50, name="film", role="active"),
        sm.Layer(alloy(1.5), 50, name="p", role="HTL", acceptor_density=1e18),
    ])  # fmt: skip
    device = sm.QLED(stack, front=OHMIC, back=OHMIC)
    solved = device.solved_efficiency(np.linspace(0.3, 1.5, 9))
    assert solved.peak_efficiency <= device.estimate().eqe_ceiling * (1 + 1e-6)
    assert solved.ceiling == pytest.approx(device.estimate().eqe_ceiling)


def test_compare_says_where_a_closed_form_is_far_from_its_solution():
    narrow = [shifted(4.2, 0.52), shifted(4.56, 0.39), shifted(4.18, 1.24)]
    stack = sm.Stack([
        sm.Layer(narrow[0], 750, name="a", role="ETL", donor_density=2e15),
        sm.Layer(narrow[1], 75, name="b", role="active", acceptor_density=5e14),
        sm.Layer(narrow[2], 350, name="c", role="HTL", acceptor_density=2e16),
    ])  # fmt: skip
    device = sm.Photodiode(stack, front=OHMIC, back=OHMIC, temperature=250)
    found = sm.compare(
        device, {"active.thickness": [75, 80]}, metrics=["dark_current@-0.3V", "estimate.dark_current@-0.3V"]
    )
    apart = [a / b for a, b in zip(*(found.table.filter(like="dark_current").T.to_numpy()[::-1]), strict=True)]
    assert [bool(each) for each in found.table.get("notes", ["", ""])] == [not 1 / 3 < r < 3 for r in apart]
    assert all("times the solution" in each for each in found.table["notes"] if each)
    near = sm.compare(
        sm.Photodiode(SIZES[0].format(3.3, 3.4)), {"active.thickness": [250]},
        metrics=["dark_current@-0.5V", "estimate.dark_current@-0.5V"],
    )  # fmt: skip
    assert "notes" not in near.table
