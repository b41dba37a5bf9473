"""Where a dependency commits after its `yield`, directly, by leaving a block, or in what it calls and enters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.endings import COMMIT, COMMITTED_BY_LEAVING
from fastapi_lint.knowledge.versions import Ternary
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.classes import mro
from fastapi_lint.lifecycle.generators import GeneratorDependency, Running, generator_dependencies
from fastapi_lint.lifecycle.registrations import RouterRecord
from fastapi_lint.lifecycle.suspension import nodes, suspensions, written
from fastapi_lint.lifecycle.values import ClassValue, FunctionValue, Site, options_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fastapi_lint.core.span import Location
    from fastapi_lint.knowledge.versions import Target
    from fastapi_lint.lifecycle.dependencies import Dependency
    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.model import App, Endpoint
    from fastapi_lint.lifecycle.routing import FlatRoute
    from fastapi_lint.lifecycle.values import Value

_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit after a `yield`: its place, its words, and what is committed, as it is written."""

    site: Site
    text: str
    subject: str
    is_of_block: bool = False
    """Whether it is the end of a `with` block that commits."""


def commits_after_yield(running: Running, depth: int = 0) -> Iterator[Commit]:
    """Yield the commits that a generator makes where it goes on after its `yield` without an exception."""
    if depth > _DEEPEST:
        return
    for suspension in running.suspensions():
        for statements, block in suspension.levels():
            yield from _commits_in(running, (*statements, *(block.final if block is not None else ())), depth)
            if block is not None and isinstance(block.statement, m.With):
                yield from _commits_on_leaving(running, block.statement, depth)
        for inner in running.delegates(suspension):
            yield from commits_after_yield(inner, depth + 1)


def _commits_in(running: Running, statements: Iterable[m.Stmt], depth: int) -> Iterator[Commit]:
    found = list(nodes(statements))
    awaits = {id(node.value): node for node in found if isinstance(node, m.Await)}
    for node in found:
        if isinstance(node, m.Arg) and isinstance(node.value, m.Attr) and node.value.name == COMMIT:
            call = next((one for one in found if isinstance(one, m.Call) and node in one.args), None)
            if call is not None:
                yield Commit(running.site_of(call), f"{written(node.value)}()", written(node.value.value))
        if not isinstance(node, m.Call):
            continue
        outer = awaits.get(id(node))
        called = running.called_at(running.site_of(node))
        called += running.called_at(running.site_of(outer)) if outer is not None else ()
        is_commit = isinstance(node.func, m.Attr) and node.func.name == COMMIT
        if is_commit if not called else _commit_inside(called, depth):
            subject = written(node.func.value) if isinstance(node.func, m.Attr) else ""
            yield Commit(running.site_of(node), written(node) or COMMIT, subject)


def _commit_inside(activations: Iterable[Activation], depth: int) -> bool:
    """Return whether functions of the project that are called commit in their turn."""
    if depth > _DEEPEST:
        return False
    for one in activations:
        subject = one.subject
        if isinstance(subject, FunctionValue) and isinstance(subject.definition, m.Function):
            if any(True for _ in _commits_in(Running(subject, (one,)), subject.definition.body, depth + 1)):
                return True
    return False


def _commits_on_leaving(running: Running, node: m.With, depth: int) -> Iterator[Commit]:
    entered = list(running.entered_by(node))
    for inner in entered:
        yield from commits_after_yield(inner, depth + 1)
    called = running.called_at(running.site_of(node))
    exits = [one for one in called if getattr(one.subject, "name", "") in {"__exit__", "__aexit__"}]
    if _commit_inside(exits, depth):
        yield Commit(running.site_of(node), _words(node), "", is_of_block=True)
    if entered or exits:
        return
    for item in node.items:
        value = item.value.value if isinstance(item.value, m.Await) else item.value
        if isinstance(value, m.Call) and written(value.func).rpartition(".")[2] in COMMITTED_BY_LEAVING:
            yield Commit(running.site_of(node), written(value), written(item.target), is_of_block=True)


def _words(node: m.With) -> str:
    return next((text for item in node.items if (text := written(item.value))), "with")


