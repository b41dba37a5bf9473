"""A blocking call on the event loop.

## What it does

Reports a call that blocks its thread (an HTTP request with `requests`, `time.sleep`, a subprocess, a query on a
synchronous database session or driver, a synchronous SDK, work on whole files) where it runs on the event loop: in an
async endpoint, dependency, middleware, lifespan or exception handler, or in any function or method of the project that
these call. The notes show the way to it.

Receivers are known by how they are made and how they are annotated, never by the name of a method. What is handed to a
thread (`run_in_threadpool`, `asyncio.to_thread`, an executor) is left alone, as are `def` endpoints and dependencies,
which FastAPI runs in threads itself. Reading and writing a single file counts only in the coroutine itself. While a
lifespan starts, no request waits: there only its own calls count, as information, but for the tasks it starts. What it
does in the end counts nothing.

## Why it is bad

One thread runs the event loop of a process. While it waits, nothing else goes on: no other request is read or answered,
no websocket hears a ping, no time-out fires. A second of a slow service becomes a second of silence for all clients,
and gunicorn kills the worker when it lasts too long.

## Bad

```python
import requests
from fastapi import FastAPI

app = FastAPI()


def fetch_rate(currency: str) -> float:
    return requests.get(f"https://rates.example/{currency}", timeout=5).json()["rate"]


@app.get("/rates/{currency}")
async def rate(currency: str) -> float:
    return fetch_rate(currency)
```

## Good

```python
import requests
from fastapi import FastAPI

app = FastAPI()


def fetch_rate(currency: str) -> float:
    return requests.get(f"https://rates.example/{currency}", timeout=5).json()["rate"]


@app.get("/rates/{currency}")
def rate(currency: str) -> float:
    return fetch_rate(currency)
```

## References

- [FastAPI: Concurrency and async / await](https://fastapi.tiangolo.com/async/#very-technical-details)
- `fastapi/routing.py`, `run_endpoint_function`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.knowledge.blocking import spoken
from fastapi_lint.lifecycle.event_loop import BlockingCall, blocking_calls
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.values import FunctionValue
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.effects import Activation

RULE = Rule(__name__, code="FL801", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    for found in blocking_calls(app):
        is_early = not found.root.is_serving and not found.starts_beside
        if is_early and found.is_after_serving:
            continue
        if (found.blocking.is_local and (is_early or not found.is_direct)) or (is_early and found.path):
            continue
        yield Finding(
            found.call.site.location,
            f"`{spoken(found.call.name)}` {found.blocking.why} and blocks the event loop: "
            f"{'nothing else starts' if is_early else 'no other request goes on'} in the meantime",
            tuple(_notes(found)),
            severity=Severity.INFO if is_early else None,
            help=f"use {found.blocking.instead}, or run it in a thread",
        )


def _notes(found: BlockingCall) -> Iterator[Note]:
    root = found.root
    function = root.activation.subject
    if isinstance(function, FunctionValue):
        yield Note(function.site.location, f"`{_label(root.activation)}` runs on the event loop for {root.title}")
    for edge in found.path:
        yield Note(edge.site.location, f"which calls `{_label(edge.callee)}`")


def _label(activation: Activation) -> str:
    return activation.label.replace("<locals>.", "")
