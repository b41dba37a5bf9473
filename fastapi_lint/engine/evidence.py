"""What the answer of a run rests on: the project's files and folders, its settings, and this linter itself."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.settings import OWN_FILES
from fastapi_lint.engine.answers import Evidence
from fastapi_lint.source.discovery import PROJECT_MARKERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi_lint.engine.files import Files
    from fastapi_lint.source.discovery import Discovered, ProjectPaths

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_DEPENDENCIES: Final = ("click", "libcst", "msgspec", "packaging", "pathspec", "ruamel.yaml", "tomli")
_SLACK: Final = 2_000_000_000


class Gathering:
    """Gathers the evidence of one run, from its beginning to its end."""

    def __init__(self, paths: ProjectPaths, asked: Sequence[str], directory: Path, config: Path | None) -> None:
        """Look at what the settings and the root rest on, before they are read."""
        self._root = paths.root
        self._asked = [os.path.join(directory, path) for path in asked or (".",)]  # noqa: PTH118  links are kept
        self._config = config
        self._before = self._around()
        self._own: dict[str, bytes | None] = {}

    def own(self, began: int) -> Mapping[str, bytes | None]:
        """Return the files of this linter, read once; none where one is too new to be told from the one in use."""
        if not self._own:
            self._own = dict(_own_files(began))
        return self._own

    def evidence(self, found: Discovered, files: Files, began: int) -> Evidence | None:
        """Return the evidence of a run that began then (in nanoseconds); None where an answer could not be trusted.

        That is so where a file could not be read, and where settings or the linter changed while it ran.
        """
        evidence = self._around()
        own = self.own(began)
        is_whole = all(files.known(path) is not None for path in found.python)
        is_rooted = any(os.path.lexists(self._root / marker) for marker in PROJECT_MARKERS)
        if not (is_whole and is_rooted and own) or _state(evidence) != _state(self._before):
            return None
        evidence.files.update(own)
        evidence.files.update(found.patterns)
        evidence.files.update((f"{self._root}/{path}", data) for path, data in files.seen().items())
        evidence.folders.update((f"{self._root}/{prefix}", held) for prefix, held in found.folders.items())
        return evidence

    def _around(self) -> Evidence:
        evidence = Evidence()
        for folder in (self._root, *self._root.parents):
            for name in (*OWN_FILES, "pyproject.toml"):
                evidence.files[f"{folder}/{name}"] = _content(folder / name)
            git = f"{folder}/.git"
            evidence.names[git] = os.path.lexists(git)
            if evidence.names[git]:
                break
        if self._config is not None:
            evidence.files[os.path.abspath(self._config)] = _content(self._config)  # noqa: PTH100
        for path in self._asked:
            place = evidence.places[path] = os.path.realpath(path)
            evidence.names.update(_markers_below(Path(place), self._root))
        return evidence


def own_evidence(began: int) -> Evidence | None:
    """Return what an answer rests on that speaks of this linter alone; None where it changed since `began`."""
    evidence = Evidence()
    evidence.files.update(_own_files(began))
    return evidence if evidence.files else None


def _state(evidence: Evidence) -> tuple[object, ...]:
    return evidence.files, evidence.names, evidence.places


def _markers_below(path: Path, root: Path) -> Mapping[str, bool]:
    """Return what would make another folder the root: the markers between it and what was asked for."""
    names: dict[str, bool] = {}
    for folder in (path, *path.parents):
        if folder == root or not folder.is_relative_to(root):
            break
        names.update((f"{folder}/{marker}", os.path.lexists(folder / marker)) for marker in PROJECT_MARKERS)
    return names


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _origin(name: str) -> Path | None:
    """Return the file that a dependency is imported from, without the import of any package that it is in."""
    module = sys.modules.get(name)
    spec = module.__spec__ if module is not None else None
    if module is None:
        folders, full = None, ""
        for part in name.split("."):
            full = f"{full}.{part}" if full else part
            spec = PathFinder.find_spec(full, folders)
            if spec is None:
                return None
            folders = spec.submodule_search_locations
    return Path(spec.origin) if spec is not None and spec.origin is not None else None


def _own_files(began: int) -> Iterator[tuple[str, bytes | None]]:
    """Yield the files of this linter, and those that tell the versions of what it is built on; none where one is new.

    They were imported before the run began, so one that was written since cannot be told from the one in use.
    """
    paths = [*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.html"), *_PACKAGE.rglob("*.css"), *_PACKAGE.rglob("*.js")]
    for name in _DEPENDENCIES:
        origin = _origin(name)
        if origin is not None:
            paths.append(origin)
    try:
        if any(path.stat().st_mtime_ns > began - _SLACK for path in paths):
            return
        for path in sorted(paths):
            yield str(path), path.read_bytes()
    except OSError:
        return
