"""The `azure` format: logging commands that Azure Pipelines turns into issues of the run.

Escaping is that of node/taskcommand.ts in microsoft/azure-pipelines-task-lib; an issue is an error or a warning.
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
        "type": "error" if diagnostic.severity is Severity.ERROR else "warning",
        "sourcepath": place.filename,
        "linenumber": str(place.start.row),
        "columnnumber": str(place.start.column),
        "code": diagnostic.code,
    }
    pairs = "".join(f"{key}={_property(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {pairs}]{_data(_message(diagnostic))}"


def _message(diagnostic: Diagnostic) -> str:
    doubt = " (possible)" if diagnostic.confidence is Confidence.POSSIBLE else ""
    lines = [f"{diagnostic.name}: {sanitize(diagnostic.message)}{doubt}"]
    lines += [f"{position(note.place)}: {sanitize(note.message)}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"help: {sanitize(diagnostic.help)}")
    if diagnostic.url:
        lines.append(sanitize(diagnostic.url))
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(sanitize(text)).replace("]", "%5D").replace(";", "%3B")
