"""Findings to diagnostics: what is kept, with places that people can read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Annotation, Code, Confidence, Diagnostic, Finding, Place, Severity
from fastapi_lint.core.span import Location, Span
from fastapi_lint.engine.silence import Fate, Subject, silence
from fastapi_lint.facts import model as m
from fastapi_lint.source.directives import Directive, comments_of_text, read_directives

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from fastapi_lint.config.selection import Selection
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.engine.files import Files


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding with the rule that made it."""

    code: Code
    name: str
    url: str
    severity: Severity
    default_on: bool
    finding: Finding
    source: str = ""
    """The application that it was found on."""


@dataclass(frozen=True, slots=True)
class Graded:
    """The diagnostics of a run, sorted, and how many findings were silenced or hidden."""

    diagnostics: tuple[Diagnostic, ...]
    silenced: int
    hidden: int


class Grader:
    """Grades the findings of one run."""

    def __init__(self, files: Files, root: Path, directory: Path) -> None:
        """Take the files, the project's root and the folder that shown paths are relative to."""
        self._files = files
        relative = os.path.relpath(root, directory).replace(os.sep, "/")
        self._prefix = "" if relative == "." else f"{relative}/"

    def shown(self, path: str) -> str:
        """Return the display path of a file of the project."""
        whole = self._prefix + path
        return os.path.normpath(whole).replace(os.sep, "/") if self._prefix.startswith("..") else whole

    def place(self, location: Location) -> Place:
        """Return the place of a location."""
        lines = self._files.lines(location.path)
        start = lines.position(location.span.start)
        end = lines.position(max(location.span.end, location.span.start))
        return Place(self.shown(location.path), start, end)

    def grade(
        self, raised: Sequence[Raised], selection: Selection, settings: Settings, *, show_possible: bool
    ) -> Graded:
        """Return what is kept of the findings as diagnostics."""
        directives = self._directives({one.finding.location.path for one in raised})
        subjects = [
            Subject(one.code, one.name, one.finding.location.path, self._row(one), one.default_on) for one in raised
        ]
        fates = silence(subjects, selection, settings, directives)
        kept: list[Diagnostic] = []
        hidden = 0
        first: dict[tuple[str, Place], str] = {}
        for one, fate in zip(raised, fates.fates, strict=True):
            if fate is not Fate.KEPT:
                continue
            if one.finding.confidence is Confidence.POSSIBLE and not show_possible:
                hidden += 1
                continue
            diagnostic = self._diagnostic(one)
            if first.setdefault((one.code, diagnostic.place), one.source) != one.source or diagnostic in kept:
                continue
            kept.append(diagnostic)
        kept.sort(key=lambda one: one.sort_key)
        return Graded(tuple(kept), fates.count, hidden)

    def _row(self, one: Raised) -> int:
        location = one.finding.location
        return self._files.lines(location.path).row(location.span.start)

    def _diagnostic(self, one: Raised) -> Diagnostic:
        finding = one.finding
        return Diagnostic(
            code=one.code,
            name=one.name,
            message=finding.message,
            place=self.place(finding.location),
            severity=finding.severity or one.severity,
            confidence=finding.confidence,
            notes=tuple(Annotation(self.place(note.location), note.message) for note in finding.notes),
            help=finding.help,
            url=one.url,
        )

    def _directives(self, paths: Iterable[str]) -> Mapping[str, Sequence[Directive]]:
        out: dict[str, Sequence[Directive]] = {}
        for path in sorted(paths):
            try:
                data = self._files.read(path)
            except OSError:
                continue
            facts = self._files.facts(path)
            if facts is not None:
                comments = tuple((Span(one.start, one.end), one.text) for one in facts.comments)
                rows = self._statement_rows(path, facts) if comments else {}
            else:
                comments, rows = comments_of_text(data), {}
            if comments:
                out[path] = read_directives(comments, data, self._files.encoding(path), rows).directives
        return out

    def _statement_rows(self, path: str, facts: m.ModuleFacts) -> dict[int, int]:
        lines = self._files.lines(path)
        rows: dict[int, int] = {}
        pending: list[object] = [facts.body]
        while pending:
            node = pending.pop()
            if isinstance(node, tuple):
                pending.extend(node)
            elif isinstance(node, m.Node):
                if isinstance(node, _STATEMENTS):
                    first, last = lines.row(node.start), lines.row(max(node.end - 1, node.start))
                    if last > first:
                        rows[first] = max(last, rows.get(first, last))
                pending.extend(
                    getattr(node, name)
                    for name in ("body", "orelse", "handlers", "final", "cases", "decorators")
                    if hasattr(node, name)
                )
        return rows

    def lines_of(self, diagnostics: Iterable[Diagnostic], paths: Mapping[str, str]) -> dict[str, dict[int, str]]:
        """Return the source rows that diagnostics and their notes touch, each with its neighbours.

        `paths` maps display paths to the project's own.
        """
        wanted: dict[str, set[int]] = {}
        for diagnostic in diagnostics:
            for place in (diagnostic.place, *(note.place for note in diagnostic.notes)):
                rows = wanted.setdefault(place.filename, set())
                rows.update(range(max(1, place.start.row - 1), place.start.row + 2))
        out: dict[str, dict[int, str]] = {}
        for shown, rows in wanted.items():
            index = self._files.lines(paths.get(shown, shown))
            out[shown] = {row: index.line(row) for row in sorted(rows) if row <= index.rows}
        return out


_STATEMENTS = (
    m.Assign,
    m.AugAssign,
    m.Do,
    m.Return,
    m.Raise,
    m.Import,
    m.ImportFrom,
    m.Delete,
    m.Decorator,
    m.Function,
)
