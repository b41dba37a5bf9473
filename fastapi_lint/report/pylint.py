"""The `pylint` format: the lines of pylint's `parseable` reporter, which Jenkins and many editors read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence
from fastapi_lint.report.sanitize import sanitize, sanitize_path

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Diagnostic, Report
    from fastapi_lint.report.look import Look


def render(report: Report, look: Look) -> str:  # noqa: ARG001  every format has the same signature
    """Return `path:row: [FL301(engine-outside-lifespan)] message` for each diagnostic and nothing else."""
    return "".join(f"{_line(diagnostic)}\n" for diagnostic in report.diagnostics)


def _line(diagnostic: Diagnostic) -> str:
    place = diagnostic.place
    doubt = " (possible)" if diagnostic.confidence is Confidence.POSSIBLE else ""
    rule = f"[{diagnostic.code}({diagnostic.name})]"
    return f"{sanitize_path(place.filename)}:{place.start.row}: {rule} {sanitize(diagnostic.message)}{doubt}"
