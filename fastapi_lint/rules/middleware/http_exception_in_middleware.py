"""An `HTTPException` that is raised in a middleware.

## What it does

Reports an `HTTPException` (FastAPI's, Starlette's or one built on them) that the code of a middleware raises and does
not catch: in the function given to `@app.middleware("http")`, in `dispatch`, in a pure ASGI middleware, in the backend
of `AuthenticationMiddleware`, or in a function of the project that one of them calls. One that is meant to give 500 is
left alone.

## Why it is bad

Handlers of exceptions run in `ExceptionMiddleware`, which stands inside of all middleware of the project
(`starlette/applications.py`, `build_middleware_stack`, every version). What a middleware raises passes outside of it,
reaches `ServerErrorMiddleware`, and the client gets 500 instead of the 401 that was meant, with a traceback in the log.

## Bad

```python
from fastapi import FastAPI, HTTPException, Request

app = FastAPI()


@app.middleware("http")
async def check_token(request: Request, call_next):
    if "authorization" not in request.headers:
        raise HTTPException(status_code=401)
    return await call_next(request)
```

## Good

```python
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()


@app.middleware("http")
async def check_token(request: Request, call_next):
    if "authorization" not in request.headers:
        return JSONResponse({"detail": "Unauthorized"}, status_code=401)
    return await call_next(request)
```

## Fix safety

Where the function that is given `call_next` raises an `HTTPException` itself, the fix returns a `JSONResponse` with its
status, detail and headers. It is unsafe: a handler that the project has for the exception may answer in another form.

## References

- [Starlette: Exceptions and middleware](https://www.starlette.io/exceptions/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.edits.responses import returning
from fastapi_lint.lifecycle.escapes import Escaping, escaping_http_exceptions
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.lifecycle.values import Site

RULE = Rule(__name__, code="FL403", over=App, severity=Severity.ERROR, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    places: dict[tuple[str, Site, str, bool], list[Escaping]] = {}
    for one in escaping_http_exceptions(app):
        places.setdefault((one.middleware.short, one.site, one.name, one.is_again), []).append(one)
    for (name, site, _, _), escaping in places.items():
        yield Finding(
            site.location,
            f"{_what(escaping[0])} leaves the middleware `{name}`, outside of all exception handlers: "
            "the client gets 500",
            tuple(_notes(escaping)),
            help="return a response with the status code instead",
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    yield from returning(editor, finding.location)


def _what(escaping: Escaping) -> str:
    return f"the `{escaping.name}` that is raised again here" if escaping.is_again else f"`{escaping.name}`"


def _notes(escaping: list[Escaping]) -> Iterator[Note]:
    for raised in dict.fromkeys(one.raised for one in escaping if one.raised != one.site):
        yield Note(raised.location, "raised here")
    for added in dict.fromkeys(one.middleware.added.site for one in escaping):
        yield Note(added.location, "the middleware is registered here")
