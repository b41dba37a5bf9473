"""Modules loaded in less time, and LibCST as this linter uses it: building nodes without its check of each.

Two fifths of the time that the import of LibCST 1.9 takes goes into compiling what `dataclass` writes for its 196
classes, the same each time; of the import of this linter's own modules it is a third. The compiled code is kept beside
Python's own byte code of this package, where nobody writes who could not change the package itself; never in a cache
folder, for code that is loaded is trusted.

The checks of nodes are for trees that people build by hand, and take an eighth of the parser's time. Of those that
LibCST 1.9 parses they refuse a text beside bytes (`"a" b"b"`), and nothing else.
"""

from __future__ import annotations

import builtins
import dataclasses
import marshal
import os
import sys
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import cache_from_source
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, ModuleType

_LARGEST: Final = 16 << 20


@cache
def libcst() -> ModuleType:
    """Return LibCST; the first call imports it, and every import of it before that only costs time."""
    if "libcst" in sys.modules:
        import libcst as module  # noqa: PLC0415
    else:
        with compiled_once("libcst"):
            import libcst as module  # noqa: PLC0415
    module.CSTNode.__post_init__ = _nothing  # type: ignore[assignment,method-assign]  # once: each change costs a millisecond
    return module


def _nothing(node: object) -> None:
    del node


@contextmanager
def compiled_once(name: str) -> Iterator[None]:
    """Let `dataclass` take the code of a text that it compiled in an earlier process; `name` tells stores apart."""
    kept = _Kept(_store(name))
    before = vars(dataclasses).get("exec")
    dataclasses.exec = kept.execute  # type: ignore[attr-defined]
    try:
        yield
    finally:
        if before is None:
            del dataclasses.exec  # type: ignore[attr-defined]
        else:
            dataclasses.exec = before  # type: ignore[attr-defined]
        kept.save()


def execute_once(name: str, source: str, space: dict[str, Any]) -> None:
    """Run a text of our own in a name space, with the code that it was compiled to in an earlier process."""
    kept = _Kept(_store(name))
    kept.execute(source, space)
    kept.save()


class _Kept:
    """The code of texts, read when the first one is wanted."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._known: dict[str, CodeType] | None = None
        self._is_new = False

    def execute(self, source: object, *spaces: Any) -> None:
        """Run a text, or code, in the given name spaces."""
        if isinstance(source, str):
            if self._known is None:
                self._known = _read(self._file)
            code = self._known.get(source)
            if code is None:
                code = self._known[source] = compile(source, "<string>", "exec", dont_inherit=True)
                self._is_new = True
            source = code
        builtins.exec(source, *spaces)  # type: ignore[arg-type]  # noqa: S102  # as `dataclasses` does

    def save(self) -> None:
        """Keep what is new for the next process."""
        if self._file and self._known is not None and self._is_new and not sys.dont_write_bytecode:
            _write(self._file, self._known)


def _store(name: str) -> str:
    """Return the file that keeps the code, beside this module's own; empty where Python keeps none."""
    with suppress(NotImplementedError):
        return cache_from_source(__file__.replace("loading.py", f"{name}.py")) + ".code"
    return ""


def _read(name: str) -> dict[str, CodeType]:
    try:
        if not name or os.stat(name).st_size > _LARGEST:  # noqa: PTH116
            return {}
        with open(name, "rb") as file:  # noqa: PTH123
            known = marshal.load(file)  # noqa: S302  # written by this package into its own folder
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(name: str, known: dict[str, CodeType]) -> None:
    temporary = f"{name}.{os.getpid()}"
    try:
        with open(temporary, "wb") as file:  # noqa: PTH123
            marshal.dump(known, file)
        os.replace(temporary, name)  # noqa: PTH105
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
