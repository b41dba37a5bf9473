"""Uses generated applications: runs inside a version's interpreter, one answer for each line of its input.

    python run_generated.py < lines of {"folder": ..., "target": "module:attribute"}

Each project is imported in a process of its own, forked from this one, so that none sees another's modules. The
application is started up, sent real requests and shut down; the answer is one JSON object a line:

    routes      as `observe.py` says them, with what is mounted below; `own` says that FastAPI made it, `names` are
                what the endpoint may be called, and `requests` what happened when it was asked for, by method
    middleware  the application's own middleware as a request comes to it, outermost first
    handlers    [what for, handler], FastAPI's own left out
    startup     what ran before the application was ready, in order
    shutdown    what ran afterwards, in order
    error       instead of all that: why the project could not be used

A request has the path that was asked for and the `journal`: entries [what, names, kind] in the order in which they
happened, where `what` is `call` (something of the project was called), `leave` (a generator was left) or
`response` (the innermost response was sent), `names` what it may be called as `module:qualname`, or as
`module:variable` for an object, and `kind` the sort of function that ran.

Generated code imports `note` and `leave` from a module `journal`, which this is. FastAPI's security schemes say
that they were called too, and so does what FastAPI calls without running it: a coroutine or generator that it takes for
a plain function.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib.util
import inspect
import json
import os
import re
import sys
import traceback
import types
import uuid
import warnings
from pathlib import Path

# Inside a version's interpreter: whatever a project raises is an answer.
# ruff: noqa: PLC0415, BLE001

HERE = Path(__file__).parent
JOURNAL = []
SCHEMES = ("OAuth2PasswordBearer", "HTTPBearer", "HTTPBasic", "APIKeyHeader", "APIKeyCookie")
SAMPLES = {"": "zz9", "str": "zz9", "int": "71", "float": "7.5", "path": "zz/y9", "uuid": str(uuid.UUID(int=7))}
OWN = "fastapi."

# ------------------------------------------------------------------------------------------------ the journal


def note(owner=None):
    """Say that the calling function was called; `owner` is the object whose call it is."""
    JOURNAL.append(["call", sys._getframe(1), owner])


def leave(owner=None):
    """Say that the calling generator was left."""
    JOURNAL.append(["leave", sys._getframe(1), owner])


def names_of_object(owner):
    """Return what an object may be called: by its class, or by a variable of a module that holds it."""
    found = {f"{type(owner).__module__}:{type(owner).__qualname__}"}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "shop":
            found |= {f"{name}:{key}" for key, value in vars(module).items() if value is owner}
    return sorted(found)


def taken(start=0):
    """Return and forget the journal from a place on, as plain values."""
    entries = JOURNAL[start:]
    del JOURNAL[start:]
    return [described_entry(*entry) for entry in entries]


def described_entry(what, frame, owner):
    if what == "response":
        return [what, [], ""]
    if frame is None:
        while isinstance(owner, functools.partial):
            owner = owner.func
        return [what, [named(owner)] if hasattr(owner, "__qualname__") else names_of_object(owner), ""]
    code = frame.f_code
    kind = {
        inspect.CO_COROUTINE: "coroutine",
        inspect.CO_GENERATOR: "generator",
        inspect.CO_ASYNC_GENERATOR: "async_generator",
    }
    flags = code.co_flags & (inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR)
    names = [f"{frame.f_globals['__name__']}:{code.co_qualname}"] if owner is None else names_of_object(owner)
    return [what, names, kind.get(flags, "function")]


def named(thing):
    return OBSERVE.named(thing)


def instrument():
    """Have the framework's own code say what no generated function can; nothing else about it changes."""
    import fastapi.dependencies.utils as utils
    import fastapi.security
    from starlette.responses import Response

    send_response = Response.__call__

    async def send_and_say(self, scope, receive, send):
        await send_response(self, scope, receive, send)
        JOURNAL.append(["response", None, None])

    Response.__call__ = send_and_say
    for name in SCHEMES:
        scheme = getattr(fastapi.security, name)
        scheme.__call__ = saying(scheme.__call__)
    run = utils.run_in_threadpool

    async def run_and_say(call, *args, **kwargs):
        result = await run(call, *args, **kwargs)
        if inspect.iscoroutine(result) or inspect.isgenerator(result) or inspect.isasyncgen(result):
            JOURNAL.append(["call", None, call])
        return result

    utils.run_in_threadpool = run_and_say


def saying(method):
    @functools.wraps(method)
    async def said(self, *args, **kwargs):
        JOURNAL.append(["call", None, self])
        return await method(self, *args, **kwargs)

    return said


# ------------------------------------------------------------------------------------------------ requests


def path_of(template):
    """Return a path that a template matches, and as few others as possible."""
    return re.sub(r"{[^}:]+:?([a-z]*)}", lambda match: SAMPLES[match[1]], template)


