"""An engine, pool or client that every request makes anew.

## What it does

Reports a database engine, session factory, connection pool or client that a dependency, an endpoint or a middleware
makes whenever it runs, dependencies and middleware also through functions of the project. HTTP clients count only where
the function itself makes them, with arguments that are the same for everybody.

What is kept is left alone: memoised functions, names of modules, attributes of objects that outlive the request, and
what is made of the request's own data.

## Why it is bad

A pool is worth its name when it is shared. One that is made for a request opens its connections anew, with a TLS
handshake and a login each, and leaves them to the garbage collector: under load the database refuses with `too many
connections`, and an HTTP client spends more time on handshakes than on requests.

A session factory opens nothing by itself, but builds a class each time: that is reported as information.

## Bad

```python
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

app = FastAPI()


def get_session() -> Iterator[Session]:
    engine = create_engine("postgresql://db/shop")
    with Session(engine) as session:
        yield session


@app.get("/users")
def users(session: Annotated[Session, Depends(get_session)]) -> list[str]:
    return list(session.scalars("SELECT name FROM users"))
```

## Good

```python
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

engine = create_engine("postgresql://db/shop")
app = FastAPI()


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@app.get("/users")
def users(session: Annotated[Session, Depends(get_session)]) -> list[str]:
    return list(session.scalars("SELECT name FROM users"))
```

## References

- [SQLAlchemy: Engine Configuration](https://docs.sqlalchemy.org/en/20/core/connections.html#basic-usage)
- [HTTPX: Why use a Client?](https://www.python-httpx.org/advanced/clients/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.per_request import MadePerRequest, made_per_request
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL511", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    by_function: dict[int, list[MadePerRequest]] = {}
    for made in made_per_request(app):
        by_function.setdefault(id(made.function.definition), []).append(made)
    for group in by_function.values():
        first = min(group, key=lambda made: made.is_factory)
        yield Finding(
            first.function.site.location,
            f"`{first.function.name}` makes {first.resource.noun} anew for every request: {_consequence(first)}",
            tuple(_notes(group, first)),
            severity=Severity.INFO if first.is_factory else None,
            help="make it once, in the lifespan, and hand it to the requests",
        )


def _consequence(made: MadePerRequest) -> str:
    if made.is_factory:
        return "it is a new class each time"
    if made.is_client:
        return "none of its connections is used again"
    return "its connections are opened anew each time, and nothing bounds how many there are"


def _notes(group: list[MadePerRequest], first: MadePerRequest) -> Iterator[Note]:
    for made in group:
        yield Note(made.site.location, f"{made.resource.noun} is made here")
    for edge in first.path:
        yield Note(edge.site.location, f"called here for {first.part.title}")
