"""From a request to a trace: the story of the project's applications, narrowed to what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.suggest import suggestion
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.core.span import Location
from fastapi_lint.engine.run import Request, Run, explore
from fastapi_lint.lifecycle.matching import covers, pattern_of
from fastapi_lint.lifecycle.story import story_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.core.finding import Place, Report
    from fastapi_lint.lifecycle.story import AppStory, RouteStory, Story

_MOST_NAMED: Final = 5
_WEBSOCKET: Final = frozenset({"WEBSOCKET", "WS"})


@dataclass(frozen=True, slots=True)
class Trace:
    """A story with the places and the source texts of its locations, and the findings where they were asked for."""

    story: Story
    places: Mapping[Location, Place]
    texts: Mapping[Location, str]
    report: Report | None = None
    is_one_route: bool = False
    unread: tuple[str, ...] = ()
    """A line for each file that could not be read."""


def trace(request: Request, app: str | None = None, route: str | None = None, *, with_report: bool = False) -> Trace:
    """Return the trace of a project, of one `module:variable`, of one route as in `GET /items`.

    Raises:
        ConfigError: where the request or the settings are wrong, and where there is no such application or route.

    """
    return explore(request, lambda run: _trace(run, app, route, with_report=with_report))


def _trace(run: Run, app: str | None, route: str | None, *, with_report: bool) -> Trace:
    story = story_of(run.project)
    if app is not None:
        story = _with_app(story, app)
    if route is not None:
        story = _with_route(story, route)
    found = sorted(set(_locations(story)))
    return Trace(
        story,
        {location: run.place(location) for location in found},
        {location: run.text(location) for location in found},
        run.report() if with_report else None,
        is_one_route=route is not None,
        unread=run.unread(),
    )


def _with_app(story: Story, name: str) -> Story:
    kept = tuple(app for app in story.apps if name in {app.name, app.name.removesuffix("()")})
    if not kept:
        names = [app.name for app in story.apps]
        message = f"no application is called `{name}`"
        raise ConfigError(message, suggestion(name, names) or _known("applications", names))
    return replace(story, apps=kept, target=kept[0].target)


def _with_route(story: Story, wanted: str) -> Story:
    method, _, path = wanted.strip().partition(" ")
    if "/" in method or not path:
        # A path alone, which may have a space in it.
        method, path = "", wanted
    method, path = method.upper(), path.strip()
    apps = [replace(app, routes=_matching(app, method, path)) for app in story.apps]
    kept = tuple(app for app in apps if app.routes)
    if not kept:
        titles = [route.title for app in story.apps for route in app.routes]
        message = f"no route is `{wanted.strip()}`"
        raise ConfigError(message, suggestion(wanted, titles) or _known("routes", titles))
    return replace(story, apps=kept, target=kept[0].target)


def _matching(app: AppStory, method: str, path: str) -> tuple[RouteStory, ...]:
    """Return the routes that are written so; where none is, the one that answers a request to the path."""
    able = [route for route in app.routes if _takes(route, method)]
    written = tuple(route for route in able if route.path == path)
    if written or not path.startswith("/"):
        return written
    asked = pattern_of(path.replace("{", "_"))
    for route in able:
        if route.path is None or route.kind not in {"http", "websocket"} or not route.reachable:
            continue
        known = pattern_of(route.path)
        if asked is not None and known is not None and covers(known, asked):
            return (route,)
    return ()


def _takes(route: RouteStory, method: str) -> bool:
    if not method:
        return True
    if route.kind == "websocket":
        return method in _WEBSOCKET
    return method == route.kind.upper() or (route.kind == "http" and (not route.methods or method in route.methods))


def _known(what: str, names: list[str]) -> str:
    if not names:
        return "no application was found; `apps` in the settings names one"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"the {what} are {', '.join(f'`{name}`' for name in names[:_MOST_NAMED])}{more}"


def _locations(value: object) -> Iterator[Location]:
    """Yield every place that a story names."""
    if isinstance(value, Location):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _locations(item)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _locations(getattr(value, one.name))
