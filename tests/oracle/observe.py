"""Says what the framework really made of an application: runs inside a version's interpreter, prints one JSON object.

    python observe.py <project folder> <module:attribute>

The attribute is an application, an ASGI wrapper around one, or a function without arguments that makes one. The
project is imported; none of its middleware, dependencies and endpoints is run. The object has

    versions            fastapi, starlette, python
    wrappers            ASGI wrappers around the application, outermost first
    middleware          the application's own middleware, outermost first; what `@app.middleware` was given by itself
    routes              in matching order, see below
    exception_handlers  [what for, handler], in the order of registration; what for is a status code or a class
    lifespan            what a start-up enters, in order: a lifespan function, or `events` for a router's handlers
    startup, shutdown   the event handlers that really run, in order, once for every time they run

A route has `kind` (http, websocket, mount, host, frontend, other), `path` (full, with all prefixes), `methods` (sorted,
null where there are none), `endpoint`, and for http and websocket routes of FastAPI `dependencies`: the calls of
one request in the order in which the version's own solver makes them, cache and overrides included. A mount or host
has the `routes` below it, with full paths. Things are named `module:qualname`; an instance by its class and `()`, a
partial by what it calls.

How the calls are observed: each route's own ASGI application is sent one request, as the router would. The solver
of `fastapi.dependencies.utils` does all its work (order, recursion, cache keys), but every call is handed to its
thread pool function, which is replaced by one that notes the call; nothing is validated; and the request ends where
the endpoint would begin. Unknown internals are an error, never a guess.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import inspect
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

# Inside a version's interpreter, with the names that it happens to have.
# ruff: noqa: PLC0415


class Reached(BaseException):
    """A request came as far as it should; not an Exception, so that no handler takes it for one."""


class UnknownInternals(Exception):
    """This version solves dependencies in a way that this module was not written for."""


def named(thing):
    """Return the name of a function, class, method, partial or instance."""
    if isinstance(thing, functools.partial):
        return named(thing.func)
    if hasattr(thing, "__qualname__"):
        return f"{thing.__module__}:{thing.__qualname__}"
    return f"{type(thing).__module__}:{type(thing).__qualname__}()"


# ------------------------------------------------------------------------------------------------ loading


def load(folder, target):
    """Import `module:attribute` from a project folder; return the wrappers around the application, and itself."""
    from starlette.applications import Starlette

    os.chdir(folder)
    # In the place of this script's folder, whose modules are not the project's.
    sys.path[0] = str(folder)
    module, _, attribute = target.partition(":")
    app = importlib.import_module(module)
    for part in attribute.split("."):
        app = getattr(app, part)
    if inspect.isroutine(app):
        app = app()
    wrappers = []
    while not isinstance(app, Starlette):
        wrappers.append(named(type(app)))
        app = app.app
    return wrappers, app


# ------------------------------------------------------------------------------------------------ routes


class Plain:
    """A route that is not nested, with the interface of FastAPI's route contexts."""

    def __init__(self, route):
        self.original_route = route

    def __getattr__(self, name):
        return getattr(self.original_route, name)


def contexts(routes):
    """Return the routes in matching order; included routers are nested since FastAPI 0.137.0."""
    import fastapi.routing

    if not hasattr(fastapi.routing, "_IncludedRouter"):
        return [Plain(route) for route in routes]
    if not hasattr(fastapi.routing, "iter_route_contexts"):
        raise UnknownInternals("FastAPI 0.137.0 and 0.137.1 have no iter_route_contexts")
    found = []
    for context in fastapi.routing.iter_route_contexts(routes):
        # FastAPI adapts its own HTTP routes while it matches them; of the others it makes copies with the prefix.
        copied = getattr(context._route_context, "starlette_route", None)
        found.append(context if copied is None else Plain(copied))
    return found


def kind(route):
    """Return what sort of route the registered object is."""
    from starlette import routing

    for name, known in (
        ("http", routing.Route),
        ("websocket", routing.WebSocketRoute),
        ("mount", routing.Mount),
        ("host", routing.Host),
    ):
        if isinstance(route, known):
            return name
    return "other"


