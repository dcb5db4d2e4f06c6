"""JSON as its standard has it: no infinity, no NaN."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def to_json(content: Any, *, indent: int | None = 2, ascii_only: bool = False) -> str:
    """Return `content` as JSON text; infinity becomes the text "inf", NaN null, what JSON does not know its text."""
    return json.dumps(plain(content), indent=indent, ensure_ascii=ascii_only, allow_nan=False)


def plain(content: Any) -> Any:
    """Return `content` as dicts, lists, text and finite numbers."""
    if isinstance(content, Mapping):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [plain(value) for value in content]
    if hasattr(content, "tolist"):  # arrays and scalars of NumPy
        return plain(content.tolist())
    if isinstance(content, float) and not math.isfinite(content):
        return None if math.isnan(content) else str(content)
    return content if content is None or isinstance(content, str | int | float) else str(content)
