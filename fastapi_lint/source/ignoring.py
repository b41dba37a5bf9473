"""Which paths a `.gitignore` (or a list of patterns of its form) leaves out.

Almost every line in use is a name, a path or a glob over a name; those are answered by a look-up or one regular
expression, because asking every line of every file costs ten times the scan of the folders. Lines of any other form,
and every answer that a `!` line may turn, go to `pathspec`, which is imported only then.
"""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec

_PLAIN: Final = re.compile(r"[^*?\[\]\\]+")
_SUFFIX: Final = re.compile(r"\*(\.[^*?\[\]\\/]+)")
_GLOB: Final = re.compile(r"(?:[^\[\]\\/]|\[!?[^\[\]\\/!^:]+\])+")
_MAX_LINE: Final = 4_096
_MAX_STARS: Final = 4
_STARS: Final = re.compile(r"\*{2,}")


class IgnoreRules:
    """The rules of one list of lines, in the form of a `.gitignore`; the last line that matches a path decides."""

    __slots__ = ("_dirs", "_files", "_full", "_has_negation", "_lines", "_odd", "_odd_lines")

    def __init__(self, lines: Iterable[str]) -> None:
        """Take the lines of the file; those that are no pattern, or would take too long to match, are left out."""
        self._lines = [short for line in lines if _is_affordable(short := _with_single_stars(line.rstrip("\r\n")))]
        self._files = _Lookup()
        self._dirs = _Lookup()
        self._odd_lines: list[str] = []
        self._has_negation = False
        self._full: GitIgnoreSpec | None = None
        self._odd: GitIgnoreSpec | None = None
        for line in self._lines:
            self._take(line)
        self._files.freeze()
        self._dirs.freeze()

    def ignores(self, path: str, name: str, *, is_dir: bool) -> bool | None:
        """Return whether a path (POSIX, relative to the lines' folder, its last part `name`) is left out.

        None where no line speaks of it. The answer assumes that no folder above the path is left out.
        """
        lookup = self._dirs if is_dir else self._files
        if not lookup.finds(path, name) and not (self._odd_lines and self._odd_finds(path, is_dir=is_dir)):
            return None
        if not self._has_negation:
            return True
        if self._full is None:
            self._full = _spec(self._lines)
        return self._full.check_file(f"{path}/" if is_dir else path).include

    def _take(self, line: str) -> None:
        pattern = line.rstrip(" ") if not line.endswith("\\ ") else line
        if not pattern or pattern.startswith("#"):
            return
        if pattern.startswith("!"):
            self._has_negation = True
            pattern = pattern[1:]
        body = pattern.removesuffix("/").removeprefix("**/")
        if not _is_frequent(body) or ("/" in body and pattern.startswith("**/")):
            self._odd_lines.append(pattern)
            return
        self._dirs.take(body)
        if not pattern.endswith("/"):
            self._files.take(body)

    def _odd_finds(self, path: str, *, is_dir: bool) -> bool:
        if self._odd is None:
            self._odd = _spec(self._odd_lines)
        return self._odd.match_file(f"{path}/" if is_dir else path)


class _Lookup:
    """The lines of the frequent forms, by form."""

    __slots__ = ("_globs", "_names", "_paths", "_regex", "_suffixes", "_suffixes_frozen")

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._paths: set[str] = set()
        self._suffixes: set[str] = set()
        self._suffixes_frozen: tuple[str, ...] = ()
        self._globs: list[str] = []
        self._regex: re.Pattern[str] | None = None

    def take(self, body: str) -> None:
        """Take a pattern of a frequent form, without its trailing slash."""
        if _PLAIN.fullmatch(body):
            (self._paths if "/" in body else self._names).add(body.removeprefix("/"))
        elif suffix := _SUFFIX.fullmatch(body):
            self._suffixes.add(suffix.group(1))
        else:
            self._globs.append(fnmatch.translate(body))

    def freeze(self) -> None:
        """Make ready for look-ups."""
        self._suffixes_frozen = tuple(self._suffixes)
        self._regex = re.compile("|".join(f"(?:{glob})" for glob in self._globs)) if self._globs else None

    def finds(self, path: str, name: str) -> bool:
        """Return whether a line taken matches."""
        return (
            name in self._names
            or path in self._paths
            or (bool(self._suffixes_frozen) and name.endswith(self._suffixes_frozen))
            or (self._regex is not None and self._regex.match(name) is not None)
        )


def _is_frequent(body: str) -> bool:
    return bool(_PLAIN.fullmatch(body)) or (_GLOB.fullmatch(body) is not None and "**" not in body)


def _is_affordable(line: str) -> bool:
    """Return whether a line is matched in little time: each star in a part of a path multiplies the steps."""
    return len(line) <= _MAX_LINE and all(part.replace("**", "*").count("*") <= _MAX_STARS for part in line.split("/"))


def _with_single_stars(line: str) -> str:
    """Return a line with one star for several beside each other, which say the same unless they are a whole part."""
    if "**" not in line or "\\" in line or "[" in line:
        return line
    mark = "!" if line.startswith("!") else ""
    parts = line.removeprefix("!").split("/")
    return mark + "/".join(part if part.strip() == "**" else _STARS.sub("*", part) for part in parts)


def _spec(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  # most projects do without it

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  # as above

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
