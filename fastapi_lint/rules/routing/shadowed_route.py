"""A route that an earlier one always answers first.

## What it does

Reports a route whose every request is answered by a route, or a mount, that was registered before it and whose path
matches all that its own path matches: `/users/me` after `/users/{user_id}`. Paths are compared as the framework
matches them, with their convertors, the prefixes of every `include_router` and the order of all registrations of the
application. The same path and method twice is `duplicate-route`.

## Why it is bad

Starlette asks the routes in the order of their registration, and the first that matches path and method answers
(`starlette/routing.py`, `Router.app`, every version); types of parameters are looked at only afterwards. A request for
`/users/me` is answered by `/users/{user_id}` with `me` for a number, so with 422 or with another resource, and the
endpoint that was meant never runs.

## Bad

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/users/{user_id}")
async def read_user(user_id: int) -> int:
    return user_id


@app.get("/users/me")
async def read_me() -> str:
    return "me"
```

## Good

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/users/me")
async def read_me() -> str:
    return "me"


@app.get("/users/{user_id}")
async def read_user(user_id: int) -> int:
    return user_id
```

## Fix safety

The fix moves the route before the one that answers instead, where both are registered on one object in one block. It is
unsafe: the requests go to another endpoint from then on, and routes between the two may be answered otherwise.

## References

- [FastAPI: Order matters](https://fastapi.tiangolo.com/tutorial/path-params/#order-matters)
- [Starlette: Route priority](https://www.starlette.io/routing/#route-priority)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.edits.moves import moved
from fastapi_lint.lifecycle.dead_routes import DeadRoute, dead_routes
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(__name__, code="FL601", over=App, severity=Severity.ERROR, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for dead in dead_routes(app):
        if dead.is_twin:
            continue
        taker = dead.taker
        yield Finding(
            dead.stop.route.site.location,
            f"`{dead.title}` is never reached: {_request(dead)} goes to `{taker.title}`, which is asked first",
            (Note(taker.location, f"`{taker.title}` matches it first"),),
            help=_help(dead),
            parts=(dead.stop.route.site.location, taker.location) if not dead.others else (),
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    if finding.parts:
        yield from moved(editor, *finding.parts, is_after=False)


def _request(dead: DeadRoute) -> str:
    verb = dead.stop.methods[0] + " " if dead.stop.methods else ""
    if dead.stop.route.kind in {"mount", "websocket"} or dead.example != dead.stop.path:
        return f"a request such as `{verb}{dead.example}`"
    return f"a request for `{verb}{dead.example}`"


def _help(dead: DeadRoute) -> str:
    if dead.taker.stop is not None and dead.taker.stop.route.kind == "mount":
        return "register it before the mount"
    return "register it before the wider path, or narrow that one with a convertor such as `{id:int}`"
