"""Expansion of words as shells, Docker and compose do it, without losing where each character was written.

One scanner serves all dialects, because they differ only in which of quotes, `$X`, `$$` and `$(...)` they know. What
cannot be worked out becomes `UNKNOWN` (or `OPEN` where it stands unquoted on its own), never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.text import OPEN, UNKNOWN, Piece, Text, joined, marker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_LENGTH = 65536
_DEPTH = 10
_ROOM = 16384
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACED = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!-]+)(:?[-=+?]|)")
_PLAIN = re.compile(r"[^\\'\"$`]+")
_ARGUMENTS = re.compile(r'"\$(@|\{@\})"')
_BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a language does in a word; `escape` is its escape character, "" for none."""

    quotes: bool = True
    variables: bool = True
    commands: bool = False
    escape: str = "\\"
    doubled_dollar: bool = False
    splits: bool = True


SHELL = Dialect(commands=True)
SPLIT = Dialect(variables=False)
DOCKER = Dialect(splits=False)
DOCKER_BACKTICK = Dialect(escape="`", splits=False)
COMPOSE = Dialect(quotes=False, escape="", doubled_dollar=True, splits=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean: variables, the arguments of a script, and how to work out `$(...)` and `$((...))`."""

    variables: Mapping[str, Text]
    arguments: tuple[Text, ...] | None = None
    program: Text | None = None
    substitute: Callable[[Text], Text | None] | None = None
    calculate: Callable[[Text], Text | None] | None = None

    def named(self, name: str) -> Text | None:
        """Return the value of a variable or of `$0`, `$1` and so on; None where nothing is known of it."""
        if name in self.variables:
            return self.variables[name]
        if name == "0":
            return self.program
        if self.arguments is None:
            return None
        if name.isdigit():
            index = int(name) - 1 if len(name) < 4 else len(self.arguments)
            return self.arguments[index] if index < len(self.arguments) else Text()
        return spaced(self.arguments) if name in "@*" else None


@dataclass(frozen=True, slots=True)
class _Segment:
    """Characters of one word, a break between two words, or (`is_empty_word`) quotes around nothing."""

    text: Text
    is_quoted: bool = False
    is_break: bool = False


def spaced(words: Sequence[Text]) -> Text:
    """Return words with blanks between them."""
    parts: list[Text] = []
    for word in words:
        if parts and word.pieces:
            first = word.pieces[0]
            parts.append(Text((Piece(" ", first.path, first.start, first.start, first.label),)))
        elif parts:
            parts.append(Text((Piece(" ", "", 0, 0),)))
        parts.append(word)
    return joined(parts)


def fields(source: Text, dialect: Dialect, scope: Scope) -> tuple[Text, ...]:
    """Return the words that a text becomes, quotes removed, unquoted values split at blanks."""
    words: list[Text] = []
    current: list[Text] = []
    is_open = False
    for segment in _Scanner(source, dialect, scope).segments():
        if segment.is_break:
            if is_open:
                words.append(joined(current))
            current, is_open = [], False
        elif segment.is_quoted:
            current.append(segment.text)
            is_open = True
        else:
            is_open = _add_unquoted(segment.text, words, current, is_open=is_open)
    if is_open:
        words.append(joined(current))
    return tuple(words)


def _add_unquoted(text: Text, words: list[Text], current: list[Text], *, is_open: bool) -> bool:
    value = text.value
    if not value:
        return is_open
    parts = text.fields()
    if value[0] in _BLANKS and is_open:
        words.append(joined(current))
        current.clear()
        is_open = False
    for index, part in enumerate(parts):
        if index:
            words.append(joined(current))
            current.clear()
        current.append(part)
        is_open = True
    if parts and value[-1] in _BLANKS:
        words.append(joined(current))
        current.clear()
        is_open = False
    return is_open


def whole(source: Text, dialect: Dialect, scope: Scope) -> Text:
    """Return the text that one word becomes where no splitting happens, as in an assignment."""
    return joined(
        marker(" ", segment.text) if segment.is_break else segment.text
        for segment in _Scanner(source, dialect, scope).segments()
    )


class _Scanner:
    """Reads one source from left to right."""

    __slots__ = ("_depth", "_dialect", "_found", "_room", "_scope", "_source", "_value")

    def __init__(self, source: Text, dialect: Dialect, scope: Scope, depth: int = 0) -> None:
        self._source = source
        self._value = source.value
        self._dialect = dialect
        self._scope = scope
        self._depth = depth
        self._found: list[_Segment] = []
        self._room = _ROOM

    def segments(self) -> list[_Segment]:
        if len(self._value) > MAX_LENGTH or self._depth > _DEPTH:
            return [_Segment(marker(OPEN, self._source))]
        at = 0
        while at < len(self._value):
            at = self._step(at)
        return self._found

    def _step(self, at: int) -> int:
        character, dialect = self._value[at], self._dialect
        if dialect.quotes and character == "'":
            end = self._value.find("'", at + 1)
            end = len(self._value) if end < 0 else end
            return self._keep(at + 1, end, end + 1, is_quoted=True)
        if dialect.quotes and character == '"':
            return self._double_quoted(at)
        if dialect.escape and character == dialect.escape:
            return self._escaped(at)
        if character == "$" or (character == "`" and dialect.commands):
            return self._dollar(at, is_quoted=False)
        match = _PLAIN.match(self._value, at)
        end = match.end() if match else at + 1
        return self._keep(at, end, end, is_quoted=False)

    def _keep(self, start: int, end: int, after: int, *, is_quoted: bool) -> int:
        quoted = is_quoted or not self._dialect.splits
        self._found.append(_Segment(self._source.cut(start, end), is_quoted=quoted))
        return after

    def _escaped(self, at: int) -> int:
        if self._value[at + 1 : at + 2] == "\n":
            return at + 2
        return self._keep(at + 1, at + 2, at + 2, is_quoted=True)

    def _double_quoted(self, at: int) -> int:
        value = self._value
        if not _ARGUMENTS.match(value, at):
            # quotes around nothing are an empty word, but "$@" without arguments is no word at all
            self._found.append(_Segment(Text(), is_quoted=True))
        at += 1
        while at < len(value) and value[at] != '"':
            if value[at] == self._dialect.escape and value[at + 1 : at + 2] in ("$", "`", '"', "\\", "\n"):
                at = self._escaped(at)
            elif value[at] == "$" or (value[at] == "`" and self._dialect.commands):
                at = self._dollar(at, is_quoted=True)
            else:
                end = at + 1
                while end < len(value) and value[end] not in '"$`\\':
                    end += 1
                at = self._keep(at, end, end, is_quoted=True)
        return at + 1

    def _dollar(self, at: int, *, is_quoted: bool) -> int:
        value, dialect = self._value, self._dialect
        if value[at] == "`":
            end = value.find("`", at + 1)
            end = len(value) if end < 0 else end
            return self._command(at, at + 1, end, end + 1, is_quoted=is_quoted)
        if dialect.doubled_dollar and value.startswith("$$", at):
            return self._keep(at + 1, at + 2, at + 2, is_quoted=is_quoted)
        if dialect.commands and value.startswith("$(", at):
            return self._parenthesised(at, is_quoted=is_quoted)
        if not dialect.variables:
            return self._keep(at, at + 1, at + 1, is_quoted=is_quoted)
        if value.startswith("${", at):
            return self._braced(at, is_quoted=is_quoted)
        match = _NAME.match(value, at + 1)
        if match is None or (not dialect.commands and not match[0][0].isalpha() and match[0][0] != "_"):
            return self._keep(at, at + 1, at + 1, is_quoted=is_quoted)
        place = self._source.cut(at, match.end())
        if match[0] == "@" and is_quoted and self._scope.arguments is not None:
            self._each_argument(self._scope.arguments)
        else:
            self._put(self._scope.named(match[0]), place, is_quoted=is_quoted)
        return match.end()

    def _each_argument(self, arguments: Sequence[Text]) -> None:
        self._room -= sum(map(len, arguments)) + len(arguments)
        if self._room < 0:
            return
        for index, argument in enumerate(arguments):
            if index:
                self._found.append(_Segment(Text(), is_break=True))
            self._found.append(_Segment(argument, is_quoted=True))

    def _parenthesised(self, at: int, *, is_quoted: bool) -> int:
        end = _closing(self._value, at + 1, "(", ")")
        if self._value.startswith("$((", at) and self._value[end - 1 : end] == ")":
            place = self._source.cut(at, end + 1)
            calculate = self._scope.calculate
            inner = self._source.cut(at + 3, end - 1)
            self._put(calculate(inner) if calculate else None, place, is_quoted=is_quoted)
            return end + 1
        return self._command(at, at + 2, end, end + 1, is_quoted=is_quoted)

    def _command(self, at: int, start: int, end: int, after: int, *, is_quoted: bool) -> int:
        substitute = self._scope.substitute
        result = substitute(self._source.cut(start, end)) if substitute else None
        self._put(result, self._source.cut(at, after), is_quoted=is_quoted)
        return after

    def _braced(self, at: int, *, is_quoted: bool) -> int:
        end = _closing(self._value, at + 1, "{", "}")
        place = self._source.cut(at, end + 1)
        match = _BRACED.match(self._value, at)
        if match is None:
            self._put(None, place, is_quoted=is_quoted)
            return end + 1
        name, operator = match[1], match[2]
        value = self._scope.named(name)
        if name == "@" and not operator and is_quoted and self._scope.arguments is not None:
            self._each_argument(self._scope.arguments)
            return end + 1
        if not operator:
            # what follows the name without an operator known here (${X%.py}, ${X//a/b}, ${X^^}) changes the value
            value = value if match.end() == end else None
        elif operator in {":-", "-", ":=", "="}:
            if value is None or (not value.value and operator[0] == ":"):
                value = self._default(match.end(), end)
        elif operator in {":+", "+"}:
            is_set = value is not None and (bool(value.value) or operator == "+")
            value = self._default(match.end(), end) if is_set else Text() if value is not None else None
        self._put(value, place, is_quoted=is_quoted)
        return end + 1

    def _default(self, start: int, end: int) -> Text:
        inner = _Scanner(self._source.cut(start, end), self._dialect, self._scope, self._depth + 1)
        return joined(segment.text for segment in inner.segments())

    def _put(self, value: Text | None, place: Text, *, is_quoted: bool) -> None:
        quoted = is_quoted or not self._dialect.splits
        self._room -= len(value) if value is not None else 1
        if value is None or self._room < 0:
            value = marker(UNKNOWN if quoted else OPEN, place)
        self._found.append(_Segment(value, is_quoted=quoted))


def _closing(value: str, at: int, opening: str, closing: str) -> int:
    """Return where the bracket at `at` closes, the end of the text where it does not."""
    depth, quote = 0, ""
    while at < len(value):
        character = value[at]
        if character == "\\":
            at += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == opening:
            depth += 1
        elif character == closing:
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return len(value)
