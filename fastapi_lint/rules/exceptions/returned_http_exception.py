"""An `HTTPException` that is returned instead of raised.

## What it does

Reports a `return HTTPException(...)` (FastAPI's, Starlette's or one built on them) of an endpoint or a dependency, and
of a function of the project whose result one of them returns. A function that only makes exceptions for others to
raise is left alone.

## Why it is bad

Only a raised exception becomes an error. A returned one is a value like any other: FastAPI writes its attributes as
JSON, with status 200, in every version, or ends with 500 where a response model does not fit; a dependency hands it to
the endpoint as if all were well, so that a check of permissions lets everybody through.

## Bad

```python
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/items/{item_id}")
async def read_item(item_id: int):
    if item_id > 100:
        return HTTPException(status_code=404)
    return {"item": item_id}
```

## Good

```python
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/items/{item_id}")
async def read_item(item_id: int):
    if item_id > 100:
        raise HTTPException(status_code=404)
    return {"item": item_id}
```

## Fix safety

The fix writes `raise` for `return`. It leaves a `return` that may give something else as well, one in a `try` whose
`except` may catch the exception, and one whose value another function of the project passes on.

## References

- [FastAPI: Handling errors](https://fastapi.tiangolo.com/tutorial/handling-errors/#raise-an-httpexception-in-your-code)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.blocks import is_caught
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.naming import short_name
from fastapi_lint.lifecycle.returned import returned_exceptions
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(__name__, code="FL701", over=App, severity=Severity.ERROR, since="0.1", applicability="safe")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for one in returned_exceptions(app):
        is_endpoint = one.part.kind == "endpoint"
        what = "the client gets 200 with the exception as JSON" if is_endpoint else "nothing stops the request"
        subject = f"`{one.part.title}`" if is_endpoint else f"a dependency of `{one.part.title}`"
        yield Finding(
            one.site.location,
            f"`{short_name(one.value.type)}` is returned, not raised, for {subject}: {what}",
            tuple(Note(site.location, "and returned from here") for site in one.way),
            help="raise it",
            parts=(one.site.location,) if one.is_alone and not one.way else (),
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    tree = editor.tree(finding.location.path)
    if tree is None:
        return
    for part in finding.parts:
        for statement in tree.within(part, ast.Return):
            if not is_caught(tree, statement, "HTTPException"):
                start = tree.span(statement).start
                yield editor.replace(Location(part.path, Span(start, start + len("return"))), "raise")
