"""The project's settings: where they stand, what they may say, and a place for every mistake in them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.schema import Reader
from fastapi_lint.config.selection import Selection, SelectionLayer
from fastapi_lint.config.toml import TomlProblem, key_offsets, parse_toml, table
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.finding import Severity
from fastapi_lint.core.span import LineIndex
from fastapi_lint.source.discovery import DEFAULT_EXCLUDE
from fastapi_lint.source.ignoring import IgnoreRules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi_lint.config.schema import RuleOptions

OWN_FILES: Final = (".fastapi-lint.toml", "fastapi-lint.toml")
SECTION: Final = ("tool", "fastapi-lint")

_MAX_BYTES: Final = 1 << 20
_NO_OPTIONS: Final[RuleOptions] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the project's settings file says; what it does not say has the default that is written here.

    `path` is the file, relative to the project's root, empty where there is none. `above` is the way from its folder
    down to the root (empty, or with a trailing slash): its globs are relative to its folder. `src` is relative to the
    root. `exclude` None means the default folders; `excluded` is the list in force.
    """

    path: str = ""
    above: str = ""
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    src: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    target_version: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    workers: int | None = None
    max_file_size: int = 1 << 20
    fail_on: Severity = Severity.WARNING
    output_format: str | None = None
    rule_options: Mapping[str, Mapping[str, bool | int | str]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def selection(self) -> Selection:
        """Return the rules that the file asks for."""
        return Selection((SelectionLayer(self.select, self.ignore, self.extend_select),), self.preview)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Return the patterns of what is left out, in the form of a `.gitignore`."""
        return (*(DEFAULT_EXCLUDE if self.exclude is None else self.exclude), *self.extend_exclude)


def load_settings(
    root: Path,
    rule_names: Mapping[str, str],
    explicit: Path | None = None,
    *,
    options: RuleOptions = _NO_OPTIONS,
    formats: Sequence[str] = (),
) -> Settings:
    """Return the settings of the project at `root`, the default ones where no file states any.

    `explicit` is read if given; else the first of `.fastapi-lint.toml`, `fastapi-lint.toml` and a `pyproject.toml` with
    a `[tool.fastapi-lint]` table, in the root or the nearest folder above it within its repository. `rule_names` maps
    the known codes to names, `options` the names to each option's default, `formats` are the output formats; the last
    two are not checked where empty.

    Raises:
        ConfigError: naming file, line, column and the likely intention, for a file that cannot be read or parsed, an
            unknown key, a value of the wrong type, and a rule that does not exist.

    """
    root = Path(os.path.abspath(root))  # noqa: PTH100  # `resolve` would lose the way that the user knows
    found = _read(explicit) if explicit is not None else _nearest(root)
    if found is None:
        return Settings()
    file, data = found
    shown = Path(os.path.relpath(file, root)).as_posix()
    section = SECTION if file.name == "pyproject.toml" else ()
    try:
        values = parse_toml(data)
    except TomlProblem as problem:
        raise _error(shown, data, problem.offset, problem.message, "") from None
    reader = Reader(table(values, *section), rule_names, options, formats)
    fields = reader.read()
    if reader.problem is not None:
        offset = key_offsets(data).get((*section, *reader.problem.path), 0)
        raise _error(shown, data, offset, reader.problem.message, reader.problem.hint)
    for index, path in enumerate(fields.get("src", ())):
        if not (file.parent / path).is_dir():
            offset = key_offsets(data).get((*section, "src", index), 0)
            raise _error(shown, data, offset, f"`src` names `{path[:80]}`, which is no folder", "")
    above = _above(file.parent, root)
    fields["src"] = tuple(_moved(path, file.parent, root) for path in fields.get("src", ()))
    return Settings(path=shown, above=above, **fields)


def ignored_in(settings: Settings, path: str) -> tuple[str, ...]:
    """Return the mentions of rules that `per-file-ignores` turns off in a file (relative to the project's root)."""
    return tuple(
        mention
        for pattern, mentions in settings.per_file_ignores
        if matches_glob(pattern, settings.above + path)
        for mention in mentions
    )


def matches_glob(pattern: str, path: str) -> bool:
    """Return whether a pattern of the form of a `.gitignore` means a path or a folder above it; `!` turns it round."""
    if pattern.startswith("!"):
        return not matches_glob(pattern[1:], path)
    rules = IgnoreRules((pattern,))
    parts = path.split("/")
    folders = any(
        rules.ignores("/".join(parts[:end]), parts[end - 1], is_dir=True) is True for end in range(1, len(parts))
    )
    return folders or rules.ignores(path, parts[-1], is_dir=False) is True


def _nearest(root: Path) -> tuple[Path, bytes] | None:
    for folder in (root, *root.parents):
        for name in OWN_FILES:
            if os.path.lexists(folder / name):
                return _read(folder / name)
        if os.path.lexists(folder / "pyproject.toml"):
            file, data = _read(folder / "pyproject.toml")
            # A broken file that does not speak of us is not ours to judge here.
            if b"fastapi-lint" in data and _has_section(data):
                return file, data
        if os.path.lexists(folder / ".git"):
            return None
    return None


def _has_section(data: bytes) -> bool:
    try:
        tool = table(parse_toml(data), "tool")
    except TomlProblem:
        return b"[tool.fastapi-lint" in data
    return SECTION[-1] in tool


def _read(file: Path) -> tuple[Path, bytes]:
    try:
        if not file.is_file():  # before it is opened: a named pipe would never answer
            raise ConfigError(f"{file} is no file", "settings stand in a TOML file")
        with file.open("rb") as opened:
            data = opened.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise ConfigError(f"{file} cannot be read: {reason}") from None
    if len(data) > _MAX_BYTES:
        raise ConfigError(f"{file} is larger than {_MAX_BYTES // 1024} KiB", "settings stand in a TOML file")
    return file, data


def _error(shown: str, data: bytes, offset: int, message: str, hint: str) -> ConfigError:
    position = LineIndex(data).position(offset)
    return ConfigError(f"{shown}:{position.row}:{position.column}: {message}", hint)


def _above(folder: Path, root: Path) -> str:
    """Return the way from the settings' folder down to the root, empty where it is not above it."""
    try:
        way = root.relative_to(os.path.abspath(folder)).as_posix()  # noqa: PTH100  # as for the root
    except ValueError:
        return ""
    return "" if way == "." else f"{way}/"


def _moved(path: str, folder: Path, root: Path) -> str:
    """Return a path that is relative to `folder` as one relative to the root."""
    return Path(os.path.relpath(folder / path, root)).as_posix()
