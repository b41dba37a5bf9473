"""Which lifespans and event handlers of an application run when its server starts and stops it, in order.

From `fastapi/routing.py` (0.65 to 0.165) and `starlette/routing.py`: without a lifespan a router's own one runs its
event handlers; a given lifespan takes its place, so they never run. `include_router` copies the handlers that the
router has then; from 0.112.2 on it also enters the router's lifespan inside, so that handlers run twice. FastAPI
below 0.93.0 has no `lifespan=`. A mounted application is never told of start-up or shutdown.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING
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


class _Rules(Struct, frozen=True):
    has_lifespan: bool
    is_merged: bool
    drops_arguments: bool


def start_of(record: AppRecord, target: Target, *, is_mounted: bool) -> tuple[Started, ...]:
    """Return what runs at start-up, in order, then at shutdown, then what is registered and never runs."""
    router = record.router.record
    if not isinstance(router, RouterRecord):
        return ()
    rules = _rules(record, target)
    parts = [] if is_mounted else list(_parts(router, inf, rules, set()))
    ran: list[Started] = []
    for part in parts:
        if isinstance(part, RouterRecord):
            ran += _events(part, router, "startup", rules)
        else:
            ran += [Started("lifespan", option, None, runs=True) for option in _lifespans(part)]
    for part in reversed(parts):
        if isinstance(part, RouterRecord):
            ran += _events(part, router, "shutdown", rules)
    return (*ran, *_idle(router, ran))


def _rules(record: AppRecord, target: Target) -> _Rules:
    if not record.is_fastapi:
        return _Rules(has_lifespan=True, is_merged=False, drops_arguments=False)
    newest = Target.pinned({"fastapi": str(target.newest("fastapi"))})

    def holds(specifier: str) -> bool:
        return newest.holds("fastapi", specifier) is Ternary.YES

    return _Rules(holds(">=0.93.0"), holds(">=0.112.2"), holds(">=0.128.3,<0.128.6"))


def _parts(router: RouterRecord, before: float, rules: _Rules, seen: set[int]) -> Iterator[RouterRecord | Value]:
    """Yield what is entered, outermost first: a lifespan, or a router whose handlers run."""
    if id(router) in seen:
        return
    given = router.lifespan if rules.has_lifespan and not _is_none(router.lifespan) else None
    yield given if given is not None else router
    if rules.is_merged:
        for entry, inner in _included(router):
            if entry.order < before:
                yield from _parts(inner, entry.order, rules, {*seen, id(router)})


def _events(part: RouterRecord, app: RouterRecord, event: str, rules: _Rules) -> Iterator[Started]:
    for one in _handlers(part, inf, set()):
        is_dropped = rules.drops_arguments and one.via in {"on_startup", "on_shutdown"} and one in app.events
        if one.event == event and not is_dropped:
            yield Started("shutdown" if event == "shutdown" else "startup", one.handler, one.site, runs=True)


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
            for option in _lifespans(one.lifespan):
                if not any(option is other for other in known):
                    yield Started("lifespan", option, None, runs=False)
        for event in one.events:
            if not any(event.handler is other for other in known):
                kind: Word["startup", "shutdown"] = "shutdown" if event.event == "shutdown" else "startup"
                yield Started(kind, event.handler, event.site, runs=False)


def _all_routers(router: RouterRecord, seen: set[int]) -> Iterator[RouterRecord]:
    if id(router) in seen:
        return
    seen.add(id(router))
    yield router
    for _, inner in _included(router):
        yield from _all_routers(inner, seen)


def _lifespans(value: Value) -> list[Value]:
    return [option for option in options_of(value) if not _is_none(option)]


def _is_none(value: Value | None) -> bool:
    return value is None or (isinstance(value, Literal) and value.value is None)
