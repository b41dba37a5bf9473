"""The routes of an application in matching order, with what applies to each.

Order is that of registration; an included router's routes stand where it was included. Before FastAPI 0.137.0
`include_router` copies what the router has at that moment (`fastapi/routing.py`, `include_router`); from 0.137.0 on
included routers are live, and mounts of an `APIRouter` are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from typing import Literal as Word

from msgspec import Struct, field

from fastapi_lint.lifecycle.registrations import (
    AppRecord,
    Mounted,
    RouteAdded,
    RouterIncluded,
    RouterRecord,
    UnknownRoutes,
)
from fastapi_lint.lifecycle.values import Conditions, Instance, Literal, OneOf, Site, Value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator


_FIRST: Final = -1_000_000


class Level(Struct, eq=False):
    """One step on the way to a route: an application, an include or a router, with what it adds."""

    site: Site
    prefix: str | None
    dependencies: Value | None
    is_include: bool = False


class FlatRoute(Struct, eq=False):
    """One route as the application serves it; `path` is None where a prefix or the path is unknown."""

    kind: Word["http", "websocket", "mount", "host", "frontend"]
    methods: tuple[str, ...] | None
    path: str | None
    endpoint: Value
    site: Site
    conditions: Conditions
    levels: tuple[Level, ...]
    added: RouteAdded | Mounted
    routers: tuple[Instance, ...] = ()
    is_plain: bool = False
    assumed: bool = False
    dependencies: list[tuple[Value, Site]] = field(default_factory=list)


class _Walk(Struct):
    is_live: bool
    unknown: list[tuple[str, Site]]
    depth: int = 0


def flat_routes(app: Instance, *, is_live: bool) -> tuple[list[FlatRoute], list[tuple[str, Site]]]:
    """Return the routes of an application or a router in matching order, and what could not be resolved.

    `is_live` says whether included routers are live (FastAPI from 0.137.0 on).
    """
    unknown: list[tuple[str, Site]] = []
    walk = _Walk(is_live, unknown)
    instance, record = app, app.record
    level = Level(app.site, "", None)
    if isinstance(record, AppRecord):
        level = Level(app.site, "", record.arguments.keywords.get("dependencies"))
        instance, record = record.router, record.router.record
    elif isinstance(record, RouterRecord):
        level = Level(app.site, _text(record.prefix), record.dependencies)
    if not isinstance(record, RouterRecord):
        return [], unknown
    routes = list(_of_router(walk, instance, record, len(record.entries), (level,), (), ()))
    # Frontends are asked when no route matched, the longest path first (`fastapi/routing.py`, since 0.138.0).
    routes.sort(key=lambda route: -len((route.path or "").rstrip("/")) if route.kind == "frontend" else _FIRST)
    for route in routes:
        if instance is app and route.is_plain and len(route.levels) == 1:
            # Starlette's own kinds of route ignore the prefix of the router they are added to.
            path = _text(route.added.path)
            route.path = path.rstrip("/") if path is not None and route.kind == "mount" else path
    return routes, unknown


def _of_router(
    walk: _Walk,
    instance: Instance,
    record: RouterRecord,
    taken: int,
    levels: tuple[Level, ...],
    conditions: Conditions,
    routers: tuple[Instance, ...],
) -> Iterator[FlatRoute]:
    if instance in routers or walk.depth > 30:
        return
    routers = (*routers, instance)
    entries = record.entries if walk.is_live else record.entries[:taken]
    for entry in entries:
        where = (*conditions, *entry.conditions)
        match entry:
            case RouteAdded():
                yield _route(walk, entry, levels, where, routers)
            case Mounted():
                if len(levels) == 1 or walk.is_live or not record.is_fastapi:
                    yield _mount(entry, levels, where, routers)
            case RouterIncluded():
                yield from _included(walk, entry, levels, where, routers)
            case UnknownRoutes():
                walk.unknown.append((entry.reason, entry.site))


def _included(
    walk: _Walk, entry: RouterIncluded, levels: tuple[Level, ...], conditions: Conditions, routers: tuple[Instance, ...]
) -> Iterator[FlatRoute]:
    router = entry.router
    record = router.record if isinstance(router, Instance) else None
    if isinstance(router, Instance) and isinstance(record, AppRecord):
        router, record = record.router, record.router.record
    if not isinstance(router, Instance) or not isinstance(record, RouterRecord):
        walk.unknown.append(("an included router", entry.site))
        return
    include = Level(entry.site, _text(entry.prefix), entry.arguments.keywords.get("dependencies"), is_include=True)
    own = Level(router.site, _text(record.prefix), record.dependencies)
    walk.depth += 1
    conditions = (*conditions, *router.conditions)
    yield from _of_router(walk, router, record, entry.taken, (*levels, include, own), conditions, routers)
    walk.depth -= 1


def _text(value: Value) -> str | None:
    if isinstance(value, OneOf):
        return None
    if isinstance(value, Literal) and value.value is None:
        return ""
    return text_of(value)


def _route(
    walk: _Walk, entry: RouteAdded, levels: tuple[Level, ...], conditions: Conditions, routers: tuple[Instance, ...]
) -> FlatRoute:
    path = _joined([*(level.prefix for level in _counted(walk, entry, levels)), _text(entry.path)])
    route = FlatRoute(
        kind=entry.kind,
        methods=tuple(sorted(entry.methods)) if entry.methods is not None else None,
        path=path,
        endpoint=entry.endpoint,
        site=entry.site,
        conditions=conditions,
        levels=levels,
        added=entry,
        routers=routers,
        is_plain=entry.is_plain,
    )
    if not entry.is_plain:
        around = levels[:-1] if entry.is_ready else levels
        route.dependencies = [(level.dependencies, level.site) for level in around if level.dependencies is not None]
        own = entry.arguments.keywords.get("dependencies")
        if own is not None:
            route.dependencies.append((own, entry.site))
    return route


def _counted(walk: _Walk, entry: RouteAdded, levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Return the steps whose prefixes a route's path begins with.

    Starlette's own kinds of route ignore the prefix of the router they are added to, and a copy is added anew.
    """
    if entry.is_ready and not entry.is_plain:
        return levels[:-1]
    if not entry.is_plain or len(levels) == 1:
        return levels
    return levels[:-1] if walk.is_live else tuple(level for level in levels if level.is_include)


def _mount(
    entry: Mounted, levels: tuple[Level, ...], conditions: Conditions, routers: tuple[Instance, ...]
) -> FlatRoute:
    # `mount` of a router ignores the router's own prefix, not that of an include.
    counted = levels[:-1] if len(levels) > 1 and entry.kind != "frontend" else levels
    path = _joined([*(level.prefix for level in counted), _text(entry.path)])
    if path is not None and (entry.kind == "mount" or (entry.kind == "frontend" and len(path) > 1)):
        path = path.rstrip("/")
    return FlatRoute(
        kind=entry.kind,
        methods=(),
        path=path,
        endpoint=entry.app,
        site=entry.site,
        conditions=conditions,
        levels=levels,
        added=entry,
        routers=routers,
        is_plain=True,
    )


def _joined(parts: list[str | None]) -> str | None:
    texts = [part for part in parts if part is not None]
    return "".join(texts) if len(texts) == len(parts) else None
