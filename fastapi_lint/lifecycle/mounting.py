"""Applications that are only mounted: no server tells them of start-up or shutdown, so what they have for it is idle.

`starlette/routing.py`, `Mount` hands on `http` and `websocket` scopes only (`Router.app` answers `lifespan` itself; all
versions).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.lifecycle.effects import ExternalCall
from fastapi_lint.lifecycle.event_fates import functions_of
from fastapi_lint.lifecycle.model import Mount
from fastapi_lint.lifecycle.registrations import AppRecord, EventAdded, RouterRecord
from fastapi_lint.lifecycle.startup import lifespans_in
from fastapi_lint.lifecycle.state import effects_of
from fastapi_lint.lifecycle.teardown import definition_of
from fastapi_lint.lifecycle.values import Instance, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.lifecycle.model import App, Endpoint, Project
    from fastapi_lint.lifecycle.values import Site, Value


@dataclass(frozen=True, slots=True, eq=False)
class Unstarted:
    """An application that is only mounted and has something that should run when a server starts it."""

    parent: App
    mounted_at: Site
    instance: Instance
    lifespans: tuple[Value, ...]
    events: tuple[EventAdded, ...]


def unstarted(project: Project) -> Iterator[Unstarted]:
    """Yield the applications of a project that are mounted and that nothing starts, each once."""
    own = {app.instance.site for app in project.apps if app.served and not app.is_mounted}
    seen: set[Site] = set()
    for app in project.apps:
        for mount, inner in _mounted(app.routes):
            record = inner.record
            if inner.site in own or inner.site in seen or not isinstance(record, AppRecord):
                continue
            router = record.router.record
            events = tuple(router.events) if isinstance(router, RouterRecord) else ()
            given = router.lifespan if isinstance(router, RouterRecord) else record.lifespan
            lifespans = tuple(one for one in lifespans_in(given) if not isinstance(one, Unknown))
            found = _without_started(app, inner, Unstarted(app, mount.route.site, inner, lifespans, events))
            if found.lifespans or found.events:
                seen.add(inner.site)
                yield found


def _mounted(routes: Iterable[Endpoint | Mount]) -> Iterator[tuple[Mount, Instance]]:
    for route in routes:
        if isinstance(route, Mount) and route.inner is not None:
            yield route, route.inner
            yield from _mounted(route.inside().routes)


def _without_started(app: App, inner: Instance, found: Unstarted) -> Unstarted:
    """Return what is left when the lifespan of the application above starts a part of it, or hands it on to others."""
    if not found.lifespans and not found.events:
        return found
    roots = [life.activation for life in app.lifespans]
    if any(isinstance(effect, ExternalCall) and _is_given(effect, inner) for _, effect in effects_of(roots)):
        return Unstarted(app, found.mounted_at, inner, (), ())
    started = functions_of(roots)
    return Unstarted(
        app,
        found.mounted_at,
        inner,
        tuple(one for one in found.lifespans if not _is_started(one, started)),
        tuple(one for one in found.events if not _is_started(one.handler, started)),
    )


def _is_started(handler: Value, started: set[int]) -> bool:
    function = definition_of(handler)
    return function is not None and id(function.definition) in started


def _is_given(call: ExternalCall, inner: Instance) -> bool:
    record = inner.record
    router = record.router if isinstance(record, AppRecord) else None
    values = [*call.arguments.values()]
    values += [item for value in values if isinstance(value, Sequence) for item in value.items]
    return any(value is inner or (router is not None and value is router) for value in (call.receiver, *values))
