"""What an editor shows of the lifecycle in one file: its routes and middleware, under the places that register them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.report.trace_markdown import code, render
from fastapi_lint.report.trace_words import count_text, name_text, shadow_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi_lint.core.finding import Place
    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.story import AppStory, MiddlewareStory, RouteStory, Story


@dataclass(frozen=True, slots=True)
class RouteMark:
    """One route of one application, where it is registered."""

    place: Place
    app: AppStory
    route: RouteStory

    @property
    def lens(self) -> str:
        """Return the line above the endpoint: the full path, and how many calls come before it."""
        route = self.route
        if not route.reachable:
            why = shadow_text(route.shadow) if route.shadow is not None else "its path has no slash at the front"
            return f"{route.title}: never reached, {why}"
        if route.kind not in {"http", "websocket"}:
            return route.title
        calls = count_text(len(route.request.calls), "dependency call")
        return f"{route.title}, {calls}{', in a branch' if route.is_conditional else ''}"

    @property
    def story(self) -> str:
        """Return the life of a request as Markdown."""
        return render(self.app, self.route)


@dataclass(frozen=True, slots=True)
class MiddlewareMark:
    """One middleware of one application, where it is added; `rank` counts from the outside, from 0."""

    place: Place
    app: str
    rank: int
    stack: tuple[MiddlewareStory, ...]

    @property
    def hint(self) -> str:
        """Return the position in the stack."""
        count = len(self.stack)
        branch = ", in a branch" if self.stack[self.rank].is_conditional else ""
        if count == 1:
            return f"the only middleware{branch}"
        if self.rank == 0:
            return f"outermost of {count}{branch}"
        if self.rank == count - 1:
            return f"innermost of {count}{branch}"
        return f"{self.rank + 1} of {count} from the outside{branch}"

    @property
    def story(self) -> str:
        """Return the whole stack as Markdown."""
        rows = (
            f"{number}. {code(name_text(one.name))}{' (this one)' if number == self.rank + 1 else ''}"
            for number, one in enumerate(self.stack, 1)
        )
        return "\n".join((f"Middleware of {code(self.app)}, from the outside in:\n", *rows))


@dataclass(frozen=True, slots=True)
class Life:
    """The marks of one file, in the order of its text."""

    routes: tuple[RouteMark, ...] = ()
    middleware: tuple[MiddlewareMark, ...] = ()


def lives_of(story: Story, place: Callable[[Location], Place]) -> Mapping[str, Life]:
    """Return the marks of every file that has some, by its path."""
    routes: dict[str, list[RouteMark]] = {}
    middleware: dict[str, list[MiddlewareMark]] = {}
    for app in story.apps:
        for route in app.routes:
            routes.setdefault(route.location.path, []).append(RouteMark(place(route.location), app, route))
        for rank, one in enumerate(app.middleware):
            mark = MiddlewareMark(place(one.location), app.name, rank, app.middleware)
            middleware.setdefault(one.location.path, []).append(mark)
    return {
        path: Life(
            tuple(sorted(routes.get(path, ()), key=lambda mark: mark.place.start)),
            tuple(sorted(middleware.get(path, ()), key=lambda mark: mark.place.start)),
        )
        for path in routes.keys() | middleware.keys()
    }
