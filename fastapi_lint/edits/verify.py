"""Whether a changed file is still what it has to be: in its encoding, and a program."""

from __future__ import annotations

import ast
import warnings

from fastapi_lint.core.errors import SourceError
from fastapi_lint.source.decoding import decode
from fastapi_lint.source.syntax import check_syntax


def objection(path: str, before: bytes, after: bytes) -> str:
    """Return why a file's new bytes may not be written, an empty text where nothing speaks against them."""
    if not path.endswith(".py"):
        return ""
    try:
        old = decode(before)
        new = decode(after)
        if (old.encoding, old.bom) != (new.encoding, new.bom):
            return "its encoding would change"
        if new.text.encode(new.encoding) != after[new.shift :]:
            return f"it cannot be written as {new.encoding} without change"
        check_syntax(new.text, new.encoding, new.shift)
    except (SourceError, UnicodeError) as error:
        return f"it could no longer be parsed: {getattr(error, 'message', error)}"
    return ""


def same_program(before: bytes, after: bytes) -> bool:
    """Return whether two Python files differ in comments and white space only; no where this Python cannot tell."""
    try:
        return _dumped(before) == _dumped(after)
    except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _dumped(data: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(ast.parse(decode(data).text))
