"""A dependency that one request evaluates more than once.

## What it does

Reports an endpoint whose request makes the same dependency twice or more: by `use_cache=False`, by a factory, lambda,
`partial` or instance that is built anew with equal arguments, by `Security` scopes or by `scope=`, where the cache key
of the installed FastAPI says so. It looks through application, include, router, route and parameter level. A factory
whose callables only make an object, or work without any `await`, is worth knowing and fails no run (`info`).

## Why it is bad

FastAPI caches a dependency's value for one request by the callable itself (with security scopes from 0.80.0, only
those in use from 0.123.0, and with `scope=` from 0.121.0). Two closures of one factory are two callables: the request
pays twice, and two objects exist where the author thinks of one, such as two database sessions with two transactions.

## Bad

```python
from fastapi import Depends, FastAPI

app = FastAPI()


def repository(table: str):
    def make() -> list[str]:
        return [table]

    return make


def current_user(users: list[str] = Depends(repository("users"))) -> str:
    return users[0]


@app.get("/me")
async def me(user: str = Depends(current_user), users: list[str] = Depends(repository("users"))) -> str:
    return user + users[0]
```

## Good

```python
from fastapi import Depends, FastAPI

app = FastAPI()


def repository(table: str):
    def make() -> list[str]:
        return [table]

    return make


users_repository = repository("users")


def current_user(users: list[str] = Depends(users_repository)) -> str:
    return users[0]


@app.get("/me")
async def me(user: str = Depends(current_user), users: list[str] = Depends(users_repository)) -> str:
    return user + users[0]
```

## Fix safety

The fix drops `use_cache=False`, or builds the callable once under a name of its own where all uses stand in one file
and are written alike. It is unsafe: the uses share one value from then on, which may be what somebody did not want.
Different scopes are left to you.

## References

- [FastAPI: Using the same dependency multiple times](https://fastapi.tiangolo.com/tutorial/dependencies/sub-dependencies/#using-the-same-dependency-multiple-times)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.edits.sharing import built_once, without_argument
from fastapi_lint.lifecycle.duplicates import Duplicate, Reason, duplicates
from fastapi_lint.lifecycle.model import Endpoint
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

_UNCACHED: Final = "drop `use_cache=False`, or ask for the value once and pass it on"
_BUILT: Final = "build it once, under one name, and use that name in every `Depends`"

RULE = Rule(__name__, code="FL501", over=Endpoint, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(endpoint: Endpoint, context: Context) -> Iterator[Finding]:
    if endpoint.definition is None:
        return
    for duplicate in duplicates(endpoint):
        notes = tuple(
            Note(use.site.location, f"evaluated here{_place(number)}") for number, use in enumerate(duplicate.uses, 1)
        )
        times = "twice" if len(duplicate.uses) == 2 else f"{len(duplicate.uses)} times"
        name = endpoint.name.rpartition(":")[2]
        yield Finding(
            endpoint.definition.location,
            f"one request to `{name}` evaluates `{duplicate.name}` {times}: {_why(duplicate)}",
            notes,
            severity=Severity.INFO if duplicate.reason is Reason.BUILT and duplicate.is_cheap else None,
            help=_help(duplicate),
            parts=tuple(use.site.location for use in duplicate.uses),
        )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    if finding.help == _UNCACHED:
        yield from without_argument(editor, finding.parts, "use_cache")
    elif finding.help == _BUILT:
        yield from built_once(editor, finding.parts)


def _place(number: int) -> str:
    return "" if number == 1 else " again"


def _why(duplicate: Duplicate) -> str:
    match duplicate.reason:
        case Reason.UNCACHED:
            return "`use_cache=False` asks for a call of its own"
        case Reason.BUILT:
            return (
                "each use builds a callable of its own, and the cache of the request knows callables only by identity"
            )
        case Reason.SCOPES:
            return "uses with different security scopes do not share one value"
        case Reason.SCOPE:
            return "uses with different `scope=` do not share one value"


def _help(duplicate: Duplicate) -> str:
    match duplicate.reason:
        case Reason.UNCACHED:
            return _UNCACHED
        case Reason.BUILT:
            return _BUILT
        case Reason.SCOPES | Reason.SCOPE:
            return "ask for it in one way only"
