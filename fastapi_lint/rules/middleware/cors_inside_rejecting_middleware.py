"""A middleware that answers on its own, outside of `CORSMiddleware`.

## What it does

Reports a middleware that was added after `CORSMiddleware`, so stands outside of it, and can answer a request itself:
a check of tokens, a rate limit, a redirect, a handler of exceptions. It reads the code of the middleware and of the
functions that it calls, and knows some of widely used libraries. Middleware that always calls on is no matter, and
neither is an answer of plain success.

## Why it is bad

`CORSMiddleware` adds its headers to what comes from inside (`starlette/middleware/cors.py`, every version), and the
last middleware added is the outermost. An answer that is made further outside has none of them, so a browser shows
the page a CORS error instead of the 401 or 429; and where the preflight request itself is refused, which never carries
credentials, every request of another origin fails.

## Bad

```python
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.middleware("http")
async def check_token(request: Request, call_next):
    if "authorization" not in request.headers:
        return JSONResponse({"detail": "no token"}, status_code=401)
    return await call_next(request)
```

## Good

```python
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

app = FastAPI()


@app.middleware("http")
async def check_token(request: Request, call_next):
    if "authorization" not in request.headers:
        return JSONResponse({"detail": "no token"}, status_code=401)
    return await call_next(request)


app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
```

## Fix safety

The rule does not rewrite code: moving a registration changes the order of all middleware.

## References

- [FastAPI: CORS](https://fastapi.tiangolo.com/tutorial/cors/)
- [Starlette: CORSMiddleware](https://www.starlette.io/middleware/#corsmiddleware)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.conduct import Rejecting, rejecting_outside_cors
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_NOTES: Final = 3

RULE = Rule(__name__, code="FL402", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for rejecting in rejecting_outside_cors(app):
        yield Finding(
            rejecting.middleware.added.site.location,
            f"`{rejecting.middleware.short}` stands outside of `{rejecting.cors.short}` and answers on its own"
            f"{_how(rejecting)}: such an answer has no CORS headers",
            tuple(_notes(rejecting)),
            help=f"add `{rejecting.cors.short}` after it, so that it stands outside",
        )


def _how(rejecting: Rejecting) -> str:
    if rejecting.known:
        return f" ({rejecting.known})"
    if all(answer.caught for answer in rejecting.answers):
        return f" where it catches `{rejecting.answers[0].caught}`"
    return ""


def _notes(rejecting: Rejecting) -> Iterator[Note]:
    for answer in rejecting.answers[:_MOST_NOTES]:
        yield Note(answer.site.location, f"answers here{' what it caught' if answer.caught else ''}")
    yield Note(rejecting.cors.added.site.location, f"`{rejecting.cors.short}` is added here, so it stands inside")
