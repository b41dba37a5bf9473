"""Findings as an editor shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from fastapi_lint.core.finding import Diagnostic, Severity
from fastapi_lint.engine.directives import UNUSED
from fastapi_lint.rules.catalogue import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi_lint.core.finding import Place
    from fastapi_lint.lsp.checker import Texts
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


def shown_as(
    one: Diagnostic,
    ranged: Callable[[Place], types.Range | None],
    texts: Texts,
    units: Units,
    uri_of: Callable[[str], str],
) -> Shown | None:
    """Return what an editor is told of a finding, None where its rows were changed since the check.

    `ranged` says where a place of the finding's own file is now, `texts` are those that other places were counted in.
    """
    place = ranged(one.place)
    if place is None:
        return None
    notes = [
        types.DiagnosticRelatedInformation(
            types.Location(uri_of(note.place.filename), units.range(note.place, texts.line)), note.message
        )
        for note in one.notes
    ]
    return Shown(
        one,
        types.Diagnostic(
            range=place,
            severity=_severity(one.severity),
            code=one.code,
            code_description=types.CodeDescription(one.url) if one.url else None,
            source=SOURCE,
            message=one.message + (f"\nhelp: {one.help}" if one.help else ""),
            tags=_tags(one) or None,
            related_information=notes or None,
            data={"name": one.name, "confidence": one.confidence.value},
        ),
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
