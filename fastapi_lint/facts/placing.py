"""Facts at other places of a file: the same statements, where text was put in or taken out around them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from fastapi_lint.facts.model import Function, ModuleFacts, Node, part_names, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_MOST_LINES = 4_000
_PLACES = frozenset({"start", "end", "name_start", "name_end"})


def moved(facts: ModuleFacts, place: Callable[[int], int]) -> ModuleFacts:
    """Return facts whose offsets are those that `place` gives for them; -1, which is no place, stays.

    The bodies of functions are read for it.
    """

    def at(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple([at(one) for one in value]) if value else value
        if not isinstance(value, Node):
            return value
        held: Iterator[Any] = parts(value)
        given = [
            (place(part) if part >= 0 else part) if is_place else at(part)
            for part, is_place in zip(held, _kinds(value.__class__), strict=True)
        ]
        return value.__class__(*given)

    result: ModuleFacts = at(facts)
    return result


@cache
def _kinds(node: type[Node]) -> tuple[bool, ...]:
    """Return for each part of a class of facts whether it is an offset."""
    return tuple(name in _PLACES for name in part_names(node))


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


def aligned(before: ModuleFacts, after: ModuleFacts, *, with_comments: bool) -> Callable[[int], int] | None:
    """Return where an offset of some facts lies in others that say the same, None where they say another thing.

    Comments count only where asked for, and of a body that nobody has read yet only what it calls. An offset inside of
    a node keeps its distance from where the node begins.
    """
    places: dict[int, int] = {}
    pending: list[tuple[Any, Any]] = [(before, after)]
    pop, extend = pending.pop, pending.extend
    while pending:
        one, other = pop()
        kind = one.__class__
        if one is other:
            continue
        if kind is not other.__class__:
            return None
        if kind is tuple:
            if len(one) != len(other):
                return None
            extend(zip(one, other, strict=True))
        elif isinstance(one, Node):
            rest = one.unread if isinstance(one, Function) else None
            is_whole = rest is None or rest.is_asked_for
            if rest is not None and not is_whole and (other.unread is None or rest.called != other.unread.called):
                return None
            held, offsets = _getters(kind) if is_whole else _UNREAD
            for start, end in zip(offsets(one), offsets(other), strict=True):
                if places.setdefault(start, end) != end:
                    return None
            pairs = zip(held(one), held(other), strict=True)
            extend(pairs if with_comments or kind is not ModuleFacts else _without_comments(pairs))
        elif one != other:
            return None
    return _between(places)


def _without_comments(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    names = (name for name in ModuleFacts.__struct_fields__ if name not in _PLACES)
    return (pair for name, pair in zip(names, pairs, strict=True) if name != "comments")


def _between(places: dict[int, int]) -> Callable[[int], int] | None:
    known = sorted(places)
    if any(places[one] >= places[other] for one, other in pairwise(known)):
        return None

    def place(offset: int) -> int:
        at = bisect_right(known, offset) - 1
        return offset if at < 0 else places[known[at]] + offset - known[at]

    return place


@cache
def _getters(node: type[Node]) -> tuple[Callable[[Any], tuple[Any, ...]], Callable[[Any], tuple[int, ...]]]:
    """Return what gives the fields of a class of facts that are no offsets, and those that are."""
    names = part_names(node)
    return _getter([name for name in names if name not in _PLACES]), _getter([one for one in names if one in _PLACES])


def _unread() -> tuple[Callable[[Any], tuple[Any, ...]], Callable[[Any], tuple[int, ...]]]:
    """Return the same for functions whose bodies were not read to the end."""
    names = [name for name in Function.__struct_fields__ if name not in _PLACES and name != "unread"]
    return _getter(names), _getters(Function)[1]


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        found: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
        return found
    return lambda value: tuple(getattr(value, name) for name in names)


_UNREAD = _unread()
