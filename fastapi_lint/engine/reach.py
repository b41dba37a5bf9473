"""Which files a run needs the facts of, foreseen from their bytes: what speaks of the framework, and what that imports.

Foreseeing only saves time: the files that the link asks for beyond them are extracted when it asks. Those that nobody
asks for (tests, scripts, generated clients) are only checked for mistakes of syntax.
"""

from __future__ import annotations

import re
from posixpath import dirname
from typing import TYPE_CHECKING, Final

from fastapi_lint.lifecycle.symbols import is_test_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from fastapi_lint.lifecycle.symbols import ProjectIndex

    Imports = dict[str, tuple[bytes, tuple[str, ...]]]

_IMPORT: Final = re.compile(
    rb"^[ \t]*(?:from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n#;]*)"
    rb"|import[ \t]+(?P<plain>[^\n#;]*))",
    re.MULTILINE,
)
_TWICE: Final = re.compile(rb"\)[ \t]*\(")
"""What is called is what a call gave."""
_WORD: Final = re.compile(rb"[.\w]+")
_STARTING: Final = (b"fastapi", b"starlette", b"FastAPI", b"Starlette")


def mentioning(files: Mapping[str, bytes], words: Collection[str], decorators: Collection[str] = ()) -> tuple[str, ...]:
    """Return the files, other than tests, that hold one of the words or a decorator with one of the last names.

    A decorator may be written as a call of what a call gave: `app.get("/")(read)`.
    """
    sought = [word.encode() for word in words]
    names = "|".join(sorted(decorators)).encode()
    above = re.compile(rb"^[ \t]*@[^\n]*\.(?:" + names + rb")\b", re.MULTILINE)
    called = re.compile(rb"\.(?:" + names + rb")[ \t]*\(")

    def decorates(data: bytes) -> bool:
        return bool(above.search(data) or (_TWICE.search(data) and called.search(data)))

    return tuple(
        path
        for path, data in sorted(files.items())
        if not is_test_path(path) and (any(word in data for word in sought) or (names and decorates(data)))
    )


def foreseen(files: Mapping[str, bytes], index: ProjectIndex, known: Imports | None = None) -> tuple[str, ...]:
    """Return the files that speak of the framework, and all that they import, directly or not; sorted.

    `known` is what each file of some content imports, in a project of the same files; what is new is put into it.
    """
    imports: Imports = known if known is not None else {}
    pending = [path for path, data in files.items() if not is_test_path(path) and any(w in data for w in _STARTING)]
    reached = set(pending)
    while pending:
        path = pending.pop()
        data = files[path]
        before = imports.get(path)
        if before is None or before[0] != data:
            before = imports[path] = (data, tuple(_imported(path, data, index)))
        for found in before[1]:
            if found in files and found not in reached:
                reached.add(found)
                pending.append(found)
    return tuple(sorted(reached))


def _imported(path: str, data: bytes, index: ProjectIndex) -> Iterator[str]:
    """Yield the files that a file may import, as far as its bytes tell."""
    roots = index.search_path(dirname(index.package_top(path)))
    for name in dict.fromkeys(_names(path, data)):
        found = index.find(name, roots)
        if found is None:
            continue
        if found.path is not None:
            yield found.path
        while "." in name:
            name = name.rpartition(".")[0]  # noqa: PLW2901  # the packages above run first
            above = index.find(name, roots)
            if above is not None and above.path is not None:
                yield above.path


def _names(path: str, data: bytes) -> Iterator[str]:
    for match in _IMPORT.finditer(data):
        if match["plain"] is not None:
            for part in match["plain"].split(b","):
                word = _WORD.search(part)
                if word:
                    yield word.group().decode()
            continue
        module = _absolute(path, match["module"].decode())
        yield module
        for word in _WORD.findall(match["names"]):
            yield f"{module}.{word.decode()}".lstrip(".")


def _absolute(path: str, module: str) -> str:
    """Return a module's name from the project's root on, where it is a relative one."""
    level = len(module) - len(module.lstrip("."))
    if not level:
        return module
    folder = path
    for _ in range(level):
        folder = dirname(folder)
    return ".".join(filter(None, (folder.replace("/", "."), module[level:])))
