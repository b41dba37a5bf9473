"""The driver that runs inside a version's interpreter: loads small applications, uses them, prints what happened.

    python probe.py <command> <file.py> ...

Each file is loaded as a module of its own that has an attribute `app`. The result is one JSON object, keyed by the
files' stems. The commands:

    request    import the file, send GET / without a lifespan
    stack      the same, and note which of the application's own middleware the request enters, in order
    lifespan   start the application up, send GET /, shut it down; keep the warnings
    resources  the same, and count the connections and HTTP clients that are opened and closed
    loops      start up, send GET / and shut down, twice, each time in a new event loop
    asks       start up, send each request of the file's `ASKS` (method, path, headers), shut down

Applications that want to be heard append words to a module-level list `journal`. The ASGI messages are driven by
hand: `TestClient` changed its behaviour and its dependencies too often to be a witness.
"""

# Environments that bracket a change hold FastAPI alone, so what else a command needs is imported by it; and whatever
# a bad application raises is an observation.
# ruff: noqa: PLC0415, BLE001

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import logging
import os
import sys
import threading
import warnings
from pathlib import Path

PATIENCE = 20.0


# ------------------------------------------------------------------------------------------------ loading


def load(path):
    """Import one file as a module of its own, which may import those beside it, and return it."""
    sys.path[0] = str(path.parent)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def described(error):
    """Return an exception as `Type: first line of its text`, None for None."""
    if error is None:
        return None
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


# ------------------------------------------------------------------------------------------------ ASGI by hand


