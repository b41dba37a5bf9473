"""Text to CST, and errors with CPython's positions."""

from __future__ import annotations

import re
import warnings
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from fastapi_lint.core.errors import SourceError
from fastapi_lint.source import loading
from fastapi_lint.source.guard import inspect, refusal
from fastapi_lint.source.respelling import respelled

if TYPE_CHECKING:
    import libcst as cst

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_AT: Final = re.compile(r"parse error at (\d+):(\d+)")


class Parsed(NamedTuple):
    """A tree, and the text that it is the tree of: the one that was given, or one as long that says the same."""

    module: cst.Module
    text: str


def parse(text: str, *, only_plain: bool = False, is_guarded: bool = False) -> Parsed:
    """Parse decoded source (no byte order mark) of any grammar from Python 3.8 on.

    A text that is `is_guarded` is known to be harmless.

    Raises:
        StrainedError: with `only_plain`, where nothing speaks against parsing the text but that it might be too much.
        SourceError: with the character offset of the mistake, as CPython puts it where CPython rejects the text too.

    """
    refused = inspect(text, only_plain=only_plain) if not is_guarded else None
    if refused is not None:
        reason, at = refused
        raise SourceError(f"not checked: {reason}", at, "split the expression, or exclude the file")
    try:
        return Parsed(_parsed(text), text)
    except SourceError:
        spelt = respelled(text)
        if spelt == text or refusal(spelt) is not None:
            raise
        with suppress(SourceError):
            return Parsed(_parsed(spelt), spelt)
        raise


def _parsed(text: str) -> cst.Module:
    libcst = loading.libcst()
    try:
        module: cst.Module = libcst.parse_module(text)
    except libcst.ParserSyntaxError as error:
        raise _syntax_error(text, error.message, error.raw_line, error.raw_column) from None
    except (libcst.CSTLogicError, libcst.CSTValidationError, SyntaxError, ValueError) as error:
        raise _syntax_error(text, str(error).split("\n", maxsplit=1)[0] or "cannot be parsed", 1, 0) from None
    except RecursionError:
        raise SourceError("not checked: nested too deeply", 0, "split the expression, or exclude the file") from None
    return module


def _syntax_error(text: str, message: str, line: int, column: int) -> SourceError:
    found = _cpython_error(text)
    if found is not None:
        message, line, column = found
    else:
        match = _AT.search(message)
        if match:
            line, column = int(match.group(1)), int(match.group(2)) - 1
    offset = _offset(text, line, column)
    return SourceError(f"syntax error: {message}", offset)


def _cpython_error(text: str) -> tuple[str, int, int] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<source>", "exec", flags=0x400, dont_inherit=True)  # PyCF_ONLY_AST: nothing is run
    except SyntaxError as error:
        return error.msg, error.lineno or 1, (error.offset or 1) - 1
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return None
    return None


def _offset(text: str, line: int, column: int) -> int:
    ends = (match.end() for match in _LINE_END.finditer(text))
    starts = [0, *islice(ends, max(line - 1, 0))]
    return min(starts[-1] + max(column, 0), len(text))
