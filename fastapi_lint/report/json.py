"""The `json` and `jsonl` formats: diagnostics as objects of ruff's shape; `schema/diagnostics.json` describes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi_lint.report.sanitize import inert_json, without_surrogates

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Annotation, Diagnostic, Fix, Report
    from fastapi_lint.core.span import Position
    from fastapi_lint.report.look import Look


def render(report: Report, look: Look) -> str:  # noqa: ARG001  every format has the same signature
    """Return one array of objects, in ASCII."""
    return dump([as_object(diagnostic) for diagnostic in report.diagnostics], indent=2)


def render_lines(report: Report, look: Look) -> str:  # noqa: ARG001
    """Return one object a line, in ASCII."""
    return "".join(dump(as_object(diagnostic)) for diagnostic in report.diagnostics)


def dump(value: object, indent: int | None = None) -> str:
    """Return a value as JSON in ASCII and with a line end; nothing in it can act on a terminal or a build."""
    return inert_json(json.dumps(value, indent=indent)) + "\n"


def as_object(diagnostic: Diagnostic) -> dict[str, object]:
    """Return a diagnostic as an object of JSON."""
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "confidence": diagnostic.confidence.value,
        "message": without_surrogates(diagnostic.message),
        "help": without_surrogates(diagnostic.help),
        "filename": without_surrogates(diagnostic.place.filename),
        "location": _position(diagnostic.place.start),
        "end_location": _position(diagnostic.place.end),
        "notes": [_note(note) for note in diagnostic.notes],
        "url": diagnostic.url or None,
        "fix": _fix(diagnostic.fix),
    }


def _note(note: Annotation) -> dict[str, object]:
    return {
        "message": without_surrogates(note.message),
        "filename": without_surrogates(note.place.filename),
        "location": _position(note.place.start),
        "end_location": _position(note.place.end),
    }


def _position(position: Position) -> dict[str, int]:
    return {"row": position.row, "column": position.column}


def _fix(fix: Fix | None) -> dict[str, object] | None:
    if fix is None:
        return None
    edits = []
    for edit in fix.edits:
        # Bytes mean nothing to a reader that has only rows and columns; half of a fix would be worse than none.
        if edit.place is None:
            return None
        edits.append(
            {
                "content": without_surrogates(edit.replacement),
                "filename": without_surrogates(edit.place.filename),
                "location": _position(edit.place.start),
                "end_location": _position(edit.place.end),
            }
        )
    return {"applicability": fix.applicability, "message": without_surrogates(fix.message), "edits": edits}
