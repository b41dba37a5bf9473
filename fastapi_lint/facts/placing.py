"""Facts at other places of a file: the same statements, where text was put in or taken out around them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from fastapi_lint.facts.model import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi_lint.facts.model import ModuleFacts

_MOST_LINES = 4_000
_PLACES = frozenset({"start", "end", "name_start", "name_end"})


def moved(facts: ModuleFacts, place: Callable[[int], int]) -> ModuleFacts:
    """Return facts whose offsets are those that `place` gives for them; -1, which is no place, stays."""

    def at(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple([at(one) for one in value]) if value else value
        if not isinstance(value, Node):
            return value
        parts = (getattr(value, name) for name in value.__struct_fields__)
        given = [
            (place(part) if part >= 0 else part) if is_place else at(part)
            for part, is_place in zip(parts, _kinds(value.__class__), strict=True)
        ]
        return value.__class__(*given)

    result: ModuleFacts = at(facts)
    return result


@cache
def _kinds(node: type[Node]) -> tuple[bool, ...]:
    """Return for each field of a class of facts whether it is an offset."""
    return tuple(name in _PLACES for name in node.__struct_fields__)


def between(before: bytes, after: bytes) -> Callable[[int], int]:
    """Return where an offset of one text lies in another; what is there no more lies where the text before it ends."""
    from difflib import SequenceMatcher  # noqa: PLC0415  # only texts that are being written need it

    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    olds, news = _starts(old), _starts(new)
    runs = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > _MOST_LINES).get_matching_blocks()
    starts = [olds[run.a] for run in runs]

    def place(offset: int) -> int:
        at = bisect_right(starts, offset) - 1
        if at < 0:
            return 0
        run = runs[at]
        return min(news[run.b] + offset - olds[run.a], news[run.b + run.size])

    return place


def _starts(lines: list[bytes]) -> list[int]:
    return [0, *accumulate(map(len, lines))]
