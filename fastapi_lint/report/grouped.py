"""The `grouped` format: one line a diagnostic, under the name of its file."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from fastapi_lint.report.look import Look, Style
from fastapi_lint.report.sanitize import sanitize_path
from fastapi_lint.report.summary import footer
from fastapi_lint.report.text import heading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi_lint.core.finding import Diagnostic, Report


def render(report: Report, look: Look) -> str:
    """Return a block for each file, and the footer unless it is left out."""
    blocks = [
        _block(filename, diagnostics, look)
        for filename, diagnostics in groupby(report.diagnostics, key=lambda diagnostic: diagnostic.place.filename)
    ]
    if not look.quiet:
        blocks.append(footer(report, look))
    return "\n".join(blocks)


def _block(filename: str, diagnostics: Iterable[Diagnostic], look: Look) -> str:
    rows = [(f"{item.place.start.row}:{item.place.start.column}", heading(item, look)) for item in diagnostics]
    width = max(len(place) for place, _ in rows)
    lines = "".join(f"  {place:<{width}}  {text}\n" for place, text in rows)
    return f"{look.paint(Style.BOLD, sanitize_path(filename))}:\n{lines}"
