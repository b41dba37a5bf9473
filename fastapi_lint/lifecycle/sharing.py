"""What kind of thing a piece of shared state is: a cache, a registry of sockets, a rate limit, or harmless.

A piece of state is a cache where one request means another to find what it put or took: it puts without looking, what
it puts was brought by a request, or it puts from near the endpoint. What a process fills for itself deep inside (a
client, a compiled object, a lookup that is made again where it is missing, an entry that expires) is harmless.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from fastapi_lint.knowledge import resources
from fastapi_lint.knowledge.framework import WEBSOCKET
from fastapi_lint.lifecycle.classes import external_bases
from fastapi_lint.lifecycle.contents import (
    Kind,
    comes_from_request,
    has_argument,
    holds,
    is_composed,
    kind_of,
)
from fastapi_lint.lifecycle.effects import Activation, Edge, ExternalCall, Slot, Write
from fastapi_lint.lifecycle.state import State, Use, effects_of, library_calls, reachable, shared_states
from fastapi_lint.lifecycle.values import (
    UNKNOWN,
    ClassValue,
    Dictionary,
    External,
    FunctionValue,
    Instance,
    Literal,
    ModuleValue,
    Sequence,
    Site,
    options_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi_lint.lifecycle.model import App

_NEAR: Final = 2
"""Calls between a request's function and a change up to which the change is what the request is about."""
_SAYS_SO: Final = re.compile(r"(in|per|this|own)_?(process|worker)(?![a-z])")
"""Names by which an author says that each process has its own."""
_TAKES: Final = frozenset({"pop", "popleft", "popitem"})
_DROPS: Final = frozenset({*_TAKES, "clear", "delete", "discard", "remove"})


class Sharing(Enum):
    """What a piece of state is to the requests that share it."""

    HARMLESS = 0
    CACHE = 1
    SOCKETS = 2
    LIMIT = 3


def states_of(app: App, wanted: Sharing) -> tuple[State, ...]:
    """Return the states of an application that are of one kind, one for each place, in the order of their places."""
    states = shared_states(app)
    judged = [(state, sharing_of(state)) for state in states]
    drained = _drained(app)
    settled = [state for state, sharing in judged if sharing is Sharing.HARMLESS and _is_settled(state)]
    beside = {id(use.activation) for state in settled for use in state.writes}
    resets = {id(use.activation) for state in states if _is_scratch(state) for use in _clears(state)}
    found: list[State] = []
    for state, sharing in judged:
        if sharing is not wanted or id(state.target) in drained or (found and found[-1].site == state.site):
            continue
        writers = {id(use.activation) for use in state.writes}
        if sharing is not Sharing.CACHE or (not writers <= beside and writers.isdisjoint(resets)):
            found.append(state)
    return tuple(found)


def sharing_of(state: State) -> Sharing:
    """Return what a piece of state is; harmless where several processes may each have their own."""
    if not state.writes or not looks(state) or _is_guarded(state) or _SAYS_SO.search(state.title):
        return Sharing.HARMLESS
    target = state.target
    match target:
        case Slot():
            return _slot_sharing(state, target)
        case FunctionValue():
            return Sharing.CACHE if _is_cleared(state) else Sharing.HARMLESS
        case Instance() if not _is_memory(target):
            return Sharing.HARMLESS
        case Sequence() | Dictionary() | Instance():
            return _container_sharing(state, target)
        case _:
            return Sharing.HARMLESS


def _drained(app: App) -> set[int]:
    """Return the lists that what runs beside the requests of a process takes from: each process does its own work."""
    found: set[int] = set()
    for _, effect in effects_of([lifespan.activation for lifespan in app.lifespans]):
        if not isinstance(effect, Write):
            continue
        target = effect.target
        if isinstance(target, Slot) and isinstance(effect.value, Sequence) and not effect.value.items:
            attributes = target.holder.attributes if isinstance(target.holder, Instance) else {}
            found |= {id(one) for one in options_of(attributes.get(target.name, UNKNOWN)) if isinstance(one, Sequence)}
        elif isinstance(target, Sequence) and effect.how in _TAKES:
            found.add(id(target))
    return found


# Uses.


def looks(state: State) -> list[Use]:
    """Return the looks into a state other than those that only prepare a change of it (`x[k] += 1`)."""
    changes: dict[int, dict[Site, None]] = {}
    for use in state.writes:
        if use.effect.how not in _TAKES:
            changes.setdefault(id(use.activation), {})[use.effect.site] = None
    prepared: dict[int, bool] = {}
    found: list[Use] = []
    for use in state.reads:
        known = prepared.get(id(use.effect))
        if known is None:
            known = _prepares(use, changes.get(id(use.activation), ()))
            prepared[id(use.effect)] = known
        if not known:
            found.append(use)
    return found


