"""One project in the server: what has changed since its last check, who waits for the next, and its files' names."""

from __future__ import annotations

import asyncio
import gc
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from pygls.uris import from_fs_path

from fastapi_lint.core.cancel import Cancel, Cancelled
from fastapi_lint.core.errors import FastapiLintError
from fastapi_lint.lsp.checker import Checked, Checker, Lives
from fastapi_lint.source.discovery import find_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from fastapi_lint.lsp.options import Options

T = TypeVar("T")

_RESTING: Final = 2.0
"""Seconds without a change after which what checks left behind is looked for: it takes as long as a check."""
_MOST_LITTERING: Final = 8
"""Checks after which that is not put off any longer."""


class Project:
    """Collects changes and checks one state after another, always the latest; lives on the event loop.

    `folder` is named as the client names it, `root` is the real folder that paths are relative to.
    """

    def __init__(self, folder: Path, *, is_asked: bool, worker: Executor, deliver: Callable[[Project], None]) -> None:
        """Take a workspace folder (`is_asked`), or the folder of a file outside of all; raises ConfigError for none."""
        self.folder = folder
        self.is_asked = is_asked
        self.checked = Checked()
        self._real = Path(os.path.realpath(folder))
        self.root = find_project((str(self._real),), self._real).root
        self._worker = worker
        self._deliver = deliver
        self._checker: Checker | None = None
        self._changes: dict[str, str | None] = {}
        self._is_dirty = False
        self._is_stale = False
        self._cancel = Cancel()
        self._task: asyncio.Task[None] | None = None
        self._lives: asyncio.Future[Lives] | None = None
        self._mended: asyncio.Future[Checked] | None = None
        self._littering = 0
        self._rest: asyncio.TimerHandle | None = None

    def configure(self, options: Options, cache: Path | None, texts: dict[str, str]) -> None:
        """Check anew with these options and all that stands in buffers."""
        self.close()
        self._changes = dict(texts)
        if options.enable:
            self._checker = Checker(self._real, self.root, options, cache)
            self._begin()
        else:
            self.checked = Checked()
            self._deliver(self)

    def close(self) -> None:
        """Check no more; what is being checked is not told."""
        self._checker = None
        self._is_dirty = False
        self._cancel.set()
        if self._rest is not None:
            self._rest.cancel()

    def change(self, path: str, text: str | None) -> None:
        """Note the present text of a file, None where the file on disk counts again, and check."""
        self._changes[path] = text
        self._begin()

    def refresh(self) -> None:
        """Check again, for something on disk may have changed."""
        self._is_stale = True
        self._begin()

    async def settled(self) -> Checked:
        """Return what the check of the present state says."""
        while self._task is not None:
            await asyncio.shield(self._task)
        return self.checked

    async def lives(self) -> Lives:
        """Return what is shown of the lifecycle in the present state."""
        while True:
            await self.settled()
            if self._lives is None:
                self._lives = asyncio.ensure_future(self._asked(_lives, Lives()))
            asked = self._lives
            found = await asyncio.shield(asked)
            if asked is self._lives:
                return found

    async def mended(self) -> Checked:
        """Return what the check of the present state says, with the repairs of rules."""
        while True:
            await self.settled()
            if self._mended is None:
                self._mended = asyncio.ensure_future(self._asked(_mended, self.checked))
            asked = self._mended
            found = await asyncio.shield(asked)
            if asked is self._mended:
                return found

    def path_of(self, file: Path) -> str | None:
        """Return a file's path relative to the root, None for one outside of it."""
        try:
            file = self._real / file.relative_to(self.folder)
        except ValueError:
            file = Path(os.path.realpath(file))
        try:
            return file.relative_to(self.root).as_posix()
        except ValueError:
            return None

    def uri_of(self, path: str) -> str:
        """Return the address of a file of the project, below the folder as the client names it where it is."""
        file = Path(os.path.normpath(self.root / path))
        if file.is_relative_to(self._real):
            file = self.folder / file.relative_to(self._real)
        return from_fs_path(str(file)) or ""

    def _begin(self) -> None:
        """Check the present state, and give up what is being checked for it is no longer that."""
        if self._checker is None:
            return
        self._is_dirty = True
        self._lives = self._mended = None
        if self._rest is not None:
            self._rest.cancel()
        self._cancel.set()
        if self._task is None:
            self._task = asyncio.ensure_future(self._check_until_clean())

    async def _check_until_clean(self) -> None:
        while self._is_dirty and (checker := self._checker) is not None:
            self._is_dirty = False
            changes, self._changes = self._changes, {}
            is_stale, self._is_stale = self._is_stale, False
            self._cancel = Cancel()
            try:
                found = await self._done(partial(_checked, checker, changes, self._cancel, is_stale=is_stale))
            except FastapiLintError as error:
                found = replace(self.checked, problem=error.message)
            if checker is not self._checker or found is None:
                continue
            self.checked = found
            if not self._is_dirty:
                self._task = None
            self._deliver(self)
            self._littering += 1
            if self._littering >= _MOST_LITTERING:
                self._tidy()
        self._task = None
        if self._littering:
            self._rest = asyncio.get_running_loop().call_later(_RESTING, self._tidy)

    def _tidy(self) -> None:
        """Free what checks left behind, after what is being checked; nobody else looks for it (`serve`)."""
        self._littering = 0
        asyncio.get_running_loop().run_in_executor(self._worker, gc.collect)

    async def _asked(self, work: Callable[[Checker, Cancel], T], nothing: T) -> T:
        checker = self._checker
        if checker is None:
            return nothing
        try:
            return await self._done(partial(work, checker, self._cancel))
        except FastapiLintError:
            return nothing

    async def _done(self, work: Callable[[], T]) -> T:
        """Return what work away from the event loop returns; raises FastapiLintError for a mistake of ours too."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, work)
        except FastapiLintError:
            raise
        except Exception as error:  # a mistake of ours must not end the session
            message = f"internal error: {type(error).__name__}: {error}; please report this"
            raise FastapiLintError(message) from error


def _checked(checker: Checker, changes: dict[str, str | None], cancel: Cancel, *, is_stale: bool) -> Checked | None:
    if is_stale:
        checker.refresh()
    try:
        return checker.check(changes, cancel)
    except Cancelled:
        return None


def _lives(checker: Checker, cancel: Cancel) -> Lives:
    try:
        return checker.lives(cancel)
    except Cancelled:
        return Lives()


def _mended(checker: Checker, cancel: Cancel) -> Checked:
    try:
        return checker.mended(cancel)
    except Cancelled:
        return Checked()
