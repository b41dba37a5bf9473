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

RULE = Rule(__name__, code="FL301", over=App, severity=Severity.WARNING, since="0.1", options={"strict": False})


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    strict = context.flag("strict")
    for created in created_at_import(app):
        closed = is_closed(app, created)
        if closed and not strict:
            continue
        is_mild = created.resource.is_lazy and not created.resource.is_bound and created.resource.is_engine
        if is_mild and not strict and not has_teardown(app):
            continue
        notes: tuple[Note, ...] = ()
        if created.call != created.statement and not _is_within(created):
            notes = (Note(created.call.location, "made here"),)
        yield Finding(
            created.statement.location,
            f"{created.resource.noun}{_named(created)} is made while `{_module(created)}` is imported: "
            f"{_consequence(created, closed)}",
            notes,
            severity=Severity.INFO if is_mild else None,
            help="make it in the application's lifespan, before `yield`, and close it after",
        )


def _is_within(created: Created) -> bool:
    statement, call = created.statement, created.call
    return statement.path == call.path and statement.start <= call.start and call.end <= statement.end


def _named(created: Created) -> str:
    return f" `{created.name}`" if created.name else ""


def _module(created: Created) -> str:
    return created.statement.path


def _consequence(created: Created, closed: bool) -> str:  # noqa: FBT001
    resource = created.resource
    closing = "dispose of" if resource.is_engine else "close"
    parts = [] if closed else [f"no lifespan will {closing} it"]
    if resource.is_bound:
        parts.append("what it opens belongs to the first event loop that uses it")
    if not resource.is_lazy:
        parts.append("it connects in every process that imports the module, before the server is ready")
    return ", and ".join(parts) or "it is there before the lifespan begins"
