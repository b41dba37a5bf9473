"""An event handler registered in a way that Starlette 1.0 removed.

## What it does

Reports `app.add_event_handler(...)` on a FastAPI application, and on a plain Starlette application `on_event`,
`add_event_handler`, `on_startup=` and `on_shutdown=`, where the project's Starlette is 1.0 or newer.

FastAPI kept `on_event`, `on_startup=` and `on_shutdown=`, and `add_event_handler` of its routers: those are
`startup-event` (FL302). Code that asks for a version or an attribute first is left alone.

## Why it is bad

Importing the application fails: `AttributeError: 'FastAPI' object has no attribute 'add_event_handler'`, or
`TypeError` for the parameters, so no worker starts. FastAPI accepts Starlette 1.0 from 0.133.0 on and needs it from
0.164.0 on, so that an upgrade of either brings it.

## Bad

```python
# file: main.py
from fastapi import FastAPI


async def connect() -> None:
    print("connected")


app = FastAPI()
app.add_event_handler("startup", connect)
# file: requirements.txt
fastapi==0.165.0
starlette==1.10.0
```

## Good

```python
# file: main.py
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.connected = True
    yield


app = FastAPI(lifespan=lifespan)
# file: requirements.txt
fastapi==0.165.0
starlette==1.10.0
```

## Fix safety

The fix gives the handler to the application's router, `app.router.add_event_handler(...)`, which FastAPI kept and which
runs it as before 1.0; `startup-event` (FL302) then says what is left to do. On a plain Starlette application there is
none: the handler has to become a part of the lifespan.

## References

- [Starlette: Release notes, 1.0.0](https://www.starlette.io/release-notes/)
- [FastAPI: Lifespan events](https://fastapi.tiangolo.com/advanced/events/)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.lifecycle.event_fates import Fate, event_fates, spelling
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.naming import site_of
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(
    __name__,
    code="FL304",
    over=App,
    severity=Severity.ERROR,
    since="0.1",
    versions="starlette>=1.0",
    applicability="safe",
)


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    kind = "FastAPI" if app.is_fastapi else "Starlette"
    for fate in event_fates(app):
        if fate.fate is not Fate.REMOVED:
            continue
        event = fate.event
        registered = spelling(event)
        error = "TypeError" if registered.endswith("=") else "AttributeError"
        site = site_of(event.handler)
        notes = [Note(site.location, f"the {event.event or 'event'} handler")] if site is not None else []
        yield Finding(
            event.site.location,
            f"`{registered}` of a {kind} application is gone with Starlette 1.0: importing the application "
            f"raises {error}",
            tuple(notes) if event.via != "on_event" else (),
            confidence=Confidence.CERTAIN if fate.is_certain else Confidence.POSSIBLE,
            help="move the handler into an async context manager given as `lifespan=`",
            parts=(event.site.location,) if app.is_fastapi and event.via == "add_event_handler" else (),
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    tree = editor.tree(finding.location.path)
    if tree is None:
        return
    for part in finding.parts:
        for call in tree.within(part, ast.Call)[:1]:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "add_event_handler":
                yield editor.insert(part.path, tree.span(call.func.value).end, ".router")
