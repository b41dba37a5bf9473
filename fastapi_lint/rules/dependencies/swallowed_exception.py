"""A dependency that stops the exception of the endpoint at its `yield`.

## What it does

Reports a dependency with `yield` around which an `except` does not raise again, a `finally` returns, or
`contextlib.suppress` stands. Only functions that some `Depends` of an HTTP route refers to count: a generator that
streams a response must deal with its exceptions itself.

## Why it is bad

FastAPI throws what the endpoint raises into the generator at its `yield`. From 0.110.0 on, what the generator stops
there is gone: the framework finds neither a response nor an exception, and every error, also
`HTTPException(404)` and those with a handler of their own, becomes `500 Internal Server Error`.

## Bad

```python
import logging
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()


def get_items() -> Iterator[dict[str, str]]:
    try:
        yield {}
    except Exception:
        logging.exception("the request failed")


@app.get("/items/{name}")
def item(name: str, items: Annotated[dict[str, str], Depends(get_items)]) -> str:
    if name not in items:
        raise HTTPException(404)
    return items[name]
```

## Good

```python
import logging
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()


def get_items() -> Iterator[dict[str, str]]:
    try:
        yield {}
    except Exception:
        logging.exception("the request failed")
        raise


@app.get("/items/{name}")
def item(name: str, items: Annotated[dict[str, str], Depends(get_items)]) -> str:
    if name not in items:
        raise HTTPException(404)
    return items[name]
```

## Fix safety

The fix ends each `except` with `raise`, in place of a `pass` or a bare `return` if it ends with one. It is made where
the `except` leaves in no other way; a `return` in `finally` and a `suppress` are left to their author.

## References

- [FastAPI: Always raise in dependencies with yield and except](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/#always-raise-in-dependencies-with-yield-and-except)
- `fastapi/routing.py`, `request_response` (0.110.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.edits.handlers import raising
from fastapi_lint.lifecycle.generators import generator_dependencies
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.swallowing import Swallowed, swallowed_exceptions
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.edits.editor import Editor

RULE = Rule(
    __name__,
    code="FL504",
    over=App,
    severity=Severity.ERROR,
    since="0.1",
    versions=">=0.110",
    applicability="safe",
)


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for dependency in generator_dependencies(app):
        places = list(swallowed_exceptions(dependency))
        if places and any(endpoint.route.kind == "http" for endpoint, _ in dependency.uses):
            yield Finding(
                dependency.function.site.location,
                f"`{dependency.name}` swallows what a request raises at its `yield`: {_how(places[0])}, "
                "and the client gets 500 whatever it was",
                tuple(Note(one.site.location, "stopped here") for one in places),
                help="end the `except` with `raise`",
                parts=tuple(one.site.location for one in places) if all(one.how == "except" for one in places) else (),
            )


@RULE.repair
def repair(finding: Finding, editor: Editor) -> Iterator[Edit]:
    edits = [raising(editor, part, finding.location) for part in finding.parts]
    yield from (edit for edit in edits if edit is not None and None not in edits)


def _how(place: Swallowed) -> str:
    match place.how:
        case "except":
            what = f" {place.what}" if place.what else ""
            return f"`except{what}` does not raise again"
        case "finally":
            return "`return` in `finally` drops it"
        case "suppress":
            return f"`suppress({place.what})` drops it"
