"""A registry of WebSockets in one process, in an application that runs in several.

## What it does

Reports a list, set or dict of live `WebSocket` objects through which a request, a task or another socket sends
messages, when a deployment of the application starts more than one process.

## Why it is bad

A socket lives in the process that accepted it. A broadcast over the registry reaches the clients of its own process
only, and a message for one user is lost unless that user happens to be connected to the same process: with four
processes three of four messages go nowhere, and nothing raises.

## Bad

```python
# file: app/main.py
from fastapi import FastAPI, WebSocket

app = FastAPI()
sockets: list[WebSocket] = []


@app.websocket("/ws")
async def connect(websocket: WebSocket) -> None:
    await websocket.accept()
    sockets.append(websocket)
    async for text in websocket.iter_text():
        for other in sockets:
            await other.send_text(text)
# file: Procfile
web: gunicorn app.main:app -k uvicorn_worker.UvicornWorker --workers 4
```

## Good

```python
# file: app/main.py
from fastapi import FastAPI, WebSocket

app = FastAPI()
sockets: set[WebSocket] = set()


@app.websocket("/ws")
async def connect(websocket: WebSocket) -> None:
    await websocket.accept()
    sockets.add(websocket)
    async for text in websocket.iter_text():
        await websocket.send_text(text)
    sockets.discard(websocket)
# file: Procfile
web: gunicorn app.main:app -k uvicorn_worker.UvicornWorker --workers 4
```

## References

- [FastAPI: Handling disconnections and multiple clients](https://fastapi.tiangolo.com/advanced/websockets/#handling-disconnections-and-multiple-clients)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.finding import Finding, Note, Severity
from fastapi_lint.lifecycle.broadcast import hears_a_broker, sends_to_others
from fastapi_lint.lifecycle.evidence import process_notes, processes_text, use_notes
from fastapi_lint.lifecycle.model import App
from fastapi_lint.lifecycle.sharing import Sharing, states_of
from fastapi_lint.rules.rule import Context, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = Rule(__name__, code="FL102", over=App, severity=Severity.WARNING, since="0.1")


@RULE.check
def check(app: App, context: Context) -> Iterator[Finding]:
    served = app.several_processes()
    if served is None:
        return
    registries = states_of(app, Sharing.SOCKETS)
    if not registries or hears_a_broker(app):
        return
    for state in registries:
        use = sends_to_others(state)
        if use is None:
            continue
        sent = Note(use.effect.site.location, f"messages go to the sockets in it here, for `{use.part.title}`")
        yield Finding(
            state.site.location,
            f"{state.title} holds the WebSockets of one process, but `{app.name}` runs in "
            f"{processes_text(served)}: a message reaches only the clients that are connected to the same process",
            (sent, *use_notes(state, reads=False), *process_notes(served)),
            help="publish messages through a broker that every process listens to, or run one process",
        )
