"""One project in the server: what has changed since its last check, who waits for the next, and its files' names."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pygls.uris import from_fs_path

from fastapi_lint.core.errors import FastapiLintError
from fastapi_lint.lsp.checker import Checked, Checker
from fastapi_lint.source.discovery import find_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi_lint.lsp.options import Options
    from fastapi_lint.lsp.worker import Worker


class Project:
    """Collects changes and checks one state after another, always the latest; lives on the event loop.

    `folder` is named as the client names it, `root` is the real folder that paths are relative to.
    """

    def __init__(self, folder: Path, *, is_asked: bool, worker: Worker, deliver: Callable[[Project], None]) -> None:
        """Take a workspace folder (`is_asked`), or the folder of a file outside of all; raises ConfigError for none."""
        self.folder = folder
        self.is_asked = is_asked
        self.checked = Checked({})
        self._real = Path(os.path.realpath(folder))
        self.root = find_project((str(self._real),), self._real).root
        self._worker = worker
        self._deliver = deliver
        self._checker: Checker | None = None
        self._texts: dict[str, str | None] = {}
        self._is_dirty = False
        self._task: asyncio.Task[None] | None = None

    def configure(self, options: Options, cache: Path | None, texts: dict[str, str]) -> None:
        """Check anew with these options and all that stands in buffers."""
        self._checker = Checker(self._real, self.root, options, cache) if options.enable else None
        self._texts = dict(texts)
        if self._checker is None:
            self.checked = Checked({})
            self._deliver(self)
        self.refresh()

    def change(self, path: str, text: str | None) -> None:
        """Note the present text of a file, None where the file on disk counts again, and check."""
        self._texts[path] = text
        self.refresh()

    def refresh(self) -> None:
        """Check soon: something on disk may have changed."""
        self._is_dirty = True
        if self._task is None and self._checker is not None:
            self._task = asyncio.ensure_future(self._check_until_clean())

    def close(self) -> None:
        """Check no more; what is being checked is not told."""
        self._checker = None
        self._is_dirty = False

    async def settled(self) -> Checked:
        """Return what the check of the present state says."""
        while self._task is not None:
            await asyncio.shield(self._task)
        return self.checked

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
        file = self.root / path
        try:
            file = self.folder / file.relative_to(self._real)
        except ValueError:
            file = Path(os.path.normpath(file))
        return from_fs_path(str(file)) or ""

    async def _check_until_clean(self) -> None:
        while self._is_dirty and self._checker is not None:
            self._is_dirty = False
            checker, texts = self._checker, self._texts
            self._texts = {}
            try:
                checked = await self._worker.do(partial(_check, checker, texts))
            except FastapiLintError as error:
                checked = replace(self.checked, problem=error.message)
            if checker is self._checker:
                self.checked = checked
                if not self._is_dirty:
                    self._task = None
                self._deliver(self)
        self._task = None


def _check(checker: Checker, texts: dict[str, str | None]) -> Checked:
    for path, text in texts.items():
        checker.update(path, text)
    return checker.check()
