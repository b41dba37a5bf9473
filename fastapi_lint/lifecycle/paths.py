"""The routes of an application under their full paths, with the earlier route that answers instead of each.

Starlette asks routes in order and takes the first that matches path and method (`starlette/routing.py`,
`Router.app`); a mount takes every method and everything below its path. What FastAPI adds itself
(`fastapi/applications.py`, `setup`) is asked first; frontends are asked when nothing else matched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.matching import Pattern, covers, pattern_of
from fastapi_lint.lifecycle.model import Endpoint, Mount
from fastapi_lint.lifecycle.registrations import AppRecord
from fastapi_lint.lifecycle.request_story import Unresolved
from fastapi_lint.lifecycle.values import ClassValue, Conditions, Instance, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.routing import FlatRoute

_OWN: Final = (
    ("openapi_url", "/openapi.json", ()),
    ("docs_url", "/docs", ("openapi_url",)),
    ("swagger_ui_oauth2_redirect_url", "/docs/oauth2-redirect", ("openapi_url", "docs_url")),
    ("redoc_url", "/redoc", ("openapi_url",)),
)


class Claim(Struct, eq=False):
    """What a route takes of the requests: a pattern of paths, and methods or (None) all of them."""

    pattern: Pattern
    kinds: frozenset[str]
    verbs: frozenset[str] | None
    conditions: Conditions
    methods: tuple[str, ...]
    path: str
    location: Location
    stop: Stop | None = None
    """The route that claims, None for what FastAPI registers itself."""

    @property
    def title(self) -> str:
        """Return the route as people write it: `GET /users/{id}`."""
        kind = self.stop.route.kind.upper() if self.stop is not None else "HTTP"
        return f"{(','.join(self.methods) or 'ANY') if kind == 'HTTP' else kind} {self.path}"

    def takes(self, verb: str, other: Claim) -> bool:
        """Return whether it surely answers a method of another route, wherever that one matches."""
        if not other.kinds <= self.kinds or not set(self.conditions) <= set(other.conditions):
            return False
        return (self.verbs is None or verb in self.verbs) and covers(self.pattern, other.pattern)


class Stop(Struct, eq=False):
    """A route under its full path; `shadow` takes all its requests, `inside` are the mounted applications it is in."""

    route: FlatRoute
    path: str | None
    methods: tuple[str, ...]
    name: str
    endpoint: Endpoint | None
    conditions: Conditions
    claim: Claim | None = None
    shadow: Claim | None = None
    is_impossible: bool = False
    inside: tuple[Instance, ...] = ()
    below: Stop | None = None
    """The mount that leads to it."""


class _Walk(Struct):
    unknown: list[Unresolved]
    found: list[Stop] = field(default_factory=list)


class _Place(Struct, frozen=True):
    """Where in the tree of mounts a route stands."""

    prefix: str | None = ""
    conditions: Conditions = ()
    inside: tuple[Instance, ...] = ()
    below: Stop | None = None


@asked_once
def stops(app: App) -> tuple[Stop, ...]:
    """Return the routes of an application in matching order, whatever could not be resolved left out of sight."""
    return tuple(stops_of(app, []))


def stops_of(app: App, unknown: list[Unresolved]) -> list[Stop]:
    """Return the routes of an application in matching order; what could not be resolved is added to `unknown`."""
    walk = _Walk(unknown)
    _walk(walk, app.instance, app.routes, _Place(), [])
    return walk.found


def _walk(
    walk: _Walk, holder: Instance, routes: Iterable[Endpoint | Mount], place: _Place, claims: list[Claim]
) -> None:
    claims = [*claims, *_own_claims(holder, place)]
    for item in sorted(routes, key=lambda one: one.route.kind == "frontend"):
        stop = _stop(item, place)
        walk.found.append(stop)
        _note_unknown(walk, stop)
        claim = stop.claim = _claim(stop)
        if claim is not None:
            stop.shadow = _shadow(claim, claims)
        if isinstance(item, Mount) and stop.route.kind != "frontend":
            _walk_inside(walk, item, stop, place, claims)
        if claim is not None and stop.route.kind in {"http", "websocket", "mount"}:
            claims.append(claim)


def _walk_inside(walk: _Walk, mount: Mount, stop: Stop, place: _Place, claims: list[Claim]) -> None:
    inside = mount.inside()
    walk.unknown += [Unresolved(reason, site.location) for reason, site in inside.unknown]
    prefix = stop.path if stop.route.kind == "mount" else place.prefix
    if mount.inner is not None:
        is_app = isinstance(mount.inner.record, AppRecord)
        around = (*place.inside, mount.inner) if is_app else place.inside
        below = _Place(prefix, stop.conditions, around, stop)
        _walk(walk, mount.inner, inside.routes, below, claims)


def _stop(item: Endpoint | Mount, place: _Place) -> Stop:
    route = item.route
    path = route.path
    if path is not None and route.kind != "host":
        path = place.prefix + path if place.prefix is not None else None
    endpoint = item if isinstance(item, Endpoint) else None
    methods = () if route.kind != "http" else route.methods or ()
    if route.kind == "http" and _takes_every_method(route):
        methods = ()
    return Stop(
        route=route,
        path=path,
        methods=methods,
        name=item.name,
        endpoint=endpoint,
        conditions=(*place.conditions, *route.conditions),
        # A path is compared with one that begins with a slash, so that this one equals none.
        is_impossible=route.kind in {"http", "websocket"} and route.path is not None and route.path[:1] != "/",
        inside=place.inside,
        below=place.below,
    )


def _takes_every_method(route: FlatRoute) -> bool:
    """Return whether a route leaves methods to its endpoint: one of Starlette whose endpoint is no function."""
    is_other = isinstance(route.endpoint, ClassValue | Instance)
    return route.is_plain and is_other and "methods" not in route.added.arguments.keywords


def _note_unknown(walk: _Walk, stop: Stop) -> None:
    place = stop.route.site.location
    if stop.path is None:
        walk.unknown.append(Unresolved("the path of a route", place))
    if stop.route.kind == "http" and stop.route.methods is None and not _takes_every_method(stop.route):
        walk.unknown.append(Unresolved("the methods of a route", place))
    if stop.route.conditions:
        walk.unknown.append(Unresolved("whether a route is added", place))


def _claim(stop: Stop) -> Claim | None:
    route = stop.route
    if route.kind in {"host", "frontend"} or stop.path is None or stop.is_impossible:
        return None
    pattern = pattern_of(stop.path, is_prefix=route.kind == "mount")
    if pattern is None or (route.kind == "http" and route.methods is None and not _takes_every_method(route)):
        return None
    is_mount = route.kind == "mount"
    every = is_mount or (route.kind == "http" and not stop.methods)
    return Claim(
        pattern,
        frozenset({"http", "websocket"}) if is_mount else frozenset({route.kind}),
        None if every else frozenset(stop.methods or ("",)),
        stop.conditions,
        stop.methods,
        stop.path or ("/" if is_mount else ""),
        route.site.location,
        stop,
    )


def _shadow(claim: Claim, earlier: list[Claim]) -> Claim | None:
    """Return the claim that takes the first method of another where all its methods are taken."""
    takers = [_taker(verb, claim, earlier) for verb in sorted(claim.verbs or ("*",))]
    return takers[0] if all(taker is not None for taker in takers) else None


def _taker(verb: str, claim: Claim, earlier: list[Claim]) -> Claim | None:
    return next((one for one in earlier if one.takes(verb, claim)), None)


def _own_claims(holder: Instance, place: _Place) -> Iterator[Claim]:
    """Yield what FastAPI registers itself when an application is made, as far as its arguments tell."""
    record = holder.record
    if not isinstance(record, AppRecord) or not record.is_fastapi or record.arguments.open or place.prefix is None:
        return
    given = record.arguments.keywords
    urls: dict[str, str] = {}
    for keyword, default, needed in _OWN:
        value = given.get(keyword, Literal(default))
        if not isinstance(value, Literal) or value.assumed or not isinstance(value.value, str) or not value.value:
            continue
        if not all(one in urls for one in needed):
            continue
        urls[keyword] = value.value
        pattern = pattern_of(place.prefix + value.value)
        if pattern is not None:
            verbs = ("GET", "HEAD")
            yield Claim(
                pattern,
                frozenset({"http"}),
                frozenset(verbs),
                place.conditions,
                verbs,
                pattern.text,
                holder.site.location,
            )