# When it is too late.


def runs_after_response(target: Target) -> Ternary:
    """Return whether exit code runs after the response where nothing says otherwise.

    After it up to 0.105, before it from 0.106.0 to 0.117.1, after it again from 0.118.0 on (`fastapi/routing.py`,
    `request_response`).
    """
    before = target.holds("fastapi", ">=0.106.0,<0.118.0")
    return {Ternary.YES: Ternary.NO, Ternary.NO: Ternary.YES}.get(before, Ternary.MAYBE)


def is_late(endpoint: Endpoint, use: Dependency) -> bool:
    """Return whether the exit code of a use waits for the end of the response, where the version makes it."""
    if endpoint.route.kind != "http":
        return False
    is_early = use.scope == "function" and endpoint.app.target.holds("fastapi", ">=0.121.0") is not Ternary.NO
    return not is_early


def is_committed_by_route(dependency: GeneratorDependency, endpoint: Endpoint, commit: Commit) -> bool:
    """Return whether the route's own class commits what the dependency gave to the endpoint, before the response."""
    if id(endpoint) not in _committed_by_route(endpoint.app):
        return False
    given = {written(one.node.value) for one in suspensions(dependency.body)}
    return not given - {""} or commit.subject in given


def asked_late(dependency: GeneratorDependency, commit: Commit) -> list[Dependency]:
    """Return who asks for a dependency so that its commit comes late and no route commits before."""
    return [
        use
        for endpoint, use in dependency.uses
        if is_late(endpoint, use) and not is_committed_by_route(dependency, endpoint, commit)
    ]


def ends_to_choose(apps: Sequence[App], dependency: GeneratorDependency) -> tuple[Location, ...]:
    """Return where endpoints ask for a dependency, to say when it ends.

    Nothing is returned where other dependencies ask for it too, or where a version lets nobody choose.
    """
    asking = [
        (app, one)
        for app in apps
        for one in generator_dependencies(app)
        if one.function.site == dependency.function.site
    ]
    uses = [(endpoint, use) for _, one in asking for endpoint, use in one.uses]
    is_direct = all(any(one is use for one in endpoint.graph.uses) for endpoint, use in uses)
    if not is_direct or any(app.target.holds("fastapi", ">=0.121.0") is not Ternary.YES for app, _ in asking):
        return ()
    return tuple(dict.fromkeys(use.site.location for _, use in uses))


def is_committed_by_some(dependency: GeneratorDependency) -> bool:
    """Return whether a route commits itself what a dependency would commit too late."""
    return any(
        is_late(endpoint, use) and is_committed_by_route(dependency, endpoint, commit)
        for commit in commits_after_yield(dependency)
        for endpoint, use in dependency.uses
    )


@asked_once
def _committed_by_route(app: App) -> frozenset[int]:
    """Return the identities of the endpoints whose route's own class commits."""
    known: dict[int, bool] = {}
    found: set[int] = set()
    for endpoint in app.endpoints:
        for owner in _route_classes(endpoint.route):
            if id(owner) not in known:
                known[id(owner)] = _commits_itself(owner)
            if known[id(owner)]:
                found.add(id(endpoint))
    return frozenset(found)


def _route_classes(route: FlatRoute) -> Iterator[ClassValue]:
    stated: list[Value | None] = [route.added.arguments.keywords.get("route_class_override")]
    for router in route.routers:
        stated.append(router.attributes.get("route_class"))
        if isinstance(router.record, RouterRecord):
            stated.append(router.record.arguments.keywords.get("route_class"))
    for value in stated:
        for option in options_of(value) if value is not None else ():
            if isinstance(option, ClassValue):
                yield option


def _commits_itself(owner: ClassValue) -> bool:
    return any(_names_commit(current.definition) for current in mro(owner))


def _names_commit(definition: m.Class | m.Function) -> bool:
    for node in nodes(definition.body):
        if isinstance(node, m.Attr) and node.name == COMMIT:
            return True
        if isinstance(node, m.Class | m.Function) and _names_commit(node):
            return True
    return False
