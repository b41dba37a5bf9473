"""The story of a project as plain values: what happens in each application from the server to the last exit code.

`story_of` turns the linked project into it; everything in it is immutable and knows no value of the replay. The story
is told for the newest version that the project accepts. Places are where the project registers or asks for
something; for a lifespan, where it is defined. A `definition` is a whole function or class of the project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts.deployment.model import CountKind
from fastapi_lint.knowledge.versions import Target
from fastapi_lint.lifecycle.extent import extent_of
from fastapi_lint.lifecycle.middleware import Middleware, stack_of
from fastapi_lint.lifecycle.naming import full_name, site_of
from fastapi_lint.lifecycle.overrides import overrides_of
from fastapi_lint.lifecycle.paths import Stop, stops_of
from fastapi_lint.lifecycle.registrations import AppRecord
from fastapi_lint.lifecycle.request_story import RequestStory, Unresolved, request_of
from fastapi_lint.lifecycle.startup import Started, start_of
from fastapi_lint.lifecycle.values import Instance, Literal, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.model import App, Project, Served


_STATUS: Final = re.compile(r"\.status:(?:HTTP|WS)_(\d+)_")


@dataclass(frozen=True, slots=True)
class TargetStory:
    """The versions that the story is told for, what says so, and all versions that are accepted, for people."""

    fastapi: str
    starlette: str
    source: str
    accepted: str


@dataclass(frozen=True, slots=True)
class DeploymentStory:
    """One way in which the application is started; `processes` is None where the number is not known."""

    server: str
    processes: int | None
    is_exact: bool
    is_development: bool
    location: Location


@dataclass(frozen=True, slots=True)
class LifespanStory:
    """One run of a lifespan or event handler, or one that never runs."""

    name: str
    kind: str
    runs: bool
    location: Location
    definition: Location | None = None


@dataclass(frozen=True, slots=True)
class MiddlewareStory:
    """One middleware and how it was registered; `is_conditional` where a branch decides about it."""

    name: str
    via: str
    location: Location
    is_conditional: bool = False
    definition: Location | None = None


@dataclass(frozen=True, slots=True)
class HandlerStory:
    """An exception handler; `handles` is a class or a status code."""

    handles: str
    name: str
    location: Location
    definition: Location | None = None

    @property
    def is_outermost(self) -> bool:
        """Return whether it answers outside of all middleware, after which the server sees the exception too."""
        return self.handles in {"builtins:Exception", "500"}


@dataclass(frozen=True, slots=True)
class Shadow:
    """The earlier route that answers instead of another."""

    methods: tuple[str, ...]
    path: str
    location: Location


@dataclass(frozen=True, slots=True)
class RouteStory:
    """One route under its full path, and what one request to it does; `path` is None where it is not known.

    `reachable` is False where it can never be reached; `shadow` is then the route that is, None where the path itself
    matches no request. `mounted` are the mounted applications that a request passes, outermost first.
    """

    methods: tuple[str, ...]
    path: str | None
    kind: str
    endpoint: str
    location: Location
    definition: Location | None
    reachable: bool
    shadow: Shadow | None
    request: RequestStory
    mounted: tuple[MountedStory, ...] = ()
    is_conditional: bool = False

    @property
    def title(self) -> str:
        """Return the route as people write it: `GET /users/{id}`."""
        words = {"http": ",".join(self.methods) or "ANY", "websocket": "WEBSOCKET"}.get(self.kind, self.kind.upper())
        return f"{words} {self.path if self.path is not None else '…'}"


@dataclass(frozen=True, slots=True)
class MountedStory:
    """A mounted application, with what is its own and not its parent's."""

    name: str
    location: Location
    middleware: tuple[MiddlewareStory, ...]
    exception_handlers: tuple[HandlerStory, ...]


@dataclass(frozen=True, slots=True)
class AppStory:
    """One application's life."""

    name: str
    location: Location
    is_fastapi: bool
    is_mounted: bool
    target: TargetStory
    deployments: tuple[DeploymentStory, ...]
    lifespan: tuple[LifespanStory, ...]
    middleware: tuple[MiddlewareStory, ...]
    exception_handlers: tuple[HandlerStory, ...]
    routes: tuple[RouteStory, ...]
    unknown: tuple[Unresolved, ...]

    @property
    def complete(self) -> bool:
        """Return whether everything was resolved."""
        return not self.unknown


@dataclass(frozen=True, slots=True)
class Story:
    """All applications of a project; `target` is that of the first."""

    target: TargetStory
    apps: tuple[AppStory, ...]


def story_of(project: Project) -> Story:
    """Return the story of a linked project."""
    apps = tuple(_app(app) for app in project.apps)
    return Story(apps[0].target if apps else _target(Target.of({})), apps)


