"""Middleware that is added once the application has started.

## What it does

Reports `add_middleware` and `@app.middleware("http")` that run in a lifespan, a start-up handler or a request, and
calls of libraries that do the same, such as `Instrumentator().instrument(app)`.

## Why it is bad

The stack of middleware is built when the first message comes, and that is the one that starts the lifespan. Since
Starlette 0.24.0 (FastAPI 0.91.0) `add_middleware` raises `RuntimeError: Cannot add middleware after an application has
started` from then on (`starlette/applications.py`): the server does not start, or the request ends with 500.

## Bad

```python
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

app = FastAPI()


@app.on_event("startup")
async def start() -> None:
    app.add_middleware(GZipMiddleware)
```

## Good

```python
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

app = FastAPI()
app.add_middleware(GZipMiddleware)
```

## Fix safety

The rule does not rewrite code: what the middleware needs may only be there after start-up.

## References

- [FastAPI: Middleware](https://fastapi.tiangolo.com/tutorial/middleware/)
- [Starlette: Release notes of 0.24.0](https://www.starlette.io/release-notes/)

"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.late import late_middleware
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL404", over=App, severity=Severity.ERROR, since="0.1", versions="starlette>=0.24")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for late in late_middleware(app):
        what = f"`{late.name}` adds middleware" if late.is_library else f"the middleware `{late.name}` is added"
        when = "while a request is answered" if late.is_request else "at start-up"
        yield Finding(
            late.site.location,
            f"{what} {when}, when the stack is built already: RuntimeError",
            (Note(late.cause.location, f"runs {when}"), Note(app.location, "the application is made here")),
            help="add it where the application is made",
        )
