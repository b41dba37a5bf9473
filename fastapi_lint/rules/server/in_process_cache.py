"""State in the memory of one process, in an application that runs in several.

## What it does

Reports a dict, list, set, counter, memory cache or memoised function that lives as long as the process, that some
request changes and some request reads, when a deployment of the application starts more than one process.

## Why it is bad

Every worker and every replica has a memory of its own: uvicorn spawns its workers and gunicorn forks them, and neither
shares a dict. What one request stores is there for the next only if the same process answers it, so with four
processes a value is found about one time in four, counters count a part, and what was deleted lives on elsewhere.
It works on the developer's machine, where there is one process.

## Bad

```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
sessions: dict[str, str] = {}


@app.post("/login/{user}")
async def login(user: str) -> dict[str, str]:
    sessions[user] = "token"
    return {"token": "token"}


@app.get("/me/{user}")
async def me(user: str) -> dict[str, bool]:
    return {"known": user in sessions}
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD ["uvicorn", "app.main:app", "--workers", "4"]
```

## Good

```python
# file: app/main.py
from functools import lru_cache

from fastapi import FastAPI

app = FastAPI()
LIMITS = {"free": 10, "paid": 1000}


@lru_cache
def settings() -> dict[str, str]:
    return {"name": "shop"}


@app.get("/limits/{plan}")
async def limits(plan: str) -> dict[str, int]:
    return {"limit": LIMITS[plan], "name": len(settings()["name"])}
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD ["uvicorn", "app.main:app", "--workers", "4"]
```

## References

- [FastAPI: Server Workers](https://fastapi.tiangolo.com/deployment/server-workers/)
- [FastAPI: Multiple processes and memory](https://fastapi.tiangolo.com/deployment/concepts/#memory-per-process)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Severity
from fastapi_lint.lifecycle.evidence import process_notes, processes_text, use_notes
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.sharing import Sharing, states_of
from fastapi_lint.lifecycle.values import FunctionValue
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL101", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    served = app.several_processes()
    if served is None:
        return
    for state in states_of(app, Sharing.CACHE):
        what = "the results that it keeps are" if isinstance(state.target, FunctionValue) else "it is"
        yield Finding(
            state.site.location,
            f"{state.title} lives in the memory of one process, but `{app.name}` runs in {processes_text(served)}: "
            f"{what} different in each, and a request finds only what its own process stored",
            (*use_notes(state), *process_notes(served)),
            help="keep it where all processes see it, such as redis or the database, or run one process",
        )
