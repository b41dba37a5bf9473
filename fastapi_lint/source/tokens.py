"""The tokens of Python source that say how it is built, in one linear pass that no input can stop.

Not a tokenizer of Python: names and numbers are left out, and what is wrong is passed over. What stands in the fields
of an f-string or template is code and comes as such, since parsers descend into it like into brackets.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

STRING: Final = (
    r"""'''(?:[^'\\]|\\.|'(?!''))*'''|\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\""""
)
"""A string without fields, as a verbose pattern in which a dot is any character."""
_TOKEN: Final = re.compile(
    rf"""(?P<formatted>\b(?:[fFtT][rR]?|[rR][fFtT])(?:'''|\"\"\"|['"]))|(?P<string>{STRING})
    |(?P<comment>\#[^\n\r]*)|(?P<joined>\\\r?\n)|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<mark>[,;])|(?P<newline>[\n\r])
    |(?P<word>\b(?:and|or|not|if|else|lambda|await|case|elif|for|in|is|yield|def|class|with|while|try|match)\b)
    |(?P<operator>[-+*/%@&|^~<>=!.:]+)""",
    re.DOTALL | re.VERBOSE,
)
_TEXT: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "'": re.compile(r"\\(?:\r\n|[^{}])|\{\{|\}\}|[{'\n]", re.DOTALL),
        '"': re.compile(r'\\(?:\r\n|[^{}])|\{\{|\}\}|[{"\n]', re.DOTALL),
        "'''": re.compile(r"\\(?:\r\n|[^{}])|\{\{|\}\}|\{|'''", re.DOTALL),
        '"""': re.compile(r'\\(?:\r\n|[^{}])|\{\{|\}\}|\{|"""', re.DOTALL),
    }
)
"""What means something between the fields of a string, by its quotes."""
_SPEC: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "'": re.compile(r"\\(?:\r\n|[^{}])|[{}'\n]", re.DOTALL),
        '"': re.compile(r'\\(?:\r\n|[^{}])|[{}"\n]', re.DOTALL),
        "'''": re.compile(r"\\(?:\r\n|[^{}])|[{}]|'''", re.DOTALL),
        '"""': re.compile(r'\\(?:\r\n|[^{}])|[{}]|"""', re.DOTALL),
    }
)
"""The same in the format spec of a field, in which braces cannot be doubled."""


class Token(NamedTuple):
    """A token by its kind: one of the groups of `_TOKEN`, `string` for the opening of an f-string too.

    `field` and `unfield` stand around the code in an f-string.
    """

    kind: str
    text: str
    start: int


class _Field:
    """A field that is open: the quotes of its string, the brackets open in it, and whether its format spec is read."""

    __slots__ = ("depth", "is_spec", "quotes")

    def __init__(self, quotes: str) -> None:
        self.quotes = quotes
        self.depth = 0
        self.is_spec = False


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of decoded source, in order."""
    fields: list[_Field] = []
    at = 0
    while match := _TOKEN.search(text, at):
        kind, found, start = match.lastgroup or "", match.group(), match.start()
        at = match.end()
        quotes = ""
        if kind == "formatted":
            yield Token("string", found, start)
            quotes = found.lstrip("fFtTrR")
        elif not fields or kind in {"string", "comment", "joined", "mark", "newline", "word"}:
            yield Token(kind, found, start)
        elif kind == "open":
            fields[-1].depth += 1
            yield Token(kind, found, start)
        elif fields[-1].depth:
            fields[-1].depth -= kind == "close"
            yield Token(kind, found, start)
        elif found == "}":
            yield Token("unfield", found, start)
            quotes = fields.pop().quotes
        elif kind == "operator":
            before, colon, _ = found.partition(":")
            if before:
                yield Token(kind, before, start)
            if colon:
                at = start + len(before) + 1
                fields[-1].is_spec = True
                quotes = fields[-1].quotes
        if quotes:
            at = yield from _literal(text, at, quotes, fields)


def _literal(text: str, at: int, quotes: str, fields: list[_Field]) -> Generator[Token, None, int]:
    """Pass over the text of an f-string up to its end or to the code of its next field, and return where that is."""
    while True:
        is_spec = bool(fields) and fields[-1].is_spec
        match = (_SPEC if is_spec else _TEXT)[quotes].search(text, at)
        if match is None:
            return len(text)
        found, at = match.group(), match.end()
        if found == "{":
            yield Token("field", found, match.start())
            fields.append(_Field(quotes))
            return at
        if found == "}":
            yield Token("unfield", found, match.start())
            fields.pop()
        elif found in {quotes, "\n"}:
            while fields and fields[-1].is_spec:
                yield Token("unfield", "", match.start())
                fields.pop()
            return at if found == quotes else match.start()
