"""Which folder is the project, and which files it has: one scan of its folders, nothing opened but `.gitignore`.

Links to folders are not followed, so every folder is visited once; only regular files, and links to regular files of
the same project, are taken. What is not taken although it could have mattered is named with its reason.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Skipped
from fastapi_lint.source.ignoring import IgnoreRules
from fastapi_lint.source.listing import listing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

DEFAULT_EXCLUDE: Final = (
    ".eggs/",
    ".git/",
    ".hg/",
    ".mypy_cache/",
    ".nox/",
    ".pytest_cache/",
    ".ruff_cache/",
    ".tox/",
    ".venv/",
    "__pycache__/",
    "build/",
    "dist/",
    "node_modules/",
    "site-packages/",
    "venv/",
)
"""The folders that are never the project's own, as lines of a `.gitignore`."""

PROJECT_MARKERS: Final = (
    "pyproject.toml",
    "fastapi-lint.toml",
    ".fastapi-lint.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "uv.lock",
    "Pipfile",
    ".git",
)
"""What makes a folder a project."""

_MAX_IGNORE_FILE: Final = 1 << 20
_MAX_PROBED: Final = 1_000
_FOREIGN_CODE: Final = "a link to a folder of Python files outside of the project"


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """The project's root, and what was asked for in it: folders and files, relative to the root and POSIX.

    A folder is written with a trailing slash, the root itself is the empty text.
    """

    root: Path
    asked: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """Return the files that were asked for by name."""
        return tuple(path for path in self.asked if path and not path.endswith("/"))

    def includes(self, path: str) -> bool:
        """Return whether findings in a file of the project are asked for."""
        return any(path.startswith(asked) if asked.endswith("/") else asked in {"", path} for asked in self.asked)

    def check_matches(self, paths: Collection[str]) -> None:
        """Raise ConfigError where one of the paths asked for has none of `paths`: those that the run looks at."""
        for asked in self.asked:
            narrowed = ProjectPaths(self.root, (asked,))
            if any(narrowed.includes(path) for path in paths):
                continue
            shown = asked.rstrip("/") or "the project"
            if asked and not asked.endswith("/"):
                raise ConfigError(f"{shown} is no file that is checked", "give a Python file, or the whole project")
            raise ConfigError(f"{shown} holds no file to check", "it may be empty, ignored by git or excluded")


@dataclass(frozen=True, slots=True)
class Discovered:
    """The files of a project (relative to its root, POSIX, sorted by bytes) and what was left out for a reason.

    `folders` are the folders that were looked into, each with its `listing`, and `patterns` the contents of the files
    that say what git ignores, by their whole paths, None for one that was looked for in vain.
    """

    python: tuple[str, ...]
    other: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()
    folders: Mapping[str, bytes] = field(default_factory=dict)
    patterns: Mapping[str, bytes | None] = field(default_factory=dict)


def find_project(paths: Sequence[str], cwd: Path) -> ProjectPaths:
    """Return the project that holds the given paths (none: the current folder).

    The root is the nearest folder with a project marker, from the path upwards; without any, a folder is its own
    project and a file's folder is its. The nearest folder above all roots is taken where the paths have several.
    Raises ConfigError for a path that does not exist or is neither a file nor a folder.
    """
    resolved = [_resolved(path, cwd) for path in paths or (".",)]
    roots = {_root_of(path) for path in resolved}
    try:
        root = Path(os.path.commonpath(roots))
    except ValueError:
        raise ConfigError("the paths are on different drives", "check them one at a time") from None
    return ProjectPaths(root, tuple(dict.fromkeys(_relative(path, root) for path in resolved)))


def discover(
    root: Path, exclude: Sequence[str] = DEFAULT_EXCLUDE, explicit: Iterable[str] = (), above: str = ""
) -> Discovered:
    """Return the files below `root` that neither git ignores nor `exclude` (lines of a `.gitignore`) leaves out.

    The files of `explicit` (relative to the root, POSIX) are taken whatever ignores them. `above` is the way from the
    folder that `exclude` speaks of down to the root, with a trailing slash, empty where it is the root. Never raises
    OSError.
    """
    scan = _Scan(root, _Layer(IgnoreRules(exclude), 0, above))
    scan.run()
    seen = frozenset(scan.files)
    for path in dict.fromkeys(explicit):
        if path not in seen:
            scan.take_unusual(path)
    files = sorted(scan.files, key=os.fsencode)
    python = tuple(path for path in files if path.endswith(".py"))
    other = tuple(path for path in files if not path.endswith(".py"))
    skipped = tuple(sorted(scan.skipped, key=lambda skipped: os.fsencode(skipped.filename)))
    return Discovered(python, other, skipped, scan.folders, scan.patterns)


@dataclass(frozen=True, slots=True)
class _Layer:
    """The rules of one `.gitignore`, and what its paths have more (`above`) or less (`length`) than the project's."""

    rules: IgnoreRules
    length: int
    above: str = ""


