"""What runs when an application starts and serves: lifespan, middleware, dependencies, endpoints, handlers.

Start-up runs once, its changes are real. Requests run after it, each part once with memory of what was already run;
what they change of things that outlive them is noted and stays possible beside the old value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.knowledge import framework as names
from fastapi_lint.lifecycle.classes import class_attribute, external_bases
from fastapi_lint.lifecycle.dependencies import Dependency, evaluate_annotation, split_annotation
from fastapi_lint.lifecycle.effects import Activation, Read
from fastapi_lint.lifecycle.invoke import is_context_manager
from fastapi_lint.lifecycle.model import Endpoint, Lifespan, RequestPart
from fastapi_lint.lifecycle.naming import short_name
from fastapi_lint.lifecycle.values import (
    REQUEST_DATA,
    UNKNOWN,
    Arguments,
    ClassValue,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Method,
    OneOf,
    PartialValue,
    Phase,
    Sequence,
    Site,
    TypeForm,
    Value,
    options_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.facts import model as m
    from fastapi_lint.lifecycle.middleware import Middleware
    from fastapi_lint.lifecycle.registrations import AppRecord
    from fastapi_lint.lifecycle.replay import Replay
    from fastapi_lint.lifecycle.startup import Started


class Serving:
    """Runs the parts of one application's life in one replay."""

    def __init__(self, replay: Replay, app: Instance) -> None:
        """Take the replay in which the application was made."""
        self._replay = replay
        self._app = app
        self._request: Instance | None = None
        self._values: dict[int, Value] = {}

    # Start-up.

    def start(self, started: tuple[Started, ...]) -> Iterator[Lifespan]:
        """Run the lifespans and event handlers that a start and a stop of the server run, and yield what each did."""
        with self._replay.in_phase(Phase.STARTUP):
            for one in started:
                if one.runs:
                    arguments = Arguments((self._app,)) if one.kind == "lifespan" else Arguments()
                    activation = self._activate(one.handler, arguments)
                    if activation is not None:
                        yield Lifespan(one.kind, activation)

    def _activate(self, function: Value, arguments: Arguments) -> Activation | None:
        """Run a callable as a root of its own and return its activation, None for what the project does not hold."""
        replay = self._replay
        before = replay.activation
        root = Activation(None, replay.phase, replay.site)
        replay.activation = root
        replay.conditions = ()
        try:
            self.invoke(function, arguments)
        finally:
            replay.activation = before
        if len(root.calls) == 1 and not root.effects:
            return root.calls[0].callee
        return root if root.calls or root.effects else None

    def invoke(self, function: Value, arguments: Arguments) -> Value:
        """Call a value and run what the call made, whatever kind of function it is."""
        replay = self._replay
        if isinstance(function, FunctionValue) and is_context_manager(function):
            return replay.run_function(function, arguments, function.site)
        result = replay.call(function, arguments, replay.site)
        return replay.resolve_awaitable(result, replay.site)

    # Requests.

    def serve(
        self, endpoints: tuple[Endpoint, ...], stack: tuple[Middleware, ...], record: AppRecord
    ) -> Iterator[RequestPart]:
        """Run everything that requests run, once each, and yield it."""
        replay = self._replay
        with replay.in_phase(Phase.REQUEST):
            self._request = self._connection(names.REQUEST)
            for middleware in stack:
                yield from self._middleware(middleware)
            for endpoint in endpoints:
                yield from self._endpoint(endpoint)
            for handler in record.handlers:
                activation = self._activate(handler.handler, Arguments((self._request, UNKNOWN)))
                if activation is not None:
                    title = f"the handler `{short_name(handler.handler)}`"
                    yield RequestPart("handler", title, activation, handler=handler)

    def _connection(self, kind: str) -> Instance:
        replay = self._replay
        connection = Instance(External(kind), Arguments(), replay.site, Phase.REQUEST)
        connection.attributes["app"] = self._app
        connection.origin = REQUEST_DATA
        connection.attributes["state"] = Instance(External(names.STATE), Arguments(), replay.site, Phase.REQUEST)
        return connection

    def _middleware(self, middleware: Middleware) -> Iterator[RequestPart]:
        added = middleware.added
        title = f"the middleware `{middleware.short}`"
        given = middleware.what
        if isinstance(given, Instance):
            given = self._replay.find_in_class(given, "__call__") or given
        if isinstance(given, FunctionValue | Method):
            activation = self._activate(given, Arguments((self._connection(names.REQUEST), UNKNOWN)))
            if activation is not None:
                yield RequestPart("middleware", title, activation, middleware=middleware)
            return
        if isinstance(given, External) and given.name == names.AUTHENTICATION:
            yield from self._backend(middleware, title)
        if not isinstance(given, ClassValue):
            return
        with self._replay.in_phase(Phase.STARTUP):
            arguments = Arguments(
                (UNKNOWN, *added.arguments.positional), added.arguments.keywords, added.arguments.open
            )
            made = self._replay.call(given, arguments, added.site)
        for name, args in (
            ("dispatch", Arguments((self._connection(names.REQUEST), UNKNOWN))),
            ("__call__", Arguments(open=True)),
        ):
            method = self._replay.find_in_class(made, name)
            if method is not None:
                activation = self._activate(method, args)
                if activation is not None:
                    yield RequestPart("middleware", title, activation, middleware=middleware)

    def _backend(self, middleware: Middleware, title: str) -> Iterator[RequestPart]:
        """Run what Starlette's middleware for authentication asks who a request is from."""
        for backend in options_of(middleware.added.arguments.get(0, "backend") or UNKNOWN):
            method = self._replay.find_in_class(backend, "authenticate")
            if method is not None:
                activation = self._activate(method, Arguments((self._connection(names.CONNECTION),)))
                if activation is not None:
                    yield RequestPart("middleware", title, activation, middleware=middleware)

    def _endpoint(self, endpoint: Endpoint) -> Iterator[RequestPart]:
        values: dict[int, Value] = {}
        for use in endpoint.graph.walk():
            root = Activation(None, self._replay.phase, self._replay.site)
            before = self._replay.activation
            self._replay.activation = root
            try:
                values[id(use)] = self._solve(use, values)
            finally:
                self._replay.activation = before
            for edge in root.calls:
                methods = endpoint.route.methods or ()
                yield RequestPart("dependency", endpoint.title, edge.callee, methods, endpoint=endpoint)
        given = {use.parameter: values.get(id(use), UNKNOWN) for use in endpoint.graph.uses if use.parameter}
        activation = self._activate(
            endpoint.route.endpoint, self._arguments(endpoint.route.endpoint, given, endpoint.route.kind == "websocket")
        )
        if activation is not None:
            self._note_returned(activation)
            yield RequestPart("endpoint", endpoint.title, activation, endpoint.route.methods or (), endpoint=endpoint)

    @staticmethod
    def _note_returned(activation: Activation) -> None:
        """Note that an endpoint looks into the shared containers that it answers with."""
        site = activation.subject.site if isinstance(activation.subject, FunctionValue) else activation.site
        for value in _parts(activation.result, 0):
            if isinstance(value, Sequence | Dictionary) and value.phase is not Phase.REQUEST:
                activation.effects.append(Read(value, "return", site))

    def _solve(self, use: Dependency, values: dict[int, Value]) -> Value:
        if not use.is_resolved:
            return UNKNOWN
        given = {child.parameter: values.get(id(child), UNKNOWN) for child in use.children if child.parameter}
        return self.invoke(use.call, self._arguments(use.call, given, is_websocket=False))

    def _arguments(self, function: Value, given: dict[str, Value], is_websocket: bool) -> Arguments:  # noqa: FBT001
        words: dict[str, Value] = {}
        for owner, param in _parameters(function):
            if param.kind in {"star", "double_star"}:
                continue
            if param.name in given:
                words[param.name] = given[param.name]
            else:
                words[param.name] = self._value_of(param, owner, is_websocket)
        return Arguments((), words)

    def _value_of(self, param: m.Param, owner: FunctionValue, is_websocket: bool) -> Value:  # noqa: FBT001
        if param.annotation is None:
            return self._data(External("<unknown>"), Site(owner.module.path, param.start, param.end))
        plain, _ = split_annotation(evaluate_annotation(self._replay, param.annotation, owner.scope))
        if isinstance(plain, TypeForm) and plain.base == "|":
            plain = plain.arguments[0]
        if isinstance(plain, External):
            if plain.name in {names.REQUEST, names.CONNECTION} and not is_websocket:
                return self._connection(names.REQUEST)
            if plain.name in {names.WEBSOCKET, names.CONNECTION}:
                return self._connection(names.WEBSOCKET)
            return self._data(plain, Site(owner.module.path, param.start, param.end))
        if isinstance(plain, ClassValue):
            base = next((name for name in external_bases(plain) if name in {names.REQUEST, names.CONNECTION}), None)
            if base is not None:
                return self._connection(names.REQUEST)
            return self._data(plain, Site(owner.module.path, param.start, param.end))
        return self._data(External("<unknown>"), Site(owner.module.path, param.start, param.end))

    @staticmethod
    def _data(kind: ClassValue | External, site: Site) -> Instance:
        made = Instance(kind, Arguments(open=True), site, Phase.REQUEST)
        made.origin = REQUEST_DATA
        return made


