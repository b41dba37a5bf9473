"""Lenses above endpoints, hints beside middleware, and the request's life under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi_lint.core.finding import Place
    from fastapi_lint.lsp.life import Life

    Ranged = Callable[[Place], types.Range | None]
    """Where a place is in the text as it is now, None where that was changed."""


def lenses(life: Life, ranged: Ranged) -> Iterator[types.CodeLens]:
    """Yield a line above each registration of a route, one for each path that it has."""
    for mark in life.routes:
        found = ranged(mark.place)
        if found is not None:
            above = types.Range(found.start, found.start)
            # Without a command's name the line is only read.
            yield types.CodeLens(above, types.Command(mark.lens, ""))


def hints(life: Life, ranged: Ranged, within: types.Range) -> Iterator[types.InlayHint]:
    """Yield the position in the stack behind each registration of a middleware within a range."""
    by_place: dict[Place, list[tuple[str, str]]] = {}
    for mark in life.middleware:
        by_place.setdefault(mark.place, []).append((mark.hint, mark.story))
    for place, told in by_place.items():
        found = ranged(place)
        if found is not None and within.start.line <= found.end.line <= within.end.line:
            label = ", ".join(dict.fromkeys(hint for hint, _ in told))
            story = "\n\n".join(dict.fromkeys(story for _, story in told))
            tooltip = types.MarkupContent(types.MarkupKind.Markdown, story)
            yield types.InlayHint(found.end, label, tooltip=tooltip, padding_left=True)


def stories(life: Life, ranged: Ranged, position: types.Position) -> tuple[str, types.Range] | None:
    """Return what happens to the requests of the registration at a position, and its range; None for no such."""
    for marks in (life.routes, life.middleware):
        found = [(mark.story, place) for mark in marks if (place := ranged(mark.place)) and _holds(place, position)]
        if found:
            return "\n\n---\n\n".join(dict.fromkeys(story for story, _ in found)), found[0][1]
    return None


def _holds(found: types.Range, position: types.Position) -> bool:
    at = (position.line, position.character)
    return (found.start.line, found.start.character) <= at <= (found.end.line, found.end.character)
