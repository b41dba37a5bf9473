"""The dependencies of an application that have a `yield`, who asks for them, and how each of them ran."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.invoke import is_context_manager
from fastapi_lint.lifecycle.suspension import Suspension, suspensions
from fastapi_lint.lifecycle.teardown import definition_of, kind_of
from fastapi_lint.lifecycle.values import FunctionValue, Instance, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.dependencies import Dependency
    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.model import App, Endpoint


@dataclass(slots=True, eq=False)
class Running:
    """A function with a `yield` and its runs: a dependency, or a context manager that one enters."""

    function: FunctionValue
    runs: tuple[Activation, ...]

    @property
    def body(self) -> tuple[m.Stmt, ...]:
        """Return the function's statements."""
        definition = self.function.definition
        return definition.body if isinstance(definition, m.Function) else ()

    def suspensions(self) -> Iterator[Suspension]:
        """Yield every `yield` of the function."""
        return suspensions(self.body)

    def site_of(self, node: m.Node) -> Site:
        """Return the place of a statement or expression of the function."""
        return Site(self.function.module.path, getattr(node, "start", -1), getattr(node, "end", -1))

    def called_at(self, site: Site) -> tuple[Activation, ...]:
        """Return what the function called from a place, each once."""
        found = {id(edge.callee): edge.callee for run in self.runs for edge in run.calls if edge.site == site}
        return tuple(found.values())

    def entered_by(self, node: m.With) -> Iterator[Running]:
        """Yield the project's own context managers, written with `yield`, that a `with` enters."""
        yield from _generators(self.called_at(self.site_of(node)))

    def delegates(self, suspension: Suspension) -> Iterator[Running]:
        """Yield the generators that a `yield` passes on: by `yield from`, or one by one in a loop over them."""
        sites = [self.site_of(suspension.node)] if suspension.node.is_from else []
        loops = [block.statement for block in suspension.blocks]
        sites += [self.site_of(loop.iterable) for loop in loops if isinstance(loop, m.For)]
        for site in sites:
            yield from _generators(self.called_at(site))


def _generators(activations: tuple[Activation, ...]) -> Iterator[Running]:
    groups: dict[int, list[Activation]] = {}
    for one in activations:
        if isinstance(one.subject, FunctionValue) and _is_generator(one.subject):
            groups.setdefault(id(one.subject.definition), []).append(one)
    for group in groups.values():
        subject = group[0].subject
        assert isinstance(subject, FunctionValue)
        yield Running(subject, tuple(group))


@dataclass(slots=True, eq=False)
class GeneratorDependency(Running):
    """A function with a `yield` that some `Depends` of a route refers to, with all who ask for it."""

    uses: list[tuple[Endpoint, Dependency]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return what people call it."""
        return self.function.name if self.function.owner is None else self.function.qualname


@asked_once
def generator_dependencies(app: App) -> tuple[GeneratorDependency, ...]:
    """Return the dependencies with `yield`, each function once, in the order in which routes ask for them."""
    runs: dict[int, list[Activation]] = {}
    for part in app.requests:
        subject = part.activation.subject
        if part.kind == "dependency" and isinstance(subject, FunctionValue):
            known = runs.setdefault(id(subject.definition), [])
            if part.activation not in known:
                known.append(part.activation)
    found: dict[int, GeneratorDependency] = {}
    for endpoint in app.endpoints:
        for use in endpoint.graph.walk():
            function = _generator(use)
            if function is not None:
                key = id(function.definition)
                if key not in found:
                    found[key] = GeneratorDependency(function, tuple(runs.get(key, ())))
                found[key].uses.append((endpoint, use))
    return tuple(found.values())


def _generator(use: Dependency) -> FunctionValue | None:
    """Return the generator function that answers a `Depends`, None where it is no generator."""
    function = definition_of(use.call)
    is_made = kind_of(use.call) in {"generator", "async_generator"} or isinstance(use.call, Instance)
    if function is None or not is_made or not _is_generator(function) or is_context_manager(function):
        return None
    return function


def _is_generator(function: FunctionValue) -> bool:
    return isinstance(function.definition, m.Function) and function.definition.is_generator
