"""Draws source lines with their spans underlined and labelled, in the layout that rustc and ruff share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from fastapi_lint.report.columns import GAP, Window, lay_out, window
from fastapi_lint.report.look import Look, Style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi_lint.core.finding import Place

_CONTEXT = 1
_NARROWEST = 40
_DEFAULT_WIDTH = 140


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to underline; the label is sanitised, the style is the colour of both."""

    place: Place
    label: str
    style: Style
    is_primary: bool = False

    @property
    def row(self) -> int:
        """Return the row on which the mark is drawn: the first one of its span."""
        return self.place.start.row


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A mark on one shown line: half-open cells."""

    start: int
    end: int
    mark: Mark


def rows_of(marks: Sequence[Mark], lines: Mapping[int, str]) -> list[int]:
    """Return the rows to show, sorted: those of the marks and one line of context around each where it is known."""
    marked = {mark.row for mark in marks}
    near = {row + step for row in marked for step in range(-_CONTEXT, _CONTEXT + 1)}
    # A single row between two shown ones takes no more space than the sign that it was left out.
    near |= {row + 1 for row in near if row + 2 in near}
    rows = sorted(row for row in near if row in lines)
    shown = set(rows)
    # An empty row at the edge of what is shown is no context.
    return [row for row in rows if row in marked or lines[row].strip() or {row - 1, row + 1} <= shown]


def draw(marks: Sequence[Mark], lines: Mapping[int, str], gutter: int, look: Look) -> list[str]:
    """Return the lines of one snippet between two bars; `gutter` is the width of the row numbers.

    The row of each mark must be in `lines`.
    """
    bar = look.paint(Style.GUTTER, " " * (gutter + 1) + "|")
    room = max(_NARROWEST, look.width or _DEFAULT_WIDTH) - gutter - 3
    result = [bar]
    previous: int | None = None
    for row in rows_of(marks, lines):
        if previous is not None and row > previous + 1:
            result.append(look.paint(Style.GUTTER, GAP))
        previous = row
        text, strokes = _shown(lines[row], [mark for mark in marks if mark.row == row], room)
        result.append(_joined(look.paint(Style.GUTTER, f"{row:>{gutter}} |"), text))
        result.extend(_joined(bar, under) for under in _underlines(strokes, look))
    result.append(bar)
    return result


def _joined(left: str, right: str) -> str:
    return f"{left} {right}" if right else left


def _shown(text: str, marks: Sequence[Mark], room: int) -> tuple[str, list[_Stroke]]:
    primary = min(marks, key=lambda mark: not mark.is_primary, default=None)
    line = lay_out(text, primary.place.start.column if primary else 1)
    content = line.cell(line.first + len(text.rstrip()))
    spans = []
    for mark in marks:
        start = line.cell(mark.place.start.column)
        is_whole = mark.place.end.row == mark.row
        end = line.cell(mark.place.end.column) if is_whole else content
        spans.append((start, max(end, start + 1), mark))
    focus = next(((start, end) for start, end, mark in spans if mark is primary), (0, 0))
    view: Window = window(line, room, *focus)
    strokes = []
    for start, end, mark in spans:
        left = view.place(start)
        strokes.append(_Stroke(left, max(left + 1, view.place(end)), mark))
    return view.text.rstrip(), strokes


def _underlines(strokes: Sequence[_Stroke], look: Look) -> list[str]:
    if not strokes:
        return []
    inline = _inline(strokes)
    first = _painted(strokes, look)
    if inline is not None:
        first += " " + look.paint(inline.mark.style, inline.mark.label)
    result = [first]
    hanging = sorted(
        (stroke for stroke in strokes if stroke.mark.label and stroke is not inline), key=lambda stroke: stroke.start
    )
    if hanging:
        result.append(_stems(hanging, look))
    while hanging:
        last = hanging.pop()
        above = [stroke for stroke in hanging if stroke.start < last.start]
        stems, width = _stems(above, look), max((stroke.start + 1 for stroke in above), default=0)
        result.append(stems + " " * (last.start - width) + look.paint(last.mark.style, last.mark.label))
    return result


def _inline(strokes: Sequence[_Stroke]) -> _Stroke | None:
    """Return the stroke whose label may stand right of the underlines: the last one, when no other cuts into it."""
    labelled = [stroke for stroke in strokes if stroke.mark.label]
    if not labelled:
        return None
    last = max(labelled, key=lambda stroke: (stroke.end, stroke.start))
    others = [stroke for stroke in strokes if (stroke.start, stroke.end) != (last.start, last.end)]
    return last if all(stroke.end <= last.start for stroke in others) else None


def _painted(strokes: Sequence[_Stroke], look: Look) -> str:
    """Return the underlines; narrow ones lie on wide ones, and the primary one on all."""
    canvas: dict[int, _Stroke] = {}
    for stroke in sorted(strokes, key=lambda stroke: (stroke.mark.is_primary, stroke.start - stroke.end)):
        canvas.update(dict.fromkeys(range(stroke.start, stroke.end), stroke))
    result = ""
    for owner, run in groupby(range(max(canvas) + 1), key=canvas.get):
        length = sum(1 for _ in run)
        if owner is None:
            result += " " * length
        else:
            result += look.paint(owner.mark.style, ("^" if owner.mark.is_primary else "-") * length)
    return result


def _stems(strokes: Sequence[_Stroke], look: Look) -> str:
    result, at = "", 0
    for stroke in strokes:
        if stroke.start < at:
            continue
        result += " " * (stroke.start - at) + look.paint(stroke.mark.style, "|")
        at = stroke.start + 1
    return result
