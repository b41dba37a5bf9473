"""What lives in one process of an application and is used by requests: who reads it, who changes it, where it sits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi_lint.lifecycle.effects import Activation, Edge, Effect, ExternalCall, Read, Slot, Write
from fastapi_lint.lifecycle.values import (
    REQUEST_DATA,
    Arguments,
    ClassValue,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    Member,
    ModuleValue,
    OneOf,
    Phase,
    Sequence,
    Site,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.lifecycle.model import App, RequestPart


@dataclass(slots=True, eq=False)
class Use:
    """One look into or change of a piece of state, with the way from the request to it."""

    part: RequestPart
    path: tuple[Edge, ...]
    activation: Activation
    effect: Read | Write


@dataclass(slots=True, eq=False)
class State:
    """A piece of state that requests share within one process."""

    target: Value | Slot
    site: Site
    """Where it sits: the module-level statement, attribute or class attribute that findings point at."""
    name: str
    reads: list[Use] = field(default_factory=list)
    writes: list[Use] = field(default_factory=list)

    def values(self) -> Iterator[Value]:
        """Yield what requests put into it."""
        for use in self.writes:
            if isinstance(use.effect, Write) and use.effect.value is not None:
                yield use.effect.value


def shared_states(app: App) -> tuple[State, ...]:
    """Return the state of an application that some request reads or changes, in the order in which it was made."""
    states: dict[tuple[object, ...], State] = {}
    for part in app.requests:
        for activation, path in reachable(part.activation):
            for effect in activation.effects:
                if isinstance(effect, Read | Write):
                    state = _state_of(states, effect.target, app)
                    if state is not None:
                        uses = state.reads if isinstance(effect, Read) else state.writes
                        uses.append(Use(part, path, activation, effect))
    return tuple(sorted(states.values(), key=lambda state: (state.site, state.name)))


def reachable(root: Activation) -> Iterator[tuple[Activation, tuple[Edge, ...]]]:
    """Yield every activation that a root leads to, nearest first, each once, with a shortest way of calls to it."""
    seen = {id(root)}
    level: list[tuple[Activation, tuple[Edge, ...]]] = [(root, ())]
    while level:
        following: list[tuple[Activation, tuple[Edge, ...]]] = []
        for activation, path in level:
            yield activation, path
            for edge in activation.calls:
                if id(edge.callee) not in seen:
                    seen.add(id(edge.callee))
                    following.append((edge.callee, (*path, edge)))
        level = following


def effects_of(activations: Iterable[Activation]) -> Iterator[tuple[Activation, Effect]]:
    """Yield every effect that activations lead to, each activation once."""
    seen: set[int] = set()
    for root in activations:
        for activation, _ in reachable(root):
            if id(activation) not in seen:
                seen.add(id(activation))
                for effect in activation.effects:
                    yield activation, effect


def _holder_of(target: Value | Slot) -> Value | Slot:
    """Return the container that requests put something into, for what was put there."""
    current: Value | Slot = target
    seen: set[int] = set()
    while id(current) not in seen:
        seen.add(id(current))
        inner = current.holder if isinstance(current, Slot) else current
        owner = inner.owner if isinstance(inner, Sequence | Dictionary | Instance) else None
        if isinstance(owner, Sequence | Dictionary):
            current = owner
        elif isinstance(owner, Instance) and isinstance(owner.owner, Sequence | Dictionary):
            current = owner.owner
    return current


def _state_of(states: dict[tuple[object, ...], State], target: Value | Slot, app: App) -> State | None:
    target = _holder_of(target)
    key: tuple[object, ...] = (id(target.holder), target.name) if isinstance(target, Slot) else (id(target),)
    known = states.get(key)
    if known is not None:
        return known
    place = _slot_place(target, app) if isinstance(target, Slot) else _value_place(target, app)
    if place is None:
        return None
    states[key] = State(target, place[0], place[1])
    return states[key]


def _slot_place(slot: Slot, app: App) -> tuple[Site, str] | None:
    holder = slot.holder
    match holder:
        case ModuleValue():
            site = holder.bindings.get(slot.name)
            return (site, slot.name) if site is not None else None
        case ClassValue():
            site = holder.bindings.get(slot.name, holder.site)
            return site, f"{holder.name}.{slot.name}"
        case Instance():
            return _attribute_place(holder, slot.name, app)
        case _:
            return None


def _attribute_place(holder: Instance, name: str, app: App) -> tuple[Site, str] | None:
    if holder.phase is Phase.REQUEST:
        return None
    site = holder.attribute_sites.get(name, holder.site)
    if isinstance(holder.type, External):
        return site, f"state.{name}"
    if is_middleware(holder, app):
        return site, f"{holder.type.name}.{name}"
    found = _value_place(holder, app)
    return (found[0], f"{found[1]}.{name}") if found is not None else (site, f"{holder.type.name}.{name}")


def _value_place(value: Value, app: App) -> tuple[Site, str] | None:
    """Return where a value sits for people: the outermost object that holds it, unless that is the framework's."""
    if not isinstance(value, Sequence | Dictionary | Instance | FunctionValue | ClassValue):
        return None
    if value.phase is Phase.REQUEST:
        return None
    if isinstance(value, FunctionValue | ClassValue):
        return value.site, value.name
    current = _outermost(value, app)
    if not isinstance(current, Sequence | Dictionary | Instance):
        return current
    bound = _module_binding(current, app) or _closure_binding(current, app)
    if bound is not None:
        return bound
    if isinstance(current, Instance) and isinstance(current.origin, External) and ":" in current.origin.name:
        return current.site, current.origin.name.rpartition(":")[2]
    return None  # nothing that lives on is known to hold it


