"""A database engine, pool or client made while the application is imported.

## What it does

Reports a database engine, connection pool, HTTP or broker client that is created when a module of the application
is imported: at module level, through a helper of the project, as a class attribute, in a branch. A resource that a
lifespan or a shutdown handler of the application closes is left alone, unless the option `strict` is set.

## Why it is bad

Nothing closes what the import made: after shutdown its pooled connections stay open until the process dies, and the
server's side finds out by a time-out. An async engine, pool or client belongs to the event loop that used it first,
so a second loop (a test, a script, a reload) fails with `Event loop is closed`. A client that connects when it is
made does so in every process that imports the module, and is shared by forked workers under `--preload`.

A synchronous engine connects on first use and only misses its `dispose()`: that is reported as information, and only
where the application has a lifespan that could do it.

## Bad

```python
import httpx
from fastapi import FastAPI

client = httpx.AsyncClient(base_url="https://payments.example")
app = FastAPI()


@app.get("/rates")
async def rates() -> dict[str, str]:
    response = await client.get("/rates")
    return response.json()
```

## Good

```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with httpx.AsyncClient(base_url="https://payments.example") as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)


@app.get("/rates")
async def rates(request: Request) -> dict[str, str]:
    response = await request.state.client.get("/rates")
    return response.json()
```

## References

- [FastAPI: Lifespan events](https://fastapi.tiangolo.com/advanced/events/)
- [SQLAlchemy: Using multiple asyncio event loops](https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#using-multiple-asyncio-event-loops)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.creation import Created, created_at_import, has_teardown, is_closed
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.span import Location

RULE = Rule(__name__, code="FL301", over=App, severity=Severity.WARNING, since="0.1", options={"strict": False})


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    strict = context.flag("strict")
    if app.is_mounted:  # the application that it is mounted on speaks for the modules that both import
        return
    for created in created_at_import(app):
        closed = is_closed(app, created)
        if closed and not strict:
            continue
        is_mild = created.resource.is_lazy and not created.resource.is_bound and created.resource.is_engine
        if is_mild and not strict and not has_teardown(app):
            continue
        name = f" {created.title}" if created.title else ""
        preload = None if created.resource.is_lazy else _preload(app)
        yield Finding(
            created.statement.location,
            f"{created.resource.noun}{name} is made while `{created.statement.path}` is imported: "
            f"{_consequence(created, closed, is_forked=preload is not None)}",
            tuple(_notes(created, preload)),
            severity=Severity.INFO if is_mild else None,
            help="make it in the application's lifespan, before `yield`, and close it after",
        )


def _preload(app: App) -> Location | None:
    return next((served.deployment.preload for served in app.served if served.deployment.preload is not None), None)


def _notes(created: Created, preload: Location | None) -> Iterator[Note]:
    statement, call = created.statement, created.call
    if statement.path != call.path or not statement.start <= call.start <= call.end <= statement.end:
        yield Note(call.location, "made here")
    if preload is not None:
        yield Note(preload, "the application is imported before the workers are forked")


def _consequence(created: Created, closed: bool, *, is_forked: bool) -> str:  # noqa: FBT001
    resource = created.resource
    closing = "dispose of" if resource.is_engine else "close"
    parts = [] if closed else [f"no lifespan will {closing} it"]
    if resource.is_bound:
        parts.append("what it opens belongs to the first event loop that uses it")
    if is_forked:
        parts.append("the workers that are forked after share its connections")
    elif not resource.is_lazy:
        parts.append("it connects in every process that imports the module, before the server is ready")
    return ", and ".join(parts) or "it is there before the lifespan begins"
