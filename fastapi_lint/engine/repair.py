"""Fixes, made until none is left to make: checked again after every go, and written only when all of it holds.

All goes happen in memory. A file whose new text could no longer be parsed keeps its old one, and the fixes that would
have changed it are left out, with a line that says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import SourceError
from fastapi_lint.edits.patch import patched, together
from fastapi_lint.edits.store import replace_file
from fastapi_lint.edits.verify import objection
from fastapi_lint.engine.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from fastapi_lint.core.finding import Edit, Fix, Report
    from fastapi_lint.engine.run import Request

_GOES: Final = 10
"""How often a fix may call for another one."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file of the project (relative to its root, POSIX) before and after."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Repaired:
    """What can be changed, how many findings of each code that mends, what could not be done, and what is left."""

    root: Path
    changes: tuple[Change, ...]
    mended: Mapping[str, int]
    problems: tuple[str, ...]
    report: Report


def repair(request: Request, wanted: Callable[[Report], Report], *, unsafe: bool) -> Repaired:
    """Return the changes that mend those findings of a run that `wanted` keeps; nothing is written.

    Raises:
        ConfigError: where the request or the project's settings are wrong.

    """
    session = Session(replace(request, with_fixes=True))
    texts = _Texts(session)
    mended: Counter[str] = Counter()
    report = wanted(session.check())
    for _ in range(_GOES):
        made = texts.apply(_fixes(report, unsafe=unsafe))
        if not made:
            break
        mended.update(one.code for one in report.diagnostics if one.fix is not None and one.fix in made)
        report = wanted(session.check())
    return Repaired(session.root, texts.changes, dict(mended), tuple(texts.problems), report)


def write_changes(root: Path, changes: Iterable[Change]) -> tuple[str, ...]:
    """Write changed files; return a line for each that could not be written, which is then as it was."""
    problems = []
    for change in changes:
        try:
            replace_file(root, change.path, change.before, change.after)
        except SourceError as error:
            problems.append(error.message)
    return tuple(problems)


def _fixes(report: Report, *, unsafe: bool) -> tuple[Fix, ...]:
    found = (one.fix for one in report.diagnostics if one.fix is not None)
    return tuple(fix for fix in found if unsafe or fix.applicability == "safe")


@dataclass(slots=True)
class _Texts:
    """The files that were changed so far, in memory."""

    session: Session
    problems: list[str] = field(default_factory=list)
    _before: dict[str, bytes] = field(default_factory=dict)
    _after: dict[str, bytes] = field(default_factory=dict)
    _closed: set[str] = field(default_factory=set)
    """Files that no fix may touch any more, for one broke them."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes, by path."""
        return tuple(
            Change(path, self._before[path], after)
            for path, after in sorted(self._after.items())
            if after != self._before[path]
        )

    def apply(self, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
        """Make as many fixes as go together; return those that were made."""
        chosen = together(fix for fix in fixes if not any(edit.location.path in self._closed for edit in fix.edits))
        while chosen:
            made, broken = self._tried(chosen)
            if not broken:
                for path, (before, after) in made.items():
                    self._before.setdefault(path, before)
                    self._after[path] = after
                    self.session.update(path, after)
                return chosen
            self._closed |= broken
            chosen = tuple(fix for fix in chosen if not any(edit.location.path in broken for edit in fix.edits))
        return ()

    def _tried(self, fixes: Iterable[Fix]) -> tuple[dict[str, tuple[bytes, bytes]], set[str]]:
        """Return the bytes of the files before and after some fixes, and the files that they would break."""
        by_path: dict[str, list[Edit]] = {}
        for fix in fixes:
            for edit in fix.edits:
                by_path.setdefault(edit.location.path, []).append(edit)
        made: dict[str, tuple[bytes, bytes]] = {}
        broken: set[str] = set()
        for path, edits in by_path.items():
            before = self._read(path)
            try:
                after = patched(before, edits, self._encoding(path))
                reason = objection(path, before, after)
            except (ValueError, LookupError) as error:
                after, reason = before, str(error)
            if reason:
                self.problems.append(f"{path} is not changed: {reason}")
                broken.add(path)
            made[path] = (before, after)
        return made, broken

    def _read(self, path: str) -> bytes:
        if path in self._after:
            return self._after[path]
        return self.session.ask(lambda run: run.bytes_of(path))

    def _encoding(self, path: str) -> str:
        return self.session.ask(lambda run: run.encoding_of(path))
