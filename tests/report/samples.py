"""Short ways to write a report down."""

from __future__ import annotations

from fastapi_lint.core.finding import Annotation, Code, Confidence, Diagnostic, Fix, Place, Report, Severity, Source
from fastapi_lint.core.span import Position

URL = "https://fastapi-lint.readthedocs.io/rules/engine-outside-lifespan/"


def place(filename: str, row: int, column: int, end_column: int, end_row: int | None = None) -> Place:
    return Place(filename, Position(row, column), Position(end_row or row, end_column))


def note(filename: str, row: int, column: int, end_column: int, message: str) -> Annotation:
    return Annotation(place(filename, row, column, end_column), message)


def diagnostic(
    where: Place,
    message: str = "`engine` is made at import and never disposed",
    *notes: Annotation,
    code: str = "FL301",
    name: str = "engine-outside-lifespan",
    severity: Severity = Severity.WARNING,
    confidence: Confidence = Confidence.CERTAIN,
    advice: str = "make it in the lifespan and dispose of it after the `yield`",
    url: str = URL,
    fix: Fix | None = None,
) -> Diagnostic:
    return Diagnostic(Code(code), name, message, where, severity, confidence, notes, advice, url, fix)


def source(text: str) -> dict[int, str]:
    return dict(enumerate(text.split("\n"), 1))


def report(*diagnostics: Diagnostic, lines: dict[str, dict[int, str]] | None = None, files: int = 2) -> Report:
    return Report(
        diagnostics,
        files=tuple(f"file_{number}.py" for number in range(files)),
        apps=(Source("FastAPI", "app.main:app", "app/main.py:3"),),
        targets=(Source("fastapi", "0.115.2", "uv.lock"), Source("starlette", "0.40.0", "uv.lock")),
        lines=lines or {},
    )
