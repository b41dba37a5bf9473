"""The guard: refuses, before LibCST sees a file, what would kill or hang the parser; linear in the file's length.

LibCST 1.9 crashes the process at about 3,000 nested parentheses, takes exponential time on nested `case` patterns and
quadratic time on long chains. The limits leave at least twice the room that any of 13,000 real files needed.

Nearly every file is far from all limits, and that is found out cheaply: strings and comments become one character
each (of f-strings the fields are left, which are code), and the length of what is left of a logical line bounds what it
can hold. Only where the bound is too coarse are tokens counted one by one.

The limits are what was measured, not a proof. So a file is called plain only if it is short and keeps half of them;
any other is parsed where nothing is lost if the parser dies after all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from fastapi_lint.source.tokens import STRING, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BRACKETS: Final = 100
MAX_CHAIN: Final = 400
MAX_CASE_DEPTH: Final = 9
MAX_ELIF: Final = 400
MAX_STRINGS: Final = 2_000
MAX_PLAIN: Final = 128 << 10
"""Characters above which a file is not plain: reading it may take more than half a second."""

_BARE: Final = r"""[^]\[(){}'"\\\#\n\r]"""
"""What stands in the field of a simple f-string beside brackets and strings."""


def _code(depth: int, string: str) -> str:
    """Return a pattern of code with brackets nested so deep, and with such strings."""
    inner = rf"|\({_code(depth - 1, string)}\)|\[{_code(depth - 1, string)}\]" if depth else ""
    return rf"(?:{_BARE}|{string}{inner})*"


def _simple() -> str:
    """Return a pattern of f-strings, quotes and what is between, in which nothing has to be counted to find its end."""
    found: list[str] = []
    for quote, other in ("'", '"'), ('"', "'"):
        string = rf"{other}[^'\"{{}}\\\#\n\r]*{other}"
        field = rf"\{{{_code(2, string)}\}}"
        for begins, text, ends in (
            (quote * 3, rf"(?!{quote * 3})[^{{}}\\]", quote * 3),
            (rf"{quote}(?!{quote * 2})", rf"[^{{}}\\{quote}\n]", quote),
        ):
            found.append(rf"{begins}(?:{text}|\\(?:\r\n|[^{{}}])|\\(?=[{{}}])|\{{\{{|\}}\}}|{field})*{ends}")
    return "|".join(found)


_OPAQUE: Final = re.compile(rf"{STRING}|\#[^\n\r]*|\\\r?\n", re.DOTALL | re.VERBOSE)
_PREFIX: Final = re.compile(r"(?:[fFtT][rR]?|[rR][fFtT])['\"]")
_FORMATTED: Final = re.compile(
    rf"""(?:(?<=[fFtT])|(?<=[fFtT][rR]))(?:(?P<simple>{_simple()})|(?P<odd>['"]))|{_OPAQUE.pattern}""",
    re.DOTALL | re.VERBOSE,
)
"""The same with f-strings of a simple form, and with the opening of those of any other."""
_FIELD: Final = re.compile(
    r"\{\{|\}\}|\{" + _code(2, r"""(?:"[^'"{}\\\#\n\r]*"|'[^'"{}\\\#\n\r]*')""") + r"\}", re.DOTALL | re.VERBOSE
)
_RESETS_ELIF: Final = frozenset({"def", "class", "while", "with", "try"})
_PLACE: Final = "\x01"
"""What stands for a string, a comment or a joined line; no token holds it."""
_KEPT: Final = bytes.maketrans(b"[]{}\r", b"()()\n")
_DROPPED: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ \t\f\v"
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"()")
_ORDER: Final = bytes.maketrans(b"()", b"\x00\x01")
_STEP: Final = (1, -1)
"""What a bracket does to the depth, by `_ORDER`."""


class StrainedError(Exception):
    """A text is let pass by the guard, but it is not plain, and only plain ones were asked for."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much of each a text may have."""

    brackets: int
    chain: int
    case_depth: int
    elifs: int
    strings: int


