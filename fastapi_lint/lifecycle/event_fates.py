"""What becomes of each event handler that an application registers: it runs, is ignored, or cannot be registered.

One registration has one fate, so that of the rules about events only one speaks of it. From `fastapi/routing.py` (0.93
to 0.165): a given lifespan takes the place of the one that runs the handlers. `starlette/applications.py` and
`starlette/routing.py` have no events from 1.0.0 on; FastAPI keeps `on_event`, the constructors' parameters and the
router's `add_event_handler` (`fastapi/applications.py`, `fastapi/routing.py`, from 0.128.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from fastapi_lint.knowledge.versions import Ternary
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.guards import expects_absence
from fastapi_lint.lifecycle.registrations import AppRecord, EventAdded, RouterRecord
from fastapi_lint.lifecycle.startup import Era, eras_of, started_in
from fastapi_lint.lifecycle.state import reachable
from fastapi_lint.lifecycle.teardown import definition_of
from fastapi_lint.lifecycle.values import FunctionValue, Literal, Unknown, options_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import Value


class Fate(Enum):
    """What becomes of a handler."""

    RUNS = 0
    REPLACED = 1
    """The application's lifespan takes the place of the one that would run it."""
    LOST = 2
    """It came to its router after the application had copied the router's handlers."""
    FORGOTTEN = 3
    """FastAPI drops what its constructor is given (0.128.3 to 0.128.5)."""
    REMOVED = 4
    """The method or parameter is no longer there: registering raises."""
    MOUNTED = 5
    """The application is only mounted, so no server ever starts it."""


IGNORED: Final = frozenset({Fate.REPLACED, Fate.LOST, Fate.FORGOTTEN})


@dataclass(frozen=True, slots=True)
class EventFate:
    """The fate of one registration; where the target's versions disagree it is not certain."""

    event: EventAdded
    fate: Fate
    is_certain: bool = True


@asked_once
def event_fates(app: App) -> tuple[EventFate, ...]:
    """Return the fate of each event handler of an application and of the routers that it includes."""
    record = app.instance.record
    if not isinstance(record, AppRecord) or not app.events:
        return ()
    removed = app.target.holds("starlette", ">=1.0.0")
    eras = eras_of(record, app.target)
    eras = tuple(era for era in eras if era.has_lifespan) or eras
    ran = [{id(one.event) for one in started_in(record, era) if one.runs} for era in eras]
    by_hand = _run_by_hand(app) if any(id(event) not in some for some in ran for event in app.events) else set()
    found: list[EventFate] = []
    for event in app.events:
        if _is_removed(record, event) and removed is not Ternary.NO and not expects_absence(app, event.site):
            if removed is Ternary.MAYBE:
                found.append(EventFate(event, Fate.RUNS))
            found.append(EventFate(event, Fate.REMOVED, is_certain=removed is Ternary.YES))
            continue
        idle = [era for era, some in zip(eras, ran, strict=True) if id(event) not in some]
        function = definition_of(event.handler)
        is_run = not event.event or (function is not None and id(function.definition) in by_hand)
        if app.is_mounted and not is_run:
            found.append(EventFate(event, Fate.MOUNTED))
        elif not idle or is_run:
            found.append(EventFate(event, Fate.RUNS))
        else:
            found.append(_ignored(app, record, event, idle, is_always=len(idle) == len(eras)))
    return tuple(found)


def spelling(event: EventAdded) -> str:
    """Return how a handler was registered, as people write it: `on_event("startup")`, `on_startup=`."""
    word = f'"{event.event}"' if event.event else "..."
    return f"{event.via}({word})" if event.via in {"on_event", "add_event_handler"} else f"{event.via}="


def _is_removed(record: AppRecord, event: EventAdded) -> bool:
    """Return whether a registration is one of those that went with Starlette 1.0."""
    if record.is_fastapi:
        return event.is_of_app and event.via == "add_event_handler"
    return True


def _ignored(app: App, record: AppRecord, event: EventAdded, idle: list[Era], *, is_always: bool) -> EventFate:
    lifespan = _lifespan(record)
    is_own = isinstance(record.router.record, RouterRecord) and event in record.router.record.events
    if lifespan is not None:
        fate = Fate.REPLACED
    elif is_own and all(era.drops_arguments for era in idle):
        fate = Fate.FORGOTTEN
    else:
        fate = Fate.LOST
    options = options_of(lifespan) if lifespan is not None else ()
    is_open = any(isinstance(one, Unknown) or _is_none(one) for one in options)
    is_apart = any(one not in event.conditions for one in app.instance.conditions)
    if any(isinstance(one, Unknown) for one in options):
        return EventFate(event, Fate.RUNS)
    return EventFate(event, fate, is_certain=is_always and not is_open and not is_apart)


def _lifespan(record: AppRecord) -> Value | None:
    router = record.router.record
    found = router.lifespan if isinstance(router, RouterRecord) else record.lifespan
    return None if found is None or _is_none(found) else found


def _is_none(value: Value) -> bool:
    return isinstance(value, Literal) and value.value is None


def _run_by_hand(app: App) -> set[int]:
    """Return the functions that a lifespan of the application calls itself, handlers perhaps."""
    return functions_of(life.activation for life in app.lifespans if life.kind == "lifespan")


def functions_of(roots: Iterable[Activation]) -> set[int]:
    """Return the identities of the definitions of all functions that activations lead to."""
    found: set[int] = set()
    for root in roots:
        for activation, _ in reachable(root):
            if isinstance(activation.subject, FunctionValue):
                found.add(id(activation.subject.definition))
    return found
