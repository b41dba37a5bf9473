"""The ASGI callables that stand around an application: its own middleware classes, wrappers, a server's dispatcher.

They are known by where they are registered and by their three parameters, never by a name: a class that is only
mounted, or a dependency with `__call__(self, request)`, is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.classes import class_attribute
from fastapi_lint.lifecycle.entries import unwrapped
from fastapi_lint.lifecycle.registrations import AppRecord
from fastapi_lint.lifecycle.values import ClassValue, FunctionValue, Instance, ModuleValue, Site, Value, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.lifecycle.model import App

_PARAMETERS = 3
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Asgi:
    """One ASGI callable: its body, the names of its parameters, and where it is registered or wraps the application."""

    name: str
    path: str
    body: tuple[m.Stmt, ...]
    scope: str
    receive: str
    send: str
    registered: Site
    names: Mapping[str, Value]
    """What the names of its module stand for."""


@asked_once
def asgi_around(app: App) -> tuple[Asgi, ...]:
    """Return the project's ASGI callables that the scopes of an application pass through, each once."""
    found: dict[int, Asgi] = {}
    for value, site in (*_stack(app), *_wrappers(app), *_dispatchers(app)):
        for option in options_of(value):
            asgi = _asgi(option, site)
            if asgi is not None:
                found.setdefault(id(asgi.body), asgi)
    return tuple(found.values())


def _stack(app: App) -> Iterator[tuple[Value, Site]]:
    for middleware in app.stack:
        if middleware.added.via != "decorator":
            yield middleware.added.middleware, middleware.added.site


def _wrappers(app: App) -> Iterator[tuple[Value, Site]]:
    """Yield what is wrapped around an application by its constructor: where a server is given a name, behind that."""
    for value in _roots(app):
        current: Value | None = value
        for _ in range(_DEEPEST):
            if not isinstance(current, Instance) or isinstance(current.record, AppRecord):
                break
            yield current.type, current.site
            current = current.arguments.get(0, "app")


def _roots(app: App) -> Iterator[Value]:
    """Yield the values that a server may be given for an application."""
    named = [_named(app, served.deployment.target or "") for served in app.served]
    known = [value for value in named if value is not None]
    bound = (value for module in app.modules.values() for value in module.namespace.values())
    for value in known or bound:
        if isinstance(value, Instance) and unwrapped(value) is app.instance:
            yield value


def _named(app: App, target: str) -> Value | None:
    module_name, _, variable = target.partition(":")
    module = app.modules.get(module_name)
    return module.namespace.get(variable) if module is not None else None


def _dispatchers(app: App) -> Iterator[tuple[Value, Site]]:
    """Yield the functions that a server is given in the application's place and that hand scopes on to it."""
    for served in app.served:
        value = _named(app, served.deployment.target or "")
        if isinstance(value, FunctionValue):
            yield value, value.site


def _asgi(value: Value, site: Site) -> Asgi | None:
    if isinstance(value, ClassValue):
        found = class_attribute(value, "__call__")
        function = found[0] if found is not None else None
        if isinstance(function, FunctionValue) and isinstance(function.definition, m.Function):
            return _of_definition(function.definition, function.module, value.name, site, skip=1)
    if isinstance(value, FunctionValue) and isinstance(value.definition, m.Function):
        own = _of_definition(value.definition, value.module, value.name, site, skip=0)
        if own is not None:
            return own
        for inner in value.definition.body:
            if isinstance(inner, m.Function):
                made = _of_definition(inner, value.module, value.name, site, skip=0)
                if made is not None:
                    return made
    return None


def _of_definition(definition: m.Function, module: ModuleValue, name: str, site: Site, *, skip: int) -> Asgi | None:
    params = [one for one in definition.params if one.kind in {"plain", "positional"}][skip:]
    if len(params) != _PARAMETERS or len(definition.params) != _PARAMETERS + skip or not definition.is_async:
        return None
    scope, receive, send = (one.name for one in params)
    return Asgi(name, module.path, definition.body, scope, receive, send, site, module.namespace)
