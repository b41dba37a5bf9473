"""A loop over `app.routes` that takes the list for flat.

## What it does

Reports a loop or comprehension over the `routes` of an application or router that has included routers, where the loop
looks for `APIRoute` objects or reads `path`, `methods`, `endpoint` and the like of every entry.

## Why it is bad

Up to FastAPI 0.136 `include_router` copied the routes of a router into the list. Since 0.137.0 the list holds one entry
for each included router (`fastapi/routing.py`, `_IncludedRouter`), which is no `APIRoute` and has no `path`. A loop
that reads `route.path` fails with AttributeError; one that asks `isinstance(route, APIRoute)` passes over everything
that is included without a word, so that a check of "every route has authentication" looks at hardly any.

## Bad

```python
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

router = APIRouter()


@router.get("/items")
async def items() -> list[str]:
    return []


app = FastAPI()
app.include_router(router)
for route in app.routes:
    if isinstance(route, APIRoute):
        route.operation_id = route.name
```

## Good

```python
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

router = APIRouter()


@router.get("/items")
async def items() -> list[str]:
    return []


for route in router.routes:
    if isinstance(route, APIRoute):
        route.operation_id = route.name

app = FastAPI()
app.include_router(router)
```

## Fix safety

The fix goes over `iter_route_contexts` (since 0.137.2) where all such loops of a file only read what routes and their
contexts both have. It is unsafe: the loops then see more than they did, with paths as requests have them. Where one of
them changes routes, or hands them on, they are left to you.

## References

- [FastAPI: Release notes of 0.137.0](https://fastapi.tiangolo.com/release-notes/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.edits.loops import over_contexts
from fastapi_lint.knowledge.versions import Ternary
from fastapi_lint.lifecycle.flat_routes import flat_walks
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(__name__, code="FL605", over=App, severity=Severity.WARNING, since="0.1", versions=">=0.137")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    walks = list(flat_walks(app))
    has_contexts = app.target.holds("fastapi", ">=0.137.2") is Ternary.YES
    for walk in walks:
        entries = f"the entries of {walk.holds} included routers" if walk.holds > 1 else "the entry of a router"
        what = (
            f"fails at {entries}, which {'have' if walk.holds > 1 else 'has'} no `{walk.attribute}`"
            if walk.attribute
            else f"passes over {entries} with all the routes inside"
        )
        yield Finding(
            walk.site.location,
            f"the loop takes `routes` for a flat list and {what}: since FastAPI 0.137 an included router is one entry",
            (Note(walk.made.location, "what includes the routers is made here"),),
            help="go over `fastapi.routing.iter_route_contexts(app.routes)`",
            parts=tuple(one.site.location for one in walks if has_contexts and one.site.path == walk.site.path),
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    loops = [tuple(over_contexts(editor, part)) for part in finding.parts]
    yield from (edit for edits in loops for edit in edits if all(loops))
