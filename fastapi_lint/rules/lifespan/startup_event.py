"""A start-up or shutdown event handler instead of a lifespan.

## What it does

Reports `on_event`, `add_event_handler`, `on_startup=` and `on_shutdown=` on a FastAPI or Starlette application, or on
a router that it includes. Those that never run are `event-ignored-by-lifespan` (FL303) or, on an application that is
only mounted, `mounted-lifespan-never-runs` (FL305); those that the target can no longer register are
`removed-event-api` (FL304).

## Why it is bad

Events are deprecated since FastAPI 0.93.0, which brought `lifespan=`; `on_event` warns since 0.104.0, and
Starlette 1.0.0 removed events altogether (FastAPI keeps its own copy of some). An application that is given a
`lifespan=` ignores the events on itself without a word, so that adding one turns the others off. A lifespan keeps
opening and closing in one place, and what it opens is closed when start-up fails half-way.

## Bad

```python
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
async def connect() -> None:
    app.state.ready = True
```

## Good

```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.ready = True
    yield


app = FastAPI(lifespan=lifespan)
```

## Fix safety

Where all handlers of an application are decorated with its `on_event` in the block that makes it, the fix writes a
lifespan that calls them in their order. It is unsafe: whoever registers more handlers elsewhere, such as a test or a
library, registers them for nothing then. Handlers in several modules, or registered in other ways, are left to you.

## References

- [FastAPI: Lifespan events](https://fastapi.tiangolo.com/advanced/events/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.edits.lifespans import with_lifespan
from fastapi_lint.lifecycle.event_fates import Fate, event_fates, spelling
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.naming import short_name, site_of
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.core.span import Location
    from fastapi_lint.edits.editor import Editor

RULE = Rule(
    __name__,
    code="FL302",
    over=App,
    severity=Severity.WARNING,
    since="0.1",
    versions=">=0.93",
    is_deprecation=True,
)


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for fate in event_fates(app):
        if fate.fate is not Fate.RUNS:  # other rules speak of those
            continue
        event = fate.event
        name = short_name(event.handler)
        handler = f"`{name}` " if name and "<" not in name else ""
        site = site_of(event.handler)
        notes = []
        if site is not None and event.via != "on_event":
            notes.append(Note(site.location, f"the {event.event or 'event'} handler"))
        yield Finding(
            event.site.location,
            f"{handler}is registered with `{spelling(event)}`, which is deprecated in favour of a lifespan",
            tuple(notes),
            help="move it into an async context manager given as `lifespan=`, closing after `yield` what it opens",
            parts=_parts(app),
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    if finding.parts:
        yield from with_lifespan(editor, finding.parts[0], finding.parts[1:])


def _parts(app: App) -> tuple[Location, ...]:
    """Return where the application is made and where its handlers are registered; nothing where more may be."""
    is_plain = all(
        fate.fate is Fate.RUNS and fate.is_certain and fate.event.via == "on_event" and not fate.event.conditions
        for fate in event_fates(app)
    )
    if not is_plain or app.unknown or app.instance.conditions or len(event_fates(app)) != len(app.events):
        return ()
    sites = [event.site for event in app.events]
    return tuple(site.location for site in (app.instance.site, *sites)) if len(set(sites)) == len(sites) else ()
