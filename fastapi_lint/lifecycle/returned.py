"""Which `return` of an endpoint or dependency gives an `HTTPException` instead of raising it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.answers import is_http_exception
from fastapi_lint.lifecycle.effects import Activation, Raised, Returned
from fastapi_lint.lifecycle.nodes import nodes_of, statements_of
from fastapi_lint.lifecycle.values import ClassValue, External, FunctionValue, Instance, Value, options_of
from fastapi_lint.lifecycle.walks import in_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App, RequestPart
    from fastapi_lint.lifecycle.values import Site


@dataclass(frozen=True, slots=True)
class ReturnedException:
    """An `HTTPException` that a request gets as a value: the `return`, and the part of the request that gets it."""

    site: Site
    value: Instance
    part: RequestPart
    way: tuple[Site, ...] = ()
    """The returns that pass it on, innermost first."""
    is_alone: bool = False
    """Whether this `return` never gives anything else."""


def returned_exceptions(app: App) -> Iterator[ReturnedException]:
    """Yield the returns that give an `HTTPException` to FastAPI, each place once.

    What the project raises or asks `isinstance` for elsewhere is made to be handed on, so it is left out.
    """
    if not _may_return_exceptions(app):
        return
    parts = [
        part
        for part in app.requests
        if part.kind in {"endpoint", "dependency"}
        and not (part.kind == "endpoint" and part.endpoint is not None and part.endpoint.route.kind == "websocket")
        and any(True for _ in _exceptions(part.activation))
    ]
    if not parts:
        return
    everything = in_requests(app)
    raised = {
        id(option)
        for activation in everything
        for effect in activation.effects
        if isinstance(effect, Raised)
        for option in options_of(effect.value)
    }
    seen: set[Site] = set()
    for part in parts:
        for effect, value in _exceptions(part.activation):
            way = _way(part.activation, value, (effect.site,))
            if id(value) not in raised and way[-1] not in seen and not _asks_for_exceptions(part.activation):
                seen.add(way[-1])
                is_alone = all(
                    is_http_exception(option)
                    for activation in everything
                    for other in activation.effects
                    if isinstance(other, Returned) and other.site == way[-1]
                    for option in options_of(other.value)
                )
                yield ReturnedException(way[-1], value, part, tuple(reversed(way[:-1])), is_alone)


def _may_return_exceptions(app: App) -> bool:
    """Return whether some `return` of the application's modules may give an `HTTPException`, by a look at its text."""
    classes = frozenset(
        name
        for module in app.modules.values()
        for name, value in module.namespace.items()
        if isinstance(value, ClassValue | External) and is_http_exception(value)
    ) | {"HTTPException"}
    for module in app.modules.values():
        if not any(one.endswith("HTTPException") for one in module.facts.imported) and not (
            classes & module.namespace.keys()
        ):
            continue
        made: set[str] = set()
        for statement in statements_of(module.facts.body):
            if isinstance(statement, m.Assign) and _makes(statement.value, classes):
                made.update(target.id for target in statement.targets if isinstance(target, m.Name))
            elif isinstance(statement, m.Return) and (
                _makes(statement.value, classes) or (isinstance(statement.value, m.Name) and statement.value.id in made)
            ):
                return True
    return False


def _makes(value: m.Expr | None, classes: frozenset[str]) -> bool:
    """Return whether an expression, or an arm of it, calls one of several classes."""
    if isinstance(value, m.Choice):
        return _makes(value.body, classes) or _makes(value.orelse, classes)
    function = value.func if isinstance(value, m.Call) else None
    name = function.id if isinstance(function, m.Name) else function.name if isinstance(function, m.Attr) else ""
    return name in classes


def _exceptions(activation: Activation) -> Iterator[tuple[Returned, Instance]]:
    for effect in activation.effects:
        if isinstance(effect, Returned):
            for option in options_of(effect.value):
                if isinstance(option, Instance) and is_http_exception(option):
                    yield effect, option


def _way(activation: Activation, value: Value, way: tuple[Site, ...]) -> tuple[Site, ...]:
    """Return the returns that bring a value, outermost first, up to the one that is at fault.

    A function that gives nothing but exceptions is made for its callers to raise them.
    """
    for edge in activation.calls:
        returned = [one for one in edge.callee.effects if isinstance(one, Returned)]
        source = next((one for one in returned if any(option is value for option in options_of(one.value))), None)
        if source is None or len(way) > 8 or _asks_for_exceptions(edge.callee):
            continue
        if all(is_http_exception(option) for one in returned for option in options_of(one.value)):
            continue
        return _way(edge.callee, value, (*way, source.site))
    return way


def _asks_for_exceptions(activation: Activation) -> bool:
    """Return whether a function asks `isinstance` for an exception, so knows that it may get one as a value."""
    function = activation.subject
    if not isinstance(function, FunctionValue):
        return False
    calls = (one for one in nodes_of(function.definition.body) if isinstance(one, m.Call) and len(one.args) == 2)
    wanted = (one.args[1].value for one in calls if one.func == m.Name("isinstance"))
    names = (node for one in wanted for node in nodes_of(one))
    return any(
        (node.id if isinstance(node, m.Name) else node.name).endswith(("Exception", "Error"))
        for node in names
        if isinstance(node, m.Name | m.Attr)
    )
