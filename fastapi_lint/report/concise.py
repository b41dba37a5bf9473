"""The `concise` format: one line a diagnostic, as editors and `grep` like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.report.look import Look, Style
from fastapi_lint.report.sanitize import sanitize_path
from fastapi_lint.report.summary import footer
from fastapi_lint.report.text import heading

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Diagnostic, Report


def render(report: Report, look: Look) -> str:
    """Return `path:row:col: FL301 [warning] message` for each diagnostic, and the footer unless it is left out."""
    body = "".join(_line(diagnostic, look) for diagnostic in report.diagnostics)
    return body if look.quiet else body + footer(report, look)


def _line(diagnostic: Diagnostic, look: Look) -> str:
    place = diagnostic.place
    path = look.paint(Style.BOLD, sanitize_path(place.filename))
    return f"{path}:{place.start.row}:{place.start.column}: {heading(diagnostic, look)}\n"