def described(context, solver, prefix):
    """Return one route as a dictionary, with whatever is mounted below it."""
    sort = kind(context.original_route)
    result = {"kind": sort, "path": prefix + (getattr(context, "path", None) or ""), "methods": None, "endpoint": None}
    if sort == "http":
        result["methods"] = sorted(context.methods or ())
    if sort in {"http", "websocket"}:
        result["endpoint"] = named(context.endpoint)
        if getattr(context, "dependant", None) is not None:
            result["dependencies"] = solver.calls(context, sort)
    if sort == "host":
        result["path"] = context.host
    if sort in {"mount", "host"}:
        result["endpoint"] = named(context.app)
        result["routes"] = all_routes(context.app, solver, prefix if sort == "host" else result["path"])
    return result


def all_routes(app, solver, prefix=""):
    """Return every route of an application or router, and the frontends that are asked when none of them matched."""
    router = getattr(app, "router", app)
    routes = [described(context, solver, prefix) for context in contexts(getattr(router, "routes", ()))]
    return routes + frontends(router, solver, prefix)


def frontends(router, solver, prefix):
    """Return what `frontend()` registered (since FastAPI 0.138.0): the longest path first, as it is matched."""
    import fastapi.routing

    candidates = router._iter_low_priority_routes() if hasattr(router, "_iter_low_priority_routes") else ()
    found = []
    for candidate in candidates:
        group = getattr(candidate, "original_route", candidate)
        for route in group.routes:
            path = fastapi.routing._join_frontend_paths(getattr(candidate, "frontend_prefix", ""), route.path)
            entry = {"kind": "frontend", "path": prefix + path, "methods": sorted(route.methods), "endpoint": None}
            entry["dependencies"] = solver.calls_of_frontend(candidate, path)
            found.append((fastapi.routing._frontend_path_specificity(path), entry))
    found.sort(key=lambda pair: -pair[0])
    return [entry for _, entry in found]


# ------------------------------------------------------------------------------------------------ dependencies


class Solver:
    """Has each route's request solved by the framework and notes the calls; patches the framework for good."""

    CLASSIFIERS = ("is_gen_callable", "is_async_gen_callable", "is_coroutine_callable")

    def __init__(self, app):
        """Patch the solver of the running interpreter; `app` stands in the scope of every request."""
        self.app = app
        self.noted = []

    def prepare(self, dependants):
        """Have every cache key computed by the unpatched framework, then patch it."""
        from fastapi.dependencies import models, utils

        pending = list(dependants)
        while pending:
            dependant = pending.pop()
            getattr(dependant, "cache_key", None)
            pending.extend(dependant.dependencies)
        for name in self.CLASSIFIERS:
            self._never(models.Dependant, utils, name)
        for name in ("request_params_to_args", "request_body_to_args", "run_in_threadpool", "solve_dependencies"):
            if not hasattr(utils, name):
                raise UnknownInternals(f"no {name} in fastapi.dependencies.utils")
        self._patch(utils)

    @staticmethod
    def _never(dependant_class, utils, name):
        """Make one of the framework's questions about a callable answer no: everything is a plain function."""
        if hasattr(dependant_class, name):
            setattr(dependant_class, name, property(lambda _: False))
            return
        for spelling in (name, f"_{name}"):
            if hasattr(utils, spelling):
                setattr(utils, spelling, lambda _: False)
                return
        raise UnknownInternals(f"nothing in FastAPI answers {name}")

    def _patch(self, utils):
        import fastapi.routing

        solve = utils.solve_dependencies

        async def note(call, *_, **__):
            self.noted.append(named(call))

        async def nothing(*_, **__):
            return {}, []

        async def solve_and_stop(**arguments):
            await solve(**arguments)
            raise Reached

        utils.run_in_threadpool = note
        utils.request_params_to_args = lambda *_, **__: ({}, [])
        utils.request_body_to_args = nothing
        fastapi.routing.solve_dependencies = solve_and_stop

    def calls(self, context, sort):
        """Return the calls of one request to a route, in order."""
        scope = scope_for(self.app, sort, context.path)
        if sort == "websocket":
            return self._send(context.app, scope)
        scope["method"] = min(context.methods)
        nested = getattr(context, "_route_context", None)
        if nested is not None:
            # An included route takes its prefix and dependencies from here (`APIRoute.handle`, since 0.137.0).
            scope["fastapi"] = {"effective_route_context": nested}
        return self._send(context.original_route.handle, scope)

    def calls_of_frontend(self, candidate, path):
        """Return the calls of one request to a frontend; without dependencies it would serve files."""
        if not candidate.dependant.dependencies:
            return []
        scope = scope_for(self.app, "http", path)
        if hasattr(candidate, "original_route"):
            scope["fastapi"] = {"effective_route_context": candidate}
        return self._send(getattr(candidate, "original_route", candidate).handle, scope)

    def _send(self, application, scope):
        self.noted = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            raise UnknownInternals(f"{scope['path']} answered before its dependencies were solved: {message}")

        async def run():
            async with contextlib.AsyncExitStack() as stack:
                scope.update(fastapi_astack=stack, fastapi_middleware_astack=stack)
                await application(scope, receive, send)

        try:
            asyncio.run(run())
        except Reached:
            return self.noted
        raise UnknownInternals(f"{scope['path']} was served without solving its dependencies")


