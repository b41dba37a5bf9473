"""The `text` format: each diagnostic with its source lines, for people at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence
from fastapi_lint.report.look import Look, Style, style_of
from fastapi_lint.report.sanitize import sanitize
from fastapi_lint.report.snippet import Mark, draw, rows_of
from fastapi_lint.report.summary import footer

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Diagnostic, Place, Report

_NEAR = 8
"""Notes at most that many rows from another mark of the same file are drawn in its snippet."""

Lines = Mapping[str, Mapping[int, str]]


@dataclass(slots=True)
class _Group:
    """Marks of one file that are drawn in one snippet; those of a row that is not known stand alone."""

    filename: str
    marks: list[Mark]
    is_known: bool

    def takes(self, mark: Mark, *, is_known: bool) -> bool:
        return (
            self.is_known
            and is_known
            and mark.place.filename == self.filename
            and any(abs(mark.row - other.row) <= _NEAR for other in self.marks)
        )


def render(report: Report, look: Look) -> str:
    """Return the diagnostics with their snippets, and the footer unless it is left out."""
    blocks = [_diagnostic(diagnostic, report.lines, look) for diagnostic in report.diagnostics]
    if not look.quiet:
        blocks.append(footer(report, look))
    return "\n".join(blocks)


def tag(diagnostic: Diagnostic) -> str:
    """Return severity and, where it is not certain, confidence: `[warning]`, `[warning, possible]`."""
    doubt = ", possible" if diagnostic.confidence is Confidence.POSSIBLE else ""
    return f"[{diagnostic.severity.value}{doubt}]"


def heading(diagnostic: Diagnostic, look: Look) -> str:
    """Return code, severity and message as they stand in every text format."""
    style = style_of(diagnostic.severity)
    code = look.link(diagnostic.url, look.paint(style, sanitize(diagnostic.code)))
    return f"{code} {look.paint(style, tag(diagnostic))} {look.paint(Style.BOLD, sanitize(diagnostic.message))}"


def position(place: Place) -> str:
    """Return `path:row:column`; the path is only sanitised, so it must not stand at the start of a line."""
    return f"{sanitize(place.filename)}:{place.start.row}:{place.start.column}"


def _diagnostic(diagnostic: Diagnostic, lines: Lines, look: Look) -> str:
    groups = _grouped(diagnostic, lines)
    rows = [rows_of(group.marks, lines[group.filename])[-1] for group in groups if group.is_known]
    gutter = max((len(str(row)) for row in rows), default=1)
    result = [heading(diagnostic, look)]
    for index, group in enumerate(groups):
        arrow = look.paint(Style.GUTTER, " " * gutter + (":::" if index else "-->"))
        where = f"{arrow} {position(group.marks[0].place)}"
        if group.is_known:
            snippet = draw(group.marks, lines[group.filename], gutter, look)
            is_last = index == len(groups) - 1
            # Two snippets of one diagnostic share the bar between them.
            result += [where, *(snippet if is_last or groups[index + 1].is_known else snippet[:-1])]
        else:
            label = group.marks[0].label
            result.append(f"{where}: {label}" if label else where)
    sign = look.paint(Style.GUTTER, " " * (gutter + 1) + "=")
    if diagnostic.help:
        result.append(f"{sign} {look.paint(Style.BOLD, 'help')}: {sanitize(diagnostic.help)}")
    if diagnostic.url and not look.links:
        result.append(f"{sign} {look.paint(Style.BOLD, 'docs')}: {sanitize(diagnostic.url)}")
    return "\n".join(result) + "\n"


def _grouped(diagnostic: Diagnostic, lines: Lines) -> Sequence[_Group]:
    """Return the marks by snippet: the primary one first, then in the order in which the notes name the places."""
    marks = [Mark(diagnostic.place, "", style_of(diagnostic.severity), is_primary=True)]
    marks += [Mark(note.place, sanitize(note.message), Style.SECONDARY) for note in diagnostic.notes]
    groups: list[_Group] = []
    for mark in marks:
        is_known = mark.row in lines.get(mark.place.filename, {})
        group = next((group for group in groups if group.takes(mark, is_known=is_known)), None)
        if group is None:
            groups.append(_Group(mark.place.filename, [mark], is_known))
        else:
            group.marks.append(mark)
    return groups
