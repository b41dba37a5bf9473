"""A rate limit counted in one process, in an application that runs in several.

## What it does

Reports a rate limiter that counts in memory (slowapi's `Limiter` without `storage_uri`, a memory storage of `limits`,
counters of the project's own that end in a 429), when a deployment of the application starts more than one process.

## Why it is bad

Each process counts only the requests that it answers itself. With four processes a client gets up to four times the
limit, and which request is refused depends on which process it meets.

## Bad

```python
# file: app/main.py
from fastapi import FastAPI, Request
from slowapi import Limiter
from slowapi.util import get_remote_address

limiter = Limiter(key_func=get_remote_address)
app = FastAPI()
app.state.limiter = limiter


@app.get("/login")
@limiter.limit("5/minute")
async def login(request: Request) -> dict[str, bool]:
    return {"ok": True}
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD uvicorn app.main:app --workers 4
```

## Good

```python
# file: app/main.py
from fastapi import FastAPI, Request
from slowapi import Limiter
from slowapi.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, storage_uri="redis://redis:6379")
app = FastAPI()
app.state.limiter = limiter


@app.get("/login")
@limiter.limit("5/minute")
async def login(request: Request) -> dict[str, bool]:
    return {"ok": True}
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD uvicorn app.main:app --workers 4
```

## References

- [limits: Storage backends](https://limits.readthedocs.io/en/stable/storage.html)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Severity
from fastapi_lint.lifecycle.evidence import process_notes, processes_text, use_notes
from fastapi_lint.lifecycle.limits import memory_limiters
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.sharing import Sharing, states_of
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

HELP = "count where all processes see it, such as redis (`storage_uri=`), or run one process"
RULE = Rule(__name__, code="FL103", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    served = app.several_processes()
    if served is None:
        return
    why = f"but `{app.name}` runs in {processes_text(served)}: clients get a multiple of the limit"
    for site, name in memory_limiters(app, served):
        yield Finding(
            site.location,
            f"the rate limiter `{name}` counts in the memory of one process, {why}",
            process_notes(served),
            help=HELP,
        )
    for state in states_of(app, Sharing.LIMIT):
        yield Finding(
            state.site.location,
            f"{state.title} counts requests in the memory of one process, {why}",
            (*use_notes(state), *process_notes(served)),
            help=HELP,
        )
