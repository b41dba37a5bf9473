"""What exception handlers read of `request.state`, and which part of a request sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.conduct import library_classes
from fastapi_lint.lifecycle.handlers import is_catch_all
from fastapi_lint.lifecycle.nodes import all_nodes_of, nodes_of, texts_of
from fastapi_lint.lifecycle.values import ClassValue, FunctionValue, Method, Site
from fastapi_lint.lifecycle.walks import below

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.middleware import Middleware
    from fastapi_lint.lifecycle.model import App, RequestPart

_CATCHING: Final = frozenset({"AttributeError", "Exception", "BaseException"})
_KINDS: Final = frozenset({"http", "websocket", "lifespan"})
_PLAIN: Final = ("starlette.", "fastapi.", "asgi_correlation_id.", "prometheus_", "brotli_asgi.")
"""Libraries whose middleware sets nothing of `request.state`."""


@dataclass(frozen=True, slots=True)
class StateRead:
    """A look of a handler at `request.state.<name>` that may find nothing there, and why."""

    site: Site
    name: str
    handler: RequestPart
    setter: RequestPart | None
    """What sets it for some requests only, None where nothing does."""
    is_certain: bool


@dataclass(frozen=True, slots=True)
class _Setter:
    part: RequestPart
    is_sure: bool
    """Whether a middleware sets it before it calls on, whatever the request is."""


def unset_state_reads(app: App) -> Iterator[StateRead]:
    """Yield what exception handlers read of the request's state that need not be set when they run."""
    handlers = [part for part in app.surroundings if part.handler is not None]
    seen: set[tuple[Site, str]] = set()
    for part in handlers:
        for site, name in _reads(part.activation):
            if (site, name) in seen:
                continue
            seen.add((site, name))
            found = _judged(app, part, name)
            if found is not None:
                yield StateRead(site, name, part, *found)


def _judged(app: App, part: RequestPart, name: str) -> tuple[RequestPart | None, bool] | None:
    """Return what sets it for some requests only, and whether that is certain; None where nothing is wrong."""
    around = _setters_around(app).get(name, ())
    setters = around if any(one.is_sure for one in around) else _setters(app).get(name, ())
    if not setters:
        if name in _mentioned(app):
            return None
        return None, all(map(_is_plain, app.stack))
    in_middleware = [one for one in setters if one.part.middleware is not None]
    sure = [one.part.middleware for one in in_middleware if one.is_sure and one.part.middleware is not None]
    is_outermost = part.handler is not None and is_catch_all(part.handler)
    if sure:
        rank = min(one.rank for one in sure)
        outside = [one for one in app.stack if one.rank < rank and isinstance(one.what, ClassValue | FunctionValue)]
        return (in_middleware[0].part, False) if is_outermost and outside else None
    if in_middleware:
        return in_middleware[0].part, False
    # Set by dependencies and endpoints alone: a request to another route, or one that fails before, has nothing.
    return setters[0].part, is_outermost


def _is_plain(middleware: Middleware) -> bool:
    names = library_classes(middleware.what)
    return all(name.startswith(_PLAIN) for name in names) and (bool(names) or not _is_unknown(middleware))


def _is_unknown(middleware: Middleware) -> bool:
    return not isinstance(middleware.what, ClassValue | FunctionValue | Method)


# Setting.


@asked_once
def _setters(app: App) -> Mapping[str, tuple[_Setter, ...]]:
    return _setting(app.requests)


@asked_once
def _setters_around(app: App) -> Mapping[str, tuple[_Setter, ...]]:
    return _setting(app.surroundings)


def _setting(parts: tuple[RequestPart, ...]) -> Mapping[str, tuple[_Setter, ...]]:
    found: dict[str, list[_Setter]] = {}
    for part in parts:
        if part.handler is not None:
            continue
        for activation in below([part.activation]):
            function = activation.subject
            if not isinstance(function, FunctionValue):
                continue
            for name in _set_in(nodes_of(function.definition.body)):
                is_sure = activation is part.activation and _is_set_first(function, name)
                found.setdefault(name, []).append(_Setter(part, is_sure))
    return {name: tuple(setters) for name, setters in found.items()}


def _set_in(nodes: Iterator[m.Node]) -> Iterator[str]:
    for node in nodes:
        for target in node.targets if isinstance(node, m.Assign) else ():
            if isinstance(target, m.Attr) and _is_state(target.value):
                yield target.name


def _is_state(value: m.Expr) -> bool:
    return (isinstance(value, m.Attr) and value.name == "state") or value == m.Name("state")


def _is_set_first(function: FunctionValue, name: str) -> bool:
    definition = function.definition
    if not isinstance(definition, m.Function):
        return False
    return _sets_first(definition.body, name)