def _prepares(look: Use, changes: Iterable[Site]) -> bool:
    site = look.effect.site
    if look.effect.how in _TAKES:
        return False
    return any(site.path == outer.path and outer.start <= site.start and site.end <= outer.end for outer in changes)


def _puts(state: State) -> list[Use]:
    """Return the changes that put something into a state.

    A change inside of it counts where the request looks into the state for what it changes: the same object may have
    come to other requests by other ways.
    """
    lookers = {id(use.part) for use in state.reads if not use.is_nested}
    return [
        use for use in state.writes if use.effect.how not in _DROPS and (not use.is_nested or id(use.part) in lookers)
    ]


def _is_unasked(state: State, uses: Iterable[Use]) -> bool:
    """Return whether some request changes the state without looking into it: another one is to find the change."""
    asked = [use for use in looks(state) if use.effect.how not in _TAKES]
    parts = {id(use.part) for use in asked}
    functions = {id(use.activation.subject) for use in asked if use.activation.subject is not None}
    return any(id(use.part) not in parts and id(use.activation.subject) not in functions for use in uses)


def _is_near(uses: Iterable[Use]) -> bool:
    return any(len(use.path) <= _NEAR for use in uses)


def _is_brought(uses: Iterable[Use]) -> bool:
    """Return whether a request brings what it puts; that it brings a key says nothing yet."""
    values = (use.effect.value for use in uses if isinstance(use.effect, Write))
    return any(comes_from_request(value) for value in values if value is not None)


def _is_asked_for(use: Use) -> bool:
    return any(comes_from_request(value) for value in use.effect.arguments)


def _kinds(state: State, uses: Iterable[Use]) -> set[Kind]:
    values = [use.effect.value for use in uses if isinstance(use.effect, Write) and use.effect.value is not None]
    kinds = {kind_of(value) for value in values}
    return {state.declared if kind is Kind.UNKNOWN else kind for kind in kinds}


# Containers.


def _container_sharing(state: State, target: Sequence | Dictionary | Instance) -> Sharing:
    puts = _puts(state)
    values = list(state.values())
    if holds(target, WEBSOCKET) or any(holds(value, WEBSOCKET) for value in values):
        return Sharing.SOCKETS
    kinds = _kinds(state, puts)
    if puts and (state.declared is Kind.HANDLE or kinds <= {Kind.HANDLE, Kind.EMPTY} or _is_registry(puts)):
        return Sharing.CACHE if _hands_out(state, puts) else Sharing.HARMLESS
    if _is_read_from_files(puts):
        return Sharing.HARMLESS
    if _rejects(state):
        return Sharing.LIMIT
    is_unasked = _is_unasked(state, puts)
    if not is_unasked and (_expires(state, puts) or kinds <= {Kind.HANDLE, Kind.OBJECT, Kind.EMPTY}):
        return Sharing.HARMLESS
    changes = [*puts, *(use for use in state.writes if use.effect.how in _DROPS)]
    if is_unasked or _is_unasked(state, changes) or _is_brought(changes) or _is_near(puts):
        return Sharing.HARMLESS if _is_scratch(state) else Sharing.CACHE
    return Sharing.HARMLESS


def _is_memory(target: Instance) -> bool:
    """Return whether an object keeps what is put into it: a library's cache, or a container of the project's own."""
    if isinstance(target.type, ClassValue):
        return any(
            base in resources.CONTAINERS or base in resources.MEMORY_CACHES for base in external_bases(target.type)
        )
    name = target.type.name
    if name not in resources.MEMORY_CACHES:
        return False
    return not _is_short_lived(target)


def _is_short_lived(target: Instance) -> bool:
    if not isinstance(target.type, External) or target.type.name not in resources.TIMED_CACHES:
        return False
    lifetime = target.arguments.get(1, "ttl") or target.arguments.keywords.get("max_age_seconds")
    is_number = isinstance(lifetime, Literal) and isinstance(lifetime.value, int | float)
    return is_number and lifetime.value <= resources.SHORT_SECONDS  # type: ignore[union-attr,operator]


