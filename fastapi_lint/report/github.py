"""The `github` format: workflow commands that become annotations on a pull request.

Escaping is that of `toCommandValue` and its kin in actions/toolkit, packages/core/src/command.ts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Severity
from fastapi_lint.report.sanitize import sanitize
from fastapi_lint.report.text import position

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Diagnostic, Report
    from fastapi_lint.report.look import Look


def render(report: Report, look: Look) -> str:  # noqa: ARG001  every format has the same signature
    """Return one line a diagnostic and nothing else."""
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in report.diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    place = diagnostic.place
    properties = {
        "title": f"{diagnostic.code} {diagnostic.name}",
        "file": place.filename,
        "line": str(place.start.row),
        "endLine": str(place.end.row),
        "col": str(place.start.column),
        "endColumn": str(place.end.column),
    }
    level = "notice" if diagnostic.severity is Severity.INFO else diagnostic.severity.value
    pairs = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {pairs}::{_data(_message(diagnostic))}"


def _message(diagnostic: Diagnostic) -> str:
    doubt = " (possible)" if diagnostic.confidence is Confidence.POSSIBLE else ""
    lines = [sanitize(diagnostic.message) + doubt]
    lines += [f"{position(note.place)}: {sanitize(note.message)}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"help: {sanitize(diagnostic.help)}")
    if diagnostic.url:
        lines.append(sanitize(diagnostic.url))
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(sanitize(text)).replace(":", "%3A").replace(",", "%2C")
