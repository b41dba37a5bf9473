"""The project's files as the deployment readers see them: what is there, its text, and what could not be read."""

from __future__ import annotations

import errno
import posixpath
import re
from typing import TYPE_CHECKING

from fastapi_lint.core.span import Location, Span
from fastapi_lint.facts.deployment.model import DeploymentProblem
from fastapi_lint.facts.deployment.text import Text, from_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_BYTES = 256 * 1024
_PROJECT_NAME = re.compile(rb"""(?m)^name\s*=\s*["']([^"']{1,200})["']""")
_WORD = re.compile(r"[a-z0-9]{3,}")


class Project:
    """The files of one run; reads each at most once and keeps the problems met on the way."""

    def __init__(self, files: Sequence[str], read: Callable[[str], bytes]) -> None:
        """Take all project-relative POSIX paths and the function that gives a file's bytes or raises OSError."""
        self.files = tuple(sorted(set(files)))
        self._read = read
        self._present = frozenset(self.files)
        self._folders = _folders(self.files)
        self._by_name: dict[str, list[str]] | None = None
        self._bytes: dict[str, bytes | None] = {}
        self._texts: dict[str, Text | None] = {}
        self._problems: set[tuple[str, int, str]] = set()

    @property
    def problems(self) -> tuple[DeploymentProblem, ...]:
        """Return the problems so far, sorted."""
        return tuple(
            DeploymentProblem(Location(path, Span(offset, offset)), message)
            for path, offset, message in sorted(self._problems)
        )

    def report(self, path: str, offset: int, message: str) -> None:
        """Keep a problem of a file."""
        self._problems.add((path, offset, message))

    def has(self, path: str) -> bool:
        """Return whether a file is there."""
        return path in self._present

    def has_folder(self, path: str) -> bool:
        """Return whether a folder is there; the root is ""."""
        return path in self._folders

    def has_python(self, folder: str) -> bool:
        """Return whether a Python file lies somewhere below a folder."""
        return self._folders.get(folder, False)

    def bytes_of(self, path: str) -> bytes | None:
        """Return a file's bytes, None where it cannot be read or is above the size limit."""
        if path not in self._bytes:
            self._bytes[path] = self._checked(path)
        return self._bytes[path]

    def _checked(self, path: str) -> bytes | None:
        try:
            data = self._read(path)
        except OSError as error:
            self._report_unread(path, error)
            return None
        if len(data) > MAX_BYTES:
            self.report(path, 0, "is larger than 256 KiB and was not read")
            return None
        return data

    def _report_unread(self, path: str, error: OSError) -> None:
        self.report(path, 0, f"not checked: {(error.strerror or type(error).__name__).lower()}")

    def peek(self, path: str) -> bytes | None:
        """Return the bytes of a file that may be of no interest: that it is too large is no problem."""
        try:
            return self._read(path)
        except OSError as error:
            if error.errno != errno.EFBIG:
                self._report_unread(path, error)
            return None

    def names(self) -> frozenset[str]:
        """Return the words of the project's names, as its top pyproject.toml files state them."""
        found: set[str] = set()
        for path in self.ending_with("pyproject.toml"):
            data = self.peek(path) if path.count("/") < 2 else None
            match = _PROJECT_NAME.search(data) if data is not None else None
            if match is not None:
                found.update(_WORD.findall(match[1].decode("latin-1").lower()))
        return frozenset(found)

    def text(self, path: str) -> Text | None:
        """Return a file's text, None where it cannot be read, is too large or holds null bytes."""
        if path not in self._texts:
            data = self.bytes_of(path)
            if data is not None and b"\0" in data:
                self.report(path, data.index(b"\0"), "holds a null byte and was not read")
                data = None
            self._texts[path] = None if data is None else from_file(path, data)
        return self._texts[path]

    def ending_with(self, suffix: str) -> tuple[str, ...]:
        """Return the files whose path is `suffix` or ends in a slash and `suffix`."""
        if self._by_name is None:
            self._by_name = {}
            for path in self.files:
                self._by_name.setdefault(posixpath.basename(path), []).append(path)
        named = self._by_name.get(posixpath.basename(suffix), [])
        return tuple(path for path in named if path == suffix or path.endswith("/" + suffix))

    def module_file(self, folder: str, module: str) -> str | None:
        """Return the file of a dotted module name below a folder, None where there is none."""
        stem = posixpath.join(folder, *module.split("."))
        for path in (stem + ".py", stem + "/__init__.py"):
            if path in self._present:
                return path
        return None

    def has_top_level(self, folder: str, module: str) -> bool:
        """Return whether the first name of a dotted module is a file or a folder with Python in it."""
        stem = posixpath.join(folder, module.split(".", 1)[0])
        return stem + ".py" in self._present or self.has_python(stem)


def _folders(files: tuple[str, ...]) -> dict[str, bool]:
    """Return every folder with whether a Python file lies below it."""
    folders = {"": False}
    for path in files:
        is_python = path.endswith(".py")
        folder = posixpath.dirname(path)
        while folders.get(folder) is None or (is_python and not folders[folder]):
            folders[folder] = is_python or folders.get(folder, False)
            if not folder:
                break
            folder = posixpath.dirname(folder)
    return folders


def within(path: str) -> str | None:
    """Return a project path in its shortest form ("" for the root), None where it leaves the project."""
    shortest = posixpath.normpath(path) if path else ""
    if shortest == "." or not shortest:
        return ""
    return None if shortest.startswith(("..", "/")) else shortest
