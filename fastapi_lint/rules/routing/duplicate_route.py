"""The same method and path registered twice.

## What it does

Reports a route whose method and path an earlier route of the same application has already, names of parameters aside
(`/items/{id}` and `/items/{item_id}`), through routers, prefixes and mounts. A router that is included twice under one
prefix is reported once, at the second `include_router`. The pages that FastAPI adds itself (`/docs`, `/openapi.json`)
count as well, since they are registered when the application is made.

## Why it is bad

The first route answers every request (`starlette/routing.py`, `Router.app`, every version) and nothing warns at run
time, so the second endpoint never runs: the fix or the check that stands in it has no effect. In the OpenAPI document
it is the other way round, there the last one is described.

## Bad

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/runs/{run_id}")
async def read_run(run_id: str) -> str:
    return run_id


@app.get("/runs/{id}")
async def read_run_or_404(id: str) -> str:
    return id
```

## Good

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/runs/{run_id}")
async def read_run(run_id: str) -> str:
    return run_id


@app.delete("/runs/{run_id}")
async def delete_run(run_id: str) -> str:
    return run_id
```

## Fix safety

The rule does not rewrite code: which of the two is meant only their author knows.

## References

- [FastAPI: Order matters](https://fastapi.tiangolo.com/tutorial/path-params/#order-matters)
- [Starlette: Route priority](https://www.starlette.io/routing/#route-priority)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.dead_routes import DeadRoute, dead_routes
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL602", over=App, severity=Severity.ERROR, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for dead in dead_routes(app):
        if not dead.is_twin:
            continue
        request = f"{dead.stop.methods[0]} {dead.example}" if dead.stop.methods else dead.example
        if dead.again is not None:
            count = f"its {dead.others + 1} routes are" if dead.others else "its route is"
            yield Finding(
                dead.again.location,
                f"this router is included a second time under the same path: {count} registered twice, and the first "
                f"`{dead.title}` answers a request for `{request}`",
                (Note(dead.stop.route.site.location, f"`{dead.title}` is registered here"),),
                help="include it once, or under a prefix of its own",
            )
        else:
            yield Finding(
                dead.stop.route.site.location,
                f"`{dead.title}` is registered a second time: a request for `{request}` goes to {_first(dead)}",
                (Note(dead.taker.location, "the first one, which answers"),),
                help="remove one of them, or give it a path of its own",
            )


def _first(dead: DeadRoute) -> str:
    if dead.taker.stop is None:
        return "the page that FastAPI adds itself"
    name = dead.taker.stop.name.rpartition(":")[2]
    return f"`{name}`" if name else "the first one"