def _expires(state: State, puts: Iterable[Use]) -> bool:
    """Return whether entries have a time of their own that those who look compare with the clock."""
    if not any(is_composed(value) for use in puts if isinstance(use.effect, Write) and (value := use.effect.value)):
        return False
    return any(call.name in resources.CLOCKS for use in looks(state) for call in library_calls(use.activation))


def _is_registry(puts: Iterable[Use]) -> bool:
    """Return whether a state is looked up by class or function: one object of each for the process."""
    keys = [use.effect.arguments[0] for use in puts if not use.is_nested and len(use.effect.arguments) > 1]
    return bool(keys) and all(isinstance(key, ClassValue | FunctionValue | ModuleValue) for key in keys)


def _hands_out(state: State, puts: list[Use]) -> bool:
    """Return whether requests look handles up by what the client sends, that only other requests put there."""
    if not isinstance(state.target, Dictionary) or not any(_is_asked_for(use) for use in puts):
        return False
    putters = {id(use.part) for use in puts}
    functions = {id(use.activation.subject) for use in puts}
    return any(
        _is_asked_for(use) and id(use.part) not in putters and id(use.activation.subject) not in functions
        for use in looks(state)
    )


def _is_scratch(state: State) -> bool:
    """Return whether every request that looks into the state empties it as well: it is used for one request only."""
    emptied = {id(use.part) for use in _clears(state)}
    return bool(emptied) and all(id(use.part) in emptied for use in state.reads)


def _clears(state: State) -> list[Use]:
    return [use for use in state.writes if use.effect.how == "clear" and not use.is_nested]


def _is_settled(state: State) -> bool:
    """Return whether what is changed along with the state is as harmless: entries expire, or serve one request."""
    target = state.target
    if isinstance(target, Instance):
        return _is_short_lived(target)
    if not isinstance(target, Sequence | Dictionary):
        return False
    puts = _puts(state)
    return _is_scratch(state) or (bool(puts) and not _is_unasked(state, puts) and _expires(state, puts))


def _is_read_from_files(puts: Iterable[Use]) -> bool:
    """Return whether what requests put into the state was only read from files, the same for all processes."""
    uses = list(puts)
    return bool(uses) and all(_reads_only_files(use.activation) for use in uses)


def _reads_only_files(root: Activation) -> bool:
    names = [call.name for activation, _ in reachable(root) for call in library_calls(activation)]
    reads = any(name in resources.FILE_READS or name.rpartition(".")[2] in resources.FILE_METHODS for name in names)
    return reads and not any(name.startswith(resources.LIVE_MODULES) for name in names)


# Names and functions.


def _slot_sharing(state: State, slot: Slot) -> Sharing:
    if slot.name.startswith("__"):
        return Sharing.HARMLESS
    is_counted = any(use.effect.how == "augment" for use in state.writes)
    if is_counted and any(word in slot.name.lower() for word in resources.TURNS):
        return Sharing.HARMLESS
    data = [use for use in state.writes if _is_data(use)]
    is_switched = _is_near(data) and _is_unasked(state, data)
    is_brought = any(comes_from_request(use.effect.value) for use in data if use.effect.value is not None)  # type: ignore[union-attr]
    if not is_switched and not is_brought and not (is_counted and _is_near(state.writes)):
        return Sharing.HARMLESS
    return Sharing.LIMIT if _rejects(state) else Sharing.CACHE


def _is_data(use: Use) -> bool:
    value = use.effect.value if isinstance(use.effect, Write) else None
    return value is not None and kind_of(value) is Kind.DATA


def _is_cleared(state: State) -> bool:
    """Return whether a request clears a memoised function for others, other than to call it anew itself."""
    callers = {id(use.activation) for use in state.reads}
    for use in state.writes:
        if use.effect.how != "cache_clear" or use.part.kind != "endpoint" or len(use.path) > _NEAR:
            continue
        if not any(id(activation) in callers for activation, _ in reachable(use.activation)):
            return True
    return False


# Limits and locks.


def _rejects(state: State) -> bool:
    """Return whether what looks into the state, or what called it, goes on to answer 429."""
    refusals: dict[int, tuple[Site, ...]] = {}
    return any(_is_refused(use, refusals) for use in state.reads)


def _is_refused(use: Use, refusals: dict[int, tuple[Site, ...]]) -> bool:
    activation, site = use.activation, use.effect.site
    for edge in (*reversed(use.path), None):
        known = refusals.get(id(activation))
        if known is None:
            known = tuple(call.site for call in library_calls(activation) if _is_429(call))
            refusals[id(activation)] = known
        if any(refusal.path == site.path and refusal > site for refusal in known):
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