def scope_for(app, sort, path):
    """Return the scope of a request without a body."""
    scope = {
        "type": sort,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 5000),
        "server": ("testserver", 80),
        "path_params": {},
        "state": {},
        "app": app,
    }
    return {**scope, "subprotocols": []} if sort == "websocket" else {**scope, "method": "GET"}


def dependants(router):
    """Return the dependants of every route below a router or application, mounted ones included."""
    router = getattr(router, "router", router)
    found = []
    for context in contexts(getattr(router, "routes", ())):
        if kind(context.original_route) in {"mount", "host"}:
            found += dependants(context.app)
        elif getattr(context, "dependant", None) is not None:
            found.append(context.dependant)
    if hasattr(router, "_iter_low_priority_routes"):
        found += [candidate.dependant for candidate in router._iter_low_priority_routes()]
    return found


# ------------------------------------------------------------------------------------------------ the rest


def middleware(app):
    """Return the application's own middleware as a request comes to it, outermost first; none of it is run."""
    from starlette.middleware import Middleware

    entered = []

    def passing(name):
        class Passing:
            def __init__(self, app):
                self.app = app

            async def __call__(self, scope, receive, send):
                entered.append(name)
                if len(entered) == expected:
                    raise Reached
                await self.app(scope, receive, send)

        return Passing

    names = []
    for entry in app.user_middleware:
        options = entry.kwargs if hasattr(entry, "kwargs") else entry.options
        names.append(named(options.get("dispatch") or entry.cls))
    expected = len(names)
    if not expected:
        return []
    app.user_middleware[:] = [Middleware(passing(name)) for name in names]
    with contextlib.suppress(Reached):
        asyncio.run(app(scope_for(app, "http", "/"), None, None))
    return entered


def lifespans(context):
    """Return the parts of a lifespan that inclusions merged, in the order in which they are entered."""
    merged = inspect.unwrap(context)
    if getattr(merged, "__qualname__", "").endswith("_merge_lifespan_context.<locals>.merged_lifespan"):
        inner = inspect.getclosurevars(merged).nonlocals
        return lifespans(inner["original_context"]) + lifespans(inner["nested_context"])
    return [context]


def events(part, name):
    """Return the event handlers that a part of a lifespan runs: those of its router where it is the default one."""
    return [named(handler) for handler in getattr(part._router, name)] if hasattr(part, "_router") else []


def observe(folder, target):
    """Return everything about one application."""
    wrappers, app = load(folder.resolve(), target)
    solver = Solver(app)
    solver.prepare(dependants(app))
    parts = lifespans(app.router.lifespan_context)
    return {
        "versions": {
            "fastapi": version("fastapi"),
            "starlette": version("starlette"),
            "python": sys.version.split()[0],
        },
        "wrappers": wrappers,
        "routes": all_routes(app, solver),
        "exception_handlers": [
            [str(key) if isinstance(key, int) else named(key), named(handler)]
            for key, handler in app.exception_handlers.items()
        ],
        "lifespan": ["events" if hasattr(part, "_router") else named(part) for part in parts],
        "startup": [handler for part in parts for handler in events(part, "on_startup")],
        "shutdown": [handler for part in reversed(parts) for handler in events(part, "on_shutdown")],
        "middleware": middleware(app),
    }


if __name__ == "__main__":
    print(json.dumps(observe(Path(sys.argv[1]), sys.argv[2])), flush=True)
    # Whatever the project started at import must not keep this process.
    os._exit(0)
