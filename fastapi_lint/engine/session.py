"""A project that is checked again and again: for a language server, for `--watch`, for text that is not saved yet.

Invariants:
- A check answers as a fresh run would over the same texts, but for one thing: an unsaved text that cannot be parsed is
  reported (FL000), and what it last said when it could be parsed stands in for it.
- Of a file whose text did not change nothing is extracted again.
- Every method may be called from any thread. Checks run one after the other; `update` and `refresh` never wait for one.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from fastapi_lint.engine.memory import Memory
from fastapi_lint.engine.run import Given, Run, explore
from fastapi_lint.source.decoding import encoded
from fastapi_lint.source.discovery import find_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi_lint.core.cancel import Cancel
    from fastapi_lint.core.finding import Report
    from fastapi_lint.engine.run import Request

T = TypeVar("T")


def check_text(request: Request, file: Path, data: bytes) -> Report:
    """Return the findings of a project in which a file takes part, with these bytes in place of what it has.

    The file need not exist; one that git ignores or the settings exclude has no findings. Raises ConfigError where its
    folder does not exist, and as `run` does.
    """
    whole = request.directory / file
    folder = whole.parent.resolve()
    root = find_project((str(folder),), request.directory).root
    path = (folder / whole.name).relative_to(root).as_posix()
    session = Session(replace(request, paths=(str(root),), only=path))
    session.update(path, data)
    return session.check()


class Session:
    """One project with the texts that somebody is writing in place of its files."""

    def __init__(self, request: Request) -> None:
        """Find the project of a request.

        Raises:
            ConfigError: where the request or the project's settings are wrong; later checks raise it too, since the
                settings are read again whenever the disk is looked at.

        """
        self._request = request
        self._root = Run(replace(request, cache=None)).root
        self._memory = Memory()
        self._state = threading.Lock()
        self._turn = threading.Lock()
        self._unsaved: dict[str, bytes] = {}
        self._edited: set[str] = set()
        """The files whose unsaved texts changed since the last check."""
        self._moved: frozenset[str] = frozenset()
        """The files whose texts are others than when the project was last linked."""
        self._last: Run | None = None
        self._is_stale = True
        """Whether the disk may have changed since it was looked at."""

    @property
    def root(self) -> Path:
        """Return the project's root; paths are relative to it."""
        return self._root

    def path_of(self, file: Path) -> str | None:
        """Return the path of an absolute file name within the project, None for one outside of it."""
        try:
            return file.relative_to(self._root).as_posix()
        except ValueError:
            return None

    def update(self, path: str, text: str | bytes | None) -> None:
        """Put a text in place of a file of the project from now on, that need not exist; None takes the file again.

        `path` is POSIX and relative to the root. A file that git ignores or the settings exclude stays out.
        """
        data = encoded(text) if isinstance(text, str) else text
        with self._state:
            if data is None:
                if self._unsaved.pop(path, None) is not None:
                    self._is_stale = True
                    # Saved as it is, a text that cannot be parsed has nothing more that stands in for it.
                    self._edited.add(path)
            else:
                self._unsaved[path] = data
                self._edited.add(path)

    def refresh(self) -> None:
        """Look at the disk again with the next check: files, settings, deployments, versions."""
        with self._state:
            self._is_stale = True

    def check(self, cancel: Cancel | None = None) -> Report:
        """Return the report over the project as it is now.

        Raises:
            ConfigError: where the project's settings are wrong.
            Cancelled: where `cancel` was set; the session is then as it was before.

        """
        return self.ask(lambda run: run.report(), cancel)

    def ask(self, work: Callable[[Run], T], cancel: Cancel | None = None) -> T:
        """Return what `work` makes of a run over the project as it is now: its report, `project`, places and texts.

        What it returns must not be a part of the run that is worked out later. Raises as `check` does.
        """
        with self._turn:
            with self._state:
                is_stale, unsaved, edited = self._is_stale, dict(self._unsaved), frozenset(self._edited)
                self._is_stale, self._edited = False, set()
            try:
                return self._ask(work, Given(unsaved, self._memory, cancel), edited, is_stale=is_stale)
            except BaseException:
                with self._state:
                    self._is_stale |= is_stale
                    self._edited |= edited
                raise

    def _ask(self, work: Callable[[Run], T], given: Given, edited: frozenset[str], *, is_stale: bool) -> T:
        """Do what `ask` does, over what the last check left."""

        def noting(run: Run) -> T:
            result = work(run)
            before = given.before
            is_same = run.settled[0] is (before.settled[0] if before is not None else None)
            self._last, self._moved = run, given.changed if is_same else frozenset()
            run.let_go()
            return result

        last = self._last
        # Only the first check can find what is in the store and not in memory.
        request = self._request if last is None else replace(self._request, cache=None)
        if last is not None:
            changed = self._changed(last, given, edited, request, is_stale=is_stale)
            if changed is not None:
                given = replace(given, before=last, changed=changed)
        try:
            return explore(request, noting, given)
        except BaseException:
            with self._state:
                self._edited |= given.changed
            raise

    def _changed(
        self, last: Run, given: Given, edited: frozenset[str], request: Request, *, is_stale: bool
    ) -> frozenset[str] | None:
        """Return the files that may be others than when the project was last linked, None where more may be."""
        changed = self._moved | edited
        if is_stale:
            probe = Run(request, given)
            if not probe.agrees(last):
                return None
            changed |= probe.changes(last)
        return changed if all(last.holds(path) for path in changed) else None
