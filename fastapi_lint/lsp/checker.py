"""One project as an editor has it: the files on disk, what stands in buffers instead of them, and what a check says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import ConfigError, SourceError
from fastapi_lint.core.finding import Code, Confidence, Diagnostic, Place, Severity
from fastapi_lint.core.span import LineIndex, Position
from fastapi_lint.engine.files import checked as parsed
from fastapi_lint.engine.run import Request, explore
from fastapi_lint.lifecycle.story import story_of
from fastapi_lint.rules.catalogue import find_rule
from fastapi_lint.source.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fastapi_lint.core.finding import Report
    from fastapi_lint.core.span import Location
    from fastapi_lint.engine.run import Run
    from fastapi_lint.lifecycle.story import Story
    from fastapi_lint.lsp.options import Options

_UNREADABLE: Final = "FL000"
_AT: Final = re.compile(r"(?P<path>.+?):(?P<row>\d+):(?P<column>\d+): (?P<message>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Buffer:
    """What stands in an editor instead of a file: the last text that parses, and what is wrong with the present one."""

    good: bytes | None
    """None where no text of the buffer has parsed yet: the file on disk counts."""
    broken: Broken | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a text does not parse, and the row of that text where it does not."""

    diagnostic: Diagnostic
    row: str


@dataclass(frozen=True)
class Checked:
    """What a check has to say: diagnostics by path (relative to the root, POSIX), and the life of each application.

    Positions are those of the text that `line` returns: the last one that parsed.
    """

    diagnostics: Mapping[str, tuple[Diagnostic, ...]]
    broken: Mapping[str, Broken] = field(default_factory=lambda: MappingProxyType({}))
    """The buffers that do not parse, by path."""
    story: Story | None = None
    failures: tuple[str, ...] = ()
    """A line for each rule that crashed."""
    problem: str = ""
    """Why nothing could be checked, empty where it could."""
    run: Run | None = field(default=None, repr=False)

    def line(self, path: str, row: int) -> str:
        """Return the text of a row (from 1), empty where there is none."""
        return "" if self.run is None else self.run._files.lines(path).line(row)  # noqa: SLF001

    def rows(self, path: str) -> tuple[str, ...]:
        """Return the text of every row of a file."""
        if self.run is None:
            return ()
        lines = self.run._files.lines(path)  # noqa: SLF001
        return tuple(lines.line(row) for row in range(1, lines.rows + 1))

    def place(self, location: Location) -> Place:
        """Return a location as rows and columns."""
        assert self.run is not None
        return self.run.place(location)


class Checker:
    """Checks one project again and again; used by one thread at a time."""

    def __init__(self, folder: Path, root: Path, options: Options, cache: Path | None) -> None:
        """Take the folder that is asked for, the root of its project, and the folder that keeps facts."""
        self._folder = folder
        self._root = root
        self._options = options
        self._cache = cache
        self._buffers: dict[str, Buffer] = {}
        self._last = Checked({})

    def update(self, path: str, text: str | None) -> None:
        """Take the present text of a file, None where the file on disk counts again."""
        if text is None:
            self._buffers.pop(path, None)
            return
        data = encoded(text)
        problem = parsed(data) if path.endswith(".py") else None
        if problem is None or not problem.message:
            self._buffers[path] = Buffer(data)
            return
        before = self._buffers.get(path)
        lines = LineIndex(data)
        at = lines.position(problem.offset)
        broken = Broken(_unreadable(path, at, problem.message, problem.hint), lines.line(at.row))
        self._buffers[path] = Buffer(before.good if before is not None else None, broken)

    def check(self) -> Checked:
        """Check the project as it is now; where its settings are wrong, the last findings stand beside that."""
        options = self._options
        request = Request(
            paths=(str(self._folder),),
            directory=self._root,
            select=options.select,
            ignore=options.ignore,
            extend_select=options.extend_select,
            target_version=options.target_version,
            config=self._folder / options.configuration if options.configuration else None,
            show_possible=options.show_possible,
            cache=self._cache,
            jobs=1,
        )
        try:
            self._last = explore(request, self._work)
        except ConfigError as error:
            return self._with_problem(error)
        return self._last

    def _work(self, run: Run) -> Checked:
        for path, buffer in self._buffers.items():
            if buffer.good is not None:
                run._files._bytes[path] = buffer.good  # noqa: SLF001
        report = run.report()
        broken = {path: buffer.broken for path, buffer in self._buffers.items() if buffer.broken is not None}
        return Checked(
            _by_path(report, broken),
            broken,
            story_of(run.project),
            tuple(f"rule {one.rule} crashed on {one.entity}: {one.message}" for one in report.failures),
            run=run,
        )

    def _with_problem(self, error: ConfigError) -> Checked:
        mistake = _settings_mistake(error)
        found = self._last.diagnostics
        if mistake is not None:
            found = {**found, mistake.place.filename: (mistake,)}
        return replace(
            self._last, diagnostics=found, problem=error.message + (f" ({error.hint})" if error.hint else "")
        )


def _settings_mistake(error: ConfigError) -> Diagnostic | None:
    """Return an error of the configuration where it stands, None where that is no place in a file."""
    found = _AT.fullmatch(error.message)
    if found is None:
        return None
    position = Position(int(found["row"]), int(found["column"]))
    place = Place(found["path"], position, position)
    return Diagnostic(
        Code("settings"), "settings", found["message"], place, Severity.ERROR, Confidence.CERTAIN, help=error.hint
    )


def _by_path(report: Report, broken: Mapping[str, Broken]) -> Mapping[str, tuple[Diagnostic, ...]]:
    found: dict[str, list[Diagnostic]] = {}
    for one in report.diagnostics:
        path = one.place.filename
        if one.code == _UNREADABLE and (path in broken or not report.apps):
            # Of projects without an application other tools speak; of a broken buffer its present text does.
            continue
        found.setdefault(path, []).append(one)
    return {path: tuple(diagnostics) for path, diagnostics in found.items()}


def encoded(text: str) -> bytes:
    """Return a buffer's bytes as they would be saved: in the encoding that its first lines name."""
    data = text.encode("utf-8", "replace")
    try:
        encoding = decode(data).encoding
        return data if encoding == "utf-8" else text.encode(encoding, "replace")
    except (SourceError, LookupError, ValueError):
        return data


def _unreadable(path: str, position: Position, message: str, hint: str) -> Diagnostic:
    rule = find_rule(_UNREADABLE)
    return Diagnostic(
        code=Code(rule.code),
        name=rule.name,
        message=message,
        place=Place(path, position, position),
        severity=rule.severity,
        confidence=Confidence.CERTAIN,
        help=hint,
        url=rule.url,
    )
