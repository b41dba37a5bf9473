"""Text of deployment files in which every character knows the file and the bytes that it came from.

A value such as the number of workers may be written in one file, handed on by a second and used in a third. So a text
here is a row of pieces, each with its place: to cut, join or split a text never loses where it was written.

A text holds one character for each byte of its file (latin-1), so that no decoding can fail and offsets need no
conversion; `shown` gives the UTF-8 reading. Three control characters, which no loaded file keeps, stand for what is
not known: `UNKNOWN` for a value within one word, `OPEN` for any number of words (an unquoted variable that nothing
sets), and `AT_LEAST` before a number that is a lower bound (`$(nproc)`).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fastapi_lint.core.span import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = "\x01"
AT_LEAST = "\x02"
OPEN = "\x03"
_LINES = 30000
_BLANK = " \t\r\n\f\v"


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that stand in one file; `label` says what the place does, for the notes of a finding.

    Where `end - start` is the length of the text the characters map to bytes one by one; otherwise (an escape, a
    variable without a value) every character stands for the whole range.
    """

    text: str
    path: str
    start: int
    end: int
    label: str = ""

    def span(self, first: int, last: int) -> Span:
        """Return the bytes of the characters from `first` up to `last`."""
        if self.end - self.start == len(self.text):
            return Span(self.start + first, self.start + last)
        return Span(self.start, self.end)

    def cut(self, first: int, last: int) -> Piece:
        """Return the piece that holds the characters from `first` up to `last`."""
        if first == 0 and last == len(self.text):
            return self
        span = self.span(first, last)
        return Piece(self.text[first:last], self.path, span.start, span.end, self.label)


class Text:
    """An immutable row of pieces; equal where characters and places are equal."""

    __slots__ = ("_starts", "pieces", "value")

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        """Keep the pieces that are not empty."""
        self.pieces = tuple(piece for piece in pieces if piece.text)
        self.value = "".join(piece.text for piece in self.pieces)
        starts, at = [], 0
        for piece in self.pieces:
            starts.append(at)
            at += len(piece.text)
        self._starts = starts

    def __len__(self) -> int:
        """Return the number of characters."""
        return len(self.value)

    def __eq__(self, other: object) -> bool:
        """Return whether the other text has the same pieces."""
        return isinstance(other, Text) and self.pieces == other.pieces

    def __hash__(self) -> int:
        """Return a hash of the characters."""
        return hash(self.value)

    def __repr__(self) -> str:
        """Return the characters, for the people who debug this."""
        return f"Text({self.value!r})"

    @property
    def shown(self) -> str:
        """Return the text as UTF-8, for messages and import strings."""
        return self.value.encode("latin-1", "replace").decode("utf-8", "replace")

    @property
    def is_known(self) -> bool:
        """Return whether no character of it stands for something unknown."""
        return not any(mark in self.value for mark in (UNKNOWN, OPEN, AT_LEAST))

    def cut(self, start: int, end: int | None = None) -> Text:
        """Return the characters from `start` up to `end` (the end of the text where None)."""
        end = len(self.value) if end is None else min(end, len(self.value))
        if start >= end:
            return Text()
        index = bisect_right(self._starts, start) - 1
        pieces = []
        while index < len(self.pieces) and self._starts[index] < end:
            piece, at = self.pieces[index], self._starts[index]
            pieces.append(piece.cut(max(start - at, 0), min(end - at, len(piece.text))))
            index += 1
        return Text(pieces)

    def strip(self) -> Text:
        """Return the text without blanks at its ends."""
        start = len(self.value) - len(self.value.lstrip(_BLANK))
        return self.cut(start, len(self.value.rstrip(_BLANK)))

    def fields(self) -> tuple[Text, ...]:
        """Return the runs between blanks."""
        found, start = [], -1
        for at, character in enumerate(self.value):
            if character in _BLANK:
                if start >= 0:
                    found.append(self.cut(start, at))
                start = -1
            elif start < 0:
                start = at
        if start >= 0:
            found.append(self.cut(start))
        return tuple(found)

    def labelled(self, label: str, within: Location | None = None) -> Text:
        """Return the text with a label on every piece that has none yet and stands in a place (anywhere where None)."""
        return Text(
            piece if piece.label or not _lies(piece, within) else replace(piece, label=label) for piece in self.pieces
        )

    def location(self) -> Location | None:
        """Return where the text starts, up to its last character in the same file in one go; None for an empty text."""
        if not self.pieces:
            return None
        first = self.pieces[0]
        end = first.end
        for piece in self.pieces[1:]:
            if piece.path != first.path or piece.start < end:
                break
            end = piece.end
        return Location(first.path, Span(first.start, end))


def _lies(piece: Piece, within: Location | None) -> bool:
    if within is None:
        return True
    return piece.path == within.path and within.span.start <= piece.start <= within.span.end


def joined(texts: Iterable[Text]) -> Text:
    """Return the texts one after the other."""
    return Text(piece for text in texts for piece in text.pieces)


def marker(mark: str, at: Text) -> Text:
    """Return a text of the given characters that stands where `at` stands."""
    place = at.location()
    if place is None:
        return Text((Piece(mark, "", 0, 0),))
    return Text((Piece(mark, place.path, place.span.start, place.span.end, at.pieces[0].label),))


def split_lines(text: Text) -> list[Text]:
    """Return the lines of a text without their ends (LF or CR LF); what follows the first 30,000 is left out."""
    lines: list[Text] = []
    value, start = text.value, 0
    while start <= len(value) and len(lines) < _LINES:
        end = value.find("\n", start)
        stop = len(value) if end < 0 else end
        lines.append(text.cut(start, stop - 1 if stop > start and value[stop - 1] == "\r" else stop))
        if end < 0:
            break
        start = end + 1
    return lines


def from_file(path: str, data: bytes) -> Text:
    """Return the text of a file without its byte order mark; the marks' own characters become question marks."""
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    value = data[start:].decode("latin-1")
    for mark in (UNKNOWN, AT_LEAST, OPEN):
        value = value.replace(mark, "?")
    return Text((Piece(value, path, start, len(data)),))
