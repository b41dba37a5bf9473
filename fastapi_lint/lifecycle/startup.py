"""Which lifespans and event handlers of an application run when its server starts and stops it, in order.

From `fastapi/routing.py` (0.65 to 0.165) and `starlette/routing.py`: without a lifespan a router's own one runs its
event handlers; a given lifespan takes its place, so they never run. `include_router` copies the handlers that the
router has then; from 0.112.2 on it also enters the router's lifespan inside, so that handlers run twice. FastAPI
below 0.93.0 has no `lifespan=`. A mounted application is never told of start-up or shutdown.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final
from typing import Literal as Word

from msgspec import Struct

from fastapi_lint.knowledge.versions import Target, Ternary
from fastapi_lint.lifecycle.registrations import AppRecord, EventAdded, RouterIncluded, RouterRecord
from fastapi_lint.lifecycle.values import Instance, Literal, Site, Value, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator


class Started(Struct, frozen=True, eq=False):
    """One run of a lifespan or handler, or one that is registered and never run."""

    kind: Word["lifespan", "startup", "shutdown"]
    handler: Value
    site: Site | None
    """Where a handler is registered, None for a lifespan."""
    runs: bool
    event: EventAdded | None = None
    """The registration of a handler, None for a lifespan."""


class Era(Struct, frozen=True):
    """What the framework makes of lifespans and events in some of its versions."""

    has_lifespan: bool
    is_merged: bool
    drops_arguments: bool


STARLETTE_ERA: Final = Era(has_lifespan=True, is_merged=False, drops_arguments=False)
_ERAS: Final = (
    ("<0.93.0", Era(has_lifespan=False, is_merged=False, drops_arguments=False)),
    (">=0.93.0,<0.112.2", Era(has_lifespan=True, is_merged=False, drops_arguments=False)),
    (">=0.112.2,<0.128.3", Era(has_lifespan=True, is_merged=True, drops_arguments=False)),
    (">=0.128.3,<0.128.6", Era(has_lifespan=True, is_merged=True, drops_arguments=True)),
    (">=0.128.6", Era(has_lifespan=True, is_merged=True, drops_arguments=False)),
)
"""FastAPI's versions by what they make of lifespans and events; 0.128.3 to 0.128.5 forget the constructor's."""


def eras_of(record: AppRecord, target: Target) -> tuple[Era, ...]:
    """Return the eras that an application may run in, oldest first."""
    if not record.is_fastapi:
        return (STARLETTE_ERA,)
    return tuple(era for within, era in _ERAS if target.holds("fastapi", within) is not Ternary.NO)


def start_of(record: AppRecord, target: Target, *, is_mounted: bool) -> tuple[Started, ...]:
    """Return what runs at start-up, in order, then at shutdown, then what is registered and never runs.

    Where a target's versions differ in that, the newest decides.
    """
    return started_in(record, eras_of(record, target)[-1], is_mounted=is_mounted)


def started_in(record: AppRecord, rules: Era, *, is_mounted: bool = False) -> tuple[Started, ...]:
    """Return what runs at start-up, at shutdown, and never, in one era."""
    router = record.router.record
    if not isinstance(router, RouterRecord):
        return ()
    parts = [] if is_mounted else list(_parts(router, inf, rules, set()))
    ran: list[Started] = []
    for part in parts:
        if isinstance(part, RouterRecord):
            ran += _events(part, router, "startup", rules)
        else:
            ran += [Started("lifespan", option, None, runs=True) for option in lifespans_in(part)]
    for part in reversed(parts):
        if isinstance(part, RouterRecord):
            ran += _events(part, router, "shutdown", rules)
    return (*ran, *_idle(router, ran))


def _parts(router: RouterRecord, before: float, rules: Era, seen: set[int]) -> Iterator[RouterRecord | Value]:
    """Yield what is entered, outermost first: a lifespan, or a router whose handlers run."""
    if id(router) in seen:
        return
    given = router.lifespan if rules.has_lifespan and not _is_none(router.lifespan) else None
    yield given if given is not None else router
    if rules.is_merged:
        for entry, inner in _included(router):
            if entry.order < before:
                yield from _parts(inner, entry.order, rules, {*seen, id(router)})


def _events(part: RouterRecord, app: RouterRecord, event: str, rules: Era) -> Iterator[Started]:
    for one in handlers_of(part):
        is_dropped = rules.drops_arguments and one.via in {"on_startup", "on_shutdown"} and one in app.events
        if one.event == event and not is_dropped:
            kind: Word["startup", "shutdown"] = "shutdown" if event == "shutdown" else "startup"
            yield Started(kind, one.handler, one.site, runs=True, event=one)


def handlers_of(router: RouterRecord) -> Iterator[EventAdded]:
    """Yield the handlers that a router has when its server starts, those copied from what it includes among them."""
    return _handlers(router, inf, set())


def _handlers(router: RouterRecord, before: float, seen: set[int]) -> Iterator[EventAdded]:
    """Yield the handlers that a router has at a moment: its own, and those copied from what it includes."""
    if id(router) in seen:
        return
    found: list[tuple[int, list[EventAdded]]] = [(one.order, [one]) for one in router.events]
    for entry, inner in _included(router):
        found.append((entry.order, list(_handlers(inner, entry.order, {*seen, id(router)}))))
    for order, handlers in sorted(found, key=lambda item: item[0]):
        if order < before:
            yield from handlers


def _included(router: RouterRecord) -> Iterator[tuple[RouterIncluded, RouterRecord]]:
    for entry in router.entries:
        if isinstance(entry, RouterIncluded):
            inner = entry.router.record if isinstance(entry.router, Instance) else None
            if isinstance(inner, AppRecord):
                inner = inner.router.record
            if isinstance(inner, RouterRecord):
                yield entry, inner


def _idle(router: RouterRecord, ran: list[Started]) -> Iterator[Started]:
    known = [one.handler for one in ran]
    for one in _all_routers(router, set()):
        if not _is_none(one.lifespan) and one.lifespan is not None:
            for option in lifespans_in(one.lifespan):
                if not any(option is other for other in known):
                    yield Started("lifespan", option, None, runs=False)
        for event in one.events:
            if not any(event.handler is other for other in known):
                kind: Word["startup", "shutdown"] = "shutdown" if event.event == "shutdown" else "startup"
                yield Started(kind, event.handler, event.site, runs=False, event=event)


def _all_routers(router: RouterRecord, seen: set[int]) -> Iterator[RouterRecord]:
    if id(router) in seen:
        return
    seen.add(id(router))
    yield router
    for _, inner in _included(router):
        yield from _all_routers(inner, seen)


def lifespans_in(value: Value | None) -> list[Value]:
    """Return the lifespans that a value of `lifespan=` may be."""
    return [] if value is None else [option for option in options_of(value) if not _is_none(option)]


def _is_none(value: Value | None) -> bool:
    return value is None or (isinstance(value, Literal) and value.value is None)
