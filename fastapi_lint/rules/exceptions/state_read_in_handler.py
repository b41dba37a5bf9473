"""An exception handler that reads `request.state` where it need not be set.

## What it does

Reports an exception handler that reads `request.state.x` although nothing sets `x`, or what sets it, a dependency or
an endpoint, need not have run for the request that failed. `getattr` with a default, `hasattr` and an `except
AttributeError` around it are fine, and so is what a middleware sets before it calls on.

## Why it is bad

An attribute of `request.state` that was never set raises AttributeError (`starlette/datastructures.py`, `State`, every
version). In a handler that hides the exception which was to be answered: a handler for `Exception` runs outside of
everything, so that the application sends nothing at all and the client gets the server's bare 500.

## Bad

```python
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()


@app.exception_handler(Exception)
async def handle(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"id": request.state.request_id}, status_code=500)
```

## Good

```python
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()


@app.middleware("http")
async def number(request: Request, call_next):
    request.state.request_id = str(uuid4())
    return await call_next(request)


@app.exception_handler(Exception)
async def handle(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"id": request.state.request_id}, status_code=500)
```

## Fix safety

The rule does not rewrite code: what should stand for a missing value only the author knows.

## References

- [Starlette: Other state](https://www.starlette.io/requests/#other-state)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.lifecycle.handlers import is_catch_all
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.request_state import StateRead, unset_state_reads
from fastapi_lint.lifecycle.values import FunctionValue
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL706", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for read in unset_state_reads(app):
        handler = read.handler.handler
        is_outermost = handler is not None and is_catch_all(handler)
        end = "the application sends no answer at all" if is_outermost else "the client gets 500"
        yield Finding(
            read.site.location,
            f"`request.state.{read.name}` need not be set when {read.handler.title} runs: {_why(read)}; "
            f"then it raises AttributeError and {end}",
            tuple(_notes(read)),
            confidence=Confidence.CERTAIN if read.is_certain else Confidence.POSSIBLE,
            help=f'read it with `getattr(request.state, "{read.name}", None)`',
        )


def _why(read: StateRead) -> str:
    part = read.setter
    if part is None:
        return "nothing sets it"
    if part.middleware is not None:
        return f"{part.title} need not have come so far"
    kind = "a dependency of " if part.kind == "dependency" else ""
    return f"only {kind}`{part.title}` and the like set it"


def _notes(read: StateRead) -> Iterator[Note]:
    if read.setter is not None and isinstance(read.setter.activation.subject, FunctionValue):
        yield Note(read.setter.activation.subject.site.location, "sets it")
    if read.handler.handler is not None:
        yield Note(read.handler.handler.site.location, "the handler is registered here")
