"""Dependencies that one request evaluates more than once, and why the request's cache does not help."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from fastapi_lint.facts import model as m
from fastapi_lint.lifecycle.dependencies import (
    Dependency,
    DependencyCall,
    equal_arguments,
    equal_calls,
    same_callable,
)
from fastapi_lint.lifecycle.naming import short_name
from fastapi_lint.lifecycle.nodes import nodes_of
from fastapi_lint.lifecycle.teardown import definition_of
from fastapi_lint.lifecycle.values import (
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Literal,
    Method,
    PartialValue,
    Value,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import Endpoint


class Reason(Enum):
    """Why the cache does not answer."""

    UNCACHED = 0
    BUILT = 1
    SCOPES = 2
    SCOPE = 3


class Duplicate(Struct, eq=False):
    """One dependency with all the uses that evaluate it."""

    uses: tuple[Dependency, ...]
    reason: Reason

    @property
    def name(self) -> str:
        """Return what people call it."""
        return _spelled(self.uses[0].call)

    @property
    def is_cheap(self) -> bool:
        """Return whether an evaluation waits for nothing: it only makes an object, or works without any `await`."""
        function = definition_of(self.uses[0].call)
        if function is None or not isinstance(function.definition, m.Function) or function.wrappers:
            return False
        body = function.definition.body
        if function.definition.is_generator:
            return False
        if function.definition.is_async:
            return not any(
                isinstance(node, m.Await | m.Yield) or getattr(node, "is_async", False) for node in nodes_of(body)
            )
        made = body[0].value if len(body) == 1 and isinstance(body[0], m.Return) else None
        return isinstance(made, m.Call) and isinstance(made.func, m.Name)


def _spelled(call: Value) -> str:
    """Return a callable as people would write it: a closure by the factory's call that made it."""
    match call:
        case FunctionValue() if call.scope.function is not None and call.wrapped is None:
            factory = call.scope.function
            given = [_spelled_argument(call.scope.names.get(param.name)) for param in factory.definition.params]
            name = factory.name
            return f"{name}({', '.join(given)})" if all(given) or not given else name
        case Instance(type=ClassValue() as owner) if call.origin is None:
            given = [_spelled_argument(value) for value in call.arguments.positional]
            given += [f"{word}={_spelled_argument(value)}" for word, value in call.arguments.keywords.items()]
            return f"{owner.name}({', '.join(given)})" if all(given) else owner.name
        case _:
            name = short_name(call)
            return "a lambda" if name == "<lambda>" else name


def _spelled_argument(value: Value | None) -> str:
    if isinstance(value, Literal):
        return repr(value.value)
    return short_name(value) if value is not None else ""


def duplicates(endpoint: Endpoint) -> Iterator[Duplicate]:
    """Yield the dependencies that one request to an endpoint evaluates more than once."""
    groups: list[list[DependencyCall]] = []
    for call in endpoint.calls:
        if call.is_cached or not call.use.is_resolved:
            continue
        for group in groups:
            if equivalent(group[0].use.call, call.use.call):
                group.append(call)
                break
        else:
            groups.append([call])
    for group in groups:
        if len(group) > 1:
            yield Duplicate(tuple(call.use for call in group), _reason(group))


def _reason(group: list[DependencyCall]) -> Reason:
    first = group[0].use
    others = [call.use for call in group[1:]]
    if any(not use.use_cache for use in (first, *others)) and all(
        same_callable(first.call, use.call) for use in others
    ):
        return Reason.UNCACHED
    if not all(same_callable(first.call, use.call) for use in others):
        return Reason.BUILT
    if any(use.scopes != first.scopes for use in others):
        return Reason.SCOPES
    return Reason.SCOPE


def equivalent(first: Value, second: Value, depth: int = 0) -> bool:
    """Return whether two callables surely do the same, though they may be different objects."""
    if same_callable(first, second):
        return True
    if depth > 5:
        return False
    match first, second:
        case (FunctionValue(), FunctionValue()):
            return _equivalent_functions(first, second, depth)
        case (Method(), Method()):
            return first.function is second.function and equivalent(first.receiver, second.receiver, depth + 1)
        case (PartialValue(), PartialValue()):
            return equivalent(first.function, second.function, depth + 1) and equal_arguments(
                first.arguments, second.arguments
            )
        case (Instance(), Instance()):
            if isinstance(first.type, ClassValue):
                return first.type is second.type and equal_calls(first.type, first.arguments, second.arguments)
            return isinstance(second.type, External) and first.type == second.type and _made_equal(first, second)
        case _:
            return False


def _made_equal(first: Instance, second: Instance) -> bool:
    if first.receiver is not second.receiver and first.receiver is not None:
        return False
    return first.site != second.site and equal_arguments(first.arguments, second.arguments) and first.origin is None


def _equivalent_functions(first: FunctionValue, second: FunctionValue, depth: int) -> bool:
    if first.definition is not second.definition:
        is_lambda = isinstance(first.definition, m.Lambda) and isinstance(second.definition, m.Lambda)
        return is_lambda and first.module is second.module and same_code(first.definition, second.definition)
    return _equal_scopes(first.scope, second.scope, depth)


_PLACES = frozenset({"start", "end", "name_start", "name_end"})


def same_code(first: object, second: object) -> bool:
    """Return whether two pieces of facts say the same, wherever they stand."""
    if type(first) is not type(second):
        return False
    if isinstance(first, tuple) and isinstance(second, tuple):
        return len(first) == len(second) and all(map(same_code, first, second))
    if isinstance(first, m.Node):
        names = (name for name in m.part_names(first.__class__) if name not in _PLACES)
        return all(same_code(getattr(first, name), getattr(second, name)) for name in names)
    return first == second


def _equal_scopes(first: Frame, second: Frame, depth: int) -> bool:
    """Return whether two closures captured equal values: scopes of the same function, called with the same."""
    if first is second:
        return True
    if first.function is None or second.function is None or first.function.definition is not second.function.definition:
        return False
    captured = [param.name for param in first.function.definition.params]
    for name in captured:
        one, other = first.names.get(name), second.names.get(name)
        if one is None or other is None or not (same(one, other) or equivalent(one, other, depth + 1)):
            return False
    return _equal_scopes(first.function.scope, second.function.scope, depth + 1)
