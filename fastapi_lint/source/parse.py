"""Text to CST: the guard that refuses what would kill or hang the parser, and errors with CPython's positions."""

from __future__ import annotations

import re
import warnings
from itertools import islice
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import SourceError

if TYPE_CHECKING:
    import libcst as cst

MAX_BRACKETS: Final = 100
MAX_CHAIN: Final = 400
MAX_CASE_DEPTH: Final = 9
MAX_ELIF: Final = 400
MAX_STRINGS: Final = 2_000

_TOKEN: Final = re.compile(
    r"""(?P<string>'''(?:[^'\\]|\\.|'(?!''))*'''|\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<comment>\#[^\n\r]*)|(?P<joined>\\\r?\n)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<mark>[,;])|(?P<newline>[\n\r])
    |(?P<word>\b(?:and|or|not|if|else|lambda|await|case|elif|for|in|is|yield|def|class|with|while|try|match)\b)
    |(?P<operator>[-+*/%@&|^~<>=!.:]+)""",
    re.DOTALL | re.VERBOSE,
)
_RESETS_ELIF: Final = frozenset({"def", "class", "while", "with", "try"})
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_AT: Final = re.compile(r"parse error at (\d+):(\d+)")


class _Guard:
    """Counts, in one pass, what LibCST 1.9 cannot take: deep brackets, long chains, nested `case` patterns."""

    def __init__(self) -> None:
        self.depth = 0
        self.chain = [0]
        self.case = -1
        self.elifs = 0
        self.strings = 0

    def refuse(self, kind: str, token: str) -> str:
        """Take one token; return the reason to refuse the file, or an empty text."""
        chain = self.chain
        if kind == "open":
            self.depth += 1
            chain.append(chain[-1] + 1)
            if self.depth > MAX_BRACKETS:
                return f"brackets nested deeper than {MAX_BRACKETS}"
            if 0 <= self.case < self.depth - MAX_CASE_DEPTH:
                return f"a case pattern nested deeper than {MAX_CASE_DEPTH}"
        elif kind == "close":
            if self.depth:
                self.depth -= 1
                chain.pop()
                chain[-1] += 1
        elif kind == "mark":
            chain[-1] = chain[-2] if self.depth else 0
            self.strings = 0
        elif kind == "newline":
            if not self.depth:
                chain[0] = 0
                self.case = -1
                self.strings = 0
        elif kind == "word":
            return self._word(token)
        elif kind == "operator":
            chain[-1] += len(token) if not token.strip("-+~*") else 1
        elif kind == "string":
            self.strings += 1
            if self.strings > MAX_STRINGS:
                return f"more than {MAX_STRINGS} adjacent strings"
        return f"an expression of more than {MAX_CHAIN} operators" if chain[-1] > MAX_CHAIN else ""

    def _word(self, word: str) -> str:
        self.chain[-1] += 1
        if word == "case" and not self.depth:
            self.case = 0
        elif word == "elif":
            self.elifs += 1
            if self.elifs > MAX_ELIF:
                return f"more than {MAX_ELIF} elif branches in a row"
        elif word in _RESETS_ELIF:
            self.elifs = 0
        return f"an expression of more than {MAX_CHAIN} operators" if self.chain[-1] > MAX_CHAIN else ""


def refusal(text: str) -> tuple[str, int] | None:
    """Return why LibCST must not see `text` and the character offset, or None; linear in the text's length.

    LibCST 1.9 crashes the process at about 3,000 nested parentheses and takes exponential time on nested
    `case` patterns; the limits leave at least twice the room that any of 13,000 real files needed.
    """
    guard = _Guard()
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is None or kind in {"comment", "joined"}:
            continue
        reason = guard.refuse(kind, match.group())
        if reason:
            return reason, match.start()
    return None


def parse(text: str) -> cst.Module:
    """Parse decoded source (no byte order mark) of any grammar that LibCST knows.

    Raises:
        SourceError: with the character offset of the mistake, as CPython puts it where CPython rejects the text too.

    """
    import libcst  # noqa: PLC0415  # a cached run must not pay for this import

    refused = refusal(text)
    if refused is not None:
        reason, at = refused
        raise SourceError(f"not checked: {reason}", at, "split the expression, or exclude the file")
    try:
        return libcst.parse_module(text)
    except libcst.ParserSyntaxError as error:
        raise _syntax_error(text, error.message, error.raw_line, error.raw_column) from None
    except (libcst.CSTLogicError, libcst.CSTValidationError, SyntaxError, ValueError) as error:
        raise _syntax_error(text, str(error).split("\n", maxsplit=1)[0] or "cannot be parsed", 1, 0) from None
    except RecursionError:
        raise SourceError("not checked: nested too deeply", 0, "split the expression, or exclude the file") from None


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
