"""Middleware that is added to an application once it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.middlewares import adds_middleware
from fastapi_lint.lifecycle.effects import ExternalCall
from fastapi_lint.lifecycle.naming import short_name
from fastapi_lint.lifecycle.nodes import nodes_of, statements_of
from fastapi_lint.lifecycle.registrations import AppRecord
from fastapi_lint.lifecycle.values import FunctionValue, Phase, Site, options_of
from fastapi_lint.lifecycle.walks import before_requests, functions_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.model import App


@dataclass(frozen=True, slots=True)
class Late:
    """A registration that comes too late: where, of what or by which library, and what runs it."""

    site: Site
    name: str
    cause: Site
    is_request: bool
    is_library: bool = False


def late_middleware(app: App) -> Iterator[Late]:
    """Yield what adds middleware to an application from its own lifespan, start-up handlers or requests.

    An application that is only mounted builds its stack with its first request, so it is left out.
    """
    record = app.instance.record
    if app.is_mounted or not isinstance(record, AppRecord):
        return
    roots = [one.activation for one in app.lifespans if one.kind != "shutdown"]
    later = [part.activation for part in app.requests] if _may_add_later(app) else []
    running = [*roots, *later]
    for added in record.middleware:
        if added.phase is Phase.IMPORT or added.activation is None:
            continue
        root = next((one for one in _above(added.activation) if any(one is known for known in running)), None)
        if root is not None:
            cause = _site_of(root) or added.site
            yield Late(added.site, short_name(added.middleware), cause, added.phase is Phase.REQUEST)
    for root in roots:
        for call in _calls(root, set()):
            if adds_middleware(call.name) and any(app.instance in options_of(one) for one in call.arguments.values()):
                name = call.name.rpartition(".")[2]
                yield Late(call.site, name, _site_of(root) or call.site, is_request=False, is_library=True)


def _may_add_later(app: App) -> bool:
    """Return whether middleware is added in a function that has not run before the first request."""
    known = functions_run(before_requests(app))
    for module in app.modules.values():
        if "add_middleware" not in module.facts.called:
            continue
        for statement in statements_of(module.facts.body):
            if isinstance(statement, m.Function) and Site(module.path, statement.start, statement.end) not in known:
                calls = (node.func for node in nodes_of(statement.body) if isinstance(node, m.Call))
                if any(isinstance(one, m.Attr) and one.name == "add_middleware" for one in calls):
                    return True
    return False


def _above(activation: Activation | None) -> Iterator[Activation]:
    while activation is not None:
        yield activation
        activation = activation.caller


def _site_of(activation: Activation) -> Site | None:
    return activation.subject.site if isinstance(activation.subject, FunctionValue) else None


def _calls(activation: Activation, seen: set[int]) -> Iterator[ExternalCall]:
    if id(activation) in seen:
        return
    seen.add(id(activation))
    yield from (effect for effect in activation.effects if isinstance(effect, ExternalCall))
    for edge in activation.calls:
        yield from _calls(edge.callee, seen)
