"""Resources that are made while modules are imported: where, what happens to them, and whether anything closes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.resources import CLOSES, RESOURCES, Resource
from fastapi_lint.lifecycle.effects import Activation, ExternalCall
from fastapi_lint.lifecycle.state import effects_of
from fastapi_lint.lifecycle.values import Instance, Member, Method, ModuleValue, OneOf, PartialValue, Site, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App


@dataclass(slots=True, eq=False)
class Created:
    """One resource made at import."""

    resource: Resource
    statement: Site
    """The module-level statement that runs at import."""
    call: Site
    """The call that makes it, in a helper perhaps."""
    name: str
    value: Value


def created_at_import(app: App) -> Iterator[Created]:
    """Yield the resources that importing the application's modules makes, in order."""
    seen: set[Site] = set()
    for activation, effect in effects_of([app.imports]):
        if isinstance(effect, ExternalCall) and effect.name in RESOURCES:
            found = _module_level(activation, effect.site)
            if found is None:
                continue
            module, site = found
            statement = statement_at(module.facts.body, site)
            place = Site(site.path, *statement) if statement is not None else site
            if place in seen:
                continue
            seen.add(place)
            yield Created(RESOURCES[effect.name], place, effect.site, _bound_name(effect), effect.result)


def _module_level(activation: Activation, site: Site) -> tuple[ModuleValue, Site] | None:
    """Return the module whose statement led to a call, and the place in that statement."""
    current: Activation | None = activation
    while current is not None:
        if isinstance(current.subject, ModuleValue):
            return current.subject, site
        site = current.site
        current = current.caller
    return None


def statement_at(body: tuple[m.Stmt, ...], site: Site) -> tuple[int, int] | None:
    """Return the span of the innermost simple statement of a module's own code that holds a place."""
    for statement in body:
        for inner in _bodies(statement):
            found = statement_at(inner, site)
            if found is not None:
                return found
        start, end = getattr(statement, "start", -1), getattr(statement, "end", -1)
        if start <= site.start and site.end <= end:
            return start, end
    return None


def _bodies(statement: m.Stmt) -> Iterator[tuple[m.Stmt, ...]]:
    match statement:
        case m.If() | m.For() | m.While():
            yield statement.body
            yield statement.orelse
        case m.Try():
            yield statement.body
            yield from (handler.body for handler in statement.handlers)
            yield statement.orelse
            yield statement.final
        case m.With() | m.Class():
            yield statement.body
        case _:
            return


def _bound_name(effect: ExternalCall) -> str:
    result = effect.result
    if isinstance(result, Instance) and result.origin is not None:
        name: str = getattr(result.origin, "name", "")
        return name.rpartition(":")[2]
    return ""


def is_closed(app: App, created: Created) -> bool:
    """Return whether a lifespan or event handler of the application, or an exit hook, closes a resource."""
    roots = [lifespan.activation for lifespan in app.lifespans]
    for _, effect in effects_of([*roots, app.imports]):
        if not isinstance(effect, ExternalCall):
            continue
        if effect.receiver is created.value and effect.name.rpartition(".")[2] in CLOSES:
            return True
        takes_over = effect.name.rpartition(".")[2] in _TAKERS
        if any(_will_close(value, created.value, takes_over=takes_over) for value in effect.arguments.values()):
            return True
    return False


_TAKERS = frozenset({"closing", "aclosing", "enter_context", "enter_async_context", "push", "push_async_exit"})
"""Last names of calls that take over the closing of what they are given."""


def _will_close(value: Value, resource: Value, *, takes_over: bool) -> bool:
    match value:
        case Member():
            return value.receiver is resource and value.name in CLOSES
        case PartialValue():
            return _will_close(value.function, resource, takes_over=takes_over)
        case OneOf():
            return any(_will_close(option, resource, takes_over=takes_over) for option in value.options)
        case Method():
            return value.receiver is resource
        case Instance() if takes_over:
            return value is resource
        case _:
            return False


def has_teardown(app: App) -> bool:
    """Return whether the application has any lifespan or event handler of its own."""
    return bool(app.lifespans)
