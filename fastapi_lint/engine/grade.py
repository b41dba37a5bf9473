"""Findings to diagnostics: what is kept, with places that people can read."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Annotation, Confidence, Diagnostic, Failure, Finding, Fix, Place
from fastapi_lint.engine.directives import Directives
from fastapi_lint.engine.mend import Mender
from fastapi_lint.engine.raised import Raised
from fastapi_lint.engine.silence import ABOUT_DIRECTIVES, Fate, Silenced, Subject, silence
from fastapi_lint.rules.catalogue import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from fastapi_lint.config.selection import Selection
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.core.span import Location
    from fastapi_lint.engine.files import Files
    from fastapi_lint.engine.shard import Division


@dataclass(frozen=True, slots=True)
class Graded:
    """The diagnostics of a run, sorted, and how many findings were silenced or hidden."""

    diagnostics: tuple[Diagnostic, ...]
    silenced: int
    hidden: int
    failures: tuple[Failure, ...] = ()
    """The rules whose repair crashed."""


@dataclass(frozen=True, slots=True)
class Judging:
    """By what findings are judged: the wishes of the user, and what the directives of `paths` may speak of.

    `ran` maps the codes of the rules that ran to their names, `names` those of all that has a code.
    """

    selection: Selection
    settings: Settings
    paths: tuple[str, ...]
    ran: Mapping[str, str]
    names: Mapping[str, str]
    division: Division | None = None
    """The part of the project that is told of, None for all of it."""

    def tells(self, one: Raised) -> bool:
        """Return whether a finding is told."""
        division = self.division
        if division is None:
            return True
        return division.owns(one.finding.location.path) if one.code in ABOUT_DIRECTIVES else division.tells(one.source)


class Grader:
    """Grades the findings of one run."""

    def __init__(self, files: Files, root: Path, directory: Path) -> None:
        """Take the files, the project's root, and the folder that shown paths are relative to."""
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
        self, raised: Sequence[Raised], judging: Judging, *, show_possible: bool, with_fixes: bool = False
    ) -> Graded:
        """Return what is kept of the findings, and of those on the directives themselves, as diagnostics.

        `with_fixes` asks for the repairs of rules, too.
        """
        directives = Directives(self._files)
        directives.take({one.finding.location.path for one in raised})
        directives.take(directives.speaking(judging.paths))
        first = self._silenced(raised, judging, directives)
        about = [_about(*problem) for problem in directives.problems(first.used, judging.ran, judging.names)]
        second = self._silenced(about, judging, directives)
        fates = list(zip((*raised, *about), (*first.fates, *second.fates), strict=True))
        told = [one for one, fate in fates if fate is Fate.KEPT]
        kept, hidden = self._kept(told, judging, show_possible=show_possible)
        silenced = sum(fate is Fate.SILENCED and judging.tells(one) for one, fate in fates)
        mender = Mender(self._files) if with_fixes else None
        diagnostics = tuple(self._mended(*one, mender) if mender is not None else one[0] for one in kept)
        failures = tuple(mender.failures) if mender is not None else ()
        return Graded(diagnostics, silenced, hidden, failures)

    def _silenced(self, raised: Sequence[Raised], judging: Judging, directives: Directives) -> Silenced:
        subjects = [
            Subject(
                one.code,
                one.name,
                one.finding.location.path,
                self._row(one),
                default_on=one.default_on,
                is_preview=one.is_preview,
            )
            for one in raised
        ]
        return silence(subjects, judging.selection, judging.settings, directives.by_path)

    def _kept(
        self, raised: Sequence[Raised], judging: Judging, *, show_possible: bool
    ) -> tuple[tuple[tuple[Diagnostic, Finding], ...], int]:
        kept: list[tuple[Diagnostic, Finding]] = []
        seen: set[Diagnostic] = set()
        hidden = 0
        first: dict[tuple[str, Place], str] = {}
        for one in raised:
            is_told = judging.tells(one)
            if one.finding.confidence is Confidence.POSSIBLE and not show_possible:
                hidden += is_told
                continue
            diagnostic = self._diagnostic(one)
            if first.setdefault((one.code, diagnostic.place), one.source) != one.source or diagnostic in seen:
                continue
            if not is_told:
                continue
            seen.add(diagnostic)
            kept.append((diagnostic, one.finding))
        kept.sort(key=lambda one: one[0].sort_key)
        return tuple(kept), hidden

    def _mended(self, diagnostic: Diagnostic, finding: Finding, mender: Mender) -> Diagnostic:
        if diagnostic.fix is not None:
            return diagnostic
        return replace(diagnostic, fix=self._placed(mender.fix(diagnostic.code, finding)))

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
            fix=self._placed(one.fix),
        )

    def _placed(self, fix: Fix | None) -> Fix | None:
        if fix is None:
            return None
        return replace(fix, edits=tuple(replace(edit, place=self.place(edit.location)) for edit in fix.edits))

    def lines_of(self, diagnostics: Iterable[Diagnostic], paths: Mapping[str, str]) -> dict[str, dict[int, str]]:
        """Return the source rows that diagnostics and their notes touch, each with its neighbours, and those of fixes.

        `paths` maps display paths to the project's own.
        """
        wanted: dict[str, set[int]] = {}
        for diagnostic in diagnostics:
            for place in (diagnostic.place, *(note.place for note in diagnostic.notes)):
                rows = wanted.setdefault(place.filename, set())
                rows.update(range(max(1, place.start.row - 1), place.start.row + 2))
            for edit in diagnostic.fix.edits if diagnostic.fix is not None else ():
                if edit.place is not None:
                    wanted.setdefault(edit.place.filename, set()).update((edit.place.start.row, edit.place.end.row))
        out: dict[str, dict[int, str]] = {}
        for shown, rows in wanted.items():
            index = self._files.lines(paths.get(shown, shown))
            out[shown] = {row: index.line(row) for row in sorted(rows) if row <= index.rows}
        return out


def _about(code: str, finding: Finding, fix: Fix | None) -> Raised:
    entry = next(one for one in BUILT_IN if one.code == code)
    return Raised(entry.code, entry.name, entry.url, entry.severity, entry.default, finding, fix=fix)
