"""Edits into bytes: nothing else changes, and what does not go together is not made together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.core.finding import Edit, Fix
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.patch import patched, together


def edit(start: int, end: int, text: str = "", path: str = "a.py") -> Edit:
    return Edit(Location(path, Span(start, end)), text)


def fix(*edits: Edit) -> Fix:
    return Fix("safe", "f", edits)


def test_edits_are_made_in_the_order_of_their_places() -> None:
    assert patched(b"one two three", [edit(8, 13, "3"), edit(0, 3, "1"), edit(0, 3, "1")]) == b"1 two 3"


def test_the_encoding_is_the_file_s() -> None:
    assert patched("# é\n".encode("latin-1"), [edit(2, 3, "ü")], "latin-1") == "# ü\n".encode("latin-1")
    with pytest.raises(UnicodeEncodeError):
        patched(b"x", [edit(0, 1, "日")], "latin-1")


@pytest.mark.parametrize("edits", [[edit(0, 3), edit(2, 4)], [edit(2, 9)], [edit(1, 2, "a"), edit(1, 2, "b")]])
def test_what_overlaps_or_leads_out_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlap at byte"):
        patched(b"12345", edits)


def test_fixes_that_meet_wait_for_each_other() -> None:
    first, touching, apart, other = (
        fix(edit(0, 3)),
        fix(edit(3, 4, "x"), edit(9, 10)),
        fix(edit(9, 10)),
        fix(edit(0, 3, path="b.py")),
    )
    assert together([first, touching, apart, other]) == (first, apart, other)


def test_fixes_may_share_an_edit_and_none_may_clash_with_itself() -> None:
    shared = edit(0, 0, "import a\n")
    one, two = fix(shared, edit(5, 6)), fix(shared, edit(9, 10))
    assert together([one, two]) == (one, two)
    assert together([fix(edit(1, 3), edit(2, 4)), fix()]) == ()


@given(st.binary(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6), st.text("xy\n", max_size=3))))
def test_all_bytes_outside_of_the_edits_stay(data: bytes, wanted: list[tuple[int, int, str]]) -> None:
    fixes = [fix(edit(start, start + size, text)) for start, size, text in wanted if start + size <= len(data)]
    chosen = together(fixes)
    edits = sorted({one for found in chosen for one in found.edits}, key=lambda one: one.location)
    after = patched(data, edits)
    at = shift = 0
    for one in edits:
        span = one.location.span
        assert after[at + shift : span.start + shift] == data[at : span.start]
        shift += len(one.replacement) - (span.end - span.start)
        at = span.end
    assert after[at + shift :] == data[at:]
