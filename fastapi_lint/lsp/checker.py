"""One project as an editor has it: a session of the engine, and what its checks say in plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Code, Confidence, Diagnostic, Place, Severity
from fastapi_lint.core.span import LineIndex, Position
from fastapi_lint.engine.files import checked as parsed
from fastapi_lint.engine.narrow import Narrower, Wishes
from fastapi_lint.engine.run import Request
from fastapi_lint.engine.session import Session
from fastapi_lint.lifecycle.story import story_of
from fastapi_lint.lsp.life import Life, lives_of
from fastapi_lint.source.decoding import encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from fastapi_lint.core.cancel import Cancel
    from fastapi_lint.core.finding import Report
    from fastapi_lint.engine.run import Run
    from fastapi_lint.lsp.options import Options

SETTINGS: Final = "settings"
"""The code of a mistake in the project's settings, which no rule has."""

_UNREADABLE: Final = "FL000"
_AT: Final = re.compile(r"(?P<path>.+?):(?P<row>\d+):(?P<column>\d+): (?P<message>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that places were counted in, by path (relative to the root, POSIX)."""

    indexes: Mapping[str, LineIndex] = field(default_factory=lambda: MappingProxyType({}))

    def line(self, path: str, row: int) -> str:
        """Return the text of a row (from 1), empty where there is none."""
        index = self.indexes.get(path)
        return index.line(row) if index is not None else ""

    def rows(self, path: str) -> list[str]:
        """Return the text of every row of a file."""
        index = self.indexes.get(path)
        return [index.line(row) for row in range(1, index.rows + 1)] if index is not None else []


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has to say: diagnostics by path, and what is to be told without a place."""

    diagnostics: Mapping[str, tuple[Diagnostic, ...]] = field(default_factory=lambda: MappingProxyType({}))
    texts: Texts = field(default_factory=Texts)
    failures: tuple[str, ...] = ()
    """A line for each rule that crashed."""
    problem: str = ""
    """Why the project could not be checked, empty where it could."""


@dataclass(frozen=True, slots=True)
class Lives:
    """What is shown of the lifecycle in each file, by path."""

    files: Mapping[str, Life] = field(default_factory=lambda: MappingProxyType({}))
    texts: Texts = field(default_factory=Texts)


class Checker:
    """Checks one project again and again; used by one thread at a time."""

    def __init__(self, folder: Path, root: Path, options: Options, cache: Path | None) -> None:
        """Take the folder that is asked for, the root of its project, and the folder that keeps facts."""
        self._request = Request(
            paths=(str(folder),),
            directory=root,
            select=options.select,
            ignore=options.ignore,
            extend_select=options.extend_select,
            preview=options.preview,
            target_version=options.target_version,
            config=folder / options.configuration if options.configuration else None,
            show_possible=options.show_possible,
            cache=cache,
        )
        self._wishes = Wishes(baseline=folder / options.baseline if options.baseline else None)
        self._narrower: Narrower | None = None
        """What knows the baseline as it was when the disk was last looked at."""
        self._session: Session | None = None
        self._is_known = False
        """Whether the session has read the project once."""
        self._texts: dict[str, str] = {}
        self._pending: dict[str, str | None] = {}
        """What the session was not told yet."""
        self._last = Checked()

    def check(self, changes: Mapping[str, str | None], cancel: Cancel) -> Checked:
        """Check the project with the texts of buffers, None for those that count no more.

        Where the settings are wrong, the last findings stand beside that. Raises Cancelled where it is given up; the
        changes are taken all the same.
        """
        try:
            session = self._updated(changes, cancel)
            self._narrower = self._narrower or Narrower(self._request, self._wishes)
            self._last = session.ask(self._checked, cancel)
            self._is_known = True
        except ConfigError as error:
            self._session = self._narrower = None
            return self._with_problem(error)
        return self._last

    def mended(self, cancel: Cancel) -> Checked:
        """Return what the last check said, with the repairs of rules; raises Cancelled where it is given up."""
        if self._session is None:
            return self._last
        try:
            return self._session.ask(lambda run: self._checked(run, with_fixes=True), cancel)
        except ConfigError:
            return self._last

    def lives(self, cancel: Cancel) -> Lives:
        """Return what is shown of the lifecycle, none where the project cannot be checked."""
        if self._session is None:
            return Lives()
        try:
            return self._session.ask(_lives, cancel)
        except ConfigError:
            return Lives()

    def refresh(self) -> None:
        """Look at the disk again with the next check."""
        self._narrower = None
        if self._session is not None:
            self._session.refresh()

    def _updated(self, changes: Mapping[str, str | None], cancel: Cancel) -> Session:
        for path, text in changes.items():
            if text is None:
                self._texts.pop(path, None)
            else:
                self._texts[path] = text
        self._pending.update(changes)
        session = self._session
        if session is None:
            session = Session(self._request)
            self._session, self._is_known, self._pending = session, False, dict(self._texts)
        if not self._is_known and any(_is_broken(path, text) for path, text in self._texts.items()):
            # What the file on disk says stands in for a buffer that never could be parsed.
            session.check(cancel)
        for path, text in self._pending.items():
            session.update(path, text)
        self._pending = {}
        return session

    def _checked(self, run: Run, *, with_fixes: bool = False) -> Checked:
        report = run.report(with_fixes=with_fixes)
        if self._narrower is not None:
            report = self._narrower.narrow(report)
        diagnostics = _by_path(report, self._texts)
        places = [place for one in report.diagnostics for place in (one.place, *(note.place for note in one.notes))]
        edits = (edit for one in report.diagnostics if one.fix is not None for edit in one.fix.edits)
        places += [edit.place for edit in edits if edit.place is not None]
        return Checked(
            diagnostics,
            _texts(run, {*self._texts, *(place.filename for place in places)}),
            tuple(f"rule {one.rule} crashed on {one.entity}: {one.message}" for one in report.failures),
        )

    def _with_problem(self, error: ConfigError) -> Checked:
        mistake = _settings_mistake(error, self._request.directory)
        text = error.message + (f" ({error.hint})" if error.hint else "")
        if mistake is None:
            return replace(self._last, problem=text)
        path = mistake.place.filename
        texts = Texts({**self._last.texts.indexes, path: self._index(path)})
        return replace(self._last, diagnostics={**self._last.diagnostics, path: (mistake,)}, texts=texts, problem=text)

    def _index(self, path: str) -> LineIndex:
        try:
            return LineIndex((self._request.directory / path).read_bytes())
        except OSError:
            return LineIndex(b"")


def _is_broken(path: str, text: str) -> bool:
    return path.endswith(".py") and bool(parsed(encoded(text)).message)


def _lives(run: Run) -> Lives:
    files = lives_of(story_of(run.project), run.place)
    return Lives(files, _texts(run, files))


def _texts(run: Run, paths: Iterable[str]) -> Texts:
    return Texts({path: run.lines(path) for path in paths})


def _by_path(report: Report, buffers: Mapping[str, str]) -> Mapping[str, tuple[Diagnostic, ...]]:
    found: dict[str, list[Diagnostic]] = {}
    for one in report.diagnostics:
        path = one.place.filename
        # Of a project without an application other tools speak, but for what is open.
        if one.code != _UNREADABLE or report.apps or path in buffers:
            found.setdefault(path, []).append(one)
    return {path: tuple(diagnostics) for path, diagnostics in found.items()}


def _settings_mistake(error: ConfigError, root: Path) -> Diagnostic | None:
    """Return an error of the configuration where it stands, None where that is no place in a file of the project."""
    found = _AT.fullmatch(error.message)
    if found is None:
        return None
    position = Position(int(found["row"]), int(found["column"]))
    file = root / found["path"]
    if not file.is_relative_to(root):
        return None
    place = Place(file.relative_to(root).as_posix(), position, position)
    return Diagnostic(
        Code(SETTINGS), SETTINGS, found["message"], place, Severity.ERROR, Confidence.CERTAIN, help=error.hint
    )
