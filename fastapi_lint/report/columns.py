"""How wide text is on a terminal: tabs, East Asian wide characters, combining marks, and windows on long lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from unicodedata import category, east_asian_width

from fastapi_lint.report.sanitize import glyphs

TAB = 4
GAP = "..."
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Line:
    """A source line laid out in cells.

    `first` is the column (from 1) of the first glyph: of a very long line only the part around the place of interest
    is laid out. `starts` holds the cell at which each glyph begins and, last, the width of the whole.
    """

    glyphs: tuple[str, ...]
    starts: tuple[int, ...]
    first: int = 1

    @property
    def width(self) -> int:
        """Return the width of the whole in cells."""
        return self.starts[-1]

    def cell(self, column: int) -> int:
        """Return the cell at which a column begins; a column outside of the line is taken as its nearest end."""
        return self.starts[max(0, min(column - self.first, len(self.glyphs)))]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a line that is shown, and by how many cells it moved to the left."""

    text: str
    width: int
    shift: int

    def place(self, cell: int) -> int:
        """Return where a cell of the line stands in the window; the nearest end where it is cut off."""
        return max(0, min(cell - self.shift, self.width))


def lay_out(text: str, column: int = 1) -> Line:
    """Return a line in cells; where it is very long, only the part around `column`."""
    first = 1
    if len(text) > _LONGEST:
        first = max(1, column - _LONGEST // 2)
        text = text[first - 1 : first - 1 + _LONGEST]
    shown = glyphs(text)
    if "\t" not in text:
        widths = [len(glyph) for glyph in shown] if text.isascii() else [cells(glyph) for glyph in shown]
        return Line(tuple(shown), tuple(accumulate(widths, initial=0)), first)
    at, starts = 0, [0]
    for index, glyph in enumerate(shown):
        if glyph == "\t":
            shown[index] = " " * (TAB - at % TAB)
        at += cells(shown[index])
        starts.append(at)
    return Line(tuple(shown), tuple(starts), first)


def cells(text: str) -> int:
    """Return how many cells a text without tabs takes."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(character) for character in text)


def window(line: Line, width: int, start: int, end: int) -> Window:
    """Return at most `width` cells of a line, so that the cells from `start` (and, if possible, to `end`) are in it."""
    if line.width <= width and line.first == 1:
        return Window("".join(line.glyphs), line.width, 0)
    room = max(1, width - 2 * len(GAP))
    low = 0 if end <= room and line.first == 1 else max(0, min(start - room // 4, line.width - room))
    high = low + room
    kept = [index for index in range(len(line.glyphs)) if low <= line.starts[index] and line.starts[index + 1] <= high]
    if not kept:
        return Window(GAP, len(GAP), low)
    before = GAP if kept[0] > 0 or line.first > 1 else ""
    after = GAP if kept[-1] < len(line.glyphs) - 1 else ""
    text = "".join(line.glyphs[kept[0] : kept[-1] + 1])
    shown = line.starts[kept[-1] + 1] - line.starts[kept[0]]
    return Window(before + text + after, len(before) + shown + len(after), line.starts[kept[0]] - len(before))


def _cells_of(character: str) -> int:
    if character < "\u0300":
        return 1
    if category(character) in {"Mn", "Me", "Cf"} or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1
