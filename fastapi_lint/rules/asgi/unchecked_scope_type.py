"""ASGI middleware that takes every scope for an HTTP request.

## What it does

Reports pure ASGI middleware (a class with `__call__(self, scope, receive, send)`, or a function of those three, around
an application) that reads what only HTTP has from the scope, builds a `Request` of it, or wraps `send` and reads
`message["status"]`, before it looks at `scope["type"]`. It points at the first such use.

Wrappers that test `message["type"]`, applications that are only mounted, and dependencies with `__call__` are left
alone.

## Why it is bad

The same callable gets the `lifespan` scope, which has no path, method or headers: it raises `KeyError` or
`AssertionError`, the server concludes that the application has no lifespan, logs that in passing and serves without
start-up. `Request(scope)` and `scope["method"]` break every WebSocket as well.

## Bad

```python
from fastapi import FastAPI


class Paths:
    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        print(scope["path"])
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Paths)
```

## Good

```python
from fastapi import FastAPI


class Paths:
    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            print(scope["path"])
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Paths)
```

## Fix safety

The fix hands other scopes on at the top of the callable, to what it hands them on to elsewhere. WebSockets stay with
the callable where they have all that it reads. What reads messages without a look at their type is left to you.

## References

- [Starlette: Pure ASGI middleware](https://www.starlette.io/middleware/#pure-asgi-middleware)
- [ASGI: Lifespan protocol](https://asgi.readthedocs.io/en/latest/specs/lifespan.html)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.asgi import guarded
from fastapi_lint.lifecycle.asgi import asgi_around
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.scope_paths import HttpUse, http_use
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(__name__, code="FL201", over=App, severity=Severity.ERROR, since="0.1", applicability="safe")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    has_sockets = any(endpoint.route.kind == "websocket" for endpoint in app.endpoints)
    for asgi in asgi_around(app):
        use = http_use(asgi, "lifespan") or (http_use(asgi, "websocket") if has_sockets else None)
        if use is None:
            continue
        place = Location(asgi.path, Span(use.start, use.end))
        is_for_http = use.kind == "websocket" or http_use(asgi, "websocket") is not None
        condition = '!= "http"' if is_for_http else 'not in ("http", "websocket")'
        yield Finding(
            place,
            f'{use.what} in `{asgi.name}` comes before any look at `{asgi.scope}["type"]`: {_consequence(use)}',
            (Note(asgi.registered.location, f"`{asgi.name}` stands around `{app.name}`"),),
            severity=None if _is_felt(app, use) else Severity.WARNING,
            confidence=Confidence.CERTAIN if use.is_certain else Confidence.POSSIBLE,
            help=f'hand other scopes on first: `if {asgi.scope}["type"] {condition}`',
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    condition = finding.help.partition('["type"] ')[2].rstrip("`")
    edit = guarded(editor, finding.location, condition)
    if edit is not None:
        yield edit


def _is_felt(app: App, use: HttpUse) -> bool:
    """Return whether the application has something that the mistake breaks today."""
    return use.kind == "websocket" or bool(app.lifespans)


def _consequence(use: HttpUse) -> str:
    if use.kind == "websocket":
        return "a WebSocket has none, and every connection fails"
    return "the lifespan has none, so that it fails and the server serves without start-up"
