"""Resources that are made while modules are imported: where, what happens to them, and whether anything closes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.pools import NO_POOL
from fastapi_lint.knowledge.resources import CLOSES, RESOURCES, Resource
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.effects import Activation, ExternalCall
from fastapi_lint.lifecycle.places import Places, bodies
from fastapi_lint.lifecycle.state import effects_of
from fastapi_lint.lifecycle.values import (
    UNKNOWN,
    External,
    Instance,
    Member,
    Method,
    ModuleValue,
    OneOf,
    PartialValue,
    Site,
    Value,
    options_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App


class Created(Struct, eq=False):
    """One resource made at import."""

    resource: Resource
    statement: Site
    """The module-level statement that runs at import."""
    call: Site
    """The call that makes it, in a helper perhaps."""
    title: str
    """What people call it, in backticks; empty where nothing has a name."""
    value: Value


def created_at_import(app: App) -> Iterator[Created]:
    """Yield the resources that importing the application's modules makes, in order."""
    places: Places | None = None
    seen: set[Site] = set()
    for activation, effect in effects_of([app.imports]):
        if not isinstance(effect, ExternalCall) or effect.name not in RESOURCES or _keeps_nothing(effect):
            continue
        found = module_level(activation, effect.site)
        statement = statement_at(found[0].facts.body, found[1]) if found is not None else None
        if found is None or statement is None:
            continue
        place = Site(found[1].path, *_span(statement))
        if place not in seen:
            seen.add(place)
            places = places or Places(app)
            title = _title(places, found[0], statement, effect.result)
            yield Created(RESOURCES[effect.name], place, effect.site, title, effect.result)


def _keeps_nothing(effect: ExternalCall) -> bool:
    """Return whether an engine opens each connection anew and closes it after use, so that none outlives anything."""
    pool = effect.arguments.keywords.get("poolclass")
    return isinstance(pool, External) and pool.name.rpartition(".")[2] in NO_POOL


def _title(places: Places, module: ModuleValue, statement: m.Stmt, value: Value) -> str:
    """Return what people call a resource, in backticks: by its own name, or as an attribute of what holds it."""
    targets = list(_targets(statement))
    for name in targets:
        if any(option is value for option in options_of(module.namespace.get(name, UNKNOWN))):
            return f"`{name}`"
    found = places.of(value) if isinstance(value, Instance) else None
    if found is not None and found[1] is value and found[0].attribute:
        return found[0].title
    return f"of `{targets[0]}`" if len(targets) == 1 else ""


def _targets(statement: m.Stmt) -> Iterator[str]:
    """Yield the names that a statement binds."""
    pending: list[m.Expr] = list(statement.targets) if isinstance(statement, m.Assign) else []
    while pending:
        target = pending.pop(0)
        if isinstance(target, m.Name):
            yield target.id
        elif isinstance(target, m.Seq):
            pending[:0] = target.items


def module_level(activation: Activation, site: Site) -> tuple[ModuleValue, Site] | None:
    """Return the module whose statement led to a call, and the place in that statement."""
    current: Activation | None = activation
    while current is not None:
        if isinstance(current.subject, ModuleValue):
            return current.subject, site
        site = current.site
        current = current.caller
    return None


def statement_at(body: tuple[m.Stmt, ...], site: Site) -> m.Stmt | None:
    """Return the innermost simple statement of a module's own code that holds a place.

    None for what stands under `if __name__ == "__main__"`: no import runs it.
    """
    for statement in body:
        if isinstance(statement, m.If) and _asks_for_main(statement.test):
            continue
        for inner in bodies(statement):
            found = statement_at(inner, site)
            if found is not None:
                return found
        start, end = _span(statement)
        if start <= site.start and site.end <= end:
            return statement
    return None


def _span(statement: m.Stmt) -> tuple[int, int]:
    return getattr(statement, "start", -1), getattr(statement, "end", -1)


def _asks_for_main(test: m.Expr) -> bool:
    sides = [test.left, *(side for _, side in test.rest)] if isinstance(test, m.Compare) else []
    return any(isinstance(side, m.Name) and side.id == "__name__" for side in sides)


def is_closed(app: App, created: Created) -> bool:
    """Return whether a lifespan or event handler of the application, or an exit hook, closes a resource."""
    for receiver, values, takes_over in _closing(app):
        if receiver is not None and _is_of(receiver, created.value):
            return True
        if any(_will_close(value, created.value, takes_over=takes_over) for value in values):
            return True
    return False


@asked_once
def _closing(app: App) -> tuple[tuple[Value | None, tuple[Value, ...], bool], ...]:
    """Return of each call that may close what it is given: what it closes at once, its arguments, if it takes over."""
    found: list[tuple[Value | None, tuple[Value, ...], bool]] = []
    roots = [lifespan.activation for lifespan in app.lifespans]
    for _, effect in effects_of([*roots, app.imports]):
        if isinstance(effect, ExternalCall):
            last = effect.name.rpartition(".")[2]
            takes_over = last in _TAKERS
            kinds = _TAKEN if takes_over else _BOUND
            values = tuple(value for value in effect.arguments.values() if isinstance(value, kinds))
            receiver = effect.receiver if last in CLOSES else None
            if values or receiver is not None:
                found.append((receiver, values, takes_over))
    return tuple(found)


def _is_of(receiver: Value | None, resource: Value) -> bool:
    """Return whether an object is a resource, a part of it, or was given it when it was made."""
    match receiver:
        case Member():
            return _is_of(receiver.receiver, resource)
        case Instance():
            is_resource = isinstance(receiver.type, External) and receiver.type.name in RESOURCES
            is_given = is_resource and any(value is resource for value in receiver.arguments.values())
            return receiver is resource or is_given
        case _:
            return receiver is resource


_TAKERS = frozenset({"closing", "aclosing", "enter_context", "enter_async_context", "push", "push_async_exit"})
"""Last names of calls that take over the closing of what they are given."""


_BOUND: Final = (Member, PartialValue, OneOf, Method)
_TAKEN: Final = (*_BOUND, Instance)
"""What `_will_close` looks at."""


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
