"""The routes of an application that no request ever reaches, since an earlier one surely answers instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.classes import class_attribute
from fastapi_lint.lifecycle.matching import covers
from fastapi_lint.lifecycle.paths import Claim, Stop, stops
from fastapi_lint.lifecycle.registrations import RouteAdded, RouterRecord
from fastapi_lint.lifecycle.values import ClassValue, External, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.routing import FlatRoute
    from fastapi_lint.lifecycle.values import Site

_DISTURBING: Final = frozenset(
    {"the list of routes", "`routes` is replaced", "`prefix` is replaced", "`router` is replaced"}
)
"""What leaves the order or the paths of an application's routes open."""
_VERSIONING: Final = "fastapi_versioning."
_PARAMETER: Final = re.compile(r"{[a-zA-Z_][a-zA-Z0-9_]*(?::([a-zA-Z_][a-zA-Z0-9_]*))?}")
_EXAMPLES: Final[Mapping[str, str]] = {
    "str": "1",
    "int": "1",
    "float": "1.5",
    "path": "a/b",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass(slots=True, eq=False)
class DeadRoute:
    """A route, the one that answers instead of it, and whether both match the very same requests."""

    stop: Stop
    taker: Claim
    is_twin: bool
    again: Site | None = None
    """The second of two inclusions of one router, where that is why."""

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
    if any(reason in _DISTURBING for reason, _ in app.unknown):
        return ()
    return tuple(_dead(stops(app)))


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
