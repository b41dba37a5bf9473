"""A start-up or shutdown event handler that never runs.

## What it does

Reports an event handler (`on_event`, `add_event_handler`, `on_startup=`, `on_shutdown=`) that is registered and never
called:

- the application is given a `lifespan=` as well, which takes the place of the one that runs the handlers;
- FastAPI 0.93.0 to 0.112.1: the handler is on a router that such an application includes, or came to the router after
  it was included;
- FastAPI 0.128.3 to 0.128.5: the handler was given to the constructor.

Handlers of an included router run beside a lifespan from FastAPI 0.112.2 on, and a lifespan that runs
`app.router.startup()` or the handlers itself makes up for it: both are left alone.

## Why it is bad

Nothing is said: the server starts, and what the handler should have opened, loaded or registered is missing until the
first request asks for it. It is what adding a lifespan to an application with events leads to.

## Bad

```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.ready = True
    yield


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")
async def load_prices() -> None:
    app.state.tea = 5
```

## Good

```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.ready = True
    app.state.tea = 5
    yield


app = FastAPI(lifespan=lifespan)
```

## Fix safety

The rule does not rewrite code: where in the lifespan the handler belongs is for its author to say.

## References

- [FastAPI: Lifespan events](https://fastapi.tiangolo.com/advanced/events/)
- `fastapi/routing.py`, `APIRouter.__init__` and `include_router` (0.93.0, 0.112.2, 0.128.3, 0.165.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.lifecycle.event_fates import IGNORED, Fate, event_fates, spelling
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.naming import short_name, site_of
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.event_fates import EventFate

RULE = Rule(__name__, code="FL303", over=App, severity=Severity.ERROR, since="0.1", versions=">=0.93")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for fate in event_fates(app):
        if fate.fate not in IGNORED:
            continue
        event = fate.event
        name = short_name(event.handler)
        handler = f"`{name}` never runs" if name and "<" not in name else "the handler never runs"
        yield Finding(
            event.site.location,
            f"{handler}: {_reason(app, fate.fate, spelling(event))}",
            tuple(_notes(app, fate)),
            confidence=Confidence.CERTAIN if fate.is_certain else Confidence.POSSIBLE,
            help="do it in the lifespan, before `yield` what belongs to start-up and after it what belongs to shutdown",
        )


def _reason(app: App, fate: Fate, registered: str) -> str:
    match fate:
        case Fate.REPLACED:
            return f"`{registered}` is ignored, because the application has a `lifespan=`"
        case Fate.FORGOTTEN:
            return f"FastAPI {app.target.describe('fastapi')} forgets what its constructor is given as `{registered}`"
        case _:
            return f"`{registered}` comes after the router was included, which copied the handlers it had"


def _notes(app: App, fate: EventFate) -> Iterator[Note]:
    site = site_of(fate.event.handler)
    if site is not None and fate.event.via != "on_event":
        yield Note(site.location, f"the {fate.event.event} handler")
    if fate.fate is Fate.REPLACED:
        yield Note(app.location, "the application is given its lifespan here")
