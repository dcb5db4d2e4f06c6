"""One self-contained html page: a little style, no script but plotly's, once."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1b1b; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; display: block; overflow-x: auto; }
th, td { text-align: left; padding: 0.3rem 0.7rem; border-bottom: 1px solid #ddd; vertical-align: top; }
th { border-bottom: 2px solid #555; } tbody tr:hover { background: #f4f6f8; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.3rem; }
code { background: #f2f2f2; padding: 0.1rem 0.3rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { font-size: 0.9rem; color: #333; }
"""


def page(path: Path, title: str, body: Sequence[str]) -> None:
    """Write the page."""
    text = (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>\n" + "\n".join(body) + "\n</body></html>\n"
    )
    path.write_text(text, encoding="utf-8")


def provenance_html(record: Any) -> str:
    """Return what made an answer: stack, assumptions, every parameter with its source."""
    convergence = "".join(f"<li>{escape(k)}: {v:.3g}</li>" for k, v in record.convergence.items())
    return (
        f"<h2>What made this</h2><p><code>{escape(record.notation)}</code></p>"
        f"<p>{escape(record.question)}, stackmodel {escape(record.version)}</p><ul>{convergence}</ul>"
        f"<h2>Assumptions</h2>{record.assumptions.html()}"
        f"<h2>Parameters and sources</h2>{record.parameters.html()}"
    )
