"""Positions between people and editors: code points from 1 here, code units of the negotiated encoding from 0 there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi_lint.core.finding import Place
    from fastapi_lint.core.span import Position

    Line = Callable[[str, int], str]
    """The text of a row (from 1) of a file, as the positions were counted in."""


class Units:
    """Counts in the code units of one position encoding; one that is not known is taken as UTF-16, the default."""

    def __init__(self, encoding: str) -> None:
        """Take the name that client and server agreed on."""
        self.encoding = encoding if encoding in {"utf-8", "utf-32"} else "utf-16"

    def count(self, text: str) -> int:
        """Return how many units a text has."""
        if self.encoding == "utf-32" or text.isascii():
            return len(text)
        if self.encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(character > "\uffff" for character in text)

    def position(self, line: str, position: Position) -> types.Position:
        """Return a position for the editor; `line` is the text of its row."""
        return types.Position(position.row - 1, self.count(line[: position.column - 1]))

    def range(self, place: Place, line: Line) -> types.Range:
        """Return a place for the editor."""
        start = self.position(line(place.filename, place.start.row), place.start)
        return types.Range(start, self.position(line(place.filename, place.end.row), place.end))

    def index(self, line: str, units: int) -> int:
        """Return how many code points of a row stand before a count of units; the row's end for one past it."""
        passed = 0
        for at, character in enumerate(line):
            if passed >= units:
                return at
            passed += self.count(character)
        return len(line)


class Drift:
    """Where the rows of one text stand in a later one: those before the first and after the last row that differ."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        """Compare the rows of both texts."""
        shorter = min(len(old), len(new))
        self._before = next((at for at in range(shorter) if old[at] != new[at]), shorter)
        most = shorter - self._before
        self._after = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
        self._old = len(old)
        self._moved = len(new) - len(old)

    def row(self, row: int) -> int | None:
        """Return where a row (from 0) of the old text is now, None where it was changed."""
        if row < self._before:
            return row
        return row + self._moved if row >= self._old - self._after else None

    def range(self, found: types.Range) -> types.Range | None:
        """Return where a range is now, None where it was changed."""
        start, end = self.row(found.start.line), self.row(found.end.line)
        if start is None or end is None or end - start != found.end.line - found.start.line:
            return None
        return types.Range(types.Position(start, found.start.character), types.Position(end, found.end.character))
