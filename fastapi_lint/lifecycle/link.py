"""Facts to lifecycle: every application of a project with all that shapes its life.

`link` is never cached: it replays what the entries reach and reads the result off the registrations. Requests and
start-up are run only when a rule asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.model import Count, CountKind, Database, Deployment
from fastapi_lint.knowledge.versions import Target, Ternary
from fastapi_lint.lifecycle.awake import AwakeFacts
from fastapi_lint.lifecycle.dependencies import Graph, GraphBuilder, request_calls
from fastapi_lint.lifecycle.entries import Candidate, Entries, unwrapped
from fastapi_lint.lifecycle.middleware import stack_of
from fastapi_lint.lifecycle.model import App, Endpoint, Inside, Life, Lifespan, Mount, Project, RequestPart, Served
from fastapi_lint.lifecycle.naming import full_name, site_of
from fastapi_lint.lifecycle.overrides import overrides_of
from fastapi_lint.lifecycle.registrations import AppRecord, EventAdded, Mounted, RouterIncluded, RouterRecord
from fastapi_lint.lifecycle.routing import FlatRoute, flat_routes
from fastapi_lint.lifecycle.serving import Serving
from fastapi_lint.lifecycle.startup import start_of
from fastapi_lint.lifecycle.symbols import ProjectIndex
from fastapi_lint.lifecycle.values import Instance, Site, Value, options_of
from fastapi_lint.lifecycle.worker_classes import WORDS as WORKER_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fastapi_lint.core.cancel import Cancel
    from fastapi_lint.facts.model import ModuleFacts
    from fastapi_lint.lifecycle.awake import Mentions
    from fastapi_lint.lifecycle.overrides import Overrides


@dataclass(frozen=True, slots=True)
class LinkInput:
    """What a link needs: the Python files, their facts, deployments, versions near a path, and settings."""

    files: tuple[str, ...]
    facts: Callable[[str], ModuleFacts | None]
    deployments: tuple[Deployment, ...]
    target: Callable[[str], Target]
    sources: Sequence[str] = ()
    apps: Sequence[str] = ()
    workers: int | None = None
    mentions: Mentions | None = None
    """Finds the files that hold certain words; without it the facts of every file are looked at."""
    cancel: Cancel | None = None
    """Asks for the link, and what is run of it afterwards, to be given up."""
    databases: tuple[Database, ...] = ()


def link(given: LinkInput) -> Project:
    """Return the applications of a project, those with deployments first, then by name."""
    index = ProjectIndex(given.files, given.sources)
    facts = AwakeFacts(given.files, given.facts, given.mentions)
    entries = Entries(index, facts, given.target, given.cancel)
    candidates = entries.find(given.deployments, given.apps)
    chosen = _chosen(candidates)
    mounted = _mounted_sites(candidates)
    apps: list[App] = []
    for candidate, deployments in chosen:
        served = tuple(Served(_with_workers(one, given.workers)) for one in deployments)
        apps.append(_app(candidate, served, is_mounted=candidate.instance.site in mounted and not served))
    _inherit_deployments(apps)
    apps.sort(key=lambda app: (not app.served, app.is_mounted, app.name))
    facts.wake(WORKER_WORDS)
    return Project(
        tuple(apps),
        facts,
        naming_workers=facts.holding(WORKER_WORDS),
        unfound=tuple(entries.unfound),
        deployments=given.deployments,
        databases=given.databases,
    )


def _chosen(candidates: list[Candidate]) -> list[tuple[Candidate, list[Deployment]]]:
    """Return one candidate for each place that makes an application, with the deployments of all of them."""
    groups: dict[tuple[Site, str], list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault((candidate.instance.site, _distinction(candidate)), []).append(candidate)
    chosen: list[tuple[Candidate, list[Deployment]]] = []
    for group in groups.values():
        deployments = list(dict.fromkeys(one for candidate in group for one in candidate.deployments))
        best = max(group, key=lambda one: (bool(one.deployments), _weight(one), -len(one.name)))
        chosen.append((best, deployments))
    return chosen


def _distinction(candidate: Candidate) -> str:
    """Return what tells applications apart that one place makes: a factory called for several names."""
    name = candidate.name
    return "" if name.endswith((")", ">")) else name.rpartition(":")[2] if candidate.instance.receiver else ""


def _weight(candidate: Candidate) -> int:
    record = candidate.instance.record
    if not isinstance(record, AppRecord) or not isinstance(record.router.record, RouterRecord):
        return 0
    return len(record.middleware) + len(record.handlers) + len(record.router.record.entries)


def _mounted_sites(candidates: list[Candidate]) -> set[Site]:
    sites: set[Site] = set()
    for candidate in candidates:
        for holder in (*candidate.world.replay.apps, *candidate.world.replay.routers):
            record = holder.record
            if isinstance(record, AppRecord):
                record = record.router.record
            for entry in record.entries if isinstance(record, RouterRecord) else ():
                if isinstance(entry, Mounted):
                    sites |= {one.site for one in options_of(entry.app) if isinstance(one, Instance)}
    return sites


def _inherit_deployments(apps: list[App]) -> None:
    """Give a mounted application the deployments of the one that it is mounted on."""
    for app in apps:
        for mount in app.mounts:
            for other in apps:
                if other.is_mounted and other.instance.site in {
                    one.site for one in options_of(mount.endpoint) if isinstance(one, Instance)
                }:
                    other.served = (*other.served, *app.served)
                    app.mounted = (*app.mounted, other)


def _with_workers(deployment: Deployment, workers: int | None) -> Deployment:
    if workers is None:
        return deployment
    return replace(deployment, workers=Count(CountKind.EXACT, workers, deployment.workers.location))


def _app(candidate: Candidate, served: tuple[Served, ...], *, is_mounted: bool) -> App:
    instance, replay = candidate.instance, candidate.world.replay
    target = replay.target
    record = instance.record
    assert isinstance(record, AppRecord)
    is_live = target.holds("fastapi", ">=0.137.0") is not Ternary.NO
    routes, unknown = flat_routes(instance, is_live=is_live)
    builder = GraphBuilder(replay)
    stack = stack_of(instance)
    events = tuple(_events(record))
    app = App(
        name=candidate.name,
        instance=instance,
        entry=candidate.world.path,
        is_fastapi=record.is_fastapi,
        target=target,
        imports=replay.root,
        modules={name: module for name, module in replay.modules.items() if module is not None},
        stack=stack,
        endpoints=(),
        mounts=tuple(route for route in routes if route.kind in {"mount", "host", "frontend"}),
        events=events,
        served=served,
        life=Life(tuple, tuple, tuple),
        unknown=(*record.unresolved, *unknown),
        is_mounted=is_mounted,
    )
    app.routes = _routes(app, routes, builder, (instance,), is_live=is_live)
    app.endpoints = tuple(route for route in app.routes if isinstance(route, Endpoint))

    serving = Serving(replay, instance)

    @cache
    def start() -> tuple[Lifespan, ...]:
        replay.steps = 0
        return tuple(serving.start(start_of(record, target, is_mounted=False)))

    @cache
    def serve() -> tuple[RequestPart, ...]:
        start()
        replay.steps = 0
        if any(endpoint.route.kind == "websocket" for endpoint in app.endpoints):
            # A registry of sockets is filled by one route and read by others: let it be filled first.
            tuple(serving.serve(app.endpoints, (), record))
            replay.memo.clear()
        return tuple(serving.serve(app.endpoints, stack, record))

    @cache
    def surround() -> tuple[RequestPart, ...]:
        start()
        replay.steps = 0
        return tuple(serving.serve((), stack, record))

    app.life = Life(start, surround, serve)
    return app


def _routes(
    app: App, routes: Iterable[FlatRoute], builder: GraphBuilder, around: tuple[Instance, ...], *, is_live: bool
) -> tuple[Endpoint | Mount, ...]:
    """Return routes with what they lead to; `around` are the applications and routers that hold them."""

    def mount(route: FlatRoute) -> Mount:
        inner = _mounted_instance(route.endpoint)

        @cache
        def inside() -> Inside:
            if inner is None or inner in around:
                is_known = route.kind == "frontend" or inner is not None or bool(full_name(route.endpoint))
                return Inside() if is_known else Inside(unknown=(("a mounted application", route.site),))
            found, unknown = flat_routes(inner, is_live=is_live)
            more = inner.record.unresolved if isinstance(inner.record, AppRecord) else []
            return Inside(_routes(app, found, builder, (*around, inner), is_live=is_live), (*more, *unknown))

        return Mount(route, full_name(inner if inner is not None else route.endpoint), inner, inside)

    overrides = overrides_of(around[-1])

    return tuple(
        _endpoint(app, route, builder, overrides) if route.kind in {"http", "websocket"} else mount(route)
        for route in routes
    )


def _mounted_instance(value: Value) -> Instance | None:
    if isinstance(value, Instance) and isinstance(value.record, RouterRecord):
        return value
    return unwrapped(value) if len(options_of(value)) == 1 else None


def _endpoint(app: App, route: FlatRoute, builder: GraphBuilder, overrides: Overrides) -> Endpoint:
    graph = Graph([], [])
    if not route.is_plain:
        graph = builder.build(route.endpoint, route.dependencies, overrides.instead_of)
    calls = tuple(request_calls(graph, app.target))
    return Endpoint(app, route, full_name(route.endpoint), site_of(_function(route.endpoint)), graph, calls)


def _function(value: Value) -> Value:
    wrapped = getattr(value, "wrapped", None)
    return wrapped if wrapped is not None else value


def _routers(record: RouterRecord, seen: set[int]) -> Iterable[RouterRecord]:
    if id(record) in seen:
        return
    seen.add(id(record))
    yield record
    for entry in record.entries:
        if isinstance(entry, RouterIncluded) and isinstance(entry.router, Instance):
            inner = entry.router.record
            if isinstance(inner, RouterRecord):
                yield from _routers(inner, seen)


def _events(record: AppRecord) -> Iterable[EventAdded]:
    router = record.router.record
    if isinstance(router, RouterRecord):
        for one in _routers(router, set()):
            yield from one.events
