"""A comment that claims an order of middleware which the real stack contradicts.

## What it does

Reads the comments and docstrings above, beside and inside the registrations of middleware for claims about order,
general ones ("executed in the order they are added", "first added is outermost") and particular ones ("outermost",
"runs before X", "A -> B -> C"), and reports those that the stack of the application contradicts.

## Why it is bad

`add_middleware` and `@app.middleware("http")` put each middleware outside of all that were added before, in every
version of Starlette: the last one added sees the request first and the response last. A `middleware=[...]` list is
the other way round, its first entry is the outermost. Widely read articles state the opposite. Whoever trusts a wrong
comment puts the next middleware in the wrong place: authentication outside the session it reads, errors without CORS
headers, timings that miss half the work.

## Bad

```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

app = FastAPI()
# Middleware is executed in the order it is added, so CORS runs first.
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
app.add_middleware(GZipMiddleware)
```

## Good

```python
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

app = FastAPI()
# The last middleware added is the outermost, so CORS runs first.
app.add_middleware(GZipMiddleware)
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
```

## References

- [FastAPI: Multiple middleware execution order](https://fastapi.tiangolo.com/tutorial/middleware/#multiple-middleware-execution-order)
- [Starlette: Middleware](https://www.starlette.io/middleware/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Confidence, Finding, Note, Severity
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.order_claims import Contradiction, StackEntry, contradictions
from fastapi_lint.lifecycle.order_comments import OrderText, order_texts
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.middleware import Middleware

RULE = Rule(__name__, code="FL401", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    if len(app.stack) < 2 or not app.stack_is_known:
        return
    certain = [one for one in app.stack if not one.added.conditions]
    for text in order_texts(app):
        for wrong in _wrong(text, app.stack)[:1]:
            subject = [text.subject] if text.subject is not None and text.subject not in certain else []
            holds = _wrong(text, sorted([*certain, *subject], key=lambda one: one.rank))
            yield Finding(
                text.site_at(wrong.start).location,
                f"this says “{' '.join(wrong.claim.split())}”, but {wrong.truth}",
                tuple(_notes(wrong, app.stack)),
                confidence=Confidence.CERTAIN if holds else Confidence.POSSIBLE,
                help="correct the comment, or register the middleware in the order that it describes",
            )


def _wrong(text: OrderText, stack: tuple[Middleware, ...] | list[Middleware]) -> tuple[Contradiction, ...]:
    if len(stack) < 2:
        return ()
    entries = {id(one): _entry(one, rank) for rank, one in enumerate(stack)}
    subject = entries.get(id(text.subject)) if text.subject is not None else None
    following = [entries[id(one)] for one in text.following if id(one) in entries]
    return contradictions(
        text.text, list(entries.values()), subject=subject, following=following, trailing=text.trailing
    )


def _entry(middleware: Middleware, rank: int) -> StackEntry:
    added = middleware.added
    via = "list" if added.via == "constructor" else added.via
    registered = added.index if added.via == "constructor" else added.order
    return StackEntry(middleware.short, rank, registered, via)


def _notes(wrong: Contradiction, stack: tuple[Middleware, ...]) -> Iterator[Note]:
    named = {entry.name for entry in wrong.entries}
    for middleware in sorted(stack, key=lambda one: one.rank):
        is_edge = middleware.rank in {0, len(stack) - 1}
        if middleware.short in named or (not named and is_edge):
            yield Note(middleware.added.site.location, _position(middleware, len(stack)))


def _position(middleware: Middleware, count: int) -> str:
    if middleware.rank == 0:
        return f"`{middleware.short}` is the outermost of {count}"
    if middleware.rank == count - 1:
        return f"`{middleware.short}` is the innermost of {count}"
    return f"`{middleware.short}` is number {middleware.rank + 1} of {count} from the outside"