class _Scan:
    """One walk over the folders of a project."""

    def __init__(self, root: Path, exclude: _Layer) -> None:
        self.files: list[str] = []
        self.skipped: list[Skipped] = []
        self.folders: dict[str, bytes] = {}
        self.patterns: dict[str, bytes | None] = {}
        self._root = os.fspath(root)
        self._inside = os.path.realpath(root).rstrip(os.sep) + os.sep
        self._exclude = exclude

    def run(self) -> None:
        stack = [("", self._layers_above())]
        while stack:
            prefix, layers = stack.pop()
            entries = self._entries(prefix)
            self.folders[prefix] = listing(entries)
            names = {entry.name for entry in entries}
            if prefix and "pyvenv.cfg" in names:
                continue
            if ".gitignore" in names:
                layers = (*layers, *self._layer(f"{self._root}/{prefix}.gitignore", len(prefix)))
            stack.extend((f"{prefix}{name}/", layers) for name in self._take(prefix, entries, layers))

    def take_unusual(self, path: str) -> None:
        """Take a path that may be anything if it is a regular file or a link to one; note why if not."""
        mode = self._mode(path)
        reason = self._link_reason(path) if stat.S_ISLNK(mode) else _kind_reason(mode)
        if reason:
            self.skipped.append(Skipped(path, reason, is_folder=reason == _FOREIGN_CODE))
        else:
            self.files.append(path)

    def _entries(self, prefix: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self._root}/{prefix}") as found:
                return list(found)
        except OSError as error:
            reason = f"cannot be read: {error.strerror or error}"
            self.skipped.append(Skipped(prefix.rstrip("/") or ".", reason, is_folder=True))
            return []

    def _take(self, prefix: str, entries: list[os.DirEntry[str]], layers: tuple[_Layer, ...]) -> list[str]:
        """Take the files among the entries; return the names of the folders to go into."""
        folders: list[str] = []
        for entry in entries:
            name = entry.name
            path = f"{prefix}{name}"
            try:
                is_dir, is_file = entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False)
            except OSError:
                is_dir = is_file = False
            if self._exclude.rules.ignores(self._exclude.above + path, name, is_dir=is_dir) or (
                layers and _is_ignored(path, name, layers, is_dir)
            ):
                continue
            if is_dir:
                folders.append(name)
            elif is_file:
                self.files.append(path)
            else:
                self.take_unusual(path)
        return folders

    def _link_reason(self, path: str) -> str:
        """Return why a link is not taken, or an empty text."""
        real = os.path.realpath(f"{self._root}/{path}")
        try:
            mode = os.stat(real).st_mode  # noqa: PTH116  # names may be no UTF-8, paths are texts here
        except (OSError, ValueError):
            return "a link to nothing"
        if stat.S_ISDIR(mode):
            is_foreign = not f"{real}{os.sep}".startswith(self._inside) and _holds_python(real)
            return _FOREIGN_CODE if is_foreign else "a link to a folder"
        if not real.startswith(self._inside):
            return "a link to a file outside of the project"
        return _kind_reason(mode)

    def _mode(self, path: str) -> int:
        try:
            return os.lstat(f"{self._root}/{path}").st_mode
        except (OSError, ValueError):
            return 0

    def _layers_above(self) -> tuple[_Layer, ...]:
        """Return the rules from git's own exclude file and the folders above the root, the highest first."""
        layers: list[_Layer] = []
        folder, above = self._root, ""
        while True:
            if folder != self._root:
                layers[:0] = self._layer(f"{folder}/.gitignore", 0, above)
            if os.path.lexists(f"{folder}/.git"):
                return (*self._layer(f"{folder}/.git/info/exclude", 0, above), *layers)
            parent = os.path.dirname(folder)  # noqa: PTH120  # as above
            if parent == folder:
                return ()
            folder, above = parent, f"{os.path.basename(folder)}/{above}"  # noqa: PTH119

    def _layer(self, path: str, length: int, above: str = "") -> tuple[_Layer, ...]:
        """Return the rules of a file of patterns, none where it cannot be read."""
        data = self.patterns[path] = _content(path)
        if data is None:
            return ()
        lines = data.decode("utf-8-sig", "surrogateescape").splitlines()
        return (_Layer(IgnoreRules(lines), length, above),)


def _holds_python(folder: str) -> bool:
    """Return whether a folder that is not gone into has Python files at its top."""
    try:
        with os.scandir(folder) as found:
            return any(entry.name.endswith(".py") for entry in islice(found, _MAX_PROBED))
    except OSError:
        return False


def _is_ignored(path: str, name: str, layers: tuple[_Layer, ...], is_dir: bool) -> bool:  # noqa: FBT001  # hot
    for layer in reversed(layers):
        seen = layer.above + path if layer.above else path[layer.length :]
        answer = layer.rules.ignores(seen, name, is_dir=is_dir)
        if answer is not None:
            return answer
    return False


def _kind_reason(mode: int) -> str:
    if stat.S_ISREG(mode):
        return ""
    kinds = ((stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a folder"))
    for test, reason in kinds:
        if test(mode):
            return reason
    return "a device" if mode else "cannot be read"


def _content(path: str) -> bytes | None:
    """Return the bytes of a file of patterns, None where it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            return None
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(_MAX_IGNORE_FILE)
    except (OSError, ValueError):
        return None


def _resolved(path: str, cwd: Path) -> Path:
    try:
        found = (cwd / path).resolve(strict=True)
        mode = found.stat().st_mode
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist", "give a file or a folder of the project") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise ConfigError(f"{path} cannot be read: {reason}") from None
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise ConfigError(f"{path} is {_kind_reason(mode)}", "give a file or a folder of the project")
    return found


def _root_of(path: Path) -> Path:
    start = path if path.is_dir() else path.parent
    for folder in (start, *start.parents):
        if any(os.path.lexists(folder / marker) for marker in PROJECT_MARKERS):
            return folder
    return start


def _relative(path: Path, root: Path) -> str:
    if path == root:
        return ""
    relative = path.relative_to(root).as_posix()
    return f"{relative}/" if path.is_dir() else relative
