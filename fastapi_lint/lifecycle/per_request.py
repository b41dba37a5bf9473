"""Engines, session factories, pools and clients that are made anew for every request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.resources import RESOURCES, Resource
from fastapi_lint.knowledge.threads import TRANSPARENT
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.contents import comes_from_request
from fastapi_lint.lifecycle.effects import Activation, Edge, ExternalCall, Write
from fastapi_lint.lifecycle.state import effects_of
from fastapi_lint.lifecycle.suspension import nodes
from fastapi_lint.lifecycle.values import (
    Dictionary,
    External,
    FunctionValue,
    Instance,
    OneOf,
    Sequence,
    Site,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App, RequestPart

_FACTORY: Final = Resource("the session factory")
_FACTORIES: Final = frozenset(
    {
        "sqlalchemy.orm.sessionmaker",
        "sqlalchemy.orm.session.sessionmaker",
        "sqlalchemy.ext.asyncio.async_sessionmaker",
        "sqlalchemy.ext.asyncio.session.async_sessionmaker",
    }
)
_SINGLE: Final = frozenset({"the connection", "the broker connection"})
"""What is one connection and no pool of them."""
_CLIENTS: Final = "the HTTP client"
_PERSONAL: Final = frozenset({"auth", "cert", "cookies", "headers", "proxies", "proxy", "transport"})
"""Arguments of HTTP clients that may be another for every user."""
_CACHING: Final = ("functools.lru_cache", "functools.cache", "async_lru.", "cachetools.", "aiocache.")
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class MadePerRequest:
    """One resource that a function makes whenever a request comes to it."""

    function: FunctionValue
    part: RequestPart
    path: tuple[Edge, ...]
    site: Site
    resource: Resource

    @property
    def is_factory(self) -> bool:
        """Return whether it is no more than a session factory, which opens nothing itself."""
        return self.resource is _FACTORY

    @property
    def is_client(self) -> bool:
        """Return whether it is an HTTP client."""
        return self.resource.noun == _CLIENTS


@asked_once
def made_per_request(app: App) -> tuple[MadePerRequest, ...]:
    """Return what requests make and nobody keeps, each place once, with a shortest way to it."""
    kept = _kept(app)
    found: dict[Site, MadePerRequest] = {}
    for part in app.requests:
        if part.kind == "handler":
            continue
        for activation, path in _for_each(part.activation):
            subject = activation.subject
            if not isinstance(subject, FunctionValue):
                continue
            for effect in activation.effects:
                resource = _resource(effect) if isinstance(effect, ExternalCall) else None
                if resource is None or not isinstance(effect, ExternalCall) or id(effect.result) in kept:
                    continue
                if _is_asked_for(effect, subject):
                    continue
                if path and (resource.noun == _CLIENTS or part.kind == "endpoint"):
                    continue  # what a helper makes for one operation is not what every request is given
                known = found.get(effect.site)
                if known is None or len(path) < len(known.path):
                    found[effect.site] = MadePerRequest(subject, part, path, effect.site, resource)
    return tuple(found[site] for site in sorted(found))


def _resource(call: ExternalCall) -> Resource | None:
    resource = _FACTORY if call.name in _FACTORIES else RESOURCES.get(call.name)
    if resource is None or resource.noun in _SINGLE:
        return None
    arguments = call.arguments
    if arguments.open or any(comes_from_request(value) for value in arguments.values()):
        return None
    if resource.noun == _CLIENTS and not _PERSONAL.isdisjoint(arguments.keywords):
        return None
    return resource


def _is_asked_for(call: ExternalCall, function: FunctionValue) -> bool:
    """Return whether what is made may depend on the request: an argument is unknown and rests on the function's own."""
    definition = function.definition
    if not isinstance(definition, m.Function) or not any(isinstance(one, Unknown) for one in call.arguments.values()):
        return False
    inside = list(nodes(definition.body))
    own = {param.name for param in definition.params}
    for node in inside:
        if isinstance(node, m.Assign):
            own |= {one.id for one in nodes(node.targets) if isinstance(one, m.Name)}
    made = (node for node in inside if isinstance(node, m.Call) and (node.start, node.end) == call.site[1:])
    return any(isinstance(one, m.Name) and one.id in own for node in made for one in nodes(node.args))


def _for_each(root: Activation) -> Iterator[tuple[Activation, tuple[Edge, ...]]]:
    """Yield what runs anew for each request: not what a cache answers, and not what runs beside it."""
    if _is_cached(root):
        return
    seen = {id(root)}
    level: list[tuple[Activation, tuple[Edge, ...]]] = [(root, ())]
    while level:
        following: list[tuple[Activation, tuple[Edge, ...]]] = []
        for activation, path in level:
            yield activation, path
            for edge in activation.calls:
                if id(edge.callee) not in seen and not _is_cached(edge.callee) and edge.via != "?":
                    seen.add(id(edge.callee))
                    following.append((edge.callee, (*path, edge)))
        level = following


def _is_cached(activation: Activation) -> bool:
    """Return whether a function may not run for each call: memoised, or under a decorator that may do anything."""
    subject = activation.subject
    if not isinstance(subject, FunctionValue):
        return subject is not None
    return subject.memo is not None or not all(_is_plain(wrapper) for wrapper in subject.wrappers)


def _is_plain(wrapper: Value) -> bool:
    kind = wrapper.type if isinstance(wrapper, Instance) else wrapper
    return isinstance(kind, External) and kind.name.startswith(TRANSPARENT) and not kind.name.startswith(_CACHING)


def _kept(app: App) -> set[int]:
    """Return the values that something which outlives the request holds afterwards."""
    found: set[int] = set()
    for _, effect in effects_of([part.activation for part in app.requests]):
        if isinstance(effect, Write) and effect.value is not None:
            found.update(id(value) for value in _parts(effect.value, 0))
    return found


def _parts(value: Value, depth: int) -> Iterator[Value]:
    """Yield a value and what it holds or was made of, some levels deep."""
    yield value
    inner: list[Value] = []
    match value:
        case OneOf():
            inner = list(value.options)
        case Sequence():
            inner = value.items
        case Dictionary():
            inner = [item for _, item in value.items]
        case Instance():
            inner = [*value.attributes.values(), *value.arguments.values()]
            inner += [value.receiver] if value.receiver is not None else []
        case _:
            return
    if depth < _DEEPEST:
        for one in inner:
            yield from _parts(one, depth + 1)
