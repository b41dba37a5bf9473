"""Which findings belong to which part of a story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fastapi_lint.core.finding import Diagnostic, Place, Report
    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.story import Story


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of a report by the places of a story.

    A finding belongs to every part whose registration or definition holds its place; one whose place is in no part
    belongs to those that hold the place of a note; `rest` are those that belong to none.
    """

    by_place: dict[tuple[Place, ...], tuple[Diagnostic, ...]]
    rest: tuple[Diagnostic, ...]
    at: Callable[[Location], Place]

    def of(self, *locations: Location | None) -> tuple[Diagnostic, ...]:
        """Return the findings of the part that is registered and defined at some locations."""
        return self.by_place.get(_key(self.at, locations), ())


def findings_of(story: Story, report: Report | None, at: Callable[[Location], Place]) -> Findings:
    """Return the findings of a report, sorted to the parts of a story."""
    diagnostics = report.diagnostics if report is not None else ()
    parts = {_key(at, locations): None for locations in _parts(story)}
    own = {id(one): [part for part in parts if _holds(part, one.place)] for one in diagnostics}
    found: dict[tuple[Place, ...], list[Diagnostic]] = {part: [] for part in parts}
    rest: list[Diagnostic] = []
    for one in diagnostics:
        belongs = own[id(one)] or [part for part in parts if any(_holds(part, note.place) for note in one.notes)]
        for part in belongs:
            found[part].append(one)
        if not belongs:
            rest.append(one)
    return Findings({part: tuple(ones) for part, ones in found.items() if ones}, tuple(rest), at)


def _parts(story: Story) -> Iterable[tuple[Location | None, ...]]:
    for app in story.apps:
        yield from ((one.location,) for one in app.deployments)
        yield from ((one.location, one.definition) for one in app.lifespan)
        yield from ((one.location, one.definition) for one in app.middleware)
        yield from ((one.location, one.definition) for one in app.exception_handlers)
        for route in app.routes:
            yield route.location, route.definition
            yield from ((turn.location, turn.definition) for turn in route.request.turns)


def _key(at: Callable[[Location], Place], locations: Iterable[Location | None]) -> tuple[Place, ...]:
    return tuple(at(one) for one in locations if one is not None)


def _holds(part: tuple[Place, ...], place: Place) -> bool:
    return any(one.filename == place.filename and one.start <= place.start <= one.end for one in part)
