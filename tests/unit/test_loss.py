"""The key of what is split by mechanism: a text that is printed, and fields that are asked."""

from __future__ import annotations

import copy
import json
import pickle

import pandas as pd
import pytest
import xarray as xr

import stackmodel as sm
from stackmodel.output.strict_json import to_json
from stackmodel.results.loss import GENERATION, Loss

STACK = "ITO 100nm / ZnO 60nm / PbS(3.4nm, TBAI) 250nm / PbS(3.0nm, EDT) 45nm / Au 80nm"

PRINTED = [
    (Loss("SRH", "PbS"), "SRH in PbS"),
    (Loss("recombination", "ZnO|PbS"), "recombination at ZnO|PbS"),
    (Loss("electrons", "Au"), "electrons into Au"),
    (Loss("holes", "ITO"), "holes into ITO"),
    (Loss("contact injection", "Au"), "contact injection at Au"),
    (Loss("shunt"), "shunt"),
    (Loss("radiative", "PbS", "not let out"), "radiative in PbS, not let out"),
    (GENERATION, "generation by light"),
]


@pytest.mark.parametrize(("loss", "text"), PRINTED)
def test_it_is_its_text(loss: Loss, text: str) -> None:
    assert loss == text
    assert f"{loss}" == str(loss) == text
    assert repr(loss) == repr(text)
    assert {loss: 1.0}[text] == {text: 1.0}[loss] == 1.0


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda loss: pickle.loads(pickle.dumps(loss))])
@pytest.mark.parametrize("loss", [loss for loss, _ in PRINTED])
def test_copies_keep_the_fields(loss: Loss, again: object) -> None:
    assert callable(again)
    copied = again(loss)
    assert copied == loss
    assert (copied.mechanism, copied.where, copied.note) == (loss.mechanism, loss.where, loss.note)


def test_it_is_written_as_text() -> None:
    by_mechanism = {loss: 1.0 for loss, _ in PRINTED}
    texts = [text for _, text in PRINTED]
    assert list(json.loads(to_json(by_mechanism))) == list(json.loads(json.dumps(by_mechanism))) == texts
    assert to_json(list(by_mechanism)) == to_json(texts)
    frame = pd.DataFrame({"mechanism": list(by_mechanism), "share": list(by_mechanism.values())})
    assert frame.to_csv() == pd.DataFrame({"mechanism": texts, "share": 1.0}).to_csv()
    assert xr.Dataset.from_dataframe(frame.set_index("mechanism")).sel(mechanism="SRH in PbS")["share"] == 1.0


def test_every_answer_by_mechanism_has_it_as_key() -> None:
    diode = sm.Photodiode(STACK, area="0.04 cm^2", shunt_resistance="1 Gohm")
    dark, curve = diode.dark_current(-0.5), diode.jv([-0.2, 0.2], generation=1e19)
    keys = [*dark.by_mechanism, *diode.estimate(-0.5).by_mechanism, *diode.spectral_response([900.0]).losses]
    keys += [loss for point in curve.points for loss in point.by_mechanism]
    assert {type(key) for key in keys} == {Loss}
    assert {key.where for key in keys if key.mechanism == "SRH"} <= set(diode.stack.names)
    assert {key.mechanism for key in keys if not key.where} == {
        "shunt", "generation by light", "reflected", "transmitted"
    }  # fmt: skip
    assert isinstance(dark.largest_mechanism, Loss)
    assert sum(dark.by_mechanism.values()) == pytest.approx(dark.total, rel=1e-6)


def test_losses_of_a_cell_have_it_as_key() -> None:
    cell = sm.SolarCell(STACK, area="0.04 cm^2")
    for tree in cell.performance(generation=1e21).losses.trees:
        assert {type(key) for key in tree.losses} <= {Loss}
