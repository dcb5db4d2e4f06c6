"""The pages of the reference name every answer that a device gives."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import stackmodel.results
from stackmodel.results.base import Result

PAGE = Path(__file__).parents[2] / "docs" / "answers.md"


def test_every_answer_is_on_its_page() -> None:
    found = pkgutil.iter_modules(stackmodel.results.__path__, "stackmodel.results.")
    modules = [importlib.import_module(each.name) for each in found]
    answers = {
        f"{each.__module__}.{each.__name__}"
        for module in modules for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Result)
    }  # fmt: skip
    named = set(re.findall(r"autoclass:: ([\w.]+)", PAGE.read_text(encoding="utf-8")))
    assert answers <= named
    for name in named:
        module, _, kind = name.rpartition(".")
        assert isinstance(getattr(importlib.import_module(module), kind), type)
