"""TOML files: their values, and the places of their keys, which the standard library's parser does not tell."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KeyPath = tuple[str | int, ...]

_DEEP: Final = re.compile(r"(?m)^[ \t\[]*(?:[\w\"'-]{1,80}[ \t]*\.[ \t]*){100}")
"""A key of a hundred parts: the parser takes time by their square."""
_AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOKEN: Final = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<newline>\n)|(?P<mark>[\[\]{},=.])
    |(?P<string>\"\"\"(?:[^\\]|\\.)*?\"{3,5}|'''.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
    |(?P<bare>[^\s"'\#\[\]{},=.]+)""",
    re.DOTALL | re.VERBOSE,
)


class TomlProblem(Exception):  # noqa: N818  # what it is to its callers: they tell it, each in their own way
    """A file that is no TOML: the reason, and the offset of the mistake in the bytes."""

    def __init__(self, message: str, offset: int) -> None:
        """Keep the reason (one line, no full stop) and the byte offset."""
        super().__init__(message)
        self.message = message
        self.offset = offset


def parse_toml(data: bytes) -> Mapping[str, object]:
    """Return the values of a TOML file.

    Raises:
        TomlProblem: where the bytes are no UTF-8 or no TOML, or nested too deeply.

    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TomlProblem("not valid UTF-8", error.start) from None
    deep = _DEEP.search(text)
    if deep is not None:
        raise TomlProblem("nested too deeply", len(text[: deep.start()].encode()))
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TomlProblem("nested too deeply", 0) from None
    except ValueError as error:
        message, offset = _placed(str(error), text)
        raise TomlProblem(message, offset) from None


def table(value: object, *keys: str) -> Mapping[str, object]:
    """Return the table at the end of a path of keys, an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def key_offsets(data: bytes) -> Mapping[KeyPath, int]:
    """Return the byte offset of every key and array item of a valid TOML file by path, of the first where it recurs."""
    text = data.decode("utf-8-sig", "replace")
    shift = len(data) - len(text.encode())
    reader = _Reader(text)
    with suppress(IndexError, RecursionError, ValueError):  # what was read up to there still stands
        reader.read()
    if text.isascii():
        return {path: at + shift for path, at in reader.offsets.items()}
    return {path: len(text[:at].encode()) + shift for path, at in reader.offsets.items()}


def _placed(message: str, text: str) -> tuple[str, int]:
    """Return the parser's message without its place, and the place as a byte offset."""
    found = _AT.search(message)
    if found is None:
        return message.split("\n", maxsplit=1)[0], 0
    if found.group(1) is None:
        return message[: found.start()], len(text.encode())
    lines = text.split("\n")
    row, column = int(found.group(1)), int(found.group(2))
    before = "".join(f"{line}\n" for line in lines[: row - 1]) + lines[min(row, len(lines)) - 1][: column - 1]
    return message[: found.start()], len(before.encode())


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


class _Reader:
    """Reads the keys of a document that the parser has accepted; values are passed over."""

    def __init__(self, text: str) -> None:
        self.offsets: dict[KeyPath, int] = {}
        self._tokens = [*_tokens(text), _Token("end", "", len(text))]
        self._at = 0

    def read(self) -> None:
        header: KeyPath = ()
        while self._skip().kind != "end":
            if self._here.text == "[":
                while self._here.text == "[":
                    self._at += 1
                header = self._key(())
                while self._here.text == "]":
                    self._at += 1
            else:
                self._pair(header)

    @property
    def _here(self) -> _Token:
        return self._tokens[self._at]

    def _skip(self) -> _Token:
        while self._here.kind in {"newline", "comment"}:
            self._at += 1
        return self._here

    def _pair(self, prefix: KeyPath) -> None:
        path = self._key(prefix)
        self._at += 1  # the equals sign
        self._value(path)

    def _key(self, prefix: KeyPath) -> KeyPath:
        path = prefix
        while self._here.kind in {"bare", "string"}:
            path = (*path, _unquoted(self._here))
            self.offsets.setdefault(path, self._here.start)
            self._at += 1
            if self._here.text != ".":
                break
            self._at += 1
        return path

    def _value(self, path: KeyPath) -> None:
        opening = self._here.text
        if opening not in {"[", "{"}:
            while self._here.kind in {"bare", "string"} or self._here.text == ".":
                self._at += 1
            return
        self._at += 1
        index = 0
        while self._skip().text not in {"]", "}"}:
            before = self._at
            if opening == "[":
                self.offsets.setdefault((*path, index), self._here.start)
                self._value((*path, index))
            else:
                self._pair(path)
            index += 1
            if self._skip().text == "," or self._at == before:
                self._at += 1
        self._at += 1


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        yield _Token(match.lastgroup or "", match.group(), match.start())


def _unquoted(token: _Token) -> str:
    if token.kind == "bare":
        return token.text
    if "\\" not in token.text:
        return token.text[1:-1]
    return str(tomllib.loads(f"key = {token.text}")["key"])
