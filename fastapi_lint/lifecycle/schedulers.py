"""Work that repeats beside the requests of a process: what starts it, what it does, and whether a lock guards it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge import scheduling as known
from fastapi_lint.knowledge.resources import BROKER_METHODS, PROCESS_LOCKS
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.effects import Activation, Edge, ExternalCall, Write
from fastapi_lint.lifecycle.guards import asked_by, expressions_in
from fastapi_lint.lifecycle.state import effects_of, library_calls, reachable
from fastapi_lint.lifecycle.values import FunctionValue, Instance, Site, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import Conditions, Value

_HANDED_ON = 2
"""Calls between what a task is given and the loop in it."""


class Doing(Enum):
    """What repeated work changes."""

    SHARED = 0
    LOCAL = 1
    UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One start of repeated work, in every process."""

    site: Site
    what: str
    """What repeats, in words: `the scheduler`, "the loop `refresh`"."""
    loop: Site | None
    is_certain: bool = True


@asked_once
def schedulers(app: App) -> tuple[Scheduled, ...]:
    """Return the starts of repeated work of an application that no lock guards, each once."""
    found: dict[Site, Scheduled] = {}
    for life in app.lifespans:
        if life.kind == "shutdown":
            continue
        for activation, path in reachable(life.activation):
            way = (life.activation, *(edge.callee for edge in path))
            if any(_is_locked(one) for one in way):
                continue
            for one, conditions in _starts(activation, path):
                asked = asked_by(app, conditions)
                if any(known.LOCKING.search(name) for names in asked for name in names):
                    continue
                is_certain = all(any(known.OWN_STATE.search(name) for name in names) for names in asked)
                found.setdefault(one.site, replace(one, is_certain=one.is_certain and is_certain))
    return tuple(found[site] for site in sorted(found))


def _starts(activation: Activation, path: tuple[Edge, ...]) -> Iterator[tuple[Scheduled, Conditions]]:
    subject = activation.subject
    if isinstance(subject, FunctionValue):
        for wrapper in subject.wrappers:
            if isinstance(wrapper, Instance) and getattr(wrapper.type, "name", "") in known.REPEATING:
                if _doing([activation]) is not Doing.LOCAL:
                    yield Scheduled(wrapper.site, f"the loop around `{_known_as(subject)}`", None), ()
    for call in library_calls(activation):
        if known.SCHEDULER_STARTS.fullmatch(call.name):
            jobs = [edge.callee for root in _roots(activation, path) for edge in _jobs(root)]
            if not jobs or _doing(jobs) is not Doing.LOCAL:
                yield Scheduled(call.site, "the scheduler", None), call.conditions
    for edge in activation.calls:
        loop = _loop_of(edge)
        if loop is not None and not _drains(edge.callee) and _doing([edge.callee]) is Doing.SHARED:
            name = loop.subject.name if isinstance(loop.subject, FunctionValue) else ""
            place = loop.subject.site if isinstance(loop.subject, FunctionValue) else None
            yield Scheduled(edge.site, f"the loop `{name}`", place), _conditions_of(edge, activation)


def _known_as(function: FunctionValue) -> str:
    """Return the name that `functools.wraps` gives a function, else its own."""
    for _ in range(8):
        if not isinstance(function.wrapped, FunctionValue):
            break
        function = function.wrapped
    return function.name


def _roots(activation: Activation, path: tuple[Edge, ...]) -> Iterator[Activation]:
    yield activation
    yield from (edge.callee for edge in path)
    top = activation
    while top.caller is not None:
        top = top.caller
        yield top


def _jobs(root: Activation) -> Iterator[Edge]:
    return (edge for edge in root.calls if edge.via.rpartition(".")[2] in known.JOBS)


def _loop_of(edge: Edge) -> Activation | None:
    """Return the run of the function with the endless loop that an edge starts beside the server."""
    if edge.via.rpartition(".")[2] not in known.TASKS:
        return None
    for activation, path in reachable(edge.callee):
        subject = activation.subject
        if len(path) > _HANDED_ON:
            return None
        if isinstance(subject, FunctionValue) and _repeats(subject.definition):
            return activation
    return None


def _repeats(definition: m.Function | m.Lambda) -> bool:
    """Return whether a function holds a `while` loop that waits for its next turn."""
    for node in expressions_in(definition.body, m.While):
        calls = expressions_in(node.body, m.Call)
        if any(getattr(call.func, "name", getattr(call.func, "id", "")) in known.SLEEPS for call in calls):
            return True
    return False


def _drains(root: Activation) -> bool:
    """Return whether a loop takes from a queue of its own process, or hears what others publish."""
    for _, effect in effects_of([root]):
        if isinstance(effect, ExternalCall):
            last = effect.name.rpartition(".")[2]
            if last in BROKER_METHODS or (last.startswith("get") and effect.name.startswith(known.QUEUES)):
                return True
    return False


def _doing(roots: list[Activation]) -> Doing:
    writes = False
    for _, effect in effects_of(roots):
        if isinstance(effect, ExternalCall) and _changes_outside(effect):
            return Doing.SHARED
        writes |= isinstance(effect, Write)
    return Doing.LOCAL if writes else Doing.UNKNOWN


def _changes_outside(call: ExternalCall) -> bool:
    if not call.name.startswith(known.OUTSIDE):
        return False
    last = call.name.rpartition(".")[2]
    return last in known.CHANGES or any(known.STATEMENTS.match(text) for text in _texts(call))


def _texts(call: ExternalCall) -> Iterator[str]:
    """Yield the texts that a call is given, those wrapped by another call among them (`text("insert ...")`)."""
    values: list[Value] = list(call.arguments.values())
    for value in values:
        if isinstance(value, Instance) and getattr(value.type, "name", "").endswith("text"):
            values.extend(value.arguments.positional)
        text = text_of(value)
        if text is not None:
            yield text


def _is_locked(activation: Activation) -> bool:
    """Return whether a function, or what it calls itself, takes a lock that other processes respect."""
    subject = activation.subject
    if isinstance(subject, FunctionValue) and known.LOCKING.search(subject.name):
        return True
    called = [edge.callee.label for edge in activation.calls]
    if any(known.LOCKING.search(label) for label in called):
        return True
    for root in (activation, *(edge.callee for edge in activation.calls)):
        for call in library_calls(root):
            if call.name.startswith(PROCESS_LOCKS) or _is_lock_call(call):
                return True
    return False


def _is_lock_call(call: ExternalCall) -> bool:
    last = call.name.rpartition(".")[2]
    if "nx" in call.arguments.keywords or call.name.endswith((".bind", ".lockf", ".flock")):
        return True
    is_shared = call.name.startswith(("redis.", "aioredis.", "redlock.", "etcd", "consul", "kazoo.", "aioredlock."))
    if is_shared and known.LOCKING.search(last):
        return True
    return any(word in text.lower() for text in _texts(call) for word in known.ADVISORY)


def _conditions_of(edge: Edge, activation: Activation) -> Conditions:
    """Return under which conditions an edge was taken: those of the library's call that starts it."""
    for call in library_calls(activation):
        if call.site == edge.site:
            return call.conditions
    return ()
