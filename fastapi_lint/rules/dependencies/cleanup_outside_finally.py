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

## References

- [FastAPI: Dependencies with yield and try](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#a-dependency-with-yield-and-try)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.cleanup import unguarded_cleanups
from fastapi_lint.lifecycle.generators import generator_dependencies
from fastapi_lint.lifecycle.model import App
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL503", over=App, severity=Severity.WARNING, since="0.1")


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
            )
