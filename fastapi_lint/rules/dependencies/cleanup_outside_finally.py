"""Cleanup after `yield` that an exception skips.

## What it does

Reports a dependency that opens something before its `yield` and cleans it up after it with neither `try` and `finally`
nor `with` around the `yield`.

## Why it is bad

FastAPI throws what the endpoint raises, an `HTTPException` too, into the generator at its `yield`. What follows the
`yield` then never runs: the session keeps its connection, the lock stays taken, and after some failed requests the pool
is empty and every request waits for its time-out.

## Bad

```python
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

SessionLocal = sessionmaker(create_engine("sqlite://"))
app = FastAPI()


def get_db() -> Iterator[Session]:
    db = SessionLocal()
    yield db
    db.close()


@app.get("/users")
def users(db: Annotated[Session, Depends(get_db)]) -> list[str]:
    return list(db.scalars("SELECT name FROM users"))
```

## Good

```python
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

SessionLocal = sessionmaker(create_engine("sqlite://"))
app = FastAPI()


def get_db() -> Iterator[Session]:
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


@app.get("/users")
def users(db: Annotated[Session, Depends(get_db)]) -> list[str]:
    return list(db.scalars("SELECT name FROM users"))
```

## Fix safety

The fix puts the `yield`, and what follows it up to the cleanup, into a `try`, and the cleanup into its `finally`. It
is made where the cleanup is the end of the block that the `yield` stands in; elsewhere the author has to say what
belongs where.

## References

- [FastAPI: Dependencies with yield and try](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#a-dependency-with-yield-and-try)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.edits.blocks import into_finally
from fastapi_lint.lifecycle.cleanup import unguarded_cleanups
from fastapi_lint.lifecycle.generators import generator_dependencies
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(__name__, code="FL503", over=App, severity=Severity.WARNING, since="0.1", applicability="safe")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for dependency in generator_dependencies(app):
        cleanups = list(unguarded_cleanups(dependency))
        if cleanups:
            first = cleanups[0]
            yield Finding(
                dependency.function.site.location,
                f"`{dependency.name}` cleans up after `yield` without `finally`: "
                f"when a request fails, `{first.text}` never runs",
                tuple(Note(one.site.location, "skipped when something was raised") for one in cleanups),
                help="put the `yield` into `try` and the cleanup into `finally`, or use `with`",
                parts=tuple(one.site.location for one in cleanups),
            )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    tree = editor.tree(finding.location.path)
    function = tree.function(finding.location) if tree is not None else None
    yields = tree.own(function, ast.Yield) if tree is not None and function is not None else []
    statement = tree.parent(yields[0]) if tree is not None and len(yields) == 1 else None
    if tree is None or not isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign):
        return
    block = tree.block(statement)
    at = block.index(statement)
    calls = [call for part in finding.parts for call in tree.within(part, ast.Call)[:1]]
    cleanups = [one for one in block[at + 1 :] if any(tree.statement(call) is one for call in calls)]
    first = block.index(cleanups[0]) if cleanups else len(block)
    if len(cleanups) == len(finding.parts) and block[first:] == cleanups:
        yield from into_finally(tree, block[at:first], cleanups)