def http_scope(path="/", method="GET", state=None, headers=None):
    """Return the scope of a plain request."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"host", b"testserver"),
            *((name.lower().encode(), value.encode()) for name, value in (headers or {}).items()),
        ],
        "client": ("127.0.0.1", 5000),
        "server": ("testserver", 80),
    }
    if state is not None:
        scope["state"] = dict(state)
    return scope


async def request(app, state=None, method="GET", path="/", headers=None):
    """Send a request, GET / by default, and return status, headers, body and the exception that a server would have seen."""
    reply = {"status": None, "headers": {}, "body": None, "error": None}
    chunks, finished = [], asyncio.Event()
    incoming = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if incoming:
            return incoming.pop()
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        if message["type"] == "http.response.start":
            reply["status"] = message["status"]
            reply["headers"] = {name.decode(): value.decode() for name, value in message.get("headers", ())}
        elif message["type"] == "http.response.body":
            chunks.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                finished.set()

    try:
        await asyncio.wait_for(app(http_scope(path, method, state, headers), receive, send), PATIENCE)
    except Exception as error:
        reply["error"] = described(error)
    body = b"".join(chunks)
    try:
        reply["body"] = json.loads(body)
    except ValueError:
        reply["body"] = body.decode(errors="replace")
    return reply


@contextlib.asynccontextmanager
async def lifespan(app):
    """Start an application up, give what it said and its lifespan state, and shut it down."""
    to_app, from_app, said = asyncio.Queue(), asyncio.Queue(), {"startup": None, "shutdown": None, "state": {}}
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": said["state"]}

    async def run():
        try:
            await app(scope, to_app.get, from_app.put)
        finally:
            await from_app.put({"type": "lifespan.over"})

    async def step(name):
        await to_app.put({"type": f"lifespan.{name}"})
        message = await asyncio.wait_for(from_app.get(), PATIENCE)
        said[name] = message["type"].replace("lifespan.", "")

    task = asyncio.ensure_future(run())
    await step("startup")
    try:
        yield said
    finally:
        if said["startup"] == "startup.complete":
            await step("shutdown")
        with contextlib.suppress(Exception):
            await asyncio.wait_for(task, PATIENCE)


async def life(app):
    """Start up, send GET / and shut down; return the reply and what the application said to the lifespan."""
    async with lifespan(app) as said:
        reply = await request(app, said["state"])
    return {**reply, "startup": said["startup"], "shutdown": said["shutdown"]}


# ------------------------------------------------------------------------------------------------ commands


def command_request(module):
    """Send one request."""
    return asyncio.run(request(module.app))


def command_stack(module):
    """Send one request through middleware that note when it enters them."""
    entered = []
    module.app.user_middleware[:] = [recorded(entry, entered) for entry in module.app.user_middleware]
    reply = asyncio.run(request(module.app))
    return {**reply, "stack": entered}


def recorded(entry, entered):
    """Return a middleware entry that notes its name in `entered` whenever a request comes to it."""
    from starlette.middleware import Middleware

    positional = getattr(entry, "args", ())
    named = entry.kwargs if hasattr(entry, "kwargs") else entry.options
    name = qualified(named.get("dispatch") or entry.cls)

    class Recorded:
        def __init__(self, app, *args, **kwargs):
            self.inner = entry.cls(app, *args, **kwargs)

        async def __call__(self, scope, receive, send):
            if scope["type"] == "http":
                entered.append(name)
            await self.inner(scope, receive, send)

    return Middleware(Recorded, *positional, **named)


def qualified(thing):
    """Return `module:qualname` of a class or function."""
    return f"{thing.__module__}:{thing.__qualname__}"


def command_lifespan(module):
    """Run one whole life."""
    return asyncio.run(life(module.app))


def command_resources(module):
    """Run one whole life and count what is still open after it."""
    reply = asyncio.run(life(module.app))
    clients = COUNTED["clients"]
    return {
        **reply,
        "connections": {
            "at_import": COUNTED["at_import"],
            "opened": COUNTED["opened"],
            "left_open": COUNTED["opened"] - COUNTED["closed"],
        },
        "clients": {"made": len(clients), "left_open": sum(not client.is_closed for client in clients)},
    }


COUNTED = {"at_import": 0, "opened": 0, "closed": 0, "clients": []}


def watch():
    """Count the connections of every SQLAlchemy pool and keep every HTTP client, from now on."""
    import httpx
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    def count(word):
        def listener(*_):
            COUNTED[word] += 1

        return listener

    event.listen(Pool, "connect", count("opened"))
    event.listen(Pool, "close", count("closed"))
    original = httpx.AsyncClient.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **kwargs)
        COUNTED["clients"].append(self)

    httpx.AsyncClient.__init__ = init


def command_loops(module):
    """Live twice, each life in an event loop of its own, as tests without a shared loop and reloaders do."""
    return {"lives": [asyncio.run(life(module.app)) for _ in range(2)]}


def command_asks(module):
    """Live once and send the requests that the file names; without a lifespan where it does not start up."""

    async def ask():
        async with lifespan(module.app) as said:
            replies = [
                await request(module.app, said["state"], method, path, *headers)
                for method, path, *headers in module.ASKS
                if said["startup"] == "startup.complete"
            ]
        return {"replies": replies, "startup": said["startup"]}

    return asyncio.run(ask())


def serve_upstream():
    """Serve an empty answer over connections that stay open, and tell the applications where."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Upstream(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["UPSTREAM"] = f"http://127.0.0.1:{server.server_port}/"


# ------------------------------------------------------------------------------------------------ the whole


COMMANDS = {
    "request": command_request,
    "stack": command_stack,
    "lifespan": command_lifespan,
    "resources": command_resources,
    "loops": command_loops,
    "asks": command_asks,
}


def observe(command, path):
    """Return what one command saw of one file; an import that fails is an observation too."""
    COUNTED.update(opened=0, closed=0, clients=[])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            module = load(path)
        except Exception as error:
            return {"import_error": described(error)}
        COUNTED["at_import"] = COUNTED["opened"]
        result = COMMANDS[command](module)
    result["journal"] = list(getattr(module, "journal", ()))
    result["warnings"] = sorted({f"{item.category.__name__}: {' '.join(str(item.message).split())}" for item in caught})
    return result


def main(command, paths):
    """Print what the command saw of each file."""
    logging.disable(logging.CRITICAL)
    if command in {"resources", "loops"}:
        serve_upstream()
    if command == "resources":
        watch()
    print(json.dumps({path.stem: observe(command, path) for path in paths}))
    sys.stdout.flush()
    # What the bad applications leave open (threads of database drivers, sockets) must not keep this process.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], [Path(argument).resolve() for argument in sys.argv[2:]])
