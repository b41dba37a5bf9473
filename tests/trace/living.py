"""Lives one life of an application inside a version's interpreter and prints what happened, in order.

    python living.py <project folder> <path> ...

Every path is asked for with each method, as a WebSocket too. The application's own journal (`journal.words`) and the
messages that the server would have got are written down as one list a request. Nothing but the standard library is
needed beside the framework.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys

PATIENCE = 20.0


def scope_of(kind, method, path):
    scope = {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "ws" if kind == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 5000),
        "server": ("testserver", 80),
    }
    return {**scope, "method": method} if kind == "http" else {**scope, "subprotocols": []}


async def ask(app, words, kind, method, path):
    """Send one request and return what happened."""
    first = (
        {"type": "http.request", "body": b"", "more_body": False} if kind == "http" else {"type": "websocket.connect"}
    )
    incoming = [first]
    words.clear()

    async def receive():
        if incoming:
            return incoming.pop()
        return {"type": f"{kind}.disconnect", "code": 1000}

    async def send(message):
        if message["type"] == "http.response.start":
            words.append(f"response {message['status']}")

    await asyncio.wait_for(app(scope_of(kind, method, path), receive, send), PATIENCE)
    return list(words)


async def live(app, words, paths):
    """Start up, ask, shut down."""
    to_app, from_app = asyncio.Queue(), asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    words.clear()
    task = asyncio.ensure_future(app(scope, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    started = (await asyncio.wait_for(from_app.get(), PATIENCE))["type"]
    life = [started, *words]
    answers = {}
    for path in paths:
        for method in ("GET", "POST", "PUT", "WEBSOCKET"):
            kind = "websocket" if method == "WEBSOCKET" else "http"
            answers[f"{method} {path}"] = await ask(app, words, kind, method, path)
    words.clear()
    await to_app.put({"type": "lifespan.shutdown"})
    await asyncio.wait_for(from_app.get(), PATIENCE)
    await asyncio.wait_for(task, PATIENCE)
    return {"life": [*life, "shutdown", *words], "answers": answers}


def main(folder, *paths):
    os.chdir(folder)
    sys.path[0] = folder
    app = importlib.import_module("main").app
    words = importlib.import_module("journal").words
    print(json.dumps(asyncio.run(live(app, words, paths))), flush=True)
    os._exit(0)


main(*sys.argv[1:])
