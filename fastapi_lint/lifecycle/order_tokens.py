"""Cuts a comment or docstring into sentences of classified words, with offsets into the text as it was given.

What is no statement in English is blanked first, character for character, so that offsets stay: code, quotations,
addresses, notes of things to do.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from fastapi_lint.knowledge import order_words
from fastapi_lint.lifecycle.order_model import StackEntry, Words
from fastapi_lint.lifecycle.order_names import Names, longest_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OPAQUE: Final = "\N{CURRENCY SIGN}"
_CODE_LINE = re.compile(
    r"[ \t]*(?:>>>|\.\.\.[ ]|@?[A-Za-z_][\w.]*\((?!\))|[)\]}]+,?[ \t]*$|[A-Za-z_]\w*=\S|(?:from|import|def|class)[ ]\w"
    r"|async[ ]def[ ]|[A-Za-z_][\w.]*[ ]=[ ][\w.]+\()"
)
_TODO = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_URL = re.compile(r"\b[a-zA-Z][a-zA-Z+]{1,12}://[^\s)>\]]*")
_ROLE = re.compile(r":[a-z]{1,12}:(?=`)")
_TICKED = re.compile(r"`{1,3}([^`]{1,200})`{1,3}")
_QUOTED = re.compile(r'"([^"]{1,200})"|\u201c([^\u201d]{1,200})\u201d')
_IDENTIFIER = re.compile(r"~?[A-Za-z_][\w.]*(?:\(\))?\Z")
_RULE = re.compile(r"([=\-~_#<.])\1{3,}")
_OPTION = re.compile(r"(?<!\S)--[a-z][\w-]*")
_EMPTY_CALL = re.compile(r"(?<=\w)\(\)")
_ITEM = re.compile(r"[ \t]*(?:[-*+\u2022\u00b7]|\(?\d{1,2}[.):]|[a-z]\))[ \t]+")
_LABEL = re.compile(r"[ \t]*[A-Za-z][\w/]{0,20}(?:[ ][\w/]{1,20}){0,3}:(?:\s|$)")
_OPENING = re.compile(
    r"[ \t]*(?:Must|Should|Needs|Added|Add|Registered|Register|Runs?|Executes|Wraps|Order|Note|NOTE"
    r"|IMPORTANT|It|This|These|Middlewares?|So)\b"
)
_TOKEN = re.compile(
    r"(?P<short>\b(?:e\.g|i\.e|etc|vs|cf|incl)\.)"
    r"|(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*(?:['\u2019](?:t|s|re|ll|ve|d)\b)?|\d+(?:st|nd|rd|th)\b)"
    r"|(?P<number>\d+(?:\.\d+)*)"
    r"|(?P<stop>[.!?]{1,8}(?=[\s)\]]|\Z))"
    r"|(?P<arrow>-+>|=+>|[\u2192\u21d2\u27f6\u279c\u25b6\u2794]|(?<=\s)>(?=\s))"
    r"|(?P<back><-+|<=+|[\u2190\u21d0]|(?<=\s)<(?=\s))"
    r"|(?P<dots>\.\.\.|\u2026)"
    r"|(?P<other>!=|>=|\u2260|\u00a4)"
    r"|(?P<equal>==?|\u2261)"
    r"|(?P<dash>[\u2014\u2013]|--|(?<=\s)-(?=\s))"
    r"|(?P<mark>[,:;()\[\]/|&+])"
)
_MARKS: Final[Mapping[str, str]] = MappingProxyType({
    ",": ",", ":": ":", ";": ":", "(": "(", "[": "(", ")": ")", "]": ")", "/": "/", "|": ":", "&": "&", "+": "&",
})  # fmt: skip
_SYMBOLS: Final[Mapping[str, str]] = MappingProxyType({
    "arrow": ">", "back": "<", "dots": "~", "other": "x", "equal": "=", "dash": "-", "number": "x", "short": "g",
})  # fmt: skip
_CLASS: Final[Mapping[str, str]] = MappingProxyType(
    {word: kind for kind, words in order_words.CLASSES.items() for word in words.split()}
)
_PHRASES: Final[Mapping[tuple[str, ...], str]] = MappingProxyType(
    {tuple(phrase.split()): kind for phrase, kind in order_words.PHRASES.items()}
)
_OPENERS: Final = frozenset(phrase[0] for phrase in _PHRASES)
_LONGEST_PHRASE: Final = max(map(len, _PHRASES))


class Token(Struct, frozen=True):
    """A word, name or mark: its class, its place in the text, its lower-case form and the entry that it names.

    `plain` tells a word of prose, all in lower case, from an acronym, a class name or the start of a sentence.
    """

    kind: str
    start: int
    end: int
    word: str
    plain: bool = True
    entry: StackEntry | None = None


class Sentence(Struct, frozen=True):
    """A sentence, heading or list item; `kinds` holds the class of each token."""

    text: str
    tokens: tuple[Token, ...]
    kinds: str
    item: bool
    asks: bool

    def words(self, start: int, end: int) -> Words:
        """Return the exact words from one token to before another."""
        first, last = self.tokens[start].start, self.tokens[end - 1].end
        return Words(self.text[first:last], first)

    def entries(self, start: int, end: int) -> tuple[StackEntry, ...]:
        """Return the entries that are named from one token to before another, each once."""
        named = (token.entry for token in self.tokens[start:end])
        return tuple(dict.fromkeys(entry for entry in named if entry is not None))


def sentences(text: str, names: Names) -> tuple[Sentence, ...]:
    """Return the sentences of a text, their words classified with the names of a stack."""
    found: list[Sentence] = []
    for raw, item, asks in _cut(_blanked(text)):
        tokens = tuple(_demoted(_named(list(_merged(raw)), names, text)))
        if tokens:
            found.append(Sentence(text, tokens, "".join(token.kind for token in tokens), item, asks))
    return tuple(found)


def _blanked(text: str) -> str:
    lines: list[str] = []
    fenced = todo = False
    for line in text.splitlines(keepends=True):
        fence = line.lstrip().startswith(("```", "~~~"))
        todo = bool(line.strip()) and (todo or _TODO.search(line) is not None)
        drop = fenced or fence or todo or _CODE_LINE.match(line)
        fenced = fenced != fence
        lines.append(_spaces(line) if drop else line)
    cleaned = "".join(lines)
    for pattern in (_URL, _ROLE, _RULE):
        cleaned = pattern.sub(lambda match: " " * len(match.group()), cleaned)
    cleaned = _OPTION.sub(lambda match: _OPAQUE + " " * (len(match.group()) - 1), cleaned)
    cleaned = _TICKED.sub(_unquoted_code, cleaned)
    cleaned = _QUOTED.sub(_unquoted, cleaned)
    return _EMPTY_CALL.sub("  ", cleaned).replace("*", " ")


def _spaces(line: str) -> str:
    return "".join(char if char in "\r\n" else " " for char in line)


def _unquoted_code(match: re.Match[str]) -> str:
    whole, inner = match.group(), match.group(1)
    if _IDENTIFIER.match(inner):
        return whole.replace("`", " ").replace("~", " ")
    return _OPAQUE + _spaces(whole[1:])


def _unquoted(match: re.Match[str]) -> str:
    whole = match.group()
    if " " in whole or "\n" in whole:
        return _OPAQUE + _spaces(whole[1:])
    return f" {whole[1:-1]} "


def _cut(text: str) -> Iterator[tuple[list[Token], bool, bool]]:
    tokens: list[Token] = []
    item = False
    offset = 0
    for line in text.splitlines(keepends=True):
        bullet = _ITEM.match(line)
        if bullet or not line.strip() or _LABEL.match(line) or _OPENING.match(line):
            yield tokens, item, False
            tokens, item = [], bool(bullet)
        for token in _scan(text, offset + (bullet.end() if bullet else 0), offset + len(line)):
            if token.kind == ".":
                yield tokens, item, "?" in token.word
                tokens, item = [], False
            else:
                tokens.append(token)
        offset += len(line)
    yield tokens, item, False


def _scan(text: str, start: int, end: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, start, end):
        group = match.lastgroup or ""
        written = match.group()
        if group == "stop":
            yield Token(".", match.start(), match.end(), written)
        elif group == "mark":
            yield Token(_MARKS[written], match.start(), match.end(), written)
        elif group == "word":
            word = written.lower().replace("\u2019", "'")
            kind = _CLASS.get(word) or _CLASS.get(word.rpartition(".")[2], "x")
            yield Token(kind, match.start(), match.end(), word, plain=written.islower())
        else:
            yield Token(_SYMBOLS[group], match.start(), match.end(), written)


def _merged(tokens: list[Token]) -> Iterator[Token]:
    index = 0
    while index < len(tokens):
        merged = _phrase_at(tokens, index) if tokens[index].word in _OPENERS else None
        if merged is None:
            yield tokens[index]
            index += 1
        else:
            token, index = merged
            yield token


def _phrase_at(tokens: list[Token], index: int) -> tuple[Token, int] | None:
    taken: list[str] = []
    for end in range(index, min(len(tokens), index + _LONGEST_PHRASE + 1)):
        if tokens[end].kind == "," and taken and taken[-1] == "in":
            continue
        taken.append(tokens[end].word)
        kind = _PHRASES.get(tuple(taken))
        if kind is not None:
            first, last = tokens[index], tokens[end]
            return Token(kind, first.start, last.end, " ".join(taken)), end + 1
    return None


def _named(tokens: list[Token], names: Names, text: str) -> Iterator[Token]:
    index = 0
    while index < len(tokens):
        named = _name_at(tokens, index, names, text)
        yield named[0] if named else _foreign(tokens[index])
        index = named[1] if named else index + 1


def _name_at(tokens: list[Token], index: int, names: Names, text: str) -> tuple[Token, int] | None:
    for end in range(_words_end(tokens, index), index, -1):
        first, last = tokens[index], tokens[end - 1]
        written = [text[token.start : token.end].rpartition(".")[2] for token in tokens[index:end]]
        entries = names.identifier(written[0]) if len(written) == 1 else ()
        entries = entries or names.phrase(written)
        if entries:
            single = entries[0] if len(entries) == 1 else None
            plain = all(token.plain for token in tokens[index:end]) and "_" not in written[0]
            word = " ".join(written).lower()
            return Token("N" if single else "U", first.start, last.end, word, plain, single), end
    return None


def _words_end(tokens: list[Token], index: int) -> int:
    end = index
    while end < min(len(tokens), index + longest_phrase()) and _is_word(tokens[end]):
        end += 1
    return end


def _is_word(token: Token) -> bool:
    return token.word[0].isalpha() or token.word[0] == "_"


def _foreign(token: Token) -> Token:
    if token.kind == "x" and token.word.endswith("middleware") and not token.plain:
        return Token("U", token.start, token.end, token.word, token.plain)
    return token


def _demoted(stream: Iterator[Token]) -> Iterator[Token]:
    """Give up names in plain lower case that are part of another noun: `the database session`, `auth routes`."""
    tokens = list(stream)
    for index, token in enumerate(tokens):
        before = tokens[index - 1].kind if index else ""
        after = tokens[index + 1].kind if index + 1 < len(tokens) else ""
        if token.kind == "N" and token.plain and (before == "x" or after in {"x", "E"}):
            yield Token("x", token.start, token.end, token.word)
        else:
            yield token
