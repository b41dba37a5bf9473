"""What one request to a route does: its turns at the dependencies, the endpoint, and the exit code, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.core.span import Location, Span
from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.duplicates import equivalent
from fastapi_lint.lifecycle.extent import extent_of
from fastapi_lint.lifecycle.naming import full_name
from fastapi_lint.lifecycle.nodes import nodes_of
from fastapi_lint.lifecycle.teardown import definition_of, exits_of, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.knowledge.versions import Target
    from fastapi_lint.lifecycle.dependencies import DependencyCall
    from fastapi_lint.lifecycle.model import Endpoint
    from fastapi_lint.lifecycle.values import FunctionValue, Value


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something that the code does not tell, and where."""

    reason: str
    location: Location


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a request at a dependency: a call, or an answer from the request's cache.

    `again` says that the same was called before in the request; `location` is the use that asks for it;
    `yields` are the places of what a generator gives; `parameter` is what receives the value, empty for a list.
    """

    name: str
    kind: str
    is_cached: bool
    again: bool
    depth: int
    parameter: str
    location: Location
    definition: Location | None
    yields: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class ExitStory:
    """The exit code of a call with `yield`; `when` is before_response or after_response."""

    name: str
    when: str
    location: Location
    """Where the value is given: what follows there is the exit code."""


@dataclass(frozen=True, slots=True)
class RequestStory:
    """The turns of one request in order, and the exit code in order."""

    turns: tuple[Turn, ...] = ()
    exits: tuple[ExitStory, ...] = ()

    @property
    def calls(self) -> tuple[Turn, ...]:
        """Return the turns that are calls."""
        return tuple(turn for turn in self.turns if not turn.is_cached)


def request_of(endpoint: Endpoint, target: Target, unknown: list[Unresolved]) -> RequestStory:
    """Return what one request to an endpoint does; what could not be resolved is added to `unknown`."""
    if not endpoint.name:
        unknown.append(Unresolved("an endpoint", endpoint.route.site.location))
    unknown += [Unresolved(reason, site.location) for reason, site in endpoint.graph.unknown]
    called: list[Value] = []
    turns: list[Turn] = []
    for call in endpoint.calls:
        again = not call.is_cached and any(equivalent(known, call.use.call) for known in called)
        turns.append(_turn(call, again=again))
        if not call.is_cached:
            called.append(call.use.call)
    uses = [call.use for call in endpoint.calls if not call.is_cached]
    calls = [turn for turn in turns if not turn.is_cached]
    exits = [
        ExitStory(calls[one.index].name, one.when, (calls[one.index].yields or (calls[one.index].location,))[0])
        for one in exits_of(uses, target)
    ]
    return RequestStory(tuple(turns), tuple(exits))


def _turn(call: DependencyCall, *, again: bool) -> Turn:
    use = call.use
    depth, parent = 0, use.parent
    while parent is not None:
        depth, parent = depth + 1, parent.parent
    function = definition_of(use.call)
    return Turn(
        name=full_name(use.call) if use.is_resolved else "",
        kind=kind_of(use.call) if use.is_resolved else "unknown",
        is_cached=call.is_cached,
        again=again,
        depth=depth,
        parameter=use.parameter,
        location=use.site.location,
        definition=extent_of(use.call),
        yields=tuple(_yields(function)) if function is not None else (),
    )


def _yields(function: FunctionValue) -> Iterator[Location]:
    if isinstance(function.definition, m.Function) and function.definition.is_generator:
        for node in nodes_of(function.definition.body):
            if isinstance(node, m.Yield):
                yield Location(function.module.path, Span(node.start, node.end))
