"""Which files of a project say on what versions it runs, and which of a folder's carry more weight.

Locks come first, then requirements files, then what the project asks for; a `.python-version` speaks of Python alone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.claims import FileClaims
from fastapi_lint.config.lockfiles import read_pipfile_lock, read_toml_lock
from fastapi_lint.config.manifests import read_pyproject, read_python_version, read_setup_cfg, read_setup_py
from fastapi_lint.config.requirements import read_requirements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FileReader = Callable[[bytes], FileClaims]

_NAMED: Final[Mapping[str, tuple[int, FileReader]]] = MappingProxyType(
    {
        ".python-version": (0, read_python_version),
        "uv.lock": (1, read_toml_lock),
        "poetry.lock": (2, read_toml_lock),
        "pdm.lock": (3, read_toml_lock),
        "pylock.toml": (4, read_toml_lock),
        "Pipfile.lock": (6, read_pipfile_lock),
        "pyproject.toml": (20, read_pyproject),
        "setup.cfg": (21, read_setup_cfg),
        "setup.py": (22, read_setup_py),
    }
)
_PYLOCK: Final = re.compile(r"pylock\.[^.]+\.toml")
_REQUIREMENTS: Final = re.compile(r"req(?:uirement)?s[^/]*\.(?:txt|in)")
_FOLDERS: Final = frozenset({"requirements", "reqs"})
_MAIN: Final = re.compile(r"(?:req(?:uirement)?s)?[-_.]?(?:base|default|main|common|prod|production|app)?\.txt")
_OF_IMAGES: Final = frozenset({"container", "containers", "deploy", "deployment", "docker", "image", "images"})
"""Folders of what a program is built and served from, which speak for programs that stand elsewhere."""
_FOR_DEVELOPERS: Final = re.compile(r"dev|test|doc|lint|ci\b|bench|example")


class Sources:
    """The files that say something of versions, by the folder they speak for."""

    def __init__(self, files: Iterable[str]) -> None:
        """Take the project's files, relative to its root and POSIX."""
        self._by_folder: dict[str, list[tuple[int, str, FileReader]]] = {}
        self.paths: set[str] = set()
        for path in files:
            folder, _, name = path.rpartition("/")
            if name in _NAMED or name.endswith((".txt", ".toml", ".in")):
                self._place(path, folder, name)

    def of(self, folder: str) -> list[tuple[str, FileReader]]:
        """Return the files that speak for a folder, with their readers, the weightiest first."""
        return [
            (path, reader) for _, path, reader in sorted(self._by_folder.get(folder, ()), key=lambda item: item[:2])
        ]

    def of_images(self) -> list[tuple[str, FileReader]]:
        """Return the requirements files in folders of what a program is built from, sorted by path."""
        found = [
            (path, reader)
            for folder, files in self._by_folder.items()
            if not _OF_IMAGES.isdisjoint(folder.split("/"))
            for _, path, reader in files
            if reader is read_requirements
        ]
        return sorted(found, key=lambda item: item[0])

    def uv_locks_above(self, folder: str) -> list[str]:
        """Return the uv.lock files of the folders above, the nearest first."""
        locks: list[str] = []
        while folder:
            folder = posixpath.dirname(folder)
            path = posixpath.join(folder, "uv.lock")
            if path in self.paths:
                locks.append(path)
        return locks

    def _place(self, path: str, folder: str, name: str) -> None:
        self.paths.add(path)
        named = _NAMED.get(name)
        if named is not None:
            self._add(folder, path, *named)
        elif _PYLOCK.fullmatch(name):
            self._add(folder, path, 5, read_toml_lock)
        elif posixpath.basename(folder) in _FOLDERS and name.endswith(".txt"):
            self._add(posixpath.dirname(folder), path, 16 + _weight(name), read_requirements)
        elif _REQUIREMENTS.fullmatch(name):
            # What is compiled into a `.txt` names fewer versions than that does.
            weight = _weight(name) if name.endswith(".txt") else 3 + _weight(f"{name.removesuffix('.in')}.txt")
            self._add(folder, path, 10 + weight, read_requirements)

    def _add(self, folder: str, path: str, weight: int, reader: FileReader) -> None:
        self._by_folder.setdefault(folder, []).append((weight, path, reader))


def states_versions(path: str) -> bool:
    """Return whether a file's name alone says that it states on what versions the project runs."""
    sources = Sources((path,))
    return any(sources.of(folder) for folder in (posixpath.dirname(path), posixpath.dirname(posixpath.dirname(path))))


def _weight(name: str) -> int:
    """Return 0 for the requirements of the program, 2 for those of its developers, 1 for what may be either."""
    if _MAIN.fullmatch(name):
        return 0
    return 2 if _FOR_DEVELOPERS.search(name) else 1
