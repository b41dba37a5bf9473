"""Places in a file: byte spans, the locations that carry them, and the line index that shows them to people."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of byte offsets into a file's original bytes (a byte order mark counts)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A span in one file; `path` is POSIX and relative to the project's root."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place as people count it: row and column from 1, the column in Unicode code points."""

    row: int
    column: int


class LineIndex:
    """Turns byte offsets of one file into positions; lines end as in Python: LF, CR LF or CR."""

    __slots__ = ("_data", "_encoding", "_starts")

    def __init__(self, data: bytes, encoding: str = "utf-8") -> None:
        """Index `data`, whose columns are counted in characters of `encoding`."""
        self._data = data
        self._encoding = encoding
        self._starts = _line_starts(data)

    def position(self, offset: int) -> Position:
        """Return the position of a byte offset; an offset past the end is taken as the end."""
        offset = max(0, min(offset, len(self._data)))
        row = bisect_right(self._starts, offset)
        start = self._starts[row - 1]
        text = self._data[start:offset].decode(self._encoding, "replace")
        return Position(row, len(text.lstrip("\ufeff") if row == 1 else text) + 1)

    def row(self, offset: int) -> int:
        """Return the row (from 1) that holds a byte offset."""
        return bisect_right(self._starts, offset)

    def line(self, row: int) -> str:
        """Return the text of a row without its line end; an empty text for a row that is not there."""
        if not 1 <= row <= len(self._starts):
            return ""
        start = self._starts[row - 1]
        end = self._starts[row] if row < len(self._starts) else len(self._data)
        text = self._data[start:end].decode(self._encoding, "replace").rstrip("\r\n")
        return text.lstrip("\ufeff") if row == 1 else text

    def start_of(self, row: int) -> int:
        """Return the byte offset at which a row starts; the end of the file for a row past it."""
        return self._starts[row - 1] if row <= len(self._starts) else len(self._data)

    @property
    def rows(self) -> int:
        """Return how many rows the file has; an empty file has one."""
        return len(self._starts)


def _line_starts(data: bytes) -> list[int]:
    starts = [0]
    if b"\r" not in data:
        at = data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = data.find(b"\n", at + 1)
        return starts
    at, size = 0, len(data)
    while at < size:
        byte = data[at]
        at += 1
        if byte == 13 and at < size and data[at] == 10:
            at += 1
        if byte in {10, 13}:
            starts.append(at)
    return starts
