"""A handler for every exception, outside of the middleware whose headers its answer should have.

## What it does

Reports a handler for `Exception` or 500 of an application with a `CORSMiddleware`, or with middleware of the project
that sets headers of responses (then as information). A handler that writes the headers for CORS itself is left alone,
and so is one that a middleware further inside leaves nothing to handle.

## Why it is bad

Handlers of named exceptions run inside of all middleware, but the one for `Exception` or 500 is given to
`ServerErrorMiddleware`, the outermost layer (`starlette/applications.py`, `build_middleware_stack`, every version).
Its answer passes no middleware: a browser on another origin is shown a CORS error instead of the 500, and headers such
as an id of the request are missing. And the exception is raised to the server even though it was answered, which logs
it once more.

## Bad

```python
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.exception_handler(Exception)
async def handle(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "failed"}, status_code=500)
```

## Good

```python
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

app = FastAPI()


class ShopError(Exception):
    pass


@app.exception_handler(ShopError)
async def handle(request: Request, error: ShopError) -> JSONResponse:
    return JSONResponse({"detail": "failed"}, status_code=500)


app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
```

## Fix safety

The rule does not rewrite code: where errors should be answered is a matter of design.

## References

- [Starlette: Errors and handled exceptions](https://www.starlette.io/exceptions/#errors-and-handled-exceptions)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.handlers import CatchAll, catch_alls, handled_by
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.naming import short_name, site_of
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL703", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for found in catch_alls(app):
        handles = "500" if handled_by(found.added) == "500" else "Exception"
        missed = "the CORS headers" if found.cors is not None else f"the headers of `{found.headers[0].short}`"
        yield Finding(
            found.added.site.location,
            f"the handler `{short_name(found.added.handler)}` for `{handles}` answers outside of all middleware: its "
            f"answer does not get {missed}, and the server sees the exception all the same",
            tuple(_notes(found)),
            severity=None if found.cors is not None else Severity.INFO,
            help="handle exceptions by their own classes, or answer for the rest in a middleware inside of these",
        )


def _notes(found: CatchAll) -> Iterator[Note]:
    site = site_of(found.added.handler)
    if site is not None:
        yield Note(site.location, "the handler")
    for middleware in (found.cors, *found.headers[:2]):
        if middleware is not None:
            yield Note(middleware.added.site.location, f"`{middleware.short}` stands inside")
