"""FastAPI's and Starlette's objects in the replay: what their constructors and methods note down.

Methods and parameters are those of `fastapi/applications.py`, `fastapi/routing.py` (0.65 to 0.165) and
`starlette/applications.py`, `starlette/routing.py` (0.14 to 1.10). Nothing is decided here: order, inclusion and what
a version does with it belong to the modules that read the registrations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from fastapi_lint.knowledge import framework as names
from fastapi_lint.lifecycle.registrations import (
    AppRecord,
    EventAdded,
    HandlerAdded,
    MiddlewareAdded,
    Mounted,
    Registration,
    RouteAdded,
    RouterIncluded,
    RouterRecord,
    UnknownRoutes,
)
from fastapi_lint.lifecycle.startup import handlers_of
from fastapi_lint.lifecycle.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    Method,
    Phase,
    Sequence,
    Site,
    Value,
    options_of,
    text_of,
)

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.machine import Machine

Closure = Callable[[Value], Value]
# `fastapi/applications.py`, `FastAPI.__init__`.
_APP_DEFAULTS: Final[Mapping[str, str | bool | None]] = MappingProxyType(
    {
        "title": "FastAPI",
        "description": "",
        "version": "0.1.0",
        "openapi_url": "/openapi.json",
        "docs_url": "/docs",
        "redoc_url": "/redoc",
        "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
        "root_path": "",
        "debug": False,
    }
)
_PLAIN_METHODS: Final = ("GET", "HEAD")


def make_app(machine: Machine, instance: Instance, args: Arguments, site: Site, *, is_fastapi: bool) -> None:
    """Make an object an application, from its constructor's arguments; a second call on it is ignored."""
    if isinstance(instance.record, AppRecord):
        return
    router = Instance(External(names.ROUTER if is_fastapi else names.STARLETTE_ROUTER), args, site, machine.phase)
    router.conditions = machine.conditions
    router.record = RouterRecord(
        prefix=Literal(""),
        dependencies=args.keywords.get("dependencies") if is_fastapi else None,
        lifespan=args.keywords.get("lifespan"),
        arguments=args,
        is_fastapi=is_fastapi,
    )
    state = Instance(External(names.STATE), Arguments(), site, machine.phase)
    overrides = Dictionary([], site, machine.phase)
    record = AppRecord(router, state, overrides, args.keywords.get("lifespan"), args, is_fastapi)
    instance.record = record
    router.owner = instance
    machine.apps.append(instance)
    if args.open:
        record.unresolved.append(("arguments of the application", site))
    _constructor_events(machine, router.record, args, site)
    _constructor_middleware(machine, record, args, site)
    _constructor_handlers(machine, record, args, site)
    _constructor_routes(machine, router.record, args.keywords.get("routes"), site)


def make_router(machine: Machine, instance: Instance, args: Arguments, site: Site, *, is_fastapi: bool) -> None:
    """Make an object a router, from its constructor's arguments."""
    if instance.record is not None:
        return
    record = RouterRecord(
        prefix=args.keywords.get("prefix", Literal("")),
        dependencies=args.keywords.get("dependencies") if is_fastapi else None,
        lifespan=args.keywords.get("lifespan"),
        arguments=args,
        is_fastapi=is_fastapi,
    )
    instance.record = record
    machine.routers.append(instance)
    routes = args.keywords.get("routes") or (args.positional[0] if args.positional and not is_fastapi else None)
    _constructor_routes(machine, record, routes, site)
    _constructor_events(machine, record, args, site)