def _target(target: Target) -> TargetStory:
    fastapi, starlette = (str(target.newest(package)) for package in ("fastapi", "starlette"))
    return TargetStory(fastapi, starlette, target.statements["fastapi"].origin, target.describe("fastapi"))


def _app(app: App) -> AppStory:
    record = app.instance.record
    assert isinstance(record, AppRecord)
    unknown: list[Unresolved] = [Unresolved(reason, site.location) for reason, site in app.unknown]
    if not overrides_of(app.instance).is_known:
        unknown.append(Unresolved("`dependency_overrides` stand for dependencies", record.overrides.site.location))
    deployments = tuple(_deployment(served, unknown) for served in app.served)
    lifespan = tuple(
        _lifespan(started, app, unknown) for started in start_of(record, app.target, is_mounted=app.is_mounted)
    )
    middleware = tuple(_middleware(one, unknown) for one in app.stack)
    handlers = tuple(_handlers(record, unknown))
    routes = tuple(_route(stop, app, unknown) for stop in stops_of(app, unknown))
    return AppStory(
        name=app.name,
        location=app.location,
        is_fastapi=app.is_fastapi,
        is_mounted=app.is_mounted,
        target=_target(app.target),
        deployments=deployments,
        lifespan=lifespan,
        middleware=middleware,
        exception_handlers=handlers,
        routes=routes,
        unknown=tuple(dict.fromkeys(unknown)),
    )


def _deployment(served: Served, unknown: list[Unresolved]) -> DeploymentStory:
    count, deployment = served.processes, served.deployment
    if count.kind is not CountKind.EXACT:
        unknown.append(Unresolved("the number of processes", count.location or deployment.location))
    return DeploymentStory(
        deployment.server,
        None if count.kind is CountKind.UNKNOWN else count.value,
        count.kind is CountKind.EXACT,
        deployment.is_development,
        deployment.location,
    )


def _lifespan(started: Started, app: App, unknown: list[Unresolved]) -> LifespanStory:
    definition = site_of(started.handler)
    place = started.site or definition or app.instance.site
    name = full_name(started.handler)
    if not name:
        unknown.append(Unresolved(f"a {started.kind} handler" if started.site else "the lifespan", place.location))
    return LifespanStory(name, started.kind, started.runs, place.location, extent_of(started.handler))


def _middleware(middleware: Middleware, unknown: list[Unresolved]) -> MiddlewareStory:
    added = middleware.added
    place = added.site.location
    if not middleware.name:
        unknown.append(Unresolved("a middleware", place))
    if added.conditions:
        unknown.append(Unresolved("whether a middleware is added", place))
    return MiddlewareStory(middleware.name, added.via, place, bool(added.conditions), extent_of(middleware.what))


def _handlers(record: AppRecord, unknown: list[Unresolved]) -> Iterator[HandlerStory]:
    """Yield the handlers as the application keeps them: one for each exception, the last that was registered."""
    kept: dict[str, HandlerStory] = {}
    for index, added in enumerate(record.handlers):
        place = added.site.location
        handles, name = _handled(added.handles), full_name(added.handler)
        if not handles or not name:
            unknown.append(Unresolved("an exception handler", place))
        if added.conditions:
            unknown.append(Unresolved("whether an exception handler is added", place))
        key = handles if handles and not added.conditions else f"{handles} {index}"
        kept[key] = HandlerStory(handles, name, place, extent_of(added.handler))
    yield from kept.values()


def _handled(value: Value) -> str:
    if isinstance(value, Literal):
        return str(value.value) if isinstance(value.value, int) else ""
    name = full_name(value)
    status = _STATUS.search(name)
    return status[1] if status else name


def _route(stop: Stop, app: App, unknown: list[Unresolved]) -> RouteStory:
    shadow = stop.shadow
    return RouteStory(
        methods=stop.methods,
        path=stop.path,
        kind=stop.route.kind,
        endpoint=stop.name,
        location=stop.route.site.location,
        definition=extent_of(stop.route.endpoint) if stop.endpoint is not None else None,
        reachable=shadow is None and not stop.is_impossible,
        shadow=Shadow(shadow.methods, shadow.path or "", shadow.location) if shadow is not None else None,
        request=request_of(stop.endpoint, app.target, unknown) if stop.endpoint is not None else RequestStory(),
        mounted=tuple(map(_mounted, stop.inside)),
        is_conditional=bool(stop.conditions),
    )


def _mounted(instance: Instance) -> MountedStory:
    ignored: list[Unresolved] = []
    record = instance.record
    handlers = tuple(_handlers(record, ignored)) if isinstance(record, AppRecord) else ()
    middleware = tuple(_middleware(one, ignored) for one in stack_of(instance))
    return MountedStory(full_name(instance), instance.site.location, middleware, handlers)