def _outermost(
    current: Sequence | Dictionary | Instance, app: App
) -> Sequence | Dictionary | Instance | tuple[Site, str]:
    """Return the outermost object that holds a value, or the place of the attribute that does."""
    seen: set[int] = set()
    while id(current) not in seen:
        seen.add(id(current))
        owner = current.owner
        if isinstance(owner, Sequence | Dictionary):
            current = owner
            continue
        if isinstance(owner, ClassValue):
            return current.site, f"{owner.name}.{_name_in(owner.namespace, current)}"
        if not isinstance(owner, Instance) or owner.record is not None:
            return current
        if isinstance(owner.type, External):
            name = _name_in(owner.attributes, current)
            return owner.attribute_sites.get(name, current.site), f"state.{name}"
        if is_middleware(owner, app):
            name = _name_in(owner.attributes, current)
            return owner.attribute_sites.get(name, current.site), f"{owner.type.name}.{name}"
        if isinstance(current, Instance) and _module_binding(current, app) is not None:
            return current
        current = owner
    return current


def _module_binding(value: Value, app: App) -> tuple[Site, str] | None:
    found: tuple[Site, str] | None = None
    for module in app.modules.values():
        for name, bound in module.namespace.items():
            if bound is value or (isinstance(bound, OneOf) and any(option is value for option in bound.options)):
                site = module.bindings.get(name)
                site_of_value = getattr(value, "site", None)
                if site is not None and (found is None or site_of_value is None or site.path == site_of_value.path):
                    found = (site, name)
    return found


def _closure_binding(value: Sequence | Dictionary | Instance, app: App) -> tuple[Site, str] | None:
    """Return the place of a value that the application's functions share as a variable around them."""
    functions = [endpoint.route.endpoint for endpoint in app.endpoints]
    functions += [middleware.added.middleware for middleware in app.stack]
    functions += [call.use.call for endpoint in app.endpoints for call in endpoint.calls]
    seen: set[int] = set()
    for function in functions:
        scope = function.scope if isinstance(function, FunctionValue) else None
        while scope is not None and id(scope) not in seen:
            seen.add(id(scope))
            name = _name_in(scope.names, value)
            if name != "?":
                return value.site, name
            scope = scope.parent
    return None


def _name_in(names: dict[str, Value], value: Value) -> str:
    for name, bound in names.items():
        if bound is value or (isinstance(bound, OneOf) and any(option is value for option in bound.options)):
            return name
    return "?"


def is_middleware(value: Instance, app: App) -> bool:
    """Return whether an object is one of the application's middleware."""
    return any(middleware.added.middleware is value.type for middleware in app.stack)


# What values are, for the rules that look into state.


def comes_from_request(value: Value, depth: int = 0) -> bool:
    """Return whether a value is surely made of what a request brought."""
    if depth > 6:
        return False
    match value:
        case Instance():
            if value.origin is REQUEST_DATA:
                return True
            parts = [*value.arguments.values()] if isinstance(value.type, External) else []
            if value.receiver is not None:
                parts.append(value.receiver)
            return any(comes_from_request(part, depth + 1) for part in parts)
        case Member():
            return comes_from_request(value.receiver, depth + 1)
        case OneOf():
            return any(comes_from_request(option, depth + 1) for option in value.options)
        case Sequence():
            return any(comes_from_request(item, depth + 1) for item in value.items)
        case Dictionary():
            return any(comes_from_request(item, depth + 1) for _, item in value.items)
        case _:
            return False


def holds(value: Value, wanted: str, depth: int = 0) -> bool:
    """Return whether a value is, or has within it, an object of a library's class."""
    if depth > 4:
        return False
    match value:
        case Instance():
            if isinstance(value.type, External) and value.type.name == wanted:
                return True
            return any(holds(item, wanted, depth + 1) for item in value.attributes.values())
        case OneOf():
            return any(holds(option, wanted, depth + 1) for option in value.options)
        case Sequence():
            return any(holds(item, wanted, depth + 1) for item in value.items)
        case Dictionary():
            return any(holds(part, wanted, depth + 1) for pair in value.items for part in pair)
        case _:
            return False


def made_by(value: Value) -> str:
    """Return the last name of the library call that made a value, empty for any other."""
    if isinstance(value, Instance) and isinstance(value.type, External):
        return value.type.name.rpartition(".")[2]
    return ""


def library_calls(activation: Activation) -> Iterator[ExternalCall]:
    """Yield the library calls of one activation."""
    for effect in activation.effects:
        if isinstance(effect, ExternalCall):
            yield effect


def has_argument(arguments: Arguments, wanted: int) -> bool:
    """Return whether a number is among the arguments of a call."""
    return any(isinstance(value, Literal) and value.value == wanted for value in arguments.values())
