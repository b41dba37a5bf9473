"""Findings as an editor shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from fastapi_lint.core.finding import Diagnostic, Severity
from fastapi_lint.engine.directives import UNUSED
from fastapi_lint.lsp.positions import Drift
from fastapi_lint.rules.catalogue import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastapi_lint.lsp.checker import Checked
    from fastapi_lint.lsp.positions import Units

SOURCE: Final = "fastapi-lint"
_ROW_END: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding, and what the editor is told of it."""

    found: Diagnostic
    shown: types.Diagnostic


def rows_of(text: str) -> list[str]:
    """Return the rows of a document as editors count them."""
    return _ROW_END.split(text.removeprefix("\ufeff"))


def shown_in(
    path: str, text: str | None, checked: Checked, units: Units, uri_of: Callable[[str], str]
) -> tuple[Shown, ...]:
    """Return what an editor is told of a file; `text` is what stands in its buffer, None without one.

    Where that is not what was checked, findings move with their rows, and those of changed rows are left out.
    """
    shown = tuple(_all(path, checked, units, uri_of))
    if text is not None and shown:
        shown = tuple(_moved(shown, rows_of(text), checked.rows(path)))
    broken = checked.broken.get(path)
    if broken is None:
        return shown
    place = units.range(broken.diagnostic.place, lambda _path, _row: broken.row)
    return (*shown, Shown(broken.diagnostic, _diagnostic(broken.diagnostic, place, [])))


def _all(path: str, checked: Checked, units: Units, uri_of: Callable[[str], str]) -> Iterator[Shown]:
    for one in checked.diagnostics.get(path, ()):
        notes = [
            types.DiagnosticRelatedInformation(
                types.Location(uri_of(note.place.filename), units.range(note.place, checked.line)), note.message
            )
            for note in one.notes
        ]
        yield Shown(one, _diagnostic(one, units.range(one.place, checked.line), notes))


def _diagnostic(
    one: Diagnostic, place: types.Range, notes: list[types.DiagnosticRelatedInformation]
) -> types.Diagnostic:
    return types.Diagnostic(
        range=place,
        severity=_severity(one.severity),
        code=one.code,
        code_description=types.CodeDescription(one.url) if one.url else None,
        source=SOURCE,
        message=one.message + (f"\nhelp: {one.help}" if one.help else ""),
        tags=_tags(one) or None,
        related_information=notes or None,
        data={"name": one.name, "confidence": one.confidence.value},
    )


def _severity(severity: Severity) -> types.DiagnosticSeverity:
    match severity:
        case Severity.ERROR:
            return types.DiagnosticSeverity.Error
        case Severity.WARNING:
            return types.DiagnosticSeverity.Warning
        case Severity.INFO:
            return types.DiagnosticSeverity.Information


def _tags(one: Diagnostic) -> list[types.DiagnosticTag]:
    if one.code == UNUSED:
        return [types.DiagnosticTag.Unnecessary]
    is_deprecation = any(rule.code == one.code and rule.is_deprecation for rule in all_rules())
    return [types.DiagnosticTag.Deprecated] if is_deprecation else []


def _moved(shown: Sequence[Shown], now: Sequence[str], then: Sequence[str]) -> Iterator[Shown]:
    if now == list(then):
        yield from shown
        return
    drift = Drift(then, now)
    for one in shown:
        place = drift.range(one.shown.range)
        if place is not None:
            yield Shown(one.found, _diagnostic(one.found, place, list(one.shown.related_information or [])))
