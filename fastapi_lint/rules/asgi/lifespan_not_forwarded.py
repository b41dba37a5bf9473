"""ASGI middleware that does not hand the lifespan on.

## What it does

Reports pure ASGI middleware, or a dispatcher that a server is given in the application's place, that returns or answers
by itself when `scope["type"]` is `lifespan`, instead of calling the application. It points at the branch.

Applications that are only mounted, callables that hand the scope on in whatever way, and those that enter the
application's `lifespan_context` are left alone.

## Why it is bad

Start-up never runs: nothing is opened, `app.state` and `request.state` stay empty, and no shutdown closes anything.
uvicorn still logs `Application startup complete.`, with `--lifespan on` too. A test for `"http"` alone drops WebSockets
as well.

## Bad

```python
from fastapi import FastAPI


class OnlyHttp:
    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(OnlyHttp)
```

## Good

```python
from fastapi import FastAPI


class OnlyHttp:
    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            print(scope["path"])
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(OnlyHttp)
```

## Fix safety

The fix calls the application where the branch only returns, or in an `else` where the callable ends with the branch. A
branch that answers the lifespan by itself is left to its author.

## References

- [Starlette: Pure ASGI middleware](https://www.starlette.io/middleware/#pure-asgi-middleware)
- `uvicorn/lifespan/on.py`, `LifespanOn.main` (0.20 to 0.54)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.asgi import forwarding
from fastapi_lint.lifecycle.asgi import asgi_around
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.scope_paths import dropping_branch
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(__name__, code="FL202", over=App, severity=Severity.ERROR, since="0.1", applicability="safe")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for asgi in asgi_around(app):
        branch = dropping_branch(asgi)
        if branch is None:
            continue
        what = "whose start-up and shutdown never run" if app.lifespans else "which can have no start-up with it"
        yield Finding(
            Location(asgi.path, Span(branch.start, branch.end)),
            f"`{asgi.name}` does not hand the lifespan on to `{app.name}`, {what}: the server takes it for started",
            (Note(asgi.registered.location, f"`{asgi.name}` stands around the application"),),
            severity=None if app.lifespans else Severity.WARNING,
            help="call the application for every scope that is not handled here",
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    edit = forwarding(editor, finding.location)
    if edit is not None:
        yield edit
