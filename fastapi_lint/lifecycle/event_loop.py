"""What of an application runs on the event loop, and the calls from there to what blocks it.

Endpoints, dependencies and exception handlers written with `def` run in a thread (`fastapi/routing.py`,
`run_endpoint_function`; `fastapi/dependencies/utils.py`, `solve_dependencies`; `starlette/_exception_handler.py`), and
so does all that they call. Middleware and lifespan run on the loop however they are written, and so do `def` handlers
of start-up (`starlette/routing.py`, `Router.startup`). From there the calls of the replay are followed: direct ones,
and coroutines that libraries are given, but not functions that libraries may run in another thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.blocking import Blocking, blocking_call, typed
from fastapi_lint.knowledge.threads import AT_ONCE, LEAVES_LOOP, TRANSPARENT
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.classes import external_bases
from fastapi_lint.lifecycle.effects import Activation, Edge, ExternalCall
from fastapi_lint.lifecycle.nodes import nodes_of
from fastapi_lint.lifecycle.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Site,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App

_WAITING: Final = frozenset({"sleep", "result", "join", "wait"})
_TASKS: Final = frozenset({"create_task", "ensure_future", "start_soon"})
_HARDLY_SECONDS: Final = 0.005
_OF_KERNEL: Final = ("/proc/", "/sys/")
"""Where files are that no disk holds."""
_MAKERS: Final = ("sqlalchemy.orm.sessionmaker", "sqlalchemy.orm.session.sessionmaker")


@dataclass(frozen=True, slots=True)
class Root:
    """Something that the framework runs on the event loop, as people call it; `is_serving` tells it from start-up."""

    title: str
    activation: Activation
    is_serving: bool = True
    is_ending: bool = False
    """Whether it runs when the server has stopped to serve."""


@dataclass(frozen=True, slots=True)
class BlockingCall:
    """A call that blocks the event loop, with the way to it: what began it, and the calls in between."""

    root: Root
    path: tuple[Edge, ...]
    call: ExternalCall
    blocking: Blocking

    @property
    def is_direct(self) -> bool:
        """Return whether it stands in the coroutine itself."""
        function = self.path[-1].callee.subject if self.path else self.root.activation.subject
        return isinstance(function, FunctionValue) and _is_async(function)

    @property
    def is_after_serving(self) -> bool:
        """Return whether it runs when nobody waits any more: at shutdown, or behind the `yield` of a lifespan."""
        function = self.root.activation.subject
        if self.root.is_serving or not isinstance(function, FunctionValue):
            return False
        first = self.path[0].site if self.path else self.call.site
        ends = [node.end for node in nodes_of(function.definition.body) if isinstance(node, m.Yield)]
        return self.root.is_ending or any(end <= first.start for end in ends)

    @property
    def starts_beside(self) -> bool:
        """Return whether it runs as a task of its own, beside what began it, which does not wait for its end."""
        callers = (self.root.activation, *(edge.callee for edge in self.path))
        return any(
            edge.via.rpartition(".")[2] in _TASKS and not _waits_for(caller.subject, edge.site)
            for caller, edge in zip(callers, self.path, strict=False)
        )


@asked_once
def blocking_calls(app: App) -> tuple[BlockingCall, ...]:
    """Return the calls that block the event loop, each place once, with a shortest way to it, in order of place."""
    found: dict[Site, BlockingCall] = {}
    for root, activation, path in _on_loop(app):
        for effect in activation.effects:
            if isinstance(effect, ExternalCall) and not effect.is_awaited and effect.site not in found:
                blocking = _blocking(effect)
                if blocking is not None:
                    found[effect.site] = BlockingCall(root, path, effect, blocking)
    return tuple(found[site] for site in sorted(found))


def _on_loop(app: App) -> Iterator[tuple[Root, Activation, tuple[Edge, ...]]]:
    """Yield every activation that runs on the loop, nearest to a root first, what serves before what starts."""
    seen: set[int] = set()
    for is_serving in (True, False):
        level: list[tuple[Root, Activation, tuple[Edge, ...]]] = []
        for root in _roots(app):
            if root.is_serving is is_serving and id(root.activation) not in seen:
                seen.add(id(root.activation))
                level.append((root, root.activation, ()))
        while level:
            following: list[tuple[Root, Activation, tuple[Edge, ...]]] = []
            for root, activation, path in level:
                yield root, activation, path
                for edge in activation.calls:
                    if id(edge.callee) not in seen and _stays(edge):
                        seen.add(id(edge.callee))
                        following.append((root, edge.callee, (*path, edge)))
            level = following


def _roots(app: App) -> Iterator[Root]:
    for part in app.requests:
        for activation in _functions(part.activation):
            if part.kind == "middleware" or _is_async(activation.subject):
                yield Root(part.title, activation)
    for lifespan in app.lifespans:
        for activation in _functions(lifespan.activation):
            title = "the lifespan" if lifespan.kind == "lifespan" else f"the {lifespan.kind} handler"
            yield Root(title, activation, is_serving=False, is_ending=lifespan.kind == "shutdown")


def _functions(activation: Activation) -> Iterator[Activation]:
    """Yield the functions that a part runs: itself, or what it calls where it is nothing but several calls."""
    if activation.subject is not None:
        yield activation
    else:
        yield from (edge.callee for edge in activation.calls if not edge.via)


def _is_async(subject: object) -> bool:
    return (
        isinstance(subject, FunctionValue)
        and isinstance(subject.definition, m.Function)
        and subject.definition.is_async
    )


def _stays(edge: Edge) -> bool:
    """Return whether a call surely runs on the loop that its caller runs on."""
    subject = edge.callee.subject
    if not isinstance(subject, FunctionValue) or edge.via == "?":
        return False
    if _is_async(subject):
        return edge.via.rpartition(".")[2] not in LEAVES_LOOP
    if edge.via and edge.via not in AT_ONCE and edge.via.rpartition(".")[2] not in AT_ONCE:
        return False
    return all(_is_transparent(wrapper) for wrapper in subject.wrappers)


def _waits_for(caller: object, begun: Site) -> bool:
    """Return whether a function that begins a task waits for it before it yields, by its name or where it begins it."""
    if not isinstance(caller, FunctionValue):
        return False
    nodes = list(nodes_of(caller.definition.body))
    served = min((node.start for node in nodes if isinstance(node, m.Yield)), default=None)
    holders = [node for node in nodes if isinstance(node, m.Assign) and node.start <= begun.start < node.end]
    names = {target.id for node in holders for target in node.targets if isinstance(target, m.Name)}
    return any(
        node.start <= begun.start < node.end
        or any(isinstance(part, m.Name) and part.id in names for part in nodes_of(node.value))
        for node in nodes
        if isinstance(node, m.Await) and (served is None or node.start < served)
    )


def _is_transparent(wrapper: Value) -> bool:
    kind = wrapper.type if isinstance(wrapper, Instance) else wrapper
    return isinstance(kind, External) and kind.name.startswith(TRANSPARENT)


# Calls.


def _blocking(call: ExternalCall) -> Blocking | None:
    found = blocking_call(call.name)
    if found is None or _is_other_session(call.receiver) or _does_not_wait(call):
        return None
    return found


def _is_other_session(receiver: Value | None) -> bool:
    """Return whether an object comes from a `sessionmaker` that does not surely make plain sessions."""
    current = receiver
    for _ in range(12):
        if isinstance(current, Member):
            current = current.receiver
        elif isinstance(current, Instance):
            if isinstance(current.type, External) and current.type.name in _MAKERS:
                kind = current.arguments.keywords.get("class_")
                return current.arguments.open or (kind is not None and not _is_plain_session(kind))
            given = current.arguments.positional[:1] if _is_scoped(current) else ()
            current = given[0] if given else current.receiver
        else:
            return False
    return False


def _is_scoped(value: Instance) -> bool:
    return isinstance(value.type, External) and value.type.name == "sqlalchemy.orm.scoped_session"


def _is_plain_session(kind: Value) -> bool:
    names = list(external_bases(kind)) if isinstance(kind, ClassValue) else [getattr(kind, "name", "")]
    return any((known := typed(name)) is not None and not known.rest for name in names)


def _does_not_wait(call: ExternalCall) -> bool:
    """Return whether the arguments say that a call hardly waits: `time.sleep(0)`, `open("/proc/meminfo")`."""
    if call.name == "builtins.open":
        path = call.arguments.get(0, "file")
        return isinstance(path, Literal) and isinstance(path.value, str) and path.value.startswith(_OF_KERNEL)
    if call.name.rpartition(".")[2] not in _WAITING:
        return False
    first = call.arguments.get(0, "timeout")
    return isinstance(first, Literal) and isinstance(first.value, int | float) and first.value <= _HARDLY_SECONDS