def _constructor_events(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> None:
    for via, event in (("on_startup", "startup"), ("on_shutdown", "shutdown")):
        handlers = args.keywords.get(via)
        if handlers is None or handlers is NONE:
            continue
        for handler in handlers.items if isinstance(handlers, Sequence) else [handlers]:
            record.events.append(
                EventAdded(event=event, handler=handler, via=via, **_where(machine, site))  # type: ignore[arg-type]
            )


def _constructor_middleware(machine: Machine, record: AppRecord, args: Arguments, site: Site) -> None:
    listed = args.keywords.get("middleware")
    if listed is None or (isinstance(listed, Literal) and listed.value is None):
        return
    if not isinstance(listed, Sequence):
        record.unresolved.append(("middleware", site))
        return
    if listed.open:
        record.unresolved.append(("middleware", listed.site))
    order = machine.next_order()
    for index, item in enumerate(listed.items):
        where = _where(machine, site)
        where["order"] = order
        if isinstance(item, Instance) and isinstance(item.type, External) and item.type.name == names.MIDDLEWARE:
            where["site"] = item.site
            where["conditions"] = item.conditions or machine.conditions
            middleware = item.arguments.get(0, "cls") or UNKNOWN
            rest = Arguments(item.arguments.positional[1:], item.arguments.keywords, item.arguments.open)
        else:
            middleware, rest = UNKNOWN, Arguments(open=True)
        record.middleware.append(
            MiddlewareAdded(middleware=middleware, arguments=rest, via="constructor", index=index, **where)  # type: ignore[arg-type]
        )


def _constructor_handlers(machine: Machine, record: AppRecord, args: Arguments, site: Site) -> None:
    handlers = args.keywords.get("exception_handlers")
    if isinstance(handlers, Dictionary):
        for handled, handler in handlers.items:
            record.handlers.append(HandlerAdded(handles=handled, handler=handler, **_where(machine, site)))  # type: ignore[arg-type]


def _constructor_routes(machine: Machine, record: RouterRecord, routes: Value | None, site: Site) -> None:
    if routes is None or (isinstance(routes, Literal) and routes.value is None):
        return
    if not isinstance(routes, Sequence):
        record.entries.append(UnknownRoutes(reason="routes", **_where(machine, site)))  # type: ignore[arg-type]
        return
    for item in routes.items:
        add_route_object(machine, record, item)
    if routes.open:
        record.entries.append(UnknownRoutes(reason="routes", **_where(machine, site)))  # type: ignore[arg-type]


def add_route_object(machine: Machine, record: RouterRecord, item: Value) -> None:
    """Add a `Route(...)`, `Mount(...)` or the like that was made by its class."""
    name = item.type.name if isinstance(item, Instance) and isinstance(item.type, External) else ""
    where = _where(machine, item.site if isinstance(item, Instance) else machine.site)
    args = item.arguments if isinstance(item, Instance) else Arguments()
    last = name.rpartition(".")[2]
    path = args.get(0, "path") or UNKNOWN
    if last in {"Mount", "Host"}:
        app = args.get(1, "app")
        inner = args.keywords.get("routes")
        if (app is None or app is NONE) and inner is not None:
            router = Instance(External(names.STARLETTE_ROUTER), Arguments((inner,)), machine.site, machine.phase)
            make_router(machine, router, Arguments((inner,)), machine.site, is_fastapi=False)
            app = router
        kind = "mount" if last == "Mount" else "host"
        record.entries.append(Mounted(kind=kind, path=path, app=app or UNKNOWN, arguments=args, **where))  # type: ignore[arg-type]
    elif last in {"Route", "APIRoute", "WebSocketRoute", "APIWebSocketRoute"}:
        is_websocket = "WebSocket" in last
        is_plain = not last.startswith("API")
        methods = _plain_methods(args) if is_plain else _methods(args.keywords.get("methods"), ("GET",))
        record.entries.append(
            RouteAdded(
                kind="websocket" if is_websocket else "http",
                methods=() if is_websocket else methods,
                path=path,
                endpoint=args.get(1, "endpoint") or UNKNOWN,
                arguments=args,
                is_plain=is_plain,
                is_ready=True,
                **where,  # type: ignore[arg-type]
            )
        )
    else:
        record.entries.append(UnknownRoutes(reason="a route object", **where))  # type: ignore[arg-type]


def change_routes(machine: Machine, record: RouterRecord, how: str, args: Arguments, *, is_app: bool) -> None:
    """Change the list of an application's or router's routes: what is put at an end is followed."""
    added = args.positional[-1] if args.positional else UNKNOWN
    items = [added]
    if how == "extend":
        items = added.items if isinstance(added, Sequence) and not added.open else []
    elif how == "insert":
        at = args.positional[0]
        items = items if is_app and isinstance(at, Literal) and at.value == 0 else []
    elif how != "append":
        items = []
    before = len(record.entries)
    for item in items:
        add_route_object(machine, record, item)
    if how == "insert":
        record.entries.insert(0, record.entries.pop()) if items else None
    if len(record.entries) == before and not (isinstance(added, Sequence) and not added.items):
        record.entries.append(UnknownRoutes(reason="the list of routes", **_where(machine, machine.site)))  # type: ignore[arg-type]


def replace_in_router(machine: Machine, record: RouterRecord, name: str, value: Value) -> None:
    """Note that an attribute of a router was set: before anything was added to it that is as good as an argument."""
    if record.entries or machine.conditions or name == "routes":
        record.entries.append(UnknownRoutes(reason=f"`{name}` is replaced", **_where(machine, machine.site)))  # type: ignore[arg-type]
    elif name == "prefix":
        record.prefix = value
    else:
        record.dependencies = value


def framework_attribute(instance: Instance, name: str) -> Value | None:
    """Return an attribute that the framework gives an application or router, None for methods and the rest."""
    record = instance.record
    if isinstance(record, AppRecord):
        given: dict[str, Value] = {
            "router": record.router,
            "state": record.state,
            "dependency_overrides": record.overrides,
        }
        if name in given:
            return given[name]
        if record.is_fastapi and name in _APP_DEFAULTS and not record.arguments.open:
            return record.arguments.keywords.get(name) or Literal(_APP_DEFAULTS[name])
    if isinstance(record, RouterRecord):
        if name == "prefix" and record.is_fastapi:
            return record.prefix
        if name == "lifespan_context":
            return record.lifespan
        if name in {"on_startup", "on_shutdown"}:
            handlers = [one.handler for one in handlers_of(record) if f"on_{one.event}" == name]
            return Sequence("list", handlers, instance.site, instance.phase)
    return None


def framework_call(machine: Machine, receiver: Instance, name: str, args: Arguments, site: Site) -> Value | None:
    """Call a method of an application or router; None for one that registers nothing."""
    record = receiver.record
    if isinstance(record, AppRecord):
        method = _APP_METHODS.get(name)
        if method is not None:
            return method(machine, record, args, site)
        record_of_router = record.router.record
        if isinstance(record_of_router, RouterRecord):
            before = len(record_of_router.events)
            done = _router_call(machine, record_of_router, name, args, site)
            for event in record_of_router.events[before:]:
                event.is_of_app = True
            return done
    if isinstance(record, RouterRecord):
        return _router_call(machine, record, name, args, site)
    return None


def _where(machine: Machine, site: Site) -> dict[str, object]:
    return {
        "site": site,
        "conditions": machine.conditions,
        "phase": machine.phase,
        "order": machine.next_order(),
        "activation": machine.activation,
    }


def decorator(machine: Machine, site: Site, closure: Closure) -> Instance:
    """Return what a registering method gives: something that takes a function, notes it and gives it back."""
    made = Instance(External("fastapi.<decorator>"), Arguments(), site, machine.phase)
    made.record = closure
    return made


# Applications.


def _add_middleware(machine: Machine, record: AppRecord, args: Arguments, site: Site) -> Value:
    middleware = args.get(0, "middleware_class") or UNKNOWN
    rest = Arguments(args.positional[1:], args.keywords, args.open)
    record.middleware.append(
        MiddlewareAdded(middleware=middleware, arguments=rest, via="add_middleware", **_where(machine, site))  # type: ignore[arg-type]
    )
    return NONE


def _middleware(machine: Machine, record: AppRecord, _args: Arguments, site: Site) -> Value:
    def note(function: Value) -> Value:
        record.middleware.append(
            MiddlewareAdded(middleware=function, arguments=Arguments(), via="decorator", **_where(machine, site))  # type: ignore[arg-type]
        )
        return function

    return decorator(machine, site, note)


def _exception_handler(machine: Machine, record: AppRecord, args: Arguments, site: Site) -> Value:
    handled = args.get(0, "exc_class_or_status_code") or UNKNOWN

    def note(function: Value) -> Value:
        record.handlers.append(HandlerAdded(handles=handled, handler=function, **_where(machine, site)))  # type: ignore[arg-type]
        return function

    return decorator(machine, site, note)


def _add_exception_handler(machine: Machine, record: AppRecord, args: Arguments, site: Site) -> Value:
    handled = args.get(0, "exc_class_or_status_code") or UNKNOWN
    handler = args.get(1, "handler") or UNKNOWN
    record.handlers.append(HandlerAdded(handles=handled, handler=handler, **_where(machine, site)))  # type: ignore[arg-type]
    return NONE


_APP_METHODS: Final[Mapping[str, Callable[[Machine, AppRecord, Arguments, Site], Value]]] = {
    "add_middleware": _add_middleware,
    "middleware": _middleware,
    "exception_handler": _exception_handler,
    "add_exception_handler": _add_exception_handler,
}


# Routers.


def _router_call(machine: Machine, record: RouterRecord, name: str, args: Arguments, site: Site) -> Value | None:
    if name in names.VERBS and record.is_fastapi:
        return _route_decorator(machine, record, args, site, (name.upper(),))
    method = _ROUTER_METHODS.get(name)
    return method(machine, record, args, site) if method is not None else None


def _route_decorator(
    machine: Machine, record: RouterRecord, args: Arguments, site: Site, methods: tuple[str, ...] | None
) -> Value:
    def note(function: Value) -> Value:
        _note_route(machine, record, args, site, function, methods)
        return function

    return decorator(machine, site, note)


def _note_route(
    machine: Machine,
    record: RouterRecord,
    args: Arguments,
    site: Site,
    endpoint: Value,
    methods: tuple[str, ...] | None,
    *,
    kind: str = "http",
    is_plain: bool = False,
) -> None:
    is_stated = "methods" in args.keywords
    if is_plain and kind == "http" and not is_stated and not isinstance(endpoint, FunctionValue | Method):
        methods = None  # an ASGI application or a class of endpoints answers what it likes (`starlette/routing.py`)
    record.entries.append(
        RouteAdded(
            kind=kind,  # type: ignore[arg-type]  # "http" or "websocket"
            methods=methods,
            path=args.get(0, "path") or UNKNOWN,
            endpoint=endpoint,
            arguments=args,
            is_plain=is_plain,
            **_where(machine, site),  # type: ignore[arg-type]
        )
    )


def _methods(value: Value | None, default: tuple[str, ...]) -> tuple[str, ...] | None:
    if value is None or (isinstance(value, Literal) and value.value is None):
        return default
    if not isinstance(value, Sequence) or value.open:
        return None
    found = [text_of(item) for item in value.items]
    return tuple(text.upper() for text in found if text) if all(found) else None


def _api_route(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    return _route_decorator(machine, record, args, site, _methods(args.keywords.get("methods"), ("GET",)))


def _add_api_route(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    endpoint = args.get(1, "endpoint") or UNKNOWN
    _note_route(machine, record, args, site, endpoint, _methods(args.keywords.get("methods"), ("GET",)))
    return NONE


def _websocket(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    def note(function: Value) -> Value:
        _note_route(machine, record, args, site, function, (), kind="websocket")
        return function

    return decorator(machine, site, note)


def _websocket_route(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    def note(function: Value) -> Value:
        _note_route(machine, record, args, site, function, (), kind="websocket", is_plain=True)
        return function

    return decorator(machine, site, note)


def _add_websocket_route(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    endpoint = args.get(1, "route") or args.keywords.get("endpoint") or UNKNOWN
    _note_route(machine, record, args, site, endpoint, (), kind="websocket", is_plain=True)
    return NONE


def _add_api_websocket_route(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    endpoint = args.get(1, "endpoint") or UNKNOWN
    _note_route(machine, record, args, site, endpoint, (), kind="websocket")
    return NONE


def _plain_methods(args: Arguments) -> tuple[str, ...] | None:
    found = _methods(args.get(2, "methods"), _PLAIN_METHODS)
    return ("HEAD", *found) if found is not None and "GET" in found and "HEAD" not in found else found


def _route(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    methods = _plain_methods(Arguments((UNKNOWN, *args.positional), args.keywords))

    def note(function: Value) -> Value:
        _note_route(machine, record, args, site, function, methods, is_plain=True)
        return function

    return decorator(machine, site, note)


def _add_route(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    endpoint = args.get(1, "route") or args.keywords.get("endpoint") or UNKNOWN
    _note_route(machine, record, args, site, endpoint, _plain_methods(args), is_plain=True)
    return NONE


def _include_router(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    given = args.get(0, "router") or UNKNOWN
    for router in options_of(given):
        inner = router.record if isinstance(router, Instance) else None
        if isinstance(inner, AppRecord):
            inner = inner.router.record
        if not isinstance(inner, RouterRecord):
            record.entries.append(UnknownRoutes(reason="an included router", **_where(machine, site)))  # type: ignore[arg-type]
            continue
        record.entries.append(
            RouterIncluded(
                router=router,
                prefix=args.keywords.get("prefix", Literal("")),
                arguments=args,
                taken=len(inner.entries),
                **_where(machine, site),  # type: ignore[arg-type]
            )
        )
    return NONE


def _mount(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    return _mounted(machine, record, args, site, "mount")


def _host(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    return _mounted(machine, record, args, site, "host")


def _mounted(machine: Machine, record: RouterRecord, args: Arguments, site: Site, kind: str) -> Value:
    path = args.get(0, "path" if kind == "mount" else "host") or UNKNOWN
    app = args.get(1, "app") or UNKNOWN
    record.entries.append(Mounted(kind=kind, path=path, app=app, arguments=args, **_where(machine, site)))  # type: ignore[arg-type]
    return NONE


def _frontend(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    path = args.get(0, "path") or Literal("/")
    record.entries.append(
        Mounted(kind="frontend", path=path, app=UNKNOWN, arguments=args, **_where(machine, site))  # type: ignore[arg-type]
    )
    return NONE


def _on_event(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    event = text_of(args.get(0, "event_type")) or ""

    def note(function: Value) -> Value:
        record.events.append(EventAdded(event=event, handler=function, via="on_event", **_where(machine, site)))  # type: ignore[arg-type]
        return function

    return decorator(machine, site, note)


def _add_event_handler(machine: Machine, record: RouterRecord, args: Arguments, site: Site) -> Value:
    event = text_of(args.get(0, "event_type")) or ""
    handler = args.get(1, "func") or UNKNOWN
    record.events.append(EventAdded(event=event, handler=handler, via="add_event_handler", **_where(machine, site)))  # type: ignore[arg-type]
    return NONE


def _startup(machine: Machine, record: RouterRecord, _args: Arguments, site: Site) -> Value:
    return _run_handlers(machine, record, "startup", site)


def _shutdown(machine: Machine, record: RouterRecord, _args: Arguments, site: Site) -> Value:
    return _run_handlers(machine, record, "shutdown", site)


def _run_handlers(machine: Machine, record: RouterRecord, event: str, site: Site) -> Value:
    """Run a router's handlers, as `Router.startup()` does (`starlette/routing.py` below 1.0, `fastapi/routing.py`)."""
    if machine.phase is not Phase.IMPORT:
        for one in list(handlers_of(record)):
            if one.event == event:
                machine.resolve_awaitable(machine.call(one.handler, Arguments(), site), site)
    return NONE


_ROUTER_METHODS: Final[Mapping[str, Callable[[Machine, RouterRecord, Arguments, Site], Value]]] = {
    "api_route": _api_route,
    "add_api_route": _add_api_route,
    "websocket": _websocket,
    "websocket_route": _websocket_route,
    "add_websocket_route": _add_websocket_route,
    "add_api_websocket_route": _add_api_websocket_route,
    "route": _route,
    "add_route": _add_route,
    "include_router": _include_router,
    "mount": _mount,
    "host": _host,
    "frontend": _frontend,
    "on_event": _on_event,
    "add_event_handler": _add_event_handler,
    "startup": _startup,
    "_startup": _startup,
    "shutdown": _shutdown,
    "_shutdown": _shutdown,
}


def registrations(record: AppRecord) -> list[Registration]:
    """Return everything an application was told itself, in order."""
    router = record.router.record
    inner: list[Registration] = [*router.entries, *router.events] if isinstance(router, RouterRecord) else []
    return sorted([*record.middleware, *record.handlers, *inner], key=lambda one: one.order)