def _sets_first(body: tuple[m.Stmt, ...], name: str) -> bool:
    """Return whether statements set a name before they do anything that goes on or leaves."""
    for statement in body:
        match statement:
            case m.Assign() if name in set(_set_in(nodes_of((statement,)))):
                return True
            case m.If():
                arms = (statement.body, statement.orelse)
                is_set = [_sets_first(arm, name) for arm in arms]
                if all(is_set):
                    return True
                if any(_goes_on(arm) and not sets for arm, sets in zip(arms, is_set, strict=True)):
                    # What is no HTTP request has no handlers either.
                    if not _KINDS.intersection(texts_of(statement.test)):
                        return False
                    if any(is_set):
                        return True
            case m.With() | m.Try():
                if _sets_first(statement.body, name):
                    return True
                if _goes_on(statement.body):
                    return False
            case _:
                if _goes_on((statement,)):
                    return False
    return False


def _goes_on(body: tuple[m.Stmt, ...]) -> bool:
    return any(
        isinstance(node, m.Call)
        and any(isinstance(arg.value, m.Name) and arg.value.id in {"request", "receive", "req"} for arg in node.args)
        and isinstance(node.func, m.Name | m.Attr)
        and (node.func.id if isinstance(node.func, m.Name) else node.func.name) in {"call_next", "app", "next", "_app"}
        for node in nodes_of(body)
    )


@asked_once
def _mentioned(app: App) -> frozenset[str]:
    """Return the names that the application's modules may put into a state in other ways than by a plain part."""
    found: set[str] = set()
    for module in app.modules.values():
        for node in all_nodes_of(module.facts.body):
            found.update(_put_in(node))
        found.update(_set_in(all_nodes_of(module.facts.body)))
    return frozenset(found)


def _put_in(node: m.Node) -> Iterator[str]:
    """Yield the keys of a lifespan's `yield`, of `scope["state"]`, and of calls that set or update."""
    match node:
        case m.Yield():
            yield from texts_of(node.value)
        case m.Assign():
            yield from (text for one in node.targets if isinstance(one, m.Subscript) for text in texts_of(one))
        case m.Call(func=m.Name(id="setattr") | m.Attr(name="update" | "setdefault" | "State") | m.Name(id="State")):
            yield from (text for arg in node.args for text in (arg.keyword, *texts_of(arg.value)) if text)
        case _:
            return


# Reading.


def _reads(activation: Activation) -> Iterator[tuple[Site, str]]:
    """Yield where a handler reads the state of the request, which is its first parameter."""
    function = activation.subject
    if not isinstance(function, FunctionValue) or not isinstance(function.definition, m.Function):
        return
    params = [param.name for param in function.definition.params if param.kind in {"plain", "positional"}]
    if function.owner is not None and function.kind != "staticmethod":
        params = params[1:]
    if not params:
        return
    state = m.Attr(m.Name(params[0]), "state")
    guarded = set(_asked_for(function.definition))
    for statement in _unguarded(function.definition.body):
        for node in nodes_of(_own_parts(statement)):
            if isinstance(node, m.Attr) and node.value == state and node.name not in guarded:
                yield Site(function.module.path, statement.start, statement.end), node.name  # type: ignore[union-attr]


def _asked_for(definition: m.Function) -> Iterator[str]:
    """Yield the attributes that a function asks for with `hasattr` or `getattr`."""
    for node in nodes_of(definition.body):
        if isinstance(node, m.Call) and isinstance(node.func, m.Name) and node.func.id in {"hasattr", "getattr"}:
            yield from texts_of(tuple(arg.value for arg in node.args[1:2]))


def _unguarded(body: tuple[m.Stmt, ...]) -> Iterator[m.Stmt]:
    """Yield the statements of a function, without those of a `try` that catches what a missing attribute raises."""
    for statement in body:
        yield statement
        match statement:
            case m.If() | m.For() | m.While():
                yield from _unguarded((*statement.body, *statement.orelse))
            case m.With():
                yield from _unguarded(statement.body)
            case m.Try():
                if not any(_catches_missing(handler) for handler in statement.handlers):
                    yield from _unguarded(statement.body)
                yield from _unguarded(tuple(one for handler in statement.handlers for one in handler.body))
                yield from _unguarded((*statement.orelse, *statement.final))
            case m.Match():
                yield from _unguarded(tuple(one for case in statement.cases for one in case.body))
            case _:
                pass


def _catches_missing(handler: m.Handler) -> bool:
    names = {node.id for node in nodes_of((handler.type,)) if isinstance(node, m.Name)}
    return handler.type is None or bool(names & _CATCHING)


def _own_parts(statement: m.Stmt) -> tuple[object, ...]:
    """Return the expressions of a statement that are read, without its blocks and what it binds."""
    match statement:
        case m.Function() | m.Class() | m.Try():
            return ()
        case m.If() | m.While():
            return (statement.test,)
        case m.For():
            return (statement.iterable,)
        case m.With():
            return tuple(item.value for item in statement.items)
        case m.Match():
            return (statement.subject,)
        case m.Assign():
            return (statement.value,)
        case _:
            return (statement,)
