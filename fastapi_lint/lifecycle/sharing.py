"""What kind of thing a piece of shared state is: a cache, a registry of sockets, a rate limit, or harmless."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from fastapi_lint.knowledge import resources
from fastapi_lint.knowledge.framework import WEBSOCKET
from fastapi_lint.lifecycle.effects import Activation, Edge, ExternalCall, Slot, Write
from fastapi_lint.lifecycle.state import (
    State,
    Use,
    comes_from_request,
    effects_of,
    has_argument,
    holds,
    library_calls,
    reachable,
)
from fastapi_lint.lifecycle.values import (
    ClassValue,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    ModuleValue,
    OneOf,
    Sequence,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.model import App


class Sharing(Enum):
    """What a piece of state is to the requests that share it."""

    HARMLESS = 0
    CACHE = 1
    SOCKETS = 2
    LIMIT = 3


def sharing_of(state: State) -> Sharing:
    """Return what a piece of state is; harmless where several processes may each have their own."""
    if not state.reads or not state.writes or _is_guarded(state):
        return Sharing.HARMLESS
    target = state.target
    if isinstance(target, Slot):
        return _slot_sharing(state, target)
    if isinstance(target, FunctionValue):
        return Sharing.CACHE if _is_cleared_by_requests(state) else Sharing.HARMLESS
    if isinstance(target, Instance):
        return Sharing.CACHE if _is_memory_cache(target) else Sharing.HARMLESS
    if not isinstance(target, Sequence | Dictionary):
        return Sharing.HARMLESS
    put = [value for value in state.values() if not _is_empty(value)]
    if holds(target, WEBSOCKET) or any(holds(value, WEBSOCKET) for value in put):
        return Sharing.SOCKETS
    if (put and all(_is_per_process(value) for value in put)) or _is_read_from_files(state):
        return Sharing.HARMLESS
    return Sharing.LIMIT if _rejects(state) else Sharing.CACHE


def _slot_sharing(state: State, slot: Slot) -> Sharing:
    if slot.name.startswith("__"):
        return Sharing.HARMLESS
    counted = any(use.effect.how == "augment" for use in state.writes) or _is_switched(state)
    brought = any(comes_from_request(value) for value in state.values() if not _is_per_process(value))
    if not counted and not brought:
        return Sharing.HARMLESS
    return Sharing.LIMIT if _rejects(state) else Sharing.CACHE


def _is_read_from_files(state: State) -> bool:
    """Return whether what requests put into the state was only read from files, the same for all processes."""
    return bool(state.writes) and all(_reads_only_files(use.activation) for use in state.writes)


def _reads_only_files(root: Activation) -> bool:
    names = [call.name for activation, _ in reachable(root) for call in library_calls(activation)]
    reads = any(name in resources.FILE_READS or name.rpartition(".")[2] in resources.FILE_METHODS for name in names)
    return reads and not any(name.startswith(resources.LIVE_MODULES) for name in names)


def _is_switched(state: State) -> bool:
    """Return whether some request sets a plain value that others look at, other than to start something once."""
    readers = {id(use.activation) for use in state.reads}
    return any(
        isinstance(value, Literal) and value.value is not None and id(use.activation) not in readers
        for use in state.writes
        if isinstance(use.effect, Write) and (value := use.effect.value) is not None
    )


def _is_memory_cache(target: Instance) -> bool:
    name = target.type.name if isinstance(target.type, External) else ""
    if name not in resources.MEMORY_CACHES:
        return False
    if name not in resources.TIMED_CACHES:
        return True
    lifetime = target.arguments.get(1, "ttl") or target.arguments.keywords.get("max_age_seconds")
    is_short = (
        isinstance(lifetime, Literal)
        and isinstance(lifetime.value, int | float)
        and lifetime.value <= resources.SHORT_SECONDS
    )
    return not is_short


def _is_empty(value: Value) -> bool:
    return isinstance(value, Literal) and value.value is None


def _is_per_process(value: Value) -> bool:
    """Return whether a value only makes sense inside the process that made it, so that each may have its own."""
    match value:
        case FunctionValue() | ClassValue() | ModuleValue():
            return True
        case Instance(type=External(name=name)):
            last = name.rpartition(".")[2]
            if last in resources.TASKS or last in resources.LOCKS or name in resources.RESOURCES:
                return True
            # An object of a library's class (a client, a model, a connection) is a handle, not data.
            return last[:1].isupper() and name.partition(".")[0] not in resources.DATA_MODULES
        case Instance(type=ClassValue()):
            return any(_is_per_process(item) for item in value.attributes.values())
        case Sequence():
            return bool(value.items) and all(_is_per_process(item) or _is_empty(item) for item in value.items)
        case OneOf():
            known = [option for option in value.options if not _is_empty(option) and not isinstance(option, Unknown)]
            return bool(known) and all(_is_per_process(option) for option in known)
        case _:
            return False


def _is_cleared_by_requests(state: State) -> bool:
    """Return whether requests clear a memoised function other than to call it again themselves."""
    callers = {id(use.activation) for use in state.reads}
    return any(use.effect.how == "cache_clear" and id(use.activation) not in callers for use in state.writes)


def _rejects(state: State) -> bool:
    """Return whether what looks into the state, or what called it, goes on to answer 429."""
    return any(_is_answered_429(use) for use in state.reads)


def _is_answered_429(use: Use) -> bool:
    activation, site = use.activation, use.effect.site
    for edge in (*reversed(use.path), None):
        if any(
            _is_429(call) and call.site.path == site.path and call.site > site for call in library_calls(activation)
        ):
            return True
        if edge is None:
            return False
        activation, site = _caller_of(use, edge), edge.site
    return False


def _caller_of(use: Use, edge: Edge) -> Activation:
    index = use.path.index(edge)
    return use.path[index - 1].callee if index else use.part.activation


def _is_429(call: ExternalCall) -> bool:
    if has_argument(call.arguments, 429):
        return True
    values = call.arguments.values()
    return any(isinstance(value, External) and value.name.endswith("HTTP_429_TOO_MANY_REQUESTS") for value in values)


def _is_guarded(state: State) -> bool:
    """Return whether requests look into the state and change it under a lock that all processes share."""
    uses = [*state.reads, *state.writes]
    return all(any(_is_process_lock(call) for call in library_calls(use.activation)) for use in uses)


def _is_process_lock(call: ExternalCall) -> bool:
    receiver = call.receiver
    name = call.name
    if isinstance(receiver, Instance) and isinstance(receiver.type, External):
        name = receiver.type.name
    return name.startswith(resources.PROCESS_LOCKS)


def sends_to_others(app: App, state: State) -> Use | None:
    """Return a use of a registry of sockets after which a message goes to sockets out of it, None without one."""
    for use in state.reads:
        for activation, _ in reachable(use.activation):
            for call in library_calls(activation):
                if call.name.rpartition(".")[2] in resources.SENDS and _is_socket_of(call, state):
                    return use
    del app
    return None


def _is_socket_of(call: ExternalCall, state: State) -> bool:
    receiver = call.receiver
    if not isinstance(receiver, Instance):
        return False
    if isinstance(receiver.type, External) and receiver.type.name == WEBSOCKET:
        return _is_inside(receiver, state.target, 0)
    return False


def _is_inside(socket: Instance, container: object, depth: int) -> bool:
    if depth > 5:
        return False
    match container:
        case Sequence():
            return any(item is socket or _is_inside(socket, item, depth + 1) for item in container.items)
        case Dictionary():
            return any(
                part is socket or _is_inside(socket, part, depth + 1) for pair in container.items for part in pair
            )
        case OneOf():
            return any(option is socket or _is_inside(socket, option, depth + 1) for option in container.options)
        case Instance():
            return any(item is socket or _is_inside(socket, item, depth + 1) for item in container.attributes.values())
        case _:
            return False


def hears_a_broker(app: App) -> bool:
    """Return whether anything of an application listens to what other processes publish."""
    roots = [lifespan.activation for lifespan in app.lifespans] + [part.activation for part in app.requests]
    for _, effect in effects_of(roots):
        if isinstance(effect, ExternalCall):
            module, _, last = effect.name.rpartition(".")
            if last in resources.BROKER_METHODS and f"{module}.".startswith(resources.BROKER_MODULES):
                return True
    return False
