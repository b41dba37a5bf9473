"""Widths, windows, and underlines that stand under what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.report.columns import cells, lay_out, window
from fastapi_lint.report.render import render
from tests.report.hostile import TEXT
from tests.report.samples import diagnostic, place, report

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Report

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=300)


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("日本", 4), ("e\u0301", 1), ("ｱ", 1), ("。", 2), ("\u200d", 0), ("🚀", 2), ("é", 1)],
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(
    ("text", "column", "cell"),
    [("\tx", 2, 4), ("a\tx", 3, 4), ("abcd\tx", 6, 8), ("日\tx", 3, 4), ("\x1bx", 2, 4), ("ab", 9, 2), ("", 1, 0)],
)
def test_cell_of_a_column(text: str, column: int, cell: int) -> None:
    assert lay_out(text).cell(column) == cell


@given(TEXT, st.integers(7, 60), st.integers(0, 60), st.integers(1, 30))
def test_a_window_is_no_wider_than_its_frame(text: str, width: int, start: int, length: int) -> None:
    line = lay_out(text * 5)
    view = window(line, width, min(start, line.width), min(start + length, line.width))
    assert view.width <= width
    assert cells(view.text) == view.width


@given(PRINTABLE, st.data())
def test_carets_stand_under_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(text)))
    end = data.draw(st.integers(start + 1, len(text) + 1))
    shown = _shown(report(diagnostic(place("a.py", 1, start, end)), lines={"a.py": {1: text}}), width=400)
    code, carets = shown
    assert code == f"1 | {text}".rstrip()
    assert carets == "  | " + " " * (start - 1) + "^" * (end - start)


@given(PRINTABLE, st.data())
def test_a_windowed_line_still_shows_the_start_of_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(text)))
    code, carets = _shown(report(diagnostic(place("a.py", 1, start, start + 1)), lines={"a.py": {1: text}}), width=40)
    assert len(code) <= 40
    assert code.ljust(len(carets))[carets.index("^")] == text[start - 1]


def test_a_line_of_a_megabyte_is_cut() -> None:
    code, carets = _shown(
        report(
            diagnostic(place("a.py", 1, 500_001, 500_007)),
            lines={"a.py": {1: "x" * 500_000 + "engine" + "y" * 500_000}},
        ),
        width=80,
    )
    at = carets.index("^")
    assert code[at : at + 6] == "engine"
    assert len(code) <= 80


def _shown(single: Report, *, width: int) -> list[str]:
    return render(single, "text", width=width, quiet=True).split("\n")[3:5]