async def ask(app, scope):
    """Send one request, and return what happened."""
    incoming = {"type": "websocket.connect"} if scope["type"] == "websocket" else {"type": "http.request", "body": b""}
    messages = [incoming]
    sent = []

    async def receive():
        if messages:
            return messages.pop()
        if scope["type"] == "http":
            await asyncio.sleep(3600)
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(message):
        sent.append(message)

    before, path, error = len(JOURNAL), scope["path"], None
    try:
        await asyncio.wait_for(app(scope, receive, send), 20)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    status = next((one["status"] for one in sent if one["type"] == "http.response.start"), None)
    return {"path": path, "status": status, "error": error, "journal": taken(before)}


async def ask_for_all(app, routes):
    for route in routes:
        route["requests"] = {}
        if route["kind"] == "mount":
            await ask_for_all(app, route["routes"])
        if route["kind"] == "mount" or route["own"]:
            continue
        path = path_of(route["path"])
        if route["kind"] == "websocket":
            scope = OBSERVE.scope_for(app, "websocket", path)
            route["requests"]["WEBSOCKET"] = await ask(app, fresh(scope))
        for method in route["methods"] or (["GET", "POST"] if route["kind"] == "http" else []):
            scope = {**OBSERVE.scope_for(app, "http", path), "method": method}
            route["requests"][method] = await ask(app, fresh(scope))


def fresh(scope):
    """Return a scope as a server would give it."""
    return {key: value for key, value in scope.items() if key not in {"app", "path_params", "state"}}


async def live(app, routes):
    """Start the application up, ask for every route, shut it down; return what ran before and afterwards."""
    incoming, outgoing = asyncio.Queue(), asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    running = asyncio.ensure_future(app(scope, incoming.get, outgoing.put))
    found = []
    for step in ("startup", "shutdown"):
        await incoming.put({"type": f"lifespan.{step}"})
        message = await asyncio.wait_for(outgoing.get(), 20)
        if message["type"] != f"lifespan.{step}.complete":
            raise RuntimeError(str(message))
        found.append(taken())
        if step == "startup":
            await ask_for_all(app, routes)
    await running
    return found


# ------------------------------------------------------------------------------------------------ answers


class NoSolver:
    """Stands for the solver of `observe.py`: here the dependencies are called for real."""

    @staticmethod
    def calls(context, sort):
        return None


def named_routes(routes, app):
    """Return the routes with the names of their endpoints, and whether they are FastAPI's own."""
    found = []
    for route, real in zip(routes, real_routes(app), strict=True):
        route.pop("dependencies", None)
        route["own"] = (route["endpoint"] or "").startswith(f"{OWN}applications:FastAPI.setup")
        is_mount = route["kind"] == "mount"
        endpoint = real.app if is_mount else real.endpoint
        route["names"] = [route["endpoint"]] if hasattr(endpoint, "__qualname__") else names_of_object(endpoint)
        if is_mount:
            route["routes"] = named_routes(route["routes"], real.app)
        found.append(route)
    return found


def real_routes(app):
    return OBSERVE.contexts(getattr(getattr(app, "router", app), "routes", ()))


def answer(folder, target):
    """Return everything about one application."""
    os.chdir(folder)
    sys.path[0] = str(folder)
    module, _, attribute = target.partition(":")
    app = getattr(importlib.import_module(module), attribute)
    app = app() if inspect.isroutine(app) else app
    taken()
    routes = named_routes(OBSERVE.all_routes(app, NoSolver), app)
    startup, shutdown = asyncio.run(live(app, routes))
    handlers = [
        [str(key) if isinstance(key, int) else named(key), named(handler)]
        for key, handler in app.exception_handlers.items()
        if not named(handler).startswith(OWN)
    ]
    app.middleware_stack = None
    middleware = OBSERVE.middleware(app)
    return {
        "routes": routes,
        "middleware": middleware,
        "handlers": handlers,
        "startup": startup,
        "shutdown": shutdown,
    }


def in_child(work):
    """Run work in a forked process and return its answer."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        with open(os.devnull, "w") as silent:
            os.dup2(silent.fileno(), 1)
        try:
            text = json.dumps(work())
        except BaseException:
            text = json.dumps({"error": traceback.format_exc()})
        with os.fdopen(write, "w") as stream:
            stream.write(text)
        # Whatever the project started must not keep this process.
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    return text or json.dumps({"error": "ended without a word"})


def observer():
    """Import `observe.py`, and what takes time to import, once for all."""
    spec = importlib.util.spec_from_file_location("observe", HERE / "observe.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("fastapi.security", "fastapi.middleware.cors", "fastapi.middleware.gzip", "starlette.endpoints"):
        importlib.import_module(name)
    with contextlib.suppress(ImportError):
        importlib.import_module("anyio._backends._asyncio")
    return module


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    OBSERVE = observer()
    sys.modules["journal"] = types.SimpleNamespace(note=note, leave=leave)
    instrument()
    for line in sys.stdin:
        wanted = json.loads(line)
        print(in_child(lambda: answer(wanted["folder"], wanted["target"])), flush=True)
