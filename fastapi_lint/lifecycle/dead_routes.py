"""The routes of an application that no request ever reaches, since an earlier one surely answers instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.classes import class_attribute
from fastapi_lint.lifecycle.matching import covers
from fastapi_lint.lifecycle.paths import Claim, Stop, stops
from fastapi_lint.lifecycle.registrations import (
    AppRecord,
    Mounted,
    RouteAdded,
    RouterIncluded,
    RouterRecord,
    UnknownRoutes,
)
from fastapi_lint.lifecycle.values import ClassValue, External, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.routing import FlatRoute
    from fastapi_lint.lifecycle.values import Site

_REPLACED: Final = "`routes` is replaced"
_DISTURBING: Final = frozenset({"the list of routes", "`prefix` is replaced", _REPLACED})
"""What leaves the order or the paths of a router's routes open."""
_VERSIONING: Final = "fastapi_versioning."
_PARAMETER: Final = re.compile(r"{[a-zA-Z_][a-zA-Z0-9_]*(?::([a-zA-Z_][a-zA-Z0-9_]*))?}")
_EXAMPLES: Final[Mapping[str, str]] = {
    "str": "1",
    "int": "1",
    "float": "1.5",
    "path": "a/b",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


class DeadRoute(Struct, eq=False):
    """A route, the one that answers instead of it, and whether both match the very same requests."""

    stop: Stop
    taker: Claim
    is_twin: bool
    again: Site | None = None
    """The second of two inclusions of one router, where that is why."""
    others: int = 0
    """How many more dead routes come from the same place: other routes of that inclusion, or other prefixes."""

    @property
    def title(self) -> str:
        """Return the dead route as people write it: `GET /users/me`."""
        return self.stop.claim.title if self.stop.claim is not None else ""

    @property
    def example(self) -> str:
        """Return a path that the dead route matches, and so does the one that answers."""
        return _PARAMETER.sub(lambda found: _EXAMPLES.get(found[1] or "str", "x"), self.stop.path or "") or "/"


@asked_once
def dead_routes(app: App) -> tuple[DeadRoute, ...]:
    """Return the dead routes of an application, those of a dead mount not among them."""
    record = app.instance.record
    if not isinstance(record, AppRecord) or any(reason.startswith("`router`") for reason, _ in app.unknown):
        return ()
    routers = list(_routers(record.router, set()))
    if any(map(_is_disturbed, routers)):
        return ()
    found: dict[tuple[Site, bool], DeadRoute] = {}
    for dead in _dead(stops(app)):
        # A router that is included under several prefixes has each dead route several times.
        first = found.setdefault((dead.again or dead.stop.route.site, dead.is_twin), dead)
        if first is not dead:
            first.others += 1
    return tuple(found.values())


def _routers(router: Value, seen: set[int]) -> Iterator[RouterRecord]:
    record = router.record if isinstance(router, Instance) else None
    if isinstance(record, AppRecord):
        record = record.router.record
    if isinstance(record, RouterRecord) and id(record) not in seen:
        seen.add(id(record))
        yield record
        for entry in record.entries:
            if isinstance(entry, RouterIncluded | Mounted):
                yield from _routers(entry.router if isinstance(entry, RouterIncluded) else entry.app, seen)


def _is_disturbed(record: RouterRecord) -> bool:
    """Return whether a list of routes was changed in a way that leaves its order open.

    Routes that are put into an empty list, or taken out and included again at once, as class-based views do, keep it.
    """
    for index, entry in enumerate(record.entries):
        if not isinstance(entry, UnknownRoutes) or entry.reason not in _DISTURBING:
            continue
        if entry.reason == _REPLACED and not index:
            continue
        later = record.entries[index + 1 :]
        if not any(isinstance(one, RouterIncluded) and one.activation is entry.activation for one in later):
            return True
    return False


def _dead(found: tuple[Stop, ...]) -> Iterator[DeadRoute]:
    for stop in found:
        claim, taker = stop.claim, stop.shadow
        if claim is None or taker is None or (stop.below is not None and stop.below.shadow is not None):
            continue
        if not _matches_as_usual(stop.route) or (taker.stop and not _matches_as_usual(taker.stop.route)):
            continue
        is_twin = claim.kinds == taker.kinds and covers(claim.pattern, taker.pattern)
        yield DeadRoute(stop, taker, is_twin, _included_again(stop, taker))


def _matches_as_usual(route: FlatRoute) -> bool:
    """Return whether a route's class leaves matching to Starlette, and no library sorts it into a version's routes."""
    given = [route.added.arguments.keywords.get("route_class_override")]
    for router in route.routers[-1:]:
        record = router.record
        arguments = record.arguments.keywords if isinstance(record, RouterRecord) else {}
        given += [router.attributes.get("route_class"), arguments.get("route_class")]
    endpoint = route.endpoint
    wrappers = endpoint.wrappers if isinstance(endpoint, FunctionValue) else ()
    return not any(map(_is_versioning, wrappers)) and all(one is None or _is_plain_class(one) for one in given)


def _is_plain_class(value: Value) -> bool:
    if isinstance(value, ClassValue):
        return class_attribute(value, "matches") is None
    return isinstance(value, External)


def _is_versioning(wrapper: Value) -> bool:
    kind = wrapper.type if isinstance(wrapper, Instance) else wrapper
    return isinstance(kind, External) and kind.name.startswith(_VERSIONING)


def _included_again(stop: Stop, taker: Claim) -> Site | None:
    """Return the include that brings a route which another include of the same router has brought before."""
    if taker.stop is None or not isinstance(stop.route.added, RouteAdded):
        return None
    first = taker.stop.route
    if stop.route.added is not first.added:
        return None
    includes = [level.site for level in stop.route.levels if level.is_include]
    earlier = [level.site for level in first.levels if level.is_include]
    others = [site for site, known in zip(includes, earlier, strict=False) if site != known]
    return others[0] if others else includes[0] if includes else None
