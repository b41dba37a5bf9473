"""A commit after `yield` that runs when the response was already sent.

## What it does

Reports a dependency that commits after its `yield`, or leaves a block that commits (`with sessionmaker.begin()`),
where the installed FastAPI runs that code after the response: up to 0.105, and again from 0.118.0 on. It looks through
context managers, delegated generators, methods and functions of the project.

A use with `scope="function"` (from 0.121.0 on) ends before the response and is left alone, and so is a route whose own
class commits what the dependency gives.

## Why it is bad

When the commit fails (a constraint, a lost connection, a serialization error), the client has its `201 Created`
already: the row is lost, and only the server's log knows. When it succeeds, it does so late: a client that reads what
it has just written, or a background task with its own session, may not find it.

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
    with SessionLocal() as session:
        yield session
        session.commit()


@app.post("/orders", status_code=201)
def create_order(db: Annotated[Session, Depends(get_db)]) -> dict[str, bool]:
    db.add(object())
    return {"created": True}
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
    with SessionLocal() as session:
        yield session


@app.post("/orders", status_code=201)
def create_order(db: Annotated[Session, Depends(get_db)]) -> dict[str, bool]:
    db.add(object())
    db.commit()
    return {"created": True}
```

## Fix safety

From 0.121.0 on, the fix asks for the dependency with `scope="function"` wherever an endpoint does, where nothing else
does. It is unsafe: the session is closed before a streamed response or a background task could use it.

## References

- [FastAPI: Dependencies with yield and `scope`](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#early-exit-and-scope)
- `fastapi/routing.py`, `request_response` (0.105.0, 0.106.0, 0.118.0)
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.edits.sharing import with_argument
from fastapi_lint.knowledge.versions import Ternary
from fastapi_lint.lifecycle.commits import (
    Commit,
    asked_late,
    commits_after_yield,
    ends_to_choose,
    is_committed_by_some,
    runs_after_response,
)
from fastapi_lint.lifecycle.generators import GeneratorDependency, generator_dependencies
from fastapi_lint.lifecycle.model import App, Project
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.core.span import Location
    from fastapi_lint.edits.editor import Editor
    from fastapi_lint.lifecycle.values import Site

RULE = Rule(__name__, code="FL502", over=Project, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(project: Project, context: Context) -> Iterator[Finding]:
    apps = [app for app in project.apps if runs_after_response(app.target) is not Ternary.NO]
    # The routes that commit make the others the place to mend, also those of another application.
    shared = {one.function.site for app in apps for one in generator_dependencies(app) if is_committed_by_some(one)}
    told: set[Location] = set()
    for app in apps:
        for dependency in generator_dependencies(app):
            for commit in commits_after_yield(dependency):
                asked = asked_late(dependency, commit)
                if not asked:
                    continue
                place = (asked[0].site if dependency.function.site in shared else dependency.function.site).location
                if place not in told:
                    told.add(place)
                    found = _finding(app, dependency, commit, place, asked[0].site)
                    yield replace(found, parts=ends_to_choose(apps, dependency))
                break


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    yield from with_argument(editor, finding.parts, "scope", '"function"')


def _finding(app: App, dependency: GeneratorDependency, commit: Commit, place: Location, asked: Site) -> Finding:
    return Finding(
        place,
        f"`{dependency.name}` commits after `yield`: {_what(commit)} when the response is already sent, "
        "so the client is told of success before it fails",
        (
            Note(commit.site.location, "committed here"),
            Note(asked.location, "asked for here, to end after the response"),
        ),
        confidence=Confidence.CERTAIN if runs_after_response(app.target) is Ternary.YES else Confidence.POSSIBLE,
        help=_help(app),
    )


def _what(commit: Commit) -> str:
    return f"the block of `{commit.text}` ends" if commit.is_of_block else f"`{commit.text}` runs"


def _help(app: App) -> str:
    if app.target.holds("fastapi", ">=0.121.0") is Ternary.YES:
        return 'commit in the endpoint, or ask for it with `Depends(..., scope="function")`'
    return "commit in the endpoint, before it returns"
