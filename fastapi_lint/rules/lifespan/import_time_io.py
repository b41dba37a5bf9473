"""Work on a database or a network while the application is imported.

## What it does

Reports a statement of a module that creates tables, migrates, queries, pings, sends a request or downloads when the
module is imported, directly or through functions of the project. What stands under `if __name__ == "__main__"`, what
only a script does that starts the server itself, and databases in memory are left alone.

## Why it is bad

Importing has to work before anything runs: with the database or the network away, or slow, the server does not start
at all, and neither do tests, workers and scripts that import the same module. Every process does it again: with
several workers the same migration or `create_all` runs several times at once, and they fail each other. Nothing of it
is undone or retried at shutdown.

## Bad

```python
from fastapi import FastAPI
from sqlalchemy import MetaData, create_engine

engine = create_engine("postgresql://db/shop")
metadata = MetaData()
metadata.create_all(engine)
app = FastAPI()
```

## Good

```python
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import MetaData, create_engine

engine = create_engine("postgresql://db/shop")
metadata = MetaData()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = engine
    yield
    engine.dispose()


app = FastAPI(lifespan=lifespan)

if __name__ == "__main__":
    metadata.create_all(engine)
```

## Fix safety

The rule does not rewrite code: migrations belong to a step before the server starts, pings and first queries to the
lifespan.

## References

- [FastAPI: Previous steps before starting](https://fastapi.tiangolo.com/deployment/concepts/#previous-steps-before-starting)
- [FastAPI: Lifespan events](https://fastapi.tiangolo.com/advanced/events/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.lifecycle.import_work import import_work
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL307", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    if app.is_mounted:  # the application that it is mounted on speaks for the modules that both import
        return
    for work in import_work(app):
        statement, call = work.statement, work.call
        is_inside = statement.path == call.path and statement.start <= call.start <= call.end <= statement.end
        yield Finding(
            statement.location,
            f"importing `{statement.path}` {work.what} (`{work.callee}`): every process that imports it does so "
            f"before the server is ready{'' if work.is_caught else ', and fails to start when that fails'}",
            () if is_inside else (Note(call.location, f"`{work.callee}` is called here"),),
            confidence=Confidence.CERTAIN if work.is_certain else Confidence.POSSIBLE,
            help="do it before the server starts, or in the application's lifespan",
        )
