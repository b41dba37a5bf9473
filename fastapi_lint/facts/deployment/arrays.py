"""Docker's exec form: a JSON array of texts on one line, each text with the places of its characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.text import Piece, Text, joined

if TYPE_CHECKING:
    from collections.abc import Mapping

_ESCAPES: Mapping[str, str] = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def read_array(source: Text) -> tuple[Text, ...] | None:
    """Return the texts of a JSON array, None where it is not one; Docker then takes the line as a shell's."""
    value = source.value.strip()
    if not value.startswith("[") or not value.endswith("]"):
        return None
    found: list[Text] = []
    at = _blanks(source.value, source.value.index("[") + 1)
    if source.value[at : at + 1] == "]":
        return ()
    while True:
        if source.value[at : at + 1] != '"':
            return None
        read = _string(source, at + 1)
        if read is None:
            return None
        text, at = read
        found.append(text)
        at = _blanks(source.value, at)
        sign = source.value[at : at + 1]
        if sign == "]":
            return tuple(found) if not source.value[at + 1 :].strip() else None
        if sign != ",":
            return None
        at = _blanks(source.value, at + 1)


def _blanks(value: str, at: int) -> int:
    while at < len(value) and value[at] in " \t\r\n":
        at += 1
    return at


def _string(source: Text, at: int) -> tuple[Text, int] | None:
    """Return the text of a string whose opening quote lies before `at`, and the place after its closing quote."""
    parts: list[Text] = []
    value, start = source.value, at
    while at < len(value):
        if value[at] == '"':
            parts.append(source.cut(start, at))
            return joined(parts), at + 1
        if value[at] != "\\":
            at += 1
            continue
        parts.append(source.cut(start, at))
        escaped = _escaped(source, at)
        if escaped is None:
            return None
        text, at = escaped
        parts.append(text)
        start = at
    return None


def _escaped(source: Text, at: int) -> tuple[Text, int] | None:
    sign = source.value[at + 1 : at + 2]
    if sign == "u":
        digits = source.value[at + 2 : at + 6]
        try:
            meant = chr(int(digits, 16)).encode("utf-8", "replace").decode("latin-1")
        except ValueError:
            return None
        return _standing(meant, source.cut(at, at + 6)), at + 6
    if sign not in _ESCAPES:
        return None
    return _standing(_ESCAPES[sign], source.cut(at, at + 2)), at + 2


def _standing(meant: str, written: Text) -> Text:
    place = written.pieces[0]
    return Text((Piece(meant, place.path, place.start, written.pieces[-1].end, place.label),))