def _parts(value: Value | None, depth: int) -> Iterator[Value]:
    """Yield a value and what it is made of, some levels deep."""
    if value is None or depth > 3:
        return
    yield value
    match value:
        case OneOf():
            inner = list(value.options)
        case Sequence():
            inner = value.items
        case Dictionary():
            inner = [item for _, item in value.items]
        case _:
            return
    for item in inner:
        yield from _parts(item, depth + 1)


def _parameters(function: Value) -> Iterator[tuple[FunctionValue, m.Param]]:
    """Yield the parameters that a caller fills, with the function they belong to."""
    match function:
        case FunctionValue():
            if isinstance(function.wrapped, FunctionValue):
                yield from _parameters(function.wrapped)
                return
            for param in function.definition.params:
                yield function, param
        case Method():
            yield from list(_parameters(function.function))[1:]
        case ClassValue():
            made = class_attribute(function, "__init__")
            if made is not None and isinstance(made[0], FunctionValue):
                yield from list(_parameters(made[0]))[1:]
        case Instance() if isinstance(function.type, ClassValue):
            method = class_attribute(function.type, "__call__")
            if method is not None and isinstance(method[0], FunctionValue):
                yield from list(_parameters(method[0]))[1:]
        case PartialValue():
            bound = function.arguments
            rest = list(_parameters(function.function))[len(bound.positional) :]
            yield from [(owner, param) for owner, param in rest if param.name not in bound.keywords]
        case TypeForm() if not isinstance(function.base, str):
            yield from _parameters(function.base)
        case _:
            return
