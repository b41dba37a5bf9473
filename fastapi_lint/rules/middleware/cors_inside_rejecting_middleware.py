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

The fix moves the registration of `CORSMiddleware` behind that of the outermost middleware that answers on its own,
where both are statements of one block. It is unsafe: the order of all middleware between them changes too.

## References

- [FastAPI: CORS](https://fastapi.tiangolo.com/tutorial/cors/)
- [Starlette: CORSMiddleware](https://www.starlette.io/middleware/#corsmiddleware)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.edits.moves import moved
from fastapi_lint.lifecycle.conduct import Rejecting, rejecting_outside_cors
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

_MOST_NOTES: Final = 3

RULE = Rule(__name__, code="FL402", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    found = list(rejecting_outside_cors(app))
    for rejecting in found:
        outermost = next(one.middleware for one in found if one.cors is rejecting.cors)
        yield Finding(
            rejecting.middleware.added.site.location,
            f"`{rejecting.middleware.short}` stands outside of `{rejecting.cors.short}` and answers on its own"
            f"{_how(rejecting)}: such an answer has no CORS headers",
            tuple(_notes(rejecting)),
            help=f"add `{rejecting.cors.short}` after it, so that it stands outside",
            parts=(rejecting.cors.added.site.location, outermost.added.site.location),
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    yield from moved(editor, *finding.parts, is_after=True)


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
