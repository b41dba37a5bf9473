"""What a deployment is known by: its command's extent, its environment, and the notes on what decided something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.span import Location, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_lint.facts.deployment.scene import Related, Scene
    from fastapi_lint.facts.deployment.text import Text

Notes = list[tuple[Location, str]]


def keep_labels(text: Text, notes: Notes) -> None:
    """Add the labelled places that a text comes from."""
    for piece in text.pieces:
        if piece.label:
            notes.append((Location(piece.path, Span(piece.start, piece.end)), piece.label))


def environment_of(scene: Scene) -> tuple[tuple[str, str], ...]:
    """Return the variables of a scene whose values are known, sorted."""
    return tuple(sorted((name, value.shown) for name, value in scene.variables.items() if value.is_known))


def extent_of(words: Sequence[Text], scene: Scene) -> Location:
    """Return from where a command starts to where its last own word in the same file ends."""
    start = next((place for place in (word.location() for word in words) if place is not None), None)
    if start is None:
        return Location("", Span(0, 0))
    if scene.extent is not None and lies_in(start, scene.extent):
        return Location(start.path, Span(start.span.start, scene.extent.span.end))
    end = start.span.end
    for word in words:
        for piece in word.pieces:
            if piece.path == start.path and piece.start >= start.span.start and not piece.label:
                end = max(end, piece.end)
    return Location(start.path, Span(start.span.start, end))


def lies_in(place: Location, whole: Location) -> bool:
    """Return whether a place lies within another one."""
    return place.path == whole.path and whole.span.start <= place.span.start and place.span.end <= whole.span.end


def note_once(notes: Notes, place: Location, message: str) -> None:
    """Add a place unless it is noted already."""
    if all(known != place for known, _ in notes):
        notes.append((place, message))


def related_of(scene: Scene, notes: Sequence[tuple[Location, str]], location: Location) -> Related:
    """Return all places that take part but the command's own, each once and sorted."""
    kept = dict.fromkeys((*scene.related, *notes))
    return tuple(sorted(note for note in kept if note[0] != location))
