"""The `json` format of a trace, version 1, on which other programs rely; `schema/trace.json` describes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi_lint.report.json import dump
from fastapi_lint.report.sanitize import without_surrogates

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Place
    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.story import AppStory, RouteStory, Story, TargetStory

VERSION = 1
Placing = Callable[["Location"], "Place"]
"""Turns a location into a place that people can read: a path, rows and columns."""


def render(story: Story, placing: Placing) -> str:
    """Return the document, in ASCII."""
    return dump(as_json(story, placing), indent=2)


def as_json(story: Story, placing: Placing) -> dict[str, object]:
    """Return a story as an object of JSON."""
    return {
        "version": VERSION,
        "target": _target(story.target),
        "apps": [_app(app, story.target, placing) for app in story.apps],
    }


def _target(target: TargetStory) -> dict[str, object]:
    return {
        "fastapi": target.fastapi,
        "starlette": target.starlette,
        "source": without_surrogates(target.source),
    }


def _app(app: AppStory, target: TargetStory, placing: Placing) -> dict[str, object]:
    def at(location: Location) -> dict[str, object]:
        place = placing(location)
        return {
            "filename": without_surrogates(place.filename),
            "row": place.start.row,
            "column": place.start.column,
        }

    own = {} if app.target == target else {"target": _target(app.target)}
    return {
        "app": app.name,
        **own,
        "location": at(app.location),
        "deployments": [
            {"server": one.server, "processes": one.processes, "location": at(one.location)} for one in app.deployments
        ],
        "lifespan": [
            {"name": one.name, "kind": one.kind, "runs": one.runs, "location": at(one.location)} for one in app.lifespan
        ],
        "middleware": [{"name": one.name, "via": one.via, "location": at(one.location)} for one in app.middleware],
        "exception_handlers": [
            {"handles": one.handles, "name": one.name, "location": at(one.location)} for one in app.exception_handlers
        ],
        "routes": [_route(route, at) for route in app.routes],
        "complete": app.complete,
        "unknown": [{"reason": one.reason, "location": at(one.location)} for one in app.unknown],
    }


def _route(route: RouteStory, at: Callable[[Location], dict[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {
        "methods": sorted(route.methods),
        "path": without_surrogates(route.path) if route.path is not None else None,
        "kind": route.kind,
        "endpoint": route.endpoint,
        "location": at(route.location),
        "reachable": route.reachable,
    }
    if route.shadow is not None:
        found["unreachable_by"] = {
            "methods": sorted(route.shadow.methods),
            "path": without_surrogates(route.shadow.path),
            "location": at(route.shadow.location),
        }
    found["calls"] = [
        {"name": turn.name, "kind": turn.kind, "again": turn.again, "location": at(turn.location)}
        for turn in route.request.calls
    ]
    found["teardown"] = [{"name": one.name, "when": one.when} for one in route.request.exits]
    return found
