"""Whether a file parses: asked of CPython's own parser, a tenth of the price where nothing else of a file is needed."""

from __future__ import annotations

import ast
import warnings
from typing import Final

from fastapi_lint.core.errors import SourceError
from fastapi_lint.source.guard import inspect
from fastapi_lint.source.parse import parse

_ONLY_TREE: Final = ast.PyCF_ONLY_AST


def check_syntax(text: str, encoding: str = "utf-8", shift: int = 0, *, only_plain: bool = False) -> None:
    """Return if decoded source parses, in CPython's grammar or in any that LibCST knows.

    Raises:
        SourceError: as `parse`, but with the offset in bytes of the file, of which `shift` stand before the text.
        StrainedError: as `parse`.

    """
    if inspect(text, only_plain=only_plain) is None and _compiles(text):
        return
    try:
        parse(text, only_plain=only_plain)
    except SourceError as error:
        error.offset = len(text[: error.offset].encode(encoding, "replace")) + shift
        raise


def _compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<source>", "exec", flags=_ONLY_TREE, dont_inherit=True)  # nothing is run
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True
