"""The `rdjson` format: a `DiagnosticResult` of reviewdog (proto/rdf/reviewdog.proto).

Columns count bytes of UTF-8 there, so a place whose line is not known has a row alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence
from fastapi_lint.report.json import dump
from fastapi_lint.report.sanitize import sanitize, without_surrogates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi_lint.core.finding import Diagnostic, Edit, Fix, Place, Report
    from fastapi_lint.core.span import Position
    from fastapi_lint.report.look import Look

_HOME = "https://fastapi-lint.readthedocs.io"

Lines = dict[str, dict[int, str]]
Object = dict[str, object]


def render(report: Report, look: Look) -> str:  # noqa: ARG001  every format has the same signature
    """Return one object, in ASCII."""
    return dump(
        {
            "source": {"name": "fastapi-lint", "url": _HOME},
            "severity": _overall(report),
            "diagnostics": [_diagnostic(diagnostic, report.lines) for diagnostic in report.diagnostics],
        },
        indent=2,
    )


def _overall(report: Report) -> str:
    gravest = max((diagnostic.severity for diagnostic in report.diagnostics), key=lambda one: one.rank, default=None)
    return gravest.value.upper() if gravest is not None else "INFO"


def _diagnostic(diagnostic: Diagnostic, lines: Lines) -> Object:
    doubt = " (possible)" if diagnostic.confidence is Confidence.POSSIBLE else ""
    message = (sanitize(diagnostic.message) or diagnostic.name) + doubt
    if diagnostic.help:
        message = f"{message}\n{sanitize(diagnostic.help)}"
    result: Object = {
        "message": message,
        "location": _location(diagnostic.place, lines),
        "severity": diagnostic.severity.value.upper(),
        "code": {"value": diagnostic.code, **({"url": diagnostic.url} if diagnostic.url else {})},
    }
    if diagnostic.notes:
        result["related_locations"] = [
            {"message": sanitize(note.message), "location": _location(note.place, lines)} for note in diagnostic.notes
        ]
    suggestions = _suggestions(diagnostic.fix, diagnostic.place.filename, lines)
    if suggestions:
        result["suggestions"] = suggestions
    return result


def _location(place: Place, lines: Lines) -> Object:
    known = lines.get(place.filename, {})
    start, end = _position(place.start, known), _position(place.end, known)
    # With a column on one side only, the range would mean whole lines on the other.
    spanned = {"start": start, "end": end} if ("column" in start) == ("column" in end) else {"start": start}
    return {"path": without_surrogates(place.filename), "range": spanned}


def _position(position: Position, known: Mapping[int, str]) -> dict[str, int]:
    if position.column == 1:
        return {"line": position.row, "column": 1}
    if position.row not in known:
        return {"line": position.row}
    before = known[position.row][: position.column - 1]
    return {"line": position.row, "column": len(before.encode("utf-8", "replace")) + 1}


def _suggestions(fix: Fix | None, filename: str, lines: Lines) -> list[Object]:
    """Return the edits of a fix; none where one is in another file or has no place, for half would be worse."""
    if fix is None:
        return []
    found = [_suggestion(edit, filename, lines) for edit in fix.edits]
    return [one for one in found if one is not None] if None not in found else []


def _suggestion(edit: Edit, filename: str, lines: Lines) -> Object | None:
    if edit.place is None or edit.place.filename != filename:
        return None
    known = lines.get(filename, {})
    start, end = _position(edit.place.start, known), _position(edit.place.end, known)
    if "column" not in start or "column" not in end:
        return None
    return {"range": {"start": start, "end": end}, "text": without_surrogates(edit.replacement)}