class _Guard:
    """Counts, in one pass, what LibCST 1.9 cannot take: deep brackets, long chains, nested `case` patterns."""

    def __init__(self, limits: _Limits) -> None:
        self.limits = limits
        self.depth = 0
        self.chain = [0]
        self.case = -1
        self.elifs = 0
        self.strings = 0
        self.outer: list[int] = []
        """The strings beside the f-strings in whose fields the tokens stand."""

    def refuse(self, kind: str, token: str) -> str:  # noqa: C901  # one branch for each kind of token
        """Take one token; return the reason to refuse the file, or an empty text."""
        chain = self.chain
        if kind == "open":
            self.depth += 1
            chain.append(chain[-1] + 1)
            if self.depth > self.limits.brackets:
                return f"brackets nested deeper than {self.limits.brackets}"
            if 0 <= self.case < self.depth - self.limits.case_depth:
                return f"a case pattern nested deeper than {self.limits.case_depth}"
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
        elif kind == "field":
            self.depth += 1
            chain.append(chain[-1] + 1)
            self.outer.append(self.strings)
            self.strings = 0
            if self.depth > self.limits.brackets:
                return f"brackets nested deeper than {self.limits.brackets}"
        elif kind == "unfield":
            self.depth -= 1
            chain.pop()
            self.strings = self.outer.pop()
        elif kind == "string":
            self.strings += 1
            if self.strings > self.limits.strings:
                return f"more than {self.limits.strings} adjacent strings"
        return f"an expression of more than {self.limits.chain} operators" if chain[-1] > self.limits.chain else ""

    def _word(self, word: str) -> str:
        self.chain[-1] += 1
        if word == "case" and not self.depth:
            self.case = 0
        elif word == "elif":
            self.elifs += 1
            if self.elifs > self.limits.elifs:
                return f"more than {self.limits.elifs} elif branches in a row"
        elif word in _RESETS_ELIF:
            self.elifs = 0
        return f"an expression of more than {self.limits.chain} operators" if self.chain[-1] > self.limits.chain else ""


def refusal(text: str) -> tuple[str, int] | None:
    """Return why LibCST must not see `text` and the character offset, or None."""
    limits = _limits()
    return None if _is_harmless(text, limits) else _counted(text, limits)


def inspect(text: str, *, only_plain: bool) -> tuple[str, int] | None:
    """Return what `refusal` does.

    Raises:
        StrainedError: where there is no reason to refuse the text, but only plain ones were asked for and it is none.

    """
    if not only_plain:
        return refusal(text)
    if len(text) <= MAX_PLAIN:
        half = _half(_limits())
        if _is_harmless(text, half) or _counted(text, half) is None:
            return None
    refused = refusal(text)
    if refused is None:
        raise StrainedError
    return refused


def _limits() -> _Limits:
    return _Limits(MAX_BRACKETS, MAX_CHAIN, MAX_CASE_DEPTH, MAX_ELIF, MAX_STRINGS)


def _half(limits: _Limits) -> _Limits:
    return _Limits(*(getattr(limits, one.name) // 2 for one in fields(limits)))


def _is_harmless(text: str, limits: _Limits) -> bool:
    """Return True only where `_counted` would find no reason to refuse the text."""
    if text.count("elif") > limits.elifs or text.count("'") + text.count('"') > 2 * limits.strings:
        return False
    bare = _OPAQUE.sub(_PLACE, text) if _PREFIX.search(text) is None else _FORMATTED.sub(_fields_of, text)
    if "'" in bare or '"' in bare:
        return False
    signs = bare.encode("ascii", "replace").translate(_KEPT, _DROPPED)
    depths = list(accumulate(map(_STEP.__getitem__, signs.translate(None, _NOT_BRACKETS).translate(_ORDER))))
    if depths and (max(depths) > limits.brackets or min(depths) < 0):
        return False
    lines = bare.replace("\r", "\n").split("\n")
    return all(_counted(line, limits) is None for line in _suspects(lines, signs.split(b"\n"), limits))


def _fields_of(match: re.Match[str]) -> str:
    """Return what an f-string of a simple form holds of code; a quote, which nothing else leaves, for any other."""
    kind = match.lastgroup
    if kind is None:
        return _PLACE
    found = match.group()
    if kind == "odd" or "{" not in found:
        return found if kind == "odd" else _PLACE
    return _PLACE.join(_OPAQUE.sub(_PLACE, field) for field in _FIELD.findall(found) if field not in {"{{", "}}"})


def _suspects(lines: list[str], signs: list[bytes], limits: _Limits) -> Iterator[str]:
    """Yield the logical lines that may be too long or, with a `case`, too deep.

    A line holds at most as many operators and brackets as signs, and at most as many words as signs and blanks.
    """
    first = depth = bound = opened = 0
    for number, sign in enumerate(signs):
        bound += 2 * len(sign) + len(lines[number])
        opens = sign.count(b"(")
        opened += opens
        depth += opens - sign.count(b")")
        if depth:
            continue
        if bound > limits.chain or opened > limits.case_depth:
            whole = "\n".join(lines[first : number + 1])
            words = len(whole.split())
            if sum(map(len, signs[first : number + 1])) * 2 + words > limits.chain or "case" in whole:
                yield whole
        first, bound, opened = number + 1, 0, 0
    if first < len(lines):
        yield "\n".join(lines[first:])


def _counted(text: str, limits: _Limits) -> tuple[str, int] | None:
    guard = _Guard(limits)
    for kind, token, start in tokens(text):
        if kind in {"comment", "joined"}:
            continue
        reason = guard.refuse(kind, token)
        if reason:
            return reason, start
    return None
